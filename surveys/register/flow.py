"""Moving a case along its flow: what may come next, what that asks for, and the acts it takes. Pure, no I/O."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from surveys.acts import Act
from surveys.answers import Status, display
from surveys.history import Kind
from surveys.register.calendar import day, days_after
from surveys.register.case import AUTOMATIC, MOVED, Case, applies, kind_of, missing
from surveys.register.definition import CaseLinksField, CaseStatus, Deadline, InterviewField, Step
from surveys.text import Refusal

TRIED = "tried"
"""The kind of note that records a try to reach the raiser."""


@dataclass(frozen=True, slots=True)
class Move:
    """A status that a case may go to now."""

    to: str
    action: str
    """What a person does: 当场答复."""
    label: str
    missing: tuple[str, ...]
    """Required fields that are still blank, in the order of the definition."""
    asks: tuple[str, ...]
    """Fields worth asking for: the required ones that hold something already, and the optional ones."""
    defaults: Mapping[str, str]
    """Date field → the day it gets when nobody says another."""
    fields: tuple[str, ...] = ()
    """All of these, required ones first, in the order of the definition."""
    values: Mapping[str, str] = field(default_factory=dict)
    """All values as they would be then."""


def moves(case: Case, given: Mapping[str, str], today: dt.date) -> tuple[Move, ...]:
    """What may come next. Nothing while the status is disputed.

    Args:
        case: As it is.
        given: Values that will be given with the move; some decide what else is required (答复依据).
        today: For the dates that nobody gives.
    """
    if MOVED in case.conflicts:
        return ()
    return tuple(entering(case, step.to, given, today) for step in _steps(case))


def entering(case: Case, to: str, given: Mapping[str, str], today: dt.date) -> Move:
    """What going to a status asks for, whether or not it may be gone to now: a new case has nowhere to come from."""
    status = case.statuses[to]
    values, defaults = _entered(case, status, given, today)
    lacking = missing(case, status, values)
    wanted = dict.fromkeys((*status.requires, *status.asks))
    fields = tuple(name for name in wanted if applies(case.fields[name], values))
    asks = tuple(name for name in fields if name not in lacking)
    return Move(to, str(status.action), str(status.label), lacking, asks, defaults, fields, values)


def by_answer(case: Case) -> tuple[Step, ...]:
    """The ways on that somebody's answer chooses (满意 closes, 不满意 reopens); none while the status is disputed."""
    status = case.statuses.get(case.status)
    return tuple(step for step in status.next if step.only) if status and MOVED not in case.conflicts else ()


def following(case: Case, given: Mapping[str, str], today: dt.date) -> Move | None:
    """The way on that these values choose, with what it asks for.

    As long as they choose none, `to` is "" and what chooses is asked for. None where no answer chooses.
    """
    if not (steps := by_answer(case)):
        return None
    ways = [step for step in steps if all(given.get(name, "") in codes for name, codes in step.only.items())]
    asked = tuple(dict.fromkeys(name for step in steps for name in step.only))
    if len(ways) == 1:
        move = entering(case, ways[0].to, given, today)
        return replace(move, fields=tuple(dict.fromkeys((*asked, *move.fields))))
    lacking = tuple(name for name in asked if not given.get(name))
    action = f"登记{case.fields[asked[0]].label}"
    return Move("", action, "", lacking, tuple(n for n in asked if n not in lacking), {}, asked, {**given})


def opening(case: Case, to: str, values: Mapping[str, str], today: dt.date) -> list[Act]:
    """The acts by which a new case gets its first status. Raises Refusal, naming what is missing."""
    return _into(case, case.statuses[to], values, "", today)


