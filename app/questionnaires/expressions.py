"""The ODK XForms expression language: parsed once to a plain tree, evaluated as closures.

Source: https://getodk.github.io/xforms-spec/ (operators, functions, types of values).
A tree is nested lists of strings and numbers, so it can be kept as JSON and evaluated elsewhere:
["string", s] ["number", n] ["ref", name] ["self"] ["call", name, tree…] [operator, tree, tree]
["negative", tree]

A value is a str (an answer; "" when empty; the choices of a select_multiple joined by spaces),
float, bool or datetime.date.
"""

import math
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta

import re2

DEPTH_LIMIT = 50
LENGTH_LIMIT = 4000

TOKEN = re.compile(
    r"""\s*(?:
      (?P<number>\d+(?:\.\d+)?|\.\d+)
    | (?P<string>"[^"]*"|'[^']*')
    | (?P<ref>\$\{\s*[\w.-]+\s*\})
    | (?P<name>[A-Za-z_][\w-]*(?::[A-Za-z_][\w-]*)?)
    | (?P<symbol><=|>=|!=|[-+*=<>(),.])
    )""",
    re.VERBOSE,
)
PRECEDENCE = [["or"], ["and"], ["=", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "div", "mod"]]


class ExpressionError(ValueError):
    """An expression that can't be used; the message says why, for the author of a workbook."""


# --- parsing ---------------------------------------------------------------------------------------


def parse(source: str) -> list:
    """The tree of `source`; ExpressionError with what is wrong and where."""
    if len(source) > LENGTH_LIMIT:
        raise ExpressionError(f"it is longer than {LENGTH_LIMIT} characters")
    parser = Parser(list(tokenize(source)))
    tree = parser.binary(0, 0)
    if parser.token[0] != "end":
        raise ExpressionError(f"{parser.token[1]!r} is not expected there")
    return tree


def tokenize(source: str) -> Iterator[tuple[str, str]]:
    position = 0
    source = source.rstrip()
    while position < len(source):
        match = TOKEN.match(source, position)
        if not match:
            raise ExpressionError(f"{source[position:].strip()[:20]!r} is not understood")
        yield match.lastgroup, match.group(match.lastgroup)
        position = match.end()
    yield "end", "the end"


class Parser:
    """Recursive descent over the tokens of one expression."""

    def __init__(self, tokens: list[tuple[str, str]]):
        self.tokens = tokens
        self.position = 0

    @property
    def token(self) -> tuple[str, str]:
        return self.tokens[self.position]

    def take(self) -> tuple[str, str]:
        token = self.token
        self.position += 1
        return token

    def expect(self, text: str) -> None:
        if self.token[1] != text:
            raise ExpressionError(f"{text!r} is missing before {self.token[1]!r}")
        self.position += 1

    def binary(self, level: int, depth: int) -> list:
        if depth > DEPTH_LIMIT:
            raise ExpressionError(f"it is nested deeper than {DEPTH_LIMIT}")
        if level == len(PRECEDENCE):
            return self.unary(depth)
        left = self.binary(level + 1, depth)
        while self.token[0] in ("symbol", "name") and self.token[1] in PRECEDENCE[level]:
            operator = self.take()[1]
            left = [operator, left, self.binary(level + 1, depth)]
        return left

    def unary(self, depth: int) -> list:
        if self.token == ("symbol", "-"):
            self.take()
            return ["negative", self.binary(len(PRECEDENCE), depth + 1)]
        return self.primary(depth)

    def primary(self, depth: int) -> list:
        kind, text = self.take()
        if kind == "number":
            return ["number", float(text)]
        if kind == "string":
            return ["string", text[1:-1]]
        if kind == "ref":
            return ["ref", text[2:-1].strip()]
        if text == ".":
            return ["self"]
        if text == "(":
            tree = self.binary(0, depth + 1)
            self.expect(")")
            return tree
        if kind == "name":
            return self.call(text, depth)
        raise ExpressionError(f"{text!r} is not expected there")

    def call(self, name: str, depth: int) -> list:
        if self.token[1] != "(":
            raise ExpressionError(f"{name!r} is neither a function nor a ${{question}}")
        check_known(name)
        self.take()
        arguments = []
        while self.token[1] != ")":
            if arguments:
                self.expect(",")
            arguments.append(self.binary(0, depth + 1))
        self.take()
        check_count(name, len(arguments))
        return ["call", name, *arguments]


