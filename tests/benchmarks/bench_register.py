"""What twelve quarters cost, as ratios in one run: python -m tests.benchmarks.bench_register

A directorate of 400 risks beside one of 100: what grows faster than the rows is printed as more than four times.
Nothing here is asserted: figures are for people; that the history is right is a test of its own.
"""

import statistics
import sys
import time
import tracemalloc
from collections.abc import Callable

from riskbook import check, excel, merge, store
from riskbook.intake import Intake
from riskbook.model import Register
from riskbook.read import read
from riskbook.report.register import document
from riskbook.settings import Context
from tests.years import quarters

QUARTERS = 12
SIZES = ((10, 10), (25, 16))


def main() -> None:
    """Measure each step in the last of twelve quarters, for a small and a large directorate."""
    seconds = []
    for units, risks in SIZES:
        register, context, intakes = list(quarters(units, risks, QUARTERS))[-1]
        data = written(register, context)
        seconds.append(measured(register, context, intakes, data))
        say(register, context, intakes, len(data))
    rows = SIZES[1][0] * SIZES[1][1] / (SIZES[0][0] * SIZES[0][1])
    for what in seconds[0]:
        small, large = seconds[0][what], seconds[1][what]
        print(f"{what:24} {small * 1000:8.1f} ms {large * 1000:8.1f} ms  × {large / small:5.1f} for × {rows:.1f} rows")
    first, *_, last = [took(*one) for one in quarters(*SIZES[1], QUARTERS)]
    print(f"{'merge, quarter by quarter':24} {first * 1000:8.1f} ms {last * 1000:8.1f} ms  × {last / first:5.1f}")


def say(register: Register, context: Context, intakes: list[Intake], size: int) -> None:
    """What the register holds, how large it is, and the memory that it takes at most."""
    ratings, changes = sum(len(entry.history) for entry in register.entries), len(register.changes)
    print(f"{len(register.entries)} risks, {ratings} ratings, {changes} changes: {size / 1_000_000:.2f} MB")
    print(f"{'memory at most, merging':24} {most(lambda: merge.merge(intakes, context)):8.1f} MiB")
    print(f"{'memory at most, writing':24} {most(lambda: written(register, context)):8.1f} MiB")


def measured(register: Register, context: Context, intakes: list[Intake], data: bytes) -> dict[str, float]:
    """The median seconds of each step."""
    book = read(data, "register.xlsx")
    return {
        "merge": timed(lambda: merge.merge(intakes, context)),
        "merge again": timed(lambda: merge.merge(intakes, context, register)),
        "hold rules against it": timed(lambda: check.register(register, context)),
        "write the register": timed(lambda: written(register, context)),
        "read its cells": timed(lambda: read(data, "register.xlsx")),
        "make it a register": timed(lambda: store.register(book, context.settings)),
    }


def written(register: Register, context: Context) -> bytes:
    """The register as a workbook."""
    return excel.report(document(store.tables(register, context, "0.1.0"), context))


def took(register: Register, context: Context, intakes: list[Intake]) -> float:
    """The seconds of merging a quarter."""
    return timed(lambda: merge.merge(intakes, context))


def timed(action: Callable[[], object], times: int = 5) -> float:
    """The median of several runs, in seconds."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)


def most(action: Callable[[], object]) -> float:
    """The memory that an action takes at most, in MiB."""
    tracemalloc.start()
    action()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20


if __name__ == "__main__":
    sys.exit(main())
