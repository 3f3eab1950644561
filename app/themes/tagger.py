"""Reading a statement: its themes with the words that carried each, its type, and what must be flagged.

Two parts find themes: phrases that people wrote into the codebook, and weights that were learned from coded
examples. One calibration makes a confidence of both.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

import numpy as np

from app.themes.codebook import (
    ALWAYS_READ,
    DATA,
    FLAGS,
    RAISES_SAFEGUARDING,
    SAFEGUARDING,
    STATEMENT_TYPES,
    Codebook,
    shipped_codebook,
)
from app.themes.features import word_buckets
from app.themes.matching import Found, count_hits, find_phrases, join_stretches
from app.themes.model import Model, Reading, Weights, calibration_of, confidence, read_weights
from app.themes.phrases import PhraseBook
from app.themes.words import places_of, words_read

#: The shipped weights, made by `flask themes train`.
MODEL = DATA / "model.npz"
#: The squared rarity under which a word is in about one example of a hundred, or more.
COMMON = 31.0
LONGEST = 20_000  # characters that are read
#: A word is evidence when it carried this much of what the strongest word carried, …
CARRIED = 0.45
#: … and no more words than this are, or nothing stands out.
MOST_WORDS = 5
#: Added to the priority of a statement that may be about danger to somebody: above all others.
URGENT = 100.0
#: The calibration of a theme that nothing was learned of yet: one phrase is enough, one hint is not.
PHRASES_ALONE = np.array([0.0, 1.6, 0.8, -1.0])
ENOUGH, NO_HEAD = 0.6, -1
#: No machine is surer than this.
SUREST = 0.99


@dataclass(frozen=True)
class Suggestion:
    theme: str
    confidence: float
    evidence: tuple[tuple[int, int], ...]  # [start, end) in the statement, in order, not overlapping


@dataclass(frozen=True)
class Coding:
    """What the tagger makes of one statement."""

    #: the surest first; none is a normal outcome
    suggestions: tuple[Suggestion, ...]
    type: str | None
    flags: tuple[str, ...]
    #: how many tags a person's decision is expected to change, from 0
    doubt: float


NOTHING = Coding((), None, (), 0.0)


class Tagger:
    """Reads statements with the phrases of a codebook and trained weights."""

    def __init__(self, codebook: Codebook, weights: Weights, version: str):
        #: changes whenever the same text could be read otherwise
        self.version = version
        self.model = Model(weights)
        self.phrases = PhraseBook(codebook.phrases)
        place = {head: number for number, head in enumerate(weights.heads)}
        self.themes = [theme.key for theme in codebook.themes if not theme.is_retired]
        self.places = {theme: number for number, theme in enumerate(self.themes)}
        #: the column of each theme's score; a theme that is newer than the weights has that of no head
        self.columns = np.array([place.get(key, NO_HEAD) for key in self.themes], int)
        learned = self.columns != NO_HEAD
        self.calibration = np.tile(PHRASES_ALONE, (2, len(self.themes), 1))
        self.calibration[:, learned] = weights.calibration[:, self.columns[learned]]
        self.thresholds = np.full(len(self.themes), ENOUGH, np.float32)
        self.thresholds[learned] = weights.thresholds[self.columns[learned]]
        self.types = [key for key in STATEMENT_TYPES if key in place]
        self.type_columns = np.array([place[key] for key in self.types], int)
        first_flag = len(weights.heads) - len(weights.flag_thresholds)
        self.flags = [
            (key, place[key], weights.flag_thresholds[place[key] - first_flag])
            for key in FLAGS
            if place.get(key, -1) >= first_flag
        ]

    def read(self, text: str, language: str | None) -> Coding:
        """Themes, type and flags of `text`; only its first LONGEST characters are read."""
        return self.read_all([(text, language)])[0]

    def suggest(self, text: str, language: str | None) -> tuple[Suggestion, ...]:
        return self.read(text, language).suggestions

    def read_all(self, statements: Sequence[tuple[str, str | None]]) -> list[Coding]:
        """The same for many (text, language) at once, which takes less time for each."""
        texts = [text[:LONGEST] for text, _ in statements]
        words = [words_read(text) for text in texts]
        spoken = [number for number, found in enumerate(words) if found]
        codings = [NOTHING] * len(texts)
        if spoken:
            languages = [statements[number][1] for number in spoken]
            read = self.code([texts[n] for n in spoken], [words[n] for n in spoken], languages)
            for number, coding in zip(spoken, read, strict=True):
                codings[number] = coding
        return codings

    def code(self, texts: list[str], words: list[list[str]], languages: list[str | None]) -> list[Coding]:
        """Codings of texts that have words."""
        reading = self.model.read(words, languages)
        found = [
            find_phrases(self.phrases.index(language or "en"), spoken)
            for spoken, language in zip(words, languages, strict=True)
        ]
        hits = np.stack([count_hits(each, self.places) for each in found])
        calibration = self.calibration[[calibration_of(language) for language in languages]]
        sure = confidence(calibration, reading.scores[:, self.columns], hits)
        doubts = np.minimum(sure, 1 - sure).sum(axis=1)
        types = self.types_of(reading.scores)
        suggested = [np.flatnonzero(row).tolist() for row in sure >= self.thresholds]
        codings = []
        for number, text in enumerate(texts):
            suggestions = ()
            if suggested[number]:
                where = places_of(text, words[number])
                suggestions = tuple(
                    Suggestion(
                        self.themes[theme],
                        round(min(float(sure[number, theme]), SUREST), 3),
                        self.evidence(theme, number, reading, found[number], where),
                    )
                    for theme in sorted(suggested[number], key=lambda theme: -sure[number, theme])
                )
            flags = self.flags_of(reading.scores[number], found[number], suggestions)
            codings.append(Coding(suggestions, types[number], flags, round(float(doubts[number]), 3)))
        return codings

    def evidence(
        self, theme: int, number: int, reading: Reading, found: Sequence[Found], where: list
    ) -> tuple:
        """The stretches of text that carried a theme: its phrases, and the words that weighed most."""
        key, column = self.themes[theme], self.columns[theme]
        stretches = [(match.first, match.last) for match in found if match.phrase.theme == key]
        if column != NO_HEAD:
            carried = reading.parts(number, column)
            heaviest = sorted(range(len(where)), key=lambda word: -carried[word])[:MOST_WORDS]
            enough = max(CARRIED * carried[heaviest[0]], 0.0)
            stretches += [(word, word) for word in heaviest if carried[word] > enough]
            stretches = stretches or [(heaviest[0], heaviest[0])]
        return tuple((where[first][0], where[last][1]) for first, last in join_stretches(stretches))

    def types_of(self, scores: np.ndarray) -> list[str | None]:
        if not self.types:
            return [None] * len(scores)
        return [self.types[place] for place in scores[:, self.type_columns].argmax(axis=1).tolist()]

    def flags_of(self, scores: np.ndarray, found: Sequence[Found], suggestions) -> tuple[str, ...]:
        """The flags that the weights, a phrase of the codebook or a suggested theme raise."""
        raised = {key for key, column, threshold in self.flags if scores[column] >= threshold}
        raised.update(match.phrase.theme for match in found if match.phrase.theme in FLAGS)
        if any(suggestion.theme in RAISES_SAFEGUARDING for suggestion in suggestions):
            raised.add(SAFEGUARDING)
        return tuple(key for key in FLAGS if key in raised) if raised else ()

    def is_common(self, word: str) -> bool:
        """Whether a (folded) word is in so many of the examples that it says nothing of a topic."""
        return 0 < float(self.model.weights.lengths[word_buckets(word)[0]]) < COMMON


def priority_of(coding: Coding) -> float:
    """How much a person's decision on a statement is worth: how many tags it is expected to change, more
    where a theme counts only once confirmed, and first of all where somebody may be in danger."""
    waits = sum(suggestion.confidence for suggestion in coding.suggestions if suggestion.theme in ALWAYS_READ)
    return round(coding.doubt + waits + (URGENT if SAFEGUARDING in coding.flags else 0.0), 3)


@cache
def shipped_weights() -> Weights:
    """The weights trained on the corpus, which come with the product."""
    return read_weights(MODEL.read_bytes())


@cache
def shipped_tagger() -> Tagger:
    return Tagger(shipped_codebook(), shipped_weights(), "shipped-1")
