"""Finding surveys and versions, and keeping compiled questionnaires at hand."""

from flask import current_app
from sqlalchemy import func, select

from app.core.database import db
from app.questionnaires.definition import Definition
from app.questionnaires.flow import Questionnaire
from app.questionnaires.models import Draft, Survey, Version


def find_survey(key: str) -> Survey | None:
    return db.session.scalar(select(Survey).where(Survey.key == key))


def find_latest_version(survey_id: int) -> Version | None:
    return db.session.scalar(
        select(Version).where(Version.survey_id == survey_id).order_by(Version.number.desc()).limit(1)
    )


def list_surveys() -> list[tuple[Survey, Version]]:
    """Every survey with its latest version, by key."""
    latest = select(Version.survey_id, func.max(Version.number).label("number")).group_by(Version.survey_id)
    newest = latest.subquery()
    rows = db.session.execute(
        select(Survey, Version)
        .join(Version, Version.survey_id == Survey.id)
        .join(newest, (newest.c.survey_id == Version.survey_id) & (newest.c.number == Version.number))
        .order_by(Survey.key)
    )
    return [(survey, version) for survey, version in rows]


def find_version(key: str, number: int) -> Version | None:
    return db.session.scalar(
        select(Version)
        .join(Survey, Survey.id == Version.survey_id)
        .where(Survey.key == key, Version.number == number)
    )


def list_versions(survey_id: int) -> list[Version]:
    """Newest first."""
    return list(
        db.session.scalars(
            select(Version).where(Version.survey_id == survey_id).order_by(Version.number.desc())
        )
    )


def find_draft(draft_id: int) -> Draft | None:
    """A draft that has not been published."""
    return db.session.scalar(select(Draft).where(Draft.id == draft_id, Draft.version_id.is_(None)))


def list_drafts() -> list[Draft]:
    """The drafts that have not been published, newest first."""
    return list(
        db.session.scalars(
            select(Draft).where(Draft.version_id.is_(None)).order_by(Draft.changed_at.desc()).limit(50)
        )
    )


def get_questionnaire(version_id: int, digest: str) -> Questionnaire:
    """The compiled questionnaire of a version, read from the database once per process.

    `digest` is part of the key only so that a restored or replaced database can't be confused
    with the one before it.
    """
    kept = current_app.extensions.setdefault("questionnaires", {})
    if (version_id, digest) not in kept:
        definition = db.session.scalars(select(Version.definition).where(Version.id == version_id)).one()
        kept[version_id, digest] = Questionnaire(Definition.from_dict(definition))
    return kept[version_id, digest]
