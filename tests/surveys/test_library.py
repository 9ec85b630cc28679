"""The questionnaires and lists that come with zoufang hold what their sources say they hold."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterator
from importlib.resources import files

import pytest
from ruamel.yaml import YAML

from surveys.answers import Status
from surveys.definition import AnyQuestion, Calculate, Matrix, Roster, SelectMultiple, SimpleQuestion, Survey
from surveys.value_types import Choice

LIBRARY = files("surveys.library")

SEED = "001_526aa68362d04e1c.txt"
"""The newspaper report that prints three of the 56 questions."""


@pytest.fixture(scope="module")
def survey() -> Survey:
    text = (LIBRARY / "county_union.yaml").read_text(encoding="utf-8")
    return Survey.model_validate(YAML(typ="safe", pure=True).load(text))


@pytest.fixture(scope="module")
def numbered(survey: Survey) -> dict[int, AnyQuestion]:
    """The questions by number; numbers follow from the order."""
    questions = [q for section in survey.sections if section.numbered for q in section.questions]
    return dict(enumerate(questions, start=1))


@pytest.fixture(scope="module")
def by_name(survey: Survey) -> dict[str, AnyQuestion]:
    return {q.name: q for section in survey.sections for q in section.questions}


def read_list(name: str) -> list[dict[str, str]]:
    return list(csv.DictReader((LIBRARY / name).read_text(encoding="utf-8").splitlines()))


def choice_lists(questions: dict[int, AnyQuestion]) -> Iterator[tuple[str, tuple[Choice, ...]]]:
    """Every choice list with the place it belongs to (`rules_status`, `venues.v_kind`)."""
    for question in questions.values():
        for place, part in parts(question):
            if not isinstance(choices := getattr(part, "choices", ()), str) and choices:
                yield place, choices


def parts(question: AnyQuestion) -> Iterator[tuple[str, object]]:
    match question:
        case Matrix():
            yield question.name, question.cell
        case Roster():
            yield from ((f"{question.name}.{field.name}", field) for field in question.questions)
        case _:
            yield question.name, question


# ── the county questionnaire ──────────────────────────────────────────────────────────


def test_identity_and_notice(survey: Survey) -> None:
    """The questionnaire names itself and says how much of it is printed anywhere."""
    assert (survey.id, survey.version, survey.round) == ("county_union", "2022.10", "2022")
    assert (survey.title, survey.unit) == ("县级工会摸底调查问卷", "县级工会")
    assert survey.notice == "仅3题见于公开报道，其余53题为自拟。"
    assert survey.parameters == {"asof": "2022-10-31", "pay_low": 2000, "bargain_min": 80, "bargain100_min": 90}
    assert survey.statuses == ()
    assert survey.evidence == ("口头", "台账", "查看现场", "座谈会")


def test_five_dimensions_hold_56_numbered_questions(survey: Survey) -> None:
    sections = [(s.name, s.label, len(s.questions)) for s in survey.sections if s.numbered]
    assert sections == [
        ("staffing", "人员配备", 15),
        ("service", "阵地服务", 10),
        ("funds", "资金使用", 11),
        ("mechanism", "制度机制", 8),
        ("effect", "作用发挥", 12),
    ]
    assert sum(count for *_, count in sections) == 56


def test_cover_and_indicators_carry_no_number(survey: Survey) -> None:
    cover, *_, indicators = survey.sections
    assert (cover.name, [q.name for q in cover.questions], cover.numbered) == ("cover", ["mode", "filler_post"], False)
    assert (indicators.name, len(indicators.questions), indicators.numbered) == ("indicators", 29, False)
    assert all(isinstance(q, Calculate) for q in indicators.questions)


def test_indicators_are_rounded_by_their_unit(survey: Survey) -> None:
    """Percentages to 0.1, 万元 to 0.01, counts and months whole."""
    indicators = [q for q in survey.sections[-1].questions if isinstance(q, Calculate)]
    assert {(q.unit, q.decimals) for q in indicators} == {("%", 1), ("万元", 2), ("个", 0), ("月", 0)}
    assert Counter(q.unit for q in indicators) == {"%": 23, "万元": 3, "个": 2, "月": 1}


@pytest.mark.parametrize(
    ("number", "wording"),
    [
        (15, "社会化工会工作者存在的主要问题是什么?"),
        (17, "工人文化宫是否能正常开展活动?"),
        (28, "上级回拨工会经费是否足额到位?"),
    ],
)
def test_printed_questions_are_quoted_word_for_word(
    numbered: dict[int, AnyQuestion], number: int, wording: str
) -> None:
    """With the report's own half-width question mark."""
    assert (numbered[number].label, numbered[number].quoted) == (wording, SEED)


