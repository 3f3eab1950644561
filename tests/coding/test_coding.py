"""People decide: confirm, reject, add, none of these, undo."""

import pytest
from sqlalchemy import select

from app.coding.actions import DecidedMeanwhile, record_decision, undo_decision
from app.coding.deciding import Undecided, decide, decide_none, highlight
from app.coding.models import Decision
from app.core.database import db
from app.core.models import AuditEntry
from app.statements.models import Statement
from app.themes.models import Tag
from tests.factories import open_weekly, send, sweep

BEFORE = {"housing": ["suggested", "machine"], "food": ["suggested", "machine"]}


def test_decide():
    after = decide(BEFORE, {"housing": "confirm", "food": "reject"}, ["mental-health"])
    assert after == {
        "housing": ["confirmed", "machine"],
        "food": ["rejected", "machine"],
        "mental-health": ["confirmed", "person"],
    }
    assert BEFORE["housing"] == ["suggested", "machine"]


def test_every_suggestion_needs_a_choice():
    with pytest.raises(Undecided) as caught:
        decide(BEFORE, {"housing": "confirm"}, [])
    assert caught.value.themes == ["food"]


def test_adding_a_suggested_theme_confirms_it():
    assert decide(BEFORE, {"housing": "reject"}, ["food"])["food"] == ["confirmed", "machine"]


def test_none_of_these():
    assert {state for state, _ in decide_none(BEFORE).values()} == {"rejected"}


@pytest.mark.parametrize(
    ("spans", "pieces"),
    [
        ([], [("abcdef", False)]),
        ([(1, 3)], [("a", False), ("bc", True), ("def", False)]),
        ([(1, 3), (2, 4), (9, 12)], [("a", False), ("bc", True), ("d", True), ("ef", False)]),
    ],
)
def test_highlight(spans, pieces):
    assert highlight("abcdef", spans) == pieces


@pytest.fixture
def statement(app):
    send(open_weekly(), saying="Mould <b>everywhere</b> and the food bank is empty", need="")
    sweep()
    return db.session.scalars(select(Statement)).one()


def tags():
    db.session.expire_all()
    return {tag.theme_key: tag.state for tag in db.session.scalars(select(Tag))}


def confirm_all(before):
    return decide(before, dict.fromkeys(before, "confirm"), ["mental-health"])


def test_undo_brings_everything_back(statement):
    before = tags()
    decision = record_decision(statement.id, "a", 0, confirm_all)
    assert set(tags().values()) == {"confirmed"} and "mental-health" in tags()
    assert undo_decision(decision.id, "a") == statement.id
    assert tags() == before
    assert undo_decision(decision.id, "a") is None


def test_nobody_overwrites_a_decision_unseen(statement):
    decision = record_decision(statement.id, "a", 0, confirm_all)
    with pytest.raises(DecidedMeanwhile):
        record_decision(statement.id, "b", 0, decide_none)
    record_decision(statement.id, "b", decision.id, decide_none)
    assert set(tags().values()) == {"rejected"}


# --- the page --------------------------------------------------------------------------------------


def post(visit, page, statement, status=200, **choices):
    sent = {"csrf_token": page.csrf, "seen": page.hidden("seen"), **choices}
    return visit(f"/review/{statement.id}", sent, status=status)


def test_reading_is_logged_and_markup_is_text(statement, analyst, visit):
    page = visit("/review")
    assert "<mark>Mould</mark> &lt;b&gt;" in page.html
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "read")).all()[-1]
    assert (entry.actor, entry.subject) == (analyst, f"statement {statement.id}")


def test_review_to_the_empty_state_and_back(statement, analyst, visit):
    page = visit("/review")
    page = post(visit, page, statement, **{"theme-housing": "confirm", "theme-food": "reject"})
    assert "Nothing is waiting here" in page.html
    assert tags() == {"housing": "confirmed", "food": "rejected"}
    decision = db.session.scalars(select(Decision)).one()
    assert decision.coder == analyst
    page = visit(f"/review/{statement.id}")
    assert f"Decided by {analyst}" in page.html
    page = visit(f"/review/undo/{decision.id}", {"csrf_token": page.csrf})
    assert "1 waiting" in page.html


def test_saving_with_open_suggestions_says_which(statement, analyst, visit):
    page = post(visit, visit("/review"), statement, status=422, **{"theme-housing": "confirm"})
    assert page.title.startswith("Error:") and 'href="#theme-food"' in page.html
    assert set(tags().values()) == {"suggested"}


def test_the_language_is_named_in_the_readers_own(statement, analyst, visit):
    assert "· English" in " ".join(visit("/review").html.split())
    assert "· angielski" in " ".join(visit("/review?lang=pl").html.split())


def test_none_of_these_is_one_button(statement, analyst, visit):
    post(visit, visit("/review"), statement, none="1")
    assert set(tags().values()) == {"rejected"}


def test_a_colleague_was_faster(statement, analyst, visit):
    page = visit("/review")
    record_decision(statement.id, "colleague@test.example", 0, decide_none)
    page = post(visit, page, statement, status=409, **{"theme-housing": "confirm", "theme-food": "confirm"})
    assert "decided on this statement meanwhile" in page.html and set(tags().values()) == {"rejected"}


def test_filters_skip_and_forged_values(statement, analyst, visit):
    assert "1 waiting" in visit("/review?theme=housing&language=en&source=response").html
    assert "Nothing is waiting" in visit("/review?language=pl").html
    assert "1 waiting" in visit(f"/review?after={statement.id}").html
    for address in ("/review?week=nonsense", "/review?after=x", "/review?theme=nothing"):
        visit(address)
    visit("/review/999999", status=404)
    page = visit("/review")
    post(visit, page, statement, add="no-such-theme", **{"theme-housing": "confirm", "theme-food": "confirm"})
    assert set(tags()) == {"housing", "food"}


def test_the_queue_goes_on_after_the_last_decision(app, analyst, visit):
    current = open_weekly()
    for words in (
        "Damp in the first flat here",
        "Damp in the second flat here",
        "Damp in the third flat here",
    ):
        send(current, saying=words, need="")
    sweep()
    first, second, third = db.session.scalars(select(Statement).order_by(Statement.id)).all()
    assert "in the first" in visit("/review").html
    assert "in the second" in visit(f"/review?after={first.id}").html
    assert "in the first" in visit(f"/review?after={third.id}").html
    page = visit(f"/review/{second.id}")
    after = post(visit, page, second, **{"theme-housing": "confirm"})
    assert "Saved." in after.html and "2 waiting" in after.html
