"""How fast the engine is, each time against something else in the same process, which does nothing but measure."""

from __future__ import annotations

import datetime as dt
import itertools
import random
import re
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from ruamel.yaml import YAML

from surveys.answers import Status
from surveys.definition import Survey
from surveys.evaluation import _present
from surveys.expressions import expression
from surveys.form import Form, Item, form_from_json, roster_cell
from surveys.history import Event, Kind
from surveys.interview import Interview
from surveys.loading import library, load_form
from surveys.rules import Rule
from surveys.scope import Scope
from tests.surveys.samples import Edits, Hand, fixed_clock, numbers

LIBRARY = library("county_union")


def alone(measure: str) -> float:
    """What a measure of this file gives in an interpreter of its own: other tests leave memory full and code cold."""
    script = f"from tests.benchmarks import test_engine; print(test_engine.{measure})"
    run = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, cwd=Path(__file__).parents[2])
    assert run.returncode == 0, run.stderr
    *figures, ratio = run.stdout.splitlines()
    print("\n".join(figures))
    return float(ratio)


def seconds(work: Callable[[], object], times: int = 5) -> float:
    """The processor time of the best of some runs."""
    taken = []
    for _ in range(times):
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


# ── one change ────────────────────────────────────────────────────────────────────────


def scratch_beside_one_answer() -> float:
    """How many times as long evaluating everything takes as taking one more answer."""
    form, edits = load_form(LIBRARY), Edits()
    interview = edits.hand.begin(form)
    for step in numbers(1, 300):
        interview.apply(edits.make(interview, step))
    taken = []
    for step in numbers(2, 600):
        event = edits.make(interview, step)
        started = time.perf_counter()
        interview.apply(event)
        taken.append(time.perf_counter() - started)
    scratch = seconds(lambda: Interview(form, interview.events, fixed_clock))
    one = statistics.median(taken)
    slow = sorted(taken)[len(taken) * 99 // 100]
    print(f"one answer: median {one * 1e3:.3f} ms, 99 % under {slow * 1e3:.3f} ms; from scratch {scratch * 1e3:.1f} ms")
    return scratch / one


def test_an_answer_costs_a_small_part_of_evaluating_everything() -> None:
    assert alone("scratch_beside_one_answer()") >= 15


# ── opening a definition ──────────────────────────────────────────────────────────────


def plain_yaml() -> float:
    """Seconds that the YAML reader alone takes for the 56 questions."""
    text = LIBRARY.read_text()
    return seconds(lambda: YAML(typ="safe", pure=True).load(text))


def loading_beside_yaml() -> float:
    """How many times as long loading the definition takes as only reading its YAML."""

    def first() -> None:
        expression.compile_expression.cache_clear()
        load_form(LIBRARY)

    ours, plain = seconds(first), plain_yaml()
    print(
        f"56 questions from YAML: {ours * 1e3:.0f} ms; ruamel.yaml alone {plain * 1e3:.0f} ms; {ours / plain:.2f} times"
    )
    return ours / plain


def stored_beside_yaml() -> float:
    """What part of reading the YAML it takes to make the form of a stored definition."""
    stored = load_form(LIBRARY).definition.canonical_json()

    def cold() -> Form:
        expression.compile_expression.cache_clear()
        form_from_json.cache_clear()
        return form_from_json(stored)

    def warm() -> Form:
        form_from_json.cache_clear()
        return form_from_json(stored)

    first, again, plain = seconds(cold), seconds(warm), plain_yaml()
    shape = seconds(lambda: Survey.from_json(stored))
    print(
        f"56 questions from the store: {first * 1e3:.1f} ms, with expressions seen before {again * 1e3:.1f} ms, "
        f"validation alone {shape * 1e3:.1f} ms; ruamel.yaml {plain * 1e3:.0f} ms; {first / plain:.2f} times"
    )
    return first / plain


def test_loading_the_definition_costs_little_more_than_reading_its_yaml() -> None:
    assert alone("loading_beside_yaml()") <= 2


def test_a_stored_definition_is_ready_in_a_fraction_of_reading_its_yaml() -> None:
    assert alone("stored_beside_yaml()") <= 0.4


# ── many interviews, beside elementpath ───────────────────────────────────────────────


Judged = tuple[Item, Rule, Any]


class Translated:
    """The rules that plain XPath 1.0 can express too, parsed once by elementpath, over an XML instance per interview.

    `${matrix.row}` becomes a path, `selected()`, `percent()` and `param()` what they mean in XPath 1.0. What needs
    dates, missing statuses or other functions that XPath 1.0 has not is left out, on both sides.
    """

    def __init__(self, form: Form) -> None:
        import elementpath

        parser = elementpath.XPath1Parser()
        self.form, self.context = form, elementpath.XPathContext
        self.tree = elementpath.build_node_tree
        self.all = [(item, rule) for item in form.items for rule in item.rules if not rule.field]
        self.rules: list[Judged] = []
        for item, rule in self.all:
            try:
                self.rules.append((item, rule, parser.parse(self._xpath(item, rule.expression.source))))
            except elementpath.ElementPathError:
                continue

    def _path(self, name: str, part: str = "") -> str:
        if name in self.form.fields:
            return f"/i/{self.form.fields[name]}/{name}"
        question = self.form.by_name[name].question
        if question.type != "matrix":
            return f"/i/{name}" + (f"-{part}" if part else "")
        columns = {column.name for column in question.columns}
        parts = part.split(".") if part else []
        row = next((f"r-{p}" for p in parts if p not in columns), "*")
        column = next((f"/c-{p}" for p in parts if p in columns), "/*") if columns else ""
        return f"/i/{name}/{row}{column}"

    def _xpath(self, item: Item, source: str) -> str:
        inside = r"((?:[^,()]|\([^()]*\))+?)"
        source = re.sub(
            r"selected\(\s*([^,()]+?)\s*,\s*'([^']*)'\s*\)", r"contains(concat(' ', \1, ' '), ' \2 ')", source
        )
        # Infinity × 0 is no number: our percent() of nothing is blank.
        source = re.sub(
            rf"percent\(\s*{inside}\s*,\s*{inside}\s*\)", r"((\1) div (\2) * 100 * number(number(\2) != 0))", source
        )
        source = re.sub(r"param\('([^']+)'\)", lambda found: str(self.form.survey.parameters[found[1]]), source)
        outside_predicates = re.split(r"(\[[^\]]*\])", source)
        source = "".join(
            part if part.startswith("[") else re.sub(r"(?<![\w.\]'/*)}])\.(?![\w.])", self._path(item.name), part)
            for part in outside_predicates
        )
        source = re.sub(
            r"\$\{\s*([^}.\s]+)(?:\.([^}\s]+))?\s*\}", lambda found: self._path(found[1], found[2] or ""), source
        )
        # elementpath calls the text 5 and the number 5 unequal.
        source = re.sub(r"(/i/[\w/*-]+) (=|!=) (\d)", r"number(\1) \2 \3", source)
        return re.sub(r"\) (=|!=) (/i/[\w/*-]+)", r") \1 number(\2)", source)

    def instance(self, interview: Interview) -> ElementTree.Element:
        """The interview as XML, the way ODK's engine holds one."""
        top = ElementTree.Element("i")
        for item in self.form.items:
            if item.type == "roster":
                for row_id in interview.rows(item.name):
                    row = ElementTree.SubElement(top, item.name)
                    for cell in item.cells:
                        value = interview.answer(roster_cell(item.name, row_id, cell.address)).value
                        ElementTree.SubElement(row, cell.address).text = value
            elif item.type == "matrix":
                matrix = ElementTree.SubElement(top, item.name)
                rows: dict[str, ElementTree.Element] = {}
                for cell in item.cells:
                    if cell.row not in rows:
                        rows[cell.row] = ElementTree.SubElement(matrix, f"r-{cell.row}")
                    place = (
                        ElementTree.SubElement(rows[cell.row], f"c-{cell.column}") if cell.column else rows[cell.row]
                    )
                    place.text = interview.answer(cell.address).value
            elif item.cells:
                ElementTree.SubElement(top, item.name).text = interview.answer(item.name).value
        return top

    def judged(self, interview: Interview) -> list[Judged]:
        """The rules that run on this interview: all they read is answered."""
        return [judged for judged in self.rules if _present(judged[1].expression, Scope(interview, judged[0]))]

    def theirs(self, tree: Any, judged: list[Judged]) -> list[bool]:
        context = self.context
        return [token.boolean_value(token.evaluate(context(tree))) for _, _, token in judged]

    def ours(self, interview: Interview, judged: list[Judged]) -> list[bool]:
        return [rule.expression.boolean(Scope(interview, item)) for item, rule, _ in judged]


def filled(form: Form, count: int) -> Iterator[Interview]:
    """Interviews with nearly everything answered, two rows in each roster."""
    edits, dice = Edits(), random.Random(1)
    for number in range(count):
        hand = Hand(ident=f"i{number}")
        events: list[Event] = [hand.opened(form)]
        addresses: list[str] = []
        for item in form.items:
            if item.type == "roster":
                for row_id in ("r1", "r2"):
                    events.append(hand.event((events[-1].id,), Kind.ROW_ADDED, roster_cell(item.name, row_id)))
                    addresses += [roster_cell(item.name, row_id, cell.address) for cell in item.cells]
            elif item.asked:
                addresses += [cell.address for cell in item.cells]
        for address in addresses:
            value, status = edits.value(form, address, dice.randrange(9))
            if status is Status.ANSWERED:
                events.append(hand.event((events[-1].id,), Kind.ANSWERED, address, value, status=status))
        yield Interview(form, events, lambda: dt.datetime(2022, 11, 3, tzinfo=dt.UTC))


def elementpath_beside_ours(count: int) -> float:
    """How many times as long elementpath takes for the same rules; both must judge the same, and alike.

    Measured with the interview ready on both sides (our nodes, their XML tree), and printed also with making these.
    """
    form = load_form(LIBRARY)
    both = Translated(form)
    ours = ours_made = theirs = theirs_made = 0.0
    count_judged = 0
    for interview in filled(form, count):
        judged = both.judged(interview)
        count_judged += len(judged)
        interview.nodes.clear()
        times = [time.process_time()]
        both.ours(interview, judged)
        times.append(time.process_time())
        our_view = both.ours(interview, judged)
        times.append(time.process_time())
        tree = both.tree(both.instance(interview))
        times.append(time.process_time())
        their_view = both.theirs(tree, judged)
        times.append(time.process_time())
        making_and_ours, only_ours, making, only_theirs = (b - a for a, b in itertools.pairwise(times))
        ours, ours_made = ours + only_ours, ours_made + making_and_ours
        theirs, theirs_made = theirs + only_theirs, theirs_made + making + only_theirs
        assert [rule.id for (_, rule, _), a, b in zip(judged, our_view, their_view, strict=True) if a != b] == []
    print(
        f"{count:,} interviews, {len(both.rules)} of {len(both.all)} rules, {count_judged / count:.0f} judged in each: "
        f"ours {ours / count * 1e3:.3f} ms, elementpath {theirs / count * 1e3:.2f} ms an interview, {theirs / ours:.0f} "
        f"times; with making nodes and trees {ours_made / count * 1e3:.3f} and {theirs_made / count * 1e3:.2f} ms, "
        f"{theirs_made / ours_made:.0f} times"
    )
    assert len(both.rules) >= 150
    assert count_judged / count >= 100
    assert theirs_made / ours_made >= 12
    return theirs / ours


needs_elementpath = pytest.mark.skipif(not find_spec("elementpath"), reason="elementpath is not installed")


@needs_elementpath
def test_rules_run_20_times_as_fast_as_in_elementpath() -> None:
    assert alone("elementpath_beside_ours(60)") >= 20


@needs_elementpath
@pytest.mark.soak
def test_10000_interviews_are_validated_20_times_as_fast_as_in_elementpath() -> None:
    assert alone("elementpath_beside_ours(10_000)") >= 20