def test_no_other_question_claims_to_be_quoted(numbered: dict[int, AnyQuestion]) -> None:
    assert [number for number, q in numbered.items() if q.quoted] == [15, 17, 28]
    assert all("?" not in q.label for q in numbered.values() if not q.quoted)


def test_question_types(numbered: dict[int, AnyQuestion]) -> None:
    assert Counter(q.type for q in numbered.values()) == {
        "select_one": 12,
        "select_multiple": 7,
        "integer": 8,
        "money": 2,
        "matrix": 22,
        "roster": 2,
        "date": 1,
        "text": 2,
    }


def test_matrix_cells(numbered: dict[int, AnyQuestion]) -> None:
    matrices = [q for q in numbered.values() if isinstance(q, Matrix)]
    assert Counter(q.cell.type for q in matrices) == {"integer": 17, "money": 3, "rating": 1, "select_one": 1}
    assert [q.name for q in matrices if q.columns] == ["new_form"]


@pytest.mark.parametrize(
    ("matrix", "units"),
    [
        ("small_payers", ["户", "户", "万元"]),
        ("skills", ["场", "人次", "人次", "个"]),
        ("disputes", ["件", "件", "件", "件", "份"]),
    ],
)
def test_rows_of_mixed_matrices_have_their_own_unit(
    by_name: dict[str, AnyQuestion], matrix: str, units: list[str]
) -> None:
    question = by_name[matrix]
    assert isinstance(question, Matrix)
    assert [getattr(row.cell or question.cell, "unit", "") for row in question.rows] == units


def test_only_free_texts_may_stay_empty(numbered: dict[int, AnyQuestion]) -> None:
    assert [number for number, q in numbered.items() if not q.required] == [55, 56]


def test_dont_know_is_offered_where_a_figure_may_be_out_of_reach(numbered: dict[int, AnyQuestion]) -> None:
    offered = [number for number, q in numbered.items() if q.statuses == (Status.DONT_KNOW,)]
    assert offered == [12, 14, 22, 29, 30, 32, 33, 44, 45, 46, 47, 48, 49, 50, 51]
    assert all(q.statuses is None for number, q in numbered.items() if number not in offered)


def test_skips(numbered: dict[int, AnyQuestion]) -> None:
    assert [number for number, q in numbered.items() if q.relevant] == [6, 7, 10, 12, 14, 17, 18, 22, 29, 30, 31, 44]


def test_rules(numbered: dict[int, AnyQuestion]) -> None:
    """82 flags, 45 hard checks (three more stand on fields of the venue list), 41 soft ones."""
    questions = numbered.values()
    assert sum(len(q.flags) for q in questions) == 82
    assert sum(len(q.hard_checks) for q in questions) == 45
    assert sum(len(q.warnings) for q in questions) == 41
    assert Counter(flag.level for q in questions for flag in q.flags) == {"yellow": 61, "red": 21}


def test_venue_checks_point_at_the_row(by_name: dict[str, AnyQuestion]) -> None:
    venues = by_name["venues"]
    assert isinstance(venues, Roster)
    assert {f.name: len(f.hard_checks) for f in venues.questions if f.hard_checks} == {"v_open_date": 1, "v_days": 2}


def test_flag_categories_are_codes_of_their_dimension(survey: Survey) -> None:
    """1xx under 人员配备 and so on."""
    sections = [section for section in survey.sections if section.numbered]
    for dimension, section in enumerate(sections, start=1):
        categories = {flag.category for q in section.questions for flag in q.flags} - {"by_row"}
        strangers = {code for code in categories if not code.startswith(str(dimension))}
        # A missing ledger of returned funds (第42题) is filed under 资金使用.
        assert strangers == ({"307"} if section.name == "mechanism" else set())


