"""Every expression of a survey, compiled and checked, and who must be looked at again after a change."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

from surveys.answers import choices_of
from surveys.definition import Calculate, Check, Matrix, Question, Roster, Section, Survey
from surveys.expressions import Expression, ExpressionError, Reference, compile_expression
from surveys.problems import Path, Problem, nearest
from surveys.text import listed

if TYPE_CHECKING:
    from surveys.form import Item


@dataclass(frozen=True, slots=True)
class Rule:
    """A check or a flag, ready to run."""

    id: str
    """`question.kind.number`: what a passed warning's note refers to."""
    kind: Literal["error", "warning", "flag"]
    item: str
    field: str
    """The roster field it belongs to (then it runs once per row), or ""."""
    expression: Expression
    message: str
    reads: frozenset[str]
    """The questions it reads, its own included when it uses `.`, and those that the figures it reads come from."""
    category: str = ""
    level: str = ""


class RuleBook:
    """The compiled expressions of one survey."""

    def __init__(self, survey: Survey, items: Mapping[str, Item], fields: Mapping[str, str]) -> None:
        """Compile everything.

        Args:
            survey: The definition.
            items: Question name → its item, in the order of the form.
            fields: Roster field name → roster name.
        """
        self.problems: list[Problem] = []
        self.relevant: dict[str, Expression] = {}
        """Question or roster field → its condition."""
        self.section_relevant: dict[str, Expression] = {}
        """Question → the condition of its section."""
        self.calculations: dict[str, Expression] = {}
        self.choice_filters: dict[str, Expression] = {}
        """Question or roster field → which of its choices are offered."""
        self.fields_with_condition: dict[str, tuple[str, ...]] = {}
        """Roster → its fields that have a condition of their own."""
        self._survey, self._items, self._fields = survey, items, fields
        self._position = {name: place for place, name in enumerate(items)}
        self._rules: dict[str, list[Rule]] = {name: [] for name in items}
        self._paths: dict[str, Path] = {}
        for s, section in enumerate(survey.sections):
            if section.relevant:
                self._take_section_condition(section, section.relevant, ("sections", s, "relevant"))
            for q, question in enumerate(section.questions):
                path: Path = ("sections", s, "questions", q)
                self._paths[question.name] = path
                self._take(question, question.name, "", path)
                if isinstance(question, Roster):
                    for n, field in enumerate(question.questions):
                        self._take(field, question.name, field.name, (*path, "questions", n))
                    self.fields_with_condition[question.name] = tuple(
                        field.name for field in question.questions if field.relevant
                    )
            self._take_group(section, section.name, ("sections", s))
        self._take_group(survey, "*", ())  # no section can be called that
        feeds = self._feeds()
        self.rank = self._ranked(feeds)
        """Question → place in an order in which whatever it depends on comes before it."""
        self.fed_by: dict[str, tuple[str, ...]] = self._turned(feeds)
        """Question → those whose relevance or calculation reads it."""
        self._rules = {
            name: [
                rule if (reads := self._with_sources(rule.reads, feeds)) == rule.reads else replace(rule, reads=reads)
                for rule in rules
            ]
            for name, rules in self._rules.items()
        }
        checked = {name: {read for rule in rules for read in rule.reads} for name, rules in self._rules.items()}
        for owner, expression in self.choice_filters.items():
            checked[self._question(owner)] |= {self._question(reference.name) for reference in expression.references}
        self.checked_with: dict[str, tuple[str, ...]] = self._turned(checked)
        """Question → those that have a check or flag reading it."""

    def rules_of(self, item: str) -> tuple[Rule, ...]:
        """The checks and flags a question carries, those of its roster fields included."""
        return tuple(self._rules[item])

    # ── compiling ─────────────────────────────────────────────────────────────────────

    def _take(self, question: Question, item: str, field: str, path: Path) -> None:
        """Compile what one question (or roster field) carries."""
        owner = field or item
        if question.relevant and (condition := self._compiled(question.relevant, owner, (*path, "relevant"))):
            self.relevant[owner] = condition
            self._refuse_later(condition, item, field, (*path, "relevant"))
        if isinstance(question, Calculate) and (
            calculation := self._compiled(question.calculation, owner, (*path, "calculation"))
        ):
            self.calculations[item] = calculation
            if calculation.reads_current:
                message = "计算式不能用本题自己的结果（. 或 once），请写出要用的题目"
                self.problems.append(Problem((*path, "calculation"), message))
        if source := getattr(question, "choice_filter", None):
            self._take_filter(source, question, item, owner, (*path, "choice_filter"))
        for kind, number, source, where, message, category, level in _carried(question, question.hard_checks):
            self._refuse_by_row(category, item, (*path, *where))
            if expression := self._compiled(source, owner, (*path, *where)):
                reads = {self._question(reference.name) for reference in expression.references}
                if expression.reads_current or field:
                    reads.add(item)
                rule = Rule(
                    f"{owner}.{kind}.{number}", kind, item, field, expression, message, frozenset(reads),
                    category, level,
                )  # fmt: skip
                self._rules[item].append(rule)

    def _take_section_condition(self, section: Section, source: str, path: Path) -> None:
        first = section.questions[0].name
        if condition := self._compiled(source, first, path):
            self._refuse_later(condition, first, "", path)
            self.section_relevant |= dict.fromkeys((question.name for question in section.questions), condition)

    def _take_filter(self, source: str, question: Question, item: str, owner: str, path: Path) -> None:
        cell = next(cell for cell in self._items[item].cells if cell.address == owner)
        known = {"name", "label", *(name for choice in choices_of(cell.kind) for name in choice.filter)}
        if expression := self._compiled(source, owner, path, row_fields=known):
            self.choice_filters[owner] = expression

    def _take_group(self, group: Section | Survey, name: str, path: Path) -> None:
        """Compile the checks of a section or of the survey; each belongs to the last question it reads."""
        for kind, number, source, where, message, category, level in _carried(group, group.constraints):
            expression = self._compiled(source, "", (*path, *where))
            if expression is None:
                continue
            reads = {self._question(reference.name) for reference in expression.references}
            if not reads or expression.reads_current:
                self.problems.append(Problem((*path, *where), "这里的检查要写明用到的题目（${…}），不能用 ."))
                continue
            item = max(reads, key=self._position.__getitem__)
            self._refuse_by_row(category, item, (*path, *where))
            rule = Rule(
                f"{item}.{name}.{kind}.{number}", kind, item, "", expression, message, frozenset(reads), category,
                level,
            )  # fmt: skip
            self._rules[item].append(rule)

    def _refuse_by_row(self, category: str, item: str, path: Path) -> None:
        if category == "by_row" and self._items[item].type != "roster":
            message = f"by_row 是给名册每一行各记一条，“{item}”不是名册"
            self.problems.append(Problem((*path[:-1], "category"), message))

    def _compiled(self, source: str, owner: str, path: Path, row_fields: Collection[str] = ()) -> Expression | None:
        try:
            expression = compile_expression(source)
        except ExpressionError as error:
            self.problems.append(Problem(path, error.message, error.offset))
            return None
        faults = [*self._bad_references(expression), *self._bad_choices(expression, owner)]
        for name in sorted(expression.row_fields - set(row_fields)):
            hint = nearest(name, row_fields) or f"，是不是 ${{{name}}}？"
            faults.append((f"这里不能用“{name}”{hint}", max(source.find(name), 0)))
        for name in sorted(expression.parameters - self._survey.parameters.keys()):
            hint = nearest(name, self._survey.parameters)
            faults.append((f"parameters 里没有“{name}”{hint}", max(source.find(name), 0)))
        self.problems += [Problem(path, message, offset) for message, offset in faults]
        return None if faults else expression

    def _bad_references(self, expression: Expression) -> Iterator[tuple[str, int]]:
        for reference in expression.references:
            if reference.name not in self._items and reference.name not in self._fields:
                hint = nearest(reference.name, [*self._items, *self._fields])
                yield f"没有名为“{reference.name}”的题目{hint}", reference.offset
            elif reference.name in self._items and self._items[reference.name].type == "note":
                yield f"“{reference.name}”只是说明文字，没有答案可用", reference.offset
            elif reference.parts and not self._has_part(reference):
                whole = ".".join((reference.name, *reference.parts))
                yield f"“{reference.name}”里没有“{'.'.join(reference.parts)}”（写的是 ${{{whole}}}）", reference.offset
            for field in sorted(reference.fields):
                if self._fields.get(field) != reference.name and reference.name in self._items:
                    inside = [name for name, roster in self._fields.items() if roster == reference.name]
                    yield f"“{reference.name}”里没有名为“{field}”的栏目{nearest(field, inside)}", reference.offset

    def _has_part(self, reference: Reference) -> bool:
        item = self._items.get(reference.name)
        question = item.question if item else None
        if isinstance(question, Matrix):
            rows, columns = ({entry.name for entry in part} for part in (question.rows, question.columns))
            match reference.parts:
                case (part,):
                    return part in rows or part in columns
                case (row, column):
                    return row in rows and column in columns
                case _:
                    return False
        cells = item.cells if item else ()
        return len(reference.parts) == 1 and any(
            choice.name == reference.parts[0] and choice.specify
            for cell in cells
            for choice in getattr(cell.kind, "choices", ())
        )

    def _bad_choices(self, expression: Expression, owner: str) -> Iterator[tuple[str, int]]:
        """Choice codes that the compared question does not have: such a comparison is never true."""
        for name, parts, literal, offset in expression.choice_uses:
            codes = self._codes(owner if name == "." else name, parts)
            if codes and literal and literal not in codes:
                yield f"“{owner if name == '.' else name}”没有编号为“{literal}”的选项，可用：{listed(codes)}", offset

    def _codes(self, name: str, parts: tuple[str, ...]) -> list[str]:
        roster = self._fields.get(name)
        item = self._items.get(roster or name)
        if item is None:
            return []
        codes: dict[str, None] = {}
        for cell in item.cells:
            if (roster and cell.address != name) or (parts and not roster and not {*parts} <= {cell.row, cell.column}):
                continue
            choices = getattr(cell.kind, "choices", ())
            if not choices:
                return []  # a cell without a list: any literal may be meant
            codes |= dict.fromkeys(choice.name for choice in choices)
        return list(codes)

    def _refuse_later(self, expression: Expression, item: str, field: str, path: Path) -> None:
        names = [cell.address for cell in self._items[item].cells]
        before = names[: names.index(field)] if field in names else []
        later: list[tuple[str, int]] = [(".", 0)] if expression.reads_current else []
        for reference in expression.references:
            question = self._question(reference.name)
            if question == item:
                if reference.name not in before:
                    later.append((reference.name, reference.offset))
            elif self._items[question].type != "calculate" and self._position[question] > self._position[item]:
                later.append((reference.name, reference.offset))
        for name, offset in later:
            self.problems.append(Problem(path, f"显示条件只能用前面的题目，“{name}”在本题或本题之后", offset))

    # ── who depends on whom ───────────────────────────────────────────────────────────

    def _question(self, name: str) -> str:
        return self._fields.get(name, name)

    def _feeds(self) -> dict[str, set[str]]:
        """Question → the questions its relevance or calculation reads."""
        feeds: dict[str, set[str]] = {name: set() for name in self._items}
        for owner, expression in self.relevant.items():
            item = self._question(owner)  # that a condition reads its own question was said already
            feeds[item] |= {self._question(reference.name) for reference in expression.references} - {item}
        for item, expression in self.section_relevant.items():
            first = self._position[self._items[item].section.questions[0].name]
            reads = {self._question(reference.name) for reference in expression.references}
            # That it reads a later answer was said already; only a figure may stand behind it.
            feeds[item] |= {name for name in reads if self._position[name] < first or name in self.calculations}
        for owner, expression in self.calculations.items():
            feeds[owner] |= {self._question(reference.name) for reference in expression.references}
        return feeds

    def _with_sources(self, reads: frozenset[str], feeds: Mapping[str, set[str]]) -> frozenset[str]:
        """The questions, and through calculated figures those that the figures come from."""
        found, waiting = set(reads), list(reads)
        while waiting:
            name = waiting.pop()
            if name in self.calculations:
                waiting += feeds[name] - found
                found |= feeds[name]
        return frozenset(found)

    def _ranked(self, feeds: Mapping[str, set[str]]) -> dict[str, int]:
        rank: dict[str, int] = {}
        for start in feeds:
            trail: list[str] = []
            stack: list[tuple[str, Iterator[str]]] = [(start, iter(sorted(feeds[start])))] if start not in rank else []
            while stack:
                name, rest = stack[-1]
                if len(trail) < len(stack):
                    trail.append(name)
                following = next((read for read in rest if read not in rank), None)
                if following is None:
                    rank[name] = len(rank)
                    stack.pop()
                    trail.pop()
                elif following in trail:
                    loop = [*trail[trail.index(following) :], following]
                    self.problems.append(Problem(self._paths[name], f"互相依赖成环：{' → '.join(loop)}"))
                    rank[following] = len(rank)
                else:
                    stack.append((following, iter(sorted(feeds[following]))))
        return rank

    def _turned(self, reads: Mapping[str, set[str]]) -> dict[str, tuple[str, ...]]:
        readers: dict[str, list[str]] = {name: [] for name in self._items}
        for name, sources in reads.items():
            for source in sources:
                readers[source].append(name)
        return {name: tuple(names) for name, names in readers.items()}


Carried = tuple[Literal["error", "warning", "flag"], int, str, Path, str, str, str]


def _carried(owner: Question | Section | Survey, hard: Sequence[Check]) -> Iterator[Carried]:
    """The checks and flags of a question or group: kind, number, source, path below it, message, category, level."""
    shift = 0 if getattr(owner, "constraint", None) is None else 1
    for n, check in enumerate(hard):
        path: Path = ("constraint",) if n < shift else ("constraints", n - shift, "check")
        yield "error", n, check.check, path, check.message, "", ""
    for n, check in enumerate(owner.warnings):
        yield "warning", n, check.check, ("warnings", n, "check"), check.message, "", ""
    for n, flag in enumerate(owner.flags):
        yield "flag", n, flag.when, ("flags", n, "when"), flag.message, flag.category, flag.level
