"""The pages of a form: one for each group or field-list, one for each question outside of groups."""

import re

from app.questionnaires.definition import Choice, Definition, Page, Question, Repeat, Texts, Tree
from app.questionnaires.expressions import ExpressionError, parse
from app.questionnaires.faults import Fault, Faulty
from app.questionnaires.workbook import Workbook

KEY = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,62}[a-z0-9])?")
LANGUAGE = re.compile(r"\(([A-Za-z][\w-]*)\)\s*$")
TITLE = "heading"  # our own column of the settings sheet, one per language
FLAGS = {"yes": True, "true": True, "true()": True, "no": False, "false": False, "false()": False}
SILENT = {
    "calculate", "hidden", "start", "end", "today", "deviceid", "phonenumber", "username", "email",
    "simserial", "subscriberid",
}  # fmt: skip
#: What `or_other` adds, which pyxform writes in English for every language.
OTHER = {"en": "Other", "ar": "غير ذلك", "bn": "অন্য কিছু", "pl": "Inne"}
WHICH_OTHER = {"en": "Which?", "ar": "ما هو؟", "bn": "কোনটি?", "pl": "Jakie?"}
#: Row types that ask nothing and keep nothing.
PASSED_OVER = {
    "audit",
    "xml-external",
    "csv-external",
    "background-audio",
    "start-geopoint",
    "background-geopoint",
}
#: What XForms calls it: what we call it.
CONTROLS = {
    "select1": "select_one",
    "select": "select_multiple",
    "odk:rank": "rank",
    "range": "range",
    "trigger": "acknowledge",
}
MEDIA = {"image/*": "image", "audio/*": "audio", "video/*": "video", "application/*": "file"}
INPUTS = {
    "string": "text", "int": "integer", "decimal": "decimal", "date": "date", "time": "time",
    "dateTime": "dateTime", "geopoint": "geopoint", "barcode": "text",
}  # fmt: skip
UNSUPPORTED = {
    "geotrace": "Drawing a line on a map",
    "geoshape": "Drawing an area on a map",
    "osm": "OpenStreetMap editing",
    "entity": "Entities",
}


def our_type(kind: str) -> str | None:
    """Our name for a type as pyxform has it; None for what can't be asked here."""
    from pyxform.question_type_dictionary import QUESTION_TYPE_DICT  # here, because no page needs it

    if kind in ("note", "q note", "add note prompt"):
        return "note"
    entry = QUESTION_TYPE_DICT.get(kind, {})
    control, bind = entry.get("control", {}), entry.get("bind", {})
    if kind == "select one external":
        return "select_one"
    tag = control.get("tag")
    if tag in CONTROLS:
        return CONTROLS[tag] if "action" not in str(kind) and kind not in PASSED_OVER else None
    if tag == "upload":
        return MEDIA.get(control.get("mediatype"))
    if tag == "input":
        return INPUTS.get(bind.get("type"))
    return silent_type(kind, bind)


def silent_type(kind: str, bind: dict) -> str | None:
    if bind.get("jr:preload") == "property":
        return "deviceid"
    if bind.get("jr:preload") == "timestamp":
        return "end" if "end" in kind else "start"
    if bind.get("jr:preload") == "date":
        return "today"
    return "hidden" if kind == "hidden" else "calculate" if "calculate" in kind else None


def lay_out(survey: dict, workbook: Workbook) -> Definition:
    """`survey` is pyxform's own description of the form, a tree of groups and questions.

    Raises Faulty for what can't be asked here.
    """
    default = language_key(survey.get("default_language") or "default")
    lists = {
        name: tuple(make_choice(row, default) for row in choices)
        for name, choices in survey.get("choices", {}).items()
    }
    for row in workbook.rows("external_choices"):
        name = row.get("list_name", "list name")
        lists[name] = (*lists.get(name, ()), external_choice(row.cells, default))
    maker = Maker(default)
    maker.children(survey["children"], Around())
    maker.finish()
    spoken = {language for language in maker.spoken} | {
        language
        for choices in lists.values()
        for choice in choices
        if choice.name != "other"
        for language in choice.label
    }
    named = named_languages(workbook)
    languages = [language for language in named if language in spoken and language != default]
    languages += sorted(spoken - {default, *languages})
    return Definition(
        key=survey_key(survey, workbook),
        title=titles(workbook) or {default: survey["title"]},
        default_language=default,
        languages=(default, *languages),
        lists=lists,
        pages=tuple(maker.pages),
        silent=tuple(maker.silent),
        repeats=tuple(maker.repeats),
        files={name: tuple(rows) for name, rows in workbook.files.items()},
    )


