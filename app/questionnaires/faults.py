"""What is wrong with a workbook: where it is and what to do about it."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Fault:
    sheet: str
    row: int | None  # as in the spreadsheet: the header is row 1
    column: str
    what: str
    remedy: str
    is_warning: bool = False

    def __str__(self) -> str:
        place = [self.sheet, f"row {self.row}" if self.row else "", self.column]
        return f"{', '.join(part for part in place if part)}: {self.what} {self.remedy}".strip()


class Faulty(ValueError):
    """A workbook that can't be used; `faults` has every fault that was found."""

    def __init__(self, faults: list[Fault]):
        super().__init__("; ".join(map(str, faults)))
        self.faults = faults
