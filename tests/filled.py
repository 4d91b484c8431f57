"""A good return: issued to a small team, filled in whole, with nothing to put right and nothing to ask.

``Sent`` opens it, knows where every key and ref stands, and lets a test do to it what people do.
"""

import io
import pickle
import zipfile
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cache
from typing import Any

import openpyxl
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from riskbook import excel
from riskbook.findings import Finding, Severity
from riskbook.forms import ACTIONS, RISKS, by_key
from riskbook.intake import Intake, take
from riskbook.model import Action, Risk, UnitReturn
from riskbook.places import letters
from riskbook.report.form import FIRST, Form, FormRow, corrected, prefilled
from riskbook.settings import Context
from tests import samples_form
from tests.makers import put, saved

UNIT = samples_form.UNIT
OWNER = "Team Manager, Harbour Assessment"
ASKED: Mapping[str, Any] = {
    "title": "Case notes reach the next team too late to help",
    "category": "Workforce",
    "owner": OWNER,
    "raised": date(2025, 11, 3),
    "cause": "two posts stand empty and nobody covers the evenings",
    "effect": "a child is seen later than the family was promised",
    "control_effectiveness": "Partly",
    "inherent_impact": "5 Critical",
    "inherent_likelihood": "5 Almost certain",
    "response": "Treat",
    "target_impact": "2 Minor",
    "target_likelihood": "2 Unlikely",
    "target_date": date(2027, 3, 31),
    "reviewed": date(2026, 9, 24),
    "objective": "Help at the right time",
    "parent": "DIR-02",
    "beyond_control": "No",
    "escalate": "No",
    "audience": "Open",
    "status": "Open",
}
"""What is typed where last quarter left something empty, or asked for nothing."""
RISK: Mapping[str, Mapping[str, Any]] = {
    "SAF-003": {
        "cause": "= Hello: four posts stand empty\nand few people apply",
        "effect": "  weaker relationships  ",
        "exposure": 250_000,
        "escalate": "Yes",
        "escalate_reason": "Pay is decided above the team",
    },
    "SAF-007": {"title": "Interviews after a child comes home are late", "target_impact": "3 Moderate"},
    "SAF-011": {"target_impact": "2 Minor", "beyond_control": "Yes", "exposure": 1234.5},
    "SAF-012": {
        "owner": OWNER,
        "commentary": "A second locum starts on 12 October. " + "The court list is read every Monday. " * 40,
    },
    "SAF-014": {"owner": OWNER, "target_impact": "1 Minimal", "target_likelihood": "1 Rare"},
    "SAF-016": {"target_impact": "2 Minor", "target_likelihood": "1 Rare", "audience": "Exempt"},
}
"""What is typed over it, risk by risk."""
ACTION: Mapping[str, Mapping[str, Any]] = {
    "SAF-A022": {"status": "Complete", "done": date(2026, 9, 11)},
    "SAF-A028": {"progress": "412 boxes listed;\nnone missing."},
}
NEW_RISK: Mapping[str, Any] = {
    **ASKED,
    "ref": "NEW-1",
    "title": "Two teams keep two lists of the same children",
    "event": "a child stands on one list and not on the other",
    "controls": "The lists are compared by hand each Friday.",
    "impact": "4 Major",
    "likelihood": "2 Unlikely",
    "target_impact": "4 Major",
    "target_likelihood": "1 Rare",
}
NEW_ACTION: Mapping[str, Any] = {
    "risk_ref": "NEW-1",
    "what": "Put both lists into the case system",
    "lead": OWNER,
    "due": date(2026, 12, 18),
    "status": "Not started",
}
OWN = "Our own priority"
PRIORITIES = {"SAF-003": "High", "SAF-011": "= Low, for now", "SAF-014": "Low", "SAF-A025": "Second"}
"""A column that the team keeps for itself, on both sheets."""


@cache
def context() -> Context:
    """The second quarter of 2026-27, with the register of the first."""
    return samples_form.context()


@cache
def form() -> Form:
    """The return as a value."""
    blank = prefilled(context(), UNIT, 1)
    risks = [_own(row, {**ASKED, **row.values, **_asked_afresh(row), **RISK[_ref(row)]}) for row in blank.risks]
    actions = [_own(row, {"lead": OWNER, **row.values, **ACTION.get(_ref(row), {})}) for row in blank.actions]
    for values in ({"risk_ref": "SAF-016"}, {"risk_ref": "SAF-007"}):
        what = f"Ask the council's interpreters about cover for {values['risk_ref']}"
        actions.append(FormRow(values={**NEW_ACTION, **values, "what": what}))
    part = {"filled_by": "Jo Bell", "filled_on": date(2026, 10, 2), "reviewed_all": "Yes"}
    rows = (*risks, FormRow(values=NEW_RISK)), (*actions, FormRow(values=NEW_ACTION))
    return replace(blank, risks=rows[0], actions=rows[1], part=part)


