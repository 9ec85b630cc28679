"""The parcel: exact, order-free, and refused when a single letter of it is changed."""

import base64
import json
import random
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from exports.check_codes import LETTERS, check_code
from exports.manifest import (
    CaseEntry,
    Entry,
    Manifest,
    ManifestError,
    NewerFormatError,
    Signature,
    decode,
    encode,
    sha256,
)
from exports.signing import make_key
from surveys.history import Event, Kind, history_json

DEFINITION = '{"id":"small"}'
KEY = make_key("d")


def event(interview: str, number: int, **more) -> Event:
    parents = () if number == 0 else (f"{interview}-{number - 1}",)
    plain = {
        "kind": Kind.ANSWERED,
        "cell": "q",
        "who": "张三",
        "team": 3,
        "device": "d",
        "at": "2022-11-18T11:30:00.000Z",
    }
    return Event(
        **{"id": f"{interview}-{number}", "parents": parents, "interview": interview, "seq": number, **plain, **more}
    )


def history(interview: str, *values: str) -> list[Event]:
    opened = event(interview, 0, kind=Kind.OPENED, cell="231002", value=sha256(DEFINITION), note="2022")
    return [opened, *(event(interview, number, value=value) for number, value in enumerate(values, 1))]


def parcel(*histories: list[Event], **more) -> tuple[Manifest, list[list[str]]]:
    texts = [history_json(events) for events in histories]
    entries = tuple(
        Entry(events[0].interview, "231002", "2022", len(events), sha256(text))
        for events, text in zip(histories, texts, strict=True)
    )
    digest = sha256(DEFINITION)
    plain = {
        "app": "1",
        "survey": "small",
        "version": "1",
        "digest": digest,
        "team": 3,
        "team_name": "第3组",
        "device": "d",
    }
    plain |= {
        "device_name": "",
        "member": "",
        "revision": 1,
        "made": "2022-11-18T11:30:00.000Z",
        "definitions": (digest,),
        "key": KEY.public,
    }
    manifest = Manifest(**{**plain, "interviews": entries, **more})
    named = [("definition", DEFINITION), *(("history", text) for text in texts), ("manifest", manifest.to_json())]
    return manifest, list(encode(named, KEY.sign))


SAYABLE = st.text(
    st.characters(
        exclude_categories=["Cs", "Cc"], exclude_characters="".join(map(chr, [*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF]))
    ),
    max_size=200,
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(SAYABLE, max_size=5), max_size=4), st.randoms())
def test_what_goes_in_comes_out_whatever_the_order_of_the_rows(said, chance):
    histories = [history(f"i{number}", *values) for number, values in enumerate(said)]
    manifest, rows = parcel(*histories)
    chance.shuffle(rows)
    taken = decode(rows)
    assert taken.manifest == manifest
    assert [taken.events(entry.id) for entry in manifest.interviews] == histories
    assert taken.definitions == {sha256(DEFINITION): DEFINITION}


def content(taken):
    """What a parcel says: a deflate stream has bits that mean nothing, so the same text may be packed another way."""
    return taken.manifest, taken.definitions, {ident: taken.events(ident) for ident in taken.histories}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_a_changed_letter_is_never_accepted_as_another_content(data):
    _, rows = parcel(history("i1", "十二人", "12"), history("i2", "x" * 500))
    number = data.draw(st.integers(0, len(rows) - 1))
    column = data.draw(st.integers(0, 3))
    if not rows[number][column]:
        return
    place = data.draw(st.integers(0, len(rows[number][column]) - 1))
    letter = data.draw(st.sampled_from("abzAZ019+/=-"))
    text = rows[number][column]
    rows[number][column] = text[:place] + letter + text[place + 1 :]
    try:
        taken = decode(rows)
    except ManifestError:
        return
    if taken.signature is Signature.VALID:
        assert content(taken) == content(decode(parcel(history("i1", "十二人", "12"), history("i2", "x" * 500))[1]))


