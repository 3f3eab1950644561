"""Versions of the tagger, and the decisions that they learn from or are measured on."""

from sqlalchemy import select

from app.coding.models import Decision
from app.core.database import db
from app.learning.comparing import Held
from app.statements.models import Statement
from app.themes.corpus import Example
from app.themes.models import TaggerVersion
from app.themes.tags import CONFIRMED

SHOWN = 20


def list_tagger_versions() -> list[TaggerVersion]:
    """The latest versions, the newest first."""
    return list(db.session.scalars(select(TaggerVersion).order_by(TaggerVersion.id.desc()).limit(SHOWN)))


def find_untrained() -> TaggerVersion | None:
    """The version that has waited longest to be trained."""
    return db.session.scalar(
        select(TaggerVersion).where(TaggerVersion.trained_at.is_(None)).order_by(TaggerVersion.id).limit(1)
    )


def list_decided(is_sampled: bool):
    """(text, language, type, flags, confirmed theme keys) of statements by the decision that stands."""
    rows = db.session.execute(
        select(
            Statement.id, Statement.text, Statement.language, Decision.type, Decision.flags, Decision.after
        )
        .join(Decision, Decision.statement_id == Statement.id)
        .where(Decision.undone_at.is_(None), Statement.is_sampled.is_(is_sampled))
        .order_by(Decision.id)
    )
    standing = {row.id: row for row in rows}
    for row in standing.values():
        themes = frozenset(key for key, (state, _) in row.after.items() if state == CONFIRMED)
        yield row.text, row.language, row.type, row.flags, themes


def list_lessons() -> list[Example]:
    """What people decided, as examples to learn from; never a statement of the blind sample."""
    return [
        Example(text, language, themes, kind, frozenset(flags or ()))
        for text, language, kind, flags, themes in list_decided(is_sampled=False)
    ]


def list_held() -> list[Held]:
    """The decided statements of the blind sample, which taggers are measured on."""
    return [Held(text, language, themes) for text, language, _, _, themes in list_decided(is_sampled=True)]
