"""Splitting every response and note that has not been split, or was changed since."""

from app.questionnaires.queries import get_questionnaire
from app.rounds.weeks import week_of
from app.statements.actions import add_all, replace_contribution
from app.statements.contributing import statements_of
from app.statements.models import NOTE, RESPONSE
from app.statements.queries import list_changed_responses, list_unsplit_notes, list_unsplit_responses

BATCH = 200


def split_waiting() -> int:
    """Split all that waits, a batch a transaction; returns how many were split."""
    split = 0
    while rows := [contribution_of_response(row) for row in list_unsplit_responses(BATCH)]:
        split += add_all(rows)
    while changed := [contribution_of_response(row) for row in list_changed_responses(BATCH)]:
        for row in changed:
            replace_contribution(row["source_id"], row)
        split += len(changed)
    while rows := [contribution_of_note(row) for row in list_unsplit_notes(BATCH)]:
        split += add_all(rows)
    return split


def contribution_of_response(row) -> dict:
    definition = get_questionnaire(row.version_id, row.digest).definition
    return {
        "source": RESPONSE,
        "source_id": row.id,
        "week": row.week,
        "respondent": row.respondent,
        "definition": definition,
        "answers": row.answers,
        "said": statements_of(definition, row.answers, row.language, whole=False),
    }


def contribution_of_note(row) -> dict:
    definition = get_questionnaire(row.version_id, row.digest).definition
    return {
        "source": NOTE,
        "source_id": row.id,
        "week": week_of(row.received_at),
        "respondent": row.champion,
        "definition": definition,
        "answers": row.answers,
        "said": statements_of(definition, row.answers, row.language, whole=True),
    }
