"""One answer: reading what was typed, what is wrong with it, its value for expressions, what is stored.

An answer as typed is a str, or a list of choice names for select_multiple and rank.
"""

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date, datetime

from app.questionnaires.definition import Question
from app.questionnaires.values import LONDON, Value, as_date, as_string

Given = str | list[str]

TEXT_LIMIT = 200  # characters in one line
MULTILINE_LIMIT = 5000
WHOLE = re.compile(r"-?[0-9]{1,9}")
DECIMAL = re.compile(r"-?(?:[0-9]{1,12}(?:[.,\u066b][0-9]{0,9})?|[.,\u066b][0-9]{1,9})")
THOUSANDS = re.compile(r"-?[0-9]{1,3}(?:[ ,.'\u066c\u00a0\u202f][0-9]{3}){1,2}")
CLOCK = re.compile(r"([0-9]{1,2})[:.]([0-9]{2})(?::[0-9]{2}(?:\.[0-9]+)?)?\s*(am|pm)?", re.IGNORECASE)
PLACE = re.compile(r"(-?[0-9.]+)[°\s,;]+(-?[0-9.]+)(?:[\s,;]+(-?[0-9.]+))?(?:[\s,;]+([0-9.]+))?")
#: Between the parts of an upload's answer: the id it is kept under and the name it came with.
UPLOAD_MARK = "/"


@dataclass(frozen=True)
class Mistake:
    """Why an answer can't be taken: a kind for the reader's words, or the author's own message."""

    #: required, constraint, too_long, not_a_number, not_a_decimal, not_in_range, not_a_date, not_a_time,
    #: not_a_moment, not_a_place, not_a_choice, not_ranked, not_found, or an upload's: too_large, not_the_type
    kind: str
    limit: int | float | str = 0
    given: int | str = 0
    #: of a range, its other end and its steps
    least: str = ""
    step: str = ""


def mistake_of_type(question: Question, given: Given, known: set[str]) -> Mistake | None:
    """What is wrong with a given answer by its type alone; `known` are the names of its choices."""
    if isinstance(given, list) or question.list_name or question.type in ("select_one", "acknowledge"):
        return mistake_of_choice(question, given, known)
    judge = JUDGES.get(question.type)
    if judge:
        return judge(question, given)
    limit = MULTILINE_LIMIT if question.is_multiline else TEXT_LIMIT
    return Mistake("too_long", limit, len(given)) if len(given) > limit else None


def mistake_of_choice(question: Question, given: Given, known: set[str]) -> Mistake | None:
    names = given if isinstance(given, list) else [given]
    if question.type == "acknowledge":
        return None if given == "OK" else Mistake("not_a_choice")
    if question.type == "rank":
        return None if set(names) == known and len(names) == len(known) else Mistake("not_ranked")
    return None if known.issuperset(names) else Mistake("not_a_choice")


def mistake_of_range(question: Question, given: str) -> Mistake | None:
    number = decimal_number(given)
    start, end, step = range_of(question)
    low, high = min(start, end), max(start, end)
    if number is not None and low - 1e-9 <= number <= high + 1e-9:
        steps = (number - start) / step
        if abs(steps - round(steps)) < 1e-6:
            return None
    return Mistake("not_in_range", plain(high), least=plain(low), step=plain(abs(step)))


def range_of(question: Question) -> tuple[float, float, float]:
    """start, end and step of a range; 1, 10 and 1 where the workbook is silent."""
    numbers = [decimal_number(question.parameters.get(name, "")) for name in ("start", "end", "step")]
    start, end, step = (1.0 if numbers[0] is None else numbers[0], numbers[1] or 10.0, numbers[2] or 1.0)
    return start, (0.0 if numbers[1] == 0 else end), step


def range_values(question: Question) -> list[str]:
    """Every value of a range, in order."""
    start, end, step = range_of(question)
    count = int(abs(end - start) / abs(step) + 1e-6) + 1
    sign = 1 if end >= start else -1
    return [plain(round(start + sign * abs(step) * at, 9)) for at in range(min(count, 1000))]


def plain(number: float) -> str:
    return as_string(float(number))


JUDGES = {
    "integer": lambda q, given: None if whole_number(given) is not None else Mistake("not_a_number"),
    "decimal": lambda q, given: None if decimal_number(given) is not None else Mistake("not_a_decimal"),
    "range": mistake_of_range,
    "date": lambda q, given: None if read_date(given) else Mistake("not_a_date"),
    "time": lambda q, given: None if read_time(given) else Mistake("not_a_time"),
    "dateTime": lambda q, given: None if read_moment(given) else Mistake("not_a_moment"),
    "geopoint": lambda q, given: None if read_place(given) else Mistake("not_a_place"),
}


def value_of(question: Question, given: Given) -> Value:
    """A typed answer as the expression language has it; NaN for a number that isn't one."""
    if isinstance(given, list):
        return " ".join(filter(None, given))
    if not given:
        return ""
    if question.is_upload:
        return upload_name(given)
    reader = VALUES.get(question.type)
    return reader(given) if reader else given


def number_value(text: str, read) -> float:
    number = read(text)
    return math.nan if number is None else float(number)


def moment_value(text: str) -> Value:
    found = read_moment(text)
    return found.replace(tzinfo=LONDON) if found else ""


