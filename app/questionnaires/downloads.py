"""Workbooks to take away: a survey as .xlsx, and the translator's sheet."""

import io

from app.questionnaires.workbook import Workbook


def write_workbook(workbook: Workbook) -> bytes:
    """The survey as .xlsx, as KoboToolbox, ODK and this product read it: every row at its own number."""
    sheets = {
        name: [(1, sheet.header), *sheet.rows] for name, sheet in workbook.sheets.items() if sheet.header
    }
    return write_sheets(sheets)


def write_sheets(sheets: dict[str, list[tuple[int, list[str]]]]) -> bytes:
    """{sheet: [(row number from 1, cells)]} as .xlsx; text stays text, and is never run as a formula."""
    import xlsxwriter  # here, because no page needs it

    buffer = io.BytesIO()
    options = {
        "in_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    with xlsxwriter.Workbook(buffer, options) as book:
        bold, wrap = book.add_format({"bold": True}), book.add_format({"text_wrap": True, "valign": "top"})
        for name, rows in sheets.items():
            sheet = book.add_worksheet(name)
            sheet.freeze_panes(1, 0)
            sheet.set_column(0, 40, 28)
            for number, cells in rows:
                for column, cell in enumerate(cells):
                    if cell:
                        sheet.write_string(number - 1, column, cell, bold if number == 1 else wrap)
    return buffer.getvalue()


def read_sheet_file(content: bytes) -> list[list[str]]:
    """The first sheet of a .xlsx as rows of text (call it in a child process with limits)."""
    import openpyxl

    from app.questionnaires.workbook import ROW_LIMIT, check_zip, text_of

    check_zip("translation.xlsx", content)
    book = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    rows = []
    for cells in book.worksheets[0].iter_rows(values_only=True, max_row=ROW_LIMIT, max_col=10):
        rows.append([text_of(cell) for cell in cells])
    return rows
