"""The functions of the ODK XForms expression language that need nothing but their arguments.

Source: https://getodk.github.io/xforms-spec/#xpath-functions. Where it is silent, JavaRosa decides,
as its users' forms were written against it: round() takes halves away from zero, an empty value in
sum() counts as nothing, regex() matches the whole text.
"""

import base64
import binascii
import hashlib
import math
import random
import re
import uuid
from collections.abc import Callable
from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from itertools import pairwise

import re2

from app.questionnaires.values import (
    LONDON,
    NodeSet,
    Value,
    as_boolean,
    as_date,
    as_datetime,
    as_fraction,
    as_number,
    as_string,
    chosen,
    number_text,
    values_of,
)

TEXT_MOST = 65_536  # characters in the result of any function
EARTH = 6_378_100.0  # metres; JavaRosa's GeoUtils
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
WEEKDAYS = "Mon Tue Wed Thu Fri Sat Sun".split()
_regex_options = re2.Options()
_regex_options.log_errors = False
_regex_options.max_mem = 2 << 20  # bytes, for one pattern


def bounded(text: str) -> str:
    """The text; "" when expressions have made it longer than any answer could be."""
    return text if len(text) <= TEXT_MOST else ""


def is_matching(value: Value, pattern: Value) -> bool:
    """Whether the whole of `value` matches; RE2 never backtracks, whatever a workbook asks for."""
    try:
        return re2.fullmatch(as_string(pattern), as_string(value), _regex_options) is not None
    except re2.error:
        return False


def regex_fault(pattern: str) -> str:
    """Why RE2 can't use a pattern; "" when it can."""
    try:
        re2.compile(pattern, _regex_options)
    except re2.error as error:
        reason = error.args[0] if error.args else ""
        return reason.decode() if isinstance(reason, bytes) else str(reason)
    return ""


def rounded(value: Value, places: Value = 0.0) -> float:
    number, digits = as_number(value), as_number(places)
    if not math.isfinite(number) or not math.isfinite(digits):
        return number
    digits = max(-30, min(30, int(digits)))
    if abs(number) >= 1e15 and digits >= 0:
        return number
    unit = Decimal(1).scaleb(-digits)
    return float((Decimal(repr(number)) / unit).quantize(Decimal(1), ROUND_HALF_UP) * unit)


def whole(value: Value) -> float:
    number = as_number(value)
    return float(math.trunc(number)) if math.isfinite(number) else number


def step(function: Callable[[float], int]) -> Callable[[Value], float]:
    def stepped(value: Value) -> float:
        number = as_number(value)
        return float(function(number)) if math.isfinite(number) else number

    return stepped


def calculated(function: Callable[..., float]) -> Callable[..., float]:
    """A function of numbers: NaN outside of its domain, infinity where it overflows."""

    def safely(*values: Value) -> float:
        try:
            result = function(*map(as_number, values))
            return result if isinstance(result, float) else math.nan
        except OverflowError:
            return math.inf
        except (ValueError, ZeroDivisionError):
            return math.nan

    return safely


def least(*values: Value) -> float:
    return extreme(min, values)


def greatest(*values: Value) -> float:
    return extreme(max, values)


def extreme(choose: Callable, values) -> float:
    numbers = [as_number(value) for value in values_of(values)]
    return choose(numbers) if numbers and not any(map(math.isnan, numbers)) else math.nan


def total(value: Value) -> float:
    values = values_of([value]) if isinstance(value, NodeSet) else [value]
    return math.fsum(as_number(value) for value in values if value != "")


def concat(*values: Value) -> str:
    return bounded("".join(map(as_string, values_of(values))))


def join(separator: Value, *values: Value) -> str:
    return bounded(as_string(separator).join(map(as_string, values_of(values))))


def substring(value: Value, start: Value, end: Value | None = None) -> str:
    """substr(): from and to are counted from 0, negative ones from the end."""
    text, first = as_string(value), as_number(start)
    last = None if end is None else as_number(end)
    if math.isnan(first) or (last is not None and math.isnan(last)):
        return ""
    return text[clamped(first) : None if last is None else clamped(last)]


