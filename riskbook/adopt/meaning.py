"""A table of somebody else's register in; what each of its columns is read as out, and what only a person can say."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from riskbook.adopt import headings, layout
from riskbook.adopt.layout import Area
from riskbook.adopt.levels import LONGEST
from riskbook.adopt.mapping import AXES, IN_ROW, Table, plain
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, RISKS, Column, by_key
from riskbook.grid import Cell, Grid
from riskbook.kinds import Choice, listed
from riskbook.places import Place, letters
from riskbook.read import Book
from riskbook.rules import adoption
from riskbook.sentences import REF_TITLE, SENTENCE, hints, pair, parts
from riskbook.tables import shown
from riskbook.text import folded, words_only


@dataclass(slots=True)
class Draft:
    """A table on its way into a proposal."""

    table: Table
    remarks: dict[tuple[str | int, ...], Sequence[str]] = field(default_factory=dict)
    doubts: list[Finding] = field(default_factory=list)


class Seen:
    """A table as it stands: the cells under each heading."""

    def __init__(self, book: Book, grid: Grid, area: Area) -> None:
        self.book, self.grid, self.area = book, grid, area
        self.headings = {column: plain(" ".join(parts)) for column, parts in area.columns.items()}
        self.under: dict[int, list[Cell]] = {column: [] for column in area.columns}
        for row in layout.body(grid, area).values():
            for column, cell in row.items():
                if shown(cell):
                    self.under.setdefault(column, []).append(cell)

    def name(self, column: int) -> str:
        """How a mapping names a column: by its heading, unless there is none or several have it."""
        heading = self.headings.get(column, "")
        alone = [folded(other) for other in self.headings.values()].count(folded(heading)) == 1
        return heading if heading and alone else f"column {letters(column)}"

    def column(self, name: str) -> int:
        """The column of a name; 0 where there is none."""
        return next((column for column in self.under if self.name(column) == name), 0)

    def place(self, column: int) -> Place:
        """The cell of a heading."""
        return Place(self.book.name, self.grid.name, self.area.headings[1], column)


def kind(area: Area) -> str:
    """Whether a table is one of risks or of actions; nothing where it is neither."""
    risk = {headings.first(headings.risk, one) for one in area.columns.values()}
    risk |= {key for one in area.columns.values() for key in headings.first(headings.says, one)}
    rated = any(headings.first(headings.rating, one) for one in area.columns.values())
    if risk & {"risk", "title", "event"} and (rated or risk & {"controls", "cause", "effect", "owner", "category"}):
        return "risks"
    action = {headings.first(headings.action, one) for one in area.columns.values()}
    if "what" in action and action & {"risk_ref", "lead", "due"} and not rated:
        return "actions"
    return "risks" if rated and risk & {"risk", "title", "event", "cause", "effect"} else ""


def risk_columns(sheet: Seen, draft: Draft) -> None:
    """What each column of a table of risks is read as."""
    meant: dict[str, list[int]] = {}
    combined: dict[int, tuple[str, ...]] = {}
    for column, parts_ in sheet.area.columns.items():
        keys = _meaning(sheet, column, parts_)
        if len(keys) > 1:
            combined[column] = keys
        for key in keys:
            meant.setdefault(key, []).append(column)
    _name_the_risk(meant)
    _sentence(sheet, meant, combined)
    taken = _settled(sheet, draft, meant, combined)
    columns = {key: sheet.name(column) for key, column in taken.items() if column not in combined}
    whole = {column: keys for column, keys in combined.items() if all(taken.get(key) == column for key in keys)}
    draft.table = replace(
        draft.table,
        columns={key: name for key, name in columns.items() if not key.startswith("action.")},
        action={key.removeprefix("action."): name for key, name in columns.items() if key.startswith("action.")},
        combined={sheet.name(column): keys for column, keys in whole.items()},
    )
    if "what" not in draft.table.action:
        draft.table = replace(draft.table, action={})
    _which_first(sheet, draft)


def action_columns(sheet: Seen, draft: Draft) -> None:
    """What each column of a table of actions is read as."""
    meant: dict[str, list[int]] = {}
    for column, parts_ in sheet.area.columns.items():
        if key := headings.first(headings.action, parts_):
            meant.setdefault(key, []).append(column)
    taken = _settled(sheet, draft, meant, {})
    draft.table = replace(draft.table, columns={key: sheet.name(column) for key, column in taken.items()})


_CHOICES = {column.key for column in RISKS if isinstance(column.kind, Choice)}
_CONSEQUENCE = {"consequence", "consequences"}
"""Headings under which some give a rating and others say what would follow."""


def _meaning(sheet: Seen, column: int, parts_: tuple[str, ...]) -> tuple[str, ...]:
    """The columns of ours that a column of theirs means, by its heading and by what stands under it."""
    texts = [shown(cell) for cell in sheet.under[column]]
    rating = headings.first(headings.rating, parts_)
    if rating and texts and sum(pair(text) is not None for text in texts) * 2 > len(texts):
        return rating.keys(_order(sheet, column))
    if rating and rating.what in AXES:
        if _steplike(texts, 1 if words_only(parts_[-1]) in _CONSEQUENCE else 4):
            return rating.keys((rating.what,))
        return ("effect",) if rating.what == "impact" and not rating.stage else ()
    if rating:
        return ("score",) if rating.what == "score" and rating.stage in ("", "now") and _numbers(texts) else ()
    said = headings.first(headings.says, parts_)
    if said == REF_TITLE and texts and all(parts(text, REF_TITLE) for text in texts):
        return REF_TITLE
    if len(said) == len(SENTENCE):
        return said
    key = headings.first(headings.risk, parts_)
    if key in _CHOICES and any(len(text) > LONGEST for text in texts):
        return ()
    if key:
        return (key,)
    doing = headings.first(headings.action_in_row, parts_)
    return (f"action.{doing}",) if doing else ()


def _order(sheet: Seen, column: int) -> tuple[str, ...]:
    """Which axis comes first in a pair of ratings: as the heading says, or impact; none for "A1" that says nothing."""
    axes = headings.order(sheet.headings[column])
    mixed = any(found.mixed for cell in sheet.under[column] if (found := pair(shown(cell))))
    return axes if len(axes) == 2 else () if mixed else tuple(AXES)


def _steplike(texts: Iterable[str], most: int) -> bool:
    """Whether texts may be steps: of few words, or with a number."""
    return all(len(text) <= LONGEST and (len(text.split()) <= most or text[0].isdigit()) for text in texts)


def _numbers(texts: Iterable[str]) -> bool:
    return all(re.fullmatch(r"\d+(\.\d+)?", text) for text in texts)


def _name_the_risk(meant: dict[str, list[int]]) -> None:
    """A column called Risk is the event, unless another is: then it is the title."""
    columns = meant.pop("risk", [])
    if columns and "event" not in meant:
        meant["event"] = columns
    elif columns and "title" not in meant:
        meant["title"] = columns


def _sentence(sheet: Seen, meant: dict[str, list[int]], combined: dict[int, tuple[str, ...]]) -> None:
    """One description in the place of cause, event and effect is looked through for them."""
    columns = meant.get("event", [])
    if len(columns) == 1 and columns[0] not in combined and not meant.keys() & {"cause", "effect"}:
        texts = [shown(cell) for cell in sheet.under[columns[0]]]
        if any(hints(text) > 1 or parts(text, SENTENCE) for text in texts):
            combined[columns[0]] = SENTENCE
            meant["cause"] = meant["effect"] = columns


def _settled(
    sheet: Seen, draft: Draft, meant: Mapping[str, list[int]], combined: Mapping[int, tuple[str, ...]]
) -> dict[str, int]:
    """The one column of each key; where several fit none is taken, and that is a question."""
    taken: dict[str, int] = {}
    for key, columns in meant.items():
        own = [column for column in columns if column not in combined] or columns
        own = [column for column in own if _is_of_now(sheet, column)] or own if len(own) > 1 else own
        if len(own) == 1:
            taken[key] = own[0]
            continue
        column = _OURS.get(key.removeprefix("action."), by_key(RISKS).get(key))
        facts = {
            "headings": listed([f"“{sheet.name(c)}” ({letters(c)})" for c in own], "and"),
            "heading": column.header if column else key,
            "table": "risks",
        }
        draft.doubts.append(adoption.TWO_FIT.finding(sheet.place(own[0]), facts, key=key))
        where = ("columns",)
        names = " or ".join(f'"{sheet.name(c)}"' for c in own)
        draft.remarks[where] = (*draft.remarks.get(where, ()), f"Which of them? {key} = {names}")
    return taken


def _is_of_now(sheet: Seen, column: int) -> bool:
    """Whether a heading says in so many words that its rating is the one of now."""
    rating = headings.first(headings.rating, sheet.area.columns[column])
    return rating is not None and rating.stage == "now"


_OURS: Mapping[str, Column] = {**{c.key: c for c in ACTIONS if c.key in IN_ROW}, **by_key(RISKS)}


def _which_first(sheet: Seen, draft: Draft) -> None:
    """A question for each pair of ratings in one cell that does not say which is which."""
    for column, parts_ in sheet.area.columns.items():
        found = [pair(shown(cell)) for cell in sheet.under[column]]
        rating = headings.first(headings.rating, parts_)
        named = len(headings.order(sheet.headings[column])) == 2
        if rating and found and all(found) and not named and not all(one and one.axes for one in found):
            name, order = sheet.name(column), _order(sheet, column)
            facts = {"heading": name, "taken": f"It was read as {order[0]} first." if order else "It was not taken."}
            draft.doubts.append(adoption.WHICH_FIRST.finding(sheet.place(column), facts, value=name))
            either = [", ".join(f'"{key}"' for key in rating.keys(axes)) for axes in (tuple(AXES), tuple(AXES)[::-1])]
            line = f'Which comes first? "{name}" = [{either[0]}], or [{either[1]}]'
            draft.remarks[("combined",)] = (*draft.remarks.get(("combined",), ()), line)
