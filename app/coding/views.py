"""Review: one statement at a time, its suggested themes confirmed or rejected, by mouse or keyboard."""

from datetime import date

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_login import current_user

from app.coding.actions import DecidedMeanwhile, record_decision, undo_decision
from app.coding.deciding import Undecided, decide, decide_none, highlight
from app.coding.queries import (
    QueueFilter,
    count_waiting,
    find_coded_statement,
    find_next,
    list_queue_languages,
    list_queue_weeks,
)
from app.core import audit
from app.core.access import STAFF, may
from app.themes.codebook import current_codebook
from app.themes.tags import MACHINE, REJECTED

bp = Blueprint("coding", __name__, url_prefix="/review")

FILTERS = ("week", "language", "theme", "source")


@bp.before_request
def read_queue():
    g.queue = {name: request.values[name] for name in FILTERS if request.values.get(name)}
    return None


@bp.get("")
@may(*STAFF)
def queue():
    """The next statement that waits, or the news that none does."""
    filters = queue_filter()
    statement_id = find_next(filters, request.args.get("after", type=int))
    if statement_id is None:
        return render_template("coding/empty.html", **queue_context(filters))
    return show(statement_id)


@bp.get("/<int:statement_id>")
@may(*STAFF)
def statement(statement_id):
    return show(statement_id)


@bp.post("/<int:statement_id>")
@may(*STAFF)
def decide_on(statement_id):
    """Record the decision and show the next statement."""
    if find_coded_statement(statement_id) is None:
        abort(404)
    try:
        decision = record_decision(
            statement_id,
            current_user.email,
            request.form.get("seen", 0, type=int),
            decide_none if "none" in request.form else chosen(),
        )
    except Undecided as error:
        return show(statement_id, undecided=error.themes), 422
    except DecidedMeanwhile:
        return show(statement_id, problem="meanwhile"), 409
    return redirect(url_for("coding.queue", done=decision.id, **g.queue), 303)


@bp.post("/undo/<int:decision_id>")
@may(*STAFF)
def undo(decision_id):
    statement_id = undo_decision(decision_id, current_user.email)
    if statement_id is None:
        abort(404)
    return redirect(url_for("coding.statement", statement_id=statement_id, **g.queue), 303)


def chosen():
    """What the form makes of a statement's tags."""
    known = current_codebook().keys
    choices = {
        name.removeprefix("theme-"): value
        for name, value in request.form.items()
        if name.startswith("theme-") and value in ("confirm", "reject")
    }
    added = [key for key in dict.fromkeys(request.form.getlist("add")) if key in known]
    return lambda before: decide(before, choices, added)


def show(statement_id: int, undecided=(), problem: str = ""):
    found = find_coded_statement(statement_id)
    if found is None:
        abort(404)
    audit.record_reading(current_user.email, f"statement {statement_id}")
    tags = [tag for tag in found.tags if tag.origin == MACHINE or tag.state != REJECTED]
    spans = [tuple(span) for tag in tags for span in tag.evidence]
    return render_template(
        "coding/statement.html",
        statement=found,
        tags=tags,
        pieces=highlight(found.text, spans),
        undecided=undecided,
        problem=problem,
        done=request.args.get("done", type=int),
        **queue_context(queue_filter()),
    )


def queue_context(filters: QueueFilter) -> dict:
    return {
        "waiting": count_waiting(filters),
        "queue": g.queue,
        "weeks": list_queue_weeks(),
        "written": list_queue_languages(),
        "codebook": current_codebook(),
    }


def queue_filter() -> QueueFilter:
    """The filters of the address; a week that isn't one is left out."""
    try:
        week = date.fromisoformat(g.queue.get("week", ""))
    except ValueError:
        week = None
        g.queue.pop("week", None)
    return QueueFilter(week, g.queue.get("language", ""), g.queue.get("theme", ""), g.queue.get("source", ""))
