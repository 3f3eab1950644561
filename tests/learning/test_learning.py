"""Learning: decisions train the next tagger, it is compared on what it hasn't seen, chosen, and taken back."""

import pytest
from sqlalchemy import select

from app.coding.actions import record_blind_code, record_decision
from app.coding.deciding import settle
from app.core.database import db
from app.learning.actions import NotTrained, ask_for_training, use_shipped, use_tagger
from app.learning.comparing import Held, compare
from app.learning.queries import list_held, list_lessons
from app.learning.sweeps import train_waiting
from app.themes import corpus
from app.themes.codebook import shipped_codebook
from app.themes.corpus import Example, list_examples
from app.themes.models import TaggerVersion, Tagging
from app.themes.queries import current_tagger, current_version
from app.themes.sweeps import tag_waiting
from app.themes.tagger import Tagger, shipped_tagger
from app.themes.training import train_tagger
from tests.factories import draw, say

#: A word that means nothing yet: whoever learns from these decisions knows what it is.
NEW_WORD = "zorblat"


@pytest.fixture
def small_corpus(monkeypatch):
    """A fiftieth of the corpus, so that training takes a second."""
    few = tuple(list_examples()[::50])
    monkeypatch.setattr(corpus, "list_examples", lambda: few)


@pytest.fixture
def decided(app):
    """Statements about a new kind of food that people coded, and blind-coded ones to compare on."""
    texts = [f"The {NEW_WORD} was gone before noon on day {number}" for number in range(24)]
    ids = say(*texts)
    for statement_id in ids[:18]:
        record_decision(statement_id, "a", 0, lambda before: settle(before, ["food"]))
    draw(True, *ids[18:])
    for statement_id in ids[18:]:
        record_blind_code(statement_id, "a", ["food"])
        record_blind_code(statement_id, "b", ["food"])
    return ids


def test_blind_codes_are_compared_on_and_never_learned_from(decided):
    lessons, held = list_lessons(), list_held()
    assert len(lessons) == 18 and len(held) == 6
    assert not {each.text for each in lessons} & {each.text for each in held}
    assert {each.themes for each in held} == {frozenset({"food"})}


def test_undone_decisions_teach_nothing(decided):
    from app.coding.actions import undo_decision
    from app.coding.queries import find_decision

    undo_decision(find_decision(decided[0]).id, "a")
    assert len(list_lessons()) == 17


def test_what_people_decide_is_learned_and_used_only_when_somebody_says_so(decided, small_corpus):
    assert "food" not in {
        s.theme for s in current_tagger().suggest(f"The {NEW_WORD} was gone before noon again", "en")
    }
    version = ask_for_training("a")
    assert ask_for_training("b").id == version.id  # one waits at a time
    assert train_waiting() == 1 and train_waiting() == 0
    db.session.expire_all()
    report = db.session.get(TaggerVersion, version.id).report
    assert report["learned_from"] == 18 and report["held"] == 6
    assert report["after"]["micro"]["f1"] > report["before"]["micro"]["f1"]
    assert report["after"]["themes"]["food"]["recall"] == 1.0 and "en" in report["after"]["languages"]
    assert current_version() == "codebook 1, weights shipped"

    use_tagger(version.id, "a")
    assert current_version() == f"codebook 1, weights {version.id}"
    assert "food" in {
        s.theme for s in current_tagger().suggest(f"The {NEW_WORD} was gone before noon again", "en")
    }
    assert tag_waiting() == 24
    assert set(db.session.scalars(select(Tagging.tagger))) == {current_version()}

    use_shipped("a")
    assert "food" not in {
        s.theme for s in current_tagger().suggest(f"The {NEW_WORD} was gone before noon again", "en")
    }
    use_tagger(version.id, "a")  # and forward again
    assert current_version() == f"codebook 1, weights {version.id}"


def test_without_decisions_there_is_nothing_to_learn(app):
    version = ask_for_training("a")
    assert train_waiting() == 1
    db.session.expire_all()
    assert db.session.get(TaggerVersion, version.id).report == {"problem": "nothing decided"}
    for tagger_id in (version.id, 999):
        with pytest.raises(NotTrained):
            use_tagger(tagger_id, "a")


def test_an_untrained_version_cannot_be_used(app):
    with pytest.raises(NotTrained):
        use_tagger(ask_for_training("a").id, "a")


def test_comparing_by_hand():
    before = shipped_tagger()
    held = [Held("The food bank ran out of food", "en", frozenset({"food"}))]
    report = compare(before, before, held, 7)
    assert report["before"] == report["after"] and report["before"]["micro"]["recall"] == 1.0
    assert (report["held"], report["learned_from"]) == (1, 7)


def test_training_is_the_same_twice():
    examples = list_examples()[::100]
    one, other = (train_tagger(shipped_codebook(), examples, "test") for _ in range(2))
    text = "The landlord ignores the mould and the food bank is empty"
    read = [Tagger(shipped_codebook(), weights, "t").read(text, "en") for weights in (one, other)]
    assert read[0] == read[1] and read[0].suggestions


def test_unknown_themes_are_refused():
    with pytest.raises(ValueError, match="not in the codebook: green-cheese"):
        train_tagger(shipped_codebook(), [Example("x", "en", frozenset({"green-cheese"}))], "test")


# --- the page --------------------------------------------------------------------------------------


def test_the_page_from_nothing_to_a_tagger_in_use_and_back(decided, small_corpus, administrator, visit):
    page = visit("/learning")
    assert "18 decided statements" in page.html and "mostly chance" in page.html
    waiting = visit("/learning/train", {"csrf_token": page.csrf})
    assert "Waiting to be trained" in waiting.html
    train_waiting()
    trained = visit("/learning")
    assert "Learned from 18 decisions; compared on 6" in trained.html and "F1 of all tags" in trained.html
    version = db.session.scalars(select(TaggerVersion.id)).one()
    used = visit(f"/learning/{version}/use", {"csrf_token": trained.csrf})
    assert "in use" in used.html and "0 of 24" in used.html
    back = visit("/learning/0/use", {"csrf_token": used.csrf})
    assert "Use this tagger" in back.html
    visit("/learning/999/use", {"csrf_token": back.csrf}, status=404)


def test_an_analyst_may_train_but_not_switch(decided, analyst, visit):
    page = visit("/learning")
    visit("/learning/train", {"csrf_token": page.csrf})
    assert "An administrator takes a tagger into use" in visit("/learning").html
    visit("/learning/0/use", {"csrf_token": page.csrf}, status=403)


def test_nothing_decided_yet_says_what_to_do(app, analyst, visit):
    page = visit("/learning")
    assert "First decide on some statements" in page.html and "disabled" in page.html


def test_the_model_card_is_public_and_has_its_figures(app, client):
    html = client.get("/how-we-code").get_data(as_text=True)
    from app.themes.card import shipped_figures

    figures = shipped_figures()
    assert f"{figures['micro']['f1']:.2f}" in html and "Algorithmic Transparency" in html
    assert html.count('<th scope="row">') > 30
