"""Which question's value needs which other's: the order to compute them in, and the circles that can't be."""

from app.questionnaires.expressions import parts_of, references

#: Longer chains of calculations than this are computed in order, not one within the other.
NESTED_MOST = 30
Node = tuple[tuple[str, ...], str]  # scope and name


def needed_names(tree: list | None) -> set[str]:
    """The names whose value has to be there before `tree` can be evaluated.

    What is asked of another instance of the same repeat (indexed-repeat(), a filtered path) is left
    out: a running total needs the one before it, which is no circle.
    """
    if not tree or tree[0] == "filter":
        return set()
    if tree[0] == "call" and tree[1] == "indexed-repeat":
        return set().union(*(needed_names(index) for index in tree[4::2]))
    if tree[0] == "path":
        steps = tree[2]
        if any(step[2] for step in steps) or tree[1][:2] == ["call", "instance"]:
            return set()
        return needed_names(tree[1]) | ({steps[-1][1]} if steps else set())
    own = references(tree) if tree[0] == "ref" else set()
    return own.union(*(needed_names(part) for part in parts_of(tree)))


def needs_of(form) -> dict[Node, set[Node]]:
    """For each question and repeat of a `flow.Questionnaire`, what its value or number needs."""
    needs: dict[Node, set[Node]] = {}
    for owner in [*form.definition.all_questions, *form.definition.repeats]:
        names = needed_names(owner.relevant)
        if hasattr(owner, "count"):
            names |= needed_names(owner.count)
        elif owner.is_calculated:
            names |= needed_names(owner.calculation)
        found = {form.locate(name, owner.scope) for name in names}
        needs[owner.scope, owner.name] = {place[1:] for place in found if place and place[0] != "group"}
        if owner.scope:
            needs[owner.scope, owner.name].add((owner.scope[:-1], owner.scope[-1]))
    return needs


def circles_of(needs: dict[Node, set[Node]]) -> list[Node]:
    """The nodes that need themselves, directly or through others (what no order can settle)."""
    left = {node: {other for other in others if other in needs} for node, others in needs.items()}
    left = without_leaves(left)
    reversed_left: dict[Node, set[Node]] = {node: set() for node in left}
    for node, others in left.items():
        for other in others:
            reversed_left[other].add(node)
    return list(without_leaves(reversed_left))


def without_leaves(needs: dict[Node, set[Node]]) -> dict[Node, set[Node]]:
    """What remains when every node that needs nothing is taken away, again and again."""
    left = {node: set(others) for node, others in needs.items()}
    wanted: dict[Node, list[Node]] = {}
    for node, others in left.items():
        for other in others:
            wanted.setdefault(other, []).append(node)
    free = [node for node, others in left.items() if not others]
    while free:
        done = free.pop()
        del left[done]
        for node in wanted.get(done, ()):
            left[node].discard(done)
            if not left[node]:
                free.append(node)
    return left


def in_order(form) -> list[tuple]:
    """(question, "value") of calculated questions, each after those it needs; [] where none is deep."""
    needs = needs_of(form)
    depth: dict[Node, int] = {}
    order: list[Node] = []
    for start in needs:
        visit(start, needs, depth, order)
    if max(depth.values(), default=0) <= NESTED_MOST:
        return []
    return [
        (form.questions[scope][name], "value")
        for scope, name in order
        if name in form.questions.get(scope, ())
        and (form.questions[scope][name].is_calculated or form.questions[scope][name].relevant)
    ]


def visit(start: Node, needs: dict[Node, set[Node]], depth: dict[Node, int], order: list[Node]) -> None:
    """Depth first without recursion; a circle is cut where it closes."""
    waiting = [(start, False)]
    while waiting:
        node, is_done = waiting.pop()
        if is_done:
            depth[node] = 1 + max((depth.get(other, 0) for other in needs[node]), default=0)
            order.append(node)
        elif node not in depth and node in needs:
            depth[node] = 0
            waiting.append((node, True))
            waiting += [(other, False) for other in needs[node] if other not in depth]
