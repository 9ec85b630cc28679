"""Cases of the register travel with the workbooks, and the office's replies travel back."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path

import pytest
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

sys.path.append(str(Path(__file__).parents[1] / "surveys"))  # for `registering`

from approving import settle
from registering import DAOLI, HULAN, XIANGYANG, Desk, desk, make_template

from exports.chase import chase_list, write_chase_list
from exports.county_sheets import write_counties
from exports.coverage import survey_coverage
from exports.data_files import export_data
from exports.explored_workbook import write_workbook
from exports.exploring import explore, write_csv
from exports.files import ExportError
from exports.issue_figures import issue_tables
from exports.issue_lists import Wanted, alike_lines, chosen, figure_lines, lines, write_issue_list
from exports.manifest import ManifestError, decode
from exports.merge_report import MergeReport, Outcome
from exports.merging import merge
from exports.paper_files import print_blank, print_filled
from exports.quality import examine, write_findings
from exports.receipt_workbook import write_receipt
from exports.receipts import receipts_of
from exports.replies import write_replies
from exports.report import write_report
from exports.selection import Selection
from exports.sent_back import TakenReceipt, TakenReplies, take_back
from exports.summary import write_summary
from exports.workbook import export_all, export_team
from surveys.content import content_digest
from surveys.receipts import case_deliveries
from surveys.register import figures, worklists
from surveys.register.definition import Register
from surveys.register.grouping import suggestions
from surveys.register.keeping import case_ids, install_register, kinds, unlike
from surveys.register.loading import shipped
from surveys.register.narration import history_lines
from surveys.wording import Wording

FORMATS = ("csv", "json", *(["sav"] if find_spec("pyreadstat") else []))
"""Of data files, as far as this machine can write them."""

NAME, OTHER, PHONE = "赵六六", "钱七七", "13904510000"
MakeDesk = Callable[..., Desk]


@pytest.fixture(scope="session")
def first_start(tmp_path_factory):
    return make_template(tmp_path_factory.mktemp("first"))


@pytest.fixture
def make_desk(first_start, tmp_path):
    made: list[Desk] = []

    def make(who: str, team: int, clone: bool = False) -> Desk:
        made.append(desk(first_start, tmp_path / "desks" / str(len(made)), who, team, clone))
        store = made[-1].store
        store.set_settings(team=str(team), device=f"{who}的笔记本", member=who)
        settle(store, 0 if clone else len(made))
        return made[-1]

    yield make
    for each in made:
        each.store.close()


@pytest.fixture(autouse=True)
def here(read_here, monkeypatch):
    """All files are this test's own: they are read without a worker."""
    from exports.worker import read_sheets

    for room in ("sent_back", "receipts"):
        monkeypatch.setattr(f"exports.{room}.read_sheets", lambda path, names: read_sheets(path.read_bytes(), names))


@pytest.fixture
def send(tmp_path):
    """A desk hands its workbook over to another, which takes it in."""

    def send_to(sender: Desk, receiver: Desk):
        (exported,) = export_all(sender.store, tmp_path / "交" / sender.who)
        return exported.path, merge(receiver.store, [exported.path]).lines[0]

    return send_to


def shown(path: Path, name: str) -> list[list[object]]:
    """The rows of a sheet, without those that are hidden."""
    sheet = load_workbook(path)[name]
    return [[cell.value for cell in row] for row in sheet.iter_rows() if not sheet.row_dimensions[row[0].row].hidden]


