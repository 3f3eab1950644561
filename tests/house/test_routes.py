"""Every address, who may open it, and the headers of every answer."""

import re

import pytest

from app.core.access import ADMINISTRATOR, EVERYONE, STAFF, who_may
from app.core.headers import HEADERS
from tests.factories import open_weekly, publish, shipped

S = frozenset(STAFF)
A = frozenset({ADMINISTRATOR})
E = frozenset({EVERYONE})
#: Removing or opening an address is a decision: it is made here.
ROUTES = {
    ("/", "GET"): E,
    ("/privacy", "GET"): E,
    ("/static/<path:filename>", "GET"): E,
    ("/sign-in", "GET"): E,
    ("/sign-in", "POST"): E,
    ("/sign-out", "POST"): E,
    ("/s/<key>", "GET"): E,
    ("/s/<key>/<address:address>", "GET"): E,
    ("/s/<key>/<address:address>", "POST"): E,
    ("/s/<key>/check", "GET"): E,
    ("/s/<key>/send", "POST"): E,
    ("/s/<key>/sent", "GET"): E,
    ("/s/<key>/again", "POST"): E,
    ("/s/<key>/change", "POST"): E,
    ("/s/<key>/later", "GET"): E,
    ("/s/<key>/back/<token>", "GET"): E,
    ("/s/<key>/back/<token>", "POST"): E,
    ("/s/<key>/print", "GET"): E,
    ("/s/<key>/answers", "GET"): E,
    ("/files/<uuid:attachment_id>", "GET"): S,
    ("/surveys", "GET"): S,
    ("/surveys", "POST"): S,
    ("/surveys/drafts/<int:draft_id>", "GET"): S,
    ("/surveys/drafts/<int:draft_id>/preview", "GET"): S,
    ("/surveys/drafts/<int:draft_id>/workbook.xlsx", "GET"): S,
    ("/surveys/drafts/<int:draft_id>/publish", "POST"): S,
    ("/surveys/drafts/<int:draft_id>/undo", "POST"): S,
    ("/surveys/drafts/<int:draft_id>/delete", "POST"): S,
    ("/surveys/drafts/<int:draft_id>/edit", "GET"): S,
    ("/surveys/drafts/<int:draft_id>/edit", "POST"): S,
    ("/surveys/drafts/<int:draft_id>/rows/<sheet>/<int:number>", "GET"): S,
    ("/surveys/drafts/<int:draft_id>/rows/<sheet>/<int:number>", "POST"): S,
    ("/surveys/drafts/<int:draft_id>/translations", "GET"): S,
    ("/surveys/drafts/<int:draft_id>/translations", "POST"): S,
    ("/surveys/drafts/<int:draft_id>/translations/<language>.<kind>", "GET"): S,
    ("/surveys/<key>/<int:number>", "GET"): S,
    ("/surveys/<key>/<int:number>/preview", "GET"): S,
    ("/surveys/<key>/<int:number>/workbook.xlsx", "GET"): S,
    ("/surveys/<key>/<int:number>/work", "POST"): S,
    ("/surveys/<key>/<int:number>/open", "POST"): S,
    ("/note", "GET"): E,
    ("/note", "POST"): E,
    ("/note/received/<uuid:note_id>", "GET"): E,
    ("/review", "GET"): S,
    ("/review/<int:statement_id>", "GET"): S,
    ("/review/<int:statement_id>", "POST"): S,
    ("/review/undo/<int:decision_id>", "POST"): S,
    ("/review/<int:statement_id>/split", "POST"): S,
    ("/review/<int:statement_id>/merge", "POST"): S,
    ("/review/<int:statement_id>/translation", "POST"): S,
    ("/review/<int:statement_id>/original", "POST"): A,
    ("/blind", "GET"): S,
    ("/blind/<int:statement_id>", "POST"): S,
    ("/blind/agreement", "GET"): S,
    ("/codebook", "GET"): S,
    ("/codebook/new", "GET"): S,
    ("/codebook/new", "POST"): S,
    ("/codebook/<key>", "GET"): S,
    ("/codebook/<key>", "POST"): S,
    ("/emerging", "GET"): S,
    ("/learning", "GET"): S,
    ("/learning/train", "POST"): S,
    ("/learning/<int:tagger_id>/use", "POST"): A,
    ("/how-we-code", "GET"): E,
    ("/map", "GET"): S,
}
CLOSED_BY_DEFAULT = {"security."}


