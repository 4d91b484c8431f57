"""What a form costs, as ratios in one run: python -m tests.benchmarks.bench_forms

What excel.form asks of XlsxWriter is written down as a plain script, and parts of the script are timed beside it. The
floor is the sheets with their styles and lists; the rival is the whole script. Nothing here is asserted: figures are
for people.
"""

import datetime
import io
import statistics
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any
from unittest import mock

import xlsxwriter

from riskbook import excel
from riskbook.cli.folder import find
from riskbook.excel import book, writer
from riskbook.report import form as forms
from riskbook.report.form import FIRST, Form, FormRow
from riskbook.settings import Context
from tests.benchmarks.rows import Row, beside, table

SAMPLE = Path(__file__).parents[2] / "samples" / "directorate"
FLOOR = "XlsxWriter without rows"
ROWS = 25
TIMES = 21
ROW, GUIDE, FRAME = "a row", "what may be typed, and when it changes its colours", "sheets, styles and lists"


def rows() -> Iterator[Row]:
    """Time the form of a unit of the sample, and the same with many rows."""
    context = find(SAMPLE).context()
    unit = context.directory.unit("ASM")
    assert unit
    yield from _rows(context, lambda: forms.prefilled(context, unit, 1))
    yield from _rows(context, lambda: many(forms.prefilled(context, unit, 1)))


def _rows(context: Context, made: Callable[[], Form]) -> Iterator[Row]:
    form = made()
    script = written_down(form, context)
    frame, guided = script.function(without=(ROW, GUIDE)), script.function(without=(ROW,))
    floor, guide, rival, ours = timed(frame, guided, script.function(), lambda: excel.form(context, made()))
    which = f"{len(form.risks)} risks, {len(form.actions)} actions"
    yield beside(f"XlsxWriter alone: a form's sheets, styles and lists ({which})", floor, floor, FLOOR)
    yield beside("with validations and conditional formats", guide, floor, FLOOR)
    yield beside("with the rows: the same workbook", rival, floor, FLOOR)
    yield beside("A prefilled form written by riskbook", ours, floor, FLOOR, "at most 4 ×")


def many(form: Form) -> Form:
    """The same form with ROWS risks and actions: those that it has, again and again."""
    return replace(form, risks=_again(form.risks, form.unit.code), actions=_again(form.actions, f"{form.unit.code}-A"))


def _again(rows: tuple[FormRow, ...], code: str) -> tuple[FormRow, ...]:
    taken = (rows[number % len(rows)] for number in range(ROWS))
    return tuple(replace(row, values={**row.values, "ref": f"{code}-{at:03}"}) for at, row in enumerate(taken, 1))


def timed(*actions: Callable[[], object]) -> list[float]:
    """The medians of several runs of each, by turns, in seconds."""
    seconds: list[list[float]] = [[] for _ in actions]
    for _ in range(TIMES):
        for spent, action in zip(seconds, actions, strict=True):
            begun = time.perf_counter()
            action()
            spent.append(time.perf_counter() - begun)
    return [statistics.median(spent) for spent in seconds]


class Script:
    """Calls to XlsxWriter as lines of Python, each with what it is for."""

    def __init__(self) -> None:
        self.lines: list[tuple[str, str]] = []

    def function(self, without: tuple[str, ...] = ()) -> Callable[[], object]:
        """The script as a function, without the lines that are for some of it."""
        body = "\n    ".join(line for line, purpose in self.lines if purpose not in without)
        known: dict[str, Any] = {"io": io, "datetime": datetime, "xlsxwriter": xlsxwriter}
        exec(compile(f"def script():\n    {body}\n", "script", "exec"), known)
        script: Callable[[], object] = known["script"]
        return script


class Stand:
    """Stands for a thing of XlsxWriter's, and writes down what it is asked."""

    def __init__(self, script: Script, name: str, sheet: str = "") -> None:
        self._script, self._name, self._sheet = script, name, sheet

    def __repr__(self) -> str:
        return self._name

    def __getattr__(self, method: str) -> Callable[..., Any]:
        return partial(self._asked, method)

    def pack(self, _: writer.Pack) -> None:
        """Close the workbook, in XlsxWriter's own words."""
        self._asked("close")

    def _asked(self, method: str, *given: object, **named: object) -> Any:
        told = ", ".join([*map(_spelt, given), *(f"{name}={_spelt(value)}" for name, value in named.items())])
        call, lines = f"{self._name}.{method}({told})", self._script.lines
        if not method.startswith("add_"):
            lines.append((call, self._purpose(method, given)))
            return None
        made = f"made{len(lines)}"
        lines.append((f"{made} = {call}", FRAME))
        return Stand(self._script, made, str(given[0]) if method == "add_worksheet" else "")

    def _purpose(self, method: str, given: tuple[object, ...]) -> str:
        if method in ("data_validation", "conditional_format"):
            return GUIDE
        of_a_cell = method.startswith("write_") or method == "set_row"
        return ROW if self._sheet in ("Risks", "Actions") and of_a_cell and _number(given) >= FIRST - 1 else FRAME


def written_down(form: Form, context: Context) -> Script:
    """What excel.form asks of XlsxWriter."""
    script = Script()

    def workbook(options: Mapping[str, Any]) -> Stand:
        told = {"in_memory": True, **options}
        script.lines.append((f"book = xlsxwriter.Workbook(io.BytesIO(), {told!r})", FRAME))
        return Stand(script, "book")

    with mock.patch.object(writer, "Workbook", workbook), mock.patch.object(book, "finish", _finish):
        excel.form(context, form)
    return script


def _finish(write: Callable[[writer.Pack], object], *_: object) -> bytes:
    """Have the workbook closed, and pack nothing."""
    write(lambda *_: None)
    return b""


def _number(given: tuple[object, ...]) -> int:
    """The row that stands first in what a call is given."""
    assert isinstance(given[0], int)
    return given[0]


def _spelt(value: object) -> str:
    """A value as Python spells it; a word of an enumeration is a word."""
    return repr(str(value)) if isinstance(value, str) else repr(value)


if __name__ == "__main__":
    for line in table(rows()):
        print(line, flush=True)
