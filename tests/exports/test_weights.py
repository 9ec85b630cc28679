"""Weights of units from a file: read exactly, counted by hand, told on the cover; no number of answers is weighted."""

from fractions import Fraction

import pytest
from definitions import RATED, UNITS
from openpyxl import Workbook, load_workbook

from exports.files import ExportError
from exports.summary import write_summary
from exports.weights import read_weights

ANSWERS = {
    "230102": {"kind": "1", "members": "10", "staff": "20", "order": "1 2", "since": "2020-01", "views.x": "1", "views.y": "2"},
    "230110": {"kind": "2", "members": "20", "staff": "80", "order": "2 1", "since": "2021-05", "views.x": "1", "views.y": "1"},
    "231002": {"kind": "2", "members": "60", "staff": "60", "order": "2 1", "since": "2022-09", "views.x": "2", "views.y": "1"},
}  # fmt: skip
WEIGHTS = {"230102": "1", "230110": "2.5", "231002": "0.5", "231081": "7"}
"""Of three units with answers (sum 4) and one without."""


@pytest.fixture(scope="module")
def lines():
    return [("单位代码", "权重"), *WEIGHTS.items()]


@pytest.fixture
def weights(tmp_path, lines):
    path = tmp_path / "抽样权重.csv"
    path.write_text("\n".join(map(",".join, lines)), "utf-8-sig")
    return path


@pytest.fixture
def office(make_store, start):
    store = make_store("office", team=0, survey=RATED)
    for unit, answers in ANSWERS.items():
        recorder = start(store, unit)
        for cell, typed in answers.items():
            recorder.answer(cell, typed)
        recorder.complete()
    return store


def figures(sheet):
    """(question, title of the block, line) → the province's figure."""
    found, question, title = {}, "", ""
    for first, label, value, *_ in sheet.iter_rows(min_row=4, max_col=4, values_only=True):
        if label is None and value is None:
            number, mark, heading = str(first).partition("、")
            question = heading if mark and number.isdigit() else question
        else:
            title = first or title
            found[question, title.replace("\n", " "), label] = value
    return found


def test_the_figures_are_those_of_a_count_by_hand(office, weights, tmp_path):
    book = load_workbook(write_summary(office, tmp_path / "s.xlsx", weights=weights))
    by_hand = {
        ("哪一类？", "加权 占比", "甲"): 1 / 4,
        ("哪一类？", "加权 占比", "乙"): 3 / 4,
        ("会员多少人？", "加权 合计", "（人）"): 1 * 10 + 2.5 * 20 + 0.5 * 60,
        ("会员多少人？", "加权 平均数", "（人）"): 90 / 4,
        ("先后", "加权 排第一 占比", "修"): 1 / 4,
        ("先后", "加权 平均名次", "修"): (1 * 1 + 2.5 * 2 + 0.5 * 2) / 4,
        ("评价", "加权 好 占比", "横"): 3.5 / 4,
        ("评价", "加权 好 占比", "竖"): 3 / 4,
        ("哪个月起？", "加权 中位", "年月"): "2021-05",
    }
    told = figures(book["第一部分"])
    assert {place: told.get(place) for place in by_hand} == pytest.approx(by_hand)
    # What is not weighted stands beside it, and every n is a number of units.
    assert (told["哪一类？", "单位数", "甲"], told["哪一类？", "占比", "甲"]) == (1, pytest.approx(1 / 3))
    assert {value for (_, title, _), value in told.items() if title == "已答 n"} == {3}
    assert not [title for _, title, _ in told if title.startswith("加权") and ("单位数" in title or "最" in title)]
    rates = {label: value for _, label, value in book["指标"].iter_rows(min_row=4, max_col=3, values_only=True)}
    above, below = 1 * 10 + 2.5 * 20 + 0.5 * 60, 1 * 20 + 2.5 * 80 + 0.5 * 60
    assert rates["加权总率"] == pytest.approx(above / below)
    assert (rates["总率（分子合计÷分母合计）"], rates["总率计入的单位 n"]) == (pytest.approx(90 / 160), 3)


def test_the_cover_names_the_file_and_without_weights_nothing_is_weighted(office, weights, tmp_path):
    def told(**options):
        book = load_workbook(write_summary(office, tmp_path / "s.xlsx", **options))
        cells = [cell for sheet in book for row in sheet.iter_rows(values_only=True) for cell in row]
        cover = [row[1] for row in book["封面"].iter_rows(max_col=2, values_only=True) if row[1]]
        return [str(cell) for cell in cells if "加权" in str(cell)], [
            text for text in cover if "抽样权重.csv" in str(text)
        ]

    assert told() == ([], [])
    weighted, (sentence,) = told(weights=weights)
    assert len(weighted) > 10
    assert "按权重计算" in sentence
    assert "n 是未加权的单位数" in sentence


def test_a_workbook_is_read_like_a_csv_whatever_its_columns_and_kinds_of_cells(tmp_path, weights):
    book = Workbook()
    for line in [
        ("备注", "权重", "单位代码"),
        *((None, float(w), int(c)) for c, w in WEIGHTS.items()),
        (None, None, None),
    ]:
        book.active.append(line)
    book.save(tmp_path / "w.xlsx")
    expected = tuple((code, Fraction(weight)) for code, weight in WEIGHTS.items())
    assert read_weights(tmp_path / "w.xlsx", UNITS) == read_weights(weights, UNITS) == expected


def test_a_csv_of_wps_is_read(tmp_path, weights):
    (tmp_path / "gb.csv").write_bytes(weights.read_text("utf-8-sig").encode("gb18030"))
    assert read_weights(tmp_path / "gb.csv", UNITS) == read_weights(weights, UNITS)


def test_what_is_no_workbook_and_no_text_is_refused_in_a_sentence(tmp_path):
    (tmp_path / "w.xlsx").write_bytes(b"PK nothing")
    (tmp_path / "w.csv").write_bytes(b"\xff\xff\xff")
    for name in ("w.xlsx", "w.csv", "没有.xlsx"):
        with pytest.raises(ExportError, match=r"权重表 \S+.*请.*。"):
            read_weights(tmp_path / name, UNITS)


@pytest.mark.parametrize(
    "text", ["0", "-1", "1/2", "0.0000001", "1e999999999", "1e-999999999", "1000001", "nan", "inf", "一"]
)
def test_what_is_no_weight_is_refused_with_its_line(tmp_path, lines, text):
    path = tmp_path / "w.csv"
    path.write_text("\n".join(map(",".join, [*lines[:2], (lines[2][0], text), *lines[3:]])), "utf-8")
    with pytest.raises(ExportError, match=rf"权重表第3行的权重“{text}”要是大于0的数"):
        read_weights(path, UNITS)
    path.write_text("\n".join(map(",".join, [*lines[:2], (lines[2][0], "1e-3"), *lines[3:]])), "utf-8")
    assert dict(read_weights(path, UNITS))[lines[2][0]] == Fraction(1, 1000)
