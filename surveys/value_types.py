"""What one cell of a questionnaire can hold: the value types and their choices."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from surveys.wording import Wording

NAME_PATTERN = r"^[^\W\d][\w-]*$"
"""Names of questions, fields, rows and columns: a letter (Chinese too), then letters, digits, `_`, `-`."""

CODE_PATTERN = r"^[^\s.\[\]]+$"
"""Names of choices: no white space (several are stored space-separated) and nothing a cell address uses."""

LONGEST_CODE = 32

Name = Annotated[str, Field(pattern=NAME_PATTERN, max_length=64)]
Code = Annotated[str, Field(pattern=CODE_PATTERN, max_length=LONGEST_CODE)]
Label = Annotated[Wording, Field(min_length=1)]
"""A text that people read, in one language or in several."""

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
    filter: dict[str, str] = {}
    """What a `choice_filter` reads of this choice, e.g. `{city: hrb}`."""


Choices = str | Annotated[tuple[Choice, ...], Field(min_length=1)]
"""A list of choices, or the name of a shared list."""


class SelectOneType(Model):
    """One choice of a list."""

    type: Literal["select_one"]
    choices: Choices
    choice_filter: Condition | None = None
    """Which choices are offered: true for a choice, whose `filter` entries are plain names (`city = ${q1}`)."""


class SelectMultipleType(Model):
    """Any number of choices, within bounds."""

    type: Literal["select_multiple"]
    choices: Choices
    choice_filter: Condition | None = None
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
    """An amount in 万元; the person may type 元 explicitly (see `typed.read_typed`)."""

    type: Literal["money"]
    min: Decimal | None = Decimal(0)
    max: Decimal | None = None
    likely_max: Decimal | None = None
    """A larger amount asks for a note: it looks as if 元 had been entered for 万元."""
    decimals: int = Field(default=2, ge=0, le=6)
    unit: str = "万元"


class PercentType(Model):
    """A share, typed as a number of percent."""

    type: Literal["percent"]
    min: Decimal | None = Decimal(0)
    max: Decimal | None = Decimal(100)
    decimals: int = Field(default=1, ge=0, le=6)
    unit: str = "%"


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


MONTH_PATTERN = r"^\d{4}-(0[1-9]|1[0-2])$"
TIME_PATTERN = r"^([01]\d|2[0-3]):[0-5]\d$"


class MonthType(Model):
    """A month of a year, `2022-11`."""

    type: Literal["month"]
    min: str | None = Field(default=None, pattern=MONTH_PATTERN)
    max: str | None = Field(default=None, pattern=MONTH_PATTERN)


class TimeType(Model):
    """A time of day, `14:30`."""

    type: Literal["time"]
    min: str | None = Field(default=None, pattern=TIME_PATTERN)
    max: str | None = Field(default=None, pattern=TIME_PATTERN)


class RatingType(Model):
    """A judgement on a labelled scale; choices are in the order of the scale."""

    type: Literal["rating"]
    choices: Choices


class RankType(Model):
    """Choices put in order, the most important first."""

    type: Literal["rank"]
    choices: Choices
    max_ranked: int | None = Field(default=None, ge=1)
    """How many are to be ranked; None means all."""


class AttachmentType(Model):
    """A file (photo, scan), kept by its content hash in the store's folder."""

    type: Literal["attachment"]
    extensions: tuple[str, ...] = ("jpg", "jpeg", "png", "pdf", "docx", "xlsx", "wps", "et", "zip")


ValueType = Annotated[
    SelectOneType
    | SelectMultipleType
    | IntegerType
    | DecimalType
    | MoneyType
    | PercentType
    | TextType
    | DateType
    | MonthType
    | TimeType
    | RatingType
    | RankType
    | AttachmentType,
    Field(discriminator="type"),
]
"""What a single cell holds: a simple question, a matrix cell, a field of a roster row."""
