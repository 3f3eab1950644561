"""Authoring: from an uploaded workbook to a published version. For staff."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from flask import Blueprint, abort, current_app, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_login import current_user
from werkzeug.utils import secure_filename

from app.core.access import STAFF, may, takes_body
from app.core.locale import form_languages
from app.core.text import clean_text
from app.questionnaires import editing, translating
from app.questionnaires.actions import (
    change_draft,
    close_draft,
    delete_draft,
    make_draft,
    publish_version,
    undo_draft,
)
from app.questionnaires.changes import changes_between
from app.questionnaires.compiler import Compiled, compile_upload, compile_workbook
from app.questionnaires.definition import Definition
from app.questionnaires.downloads import read_sheet_file, write_sheets, write_workbook
from app.questionnaires.faults import Fault, Faulty
from app.questionnaires.flow import Questionnaire
from app.questionnaires.forms import whole_pages
from app.questionnaires.layout import language_key
from app.questionnaires.limits import run_limited
from app.questionnaires.models import Draft, Version
from app.questionnaires.queries import (
    find_draft,
    find_latest_version,
    find_survey,
    find_version,
    list_drafts,
    list_surveys,
    list_versions,
)
from app.questionnaires.workbook import SIZE_LIMIT, Row, Workbook
from app.reference.communities import community_keys
from app.reference.places import area_keys

bp = Blueprint("surveys", __name__, url_prefix="/surveys")

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
PREVIEW_LANGUAGES = 3  # side by side at first


@dataclass
class Working:
    """A draft as its pages need it."""

    draft: Draft
    workbook: Workbook
    compiled: Compiled
    latest: Version | None

    @property
    def definition(self) -> Definition | None:
        return self.compiled.definition

    @property
    def changes(self):
        """What is different from the last version; None when this is the first."""
        if self.latest is None or self.definition is None:
            return None
        return changes_between(Definition.from_dict(self.latest.definition), self.definition)

    def label_of(self, row: Row) -> str:
        """A row's label in the first language that it has one in."""
        return next((cell for head, cell in row.cells.items() if head.partition("::")[0] == "label"), "")

    @property
    def earlier(self) -> Workbook | None:
        source = self.latest.source if self.latest else None
        return Workbook.from_dict(source) if source else None


@cache
def keys() -> tuple[frozenset[str], frozenset[str]]:
    return frozenset(area_keys()), frozenset(community_keys())


def get_working(draft_id: int) -> Working:
    draft = find_draft(draft_id) or abort(404)
    workbook = Workbook.from_dict(draft.workbook)
    compiled = compiled_draft(draft, workbook)
    survey = find_survey(compiled.definition.key) if compiled.definition else None
    return Working(draft, workbook, compiled, find_latest_version(survey.id) if survey else None)


def compiled_draft(draft: Draft, workbook: Workbook) -> Compiled:
    """What the draft comes to, kept for as long as it isn't changed."""
    kept = current_app.extensions.setdefault("drafts", {})
    key = (draft.id, draft.revision, draft.changed_at)
    if key not in kept:
        try:
            compiled = run_limited(compile_workbook, workbook.name, workbook, *keys())
        except Faulty as faulty:
            compiled = Compiled(workbook, None, faulty.faults)
        if len(kept) > 20:
            kept.clear()
        kept[key] = compiled
    return kept[key]


# --- the list of surveys ---------------------------------------------------------------------------


@bp.get("")
@may(*STAFF)
def index():
    return show_index()


def show_index(faults: list[Fault] = (), status: int = 200):
    return (
        render_template(
            "questionnaires/index.html", surveys=list_surveys(), drafts=list_drafts(), faults=faults
        ),
        status,
    )


