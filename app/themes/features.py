"""What the learner sees of a statement: its words and their pieces, what they mean, and pairs of neighbours.

Every feature is a bucket number, found by hashing, so that no vocabulary has to be kept or loaded.
"""

from functools import lru_cache
from zlib import crc32

import numpy as np

from app.themes.lexicon import meanings_of

BUCKETS = 1 << 18
#: Lengths of the pieces of a word; a piece at the edge holds the edge.
SHORTEST_PIECE, LONGEST_PIECE = 2, 5
#: Longer words are links, keyboard mash or scripts written without spaces: the beginning is enough.
LONGEST_WORD = 30
#: How much the English meaning of a word weighs beside each piece of its form.
MEANING = 3.0


def bucket(feature: str) -> int:
    """The bucket of a feature, the same on every machine and in every version of Python."""
    return crc32(feature.encode("utf-8", "surrogatepass")) % BUCKETS


@lru_cache(maxsize=1 << 16)
def word_buckets(word: str) -> tuple[int, ...]:
    """The word as a whole and its pieces, however people inflect, join or misspell it."""
    edged = f"<{word[:LONGEST_WORD]}>"
    pieces = [
        edged[start : start + length]
        for length in range(SHORTEST_PIECE, LONGEST_PIECE + 1)
        for start in range(len(edged) - length + 1)
    ]
    return tuple(bucket(piece) for piece in [f"={word}", *pieces])


@lru_cache(maxsize=1 << 16)
def pair_bucket(first: str, second: str) -> int:
    return bucket(f"{first} {second}")


def word_features(word: str, language: str | None) -> tuple[np.ndarray, np.ndarray]:
    """(buckets, amounts) of a word of a language: int (n,), float32 (n,). Its form, and what it means."""
    own = word_buckets(word)
    meanings = meanings_of(word, language)
    amounts = np.ones(len(own) + len(meanings), np.float32)
    amounts[len(own) :] = MEANING / max(len(meanings), 1) ** 0.5
    return np.array([*own, *(bucket(f"en:{meaning}") for meaning in meanings)]), amounts
