"""What one response may cost: bytes on the first load, and statements to the database."""

import gzip
import re

from sqlalchemy import event

from app.core.database import db
from tests.answering.test_answering import GOOD, PAGES, Respondent, fields
from tests.factories import open_weekly

FIRST_LOAD_BYTES = 14_600  # one initial TCP window
FIRST_LOAD_REQUESTS = 4
STATEMENTS = 12


def test_first_load(app, client):
    open_weekly()
    for language in ("en", "ar", "bn", "pl"):
        client.delete_cookie("language")
        fetched = {}
        page = fetch(client, f"/s/weekly?lang={language}", fetched)
        for address in re.findall(r'<(?:link|script|img)[^>]+(?:href|src)="(/[^"]+)"', page):
            fetch(client, address, fetched)
        assert len(fetched) <= FIRST_LOAD_REQUESTS, fetched
        assert sum(fetched.values()) <= FIRST_LOAD_BYTES, (language, fetched)


def fetch(client, address, fetched):
    """The text at `address`; its size as sent, headers included, goes into `fetched`."""
    with client.get(address, headers={"Accept-Encoding": "gzip"}) as response:
        assert response.status_code == 200
        body = response.get_data()
        headers = "".join(f"{name}: {value}\r\n" for name, value in response.headers)
        fetched[address] = len(body) + len(headers)
        return gzip.decompress(body).decode() if response.content_encoding == "gzip" else body.decode()


def test_statements_of_one_complete_response(app, visit):
    """Opening, three pages, checking, sending and the receipt, on a process that has just started."""
    open_weekly()
    said = []

    def note(connection, cursor, statement, *rest):
        said.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        respondent = Respondent(visit)
        page = respondent.page
        for number in PAGES:  # each page is the answer to the one before, as in a browser
            sent = {"csrf_token": page.csrf, "shown": page.hidden("shown"), **fields(PAGES[number], GOOD)}
            page = visit(f"/s/weekly/{number}", sent)
        respondent.page = page
        respondent.send()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    assert "have been received" in respondent.page.title
    # The definition is read once in the life of a process: it is not part of a response.
    own = ("version.definition", "pg_catalog")  # nor is what the driver asks of a new connection
    said = [statement for statement in said if not any(word in statement for word in own)]
    said = [statement for statement in said if not statement.startswith("show ")]
    assert len(said) <= STATEMENTS, "\n".join(said)
