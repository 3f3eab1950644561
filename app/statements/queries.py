"""Finding what has not been split yet."""

from sqlalchemy import exists, func, select

from app.answering.models import SENT, Response
from app.answering.queries import sent_responses
from app.core.database import db
from app.notes.models import Note
from app.questionnaires.models import Version
from app.rounds.models import Round
from app.statements.models import NOTE, RESPONSE, Contribution


def is_split(source: str, source_id):
    return exists().where(Contribution.source == source, Contribution.source_id == source_id)


def list_unsplit_responses(limit: int):
    """Sent responses without a contribution, as rows of `answering.queries.SENT_COLUMNS`."""
    return db.session.execute(sent_responses().where(~is_split(RESPONSE, Response.id)).limit(limit)).all()


def list_changed_responses(limit: int):
    """Responses that were sent again since they were split, as rows of `SENT_COLUMNS`."""
    older = exists().where(
        Contribution.source == RESPONSE,
        Contribution.source_id == Response.id,
        Contribution.split_at < Response.changed_at,
    )
    return db.session.execute(sent_responses().where(older).limit(limit)).all()


def list_unsplit_notes(limit: int):
    """(id, received_at, version id, digest, language, champion, answers) of notes without a contribution."""
    return db.session.execute(
        select(
            Note.id,
            Note.received_at,
            Round.version_id,
            Version.digest,
            Note.language,
            Note.champion,
            Note.answers,
        )
        .join(Round, Round.id == Note.round_id)
        .join(Version, Version.id == Round.version_id)
        .where(~is_split(NOTE, Note.id))
        .order_by(Note.received_at)
        .limit(limit)
    ).all()


def count_unsplit() -> int:
    """How many sent responses and notes still wait to be split."""
    responses = select(func.count()).select_from(Response).where(Response.state == SENT)
    notes = select(func.count()).select_from(Note)
    return db.session.scalar(responses.where(~is_split(RESPONSE, Response.id))) + db.session.scalar(
        notes.where(~is_split(NOTE, Note.id))
    )
