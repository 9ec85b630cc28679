"""What this is, which questionnaire it holds and where the data are."""

from __future__ import annotations

import importlib.metadata

from textual.app import ComposeResult
from textual.containers import VerticalScroll

from tui.current_survey import current_survey, outline
from tui.keys import bindings_of
from tui.screens.room import Room
from tui.widgets.prose import Prose


class About(Room[None]):
    """Shown from the home screen."""

    room = "about"
    BINDINGS = bindings_of("about")

    def body(self) -> ComposeResult:
        with VerticalScroll(id="page"):
            for line in self._lines():
                yield Prose(line or " ")

    def on_mount(self) -> None:
        self.query_one("#page").focus()

    def _lines(self) -> list[str]:
        from exports.signing import laptop_key

        store = self.zoufang.store
        key, news = laptop_key(store)
        heading = current_survey(store)
        return [
            f"走访 {_version()}——离线入户调查程序",
            "",
            f"问卷：{heading.title}（{heading.id}，版本 {heading.version}）",
            f"问卷校验码：{heading.digest[:12]}",
            f"说明：{outline(store, heading.digest).notice}",
            "",
            f"数据文件：{store.path}",
            f"导出位置：{self.zoufang.export_folder}",
            f"组别：{self.zoufang.team_name}　设备：{store.setting('device')}　录入人：{store.setting('member')}",
            f"设备编号：{store.setting('device_id')}",
            f"电脑指纹：{key.fingerprint}（省总办公室据此认可这台电脑的工作簿）",
            *([news] if news else []),
            "",
            "本程序不联网。答案在光标移开之前已写入磁盘。",
        ]


def _version() -> str:
    try:
        return importlib.metadata.version("zoufang")
    except importlib.metadata.PackageNotFoundError:  # run from a checkout that was not installed
        return "（未安装）"