@bp.post("")
@may(*STAFF)
@takes_body(SIZE_LIMIT * 3)
def upload():
    """Take a workbook, and the CSV files that its questions name, as a new draft."""
    file = request.files.get("workbook")
    if not file or not file.filename:
        return show_index([Fault("", None, "", _("No file was chosen."), _("Choose a workbook first."))], 422)
    attached = {
        secure_filename(each.filename): each.stream.read(SIZE_LIMIT + 1)
        for each in request.files.getlist("files")
        if each.filename
    }
    name = Path(file.filename.replace("\\", "/")).name[:200]
    try:
        compiled = run_limited(
            compile_upload, name, name, file.stream.read(SIZE_LIMIT + 1), attached, *keys()
        )
    except Faulty as faulty:
        return show_index(faulty.faults, 422)
    draft_id = make_draft(compiled.workbook.to_dict(), current_user.email)
    return redirect(url_for("surveys.draft", draft_id=draft_id), 303)


# --- a draft ---------------------------------------------------------------------------------------


@bp.get("/drafts/<int:draft_id>")
@may(*STAFF)
def draft(draft_id):
    return render_template("questionnaires/draft.html", working=get_working(draft_id))


@bp.get("/drafts/<int:draft_id>/preview")
@may(*STAFF)
def preview(draft_id):
    working = get_working(draft_id)
    if working.definition is None:
        return redirect(url_for("surveys.draft", draft_id=draft_id), 303)
    back = url_for("surveys.draft", draft_id=draft_id)
    return show_preview(working.definition, back)


def show_preview(definition: Definition, back: str):
    chosen = [key for key in request.args.getlist("in") if key in definition.languages]
    chosen = chosen or list(definition.languages[:PREVIEW_LANGUAGES])
    form = Questionnaire(definition)
    columns = [(any_of(key), whole_pages(form, key)) for key in chosen]
    return render_template(
        "questionnaires/preview.html",
        definition=definition,
        columns=columns,
        offered=[any_of(key) for key in definition.languages],
        chosen=chosen,
        back=back,
    )


def any_of(key: str):
    return next(found for found in form_languages([key]) if found.key == key)


@bp.get("/drafts/<int:draft_id>/workbook.xlsx")
@may(*STAFF)
def download_draft(draft_id):
    working = get_working(draft_id)
    return as_file(write_workbook(working.workbook), Path(working.workbook.name).stem + ".xlsx")


@bp.post("/drafts/<int:draft_id>/publish")
@may(*STAFF)
def publish(draft_id):
    working = get_working(draft_id)
    if working.definition is None:
        return render_template("questionnaires/draft.html", working=working), 409
    version, _is_new = publish_version(working.definition, current_user.email, working.workbook.to_dict())
    close_draft(draft_id, version.id)
    return redirect(url_for("surveys.version", key=working.definition.key, number=version.number), 303)


@bp.post("/drafts/<int:draft_id>/undo")
@may(*STAFF)
def undo(draft_id):
    undo_draft(find_draft(draft_id) or abort(404))
    return redirect(url_for("surveys.edit", draft_id=draft_id), 303)


@bp.post("/drafts/<int:draft_id>/delete")
@may(*STAFF)
def delete(draft_id):
    delete_draft(find_draft(draft_id) or abort(404), current_user.email)
    return redirect(url_for("surveys.index"), 303)


# --- small changes in the page ---------------------------------------------------------------------


@bp.get("/drafts/<int:draft_id>/edit")
@may(*STAFF)
def edit(draft_id):
    working = get_working(draft_id)
    return render_template("questionnaires/edit.html", working=working, sheets=("survey", "choices"))


