"""Reconcile: another system's export against the register, a difference at a time, each with both cells."""

import csv
import io
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import given, settings

from riskbook import commas, excel, exports, extract
from riskbook import reconcile as reconciling
from riskbook.cli import files, main, merging
from riskbook.cli.folder import find
from riskbook.exports import CORPORATE, PPLUS, System
from riskbook.forms import Column
from riskbook.kinds import Text
from riskbook.matrix import Score
from riskbook.model import Alias, Decision, Past, Source
from riskbook.places import Place
from riskbook.read import read
from riskbook.reconcile import Reconciled, UnknownSystemError
from riskbook.report import reconciled
from riskbook.rules.escalation import CORPORATE_BODY
from tests import effort, makers, oracles, registers, sample
from tests.makers import started
from tests.registers import Drawn, agreed, drawn

Q2 = """
    DIR-01 4x4 was 4x3 "Placements cost more than planned" owner=AD target=3x3 target_date=2027-03-31
    DIR-02 3x3 was 3x3 "Inspection finds gaps" owner=Director
    FRD-001 4x4 was 4x4 "Calls are dropped" parent=DIR-01
"""
HEADS = ("Risk ref", "Risk title", "Risk owner", "Impact", "Likelihood", "Target date")
ONE = ("DIR-01", "Placements cost more than planned", "AD", 4, 4, date(2027, 3, 31))
TWO = ("DIR-02", "Inspection finds gaps", "Director", 3, 3, None)
UP = Decision("DIR-02", decision="Escalate", body="DLT", decided_on=date(2026, 10, 13), round="2026-27 Q2")
ACCEPTED = Decision(
    "DIR-01",
    decision="Accept",
    body=CORPORATE_BODY,
    decided_on=date(2026, 10, 20),
    corporate_ref="CR04",
    round="2026-27 Q2",
)


def sheet(*rows: Sequence[object], heads: Sequence[object] = HEADS, over: Sequence[Sequence[object]] = ()) -> bytes:
    """A workbook as another system writes it: its headings on row 1, unless rows stand over them."""
    book = openpyxl.Workbook()
    page = book.active
    assert page
    page.title = "Export"
    for row in (*over, heads, *rows):
        page.append(list(row))
    return makers.saved(book)


def held(data: bytes, quarter: Drawn, system: System | None = PPLUS) -> Reconciled:
    """What comes of an export; on the register's sheet the risks stand from row 5 down, a column a letter."""
    columns = {"ref": 1, "title": 4, "owner": 5, "impact": 6, "likelihood": 7, "agreed_impact": 8, "rating": 9}
    sources = {
        entry.ref: Source("register.xlsx", "", "Register", row, columns)
        for row, entry in enumerate(quarter.register.entries, 5)
    }
    return reconciling.reconcile(read(data, "p.xlsx"), quarter.register, quarter.context, sources, system)


def codes(one: Reconciled) -> list[tuple[str, str]]:
    """What it found, and where: "Export!D2"."""
    return makers.told(one.findings)


def test_two_sides_that_say_the_same_have_no_difference() -> None:
    """Numbers and words, days and titles, whatever their case."""
    words = ("dir-01", "placements cost  more than planned", "ad", "4 Major", "Likely", "31/03/2027")
    one = held(sheet(words, TWO), drawn(Q2))
    assert (codes(one), one.rows, one.same, one.passed_over) == ([], 2, 2, ())


def test_a_rating_that_differs_has_the_cell_on_both_sides() -> None:
    """Ratings come before other fields."""
    one = held(sheet(ONE, ("DIR-02", TWO[1], "Somebody", 4, 3, None)), drawn(Q2))
    assert codes(one) == [("S104", "Export!D3"), ("S105", "Export!C3")]
    rating, owner = one.differs
    assert (rating.there, rating.here, rating.here_at) == ("4", "3 Moderate", Place("register.xlsx", "Register", 6, 6))
    assert (owner.there, owner.here, owner.here_at.cell) == ("Somebody", "Director", "E6")
    assert "Register!F6" in one.findings[0].message
    assert one.same == 1


