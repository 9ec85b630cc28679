"""Merging: any order, any repetition, killed anywhere: one and the same office; nothing is lost silently."""

import itertools
import json
import multiprocessing
import os
import random
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exports.files import ExportError
from exports.manifest import SHEET
from exports.merge_report import MergeReport, Outcome
from exports.merging import merge
from exports.rejections import Reason
from exports.workbook import export_team
from surveys.answers import Status
from surveys.content import content_digest
from surveys.store import Store, StoreError


@pytest.fixture
def office(make_store):
    return make_store("省总", team=0)


@pytest.fixture
def inbox(tmp_path):
    return tmp_path / "收件箱"


@pytest.fixture
def campaign(make_store, start, go_on, inbox):
    """Two laptops; one sends an early and a late workbook, and its clone went on separately from the early one."""
    one, two = make_store("一组", team=1), make_store("三组", team=3)
    first = start(one, "230102", "赵一")
    first.answer("people", "12")
    start(two, "231002", "孙三").answer("people", "30")
    early = export_team(one, inbox).path
    clone = make_store("一组克隆", team=1)
    merge(clone, [early])
    first.answer("people", "13")
    first.answer("words", "后来补的")
    start(one, "230110", "赵一").set_status("people", Status.DONT_KNOW)
    other = go_on(clone, first.interview.id, "钱二")
    other.answer("people", "21")
    other.answer("when", "2022-11-03")
    export_team(one, inbox)
    export_team(two, inbox)
    export_team(clone, inbox)
    return sorted(inbox.iterdir())


def outcomes(report: MergeReport) -> list[Outcome]:
    return [line.outcome for line in report.lines]


def test_a_workbook_arrives_whole(office, make_store, start, inbox):
    team = make_store("三组")
    recorder = start(team)
    recorder.answer_many({"kind": "96", "kind.96": "另一类"})
    report = merge(office, [export_team(team, inbox).path])
    assert outcomes(report) == [Outcome.NEW]
    assert office.interview(recorder.interview.id).answer("kind.96").value == "另一类"
    assert office.history_digest() == team.history_digest()
    assert "第3组" in report.lines[0].message
    assert "新增 1 份" in report.lines[0].message


def test_the_check_code_of_the_office_is_that_of_the_team(office, make_store, start, inbox):
    team = make_store("三组")
    start(team)
    export = export_team(team, inbox)
    assert merge(office, [export.path]).lines[0].check_code == export.check_code


def test_the_same_workbook_twice_or_under_another_name_changes_nothing(office, make_store, start, inbox):
    team = make_store("三组")
    start(team)
    path = export_team(team, inbox).path
    merge(office, [path])
    before = office.history_digest(), len(office.workbooks())
    shutil.copy(path, inbox / "第3组(1).xlsx")
    report = merge(office, [inbox, path])
    assert outcomes(report) == [Outcome.KNOWN] * 3
    assert (office.history_digest(), len(office.workbooks())) == before


def test_a_later_workbook_of_the_same_laptop_advances_and_an_earlier_one_is_known(office, make_store, start, inbox):
    team = make_store("三组")
    recorder = start(team)
    early = export_team(team, inbox).path
    recorder.answer("people", "12")
    late = export_team(team, inbox).path
    assert outcomes(merge(office, [late])) == [Outcome.NEW]
    assert outcomes(merge(office, [early])) == [Outcome.KNOWN]
    assert office.interview(recorder.interview.id).answer("people").value == "12"
    assert merge(office, [early, late]).lines[0].interviews == ()


@pytest.mark.usefixtures("read_once")
def test_every_order_and_repetition_gives_one_office(make_store, campaign):
    digests, projections = set(), set()
    for number, order in enumerate(itertools.permutations(campaign)):
        office = make_store(f"省总{number}", team=0)
        for path in order:
            merge(office, [path])
        merge(office, [*order, order[0]])
        digests.add(office.history_digest())
        projections.add(json.dumps(list(office.db.query("select * from answers order by interview, cell"))))
        office.close()
    assert len(digests) == 1
    assert len(projections) == 1


def test_that_law_can_fail(make_store, campaign):
    office = make_store("省总", team=0)
    seen = set()
    for path in campaign:
        merge(office, [path])
        seen.add(office.history_digest())
    assert len(seen) > 2


