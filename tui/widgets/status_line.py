"""One line for what just happened or went wrong, in place of Toast (#6357)."""

from __future__ import annotations

from tui.widgets.prose import SteadyProse


class StatusLine(SteadyProse):
    """The latest message of a screen; stays until the next one."""

    def tell(self, text: str, trouble: bool = False) -> None:
        """Show a message; trouble is marked by a sign, not by colour alone."""
        self.set_class(trouble, "-trouble")
        self.say(f"! {text}" if trouble and text else text)
