"""Answers out of a workbook whose parcel is missing or damaged: read from 编码 and 名册, only when asked for.

The histories are lost, so each interview begins anew, as a draft with an id of its own, every answer marked as
recovered: should the true workbook come after all, both stand beside each other for a person to decide. Of interviews
that are in the store already, what stands differently on the sheet is offered as corrections.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import astuple, dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from exports.bare_sheets import CODES, COVER, ROSTERS, BareSheets
from exports.cell_values import same, told
from exports.corrections import Correction
from exports.files import shown_name
from exports.places import Place, cell_name
from exports.reading import Received, read_bare
from exports.rejections import Rejection
from exports.sheet_answers import STATUS, said_in
from exports.styles import sheet_text
from exports.views import INTERVIEW, ROW
from surveys.acts import Actor
from surveys.answers import Status
from surveys.form import Form, parse_address, roster_cell
from surveys.recovering import Recovering
from surveys.store import Store
from surveys.text import Refusal, clean_text, show_text

MARK = "恢复"
"""How the source of every recovered answer begins."""

_VERSION = re.compile(r"(\S+) .*（([0-9a-f]{8})）")


@dataclass(frozen=True)
class Recovery:
    """What was recovered from a workbook.

    Attributes:
        name: The file's.
        interviews: How many were begun anew.
        answers: How many answers they got.
        offered: Differences to interviews that were there already, offered as corrections.
        unread: A line for everything that could not be taken.
        obstacle: Why nothing could be recovered; "" otherwise.
    """

    name: str
    interviews: int = 0
    answers: int = 0
    offered: int = 0
    unread: tuple[str, ...] = ()
    obstacle: str = ""

    @property
    def message(self) -> str:
        """One sentence."""
        if self.obstacle:
            return f"“{self.name}”没有恢复：{self.obstacle}"
        told = f"“{self.name}”：从工作表恢复 {self.interviews} 份答卷（{self.answers} 个答案，都已注明，作为草稿，请逐份核对）"
        told += f"，与已有答卷不同的 {self.offered} 处作为手工改动待处理" if self.offered else ""
        return told + (f"，{len(self.unread)} 处读不出来。" if self.unread else "。")


def recover(store: Store, path: Path, actor: Actor) -> Recovery:
    """Take the answers from a workbook's sheets, all or nothing.

    Args:
        store: The office's.
        path: The workbook.
        actor: Who asked for it.

    Raises:
        StoreError: It could not be written.
        ExportError: No worker can be started.
    """
    name = shown_name(path)
    sheets = read_bare(path)
    if isinstance(sheets, Received):
        return Recovery(name, obstacle="它的数据页完好，不用恢复，请直接汇总。")
    if isinstance(sheets, Rejection):
        return Recovery(name, obstacle=f"它{sheets.what}。")
    if store.workbook_known(sheets.sha256):
        return Recovery(name, obstacle="以前读入过，没有变化。")
    try:
        form = _form(store, sheets.content.tables.get(COVER, []))
        recovering = _Workbook(store, name, sheets.sha256, sheets.content, form, actor)
    except Refusal as refusal:
        return Recovery(name, obstacle=refusal.message)
    with store.transaction():
        return recovering.take()


def _form(store: Store, cover: Sequence[Sequence[Any]]) -> Form:
    """The definition that the cover names. Raises Refusal."""
    for row in cover:
        texts = [told(cell) for cell in row if told(cell)]
        if len(texts) > 1 and texts[0] == "问卷版本" and (found := _VERSION.match(texts[1])):
            sql = "SELECT digest FROM surveys WHERE id = ? AND substr(digest, 1, 8) = ?"
            known = store.conn.execute(sql, found.groups()).fetchone()
            if known is None:
                raise Refusal(f"本机没有它所用的问卷（{show_text(texts[1], line=True)[:60]}），请先装入。")
            return store.form(known[0])
    raise Refusal("封面上找不到问卷版本，不知道是哪一种问卷。")


@dataclass
class _Table:
    """A sheet by its keys."""

    name: str
    rows: Sequence[Sequence[Any]]
    untrusted: Mapping[Place, str]
    keys: dict[str, int] = field(default_factory=dict)
    first: int = 0
    """Number of the first row under the keys, from 0."""

    def __post_init__(self) -> None:
        for number, row in enumerate(self.rows[:50]):
            if INTERVIEW in row:
                for place, key in reversed(list(enumerate(row))):
                    self.keys[told(key)] = place
                self.first = number + 1
                return

    def lines(self) -> Iterator[tuple[int, str]]:
        """Number and interview of every row that has one."""
        for number in range(self.first, len(self.rows) if self.first else 0):
            if ident := self.text(number, INTERVIEW):
                yield number, ident

    @cached_property
    def lines_of(self) -> dict[str, list[int]]:
        """Interview → its rows."""
        found: dict[str, list[int]] = {}
        for number, ident in self.lines():
            found.setdefault(ident, []).append(number)
        return found

    def text(self, number: int, key: str) -> str:
        place = self.keys.get(key)
        return "" if place is None else told(self.rows[number][place])

    def cell(self, number: int, key: str) -> str:
        return cell_name((number, self.keys[key]))

    def is_trusted(self, number: int, key: str) -> bool:
        return (number, self.keys[key]) not in self.untrusted


@dataclass
class _Workbook:
    store: Store
    name: str
    sha256: str
    sheets: BareSheets
    form: Form
    actor: Actor
    unread: list[str] = field(default_factory=list)
    answers: int = 0

    def __post_init__(self) -> None:
        self.codes = self._table(CODES)
        if not {INTERVIEW, "unit", "round"} <= self.codes.keys.keys():
            raise Refusal(f"“{CODES}”的表头认不出来。")
        self.rosters = {
            item.name: table
            for table in map(self._table, self.sheets.tables)
            if table.name.startswith(ROSTERS)
            for item in self.form.items
            if item.type == "roster" and {ROW, *(cell.address for cell in item.cells)} <= table.keys.keys()
        }

    def _table(self, name: str) -> _Table:
        return _Table(name, self.sheets.tables[name], self.sheets.untrusted.get(name, {}))

    def take(self) -> Recovery:
        interviews, offers = 0, list[Correction]()
        following = 1 + (self.store.conn.execute("SELECT max(number) FROM corrections").fetchone()[0] or 0)
        for number, ident in self.codes.lines():
            if self.store.interview_row(ident) is not None:
                offers += self._differences(number, ident)
            elif self.codes.text(number, "round") != self.form.survey.round:
                self._cannot(self.codes, number, "round", f"轮次不是 {self.form.survey.round}，这份没有恢复")
            else:
                self._interview(number, ident)
                interviews += 1
        numbered = [replace(one, number=number) for number, one in enumerate(offers, following)]
        self.store.put("corrections", *map(astuple, numbered))
        done = Recovery(self.name, interviews, self.answers, len(offers), tuple(self.unread))
        report = json.dumps({"recovered": done.message, "unread": done.unread}, ensure_ascii=False)
        self.store.record_workbook(self.sha256, self.name, 0, "", "", report)
        return done

    def _interview(self, number: int, ident: str) -> None:
        recorder = Recovering.start(self.store, self.form, clean_text(self.codes.text(number, "unit")), self.actor)
        for key in self._answer_keys():
            if (parsed := parse_address(key)).question in self.rosters and not parsed.rest:
                self._roster(recorder, key, number, ident)
            else:
                self._answer(recorder, self.codes, number, key, key)

    def _answer_keys(self) -> list[str]:
        """The columns that are about answers a person gives, in the order of the form."""
        known = []
        for key in self.codes.keys:
            question = parse_address(key.removesuffix(STATUS)).question if key and not key.startswith("[") else ""
            item = self.form.by_name.get(question)
            if item is not None and item.asked and not (key.endswith(STATUS) and key not in self.form.by_name):
                known.append((self.form.position[question], self.codes.keys[key], key))
        return [key for _, _, key in sorted(known)]

    def _roster(self, recorder: Recovering, roster: str, number: int, ident: str) -> None:
        if self.codes.text(number, roster + STATUS) == Status.NOT_APPLICABLE:
            self._source(recorder, self.codes, number, roster)
            self._try(self.codes, number, roster, lambda: recorder.say_nothing(roster))
            return
        table = self.rosters[roster]
        for line in table.lines_of.get(ident, ()):
            self._source(recorder, table, line, ROW)
            row_id = recorder.add_row(roster)
            for cell in self.form.by_name[roster].cells:
                self._answer(recorder, table, line, cell.address, roster_cell(roster, row_id, cell.address))

    def _answer(self, recorder: Recovering, table: _Table, number: int, key: str, address: str) -> None:
        text, status = table.text(number, key), table.text(number, key + STATUS)
        if not table.is_trusted(number, key):
            self._cannot(table, number, key, "是公式或错误值")
            return
        if not text and status not in ("dont_know", "refused", "not_applicable"):
            if status == "conflict":
                self._cannot(table, number, key, "两边答得不同，还没有裁定")
            return
        self._source(recorder, table, number, key)
        self._try(table, number, key, lambda: self._enter(recorder, address, text or status))

    def _enter(self, recorder: Recovering, address: str, text: str) -> None:
        for place, said in said_in(self.form, address, text).items():
            if isinstance(said, Status):
                recorder.set_status(place, said)
            elif recorder.interview.kept(place).value != said:
                recorder.answer(place, said)
            self.answers += 1

    def _try(self, table: _Table, number: int, key: str, act: Any) -> None:
        try:
            act()
        except Refusal as refusal:
            self._cannot(table, number, key, refusal.message)

    def _source(self, recorder: Recovering, table: _Table, number: int, key: str) -> None:
        recorder.source = clean_text(f"{MARK}：{self.name} {table.name}!{table.cell(number, key)}")

    def _cannot(self, table: _Table, number: int, key: str, why: str) -> None:
        unit = show_text(table.text(number, "county") or table.text(number, "unit"), line=True)
        self.unread.append(f"{table.name}!{table.cell(number, key)} {unit} {key}：{why}")

    def _differences(self, number: int, ident: str) -> Iterator[Correction]:
        """What stands on the sheet otherwise than in the store, cell by cell."""
        interview = self.store.interview(ident)
        for key in self._answer_keys():
            if key in self.rosters:
                continue
            answer, text = interview.kept(key), self.codes.text(number, key)
            if text and not same(sheet_text(answer.value), text):
                place = (self.sha256, CODES, self.codes.cell(number, key), ident, key)
                trusted = int(self.codes.is_trusted(number, key))
                yield Correction(0, *place, answer.value, text, trusted, answer.value, str(answer.status))


def told_in_lines(recovery: Recovery, most: int = 200) -> list[str]:
    """The sentence, and a line for each thing that could not be read."""
    rest = len(recovery.unread) - most
    more = [f"……还有 {rest} 处"] if rest > 0 else []
    return [recovery.message, *(f"  {line}" for line in recovery.unread[:most]), *more]
