"""The front page: what the product is, and where to go."""

from flask import Blueprint, abort, redirect, render_template, url_for
from flask_babel import gettext as _
from flask_login import current_user

from app.core.access import EVERYONE, STAFF, may
from app.core.locale import reader_language
from app.questionnaires.queries import find_version, get_questionnaire
from app.rounds.actions import open_round
from app.rounds.links import NOTE_SURVEY
from app.rounds.queries import list_open_rounds

bp = Blueprint("rounds", __name__)


@bp.post("/surveys/<key>/<int:number>/open")
@may(*STAFF)
def open_now(key, number):
    """Open a round of a version at once; one that is still open ends there."""
    version = find_version(key, number) or abort(404)
    open_round(version, current_user.email, standing=key == NOTE_SURVEY)
    return redirect(url_for("surveys.version", key=key, number=number, opened=1), 303)


@bp.get("/")
@may(EVERYONE)
def home():
    links = [survey_link(current) for current in list_open_rounds()]
    links.append(
        {
            "url": url_for("map.show"),
            "title": _("Read the map (staff)"),
            "text": _("What London's communities say this week, theme by theme and borough by borough."),
        }
    )
    return render_template("rounds/home.html", links=links)


def survey_link(current) -> dict[str, str]:
    definition = get_questionnaire(current.version_id, current.digest).definition
    is_note = current.survey_key == NOTE_SURVEY
    return {
        "url": url_for("notes.write") if is_note else url_for("answering.start", key=current.survey_key),
        "title": definition.text(definition.title, reader_language().key),
        "text": _("For Community Champions: pass on what you heard, in two minutes.")
        if is_note
        else _("For faith groups and charities: five minutes, in your language."),
    }
