"""An organisation answers the weekly survey: the story, and everything that can go wrong in it."""

import re

import pytest
from sqlalchemy import select

from app.answering.models import SENT, Response
from app.core.database import db
from app.questionnaires.forms import PREFIX, SHOWN
from tests.factories import GOOD, close, form, open_weekly, publish

PAGES = {
    1: ["organisation", "area", "communities"],
    2: ["saying", "direction", "heard_rumour"],
    3: ["demand", "capacity", "quote"],
}


def fields(names, answers=GOOD):
    return {PREFIX + name: answers[name] for name in names if name in answers}


class Respondent:
    """Somebody with a browser who opens the survey's link and presses its buttons."""

    def __init__(self, visit, key="weekly"):
        self.visit = visit
        self.key = key
        self.page = visit(f"/s/{key}")

    def answer(self, number, answers=GOOD, status=200, **extra):
        page = self.visit(f"/s/{self.key}/{number}", status=None)
        sent = {"csrf_token": page.csrf, SHOWN: page.hidden(SHOWN), **fields(PAGES[number], answers), **extra}
        self.page = self.visit(f"/s/{self.key}/{number}", sent, status=status)
        return self.page

    def answer_all(self, answers=GOOD):
        for number in PAGES:
            self.answer(number, answers)
        return self.page

    def send(self, status=200):
        self.page = self.visit(f"/s/{self.key}/send", {"csrf_token": self.page.csrf}, status=status)
        return self.page

    @property
    def reference(self):
        return re.search(r"CV-[0-9A-Z]{4}-[0-9A-Z]{4}", self.page.html)[0]


@pytest.fixture
def respondent(app, visit):
    open_weekly()
    return Respondent(visit)


def stored():
    db.session.commit()
    return db.session.scalars(select(Response)).all()


def test_from_the_link_to_the_receipt(respondent):
    assert "Page 1 of 3" in respondent.page.html
    checked = respondent.answer_all()
    assert "Check your answers" in checked.title
    assert "our elders have no email" in checked.html and "Hackney" in checked.html
    receipt = respondent.send()
    assert "have been received" in receipt.title
    [response] = stored()
    assert response.reference == respondent.reference
    assert response.state == SENT and response.language == "en"
    assert response.answers["communities"] == ["asian", "low-income"]
    assert response.answers["saying"] == GOOD["saying"]


def test_mistakes_are_explained_and_nothing_is_lost(respondent):
    page = respondent.answer(1, {**GOOD, "organisation": "", "area": ""}, status=422)
    assert page.title.startswith("Error:")
    assert 'href="#q-organisation">Write the name of your organisation' in page.html
    assert 'id="q-organisation-error"' in page.html and 'aria-invalid="true"' in page.html
    assert re.search(r'value="asian" checked', page.html)


def test_coming_back_through_the_same_link(respondent, visit):
    respondent.answer(1)
    back = visit("/s/weekly")
    assert "Welcome back" in back.title and "Elm Street" not in back.html
    assert "Elm Street Pantry" in visit("/s/weekly/1").html


def test_someone_else_on_the_same_phone_sees_nothing(respondent, visit):
    respondent.answer(1)
    visit("/s/weekly/again", {"csrf_token": visit("/s/weekly").csrf})
    assert "Elm Street" not in visit("/s/weekly/1").html
    assert len(stored()) == 1


@pytest.mark.parametrize(("language", "direction"), [("ar", "rtl"), ("bn", "ltr"), ("pl", "ltr")])
def test_the_language_changes_with_nothing_lost(respondent, language, direction):
    page = respondent.answer(2, {"saying": "half a sent", "direction": "worse"}, language=language)
    assert f'<html lang="{language}" dir="{direction}">' in page.html
    assert "half a sent" in page.html and re.search(r'value="worse" checked', page.html)
    assert stored() == []
    assert f'<html lang="{language}"' in respondent.visit("/s/weekly/3").html


def test_change_from_the_check_page_returns_there(respondent):
    respondent.answer_all()
    page = respondent.answer(1, {**GOOD, "area": "barnet"}, check="1")
    assert "Check your answers" in page.title and "Barnet" in page.html


def test_sending_too_early_says_what_is_missing(respondent):
    respondent.answer(1)
    page = respondent.visit("/s/weekly/check")
    assert "Some answers are missing" in page.html
    respondent.page = page
    assert "Some answers are missing" in respondent.send(status=422).html
    assert stored()[0].state == "begun"


def test_a_question_that_an_answer_adds_on_the_same_page(app, visit):
    publish(form("conditional"))
    page = visit("/s/conditional")
    sent = {"csrf_token": page.csrf, SHOWN: page.hidden(SHOWN), "q-pets": "yes"}
    page = visit("/s/conditional/1", sent)
    assert "One more question" in page.html and "There is a problem" not in page.html
    sent = {**sent, SHOWN: page.hidden(SHOWN), "q-how_many": ""}
    assert "There is a problem" in visit("/s/conditional/1", sent, status=422).html
    page = visit("/s/conditional/1", {**sent, "q-how_many": "1"})
    assert "Thank you for looking after them" in page.html


def test_answers_hidden_by_a_later_change_of_mind_are_not_stored(respondent):
    respondent.answer(1)
    respondent.answer(2, {**GOOD, "heard_rumour": "yes"})
    page = respondent.visit("/s/weekly/3")
    sent = {"csrf_token": page.csrf, SHOWN: page.hidden(SHOWN), **fields(PAGES[3]), "q-rumour": "secret"}
    respondent.visit("/s/weekly/3", sent)
    respondent.answer(2)
    respondent.answer(3)
    respondent.send()
    assert "rumour" not in stored()[0].answers


