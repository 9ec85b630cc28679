"""The questionnaire as data: pydantic models that are the YAML schema.

Names follow XLSForm (name, label, hint, relevant, constraint, ...) so that a form engineer
can read our definitions. The models hold no behaviour beyond their own shape; `loading`
turns YAML into them with positions, `form` makes them ready to run.
"""

from __future__ import annotations

import hashlib
import json
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import Field, model_validator

from surveys.answers import Status
from surveys.value_types import (
    AttachmentType,
    Choice,
    Code,
    Condition,
    DateType,
    DecimalType,
    IntegerType,
    Label,
    Model,
    MoneyType,
    MonthType,
    Name,
    PercentType,
    RankType,
    RatingType,
    SelectMultipleType,
    SelectOneType,
    TextType,
    TimeType,
    ValueType,
)
from surveys.wording import Wording


class Check(Model):
    """A rule over answers that must hold; `check` is true when all is well."""

    check: Condition
    message: Label


class Flag(Model):
    """A rule that makes a candidate problem when `when` is true."""

    when: Condition
    category: str
    """A code of the problem taxonomy, or `by_row` when every roster row is a candidate of its own."""
    level: Literal["red", "yellow"]
    message: Label


MissingStatus = Literal[Status.DONT_KNOW, Status.REFUSED, Status.NOT_APPLICABLE]
"""What a person may say instead of an answer."""

Prefill = Literal["unit.code", "unit.city", "unit.county", "unit.name", "unit.kind", "team", "who", "today"]
"""What the assignment and the moment know when an interview is begun."""


class Question(Model):
    """What every question has, whatever it holds."""

    name: Name
    was: Name | None = None
    """Its name in an earlier version; a migration carries the answers over."""
    label: Label
    hint: Wording = Wording("")
    required: bool = False
    """Must be answered (or given one of `statuses`) before the interview can be completed."""
    relevant: Condition | None = None
    """Shown only when true; sees blanks as blanks; may read earlier questions only."""
    constraint: Condition | None = None
    constraint_message: Wording = Wording("")
    constraints: tuple[Check, ...] = ()
    """Hard checks: one that fails blocks completion."""
    warnings: tuple[Check, ...] = ()
    """Soft checks: one that fails asks for a note."""
    flags: tuple[Flag, ...] = ()
    statuses: tuple[MissingStatus, ...] | None = None
    """Missing statuses this question offers; None means the survey's default."""
    quoted: str | None = None
    """The source document that prints this wording, word for word."""
    source: str = ""
    """Where the question comes from, for the codebook."""
    default: str | None = None
    """Entered, as if typed, when the interview (or the roster row) is begun."""
    prefill: Prefill | None = None
    """Entered from the assignment when the interview is begun."""
    read_only: bool = False
    """Shown, never typed: what was prefilled stays."""
    sensitive: bool = False
    """Personal: once entered, it is shown on the screen only when asked for."""

    @property
    def hard_checks(self) -> tuple[Check, ...]:
        """`constraint` and `constraints` as one list."""
        if self.constraint is None:
            return self.constraints
        return (Check(check=self.constraint, message=self.constraint_message), *self.constraints)

    @model_validator(mode="after")
    def _constraint_has_message(self) -> Question:
        if (self.constraint is None) != (not self.constraint_message):
            raise ValueError("constraint 和 constraint_message 要同时写")
        return self


class SelectOne(SelectOneType, Question):
    """A question answered by one choice."""


class SelectMultiple(SelectMultipleType, Question):
    """A question answered by several choices."""


class Integer(IntegerType, Question):
    """A question answered by a whole number."""


class DecimalNumber(DecimalType, Question):
    """A question answered by a number."""


class Money(MoneyType, Question):
    """A question answered by an amount."""


class Text(TextType, Question):
    """A question answered in words."""


class Date(DateType, Question):
    """A question answered by a date."""


class Rating(RatingType, Question):
    """A question answered by a judgement on a scale."""


class Percent(PercentType, Question):
    """A question answered by a share."""


class Month(MonthType, Question):
    """A question answered by a month."""


class Time(TimeType, Question):
    """A question answered by a time of day."""


class Rank(RankType, Question):
    """A question answered by putting choices in order."""


class Attachment(AttachmentType, Question):
    """A question answered by a file."""


Simple = (
    SelectOne
    | SelectMultiple
    | Integer
    | DecimalNumber
    | Money
    | Percent
    | Text
    | Date
    | Month
    | Time
    | Rating
    | Rank
    | Attachment
)
SimpleQuestion = Annotated[Simple, Field(discriminator="type")]


class Row(Model):
    """A row of a matrix; `cell` overrides the matrix's own cell type for this row."""

    name: Code
    was: Code | None = None
    label: Label
    cell: ValueType | None = None


class Column(Model):
    """A column of a matrix."""

    name: Code
    was: Code | None = None
    label: Label


