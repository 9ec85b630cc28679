"""How long an interview takes the program: typed into a real terminal as fast as it will take the keys."""

from __future__ import annotations

import os
import platform
import statistics
import time
from pathlib import Path

from surveys.campaign import open_campaign
from tests.tui.keystrokes import count
from tests.tui.terminal import Terminal
from tests.tui.typist import UNIT, Typist

REST = 0.25
"""Seconds before a last key, so that nothing but its own work is measured."""


def timed(folder: Path) -> str:
    """Type the interview twice, in bursts and with rests; what it took, as Markdown."""
    keys, seconds, _ = _run(folder / "bursts", rest=0)
    _, _, steps = _run(folder / "rests", rest=REST)
    median, slow = statistics.median(steps), statistics.quantiles(steps, n=20)[-1]
    return "\n".join(
        [
            "| 量什么 | 量得 |",
            "|---|---|",
            f"| 从打开问卷到“检查”界面，一口气送进全部按键 | {keys}键，{seconds:.1f}秒，每秒{keys / seconds:.0f}键 |",
            f"| 一步：按下一题的最后一个键，到下一题出现在屏幕上 | 中位{median * 1000:.0f}毫秒，最慢的5%超过{slow * 1000:.0f}毫秒 |",
            f"| 机器 | {_machine()} |",
        ]
    )


def _run(folder: Path, rest: float) -> tuple[int, float, list[float]]:
    """Keys, seconds altogether, and seconds of every step (the key of the last one leads to the review)."""
    folder.mkdir()
    with open_campaign(folder / "shadow") as shadow:
        typist = Typist.of(shadow)
        terminal = Terminal(folder / "走访数据", 80, 24)
        try:
            terminal.wait_for("第一次使用")
            terminal.press("1", "enter", *"一组联想", "enter", *"张三", "enter")
            terminal.wait_for("完成 0/18")
            terminal.press(*UNIT, "enter")
            terminal.wait_for("填报方式")
            return _fill(terminal, typist, rest)
        finally:
            terminal.close()


def _fill(terminal: Terminal, typist: Typist, rest: float) -> tuple[int, float, list[float]]:
    pressed, steps, last = 0, [], 0.0
    started = time.perf_counter()
    for item in typist.questions():
        if pressed:
            terminal.wait_for_question(item)
            steps.append(time.perf_counter() - last)
        _, keys = count(typist, item)
        if rest:
            terminal.press(*keys[:-1])
            time.sleep(rest)
        last = time.perf_counter()
        terminal.press(*(keys[-1:] if rest else keys))
        pressed += len(keys)
    terminal.wait_for("检查")
    return pressed, time.perf_counter() - started, steps


def _machine() -> str:
    processor = next(
        (line.split(":")[1].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line),
        platform.processor(),
    )
    return f"{os.cpu_count()}核 {processor} 虚拟机，Linux，Python {platform.python_version()}，80×24的终端"
