"""The themes of the codebook through its versions, the tags that join them to statements, and the taggers."""

from datetime import date, datetime

from sqlalchemy import JSON, Date, ForeignKey, Index, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, deferred, mapped_column

from app.core.database import Instant, db, now


class Theme(db.Model):
    """Every theme that ever was in a codebook: tags point to it, so it is never deleted."""

    key: Mapped[str] = mapped_column(String(64), primary_key=True)
    family: Mapped[str] = mapped_column(String(64))
    names: Mapped[dict] = mapped_column(JSON)


class CodebookVersion(db.Model):
    """A codebook that somebody put in force. Without any, the shipped one is."""

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    #: as `codebook.dump_codebook` writes it
    data: Mapped[dict] = mapped_column(JSON)
    author: Mapped[str] = mapped_column(String(255))
    #: what was changed and why
    note: Mapped[str] = mapped_column(default="")
    made_at: Mapped[datetime] = mapped_column(Instant, default=now)


class TaggerVersion(db.Model):
    """Weights learned from what people decided. Without a chosen one, the shipped weights are used."""

    id: Mapped[int] = mapped_column(primary_key=True)
    author: Mapped[str] = mapped_column(String(255))
    asked_at: Mapped[datetime] = mapped_column(Instant, default=now)
    #: None while it waits to be trained
    trained_at: Mapped[datetime | None] = mapped_column(Instant)
    #: as `model.write_weights` writes them; None for the shipped ones, or before training
    weights: Mapped[bytes | None] = deferred(mapped_column(LargeBinary))
    #: before and after on the blind codes, as `learning.comparing.compare` tells; or {"problem": …}
    report: Mapped[dict] = mapped_column(JSON, default=dict)
    #: when it was last taken into use: the latest of all is the one in use
    chosen_at: Mapped[datetime | None] = mapped_column(Instant)


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
    #: the version of the tagger that suggested it first, and when; None for a person's
    tagger: Mapped[str | None] = mapped_column(String(64))
    suggested_at: Mapped[datetime | None] = mapped_column(Instant)


class Tagging(db.Model):
    """That a statement has been read by a version of the tagger, whatever it found."""

    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), primary_key=True)
    tagger: Mapped[str] = mapped_column(String(64), index=True)
    tagged_at: Mapped[datetime] = mapped_column(Instant, default=now)
    #: one of `codebook.STATEMENT_TYPES`; None: not said
    type: Mapped[str | None] = mapped_column(String(16))
    #: of `codebook.FLAGS`
    flags: Mapped[list] = mapped_column(JSON, default=list)
    #: how much a person's decision is worth here: the queue's order, as `tagger.priority_of` tells
    priority: Mapped[float] = mapped_column(default=0.0, index=True)


class TagChange(db.Model):
    """That a later tagger suggested a theme anew or no longer: what the tags alone don't tell."""

    id: Mapped[int] = mapped_column(primary_key=True)
    statement_id: Mapped[int] = mapped_column(ForeignKey("statement.id"), index=True)
    theme_key: Mapped[str] = mapped_column(ForeignKey("theme.key"))
    #: True: suggested anew; False: withdrawn
    suggested: Mapped[bool]
    tagger: Mapped[str] = mapped_column(String(64))
    confidence: Mapped[float | None]
    at: Mapped[datetime] = mapped_column(Instant, default=now)


class Emerging(db.Model):
    """What rose in a week among the statements that fit nothing, as the sweep last found it."""

    week: Mapped[date] = mapped_column(Date, primary_key=True)
    #: clusters as JSON, as `emerging.Cluster` tells
    found: Mapped[list] = mapped_column(JSON)
    #: statements of the week that fit nothing, when it was found
    statements: Mapped[int]
    found_at: Mapped[datetime] = mapped_column(Instant, default=now)
