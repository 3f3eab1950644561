"""Filling an empty database with twenty weeks of invented answers, through the product's own stages."""

import random
import uuid
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update

from app.answering.models import SENT, Response
from app.answering.respondents import respondent_of
from app.coding.actions import record_blind_code
from app.coding.deciding import decide
from app.coding.models import Decision
from app.core.database import db, now, write
from app.core.references import new_reference
from app.demo.panel import CHAMPIONS, ORGANISATIONS, WEEKS, Member, make_panel
from app.demo.words import Talk
from app.notes.models import Note
from app.questionnaires.flow import Questionnaire
from app.questionnaires.models import Version
from app.reference.places import list_boroughs
from app.rounds.actions import plan_round
from app.rounds.models import Round
from app.rounds.weeks import closing_after, closing_of, opening_of, week_of
from app.statements.models import Contribution, Statement
from app.themes.codebook import shipped_codebook
from app.themes.models import Tag

SEED = 2026
CODER, SECOND_CODER = "analyst@demo.example", "second-analyst@demo.example"
ADMIN = "administrator@demo.example"
#: How often a blind coder of the demo sees a statement otherwise than it was meant.
DIFFERING = 0.08
#: How many of the statements of past weeks the demo's analyst has read.
READ = 0.93


def has_responses() -> bool:
    return db.session.scalar(select(Response.id).limit(1)) is not None


def forget_unfinished() -> None:
    """Drop the rounds of a demo that was killed before it had any answers."""
    with write() as session:
        session.execute(delete(Round).where(Round.demo))


def seed(weekly: tuple[Version, Questionnaire], note: tuple[Version, Questionnaire]) -> Talk:
    """Rounds, responses and notes of the last WEEKS weeks; what was said is returned for `decide_past`."""
    chance = random.Random(SEED)
    talk = Talk(chance)
    members = make_panel(chance, ORGANISATIONS)
    champions = make_panel(chance, CHAMPIONS)
    places = {place.key: place.names["en"] for place in list_boroughs()}
    this_week = week_of(now())
    responses, notes = [], []
    standing = plan_round(
        note[0],
        "demo",
        opening_of(this_week - timedelta(weeks=WEEKS - 1)),
        None,
        this_week - timedelta(weeks=WEEKS - 1),
        True,
    )
    for number in range(WEEKS):
        current = open_week(weekly[0], this_week - timedelta(weeks=WEEKS - 1 - number))
        for member in members:
            if chance.random() < member.diligence:
                typed = typed_response(chance, talk, member, number, places[member.area])
                responses.append(response_row(weekly[1], current, member, typed, chance))
        for member in champions:
            if chance.random() < member.diligence:
                typed = typed_note(chance, talk, member, number, places[member.area])
                notes.append(note_row(note[1], standing, current, member, typed, chance))
    with write() as session:
        session.execute(insert(Response), responses)
        session.execute(insert(Note), notes)
    return talk


def open_week(version: Version, week) -> Round:
    """The round of a week; this week's stays open so that a visitor can answer."""
    opens_at = min(opening_of(week), now() - timedelta(minutes=1))
    is_last = week == week_of(now())
    return plan_round(
        version, "demo", opens_at, closing_after(now()) if is_last else closing_of(week), week, True
    )


def typed_response(chance: random.Random, talk: Talk, member: Member, week: int, place: str) -> dict:
    """What a member of the panel types into the weekly survey."""

    def say(role: str, count: int = 1) -> str:
        return "\n".join(talk.draw(member.written, role, week, place, count))

    rumour = chance.random() < 0.12
    return {
        "organisation": member.name,
        "area": member.area,
        "communities": list(member.communities),
        "saying": say("saying", chance.randint(1, 3)),
        "direction": chance.choices(["better", "same", "worse", "unknown"], [15, 40, 38, 7])[0],
        "need": say("need") if chance.random() < 0.45 else "",
        "heard_rumour": "yes" if rumour else "no",
        "rumour": say("rumour") if rumour else "",
        "demand": chance.choices(["more", "same", "fewer", "unknown"], [45, 40, 10, 5])[0],
        "demand_people": str(chance.randint(5, 400)) if chance.random() < 0.6 else "",
        "capacity": chance.choices(["yes", "stretched", "no"], [35, 50, 15])[0],
        "works": say("works") if chance.random() < 0.3 else "",
        "quote": chance.choices(["yes", "no"], [60, 40])[0],
    }


