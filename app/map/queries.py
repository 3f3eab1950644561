"""The facts that a drawing needs, fetched for its weeks."""

from app.counts.queries import find_span, list_contributed, list_mentions
from app.map.drawing import Drawing, Facts, World, draw, weeks_shown
from app.map.filters import Filters, read_filters
from app.reference.communities import list_communities
from app.reference.places import list_boroughs, list_ics
from app.themes.queries import current_codebook


def current_world() -> World:
    codebook = current_codebook()
    return World(
        families={key: [theme.key for theme in codebook.of_family(key)] for key in codebook.families},
        areas={key: [place.key for place in list_boroughs() if place.ics == key] for key in list_ics()},
        communities=[community.key for community in list_communities() if community.in_short_list],
    )


def filters_of(given: dict[str, str]) -> Filters | None:
    """The filters in `given`, or None where there is nothing to draw yet; BadFilter for a wrong one."""
    source = "note" if given.get("source") == "note" else "response"
    span = find_span(source)
    if span is None:
        return None
    world = current_world()
    return read_filters(
        given,
        span[1],
        set(world.families),
        {theme: family for family, themes in world.families.items() for theme in themes},
        set(world.communities),
    )


def get_drawing(filters: Filters) -> Drawing:
    """The drawing for `filters`, from all contributions of the weeks that it shows."""
    first_known, _ = find_span(filters.source)
    weeks = weeks_shown(filters.last, first_known)
    earliest = min([filters.before[0], *weeks[:1]])
    facts = Facts(
        list_contributed(filters.source, earliest, filters.last),
        list_mentions(filters.source, earliest, filters.last),
    )
    return draw(facts, filters, current_world(), weeks)
