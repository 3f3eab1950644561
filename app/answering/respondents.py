"""Who a response is counted for."""

import unicodedata
from hashlib import sha256

from app.questionnaires.definition import Definition


def respondent_of(definition: Definition, answers: dict, response_id: str) -> str:
    """The same for every response of one organisation: a digest of its name as people vary it.

    Where a survey doesn't ask for the name, each response counts for itself.
    """
    for question in definition.with_role("organisation"):
        name = answers.get(question.name)
        if name:
            return sha256(plain_name(name).encode()).hexdigest()
    return response_id


def plain_name(name: str) -> str:
    """Without case, accents, punctuation and spacing: "St. Mary's Church" is "st marys church"."""
    folded = unicodedata.normalize("NFKD", name.casefold())
    return "".join(
        character
        for character in folded
        if unicodedata.category(character)[0] in "LN" or unicodedata.category(character) == "Mc"
    )
