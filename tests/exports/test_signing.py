"""The laptop's own key: made silently, kept for one's own eyes, another one for another store."""

import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from exports import signing
from exports.signing import fingerprint, key_path, laptop_key, make_key, read_key, verify
from surveys.store import Store


@pytest.fixture
def store(make_store):
    """A laptop that has no key yet."""
    made = make_store("三组")
    key_path(made.path).unlink()
    return made


def test_the_key_is_made_once_and_told_once(store):
    assert read_key(store) is None
    key, news = laptop_key(store)
    assert key.fingerprint in news
    assert laptop_key(store) == (key, "")
    assert read_key(store) == key


def test_it_is_for_ones_own_eyes_and_not_in_the_database(store):
    key, _ = laptop_key(store)
    if os.name == "posix":
        assert stat.S_IMODE(key_path(store.path).stat().st_mode) == 0o600
    store.close()
    assert key.private.encode() not in store.path.read_bytes()
    assert key.private not in repr(key)
    assert not list(store.path.parent.glob(".*"))


def test_what_it_signs_is_known_by_the_public_half_alone(store):
    key, _ = laptop_key(store)
    signature = key.sign("十二人")
    assert verify(key.public, "十二人", signature)
    assert not verify(key.public, "十三人", signature)
    assert not verify(make_key("d").public, "十二人", signature)
    assert not verify(key.public, "十二人", b"short")
    assert not verify("00", "十二人", signature)


def test_the_fingerprint_is_twelve_digits_that_follow_the_key():
    digits = {fingerprint(make_key("d").public) for _ in range(50)}
    assert len(digits) == 50
    assert all(len(number) == 12 and number.isdigit() for number in digits)
    key = signing.LaptopKey("d", "00" * 32, "")
    assert key.fingerprint == signing.spaced(fingerprint("00" * 32))
    assert [len(part) for part in key.fingerprint.split(" ")] == [4, 4, 4]


def test_a_store_that_became_another_device_gets_another_key(store):
    former, _ = laptop_key(store)
    store.set_settings(device_id="another")
    assert read_key(store) is None
    key, news = laptop_key(store)
    assert key.public != former.public
    assert "另一份数据" in news
    assert key.fingerprint in news


def test_a_copied_database_is_not_the_same_laptop(store, tmp_path):
    key, _ = laptop_key(store)
    store.close()
    shutil.copy(store.path, tmp_path / "copy.db")
    with Store(tmp_path / "copy.db") as copy:
        assert laptop_key(copy)[0].public != key.public


@pytest.mark.parametrize("damage", ["{", "", "[]", '{"crc": 1}'])
def test_a_damaged_key_is_replaced_and_told(store, damage):
    former, _ = laptop_key(store)
    key_path(store.path).write_text(damage)
    key, news = laptop_key(store)
    assert key.public != former.public
    assert "损坏" in news
    assert laptop_key(store) == (key, "")


def test_a_single_changed_letter_of_the_key_is_damage(store):
    laptop_key(store)
    path = key_path(store.path)
    text = path.read_text()
    for field in ("public", "private"):
        letters = list(text)
        place = text.index(json.loads(text)[field]) + 7
        letters[place] = "0" if letters[place] != "0" else "1"
        path.write_text("".join(letters))
        assert read_key(store) is None
    path.write_text(text)
    assert read_key(store) is not None


def test_a_lost_key_is_told_as_lost_once_something_was_exported(store, start, tmp_path):
    from exports.workbook import export_team

    start(store).answer("people", "12")
    first = export_team(store, tmp_path)
    assert first.fingerprint in first.news
    key_path(store.path).unlink()
    again = export_team(store, tmp_path)
    assert again.fingerprint != first.fingerprint
    assert "不见了" in again.news
    assert again.fingerprint in again.news
    assert export_team(store, tmp_path).news == ""


def test_a_folder_that_takes_no_key_still_hands_over(store, start, tmp_path, monkeypatch):
    from exports.workbook import export_team

    def full(*_):
        raise OSError(28, "No space left on device")

    start(store).answer("people", "12")
    monkeypatch.setattr(signing, "sync_file", full)
    export = export_team(store, tmp_path)
    assert export.path.exists()
    assert "没有存下来" in export.news
    assert not key_path(store.path).exists()
    assert not list(store.path.parent.glob(".*"))


def test_a_store_that_is_only_read_keeps_no_key(store):
    store.close()
    with Store(store.path, read_only=True) as looking:
        assert "没有存下来" in laptop_key(looking)[1]
    assert not key_path(store.path).exists()


def test_showing_a_fingerprint_that_is_there_needs_no_cryptography(store, tmp_path):
    laptop_key(store)
    store.close()
    said = """if True:
        import sys
        from pathlib import Path
        from exports.signing import laptop_key
        from exports.trust import laptops
        from surveys.store import Store
        with Store(Path(sys.argv[1])) as store:
            print(laptop_key(store)[0].fingerprint, laptops(store)[:0], "cryptography" in sys.modules)"""
    run = subprocess.run([sys.executable, "-c", said, store.path], capture_output=True, text=True, cwd=_ROOT)
    assert run.stdout.endswith("[] False\n"), run.stderr


_ROOT = Path(__file__).parents[2]
