"""The pages on which an organisation answers a survey. All of it works without JavaScript."""

import uuid
from dataclasses import dataclass, field

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
from flask_login import current_user
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import InternalError, OperationalError
from werkzeug.routing import BaseConverter

from app.answering.actions import begin_response, drop_draft, keep_typed, send_again, send_response
from app.answering.queries import KeptResponse, count_attachments, find_attachment, find_response
from app.answering.respondents import respondent_of
from app.answering.sitting import COOKIE, DAYS, Ticket, new_ticket, return_token, seal, unseal, unseal_return
from app.answering.uploads import FILES_LIMIT, SIZE_LIMIT, Upload, judge, safe_name
from app.core import audit
from app.core.access import EVERYONE, STAFF, may, takes_body
from app.core.database import db, now
from app.core.locale import LAUNCHED, form_language, form_languages, get_language, keep_language
from app.questionnaires.answers import Mistake
from app.questionnaires.flow import Questionnaire, State, Stop, Typed
from app.questionnaires.forms import (
    PREFIX,
    PageForm,
    SentPage,
    answer_in_words,
    changed,
    read_page,
    whole_pages,
)
from app.questionnaires.queries import get_questionnaire
from app.questionnaires.simulation import as_typed
from app.questionnaires.walking import find_address, hub_of, instance_title, next_stop, stop_before
from app.rounds.links import NOTE_SURVEY
from app.rounds.queries import CurrentRound, find_current_round
from app.rounds.weeks import may_send

bp = Blueprint("answering", __name__, url_prefix="/s/<key>")

TRIES = 5  # against another tab that saves at the same moment
#: After a repeat's name in what was typed: the instance removed last, to bring it back.
REMOVED = "~"


class AddressConverter(BaseConverter):
    """A page and the instances around it: "3", "5-2"."""

    regex = r"\d{1,4}(?:-\d{1,3}){0,5}"


@bp.record_once
def add_converter(state):
    state.app.url_map.converters["address"] = AddressConverter


@dataclass
class Sitting:
    """Everything a page needs to know about this survey and this respondent."""

    round: CurrentRound
    questionnaire: Questionnaire
    ticket: Ticket
    kept: KeptResponse | None
    uploads: dict[str, Upload] | None = field(default=None)

    @property
    def typed(self) -> Typed:
        if self.kept is None:
            return {}
        if not self.is_sent:
            return self.kept.answers
        if self.kept.draft is not None:
            return self.kept.draft
        return as_typed(self.questionnaire, (), self.kept.answers)

    @property
    def is_sent(self) -> bool:
        return self.kept is not None and self.kept.is_sent

    @property
    def is_changing(self) -> bool:
        """Whether what was sent is being changed."""
        return self.is_sent and self.kept.draft is not None

    @property
    def may_send(self) -> bool:
        return may_send(self.round.opens_at, self.round.closes_at, now(), self.ticket.has_begun)

    @property
    def language(self) -> str:
        return form_language(self.questionnaire.definition.languages)

    @property
    def title(self) -> str:
        definition = self.questionnaire.definition
        return definition.text(definition.title, self.language)

    @property
    def direction(self) -> str:
        return next(
            found.direction
            for found in form_languages(self.questionnaire.definition.languages)
            if found.key == self.language
        )

    def state(self, typed: Typed | None = None) -> State:
        return self.questionnaire.state(self.typed if typed is None else typed, self.language)


#: What can be opened when the response has been sent and isn't being changed.
AFTER_SENDING = {
    "answering.sent", "answering.again", "answering.change", "answering.answers", "answering.blank",
    "answering.come_back", "answering.return_here", "answering.later",
}  # fmt: skip


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
    if g.sitting.is_sent and not g.sitting.is_changing and request.endpoint not in AFTER_SENDING:
        return redirect(url_for("answering.sent", key=key), 303)
    return None


# --- answering -------------------------------------------------------------------------------------


@bp.get("")
@may(EVERYONE)
def start(key):
    """The answering link: the first page, or a choice for who has begun already."""
    sitting = g.sitting
    if not sitting.may_send:
        return show_closed()
    if sitting.kept:
        return render_template("answering/welcome_back.html", sitting=sitting, key=key)
    state = sitting.state()
    stops = state.stops()
    if not stops:
        return render_template("answering/nothing.html", sitting=sitting, key=key)
    return show_stop(state, stops[0])


