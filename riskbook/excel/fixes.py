"""What to put right or to answer in; the sheet Please correct, first in a corrections copy, out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from riskbook.excel import form_looks, looks, widths
from riskbook.excel.book import Page, Print
from riskbook.excel.grids import PIXELS, Mark, Plan, put
from riskbook.excel.live import HEADINGS
from riskbook.excel.looks import Look
from riskbook.excel.start import spots
from riskbook.findings import Finding, Severity
from riskbook.forms import ACTIONS, FIXES, RISKS, by_key
from riskbook.model import Reply
from riskbook.report.form import Form, Shown, asked_words
from riskbook.report.masked import RULES as PRIVATE
from riskbook.settings import Context

SHEET = "Please correct"
TO_DO, CHANGED, ANSWERED = "To do", "Changed", "Answered"
NOTHING = "–"
EMPTY = "(empty)"
_ANSWERED_BEFORE = "You have answered this already, thank you. It stands unless you change it."
_HEADING_ROW = 4
_TALL = 30.0


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a mark stands on a form: a sheet, its cell or else the heading of its column, as far as there are any."""

    sheet: str = ""
    cell: str = ""
    heading: str = ""

    def __str__(self) -> str:
        column = f"column {self.heading.rstrip('0123456789')}" if self.heading else ""
        return ", ".join(part for part in (self.sheet, self.cell or column) if part) or "the file"


def spot(mark: Finding, plans: Sequence[Plan], level: str) -> Spot:
    """Where a mark stands on the form of a unit of that level."""
    for plan in plans:
        if plan.name == mark.place.sheet:
            cell = plan.cell(Mark(mark.place.row, mark.key)) if mark.place.row else ""
            return Spot(plan.name, cell, plan.cell(Mark(HEADINGS, mark.key)))
    return Spot("Start", spots(level).get(mark.key, "")) if mark.place.sheet == "Start" else Spot()


def write(page: Page, form: Form, plans: Sequence[Plan], context: Context, footer: str) -> dict[str, str]:
    """Write the sheet; the names of the cells that it speaks of come back."""
    marks = form.marks or ()
    pixels = [int(column.width * PIXELS) for column in FIXES]
    page.widths(pixels)
    page.text(0, 0, f"{SHEET}: {form.unit.name}, {context.round}", form_looks.TITLE)
    page.height(0, 26)
    for row, words in enumerate(_thanks(marks), 1):
        page.text(row, 0, words, form_looks.LEAD)
        page.height(row, 17)
    last = _HEADING_ROW + len(marks) + len(form.replies)
    names: dict[str, str] = {}
    if marks:
        for at, column in enumerate(FIXES):
            page.text(_HEADING_ROW, at, column.header, form_looks.TABLE_HEAD)
        page.height(_HEADING_ROW, 18)
        for number, mark in enumerate(marks, 1):
            names |= _row(page, _HEADING_ROW + number, mark, number, spot(mark, plans, form.unit.level), plans, pixels)
        for row, reply in enumerate(form.replies, _HEADING_ROW + len(marks) + 1):
            _answered(page, row, reply, pixels)
        counted = f'=COUNTIF(G{_HEADING_ROW + 2}:G{last + 1},"{TO_DO}")&" of {len(marks)} still to do."'
        page.formula(last + 2, 0, counted, f"{len(marks)} of {len(marks)} still to do.", form_looks.BODY_STRONG)
    page.freeze(_HEADING_ROW + 1, 0)
    page.protect({})
    area = (0, 0, last + 2 if marks else 2, len(FIXES) - 1)
    page.paper(Print(footer, "", area, repeat_rows=(_HEADING_ROW, _HEADING_ROW)))
    return names


def _thanks(marks: Sequence[Finding]) -> tuple[str, ...]:
    if not marks:
        return ("Thank you for your return. Nothing needs putting right, and we have no questions.",)
    masked = "what is masked with dots, and " if any(mark.code in PRIVATE for mark in marks) else ""
    how = "Choose the cell's name to go to it, change it there, and send this file back"
    asks = any(mark.severity is Severity.QUERY for mark in marks)
    query = " If a cell that we ask about is right as it stands, say why under Your answer." if asks else ""
    return (
        f"Thank you for your return. {asked_words(marks)}. "
        f"Everything that you typed is here, but for {masked}grey cells: we fill those in.",
        f"{how} as soon as you can.{query}",
    )


