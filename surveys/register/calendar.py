"""Days: deadlines counted from a day, overdue and due soon. Pure."""

from __future__ import annotations

import datetime as dt

SATURDAY = 5


def days_after(start: dt.date, days: int, workdays: bool = False) -> dt.date:
    """The day so many days later; of workdays, Saturdays and Sundays are not counted (public holidays are not known)."""
    if not workdays:
        return start + dt.timedelta(days=days)
    while days > 0:
        start += dt.timedelta(days=1)
        days -= start.weekday() < SATURDAY
    return start


def day(text: str) -> dt.date | None:
    """An ISO date; None for "" or what is none (a history of elsewhere may hold anything)."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def days_left(due: str, today: dt.date) -> int | None:
    """Days until an ISO date, negative when it is over; None for what is no date."""
    found = day(due)
    return None if found is None else (found - today).days