@bp.get("/<address:address>")
@may(EVERYONE)
def page(key, address):
    if not g.sitting.may_send:
        return show_closed()
    state = g.sitting.state()
    return show_stop(state, find_address(state, address) or abort(404))


@bp.post("/<address:address>")
@may(EVERYONE)
@takes_body(SIZE_LIMIT * 2 + 1024 * 1024)
def answer(key, address):
    """Keep the page and go on, or show it again: in another language, or with what is wrong."""
    sitting = g.sitting
    stop = find_address(sitting.state(), address)
    if stop is None:
        return show_gone(key)
    if stop.is_list:
        return answer_list(stop)
    sent = read_sent(stop)
    if not sitting.may_send:
        return show_closed(sent), 409
    if request.form.get("language") in offered_languages():
        return change_language(stop, sent)
    if "find" in request.form:
        found = {name: m for name, m in sent.mistakes.items() if m.kind == "not_found"}
        return show_sent(stop, SentPage(sent.typed, found, [], sent.sought))
    if any(mistake.kind == "too_long" for mistake in sent.mistakes.values()):
        return show_sent(stop, sent), 422
    if not keep(stop, sent):
        return show_again(stop, "conflict"), 409
    if sent.mistakes or sent.added:
        return with_ticket(show_sent(stop, sent)), 422 if sent.mistakes else 200
    return with_ticket(redirect(after(stop, sent.typed), 303))


def answer_list(stop: Stop):
    """Add, remove or bring back an instance of a repeat, or go on."""
    sitting = g.sitting
    if not sitting.may_send:
        return show_closed(), 409
    if request.form.get("language") in offered_languages():
        return change_language(stop, None)
    change = list_change(stop)
    sent = SentPage(change(sitting.typed) if change else sitting.typed, {}, [])
    if not keep(stop, sent, change):
        return show_again(stop, "conflict"), 409
    state = sitting.state(sent.typed)
    here = state.find_stop(stop.number, stop.place)
    if "add" in request.form and here:
        instances = here.scope.instances(stop.page.repeat)
        inner = next(
            (s for s in state.stops() if instances and s.place[: len(stop.place) + 1] == instances[-1].place
             and s.scope.names[: len(stop.scope.names) + 1] == instances[-1].names), here,
        )  # fmt: skip
        return with_ticket(redirect(link(inner), 303))
    if "go" in request.form:
        return with_ticket(redirect(after(stop, sent.typed), 303))
    return with_ticket(redirect(link(stop), 303))


def list_change(stop: Stop):
    """What a press of a button on a repeat's list does to the answers; None when it changes nothing."""
    name, way = stop.page.repeat, list(zip(stop.scope.names, stop.place, strict=True))
    removed = request.form.get("remove", type=int)

    def change(data: dict) -> dict:
        rows = list(data.get(name, []))
        if "add" in request.form:
            return {**data, name: [*rows, {}]}
        if "undo" in request.form and data.get(name + REMOVED):
            at, row = data[name + REMOVED]
            return {**data, name: [*rows[:at], row, *rows[at:]], name + REMOVED: None}
        if removed is not None and 1 <= removed <= len(rows):
            kept = [row for at, row in enumerate(rows, 1) if at != removed]
            return {**data, name: kept, name + REMOVED: [removed - 1, rows[removed - 1]]}
        return {**data, name + REMOVED: None}

    return lambda typed: changed(typed, way, change)


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
        if sitting.is_sent and not sitting.is_changing:
            break
        if not sitting.may_send:
            return show_closed(), 409
        if all_mistakes(sitting.state()):
            return show_check(), 422
        answers = sitting.questionnaire.clean(sitting.typed)
        respondent = respondent_of(sitting.questionnaire.definition, answers, sitting.kept.id)
        store = send_again if sitting.is_sent else send_response
        if store(sitting.kept, answers, respondent):
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
    return render_template("answering/sent.html", sitting=g.sitting, key=key, token=own_token())


@bp.post("/change")
@may(EVERYONE)
def change(key):
    """Open what was sent, to be changed until the round closes; or forget the changes."""
    sitting = g.sitting
    if not sitting.is_sent:
        return redirect(url_for("answering.start", key=key), 303)
    if "drop" in request.form:
        drop_draft(sitting.kept)
        return redirect(url_for("answering.sent", key=key), 303)
    if not sitting.may_send:
        return show_closed(), 409
    if not sitting.is_changing:
        keep_typed(sitting.kept, sitting.typed, sitting.kept.language)
    return redirect(url_for("answering.check", key=key), 303)


