"""A workbook as its author sees it: sheets with a header, rows with their numbers, attached files.

Reading trusts nothing: what a file says of its own size, its formulas and its entities are checked
before any library sees it. Call it in a child process with limits (`limits.run_limited`).
"""

import csv
import io
import re
import zipfile
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from app.questionnaires.faults import Fault, Faulty

SIZE_LIMIT = 5 * 1024 * 1024  # bytes
UNZIPPED_LIMIT = 60 * 1024 * 1024  # bytes
ROW_LIMIT = 20_000
COLUMN_LIMIT = 500
CELL_LIMIT = 20_000  # characters
KINDS = {".md", ".xlsx", ".xls", ".csv"}
SHEETS = {"survey", "choices", "settings", "external_choices", "entities", "osm"}
FILE_ROWS_LIMIT = 5_000
BLANK_LIMIT = 60  # rows: what comes after so many blank ones is no part of the form (as pyxform has it)


@dataclass(frozen=True)
class Row:
    sheet: str
    number: int
    cells: dict[str, str]  # header: text, empty cells left out

    def get(self, *columns: str) -> str:
        """The first of the named columns that has text."""
        return next((self.cells[column] for column in columns if self.cells.get(column)), "")


@dataclass
class Sheet:
    header: list[str] = field(default_factory=list)
    #: (number in the spreadsheet, cells in the order of the header)
    rows: list[tuple[int, list[str]]] = field(default_factory=list)


@dataclass
class Workbook:
    name: str  # of the file
    sheets: dict[str, Sheet] = field(default_factory=dict)
    #: attached CSV files: name to rows
    files: dict[str, list[dict[str, str]]] = field(default_factory=dict)
    #: what reading itself found, such as formulas
    faults: list[Fault] = field(default_factory=list)

    def rows(self, sheet: str) -> list[Row]:
        found = self.sheets.get(sheet, Sheet())
        return [
            Row(
                sheet,
                number,
                {head: cell for head, cell in zip(found.header, cells, strict=False) if head and cell},
            )
            for number, cells in found.rows
        ]

    def setting(self, name: str) -> str:
        rows = self.rows("settings")
        return rows[0].get(name) if rows else ""

    def to_dict(self) -> dict:
        """As JSON keeps it."""
        return {
            "name": self.name,
            "sheets": {
                name: {"header": sheet.header, "rows": [[number, cells] for number, cells in sheet.rows]}
                for name, sheet in self.sheets.items()
            },
            "files": self.files,
        }

    @classmethod
    def from_dict(cls, data: dict) -> "Workbook":
        sheets = {
            name: Sheet(list(sheet["header"]), [(number, list(cells)) for number, cells in sheet["rows"]])
            for name, sheet in data["sheets"].items()
        }
        return cls(data["name"], sheets, data.get("files", {}))

    def for_pyxform(self) -> dict:
        """The sheets as pyxform's `convert` takes them."""
        found: dict = {"sheet_names": list(self.sheets), "fallback_form_name": Path(self.name).stem}
        for name in self.sheets:
            if name in SHEETS and (self.rows(name) or name == "survey"):
                found[name] = [row.cells for row in self.rows(name)]
                found[f"{name}_header"] = [dict.fromkeys(filter(None, self.sheets[name].header))]
        return found


def read_workbook(name: str, content: bytes) -> Workbook:
    """Every sheet of a file; Faulty when it can't be read at all."""
    suffix = Path(name).suffix.lower()
    check_file(name, suffix, content)
    book = Workbook(Path(name).name)
    try:
        READERS[suffix](book, content)
    except Faulty:
        raise
    except UnicodeDecodeError as error:
        raise unreadable(name, "Its text is not UTF-8.", "Save it as CSV UTF-8, or as .xlsx.") from error
    except MemoryError as error:
        raise unreadable(name, "It needs too much memory.", "Remove unused sheets and rows.") from error
    except Exception as error:  # whatever a damaged file makes a reader raise
        what = f"It can't be read: {str(error)[:200] or type(error).__name__}."
        raise unreadable(name, what, "Save it again as .xlsx and retry.") from error
    for sheet in SHEETS & book.sheets.keys():
        tidy(book.sheets[sheet])
        book.faults += header_faults(sheet, book.sheets[sheet])
    return book


def check_file(name: str, suffix: str, content: bytes) -> None:
    if suffix in (".xlsm", ".xlsb"):
        raise unreadable(name, "It may hold macros.", "Save it as .xlsx.")
    if suffix not in KINDS:
        raise unreadable(name, "It is not a workbook.", "Give a .xlsx, .xls, .csv or .md file.")
    if len(content) > SIZE_LIMIT:
        raise unreadable(name, "It is larger than 5 MB.", "Remove pictures and unused sheets.")
    if suffix == ".xlsx":
        check_zip(name, content)


