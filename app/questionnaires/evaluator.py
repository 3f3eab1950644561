"""Expression trees as closures over the answers, compiled once for each questionnaire."""

import math
import re
from collections.abc import Callable
from datetime import datetime

from app.questionnaires.functions import PLAIN, shuffled
from app.questionnaires.nodes import Element, FormNode, ListNode, distinct, step
from app.questionnaires.values import (
    COMPARISONS,
    LONDON,
    OPERATORS,
    NodeSet,
    Value,
    as_boolean,
    as_number,
    as_string,
    scalar,
)


class Context:
    """Where an expression is evaluated: the answers around it, its own value, the node in a predicate."""

    __slots__ = ("node", "own", "place", "scope", "size")

    def __init__(self, scope, own: Value = "", node=None, place: int = 1, size: int = 1):
        self.scope = scope
        self.own = own
        self.node = node
        self.place = place
        self.size = size


Compiled = Callable[[Context], Value]


class Compiler:
    """Compiles the trees of one question: names in them are found from where the question stands.

    `form` is the `flow.Questionnaire`; `scope` names the repeats around the question.
    """

    def __init__(self, form, scope: tuple[str, ...], element: Element | None):
        self.form = form
        self.scope = scope
        self.element = element

    def compile(self, tree: list) -> Compiled:
        kind = tree[0]
        if kind in ("number", "string"):
            constant = tree[1]
            return lambda c: constant
        if kind == "self":
            return lambda c: c.own if c.node is None else NodeSet([c.node])
        special = {
            "ref": self.reference,
            "call": self.call,
            "path": self.path,
            "filter": self.filter,
            "context": self.context,
            "root": self.root,
        }.get(kind)
        if special:
            return special(tree)
        parts = [self.compile(part) for part in tree[1:]]
        if kind == "negative":
            return lambda c: -as_number(parts[0](c))
        if kind == "union":
            return lambda c: distinct(nodes_of(parts[0](c)) + nodes_of(parts[1](c)))
        return operator(kind, *parts)

    # --- names and paths ---------------------------------------------------------------------------

    def reference(self, tree: list) -> Compiled:
        found = self.form.locate(tree[1], self.scope)
        if found is None:
            return lambda c: ""
        kind, scope, key = found
        common = common_length(self.scope, scope)
        up, below = len(self.scope) - common, scope[common:]
        if kind == "group":
            element = self.form.element_of(scope, key)
            return lambda c: NodeSet(FormNode(s, element) for s in descend(c, up, below, scope))
        element = self.form.element_of(scope, key)
        if kind == "repeat":
            return lambda c: NodeSet(
                FormNode(instance, element)
                for start in descend(c, up, below, scope)
                for instance in start.instances(key)
            )
        if not below:
            return lambda c: c.scope.up(up).value(key)
        return lambda c: NodeSet(FormNode(s, element) for s in descend(c, up, below, scope))

    def context(self, tree: list) -> Compiled:
        element = self.element or self.form.root
        return lambda c: NodeSet([c.node if c.node is not None else FormNode(c.scope, element)])

    def root(self, tree: list) -> Compiled:
        root = self.form.root

        def start(c: Context) -> NodeSet:
            scope = c.scope
            while scope.parent is not None:
                scope = scope.parent
            return NodeSet([FormNode(scope, root)])

        return start

    def path(self, tree: list) -> Compiled:
        start, steps = tree[1], list(tree[2])
        if start == ["context"] and len(steps) == 1 and steps[0][0] == "child" and not steps[0][2]:
            return self.child(steps[0][1])
        if start == ["root"] and steps and steps[0][0] == "child":
            if len(steps) == 1 and steps[0][1] not in (self.form.root.name, "*"):
                return lambda c: NodeSet()
            steps = steps[1:]  # the form's own element, whatever the workbook calls it
        begin = self.compile(start)
        walked = [(axis, name, [self.compile(p) for p in predicates]) for axis, name, predicates in steps]
        own = self.scope if start == ["root"] else ()

        def walk(c: Context) -> NodeSet:
            nodes = nodes_of(begin(c))
            for axis, name, predicates in walked:
                nodes = one_step(c, nodes, axis, name, predicates)
            return around(c, nodes) if own else nodes

        return walk

    def child(self, name: str) -> Compiled:
        """A bare name: most often a column of the choices that a `choice_filter` chooses from."""
        context = self.context(["context"])

        def find(c: Context) -> Value:
            if isinstance(c.node, ListNode) and c.node.fields is not None:
                return c.node.fields.get(name, "")
            return one_step(c, context(c), "child", name, [])

        return find

    def filter(self, tree: list) -> Compiled:
        begin = self.compile(tree[1])
        predicates = [self.compile(predicate) for predicate in tree[2]]

        def narrowed(c: Context) -> NodeSet:
            nodes = nodes_of(begin(c))
            for predicate in predicates:
                nodes = keep(c, nodes, predicate)
            return nodes

        return narrowed

    # --- functions ---------------------------------------------------------------------------------

    def call(self, tree: list) -> Compiled:
        name, arguments = tree[1], tree[2:]
        if name in PLAIN:
            function = PLAIN[name][2]
            parts = [self.compile(part) for part in arguments]
            if len(parts) == 1:
                only = parts[0]
                return lambda c: function(only(c))
            return lambda c: function(*[part(c) for part in parts])
        if name == "indexed-repeat":
            return self.indexed_repeat(arguments)
        if name == "jr:choice-name":
            return self.choice_name(arguments)
        return IN_CONTEXT[name](self, [self.compile(part) for part in arguments])

    def indexed_repeat(self, arguments: list) -> Compiled:
        """indexed-repeat(question, repeat, index, …): the answer in the instance with that index."""
        target = self.name_of(arguments[0])
        found = self.form.locate(target, self.scope) if target else None
        if found is None or found[0] != "question":
            return lambda c: ""
        scope, key = found[1:]
        indexes = {}
        for repeat, index in zip(arguments[1::2], arguments[2::2], strict=True):
            place = self.form.locate(self.name_of(repeat) or "", self.scope)
            if place:
                indexes[(*place[1], place[2])] = self.compile(index)

        def find(c: Context) -> Value:
            here = c.scope.root
            for depth, repeat in enumerate(scope, 1):
                instances = here.instances(repeat)
                index = indexes.get(scope[:depth])
                at = as_number(index(c)) - 1 if index else c.scope.index_in(scope[:depth])
                if not 0 <= at < len(instances):
                    return ""
                here = instances[int(at)]
            return here.value(key)

        return find

    def name_of(self, tree: list) -> str:
        """The question that an argument names, as ${name} or as a path that ends in it."""
        if tree[0] == "ref":
            return tree[1]
        return tree[2][-1][1] if tree[0] == "path" and tree[2] else ""

    def choice_name(self, arguments: list) -> Compiled:
        """jr:choice-name(value, '${question}'): the label of a choice."""
        value = self.compile(arguments[0])
        name = self.choice_question(arguments[1])
        found = self.form.locate(name, self.scope) if name else None
        if found is None or found[0] != "question":
            return lambda c: ""
        question = self.form.question_at(*found[1:])

        def label(c: Context) -> Value:
            labels = self.form.labels(question, c.scope.language)
            chosen = as_string(value(c)).split()
            return ", ".join(labels.get(choice, choice) for choice in chosen)

        return label

    def choice_question(self, tree: list) -> str:
        if tree[0] != "string":
            return self.name_of(tree)
        written = re.search(r"\$\{\s*([^\s{}]+)\s*\}", tree[1])
        return written[1] if written else tree[1].rstrip("/ ").rpartition("/")[2].strip()


