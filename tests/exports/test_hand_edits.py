"""What was changed by hand is found to the cell, and what only a program changed is not."""

import datetime as dt
import io
import random
import re
import unicodedata
import zipfile
from pathlib import Path

import pytest
import python_calamine
from edited_books import changed, keys_of
from openpyxl.utils import get_column_letter
from openpyxl.utils.datetime import CALENDAR_MAC_1904, to_excel

from exports.hand_edits import MAX_EDITS, Comparing, HandEdits
from exports.manifest import SHEET, decode
from exports.places import cell_name
from exports.preflight import preflight
from exports.reading import Received, read_workbook
from exports.views import line_of, unpacked
from exports.worker import Task, read_parcel

SHEETS = ("答卷", "编码", "名册_第7题_第二部分")


def edits_of(path: Path) -> HandEdits:
    """What reading says; in this process, which is quicker."""
    data = path.read_bytes()
    return read_parcel(data, Task.CHECK, preflight(io.BytesIO(data), len(data))).edits


def find(sheet, key: str, unit: str) -> str:
    """The name of the cell of a column, in the first row of a unit."""
    number, keys = keys_of(sheet)
    column = keys.index(key) + 1
    units = keys.index("unit") + 1
    row = next(row for row in range(number + 1, sheet.max_row + 1) if sheet.cell(row, units).value == unit)
    return f"{get_column_letter(column)}{row}"


@pytest.mark.parametrize("which", ["small_path", "wide_path"])
def test_a_workbook_as_it_was_exported_has_no_hand_edits(which, request):
    result = read_workbook(request.getfixturevalue(which))
    assert isinstance(result, Received)
    assert result.edits == HandEdits()


@pytest.mark.parametrize("name", SHEETS)
def test_one_changed_answer_is_found_in_its_cell(small_path, tmp_path, name):
    key = {"答卷": "people", "编码": "people"}.get(name, "t_name")
    place = []

    def change(book):
        place.append(find(book[name], key, "230102"))
        book[name][place[0]] = "改过的" if key == "t_name" else 21

    found = edits_of(changed(small_path, tmp_path / "x.xlsx", change))
    (edit,) = found.edits
    assert (edit.sheet, edit.cell, edit.now) == (name, place[0], "改过的" if key == "t_name" else "21")
    assert edit.address == key if key == "people" else edit.address.endswith("].t_name")
    assert edit.trusted
    assert found.notices == ()
    assert found.saved_by == "openpyxl"


def test_what_programs_do_to_cells_is_no_edit(small_path, tmp_path):
    def change(book):
        sheet = book["编码"]
        for cell in [cell for row in sheet.iter_rows(min_row=2, min_col=4) for cell in row]:
            if cell.value is None:
                cell.value = ""
            elif isinstance(cell.value, dt.datetime):
                cell.value = cell.value.strftime("%Y-%m-%d") if cell.row % 2 else int(to_excel(cell.value))
                cell.number_format = "General"
            elif isinstance(cell.value, int | float):
                cell.value = (
                    f" {cell.value} ",
                    str(cell.value).translate(str.maketrans("0123456789", "０１２３４５６７８９")),
                )[cell.row % 2]
            elif str(cell.value) in ("007", "1", "96"):
                cell.value = int(cell.value)

    assert edits_of(changed(small_path, tmp_path / "x.xlsx", change)).edits == ()


def test_the_year_1904_moves_no_date(small_path, tmp_path):
    def change(book):
        book.epoch = CALENDAR_MAC_1904

    assert edits_of(changed(small_path, tmp_path / "x.xlsx", change)).edits == ()


def test_rows_sorted_and_columns_moved_inserted_and_hidden_are_no_edits(small_path, tmp_path):
    def change(book):
        for name in SHEETS:
            sheet = book[name]
            number, keys = keys_of(sheet)
            for merged in list(sheet.merged_cells.ranges):
                sheet.unmerge_cells(str(merged))
            first = number + 1 + (3 if name == "答卷" else 0)
            rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]
            random.Random(3).shuffle(rows)
            for place, row in enumerate(rows):
                for column, value in enumerate(row, 1):
                    cell = sheet.cell(first + place, column)
                    cell.value = value
                    if isinstance(value, str):
                        cell.data_type = "s"
            sheet.insert_cols(3, 2)
            sheet.cell(number, 3, "备注")
            sheet.cell(first, 3, "看过")
            sheet.insert_rows(1, 2)
            sheet.cell(1, 1, "省总汇总用")
            sheet.column_dimensions["F"].hidden = True
            sheet.row_dimensions[first + 3].hidden = True
            del keys

    found = edits_of(changed(small_path, tmp_path / "x.xlsx", change))
    assert (found.edits, found.notices) == ((), ())