@cache
def good() -> bytes:
    """The return as it was sent."""
    return excel.form(context(), form())


def _ref(row: FormRow) -> str:
    return str(row.values["ref"])


def _own(row: FormRow, values: Mapping[str, Any]) -> FormRow:
    own = PRIORITIES.get(_ref(row))
    return replace(row, values=values, other=((OWN, own),) if own else ())


def _asked_afresh(row: FormRow) -> Mapping[str, Any]:
    return {"commentary": f"What was promised for {_ref(row)} in June was done in September."}


Place = tuple[str, int]
"""A sheet and a row."""


@dataclass
class Sent:
    """A return that people do things to: its workbook, and in which column each key and row each ref stands now.

    The team's own column is the key "own". ``added`` is the row that was put in besides a ref's own. ``parts`` change
    the parts of the package once it is saved, for what openpyxl cannot write.
    """

    book: Workbook
    pages: Mapping[str, Worksheet]
    at: dict[str, dict[str, int]]
    rows: dict[str, int]
    name: str = "saf.xlsx"
    headers: dict[str, int] = field(default_factory=lambda: dict.fromkeys(("Risks", "Actions"), FIRST - 1))
    added: dict[str, Place] = field(default_factory=dict)
    parts: list[Callable[[dict[str, bytes]], None]] = field(default_factory=list)

    def sheet(self, ref: str) -> Worksheet:
        """The sheet that a ref stands on."""
        return self.pages[self.home(ref)]

    def home(self, ref: str) -> str:
        """Risks or Actions."""
        return "Actions" if "-A" in ref else "Risks"

    def spot(self, ref: str, key: str) -> tuple[int, int]:
        """The row and column of a cell."""
        return self.rows[ref], self.at[self.home(ref)][key]

    def cell(self, ref: str, key: str) -> str:
        """The address of a cell, "F12"."""
        row, column = self.spot(ref, key)
        return f"{letters(column)}{row}"

    def put(self, ref: str, key: str, content: object) -> None:
        """Type something into a cell, whatever was formatted there."""
        sheet, (row, column) = self.sheet(ref), self.spot(ref, key)
        sheet.cell(row, column).number_format = "General"
        put(sheet, row, column, content)

    def value(self, ref: str, key: str) -> Any:
        """What stands in a cell."""
        return self.sheet(ref).cell(*self.spot(ref, key)).value

    def rename(self, sheet: str, key: str, heading: str) -> None:
        """Give a column another heading."""
        self.pages[sheet].cell(self.headers[sheet], self.at[sheet][key]).value = heading

    def add_rows(self, sheet: str, before: int, count: int) -> None:
        """Put in blank rows."""
        self.pages[sheet].insert_rows(before, count)
        self._moved(sheet, lambda row: row + count if row >= before else row)

    def free_row(self, sheet: str) -> int:
        """The row after the last of a table on which something is typed, or was done."""
        known = by_key(RISKS) if sheet == "Risks" else by_key(ACTIONS)
        typed = [column for key, column in self.at[sheet].items() if key in known and not known[key].ours]
        spoken = {*((sheet, row) for ref, row in self.rows.items() if self.home(ref) == sheet), *self.added.values()}
        rows = range(self.headers[sheet] + 1, self.headers[sheet] + 40)
        filled = (
            row
            for row in rows
            if (sheet, row) in spoken or any(self.pages[sheet].cell(row, column).value for column in typed)
        )
        return max(filled) + 1

    def delete_row(self, ref: str) -> None:
        """Take a row out."""
        gone = self.rows.pop(ref)
        self.sheet(ref).delete_rows(gone)
        self._moved(self.home(ref), lambda row: row - 1 if row > gone else row)

    def add_column(self, sheet: str, before: str, heading: str, key: str = "") -> None:
        """Put in a column, to be known under a key."""
        at = self.at[sheet][before]
        self.pages[sheet].insert_cols(at)
        self.at[sheet] = {known: column + (column >= at) for known, column in self.at[sheet].items()} | {key: at}
        self.rename(sheet, key, heading)

    def delete_column(self, sheet: str, key: str) -> None:
        """Take a column out."""
        gone = self.at[sheet].pop(key)
        self.pages[sheet].delete_cols(gone)
        self.at[sheet] = {known: column - (column > gone) for known, column in self.at[sheet].items()}

    def swap_columns(self, sheet: str, one: str, other: str) -> None:
        """Let two columns stand in each other's place, headings and all."""
        at = self.at[sheet]
        for row in range(self.headers[sheet], self.pages[sheet].max_row + 1):
            first, second = (self.pages[sheet].cell(row, at[key]) for key in (one, other))
            was = first.value, first.data_type, first.number_format
            first.value, first.data_type, first.number_format = second.value, second.data_type, second.number_format
            second.value, second.data_type, second.number_format = was
        at[one], at[other] = at[other], at[one]

    def _moved(self, sheet: str, to: Callable[[int], int]) -> None:
        self.rows = {ref: to(row) if self.home(ref) == sheet else row for ref, row in self.rows.items()}
        self.added = {ref: (name, to(row) if name == sheet else row) for ref, (name, row) in self.added.items()}
        self.headers[sheet] = to(self.headers[sheet])

    def data(self) -> bytes:
        """What is sent."""
        data = saved(self.book)
        return repacked(data, self.parts) if self.parts else data


