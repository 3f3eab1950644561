"""Answering forms with every type, repeats, files and lists; coming back, printing, changing what was sent."""

import io
import re

import pytest
from sqlalchemy import select
from werkzeug.datastructures import MultiDict

from app.answering.models import Attachment, EarlierAnswers, Response
from app.answering.uploads import judge, safe_name
from app.core.database import db
from app.questionnaires.forms import PREFIX, SHOWN
from app.statements.models import REPLACED, Contribution, Statement
from tests.answering.test_answering import PAGES, Respondent
from tests.factories import GOOD, close, compile_text, form, open_weekly, publish, sweep

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + b"\0" * 60


class Walker:
    """Somebody who fills in one page after the other, wherever the form leads."""

    def __init__(self, visit, key):
        self.visit, self.key = visit, key
        self.page = visit(f"/s/{key}")

    @property
    def address(self) -> str:
        return re.search(r'<form id="page" method="post" action="([^"]+)"', self.page.html)[1]

    def press(self, button="", value="1", status=200, **answers):
        data = MultiDict({"csrf_token": self.page.csrf})
        if f'name="{SHOWN}"' in self.page.html:
            data[SHOWN] = self.page.hidden(SHOWN)
        if button:
            data[button] = value
        for name, answer in answers.items():
            for each in answer if isinstance(answer, list) else [answer]:
                data.add(PREFIX + name.replace("__", "-"), each)
        has_file = any(isinstance(each, tuple) for _, each in data.items(multi=True))
        options = {"content_type": "multipart/form-data"} if has_file else {}
        self.page = self.visit(self.address, data, status=status, **options)
        return self

    def send(self, status=200):
        self.page = self.visit(f"/s/{self.key}/send", {"csrf_token": self.page.csrf}, status=status)
        return self

    def sees(self, *texts) -> bool:
        plain = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", self.page.html))
        return all(text in plain for text in texts)


def only_response():
    db.session.commit()
    return db.session.scalars(select(Response)).one()


@pytest.fixture
def walker(app, visit):
    publish(form("every-type"))
    return Walker(visit, "every-type")


def to_the_photo(walker):
    walker.press(name="Amina", age="40")
    walker.press(rent="120.5", mood="4", share="35", place="51.5 -0.12", wakes="2.30 pm")
    walker.press(happy="yes", order=["2", "1", "3"])
    return walker.press(t_bus="1")


def test_every_type_from_the_first_page_to_the_receipt(walker):
    to_the_photo(walker)
    assert walker.sees("A photo")
    walker.press(photo=(io.BytesIO(PNG), "../etc/my photo.png"))
    walker.press(school__find="oak")
    walker.press("add").press(child="Bo", child_age="4")
    assert walker.sees("Pets", "Nothing has been added yet")
    walker.press("add").press(pet="Rex").press("go")
    walker.press("go")
    assert walker.sees("Amina, the ages make 4 .") or walker.sees("the ages make 4")
    walker.press()
    assert walker.sees("Check your answers", "Oak Academy", "my photo.png", "Children 1", "Pets 1", "241")
    walker.send()
    answers = only_response().answers
    assert answers["children"] == [{"child": "Bo", "child_age": 4, "pets": [{"pet": "Rex"}]}]
    assert answers["order"] == ["2", "1", "3"] and answers["adult"] == "yes" and answers["wakes"] == "14:30"
    assert answers["school"] == "oak" and answers["source"] == "leaflet" and "device" not in answers
    kept = db.session.scalars(select(Attachment)).one()
    assert (kept.name, kept.media_type, kept.content) == ("my photo.png", "image/png", PNG)
    assert answers["photo"] == f"{kept.id}/my photo.png"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"<html><script>alert(1)</script>", "not a file of the kind"),
        (b"MZ" + b"\0" * 100, "not a file of the kind"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'></svg>", "not a file of the kind"),
    ],
)
def test_files_that_are_refused(walker, content, words):
    to_the_photo(walker).press(photo=(io.BytesIO(content), "x.png"), status=422)
    assert walker.sees(words)
    assert db.session.scalars(select(Attachment)).all() == []


def test_a_file_that_is_too_large(walker, monkeypatch):
    monkeypatch.setattr("app.answering.uploads.SIZE_LIMIT", 2 * 1024 * 1024)
    monkeypatch.setattr("app.answering.views.SIZE_LIMIT", 2 * 1024 * 1024)
    assert judge("image", PNG + b"\0" * (2 * 1024 * 1024))[1].kind == "too_large"
    monkeypatch.setattr("app.answering.uploads.SIZE_LIMIT", 50)
    monkeypatch.setattr("app.answering.views.SIZE_LIMIT", 50)
    to_the_photo(walker).press(photo=(io.BytesIO(PNG), "x.png"), status=422)
    assert walker.sees("The file is larger than")


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a b.jpg", "a b.jpg"),
        ("\u202egpj.exe", "gpj.exe"),
        ("<img src=x>.png", "_img src=x_.png"),
        ("...", "file"),
        ("x" * 300 + ".png", "x" * 76 + ".png"),
    ],
)
def test_names_of_files_are_made_harmless(name, kept):
    assert safe_name(name) == kept


