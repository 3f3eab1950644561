"""How good a tagger is, against statements that people have coded."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass

#: Confidences are told in steps of a tenth.
BINS = 10


@dataclass(frozen=True)
class Judged:
    """One statement: what people coded, and what the tagger suggested with which confidence."""

    language: str
    coded: Set[str]
    suggested: Mapping[str, float]


def score(judged: Iterable[Judged], keys: Iterable[str]) -> dict:
    """Precision, recall and F1, and how often tags of each confidence were right.

    Micro over all tags, macro over the themes that occur, then per theme and per language.
    """
    themes: dict[str, Counter] = {key: Counter() for key in keys}
    languages: dict[str, Counter] = {}
    reliable = {"all": Counter(), "themes": {}, "languages": {}}
    for each in judged:
        spoken = languages.setdefault(each.language, Counter())
        for key, kind in outcomes(each.coded, each.suggested.keys()):
            themes.setdefault(key, Counter())[kind] += 1
            spoken[kind] += 1
        spoken["statements"] += 1
        spoken["none"] += not each.coded
        spoken["none right"] += not each.coded and not each.suggested
        note_confidences(reliable, each)
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
        "none": {"statements": total["none"], "left_alone": total["none right"]},
        "themes": per_theme,
        "languages": {key: measures(counts) for key, counts in sorted(languages.items())},
        "reliability": {
            "all": reliability(reliable["all"]),
            "themes": {key: reliability(counts) for key, counts in sorted(reliable["themes"].items())},
            "languages": {key: reliability(counts) for key, counts in sorted(reliable["languages"].items())},
        },
    }


def outcomes(coded: Set[str], suggested: Set[str]) -> Iterator[tuple[str, str]]:
    yield from ((key, "right") for key in coded & suggested)
    yield from ((key, "wrong") for key in suggested - coded)
    yield from ((key, "missed") for key in coded - suggested)


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


def note_confidences(reliable: dict, judged: Judged) -> None:
    for key, confidence in judged.suggested.items():
        step = min(int(confidence * BINS), BINS - 1)
        tables = (
            reliable["all"],
            reliable["themes"].setdefault(key, Counter()),
            reliable["languages"].setdefault(judged.language, Counter()),
        )
        for table in tables:
            table[step, "tags"] += 1
            table[step, "right"] += key in judged.coded
            table[step, "confidence"] += confidence


def reliability(counts: Counter) -> list[dict]:
    """For each step of confidence: how many tags, their mean confidence, the share that is right."""
    return [
        {
            "from": step / BINS,
            "tags": tags,
            "confidence": round(counts[step, "confidence"] / tags, 3),
            "right": round(counts[step, "right"] / tags, 3),
        }
        for step in range(BINS)
        if (tags := counts[step, "tags"])
    ]
