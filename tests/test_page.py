"""The page for an e-mail: what stands on it is what the workbook says, in tables that any reader of e-mail draws."""

import io
import re
import warnings
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cache
from html.parser import HTMLParser

import mockup
import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskbook import excel, page
from riskbook.quarterly import compose, published
from riskbook.report import brief, document
from riskbook.report import words as said
from riskbook.report.blocks import Beside, Count, Document, Field, HeatMap, Money, Opening, Percent, Sheet, Table, Text
from riskbook.settings import framework, frameworks, load
from riskbook.text import printable
from tests import effort
from tests.registers import drawn, texts
from tests.test_report import QUARTER, RETURNS
from tests.test_report_agrees import long_register
from tests.test_store import NASTY

SLOW = [HealthCheck.too_slow]
VOID = {"meta", "br"}
TAGS = {"html", "head", "title", "body", "table", "tr", "th", "td", "h1", "h2", "h3", "p", "span", *VOID}
ATTRIBUTES = {
    *("lang", "role", "cellpadding", "cellspacing", "border", "width", "height", "align", "valign", "bgcolor"),
    *("style", "scope", "colspan", "summary", "http-equiv", "content", "name"),
}
STYLES = {
    *("font-family", "font-size", "font-weight", "line-height", "color", "background-color", "text-align", "margin"),
    *("padding", "border-top", "border-right", "border-bottom", "border-left", "border-collapse", "white-space"),
    *("width", "max-width", "display", "vertical-align"),
}
CLIPPED = 102_400
"""Bytes after which Gmail shows no more of an e-mail."""


@dataclass
class Grid:
    """A table of facts: the words of its cells, row by row."""

    rows: list[list[str]] = field(default_factory=list)


