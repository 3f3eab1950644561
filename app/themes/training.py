"""Training a tagger: the shipped one from the corpus, or one for another codebook from coded statements."""

from collections.abc import Sequence

import numpy as np

from app.themes.codebook import FLAGS, STATEMENT_TYPES, Codebook
from app.themes.corpus import Example
from app.themes.learner import train
from app.themes.matching import count_hits, find_phrases
from app.themes.model import Weights
from app.themes.phrases import PhraseBook
from app.themes.words import words_read

#: The corpus is harder than life on purpose, so thresholds that are best on it would suggest too much. Half
#: of the F1 to be expected is the threshold that serves F1 best (Lipton, Z. et al. 2014, Optimal Thresholding
#: of Classifiers to Maximize F1).
LOWEST_ON_CORPUS = 0.35


def train_tagger(codebook: Codebook, examples: Sequence[Example], told: str, lowest: float = 0.0) -> Weights:
    """Weights for the themes of `codebook`; types and flags too where the examples have them.

    `told` is what the model card says of the examples, `lowest` the lowest threshold of a theme. Raises
    ValueError for a theme that the codebook doesn't have.
    """
    keys = [theme.key for theme in codebook.themes]
    unknown = set().union(*(example.themes for example in examples)) - set(keys)
    if unknown:
        raise ValueError(f"themes that are not in the codebook: {', '.join(sorted(unknown))}")
    typed = any(example.type for example in examples)
    return train(
        examples,
        keys,
        STATEMENT_TYPES if typed else (),
        FLAGS if typed else (),
        phrase_hits(codebook, keys, examples),
        told,
        lowest,
    )


def phrase_hits(codebook: Codebook, keys: Sequence[str], examples: Sequence[Example]) -> np.ndarray:
    """float32 (examples, themes, 2): the phrases and hints of the codebook that stand in each example."""
    book = PhraseBook(codebook.phrases)
    places = {key: number for number, key in enumerate(keys)}
    hits = np.zeros((len(examples), len(keys), 2), np.float32)
    for number, example in enumerate(examples if codebook.phrases else ()):
        words = words_read(example.text)
        hits[number] = count_hits(find_phrases(book.index(example.language or "en"), words), places)
    return hits
