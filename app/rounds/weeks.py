"""When a weekly round opens and closes, in London's time and so right across both clock changes."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
OPENS = (0, time(9, 0))  # Monday
CLOSES = (2, time(23, 59))  # Wednesday
#: A round opened by hand stays open at least this long.
SHORTEST = timedelta(hours=24)
#: Whoever had begun before the end may still send.
GRACE = timedelta(hours=1)


def week_of(instant: datetime) -> date:
    """The Monday of the week that London is in."""
    day = instant.astimezone(LONDON).date()
    return day - timedelta(days=day.weekday())


def instant_in(week: date, weekday: int, at: time) -> datetime:
    """London's wall-clock time `at` on a weekday of `week`, in UTC."""
    local = datetime.combine(week + timedelta(days=weekday), at, LONDON)
    return local.astimezone(UTC)


def opening_of(week: date) -> datetime:
    return instant_in(week, *OPENS)


def closing_of(week: date) -> datetime:
    return instant_in(week, *CLOSES)


def closing_after(opened: datetime) -> datetime:
    """The end of a round that somebody opens at `opened`: this Wednesday, or the next if it is too near."""
    week = week_of(opened)
    closing = closing_of(week)
    return closing if closing - opened >= SHORTEST else closing_of(week + timedelta(days=7))


def is_open(opens_at: datetime, closes_at: datetime | None, at: datetime) -> bool:
    return opens_at <= at and (closes_at is None or at <= closes_at)


def may_send(opens_at: datetime, closes_at: datetime | None, at: datetime, has_begun: bool) -> bool:
    """Whether an answer may still come in: while open, and a little longer for who had begun."""
    if has_begun and closes_at is not None:
        closes_at += GRACE
    return is_open(opens_at, closes_at, at)