def test_the_letter_test_can_fail():
    # The same change under its own right digest is another, valid parcel: only the digests tell them apart.
    assert content(decode(parcel(history("i1", "12"))[1])) != content(decode(parcel(history("i1", "21"))[1]))


def long_texts() -> list[str]:
    noise = random.Random(1)
    return ["".join(chr(noise.randrange(0x4E00, 0x9FFF)) for _ in range(9_000)) for _ in range(5)]


def test_long_histories_are_cut_into_cells_that_every_program_keeps():
    manifest, rows = parcel(history("i1", *long_texts()))
    assert len(rows) > 5
    assert all(len(cell) <= 32_000 and cell.isprintable() for row in rows for cell in row)
    assert decode(rows).manifest == manifest


@pytest.mark.parametrize("column", range(4))
def test_blank_and_foreign_rows_do_no_harm(column):
    manifest, rows = parcel(history("i1", "1"))
    foreign: list[object] = ["", "", "", ""]
    foreign[column] = 12.0
    assert decode([foreign, [], *rows, ["注", "某人写的"], foreign]).manifest == manifest


def without(rows: list[list[str]], kind: str) -> list[list[str]]:
    return [row for row in rows if row[0] != kind]


@pytest.mark.parametrize(
    ("kind", "said"),
    [("zoufang", "不是走访"), ("manifest", "没有目录"), ("definition", "缺少问卷定义"), ("history", "缺少单位 231002")],
)
def test_a_missing_part_is_named(kind, said):
    _, rows = parcel(history("i1", "1"))
    with pytest.raises(ManifestError, match=said):
        decode(without(rows, kind))


def test_a_missing_row_of_a_long_text_is_named():
    _, rows = parcel(history("i1", *long_texts()))
    parts = [row for row in rows if row[0] == "history"]
    assert len(parts) > 1
    with pytest.raises(ManifestError, match=r"不完整（答卷少了 1 行）"):
        decode([row for row in rows if row is not parts[-1]])


def test_a_later_format_is_named_as_such():
    _, rows = parcel(history("i1", "1"), format=3)
    with pytest.raises(NewerFormatError, match="请先升级"):
        decode(rows)


@pytest.mark.parametrize(
    "events",
    [
        [event("i1", 1)],
        [*history("i1", "1"), event("i2", 9)],
        [*history("i1", "1"), event("i1", 1, value="2")],
        [replace(history("i1")[0], cell="999999")],
        [replace(history("i1")[0], value="another survey")],
        [*history("i1"), event("i1", 1, parents=("i1-2",)), event("i1", 2, parents=("i1-1",))],
        [*history("i1"), event("i1", 1, value="bell\x07")],
    ],
    ids=[
        "no opening",
        "of another interview",
        "one id twice",
        "another unit",
        "unknown survey",
        "a cycle",
        "a control character",
    ],
)
def test_a_history_with_right_digests_must_still_be_a_history_of_that_unit(events):
    with pytest.raises(ManifestError, match="231002"):
        decode(parcel(events)[1] if events[0].interview == "i1" else [])


def test_a_text_that_unpacks_to_more_than_the_limit_is_refused(monkeypatch):
    _, rows = parcel(history("i1", "很" * 9_000))
    decode(rows)
    monkeypatch.setattr("exports.manifest.TEXT_LIMIT", 9_000)
    with pytest.raises(ManifestError, match="大得不正常"):
        decode(rows)


@pytest.mark.parametrize(
    "text", ["[]", "{}", "null", '"x"', "[" * 100_000, '{"format":true,"interviews":[],"definitions":[]}']
)
def test_a_manifest_that_is_none_is_refused(text):
    rows = list(encode([("definition", DEFINITION), ("manifest", text)], KEY.sign))
    with pytest.raises(ManifestError, match="读不懂"):
        decode(rows)


