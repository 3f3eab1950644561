"""The codebook, read and edited; what is emerging; how far the tagger has come."""

from datetime import date

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask_login import current_user

from app.core import audit
from app.core.access import EVERYONE, STAFF, may
from app.core.locale import LAUNCHED
from app.reference.languages import launch_keys
from app.statements.masking import find_personal, mask_text, show_masked
from app.themes.actions import ChangedMeanwhile, put_in_force
from app.themes.card import shipped_figures
from app.themes.codebook import Codebook, Theme
from app.themes.editing import Edit, EditError, add_theme, change_theme, lines_of
from app.themes.emerging import MOST_EXAMPLES
from app.themes.moving import find_moves
from app.themes.queries import (
    count_tagged,
    count_tags_by_theme,
    current_codebook,
    current_tagger,
    current_version,
    find_emerging_week,
    list_codebook_versions,
    list_emerging,
    list_newest_statements,
    list_texts,
    tagger_with,
)

bp = Blueprint("themes", __name__)

#: Statements that a change is tried on before it is put in force: a second or two of reading.
TRIED = 5_000
LONGEST_NOTE = 500


@bp.get("/how-we-code")
@may(EVERYONE)
def model_card():
    """What the machine does to statements, how well, and what people decide."""
    return render_template("themes/model_card.html", codebook=current_codebook(), figures=shipped_figures())


@bp.get("/codebook")
@may(*STAFF)
def codebook():
    return render_template(
        "themes/codebook.html",
        codebook=current_codebook(),
        counts=count_tags_by_theme(),
        versions=list_codebook_versions(),
        progress=progress(),
        saved=request.args.get("saved", type=int),
    )


@bp.get("/codebook/new")
@may(*STAFF)
def new_theme():
    """The form of a new theme; filled from a cluster of emerging statements where one is named."""
    book = current_codebook()
    return show_form(book, "", from_cluster(book) or Edit({}, "", "", "", (), language="en"))


@bp.post("/codebook/new")
@may(*STAFF)
def make_theme():
    book = current_codebook()
    key = request.form.get("key", "").strip()
    return change(book, key, lambda edit: add_theme(book, key, edit), is_new=True)


@bp.get("/codebook/<key>")
@may(*STAFF)
def theme(key):
    book = current_codebook()
    return show_form(book, key, as_it_stands(book, get_theme(book, key)))


@bp.post("/codebook/<key>")
@may(*STAFF)
def edit_theme(key):
    book = current_codebook()
    get_theme(book, key)
    return change(book, key, lambda edit: change_theme(book, key, edit))


@bp.get("/emerging")
@may(*STAFF)
def emerging():
    """What rises among statements that fit nothing, with examples."""
    weeks = list_emerging()
    ids = [id_ for week in weeks for cluster in week.found for id_ in cluster["statements"][:MOST_EXAMPLES]]
    if ids:
        audit.record_reading(current_user.email, "emerging statements", statements=ids)
    examples = {
        id_: (show_masked(text, find_personal(text, language)), language)
        for id_, (text, language) in list_texts(ids).items()
    }
    return render_template(
        "themes/emerging.html", weeks=weeks, examples=examples, most=MOST_EXAMPLES, progress=progress()
    )


def change(book: Codebook, key: str, make, is_new: bool = False):
    """Show what a change would move, or put it in force; what was typed comes back with its faults."""
    edit = edit_from_form(book)
    try:
        if request.form.get("version", type=int) != book.version:
            raise ChangedMeanwhile
        changed = make(edit)
        if request.form.get("do") != "apply":
            moves = find_moves(current_tagger(), tagger_with(changed), list_newest_statements(TRIED))
            return show_form(book, key, edit, is_new=is_new, moves=moves)
        note = request.form.get("note", "").strip()[:LONGEST_NOTE]
        put_in_force(changed, current_user.email, note or f"{key}")
    except EditError as error:
        return show_form(book, key, edit, is_new=is_new, fault=error), 422
    except ChangedMeanwhile:
        return show_form(book, key, edit, is_new=is_new, meanwhile=True), 409
    return redirect(url_for("themes.codebook", saved=changed.version), 303)


def show_form(book: Codebook, key: str, edit: Edit, is_new=None, moves=None, fault=None, meanwhile=False):
    return render_template(
        "themes/theme.html",
        codebook=book,
        key=key,
        is_new=not key if is_new is None else is_new,
        edit=edit,
        moves=moves,
        fault=fault,
        meanwhile=meanwhile,
        note=request.form.get("note", ""),
        launched=LAUNCHED,
        written=launch_keys(),
    )


def edit_from_form(book: Codebook) -> Edit:
    form = request.form
    language = form.get("language", "")
    return Edit(
        names={each: form.get(f"name-{each}", "").strip() for each in LAUNCHED},
        family=form.get("family", ""),
        include=form.get("include", "").strip(),
        exclude=form.get("exclude", "").strip(),
        examples=lines_of(form.get("examples", "")),
        is_retired="retired" in form,
        language=language if language in launch_keys() else None,
        phrases=lines_of(form.get("phrases", "")),
        hints=lines_of(form.get("hints", "")),
    )


def as_it_stands(book: Codebook, theme: Theme) -> Edit:
    """The theme as it is, with its phrases in the language that was asked for."""
    language = request.args.get("phrases", "en")
    said = book.phrases.get(language, {})
    return Edit(
        theme.names,
        theme.family,
        theme.include,
        theme.exclude,
        theme.examples,
        theme.is_retired,
        language if language in launch_keys() else "en",
        tuple(said.get("phrases", {}).get(theme.key, ())),
        tuple(said.get("hints", {}).get(theme.key, ())),
    )


def from_cluster(book: Codebook) -> Edit | None:
    """A theme begun from what rises: its terms as phrases, its statements (masked) as examples."""
    try:
        week, place = request.args.get("week", ""), request.args.get("cluster", type=int)
        found = find_emerging_week(date.fromisoformat(week)) if week else None
        cluster = found.found[place] if found and place is not None and place >= 0 else None
    except (ValueError, IndexError):
        cluster = None
    if cluster is None:
        return None
    texts = list_texts(cluster["statements"][:MOST_EXAMPLES])
    audit.record_reading(current_user.email, "emerging statements", statements=list(texts))
    language = cluster["language"] if cluster["language"] in launch_keys() else "en"
    return Edit(
        names={"en": cluster["terms"][0].capitalize()},
        family=next(iter(book.families)),
        include="",
        exclude="",
        examples=tuple(mask_text(text, spoken) for text, spoken in texts.values()),
        language=language,
        phrases=tuple(cluster["terms"]),
    )


def get_theme(book: Codebook, key: str) -> Theme:
    if key not in book.keys:
        abort(404)
    return book.theme(key)


def progress() -> dict:
    """How many of all statements the tagger in use has read."""
    read, total = count_tagged(current_version())
    return {"read": read, "total": total, "share": read / total if total else 1.0}