def check_zip(name: str, content: bytes) -> None:
    """Refuse what a .xlsx must not hold: macros, document types, more data than any form needs.

    The size that an archive states of itself is not believed: every part is unpacked and counted.
    """
    try:
        archive = zipfile.ZipFile(io.BytesIO(content))
    except zipfile.BadZipFile:
        raise unreadable(name, "It is not a .xlsx workbook.", "Save it again as .xlsx.") from None
    left = UNZIPPED_LIMIT
    for part in archive.infolist():
        if "vbaproject" in part.filename.lower():
            raise unreadable(name, "It holds macros.", "Save it as .xlsx without macros.")
        with archive.open(part) as stream:
            head = stream.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                raise unreadable(name, "It holds XML entities.", "Save it again with Excel or LibreOffice.")
            left -= len(head)
            while left >= 0 and (block := stream.read(1 << 18)):
                left -= len(block)
        if left < 0:
            raise unreadable(name, "Unpacked it is larger than 60 MB.", "Remove unused rows and sheets.")


def unreadable(name: str, what: str, remedy: str) -> Faulty:
    return Faulty([Fault(Path(name).name, None, "", what, remedy)])


def read_markdown(book: Workbook, content: bytes) -> None:
    """Tables as pyxform has them: the first cell of a line names a sheet, the next line is its header."""
    sheet, number = Sheet(), 0
    for line in content.decode("utf-8-sig").splitlines():
        if not line.lstrip().startswith("|"):
            continue
        text = line.strip().removeprefix("|")
        text = text.removesuffix("|") if not text.endswith("\\|") else text
        cells = [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", text)]
        if all(re.fullmatch(r":?-{3,}:?", cell) for cell in cells if cell) and any(cells):
            continue
        if cells[0]:
            sheet, number = book.sheets.setdefault(cells[0].lower(), Sheet()), 0
            if not any(cells[1:]):
                continue
        number += 1
        add_row(sheet, number, cells[1:])


def read_csv(book: Workbook, content: bytes) -> None:
    sheet, number = Sheet(), 0
    csv.field_size_limit(CELL_LIMIT * 4)
    for cells in csv.reader(io.StringIO(content.decode("utf-8-sig"))):
        if cells and cells[0].strip():
            sheet, number = book.sheets.setdefault(cells[0].strip().lower(), Sheet()), 0
        elif any(cells):
            number += 1
            add_row(sheet, number, [cell.strip() for cell in cells[1:]])


def read_excel(book: Workbook, content: bytes) -> None:
    import openpyxl  # here, because no page needs it

    opened = openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(content), read_only=True)
    for sheet in opened.worksheets:
        name = sheet_name(sheet.title, len(opened.worksheets))
        if name not in SHEETS:
            continue
        kept = book.sheets.setdefault(name, Sheet())
        lines = zip(sheet.iter_rows(values_only=True), formulas[sheet.title].iter_rows(), strict=False)
        blank = 0
        for number, (cells, raw) in enumerate(lines, start=1):
            blank = 0 if any(cell not in (None, "") for cell in cells) else blank + 1
            if blank > BLANK_LIMIT:
                break
            note_formulas(book, name, kept, number, cells, raw)
            if number == 1 or blank == 0:
                add_row(kept, number, [text_of(cell) for cell in cells])


def sheet_name(title: str, sheets: int) -> str:
    """A sheet's name; the only sheet of a workbook is the survey, whatever it is called."""
    name = title.strip().lower()
    return "survey" if sheets == 1 else name


def note_formulas(book: Workbook, name: str, sheet: Sheet, number: int, cells, raw) -> None:
    for at, (value, cell) in enumerate(zip(cells, raw, strict=False)):
        if getattr(cell, "data_type", "") != "f":
            continue
        column = sheet.header[at] if at < len(sheet.header) else ""
        if value is None:
            what, remedy = "This cell is a formula without a value.", "Paste its value instead."
        else:
            what, remedy = "This cell is a formula; its last value is used.", "Better paste the value."
        if len(book.faults) < 50:
            book.faults.append(Fault(name, number, column, what, remedy, is_warning=value is not None))