@bp.post("/drafts/<int:draft_id>/edit")
@may(*STAFF)
def arrange(draft_id):
    """Move a row up or down, or make a question required or not."""
    working = get_working(draft_id)
    action, _, rest = request.form.get("do", "").partition(" ")
    sheet, _, number = rest.partition(" ")
    if sheet not in ("survey", "choices") or not number.isdecimal():
        abort(400)
    steps = {
        "up": lambda: editing.move(working.workbook, sheet, int(number), -1),
        "down": lambda: editing.move(working.workbook, sheet, int(number), 1),
        "require": lambda: editing.set_required(working.workbook, int(number), True),
        "free": lambda: editing.set_required(working.workbook, int(number), False),
    }
    try:
        changed = steps.get(action, lambda: abort(400))()
    except editing.CannotEdit:
        return redirect(url_for("surveys.edit", draft_id=draft_id), 303)
    keep_or_conflict(working, changed)
    return redirect(url_for("surveys.edit", draft_id=draft_id) + f"#{sheet}-{number}", 303)


def keep_or_conflict(working: Working, changed: Workbook) -> None:
    if changed.to_dict() != working.draft.workbook and not change_draft(working.draft, changed.to_dict()):
        abort(409)


@bp.get("/drafts/<int:draft_id>/rows/<sheet>/<int:number>")
@may(*STAFF)
def row(draft_id, sheet, number):
    return show_row(get_working(draft_id), sheet, number)


def show_row(
    working: Working, sheet: str, number: int, typed: dict | None = None, problem: str = "", status=200
):
    if sheet not in ("survey", "choices", "settings"):
        abort(404)
    found = next((row for row in working.workbook.rows(sheet) if row.number == number), None) or abort(404)
    columns = editing.editable_columns(working.workbook, sheet)
    return (
        render_template(
            "questionnaires/row.html",
            working=working,
            row=found,
            fields=[(head, (typed or found.cells).get(head, ""), direction_of(head)) for head in columns],
            problem=problem,
        ),
        status,
    )


def direction_of(head: str) -> str:
    language = head.partition("::")[2]
    return any_of(language_key(language)).direction if language else "auto"


@bp.post("/drafts/<int:draft_id>/rows/<sheet>/<int:number>")
@may(*STAFF)
def change_row(draft_id, sheet, number):
    working = get_working(draft_id)
    if sheet not in ("survey", "choices", "settings"):
        abort(404)
    columns = editing.editable_columns(working.workbook, sheet)
    typed = {head: clean_text(request.form.get(f"cell-{at}", "")) for at, head in enumerate(columns)}
    try:
        changed = editing.set_cells(working.workbook, sheet, number, typed)
    except editing.CannotEdit as error:
        return show_row(working, sheet, number, typed, str(error), 422)
    if changed.to_dict() != working.draft.workbook and not change_draft(working.draft, changed.to_dict()):
        return show_row(working, sheet, number, typed, "conflict", 409)
    return redirect(url_for("surveys.edit", draft_id=draft_id) + f"#{sheet}-{number}", 303)


# --- translations ----------------------------------------------------------------------------------


@bp.get("/drafts/<int:draft_id>/translations")
@may(*STAFF)
def translations(draft_id):
    return show_translations(get_working(draft_id))


def show_translations(working: Working, faults=(), taken: int | None = None, status: int = 200):
    workbook = working.workbook
    default = translating.default_language(workbook)
    counts = []
    for language in translating.languages_of(workbook):
        if language == default:
            continue
        texts = translating.texts_of(workbook, language, working.earlier)
        counted = {
            kind: sum(text.status == kind for text in texts) for kind in ("done", "missing", "changed")
        }
        counts.append((language, language_key(language), counted))
    html = render_template(
        "questionnaires/translations.html",
        working=working,
        counts=counts,
        default=default,
        faults=faults,
        taken=taken,
    )
    return html, status


@bp.get("/drafts/<int:draft_id>/translations/<language>.<kind>")
@may(*STAFF)
def translation(draft_id, language, kind):
    """The translator's sheet of one language, as .xlsx or .po."""
    working = get_working(draft_id)
    name = translating.find_language(working.workbook, language) or abort(404)
    texts = translating.texts_of(working.workbook, name, working.earlier)
    stem = f"{Path(working.workbook.name).stem}-{language}"
    if kind == "po":
        return as_file(translating.write_po(texts, language), f"{stem}.po", "text/x-gettext-translation")
    if kind != "xlsx":
        abort(404)
    rows = list(enumerate(translating.sheet_rows(texts), 1))
    return as_file(write_sheets({"texts": rows}), f"{stem}.xlsx")


