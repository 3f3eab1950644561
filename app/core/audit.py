"""Writing to the audit log."""

from app.core.database import write
from app.core.models import AuditEntry


def record(session, actor: str, action: str, subject: str, **detail) -> None:
    """Add an entry inside the caller's own write transaction, so that both stand or fall together."""
    session.add(AuditEntry(actor=actor, action=action, subject=subject, detail=detail))


def record_reading(actor: str, subject: str, **detail) -> None:
    """Log that `actor` read free text, before it is shown."""
    with write() as session:
        record(session, actor, "read", subject, **detail)
