"""The champion's form: one page, online. Its id is made when it is opened."""

import uuid

from flask import Blueprint, abort, current_app, g, make_response, redirect, render_template, request, url_for
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InternalError, OperationalError

from app.core.access import EVERYONE, may
from app.core.database import db
from app.core.locale import LAUNCHED, form_language, form_languages, get_language, keep_language
from app.notes.actions import receive_note
from app.notes.queries import find_note
from app.questionnaires.flow import Typed
from app.questionnaires.forms import PageForm, SentPage, read_page
from app.questionnaires.queries import get_questionnaire
from app.rounds.links import NOTE_SURVEY
from app.rounds.queries import find_current_round

bp = Blueprint("notes", __name__, url_prefix="/note")

#: Two things a champion's phone remembers: who writes (a random id) and the borough.
CHAMPION, AREA = "champion", "area"
COOKIE_SECONDS = 90 * 24 * 3600


@bp.before_request
def find_form():
    current = find_current_round(NOTE_SURVEY)
    if current is None or not current.is_open:
        abort(404)
    g.round = current
    g.questionnaire = get_questionnaire(current.version_id, current.digest)
    g.page = 1  # a note is one page
    return None


@bp.get("")
@may(EVERYONE)
def write():
    return show_form(str(uuid.uuid4()), remembered())


@bp.post("")
@may(EVERYONE)
def receive():
    note_id, sent = read_sent()
    if request.form.get("language") in {each.key for each in offered_languages()}:
        key = request.form["language"]
        g.form_language = key
        if key in LAUNCHED:
            g.language = get_language(key)
        return keep_language(show_form(note_id, sent.typed), key)
    if sent.mistakes or sent.added:
        return show_form(note_id, sent.typed, sent), 422 if sent.mistakes else 200
    answers = g.questionnaire.clean(sent.typed)
    champion = champion_id()
    receive_note(note_id, g.round.id, answers, reading_language(), champion)
    response = redirect(url_for("notes.received", note_id=note_id), 303)
    areas = [answers[question.name] for question in g.questionnaire.definition.with_role("area")]
    for name, value in ((CHAMPION, champion), (AREA, areas[0] if areas else "")):
        keep_on_phone(response, name, value)
    return response


@bp.get("/received/<uuid:note_id>")
@may(EVERYONE)
def received(note_id):
    note = find_note(str(note_id))
    if note is None or note.champion != request.cookies.get(CHAMPION):
        abort(404)
    return render_template("notes/received.html", note=note)


def show_form(note_id: str, typed: Typed, sent: SentPage | None = None, problem: str = ""):
    state = g.questionnaire.state(typed, reading_language())
    form = PageForm(state, state.find_stop(g.page, ()))
    form.fill(sent.mistakes if sent else None, sent.sought if sent else None)
    return make_response(
        render_template(
            "notes/write.html",
            form=form,
            note_id=note_id,
            added=sent.added if sent else (),
            problem=problem,
            form_languages=offered_languages(),
            direction=next(each.direction for each in offered_languages() if each.key == state.language),
        )
    )


def offered_languages():
    return form_languages(g.questionnaire.definition.languages)


def reading_language() -> str:
    return form_language(g.questionnaire.definition.languages)


def read_sent() -> tuple[str, SentPage]:
    """The note's id (a new one where the form's was damaged) and what was typed."""
    try:
        note_id = str(uuid.UUID(request.form.get("note_id", "")))
    except ValueError:
        note_id = str(uuid.uuid4())
    return note_id, read_page(g.questionnaire, g.page, (), {}, request.form)


def remembered() -> Typed:
    """The borough of the last note from this phone."""
    area = request.cookies.get(AREA, "")
    return {question.name: area for question in g.questionnaire.definition.with_role("area")}


def champion_id() -> str:
    try:
        return str(uuid.UUID(request.cookies.get(CHAMPION, "")))
    except ValueError:
        return str(uuid.uuid4())


def keep_on_phone(response, name: str, value: str) -> None:
    response.set_cookie(
        name,
        value,
        max_age=COOKIE_SECONDS,
        path=url_for("notes.write"),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


@bp.errorhandler(OperationalError)
@bp.errorhandler(InternalError)
def not_stored(error):
    """The database is locked, full or read-only: say so and give back what was typed."""
    current_app.logger.error("not stored: %s", error.orig)
    db.session.rollback()
    return shown_with_problem("not_stored", 503)


@bp.errorhandler(CSRFError)
def not_trusted(error):
    """The form's token doesn't belong to this browser's session: press the button once more."""
    if "page" not in g:  # the check runs before the room's own before_request
        find_form()
    return shown_with_problem("session", 400)


def shown_with_problem(problem: str, status: int):
    if request.method != "POST" or "page" not in g:
        return render_template("core/error.html", status=status, problem=problem), status
    note_id, sent = read_sent()
    return show_form(note_id, sent.typed, problem=problem), status
