"""Random damage to a database file: told at open, or without any effect; never a silent change."""

from __future__ import annotations

import random
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from exports.demo import fill_unit
from surveys import first_look
from surveys.acts import Actor
from surveys.campaign import STORE_NAME, open_campaign
from surveys.copies import wal_path
from surveys.doctor import examine
from surveys.rescue import rescue
from surveys.seals import checksum
from surveys.snapshots import take_snapshot
from surveys.soundness import BROKEN, find_damage, sealed_tables
from surveys.store import Store
from surveys.troubles import DamagedError, StoreError
from surveys.witness import read_witness, witness_path
from tests.faults.reliability import Figures

Damaging = Callable[[bytearray, random.Random], None]


def flip_a_bit(content: bytearray, dice: random.Random) -> None:
    content[dice.randrange(len(content))] ^= 1 << dice.randrange(8)


def overwrite_some_bytes(content: bytearray, dice: random.Random) -> None:
    at = dice.randrange(len(content))
    content[at : at + dice.randint(1, 40)] = dice.randbytes(min(dice.randint(1, 40), len(content) - at))


def lose_a_block(content: bytearray, dice: random.Random) -> None:
    at = dice.randrange(0, len(content), 4096)
    content[at : at + 4096] = bytes(len(content[at : at + 4096]))


def mix_up_two_blocks(content: bytearray, dice: random.Random) -> None:
    one, other = (dice.randrange(0, len(content) - 4095, 4096) for _ in range(2))
    content[one : one + 4096], content[other : other + 4096] = content[other : other + 4096], content[one : one + 4096]


def truncate(content: bytearray, dice: random.Random) -> None:
    del content[dice.randrange(len(content)) :]


DAMAGES: dict[Damaging, int] = {
    flip_a_bit: 6,
    overwrite_some_bytes: 3,
    lose_a_block: 1,
    mix_up_two_blocks: 1,
    truncate: 1,
}
"""How often each is drawn: a flipped bit is the one that SQLite itself does not notice."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A laptop's folder as a kill leaves it: two filled interviews, a snapshot between them, a log not yet copied in."""
    folder = tmp_path_factory.mktemp("sound")
    dice = random.Random(7)
    with open_campaign(folder) as store:
        store.set_settings(team="3", member="张三")
        actor = Actor("张三", 3, store.setting("device_id"))
        first, second = store.units(3)[:2]
        fill_unit(store, first, actor, dice)
        take_snapshot(store)
        store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        fill_unit(store, second, actor, dice)
        store.save_draft(store.interviews()[0].id, "remark", "打到一半")
        killed = tmp_path_factory.mktemp("killed")
        shutil.copytree(folder, killed, dirs_exist_ok=True)
    assert wal_path(killed / STORE_NAME).stat().st_size > 100_000
    return killed


def content(store: Store) -> dict[str, list[tuple[Any, ...]]]:
    """Everything in a store that is not derived from something else in it."""
    tables = sealed_tables(store.conn)
    assert len(tables) > 8
    return {name: sorted(store.conn.execute(f"SELECT * FROM {name}").fetchall(), key=repr) for name in tables}


def damaged(sound: Path, folder: Path, name: str, dice: random.Random) -> Path:
    """A copy of the folder with one random damage to one of its files."""
    shutil.copytree(sound, folder, dirs_exist_ok=True)
    content = bytearray((folder / name).read_bytes())
    damaging = dice.choices(list(DAMAGES), list(DAMAGES.values()))[0]
    damaging(content, dice)
    (folder / name).write_bytes(content)
    return folder / STORE_NAME


@pytest.mark.parametrize(("name", "runs"), [(STORE_NAME, 240), (STORE_NAME + "-wal", 80)], ids=["database", "log"])
def test_damage_is_told_or_has_no_effect(
    sound: Path, tmp_path: Path, figures: Figures, name: str, runs: int, request: pytest.FixtureRequest
) -> None:
    """Random flips, overwritten bytes, lost and exchanged blocks, truncation; content compared row by row."""
    silent, told, harmless = _outcomes(sound, tmp_path, name, runs * (15 if request.config.getoption("--soak") else 1))
    figures.add(
        f"damage: {name.removeprefix('zoufang.')}",
        silent + told + harmless,
        silent,
        f"{told} told, {harmless} without effect",
    )
    assert silent == 0
    assert told > runs // 4


