"""The SLT workbook agrees with itself, whatever the register; and is a workbook that Excel opens."""

import io
import warnings
from collections import Counter
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.cell.rich_text import TextBlock

from riskbook import updates
from riskbook.excel.sheets import report as written
from riskbook.grid import Grid
from riskbook.model import Movement
from riskbook.quarterly import Quarterly, compose, published
from riskbook.read import read
from riskbook.report import document
from riskbook.report.blocks import Beside, Count, Document, HeatMap, Opening, Para, Table
from riskbook.settings import framework, frameworks, load
from tests import effort, oracles
from tests.registers import drawn, texts
from tests.test_looks import contrast

SLOW = [HealthCheck.too_slow]
UNITS = ("DIR", "FHS", "FRD", "ASM", "CIC", "SEN", "PRJ", "PAR")


def long_register(size: int = 160) -> str:
    """Many risks with long titles, most of them moving."""
    words = "The service that families were promised is not there on the day on which it is needed"
    lines = []
    for n in range(1, size + 1):
        unit = UNITS[n % len(UNITS)]
        now, was = (f"{1 + n * by % 5}x{1 + (n + by) * 3 % 5}" for by in (2, 3))
        lines.append(f'{unit}-{n:03} {"?" if n % 40 == 7 else now} was {was} "{words[: 20 + n % 60].strip()} {n}"')
        lines.append(f"  + {unit}-A{n:03} due 2026-{1 + n % 12:02}-15 slips {n % 2}")
    return "\n".join(lines)


def counts(table: Table, header: str) -> int:
    at = table.column(header)
    return sum(row[at].number for row in table.rows)  # type: ignore[union-attr]


def total(table: Table, header: str) -> int:
    return table.total[table.column(header)].number  # type: ignore[union-attr,return-value]


def large_map(report: Document) -> HeatMap:
    (sheet,) = (sheet for sheet in report.sheets if sheet.name == "Heat map")
    return next(block for block in sheet.blocks if isinstance(block, HeatMap))


@given(texts(), st.booleans())
@settings(max_examples=effort.examples(5, 60), deadline=None, suppress_health_check=SLOW)
def test_every_sheet_tells_the_same_numbers(text: str, first: bool) -> None:
    """The paragraph, bands, heat map, movement, services, categories and actions."""
    drawing = drawn(text, first=first)
    whole = compose(drawing.register, (), drawing.context)
    for edition in {id(one): one for one in (whole, published(whole))}.values():
        agrees(document(edition, "1"), edition)


def agrees(report: Document, quarterly) -> None:
    """Whatever the audience; a sheet that it does not have says nothing."""
    tally, names = quarterly.tally, {table.name for sheet in report.sheets for table in sheet.tables()}
    bands = report.table("bands")
    assert counts(bands, "Q2") == total(bands, "Q2") == tally.closing
    small = next(
        inner
        for block in report.sheets[0].blocks
        if isinstance(block, Beside)
        for stack in block.stacks
        for inner in stack.blocks
        if isinstance(inner, HeatMap)
    )
    assert sum(square.now for square in small.squares) + tally.now.unscored == tally.closing
    assert sum(len(square.refs) for square in small.squares) == sum(square.now for square in small.squares)
    if "heat_map" in names:
        assert small.squares == large_map(report).squares
        assert len(report.table("not_scored").rows) == tally.now.unscored
    for name in names & {"by_service", "by_category"}:
        table = report.table(name)
        for header in [field.header for field in table.fields[1:]] if table.rows else []:
            assert counts(table, header) == total(table, header)
        assert not table.rows or total(table, "All risks") == tally.closing
    told_in_words(report, tally)
    moves_agree(report, tally)
    if "actions" in names:
        actions_agree(report, tally)
    if "returns" in names:
        units_agree(report, quarterly)


def told_in_words(report: Document, tally) -> None:
    (opening,) = [block for block in report.sheets[0].blocks if isinstance(block, Opening)]
    begins = f"{tally.closing} risk" if tally.closing else "There are no risks"
    assert opening.words.startswith(begins)
    last = report.table("bands_by_round").rows[-1]
    assert [cell.number for cell in last[1:-1]] == [*(n for _, n in tally.now.bands), tally.now.unscored, tally.closing]  # type: ignore[union-attr]


def moves_agree(report: Document, tally) -> None:
    if not tally.last_round:
        assert report.table("movement").rows == report.table("movements").rows == ()
        return
    gone = tally.moved(Movement.CLOSED) + tally.moved(Movement.MERGED)
    assert counts(report.table("movements"), "Risks") == tally.closing + gone
    shown = Counter(row[0].words for row in report.table("movement").rows)  # type: ignore[union-attr]
    for movement in (Movement.UP, Movement.DOWN, Movement.NEW, Movement.REOPENED, Movement.CLOSED, Movement.MERGED):
        assert shown[str(movement)] == tally.moved(movement)


def actions_agree(report: Document, tally) -> None:
    table = report.table("actions")
    shown = Counter(row[0].words for row in table.rows)  # type: ignore[union-attr]
    assert shown["Overdue"] == tally.actions.overdue
    days = (row[table.column("Due now")].day for row in table.rows)  # type: ignore[union-attr]
    (listed,) = (sheet for sheet in report.sheets if sheet.name == "Actions")
    said = [block.words for block in listed.blocks if isinstance(block, Para)]
    left = int(said[0].split()[0]) if said else 0
    assert sum(date(2026, 9, 30) <= day <= date(2026, 12, 31) for day in days) + left == tally.actions.due_next


