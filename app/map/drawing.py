"""What the map page draws, from facts: counts, then disclosure control, then cells."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date

from app.counts.counting import NOBODY, Contributed, Mention, Tally, count_respondents, tally
from app.disclosure.suppression import ORGANISATIONS, PEOPLE, Rules, is_sensitive
from app.map.cells import Cell, make_cell, shade_of
from app.map.filters import NOTE, WEEK, Filters
from app.map.protecting import ALL, Hidden, protect_areas, protect_topics
from app.map.trends import line_path


@dataclass(frozen=True)
class World:
    """The keys that tables are made of, in the order in which they are shown."""

    families: dict[str, list[str]]  # family: its themes
    areas: dict[str, list[str]]  # NHS area: its boroughs
    communities: list[str]


@dataclass(frozen=True)
class Facts:
    contributed: list[Contributed]
    mentions: list[Mention]


@dataclass(frozen=True)
class TopicRow:
    """A family or a theme: this period, the change since the one before, and week by week."""

    key: str
    cell: Cell
    #: percentage points since the period before, where both shares are printed
    change: float | None
    weekly: tuple[Cell, ...]
    path: str
    themes: tuple["TopicRow", ...] = ()


@dataclass(frozen=True)
class Matrix:
    """Cells by theme and community; the column ALL is the theme's own count."""

    columns: tuple[str, ...]
    rows: dict[str, dict[str, Cell]]
    bases: dict[str, Cell]


@dataclass(frozen=True)
class Drawing:
    """Everything on the page, after disclosure control and nothing before it."""

    filters: Filters
    weeks: tuple[date, ...]
    base: Cell
    rules: Rules
    families: tuple[TopicRow, ...]
    #: the family or theme that the tiles show; ALL for any theme
    topic: str
    tiles: dict[str, Cell]
    areas: dict[str, Cell]
    matrix: Matrix

    @property
    def hidden(self) -> int:
        """How many cells of the tiles and of the matrix are hidden."""
        cells = [*self.tiles.values(), *(cell for row in self.matrix.rows.values() for cell in row.values())]
        return sum(cell.is_hidden for cell in cells)


def draw(facts: Facts, filters: Filters, world: World, weeks: list[date]) -> Drawing:
    """The drawing for `filters`; `facts` cover all `weeks`, the period and the period before.

    What is hidden is decided over whole tables before any row is left out, so that filtering can't undo it.
    """
    rules = PEOPLE if filters.source == NOTE else ORGANISATIONS
    facts = of_community(facts, filters.community)
    period = in_span(facts, filters.first, filters.last)
    columns = [] if filters.community else world.communities
    topics = topic_tallies(period, world.families)
    cells = matrix_tallies(period, columns)
    hidden, hidden_cells = protect_topics(world.families, topics, rules, columns, cells)
    shown = {
        family: [theme for theme in themes if not filters.theme or theme == filters.theme]
        for family, themes in world.families.items()
        if not filters.family or family == filters.family
    }
    base = count_respondents(period.contributed)
    topic = filters.theme or filters.family or ALL
    tiles, areas = draw_areas(period, topic, hidden.get(topic, False), world, rules)
    return Drawing(
        filters=filters,
        weeks=tuple(weeks),
        base=make_cell(base, is_sensitive(base, 0, rules), base, rules),
        rules=rules,
        families=draw_topics(facts, filters, shown, world, weeks, hidden, rules),
        topic=topic,
        tiles=tiles,
        areas=areas,
        matrix=draw_matrix(period, shown, columns, cells, hidden_cells, rules),
    )


# --- facts -----------------------------------------------------------------------------------------


def of_community(facts: Facts, community: str) -> Facts:
    if not community:
        return facts
    return keep(facts, [each for each in facts.contributed if community in each.communities])


def in_span(facts: Facts, first: date, last: date) -> Facts:
    return keep(facts, [each for each in facts.contributed if first <= each.week <= last])


def keep(facts: Facts, contributed: list[Contributed]) -> Facts:
    ids = {each.id for each in contributed}
    return Facts(contributed, [mention for mention in facts.mentions if mention.contribution_id in ids])


def joined(facts: Facts) -> Iterable[tuple[Contributed, Mention]]:
    by_id = {each.id: each for each in facts.contributed}
    return ((by_id[mention.contribution_id], mention) for mention in facts.mentions)


def topic_tallies(facts: Facts, families: dict[str, list[str]]) -> dict[str, Tally]:
    """The tally of every theme and every family; a respondent counts once in each."""
    family_of = {theme: family for family, themes in families.items() for theme in themes}
    return tally(
        (key, each.respondent, mention.statements)
        for each, mention in joined(facts)
        for key in (mention.theme, family_of[mention.theme])
    )


# --- themes over time ------------------------------------------------------------------------------


