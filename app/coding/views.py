"""Review: one statement at a time, its suggested themes confirmed or rejected, by mouse or keyboard."""

from datetime import date, timedelta

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask_login import current_user

from app.coding.actions import (
    DecidedMeanwhile,
    NotForYou,
    NotTheSame,
    Remarks,
    keep_translation,
    merge_statement,
    record_blind_code,
    record_decision,
    split_statement,
    undo_decision,
)
from app.coding.agreement import agreement_on
from app.coding.deciding import Undecided, decide, decide_none, parts_of
from app.coding.history import history_of
from app.coding.queries import (
    DISAGREED,
    CodedStatement,
    QueueFilter,
    count_blind_waiting,
    count_waiting,
    find_coded_statement,
    find_next,
    find_next_blind,
    is_blind_for,
    list_decisions,
    list_double_codes,
    list_queue_languages,
    list_queue_weeks,
    list_statement_changes,
)
from app.core import audit
from app.core.access import ORIGINAL_READERS, STAFF, may
from app.core.database import now
from app.rounds.weeks import week_of
from app.statements.masking import Piece, find_personal, show_masked
from app.themes.codebook import FLAGS, PERSONAL_DATA, STATEMENT_TYPES
from app.themes.queries import current_codebook, list_tag_changes
from app.themes.tags import MACHINE, REJECTED

bp = Blueprint("coding", __name__, url_prefix="/review")

