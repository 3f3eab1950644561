"""Every fault of a workbook, with its place and its remedy; never a traceback."""

import json

import openpyxl
import pytest

from app.core.config import ROOT
from app.questionnaires.compiler import compile_file
from app.reference.communities import community_keys
from app.reference.places import area_keys
from tests.factories import FORMS


@pytest.fixture(scope="module")
def faults():
    found = compile_file(FORMS / "faulty.md", area_keys(), community_keys()).faults
    return {(fault.sheet, fault.row, fault.column): fault for fault in found}


@pytest.mark.parametrize(
    ("place", "what"),
    [
        (("survey", 2, "relevant"), "depends on itself"),
        (("survey", 3, "relevant"), "depends on itself"),
        (("survey", 3, "constraint"), "regexp() is not known"),
        (("survey", 5, "type"), "A line on a map (geotrace) can't be asked"),
        (("survey", 6, "relevant"), "no question ${nobody}"),
        (("survey", 6, "constraint"), "the end"),
        (("survey", 6, "role"), "'thing' is not known"),
        (("choices", 2, "name"), "not a key of area"),
    ],
)
def test_each_fault_has_its_place(faults, place, what):
    assert what in faults[place].what
    assert faults[place].remedy


def test_a_blank_row_is_counted(faults):
    assert ("survey", 5, "type") in faults  # the fourth row is blank


def test_missing_translations_are_warned_about(runner, tmp_path):
    path = tmp_path / "t.md"
    path.write_text(
        "| survey | | | | |\n| | type | name | label::English (en) | label::Polish (pl) |\n"
        "| | text | a | A | |\n| | text | b | B | Be |\n| settings | | |\n| | form_id | form_title |\n| | t | T |\n"
    )
    result = runner.invoke(args=["surveys", "check", str(path)])
    assert result.exit_code == 0
    assert "survey, row 2, label::Polish (pl): The translation is missing." in result.output


def test_check_says_valid_and_exits_with_nought(runner):
    paths = [str(ROOT / "surveys" / f"{key}.md") for key in ("weekly", "champion-note")]
    result = runner.invoke(args=["surveys", "check", *paths])
    assert result.exit_code == 0, result.output
    assert "valid, 3 pages, 15 questions, en, ar, bn, pl" in result.output


@pytest.mark.parametrize(
    "name", ["missing.md", "broken.xlsx", "broken.xls", "binary.md", "empty.md", "x.pdf"]
)
def test_unreadable_files_get_words(runner, tmp_path, name):
    path = tmp_path / name
    if name != "missing.md":
        path.write_bytes(b"" if name == "empty.md" else b"\xff\xfe\x00PK\x03\x04 not a workbook")
    result = runner.invoke(args=["surveys", "check", str(path)])
    assert result.exit_code == 1
    assert "not valid" in result.output and "Traceback" not in result.output


def test_excel_workbooks_are_read_with_their_rows(runner, tmp_path):
    book = openpyxl.Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append(["type", "name", "label"])
    survey.append(["text", "a", "A"])
    survey.append([])
    survey.append(["matrix", "b", "B"])
    book.create_sheet("settings").append(["form_id", "form_title"])
    book["settings"].append(["sheet-one", "One"])
    book.save(tmp_path / "one.xlsx")
    result = runner.invoke(args=["surveys", "check", str(tmp_path / "one.xlsx")])
    assert result.exit_code == 1
    assert "Unknown question type 'matrix'." in result.output


def test_publish_prints_the_link_and_is_done_once(runner):
    weekly = str(ROOT / "surveys" / "weekly.md")
    first = runner.invoke(args=["surveys", "publish", weekly, "--open-now"])
    assert first.exit_code == 0, first.output
    assert first.output.strip().endswith("/s/weekly") and "version 1" in first.output
    again = runner.invoke(args=["surveys", "publish", weekly])
    assert "version 1 (nothing has changed)" in again.output
    other = runner.invoke(args=["surveys", "publish", weekly, "--key", "other-one"])
    assert other.output.strip().endswith("/s/other-one") and "not open yet" in other.output
    bad = runner.invoke(args=["surveys", "publish", weekly, "--key", "../etc"])
    assert bad.exit_code == 1 and "small letters" in bad.output
    faulty = runner.invoke(args=["surveys", "publish", str(FORMS / "faulty.md")])
    assert faulty.exit_code == 1 and "Traceback" not in faulty.output


def test_simulate_walks_the_form(runner, tmp_path):
    answers = tmp_path / "answers.json"
    answers.write_text(json.dumps({"pets": "yes", "how_many": 3, "names": "Rex", "since": "never"}))
    result = runner.invoke(
        args=["surveys", "simulate", str(FORMS / "conditional.md"), "--answers", str(answers)]
    )
    assert json.loads(result.output) == {
        "pages": [["pets", "how_many", "names"], ["thanks", "since"]],
        "values": {"pets": "yes", "how_many": 3, "names": "Rex"},
        "errors": {"since": "not_a_date"},
    }
    answers.write_text("[1, 2")
    refused = runner.invoke(
        args=["surveys", "simulate", str(FORMS / "conditional.md"), "--answers", str(answers)]
    )
    assert refused.exit_code == 1 and "JSON object" in refused.output
