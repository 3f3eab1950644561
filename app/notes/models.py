"""One note of a Community Champion."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import Instant, db, now


class Note(db.Model):
    #: a UUID made when the form was opened: sending it twice is sending it once
    id: Mapped[str] = mapped_column(String(36), primary_key=True)
    round_id: Mapped[int] = mapped_column(ForeignKey("round.id"), index=True)
    answers: Mapped[dict] = mapped_column(JSON)
    language: Mapped[str] = mapped_column(String(16))
    channel: Mapped[str] = mapped_column(String(16), default="web")
    received_at: Mapped[datetime] = mapped_column(Instant, default=now, index=True)
    reference: Mapped[str] = mapped_column(String(16), unique=True)
    #: the device's own id, so that many notes of one person count as one person
    champion: Mapped[str] = mapped_column(String(36), index=True)
