"""Whole forms: the vectors that any evaluator has to pass, and that the way through a form leaves no trace."""

import json
from datetime import datetime

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from werkzeug.datastructures import MultiDict

from app.questionnaires.definition import Definition
from app.questionnaires.flow import Questionnaire
from app.questionnaires.forms import PREFIX, SHOWN, changed, read_page
from app.questionnaires.simulation import simulate
from app.questionnaires.walking import find_address, next_stop, stop_before
from tests.factories import VECTORS, compile_text, form

DATA = json.loads((VECTORS / "walks.json").read_text())
NOW = datetime.fromisoformat(DATA["now"])


@pytest.mark.parametrize("case", DATA["cases"], ids=[case["form"] for case in DATA["cases"]])
def test_vector(case):
    questionnaire = Questionnaire(form(case["form"].removesuffix(".md")))
    assert simulate(questionnaire, case["answers"], NOW) == case["expected"]


@pytest.mark.parametrize("name", ["conditional", "repeats", "cascade", "pages", "every-type"])
def test_a_definition_survives_json(name):
    definition = form(name)
    assert Definition.from_dict(json.loads(json.dumps(definition.to_dict()))) == definition


# --- any form, any way ------------------------------------------------------------------------------

TYPES = ("text", "integer", "select_one yn", "select_multiple yn", "date", "note", "decimal", "time")
ANSWERS = ("", "1", "2", "yes", "no", "2026-01-02", "10:30", "x y", "=1", "٣")


@st.composite
def forms(draw):
    """A workbook of a few groups, repeats and questions, each relevant after an earlier one or always."""
    rows, names, number = [], [], 0

    def question():
        nonlocal number
        number += 1
        kind = draw(st.sampled_from(TYPES))
        relevant = ""
        if names and draw(st.booleans()):
            relevant = f"${{{draw(st.sampled_from(names))}}} {draw(st.sampled_from(['=', '!=']))} '{draw(st.sampled_from(['', '1', 'yes']))}'"
        calculation = (
            f"count-non-empty(${{{names[0]}}}) + 1" if names and draw(st.integers(0, 5)) == 0 else ""
        )
        kind = "calculate" if calculation else kind
        rows.append(
            f"| | {kind} | q{number} | Q {number} | {relevant if not calculation else ''} | {calculation} | |"
        )
        if kind != "note" and not calculation:
            names.append(f"q{number}")

    for at in range(draw(st.integers(1, 4))):
        kind = draw(st.sampled_from(["", "begin_group", "begin_repeat"]))
        if kind:
            rows.append(f"| | {kind} | g{at} | G {at} | | | {draw(st.sampled_from(['', 'field-list']))} |")
        mark = len(names)
        for _ in range(draw(st.integers(1, 3))):
            question()
        if kind:
            rows.append(f"| | {kind.replace('begin', 'end')} | | | | | |")
        if kind == "begin_repeat":
            del names[mark:]  # what is in a repeat has many values: those after it don't ask for them here
    head = "| survey |\n| | type | name | label | relevant | calculation | appearance |\n"
    tail = "\n| choices |\n| | list_name | name | label |\n| | yn | yes | Yes |\n| | yn | no | No |\n"
    return head + "\n".join(rows) + tail


def send(questionnaire, stop, typed, data):
    """What a browser sends from a page on which `data` was answered, and what that makes."""
    state = questionnaire.state(typed)
    sent = MultiDict()
    shown = [q.name for q in state.visible(stop)]
    sent[SHOWN] = " ".join(shown)
    for name in shown:
        for value in data.get((stop.address, name), []):
            sent.add(PREFIX + name, value)
    return read_page(questionnaire, stop.number, stop.place, typed, sent).typed


def straight(questionnaire, typed, data):
    """Every page once in order, and again until nothing new appears."""
    for _ in range(20):
        before = typed
        for stop in questionnaire.state(typed).stops():
            if not stop.is_list:
                typed = send(questionnaire, stop, typed, data)
        if typed == before:
            return typed
    return typed


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms(), st.data())
def test_the_way_through_a_form_leaves_no_trace(text, drawn):
    compiled = compile_text(text)
    assert compiled.definition, compiled.faults
    questionnaire = Questionnaire(compiled.definition)
    typed = {}
    for name in questionnaire.repeats[()]:
        typed = changed(
            typed, [], lambda data, name=name: {**data, name: [{}] * drawn.draw(st.integers(0, 2))}
        )
    data = {}
    full = questionnaire.state(typed)
    for stop in full.stops() + [
        full.find_stop(n, ()) for n, p in enumerate(compiled.definition.pages, 1) if not p.scope
    ]:
        for question in stop.page.questions:
            values = (
                st.lists(st.sampled_from(["yes", "no"]), max_size=2)
                if question.is_multiple
                else st.lists(st.sampled_from(ANSWERS), min_size=1, max_size=1)
            )
            data.setdefault((stop.address, question.name), drawn.draw(values))
    wandered, at = typed, 0
    for _ in range(drawn.draw(st.integers(0, 12))):
        stops = [stop for stop in questionnaire.state(wandered).stops() if not stop.is_list]
        if not stops:
            break
        at = drawn.draw(st.integers(0, len(stops) - 1))
        if drawn.draw(st.booleans()):  # something else first: the change of mind
            wandered = send(questionnaire, stops[at], wandered, {key: ["1"] for key in data})
        else:
            wandered = send(questionnaire, stops[at], wandered, data)
        wandered = json.loads(json.dumps(wandered))  # kept and read again: on another device
    assert questionnaire.clean(straight(questionnaire, wandered, data)) == questionnaire.clean(
        straight(questionnaire, typed, data)
    )


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(forms(), st.integers(0, 2))
def test_next_and_back_reach_every_page_and_end(text, instances):
    questionnaire = Questionnaire(compile_text(text).definition)
    state = questionnaire.state({name: [{}] * instances for name in questionnaire.repeats[()]})
    stops = state.stops()
    for stop in stops:
        assert find_address(state, stop.address) == stop
        following = next_stop(state, stop)
        assert following is None or following in stops
        before, steps = stop_before(state, stop), 0
        while before is not None:
            before, steps = stop_before(state, before), steps + 1
            assert steps <= len(stops)
    at, seen = (stops[0] if stops else None), []
    while at is not None:
        seen.append(at)
        at = next_stop(state, at)
        assert len(seen) <= len(stops)
    assert {stop.address for stop in seen} == {stop.address for stop in stops if not stop.place}
