"""Hand edits as corrections on offer: kept until a person takes them, with a reason, or leaves them.

Taking one makes an ordinary event in the interview's history, whose source is the workbook's cell. Nothing is taken
by itself, and nothing that was offered is forgotten.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import astuple, dataclass, fields, replace
from datetime import datetime
from enum import StrEnum

from exports.changes import in_words, place_of
from exports.reading import Received
from exports.sheet_answers import answer_address, question_of, said_in
from surveys.acts import Actor
from surveys.answers import EMPTY, Answer, Status
from surveys.correcting import Correcting
from surveys.form import Form
from surveys.history import replay
from surveys.reasons import checked_reason
from surveys.recording import utc_now
from surveys.store import Store
from surveys.text import Refusal, clean_text, show_text
from surveys.typed import read_typed


class State(StrEnum):
    """What became of an offer."""

    OPEN = "open"
    TAKEN = "taken"
    LEFT = "left"

    @property
    def label(self) -> str:
        """The word in lists."""
        return {"open": "待处理", "taken": "已采用", "left": "未采用"}[self]


@dataclass(frozen=True, slots=True)
class Correction:
    """One row of the table `corrections`.

    Attributes:
        number: What people call it by.
        workbook: SHA-256 of the file.
        sheet, cell: Where in it: 编码, B12.
        interview: Its id.
        address: Of the column, see `HandEdit`; "" where no answer stands.
        was, now: What the sheet showed, and what it shows.
        trusted: 0 for formulas and error values.
        value, status: The answer that the workbook's own history has there.
        state, who, at, reason: What was decided, by whom, when (UTC, ISO 8601), why.
    """

    number: int
    workbook: str
    sheet: str
    cell: str
    interview: str
    address: str
    was: str
    now: str
    trusted: int
    value: str
    status: str
    state: State = State.OPEN
    who: str = ""
    at: str = ""
    reason: str = ""

    @property
    def answer(self) -> Answer:
        """What stood there when the workbook was exported."""
        return Answer(self.value, Status(self.status))


@dataclass(frozen=True, slots=True)
class Offer:
    """A correction as people see it."""

    correction: Correction
    workbook: str
    """The file's name."""
    unit: str
    question: str
    """Name of the question; "" for none."""
    place: str
    """The question in words, and the part of it."""
    old: str
    new: str
    obstacle: str
    """A sentence on why it cannot be taken, as far as that can be said beforehand; "" if nothing speaks against it."""

    @property
    def message(self) -> str:
        """One line: `3  某.xlsx 编码!B12 香坊区 2、多少人？：12 → 21`."""
        found = self.correction
        change = f"{self.old or '（空）'} → {self.new or '（空）'}"
        line = f"{found.number}  {self.workbook} {found.sheet}!{found.cell} {self.unit} {self.place}：{change}"
        return show_text(line + (f"（不能采用：{self.obstacle}）" if self.obstacle else ""), line=True)


_COLUMNS = ", ".join(f"c.{column.name}" for column in fields(Correction))


def offer(store: Store, received: Received) -> int:
    """Keep the hand edits of a workbook that is being merged; call in its transaction. Returns how many there are."""
    edits = received.edits.edits
    stood = {
        interview: replay(received.parcel.events(interview)).answers()
        for interview in dict.fromkeys(edit.interview for edit in edits)
        if interview in received.parcel.histories
    }
    first = 1 + (store.conn.execute("SELECT max(number) FROM corrections").fetchone()[0] or 0)
    rows = []
    for number, edit in enumerate(edits, first):
        answer = stood.get(edit.interview, {}).get(_plain(edit.address), EMPTY)
        place = (received.sha256, edit.sheet, edit.cell, edit.interview, edit.address)
        said = (edit.was, edit.now, int(edit.trusted), answer.value, str(answer.status))
        rows.append(Correction(number, *place, *said))
    store.put("corrections", *map(astuple, rows))
    return len(rows)


def corrections(store: Store, state: State | None = State.OPEN) -> list[Correction]:
    """The offers in a state, or all of them, oldest first."""
    sql = f"SELECT {_COLUMNS} FROM corrections c WHERE ? IS NULL OR c.state = ? ORDER BY c.number"
    return [_correction(row) for row in store.conn.execute(sql, (state, state))]


def correction(store: Store, number: int) -> Correction:
    """One offer. Raises Refusal for an unknown number."""
    row = store.conn.execute(f"SELECT {_COLUMNS} FROM corrections c WHERE number = ?", (number,)).fetchone()
    if row is None:
        raise Refusal(f"没有第 {number} 处手工改动。")
    return _correction(row)


def described(store: Store, found: Iterable[Correction]) -> list[Offer]:
    """The offers in words."""
    names = dict(store.conn.execute("SELECT sha256, name FROM workbooks").fetchall())
    units = {unit.code: unit.name for unit in store.units()}
    offers = []
    for one in found:
        row = store.interview_row(one.interview)
        form = store.form(row.survey) if row else None
        unit = units.get(row.unit, row.unit) if row else ""
        offers.append(_described(one, names.get(one.workbook, ""), unit, form))
    return offers


