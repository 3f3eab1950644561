"""London's 33 boroughs and 5 NHS areas, from `data/areas.csv`."""

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path

DATA = Path(__file__).with_name("data")
LONDON = "london"


@dataclass(frozen=True)
class Place:
    """A borough: a tile on the map."""

    key: str
    code: str  # ONS code, E09…
    names: dict[str, str]  # language key: name
    short: str  # three letters for the tile
    ics: str  # key of its NHS area
    row: int  # 1 is north
    column: int  # 1 is west


def read_names(row: dict[str, str]) -> dict[str, str]:
    """The columns `name` (English) and `name_<language>` of a data file."""
    names = {"en": row["name"]}
    names.update({column[5:]: text for column, text in row.items() if column.startswith("name_") and text})
    return names


@cache
def list_boroughs() -> tuple[Place, ...]:
    """All boroughs, in the order of their English names."""
    with (DATA / "boroughs.csv").open(encoding="utf-8", newline="") as file:
        places = [
            Place(
                key=row["slug"],
                code=row["gss_code"],
                names=read_names(row),
                short=row["ls_abbr"],
                ics=row["ics_key"],
                row=int(row["grid_row"]),
                column=int(row["grid_col"]),
            )
            for row in csv.DictReader(file)
        ]
    return tuple(sorted(places, key=lambda place: place.names["en"]))


@cache
def list_ics() -> dict[str, dict[str, str]]:
    """NHS area key: its name in each language, in the order of the file."""
    with (DATA / "ics.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: read_names(row) for row in csv.DictReader(file)}


@cache
def area_keys() -> frozenset[str]:
    return frozenset(place.key for place in list_boroughs())
