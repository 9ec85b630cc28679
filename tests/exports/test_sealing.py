"""A workbook whose seal is whole was not touched; whatever else it is, its sheets are looked at cell by cell."""

import io
import random
import re
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace

import pytest
from edited_books import changed, keys_of
from openpyxl.utils import get_column_letter

from exports.believing import NOBODY, Believed
from exports.encryption import decrypted, encrypt
from exports.hand_edits import HandEdits
from exports.manifest import decode
from exports.preflight import preflight
from exports.reading import Received, read_workbooks
from exports.sealing import TAIL, Enclosed, enclosed, may_be_sealed
from exports.signing import fingerprint, make_key
from exports.steady_zip import steady_member
from exports.workbook import export_team
from exports.worker import Reading, Task, read_parcel, read_sealed

Parts = dict[str, bytes]


@pytest.fixture(scope="module")
def good(small_path) -> bytes:
    return small_path.read_bytes()


@pytest.fixture(scope="module")
def whom(good) -> Believed:
    return believing(good)


def believing(data: bytes) -> Believed:
    """Who has approved the laptop that signed this."""
    manifest = hidden(data).manifest
    return Believed(manifest.app, {fingerprint(manifest.key): manifest.key}, frozenset(manifest.definitions))


def hidden(data: bytes):
    found = enclosed(data)
    assert found
    return decode(found.rows)


def looked_at(data: bytes, task: Task = Task.CHECK, whom: Believed = NOBODY) -> Reading:
    return read_parcel(data, task, preflight(io.BytesIO(data), len(data)), whom)