def take(store: Store, number: int, reason: str, actor: Actor, clock: Callable[[], datetime] = utc_now) -> Correction:
    """Let a correction count.

    Args:
        store: The office's.
        number: Which.
        reason: Why it is right.
        actor: Who decides.
        clock: Tells the time.

    Raises:
        Refusal: It was decided before, cannot be an answer, or the answer is another one by now. Nothing has changed.
        StoreError: It could not be written.
    """
    found = _open(store, number)
    if not found.trusted:
        raise Refusal("这一格里是公式或错误值，它的结果不能采用；请核对后直接修改答卷。")
    if not found.address:
        raise Refusal("这一格不是答案，不能采用。")
    try:
        recorder = Correcting.resume(store, found.interview, actor, clock)
    except KeyError:
        raise Refusal("这份答卷不在本机的数据里，不能采用。") from None
    said = said_in(recorder.interview.form, found.address, found.now)
    name = next(iter(store.conn.execute("SELECT name FROM workbooks WHERE sha256 = ?", (found.workbook,))), ("",))[0]
    source = clean_text(f"办公室更正：{name} {found.sheet}!{found.cell}")
    with store.transaction():
        recorder.correct(said, found.answer, reason, source)
        return _decided(store, found, State.TAKEN, reason, actor, clock)


def leave(store: Store, number: int, reason: str, actor: Actor, clock: Callable[[], datetime] = utc_now) -> Correction:
    """Let a correction not count; see `take`."""
    found = _open(store, number)
    return _decided(store, found, State.LEFT, reason, actor, clock)


def chosen(store: Store, numbers: Sequence[str] = (), question: str = "") -> list[int]:
    """The numbers of open offers that a person named.

    Args:
        store: The office's.
        numbers: `3`, `5-9`; none for all.
        question: Only those of this question: its number or its name; "" for any.

    Raises:
        Refusal: That names none.
    """
    opened = corrections(store)
    wanted = {number for part in numbers for number in _span(part)} if numbers else {one.number for one in opened}
    if missing := sorted(wanted - {one.number for one in opened})[:1] if numbers else []:
        raise Refusal(f"没有待处理的第 {missing[0]} 处手工改动。")
    found = [one for one in opened if one.number in wanted]
    if question:
        asked = question.strip().removeprefix("第").removesuffix("题")
        found = [one for one in found if asked in _names_of_question(store, one)]
    if not found:
        raise Refusal("没有这样的手工改动要处理。")
    return [one.number for one in found]


def _span(part: str) -> range:
    first, _, last = part.partition("-")
    if not (first.isdecimal() and (last or first).isdecimal() and len(part) < 16):
        raise Refusal(f"“{show_text(part[:40], line=True)}”不是序号，应如 3 或 5-9。")
    return range(int(first), min(int(last or first), int(first) + 100_000) + 1)


def _names_of_question(store: Store, found: Correction) -> set[str]:
    row = store.interview_row(found.interview)
    if row is None or not (name := question_of(form := store.form(row.survey), found.address)):
        return set()
    return {name, str(form.by_name[name].number or name)}


def _plain(address: str) -> str:
    """The address of the answer: without what says which column it is."""
    return address.removesuffix("__status").removesuffix("__code")


def _open(store: Store, number: int) -> Correction:
    found = correction(store, number)
    if found.state is not State.OPEN:
        raise Refusal(f"第 {number} 处已由 {found.who or '未署名'} 处理：{found.state.label}。")
    return found


def _decided(
    store: Store, found: Correction, state: State, reason: str, actor: Actor, clock: Callable[[], datetime]
) -> Correction:
    at = clock().astimezone().isoformat(timespec="seconds")
    done = replace(found, state=state, who=actor.who, at=at, reason=checked_reason(reason))
    with store.transaction():
        store.put("corrections", astuple(done))
    return done


def _correction(row: Sequence[object]) -> Correction:
    made = Correction(*row)  # type: ignore[arg-type]  # the columns of the table, in its order
    return replace(made, state=State(made.state))


def _described(found: Correction, workbook: str, unit: str, form: Form | None) -> Offer:
    if form is None or not found.address:
        return Offer(found, workbook, unit, "", found.address, found.was, found.now, "这一格不是答案。")
    obstacle, new = "" if found.trusted else "是公式或错误值。", found.now
    try:
        address = answer_address(form, found.address)
        place = " ".join(filter(None, place_of(form, address)))
        old = in_words(form, address, found.answer)
        if found.trusted:
            said = said_in(form, found.address, found.now)[address]
            kind = form.cell(address).kind
            answer = Answer("", said) if isinstance(said, Status) else Answer(read_typed(kind, said), Status.ANSWERED)
            new = in_words(form, address, answer) if answer.value or answer.status.missing else ""
    except Refusal as refusal:
        question = question_of(form, found.address)
        place = form.by_name[question].heading if question else found.address
        old, obstacle = found.was, refusal.message
    return Offer(found, workbook, unit, question_of(form, found.address), place, old, new, obstacle)