def test_the_rating_that_counts_is_the_agreed_one() -> None:
    """And its cell is that of what was agreed."""
    quarter = drawn(Q2)
    entry = quarter["DIR-02"]
    agreed_on = Past("DIR-02", "2026-27 Q2", "agreed", 5, 3, 15, "Red")
    moved = replace(entry, rating=Score(5, 3), history=(*entry.history, agreed_on))
    entries = tuple(moved if one.ref == "DIR-02" else one for one in quarter.register.entries)
    quarter = replace(quarter, register=replace(quarter.register, entries=entries))
    (difference,) = held(sheet(ONE, TWO), quarter).differs
    assert (difference.field, difference.there, difference.here_at.cell) == ("Impact", "3", "H6")
    assert held(sheet(ONE, (*TWO[:3], 5, 3, None)), quarter).differs == ()


@pytest.mark.parametrize(
    ("typed", "same"),
    [
        ("16", True),
        (16, True),
        ("Red", True),
        ("R", True),
        ("16 Red (R)", True),
        ("red 16", True),
        ("16 Amber", False),
        ("15", False),
        ("Amber", False),
        ("", False),
        ("High", False),
    ],
)
def test_a_score_and_a_band_are_compared_as_far_as_they_go(typed: object, same: bool) -> None:
    """A number with the number, a band or its letter with the band; both where there are both."""
    rows = (("DIR-01", ONE[1], typed), ("DIR-02", TWO[1], "9"))
    one = held(sheet(*rows, heads=("Risk ref", "Risk title", "Score")), drawn(Q2))
    assert [code for code, _ in codes(one)] == ([] if same else ["S104"])


def test_what_is_there_alone_and_here_alone_is_listed() -> None:
    """A risk that was closed here says so; a unit's risk is not one that P+ should have."""
    quarter = drawn(Q2.replace("3x3 was 3x3", "3x3 was 3x3 closed").replace("owner=Director", "close_reason=Mitigated"))
    rows = (TWO, ("DIR-77", "Nobody knows it", "AD", 2, 2, None), ("FRD-001", "Calls are dropped", "AD", 4, 4, None))
    one = held(sheet(*rows), quarter)
    assert codes(one) == [
        ("S101", "Export!A2"),
        ("S101", "Export!A3"),
        ("S101", "Export!A4"),
        ("S103", "Register!A5"),
    ]
    assert ["Mitigated" in one.there[0].why, one.there[1].why, "FRD" in one.there[2].why] == [True, "", True]
    assert [alone.ref for alone in one.here] == ["DIR-01"]


def test_a_title_alone_is_a_question_and_never_a_match() -> None:
    """Nearly the same title counts too; nothing of the two is compared, and neither is missing."""
    one = held(sheet(ONE, ("P77", "Inspection finds gap", "X", 1, 1, None)), drawn(Q2))
    assert codes(one) == [("S106", "Export!A3")]
    ((pair),) = one.alike
    assert (pair.there.ref, pair.here.ref, one.differs, one.there, one.here) == ("P77", "DIR-02", (), (), ())


def test_a_ref_of_old_is_the_risk_that_stands() -> None:
    """Aliases are known."""
    quarter = drawn(Q2)
    quarter = replace(quarter, register=replace(quarter.register, aliases=(Alias("OLD-5", "DIR-02"),)))
    assert codes(held(sheet(ONE, ("OLD-5", *TWO[1:])), quarter)) == []


def test_a_corporate_ref_is_that_of_the_risk_that_it_was_given_to_last() -> None:
    """One that was given to a risk that is on no register is nobody's."""
    rows = [("CR04", "Other words", "Director", 3, 3, "x"), ("CR05", "Lost", "AD", 1, 1, "x")]
    again = replace(ACCEPTED, risk_ref="DIR-02", decided_on=date(2026, 10, 27))
    lost = replace(ACCEPTED, risk_ref="DIR-90", corporate_ref="CR05")
    one = held(sheet(*rows, heads=CORPORATE_HEADS), drawn(Q2, decisions=(again, ACCEPTED, lost)), CORPORATE)
    assert codes(one) == [("S105", "Export!B2"), ("S102", "Export!A3"), ("S103", "Register!A5")]
    assert [difference.ref for difference in one.differs] == ["DIR-02"]


