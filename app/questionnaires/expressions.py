"""The ODK XForms expression language, parsed to a plain tree.

Source: https://getodk.github.io/xforms-spec/ and XPath 1.0 (https://www.w3.org/TR/1999/REC-xpath-19991116/).
A tree is nested lists of strings and numbers, so it can be kept as JSON and evaluated elsewhere:

["string", s] ["number", n] ["ref", name] ["self"] ["call", name, tree…] [operator, tree, tree]
["negative", tree] ["union", tree, tree] ["filter", tree, [predicate…]]
["path", start, [[axis, name, [predicate…]]…]], where start is ["root"], ["context"] or a tree.
"""

import re
from collections.abc import Iterator

from app.questionnaires.functions import PLAIN

DEPTH_LIMIT = 50
LENGTH_LIMIT = 4000  # characters

NAME = r"[^\W\d][\w.-]*"
TOKEN = re.compile(
    rf"""\s*(?:
      (?P<number>\d+\.?\d*|\.\d+)
    | (?P<string>"[^"]*"|'[^']*')
    | (?P<ref>\$\{{\s*(?:last-saved\#)?[^\s{{}}]+\s*\}})
    | (?P<name>{NAME}(?::{NAME})?)
    | (?P<symbol><=|>=|!=|//|::|\.\.|[-+*=<>(),./|@\[\]])
    )""",
    re.VERBOSE,
)
WORD_OPERATOR = re.compile(r"\s*(or|and|div|mod)")
PRECEDENCE = [["or"], ["and"], ["=", "!="], ["<", "<=", ">", ">="], ["+", "-"], ["*", "div", "mod"]]
AXES = {
    "child", "parent", "self", "descendant", "descendant-or-self", "ancestor", "ancestor-or-self",
    "following-sibling", "preceding-sibling",
}  # fmt: skip
#: Functions that the evaluator answers itself, as they need the form: fewest and most arguments.
IN_CONTEXT = {
    "if": (3, 3),
    "coalesce": (2, 2),
    "once": (1, 1),
    "position": (0, 1),
    "last": (0, 0),
    "count": (1, 1),
    "count-non-empty": (1, 1),
    "indexed-repeat": (3, None),
    "current": (0, 0),
    "instance": (1, 1),
    "pulldata": (4, 4),
    "jr:choice-name": (2, 2),
    "jr:itext": (1, 1),
    "randomize": (1, 2),
    "today": (0, 0),
    "now": (0, 0),
    "name": (0, 1),
    "local-name": (0, 1),
    "version": (0, 0),
}
COUNTS = {**{name: entry[:2] for name, entry in PLAIN.items()}, **IN_CONTEXT}