def test_what_diverged_is_kept_and_reported_with_both_sides(office, campaign):
    report = merge(office, campaign)
    assert Outcome.DIVERGED in outcomes(report)
    (conflict,) = [found for found in report.conflicts if found.cell == "people"]
    assert conflict.unit_name == "哈尔滨市道里区"
    assert conflict.question == "2、多少人？"
    assert {(side.value, side.who) for side in conflict.sides} == {("13 人", "赵一"), ("21 人", "钱二")}
    assert "道里区 2、多少人？：" in conflict.message
    interview = office.interview(conflict.interview)
    assert interview.answer("words").value == "后来补的"
    assert interview.answer("when").value == "2022-11-03"
    assert {event.value for event in interview.events if event.cell == "people"} == {"12", "13", "21"}


def test_what_is_sensitive_is_not_told_in_a_report(make_store, start, go_on, small, inbox):
    definition = small.model_dump(mode="json")
    definition["sections"][1]["questions"][0]["sensitive"] = True
    private = type(small).model_validate(definition)
    team, office = make_store("三组", survey=private), make_store("省总", team=0, survey=private)
    recorder = start(team)
    merge(office, [export_team(team, inbox).path])
    go_on(office, recorder.interview.id).answer("words", "甲某的电话")
    recorder.answer("words", "乙某的电话")
    report = merge(office, [export_team(team, inbox).path])
    (conflict,) = report.conflicts
    assert [side.value for side in conflict.sides] == ["（保密）"] * 2
    assert "电话" not in report.to_json()


def test_a_conflict_is_not_counted_as_an_answer_in_the_office_workbook(office, campaign, tmp_path):
    from openpyxl import load_workbook

    merge(office, campaign)
    book = load_workbook(export_team(office, tmp_path / "上报").path)
    head, *lines = [[cell.value for cell in row] for row in book["编码"].iter_rows()]
    told = {line[1]: dict(zip(head, line, strict=True)) for line in lines}
    assert (told["230102"]["people"], told["230102"]["people__status"]) == (None, "conflict")
    assert told["231002"]["people"] == 30
    assert "冲突待定" in {cell.value for row in book["答卷"].iter_rows() for cell in row}


def test_an_office_hands_on_what_it_has(office, make_store, campaign, tmp_path):
    merge(office, campaign)
    above = make_store("全总", team=0)
    merge(above, [export_team(office, tmp_path / "上报").path])
    assert above.history_digest() == office.history_digest()


def test_two_interviews_of_one_unit_are_both_kept_and_reported(office, make_store, start, inbox):
    one, two = make_store("一组", team=1), make_store("三组", team=3)
    start(one, "231002", "赵一").answer("people", "1")
    start(two, "231002", "孙三").answer("people", "2")
    start(two, "231081", "孙三").void("点错")
    start(two, "231081", "孙三")
    export_team(one, inbox)
    export_team(two, inbox)
    (found,) = merge(office, [inbox]).duplicates
    assert (found.unit, found.unit_name, found.round) == ("231002", "牡丹江市东安区", "2022")
    assert {(interview.team, interview.who) for interview in found.interviews} == {(1, "赵一"), (3, "孙三")}
    assert "请决定以哪一份为准" in found.message


def test_another_survey_is_refused_with_both_names(office, make_store, start, small, inbox):
    other = make_store("别的", survey=small.model_copy(update={"id": "another"}))
    start(other)
    report = merge(office, [export_team(other, inbox).path])
    assert report.lines[0].reason is Reason.OTHER_SURVEY
    assert "another" in report.lines[0].message
    assert "small" in report.lines[0].message
    assert not office.interviews()


def test_another_version_of_the_survey_is_taken_with_its_definition(office, make_store, start, small, inbox):
    newer = small.model_copy(update={"version": "2"})
    team = make_store("三组", survey=newer)
    recorder = start(team)
    recorder.answer("people", "7")
    assert outcomes(merge(office, [export_team(team, inbox).path])) == [Outcome.NEW]
    assert office.interview(recorder.interview.id).form.survey.version == "2"
    assert office.form().survey.version == "1"


