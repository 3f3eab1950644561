"""Storing what the tagger suggests, and loading the codebook."""

from sqlalchemy import delete, insert, select

from app.core.database import now, write
from app.themes.codebook import Codebook
from app.themes.models import Tag, Tagging, Theme
from app.themes.tagger import Suggestion
from app.themes.tags import MACHINE, SUGGESTED


def load_themes(codebook: Codebook) -> int:
    """Add or update every theme; none is removed. Returns how many there are."""
    with write() as session:
        for theme in codebook.themes:
            session.merge(Theme(key=theme.key, family=theme.family, names=theme.names))
    return len(codebook.themes)


def store_suggestions(found: list[tuple[int, list[Suggestion]]], tagger: str) -> None:
    """Replace the machine's open suggestions of these statements, in one transaction.

    What a person has decided stays as it is, and no theme stands twice at a statement.
    """
    ids = [statement_id for statement_id, _ in found]
    with write() as session:
        session.execute(
            delete(Tag).where(Tag.statement_id.in_(ids), Tag.origin == MACHINE, Tag.state == SUGGESTED)
        )
        session.execute(delete(Tagging).where(Tagging.statement_id.in_(ids)))
        decided = set(
            session.execute(select(Tag.statement_id, Tag.theme_key).where(Tag.statement_id.in_(ids))).tuples()
        )
        rows = [
            tag_row(statement_id, suggestion)
            for statement_id, suggestions in found
            for suggestion in suggestions
            if (statement_id, suggestion.theme) not in decided
        ]
        if rows:
            session.execute(insert(Tag), rows)
        session.execute(
            insert(Tagging), [{"statement_id": id_, "tagger": tagger, "tagged_at": now()} for id_ in ids]
        )


def tag_row(statement_id: int, suggestion: Suggestion) -> dict:
    return {
        "statement_id": statement_id,
        "theme_key": suggestion.theme,
        "origin": MACHINE,
        "state": SUGGESTED,
        "confidence": suggestion.confidence,
        "evidence": [list(span) for span in suggestion.evidence],
    }