def clamped(number: float) -> int:
    return int(max(-1e9, min(1e9, number)))


def xpath_substring(value: Value, start: Value, length: Value | None = None) -> str:
    """substring() of XPath 1.0, section 4.2: counted from 1, both ends rounded."""
    text, first = as_string(value), rounded(start)
    end = math.inf if length is None else first + rounded(length)
    if math.isnan(first) or math.isnan(end):
        return ""
    return "".join(letter for at, letter in enumerate(text, 1) if first <= at < end)


def before(value: Value, mark: Value) -> str:
    text, mark = as_string(value), as_string(mark)
    return text.partition(mark)[0] if mark and mark in text else ""


def after(value: Value, mark: Value) -> str:
    text, mark = as_string(value), as_string(mark)
    return text.partition(mark)[2] if mark else text


def translated(value: Value, old: Value, new: Value) -> str:
    old, new = as_string(old), as_string(new)
    table = {}
    for at, letter in enumerate(old):
        table.setdefault(ord(letter), new[at] if at < len(new) else None)
    return as_string(value).translate(table)


def selected_at(value: Value, index: Value) -> str:
    choices, at = chosen(value), as_number(index)
    return choices[int(at)] if 0 <= at < len(choices) else ""


def is_selected(value: Value, choice: Value) -> bool:
    wanted = as_string(choice).strip()
    return wanted in chosen(value) or (wanted == "" and not chosen(value))


def boolean_from_string(value: Value) -> bool:
    return as_string(value) in ("1", "true")


def checklist(lowest: Value, highest: Value, *answers: Value) -> bool:
    given = laid_out_booleans(answers)
    return is_within(sum(given), lowest, highest)


def weighted_checklist(lowest: Value, highest: Value, *pairs: Value) -> bool:
    answers = [flag for answer in pairs[::2] for flag in laid_out_booleans([answer])]
    weights = [as_number(weight) for weight in values_of(pairs[1::2])]
    return is_within(sum(w for a, w in zip(answers, weights, strict=False) if a), lowest, highest)


def laid_out_booleans(answers) -> list[bool]:
    flags = []
    for answer in answers:
        if isinstance(answer, NodeSet):
            flags += [as_boolean(node.value()) for node in answer]
        else:
            flags.append(as_boolean(answer))
    return flags


def is_within(number: float, lowest: Value, highest: Value) -> bool:
    low, high = as_number(lowest), as_number(highest)
    return (low < 0 or number >= low) and (high < 0 or number <= high)


def digest(value: Value, algorithm: Value, encoding: Value = "base64") -> str:
    name = as_string(algorithm).lower().replace("-", "")
    if name not in ("md5", "sha1", "sha256", "sha384", "sha512"):
        return ""
    made = hashlib.new(name, as_string(value).encode(), usedforsecurity=False)
    return (
        made.hexdigest() if as_string(encoding).lower() == "hex" else base64.b64encode(made.digest()).decode()
    )


def base64_decoded(value: Value) -> str:
    try:
        return base64.b64decode(as_string(value), validate=True).decode()
    except (binascii.Error, ValueError):
        return ""


def new_uuid(length: Value | None = None) -> str:
    if length is None:
        return str(uuid.uuid4())
    wanted = as_number(length)
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    return "".join(random.choices(letters, k=clamped(min(wanted, 1000)) if wanted > 0 else 0))


# --- dates -----------------------------------------------------------------------------------------


def decimal_time(value: Value) -> float:
    moment = as_date(value)
    if isinstance(moment, datetime):
        return (moment.hour * 3600 + moment.minute * 60 + moment.second) / 86_400
    return 0.0 if isinstance(moment, date) else as_fraction(as_string(value))


def decimal_date_time(value: Value) -> float:
    moment = as_date(value)
    return as_number(moment) if isinstance(moment, date) else math.nan


