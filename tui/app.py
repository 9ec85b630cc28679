"""The Textual app: opens the store, shows the home screen, and knows the way to an interview.

Importing this module loads textual only, and the first screen is painted before the store (sqlite-utils)
is loaded and opened. Definitions (pydantic, lark), workbooks and pinyin are loaded when somebody opens an
interview, exports or searches.
"""

from __future__ import annotations

import datetime as dt
import sys
import traceback
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from typing import TYPE_CHECKING

from tui.textual_faults import AsciiScrollBar, shown  # first: sets what textual reads on import

# isort: split
from textual.scrollbar import ScrollBar, ScrollBarRender

from surveys.frame import OFFICE, Unit, team_name
from tui.current_survey import ADVANCE, LANGUAGE, SURVEY, current_survey, outline
from tui.key_queue import OneKeyAtATime
from tui.keymap import KEYS_FILE, read_keymap
from tui.marks import MARKS, ascii_only, choose_ascii
from tui.members import MEMBER, entering
from tui.screens.home import Home
from tui.screens.room import Room
from tui.themes import LABELS, THEME, THEMES

if TYPE_CHECKING:
    from exports.merge_report import MergeReport
    from exports.workbook import Export
    from surveys.acts import Actor
    from surveys.form import Form
    from surveys.recording import Recorder
    from surveys.store import Store

EXPORTS = "导出"
LOG = "zoufang.log"
SETTLED = 0.2
"""Seconds after which what nobody waits for is done."""

COPY_EVERY = 30 * 60
"""Seconds between copies of the store."""


