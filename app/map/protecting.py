"""Disclosure control over the tables of one page together, so that none undoes another."""

from collections.abc import Collection

from app.counts.counting import NOBODY, Tally
from app.disclosure.suppression import Node, Rules, is_sensitive, suppress_tree

Hidden = dict[str, bool]
ALL = ""  # the key of a total


def is_small(tally: Tally, rules: Rules) -> bool:
    return is_sensitive(tally.respondents, tally.largest, rules)


def node_of(tally: Tally, rules: Rules, parts: Collection[Node] = (), hidden: bool = False) -> Node:
    return Node(tally.respondents, hidden or is_small(tally, rules), list(parts))


def protect_topics(
    families: dict[str, list[str]],
    tallies: dict[str, Tally],
    rules: Rules,
    columns: Collection[str] = (),
    cells: dict[tuple[str, str], Tally] | None = None,
) -> tuple[Hidden, dict[tuple[str, str], bool]]:
    """Which families and themes, and which (theme, column) cells, to hide.

    A family is the total of its themes, a theme the total of its row of `cells`: one tree, so that neither
    table undoes the other. `families` has the theme keys of each family; `tallies` has both kinds of keys.
    """
    hidden, hidden_cells = {}, {}
    for family, themes in families.items():
        rows = {
            theme: {column: node_of((cells or {}).get((theme, column), NOBODY), rules) for column in columns}
            for theme in themes
        }
        parts = {theme: node_of(tallies.get(theme, NOBODY), rules, rows[theme].values()) for theme in themes}
        total = node_of(tallies.get(family, NOBODY), rules, parts.values())
        suppress_tree(total, rules.threshold)
        hidden[family] = total.hidden
        for theme, node in parts.items():
            hidden[theme] = hidden_cells[theme, ALL] = node.hidden
            hidden_cells.update({(theme, column): cell.hidden for column, cell in rows[theme].items()})
    return hidden, hidden_cells


def protect_areas(
    areas: dict[str, list[str]], tallies: dict[str, Tally], total_hidden: bool, rules: Rules
) -> Hidden:
    """Which boroughs and NHS areas to hide; London, the key ALL, is printed elsewhere or `total_hidden`.

    `areas` has the borough keys of each NHS area.
    """
    boroughs = {key: node_of(tallies.get(key, NOBODY), rules) for keys in areas.values() for key in keys}
    wholes = {
        area: node_of(tallies.get(area, NOBODY), rules, [boroughs[key] for key in keys])
        for area, keys in areas.items()
    }
    london = node_of(tallies.get(ALL, NOBODY), rules, wholes.values(), total_hidden)
    suppress_tree(london, rules.threshold)
    nodes = {**boroughs, **wholes}
    if london.hidden and not total_hidden:
        # It is printed elsewhere, so everything else goes: with the zeros, or what is left would be known.
        return dict.fromkeys(nodes, True)
    return {key: node.hidden for key, node in nodes.items()}
