"""A form's answers and lists as the nodes that XPath walks over.

Elements are laid out once for a questionnaire; a node is an element in one state of the answers.
"""

from dataclasses import dataclass, field

from app.questionnaires.values import NodeSet, Value


@dataclass(eq=False)
class Element:
    """A question, group or repeat in the form's structure."""

    name: str
    kind: str  # root, group, repeat, question
    key: str = ""  # of the question or repeat in its scope
    parent: "Element | None" = None
    children: list["Element"] = field(default_factory=list)

    def child(self, name: str) -> "Element | None":
        return next((element for element in self.children if element.name == name), None)

    def add(self, name: str, kind: str, key: str = "") -> "Element":
        element = Element(name, kind, key, self)
        self.children.append(element)
        return element


class FormNode:
    """An element among the answers of one scope; for a repeat, one of its instances."""

    __slots__ = ("element", "scope")

    def __init__(self, scope, element: Element):
        self.scope = scope
        self.element = element

    @property
    def name(self) -> str:
        return self.element.name

    def value(self) -> Value:
        return self.scope.value(self.element.key) if self.element.kind == "question" else ""

    def children(self) -> list["FormNode"]:
        nodes = []
        for element in self.element.children:
            if element.kind == "repeat":
                nodes += [FormNode(instance, element) for instance in self.scope.instances(element.key)]
            else:
                nodes.append(FormNode(self.scope, element))
        return nodes

    def parent(self) -> "FormNode | None":
        if self.element.parent is None:
            return None
        scope = self.scope.parent if self.element.kind == "repeat" else self.scope
        return FormNode(scope, self.element.parent)

    def position(self) -> int:
        return self.scope.index + 1 if self.element.kind == "repeat" else 1

    def __eq__(self, other) -> bool:
        return isinstance(other, FormNode) and (self.scope, self.element) == (other.scope, other.element)

    def __hash__(self) -> int:
        return hash((id(self.scope), id(self.element)))


class ListNode:
    """A list of choices or an attached file, one of its rows, or one cell of a row."""

    __slots__ = ("above", "at", "fields", "name", "rows", "text")

    def __init__(self, name, above=None, text="", rows=None, fields=None, at=0):
        self.name = name
        self.above = above
        self.text = text
        self.rows = rows
        self.fields = fields
        self.at = at

    def value(self) -> Value:
        return self.text

    def children(self) -> list["ListNode"]:
        if self.rows is not None:
            if self.name == "instance":
                return [ListNode("root", self, rows=self.rows)]
            return [ListNode("item", self, fields=row, at=at) for at, row in enumerate(self.rows)]
        return [ListNode(name, self, text) for name, text in (self.fields or {}).items()]

    def parent(self) -> "ListNode | None":
        return self.above

    def position(self) -> int:
        return self.at + 1

    def field(self, name: str) -> str:
        return (self.fields or {}).get(name, "")


def step(node, axis: str) -> list:
    """The nodes on an axis from a node, in document order."""
    if axis == "child":
        return node.children()
    if axis == "self":
        return [node]
    if axis == "parent":
        above = node.parent()
        return [above] if above is not None else []
    if axis in ("descendant", "descendant-or-self"):
        found = [node] if axis == "descendant-or-self" else []
        for child in node.children():
            found += step(child, "descendant-or-self")
        return found
    if axis in ("ancestor", "ancestor-or-self"):
        found = [node] if axis == "ancestor-or-self" else []
        above = node.parent()
        return (step(above, "ancestor-or-self") if above is not None else []) + found
    if axis == "attribute":
        return []
    return siblings(node, axis)


def siblings(node, axis: str) -> list:
    above = node.parent()
    nodes = above.children() if above is not None else [node]
    at = next((i for i, other in enumerate(nodes) if is_same(other, node)), 0)
    return nodes[:at] if axis == "preceding-sibling" else nodes[at + 1 :]


def is_same(one, other) -> bool:
    if isinstance(one, ListNode) and isinstance(other, ListNode):
        return one.name == other.name and one.at == other.at
    return one == other


def distinct(nodes: list) -> NodeSet:
    found = NodeSet()
    seen = set()
    for node in nodes:
        if node not in seen:
            seen.add(node)
            found.append(node)
    return found
