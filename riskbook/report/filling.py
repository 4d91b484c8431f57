"""A column that people fill in, in; the cell that takes it, with what may be typed and its prompt, out."""

from datetime import date
from typing import Any

from riskbook.forms import DECISIONS, Column, by_key
from riskbook.kinds import Choice, Day, Step
from riskbook.report.blocks import ToFill
from riskbook.settings import Settings

LONGEST = 255
"""Characters of a list that Excel keeps in the cell itself, with commas between its words."""


def cell(key: str, settings: Settings, value: Any = None, listed: str = "") -> ToFill:
    """The cell of a column of the decisions; ``listed`` is a table to choose from, whose words others may replace."""
    return of(by_key(DECISIONS)[key], settings, value, listed)


def of(column: Column, settings: Settings, value: Any = None, listed: str = "") -> ToFill:
    """The cell of any column that people fill in."""
    choices = () if listed else _choices(column, settings)
    shown = value if value is None or isinstance(value, date) else str(column.kind.show(value, settings))
    return ToFill(
        value=shown,
        choices=choices,
        day=isinstance(column.kind, Day),
        listed=listed,
        loose=bool(listed) or isinstance(column.kind, Step),
        title=column.header,
        prompt=f"{column.help} Example: {column.example}" if column.example else column.help,
    )


def _choices(column: Column, settings: Settings) -> tuple[str, ...]:
    """The words to choose from, where a cell can hold them: their list has room, and none has a comma of its own."""
    match column.kind:
        case Choice():
            words = column.kind.options(settings)
        case Step():
            words = tuple(map(str, column.kind.levels(settings.matrix)))
        case _:
            return ()
    return words if len(",".join(words)) <= LONGEST and not any("," in word for word in words) else ()