class ZoufangApp(OneKeyAtATime):
    """走访.

    Args:
        data: The folder that holds the database, the exports and the error log.
        definition: A questionnaire to use from now on; by default what the store holds, at the first start
            the questionnaire that is shipped.
    """

    TITLE = "走访"
    CSS_PATH = "styles/zoufang.tcss"
    ENABLE_COMMAND_PALETTE = False  # Textual's is English; `Room.action_palette` is ours
    ALLOW_SELECT = False  # selecting text with the mouse can crash (#6643)

    store: Store
    is_open = False
    """True once there is a store."""

    last_merge: MergeReport | None = None
    """What the last merge of this sitting did."""

    _looked_after = False

    def __init__(self, data: Path, definition: Path | None = None) -> None:
        super().__init__()
        self.data, self.definition = data, definition
        self.keyboard, self.key_troubles = read_keymap(data / KEYS_FILE)
        for theme in THEMES:
            self.register_theme(theme)
        self.theme = THEMES[0].name
        self.animation_level = "none"  # sliding costs an old laptop thirty paintings where one will do

    def get_default_screen(self) -> Home:
        return Home()

    def on_mount(self) -> None:
        self.set_keymap(self.keyboard.for_textual())
        self.dress(self.theme, plain=False)
        self.call_after_refresh(self._open)

    def on_unmount(self) -> None:
        choose_ascii(False)
        if self.is_open:
            if self._looked_after:  # otherwise one has left at once
                self.keep_copy()
            self.is_open = False
            self.store.close()

    def _open(self, read_only: bool = False) -> None:
        """Open the store and show the units; at the first start ask who this is."""
        from surveys.campaign import open_campaign
        from surveys.store import StoreError

        try:
            self.store = open_campaign(self.data, self.definition, read_only=read_only)
        except StoreError as error:
            from surveys.campaign import STORE_NAME
            from tui.refused import offer

            offer(self, self.data / STORE_NAME, error, lambda: self._open(read_only=True), self._open)
            return
        except Exception as error:
            from surveys.loading import LoadErrors  # brings pydantic, which a definition needed anyway

            if not isinstance(error, LoadErrors):
                raise
            self.exit(return_code=1, message=shown(str(error)))  # every fault with its place in the file
            return
        self.is_open = True
        self.dress_as_remembered()
        if self.definition and not read_only:  # named at the start: that is the one to be filled in
            self.store.set_settings(**{SURVEY: ""})
        if self.store.setting("team") or read_only:
            self.home.load()
            self.set_timer(SETTLED, self._look_after)
            return
        from tui.screens.settings import Settings

        self.push_screen(Settings(first=True))

    def dress(self, theme: str, *, plain: bool) -> None:
        """Show everything in these colours (the first for a name that is none), in ASCII where it is to be plain."""
        choose_ascii(plain)
        self.set_class(ascii_only(), "-ascii")
        ScrollBar.renderer = AsciiScrollBar if ascii_only() else ScrollBarRender
        self.theme = theme if theme in LABELS else THEMES[0].name

    def dress_as_remembered(self) -> None:
        """Colours and marks as the settings say."""
        self.dress(self.store.setting(THEME), plain=self.store.setting(MARKS) == "ascii")

    # ── looking after the store ──

    def _look_after(self) -> None:
        """Say if the clock is wrong; copy the store now and from time to time; keep room for a full disk."""
        if not self.is_open:  # left at once
            return
        self._looked_after = True
        from surveys import ballast
        from surveys.clock import clock_warning
        from surveys.snapshots import local_now

        if warning := clock_warning(self.store.last_at(), local_now()):
            self.home.tell(warning, trouble=True)
        if self.store.read_only:
            return
        import sqlite_utils.db  # noqa: F401  what the first save will need, while nobody waits

        ballast.take_on(self.data)
        self._tell_of_copy()
        self.set_interval(COPY_EVERY, self._tell_of_copy)

    def _tell_of_copy(self) -> None:
        if (trouble := self.keep_copy()) and isinstance(self.screen, Room):
            self.screen.tell(trouble, trouble=True)

    def keep_copy(self) -> str:
        """Make a verified copy of the store if anything was recorded since the last; a sentence if that failed."""
        from surveys.snapshots import take_snapshot
        from surveys.store import StoreError

        if not self.is_open or self.store.read_only:  # lent to a thread (`tui.lending`), or not ours to copy
            return ""
        try:
            take_snapshot(self.store)
        except StoreError as error:
            return error.message
        return ""

    # ── who and where ──

    @property
    def home(self) -> Home:
        """The home screen, which is always there."""
        return next(screen for screen in self.screen_stack if isinstance(screen, Home))

    @property
    def actor(self) -> Actor:
        """Who answers from now on."""
        from surveys.acts import Actor

        return Actor(self.store.setting(MEMBER), self.team, self.store.setting("device_id"))

    def hand_over(self, name: str) -> None:
        """Somebody else enters from now on, also in an interview that is open. Raises StoreError."""
        self.store.set_settings(**entering(self.store, name))
        for screen in self.screen_stack:
            if sitting := getattr(screen, "sitting", None):
                sitting.recorder.actor = self.actor

    @property
    def team(self) -> int:
        """This laptop's team; the office before the first start."""
        return int(self.store.setting("team") or OFFICE)

    @property
    def team_name(self) -> str:
        name = team_name(self.team) if self.store.setting("team") else ""
        return f"只读 {name}" if self.store.read_only else name

    @property
    def export_folder(self) -> Path:
        return self.data / EXPORTS

    # ── what the home screen does ──

    def open_interview(self, unit: Unit, ident: str, question: str = "") -> None:
        """Go on with an interview, or start one of the current survey ("" as its id). Raises StoreError.

        It opens at the question that is named, or where one was when it was left.

        A draft that was begun with an older version of its survey asks first whether to go over to the newer.
        An interview of a round that is over stays as it is: it can only be read.
        """
        from surveys.recording import Recorder

        if not ident:
            form = self.form(current_survey(self.store).digest)
            self._sit_down(Recorder.start(self.store, form, unit.code, self.actor), unit)
            return
        recorder = Recorder.resume(self.store, ident, self.actor)
        if question in recorder.interview.form.by_name and not self.store.read_only:
            recorder.go_to(question)
        now = recorder.interview.form.digest
        latest = self.store.survey_digest(self.store.survey_of(now))
        if latest and (over := recorder.interview.round) != outline(self.store, latest).round:
            self._sit_down(recorder, unit, f"这是以前轮次（{over or '未写'}）的答卷，只能看，不能改。")
            return
        if recorder.interview.stage != "draft" or latest in (now, ""):
            self._sit_down(recorder, unit)
            return
        from tui.screens.newer import Newer

        def decided(go_on: bool | None) -> None:
            if go_on:
                self._sit_down(recorder, unit)

        self.push_screen(Newer(recorder, self.form(latest), unit.name), decided)

    def key_again(self, unit: Unit, ident: str) -> None:
        """Let somebody key an interview again without seeing it. Raises StoreError, and Refusal where that may not be."""
        from surveys.second_keying import SecondKeying

        self._sit_down(SecondKeying.resume(self.store, ident, self.actor), unit)

    def form(self, digest: str) -> Form:
        """A stored definition in the language that was chosen, if it has it."""
        return self.store.form(digest, outline(self.store, digest).language(self.store.setting(LANGUAGE)))

    def _sit_down(self, recorder: Recorder, unit: Unit, only_read: str = "") -> None:
        from surveys.troubles import READ_ONLY
        from tui.former_round import former_round
        from tui.screens.interview import InterviewScreen
        from tui.screens.second_keying import SecondKeyingScreen
        from tui.sitting import Sitting

        if self.store.read_only:
            only_read = READ_ONLY
        sitting = Sitting(recorder, advances=self.store.setting(ADVANCE) != "0", only_read=only_read)
        sitting.show_in(self.form(sitting.form.digest))
        sitting.former = former_round(self.store, sitting.interview, self.form)
        screen = SecondKeyingScreen if recorder.again else InterviewScreen
        self.push_screen(screen(sitting, unit.name))

    def export(self) -> list[Export]:
        """Write a workbook for every survey that was filled in.

        Raises:
            StoreError: also for what keeps the workbook from being written.
        """
        from exports.files import ExportError
        from exports.workbook import export_all
        from surveys.store import StoreError

        try:
            # Textual's stand-ins for stdout and stderr have no file number, and a process started by the
            # export inherits them.
            with redirect_stdout(sys.__stdout__), redirect_stderr(sys.__stderr__):
                return export_all(self.store, self.export_folder)
        except ExportError as error:
            raise StoreError(error.message) from error

    # ── ends that are nobody's wish ──

    async def action_quit(self) -> None:
        """Ctrl+Q: typed text and the place in an open interview are kept first."""
        for screen in self.screen_stack:
            if isinstance(screen, Room):
                screen.put_away()
        self.exit()

    def action_help_quit(self) -> None:
        """Ctrl+C: Textual says in English how to quit."""
        if tell := getattr(self.screen, "tell", None):
            tell(f"退出请按 {self.keyboard.key_of('quit')}；答案都已保存。")

    def _handle_exception(self, error: Exception) -> None:
        """Textual's crash screen prints local variables, which are answers; ours prints none and logs none."""
        self._return_code = 1
        if self._exception is None:
            self._exception = error
            self._exception_event.set()
        log = self.data / LOG
        places = [
            f"  {frame.filename}:{frame.lineno} {frame.name}" for frame in traceback.extract_tb(error.__traceback__)
        ]
        try:
            with log.open("a", encoding="utf-8") as lines:
                at = dt.datetime.now().astimezone().isoformat(timespec="seconds")
                lines.write("\n".join([f"{at} {type(error).__name__}", *places, ""]))
        except OSError:
            log = Path()  # nowhere to write; the sentence below still holds
        kept = f"出错的位置（不含答案）记在 {log}，请交给技术人员。" if log.name else ""
        self._exit_renderables[:] = [shown(f"程序出错，已经停止。已保存的答案都在，重新打开即可继续。{kept}")]
        self._close_messages_no_wait()