def test_one_risk_in_two_rows_and_two_risks_in_one() -> None:
    """Are said, and nothing is guessed."""
    assert codes(held(sheet(ONE, TWO, ("DIR-01", "Other", "AD", 1, 1, None)), drawn(Q2))) == [("S107", "Export!A4")]
    heads = ("Corporate ref", "Ref", "Risk", "Impact now")
    one = held(sheet(("CR04", "DIR-02", TWO[1], 1), heads=heads), drawn(Q2, decisions=(ACCEPTED, UP)), CORPORATE)
    assert (codes(one), one.differs, one.here) == ([("S108", "Export!A2")], (), ())


def test_a_row_without_ref_and_title_is_passed_over_with_a_note() -> None:
    """It might be a heading, and must not be lost."""
    one = held(sheet(ONE, (None, None, None, 4, 4, None), TWO), drawn(Q2))
    assert (codes(one), one.rows) == ([("S109", "Export!3")], 2)


CORPORATE_HEADS = ("No", "Risk", "Owner", "Likelihood", "Impact", "Comment")


def test_the_councils_own_corporate_register_is_read_by_its_headings() -> None:
    """By the corporate ref that a decision gave; likelihood before impact is no matter; other columns are named."""
    rows = (
        ("CR04", "Placement costs", "AD", "4", "3 Moderate", "x"),
        ("CR01", "The relief road overspends", "Director of Place", 4, 4, "x"),
    )
    one = held(
        sheet(*rows, heads=CORPORATE_HEADS, over=(("Corporate register",), ())),
        drawn(Q2, decisions=(ACCEPTED, UP)),
        CORPORATE,
    )
    assert codes(one) == [
        ("S104", "Export!E4"),
        ("S105", "Export!B4"),
        ("S102", "Export!A5"),
        ("S110", "Register!A6"),
    ]
    assert one.passed_over == ("Comment",)


def test_only_this_quarter_is_compared_where_a_register_has_two_side_by_side() -> None:
    """As councils print them: the quarter in a cell merged over impact, likelihood and rating, the ref in the title."""
    for last, now in (("Previous quarter", "This quarter"), ("Quarter 1", "Quarter 2"), ("2026-27 Q1", "2026-27 Q2")):
        book = openpyxl.Workbook()
        page = book.active
        assert page
        page.title = "Export"
        page.append(["Risk owner", "Risk", last, None, None, now, None, None, "Comments"])
        page.append([None, None, *("Impact", "Likelihood", "Rating") * 2, None])
        page.append(["AD", "CR04: Placements cost more than planned", 1, 1, 1, 4, 5, "20 Red", "No change"])
        for cells in ("C1:E1", "F1:H1", "A1:A2", "B1:B2", "I1:I2"):
            page.merge_cells(cells)
        one = held(makers.saved(book), drawn(Q2, decisions=(ACCEPTED,)), CORPORATE)
        assert codes(one) == [("S104", "Export!G3"), ("S104", "Export!H3")], now
        assert len(one.passed_over) == 4


def test_a_directorate_risk_that_nobody_recorded_as_corporate_is_asked_about() -> None:
    """By our ref, or by its title."""
    rows = (("DIR-01", ONE[1], "AD", 4, 4, "x"), ("CR09", TWO[1], "Director", 3, 3, "x"))
    one = held(sheet(*rows, heads=CORPORATE_HEADS), drawn(Q2), CORPORATE)
    assert codes(one) == [("S101", "Export!A2"), ("S106", "Export!A3")]


