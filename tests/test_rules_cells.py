"""Rules C: each finds its bad example and not its good one, typed into a real sheet and read back."""

import io
import re
import zipfile
from collections.abc import Mapping

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from riskbook import settings as loading
from riskbook.findings import Finding, Rule
from riskbook.forms import RISKS, by_key
from riskbook.places import letters
from riskbook.read import read as read_book
from riskbook.rules import cells
from riskbook.tables import Table
from riskbook.tables import read as read_table

AGREED = loading.load(loading.framework(loading.DEFAULT))
HEADERS = {column.key: column.header for column in RISKS if column.on_form}
HEADER, ROW = 5, 7
ELSEWHERE = {
    "C101": "empty, which is known once the whole row is",
    "C112": "a whole column, which is known once the whole return is",
    "C115": "a typed score, which is held against impact and likelihood",
    "C116": "a score that no cell gives",
    "C120": "a missing column, which depends on the version of the form",
    "C121": "a formula never calculated, which is said once for the whole file",
}
"""Rules that other steps find, and tests of those steps hold."""
RULES = [rule for rule in cells.RULES if rule.code not in ELSEWHERE]
EVERY = pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.code)


def headings(example: Mapping[str, object]) -> dict[str, str]:
    """The form's headings by key, less those that an example takes away ("-owner"), and its own ("+Our priority")."""
    gone = {key[1:] for key in example if key.startswith("-")}
    own = {key: key[1:] for key in example if key.startswith("+")}
    return {key: header for key, header in HEADERS.items() if key not in gone} | own


def typed(example: Mapping[str, object]) -> bytes:
    """A workbook with the form's headings under a banner, and what an example says typed in one row."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = "Risks"
    sheet["A1"] = "Front Door · 2026-27 Q2"
    longest = ""
    for column, (key, heading) in enumerate(headings(example).items(), start=1):
        sheet.cell(HEADER, column, heading)
        text = str(example.get(key, ""))
        if len(text) > 32_767:
            longest, text = text, "LONGEST"
        if text:
            # Excel writes what XML cannot hold like this; openpyxl leaves that to who uses it.
            sheet.cell(ROW, column, re.sub(r"[\x00-\x08]", lambda found: f"_x{ord(found[0]):04X}_", text))
    stream = io.BytesIO()
    book.save(stream)
    return lengthened(stream.getvalue(), longest) if longest else stream.getvalue()


def lengthened(data: bytes, text: str) -> bytes:
    """A workbook with a text that is longer than openpyxl would write."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as book, zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as longer:
        for part in book.namelist():
            longer.writestr(part, book.read(part).replace(b">LONGEST<", f">{text}<".encode()))
    return stream.getvalue()


def found(example: Mapping[str, object]) -> tuple[Table | None, list[Finding]]:
    book = read_book(typed(example), "front-door.xlsx")
    grid = book.grid("Risks")
    assert grid is not None
    return read_table(grid, book.name, book.sha256, RISKS, AGREED)


def cell(rule: Rule) -> str:
    """Where the fault of a bad example stands: in what is typed, or in the heading that it adds."""
    key = next(key for key in rule.bad if not key.startswith("-"))
    column = letters(list(headings(rule.bad)).index(key) + 1)
    return f"{column}{HEADER if key.startswith('+') else ROW}"


@EVERY
def test_a_rule_finds_its_bad_example(rule: Rule):
    """Once, at its cell, and nothing else is found."""
    _, findings = found(rule.bad)
    assert [(finding.code, finding.place.cell) for finding in findings] == [(rule.code, cell(rule))]
    assert findings[0].severity is rule.severity


@EVERY
def test_a_rule_finds_no_fault_with_its_good_example(rule: Rule):
    """The sheet is read, and every value of the example with it."""
    table, findings = found(rule.good)
    assert table is not None
    assert [row.source.row for row in table.rows] == [ROW]
    assert set(rule.good) <= set(table.rows[0].values)
    assert rule.code not in {finding.code for finding in findings}


@EVERY
def test_an_example_needs_no_more_than_a_note(rule: Rule):
    """A good example is good by every other rule too, but for the note that a reading was not the plain one."""
    _, findings = found(rule.good)
    assert {finding.code for finding in findings} <= {"C118"}


def test_a_formula_that_was_never_calculated_is_known_by_its_cell():
    """The table names the place and keeps no value; one finding for the whole file follows."""
    table, findings = found(cells.NEVER_CALCULATED.bad)
    assert table is not None
    assert findings == []
    assert [place.cell for place in table.uncalculated] == [cell(cells.NEVER_CALCULATED)]
    assert dict(table.rows[0].unread).keys() == {"owner"}
    calculated, _ = found(cells.NEVER_CALCULATED.good)
    assert calculated is not None
    assert calculated.uncalculated == ()


def test_the_rules_left_out_are_rules():
    """With examples of columns that there are, as all have."""
    assert set(ELSEWHERE) <= {rule.code for rule in cells.RULES}
    for rule in cells.RULES:
        for key in (*rule.bad, *rule.good):
            assert key.startswith("+") or key.removeprefix("-") in by_key(RISKS)


def test_every_rule_of_the_family_is_listed():
    """Once, in the order of the codes, each with words for people."""
    declared = [value for value in vars(cells).values() if isinstance(value, Rule)]
    assert list(cells.RULES) == sorted(declared, key=lambda rule: rule.code)
    assert len({rule.code for rule in cells.RULES}) == len(cells.RULES)
    assert all(rule.title and rule.message and rule.why for rule in cells.RULES)