def test_without_our_checksums_damage_goes_unnoticed(
    sound: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Negative control: SQLite's own quick_check only."""

    def quick(connection: sqlite3.Connection, testimony: object) -> list[str]:
        return [row[0] for row in connection.execute("PRAGMA quick_check") if row[0] != "ok"]

    monkeypatch.setattr(first_look, "find_damage", quick)
    monkeypatch.setattr(first_look, "DamagedError", lambda damage: StoreError("坏"))
    silent, _, _ = _outcomes(sound, tmp_path, STORE_NAME, 150, BROKEN)
    assert silent > 5


def _outcomes(
    sound: Path, tmp_path: Path, name: str, runs: int, also_told: tuple[type[Exception], ...] = ()
) -> tuple[int, int, int]:
    """How many damages changed something without a word, were told, and had no effect."""
    with Store(_copy(sound, tmp_path / "reference") / STORE_NAME) as store:
        truth = content(store)
    silent = told = 0
    for number in range(runs):
        folder = tmp_path / "case"
        path = damaged(sound, folder, name, random.Random(f"{name}{number}"))
        try:
            with Store(path) as store:
                silent += content(store) != truth
        except (StoreError, *also_told):
            told += 1
        shutil.rmtree(folder)
    return silent, told, runs - silent - told


def _copy(folder: Path, to: Path) -> Path:
    shutil.copytree(folder, to)
    return to


# ── a file that is whole, but not the one that was saved ──


def test_a_lost_log_is_told(sound: Path, tmp_path: Path) -> None:
    folder = _copy(sound, tmp_path / "case")
    wal_path(folder / STORE_NAME).unlink()
    with pytest.raises(StoreError, match=r"上次已保存到第\d+条记录，现在只有\d+条.*少了同名的 -wal 文件"):
        Store(folder / STORE_NAME)
    witness_path(folder / STORE_NAME).unlink()  # negative control: nothing else knows
    Store(folder / STORE_NAME).close()


def test_lost_typing_is_told(sound: Path, tmp_path: Path) -> None:
    """The last commit wrote no event; SQLite passes over it when its place in the log is damaged."""
    path = _copy(sound, tmp_path / "case") / STORE_NAME
    log = bytearray(wal_path(path).read_bytes())
    log[log.index("打到一半".encode())] ^= 1
    wal_path(path).write_bytes(log)
    with pytest.raises(DamagedError, match="还没有录完的输入不见了，答案都在"):
        Store(path)
    witness_path(path).unlink()  # negative control: nothing else knows
    with Store(path) as store:
        assert store.drafts(store.interviews()[0].id) == {}


def test_an_older_copy_in_its_place_is_told(sound: Path, tmp_path: Path) -> None:
    folder = _copy(sound, tmp_path / "case")
    wal_path(folder / STORE_NAME).unlink()
    shutil.copy(next((folder / "备份").glob("*.db")), folder / STORE_NAME)
    with pytest.raises(StoreError, match="数据文件是较旧的一份"):
        Store(folder / STORE_NAME)


def test_another_laptops_file_in_its_place_is_told(sound: Path, tmp_path: Path) -> None:
    folder = _copy(sound, tmp_path / "case")
    open_campaign(tmp_path / "other").close()
    wal_path(folder / STORE_NAME).unlink()
    shutil.copy(tmp_path / "other" / STORE_NAME, folder / STORE_NAME)
    with pytest.raises(StoreError, match="数据文件换成了另一份"):
        Store(folder / STORE_NAME)


def test_a_row_taken_out_whole_is_told(sound: Path, tmp_path: Path) -> None:
    path = _copy(sound, tmp_path / "case") / STORE_NAME
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("DELETE FROM events WHERE ord = 40")
    with pytest.raises(StoreError, match="第40条答卷记录起，记录的先后次序对不上"):
        Store(path)


def test_an_index_that_cannot_be_opened_does_not_hide_the_rest(sound: Path, tmp_path: Path) -> None:
    path = _copy(sound, tmp_path / "case") / STORE_NAME
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE events SET value = '假的' WHERE ord = 40")
        connection.execute("UPDATE reference_search_config SET v = 99 WHERE k = 'version'")
    with pytest.raises(DamagedError, match="文件结构已损坏"):
        Store(path)
    found = [snapshot.path for snapshot in examine(path).snapshots]
    saved = rescue(path, tmp_path / "saved" / STORE_NAME, found, read_witness(path))
    assert not saved.lost  # the snapshot has the event
    with Store(saved.path) as store:
        assert store.conn.execute("SELECT count(*) FROM reference_search('trigram')").fetchone() is not None


FORGERIES = {
    "none": "UPDATE events SET value = value WHERE ord = 40",
    "changed": "UPDATE events SET value = '假的' WHERE ord = 40",
    "taken out, and those behind it moved up": "DELETE FROM events WHERE ord = 40; UPDATE events SET ord = ord - 1 WHERE ord > 40",
    "exchanged": "UPDATE events SET ord = -40 WHERE ord = 40; UPDATE events SET ord = 40 WHERE ord = 41;"
    " UPDATE events SET ord = 41 WHERE ord = -40",
    "the last ones taken out": "DELETE FROM events WHERE ord > 40",
}
"""What somebody may do to events that came together, who also makes every checksum anew."""


@pytest.mark.parametrize("forgery", FORGERIES)
def test_events_that_came_together_are_chained_like_others(sound: Path, tmp_path: Path, forgery: str) -> None:
    with Store(_copy(sound, tmp_path / "theirs") / STORE_NAME) as theirs, open_campaign(tmp_path / "ours") as ours:
        first, second = (theirs.events(row.id) for row in theirs.interviews())
        for events in (first, second):
            ours.receive(events[0].interview, events)
        assert ours.conn.execute("SELECT count(*) FROM events WHERE seal <> ''").fetchone() == (2,)
        assert len(first) > 40
    path = tmp_path / "ours" / STORE_NAME
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(FORGERIES[forgery])
        rows = connection.execute("SELECT * FROM events").fetchall()
        connection.executemany(
            "UPDATE events SET crc = ? WHERE ord = ?", [(checksum(row[:-1]), row[15]) for row in rows]
        )
        told = [damage.message for damage in find_damage(connection, None)]
    if forgery == "none":
        assert told == []
    else:
        assert told == ["第1条答卷记录起，记录的先后次序对不上：有记录被删去、插入或改动。"]


def test_a_file_that_no_longer_says_that_it_is_ours_is_offered_for_rescue(sound: Path, tmp_path: Path) -> None:
    path = _copy(sound, tmp_path / "case") / STORE_NAME
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("PRAGMA application_id = 7")
    with pytest.raises(DamagedError, match="已经不像走访的数据文件，但上次已保存到第"):
        Store(path)
    found = [snapshot.path for snapshot in examine(path).snapshots]
    saved = rescue(path, tmp_path / "saved" / STORE_NAME, found, read_witness(path))
    assert not saved.lost
    witness_path(path).unlink()  # negative control: without the witness it may be anybody's
    with pytest.raises(StoreError, match="不是走访的数据文件") as refused:
        Store(path)
    assert not isinstance(refused.value, DamagedError)


# ── saving what is left ──


@pytest.mark.parametrize("number", range(25))
def test_what_is_sound_is_saved_and_what_is_lost_is_listed(sound: Path, tmp_path: Path, number: int) -> None:
    """From the damaged file and the snapshot together; the damaged file is not touched."""
    dice = random.Random(number)
    path = damaged(sound, tmp_path / "case", STORE_NAME + dice.choice(["", "-wal"]), dice)
    before = {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()}
    found = examine(path)
    saved = rescue(
        path, tmp_path / "saved" / STORE_NAME, [snapshot.path for snapshot in found.snapshots], read_witness(path)
    )
    assert {file: file.read_bytes() for file in path.parent.iterdir() if file.is_file()} == before
    with Store(_copy(sound, tmp_path / "reference") / STORE_NAME) as reference, Store(saved.path) as store:
        first, second = reference.interviews()
        assert store.events(first.id) == reference.events(first.id), "the snapshot had this one whole"
        missing = set(reference.events(second.id)) - set(store.events(second.id))
        assert set(store.events(second.id)) <= set(reference.events(second.id)), "nothing was made up"
        assert bool(missing) == bool(saved.lost), saved.lost
        assert store.setting("member") == "张三"
        assert store.setting("device_id") != reference.setting("device_id")
    assert examine(saved.path).well


def test_a_lost_event_is_named_by_its_number(sound: Path, tmp_path: Path) -> None:
    path = _copy(sound, tmp_path / "case") / STORE_NAME
    with closing(sqlite3.connect(path)) as connection, connection:
        (last,) = connection.execute("SELECT max(ord) FROM events").fetchone()
        connection.execute("DELETE FROM events WHERE ord = ?", (last - 2,))
        connection.execute("UPDATE events SET value = '假的' WHERE ord = ?", (last - 1,))
    saved = rescue(path, tmp_path / "saved" / STORE_NAME, [], read_witness(path))
    assert any(f"第{last - 2}—{last - 1}条记录没有救回" in sentence for sentence in saved.lost)
    assert any("的记录已损坏，备份里也没有" in sentence for sentence in saved.lost)


def test_a_file_that_is_gone_is_saved_from_its_snapshot(sound: Path, tmp_path: Path) -> None:
    path = _copy(sound, tmp_path / "case") / STORE_NAME
    path.unlink()
    snapshots = list((path.parent / "备份").glob("*.db"))
    saved = rescue(path, tmp_path / "saved" / STORE_NAME, snapshots)
    assert saved.events == saved.from_snapshots or saved.from_snapshots == 0
    assert examine(saved.path).interviews == 1
