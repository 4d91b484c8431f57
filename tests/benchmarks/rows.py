"""Rows of the table that README.md shows: what was measured, beside what, how many times as much, and the goal."""

import statistics
import time
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple


class Row(NamedTuple):
    """A line: ``took`` is a time, ``times`` is it in floors or rivals, ``goal`` what it is to be."""

    what: str
    took: str
    times: str
    goal: str = ""


def beside(what: str, seconds: float, floor: float, floor_is: str, goal: str = "") -> Row:
    """A time beside that of a floor."""
    return Row(what, said(seconds), f"{seconds / floor:.1f} × {floor_is}", goal)


def said(seconds: float) -> str:
    """A time as people read it: "12 ms", "3.4 s"."""
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def table(rows: Iterable[Row]) -> Iterator[str]:
    """The lines of the table in Markdown, each as soon as it is there."""
    yield "| What | Took | Beside | Goal |"
    yield "| --- | --: | --: | --- |"
    for row in rows:
        yield f"| {' | '.join(row)} |"


def timed(action: Callable[[], object], times: int = 9) -> float:
    """The median of several runs, in seconds."""
    seconds = []
    for _ in range(times):
        begun = time.perf_counter()
        action()
        seconds.append(time.perf_counter() - begun)
    return statistics.median(seconds)