def test_the_example_of_the_seed_with_its_workbooks(make_desk: MakeDesk, send, tmp_path: Path) -> None:
    one, two, office = make_desk("张三", 1), make_desk("李四", 8), make_desk("王五", 0)

    # 因病致困，当场答复；放宽年龄，两个县都提
    ill = one.issue(
        summary="因病致困职工达不到建档标准，问能不能帮扶", category="505", raiser_name=NAME, raiser_phone=PHONE
    )
    one.registrar.move(
        ill, "30", reply="可以引导参加医疗互助", replier="第1组", basis="1", citation=one.citation("A19")
    )
    first = one.issue(HULAN, summary="社会化工会工作者招聘年龄限制在35岁，建议放宽到40岁")
    second = two.issue(XIANGYANG, summary="招聘条件偏严：年龄35岁以下，希望放宽至40岁")
    for team, ident in ((one, first), (two, second)):
        team.registrar.move(ident, "40", lead_department="zzb")
    one.registrar.open(
        "practice", DAOLI, title="驿站联建共享", description="与物业公司共建，冬季夜间开放", dimension="2"
    )
    for team, told in ((one, "问题清单等登记新增 3 件"), (two, "问题清单等登记新增 1 件")):
        path, line = send(team, office)
        assert line.outcome is Outcome.NEW
        assert told in line.message
    listed = shown(path.parents[1] / "张三" / next((path.parents[1] / "张三").glob("*.xlsx")).name, "问题清单")
    assert listed[0][:6] == ["编号", "县（市、区）", "类别", "问题", "登记日期", "状态"]
    (ill_row,) = [row for row in listed if row[0] == "G1-230111-0001"]
    assert ill_row[5] == "待回访"
    assert "可以引导参加医疗互助（依据：《制度机制清单》A19" in str(ill_row[8])
    assert [row[3] for row in shown(path, "经验清单")[1:]] == [None]

    # 省总：合并清单项、措施、统一答复
    topic = office.registrar.open("topic", title="放宽社会化工会工作者招聘年龄", category="108").id
    for ident in (first, second):
        office.registrar.change(ident, topic=topic)
    office.registrar.move(topic, "2", lead_department="zzb")
    office.registrar.move(topic, "3", findings="两个县都反映三十五岁以下招不到人")
    measure = office.registrar.open("measure", title="社会化工会工作者管理办法", kind="1", batch="1").id
    office.registrar.link(measure, "topics", topic)
    office.registrar.move(measure, "2", text="招聘年龄放宽到40周岁", document="某总办〔2022〕12号")
    office.registrar.move(topic, "4")
    office.registrar.answer_all(topic, reply="新办法已把年龄放宽到40周岁", outcome="1")
    (practice,) = worklists.cases(office.store, "practice")
    office.registrar.move(practice.id, "2", recommended_to="各县")

    # 答复清单：每组一本，每县一张，回到电脑里
    files = {done.whose: done for done in write_replies(office.store, tmp_path / "发回", counties=True)}
    assert files.keys() == {"第1组", "第8组", "哈尔滨市呼兰区", "佳木斯市向阳区"}
    assert [files["第1组"].issues, files["第1组"].answered] == [2, 2]
    for name in files:
        text = str(shown(files[name].path, "答复清单"))
        assert "新办法已把年龄放宽到40周岁（已解决）" in text
        assert "驿站联建共享" in str(shown(files[name].path, "经验清单"))
    assert "_zoufang" not in load_workbook(files["哈尔滨市呼兰区"].path).sheetnames
    for team, name in ((one, "第1组"), (two, "第8组")):
        taken = take_back(team.store, files[name].path)
        assert isinstance(taken, TakenReplies)
        assert team.registrar.case(topic).value("title") == "放宽社会化工会工作者招聘年龄"
        assert team.registrar.case(measure).links("topics") == (topic,)
        assert take_back(team.store, files[name].path).line.outcome is Outcome.KNOWN
    assert one.registrar.case(first).value("reply") == "新办法已把年龄放宽到40周岁"
    with pytest.raises(KeyError):
        two.registrar.case(ill)

    # 一个满意，一个不满意，重新办理，省总看得到
    one.registrar.follow_up(first, satisfaction="1")
    two.registrar.follow_up(second, satisfaction="3", reason="四十岁仍招不满")
    for team in (one, two):
        send(team, office)
    assert office.registrar.case(first).status == "80"
    assert (office.registrar.case(second).status_label, office.registrar.case(second).value("reply")) == (
        "重新办理",
        "",
    )
    again = write_replies(office.store, tmp_path / "再发回")
    assert {done.whose: done.answered for done in again} == {"第1组": 2, "第8组": 0}


def test_an_issue_merged_into_a_topic_has_the_topics_answer(make_desk: MakeDesk, tmp_path: Path) -> None:
    office = make_desk("王五", 0)
    ident = office.issue("")
    topic = office.registrar.open("topic", title="放宽招聘年龄", category="108").id
    office.registrar.move(ident, "91", topic=topic)
    for to, given in (("2", {"lead_department": "zzb"}), ("3", {"findings": "可以放宽到40岁"})):
        office.registrar.move(topic, to, **given)
    (before,) = write_replies(office.store, tmp_path, counties=True)
    office.registrar.move(topic, "4")
    (after,) = write_replies(office.store, tmp_path, counties=True)
    assert (before.whose, before.answered, after.answered) == ("省总办公室", 0, 1)
    listed = str(shown(after.path, "答复清单"))
    assert "不属于某个县（1 件，有答复 1 件）" in listed
    assert "可以放宽到40岁（随“放宽招聘年龄”答复）" in listed
    assert not write_replies(office.store, tmp_path)[0].written, "the same content is the same file"


