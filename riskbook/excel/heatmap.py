"""A heat map in, its drawing out: the matrix in its colours, what stands in each cell, the appetite cell by cell."""

from collections.abc import Sequence
from dataclasses import replace

from riskbook.excel import looks, widths
from riskbook.excel.laid import Laid, Put, Puts, Runs, Value
from riskbook.excel.looks import Look
from riskbook.matrix import Band, Level, Score
from riskbook.report.blocks import HeatMap, Square

_ROW, _TALLEST = 72.0, 110.0
_PAGE = 480.0
"""Points that the rows of a matrix may take together, so that a page holds it."""
_FIRST_LINE, _LINE = 17.0, 12.75
_HEAD = 17.0
_SIDES = {"top": (1, 0), "bottom": (-1, 0), "left": (0, -1), "right": (0, 1)}


def lay(heat: HeatMap, at: int, pixels: Sequence[int], short: float) -> Laid:
    """Draw a matrix whose labels of impact stand in column ``at``, worst on top; rows of a small one are ``short``."""
    levels = heat.matrix.impact[::-1]
    puts = [Put(0, at, "Impact", looks.AXIS)]
    for row, level in enumerate(levels, 1):
        puts.append(Put(row, at, str(level), replace(looks.IMPACT, size=looks.BODY) if heat.small else looks.IMPACT))
        for column, step in enumerate(heat.matrix.likelihood, at + 1):
            puts.append(_cell(heat, Score(level.value, step.value), row, column, pixels[column]))
    height = short if heat.small else _row_height(heat, pixels[at + 1 :])
    axis, axis_height = _likelihood(heat, len(levels) + 1, at, pixels)
    return Laid((_HEAD, *[height] * len(levels), axis_height), Puts.of(*puts, *axis))


def _likelihood(heat: HeatMap, row: int, at: int, pixels: Sequence[int]) -> tuple[list[Put], float]:
    """The labels under the matrix, and the height of their row."""
    look = replace(looks.LIKELIHOOD, size=looks.SMALL) if heat.small else looks.LIKELIHOOD
    puts = [Put(row, at, "Likelihood", replace(looks.AXIS, across="right", down="top"))]
    lines = 1
    for column, level in enumerate(heat.matrix.likelihood, at + 1):
        puts.append(Put(row, column, str(level), look))
        lines = max(lines, _lines(level, look, pixels[column]))
    return puts, widths.height(lines, look.size)


def _lines(level: Level, look: Look, width: int) -> int:
    return len(widths.wrap(str(level), widths.tight(width), look.size))


def _cell(heat: HeatMap, score: Score, row: int, column: int, width: int) -> Put:
    band, square = heat.matrix.band(score), heat.square(score)
    look = fenced(heat, score, looks.square(band))
    if heat.small:
        return Put(row, column, _small(square, band, look), replace(look, across="center", down="vcenter"))
    rating = f"{heat.matrix.number(score)} {band.letter}"
    value = _large(square, rating, look, widths.room(width, 1), _most_lines(heat))
    return Put(row, column, value, replace(look, indent=1))


def fenced(heat: HeatMap, score: Score, look: Look) -> Look:
    """A cell's look with the appetite on every side where the other side differs."""
    for side, (impact, likelihood) in _SIDES.items():
        other = Score(score.impact + impact, score.likelihood + likelihood)
        inside = other.impact <= len(heat.matrix.impact) and other.likelihood <= len(heat.matrix.likelihood)
        if inside and min(other.impact, other.likelihood) > 0 and (score in heat.above) != (other in heat.above):
            look = _edged(look, side)
    return look


def _edged(look: Look, side: str) -> Look:
    match side:
        case "top":
            return replace(look, top=looks.APPETITE)
        case "bottom":
            return replace(look, bottom=looks.APPETITE)
        case "left":
            return replace(look, left=looks.APPETITE)
        case _:
            return replace(look, right=looks.APPETITE)


def _small(square: Square, band: Band, look: Look) -> Value:
    """The count and the letter, or the letter alone."""
    if not square.now:
        return band.letter
    return ((str(square.now), replace(look, size=12, bold=True)), (f" {band.letter}", look))


def _large(square: Square, rating: str, look: Look, room: int, most: int) -> Value:
    """The number and letter, the count, the count before, and the refs that fit."""
    if not square.now and not square.was:
        return rating
    runs: Runs = ((f"{rating}  ", look), (str(square.now), replace(look, size=14, bold=True)))
    if square.was is not None:
        runs = (*runs, (f"  (was {square.was})", look))
    lines = _refs(square.refs, room, most)
    return (*runs, ("\n" + "\n".join(lines), replace(look, size=looks.BODY))) if lines else runs


def _refs(refs: tuple[str, ...], room: int, most: int) -> list[str]:
    """As many refs as a cell holds, in lines; the table of the same facts has them all."""
    lines = widths.parted(refs, room, looks.BODY)
    shown = sum(map(len, lines[:most])) + 1
    while len(lines) > most:
        shown -= 1
        lines = widths.parted([*refs[:shown], f"and {len(refs) - shown} more"], room, looks.BODY)
    return [" ".join(line) for line in lines]


def _row_height(heat: HeatMap, pixels: Sequence[int]) -> float:
    """One height for all rows: what the fullest cell needs."""
    room = widths.room(min(pixels[: len(heat.matrix.likelihood)]), 1)
    lines = max((len(_refs(square.refs, room, _most_lines(heat))) for square in heat.squares), default=0)
    return max(_ROW, _FIRST_LINE + _LINE * lines)


def _most_lines(heat: HeatMap) -> int:
    """How many lines of refs a cell may have."""
    tallest = min(_TALLEST, _PAGE / len(heat.matrix.impact))
    return int((tallest - _FIRST_LINE) // _LINE)
