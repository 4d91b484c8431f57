"""The Markdown for papers: read back, it has the same tables, and nothing that people wrote is markup."""

from datetime import date

import mockup
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from riskbook import markdown
from riskbook.quarterly import compose, published
from riskbook.report import brief, document
from riskbook.report import words as said
from riskbook.report.blocks import Count, Document, Field, HeatMap, Moved, Opening, Para, Sheet, Table, Text, Tone
from riskbook.text import printable
from tests import effort
from tests.registers import drawn, texts
from tests.test_page import small_map
from tests.test_store import MADE_UP, NASTY

SLOW = [HealthCheck.too_slow]
BLOCKS = {"heading", "paragraph", "inline", "table", "thead", "tbody", "tr", "th", "td", "bullet_list", "list_item"}
WORDS = {"text", "text_special", "strong", "hardbreak", "softbreak"}
MARKUP = (
    *("*a* **b** _c_ __d__ ~~e~~ ~f~ ^g^", "`code` ``more``", "[a](http://x) ![b](c) <http://d> [e]: f", "a | b \\| c"),
    *("# a", "## b ##", "- a", "+ b", "* c", "1. a", "2) b", "(a) b", "iv. c", "> quoted", "---", "===", "***"),
    *("a\n---", "a\n===", "    code", "\tcode", "~~~", "```\nx\n```", "<b>bold</b> <!-- x -->", "&lt; &#65; &copy;"),
    *("$x^2$ \\(y\\)", "@smith [@doe]", ": defined", "{#id .class}", "https://x.org www.x.org a@b.org", "\\", "a\\\nb"),
    *("| a | b |\n| - | - |\n| c | d |", "[^1]", "a -- b --- c", ":smile: Table: x", "Table: x", ":a"),
)


def tokens(text: str) -> list[Token]:
    return MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(text)


def spoken(inline: Token) -> str:
    """The words of a line, and that nothing else is in it."""
    for child in inline.children or []:
        assert child.type.removesuffix("_open").removesuffix("_close") in WORDS, child
    return "".join("\n" if "break" in child.type else child.content for child in inline.children or [])


def read(text: str) -> tuple[list[list[list[str]]], list[str]]:
    """The tables of a paper, row by row, and its other words."""
    tables: list[list[list[str]]] = []
    others: list[str] = []
    inside = False
    for token in tokens(text):
        assert token.type.removesuffix("_open").removesuffix("_close") in BLOCKS, token
        if token.type == "table_open":
            tables.append([])
        elif token.type == "tr_open":
            tables[-1].append([])
        elif token.type in ("td_open", "td_close", "th_open", "th_close"):
            inside = token.type.endswith("open")
        elif token.type == "inline":
            (tables[-1][-1] if inside else others).append(spoken(token))
    return tables, others


def told(text: str) -> str:
    """Words as a cell has them: on one line."""
    lines = (" ".join(line.split()) for line in printable(text)[0].splitlines())
    return " / ".join(line for line in lines if line)


def facts(report: Document, table: Table) -> list[list[str]]:
    rows = [[_cell(cell, report) for cell in row] for row in table.all_rows]
    return [[told(one.header) for one in table.fields], *rows]


def _cell(cell, report: Document) -> str:
    if isinstance(cell, Moved):
        return ", ".join(filter(None, (told(cell.words), told(cell.detail))))
    return told(said.cell(cell, report))


def test_every_block_and_cell_there_is_reads_back() -> None:
    """Headings, paragraphs, tables with their totals, facts; a chart is the figures that it is drawn on."""
    report = mockup.document()
    tables, others = read(markdown.report(report).decode())
    for sheet in report.sheets:
        assert told(sheet.title) in others
        for table in sheet.tables():
            if table in sheet.below:
                continue
            assert facts(report, table) in tables if table.rows else table.empty in others
    figures = [[cell.removesuffix(":") for cell in row[:5]] for row in facts(report, report.table("bands_by_round"))]
    assert tables.count(figures) >= 2


@pytest.mark.parametrize("words", [*NASTY, *MARKUP], ids=lambda words: words[:12].encode("unicode_escape").decode())
def test_text_of_people_is_no_markup(words: str) -> None:
    """In a heading, a paragraph, a header, a cell and a total."""
    holds(words)


@given(st.text(st.sampled_from("\\`*_{}[]<>()#+-.!|~$^@&:= \n1ab\t"), max_size=24) | MADE_UP)
@settings(max_examples=effort.examples(75), deadline=None)
def test_no_text_is_markup(words: str) -> None:
    """Whatever it is made of."""
    holds(words)


def holds(words: str) -> None:
    table = Table(
        "t",
        (Field(words if told(words) else "A"), Field("Risks ")),
        ((Text(words), Count(1)),),
        empty="",
        total=(Text(words), Count(1)),
    )
    blocks = (Opening(words), Para(words, Tone.STRONG), table)
    text = markdown.report(
        Document("T", "", "", "", date(2026, 9, 30), (Sheet("S", f"S {words}", words, blocks, (9, 9)),))
    )
    tables, others = read(text.decode())
    one = told(words)
    assert tables == [[[one or "A", "Risks"], [one, "1"], [one, "1"]]]
    assert [other.replace("\n", " / ") for other in others] == [told(f"S {words}"), *[one] * (3 if one else 0)]


@given(texts(), st.booleans())
@settings(max_examples=effort.examples(3), deadline=None, suppress_health_check=SLOW)
def test_papers_say_what_the_summary_says(text: str, first: bool) -> None:
    """Every table and the map, in the open edition too; and twice is the same."""
    drawing = drawn(text, first=first)
    whole = compose(drawing.register, (), drawing.context)
    for edition in {id(one): one for one in (whole, published(whole))}.values():
        report = document(edition, "1")
        sheets = brief.sheets(edition, report)
        written = markdown.report(report, *sheets)
        tables, others = read(written.decode())
        for table in [table for sheet in sheets for table in sheet.tables()]:
            assert facts(report, table) in tables if table.rows else told(table.empty) in others
        the_map_agrees(small_map(report.sheets[0]), tables)
        assert report.sheets[0].blocks[0].words in others  # type: ignore[union-attr]
        assert written == markdown.report(report, *sheets)


def the_map_agrees(heat: HeatMap, tables: list[list[list[str]]]) -> None:
    (drawn_,) = [table for table in tables if table[0][0].startswith("Impact")]
    for square in heat.squares:
        letter = heat.matrix.band(square.score).letter
        row = drawn_[len(heat.matrix.impact) + 1 - square.score.impact]
        assert row[square.score.likelihood] == (f"{square.now} {letter}" if square.now else letter)
