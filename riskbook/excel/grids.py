"""Rows of a form in; the sheet in which a manager works, Risks or Actions, out."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from itertools import combinations, pairwise
from typing import NamedTuple

from riskbook.excel import form_looks, live, looks, paper, prompts, widths
from riskbook.excel.book import Page, Print
from riskbook.excel.live import Line
from riskbook.excel.looks import Look
from riskbook.findings import Finding, Rule
from riskbook.forms import RISKS, Asked, Column, asked_words
from riskbook.kinds import Day, Money, Text, said
from riskbook.report.form import FIRST, PLEASE_CORRECT, REACH, FormRow, Shown, previous_words
from riskbook.report.ready import Live
from riskbook.rules import cells
from riskbook.settings import Context, Settings
from riskbook.text import fitting

FIX = Column("fix", PLEASE_CORRECT, Text(), Asked.OURS, width=28)
OWN = "Your own columns"
PIXELS = 7
"""Pixels of a character of Arial 10."""
FROZEN = 2
"""The columns that are repeated on every page."""
_HEIGHTS = (24.0, 17.0, 17.0, 15.0)
_LOW_HEADINGS = 32.0
_NEW_ROW = 18.0
_TITLE, _UNDER, _GROUPS, _WHEN, _HEADINGS = range(5)
_REPEATED = 5
"""A group's name stands again after so many columns."""
_SHRINKS_ABOVE = 14
_NEAR = 6
"""So many columns after the frozen ones are seen at once."""
_MARGINS = 9
_PAGE = 630.0
"""Points of height that a page takes at 80 %, with a little to spare."""
_NARROWEST = min(column.width for column in RISKS if column.asked is Asked.FULL)
_OWN_WIDTH = 18
_FEW = 3
"""Blank rows that are printed at least."""
_OWN = "own "
_OLDEST = 1901
"""Excel knows no days before 1900, and programs count those of that year in two ways."""
_CENTRED = {"score": form_looks.OURS_SCORE, "rating": form_looks.OURS_SCORE, "movement": form_looks.OURS_CENTRED}


KEY = {
    "Blue: still needed": form_looks.KEY_ASKED,
    "Amber: look again": form_looks.KEY_AGAIN,
    "Grey: we fill in": form_looks.KEY_OURS,
}


class Mark(NamedTuple):
    """A row and key of a sheet."""

    row: int
    key: str


@dataclass(frozen=True)
class Plan:
    """A sheet to be written: its name, declared columns and rules, rows, and what is marked on which row."""

    name: str
    columns: tuple[Column, ...]
    rules: tuple[Rule, ...]
    rows: tuple[tuple[FormRow, Live], ...]
    marks: Mapping[int, tuple[Finding, ...]] | None
    under: str
    footer: str

    @cached_property
    def asked(self) -> tuple[Column, ...]:
        """The columns of the form."""
        return tuple(column for column in self.columns if column.on_form)

    @cached_property
    def shown(self) -> tuple[Column, ...]:
        """The columns as they stand: Please correct in a corrections copy, their own at the right."""
        first = self.asked[0].group
        fix = (replace(FIX, group=first),) if self.marks is not None else ()
        own = dict.fromkeys(heading for row, _ in self.rows for heading, _ in row.other)
        others = (Column(_OWN + heading, heading, Text(), group=OWN, width=_OWN_WIDTH) for heading in own)
        frozen = [column for column in self.asked if column.group == first]
        rest = self.asked[len(frozen) :]
        return (*self.asked[:FROZEN], *fix, *frozen[FROZEN:], *rest, *others)

    @cached_property
    def looks(self) -> tuple[Look, ...]:
        """How the cells of each of these columns look."""
        return tuple(map(look_of, self.shown))

    @cached_property
    def live_cells(self) -> Mapping[str, str]:
        """The formulas of the live cells of any row, by key."""
        at = self.line(live.ANY_ROW)
        live_cells = {"ready": live.check(at, self.asked, self.rules)}
        if "score" in at.columns:
            live_cells |= {"score": live.score(at), "rating": live.rating(at), "movement": live.movement(at)}
        return live_cells

    def line(self, row: int | str, fixed: bool = False) -> Line:
        """A row as formulas see it."""
        return live.line((column.key for column in self.shown), row, fixed)

    def cell(self, mark: Mark) -> str:
        """The address of a cell, "G7"; nothing where the sheet has no such column."""
        at = self.line(mark.row)
        return at[mark.key] if mark.key in at.columns else ""


