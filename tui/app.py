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

from tui.textual_faults import AsciiScrollBar, OneKeyAtATime  # first: sets what textual reads on import

# isort: split
from rich.text import Text
from textual.scrollbar import ScrollBar, ScrollBarRender

from surveys.frame import OFFICE, Unit, team_name
from tui.current_survey import ADVANCE, LANGUAGE, SURVEY, current_survey, outline
from tui.marks import ascii_only
from tui.screens.home import Home
from tui.screens.room import Room

if TYPE_CHECKING:
    from surveys.form import Form
    from surveys.recording import Recorder
    from surveys.store import Store

EXPORTS = "导出"
LOG = "zoufang.log"


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

    def __init__(self, data: Path, definition: Path | None = None) -> None:
        super().__init__()
        self.data, self.definition = data, definition

    def get_default_screen(self) -> Home:
        return Home()

    def on_mount(self) -> None:
        self.set_class(ascii_only(), "-ascii")
        ScrollBar.renderer = AsciiScrollBar if ascii_only() else ScrollBarRender
        self.call_after_refresh(self._open)

    def on_unmount(self) -> None:
        if self.is_open:
            self.store.close()

    def _open(self) -> None:
        """Open the store and show the units; at the first start ask who this is."""
        from surveys.campaign import open_campaign
        from surveys.store import StoreError

        try:
            self.store = open_campaign(self.data, self.definition)
        except StoreError as error:
            self.exit(return_code=1, message=Text(error.message))
            return
        except Exception as error:
            from surveys.loading import LoadErrors  # brings pydantic, which a definition needed anyway

            if not isinstance(error, LoadErrors):
                raise
            self.exit(return_code=1, message=Text(str(error)))  # every fault with its place in the file
            return
        self.is_open = True
        if self.definition:  # named at the start: that is the one to be filled in
            self.store.set_settings(**{SURVEY: ""})
        if self.store.setting("team"):
            self.home.load()
            return
        from tui.screens.settings import Settings

        self.push_screen(Settings(first=True))

    # ── who and where ──

    @property
    def home(self) -> Home:
        """The home screen, which is always there."""
        return next(screen for screen in self.screen_stack if isinstance(screen, Home))

    @property
    def team(self) -> int:
        """This laptop's team; the office before the first start."""
        return int(self.store.setting("team") or OFFICE)

    @property
    def team_name(self) -> str:
        return team_name(self.team) if self.store.setting("team") else ""

    @property
    def export_folder(self) -> Path:
        return self.data / EXPORTS

    # ── what the home screen does ──

    def open_interview(self, unit: Unit, ident: str) -> None:
        """Go on with an interview, or start one of the current survey ("" as its id). Raises StoreError.

        A draft that was begun with an older version of its survey asks first whether to go over to the newer.
        """
        from surveys.acts import Actor
        from surveys.recording import Recorder

        actor = Actor(self.store.setting("member"), self.team, self.store.setting("device_id"))
        if not ident:
            form = self.form(current_survey(self.store).digest)
            self._sit_down(Recorder.start(self.store, form, unit.code, actor), unit)
            return
        recorder = Recorder.resume(self.store, ident, actor)
        now = recorder.interview.form.digest
        latest = self.store.survey_digest(self.store.survey_of(now))
        if recorder.interview.stage != "draft" or latest in (now, ""):
            self._sit_down(recorder, unit)
            return
        from tui.screens.newer import Newer

        def decided(go_on: bool | None) -> None:
            if go_on:
                self._sit_down(recorder, unit)

        self.push_screen(Newer(recorder, self.form(latest), unit.name), decided)

    def form(self, digest: str) -> Form:
        """A stored definition in the language that was chosen, if it has it."""
        return self.store.form(digest, outline(self.store, digest).language(self.store.setting(LANGUAGE)))

    def _sit_down(self, recorder: Recorder, unit: Unit) -> None:
        from tui.screens.interview import InterviewScreen
        from tui.sitting import Sitting

        sitting = Sitting(recorder, advances=self.store.setting(ADVANCE) != "0")
        sitting.show_in(self.form(sitting.form.digest))
        self.push_screen(InterviewScreen(sitting, unit.name))

    def export(self) -> list[tuple[Path, str]]:
        """Write a workbook for every survey that was filled in.

        Returns:
            Each path with the check code to be read out on the phone.

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
                exports = export_all(self.store, self.export_folder)
        except ExportError as error:
            raise StoreError(error.message) from error
        return [(export.path, export.check_code) for export in exports]

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
            tell("退出请按 Ctrl+Q；答案都已保存。")

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
        self._exit_renderables[:] = [Text(f"程序出错，已经停止。已保存的答案都在，重新打开即可继续。{kept}")]
        self._close_messages_no_wait()
