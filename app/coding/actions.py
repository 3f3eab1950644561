"""Recording a coder's decision, and taking it back."""

from collections.abc import Callable

from sqlalchemy import select

from app.coding.deciding import Tags
from app.coding.models import Decision
from app.coding.queries import find_decision
from app.core import audit
from app.core.database import now, write
from app.statements.models import Statement
from app.themes.models import Tag


class DecidedMeanwhile(RuntimeError):
    """Somebody else decided on the statement after it was shown."""


def record_decision(statement_id: int, coder: str, seen: int, choose: Callable[[Tags], Tags]) -> Decision:
    """Apply `choose` to the statement's tags and keep both states.

    `seen` is the id of the decision that the coder was shown (0: none). Raises DecidedMeanwhile when
    another stands now, and whatever `choose` raises; nothing is changed then.
    """
    with write() as session:
        # Taken before anything is read, so that two coders of one statement take turns on PostgreSQL too.
        session.execute(select(Statement.id).where(Statement.id == statement_id).with_for_update())
        standing = find_decision(statement_id)
        if (standing.id if standing else 0) != seen:
            raise DecidedMeanwhile
        tags = {tag.theme_key: tag for tag in session.scalars(tags_of(statement_id))}
        before = {key: [tag.state, tag.origin] for key, tag in tags.items()}
        after = choose(before)
        apply(session, statement_id, tags, after)
        decision = Decision(statement_id=statement_id, coder=coder, before=before, after=after)
        session.add(decision)
        session.flush()
        audit.record(session, coder, "decide", f"statement {statement_id}", decision=decision.id)
    return decision


def undo_decision(decision_id: int, coder: str) -> int | None:
    """Put the tags back as they were before; the statement's id, or None where there is nothing to undo."""
    with write() as session:
        decision = session.get(Decision, decision_id)
        if decision is None or decision.undone_at or find_decision(decision.statement_id) is not decision:
            return None
        tags = {tag.theme_key: tag for tag in session.scalars(tags_of(decision.statement_id))}
        apply(session, decision.statement_id, tags, decision.before)
        decision.undone_at = now()
        audit.record(session, coder, "undo", f"statement {decision.statement_id}", decision=decision.id)
        return decision.statement_id


def tags_of(statement_id: int):
    return select(Tag).where(Tag.statement_id == statement_id)


def apply(session, statement_id: int, tags: dict[str, Tag], wanted: Tags) -> None:
    """Make the statement's tags what `wanted` says."""
    for key, (state, origin) in wanted.items():
        if key in tags:
            tags[key].state = state
        else:
            session.add(
                Tag(statement_id=statement_id, theme_key=key, state=state, origin=origin, evidence=[])
            )
    for key, tag in tags.items():
        if key not in wanted:
            session.delete(tag)
