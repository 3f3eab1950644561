"""What words of other languages mean in English, from `data/lexicon/<language>.tsv`.

It lets the learner know a word that no example in that language has, by the English examples that have it.
"""

from collections.abc import Sequence
from functools import cache

from app.themes.codebook import DATA
from app.themes.words import folded_words, spellings, words_of

#: A word may go on by so many letters behind a form that is no stem: an ending that nobody wrote down.
LONGEST_ENDING = 3
SHORTEST_FORM = 4
ENDINGS = ("'s", "ings", "ing", "edly", "ed", "ies", "es", "s", "ly")
SHORTEST_STEM = 3
#: Words that a language can be told by, and the share of them that a dictionary must know.
FEWEST_TO_TELL, TELLING_SHARE = 4, 0.2
#: English words that say nothing of what a statement is about.
SILENT = frozenset(
    """the a an and or but of to in on at for with is are was were be been it its this that these those i you
    he she we they my your his her our their me him us them so as if not no do does did have has had from by
    about into up out than then when what who how there here will would can could just very also too all any
    some one two""".split()
)


def english_stem(word: str) -> str:
    """The beginning that forms of an English word share, roughly: "evicted" and "eviction" stay apart."""
    for ending in ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= SHORTEST_STEM:
            word = word[: -len(ending)] + ("y" if ending == "ies" else "")
            break
    return word[:-1] if word.endswith("e") and len(word) > SHORTEST_FORM else word


class Lexicon:
    """The dictionary of one language: its (folded) words to English stems."""

    def __init__(self, lines):
        self.words: dict[str, list[str]] = {}
        self.stems: dict[str, list[str]] = {}
        for line in lines:
            english, _, forms = line.rstrip("\n").partition("\t")
            for form in forms.split(","):
                self.add(form.strip(), english_stem(english))

    def add(self, form: str, english: str) -> None:
        words = words_of(form)
        if len(words) != 1:
            return
        word = words[0][0]
        if form.endswith("*") and len(word) >= SHORTEST_STEM:
            self.stems.setdefault(word, []).append(english)
        meanings = self.words.setdefault(word, [])
        if english not in meanings:
            meanings.append(english)

    def english_of(self, word: str) -> tuple[str, ...]:
        """English stems of a folded word: by the word itself, else by its longest stem, else by a form that
        it adds an ending to; () where it isn't known."""
        tried = spellings(word)
        for spelled in tried:
            if spelled in self.words:
                return tuple(self.words[spelled])
        for spelled in tried:
            for end in range(len(spelled) - 1, SHORTEST_STEM - 1, -1):
                if spelled[:end] in self.stems:
                    return tuple(dict.fromkeys(self.stems[spelled[:end]]))
        for spelled in tried:
            for end in range(len(spelled) - 1, max(SHORTEST_FORM, len(spelled) - LONGEST_ENDING) - 1, -1):
                if spelled[:end] in self.words:
                    return tuple(self.words[spelled[:end]])
        return ()


@cache
def lexicon_of(language: str) -> Lexicon | None:
    """The dictionary of a language; None where there is none."""
    path = DATA / "lexicon" / f"{language}.tsv"
    if not path.is_file():
        return None
    with path.open(encoding="utf-8") as file:
        return Lexicon(file)


@cache
def english_words() -> frozenset[str]:
    """The English words that any dictionary explains, and those that say nothing."""
    known = set(SILENT)
    for path in (DATA / "lexicon").glob("*.tsv"):
        with path.open(encoding="utf-8") as file:
            known.update(word for line in file for word in folded_words(line.partition("\t")[0]))
    return frozenset(known)


def language_in_latin(text: str, guess: str | None, others: Sequence[str]) -> str | None:
    """The language of a text in Latin letters: `guess`, or one of `others`, which are written otherwise but
    typed so on phones ("amar basha thanda"), where clearly more of its words are that language's."""
    words = folded_words(text)
    if len(words) < FEWEST_TO_TELL:
        return guess
    own = [word for word in words if word not in english_words()]
    shares = {key: sum(word in lexicon_of(key).words for word in own) / len(words) for key in others}
    likeliest = max(shares, key=shares.get)
    english = 1 - len(own) / len(words) if guess == "en" else 0.0
    enough = shares[likeliest] >= TELLING_SHARE and shares[likeliest] > english
    return likeliest if enough else guess


def meanings_of(word: str, language: str | None) -> tuple[str, ...]:
    """English stems of a (folded) word. People mix English into every language, so what isn't known and is in
    plain Latin letters is taken for English."""
    lexicon = lexicon_of(language) if language else None
    found = lexicon.english_of(word) if lexicon else ()
    if not found and word.isascii() and not word.isdigit() and word not in SILENT:
        found = (english_stem(word),)
    return tuple(stem for stem in found if stem not in SILENT)
