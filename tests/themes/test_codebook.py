"""The codebook: reading it, changing it, putting it in force, and seeing beforehand what would move."""

import json

import pytest
from sqlalchemy import select

from app.core.database import db
from app.core.models import AuditEntry
from app.themes.actions import ChangedMeanwhile, put_in_force
from app.themes.codebook import CodebookError, dump_codebook, parse_codebook, read_codebook, shipped_codebook
from app.themes.editing import Edit, EditError, add_theme, change_theme, lines_of
from app.themes.models import CodebookVersion, Tag, Tagging
from app.themes.moving import find_moves
from app.themes.queries import current_codebook, current_tagger
from app.themes.sweeps import tag_waiting
from tests.factories import say

NEW = Edit({"en": "Bus routes"}, "home-place", "Buses cut or late.", "", (), False, "en", ("bus 38", "buses"))


@pytest.mark.parametrize(
    "broken",
    [
        "{",
        "[]",
        "{}",
        '{"themes": 3}',
        '[{"key": "a"}, {"key": "a"}]',
        '[{"label": "no key"}]',
        '[{"key": ""}]',
        '{"themes": [{"key": "a", "family": "f"}], "families": [{"key": "g"}]}',
        '{"themes": [{"key": "a"}], "phrases": {"en": {"phrases": {"b": ["x"]}}}}',
        '{"version": "x", "themes": [{"key": "a"}]}',
    ],
)
def test_a_broken_codebook_is_refused_with_words(tmp_path, broken):
    path = tmp_path / "codebook.json"
    path.write_text(broken)
    with pytest.raises(CodebookError, match=r"codebook\.json can't be used"):
        read_codebook(path)


def test_codebooks_of_others_are_read(tmp_path):
    path = tmp_path / "codebook.json"
    path.write_text(json.dumps([{"key": "a", "label": "A", "parent": "f"}, "b"]))
    codebook = read_codebook(path)
    assert [(t.key, t.family, t.names["en"]) for t in codebook.themes] == [("a", "f", "A"), ("b", "all", "b")]


def test_the_shipped_codebook_goes_through_json_unchanged():
    codebook = shipped_codebook()
    assert len(codebook.themes) == 26 and len(codebook.families) == 7
    assert codebook.theme("racism-discrimination").is_always_read
    assert parse_codebook(json.loads(json.dumps(dump_codebook(codebook)))) == codebook


@pytest.mark.parametrize(
    ("change", "field", "problem"),
    [
        ({"names": {"en": " "}}, "name-en", "missing"),
        ({"family": "nowhere"}, "family", "missing"),
        ({"include": ""}, "include", "missing"),
        ({"include": "x" * 2001}, "include", "long"),
        ({"names": {"en": "x", "pl": "x" * 121}}, "name-pl", "long"),
        ({"phrases": ("x" * 301,)}, "phrases", "long"),
        ({"examples": tuple(str(n) for n in range(301))}, "examples", "long"),
    ],
)
def test_an_edit_that_cannot_be_says_which_field(change, field, problem):
    with pytest.raises(EditError) as caught:
        add_theme(shipped_codebook(), "bus-routes", Edit(**{**vars(NEW), **change}))
    assert (caught.value.field, caught.value.problem) == (field, problem)


@pytest.mark.parametrize(
    ("key", "problem"), [("Bus Routes", "form"), ("", "form"), ("a" * 65, "form"), ("food", "taken")]
)
def test_a_key_is_new_and_of_its_form(key, problem):
    with pytest.raises(EditError) as caught:
        add_theme(shipped_codebook(), key, NEW)
    assert (caught.value.field, caught.value.problem) == ("key", problem)


def test_changing_a_theme_changes_only_that():
    book = shipped_codebook()
    edit = Edit({"en": "Food"}, "money-work", "New rule", "", ("An example",), True, "pl", ("głód*",), ())
    changed = change_theme(book, "food", edit)
    assert changed.version == 2 and changed.theme("food").is_retired
    assert (
        changed.phrases["pl"]["phrases"]["food"] == ["głód*"] and "food" not in changed.phrases["pl"]["hints"]
    )
    assert changed.phrases["en"] == book.phrases["en"]
    assert [t for t in changed.themes if t.key != "food"] == [t for t in book.themes if t.key != "food"]
    assert "food" not in [theme.key for theme in changed.of_family("money-work")]
    assert lines_of(" a  b \n\na b\nc") == ("a b", "c")


