"""What only a browser shows: without JavaScript, by keyboard, and in a few requests."""

import pytest
from sqlalchemy import select

from app.coding.models import BlindCode
from app.core.database import db
from app.people.actions import make_staff
from app.statements.models import Statement
from tests.browser.journeys import answer_survey, log_note, press, sign_in
from tests.conftest import PASSWORD
from tests.factories import draw, open_weekly, publish, send, shipped, suggest, sweep


@pytest.mark.parametrize("language", ["en", "ar"])
def test_everything_for_respondents_works_without_javascript(app, site, browser, language):
    open_weekly()
    publish(shipped("champion-note"), standing=True)
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 700})
    context.add_cookies([{"name": "language", "value": language, "url": site}])
    page = context.new_page()
    assert [*answer_survey(page, site)][-1] == "receipt"
    assert page.locator(".reference").inner_text().startswith("CV-")
    assert [*log_note(page, site)][-1] == "note received"
    context.close()


def test_the_language_buttons_keep_what_is_typed_and_enter_means_continue(app, site, browser):
    open_weekly()
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/s/weekly")
    page.fill("#q-organisation", "Elm Street Pantry")
    press(page, "button[value=ar]")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.input_value("#q-organisation") == "Elm Street Pantry"
    page.press("#q-organisation", "Enter")
    page.wait_for_load_state()
    assert page.locator("html").get_attribute("lang") == "ar"  # not the first language button
    assert page.locator(".summary").count() == 1
    context.close()


def test_a_survey_by_keyboard_alone(app, site, browser):
    open_weekly()
    page = browser.new_page()
    page.goto(f"{site}/s/weekly")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.focus("#q-organisation")
    page.keyboard.type("Elm Street Pantry")
    page.keyboard.press("Tab")
    page.keyboard.type("Hack")
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.wait_for_url("**/s/weekly/2")
    page.close()


@pytest.fixture
def reviewing(app, site, browser):
    make_staff("analyst@test.example", "analyst", "test", PASSWORD)
    current = open_weekly()
    for place in ("north", "south", "west"):
        send(current, saying=f"Mould on the {place} estate and the food bank is empty", need="")
    sweep()
    for statement in db.session.scalars(select(Statement)):
        place = statement.text.split()[3]
        order = {"north": 3.0, "south": 2.0, "west": 1.0}[place]
        suggest(statement.id, {"housing": ["Mould"], "food": ["food bank"]}, priority=order)
    page = browser.new_page()
    for _ in sign_in(page, site):
        pass
    page.goto(f"{site}/review")
    yield page
    page.close()


def test_review_by_keyboard(reviewing):
    page = reviewing
    assert page.locator("mark").count() >= 2 and "north" in page.locator("blockquote").inner_text()
    page.keyboard.press("1")
    assert page.locator("input[value=confirm]:checked").count() == 1
    page.keyboard.press("1")  # again: rejected
    page.keyboard.press("2")
    assert page.locator("input[value=reject]:checked").count() == 1
    page.keyboard.press("Enter")
    page.wait_for_selector("text=2 waiting")
    assert "south" in page.locator("blockquote").inner_text()
    page.keyboard.press("n")
    page.wait_for_selector("text=1 waiting")
    page.keyboard.press("u")
    page.wait_for_selector("text=2 waiting")
    assert "south" in page.locator("blockquote").inner_text()
    page.keyboard.press("s")
    page.wait_for_function("document.querySelector('blockquote').innerText.includes('west')")
    page.keyboard.press("a")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=1 waiting")


def test_kind_and_note_are_a_key_away_and_a_picked_theme_leaves_the_keys_free(reviewing):
    page = reviewing
    page.keyboard.press("r")  # all that are still open
    assert page.locator("input[value=reject]:checked").count() == 2
    page.keyboard.press("t")
    page.select_option("select[name=add] >> nth=0", "mental-health")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.name") == "type"
    page.fill("textarea[name=note]", "seen in the hall")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Enter")
    page.wait_for_selector("text=2 waiting")
    page.keyboard.press("u")
    page.wait_for_selector("text=3 waiting")


def test_blind_coding_by_keyboard(app, reviewing, site):
    draw(True)
    page = reviewing
    page.goto(f"{site}/blind")
    assert page.locator("mark").count() == 0 and "3 waiting" in page.locator("h1").inner_text()
    page.keyboard.press("/")
    page.keyboard.type("crowded")
    page.keyboard.press("Enter")
    assert page.locator("input[value=housing]").is_checked()
    page.keyboard.press("Enter")
    page.wait_for_selector("text=2 waiting")
    page.keyboard.press("n")
    page.wait_for_selector("text=1 waiting")
    db.session.expire_all()
    assert sorted(db.session.scalars(select(BlindCode.themes))) == [[], ["housing"]]


def test_the_keys_can_be_turned_off(reviewing):
    page = reviewing
    page.click(".keys summary")
    page.uncheck("#keys-on")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("1")
    assert page.locator("input[type=radio]:checked").count() == 0
    page.reload()
    page.keyboard.press("1")
    assert page.locator("input[type=radio]:checked").count() == 0


def test_typing_in_a_list_is_not_a_command(reviewing):
    page = reviewing
    page.keyboard.press("t")
    assert page.evaluate("document.activeElement.name") == "add"
    page.keyboard.press("n")
    assert page.locator("text=3 waiting").count() == 1


def test_first_load_in_a_browser_is_four_requests_at_most(app, site, browser):
    open_weekly()
    page = browser.new_page()
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{site}/s/weekly")
    page.wait_for_load_state("networkidle")
    assert len(asked) <= 4 and all(url.startswith(site) for url in asked)
    page.close()
