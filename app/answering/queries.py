"""Reading responses."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import bindparam, func, select

from app.answering.models import SENT, Attachment, Response
from app.answering.rows import SentResponse
from app.core.database import db, read_first
from app.questionnaires.models import Survey, Version
from app.rounds.models import Round

BATCH = 500


@dataclass(frozen=True)
class KeptResponse:
    """What is stored of one respondent's response to a round."""

    id: str
    state: str
    answers: dict
    language: str
    revision: int
    reference: str | None
    sent_at: datetime | None
    draft: dict | None = None
    changed_at: datetime | None = None

    @property
    def sent_answers(self) -> dict:
        """What counts: the answers as they were last sent."""
        return self.answers

    @property
    def is_sent(self) -> bool:
        return self.state == SENT


columns = Response.__table__.c
# Prepared once: building it anew costs more than asking it.
FIND = select(
    columns.id,
    columns.state,
    columns.answers,
    columns.language,
    columns.revision,
    columns.reference,
    columns.sent_at,
    columns.draft,
    columns.changed_at,
).where(columns.id == bindparam("response_id"), columns.round_id == bindparam("round"))


def find_response(response_id: str, round_id: int) -> KeptResponse | None:
    row = read_first(FIND, response_id=response_id, round=round_id)
    return KeptResponse(*row) if row else None


SENT_COLUMNS = (
    Response.id,
    Survey.key,
    Round.week,
    Round.id,
    Round.version_id,
    Version.number,
    Version.digest,
    Response.reference,
    Response.sent_at,
    Response.language,
    Response.channel,
    Response.respondent,
    Response.answers,
)


def sent_responses():
    """The SELECT of every sent response, in the order of sending."""
    return (
        select(*SENT_COLUMNS)
        .join(Round, Round.id == Response.round_id)
        .join(Version, Version.id == Round.version_id)
        .join(Survey, Survey.id == Round.survey_id)
        .where(Response.state == SENT)
        .order_by(Response.sent_at, Response.id)
    )


def stream_sent_responses(survey: str | None = None, round_id: int | None = None) -> Iterator[SentResponse]:
    """Sent responses one by one, a batch at a time in memory."""
    statement = sent_responses()
    if survey:
        statement = statement.where(Survey.key == survey)
    if round_id:
        statement = statement.where(Round.id == round_id)
    for row in db.session.execute(statement, execution_options={"yield_per": BATCH}):
        yield SentResponse(*row)


def find_attachment(attachment_id: str) -> Attachment | None:
    return db.session.get(Attachment, attachment_id)


def count_attachments(response_id: str) -> int:
    return db.session.scalar(
        select(func.count()).select_from(Attachment).where(Attachment.response_id == response_id)
    )


def list_question_names(survey: str | None, round_id: int | None) -> list[str]:
    """The names of the questions of every version that has sent responses, in the order of the forms."""
    versions = select(Version.id).join(Round, Round.version_id == Version.id)
    if survey:
        versions = versions.join(Survey, Survey.id == Version.survey_id).where(Survey.key == survey)
    if round_id:
        versions = versions.where(Round.id == round_id)
    definitions = db.session.scalars(
        select(Version.definition).where(Version.id.in_(versions)).order_by(Version.id)
    ).all()
    return [
        question["name"]
        for definition in definitions
        for question in listed_questions(definition)
        if not question.get("scope")
    ] + [
        repeat["name"]
        for definition in definitions
        for repeat in definition.get("repeats", ())
        if not repeat["scope"]
    ]


def listed_questions(definition: dict) -> Iterator[dict]:
    """The questions outside of repeats, in order, silent ones last."""
    for page in definition["pages"]:
        yield from (question for question in page["questions"] if question["type"] != "note")
    yield from definition.get("silent", ())