@bp.post("/drafts/<int:draft_id>/translations")
@may(*STAFF)
@takes_body(SIZE_LIMIT * 2)
def take_translation(draft_id):
    """Put a translator's sheet back into the draft; what does not fit is named, the rest is taken."""
    working = get_working(draft_id)
    file, language = request.files.get("sheet"), request.form.get("language", "").strip()
    if not file or not file.filename or not language:
        fault = Fault("", None, "", _("A file and a language are needed."), _("Choose both."))
        return show_translations(working, [fault], status=422)
    name = translating.find_language(working.workbook, language_key(language)) or language[:60]
    try:
        texts = read_texts(file.filename, file.stream.read(SIZE_LIMIT + 1))
    except Faulty as faulty:
        return show_translations(working, faulty.faults, status=422)
    changed, faults = translating.apply_texts(working.workbook, name, texts)
    before = {t.key: t.translation for t in translating.texts_of(working.workbook, name)}
    after = {t.key: t.translation for t in translating.texts_of(changed, name)}
    keep_or_conflict(working, changed)
    taken = sum(before.get(key, "") != text for key, text in after.items())
    return show_translations(get_working(draft_id), faults, taken)


def read_texts(name: str, content: bytes) -> list[translating.Text]:
    if len(content) > SIZE_LIMIT:
        raise Faulty([Fault("", None, "", "It is larger than 5 MB.", "Send the texts alone.")])
    if name.lower().endswith(".po"):
        return run_limited(translating.read_po, name, content)
    if not name.lower().endswith(".xlsx"):
        raise Faulty([Fault("", None, "", "It is no translator's sheet.", "Give a .xlsx or .po file.")])
    return translating.read_sheet(run_limited(read_sheet_file, name, content))


# --- versions --------------------------------------------------------------------------------------


@bp.get("/<key>/<int:number>")
@may(*STAFF)
def version(key, number):
    found = find_version(key, number) or abort(404)
    versions = list_versions(found.survey_id)
    earlier = next((each for each in versions if each.number < number), None)
    definition = Definition.from_dict(found.definition)
    changes = changes_between(Definition.from_dict(earlier.definition), definition) if earlier else None
    return render_template(
        "questionnaires/version.html",
        version=found,
        versions=versions,
        earlier=earlier,
        definition=definition,
        changes=changes,
    )


@bp.get("/<key>/<int:number>/preview")
@may(*STAFF)
def preview_version(key, number):
    found = find_version(key, number) or abort(404)
    back = url_for("surveys.version", key=key, number=number)
    return show_preview(Definition.from_dict(found.definition), back)


@bp.get("/<key>/<int:number>/workbook.xlsx")
@may(*STAFF)
def download(key, number):
    """The version as .xlsx, as KoboToolbox and ODK take it."""
    found = find_version(key, number) or abort(404)
    if not found.source:
        abort(404)
    return as_file(write_workbook(Workbook.from_dict(found.source)), f"{key}-{number}.xlsx")


@bp.post("/<key>/<int:number>/work")
@may(*STAFF)
def work_on(key, number):
    """A new draft that begins as this version."""
    found = find_version(key, number) or abort(404)
    if not found.source:
        abort(404)
    return redirect(url_for("surveys.draft", draft_id=make_draft(found.source, current_user.email)), 303)


def as_file(content: bytes, name: str, media_type: str = XLSX):
    response = make_response(content)
    response.headers["Content-Type"] = media_type
    response.headers.set("Content-Disposition", "attachment", filename=secure_filename(name) or "survey.xlsx")
    return response
