"""What a change of the codebook would do to statements, before it is put in force."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from app.themes.tagger import Tagger

#: Examples that are kept of each kind of move.
EXAMPLES = 5


@dataclass
class Moves:
    """How many statements would gain and lose a theme."""

    read: int = 0
    moved: int = 0
    gained: dict[str, int] = field(default_factory=dict)
    lost: dict[str, int] = field(default_factory=dict)
    #: (statement id, theme, whether gained) of the first of each
    examples: list[tuple[int, str, bool]] = field(default_factory=list)


def find_moves(before: Tagger, after: Tagger, statements: Iterable[tuple[int, str, str | None]]) -> Moves:
    """Read (id, text, language) with both taggers and tell where the themes differ."""
    moves = Moves()
    for statement_id, text, language in statements:
        old = {each.theme for each in before.suggest(text, language)}
        new = {each.theme for each in after.suggest(text, language)}
        moves.read += 1
        moves.moved += old != new
        for count, themes, is_gain in ((moves.gained, new - old, True), (moves.lost, old - new, False)):
            for theme in sorted(themes):
                count[theme] = count.get(theme, 0) + 1
                if count[theme] <= EXAMPLES:
                    moves.examples.append((statement_id, theme, is_gain))
    return moves