def common_length(one: tuple, other: tuple) -> int:
    length = 0
    for left, right in zip(one, other, strict=False):
        if left != right:
            break
        length += 1
    return length


def descend(c: Context, up: int, below: tuple[str, ...], scope: tuple[str, ...]) -> list:
    """The instances of the repeats `below` the scope that lies `up` above; in a predicate over one of
    them, that one alone."""
    node = c.node
    if isinstance(node, FormNode) and below:
        names = node.scope.names
        if len(names) > len(scope) - len(below) and names == scope[: len(names)]:
            return spread([node.scope], scope[len(names) :])
    return spread([c.scope.up(up)], below)


def spread(scopes: list, below: tuple[str, ...]) -> list:
    for repeat in below:
        scopes = [instance for scope in scopes for instance in scope.instances(repeat)]
    return scopes


def nodes_of(value: Value) -> NodeSet:
    return value if isinstance(value, NodeSet) else NodeSet()


def one_step(c: Context, nodes: NodeSet, axis: str, name: str, predicates: list) -> NodeSet:
    found = NodeSet()
    for node in nodes:
        reached = NodeSet(step(node, axis))
        c.scope.state.spend(len(reached) + 1)
        if name != "*":
            reached = NodeSet(n for n in reached if n.name == name)
        for predicate in predicates:
            reached = keep(c, reached, predicate)
        found += reached
    return found if len(nodes) < 2 or axis == "child" else distinct(found)


def keep(c: Context, nodes: NodeSet, predicate: Compiled) -> NodeSet:
    """The nodes for which the predicate holds; a number is a position (XPath 1.0, section 2.4)."""
    kept, size = NodeSet(), len(nodes)
    c.scope.state.spend(size)
    for place, node in enumerate(nodes, 1):
        inner = Context(c.scope, c.own, node, place, size)
        value = predicate(inner)
        if (value == place) if isinstance(value, float) else is_true(value):
            kept.append(node)
    return kept


def is_true(value: Value) -> bool:
    return as_boolean(value)