def test_a_file_can_be_taken_away_again(walker):
    to_the_photo(walker).press(photo=(io.BytesIO(PNG), "x.png"))
    walker.page = walker.visit("/s/every-type/5")
    assert walker.sees("x.png", "Remove this file")
    walker.press(photo__remove="1")
    assert only_response().answers["photo"] == ""


def test_files_are_for_staff_and_are_saved_not_shown(walker, client, analyst, visit):
    to_the_photo(walker).press(photo=(io.BytesIO(PNG), "x.png"))
    db.session.commit()
    kept = db.session.scalars(select(Attachment)).one()
    response = client.get(f"/files/{kept.id}")
    assert response.data == PNG
    assert response.headers["Content-Disposition"] == "attachment; filename=x.png"
    assert response.headers["Content-Type"] == "application/octet-stream"
    fresh = client.application.test_client()
    assert fresh.get(f"/files/{kept.id}").status_code in (302, 401, 403)


def test_mistakes_of_each_type_are_explained(walker):
    walker.press(name="Amina", age="150", status=422)
    assert walker.sees("An age is from 0 to 129.")
    walker.press(name="Amina", age="40")
    bad = {"rent": "much", "share": "33", "wakes": "25:00", "seen": "soon", "place": "here", "born": "x"}
    walker.press(**bad, status=422)
    assert walker.sees(
        "Write a number in digits, like 2.5", "from 0 to 100, in steps of 5", "like 14:30",
        "like 31/3/2027 14:30", "like 51.5072 -0.1276", "like 31/3/2027"
    )  # fmt: skip
    assert all(f'value="{text}"' in walker.page.html for text in bad.values())
    walker.press()
    walker.press(order=["1", "1", ""], status=422)
    assert walker.sees("Choose each answer once")


def test_a_list_is_searched(walker):
    to_the_photo(walker).press()
    walker.press("find", "school", school__find="a")
    assert walker.sees("Elm Primary", "Oak Academy", "Ash School")
    walker.press(school__find="zebra", status=422)
    assert walker.sees("Nothing in the list has “zebra”")
    walker.press(school="ash")
    assert only_response().answers["school"] == "ash"


def test_instances_are_added_removed_and_brought_back(walker):
    to_the_photo(walker).press().press()
    for name in ("Bo", "Cy"):
        walker.press("add").press(child=name).press("go")
    assert walker.sees("Bo", "Cy", "Add another")
    walker.press("remove", "1")
    assert walker.sees("Removed.") and not walker.sees("Bo")
    walker.press("undo")
    assert [row["child"] for row in only_response().answers["children"]] == ["Bo", "Cy"]
    walker.press("go")
    assert walker.sees("Who is the eldest?", "Bo", "Cy")


def test_an_instance_that_was_removed_elsewhere_loses_no_words(walker):
    to_the_photo(walker).press().press().press("add")
    inside = walker.page
    walker.page = walker.visit("/s/every-type/7")
    walker.press("remove", "1")
    walker.page = inside
    walker.press(child="Bo", status=409)
    assert walker.sees("removed in another window", "Bo")


def test_choices_follow_from_an_answer_and_old_ones_are_not_sent(app, visit):
    publish(form("cascade"))
    walker = Walker(visit, "cascade").press(region="north")
    assert walker.sees("York") and not walker.sees("Hove")
    walker.press(town="york").press().press()
    walker.page = visit("/s/cascade/1?check=1")
    walker.press(region="south")
    walker.page = visit("/s/cascade/check")
    assert walker.sees("Some answers are missing or need a correction", "Town")
    assert walker.send(422).sees("need a correction")


def test_going_on_on_another_device_with_ones_own_link(walker, app):
    walker.press(name="Amina", age="40")
    later = walker.visit("/s/every-type/later")
    link = re.search(r'value="http://[^/]+(/s/every-type/back/[^"]+)"', later.html)[1]
    other = app.test_client()
    page = other.get(link)
    assert "Amina" not in page.get_data(as_text=True)  # opening alone shows and changes nothing
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.get_data(as_text=True))[1]
    there = other.post(link, data={"csrf_token": csrf}, follow_redirects=True).get_data(as_text=True)
    assert "Amina" in there and "Check your answers" in there
    assert other.get(link[:-3] + "xxx").status_code == 404
    assert other.get("/s/every-type/back/rubbish").status_code == 404