def write(page: Page, plan: Plan, context: Context, sentence: tuple[str, str]) -> None:
    """Write a sheet; ``sentence`` is the formula that says how it stands, and its value."""
    page.fitted = True
    columns, pixels = plan.shown, widths_of(plan.shown, context.settings)
    for at, (width, look) in enumerate(zip(pixels, plan.looks, strict=True)):
        page.widths([width], look, first=at)
    _head(page, plan, context.settings, sentence, pixels)
    live.check(plan.line(REACH), plan.asked, plan.rules)
    heights = [_row(page, plan, row, said, context, pixels) for row, said in plan.rows]
    _guide(page, plan, context.settings)
    page.freeze(FIRST - 1, 1 + [column.key for column in columns].index("ready"))
    page.filter((_HEADINGS, 0, plan.rows[-1][0].row - 1, len(columns) - 1))
    page.paper(_printed(plan, pixels, heights))


def widths_of(columns: Sequence[Column], settings: Settings) -> list[int]:
    """Pixels of the columns; the wide ones of a first page that would not fit the paper give some away."""
    longest = max(widths.wide(band.name, looks.BODY, bold=True) for band in settings.matrix.bands)
    band = math.ceil((longest + _MARGINS) / PIXELS)
    wide = [max(column.width, band) if column.key == "rating" else column.width for column in columns]
    groups = list(dict.fromkeys(column.group for column in columns))
    page = [at for at, column in enumerate(columns) if column.group in groups[:2]]
    over = sum(wide[at] for at in page) - paper.widest(looks.BODY, portrait=False) / PIXELS
    if over > 0:
        give = [at for at in page if wide[at] > _SHRINKS_ABOVE]
        left = 1 - over / sum(wide[at] for at in give)
        for at in give:
            wide[at] *= left
    return [int(width * PIXELS) for width in wide]


def look_of(column: Column) -> Look:
    """How the cells of a column look."""
    if column.ours:
        if column.key == "ref":
            return form_looks.OURS_REF
        return form_looks.OURS_DAY if isinstance(column.kind, Day) else _CENTRED.get(column.key, form_looks.OURS)
    if isinstance(column.kind, Day):
        return form_looks.DAY
    return form_looks.MONEY if isinstance(column.kind, Money) else form_looks.CELL


def _head(page: Page, plan: Plan, settings: Settings, sentence: tuple[str, str], pixels: Sequence[int]) -> None:
    columns = plan.shown
    headings = (
        _needed(column.header, form_looks.HEADING, width) for column, width in zip(columns, pixels, strict=True)
    )
    for row, height in enumerate((*_HEIGHTS, max(_LOW_HEADINGS, *headings))):
        page.height(row, height)
    for at, _ in enumerate(columns):
        page.blank(_TITLE, at, form_looks.PLAIN)
        page.blank(_UNDER, at, form_looks.PLAIN)
    page.text(_TITLE, 0, plan.name, form_looks.TITLE)
    page.text(_UNDER, 0, plan.under, form_looks.LEAD)
    after = 1 + [column.key for column in columns].index("ready")
    page.formula(_TITLE, after, *sentence, form_looks.SENTENCE)
    for at, (words, look) in zip(_room_for_key(pixels, after), KEY.items(), strict=True):
        page.text(_UNDER, at, words, look)
    begun = 0
    for at, column in enumerate(columns):
        begun = at if at == 0 or column.group != columns[at - 1].group else begun
        _heading(page, at, column, at - begun, settings)


