"""Finding the phrases of a codebook in a statement's words."""

from collections.abc import Mapping, Sequence
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
    if found and index.denials and index.denials.may_begin(words):
        denied = find_all(index.denials, words)
        found = [match for match in found if not is_denied(match, denied)]
    return found


def find_all(index: PhraseIndex, words: Sequence[str]) -> list[Found]:
    known = index.known  # asked directly: this is the innermost loop of tagging
    begun = [
        (place, phrase)
        for place, word in enumerate(words)
        for phrase in (known[word] if word in known else index.beginning_with(word))
    ]
    if not begun:
        return []
    spelled = [spellings(word) for word in words]
    here = {option for options in spelled for option in options}
    return [
        Found(phrase, place, last)
        for place, phrase in begun
        if phrase.needed <= here and (last := follow(phrase, spelled, place)) is not None
    ]


def matches_word(step: Step, word: str) -> bool:
    return word.startswith(step.word) if step.is_stem else word == step.word


def follow(phrase: Phrase, spelled: list[tuple[str, ...]], place: int) -> int | None:
    """The last word of the phrase that begins at `place`, or None where it doesn't go on."""
    if len(phrase.steps) == 1:
        return place
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


def count_hits(found: Sequence[Found], places: Mapping[str, int]) -> np.ndarray:
    """float32 (themes, 2): how many different phrases and hints of each theme stand there.

    `places` numbers the themes.
    """
    hits = np.zeros((len(places), 2), np.float32)
    if found:
        for phrase in {match.phrase for match in found}:
            if phrase.theme in places:
                hits[places[phrase.theme], int(phrase.is_hint)] += 1
        np.minimum(hits, MOST_HITS, out=hits)
    return hits


def join_stretches(stretches: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
    """Stretches of words, from first to last, in order and joined where they touch or are neighbours."""
    joined: list[tuple[int, int]] = []
    for first, last in sorted(stretches):
        if joined and first <= joined[-1][1] + 1:
            joined[-1] = (joined[-1][0], max(last, joined[-1][1]))
        else:
            joined.append((first, last))
    return joined
