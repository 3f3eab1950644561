"""Finding every fault of a workbook: what pyxform lets through and what can't run here."""

import re
from collections import Counter

from app.questionnaires.circles import circles_of, needed_names, needs_of
from app.questionnaires.definition import ROLES, Definition, Question
from app.questionnaires.evaluator import Context
from app.questionnaires.expressions import ExpressionError, parse, parts_of, references
from app.questionnaires.faults import Fault
from app.questionnaires.flow import Questionnaire, TooMuchWork
from app.questionnaires.functions import regex_fault
from app.questionnaires.layout import FLAGS
from app.questionnaires.workbook import Row, Workbook

DEPTH_LIMIT = 20  # groups within groups
CHOICES_LIMIT = 4_000  # in one list
LABEL_LONG = 300  # characters; longer is hard to read on a phone
#: column of the survey sheet: how authors spell it
EXPRESSIONS = {
    "relevant": ("relevant", "relevance", "bind::relevant"),
    "constraint": ("constraint", "bind::constraint"),
    "required": ("required", "bind::required"),
    "calculation": ("calculation", "calculate", "bind::calculate"),
    "read_only": ("read_only", "readonly", "read only", "bind::readonly"),
    "choice_filter": ("choice_filter", "choice filter"),
    "repeat_count": ("repeat_count", "count", "jr:count", "control::jr:count"),
}
OUT_OF_SCOPE = {
    "geotrace": "A line on a map",
    "geoshape": "An area on a map",
    "osm": "OpenStreetMap editing",
    "xml-external": "An attached XML file",
}
NOT_COLLECTED = {
    "deviceid", "phonenumber", "username", "email", "simserial", "subscriberid", "imei", "audit",
    "background-audio", "start-geopoint", "background-geopoint",
}  # fmt: skip


def question_type(row: Row) -> tuple[str, str]:
    """The type of a survey row and its list: `select_one yes_no` is ("select_one", "yes_no")."""
    words = row.get("type", "command").split()
    if not words:
        return "", ""
    kind = words[0].lower()
    if kind in ("begin", "end") and len(words) > 1:
        return f"{kind}_{words[1].lower()}", ""
    if kind == "select" and len(words) > 2:  # the old spelling: `select one yes_no`
        kind, words = f"select_{words[1].lower()}", words[1:]
    return kind, words[1] if len(words) > 1 else ""


def list_of(row: Row) -> str:
    return row.get("list_name", "list name", "list_name ")


def check_rows(workbook: Workbook, area_keys: set[str], community_keys: set[str]) -> list[Fault]:
    """Every fault and warning that can be seen in the cells, in the order of the workbook."""
    survey, choices = workbook.rows("survey"), workbook.rows("choices")
    if not survey:
        return [Fault("survey", None, "", "There is no survey sheet.", "Add one with type, name and label.")]
    found = []
    names = known_names(survey)
    for row in survey:
        found += check_type(row) + check_expressions(row, names) + check_role(row) + check_texts(row, names)
    found += check_depth(survey)
    allowed = FLAGS.get(workbook.setting("allow_choice_duplicates").lower(), False)
    found += check_choices(choices, spaced_lists(survey), allowed)
    found += check_role_lists(survey, choices, {"area": area_keys, "communities": community_keys})
    found += check_unused(survey, choices)
    found += check_circles(survey)
    found += check_translations(survey + choices)
    return found


def known_names(survey: list[Row]) -> set[str]:
    """Every name that ${…} may use, with those that pyxform makes itself."""
    names = {"instanceID", "instanceName", "meta"}
    for row in survey:
        name = row.get("name", "value", "tag")
        names |= {name, f"{name}_count"} if name else set()
        if "or_other" in row.get("type") or "or specify other" in row.get("type"):
            names.add(f"{name}_other")
    return names