def test_one_bad_file_does_not_keep_the_others_out(office, campaign, inbox):
    (inbox / "说明.txt").write_text("本组已全部完成", "utf-8")
    (inbox / "坏.xlsx").write_bytes(campaign[0].read_bytes()[:5000])
    (inbox / "~$打开着.xlsx").write_bytes(b"x")
    (inbox / "再来").mkdir()
    shutil.copy(campaign[0], inbox / "再来" / "副本.xlsx")
    (inbox / ".zoufang-0123456789ab.xlsx").write_bytes(b"half")
    before = {path: path.read_bytes() for path in inbox.rglob("*") if path.is_file()}
    report = merge(office, [inbox])
    assert len(report.rejected) == 2
    assert {line.reason for line in report.rejected} == {Reason.OTHER_FILE, Reason.TRUNCATED}
    assert outcomes(report).count(Outcome.SKIPPED) == 1
    assert len(office.interviews()) == 3
    assert {path: path.read_bytes() for path in inbox.rglob("*") if path.is_file()} == before


def test_the_report_is_data(office, campaign):
    told = []
    report = merge(office, campaign, told.append)
    assert told == list(report.lines)
    data = json.loads(report.to_json())
    assert data["lines"][0]["outcome"] == "new"
    assert {"path", "message", "sha256", "team", "check_code", "interviews"} <= data["lines"][0].keys()
    kept = [json.loads(workbook["report"]) for workbook in office.workbooks()]
    assert {line["sha256"] for line in kept} == {line.sha256 for line in report.lines}


def test_a_store_without_a_survey_merges_nothing(tmp_path, campaign):
    with Store(tmp_path / "leer.db") as empty, pytest.raises(ExportError, match="还没有装入问卷"):
        merge(empty, campaign)


def test_units_outside_the_frame_are_kept_and_named(office, make_store, start, inbox):
    team = make_store("三组")
    start(team, "999999")
    line = merge(office, [export_team(team, inbox).path]).lines[0]
    assert line.strangers == ("999999",)
    assert "不在名单内" in line.message


def test_a_forged_event_is_refused_and_nothing_of_its_workbook_is_taken(office, make_store, start, inbox, monkeypatch):
    team = make_store("三组")
    recorder = start(team)
    recorder.answer("people", "12")
    merge(office, [export_team(team, inbox).path])
    before = office.history_digest()
    real = Store.events

    def forged(self: Store, interview: str):
        return [replace(event, value="99") if event.value == "12" else event for event in real(self, interview)]

    start(team, "231081")
    monkeypatch.setattr(Store, "events", forged)
    path = export_team(team, inbox).path
    monkeypatch.undo()
    report = merge(office, [path])
    assert report.lines[0].reason is Reason.NOT_STORED
    assert "矛盾" in report.lines[0].message
    assert office.history_digest() == before


def test_a_failure_in_the_middle_of_a_workbook_leaves_the_office_as_before(
    office, make_store, start, inbox, monkeypatch
):
    team = make_store("三组")
    start(team, "231002")
    start(team, "231081")
    path = export_team(team, inbox).path
    real = Store.put

    def failing(self: Store, table: str, *rows):
        if table == "interviews":  # all events and answers are written
            raise StoreError("磁盘已满，刚才这一步没有保存。")
        real(self, table, *rows)

    monkeypatch.setattr(Store, "put", failing)
    report = merge(office, [path])
    assert report.lines[0].reason is Reason.NOT_STORED
    assert "磁盘已满" in report.lines[0].message
    assert not office.interviews()
    assert not office.workbooks()
    monkeypatch.undo()
    assert outcomes(merge(office, [path])) == [Outcome.NEW]
    assert office.history_digest() == team.history_digest()


# ── killed in the middle ──────────────────────────────────────────────────────────────


def merging(path: Path, inbox: Path) -> None:
    """What the killed process was doing."""
    with Store(path) as store:
        merge(store, [inbox])