FORMATS: dict[str, Callable[[datetime], str]] = {
    "Y": lambda at: f"{at.year:04}",
    "y": lambda at: f"{at.year % 100:02}",
    "m": lambda at: f"{at.month:02}",
    "n": lambda at: str(at.month),
    "b": lambda at: MONTHS[at.month - 1],
    "B": lambda at: at.strftime("%B"),
    "d": lambda at: f"{at.day:02}",
    "e": lambda at: str(at.day),
    "a": lambda at: WEEKDAYS[at.weekday()],
    "A": lambda at: at.strftime("%A"),
    "w": lambda at: str(at.isoweekday() % 7),
    "W": lambda at: f"{at.isocalendar().week:02}",
    "j": lambda at: f"{at.timetuple().tm_yday:03}",
    "H": lambda at: f"{at.hour:02}",
    "h": lambda at: str(at.hour),
    "M": lambda at: f"{at.minute:02}",
    "S": lambda at: f"{at.second:02}",
    "3": lambda at: f"{at.microsecond // 1000:03}",
    "%": lambda at: "%",
}


def format_date(value: Value, pattern: Value) -> str:
    """A date in a form like "%d/%m/%Y"; month and day names are English, as in stored data."""
    moment = as_datetime(value)
    if not isinstance(moment, datetime):
        return ""
    local = moment.astimezone(LONDON)
    return re.sub(
        "%(.)",
        lambda found: FORMATS[found[1]](local) if found[1] in FORMATS else found[0],
        as_string(pattern),
    )


# --- places ----------------------------------------------------------------------------------------

Point = tuple[float, float]  # latitude, longitude in degrees


def points_of(arguments) -> list[Point] | None:
    """The points in geopoints, traces or shapes; None when any of it isn't a place on Earth."""
    points = []
    for value in values_of(arguments):
        for text in as_string(value).split(";"):
            if not text.strip():
                continue
            numbers = [as_number(part) for part in text.split()]
            if len(numbers) < 2 or not (abs(numbers[0]) <= 90 and abs(numbers[1]) <= 180):
                return None
            points.append((numbers[0], numbers[1]))
    return points


def distance(*arguments: Value) -> float:
    """Metres along the points."""
    points = points_of(arguments)
    if not points:
        return math.nan
    return round(sum(between(a, b) for a, b in pairwise(points)), 2)


def between(start: Point, end: Point) -> float:
    (lat_a, lon_a), (lat_b, lon_b) = (tuple(map(math.radians, point)) for point in (start, end))
    chord = (
        math.sin((lat_b - lat_a) / 2) ** 2
        + math.cos(lat_a) * math.cos(lat_b) * math.sin((lon_b - lon_a) / 2) ** 2
    )
    return 2 * EARTH * math.asin(min(1.0, math.sqrt(chord)))


def area(*arguments: Value) -> float:
    """Square metres within the points, on a sphere (JavaRosa's GeoUtils)."""
    points = points_of(arguments)
    if not points or len(points) < 3:
        return 0.0
    closed = points if points[0] == points[-1] else [*points, points[0]]
    found = 0.0
    for (lat_a, lon_a), (lat_b, lon_b) in pairwise(closed):
        east = math.radians(lon_b - lon_a)
        found += east * (2 + math.sin(math.radians(lat_a)) + math.sin(math.radians(lat_b)))
    return round(abs(found * EARTH * EARTH / 2), 2)


def is_inside(point: Value, shape: Value) -> bool:
    """geofence(): whether a point lies in a shape; by counting the edges to its east."""
    place, corners = points_of([point]), points_of([shape])
    if not place or not corners:
        return False
    lat, lon = place[0]
    inside = False
    for (lat_a, lon_a), (lat_b, lon_b) in zip(corners, corners[1:] + corners[:1], strict=True):
        if (lat_a > lat) != (lat_b > lat) and lon < (lon_b - lon_a) * (lat - lat_a) / (lat_b - lat_a) + lon_a:
            inside = not inside
    return inside


# --- order -----------------------------------------------------------------------------------------


def shuffled(items: list, seed: Value | None = None) -> list:
    """The items in the order that other XForms clients give them for the same seed.

    Source: https://getodk.github.io/xforms-spec/#fn:randomize (Park-Miller, Fisher-Yates inside out).
    """
    draw = park_miller(seed_number(seed)) if seed is not None else random.random
    order: list = []
    for at, item in enumerate(items):
        place = int(draw() * (at + 1))
        order.append(item)
        order[at], order[place] = order[place], item
    return order