class Read(HTMLParser):
    """A page read by the standard library; it is an error to open what is not shut, or to have what is not allowed."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tables: list[Grid | None] = []
        self.grids: list[Grid] = []
        self.styles: list[str] = []
        self.comments: list[str] = []
        self.text = ""
        self.feed(html)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS
        given = {key: value or "" for key, value in attrs}
        assert given.keys() <= ATTRIBUTES, given.keys() - ATTRIBUTES
        self.styles += filter(None, given.get("style", "").split(";"))
        if tag == "br":
            self.handle_data("\n")
        if tag not in VOID:
            self.open.append(tag)
        if tag == "table":
            self.tables.append(None if given.get("role") == "presentation" else Grid())
            self.grids += [grid for grid in self.tables[-1:] if grid]
        if self.tables and (grid := self.tables[-1]):
            if tag == "tr":
                grid.rows.append([])
            elif tag in ("td", "th"):
                assert tag == "td" or given["scope"] in ("row", "col", "colgroup")
                grid.rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag
        if tag == "table":
            self.tables.pop()

    def handle_data(self, data: str) -> None:
        self.text += data
        for grid in self.tables:
            if grid and grid.rows and grid.rows[-1]:
                grid.rows[-1][-1] += data

    def handle_comment(self, data: str) -> None:
        self.comments.append(data)

    def handle_decl(self, decl: str) -> None:
        assert decl == "DOCTYPE html"

    def handle_pi(self, data: str) -> None:
        raise AssertionError(data)


def shown(text: str) -> str:
    """Words without what is not seen."""
    return text.replace("\u200b", "").replace("\u00a0", " ").strip()


def read(report: Document, *sheets: Sheet) -> Read:
    return Read(page.report(report, *sheets).decode())


def facts(report: Document, table: Table) -> list[list[str]]:
    """What stands in a table, headers too."""
    rows = [[lines(said.cell(cell, report)) for cell in row] for row in table.all_rows]
    return [[one.header for one in table.fields], *rows]


def lines(text: str) -> str:
    return "\n".join(line.strip() for line in printable(text)[0].splitlines()).strip()


def rows(grid: Grid) -> list[list[str]]:
    return [[shown(cell) for cell in row] for row in grid.rows]


@cache
def quarter() -> Document:
    drawing = drawn(QUARTER, returns=RETURNS)
    return document(compose(drawing.register, (), drawing.context), "1.2.3")


def in_brief(report: Document, quarterly) -> tuple[Sheet, ...]:
    return brief.sheets(quarterly, report)


def small_map(sheet: Sheet) -> HeatMap:
    stacks = [stack for block in sheet.blocks if isinstance(block, Beside) for stack in block.stacks]
    return next(block for stack in stacks for block in stack.blocks if isinstance(block, HeatMap))


def test_every_block_and_cell_there_is_stands_on_a_page() -> None:
    """Titles, lead lines, tables with their totals, facts, charts: whatever a sheet has, but for what is below it."""
    report = mockup.document()
    seen = read(report)
    found = [rows(grid) for grid in seen.grids]
    for sheet in report.sheets:
        assert shown(sheet.title) in shown(seen.text)
        for table in replace(sheet, below=()).tables():
            if table.rows:
                grouped = any(one.group for one in table.fields)
                assert facts(report, table) in [grid[grouped:] for grid in found], table.name
            else:
                assert table.empty in seen.text


def test_only_tables_and_styles_of_their_own() -> None:
    """Nothing that is fetched, followed or run; no class; comments for Outlook alone; a language."""
    html = page.report(mockup.document()).decode()
    seen = Read(html)
    assert {one.split(":")[0] for one in seen.styles} <= STYLES
    assert not re.search(r"https?:|//|url\(|@import|javascript|<img|<a ", html.replace("<!DOCTYPE html>", ""))
    assert all(re.fullmatch(r"\[if mso\]>.*<!\[endif\]", one) for one in seen.comments)
    assert html.startswith('<!DOCTYPE html>\n<html lang="en-GB">')


@pytest.mark.parametrize("words", NASTY, ids=lambda words: words[:12].encode("unicode_escape").decode())
def test_text_of_people_is_text(words: str) -> None:
    """In a title, a paragraph, a header and a cell; and no program makes a formula of it when the page is pasted."""
    table = Table("t", (Field(words.strip() or "A"), Field("B ")), ((Text(words), Count(1)),), empty="", about=words)
    sheet = Sheet("S", words, words, (Opening(words), table), (100, 100))
    seen = read(Document(words, "", "", words, date(2026, 9, 30), (sheet,)))
    (grid,) = seen.grids
    assert rows(grid) == [[lines(words), "B"], [lines(words), "1"]]
    assert shown(seen.text).count(lines(words)) >= 6
    begun = [line for row in grid.rows for cell in row for line in cell.split("\n")]
    assert not [line for line in begun if re.match(r"[=@]|[-+][^\d]", line)]


@given(texts(), st.booleans())
@settings(max_examples=effort.examples(3), deadline=None, suppress_health_check=SLOW)
def test_the_page_says_what_the_summary_says(text: str, first: bool) -> None:
    """Every table, the map, the paragraph of counts; in the open edition too; and twice is the same."""
    drawing = drawn(text, first=first)
    whole = compose(drawing.register, (), drawing.context)
    for edition in {id(one): one for one in (whole, published(whole))}.values():
        report = document(edition, "1")
        sheets = in_brief(report, edition)
        seen, found = read(report, *sheets), []
        found = [rows(grid) for grid in seen.grids]
        for table in [table for sheet in sheets for table in sheet.tables()]:
            assert (facts(report, table) in found) if table.rows else (table.empty in seen.text)
        heat = small_map(report.sheets[0])
        letters = [[heat.matrix.band(square.score).letter for square in heat.squares]]
        for square, letter in zip(heat.squares, letters[0], strict=True):
            (drawn_,) = [grid for grid in found if grid[0][0].startswith("Impact")]
            row = drawn_[len(heat.matrix.impact) + 1 - square.score.impact]
            assert row[square.score.likelihood] == (f"{square.now} {letter}" if square.now else letter)
        assert shown(report.sheets[0].blocks[0].words) in seen.text  # type: ignore[union-attr]
        assert page.report(report, *sheets) == page.report(report, *sheets)


def test_the_page_has_the_figures_of_the_workbook() -> None:
    """Cell by cell, as the workbook's own tables have them."""
    drawing = drawn(QUARTER, returns=RETURNS)
    whole = compose(drawing.register, (), drawing.context)
    report = document(whole, "1")
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparkline Group")
        summary = openpyxl.load_workbook(io.BytesIO(excel.report(report)))["Summary"]
    grids = read(report, *in_brief(report, whole)).grids
    found = [[[" ".join(cell.split()) for cell in row] for row in rows(grid)] for grid in grids]
    names = {"tbl_decisions_wanted", "tbl_bands", "tbl_highest_risks", "tbl_movements"}
    assert names <= summary.tables.keys()
    for name in sorted(names):
        cells = [[" ".join(str(cell.value).split()) for cell in row] for row in summary[summary.tables[name].ref]]
        assert cells in found or cells in [grid[:-1] for grid in found], name


