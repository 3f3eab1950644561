"""What is emerging among statements that fit nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.database import db
from app.themes.emerging import Unfit, find_clusters, steepness
from app.themes.models import Emerging
from app.themes.sweeps import find_emerging
from tests.factories import say, suggest


def unfit(*texts, language="en", start=0):
    return [Unfit(start + n, text, language, f"org-{n}") for n, text in enumerate(texts)]


QUIET = unfit(*[f"we talked about choir number {n} and tea" for n in range(20)], start=1000)


def test_a_new_word_in_several_statements_rises():
    week = unfit("pigeons on the roof", "pigeons again on balcony", "too many pigeons here", "tea was nice")
    (cluster,) = find_clusters(week, QUIET)
    assert cluster.terms[0] == "pigeons" and cluster.statements == (0, 1, 2) and cluster.usual == 0


def test_what_is_said_every_week_does_not():
    usual = unfit(*["pigeons on the roof"] * 20, start=100)
    assert find_clusters(unfit(*["pigeons on the roof"] * 5), usual) == []


def test_one_loud_organisation_is_no_trend():
    week = [Unfit(n, "pigeons everywhere", "en", "org-1") for n in range(9)]
    assert find_clusters(week, QUIET) == []


def test_terms_of_the_same_statements_are_one_cluster():
    week = unfit(*[f"pigeon droppings on stair {n}" for n in range(4)])
    (cluster,) = find_clusters(week, QUIET)
    assert {"pigeon droppings", "pigeon", "droppings"} <= set(cluster.terms)


@pytest.mark.parametrize(
    ("language", "text", "term"),
    [("bn", "ছাদে কবুতর", "কবুতর"), ("ar", "الحمام على السطح", "الحمام"), ("pl", "gołębie na dachu", "golebie")],
)
def test_in_any_language(language, text, term):
    week = unfit(*[f"{text} {n}" for n in range(4)], language=language)
    assert term in find_clusters(week, [])[0].terms


def test_common_words_say_nothing():
    week = unfit(*[f"something about {n}" for n in range(5)])
    assert find_clusters(week, [], lambda word: word in ("something", "about")) == []


@given(st.lists(st.text(max_size=40), max_size=12), st.lists(st.text(max_size=40), max_size=12))
def test_any_texts_are_borne(now, before):
    week = unfit(*now)
    for cluster in find_clusters(week, unfit(*before, start=500)):
        assert set(cluster.statements) <= {each.id for each in week}
        assert steepness(len(cluster.statements), cluster.usual) > 0


def test_the_sweep_and_the_page_and_the_way_to_a_theme(app, analyst, visit):
    assert "Nothing has been looked at yet" in visit("/emerging").html
    ids = say(*[f"Pigeon droppings by stair {n}, my neighbour Amina saw" for n in range(4)])
    for statement_id in ids:
        suggest(statement_id, {})
    assert find_emerging() >= 1 and find_emerging() == 0
    found = db.session.scalars(select(Emerging)).one()
    assert found.statements == 4
    page = visit("/emerging")
    assert "pigeon" in page.html and "Amina" not in page.html and "4 statements fit no theme" in page.html
    form = visit(f"/codebook/new?week={found.week}&cluster=0")
    assert "pigeon" in form.html and "Amina" not in form.html and "[name]" in form.html
    for address in (
        "week=x&cluster=0",
        f"week={found.week}&cluster=99",
        f"week={found.week}&cluster=-1",
        "cluster=0",
    ):
        assert "pigeon" not in visit(f"/codebook/new?{address}").html