def units_agree(report: Document, quarterly) -> None:
    """Each unit's line, the sum of them, and the lists of risks."""
    tally, table = quarterly.tally, report.table("returns")
    for header in [field.header for field in table.fields]:
        if isinstance(table.total[table.column(header)], Count):
            assert counts(table, header) == total(table, header)
    assert total(table, "Risks") == tally.closing == len(report.table("register").rows)
    whole = report.table("data_quality")
    for header in [field.header for field in whole.fields[2:-1]] if whole.rows else []:
        assert whole.rows[0][whole.column(header)].number == total(table, header)  # type: ignore[union-attr]
    ventures, services = report.table("projects_and_partnerships"), report.table("by_service")
    for header in ("Red", "Amber", "Green", "Not scored"):
        apart = (row for row in services.rows if row[0].words in ("Projects", "Partnerships"))  # type: ignore[union-attr]
        assert counts(ventures, header) == sum(row[services.column(header)].number for row in apart)  # type: ignore[union-attr]
    drawn_once = Counter(ref for square in large_map(report).squares for ref in square.refs)
    unscored = [row[0].words for row in report.table("not_scored").rows]  # type: ignore[union-attr]
    assert drawn_once + Counter(unscored) == Counter(row[0].words for row in report.table("register").rows)  # type: ignore[union-attr]


@given(texts(), st.sampled_from(frameworks()))
@settings(max_examples=effort.examples(2, 12), deadline=None, suppress_health_check=SLOW)
def test_any_register_on_any_framework_can_be_written(text: str, name: str) -> None:
    """Three to six steps, three to five bands, products, weights and tables; and twice is the same."""
    agreed = load(framework(name))
    most = min(len(agreed.matrix.impact), len(agreed.matrix.likelihood))
    for step in range(most + 1, 6):
        text = text.replace(f"{step}x", f"{most}x").replace(f"x{step}", f"x{most}")
    drawing = drawn(text, settings=agreed)
    report = document(compose(drawing.register, (), drawing.context), "1")
    assert written(report) == written(report)


@pytest.fixture(scope="module")
def long() -> bytes:
    """A report of 160 risks, written."""
    drawing = drawn(long_register())
    return written(document(compose(drawing.register, (), drawing.context), "1"))


def opened(data: bytes) -> openpyxl.Workbook:
    """A workbook read back, its runs of words too."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparkline Group")
        return openpyxl.load_workbook(io.BytesIO(data), rich_text=True)


def test_summary_is_one_page_however_long_the_register(long: bytes) -> None:
    """The writer lets go of one page only when its words would be too small to read."""
    book = opened(long)
    assert book["Summary"].page_setup.fitToHeight in (None, 1)


@pytest.mark.parametrize("decisions", [0, 3, 6])
@pytest.mark.parametrize("letters", [0, 150, 400, 3000])
def test_summary_is_one_page_whatever_is_written_for_the_round(decisions: int, letters: int) -> None:
    """Long changes in approach stand on a sheet of their own, and the page comes closer together."""
    written_for = updates.read("A sentence of some words that somebody wrote. " * (letters // 46))
    whole = replace(composed(decisions), updates=written_for)
    book = opened(written(document(whole, "1")))
    assert book["Summary"].page_setup.fitToHeight in (None, 1)
    assert ("Changes in approach" in book.sheetnames) == (letters > 400 or (letters == 400 and decisions > 3))


@cache
def composed(decisions: int) -> Quarterly:
    """A quarter with so many kinds of decision wanted."""
    kinds = ("DIR-01 5x5 was 5x5, 5x5", "FRD-001 5x5 was 5x5, 5x5", "CIC-001 ? was 5x5")
    kinds += ("SEN-001 5x5 was 4x4 parent=DIR-01 exposure=900000", "ASM-001 1x1 was 1x1, 1x1, 1x1", "FHS-001 2x2")
    title = '"The service that families were promised is not there on the day when it is needed"'
    drawing = drawn("\n".join(f"{kind} {title}" for kind in kinds[:decisions]))
    return compose(drawing.register, (), drawing.context)


def test_every_word_of_a_report_can_be_read_on_its_fill(long: bytes) -> None:
    """The contrast of WCAG 2.1, level AA, cell by cell, in every run of words."""
    book = opened(long)
    pairs = set()
    for cell in (cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None):
        fill = cell.fill.fgColor.rgb[2:] if cell.fill.fill_type else "FFFFFF"
        runs = [part.font for part in cell.value if isinstance(part, TextBlock)] if isinstance(cell.value, list) else []
        pairs |= {(font.color.rgb[2:], fill) for font in (*runs, cell.font) if font.color is not None}
    assert len(pairs) > 7
    assert min(contrast(*pair) for pair in pairs) >= 4.5


@effort.in_ci("runs whole commands: 2 s")
@oracles.needs_validator
def test_microsofts_validator_finds_nothing(long: bytes, tmp_path: Path) -> None:
    """The Open XML SDK reads every part."""
    file = tmp_path / "report.xlsx"
    file.write_bytes(long)
    assert oracles.faults([file]) == []


@pytest.mark.parametrize("program", oracles.programs(["Gnumeric"], ["LibreOffice", "Gnumeric"]))
def test_other_programs_open_every_sheet(program: str, long: bytes, tmp_path: Path) -> None:
    """What LibreOffice and Gnumeric save of the workbook says the same in every cell of every sheet."""
    saved = oracles.saved_by(program, {"report.xlsx": long}, tmp_path)["report.xlsx"]
    before, after = (read(data, "report.xlsx") for data in (long, saved))
    assert [grid.name for grid in after.grids] == [grid.name for grid in before.grids]
    for was, now in zip(before.grids, after.grids, strict=True):
        assert words(now) == words(was), was.name


def words(grid: Grid) -> dict[tuple[int, int], str]:
    """What every cell of a sheet says, numbers to what they are worth."""
    return {(cell.row, cell.column): str(cell.value).strip() for cell in grid.cells if str(cell.value).strip()}
