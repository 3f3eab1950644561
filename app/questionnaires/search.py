"""Finding a choice in a list too long to read."""

import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from app.questionnaires.definition import Choice

LONG_LIST = 200  # choices; a longer list is searched, not scrolled
SHOWN_MOST = 20  # matches


@lru_cache(maxsize=20_000)
def folded(text: str) -> str:
    """Without case and accents: "Łódź" and "lodz" don't meet, "Zürich" and "zurich" do."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(letter for letter in plain if not unicodedata.combining(letter)).split())


def exact(choices: Iterable[Choice], labelled: list[tuple[str, str]], text: str) -> str:
    """The name of the choice that `text` names in full, in any language; "" when there is none, or
    when several go by it."""
    wanted, offered = folded(text), {name for name, _ in labelled}
    found = {name for name, label in labelled if wanted in (folded(label), folded(name))}
    if not found:
        found = {
            choice.name
            for choice in choices
            if choice.name in offered and wanted in map(folded, choice.label.values())
        }
    return found.pop() if len(found) == 1 else ""


def matches(labelled: list[tuple[str, str]], text: str) -> list[tuple[str, str]]:
    """The choices with all the words: those that have them whole first, then as beginnings, then within."""
    wanted = folded(text).split()
    ranked = []
    for name, label in labelled:
        plain = folded(label)
        if all(word in plain for word in wanted):
            ranked.append((sum(fit(word, plain.split()) for word in wanted), plain, name, label))
    return [(name, label) for *_, name, label in sorted(ranked)[:SHOWN_MOST]]


def fit(word: str, words: list[str]) -> int:
    if word in words:
        return 0
    return 1 if any(each.startswith(word) for each in words) else 2
