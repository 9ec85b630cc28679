"""Texts of a questionnaire that may be given in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema

LANGUAGE_PATTERN = r"^[a-z]{2,3}$"
"""ISO 639 codes: zh, bo, mn, ug …"""
LONGEST = 500


class Wording(str):
    """A text as the survey's first language has it, with its translations.

    In YAML and JSON either a plain text or a map of languages, `{zh: 县级工会, bo: …}`; the first entry of
    the map is the text itself. A plain `str` in every other respect.
    """

    translations: Mapping[str, str]

    def __new__(cls, text: str, translations: Mapping[str, str] | None = None) -> Wording:
        """Make a wording; `translations` is the map it came from, if it came from one."""
        wording = super().__new__(cls, text)
        wording.translations = dict(translations or {})
        return wording

    def in_language(self, language: str) -> str:
        """The text in a language; the first language's where there is no translation."""
        return self.translations.get(language, str(self))

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        text = core_schema.str_schema(max_length=LONGEST)
        # An empty text in the first language would pass for no text at all, and take its translations with it.
        said = core_schema.str_schema(min_length=1, max_length=LONGEST)
        languages = core_schema.dict_schema(core_schema.str_schema(pattern=LANGUAGE_PATTERN), said, min_length=1)
        return core_schema.no_info_after_validator_function(
            _made,
            core_schema.tagged_union_schema(
                {"text": text, "languages": languages},
                discriminator=lambda value: "languages" if isinstance(value, dict) else "text",
            ),
            serialization=core_schema.plain_serializer_function_ser_schema(_plain),
        )


def _made(value: str | dict[str, str]) -> Wording:
    if isinstance(value, Wording):
        return value
    if isinstance(value, dict):
        return Wording(next(iter(value.values())), value)
    return Wording(value)


def _plain(wording: Wording) -> str | dict[str, str]:
    return dict(wording.translations) or str(wording)
