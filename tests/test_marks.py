"""Marks: which return a workbook is, by whatever has survived of what the form said."""

from collections.abc import Mapping
from dataclasses import replace

import openpyxl
import pytest

from riskbook import marks
from riskbook.directory import Directory
from riskbook.read import read
from riskbook.rules import books
from tests import registers
from tests.makers import started, workbook

WHOSE = {"unit": "FRD", "round": "2026-27 Q2"}
ALONE: Mapping[str, Mapping[str, object]] = {
    "start": {"start": WHOSE},
    "names": {"start": None, "names": WHOSE},
    "properties": {"start": None, "properties": WHOSE},
    "heading of Risks": {"start": None, "banner": [["Front Door · 2026-27 Q2"], []]},
}


def read_marks(data: bytes) -> marks.Marks:
    return marks.read(read(data, "frd.xlsx", marks.wanted), registers.DIRECTORY)


@pytest.mark.parametrize("where", ALONE)
def test_each_mark_alone_is_enough(where: str):
    """Start, a defined name, a document property or the heading of Risks: any one says which return it is."""
    told = read_marks(workbook(**ALONE[where]))
    assert {mark: told.said[mark] for mark in WHOSE} == WHOSE
    assert told.findings == ()


@pytest.mark.parametrize(
    ("made", "counts"),
    [
        ({"start": WHOSE, "names": {"unit": "ASM"}}, "FRD"),
        ({"start": WHOSE, "properties": {"unit": "ASM"}}, "FRD"),
        ({"start": WHOSE, "banner": [["Assessment · 2026-27 Q2"], []]}, "FRD"),
        ({"start": None, "names": WHOSE, "properties": {"unit": "ASM"}}, "FRD"),
    ],
)
def test_two_marks_that_disagree_are_a_question(made: Mapping[str, object], counts: str):
    """The one that people see counts, and one question for the mark names both."""
    told = read_marks(workbook(**made))  # type: ignore[arg-type]
    assert told.said["unit"] == counts
    assert [(finding.code, finding.place.sheet) for finding in told.findings] == [(books.MARKS_DISAGREE.code, "")]
    assert {"FRD", "ASM"} <= set(told.findings[0].message.replace(".", " ").replace(",", " ").split())


def test_marks_that_differ_in_case_agree():
    """A unit code or a quarter in small letters is the same one."""
    told = read_marks(workbook(start={"unit": "frd", "round": "2026-27 q2"}, names=WHOSE, properties={"issue": 1}))
    assert told.findings == ()


def test_a_heading_that_two_units_share_says_only_the_round():
    """“Business Support” is a team of two services: whose return it is, the other marks say."""
    shared = replace(registers.DIRECTORY.unit("FRD"), code="BSN")  # type: ignore[type-var]
    directory = Directory((shared, *registers.DIRECTORY.units))
    heading = [["Front Door · 2026-27 Q2"], []]
    told = marks.read(read(workbook(start=WHOSE, banner=heading), "frd.xlsx", marks.wanted), directory)
    assert (told.said["unit"], told.findings) == ("FRD", ())
    alone = marks.read(read(workbook(start=None, banner=heading), "frd.xlsx", marks.wanted), directory)
    assert (alone.said.get("unit"), alone.said["round"]) == (None, "2026-27 Q2")


def test_a_heading_that_names_no_unit_of_the_directory_says_only_the_round():
    """Nothing is made of a name that nobody knows."""
    told = read_marks(workbook(start=None, banner=[["Some Team · 2026-27 Q2"], []]))
    assert told.said == {"round": "2026-27 Q2"}


def test_an_old_form_has_its_facts_over_the_risks():
    """Labels and facts stand on the sheet of risks, and where they stand is said."""
    lines = [["Unit code", "FRD"], ["Quarter", "2026-27 Q2"], ["Form version", 1], ["Filled in by", "A. Manager"], []]
    told = read_marks(workbook(start=None, banner=lines, called={"Risks": "Risk register"}))
    assert told.said == {"unit": "FRD", "round": "2026-27 Q2", "form": "1"}
    assert (told.start, told.cells["filled_by"].value) == ("Risk register", "A. Manager")


def test_a_column_that_is_named_like_a_label_is_no_mark():
    """What stands in the table of risks, its headings and its rows, says nothing of the return."""
    risks = """
        ref     | title     | Quarter | Unit code | impact
        FRD-001 | Unit code | ASM     | Quarter   | 2025-26 Q1
    """
    told = read_marks(workbook(risks, start=None, names=WHOSE))
    assert told.said == WHOSE
    assert told.findings == ()


def test_a_label_without_a_fact_beside_it_says_nothing():
    """An empty cell is no unit, and the next label is not one either."""
    told = read_marks(workbook(start=started(unit="", round=None, filled_by=None)))
    assert "unit" not in told.said
    assert "filled_by" not in told.cells


def test_the_cell_beside_the_label_is_the_fact_wherever_the_label_stands():
    """Rows and columns put in before it change nothing."""

    def move(book: openpyxl.Workbook) -> None:
        book["Start"].insert_rows(1, 3)
        book["Start"].insert_cols(1, 2)

    told = read_marks(workbook(spoil=move))
    assert (told.said["unit"], told.said["round"]) == ("FRD", "2026-27 Q2")
    assert (told.cells["unit"].row, told.cells["unit"].column) == (5, 4)


def test_a_name_that_points_at_nothing_is_no_mark():
    """A name left over from a sheet that was deleted is passed over."""

    def spoil(book: openpyxl.Workbook) -> None:
        book.defined_names["rb_unit"].attr_text = "#REF!"
        book.defined_names["rb_round"].attr_text = "Lists!$ZZ$99"

    told = read_marks(workbook(start=None, names=WHOSE, spoil=spoil))
    assert told.said == {}


@pytest.mark.parametrize("name", ["Risks", " RISKS ", "risk register", "Register"])
def test_the_sheet_of_risks_is_known_by_its_names(name: str):
    """Case and outer space are forgiven, and so are the names that old forms gave it."""
    grid = marks.sheet(read(workbook(called={"Risks": name}), "frd.xlsx", marks.wanted), "Risks")
    assert grid
    assert grid.name == name


def test_the_sheet_that_is_named_as_on_the_form_comes_before_one_with_an_old_name():
    """Where both are there, whichever stands first."""

    def add(book: openpyxl.Workbook) -> None:
        book.create_sheet("Register", 0)

    grid = marks.sheet(read(workbook(spoil=add), "frd.xlsx", marks.wanted), "Risks")
    assert grid
    assert grid.name == "Risks"
