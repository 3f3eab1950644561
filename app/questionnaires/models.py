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
    #: `Workbook.to_dict()`: what it was made from, to be downloaded and worked on
    source: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))


class Draft(db.Model):
    """A workbook that somebody is working on, before it becomes a version."""

    id: Mapped[int] = mapped_column(primary_key=True)
    #: `Workbook.to_dict()`
    workbook: Mapped[dict] = mapped_column(JSON)
    #: the workbook before each change in the page, newest last, to undo it
    history: Mapped[list] = mapped_column(JSON, default=list)
    author: Mapped[str] = mapped_column(String(255))
    #: counts up with every change, so that two windows can't overwrite each other unseen
    revision: Mapped[int] = mapped_column(default=1)
    made_at: Mapped[datetime] = mapped_column(Instant, default=now)
    changed_at: Mapped[datetime] = mapped_column(Instant, default=now)
    #: the version it was published as
    version_id: Mapped[int | None] = mapped_column(ForeignKey("version.id"))
