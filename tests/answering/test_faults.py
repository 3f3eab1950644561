"""The ledger: what a respondent was told is stored ⊆ what is stored ⊆ what was sent."""

import sqlite3
import threading

import pytest
from sqlalchemy import select, text

from app.answering.models import SENT, Response
from app.core import database
from app.core.database import db
from tests.answering.test_answering import GOOD, PAGES, Respondent
from tests.factories import open_weekly


@pytest.fixture
def respondent(app, visit):
    open_weekly()
    respondent = Respondent(visit)
    respondent.answer(1)
    return respondent


def references_stored():
    db.session.remove()
    return set(db.session.scalars(select(Response.reference).where(Response.state == SENT)))


def only_on(dialect):
    if db.engine.dialect.name != dialect:
        pytest.skip(f"a fault of {dialect}")


def check_told_and_kept(respondent):
    """A page that can't be stored says so, shows what was typed, and works once the fault is over."""
    page = respondent.answer(2, {**GOOD, "saying": "words that must not be lost"}, status=503)
    assert "could not save your answers" in page.html
    assert "words that must not be lost" in page.html
    assert page.title.startswith("Error:")


def check_works_again(respondent):
    for number in PAGES:
        respondent.answer(number)
    respondent.send()
    assert references_stored() == {respondent.reference}


def test_a_locked_database(respondent, monkeypatch):
    only_on("sqlite")
    with db.engine.connect() as connection:
        connection.execute(text("SELECT 1"))
    monkeypatch.setattr(database, "BUSY_SECONDS", 0)
    db.engine.dispose()  # new connections wait no time
    blocker = sqlite3.connect(db.engine.url.database, isolation_level=None)
    blocker.execute("BEGIN IMMEDIATE")
    try:
        check_told_and_kept(respondent)
    finally:
        blocker.execute("ROLLBACK")
        blocker.close()
        monkeypatch.undo()
        db.engine.dispose()
    check_works_again(respondent)


def test_a_full_database(respondent):
    only_on("sqlite")
    db.session.remove()
    db.engine.dispose()

    def limit(connection, record):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")

    from sqlalchemy import event

    event.listen(db.engine, "connect", limit)
    try:
        page = respondent.answer(2, {**GOOD, "saying": "lost? " * 800}, status=None)
        for _ in range(60):  # until the last free page is used
            if page.status == 503:
                break
            respondent.visit("/s/weekly/again", {"csrf_token": page.csrf})
            page = respondent.answer(2, {**GOOD, "saying": "lost? " * 800}, status=None)
        assert page.status == 503 and "could not save your answers" in page.html and "lost? " in page.html
    finally:
        event.remove(db.engine, "connect", limit)
        db.session.remove()
        db.engine.dispose()
    check_works_again(respondent)


def test_a_read_only_database(respondent):
    from sqlalchemy import event

    sqlite = db.engine.dialect.name == "sqlite"
    say = "PRAGMA query_only = ON" if sqlite else "SET default_transaction_read_only = on"

    def forbid(connection, record):
        connection.execute(say)
        if not sqlite:
            connection.commit()

    db.session.remove()
    db.engine.dispose()
    event.listen(db.engine, "connect", forbid)
    try:
        check_told_and_kept(respondent)
    finally:
        event.remove(db.engine, "connect", forbid)
        db.session.remove()
        db.engine.dispose()
    check_works_again(respondent)


def test_send_that_fails_acknowledges_nothing(respondent, monkeypatch):
    from sqlalchemy.exc import OperationalError

    from app.answering import views

    for number in PAGES:
        respondent.answer(number)
    checked = respondent.page

    def fail(*arguments):
        raise OperationalError("UPDATE", {}, Exception("disk I/O error"))

    monkeypatch.setattr(views, "send_response", fail)
    page = respondent.send(status=503)
    assert "could not send your answers" in page.html and "CV-" not in page.html
    assert references_stored() == set()
    monkeypatch.undo()
    respondent.page = checked
    respondent.send()
    assert references_stored() == {respondent.reference}


def test_parallel_sends_of_one_response_store_one(app, visit, client):
    """Five copies of the same request at once: one response, and everybody gets its receipt."""
    open_weekly()
    respondent = Respondent(visit)
    respondent.answer_all()
    cookies = "; ".join(
        f"{cookie.key}={cookie.value}"
        for cookie in client._cookies.values()
        if cookie.path in ("/", "/s/weekly")
    )
    told = []

    def send():
        copy = app.test_client(use_cookies=False)
        headers = {"Cookie": cookies}
        copy.post("/s/weekly/send", data={"csrf_token": respondent.page.csrf}, headers=headers)
        told.append(copy.get("/s/weekly/sent", headers=headers).get_data(as_text=True))

    threads = [threading.Thread(target=send) for _ in range(5)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [reference] = references_stored()
    assert len(told) == 5 and all(reference in page for page in told)


def test_ledger_of_many_respondents_with_retries(app, visit, client):
    sent, told = set(), set()
    open_weekly()
    for number in range(6):
        client.delete_cookie("response", path="/s/weekly")
        respondent = Respondent(visit)
        respondent.answer_all({**GOOD, "organisation": f"Group {number}"})
        checked = respondent.page
        for _ in range(number % 3 + 1):
            respondent.page = checked
            respondent.send()
            told.add(respondent.reference)
        sent.add(f"Group {number}")
    db.session.commit()
    kept = db.session.scalars(select(Response).where(Response.state == SENT)).all()
    assert told == {response.reference for response in kept}
    assert {response.answers["organisation"] for response in kept} == sent
    assert len(kept) == 6
