"""A table told column by column: what each is called, how wide it is, and what it says of a thing."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from riskbook.report.blocks import Cell, Field, Table

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Column(Generic[Thing]):
    """A column of a table about things of one kind; ``width`` in pixels, ``group`` the band above its header."""

    header: str
    width: int
    cell: Callable[[Thing], Cell]
    group: str = ""
    centred: bool = False


def table(
    name: str,
    columns: Iterable[Column[Thing]],
    things: Iterable[Thing],
    empty: str,
    about: str = "",
    total: Thing | None = None,
    ruled_by: str = "",
) -> Table:
    """A row for every thing; ``total`` is the thing that the last row is about."""
    columns = tuple(columns)

    def row(thing: Thing) -> tuple[Cell, ...]:
        return tuple(column.cell(thing) for column in columns)

    return Table(
        name,
        tuple(Field(column.header, column.group, column.centred) for column in columns),
        tuple(row(thing) for thing in things),
        empty,
        about,
        () if total is None else row(total),
        ruled_by,
    )


def widths(columns: Iterable[Column[Thing]]) -> tuple[int, ...]:
    """The grid that columns stand on."""
    return tuple(column.width for column in columns)