@bp.post("/again")
@may(EVERYONE)
def again(key):
    """Begin a new response on this device: for another organisation, or on a shared phone."""
    response = redirect(url_for("answering.start", key=key), 303)
    response.delete_cookie(COOKIE, path=cookie_path(key))
    return response


# --- coming back, printing -------------------------------------------------------------------------


@bp.get("/later")
@may(EVERYONE)
def later(key):
    """The response's own link, to go on with on another device."""
    if not g.sitting.kept:
        return redirect(url_for("answering.start", key=key), 303)
    return render_template("answering/later.html", sitting=g.sitting, key=key, token=own_token())


@bp.get("/back/<token>")
@may(EVERYONE)
def come_back(key, token):
    """Opening the link changes nothing, as mail scanners open links, too: the button does."""
    found = unseal_return(token, current_app.secret_key)
    if found is None or find_response(found, g.sitting.round.id) is None:
        return render_template("answering/lost.html", sitting=g.sitting, key=key), 404
    return render_template("answering/come_back.html", sitting=g.sitting, key=key, token=token)


@bp.post("/back/<token>")
@may(EVERYONE)
def return_here(key, token):
    found = unseal_return(token, current_app.secret_key)
    kept = find_response(found, g.sitting.round.id) if found else None
    if kept is None:
        return render_template("answering/lost.html", sitting=g.sitting, key=key), 404
    g.sitting.ticket = Ticket(found, True)
    return with_ticket(
        redirect(url_for("answering.sent" if kept.is_sent else "answering.check", key=key), 303)
    )


@bp.get("/print")
@may(EVERYONE)
def blank(key):
    """The empty form, for paper."""
    forms = whole_pages(g.sitting.questionnaire, g.sitting.language)
    return render_template("answering/print.html", sitting=g.sitting, key=key, forms=forms, answers=None)


@bp.get("/answers")
@may(EVERYONE)
def answers(key):
    """One's own answers, for paper."""
    if not g.sitting.kept:
        return redirect(url_for("answering.start", key=key), 303)
    state = g.sitting.state()
    return render_template(
        "answering/print.html", sitting=g.sitting, key=key, forms=None, answers=shown_answers(state)
    )


# --- showing ---------------------------------------------------------------------------------------


def link(stop: Stop, **options) -> str:
    return url_for("answering.page", key=g.sitting.round.survey_key, address=stop.address, **options)


def show_sent(stop: Stop, sent: SentPage, problem: str = ""):
    state = g.sitting.state(sent.typed)
    here = state.find_stop(stop.number, stop.place) or stop
    return show_stop(state, here, sent.mistakes, sent.added, problem, sent.sought)


def show_stop(state: State, stop: Stop, mistakes=None, added=(), problem: str = "", sought=None):
    if stop.is_list:
        return show_list(state, stop, problem)
    sitting = g.sitting
    form = PageForm(state, stop).fill(mistakes, sought)
    html = render_template(
        "answering/page.html",
        **around(state, stop),
        form=form,
        added=added,
        problem=problem,
    )
    return with_ticket(make_response(html)) if not sitting.kept else make_response(html)


def show_list(state: State, stop: Stop, problem: str = ""):
    """What was added to a repeat, and the buttons to add another, remove one, go on."""
    instances = stop.scope.instances(stop.page.repeat)
    stops = state.stops()
    rows = [
        {
            "title": instance_title(instance, state.language),
            "url": next((link(s) for s in stops if s.scope is instance), link(stop)),
            "is_wanting": any(
                state.mistakes(s) for s in stops if instance in s.scope.chain() and not s.is_list
            ),
        }
        for instance in instances
    ]
    html = render_template(
        "answering/list.html",
        **around(state, stop),
        rows=rows,
        form=PageForm(state, stop),
        removed=stop.scope.data.get(stop.page.repeat + REMOVED),
        problem=problem,
    )
    return with_ticket(make_response(html)) if not g.sitting.kept else make_response(html)


