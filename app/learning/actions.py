"""Asking for a new tagger, storing it, and choosing which one is used."""

from app.core import audit
from app.core.database import now, write
from app.learning.queries import find_untrained
from app.themes.model import Weights, write_weights
from app.themes.models import TaggerVersion
from app.themes.queries import find_chosen_tagger


class NotTrained(RuntimeError):
    """A version that can't be used: it is not there, or has not been trained."""


def ask_for_training(author: str) -> TaggerVersion:
    """A version that waits to be trained; the one that waits already, where there is one."""
    with write() as session:
        waiting = find_untrained()
        if waiting is None:
            waiting = TaggerVersion(author=author)
            session.add(waiting)
            session.flush()
            audit.record(session, author, "ask for training", f"tagger {waiting.id}")
        return waiting


def store_training(tagger_id: int, weights: Weights | None, report: dict) -> None:
    """Keep what training gave: weights and their comparison, or no weights and {"problem": …}."""
    data = write_weights(weights) if weights else None
    with write() as session:
        version = session.get_one(TaggerVersion, tagger_id)
        version.weights = data
        version.report = report
        version.trained_at = now()


def use_tagger(tagger_id: int, author: str) -> None:
    """Take a trained version into use; NotTrained where it can't be. The sweep reads statements anew."""
    with write() as session:
        version = session.get(TaggerVersion, tagger_id)
        if version is None or version.trained_at is None or "problem" in version.report:
            raise NotTrained
        version.chosen_at = now()
        audit.record(session, author, "use tagger", f"tagger {tagger_id}")


def use_shipped(author: str) -> None:
    """Take the shipped weights into use again."""
    with write() as session:
        chosen = find_chosen_tagger()
        if chosen is None or chosen.report.get("shipped"):
            return
        moment = now()
        shipped = TaggerVersion(author=author, trained_at=moment, chosen_at=moment, report={"shipped": True})
        session.add(shipped)
        session.flush()
        audit.record(session, author, "use tagger", "shipped", tagger=shipped.id)
