"""Problems in every state that matters: flagged, registered, overdue, due soon, answered, disputed, grouped, answered by a measure."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from surveys.acts import Actor
from surveys.reference_search import References
from surveys.register.collecting import collect
from surveys.register.keeping import receive_case
from surveys.register.registrar import Registrar
from surveys.store import Store

NARROW, WIDER = "230103", "230104"
"""Units of the first team that raise the same problem."""

AGE = "社会化工会工作者招聘年龄限制在35岁，建议放宽到40岁"


def add_register(store: Store, actor: Actor, clock: Callable[[], dt.datetime]) -> None:
    """Put them into a store."""
    registrar = Registrar(store, actor, clock=clock)

    def raised(unit: str, summary: str, category: str, **more: str) -> str:
        given = {"summary": summary, "category": category, "raised_by": "2", "source": "3", **more}
        return registrar.open("issue", unit, round_="2022", **given).id

    half = next(row.id for row in store.interviews() if row.unit == NARROW)
    studied = raised(
        NARROW, AGE, "108", interview=half, question="sw_age_limit", evidence="60岁", raiser_name="王五",
        raiser_phone="0451-82345678", urgency="2",
    )  # fmt: skip
    registrar.move(studied, "40", lead_department="zzb")
    raised(WIDER, "招聘年龄卡在35岁，希望放宽到40岁，社会化工会工作者招不到人", "108")
    soon = raised("230109", "工人文化宫暖气管道老旧，冬季室温达不到要求", "204")
    in_five_days = dt.datetime.now().astimezone().date() + dt.timedelta(days=5)
    registrar.move(soon, "50", receiver="市总资产监督部", due=in_five_days.isoformat(), accepted_on="2022-11-07")
    _answered(
        store, registrar, raised("230110", "职工患大病后自付部分高，困难职工帮扶够不着", "505", raiser_name="赵六")
    )
    _disputed(store, registrar, raised("230111", "回拨经费拖到第二年才到账，活动安排不开", "302"))
    _topic(registrar, raised("230112", "小额缴费返还两年没有落实，基层工会意见大", "304"))
    practice = {"title": "楼宇工会服务站", "description": "一栋楼建一个联合工会，配一名专职人员", "dimension": "2"}
    registrar.open("practice", "230113", **practice)
    collect(store)


def _answered(store: Store, registrar: Registrar, ident: str) -> None:
    references = References(store, store.form())
    citation = next(references.cited(entry).citation for entry in references.entries if entry.code == "B14")
    reply = "可以申请医疗互助，材料交到区工会，当月受理"
    registrar.move(ident, "30", reply=reply, replier="第1组", basis="1", citation=citation)


def _disputed(store: Store, registrar: Registrar, ident: str) -> None:
    """Another laptop explained what this one is studying."""
    with TemporaryDirectory() as folder, Store(Path(folder) / "other.db") as other:
        receive_case(other, ident, store.events(ident))
        theirs = Registrar(other, replace(registrar.actor, who="李四", device="k9"), clock=registrar.clock)
        theirs.move(ident, "90", reason="上级文件规定次年拨付", told="1")
        registrar.move(ident, "40", lead_department="cwb")
        receive_case(store, ident, other.events(ident))


def _topic(registrar: Registrar, ident: str) -> None:
    topic = registrar.open("topic", title="小额缴费返还落实", category="304").id
    registrar.join(ident, topic)
    registrar.move(topic, "2", lead_department="cwb")
    measure = registrar.open("measure", title="关于足额返还小额缴费的通知").id
    registrar.link(measure, "topics", topic)
