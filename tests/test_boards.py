"""Boards: the days on which they meet, when their packs are due, and what a closing project is asked."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import load_workbook
from openpyxl.cell.cell import Cell
from openpyxl.worksheet.worksheet import Worksheet

from riskbook import year
from riskbook.cli import main, planning
from riskbook.cli.folder import find
from riskbook.directory import Directory, Meeting, Person
from riskbook.rules import returns
from riskbook.settings import Settings
from tests import makers
from tests.registers import DIRECTORY

BOARD = "The Programme Board"
MEETINGS = (
    Meeting(BOARD, date(2026, 10, 20)),
    Meeting(BOARD, date(2027, 1, 4), 3),
    Meeting("Another Board", date(2026, 12, 1)),
    Meeting(BOARD, date(2027, 4, 6)),
)
KNOWN = Directory(DIRECTORY.units, (), MEETINGS)


def test_a_pack_is_due_so_many_working_days_before_a_meeting() -> None:
    """Weekends and bank holidays are none: New Year's Day is a Friday in 2027."""
    due = [year.pack_due(one) for one in MEETINGS[:2]]
    assert due == [date(2026, 10, 13), date(2026, 12, 29)]
    left = [year.working_days(day, one.on) for day, one in zip(due, MEETINGS, strict=False)]
    assert left == [one.days for one in MEETINGS[:2]]


def test_the_year_lists_each_meeting_with_its_pack(settings: Settings) -> None:
    """Those of the year alone; no two entries of the calendar have one name."""
    found = [one for one in year.events(settings, 2026, MEETINGS) if "Board" in one.what]
    assert sorted(one.day for one in found if not one.command) == sorted(one.on for one in MEETINGS[:3])
    packs = {one.day: one.command for one in found if one.command}
    assert packs[date(2026, 10, 13)] == f'riskbook report --for "{BOARD}"'
    assert len({one.what for one in found}) == len(found) == 6


def test_the_next_meeting_of_each_board_is_the_coming_one() -> None:
    """On its own day it is still to come."""
    assert year.coming(MEETINGS, date(2026, 10, 20)) == (MEETINGS[0], MEETINGS[2])
    assert year.coming(MEETINGS, date(2026, 10, 21)) == (MEETINGS[2], MEETINGS[1])
    assert year.coming(MEETINGS, date(2027, 4, 7)) == ()


def test_the_directory_keeps_them_and_status_says_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Written and read back the same; in words and JSON."""
    monkeypatch.setattr(planning, "today", lambda: date(2026, 10, 12))
    book = makers.small_book(tmp_path / "book", KNOWN)
    assert find(book).directory.meetings == MEETINGS
    told = json.loads(CliRunner().invoke(main, ["status", "--json", "--book", str(book)]).stdout)["boards"]
    first = {"board": BOARD, "on": "2026-10-20", "pack_due": "2026-10-13", "working_days_left": 1}
    assert {key: told[0][key] for key in first} == first
    assert f'report --for "{BOARD}"' in CliRunner().invoke(main, ["status", "--book", str(book)]).stdout


def test_what_is_wrong_in_the_directory_is_told_with_what_belongs_there(tmp_path: Path) -> None:
    """Of every cell: a number of days is no amount in pounds, and the roles that there are are listed."""
    book = makers.small_book(tmp_path / "book", replace(KNOWN, people=(Person("Jo Bell", "Director"),)))
    workbook = load_workbook(book / "directory.xlsx")
    days, roles = _under(workbook["Boards"], "Papers due"), _under(workbook["People"], "Roles")
    days.value, roles.value = "five", "Boss"
    workbook.save(book / "directory.xlsx")
    said = CliRunner().invoke(main, ["status", "--book", str(book)]).stderr
    assert f"Boards!{days.coordinate}" in said
    assert f"People!{roles.coordinate}" in said
    assert "pounds" not in said
    assert "a whole number" in said
    assert "Assistant Director" in said


def _under(sheet: Worksheet, heading: str) -> Cell:
    """The first cell under a heading."""
    head = next(cell for row in sheet.iter_rows() for cell in row if str(cell.value).startswith(heading))
    return sheet.cell(head.row + 1, head.column)


def test_a_directory_of_old_without_the_sheet_still_loads(tmp_path: Path) -> None:
    """Then no board's meeting is known; a meeting without its day is an error in its cell."""
    book = makers.small_book(tmp_path / "book", KNOWN)
    workbook = load_workbook(book / "directory.xlsx")
    sheet = workbook["Boards"]
    row = next(cell.row for cell in sheet["A"] if cell.value == BOARD)
    sheet.cell(row, 2).value = None
    workbook.save(book / "directory.xlsx")
    said = CliRunner().invoke(main, ["status", "--book", str(book)])
    assert (said.exit_code, f"Boards!B{row}" in said.stderr) == (2, True)
    del workbook["Boards"]
    workbook.save(book / "directory.xlsx")
    assert find(book).directory.meetings == ()


@pytest.mark.parametrize(("stage", "asked"), [("Closed", True), ("Handover", False)])
def test_a_project_at_the_stage_closed_is_asked_what_becomes_of_its_risks(stage: str, asked: bool) -> None:
    """Though its end is still to come; one query for all of them."""
    start = makers.started(unit="PRJ", stage=stage, ends=date(2027, 3, 31), board=BOARD)
    drawing = "ref | title | impact | likelihood\nNEW-1 | The software is late | 4 | 3\nNEW-2 | It costs more | 3 | 3"
    found = makers.taken(makers.workbook(drawing, start=start)).findings
    assert [one.code for one in found].count(returns.ended.code) == int(asked)
