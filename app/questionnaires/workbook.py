"""Reading an XLSForm workbook's sheets, with the row numbers its author sees.

pyxform drops blank rows while reading, so the rows are counted here.
"""

import csv
import io
import re
from dataclasses import dataclass
from pathlib import Path

from app.questionnaires.faults import Fault, Faulty

SIZE_LIMIT = 5 * 1024 * 1024  # bytes
ROW_LIMIT = 20_000
KINDS = {".md", ".xlsx", ".xls", ".csv"}


@dataclass(frozen=True)
class Row:
    sheet: str
    number: int
    cells: dict[str, str]  # header: text, empty cells left out

    def get(self, *columns: str) -> str:
        """The first of the named columns that has text."""
        return next((self.cells[column] for column in columns if self.cells.get(column)), "")


def read_rows(path: Path) -> list[Row]:
    """Every row of every sheet; Faulty when the file can't be read at all."""
    check_file(path)
    try:
        return READERS[path.suffix.lower()](path)
    except Faulty:
        raise
    except Exception as error:  # whatever a damaged file makes a reader raise
        raise unreadable(path, f"It can't be read: {error}.", "Save it again as .xlsx and retry.") from error


def check_file(path: Path) -> None:
    if not path.is_file():
        raise unreadable(path, "There is no such file.", "Check the name.")
    if path.suffix.lower() not in KINDS:
        raise unreadable(path, "It is not a workbook.", "Give a .xlsx, .xls, .csv or .md file.")
    if path.stat().st_size > SIZE_LIMIT:
        raise unreadable(path, "It is larger than 5 MB.", "Remove pictures and unused sheets.")


def unreadable(path: Path, what: str, remedy: str) -> Faulty:
    return Faulty([Fault(path.name, None, "", what, remedy)])


def read_markdown(path: Path) -> list[Row]:
    """Tables as pyxform has them: the first cell of a line names a sheet, the next line is its header."""
    rows, sheet, header, number = [], "", None, 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if not line.lstrip().startswith("|"):
            continue
        cells = [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]
        if all(re.fullmatch(r":?-{3,}:?", cell) for cell in cells if cell) and any(cells):
            continue
        if cells[0]:
            sheet, header, number = cells[0].lower(), None, 0
            continue
        number += 1
        if header is None:
            header = cells[1:]
        else:
            add_row(rows, sheet, number, header, cells[1:])
    return rows


def read_excel(path: Path) -> list[Row]:
    import openpyxl  # here, because no page needs it

    rows = []
    book = openpyxl.load_workbook(path, read_only=True, data_only=True)
    for sheet in book.worksheets:
        lines = sheet.iter_rows(values_only=True)
        header = [text_of(cell) for cell in next(lines, [])]
        for number, cells in enumerate(lines, start=2):
            add_row(rows, sheet.title.lower(), number, header, [text_of(cell) for cell in cells])
    return rows


def read_csv(path: Path) -> list[Row]:
    rows, sheet, header, number = [], "", None, 0
    for cells in csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"))):
        if cells and cells[0]:
            sheet, header, number = cells[0].strip().lower(), None, 0
        elif any(cells):
            number += 1
            if header is None:
                header = cells[1:]
            else:
                add_row(rows, sheet, number, header, cells[1:])
    return rows


def read_old_excel(path: Path) -> list[Row]:
    """pyxform reads .xls itself; blank rows are not counted there."""
    from pyxform.xls2json_backends import get_xlsform

    workbook = get_xlsform(path)
    return [
        Row(sheet, number, dict(cells))
        for sheet in ("survey", "choices", "settings")
        for number, cells in enumerate(getattr(workbook, sheet) or [], start=2)
    ]


READERS = {".md": read_markdown, ".xlsx": read_excel, ".csv": read_csv, ".xls": read_old_excel}


def add_row(rows: list[Row], sheet: str, number: int, header: list[str], cells: list[str]) -> None:
    found = {name.strip(): text for name, text in zip(header, cells, strict=False) if name and text}
    if found:
        rows.append(Row(sheet, number, found))
    if len(rows) > ROW_LIMIT:
        raise Faulty([Fault(sheet, number, "", f"There are more than {ROW_LIMIT} rows.", "Remove some.")])


def text_of(cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    return str(cell).strip()
