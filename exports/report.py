"""The report: a Word document with every figure in it, for the office to write its own words into."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exports.files import ExportError, replace_file

if TYPE_CHECKING:
    from surveys.store import Store

_BEGINNING = "1980-01-01T00:00:00+00:00"


def write_report(
    store: Store,
    target: Path,
    *,
    drafts: bool = False,
    survey_id: str = "",
    round_: str = "",
    weights: Path | None = None,
) -> Path:
    """Write the report of one round of a survey; the same content, fonts and libraries give the same bytes.

    Args:
        store: The office's store.
        target: The document to write.
        drafts: As in `summary.write_summary`; so also the others.
        survey_id: An installed survey; "" is the main one.
        round_: One that has interviews; "" is the current one.
        weights: A file with a weight per unit.

    Raises:
        ExportError: the extra `report` is not installed, there is no such questionnaire or round, the weights are
            not right, or the file could not be written; an older one is untouched.
    """
    try:
        from exports import report_chapters as chapters
        from exports.report_facts import facts
        from exports.report_writing import Writing
    except ImportError as error:
        what = "写报告要用 python-docx 和 matplotlib，本机没有装好"
        raise ExportError(f"{what}，请先运行 pip install 'zoufang[report]'。") from error
    from exports.times import moment

    found = facts(store, drafts=drafts, survey_id=survey_id, round_=round_, weights=weights)
    writing = Writing("演示数据，不是真实调查结果" if found.heading.demo else "")
    chapters.write_front(writing, found)
    chapters.write_overview(writing, found)
    for section in found.sections(numbered=True):
        chapters.write_dimension(writing, found, section)
    if found.indicators:
        chapters.write_indicators(writing, found)
    if found.profile is not None:
        chapters.write_profile(writing, found)
    chapters.write_widely(writing, found)
    chapters.write_practices(writing, found)
    chapters.write_appendix(writing, found)
    made = moment(found.heading.last_event or _BEGINNING)
    replace_file(target, lambda path: writing.paper.save(path, found.title, made))
    return target