def test_codes_that_ask_for_a_text(numbered: dict[int, AnyQuestion]) -> None:
    """Always 96 其他（请注明）."""
    specify = {place: [c.name for c in choices if c.specify] for place, choices in choice_lists(numbered)}
    assert {place for place, codes in specify.items() if codes} == {
        "chair_post",
        "sw_main_problem",
        "palace_obstacles",
        "venues.v_kind",
        "service_center",
        "service_gaps",
        "fund_mode",
        "return_reasons",
        "subsidy_pref",
        "party_agenda",
        "appeal_channels",
    }
    assert all(codes in ([], ["96"]) for codes in specify.values())


def test_codes_that_clear_the_others(numbered: dict[int, AnyQuestion]) -> None:
    """Only where several may be chosen, and there every 没有 and 不清楚."""
    exclusive = {place: [c.name for c in choices if c.exclusive] for place, choices in choice_lists(numbered)}
    assert {place: codes for place, codes in exclusive.items() if codes} == {
        "sw_main_problem": ["97", "98"],
        "palace_obstacles": ["98"],
        "service_gaps": ["97", "98"],
        "return_reasons": ["98"],
        "party_agenda": ["97", "98"],
        "bodies": ["97"],
        "appeal_channels": ["97"],
    }


def test_at_most_three_choices_where_priorities_are_asked(numbered: dict[int, AnyQuestion]) -> None:
    most = {q.name: q.max_selected for q in numbered.values() if isinstance(q, SelectMultiple)}
    assert {name: limit for name, limit in most.items() if limit} == {"sw_main_problem": 3, "service_gaps": 3}


def test_names_and_codes_are_unique(survey: Survey, numbered: dict[int, AnyQuestion]) -> None:
    fields: list[SimpleQuestion] = [f for q in numbered.values() if isinstance(q, Roster) for f in q.questions]
    names = [q.name for section in survey.sections for q in section.questions] + [f.name for f in fields]
    assert [name for name, count in Counter(names).items() if count > 1] == []
    for place, choices in choice_lists(numbered):
        assert len({c.name for c in choices}) == len(choices), place


@pytest.mark.parametrize(
    ("roster", "most", "none_label", "item_label"),
    [
        ("venues", 60, "没有直接管理或参与共建的阵地", "${v_name}"),
        ("difficulties", 5, "暂无", "${d_desc}"),
    ],
)
def test_registers(by_name: dict[str, AnyQuestion], roster: str, most: int, none_label: str, item_label: str) -> None:
    question = by_name[roster]
    assert isinstance(question, Roster)
    assert (question.max_items, question.none_label, question.item_label) == (most, none_label, item_label)
    assert [f.name for f in question.questions if not f.required] == (["d_tried"] if roster == "difficulties" else [])


# ── units and teams ───────────────────────────────────────────────────────────────────


def test_heilongjiang_has_13_cities_and_121_counties() -> None:
    units = read_list("heilongjiang.csv")
    assert Counter(u["level"] for u in units) == {"prefecture": 13, "county": 121}
    assert Counter(u["kind"] for u in units if u["level"] == "county") == {
        "区": 54,
        "县级市": 21,
        "县": 45,
        "自治县": 1,
    }
    assert len({u["code"] for u in units}) == 134
    assert all(len(u["code"]) == 6 and u["code"].startswith("23") for u in units)
    assert all(bool(u["county"]) == (u["level"] == "county") for u in units)


def test_four_districts_outside_the_national_standard_are_kept_apart() -> None:
    extra = read_list("heilongjiang_nongb.csv")
    assert [u["county"] for u in extra] == ["加格达奇区", "松岭区", "新林区", "呼中区"]
    assert {u["city"] for u in extra} == {"大兴安岭地区"}
    assert not {u["code"] for u in extra} & {u["code"] for u in read_list("heilongjiang.csv")}


def test_nine_teams_cover_every_city_once() -> None:
    cities = [u["city"] for u in read_list("heilongjiang.csv") if u["level"] == "prefecture"]
    assert sorted(row["city"] for row in read_list("heilongjiang_teams.csv")) == sorted(cities)


def test_units_of_each_team() -> None:
    team_of = {row["city"]: row["team"] for row in read_list("heilongjiang_teams.csv")}
    counties = Counter(team_of[u["city"]] for u in read_list("heilongjiang.csv") if u["level"] == "county")
    assert [counties[str(team)] for team in range(1, 10)] == [18, 16, 10, 9, 10, 13, 18, 18, 9]
