"""The statements that wait for a decision, and one statement with all a coder needs."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import and_, exists, func, or_, select, true

from app.coding.agreement import CODERS
from app.coding.models import BlindCode, Decision
from app.core.database import db
from app.statements.models import (
    REPLACED,
    Contribution,
    ContributionCommunity,
    Statement,
    StatementChange,
)
from app.themes.models import Tag, Tagging
from app.themes.queries import find_tagging, list_tags
from app.themes.tagger import URGENT
from app.themes.tags import SUGGESTED

#: Statements that two blind coders coded differently; statements that may be about danger to somebody.
DISAGREED, FLAGGED = "disagreed", "flagged"


@dataclass(frozen=True)
class QueueFilter:
    """Which waiting statements to show; empty parts don't restrict."""

    week: date | None = None
    language: str = ""
    theme: str = ""
    source: str = ""
    #: DISAGREED or FLAGGED
    only: str = ""


@dataclass(frozen=True)
class CodedStatement:
    id: int
    text: str
    language: str | None
    sentiment: float | None
    translation: str | None
    question: str
    source: str
    week: date
    area: str | None
    communities: list[str]
    tags: list[Tag]
    #: what the machine took it for; None while it has not been read
    tagging: Tagging | None
    decision: Decision | None
    #: the statement before it in the same answer, with which it may be joined
    before: int | None
    #: theme keys that each blind coder gave it, where it is of the sample
    blind: list[list[str]]
    is_sampled: bool

    @property
    def is_hidden(self) -> bool:
        """Whether it must not be shown with anybody's tags: its two blind coders aren't done."""
        return self.is_sampled and len(self.blind) < CODERS and self.decision is None


def is_decided():
    return exists().where(Decision.statement_id == Statement.id, Decision.undone_at.is_(None))


def blind_codes():
    """How many blind codes a statement has."""
    return (
        select(func.count())
        .select_from(BlindCode)
        .where(BlindCode.statement_id == Statement.id)
        .correlate(Statement)
        .scalar_subquery()
    )


def waiting(filters: QueueFilter):
    """The SELECT of ids of statements without a decision: where a decision is worth most first.

    A statement of the sample waits for its two blind coders before anybody sees what the machine says.
    """
    statement = (
        select(Statement.id)
        .join(Contribution, Contribution.id == Statement.contribution_id)
        .join(Tagging, Tagging.statement_id == Statement.id)
        .where(
            ~is_decided(),
            Contribution.source != REPLACED,
            or_(Statement.is_sampled.is_(False), blind_codes() >= CODERS),
        )
        .order_by(Tagging.priority.desc(), Tagging.statement_id.desc())
    )
    if filters.week:
        statement = statement.where(Contribution.week == filters.week)
    if filters.source:
        statement = statement.where(Contribution.source == filters.source)
    if filters.language:
        statement = statement.where(Statement.language == filters.language)
    if filters.only == DISAGREED:
        statement = statement.where(Statement.is_sampled)
    if filters.only == FLAGGED:
        statement = statement.where(Tagging.priority >= URGENT)
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
    priority = (
        select(Tagging.priority).where(Tagging.statement_id == statement_id).scalar_subquery().correlate(None)
    )
    return or_(
        Tagging.priority < priority,
        and_(Tagging.priority == priority, Tagging.statement_id < statement_id),
    )


def count_waiting(filters: QueueFilter) -> int:
    return db.session.scalar(select(func.count()).select_from(waiting(filters).order_by(None).subquery()))


def find_coded_statement(statement_id: int) -> CodedStatement | None:
    row = db.session.execute(
        select(
            Statement.id,
            Statement.text,
            Statement.language,
            Statement.sentiment,
            Statement.translation,
            Statement.is_sampled,
            Statement.position,
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
        translation=row.translation,
        question=row.question,
        source=row.source,
        week=row.week,
        area=row.area_key,
        communities=sorted(communities),
        tags=list_tags(statement_id),
        tagging=find_tagging(statement_id),
        decision=find_decision(statement_id),
        before=find_neighbour(row),
        blind=[code.themes for code in list_blind_codes(statement_id)] if row.is_sampled else [],
        is_sampled=row.is_sampled,
    )


def find_neighbour(row) -> int | None:
    """The statement just before this one in the same answer."""
    return db.session.scalar(
        select(Statement.id)
        .where(
            Statement.contribution_id == row.contribution_id,
            Statement.question == row.question,
            Statement.position < row.position,
        )
        .order_by(Statement.position.desc())
        .limit(1)
    )


def list_statement_changes(statement_id: int) -> list[StatementChange]:
    return list(
        db.session.scalars(
            select(StatementChange)
            .where(StatementChange.statement_id == statement_id)
            .order_by(StatementChange.id)
        )
    )


def list_decisions(statement_id: int) -> list[Decision]:
    """Every decision on a statement, also those undone, in order."""
    return list(
        db.session.scalars(
            select(Decision).where(Decision.statement_id == statement_id).order_by(Decision.id)
        )
    )


def count_blind_codes(statement_id: int) -> int:
    return db.session.scalar(select(func.count()).where(BlindCode.statement_id == statement_id))


def list_blind_codes(statement_id: int) -> list[BlindCode]:
    return list(
        db.session.scalars(
            select(BlindCode).where(BlindCode.statement_id == statement_id).order_by(BlindCode.id)
        )
    )


# --- blind double coding ---------------------------------------------------------------------------


def blind_waiting(coder: str):
    """The SELECT of sampled statements that `coder` may still code blind: half-coded ones first.

    Not what the coder has coded already, nor what has been decided.
    """
    own = exists().where(BlindCode.statement_id == Statement.id, BlindCode.coder == coder)
    return (
        select(Statement.id)
        .join(Contribution, Contribution.id == Statement.contribution_id)
        .where(
            Statement.is_sampled,
            Contribution.source != REPLACED,
            ~own,
            ~is_decided(),
            blind_codes() < CODERS,
        )
        .order_by(blind_codes().desc(), Statement.id.desc())
    )


def find_next_blind(coder: str, after: int | None = None) -> int | None:
    """The next statement for `coder`: another than `after`, where there is another."""
    statement = blind_waiting(coder).limit(1)
    found = db.session.scalar(statement.where(Statement.id != after)) if after is not None else None
    return found if found is not None else db.session.scalar(statement)


def is_blind_for(statement_id: int, coder: str) -> bool:
    """Whether `coder` may code this statement blind."""
    return db.session.scalar(blind_waiting(coder).where(Statement.id == statement_id)) is not None


def count_blind_waiting(coder: str) -> int:
    return db.session.scalar(select(func.count()).select_from(blind_waiting(coder).order_by(None).subquery()))


def list_double_codes(since: date | None = None) -> list[tuple[str, str, list[list[str]]]]:
    """(language, source, themes of the two coders) of each statement that two coders coded blind."""
    rows = db.session.execute(
        select(BlindCode.statement_id, BlindCode.themes, Statement.language, Contribution.source)
        .join(Statement, Statement.id == BlindCode.statement_id)
        .join(Contribution, Contribution.id == Statement.contribution_id)
        .where(Contribution.week >= since if since else true())
        .order_by(BlindCode.statement_id, BlindCode.id)
    )
    codes: dict[int, tuple[str, str, list[list[str]]]] = {}
    for row in rows:
        codes.setdefault(row.statement_id, (row.language or "", row.source, []))[2].append(row.themes)
    return [each for each in codes.values() if len(each[2]) == CODERS]


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
