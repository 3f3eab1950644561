"""The statements that wait for a decision, and one statement with all a coder needs."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, func, or_, select

from app.coding.models import Decision
from app.core.database import db
from app.statements.models import REPLACED, Contribution, ContributionCommunity, Statement
from app.themes.models import Tag
from app.themes.queries import list_tags
from app.themes.tags import SUGGESTED


@dataclass(frozen=True)
class QueueFilter:
    """Which waiting statements to show; empty parts don't restrict."""

    week: date | None = None
    language: str = ""
    theme: str = ""
    source: str = ""


@dataclass(frozen=True)
class CodedStatement:
    id: int
    text: str
    language: str | None
    sentiment: float | None
    question: str
    source: str
    week: date
    area: str | None
    communities: list[str]
    tags: list[Tag]
    decision: Decision | None


def is_decided():
    return exists().where(Decision.statement_id == Statement.id, Decision.undone_at.is_(None))


def waiting(filters: QueueFilter):
    """The SELECT of ids of statements without a decision: the newest week first."""
    statement = (
        select(Statement.id)
        .join(Contribution, Contribution.id == Statement.contribution_id)
        .where(~is_decided(), Contribution.source != REPLACED)
        .order_by(Contribution.week.desc(), Statement.id)
    )
    if filters.week:
        statement = statement.where(Contribution.week == filters.week)
    if filters.source:
        statement = statement.where(Contribution.source == filters.source)
    if filters.language:
        statement = statement.where(Statement.language == filters.language)
    if filters.theme:
        suggested = exists().where(
            and_(Tag.statement_id == Statement.id, Tag.theme_key == filters.theme, Tag.state == SUGGESTED)
        )
        statement = statement.where(suggested)
    return statement


def find_next(filters: QueueFilter, after: int | None = None) -> int | None:
    """The first waiting statement, or the next one after `after` and then from the start again."""
    statement = waiting(filters).limit(1)
    found = db.session.scalar(statement.where(comes_after(after))) if after is not None else None
    return found if found is not None else db.session.scalar(statement)


def comes_after(statement_id: int):
    """Whether a statement stands behind this one in the queue."""
    week = (
        select(Contribution.week)
        .join(Statement, Statement.contribution_id == Contribution.id)
        .where(Statement.id == statement_id)
        .scalar_subquery()
        .correlate(None)
    )
    return or_(Contribution.week < week, and_(Contribution.week == week, Statement.id > statement_id))


def count_waiting(filters: QueueFilter) -> int:
    return db.session.scalar(select(func.count()).select_from(waiting(filters).order_by(None).subquery()))


def find_coded_statement(statement_id: int) -> CodedStatement | None:
    row = db.session.execute(
        select(
            Statement.id,
            Statement.text,
            Statement.language,
            Statement.sentiment,
            Statement.question,
            Contribution.source,
            Contribution.week,
            Contribution.area_key,
            Contribution.id.label("contribution_id"),
        )
        .join(Contribution, Contribution.id == Statement.contribution_id)
        .where(Statement.id == statement_id)
    ).first()
    if row is None:
        return None
    communities = db.session.scalars(
        select(ContributionCommunity.community_key).where(
            ContributionCommunity.contribution_id == row.contribution_id
        )
    )
    return CodedStatement(
        id=row.id,
        text=row.text,
        language=row.language,
        sentiment=row.sentiment,
        question=row.question,
        source=row.source,
        week=row.week,
        area=row.area_key,
        communities=sorted(communities),
        tags=list_tags(statement_id),
        decision=find_decision(statement_id),
    )


def find_decision(statement_id: int) -> Decision | None:
    """The decision that stands."""
    return db.session.scalar(
        select(Decision)
        .where(Decision.statement_id == statement_id, Decision.undone_at.is_(None))
        .order_by(Decision.id.desc())
        .limit(1)
    )


def list_queue_weeks() -> list[date]:
    """The weeks that have statements, the newest first."""
    return list(
        db.session.scalars(select(Contribution.week).distinct().order_by(Contribution.week.desc()).limit(52))
    )


def list_queue_languages() -> list[str]:
    found = select(Statement.language).where(Statement.language.is_not(None)).distinct()
    return sorted(db.session.scalars(found))
