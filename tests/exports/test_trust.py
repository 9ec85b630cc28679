"""Whose workbooks an office takes: those of laptops it approved, or others at an express wish and marked for ever."""

import base64
import json

import pytest
from approving import KEYS, settle
from openpyxl import load_workbook

from exports.gate import Standing
from exports.manifest import SHEET, Manifest, decode, encode
from exports.merge_report import Outcome
from exports.merging import merge
from exports.rejections import Reason
from exports.signing import fingerprint, key_path, laptop_key, spaced
from exports.trust import State, TrustError, approve, digits_of, laptop, laptops, withdraw
from exports.workbook import export_team
from surveys.rescue import rescue
from surveys.store import Store

pytestmark = pytest.mark.usefixtures("read_here")


@pytest.fixture
def office(make_store):
    return make_store("省总", team=0)


@pytest.fixture
def stranger(make_store, start):
    """A laptop that nobody has approved, with an interview."""
    store = make_store("三组")
    key_path(store.path).unlink()
    start(store).answer("people", "12")
    return store


@pytest.fixture
def sent(stranger, tmp_path):
    return export_team(stranger, tmp_path / "收件箱")


def refused(store, path, **more):
    (line,) = merge(store, [path], **more).lines
    assert line.outcome is Outcome.REJECTED
    assert not store.workbook_known(line.sha256)
    return line


def taken(store, path, **more):
    (line,) = merge(store, [path], **more).lines
    assert line.merged, line.message
    return line


def test_an_unknown_laptop_is_refused_with_team_name_fingerprint_and_the_way_out(office, sent):
    line = refused(office, sent.path)
    assert line.reason is Reason.UNKNOWN_LAPTOP
    for words in ("还没有认可", "第3组", "三组的笔记本", sent.fingerprint, "zoufang trust", "没有读入"):
        assert words in line.message
    assert office.interviews() == []
    (waiting,) = [found for found in laptops(office) if found.state is State.WAITING]
    assert (spaced(waiting.fingerprint), waiting.team, waiting.name) == (sent.fingerprint, 3, "第3组 三组的笔记本")
    assert waiting.first_seen
    assert laptops(office)[0] == waiting  # what waits for a decision stands first


def test_once_approved_it_is_taken(office, sent):
    refused(office, sent.path)
    approve(office, digits_of(sent.fingerprint), "王五")
    line = taken(office, sent.path)
    assert (line.standing, [done.mark for done in line.interviews]) == (Standing.APPROVED, [""])
    found = laptop(office, digits_of(sent.fingerprint))
    assert (found.state, found.who) == (State.APPROVED, "王五")
    assert found.at


def test_it_may_be_approved_before_its_first_workbook_came(office, sent, stranger):
    assert approve(office, digits_of(sent.fingerprint)).who == "张三"  # whoever is at the office's laptop
    assert laptop(office, digits_of(sent.fingerprint)).name == "（还没有交来工作簿）"
    taken(office, sent.path)
    found = laptop(office, digits_of(sent.fingerprint))
    assert (found.key, found.device) == (laptop_key(stranger)[0].public, stranger.setting("device_id"))
    assert found.state is State.APPROVED


def test_what_is_withdrawn_is_taken_no_more_and_what_came_stays(office, sent, stranger, go_on, tmp_path):
    digits = digits_of(sent.fingerprint)
    approve(office, digits)
    taken(office, sent.path)
    withdraw(office, digits)
    go_on(stranger, stranger.interviews()[0].id).answer("people", "13")
    line = refused(office, export_team(stranger, tmp_path).path)
    assert "已撤销认可" in line.message
    assert office.interview(stranger.interviews()[0].id).answer("people").value == "12"
    approve(office, digits)
    taken(office, export_team(stranger, tmp_path).path)


def test_only_what_is_known_can_be_withdrawn(office):
    with pytest.raises(TrustError, match="没有指纹为 1234 5678 9012 的电脑"):
        withdraw(office, "123456789012")


@pytest.mark.parametrize("typed", ["123456789012", "1234 5678 9012", "1234-5678-9012", "１２３４　５６７８　９０１２"])
def test_a_fingerprint_may_be_written_as_people_write(typed):
    assert digits_of(typed) == "123456789012"


@pytest.mark.parametrize("typed", ["", "12345678901", "1234567890123", "12345678901a", "²²²²²²²²²²²²"])
def test_what_is_no_fingerprint_is_said_so(typed):
    with pytest.raises(TrustError, match="12 位数字"):
        digits_of(typed)


def test_the_express_wish_takes_it_and_marks_it_for_ever(office, sent):
    line = taken(office, sent.path, unverified=True)
    assert line.standing is Standing.UNAPPROVED
    assert [done.mark for done in line.interviews] == ["电脑未认可"]
    assert "电脑未认可，按要求收下并永远注明" in line.message
    approve(office, digits_of(sent.fingerprint))
    (row,) = office.workbooks()
    assert json.loads(row["report"])["standing"] == "unapproved"
    assert json.loads(row["report"])["interviews"][0]["mark"] == "电脑未认可"
    assert laptop(office, digits_of(sent.fingerprint)).state is State.APPROVED


def test_the_express_wish_changes_nothing_for_the_approved(office, make_store, start, tmp_path):
    team = make_store("四组")
    start(team)
    assert taken(office, export_team(team, tmp_path).path, unverified=True).standing is Standing.APPROVED


