"""CSV, SPSS and JSON Lines: what was entered comes back from every one, statuses apart, personal data left out."""

import copy
import csv
import datetime as dt
import json
import re
from pathlib import Path

import jsonschema
import pytest
from definitions import SMALL
from hypothesis import given
from hypothesis import strategies as st

from exports.csv_files import plain_text, safe_text
from exports.data_files import export_data
from exports.files import ExportError
from exports.spss_variables import Names, fitting
from surveys.answers import Status
from surveys.definition import Survey
from surveys.form import roster_cell
from surveys.personal import MASK, without_numbers

PHONE, CITIZEN = "13912345678", "23010219600101123X"
SECRET, NAME, RESPONDENT = "因病致困的一户", "录入员王五", "赵六（财务部长）"
FORMULA = "=cmd|' /C calc'!A0"


def sensitive() -> Survey:
    """The small survey with a sensitive question, a rating, a rank and a sensitive field in its roster."""
    data = copy.deepcopy(SMALL)
    first, second = (section["questions"] for section in data["sections"])
    ways = [
        {"name": "1", "label": "甲"},
        {"name": "2", "label": "乙"},
        {"name": "96", "label": "其他", "specify": True},
    ]
    first.append({"name": "who_ill", "type": "text", "label": "谁家困难？", "sensitive": True})
    first.append({"name": "ways", "type": "select_multiple", "label": "哪些办法？", "choices": ways, "sensitive": True})
    first.append({"name": "order", "type": "rank", "label": "先后？", "choices": ways[:2]})
    first.append({"name": "many", "type": "select_multiple", "label": "哪些？", "choices": ways})
    things = next(question for question in second if question["name"] == "things")
    things["questions"].append({"name": "t_owner", "type": "text", "label": "负责人", "sensitive": True})
    things["questions"].append({"name": "t_date", "type": "date", "label": "日期"})
    return Survey.model_validate(data)


@pytest.fixture
def store(make_store, start):
    """Two interviews and a void one, with something of everything."""
    made = make_store("三组", survey=sensitive())
    one = start(made, "231081", NAME)
    one.answer_many({"kind": "96", "kind.96": FORMULA})
    one.respondent = RESPONDENT
    one.answer("people", "-12")
    one.answer("money", "1234.5")
    one.answer("when", "2022-11-03")
    one.answer_many({"grid.x": "1", "grid.y": "0"})
    one.answer("words", f"'引号，“逗号”,\n第二行，电话{PHONE}，证件{CITIZEN}")
    one.answer("who_ill", SECRET)
    one.answer_many({"ways": "1 96", "ways.96": SECRET})
    one.answer("order", "2 1")
    one.answer_many({"many": "1 96", "many.96": "别的"})
    one.remark("who_ill", SECRET)
    one.remark("people", f"含临时工，问{PHONE}")
    one.doubt("people", True)
    one.evidence("grid", "台账")
    for name in ("一号", "二号"):
        row = one.add_row("things")
        cells = {"t_name": name, "t_kind": "1 2", "t_owner": SECRET, "t_date": "2011-05-06"}
        one.answer_many({roster_cell("things", row, field): value for field, value in cells.items()})
    other = start(made, "231002", NAME)
    other.answer("kind", "1")
    other.set_status("people", Status.DONT_KNOW)
    other.say_nothing("things")
    start(made, "230102", NAME).void("点错了")
    return made


@pytest.fixture
def out(tmp_path):
    return tmp_path / "out"


def folder_of(store, out, file_format, **options) -> Path:
    (data,) = export_data(store, out, file_format, **options)
    return data.folder


def table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def wide(folder: Path) -> dict[str, dict[str, str]]:
    return {line["unit"]: line for line in table(folder / "答卷_宽.csv")}


# ── CSV ───────────────────────────────────────────────────────────────────────────────


def test_wide_has_a_row_per_interview_in_codes_and_statuses_apart(store, out):
    lines = wide(folder_of(store, out, "csv"))
    one, two = lines["231081"], lines["231002"]
    assert len(lines) == 2, "a void interview does not count"
    assert (one["people"], one["people__status"], one["money"], one["when"]) == ("-12", "", "1234.5", "2022-11-03")
    assert (one["many"], one["many.96"], one["order"], one["things"]) == ("1 96", "别的", "2 1", "2")
    assert (two["people"], two["people__status"], two["money__status"]) == ("", "dont_know", "skipped")
    assert (two["things"], two["things__status"], two["grid.x"]) == ("0", "not_applicable", "")


