"""Registers that were made elsewhere, drawn as text and written as real workbooks; and what is proposed for them.

    No | Risk           | Impact | Likelihood
    R1 | The gate sticks| 4      | 3

The first line is row 1; a line of "-" is an empty row. Cells are drawn as ``makers`` draws them. Everything is of the
Tarnmouth Harbour Trust, which does not exist, and comes in as the register of unit PAR.
"""

import io
from collections.abc import Iterable, Mapping
from functools import cache

import openpyxl
import xlsxwriter

from riskbook import adopt
from riskbook.adopt import mapping, proposal
from riskbook.adopt.mapping import Mapping as Mapped
from riskbook.adopt.proposal import Proposal
from riskbook.ingest import Ingested
from riskbook.model import UnitReturn
from riskbook.read import Book, read
from riskbook.settings import Context, framework, load
from tests.makers import put, quarter, saved, value

NAME = "Harbour.xlsx"
UNIT = "PAR"

ONE_SENTENCE = """
    Tarnmouth Harbour Trust: risk register
    -
    No | Description of risk | Existing controls | Score with controls | Further action | By when | Officer
    HIGH RISKS
    R1 | There is a risk that moorings part caused by worn chains resulting in lost boats | Weekly dives | \
        "4x4 = 16" | Replace the chains on all berths | 31/03/2027 | Harbour Master
    R2 | There is a risk that harm caused by contractors is missed due to leave | Rota | "4x3= 12" | None | | \
        Harbour Master
    No | Description of risk | Existing controls | Score with controls | Further action | By when | Officer
    R3 | As a result of two vacancies there is a risk that ferries are late, which could lead to complaints | \
        Rota | "5x3=14" | Recruit two deckhands by advert | tbc | Deputy
    R4
    -
    Key: impact comes first
"""
"""One description, one combined score impact first, banners, headings said again, a numbered row and a key under it."""
WORDS = """
    Risk ID | Risk title | What could happen | Caused by | Consequences | Impact | Likelihood | Risk owner | \
        Response | Status
    1 | The tide gate sticks | the gate does not close | an old motor | the yard floods in an hour | \
        Catastrophic | Likely | Harbour Master | Reduce | Live
    2 | The crane stops | nothing is lifted for a week | one spare part | boats wait for days on end | Major | \
        Possible | Crane Lead | Tolerate | Live
    3 | Volunteers leave | too few crew for the launch | low pay | nobody is there at night | Minor | \
        almost certain | Crew Lead | Treat | Open
    -
    ACTIONS
    Risk ID | Action | By whom | By when | Status | Notes
    1 | Buy a new motor for the gate | Harbour Master | 31/12/2026 | On track | Two quotes
    2 | Order a spare part for the crane | Crane Lead | 30/11/2026 | Not begun |
    9 | Ask the council for advice | Crane Lead | 30/11/2026 | Delayed |
"""
"""A scale of words, and two tables on one sheet."""
LETTERS = """
    Ref | Risk and effects | Owner | Likelihood | Impact | Risk rating
    CR01 | Pumps fail | Harbour Master | A | I | A1
    CR02 | Fog closes the channel | Harbour Master | D | III | D3
"""
"""A scale of letters and Roman numbers, and a rating that says nothing of its order."""
TEN = """
    Risk no | Risk title | Risk description | Existing controls | Impact (1-10) | Likelihood (1-10) | Score | \
        Risk owner
    1.1 | The dredger lies idle | silt closes the channel | rota | 7 | 9 | 63 | Harbour Master
    1.2 | Fuel is spilt | fuel runs into the bay | boom | 10 | 2 | 20 | Harbour Master
    1.3 | A storm breaks the wall | waves reach the road | forecast | 3 | 3 | 9 | Deputy
"""
"""A scale of 1 to 10."""
THREE_ROWS = """
    Tarnmouth Harbour Trust
    Identification | | | Baseline | | | Residual | | | Owner
    Ref | Risk | Category | Score | | | Score | | |
    | | | I | L | RAG | I | L | RAG |
    A1 | Lights fail | Property | 5 | 4 | R | 4 | 3 | A | Harbour Master
    A2 | Ice on the quay | Safety | 3 | 4 | A | 3 | 3 | A | Harbour Master
"""
"""Three rows of headings, with merges; baseline and residual ratings."""
THREE_ROWS_MERGED = ("A1:J1", "A2:C2", "D2:F2", "G2:I2", "D3:F3", "G3:I3", "A3:A4", "B3:B4", "C3:C4", "J2:J4")
CAUSES = """
    Risk no | Risk title | Risk description | Caused by | Existing controls | Impact | Likelihood | \
        Risk owner | Actions | Action owner
    7a | The dredger lies idle | silt closes the channel | no crew | rota | 4 Major | 3 Possible | \
        Harbour Master | Hire two deckhands | Deputy
    | | | no fuel | a second tank | | | | Buy fuel in bulk | Bursar
    | | | no parts | | | | | N/A |
    7b | Fuel is spilt | fuel runs into the bay | a worn valve | boom | 5 Critical | 2 Unlikely | Deputy | |
    7c | A storm breaks the wall | waves reach the road | a rough sea | forecast | 3 Moderate | 3 Possible | | |
"""
"""Causes, controls and actions of one risk on rows of their own; an owner merged over two risks."""
CAUSES_MERGED = ("A2:A4", "B2:B4", "C2:C4", "F2:F4", "G2:G4", "H2:H4", "H5:H6")
NUMBERED = """
    Risk ref and title | 1 Cause 2 Event 3 Consequence | Impact | Likelihood | | Risk ref | Action | Lead | Due
    R1 The gate sticks | 1. rust 2. the gate does not close 3. the yard floods | 4 Major | 4 Likely | | R1 | \
        Oil the gate each week | Deputy | 1 March 2027
    R2 The crane stops | 1. age⏎2. nothing is lifted⏎3. boats wait | 5 Critical | 2 - Unlikely | | R2 | \
        Test the crane in May | Deputy | 1 May 2027
    R3 Fog | Fog comes in | 3 | 3 Possible | | | | |
"""
"""Cause, event and consequence numbered in one cell, ref and title in another, a table of actions beside it."""
LAYOUTS: Mapping[str, tuple[str, tuple[str, ...]]] = {
    "one sentence": (ONE_SENTENCE, ()),
    "words": (WORDS, ()),
    "letters": (LETTERS, ()),
    "ten": (TEN, ()),
    "three rows": (THREE_ROWS, THREE_ROWS_MERGED),
    "causes": (CAUSES, CAUSES_MERGED),
    "numbered": (NUMBERED, ()),
}