def moving(case: Case, to: str, values: Mapping[str, str], note: str, today: dt.date) -> list[Act]:
    """The acts by which a case goes on.

    Args:
        case: As it is.
        to: Code of the status.
        values: Canonical values that are given with it.
        note: Put down beside the move.
        today: For the dates that nobody gives.

    Raises:
        Refusal: A sentence that names what stands against it: no such way, a dispute, a field that is missing.
    """
    if MOVED in case.conflicts:
        raise Refusal("两边把状态改得不同，还没有裁定；请先裁定，再往下办。")
    step = next((step for step in _steps(case) if step.to == to), None)
    if step is None:
        usable = "、".join(f"“{case.statuses[step.to].action}”" for step in _steps(case))
        then = f"可以：{usable}。" if usable else "已经没有下一步。"
        raise Refusal(f"现在是“{case.status_label}”，不能到“{case.label_of(to)}”，{then}")
    status = case.statuses[to]
    if status.phase == "done" and case.conflicts:
        raise Refusal(f"还有{len(case.conflicts)}处两边改得不同，没有裁定；请先裁定，再“{status.action}”。")
    entered, _ = _entered(case, status, values, today)
    for name, codes in step.only.items():
        held = values.get(name, "") or case.value(name)
        if not held:
            raise Refusal(f"“{status.action}”还缺：{case.fields[name].label}。")
        if held not in codes:
            wanted = "、".join(display(kind_of(case, name), code) for code in codes)
            raise Refusal(f"“{case.fields[name].label}”是“{wanted}”的，才能“{status.action}”。")
    if status.tries and entered.get(status.tries.field) in status.tries.values:
        least, made = case.register.parameters[status.tries.least], len(case.notes_since_move(TRIED))
        if made < least:
            said = display(kind_of(case, status.tries.field), entered[status.tries.field])
            raise Refusal(f"“{said}”的要有{least}次联系记录才能“{status.action}”，现在有{made}次。")
    return _into(case, status, values, note, today)


def _steps(case: Case) -> tuple[Step, ...]:
    """What a person may do: also what the status before offers, if this one only followed it by itself."""
    status = case.statuses.get(case.status)
    steps = status.next if status else ()
    if (before := case.statuses.get(case.automatic_from)) is not None:
        steps = (*steps, *(step for step in before.next if step.to != case.status))
    return steps


def _into(case: Case, status: CaseStatus, values: Mapping[str, str], note: str, today: dt.date) -> list[Act]:
    entered, _ = _entered(case, status, values, today)
    if lacking := missing(case, status, entered):
        names = "、".join(str(case.fields[name].label) for name in lacking)
        raise Refusal(f"“{status.action}”还缺：{names}。")
    _refuse_past(case, status, values, today)
    acts = [*setting(case, entered, values), Act(Kind.CASE_MOVED, case.status, status.code, note=note)]
    came, values_now = status, entered
    while came.then:
        following = case.statuses[came.then]
        cleared = {name: "" for name in following.clears if name not in values and values_now.get(name)}
        dates = _dates(case, following, values_now | cleared, today)
        acts += [_set(cell, value) for cell, value in (cleared | dates).items()]
        acts.append(Act(Kind.CASE_MOVED, came.code, following.code, source=AUTOMATIC))
        came, values_now = following, values_now | cleared | dates
    return acts


def _entered(
    case: Case, status: CaseStatus, given: Mapping[str, str], today: dt.date
) -> tuple[dict[str, str], dict[str, str]]:
    """All values as they are once a status is entered, and which of them are days that nobody gave."""
    values = {cell: value for cell, value in case.values.items() if cell not in status.clears}
    values |= status.sets
    values |= given
    dates = _dates(case, status, values, today)
    return {cell: value for cell, value in (values | dates).items() if value}, dates


def _dates(case: Case, status: CaseStatus, values: Mapping[str, str], today: dt.date) -> dict[str, str]:
    dates: dict[str, str] = {}
    if status.dated and not values.get(status.dated):
        dates[status.dated] = today.isoformat()
    for deadline in status.deadlines:
        if not values.get(deadline.field):
            dates[deadline.field] = _due(case, status, deadline, {**values, **dates}, today)
    return dates


def _due(case: Case, status: CaseStatus, deadline: Deadline, values: Mapping[str, str], today: dt.date) -> str:
    start = day(values.get(deadline.after or status.dated or "", "")) or today
    return days_after(start, case.register.parameters[deadline.days], deadline.workdays).isoformat()