def named_languages(workbook: Workbook) -> list[str]:
    """The languages of the columns, in the order of the workbook."""
    heads = [head for sheet in workbook.sheets.values() for head in sheet.header if "::" in head]
    return list(dict.fromkeys(language_key(head.split("::")[1]) for head in heads))


def titles(workbook: Workbook) -> Texts:
    cells = next((row.cells for row in workbook.rows("settings")), {})
    return {
        language_key(column.split("::")[1]): text
        for column, text in cells.items()
        if column.startswith(TITLE + "::")
    }


def survey_key(survey: dict, workbook: Workbook) -> str:
    """What the survey is called in its link: the form_id, or the file's name, in small letters."""
    wanted = workbook.setting("form_id") or workbook.setting("id_string") or workbook.name.rpartition(".")[0]
    key = re.sub(r"[^a-z0-9]+", "-", (wanted or survey["id_string"]).lower()).strip("-")[:64].strip("-")
    return key or "survey"


def make_choice(row: dict, default: str) -> Choice:
    extra = {
        column: str(value)
        for column, value in row.items()
        if column not in ("name", "label", "media") and isinstance(value, str | int | float)
    }
    label = texts(row.get("label"), default)
    if row["name"] == "other" and set(label.values()) == {"Other"}:
        label = {**OTHER, **{language: text for language, text in label.items() if language not in OTHER}}
    return Choice(str(row["name"]), label, extra)


def external_choice(cells: dict[str, str], default: str) -> Choice:
    label = {
        language_key(column.partition("::")[2]) if "::" in column else default: text
        for column, text in cells.items()
        if column.partition("::")[0] == "label"
    }
    return Choice(cells.get("name", ""), label, {c: t for c, t in cells.items() if not c.startswith("label")})


class Around:
    """What a row stands in: the repeats, the path of groups, their conditions and labels."""

    def __init__(self, scope=(), path=(), relevant: Tree | None = None, label: Texts | None = None, name=""):
        self.scope = scope
        self.path = path
        self.relevant = relevant
        self.label = label or {}
        self.name = name


