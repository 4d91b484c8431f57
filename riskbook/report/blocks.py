"""A report as values: documents of sheets, sheets of blocks, tables of cells. No file and no format.

Excel, HTML and Markdown writers render the same values. A cell says what it *is* (a rating now, a date, something to
fill in), never what it looks like. Values are text, numbers and dates; there are no formulas.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from riskbook.matrix import Band, Matrix, Score
from riskbook.wording import Run

SCORES = "scores_by_round"
"""The table that sparklines draw on: a ref in its first column, then a score a round, oldest first."""
SHEETS = "sheets"
"""The table on a report's first sheet that lists the others: a number, then a name that leads to it."""


class Tone(StrEnum):
    """How loudly words are said: what matters is strong, last quarter and notes are quiet."""

    PLAIN = "plain"
    QUIET = "quiet"
    STRONG = "strong"


@dataclass(frozen=True, slots=True)
class Link:
    """A place in the same document: a sheet, or the row of a table on it that carries this ``Ref``."""

    sheet: str
    ref: str = ""


@dataclass(frozen=True, slots=True)
class Text:
    """Words, wrapped. What people wrote stands unaltered; a line break in it is a line break."""

    words: str
    tone: Tone = Tone.PLAIN
    to: Link | None = None


@dataclass(frozen=True, slots=True)
class Retold:
    """Words of which some are new since last round: those are marked. The runs joined are what was written."""

    runs: tuple[Run, ...]

    @property
    def words(self) -> str:
        """All of it."""
        return "".join(run.words for run in self.runs)

    def part(self, begin: int, end: int) -> "Retold":
        """The characters from one to another."""
        runs, at = [], 0
        for run in self.runs:
            if words := run.words[max(0, begin - at) : max(0, end - at)]:
                runs.append(Run(words, run.new))
            at += len(run.words)
        return Retold(tuple(runs))

    def tidied(self) -> "Retold":
        """The same without white space at its end."""
        return self.part(0, len(self.words.rstrip()))


@dataclass(frozen=True, slots=True)
class Ref:
    """One reference, never broken. The row's first ``Ref`` is what a ``Link`` finds it by."""

    words: str
    tone: Tone = Tone.PLAIN
    to: Link | None = None


@dataclass(frozen=True, slots=True)
class Refs:
    """Several references in one cell, broken between them and never inside one."""

    refs: tuple[str, ...]
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Now:
    """A rating that counts now: the band's fill, and "16 Red (R)"; without a number "Red (R)"."""

    band: Band
    number: int | None = None

    @property
    def words(self) -> str:
        """The number, the band and its letter."""
        return _rating(self.band, self.number)


@dataclass(frozen=True, slots=True)
class Then:
    """A rating of another time (last quarter, the target): quiet words, a thick left border in the band's fill."""

    band: Band
    number: int | None = None

    @property
    def words(self) -> str:
        """The number, the band and its letter."""
        return _rating(self.band, self.number)


@dataclass(frozen=True, slots=True)
class Moved:
    """A movement: the arrow and its word ("▲ Up"), and under it what that means ("16 to 20, stays Red")."""

    words: str
    detail: str = ""
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Day:
    """A date, shown as 30 Sep 2026."""

    day: date
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Count:
    """A number as it is; a nought is quiet whatever its tone, except in a total row."""

    number: int | float
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Percent:
    """A share from 0 to 1, shown as 94%."""

    share: float
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in pounds, shown as £500,000."""

    pounds: int | float
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class ToFill:
    """A tinted cell for the meeting to fill in, with what stands there already.

    ``choices`` are the only words that will do, where there are some; ``listed`` names a table of the document whose
    first field has them instead. ``loose``: other words may stand after a warning. ``day`` says that a date belongs
    here. ``title`` and ``prompt`` are shown beside the cell; ``lines`` is how many a pen has room for on paper.
    """

    value: str | date | None = None
    choices: tuple[str, ...] = ()
    day: bool = False
    listed: str = ""
    loose: bool = False
    title: str = ""
    prompt: str = ""
    lines: int = 3


@dataclass(frozen=True, slots=True)
class Trend:
    """A sparkline of the scores of a ref in the table named ``SCORES``; ``top`` is the highest number of the matrix."""

    ref: str
    top: int


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that should be there and is not, in words ("Not received"): tinted and bold."""

    words: str


Cell = Text | Retold | Ref | Refs | Now | Then | Moved | Day | Count | Percent | Money | ToFill | Trend | Missing

BLANK = Text("")
"""An empty cell."""
NIL = Text("–", Tone.QUIET)
"""Nothing to say here."""


