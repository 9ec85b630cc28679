"""The office's figures (problem taxonomy, section 6), counted in SQL over the tables of cases.

A case counts from the day it was registered: candidates and what was no problem do not. One merged into a topic is
closed when the topic is and its raiser has been told. What is disputed is never counted as closed.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import NamedTuple

from surveys.answers import label_of
from surveys.frame import team_name
from surveys.register.definition import CaseField, Register
from surveys.register.keeping import PROBLEMS, register_of
from surveys.store import Store

ISSUE = "issue"

_COUNTED = """
    SELECT c.*, coalesce(u.city, '') AS city, coalesce(nullif(u.county, ''), c.unit) AS county,
           coalesce(u.team, c.team) AS of_team,
           CASE WHEN c.phase = 'merged' THEN t.phase = 'done' AND t.settled AND told.value IS NOT NULL
                ELSE c.phase = 'done' AND c.settled END AS done,
           CASE WHEN c.phase = 'merged' THEN coalesce(max(t.closed, told.value), '') ELSE c.closed END AS done_on
    FROM cases c LEFT JOIN units u ON u.code = c.unit LEFT JOIN cases t ON t.id = c.topic
    LEFT JOIN case_values told ON told.case_id = c.id AND told.cell = 'informed_on'
    WHERE c.register = ? AND c.type = ? AND c.registered != '' AND c.phase NOT IN ('candidate', 'dropped')
      AND (? IS NULL OR coalesce(u.team, c.team) = ?) AND (? = '' OR u.city = ?) AND (? = '' OR c.unit = ?)
