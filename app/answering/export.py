"""Responses as rows for a spreadsheet or a program: CSV, XLSX or JSON Lines."""

import csv
import io
import json
from collections.abc import Iterable, Iterator

from app.answering.rows import SentResponse
from app.core.text import UNWANTED

HEAD = ("id", "survey", "version", "round", "week", "reference", "sent_at", "language", "channel")
#: A cell that begins with one of these is run as a formula by spreadsheets (OWASP, CSV injection).
FORMULA = ("=", "+", "-", "@", "\t", "\r")
CELL_LIMIT = 32_767  # characters in one cell of .xlsx; Excel's own limit


def columns_of(names: Iterable[str]) -> list[str]:
    """The header: what we know of each response, then the questions, none twice."""
    return [*HEAD, *(f"answer.{name}" for name in dict.fromkeys(names))]


def flat_row(response: SentResponse, columns: list[str]) -> list[str]:
    values = {
        "id": response.id,
        "survey": response.survey,
        "version": str(response.version),
        "round": str(response.round_id),
        "week": response.week.isoformat(),
        "reference": response.reference,
        "sent_at": response.sent_at.isoformat(timespec="seconds"),
        "language": response.language,
        "channel": response.channel,
        **{f"answer.{name}": as_cell(value) for name, value in response.answers.items()},
    }
    return [values.get(column, "") for column in columns]


def as_cell(value) -> str:
    """An answer in one cell: choices with spaces between, a repeat as JSON."""
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return json.dumps(value, ensure_ascii=False)
    return " ".join(value) if isinstance(value, list) else str(value)


def safe_cell(text: str) -> str:
    """The text, marked as text where a spreadsheet would run it."""
    return "'" + text if text.startswith(FORMULA) else text


def csv_lines(responses: Iterable[SentResponse], columns: list[str]) -> Iterator[str]:
    buffer = io.StringIO()
    writer = csv.writer(buffer)
    writer.writerow(columns)
    for response in responses:
        writer.writerow([safe_cell(cell) for cell in flat_row(response, columns)])
        yield buffer.getvalue()
        buffer.seek(0)
        buffer.truncate()
    yield buffer.getvalue()


def json_lines(responses: Iterable[SentResponse]) -> Iterator[str]:
    for response in responses:
        head = dict(zip(HEAD, flat_row(response, list(HEAD)), strict=True))
        yield json.dumps({**head, "answers": response.answers}, ensure_ascii=False) + "\n"


def write_xlsx(path: str, responses: Iterable[SentResponse], columns: list[str]) -> None:
    """A workbook written row by row; text is never taken for a formula, a link or a number.

    Raises ValueError for a text that a cell can't hold, rather than cutting it.
    """
    import xlsxwriter  # here, because no page needs it

    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(path, options) as book:
        sheet = book.add_worksheet("responses")
        sheet.write_row(0, 0, columns)
        for number, response in enumerate(responses, 1):
            for column, cell in enumerate(flat_row(response, columns)):
                if len(cell) > CELL_LIMIT:
                    raise ValueError(f"response {response.id}: {columns[column]} is too long for a cell")
                sheet.write_string(number, column, UNWANTED.sub("", cell))
