"""Films the app: a whole interview in a real terminal, from the first start to the exported workbook.

`python -m tests.tui.film` takes the pictures in docs/画面 anew, and writes what the interview took into
docs/按键与速度.md. It needs tmux.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from surveys.campaign import open_campaign
from tests.tui.keystrokes import write_part
from tests.tui.picture import svg
from tests.tui.states import STATES, make_world
from tests.tui.terminal import Terminal
from tests.tui.timing import timed
from tests.tui.typist import UNIT, Typist

PICTURES = Path(__file__).parents[2] / "docs/画面"
SMALL, LARGE = (80, 24), (120, 40)


@dataclass(frozen=True)
class Scene:
    """Keys, and a picture of what they lead to."""

    keys: tuple[str, ...]
    text: str
    """What is on the screen then."""
    picture: str = ""
    """"" for none."""


AT_QUESTIONS = {
    "chair_post": ((0, "第1题", "单选"),),
    "sw_pay": ((4, "1,400", "数字"),),
    "sw_main_problem": ((2, "第15题", "多选"),),
    "venues": ((8, "所在乡镇", "登记一项"), (-1, "4 ✓", "登记")),
    "service_capacity": ((4, "心理关爱：", "评分"),),
    "income": ((18, "合计", "表格"),),
    "last_congress": ((-1, "月", "日期"),),
    "good_practice": ((-1, "/1000", "文字"),),
}
"""Question → pictures: after how many of its keys, what is to be read then, and the picture's name."""

LOOK_AROUND = "staff_lent_out"
"""The question at which the dialogs are opened."""

ON_THE_WAY = (
    Scene(("ctrl+f", *"whg"), "文化宫", "找题"),
    Scene(("escape",), "第6题"),
    Scene(("f5",), "依据什么", "依据"),
    Scene(("escape",), "第6题"),
    Scene(("f2", *"另有1人借调手续未办完"), "手续未办完", "备注"),
    Scene(("escape",), "第6题"),
    Scene(("f9",), "按 Enter 到该题", "检查"),
    Scene(("escape",), "第6题"),
    Scene(("f1",), "这一屏的按键", "帮助"),
    Scene(("escape",), "第6题"),
    Scene(("ctrl+p",), "找命令", "找命令"),
    Scene(("escape",), "第6题"),
)
"""What is looked at from there, and left again."""

AT_THE_END = (
    Scene((), "按 F10 定稿", "可以定稿"),
    Scene(("f7",), "填报人职务", "全部题目"),
    Scene(("f7", "f8"), "待核实线索", "指标"),
    Scene(("escape",), "按 F10 定稿"),
    Scene(("f10",), "现在定稿", "定稿"),
    Scene(("enter",), "已定稿", "已定稿"),
    Scene(("escape",), "完成"),
    Scene(("escape",), "完成 1/18"),
    Scene(("f4",), "校验码", "导出"),
    Scene(("f6",), "录入人姓名", "设置"),
    Scene(("escape",), "完成 1/18"),
    Scene(("f8",), "数据文件", "关于"),
)
"""From the review after the last question to the exported workbook, and around."""

OTHERS = (
    ("home", "哈尔滨市", "首页", LARGE),
    ("members", "现在由谁录入", "换人", SMALL),
    ("respondent", "谁在答复", "答复人", SMALL),
    ("reference", "A01", "清单", LARGE),
    ("entry", "要点", "清单条目", SMALL),
    ("review", "按 Enter 到该题", "检查一份草稿", LARGE),
    ("comparison", "比较了", "双录对照", LARGE),
    ("office", "有事待办", "汇总", SMALL),
    ("inbox", "各组说明", "收件夹", SMALL),
    ("conflicts", "待裁定", "冲突", LARGE),
    ("duplicates_settle", "怎么办", "重复", SMALL),
    ("combining", "待选", "逐题合并", LARGE),
    ("corrections", "待处理", "更正", SMALL),
    ("rejected", "传输不完整", "未并入", SMALL),
    ("laptops", "待认可", "电脑", SMALL),
    ("coverage_city", "应查", "覆盖", LARGE),
    ("cases_of_a_team", "在办的", "问题登记簿", SMALL),
    ("case", "登记回访结果", "一件问题", SMALL),
    ("case_form", "提出人类别", "记一件", SMALL),
    ("case_form_text", "可以放宽", "当场答复", SMALL),
    ("similar_chosen", "说的是同一件事", "相似的问题", SMALL),
    ("register_figures", "办结率", "问题统计", LARGE),
    ("rounds", "两轮都完成", "轮次对照", SMALL),
    ("explorer", "占比：全省", "统计表", LARGE),
    ("quality", "没有了结", "质量检查", SMALL),
    ("records", "新记一次", "走访记录", SMALL),
    ("newer", "照旧保留", "新版问卷", SMALL),
)
"""States of the little world, what is to be read there, the picture's name and the terminal's size."""


