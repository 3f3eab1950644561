"""A trained linear model in memory: scores of a statement, word by word, with NumPy alone.

What a statement scores is a sum over its words, so the words that carried a tag are known exactly. Each word
is worked out once and remembered.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from itertools import accumulate, chain

import numpy as np

from app.themes.features import pair_buckets, word_features

#: Words that are remembered; beyond that the table starts afresh.
REMEMBERED = 1 << 17
FIRST_ROWS = 4096


class ModelError(ValueError):
    """A model file that can't be used; the message says why."""


@dataclass(frozen=True)
class Weights:
    """What training found. H heads (themes, then statement types, then flags), B buckets, K themes."""

    heads: tuple[str, ...]
    weights: np.ndarray  # int8 (B, H), to be multiplied by `scales`
    scales: np.ndarray  # float32 (H,)
    lengths: np.ndarray  # float16 (B,): what one occurrence adds to the squared length of a statement
    bias: np.ndarray  # float32 (H,)
    #: float64 (2, K, 4): the logit of a theme is this times (score, phrases, hints, 1); in English, in others
    calibration: np.ndarray
    thresholds: np.ndarray  # float32 (K,): a confidence from which a theme is suggested
    flag_thresholds: np.ndarray  # float32 (flags,): a score from which a flag is raised
    #: what it was trained on, as told on the model card
    trained_on: str


def write_weights(weights: Weights) -> bytes:
    """The weights as one compressed file."""
    buffer = io.BytesIO()
    np.savez_compressed(buffer, **{field.name: getattr(weights, field.name) for field in fields(Weights)})
    return buffer.getvalue()


def read_weights(data: bytes) -> Weights:
    """The weights in such a file; ModelError for anything else."""
    try:
        with np.load(io.BytesIO(data), allow_pickle=False) as file:
            read = {field.name: file[field.name] for field in fields(Weights)}
    except (ValueError, OSError, KeyError, EOFError) as error:
        raise ModelError(f"not a model of this version: {error}") from error
    return Weights(
        **{**read, "heads": tuple(map(str, read["heads"])), "trained_on": str(read["trained_on"])},
    )


def confidence(calibration: np.ndarray, scores: np.ndarray, hits: np.ndarray) -> np.ndarray:
    """How sure each theme is, 0 to 1, from its score and the phrases seen: float64 (statements, themes).

    `calibration` (themes, 4) or (statements, themes, 4), `scores` (statements, themes) and `hits`
    (statements, themes, 2), as `Weights.calibration` takes them.
    """
    logit = calibration[..., 0] * scores + (calibration[..., 1:3] * hits).sum(axis=-1) + calibration[..., 3]
    return 1 / (1 + np.exp(-logit))


def calibration_of(language: str | None) -> int:
    """Which of the two calibrations a statement goes by: English has most examples and needs its own."""
    return 0 if language == "en" else 1


class WordRows:
    """The row of each word met so far: its part of every head's score, and of the squared length."""

    def __init__(self, table: np.ndarray):
        self.table = table  # float32 (B, H + 1): a row like these for each bucket
        self.forget()

    def forget(self) -> None:
        self.places: dict[str | None, dict[str, int]] = {}  # language: word: row
        self.known = 0
        self.rows = np.empty((FIRST_ROWS, self.table.shape[1]), np.float32)

    def places_of(self, words: Sequence[Sequence[str]], languages: Sequence[str | None]) -> list[list[int]]:
        """The number of the row of every word of every statement."""
        if self.known > REMEMBERED:
            self.forget()
        new: list[tuple[str, str | None]] = []
        found = []
        for spoken, language in zip(words, languages, strict=True):
            places = self.places.setdefault(language, {})
            try:
                found.append([places[word] for word in spoken])
            except KeyError:
                for word in spoken:
                    if word not in places:
                        places[word] = self.known
                        self.known += 1
                        new.append((word, language))
                found.append([places[word] for word in spoken])
        if new:
            self.add(new)
        return found

    def add(self, words: list[tuple[str, str | None]]) -> None:
        """Work out the rows of new words, which are the last ones."""
        while len(self.rows) < self.known:
            self.rows = np.concatenate([self.rows, np.empty_like(self.rows)])
        features = [word_features(*word) for word in words]
        rows = sum_rows(self.table, [form for form, _, _ in features])
        meant = [place for place, (_, meanings, _) in enumerate(features) if meanings]
        if meant:
            amounts = np.array([features[place][2] for place in meant], np.float32)[:, None]
            meanings = sum_rows(self.table, [features[place][1] for place in meant])
            rows[meant, :-1] += amounts * meanings[:, :-1]
            rows[meant, -1:] += amounts**2 * meanings[:, -1:]  # a squared length goes by the square
        self.rows[self.known - len(words) : self.known] = rows


def sum_rows(table: np.ndarray, numbers: Sequence[Sequence[int]]) -> np.ndarray:
    """For each group of row numbers (none is empty) the sum of these rows of the table."""
    starts = np.fromiter(accumulate((len(each) for each in numbers[:-1]), initial=0), int, len(numbers))
    return np.add.reduceat(table.take(list(chain.from_iterable(numbers)), axis=0), starts, axis=0)


@dataclass(frozen=True)
class Reading:
    """What the model makes of some statements."""

    #: float32 (statements, H)
    scores: np.ndarray
    rows: np.ndarray
    table: np.ndarray
    #: of each statement: the rows of its words, the buckets of its pairs, and what its sums are divided by
    places: list[list[int]]
    pairs: list[list[int]]
    lengths: np.ndarray

    def parts(self, statement: int, column: int) -> list[float]:
        """Each word's part of a head's score; a pair of neighbours is half of each."""
        parts = self.rows[self.places[statement], column].tolist()
        for place, pair in enumerate(self.table[self.pairs[statement], column].tolist()):
            parts[place] += pair / 2
            parts[place + 1] += pair / 2
        return [part / float(self.lengths[statement]) for part in parts]


class Model:
    """Scores statements with trained weights."""

    def __init__(self, weights: Weights):
        self.weights = weights
        self.table = np.column_stack([weights.weights * weights.scales, weights.lengths]).astype(np.float32)
        self.words = WordRows(self.table)

    def read(self, words: Sequence[Sequence[str]], languages: Sequence[str | None]) -> Reading:
        """Scores of statements made of these (folded) words, of which each has one at least."""
        places = self.words.places_of(words, languages)
        pairs = [pair_buckets(spoken) for spoken in words]
        totals = sum_rows(self.words.rows, places)
        paired = [number for number, buckets in enumerate(pairs) if buckets]
        if paired:
            totals[paired] += sum_rows(self.table, [pairs[number] for number in paired])
        lengths = np.sqrt(totals[:, -1])
        lengths[lengths == 0] = 1
        scores = totals[:, :-1] / lengths[:, None] + self.weights.bias
        return Reading(scores, self.words.rows, self.table, places, pairs, lengths)