def test_ones_own_export_needs_no_approval(office, start, tmp_path):
    key_path(office.path).unlink()
    start(office)
    assert taken(office, export_team(office, tmp_path).path).standing is Standing.OWN


# ── workbooks that were tampered with ─────────────────────────────────────────────────


def rewritten(path, change):
    """The workbook with the rows of its hidden sheet changed."""
    book = load_workbook(path)
    sheet = book[SHEET]
    rows = change([[cell or "" for cell in row] for row in sheet.iter_rows(values_only=True)])
    sheet.delete_rows(1, sheet.max_row)
    for row in rows:
        sheet.append(row)
    book.save(path)
    return path


def stripped(rows):
    return [row for row in rows if row[0] != "signature"]


def of_another_team(rows) -> list[list[str]]:
    """A forger who knows the format: everything is right but the signature."""
    manifest = decode(rows).manifest
    forged = Manifest.from_json(manifest.to_json().replace('"team":3', '"team":4'))
    signature = base64.b64encode(bytes(64)).decode()
    texts = encode([("manifest", forged.to_json())], lambda _: b"")
    named = [row for row in texts if row[0] == "manifest"]
    kept = [row for row in stripped(rows) if row[0] != "manifest"]
    return [*kept, *named, ["signature", forged.sha256, "1/1", signature]]


CASES = pytest.mark.parametrize(
    ("change", "reason", "word", "standing"),
    [
        (stripped, Reason.UNSIGNED, "未签名", Standing.UNSIGNED),
        (of_another_team, Reason.BAD_SIGNATURE, "签名无效", Standing.INVALID),
    ],
    ids=["stripped", "forged"],
)


@CASES
def test_tampering_is_refused_by_its_right_name_even_of_an_approved_laptop(
    office, sent, change, reason, word, standing
):
    approve(office, digits_of(sent.fingerprint))
    line = refused(office, rewritten(sent.path, change))
    assert line.reason is reason
    assert word in line.message
    assert "zoufang merge --unverified" in line.message


@CASES
def test_tampering_is_taken_only_at_an_express_wish_and_marked(office, sent, change, reason, word, standing):
    line = taken(office, rewritten(sent.path, change), unverified=True)
    assert line.standing is standing
    assert [done.mark for done in line.interviews] == [word]


def test_the_same_rewriting_without_a_change_is_no_tampering(office, sent):
    approve(office, digits_of(sent.fingerprint))
    assert taken(office, rewritten(sent.path, lambda rows: rows)).standing is Standing.APPROVED


def test_a_forged_workbook_puts_no_laptop_on_the_list(office, sent):
    before = laptops(office)
    refused(office, rewritten(sent.path, of_another_team))
    assert laptops(office) == before


# ── other keys ────────────────────────────────────────────────────────────────────────


def test_a_new_key_of_the_same_laptop_is_told_and_must_be_approved_again(office, sent, stranger, go_on, tmp_path):
    approve(office, digits_of(sent.fingerprint))
    taken(office, sent.path)
    key_path(stranger.path).unlink()
    renewed = export_team(stranger, tmp_path)
    line = refused(office, renewed.path)
    changed = f"这台电脑换了签名钥匙（以前的指纹 {sent.fingerprint}，现在 {renewed.fingerprint}）"
    assert changed in line.message
    approve(office, digits_of(renewed.fingerprint))
    assert changed in taken(office, renewed.path).message
    go_on(stranger, stranger.interviews()[0].id).answer("people", "14")
    assert "换了签名钥匙" not in taken(office, export_team(stranger, tmp_path).path).message  # told once


def test_another_key_with_the_same_fingerprint_is_not_the_approved_laptop(office, sent, monkeypatch):
    digits = fingerprint(KEYS[0].public)
    assert laptop(office, digits).key == ""
    office.put(
        "laptops",
        (
            digits,
            KEYS[0].public,
            "d",
            "四组",
            4,
            "approved",
            "王五",
            "",
            "",
        ),
    )
    monkeypatch.setattr("exports.trust.fingerprint", lambda _: digits)  # as if somebody had found one
    line = refused(office, sent.path)
    assert line.reason is Reason.UNKNOWN_LAPTOP
    assert "伪造" in line.message
    assert laptop(office, digits).key == KEYS[0].public


def test_a_rescued_office_still_knows_its_laptops_and_what_they_sent(office, sent, stranger, go_on, tmp_path):
    approve(office, digits_of(sent.fingerprint))
    taken(office, sent.path)
    known = laptops(office)
    office.close()
    rescue(office.path, tmp_path / "救回" / "office.db", [])
    go_on(stranger, stranger.interviews()[0].id).answer("people", "13")
    with Store(tmp_path / "救回" / "office.db") as saved:
        assert laptops(saved) == known
        report = merge(saved, [export_team(stranger, tmp_path).path])
    assert [line.outcome for line in report.lines] == [Outcome.ADVANCED]
    assert report.chain_faults == ()


def test_hostile_names_are_shown_harmlessly(office, stranger, tmp_path):
    stranger.set_settings(device="三组\x1b[31m\n红")
    line = refused(office, export_team(stranger, tmp_path).path)
    assert "\x1b" not in line.message
    assert "\n" not in line.message
    assert all("\x1b" not in found.device_name for found in laptops(office))


def test_the_approving_of_the_tests_is_an_approving(make_store):
    store = make_store("三组")
    key = settle(store, 7)
    assert laptop(store, fingerprint(key.public)).state is State.APPROVED
