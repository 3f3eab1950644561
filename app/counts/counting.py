"""Counting distinct respondents: plain functions over plain facts."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Contributed:
    """One respondent in one week, and what they are counted by."""

    id: int
    week: date
    respondent: str
    area: str | None
    communities: frozenset[str]


@dataclass(frozen=True)
class Mention:
    """That a contribution raised a theme, in so many statements."""

    contribution_id: int
    theme: str
    statements: int


@dataclass(frozen=True)
class Tally:
    """How many different respondents are behind a cell, and how evenly."""

    respondents: int = 0
    statements: int = 0
    #: the share of the statements that come from one respondent, 0 to 1
    largest: float = 0.0


NOBODY = Tally()


def tally(said: Iterable[tuple[Hashable, str, int]]) -> dict[Hashable, Tally]:
    """(cell, respondent, statements) to the tally of each cell; a respondent counts once a cell."""
    cells: dict[Hashable, dict[str, int]] = {}
    for cell, respondent, statements in said:
        by_respondent = cells.setdefault(cell, {})
        by_respondent[respondent] = by_respondent.get(respondent, 0) + statements
    return {cell: tally_of(by_respondent) for cell, by_respondent in cells.items()}


def tally_of(by_respondent: dict[str, int]) -> Tally:
    total = sum(by_respondent.values())
    return Tally(len(by_respondent), total, max(by_respondent.values()) / total if total else 0.0)


def count_respondents(contributed: Iterable[Contributed]) -> int:
    return len({contribution.respondent for contribution in contributed})