@dataclass(frozen=True, slots=True)
class Field:
    """A column of a table: its whole name, unique in the table, and the group band above it.

    Words stand left; refs, numbers, scores, dates and ratings are centred.
    """

    header: str
    group: str = ""
    centred: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of cells under unique headers, or the sentence ``empty`` when there are none.

    ``name`` is lower case with underscores (Excel calls the table ``tbl_`` and this); ``about`` says for those who
    cannot see it what it shows. ``total`` is a last row, set apart. ``ruled_by`` names the field whose words part the
    rows: a line is drawn where they change. Fields stand in consecutive grid columns of the sheet.

    Raises:
        ValueError: the name is spelt otherwise, headers are empty or alike, or a row has not one cell for each field.
    """

    name: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Cell, ...], ...]
    empty: str
    about: str = ""
    total: tuple[Cell, ...] = ()
    ruled_by: str = ""

    def __post_init__(self) -> None:
        headers = [field.header for field in self.fields]
        if not re.fullmatch(r"[a-z][a-z0-9_]*", self.name):
            raise ValueError(f"A table's name is lower case with underscores, and not “{self.name}”.")
        if not all(headers) or len({header.lower() for header in headers}) < len(headers):
            raise ValueError(f"Headers of {self.name} are empty or alike: {headers}.")
        for row in self.all_rows:
            if len(row) != len(headers):
                raise ValueError(f"A row of {self.name} has {len(row)} cells for {len(headers)} fields: {row}.")
        if self.ruled_by:
            self.column(self.ruled_by)

    @property
    def all_rows(self) -> tuple[tuple[Cell, ...], ...]:
        """The rows, and the total when there is one."""
        return (*self.rows, self.total) if self.total else self.rows

    def column(self, header: str) -> int:
        """Where the field of that header stands, from 0.

        Raises:
            ValueError: the table has no such field.
        """
        return [field.header for field in self.fields].index(header)


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading over what follows, in the accent."""

    words: str


@dataclass(frozen=True, slots=True)
class Para:
    """A paragraph across the sheet, or across the columns of its stack: plain, a quiet note, or strong."""

    words: str
    tone: Tone = Tone.PLAIN
    to: Link | None = None


@dataclass(frozen=True, slots=True)
class Opening:
    """The paragraph of counts that Summary opens with: larger, under an accent rule."""

    words: str


@dataclass(frozen=True, slots=True)
class Figure:
    """A label and what it stands for."""

    label: str
    value: str | int | float | date
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True)
class Figures:
    """A few facts, a line each: the label in the first column, its words across the rest (a risk card, About)."""

    figures: tuple[Figure, ...]


@dataclass(frozen=True, slots=True)
class Square:
    """What stands in one cell of a heat map: how many risks now, how many before (None: not said), and which."""

    score: Score
    now: int
    was: int | None = None
    refs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeatMap:
    """The matrix in its colours, impact down (worst on top) and likelihood across, with the appetite drawn as a line.

    Squares that are not given are empty. ``above`` holds the scores above appetite: the line runs between them and the
    others. A small map shows counts and letters; a large one numbers, counts, what was, and refs. It takes one grid
    column for the impact labels and one for every step of likelihood.
    """

    matrix: Matrix
    squares: tuple[Square, ...]
    above: frozenset[Score] = frozenset()
    small: bool = False

    def square(self, score: Score) -> Square:
        """What stands at a score."""
        return next((square for square in self.squares if square.score == score), Square(score, 0))


class ChartKind(StrEnum):
    """The charts that reports use."""

    STACKED_COLUMN = "stacked column"
    STACKED_BAR = "stacked bar"
    COLUMN = "column"
    COLUMNS = "columns side by side"
    MATRIX = "matrix"


@dataclass(frozen=True, slots=True)
class Spot:
    """What a chart of the matrix marks: the cell of a score, with its number; none where there is no score."""

    matrix: Matrix
    score: Score | None