# --- once ------------------------------------------------------------------------------------------


def test_sending_twice_is_sending_once(respondent):
    checked = respondent.answer_all()
    respondent.send()
    first = respondent.reference
    respondent.page = checked  # the back button, and Send again
    respondent.send()
    assert respondent.reference == first
    assert len(stored()) == 1


def test_the_first_page_sent_twice_begins_one_response(respondent, client):
    """A double click sends the same form twice before any answer came back."""
    page = respondent.page
    sent = {"csrf_token": page.csrf, SHOWN: page.hidden(SHOWN), **fields(PAGES[1])}
    cookie = client.get_cookie("response", path="/s/weekly").value
    for _ in range(2):
        client.set_cookie("response", cookie, path="/s/weekly")
        assert client.post("/s/weekly/1", data=sent).status_code == 303
    assert len(stored()) == 1


def test_going_back_after_sending_shows_the_receipt(respondent):
    respondent.answer_all()
    respondent.send()
    for address in ("/s/weekly", "/s/weekly/2", "/s/weekly/check"):
        assert "have been received" in respondent.visit(address).title


def test_another_organisation_on_the_same_device(respondent, visit):
    respondent.answer_all()
    receipt = respondent.send()
    visit("/s/weekly/again", {"csrf_token": receipt.csrf})
    other = Respondent(visit)
    other.answer_all({**GOOD, "organisation": "St. Mary's Hall"})
    other.send()
    assert len({response.respondent for response in stored()}) == 2


def test_a_name_written_differently_is_the_same_organisation(app):
    from app.answering.respondents import respondent_of
    from tests.factories import shipped

    def who(name):
        return respondent_of(shipped(), {"organisation": name}, "id")

    assert who("St. Mary's Hall") == who("ST MARYS hall ") == who("St Mary’s Hall")
    assert who("St. Mary's Hall") != who("St. Mark's Hall")


# --- bad input -------------------------------------------------------------------------------------


def test_unknown_surveys_pages_and_languages(respondent, visit):
    assert "not here" in visit("/s/nothing", status=404).title
    assert "not here" in visit("/s/weekly/9", status=404).title
    assert "not here" in visit("/s/weekly/0", status=404).title
    assert "do not have this language" in visit("/s/weekly?lang=xx", status=404).title


def test_a_closed_round_gives_back_what_was_typed(app, visit):
    current = open_weekly()
    respondent = Respondent(visit)
    close(current)
    assert "closed" in visit("/s/weekly").title
    page = visit(
        "/s/weekly/2", {"csrf_token": respondent.page.csrf, SHOWN: "saying", "q-saying": "my words"}, 409
    )
    assert "closed" in page.title and "my words" in page.html
    assert stored() == []


def test_a_forged_choice_is_refused(respondent):
    page = respondent.answer(1, {**GOOD, "area": "atlantis"}, status=422)
    assert "Choose one of the answers in the list" in page.html
    page = respondent.answer(1, {**GOOD, "communities": ["asian", "martians"]}, status=422)
    assert "Choose one of the answers in the list" in page.html


def test_a_hundred_thousand_characters_are_refused_and_given_back(respondent):
    long = "long " * 20_000
    page = respondent.answer(2, {**GOOD, "saying": long}, status=422)
    assert "has 99999 characters. The most we can take is 5000" in page.html
    assert long.strip() in page.html
    assert stored() == []


def test_too_large_a_body_is_refused(respondent):
    page = respondent.answer(2, {**GOOD, "saying": "x" * 2_000_000}, status=413)
    assert "too much at once" in page.title
    assert stored() == []


def test_hidden_characters_are_cleaned_and_markup_is_text(respondent):
    respondent.answer(1)
    respondent.answer(
        2, {**GOOD, "saying": "a\0b\u202ec <script>alert(1)</script> \u0645\u0631\u062d\u0628\u0627"}
    )
    page = respondent.answer(3)
    assert "<script>alert" not in page.html and "&lt;script&gt;" in page.html
    respondent.send()
    assert stored()[0].answers["saying"] == "abc <script>alert(1)</script> \u0645\u0631\u062d\u0628\u0627"


def test_a_lost_session_gives_back_what_was_typed(respondent, client):
    sent = {"q-saying": "my words", "csrf_token": "stale"}
    page = respondent.visit("/s/weekly/2", sent, status=400)
    assert "press the button once more" in page.html and "my words" in page.html
    assert stored() == []
    again = {**sent, "csrf_token": page.csrf, **fields(PAGES[2])}
    assert "Page 3 of 3" in respondent.visit("/s/weekly/2", again).html


def test_a_cookie_that_we_did_not_make_is_no_ticket(respondent, client, visit):
    respondent.answer(1)
    for forged in ("x", "WyJhIiwxXQ.forged", "null"):
        client.set_cookie("response", forged, path="/s/weekly")
        assert "Page 1 of 3" in visit("/s/weekly").html


def test_two_tabs_keep_both_pages(respondent, client):
    """A page saved from a stale tab doesn't undo what another tab saved since."""
    respondent.answer(1)
    respondent.answer(2)
    respondent.answer(1, {**GOOD, "area": "barnet"})
    assert stored()[0].answers["area"] == "barnet"
    assert stored()[0].answers["saying"] == GOOD["saying"]
