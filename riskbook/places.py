"""Where something stands: a workbook, a sheet, a cell."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Place:
    """A workbook, a sheet in it, a row or a cell; what is not known is empty or 0. Rows and columns count from 1."""

    book: str
    sheet: str = ""
    row: int = 0
    column: int = 0

    @property
    def cell(self) -> str:
        """The address as Excel writes it ("F12"), a row alone ("12"), or nothing."""
        return f"{letters(self.column) if self.column else ''}{self.row or ''}"

    def __str__(self) -> str:
        inside = "!".join(part for part in (self.sheet, self.cell) if part)
        return " › ".join(part for part in (self.book, inside) if part)


def letters(column: int) -> str:
    """Spell a column number as Excel does: 1 is A, 27 is AA."""
    name = ""
    while column:
        column, digit = divmod(column - 1, 26)
        name = chr(ord("A") + digit) + name
    return name


def number(column: str) -> int:
    """Count the column that Excel spells: A is 1, AA is 27."""
    total = 0
    for letter in column.upper():
        total = total * 26 + ord(letter) - ord("A") + 1
    return total
