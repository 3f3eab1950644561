"""An attacker with everything that is printed can't work out a hidden number."""

from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from app.disclosure.suppression import ORGANISATIONS, PEOPLE, Node, is_sensitive, lines, suppress_tree

THRESHOLD = 5


def make_tree(shape, threshold=THRESHOLD) -> Node:
    """A tree of additive counts from nested lists of numbers; small leaves and totals are hidden."""
    if isinstance(shape, int):
        return Node(shape, 0 < shape < threshold)
    parts = [make_tree(part, threshold) for part in shape]
    value = sum(part.value for part in parts)
    return Node(value, 0 < value < threshold, parts)


def every_node(node):
    yield node
    for part in node.parts:
        yield from every_node(part)


def hidden_ranges(root: Node) -> list[tuple[float, float]]:
    """The least and the most that each hidden node can be, given all printed ones: two linear programs each."""
    nodes = list(every_node(root))
    number = {id(node): place for place, node in enumerate(nodes)}
    equations, values = [], []
    for total in lines(root):
        row = [0.0] * len(nodes)
        row[number[id(total)]] = -1.0
        for part in total.parts:
            row[number[id(part)]] = 1.0
        equations.append(row)
        values.append(0.0)
    bounds = [(0, None) if node.hidden else (node.value, node.value) for node in nodes]
    found = []
    for place, node in enumerate(nodes):
        if node.hidden:
            ends = []
            for sign in (1, -1):
                aim = [0.0] * len(nodes)
                aim[place] = sign
                result = linprog(aim, A_eq=equations or None, b_eq=values or None, bounds=bounds)
                ends.append(sign * result.fun if result.success else float("inf"))
            found.append(tuple(ends))
    return found


leaves = st.integers(0, 30) | st.integers(0, 6)
tables = st.lists(leaves, min_size=1, max_size=8)
trees = st.lists(st.lists(leaves, min_size=1, max_size=6), min_size=1, max_size=5)


@settings(max_examples=150, deadline=None)
@given(trees | tables)
def test_no_hidden_count_has_a_range_below_the_threshold(shape):
    root = make_tree(shape)
    if root.hidden:
        return  # the whole table is smaller than what may be printed at all
    suppress_tree(root, THRESHOLD)
    for least, most in hidden_ranges(root):
        assert most - least >= THRESHOLD, (shape, least, most)


@settings(max_examples=150, deadline=None)
@given(trees)
def test_small_counts_stay_hidden_and_zero_is_printed_unless_needed(shape):
    root = make_tree(shape)
    small = [node for node in every_node(root) if 0 < node.value < THRESHOLD]
    suppress_tree(root, THRESHOLD)
    assert all(node.hidden for node in small)
    assert not any(node.hidden for node in every_node(root) if node.value == 0)


@given(trees)
def test_suppressing_twice_changes_nothing(shape):
    root = make_tree(shape)
    suppress_tree(root, THRESHOLD)
    before = [node.hidden for node in every_node(root)]
    suppress_tree(root, THRESHOLD)
    assert [node.hidden for node in every_node(root)] == before


def test_a_table_without_small_counts_is_printed_whole():
    root = make_tree([[10, 20, 0], [7, 9]])
    suppress_tree(root, THRESHOLD)
    assert not any(node.hidden for node in every_node(root))


def test_one_small_count_takes_the_smallest_fitting_other_along():
    root = make_tree([3, 40, 9, 12])
    suppress_tree(root, THRESHOLD)
    assert [part.hidden for part in root.parts] == [True, False, True, False]


def test_two_small_counts_that_their_sum_would_tell_take_a_third_along():
    root = make_tree([4, 4, 30, 20])
    suppress_tree(root, THRESHOLD)
    assert [part.hidden for part in root.parts] == [True, True, False, True]


def test_parts_that_come_to_more_than_their_total_need_no_second_cell():
    """One organisation speaks for several communities: the total says nothing of a hidden part."""
    root = Node(20, False, [Node(3, True), Node(15, False), Node(12, False)])
    suppress_tree(root, THRESHOLD)
    assert [part.hidden for part in root.parts] == [True, False, False]


def test_what_is_sensitive():
    assert [is_sensitive(n, 0.2, ORGANISATIONS) for n in (0, 1, 4, 5)] == [False, True, True, False]
    assert [is_sensitive(n, 0.2, PEOPLE) for n in (9, 10)] == [True, False]
    assert is_sensitive(20, 0.51, ORGANISATIONS) and not is_sensitive(20, 0.5, ORGANISATIONS)
