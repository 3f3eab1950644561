"""Tags of statements, and the statements that have none yet."""

from sqlalchemy import exists, func, select

from app.core.database import db
from app.statements.models import Statement
from app.themes.models import Tag, Tagging
from app.themes.tags import PERSON


def has_tagging(tagger: str):
    return exists().where(Tagging.statement_id == Statement.id, Tagging.tagger == tagger)


def list_untagged(tagger: str, limit: int):
    """(id, text, language) of statements that this tagger has not read."""
    return db.session.execute(
        select(Statement.id, Statement.text, Statement.language)
        .where(~has_tagging(tagger))
        .order_by(Statement.id)
        .limit(limit)
    ).all()


def count_untagged(tagger: str) -> int:
    return db.session.scalar(select(func.count()).select_from(Statement).where(~has_tagging(tagger)))


def list_tags(statement_id: int) -> list[Tag]:
    """The tags of a statement: the surest first, a person's own last."""
    return list(
        db.session.scalars(
            select(Tag)
            .where(Tag.statement_id == statement_id)
            .order_by((Tag.origin == PERSON), Tag.confidence.desc(), Tag.theme_key)
        )
    )
