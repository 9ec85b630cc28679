"""Lists of thousands are there at once, and every line of them can be reached."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import App, ComposeResult

from tui.widgets.found_list import BELOW, FoundList

MANY = 5000


class Counted(Sequence[str]):
    """Lines that tell how many of them were ever asked for."""

    def __init__(self) -> None:
        self.asked: set[int] = set()

    def __len__(self) -> int:
        return MANY

    def __getitem__(self, place):
        places = range(MANY)[place] if isinstance(place, slice) else [place]
        self.asked.update(places)
        return [f"第{number}行" for number in places] if isinstance(place, slice) else f"第{place}行"


class Alone(App[None]):
    def compose(self) -> ComposeResult:
        yield FoundList(id="rows")


def drawn(app: App[None]) -> str:
    strips = app.screen._compositor.render_strips()
    return "\n".join("".join(segment.text for segment in strip) for strip in strips)


async def test_only_lines_near_the_cursor_are_made_and_all_can_be_reached() -> None:
    app, lines = Alone(), Counted()
    async with app.run_test(size=(40, 20)) as pilot:
        rows = app.query_one(FoundList)
        rows.fill(lines)
        await pilot.pause()
        assert "▶第0行" in drawn(app)
        assert len(lines.asked) == rows.option_count == BELOW
        for _ in range(BELOW + 5):
            rows.action_cursor_down()
        await pilot.pause()
        assert f"▶第{BELOW + 5}行" in drawn(app)
        assert "▶第0行" not in drawn(app)
        assert len(lines.asked) < 3 * BELOW
        for y in range(BELOW, 2 * BELOW + 1, 10):  # the wheel
            rows.scroll_to(y=y, animate=False)
        await pilot.pause()
        assert f"第{2 * BELOW + 10}行" in drawn(app)
        rows.highlighted = 0
        rows.action_cursor_up()  # from the first to the last
        await pilot.pause()
        assert rows.highlighted == MANY - 1
        assert f"▶第{MANY - 1}行" in drawn(app)
        rows.fill(["只有一行"])
        rows.add(["又一行"])
        rows.action_last()
        await pilot.pause()
        assert "▶又一行" in drawn(app)
