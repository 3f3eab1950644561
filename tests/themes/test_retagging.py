"""Tagging in the background: once, resumable, with people's decisions left alone and changes noted."""

import pytest
from sqlalchemy import func, select

from app.core.database import db
from app.themes import sweeps
from app.themes.actions import put_in_force
from app.themes.editing import Edit, add_theme
from app.themes.models import Tag, TagChange, Tagging
from app.themes.queries import count_tagged, current_codebook, current_version
from app.themes.sweeps import tag_waiting
from tests.factories import say

TEXTS = [f"Damp and mould in every flat of block {number}" for number in range(30)]
BUSES = Edit({"en": "Blocks"}, "home-place", "Blocks.", "", (), False, "en", ("block",))


def everything():
    db.session.expire_all()
    rows = db.session.execute(
        select(Tag.statement_id, Tag.theme_key, Tag.origin, Tag.state, Tag.confidence).order_by(
            Tag.statement_id, Tag.theme_key
        )
    )
    return [tuple(row) for row in rows]


def test_tagging_is_done_once(app):
    say(*TEXTS)
    before = everything()
    assert before and tag_waiting() == 0 and everything() == before
    assert count_tagged(current_version()) == (30, 30)


def test_a_killed_retag_goes_on_where_it_was_with_nothing_lost_or_doubled(app, monkeypatch):
    say(*TEXTS)
    put_in_force(add_theme(current_codebook(), "blocks", BUSES), "a", "")
    monkeypatch.setattr(sweeps, "BATCH", 7)

    class Killed(BaseException):
        pass

    store = sweeps.store_codings
    stored = []

    def store_then_die(found, tagger):
        store(found, tagger)
        stored.append(len(found))
        if len(stored) == 2:
            raise Killed

    monkeypatch.setattr(sweeps, "store_codings", store_then_die)
    with pytest.raises(Killed):
        tag_waiting()
    assert count_tagged(current_version()) == (14, 30)
    monkeypatch.setattr(sweeps, "store_codings", store)
    assert tag_waiting() == 16
    assert count_tagged(current_version()) == (30, 30)
    found = everything()
    assert len(found) == len(set(row[:2] for row in found))
    assert sum(row[1] == "blocks" for row in found) == 30
    # The same as reading it all at once, and every change noted once.
    assert db.session.scalar(select(func.count()).select_from(TagChange)) == 30
    assert db.session.scalar(select(func.count()).select_from(Tagging)) == 30


def test_a_withdrawn_suggestion_is_noted(app):
    say("Damp and mould in every flat")
    theme = current_codebook().theme("housing")
    edit = Edit(theme.names, theme.family, theme.include, theme.exclude, theme.examples, is_retired=True)
    from app.themes.editing import change_theme

    put_in_force(change_theme(current_codebook(), "housing", edit), "a", "")
    tag_waiting()
    change = db.session.scalars(select(TagChange)).one()
    assert (change.theme_key, change.suggested, change.tagger) == (
        "housing",
        False,
        "codebook 2, weights shipped",
    )
    assert "housing" not in [row[1] for row in everything()]
