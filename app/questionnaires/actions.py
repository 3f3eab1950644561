"""Working on drafts and publishing versions of a survey."""

import json
from hashlib import sha256

from sqlalchemy import select, update

from app.core import audit
from app.core.database import now, write
from app.questionnaires.definition import Definition
from app.questionnaires.models import Draft, Survey, Version
from app.questionnaires.queries import find_latest_version


def publish_version(definition: Definition, actor: str, source: dict | None = None) -> tuple[Version, bool]:
    """The version that holds `definition`, and whether it is new; `source` is its workbook's `to_dict()`.

    Publishing what is already the latest version changes nothing.
    """
    data = definition.to_dict()
    digest = sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    with write() as session:
        survey = session.scalar(select(Survey).where(Survey.key == definition.key))
        if survey is None:
            survey = Survey(key=definition.key)
            session.add(survey)
            session.flush()
        latest = find_latest_version(survey.id)
        if latest and latest.digest == digest:
            return latest, False
        number = latest.number + 1 if latest else 1
        version = Version(survey_id=survey.id, number=number, definition=data, digest=digest, source=source)
        session.add(version)
        audit.record(session, actor, "publish", f"survey {definition.key} version {number}")
    return version, True


HISTORY_MOST = 30  # steps that can be undone


def make_draft(workbook: dict, author: str) -> int:
    """A new draft of a `Workbook.to_dict()`; returns its id."""
    with write() as session:
        draft = Draft(workbook=workbook, history=[], author=author)
        session.add(draft)
        session.flush()
        audit.record(session, author, "draft survey", f"draft {draft.id}", file=workbook["name"])
        return draft.id


def change_draft(draft: Draft, workbook: dict) -> bool:
    """Keep a changed workbook, the earlier one to be undone; False when another window changed it since."""
    return replace_draft(draft, workbook, [*draft.history, draft.workbook][-HISTORY_MOST:])


def undo_draft(draft: Draft) -> bool:
    """Back to the workbook before the last change; False when there is none."""
    if not draft.history:
        return False
    return replace_draft(draft, draft.history[-1], draft.history[:-1])


def replace_draft(draft: Draft, workbook: dict, history: list) -> bool:
    draft_id, revision = draft.id, draft.revision
    with write() as session:
        changed = session.execute(
            update(Draft)
            .where(Draft.id == draft_id, Draft.revision == revision)
            .values(workbook=workbook, history=history, revision=revision + 1, changed_at=now())
        )
        return changed.rowcount == 1


def delete_draft(draft: Draft, actor: str) -> None:
    draft_id = draft.id
    with write() as session:
        session.delete(session.get(Draft, draft_id))
        audit.record(session, actor, "delete draft", f"draft {draft_id}")


def close_draft(draft_id: int, version_id: int) -> None:
    """The draft has become a version."""
    with write() as session:
        session.execute(update(Draft).where(Draft.id == draft_id).values(version_id=version_id, history=[]))
