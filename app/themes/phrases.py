"""The phrases of each language that point to a theme, as a codebook notes them down."""

from dataclasses import dataclass

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


#: What a file or a codebook says of one language: {"phrases": {theme: […]}, "hints": {…}, "denials": […]}
Said = dict


class PhraseBook:
    """The phrases of every language, made ready for matching when a language is first met."""

    def __init__(self, said: dict[str, Said]):
        self.said = said
        self.indexes: dict[str, PhraseIndex] = {}

    def index(self, language: str) -> PhraseIndex:
        """The phrases of a language, and those of English, which people mix into every other."""
        if language not in self.indexes:
            phrases, denials = read_said(self.said.get(language, {}))
            if language != "en":
                english = read_said(self.said.get("en", {}))
                phrases, denials = phrases + english[0], denials + english[1]
            self.indexes[language] = PhraseIndex(phrases, denials)
        return self.indexes[language]


def read_said(said: Said) -> tuple[list[Phrase], list[Phrase]]:
    """(phrases and hints, denials) of one language."""
    phrases = [
        phrase
        for table, is_hint in (("phrases", False), ("hints", True))
        for theme, texts in said.get(table, {}).items()
        for phrase in parse_all(texts, theme, is_hint)
    ]
    return phrases, parse_all(said.get("denials", []), "denial")
