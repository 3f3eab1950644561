"""Making what tests need: published surveys, rounds, responses, statements."""

import uuid
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path

from sqlalchemy import delete, select, update

from app.answering.models import SENT, Response
from app.core.config import ROOT
from app.core.database import db, now, write
from app.core.references import new_reference
from app.questionnaires.actions import publish_version
from app.questionnaires.compiler import Compiled, compile_file, compile_upload
from app.questionnaires.definition import Definition
from app.questionnaires.flow import Questionnaire
from app.reference.communities import community_keys
from app.reference.places import area_keys
from app.rounds.actions import open_round, plan_round
from app.rounds.weeks import week_of
from app.statements.models import Statement
from app.statements.sweeps import split_waiting
from app.themes.models import Tag, Tagging
from app.themes.sweeps import tag_waiting
from app.themes.tags import MACHINE, SUGGESTED

FORMS = Path(__file__).parent / "forms"
VECTORS = Path(__file__).parent / "vectors"

GOOD = {
    "organisation": "Elm Street Pantry",
    "area": "hackney",
    "communities": ["asian", "low-income"],
    "saying": "Everything is online only and our elders have no email.",
    "direction": "worse",
    "heard_rumour": "no",
    "demand": "more",
    "capacity": "stretched",
    "quote": "yes",
}


@cache
def read_form(path: Path) -> Definition:
    compiled = compile_file(path, set(area_keys()), set(community_keys()))
    assert compiled.definition, compiled.faults
    return compiled.definition


def compile_text(text: str, files: list[str] = ()) -> Compiled:
    """What a workbook of Markdown tables comes to, with files of tests/forms attached."""
    attached = {name: (FORMS / name).read_bytes() for name in files}
    return compile_upload("form.md", text.encode(), attached, set(area_keys()), set(community_keys()))


def shipped(key: str = "weekly") -> Definition:
    return read_form(ROOT / "surveys" / f"{key}.md")


def form(name: str) -> Definition:
    """One of the tiny surveys in tests/forms."""
    return read_form(FORMS / f"{name}.md")


def publish(definition: Definition, standing: bool = False):
    """Publish a definition and open a round of it now."""
    version, _ = publish_version(definition, "test")
    return open_round(version, "test", standing=standing)


def open_weekly():
    return publish(shipped())


def close(current) -> None:
    """End a round two hours ago."""
    from app.rounds.models import Round
    from app.rounds.queries import forget_rounds

    with write() as session:
        kept = session.get(Round, current.id)
        kept.opens_at = now() - timedelta(days=3)
        kept.closes_at = now() - timedelta(hours=2)
    forget_rounds()


def past_round(week: date):
    version, _ = publish_version(shipped(), "test")
    opens_at = datetime.combine(week, datetime.min.time(), now().tzinfo)
    return plan_round(version, "test", opens_at, opens_at + timedelta(days=3), week, False)


def send(current, respondent: str | None = None, **answers) -> str:
    """A sent response, as the answering pages would have stored it."""
    questionnaire = Questionnaire(shipped())
    response_id = str(uuid.uuid4())
    with write() as session:
        session.add(
            Response(
                id=response_id,
                round_id=current.id,
                state=SENT,
                answers=questionnaire.clean({**GOOD, **answers}),
                language="en",
                channel="web",
                sent_at=now(),
                reference=new_reference(),
                respondent=respondent or response_id,
            )
        )
    return response_id


def sweep() -> None:
    """Split and tag what has been sent; chance puts nothing into the blind sample."""
    split_waiting()
    draw(False)
    tag_waiting()


def this_week() -> date:
    return week_of(now())


def suggest(statement_id: int, themes: dict[str, list[str]], flags=(), priority: float = 1.0) -> None:
    """Let the machine have suggested exactly these themes, each for these words; whatever it thinks itself."""
    with write() as session:
        statement = session.get_one(Statement, statement_id)
        session.execute(delete(Tag).where(Tag.statement_id == statement_id))
        tagging = session.get_one(Tagging, statement_id)
        tagging.flags, tagging.priority, tagging.type = list(flags), priority, "concern"
        for theme, words in themes.items():
            spans = [[statement.text.index(word), statement.text.index(word) + len(word)] for word in words]
            session.add(
                Tag(
                    statement_id=statement_id,
                    theme_key=theme,
                    origin=MACHINE,
                    state=SUGGESTED,
                    confidence=0.8,
                    evidence=spans,
                    tagger=tagging.tagger,
                    suggested_at=tagging.tagged_at,
                )
            )


def say(*texts: str, current=None, **answers) -> list[int]:
    """Statements that were said, split and read, none of them of the blind sample; their ids."""
    current = current or open_weekly()
    for text in texts:
        send(current, saying=text, need="", **answers)
    split_waiting()
    draw(False)
    tag_waiting()
    wanted = {text: place for place, text in enumerate(texts)}
    found = db.session.execute(select(Statement.id, Statement.text).where(Statement.text.in_(texts))).all()
    return [row.id for row in sorted(found, key=lambda row: wanted[row.text])]


def draw(is_sampled: bool, *ids: int) -> None:
    """Put these statements (or all) into the blind sample, or take them out."""
    with write() as session:
        changed = update(Statement).values(is_sampled=is_sampled)
        session.execute(changed.where(Statement.id.in_(ids)) if ids else changed)
