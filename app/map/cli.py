"""`flask map show`: what the map page draws, after disclosure control, as text or JSON."""

import json
from dataclasses import asdict
from datetime import date

import click

from app.core.commands import CommandGroup
from app.map.drawing import Drawing
from app.map.filters import BadFilter
from app.map.queries import filters_of, get_drawing
from app.themes.queries import current_codebook

map_group = CommandGroup("map", help="The map of community views.")


@map_group.command()
@click.option("--week", help="The last week: any day of it, as 2026-11-23.")
@click.option("--period", help="Weeks: 1, 4 or 12.")
@click.option("--family")
@click.option("--theme")
@click.option("--community")
@click.option("--source", help="response (default) or note.")
@click.option("--format", "form", type=click.Choice(["text", "json"]), default="text", show_default=True)
def show(form, **given):
    """Print the map for the given filters."""
    try:
        filters = filters_of({name: value for name, value in given.items() if value})
    except BadFilter as bad:
        raise click.ClickException(f"There is no {bad.name} {bad.value!r}.") from None
    if filters is None:
        raise click.ClickException("There is nothing to draw yet: no answers have been received.")
    drawing = get_drawing(filters)
    click.echo(json.dumps(plain(drawing), ensure_ascii=False) if form == "json" else as_text(drawing))


def plain(drawing: Drawing) -> dict:
    """The drawing as JSON: counts, shares in percent, and the markers c (hidden) and z (none)."""
    data = asdict(drawing)
    data["filters"]["first"] = drawing.filters.first
    data["hidden"] = drawing.hidden
    return simplify(data)


def simplify(value):
    if isinstance(value, dict):
        if set(value) == {"count", "share", "marker", "shade"}:
            return {"count": value["marker"] or value["count"], "share": value["share"]}
        return {key or "all": simplify(item) for key, item in value.items() if key != "path"}
    if isinstance(value, list | tuple):
        return [simplify(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value


def as_text(drawing: Drawing) -> str:
    codebook = current_codebook()
    lines = [
        f"{drawing.filters.first} to {drawing.filters.last}, {drawing.filters.source}, "
        f"base {number(drawing.base)}",
        "",
    ]
    for family in drawing.families:
        lines.append(f"{codebook.families[family.key]['en']:<52}{number(family.cell):>16}")
        for theme in family.themes:
            lines.append(f"  {codebook.theme(theme.key).names['en']:<50}{number(theme.cell):>16}")
    lines += ["", *(f"{key:<52}{number(cell):>16}" for key, cell in drawing.tiles.items())]
    return "\n".join(lines)


def number(cell) -> str:
    if cell.marker:
        return cell.marker
    return f"{cell.count} ({cell.share}%)" if cell.share is not None else str(cell.count)
