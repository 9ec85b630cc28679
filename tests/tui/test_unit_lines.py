"""How the lines of the home screen are ordered, and which are left out."""

import itertools

import pytest

from surveys.frame import Unit
from surveys.store import InterviewRow
from tui.unit_lines import Narrow, Order, arranged, following, remembered, unit_lines

UNITS = [
    Unit("230102", "哈尔滨市", "道里区", "区", 1),
    Unit("230110", "哈尔滨市", "香坊区", "区", 1),
    Unit("230111", "哈尔滨市", "呼兰区", "区", 1),
    Unit("230112", "哈尔滨市", "阿城区", "区", 1),
    Unit("230113", "哈尔滨市", "双城区", "区", 1),
]
CODES = [unit.code[-2:] for unit in UNITS]
_idents = itertools.count()


def row(unit: str, stage: str = "draft", done: int = 0, saved: str = "01", errors: int = 0, conflicts: int = 0):
    at = f"2022-11-{saved}T00:00:00.000Z"
    ident = f"{next(_idents):03}"
    return InterviewRow(ident, f"2301{unit}", "2022", "d", stage, done, 48, errors, conflicts, "", 1, "x", "张三", at)


def codes(rows, order: Order = Order.FRAME, narrow: Narrow = Narrow.ALL, many: bool = False) -> list[str]:
    lines = list(unit_lines(UNITS, rows, many))
    return [line.unit.code[-2:] for line in arranged(lines, order, narrow)]


def test_by_default_every_unit_stands_in_the_order_of_the_frame():
    assert codes([row("13"), row("02", "complete")]) == CODES


def test_what_is_not_begun_comes_before_drafts_and_drafts_before_what_is_complete():
    rows = [row("02", "complete", done=40), row("10", done=47), row("11", done=3), row("13", "void", done=20)]
    assert codes(rows, Order.LEAST) == ["12", "13", "11", "10", "02"]


def test_what_was_saved_last_comes_first_and_what_never_was_comes_last_in_the_order_of_the_frame():
    rows = [row("02", saved="03"), row("11", saved="09"), row("12", saved="05")]
    assert codes(rows, Order.RECENT) == ["11", "12", "02", "10", "13"]


def test_names_stand_as_in_a_chinese_dictionary():
    assert codes([], Order.NAME) == ["12", "02", "11", "13", "10"]  # a, dao, hu, shuang, xiang


STATES = [
    row("02"),
    row("10", errors=2),
    row("11", "complete"),
    row("12", "complete", conflicts=1),
    row("13", "void", errors=5),
]


@pytest.mark.parametrize(
    ("narrow", "left"),
    [
        (Narrow.ALL, ["02", "10", "11", "12", "13"]),
        (Narrow.NOT_STARTED, ["13"]),  # a voided interview is as good as none
        (Narrow.DRAFT, ["02", "10"]),
        (Narrow.COMPLETE, ["11", "12"]),
        (Narrow.TROUBLE, ["10", "12"]),
    ],
)
def test_a_filter_leaves_what_its_name_says(narrow, left):
    assert codes(STATES, narrow=narrow) == left


def test_a_unit_without_any_interview_is_not_started():
    assert codes([], narrow=Narrow.NOT_STARTED) == CODES
    assert codes([], narrow=Narrow.DRAFT) == []


VISITS = [row("10", "complete"), row("10"), row("11", "void"), row("12", "complete", conflicts=1)]


@pytest.mark.parametrize(
    ("narrow", "left"),
    [
        (Narrow.NOT_STARTED, ["02", "11", "13"]),
        (Narrow.DRAFT, ["10"]),
        (Narrow.COMPLETE, ["10", "12"]),
        (Narrow.TROUBLE, ["12"]),
    ],
)
def test_where_a_unit_has_many_records_one_of_them_is_enough(narrow, left):
    assert codes(VISITS, narrow=narrow, many=True) == left


def test_where_a_unit_has_many_records_the_one_with_the_fewest_comes_first():
    assert codes(VISITS, Order.LEAST, many=True) == ["02", "11", "13", "12", "10"]


def test_the_choices_go_round_and_a_setting_that_says_nothing_known_is_the_first():
    seen = [Order.FRAME]
    while len(seen) == 1 or seen[-1] is not Order.FRAME:
        seen.append(following(seen[-1]))
    assert seen[:-1] == list(Order)
    assert remembered(Narrow, "draft") is Narrow.DRAFT
    assert remembered(Narrow, "") is remembered(Narrow, "whatever") is Narrow.ALL


@pytest.mark.parametrize("kind", [Order, Narrow])
def test_every_choice_has_a_name_of_its_own(kind):
    assert len({choice.label for choice in kind}) == len(kind)
