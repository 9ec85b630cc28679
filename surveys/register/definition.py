"""A register as data: pydantic models that are the YAML schema.

The field types are those of questionnaires, so that typing is read the same way everywhere.
"""

from __future__ import annotations

import hashlib
import json
from typing import Annotated, Literal

from pydantic import Field

from surveys.value_types import (
    Choice,
    Code,
    DateType,
    IntegerType,
    Label,
    Model,
    Name,
    SelectMultipleType,
    SelectOneType,
    TextType,
    ValueType,
)
from surveys.wording import Wording

Phase = Literal["candidate", "open", "answered", "merged", "done", "dropped"]
"""What a status means to lists and statistics: not confirmed · owed · answered, not followed up · goes with another
case · closed · was none. In this order a disputed status counts as the first of its sides."""

PHASES: tuple[Phase, ...] = ("candidate", "open", "answered", "merged", "done", "dropped")

Codes = Annotated[tuple[Code, ...], Field(min_length=1)]


class CaseField(Model):
    """What every field of a case has, whatever it holds."""

    name: Name
    label: Label
    hint: Wording = Wording("")
    sensitive: bool = False
    """Personal: kept in the history only, never in a list, a statistic or an export; masked on the screen."""
    always: bool = False
    """May be changed after the case is closed too."""
    only_with: dict[Name, Codes] = {}
    """Asked only while each of these fields has one of these values."""


class SelectOneField(SelectOneType, CaseField):
    """One choice."""


class SelectMultipleField(SelectMultipleType, CaseField):
    """Several choices."""


class IntegerField(IntegerType, CaseField):
    """A whole number."""


class TextField(TextType, CaseField):
    """Words."""


class DateField(DateType, CaseField):
    """A day."""


class InterviewField(CaseField):
    """The id of an interview."""

    type: Literal["interview"]


class CitationField(CaseField):
    """An entry of a reference list, as `surveys.references.Cited.citation`."""

    type: Literal["citation"]


class CaseLinkField(CaseField):
    """Another case of this register."""

    type: Literal["case"]
    of: Name
    """Its type."""


class CaseLinksField(CaseField):
    """Any number of other cases; each is a cell of its own, `field[case id]`, so that two people's links add up."""

    type: Literal["cases"]
    of: Name


AnyField = Annotated[
    SelectOneField
    | SelectMultipleField
    | IntegerField
    | TextField
    | DateField
    | InterviewField
    | CitationField
    | CaseLinkField
    | CaseLinksField,
    Field(discriminator="type"),
]


class Step(Model):
    """A way from one status to the next."""

    to: Code
    only: dict[Name, Codes] = {}
    """Open only when each of these fields has one of these values."""


class Deadline(Model):
    """A day by which something is due while the status lasts."""

    field: Name
    """Where the day is kept; filled in on entering the status when nobody gives one."""
    days: Name
    """The parameter with the number of days."""
    workdays: bool = False
    """Count Monday to Friday only."""
    after: Name | None = None
    """The date field the days are counted from; None: the status's own day, or today."""
    met_by: Name | None = None
    """The date field that says that it was met; None: leaving the status."""


class Tries(Model):
    """So many tries must be recorded before a case may be closed with one of these values."""

    field: Name
    values: Codes
    least: Name
    """The parameter with the number."""


class CaseStatus(Model):
    """One status of a flow, and what entering it asks for."""

    code: Code
    label: Label
    action: Label
    """What a person does to get there: 当场答复."""
    phase: Phase
    next: tuple[Step, ...] = ()
    requires: tuple[Name, ...] = ()
    """Fields that must have a value; those whose `only_with` does not hold are passed over."""
    asks: tuple[Name, ...] = ()
    """Fields worth asking for, but not required."""
    dated: Name | None = None
    """The date field that says when the status was entered; today unless somebody says another day."""
    sets: dict[Name, Code] = {}
    clears: tuple[Name, ...] = ()
    """Fields that are emptied on entering; what they held stays in the history."""
    then: Code | None = None
    """The status that follows at once by itself."""
    deadlines: tuple[Deadline, ...] = ()
    extendable: bool = False
    tries: Tries | None = None