def draw_topics(
    facts: Facts,
    filters: Filters,
    shown: dict[str, list[str]],
    world: World,
    weeks: list[date],
    hidden: Hidden,
    rules: Rules,
) -> tuple[TopicRow, ...]:
    """A row for each shown family with a row for each of its themes."""
    cells = topic_cells(in_span(facts, filters.first, filters.last), world, rules, hidden)
    earlier = topic_cells(in_span(facts, *filters.before), world, rules)
    weekly = [
        topic_cells(
            in_span(facts, week, week),
            world,
            rules,
            hidden if filters.weeks == 1 and week == filters.last else None,
        )
        for week in weeks
    ]
    keys = [key for family, themes in shown.items() for key in (family, *themes)]
    most = max((week[key].share or 0.0 for week in weekly for key in keys), default=0.0)

    def row(key: str, themes: Iterable[str] = ()) -> TopicRow:
        by_week = tuple(week[key] for week in weekly)
        return TopicRow(
            key=key,
            cell=cells[key],
            change=difference(cells[key].share, earlier[key].share),
            weekly=by_week,
            path=line_path([cell.share for cell in by_week], most),
            themes=tuple(row(theme) for theme in themes),
        )

    return tuple(row(family, themes) for family, themes in shown.items())


def topic_cells(facts: Facts, world: World, rules: Rules, hidden: Hidden | None = None) -> dict[str, Cell]:
    """The cell of every family and theme; hiding is decided here where the caller hasn't."""
    tallies = topic_tallies(facts, world.families)
    if hidden is None:
        hidden, _ = protect_topics(world.families, tallies, rules)
    base = count_respondents(facts.contributed)
    keys = [key for family, themes in world.families.items() for key in (family, *themes)]
    return {key: make_cell(tallies.get(key, NOBODY).respondents, hidden[key], base, rules) for key in keys}


def difference(share: float | None, earlier: float | None) -> float | None:
    return None if share is None or earlier is None else round(share - earlier, 1)


# --- boroughs --------------------------------------------------------------------------------------


def draw_areas(facts: Facts, topic: str, total_hidden: bool, world: World, rules: Rules):
    """Cells by borough and by NHS area of the respondents who raised `topic`."""
    ics_of = {borough: area for area, boroughs in world.areas.items() for borough in boroughs}
    themes = set(world.families.get(topic, [topic]))
    raised = tally(
        (key, each.respondent, mention.statements)
        for each, mention in joined(facts)
        if each.area and (topic == ALL or mention.theme in themes)
        for key in (each.area, ics_of[each.area], ALL)
    )
    bases = tally(
        (key, each.respondent, 1)
        for each in facts.contributed
        if each.area
        for key in (each.area, ics_of[each.area])
    )
    hidden = protect_areas(world.areas, raised, total_hidden, rules)

    def cells(keys: Iterable[str]) -> dict[str, Cell]:
        most = max((raised[key].respondents for key in keys if key in raised and not hidden[key]), default=0)
        return {
            key: make_cell(
                raised.get(key, NOBODY).respondents,
                hidden[key],
                bases.get(key, NOBODY).respondents,
                rules,
                most,
            )
            for key in keys
        }

    return cells(list(ics_of)), cells(list(world.areas))


# --- themes and communities ------------------------------------------------------------------------


def matrix_tallies(facts: Facts, columns: list[str]) -> dict[tuple[str, str], Tally]:
    """(theme, community): tally; the community ALL is the whole row."""
    wanted = set(columns)
    return tally(
        ((mention.theme, community), each.respondent, mention.statements)
        for each, mention in joined(facts)
        for community in (*(each.communities & wanted), ALL)
    )


def draw_matrix(
    facts: Facts,
    shown: dict[str, list[str]],
    columns: list[str],
    tallies: dict[tuple[str, str], Tally],
    hidden: dict[tuple[str, str], bool],
    rules: Rules,
) -> Matrix:
    bases = tally(
        (community, each.respondent, 1)
        for each in facts.contributed
        for community in (*each.communities, ALL)
    )
    base_of = {column: bases.get(column, NOBODY).respondents for column in (*columns, ALL)}
    themes = [theme for themes in shown.values() for theme in themes]
    rows = {
        theme: {
            column: make_cell(
                tallies.get((theme, column), NOBODY).respondents, hidden[theme, column], base, rules
            )
            for column, base in base_of.items()
        }
        for theme in themes
    }
    return Matrix(
        columns=(*columns, ALL),
        rows=shade_by_part(rows, base_of),
        bases={
            column: make_cell(base, is_sensitive(base, 0, rules), base, rules)
            for column, base in base_of.items()
        },
    )


def shade_by_part(rows: dict[str, dict[str, Cell]], base_of: dict[str, int]) -> dict[str, dict[str, Cell]]:
    """Shades by the part of a column's respondents, so that large communities don't drown small ones.

    The darkest is the largest printed part.
    """
    parts = {
        (row, column): cell.count / base_of[column]
        for row, cells in rows.items()
        for column, cell in cells.items()
        if cell.count
    }
    most = max(parts.values(), default=0.0)
    return {
        row: {
            column: replace(cell, shade=shade_of(parts[row, column], most)) if cell.count else cell
            for column, cell in cells.items()
        }
        for row, cells in rows.items()
    }


def weeks_shown(last: date, first_known: date, most: int = 20) -> list[date]:
    """The weeks of the trend lines: up to `most`, from the first with data, ending at `last`."""
    return [week for back in range(most - 1, -1, -1) if (week := last - WEEK * back) >= first_known]