FILTERS = ("week", "language", "theme", "source", "only")
#: Characters of a note and of a translation.
LONGEST_NOTE, LONGEST_TRANSLATION = 1_000, 5_000
#: One primary and up to two secondary themes (codebook v1, rule 2).
MOST_THEMES = 3
LONGEST_SPAN = 520  # weeks


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
    get_statement(statement_id)
    try:
        decision = record_decision(
            statement_id,
            current_user.email,
            request.form.get("seen", 0, type=int),
            decide_none if "none" in request.form else chosen(),
            remarks(),
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
    return to_statement(statement_id)


@bp.post("/<int:statement_id>/split")
@may(*STAFF)
def split(statement_id):
    """Make several statements of one that speaks of several things."""
    get_statement(statement_id)
    try:
        first, *_ = split_statement(statement_id, parts_of(request.form.get("parts", "")), current_user.email)
    except NotTheSame:
        return show(statement_id, problem="parts"), 422
    return to_statement(first)


@bp.post("/<int:statement_id>/merge")
@may(*STAFF)
def merge(statement_id):
    """Join a statement to the one before it, which it goes on about."""
    get_statement(statement_id)
    joined = merge_statement(statement_id, current_user.email)
    if joined is None:
        abort(404)
    return to_statement(joined)


@bp.post("/<int:statement_id>/translation")
@may(*STAFF)
def translate(statement_id):
    get_statement(statement_id)
    english = request.form.get("english", "").strip()
    if len(english) > LONGEST_TRANSLATION:
        return show(statement_id, problem="long"), 422
    keep_translation(statement_id, english, current_user.email)
    return to_statement(statement_id)


@bp.post("/<int:statement_id>/original")
@may(*ORIGINAL_READERS)
def original(statement_id):
    """The words as they were written, with all that is personal; the reading is logged with its reason."""
    found = get_statement(statement_id)
    reason = request.form.get("reason", "").strip()[:LONGEST_NOTE]
    if not reason:
        return show(statement_id, problem="reason"), 422
    audit.record_reading(current_user.email, f"original of statement {statement_id}", reason=reason)
    return render_template("coding/original.html", statement=found, queue=g.queue)


# --- blind double coding ---------------------------------------------------------------------------

blind = Blueprint("blind", __name__, url_prefix="/blind")


@blind.get("")
@may(*STAFF)
def code():
    """The next statement of the sample for this coder, with nobody's tags."""
    statement_id = find_next_blind(current_user.email, request.args.get("after", type=int))
    if statement_id is None:
        return render_template("coding/blind_empty.html")
    return show_blind(statement_id)


@blind.post("/<int:statement_id>")
@may(*STAFF)
def code_one(statement_id):
    """Keep this coder's themes and show the next statement."""
    known = current_codebook().keys
    themes = [key for key in dict.fromkeys(request.form.getlist("theme")) if key in known]
    if not themes and "none" not in request.form:
        return show_blind(statement_id, problem="nothing"), 422
    if len(themes) > MOST_THEMES:
        return show_blind(statement_id, problem="many"), 422
    try:
        record_blind_code(statement_id, current_user.email, [] if "none" in request.form else themes)
    except NotForYou:
        return render_template("coding/blind_empty.html", problem="gone"), 409
    return redirect(url_for("blind.code", done=1), 303)


@blind.get("/agreement")
@may(*STAFF)
def agreement():
    """How far two coders agree on each theme, and what may be published on it."""
    weeks = request.args.get("weeks", 0, type=int)
    since = week_of(now()) - timedelta(weeks=min(weeks, LONGEST_SPAN)) if weeks > 0 else None
    codes = [themes for _, _, themes in list_double_codes(since)]
    codebook = current_codebook()
    return render_template(
        "coding/agreement.html",
        statements=len(codes),
        disagreed=count_waiting(QueueFilter(only=DISAGREED)),
        rows=[(theme, agreement_on(theme.key, codes)) for theme in codebook.themes if not theme.is_retired],
        weeks=weeks,
    )


def show_blind(statement_id: int, problem: str = ""):
    """One statement, masked, with the whole codebook and no tags; 404 where it isn't this coder's to code."""
    if not is_blind_for(statement_id, current_user.email):
        abort(404)
    found = find_coded_statement(statement_id)
    audit.record_reading(current_user.email, f"statement {statement_id}", blind=True)
    return render_template(
        "coding/blind.html",
        statement=found,
        pieces=show_masked(found.text, find_personal(found.text, found.language)),
        codebook=current_codebook(),
        waiting=count_blind_waiting(current_user.email),
        problem=problem,
        picked=request.form.getlist("theme"),
        done=request.args.get("done"),
    )


# --- what both use ---------------------------------------------------------------------------------


def to_statement(statement_id: int):
    return redirect(url_for("coding.statement", statement_id=statement_id, **g.queue), 303)


def get_statement(statement_id: int) -> CodedStatement:
    """The statement; 404 without it, and while its two blind coders are not done."""
    found = find_coded_statement(statement_id)
    if found is None or found.is_hidden:
        abort(404)
    return found


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


def remarks() -> Remarks:
    """Type, flags and note of the form; a form without them leaves them as they are."""
    kind = request.form.get("type")
    flags = tuple(key for key in FLAGS if key in request.form.getlist("flag"))
    return Remarks(
        kind if kind in STATEMENT_TYPES else None,
        flags if "flags-shown" in request.form else None,
        request.form.get("note", "").strip()[:LONGEST_NOTE],
    )


def show(statement_id: int, undecided=(), problem: str = ""):
    found = get_statement(statement_id)
    audit.record_reading(current_user.email, f"statement {statement_id}")
    tags = [tag for tag in found.tags if tag.origin == MACHINE or tag.state != REJECTED]
    personal = find_personal(found.text, found.language)
    spans = [tuple(span) for tag in tags for span in tag.evidence]
    return render_template(
        "coding/statement.html",
        statement=found,
        tags=tags,
        pieces=show_masked(found.text, personal, spans),
        translation=show_masked(found.translation, find_personal(found.translation, "en"))
        if found.translation
        else [],
        words={tag.theme_key: evidence_words(found.text, personal, tag) for tag in tags},
        history=history_of(
            found.tags,
            list_tag_changes(statement_id),
            list_decisions(statement_id),
            list_statement_changes(statement_id),
        ),
        types=STATEMENT_TYPES,
        flags=FLAGS,
        raised=raised_flags(found, bool(personal)),
        may_read_original=any(current_user.has_role(role) for role in ORIGINAL_READERS),
        undecided=undecided,
        problem=problem,
        typed=request.form,
        done=request.args.get("done", type=int),
        **queue_context(queue_filter()),
    )


def raised_flags(found: CodedStatement, has_personal: bool) -> set[str]:
    """A person's flags where somebody decided, else the machine's and what the masking found."""
    if found.decision and found.decision.flags is not None:
        return set(found.decision.flags)
    raised = set(found.tagging.flags) if found.tagging else set()
    return raised | ({PERSONAL_DATA} if has_personal else set())


def evidence_words(text: str, personal: list, tag) -> list[list[Piece]]:
    """The words that carried a tag, each stretch in its pieces; what is personal stays masked here too."""
    stretches = []
    for start, end in tag.evidence:
        inside = [piece for piece in show_masked(text, personal, [(start, end)]) if piece.is_evidence]
        stretches.append(inside)
    return stretches


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
    rest = {name: g.queue.get(name, "") for name in FILTERS if name != "week"}
    return QueueFilter(week, **rest)
