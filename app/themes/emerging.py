"""What is rising among statements that fit no theme: terms, and statements that share them.

A term rises when it is in clearly more statements of this week than in a usual one of the four weeks before.
Terms that stand in the same statements are one cluster.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import sqrt

from app.themes.words import folded_words

WEEKS_BEFORE = 4
#: Codebook v1, rule 5: a concern emerges after five statements from three organisations; it is shown earlier.
FEWEST_STATEMENTS, FEWEST_RESPONDENTS = 3, 2
#: How many standard deviations of a Poisson count above the usual week.
CLEARLY_MORE = 2.0
#: A word that more than this share of the statements has is grammar, not a topic; known from this many on.
GRAMMAR, ENOUGH_TO_TELL = 0.15, 40
SHORTEST_TERM = 4
#: Two terms are one cluster when they share this part of their statements.
SHARED = 0.5
MOST_CLUSTERS, MOST_TERMS, MOST_EXAMPLES = 20, 6, 5


@dataclass(frozen=True)
class Unfit:
    """A statement that fits no theme."""

    id: int
    text: str
    language: str | None
    respondent: str


@dataclass(frozen=True)
class Cluster:
    """Statements of this week that share rising terms."""

    language: str | None
    terms: tuple[str, ...]
    statements: tuple[int, ...]
    respondents: int
    #: statements with its first term in a usual week before
    usual: float


def find_clusters(
    week: Sequence[Unfit], before: Sequence[Unfit], is_common: Callable[[str], bool] = lambda word: False
) -> list[Cluster]:
    """What rises in `week` against the WEEKS_BEFORE weeks of `before`, the steepest first.

    `is_common` tells words that are in many statements whatever they are about.
    """
    found = []
    for language in {each.language for each in week}:
        spoken = [each for each in week if each.language == language]
        earlier = [each for each in before if each.language == language]
        found += clusters_of(language, spoken, earlier, is_common)
    return sorted(found, key=lambda cluster: -steepness(len(cluster.statements), cluster.usual))[
        :MOST_CLUSTERS
    ]


def clusters_of(language, spoken, earlier, is_common) -> list[Cluster]:
    now = index_terms(spoken, is_common)
    usual = {term: len(ids) / WEEKS_BEFORE for term, ids in index_terms(earlier, is_common).items()}
    respondents = {each.id: each.respondent for each in spoken}
    most = max(GRAMMAR * len(spoken), ENOUGH_TO_TELL * GRAMMAR)
    rising = {
        term: ids
        for term, ids in now.items()
        if FEWEST_STATEMENTS <= len(ids) <= most
        and len({respondents[id_] for id_ in ids}) >= FEWEST_RESPONDENTS
        and steepness(len(ids), usual.get(term, 0.0)) >= CLEARLY_MORE
    }
    clusters = []
    for terms in join_terms(rising):
        ids = sorted(set().union(*(rising[term] for term in terms)))
        people = len({respondents[id_] for id_ in ids})
        clusters.append(Cluster(language, tuple(terms), tuple(ids), people, usual.get(terms[0], 0.0)))
    return clusters


def steepness(now: int, usual: float) -> float:
    return (now - usual) / sqrt(usual + 1)


def index_terms(statements: Iterable[Unfit], is_common) -> dict[str, set[int]]:
    """Term to the statements that have it: words, and pairs of neighbours of which one isn't common."""
    index: dict[str, set[int]] = defaultdict(set)
    for each in statements:
        words = folded_words(each.text)
        for word in words:
            if is_topic(word, is_common):
                index[word].add(each.id)
        for first, second in pairwise(words):
            if is_topic(first, is_common) and is_topic(second, is_common):
                index[f"{first} {second}"].add(each.id)
    return index


def is_topic(word: str, is_common) -> bool:
    long_enough = len(word) >= SHORTEST_TERM or not word.isascii()
    return long_enough and not word.isdigit() and not is_common(word)


def join_terms(rising: dict[str, set[int]]) -> list[list[str]]:
    """Terms that stand in much the same statements, together; the one in most statements first."""
    clusters: list[tuple[set[int], list[str]]] = []
    for term, ids in sorted(rising.items(), key=lambda item: (-len(item[1]), -len(item[0]), item[0])):
        for seen, terms in clusters:
            if len(ids & seen) >= SHARED * len(ids):
                terms.append(term)
                break
        else:
            clusters.append((set(ids), [term]))
    return [terms[:MOST_TERMS] for _, terms in clusters]