def parts_of(data: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(parts: Parts) -> bytes:
    """As the program does it: whoever changes a part so keeps every checksum of the zip right."""
    target, last = io.BytesIO(), [*parts][-1]
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            streamed = "worksheets/sheet" in name and name != last
            with archive.open(steady_member(name), "w", force_zip64=streamed) as member:
                member.write(content)
    return target.getvalue()


@pytest.mark.parametrize("which", ["small_path", "wide_path"])
@pytest.mark.parametrize("task", [Task.CHECK, Task.TAKE_BELIEVED])
def test_the_seal_says_what_looking_at_every_cell_says(which, task, request):
    data = request.getfixturevalue(which).read_bytes()
    whom = believing(data)
    assert read_sealed(data, task, whom) == looked_at(data, task, whom)
    assert may_be_sealed(data[-TAIL:])


def test_only_the_seal_of_an_approved_laptop_counts(good, whom):
    (digits,) = whom.keys
    assert read_sealed(good, Task.CHECK, replace(whom, keys={digits: ""}))  # approved in advance
    assert read_sealed(good, Task.CHECK, NOBODY) is None
    assert read_sealed(good, Task.CHECK, replace(whom, keys={digits: make_key("").public})) is None
    other = make_key("").public
    assert read_sealed(good, Task.CHECK, replace(whom, keys={fingerprint(other): other})) is None


def test_an_encrypted_workbook_is_sealed_inside(good, small_path, tmp_path, whom):
    encrypt(small_path, tmp_path / "x.xlsx", "密码")
    assert decrypted((tmp_path / "x.xlsx").read_bytes(), "密码") == good
    (result,) = read_workbooks([tmp_path / "x.xlsx"], passwords=lambda _: ["密码"], whom=whom)
    assert isinstance(result, Received)
    assert result.edits == HandEdits()


# ── whoever changes something breaks the seal, however right the rest is ──

WORKBOOK, RELATIONS = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"


def edited(name: str, old: bytes, new: bytes) -> Callable[[Parts], Parts]:
    def edit(parts: Parts) -> Parts:
        assert old in parts[name]
        return parts | {name: parts[name].replace(old, new, 1)}

    return edit


def swapped(name: str, one: bytes, other: bytes) -> Callable[[Parts], Parts]:
    def swap(parts: Parts) -> Parts:
        assert one in parts[name]
        assert other in parts[name]
        return parts | {name: parts[name].replace(one, b"\0").replace(other, one).replace(b"\0", other)}

    return swap


def first(more: Parts) -> Callable[[Parts], Parts]:
    return lambda parts: more | parts


def without(name: str) -> Callable[[Parts], Parts]:
    return lambda parts: {known: content for known, content in parts.items() if known != name}


def beside_the_hidden(parts: Parts) -> Parts:
    *_, last = parts
    return {last.replace("sheets/", "sheets/_rels/") + ".rels": b"<Relationships/>"} | parts


def last_first(parts: Parts) -> Parts:
    *_, last = parts
    return {last: parts[last]} | parts


CHANGES: dict[str, Callable[[Parts], Parts]] = {
    "a digit": edited("xl/worksheets/sheet3.xml", b"<v>14</v>", b"<v>41</v>"),
    "a word on the cover": edited("xl/worksheets/sheet1.xml", "交接".encode(), "交换".encode()),
    "a formula": edited("xl/worksheets/sheet3.xml", b"<v>14</v>", b"<f>7+7</f><v>14</v>"),
    "two sheets' names": swapped(WORKBOOK, "答卷".encode(), "编码".encode()),
    "where two sheets are": swapped(RELATIONS, b"sheet2.xml", b"sheet3.xml"),
    "a sheet hidden": edited(WORKBOOK, b'state="visible"', b'state="hidden"'),
    "a look": edited("xl/styles.xml", b"FFFFFF", b"000000"),
    "a kind of part": edited("[Content_Types].xml", b"worksheet+xml", b"chartsheet+xml"),
    "shared texts": first({"xl/sharedStrings.xml": b"<sst/>"}),
    "one more sheet": first({"xl/worksheets/sheet99.xml": b"<worksheet/>"}),
    "a part by another case": first({"xl/worksheets/Sheet3.xml": b"<worksheet/>"}),
    "relations of the hidden sheet": beside_the_hidden,
    "a part gone": without("xl/theme/theme1.xml"),
    "another order": last_first,
}


def test_the_same_parts_zipped_again_are_the_same_file(good):
    # Otherwise the changes below would be refused for how they are zipped.
    assert zipped(parts_of(good)) == good


@pytest.mark.parametrize("what", CHANGES)
def test_no_part_can_be_changed_added_or_left_out(what, good, whom):
    data = zipped(CHANGES[what](parts_of(good)))
    assert data != good
    assert read_sealed(data, Task.CHECK, whom) is None


@pytest.mark.parametrize("what", ["a digit", "two sheets' names", "where two sheets are", "one more sheet"])
def test_a_reader_that_believed_any_seal_would_not_see_it(what, good, whom, monkeypatch):
    # The negative control.
    monkeypatch.setattr(Enclosed, "check", lambda *_: None)
    assert read_sealed(zipped(CHANGES[what](parts_of(good))), Task.CHECK, whom)


def test_a_changed_digit_is_found_in_its_cell_in_the_same_run(good, small_path, whom, tmp_path):
    digit = tmp_path / "digit.xlsx"
    digit.write_bytes(zipped(CHANGES["a digit"](parts_of(good))))
    place = []

    def change(book):
        sheet = book["编码"]
        number, keys = keys_of(sheet)
        place.append(f"{get_column_letter(keys.index('people') + 1)}{number + 1}")
        sheet[place[0]] = 21

    saved = changed(small_path, tmp_path / "saved.xlsx", change)
    results = list(read_workbooks([small_path, digit, saved], whom=whom))
    found = [[(edit.sheet, edit.address, edit.was, edit.now) for edit in result.edits.edits] for result in results]
    assert found == [[], [("编码", "people", "14", "41")], [("编码", "people", "12", "21")]]
    assert results[2].edits.edits[0].cell == place[0]
    assert {result.parcel.manifest for result in results} == {results[0].parcel.manifest}


def test_the_hidden_sheet_of_one_export_does_not_seal_the_sheets_of_another(make_store, start, tmp_path):
    store = make_store("三组")
    recorder = start(store)
    recorder.answer("people", "12")
    before = export_team(store, tmp_path / "before").path.read_bytes()
    recorder.answer("people", "21")
    after = export_team(store, tmp_path / "after").path.read_bytes()
    assert parts_of(before).keys() == parts_of(after).keys()
    *_, last = parts_of(after)
    mixed = zipped(parts_of(before) | {last: parts_of(after)[last]})
    assert all(read_sealed(data, Task.CHECK, believing(after)) for data in (before, after))
    assert read_sealed(mixed, Task.CHECK, believing(after)) is None
    assert [(edit.was, edit.now) for edit in looked_at(mixed).edits.edits if edit.sheet == "编码"] == [("21", "12")]


# ── nothing in the file is left out, whatever another program may read first ──


def directory(data: bytes) -> tuple[int, list[bytes]]:
    """Where the directory begins, and its entries."""
    start = struct.unpack_from("<L", data, len(data) - 6)[0]
    return start, [b"PK\1\2" + entry for entry in data[start:-22].split(b"PK\1\2")[1:]]


def closed(body: bytes, entries: list[bytes], more: int = 0) -> bytes:
    size = len(b"".join(entries))
    end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, len(entries), len(entries), size, len(body) + more, 0)
    return body + b"".join(entries) + end


