"""Whose projections an office believes, and what finds them out if they are wrong."""

import base64
import json
import zlib
from dataclasses import replace

import pytest
from desks import unpacked
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from exports.believing import NOBODY, Believed
from exports.gate import Gate
from exports.manifest import SHEET, Manifest, ManifestError, Signature, decode
from exports.merging import merge
from exports.parcel_histories import Unfit, interview_columns, interview_events, is_line
from exports.preparing import Preparer
from exports.signing import fingerprint, laptop_key
from exports.trust import approve, digits_of, withdraw
from exports.version import app_version
from exports.workbook import export_team
from exports.worker import Task, read_parcel
from surveys.arriving import event_rows
from surveys.content import content_digest
from surveys.doctor import examine
from surveys.history import history_json
from surveys.projection import read_projection


@pytest.fixture
def office(make_store):
    return make_store("省总", team=0)


@pytest.fixture
def team(make_store, start, fill):
    """A laptop with a filled interview, a begun one and a void one."""
    store = make_store("三组")
    fill(start(store))
    start(store, "231081").answer("people", "12")
    start(store, "231081").void("误建")
    return store


@pytest.fixture
def liar(team):
    """The same laptop, whose tables say something else than its histories (and their checksums are right)."""
    first = min(row.id for row in team.interviews())
    with team.transaction():
        team.put("answers", (first, "people", "999999", "answered", 0))
    return team


def digits(store):
    return digits_of(laptop_key(store)[0].fingerprint)


def ready(path, task=Task.TAKE_BELIEVED, whom=NOBODY):
    return read_parcel(path.read_bytes(), task, (), whom).arrivals


def test_what_is_believed_is_what_evaluating_gives(office, team, tmp_path):
    path = export_team(team, tmp_path).path
    believed = ready(path, whom=Gate(office).believed())
    assert len(believed) == 3
    assert believed == ready(path, Task.TAKE_IN)
    assert ready(path) == {}  # of nobody nothing is


def test_an_approved_laptops_wrong_projection_is_taken_and_the_doctor_finds_it(office, liar, tmp_path):
    (line,) = merge(office, [export_team(liar, tmp_path / "收件箱").path]).lines
    assert line.merged
    asked = "SELECT value FROM answers WHERE cell = 'people' AND value = '999999'"
    assert office.conn.execute(asked).fetchall()
    path = office.path
    office.close()
    (found,) = examine(path).unlike
    assert "的答案与记录不符" in found


def test_an_unapproved_laptops_projection_is_never_used(office, liar, tmp_path, monkeypatch):
    path = export_team(liar, tmp_path / "收件箱").path
    withdraw(office, digits(liar))
    whom = Gate(office).believed()
    assert ready(path, whom=whom) == {}
    monkeypatch.setattr(Believed, "projections_of", lambda *_: True)  # without the check it would be
    assert any(row[2] == "999999" for one in ready(path, whom=whom).values() for row in unpacked(one)[1])
    monkeypatch.undo()
    (line,) = merge(office, [path], unverified=True).lines
    assert line.merged
    store = office.path
    office.close()
    assert examine(store).well


def test_what_is_here_already_is_evaluated(office, team, go_on, make_store, tmp_path):
    merge(office, [export_team(team, tmp_path / "甲").path])
    first = min(row.id for row in team.interviews())
    go_on(team, first).remark("people", "又核对过")
    with team.transaction():
        team.put("answers", (first, "people", "999999", "answered", 0))
    merge(office, [export_team(team, tmp_path / "乙").path])
    store = office.path
    office.close()
    assert examine(store).well


def test_believing_and_evaluating_give_one_office(office, make_store, team, tmp_path):
    other = make_store("另一个省总", team=0)
    path = export_team(team, tmp_path / "收件箱").path
    withdraw(other, digits(team))
    merge(office, [path])
    merge(other, [path], unverified=True)
    assert content_digest(office) == content_digest(other)


KEY = "ab" * 32
MANIFEST = Manifest("1.2", "small", "1", "d", 3, "第3组", "x", "", "", 1, "", key=KEY)
WHOM = Believed("1.2", {fingerprint(KEY): KEY}, ())


def test_only_a_valid_signature_by_an_approved_key_of_the_same_program_counts():
    assert WHOM.projections_of(MANIFEST, Signature.VALID)
    assert replace(WHOM, keys={fingerprint(KEY): ""}).projections_of(MANIFEST, Signature.VALID)  # approved in advance
    assert not WHOM.projections_of(MANIFEST, Signature.INVALID)
    assert not WHOM.projections_of(MANIFEST, Signature.MISSING)
    assert not WHOM.projections_of(replace(MANIFEST, app="1.3"), Signature.VALID)
    assert not WHOM.projections_of(replace(MANIFEST, key="cd" * 32), Signature.VALID)
    assert not replace(WHOM, keys={fingerprint(KEY): "cd" * 32}).projections_of(MANIFEST, Signature.VALID)
    assert not NOBODY.projections_of(MANIFEST, Signature.VALID)