def test_bars_are_as_long_as_their_numbers() -> None:
    """A row for each round: every number with the letter of its band, and none where there is nothing."""
    drawing = drawn(QUARTER, returns=RETURNS)
    whole = compose(drawing.register, (), drawing.context)
    report = document(whole, "1")
    table = report.table("bands_by_round")
    letters = ("R", "A", "G", "")
    told = {
        row[0].words: "".join(  # type: ignore[union-attr]
            f"{cell.number} {letter}".strip()
            for cell, letter in zip(row[1:5], letters, strict=True)
            if cell.number  # type: ignore[union-attr]
        )
        for row in table.rows
    }
    grids = [rows(grid) for grid in read(report, *in_brief(report, whole)).grids]
    assert any({row[0]: row[1] for row in grid[1:]} == told for grid in grids if len(grid) == 1 + len(told))


def test_the_long_page_is_not_cut_off() -> None:
    """Gmail shows so many bytes of an e-mail and no more."""
    drawing = drawn(long_register())
    whole = compose(drawing.register, (), drawing.context)
    report = document(whole, "1")
    assert len(page.report(report, *in_brief(report, whole))) < CLIPPED


@pytest.mark.parametrize("name", frameworks())
def test_any_matrix_can_stand_on_a_page(name: str) -> None:
    """Three to six steps, three to five bands."""
    agreed = load(framework(name))
    drawing = drawn("DIR-01 3x3 was 2x3\nFRD-001 2x2", settings=agreed)
    whole = compose(drawing.register, (), drawing.context)
    report = document(whole, "1")
    grids = [rows(grid) for grid in read(report, *in_brief(report, whole)).grids]
    (heat,) = [grid for grid in grids if grid[0][0].startswith("Impact")]
    assert [row[0] for row in heat[1:]] == [str(level) for level in agreed.matrix.impact[::-1]]
    assert heat[0][1:] == [str(level) for level in agreed.matrix.likelihood]


def test_an_exempt_page_says_so() -> None:
    """At its head, in its title and at its foot."""
    drawing = drawn("DIR-01 4x4 was 4x4 exempt\nFRD-001 3x3 was 3x3")
    whole = compose(drawing.register, (), drawing.context)
    report = document(whole, "1")
    assert read(report, *in_brief(report, whole)).text.count("EXEMPT") >= 4
    open_ = published(whole)
    report = document(open_, "1")
    text = read(report, *in_brief(report, open_)).text
    assert ("EXEMPT" in text, "DIR-01" in text) == (False, False)


def test_the_directorates_own_risks_are_those_of_their_sheet() -> None:
    """The same refs, ratings and movements in the same order."""
    drawing = drawn(QUARTER, returns=RETURNS)
    whole = compose(drawing.register, (), drawing.context)
    report = document(whole, "1")
    (short,) = in_brief(report, whole)[1].tables()
    full = report.table("directorate_risks")
    for header in [one.header for one in short.fields]:
        of = [[row[table.column(header)] for row in table.rows] for table in (short, full)]
        assert of[0] == of[1]


@pytest.mark.parametrize(
    ("cell", "words"),
    [
        (Percent(0.145), "15%"),
        (Percent(1), "100%"),
        (Money(1234567.5), "£1,234,568"),
        (Count(2.5), "2.5"),
        (Count(0), "0"),
    ],
)
def test_numbers_are_said_as_excel_shows_them(cell: Percent | Money | Count, words: str) -> None:
    """A half is rounded up."""
    assert said.cell(cell, quarter()) == words


def test_a_page_is_utf_8_and_the_same_twice() -> None:
    """Whatever stands in it."""
    assert page.report(quarter()) == page.report(quarter())
    assert "▲" in page.report(quarter()).decode("utf-8")
