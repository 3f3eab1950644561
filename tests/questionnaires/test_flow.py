"""What is relevant, what is wrong and what is stored."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.questionnaires.answers import Mistake, read_date, whole_number
from app.questionnaires.definition import Definition
from app.questionnaires.flow import Questionnaire
from tests.factories import GOOD, form, shipped

PETS = Questionnaire(form("conditional"))
WEEKLY = Questionnaire(shipped())


def names(questionnaire, number, typed):
    state = questionnaire.state(typed)
    return [q.name for q in state.visible(state.find_stop(number, ()))]


def pages(questionnaire, typed):
    return [stop.number for stop in questionnaire.state(typed).stops()]


def mistakes(questionnaire, number, typed):
    state = questionnaire.state(typed)
    return state.mistakes(state.find_stop(number, ()))


def test_questions_appear_with_what_makes_them_relevant():
    assert names(PETS, 1, {}) == ["pets"]
    assert names(PETS, 1, {"pets": "yes"}) == ["pets", "how_many"]
    assert names(PETS, 1, {"pets": "yes", "how_many": "3"}) == ["pets", "how_many", "names"]
    assert names(PETS, 1, {"pets": "no", "how_many": "3"}) == ["pets"]


def test_a_page_without_anything_relevant_is_left_out():
    assert pages(PETS, {"pets": "no"}) == [1]
    assert pages(PETS, {"pets": "yes"}) == [1, 2]


def test_answers_hidden_by_a_change_of_mind_are_not_stored():
    typed = {"pets": "no", "how_many": "3", "names": "Rex", "since": "2020-01-01"}
    assert PETS.clean(typed) == {"pets": "no"}


def test_values_are_stored_with_their_types():
    typed = {"pets": "yes", "how_many": "٣", "names": "Rex", "since": "1/2/2020"}
    assert PETS.clean(typed) == {"pets": "yes", "how_many": 3, "names": "Rex", "since": "2020-02-01"}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ({}, {"pets": "required"}),
        ({"pets": "maybe"}, {"pets": "not_a_choice"}),
        ({"pets": "yes"}, {"how_many": "required"}),
        ({"pets": "yes", "how_many": "few"}, {"how_many": "not_a_number"}),
        ({"pets": "yes", "how_many": "0"}, {"how_many": "constraint"}),
        ({"pets": "yes", "how_many": "2", "names": "x" * 5001}, {"names": "too_long"}),
        ({"pets": "yes", "how_many": "2"}, {}),
    ],
)
def test_mistakes(typed, expected):
    found = mistakes(PETS, 1, typed)
    assert {name: mistake.kind for name, mistake in found.items()} == expected


def test_a_date_in_the_future_breaks_the_constraint():
    tomorrow = (date.today() + timedelta(days=2)).isoformat()
    found = mistakes(PETS, 2, {"pets": "yes", "since": tomorrow})
    assert found == {"since": Mistake("constraint")}


def test_the_weekly_survey_takes_good_answers():
    assert [mistakes(WEEKLY, number, GOOD) for number in (1, 2, 3)] == [{}, {}, {}]
    assert pages(WEEKLY, GOOD) == [1, 2, 3]


def test_all_londoners_stands_alone():
    typed = {**GOOD, "communities": ["all-londoners", "asian"]}
    assert mistakes(WEEKLY, 1, typed)["communities"].kind == "constraint"


def test_three_issues_at_most():
    four = [choice.name for choice in WEEKLY.definition.lists["issue"]][:4]
    assert mistakes(WEEKLY, 2, {**GOOD, "issues": four})["issues"].kind == "constraint"


def test_the_rumour_is_asked_only_after_yes():
    assert "rumour" not in names(WEEKLY, 3, GOOD)
    assert "rumour" in names(WEEKLY, 3, {**GOOD, "heard_rumour": "yes"})


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12", 12),
        ("1,200", 1200),
        ("১২", 12),
        ("-3", -3),
        ("1 200 000", 1200000),
        ("12.5", None),
        ("1,2", None),
    ],
)
def test_whole_numbers(text, number):
    assert whole_number(text) == number


@given(st.integers(-999_999_999, 999_999_999))
def test_every_whole_number_is_read(number):
    assert whole_number(str(number)) == number


@given(st.text(max_size=30))
def test_reading_never_fails(text):
    whole_number(text)
    read_date(text)


@given(st.dates(date(1900, 1, 1)))
def test_days_are_read_as_browsers_and_as_people_write_them(day):
    assert read_date(day.isoformat()) == day
    assert read_date(f"{day.day}/{day.month}/{day.year}") == day


def test_a_definition_survives_json():
    assert Definition.from_dict(WEEKLY.definition.to_dict()) == WEEKLY.definition


answers = st.fixed_dictionaries(
    {},
    optional={
        "pets": st.sampled_from(["yes", "no", "maybe", ""]),
        "how_many": st.text(max_size=4),
        "names": st.text(max_size=20),
        "since": st.text(max_size=10),
    },
)


@given(answers)
def test_what_is_in_order_can_be_stored_and_what_is_stored_was_relevant(typed):
    if any(mistakes(PETS, number, typed) for number in (1, 2)):
        return
    stored = PETS.clean(typed)
    relevant = {name for number in (1, 2) for name in names(PETS, number, typed)}
    assert set(stored) <= relevant
