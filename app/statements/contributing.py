"""What an answered questionnaire contributes: its statements and the dimensions it is counted by."""

from dataclasses import dataclass

from app.questionnaires.definition import Definition
from app.statements.language import find_language
from app.statements.sentiment import english_sentiment
from app.statements.splitting import split_statements


@dataclass(frozen=True)
class Said:
    """One statement: where it stands and what it is."""

    question: str
    position: int
    text: str
    language: str | None
    sentiment: float | None


def statements_of(definition: Definition, answers: dict, chosen: str, whole: bool) -> list[Said]:
    """The statements in the free text of `answers`.

    `chosen` is the language of the page; `whole` keeps each text in one piece, as a champion's note is.
    """
    said = []
    for question in definition.with_role("statement"):
        text = answers.get(question.name)
        if text:
            parts = [text] if whole else split_statements(text)
            for position, part in enumerate(parts):
                language = find_language(part, chosen)
                said.append(Said(question.name, position, part, language, english_sentiment(part, language)))
    return said


def first_answer(definition: Definition, answers: dict, role: str):
    """The first answer to a question with `role`, or None."""
    return next((answers[q.name] for q in definition.with_role(role) if answers.get(q.name)), None)
