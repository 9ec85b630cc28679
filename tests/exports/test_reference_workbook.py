"""The reference lists out as a workbook and in again: the same, or not at all."""

from __future__ import annotations

import datetime as dt
import sqlite3
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest

from exports.files import ExportError
from exports.reading import read_sheets
from exports.reference_workbook import export_lists, import_lists
from exports.rejections import Rejection
from surveys.definition import Survey
from surveys.reference_rows import ReferenceFaults
from surveys.references import LISTS, Entry, current_versions, entries_of, put_in, put_in_shipped, shipped_entries
from surveys.store import Store, StoreError

RULES, TASKS = LISTS.values()
NASTY = ["=1+1", "#N/A", "007", "_x0041_", "[red]红", "🧑‍🌾𠮷", "1/2", "TRUE", "-", "'引号", "a\u3000b"]


@pytest.fixture
def store(tmp_path: Path, county_union: Survey):
    with Store(tmp_path / "office.db") as opened:
        opened.install(county_union, [], [])
        put_in_shipped(opened)
        yield opened


@pytest.fixture
def edited(store: Store, tmp_path: Path) -> Callable[..., Path]:
    """The exported workbook after somebody's changes to it."""

    def edit(change: Callable[[openpyxl.Workbook], object]) -> Path:
        path = export_lists(store, tmp_path / "清单.xlsx")
        book = openpyxl.load_workbook(path)
        change(book)
        book.save(path)
        return path

    return edit


def everything(store: Store) -> dict[str, list[Entry]]:
    return {letter: entries_of(store, version) for letter, version in current_versions(store).items()}


def test_what_was_exported_comes_back_as_the_same_version(store: Store, tmp_path: Path) -> None:
    before = current_versions(store)
    assert import_lists(store, export_lists(store, tmp_path / "清单.xlsx"), "王") == []
    assert current_versions(store) == before


def test_exporting_twice_gives_the_same_bytes(store: Store, tmp_path: Path) -> None:
    first = export_lists(store, tmp_path / "一.xlsx").read_bytes()
    assert export_lists(store, tmp_path / "二.xlsx").read_bytes() == first


def test_text_of_any_kind_survives_the_workbook(store: Store, tmp_path: Path) -> None:
    blank = shipped_entries()[0]
    entries = [
        replace(blank, code=f"A{n:02}", title=text, gist=f"{text}\n{text}", source=text, keywords=text)
        for n, text in enumerate(NASTY, 1)
    ]
    (version,) = put_in(store, "county_union", entries, "测试", "王")
    path = export_lists(store, tmp_path / "清单.xlsx")
    put_in(store, "county_union", [blank], "别的", "王")
    (replaced,) = import_lists(store, path, "李")
    assert replaced.version == version
    assert everything(store)["A"] == entries


def test_only_the_list_whose_sheet_is_there_is_replaced(store: Store, edited) -> None:
    def change(book: openpyxl.Workbook) -> None:
        del book[TASKS]
        book[RULES]["B2"] = "主席任职"
        book[RULES].delete_rows(4)
        book[RULES]["E3"] = "37、12"

    (replaced,) = import_lists(store, edited(change), "第1组 王")
    assert (replaced.entries, replaced.changes) == (21, "改动 A01、A02，删去 A03")
    assert (replaced.version.who, replaced.version.origin) == ("第1组 王", "办公室导入：清单.xlsx")
    lists = everything(store)
    assert lists["A"][1].questions == ("sw_age_limit", "last_congress")
    assert len(lists["B"]) == 20


def test_one_fault_and_nothing_is_changed(store: Store, edited) -> None:
    before = everything(store)

    def change(book: openpyxl.Workbook) -> None:
        book[RULES]["B2"] = "改了"
        book[TASKS]["E3"] = dt.date(2022, 1, 3)
        book[TASKS]["J4"] = "也许"

    with pytest.raises(ReferenceFaults) as caught:
        import_lists(store, edited(change), "王")
    assert [fault.sentence for fault in caught.value.faults] == [
        "“工作任务清单”第3行“题号”：被表格软件当成了日期，请把单元格格式改为文本，再写如 1—3。",
        "“工作任务清单”第4行“已核对”：“也许”应是其中之一：是、否。",
    ]
    assert everything(store) == before


def test_an_entry_whose_question_is_gone_can_still_be_exported_and_is_named_at_import(
    store: Store, tmp_path: Path
) -> None:
    put_in(store, "county_union", [replace(shipped_entries()[0], questions=("gone", "chair_post"))], "旧", "王")
    path = export_lists(store, tmp_path / "清单.xlsx")
    assert openpyxl.load_workbook(path)[RULES]["E2"].value == "1、gone"
    with pytest.raises(ReferenceFaults, match="“gone”不是题号"):
        import_lists(store, path, "王")


