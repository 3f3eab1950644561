"""People's decisions on statements, and the blind codes of two coders that agreement is measured on."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, db, now

#: How a decision came about: read in the queue; two blind coders agreed; a third read what two had coded.
REVIEW, AGREED, ADJUDICATED = "review", "agreed", "adjudicated"


class Decision(db.Model):
    """One coder's decision; the latest that isn't undone is the statement's coding."""

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    #: the coder's e-mail address
    coder: Mapped[str] = mapped_column(String(255))
    decided_at: Mapped[datetime] = mapped_column(Instant, default=now)
    #: theme key: [state, origin] of every tag, before and after
    before: Mapped[dict] = mapped_column(JSON)
    after: Mapped[dict] = mapped_column(JSON)
    undone_at: Mapped[datetime | None] = mapped_column(Instant)
    #: REVIEW, AGREED or ADJUDICATED
    purpose: Mapped[str] = mapped_column(String(12), default=REVIEW)
    #: one of `codebook.STATEMENT_TYPES`; None: left as the machine has it
    type: Mapped[str | None] = mapped_column(String(16))
    #: of `codebook.FLAGS`; None: left as the machine has them
    flags: Mapped[list | None] = mapped_column(JSON(none_as_null=True))
    #: why, in the coder's words
    note: Mapped[str] = mapped_column(default="")


class BlindCode(db.Model):
    """What one coder gave a sampled statement without seeing anybody's or the machine's tags."""

    __table_args__ = (UniqueConstraint("statement_id", "coder"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"))
    coder: Mapped[str] = mapped_column(String(255))
    #: theme keys; [] for none of these
    themes: Mapped[list] = mapped_column(JSON)
    coded_at: Mapped[datetime] = mapped_column(Instant, default=now)
