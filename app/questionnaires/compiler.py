"""From a workbook to a definition: pyxform reads it, the checker judges it, `layout` makes its pages."""

import re
from dataclasses import dataclass
from pathlib import Path

from app.questionnaires.checker import check_definition, check_rows
from app.questionnaires.definition import Definition
from app.questionnaires.faults import Fault, Faulty
from app.questionnaires.layout import lay_out
from app.questionnaires.limits import run_limited
from app.questionnaires.workbook import Workbook, read_file, read_workbook

#: Columns that have one text for each language.
TRANSLATED = {"label", "hint", "guidance_hint", "constraint_message", "required_message", "media"}
#: A row that names a file of choices, or asks it in an expression.
FILE_NAMES = re.compile(r"from_file\s+(\S+\.csv)|pulldata\(\s*['\"]([^'\"]+)['\"]|csv-external\s*\|?\s*(\S+)")


@dataclass(frozen=True)
class Compiled:
    """What came of a workbook: a definition, unless there are faults."""

    workbook: Workbook
    definition: Definition | None
    found: list[Fault]

    @property
    def faults(self) -> list[Fault]:
        return [fault for fault in self.found if not fault.is_warning]

    @property
    def warnings(self) -> list[Fault]:
        return [fault for fault in self.found if fault.is_warning]


def compile_file(path: Path, area_keys: set[str], community_keys: set[str]) -> Compiled:
    """What a file and the CSV files beside it come to; Faulty when it can't be read at all."""
    if not path.is_file():
        raise Faulty([Fault(path.name, None, "", "There is no such file.", "Check the name.")])
    files = {found.name: found.read_bytes() for found in path.parent.glob("*.csv") if found != path}
    return run_limited(
        compile_upload, path.name, path.name, path.read_bytes(), files, area_keys, community_keys
    )


def compile_upload(
    name: str, content: bytes, files: dict[str, bytes], area_keys: set[str], community_keys: set[str]
) -> Compiled:
    """The same for bytes from anywhere; of `files` only those are read that the workbook names."""
    workbook = read_workbook(name, content)
    wanted = attached_names(workbook)
    for file in wanted & files.keys():
        workbook.files[file] = read_file(file, files[file])
    return compile_workbook(workbook, area_keys, community_keys)


def attached_names(workbook: Workbook) -> set[str]:
    """The CSV files that the survey sheet names."""
    names = set()
    for row in workbook.rows("survey"):
        kind, _, rest = row.get("type").partition(" ")
        if kind == "csv-external":
            names.add(row.get("name") + ".csv")
        elif kind.endswith("_from_file"):
            names.add(rest.split()[0] if rest.split() else "")
        for cell in row.cells.values():
            names |= {
                found.removesuffix(".csv") + ".csv"
                for found in re.findall(r"pulldata\(\s*['\"]([^'\"]+)['\"]", cell)
            }
    return names


def compile_workbook(workbook: Workbook, area_keys: set[str], community_keys: set[str]) -> Compiled:
    """The definition in a workbook, or every fault that keeps it from being used; and its warnings."""
    found = [*workbook.faults, *check_rows(workbook, area_keys, community_keys)]
    found += [
        Fault("", None, "", f"{name} is not attached: its list is empty.", f"Upload {name} as well.", True)
        for name in sorted(attached_names(workbook) - workbook.files.keys())
        if name.endswith(".csv")
    ]
    survey = None
    try:
        survey = read_with_pyxform(workbook)
    except Faulty as faulty:
        found += faulty.faults
    definition = None
    if survey and not any(not fault.is_warning for fault in found):
        try:
            definition = lay_out(survey, workbook)
            found += check_definition(definition, workbook)
        except Faulty as faulty:
            found += faulty.faults
    if any(not fault.is_warning for fault in found):
        definition = None
    return Compiled(workbook, definition, list(dict.fromkeys(found)))


def read_with_pyxform(workbook: Workbook) -> dict:
    """pyxform's own description of the form; Faulty with the first fault that it finds.

    Some of its checks are made only while it writes XML, most of which is the texts: it is made to
    write the form in one language.
    """
    from pyxform.errors import PyXFormError  # here, because no page needs it
    from pyxform.xls2json import workbook_to_json
    from pyxform.xls2json_backends import get_xlsform
    from pyxform.xls2xform import convert

    sheets = workbook.for_pyxform()
    try:
        convert(in_one_language(sheets), pretty_print=False)
        book = get_xlsform(sheets)
        return workbook_to_json(workbook_dict=book, fallback_form_name=book.fallback_form_name, warnings=[])
    except PyXFormError as error:
        raise Faulty([pyxform_fault(error, workbook)]) from error
    except (MemoryError, RecursionError):
        raise
    except Exception as error:  # pyxform meets shapes of file it did not foresee
        what = f"It can't be read: {str(error)[:300] or type(error).__name__}."
        raise Faulty([Fault(workbook.name, None, "", what, "Correct it and check again.")]) from error


def in_one_language(sheets: dict) -> dict:
    """The sheets with the first column alone of those that differ only in their language."""
    kept = dict(sheets)
    for name in ("survey", "choices"):
        if name not in sheets:
            continue
        heads = list(sheets[f"{name}_header"][0])
        first: dict[str, str] = {}  # the texts of one kind, and the column that is kept of them
        for head in heads:
            base = head.rpartition("::")[0] if head.partition("::")[0] in TRANSLATED else ""
            first.setdefault(base or head, head)
        kept[name] = [one_text_each(row, first) for row in sheets[name]]
        kept[f"{name}_header"] = [dict.fromkeys(first.values())]
    return kept


def one_text_each(row: dict[str, str], first: dict[str, str]) -> dict[str, str]:
    """A row with one text of each kind: in the first language that it has one in."""
    found: dict[str, str] = {}
    for head, cell in row.items():
        base = head.rpartition("::")[0]
        found.setdefault(first[base] if base in first else head, cell)
    return found


def pyxform_fault(error: Exception, workbook: Workbook) -> Fault:
    """pyxform counts the rows it was given; the author's numbers also count the blank ones."""
    message = " ".join(str(error).split())[:600]
    sheet = next((name for name in ("choices", "settings", "survey") if f"'{name}'" in message), "survey")
    row = re.search(r"\[row : (\d+)\]|\brow (\d+)", message)
    number = int(row[1] or row[2]) if row else None
    rows = workbook.rows(sheet)
    if number and 0 <= number - 2 < len(rows):
        number = rows[number - 2].number
    return Fault(sheet, number, "", message, "Correct it and check again.")
