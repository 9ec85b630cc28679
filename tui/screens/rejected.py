"""Files that were not taken, each with why and what to do about it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from exports.arrivals import inbox_folder
from exports.setting_aside import aside_in
from surveys.text import show_text
from tui.keys import Command, bindings_of
from tui.screens.list_room import ListRoom
from tui.textual_faults import cut


@dataclass(frozen=True)
class Rejected:
    """One file."""

    where: str
    """Its path, as it may be shown."""
    at: str
    """When it was put aside; "" for one that is still in the inbox."""
    message: str


class RejectedFiles(ListRoom[Rejected]):
    """What was put aside, after what the last merge of this sitting left in the inbox."""

    room = "rejected"
    BINDINGS = bindings_of("rejected")

    def read(self) -> Iterator[Rejected]:
        last = self.zoufang.last_merge
        aside = aside_in(inbox_folder(self.zoufang.store))
        moved = {show_text(file.path.name, line=True) for file in aside}
        for line in last.rejected if last else ():
            if line.path.rpartition("/")[2].rpartition("\\")[2] not in moved:
                yield Rejected(line.path, "", line.message)
        for file in reversed(aside):
            yield Rejected(show_text(str(file.path), line=True), file.at, show_text(file.message, line=True))

    def summarise(self) -> None:
        self.heading.show(["未并入", self.zoufang.team_name], f"{len(self.entries)}个文件")
        self.summary.say(
            "不可能并入的已移到收件夹旁的“未并入”文件夹；别的改好或认可以后，再并入一次。" if self.entries else ""
        )

    def line(self, entry: Rejected) -> str:
        return f"! {cut(entry.at[5:] or '在收件夹', 12)}{cut(entry.message, self.app.size.width - 19)}"

    def told(self, entry: Rejected) -> str:
        return f"{entry.message}\n{entry.where}"

    def nothing(self) -> str:
        return "没有：收件夹里的文件都并入了，或还没有并入过。"

    def works(self, command: Command) -> bool:
        return command.id != "copy_reason" or (self.is_mounted and self.here is not None)

    def action_copy_reason(self) -> None:
        if here := self.here:
            self.app.copy_to_clipboard(here.message)
            self.tell("这一句已复制，可以发给送交的人。")
