"""Words of a text as phrases are matched: without case and accents, in every script, with their places."""

import re
import unicodedata
from collections.abc import Sequence
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
QUESTION_MARKS = frozenset("?؟")
#: Letters, digits, the marks that combine with them in every script, and joiners that only shape them.
LETTERS = (
    "[\\w\u0300-\u036f\u0483-\u0487\u0591-\u05bd\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8"
    "\u0900-\u0963\u0966-\u0dff\u135d-\u135f\u200c-\u200f\u202a-\u202e\u2066-\u2069\u00ad\u0640]+"
)
WORD = re.compile(f"{LETTERS}(?:['’‘`]{LETTERS})*")


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
    return [
        (folded, *match.span())
        for match in WORD.finditer(text.replace("_", " "))
        if (folded := fold_word(match[0]))
    ]


def folded_words(text: str) -> list[str]:
    """The folded words alone, which is quicker to tell."""
    return [folded for word in WORD.findall(text.replace("_", " ")) if (folded := fold_word(word))]


def words_read(text: str) -> list[str]:
    """The folded words as the learner reads them: a question mark is the last, wherever it stood."""
    words = folded_words(text)
    if words and not QUESTION_MARKS.isdisjoint(text):
        words.append("?")
    return words


def places_of(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """(start, end) in `text` of each of its `words_read` but the question mark."""
    if words and words[-1] == "?":
        words = words[:-1]
    places = [match.span() for match in WORD.finditer(text.replace("_", " "))]
    # A word of marks alone folds to nothing, and has no place among the words.
    return places if len(places) == len(words) else [(start, end) for _, start, end in words_of(text)]


@lru_cache(maxsize=1 << 17)
def fold_word(word: str) -> str:
    """A word as it is compared; a letter that stands for several words, as a ligature may, stays one."""
    if word.isascii():
        return word.lower().strip("'`")
    return "".join(map(fold_character, word)).replace(" ", "").strip("'")


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
