"""Storing a contribution with its statements, all or nothing."""

import uuid
from datetime import date

from sqlalchemy import insert, update

from app.core.database import insert_once, write
from app.questionnaires.definition import Definition
from app.statements.contributing import Said, first_answer
from app.statements.models import REPLACED, RESPONSE, Contribution, ContributionCommunity, Statement
from app.statements.sampling import is_sampled


def add_contribution(
    session,
    source: str,
    source_id: str,
    week: date,
    respondent: str,
    definition: Definition,
    answers: dict,
    said: list[Said],
) -> bool:
    """Add what one respondent contributed, in the caller's transaction; False when it is there already."""
    inserted = insert_once(
        session,
        Contribution,
        source=source,
        source_id=source_id,
        week=week,
        respondent=respondent,
        area_key=first_answer(definition, answers, "area"),
        quote=first_answer(definition, answers, "quote") == "yes",
    )
    if inserted is None:
        return False
    contribution_id = inserted.id
    communities = first_answer(definition, answers, "communities") or []
    if communities:
        session.execute(
            insert(ContributionCommunity),
            [{"contribution_id": contribution_id, "community_key": key} for key in communities],
        )
    if said:
        session.execute(insert(Statement), [statement_row(contribution_id, source_id, each) for each in said])
    return True


def statement_row(contribution_id: int, source_id: str, said: Said) -> dict:
    return {
        "is_sampled": is_sampled(source_id, said.question, said.position),
        "contribution_id": contribution_id,
        "question": said.question,
        "position": said.position,
        "text": said.text,
        "language": said.language,
        "sentiment": said.sentiment,
    }


def replace_contribution(source_id: str, row: dict) -> None:
    """Take what a response says now in place of what it said: the old is kept aside with its codes."""
    with write() as session:
        session.execute(
            update(Contribution)
            .where(Contribution.source == RESPONSE, Contribution.source_id == source_id)
            .values(source=REPLACED, source_id=str(uuid.uuid4()))
        )
        add_contribution(session, **row)


def add_all(rows: list[dict]) -> int:
    """Store many contributions in one transaction; returns how many were new."""
    with write() as session:
        return sum(add_contribution(session, **row) for row in rows)
