"""Workbooks of many laptops, quickly: one laptop is filled in, the others have the same under ids of their own."""

from __future__ import annotations

import json
import random
import re
import shutil
import tempfile
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from unittest import mock

from exports import workbook
from exports.demo import fill_unit
from exports.manifest import SHEET, Entry, Manifest, encode, sha256
from surveys.acts import Actor
from surveys.campaign import STORE_NAME, open_campaign
from surveys.history import Event, history_json
from surveys.recording import Recorder
from surveys.store import Store

_IDS = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}")


def histories(folder: Path, interviews: int) -> list[str]:
    """Filled interviews of the 56 questions, each as JSON."""
    with open_campaign(folder) as store:
        store.set_settings(team="1", device="第0台", member="甲")
        actor = Actor("甲", 1, store.setting("device_id"))
        for number, unit in enumerate(store.units()[:interviews]):
            fill_unit(store, unit, actor, random.Random(f"{number}"))
        for unit in store.units():  # some are not begun by chance
            if len(store.interviews()) == interviews:
                break
            if not any(row.unit == unit.code for row in store.interviews()):
                fill_unit(store, unit, actor, random.Random(1))
        return [history_json(store.events(row.id)) for row in store.interviews()]


def write_workbooks(folder: Path, count: int, interviews: int) -> list[Path]:
    """The workbooks of `count` laptops with as many interviews each; the fingerprint of each is in its name."""
    with tempfile.TemporaryDirectory() as place:
        texts = histories(Path(place), interviews)
        empty = Path(place) / STORE_NAME
        with Store(empty) as store, store.transaction():
            for table in ("events", "interviews", "answers"):
                store.conn.execute(f"DELETE FROM {table}")
        numbers = [range(start, count, 2) for start in range(2)]
        with ProcessPoolExecutor(2) as pool:
            for done in [pool.submit(_write, folder, empty, texts, mine) for mine in numbers]:
                done.result()
    return sorted(folder.iterdir())


def _write(folder: Path, empty: Path, texts: list[str], numbers: range) -> None:
    """What the office will find out anyhow is not read back here."""
    with mock.patch.object(workbook, "verify_written", return_value=None):
        for number in numbers:
            with tempfile.TemporaryDirectory() as place, Store(_copied(empty, Path(place)), trusting=True) as store:
                chance = random.Random(number)
                store.set_settings(device_id=f"{number:032x}", device=f"第{number}台", team=str(number % 9 + 1))
                for text in texts:
                    renamed = _IDS.sub(_renamer(chance), text)
                    events = [Event.from_list(row) for row in json.loads(renamed)]
                    store.receive(events[0].interview, events)
                written = workbook.export_team(store, Path(place))
                written.path.rename(folder / f"{number:05}-{written.fingerprint.replace(' ', '')}.xlsx")


def _copied(empty: Path, folder: Path) -> Path:
    return Path(shutil.copy(empty, folder / STORE_NAME))


def _renamer(chance: random.Random) -> Callable[[re.Match[str]], str]:
    """Other ids in the same order: only the random part at the end changes, the same everywhere for one id."""
    mask = chance.getrandbits(32)

    def rename(found: re.Match[str]) -> str:
        head, tail = found[0][:-8], int(found[0][-8:], 16)
        return f"{head}{tail ^ mask:08x}"

    return rename


def write_tiny_workbooks(folder: Path, count: int) -> None:
    """Workbooks of one barely begun interview each, with nothing on their sheets, signed by nobody."""
    from openpyxl import Workbook

    folder.mkdir()
    with tempfile.TemporaryDirectory() as place, open_campaign(Path(place)) as store:
        store.set_settings(team="1", device="第0台", member="甲")
        recorder = Recorder.start(store, store.form(), store.units()[0].code, Actor("甲", 1, "d"))
        history, digest = history_json(store.events(recorder.interview.id)), store.survey_digest()
        definition = store.definition_json(digest)
        unit, round_ = recorder.interview.unit, recorder.interview.round
        events = len(recorder.interview.events)
    for number in range(count):
        mine = _IDS.sub(_renamer(random.Random(number)), history)
        ident = json.loads(mine)[0][2]
        manifest = Manifest(
            "test", "county_union", "1", digest, 1, "第1组", f"{number:032x}", "", "甲", 1, "2022-11-18T00:00:00Z",
            (digest,), (Entry(ident, unit, round_, events, sha256(mine)),), format=1,
        )  # fmt: skip
        book = Workbook(write_only=True)
        for name in ("封面", "答卷", "编码", "题目"):
            book.create_sheet(name)
        sheet = book.create_sheet(SHEET)
        texts = [("definition", definition), ("history", mine), ("manifest", manifest.to_json())]
        for row in encode(texts, lambda _: b""):
            sheet.append(row)
        book.save(folder / f"{number:05}.xlsx")
