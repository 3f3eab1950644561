"""The codebook: families of themes with their rules, from `data/codebook.json`."""

import json
import tomllib
from collections import Counter
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")
LONGEST_KEY = 200

#: What kind of statement it is, beside its themes; "other" is a greeting or chat.
CHAT = "other"
STATEMENT_TYPES = ("concern", "need", "question", "rumour", "suggestion", "positive", CHAT)
SAFEGUARDING, PERSONAL_DATA, ABUSIVE = "safeguarding", "personal-data", "abusive-content"
#: What must be known of a statement before anybody reads or quotes it; not themes.
FLAGS = (SAFEGUARDING, PERSONAL_DATA, ABUSIVE)
#: How many times as much it matters to find such a statement as to be right that it is one.
FLAG_RECALL = {SAFEGUARDING: 3.0}
#: A theme that raises the safeguarding flag wherever it is suggested (codebook v1).
RAISES_SAFEGUARDING = frozenset({"domestic-abuse-vawg"})

#: Themes that a person always reads before they count: the machine's tag alone is never enough.
ALWAYS_READ = frozenset({"racism-discrimination", "domestic-abuse-vawg", "data-transparency"})


class CodebookError(ValueError):
    """A codebook that can't be used; the message says why."""


@dataclass(frozen=True)
class Theme:
    key: str
    family: str
    names: dict[str, str]
    include: str
    exclude: str
    examples: tuple[str, ...]
    #: no longer given to statements; what has it keeps it
    is_retired: bool = False

    @property
    def is_always_read(self) -> bool:
        return self.key in ALWAYS_READ


@dataclass(frozen=True)
class Codebook:
    version: int
    families: dict[str, dict[str, str]]  # key: name in each language
    themes: tuple[Theme, ...]
    #: what people write when they raise a theme, by language, as `phrases.Said`
    phrases: dict[str, dict] = field(default_factory=dict)

    def theme(self, key: str) -> Theme:
        return next(theme for theme in self.themes if theme.key == key)

    def name_of(self, key: str) -> dict[str, str]:
        """A theme's names; its key for a theme of another codebook."""
        return next((theme.names for theme in self.themes if theme.key == key), {"en": key})

    def is_always_read(self, key: str) -> bool:
        return key in ALWAYS_READ

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(theme.key for theme in self.themes)

    def of_family(self, family: str) -> list[Theme]:
        """The themes of a family that statements may be given."""
        return [theme for theme in self.themes if theme.family == family and not theme.is_retired]


def read_codebook(path: Path) -> Codebook:
    """The codebook in a JSON file; CodebookError for a broken one."""
    try:
        return parse_codebook(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise CodebookError(f"{path.name} can't be used as a codebook: {error}") from error


def parse_codebook(data: dict | list) -> Codebook:
    """The codebook that JSON data tells of; CodebookError where it can't be used.

    Either an object as in `data/codebook.json`, whose families may be left out, or a plain list of themes,
    each {"key", "label"?, "parent"?, …}.
    """
    if isinstance(data, list):
        data = {"themes": data}
    try:
        themes = tuple(parse_theme(row) for row in data["themes"])
        families = {row["key"]: names_in(row) for row in data.get("families", ())}
        if not families:
            families = {theme.family: {"en": theme.family} for theme in themes}
        codebook = Codebook(int(data.get("version", 1)), families, themes, data.get("phrases", {}))
    except KeyError as error:
        raise CodebookError(f"it lacks {error}") from error
    except (TypeError, ValueError, AttributeError) as error:
        raise CodebookError(f"it isn't of the shape of a codebook ({error})") from error
    check_codebook(codebook)
    return codebook


def parse_theme(row: dict | str) -> Theme:
    if isinstance(row, str):
        row = {"key": row}
    return Theme(
        row["key"],
        row.get("family") or row.get("parent") or "all",
        names_in(row),
        row.get("include", ""),
        row.get("exclude", ""),
        tuple(row.get("examples", ())),
        bool(row.get("retired", False)),
    )


def names_in(row: dict) -> dict[str, str]:
    return row.get("names") or {"en": row.get("label") or row["key"]}


def dump_codebook(codebook: Codebook) -> dict:
    """JSON data that `parse_codebook` reads back to an equal codebook."""
    return {
        "version": codebook.version,
        "families": [{"key": key, "names": names} for key, names in codebook.families.items()],
        "themes": [
            {
                "key": theme.key,
                "family": theme.family,
                "names": theme.names,
                "include": theme.include,
                "exclude": theme.exclude,
                "examples": list(theme.examples),
                "retired": theme.is_retired,
            }
            for theme in codebook.themes
        ],
        "phrases": codebook.phrases,
    }


def check_codebook(codebook: Codebook) -> None:
    keys = [theme.key for theme in codebook.themes]
    if not keys:
        raise CodebookError("it has no themes")
    for key in [*codebook.families, *keys]:
        if not isinstance(key, str) or not 0 < len(key) <= LONGEST_KEY:
            raise CodebookError(f"{key!r} can't be a key: text of 1 to {LONGEST_KEY} characters is needed")
    if twice := [key for key, times in Counter(keys).items() if times > 1]:
        raise CodebookError(f"theme keys that stand twice: {', '.join(twice)}")
    if lost := [theme.key for theme in codebook.themes if theme.family not in codebook.families]:
        raise CodebookError(f"themes of an unknown family: {', '.join(lost)}")
    for language, said in codebook.phrases.items():
        unknown = {key for table in ("phrases", "hints") for key in said.get(table, {})} - set(keys)
        if unknown:
            raise CodebookError(f"phrases ({language}) of unknown themes: {', '.join(sorted(unknown))}")


@cache
def shipped_codebook() -> Codebook:
    """Version 1, which comes with the product."""
    codebook = read_codebook(DATA / "codebook.json")
    return replace(codebook, phrases=shipped_phrases())


@cache
def shipped_phrases() -> dict[str, dict]:
    """What the phrase files say, by language."""
    return {
        path.stem: tomllib.loads(path.read_text(encoding="utf-8"))
        for path in sorted((DATA / "phrases").glob("*.toml"))
    }
