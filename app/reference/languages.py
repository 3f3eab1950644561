"""The languages Londoners write in, from `data/languages.csv`."""

import csv
from dataclasses import dataclass
from functools import cache

from app.reference.places import DATA


@dataclass(frozen=True)
class WrittenLanguage:
    key: str
    english_name: str
    endonym: str
    script: str  # ISO 15924
    direction: str  # "ltr" or "rtl"
    tier: str  # source, 1 (launch), 2 or 3


@cache
def list_written_languages() -> tuple[WrittenLanguage, ...]:
    """Every language of the file that is written: not British Sign Language, not Easy Read."""
    with (DATA / "languages.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            WrittenLanguage(
                row["key"],
                row["english_name"],
                row["endonym"],
                row["script_iso15924"],
                row["direction"],
                row["tier"],
            )
            for row in csv.DictReader(file)
            if row["direction"] in ("ltr", "rtl") and row["key"] != "easyread"
        )


@cache
def text_direction(key: str) -> str:
    """The direction of a language's script; "auto" where the language isn't known."""
    return next((w.direction for w in list_written_languages() if w.key == key), "auto")


@cache
def launch_keys() -> tuple[str, ...]:
    """The languages that statements are tagged in from the start, English first."""
    return tuple(each.key for each in list_written_languages() if each.tier in ("source", "1"))


@cache
def transliterated_keys() -> tuple[str, ...]:
    """Those of `launch_keys` that have a script of their own, and are typed in Latin letters too."""
    launched = launch_keys()
    return tuple(w.key for w in list_written_languages() if w.key in launched and w.script != "Latn")