def killed_merges(make_store, campaign, inbox, tmp_path, wanted: int) -> None:
    """Kill merges at any moment until that many kills hit; run again, each gives the office that was never killed."""
    whole = make_store("不断电", team=0)
    merge(whole, [inbox])
    shape = make_store("样子", team=0)
    shape.close()
    context = multiprocessing.get_context("fork" if hasattr(os, "fork") else "spawn")
    chance = random.Random(3)
    killed, whole_run = 0, 0.0
    for number in range(wanted * 6):
        if killed == wanted:
            break
        path = tmp_path / "killed" / f"{number}.db"
        path.parent.mkdir(exist_ok=True)
        shutil.copy(shape.path, path)
        process = context.Process(target=merging, args=(path, inbox))
        started = time.perf_counter()
        process.start()
        if not number:  # how long it takes on this machine, so that the others are killed within it
            process.join()
            whole_run = time.perf_counter() - started
        else:
            time.sleep(chance.uniform(0.0, 0.8 * whole_run))  # the first run is the slowest
        if process.pid and process.is_alive():
            os.kill(process.pid, signal.SIGKILL)
        process.join()
        killed += process.exitcode == -signal.SIGKILL
        merging(path, inbox)
        with Store(path) as again:
            assert content_digest(again) == content_digest(whole)
        path.unlink()
    assert killed == wanted  # otherwise this says nothing


def test_killed_at_any_moment_and_run_again_it_is_the_same_office(make_store, campaign, inbox, tmp_path):
    killed_merges(make_store, campaign, inbox, tmp_path, 6)


@pytest.mark.soak
def test_two_hundred_kills(make_store, campaign, inbox, tmp_path):
    killed_merges(make_store, campaign, inbox, tmp_path, 200)


# ── re-saved by another program ───────────────────────────────────────────────────────


def test_a_workbook_saved_again_by_libreoffice_merges_as_the_same(office, make_store, start, inbox, resaved):
    team = make_store("三组")
    recorder = start(team)
    for text in ("=1+1", "_x0041_", "👨‍👩‍👧 𠮷", "一\n二", "　前后　", "#N/A"):
        recorder.answer("words", f"{text}。")
    path = export_team(team, inbox).path
    assert outcomes(merge(office, [resaved(path)])) == [Outcome.NEW]
    assert office.history_digest() == team.history_digest()
    assert outcomes(merge(office, [path])) == [Outcome.KNOWN]
    assert office.interview(recorder.interview.id).answer("words").value == "#N/A。"


def test_hand_edits_of_visible_sheets_do_not_change_what_is_merged(office, make_store, start, inbox):
    from openpyxl import load_workbook

    team = make_store("三组")
    recorder = start(team)
    recorder.answer("people", "12")
    path = export_team(team, inbox).path
    book = load_workbook(path)
    for row in book["编码"].iter_rows(min_row=2):
        for cell in row:
            cell.value = 99
    book["答卷"].delete_cols(3, 5)
    assert book[SHEET].sheet_state == "hidden"
    book.save(path)
    assert outcomes(merge(office, [path])) == [Outcome.NEW]
    assert office.interview(recorder.interview.id).answer("people").value == "12"


# ── the law, over random campaigns ────────────────────────────────────────────────────

STEPS = st.lists(
    st.tuples(st.integers(0, 2), st.sampled_from(["answer", "send", "learn"]), st.integers(0, 2), st.integers(0, 9)),
    min_size=3,
    max_size=14,
)


@pytest.mark.usefixtures("read_once")
@settings(
    max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(steps=STEPS, chance=st.randoms())
def test_any_campaign_in_any_order_gives_one_office(make_store, start, go_on, tmp_path_factory, steps, chance):
    """Three laptops answer, send workbooks and learn from each other's; two offices get them in different orders."""
    folder = tmp_path_factory.mktemp("campaign")
    stores = [make_store(f"{folder.name}-{number}", team=1) for number in range(3)]
    first = start(stores[0], "230102")
    sent = [export_team(stores[0], folder).path]
    for number, act, cell, value in steps:
        store = stores[number]
        if act == "learn":
            merge(store, [chance.choice(sent)])
        elif act == "send" and store.interviews():
            sent.append(export_team(store, folder).path)
        elif act == "answer" and store.interview_row(first.interview.id):
            go_on(store, first.interview.id).answer(
                ("people", "grid.x", "words")[cell], f"{value}号" if cell == 2 else str(value)
            )
    sent += [export_team(store, folder).path for store in stores if store.interviews()]
    digests = set()
    for number in range(2):
        chance.shuffle(sent)
        office = make_store(f"{folder.name}-省总{number}", team=0)
        merge(office, sent)
        digests.add(office.history_digest())
        said = {event.id for store in stores for row in store.interviews() for event in store.events(row.id)}
        assert said == {event.id for row in office.interviews() for event in office.events(row.id)}
    assert len(digests) == 1
