"""The map: what it counts, what it hides, and its page and command."""

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.counts.counting import Contributed, Mention
from app.map.drawing import Facts, World, draw
from app.map.filters import BadFilter, Filters, read_filters
from app.map.protecting import ALL
from app.map.tiles import extent, place_tile
from app.map.trends import line_path
from app.reference.places import list_boroughs
from tests.factories import open_weekly, past_round, send, sweep, this_week

WEEK = date(2026, 11, 23)
WORLD = World(
    families={"f": ["t1", "t2", "t3"], "g": ["u1"]},
    areas={"N": ["n1", "n2", "n3"], "S": ["s1", "s2"]},
    communities=["a", "b", "c"],
)
AREAS = ["n1", "n2", "n3", "s1", "s2"]


def filters(**changes):
    return Filters(**{"source": "response", "last": WEEK, "weeks": 1, **changes})


@st.composite
def facts(draw_from):
    contributed, mentions = [], []
    for number in range(draw_from(st.integers(0, 60))):
        communities = frozenset(draw_from(st.sets(st.sampled_from("abc"), min_size=1)))
        area = draw_from(st.sampled_from(AREAS))
        contributed.append(Contributed(number, WEEK, f"org{number}", area, communities))
        mentions += [
            Mention(number, theme, 1)
            for theme in draw_from(st.sets(st.sampled_from(["t1", "t2", "t3", "u1"])))
        ]
    return Facts(contributed, mentions)


def who(facts, theme=None, area=None, community=None):
    """The slow and obvious recount."""
    return {
        each.respondent
        for each in facts.contributed
        for mention in facts.mentions
        if mention.contribution_id == each.id
        and (theme is None or mention.theme in theme)
        and (area is None or each.area in area)
        and (community is None or community in each.communities)
    }


@settings(max_examples=120, deadline=None)
@given(facts(), st.sampled_from(["", "t1", "u1"]))
def test_printed_counts_are_exact_and_small_ones_are_hidden(facts, theme):
    family = {"t1": "f", "u1": "g", "": ""}[theme]
    drawing = draw(facts, filters(theme=theme, family=family), WORLD, [WEEK])
    themes = {theme} if theme else {"t1", "t2", "t3", "u1"}
    checks = [(cell, who(facts, themes, {key})) for key, cell in drawing.tiles.items()]
    checks += [(cell, who(facts, themes, set(WORLD.areas[key]))) for key, cell in drawing.areas.items()]
    for row in drawing.families:
        checks.append((row.cell, who(facts, set(WORLD.families[row.key]))))
        checks += [(theme_row.cell, who(facts, {theme_row.key})) for theme_row in row.themes]
    for key, row in drawing.matrix.rows.items():
        checks += [
            (cell, who(facts, {key}, None, None if column == ALL else column)) for column, cell in row.items()
        ]
    for cell, people in checks:
        assert cell.count is None or cell.count == len(people)
        assert cell.is_hidden or cell.marker or not 0 < len(people) < 5
        if cell.share is not None:
            assert cell.count is not None


@settings(max_examples=120, deadline=None)
@given(facts())
def test_no_hidden_borough_can_be_worked_out(facts):
    """From every printed borough, NHS area and the printed number of London."""
    for theme in ("t1", "u1"):
        family = {"t1": "f", "u1": "g"}[theme]
        drawing = draw(facts, filters(theme=theme, family=family), WORLD, [WEEK])
        london = drawing.families[0].themes[0].cell
        for area, boroughs in WORLD.areas.items():
            total, parts = drawing.areas[area], [drawing.tiles[key] for key in boroughs]
            hidden = [key for key in boroughs if drawing.tiles[key].is_hidden]
            if not total.is_hidden and hidden:
                rest = (total.count or 0) - sum(part.count or 0 for part in parts)
                assert len(hidden) > 1 and rest >= 5
            if total.is_hidden:
                assert hidden
        hidden = [area for area, cell in drawing.areas.items() if cell.is_hidden]
        if not london.is_hidden and hidden:
            assert len(hidden) > 1 or london.marker


@settings(max_examples=60, deadline=None)
@given(facts())
def test_filtering_never_prints_what_the_whole_map_hides(facts):
    """A theme shown alone is hidden or printed just as it is among the others."""
    whole = draw(facts, filters(), WORLD, [WEEK])
    for family in whole.families:
        for row in family.themes:
            alone = draw(facts, filters(theme=row.key, family=family.key), WORLD, [WEEK])
            assert alone.families[0].themes[0].cell == row.cell
            printed = [
                {column: (cell.count, cell.marker) for column, cell in found.matrix.rows[row.key].items()}
                for found in (alone, whole)
            ]
            assert printed[0] == printed[1]


def test_percentages_need_a_base_of_thirty():
    def some(n):
        contributed = [Contributed(i, WEEK, f"o{i}", "n1", frozenset("a")) for i in range(n)]
        return Facts(contributed, [Mention(i, "u1", 1) for i in range(10)])

    assert draw(some(29), filters(), WORLD, [WEEK]).families[1].cell.share is None
    assert draw(some(40), filters(), WORLD, [WEEK]).families[1].cell.share == 25.0


