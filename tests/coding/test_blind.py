"""Blind double coding: who sees what, when it settles, and how agreement is told."""

import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.coding.actions import NotForYou, record_blind_code, record_decision
from app.coding.agreement import agreement_on
from app.coding.deciding import decide_none
from app.coding.models import ADJUDICATED, AGREED, BlindCode, Decision
from app.coding.queries import count_blind_waiting, list_double_codes
from app.core.database import db
from app.people.actions import make_staff
from app.statements.sampling import is_sampled
from app.themes.models import Tag
from tests.conftest import PASSWORD
from tests.factories import draw, say, suggest


@pytest.fixture
def sampled(app):
    (statement_id,) = say("Mould everywhere and the food bank is empty")
    suggest(statement_id, {"housing": ["Mould"], "digital-exclusion": ["bank"]})
    draw(True, statement_id)
    return statement_id


def states():
    db.session.expire_all()
    return {tag.theme_key: tag.state for tag in db.session.scalars(select(Tag))}


def test_about_one_in_ten_is_sampled_and_always_the_same():
    drawn = [is_sampled(f"response-{number}", "saying", 0) for number in range(20_000)]
    assert 0.09 < sum(drawn) / len(drawn) < 0.11
    assert drawn == [is_sampled(f"response-{number}", "saying", 0) for number in range(20_000)]


def test_two_who_agree_settle_it(sampled):
    record_blind_code(sampled, "a", ["housing", "food"])
    assert states()["housing"] == "suggested"
    record_blind_code(sampled, "b", ["food", "housing"])
    assert states() == {"housing": "confirmed", "food": "confirmed", "digital-exclusion": "rejected"}
    decision = db.session.scalars(select(Decision)).one()
    assert (decision.purpose, decision.coder) == (AGREED, "a + b")


def test_two_who_disagree_wait_for_a_decision(sampled, analyst, visit):
    record_blind_code(sampled, "a", ["housing"])
    visit(f"/review/{sampled}", status=404)  # one code: nobody may see the machine's tags yet
    assert "Nothing is waiting" in visit("/review").html
    record_blind_code(sampled, "b", [])
    page = visit("/review?only=disagreed")
    assert "Two people coded this" in page.html and "None of these" in page.html
    assert "a</li>" not in page.html  # the codes, not the coders
    record_decision(sampled, "c", 0, decide_none)
    assert db.session.scalars(select(Decision)).one().purpose == ADJUDICATED


def test_nobody_codes_twice_or_as_a_third_or_what_is_not_sampled(sampled):
    (other,) = say("Another one about the bins")
    draw(True, sampled)
    with pytest.raises(NotForYou):
        record_blind_code(other, "a", [])
    record_blind_code(sampled, "a", ["housing"])
    with pytest.raises(NotForYou):
        record_blind_code(sampled, "a", ["food"])
    record_blind_code(sampled, "b", ["food"])
    with pytest.raises(NotForYou):
        record_blind_code(sampled, "c", ["food"])
    assert len(db.session.scalars(select(BlindCode)).all()) == 2


