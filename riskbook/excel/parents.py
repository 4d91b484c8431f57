"""Last round's register in; the sheet of the directorate risks that a unit's risk may feed, to read, out."""

from riskbook.confirm import confirmed
from riskbook.excel import form_looks, looks, widths
from riskbook.excel.book import Page, Print
from riskbook.excel.grids import PIXELS, put
from riskbook.excel.looks import Look
from riskbook.kinds import Day, listed
from riskbook.matrix import Score
from riskbook.model import Entry
from riskbook.report.form import Shown, directorate_risks
from riskbook.rounds import financial_year
from riskbook.settings import Context, Settings

SHEET = "Directorate risks"
HEADINGS = {
    "Ref": 9,
    "Directorate risk": 35,
    "Risk owner": 23,
    "Last quarter": 16,
    "Impact now": 12,
    "Likelihood now": 15,
    "Score now": 7,
    "Rating now": 14,
    "Movement": 12,
    "Target": 16,
    "Target date": 12,
}
NONE_YET = "There are no confirmed directorate risks to show yet. Leave Directorate risk it feeds empty."
EXEMPT = "Exempt: told only to those whom it concerns. Yours may feed it all the same."
"""What stands in the place of an exempt risk: every unit is given this sheet, partnerships too."""
_LEAD = "The risks that the directorate owns, as last rated."
_TO_READ = "To read: choose the one that yours feeds on Risks."
_HEADING_ROW = 3


def write(page: Page, context: Context, footer: str) -> None:
    """Write the sheet; without any directorate risks a sentence stands in its place."""
    pixels = [width * PIXELS for width in HEADINGS.values()]
    entries = directorate_risks(context)
    page.widths(pixels)
    page.text(0, 0, SHEET, form_looks.TITLE)
    page.text(1, 0, _lead(context, entries) if entries else NONE_YET, form_looks.LEAD)
    page.height(0, 26)
    page.height(1, 18)
    if entries:
        for column, heading in enumerate(HEADINGS):
            page.text(_HEADING_ROW, column, heading, form_looks.TABLE_HEAD)
        page.height(_HEADING_ROW, 32)
    for row, entry in enumerate(entries, _HEADING_ROW + 1):
        cells = _cells(entry, context.settings)
        for column, (value, look) in enumerate(cells):
            put(page, row, column, value, look)
        fits = (_height(value, look, width) for (value, look), width in zip(cells, pixels, strict=True))
        page.height(row, max(fits))
    page.protect({})
    last = _HEADING_ROW + len(entries) if entries else 1
    page.paper(Print(footer, "", (0, 0, last, len(HEADINGS) - 1), repeat_rows=(_HEADING_ROW, _HEADING_ROW)))


def _lead(context: Context, entries: tuple[Entry, ...]) -> str:
    """Which year they are confirmed for, by whom and when, where they are; and those that came since."""
    found = confirmed(context.before, context) if context.before else None
    if found is None:
        return f"{_LEAD} {_TO_READ}"
    more = [entry.ref for entry in entries if entry.ref not in found.refs]
    since = f" Not among them: {listed(more, 'and')}." if more else ""
    return f"Confirmed for {financial_year(found.year)} {found.words}, as last rated.{since} {_TO_READ}"


def _cells(entry: Entry, settings: Settings) -> list[tuple[Shown, Look]]:
    now, matrix = entry.rating, settings.matrix
    plain, centred = form_looks.TABLE_CELL, form_looks.TABLE_CENTRED
    if entry.now.exempt:
        return [(entry.ref, form_looks.TABLE_BOLD), (EXEMPT, plain), *[("", plain)] * (len(HEADINGS) - 2)]
    banded = form_looks.banded(centred, matrix.band(now)) if now else centred
    due = entry.now.target_date
    return [
        (entry.ref, form_looks.TABLE_BOLD),
        (entry.now.title, plain),
        (entry.now.owner, plain),
        (_rated(entry.last, settings), plain),
        (str(matrix.impact[now.impact - 1]) if now else "", plain),
        (str(matrix.likelihood[now.likelihood - 1]) if now else "", plain),
        (matrix.number(now) if now else "", banded),
        (str(matrix.band(now)) if now else "Not scored", banded),
        (str(entry.movement), centred),
        (_rated(entry.now.target, settings), plain),
        (Day().show(due, settings) if due else "", form_looks.TABLE_DAY),
    ]


def _rated(score: Score | None, settings: Settings) -> str:
    return f"{settings.matrix.rating(score)} ({score})" if score else ""


def _height(value: Shown, look: Look, pixels: int) -> float:
    """The points that a cell needs, and no less than an airy line."""
    words = value if isinstance(value, str) else ""
    lines = len(widths.wrap(words, widths.room(pixels), looks.BODY, look.bold)) if look.wrapped else 1
    return max(20.0, widths.height(lines, look.size))