def read_old_excel(book: Workbook, content: bytes) -> None:
    import xlrd  # here, because no page needs it

    opened = xlrd.open_workbook(file_contents=content)
    for sheet in opened.sheets():
        name = sheet_name(sheet.name, opened.nsheets)
        if name not in SHEETS:
            continue
        kept, blank = book.sheets.setdefault(name, Sheet()), 0
        for at in range(sheet.nrows):
            cells = [old_text(sheet.cell(at, column), opened.datemode) for column in range(sheet.ncols)]
            blank = 0 if any(cells) else blank + 1
            if blank > BLANK_LIMIT:
                break
            if at == 0 or blank == 0:
                add_row(kept, at + 1, cells)


def old_text(cell, datemode: int) -> str:
    import xlrd

    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return "TRUE" if cell.value else "FALSE"
    if cell.ctype == xlrd.XL_CELL_DATE:
        moment = xlrd.xldate.xldate_as_datetime(cell.value, datemode)
        return moment.time().isoformat() if cell.value < 1 else text_of(moment)
    return text_of(cell.value)


READERS = {".md": read_markdown, ".xlsx": read_excel, ".csv": read_csv, ".xls": read_old_excel}


def add_row(sheet: Sheet, number: int, cells: list[str]) -> None:
    """Take the first row that comes as the header, and every other that has text."""
    if len(sheet.rows) >= ROW_LIMIT:
        raise Faulty([Fault("", number, "", f"There are more than {ROW_LIMIT} rows.", "Remove some.")])
    if any(len(cell) > CELL_LIMIT for cell in cells):
        raise Faulty([Fault("", number, "", f"A cell has more than {CELL_LIMIT} characters.", "Shorten it.")])
    if not sheet.header:
        while cells and not cells[-1]:
            cells.pop()
        if len(cells) > COLUMN_LIMIT:
            raise Faulty(
                [Fault("", number, "", f"There are more than {COLUMN_LIMIT} columns.", "Remove some.")]
            )
        sheet.header = cells
    elif any(cells[: len(sheet.header)]):
        kept = cells[: len(sheet.header)]
        sheet.rows.append((number, kept + [""] * (len(sheet.header) - len(kept))))


def text_of(cell) -> str:
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    if hasattr(cell, "isoformat"):  # a date that Excel made of what was typed
        text = cell.isoformat(" ") if hasattr(cell, "hour") and hasattr(cell, "year") else cell.isoformat()
        return text.removesuffix(" 00:00:00")
    return str(cell).replace("\u00a0", " ").strip()


def tidy(sheet: Sheet) -> None:
    """Headers as everybody writes them: `Label :: English` is `label::English`."""
    sheet.header = [tidy_head(head) for head in sheet.header]


def tidy_head(head: str) -> str:
    base, mark, rest = head.partition("::")
    if not mark and re.match(r"(label|hint)\s*:", head, re.IGNORECASE):  # an old spelling
        base, mark, rest = head.partition(":")
        mark = "::"
    base = re.sub(r"\s+", " ", base.strip())
    known = base.lower().replace(" ", "_")
    base = known if known in KNOWN_COLUMNS else base
    return f"{base}::{rest.strip()}" if mark else base


KNOWN_COLUMNS = {
    "type", "name", "label", "hint", "relevant", "relevance", "constraint", "constraint_message",
    "required", "required_message", "calculation", "default", "choice_filter", "appearance", "read_only",
    "repeat_count", "trigger", "parameters", "list_name", "value", "form_id", "form_title",
    "default_language", "version", "role", "heading",
}  # fmt: skip


def header_faults(name: str, sheet: Sheet) -> list[Fault]:
    counts = Counter(head.lower() for head in sheet.header if head)
    return [
        Fault(name, 1, head, "This column stands twice.", "Keep one of them.")
        for head, count in counts.items()
        if count > 1
    ]


def read_file(name: str, content: bytes) -> list[dict[str, str]]:
    """The rows of an attached CSV file; Faulty when it can't be used."""
    if len(content) > SIZE_LIMIT:
        raise unreadable(
            name, "It is larger than 5 MB.", "Split it, or remove columns that no question uses."
        )
    try:
        rows = list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))
    except UnicodeDecodeError as error:
        raise unreadable(name, "Its text is not UTF-8.", "Save it as CSV UTF-8.") from error
    except csv.Error as error:
        raise unreadable(name, f"It can't be read: {error}.", "Save it again as CSV UTF-8.") from error
    if len(rows) > FILE_ROWS_LIMIT:
        raise unreadable(name, f"It has more than {FILE_ROWS_LIMIT} rows.", "Split it into several files.")
    return [
        {str(k).strip(): (v or "").strip() for k, v in row.items() if k and isinstance(v, str)}
        for row in rows
    ]
