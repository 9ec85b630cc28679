"""Opening a data folder: the store in it, with the shipped survey and frame if it is new."""

from __future__ import annotations

from pathlib import Path

from surveys.store import Store

STORE_NAME = "zoufang.db"


def open_campaign(folder: Path, definition: Path | None = None) -> Store:
    """Open the store of a data folder, ready for interviews.

    A new store gets the 56-question survey, the 121 units and the nine teams. A definition file, when
    given, becomes the current one; interviews already begun keep theirs.

    Raises:
        StoreError: see `Store`.
        LoadErrors: when the definition file is wrong.
    """
    store = Store(folder / STORE_NAME)
    if definition is None and store.survey_digest():
        return store
    # Only a new folder or a new definition needs the models and the YAML reader.
    from surveys.frame import heilongjiang
    from surveys.loading import library, load_form

    try:
        form = load_form(definition or library("county_union"))
        units, teams = heilongjiang()
        store.install(form.survey, store.units() or units, store.teams() or teams)
    except BaseException:
        store.close()
        raise
    return store