def test_one_organisation_with_most_of_the_statements_is_hidden():
    contributed = [Contributed(i, WEEK, f"o{i}", "n1", frozenset("a")) for i in range(10)]
    mentions = [Mention(0, "u1", 50), *(Mention(i, "u1", 1) for i in range(1, 10))]
    drawing = draw(Facts(contributed, mentions), filters(), WORLD, [WEEK])
    assert drawing.families[1].cell.is_hidden


def test_champions_are_counted_as_people():
    contributed = [Contributed(i, WEEK, f"o{i}", "n1", frozenset("a")) for i in range(9)]
    given_facts = Facts(contributed, [Mention(i, "u1", 1) for i in range(9)])
    assert draw(given_facts, filters(source="note"), WORLD, [WEEK]).families[1].cell.is_hidden
    assert not draw(given_facts, filters(), WORLD, [WEEK]).families[1].cell.is_hidden


def test_change_is_against_the_period_before():
    earlier = WEEK - timedelta(weeks=1)
    contributed = [
        Contributed(i, week, f"o{i % 40}", "n1", frozenset("a"))
        for i, week in enumerate([earlier] * 40 + [WEEK] * 40)
    ]
    mentions = [Mention(i, "u1", 1) for i in [*range(10), *range(40, 60)]]
    row = draw(Facts(contributed, mentions), filters(), WORLD, [earlier, WEEK]).families[1].themes[0]
    assert (row.cell.share, row.change) == (50.0, 25.0)
    assert [cell.share for cell in row.weekly] == [25.0, 50.0]
    assert row.path.startswith("M") and "L" in row.path


def test_lines_break_where_a_week_is_hidden():
    assert line_path([10.0, None, 20.0, 30.0], 30.0).count("M") == 2
    assert line_path([], 1) == line_path([1.0], 1) == line_path([1.0, 2.0], 0) == ""


def test_tiles_do_not_overlap():
    places = list_boroughs()
    assert len(places) == 33 and len({place_tile(place) for place in places}) == 33
    width, height = extent(places)
    assert all(x < width and y < height for x, y in map(place_tile, places))


@pytest.mark.parametrize(
    "given",
    [
        {"week": "soon"},
        {"week": "2999-01-01"},
        {"theme": "x"},
        {"period": "3"},
        {"family": "x"},
        {"community": "x"},
    ],
)
def test_bad_filters(given):
    with pytest.raises(BadFilter):
        read_filters(given, WEEK, {"f"}, {"t1": "f"}, {"a"})


def test_a_theme_brings_its_family():
    found = read_filters({"theme": "t1", "period": "12"}, WEEK, {"f"}, {"t1": "f"}, {"a"})
    assert (found.family, found.weeks, found.first) == ("f", 12, WEEK - timedelta(weeks=11))


# --- the page and the command ----------------------------------------------------------------------


@pytest.fixture
def answered(app):
    current = open_weekly()
    past = past_round(this_week() - timedelta(weeks=1))
    for number in range(36):
        area = "hackney" if number < 20 else "barnet" if number < 33 else "camden"
        words = "Damp and mould in the flats here" if number % 2 else "Nothing new to report this time"
        send(current, f"o{number}", area=area, saying=words, need="")
        send(past, f"o{number}", area=area, saying="Damp and mould in the flats here", need="")
    sweep()


def test_map_show_as_json(answered, runner):
    result = runner.invoke(args=["map", "show", "--period", "1", "--theme", "housing", "--format", "json"])
    data = json.loads(result.stdout)
    assert data["base"]["count"] == 36
    [family] = data["families"]
    assert family["themes"][0]["cell"] == {"count": 18, "share": 50.0}
    assert family["themes"][0]["change"] == -50.0
    assert data["tiles"]["hackney"]["count"] == 10
    assert data["tiles"]["camden"]["count"] == "c"
    assert data["tiles"]["brent"]["count"] == "z"
    assert "Poor, insecure or crowded housing" in runner.invoke(args=["map", "show"]).stdout
    for wrong in (["--week", "never"], ["--theme", "nothing"], ["--period", "7"]):
        refused = runner.invoke(args=["map", "show", *wrong])
        assert refused.exit_code == 1 and "There is no" in refused.stderr


def test_the_page(answered, analyst, visit):
    page = visit("/map?period=1&theme=housing")
    assert "Map of community views" in page.title
    assert page.html.count('class="tile ') == 33
    assert "Base: 36 organisations." in page.html
    for address in ("/map", "/map?community=asian", "/map?source=response&family=home-place&period=12"):
        visit(address)
    assert "There is nothing to draw yet" in visit("/map?source=note").html
    assert "does not exist" in visit("/map?theme=nothing", status=404).html
    assert "does not exist" in visit("/map?week=2999-01-01", status=404).html


def test_an_empty_map_says_what_to_do(app, analyst, visit, runner):
    assert "Open a round" in visit("/map").html
    refused = runner.invoke(args=["map", "show"])
    assert refused.exit_code == 1 and "nothing to draw yet" in refused.stderr
