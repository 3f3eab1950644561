"""The phrases of each language that point to a theme, as a codebook notes them down."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from app.themes.words import spellings, words_of

GAP = ".."  # up to GAP_WORDS other words
GAP_WORDS = 3
#: Letters that a stem has at least.
SHORTEST_STEM = 3
#: Words whose phrases are remembered; beyond that it starts afresh.
REMEMBERED = 1 << 16


@dataclass(frozen=True)
class Step:
    """One word of a phrase."""

    word: str
    is_stem: bool  # any word that begins with it
    after_gap: bool


@dataclass(frozen=True, eq=False)
class Phrase:
    steps: tuple[Step, ...]
    theme: str
    is_hint: bool
    #: whole words behind the first, without which it can't stand in a statement
    needed: frozenset[str] = frozenset()


class PhraseIndex:
    """The phrases of one language, found by their first word."""

    def __init__(self, phrases: list[Phrase], denials: list[Phrase]):
        self.whole: dict[str, list[Phrase]] = {}
        self.stems: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            first = phrase.steps[0]
            (self.stems if first.is_stem else self.whole).setdefault(first.word, []).append(phrase)
        self.longest_stem = max(map(len, self.stems), default=0)
        self.denials = PhraseIndex(denials, []) if denials else None
        self.known: dict[str, tuple[Phrase, ...]] = {}

    def beginning_with(self, word: str) -> tuple[Phrase, ...]:
        """Phrases whose first word is `word`, or whose first stem it begins with, in any of its spellings."""
        if word not in self.known:
            if len(self.known) > REMEMBERED:
                self.known.clear()
            found = [phrase for spelled in spellings(word) for phrase in self.find(spelled)]
            self.known[word] = tuple(dict.fromkeys(found))
        return self.known[word]

    def may_begin(self, words: Sequence[str]) -> bool:
        """Whether any phrase begins with one of the words."""
        return any(self.beginning_with(word) for word in words)

    def find(self, word: str) -> list[Phrase]:
        found = self.whole.get(word, [])
        for end in range(SHORTEST_STEM, min(len(word), self.longest_stem) + 1):
            begun = self.stems.get(word[:end])
            if begun:
                found = found + begun
        return found


def parse_phrase(text: str, theme: str, is_hint: bool = False) -> Phrase | None:
    """A phrase from its notation: `word`, `stem*` and ` .. ` for a gap; None where no word is left."""
    steps: list[Step] = []
    after_gap = False
    for part in text.split():
        if part == GAP:
            after_gap = bool(steps)
            continue
        words = words_of(part)
        for place, (word, _, _) in enumerate(words):
            last = place == len(words) - 1
            is_stem = part.endswith("*") and last and len(word) >= SHORTEST_STEM
            steps.append(Step(word, is_stem, after_gap))
            after_gap = False
    needed = frozenset(step.word for step in steps[1:] if not step.is_stem)
    return Phrase(tuple(steps), theme, is_hint, needed) if steps else None


def parse_all(texts: list[str], theme: str, is_hint: bool = False) -> list[Phrase]:
    return [phrase for text in texts if (phrase := parse_phrase(text, theme, is_hint))]


#: What a file or a codebook says of one language:
#: {"phrases": {theme: […]}, "hints": {theme: […]}, "denials": […], "flags": {flag: […]}}
Said = dict


class PhraseBook:
    """The phrases of every language, made ready for matching when a language is first met."""

    def __init__(self, said: dict[str, Said]):
        self.said = said
        self.indexes: dict[str, PhraseIndex] = {}

    def index(self, language: str) -> PhraseIndex:
        """The phrases of a language, and those of English, which people mix into every other."""
        if language not in self.indexes:
            phrases, denials = self.english
            if language != "en" and language in self.said:
                own = read_said(self.said[language])
                phrases, denials = own[0] + phrases, own[1] + denials
            self.indexes[language] = PhraseIndex(phrases, denials)
        return self.indexes[language]

    @cached_property
    def english(self) -> tuple[list[Phrase], list[Phrase]]:
        return read_said(self.said.get("en", {}))


def read_said(said: Said) -> tuple[list[Phrase], list[Phrase]]:
    """(phrases and hints, denials) of one language."""
    phrases = [
        phrase
        for table, is_hint in (("phrases", False), ("hints", True), ("flags", False))
        for theme, texts in said.get(table, {}).items()
        for phrase in parse_all(texts, theme, is_hint)
    ]
    return phrases, parse_all(said.get("denials", []), "denial")
