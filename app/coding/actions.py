"""Recording what coders decide, and taking it back; splitting, joining and translating statements."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from app.coding.agreement import CODERS
from app.coding.deciding import Tags, is_same_text, settle
from app.coding.models import ADJUDICATED, AGREED, REVIEW, BlindCode, Decision
from app.coding.queries import (
    count_blind_codes,
    find_decision,
    find_neighbour,
    is_blind_for,
    list_blind_codes,
)
from app.core import audit
from app.core.database import now, write
from app.statements.models import MERGED, SPLIT, Statement, StatementChange
from app.statements.sentiment import english_sentiment
from app.themes.models import Tag, TagChange, Tagging


class NotForYou(RuntimeError):
    """A statement that this coder can't code blind, or no longer."""


class NotTheSame(ValueError):
    """The parts of a statement that was to be split aren't the whole of it, or are only one."""


class DecidedMeanwhile(RuntimeError):
    """Somebody else decided on the statement after it was shown."""


@dataclass(frozen=True)
class Remarks:
    """What a coder says of a statement beside its themes."""

    type: str | None = None
    flags: tuple[str, ...] | None = None
    note: str = ""


def record_decision(
    statement_id: int,
    coder: str,
    seen: int,
    choose: Callable[[Tags], Tags],
    remarks: Remarks = Remarks(),
) -> Decision:
    """Apply `choose` to the statement's tags and keep both states.

    `seen` is the id of the decision that the coder was shown (0: none). Raises DecidedMeanwhile when
    another stands now, and whatever `choose` raises; nothing is changed then.
    """
    with write() as session:
        lock_statement(session, statement_id)
        standing = find_decision(statement_id)
        if (standing.id if standing else 0) != seen:
            raise DecidedMeanwhile
        purpose = ADJUDICATED if count_blind_codes(statement_id) >= CODERS else REVIEW
        return decide_in(session, statement_id, coder, purpose, choose, remarks)


def lock_statement(session, statement_id: int) -> None:
    """Let two coders of one statement take turns on PostgreSQL too; before anything is read."""
    session.execute(select(Statement.id).where(Statement.id == statement_id).with_for_update())


def decide_in(
    session, statement_id: int, coder: str, purpose: str, choose: Callable[[Tags], Tags], remarks: Remarks
) -> Decision:
    """A decision inside the caller's own write transaction."""
    tags = {tag.theme_key: tag for tag in session.scalars(tags_of(statement_id))}
    before = {key: [tag.state, tag.origin] for key, tag in tags.items()}
    after = choose(before)
    apply(session, statement_id, tags, after)
    decision = Decision(
        statement_id=statement_id,
        coder=coder,
        before=before,
        after=after,
        purpose=purpose,
        type=remarks.type,
        flags=list(remarks.flags) if remarks.flags is not None else None,
        note=remarks.note,
    )
    session.add(decision)
    session.flush()
    audit.record(session, coder, "decide", f"statement {statement_id}", decision=decision.id)
    return decision


def record_blind_code(statement_id: int, coder: str, themes: list[str]) -> None:
    """Keep what a coder gave a sampled statement; the second code settles it where both agree.

    Raises NotForYou where the statement is not (or no longer) for this coder: not of the sample, coded by
    them before, or coded by two others meanwhile.
    """
    with write() as session:
        lock_statement(session, statement_id)
        if not is_blind_for(statement_id, coder):
            raise NotForYou
        session.add(BlindCode(statement_id=statement_id, coder=coder, themes=sorted(themes)))
        session.flush()
        audit.record(session, coder, "code blind", f"statement {statement_id}")
        codes = list_blind_codes(statement_id)
        if len(codes) == CODERS and codes[0].themes == codes[1].themes:
            agreed = lambda before: settle(before, codes[0].themes)  # noqa: E731
            who = " + ".join(code.coder for code in codes)
            decide_in(session, statement_id, who[:255], AGREED, agreed, Remarks())


def keep_translation(statement_id: int, english: str, author: str) -> None:
    """Keep a person's English of a statement; "" takes it away."""
    with write() as session:
        session.get_one(Statement, statement_id).translation = english or None
        audit.record(session, author, "translate", f"statement {statement_id}")


def split_statement(statement_id: int, parts: list[str], author: str) -> list[int]:
    """Make several statements of one, in its place; returns their ids.

    The machine reads each anew, and decisions and blind codes on the whole no longer stand. Raises
    NotTheSame where the parts together aren't the statement.
    """
    with write() as session:
        lock_statement(session, statement_id)
        statement = session.get_one(Statement, statement_id)
        if len(parts) < 2 or not is_same_text(" ".join(parts), statement.text):
            raise NotTheSame
        make_room(session, statement, len(parts) - 1)
        keep_change(session, statement, SPLIT, [statement.text], parts, author)
        statement.text = parts[0]
        statement.sentiment = english_sentiment(parts[0], statement.language)
        forget_coding(session, statement, author)
        added = [copy_of(statement, number, part) for number, part in enumerate(parts[1:], 1)]
        session.add_all(added)
        session.flush()
        return [statement.id, *(each.id for each in added)]


def merge_statement(statement_id: int, author: str) -> int | None:
    """Join a statement to the one before it in the same answer; returns that one's id, None without one."""
    with write() as session:
        lock_statement(session, statement_id)
        statement = session.get_one(Statement, statement_id)
        earlier = find_neighbour(statement)
        if earlier is None:
            return None
        first = session.get_one(Statement, earlier)
        joined = f"{first.text} {statement.text}"
        keep_change(session, first, MERGED, [first.text, statement.text], [joined], author)
        first.text = joined
        first.sentiment = english_sentiment(joined, first.language)
        first.translation = None
        for each in (first, statement):
            forget_coding(session, each, author)
        for table in (Decision, BlindCode, TagChange, StatementChange):
            session.execute(
                update(table).where(table.statement_id == statement.id).values(statement_id=first.id)
            )
        session.delete(statement)
        return first.id


def make_room(session, statement: Statement, places: int) -> None:
    """Move the later statements of an answer on by `places`, the last first (positions are unique)."""
    later = session.scalars(
        select(Statement)
        .where(
            Statement.contribution_id == statement.contribution_id,
            Statement.question == statement.question,
            Statement.position > statement.position,
        )
        .order_by(Statement.position.desc())
    ).all()
    for each in later:
        each.position += places
        session.flush()


def copy_of(statement: Statement, number: int, text: str) -> Statement:
    return Statement(
        contribution_id=statement.contribution_id,
        question=statement.question,
        position=statement.position + number,
        text=text,
        language=statement.language,
        sentiment=english_sentiment(text, statement.language),
        is_sampled=False,
    )


def keep_change(session, statement: Statement, kind: str, before: list, after: list, author: str) -> None:
    session.add(
        StatementChange(statement_id=statement.id, kind=kind, before=before, after=after, author=author)
    )
    audit.record(session, author, kind, f"statement {statement.id}")


def forget_coding(session, statement: Statement, author: str) -> None:
    """Take tags and standing decisions of a text that is no longer what it was; the sweep reads it anew.

    It leaves the blind sample too: what the two coders saw is not there any more.
    """
    statement.is_sampled = False
    session.execute(delete(Tag).where(Tag.statement_id == statement.id))
    session.execute(delete(Tagging).where(Tagging.statement_id == statement.id))
    session.execute(
        update(Decision)
        .where(Decision.statement_id == statement.id, Decision.undone_at.is_(None))
        .values(undone_at=now())
    )


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
