"""The current reference lists beside a form: what belongs to a question, and what is found by typing."""

from __future__ import annotations

import functools
import re
import sqlite3
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from surveys.question_numbers import EVERY, numbers_text
from surveys.references import Cited, Entry, current_versions, entries_of
from surveys.text import show_text, to_half_width

if TYPE_CHECKING:
    from surveys.form import Form
    from surveys.store import Store

_CODE = re.compile(r"([ab])0*(\d*)")
_NUMBER = re.compile(r"第?0*([1-9]\d{0,2})题?")
_GRAMS = 3
"""The shortest word that the trigram index can find."""
_PARTS = "title || ' ' || gist || ' ' || dimension || ' ' || lead || ' ' || keywords || ' ' || initials"


class References:
    """The entries of both lists as they are now.

    Args:
        store: Where they are.
        form: Whose questions are numbered; entries that name another survey's questions belong to none of its.
    """

    def __init__(self, store: Store, form: Form) -> None:
        self._store, self.form = store, form
        self.versions = current_versions(store)
        """List letter → its version."""
        self.entries = tuple(entry for version in self.versions.values() for entry in entries_of(store, version))
        self._by_code = {entry.code: entry for entry in self.entries}

    def of_question(self, name: str) -> tuple[Entry, ...]:
        """The entries that name this question; not those that hold for the whole questionnaire."""
        return self._belonging.get(name, ())

    def beginning_with(self, name: str) -> tuple[Entry, ...]:
        """All entries: those of a question first, then those of the whole questionnaire, then the others."""
        first = dict.fromkeys((*self.of_question(name), *(self.of_question(EVERY) if name else ())))
        return (*first, *(entry for entry in self.entries if entry not in first))

    def numbers(self, entry: Entry) -> str:
        """`11—12`, 全部, or "" where it belongs to no question of this form."""
        return numbers_text(entry.questions, self.form) if self._speaks_of_form(entry) else ""

    def cited(self, entry: Entry) -> Cited:
        """The entry with its version, to be cited."""
        return Cited(entry, self.versions[entry.list])

    def search(self, typed: str) -> tuple[Entry, ...]:
        """The entries in which every word is found, the best first; all of them for an empty text.

        A word is a code (`a03`, `B`), a question's number (`28`, 第28题), or any part of an entry's text or of
        its pinyin initials.
        """
        words = to_half_width(show_text(typed)).lower().split()
        if not words:
            return self.entries
        found = [self._hits(word) for word in words]
        codes = [code for code in self._by_code if all(code in hits for hits in found)]
        codes.sort(key=lambda code: max(hits[code] for hits in found))
        return tuple(self._by_code[code] for code in codes)

    # ── inside ────────────────────────────────────────────────────────────────────────

    def _speaks_of_form(self, entry: Entry) -> bool:
        return self.versions[entry.list].survey == self.form.survey.id

    @functools.cached_property
    def _belonging(self) -> dict[str, tuple[Entry, ...]]:
        found: dict[str, tuple[Entry, ...]] = {}
        for entry in self.entries:
            for name in entry.questions if self._speaks_of_form(entry) else ():
                found[name] = (*found.get(name, ()), entry)
        return found

    def _hits(self, word: str) -> Mapping[str, int]:
        """Code → how good the hit is; smaller is better."""
        if hits := self._numbered(word):
            return hits
        coded = {code: 0 for code in self._by_code if _is_code(word, code)}
        return {code: self._goodness(code, word) for code in self._texts(word)} | coded

    def _numbered(self, word: str) -> Mapping[str, int]:
        """What belongs to the question of this number, then what has it as its own, then what belongs to all."""
        if not (found := _NUMBER.fullmatch(word)) or int(found[1]) > len(self.form.numbered):
            return {}
        number = int(found[1])
        general = dict.fromkeys((entry.code for entry in self.of_question(EVERY)), 2)
        own = {code: 1 for code in self._by_code if int(code[1:]) == number}
        item = self.form.numbered[number - 1]
        return general | own | {entry.code: 0 for entry in self.of_question(item.name)}

    def _texts(self, word: str) -> list[str]:
        """Codes of the entries that hold the word."""
        digests = [version.digest for version in self.versions.values()]
        current = f"version IN ({', '.join('?' * len(digests))})"
        rows = self._store.conn.execute
        if len(word) >= _GRAMS:
            quoted = word.replace('"', '""')
            sql = f"SELECT code FROM reference_search WHERE reference_search MATCH ? AND {current}"
            # The index has no checksums: a damaged one must not keep anybody from finding what is sound.
            with suppress(sqlite3.DatabaseError):
                return [code for (code,) in rows(sql, (f'"{quoted}"', *digests)).fetchall()]
        sql = f"SELECT code FROM reference_entries WHERE instr(lower({_PARTS}), ?) AND {current}"
        return [code for (code,) in rows(sql, (word, *digests))]

    def _goodness(self, code: str, word: str) -> int:
        entry = self._by_code[code]
        if word in entry.title.lower():
            return 3
        return 4 if word in entry.keywords.lower() else 5


def _is_code(word: str, code: str) -> bool:
    found = _CODE.fullmatch(word)
    return found is not None and code[0].lower() == found[1] and str(int(code[1:])).startswith(found[2])
