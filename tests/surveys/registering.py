"""Laptops and an office with a register, for the tests of registers."""

from __future__ import annotations

import datetime as dt
import shutil
import uuid
from dataclasses import dataclass, field
from pathlib import Path

from surveys.acts import Actor
from surveys.campaign import STORE_NAME, open_campaign
from surveys.recording import Recorder
from surveys.reference_search import References
from surveys.register.keeping import case_ids, receive_case
from surveys.register.registrar import Registrar
from surveys.store import Store

HULAN, DAOLI, XIANGYANG = "230111", "230102", "230803"


@dataclass
class Desk:
    """A machine with somebody at it; its clock is set by the test."""

    store: Store
    who: str
    team: int
    register_id: str = "problems"
    now: dt.datetime = field(default_factory=lambda: dt.datetime(2022, 11, 3, 2, tzinfo=dt.UTC))

    @property
    def actor(self) -> Actor:
        return Actor(self.who, self.team, self.store.setting("device_id"))

    @property
    def registrar(self) -> Registrar:
        return Registrar(self.store, self.actor, self.register_id, clock=lambda: self.now)

    @property
    def today(self) -> dt.date:
        return self.registrar.today

    def wait(self, days: int) -> None:
        self.now += dt.timedelta(days=days)

    def issue(self, unit: str = HULAN, **more: str) -> str:
        """A registered issue."""
        given = {"summary": "社会化工会工作者招聘年龄限制在35岁，建议放宽到40岁", "category": "108", "raised_by": "2"}
        return self.registrar.open("issue", unit, **{**given, "source": "3", **more}).id

    def answered(self, unit: str = HULAN, **more: str) -> str:
        """An issue that was answered on the spot."""
        ident = self.issue(unit, **more)
        self.registrar.move(ident, "30", reply="可以先按市里的办法执行", replier="第1组", basis="3")
        return ident

    def citation(self, code: str) -> str:
        references = References(self.store, self.store.form())
        return next(references.cited(entry).citation for entry in references.entries if entry.code == code)

    def takes(self, *others: Desk) -> None:
        """Take in everything that others have: interviews, then cases."""
        for other in others:
            for row in other.store.interviews():
                self.store.receive(row.id, other.store.events(row.id))
            for ident in case_ids(other.store):
                receive_case(self.store, ident, other.store.events(ident))

    def interview(self, unit: str = HULAN) -> Recorder:
        return Recorder.start(self.store, self.store.form(), unit, self.actor, lambda: self.now)


def make_template(folder: Path) -> Path:
    """The store file of a first start, to be copied."""
    open_campaign(folder).close()
    return folder / STORE_NAME


def desk(template: Path, folder: Path, who: str, team: int, clone: bool = False) -> Desk:
    """A machine; a clone has the same device id as the template."""
    folder.mkdir(parents=True)
    store = Store(Path(shutil.copy(template, folder / STORE_NAME)))
    if not clone:
        store.set_settings(device_id=uuid.uuid4().hex)
    return Desk(store, who, team)
