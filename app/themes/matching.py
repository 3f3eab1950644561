"""Finding the phrases of a codebook in a statement's words."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from app.themes.phrases import GAP_WORDS, Phrase, PhraseIndex, Step
from app.themes.words import spellings

#: A denial ("no problem with") reaches this many words.
DENIAL_WORDS = 3
#: More phrases of one theme than this say nothing more.
MOST_HITS = 3


@dataclass(frozen=True)
class Found:
    """A phrase at a place: word numbers in the statement."""

    phrase: Phrase
    first: int
    last: int


def find_phrases(index: PhraseIndex, words: Sequence[str]) -> list[Found]:
    """The phrases that stand in the (folded) words and aren't denied there."""
    found = find_all(index, words)
    if found and index.denials:
        denied = find_all(index.denials, words)
        found = [match for match in found if not is_denied(match, denied)]
    return found


def find_all(index: PhraseIndex, words: Sequence[str]) -> list[Found]:
    spelled = [spellings(word) for word in words]
    found = []
    for place, options in enumerate(spelled):
        for option in options:
            for phrase in index.beginning_with(option):
                if not matches_word(phrase.steps[0], option):
                    continue
                last = follow(phrase, spelled, place)
                if last is not None:
                    found.append(Found(phrase, place, last))
    return found


def matches_word(step: Step, word: str) -> bool:
    return word.startswith(step.word) if step.is_stem else word == step.word


def follow(phrase: Phrase, spelled: list[tuple[str, ...]], place: int) -> int | None:
    """The last word of the phrase that begins at `place`, or None where it doesn't go on."""
    for step in phrase.steps[1:]:
        reach = GAP_WORDS + 1 if step.after_gap else 1
        for candidate in range(place + 1, min(place + 1 + reach, len(spelled))):
            if any(matches_word(step, option) for option in spelled[candidate]):
                place = candidate
                break
        else:
            return None
    return place


def is_denied(match: Found, denied: list[Found]) -> bool:
    """Whether "no problem with" or the like stands just before, and isn't part of the phrase itself."""
    return any(
        denial.last < match.first <= denial.last + DENIAL_WORDS and denial.first < match.first
        for denial in denied
    )


def count_hits(found: Sequence[Found], themes: Sequence[str]) -> np.ndarray:
    """float32 (themes, 2): how many different phrases and hints of each theme stand there."""
    hits = np.zeros((len(themes), 2), np.float32)
    if found:
        place = {theme: number for number, theme in enumerate(themes)}
        for phrase in {match.phrase for match in found}:
            if phrase.theme in place:
                hits[place[phrase.theme], int(phrase.is_hint)] += 1
        np.minimum(hits, MOST_HITS, out=hits)
    return hits


def spans_of(places: Sequence[tuple[int, int]], words) -> tuple[tuple[int, int], ...]:
    """The stretches of text from each first to each last word, joined where they touch or are neighbours."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(places):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return tuple((words[first][1], words[last][2]) for first, last in joined)