class Columns(Model):
    """Which fields lists and statistics read as what."""

    title: Name
    category: Name | None = None
    registered: Name
    """The day from which the case counts."""
    answered: Name | None = None
    closed: Name
    promised: Name | None = None
    """The deadline of the answer."""
    reply_kind: Name | None = None
    satisfaction: Name | None = None
    topic: Name | None = None
    """The case it goes with."""


class Extension(Model):
    """How a deadline is put off; always with a reason."""

    most: Name
    """The parameter with the number of times."""
    days: Name
    """The parameter with the days that are added unless somebody says a day."""
    count: Name
    reason: Name


class CaseType(Model):
    """One type of case: fields and flow."""

    name: Name
    label: Label
    prefix: Annotated[str, Field(pattern=r"^[A-Z]{1,3}$")]
    """Begins the readable number."""
    initial: Code
    """The status of a case that nobody has moved yet."""
    opens_at: Code
    """The status of one that a person opens."""
    answered_at: Code | None = None
    """The status to which one answer for all cases of a topic leads."""
    columns: Columns
    extension: Extension | None = None
    fields: Annotated[tuple[AnyField, ...], Field(min_length=1)]
    statuses: Annotated[tuple[CaseStatus, ...], Field(min_length=1)]


class RowField(Model):
    """Where a field of the case comes from."""

    field: Name
    """A field of the row."""
    codes: dict[Code, Code] = {}
    """Its codes → those of the case's field; empty: they are the same. A code that is not here is left out."""


class RowCandidates(Model):
    """How the rows of one roster become candidates."""

    values: dict[Name, Code] = {}
    """Field of the case → code."""
    fields: dict[Name, RowField] = {}
    """Field of the case → the answer it takes."""


class Candidates(Model):
    """What the flags of a questionnaire become."""

    type: Name
    flags: dict[Name, Code] = {}
    """Field of the case → code, for flags."""
    rows: dict[Name, RowCandidates] = {}
    """Roster → how its rows are read."""
    surveys: dict[Name, dict[Name, Code]] = {}
    """Survey → field → code, for what a person raises in one of its interviews."""


class Register(Model):
    """A whole register."""

    id: Name
    version: Annotated[str, Field(min_length=1, max_length=32)]
    title: Label
    parameters: dict[Name, Annotated[int, Field(ge=0, le=3660)]] = {}
    choices: dict[Name, Annotated[tuple[Choice, ...], Field(min_length=1)]] = {}
    candidates: Candidates | None = None
    types: Annotated[tuple[CaseType, ...], Field(min_length=1)]

    def canonical_json(self) -> str:
        """The one spelling of this definition: sorted keys, defaults left out, no spaces."""
        data = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Register:
        """The inverse of `canonical_json`. Raises ValueError."""
        return cls.model_validate(json.loads(text))

    def digest(self) -> str:
        """SHA-256 of `canonical_json`."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()

    def has(self, type_name: str) -> bool:
        """Whether it has a type of this name."""
        return any(found.name == type_name for found in self.types)

    def type(self, name: str) -> CaseType:
        """One type of case. Raises KeyError."""
        return next((found for found in self.types if found.name == name), None) or _missing(name)

    def about_units(self, type_: CaseType) -> bool:
        """Whether a case of this type is about one unit: not where others link to it, nor where it answers others."""
        linked = {getattr(field, "of", "") for other in self.types for field in other.fields}
        return type_.name not in linked and not any(isinstance(field, CaseLinksField) for field in type_.fields)

    def kind_of(self, field: CaseField) -> ValueType:
        """What a field holds, shared choices put in; ids and citations are texts of one line."""
        if isinstance(field, SelectOneField | SelectMultipleField):
            choices = self.choices.get(field.choices, ()) if isinstance(field.choices, str) else field.choices
            return field.model_copy(update={"choices": choices})
        if isinstance(field, IntegerField | TextField | DateField):
            return field
        return TextType(type="text", max_length=120)


def _missing(name: str) -> CaseType:
    raise KeyError(name)
