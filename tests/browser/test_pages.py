"""Every page in every language, narrow and wide, light and dark: axe, reflow, direction."""

from dataclasses import replace

import pytest
from axe_playwright_python.sync_playwright import Axe
from sqlalchemy import select

from app.coding.actions import record_blind_code, record_decision
from app.coding.deciding import decide_none
from app.core.database import db
from app.core.locale import LAUNCHED, get_language
from app.learning.actions import ask_for_training, store_training
from app.learning.comparing import Held, compare
from app.people.actions import make_staff
from app.statements.models import Statement
from app.themes.sweeps import find_emerging
from app.themes.tagger import shipped_tagger
from tests.browser.journeys import JOURNEYS
from tests.conftest import PASSWORD
from tests.factories import close, draw, form, open_weekly, publish, send, shipped, sweep

RULES = {
    "runOnly": {
        "type": "tag",
        "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
    }
}


@pytest.fixture
def full_site(app, site):
    """Something on every page."""
    make_staff("analyst@test.example", "analyst", "test", PASSWORD)
    close(publish(replace(shipped(), key="closed")))
    publish(shipped("champion-note"), standing=True)
    publish(form("every-type"))
    current = open_weekly()
    for number in range(40):
        words = ["Damp and mould in the flats here.", "The choir sings.", "Only online forms, no email."]
        send(
            current, f"o{number}", area=["hackney", "barnet", "ealing"][number % 3], saying=words[number % 3]
        )
    sweep()
    ids = db.session.scalars(select(Statement.id).order_by(Statement.id)).all()
    draw(True, *ids[:3])
    for coder, themes in (("a", ["food"]), ("b", [])):
        record_blind_code(ids[0], coder, themes)
    record_blind_code(ids[1], "a", ["housing"])
    record_decision(ids[5], "a", 0, decide_none)
    learned_version()
    find_emerging()
    return site


def learned_version() -> None:
    """A tagger that was trained and compared, without the minute that it takes."""
    version = ask_for_training("a")
    tagger = shipped_tagger()
    held = [Held("The food bank ran out of food", "en", frozenset({"food"}))]
    store_training(version.id, tagger.model.weights, compare(tagger, tagger, held, 1))


#: Every language on a phone; both directions also on a laptop, and one in the dark, whose colours are the same.
SCREENS = [(language, 360, "light") for language in LAUNCHED]
SCREENS += [("en", 1280, "light"), ("ar", 1280, "light"), ("ar", 360, "dark")]


@pytest.mark.parametrize(("language", "width", "scheme"), SCREENS)
def test_every_page(full_site, browser, language, width, scheme):
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    context.add_cookies([{"name": "language", "value": language, "url": full_site}])
    page = context.new_page()
    complaints, seen = [], []
    page.on("console", lambda message: complaints.append(message.text) if "CSP" in message.text else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    for journey in JOURNEYS:
        for name in journey(page, full_site):
            seen.append(name)
            complaints += [f"{name}: {problem}" for problem in problems(page, language, width, name)]
    context.close()
    assert len(seen) == 62
    assert not complaints, "\n".join(complaints)


def problems(page, language, width, name):
    if name != "unknown language":
        html = page.locator("html")
        yield from (
            f"{attribute} is wrong"
            for attribute, value in (("lang", language), ("dir", get_language(language).direction))
            if html.get_attribute(attribute) != value
        )
    wide = page.evaluate("document.documentElement.scrollWidth")
    if wide > width:
        yield f"{wide} px wide"
    results = Axe().run(page, options=RULES)
    for violation in results.response["violations"]:
        yield f"{violation['id']}: {[node['html'][:150] for node in violation['nodes'][:3]]}"
