"""A champion logs a note."""

import re

import pytest
from sqlalchemy import select

from app.core.database import db
from app.notes.models import Note
from tests.factories import publish, shipped

SAID = {
    "q-said": "people say the \u0645\u0633\u062c\u062f queue is cold",
    "q-kind": "worry",
    "q-area": "newham",
    "q-communities": ["faith"],
    "q-urgent": "no",
}


@pytest.fixture
def opened(app, visit):
    publish(shipped("champion-note"), standing=True)
    return visit("/note")


def fill(page, **changes):
    hidden = {name: page.hidden(name) for name in ("note_id", "shown")}
    return {"csrf_token": page.csrf, **hidden, **SAID, **changes}


def stored():
    db.session.commit()
    return db.session.scalars(select(Note)).all()


def test_a_note_is_received(opened, visit):
    page = visit("/note", fill(opened))
    assert "has been received" in page.title and re.search(r"CV-\w{4}-\w{4}", page.html)
    [note] = stored()
    assert note.answers["said"] == SAID["q-said"] and note.answers["area"] == "newham"


def test_the_same_note_twice_is_one_note(opened, visit):
    receipts = {
        re.search(r"CV-\w{4}-\w{4}", visit("/note", fill(opened, **{"q-said": words})).html)[0]
        for words in ("first words", "first words", "other words")
    }
    assert len(receipts) == 1
    assert [note.answers["said"] for note in stored()] == ["first words"]


def test_notes_of_one_phone_are_one_person_and_the_borough_is_remembered(opened, visit):
    visit("/note", fill(opened))
    page = visit("/note")
    assert re.search(r'value="newham" selected', page.html)
    visit("/note", fill(page))
    assert len(stored()) == 2 and len({note.champion for note in stored()}) == 1


def test_urgent_asks_one_more_question(opened, visit):
    page = visit("/note", fill(opened, **{"q-urgent": "yes"}))
    assert "One more question" in page.html and stored() == []
    page = visit("/note", fill(page, **{"q-urgent": "yes", "q-urgent_what": "No heating and a baby"}))
    assert "has been received" in page.title


def test_mistakes_and_language_lose_nothing(opened, visit):
    page = visit("/note", fill(opened, **{"q-area": ""}), status=422)
    assert "Choose a borough" in page.html and SAID["q-said"] in page.html
    page = visit("/note", fill(opened, language="ar", **{"q-area": ""}))
    assert 'dir="rtl"' in page.html and SAID["q-said"] in page.html and stored() == []


def test_a_receipt_is_for_the_phone_that_sent_the_note(opened, visit, client):
    visit("/note", fill(opened))
    client.delete_cookie("champion", path="/note")
    visit(f"/note/received/{stored()[0].id}", status=404)


def test_a_damaged_id_still_gives_a_note(opened, visit):
    visit("/note", fill(opened, note_id="'; DROP TABLE note"))
    assert len(stored()) == 1


def test_not_stored_and_lost_sessions_give_back_the_words(opened, visit, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from app.notes import views

    def fail(*arguments):
        raise OperationalError("INSERT", {}, Exception("disk is full"))

    monkeypatch.setattr(views, "receive_note", fail)
    page = visit("/note", fill(opened), status=503)
    assert "could not save your answers" in page.html and SAID["q-said"] in page.html
    monkeypatch.undo()
    page = visit("/note", fill(opened, csrf_token="stale"), status=400)
    assert "press the button once more" in page.html and SAID["q-said"] in page.html
    assert "has been received" in visit("/note", fill(page)).title


def test_no_open_form_is_a_clear_page(app, visit):
    assert "not here" in visit("/note", status=404).title
    assert visit("/s/champion-note", status=404)
