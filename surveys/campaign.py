"""Opening a data folder: the store in it, with the shipped survey, frame and reference lists if it is new."""

from __future__ import annotations

from pathlib import Path

from surveys.store import Store

STORE_NAME = "zoufang.db"
SHIPPED = ("county_union", "visit")
"""The definitions a new store gets, the main one first."""


def open_campaign(folder: Path, definition: Path | None = None, *, read_only: bool = False) -> Store:
    """Open the store of a data folder, ready for interviews.

    A new store gets the 56-question survey with the visit record beside it, the 121 units, the nine teams and
    the reference lists; one from before there were lists gets these. A definition file, when given, becomes its
    survey's current version and the main survey; interviews already begun keep theirs. Read only, the store is
    as it is found.

    Raises:
        StoreError: see `Store`.
        LoadErrors: when the definition file is wrong.
    """
    store = Store(folder / STORE_NAME, read_only=read_only)
    if read_only:
        return store
    try:
        if definition or not store.survey_digest():
            _install(store, definition)
        if not store.has_reference_lists():
            from surveys.references import put_in_shipped

            put_in_shipped(store)
    except BaseException:
        store.close()
        raise
    return store


def _install(store: Store, definition: Path | None) -> None:
    # Only a new folder or a new definition needs the models and the YAML reader.
    from surveys.frame import heilongjiang
    from surveys.loading import library, load_form

    units, teams = heilongjiang()
    forms = [load_form(path) for path in ([definition] if definition else map(library, SHIPPED))]
    with store.transaction():
        for form in forms:
            store.install(form.survey, store.units() or units, store.teams() or teams)
        store.set_settings(main_survey=forms[0].survey.id)