def _refuse_past(case: Case, status: CaseStatus, given: Mapping[str, str], today: dt.date) -> None:
    """A deadline that is over when it is set was mistyped."""
    for deadline in status.deadlines:
        if (due := given.get(deadline.field, "")) and due < today.isoformat():
            raise Refusal(f"“{case.fields[deadline.field].label}”{due}已经过去，请重新填写。")


def setting(case: Case, values: Mapping[str, str], said: Collection[str]) -> list[Act]:
    """The acts by which the case's fields get exactly these values.

    Args:
        case: As it is.
        values: All of them.
        said: Those that a person gives now: saying one side of a dispute again decides it, passing it by does not.
    """
    acts = []
    for cell in dict.fromkeys([*case.values, *values]):
        value = values.get(cell, "")
        if value != case.value(cell) or (cell in said and (str(Kind.CASE_SET), cell) in case.conflicts):
            acts.append(_set(cell, value))
    return acts


def _set(cell: str, value: str) -> Act:
    return Act(Kind.CASE_SET, cell, value, Status.ANSWERED if value else Status.EMPTY)


def extension(case: Case, until: str, reason: str) -> list[Act]:
    """The acts by which the deadline is put off.

    Args:
        case: As it is.
        until: ISO date; "" for the parameter's days after the deadline of now.
        reason: Needed.

    Raises:
        Refusal: It cannot be put off, or not again, or not to that day.
    """
    status, rule = case.statuses.get(case.status), case.type.extension
    if MOVED in case.conflicts or status is None or rule is None or not status.extendable:
        raise Refusal(f"“{case.status_label}”的不能延期。")
    field, counted = status.deadlines[-1].field, case.value(rule.count)
    most, times = case.register.parameters[rule.most], int(counted) if counted.isdecimal() else 0
    if times >= most:
        raise Refusal(f"已经延期{times}次，最多{most}次，不能再延。")
    if not reason:
        raise Refusal("延期要写明理由。")
    due = day(case.value(field))
    if due and not until:
        until = days_after(due, case.register.parameters[rule.days]).isoformat()
    if not until:
        raise Refusal("请写明延到哪一天。")
    if due and until <= due.isoformat():
        raise Refusal(f"延期后的期限应晚于现在的期限 {due}。")
    return [_set(field, until), _set(rule.count, str(times + 1)), _set(rule.reason, reason)]


def due_now(case: Case) -> str:
    """The nearest day by which something is due in the status of now, ISO; "" if nothing is."""
    status = case.statuses.get(case.status)
    days = [
        case.value(deadline.field)
        for deadline in (status.deadlines if status else ())
        if not (deadline.met_by and case.value(deadline.met_by))
    ]
    return min(filter(None, days), default="")


def changeable(case: Case) -> tuple[str, ...]:
    """The fields that a person may change without going on: what was said so far, and what opening it asks for."""
    opening_asks = case.statuses[case.type.opens_at]
    now = case.statuses.get(case.status, opening_asks)
    asked = {*opening_asks.requires, *opening_asks.asks, *now.requires, *now.asks}
    closed = case.phase in ("done", "dropped")
    return tuple(
        name
        for name, found in case.fields.items()
        if not isinstance(found, InterviewField | CaseLinksField)
        and (found.always or (not closed and (name in asked or case.value(name))))
        and applies(found, case.values)
    )


def changing(case: Case, values: Mapping[str, str]) -> list[Act]:
    """The acts by which fields are changed without going on. Raises Refusal for what may not be changed now."""
    status = case.statuses.get(case.status)
    for name, value in values.items():
        field = case.fields[name]
        if case.phase in ("done", "dropped") and not field.always:
            raise Refusal(f"已经“{case.status_label}”，“{field.label}”不能再改；有新情况请先重新办理。")
        if not value and status and name in status.requires and applies(field, {**case.values, **values}):
            raise Refusal(f"“{field.label}”是“{case.status_label}”必须有的，不能清空。")
    return setting(case, {**case.values, **values}, values)
