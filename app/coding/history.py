"""All that happened to a statement's tags, in order: by machine or person, when and why."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from app.themes.tags import CONFIRMED, MACHINE, REJECTED

SUGGESTED, WITHDRAWN, CONFIRMED_BY, REJECTED_BY, ADDED, UNDONE, SPLIT, MERGED, CODED = (
    "suggested",
    "withdrawn",
    "confirmed",
    "rejected",
    "added",
    "undone",
    "split",
    "merged",
    "coded",
)


@dataclass(frozen=True)
class Event:
    """Something that happened to a statement."""

    at: datetime
    #: the version of a tagger, or a person's e-mail address
    who: str
    is_person: bool
    #: one of the words above
    what: str
    themes: tuple[str, ...] = ()
    confidence: float | None = None
    why: str = ""


def history_of(tags: Iterable, changes: Iterable, decisions: Iterable, splits: Iterable) -> list[Event]:
    """Events from rows of Tag, TagChange, Decision and StatementChange, the first one first."""
    events = [*suggested(tags, changes), *changed(changes), *decided(decisions)]
    events += [Event(row.at, row.author, True, row.kind) for row in splits]
    return sorted(events, key=lambda event: event.at)


def suggested(tags: Iterable, changes: Iterable) -> Iterable[Event]:
    """First suggestions; what a later tagger suggested anew is told by its change."""
    anew = {(change.theme_key, change.tagger) for change in changes if change.suggested}
    for tag in tags:
        if tag.origin == MACHINE and tag.suggested_at and (tag.theme_key, tag.tagger) not in anew:
            yield Event(tag.suggested_at, tag.tagger, False, SUGGESTED, (tag.theme_key,), tag.confidence)


def changed(changes: Iterable) -> Iterable[Event]:
    for row in changes:
        what = SUGGESTED if row.suggested else WITHDRAWN
        yield Event(row.at, row.tagger, False, what, (row.theme_key,), row.confidence)


def decided(decisions: Iterable) -> Iterable[Event]:
    for row in decisions:
        for what, themes in turned(row.before, row.after).items():
            yield Event(row.decided_at, row.coder, True, what, tuple(themes), None, row.note)
        if not turned(row.before, row.after):
            yield Event(row.decided_at, row.coder, True, CODED, (), None, row.note)
        if row.undone_at:
            yield Event(row.undone_at, row.coder, True, UNDONE)


def turned(before: dict, after: dict) -> dict[str, list[str]]:
    """The themes that a decision added, confirmed and rejected."""
    found: dict[str, list[str]] = {}
    for theme, (state, _) in sorted(after.items()):
        if theme not in before:
            found.setdefault(ADDED, []).append(theme)
        elif before[theme][0] != state:
            word = {CONFIRMED: CONFIRMED_BY, REJECTED: REJECTED_BY}.get(state)
            if word:
                found.setdefault(word, []).append(theme)
    return found