# --- in force --------------------------------------------------------------------------------------


def test_a_new_theme_is_found_and_people_keep_their_decisions(app):
    (statement_id,) = say("The bus 38 was cut and buses come late")
    assert "bus-routes" not in {tag.theme_key for tag in db.session.scalars(select(Tag))}
    put_in_force(add_theme(current_codebook(), "bus-routes", NEW), "a", "a theme for buses")
    assert current_codebook().version == 2
    assert tag_waiting() == 1 and tag_waiting() == 0
    db.session.expire_all()
    tag = db.session.scalars(select(Tag).where(Tag.theme_key == "bus-routes")).one()
    assert tag.evidence and tag.tagger == "codebook 2, weights shipped"
    assert db.session.get(Tagging, statement_id).tagger == "codebook 2, weights shipped"


def test_two_who_change_it_at_once_do_not_overwrite_each_other(app):
    book = current_codebook()
    put_in_force(add_theme(book, "bus-routes", NEW), "a", "")
    with pytest.raises(ChangedMeanwhile):
        put_in_force(add_theme(book, "other-theme", NEW), "b", "")
    assert len(db.session.scalars(select(CodebookVersion)).all()) == 1


def test_a_retired_theme_is_given_no_more(app):
    say("Damp and mould in every flat here")
    theme = current_codebook().theme("housing")
    edit = Edit(theme.names, theme.family, theme.include, theme.exclude, theme.examples, True)
    put_in_force(change_theme(current_codebook(), "housing", edit), "a", "")
    assert "housing" not in {s.theme for s in current_tagger().suggest("Damp and mould in every flat", "en")}


def test_moves_are_counted_with_examples():
    book = shipped_codebook()
    after = add_theme(book, "bus-routes", NEW)
    texts = [(1, "buses come late here", "en"), (2, "the choir sings on Monday", "en")]
    with_buses = tagger_with_app_less(after)
    moves = find_moves(tagger_with_app_less(book), with_buses, texts)
    assert (moves.read, moves.moved, moves.gained, moves.lost) == (2, 1, {"bus-routes": 1}, {})
    assert moves.examples == [(1, "bus-routes", True)]


def tagger_with_app_less(codebook):
    from app.themes.tagger import Tagger, shipped_weights

    return Tagger(codebook, shipped_weights(), "test")


# --- the pages -------------------------------------------------------------------------------------

FORM = {
    "key": "bus-routes",
    "version": "1",
    "name-en": "Bus routes",
    "family": "home-place",
    "include": "Buses cut or late.",
    "language": "en",
    "phrases": "buses\nbus 38",
}


def test_preview_then_in_force(app, analyst, visit):
    say("All buses come late here now")
    page = visit("/codebook/new")
    preview = visit("/codebook/new", {**FORM, "csrf_token": page.csrf, "do": "preview"})
    assert "Of the newest 1 statements, 1 would change" in preview.html and "1 more" in preview.html
    assert current_codebook().version == 1
    saved = visit("/codebook/new", {**FORM, "csrf_token": page.csrf, "do": "apply", "note": "heard often"})
    assert "Version 2 is in force" in saved.html and "heard often" in saved.html
    assert "0 of 1" in saved.html  # it is being read anew
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "codebook")).one()
    assert (entry.actor, entry.subject) == (analyst, "version 2")
    assert "bus-routes" in visit("/review").html  # it can be given by people at once


def test_faults_come_back_with_what_was_typed(app, analyst, visit):
    page = visit("/codebook/new")
    wrong = {**FORM, "key": "Bus Routes", "csrf_token": page.csrf, "do": "apply"}
    answer = visit("/codebook/new", wrong, status=422)
    assert answer.title.startswith("Error:") and 'href="#key"' in answer.html and "bus 38" in answer.html
    put_in_force(add_theme(current_codebook(), "other-theme", NEW), "colleague", "")
    late = visit("/codebook/new", {**FORM, "csrf_token": page.csrf, "do": "apply"}, status=409)
    assert "changed the codebook meanwhile" in late.html and "bus 38" in late.html
    visit("/codebook/no-such-theme", status=404)


def test_editing_phrases_of_another_language(app, analyst, visit):
    page = visit("/codebook/food?phrases=pl")
    assert 'name="language" value="pl"' in page.html
    assert 'name="language" value="en"' in visit("/codebook/food?phrases=nonsense").html