@dataclass(frozen=True, slots=True)
class Series:
    """A column of the chart's table and the band whose fill it takes.

    Without a band it is "not scored" in a stacked chart, and the accent in plain columns. Columns side by side are
    three at the most, before, now and to come: pale, the accent, and empty.
    """

    header: str
    band: Band | None = None


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart of a table that stands in the same document: a label and the values of its series a row; no total.

    ``table`` is that table's name, ``labels`` the header of the labels. ``about`` is the alternative text: kind,
    subject, first and last figures. ``size`` is in pixels. In a stack nothing may stand under it.

    A small matrix is drawn on a table of ones, with a row for each step of likelihood and a series for each step of
    impact, lowest first; its ``spot`` is marked. Where no chart can be drawn of it, ``about`` stands for it.
    """

    kind: ChartKind
    table: str
    labels: str
    series: tuple[Series, ...]
    about: str
    size: tuple[int, int]
    spot: Spot | None = None


@dataclass(frozen=True, slots=True)
class NewPage:
    """On paper, what follows begins a new page. Only on sheets whose ``Paper`` has a scale."""


@dataclass(frozen=True, slots=True)
class Stack:
    """Blocks under each other, beginning at a grid column (from 0) and as many columns wide as paragraphs may run."""

    at: int
    wide: int
    blocks: tuple["Para | Heading | Table | Chart | HeatMap | Figures", ...]


@dataclass(frozen=True, slots=True)
class Beside:
    """Stacks side by side: they share the rows, whose short cells are centred between the rules.

    One stack alone moves its blocks to the right.
    """

    stacks: tuple[Stack, ...]


Block = Opening | Para | Heading | Figures | HeatMap | Chart | Table | Beside | NewPage


@dataclass(frozen=True, slots=True)
class Paper:
    """A sheet for paper: A4, rows as tall as their words, long cells continued on Notes, no filter, no frozen panes.

    Fitted to one page across and as many down as it takes, or to one page (``one_page``), or printed at ``scale`` per
    cent, which is the only way in which ``NewPage`` is heeded by Excel.
    """

    one_page: bool = False
    scale: int = 0
    portrait: bool = False


@dataclass(frozen=True, slots=True)
class Screen:
    """A sheet to work in (the register): one table, filter on, headers and the first ``frozen`` columns held still.

    Long cells are in full, rows are no taller than a few lines, and printing goes over several pages across.
    """

    frozen: int = 1


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet: its tab, the title in A1, a lead line under it, and blocks from top to bottom.

    ``widths`` are the grid's columns in pixels (7 to a digit of Arial 10). ``below`` stands under the printed page and
    is seen on screen only, as Summary's list of sheets.

    Raises:
        ValueError: Excel does not allow the name, as it does not "History", which it keeps for itself; or a sheet to
            work in has not one table, at its end.
    """

    name: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    widths: tuple[int, ...]
    use: Paper | Screen = Paper()
    below: tuple[Block, ...] = ()

    def __post_init__(self) -> None:
        spelt = re.fullmatch(r"(?!')[^\[\]:*?/\\\x00-\x1f]{1,31}(?<!')", self.name)
        if not spelt or self.name.lower() == "history":
            raise ValueError(f"Excel does not allow “{self.name}” as a sheet's name.")
        ends = isinstance(self.blocks[-1] if self.blocks else None, Table) and not self.below
        if isinstance(self.use, Screen) and not (ends and len(tuple(self.tables())) == 1):
            raise ValueError(f"{self.name} is a sheet to work in, and such a sheet has one table, at its end.")

    def tables(self) -> Iterator[Table]:
        """Every table on the sheet, in reading order."""
        for block in (*self.blocks, *self.below):
            for inner in (
                [inner for stack in block.stacks for inner in stack.blocks] if isinstance(block, Beside) else [block]
            ):
                if isinstance(inner, Table):
                    yield inner


@dataclass(frozen=True, slots=True)
class Document:
    """A whole report. ``created`` is written into the file as its date, so the same document makes the same bytes.

    ``footer`` stands at the left of every page ("Children's Services risk report · 2026-27 Q2 · as at …"), ``banner``
    ("EXEMPT") in the middle of its head; ``organisation`` is the author that the file names.

    Raises:
        ValueError: two sheets or two tables have the same name.
    """

    title: str
    subject: str
    organisation: str
    footer: str
    created: date
    sheets: tuple[Sheet, ...]
    banner: str = ""
    language: str = "en-GB"

    def __post_init__(self) -> None:
        for names in ([s.name.lower() for s in self.sheets], [t.name for s in self.sheets for t in s.tables()]):
            if twice := {name for name in names if names.count(name) > 1}:
                raise ValueError(f"Names stand twice in the document: {', '.join(sorted(twice))}.")

    def table(self, name: str) -> Table:
        """The table of that name, for a chart or a sparkline.

        Raises:
            KeyError: the document has no such table.
        """
        for sheet in self.sheets:
            for table in sheet.tables():
                if table.name == name:
                    return table
        raise KeyError(name)


def _rating(band: Band, number: int | None) -> str:
    return str(band) if number is None else f"{number} {band}"
