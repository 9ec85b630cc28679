"""The exports of a laptop name one another: what is missing or went on in two places shows, and is never refused."""

import shutil

import pytest
from definitions import VISIT

from exports import workbook
from exports.chain import faults, record
from exports.check_codes import check_code
from exports.manifest import UNLINKED
from exports.merge_report import Outcome
from exports.merging import merge
from exports.signing import fingerprint, key_path
from exports.trust import approve
from exports.workbook import export_team
from surveys.store import Store, StoreError

pytestmark = pytest.mark.usefixtures("read_here")


@pytest.fixture
def office(make_store):
    return make_store("省总", team=0)


@pytest.fixture
def team(make_store, start):
    store = make_store("三组")
    start(store).answer("people", "1")
    return store


@pytest.fixture
def handed_over(team, go_on, tmp_path):
    """Answer something and export, so many times; the paths in order."""

    def hand_over(times: int, store: Store = team):
        paths = []
        for number in range(times):
            go_on(store, store.interviews()[0].id).answer("people", str(store.last_event()))
            paths.append(export_team(store, tmp_path / store.path.stem / str(number)).path)
        return paths

    return hand_over


def manifest_of(path):
    return workbook.read_workbook(path).parcel.manifest


def test_each_export_names_the_one_before(handed_over):
    one, two, three = map(manifest_of, handed_over(3))
    assert (one.previous, two.previous, three.previous) == ("", one.sha256, two.sha256)


def test_the_same_content_gives_the_same_file_again(team, handed_over, tmp_path):
    path = handed_over(2)[-1]
    again = export_team(team, path.parent)
    assert (again.path, again.written) == (path, False)
    elsewhere = export_team(team, tmp_path / "U盘")
    assert elsewhere.path.read_bytes() == path.read_bytes()


def test_going_back_to_what_was_is_a_third_export(team, tmp_path):
    first = manifest_of(export_team(team, tmp_path).path)
    team.set_settings(device="换了名字")
    second = manifest_of(export_team(team, tmp_path).path)
    team.set_settings(device="三组的笔记本")
    third = manifest_of(export_team(team, tmp_path).path)
    assert third.previous == second.sha256
    assert third.sha256 != first.sha256


def test_every_survey_has_a_chain_of_its_own(make_store, start, tmp_path):
    store = make_store("四组")
    store.install(VISIT, [], [])
    start(store)
    start(store, survey=VISIT.id)
    manifests = [manifest_of(export_team(store, tmp_path, survey).path) for survey in ("small", VISIT.id)]
    assert [manifest.previous for manifest in manifests] == ["", ""]


def test_a_whole_chain_is_no_fault_in_any_order(office, make_store, handed_over):
    paths = handed_over(3)
    assert merge(office, paths).chain_faults == ()
    assert merge(make_store("省总二", team=0), paths[::-1]).chain_faults == ()


def test_a_missing_hand_over_is_told_and_nothing_is_refused(office, handed_over):
    first, missing, last = handed_over(3)
    assert merge(office, [first]).chain_faults == ()
    report = merge(office, [last])
    (fault,) = report.chain_faults
    assert "缺少一次交接" in fault
    assert manifest_of(missing).check_code in fault
    assert "第3组 三组的笔记本" in fault
    assert [line.outcome for line in report.lines] == [Outcome.ADVANCED]
    assert merge(office, [missing]).chain_faults == ()  # it was only late


def test_a_folder_that_was_copied_and_went_on_in_two_places_is_told(office, team, handed_over, tmp_path):
    first = handed_over(1)
    copied = tmp_path / "拷贝" / team.path.name
    copied.parent.mkdir()
    team.close()
    for path in (team.path, key_path(team.path)):
        shutil.copy(path, copied.with_suffix(path.suffix))
    with Store(team.path) as here, Store(copied) as there:
        here.set_settings(device="甲")
        there.set_settings(device="乙")
        both = [*handed_over(1, here), export_team(there, tmp_path / "乙").path]
    report = merge(office, [*first, *both])
    (fault,) = report.chain_faults
    assert "同一台电脑有两条交接" in fault
    assert all(manifest_of(path).check_code in fault for path in both)
    assert report.rejected == ()
    assert merge(office, [*first, *both]).chain_faults == ()  # nothing new came


def test_the_first_exports_of_a_copy_are_a_fork_too(office, team, tmp_path):
    copied = tmp_path / "拷贝" / team.path.name
    copied.parent.mkdir()
    team.close()
    for path in (team.path, key_path(team.path)):
        shutil.copy(path, copied.with_suffix(path.suffix))
    with Store(team.path) as here, Store(copied) as there:
        there.set_settings(device="乙")
        paths = [export_team(store, tmp_path / str(number)).path for number, store in enumerate((here, there))]
    assert len(merge(office, paths).chain_faults) == 1


def test_an_older_workbook_after_a_newer_one_is_known_already_and_called_older(office, handed_over):
    older, newer = handed_over(2)
    merge(office, [newer])
    before = office.history_digest()
    (line,) = merge(office, [older]).lines
    assert line.outcome is Outcome.KNOWN
    assert "是这台电脑较早导出的一本" in line.message
    assert office.history_digest() == before
    assert "较早" not in merge(office, handed_over(1)).lines[0].message


def test_a_lost_key_does_not_break_the_chain(office, team, handed_over):
    first = handed_over(1)
    key_path(team.path).unlink()
    second = handed_over(1)
    assert manifest_of(second[0]).previous == manifest_of(first[0]).sha256
    approve(office, fingerprint(manifest_of(second[0]).key))
    assert merge(office, [*first, *second]).chain_faults == ()


def test_a_store_that_is_only_read_hands_over_without_a_place_in_the_chain(office, team, handed_over, go_on, tmp_path):
    path = handed_over(1)[0]
    team.close()
    with Store(team.path, read_only=True) as looking:
        assert export_team(looking, tmp_path / "只读").path.read_bytes() == path.read_bytes()  # nothing is new
    with Store(team.path) as writing:
        go_on(writing, writing.interviews()[0].id).answer("people", "77")
    with Store(team.path, read_only=True) as looking:
        unlinked = export_team(looking, tmp_path / "只读").path
    assert manifest_of(unlinked).previous == UNLINKED
    with Store(team.path) as writing:
        linked = export_team(writing, tmp_path).path
    assert merge(office, [path, unlinked, linked]).chain_faults == ()


def test_a_full_disk_hands_over_without_a_place_in_the_chain(team, tmp_path, monkeypatch):
    def full(*_, **__):
        raise StoreError("磁盘已满")

    monkeypatch.setattr("exports.chain.record", full)
    assert manifest_of(export_team(team, tmp_path).path).previous == UNLINKED


@pytest.mark.parametrize(("vouched", "count"), [(True, 1), (False, 0)])
def test_what_an_unsigned_workbook_says_of_its_place_counts_for_nothing(office, handed_over, vouched, count):
    manifest = manifest_of(handed_over(2)[1])
    record(office, manifest, "unsigned", vouched=vouched)
    assert len(list(faults(office, manifest.device, manifest.survey))) == count


def test_what_came_unsigned_is_not_missing(office, handed_over):
    one, two = map(manifest_of, handed_over(2))
    record(office, one, "unsigned", vouched=False)
    record(office, two, "approved")
    assert list(faults(office, two.device, two.survey)) == []


def test_the_check_code_of_a_fault_is_the_one_on_the_cover(handed_over):
    one, two = map(manifest_of, handed_over(2))
    assert check_code(two.previous) == one.check_code
