"""A number of the map, or the marker that stands for it."""

from dataclasses import dataclass
from math import ceil

from app.disclosure.suppression import HIDDEN, NONE, Rules

SHADES = 5


@dataclass(frozen=True)
class Cell:
    """A count of respondents; `share` is of the base, in percent, where the base is large enough."""

    count: int | None
    share: float | None = None
    marker: str = ""  # HIDDEN, NONE or NOT_ASKED where there is no count
    shade: int = 0  # 0 (nobody, or hidden) to SHADES

    @property
    def is_hidden(self) -> bool:
        return self.marker == HIDDEN


def make_cell(count: int, hidden: bool, base: int, rules: Rules, most: int = 0) -> Cell:
    """The cell for a count that is printed unless `hidden`; `most` is the count of the darkest shade."""
    if hidden:
        return Cell(None, marker=HIDDEN)
    if base == 0:
        return Cell(None, marker=NONE)
    share = round(100 * count / base, 1) if base >= rules.base else None
    return Cell(count, share, shade=shade_of(count, most))


def shade_of(amount: float, most: float) -> int:
    """0 for nobody, then 1 to SHADES in equal steps up to `most`."""
    if amount == 0 or most == 0:
        return 0
    return max(1, min(SHADES, ceil(SHADES * amount / most)))