@pytest.mark.parametrize("system", exports.SYSTEMS, ids=lambda one: one.key)
def test_a_file_of_few_words_is_nobodys(system: System) -> None:
    """Impact, Likelihood and Rating are anybody's headings: who sent it must be said. With ours it is known."""
    quarter = drawn(Q2)
    with pytest.raises(UnknownSystemError) as refused:
        held(sheet(("CR04", "X", 1, 1, 1), heads=("No", "Risk", "Impact", "Likelihood", "Rating")), quarter, None)
    assert "--system pplus" in str(refused.value)
    heads = list(system.columns(agreed()))
    row = ["DIR-01" if key == "ref" else "" for key in system.columns(agreed()).values()]
    row[-1] = "x"
    assert held(sheet(row, heads=heads), quarter, None).system is system


def test_a_file_without_a_table_of_risks_is_refused() -> None:
    """Said in one sentence, by the headings that it would need."""
    with pytest.raises(UnknownSystemError):
        held(sheet(("a", "b"), heads=("Name", "Post")), drawn(Q2))


def test_a_heading_that_stands_twice_is_not_compared_by() -> None:
    """Nobody knows which of the two counts; it is named."""
    one = held(sheet((*ONE, 1), (*TWO, 1), heads=(*HEADS, "Impact")), drawn(Q2))
    assert (codes(one), one.passed_over) == ([], ("Impact",))


@settings(deadline=None)
@given(registers.texts())
def test_what_was_exported_comes_back_without_a_difference(text: str) -> None:
    """Whatever the register says, as the CSV file that `export pplus` writes."""
    quarter = drawn(text)
    one = exports.export(PPLUS, quarter.register, quarter.context)
    columns = tuple(Column(heading, heading, Text()) for heading in one.columns)
    rows = tuple(one.values(entry, quarter.register, quarter.context) for entry in one.entries)
    data = extract.as_csv(extract.Extract("pplus", "", columns, (), rows))
    if not one.entries:
        return
    book = commas.read(data, "pplus.csv")
    back = reconciling.reconcile(book, quarter.register, quarter.context, {})
    assert (makers.told(back.findings), back.same, back.system) == ([], len(one.entries), PPLUS)


def test_the_workbook_has_both_cells_and_says_what_was_not_compared() -> None:
    """Ratings first; an exempt risk makes it EXEMPT."""
    quarter = drawn(Q2.replace("owner=Director", "owner=Director exempt"))
    found = held(sheet((*ONE[:3], 5, 4, None, "x"), heads=(*HEADS, "Mood")), quarter)
    document = reconciled.document(found, "p.xlsx", quarter.register, quarter.context)
    rows = document.table("differences").rows
    assert [(row[2].words, row[4].words, row[6].words) for row in rows] == [
        ("Impact", "Export!D2", "Register!F5"),
        ("Target date", "Export!F2", "Register!5"),
    ]
    assert [len(document.table(name).rows) for name in ("there_alone", "here_alone", "same_titles")] == [0, 1, 0]
    assert document.banner == "EXEMPT"
    assert "Mood" in document.sheets[0].blocks[0].words
    open_ = reconciled.document(held(sheet(ONE, TWO), drawn(Q2)), "p.xlsx", quarter.register, quarter.context)
    assert open_.banner == ""


# The command.

