"""The languages of the product and which one this reader gets."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache

from babel import Locale, UnknownLocaleError
from babel.support import NullTranslations, Translations
from flask import current_app, g, request

from app.core.config import ROOT

COOKIE = "language"
COOKIE_SECONDS = 365 * 24 * 3600
DEFAULT = "en"
#: The languages with a complete catalogue, in the order in which they are offered.
LAUNCHED = {"en": "en_GB", "ar": "ar", "bn": "bn", "pl": "pl"}


class UnknownLanguage(LookupError):
    """A language was asked for that the product doesn't have."""


@dataclass(frozen=True)
class Language:
    """One language as a page needs it."""

    key: str
    locale: Locale
    name: str  # in itself: العربية
    direction: str  # "ltr" or "rtl"


@cache
def get_language(key: str) -> Language:
    """The launched language `key`; UnknownLanguage for any other."""
    if key not in LAUNCHED:
        raise UnknownLanguage(key)
    locale = Locale.parse(LAUNCHED[key])
    name = locale.get_language_name(key)
    return Language(key, locale, name[:1].upper() + name[1:], locale.text_direction)


@cache
def any_language(key: str) -> Language:
    """Any language that a survey may be written in; UnknownLanguage for what is none.

    Where the product itself isn't translated, its own words stay English.
    """
    if key in LAUNCHED:
        return get_language(key)
    try:
        locale = Locale.parse(key, sep="-")
    except (UnknownLocaleError, ValueError, TypeError) as error:
        raise UnknownLanguage(key) from error
    name = locale.get_display_name(locale) or key
    return Language(key, Locale.parse(LAUNCHED[DEFAULT]), name[:1].upper() + name[1:], locale.text_direction)


def is_language(key: str | None) -> bool:
    try:
        return bool(key) and any_language(key) is not None
    except UnknownLanguage:
        return False


def form_languages(keys: Iterable[str]) -> list[Language]:
    """The languages that a survey is offered in: its own, then the product's other ones."""
    found = []
    for key in dict.fromkeys([*keys, *LAUNCHED]):
        try:
            found.append(any_language(key))
        except UnknownLanguage:
            found.append(Language(key, Locale.parse(LAUNCHED[DEFAULT]), key, "ltr"))
    return found


def form_language(keys: Iterable[str]) -> str:
    """The language of a survey's own texts for this reader: asked for, kept, or as the page's."""
    if "form_language" in g:
        return g.form_language
    for key in (request.args.get("lang"), request.cookies.get(COOKIE)):
        if key and (key in LAUNCHED or key in keys):
            return key
    return reader_language().key


@cache
def list_languages() -> tuple[Language, ...]:
    return tuple(get_language(key) for key in LAUNCHED)


def reader_language() -> Language:
    """The language of this request: asked for in the address, kept in the cookie, or the browser's."""
    if "language" not in g:
        g.language = choose_language()
    return g.language


def choose_language() -> Language:
    """Raises UnknownLanguage when the address asks for one that isn't there."""
    asked = request.args.get("lang")
    if asked is not None:
        return get_language(asked if asked in LAUNCHED or not is_language(asked) else DEFAULT)
    kept = request.cookies.get(COOKIE)
    if is_language(kept):
        return get_language(kept if kept in LAUNCHED else DEFAULT)
    return get_language(request.accept_languages.best_match(list(LAUNCHED), DEFAULT))


@cache
def translations(key: str) -> NullTranslations:
    """The catalogue of a language, read once; English is what the code says."""
    return Translations.load(ROOT / "translations", [key])


def translate(text: str) -> str:
    """`text` in the reader's language: what templates call for every string, so it is kept short."""
    return translations(reader_language().key).gettext(text)


def translate_many(singular: str, plural: str, number: int) -> str:
    return translations(reader_language().key).ngettext(singular, plural, number)


def keep_language(response, key: str):
    """Remember the reader's choice on this device."""
    response.set_cookie(
        COOKIE,
        key,
        max_age=COOKIE_SECONDS,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def keep_asked_language(response):
    """After each request: a language asked for in the address is remembered."""
    if is_language(request.args.get("lang")):
        keep_language(response, request.args["lang"])
    return response


def in_language(texts: dict[str, str], key: str) -> str:
    """The text in language `key`, else in English, else in whichever there is."""
    return texts.get(key) or texts.get(DEFAULT) or next(iter(texts.values()), "")