def _row(
    page: Page, row: int, mark: Finding, number: int, at: Spot, plans: Sequence[Plan], pixels: Sequence[int]
) -> dict[str, str]:
    """Write one thing to put right or to answer; the name of its cell comes back, where it has one."""
    there = _there(mark, plans)
    is_error = mark.severity is Severity.ERROR
    name = f"rb_fix_{number}"
    cells: dict[str, tuple[Shown, Look]] = {
        "ask": ("Put right", form_looks.PUT_RIGHT) if is_error else ("Please answer", form_looks.PLEASE_ANSWER),
        "where": (str(at), form_looks.TABLE_LINK),
        "ref": (mark.ref, form_looks.TABLE_BOLD),
        "column": (mark.field, form_looks.TABLE_CELL),
        "there": (there, form_looks.TABLE_THERE if isinstance(there, date) else form_looks.TABLE_CELL),
        "to_do": (f"{mark.message} {mark.hint}".strip(), form_looks.TABLE_CELL),
        "now": (TO_DO, form_looks.NOW),
        "answer": (NOTHING, form_looks.TABLE_QUIET) if is_error else ("", form_looks.ANSWER),
        "code": (mark.code, form_looks.TABLE_QUIET),
    }
    for place, column in enumerate(FIXES):
        value, look = cells[column.key]
        if column.key == "where" and at.sheet:
            page.link(row, place, str(value), look, at.sheet, at.cell or at.heading or "A1")
        elif column.key == "now":
            page.formula(row, place, _now(row + 1, name if at.cell else "", there, is_error), TO_DO, look)
        else:
            put(page, row, place, value, look)
    heights = (_height(*cells[column.key], width) for column, width in zip(FIXES, pixels, strict=True))
    page.height(row, max(_TALL, *heights))
    letters_, digits = at.cell.rstrip("0123456789"), at.cell.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    return {name: f"={at.sheet}!${letters_}${digits}"} if at.cell else {}


def _answered(page: Page, row: int, reply: Reply, pixels: Sequence[int]) -> None:
    """Write an answer that was given before, so that nobody is asked twice."""
    column = {**by_key(RISKS), **by_key(ACTIONS)}.get(reply.key)
    cells: dict[str, tuple[str, Look]] = {
        "ask": (ANSWERED, form_looks.TABLE_QUIET),
        "ref": (reply.ref, form_looks.TABLE_BOLD),
        "column": (column.header if column else "", form_looks.TABLE_CELL),
        "to_do": (_ANSWERED_BEFORE, form_looks.TABLE_CELL),
        "now": (ANSWERED, form_looks.NOW),
        "answer": (reply.text, form_looks.ANSWER),
        "code": (reply.code, form_looks.TABLE_QUIET),
    }
    for place, fix in enumerate(FIXES):
        put(page, row, place, *cells.get(fix.key, ("", form_looks.TABLE_CELL)))
    page.height(row, max(_TALL, _height(*cells["answer"], pixels[[fix.key for fix in FIXES].index("answer")])))


def _there(mark: Finding, plans: Sequence[Plan]) -> Shown:
    """What stands in the cell, as it stands there, so that Excel can see when it has changed."""
    for plan in plans:
        for row, _ in plan.rows:
            if plan.name == mark.place.sheet and row.row == mark.place.row and mark.key in row.values:
                return row.values[mark.key]
    return mark.value or EMPTY


def _now(row: int, name: str, there: Shown, is_error: bool) -> str:
    """Whether there is still something to do: the cell has changed, or a query has an answer."""
    answered = f'"{TO_DO}"' if is_error else f'IF(H{row}<>"","{ANSWERED}","{TO_DO}")'
    if not name:
        return f"={answered}"
    was = '""' if there == EMPTY else f"E{row}"
    return f'=IF({name}<>{was},"{CHANGED}",{answered})'


def _height(value: Shown, look: Look, pixels: int) -> float:
    words = value if isinstance(value, str) else ""
    return widths.height(len(widths.wrap(words, widths.room(pixels), looks.BODY, look.bold)), look.size)