def written(drawing: str, merged: Iterable[str] = (), sheet: str = "Register", **more: str) -> bytes:
    """A workbook with a register, by openpyxl; ``more`` are other sheets."""
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    for name, drawn in {sheet: drawing, **more}.items():
        page = book.create_sheet(name)
        for row, cells in enumerate(lines(drawn), 1):
            for column, text in enumerate(cells, 1):
                put(page, row, column, value(text))
    for area in merged:
        book[sheet].merge_cells(area)
    return saved(book)


def by_xlsxwriter(drawing: str, sheet: str = "Register") -> bytes:
    """The same by another program, all as text."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        page = book.add_worksheet(sheet)
        for row, cells in enumerate(lines(drawing)):
            for column, text in enumerate(cells):
                page.write_string(row, column, str(value(text) or ""))
    return stream.getvalue()


def lines(drawing: str) -> list[list[str]]:
    """The cells of a drawing, a list a row."""
    rows = [line.strip() for line in drawing.splitlines() if line.strip()]
    return [[] if row == "-" else [cell.strip() for cell in row.split("|")] for row in rows]


@cache
def layout(name: str) -> bytes:
    """One of the layouts as a workbook."""
    drawing, merged = LAYOUTS[name]
    return written(drawing, merged)


@cache
def first() -> Context:
    """The first round of all."""
    return quarter(None)


@cache
def book(data: bytes) -> Book:
    """A workbook, all of it."""
    return read(data, NAME)


def proposed(data: bytes, context: Context | None = None, last: Mapped | None = None) -> Proposal:
    """What is proposed for a workbook."""
    return proposal.propose(book(data), context or first(), UNIT, last)


def text(data: bytes, context: Context | None = None, last: Mapped | None = None) -> str:
    """The mapping that is proposed, as a person sees it."""
    made = proposed(data, context, last)
    return mapping.write(made.mapping, made.remarks, NAME)


def corrected(data: bytes, *changes: tuple[str, str], context: Context | None = None) -> Mapped:
    """The mapping that is proposed, after a person changed some of its lines in Notepad."""
    told = text(data, context)
    for old, new in changes:
        assert old in told, old
        told = told.replace(old, new)
    return mapping.load(told, "Harbour.riskbook.toml", context or first())


def adopted(data: bytes, told: Mapped | None = None, context: Context | None = None) -> Ingested:
    """What a workbook says through a mapping, or the one that is proposed."""
    known = context or first()
    return adopt.unit_return(book(data), told or proposed(data, known).mapping, known)


def returned(data: bytes, told: Mapped | None = None, context: Context | None = None) -> UnitReturn:
    """The return in a workbook."""
    found = adopted(data, told, context).returned
    assert found
    return found


def scheme(name: str) -> Context:
    """The first round of all, with another matrix."""
    return quarter(None, settings=load(framework(name)))
