"""The codebook: families of themes with their rules, from `data/codebook.json`."""

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")

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

    @property
    def is_always_read(self) -> bool:
        return self.key in ALWAYS_READ


@dataclass(frozen=True)
class Codebook:
    version: int
    families: dict[str, dict[str, str]]  # key: name in each language
    themes: tuple[Theme, ...]

    def theme(self, key: str) -> Theme:
        return next(theme for theme in self.themes if theme.key == key)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(theme.key for theme in self.themes)

    def of_family(self, family: str) -> list[Theme]:
        return [theme for theme in self.themes if theme.family == family]


def read_codebook(path: Path) -> Codebook:
    """The codebook in a JSON file; CodebookError for a broken one."""
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        codebook = Codebook(
            version=data["version"],
            families={family["key"]: family["names"] for family in data["families"]},
            themes=tuple(
                Theme(
                    row["key"],
                    row["family"],
                    row["names"],
                    row["include"],
                    row["exclude"],
                    tuple(row["examples"]),
                )
                for row in data["themes"]
            ),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CodebookError(f"{path.name} can't be read as a codebook: {error!r}") from error
    check_codebook(codebook)
    return codebook


def check_codebook(codebook: Codebook) -> None:
    twice = [key for key, times in Counter(theme.key for theme in codebook.themes).items() if times > 1]
    if twice:
        raise CodebookError(f"theme keys that stand twice: {', '.join(twice)}")
    lost = [theme.key for theme in codebook.themes if theme.family not in codebook.families]
    if lost:
        raise CodebookError(f"themes of an unknown family: {', '.join(lost)}")


@cache
def current_codebook() -> Codebook:
    return read_codebook(DATA / "codebook.json")
