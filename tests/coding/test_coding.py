"""People decide: confirm, reject, add, none of these, undo; split, join, translate; the original."""

import pytest
from sqlalchemy import select

from app.coding.actions import DecidedMeanwhile, record_decision, undo_decision
from app.coding.deciding import Undecided, decide, decide_none, is_same_text, parts_of, settle
from app.coding.models import Decision
from app.core.database import db
from app.core.models import AuditEntry
from app.statements.models import Statement, StatementChange
from app.themes.models import Tag
from app.themes.sweeps import tag_waiting
from tests.factories import open_weekly, say, send, suggest, sweep

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


def test_settling_confirms_exactly_what_was_given():
    assert settle(BEFORE, ["food", "mental-health"]) == {
        "housing": ["rejected", "machine"],
        "food": ["confirmed", "machine"],
        "mental-health": ["confirmed", "person"],
    }


def test_parts_of_a_statement():
    assert parts_of("One thing.\n\n  Another   thing. \n") == ["One thing.", "Another thing."]
    assert is_same_text("One thing. Another thing.", "One thing.\nAnother  thing.")
    assert not is_same_text("One thing", "One think")


@pytest.fixture
def statement(app):
    (statement_id,) = say("Mould <b>everywhere</b> and the food bank is empty")
    suggest(statement_id, {"housing": ["Mould"], "food": ["food bank"]})
    return db.session.get(Statement, statement_id)


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
    for statement, priority in ((first, 3.0), (second, 2.0), (third, 1.0)):
        suggest(statement.id, {"housing": ["Damp"]}, priority=priority)
    assert "in the first" in visit("/review").html
    assert "in the second" in visit(f"/review?after={first.id}").html
    assert "in the first" in visit(f"/review?after={third.id}").html
    page = visit(f"/review/{second.id}")
    after = post(visit, page, second, **{"theme-housing": "confirm"})
    assert "Saved." in after.html and "2 waiting" in after.html


def test_the_queue_puts_danger_first_and_then_what_a_decision_changes_most(app, analyst, visit):
    sure, doubtful, danger = say(
        "The damp is back in our flat", "Something about school maybe", "He said he would hurt her tonight"
    )
    suggest(sure, {"housing": ["damp"]}, priority=0.2)
    suggest(doubtful, {"education-young-people": ["school"]}, priority=1.5)
    suggest(danger, {"domestic-abuse-vawg": ["hurt her"]}, flags=["safeguarding"], priority=101)
    page = visit("/review")
    assert "somebody may be in danger" in page.html and "hurt her" in page.html
    assert "Something about" in visit(f"/review?after={danger}").html
    assert "1 waiting" in visit("/review?only=flagged").html


def test_kind_flags_and_note_are_kept_and_shown(statement, analyst, visit):
    choices = {"theme-housing": "confirm", "theme-food": "reject", "type": "need", "flags-shown": "1"}
    post(visit, visit("/review"), statement, note="The parcel is praise", flag="personal-data", **choices)
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.type, decision.flags, decision.note) == (
        "need",
        ["personal-data"],
        "The parcel is praise",
    )
    page = visit(f"/review/{statement.id}").html
    assert "The parcel is praise" in page and '<option value="need" selected>' in page


def test_what_was_typed_comes_back_with_the_fault(statement, analyst, visit):
    page = post(visit, visit("/review"), statement, status=422, note="half a thought", add="mental-health")
    assert "half a thought" in page.html and '<option value="mental-health" selected>' in page.html


def test_the_history_tells_machine_and_people(statement, analyst, visit):
    post(visit, visit("/review"), statement, **{"theme-housing": "confirm", "theme-food": "reject"})
    page = " ".join(visit(f"/review/{statement.id}").html.split())
    history = page[page.index("History of its tags") :]
    assert "codebook 1, weights shipped" in history and "<strong>Suggested</strong>" in history
    assert f"{analyst}</bdi> · <strong>Confirmed</strong>: Poor, insecure or crowded housing" in history
    assert "<strong>Rejected</strong>: Food poverty" in history


