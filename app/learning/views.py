"""The page where a new tagger is asked for, compared with the one in use, chosen, and taken back."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_login import current_user

from app.core.access import ADMINISTRATOR, STAFF, may
from app.learning.actions import NotTrained, ask_for_training, use_shipped, use_tagger
from app.learning.comparing import FEWEST
from app.learning.queries import list_held, list_lessons, list_tagger_versions
from app.themes.queries import count_tagged, current_codebook, current_version, find_chosen_tagger

bp = Blueprint("learning", __name__, url_prefix="/learning")


@bp.get("")
@may(*STAFF)
def show():
    """The versions of the tagger, how each compares, and how far the one in use has read."""
    read, total = count_tagged(current_version())
    versions = list_tagger_versions()
    chosen = find_chosen_tagger()
    before = [each for each in versions if each.chosen_at and each is not chosen]
    return render_template(
        "learning/show.html",
        versions=versions,
        chosen=chosen,
        before=max(before, key=lambda each: each.chosen_at, default=None),
        lessons=len(list_lessons()),
        held=len(list_held()),
        fewest=FEWEST,
        codebook=current_codebook(),
        progress={"read": read, "total": total, "share": read / total if total else 1.0},
    )


@bp.post("/train")
@may(*STAFF)
def train():
    ask_for_training(current_user.email)
    return redirect(url_for("learning.show"), 303)


@bp.post("/<int:tagger_id>/use")
@may(ADMINISTRATOR)
def use(tagger_id):
    """Use a trained version, a new one or an earlier one; 0 is the shipped one."""
    try:
        use_tagger(tagger_id, current_user.email) if tagger_id else use_shipped(current_user.email)
    except NotTrained:
        abort(404)
    return redirect(url_for("learning.show"), 303)
