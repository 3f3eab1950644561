"""Export: everything that was sent, safe in a spreadsheet, nothing cut."""

import csv
import io
import json

import openpyxl
import pytest
from sqlalchemy import select

from app.answering.export import safe_cell
from app.core.database import db
from app.core.models import AuditEntry
from tests.factories import open_weekly, send

HARD = '=cmd|" /C calc"!A0, "quoted"\nsecond line — العربية'


@pytest.fixture
def sent(app):
    current = open_weekly()
    return [send(current, saying=HARD), send(current, saying="plain")]


def export(runner, *arguments):
    result = runner.invoke(args=["export", "responses", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_csv(sent, runner):
    rows = list(csv.DictReader(io.StringIO(export(runner, "--format", "csv"))))
    assert {row["id"] for row in rows} == set(sent)
    hard = next(row for row in rows if row["id"] == sent[0])
    assert hard["answer.saying"] == "'" + HARD
    assert hard["answer.communities"] == "asian low-income" and hard["survey"] == "weekly"


def test_jsonl_is_exact(sent, runner):
    rows = [json.loads(line) for line in export(runner, "--format", "jsonl").splitlines()]
    assert {row["answers"]["saying"] for row in rows} == {HARD, "plain"}


def test_xlsx_has_text_and_no_formulas(sent, runner, tmp_path):
    path = tmp_path / "out.xlsx"
    export(runner, "--format", "xlsx", "--output", str(path))
    sheet = openpyxl.load_workbook(path).active
    header = [cell.value for cell in sheet[1]]
    column = header.index("answer.saying") + 1
    cells = [sheet.cell(row, column) for row in (2, 3)]
    assert {cell.value for cell in cells} == {HARD, "plain"}
    assert all(cell.data_type == "s" for cell in cells)


def test_filters_and_the_log(sent, runner):
    assert len(export(runner, "--survey", "weekly", "--format", "jsonl").splitlines()) == 2
    assert export(runner, "--round", "999999", "--format", "jsonl") == ""
    refused = runner.invoke(args=["export", "responses", "--survey", "nothing"])
    assert refused.exit_code == 1 and "There is no survey" in refused.stderr
    assert len(db.session.scalars(select(AuditEntry).where(AuditEntry.action == "read")).all()) == 2


@pytest.mark.parametrize("text", ["=1", "+1", "-1", "@x", "\tx"])
def test_what_a_spreadsheet_would_run(text):
    assert safe_cell(text) == "'" + text


def test_only_what_was_sent(app, runner, visit):
    from tests.answering.test_answering import Respondent

    open_weekly()
    Respondent(visit).answer(1)
    assert export(runner, "--format", "jsonl") == ""