def filled(rule: str) -> str:
    """A rule with something in each of its holes."""
    return re.sub(r"<[^>]+>", "1", re.sub(r"<uuid:[^>]+>", "00000000-0000-4000-8000-000000000000", rule))


def found_routes(app):
    for rule in app.url_map.iter_rules():
        for method in sorted(rule.methods - {"HEAD", "OPTIONS"}):
            yield (rule.rule, method), rule.endpoint, app.view_functions[rule.endpoint]


def test_every_route_is_in_the_table(app):
    found = {key: who_may(endpoint, view) for key, endpoint, view in found_routes(app)}
    ours = {key: roles for key, roles in found.items() if roles is not None}
    assert ours == ROUTES
    nameless = [endpoint for key, endpoint, view in found_routes(app) if who_may(endpoint, view) is None]
    assert all(endpoint.startswith(tuple(CLOSED_BY_DEFAULT)) for endpoint in nameless), nameless


def test_a_route_without_a_rule_is_closed(app, client):
    nameless = [key[0] for key, endpoint, view in found_routes(app) if who_may(endpoint, view) is None]
    for address in nameless:
        assert client.get(filled(address)).status_code in (403, 404, 405)


@pytest.mark.parametrize("method", ["get", "post"])
def test_staff_pages_send_strangers_to_sign_in(app, client, method):
    for (address, verb), roles in ROUTES.items():
        if roles in (S, A) and verb.lower() == method:
            response = client.open(filled(address), method=verb)
            # A POST without a token is refused before anybody is asked who they are.
            assert response.status_code == (302 if method == "get" else 400), address


def test_a_signed_in_nobody_is_refused(app, visit):
    from app.people.actions import make_staff

    make_staff("nobody@test.example", "stranger", "test", "a long enough password")
    page = visit("/sign-in")
    form = {"email": "nobody@test.example", "password": "a long enough password", "csrf_token": page.csrf}
    visit("/sign-in", {**form, "next": "/map"}, status=403)
    visit("/review", status=403)


def test_headers_of_pages_files_and_errors(app, client):
    open_weekly()
    publish(shipped("champion-note"), standing=True)
    for address in ("/", "/s/weekly", "/note", "/privacy", "/sign-in", "/nowhere", "/static/site.css"):
        with client.get(address) as response:
            for name, value in HEADERS.items():
                assert response.headers[name] == value, (address, name)
    policy = HEADERS["Content-Security-Policy"]
    assert "unsafe" not in policy and "http" not in policy and policy.startswith("default-src 'none'")


def test_pages_are_not_kept_and_files_are(app, client):
    assert client.get("/").headers["Cache-Control"] == "no-store"
    with client.get("/static/site.css") as response:
        assert "max-age=31536000" in response.headers["Cache-Control"]


def test_hsts_behind_https(app, client):
    assert "Strict-Transport-Security" not in client.get("/").headers
    assert (
        "max-age=31536000"
        in client.get("/", base_url="https://views.example").headers["Strict-Transport-Security"]
    )


def test_sign_in_says_the_same_for_both_mistakes(app, visit):
    from app.people.actions import make_staff

    make_staff("known@test.example", "analyst", "test", "a long enough password")
    texts = []
    for email in ("known@test.example", "unknown@test.example"):
        page = visit("/sign-in")
        wrong = visit("/sign-in", {"email": email, "password": "wrong", "csrf_token": page.csrf})
        assert "e-mail address or the password is wrong" in wrong.html
        texts.append(re.sub(r'value="[^"]*"', "", wrong.html))
    assert texts[0] == texts[1]