def _room_for_key(pixels: Sequence[int], after: int) -> tuple[int, ...]:
    """The columns over which the three colours are explained: wide enough, and apart, as far as there are such."""
    enough = max(widths.wide(words, looks.BODY) for words in KEY)

    def room(spots: tuple[int, ...]) -> tuple[bool, bool, int]:
        narrowest = min(pixels[at] for at in spots)
        apart = all(right - left > 1 for left, right in pairwise(spots))
        return (narrowest >= enough, narrowest >= enough and apart, narrowest if narrowest < enough else 0)

    return max(combinations(range(after, min(after + _NEAR, len(pixels))), len(KEY)), key=room)


def _heading(page: Page, at: int, column: Column, since: int, settings: Settings) -> None:
    """A column's heading, when it is asked, and its group: on the first of the group, and paler every few columns."""
    group = column.group if since % _REPEATED == 0 else ""
    page.text(_GROUPS, at, group, (form_looks.GROUP_AGAIN if since else form_looks.GROUP_START))
    ours = column.ours
    page.text(_WHEN, at, when(column, settings), form_looks.WHEN_OURS if ours else form_looks.WHEN)
    page.text(_HEADINGS, at, column.header, form_looks.HEADING_OURS if ours else form_looks.HEADING)


def when(column: Column, settings: Settings) -> str:
    """When a column is asked; bands that do not fit over the narrowest such column are named by their lowest."""
    if column.group == OWN:
        return "yours"
    words = asked_words(column, settings)
    if column.asked is Asked.FULL and widths.wide(words, form_looks.WHEN.size) > _NARROWEST * PIXELS:
        return f"from {settings.lines.full_from.name}"
    return words


def _row(page: Page, plan: Plan, row: FormRow, said: Live, context: Context, pixels: Sequence[int]) -> float:
    """Write a row, as tall as its words need; its height comes back."""
    values = _values(plan, row, said, context)
    formulas = _formulas(plan, row.row)
    marked = {finding.key for finding in (plan.marks or {}).get(row.row, ())}
    tallest = _NEW_ROW
    for at, (column, width, usual) in enumerate(zip(plan.shown, pixels, plan.looks, strict=True)):
        value = values.get(column.key, "")
        look = form_looks.FIX if column.key == FIX.key and value else usual
        if value != "" and isinstance(value, date) is not isinstance(column.kind, Day):
            look = form_looks.DAY if isinstance(value, date) else form_looks.CELL
        stated = column.key in formulas and column.key in row.values
        if column.key in marked and (stated or not column.ours):
            look = form_looks.marked(look)
        if column.key in formulas and not stated:
            page.formula(row.row - 1, at, formulas[column.key], value if isinstance(value, str | int) else "", look)
        elif value != "" or look is not usual:
            put(page, row.row - 1, at, value, look)
        tallest = max(tallest, _needed(value, look, width))
    page.height(row.row - 1, tallest)
    return tallest


def put(page: Page, row: int, column: int, value: Shown, look: Look) -> None:
    """Write a value as what it is."""
    if isinstance(value, str):
        page.text(row, column, fitting(value), look)
    elif isinstance(value, date) and value.year < _OLDEST:
        page.text(row, column, said(value), look)
    elif isinstance(value, date):
        page.day(row, column, value, look)
    else:
        page.number(row, column, value, look)


