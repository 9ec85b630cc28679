"""Workbooks with an opening password: nothing of them can be read without it, and everything with it."""

import io
import random
import zipfile

import pytest
from msoffcrypto.method.ecma376_agile import ECMA376Agile

from exports.encryption import decrypted, encrypt
from exports.merge_report import Outcome
from exports.merging import merge
from exports.reading import Known, Received, read_workbook, read_workbooks
from exports.rejections import Reason, Refused, Rejection
from exports.workbook import export_team

PASSWORD = "工会 2022"


@pytest.fixture
def team(make_store, start):
    store = make_store("三组")
    start(store).answer("people", "12")
    return store


@pytest.fixture(scope="session")
def locked(tmp_path_factory, original) -> bytes:
    """The bytes of an encrypted workbook."""
    folder = tmp_path_factory.mktemp("locked")
    (folder / "plain.xlsx").write_bytes(original)
    encrypt(folder / "plain.xlsx", folder / "locked.xlsx", PASSWORD)
    return (folder / "locked.xlsx").read_bytes()


def test_it_is_the_same_workbook_with_the_password_and_none_without(locked, original, put):
    assert not zipfile.is_zipfile(io.BytesIO(locked))
    assert decrypted(locked, PASSWORD) == original
    path = put("加密.xlsx", locked)
    with_it, without = read_workbook(path, PASSWORD), read_workbook(path)
    assert isinstance(with_it, Received)
    assert with_it.parcel.manifest == read_workbook(put("明文.xlsx", original)).parcel.manifest
    assert isinstance(without, Rejection)
    assert without.reason is Reason.ENCRYPTED
    assert "打开密码" in without.message


def test_a_wrong_password_is_said_to_be_wrong(locked):
    with pytest.raises(Refused, match="不对"):
        decrypted(locked, "工会2022")


def test_the_export_is_encrypted_and_leaves_no_plain_text(team, tmp_path):
    plain = export_team(team, tmp_path / "明文")
    export = export_team(team, tmp_path / "U盘", password=PASSWORD)
    assert export.path.stem == f"{plain.path.stem}_加密"
    assert export.check_code == plain.check_code  # the same content, so the same hand-over
    assert [path.name for path in export.path.parent.iterdir()] == [export.path.name]
    assert decrypted(export.path.read_bytes(), PASSWORD) == plain.path.read_bytes()


def test_passwords_are_tried_until_one_opens(locked, put):
    tried = []

    def passwords(path):
        for password in ("一", "二", PASSWORD, "四"):
            tried.append((path.name, password))
            yield password

    (result,) = read_workbooks([put("加密.xlsx", locked)], passwords=passwords)
    assert isinstance(result, Received)
    assert [password for _, password in tried] == ["一", "二", PASSWORD]
    assert {name for name, _ in tried} == {"加密.xlsx"}


def test_one_that_nobody_can_open_costs_only_itself(locked, original, put):
    paths = [put("a.xlsx", original), put("b.xlsx", locked), put("c.xlsx", original)]
    results = list(read_workbooks(paths, passwords=lambda _: ["错"]))
    assert [type(result) for result in results] == [Received, Rejection, Received]
    assert results[1].reason is Reason.ENCRYPTED


def test_merged_once_it_is_known_without_its_password(make_store, team, tmp_path):
    office, asked = make_store("省总", team=0), []

    def passwords(path):
        asked.append(path)
        return [PASSWORD]

    plain = export_team(team, tmp_path / "明文").path
    path = export_team(team, tmp_path / "U盘", password=PASSWORD).path
    assert merge(office, [path], passwords=passwords).lines[0].outcome is Outcome.NEW
    assert merge(office, [path], passwords=passwords).lines[0].outcome is Outcome.KNOWN
    assert len(asked) == 1
    (result,) = read_workbooks([path], known=office.workbook_known)
    assert isinstance(result, Known)
    assert merge(office, [plain]).lines[0].outcome is Outcome.KNOWN  # the same hand-over in the clear
    assert office.history_digest() == team.history_digest()


def flipped(data: bytes, place: int) -> bytes:
    return data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :]


def test_a_flipped_bit_or_a_lost_end_never_gives_another_workbook(locked, original):
    chance, refused = random.Random(4), 0
    cases = [flipped(locked, chance.randrange(len(locked))) for _ in range(8)]
    cases += [locked[: chance.randrange(len(locked))] for _ in range(2)]
    for case in cases:
        try:
            plain = decrypted(case, PASSWORD)
        except Exception:  # the library has many ways to say it; the worker calls them all damaged
            refused += 1
        else:
            assert plain == original  # a bit that means nothing
    assert refused > 5


def test_what_was_damaged_is_refused_as_damaged(locked, put):
    at = len(locked) // 2
    result = read_workbook(put("坏.xlsx", flipped(locked, at)), PASSWORD)
    assert isinstance(result, Rejection)
    assert result.reason is Reason.DAMAGED


def test_what_comes_out_is_looked_at_like_any_file(tmp_path, rezipped, original):
    plain, path = tmp_path / "plain.xlsx", tmp_path / "宏.xlsx"
    plain.write_bytes(rezipped(original, extra={"xl/vbaProject.bin": b"x"}))
    encrypt(plain, path, PASSWORD)
    result = read_workbook(path, PASSWORD)
    assert isinstance(result, Rejection)
    assert result.reason is Reason.MACROS


@pytest.mark.soak
def test_a_file_that_asks_for_endless_work_is_stopped(tmp_path, original, put, monkeypatch):
    quick = ECMA376Agile._derive_iterated_hash_from_password
    with monkeypatch.context() as patch:  # this side of it does one of the ten million rounds it names
        patch.setattr(
            ECMA376Agile, "_derive_iterated_hash_from_password", staticmethod(lambda *given: quick(*given[:3], 1))
        )
        hostile = ECMA376Agile.encrypt(PASSWORD, io.BytesIO(original), spin_count=10_000_000)
    result = read_workbook(put("慢.xlsx", hostile), PASSWORD)
    assert isinstance(result, Rejection)
    assert result.reason is Reason.HOSTILE
