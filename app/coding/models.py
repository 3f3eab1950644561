"""A person's decision on a statement."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, db, now


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