class Maker:
    """Collects pages, repeats and silent questions while walking the tree once."""

    def __init__(self, default: str):
        self.default = default
        self.pages: list[Page] = []
        self.silent: list[Question] = []
        self.repeats: list[Repeat] = []
        self.spoken: set[str] = set()
        self.taken: dict[tuple[str, ...], set[str]] = {}
        self.page_names: set[str] = set()
        self.faults: list[Fault] = []

    def finish(self) -> None:
        if self.faults:
            raise Faulty(self.faults)

    def children(self, rows: list[dict], around: Around) -> None:
        """The rows of the form itself: a group is a page, any other question a page of its own, with the
        notes before it."""
        waiting: list[Question] = []
        for row in rows:
            if is_group(row):
                if waiting:
                    self.page(waiting[0].name, {}, waiting, around)
                    waiting = []
                self.group(row, around)
                continue
            question = self.question(row, around)
            if question:
                waiting.append(question)
                if not question.is_note:
                    self.page(question.name, {}, waiting, around)
                    waiting = []
        if waiting:
            self.page(waiting[0].name, {}, waiting, around)

    def group(self, row: dict, around: Around) -> None:
        if row.get("control", {}).get("bodyless"):
            return
        if row["type"] == "loop":
            for part in unrolled(row):
                self.group(part, around)
            return
        inner = self.enter(row, around)
        is_one_page = "field-list" in str(row.get("control", {}).get("appearance", ""))
        if is_one_page:
            later: list[tuple[dict, Around]] = []
            questions = list(self.flattened(row, inner, later, ()))
            self.page(row["name"], inner.label, questions, inner)
            for repeat, place in later:
                self.group(repeat, place)
            return
        run: list[Question] = []
        for child in row.get("children", ()):
            if is_group(child):
                self.page(row["name"], inner.label, run, inner)
                run = []
                self.group(child, inner)
            elif question := self.question(child, inner):
                run.append(question)
        self.page(row["name"], inner.label, run, inner)

    def flattened(self, row: dict, around: Around, later: list, section: tuple):
        """The questions of a field-list and of the groups in it; repeats in it follow on their own pages."""
        for child in row.get("children", ()):
            if child["type"] == "repeat":
                later.append((child, around))
            elif child["type"] == "loop":
                for part in unrolled(child):
                    yield from self.flattened_group(part, around, later, section)
            elif is_group(child):
                yield from self.flattened_group(child, around, later, section)
            elif question := self.question(child, around, section):
                yield question

    def flattened_group(self, child: dict, around: Around, later: list, section: tuple):
        if not child.get("control", {}).get("bodyless"):
            label = texts(child.get("label"), self.default)
            yield from self.flattened(
                child, self.enter(child, around), later, (*section, label) if label else section
            )

    def enter(self, row: dict, around: Around) -> Around:
        """What the rows of a group or repeat stand in."""
        label = texts(row.get("label"), self.default)
        self.spoken |= label.keys()
        path = (*around.path, row["name"])
        relevant = both(around.relevant, parsed(row.get("bind", {}).get("relevant")))
        if row["type"] != "repeat":
            return Around(around.scope, path, relevant, label or around.label, row["name"])
        name = self.unique(row["name"], around, path)
        count = parsed(row.get("control", {}).get("jr:count"))
        self.repeats.append(Repeat(name, label, around.scope, relevant, count, path))
        self.page(f"{name}-list", label, [], around, repeat=name)
        return Around((*around.scope, name), path, None, label, row["name"])

    def page(
        self, name: str, label: Texts, questions: list[Question], around: Around, repeat: str = ""
    ) -> None:
        if not questions and not repeat:
            return
        unique, number = name, 2
        while unique in self.page_names:
            unique, number = f"{name}-{number}", number + 1
        self.page_names.add(unique)
        self.pages.append(Page(unique, label, tuple(questions), around.scope, repeat))

    def unique(self, name: str, around: Around, path: tuple[str, ...]) -> str:
        """The name in its scope: with its groups before it where another question has it too."""
        taken = self.taken.setdefault(around.scope, set())
        for length in range(1, len(path) + 1):
            found = "/".join(path[-length:])
            if found not in taken:
                break
        taken.add(found)
        return found

    def question(self, row: dict, around: Around, section: tuple = ()) -> Question | None:
        """The question of a row; None for one that isn't shown: kept with the silent ones, or passed over."""
        kind = our_type(row["type"])
        if row["type"] in PASSED_OVER or row["name"].startswith("reserved_name_for_field_list_labels"):
            return None
        if kind is None:
            self.refuse(row)
            return None
        path = (*around.path, row["name"])
        looks = str(row.get("control", {}).get("appearance", "")).split()
        if "label" in looks and kind in ("select_one", "select_multiple"):
            kind = "note"  # the heading of a table, which is no table here
        name = row["name"] if kind == "note" else self.unique(row["name"], around, path)
        question = self.made(row, kind, name, path, around, section)
        if question.label is not WHICH_OTHER:
            self.spoken |= question.label.keys() | question.hint.keys()
        if kind in SILENT:
            self.silent.append(question)
            return None
        if question.is_calculated and not question.label:
            self.silent.append(question)
            return None
        return question

    def refuse(self, row: dict) -> None:
        what = UNSUPPORTED.get(row["type"].removeprefix("q "), f"The type {row['type']!r}")
        self.faults.append(
            Fault("survey", None, "type", f"{what} can't be asked here ({row['name']}).", "Remove the row.")
        )

    def made(self, row: dict, kind: str, name: str, path: tuple, around: Around, section: tuple) -> Question:
        bind, control = row.get("bind") or {}, row.get("control") or {}
        return Question(
            name=name,
            type=kind,
            label=WHICH_OTHER
            if row.get("label") == "Specify other."
            else texts(row.get("label"), self.default),
            hint=texts(row.get("hint"), self.default) or texts(row.get("guidance_hint"), self.default),
            relevant=both(around.relevant, parsed(bind.get("relevant"))),
            required=wanted(bind.get("required")),
            constraint=parsed(bind.get("constraint")),
            required_message=texts(bind.get("jr:requiredMsg"), self.default),
            constraint_message=texts(bind.get("jr:constraintMsg"), self.default),
            appearance=str(control.get("appearance") or ""),
            list_name=row.get("list_name") or row.get("itemset") or "",
            role=row.get("role") or "",
            calculation=parsed(bind.get("calculate")),
            default=default_tree(row, kind),
            choice_filter=parsed(row.get("choice_filter")),
            read_only=wanted(bind.get("readonly")) if kind != "note" else None,
            trigger=triggers(row.get("trigger")),
            parameters=parameters(row.get("parameters")),
            scope=around.scope,
            path=path,
            section=section,
        )


