"""A trained linear model in memory: scores of a statement, word by word, with NumPy alone.

What a statement scores is a sum over its words, so the words that carried a tag are known exactly. Each word
is worked out once and remembered.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import partial
from itertools import pairwise

import numpy as np

from app.themes.features import pair_bucket, word_features

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
    #: float32 (K, 4): the logit of a theme is this times (score, phrases, hints, 1)
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
    """How sure each theme is, 0 to 1, from its score and the phrases seen: float (…, themes).

    `scores` (…, themes) and `hits` (…, themes, 2) as `Weights.calibration` takes them.
    """
    logit = calibration[:, 0] * scores + (calibration[:, 1:3] * hits).sum(axis=-1) + calibration[:, 3]
    return 1 / (1 + np.exp(-logit))


class WordRows:
    """The row of each word of one language: its part of every head's score, then of the squared length."""

    def __init__(self, weights: Weights, features):
        self.weights = weights
        self.features = features  # word: [(bucket, weight), …]
        self.forget()

    def forget(self) -> None:
        self.places: dict[str, int] = {}
        self.rows = np.empty((FIRST_ROWS, len(self.weights.heads) + 1), np.float32)

    def of(self, words: Sequence[str]) -> np.ndarray:
        """float32 (words, H + 1)"""
        if len(self.places) > REMEMBERED:
            self.forget()
        places = [self.places.get(word, -1) for word in words]
        if -1 in places:
            places = [self.places[word] if word in self.places else self.add(word) for word in words]
        return self.rows[places]

    def add(self, word: str) -> int:
        place = len(self.places)
        if place == len(self.rows):
            self.rows = np.concatenate([self.rows, np.empty_like(self.rows)])
        buckets, amounts = self.features(word)
        self.rows[place, :-1] = amounts @ self.weights.weights[buckets] * self.weights.scales
        self.rows[place, -1] = amounts**2 @ self.weights.lengths[buckets].astype(np.float32)
        self.places[word] = place
        return place


@dataclass(frozen=True)
class Reading:
    """What the model makes of a statement's words."""

    scores: np.ndarray  # float32 (H,)
    #: float32 (words, H): each word's part of the scores; a pair of neighbours is half of each
    parts: np.ndarray


class Model:
    """Scores statements with trained weights."""

    def __init__(self, weights: Weights):
        self.weights = weights
        self.tables: dict[str | None, WordRows] = {}

    def rows_of(self, language: str | None) -> WordRows:
        table = self.tables.get(language)
        if table is None:
            features = partial(word_features, language=language)
            table = self.tables[language] = WordRows(self.weights, features)
        return table

    def read(self, words: Sequence[str], language: str | None) -> Reading:
        """Scores of the statement made of these (folded) words; without any, every score is the bias."""
        weights = self.weights
        if not words:
            return Reading(weights.bias, np.zeros((0, len(weights.heads)), np.float32))
        rows = self.rows_of(language).of(words)
        parts = rows[:, :-1].copy()
        length = rows[:, -1].sum()
        if len(words) > 1:
            buckets = [pair_bucket(first, second) for first, second in pairwise(words)]
            pairs = weights.weights[buckets] * weights.scales
            parts[:-1] += pairs / 2
            parts[1:] += pairs / 2
            length += weights.lengths[buckets].astype(np.float32).sum()
        parts /= np.sqrt(length) or 1
        return Reading(parts.sum(axis=0) + weights.bias, parts)
