"""Clocks that cannot be right: a flat battery, a changed time zone, somebody setting the time. Pure, no I/O.

Nothing depends on these clocks (order comes from sequence numbers and parents, durations from `Event.took`);
people are told, because the times in lists and workbooks are wrong then.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from surveys.history import Event

TOLERANCE = dt.timedelta(minutes=2)
EARLIEST = dt.datetime(2022, 1, 1, tzinfo=dt.UTC)
"""No interview of this program is older."""


def clock_faults(events: Iterable[Event]) -> list[Event]:
    """The events whose time cannot be right: before the one that their device recorded before, or before 2022.

    Args:
        events: Any number of histories; a device is judged by what is there of it.
    """
    by_device: dict[str, list[Event]] = {}
    for event in events:
        by_device.setdefault(event.device, []).append(event)
    faults = []
    for mine in by_device.values():
        former = EARLIEST
        for event in sorted(mine, key=lambda event: event.seq):
            at = moment(event.at)
            if at is None or at + TOLERANCE < former + dt.timedelta(milliseconds=event.took):
                faults.append(event)
            former = at or former
    return faults


def moment(at: str) -> dt.datetime | None:
    """An event's time; None where it is none."""
    try:
        time = dt.datetime.fromisoformat(at)
    except ValueError:
        return None
    return time if time.tzinfo else None


def clock_warning(last: str, now: dt.datetime) -> str:
    """A sentence if the clock is behind what was recorded last, or impossible; "" if all is well.

    Args:
        last: Time of this device's last event, "" before the first.
        now: What the clock says.
    """
    before = moment(last) or EARLIEST
    if now + TOLERANCE >= before:
        return ""
    return (
        f"设备时间异常：电脑现在是 {now.astimezone():%Y-%m-%d %H:%M}，早于上次保存的 {before.astimezone():%Y-%m-%d %H:%M}。"
        "答案不受影响，请校正电脑时间。"
    )