def sent(data: bytes | None = None, rows: Mapping[str, int] | None = None) -> Sent:
    """Open the good return, or another form on which refs stand in the rows that are given."""
    book = openpyxl.load_workbook(io.BytesIO(data)) if data else pickle.loads(_opened())
    at = {}
    for name, columns in (("Risks", RISKS), ("Actions", ACTIONS)):
        keys = {column.header: column.key for column in columns} | {OWN: "own"}
        at[name] = {keys[cell.value]: cell.column for cell in book[name][FIRST - 1] if cell.value in keys}
    return Sent(book, {name: book[name] for name in at}, at, dict(rows or rows_of(returned())))


@cache
def _opened() -> bytes:
    """The good return as openpyxl has it open: six times as quick to copy as to open again."""
    return pickle.dumps(openpyxl.load_workbook(io.BytesIO(good())))


def taken(data: bytes, name: str = "saf.xlsx", when: Context | None = None) -> Intake:
    """A return of the unit, taken in."""
    return take(data, name, when or context())


Told = list[dict[str, Any]]
"""Rows as they were read, but for where: a dictionary a row."""


def told(returned: UnitReturn) -> tuple[Told, Told]:
    """The risks and the actions of a return."""
    return _told(returned.risks), _told(returned.actions)


def spoken_of(findings: Iterable[Finding]) -> Counter[tuple[str, str, str]]:
    """Errors and queries by code, ref and heading."""
    return Counter((f.code, f.ref, f.field) for f in findings if f.severity is not Severity.NOTE)


def _told(rows: tuple[Risk, ...] | tuple[Action, ...]) -> Told:
    return [{one.name: getattr(row, one.name) for one in fields(row) if one.name != "source"} for row in rows]


@cache
def returned() -> UnitReturn:
    """What the good return says."""
    one = taken(good()).returned
    assert one
    return one


def rows_of(one: UnitReturn) -> dict[str, int]:
    """Where each ref stands in a return."""
    return {row.ref: row.source.row for row in (*one.risks, *one.actions) if row.ref}


def repacked(data: bytes, changes: list[Callable[[dict[str, bytes]], None]]) -> bytes:
    """The same package with some of its parts changed."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    for change in changes:
        change(parts)
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return stream.getvalue()


# The corrections copy


def copied(intake: Intake) -> bytes:
    """What goes back to the manager."""
    return excel.form(context(), corrected(context(), UNIT, intake))


def fixes(data: bytes) -> dict[tuple[str, str, str], dict[str, Any]]:
    """What stands on Please correct, by code, ref and column; the cells by heading."""
    rows = list(openpyxl.load_workbook(io.BytesIO(data))["Please correct"].iter_rows(min_row=5))
    headings = [cell.value for cell in rows[0]]
    listed = [dict(zip(headings, (cell.value for cell in row), strict=True)) for row in rows[1:] if row[-1].value]
    return {(row["Code"], row["Ref"] or "", row["Column"] or ""): row for row in listed}


def answered(data: bytes, code: str, ref: str, text: str) -> bytes:
    """The copy with an answer to a query."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    sheet = book["Please correct"]
    columns = {cell.value: cell.column for cell in sheet[5]}
    (row,) = (
        line[0].row
        for line in sheet.iter_rows(min_row=6)
        if (line[columns["Code"] - 1].value, line[columns["Ref"] - 1].value) == (code, ref)
    )
    sheet.cell(row, columns["Your answer"]).value = text
    return saved(book)
