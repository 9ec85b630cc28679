"""A survey made ready to run: numbered questions, their cells, compiled rules, who depends on whom.

Making a form finds everything that is wrong with a definition beyond its shape (unknown names,
bad expressions, cycles); all of it is reported at once as `FormErrors`.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from surveys.answers import Status, choices_of
from surveys.contradictions import contradictions
from surveys.definition import AnyQuestion, Calculate, Matrix, Note, Question, Roster, Section, Survey
from surveys.expressions import Scalar
from surveys.problems import FormErrors, Path, Problem, nearest
from surveys.rules import Rule, RuleBook
from surveys.value_types import Choice, DecimalType, TextType, ValueType

SPECIFY = TextType(type="text", min_length=2, max_length=60)
"""The text that goes with a `specify` choice (其他，请注明)."""

_ADDRESS = re.compile(r"([^.\[\]]+)(?:\[([^.\[\]]+)\])?(?:\.(.+))?")


@dataclass(frozen=True)
class Cell:
    """One answerable place."""

    address: str
    """Where it is; for a roster field the field's name (see `roster_cell`)."""
    kind: ValueType
    """What it holds, with choice lists resolved."""
    label: str
    required: bool
    statuses: tuple[Status, ...]
    """The missing statuses a person may give here."""
    row: str = ""
    column: str = ""
    read_only: bool = False
    sensitive: bool = False

    @functools.cached_property
    def read(self) -> Callable[[str], Scalar]:
        """Turns a canonical value into what expressions calculate with."""
        match self.kind.type:
            case "integer" | "decimal" | "money" | "percent":
                return float
            case "date":
                return dt.date.fromisoformat
            case _:
                return str


@dataclass(frozen=True)
class Item:
    """One question in its place."""

    question: AnyQuestion
    section: Section
    number: int | None
    """Counts through the numbered sections; None on the cover and for calculated figures."""
    cells: tuple[Cell, ...]
    """Matrix: row by row; roster: its fields; otherwise one."""
    rules: tuple[Rule, ...] = ()
    """Checks and flags, those of roster fields included."""

    @property
    def name(self) -> str:
        """The name it is referred to by."""
        return self.question.name

    @property
    def label(self) -> str:
        """The wording, without its number."""
        return self.question.label

    @property
    def type(self) -> str:
        """The question type."""
        return self.question.type

    @property
    def asked(self) -> bool:
        """True when a person answers it: not for figures that are computed and texts that are only read."""
        return self.type not in ("calculate", "note")

    @property
    def heading(self) -> str:
        """`17、工人文化宫…`; no space after the mark, so that Chinese text wraps."""
        return f"{self.number}、{self.label}" if self.number else self.label


def roster_cell(roster: str, row_id: str, field: str = "") -> str:
    """The address of a roster row, or of one field in it."""
    return f"{roster}[{row_id}].{field}" if field else f"{roster}[{row_id}]"


def specify_cell(address: str, code: str) -> str:
    """The address of the text that belongs to a `specify` choice."""
    return f"{address}.{code}"


@dataclass(frozen=True, slots=True)
class Address:
    """A cell address taken apart: `question[row_id].rest`."""

    question: str
    row_id: str = ""
    rest: str = ""


@functools.lru_cache(maxsize=8192)
def parse_address(address: str) -> Address:
    """Take an address apart. Raises KeyError if it is not one."""
    if not (found := _ADDRESS.fullmatch(address)):
        raise KeyError(address)
    return Address(found[1], found[2] or "", found[3] or "")


