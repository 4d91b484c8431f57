"""What twelve quarters cost, as ratios in one run: python -m tests.benchmarks.bench_register

A directorate of 400 risks beside one of 100: what grows faster than the rows is printed as more than four times. That
the history is right is a test of its own.
"""

import tracemalloc
from collections.abc import Callable, Iterator

from riskbook import check, excel, merge, store
from riskbook.intake import Intake
from riskbook.model import Register
from riskbook.read import read
from riskbook.report.register import document
from riskbook.settings import Context
from tests.benchmarks.rows import Row, beside, said, table, timed
from tests.years import quarters

QUARTERS = 12
SIZES = ((10, 10), (25, 16))


def rows() -> Iterator[Row]:
    """Measure each step in the last of twelve quarters, for a small and a large directorate."""
    small, large = (list(quarters(units, risks, QUARTERS))[-1] for units, risks in SIZES)
    of_small, of_large = measured(*small), measured(*large)
    register, context, _ = large
    count = len(register.entries) / len(small[0].entries)
    for what, seconds in of_large.items():
        yield beside(
            f"{QUARTERS} quarters of {len(register.entries)} risks, {what}",
            seconds,
            of_small[what],
            f"{len(small[0].entries)} risks",
            f"about {count:.0f} ×",
        )
    first, *_, last = [timed(lambda one=one: merge.merge(one[2], one[1]), 5) for one in quarters(*SIZES[1], QUARTERS)]
    yield Row("the last quarter merged", said(last), f"{last / first:.1f} × the first", "")
    size = len(written(register, context)) / 1_000_000
    yield Row(
        "the register's file, and the memory that writing it takes",
        f"{size:.2f} MB",
        f"{most(lambda: written(register, context)):.0f} MiB",
        "",
    )


def measured(register: Register, context: Context, intakes: list[Intake]) -> dict[str, float]:
    """The median seconds of each step."""
    data = written(register, context)
    book = read(data, "register.xlsx")
    return {
        "merged": timed(lambda: merge.merge(intakes, context), 5),
        "merged again": timed(lambda: merge.merge(intakes, context, register), 5),
        "held against the rules": timed(lambda: check.register(register, context), 5),
        "written": timed(lambda: written(register, context), 5),
        "its cells read": timed(lambda: read(data, "register.xlsx"), 5),
        "made a register of": timed(lambda: store.register(book, context.settings), 5),
    }


def written(register: Register, context: Context) -> bytes:
    """The register as a workbook."""
    return excel.report(*document(store.tables(register, context, "0.1.0"), context))


def most(action: Callable[[], object]) -> float:
    """The memory that an action takes at most, in MiB."""
    tracemalloc.start()
    action()
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return peak / 2**20


if __name__ == "__main__":
    for line in table(rows()):
        print(line, flush=True)