def test_two_laptops_changing_one_issue_lose_nothing(make_desk: MakeDesk, send) -> None:
    here, there = make_desk("张三", 1), make_desk("李四", 1)
    ident = here.issue(raiser_name=NAME)
    send(here, there)
    here.registrar.move(ident, "40", lead_department="zzb", level="3")
    there.registrar.move(ident, "50", receiver="市人社局", lead_department="rs")
    digests = set()
    for order in ((here, there), (there, here), (here, there, here)):
        office = make_desk("王五", 0)
        lines = [send(desk, office)[1] for desk in order]
        assert lines[1].outcome is Outcome.DIVERGED
        assert "两边都改过 1 件，其中 1 件两边说法不同" in lines[1].message
        assert [MergeReport((line,), ()).disputed_cases for line in lines[:2]] == [0, 1]
        digests.add(content_digest(office.store))
        merged = office.registrar.case(ident)
        for team in (here, there):
            assert {event.id for event in team.store.events(ident)} <= {event.id for event in merged.events}
    assert len(digests) == 1
    assert "待裁定" in str(shown(export_team(office.store, office.store.path.parent).path, "问题清单"))
    send(office, here)
    assert {event.id for event in here.store.events(ident)} == {event.id for event in merged.events}


def changed(version: str, code: str) -> Register:
    """The shipped definition with one more category, one more status of issues, and one more type."""
    data = shipped("problems").model_dump(mode="json", exclude_defaults=True)
    data["version"] = version
    data["choices"]["category"].append({"name": code, "label": "新类别", "filter": {"dimension": "1"}})
    statuses = data["types"][0]["statuses"]
    statuses.append({"code": "45", "label": "会商中", "action": "会商", "phase": "open", "next": [{"to": "60"}]})
    next(status for status in statuses if status["code"] == "20")["next"].append({"to": "45"})
    data["types"].append({**data["types"][-1], "name": "idea", "label": "金点子", "prefix": "I"})
    return Register.model_validate(data)


def test_a_definition_of_a_team_explains_its_cases_and_changes_nothing_else(make_desk: MakeDesk, send) -> None:
    team, other, office = make_desk("张三", 1), make_desk("李四", 8), make_desk("王五", 0)
    install_register(team.store, changed("2023", "150"))
    idea = {"title": "楼宇工会", "description": "一栋楼建一个联合工会，配一名专职人员", "dimension": "2"}
    ident, other_kind = team.issue(category="150"), team.registrar.open("idea", HULAN, **idea).id
    team.registrar.move(ident, "45")
    other.issue(XIANGYANG)
    path, line = send(team, office)
    assert line.outcome is Outcome.NEW
    assert "“问题清单”的定义与本机的不同（版本 2023，本机 2022.11），本机没有的编码照原样列出。" in line.message
    assert office.registrar.register.version == "2022.11"
    assert worklists.cases(office.store, "issue")[0].category == office.registrar.case(ident).value("category") == "150"
    assert "150" in str(shown(export_team(office.store, path.parent).path, "问题清单"))
    assert "类别：150" in str(history_lines(office.registrar.case(ident)))
    assert [(one.label, one.cases) for one in figures.counts(office.store, "dimension")] == [("150", 1)]
    assert office.registrar.case(other_kind).type.label == "金点子"
    unknown = office.registrar.case(ident)
    assert (unknown.status_label, unknown.phase, office.registrar.moves(ident)) == ("45", "open", ())
    assert [row.status for row in worklists.cases(office.store, "issue", phases=("open",))] == ["45"]
    assert not any(unlike(office.store, one) for one in case_ids(office.store))
    second = make_desk("王五", 0)
    line = send(other, second)[1]
    assert "定义" not in line.message, "nothing is told where nothing differs"
    send(other, office)
    send(team, second)
    assert content_digest(office.store) == content_digest(second.store)


