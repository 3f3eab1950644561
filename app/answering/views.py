"""The pages on which an organisation answers a survey. All of it works without JavaScript."""

from dataclasses import dataclass

from flask import (
    Blueprint,
    abort,
    current_app,
    g,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InternalError, OperationalError

from app.answering.actions import begin_response, keep_typed, send_response
from app.answering.queries import KeptResponse, find_response
from app.answering.respondents import respondent_of
from app.answering.sitting import COOKIE, DAYS, Ticket, new_ticket, seal, unseal
from app.core.access import EVERYONE, may
from app.core.database import db, now
from app.core.locale import LAUNCHED, get_language, keep_language, reader_language
from app.questionnaires.flow import Mistake, Questionnaire, Typed
from app.questionnaires.forms import PageForm, SentPage, read_page
from app.questionnaires.queries import get_questionnaire
from app.rounds.links import NOTE_SURVEY
from app.rounds.queries import CurrentRound, find_current_round
from app.rounds.weeks import may_send

bp = Blueprint("answering", __name__, url_prefix="/s/<key>")

TRIES = 5  # against another tab that saves at the same moment


@dataclass
class Sitting:
    """Everything a page needs to know about this survey and this respondent."""

    round: CurrentRound
    questionnaire: Questionnaire
    ticket: Ticket
    kept: KeptResponse | None

    @property
    def typed(self) -> Typed:
        return self.kept.answers if self.kept else {}

    @property
    def is_sent(self) -> bool:
        return self.kept is not None and self.kept.is_sent

    @property
    def may_send(self) -> bool:
        return may_send(self.round.opens_at, self.round.closes_at, now(), self.ticket.has_begun)


@bp.before_request
def sit_down():
    """Find the round behind the link and the response that this device is writing."""
    key = request.view_args["key"]
    if key == NOTE_SURVEY:
        return redirect(url_for("notes.write"))
    current = find_current_round(key)
    if current is None:
        abort(404)
    ticket = unseal(request.cookies.get(COOKIE), current_app.secret_key) or new_ticket()
    kept = find_response(ticket.id, current.id) if ticket.has_begun else None
    if ticket.has_begun and kept is None:  # begun in an earlier round, or erased
        ticket = new_ticket()
    g.sitting = Sitting(current, get_questionnaire(current.version_id, current.digest), ticket, kept)
    if g.sitting.is_sent and request.endpoint not in ("answering.sent", "answering.again"):
        return redirect(url_for("answering.sent", key=key), 303)
    return None


@bp.get("")
@may(EVERYONE)
def start(key):
    """The answering link: the first page, or a choice for who has begun already."""
    if not g.sitting.may_send:
        return show_closed()
    if g.sitting.kept:
        return render_template("answering/welcome_back.html", sitting=g.sitting, key=key)
    return show_page(1, g.sitting.typed)


@bp.get("/<int:number>")
@may(EVERYONE)
def page(key, number):
    check_number(number)
    if not g.sitting.may_send:
        return show_closed()
    return show_page(number, g.sitting.typed)


@bp.post("/<int:number>")
@may(EVERYONE)
def answer(key, number):
    """Keep the page and go on, or show it again: in another language, or with what is wrong."""
    check_number(number)
    sitting = g.sitting
    sent = read_sent(number)
    if not sitting.may_send:
        return show_closed(sent), 409
    if request.form.get("language") in LAUNCHED:
        return change_language(number, sent)
    if any(mistake.kind == "too_long" for mistake in sent.mistakes.values()):
        return show_page(number, sent.typed, sent.mistakes), 422
    if not keep(number, sent):
        return show_again(number, "conflict"), 409
    if sent.mistakes or sent.added:
        shown = show_page(number, sent.typed, sent.mistakes, added=sent.added)
        return with_ticket(shown), 422 if sent.mistakes else 200
    return with_ticket(redirect(after(number, sent.typed), 303))


@bp.get("/check")
@may(EVERYONE)
def check(key):
    if not g.sitting.may_send:
        return show_closed()
    return show_check()


@bp.post("/send")
@may(EVERYONE)
def send(key):
    """Send what was kept, once, however often this is asked."""
    for _ in range(TRIES):
        sitting = g.sitting
        if sitting.kept is None:
            return redirect(url_for("answering.start", key=key), 303)
        if sitting.is_sent:
            break
        if not sitting.may_send:
            return show_closed(), 409
        if all_mistakes(sitting):
            return show_check(), 422
        answers = sitting.questionnaire.clean(sitting.typed)
        respondent = respondent_of(sitting.questionnaire.definition, answers, sitting.kept.id)
        if send_response(sitting.kept.id, sitting.kept.revision, answers, respondent):
            break
        sitting.kept = find_response(sitting.ticket.id, sitting.round.id)
    else:
        return show_check("busy"), 503
    return redirect(url_for("answering.sent", key=key), 303)


@bp.get("/sent")
@may(EVERYONE)
def sent(key):
    if not g.sitting.is_sent:
        return redirect(url_for("answering.start", key=key), 303)
    return render_template("answering/sent.html", sitting=g.sitting, key=key)


@bp.post("/again")
@may(EVERYONE)
def again(key):
    """Begin a new response on this device: for another organisation, or on a shared phone."""
    response = redirect(url_for("answering.start", key=key), 303)
    response.delete_cookie(COOKIE, path=cookie_path(key))
    return response


# --- showing ---------------------------------------------------------------------------------------


def show_page(
    number: int, typed: Typed, mistakes: dict[str, Mistake] | None = None, added=(), problem: str = ""
):
    sitting = g.sitting
    definition = sitting.questionnaire.definition
    form = PageForm(sitting.questionnaire, definition.pages[number - 1], reader_language().key)
    form.fill(typed, mistakes)
    numbers = sitting.questionnaire.pages(typed)
    html = render_template(
        "answering/page.html",
        sitting=sitting,
        key=sitting.round.survey_key,
        form=form,
        number=number,
        step=numbers.index(number) + 1 if number in numbers else 1,
        steps=len(numbers),
        before=max((n for n in numbers if n < number), default=None),
        added=added,
        problem=problem,
    )
    return with_ticket(make_response(html)) if not sitting.kept else make_response(html)


def show_check(problem: str = ""):
    sitting = g.sitting
    if not sitting.kept:
        return redirect(url_for("answering.start", key=sitting.round.survey_key), 303)
    return render_template(
        "answering/check.html",
        sitting=sitting,
        key=sitting.round.survey_key,
        answers=shown_answers(sitting, sitting.typed),
        missing=all_mistakes(sitting),
        problem=problem,
    )


def show_closed(sent: SentPage | None = None):
    """The round is over: whatever was typed is on the page, to be copied."""
    typed = sent.typed if sent else g.sitting.typed
    return render_template(
        "answering/closed.html",
        sitting=g.sitting,
        key=g.sitting.round.survey_key,
        answers=shown_answers(g.sitting, typed),
    )


def show_again(number: int, problem: str):
    """The page as it was sent, with a problem that isn't the respondent's to mend."""
    return show_page(number, read_sent(number).typed, problem=problem)


def shown_answers(sitting: Sitting, typed: Typed) -> list[tuple[int, object, list[str]]]:
    """(page number, question, what was answered in words) for every relevant question."""
    questionnaire, language = sitting.questionnaire, reader_language().key
    return [
        (number, question, in_words(questionnaire, question, typed.get(question.name, ""), language))
        for number in questionnaire.pages(typed)
        for question in questionnaire.visible(questionnaire.definition.pages[number - 1], typed)
        if not question.is_note
    ]


def in_words(questionnaire: Questionnaire, question, given, language: str) -> list[str]:
    names = given if isinstance(given, list) else [given] if given else []
    if not question.list_name:
        return names
    return [questionnaire.definition.choice_label(question, name, language) for name in names]


def all_mistakes(sitting: Sitting) -> list[tuple[int, object]]:
    """(page number, question) for all that still has to be answered or corrected."""
    questionnaire = sitting.questionnaire
    return [
        (number, questionnaire.by_name[name])
        for number in questionnaire.pages(sitting.typed)
        for name in questionnaire.mistakes(questionnaire.definition.pages[number - 1], sitting.typed)
    ]


# --- keeping ---------------------------------------------------------------------------------------


def read_sent(number: int) -> SentPage:
    sitting = g.sitting
    page = sitting.questionnaire.definition.pages[number - 1]
    return read_page(sitting.questionnaire, page, sitting.typed, request.form)


def keep(number: int, sent: SentPage) -> bool:
    """Store the page's answers, on top of what another tab may have stored meanwhile."""
    sitting, language = g.sitting, reader_language().key
    if sitting.kept is None:
        if begin_response(sitting.ticket.id, sitting.round.id, sent.typed, language):
            sitting.ticket = Ticket(sitting.ticket.id, True)
            return True
        sitting.kept = find_response(sitting.ticket.id, sitting.round.id)
    for _ in range(TRIES):
        if sitting.kept is None or sitting.is_sent:
            return False
        sitting.ticket = Ticket(sitting.ticket.id, True)
        typed = read_sent(number).typed
        if keep_typed(sitting.kept.id, sitting.kept.revision, typed, language):
            return True
        sitting.kept = find_response(sitting.ticket.id, sitting.round.id)
    return False


def change_language(number: int, sent: SentPage):
    """The same page with everything typed, in the language that was asked for."""
    key = request.form["language"]
    g.language = get_language(key)
    return keep_language(show_page(number, sent.typed), key)


def after(number: int, typed: Typed) -> str:
    """Where to go from a page that is in order."""
    key = g.sitting.round.survey_key
    later = [n for n in g.sitting.questionnaire.pages(typed) if n > number]
    if "check" in request.form or not later:
        return url_for("answering.check", key=key)
    return url_for("answering.page", key=key, number=later[0])


def with_ticket(response):
    """Set the cookie that leads this device back to its response."""
    response = make_response(response)
    response.set_cookie(
        COOKIE,
        seal(g.sitting.ticket, current_app.secret_key),
        max_age=DAYS * 24 * 3600,
        path=cookie_path(g.sitting.round.survey_key),
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )
    return response


def cookie_path(key: str) -> str:
    return url_for("answering.start", key=key)


def check_number(number: int) -> None:
    if not 1 <= number <= len(g.sitting.questionnaire.definition.pages):
        abort(404)


# --- when it can't be stored -----------------------------------------------------------------------


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
    if "sitting" not in g:  # the check runs before the room's own before_request
        refused = sit_down()
        if refused:
            return refused
    return shown_with_problem("session", 400)


def shown_with_problem(problem: str, status: int):
    if "sitting" not in g:
        return render_template("core/error.html", status=status, problem=problem), status
    if request.endpoint == "answering.answer":
        return with_ticket(show_again(request.view_args["number"], problem)), status
    if g.sitting.kept and request.endpoint == "answering.send":
        return show_check(problem), status
    return render_template("core/error.html", status=status, problem=problem), status
