"""What a workbook's columns come to in a definition."""

import pytest

from app.questionnaires.flow import Questionnaire
from tests.factories import compile_text, form


def definition(rows: str, choices: str = ""):
    compiled = compile_text("| survey |\n" + rows + "\n" + choices)
    assert compiled.definition, compiled.faults
    return compiled.definition


def faults(rows: str, choices: str = "") -> str:
    return "\n".join(map(str, compile_text("| survey |\n" + rows + "\n" + choices).found))


def test_the_key_is_made_fit_for_an_address():
    text = "| survey |\n| | type | name | label |\n| | text | a | A |\n| settings |\n| | form_id |\n| | My Form/2: \u00e9t\u00e9 |\n"
    assert compile_text(text).definition.key == "my-form-2-t"


def test_names_that_stand_twice_are_told_apart_by_their_group():
    found = definition(
        "| | type | name | label |\n| | begin_group | one | One |\n| | text | a | A |\n| | end_group | | |\n"
        "| | begin_group | two | Two |\n| | text | a | A |\n| | end_group | | |"
    )
    assert [question.name for question in found.questions] == ["a", "two/a"]


def test_or_other_asks_which_in_every_language():
    found = form("every-type")
    other = next(q for q in found.questions if q.name == "happy_other")
    assert set(other.label) >= {"en", "ar", "bn", "pl"}
    assert found.choice_label(found.questions[found.questions.index(other) - 1], "other", "ar") == "غير ذلك"


def test_the_heading_row_of_a_table_is_not_asked():
    table = next(page for page in form("every-type").pages if page.name == "table")
    assert [question.type for question in table.questions] == ["note", "select_one", "select_one"]


def test_what_devices_tell_is_never_kept():
    state = Questionnaire(form("every-type")).state({"device": "abc"})
    assert state.root.value("device") == "" and "device" not in state.root.clean()


def test_a_loop_is_a_group_for_each_choice():
    found = definition(
        "| | type | name | label |\n| | begin_loop over fruit | lp | L |\n| | integer | n | How many %(label)s? |\n| | end_loop | | |",
        "| choices |\n| | list_name | name | label |\n| | fruit | fig | figs |\n| | fruit | pea | peas |\n",
    )
    assert [question.label["en"] for question in found.questions] == ["How many figs?", "How many peas?"]


@pytest.mark.parametrize(
    ("rows", "choices", "what"),
    [
        ("| | type | name | label | relevant |\n| | text | a | A | false() |", "", "can never be reached"),
        (
            "| | type | name | label | relevant |\n| | select_one c | a | A | |\n| | text | b | B | ${a} = 'x' |",
            "| choices |\n| | list_name | name | label |\n| | c | y | Y |\n| | unused | z | Z |\n",
            "'b' can never be reached",
        ),
        (
            "| | type | name | label | constraint |\n| | text | a | A | . != 'x' |",
            "",
            "no constraint_message",
        ),
        ("| | type | name | label |\n| | text | a | " + "long " * 90 + "|", "", "Say it shorter"),
        (
            "| | type | name | label |\n| | text | a | A |",
            "| choices |\n| | list_name | name | label |\n| | unused | z | Z |\n",
            "No question uses the list 'unused'",
        ),
        ("| | type | name | label |\n| | select_one_from_file x.csv | a | A |", "", "x.csv is not attached"),
        (
            "| | type | name | label | constraint |\n| | text | a | A | regex(., '(?!a)b') |",
            "",
            "can't be used",
        ),
        ("| | type | name | label |\n| | text | a | Hello ${b} |", "", "There is no question ${b}"),
        (
            "| | type | name | label | role |\n| | begin_repeat | r | R | |\n| | text | a | A | statement |\n| | end_repeat | | | |",
            "",
            "A role can't be given within a repeat",
        ),
    ],
)
def test_what_the_checker_says(rows, choices, what):
    assert what in faults(rows, choices)


def test_circles_are_found_through_calculations_and_groups():
    text = faults(
        "| | type | name | label | relevant | calculation |\n| | calculate | a | | | ${b} + 1 |\n"
        "| | begin_group | g | G | ${a} > 1 | |\n| | integer | b | B | | |\n| | end_group | | | | |"
    )
    assert "'a' depends on itself" in text and "'b' depends on itself" in text


def test_a_running_total_is_no_circle():
    found = definition(
        "| | type | name | label | calculation |\n| | begin_repeat | r | R | |\n| | integer | n | N | |\n"
        "| | calculate | t | | coalesce(indexed-repeat(${t}, ${r}, position(..) - 1), 0) + ${n} |\n| | end_repeat | | | |"
    )
    state = Questionnaire(found).state({"r": [{"n": "2"}, {"n": "3"}, {"n": "4"}]})
    assert [scope.value("t") for scope in state.root.instances("r")] == [2.0, 5.0, 9.0]


def test_a_long_chain_of_calculations_does_not_nest_deep():
    rows = ["| | type | name | label | calculation |", "| | integer | q0 | Q | |"]
    rows += [f"| | calculate | q{n} | | ${{q{n - 1}}} + 1 |" for n in range(1, 900)]
    form = Questionnaire(definition("\n".join(rows)))
    assert form.state({"q0": "1"}).root.value("q899") == 900.0
