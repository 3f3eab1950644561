"""Keeping and sending a response."""

from sqlalchemy import update

from app.answering.models import BEGUN, SENT, Response
from app.core.database import insert_once, now, write
from app.core.references import new_reference
from app.questionnaires.flow import Typed


def begin_response(response_id: str, round_id: int, typed: Typed, language: str) -> bool:
    """Keep the first page; False when this response was begun already."""
    with write() as session:
        return insert_once(
            session,
            Response,
            id=response_id,
            round_id=round_id,
            state=BEGUN,
            answers=typed,
            language=language,
            channel="web",
            revision=1,
            begun_at=now(),
        )


def keep_typed(response_id: str, revision: int, typed: Typed, language: str) -> bool:
    """Keep what was typed; False when another tab or request changed or sent the response since."""
    with write() as session:
        return session.execute(change(response_id, revision, answers=typed, language=language)).rowcount == 1


def send_response(response_id: str, revision: int, answers: dict, respondent: str) -> bool:
    """Send the response; False when it was changed or sent by another request since it was read."""
    with write() as session:
        sent = change(
            response_id,
            revision,
            answers=answers,
            respondent=respondent,
            state=SENT,
            reference=new_reference(),
            sent_at=now(),
        )
        return session.execute(sent).rowcount == 1


def change(response_id: str, revision: int, **values):
    """An UPDATE that only finds a begun response at the revision its caller read."""
    return (
        update(Response)
        .where(Response.id == response_id, Response.revision == revision, Response.state == BEGUN)
        .values(revision=revision + 1, **values)
        .execution_options(synchronize_session=False)
    )