def _values(plan: Plan, row: FormRow, said: Live, context: Context) -> dict[str, Shown]:
    """What stands in each cell of a row: a score or rating that somebody typed stands in the place of the live one."""
    ours = {"ready": said.ready, "score": said.score, "rating": said.rating, "movement": said.movement}
    ours |= {"previous": previous_words(row, context), "last_said": row.last_said}
    fixes = _fixes((plan.marks or {}).get(row.row, ()))
    own: dict[str, str] = {}
    for heading, text in row.other:
        own[_OWN + heading] = "\n".join(part for part in (own.get(_OWN + heading), text) if part)
    return {**ours, **row.values, **own, FIX.key: "\n".join(fixes)}


def _fixes(marks: Iterable[Finding]) -> Iterator[str]:
    """What to do about a row: a line for all that is empty, and one for everything else."""
    marks = tuple(marks)
    if empty := [mark.field for mark in marks if mark.code == cells.EMPTY.code]:
        yield f"Fill in: {', '.join(empty)}"
    yield from (f"{mark.field}: {mark.hint or mark.message}" for mark in marks if mark.code != cells.EMPTY.code)


def _formulas(plan: Plan, row: int) -> dict[str, str]:
    """The live cells of a row."""
    return {key: formula.replace(live.ANY_ROW, str(row)) for key, formula in plan.live_cells.items()}


def _needed(value: Shown, look: Look, pixels: int) -> float:
    if not isinstance(value, str) or not value or not look.wrapped:
        return widths.height(1, look.size)
    return widths.height(len(widths.wrap(value, widths.room(pixels), look.size, look.bold)), look.size)


def _guide(page: Page, plan: Plan, settings: Settings) -> None:
    """Say what every column takes, and when its cells change their colours, down to REACH and past every row."""
    last = max(REACH, plan.rows[-1][0].row)
    spots = {column.key: at for at, column in enumerate(plan.shown)}
    for key, at in spots.items():
        if not key.startswith(_OWN):
            column = plan.shown[at]
            page.validation((FIRST - 1, at, last - 1, at), prompts.validation(column, settings))
    first = plan.line(FIRST, fixed=True)
    for condition in live.conditions(first, plan.asked, plan.rules, settings.matrix.bands):
        at = spots[condition.key]
        page.conditional((FIRST - 1, at, last - 1, at), condition.formula, condition.look)


def _printed(plan: Plan, pixels: Sequence[int], heights: Sequence[float]) -> Print:
    """In parts as wide as a page, at 80 %: across, then down; what is filled first, the blank rows after it.

    Where one page is wide enough blank rows fill the last page, and begin no other.
    """
    columns = plan.shown
    starts = [at for at in range(1, len(columns)) if columns[at].group != columns[at - 1].group]
    filled = sum(bool(row.values.keys() - {"ref"} or row.other) for row, _ in plan.rows)
    breaks = paper.column_breaks(pixels, FROZEN, starts)
    rows = len(heights) if breaks else _on_last_page(heights, filled)
    return Print(
        footer=plan.footer,
        banner="",
        area=(0, 0, FIRST - 2 + rows, len(columns) - 1),
        fit=None,
        scale=80,
        repeat_rows=(_GROUPS, _HEADINGS),
        repeat_columns=(0, FROZEN - 1),
        row_breaks=(FIRST - 1 + filled,) if breaks and filled and filled < rows else (),
        column_breaks=breaks,
        across_first=True,
    )


def _on_last_page(heights: Sequence[float], filled: int) -> int:
    """How many rows stand on as many pages as the filled ones and a few blank ones need."""
    least = min(filled + _FEW, len(heights))
    left = _PAGE - sum(_HEIGHTS) - _LOW_HEADINGS
    for count, height in enumerate(heights):
        left -= height
        if left < 0 and count >= least:
            return count
        if left < 0:
            left = _PAGE - sum(_HEIGHTS[_GROUPS:]) - _LOW_HEADINGS - height
    return len(heights)


def names(plan: Plan, named: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Defined names for whole columns, from (name, key)."""
    at = plan.line(REACH)
    return {name: f"={plan.name}!${at.columns[key]}${FIRST}:${at.columns[key]}${REACH}" for name, key in named}
