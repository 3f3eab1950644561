"""The phrases of each language that point to a theme, from `data/phrases/<language>.toml`."""

import tomllib
from dataclasses import dataclass
from functools import cache

from app.themes.codebook import DATA
from app.themes.words import words_of

GAP = ".."  # up to GAP_WORDS other words
GAP_WORDS = 3
#: How many letters of a stem are looked up at once.
PREFIX = 3


@dataclass(frozen=True)
class Step:
    """One word of a phrase."""

    word: str
    is_stem: bool  # any word that begins with it
    after_gap: bool


@dataclass(frozen=True)
class Phrase:
    steps: tuple[Step, ...]
    theme: str
    is_hint: bool


class PhraseIndex:
    """The phrases of one language, found by their first word."""

    def __init__(self, phrases: list[Phrase], denials: list[Phrase]):
        self.whole: dict[str, list[Phrase]] = {}
        self.stems: dict[str, list[Phrase]] = {}
        for phrase in phrases:
            self.add(phrase)
        self.denials = PhraseIndex(denials, []) if denials else None

    def add(self, phrase: Phrase) -> None:
        first = phrase.steps[0]
        table = self.stems if first.is_stem else self.whole
        table.setdefault(first.word[:PREFIX] if first.is_stem else first.word, []).append(phrase)

    def beginning_with(self, word: str) -> list[Phrase]:
        """Phrases whose first word may be `word`."""
        found = self.whole.get(word, [])
        stems = self.stems.get(word[:PREFIX])
        return found + stems if stems else found


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
            is_stem = part.endswith("*") and last and len(word) >= PREFIX
            steps.append(Step(word, is_stem, after_gap))
            after_gap = False
    return Phrase(tuple(steps), theme, is_hint) if steps else None


def parse_all(texts: list[str], theme: str, is_hint: bool = False) -> list[Phrase]:
    return [phrase for text in texts if (phrase := parse_phrase(text, theme, is_hint))]


@cache
def phrase_languages() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (DATA / "phrases").glob("*.toml")))


@cache
def phrase_index(language: str) -> PhraseIndex:
    """The phrases of a language, and those of English, which people mix into every other."""
    own = read_phrases(language)
    if language == "en":
        return PhraseIndex(*own)
    english = read_phrases("en")
    return PhraseIndex(own[0] + english[0], own[1] + english[1])


@cache
def read_phrases(language: str) -> tuple[list[Phrase], list[Phrase]]:
    """(phrases and hints, denials) of one file; nothing for a language without a file."""
    if language not in phrase_languages():
        return [], []
    with (DATA / "phrases" / f"{language}.toml").open("rb") as file:
        data = tomllib.load(file)
    phrases = [
        phrase
        for table, is_hint in (("phrases", False), ("hints", True))
        for theme, texts in data.get(table, {}).items()
        for phrase in parse_all(texts, theme, is_hint)
    ]
    return phrases, parse_all(data.get("denials", []), "denial")
