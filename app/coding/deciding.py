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


def settle(before: Tags, themes: list[str]) -> Tags:
    """The tags where exactly `themes` are confirmed, and every other is rejected."""
    after = {
        theme: [CONFIRMED if theme in themes else REJECTED, origin] for theme, (_, origin) in before.items()
    }
    return after | {theme: [CONFIRMED, PERSON] for theme in themes if theme not in before}


def parts_of(text: str) -> list[str]:
    """The parts of a statement that a coder has put on lines of their own."""
    return [part for line in text.splitlines() if (part := " ".join(line.split()))]


def is_same_text(one: str, other: str) -> bool:
    """Whether two texts differ in white space only."""
    return "".join(one.split()) == "".join(other.split())