class Form:
    """A survey ready to run. Raises `FormErrors` with every problem found."""

    def __init__(self, survey: Survey, language: str = "") -> None:
        """Make a form.

        Args:
            survey: The definition.
            language: Which of its languages the texts are to be in; "" for the first.
        """
        self.definition = survey
        """As it is stored; `survey` is the same in the chosen language."""
        self.digest = survey.digest()
        self.language = language
        self.survey = survey = survey.in_language(language) if language else survey
        problems: list[Problem] = []
        self.items = tuple(self._items(problems))
        self.by_name = {item.name: item for item in self.items}
        self.fields = {cell.address: item.name for item in self.items if item.type == "roster" for cell in item.cells}
        """Roster field name → roster name."""
        self._problem_of_names(problems)
        if not problems:  # else a name may stand for two questions
            problems += contradictions(survey, self.by_name)
        book = RuleBook(survey, self.by_name, self.fields)
        if problems := [*problems, *book.problems]:
            raise FormErrors(problems)
        self.rules = book
        self.items = tuple(
            Item(item.question, item.section, item.number, item.cells, book.rules_of(item.name)) for item in self.items
        )
        self.by_name = {item.name: item for item in self.items}
        self.position = {item.name: place for place, item in enumerate(self.items)}
        self.numbered = tuple(item for item in self.items if item.number)
        self._specify_codes: dict[str, tuple[str, ...]] = {
            cell.address: codes
            for item in self.items
            for cell in item.cells
            if (codes := tuple(choice.name for choice in choices_of(cell.kind) if choice.specify))
        }
        self.specifies = frozenset(
            specify_cell(address, code) for address, codes in self._specify_codes.items() for code in codes
        )
        """Addresses of specify texts (for roster fields `field.code`)."""
        self.fixed_addresses: dict[str, tuple[str, ...]] = {
            item.name: tuple([cell.address for cell in item.cells])
            for item in self.items
            if item.asked and item.type != "roster" and not any(c.address in self._specify_codes for c in item.cells)
        }
        """Question → its addresses, of questions whose addresses are always the same."""
        self._cells_at: dict[tuple[str, tuple[str, ...]], tuple[Cell, ...]] = {}
        self._readers_at: dict[tuple[str, tuple[str, ...]], tuple[tuple[str, Callable[[str], Scalar]], ...] | None] = {}
        self._cells: dict[str, Cell] = {
            cell.address: cell for item in self.items if item.type != "roster" for cell in item.cells
        }

    def sections(self) -> tuple[Section, ...]:
        """The sections (dimensions), in order."""
        return self.survey.sections

    def items_of(self, section: str) -> tuple[Item, ...]:
        """The questions of a section, in order."""
        return tuple(item for item in self.items if item.section.name == section)

    def has_filter(self, address: str) -> bool:
        """True where a `choice_filter` decides which choices are offered."""
        return self._template(address) in self.rules.choice_filters

    def cells_at(self, name: str, parts: tuple[str, ...]) -> tuple[Cell, ...]:
        """The cells that `${name.part}` stands for: of a matrix those of the row and column named."""
        if (known := self._cells_at.get((name, parts))) is None:
            known = tuple([cell for cell in self.by_name[name].cells if {*parts} <= {cell.row, cell.column}])
            self._cells_at[name, parts] = known
        return known

    def readers_at(self, name: str, parts: tuple[str, ...]) -> tuple[tuple[str, Callable[[str], Scalar]], ...] | None:
        """The addresses that `${name.part}` stands for, each with how its value is read.

        None for what is no plain cell of the form's own: rosters and their fields, specify texts, what is computed.
        """
        key = (name, parts)
        if key not in self._readers_at:
            item = self.by_name.get(name)
            plain = item and item.asked and item.type != "roster" and (item.type == "matrix" or not parts)
            cells = self.cells_at(name, parts) if plain else ()
            self._readers_at[key] = tuple([(cell.address, cell.read) for cell in cells]) if plain else None
        return self._readers_at[key]

    def specify_codes(self, address: str) -> tuple[str, ...]:
        """The choices at an address that ask for a text when they are chosen."""
        return self._specify_codes.get(self._template(address), ())

    def _template(self, address: str) -> str:
        parsed = parse_address(address)
        return parsed.rest if parsed.row_id else address

    def question_of(self, address: str) -> Item:
        """The question an address belongs to. Raises KeyError if there is none."""
        return self.by_name[parse_address(address).question]

    def cell(self, address: str) -> Cell:
        """The cell at any address, roster cells and specify texts too. Raises KeyError if there is none."""
        if (known := self._cells.get(address)) is not None:
            return known
        found = self._find_cell(address)
        if "[" not in address:  # roster rows come and go; only the form's own cells are remembered
            self._cells[address] = found
        return found

    def _find_cell(self, address: str) -> Cell:
        parsed = parse_address(address)
        item = self.by_name[parsed.question]
        if parsed.row_id:
            field, _, code = parsed.rest.partition(".")
            cell = next((cell for cell in item.cells if cell.address == field), None)
        else:
            cell = next((cell for cell in item.cells if address.startswith(f"{cell.address}.")), None)
            code = address[len(cell.address) + 1 :] if cell else ""
        if cell is None:
            raise KeyError(address)
        if not code:
            return cell
        choice = next((c for c in choices_of(cell.kind) if c.name == code and c.specify), None)
        if choice is None:
            raise KeyError(address)
        return Cell(address, SPECIFY, choice.label, cell.required, (), sensitive=cell.sensitive)

    # ── making ────────────────────────────────────────────────────────────────────────

    def _items(self, problems: list[Problem]) -> list[Item]:
        items, number = [], 0
        for s, section in enumerate(self.survey.sections):
            for q, question in enumerate(section.questions):
                path: Path = ("sections", s, "questions", q)
                cells = self._cells_of(question, path, problems)
                counts = section.numbered and question.type not in ("calculate", "note")
                number += counts
                items.append(Item(question, section, number if counts else None, cells))
        return items

    def _cells_of(self, question: AnyQuestion, path: Path, problems: list[Problem]) -> tuple[Cell, ...]:
        statuses = self.survey.statuses if question.statuses is None else question.statuses
        if isinstance(question, Note):
            return ()
        if isinstance(question, Calculate):
            number = DecimalType(type="decimal", decimals=question.decimals, unit=question.unit)
            text = TextType(type="text", multiline=True)
            kind = text if question.result == "text" else number
            return (Cell(question.name, kind, question.label, False, (), sensitive=question.sensitive),)
        if isinstance(question, Roster):
            return tuple(
                Cell(
                    field.name,
                    self._resolved(field, (*path, "questions", n), problems),
                    field.label,
                    field.required,
                    statuses if field.statuses is None else field.statuses,
                    read_only=field.read_only,
                    sensitive=field.sensitive or question.sensitive,
                )
                for n, field in enumerate(question.questions)
            )
        if isinstance(question, Matrix):
            return self._matrix_cells(question, statuses, path, problems)
        kind = self._resolved(question, path, problems)
        return (
            Cell(
                question.name,
                kind,
                question.label,
                question.required,
                statuses,
                read_only=question.read_only,
                sensitive=question.sensitive,
            ),
        )

    def _matrix_cells(
        self, matrix: Matrix, statuses: tuple[Status, ...], path: Path, problems: list[Problem]
    ) -> tuple[Cell, ...]:
        cells = []
        for kind, where in (
            (matrix.cell, ("cell",)),
            *((r.cell, ("rows", n, "cell")) for n, r in enumerate(matrix.rows)),
        ):
            if getattr(kind, "choice_filter", None):
                problems.append(Problem((*path, *where, "choice_filter"), "表格的格子不能用 choice_filter"))
        common = self._resolved(matrix.cell, (*path, "cell"), problems)
        for n, row in enumerate(matrix.rows):
            kind = self._resolved(row.cell, (*path, "rows", n, "cell"), problems) if row.cell else common
            for column in matrix.columns or (None,):
                address = f"{matrix.name}.{row.name}" + (f".{column.name}" if column else "")
                label = f"{row.label} · {column.label}" if column else row.label
                cells.append(
                    Cell(
                        address,
                        kind,
                        label,
                        matrix.required,
                        statuses,
                        row.name,
                        column.name if column else "",
                        sensitive=matrix.sensitive,
                    )
                )
        return tuple(cells)

    def _resolved(self, kind: Any, path: Path, problems: list[Problem]) -> Any:
        """The type with a shared choice list put in the place of its name."""
        choices: tuple[Choice, ...] | str = getattr(kind, "choices", ())
        if choices == ():
            return kind
        if isinstance(choices, str):
            if choices not in self.survey.choices:
                hint = nearest(choices, self.survey.choices)
                problems.append(Problem((*path, "choices"), f"没有名为“{choices}”的选项表{hint}"))
                return kind.model_copy(update={"choices": ()})
            choices = self.survey.choices[choices]
        codes = [choice.name for choice in choices]
        if repeated := sorted(code for code, count in Counter(codes).items() if count > 1):
            problems.append(Problem((*path, "choices"), f"选项编号重复：{'、'.join(repeated)}"))
        return kind.model_copy(update={"choices": choices})

    def _problem_of_names(self, problems: list[Problem]) -> None:
        """Questions, roster fields and sections are one name space each."""
        seen: dict[str, Path] = {}
        for s, section in enumerate(self.survey.sections):
            for q, question in enumerate(section.questions):
                path: Path = ("sections", s, "questions", q)
                inner: list[tuple[Question, Path]] = [(question, path)]
                if isinstance(question, Roster):
                    inner += [(field, (*path, "questions", n)) for n, field in enumerate(question.questions)]
                for named, where in inner:
                    if named.name in seen:
                        problems.append(Problem((*where, "name"), f"名称“{named.name}”重复，前面已经用过"))
                    seen[named.name] = where
                for part in ("rows", "columns"):
                    names = [entry.name for entry in getattr(question, part, ())]
                    for n, name in enumerate(names):
                        if name in names[:n]:
                            problems.append(Problem((*path, part, n, "name"), f"名称“{name}”重复"))
        names = [section.name for section in self.survey.sections]
        for s, name in enumerate(names):
            if name in names[:s]:
                problems.append(Problem(("sections", s, "name"), f"部分名称“{name}”重复"))


@functools.lru_cache(maxsize=16)
def form_from_json(text: str, language: str = "") -> Form:
    """The form of a stored definition; made once per process and language."""
    return Form(Survey.from_json(text), language)
