"""Reference data in the database, so that what is stored can only point at what exists."""

from sqlalchemy import JSON, String
from sqlalchemy.orm import Mapped, mapped_column

from app.core.database import db


class Area(db.Model):
    """A place that answers are counted for: a borough."""

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    code: Mapped[str] = mapped_column(String(9), unique=True)
    names: Mapped[dict] = mapped_column(JSON)
    ics: Mapped[str] = mapped_column(String(8))


class Community(db.Model):
    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    parent: Mapped[str] = mapped_column(String(64), default="")
    names: Mapped[dict] = mapped_column(JSON)


class Language(db.Model):
    """A language that statements are written in."""

    key: Mapped[str] = mapped_column(String(16), primary_key=True)
    english_name: Mapped[str] = mapped_column(String(64))
    endonym: Mapped[str] = mapped_column(String(64))
    direction: Mapped[str] = mapped_column(String(3))
