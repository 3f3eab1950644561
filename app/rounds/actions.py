"""Opening and closing rounds."""

from datetime import date, datetime, timedelta

from sqlalchemy import select

from app.core import audit
from app.core.database import now, write
from app.questionnaires.models import Version
from app.rounds.models import Round
from app.rounds.queries import forget_rounds
from app.rounds.weeks import closing_after, week_of


def open_round(
    version: Version, actor: str, *, standing: bool = False, demo: bool = False, at: datetime | None = None
) -> Round:
    """Open a round of `version` now, or at an instant of the past; a round still open ends there."""
    opens_at = at or now()
    closes_at = None if standing else closing_after(opens_at)
    return plan_round(version, actor, opens_at, closes_at, week_of(opens_at), demo)


def plan_round(
    version: Version, actor: str, opens_at: datetime, closes_at: datetime | None, week: date, demo: bool
) -> Round:
    """A round with given dates; an earlier round of the survey ends when this one opens."""
    with write() as session:
        earlier = session.scalars(
            select(Round).where(Round.survey_id == version.survey_id, Round.opens_at <= opens_at)
        )
        for other in earlier:
            if other.closes_at is None or other.closes_at > opens_at:
                other.closes_at = opens_at - timedelta(seconds=1)
        opened = Round(
            survey_id=version.survey_id,
            version_id=version.id,
            week=week,
            opens_at=opens_at,
            closes_at=closes_at,
            demo=demo,
        )
        session.add(opened)
        session.flush()
        audit.record(session, actor, "open round", f"round {opened.id}", week=week.isoformat())
    forget_rounds()
    return opened