def around(state: State, stop: Stop) -> dict:
    """What every page of the form says about where it stands in it."""
    sitting = g.sitting
    steps = [other for other in state.stops() if not other.place]
    outer = hub_of(state, stop) or stop
    before = stop_before(state, stop)
    return {
        "sitting": sitting,
        "key": sitting.round.survey_key,
        "address": stop.address,
        "step": next((at for at, other in enumerate(steps, 1) if other.number >= outer.number), len(steps)),
        "steps": len(steps),
        "before": link(before) if before else "",
        "instance": stop.place[-1] + 1 if stop.place else 0,
        "repeat": state.form.repeats[stop.scope.names[:-1]][stop.scope.names[-1]] if stop.place else None,
        "form_languages": form_languages(sitting.questionnaire.definition.languages),
    }


def offered_languages() -> set[str]:
    return {language.key for language in form_languages(g.sitting.questionnaire.definition.languages)}


def show_check(problem: str = ""):
    sitting = g.sitting
    if not sitting.kept:
        return redirect(url_for("answering.start", key=sitting.round.survey_key), 303)
    state = sitting.state()
    return render_template(
        "answering/check.html",
        sitting=sitting,
        key=sitting.round.survey_key,
        answers=shown_answers(state),
        missing=all_mistakes(state),
        problem=problem,
    )


def show_closed(sent: SentPage | None = None):
    """The round is over: whatever was typed is on the page, to be copied."""
    state = g.sitting.state(sent.typed if sent else None)
    return render_template(
        "answering/closed.html",
        sitting=g.sitting,
        key=g.sitting.round.survey_key,
        answers=shown_answers(state),
    )


def show_gone(key: str):
    """The instance was removed meanwhile, in another window: what was typed is on the page."""
    typed = [value for name, value in request.form.items(multi=True) if name.startswith(PREFIX) and value]
    return render_template("answering/gone.html", sitting=g.sitting, key=key, typed=typed), 409


def show_again(stop: Stop, problem: str):
    """The page as it was sent, with a problem that isn't the respondent's to mend."""
    if stop.is_list:
        return show_list(g.sitting.state(), stop, problem)
    return show_sent(stop, SentPage(read_sent(stop).typed, {}, []), problem)


@dataclass(frozen=True)
class ShownAnswer:
    """A question and its answer in words, as lists of answers show them."""

    label: str
    words: list[str]
    url: str  # leads back to the question
    heading: str = ""  # where a new instance of a repeat begins


def shown_answers(state: State) -> list[ShownAnswer]:
    """Every relevant question with what was answered; calculations that have a label among them."""
    shown, headed = [], None
    for stop in state.stops():
        if stop.is_list:
            continue
        form = PageForm(state, stop)
        heading = ""
        if stop.place and stop.place != headed:
            repeat = state.form.repeats[stop.scope.names[:-1]][stop.scope.names[-1]]
            heading = f"{form.plain(repeat.label) or repeat.name} {stop.place[-1] + 1}"
        headed = stop.place
        page_url = link(stop, check=1)
        for question in form.visible:
            if question.is_note:
                continue
            url = f"{page_url}#{PREFIX}{question.name}" if question.takes_answer else ""
            words = in_words(stop.scope, question, state.language)
            shown.append(ShownAnswer(form.plain(question.label) or question.name, words, url, heading))
            heading = ""
    return shown


def in_words(scope, question, language: str) -> list[str]:
    given = (
        scope.typed(question.name)
        if question.takes_answer
        else answer_in_words(scope, question.name, language)
    )
    names = [name for name in given if name] if isinstance(given, list) else [given] if given else []
    if question.is_upload:
        return [name.partition("/")[2] for name in names]
    if not question.list_name or not question.takes_answer:
        return names
    labels = {
        choice.name: scope.form.definition.text(choice.label, language) for choice in scope.choices(question)
    }
    return [labels.get(name) or scope.form.labels(question, language).get(name, name) for name in names]


def all_mistakes(state: State) -> list[tuple[str, str]]:
    """(address in the form, label) of all that still has to be answered or corrected."""
    found = []
    for stop in state.stops():
        mistakes = {} if stop.is_list else state.mistakes(stop)
        form = PageForm(state, stop) if mistakes else None
        for name in mistakes:
            question = state.form.questions[stop.scope.names][name]
            found.append((link(stop, check=1) + f"#{PREFIX}{name}", form.plain(question.label) or name))
    return found


# --- keeping ---------------------------------------------------------------------------------------