def seed_number(seed: Value) -> int:
    number = as_number(seed)
    if math.isnan(number) and as_string(seed) not in ("", "NaN"):
        return int.from_bytes(hashlib.sha256(as_string(seed).encode()).digest()[:8], "big", signed=True)
    return math.trunc(number) if math.isfinite(number) else 0


def park_miller(seed: int) -> Callable[[], float]:
    state = abs(seed) % 2_147_483_647 * (-1 if seed < 0 else 1)
    if state <= 0:
        state += 2_147_483_646

    def draw() -> float:
        nonlocal state
        state = state * 16_807 % 2_147_483_647
        return (state - 1) / 2_147_483_646

    return draw


#: name: (fewest arguments, most arguments or None, function of the arguments' values)
PLAIN: dict[str, tuple[int, int | None, Callable]] = {
    "not": (1, 1, lambda value: not as_boolean(value)),
    "true": (0, 0, lambda: True),
    "false": (0, 0, lambda: False),
    "boolean": (1, 1, as_boolean),
    "boolean-from-string": (1, 1, boolean_from_string),
    "string": (1, 1, as_string),
    "number": (1, 1, as_number),
    "int": (1, 1, whole),
    "round": (1, 2, rounded),
    "floor": (1, 1, step(math.floor)),
    "ceiling": (1, 1, step(math.ceil)),
    "abs": (1, 1, lambda value: abs(as_number(value))),
    "pow": (2, 2, calculated(lambda base, power: base**power)),
    "exp": (1, 1, calculated(math.exp)),
    "exp10": (1, 1, calculated(lambda power: 10.0**power)),
    "log": (1, 1, calculated(math.log)),
    "log10": (1, 1, calculated(math.log10)),
    "sqrt": (1, 1, calculated(math.sqrt)),
    "sin": (1, 1, calculated(math.sin)),
    "cos": (1, 1, calculated(math.cos)),
    "tan": (1, 1, calculated(math.tan)),
    "asin": (1, 1, calculated(math.asin)),
    "acos": (1, 1, calculated(math.acos)),
    "atan": (1, 1, calculated(math.atan)),
    "atan2": (2, 2, calculated(math.atan2)),
    "pi": (0, 0, lambda: math.pi),
    "min": (1, None, least),
    "max": (1, None, greatest),
    "sum": (1, 1, total),
    "concat": (0, None, concat),
    "join": (1, None, join),
    "contains": (2, 2, lambda text, part: as_string(part) in as_string(text)),
    "starts-with": (2, 2, lambda text, part: as_string(text).startswith(as_string(part))),
    "ends-with": (2, 2, lambda text, part: as_string(text).endswith(as_string(part))),
    "substr": (2, 3, substring),
    "substring": (2, 3, xpath_substring),
    "substring-before": (2, 2, before),
    "substring-after": (2, 2, after),
    "translate": (3, 3, translated),
    "string-length": (1, 1, lambda text: float(len(as_string(text)))),
    "normalize-space": (1, 1, lambda text: " ".join(as_string(text).split())),
    "regex": (2, 2, is_matching),
    "selected": (2, 2, is_selected),
    "selected-at": (2, 2, selected_at),
    "count-selected": (1, 1, lambda value: float(len(chosen(value)))),
    "checklist": (3, None, checklist),
    "weighted-checklist": (4, None, weighted_checklist),
    "date": (1, 1, as_date),
    "date-time": (1, 1, as_date),
    "decimal-date-time": (1, 1, decimal_date_time),
    "decimal-time": (1, 1, decimal_time),
    "format-date": (2, 2, format_date),
    "format-date-time": (2, 2, format_date),
    "distance": (1, None, distance),
    "area": (1, None, area),
    "geofence": (2, 2, is_inside),
    "digest": (2, 3, digest),
    "base64-decode": (1, 1, base64_decoded),
    "uuid": (0, 1, new_uuid),
    "random": (0, 0, lambda: random.random()),
}
__all__ = ["PLAIN", "number_text", "regex_fault", "shuffled"]
