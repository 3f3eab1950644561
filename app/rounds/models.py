"""One dated opening of a version."""

from datetime import date, datetime

from sqlalchemy import Date, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, db


class Round(db.Model):
    __table_args__ = (Index("ix_round_survey_id_opens_at", "survey_id", "opens_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    version_id: Mapped[int] = mapped_column(ForeignKey("version.id"))
    #: the Monday of the week that it is counted in
    week: Mapped[date] = mapped_column(Date)
    opens_at: Mapped[datetime] = mapped_column(Instant)
    #: None: a standing round that doesn't close, as for champions' notes
    closes_at: Mapped[datetime | None] = mapped_column(Instant)
    #: made by `flask demo`: nothing in it was said by anybody
    demo: Mapped[bool] = mapped_column(default=False)
