"""One examination: all checks look at every interview of a round once."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from exports.coverage import survey_coverage
from exports.files import ExportError
from exports.quality.amounts import Outlier, RoundNumbers, UnitSlip
from exports.quality.blanks import MissingAnswers, Unanswered
from exports.quality.filing import Doubted, DuplicateUnit, OutdatedVersion, PassedWarning, SameNumbers, Unsettled
from exports.quality.findings import Check, Context, Finding, Severity
from exports.quality.norms import read_norms
from exports.quality.patterns import SpecifyText, StraightLine
from exports.quality.people import People, Work
from exports.quality.rechecks import BackCheck, Corrections, SecondKeying
from exports.quality.sheets import read_sheets
from exports.quality.thresholds import Thresholds
from exports.quality.times import Clock, Night, Pace, Rushed
from exports.selection import Selection
from surveys.form import Form
from surveys.recording import utc_now
from surveys.store import Store

CHECKS: tuple[type[Check], ...] = (
    OutdatedVersion, Unsettled, DuplicateUnit, SameNumbers, UnitSlip, Outlier, PassedWarning, MissingAnswers,
    Unanswered, StraightLine, RoundNumbers, SpecifyText, Pace, Rushed, Night, Clock, Corrections, SecondKeying,
    BackCheck, People, Doubted,
)  # fmt: skip
"""In the order in which they are listed."""


@dataclass(frozen=True)
class Quality:
    """What an examination found."""

    form: Form
    examined: int
    """Interviews looked at."""
    counted: int
    """Of those whose answers were judged: the complete ones (and drafts, where asked for)."""
    findings: tuple[Finding, ...]
    """The most urgent first; then by check, unit (as in the frame) and question (as in the form)."""
    teams: tuple[Work, ...]
    members: tuple[Work, ...]

    def count(self, check: str, severity: Severity | None = None) -> int:
        """Findings of one check (`Check.id`), of one severity if given."""
        return sum(found.check == check and severity in (None, found.severity) for found in self.findings)

    def of_severity(self, severity: Severity) -> int:
        """Findings of all checks."""
        return sum(found.severity is severity for found in self.findings)

    def about(self, interview: str) -> tuple[Finding, ...]:
        """What was found about one interview."""
        return tuple(found for found in self.findings if found.interview == interview)


def examine(
    store: Store, survey_id: str = "", *, drafts: bool = False, limits: Thresholds | None = None, now: str = ""
) -> Quality:
    """Examine the current round of a survey; the same store and `now` give the same findings in the same order.

    Args:
        store: Where the interviews are; nothing is written.
        survey_id: An installed survey; "" is the main one.
        drafts: Judge the answers of drafts too, as if they were complete.
        limits: What counts as odd; the survey's own by default.
        now: When it is examined, as events write it; the present by default.

    Raises:
        ExportError: there is no such questionnaire, or it sets a threshold that is no number.
    """
    if not (digest := store.survey_digest(survey_id)):
        what = f"问卷“{survey_id}”" if survey_id else "问卷"
        raise ExportError(f"这里还没有{what}，查不了质量，请先打开一次程序或合并一份工作簿。")
    form, connection = store.form(digest), store.conn
    selection = Selection.of(form, drafts=drafts)
    if limits is None:
        try:
            limits = Thresholds.of(form.survey)
        except ValueError:
            raise ExportError("问卷 parameters 里 quality_ 开头的阈值要写数字，请修改问卷定义。") from None
    units = [] if selection.many else survey_coverage(connection, selection).whole.units
    context = Context(
        form, store.form,
        dict(connection.execute("SELECT digest, version FROM surveys").fetchall()),
        limits, read_norms(connection, form, selection, limits),
        frozenset(ident for unit in units if len(unit.interviews) > 1 for ident in unit.interviews),
        frozenset(ident for unit in units if unit.duplicate for ident in unit.interviews),
        now or utc_now().isoformat(), store.interview,
    )  # fmt: skip
    checks = [check(context) for check in CHECKS]
    findings: list[Finding] = []
    examined = counted = 0
    for sheet in read_sheets(connection, selection):
        examined, counted = examined + 1, counted + sheet.counted
        for check in checks:
            findings.extend(check.look(sheet))
    for check in checks:
        findings.extend(check.conclude())
    people = next(check for check in checks if isinstance(check, People))
    _attribute(findings, people)
    frame = [code for (code,) in connection.execute("SELECT code FROM units ORDER BY ord")]
    return Quality(form, examined, counted, _ordered(findings, form, frame), (*people.teams(),), (*people.members(),))


def _attribute(findings: Sequence[Finding], people: People) -> None:
    """Count every finding for the team and the person it is about."""
    for found in findings:
        if found.team is not None:
            for who in {"", found.who}:
                if work := people.work.get((found.team, who)):
                    work.findings[found.severity] += 1


def _ordered(findings: Sequence[Finding], form: Form, frame: Sequence[str]) -> tuple[Finding, ...]:
    severities, checks = [*Severity], [check.id for check in CHECKS]
    place = {code: number for number, code in enumerate(frame)}
    return tuple(sorted(findings, key=lambda found: (
        severities.index(found.severity), checks.index(found.check), place.get(found.unit, -1),
        form.position.get(found.question, -1), -1 if found.team is None else found.team, found.interview, found.cell,
        found.message,
    )))  # fmt: skip


def counts(quality: Quality) -> list[tuple[type[Check], Counter[Severity]]]:
    """Every check in its order, also one that found nothing, with how many findings of each severity."""
    found = Counter((finding.check, finding.severity) for finding in quality.findings)
    return [(check, Counter({severity: found[check.id, severity] for severity in Severity})) for check in CHECKS]
