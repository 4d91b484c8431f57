"""A cell of a table in, what is written for it and how it looks out."""

from riskbook.excel import looks, widths
from riskbook.excel.laid import Value
from riskbook.excel.looks import Look
from riskbook.report.blocks import (
    Cell,
    Count,
    Day,
    Missing,
    Money,
    Moved,
    Now,
    Percent,
    Ref,
    Refs,
    Retold,
    Text,
    Then,
    ToFill,
    Tone,
    Trend,
)
from riskbook.wording import Run


def value(cell: Cell, pixels: int) -> Value:
    """What is written for a cell, in a column of so many pixels."""
    match cell:
        case Text(words) | Ref(words) | Missing(words):
            return words
        case Now() | Then():
            return _rating(cell.words, pixels, look(cell).bold)
        case Retold(runs):
            return _runs(cell, runs)
        case Moved(words, detail):
            return f"{words}\n{detail}" if detail else words
        case Refs(refs):
            return "\n".join(widths.join(refs, widths.room(pixels), looks.BODY))
        case Day(day):
            return day
        case Count(number) | Percent(number) | Money(number):
            return number
        case ToFill(given):
            return "" if given is None else given
        case Trend():
            return ""


def _runs(cell: Retold, runs: tuple[Run, ...]) -> Value:
    """Runs in the looks of what is new and what is not; words alone where only one look is needed."""
    told = tuple((run.words, looks.FRESH if run.new else looks.CELL) for run in runs)
    return told if len(told) > 1 else cell.words


def look(cell: Cell) -> Look:
    """How a cell looks wherever it stands."""
    match cell:
        case Now(band):
            return looks.now(band)
        case Then(band):
            return looks.then(band)
        case Missing():
            return looks.ABSENT
        case ToFill():
            return looks.FILL_IN_DAY if cell.day else looks.FILL_IN
        case Trend():
            return looks.CELL
        case Retold(runs):
            return looks.FRESH if [run.new for run in runs] == [True] else looks.CELL
        case Text(to=to):
            return looks.cell(cell.tone, linked=to is not None)
        case Ref(to=to):
            return looks.cell(cell.tone, linked=to is not None, wrapped=False)
        case Day():
            return looks.cell(cell.tone, wrapped=False, number=looks.DATE)
        case Percent():
            return looks.cell(cell.tone, wrapped=False, number=looks.SHARE)
        case Money():
            return looks.cell(cell.tone, wrapped=False, number=looks.POUNDS)
        case Count(number) if not number:
            return looks.cell(Tone.QUIET)
        case Count() | Moved() | Refs():
            return looks.cell(cell.tone)


def _rating(words: str, pixels: int, bold: bool) -> str:
    """A rating in the lines of a narrow column: the number, then the band, its letter under it at need."""
    if widths.wide(words, looks.BODY, bold) <= widths.room(pixels):
        return words
    number, _, band = words.partition(" ")
    if widths.wide(band, looks.BODY, bold) > widths.tight(pixels):
        band = band.replace(" ", "\n")
    return f"{number}\n{band}"
