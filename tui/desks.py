"""What waits at each desk of the office."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from exports.arrivals import State as Arrived
from exports.arrivals import arrivals, inbox_folder
from exports.corrections import corrections
from exports.coverage import CoverageLine, Progress, survey_coverage
from exports.merging import duplicates
from exports.rounds import earlier_rounds
from exports.selection import Selection
from exports.setting_aside import aside_in
from exports.trust import State as Trusted
from exports.trust import laptops
from surveys.deciding import disputes
from surveys.frame import OFFICE
from surveys.register.registrar import Registrar
from surveys.register.worklists import disputed, overdue
from surveys.standing import Stage
from tui.current_survey import current_survey
from tui.screens.cases import Cases
from tui.screens.conflicts import Conflicts
from tui.screens.corrections import Corrections
from tui.screens.coverage import CoverageBoard
from tui.screens.duplicates import DuplicateUnits
from tui.screens.explorer import Explorer
from tui.screens.inbox import InboxRoom
from tui.screens.laptops import Laptops
from tui.screens.office import Desk
from tui.screens.quality import QualityList
from tui.screens.rejected import RejectedFiles
from tui.screens.rounds import Rounds

if TYPE_CHECKING:
    from surveys.store import Store
    from tui.app import ZoufangApp


def desks(app: ZoufangApp) -> Iterator[Desk]:
    """The desks in the order a day goes through them; a team has those that look at its own answers."""
    store = app.store
    if app.team != OFFICE:
        yield from _looking(store)
        return
    yield _inbox(store)
    conflicts = sum(
        # Of a void one nothing is asked, unless that it is void is disputed itself.
        row.conflicts if row.stage != "void" else len(disputes(store.interview(row.id)))
        for row in store.interviews()
        if row.conflicts
    )
    yield Desk(
        "冲突",
        "两边对同一题说法不同的地方并排列出：各是谁、什么时候、依据什么、原先是什么；逐处裁定，或按规则一次裁定许多处。",
        f"{conflicts}处待裁定" if conflicts else "没有",
        conflicts > 0,
        Conflicts,
    )
    twice = len(duplicates(store))
    yield Desk(
        "重复",
        "同一个单位在一轮里有几份答卷：只留一份、都保留，或逐题合并成一份；作废的内容也都留着。",
        f"{twice}个单位待决定" if twice else "没有",
        twice > 0,
        DuplicateUnits,
    )
    edits = len(corrections(store))
    yield Desk(
        "更正",
        "有人在 WPS 里手工改过工作簿的格子：原来是什么、改成什么，采用或不采用，都写明原因。",
        f"{edits}处待处理" if edits else "没有",
        edits > 0,
        Corrections,
    )
    rejected = len(aside_in(inbox_folder(store)))
    yield Desk(
        "未并入",
        "不是工作簿、传输不完整、被认作可疑的文件：各有一句原因和办法。",
        f"{rejected}个文件在“未并入”文件夹" if rejected else "没有",
        False,
        RejectedFiles,
    )
    known = laptops(store)
    waiting = sum(laptop.state is Trusted.WAITING for laptop in known)
    yield Desk(
        "电脑",
        "收过工作簿的电脑，各有12位指纹：打电话核对以后认可，丢失的撤销。",
        f"{len(known)}台，待认可{waiting}台" if known else "还没有",
        waiting > 0,
        Laptops,
    )
    selection = Selection.of(store.form(current_survey(store).digest))
    whole = survey_coverage(store.conn, selection).whole
    yield Desk(
        "覆盖",
        "市和组的一张表：完成、未开始、草稿、冲突；光标所在的格子列出单位的名字，没有交齐的可复制成催办名单。",
        _covered(whole, selection.many),
        False,
        CoverageBoard,
    )
    others = [] if selection.many else earlier_rounds(store.conn, selection)
    yield Desk(
        "轮次",
        "同样的单位一年以后：两轮都完成的单位逐题对照，合计差多少、哪些单位变了；可以写成表。",
        f"可与{'、'.join(others)}对照" if others else "只有一轮",
        False,
        Rounds,
    )
    yield _problems(app)
    yield from _looking(store)


def _problems(app: ZoufangApp) -> Desk:
    today = Registrar(app.store, app.actor).today
    late, contested = len(overdue(app.store, today)), len(disputed(app.store))
    parts = (f"逾期{late}件" if late else "", f"有争议{contested}件" if contested else "")
    about = (
        "问题件、合并清单项、措施、经验清单（F2 换清单）：归并相似的、办理、答复、回访、销号；F8 统计和反映比较多的。"
    )
    return Desk("问题", about, "，".join(filter(None, parts)) or "没有逾期的", any(parts), Cases)


def _looking(store: Store) -> Iterator[Desk]:
    """The desks that only look at the answers there are."""
    heading = current_survey(store)
    complete = sum(row.stage == Stage.COMPLETE for row in store.interviews(survey_id=heading.id))
    yield Desk(
        "统计",
        "选一题，按市、县区类别、调查组或另一题的答案分组，看表和条形图；可以导出。",
        f"{heading.title}：完成{complete}份",
        False,
        Explorer,
    )
    yield Desk(
        "质量",
        "检查全部答卷：可能填错的、答不上来太多的、填得太快的……各有一句话，按 Enter 到那一题。",
        "逐份检查，要几秒",
        False,
        QualityList,
    )


def _inbox(store: Store) -> Desk:
    try:
        new = sum(arrival.state in (Arrived.NEW, Arrived.ARCHIVE) for arrival in arrivals(store, inbox_folder(store)))
        waiting = f"新到{new}个文件" if new else "没有新到的"
    except OSError:
        new, waiting = 1, "读不出来，请换一个文件夹"
    about = "各组交来的工作簿、压缩包放进收件夹，在这里并入：逐个显示进展，随时可以停下，放两遍也不会重复。"
    return Desk("收件夹", about, waiting, new > 0, InboxRoom)


def _covered(whole: CoverageLine, many: bool) -> str:
    if many:
        return f"{whole.records}份，单位 {whole.reached}/{len(whole.units)}"
    counts = "，".join(f"{state}{whole.count(state)}" for state in Progress)
    return f"应查{len(whole.units)}：{counts}"