class Matrix(Question):
    """A grid of like cells: one column (`columns` empty) or rows × columns."""

    type: Literal["matrix"]
    cell: ValueType
    rows: Annotated[tuple[Row, ...], Field(min_length=1)]
    columns: tuple[Column, ...] = ()

    @model_validator(mode="after")
    def _rows_and_columns_differ(self) -> Matrix:
        # `${matrix.x}` names a row or a column; a name that is both would be ambiguous.
        if both := {r.name for r in self.rows} & {c.name for c in self.columns}:
            raise ValueError(f"行和列不能同名：{'、'.join(sorted(both))}")
        return self


class Roster(Question):
    """A list of things registered one by one, each with the same fields."""

    type: Literal["roster"]
    item_label: str = ""
    """How one item is named in lists, e.g. `${v_name}`."""
    min_items: int = Field(default=0, ge=0)
    max_items: int = Field(default=60, ge=1, le=1000)
    none_label: Wording = Wording("")
    """If set, the person may state that there is nothing to register (暂无)."""
    questions: Annotated[tuple[SimpleQuestion, ...], Field(min_length=1)]


class Calculate(Question):
    """A derived figure: computed, never typed, not numbered."""

    type: Literal["calculate"]
    calculation: Condition
    result: Literal["number", "text"] = "number"
    needs_all: bool = False
    """Computed only when every answer it names is there, so that a 不掌握 never understates a total."""
    unit: str = ""
    decimals: int = Field(default=2, ge=0, le=6)


class Note(Question):
    """A text to be read, not answered; not numbered."""

    type: Literal["note"]


AnyQuestion = Annotated[Simple | Matrix | Roster | Calculate | Note, Field(discriminator="type")]


class Checked(Model):
    """What carries checks over several questions; each is shown at the last question it reads."""

    constraints: tuple[Check, ...] = ()
    warnings: tuple[Check, ...] = ()
    flags: tuple[Flag, ...] = ()


class Section(Checked):
    """A dimension of the questionnaire."""

    name: Name
    label: Label
    relevant: Condition | None = None
    """Hides all its questions unless true."""
    numbered: bool = True
    """False for the cover: its questions carry no number and do not count as the survey's questions."""
    questions: Annotated[tuple[AnyQuestion, ...], Field(min_length=1)]


class Survey(Checked):
    """A whole questionnaire."""

    id: Name
    version: str
    title: Label
    unit: str
    """What one interview describes, e.g. 县级工会."""
    per_unit: Literal["one", "many"] = "one"
    """How many interviews of one unit a round has: one questionnaire, or many visits."""
    languages: dict[str, str] = {}
    """Language code → its name, for the switch; the first is the one the texts are written in."""
    round: str = ""
    """The default round (轮次) for interviews started with this definition."""
    notice: str = ""
    """A sentence shown on the about screen and in the codebook (origin of the wording)."""
    parameters: dict[str, int | Decimal | str] = {}
    """Thresholds an office may edit; read by `param('name')`."""
    statuses: tuple[MissingStatus, ...] = ()
    """Missing statuses offered by default."""
    evidence: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ("录入错误", "对方更正", "核实后更正", "补充材料")
    """What a completed interview is opened again and its answers changed for; another may always be typed."""
    choices: dict[str, tuple[Choice, ...]] = {}
    """Shared choice lists."""
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    def canonical_json(self) -> str:
        """The one spelling of this definition: sorted keys (languages keep their order), defaults left out, no spaces."""
        data = _sorted(self.model_dump(mode="json", exclude_defaults=True))
        return json.dumps(data, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def from_json(cls, text: str) -> Survey:
        """The inverse of `canonical_json`.

        Read as plain data first: pydantic's own JSON mode takes the parameter "00" for the number 0.
        """
        return cls.model_validate(json.loads(text))

    def in_language(self, language: str) -> Survey:
        """The same survey with every text in one language; for showing, its digest is another."""
        return Survey.model_validate(_spoken(self.model_dump(mode="json", exclude_defaults=True), language))

    def digest(self) -> str:
        """SHA-256 of `canonical_json`; id + version + digest identify a definition."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()


SPOKEN = ("label", "hint", "message", "constraint_message", "none_label", "title")
"""The keys whose values are texts that may be given in several languages."""


_LANGUAGES_INSIDE = frozenset({*SPOKEN, "languages"})


def _spoken(data: Any, language: str) -> Any:
    """The dumped definition with maps of languages replaced by one of their texts."""
    if isinstance(data, list):
        return [_spoken(entry, language) for entry in data]
    if not isinstance(data, dict):
        return data
    return {
        key: value.get(language, next(iter(value.values())))
        if key in SPOKEN and isinstance(value, dict)
        else _spoken(value, language)
        for key, value in data.items()
    }


def _sorted(data: Any) -> Any:
    """The dumped definition with the keys of every mapping sorted, but those of languages: the first one leads."""
    if isinstance(data, list):
        return [_sorted(entry) if isinstance(entry, dict | list) else entry for entry in data]
    return {
        key: value
        if not isinstance(value, dict | list) or (key in _LANGUAGES_INSIDE and isinstance(value, dict))
        else _sorted(value)
        for key, value in sorted(data.items())
    }
