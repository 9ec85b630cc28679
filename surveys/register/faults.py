"""What a register of the right shape can still have wrong: names that lead nowhere, a flow without an end. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping

from surveys.problems import Path, Problem, nearest
from surveys.register.definition import (
    CaseField,
    CaseLinkField,
    CaseLinksField,
    CaseStatus,
    CaseType,
    DateField,
    IntegerField,
    Register,
    SelectMultipleField,
    SelectOneField,
)

FINAL = ("done", "dropped", "merged")


def faults(register: Register) -> Iterator[Problem]:
    """Everything that is wrong, each with its place."""
    types = [found.name for found in register.types]
    yield from _repeated(types, ("types",), "name", "类型名称")
    yield from _repeated([found.prefix for found in register.types], ("types",), "prefix", "编号字头")
    for name, choices in register.choices.items():
        yield from _repeated([choice.name for choice in choices], ("choices", name), "name", "编码")
    for number, found in enumerate(register.types):
        yield from _Checker(register, found, ("types", number)).problems()
    if register.candidates is not None:
        yield from _candidates(register)


def _repeated(names: Iterable[str], path: Path, key: str, what: str) -> Iterator[Problem]:
    seen: Counter[str] = Counter()
    for number, name in enumerate(names):
        if seen[name]:
            yield Problem((*path, number, key), f"{what}“{name}”重复，前面已经用过。")
        seen[name] += 1


def _unknown(name: str, known: Collection[str], what: str) -> str:
    return f"没有名为“{name}”的{what}{nearest(name, known) or '。'}"


class _Checker:
    """One type of case."""

    def __init__(self, register: Register, type_: CaseType, path: Path) -> None:
        self.register, self.type, self.path = register, type_, path
        self.fields: dict[str, CaseField] = {field.name: field for field in type_.fields}
        self.statuses = {status.code: status for status in type_.statuses}

    def problems(self) -> Iterator[Problem]:
        yield from _repeated([field.name for field in self.type.fields], (*self.path, "fields"), "name", "字段名称")
        yield from _repeated(
            [status.code for status in self.type.statuses], (*self.path, "statuses"), "code", "状态编号"
        )
        for number, field in enumerate(self.type.fields):
            yield from self._field(field, (*self.path, "fields", number))
        for role, name in self.type.columns.model_dump(exclude_none=True).items():
            yield from self._named(name, (*self.path, "columns", role), dates=role in _DAYS)
        if extension := self.type.extension:
            for role in ("most", "days"):
                yield from self._parameter(getattr(extension, role), (*self.path, "extension", role))
            yield from self._counted(extension.count, (*self.path, "extension", "count"))
            yield from self._named(extension.reason, (*self.path, "extension", "reason"))
        for role in ("initial", "opens_at", "answered_at"):
            if (code := getattr(self.type, role)) is not None:
                yield from self._status_named(code, (*self.path, role))
        for number, status in enumerate(self.type.statuses):
            yield from self._status(status, (*self.path, "statuses", number))
        yield from self._flow()

    def _field(self, field: CaseField, path: Path) -> Iterator[Problem]:
        if isinstance(field, CaseLinkField | CaseLinksField):
            types = [found.name for found in self.register.types]
            if field.of not in types:
                yield Problem((*path, "of"), _unknown(field.of, types, "类型"))
        if isinstance(field, SelectOneField | SelectMultipleField):
            if isinstance(field.choices, str) and field.choices not in self.register.choices:
                yield Problem((*path, "choices"), _unknown(field.choices, self.register.choices, "编码表"))
            if field.choice_filter:
                yield Problem((*path, "choice_filter"), "登记簿的字段不能用 choice_filter，请删去。")
        yield from self._conditions(field.only_with, (*path, "only_with"))

    def _status(self, status: CaseStatus, path: Path) -> Iterator[Problem]:
        for key in ("requires", "asks", "clears"):
            for number, name in enumerate(getattr(status, key)):
                yield from self._named(name, (*path, key, number))
        if status.dated:
            yield from self._named(status.dated, (*path, "dated"), dates=True)
        for name, code in status.sets.items():
            yield from self._conditions({name: (code,)}, (*path, "sets"))
        for number, step in enumerate(status.next):
            yield from self._status_named(step.to, (*path, "next", number, "to"))
            yield from self._conditions(step.only, (*path, "next", number, "only"))
        if status.then:
            yield from self._status_named(status.then, (*path, "then"))
        for number, deadline in enumerate(status.deadlines):
            for role, name in (("field", deadline.field), ("after", deadline.after), ("met_by", deadline.met_by)):
                if name:
                    yield from self._named(name, (*path, "deadlines", number, role), dates=True)
            yield from self._parameter(deadline.days, (*path, "deadlines", number, "days"))
        if status.extendable and not (status.deadlines and self.type.extension):
            yield Problem((*path, "extendable"), "能延期的状态要有期限（deadlines），类型要写明怎样延期（extension）。")
        if status.tries:
            yield from self._conditions({status.tries.field: status.tries.values}, (*path, "tries", "values"))
            yield from self._parameter(status.tries.least, (*path, "tries", "least"))

    def _flow(self) -> Iterator[Problem]:
        """Every status can be reached, and from every status there is a way to an end."""
        steps = {
            code: {*(step.to for step in status.next), *([status.then] if status.then else [])}
            for code, status in self.statuses.items()
        }
        reached = _closure({self.type.initial, self.type.opens_at}, steps)
        back = {code: {other for other, nexts in steps.items() if code in nexts} for code in steps}
        ending = _closure({code for code, status in self.statuses.items() if status.phase in FINAL}, back)
        for number, status in enumerate(self.type.statuses):
            path = (*self.path, "statuses", number, "code")
            if status.code not in reached:
                yield Problem(path, f"状态“{status.code} {status.label}”没有任何路可以到达。")
            elif status.code not in ending:
                yield Problem(path, f"状态“{status.code} {status.label}”走不到办结：请在 next 里写明下一步。")
            seen, code = {status.code}, status.then
            while code and code in self.statuses:
                if code in seen:
                    yield Problem((*self.path, "statuses", number, "then"), "自动的下一步（then）绕成了圈。")
                    break
                seen.add(code)
                code = self.statuses[code].then

    def _conditions(self, conditions: Mapping[str, Iterable[str]], path: Path) -> Iterator[Problem]:
        for name, codes in conditions.items():
            field = self.fields.get(name)
            if field is None:
                yield Problem((*path, name), _unknown(name, self.fields, "字段"))
                continue
            if not isinstance(field, SelectOneField):
                yield Problem((*path, name), f"“{name}”不是单选（select_one），不能在这里用。")
                continue
            known = [choice.name for choice in getattr(self.register.kind_of(field), "choices", ())]
            for code in codes:
                if known and code not in known:
                    yield Problem((*path, name), f"“{field.label}”没有编码“{code}”{nearest(code, known) or '。'}")

    def _named(self, name: str, path: Path, dates: bool = False) -> Iterator[Problem]:
        field = self.fields.get(name)
        if field is None:
            yield Problem(path, _unknown(name, self.fields, "字段"))
        elif dates and not isinstance(field, DateField):
            yield Problem(path, f"“{name}”不是日期（date），不能在这里用。")

    def _counted(self, name: str, path: Path) -> Iterator[Problem]:
        if not isinstance(self.fields.get(name), IntegerField):
            yield Problem(path, f"“{name}”应是一个整数（integer）字段。")

    def _parameter(self, name: str, path: Path) -> Iterator[Problem]:
        if name not in self.register.parameters:
            yield Problem(path, _unknown(name, self.register.parameters, "参数"))

    def _status_named(self, code: str, path: Path) -> Iterator[Problem]:
        if code not in self.statuses:
            yield Problem(path, _unknown(code, self.statuses, "状态"))


_DAYS = frozenset({"registered", "answered", "closed", "promised"})


def _closure(start: set[str], steps: Mapping[str, set[str]]) -> set[str]:
    found, waiting = set(start), [*start]
    while waiting:
        for code in steps.get(waiting.pop(), set()) - found:
            found.add(code)
            waiting.append(code)
    return found


def _candidates(register: Register) -> Iterator[Problem]:
    assert register.candidates is not None
    types = [found.name for found in register.types]
    if register.candidates.type not in types:
        yield Problem(("candidates", "type"), _unknown(register.candidates.type, types, "类型"))
        return
    fields = [field.name for field in register.type(register.candidates.type).fields]
    for name in register.candidates.flags:
        if name not in fields:
            yield Problem(("candidates", "flags", name), _unknown(name, fields, "字段"))
    for survey, values in register.candidates.surveys.items():
        for name in values:
            if name not in fields:
                yield Problem(("candidates", "surveys", survey, name), _unknown(name, fields, "字段"))
    for roster, rows in register.candidates.rows.items():
        for key in ("values", "fields"):
            for name in getattr(rows, key):
                if name not in fields:
                    yield Problem(("candidates", "rows", roster, key, name), _unknown(name, fields, "字段"))
