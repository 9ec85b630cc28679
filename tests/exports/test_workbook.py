"""The team workbook: a document people trust, the same file for the same content, whole or not at all."""

import datetime as dt
import os
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exports.reading import Received, read_workbook
from exports.styles import sheet_text
from exports.workbook import export_team, short_title
from surveys.answers import Status
from surveys.form import roster_cell

ROOT = Path(__file__).parents[2]
NASTY = {
    "formula": "=1+1",
    "formula with a command": "=cmd|' /C calc'!A0",
    "plus": "+86 451",
    "minus": "-1",
    "at": "@SUM(A1)",
    "error word": "#N/A",
    "escape": "_x0041_ 和 _x000D_",
    "half an escape": "_x005F_x0041_",
    "emoji": "👨‍👩‍👧 😀",
    "extension B": "𠮷野家",
    "link": "http://example.com/?a=1&b=2",
    "markup": "<b>&amp;</b> [/red]",
    "quote": "'007",
    "wide space": "　前后　",
    "number": "007",
    "date": "2022-11-03",
    "lines": "一\n二\n三",
    "bidi": "a\u202egnp.exe",
}


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def rows(book, name: str) -> list[list[object]]:
    return [[cell.value for cell in row] for row in book[name].iter_rows()]


def codes(book) -> dict[str, dict[str, object]]:
    head, *lines = rows(book, "编码")
    return {str(line[1]): dict(zip(head, line, strict=True)) for line in lines}


