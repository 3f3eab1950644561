"""A person who knows Excel publishes a survey, and comes back to change it."""

import io
import re
from types import SimpleNamespace

import openpyxl
import pytest
from pyxform.xls2xform import convert

from app.core.config import ROOT
from app.questionnaires.actions import change_draft
from app.questionnaires.changes import BREAK, CARE, GONE, NEW, SAME, changes_between
from app.questionnaires.downloads import write_workbook
from app.questionnaires.editing import CannotEdit, move, set_cells, set_required
from app.questionnaires.translating import Text, apply_texts, read_po, texts_of, write_po
from app.questionnaires.workbook import read_workbook
from tests.factories import FORMS, compile_text, form, shipped

WEEKLY = (ROOT / "surveys" / "weekly.md").read_bytes()


def workbook(name="every-type"):
    return read_workbook(f"{name}.md", (FORMS / f"{name}.md").read_bytes())


def upload(visit, name: str, content: bytes, status=200, **files):
    data = {"csrf_token": visit("/surveys").csrf, "workbook": (io.BytesIO(content), name)}
    if files:
        data["files"] = [(io.BytesIO(text), f"{stem}.csv") for stem, text in files.items()]
    return visit("/surveys", data, status=status, content_type="multipart/form-data")


def draft_of(page) -> str:
    return re.search(r"/surveys/drafts/(\d+)", page.html)[1]


def test_from_the_upload_to_an_open_round(analyst, visit):
    assert "Upload a workbook to begin" in visit("/surveys").html
    faulty = upload(visit, "faulty.md", (FORMS / "faulty.md").read_bytes())
    assert "things have to be put right" in faulty.html and "regexp() is not known" in faulty.html
    page = upload(visit, "weekly.md", WEEKLY)
    assert "can be published" in page.html
    number = draft_of(page)
    preview = visit(f"/surveys/drafts/{number}/preview?in=en&in=ar").html
    assert "What is your organisation called?" in preview and "ما اسم مؤسستكم؟" in preview
    published = visit(f"/surveys/drafts/{number}/publish", {"csrf_token": page.csrf})
    assert "version 1" in published.html
    visit("/s/weekly", status=404)
    opened = visit("/surveys/weekly/1/open", {"csrf_token": published.csrf})
    assert "A round is open" in opened.html
    assert "What is your organisation called?" in visit("/s/weekly").html
    visit(f"/surveys/drafts/{number}", status=404)  # it has become the version


def test_a_second_version_says_what_changed(analyst, visit):
    first = upload(visit, "weekly.md", WEEKLY)
    published = visit(f"/surveys/drafts/{draft_of(first)}/publish", {"csrf_token": first.csrf})
    draft = visit("/surveys/weekly/1/work", {"csrf_token": published.csrf})
    number = draft_of(draft)
    row = visit(f"/surveys/drafts/{number}/rows/survey/9")
    cells = dict(re.findall(r'name="(cell-\d+)"[^>]*>\n([^<]*)</textarea>', row.html))
    changed = visit(
        f"/surveys/drafts/{number}/rows/survey/9",
        {"csrf_token": row.csrf, **cells, "cell-0": "What do people say?"},
    )
    assert "What do people say?" in changed.html and "Undo the last change" in changed.html
    check = visit(f"/surveys/drafts/{number}")
    assert "Publish version 2" in check.html and "Compare with care" in check.html
    visit(f"/surveys/drafts/{number}/undo", {"csrf_token": check.csrf})
    assert "Nothing that people see or answer has changed" in visit(f"/surveys/drafts/{number}").html
    visit(f"/surveys/drafts/{number}/delete", {"csrf_token": check.csrf})
    visit(f"/surveys/drafts/{number}", status=404)


