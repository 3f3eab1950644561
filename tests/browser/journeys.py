"""What people do in a browser, page by page; each yields a name for the page it is on."""

from tests.conftest import PASSWORD

GOOD = {"saying": "Everything is online only, our elders have no email. The landlord ignores damp."}


def fill_first_page(page):
    page.fill("#q-organisation", "Elm Street Pantry")
    page.select_option("#q-area", "hackney")
    page.check("input[value=asian]")


def press(page, selector="main button.button"):
    page.click(selector)
    page.wait_for_load_state()


def answer_survey(page, site):
    """The weekly survey from the link to the receipt, with a mistake on the way."""
    page.goto(f"{site}/s/weekly")
    yield "first page"
    press(page)
    yield "first page with mistakes"
    fill_first_page(page)
    press(page)
    yield "second page"
    page.goto(f"{site}/s/weekly")
    yield "welcome back"
    page.goto(f"{site}/s/weekly/2")
    page.fill("#q-saying", GOOD["saying"])
    page.check("input[name=q-direction][value=worse]")
    page.check("input[name=q-heard_rumour][value=yes]")
    press(page)
    yield "third page"
    page.fill("#q-rumour", "They say the jab is dangerous")
    for name, value in (("demand", "more"), ("capacity", "no"), ("quote", "yes")):
        page.check(f"input[name=q-{name}][value={value}]")
    press(page)
    yield "check"
    press(page, "main form button.button")
    yield "receipt"


def log_note(page, site):
    page.goto(f"{site}/note")
    yield "note"
    page.fill("#q-said", "People say the hall is too cold for elders")
    page.check("input[value=worry]")
    page.select_option("#q-area", "newham")
    page.check("input[value=faith]")
    press(page)
    yield "note received"


def sign_in(page, site):
    page.goto(f"{site}/map")
    yield "sign in"
    page.fill("#email", "analyst@test.example")
    page.fill("#password", PASSWORD)
    press(page)


def see_staff_pages(page, site):
    yield from sign_in(page, site)
    for name, address in {
        "map": "/map",
        "map of one theme": "/map?theme=housing&period=1",
        "map of one community": "/map?community=asian",
        "map of champions": "/map?source=note",
        "no such view": "/map?theme=nothing",
        "review": "/review",
        "nothing to review": "/review?language=so",
    }.items():
        page.goto(site + address)
        if name == "map":
            page.click("details summary")
        yield name


def see_other_pages(page, site):
    for name, address in {
        "home": "/",
        "privacy": "/privacy",
        "nowhere": "/nowhere",
        "closed": "/s/closed",
        "unknown language": "/?lang=xx",
    }.items():
        page.goto(site + address)
        yield name


JOURNEYS = (see_other_pages, answer_survey, log_note, see_staff_pages)