def read_sent(stop: Stop) -> SentPage:
    sitting = g.sitting
    return read_page(
        sitting.questionnaire, stop.number, stop.place, sitting.typed, request.form, read_uploads(stop)
    )


def read_uploads(stop: Stop) -> dict[str, tuple[str, Mistake | None]]:
    """What came with the page as files: read and judged once in a request."""
    sitting = g.sitting
    if "uploads" not in g:
        g.uploads, g.judged = [], {}
        for question in stop.page.questions:
            file = request.files.get(PREFIX + question.name)
            if question.is_upload and file and file.filename:
                g.judged[question.name] = take_upload(question.type, file, len(g.uploads))
    if not sitting.questionnaire:
        return {}
    return g.judged


def take_upload(kind: str, file, taken: int) -> tuple[str, Mistake | None]:
    with file.stream as stream:
        content = stream.read(SIZE_LIMIT + 1)
    media_type, mistake = judge(kind, content)
    response = g.sitting.kept
    if not mistake and response and count_attachments(response.id) + taken >= FILES_LIMIT:
        mistake = Mistake("too_many")
    if mistake:
        return "", mistake
    upload = Upload(str(uuid.uuid4()), safe_name(file.filename), media_type, content)
    g.uploads.append(upload)
    return upload.answer, None


def keep(stop: Stop, sent: SentPage, change_list=None) -> bool:
    """Store the page's answers, on top of what another tab may have stored meanwhile."""
    sitting, language = g.sitting, g.sitting.language
    uploads = g.get("uploads", [])
    if sitting.kept is None:
        if begin_response(sitting.ticket.id, sitting.round.id, sent.typed, language, uploads):
            sitting.ticket = Ticket(sitting.ticket.id, True)
            return True
        sitting.kept = find_response(sitting.ticket.id, sitting.round.id)
    for _ in range(TRIES):
        if sitting.kept is None or (sitting.is_sent and not sitting.is_changing):
            return False
        sitting.ticket = Ticket(sitting.ticket.id, True)
        try:
            typed = change_list(sitting.typed) if change_list else sitting.typed
            typed = typed if stop.is_list else read_sent(stop).typed
        except LookupError:  # the instance was removed in another window
            return False
        if keep_typed(sitting.kept, typed, language, uploads):
            return True
        sitting.kept = find_response(sitting.ticket.id, sitting.round.id)
    return False


def change_language(stop: Stop, sent: SentPage | None):
    """The same page with everything typed, in the language that was asked for."""
    key = request.form["language"]
    g.form_language = key
    if key in LAUNCHED:
        g.language = get_language(key)
    shown = show_sent(stop, SentPage(sent.typed, {}, [])) if sent else show_list(g.sitting.state(), stop)
    return keep_language(shown, key)


def after(stop: Stop, typed: Typed) -> str:
    """Where to go from a page that is in order."""
    key = g.sitting.round.survey_key
    state = g.sitting.state(typed)
    here = state.find_stop(stop.number, stop.place)
    following = next_stop(state, here) if here else None
    if following is None or (
        "check" in request.form and not (following.place and following.place == stop.place)
    ):
        return url_for("answering.check", key=key)
    return link(following, **({"check": 1} if "check" in request.form else {}))


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


def own_token() -> str:
    return return_token(g.sitting.ticket.id, current_app.secret_key)


def cookie_path(key: str) -> str:
    return url_for("answering.start", key=key)


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
        stop = find_address(g.sitting.state(), request.view_args["address"])
        if stop:
            return with_ticket(show_again(stop, problem)), status
    if g.sitting.kept and request.endpoint == "answering.send":
        return show_check(problem), status
    return render_template("core/error.html", status=status, problem=problem), status


# --- what came along -------------------------------------------------------------------------------

files = Blueprint("files", __name__, url_prefix="/files")


@files.get("/<uuid:attachment_id>")
@may(*STAFF)
def download(attachment_id):
    """A file that came with an answer: always saved, never shown in the page's own origin."""
    attachment = find_attachment(str(attachment_id)) or abort(404)
    audit.record_reading(current_user.email, f"attachment {attachment.id}")
    response = make_response(attachment.content)
    response.headers["Content-Type"] = "application/octet-stream"
    response.headers.set("Content-Disposition", "attachment", filename=attachment.name)
    return response
