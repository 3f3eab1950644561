"""A survey through time and its immutable versions."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, db, now


class Survey(db.Model):
    id: Mapped[int] = mapped_column(primary_key=True)
    #: public and stable: part of the answering link
    key: Mapped[str] = mapped_column(String(64), unique=True)


class Version(db.Model):
    """One published definition. Never changed: a correction is a new version."""

    __table_args__ = (UniqueConstraint("survey_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    survey_id: Mapped[int] = mapped_column(ForeignKey("survey.id"))
    number: Mapped[int]
    #: `Definition.to_dict()`
    definition: Mapped[dict] = mapped_column(JSON)
    #: SHA-256 of the definition, to see whether anything changed
    digest: Mapped[str] = mapped_column(String(64))
    published_at: Mapped[datetime] = mapped_column(Instant, default=now)
