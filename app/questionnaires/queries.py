"""Finding surveys and versions, and keeping compiled questionnaires at hand."""

from flask import current_app
from sqlalchemy import select

from app.core.database import db
from app.questionnaires.definition import Definition
from app.questionnaires.flow import Questionnaire
from app.questionnaires.models import Survey, Version


def find_survey(key: str) -> Survey | None:
    return db.session.scalar(select(Survey).where(Survey.key == key))


def find_latest_version(survey_id: int) -> Version | None:
    return db.session.scalar(
        select(Version).where(Version.survey_id == survey_id).order_by(Version.number.desc()).limit(1)
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