@pytest.mark.parametrize("language", ["en", "ar"])
def test_paper(walker, language):
    page = walker.visit(f"/s/every-type/print?lang={language}")
    words = {"en": ("Your name", "York", "Agree"), "ar": ("اسمك", "يورك", "أوافق")}[language]
    assert all(word in page.html for word in words)
    walker.page = walker.visit("/s/every-type")
    walker.press(name="Amina")
    assert "Amina" in walker.visit("/s/every-type/answers").html


def test_what_was_sent_can_be_changed_until_the_round_closes(app, visit):
    current = open_weekly()
    respondent = Respondent(visit)
    respondent.answer_all()
    respondent.send()
    db.session.commit()
    sweep()
    page = visit("/s/weekly/change", {"csrf_token": visit("/s/weekly/sent").csrf})
    assert "Send the changes" in page.html
    changed = {**GOOD, "saying": "The queue is shorter now."}
    respondent.answer(2, changed)
    assert only_response().answers["saying"] == GOOD["saying"]  # what was sent stands
    respondent.page = visit("/s/weekly/check")
    assert "Changed on" in respondent.send().html
    response = only_response()
    assert response.answers["saying"] == changed["saying"] and response.draft is None
    earlier = db.session.scalars(select(EarlierAnswers)).one()
    assert earlier.answers["saying"] == GOOD["saying"]
    sweep()
    counted = select(Statement.text).join(Contribution).where(Contribution.source != REPLACED)
    assert db.session.scalars(counted).all() == ["The queue is shorter now."]
    kept = select(Statement.text).join(Contribution).where(Contribution.source == REPLACED)
    assert db.session.scalars(kept).all() == [GOOD["saying"]]
    close(current)
    refused = visit("/s/weekly/change", {"csrf_token": visit("/s/weekly/sent").csrf}, status=409)
    assert "This survey is closed" in refused.html


def test_changes_can_be_forgotten(app, visit):
    open_weekly()
    respondent = Respondent(visit)
    respondent.answer_all()
    respondent.send()
    visit("/s/weekly/change", {"csrf_token": respondent.page.csrf})
    respondent.answer(2, {**GOOD, "saying": "Something else"})
    page = visit("/s/weekly/change", {"csrf_token": visit("/s/weekly/check").csrf, "drop": "1"})
    assert "have been received" in page.html
    assert only_response().draft is None and only_response().answers["saying"] == GOOD["saying"]
    assert PAGES  # the weekly survey's own pages


def long_list(count: int) -> str:
    choices = "\n".join(f"| | place | p{n} | Place number {n} |" for n in range(count))
    return (
        "| survey |\n| | type | name | label |\n| | select_one place | where | Where |\n"
        "| | select_multiple place | also | Also |\n| choices |\n| | list_name | name | label |\n"
        + choices
        + "\n| settings |\n| | form_id |\n| | long |\n"
    )


def test_two_thousand_options_are_searched_in_a_small_page(app, visit):
    publish(compile_text(long_list(2000)).definition)
    walker = Walker(visit, "long")
    assert len(walker.page.html.encode()) <= 30_000
    walker.press("find", "where", where__find="number 19")
    assert walker.sees("Place number 19", "Place number 190") and len(walker.page.html.encode()) <= 30_000
    walker.press(where__find="place NUMBER 1999")
    walker.press(also=["p1"], also__find="Place number 2")
    walker.send()
    assert only_response().answers == {"where": "p1999", "also": ["p1", "p2"]}


def test_a_survey_in_languages_that_the_product_does_not_have(app, visit):
    text = (
        "| survey |\n| | type | name | label::English (en) | label::Somali (so) | label::Persian (fa) |\n"
        "| | text | a | Hello | Salaan | سلام |\n| settings |\n| | form_id |\n| | tongues |\n"
    )
    publish(compile_text(text).definition)
    page = visit("/s/tongues?lang=so")
    assert "Salaan" in page.html and 'lang="so"' in page.html
    walker = Walker(visit, "tongues")
    assert walker.sees("Salaan")
    walker.press("language", "fa", a="x")
    assert 'lang="fa" dir="rtl"' in walker.page.html and 'value="x"' in walker.page.html


def test_markdown_and_markup_in_labels(app, visit):
    text = (
        "| survey |\n| | type | name | label |\n"
        "| | text | a | Say *it* <script>alert(1)</script> [now](javascript:alert(1)) |\n"
        "| | note | n | Hello ${a} <b>there</b> ![x](http://x/y.png) |\n| settings |\n| | form_id |\n| | marks |\n"
    )
    publish(compile_text(text).definition)
    walker = Walker(visit, "marks")
    assert "<em>it</em>" in walker.page.html
    assert "<script>alert" not in walker.page.html and 'href="javascript' not in walker.page.html
    walker.press(a="<i>*me*</i>")
    assert "&lt;i&gt;*me*&lt;/i&gt;" in walker.page.html and "<img" not in walker.page.html
