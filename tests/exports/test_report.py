"""The report in Word: its numbers are those of the tabulation, its words are people's own, nothing personal is in it."""

import shutil
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest
from definitions import RATED

from exports.blocks import parts_of
from exports.figures import Frequencies, share
from exports.files import ExportError
from exports.indicators import tabulate_indicators
from exports.report import write_report
from exports.report_tables import grids, left_out, n_of
from exports.selection import Selection
from exports.tabulation import tabulate
from surveys.acts import Actor
from surveys.definition import Survey
from surveys.recording import Recorder
from surveys.register.registrar import Registrar

HAS_EXTRA = all(map(find_spec, ("docx", "matplotlib")))
needs_extra = pytest.mark.skipif(not HAS_EXTRA, reason="the extra `report` (python-docx, matplotlib) is not installed")

MORE = [
    {"name": "b", "label": "第二部分", "questions": [
        {"name": "needs", "type": "select_multiple", "label": "需要什么？", "choices": [
            {"name": "1", "label": "场地"}, {"name": "96", "label": "其他", "specify": True}]},
        {"name": "wish", "type": "text", "label": "有什么建议？", "max_length": 500},
        {"name": "secret", "type": "text", "label": "难处？", "max_length": 500, "sensitive": True},
        {"name": "sites", "type": "roster", "label": "登记阵地", "none_label": "暂无", "questions": [
            {"name": "s_kind", "type": "select_one", "label": "类别", "choices": [
                {"name": "1", "label": "宫"}, {"name": "2", "label": "站"}]}]}],
     "flags": [{"when": "${members} < 15", "category": "101", "level": "red", "message": "会员太少"}]},
]  # fmt: skip
SURVEY = Survey.model_validate(
    (plain := RATED.model_dump(mode="json", exclude_defaults=True))
    | {"sections": [plain["sections"][0], *MORE, plain["sections"][1]]}
)
UNITS = {
    "230102": ("1", "10", "20", "1", "1 96", "多办活动"),
    "230110": ("2", "20", "80", "1", "96", "多办活动"),
    "231002": ("2", "60", "66", "2", "1", "=加经费\u202e😀<b>&"),
}


@pytest.fixture
def office(make_store, start):
    store = make_store("office", team=0, survey=SURVEY)
    for unit, (kind, members, staff, view, needs, wish) in UNITS.items():
        recorder = start(store, unit)
        recorder.answer_many({
            "kind": kind, "members": members, "staff": staff, "order": "1 2", "since": "2020-01", "views.x": view,
            "views.y": "1", "needs": needs, "wish": wish.removesuffix(""), "secret": "不可外传的话",
        })  # fmt: skip
        if "96" in needs:
            recorder.answer("needs.96", "添置图书")
        recorder.answer(f"sites[{recorder.add_row('sites')}].s_kind", view)
        recorder.complete()
    registrar = Registrar(store, Actor("李四", 0, "office"))
    registrar.open(
        "issue", "230102", round_="2022", summary="文化宫冬季没有暖气，活动开展不了", category="202", source="3", raised_by="1",
        registered_on="2022-11-20", raiser_name="王五", raiser_phone="13912345678",
    )  # fmt: skip
    registrar.open(
        "practice", "230110", round_="2022", title="联合站点", description="几个乡镇合用一名专职干部，轮流坐班。", dimension="1",
        registered_on="2022-11-20",
    )  # fmt: skip
    return store


@pytest.fixture
def no_pictures(monkeypatch):
    monkeypatch.setattr("exports.report_writing.chinese_font", lambda: "")


@pytest.fixture
def report(office, tmp_path, no_pictures):
    return write_report(office, tmp_path / "报告.docx")


