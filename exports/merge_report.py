"""What a merge did, as data: a line per file, the conflicts it met, the units that were surveyed twice."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum

from exports.gate import Standing
from exports.rejections import Reason


class Outcome(StrEnum):
    """What became of a workbook, or of one interview in it."""

    NEW = "new"
    ADVANCED = "advanced"
    """We had a part of it; now we have the rest."""
    KNOWN = "known"
    """We had all of it."""
    DIVERGED = "diverged"
    """Both sides went on separately; both are kept."""
    REJECTED = "rejected"
    SKIPPED = "skipped"
    """Lock files, links and the like."""

    @property
    def label(self) -> str:
        """The word in messages."""
        return _LABELS[self]


_LABELS = {
    Outcome.NEW: "新增", Outcome.ADVANCED: "更新", Outcome.KNOWN: "已有", Outcome.DIVERGED: "两边都改过",
    Outcome.REJECTED: "未读入", Outcome.SKIPPED: "略过",
}  # fmt: skip
_WEIGHT = (Outcome.DIVERGED, Outcome.NEW, Outcome.ADVANCED, Outcome.KNOWN)


@dataclass(frozen=True)
class Side:
    """One of the values that differ."""

    value: str
    """In words, as people read it."""
    who: str
    team: int
    at: str


@dataclass(frozen=True)
class ConflictCell:
    """A cell that two sides answered differently; open until a person decides."""

    interview: str
    unit: str
    unit_name: str
    question: str
    cell: str
    sides: tuple[Side, ...]

    @property
    def message(self) -> str:
        """One line: unit, question, both values with who said so."""
        sides = "；".join(f"{side.value}（{side.who or '未署名'}，第{side.team}组）" for side in self.sides)
        return f"{self.unit_name} {self.question}：{sides}"


@dataclass(frozen=True, slots=True)
class InterviewLine:
    """What taking in one interview did."""

    id: str
    unit: str
    unit_name: str
    outcome: Outcome
    added: int
    """Events that were new here."""
    conflicts: tuple[ConflictCell, ...] = ()
    mark: str = ""
    """What is amiss with the workbook's signature (`Standing.mark`); "" when all is in order."""
    heads: tuple[str, ...] = ()
    """Ids of the last events the workbook had of it: these, and all they were made on, have arrived."""


@dataclass(frozen=True, slots=True)
class CaseLine:
    """What taking in one case of a register did; nothing of what it holds."""

    id: str
    outcome: Outcome
    added: int
    """Events that were new here."""
    conflicts: int
    """What two people said differently of it and nobody has decided yet."""
    heads: tuple[str, ...] = ()
    """Ids of the last events the workbook had of it: these, and all they were made on, have arrived."""


@dataclass(frozen=True, slots=True)
class MergeLine:
    """What became of one file."""

    path: str
    """As it may be printed."""
    outcome: Outcome
    message: str
    """One Chinese sentence."""
    reason: Reason | None = None
    """Why it was not taken."""
    sha256: str = ""
    team: int = 0
    device: str = ""
    check_code: str = ""
    interviews: tuple[InterviewLine, ...] = ()
    strangers: tuple[str, ...] = ()
    """Unit codes that are not in the frame; their interviews are kept all the same."""
    survey: str = ""
    """Id of the survey the workbook belongs to."""
    standing: Standing | None = None
    """On what ground it was taken."""
    edits: int = 0
    """How many cells of its sheets were changed by hand; offered as corrections (`exports.corrections`)."""
    cases: tuple[CaseLine, ...] = ()

    @property
    def merged(self) -> bool:
        """True when everything in the file is now in the store."""
        return self.outcome not in (Outcome.REJECTED, Outcome.SKIPPED)


@dataclass(frozen=True)
class DuplicateInterview:
    """One of several interviews of a unit."""

    id: str
    stage: str
    team: int
    who: str
    done: int
    total: int


@dataclass(frozen=True)
class DuplicateUnit:
    """A unit with more than one interview of one survey in a round; a person decides which counts."""

    survey: str
    survey_title: str
    unit: str
    unit_name: str
    round: str
    interviews: tuple[DuplicateInterview, ...]

    @property
    def message(self) -> str:
        """One line: the unit and whose interviews there are."""
        whose = "、".join(f"第{found.team}组 {found.who}（{found.done}/{found.total}）" for found in self.interviews)
        return f"{self.unit_name} 有 {len(self.interviews)} 份《{self.survey_title}》：{whose}，都已保留，请决定以哪一份为准"


@dataclass(frozen=True)
class MergeReport:
    """Everything one merge did."""

    lines: tuple[MergeLine, ...]
    duplicates: tuple[DuplicateUnit, ...]
    """All that are in the store now, whichever merge brought them."""
    chain_faults: tuple[str, ...] = ()
    """Hand-overs that are missing, or went on in two places, of the laptops whose workbooks were taken."""
    stopped: bool = False
    """True when somebody ended the merge; what is in `lines` is done, the rest was not looked at."""

    @property
    def rejected(self) -> tuple[MergeLine, ...]:
        """Files a person must look after."""
        return tuple(line for line in self.lines if line.outcome is Outcome.REJECTED)

    @property
    def conflicts(self) -> tuple[ConflictCell, ...]:
        """Conflicts in the interviews this merge touched."""
        found = {(c.interview, c.cell): c for line in self.lines for done in line.interviews for c in done.conflicts}
        return tuple(found.values())

    @property
    def disputed_cases(self) -> int:
        """Cases this merge brought something new of, and of which two people said different things."""
        lines = (case for line in self.lines for case in line.cases)
        return len({case.id for case in lines if case.conflicts and case.added})

    def to_json(self) -> str:
        """For `--json` and for keeping."""
        return json.dumps(asdict(self), ensure_ascii=False)


def overall(lines: Iterable[InterviewLine | CaseLine]) -> Outcome:
    """The outcome of a workbook: the weightiest of its interviews' and cases'."""
    outcomes = {line.outcome for line in lines}
    return next((outcome for outcome in _WEIGHT if outcome in outcomes), Outcome.KNOWN)


def tally(interviews: tuple[InterviewLine, ...], cases: tuple[CaseLine, ...] = ()) -> str:
    """`新增 5 份、更新 2 份，问题清单等登记新增 3 件，其中 1 件两边说法不同，都已保留`."""
    told = [_counted(interviews, "份") or "没有答卷"] if interviews or not cases else []
    if cases:
        disputed = sum(line.conflicts > 0 and line.outcome is not Outcome.KNOWN for line in cases)
        told.append(f"问题清单等登记{_counted(cases, '件')}")
        told += [f"其中 {disputed} 件两边说法不同，都已保留"] if disputed else []
    return "，".join(told)


def _counted(lines: tuple[InterviewLine | CaseLine, ...], measure: str) -> str:
    counts = Counter(line.outcome for line in lines)
    return "、".join(f"{outcome.label} {counts[outcome]} {measure}" for outcome in reversed(_WEIGHT) if counts[outcome])
