"""Hiding cells so that neither a small count nor its complement can be worked out.

Primary suppression: a count of fewer than `threshold` respondents that isn't zero, or one where a single
respondent supplies most of the statements. Secondary suppression: further cells, until what is published
leaves every hidden cell a range of at least `threshold`. See Hundepool et al., Statistical Disclosure
Control (Wiley 2012), chapter 4.

Every table here is a tree of totals and parts: a family and its themes, a theme and its communities, London
and its areas and boroughs. Where respondents overlap (one speaks for two communities), the parts may come
to more than the total; then the total tells nothing of a hidden part, and no second one is needed.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

#: The markers of the Government Statistical Service for what is not printed.
HIDDEN, NONE, NOT_ASKED = "c", "z", "x"


@dataclass(frozen=True)
class Rules:
    """The least number of respondents in a cell, and in the base of a percentage."""

    threshold: int
    base: int = 30
    dominance: float = 0.5


ORGANISATIONS = Rules(threshold=5)
PEOPLE = Rules(threshold=10)


def is_sensitive(respondents: int, largest: float, rules: Rules) -> bool:
    """Whether a cell may not be printed for its own sake. Zero is data."""
    return respondents > 0 and (respondents < rules.threshold or largest > rules.dominance)


@dataclass
class Node:
    """A count and the counts that it is the total of."""

    value: int
    hidden: bool
    parts: list["Node"] = field(default_factory=list)


def suppress_tree(root: Node, threshold: int) -> None:
    """Hide further nodes until no hidden one can be worked out from totals and parts."""
    while any([protect_line(node, threshold) for node in lines(root)]):  # all of them, each time round
        pass


def lines(node: Node) -> Iterator[Node]:
    """Every node that is a total."""
    if node.parts:
        yield node
        for part in node.parts:
            yield from lines(part)


def protect_line(total: Node, threshold: int) -> bool:
    """Hide one more of a total and its parts if that is needed; whether something was hidden.

    The hidden parts of a printed total add up to a known number; a hidden total with printed parts is
    their sum. Either way two hidden nodes are needed, and enough among the parts to hide in.
    """
    hidden = [part for part in total.parts if part.hidden]
    printed = [part for part in total.parts if not part.hidden]
    if not hidden and not total.hidden:
        return False
    if not total.hidden and sum(part.value for part in printed) >= total.value:
        return False
    if is_cover(hidden, threshold) and len(hidden) + total.hidden > 1:
        return False
    candidates = [part for part in printed if part.value >= threshold]
    if candidates:
        min(candidates, key=lambda part: part.value).hidden = True
        return True
    if total.hidden:
        return False
    total.hidden = True
    return True


def is_cover(hidden: list[Node], threshold: int) -> bool:
    """Whether the sum of hidden parts says little of each: one is large, or several come to much together.

    Two parts that are both known to be small would be told by their sum: 8 can only be 4 and 4.
    """
    return any(part.value >= threshold for part in hidden) or (
        len(hidden) > 2 and sum(part.value for part in hidden) >= 2 * threshold
    )