def test_the_check_code_is_eight_letters_that_cannot_be_misheard():
    codes = {check_code(sha256(str(number))) for number in range(500)}
    assert len(codes) == 500
    assert {letter for code in codes for letter in code} == {*LETTERS, "-"}
    assert not set("01OI") & set(LETTERS)
    assert check_code("0" * 64) == "AAAA-AAAA"
    assert check_code("f" * 64) == "9999-9999"


def test_the_check_code_follows_every_answer():
    one, other = parcel(history("i1", "12"))[0], parcel(history("i1", "13"))[0]
    assert one.check_code != other.check_code
    assert (
        json.loads(one.to_json())["interviews"][0]["sha256"] != json.loads(other.to_json())["interviews"][0]["sha256"]
    )


# ── the signature ─────────────────────────────────────────────────────────────────────

SIGNED = ("manifest", "signature")
"""The rows of which no letter may change unnoticed."""


def changed_letters(rows: list[list[str]]):
    """Every letter of the manifest's and the signature's rows, each changed in two ways: the rows with it."""
    for number, row in enumerate(rows):
        for column, text in enumerate(row if row[0] in SIGNED else ()):
            for place, letter in enumerate(text):
                for other in (chr(ord(letter) ^ 1), chr(ord(letter) ^ 64)):
                    changed = text[:place] + other + text[place + 1 :]
                    yield [*rows[:number], [*row[:column], changed, *row[column + 1 :]], *rows[number + 1 :]]


def judged(rows: list[list[str]]) -> str:
    try:
        return decode(rows).signature
    except ManifestError:
        return "refused"


def test_no_letter_of_the_manifest_or_its_signature_changes_unnoticed():
    _, rows = parcel(history("i1", "12"))
    assert judged(rows) == Signature.VALID
    right = content(decode(rows))
    verdicts = Counter()
    for changed in changed_letters(rows):
        verdicts[verdict := judged(changed)] += 1
        assert verdict != Signature.VALID or content(decode(changed)) == right
    assert verdicts.total() > 1_000
    assert verdicts[Signature.VALID] < 10  # the bits of a deflate stream's last byte that mean nothing
    assert verdicts["refused"] > 100
    assert verdicts[Signature.INVALID] > 100


def test_without_a_look_at_the_signature_changes_would_pass(monkeypatch):
    monkeypatch.setattr("exports.manifest.verify", lambda *_: True)
    _, rows = parcel(history("i1", "12"))
    assert sum(judged(changed) == Signature.VALID for changed in changed_letters(rows)) > 10


def test_a_stripped_signature_is_missing():
    _, rows = parcel(history("i1", "12"))
    assert judged(without(rows, "signature")) == Signature.MISSING


def forged(rows: list[list[str]], manifest: Manifest) -> list[list[str]]:
    """The rows under another manifest with right digests, and the signature that there was."""
    other = list(encode([("manifest", manifest.to_json())], lambda _: b""))
    (signature,) = (row for row in rows if row[0] == "signature")
    kept = [row for row in rows if row[0] not in SIGNED]
    return [*kept, *(row for row in other if row[0] == "manifest"), [*signature[:1], manifest.sha256, *signature[2:]]]


@pytest.mark.parametrize(
    "more", [{"team": 4}, {"member": "李四"}, {"previous": "0" * 64}, {"key": make_key("d").public}]
)
def test_a_forged_manifest_with_right_digests_is_not_signed(more):
    manifest, rows = parcel(history("i1", "12"))
    assert judged(forged(rows, manifest)) == Signature.VALID
    assert judged(forged(rows, replace(manifest, **more))) == Signature.INVALID


def test_the_signature_of_another_key_is_none():
    manifest, rows = parcel(history("i1", "12"))
    other = base64.b64encode(make_key("d").sign(manifest.to_json())).decode()
    assert judged([*without(rows, "signature"), ["signature", manifest.sha256, "1/1", other]]) == Signature.INVALID