class ExpressionError(ValueError):
    """An expression that can't be used; the message says why, for the author of a workbook."""


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
    """(kind, text) of each token; a word after an operand is an operator (XPath 1.0, section 3.7)."""
    position, after_operand = 0, False
    source = source.rstrip()
    while position < len(source):
        match = after_operand and WORD_OPERATOR.match(source, position)
        kind = "operator"
        if not match:
            match = TOKEN.match(source, position)
            kind = match.lastgroup if match else ""
        if not match:
            raise ExpressionError(f"{source[position:].strip()[:20]!r} is not understood")
        text = match.group().strip()
        if text == "*":
            kind = "operator" if after_operand else "name"
        yield kind, text
        after_operand = kind in ("number", "string", "ref", "name") or text in (")", "]", ".", "..")
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

    def is_at(self, text: str) -> bool:
        """Whether the next token is this symbol, which a string never is."""
        return self.token[0] in ("symbol", "operator") and self.token[1] == text

    def takes(self, text: str) -> bool:
        if self.is_at(text):
            self.position += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.takes(text):
            raise ExpressionError(f"{text!r} is missing before {self.token[1]!r}")

    def binary(self, level: int, depth: int) -> list:
        if depth > DEPTH_LIMIT:
            raise ExpressionError(f"it is nested deeper than {DEPTH_LIMIT}")
        if level == len(PRECEDENCE):
            return self.unary(depth)
        left = self.binary(level + 1, depth)
        while self.token[0] in ("symbol", "operator") and self.token[1] in PRECEDENCE[level]:
            operator = self.take()[1]
            left = [operator, left, self.binary(level + 1, depth)]
        return left

    def unary(self, depth: int) -> list:
        if self.takes("-"):
            if depth > DEPTH_LIMIT:
                raise ExpressionError(f"it is nested deeper than {DEPTH_LIMIT}")
            return ["negative", self.unary(depth + 1)]
        tree = self.path(depth)
        while self.takes("|"):
            tree = ["union", tree, self.path(depth)]
        return tree

    def path(self, depth: int) -> list:
        """A location path, or an operand that may be the start of one."""
        if self.is_at("/") or self.is_at("//"):
            return self.steps(["root"], depth)
        if self.begins_step():
            start = ["path", ["context"], [self.step(depth)]]
            return self.steps(start[1], depth, start[2])
        if self.is_at(".") or self.is_at(".."):
            return self.dots(depth)
        tree = self.filtered(self.operand(depth), depth)
        return self.steps(tree, depth) if self.is_at("/") or self.is_at("//") else tree

    def dots(self, depth: int) -> list:
        if self.takes("."):
            return self.steps(["context"], depth) if self.is_at("/") or self.is_at("//") else ["self"]
        self.expect("..")
        return self.steps(["context"], depth, [["parent", "*", []]])

    def begins_step(self) -> bool:
        kind, text = self.token
        following = self.tokens[min(self.position + 1, len(self.tokens) - 1)]
        if text == "@" and kind == "symbol":
            return True
        if kind != "name":
            return False
        return following != ("symbol", "(") or text in ("node", "text")

    def steps(self, start: list, depth: int, found: list | None = None) -> list:
        """The rest of a path, from the slash on."""
        steps = found or []
        if not steps and start == ["root"] and self.is_at("/"):
            self.take()
            if self.begins_step() or self.is_at(".") or self.is_at(".."):
                steps.append(self.step(depth))
        while self.is_at("/") or self.is_at("//"):
            if self.take()[1] == "//":
                steps.append(["descendant-or-self", "*", []])
            steps.append(self.step(depth))
        return ["path", start, steps]

    def step(self, depth: int) -> list:
        if self.takes("."):
            return ["self", "*", []]
        if self.takes(".."):
            return ["parent", "*", []]
        if self.takes("@"):
            if self.token[0] != "name":
                raise ExpressionError("a name is missing after '@'")
            return ["attribute", self.take()[1], []]
        kind, name = self.take()
        if kind == "ref":
            return ["child", name[2:-1].strip(), self.predicates(depth)]
        if kind != "name":
            raise ExpressionError(f"{name!r} is not expected there")
        axis = "child"
        if self.takes("::"):
            if name not in AXES:
                raise ExpressionError(f"the axis {name}:: is not known here")
            axis, (_, name) = name, self.take()
        if name in ("node", "text") and self.takes("("):
            self.expect(")")
            name = "*"
        return [axis, name, self.predicates(depth)]

    def predicates(self, depth: int) -> list:
        found = []
        while self.takes("["):
            found.append(self.binary(0, depth + 1))
            self.expect("]")
        return found

    def filtered(self, tree: list, depth: int) -> list:
        predicates = self.predicates(depth)
        return ["filter", tree, predicates] if predicates else tree

    def operand(self, depth: int) -> list:
        kind, text = self.take()
        if kind == "number":
            return ["number", float(text)]
        if kind == "string":
            return ["string", text[1:-1]]
        if kind == "ref":
            return self.reference(text[2:-1].strip())
        if text == "(" and kind == "symbol":
            tree = self.binary(0, depth + 1)
            self.expect(")")
            return tree
        if kind == "name":
            return self.call(text, depth)
        raise ExpressionError(f"{text!r} is not expected there")

    def reference(self, name: str) -> list:
        if name.startswith("last-saved#"):
            raise ExpressionError("answers of an earlier response (last-saved#) are not kept on this device")
        return ["ref", name]

    def call(self, name: str, depth: int) -> list:
        check_known(name)
        self.expect("(")
        arguments = []
        while not self.is_at(")"):
            if arguments:
                self.expect(",")
            arguments.append(self.binary(0, depth + 1))
        self.take()
        check_call(name, arguments)
        return ["call", name, *arguments]


def check_known(name: str) -> None:
    if name not in COUNTS:
        raise ExpressionError(f"the function {name}() is not known here")


def check_call(name: str, arguments: list) -> None:
    least, most = COUNTS[name]
    given = len(arguments)
    if given < least or (most is not None and given > most):
        wanted = str(least) if least == most else f"{least} to {most}" if most else f"{least} or more"
        raise ExpressionError(f"{name}() takes {wanted} arguments, not {given}")
    if name == "indexed-repeat" and given % 2 == 0:
        raise ExpressionError(
            "indexed-repeat() takes a question, then a repeat and an index, again and again"
        )
    if name in ("count", "count-non-empty", "randomize") and arguments[0][0] in ("string", "number"):
        raise ExpressionError(f"{name}() counts nodes, not a value")


def parts_of(tree: list) -> Iterator[list]:
    """The trees directly within a tree."""
    if tree[0] in ("string", "number", "ref", "self", "root", "context"):
        return
    if tree[0] == "path":
        yield tree[1]
        for step in tree[2]:
            yield from step[2]
    elif tree[0] == "filter":
        yield tree[1]
        yield from tree[2]
    else:
        yield from (part for part in tree[1:] if isinstance(part, list))


def references(tree: list) -> set[str]:
    """The names of the questions that `tree` asks for by ${name}."""
    if tree[0] == "ref":
        return {tree[1]}
    found = set().union(*(references(part) for part in parts_of(tree)))
    if tree[0] == "call" and tree[1] == "jr:choice-name" and tree[3][0] == "string":
        found.update(re.findall(r"\$\{\s*([^\s{}]+)\s*\}", tree[3][1]))
    return found


def path_names(tree: list) -> set[str]:
    """The names of the steps of the paths in `tree`, except those into a list or file."""
    found = set().union(*(path_names(part) for part in parts_of(tree)))
    if tree[0] == "path" and tree[1][:2] != ["call", "instance"]:
        found |= {step[1] for step in tree[2] if step[1] != "*" and step[0] != "attribute"}
    return found


def calls(tree: list) -> set[str]:
    """The names of the functions that `tree` calls."""
    own = {tree[1]} if tree[0] == "call" else set()
    return own.union(*(calls(part) for part in parts_of(tree)))
