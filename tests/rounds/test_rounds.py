"""Weeks in London's time, and which round a link leads to."""

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.database import now
from app.questionnaires.actions import publish_version
from app.rounds.actions import open_round
from app.rounds.queries import find_current_round
from app.rounds.weeks import LONDON, closing_after, closing_of, may_send, opening_of, week_of
from tests.factories import open_weekly, shipped


@pytest.mark.parametrize(
    ("week", "opens", "closes"),
    [
        (date(2026, 10, 19), (8, 0), (22, 59)),  # summer time: London is an hour ahead of UTC
        (date(2026, 10, 26), (9, 0), (23, 59)),
        (date(2027, 3, 22), (9, 0), (23, 59)),
        (date(2027, 3, 29), (8, 0), (22, 59)),
    ],
)
def test_rounds_open_and_close_at_the_same_hour_across_clock_changes(week, opens, closes):
    assert opening_of(week) == datetime(week.year, week.month, week.day, *opens, tzinfo=UTC)
    wednesday = week + timedelta(days=2)
    assert closing_of(week) == datetime(wednesday.year, wednesday.month, wednesday.day, *closes, tzinfo=UTC)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2040, 1, 1), timezones=st.just(UTC)))
def test_a_round_opened_by_hand_stays_open_a_day_or_more_and_ends_on_a_wednesday(opened):
    closes = closing_after(opened)
    assert timedelta(hours=24) <= closes - opened <= timedelta(days=9)
    assert closes.astimezone(LONDON).strftime("%a %H:%M") == "Wed 23:59"


def test_the_week_is_londons():
    assert week_of(datetime(2026, 7, 12, 23, 30, tzinfo=UTC)) == date(2026, 7, 13)  # Monday 00:30 in London


def test_who_had_begun_has_an_hour_of_grace():
    opens, closes = datetime(2026, 1, 5, tzinfo=UTC), datetime(2026, 1, 7, tzinfo=UTC)
    late = closes + timedelta(minutes=30)
    assert may_send(opens, closes, late, has_begun=True)
    assert not may_send(opens, closes, late, has_begun=False)
    assert not may_send(opens, closes, closes + timedelta(minutes=61), has_begun=True)
    assert not may_send(opens, None, opens - timedelta(seconds=1), has_begun=True)


def test_a_new_round_ends_the_one_before(app):
    first = open_weekly()
    version, is_new = publish_version(shipped(), "test")
    assert not is_new
    second = open_round(version, "test")
    assert find_current_round("weekly").id == second.id
    from app.core.database import db
    from app.rounds.models import Round

    assert db.session.get(Round, first.id).closes_at < now()
    assert find_current_round("nothing") is None
