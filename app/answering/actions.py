"""Keeping and sending a response: one transaction each."""

from collections.abc import Iterable

from sqlalchemy import bindparam, insert, update
from sqlalchemy.dialects import postgresql, sqlite

from app.answering.models import BEGUN, SENT, Attachment, EarlierAnswers, Response
from app.answering.uploads import Upload
from app.core.database import now, write_connection
from app.core.references import new_reference
from app.questionnaires.flow import Typed

TABLE = Response.__table__
FILES = Attachment.__table__
# No SELECT before the INSERT: two requests at once would both find nothing.
BEGIN = {
    dialect.dialect.name: dialect.insert(TABLE).on_conflict_do_nothing().returning(TABLE.c.id)
    for dialect in (sqlite, postgresql)
}
#: Only finds a response at the revision and in the state that its caller read.
CHANGE = update(TABLE).where(
    TABLE.c.id == bindparam("response_id"),
    TABLE.c.revision == bindparam("read_revision"),
    TABLE.c.state == bindparam("read_state"),
)


def begin_response(
    response_id: str, round_id: int, typed: Typed, language: str, uploads: Iterable[Upload] = ()
) -> bool:
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
        if connection.execute(BEGIN[connection.dialect.name], row).first() is None:
            return False
        add_files(connection, response_id, uploads)
    return True


def keep_typed(kept, typed: Typed, language: str, uploads: Iterable[Upload] = ()) -> bool:
    """Keep what was typed; False when another tab or request changed or sent the response since.

    What is typed into a sent response is a draft: what was sent stands until it is sent again.
    """
    values = {"draft": typed} if kept.is_sent else {"answers": typed}
    with write_connection() as connection:
        if not change(connection, kept, **values, language=language):
            return False
        add_files(connection, kept.id, uploads)
    return True


def send_response(kept, answers: dict, respondent: str) -> bool:
    """Send the response; False when it was changed or sent by another request since it was read."""
    with write_connection() as connection:
        return change(
            connection,
            kept,
            answers=answers,
            respondent=respondent,
            state=SENT,
            reference=new_reference(),
            sent_at=now(),
        )


def send_again(kept, answers: dict, respondent: str) -> bool:
    """Send the changed response; what it said before is kept as history."""
    with write_connection() as connection:
        is_changed = change(
            connection, kept, answers=answers, respondent=respondent, draft=None, changed_at=now()
        )
        if is_changed:
            history = {"response_id": kept.id, "answers": kept.sent_answers, "replaced_at": now()}
            connection.execute(insert(EarlierAnswers.__table__), history)
        return is_changed


def drop_draft(kept) -> bool:
    """Forget what was typed since the response was sent."""
    with write_connection() as connection:
        return change(connection, kept, draft=None)


def change(connection, kept, **values) -> bool:
    """Whether the response was still as its caller read it, and is changed now."""
    changed = connection.execute(
        CHANGE,
        {
            "response_id": kept.id,
            "read_revision": kept.revision,
            "read_state": kept.state,
            "revision": kept.revision + 1,
            **values,
        },
    )
    return changed.rowcount == 1


def add_files(connection, response_id: str, uploads: Iterable[Upload]) -> None:
    rows = [
        {
            "id": upload.id,
            "response_id": response_id,
            "name": upload.name,
            "media_type": upload.media_type,
            "content": upload.content,
            "received_at": now(),
        }
        for upload in uploads
    ]
    if rows:
        connection.execute(insert(FILES), rows)
