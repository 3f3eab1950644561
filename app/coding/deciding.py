"""What a coder's choices make of a statement's tags."""

from app.themes.tags import CONFIRMED, PERSON, REJECTED, SUGGESTED

Tags = dict[str, list[str]]  # theme key: [state, origin]
CONFIRM, REJECT = "confirm", "reject"


class Undecided(ValueError):
    """Some suggestion was neither confirmed nor rejected; `themes` are their keys."""

    def __init__(self, themes: list[str]):
        super().__init__(", ".join(themes))
        self.themes = themes


def decide(before: Tags, choices: dict[str, str], added: list[str]) -> Tags:
    """The tags after a coder's `choices` (theme: CONFIRM or REJECT) and `added` themes.

    Raises Undecided while a suggestion of the machine is left open.
    """
    open_ = [
        theme for theme, (state, _) in before.items() if state == SUGGESTED and choices.get(theme) is None
    ]
    left = [theme for theme in open_ if theme not in added]
    if left:
        raise Undecided(left)
    after = {theme: list(tag) for theme, tag in before.items()}
    for theme, choice in choices.items():
        if theme in after:
            after[theme][0] = CONFIRMED if choice == CONFIRM else REJECTED
    for theme in added:
        after.setdefault(theme, [CONFIRMED, PERSON])[0] = CONFIRMED
    return after


def decide_none(before: Tags) -> Tags:
    """None of these: every tag of the statement is rejected."""
    return {theme: [REJECTED, origin] for theme, (_, origin) in before.items()}


def highlight(text: str, spans: list[tuple[int, int]]) -> list[tuple[str, bool]]:
    """The text in pieces, each with whether it is evidence; overlapping spans are joined."""
    pieces, place = [], 0
    for start, end in sorted(spans):
        start, end = max(start, place), min(end, len(text))
        if end <= start:
            continue
        pieces += [(text[place:start], False), (text[start:end], True)]
        place = end
    pieces.append((text[place:], False))
    return [(piece, is_evidence) for piece, is_evidence in pieces if piece]
