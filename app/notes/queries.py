"""Reading notes."""

from sqlalchemy import select

from app.core.database import db
from app.notes.models import Note


def find_note(note_id: str) -> Note | None:
    return db.session.scalar(select(Note).where(Note.id == note_id))
