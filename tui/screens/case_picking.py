"""Choosing what a field of a case names: an entry of a reference list, or another case."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from surveys.frame import sounds_like
from surveys.reference_search import References
from surveys.references import current_versions
from surveys.register.definition import CaseLinkField, CaseLinksField, CitationField
from surveys.register.registrar import NEW
from surveys.register.similar import similar
from surveys.register.worklists import cases
from tui.case_words import case_words
from tui.screens.dialogs import Find
from tui.screens.reference import Reference
from tui.screens.room import Room

if TYPE_CHECKING:
    from surveys.register.case import Case
    from surveys.register.registrar import Registrar

Picked = Callable[[str | None], None]


def pick_value(
    room: Room[Any], registrar: Registrar, case: Case, name: str, values: Mapping[str, str], picked: Picked
) -> None:
    """Let a person choose the value of a citation or a link.

    Args:
        room: From where.
        registrar: Whose register.
        case: Whose field.
        name: The field.
        values: What the case holds by now.
        picked: Told the value, or None after Esc.
    """
    field = case.fields[name]
    if isinstance(field, CitationField):
        _pick_entry(room, case, picked)
    elif isinstance(field, CaseLinkField | CaseLinksField):
        columns = case.type.columns
        title, category = values.get(columns.title, ""), values.get(columns.category or "", "")
        pick_case(room, registrar, field.of, title, category, picked)


def _pick_entry(room: Room[Any], case: Case, picked: Picked) -> None:
    store = room.zoufang.store
    surveys = [version.survey for version in current_versions(store).values()]
    if not surveys:
        room.tell("还没有参考清单，请用 zoufang reference 清单.xlsx 放入；或者换一种答复依据。", trouble=True)
        return
    row = store.interview_row(case.value("interview"))
    form = room.zoufang.form(row.survey if row else store.survey_digest(surveys[0]))
    room.app.push_screen(Reference(References(store, form), case.value("question"), citing=True), picked)


def pick_case(room: Room[Any], registrar: Registrar, type_name: str, title: str, category: str, picked: Picked) -> None:
    """Let a person choose a case of a type, those that are alike first, or `NEW` for one with this title."""
    store, label = registrar.store, registrar.register.type(type_name).label
    rows = cases(store, type_name, register_id=registrar.register.id)
    alike = [one.id for one in similar(category, title, [(row.id, row.category, row.title) for row in rows])]
    others = [row.id for row in rows if row.id not in alike]
    new = [(NEW, f"新立一项{label}：{title}")] if title else []
    entries = [
        *((ident, f"相似　{case_words(store, ident)}") for ident in alike),
        *new,
        *((ident, case_words(store, ident)) for ident in others),
    ]

    def rank(ident: str, text: str, typed: str) -> int | None:
        return 0 if sounds_like(text, typed) else 1 if ident == NEW else None

    if not entries:
        room.tell(f"还没有{label}。", trouble=True)
        return
    room.app.push_screen(Find(f"哪一项{label}？输入文字、编号或拼音首字母", entries, rank), picked)
