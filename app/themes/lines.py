"""Statements as JSON lines: reading them, and saying which line is wrong."""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

#: Bytes in one line; a longer one is refused before it is parsed.
LONGEST_LINE = 1_000_000


class BadLine(ValueError):
    """A line that can't be used."""


@dataclass(frozen=True)
class Line:
    id: object
    text: str
    language: str | None
    #: None where the line says nothing of themes
    themes: frozenset[str] | None


def read_line(line: bytes) -> Line:
    """One statement: an object with a text; BadLine says what is missing."""
    if len(line) > LONGEST_LINE:
        raise BadLine(f"longer than {LONGEST_LINE} bytes")
    try:
        row = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise BadLine(f"not JSON: {error}") from None
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        raise BadLine('an object with a "text" is needed, as {"id": "1", "text": "…"}')
    language = row.get("language")
    if language is not None and not isinstance(language, str):
        raise BadLine(f'"language" must be the key of a language, not {language!r}')
    themes = row.get("themes")
    if themes is not None and not (isinstance(themes, list) and all(isinstance(key, str) for key in themes)):
        raise BadLine(f'"themes" must be a list of keys, not {themes!r}')
    return Line(row.get("id"), row["text"], language or None, None if themes is None else frozenset(themes))


def read_coded_lines(lines: Iterable[bytes], keys: frozenset[str]) -> Iterator[Line]:
    """Statements with their themes; BadLine names a line that lacks them or has one not in `keys`."""
    for number, raw in enumerate(lines, 1):
        if not raw.strip():
            continue
        try:
            line = read_line(raw)
            if line.themes is None:
                raise BadLine('"themes" is needed, as ["housing"], or [] for none')
            if unknown := line.themes - keys:
                raise BadLine(f"themes that are not in the codebook: {', '.join(sorted(unknown))}")
        except BadLine as error:
            raise BadLine(f"line {number}: {error}") from None
        yield line
