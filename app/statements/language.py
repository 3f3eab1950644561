"""The language of a statement: the writer's choice first, then the script, then its letters."""

import unicodedata
from functools import cache

from app.reference.languages import list_written_languages

#: Fewer words than this don't tell a language from its neighbours.
FEWEST_WORDS = 3
#: Below this probability the writer's own choice stands.
SURE = 0.9
SCRIPTS = {
    "LATIN": "Latn",
    "ARABIC": "Arab",
    "BENGALI": "Beng",
    "GUJARATI": "Gujr",
    "GURMUKHI": "Guru",
    "TAMIL": "Taml",
    "CYRILLIC": "Cyrl",
    "DEVANAGARI": "Deva",
    "ETHIOPIC": "Ethi",
    "GREEK": "Grek",
    "HEBREW": "Hebr",
    "CJK": "Hans",
}


def find_language(text: str, chosen: str | None = None) -> str | None:
    """The key of the language of `text`; None where nothing tells.

    `chosen` is the language in which the writer read the question. People read English and write their
    own language, so another one is believed when the script says so, or when the letters leave no doubt.
    """
    script = main_script(text)
    candidates = [language.key for language in launch_languages() if language.script == script]
    if chosen in candidates and chosen != "en":
        return chosen
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        return chosen if script is None else None
    if len(text.split()) < FEWEST_WORDS:
        return chosen if chosen in candidates else None
    guess, sure = identify(text, tuple(candidates))
    if chosen in candidates and sure < SURE:
        return chosen
    return guess


def main_script(text: str) -> str | None:
    """The ISO 15924 code of the script of most letters; None for a text without letters we know."""
    counts: dict[str, int] = {}
    for character in text:
        if character.isalpha():
            script = SCRIPTS.get(unicodedata.name(character, "").split(" ")[0])
            if script:
                counts[script] = counts.get(script, 0) + 1
    return max(counts, key=counts.get) if counts else None


@cache
def launch_languages():
    return [language for language in list_written_languages() if language.tier in ("source", "1")]


@cache
def identifier(candidates: tuple[str, ...]):
    # Imported here because it loads NumPy and a model, which no page request needs.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    model = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    model.set_languages([key for key in candidates if key in model.nb_classes])
    return model


def identify(text: str, candidates: tuple[str, ...]) -> tuple[str, float]:
    """The likeliest of `candidates` and its probability."""
    key, probability = identifier(candidates).classify(text)
    return key, float(probability)