def test_a_register_that_is_not_known_here_brings_its_definition(make_desk: MakeDesk, send) -> None:
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    install_register(team.store, shipped("wishes").model_copy(update={"id": "ideas", "title": Wording("金点子")}))
    team.register_id = office.register_id = "ideas"
    ident = team.registrar.open("wish", HULAN, wish="想要一双防滑棉鞋", kind="3", wisher_name=NAME).id
    path, line = send(team, office)
    assert "带来了本机没有的登记簿“金点子”。" in line.message
    assert office.registrar.case(ident).status_label == "已征集"
    assert ("ideas", "wish") in kinds(office.store)
    assert not office.store.conn.execute("SELECT 1 FROM case_values WHERE value = ?", (NAME,)).fetchone()
    rows = [[cell.value for cell in row] for row in load_workbook(path)["_zoufang"].iter_rows()]
    without = [row for row in rows if row[0] != "register"]
    assert decode(rows).registers
    with pytest.raises(ManifestError, match="缺少登记簿的定义"):
        decode(without)


def test_a_laptop_goes_over_to_the_definition_of_the_office(make_desk: MakeDesk, send, tmp_path: Path) -> None:
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    ident = team.issue()
    send(team, office)
    (former,) = write_replies(office.store, tmp_path / "former")
    install_register(office.store, changed("2023", "150"))
    office.registrar.change(ident, urgency="1")
    (written,) = write_replies(office.store, tmp_path)
    taken = take_back(team.store, written.path)
    assert isinstance(taken, TakenReplies)
    assert "“问题清单”的类别、编码和流程已换用办公室的（版本 2023）。" in taken.line.message
    assert team.registrar.register.version == "2023"
    assert team.registrar.case(team.issue(category="150")).value("category") == "150"
    assert isinstance(take_back(team.store, former.path), TakenReplies)
    assert team.registrar.register.version == "2023"  # that one was written before


def test_a_forged_case_takes_nothing_of_its_workbook(make_desk: MakeDesk, send) -> None:
    """One workbook is one transaction: its answers and its cases together, or neither."""
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    team.interview().answer("chair_post", "1")
    ident = team.issue()
    send(team, office)
    before = content_digest(office.store)
    team.interview(DAOLI).answer("chair_post", "1")
    team.registrar.change(ident, urgency="1")
    office.store.conn.execute("UPDATE events SET value = 'x' WHERE interview = ? AND cell = 'category'", (ident,))
    spoilt = content_digest(office.store)
    assert spoilt != before
    line = send(team, office)[1]
    assert line.outcome is Outcome.REJECTED
    assert "没有并入" in line.message
    assert content_digest(office.store) == spoilt
    office.store.conn.execute("UPDATE events SET value = '108' WHERE interview = ? AND cell = 'category'", (ident,))
    assert send(team, office)[1].outcome is Outcome.NEW  # the same workbook, with the interview it began


def test_cases_alone_are_handed_over_too_and_the_lists_are_never_blank(make_desk: MakeDesk, send) -> None:
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    with pytest.raises(ExportError, match="还没有"):
        export_all(team.store, team.store.path.parent)
    team.register_id = "wishes"
    team.registrar.open("wish", HULAN, wish="想要一双防滑棉鞋", kind="3", wisher_name=NAME)
    path, line = send(team, office)
    assert "问题清单等登记新增 1 件" in line.message
    assert [row[0] for row in shown(path, "问题清单")] == ["编号", "没有登记问题。"]
    assert [row[0] for row in shown(path, "经验清单")] == ["编号", "没有登记经验。"]
    assert shown(path, "微心愿")[1][:4] == ["W1-230111-0001", "呼兰区", "想要一双防滑棉鞋", "劳动保护"]
    assert send(team, office)[1].outcome is Outcome.KNOWN


def test_hand_edits_of_the_list_are_told_and_never_taken(make_desk: MakeDesk, tmp_path: Path) -> None:
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    ident = team.answered()
    path = export_team(team.store, tmp_path).path
    book = load_workbook(path)
    sheet = book["问题清单"]
    (cell,) = [cell for row in sheet.iter_rows() for cell in row if cell.value == "待回访"]
    cell.value = "办结销号"
    book.save(path)
    line = merge(office.store, [path]).lines[0]
    assert f"“问题清单”有 1 处手工改动（{cell.coordinate}“办结销号”），不会采用" in line.message
    assert line.edits == 0
    assert office.registrar.case(ident).status == "70"


