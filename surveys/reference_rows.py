"""From the rows of a table that an office has edited to entries of the reference lists, or to every fault in them."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from surveys.form import Form
from surveys.question_numbers import EVERY_WORD, names_in, numbers_text
from surveys.references import ANSWERABLE, LISTS, Entry
from surveys.text import Refusal, clean_text, listed, show_text, to_half_width

_SAME = {"dimension": "维度", "questions": "题号"}
_LAST = {"source": "来源", "keywords": "关键词", "version_date": "版本日期", "verified": "已核对"}
HEADINGS: dict[str, dict[str, str]] = {
    "A": {"code": "编码", "title": "名称", "gist": "要点", **_SAME, "answerable": "答复", **_LAST},
    "B": {"code": "编码", "title": "任务", "gist": "完成标志", **_SAME, "lead": "牵头", **_LAST},
}
"""List letter → field of `Entry` → how its column is headed."""

YES, NO = "是", "否"
MOST = 999
"""Entries in one list; a code has at most three digits."""
_HEADS_WITHIN = 10
"""Rows among which the headings are looked for."""
_LONGEST = {"title": 60, "gist": 2000, "lead": 40, "source": 500, "keywords": 300}
_NEEDED = ("title", "gist", "source")

Cell = str | float | bool | dt.date | dt.time | dt.timedelta | None
"""What a workbook's cell holds."""
Rows = Sequence[Sequence[Cell]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that is wrong with a table."""

    sheet: str
    row: int
    """From 1; 0 where it is the sheet as a whole."""
    column: str
    """The heading; "" where it is the row as a whole."""
    message: str

    @property
    def sentence(self) -> str:
        """Where, what, and how to mend it."""
        row = f"第{self.row}行" if self.row else ""
        column = f"“{show_text(self.column, line=True)}”" if self.column else ""
        return f"“{self.sheet}”{row}{column}：{self.message}。"


class ReferenceFaults(Exception):
    """Every fault of the tables; the message is a Chinese sentence for each."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        shown = [fault.sentence for fault in faults[:50]]
        more = [f"另有{len(faults) - 50}处，改好这些以后再看。"] if len(faults) > 50 else []
        self.message = "\n".join([*shown, *more, f"共{len(faults)}处要改，清单没有变。"])
        super().__init__(self.message)
        self.faults = tuple(faults)


def read_lists(tables: Mapping[str, Rows], form: Form) -> list[Entry]:
    """The entries of the lists that are there; each is whole, a list without a table is left out.

    Args:
        tables: Name of the list → its rows, the headings among the first.
        form: Whose question numbers and dimensions are meant.

    Raises:
        ReferenceFaults: with everything that is wrong.
    """
    faults: list[Fault] = []
    entries: list[Entry] = []
    for letter, name in LISTS.items():
        if name in tables:
            entries += _Table(letter, tables[name], form, faults).entries()
    if not any(name in tables for name in LISTS.values()):
        names = "”或“".join(LISTS.values())
        faults.append(Fault("工作簿", 0, "", f"里面没有叫“{names}”的工作表，请先用 --export 导出一份再改"))
    if faults:
        raise ReferenceFaults(faults)
    return entries


def row_of(entry: Entry, form: Form) -> list[str]:
    """The cells of an entry, in the order of its list's `HEADINGS`; the inverse of reading."""
    written = {
        "questions": numbers_text(entry.questions, form),
        "verified": YES if entry.verified else NO,
    }
    return [written[name] if name in written else str(getattr(entry, name)) for name in HEADINGS[entry.list]]


def dimensions_of(form: Form) -> list[str]:
    """What may stand under 维度."""
    return [*(section.label for section in form.sections() if section.numbered), EVERY_WORD]


class _Table:
    def __init__(self, letter: str, rows: Rows, form: Form, faults: list[Fault]) -> None:
        self._letter, self._rows, self._form, self._faults = letter, rows, form, faults
        self._headings = HEADINGS[letter]
        self._dimensions = dimensions_of(form)
        self._seen: dict[str, int] = {}

    def entries(self) -> list[Entry]:
        """What could be read; the rest is among the faults."""
        head = next((n for n, row in enumerate(self._rows[:_HEADS_WITHIN]) if "编码" in map(_text, row)), None)
        if head is None:
            self._say(0, "", f"没有列名一行，应有：{'、'.join(self._headings.values())}")
            return []
        if (places := self._places(head)) is None:
            return []
        rows = [(n, row) for n, row in enumerate(self._rows[head + 1 :], head + 2) if any(map(_text, row))]
        if not rows:
            self._say(0, "", "没有条目；不想换这张清单，就删去这个工作表")
        if len(rows) > MOST:
            self._say(0, "", f"有{len(rows):,}条，最多{MOST}条")
            return []
        return [entry for n, row in rows if (entry := self._entry(n, {name: row[at] for name, at in places.items()}))]

    def _places(self, head: int) -> dict[str, int] | None:
        """Field → its column; None if the headings are not right."""
        named = [(at, text) for at, cell in enumerate(self._rows[head]) if (text := _text(cell))]
        before = len(self._faults)
        for heading in self._headings.values():
            times = sum(text == heading for _, text in named)
            if times != 1:
                self._say(head + 1, heading, "这一列有几个，只能有一个" if times else "缺少这一列")
        for _, text in named:
            if text not in self._headings.values():
                self._say(head + 1, text[:20], f"不认识的列，应是：{'、'.join(self._headings.values())}")
        if len(self._faults) > before:
            return None
        at = {text: place for place, text in named}
        return {name: at[heading] for name, heading in self._headings.items()}

    def _entry(self, number: int, cells: Mapping[str, Cell]) -> Entry | None:
        before = len(self._faults)
        values: dict[str, object] = dict.fromkeys(("answerable", "lead"), "")
        for name, cell in cells.items():
            try:
                values[name] = self._value(name, cell, number)
            except Refusal as refusal:
                self._say(number, self._headings[name], refusal.message.rstrip("。"))
        return Entry(**values) if len(self._faults) == before else None  # type: ignore[arg-type]

    def _value(self, name: str, cell: Cell, number: int) -> object:
        readers: dict[str, Callable[[str], object]] = {
            "code": lambda text: self._code(text, number),
            "dimension": lambda text: _one_of(text, self._dimensions),
            "answerable": lambda text: _one_of(text, list(ANSWERABLE)),
            "verified": lambda text: _one_of(text, [YES, NO]) == YES,
            "version_date": _date,
            "questions": lambda text: names_in(text, self._form),
        }
        if name == "questions" and isinstance(cell, dt.date | dt.time | dt.timedelta):
            raise Refusal("被表格软件当成了日期，请把单元格格式改为文本，再写如 1—3")
        text = clean_text(_text(cell))
        if show_text(text) != text:  # it could not be written into a workbook again as it is
            raise Refusal("里面有改变文字方向的不可见字符，请删去")
        return readers[name](text) if name in readers else _plain(name, text)

    def _code(self, text: str, number: int) -> str:
        code = to_half_width(text).upper()
        if not re.fullmatch(rf"{self._letter}\d{{2,3}}", code):
            raise Refusal(f"{_shown(text)}不能作编码，应是 {self._letter} 加两三位数字，如 {self._letter}01")
        if code in self._seen:
            raise Refusal(f"{code} 重复，第{self._seen[code]}行已经用过")
        self._seen[code] = number
        return code

    def _say(self, row: int, column: str, message: str) -> None:
        self._faults.append(Fault(LISTS[self._letter], row, column, message))


def _text(cell: Cell) -> str:
    if isinstance(cell, bool):
        return YES if cell else NO
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    return "" if cell is None else str(cell).strip()


def _plain(name: str, text: str) -> str:
    if not text and name in _NEEDED:
        raise Refusal("不能空着")
    if len(text) > _LONGEST[name]:
        raise Refusal(f"有{len(text):,}个字，最多{_LONGEST[name]:,}个字")
    if "\n" in text and name != "gist":
        raise Refusal("里面有换行，请写成一行")
    return text


def _one_of(text: str, usable: Sequence[str]) -> str:
    if text not in usable:
        raise Refusal(f"{_shown(text)}应是其中之一：{'、'.join(usable)}")
    return text


def _date(text: str) -> str:
    try:
        year, month, day = map(int, re.split(r"[-/.年月]", to_half_width(text).rstrip("日")))
        return dt.date(year, month, day).isoformat()
    except ValueError:
        raise Refusal(f"{_shown(text)}不是日期，应如 2022-11-03") from None


def _shown(text: str) -> str:
    return f"“{show_text(text[:30], line=True)}”" if text else "空着；"


def changes(former: Sequence[Entry], now: Sequence[Entry]) -> str:
    """What a new version of a list changes, by codes, in words for people."""
    before, after = ({entry.code: entry for entry in entries} for entries in (former, now))
    return "，".join(_changed(before, after)) or "内容没有变"


def _changed(before: Mapping[str, Entry], after: Mapping[str, Entry]) -> Iterator[str]:
    for word, codes in (
        ("新增", after.keys() - before.keys()),
        ("改动", {code for code in after.keys() & before.keys() if after[code] != before[code]}),
        ("删去", before.keys() - after.keys()),
    ):
        if codes:
            yield f"{word} {listed(sorted(codes))}"
