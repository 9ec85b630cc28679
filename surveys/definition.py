"""The questionnaire as data: pydantic models that are the YAML schema.

Names follow XLSForm (name, label, hint, relevant, constraint, ...) so that a form engineer
can read our definitions. The models hold no behaviour beyond their own shape; `loading`
turns YAML into them with positions, `form` makes them ready to run.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from surveys.answers import Status

NAME_PATTERN = r"^[^\W\d][\w-]*$"
"""Names of questions, fields, rows and columns: a letter (Chinese too), then letters, digits, `_`, `-`."""

CODE_PATTERN = r"^[^\s.\[\]]+$"
"""Names of choices: no white space (several are stored space-separated) and nothing a cell address uses."""

Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=64)]
Code = Annotated[str, Field(pattern=CODE_PATTERN, max_length=32)]
Label = Annotated[str, Field(min_length=1, max_length=500)]
Condition = Annotated[str, Field(min_length=1, max_length=10_000)]
"""An expression of the ODK language; compiled and checked by `form`."""


class Model(BaseModel):
    """Frozen, and strict about keys: a misspelt key is an error, never silently ignored."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Choice(Model):
    """One option of a choice list."""

    name: Code
    label: Label
    specify: bool = False
    """Choosing it asks for a text (其他，请注明); the text is its own cell, `question.code`."""
    exclusive: bool = False
    """Choosing it clears the other choices (没有、不清楚)."""


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


# ── what one cell can hold ────────────────────────────────────────────────────────────


class SelectOneType(Model):
    """One choice of a list."""

    type: Literal["select_one"]
    choices: str | Annotated[tuple[Choice, ...], Field(min_length=1)]
    """A list of choices, or the name of a shared list."""


class SelectMultipleType(Model):
    """Any number of choices, within bounds."""

    type: Literal["select_multiple"]
    choices: str | Annotated[tuple[Choice, ...], Field(min_length=1)]
    min_selected: int | None = Field(default=None, ge=0)
    max_selected: int | None = Field(default=None, ge=1)


class IntegerType(Model):
    """A whole number, in `unit`."""

    type: Literal["integer"]
    min: int | None = None
    max: int | None = None
    unit: str = ""


class DecimalType(Model):
    """A number with at most `decimals` digits behind the point, in `unit`."""

    type: Literal["decimal"]
    min: Decimal | None = None
    max: Decimal | None = None
    decimals: int = Field(default=2, ge=0, le=6)
    unit: str = ""


class MoneyType(Model):
    """An amount in 万元; the person may type 元 explicitly (see `answers.read_typed`)."""

    type: Literal["money"]
    min: Decimal | None = Decimal(0)
    max: Decimal | None = None
    decimals: int = Field(default=2, ge=0, le=6)
    unit: str = "万元"


class TextType(Model):
    """A text; lengths in characters."""

    type: Literal["text"]
    min_length: int = Field(default=0, ge=0)
    max_length: int = Field(default=1000, ge=1, le=10_000)
    multiline: bool = False


class DateType(Model):
    """A calendar date."""

    type: Literal["date"]
    min: dt.date | None = None
    max: dt.date | None = None


class RatingType(Model):
    """A judgement on a labelled scale; choices are in the order of the scale."""

    type: Literal["rating"]
    choices: str | Annotated[tuple[Choice, ...], Field(min_length=2)]


ValueType = Annotated[
    SelectOneType | SelectMultipleType | IntegerType | DecimalType | MoneyType | TextType | DateType | RatingType,
    Field(discriminator="type"),
]
"""What a single cell holds: a simple question, a matrix cell, a field of a roster row."""


# ── questions ─────────────────────────────────────────────────────────────────────────


class Question(Model):
    """What every question has, whatever it holds."""

    name: Name
    label: Label
    hint: str = ""
    required: bool = False
    """Must be answered (or given one of `statuses`) before the interview can be completed."""
    relevant: Condition | None = None
    """Shown only when true; sees blanks as blanks; may read earlier questions only."""
    constraint: Condition | None = None
    constraint_message: str = ""
    constraints: tuple[Check, ...] = ()
    """Hard checks: one that fails blocks completion."""
    warnings: tuple[Check, ...] = ()
    """Soft checks: one that fails asks for a note."""
    flags: tuple[Flag, ...] = ()
    statuses: tuple[Status, ...] | None = None
    """Missing statuses this question offers; None means the survey's default."""
    quoted: str | None = None
    """The source document that prints this wording, word for word."""
    source: str = ""
    """Where the question comes from, for the codebook."""

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


SimpleQuestion = Annotated[
    SelectOne | SelectMultiple | Integer | DecimalNumber | Money | Text | Date | Rating,
    Field(discriminator="type"),
]


class Row(Model):
    """A row of a matrix; `cell` overrides the matrix's own cell type for this row."""

    name: Code
    label: Label
    cell: ValueType | None = None


class Column(Model):
    """A column of a matrix."""

    name: Code
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
    none_label: str = ""
    """If set, the person may state that there is nothing to register (暂无)."""
    questions: Annotated[tuple[SimpleQuestion, ...], Field(min_length=1)]


class Calculate(Question):
    """A derived figure: computed, never typed, not numbered."""

    type: Literal["calculate"]
    calculation: Condition
    needs_all: bool = False
    """Computed only when every answer it names is there, so that a 不掌握 never understates a total."""
    unit: str = ""
    decimals: int = Field(default=2, ge=0, le=6)


AnyQuestion = Annotated[
    SelectOne | SelectMultiple | Integer | DecimalNumber | Money | Text | Date | Rating | Matrix | Roster | Calculate,
    Field(discriminator="type"),
]


class Section(Model):
    """A dimension of the questionnaire."""

    name: Name
    label: Label
    numbered: bool = True
    """False for the cover: its questions carry no number and do not count as the survey's questions."""
    questions: Annotated[tuple[AnyQuestion, ...], Field(min_length=1)]


class Survey(Model):
    """A whole questionnaire."""

    id: Name
    version: str
    title: Label
    unit: str
    """What one interview describes, e.g. 县级工会."""
    round: str = ""
    """The default round (轮次) for interviews started with this definition."""
    notice: str = ""
    """A sentence shown on the about screen and in the codebook (origin of the wording)."""
    parameters: dict[str, int | Decimal | str] = {}
    """Thresholds an office may edit; read by `param('name')`."""
    statuses: tuple[Status, ...] = ()
    """Missing statuses offered by default."""
    evidence: tuple[str, ...] = ()
    choices: dict[str, tuple[Choice, ...]] = {}
    """Shared choice lists."""
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    def canonical_json(self) -> str:
        """The one spelling of this definition: sorted keys, defaults left out, no spaces."""
        data = self.model_dump(mode="json", exclude_defaults=True)
        return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))

    def digest(self) -> str:
        """SHA-256 of `canonical_json`; id + version + digest identify a definition."""
        return hashlib.sha256(self.canonical_json().encode()).hexdigest()