def test_long_has_a_row_per_cell_with_what_was_said_of_it(store, out):
    lines = table(folder_of(store, out, "csv") / "答卷_长.csv")
    cells = {(line["unit"], line["cell"]): line for line in lines}
    assert len(cells) == len(lines)
    people, grid = cells["231081", "people"], cells["231081", "grid.y"]
    assert (people["value"], people["status"], people["doubt"]) == ("-12", "answered", "1")
    assert people["remark"] == f"含临时工，问{MASK}"
    assert (grid["value"], grid["row"], grid["evidence"]) == ("0", "y", "台账")
    assert cells["231081", "many"]["label"] == "甲；其他：别的"
    assert cells["231002", "people"]["status"] == "dont_know"
    assert cells["231002", "when"]["status"] == "empty"
    fields = [line for line in lines if line["question"] == "things" and line["position"] == "2"]
    assert {line["cell"].rpartition(".")[2] for line in fields} == {"t_name", "t_kind", "t_owner", "t_date"}


def test_each_roster_is_a_file_joined_by_interview_and_row(store, out):
    folder = folder_of(store, out, "csv")
    rows = table(folder / "名册_第11题_第二部分.csv")
    assert [(row["position"], row["t_name"], row["t_kind"], row["t_date"]) for row in rows] == [
        ("1", "一号", "1 2", "2011-05-06"), ("2", "二号", "1 2", "2011-05-06"),
    ]  # fmt: skip
    assert {row["interview"] for row in rows} == {wide(folder)["231081"]["interview"]}


def test_the_code_list_explains_every_column(store, out):
    folder = folder_of(store, out, "csv")
    listed = table(folder / "编码表.csv")
    labels = {(line["cell"], line["code"]): line["label"] for line in listed}
    assert labels["kind", "96"] == "其他"
    assert {"grid.x", "things[].t_kind", "per_head"} <= {line["cell"] for line in listed}
    assert {line["cell"] for line in listed if line["withheld"]} == {"who_ill", "ways", "things[].t_owner"}


def test_no_field_is_a_formula_and_every_text_comes_back(store, out):
    folder = folder_of(store, out, "csv", with_sensitive=True)
    fields = [field for path in folder.glob("*.csv") for line in table(path) for field in line.values()]
    assert not [field for field in fields if re.match(r"[=+@\t]|-(?![\d.]+$)", field)]
    one = wide(folder)["231081"]
    assert one["kind.96"] == f"'{FORMULA}", "the negative control: it is a formula without the mark"
    assert plain_text(one["kind.96"]) == FORMULA
    assert plain_text(one["words"]) == f"'引号，“逗号”,\n第二行，电话{PHONE}，证件{CITIZEN}"


@given(st.text())
def test_the_mark_before_a_formula_loses_nothing(text):
    safe = safe_text(text)
    assert plain_text(safe) == text
    assert not safe.lstrip().startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))


def test_csv_is_as_rfc_4180_and_excel_want_it(store, out):
    data = (folder_of(store, out, "csv") / "答卷_宽.csv").read_bytes()
    assert data.startswith(b"\xef\xbb\xbfinterview,unit,")
    assert data.endswith(b"\r\n")
    assert data.count(b"\r\n") == 3, "line ends inside a quoted text are \\n"


# ── personal data ─────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("file_format", ["csv", "sav", "json"])
def test_personal_data_is_left_out_unless_it_is_asked_for(store, out, file_format):
    if file_format == "sav":
        pytest.importorskip("pyreadstat")
        pytest.importorskip("polars")
    told = export_data(store, out, file_format, history=True)[0]
    whole = export_data(store, out, file_format, history=True, with_sensitive=True)[0]
    assert told.folder != whole.folder
    without, complete = ("".join(map(texts_of, sorted(data.folder.iterdir()))) for data in (told, whole))
    secrets = {SECRET, PHONE, CITIZEN} | ({RESPONDENT} if file_format != "sav" else set())
    secrets |= {NAME} if file_format == "json" else set()
    assert not [secret for secret in secrets if secret in without]
    assert not [secret for secret in secrets if secret not in complete], "the negative control"
    assert "保密题目的答案 5 处" in told.privacy
    assert told.privacy in (told.folder / "说明.txt").read_text("utf-8-sig")
    assert "内容完整" in whole.privacy


