"""What people do in a browser, page by page; each yields a name for the page it is on."""

from tests.conftest import PASSWORD
from tests.factories import FORMS

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


def answer_any_form(page, site):
    """A form with every type: repeats, a search, a file, coming back, paper, the answers."""
    page.goto(f"{site}/s/every-type")
    yield "form with every type"
    page.fill("#q-name", "Amina")
    press(page)
    yield "numbers and times"
    page.fill("#q-share", "33")
    page.fill("#q-place", "here")
    press(page, "main form .actions button")
    yield "numbers with mistakes"
    page.fill("#q-share", "35")
    page.fill("#q-place", "51.5 -0.12")
    press(page, "main form .actions button")
    yield "choices"
    press(page)
    yield "table"
    press(page)
    yield "upload"
    press(page)
    page.fill("#q-school-find", "a")
    press(page, "button[name=find]")
    yield "search"
    page.check("input[name=q-school][value=oak]")
    press(page, "main form .actions button")
    yield "empty list"
    press(page, "button[name=add]")
    page.fill("#q-child", "Bo")
    yield "instance"
    press(page)
    press(page, "main .actions button[name=go]")
    yield "list"
    press(page, "button[name=remove]")
    yield "removed"
    press(page, "button[name=undo]")
    press(page, "main .actions button[name=go]")
    yield "note with answers"
    page.goto(f"{site}/s/every-type/later")
    yield "later"
    address = page.locator("#own-link").input_value()
    page.goto(address)
    yield "come back"
    page.goto(f"{site}/s/every-type/back/nothing")
    yield "link that leads nowhere"
    page.goto(f"{site}/s/every-type/print")
    yield "paper"
    page.goto(f"{site}/s/every-type/check")
    press(page, "main form button.button")
    yield "receipt of any form"
    press(page, "form[action$=change] button")
    yield "changing what was sent"
    page.goto(f"{site}/s/every-type/answers")
    yield "own answers"


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


def author_survey(page, site):
    """A workbook with faults, then one without: checked, previewed, edited, translated, published."""
    page.goto(f"{site}/surveys")
    yield "surveys"
    page.set_input_files("#workbook", FORMS / "faulty.md")
    press(page, "main form .button")
    yield "draft with faults"
    page.goto(f"{site}/surveys")
    page.set_input_files("#workbook", FORMS / "every-type.md")
    press(page, "main form .button")
    yield "draft"
    address = page.url
    for name in ("preview", "edit", "translations"):
        page.goto(f"{address}/{name}")
        yield name
    page.goto(f"{address}/rows/survey/9")
    yield "row"
    page.goto(address)
    press(page, "main .receipt button")
    yield "version"


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


def change_the_codebook(page, site):
    """A theme that can't be, then what one would move, then the version in force."""
    for name, address in {
        "codebook": "/codebook",
        "theme": "/codebook/food?phrases=ar",
        "emerging": "/emerging",
        "learning": "/learning",
        "agreement": "/blind/agreement",
    }.items():
        page.goto(site + address)
        if page.locator("main details summary").count():
            page.click("main details summary")
        yield name
    page.goto(f"{site}/codebook/new")
    page.fill("#key", "Not A Key")
    press(page, "button[value=preview]")
    yield "theme with a fault"
    page.fill("#key", "quiet-streets")
    page.fill("#name-en", "Quiet streets")
    page.fill("#include", "Noise of all kinds.")
    page.fill("#phrases", "choir")
    press(page, "button[value=preview]")
    yield "what a theme would move"
    press(page, "button[value=apply]")
    yield "codebook in force"


def code_blind(page, site):
    """Statements of the sample: nothing chosen, then one coded, until none is left."""
    page.goto(f"{site}/blind")
    yield "blind"
    press(page, "#blind .button")
    yield "blind with nothing chosen"
    while page.locator("#blind").count():
        page.check("input[value=housing]")
        press(page, "#blind .button")
    yield "nothing to code blind"
    page.goto(f"{site}/review?only=disagreed")
    page.eval_on_selector_all(".more", "all => all.forEach((each) => { each.open = true; })")
    yield "two disagreed"


def see_other_pages(page, site):
    for name, address in {
        "home": "/",
        "privacy": "/privacy",
        "nowhere": "/nowhere",
        "model card": "/how-we-code",
        "closed": "/s/closed",
        "unknown language": "/?lang=xx",
    }.items():
        page.goto(site + address)
        yield name


JOURNEYS = (
    see_other_pages,
    answer_survey,
    answer_any_form,
    log_note,
    see_staff_pages,
    author_survey,
    code_blind,
    change_the_codebook,
)
