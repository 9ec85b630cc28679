"""What a report tells: the same counts as the summary, made by the same rooms."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from exports.case_words import ISSUE, PRACTICE, CaseReader, CaseWords
from exports.coverage import Coverage, survey_coverage
from exports.files import shown_name
from exports.indicators import Indicator, tabulate_indicators
from exports.limits import Limits
from exports.mirror import engine
from exports.problems import Profile, profile
from exports.said import said
from exports.selection import Selection
from exports.summary import form_and_selection, last_event, makes_flags
from exports.summary_front import Heading, heading_of
from exports.summary_texts import Texts, read_texts
from exports.tabulation import Tabulation, tabulate
from surveys.definition import Section
from surveys.form import Form
from surveys.register import figures
from surveys.register.keeping import register_of

if TYPE_CHECKING:
    from surveys.store import Store


@dataclass(frozen=True)
class Facts:
    """One round of one survey."""

    form: Form
    selection: Selection
    heading: Heading
    coverage: Coverage
    tabulation: Tabulation
    indicators: Sequence[Indicator]
    limits: Limits
    profile: Profile | None
    """None where the form makes no candidate problems."""
    heard: Sequence[figures.Heard]
    """Categories of what was registered, the most widely heard first."""
    issues: Sequence[CaseWords]
    practices: Sequence[CaseWords]
    texts: Mapping[str, Sequence[Texts]]
    """Question → what was written there."""

    @property
    def counted(self) -> str:
        """What the bases count."""
        return self.tabulation.counted

    @property
    def title(self) -> str:
        """Of the report."""
        return f"{self.heading.title.removesuffix('问卷')}报告"

    def sections(self, numbered: bool) -> list[Section]:
        """The dimensions, or the other parts people fill in; of a form without numbers every part is a dimension."""
        asked = [
            (section, any(item.number for item in self.form.items_of(section.name)))
            for section in self.form.sections()
            if any(item.asked for item in self.form.items_of(section.name))
        ]
        plain = not any(has for _, has in asked)
        return [section for section, has in asked if (has or plain) is numbered]


def facts(store: Store, *, drafts: bool, survey_id: str, round_: str, weights: Path | None) -> Facts:
    """Count everything; the arguments are those of `summary.write_summary`. Raises ExportError as that does."""
    form, selection = form_and_selection(store, survey_id, round_, drafts, weights)
    connection, reader = store.conn, CaseReader(store)
    issues, practices = (reader.listed(name, round_=selection.round) for name in (ISSUE, PRACTICE))
    with engine(connection, form) as queries:
        tabulation = tabulate(queries, form, selection)
    texts: dict[str, list[Texts]] = {}
    for found in read_texts(connection, form, selection):
        texts.setdefault(found.item.name, []).append(found)
    heading = heading_of(
        form,
        selection.round,
        last_event(connection, selection),
        demo=store.setting("demo") == "1",
        drafts=drafts,
        weights=shown_name(weights) if weights else "",
    )
    return Facts(
        form,
        selection,
        heading,
        survey_coverage(connection, selection),
        tabulation,
        tabulate_indicators(connection, form, selection),
        Limits(form),
        profile(said(store, selection), register_of(store)) if makes_flags(form) else None,
        figures.most_heard(store, "category", 20) if issues else [],
        issues,
        practices,
        texts,
    )
