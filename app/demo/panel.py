"""An invented panel: organisations, champions, and how likely each is to say what in which week."""

import random
from dataclasses import dataclass

from app.reference.places import list_boroughs

ORGANISATIONS, CHAMPIONS, WEEKS = 230, 60, 20
FIRST_WORDS = (
    "Riverbank Lantern Harbour Orchard Kingfisher Meadowgate Bluebell Cornerstone Rowan Skylark Millpond "
    "Juniper Beacon Hazel Copperfield Larkspur Saffron Willowbrook Anchor Redwing Primrose Heron Elmtree"
).split()
KINDS = (
    "Mosque Trust|Church Hall|Community Pantry|Food Bank|Refugee Welcome|Women's Group|Youth Club|Temple|"
    "Elders' Lunch Club|Gurdwara Kitchen|Advice Centre|Disabled People's Group|Saturday School|Mutual Aid"
).split("|")
#: Written language: (weight, language of the page it is written on).
WRITTEN = {
    "en": (0.68, "en"),
    "bn": (0.10, "bn"),
    "pl": (0.08, "pl"),
    "ar": (0.07, "ar"),
    "es": (0.04, "en"),
    "so": (0.03, "en"),
}
#: A few communities are spoken for by many, one by almost nobody: its cells must be suppressed.
COMMUNITIES = {
    "all-londoners": 14,
    "asian": 22,
    "black": 20,
    "mixed": 5,
    "faith": 18,
    "deaf-disabled": 12,
    "older-people": 22,
    "young-people": 18,
    "women-girls": 16,
    "lgbtq": 5,
    "refugees-asylum": 14,
    "limited-english": 18,
    "homeless": 8,
    "low-income": 28,
    "unpaid-carers": 10,
    "digitally-excluded": 10,
    "other-community": 2,
}
SMALL_COMMUNITY = "gypsy-roma-traveller"
#: theme: how much likelier than others in the first and in the last week.
RISING, FALLING = ("digital-exclusion", 0.6, 2.6), ("testing-vaccination", 4.0, 0.4)
COMMON = {
    "poverty-income": 2.2,
    "housing": 1.8,
    "food": 1.8,
    "health-care-access": 1.6,
    "trust-institutions": 1.5,
    "mental-health": 1.4,
    "racism-discrimination": 1.3,
    "community-support-valued": 1.3,
    "communication-barriers": 1.2,
}


@dataclass(frozen=True)
class Member:
    """An invented organisation or champion."""

    name: str
    area: str
    communities: tuple[str, ...]
    written: str  # language of its words
    page: str  # language of its pages
    diligence: float  # how often it answers, 0 to 1


def make_panel(chance: random.Random, size: int) -> list[Member]:
    """`size` members, spread over the boroughs as unevenly as real panels are."""
    boroughs = [place.key for place in list_boroughs()]
    weights = [chance.choice((0.3, 0.7, 1, 1.2, 1.8, 2.5)) for _ in boroughs]
    names = [f"{first} {kind} (demo)" for first in FIRST_WORDS for kind in KINDS]
    chance.shuffle(names)
    members = [make_member(chance, name, chance.choices(boroughs, weights)[0]) for name in names[: size - 2]]
    for name in names[size - 2 : size]:
        member = make_member(chance, name, chance.choices(boroughs, weights)[0])
        members.append(Member(member.name, member.area, (SMALL_COMMUNITY,), member.written, member.page, 0.9))
    return members


def make_member(chance: random.Random, name: str, area: str) -> Member:
    written = chance.choices(list(WRITTEN), [weight for weight, _ in WRITTEN.values()])[0]
    spoken_for = {
        chance.choices(list(COMMUNITIES), list(COMMUNITIES.values()))[0] for _ in range(chance.randint(1, 3))
    }
    if "all-londoners" in spoken_for:
        spoken_for = {"all-londoners"}
    return Member(
        name, area, tuple(sorted(spoken_for)), written, WRITTEN[written][1], chance.uniform(0.3, 0.75)
    )


def theme_weight(theme: str | None, week: int) -> float:
    """How likely a statement with this first theme is in week 0 to WEEKS - 1; None: no theme."""
    for key, first, last in (RISING, FALLING):
        if theme == key:
            return first + (last - first) * week / (WEEKS - 1)
    if theme is None:
        return 2.2
    return COMMON.get(theme, 0.9)
