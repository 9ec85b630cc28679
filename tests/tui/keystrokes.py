"""How many keys an interview takes, beside the fewest its answers can be given with.

The fewest: one key per closed choice (two-digit codes too), per choice ticked and per missing status; the characters
of every number, date and text; one Enter per open field, where a multiple choice, a list of things registered and
the explanation of a warning are one open field each. `python -m tests.tui.keystrokes` writes the table into docs/按键与速度.md.
"""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path

from surveys.answers import Answer
from surveys.campaign import open_campaign
from surveys.form import Form, Item
from surveys.value_types import ValueType
from tests.tui.typist import NOTE, Typist

DOCUMENT = Path(__file__).parents[2] / "docs/按键与速度.md"


@dataclass(frozen=True)
class Count:
    """Of a question, a section or a whole interview."""

    questions: int = 0
    fewest: int = 0
    keys: int = 0
    text: int = 0
    """Characters of texts; contained in both numbers of keys."""

    def __add__(self, other: Count) -> Count:
        return Count(
            self.questions + other.questions,
            self.fewest + other.fewest,
            self.keys + other.keys,
            self.text + other.text,
        )

    @property
    def ratio(self) -> float:
        return self.keys / self.fewest

    @property
    def without_text(self) -> Count:
        return Count(self.questions, self.fewest - self.text, self.keys - self.text)


def fewest_for(kind: ValueType, answer: Answer) -> int:
    """The fewest keys for one cell."""
    if answer.status.missing or kind.type in ("select_one", "rating"):
        return 1
    if kind.type == "select_multiple":
        return len(answer.value.split()) + 1
    return len(answer.value) + 1


def count(typist: Typist, item: Item) -> tuple[Count, list[str]]:
    """Of the question the typist has come to; with the keys."""
    keys, interview = typist.keys(item), typist.shadow.interview
    cells = [(interview.form.cell(a).kind, interview.answer(a)) for a in interview.addresses(item.name)]
    fewest = sum(fewest_for(kind, answer) for kind, answer in cells) + (item.type == "roster")
    text = sum(len(answer.value) for kind, answer in cells if kind.type == "text")
    for finding in (warnings := typist.warnings(item)):
        keys += typist.explanation(finding)
        fewest, text = fewest + len(NOTE) + 1, text + len(NOTE)
    if warnings:
        keys.append("pagedown")
    return Count(1, fewest, len(keys), text), keys


def by_section(counts: dict[str, Count], form: Form) -> dict[str, Count]:
    """Label of a section → its questions together."""
    sums: dict[str, Count] = {}
    for name, one in counts.items():
        label = form.by_name[name].section.label
        sums[label] = sums.get(label, Count()) + one
    return sums


def table() -> str:
    """The interview that is filmed, as Markdown."""
    with tempfile.TemporaryDirectory() as folder, open_campaign(Path(folder)) as store:
        typist = Typist.of(store)
        counts = {item.name: count(typist, item)[0] for item in typist.questions()}
        sections = by_section(counts, typist.shadow.interview.form)
    whole = sum(sections.values(), Count())
    lines = {**sections, "合计": whole, "合计，不算文字的字数": whole.without_text}
    rows = [
        f"| {name} | {one.questions} | {one.fewest} | {one.keys} | {one.ratio:.3f} |" for name, one in lines.items()
    ]
    return "\n".join(["| 方面 | 题数 | 最少键数 | 实际键数 | 倍数 |", "|---|---|---|---|---|", *rows])


def part(name: str) -> re.Match[str]:
    """A part of the document between its two marks: the opening mark, what stands there, the closing mark."""
    found = re.search(rf"(<!-- {name} -->\n)(.*?)(<!-- /{name} -->)", DOCUMENT.read_text("utf-8"), re.DOTALL)
    assert found, f"<!-- {name} --> is missing in {DOCUMENT.name}"
    return found


def write_part(name: str, text: str) -> None:
    """Put a text between a part's two marks in the document."""
    found = part(name)
    before, after = found.string[: found.end(1)], found.string[found.start(3) :]
    DOCUMENT.write_text(f"{before}{text}\n{after}", "utf-8")


if __name__ == "__main__":
    write_part("按键表", table())
