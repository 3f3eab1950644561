"""One respondent at one survey: which response this device is writing, told by a signed cookie."""

import uuid
from dataclasses import dataclass

from itsdangerous import BadData, URLSafeSerializer

COOKIE = "response"
SALT = "response cookie"
RETURN_SALT = "link back"
DAYS = 14


@dataclass(frozen=True)
class Ticket:
    """What the cookie says: the id made for this response, and whether it has been stored."""

    id: str
    has_begun: bool


def new_ticket() -> Ticket:
    return Ticket(str(uuid.uuid4()), False)


def return_token(response_id: str, secret: str) -> str:
    """What a link back to this response carries. It opens these answers to whoever has it."""
    return URLSafeSerializer(secret, RETURN_SALT).dumps(response_id.replace("-", ""))


def unseal_return(token: str, secret: str) -> str | None:
    """The response that a link leads back to; None for a token that we did not make."""
    try:
        return str(uuid.UUID(URLSafeSerializer(secret, RETURN_SALT).loads(token)))
    except (BadData, ValueError, TypeError, AttributeError):
        return None


def seal(ticket: Ticket, secret: str) -> str:
    return URLSafeSerializer(secret, SALT).dumps([ticket.id, int(ticket.has_begun)])


def unseal(cookie: str | None, secret: str) -> Ticket | None:
    """The ticket in a cookie; None for no cookie, or one that we did not make."""
    if not cookie:
        return None
    try:
        response_id, has_begun = URLSafeSerializer(secret, SALT).loads(cookie)
        return Ticket(str(uuid.UUID(response_id)), bool(has_begun))
    except (BadData, ValueError, TypeError):
        return None