def tables(path):
    """Caption without its number → rows."""
    import docx
    from docx.table import Table
    from docx.text.paragraph import Paragraph

    found, caption = {}, ""
    for part in docx.Document(path).iter_inner_content():
        if isinstance(part, Paragraph):
            caption = part.text.partition("　")[2] if part.style.name == "Caption" else caption
        elif isinstance(part, Table):
            found[caption] = [[cell.text for cell in row.cells] for row in part.rows]
    return found


def paragraphs(path):
    import docx

    return [paragraph.text for paragraph in docx.Document(path).paragraphs]


def expected(store):
    """Caption → rows, written down from the tabulation question by question."""
    form = store.form()
    tabulation = tabulate(store.conn, form, Selection.of(form))
    found = {}
    for name in ("kind", "needs"):
        (cell,) = tabulation.questions[name].cells
        column, number = cell.columns[0], form.by_name[name].number
        assert isinstance(column.figures, Frequencies)
        n, several = column.tally.answered, [column.figures.answers] * (name == "needs")
        found[f"第{number}题统计（n＝{n}）"] = [
            ["选项或项目", "单位数", "占比", *["占全部选择" for _ in several]],
            *([label, str(count), *(f"{float(share(count, base)):.1%}" for base in (n, *several))]
              for label, count in zip(cell.labels, column.figures.counts, strict=True)),
        ]  # fmt: skip
    column = tabulation.questions["members"].cells[0].columns[0]
    numbers = column.figures
    shown = (numbers.mean, numbers.lower, numbers.median, numbers.upper)
    found[f"第2题统计（n＝{column.tally.answered}，人）"] = [
        ["合计", "平均数", "下四分位", "中位数", "上四分位", "最小", "最大"],
        [str(numbers.total), *(f"{float(one):.1f}" for one in shown), str(numbers.minimum), str(numbers.maximum)],
    ]
    rows = []
    for cell in tabulation.questions["views"].cells:
        figures = cell.columns[0].figures
        counted = [(count, share(count, cell.columns[0].tally.answered)) for count in figures.counts]
        rows.append(
            [cell.cell.label, *(text for count, part in counted for text in (str(count), f"{float(part):.1%}"))]
        )
    found[f"第6题统计（n＝{cell.columns[0].tally.answered}）"] = [
        ["选项或项目", "好单位数", "好占比", "差单位数", "差占比"],
        *rows,
    ]
    rate = next(one for one in tabulate_indicators(store.conn, form, Selection.of(form)) if one.item.name == "rate")
    figure = f"{float(rate.columns[0].overall) / 100:.1%}"
    found["综合指标"] = [rate.item.label, figure, str(rate.columns[0].overall_n)]
    return found


def misprints(path, store):
    """The captions of tables that are not there or say something else."""
    there = tables(path)
    there["综合指标"] = there["综合指标"][1][:3]
    return {caption for caption, rows in expected(store).items() if there.get(caption) != rows}


@needs_extra
def test_the_tables_are_those_of_the_tabulation(report, office):
    assert misprints(report, office) == set()
    assert tables(report)["各市（地）完成情况"][1:3] == [
        ["全省", "4", "3", "0", "1", "75.0%"],
        ["哈尔滨市", "2", "2", "0", "0", "100.0%"],
    ]
    recorder = Recorder.resume(office, office.interviews()[0].id, Actor("张三", 0, "office"))
    recorder.reopen("漏填")  # a report of before is found wrong everywhere
    assert misprints(report, office) == set(expected(office))


@needs_extra
def test_words_are_peoples_own_and_nothing_personal_is_told(report):
    told = "\n".join(paragraphs(report))
    for word in (
        "“多办活动”（哈尔滨市道里区等2个单位）",
        "“添置图书”",
        "“=加经费�😀<b>&”",
        "“文化宫冬季没有暖气，活动开展不了”",
        "几个乡镇合用一名专职干部",
    ):
        assert word in told
    with ZipFile(report) as archive:
        everything = b"".join(map(archive.read, archive.namelist())).decode("utf-8", "replace")
    assert "冬季没有暖气" in everything
    for word in ("王五", "13912345678", "不可外传的话"):
        assert word not in everything
    assert told.count("〔请填写：") >= 6
    assert "本机没有找到中文字体" in told


