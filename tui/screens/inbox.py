"""The drop-in folder: what is new in it, and taking it in while the screen stays alive."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from exports.arrivals import INBOX, Arrival, State, arrivals, inbox_folder
from surveys.text import show_text
from tui.keys import Command, bindings_of
from tui.lending import lend
from tui.marks import bar, pick
from tui.screens.dialogs import AskText
from tui.screens.list_room import ListRoom
from tui.textual_faults import cut

if TYPE_CHECKING:
    from exports.merge_report import MergeLine, MergeReport
    from surveys.store import Store

RECEIPTS = "回执"
"""The folder for receipts, in the data folder."""

LOOKS = 0.1
"""Seconds between two looks at how far the merge is."""

Result = TypeVar("Result")


class InboxRoom(ListRoom["Arrival | MergeLine"]):
    """A line per file; while and after a merge, what became of each.

    The merge runs in a thread that has the store for itself (`tui.lending`); until it is back nothing else is
    offered here than stopping after the workbook it is at.
    """

    room = "inbox"
    BINDINGS = bindings_of("inbox")

    merging = False
    """True while the thread has the store."""

    unverified = False
    """True where workbooks of laptops that nobody approved, or without signature, are to be taken too."""

    _passwords: tuple[str, ...] = ()
    """What is tried on encrypted workbooks."""

    _report: MergeReport | None = None
    """Of the merge that was done last in this room; None while the folder is shown."""

    # ── what is shown ──

    def load(self) -> None:
        self._report = None
        store = self.zoufang.store
        self.folder = inbox_folder(store)
        if not (store.setting(INBOX) or store.read_only):
            with suppress(OSError):  # told when it cannot be read
                self.folder.mkdir(exist_ok=True)
        self._title = ["收件夹", self.zoufang.team_name]
        super().load()

    def read(self) -> Iterator[Arrival]:
        try:
            yield from arrivals(self.zoufang.store, self.folder)
        except OSError as error:
            self.tell(f"收件夹 {self.folder} 读不出来（{error.strerror}），请换一个文件夹。", trouble=True)

    def summarise(self) -> None:
        if self._report or self.merging:
            return
        found = [entry for entry in self.entries if isinstance(entry, Arrival)]
        new = sum(entry.state in (State.NEW, State.ARCHIVE) for entry in found)
        self.heading.show(self._title, f"新到 {new}/{len(found)}")
        also = "未认可的电脑、没有签名的也收，永远注明。" if self.unverified else ""
        self.summary.say(f"文件夹 {self.folder}\n把各组交来的工作簿或压缩包放进去。{also}")

    def line(self, entry: Arrival | MergeLine) -> str:
        if isinstance(entry, Arrival):
            sign = {State.TAKEN: pick("✓", "v"), State.UNREADABLE: "!"}.get(entry.state, pick("○", "."))
            name = show_text(str(entry.path.relative_to(self.folder)), line=True)
            tail = f"{_size(entry.size):>9} {entry.at:%m-%d %H:%M}"
            return f"{sign} {cut(entry.state.label, 7)}{cut(name, self.app.size.width - 32)}{tail}"
        sign = "!" if entry.outcome == "rejected" else pick("✓", "v")
        name = entry.path.rpartition("/")[2].rpartition("\\")[2]
        became = entry.message.removeprefix(f"“{name}”").lstrip("：")
        width = self.app.size.width - 18
        return f"{sign} {cut(entry.outcome.label, 11)}{cut(name, width * 2 // 5)} {cut(became, width - width * 2 // 5 - 1)}"

    def told(self, entry: Arrival | MergeLine) -> str:
        if isinstance(entry, Arrival):
            return f"{show_text(str(entry.path), line=True)}\n{entry.state.label}"
        conflicts = [conflict.message for line in entry.interviews for conflict in line.conflicts]
        return "\n".join([entry.message, *conflicts[:4], *(["……"] if len(conflicts) > 4 else [])])

    def nothing(self) -> str:
        return f"收件夹是空的。把工作簿放进 {self.folder}，再按 {self.key_of('refresh')}。"

    # ── commands ──

    def works(self, command: Command) -> bool:
        if command.id == "stop":
            return self.merging and self._doing == "并入"
        if self.merging:
            return command.id in ("help", "palette", "quit", "back")  # the last says why it has to wait
        if command.id == "receipts":
            return self._report is not None and any(line.merged for line in self._report.lines)
        if command.id == "merge":
            return bool(self.entries) and not self.zoufang.store.read_only
        return True

    def action_refresh(self) -> None:
        self.load()
        self.tell("重新看过了。")

    def action_unverified(self) -> None:
        self.unverified = not self.unverified
        self.load()

    def action_folder(self) -> None:
        from surveys.store import StoreError

        def accept(typed: str) -> str:
            folder = typed.strip()
            if folder and not Path(folder).is_dir():
                return f"没有文件夹“{show_text(folder, line=True)}”，请先建好，或不写就用数据文件夹里的“收件夹”。"
            try:
                self.zoufang.store.set_settings(**{INBOX: str(Path(folder).absolute()) if folder else ""})
            except StoreError as error:
                return error.message
            return ""

        def done(yes: bool | None) -> None:
            if yes:
                self.load()

        self.app.push_screen(AskText("收件夹在哪里？不写就是数据文件夹里的“收件夹”。", str(self.folder), accept), done)

    def action_passwords(self) -> None:
        def accept(typed: str) -> str:
            self._passwords = tuple(typed.split())
            return ""

        def done(yes: bool | None) -> None:
            if yes:
                count = len(self._passwords)
                self.tell(f"并入时逐个试这{count}个密码。" if count else "不试密码；设了打开密码的工作簿不收。")

        title = "设了打开密码的工作簿用什么密码？几个密码用空格隔开，不写就不试。"
        self.app.push_screen(AskText(title, " ".join(self._passwords), accept), done)

    # ── in the thread ──

    def _begin(self, what: str, work: Callable[[Store], Result], finish: Callable[[Result | None, str], None]) -> None:
        """Have the thread do something; `finish` gets what it gave, or None and why not."""
        self._doing, self.merging = what, True
        self._stop = threading.Event()
        self._lines: deque[MergeLine] = deque()
        self._looking = self.set_interval(LOOKS, self._look)
        self._show_progress()
        self.key_line.show_keys()

        async def busy() -> None:
            from exports.files import ExportError
            from surveys.store import StoreError

            trouble, result = "", None
            try:
                result = await lend(self.zoufang, work)
            except (ExportError, StoreError) as error:
                trouble = error.message
            finally:
                self._looking.stop()
                self.merging = False
            if self.is_attached:
                self._look()
                finish(result, trouble)
                self.key_line.show_keys()

        self.run_worker(busy(), exit_on_error=True)

    def action_merge(self) -> None:
        self.entries, self._found, self._total = (), [], 0
        self.show_all()
        self._begin("并入", self._take_in, self._finish)

    def _take_in(self, store: Store) -> MergeReport:
        """Merge what is in the folder; what was done before it was stopped stays done."""
        from exports.inbox import Inbox
        from exports.merging import merge

        self._total = len(Inbox([self.folder]))
        return merge(
            store, [self.folder], self._lines.append, self.unverified,
            stop=self._stop.is_set, aside=True, passwords=lambda _: self._passwords,
        )  # fmt: skip

    def action_receipts(self) -> None:
        assert self._report is not None
        self._begin(
            "写回执", partial(_write_receipts, self._report, self.zoufang.data / RECEIPTS), self._receipts_written
        )

    def _receipts_written(self, written: Sequence[Path] | None, trouble: str) -> None:
        self._show_result()
        told = (
            f"写好了{len(written)}本回执，在 {self.zoufang.data / RECEIPTS}，请发回各组。"
            if written is not None
            else trouble
        )
        self.tell(told, trouble=bool(trouble))

    def _look(self) -> None:
        """Show the lines that have come since the last look."""
        new = [self._lines.popleft() for _ in range(len(self._lines))]
        if new:
            self.entries = [*self.entries, *new]
            self.list.add([self.line(entry) for entry in new])
            self.list.highlighted = len(self.entries) - 1
        if self.merging:
            self._show_progress()

    def _show_progress(self) -> None:
        done, total = len(self.entries), max(len(self.entries), self._total)
        self.heading.show(self._title, f"正在{self._doing} {done}/{total} {bar(done, total, 10)}")
        stopping = "，做完手上这一个就停" if self._stop.is_set() else ""
        self.summary.say(f"正在{self._doing}：{self.folder}{stopping}……")

    def _finish(self, report: MergeReport | None, trouble: str) -> None:
        if report is None:
            self.load()
            self.tell(trouble, trouble=True)
            return
        self._report = self.zoufang.last_merge = report
        self.show_all()
        self._show_result()
        self.tell("\n".join(report.chain_faults), trouble=bool(report.chain_faults))

    def _show_result(self) -> None:
        assert self._report is not None
        report = self._report
        merged = sum(line.merged for line in report.lines)
        counts = [f"并入或已有{merged}", f"没有并入{len(report.rejected)}", f"冲突{len(report.conflicts)}处"]
        counts.append(f"重复单位{len(report.duplicates)}个")
        self.heading.show(self._title, "已停下" if report.stopped else "并入完毕")
        stopped = "停下以前的都已做完，再并入一次就接着做。" if report.stopped else ""
        self.summary.say(f"{'，'.join(counts)}。{stopped}")

    def action_stop(self) -> None:
        self._stop.set()
        self._show_progress()

    def action_back(self) -> None:
        if self.merging:
            self.tell(f"正在并入，请等一下，或按 {self.key_of('stop')} 停下。")
        else:
            super().action_back()

    def put_away(self) -> None:
        if self.merging:
            self._stop.set()

    def on_unmount(self) -> None:
        self.put_away()


def _write_receipts(report: MergeReport, folder: Path, store: Store) -> list[Path]:
    """A receipt for every laptop whose workbooks the merge took."""
    from exports.receipt_workbook import write_receipt
    from exports.receipts import receipts_of
    from surveys.recording import utc_now

    at = utc_now().isoformat(timespec="seconds")
    return [write_receipt(receipt, key, folder) for receipt, key in receipts_of(store, report.lines, at)]


def _size(count: int) -> str:
    return f"{max(1, round(count / 1024)):,} KB" if count < 10 * 1024 * 1024 else f"{count / 1024 / 1024:,.0f} MB"