def check_type(row: Row) -> list[Fault]:
    kind, wanted = question_type(row)
    if not kind:
        if row.get("name") or row.get("label"):
            return [
                Fault("survey", row.number, "type", "The type is missing.", "Write one, or delete the row.")
            ]
        return []
    if kind in OUT_OF_SCOPE:
        what = f"{OUT_OF_SCOPE[kind]} ({kind}) can't be asked here."
        return [Fault("survey", row.number, "type", what, "Remove it, or ask in words.")]
    if kind.endswith("_from_file") and wanted.lower().endswith((".xml", ".geojson")):
        what = f"{wanted} can't be read here."
        return [Fault("survey", row.number, "type", what, "Save the list as .csv and name that.")]
    if kind in NOT_COLLECTED:
        what = f"{kind} is never collected: people are not tracked."
        return [Fault("survey", row.number, "type", what, "Nothing to do; its value stays empty.", True)]
    return []


def check_expressions(row: Row, names: set[str]) -> list[Fault]:
    found = []
    for column, spellings in EXPRESSIONS.items():
        source = row.get(*spellings)
        if not source or source.lower() in FLAGS:
            continue
        try:
            tree = parse(source)
        except ExpressionError as error:
            found.append(
                Fault("survey", row.number, column, f"{source!r}: {error}.", "Correct the expression.")
            )
            continue
        found += check_tree(tree, row, column, names)
    if row.get(*EXPRESSIONS["constraint"]) and not any(
        column.partition("::")[0]
        in ("constraint_message", "constraint message", "constraining_message", "bind")
        for column in row.cells
    ):
        what = "There is a constraint and no constraint_message."
        found.append(Fault("survey", row.number, "constraint", what, "Say what answer is wanted.", True))
    return found


def check_tree(tree: list, row: Row, column: str, names: set[str]) -> list[Fault]:
    known = {name.rpartition("/")[2] for name in names}
    found = [
        Fault("survey", row.number, column, f"There is no question ${{{name}}}.", "Correct the name.")
        for name in sorted(references(tree))
        if name not in known
    ]
    for pattern in patterns_of(tree):
        fault = regex_fault(pattern)
        if fault:
            what = f"The regular expression {pattern!r} can't be used: {fault}."
            found.append(
                Fault("survey", row.number, column, what, "Write it without lookaround or backreference.")
            )
    return found


def patterns_of(tree: list) -> list[str]:
    """The regular expressions that are written out in `tree`."""
    own = [tree[3][1]] if tree[:2] == ["call", "regex"] and tree[3][0] == "string" else []
    return own + [pattern for part in parts_of(tree) for pattern in patterns_of(part)]


def check_role(row: Row) -> list[Fault]:
    role = row.get("role")
    if not role or role in ROLES:
        return []
    return [
        Fault("survey", row.number, "role", f"The role {role!r} is not known.", f"Use: {', '.join(ROLES)}.")
    ]


def check_texts(row: Row, names: set[str]) -> list[Fault]:
    known = {name.rpartition("/")[2] for name in names}
    unknown = [
        Fault("survey", row.number, column, f"There is no question ${{{name}}}.", "Correct the name.")
        for column, text in row.cells.items()
        if column.partition("::")[0] in ("label", "hint", "constraint_message", "required_message")
        for name in dict.fromkeys(re.findall(r"\$\{\s*([^\s{}#]+)\s*\}", text))
        if name not in known
    ]
    return unknown + [
        Fault("survey", row.number, column, f"The label has {len(text)} characters.", "Say it shorter.", True)
        for column, text in row.cells.items()
        if column.partition("::")[0] == "label" and len(text) > LABEL_LONG and question_type(row)[0] != "note"
    ]


def check_depth(survey: list[Row]) -> list[Fault]:
    depth = 0
    for row in survey:
        kind = question_type(row)[0]
        depth += kind.startswith("begin_") - kind.startswith("end_")
        if depth > DEPTH_LIMIT:
            what = f"Groups are nested deeper than {DEPTH_LIMIT}."
            return [Fault("survey", row.number, "type", what, "Lay them side by side.")]
    return []