@needs_extra
def test_the_contents_list_every_heading_and_lead_there(report):
    import docx
    from docx.oxml.ns import qn

    document = docx.Document(report)
    headings = [p.text for p in document.paragraphs if p.style.name.startswith("Heading")]
    entries = [p for p in document.paragraphs if p.style.name.startswith("toc")]
    assert [entry.text.strip() for entry in entries] == headings
    marks = {mark.get(qn("w:name")) for mark in document.element.body.iter(qn("w:bookmarkStart"))}
    targets = [link.get(qn("w:anchor")) for entry in entries for link in entry._p.iter(qn("w:hyperlink"))]
    assert len(targets) == len({*targets} & marks) == len(headings)
    chapters = [heading for heading in headings if heading[1] == "、" and not heading[0].isdigit()]
    assert chapters == [
        "一、调查概况", "二、第一部分", "三、第二部分", "四、指标", "五、问题画像", "六、反映比较多的问题", "七、典型经验", "八、附录",
    ]  # fmt: skip


@needs_extra
def test_charts_are_drawn_and_the_same_store_gives_the_same_bytes(office, tmp_path):
    from exports.report_charts import chinese_font

    if not chinese_font():
        pytest.skip("no Chinese font is installed")
    one, other = (write_report(office, tmp_path / name / "r.docx").read_bytes() for name in ("a", "b"))
    assert one == other
    with ZipFile(tmp_path / "a" / "r.docx") as archive:
        pictures = [archive.read(name) for name in archive.namelist() if name.startswith("word/media/")]
    captions = [text for text in paragraphs(tmp_path / "a" / "r.docx") if text.startswith("图")]
    assert len(pictures) == len(captions) == 7
    assert all(picture.startswith(b"\x89PNG") for picture in pictures)
    assert "matplotlib.pyplot" not in sys.modules


def test_without_the_libraries_a_sentence_says_how_to_install_them(office, tmp_path, monkeypatch):
    for name in [name for name in sys.modules if name.startswith("exports.report_")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "docx", None)
    monkeypatch.delattr("exports.report_chapters", raising=False)
    with pytest.raises(ExportError, match=r"pip install 'zoufang\[report\]'。$"):
        write_report(office, tmp_path / "r.docx")
    assert list(tmp_path.glob("*.docx")) == []


def test_tables_stand_side_by_side_without_any_library(office):
    form = office.form()
    tabulation = tabulate(office.conn, form, Selection.of(form))
    (part,) = parts_of(tabulation.questions["views"])
    (grid,) = grids(part)
    assert grid.heads == ("好单位数", "好占比", "差单位数", "差占比")
    assert grid.rows == (("横", "2", "66.7%", "1", "33.3%"), ("竖", "3", "100.0%", "0", "0.0%"))
    assert (n_of(part), left_out(part)) == ("3", "")
    (number,) = (grid for part in parts_of(tabulation.questions["members"]) for grid in grids(part))
    assert (number.unit, number.heads[:2], number.rows[0][:3]) == ("人", ("合计", "平均数"), ("", "90", "30.0"))


@needs_extra
def test_libreoffice_opens_it(report):
    soffice = shutil.which("soffice")
    if soffice is None or not (Path(soffice).resolve().parent / "libswlo.so").exists():
        pytest.skip("LibreOffice Writer is not installed")
    folder = report.parent
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    command = [soffice, profile, "--headless", "--convert-to", "txt:Text (encoded):UTF8", "--outdir", folder, report]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    told = (folder / "报告.txt").read_text("utf-8-sig")
    for word in ("权重试验报告", "七、典型经验", "表1", "66.7%", "“多办活动”"):
        assert word in told
