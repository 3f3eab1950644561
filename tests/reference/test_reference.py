"""Reference data: complete, loaded as often as one likes."""

from sqlalchemy import func, select

from app.core.database import db, write
from app.reference.actions import load_reference
from app.reference.communities import list_communities
from app.reference.languages import text_direction
from app.reference.models import Area, Community, Language
from app.reference.places import list_boroughs, list_ics


def counts():
    return [db.session.scalar(select(func.count()).select_from(m)) for m in (Area, Community, Language)]


def test_loading_twice_changes_nothing_and_mends_what_is_wrong(app):
    before = counts()
    with write() as session:
        session.get(Area, "hackney").names = {"en": "wrong"}
    load_reference()
    assert counts() == before and before[0] == 33
    assert db.session.get(Area, "hackney").names["en"] == "Hackney"


def test_places():
    assert len(list_boroughs()) == 33 and {place.ics for place in list_boroughs()} == set(list_ics())
    assert all(place.code.startswith("E09") for place in list_boroughs())


def test_communities_have_known_parents():
    keys = {community.key for community in list_communities()}
    assert all(not community.parent or community.parent in keys for community in list_communities())


def test_directions():
    assert [text_direction(key) for key in ("ar", "ur", "bn", "en", "xx")] == [
        "rtl",
        "rtl",
        "ltr",
        "ltr",
        "auto",
    ]
