"""Keys are carried out strictly one after another, and each is painted once."""

from __future__ import annotations

import asyncio
from typing import TypeVar

from textual import events
from textual.app import App, ScreenStackError
from textual.dom import DOMNode
from textual.message_pump import MessagePump
from textual.reactive import Reactive
from textual.screen import Screen
from textual.widget import Widget

from surveys.text import MAX_LENGTH
from tui.textual_faults import PasteRefused

Result = TypeVar("Result")

LONGEST_HOLD = 0.1
"""Seconds after which the screen is painted even if a key still keeps the app busy."""

LULL = 0.3
"""Seconds without a key after which a flood is over."""


class OneKeyAtATime(App[None]):
    """An app in which the next key waits until everything that the last one set off has been worked through.

    Textual hands a key to the focused widget's queue and takes the next key at once. Keys that arrive in
    a burst (a lagging laptop, a held key, a paste typed by a scanner) then reach the widget that was
    focused when they *arrived*, and a priority binding overtakes the characters typed before it: the
    digits of one question end up in another.
    """

    holds_paint = False
    """True while a key is being carried out; see `PaintedOnce`."""

    _feeder: asyncio.Task[None] | None = None

    _flood = 0
    """How many keys have been refused since they became too many."""

    async def on_event(self, event: events.Event) -> None:
        if not isinstance(event, (events.Key, events.Paste)) or event.is_forwarded:
            await super().on_event(event)
            return
        if self._feeder is None:
            self._typed: asyncio.Queue[events.Event] = asyncio.Queue()
            self._feeder = asyncio.create_task(self._feed())
        if self._flood or self._typed.qsize() >= MAX_LENGTH:
            self._refuse(event)
        else:
            self._typed.put_nowait(event)

    def _refuse(self, event: events.Event) -> None:
        """Refuse a key and all that wait before it.

        So many were typed by no person: a console that does not mark what is pasted hands it over as keys, and a
        million of them would keep the app busy for half an hour.
        """
        if not self._flood:
            self._say(f"一下子收到了超过{MAX_LENGTH:,}个字，不接受，请稍等……")
            asyncio.get_running_loop().call_later(LULL, self._end_flood)
        self._last = asyncio.get_running_loop().time()
        self._flood += _length(event)
        while not self._typed.empty():
            self._flood += _length(self._typed.get_nowait())
            self._typed.task_done()

    def _end_flood(self) -> None:
        loop = asyncio.get_running_loop()
        if (wait := self._last + LULL - loop.time()) > 0:
            loop.call_later(wait, self._end_flood)
            return
        flood, self._flood = self._flood, 0
        self._say(f"一下子收到的{flood:,}个字没有接受（上限{MAX_LENGTH:,}字）；已经进了输入框的开头请检查。")

    def _say(self, sentence: str) -> None:
        """Have the screen say why something that was pasted is not taken."""
        if self._screen_stack:
            self.screen.post_message(PasteRefused(sentence))

    async def all_keys_done(self) -> None:
        """Wait until every key that has arrived is carried out."""
        calm = 0
        while calm < 3 and self.is_running:
            await asyncio.sleep(0)
            waiting = self._feeder is not None and self._typed._unfinished_tasks  # type: ignore[attr-defined]
            calm = 0 if waiting or not self._quiet(set()) else calm + 1
            if not calm:
                await asyncio.sleep(0.001)

    async def _shutdown(self) -> None:
        if self._feeder is not None:
            self._feeder.cancel()
        await super()._shutdown()

    async def _feed(self) -> None:
        while self.is_running:
            event = await self._typed.get()
            self.holds_paint = True
            safety = asyncio.get_running_loop().call_later(LONGEST_HOLD, self._release)
            try:
                nodes = self._path()
                await super().on_event(event)
                await self._calm(nodes)
            except Exception as error:
                self._handle_exception(error)
            finally:
                safety.cancel()
                self._release()
                self._typed.task_done()

    def _release(self) -> None:
        """Let the screen be painted."""
        if self.holds_paint:
            self.holds_paint = False
            if self._screen_stack:
                self.screen.check_idle()

    def _path(self) -> set[MessagePump]:
        """The focused widget with everything around it."""
        try:
            node: DOMNode = self.focused or self.screen
        except ScreenStackError:  # closing
            return set()
        return {node, *node.ancestors}

    def _quiet(self, nodes: set[MessagePump]) -> bool:
        """True when none of these, nor what has the focus now, has anything left to do."""
        if self._exit or not self._screen_stack:
            return True
        if not self.screen.is_mounted or (self.screen._callbacks and not self.holds_paint):
            return False
        return all(
            node._message_queue.empty() and not node._next_callbacks for node in nodes | self._path() if node.is_running
        )

    async def _calm(self, nodes: set[MessagePump]) -> None:
        calm = 0
        for attempt in range(1_000):  # at the very most about five seconds: a key is never held back for ever
            await asyncio.sleep(0 if attempt < 20 else 0.005)
            calm = calm + 1 if self._quiet(nodes) else 0
            if calm == 3 and self.holds_paint:
                self._release()
                calm = 0
            if calm == 2 and not self.holds_paint:
                return


def _length(event: events.Event) -> int:
    """How many characters a key or a paste brings."""
    return len(event.text) if isinstance(event, events.Paste) else 1


class PaintedOnce(Screen[Result]):
    """A screen that waits with painting until a key has been carried out.

    Textual paints as soon as the first of the messages that a key sets off is worked through, and again
    after the others, 1/60 s later each time. It also paints everything anew whenever the focus moves.
    """

    focused: Reactive[Widget | None] = Reactive(None, repaint=False)

    async def _on_idle(self, event: events.Idle) -> None:
        if isinstance(self.app, OneKeyAtATime) and self.app.holds_paint:
            event.prevent_default()  # of Screen's own `_on_idle`, which starts the painting
