"""One sent response as the rest of the way reads it."""

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True)
class SentResponse:
    """One response as it is exported and split into statements."""

    id: str
    survey: str
    week: date
    round_id: int
    version_id: int
    version: int
    digest: str
    reference: str
    sent_at: datetime
    language: str
    channel: str
    respondent: str
    answers: dict