def around(c: Context, nodes: NodeSet) -> NodeSet:
    """Nodes of an absolute path as a question within a repeat means them: those of its own instance
    first, so that one value of them is its own (JavaRosa contextualises such paths)."""
    own = {id(scope) for scope in c.scope.chain()}
    return NodeSet(sorted(nodes, key=lambda node: id(node.scope) not in own))


def operator(kind: str, left: Compiled, right: Compiled) -> Compiled:
    if kind == "and":
        return lambda c: as_boolean(left(c)) and as_boolean(right(c))
    if kind == "or":
        return lambda c: as_boolean(left(c)) or as_boolean(right(c))
    apply = OPERATORS[kind]
    if kind not in COMPARISONS:
        return lambda c: apply(left(c), right(c))

    def compare(c: Context) -> bool:
        one, other = left(c), right(c)
        if isinstance(one, NodeSet) or isinstance(other, NodeSet):
            return compare_sets(apply, one, other)
        return apply(one, other)

    return compare


def compare_sets(apply, one: Value, other: Value) -> bool:
    """A comparison with a node set holds when it holds for some node (XPath 1.0, section 3.4)."""
    if isinstance(one, bool) or isinstance(other, bool):
        return apply(as_boolean(one), as_boolean(other))
    ones = [node.value() for node in one] if isinstance(one, NodeSet) else [one]
    others = [node.value() for node in other] if isinstance(other, NodeSet) else [other]
    return any(apply(a, b) for a in ones for b in others)


# --- functions that need the form ------------------------------------------------------------------


def is_empty(value: Value) -> bool:
    value = scalar(value)
    return value == "" or (isinstance(value, float) and math.isnan(value))


def make_if(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    condition, then, otherwise = parts
    return lambda c: then(c) if as_boolean(condition(c)) else otherwise(c)


def make_coalesce(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    def first_given(c: Context) -> Value:
        value = parts[0](c)
        return parts[1](c) if is_empty(value) else value

    return first_given


def make_once(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    def kept_or_new(c: Context) -> Value:
        if c.own != "":
            return c.own
        value = parts[0](c)
        return "" if is_empty(value) else value

    return kept_or_new


def make_position(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    if not parts:
        return lambda c: float(c.place)

    def position_of(c: Context) -> Value:
        nodes = parts[0](c)
        if not isinstance(nodes, NodeSet) or not nodes:
            return math.nan
        own = next((node for node in nodes if getattr(node, "scope", None) in c.scope.chain()), nodes[0])
        return float(own.position())

    return position_of


def make_count(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    def count(c: Context) -> Value:
        value = parts[0](c)
        return float(len(value)) if isinstance(value, NodeSet) else 1.0

    return count


def make_count_non_empty(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    def count(c: Context) -> Value:
        value = parts[0](c)
        values = [node.value() for node in value] if isinstance(value, NodeSet) else [value]
        return float(sum(as_string(one) != "" for one in values))

    return count


def make_current(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    element = compiler.element or compiler.form.root
    return lambda c: NodeSet([FormNode(c.scope, element)])


def make_instance(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    def find(c: Context) -> Value:
        rows = compiler.form.rows(as_string(parts[0](c)), c.scope.language)
        return NodeSet([ListNode("instance", rows=rows)]) if rows is not None else NodeSet()

    return find


def make_pulldata(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    def find(c: Context) -> Value:
        file, column, key_column, key = (as_string(part(c)) for part in parts)
        return compiler.form.lookup(file, key_column).get(key, {}).get(column, "")

    return find


def make_itext(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    return lambda c: compiler.form.itext(as_string(parts[0](c)), c.scope.language)


def make_randomize(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    def shuffle(c: Context) -> Value:
        seed = scalar(parts[1](c)) if len(parts) > 1 else None
        return NodeSet(shuffled(nodes_of(parts[0](c)), seed))

    return shuffle


def make_name(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    context = compiler.context(["context"])

    def name_of(c: Context) -> Value:
        nodes = nodes_of(parts[0](c) if parts else context(c))
        return nodes[0].name if nodes else ""

    return name_of


def make_today(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    return lambda c: c.scope.state.now.date()


def make_now(compiler: Compiler, parts: list[Compiled]) -> Compiled:
    return lambda c: c.scope.state.now


IN_CONTEXT = {
    "if": make_if,
    "coalesce": make_coalesce,
    "once": make_once,
    "position": make_position,
    "last": lambda compiler, parts: lambda c: float(c.size),
    "count": make_count,
    "count-non-empty": make_count_non_empty,
    "current": make_current,
    "instance": make_instance,
    "pulldata": make_pulldata,
    "jr:itext": make_itext,
    "randomize": make_randomize,
    "name": make_name,
    "local-name": make_name,
    "today": make_today,
    "now": make_now,
    "version": lambda compiler, parts: lambda c: "",
}


def london_now() -> datetime:
    return datetime.now(LONDON).replace(microsecond=0)
