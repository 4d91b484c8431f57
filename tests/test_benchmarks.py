"""Benchmarks: each runs, and the script that a form is timed beside writes the form."""

import io
import re
from collections.abc import Callable, Iterable
from unittest import mock

import pytest

from riskbook import excel
from riskbook.cli.folder import find
from riskbook.read import read
from riskbook.report.form import prefilled
from tests import effort
from tests.benchmarks import bench_alike, bench_forms, bench_merge, bench_quarter, bench_register, bench_start
from tests.benchmarks.rows import Row

FIGURE = re.compile(r"[\d.,]+ ?(ms|s|%|MB|MiB( \(\d+ MiB\))?|of \d+)")


def test_the_script_that_a_form_is_timed_beside_writes_that_form():
    """The same cells on the same sheets, in a workbook that is finished."""
    context = find(bench_forms.SAMPLE).context()
    unit = context.directory.unit("ASM")
    assert unit
    form = prefilled(context, unit, 1)
    script, stream = bench_forms.written_down(form, context).function(), io.BytesIO()
    with mock.patch.object(io, "BytesIO", return_value=stream):
        script()
    theirs, ours = read(stream.getvalue(), "asm.xlsx"), read(excel.form(context, form), "asm.xlsx")
    assert theirs.grids == ours.grids
    assert theirs.names == ours.names


def small_register() -> Iterable[Row]:
    """What grows with the register, of two small ones."""
    with mock.patch.multiple(bench_register, QUARTERS=2, SIZES=((1, 2), (2, 4))):
        yield from bench_register.rows()


@effort.in_ci("runs whole commands: 10 s")
@pytest.mark.parametrize(
    "rows",
    [
        bench_start.rows,
        bench_quarter.rows,
        bench_forms.rows,
        lambda: bench_merge.rows((2,)),
        small_register,
        lambda: bench_alike.rows(200),
    ],
    ids=["start", "quarter", "forms", "merge", "register", "alike"],
)
def test_a_benchmark_prints_figures(rows: Callable[[], Iterable[Row]]):
    """A time, a size or a share in every row."""
    with mock.patch.object(bench_start, "TIMES", 1), mock.patch.object(bench_forms, "TIMES", 1):
        told = list(rows())
    assert told
    assert [row for row in told if not FIGURE.fullmatch(row.took)] == []
