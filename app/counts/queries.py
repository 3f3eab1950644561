"""The facts that counts are made of, for a span of weeks."""

from datetime import date

from sqlalchemy import and_, exists, func, or_, select

from app.coding.models import Decision
from app.core.database import db
from app.counts.counting import Contributed, Mention
from app.statements.models import Contribution, ContributionCommunity, Statement
from app.themes.codebook import ALWAYS_READ
from app.themes.models import Tag
from app.themes.tags import CONFIRMED, SUGGESTED


def in_weeks(source: str, first: date, last: date):
    return and_(Contribution.source == source, Contribution.week >= first, Contribution.week <= last)


def is_counted():
    """A confirmed tag counts; a suggestion too, but for the themes that a person always reads first."""
    return or_(
        Tag.state == CONFIRMED, and_(Tag.state == SUGGESTED, Tag.theme_key.not_in(sorted(ALWAYS_READ)))
    )


def list_contributed(source: str, first: date, last: date) -> list[Contributed]:
    spoken_of: dict[int, set[str]] = {}
    links = (
        select(ContributionCommunity.contribution_id, ContributionCommunity.community_key)
        .join(Contribution, Contribution.id == ContributionCommunity.contribution_id)
        .where(in_weeks(source, first, last))
    )
    for contribution_id, community in db.session.execute(links):
        spoken_of.setdefault(contribution_id, set()).add(community)
    rows = db.session.execute(
        select(Contribution.id, Contribution.week, Contribution.respondent, Contribution.area_key).where(
            in_weeks(source, first, last)
        )
    )
    return [
        Contributed(row.id, row.week, row.respondent, row.area_key, frozenset(spoken_of.get(row.id, ())))
        for row in rows
    ]


def list_mentions(source: str, first: date, last: date) -> list[Mention]:
    rows = db.session.execute(
        select(Contribution.id, Tag.theme_key, func.count())
        .join(Statement, Statement.contribution_id == Contribution.id)
        .join(Tag, Tag.statement_id == Statement.id)
        .where(in_weeks(source, first, last), is_counted())
        .group_by(Contribution.id, Tag.theme_key)
    )
    return [Mention(*row) for row in rows]


def find_span(source: str) -> tuple[date, date] | None:
    """The first and the last week with contributions of this source."""
    first, last = db.session.execute(
        select(func.min(Contribution.week), func.max(Contribution.week)).where(Contribution.source == source)
    ).one()
    return (first, last) if first else None


def count_unread(source: str, first: date, last: date) -> tuple[int, int]:
    """(statements that nobody has decided on, all statements) of these weeks."""
    decided = exists().where(Decision.statement_id == Statement.id, Decision.undone_at.is_(None))
    statement = (
        select(func.count())
        .select_from(Statement)
        .join(Contribution, Contribution.id == Statement.contribution_id)
        .where(in_weeks(source, first, last))
    )
    return db.session.scalar(statement.where(~decided)), db.session.scalar(statement)
