"""Quality checks find what was planted and are silent about an ordinary round."""

import csv
import random
import re
import time
from collections import Counter
from dataclasses import asdict
from itertools import count
from pathlib import Path

import pytest
from definitions import VISIT
from hypothesis import given
from hypothesis import strategies as st

from exports.files import ExportError
from exports.quality import CHECKS, Severity, Thresholds, counts, examine, lines, write_findings
from exports.quality.robust import chance_of_more, median_of, spread_of, standing_out
from surveys.acts import Actor
from surveys.answers import Status
from surveys.definition import Survey
from surveys.double_entry import Decision
from surveys.duplicates import Duplicates
from surveys.frame import Team, Unit
from surveys.recording import Recorder
from surveys.second_keying import SecondKeying
from surveys.store import EVENT_COLUMNS, InterviewRow, Store

SCALE = [{"name": str(number), "label": label} for number, label in enumerate(("很差", "较差", "较好", "很好"), 1)]
FORM = {
    "id": "asked", "version": "2", "title": "质量检查用问卷", "unit": "单位", "round": "2022",
    "statuses": ["dont_know", "refused", "not_applicable"],
    "sections": [{"name": "a", "label": "第一部分", "questions": [
        {"name": "people", "type": "integer", "label": "多少人？", "unit": "人", "required": True},
        {"name": "money", "type": "money", "label": "多少钱？", "required": True, "likely_max": "2000"},
        {"name": "rate", "type": "percent", "label": "百分之几？", "required": True},
        {"name": "salary", "type": "money", "label": "本人工资", "sensitive": True, "required": True},
        {"name": "parts", "type": "matrix", "label": "分项", "cell": {"type": "integer"}, "required": True,
         "rows": [{"name": name, "label": name} for name in "甲乙丙丁戊己庚"],
         "warnings": [{"check": "sum(${parts}) <= ${people} * 100", "message": "分项之和超过合计"}]},
        {"name": "views", "type": "matrix", "label": "评价", "cell": {"type": "rating", "choices": SCALE},
         "required": True, "rows": [{"name": name, "label": f"第{name}项"} for name in "abcde"]},
        {"name": "kind", "type": "select_one", "label": "哪一类？", "required": True, "choices": [
            {"name": "1", "label": "工人文化宫"}, {"name": "2", "label": "俱乐部"},
            {"name": "96", "label": "其他", "specify": True}]},
        {"name": "rooms", "type": "roster", "label": "登记", "none_label": "暂无", "questions": [
            {"name": "area", "type": "decimal", "label": "面积", "unit": "㎡"}]},
        *({"name": f"q{number}", "type": "select_one", "label": f"判断{number}", "required": True, "choices": SCALE}
          for number in range(24)),
    ]}],
}  # fmt: skip
SURVEY = Survey.model_validate(FORM)
UNITS = [
    Unit(f"2301{number:02}", f"{number // 8}市", f"第{number}县", "区" if number < 12 else "县", number // 8)
    for number in range(24)
]
TEAMS = [Team(number, f"第{number}组") for number in range(3)]
NOW = "2022-12-01T00:00:00.000Z"
NOON = "2022-11-18T04:00:00.000Z"
CELLS = ("people", "money", "rate", "salary", *(f"parts.{name}" for name in "甲乙丙丁戊己庚"))


def ordinary(number: int) -> dict[str, str | Status]:
    """What one unit answers; no two alike, nobody far from the others."""
    rng = random.Random(number)
    answers: dict[str, str | Status] = {
        "people": str(100 + 7 * number), "money": f"{20 + number * 1.3:.2f}", "rate": f"{60 + rng.randint(0, 25)}",
        "salary": f"0.{50 + number}", **{f"parts.{name}": str(rng.randint(11, 49)) for name in "甲乙丙丁戊己庚"},
        **{f"views.{name}": str(place % 4 + 1) for place, name in enumerate("abcde", number)},
        "kind": str(number % 2 + 1), "rooms[r1].area": f"{150 + 11 * number}",
    }  # fmt: skip
    return answers | {f"q{place}": str(rng.randint(1, 4)) for place in range(24)}


class Round:
    """A round in a store, put together row by row: the fields are what tests change before `examine`."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self._ids = count(1)
        self.answers = {unit.code: ordinary(number) for number, unit in enumerate(UNITS)}

    def enter(self, unit, answers=None, *, stage="complete", took=20_000, at=NOON, who="", survey="", events=(), **row):
        """One interview with its events; returns its id. `events` are (kind, cell, value, note) after completion."""
        place = next(self._ids)
        ident, team = f"i{place:03}", next(u.team for u in UNITS if u.code == unit)
        answers = self.answers[unit] if answers is None else answers
        digest, name = survey or self.store.survey_digest(), who or f"组员{team}甲"
        head = dict(zip(InterviewRow._fields, (ident, unit, "2022", digest, stage, 0, 0, 0, 0, "", team, "d", name, at), strict=True))  # fmt: skip
        head |= row
        execute = self.store.conn.execute
        execute(f"INSERT INTO interviews ({', '.join(head)}) VALUES ({', '.join('?' * len(head))})", (*head.values(),))
        said = [("opened", unit, digest, "2022", "answered")]
        for cell, value in answers.items():
            missing = isinstance(value, Status)
            execute("INSERT INTO answers VALUES (?, ?, ?, ?, 0, 0)", (ident, cell, "" if missing else value, str(value) if missing else "answered"))  # fmt: skip
            said.append(("answered", cell, "" if missing else value, "", str(value) if missing else "answered"))
        said += [("completed", "", "", "", "answered")] if stage == "complete" else []
        said += [(*event, "answered") for event in events]
        for number, (kind, cell, value, note, status) in enumerate(said, 1):
            self._event(ident, number, kind, cell, value, note, status, name, team, at, took if number > 1 else 0)
        return ident

    def _event(self, ident, number, kind, cell, value, note, status, who, team, at, took):
        row = (f"{ident}-{number:03}", ident, number, "[]", kind, cell, value, status, note, "", who, team,
               f"d{ident}", at, took, 1000 * int(ident[1:]) + number, "", 0)  # fmt: skip
        self.store.conn.execute(
            f"INSERT INTO events ({EVENT_COLUMNS}, ord, seal, crc) VALUES ({', '.join('?' * 18)})", row
        )

    def enter_all(self, **changed):
        """Every unit not entered yet; `changed`: unit code (with a leading `u`) → arguments of `enter`."""
        done = {code for (code,) in self.store.conn.execute("SELECT unit FROM interviews")}
        return {u.code: self.enter(u.code, **changed.get(f"u{u.code}", {})) for u in UNITS if u.code not in done}

    def examine(self, **more):
        return examine(self.store, now=NOW, **more)


@pytest.fixture
def round_(tmp_path):
    with Store(tmp_path / "office.db") as store:
        store.install(SURVEY, UNITS, TEAMS)
        yield Round(store)


A, B = UNITS[5].code, UNITS[17].code


def only(quality, check, unit="", question=""):
    """The findings, which are all of one check, unit and question."""
    assert {(found.check, found.unit, found.question) for found in quality.findings} == {(check, unit, question)}
    return quality.findings


def test_an_ordinary_round_has_no_findings(round_):
    round_.enter_all()
    quality = round_.examine()
    assert (quality.findings, quality.examined, quality.counted) == ((), 24, 24)
    assert [check for check, found in counts(quality) if found.total()] == []


@pytest.mark.parametrize(
    ("cell", "value", "severity"),
    [("money", "300000", "error"), ("money", "0.0031", "error"), ("salary", "6200", "error")],
)
def test_yuan_entered_for_ten_thousands_is_a_slip(round_, cell, value, severity):
    round_.answers[A][cell] = value
    round_.enter_all()
    (found,) = only(round_.examine(), "slip", A, cell)
    assert found.severity == severity
    assert "约差到" in found.message
    if cell == "salary":
        assert "（保密）" in found.message
        assert "6,200" not in found.message


def test_a_slip_is_found_against_the_former_round_where_the_peers_say_nothing(round_):
    for number, unit in enumerate(UNITS):  # amounts that differ by so much that no peer is far from another
        round_.answers[unit.code]["money"] = str(10 ** (number % 8))
        former = "123" if unit.code == A else round_.answers[unit.code]["money"]
        round_.enter(unit.code, {"money": former}, round="2021")
    round_.answers[A]["money"] = "1230000"
    for unit in UNITS:
        round_.enter(unit.code)
    (found,) = only(round_.examine(), "slip", A, "money")
    assert "上一轮（2021）是123 万元，约差到万倍" in found.message


def test_growth_since_the_former_round_is_no_slip(round_):
    for unit in UNITS:
        round_.enter(unit.code, {"money": "0.01"}, round="2021")
    for unit in UNITS:
        round_.enter(unit.code)
    assert round_.examine().findings == ()  # 2,000 to 5,000 times is a start from nothing


@pytest.mark.parametrize(
    ("cell", "value"), [("people", "90000"), ("rate", "2"), ("parts.丙", "9999"), ("rooms[r1].area", "99999")]
)
def test_a_number_far_from_its_peers_is_an_outlier(round_, cell, value):
    round_.answers[B][cell] = value
    round_.enter_all()
    (found,) = only(round_.examine(), "outlier", B, cell.partition(".")[0].partition("[")[0])
    assert (found.cell, found.severity) == (cell, Severity.WARNING)
    assert "同类（县）的12个数的中位数是" in found.message


def test_a_small_count_and_a_zero_are_no_outliers(round_):
    for number, unit in enumerate(UNITS):
        round_.answers[unit.code]["parts.甲"] = str(1 + number % 2)
    round_.answers[A]["parts.甲"] = "9"
    round_.answers[B]["people"] = "0"
    round_.enter_all()
    assert round_.examine().findings == ()


def test_peers_are_all_units_where_there_are_too_few_of_a_kind(round_):
    round_.answers[B]["people"] = "90000"
    round_.enter_all()
    (found,) = round_.examine(limits=Thresholds(peers=13)).findings
    assert "，24个数的中位数是" in found.message
    assert round_.examine(limits=Thresholds(peers=25)).findings == ()


def test_an_older_version_is_told(round_):
    older = SURVEY.model_copy(update={"version": "1"})
    round_.enter(A, survey=round_.store.add_definition(older))
    round_.enter_all()
    (found,) = only(round_.examine(), "outdated_version", A)
    assert "1版问卷，现行的是2版" in found.message


def test_conflicts_and_errors_that_are_left_are_told(round_):
    round_.enter(A, conflicts=2)
    round_.enter(B, errors=3)
    round_.enter_all()
    found = round_.examine().findings
    assert [(each.check, each.unit) for each in found] == [("unsettled", A), ("unsettled", B)]
    assert "2处答案两边填得不同" in found[0].message


def test_two_interviews_of_a_unit_are_a_duplicate_until_somebody_decides(tmp_path):
    with Store(tmp_path / "office.db") as store:
        store.install(SURVEY, UNITS, TEAMS)
        actors = [Actor("张三", 0, "d"), Actor("李四", 1, "d")]
        both = [Recorder.start(store, store.form(), A, actor).interview.id for actor in actors]
        assert [found.interview for found in examine(store, now=NOW).findings if found.check == "duplicate"] == both
        Duplicates(store, both, actors[0]).keep_all("两位负责人分别作答")
        assert [found for found in examine(store, now=NOW).findings if found.check == "duplicate"] == []


def test_the_same_numbers_in_two_units_are_a_copy(round_):
    round_.answers[B] |= {cell: round_.answers[A][cell] for cell in CELLS} | {"q1": "4"}
    round_.answers[B]["rooms[r1].area"] = "217"
    round_.enter_all()
    found = [each for each in round_.examine().findings if each.check == "same_numbers"]
    assert [each.unit for each in found] == [A, B]
    assert "0市第5县" in found[1].message


def test_one_number_that_differs_is_enough_to_be_no_copy(round_):
    round_.answers[B] |= {cell: round_.answers[A][cell] for cell in CELLS} | {"people": "219"}
    round_.enter_all()
    assert round_.examine().count("same_numbers") == 0


def passed(check):
    return {"events": [("warning_passed", check, "", "已与台账核对")]}


def test_a_warning_passed_with_a_note_is_told_with_both(round_):
    round_.enter_all(**{f"u{A}": passed("parts.warning.0")})
    (found,) = only(round_.examine(), "passed_warning", A, "parts")
    assert "分项之和超过合计" in found.message
    assert "已与台账核对" in found.message


def test_a_large_amount_passed_with_a_note_is_told(round_):
    round_.enter_all(**{f"u{A}": passed("money.likely_max")})
    assert "金额偏大" in only(round_.examine(), "passed_warning", A, "money")[0].message


def test_a_note_is_void_once_an_answer_it_was_about_has_changed(round_):
    changed = ("answered", "parts.甲", str(round_.answers[A]["parts.甲"]), "")
    events = [*passed("parts.warning.0")["events"], changed]
    round_.enter_all(**{f"u{A}": {"events": events}})
    assert round_.examine().findings == ()


def test_a_question_that_many_cannot_answer_is_told_with_the_reasons(round_):
    for unit in UNITS[:12:2]:
        round_.answers[unit.code]["q3"] = Status.DONT_KNOW
    round_.answers[UNITS[1].code]["q3"] = Status.REFUSED
    round_.enter_all()
    (found,) = only(round_.examine(), "missing", "", "q3")
    assert "29%没有答上来（7／24：不掌握6、拒答1）" in found.message


def test_a_question_that_does_not_apply_is_not_missing(round_):
    for unit in UNITS:
        round_.answers[unit.code]["q3"] = Status.NOT_APPLICABLE
    round_.enter_all()
    assert round_.examine().findings == ()


def test_a_team_that_leaves_out_a_question_is_told(round_):
    for unit in UNITS[8:16]:
        for name in "甲乙丙丁戊己庚":
            if name in "甲乙":
                round_.answers[unit.code][f"parts.{name}"] = Status.DONT_KNOW
    round_.enter_all()
    team = [found for found in round_.examine().findings if found.check == "missing" and found.team is not None]
    assert [(found.team, found.question) for found in team] == [(1, "parts")]
    assert "29%没有答上来（16／56），其他组是0%（0／112）" in team[0].message


def test_an_interview_that_is_half_empty_is_told(round_):
    round_.answers[A] |= {f"q{number}": Status.DONT_KNOW for number in range(20)}
    round_.enter_all()
    (found,) = [each for each in round_.examine().findings if each.check == "unanswered"]
    assert (found.unit, "41格里20格（49%）" in found.message) == (A, True)


def test_a_person_who_leaves_out_much_is_told_among_the_others(round_):
    for unit in UNITS[8:16]:
        round_.answers[unit.code] |= {f"q{number}": Status.DONT_KNOW for number in range(5)}
    round_.enter_all(**{f"u{unit.code}": {"who": "小刘"} for unit in UNITS[8:16]})
    (found,) = [each for each in round_.examine().findings if each.check == "people"]
    assert (found.team, found.who) == (1, "小刘")
    assert "12%没有答上来（40／328），其他人是0%" in found.message


def test_a_straight_line_is_told_where_it_is_unusual(round_):
    round_.answers[A] |= {f"views.{name}": "4" for name in "abcde"}
    round_.enter_all()
    (found,) = only(round_.examine(), "straight_line", A, "views")
    assert found.message == "第6题的5项全部填了“很好”。"


def test_a_straight_line_that_many_draw_is_told_once(round_):
    for unit in UNITS[:9]:
        round_.answers[unit.code] |= {f"views.{name}": "4" for name in "abcde"}
    round_.enter_all()
    (found,) = only(round_.examine(), "straight_line", "", "views")
    assert (found.severity, "有9份，占38%" in found.message) == (Severity.INFO, True)


def test_texts_of_other_are_listed_and_those_that_are_a_choice_pointed_out(round_):
    round_.answers[A] |= {"kind": "96", "kind.96": "职工书屋"}
    round_.answers[B] |= {"kind": "96", "kind.96": "工人 文化宫"}
    round_.enter_all()
    found = round_.examine().findings
    assert [(each.check, each.unit, each.severity) for each in found] == [
        ("specify", B, Severity.WARNING),
        ("specify", A, Severity.INFO),
    ]
    assert "“职工书屋”" in found[1].message


def test_round_numbers_of_one_team_are_told(round_):
    for unit in UNITS[16:]:
        for cell in CELLS:
            value = str(round_.answers[unit.code][cell])
            if "." not in value:
                round_.answers[unit.code][cell] = str(max(10, round(int(value) / 5) * 5))
    round_.enter_all()
    (found,) = [each for each in round_.examine().findings if each.check == "round_numbers"]
    assert found.team == 2
    assert "个位是0或5" in found.message


def test_an_interview_twice_as_fast_as_the_others_is_told(round_):
    round_.enter_all(**{f"u{A}": {"took": 9_000}, f"u{B}": {"took": 11_000}})
    (found,) = only(round_.examine(), "pace", A)
    assert "太快" in found.message


def test_a_pause_is_no_slow_work(round_):
    round_.enter_all(**{f"u{A}": {"took": 85_000}})
    assert "太慢" in only(round_.examine(), "pace", A)[0].message
    assert round_.examine(limits=Thresholds(pause_minutes=1)).findings == ()


def test_interviews_without_times_are_not_judged_by_them(round_):
    round_.enter_all(**{f"u{A}": {"took": 0}})
    assert round_.examine().findings == ()


def test_answers_too_quick_to_have_been_asked_are_told(round_):
    round_.enter_all(**{f"u{unit.code}": {"took": 900} for unit in UNITS})
    found = round_.examine().findings
    assert {each.check for each in found} == {"rushed"}
    assert len(found) == 24


def test_answers_entered_at_night_are_told_in_beijing_time(round_):
    late = "2022-11-18T15:00:00.000Z"
    round_.enter_all(**{f"u{A}": {"at": late, "took": 0}, f"u{B}": {"at": "2022-11-18T13:59:00.000Z", "took": 0}})
    (found,) = only(round_.examine(), "night", A)
    assert "如11月18日23:00" in found.message


def test_clocks_that_were_set_back_or_are_ahead_are_told(round_):
    round_.enter_all(
        **{f"u{A}": {"at": "2019-01-01T04:00:00.000Z", "took": 0}, f"u{B}": {"at": "2022-12-05T04:00:00.000Z"}}
    )
    found = [each for each in round_.examine().findings if each.check == "clock"]
    assert ("时间不对" in found[0].message, found[0].unit) == (True, A)
    assert any("在今天以后" in each.message and each.unit == B for each in found)


def test_times_that_go_on_as_the_work_does_are_right(round_):
    round_.enter_all()
    assert round_.examine(limits=Thresholds(fast=100)).count("clock") == 0


def test_changes_after_completion_are_told_with_their_reasons(round_):
    changes = [("reopened", "", "", "核对"), *(("answered", f"q{n}", "9", "录入错误") for n in range(5))]
    back = [
        ("reopened", "", "", "核对"),
        ("answered", "q1", "9", "错"),
        ("answered", "q1", str(round_.answers[B]["q1"]), ""),
    ]
    round_.enter_all(**{f"u{A}": {"events": changes}, f"u{B}": {"events": back}})
    found = round_.examine().findings
    assert [(each.check, each.unit, each.severity) for each in found] == [
        ("corrected", A, Severity.WARNING),
        ("corrected", B, Severity.INFO),
    ]
    assert found[0].message == "定稿后重开1次，改了5处答案（录入错误5处）。"
    assert "改了0处" in found[1].message


def test_a_mark_to_be_verified_is_told_with_its_remark(round_):
    marks = [("doubted", "q1", "1", ""), ("remarked", "q1", "台账缺一页", ""), ("doubted", "q2", "1", ""), ("doubted", "q2", "", "")]  # fmt: skip
    round_.enter_all(**{f"u{A}": {"events": marks}})
    assert "备注“台账缺一页”" in only(round_.examine(), "doubted", A, "q1")[0].message


@pytest.mark.parametrize(("differing", "found"), [(0, 0), (4, 0), (5, 1)])
def test_a_back_check_is_compared_with_the_first_interview(round_, differing, found):
    again = round_.answers[A] | {f"q{n}": str(int(str(round_.answers[A][f"q{n}"])) % 4 + 1) for n in range(differing)}
    round_.enter_all()
    round_.enter(A, again, who="回访员")
    told = [each for each in round_.examine().findings if each.check == "back_check"]
    assert len(told) == found
    if told:
        assert "41处都答了的有5处（12%）不同：第9题" in told[0].message


def test_second_keyings_that_differ_are_told(tmp_path):
    with Store(tmp_path / "office.db") as store:
        store.install(SURVEY, UNITS, TEAMS)
        first = Recorder.start(store, store.form(), A, Actor("张三", 0, "d"))
        first.answer_many({"people": "12", "kind": "1"})
        assert examine(store, drafts=True, now=NOW).count("second_keying") == 0
        again = SecondKeying.resume(store, first.interview.id, Actor("李四", 0, "e"))
        again.answer("people", "21")
        again.answer("kind", "1")
        found = [each for each in examine(store, now=NOW).findings if each.check == "second_keying"]
        assert ["1处（50%）不同" in found[0].message, "2处，有1处不同还没有裁定" in found[1].message] == [True, True]
        again.first.decide(again.first.comparison().differences[0], Decision.FIRST)
        assert examine(store, now=NOW).count("second_keying") == 1


# ── the whole ─────────────────────────────────────────────────────────────────────────


def test_drafts_are_judged_only_when_asked_and_void_ones_never(round_):
    round_.answers[A]["people"] = round_.answers[B]["people"] = "90000"
    round_.enter(A, stage="draft")
    round_.enter(B, stage="void")
    round_.enter_all()  # B is entered already
    assert (round_.examine().examined, round_.examine().counted, round_.examine().findings) == (23, 22, ())
    assert {found.unit for found in round_.examine(drafts=True).findings if found.check == "outlier"} == {A}


def test_an_interview_outside_the_frame_is_passed_over_and_shifts_nobodys_answers(round_):
    round_.answers[A]["people"] = "90000"
    stray = round_.enter(UNITS[0].code)
    round_.enter_all()
    round_.store.conn.execute("UPDATE interviews SET unit = '999999' WHERE id = ?", (stray,))
    assert round_.examine().examined == 23
    only(round_.examine(), "outlier", A, "people")


def test_many_visits_of_a_unit_are_no_duplicates_and_no_back_checks(tmp_path):
    with Store(tmp_path / "office.db") as store:
        store.install(VISIT, UNITS, TEAMS)
        for who, people in (("张三", "3"), ("李四", "9")):
            visit = Recorder.start(store, store.form(), A, Actor(who, 0, who))
            visit.answer_many({"kind": "1", "people": people, "asked": people})
            visit.complete()
        quality = examine(store, now=NOW)
        assert quality.counted == 2
        assert {found.check for found in quality.findings} <= {"clock", "night"}  # the clock is the real one


def test_an_empty_store_and_a_single_unit_have_no_findings_and_no_questionnaire_is_a_sentence(tmp_path, round_):
    assert round_.examine().findings == ()
    round_.enter(A)
    assert round_.examine().findings == ()
    with Store(tmp_path / "new.db") as store, pytest.raises(ExportError, match="还没有问卷"):
        examine(store)


def test_all_missing_is_told_question_by_question_without_a_number_of_nothing(round_):
    for unit in UNITS:
        round_.answers[unit.code] = {
            cell: Status.DONT_KNOW for cell in round_.answers[unit.code] if "rooms" not in cell
        }
    round_.enter_all()
    assert {found.check for found in round_.examine().findings} == {"missing", "unanswered"}


def test_the_survey_sets_thresholds_and_words_for_numbers_are_refused(tmp_path):
    for value, works in (("2.5", True), ("很多", False)):
        survey = SURVEY.model_copy(update={"parameters": {"quality_outlier": value}})
        with Store(tmp_path / f"{works}.db") as store:
            store.install(survey, UNITS, TEAMS)
            if works:
                assert Thresholds.of(survey).outlier == 2.5
            else:
                with pytest.raises(ExportError, match="阈值要写数字"):
                    examine(store)


def test_teams_and_members_are_counted(round_):
    round_.answers[A]["q1"] = Status.DONT_KNOW
    round_.answers[A]["people"] = "90000"
    round_.enter(A, who="小刘", took=30_000)
    round_.enter_all()
    quality = round_.examine()
    teams = {work.team: work for work in quality.teams}
    member = next(work for work in quality.members if work.who == "小刘")
    assert [teams[number].interviews for number in range(3)] == [8, 8, 8]
    assert (member.interviews, member.complete, member.asked, member.blank, member.unknown) == (1, 1, 41, 1, 1)
    assert member.median_minutes == pytest.approx(0.5 * 43)  # 42 answers and the completion
    assert (member.findings[Severity.WARNING], teams[0].findings[Severity.WARNING]) == (1, 1)


def test_the_order_does_not_depend_on_the_order_of_entering(tmp_path):
    told = []
    for seed in (1, 2):
        with Store(tmp_path / f"{seed}.db") as store:
            store.install(SURVEY, UNITS, TEAMS)
            entered = Round(store)
            entered.answers[A]["people"] = entered.answers[B]["people"] = "90000"
            entered.answers[A]["money"] = "300000"
            codes = [unit.code for unit in UNITS]
            random.Random(seed).shuffle(codes)
            for code in codes:
                entered.enter(code)
            told.append([(f.check, f.unit, f.message) for f in entered.examine().findings])
    assert told[0] == told[1]
    assert [check for check, *_ in told[0]] == ["slip", "outlier", "outlier"]


def test_the_list_names_every_check_and_every_finding_and_the_file_has_a_line_for_each(round_, tmp_path):
    round_.answers[A] |= {"people": "90000", "kind": "96", "kind.96": "=危险\x1b"}
    round_.enter_all()
    quality, units = round_.examine(), {unit.code: unit for unit in UNITS}
    text = [*lines(quality, units)]
    assert all(any(check.label in line for line in text) for check in CHECKS)
    assert [line for line in text if "0市第5县" in line and "离群" in line]
    assert not any("\x1b" in line for line in text)
    with write_findings(quality, units, tmp_path / "质量.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert Counter(row["检查代号"] for row in rows) == Counter(found.check for found in quality.findings)
    assert rows[0]["县（市、区）"] == "第5县"


def test_every_check_says_what_it_finds():
    assert len({check.id for check in CHECKS}) == len(CHECKS) >= 16
    assert all(check.rule.endswith("。") and check.label for check in CHECKS)


def test_a_province_is_examined_within_a_second(round_):
    round_.enter_all()
    begun = time.process_time()
    round_.examine()
    assert time.process_time() - begun < 24 / 121  # its share of a second


# ── the statistics ────────────────────────────────────────────────────────────────────


@given(st.lists(st.integers(-50, 50), min_size=1))
def test_the_median_is_the_median(values):
    import statistics

    assert median_of(values) == statistics.median(values)


@given(st.integers(0, 12), st.integers(0, 12), st.integers(0, 12), st.data())
def test_the_chance_is_that_of_counting_every_draw(hits, misses, drawn, data):
    from itertools import combinations

    everything = [1] * hits + [0] * misses
    drawn = min(drawn, len(everything), 4)
    wanted = data.draw(st.integers(0, drawn))
    ways = [sum(draw) for draw in combinations(everything, drawn)]
    expected = sum(way >= wanted for way in ways) / len(ways)
    assert chance_of_more(wanted, drawn, hits, len(everything)) == pytest.approx(expected, abs=1e-9)


def test_the_score_is_that_of_iglewicz_and_hoaglin():
    spread = spread_of(Counter([1.0, 2.0, 3.0, 4.0, 100.0]))
    assert (spread.median, spread.score(100.0)) == (3.0, pytest.approx(0.6745 * 97))
    assert spread_of({5.0: 9}).score(7.0) == 0.0
    half = spread_of({5.0: 9, 9.0: 1})
    assert half.score(9.0) == pytest.approx(4 / (1.253314 * 0.4))


def test_groups_stand_out_only_beyond_chance_and_by_enough():
    assert [g.group for g in standing_out({"a": (30, 40), "b": (5, 40), "c": (6, 40)}, 0.001, 1.5, 8)] == ["a"]
    assert standing_out({"a": (9, 40), "b": (5, 40)}, 0.001, 1.5, 8) == []
    assert standing_out({"a": (5400, 10_000), "b": (5000, 10_000)}, 0.001, 1.5, 8) == []
    assert standing_out({"a": (5, 5), "b": (0, 40)}, 0.001, 1.5, 8) == []


def test_the_document_names_every_check_and_every_threshold():
    text = (Path(__file__).parents[2] / "docs/质量检查.md").read_text("utf-8")
    assert all(f"| {check.label} | `{check.id}` | {check.rule} |" in text for check in CHECKS)
    named = dict(re.findall(r"^\| `(\w+)` \| ([\d.]+) \|", text, re.MULTILINE)) | {
        "night_from": "22",
        "night_until": "6",
    }
    assert {name: float(value) for name, value in named.items()} == asdict(Thresholds())