def moved(entry: bytes, place: int) -> bytes:
    return entry[:42] + struct.pack("<L", place) + entry[46:]


def place_of(entry: bytes) -> int:
    return int(struct.unpack_from("<L", entry, 42)[0])


def renamed(entry: bytes, name: bytes) -> bytes:
    assert len(name) == len(entry) - 46
    return entry[:46] + name


def first_entry_into_the_body(data: bytes) -> bytes:
    """The same bytes in the same order, but for the hidden part: a part less, which a careless digest would not see."""
    start, (gone, *kept, last) = directory(data)
    place = place_of(last)
    return closed(data[:place] + gone + data[place:start], [*kept, moved(last, place + len(gone))])


def two_parts_exchanged(data: bytes) -> bytes:
    start, entries = directory(data)
    one, other = 4, 5
    exchanged = [*entries]
    exchanged[one] = moved(entries[one], place_of(entries[other]))
    exchanged[other] = moved(entries[other], place_of(entries[one]))
    return closed(data[:start], exchanged)


def last_takes_anothers_name(data: bytes) -> bytes:
    start, (*kept, last) = directory(data)
    name = next(entry[46:] for entry in kept if len(entry) == len(last) and b"worksheets" in entry)
    body = bytearray(data[:start])
    place = place_of(last) + 30
    body[place : place + len(name)] = name
    return closed(bytes(body), [*kept, renamed(last, name)])


def gap_before_the_directory(data: bytes) -> bytes:
    start, entries = directory(data)
    return closed(data[:start] + b"gap", entries)


LAYOUTS: dict[str, Callable[[bytes], bytes]] = {
    "a comment": lambda data: data[:-2] + struct.pack("<H", 5) + b"hello",
    "something behind": lambda data: data + b"\0",
    "something before": lambda data: b"\0" * 8 + data,
    "two zips": lambda data: data + data,
    "an entry in the body": first_entry_into_the_body,
    "two parts exchanged": two_parts_exchanged,
    "another part's name": last_takes_anothers_name,
    "a gap": gap_before_the_directory,
    "cut off": lambda data: data[:-1],
    "nothing": lambda _: b"",
}


@pytest.mark.parametrize("what", LAYOUTS)
def test_no_byte_of_the_file_is_left_out(what, good, whom):
    assert closed(data := good[: directory(good)[0]], directory(good)[1]) == good
    assert data
    assert read_sealed(LAYOUTS[what](good), Task.CHECK, whom) is None


def mutated(data: bytes, chance: random.Random) -> bytes:
    """Something is changed, left out, doubled or exchanged, more often than not where zips keep their books."""
    books = [found.start() for found in re.finditer(rb"PK[\1\3\5][\2\4\6]", data)]
    place = (chance.choice(books) + chance.randrange(64)) % len(data) if chance.random() < 0.6 else 0
    place = place or chance.randrange(len(data))
    length = chance.choice((1, 1, 4, 30, 46, 400))
    piece, rest = data[place : place + length], data[place + length :]
    match chance.randrange(5):
        case 0:
            bit = 1 << chance.randrange(8)
            return data[:place] + bytes([data[place] ^ bit]) + data[place + 1 :]
        case 1:
            return data[:place] + rest
        case 2:
            return data[:place] + piece + piece + rest
        case 3:
            return data[:place] + chance.randbytes(len(piece)) + rest
        case _:
            other = chance.randrange(len(data))
            return data[:place] + data[other : other + length] + rest


def check_mutations(data: bytes, whom: Believed, count: int) -> None:
    *_, last = right = parts_of(data)
    content = hidden(data)
    taken = 0
    for number in range(count):
        changed = mutated(data, random.Random(number))
        if changed != data and read_sealed(changed, Task.CHECK, whom):
            taken += 1  # what is changed there means nothing: the rights of the hidden part, and the like
            assert parts_of(changed) == right
            assert replace(hidden(changed), views=()) == replace(content, views=())
    assert taken < count / 20, last


def test_mutations_are_never_taken_for_the_export(good, whom):
    check_mutations(good, whom, 600)


@pytest.mark.soak
def test_many_mutations_are_never_taken_for_the_export(good, whom):
    check_mutations(good, whom, 60_000)
