"""How good a tagger is, against statements that people have labelled."""

from collections import Counter
from collections.abc import Iterable


def score(pairs: Iterable[tuple[str, set[str], set[str]]], keys: Iterable[str]) -> dict:
    """Precision, recall and F1 from (language, labelled themes, suggested themes) of each statement.

    Micro over all tags, macro over the themes that occur, then per theme and per language.
    """
    themes: dict[str, Counter] = {key: Counter() for key in keys}
    languages: dict[str, Counter] = {}
    for language, labelled, suggested in pairs:
        spoken = languages.setdefault(language, Counter())
        for key, kind in outcomes(labelled, suggested):
            themes.setdefault(key, Counter())[kind] += 1
            spoken[kind] += 1
        spoken["statements"] += 1
    per_theme = {key: measures(counts) for key, counts in themes.items()}
    occurring = [m for m in per_theme.values() if m["support"]]
    total = sum(languages.values(), Counter())
    return {
        "statements": total["statements"],
        "micro": measures(total),
        "macro": {
            name: round(sum(m[name] for m in occurring) / len(occurring), 4) if occurring else 0.0
            for name in ("precision", "recall", "f1")
        },
        "themes": per_theme,
        "languages": {key: measures(counts) for key, counts in sorted(languages.items())},
    }


def outcomes(labelled: set[str], suggested: set[str]):
    yield from ((key, "right") for key in labelled & suggested)
    yield from ((key, "wrong") for key in suggested - labelled)
    yield from ((key, "missed") for key in labelled - suggested)


def measures(counts: Counter) -> dict:
    right, wrong, missed = counts["right"], counts["wrong"], counts["missed"]
    precision = right / (right + wrong) if right + wrong else 0.0
    recall = right / (right + missed) if right + missed else 0.0
    f1 = 2 * right / (2 * right + wrong + missed) if right else 0.0
    return {
        "precision": round(precision, 4),
        "recall": round(recall, 4),
        "f1": round(f1, 4),
        "support": right + missed,
    }
