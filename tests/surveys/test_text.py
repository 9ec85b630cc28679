"""Nothing invisible gets in, nothing that moves a cursor gets out."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from surveys.text import MAX_LENGTH, Refusal, clean_text, show_text, to_half_width

OVERRIDES = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
anything = st.text(st.characters(), max_size=80)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("一\r\n二\r三\n四", "一\n二\n三\n四"),
        ("一\u2028二\u2029三", "一\n二\n三"),
        ("一\t二", "一 二"),
        ("　全角　空格 ", "　全角　空格 "),
        ("[/不知道] [red] [$x]", "[/不知道] [red] [$x]"),
        ("=1+1 @甲 -乙", "=1+1 @甲 -乙"),
        ("👨‍👩‍👧 𠮷 e\u0301 שלום \ufeff", "👨‍👩‍👧 𠮷 e\u0301 שלום \ufeff"),
        ("\u202e倒", "\u202e倒"),
        ("一" * MAX_LENGTH, "一" * MAX_LENGTH),
    ],
)
def test_text_is_kept_as_typed_but_for_line_ends_and_tabs(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@pytest.mark.parametrize(
    "character",
    ["\x00", "\x07", "\x08", "\x0b", "\x0c", "\x1b", "\x1f", "\x7f", "\x80", "\x85", "\x9b", "\x9f",
     "\ud800", "\ufdd0", "\ufffe", "\uffff"],
)  # fmt: skip
def test_invisible_characters_are_refused_with_their_place(character: str) -> None:
    with pytest.raises(Refusal, match=rf"第3个字符.*U\+{ord(character):04X}"):
        clean_text(f"一二{character}三")
    assert show_text(f"一{character}")[1] not in character


def test_a_text_that_is_too_long_is_counted_and_not_cut() -> None:
    with pytest.raises(Refusal, match="共10,001个字，超过10,000字的上限，没有保存"):
        clean_text("一" * (MAX_LENGTH + 1))
    with pytest.raises(Refusal, match="共3个字"):
        clean_text("一二三", max_length=2)


@pytest.mark.parametrize(
    ("text", "shown", "line"),
    [
        ("plain", "plain", "plain"),
        ("中文　空格", "中文　空格", "中文　空格"),
        ("一\n二", "一\n二", "一⏎二"),
        ("a\x1b[31m", "a␛[31m", "a␛[31m"),
        ("a\tb\r\x00\x7f", "a␉b␍␀␡", "a␉b␍␀␡"),
        ("a\x9b\ud800\ufffe", "a���", "a���"),
        ("a\u202eb\u2069", "a�b�", "a�b�"),
    ],
)
def test_what_is_shown_has_symbols_in_the_place_of_controls(text: str, shown: str, line: str) -> None:
    assert show_text(text) == shown
    assert show_text(text, line=True) == line


def is_safe(text: str) -> bool:
    """No control but the line end, no half characters, no direction override."""
    return all(c == "\n" or (unicodedata.category(c) not in ("Cc", "Cs") and c not in OVERRIDES) for c in text)


@given(anything)
def test_nothing_shown_can_drive_a_terminal(text: str) -> None:
    assert is_safe(show_text(text))
    assert "\n" not in show_text(text, line=True)
    assert len(show_text(text)) == len(text)


def test_the_terminal_check_sees_an_escape() -> None:
    assert not is_safe("\x1b[2J")
    assert not is_safe("\x9b2J")
    assert not is_safe("\u202e")


@given(anything)
def test_kept_text_can_be_stored_and_cleaning_it_again_changes_nothing(text: str) -> None:
    try:
        kept = clean_text(text)
    except Refusal:
        return
    assert clean_text(kept) == kept
    assert kept.encode().decode() == kept
    assert not any(unicodedata.category(c) in ("Cc", "Cs") for c in kept if c != "\n")


@pytest.mark.parametrize(
    ("text", "half"),
    [
        (" １２．５ ", "12.5"),
        ("（一）", "(一)"),
        ("　Ａ＝Ｂ　", "A=B"),
        ("10²", "10²"),
        ("H₂", "H₂"),
        ("½", "½"),
        ("①", "1"),
    ],
)
def test_full_width_becomes_half_width_but_a_power_stays_a_power(text: str, half: str) -> None:
    assert to_half_width(text) == half