def spaced_lists(survey: list[Row]) -> set[str]:
    """The lists whose choices can't have spaces: an answer joins them by spaces."""
    return {question_type(row)[1] for row in survey if question_type(row)[0] in ("select_multiple", "rank")}


def check_choices(choices: list[Row], spaced: set[str], may_repeat: bool) -> list[Fault]:
    found = []
    for row in choices:
        name = row.get("name", "value")
        if re.search(r"\s", name):
            what = f"{name!r} has a space in it."
            is_harmless = list_of(row) not in spaced
            found.append(Fault("choices", row.number, "name", what, "Write it without.", is_harmless))
    sizes = Counter(list_of(row) for row in choices)
    found += [
        Fault("choices", None, "list_name", f"{name!r} has {size} choices; {CHOICES_LIMIT} are the most.",
              "Attach it as a .csv file (select_one_from_file) or split it.")
        for name, size in sizes.items() if size > CHOICES_LIMIT
    ]  # fmt: skip
    seen = Counter((list_of(row), row.get("name", "value")) for row in choices)
    for row in choices:
        key = (list_of(row), row.get("name", "value"))
        if seen[key] > 1 and key[0] and not may_repeat:
            what = f"{key[1]!r} stands twice in {key[0]!r}."
            found.append(Fault("choices", row.number, "name", what, "Rename one."))
            seen[key] = 1
    return found


def check_role_lists(survey: list[Row], choices: list[Row], known: dict[str, set[str]]) -> list[Fault]:
    """The choices of an area or communities question must be keys that the map knows."""
    found = []
    for question in survey:
        keys = known.get(question.get("role"))
        if not keys:
            continue
        wanted = question_type(question)[1]
        for row in choices:
            name = row.get("name", "value")
            if list_of(row) == wanted and name not in keys:
                what = f"{name!r} is not a key of {question.get('role')}."
                found.append(Fault("choices", row.number, "name", what, "Use a key from the reference data."))
    return found


def check_circles(survey: list[Row]) -> list[Fault]:
    """Rows that need themselves by ${name}, seen also in a workbook with other faults."""
    needs: dict = {}
    for row in survey:
        columns = ["relevant", *(["calculation"] if not row.get("trigger") else [])]
        names = set()
        for column in columns:
            source = row.get(*EXPRESSIONS[column])
            try:
                names |= needed_names(parse(source)) if source else set()
            except ExpressionError:
                continue
        name = row.get("name", "value", "tag")
        needs[(), name] = needs.get(((), name), set()) | {((), each) for each in names}
    counts = Counter(row.get("name", "value", "tag") for row in survey)
    circled = {name for _, name in circles_of(needs) if counts[name] == 1}
    return [
        circle_fault(row.number, name)
        for row in survey
        if (name := row.get("name", "value", "tag")) in circled
    ]


def circle_fault(number: int | None, name: str) -> Fault:
    what = f"{name!r} depends on itself, directly or through other questions."
    return Fault("survey", number, "relevant", what, "Break the circle of expressions.")


def check_unused(survey: list[Row], choices: list[Row]) -> list[Fault]:
    """A warning for each list that no question uses."""
    used = {word for row in survey for word in row.get("type", "command").split()}
    text = " ".join(cell for row in survey for cell in row.cells.values())
    first: dict[str, int] = {}
    for row in choices:
        first.setdefault(list_of(row), row.number)
    return [
        Fault(
            "choices",
            number,
            "list_name",
            f"No question uses the list {name!r}.",
            "Delete it or use it.",
            True,
        )
        for name, number in first.items()
        if name and name not in used and f"'{name}'" not in text and f'"{name}"' not in text
    ]


