"""How far two blind coders agree: Krippendorff's alpha for each theme.

Krippendorff, K. (2019), Content Analysis, 4th edition, ch. 12: 0.80 and more is firm, from 0.667 tentative
conclusions are possible, below nothing should rest on it alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from krippendorff import alpha

#: Coders of each sampled statement.
CODERS = 2
FIRM, TENTATIVE = 0.80, 0.667
#: With fewer statements that either coder gave the theme, alpha is chance.
FEWEST = 10


@dataclass(frozen=True)
class Agreement:
    """One theme among the double-coded statements."""

    theme: str
    statements: int
    #: how many statements both coders gave the theme, and only one did
    both: int
    one: int
    #: None where the theme never occurs, so nothing can be said
    alpha: float | None

    @property
    def band(self) -> str:
        """ "firm", "tentative", "weak", or "few" where there is too little to tell."""
        if self.alpha is None or self.both + self.one < FEWEST:
            return "few"
        return "firm" if self.alpha >= FIRM else "tentative" if self.alpha >= TENTATIVE else "weak"


def agreement_on(theme: str, codes: Sequence[Sequence[Sequence[str]]]) -> Agreement:
    """Agreement on `theme` from the themes that each of two coders gave each statement."""
    given = [[theme in themes for themes in coders] for coders in codes]
    both = sum(all(pair) for pair in given)
    one = sum(any(pair) for pair in given) - both
    if not both and not one:
        return Agreement(theme, len(codes), 0, 0, None)
    if both == len(codes):  # no variation at all, which alpha does not define
        return Agreement(theme, len(codes), both, 0, 1.0)
    ratings = [[int(pair[coder]) for pair in given] for coder in range(CODERS)]
    found = alpha(reliability_data=ratings, level_of_measurement="nominal", value_domain=[0, 1])
    return Agreement(theme, len(codes), both, one, round(float(found), 3))