def texts_of(path: Path) -> str:
    """Everything in a file; of an SPSS file the data, for it packs texts in blocks of 255 bytes."""
    if path.suffix != ".sav":
        return path.read_text("utf-8-sig")
    import pyreadstat

    frame, _ = pyreadstat.read_sav(path, output_format="polars")
    return str(frame.to_dicts())


def test_a_withheld_answer_is_not_taken_for_none(store, out):
    one = wide(folder_of(store, out, "csv"))["231081"]
    assert (one["who_ill"], one["who_ill__status"], one["ways.96"]) == ("", "withheld", "")


@pytest.mark.parametrize("text", [PHONE, CITIZEN, "+86 139 1234 5678", "0451-82345678", "6222 0000 0000 0000 123",
                                  "１３９１２３４５６７８", "622200000000000012"])  # fmt: skip
def test_numbers_that_point_at_a_person_are_masked(text):
    assert without_numbers(f"请打{text}找他") == f"请打{MASK}找他"


@pytest.mark.parametrize("text", ["2022-11-18", "230102", "12345678901", "1,234.56万元", "第12—15题", "139号", "0.5"])
def test_other_numbers_stay(text):
    assert without_numbers(text) == text


# ── JSON ──────────────────────────────────────────────────────────────────────────────


def lines_of(folder: Path) -> dict[str, dict]:
    lines = [json.loads(line) for line in (folder / "答卷.jsonl").read_text("utf-8").splitlines()]
    return {line["unit"]["code"]: line for line in lines}


