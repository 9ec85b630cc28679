"""Which of the installed surveys the app is at, and what is known of it without loading its models."""

from __future__ import annotations

import functools
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from surveys.store import InterviewRow, Store, SurveyHeading

SURVEY = "shown_survey"
"""The setting that remembers the survey on the home screen; "" is the main one."""

LANGUAGE = "language"
"""The setting that remembers the language of the forms; "" is the one a form is written in."""

ADVANCE = "advance"
"""The setting that is "0" where a choice does not go on to the next question by itself."""


@dataclass(frozen=True)
class Outline:
    """What a stored definition says about itself."""

    many: bool
    """True when a unit has any number of interviews, one per visit."""
    notice: str
    round: str
    """The round that interviews are started in now."""
    languages: Mapping[str, str]
    """Language code → its name; the first is the one the form is written in. Empty where there is one only."""

    def language(self, wanted: str) -> str:
        """The language to show the form in: the wanted one if there is such, otherwise "" for the first."""
        return wanted if wanted in list(self.languages)[1:] else ""

    def next_language(self, now: str) -> str:
        """The language after this one, in a circle; "" for the first."""
        codes = ["", *list(self.languages)[1:]]
        return codes[(codes.index(now) + 1) % len(codes)]

    def language_name(self, code: str) -> str:
        """中文, བོད་ཡིག …; "" where there is one language only."""
        return self.languages[code] if code else next(iter(self.languages.values()), "")


def current_survey(store: Store) -> SurveyHeading:
    """The survey that was switched to last, while it is installed; otherwise the main one."""
    wanted = store.setting(SURVEY)
    return next((heading for heading in store.surveys() if heading.id == wanted), store.survey_heading())


def following_survey(store: Store) -> SurveyHeading:
    """The installed survey after the current one, in a circle."""
    headings = store.surveys()
    return headings[(headings.index(current_survey(store)) + 1) % len(headings)]


def rounds_of(definition: Outline, rows: Iterable[InterviewRow]) -> list[str]:
    """The rounds of a survey that there is something of: the one that is going on, then the others, latest first."""
    others = {row.round for row in rows} - {definition.round}
    return [definition.round, *sorted(others, reverse=True)]


def outline(store: Store, digest: str) -> Outline:
    """What the definition of this digest says about itself."""
    return _outline(store.definition_json(digest))


@functools.lru_cache(maxsize=16)
def _outline(text: str) -> Outline:
    definition = json.loads(text)
    languages = definition.get("languages", {})
    return Outline(
        definition.get("per_unit") == "many",
        definition.get("notice", ""),
        definition.get("round", ""),
        languages if len(languages) > 1 else {},
    )
