"""What a quarter costs, as ratios in one run: python tests/benchmarks/bench_quarter.py

The floor is inflating and tokenising a return with expat. Nothing here is asserted: figures are for people.
"""

import statistics
import sys
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from xml.parsers import expat

import openpyxl

from riskbook import __version__, check, excel, intake, merge, quarterly, report, store
from riskbook.cli.folder import find
from riskbook.read import read
from riskbook.report import form as forms
from riskbook.report import register as ledger

SAMPLE = Path(__file__).parents[2] / "samples" / "directorate"


def main() -> None:
    """Time each step over the sample directorate."""
    opened = find(SAMPLE)
    context = opened.context()
    paths = sorted((opened.folder / "returns").rglob("*.xlsx"))
    returns = {path.name: path.read_bytes() for path in paths}
    one = returns["asm-2026-27-q2.xlsx"]
    unit = context.directory.unit("ASM")
    assert unit
    floor = timed(lambda: tokenised(one))
    say("inflate and tokenise one return (the floor)", floor, floor)
    say("read it", timed(lambda: read(one, "asm")), floor)
    say("take it in: read, ingest, check", timed(lambda: intake.take(one, "asm", context)), floor)
    say("openpyxl, the same file whole", timed(lambda: openpyxl.load_workbook(BytesIO(one))), floor)
    say("write its form, prefilled", timed(lambda: excel.form(context, forms.prefilled(context, unit, 1))), floor)
    intakes = [intake.take(data, name, context) for name, data in returns.items()]
    register, _ = merge.merge(intakes, context)
    composed = quarterly.compose(register, tuple(check.register(register, context)), context)
    stored = store.tables(register, context, __version__)
    say(f"merge {len(returns)} returns", timed(lambda: merge.merge(intakes, context)), floor)
    say("compose the quarter", timed(lambda: quarterly.compose(register, (), context)), floor)
    say("write the register", timed(lambda: excel.report(ledger.document(stored, context)), 3), floor)
    say("write the SLT workbook", timed(lambda: excel.report(report.document(composed, __version__)), 3), floor)
    tracemalloc.start()
    for name, data in returns.items():
        intake.take(data, name, context)
    print(f"{'memory at most, taking in all of them':46} {tracemalloc.get_traced_memory()[1] / 2**20:8.1f} MiB")


def timed(action: Callable[[], object], times: int = 9) -> float:
    """The median of several runs, in seconds."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def tokenised(data: bytes) -> None:
    """Inflate and tokenise every sheet."""
    package = zipfile.ZipFile(BytesIO(data))
    for name in package.namelist():
        if name.startswith("xl/worksheets/") and name.endswith(".xml"):
            expat.ParserCreate().Parse(package.read(name), True)


def say(what: str, seconds: float, floor: float) -> None:
    """A line of the table."""
    print(f"{what:46} {seconds * 1000:8.1f} ms  × {seconds / floor:6.1f}")


if __name__ == "__main__":
    sys.exit(main())
