"""The laptops whose workbooks this office takes: known by their fingerprints, approved after a telephone call."""

from __future__ import annotations

from collections.abc import Iterator

from exports.signing import spaced
from exports.trust import Laptop, State, TrustError, approve, digits_of, laptops, withdraw
from surveys.text import show_text
from tui.keys import Command, bindings_of
from tui.marks import between, pick
from tui.refusing import refusal_of
from tui.screens.dialogs import Confirm
from tui.screens.list_room import ListRoom
from tui.textual_faults import cut
from tui.unit_lines import local_time

_SIGNS = {State.WAITING: ("○", "."), State.APPROVED: ("✓", "v"), State.WITHDRAWN: ("–", "-")}


class Laptops(ListRoom[Laptop]):
    """A line per laptop; those that wait for a decision first."""

    room = "laptops"
    BINDINGS = bindings_of("laptops")

    def read(self) -> Iterator[Laptop]:
        return iter(laptops(self.zoufang.store))

    def summarise(self) -> None:
        waiting = sum(laptop.state is State.WAITING for laptop in self.entries)
        self.heading.show(["电脑", self.zoufang.team_name], f"待认可 {waiting}/{len(self.entries)}")
        self.summary.say("每台电脑的工作簿都有签名。给那个组打电话，请对方念封面上的12位指纹，对上了才认可。")

    def line(self, entry: Laptop) -> str:
        sign = pick(*_SIGNS[entry.state])
        fingerprint = spaced(entry.fingerprint)
        return f"{sign} {cut(entry.state.label, 8)}{fingerprint}  {show_text(entry.name, line=True)}"

    def told(self, entry: Laptop) -> str:
        decided = between().join(filter(None, (entry.who, local_time(entry.at))))
        seen = f"第一本工作簿 {local_time(entry.first_seen)}" if entry.first_seen else "还没有交来工作簿"
        return "\n".join(
            [
                show_text(entry.name, line=True),
                f"指纹 {spaced(entry.fingerprint)}　{seen}",
                f"{entry.state.label}　{decided}".rstrip(),
            ]
        )

    def nothing(self) -> str:
        return f"还没有见过别的电脑。工作簿并入时会记下它的电脑；也可以按 {self.key_of('approve_ahead')} 预先认可。"

    # ── deciding ──

    def works(self, command: Command) -> bool:
        here = self.here if self.is_mounted else None
        match command.id:
            case "approve":
                return here is not None and here.state is not State.APPROVED
            case "withdraw":
                return here is not None and here.state is not State.WITHDRAWN
        return True

    def action_approve(self) -> None:
        if (laptop := self.here) is None:
            return

        def accept(typed: str) -> str:
            def act() -> Laptop:
                if digits_of(typed) != laptop.fingerprint:
                    raise TrustError("与这台电脑的指纹不同，没有认可：请再核对一遍，对不上就不要认可。")
                return approve(self.zoufang.store, laptop.fingerprint, self.zoufang.actor.who)

            return refusal_of(act)

        title = f"{show_text(laptop.name, line=True)}：请对方念出12位指纹，照着打进来（不要照着屏幕抄）："
        self.ask_and_load(title, accept, f"已认可 {laptop.name}，以后它的工作簿都收；没有并入的请再并入一次。")

    def action_approve_ahead(self) -> None:
        def accept(typed: str) -> str:
            return refusal_of(lambda: approve(self.zoufang.store, digits_of(typed), self.zoufang.actor.who))

        self.ask_and_load(
            "工作簿还没有交来的电脑：打入电话里念的12位指纹：", accept, "已预先认可，它的第一本工作簿来了就收。"
        )

    def action_withdraw(self) -> None:
        if (laptop := self.here) is None:
            return

        def confirmed(yes: bool | None) -> None:
            if yes:
                refusal = refusal_of(lambda: withdraw(self.zoufang.store, laptop.fingerprint, self.zoufang.actor.who))
                self.load()
                self.tell(refusal or "已撤销，以后不再收它的工作簿；收过的不变。", trouble=bool(refusal))

        title = f"{show_text(laptop.name, line=True)}：撤销以后不再收它的工作簿，收过的不变。现在撤销？"
        self.app.push_screen(Confirm(title), confirmed)