def unescaped(text: str) -> str:
    return re.sub("_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def test_the_name_tells_whose_it_is_and_when_the_last_answer_was_given(make_store, start, out):
    store = make_store("三组")
    start(store).answer("people", "12")
    export = export_team(store, out)
    assert re.fullmatch(r"小小_第3组_20221118-1931_[0-9a-f]{4}\.xlsx", export.path.name)
    assert short_title("县级工会摸底调查问卷") == "县级工会摸底"
    assert re.fullmatch(r"[A-HJ-NP-Z2-9]{4}-[A-HJ-NP-Z2-9]{4}", export.check_code)


def test_the_same_content_is_the_same_file(make_store, start, out, tmp_path, monkeypatch):
    store = make_store("三组")
    recorder = start(store)
    recorder.answer("people", "12")
    first = export_team(store, out)
    monkeypatch.setenv("TZ", "America/New_York")
    again = export_team(store, out)
    elsewhere = export_team(store, tmp_path / "U盘")
    assert (first.written, again.written, elsewhere.written) == (True, False, True)
    assert first.path == again.path
    assert first.path.read_bytes() == elsewhere.path.read_bytes()
    recorder.answer("people", "13")  # the negative control
    changed = export_team(store, out)
    assert changed.path != first.path
    assert changed.check_code != first.check_code


def test_no_moment_of_writing_is_in_the_file(make_store, start, out):
    store = make_store("三组")
    start(store)
    with zipfile.ZipFile(export_team(store, out).path) as archive:
        assert {member.date_time for member in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert b"2022-11-18T19:30:00Z" in archive.read("docProps/core.xml") or b"2022-11-18T11:30:00Z" in archive.read(
            "docProps/core.xml"
        )
        assert str(dt.datetime.now(dt.UTC).year).encode() not in archive.read("docProps/core.xml").replace(
            b"2006", b""
        ).replace(b"2022", b"")


@pytest.mark.parametrize("text", NASTY.values(), ids=NASTY.keys())
def test_what_was_typed_stays_text_and_comes_back_exactly(make_store, start, out, text):
    store = make_store("三组")
    recorder = start(store)
    recorder.answer("words", text)
    recorder.remark("people", text)
    path = export_team(store, out).path
    book = load_workbook(path)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" and cell.hyperlink is None for cell in row)
    shown = codes(book)["231002"]["words"]
    assert unescaped(shown) == text.strip("\n").replace("\u202e", "\ufffd") or unescaped(
        shown
    ) == recorder.interview.answer("words").value.replace("\u202e", "\ufffd")
    result = read_workbook(path)
    assert isinstance(result, Received)
    assert result.parcel.events(recorder.interview.id) == recorder.interview.events


def test_plain_openpyxl_would_have_made_it_a_formula(tmp_path):
    from openpyxl import Workbook  # the negative control

    book = Workbook()
    book.active["A1"] = NASTY["formula"]
    assert book.active["A1"].data_type == "f"


@pytest.mark.parametrize("text", ["\x00\x07\x1b[31m", "\ud800", "\ufffe\uffff", "a\r\nb\rc", "\x7f\x9b"])
def test_what_xml_cannot_hold_is_shown_by_a_symbol(text):
    cell = sheet_text(text)
    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]", cell)
    assert len(cell) == len(text)


@pytest.mark.parametrize("text", ["很" * 40_000, "_x0041_" * 6_000, "😀" * 20_000])
def test_no_cell_is_longer_than_a_cell_and_a_cut_says_so(text):
    cell = sheet_text(text)
    assert len(cell.encode("utf-16-le")) // 2 <= 32_767
    assert cell.endswith("以下略）")
    assert not sheet_text(text[:4_000]).endswith("以下略）")


@pytest.mark.parametrize("lxml", ["True", "False"])
def test_it_is_right_with_and_without_lxml(make_store, start, out, lxml, tmp_path):
    if lxml == "True":
        pytest.importorskip("lxml", reason="lxml is not installed; run with it on PYTHONPATH")
    store = make_store("三组")
    recorder = start(store)
    for number, text in enumerate(NASTY.values()):
        recorder.answer("words", f"{number}{text}")
    store.close()
    program = (
        "import sys; from pathlib import Path; from surveys.store import Store; from exports.workbook import export_team;"
        "import openpyxl; assert openpyxl.LXML is (sys.argv[3] == 'True');"
        "print(export_team(Store(Path(sys.argv[1])), Path(sys.argv[2])).check_code)"
    )
    environment = os.environ | {"OPENPYXL_LXML": lxml}
    done = subprocess.run(
        [sys.executable, "-c", program, store.path, out, lxml],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    result = read_workbook(next(out.iterdir()))
    assert isinstance(result, Received)
    assert result.parcel.events(recorder.interview.id) == recorder.interview.events


# ── the sheets ────────────────────────────────────────────────────────────────────────


@pytest.fixture
def book(make_store, start, out):
    """Two interviews with every kind of answer, remark and change, as a workbook."""
    store = make_store("三组")
    recorder = start(store, "231081")
    recorder.answer_many({"kind": "96", "kind.96": "丙类"})
    recorder.answer("people", "120")
    recorder.answer("money", "1234.5")
    recorder.answer("when", "2022-11-03")
    recorder.answer_many({"grid.x": "1", "grid.y": "0"})
    recorder.answer("people", "150")
    recorder.pass_warning(recorder.interview.findings("people")[0].check, "确实有这么多")
    recorder.remark("people", "含临时工")
    recorder.doubt("when", True)
    recorder.evidence("grid", "台账")
    for name, kinds in (("一号", "1 2"), ("二号", "2")):
        row = recorder.add_row("things")
        recorder.answer_many({roster_cell("things", row, "t_name"): name, roster_cell("things", row, "t_kind"): kinds})
    recorder.complete()
    other = start(store, "231002")
    other.answer("kind", "1")
    other.set_status("people", Status.DONT_KNOW)
    other.say_nothing("things")
    return load_workbook(export_team(store, out).path)


def test_the_sheets_are_those_of_the_design(book):
    assert book.sheetnames == [
        "封面",
        "答卷",
        "编码",
        "名册_第7题_第二部分",
        "问题清单",
        "经验清单",
        "待核实与备注",
        "修改记录",
        "题目",
        "_zoufang",
        "_选项",
    ]
    assert {book["_zoufang"].sheet_state, book["_选项"].sheet_state} == {"hidden"}


def test_the_cover_says_whose_how_far_and_the_check_code(book):
    lines = [[cell for cell in line if cell is not None] for line in rows(book, "封面")]
    said = {line[0]: line[1] for line in lines if len(line) > 1}
    assert said["组别"] == "第3组"
    assert said["成员"] == "张三"
    assert said["电脑"] == "三组的笔记本"
    assert re.fullmatch("[A-Z2-9]{4}-[A-Z2-9]{4}", said["校验码"])
    assert said["最后填答时间"].startswith("2022年11月18日 ")
    numbers = next(lines[place + 1] for place, line in enumerate(lines) if line and line[0] == "分配单位")
    assert numbers == [2, 1, 1, 0]


def test_the_answer_sheet_holds_labels_numbers_dates_and_words_for_missing(book):
    sheet = book["答卷"]
    _, bands, questions, labels, first, second = rows(book, "答卷")
    assert list(dict.fromkeys(band for band in bands if band)) == ["单位", "进度", "第一部分", "第二部分"]
    heads, last = {}, ""
    for place, (question, label) in enumerate(zip(questions, labels, strict=True)):
        heads[question or last, label or ""] = place
        last = question or last
    one = {head: second[place] for head, place in heads.items()}
    assert one["1、哪一类？", ""] == "其他：丙类"
    assert one["2、多少人？", ""] == 150
    assert one["3、多少钱？（万元）", ""] == 1234.5
    assert one["4、哪一天？", ""] == dt.datetime(2022, 11, 3)  # noqa: DTZ001  cells have no zone
    assert (one["5、各多少？", "横"], one["5、各多少？", "竖"]) == (1, 0)
    assert one["7、登记（项）", ""] == 2
    assert one["人均（万元）", ""] == 8.23
    two = {head: first[place] for head, place in heads.items()}
    assert two["2、多少人？", ""] == "不掌握"
    assert two["3、多少钱？（万元）", ""] == "跳过"
    assert two["4、哪一天？", ""] is None
    assert two["7、登记（项）", ""] == "暂无"
    money = sheet.cell(6, heads["3、多少钱？（万元）", ""] + 1)
    assert money.number_format == "#,##0.00"
    assert sheet.cell(6, heads["4、哪一天？", ""] + 1).number_format == "yyyy-mm-dd"


def test_the_answer_sheet_is_ready_for_screen_and_paper(book):
    sheet = book["答卷"]
    assert sheet.freeze_panes == "C5"
    assert sheet.auto_filter.ref.startswith("A4:")
    assert sheet.auto_filter.ref.endswith("6")
    assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
    assert sheet.print_title_rows == "$1:$4"
    assert sheet.print_title_cols == "$A:$B"
    assert "&P" in sheet.oddFooter.center.text


def test_the_code_sheet_holds_codes_and_statuses_by_address(book):
    both = codes(book)
    one, two = both["231081"], both["231002"]
    assert list(one)[:4] == ["interview", "unit", "round", "stage"]
    assert (one["kind"], one["kind.96"], one["people"], one["grid.y"], one["stage"]) == (
        "96",
        "丙类",
        150,
        0,
        "complete",
    )
    assert (two["kind"], two["people"], two["people__status"], two["money__status"]) == (
        "1",
        None,
        "dont_know",
        "skipped",
    )
    assert (one["things"], two["things"], two["things__status"]) == (2, 0, "not_applicable")
    assert (one["people__status"], two["grid.x"]) == (None, None)
    assert "when__status" not in one  # no status occurs there


def test_rosters_have_a_row_per_thing_keyed_by_interview_and_row(book):
    _, names, *lines = rows(book, "名册_第7题_第二部分")
    things = [dict(zip(names, line, strict=True)) for line in lines]
    assert [(thing["position"], thing["t_name"], thing["t_kind"], thing["t_kind__code"]) for thing in things] == [
        (1, "一号", "红；绿", "1 2"),
        (2, "二号", "绿", "2"),
    ]
    assert {thing["interview"] for thing in things} == {codes(book)["231081"]["interview"]}
    assert len({thing["row"] for thing in things}) == 2


def test_remarks_doubts_evidence_and_passed_warnings_are_listed(book):
    told = {(line[3], line[4]): line[5] for line in rows(book, "待核实与备注")[1:]}
    assert told["2、多少人？", "备注"] == "含临时工"
    assert "超过100人" in told["2、多少人？", "提醒已说明"]
    assert "确实有这么多" in told["2、多少人？", "提醒已说明"]
    assert told["5、各多少？", "佐证"] == "台账"
    assert ("4、哪一天？", "待核实") in told


def test_changes_after_the_first_entry_are_listed(book):
    lines = rows(book, "修改记录")[1:]
    assert [line[3:9] for line in lines] == [["2、多少人？", None, "people", "120 人", "150 人", "张三"]]


def test_the_codebook_holds_every_question_and_where_it_comes_from(book):
    lines = rows(book, "题目")
    assert lines[1][0] == "全部自拟。"
    by_name = {line[2]: line for line in lines[4:]}
    assert by_name["kind"][4] == "1＝甲\n007＝乙\n96＝其他（另填文字）"
    assert by_name["money"][6] == "${kind} != '1'"
    assert "超过100人" in by_name["people"][7]
    assert {"grid.x", "things[…].t_kind", "per_head"} <= by_name.keys()


def test_a_voided_interview_is_kept_in_the_payload_and_off_the_sheets(make_store, start, out):
    store = make_store("三组")
    start(store).answer("people", "1")
    wrong = start(store, "231081")
    wrong.void("点错了单位")
    path = export_team(store, out).path
    book = load_workbook(path)
    assert set(codes(book)) == {"231002"}
    assert rows(book, "修改记录")[-1][6:8] != ["完成", "作废"]
    assert rows(book, "修改记录")[-1][7] == "作废"
    result = read_workbook(path)
    assert isinstance(result, Received)
    assert wrong.interview.id in result.parcel.histories


def test_the_cover_counts_this_round_and_names_the_others(make_store, start, fill, small, out):
    store = make_store("三组")
    before = start(store)
    fill(before)
    before.complete()
    store.install(small.model_copy(update={"round": "2099"}), [], [])
    start(store, "231081")
    cover = [
        cell.value
        for row in load_workbook(export_team(store, out).path)["封面"]
        for cell in row
        if cell.value is not None
    ]
    place = cover.index("未开始")
    assert cover[place + 2 : place + 4] == [0, 1], "complete and drafts of this round"
    assert "另有其他轮次的答卷 1 份，在各表里，轮次不同。" in cover


def test_the_real_questionnaire_makes_a_whole_workbook(make_store, start, fill, county_union, out):
    store = make_store("三组", survey=county_union)
    recorder = start(store)
    fill(recorder)
    export = export_team(store, out)
    head, line = rows(load_workbook(export.path), "编码")
    told = dict(zip(head, line, strict=True))
    for item in recorder.interview.form.items:
        for cell in item.cells if item.type != "roster" else ():
            answer = recorder.interview.answer(cell.address)
            if answer.status is Status.ANSWERED:
                value = told[cell.address]
                value = value.date().isoformat() if isinstance(value, dt.datetime) else value
                assert (float(answer.value) == value) if isinstance(value, int | float) else (answer.value == value)
            else:
                assert told[cell.address] is None
    assert sum(value is not None for value in line) > 100


def test_libreoffice_saves_it_again_without_changing_the_payload(make_store, start, out, resaved):
    store = make_store("三组")
    recorder = start(store)
    for number, text in enumerate(NASTY.values()):
        recorder.answer("words", f"{number}{text}")
    path = export_team(store, out).path
    saved = resaved(path)
    assert saved.read_bytes() != path.read_bytes()
    first, second = read_workbook(path), read_workbook(saved)
    assert isinstance(first, Received)
    assert isinstance(second, Received)
    assert first.parcel == second.parcel
