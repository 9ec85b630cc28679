"""Keying an interview a second time: the interview screen and the review, for somebody who must not see the first."""

from __future__ import annotations

from typing import TYPE_CHECKING

from surveys.double_entry import is_keyed_again
from surveys.standing import Open
from tui.keys import Command, bindings_of
from tui.screens.dialogs import Confirm
from tui.screens.interview import InterviewScreen
from tui.screens.review import Review

if TYPE_CHECKING:
    from surveys.second_keying import SecondKeying
    from tui.sitting import Sitting

TITLE = "双录第二遍"

_SAID_ONCE = frozenset({"remark", "doubt", "evidence", "respondent", "note"})
"""What is said at a question besides its answer belongs to the interview, and is not said again."""


class SecondKeyingScreen(InterviewScreen):
    """Shows the shadow only, which knows nothing of the first keying; when it was saved too."""

    def works(self, command: Command) -> bool:
        return command.id not in _SAID_ONCE and super().works(command)

    def state(self) -> str:
        return f"{TITLE} "

    def saved(self) -> str:
        return super().saved() if is_keyed_again(keying_of(self.sitting).first.interview.events) else "还没有录"

    def review(self) -> Review:
        return SecondReview(self.sitting, self.unit)


class SecondReview(Review, inherit_bindings=False):
    """What was not keyed again, and the way to the comparison."""

    room = "second_review"
    BINDINGS = bindings_of("second_review")

    def state(self) -> str:
        return TITLE

    def open_items(self) -> list[Open]:
        """Warnings are left out: what makes them right was said with the first keying."""
        return [entry for entry in super().open_items() if entry.kind != "warning"]

    def sentence(self, kinds: list[str], doubted: int) -> str:
        if not kinds:
            return f"第二遍要录的都录了，按 {self.key_of('compare')} 与第一遍对照。"
        return super().sentence(kinds, doubted)

    def works(self, command: Command) -> bool:
        if command.id == "compare":
            return is_keyed_again(keying_of(self.sitting).first.interview.events)
        return super().works(command)

    def action_compare(self) -> None:
        left = len({entry.item for entry in self.open_items()})

        def answered(yes: bool | None) -> None:
            if yes:
                self._compare()

        if left:
            sentence = f"第二遍还有{left}题没有录完。一对照就看得到第一遍的答案了，现在对照？"
            self.app.push_screen(Confirm(sentence), answered)
        else:
            self._compare()

    def _compare(self) -> None:
        from tui.screens.comparison import ComparisonScreen

        self.app.push_screen(ComparisonScreen(keying_of(self.sitting), self.unit))


def keying_of(sitting: Sitting) -> SecondKeying:
    """The recorder of such a sitting, by its own type."""
    return sitting.recorder  # type: ignore[return-value]
