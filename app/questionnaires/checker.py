"""Finding every fault of a workbook: what pyxform lets through and what can't run here."""

import re
from collections import Counter

from app.questionnaires.definition import ROLES
from app.questionnaires.expressions import ExpressionError, parse, references
from app.questionnaires.faults import Fault
from app.questionnaires.workbook import Row

SHOWN_TYPES = {"text", "integer", "select_one", "select_multiple", "date", "note"}
GROUPS = {"begin_group", "end_group"}
#: Row types that ask nothing and that a form may carry: they are left out.
PASSED_OVER = {"start", "end", "today", "deviceid", "phonenumber", "username", "email", "simserial", "audit"}
EXPRESSION_COLUMNS = {
    "relevant": ("relevant", "relevance", "bind::relevant"),
    "constraint": ("constraint", "bind::constraint"),
    "required": ("required", "bind::required"),
}
NOT_YET = ("calculation", "choice_filter", "repeat_count", "trigger", "default")
FLAGS = {"yes": True, "true": True, "true()": True, "no": False, "false": False, "false()": False}


def question_type(row: Row) -> tuple[str, str]:
    """The type of a survey row and its list: `select_one yes_no` is ("select_one", "yes_no")."""
    words = row.get("type").split()
    if not words:
        return "", ""
    kind = words[0].lower()
    if kind in ("begin", "end") and len(words) > 1:
        return f"{kind}_{words[1].lower()}", ""
    if kind == "select" and len(words) > 2:  # the old spelling: `select one yes_no`
        kind, words = f"select_{words[1].lower()}", words[1:]
    return kind, words[1] if len(words) > 1 else ""


def check(rows: list[Row], area_keys: set[str], community_keys: set[str]) -> list[Fault]:
    """Every fault and warning in the rows, in the order of the workbook."""
    survey = [row for row in rows if row.sheet == "survey"]
    choices = [row for row in rows if row.sheet == "choices"]
    if not survey:
        return [Fault("survey", None, "", "There is no survey sheet.", "Add one with type, name and label.")]
    faults = []
    names = {row.get("name") for row in survey}
    for row in survey:
        faults += check_type(row) + check_expressions(row, names) + check_role(row)
    faults += check_choices(choices)
    faults += check_role_lists(survey, choices, {"area": area_keys, "communities": community_keys})
    faults += check_cycles(survey)
    faults += check_translations(survey + choices)
    return faults


def check_type(row: Row) -> list[Fault]:
    kind, _ = question_type(row)
    if not kind:
        return [Fault("survey", row.number, "type", "The type is missing.", "Write one, or delete the row.")]
    if kind not in SHOWN_TYPES | GROUPS | PASSED_OVER:
        known = ", ".join(sorted(SHOWN_TYPES | {"begin_group"}))
        return [
            Fault("survey", row.number, "type", f"{kind!r} can't be asked here yet.", f"Use one of: {known}.")
        ]
    return [
        Fault("survey", row.number, column, f"{column} is not supported yet.", "Remove it.")
        for column in NOT_YET
        if row.get(column)
    ]


def check_expressions(row: Row, names: set[str]) -> list[Fault]:
    faults = []
    for column, spellings in EXPRESSION_COLUMNS.items():
        source = row.get(*spellings)
        if not source or source.lower() in FLAGS:
            continue
        try:
            unknown = references(parse(source)) - names
        except ExpressionError as error:
            faults.append(
                Fault("survey", row.number, column, f"{source!r}: {error}.", "Correct the expression.")
            )
            continue
        faults += [
            Fault("survey", row.number, column, f"There is no question ${{{name}}}.", "Correct the name.")
            for name in sorted(unknown)
        ]
    return faults


def check_role(row: Row) -> list[Fault]:
    role = row.get("role")
    if not role or role in ROLES:
        return []
    return [
        Fault("survey", row.number, "role", f"The role {role!r} is not known.", f"Use: {', '.join(ROLES)}.")
    ]


def check_choices(choices: list[Row]) -> list[Fault]:
    faults = []
    for row in choices:
        name = row.get("name", "value")
        if re.search(r"\s", name):
            faults.append(
                Fault("choices", row.number, "name", f"{name!r} has a space in it.", "Write it without.")
            )
    seen = Counter((row.get("list_name", "list name"), row.get("name", "value")) for row in choices)
    for row in choices:
        key = (row.get("list_name", "list name"), row.get("name", "value"))
        if seen[key] > 1:
            faults.append(
                Fault("choices", row.number, "name", f"{key[1]!r} stands twice in {key[0]!r}.", "Rename one.")
            )
            seen[key] = 1
    return faults


def check_role_lists(survey: list[Row], choices: list[Row], known: dict[str, set[str]]) -> list[Fault]:
    """The choices of an area or communities question must be keys that the map knows."""
    faults = []
    for question in survey:
        keys = known.get(question.get("role"))
        if not keys:
            continue
        wanted = question_type(question)[1]
        for row in choices:
            name = row.get("name", "value")
            if row.get("list_name", "list name") == wanted and name not in keys:
                faults.append(
                    Fault(
                        "choices",
                        row.number,
                        "name",
                        f"{name!r} is not a key of {question.get('role')}.",
                        "Use a key from the reference data.",
                    )
                )
    return faults


def check_cycles(survey: list[Row]) -> list[Fault]:
    """A question that is relevant depending on itself, directly or through others, is never settled."""
    needs = {}
    for row in survey:
        source = row.get(*EXPRESSION_COLUMNS["relevant"])
        try:
            needs[row.get("name")] = references(parse(source)) if source else set()
        except ExpressionError:
            continue
    return [
        Fault(
            "survey",
            row.number,
            "relevant",
            f"{row.get('name')!r} depends on itself.",
            "Break the circle of relevant expressions.",
        )
        for row in survey
        if row.get("name") and is_reachable(row.get("name"), row.get("name"), needs)
    ]


def is_reachable(goal: str, start: str, needs: dict[str, set[str]]) -> bool:
    waiting, seen = list(needs.get(start, ())), set()
    while waiting:
        name = waiting.pop()
        if name == goal:
            return True
        if name not in seen:
            seen.add(name)
            waiting += needs.get(name, ())
    return False


def check_translations(rows: list[Row]) -> list[Fault]:
    """A warning for each text that some language of the workbook lacks."""
    headers = {column for row in rows for column in row.cells if "::" in column}
    faults = []
    for base in sorted({header.split("::")[0] for header in headers}):
        columns = sorted(header for header in headers if header.split("::")[0] == base)
        for row in rows:
            missing = [column for column in columns if not row.get(column)]
            if missing and len(missing) < len(columns):
                faults += [
                    Fault(row.sheet, row.number, column, "The translation is missing.", "Add it.", True)
                    for column in missing
                ]
    return faults