def check_known(name: str) -> None:
    if name not in FUNCTIONS:
        raise ExpressionError(f"the function {name}() is not known here")


def check_count(name: str, given: int) -> None:
    least, most, _ = FUNCTIONS[name]
    if given < least or (most is not None and given > most):
        wanted = str(least) if least == most else f"{least} to {most}" if most else f"{least} or more"
        raise ExpressionError(f"{name}() takes {wanted} arguments, not {given}")


def references(tree: list) -> set[str]:
    """The names of the questions that `tree` asks for."""
    if tree[0] == "ref":
        return {tree[1]}
    return set().union(*(references(part) for part in tree[1:] if isinstance(part, list)))


# --- evaluating ------------------------------------------------------------------------------------

Value = str | float | bool | date
Compiled = Callable[[Callable[[str], Value], Value], Value]


def compile_tree(tree: list) -> Compiled:
    """A function of (look up a question's value by name, the value of the question itself)."""
    kind = tree[0]
    if kind in ("number", "string"):
        constant = tree[1]
        return lambda get, own: constant
    if kind == "ref":
        name = tree[1]
        return lambda get, own: get(name)
    if kind == "self":
        return lambda get, own: own
    if kind == "call":
        return compile_call(tree)
    parts = [compile_tree(part) for part in tree[1:]]
    if kind == "negative":
        return lambda get, own: -as_number(parts[0](get, own))
    return compile_operator(kind, *parts)


def compile_call(tree: list) -> Compiled:
    name = tree[1]
    parts = [compile_tree(part) for part in tree[2:]]
    if name in ("if", "coalesce"):  # only the branch that is needed is evaluated
        return LAZY[name](parts)
    function = FUNCTIONS[name][2]
    return lambda get, own: function(*(part(get, own) for part in parts))


def compile_operator(operator: str, left: Compiled, right: Compiled) -> Compiled:
    if operator == "and":
        return lambda get, own: as_boolean(left(get, own)) and as_boolean(right(get, own))
    if operator == "or":
        return lambda get, own: as_boolean(left(get, own)) or as_boolean(right(get, own))
    apply = OPERATORS[operator]
    return lambda get, own: apply(left(get, own), right(get, own))