class Camera:
    """A terminal with the app in it, and the folder its pictures go to."""

    def __init__(self, terminal: Terminal, pictures: Path, size: tuple[int, int]) -> None:
        self.terminal, self.pictures, self.size = terminal, pictures, size

    def take(self, picture: str) -> None:
        """Wait until the screen is still, and keep it."""
        screen = self.terminal.wait_until_still()
        (self.pictures / f"{picture}.svg").write_text(svg(screen, *self.size), "utf-8")

    def play(self, *scenes: Scene) -> None:
        """Press the keys of scenes and take their pictures."""
        for scene in scenes:
            self.terminal.press(*scene.keys)
            if "escape" in scene.keys:  # a key that follows at once would make it Alt and that key
                self.terminal.wait_until_still()
            self.terminal.wait_for(scene.text)
            if scene.picture:
                self.take(scene.picture)


@contextmanager
def camera(data: Path, pictures: Path, size: tuple[int, int] = SMALL) -> Iterator[Camera]:
    """The app on a data folder, about to be filmed."""
    terminal = Terminal(data, *size)
    try:
        yield Camera(terminal, pictures, size)
    finally:
        terminal.close()


def film(folder: Path, pictures: Path) -> None:
    """Fill the whole interview, and look at everything on the way.

    Args:
        folder: An empty one, for data.
        pictures: Where the pictures go.
    """
    with open_campaign(folder / "shadow") as shadow, camera(folder / "走访数据", pictures) as film:
        film.play(
            Scene((), "第一次使用"),
            Scene(("1", "enter", *"一组联想", "enter", *"张三"), "张三", "第一次使用"),
            Scene(("enter",), "完成 0/18"),
            Scene(tuple(UNIT), "松北区"),
            Scene(("enter",), "填报方式"),
        )
        _interview(film, Typist.of(shadow))
        film.play(*AT_THE_END)
    make_world(folder / "world")
    for number, (name, text, picture, size) in enumerate(OTHERS):
        data = folder / str(number) / "走访数据"
        shutil.copytree(folder / "world", data)
        STATES[name].prepare(data)
        with camera(data, pictures, size) as film:
            film.play(Scene((), "张三"))
            for key in STATES[name].keys:  # a desk of the office reads first what there is, and has no keys till then
                film.terminal.press(key)
                film.terminal.wait_until_still(1)
            film.play(Scene((), text, picture))


def _interview(film: Camera, typist: Typist) -> None:
    """From the first question to the review."""
    for item in typist.questions():
        film.terminal.wait_for_question(item)
        if item.name == LOOK_AROUND:
            film.play(*ON_THE_WAY)
        keys, done = typist.keys(item), 0
        for number, text, picture in AT_QUESTIONS.get(item.name, ()):
            until = number % len(keys)
            film.play(Scene(tuple(keys[done:until]), text, picture))
            done = until
        film.terminal.press(*keys[done:])
        for finding in typist.warnings(item):
            film.terminal.wait_for("再按 Enter 到下一题")
            film.take("核对提示")
            first, *others = typist.explanation(finding)
            film.play(Scene((first,), "请说明"))
            film.terminal.press(*others, "pagedown")


def main() -> None:
    """Take every picture anew, and the times."""
    shutil.rmtree(PICTURES, ignore_errors=True)
    PICTURES.mkdir(parents=True)
    with tempfile.TemporaryDirectory() as folder:
        film(Path(folder), PICTURES)
        write_part("计时", timed(Path(folder)))


if __name__ == "__main__":
    main()
