"""From answers to statements."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.core.database import db
from app.notes.actions import receive_note
from app.statements.language import find_language
from app.statements.models import Contribution, ContributionCommunity, Statement
from app.statements.queries import count_unsplit
from app.statements.sentiment import english_sentiment
from app.statements.splitting import split_statements
from app.statements.sweeps import split_waiting
from tests.factories import open_weekly, publish, send, shipped


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("One sentence without an end", ["One sentence without an end"]),
        ("The food ran out. Nobody came on Friday.", ["The food ran out.", "Nobody came on Friday."]),
        ("People wait at St. Mary's for hours. Dogs are cold there.", None),
        ("Yes. That is what they say here.", ["Yes. That is what they say here."]),
        ("খাবার শেষ হয়ে গেছে আজ। কেউ আসেনি এই সপ্তাহে।", ["খাবার শেষ হয়ে গেছে আজ।", "কেউ আসেনি এই সপ্তাহে।"]),
        ("هل هذا صحيح يا ناس؟ لا أحد يعرف شيئا.", ["هل هذا صحيح يا ناس؟", "لا أحد يعرف شيئا."]),
        ("first line of words\nsecond line of words", ["first line of words", "second line of words"]),
    ],
)
def test_splitting(text, expected):
    found = split_statements(text)
    assert found == (expected or found)
    if expected is None:
        assert found[0].endswith("for hours.")


@given(st.text(max_size=300))
def test_splitting_loses_no_words(text):
    assert " ".join(split_statements(text)).split() == text.split()


@pytest.mark.parametrize(
    ("text", "chosen", "language"),
    [
        ("কাউন্সিল চিঠি পাঠায় না", "en", "bn"),
        ("لا أحد يعرف", "ar", "ar"),
        ("Nie ma żadnych wizyt u lekarza w tym miesiącu i ludzie czekają", "en", "pl"),
        ("The landlord does nothing about the mould in our flats", "en", "en"),
        ("ok", "pl", "pl"),
        ("12345 !!", "ar", "ar"),
        ("12345 !!", None, None),
        ("The council never answers letters about repairs", None, "en"),
    ],
)
def test_language(text, chosen, language):
    assert find_language(text, chosen) == language


def test_sentiment_is_english_only():
    assert english_sentiment("This is wonderful, we are happy", "en") > 0.3
    assert english_sentiment("This is terrible and sad", "en") < -0.3
    assert english_sentiment("To jest wspaniałe", "pl") is None
    assert english_sentiment("anything", None) is None


def test_a_response_is_split_once_with_its_dimensions(app):
    current = open_weekly()
    send(
        current,
        saying="Letters are in English only. The food bank queue is long.",
        need="More vans please now",
    )
    assert count_unsplit() == 1
    assert split_waiting() == 1 and split_waiting() == 0 and count_unsplit() == 0
    [contribution] = db.session.scalars(select(Contribution))
    assert (contribution.area_key, contribution.week, contribution.quote) == ("hackney", current.week, True)
    assert set(db.session.scalars(select(ContributionCommunity.community_key))) == {"asian", "low-income"}
    statements = db.session.scalars(select(Statement).order_by(Statement.id)).all()
    assert [(s.question, s.position) for s in statements] == [("saying", 0), ("saying", 1), ("need", 0)]
    assert {s.language for s in statements} == {"en"}


def test_a_note_is_one_statement(app):
    current = publish(shipped("champion-note"), standing=True)
    answers = {
        "said": "First thing here now. Second thing there now.",
        "area": "brent",
        "communities": ["faith"],
    }
    receive_note("0" * 8 + "-0000-4000-8000-" + "0" * 12, current.id, answers, "en", "champion")
    split_waiting()
    assert [s.text for s in db.session.scalars(select(Statement))] == [answers["said"]]


def test_a_response_without_words_still_counts(app):
    """Somebody who answered and said nothing of interest is part of every base."""
    send(open_weekly(), saying="", need="")
    split_waiting()
    assert len(db.session.scalars(select(Contribution)).all()) == 1