def test_two_signatures_are_none():
    _, rows = parcel(history("i1", "12"))
    (signature,) = (row for row in rows if row[0] == "signature")
    assert judged([*rows, signature]) == Signature.VALID  # the same row twice says nothing new
    assert judged([*rows, ["signature", sha256("another manifest"), *signature[2:]]]) == Signature.INVALID


def test_format_1_is_read_and_unsigned():
    manifest, rows = parcel(history("i1", "12"), format=1, key="")
    taken = decode(rows)
    assert (taken.manifest, taken.signature) == (manifest, Signature.MISSING)
    assert '"key"' not in manifest.to_json()


@pytest.mark.parametrize("key", ["", "ab", "AB" * 32, "zz" * 32])
def test_a_manifest_must_name_a_key(key):
    with pytest.raises(ManifestError, match="读不懂"):
        decode(parcel(history("i1", "12"), key=key)[1])


def test_a_manifest_has_one_spelling():
    manifest, rows = parcel(history("i1", "12"))
    text = manifest.to_json().replace(",", ", ", 1)
    named = list(encode([("manifest", text)], KEY.sign))
    with pytest.raises(ManifestError, match="读不懂"):
        decode([*(row for row in rows if row[0] not in SIGNED), *named])


def test_the_check_code_follows_the_key():
    assert parcel(history("i1"))[0].check_code != parcel(history("i1"), key=make_key("d").public)[0].check_code


# ── cases of a register ───────────────────────────────────────────────────────────────


def case(ident: str = "k1", register: str = "problems") -> list[Event]:
    opened = event(ident, 0, kind=Kind.CASE_OPENED, cell="231002", value=f"{register}/issue")
    moved = event(ident, 1, kind=Kind.CASE_MOVED, value="20")
    return [replace(opened, id=ident), replace(moved, parents=(ident,))]


def with_cases(*histories: list[Event], **claimed) -> list[list[str]]:
    texts = [history_json(events) for events in histories]
    entries = tuple(
        CaseEntry(
            **{"id": events[0].interview, "register": "problems", "events": len(events), "sha256": sha256(text)}
            | claimed
        )
        for events, text in zip(histories, texts, strict=True)
    )
    manifest, _ = parcel(history("i1", "1"), cases=entries)
    named = [
        ("definition", DEFINITION),
        ("history", history_json(history("i1", "1"))),
        *(("case", text) for text in texts),
    ]
    return list(encode([*named, ("manifest", manifest.to_json())], KEY.sign))


def test_cases_travel_beside_the_interviews():
    taken = decode(with_cases(case("k1"), case("k2")))
    assert {ident: taken.case(ident) for ident in taken.cases} == {"k1": case("k1"), "k2": case("k2")}
    assert taken.signature == Signature.VALID


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        (lambda: without(with_cases(case()), "case"), "缺少登记的第 1 件"),
        (lambda: with_cases(case(), events=3), "登记的第 1 件与目录不符"),
        (lambda: with_cases(case(), register="wishes"), "登记的第 1 件与目录不符"),
        (lambda: with_cases(case(), id="k9"), "登记的第 1 件与目录不符"),
        (lambda: with_cases([*case(), event("k1", 2)]), "登记的第 1 件与目录不符"),
        (lambda: with_cases(case()[1:]), "登记的第 1 件与目录不符"),
        (lambda: with_cases(case(), case()), "登记的第 2 件出现两次"),
        (lambda: with_cases(case(), events=True), "目录读不懂"),
    ],
)  # fmt: skip
def test_a_case_that_is_not_what_the_manifest_says_is_refused(rows, said):
    with pytest.raises(ManifestError, match=said):
        decode(rows())


def test_an_interview_has_no_events_of_cases_and_the_other_way_round():
    mixed = [*history("i1", "1"), event("i1", 2, kind=Kind.CASE_MOVED, value="20")]
    assert decode(parcel(mixed)[1]).events("i1") == mixed  # the store refuses it (`surveys.arriving.understood`)
    with pytest.raises(ManifestError, match="与目录不符"):
        decode(with_cases(history("k1", "1")))