def test_two_windows_cannot_overwrite_each_other(analyst, visit):
    number = draft_of(upload(visit, "weekly.md", WEEKLY))
    csrf = visit(f"/surveys/drafts/{number}/edit").csrf
    stale = SimpleNamespace(id=int(number), revision=1, history=[], workbook={})
    visit(f"/surveys/drafts/{number}/edit", {"csrf_token": csrf, "do": "down survey 9"})
    assert change_draft(stale, {"name": "x", "sheets": {}}) is False


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("x.pdf", b"%PDF", "It is not a workbook."),
        ("x.xlsx", b"PK rubbish", "not a .xlsx workbook"),
        ("x.md", b"", "no survey sheet"),
        ("x.xlsm", b"PK", "may hold macros"),
    ],
)
def test_bad_uploads_are_answered_in_words(analyst, visit, name, content, words):
    assert words in upload(visit, name, content, status=None).html


def test_an_attached_list(analyst, visit):
    content = (FORMS / "every-type.md").read_bytes()
    assert "schools.csv is not attached" in upload(visit, "e.md", content).html
    schools = (FORMS / "schools.csv").read_bytes()
    assert "is not attached" not in upload(visit, "e.md", content, schools=schools).html


def test_nobody_else_gets_in(app, client):
    for address in ("/surveys", "/surveys/drafts/1", "/surveys/weekly/1", "/surveys/weekly/1/workbook.xlsx"):
        assert client.get(address).status_code in (302, 401, 403)
    assert client.post("/surveys").status_code in (302, 400, 401, 403)


# --- downloads --------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["every-type", "repeats", "cascade", "pages", "conditional"])
def test_a_downloaded_workbook_is_taken_by_pyxform_and_comes_to_the_same(name, tmp_path):
    content = write_workbook(workbook(name))
    path = tmp_path / f"{name}.xlsx"
    path.write_bytes(content)
    assert "<h:html" in convert(str(path)).xform
    files = {"schools.csv": (FORMS / "schools.csv").read_bytes()}
    from app.questionnaires.compiler import compile_upload

    again = compile_upload(path.name, content, files, frozenset(), frozenset())
    assert again.definition == form(name)


def test_the_workbook_of_a_version_is_downloaded(analyst, visit, client):
    page = upload(visit, "weekly.md", WEEKLY)
    visit(f"/surveys/drafts/{draft_of(page)}/publish", {"csrf_token": page.csrf})
    content = client.get("/surveys/weekly/1/workbook.xlsx").data
    sheet = openpyxl.load_workbook(io.BytesIO(content))["survey"]
    assert [cell.value for cell in sheet[1]][:2] == ["type", "name"]


# --- translations -----------------------------------------------------------------------------------


def test_the_state_of_each_text():
    book = workbook()
    texts = {text.key: text for text in texts_of(book, "Arabic (ar)")}
    assert texts["survey/name/label"] == Text("survey/name/label", "Your name", "اسمك", "done")
    row = next(row.number for row in book.rows("survey") if row.get("name") == "name")
    missing = set_cells(book, "survey", row, {"label::Arabic (ar)": ""})
    assert {t.key: t.status for t in texts_of(missing, "Arabic (ar)")}["survey/name/label"] == "missing"
    reworded = set_cells(book, "survey", row, {"label::English (en)": "What are you called?"})
    status = {t.key: t.status for t in texts_of(reworded, "Arabic (ar)", book)}
    assert status["survey/name/label"] == "changed" and status["survey/story/label"] == "done"


def test_po_goes_out_and_comes_back():
    book = workbook()
    texts = texts_of(book, "Arabic (ar)")
    back = read_po(write_po(texts, "ar"))
    assert [(t.key, t.source, t.translation) for t in back] == [
        (t.key, t.source, t.translation) for t in texts if t.source
    ]
    changed, faults = apply_texts(book, "Arabic (ar)", back)
    assert changed.to_dict() == book.to_dict() and faults == []


def test_what_does_not_fit_is_named_and_the_rest_is_taken():
    book = workbook()
    given = [
        Text("survey/name/label", "Your name", "الاسم", "done"),
        Text("survey/nobody/label", "Who?", "من؟", "done"),
        Text("survey/age/label", "How old are you, ${name}?", "كم عمرك؟", "done"),
        Text("survey/story/label", "Another text", "قصة", "done"),
    ]
    changed, faults = apply_texts(book, "Arabic (ar)", given)
    assert [fault.row for fault in faults] == [3, 4, 5]
    assert {t.key: t.translation for t in texts_of(changed, "Arabic (ar)")}["survey/name/label"] == "الاسم"