def test_many_coders_at_once_leave_two_codes(session_app, sampled):
    refused = []

    def code(name):
        with session_app.app_context():
            try:
                record_blind_code(sampled, name, ["housing"])
            except NotForYou:
                refused.append(name)
            db.session.remove()

    threads = [threading.Thread(target=code, args=(f"coder-{number}",)) for number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(refused) == 4
    assert len(db.session.scalars(select(BlindCode)).all()) == 2
    assert len(db.session.scalars(select(Decision)).all()) == 1


# --- the pages -------------------------------------------------------------------------------------


def test_the_blind_page_shows_nobodys_tags(sampled, analyst, visit):
    page = visit("/blind")
    assert "Mould everywhere" in page.html and "<mark>" not in page.html and "80%" not in page.html
    assert "checked" not in page.html
    answer = visit(f"/blind/{sampled}", {"csrf_token": page.csrf, "theme": ["housing", "food"]})
    assert "Saved." in answer.html or "Nothing to code blind" in answer.html
    assert db.session.scalars(select(BlindCode.themes)).one() == ["food", "housing"]
    assert count_blind_waiting(analyst) == 0 and count_blind_waiting("somebody@else.example") == 1
    visit(f"/blind/{sampled}", {"csrf_token": page.csrf, "none": "1"}, status=409)


def test_nothing_chosen_and_too_much_chosen_are_said(sampled, analyst, visit):
    page = visit("/blind")
    nothing = visit(f"/blind/{sampled}", {"csrf_token": page.csrf}, status=422)
    assert nothing.title.startswith("Error:") and "Choose a theme" in nothing.html
    many = ["housing", "food", "mental-health", "bereavement"]
    answer = visit(f"/blind/{sampled}", {"csrf_token": page.csrf, "theme": many}, status=422)
    assert "Three themes at most" in answer.html and answer.html.count(" checked") == 4
    visit(f"/blind/{sampled}", {"csrf_token": page.csrf, "theme": ["no-such-theme"]}, status=422)
    assert db.session.scalars(select(BlindCode)).all() == []


def test_who_reviewed_it_before_it_was_sampled_does_not_code_it_blind(sampled, analyst, visit):
    draw(False, sampled)
    record_decision(sampled, analyst, 0, decide_none)
    draw(True, sampled)
    assert "Nothing to code blind" in visit("/blind").html


def test_agreement_page_from_nothing_to_figures(app, analyst, visit):
    assert "No statement has two codes yet" in visit("/blind/agreement").html
    ids = say(*[f"Mould in the flat number {number}" for number in range(12)])
    draw(True, *ids)
    for number, statement_id in enumerate(ids):
        record_blind_code(statement_id, "a", ["housing"] if number < 11 else [])
        record_blind_code(statement_id, "b", ["housing"] if number < 10 else [])
    page = " ".join(visit("/blind/agreement?weeks=4").html.split())
    assert "12 statements have been coded by two people" in page
    assert "<td>10</td><td>1</td><td>0.64</td>" in page and "Not to be published alone" in page
    assert "Decide 1 on which two disagreed" in page
    for address in (
        "/blind/agreement?weeks=x",
        "/blind/agreement?weeks=-3",
        "/blind/agreement?weeks=999999999",
    ):
        visit(address)


def test_staff_of_every_role_may_code_blind(sampled, visit):
    make_staff("admin@test.example", "administrator", "test", PASSWORD)
    page = visit("/sign-in")
    visit("/sign-in", {"email": "admin@test.example", "password": PASSWORD, "csrf_token": page.csrf})
    assert "Mould everywhere" in visit("/blind").html


# --- alpha -----------------------------------------------------------------------------------------


def test_alpha_by_hand():
    # Krippendorff's own two-coder example of binary data: alpha 0.095 (Computing alpha-reliability, 2011, A).
    first = [0, 1, 0, 0, 0, 0, 0, 0, 1, 0]
    second = [1, 1, 1, 0, 0, 1, 0, 0, 0, 0]
    codes = [[["t"] if one else [], ["t"] if two else []] for one, two in zip(first, second, strict=True)]
    found = agreement_on("t", codes)
    assert (found.both, found.one) == (1, 4) and found.alpha == pytest.approx(0.095, abs=0.001)


@given(st.lists(st.booleans(), min_size=1, max_size=30))
def test_alpha_of_full_agreement_is_one_or_unknown(given_it):
    codes = [[["t"], ["t"]] if each else [[], []] for each in given_it]
    assert agreement_on("t", codes).alpha == (1.0 if any(given_it) else None)


@pytest.mark.parametrize(
    ("both", "one", "neither", "band"),
    [
        (40, 2, 60, "firm"),
        (20, 8, 60, "tentative"),
        (10, 12, 60, "weak"),
        (3, 2, 60, "few"),
        (0, 0, 9, "few"),
    ],
)
def test_bands(both, one, neither, band):
    codes = [[["t"], ["t"]]] * both + [[["t"], []]] * one + [[[], []]] * neither
    assert agreement_on("t", codes).band == band


def test_double_codes_are_those_with_two(sampled):
    record_blind_code(sampled, "a", ["housing"])
    assert list_double_codes() == []
    record_blind_code(sampled, "b", [])
    assert list_double_codes() == [("en", "response", [["housing"], []])]
