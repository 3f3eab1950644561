"""The example statements that the shipped learner is trained on, from `data/corpus/<language>.tsv`."""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from app.themes.codebook import DATA

COLUMNS = ["themes", "type", "flags", "text", "english"]


class CorpusError(ValueError):
    """A line of the corpus that can't be used; the message says which and why."""


@dataclass(frozen=True)
class Example:
    """A statement that somebody has coded."""

    text: str
    language: str | None
    themes: frozenset[str]
    #: one of `codebook.STATEMENT_TYPES`, or None where nobody said
    type: str | None = None
    flags: frozenset[str] = frozenset()
    #: examples of the same situation, as a statement and its gloss, share it
    situation: str = ""


def read_corpus_file(path: Path) -> Iterator[tuple[Example, str]]:
    """(example, English gloss or "") for each line of a corpus file; CorpusError names the line."""
    with path.open(encoding="utf-8", newline="") as file:
        rows = csv.reader(file, delimiter="\t", quoting=csv.QUOTE_NONE)
        if next(rows, None) != COLUMNS:
            raise CorpusError(f"{path.name}: the first line must name the columns {', '.join(COLUMNS)}")
        for number, row in enumerate(rows, 2):
            if len(row) != len(COLUMNS):
                raise CorpusError(f"{path.name} line {number}: {len(row)} columns instead of {len(COLUMNS)}")
            themes, kind, flags, text, english = row
            example = Example(
                text,
                path.stem,
                frozenset(themes.split(",")) if themes else frozenset(),
                kind or None,
                frozenset(flags.split(",")) if flags else frozenset(),
                f"{path.stem}:{number}",
            )
            yield example, english


def with_glosses(rows: Iterable[tuple[Example, str]]) -> Iterator[Example]:
    """Every example, and its English gloss as an example of its own."""
    for example, english in rows:
        yield example
        if english:
            yield Example(english, "en", example.themes, example.type, example.flags, example.situation)


@cache
def list_examples() -> tuple[Example, ...]:
    """The whole corpus: statements in thirteen languages, and English glosses of all that aren't English."""
    return tuple(
        example
        for path in sorted((DATA / "corpus").glob("*.tsv"))
        for example in with_glosses(read_corpus_file(path))
    )
