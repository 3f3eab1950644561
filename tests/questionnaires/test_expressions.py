"""The expression language, against vectors that any evaluator of our trees has to pass."""

import json
import math
import time
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.config import ROOT
from app.questionnaires.evaluator import Compiler, Context
from app.questionnaires.expressions import COUNTS, ExpressionError, calls, parse, references
from app.questionnaires.flow import Questionnaire
from app.questionnaires.values import as_number
from tests.factories import VECTORS, compile_text

DATA = json.loads((VECTORS / "expressions.json").read_text())
FORM = Questionnaire(compile_text(DATA["form"], [DATA["file"]]).definition)
STATE = FORM.state(DATA["answers"], "en", datetime.fromisoformat(DATA["now"]))
EMPTY = FORM.state({})


def evaluate(tree, state=STATE, own=""):
    compiler = Compiler(FORM, (), FORM.element_of((), "n"))
    value = compiler.compile(json.loads(json.dumps(tree)))(Context(state.root, own))
    return value.first() if isinstance(value, list) else value


def same(value, expected) -> bool:
    if isinstance(expected, bool):
        return value is expected
    if isinstance(value, str) and value == expected:
        return True
    if expected in ("NaN", "Infinity") or isinstance(expected, int | float):
        wanted = float(expected)
        number = as_number(value)
        return (
            math.isnan(number)
            if math.isnan(wanted)
            else math.isclose(number, wanted, abs_tol=1e-9) or number == wanted
        )
    return (value if isinstance(value, str) else str(value)) == expected


@pytest.mark.parametrize("case", DATA["cases"], ids=[case["expression"] for case in DATA["cases"]])
def test_vector(case):
    assert parse(case["expression"]) == case["tree"]
    assert same(evaluate(case["tree"]), case["expected"]), evaluate(case["tree"])


def test_every_function_has_a_vector():
    tried = set().union(*(calls(case["tree"]) for case in DATA["cases"]))
    #: whose value is chance, or needs what no vector has
    others = {"random", "uuid", "randomize", "version", "current", "local-name", "jr:itext", "date-time",
              "acos", "asin", "atan", "cos", "exp", "log", "log10", "sin", "tan"}  # fmt: skip
    assert set(COUNTS) - tried == others


def test_the_table_of_functions_is_true():
    text = (ROOT / "docs" / "xlsform.md").read_text()
    for name, (least, most) in COUNTS.items():
        given = least if least == most else f"{least} to {most}" if most else f"{least} or more"
        assert f"| `{name}()` | {given} |" in text
    assert text.count("()` | ") == len(COUNTS)


def test_what_is_random():
    assert 0 <= evaluate(parse("random()")) < 1
    assert len(evaluate(parse("uuid()"))) == 36
    assert len(evaluate(parse("uuid(6)"))) == 6


def test_the_same_seed_gives_the_order_that_other_clients_give():
    # Source: the ODK XForms specification's own example for randomize()
    from app.questionnaires.functions import shuffled

    assert "".join(shuffled(list("ABCDEF"), 42.0)) == "AFCBDE"
    assert "".join(shuffled(list("ABCDEF"), -42.0)) == "EDAFBC"
    assert "".join(shuffled(list("ABCDEF"), 0.0)) == "CBEAFD"
    assert "".join(shuffled(list("ABCDEF"), "mirror")) == "ACBEDF"


@pytest.mark.parametrize(
    "source",
    ["", "1 +", "(1", "1)", "nothing(1)", "selected(1)", "if(1, 2)", "1 2", "${", "'open", "@", "a:b(1)",
     "foo::a", "count('x')", "indexed-repeat(${a}, ${b})", "${last-saved#a}", "$(a) = 1", "a b"],
)  # fmt: skip
def test_what_is_refused(source):
    with pytest.raises(ExpressionError):
        parse(source)


def test_nesting_and_length_are_limited():
    for source in ("(" * 500 + "1" + ")" * 500, "1 + " * 5000 + "1", "-" * 900 + "1"):
        with pytest.raises(ExpressionError):
            parse(source)


def test_a_pathological_pattern_is_answered_at_once():
    assert evaluate(parse("regex('" + "a" * 3000 + "!', '(a+)+$')")) is False


def test_texts_do_not_grow_without_end():
    doubled = "'aaaaaaaaaaaaaaaa'"
    for _ in range(5):
        doubled = f"concat({doubled}, {doubled})"
    assert len(evaluate(parse(doubled))) == 512
    long = EMPTY.form.state({"empty": "x" * 40_000})
    assert evaluate(parse("concat(${empty}, ${empty})"), long) == ""


def test_looking_into_lists_within_lists_is_stopped():
    started = time.monotonic()
    inner = "instance('many')/root/item[name != '']"
    for _ in range(12):
        inner = f"instance('many')/root/item[count({inner}) > 0]"
    form = Questionnaire(compile_text(DATA["form"], [DATA["file"]]).definition)
    question = form.by_name["n"]
    object.__setattr__(question, "constraint", parse(f"count({inner}) > 0"))
    assert form.state({"n": "1"}).root.mistake(question).kind == "constraint"
    assert time.monotonic() - started < 5


def test_references():
    assert references(parse("${a} = 1 and selected(${b}, ${c})")) == {"a", "b", "c"}
    assert references(parse("jr:choice-name(${a}, '${b}')")) == {"a", "b"}


@given(st.text(max_size=60))
def test_parsing_never_fails_otherwise(source):
    try:
        parse(source)
    except ExpressionError:
        pass


pieces = st.sampled_from(
    ["${n}", "${text}", "${empty}", "${age}", "${rows}", "'a'", "1", "0", "-1", ".", "..", "today()", "true()", "''",
     "/data/rows", "${rows}[1]/name", "'2020-01-01'"]
)  # fmt: skip


@st.composite
def expressions(draw, depth=3):
    if depth == 0 or draw(st.booleans()):
        return draw(pieces)
    if draw(st.booleans()):
        operator = draw(st.sampled_from(["+", "-", "*", "div", "mod", "=", "!=", "<", ">=", "and", "or"]))
        return f"({draw(expressions(depth - 1))} {operator} {draw(expressions(depth - 1))})"
    name = draw(st.sampled_from(sorted(COUNTS)))
    least = COUNTS[name][0]
    return f"{name}({', '.join(draw(expressions(depth - 1)) for _ in range(least))})"


@given(expressions(), st.sampled_from([STATE, EMPTY]))
def test_evaluating_never_fails(source, state):
    try:
        tree = parse(source)
    except ExpressionError:
        return
    evaluate(tree, state)


@given(st.integers(-1000, 1000), st.integers(-1000, 1000))
def test_arithmetic_is_pythons(a, b):
    assert evaluate(parse(f"({a}) + ({b})")) == a + b
    assert evaluate(parse(f"({a}) < ({b})")) == (a < b)
