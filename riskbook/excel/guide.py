"""Settings in; the sheet How to score out: the matrix, what its steps mean, the categories, and one good example."""

from collections.abc import Sequence

from riskbook.excel import form_looks, looks, prompts, widths
from riskbook.excel.book import Page, Print
from riskbook.excel.grids import PIXELS
from riskbook.forms import RISKS, Asked
from riskbook.kinds import Day, listed
from riskbook.matrix import Level, Matrix, Score
from riskbook.settings import Settings

SHEET = "How to score"
LEAD = "Impact first, then likelihood. The colour belongs to the square where they meet."
_STEP, _MEANS, _SQUARE = 19, 25, 18
_SQUARE_HEIGHT = 28.0
_LINE, _HEADING = 18.0, 26.0
_TOLD = (Asked.ALWAYS, Asked.FULL)


def write(page: Page, settings: Settings, footer: str) -> None:
    """Write the sheet."""
    matrix = settings.matrix
    wide = max(len(matrix.likelihood), 4, *(len(level.meaning) - 1 for level in matrix.impact))
    pixels = [width * PIXELS for width in (_STEP, _MEANS, *[_SQUARE] * wide)]
    page.widths(pixels)
    page.text(0, 0, SHEET, form_looks.TITLE)
    page.text(1, 0, LEAD, form_looks.LEAD)
    page.height(0, 26)
    page.height(1, _LINE)
    row = _matrix(page, 3, matrix, pixels)
    row = _steps(page, row + 1, "Impact: what each step means", matrix.impact, pixels)
    breaks = [row]
    row = _steps(page, row, "Likelihood: what each step means", matrix.likelihood, pixels)
    row = _words(page, row + 1, "Categories", f"{listed(settings.lists.categories, 'and')}.", pixels)
    row = _example(page, row + 1, settings, len(pixels))
    page.protect({})
    page.paper(Print(footer, "", (0, 0, row - 1, len(pixels) - 1), fit=None, scale=80, row_breaks=tuple(breaks)))


def _matrix(page: Page, row: int, matrix: Matrix, pixels: Sequence[int]) -> int:
    """The matrix, highest impact on top, and what each band asks for; the row after it comes back."""
    row = _heading(page, row, "The matrix")
    first = matrix.impact[0].meaning[0][0] if matrix.impact[0].meaning else ""
    for at, words in enumerate(("Impact", first, *map(str, matrix.likelihood))):
        page.text(row, at, words, form_looks.TABLE_HEAD if at < 2 else form_looks.SQUARE_HEAD)
    page.height(row, _LINE)
    for level in reversed(matrix.impact):
        row += 1
        page.text(row, 0, str(level), form_looks.SQUARE_SIDE)
        page.text(row, 1, level.meaning[0][1] if level.meaning else "", form_looks.SQUARE_MEANS)
        for at, likely in enumerate(matrix.likelihood, 2):
            score = Score(level.value, likely.value)
            page.text(row, at, matrix.rating(score), form_looks.square(matrix.band(score)))
        page.height(row, _SQUARE_HEIGHT)
    for band in reversed(matrix.bands):
        row += 1
        page.text(row, 0, str(band), form_looks.square(band))
        page.text(row, 1, band.response, form_looks.BESIDE)
        page.height(row, _LINE)
    return row + 1


def _steps(page: Page, row: int, title: str, levels: Sequence[Level], pixels: Sequence[int]) -> int:
    """What each step of an axis means, in every domain."""
    row = _heading(page, row, title)
    for at, words in enumerate(("Step", *(domain for domain, _ in levels[0].meaning))):
        page.text(row, at, words, form_looks.TABLE_HEAD)
    page.height(row, _LINE)
    for level in levels:
        row += 1
        cells = (str(level), *(words for _, words in level.meaning))
        for at, words in enumerate(cells):
            page.text(row, at, words, form_looks.TABLE_CELL if at else form_looks.TABLE_BOLD)
        lines = (len(widths.wrap(words, widths.room(pixels[at]), looks.BODY)) for at, words in enumerate(cells))
        page.height(row, max(_LINE, widths.height(max(lines))))
    return row + 1


def _words(page: Page, row: int, title: str, words: str, pixels: Sequence[int]) -> int:
    row = _heading(page, row, title)
    page.merge((row, 0, row, len(pixels) - 1), looks.PARA)
    page.text(row, 0, words, looks.PARA)
    page.height(row, widths.height(len(widths.wrap(words, widths.room(sum(pixels)), looks.BODY))))
    return row + 1


def _example(page: Page, row: int, settings: Settings, columns: int) -> int:
    """One risk told well, column by column; its words run over the columns beside them."""
    row = _heading(page, row, "What good looks like: one risk, told well")
    told = (column for column in RISKS if column.on_form and column.example and column.asked in _TOLD)
    for column in (column for column in told if not isinstance(column.kind, Day)):
        page.text(row, 0, column.header, form_looks.RUNNING_BOLD)
        page.blank(row, 1, form_looks.RUNNING)
        page.text(row, 2, prompts.example(column, settings), form_looks.RUNNING)
        for at in range(3, columns):
            page.blank(row, at, form_looks.RUNNING)
        page.height(row, _LINE)
        row += 1
    return row


def _heading(page: Page, row: int, words: str) -> int:
    page.text(row, 0, words, form_looks.SUBHEADING)
    page.height(row, _HEADING)
    return row + 1