"""


class Count(NamedTuple):
    """How many cases have something in common."""

    code: str
    label: str
    cases: int


class Heard(NamedTuple):
    """A topic or category, and how widely it is heard."""

    code: str
    """Case id of the topic, or code of the category."""
    label: str
    units: int
    cities: int
    cases: int
    teams: int
    widely: bool
    """反映比较多: by the parameters `many_units` and `many_cities`."""


@dataclass(frozen=True, slots=True)
class Rates:
    """How the answering goes. Shares are of 1; None where there is nothing to share out."""

    registered: int
    by_kind: dict[str, int]
    """Code of the way of answering (A, B, C, D; "" for none yet) → cases."""
    answered: int
    """With an answer that stands now; reopened ones are without."""
    closed: int
    closed_on_time: int
    """Answered not after the deadline, or on the spot."""
    asked_back: int
    """Answered ones whose raiser was asked whether that will do, reached or not."""
    satisfaction: dict[str, int]
    """Code → cases, as it stands now."""
    overdue: int
    """Without an answer after the deadline."""
    late_follow_ups: int
    mean_days: float | None
    """From registration to closing."""

    def share_of_kind(self, kind: str) -> float | None:
        """Of those with a way of answering."""
        return _share(self.by_kind.get(kind, 0), sum(count for code, count in self.by_kind.items() if code))

    @property
    def closing(self) -> float | None:
        """办结率."""
        return _share(self.closed, self.registered)

    @property
    def on_time(self) -> float | None:
        """按时办结率, of the closed ones."""
        return _share(self.closed_on_time, self.closed)

    @property
    def follow_up(self) -> float | None:
        """回访率, of the answered ones."""
        return _share(self.asked_back, self.answered)

    @property
    def satisfied(self) -> float | None:
        """满意率: 满意 (code 1) of those who judged (1–3); 基本满意 (2) is a figure of its own."""
        return _share(self.satisfaction.get("1", 0), sum(self.satisfaction.get(code, 0) for code in "123"))


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None


@dataclass(frozen=True, slots=True)
class Scope:
    """Which cases are counted; by default all."""

    register_id: str = PROBLEMS
    type_name: str = ISSUE
    team: int | None = None
    city: str = ""
    unit: str = ""

    def values(self) -> tuple[object, ...]:
        """What `_COUNTED` asks for."""
        pairs = (self.team, self.city, self.unit)
        return (self.register_id, self.type_name, *(value for value in pairs for _ in range(2)))


ALL = Scope()


def counts(store: Store, by: str, scope: Scope = ALL) -> list[Count]:
    """Cases by `city`, `unit`, `team`, `status`, `dimension` (the first digit of the category) or any field with codes,
    most first. Raises KeyError for a field that the register does not have.
    """
    own = {"city": "k.city", "unit": "k.unit", "team": "k.of_team", "status": "k.status"}
    value = own.get(by, "coalesce(v.value, '')")
    sql = f"""SELECT {value}, max(k.county), count(*) FROM ({_COUNTED}) k
              LEFT JOIN case_values v ON v.case_id = k.id AND v.cell = ? GROUP BY 1 ORDER BY 3 DESC, 1"""
    register = register_of(store, scope.register_id)
    if by not in own and by != "dimension":
        _field(register, scope, by)
    if by == "dimension":
        return _by_dimension(register, scope, counts(store, _column(register, scope, "category"), scope))
    rows = store.conn.execute(sql, (*scope.values(), by)).fetchall()
    return [Count(str(code), _label(register, scope, by, code, county), number) for code, county, number in rows]


def _by_dimension(register: Register, scope: Scope, by_category: list[Count]) -> list[Count]:
    """The categories name their dimension themselves, in the definition; one that it does not know stands for itself."""
    kind = register.kind_of(_field(register, scope, _column(register, scope, "category")))
    dimension = {choice.name: choice.filter.get("dimension", "") for choice in getattr(kind, "choices", ())}
    names = {choice.name: str(choice.label) for choice in register.choices.get("dimension", ())}
    totals: dict[str, int] = {}
    for one in by_category:
        code = dimension.get(one.code, one.code)
        totals[code] = totals.get(code, 0) + one.cases
    return [Count(code, names.get(code, code), totals[code]) for code in sorted(totals, key=lambda c: (-totals[c], c))]


def _column(register: Register, scope: Scope, role: str) -> str:
    return str(getattr(register.type(scope.type_name).columns, role) or "")


def _label(register: Register, scope: Scope, by: str, code: object, county: str) -> str:
    type_ = register.type(scope.type_name)
    match by:
        case "city":
            return str(code)
        case "unit":
            return county
        case "team":
            return team_name(int(str(code)))
        case "status":
            return next((str(status.label) for status in type_.statuses if status.code == code), str(code))
    return label_of(register.kind_of(_field(register, scope, by)), str(code)) if code else "未填"


def _field(register: Register, scope: Scope, name: str) -> CaseField:
    """A field that may be counted."""
    for field in register.type(scope.type_name).fields:
        if field.name == name and not field.sensitive:
            return field
    raise KeyError(name)


def rates(store: Store, today: dt.date, scope: Scope = ALL) -> Rates:
    """How the answering goes; see `Rates`."""
    register = register_of(store, scope.register_id)
    sql = f"""SELECT count(*), coalesce(sum(k.answered != ''), 0), coalesce(sum(k.done), 0),
                     coalesce(sum(k.done AND (k.promised = '' OR k.answered <= k.promised)), 0),
                     coalesce(sum(k.answered != '' AND s.value IS NOT NULL), 0),
                     coalesce(sum(k.phase = 'open' AND k.due != '' AND k.due < ?), 0),
                     coalesce(sum(k.phase = 'answered' AND k.due != '' AND k.due < ?), 0),
                     avg(CASE WHEN k.done THEN julianday(k.done_on) - julianday(k.registered) END)
              FROM ({_COUNTED}) k LEFT JOIN case_values s ON s.case_id = k.id AND s.cell = ?"""
    satisfaction = _column(register, scope, "satisfaction")
    values = (today.isoformat(), today.isoformat(), *scope.values(), satisfaction)
    registered, answered, closed, on_time, asked, overdue, late, mean = store.conn.execute(sql, values).fetchone()
    by_kind = dict(_values(store, _column(register, scope, "reply_kind"), scope))
    judged = {code: number for code, number in _values(store, satisfaction, scope) if code}
    return Rates(registered, by_kind, answered, closed, on_time, asked, judged, overdue, late, mean)


def _values(store: Store, cell: str, scope: Scope) -> list[tuple[str, int]]:
    sql = f"""SELECT coalesce(v.value, ''), count(*) FROM ({_COUNTED}) k
              LEFT JOIN case_values v ON v.case_id = k.id AND v.cell = ? GROUP BY 1 ORDER BY 1"""
    return [(str(code), number) for code, number in store.conn.execute(sql, (*scope.values(), cell))]


def most_heard(store: Store, by: str = "topic", most: int = 10, scope: Scope = ALL) -> list[Heard]:
    """Topics or categories by the number of counties they are heard from, not of cases.

    Args:
        store: Where they are.
        by: `topic` or `category`.
        most: How many at most; -1 for all.
        scope: Which cases.
    """
    register = register_of(store, scope.register_id)
    column = {"topic": "k.topic", "category": "k.category"}[by]
    sql = f"""SELECT {column}, coalesce(max(t.title), ''), count(DISTINCT nullif(k.unit, '')),
                     count(DISTINCT nullif(k.city, '')), count(*), count(DISTINCT k.of_team)
              FROM ({_COUNTED}) k LEFT JOIN cases t ON t.id = k.topic
              WHERE {column} != '' GROUP BY 1 ORDER BY 3 DESC, 4 DESC, 5 DESC, 1 LIMIT ?"""
    units_needed, cities_needed = (register.parameters.get(name, 0) for name in ("many_units", "many_cities"))
    category = _column(register, scope, "category")
    found = []
    for code, title, units, cities, number, teams in store.conn.execute(sql, (*scope.values(), most)):
        label = title if by == "topic" else _label(register, scope, category, code, "")
        found.append(Heard(code, label, units, cities, number, teams, units >= units_needed or cities >= cities_needed))
    return found


def topics_heard(store: Store, register: Register) -> dict[str, Heard]:
    """Id of the topic → how widely it is heard, of every topic that a case goes with."""
    with_topics = [type_.name for type_ in register.types if type_.columns.topic]
    scopes = (Scope(register.id, type_name) for type_name in with_topics)
    return {heard.code: heard for scope in scopes for heard in most_heard(store, "topic", -1, scope)}
