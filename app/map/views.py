"""The map page, for staff."""

from flask import Blueprint, render_template, request

from app.core.access import STAFF, may
from app.counts.queries import count_unread
from app.map.filters import PERIODS, BadFilter
from app.map.queries import current_world, filters_of, get_drawing
from app.map.tiles import SIZE, extent, place_tile
from app.reference.places import list_boroughs
from app.themes.queries import current_codebook

bp = Blueprint("map", __name__, url_prefix="/map")


@bp.get("")
@may(*STAFF)
def show():
    try:
        filters = filters_of(request.args)
    except BadFilter as bad:
        return render_template("map/bad_filter.html", bad=bad), 404
    if filters is None:
        return render_template("map/empty.html")
    unread, statements = count_unread(filters.source, filters.first, filters.last)
    return render_template(
        "map/map.html",
        drawing=get_drawing(filters),
        world=current_world(),
        codebook=current_codebook(),
        places=list_boroughs(),
        place_tile=place_tile,
        extent=extent(list_boroughs()),
        tile_size=SIZE,
        periods=PERIODS,
        unread=unread,
        statements=statements,
    )
