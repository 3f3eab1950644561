"""Loading the data files into the database, as often as one likes."""

from app.core.database import write
from app.reference.communities import list_communities
from app.reference.languages import list_written_languages
from app.reference.models import Area, Community, Language
from app.reference.places import list_boroughs


def load_reference() -> int:
    """Add or update every row of the data files; nothing is removed. Returns how many rows there are."""
    rows = [
        *(Area(key=p.key, code=p.code, names=p.names, ics=p.ics) for p in list_boroughs()),
        *(Community(key=c.key, parent=c.parent, names=c.names) for c in list_communities()),
        *(
            Language(key=w.key, english_name=w.english_name, endonym=w.endonym, direction=w.direction)
            for w in list_written_languages()
        ),
    ]
    with write() as session:
        for row in rows:
            session.merge(row)
    return len(rows)