def is_group(row: dict) -> bool:
    return row["type"] in ("group", "repeat", "loop")


def unrolled(row: dict) -> list[dict]:
    """A loop as one group for each of its columns."""
    return [
        {
            "type": "group",
            "name": column["name"],
            "label": column.get("label"),
            "children": [filled(child, column) for child in row.get("children", ())],
        }
        for column in row.get("columns", ())
    ]


def filled(child: dict, column: dict) -> dict:
    """A question of a loop with the column's name and label put in."""

    def put(text):
        if isinstance(text, dict):
            return {language: put(part) for language, part in text.items()}
        label = column.get("label")
        words = label if isinstance(label, str) else next(iter((label or {}).values()), column["name"])
        return str(text).replace("%(name)s", column["name"]).replace("%(label)s", words)

    return {**child, **({"label": put(child["label"])} if child.get("label") else {})}


def default_tree(row: dict, kind: str) -> Tree | None:
    default = row.get("default")
    if default in (None, "") or kind in ("image", "audio", "video", "file", "note"):
        return None
    return parsed(str(default)) if row.get("_dynamic_default") else ["string", str(default)]


def triggers(found) -> tuple[str, ...]:
    found = [found] if isinstance(found, str) else found or []
    return tuple(name.strip().removeprefix("${").removesuffix("}").strip() for name in found)


def parameters(found) -> dict[str, str]:
    if isinstance(found, str):
        found = dict(part.split("=", 1) for part in re.split(r"[\s,;]+", found) if "=" in part)
    return {str(name): str(value) for name, value in (found or {}).items()}


def parsed(source) -> Tree | None:
    """The tree of an expression cell; yes and no stand for themselves."""
    if not source or not isinstance(source, str):
        return None
    flag = FLAGS.get(source.strip().lower())
    if flag is None:
        try:
            return parse(source)
        except ExpressionError as error:
            raise Faulty(
                [Fault("survey", None, "", f"{source!r}: {error}.", "Correct the expression.")]
            ) from error
    return ["call", "true" if flag else "false"]


def wanted(source) -> Tree | None:
    """The same where no is as good as nothing: `required` and `read_only`."""
    tree = parsed(source)
    return None if tree == ["call", "false"] else tree


def both(outer: Tree | None, inner: Tree | None) -> Tree | None:
    return ["and", outer, inner] if outer and inner else outer or inner


def texts(label, default: str) -> Texts:
    if not label:
        return {}
    if not isinstance(label, dict):
        return {default: str(label)}
    return {language_key(language): str(text) for language, text in label.items() if text}


def language_key(name: str) -> str:
    """`Arabic (ar)` is ar; a column without a code is taken for English."""
    code = LANGUAGE.search(name)
    if code:
        return code[1]
    return "en" if name.strip().lower() in ("default", "english") else name.strip().lower()
