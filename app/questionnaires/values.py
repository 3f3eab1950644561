"""Values of the ODK XForms expression language and their conversions (XPath 1.0, section 4).

A value is a str (an answer; "" when empty; the choices of a select_multiple joined by spaces),
float, bool, date, datetime (with its offset) or a NodeSet.
"""

import math
import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

LONDON = ZoneInfo("Europe/London")
EPOCH = date(1970, 1, 1)
EPOCH_AT = datetime(1970, 1, 1, tzinfo=UTC)
DAY = 86_400  # seconds
NUMBER = re.compile(r"\s*[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d{1,3})?\s*")
DATE = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,6}))?)?(Z|[+-]\d{2}(?::?\d{2})?)?")


class NodeSet(list):
    """Nodes in document order; each has `value()`, and a set's own value is that of its first."""

    def first(self) -> "Value":
        return self[0].value() if self else ""


Value = str | float | bool | date | NodeSet


def scalar(value: Value) -> Value:
    return value.first() if isinstance(value, NodeSet) else value


def as_string(value: Value) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.isoformat(timespec="milliseconds")
    return value.isoformat() if isinstance(value, date) else as_string(value.first())


def number_text(number: float) -> str:
    """A number as XPath writes it: no exponent, no needless zeros, no negative zero."""
    if math.isnan(number):
        return "NaN"
    if math.isinf(number):
        return "Infinity" if number > 0 else "-Infinity"
    if number.is_integer():
        return str(int(number))
    text = repr(number)
    return f"{Decimal(text):f}" if "e" in text else text


def as_number(value: Value) -> float:
    """XPath's number(): NaN for what isn't one; a date is its days since 1970-01-01."""
    if isinstance(value, float | bool):
        return float(value)
    if isinstance(value, str):
        if NUMBER.fullmatch(value):
            return float(value)
        return as_number(as_date(value) or as_fraction(value))
    if isinstance(value, datetime):
        return (value - EPOCH_AT).total_seconds() / DAY
    return float((value - EPOCH).days) if isinstance(value, date) else as_number(value.first())


def as_boolean(value: Value) -> bool:
    if isinstance(value, float):
        return not (value == 0 or math.isnan(value))
    return bool(value)


def as_date(value: Value) -> Value:
    """A date, or a datetime where there is a time of day, from ISO text or days since 1970-01-01;
    "" for what isn't one."""
    if isinstance(value, bool):
        return ""
    if isinstance(value, float):
        return date_of_days(value)
    if isinstance(value, str):
        return date_of_text(value.strip())
    return value if isinstance(value, date) else as_date(value.first())


def date_of_days(days: float) -> Value:
    try:
        if days.is_integer():
            return EPOCH + timedelta(days=days)
        return (EPOCH_AT + timedelta(seconds=round(days * DAY, 3))).astimezone(LONDON)
    except (ValueError, OverflowError):
        return ""


def date_of_text(text: str) -> Value:
    match = DATE.match(text)
    if not match:
        return ""
    rest = text[match.end() :]
    try:
        day = date(*map(int, match.groups()))
        if not rest:
            return day
        clock = CLOCK.fullmatch(rest[1:])
        if rest[0] not in "T " or not clock:
            return ""
        return at_time(day, clock)
    except (ValueError, OverflowError):
        return ""


def at_time(day: date, clock: re.Match) -> datetime:
    hour, minute, second, fraction, offset = clock.groups()
    moment = datetime(
        day.year,
        day.month,
        day.day,
        int(hour),
        int(minute),
        int(second or 0),
        int((fraction or "0").ljust(6, "0")),
        tzinfo=LONDON,
    )
    return moment.replace(tzinfo=offset_of(offset)).astimezone(LONDON) if offset else moment


def offset_of(text: str):
    if text == "Z":
        return UTC
    hours, minutes = int(text[1:3]), int(text[3:].lstrip(":") or 0)
    return datetime.strptime(f"{text[0]}{hours:02}{minutes:02}", "%z").tzinfo


def as_fraction(text: str) -> float:
    """A time of day as the part of the day that has passed; NaN for what isn't one."""
    clock = CLOCK.fullmatch(text.strip())
    if not clock:
        return math.nan
    hour, minute, second = (int(part or 0) for part in clock.group(1, 2, 3))
    return (hour * 3600 + minute * 60 + second) / DAY if hour < 24 and minute < 60 else math.nan


def as_datetime(value: Value) -> Value:
    """The same as a point in time: a date begins at its midnight in London."""
    found = as_date(value)
    if isinstance(found, date) and not isinstance(found, datetime):
        return datetime(found.year, found.month, found.day, tzinfo=LONDON)
    return found


def values_of(arguments) -> list[Value]:
    """The arguments of a function with each node set laid out."""
    laid_out = []
    for argument in arguments:
        if isinstance(argument, NodeSet):
            laid_out += [node.value() for node in argument]
        else:
            laid_out.append(argument)
    return laid_out


def chosen(value: Value) -> list[str]:
    """The choices of a select answer."""
    return as_string(value).split()


def is_equal(left: Value, right: Value) -> bool:
    left, right = scalar(left), scalar(right)
    if isinstance(left, bool) or isinstance(right, bool):
        return as_boolean(left) == as_boolean(right)
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    return as_number(left) == as_number(right)


def divide(left: Value, right: Value) -> float:
    dividend, divisor = as_number(left), as_number(right)
    if divisor == 0:
        return math.nan if dividend == 0 or math.isnan(dividend) else math.copysign(math.inf, dividend)
    return dividend / divisor


def remainder(left: Value, right: Value) -> float:
    dividend, divisor = as_number(left), as_number(right)
    return math.nan if divisor == 0 or math.isinf(dividend) else math.fmod(dividend, divisor)


OPERATORS = {
    "=": is_equal,
    "!=": lambda left, right: not is_equal(left, right),
    "<": lambda left, right: as_number(left) < as_number(right),
    "<=": lambda left, right: as_number(left) <= as_number(right),
    ">": lambda left, right: as_number(left) > as_number(right),
    ">=": lambda left, right: as_number(left) >= as_number(right),
    "+": lambda left, right: as_number(left) + as_number(right),
    "-": lambda left, right: as_number(left) - as_number(right),
    "*": lambda left, right: as_number(left) * as_number(right),
    "div": divide,
    "mod": remainder,
}
COMPARISONS = {"=", "!=", "<", "<=", ">", ">="}
