"""The communities that respondents speak about, from `data/communities.csv`."""

import csv
from dataclasses import dataclass
from functools import cache

from app.reference.places import DATA, read_names


@dataclass(frozen=True)
class Community:
    key: str
    parent: str  # key of the wider community, or ""
    names: dict[str, str]
    family: str
    in_short_list: bool


@cache
def list_communities() -> tuple[Community, ...]:
    with (DATA / "communities.csv").open(encoding="utf-8", newline="") as file:
        return tuple(
            Community(
                row["key"], row["parent_key"], read_names(row), row["family"], row["in_short_list"] == "y"
            )
            for row in csv.DictReader(file)
        )


@cache
def community_keys() -> frozenset[str]:
    return frozenset(community.key for community in list_communities())
