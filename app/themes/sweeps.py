"""Tagging every statement that the current tagger has not read, and finding what rises among the rest."""

from datetime import timedelta

from app.themes.actions import store_codings, store_emerging
from app.themes.emerging import WEEKS_BEFORE, find_clusters
from app.themes.queries import (
    current_tagger,
    find_emerging_week,
    find_latest_week,
    list_untagged,
    unfit_statements,
)

#: Statements in one transaction: what a kill costs at most, and how long others wait to write.
BATCH = 500


def tag_waiting(most: int | None = None) -> int:
    """Tag all that waits (or `most` of it), a batch a transaction; returns how many statements were read.

    Goes over the statements once, in order. What has been read is known by its tagging, so a killed run
    is taken up where it was, with nothing read twice.
    """
    tagger = current_tagger()
    tagged = last = 0
    while most is None or tagged < most:
        waiting = list_untagged(tagger.version, BATCH, last)
        if not waiting:
            break
        codings = tagger.read_all([(row.text, row.language) for row in waiting])
        store_codings(
            [(row.id, coding) for row, coding in zip(waiting, codings, strict=True)], tagger.version
        )
        tagged += len(waiting)
        last = waiting[-1].id
    return tagged


def find_emerging() -> int:
    """Find what rises in the latest week among statements that fit nothing; returns how many clusters.

    Only where their number has changed since it was last found, and not in the midst of tagging.
    """
    week = find_latest_week()
    if week is None:
        return 0
    fits_nothing = unfit_statements(week, week)
    known = find_emerging_week(week)
    if known is not None and known.statements == len(fits_nothing):
        return 0
    before = unfit_statements(week - timedelta(weeks=WEEKS_BEFORE), week - timedelta(weeks=1))
    clusters = find_clusters(fits_nothing, before, current_tagger().is_common)
    store_emerging(week, clusters, len(fits_nothing))
    return len(clusters)