def test_replies_of_an_office_that_is_not_approved_are_refused(make_desk: MakeDesk, send, tmp_path: Path) -> None:
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    team.answered()
    send(team, office)
    (written,) = write_replies(office.store, tmp_path)
    team.store.conn.execute("DELETE FROM laptops")
    with pytest.raises(ExportError, match="打电话核对它的指纹"):
        take_back(team.store, written.path)


def test_a_receipt_says_which_cases_the_office_has(make_desk: MakeDesk, send, tmp_path: Path) -> None:
    team, office = make_desk("张三", 1), make_desk("王五", 0)
    ids = [team.issue(), team.issue(DAOLI)]
    (receipt,) = receipts_of(office.store, [send(team, office)[1]], "2022-11-20T02:00:00+00:00")
    assert {delivery.complete for delivery in case_deliveries(team.store).values()} == {False}
    path = write_receipt(*receipt, tmp_path)
    assert "登记的问题、心愿等 2 件也已收到。" in str(shown(path, "回执"))
    assert take_back(team.store, path) == TakenReceipt(receipt[0], 0)
    assert {ident for ident, found in case_deliveries(team.store).items() if found.complete} == {*ids}
    team.registrar.change(ids[0], urgency="1")
    assert {ident: found.missing for ident, found in case_deliveries(team.store).items()} == {ids[0]: 1, ids[1]: 0}


def spoken(path: Path) -> bytes:
    """All bytes of a file, and of what is packed in it."""
    found = path.name.encode() + path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            found += b"".join(archive.read(name) for name in archive.namelist())
    return found


def carried(path: Path) -> str:
    """What the parcel in a workbook holds of cases, unpacked."""
    parcel = decode([[cell.value for cell in row] for row in load_workbook(path)["_zoufang"].iter_rows()])
    return str([parcel.case(ident) for ident in parcel.cases])


def test_no_file_tells_who_raised_an_issue_but_the_parcel_does(make_desk: MakeDesk, send, tmp_path: Path) -> None:
    team, there, office = make_desk("张三", 1), make_desk("李四", 1), make_desk("王五", 0)
    recorder = team.interview()
    recorder.answer("chair_post", "1")
    ident = team.answered(raiser_name=NAME, raiser_phone=PHONE, interview=recorder.interview.id)
    team.registrar.move(team.issue(DAOLI, raiser_name=NAME), "40", lead_department="zzb")
    team.register_id = "wishes"
    team.registrar.open("wish", HULAN, wish="想要一双防滑棉鞋", kind="3", wisher_name=NAME, wisher_phone=PHONE)
    team.register_id = "problems"
    send(team, there)
    there.registrar.change(ident, raiser_name=OTHER)
    team.registrar.change(ident, raiser_name=f"{NAME}（女）")
    disputed = send(there, office)[1]
    path, line = send(team, office)
    assert line.cases[0].conflicts + line.cases[1].conflicts + line.cases[2].conflicts == 1
    made = [path]
    sent = write_replies(office.store, tmp_path / "发回", counties=True)
    made += [one.path for one in sent]
    made.append(write_summary(office.store, tmp_path / "汇总.xlsx", drafts=True))
    made += [write_receipt(*one, tmp_path) for one in receipts_of(office.store, [line], "2022-11-20T02:00:00+00:00")]
    made.append(write_issue_list(chosen(office.store, Wanted(), office.today), office.today, tmp_path / "清单.csv"))
    for file_format in FORMATS:
        for data in export_data(office.store, tmp_path / file_format, file_format, with_sensitive=True, history=True):
            made += [one for one in data.folder.rglob("*") if one.is_file()]
    made += print_filled(office.store, tmp_path / "印", HULAN)
    made += print_blank(office.store, tmp_path / "空")
    made.append(write_counties(office.store, tmp_path / "一县一页.xlsx")[0])
    made += told_by_screens(office, tmp_path)
    if find_spec("docx") and find_spec("matplotlib"):  # the extra `report`
        made.append(write_report(office.store, tmp_path / "报告.docx", drafts=True))
    (report := tmp_path / "合并.json").write_text(MergeReport((disputed, line), ()).to_json(), "utf-8")
    made.append(report)
    assert {one.suffix for one in made} >= {".xlsx", ".html", ".txt", ".json", *(f".{one}" for one in FORMATS)}
    secrets = [word.encode(encoding) for word in (NAME, OTHER, PHONE) for encoding in ("utf-8", "gb18030", "utf-16-le")]
    secrets += ["".join(f"\\u{ord(letter):04x}" for letter in name).encode() for name in (NAME, OTHER)]
    for one in made:
        assert not [word for word in secrets if word in spoken(one)], one
    shown_text = load_text(made)
    assert "招聘年龄" in shown_text, "the problem itself is there"
    assert "办结率" in shown_text, "and the figures"
    # The parcels have it: of the team's workbook and of what goes back to it, of nobody else's.
    for one in (path, sent[0].path):
        assert NAME in carried(one)
        assert PHONE in carried(one)
    assert office.registrar.case(ident).value("raiser_phone") == PHONE
    (tmp_path / "漏.csv").write_text(f"编号,{NAME}", "gb18030")
    assert any(word in spoken(tmp_path / "漏.csv") for word in secrets), "the search sees what is there"


