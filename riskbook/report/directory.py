"""Units and people in, directory.xlsx as a document out, for I&P to keep in Excel."""

from datetime import date
from typing import Any

from riskbook.directory import Directory, Unit
from riskbook.forms import BOARDS, PEOPLE, UNITS, Column
from riskbook.report import blocks
from riskbook.report.blocks import BLANK, Document, Field, Screen, Sheet, Table, Text
from riskbook.report.register import widths
from riskbook.settings import Settings

BEGUN = date(2026, 4, 1)
"""The date that a new directory carries, so that it is the same whenever it is made."""


def document(directory: Directory, settings: Settings) -> Document:
    """The directory as three sheets."""
    council = settings.council
    return Document(
        title=f"{council.directorate}: units and people",
        subject="Who sends a return, who may own a risk, and who is sent what",
        organisation=council.name,
        footer=f"{council.directorate} · units and people",
        created=BEGUN,
        sheets=(
            _sheet(
                "Units", "A row for each unit that keeps risks. Dates say from when until when.", UNITS, directory.units
            ),
            _sheet("People", "A row for each person or post that may own a risk.", PEOPLE, directory.people),
            _sheet("Boards", "A row for each day on which a board meets.", BOARDS, directory.meetings),
        ),
    )


def blank(settings: Settings) -> Document:
    """A directory to fill in, with the one unit that every directorate has."""
    unit = Unit("DIR", settings.council.directorate, "Directorate", manager="Director of Children's Services")
    return document(Directory((unit,)), settings)


def _sheet(name: str, lead: str, columns: tuple[Column, ...], things: tuple[Any, ...]) -> Sheet:
    rows = tuple(tuple(_cell(getattr(thing, column.key)) for column in columns) for thing in things)
    blank_rows = rows or ((BLANK,) * len(columns),)
    fields = tuple(Field(column.header) for column in columns)
    table = Table(name.lower(), fields, blank_rows, empty="", about=lead)
    return Sheet(name, name, lead, (table,), widths(columns), Screen(1))


def _cell(value: Any) -> blocks.Cell:
    if isinstance(value, tuple):
        value = ", ".join(value)
    if isinstance(value, date):
        return blocks.Day(value)
    if isinstance(value, int):
        return blocks.Count(value)
    return Text(value) if value else BLANK
