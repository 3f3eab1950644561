"""Suggesting the themes of a statement, with the words that carried each.

`Tagger` is the interface; `PhraseTagger` reads the codebook's phrases. A learner may take its place:
whoever calls `current_tagger()` sees only suggestions.
"""

from dataclasses import dataclass
from functools import cache
from typing import Protocol

from app.themes.phrases import GAP_WORDS, Phrase, PhraseIndex, phrase_index
from app.themes.words import spellings, words_of

#: Roughly how often a suggestion of this kind is right: one phrase, more evidence than one phrase, and two
#: hints alone. On the demo's own statements 0.74 of 74, 0.91 of 165 and 0.38 of 24 were; on labelled
#: statements by other hands 0.62 of 29, 0.86 of 51 and 0.75 of 16. Too few to calibrate on.
ONE_PHRASE, MORE_PHRASES, HINTS = 0.7, 0.8, 0.5
#: A denial ("no problem with") reaches this many words.
DENIAL_WORDS = 3
LONGEST = 20_000  # characters that are read


@dataclass(frozen=True)
class Suggestion:
    theme: str
    confidence: float
    evidence: tuple[tuple[int, int], ...]  # [start, end) in the statement, in order, not overlapping


class Tagger(Protocol):
    #: changes whenever the same text could get other suggestions
    version: str

    def suggest(self, text: str, language: str | None) -> list[Suggestion]:
        """The themes of `text`, the surest first; none is a normal outcome."""


@dataclass(frozen=True)
class Found:
    """A phrase at a place: word numbers in the statement."""

    phrase: Phrase
    first: int
    last: int


class PhraseTagger:
    """Themes by the codebook's phrases: one phrase, or two different hints."""

    version = "phrases-1"

    def suggest(self, text: str, language: str | None) -> list[Suggestion]:
        words = words_of(text[:LONGEST])
        index = phrase_index(language or "en")
        found = find_all(index, words)
        if found and index.denials:
            denied = find_all(index.denials, words)
            found = [match for match in found if not is_denied(match, denied)]
        by_theme: dict[str, list[Found]] = {}
        for match in found:
            by_theme.setdefault(match.phrase.theme, []).append(match)
        suggestions = [
            Suggestion(theme, confidence, evidence_of(matches, words))
            for theme, matches in by_theme.items()
            if (confidence := confidence_of(matches))
        ]
        return sorted(suggestions, key=lambda suggestion: (-suggestion.confidence, suggestion.evidence))


def find_all(index: PhraseIndex, words: list[tuple[str, int, int]]) -> list[Found]:
    spelled = [spellings(word) for word, _, _ in words]
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


def matches_word(step, word: str) -> bool:
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


def confidence_of(matches: list[Found]) -> float | None:
    """None where there is too little: no phrase and fewer than two different hints."""
    sure = {(match.first, match.last) for match in matches if not match.phrase.is_hint}
    hints = {match.phrase for match in matches if match.phrase.is_hint}
    if len(sure) > 1 or (sure and hints):
        return MORE_PHRASES
    if sure:
        return ONE_PHRASE
    return HINTS if len(hints) > 1 else None


def evidence_of(matches: list[Found], words: list[tuple[str, int, int]]) -> tuple[tuple[int, int], ...]:
    """The stretches of text that the matches cover, joined where they touch."""
    spans = sorted((words[match.first][1], words[match.last][2]) for match in matches)
    joined: list[tuple[int, int]] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


@cache
def current_tagger() -> Tagger:
    return PhraseTagger()