def check_translations(rows: list[Row]) -> list[Fault]:
    """A warning for each text that some language of the workbook lacks."""
    headers = {column for row in rows for column in row.cells if "::" in column}
    found = []
    for base in sorted({header.split("::")[0] for header in headers}):
        if base in ("bind", "control", "instance", "body", "media"):
            continue
        columns = sorted(header for header in headers if header.split("::")[0] == base)
        for row in rows:
            missing = [column for column in columns if column not in row.cells]
            if missing and len(missing) < len(columns):
                found += [
                    Fault(row.sheet, row.number, column, "The translation is missing.", "Add it.", True)
                    for column in missing
                ]
    return found


# --- what only the compiled form shows -------------------------------------------------------------


def check_definition(definition: Definition, workbook: Workbook) -> list[Fault]:
    """Circles, questions that can't be reached, expressions that cost too much."""
    form = Questionnaire(definition)
    numbers = row_numbers(workbook)
    found = []
    for scope, name in circles_of(needs_of(form)):
        owner = form.questions.get(scope, {}).get(name) or form.repeats[scope][name]
        found.append(circle_fault(numbers.get(owner.path), name))
    if found:
        return found
    found += [
        Fault("survey", numbers.get(question.path), "role", "A role can't be given within a repeat.",
              "Ask it outside, or leave the role out.")
        for question in definition.all_questions if question.role and question.scope
    ]  # fmt: skip
    found += check_work(form)
    for page in definition.pages:
        for question in page.questions:
            found += check_reach(question, form, numbers)
    return found


def check_work(form: Questionnaire) -> list[Fault]:
    """A fault for an expression that looks at more nodes than any form needs, already when empty."""
    for question in form.definition.all_questions:
        for kind in ("relevant", "calculation", "constraint", "default"):
            rule = form.rule(question, kind)
            if rule is None or question.scope:
                continue
            try:
                rule(Context(form.state({}).root))
            except TooMuchWork:
                what = f"The {kind} of {question.name!r} takes too much work."
                return [Fault("survey", None, kind, what, "Don't look into a list for each row of a list.")]
    return []


def row_numbers(workbook: Workbook) -> dict[tuple[str, ...], int]:
    """The row of each question and group, by its path."""
    numbers, path = {}, []
    for row in workbook.rows("survey"):
        kind = question_type(row)[0]
        name = row.get("name", "value", "tag")
        if kind.startswith("end_"):
            path = path[:-1]
            continue
        numbers.setdefault((*path, name), row.number)
        if kind.startswith("begin_"):
            path = [*path, name]
    return numbers


def check_reach(question: Question, form: Questionnaire, numbers: dict) -> list[Fault]:
    tree = question.relevant
    if tree is None or not is_never(tree, question, form):
        return []
    what = f"{question.name!r} can never be reached: its relevant can't come true."
    number = numbers.get(question.path)
    return [Fault("survey", number, "relevant", what, "Correct the condition or delete the row.", True)]


def is_never(tree: list, question: Question, form: Questionnaire) -> bool:
    """Whether a condition is false whatever is answered, as far as that can be told by looking."""
    if tree[0] == "and":
        return is_never(tree[1], question, form) or is_never(tree[2], question, form)
    if tree[0] == "or":
        return is_never(tree[1], question, form) and is_never(tree[2], question, form)
    if tree == ["call", "false"]:
        return True
    if tree[:2] == ["call", "selected"]:
        return is_unknown_choice(tree[2], tree[3], question, form)
    if tree[0] == "=":
        return is_unknown_choice(tree[1], tree[2], question, form)
    return False


def is_unknown_choice(asked: list, wanted: list, question: Question, form: Questionnaire) -> bool:
    """Whether a question with a list is compared with something that is not in it."""
    if asked[0] != "ref" or wanted[0] != "string" or not wanted[1]:
        return False
    found = form.locate(asked[1], question.scope)
    if not found or found[0] != "question":
        return False
    choices = form.all_choices(form.question_at(*found[1:]))
    return bool(choices) and wanted[1] not in {choice.name for choice in choices}