def test_a_column_that_begins_further_right_is_found(small_path, tmp_path):
    def change(book):
        sheet = book["编码"]
        sheet.insert_cols(1, 3)
        number, keys = keys_of(sheet)
        sheet.cell(number + 1, keys.index("people") + 1, 99)

    (edit,) = edits_of(changed(small_path, tmp_path / "x.xlsx", change)).edits
    assert (edit.address, edit.now) == ("people", "99")
    book = changed(small_path, tmp_path / "y.xlsx", change)
    assert edit.cell == f"{get_column_letter(keys_of_file(book)[1].index('people') + 1)}2"


def keys_of_file(path: Path, name: str = "编码") -> tuple[int, list[str]]:
    from openpyxl import load_workbook

    return keys_of(load_workbook(path)[name])


def test_rows_columns_and_sheets_that_are_gone_or_new_are_one_line_each(small_path, tmp_path):
    def change(book):
        book["答卷"].delete_rows(7, 3)
        book["编码"].delete_cols(9, 2)
        sheet = book["编码"]
        sheet.append(["这一行是手工加的", *range(10)])
        del book[SHEETS[2]]

    found = edits_of(changed(small_path, tmp_path / "x.xlsx", change))
    assert found.edits == ()
    told = "\n".join(found.notices)
    assert "“答卷”少了 3 行" in told
    assert "“编码”少了 2 列" in told
    assert "“编码”多了 1 行" in told
    assert "没有工作表“名册_第7题_第二部分”" in told
    assert len(found.notices) == 4


def test_a_changed_id_is_found_by_the_rest_of_its_row(small_path, tmp_path):
    def change(book):
        book["编码"]["A3"] = "别的编号"

    found = edits_of(changed(small_path, tmp_path / "x.xlsx", change))
    (edit,) = found.edits
    assert (edit.cell, edit.address, edit.now) == ("A3", "", "别的编号")
    assert found.notices == ()


def test_a_sheet_without_its_keys_says_so(small_path, tmp_path):
    found = edits_of(changed(small_path, tmp_path / "x.xlsx", lambda book: book["答卷"].delete_rows(1, 1)))
    assert found.edits == ()
    assert "“答卷”" in found.notices[0]
    assert "没有逐格核对" in found.notices[0]


def test_thousands_of_edits_are_told_up_to_a_thousand_and_the_rest_counted(small_path, tmp_path):
    def change(book):
        for name in SHEETS[:2]:
            sheet = book[name]
            number, keys = keys_of(sheet)
            first = number + 1 + (3 if name == "答卷" else 0)
            for row in sheet.iter_rows(min_row=first):
                for cell, key in zip(row, keys, strict=True):
                    if key != "interview":
                        cell.value = 987654
            for _ in range(60):  # copies of a row
                sheet.append([cell.value for cell in row])

    found = edits_of(changed(small_path, tmp_path / "x.xlsx", change))
    assert len(found.edits) == MAX_EDITS
    assert found.more > 100


# ── formulas ──────────────────────────────────────────────────────────────────────────


def with_formula(path: Path, target: Path, name: str, cell: str, xml: bytes) -> Path:
    """Put raw XML into the place of a cell."""
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        part = f"xl/worksheets/sheet{python_calamine.CalamineWorkbook.from_path(str(path)).sheet_names.index(name) + 1}.xml"
        for member in old.namelist():
            content = old.read(member)
            if member == part:
                content, count = re.subn(
                    rb'<c r="%b"[^>]*?(/>|>.*?</c>)' % cell.encode(), lambda _: xml, content, count=1
                )
                assert count == 1
            new.writestr(member, content)
    return target


@pytest.mark.parametrize(
    ("xml", "said"),
    [
        (b'<c r="{}"><f>6+6</f><v>12</v></c>', "=6+6"),
        (b'<c r="{}"><f t="shared" si="0"/><v>12</v></c>', "="),
        (b'<c r="{}"><f t="array" ref="{}">6+6</f><v>12</v></c>', "=6+6"),
        (b'<c r="{}" t="e"><v>#N/A</v></c>', "#N/A"),
        (b'<x:c xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main" r="{}"><x:f>6+6</x:f><x:v>12</x:v></x:c>', "=6+6"),
    ],
    ids=["formula", "shared", "array", "error", "prefixed"],
)  # fmt: skip
def test_a_formula_is_an_edit_even_if_it_shows_the_right_number(small_path, tmp_path, xml, said):
    from openpyxl import load_workbook

    cell = find(load_workbook(small_path)["编码"], "people", "230102")
    path = with_formula(small_path, tmp_path / "x.xlsx", "编码", cell, xml.replace(b"{}", cell.encode()))
    (edit,) = edits_of(path).edits
    assert (edit.cell, edit.address, edit.was, edit.trusted) == (cell, "people", "12", False)
    assert edit.now.startswith(said)


