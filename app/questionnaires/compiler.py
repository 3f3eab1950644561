"""From a workbook to a definition: pyxform reads it, the checker judges it, this lays out its pages."""

import re
from pathlib import Path

from app.questionnaires.checker import FLAGS, PASSED_OVER, check
from app.questionnaires.definition import Choice, Definition, Page, Question, Texts
from app.questionnaires.expressions import parse
from app.questionnaires.faults import Fault, Faulty
from app.questionnaires.workbook import read_rows

KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
LANGUAGE = re.compile(r"\(([A-Za-z][\w-]*)\)\s*$")
TYPES = {"select one": "select_one", "select all that apply": "select_multiple"}
TITLE = "heading"  # our own column of the settings sheet, one per language


def compile_file(path: Path, area_keys: set[str], community_keys: set[str]) -> tuple[Definition, list[Fault]]:
    """The definition in the file and its warnings; Faulty with every fault when it can't be used."""
    rows = read_rows(path)
    found = check(rows, area_keys, community_keys)
    faults = [fault for fault in found if not fault.is_warning]
    survey = {}
    try:
        survey = read_with_pyxform(path)
    except Faulty as faulty:
        faults += faulty.faults
    if faults:
        raise Faulty(faults)
    settings = next((row.cells for row in rows if row.sheet == "settings"), {})
    definition = lay_out(survey, settings)
    check_key(definition.key, path)
    return definition, [fault for fault in found if fault.is_warning]


def read_with_pyxform(path: Path) -> dict:
    """pyxform's own description of the form; Faulty with the first fault that it finds."""
    from pyxform.errors import PyXFormError  # here, because no page needs it
    from pyxform.xls2xform import convert

    try:
        return convert(str(path) if path.suffix.lower() != ".md" else path.read_text("utf-8"))._pyxform
    except PyXFormError as error:
        raise Faulty([pyxform_fault(error)]) from error
    except Exception as error:  # pyxform meets shapes of file it did not foresee
        what = f"It can't be read: {error}."
        raise Faulty([Fault(path.name, None, "", what, "Correct it and check again.")]) from error


def pyxform_fault(error: Exception) -> Fault:
    message = " ".join(str(error).split())
    row = re.search(r"\[row : (\d+)\]|row (\d+)", message)
    number = int(row[1] or row[2]) if row else None
    return Fault("survey", number, "", message, "Correct it and check again.")


def check_key(key: str, path: Path) -> None:
    if not KEY.fullmatch(key):
        raise Faulty(
            [
                Fault(
                    "settings",
                    2,
                    "form_id",
                    f"{key!r} can't be part of an address.",
                    "Use small letters, digits and hyphens.",
                )
            ]
        )


def lay_out(survey: dict, settings: dict[str, str]) -> Definition:
    """`survey` is pyxform's own description of the form, a tree of groups and questions."""
    default = language_key(survey.get("default_language", "default"))
    lists = {
        name: tuple(Choice(str(row["name"]), texts(row.get("label"), default)) for row in choices)
        for name, choices in survey.get("choices", {}).items()
    }
    pages = tuple(lay_out_pages(survey["children"], default))
    spoken = {language for page in pages for q in page.questions for language in q.label}
    title = {
        language_key(column.split("::")[1]): text
        for column, text in settings.items()
        if column.startswith(TITLE + "::")
    }
    return Definition(
        key=survey["id_string"].replace("_", "-").lower(),
        title=title or {default: survey["title"]},
        default_language=default,
        languages=(default, *sorted(spoken - {default})),
        lists=lists,
        pages=pages,
    )


def lay_out_pages(children: list[dict], default: str):
    """One page per group at the top; a question outside any group is a page of its own, with the
    notes before it."""
    waiting: list[Question] = []
    for child in children:
        if child["type"] == "group":
            if child.get("control", {}).get("bodyless"):
                continue
            questions = list(flatten(child, default, None))
            if questions:
                yield Page(child["name"], texts(child.get("label"), default), tuple(questions))
        elif child["type"] not in PASSED_OVER:
            waiting.append(make_question(child, default, None))
            if not waiting[-1].is_note:
                yield Page(child["name"], {}, tuple(waiting))
                waiting = []
    if waiting:
        yield Page(waiting[0].name, {}, tuple(waiting))


def flatten(group: dict, default: str, outer: list | None):
    """The questions of a group and of the groups in it, each relevant only where its groups are."""
    condition = both(outer, parsed(group.get("bind", {}).get("relevant")))
    for child in group.get("children", ()):
        if child["type"] == "group":
            yield from flatten(child, default, condition)
        elif child["type"] not in PASSED_OVER:
            yield make_question(child, default, condition)


def make_question(row: dict, default: str, outer: list | None) -> Question:
    bind, control = row.get("bind", {}), row.get("control", {})
    return Question(
        name=row["name"],
        type=TYPES.get(row["type"], row["type"]),
        label=texts(row.get("label"), default),
        hint=texts(row.get("hint"), default),
        relevant=both(outer, parsed(bind.get("relevant"))),
        required=parsed(bind.get("required")),
        constraint=parsed(bind.get("constraint")),
        required_message=texts(bind.get("jr:requiredMsg"), default),
        constraint_message=texts(bind.get("jr:constraintMsg"), default),
        appearance=control.get("appearance", ""),
        list_name=row.get("list_name") or row.get("itemset") or "",
        role=row.get("role", ""),
    )


def parsed(source: str | None) -> list | None:
    """The tree of an expression cell; yes and no stand for themselves."""
    if not source:
        return None
    flag = FLAGS.get(source.strip().lower())
    if flag is None:
        return parse(source)
    return ["call", "true"] if flag else None


def both(outer: list | None, inner: list | None) -> list | None:
    return ["and", outer, inner] if outer and inner else outer or inner


def texts(label: str | dict | None, default: str) -> Texts:
    if not label:
        return {}
    if isinstance(label, str):
        return {default: label}
    return {language_key(language): text for language, text in label.items() if text}


def language_key(name: str) -> str:
    """`Arabic (ar)` is ar; a column without a code is taken for English."""
    code = LANGUAGE.search(name)
    if code:
        return code[1]
    return "en" if name.strip().lower() in ("default", "english") else name.strip().lower()
