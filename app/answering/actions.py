"""Keeping and sending a response: one statement each."""

from sqlalchemy import bindparam, update
from sqlalchemy.dialects import postgresql, sqlite

from app.answering.models import BEGUN, SENT, Response
from app.core.database import now, write_connection
from app.core.references import new_reference
from app.questionnaires.flow import Typed

TABLE = Response.__table__
# No SELECT before the INSERT: two requests at once would both find nothing.
BEGIN = {
    dialect.dialect.name: dialect.insert(TABLE).on_conflict_do_nothing().returning(TABLE.c.id)
    for dialect in (sqlite, postgresql)
}
#: Only finds a begun response at the revision that its caller read.
CHANGE = update(TABLE).where(
    TABLE.c.id == bindparam("response_id"),
    TABLE.c.revision == bindparam("read_revision"),
    TABLE.c.state == BEGUN,
)


def begin_response(response_id: str, round_id: int, typed: Typed, language: str) -> bool:
    """Keep the first page; False when this response was begun already."""
    row = {
        "id": response_id,
        "round_id": round_id,
        "state": BEGUN,
        "answers": typed,
        "language": language,
        "channel": "web",
        "revision": 1,
        "begun_at": now(),
    }
    with write_connection() as connection:
        return connection.execute(BEGIN[connection.dialect.name], row).first() is not None


def keep_typed(response_id: str, revision: int, typed: Typed, language: str) -> bool:
    """Keep what was typed; False when another tab or request changed or sent the response since."""
    return change(response_id, revision, answers=typed, language=language)


def send_response(response_id: str, revision: int, answers: dict, respondent: str) -> bool:
    """Send the response; False when it was changed or sent by another request since it was read."""
    return change(
        response_id,
        revision,
        answers=answers,
        respondent=respondent,
        state=SENT,
        reference=new_reference(),
        sent_at=now(),
    )


def change(response_id: str, revision: int, **values) -> bool:
    """Whether the response was still as its caller read it, and is changed now."""
    with write_connection() as connection:
        changed = connection.execute(
            CHANGE,
            {"response_id": response_id, "read_revision": revision, "revision": revision + 1, **values},
        )
        return changed.rowcount == 1
