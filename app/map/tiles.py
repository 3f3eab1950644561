"""Where the boroughs stand on the map: one square each, after the London Squared layout."""

from app.reference.places import Place

SIZE = 60  # of a tile, in SVG units
GAP = 4


def place_tile(place: Place) -> tuple[int, int]:
    """The left and upper edge of a borough's tile."""
    return (place.column - 1) * (SIZE + GAP), (place.row - 1) * (SIZE + GAP)


def extent(places) -> tuple[int, int]:
    """Width and height of the whole map."""
    columns = max(place.column for place in places)
    rows = max(place.row for place in places)
    return columns * (SIZE + GAP) - GAP, rows * (SIZE + GAP) - GAP
