"""Workbooks that mean harm, or are only very large: an error in words, in seconds, with little memory."""

import io
import resource
import time
import zipfile

import openpyxl
import pytest

from app.questionnaires.compiler import compile_upload
from app.questionnaires.faults import Faulty
from app.questionnaires.limits import run_limited

HEAD = "| survey |\n| | type | name | label | relevant |\n"


def book(**sheets) -> bytes:
    made = openpyxl.Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(row)
    buffer = io.BytesIO()
    made.save(buffer)
    return buffer.getvalue()


SURVEY = [["type", "name", "label"], ["text", "a", "A"]]


def with_part(content: bytes, name: str, part: bytes) -> bytes:
    """The same archive with one part more, or another in its place."""
    old, buffer = zipfile.ZipFile(io.BytesIO(content)), io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info, old.read(info.filename))
        new.writestr(name, part)
    return buffer.getvalue()


def bomb() -> bytes:
    sheet = b'<?xml version="1.0"?><worksheet><sheetData>' + b"<row><c><v>1</v></c></row>" * 6_000_000
    return with_part(book(survey=SURVEY), "xl/worksheets/sheet1.xml", sheet)


XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]><worksheet>&e;</worksheet>'


def rows_of(count: int) -> bytes:
    return (HEAD + "\n".join(f"| | text | q{n} | Q | |" for n in range(count))).encode()


def groups(depth: int) -> bytes:
    begin = "\n".join(f"| | begin_group | g{n} | G | |" for n in range(depth))
    return (HEAD + begin + "\n| | text | a | A | |\n" + "| | end_group | | | |\n" * depth).encode()


def many_choices(count: int) -> bytes:
    choices = "\n".join(f"| | c | n{n} | N{n} |" for n in range(count))
    return (
        HEAD + "| | select_one c | a | A | |\n| choices |\n| | list_name | name | label |\n" + choices
    ).encode()


HOSTILE = {
    "bomb.xlsx": (bomb, "larger than 60 MB"),
    "xxe.xlsx": (lambda: with_part(book(survey=SURVEY), "xl/worksheets/sheet1.xml", XXE), "entities"),
    "macro.xlsx": (lambda: with_part(book(survey=SURVEY), "xl/vbaProject.bin", b"x"), "macros"),
    "macro.xlsm": (lambda: book(survey=SURVEY), "macros"),
    "formula.xlsx": (lambda: book(survey=[*SURVEY, ["text", "b", '=HYPERLINK("http://x")']]), "formula"),
    "rows.md": (lambda: rows_of(100_000), "more than 20000 rows"),
    "million.csv": (lambda: b"survey,,,\n,type,name,label\n" + b",text,a,A\n" * 400_000, "20000 rows"),
    "groups.md": (lambda: groups(200), "nested deeper"),
    "choices.md": (lambda: many_choices(5_000), "has 5000 choices"),
    "circle.md": (lambda: (HEAD + "| | text | a | A | ${b} = 1 |\n| | text | b | B | ${a} = 1 |").encode(), "depends on itself"),
    "sql.md": (lambda: (HEAD + "| | text | a'; DROP TABLE response;-- | A | |").encode(), "survey"),
    "html.md": (lambda: (HEAD + "| | text | <script>alert(1)</script> | A | |").encode(), "survey"),
    "columns.xlsx": (lambda: book(survey=[["type", "name", "label", "label"], ["text", "a", "A", "B"]]), "stands twice"),
    "utf8.csv": (lambda: b"survey,,,\n,type,name,label\n,text,a,\xff\xfe\xfa", "UTF-8"),
    "utf16.md": (lambda: "| survey |".encode("utf-16"), "UTF-8"),
    "cell.md": (lambda: (HEAD + "| | text | a | " + "x" * 60_000 + " | |").encode(), "characters"),
    "regex.md": (lambda: (HEAD.replace("relevant", "constraint") + "| | text | a | A | regex(., '(a+)+\\1') |").encode(), "regular expression"),
    "wide.md": (lambda: ("| survey |\n| " + "| c " * 3_000 + "|\n").encode(), "columns"),
    "zip.xlsx": (lambda: b"PK\x03\x04" + b"\0" * 500, "not a .xlsx"),
    "old.xls": (lambda: b"\xd0\xcf\x11\xe0" + b"\0" * 2_000, "can't be read"),
}  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_workbook_gets_words(name):
    make, words = HOSTILE[name]
    content = make()
    started = time.monotonic()
    try:
        found = run_limited(compile_upload, name, name, content, {}, frozenset(), frozenset()).faults
    except Faulty as faulty:
        found = faulty.faults
    assert time.monotonic() - started < 5
    assert found, "it was taken"
    assert words in "; ".join(map(str, found)), found
    # of children that ended, the one that had most; kilobytes, with what it shares with this process
    assert (
        resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
        < 300 * 1024 + resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    )


@pytest.mark.parametrize(
    "name", ["meta", "shown", "csrf_token", "select", "or", "div", "position", "class", "data"]
)
def test_reserved_words_are_names_like_others(name):
    text = HEAD + f"| | text | {name} | A | |\n| | text | last | Z | ${{{name}}} = 'x' |"
    try:
        compiled = compile_upload("f.md", text.encode(), {}, frozenset(), frozenset())
    except Faulty as faulty:
        pytest.fail(str(faulty))
    if compiled.definition:  # pyxform refuses some itself, in words
        from app.questionnaires.flow import Questionnaire
        from app.questionnaires.simulation import simulate

        walked = simulate(Questionnaire(compiled.definition), {name: "x", "last": "y"})
        assert walked["values"] == {name: "x", "last": "y"}
    else:
        assert compiled.faults


def stuck():
    while True:
        pass


def greedy():
    return len(bytearray(2 << 30))


@pytest.mark.parametrize("work", [stuck, greedy])
def test_what_takes_too_much_is_ended(work):
    started = time.monotonic()
    with pytest.raises(Faulty, match="too long or too much"):
        run_limited(work, "x.md")
    assert time.monotonic() - started < 6