def test_an_office_believes_the_approved_and_itself(office, team):
    key = laptop_key(team)[0].public
    own = laptop_key(office)[0].public
    believed = Gate(office).believed()
    assert believed.keys[digits(team)] in ("", key)
    assert believed.keys[fingerprint(own)] == own
    assert (believed.app, believed.definitions) == (app_version(), office.definitions())
    withdraw(office, digits(team))
    assert digits(team) not in Gate(office).believed().keys
    approve(office, digits(team))
    assert digits(team) in Gate(office).believed().keys


def test_of_an_unknown_definition_nothing_is_believed(office, team, tmp_path):
    whom = replace(Gate(office).believed(), definitions=frozenset({"another"}))
    assert ready(export_team(team, tmp_path).path, whom=whom) == {}


ROW = ["i", "231002", "2022", "d", "draft", 1, 2, 0, 0, "", 3, "x", "甲", "2022"]


@pytest.mark.parametrize(
    "said",
    [
        [ROW[:-1], []],
        [[*ROW[:-1], 1], []],
        [ROW, [["a", "1", "answered"]]],
        [ROW, [["a", "1", "answered", 0], ["a", "2", "answered", 0]]],
        [ROW, [["a", "1", "nonsense", 0]]],
        [ROW, [["a", "1", "answered", True]]],
        [ROW, [["a", 1, "answered", 0]]],
        [ROW, [["a", "\ud800", "answered", 0]]],
        [ROW, [["a", "\x00", "answered", 0]]],
        [[*ROW[:5], 2**63, *ROW[6:]], []],
        [ROW],
        {},
    ],
)
def test_what_no_table_could_hold_is_no_projection(said):
    with pytest.raises((ValueError, TypeError)):
        read_projection(json.dumps(said))


def test_that_is_a_projection():
    row, answers = read_projection(json.dumps([ROW, [["a", "1", "answered", 0]]]))
    assert (list(row), [*zip(*answers, strict=True)]) == (ROW, [("i", "a", "1", "answered", 0)])
    assert not any(read_projection(json.dumps([ROW, []]))[1])


# ── the quick look at a history is as strict as the whole one ──


def looked_at(store, text, ident):
    row = store.interview_row(ident)
    asked = (ident, row.unit, len(store.events(ident)), {row.survey})
    try:
        whole = event_rows(interview_events(text, *asked))
    except Unfit:
        whole = None
    try:
        rows = [*zip(*interview_columns(text, *asked), strict=True)]
        return rows if is_line(text, *asked) else None, whole
    except Unfit:
        return None, whole


def test_both_looks_at_a_history_give_the_same_rows(team):
    for row in team.interviews():
        quick, whole = looked_at(team, history_json(team.events(row.id)), row.id)
        assert quick == whole
        assert quick is not None


VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.just(2**63),
    st.text(max_size=3),
    st.sampled_from(["\x00", "\r", "\ud800"]),
)


@pytest.fixture
def told(team):
    ident = max(row.id for row in team.interviews())
    return team, ident, json.loads(history_json(team.events(ident)))


def test_the_quick_look_takes_nothing_that_the_whole_one_refuses(told):
    team, ident, rows = told
    passed = []

    @given(st.integers(0, len(rows) - 1), st.integers(0, 14), st.one_of(VALUES, st.lists(VALUES, max_size=2)))
    def check(number, column, value):
        changed = [list(row) for row in rows]
        changed[number][column] = value
        quick, whole = looked_at(team, json.dumps(changed, ensure_ascii=False, separators=(",", ":")), ident)
        assert quick is None or quick == whole
        passed.append(quick is not None)

    check()
    assert not all(passed)
    sound = json.dumps(rows, ensure_ascii=False, separators=(",", ":"))
    assert looked_at(team, sound, ident)[0] is not None, "what nobody changed is taken"


def test_a_projection_that_is_not_what_was_signed_refuses_the_workbook(office, team, tmp_path):
    book = load_workbook(export_team(team, tmp_path).path)
    rows = [[cell or "" for cell in row] for row in book[SHEET].iter_rows(values_only=True)]
    whom = Gate(office).believed()
    decode(rows, preparer := Preparer(whom, evaluating=False))
    assert len(preparer.arrivals) == 3
    row = next(row for row in rows if row[0] == "projection")
    other = json.dumps([ROW, []])
    row[2:4] = ["1/1", base64.b64encode(zlib.compress(other.encode())).decode()]
    with pytest.raises(ManifestError, match="与它的校验值不符"):
        decode(rows, Preparer(whom, evaluating=False))
    rows.remove(row)
    with pytest.raises(ManifestError, match="缺少"):
        decode(rows, Preparer(whom, evaluating=False))
