"""What a reader of the map chose to see, from the address; anything else is refused in words."""

from dataclasses import dataclass
from datetime import date, timedelta

WEEK = timedelta(days=7)
PERIODS = (1, 4, 12)  # weeks
DEFAULT_PERIOD = 4
RESPONSE, NOTE = "response", "note"
SOURCES = (RESPONSE, NOTE)


class BadFilter(ValueError):
    """A filter that doesn't exist; `name` and `value` say which."""

    def __init__(self, name: str, value: str):
        super().__init__(f"{name}={value}")
        self.name = name
        self.value = value


@dataclass(frozen=True)
class Filters:
    source: str
    last: date  # Monday of the last week
    weeks: int
    family: str = ""
    theme: str = ""
    community: str = ""

    @property
    def first(self) -> date:
        return self.last - WEEK * (self.weeks - 1)

    @property
    def before(self) -> tuple[date, date]:
        """The first and last week of the equally long period before."""
        return self.first - WEEK * self.weeks, self.first - WEEK


def read_filters(
    given: dict[str, str], latest: date, families: set[str], themes: dict[str, str], communities: set[str]
) -> Filters:
    """The filters in `given`; BadFilter for a value that doesn't exist.

    `latest` is the last week there is; `themes` has each theme's family.
    """
    theme = one_of("theme", given, set(themes))
    family = one_of("family", given, families)
    return Filters(
        source=one_of("source", given, set(SOURCES)) or RESPONSE,
        last=read_week(given.get("week", ""), latest),
        weeks=int(one_of("period", given, {str(weeks) for weeks in PERIODS}) or DEFAULT_PERIOD),
        family=themes[theme] if theme else family,
        theme=theme,
        community=one_of("community", given, communities),
    )


def one_of(name: str, given: dict[str, str], known: set[str]) -> str:
    value = given.get(name, "")
    if value and value not in known:
        raise BadFilter(name, value)
    return value


def read_week(text: str, latest: date) -> date:
    """The Monday of the week of an ISO date, not after the latest."""
    if not text:
        return latest
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise BadFilter("week", text) from None
    week = day - timedelta(days=day.weekday())
    if week > latest or week < latest - 520 * WEEK:
        raise BadFilter("week", text)
    return week