def test_personal_data_is_masked_and_the_original_is_for_few(app, analyst, visit):
    (statement_id,) = say("My neighbour Amina on 07700 900123 has no heating")
    page = visit(f"/review/{statement_id}")
    assert "Amina" not in page.html and "900123" not in page.html
    assert '<span class="masked">phone number</span>' in page.html
    assert 'value="personal-data" checked' in page.html and "Read the original" not in page.html
    visit(f"/review/{statement_id}/original", {"csrf_token": page.csrf, "reason": "curious"}, status=403)
    # It can't be split here either, as the form would show it.
    assert 'name="parts"' not in page.html


def test_the_original_needs_a_reason_and_is_logged(app, administrator, visit):
    (statement_id,) = say("My neighbour Amina has no heating")
    page = visit(f"/review/{statement_id}")
    address = f"/review/{statement_id}/original"
    assert "Say why" in visit(address, {"csrf_token": page.csrf, "reason": " "}, status=422).html
    original = visit(address, {"csrf_token": page.csrf, "reason": "safeguarding call"})
    assert "My neighbour Amina" in original.html
    entry = db.session.scalars(select(AuditEntry).order_by(AuditEntry.id.desc())).first()
    assert entry.subject == f"original of statement {statement_id}"
    assert entry.detail == {"reason": "safeguarding call"}


def test_split_and_join_again(statement, analyst, visit):
    page = visit("/review")
    parts = "Mould <b>everywhere</b> and\nthe food bank is empty"
    split = visit(f"/review/{statement.id}/split", {"csrf_token": page.csrf, "parts": parts})
    db.session.expire_all()
    texts = db.session.scalars(select(Statement.text).order_by(Statement.position)).all()
    assert texts == ["Mould <b>everywhere</b> and", "the food bank is empty"]
    assert tags() == {} and tag_waiting() == 2  # both are read anew
    first, second = db.session.scalars(select(Statement.id).order_by(Statement.position)).all()
    joined = visit(f"/review/{second}/merge", {"csrf_token": split.csrf})
    assert "Joined with the next" in joined.html and "Split in parts" in joined.html
    db.session.expire_all()
    assert db.session.scalars(select(Statement.text)).one().endswith("and the food bank is empty")
    assert len(db.session.scalars(select(StatementChange)).all()) == 2
    visit(f"/review/{first}/merge", {"csrf_token": split.csrf}, status=404)  # nothing before it


def test_a_split_that_loses_words_is_refused_with_what_was_typed(statement, analyst, visit):
    page = visit("/review")
    for parts in ("Mould everywhere\nthe food bank", statement.text):
        answer = visit(f"/review/{statement.id}/split", {"csrf_token": page.csrf, "parts": parts}, status=422)
        assert "not the whole statement" in answer.html
    assert "Mould everywhere" not in answer.html and len(tags()) == 2


def test_splitting_moves_the_statements_behind_it(app):
    from app.coding.actions import split_statement

    send(
        open_weekly(),
        saying="Mould is on every wall. Buses come late on Sunday. Rents went up again.",
        need="",
    )
    sweep()
    first = db.session.scalars(select(Statement).order_by(Statement.position)).first()
    split_statement(first.id, ["Mould is", "on every wall."], "a")
    rows = db.session.execute(select(Statement.position, Statement.text).order_by(Statement.position)).all()
    assert [tuple(row) for row in rows] == [
        (0, "Mould is"),
        (1, "on every wall."),
        (2, "Buses come late on Sunday."),
        (3, "Rents went up again."),
    ]


def test_a_translation_is_kept_shown_masked_and_taken_away(app, analyst, visit):
    (statement_id,) = say("Sąsiadka nie ma ogrzewania", current=open_weekly())
    page = visit(f"/review/{statement_id}")
    address = f"/review/{statement_id}/translation"
    english = "My neighbour Anna has no heating"
    page = visit(address, {"csrf_token": page.csrf, "english": english})
    assert 'class="translation"' in page.html and "My neighbour <span" in page.html
    too_long = visit(address, {"csrf_token": page.csrf, "english": "x" * 5001}, status=422)
    assert "too long" in too_long.html
    assert 'class="translation"' not in visit(address, {"csrf_token": page.csrf, "english": ""}).html
