"""Storing what the tagger finds, and putting codebooks in force."""

from dataclasses import asdict
from datetime import date

from sqlalchemy import delete, func, insert, select, update

from app.core import audit
from app.core.database import now, write
from app.themes.codebook import Codebook, dump_codebook
from app.themes.emerging import Cluster
from app.themes.models import CodebookVersion, Emerging, Tag, TagChange, Tagging, Theme
from app.themes.tagger import Coding, priority_of
from app.themes.tags import MACHINE, SUGGESTED


class ChangedMeanwhile(RuntimeError):
    """Somebody else put another codebook in force after this one was begun."""


def load_themes(codebook: Codebook) -> int:
    """Add or update every theme; none is removed. Returns how many there are."""
    with write() as session:
        merge_themes(session, codebook)
    return len(codebook.themes)


def merge_themes(session, codebook: Codebook) -> None:
    for theme in codebook.themes:
        session.merge(Theme(key=theme.key, family=theme.family, names=theme.names))


def put_in_force(codebook: Codebook, author: str, note: str) -> int:
    """Store `codebook` (whose version is one more than the one it was made from); returns its number.

    Every statement is read again by the sweep. Raises ChangedMeanwhile where that number is taken.
    """
    with write() as session:
        latest = session.scalar(select(func.max(CodebookVersion.number))) or 1
        if codebook.version != latest + 1:
            raise ChangedMeanwhile
        merge_themes(session, codebook)
        session.add(
            CodebookVersion(number=codebook.version, data=dump_codebook(codebook), author=author, note=note)
        )
        audit.record(session, author, "codebook", f"version {codebook.version}", note=note)
    return codebook.version


def store_codings(found: list[tuple[int, Coding]], tagger: str) -> None:
    """Replace the machine's open suggestions of these statements, in one transaction.

    What a person has decided stays as it is, and no theme stands twice at a statement. Where another
    tagger had read a statement, what is suggested anew or withdrawn is noted.
    """
    ids = [statement_id for statement_id, _ in found]
    moment = now()
    with write() as session:
        standing = {
            (tag.statement_id, tag.theme_key): tag
            for tag in session.execute(
                select(Tag.id, Tag.statement_id, Tag.theme_key, Tag.origin, Tag.state).where(
                    Tag.statement_id.in_(ids)
                )
            )
        }
        read_before = set(session.scalars(select(Tagging.statement_id).where(Tagging.statement_id.in_(ids))))
        wanted = {
            (statement_id, suggestion.theme): suggestion
            for statement_id, coding in found
            for suggestion in coding.suggestions
        }
        open_ = {key: tag for key, tag in standing.items() if (tag.origin, tag.state) == (MACHINE, SUGGESTED)}
        withdrawn = {key: tag for key, tag in open_.items() if key not in wanted}
        new = {key: suggestion for key, suggestion in wanted.items() if key not in standing}
        kept = [
            {"id": open_[key].id, "confidence": suggestion.confidence, "evidence": spans_of(suggestion)}
            for key, suggestion in wanted.items()
            if key in open_
        ]
        if withdrawn:
            session.execute(delete(Tag).where(Tag.id.in_([tag.id for tag in withdrawn.values()])))
        if new:
            session.execute(insert(Tag), [new_tag(*key, each, tagger, moment) for key, each in new.items()])
        if kept:
            session.execute(update(Tag), kept)
        changes = [change_row(key, None, tagger, moment) for key in withdrawn] + [
            change_row(key, each.confidence, tagger, moment)
            for key, each in new.items()
            if key[0] in read_before
        ]
        if changes:
            session.execute(insert(TagChange), changes)
        rows = [tagging_row(statement_id, coding, tagger, moment) for statement_id, coding in found]
        for statement, chosen in (
            (update(Tagging), [row for row in rows if row["statement_id"] in read_before]),
            (insert(Tagging), [row for row in rows if row["statement_id"] not in read_before]),
        ):
            if chosen:
                session.execute(statement, chosen)


def new_tag(statement_id: int, theme: str, suggestion, tagger: str, moment) -> dict:
    return {
        "statement_id": statement_id,
        "theme_key": theme,
        "origin": MACHINE,
        "state": SUGGESTED,
        "confidence": suggestion.confidence,
        "evidence": spans_of(suggestion),
        "tagger": tagger,
        "suggested_at": moment,
    }


def spans_of(suggestion) -> list[list[int]]:
    return [list(span) for span in suggestion.evidence]


def change_row(key: tuple[int, str], confidence: float | None, tagger: str, moment) -> dict:
    statement_id, theme = key
    return {
        "statement_id": statement_id,
        "theme_key": theme,
        "suggested": confidence is not None,
        "tagger": tagger,
        "confidence": confidence,
        "at": moment,
    }


def tagging_row(statement_id: int, coding: Coding, tagger: str, moment) -> dict:
    return {
        "statement_id": statement_id,
        "tagger": tagger,
        "tagged_at": moment,
        "type": coding.type,
        "flags": list(coding.flags),
        "priority": priority_of(coding),
    }


def store_emerging(week: date, clusters: list[Cluster], statements: int) -> None:
    """Keep what rose in a week in place of what was found before."""
    with write() as session:
        session.merge(
            Emerging(
                week=week, found=[asdict(each) for each in clusters], statements=statements, found_at=now()
            )
        )
