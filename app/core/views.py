"""Pages that belong to no step of the way: what happens to what people say."""

from flask import Blueprint, render_template

from app.core.access import EVERYONE, may

bp = Blueprint("core", __name__)


@bp.get("/privacy")
@may(EVERYONE)
def privacy():
    return render_template("core/privacy.html")