def as_string(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else str(value)
    return value.isoformat() if isinstance(value, date) else value


def as_number(value: Value) -> float:
    """XPath's number(): NaN for what isn't one; a date is its days since 1970-01-01."""
    if isinstance(value, date):
        return float((value - date(1970, 1, 1)).days)
    try:
        return float(value)
    except ValueError:
        found = as_date(value)
        return as_number(found) if isinstance(found, date) else math.nan


def as_boolean(value: Value) -> bool:
    if isinstance(value, float):
        return not (value == 0 or math.isnan(value))
    return bool(value)


def as_date(value: Value) -> Value:
    """A date from ISO text or days since 1970-01-01; "" for what isn't one."""
    if isinstance(value, date):
        return value
    try:
        if isinstance(value, float):
            return date(1970, 1, 1) + timedelta(days=value)
        return date.fromisoformat(str(value)[:10])
    except (ValueError, OverflowError):
        return ""


def is_equal(left: Value, right: Value) -> bool:
    if isinstance(left, bool) or isinstance(right, bool):
        return as_boolean(left) == as_boolean(right)
    if isinstance(left, float | date) or isinstance(right, float | date):
        return as_number(left) == as_number(right)
    return left == right


def divide(left: Value, right: Value) -> float:
    dividend, divisor = as_number(left), as_number(right)
    if divisor == 0:
        return math.nan if dividend == 0 or math.isnan(dividend) else math.copysign(math.inf, dividend)
    return dividend / divisor


def remainder(left: Value, right: Value) -> float:
    dividend, divisor = as_number(left), as_number(right)
    return math.nan if divisor == 0 or math.isinf(dividend) else math.fmod(dividend, divisor)


OPERATORS = {
    "=": is_equal,
    "!=": lambda left, right: not is_equal(left, right),
    "<": lambda left, right: as_number(left) < as_number(right),
    "<=": lambda left, right: as_number(left) <= as_number(right),
    ">": lambda left, right: as_number(left) > as_number(right),
    ">=": lambda left, right: as_number(left) >= as_number(right),
    "+": lambda left, right: as_number(left) + as_number(right),
    "-": lambda left, right: as_number(left) - as_number(right),
    "*": lambda left, right: as_number(left) * as_number(right),
    "div": divide,
    "mod": remainder,
}


def chosen(value: Value) -> list[str]:
    """The choices of a select answer."""
    return as_string(value).split()


def is_matching(value: Value, pattern: Value) -> bool:
    """Whether the whole of `value` matches; RE2 never backtracks, whatever a workbook asks for."""
    try:
        return re2.fullmatch(as_string(pattern), as_string(value)) is not None
    except re2.error:
        return False


def rounded(value: Value, places: Value = 0.0) -> float:
    """XPath's round(): halves go up."""
    number, scale = as_number(value), 10 ** int(as_number(places))
    return number if math.isnan(number) or math.isinf(number) else math.floor(number * scale + 0.5) / scale


def selected_at(value: Value, index: Value) -> str:
    choices = chosen(value)
    at = as_number(index)
    return choices[int(at)] if 0 <= at < len(choices) else ""


def substring(value: Value, start: Value, end: Value | None = None) -> str:
    text = as_string(value)
    stop = len(text) if end is None else int(as_number(end))
    return text[int(as_number(start)) : stop]


def whole(value: Value) -> float:
    number = as_number(value)
    return number if math.isnan(number) or math.isinf(number) else float(math.trunc(number))


def lazy_if(parts: list[Compiled]) -> Compiled:
    condition, then, otherwise = parts
    return lambda get, own: then(get, own) if as_boolean(condition(get, own)) else otherwise(get, own)


def lazy_coalesce(parts: list[Compiled]) -> Compiled:
    first, second = parts
    return lambda get, own: second(get, own) if as_string(first(get, own)) == "" else first(get, own)


LAZY = {"if": lazy_if, "coalesce": lazy_coalesce}

#: name: (fewest arguments, most arguments or None, function)
FUNCTIONS: dict[str, tuple[int, int | None, Callable | None]] = {
    "if": (3, 3, None),
    "coalesce": (2, 2, None),
    "not": (1, 1, lambda value: not as_boolean(value)),
    "true": (0, 0, lambda: True),
    "false": (0, 0, lambda: False),
    "boolean": (1, 1, as_boolean),
    "string": (1, 1, as_string),
    "number": (1, 1, as_number),
    "int": (1, 1, whole),
    "round": (1, 2, rounded),
    "abs": (1, 1, lambda value: abs(as_number(value))),
    "min": (1, None, lambda *values: min(map(as_number, values))),
    "max": (1, None, lambda *values: max(map(as_number, values))),
    "sum": (1, None, lambda *values: math.fsum(map(as_number, values))),
    "concat": (0, None, lambda *values: "".join(map(as_string, values))),
    "contains": (2, 2, lambda text, part: as_string(part) in as_string(text)),
    "starts-with": (2, 2, lambda text, part: as_string(text).startswith(as_string(part))),
    "ends-with": (2, 2, lambda text, part: as_string(text).endswith(as_string(part))),
    "substr": (2, 3, substring),
    "string-length": (1, 1, lambda text: float(len(as_string(text)))),
    "normalize-space": (1, 1, lambda text: " ".join(as_string(text).split())),
    "regex": (2, 2, is_matching),
    "selected": (2, 2, lambda value, choice: as_string(choice).strip() in chosen(value)),
    "selected-at": (2, 2, selected_at),
    "count-selected": (1, 1, lambda value: float(len(chosen(value)))),
    "date": (1, 1, as_date),
    "today": (0, 0, lambda: datetime.now(UTC).date()),
}
