"""What a quarter's steps cost, as ratios in one run: python -m tests.benchmarks.bench_quarter

The floor is inflating the parts of a return that are read, and tokenising them with expat.
"""

import tracemalloc
import zipfile
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from unittest import mock
from xml.parsers import expat

import openpyxl

from riskbook import __version__, check, excel, intake, marks, merge, quarterly, report
from riskbook.cli.folder import find
from riskbook.cli.merging import written
from riskbook.read import read
from riskbook.safe import Package
from tests.benchmarks.rows import Row, beside, table, timed

SAMPLE = Path(__file__).parents[2] / "samples" / "directorate"
FLOOR = "the floor"


def rows() -> Iterator[Row]:
    """Time each step over the sample directorate."""
    opened = find(SAMPLE)
    context = opened.context()
    paths = sorted((opened.folder / "returns").rglob("*.xlsx"))
    returns = {path.name: path.read_bytes() for path in paths}
    one = returns["asm-2026-27-q2.xlsx"]
    parts = parts_read(one)
    floor = timed(lambda: tokenised(one, parts), 25)
    yield beside("A return: inflate and tokenise what is read of it (the floor)", floor, floor, FLOOR)
    yield beside("A return, read", timed(lambda: read(one, "asm", marks.wanted), 25), floor, FLOOR)
    taken = timed(lambda: intake.take(one, "asm", context), 25)
    yield beside("A return, read and fully checked", taken, floor, FLOOR, "at most 4 ×")
    whole = timed(lambda: openpyxl.load_workbook(BytesIO(one)))
    yield beside("The same opened with openpyxl, nothing checked", whole, floor, FLOOR)
    intakes = [intake.take(data, name, context) for name, data in returns.items()]
    register, _ = merge.merge(intakes, context)
    composed = quarterly.compose(register, tuple(check.register(register, context)), context)
    merged = timed(lambda: merge.merge(intakes, context))
    yield beside(f"{len(returns)} returns merged", merged, floor, FLOOR)
    composing = timed(lambda: quarterly.compose(register, (), context))
    yield beside("The quarter counted and composed", composing, floor, FLOOR)
    writing = timed(lambda: written(register, context), 3)
    yield beside("The register of the sample written", writing, floor, FLOOR)
    writing = timed(lambda: excel.report(report.document(composed, __version__)), 3)
    yield beside("The SLT workbook of the sample written", writing, floor, FLOOR)
    tracemalloc.start()
    for name, data in returns.items():
        intake.take(data, name, context)
    most = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    yield Row(f"Memory at most, taking in {len(returns)} returns", f"{most:.1f} MiB", "")


def parts_read(data: bytes) -> list[str]:
    """The parts of a return that are read, by their names in the package."""
    names = {name.lower(): name for name in zipfile.ZipFile(BytesIO(data)).namelist()}
    with mock.patch.object(Package, "chunks", autospec=True, side_effect=Package.chunks) as chunks:
        read(data, "asm", marks.wanted)
    return list(dict.fromkeys(names[call.args[1].lower().lstrip("/")] for call in chunks.call_args_list))


def tokenised(data: bytes, parts: list[str]) -> None:
    """Inflate and tokenise these parts."""
    package = zipfile.ZipFile(BytesIO(data))
    for name in parts:
        expat.ParserCreate().Parse(package.read(name), True)


if __name__ == "__main__":
    for line in table(rows()):
        print(line, flush=True)
