"""Tagging every statement that the current tagger has not read."""

from app.themes.actions import store_suggestions
from app.themes.queries import list_untagged
from app.themes.tagger import current_tagger

BATCH = 500


def tag_waiting() -> int:
    """Tag all that waits, a batch a transaction; returns how many statements were read."""
    tagger = current_tagger()
    tagged = 0
    while waiting := list_untagged(tagger.version, BATCH):
        store_suggestions(
            [(row.id, tagger.suggest(row.text, row.language)) for row in waiting], tagger.version
        )
        tagged += len(waiting)
    return tagged