def typed_note(chance: random.Random, talk: Talk, member: Member, week: int, place: str) -> dict:
    return {
        "said": "\n".join(talk.draw(member.written, "note", week, place, 1)),
        "kind": chance.choice(["worry", "question", "need", "good-news"]),
        "area": member.area,
        "communities": list(member.communities),
        "how_many": str(chance.randint(1, 30)),
        "urgent": "no",
    }


def response_row(
    questionnaire: Questionnaire, current: Round, member: Member, typed: dict, chance: random.Random
) -> dict:
    answers = questionnaire.clean(typed)
    response_id = str(uuid.UUID(int=chance.getrandbits(128), version=4))
    sent_at = moment_in(current, chance)
    return {
        "id": response_id,
        "round_id": current.id,
        "state": SENT,
        "answers": answers,
        "language": member.page,
        "channel": "web",
        "revision": 2,
        "begun_at": sent_at - timedelta(minutes=5),
        "sent_at": sent_at,
        "reference": new_reference(),
        "respondent": respondent_of(questionnaire.definition, answers, response_id),
    }


def note_row(
    questionnaire: Questionnaire,
    standing: Round,
    current: Round,
    member: Member,
    typed: dict,
    chance: random.Random,
) -> dict:
    return {
        "id": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "round_id": standing.id,
        "answers": questionnaire.clean(typed),
        "language": member.page,
        "channel": "web",
        "received_at": moment_in(current, chance),
        "reference": new_reference(),
        "champion": str(uuid.uuid5(uuid.NAMESPACE_URL, member.name)),
    }


def moment_in(current: Round, chance: random.Random) -> datetime:
    """Some instant while the round was open, and not in the future."""
    end = min(current.closes_at, now())
    return current.opens_at + (end - current.opens_at) * chance.random()


def decide_past(talk: Talk) -> int:
    """Let the demo's analyst decide on most statements of the weeks before this one; returns how many."""
    chance = random.Random(SEED)
    tags: dict[int, list] = {}
    for tag in db.session.execute(select(Tag.id, Tag.statement_id, Tag.theme_key, Tag.state, Tag.origin)):
        tags.setdefault(tag.statement_id, []).append(tag)
    decisions, changed, added = [], [], []
    for statement in past_statements(is_sampled=False):
        themes = talk.themes_of.get(statement.text)
        if themes is None or chance.random() > READ:
            continue
        found = {tag.theme_key: tag for tag in tags.get(statement.id, ())}
        before = {key: [tag.state, tag.origin] for key, tag in found.items()}
        choices = {key: "confirm" if key in themes else "reject" for key in before}
        after = decide(before, choices, [key for key in themes if key not in before])
        decisions.append(
            {
                "statement_id": statement.id,
                "coder": CODER,
                "decided_at": now(),
                "before": before,
                "after": after,
            }
        )
        changed += [
            {"id": found[key].id, "state": state} for key, (state, _) in after.items() if key in found
        ]
        added += [
            {"statement_id": statement.id, "theme_key": key, "origin": origin, "state": state, "evidence": []}
            for key, (state, origin) in after.items()
            if key not in found
        ]
    with write() as session:
        for rows, statement in ((decisions, insert(Decision)), (changed, update(Tag)), (added, insert(Tag))):
            if rows:
                session.execute(statement, rows)
    return len(decisions)


def past_statements(is_sampled: bool):
    """(id, text) of the statements of the weeks before this one, of the blind sample or not."""
    return db.session.execute(
        select(Statement.id, Statement.text)
        .join(Contribution, Contribution.id == Statement.contribution_id)
        .where(Contribution.week < week_of(now()), Statement.is_sampled.is_(is_sampled))
        .order_by(Statement.id)
    ).all()


def code_past_blind(talk: Talk) -> int:
    """Let two invented coders code the blind sample of past weeks, with slips; returns how many."""
    chance = random.Random(SEED)
    keys = shipped_codebook().keys
    coded = 0
    for statement in past_statements(is_sampled=True):
        themes = talk.themes_of.get(statement.text)
        if themes is None:
            continue
        for coder in (CODER, SECOND_CODER):
            given = list(themes)
            if chance.random() < DIFFERING:
                given = given[1:] or [chance.choice(sorted(keys))]
            record_blind_code(statement.id, coder, given)
        coded += 1
    return coded
