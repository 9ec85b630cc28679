"""The times of events as workbooks show them: Beijing time, whatever the laptop's zone.

So the same content gives the same file everywhere.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

CHINA = timezone(timedelta(hours=8), "北京时间")


def moment(at: str) -> datetime:
    """An event's time as Beijing time; the beginning of 1980 if a broken clock wrote something else."""
    try:
        time = datetime.fromisoformat(at)
        return (time if time.tzinfo else time.replace(tzinfo=UTC)).astimezone(CHINA)
    except (ValueError, OverflowError):
        return datetime(1980, 1, 1, tzinfo=CHINA)


def naive(at: str) -> datetime:
    """The same without its zone, as cells hold times."""
    return moment(at).replace(tzinfo=None, microsecond=0)


def in_words(at: str) -> str:
    """`2022年11月18日 19:30（北京时间）`."""
    time = moment(at)
    return f"{time:%Y}年{time:%m}月{time:%d}日 {time:%H:%M}（北京时间）"
