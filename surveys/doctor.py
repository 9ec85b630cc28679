"""A thorough look at a store file, without touching it: every checksum, every interview replayed, every snapshot."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from surveys.clock import clock_faults
from surveys.content import content_digest
from surveys.copies import FOLDER, SECOND
from surveys.form import Form
from surveys.frame import Unit
from surveys.history import Event
from surveys.projection import answer_rows, list_row
from surveys.snapshots import Snapshot, check_snapshot, snapshots_in
from surveys.soundness import Damage, find_damage
from surveys.store import Store
from surveys.text import show_text
from surveys.troubles import DamagedError, StoreError
from surveys.witness import read_witness


@dataclass(frozen=True, slots=True)
class Examination:
    """What the doctor found. `damage` and `unlike` empty: all is well."""

    path: Path
    events: int
    interviews: int
    damage: tuple[Damage, ...]
    unlike: tuple[str, ...]
    """Where lists and statistics differ from what the histories say, a Chinese sentence each."""
    clock: tuple[str, ...]
    """Times that cannot be right, a Chinese sentence each; nothing depends on them."""
    snapshots: tuple[Snapshot, ...]
    """Those that are sound, the newest first."""
    bad_snapshots: tuple[str, ...]
    content: str = ""
    """Digest of what the store says (`surveys.content`); "" where it is damaged."""

    @property
    def well(self) -> bool:
        """True when the file is what was saved in it."""
        return not (self.damage or self.unlike)


def examine(path: Path) -> Examination:
    """Look at a store file, also one that another program has open.

    Raises:
        StoreError: when there is no such file, or it is another program's.
    """
    if not path.exists():
        raise StoreError(f"没有数据文件 {path}，请用 --data 指明数据文件夹。")
    folders = [path.parent / FOLDER]
    events, interviews, content = 0, 0, ""
    damage: list[Damage] = []
    unlike: list[str] = []
    clock: list[str] = []
    try:
        with Store(path, read_only=True, trusting=True) as store:
            damage += find_damage(store.conn, read_witness(path))
            if not damage:
                events, interviews = store.last_event(), len(store.interviews())
                unlike, clock, content = [*_unlike(store)], [*_clock(store)], content_digest(store)
                folders += [Path(second)] if (second := store.setting(SECOND)) else []
    except DamagedError as error:
        damage += error.damage
    sound: list[Snapshot] = []
    bad: list[str] = []
    for snapshot in (snapshot for folder in folders for snapshot in snapshots_in(folder)):
        try:
            check_snapshot(snapshot.path)
            sound.append(snapshot)
        except StoreError as error:
            bad.append(error.message)
    return Examination(
        path, events, interviews, tuple(damage), tuple(unlike), tuple(clock), tuple(sound), tuple(bad), content
    )


def _unlike(store: Store) -> Iterator[str]:
    """Replays every interview and every case and compares."""
    for row in store.interviews():
        interview = store.interview(row.id)
        unit = _unit(store, row.unit)
        if list_row(interview, row.place) != row:
            yield f"{unit}：目录里的状态或进度与记录不符。"
        kept = "SELECT interview, cell, value, status, conflict FROM answers WHERE interview = ? ORDER BY cell"
        stored = {tuple(found) for found in store.conn.execute(kept, (row.id,))}
        replayed = set(answer_rows(interview))
        for cell in sorted({found[1] for found in stored ^ replayed}):
            yield f"{unit}：{_place(interview.form, cell)} 的答案与记录不符。"
    if ids := store.conn.execute("SELECT id, number FROM cases ORDER BY id").fetchall():
        from surveys.register.keeping import unlike  # the models: only where there are cases

        for ident, number in ids:
            if unlike(store, ident):
                yield f"登记 {show_text(number, line=True)}：目录里的内容与记录不符。"


def _clock(store: Store) -> Iterator[str]:
    faults: list[Event] = clock_faults(event for row in store.interviews() for event in store.events(row.id))
    units = {row.id: _unit(store, row.unit) for row in store.interviews()}
    for event in faults[:20]:
        yield f"{units[event.interview]}：{show_text(event.at, line=True)} 的记录（{show_text(event.who, line=True)}）早于它前面的一条，当时电脑时间不准。"
    if len(faults) > 20:
        yield f"这样的记录共{len(faults)}条。"


def _unit(store: Store, code: str) -> str:
    return (store.unit(code) or Unit(code, "", code, "")).name


def _place(form: Form, cell: str) -> str:
    try:
        item = form.question_of(cell)
    except KeyError:
        return f"“{show_text(cell, line=True)}”"
    return f"第{item.number}题" if item.number else f"“{item.label}”"
