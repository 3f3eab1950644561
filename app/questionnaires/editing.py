"""Small changes to a workbook: a text, an option, required or not, the order."""

from app.questionnaires.checker import question_type
from app.questionnaires.translating import KINDS
from app.questionnaires.workbook import Row, Workbook

#: Columns that can be changed in the page; deeper work stays in the workbook.
EDITABLE = {
    "survey": (*KINDS[:5], "required", "appearance"),
    "choices": ("label",),
    "settings": ("heading", "form_title"),
}
CELL_LIMIT = 5_000  # characters


class CannotEdit(ValueError):
    """A change that the page does not make; the message says why."""


def copy_of(workbook: Workbook) -> Workbook:
    return Workbook.from_dict(workbook.to_dict())


def editable_columns(workbook: Workbook, sheet: str) -> list[str]:
    """The columns of a sheet whose cells can be changed in the page."""
    heads = workbook.sheets[sheet].header
    return [head for head in heads if head.partition("::")[0] in EDITABLE.get(sheet, ())]


def set_cells(workbook: Workbook, sheet: str, number: int, cells: dict[str, str]) -> Workbook:
    """The workbook with some cells of one row changed."""
    changed = copy_of(workbook)
    allowed = editable_columns(changed, sheet)
    row = cells_of(changed, sheet, number)
    for head, text in cells.items():
        if head not in allowed:
            raise CannotEdit(f"{head} can't be changed here")
        if len(text) > CELL_LIMIT:
            raise CannotEdit(f"{head} is longer than {CELL_LIMIT} characters")
        row[changed.sheets[sheet].header.index(head)] = text.strip()
    return changed


def set_required(workbook: Workbook, number: int, is_required: bool) -> Workbook:
    changed = copy_of(workbook)
    sheet = changed.sheets["survey"]
    if "required" not in sheet.header:
        sheet.header.append("required")
        for _, cells in sheet.rows:
            cells.append("")
    cells_of(changed, "survey", number)[sheet.header.index("required")] = "yes" if is_required else ""
    return changed


def cells_of(workbook: Workbook, sheet: str, number: int) -> list[str]:
    for at, cells in workbook.sheets[sheet].rows if sheet in workbook.sheets else ():
        if at == number:
            return cells
    raise CannotEdit(f"there is no row {number} in {sheet}")


def move(workbook: Workbook, sheet: str, number: int, step: int) -> Workbook:
    """A question or choice one place up (-1) or down (1): past one question or one whole group."""
    changed = copy_of(workbook)
    rows = changed.sheets[sheet].rows
    blocks = blocks_of(changed.rows(sheet), sheet)
    at = next((i for i, block in enumerate(blocks) if block[0] == number), None)
    if at is None:
        raise CannotEdit(f"row {number} can't be moved")
    other = neighbour(blocks, at, step)
    if other is None:
        raise CannotEdit("it stands at the end of its group already")
    first, second = blocks[min(at, other)], blocks[max(at, other)]
    numbers = [n for n, _ in rows if first[0] <= n <= second[-1]]
    cells = {n: c for n, c in rows}
    order = [n for n in numbers if n >= second[0]] + [n for n in numbers if n < second[0]]
    replaced = dict(zip(numbers, [cells[n] for n in order], strict=True))
    changed.sheets[sheet].rows = [(n, replaced.get(n, c)) for n, c in rows]
    return changed


def blocks_of(rows: list[Row], sheet: str) -> list[tuple[int, object, int]]:
    """(first row, what it is in, last row) of each question, group with all in it, or choice."""
    if sheet != "survey":
        return [(row.number, row.get("list_name", "list name"), row.number) for row in rows]
    found: list[tuple[int, object, int]] = []
    opened = [0]
    for row in rows:
        kind = question_type(row)[0]
        if kind.startswith("end_") and len(opened) > 1:
            start = opened.pop()
            found.append((start, opened[-1], row.number))
        elif kind.startswith("begin_"):
            opened.append(row.number)
        else:
            found.append((row.number, opened[-1], row.number))
    return sorted(found, key=lambda block: block[0])


def neighbour(blocks: list[tuple[int, object, int]], at: int, step: int) -> int | None:
    """The block beside this one in the same group or list."""
    beside = range(at + step, -1 if step < 0 else len(blocks), step)
    return next((other for other in beside if blocks[other][1] == blocks[at][1]), None)
