"""Publishing a version of a survey."""

import json
from hashlib import sha256

from sqlalchemy import select

from app.core import audit
from app.core.database import write
from app.questionnaires.definition import Definition
from app.questionnaires.models import Survey, Version
from app.questionnaires.queries import find_latest_version


def publish_version(
    definition: Definition, actor: str, source: dict | None = None
) -> tuple[Version, bool]:
    """The version that holds `definition`, and whether it is new; `source` is its workbook's `to_dict()`.

    Publishing what is already the latest version changes nothing.
    """
    data = definition.to_dict()
    digest = sha256(json.dumps(data, sort_keys=True, ensure_ascii=False).encode()).hexdigest()
    with write() as session:
        survey = session.scalar(select(Survey).where(Survey.key == definition.key))
        if survey is None:
            survey = Survey(key=definition.key)
            session.add(survey)
            session.flush()
        latest = find_latest_version(survey.id)
        if latest and latest.digest == digest:
            return latest, False
        number = latest.number + 1 if latest else 1
        version = Version(survey_id=survey.id, number=number, definition=data, digest=digest, source=source)
        session.add(version)
        audit.record(session, actor, "publish", f"survey {definition.key} version {number}")
    return version, True