@pytest.mark.parametrize("options", [{}, {"with_sensitive": True, "history": True}])
def test_every_line_is_as_the_schema_says(store, out, options):
    folder = folder_of(store, out, "json", **options)
    schema = json.loads((folder / "答卷.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    for line in lines_of(folder).values():
        validator.validate(line)
    for wrong in ({"people": "12"}, {"kind": "95"}, {"nobody": 1}, {"order": ["2", "2"]}, {"when": "2022年"}):
        assert not validator.is_valid(line | {"answers": wrong}), "the negative control"


def test_a_line_holds_typed_values_and_statuses_apart(store, out):
    lines = lines_of(folder_of(store, out, "json"))
    one, two = lines["231081"], lines["231002"]
    assert one["answers"]["people"] == -12
    assert one["answers"]["money"] == 1234.5
    assert (one["answers"]["many"], one["answers"]["many.96"]) == (["1", "96"], "别的")
    assert one["statuses"] == {"who_ill": "withheld", "ways": "withheld"}
    assert [row["answers"]["t_name"] for row in one["rosters"]["things"]] == ["一号", "二号"]
    assert (one["doubts"], one["evidence"]) == (["people"], {"grid": "台账"})
    assert "people" not in two["answers"]
    assert (two["statuses"]["people"], two["statuses"]["things"]) == ("dont_know", "not_applicable")
    assert "history" not in one
    assert len(lines_of(folder_of(store, out, "json", history=True))["231081"]["history"]) > 10


def test_the_real_questionnaire_fits_its_schema(make_store, start, fill, county_union, out):
    store = make_store("三组", survey=county_union)
    fill(start(store))
    folder = folder_of(store, out, "json")
    schema = json.loads((folder / "答卷.schema.json").read_text("utf-8"))
    jsonschema.Draft202012Validator(schema).validate(lines_of(folder)["231002"])


# ── SPSS ──────────────────────────────────────────────────────────────────────────────


@pytest.fixture
def spss(store, out):
    pyreadstat = pytest.importorskip("pyreadstat", reason="the extra `spss` is not installed")
    pytest.importorskip("polars", reason="the extra `spss` is not installed")
    folder = folder_of(store, out, "sav")

    def read(name: str):
        frame, meta = pyreadstat.read_sav(folder / name, user_missing=True, output_format="polars")
        return {row["unit"] + str(row.get("position") or ""): row for row in frame.to_dicts()}, meta

    return read


def test_an_spss_file_reads_back_with_labels_and_user_missing_values(spss):
    rows, meta = spss("答卷.sav")
    one, two = rows["231081"], rows["231002"]
    assert (one["people"], one["money"], one["grid.y"], one["kind"], one["things"]) == (-12, 1234.5, 0, "96", 2)
    assert one["when"] == dt.date(2022, 11, 3)
    assert meta.column_names_to_labels["people"] == "2、多少人？"
    assert meta.column_names_to_labels["grid.y"] == "5、各多少？ 竖"
    assert meta.variable_value_labels["kind"] == {"1": "甲", "007": "乙", "96": "其他"}, "007 is no number"
    (missing,) = meta.missing_ranges["people"]
    assert missing["lo"] <= two["people"] <= missing["hi"] < -12, "an answer of -12 is no missing value"
    assert meta.variable_value_labels["people"][two["people"]] == "不掌握"
    assert meta.variable_value_labels["money"][two["money"]] == "跳过"
    assert (two["when"], two["when.status"], one["when.status"]) == (None, None, 0)
    assert two["kind.96.text"] == ""
    assert meta.variable_measure["money"] == "scale"


def test_several_choices_are_variables_of_0_and_1_and_ranks_of_places(spss):
    rows, meta = spss("答卷.sav")
    one, two = rows["231081"], rows["231002"]
    assert [one[f"many.{code}"] for code in ("1", "2", "96")] == [1, 0, 1]
    assert (one["order.1"], one["order.2"], two["many.1"]) == (2, 1, None)
    assert meta.column_names_to_labels["many.2"] == "9、哪些？：乙"
    assert meta.variable_value_labels["ways.1"][one["ways.1"]] == "已略去（保密）"


def test_chinese_texts_are_whole_in_an_spss_file(spss):
    rows, meta = spss("答卷.sav")
    assert rows["231081"]["words"] == f"'引号，“逗号”,\n第二行，电话{MASK}，证件{MASK}"
    assert meta.original_variable_types["words"] == f"A{len(rows['231081']['words'].encode())}"


def test_a_roster_is_a_file_of_its_own_in_spss(spss):
    rows, _ = spss("名册_第11题_第二部分.sav")
    assert [(row["t_name"], row["t_kind.1"], row["t_date"]) for row in rows.values()] == [
        ("一号", 1, dt.date(2011, 5, 6)), ("二号", 1, dt.date(2011, 5, 6)),
    ]  # fmt: skip


def test_names_are_what_spss_takes_and_no_two_are_alike():
    names = Names()
    made = [
        names.name(text) for text in ("staff.a35", "STAFF.A35", "有", "by", "a-b", "a.b.", "_x", "很" * 64, "很" * 64)
    ]
    assert made[0] == "staff.a35"
    assert len({name.upper() for name in made}) == len(made)
    assert all(len(name.encode()) <= 64 and name[0].isalpha() and not name.endswith(".") for name in made)
    assert "by" not in made


def test_a_long_label_is_cut_between_characters_and_says_so():
    assert fitting("很" * 100, 255) == "很" * 84 + "…"
    assert fitting("很" * 85, 255) == "很" * 85


def test_without_pyreadstat_a_sentence_says_what_to_do(store, out, monkeypatch):
    def missing(name):
        raise ModuleNotFoundError(name)

    monkeypatch.setattr("importlib.import_module", missing)
    with pytest.raises(ExportError, match="zoufang\\[spss\\]"):
        export_data(store, out, "sav")
    assert not list(out.iterdir()), "nothing half-written is left"


# ── the folder ────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize("file_format", ["csv", "sav", "json"])
def test_the_same_content_is_the_same_files(store, start, out, tmp_path, file_format):
    if file_format == "sav":
        pytest.importorskip("pyreadstat")
        pytest.importorskip("polars")
    (first,), (again,) = export_data(store, out, file_format), export_data(store, out, file_format)
    (elsewhere,) = export_data(store, tmp_path / "U盘", file_format)
    assert (first.written, again.written, elsewhere.written) == (True, False, True)
    assert first.folder == again.folder
    assert [path.read_bytes() for path in sorted(first.folder.iterdir())] == [
        path.read_bytes() for path in sorted(elsewhere.folder.iterdir())
    ]
    start(store, "230110").answer("people", "5")  # the negative control
    assert export_data(store, out, file_format)[0].folder != first.folder


def test_a_file_that_somebody_changed_is_written_again(store, out):
    folder = folder_of(store, out, "csv")
    path = folder / "答卷_宽.csv"
    content = path.read_bytes()
    path.write_bytes(content[:100])
    (again,) = export_data(store, out, "csv")
    assert (again.folder, again.written, path.read_bytes()) == (folder, True, content)