def test_what_an_array_formula_fills_is_not_trusted_either(small_path, tmp_path):
    from openpyxl import load_workbook

    sheet = load_workbook(small_path)["编码"]
    cell = find(sheet, "people", "230102")
    right = sheet[cell].offset(0, 1).coordinate
    xml = f'<c r="{cell}"><f t="array" ref="{cell}:{right}">{{1,2}}</f><v>12</v></c>'.encode()
    found = edits_of(with_formula(small_path, tmp_path / "x.xlsx", "编码", cell, xml)).edits
    assert [edit.cell for edit in found] == [cell, right]
    assert not any(edit.trusted for edit in found)


# ── single cells, by the thousand ─────────────────────────────────────────────────────


def tables(path: Path) -> dict[str, list[list]]:
    book = python_calamine.CalamineWorkbook.from_path(str(path))
    return {name: list(book.get_sheet_by_name(name).iter_rows()) for name in book.sheet_names}


def differences(name: str, expected, rows) -> Comparing:
    found = Comparing()
    found.compare(name, expected, rows)
    return found


def another(chance: random.Random, written):
    """Something of any type that by no reading says what stands there (no date or time drawn here is in the books)."""
    while True:
        values = (
            "", chance.randint(0, 40_000), chance.random() * 1000, str(chance.randint(50_000, 10**6)), "另一个答案", "不掌握",
            True, dt.date(2020, 1, 1) + dt.timedelta(days=chance.randint(0, 900)), dt.time(9, chance.randint(0, 59)),
            f"{written}1", f"x{written}", str(written)[:-1],
        )  # fmt: skip
        now = chance.choice(values)
        if plainly(now) != plainly(written):
            return now


def plainly(value) -> object:
    """The oracle: apart from `same`, and simpler."""
    text = unicodedata.normalize("NFKC", "" if value is None else str(value)).strip()
    try:
        return float(text.removesuffix("%")) / (100 if text.endswith("%") else 1)
    except ValueError:
        return text.upper()


def check_single_edits(paths, count: int, seed: int) -> None:
    chance = random.Random(seed)
    books = [(tables(path), unpacked(decode(tables(path)[SHEET]).shown())) for path in paths]
    for _ in range(count):
        seen, views = chance.choice(books)
        name = chance.choice([name for name, expected in views.items() if expected.rows])
        rows, expected = seen[name], views[name]
        row, column = chance.randrange(len(rows) - len(expected.rows), len(rows)), chance.randrange(len(expected.keys))
        former = rows[row][column]
        written = expected.row(line_of(expected.keys, rows[row]))[column]
        rows[row][column] = now = another(chance, written)
        compared = differences(name, expected, rows)
        rows[row][column] = former
        assert [edit.cell for edit in compared.edits] == [cell_name((row, column))], (name, written, now)
        assert compared.notices == []
    for seen, views in books:  # and nothing is found where nothing was changed
        for name, expected in views.items():
            assert differences(name, expected, seen[name]).edits == []


def test_five_hundred_single_edits_are_found_each_in_its_cell(small_path, wide_path):
    check_single_edits([small_path, wide_path], 500, seed=1)


@pytest.mark.soak
def test_ten_thousand_single_edits_are_found_each_in_its_cell(small_path, wide_path):
    check_single_edits([small_path, wide_path], 10_000, seed=2)


def test_without_the_comparison_an_edit_goes_unseen(small_path, tmp_path, monkeypatch):
    # The negative control: the parcel alone says nothing of the sheets.
    path = changed(small_path, tmp_path / "x.xlsx", lambda book: book["编码"].__setitem__("I2", 21))
    assert len(read_parcel(path.read_bytes(), Task.CHECK, ()).edits.edits) == 1
    monkeypatch.setattr("exports.worker.compared", lambda *_: HandEdits())
    assert read_parcel(path.read_bytes(), Task.CHECK, ()).edits.edits == ()