def test_the_workbook_says_what_it_is_and_offers_what_may_be_chosen(store: Store, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(export_lists(store, tmp_path / "清单.xlsx"))
    assert book.sheetnames == [RULES, TASKS, "说明"]
    rules = "\n".join(str(cell.value) for row in book["说明"] for cell in row)
    assert "自带清单，要点自拟，不是省总工会清单原文" in rules
    assert "清单一律标“参考”" in rules
    offered = {rule.formula1 for rule in book[RULES].data_validations.dataValidation}
    assert offered == {'"人员配备,阵地服务,资金使用,制度机制,作用发挥,全部"', '"当,研,转"', '"是,否"'}
    assert [cell.data_type for row in book[RULES] for cell in row if cell.value is not None].count("s") == 10 * 23


def test_the_numbers_mean_the_survey_that_is_asked_for(store: Store, edited, small: Survey) -> None:
    store.install(small, [], [])

    def change(book: openpyxl.Workbook) -> None:
        for name in (RULES, TASKS):
            for row in book[name].iter_rows(min_row=2):
                row[4].value = "1"
                row[3].value = "全部"

    path = edited(change)
    import_lists(store, path, "王", small.id)
    assert {version.survey for version in current_versions(store).values()} == {small.id}
    first = store.form(store.survey_digest(small.id)).numbered[0].name
    assert everything(store)["A"][0].questions == (first,)


def test_there_may_be_nothing_to_export(tmp_path: Path, small: Survey) -> None:
    with Store(tmp_path / "small.db") as store:
        store.install(small, [], [])
        with pytest.raises(ExportError, match="还没有参考清单可以导出"):
            export_lists(store, tmp_path / "清单.xlsx")


def test_a_full_disk_changes_nothing(store: Store, edited, monkeypatch) -> None:
    path = edited(lambda book: book[RULES].delete_rows(2))
    before = everything(store)

    def full(**_: str) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(store, "set_settings", full)
    with pytest.raises(StoreError):
        import_lists(store, path, "王")
    monkeypatch.undo()
    assert everything(store) == before
    assert len(import_lists(store, path, "王")) == 1


# ── files that are no lists ───────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "是空文件（0 字节），多半没有传完，清单没有变"),
        (
            "编码,名称\nA01,甲\n".encode(),
            "是文本表格（CSV），不是工作簿，清单没有变；请用 WPS 或 Excel 另存为 .xlsx 后再试",
        ),
        (b"PK\x03\x04 and so on", "传输不完整"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "是旧版 Excel（.xls）"),
    ],
)
def test_a_file_that_is_no_workbook_is_named(store: Store, put, content: bytes, sentence: str) -> None:
    before = everything(store)
    with pytest.raises(ExportError, match=r"“清单\.xlsx”") as caught:
        import_lists(store, put("清单.xlsx", content), "王")
    assert sentence in caught.value.message
    assert everything(store) == before


def test_a_file_that_is_not_there_is_named(store: Store, tmp_path: Path) -> None:
    with pytest.raises(ExportError, match=r"“没有\.xlsx”找不到，清单没有变；请检查文件名和权限。"):
        import_lists(store, tmp_path / "没有.xlsx", "王")


def test_our_own_team_workbook_is_no_list(store: Store, put, original: bytes) -> None:
    with pytest.raises(ReferenceFaults, match="里面没有叫“制度机制清单”或“工作任务清单”的工作表"):
        import_lists(store, put("县.xlsx", original), "王")


@pytest.mark.parametrize(
    "change",
    [
        lambda name, xml: xml.replace(b'r="A2"', b'r="XFD1048576"', 1),
        lambda name, xml: xml.replace(b'r="A2"', b'r="A99999999"', 1),
        lambda name, xml: xml[: len(xml) // 2],
        lambda name, xml: xml.replace(b"</sheetData>", b'<row r="4000000"/>' + b" " * (60 << 20) + b"</sheetData>"),
    ],
    ids=["last cell of all", "row beyond all", "cut off", "blown up"],
)
def test_a_hostile_sheet_costs_one_sentence(store: Store, put, edited, rezipped, change) -> None:
    before = everything(store)
    data = edited(lambda book: None).read_bytes()

    def hurt(name: str, xml: bytes) -> bytes:
        return change(name, xml) if name == "xl/worksheets/sheet1.xml" else xml

    with pytest.raises((ExportError, ReferenceFaults)) as caught:
        import_lists(store, put("坏.xlsx", rezipped(data, hurt)), "王")
    assert "清单没有变" in caught.value.message
    assert everything(store) == before


def test_a_sheet_of_very_many_rows_is_refused(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet(RULES)
    for number in range(5_001):
        sheet.append([number])
    book.save(tmp_path / "长.xlsx")
    rejection = read_sheets(tmp_path / "长.xlsx", [RULES])
    assert isinstance(rejection, Rejection)
    assert "的“制度机制清单”有 5,001 行、1 列，不正常" in rejection.message
    assert read_sheets(tmp_path / "长.xlsx", ["别的"]) == {}
