"""The register on the command line: the list, the replies, and taking them in; with real workbooks and workers."""

from click.testing import CliRunner

from exports.signing import laptop_key
from surveys.acts import Actor
from surveys.campaign import open_campaign
from surveys.register.registrar import Registrar
from tui.cli import main

SUMMARY = "社会化工会工作者招聘年龄限制在35岁，建议放宽到40岁"


def run(folder, *words):
    return CliRunner().invoke(main, ["--data", str(folder), *map(str, words)])


def registrar(store, who):
    return Registrar(store, Actor(who, int(store.setting("team")), store.setting("device_id")))


def test_an_issue_goes_to_the_office_and_its_reply_comes_back(tmp_path):
    team, office = tmp_path / "组", tmp_path / "省总"
    keys = {}
    for folder, number in ((team, 1), (office, 0)):
        with open_campaign(folder) as store:
            store.set_settings(team=str(number), device=folder.name, member="张三")
            keys[number] = laptop_key(store)[0]
    with open_campaign(team) as store:
        ident = (
            registrar(store, "张三")
            .open("issue", "230111", summary=SUMMARY, category="108", raised_by="2", source="3")
            .id
        )
    assert "G1-230111-0001　哈尔滨市呼兰区　招聘年龄条件偏严　已登记" in run(team, "issues").output
    assert run(office, "issues").output == "共 0 件，有答复 0 件，逾期 0 件。\n"
    assert run(office, "replies", "--out", tmp_path).output == "还没有登记任何问题，没有答复可以发回。\n"

    assert run(team, "export", "--out", tmp_path / "交").exit_code == 0
    assert run(office, "trust", keys[1].fingerprint).exit_code == 0
    merged = run(office, "merge", tmp_path / "交")
    assert "问题清单等登记新增 1 件" in merged.output
    listed = run(office, "issues", "--unit", "呼兰区", "--csv", tmp_path / "清单.csv")
    assert "共 1 件" in listed.output
    assert SUMMARY in (tmp_path / "清单.csv").read_text("utf-8-sig")
    assert "登记件：1" in run(office, "issues", "--stats").output
    assert "没有看到可能相同的问题" in run(office, "issues", "--alike").output

    with open_campaign(office) as store:
        registrar(store, "王五").move(ident, "30", reply="新办法已放宽到40岁", replier="省总", basis="3")
    written = run(office, "replies", "--out", tmp_path / "发回", "--counties")
    assert "第1组 1 件，有答复 1 件，校验码" in written.output
    (back,) = (tmp_path / "发回").glob("答复清单_第1组*.xlsx")
    refused = run(team, "receipt", back)
    assert refused.exit_code == 1
    assert "请打电话核对它的指纹" in refused.output
    assert run(team, "trust", keys[0].fingerprint).exit_code == 0
    assert "问题清单等登记更新 1 件" in run(team, "receipt", back).output
    assert "待回访" in run(team, "issues", "--open").output
    (county,) = (tmp_path / "发回").glob("答复清单_哈尔滨市呼兰区*.xlsx")
    assert "不是走访导出的工作簿" in run(team, "receipt", county).output


def test_choices_that_exclude_each_other_are_refused(tmp_path):
    assert run(tmp_path, "issues", "--stats", "--alike").exit_code == 1
    assert "--csv 只写清单" in run(tmp_path, "issues", "--stats", "--csv", tmp_path / "a.csv").output
    assert "没有代码或名称是“某某县”的单位" in run(tmp_path, "issues", "--unit", "某某县").output


def test_the_definition_is_written_edited_and_replaced(tmp_path):
    data, path = tmp_path / "数据", tmp_path / "问题.yaml"
    assert "problems　问题清单　版本 2022.11（自带）" in run(data, "register").output
    assert run(data, "register", "--export", path).exit_code == 0
    assert "没有改动" in run(data, "register", path).output
    edited = (
        path.read_text("utf-8")
        .replace('version: "2022.11"', 'version: "2023.1"')
        .replace("招聘年龄条件偏严", "招聘年龄")
    )
    path.write_text(edited, "utf-8")
    assert "已换用“问题清单”（problems 2023.1）" in run(data, "register", path).output
    with open_campaign(data) as store:
        store.set_settings(team="1", member="张三")
        registrar(store, "张三").open("issue", "230111", summary=SUMMARY, category="108", raised_by="2", source="3")
    assert "呼兰区　招聘年龄　已登记" in run(data, "issues").output
    assert "版本 2023.1　定义指纹" in run(data, "register").output
    assert run(data, "register", "--export", tmp_path / "再写.yaml").exit_code == 0
    assert "没有改动" in run(data, "register", tmp_path / "再写.yaml").output
    path.write_text(edited.replace('initial: "10"', 'initial: "11"'), "utf-8")
    refused = run(data, "register", path)
    assert refused.exit_code == 1
    assert f"{path.name}:" in refused.output
    assert "版本 2023.1" in run(data, "register").output
    assert "没有代号为“nix”的登记簿" in run(data, "register", "--export", path, "--id", "nix").output