def told_by_screens(office: Desk, folder: Path) -> list[Path]:
    """The files that rooms of the app write: whom to chase, what was found, a table of the explorer."""
    store, now = office.store, office.now
    selection = Selection.of(store.form(), drafts=True)
    table = explore(store.conn, store.form(), selection, "chair_post", "city")
    text = chase_list(survey_coverage(store.conn, selection).whole.units, "县级工会", "2022", now)
    return [
        write_chase_list(folder, text, now),
        write_findings(examine(store, ""), {unit.code: unit for unit in store.units()}, folder / "质量.csv"),
        write_workbook(table, (), folder / "统计.xlsx", now, "县级工会"),
        write_csv(table, folder / "统计.csv"),
    ]


def load_text(paths: list[Path]) -> str:
    """What the workbooks show."""
    books = [CalamineWorkbook.from_path(str(path)) for path in paths if path.suffix == ".xlsx"]
    return str([book.get_sheet_by_name(name).to_python() for book in books for name in book.sheet_names])


def test_the_list_and_the_figures_on_the_command_line(make_desk: MakeDesk) -> None:
    office = make_desk("王五", 0)
    late = office.issue()
    office.registrar.move(late, "40", lead_department="zzb")
    office.issue(XIANGYANG, summary="招聘条件偏严：年龄35岁以下，希望放宽至40岁")
    done = office.answered(DAOLI)
    office.registrar.follow_up(done, satisfaction="1")
    office.wait(35)
    office.issue(DAOLI, summary="文化宫没有供暖，冬季开不了门", category="204")

    def listed(**wanted) -> list[str]:
        return [case.row.id for case in chosen(office.store, Wanted(**wanted), office.today)]

    assert len(listed()) == 4
    assert done not in listed(open=True)
    assert len(listed(open=True)) == 3
    assert listed(overdue=True) == [late]
    assert listed(soon=True) == []
    assert len(listed(team=8)) == len(listed(unit=XIANGYANG)) == 1
    told = list(lines(chosen(office.store, Wanted(), office.today), office.today))
    assert told[-1] == "共 4 件，有答复 1 件，逾期 1 件。"
    assert any("逾期5天" in line and "呼兰区" in line for line in told)
    told_figures = "\n".join(figure_lines(issue_tables(office.store, office.today)))
    for said in ("登记件：4", "办结率：25.0%", "满意率：100.0%", "招聘年龄条件偏严：件数3，占比75.0%", "逾期未答复：1"):
        assert said in told_figures
    number = office.registrar.case(late).numbers[0]
    assert f"【逾期清单】\n  {number} 社会化工会工作者招聘年龄限制在35岁，建议放宽到40岁（组织部" in told_figures
    assert "市（地）哈尔滨市，县（市、区）呼兰区，状态研究中，期限2022-12-03，逾期天数5" in told_figures
    assert "【反映比较多的类别（前十，按县数）】\n  招聘年龄条件偏严：县数3，市（地）数2，件数3" in told_figures
    alike = "\n".join(alike_lines(office.store))
    assert "第1组 2 件" in alike
    assert "文化宫" not in alike
    topic = office.registrar.open("topic", title="放宽社会化工会工作者招聘年龄限制到40岁", category="108").id
    assert [one.id for one in suggestions(office.store)[0].topics] == [topic]