DIR = """
    ref    | title                             | owner | impact | likelihood
    DIR-01 | Placements cost more than planned | AD    | 4      | 5
"""


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book, merged, with one directorate risk. It is there to be copied."""
    book = tmp_path_factory.mktemp("reconcile") / "book"
    makers.small_book(book, frd=makers.workbook(), dir=makers.workbook(DIR, start=started(unit="DIR")))
    with sample.register_alone():
        assert run(book, "merge").exit_code in (0, 1)
    assert run(book, "export", "pplus").exit_code == 0
    return book


@pytest.fixture
def book(merged: Path, tmp_path: Path) -> Path:
    shutil.copytree(merged, tmp_path / "book")
    return tmp_path / "book"


def run(book: Path, *words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--book", str(book)], catch_exceptions=False)


FLAT = Path("2026-27-q2") / "export" / "pplus-2026-27-q2.csv"


def test_the_command_exits_with_nothing_wrong_where_both_say_the_same(book: Path) -> None:
    """The flat file as it was exported; nothing but the workbook is written."""
    before = {path for path in book.rglob("*") if path.is_file()}
    said = run(book, "reconcile", book / FLAT)
    assert (said.exit_code, "1 risk the same" in said.stdout) == (0, True)
    written = {path.name for path in book.rglob("*") if path.is_file() and path not in before}
    assert {name[-len("reconciled-pplus-2026-27-q2.xlsx") :] for name in written} == {
        "reconciled-pplus-2026-27-q2.xlsx"
    }


def test_the_command_finds_the_cell_on_the_registers_sheet(book: Path, tmp_path: Path) -> None:
    """Exit status 1; each difference as JSON and on the workbook, with the cell in which it stands here."""
    lines = list(csv.reader(io.StringIO((book / FLAT).read_text(encoding="utf-8-sig"), newline="")))
    lines[1][lines[0].index("Likelihood")] = "2"
    theirs = tmp_path / "theirs.csv"
    with theirs.open("w", encoding="utf-8-sig", newline="") as out:
        csv.writer(out).writerows(lines)
    said = run(book, "reconcile", theirs, "--json")
    told: dict[str, Any] = json.loads(said.stdout)
    (difference,) = told["differs"]
    assert (said.exit_code, told["system"], told["counts"]["differs"]) == (1, "pplus", 1)
    register = find(book).register
    name, _, cell = difference["here_at"].partition(" › Register!")
    assert (name, openpyxl.load_workbook(register)["Register"][cell].value) == (register.name, "5 Almost certain")
    cells = {
        cell.value for row in openpyxl.load_workbook(told["outputs"][0])["Differences"].iter_rows() for cell in row
    }
    assert f"Register!{cell}" in cells
    assert theirs.read_bytes().decode("utf-8-sig").count("DIR-01") == 1


@pytest.mark.parametrize("words", [("directory.xlsx",), ("directory.xlsx", "--system", "pplus"), ("riskbook.toml",)])
def test_what_cannot_be_held_against_the_register_is_one_sentence(book: Path, words: tuple[str, ...]) -> None:
    """Exit status 2, and nothing written."""
    before = {path for path in book.rglob("*") if path.is_file()}
    refused = run(book, "reconcile", book / words[0], *words[1:])
    assert (refused.exit_code, refused.output.count("\n")) == (2, 1)
    assert {path for path in book.rglob("*") if path.is_file()} == before


def test_the_corporate_extract_comes_back_without_a_difference(book: Path) -> None:
    """The workbook that `export corporate` wrote, over its sheets; and it is never written over."""
    opened = find(book)
    register = opened.kept()
    assert register
    data = merging.written(replace(register, decisions=(ACCEPTED,)), opened.context())
    files.write_all({opened.register: data}, opened.folder / "kept")
    (extract_,) = [
        path
        for path in json.loads(run(book, "export", "corporate", "--json").stdout)["outputs"]
        if "corporate-risks" in path
    ]
    said = run(book, "reconcile", extract_)
    assert (said.exit_code, "0 there and not here, 0 here and not there" in said.stdout) == (0, True)
    output = book / "2026-27-q2" / "reconciled-corporate-2026-27-q2.xlsx"
    assert output.is_file()


@effort.in_ci("starts the validator: 3 s; the extracts have the same looks")
@oracles.needs_validator
def test_microsofts_validator_finds_nothing(tmp_path: Path) -> None:
    """On a workbook with everything in it."""
    quarter = drawn(Q2)
    found = held(sheet((*ONE[:3], 5, 4, None), ("P77", TWO[1], "X", 1, 1, None), ("X", "Y", "", 1, 1, None)), quarter)
    path = tmp_path / "reconciled.xlsx"
    path.write_bytes(excel.report(reconciled.document(found, "p.xlsx", quarter.register, quarter.context)))
    assert oracles.faults([path]) == []
