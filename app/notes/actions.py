"""Receiving a note."""

from app.core.database import insert_once, now, write
from app.core.references import new_reference
from app.notes.models import Note
from app.notes.queries import find_note


def receive_note(note_id: str, round_id: int, answers: dict, language: str, champion: str) -> Note:
    """Store a note; the same id again gives the note that was stored first."""
    with write() as session:
        insert_once(
            session,
            Note,
            id=note_id,
            round_id=round_id,
            answers=answers,
            language=language,
            channel="web",
            received_at=now(),
            reference=new_reference(),
            champion=champion,
        )
    return find_note(note_id)
