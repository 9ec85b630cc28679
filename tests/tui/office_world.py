"""What an office has to do: conflicts of two and of three sides, a remark, a stage, a unit that was surveyed twice, cells
that were changed by hand, laptops to be approved, files that are new and that were put aside."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path
from tempfile import TemporaryDirectory

from exports.arrivals import FOLDER
from exports.corrections import Correction
from exports.setting_aside import ASIDE, REASONS
from exports.trust import Laptop, State
from surveys.acts import Actor
from surveys.form import Form
from surveys.recording import Recorder
from surveys.store import Store

DISPUTED, TWICE, STAGED = "231002", "230602", "231003"
"""Units of the third and the fourth team."""

BEGINNING = dt.datetime(2022, 11, 8, 1, 0, tzinfo=dt.UTC)


def clock(minutes: int) -> Callable[[], dt.datetime]:
    return lambda: BEGINNING + dt.timedelta(minutes=minutes)


class Laptops:
    """Stores that are thrown away when the office has everything of them."""

    def __init__(self, folder: Path, form: Form) -> None:
        self.folder, self.form = folder, form
        self.stores: dict[str, Store] = {}

    def __getitem__(self, name: str) -> Store:
        if name not in self.stores:
            store = self.stores[name] = Store(self.folder / f"{name}.db")
            store.install(self.form.survey, [], [])
            store.set_settings(device_id=name)
        return self.stores[name]

    def begin(self, unit: str, actor: Actor, at: int, **typed: str) -> Recorder:
        recorder = Recorder.start(self[actor.device], self.form, unit, actor, clock(at))
        recorder.answer_many(typed)
        return recorder

    def go_on(self, begun: Recorder, actor: Actor, at: int) -> Recorder:
        """The same interview on another laptop, as it is now."""
        self[actor.device].receive(begun.interview.id, begun.store.events(begun.interview.id))
        return Recorder.resume(self[actor.device], begun.interview.id, actor, clock(at))


def add_office_matters(store: Store) -> None:
    """Put them into a store, and files into the folder around it."""
    with TemporaryDirectory() as folder:
        laptops = Laptops(Path(folder), store.form())
        made = [*_disputed(laptops), *_staged(laptops), *_twice(laptops)]
        for recorder in made:
            store.receive(recorder.interview.id, recorder.store.events(recorder.interview.id))
        for laptop in laptops.stores.values():
            laptop.close()
        _edits(store, made[0].interview.id)
    _laptops(store)
    _files(store.path.parent / FOLDER)


def _edits(store: Store, interview: str) -> None:
    """Two cells that were changed by hand, one of which cannot be an answer."""
    with store.transaction():
        store.record_workbook("ab" * 32, "县级工会摸底_第3组_改过.xlsx", 3, "k3", "", "{}")
        store.put(
            "corrections",
            astuple(Correction(1, "ab" * 32, "编码", "F12", interview, "sw_edu_req", "2", "3", 1, "2", "answered")),
            astuple(Correction(2, "ab" * 32, "编码", "G12", interview, "sw_total", "13", "很多", 1, "13", "answered")),
        )


def _laptops(store: Store) -> None:
    at = BEGINNING.isoformat(timespec="seconds")
    known = [
        Laptop("307174166742", "a1" * 32, "k3", "三组联想", 3, State.WAITING, "", "", at),
        Laptop("427225659868", "b2" * 32, "k4", "四组华为", 4, State.APPROVED, "汇总员", at, at),
        Laptop("548380597698", "c3" * 32, "k5", "五组旧机", 5, State.WITHDRAWN, "汇总员", at, at),
    ]
    with store.transaction():
        store.put("laptops", *map(astuple, known))


def _files(inbox: Path) -> None:
    """Something that is no workbook, and one that was put aside."""
    aside = inbox / ASIDE
    aside.mkdir(parents=True)
    (inbox / "各组说明.txt").write_text("请查收\n", "utf-8")
    (aside / "第7组.xlsx").write_bytes(b"PK")
    reason = "“第7组.xlsx”传输不完整（文件缺了后半部分），没有读入；请向该组重新索取。"
    (aside / REASONS).write_text(f"2022-11-08 09:30 第7组.xlsx：{reason}\r\n", "utf-8-sig")
    for path in (inbox / "各组说明.txt", aside / "第7组.xlsx"):
        os.utime(path, (BEGINNING.timestamp(), BEGINNING.timestamp()))


def _disputed(laptops: Laptops) -> list[Recorder]:
    third, clone, fourth = Actor("孙三", 3, "k3"), Actor("钱二", 3, "k3b"), Actor("周四", 4, "k4")
    one = laptops.begin(DISPUTED, third, 0, mode="2", filler_post="办公室主任", chair_post="7", sw_total="12")
    two, three = laptops.go_on(one, clone, 60), laptops.go_on(one, fourth, 90)
    one.answer_many({"chair_post": "3", "sw_total": "13", "sw_edu_req": "2"})
    one.evidence("sw_total", "台账")
    one.remark("sw_total", "含借调1人")
    two.answer_many({"chair_post": "4", "sw_total": "21"})
    two.name_respondent("sw_total", "王五（副主席）")
    two.remark("mode", "两人一组")
    three.answer_many({"sw_total": "31"})
    three.remark("mode", "三人一组")
    return [one, two, three]


def _staged(laptops: Laptops) -> list[Recorder]:
    one = laptops.begin(STAGED, Actor("孙三", 3, "k3"), 120, mode="1")
    one.void("开错了")
    two = laptops.go_on(one, Actor("钱二", 3, "k3b"), 130)
    two.reopen("没有开错")
    one.reopen("误作废")
    one.void("单位已撤并")
    return [one, two]


def _twice(laptops: Laptops) -> list[Recorder]:
    one = laptops.begin(TWICE, Actor("周四", 4, "k4"), 200, mode="1", chair_post="7", sw_total="5")
    two = laptops.begin(TWICE, Actor("吴五", 5, "k5"), 300, mode="1", chair_post="3", sw_edu_req="2")
    row = two.add_row("venues")
    two.answer(f"venues[{row}].v_name", "文化宫")
    return [one, two]


def add_second_round(store: Store, before: Form, now: Form) -> None:
    """Two units that completed the yearly survey in both rounds, one that did so in the first only."""
    said = {DISPUTED: (("34", "2"), ("40", "1")), STAGED: (("12", "2"), ("12", "2")), TWICE: (("7", "1"), None)}
    for unit, rounds in said.items():
        for form, answers in zip((before, now), rounds, strict=True):
            if answers:
                recorder = Recorder.start(store, form, unit, Actor("孙三", 3, "k3"), clock(400))
                recorder.answer_many(dict(zip(("heads", "kind"), answers, strict=True)))
                recorder.complete()
