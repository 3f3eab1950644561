"""A new tagger beside the one in use, on statements that neither has learned from."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.themes.evaluation import Judged, score
from app.themes.tagger import Tagger

#: With fewer held-out statements than this a difference is chance, and the page says so.
FEWEST = 30


@dataclass(frozen=True)
class Held:
    """A statement that two people coded blind and agreed or decided on: kept out of training."""

    text: str
    language: str | None
    themes: frozenset[str]


def compare(before: Tagger, after: Tagger, held: Sequence[Held], learned_from: int) -> dict:
    """Figures of both taggers, in all and for each theme and language: {"before": …, "after": …, …}."""
    return {
        "held": len(held),
        "learned_from": learned_from,
        "before": figures(before, held),
        "after": figures(after, held),
    }


def figures(tagger: Tagger, held: Sequence[Held]) -> dict:
    """Micro precision, recall and F1, and those of each theme and language that occurs."""
    judged = [
        Judged(
            each.language or "unknown",
            each.themes,
            {found.theme: found.confidence for found in tagger.suggest(each.text, each.language)},
        )
        for each in held
    ]
    result = score(judged, tagger.themes)
    return {
        "micro": result["micro"],
        "themes": {key: m for key, m in result["themes"].items() if m["support"]},
        "languages": result["languages"],
    }
