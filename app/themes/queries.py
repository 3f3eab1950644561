"""The codebook and the tagger in use; tags of statements, and the statements that have none yet."""

from datetime import date, datetime
from functools import lru_cache

from sqlalchemy import exists, func, select

from app.core.database import db
from app.statements.models import REPLACED, Contribution, Statement
from app.themes.codebook import CHAT, Codebook, parse_codebook, shipped_codebook
from app.themes.emerging import Unfit
from app.themes.model import Weights, read_weights
from app.themes.models import CodebookVersion, Emerging, Tag, TagChange, TaggerVersion, Tagging
from app.themes.tagger import Tagger, shipped_weights
from app.themes.tags import PERSON, REJECTED

#: Codebooks and taggers that a process keeps: the one in use and the one before.
KEPT = 2
#: Weeks whose emerging terms are shown.
WEEKS_SHOWN = 8


def codebook_in_force() -> tuple[int, datetime | None]:
    """(number, made_at) of the codebook in force; made_at is None for the shipped one."""
    latest = db.session.execute(
        select(CodebookVersion.number, CodebookVersion.made_at)
        .order_by(CodebookVersion.number.desc())
        .limit(1)
    ).first()
    return tuple(latest) if latest else (shipped_codebook().version, None)


def current_codebook() -> Codebook:
    """The codebook in force: the latest version, or the shipped one."""
    return get_codebook(*codebook_in_force())


@lru_cache(KEPT)
def get_codebook(number: int, made_at: datetime | None) -> Codebook:
    """A version, which never changes; `made_at` tells it from one of another database."""
    if made_at is None:
        return shipped_codebook()
    return parse_codebook(db.session.get_one(CodebookVersion, number).data)


def list_codebook_versions():
    """(number, author, note, made_at) of each version since the shipped one, the latest first."""
    return db.session.execute(
        select(
            CodebookVersion.number, CodebookVersion.author, CodebookVersion.note, CodebookVersion.made_at
        ).order_by(CodebookVersion.number.desc())
    ).all()


def find_chosen_tagger() -> TaggerVersion | None:
    """The learned version in use; None while the shipped weights are."""
    return db.session.scalar(
        select(TaggerVersion)
        .where(TaggerVersion.chosen_at.is_not(None))
        .order_by(TaggerVersion.chosen_at.desc(), TaggerVersion.id.desc())
        .limit(1)
    )


def tagger_in_use() -> tuple:
    """What tells the tagger in use from every other: the arguments of `make_tagger`."""
    chosen = find_chosen_tagger()
    return (*codebook_in_force(), *((chosen.id, chosen.trained_at) if chosen else (None, None)))


def current_version() -> str:
    """The version of the tagger in use, without loading it."""
    number, _, tagger_id, _ = tagger_in_use()
    return version_name(number, tagger_id)


def version_name(codebook: int, tagger_id: int | None) -> str:
    return f"codebook {codebook}, weights {tagger_id or 'shipped'}"


def current_tagger() -> Tagger:
    """The tagger in use: the chosen weights with the codebook in force."""
    return make_tagger(*tagger_in_use())


@lru_cache(KEPT)
def make_tagger(number: int, made_at: datetime | None, tagger_id: int | None, trained_at) -> Tagger:
    """A tagger, which never changes; its version names the codebook and the weights."""
    return Tagger(get_codebook(number, made_at), get_weights(tagger_id), version_name(number, tagger_id))


def tagger_with(codebook: Codebook) -> Tagger:
    """The weights in use with another codebook, to see what it would change."""
    return Tagger(codebook, current_tagger().model.weights, "trial")


def get_weights(tagger_id: int | None) -> Weights:
    """The weights of a version; the shipped ones for None and for a version that stands for them."""
    data = db.session.get_one(TaggerVersion, tagger_id).weights if tagger_id else None
    return read_weights(data) if data else shipped_weights()


def list_untagged(tagger: str, limit: int, after: int = 0):
    """(id, text, language) of statements behind `after` that this tagger has not read."""
    has_tagging = exists().where(Tagging.statement_id == Statement.id, Tagging.tagger == tagger)
    return db.session.execute(
        select(Statement.id, Statement.text, Statement.language)
        .where(Statement.id > after, ~has_tagging)
        .order_by(Statement.id)
        .limit(limit)
    ).all()


def count_tagged(tagger: str) -> tuple[int, int]:
    """(statements that this tagger has read, all statements)"""
    tagged = select(func.count()).select_from(Tagging).where(Tagging.tagger == tagger)
    return db.session.scalar(tagged), db.session.scalar(select(func.count()).select_from(Statement))


def find_tagging(statement_id: int) -> Tagging | None:
    return db.session.get(Tagging, statement_id)


def list_tags(statement_id: int) -> list[Tag]:
    """The tags of a statement: the surest first, a person's own last."""
    return list(
        db.session.scalars(
            select(Tag)
            .where(Tag.statement_id == statement_id)
            .order_by((Tag.origin == PERSON), Tag.confidence.desc(), Tag.theme_key)
        )
    )


def list_tag_changes(statement_id: int) -> list[TagChange]:
    return list(
        db.session.scalars(
            select(TagChange).where(TagChange.statement_id == statement_id).order_by(TagChange.id)
        )
    )


def unfit_statements(first: date, last: date) -> list[Unfit]:
    """Statements of these weeks that were read and fit no theme, and are more than a greeting."""
    has_theme = exists().where(Tag.statement_id == Statement.id, Tag.state != REJECTED)
    rows = db.session.execute(
        select(Statement.id, Statement.text, Statement.language, Contribution.respondent)
        .join(Contribution, Contribution.id == Statement.contribution_id)
        .join(Tagging, Tagging.statement_id == Statement.id)
        .where(
            Contribution.week >= first,
            Contribution.week <= last,
            Contribution.source != REPLACED,
            func.coalesce(Tagging.type, "") != CHAT,
            ~has_theme,
        )
        .order_by(Statement.id)
    )
    return [Unfit(*row) for row in rows]


def find_latest_week() -> date | None:
    return db.session.scalar(select(func.max(Contribution.week)))


def find_emerging_week(week: date) -> Emerging | None:
    return db.session.get(Emerging, week)


def list_emerging() -> list[Emerging]:
    """What rose in each week, the latest first."""
    return list(db.session.scalars(select(Emerging).order_by(Emerging.week.desc()).limit(WEEKS_SHOWN)))


def list_texts(ids: list[int]) -> dict[int, tuple[str, str | None]]:
    """(text, language) of statements that may be shown as examples: not of the blind sample."""
    rows = db.session.execute(
        select(Statement.id, Statement.text, Statement.language).where(
            Statement.id.in_(ids), Statement.is_sampled.is_(False)
        )
    )
    return {row.id: (row.text, row.language) for row in rows}


def list_newest_statements(most: int):
    """(id, text, language) of the newest statements."""
    return db.session.execute(
        select(Statement.id, Statement.text, Statement.language).order_by(Statement.id.desc()).limit(most)
    ).all()


def count_tags_by_theme() -> dict[str, int]:
    """How many statements have each theme, suggested or confirmed."""
    rows = db.session.execute(
        select(Tag.theme_key, func.count()).where(Tag.state != REJECTED).group_by(Tag.theme_key)
    )
    return dict(rows.tuples().all())
