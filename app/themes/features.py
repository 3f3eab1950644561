"""What the learner sees of a statement: its words and their pieces, what they mean, and pairs of neighbours.

Every feature is a bucket number, found by hashing, so that no vocabulary has to be kept or loaded.
"""

from collections.abc import Sequence
from functools import lru_cache
from itertools import pairwise
from zlib import crc32

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
    pieces = [f"={word}"] + [
        edged[start : start + length]
        for length in range(SHORTEST_PIECE, LONGEST_PIECE + 1)
        for start in range(len(edged) - length + 1)
    ]
    return tuple([crc32(piece.encode("utf-8", "surrogatepass")) % BUCKETS for piece in pieces])


def pair_buckets(words: Sequence[str]) -> list[int]:
    """The bucket of each word with its neighbour."""
    return [
        crc32(f"{first} {second}".encode("utf-8", "surrogatepass")) % BUCKETS
        for first, second in pairwise(words)
    ]


def word_features(word: str, language: str | None) -> tuple[tuple[int, ...], tuple[int, ...], float]:
    """(buckets of its form, each counted once; buckets of its meanings; how much each of these counts)."""
    meanings = meanings_of(word, language)
    buckets = tuple(bucket(f"en:{meaning}") for meaning in meanings)
    return word_buckets(word), buckets, MEANING / max(len(buckets), 1) ** 0.5