def test_a_new_language_comes_in_through_a_sheet(analyst, visit, client):
    number = draft_of(upload(visit, "weekly.md", WEEKLY))
    content = client.get(f"/surveys/drafts/{number}/translations/pl.xlsx").data
    rows = list(openpyxl.load_workbook(io.BytesIO(content)).active.iter_rows(values_only=True))
    assert rows[0] == ("key", "text", "translation", "status")
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append([*row[:2], "translation" if row[0] == "key" else f"so {row[1]}", ""])
    buffer = io.BytesIO()
    made.save(buffer)
    buffer.seek(0)
    data = {
        "csrf_token": visit(f"/surveys/drafts/{number}/translations").csrf,
        "language": "Somali (so)",
        "sheet": (buffer, "so.xlsx"),
    }
    page = visit(f"/surveys/drafts/{number}/translations", data, content_type="multipart/form-data")
    assert "texts were put in" in page.html and "Somali (so)" in page.html
    assert "so What is your organisation called?" in visit(f"/surveys/drafts/{number}/preview?in=so").html
    po = client.get(f"/surveys/drafts/{number}/translations/so.po")
    assert b'msgctxt "survey/organisation/label"' in po.data


# --- small changes ----------------------------------------------------------------------------------


def names(book, sheet="survey"):
    return [row.get("name") for row in book.rows(sheet) if row.get("name")]


def test_rows_move_past_their_neighbours_with_all_that_is_in_them():
    book = workbook("pages")
    number = {row.get("name"): row.number for row in book.rows("survey")}
    assert names(move(book, "survey", number["b"], -1))[:4] == ["lone", "one", "b", "a"]
    assert names(move(book, "survey", number["inner"], -1))[:5] == ["lone", "one", "a", "inner", "c"]
    assert names(move(book, "survey", number["two"], -1))[:3] == ["lone", "two", "e"]
    with pytest.raises(CannotEdit):
        move(book, "survey", number["a"], -1)
    assert compile_text("| survey |\n| | type | name | label |\n| | text | a | A |").definition


def test_required_and_what_cannot_be_changed():
    book = workbook("pages")
    row = next(row.number for row in book.rows("survey") if row.get("name") == "a")
    changed = set_required(book, row, True)
    assert next(r for r in changed.rows("survey") if r.number == row).get("required") == "yes"
    for column, text in (("type", "integer"), ("label", "x" * 6000)):
        with pytest.raises(CannotEdit):
            set_cells(book, "survey", row, {column: text})


# --- what changed -----------------------------------------------------------------------------------

BEFORE = """| survey |
| | type | name | label | required |
| | text | a | A | |
| | select_one c | b | B | yes |
| | integer | n | N | |
| | text | gone | Gone | |
| choices |
| | list_name | name | label |
| | c | x | X |
| | c | y | Y |
"""


@pytest.mark.parametrize(
    ("old", "new", "name", "verdict", "kinds"),
    [
        ("| A |", "| Aa |", "a", CARE, ["label"]),
        ("| integer | n", "| decimal | n", "n", CARE, ["type"]),
        ("| integer | n", "| text | n", "n", BREAK, ["type"]),
        ("| | c | y | Y |\n", "", "b", BREAK, ["choices_removed"]),
        ("| | c | y | Y |", "| | c | y | Y |\n| | c | z | Z |", "b", CARE, ["choices_added"]),
        ("| B | yes", "| B | ", "b", SAME, ["optional"]),
        ("| | text | gone | Gone | |\n", "", "gone", GONE, []),
        ("| | text | a | A | |", "| | text | new | N | |\n| | text | a | A | |", "new", NEW, []),
    ],
)
def test_each_change_has_a_verdict(old, new, name, verdict, kinds):
    before, after = (compile_text(text).definition for text in (BEFORE, BEFORE.replace(old, new)))
    (change,) = changes_between(before, after)
    assert (change.name, change.verdict, [kind for kind, *_ in change.parts]) == (name, verdict, kinds)


def test_the_same_has_no_changes():
    assert changes_between(shipped(), shipped()) == []
