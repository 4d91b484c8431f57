"""The SLT workbook agrees with itself, whatever the register; and is a workbook that Excel opens."""

import io
import json
import os
import subprocess
import warnings
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskbook.excel.sheets import report as written
from riskbook.model import Movement
from riskbook.quarterly import compose, published
from riskbook.report import document
from riskbook.report.blocks import Beside, Document, HeatMap, Opening, Table
from riskbook.settings import framework, frameworks, load
from tests import effort
from tests.registers import drawn, texts

ORACLES = Path(os.environ.get("RISKBOOK_ORACLES", Path.home() / ".cache" / "riskbook-oracles"))
VALIDATOR = ORACLES / "node_modules" / ".bin" / "ooxml-validator"
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
@settings(max_examples=effort.examples(15), deadline=None, suppress_health_check=SLOW)
def test_every_sheet_tells_the_same_numbers(text: str, first: bool) -> None:
    """The paragraph, bands, heat map, movement, services, categories and actions."""
    drawing = drawn(text, first=first)
    whole = compose(drawing.register, (), drawing.context)
    for edition in {id(one): one for one in (whole, published(whole))}.values():
        agrees(document(edition, "1"), edition)


def agrees(report: Document, quarterly) -> None:
    tally = quarterly.tally
    bands, heat = report.table("bands"), large_map(report)
    assert counts(bands, "Q2") == total(bands, "Q2") == tally.closing
    assert sum(square.now for square in heat.squares) + len(report.table("not_scored").rows) == tally.closing
    assert sum(len(square.refs) for square in heat.squares) == sum(square.now for square in heat.squares)
    small = next(
        inner
        for block in report.sheets[0].blocks
        if isinstance(block, Beside)
        for stack in block.stacks
        for inner in stack.blocks
        if isinstance(inner, HeatMap)
    )
    assert small.squares == heat.squares
    for name in ("by_service", "by_category"):
        table = report.table(name)
        for header in [field.header for field in table.fields[1:]] if table.rows else []:
            assert counts(table, header) == total(table, header)
        assert not table.rows or total(table, "All risks") == tally.closing
    told_in_words(report, tally)
    moves_agree(report, tally)
    actions_agree(report, tally)


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
    shown = Counter(row[0].words for row in report.table("actions").rows)  # type: ignore[union-attr]
    assert (shown["Overdue"], shown["Due next"]) == (tally.actions.overdue, tally.actions.due_next)


@given(texts(), st.sampled_from(frameworks()))
@settings(max_examples=effort.examples(3), deadline=None, suppress_health_check=SLOW)
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


def test_summary_is_one_page_however_long_the_register(long: bytes) -> None:
    """The writer lets go of one page only when its words would be too small to read."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparkline Group")
        book = openpyxl.load_workbook(io.BytesIO(long))
    assert book["Summary"].page_setup.fitToHeight in (None, 1)


@pytest.mark.skipif(not VALIDATOR.exists(), reason="Microsoft's validator is not installed here.")
def test_microsofts_validator_finds_nothing(long: bytes, tmp_path: Path) -> None:
    """The Open XML SDK reads every part."""
    file = tmp_path / "report.xlsx"
    file.write_bytes(long)
    answer = json.loads(subprocess.run([VALIDATOR, file], capture_output=True, check=False).stdout)
    assert (answer["ok"], answer["errors"]) == (True, [])