VALUES = {
    "integer": lambda text: number_value(text, whole_number),
    "decimal": lambda text: number_value(text, decimal_number),
    "range": lambda text: number_value(text, decimal_number),
    "date": lambda text: read_date(text) or "",
    "today": as_date,
    "time": lambda text: read_time(text) or "",
    "dateTime": moment_value,
    "start": as_date,
    "geopoint": lambda text: read_place(text) or "",
}


def stored(question: Question, given: Given):
    """An answer as it is kept: text, a number, an ISO date or time, or a list of choices; None for one
    that its type doesn't allow."""
    if isinstance(given, list):
        return given
    keeper = STORED.get(question.type)
    return keeper(given) if keeper else given


def stored_number(text: str) -> int | float | None:
    number = decimal_number(text)
    if number is None:
        return None
    return int(number) if float(number).is_integer() else number


STORED = {
    "integer": lambda text: whole_number(text),
    "decimal": stored_number,
    "range": stored_number,
    "date": lambda text: (day := read_date(text)) and day.isoformat(),
    "time": lambda text: read_time(text),
    "dateTime": lambda text: (moment := read_moment(text)) and moment.isoformat(timespec="minutes"),
    "geopoint": lambda text: read_place(text),
}


def typed_from(question: Question, value) -> Given:
    """What somebody would have to type for a stored value or one of an expression."""
    if question.is_multiple:
        return value if isinstance(value, list) else as_string(value).split()
    if isinstance(value, int | float) and not isinstance(value, bool):
        return as_string(float(value))
    if question.type == "date" and isinstance(found := as_date(value), date):
        return (found.date() if isinstance(found, datetime) else found).isoformat()
    if question.type == "dateTime" and isinstance(value, datetime):
        return value.astimezone(LONDON).replace(tzinfo=None).isoformat(timespec="minutes")
    return value if isinstance(value, str) else as_string(value)


def normal(question: Question, given: str) -> str:
    """A typed answer in the form in which a browser's own control shows it again."""
    if question.type == "date" and (day := read_date(given)):
        return day.isoformat()
    if question.type == "time" and (time := read_time(given)):
        return time
    if question.type == "dateTime" and (moment := read_moment(given)):
        return moment.isoformat(timespec="minutes")
    return given


# --- reading ---------------------------------------------------------------------------------------


def whole_number(text: str) -> int | None:
    """A whole number in any script's digits, thousands separated or not: "1,200" and "١٬٢٠٠" are 1200."""
    plain_text = ascii_digits(text.strip())
    if THOUSANDS.fullmatch(plain_text):
        plain_text = re.sub(r"[^\d-]", "", plain_text)
    return int(plain_text) if WHOLE.fullmatch(plain_text) else None


def decimal_number(text: str) -> float | None:
    """A number with a decimal point or comma, in any script's digits; "1,200" is a thousand and more."""
    plain_text = ascii_digits(text.strip())
    if THOUSANDS.fullmatch(plain_text) and "." not in plain_text:
        plain_text = re.sub(r"[^\d-]", "", plain_text)
    if not DECIMAL.fullmatch(plain_text):
        return None
    return float(re.sub(r"[,\u066b]", ".", plain_text))


def ascii_digits(text: str) -> str:
    """`text` with the digits of every script as 0 to 9 and the minus sign as a hyphen."""
    if text.isascii():
        return text
    return "".join(str(unicodedata.digit(c)) if c.isdecimal() else c for c in text).replace("\u2212", "-")


def read_date(text: str) -> date | None:
    """A day as browsers send it (2026-11-23, or 2026-11 for a month) or as people in London write it
    (23/11/2026)."""
    plain_text = ascii_digits(text.strip())
    for form in ("%Y-%m-%d", "%d/%m/%Y", "%d.%m.%Y", "%d-%m-%Y", "%Y-%m", "%m/%Y", "%Y"):
        try:
            return datetime.strptime(plain_text, form).date()
        except ValueError:
            continue
    return None


def read_time(text: str) -> str | None:
    """A time of day, as HH:MM: 14:30, 2.30 pm."""
    clock = CLOCK.fullmatch(ascii_digits(text.strip()))
    if not clock:
        return None
    hour, minute, half = int(clock[1]), int(clock[2]), (clock[3] or "").lower()
    if half:
        if not 1 <= hour <= 12:
            return None
        hour = hour % 12 + (12 if half == "pm" else 0)
    return f"{hour:02}:{minute:02}" if hour < 24 and minute < 60 else None


def read_moment(text: str) -> datetime | None:
    """A day and a time, as browsers send it (2026-11-23T14:30) or as people write it (23/11/2026 14:30)."""
    found = as_date(text.strip())
    if isinstance(found, datetime):
        return found.astimezone(LONDON).replace(tzinfo=None)
    day_text, _, time_text = text.strip().replace("T", " ", 1).partition(" ")
    day, time = read_date(day_text), read_time(time_text)
    return datetime.combine(day, datetime.strptime(time, "%H:%M").time()) if day and time else None


def read_place(text: str) -> str | None:
    """A place as "latitude longitude altitude accuracy", as ODK keeps it; None for what isn't one."""
    match = PLACE.fullmatch(ascii_digits(text.strip()))
    if not match:
        return None
    try:
        latitude, longitude = float(match[1]), float(match[2])
    except ValueError:
        return None
    if not (abs(latitude) <= 90 and abs(longitude) <= 180):
        return None
    return f"{match[1]} {match[2]} {match[3] or 0} {match[4] or 0}"


def upload_name(given: str) -> str:
    return given.partition(UPLOAD_MARK)[2] or given
