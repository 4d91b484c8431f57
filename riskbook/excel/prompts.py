"""A column in; what its cells take, the prompt beside them, and what is said when something else is typed, out."""

from collections.abc import Mapping
from typing import Any

from riskbook.forms import Column
from riskbook.kinds import Choice, Day, Flag, Money, Ref, Step, Text
from riskbook.settings import Settings

LONGEST, LONGEST_TITLE = 120, 32
"""Characters of a prompt: a longer one covers the cells below it on a laptop."""
TITLE = "Please look again"
FROM_LIST = "Choose from the list: the arrow beside the cell opens it. Press Esc to leave the cell as it was."
NOT_LISTED = "That is not on the list. If it is right all the same, choose Yes."
ONE_DAY = "Type one day, like 31/03/2027, and nothing else. Words about it belong in another column."
_REFUSAL = {
    "validate": "custom",
    "value": "=FALSE",
    "ignore_blank": False,
    "error_title": "We fill this in",
    "error_message": "We fill this in. Press Esc to leave the cell as it was.",
}


def validation(column: Column, settings: Settings) -> Mapping[str, Any]:
    """What XlsxWriter is told of a column: riskbook's own refuse whatever is typed."""
    if column.ours:
        words = {"input_title": column.header, "input_message": column.help} if column.help else {}
        return {**_REFUSAL, **words}
    told = dict(column.kind.restraint(settings) or {"validate": "any"})
    if told["validate"] != "any":
        told |= {"error_title": TITLE, "error_message": _alert(column, settings)}
    if about := prompt(column, settings):
        told |= {"input_title": column.header, "input_message": about}
    return told


def prompt(column: Column, settings: Settings) -> str:
    """One question, and an example after it where there is room."""
    words = f"{column.help} Example: {given}" if (given := example(column, settings)) else column.help
    return words if len(words) <= LONGEST else column.help


def example(column: Column, settings: Settings) -> str:
    """The example of a column, in the steps and categories that are in force."""
    if isinstance(column.kind, Step) and column.example:
        levels = column.kind.levels(settings.matrix)
        return str(levels[min(int(column.example[0]), len(levels)) - 1])
    if isinstance(column.kind, Choice):
        options = column.kind.options(settings)
        return column.example if column.example in options else options[0]
    return column.example


def _alert(column: Column, settings: Settings) -> str:
    match column.kind:
        case Step():
            most = len(column.kind.levels(settings.matrix))
            return f"Choose from the list, or type a whole number from 1 to {most}. If you typed one, choose Yes."
        case Choice() | Flag():
            return FROM_LIST
        case Day():
            return ONE_DAY
        case Money():
            return "Type an amount in pounds, like 250000, or leave the cell empty."
        case Ref() | Text(most=0):
            return NOT_LISTED
        case _:
            return f"This takes {column.kind.allowed(settings)}. It may stand, but the reports have no room for it."
