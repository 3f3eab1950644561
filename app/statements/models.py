"""What one respondent contributed in one week, and the statements in it."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, db, now

RESPONSE = "response"
NOTE = "note"
SPLIT, MERGED = "split", "merged"
#: What a response said before it was changed and sent again: kept with its codes, never counted.
REPLACED = "replaced"


class Contribution(db.Model):
    """A response or a note that has been split. Its dimensions are what counts are made by."""

    __table_args__ = (
        UniqueConstraint("source", "source_id"),
        Index("ix_contribution_source_week", "source", "week"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    #: RESPONSE or NOTE; REPLACED for what has been sent again, with an id of its own
    source: Mapped[str] = mapped_column(String(16))
    source_id: Mapped[str] = mapped_column(String(36))
    week: Mapped[date] = mapped_column(Date)
    #: who is counted once: an organisation, or a champion
    respondent: Mapped[str] = mapped_column(String(64))
    area_key: Mapped[str | None] = mapped_column(ForeignKey("area.key"))
    #: consent to quote the words, masked
    quote: Mapped[bool] = mapped_column(default=False)
    split_at: Mapped[datetime] = mapped_column(Instant, default=now)


class ContributionCommunity(db.Model):
    """A community that the contribution speaks about."""

    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), primary_key=True)
    community_key: Mapped[str] = mapped_column(ForeignKey("community.key"), primary_key=True)


class Statement(db.Model):
    """The unit that is coded: a sentence of an answer, or a note."""

    __table_args__ = (UniqueConstraint("contribution_id", "question", "position"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    contribution_id: Mapped[int] = mapped_column(ForeignKey("contribution.id"), index=True)
    #: name of the question, and which statement of its answer this is (from 0)
    question: Mapped[str] = mapped_column(String(64))
    position: Mapped[int]
    text: Mapped[str]
    #: None: not known
    language: Mapped[str | None] = mapped_column(ForeignKey("language.key"))
    #: -1 to 1; None: not English
    sentiment: Mapped[float | None]
    #: one in ten, drawn when it is made, for two coders who see neither each other nor the machine
    is_sampled: Mapped[bool] = mapped_column(default=False)
    #: English that a person wrote or checked; None: there is none
    translation: Mapped[str | None]


class StatementChange(db.Model):
    """That a person split a statement in two, or joined one to the one before it."""

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    #: SPLIT or MERGED
    kind: Mapped[str] = mapped_column(String(8))
    #: the texts before and after, in order
    before: Mapped[list] = mapped_column(JSON)
    after: Mapped[list] = mapped_column(JSON)
    author: Mapped[str] = mapped_column(String(255))
    at: Mapped[datetime] = mapped_column(Instant, default=now)
