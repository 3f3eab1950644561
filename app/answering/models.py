"""A response: begun, kept while it is being written, sent; changed and sent again until the round closes."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, db, now

BEGUN = "begun"
SENT = "sent"


class Response(db.Model):
    __table_args__ = (Index("ix_response_state_sent_at", "state", "sent_at"),)

    #: a UUID made before anything is stored: sending it twice is sending it once
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    state: Mapped[str] = mapped_column(String(8), default=BEGUN)
    #: what was typed while begun; what `Questionnaire.clean` keeps of it once sent
    answers: Mapped[dict] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16), default="web")
    #: counts up with every change, so that two tabs can't overwrite each other unseen
    revision: Mapped[int] = mapped_column(default=1)
    begun_at: Mapped[datetime] = mapped_column(Instant, default=now)
    sent_at: Mapped[datetime | None] = mapped_column(Instant)
    #: what the receipt shows
    reference: Mapped[str | None] = mapped_column(String(16), unique=True)
    #: who is counted once: see `respondents.respondent_of`
    respondent: Mapped[str | None] = mapped_column(String(64), index=True)
    #: what was typed since it was sent, until that is sent too
    draft: Mapped[dict | None] = mapped_column(JSON(none_as_null=True))
    #: when it was last sent again
    changed_at: Mapped[datetime | None] = mapped_column(Instant)


class EarlierAnswers(db.Model):
    """What a response said before it was changed and sent again."""

    id: Mapped[int] = mapped_column(primary_key=True)
    response_id: Mapped[str] = mapped_column(ForeignKey("response.id"), index=True)
    answers: Mapped[dict] = mapped_column(JSON)
    replaced_at: Mapped[datetime] = mapped_column(Instant, default=now)


class Attachment(db.Model):
    """A file that came with an answer. Kept in the database, so that it is stored with the answer or not
    at all, is in the same backup, and lies under no web server's root."""

    #: a UUID; part of the answer that names it
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    response_id: Mapped[str] = mapped_column(ForeignKey("response.id"), index=True)
    name: Mapped[str] = mapped_column(String(100))
    media_type: Mapped[str] = mapped_column(String(100))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    received_at: Mapped[datetime] = mapped_column(Instant, default=now)
