"""Changing a codebook: a theme's words, rules and phrases, a new or a retired theme. Nothing is deleted."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.themes.codebook import Codebook, Theme, check_codebook

#: Characters and lines that a codebook page takes.
LONGEST_NAME, LONGEST_RULE, LONGEST_LINE, MOST_LINES = 120, 2_000, 300, 300


class EditError(ValueError):
    """A change that can't be made; `field` is the one to mend, `problem` what is wrong with it."""

    def __init__(self, field: str, problem: str):
        super().__init__(f"{field}: {problem}")
        self.field = field
        self.problem = problem


@dataclass(frozen=True)
class Edit:
    """A theme as somebody wants it, and its phrases in one language (None: left as they are)."""

    names: dict[str, str]
    family: str
    include: str
    exclude: str
    examples: tuple[str, ...]
    is_retired: bool = False
    language: str | None = None
    phrases: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()


def change_theme(codebook: Codebook, key: str, edit: Edit) -> Codebook:
    """The next version, with the theme as `edit` says. EditError where that can't be."""
    check_edit(codebook, edit)
    themes = tuple(edited(theme, edit) if theme.key == key else theme for theme in codebook.themes)
    return next_version(codebook, themes, with_phrases(codebook.phrases, key, edit))


def add_theme(codebook: Codebook, key: str, edit: Edit) -> Codebook:
    """The next version, with a new theme. EditError where the key is taken or can't be one."""
    if not re.fullmatch("[a-z0-9]+(?:-[a-z0-9]+)*", key) or len(key) > 64:
        raise EditError("key", "form")
    if key in codebook.keys:
        raise EditError("key", "taken")
    check_edit(codebook, edit)
    added = edited(Theme(key, edit.family, {}, "", "", ()), edit)
    return next_version(codebook, (*codebook.themes, added), with_phrases(codebook.phrases, key, edit))


def check_edit(codebook: Codebook, edit: Edit) -> None:
    if not edit.names.get("en", "").strip():
        raise EditError("name-en", "missing")
    if edit.family not in codebook.families:
        raise EditError("family", "missing")
    if not edit.include.strip():
        raise EditError("include", "missing")
    for language, name in edit.names.items():
        if len(name) > LONGEST_NAME:
            raise EditError(f"name-{language}", "long")
    for field in ("include", "exclude"):
        if len(getattr(edit, field)) > LONGEST_RULE:
            raise EditError(field, "long")
    for field in ("examples", "phrases", "hints"):
        lines = getattr(edit, field)
        if len(lines) > MOST_LINES or any(len(line) > LONGEST_LINE for line in lines):
            raise EditError(field, "long")


def edited(theme: Theme, edit: Edit) -> Theme:
    return replace(
        theme,
        family=edit.family,
        names={language: name for language, name in edit.names.items() if name},
        include=edit.include,
        exclude=edit.exclude,
        examples=edit.examples,
        is_retired=edit.is_retired,
    )


def with_phrases(phrases: dict[str, dict], key: str, edit: Edit) -> dict[str, dict]:
    if edit.language is None:
        return phrases
    said = dict(phrases.get(edit.language, {}))
    for table, texts in (("phrases", edit.phrases), ("hints", edit.hints)):
        kept = {theme: list(old) for theme, old in said.get(table, {}).items() if theme != key}
        said[table] = kept | ({key: list(texts)} if texts else {})
    return phrases | {edit.language: said}


def next_version(codebook: Codebook, themes: Sequence[Theme], phrases: dict[str, dict]) -> Codebook:
    changed = Codebook(codebook.version + 1, codebook.families, tuple(themes), phrases)
    check_codebook(changed)
    return changed


def lines_of(text: str) -> tuple[str, ...]:
    """The lines of a text box that say something, each once."""
    return tuple(dict.fromkeys(line for each in text.splitlines() if (line := " ".join(each.split()))))
