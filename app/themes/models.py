"""Themes in the database, and the tags that join them to statements."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, db, now


class Theme(db.Model):
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    family: Mapped[str] = mapped_column(String(64))
    names: Mapped[dict] = mapped_column(JSON)


class Tag(db.Model):
    """A theme of a statement: suggested by the machine or given by a person."""

    __table_args__ = (UniqueConstraint("statement_id", "theme_key"), Index("ix_tag_theme_key", "theme_key"))

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"))
    theme_key: Mapped[str] = mapped_column(ForeignKey("theme.key"))
    #: MACHINE or PERSON
    origin: Mapped[str] = mapped_column(String(8))
    #: SUGGESTED, CONFIRMED or REJECTED
    state: Mapped[str] = mapped_column(String(10))
    #: None for a person's
    confidence: Mapped[float | None]
    #: [[start, end], …] in the statement's text
    evidence: Mapped[list] = mapped_column(JSON, default=list)


class Tagging(db.Model):
    """That a statement has been read by a version of the tagger, whatever it found."""

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    tagger: Mapped[str] = mapped_column(String(64), index=True)
    tagged_at: Mapped[datetime] = mapped_column(Instant, default=now)
