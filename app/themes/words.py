"""Words of a text as phrases are matched: without case and accents, in every script, with their places."""

import unicodedata
from functools import lru_cache

#: Letters that people type for one another, whatever Unicode says of them.
SAME = str.maketrans(
    {
        "ł": "l",
        "ı": "i",
        "ø": "o",
        "đ": "d",
        "ß": "s",
        "’": "'",
        "‘": "'",
        "`": "'",
        "أ": "ا",
        "إ": "ا",
        "آ": "ا",
        "ٱ": "ا",
        "ة": "ه",
        "ۃ": "ه",
        "ہ": "ه",
        "ھ": "ه",
        "ۂ": "ه",
        "ى": "ي",
        "ی": "ي",
        "ې": "ي",
        "ئ": "ي",
        "ؤ": "و",
        "ک": "ك",
        "ـ": "",
    }
)
#: Marks that carry the vowels of these scripts and may not be dropped.
KEPT_MARKS = ("BENGALI", "GUJARATI", "GURMUKHI", "TAMIL", "DEVANAGARI")
#: Arabic particles written onto the next word.
PARTICLES = ("وال", "بال", "فال", "كال", "لل", "ال", "و", "ف", "ب", "ل", "ك")
SHORTEST_STEM = 3


@lru_cache(maxsize=4096)
def fold_character(character: str) -> str:
    """The character as it is compared: "" for a mark that is dropped, " " for anything between words."""
    folded = ""
    for part in unicodedata.normalize("NFKD", character.casefold()):
        category = unicodedata.category(part)
        if category[0] == "M":
            if unicodedata.name(part, "").startswith(KEPT_MARKS):
                folded += part
        elif category[0] in "LN" or part in "'’‘`":
            folded += part.translate(SAME)
        elif category == "Cf":
            continue  # joiners and direction marks inside a word
        else:
            folded += " "
    return folded


def words_of(text: str) -> list[tuple[str, int, int]]:
    """(folded word, start, end) for each word; start and end are offsets in `text`.

    An apostrophe is part of a word between letters only.
    """
    words, letters, start = [], [], 0
    for place, character in enumerate(text):
        folded = fold_character(character)
        if folded.isspace():
            add_word(words, letters, start, place)
            letters = []
        else:
            if not letters:
                start = place
            letters.append(folded)
    add_word(words, letters, start, len(text))
    return words


def add_word(words: list, letters: list[str], start: int, end: int) -> None:
    word = "".join(letters)
    stripped = word.strip("'")
    if stripped:
        words.append((stripped, start, end))


@lru_cache(maxsize=65536)
def spellings(word: str) -> tuple[str, ...]:
    """The word, and for Arabic script the word without the particles written onto it."""
    if not "\u0600" <= word[0] <= "\u06ff":
        return (word,)
    found = [word]
    for particle in PARTICLES:
        if word.startswith(particle) and len(word) - len(particle) >= SHORTEST_STEM:
            found.append(word[len(particle) :])
    return tuple(found)
