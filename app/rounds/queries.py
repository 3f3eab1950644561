"""Finding the round that a link leads to."""

import time
from dataclasses import dataclass
from datetime import date, datetime

from flask import current_app
from sqlalchemy import Row, func, select

from app.core.database import db, now
from app.questionnaires.models import Survey, Version
from app.rounds.models import Round
from app.rounds.weeks import is_open

KEPT_SECONDS = 5


@dataclass(frozen=True)
class CurrentRound:
    """The newest round of a survey that has opened, as the answering pages need it."""

    id: int
    survey_key: str
    version_id: int
    digest: str
    week: date
    opens_at: datetime
    closes_at: datetime | None
    demo: bool

    @property
    def is_open(self) -> bool:
        return is_open(self.opens_at, self.closes_at, now())


COLUMNS = (
    Round.id,
    Survey.key.label("survey_key"),
    Round.version_id,
    Version.digest,
    Round.week,
    Round.opens_at,
    Round.closes_at,
    Round.demo,
)


def find_current_round(key: str) -> CurrentRound | None:
    """The newest opened round of survey `key`, kept for a few seconds.

    Only which round it is can be stale by that; whether it is open is asked of the clock each time.
    """
    kept = current_app.extensions.setdefault("rounds", {})
    fetched_at, found = kept.get(key, (0.0, None))
    if found is None or time.monotonic() - fetched_at > KEPT_SECONDS:
        found = read_current_round(key)
        if found:
            kept[key] = (time.monotonic(), found)
    return found


def read_current_round(key: str) -> CurrentRound | None:
    row: Row | None = db.session.execute(
        select(*COLUMNS)
        .join(Survey, Survey.id == Round.survey_id)
        .join(Version, Version.id == Round.version_id)
        .where(Survey.key == key, Round.opens_at <= now())
        .order_by(Round.opens_at.desc(), Round.id.desc())
        .limit(1)
    ).first()
    return CurrentRound(*row) if row else None


def list_open_rounds() -> list[CurrentRound]:
    """The open round of every survey that has one."""
    keys = db.session.scalars(select(Survey.key).order_by(Survey.key.desc()))
    found = [find_current_round(key) for key in keys]
    return [current for current in found if current and current.is_open]


def forget_rounds() -> None:
    """After opening or closing a round: this process looks again at once."""
    current_app.extensions.pop("rounds", None)


def has_demo_data() -> bool:
    """Whether any round here was made by `flask demo`."""
    return db.session.scalar(select(func.count()).select_from(Round).where(Round.demo)) > 0
