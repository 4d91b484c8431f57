"""A register that people edit: what they change is kept, shown, and made again; nothing is overwritten in silence."""

import hashlib
import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from openpyxl.comments import Comment
from openpyxl.worksheet.worksheet import Worksheet

from riskbook import amend
from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.model import BY_HAND, Change, Entry, Movement, Register
from tests import effort, makers

ROUND = "2026-27-q2"
REGISTER = f"directorate-risk-register-{ROUND}.xlsx"


@pytest.fixture
def whole(small: Path, tmp_path: Path) -> Path:
    """A small book with the return of one of its two units in it, merged, with all that a merge writes."""
    return Path(shutil.copytree(small, tmp_path / "book"))


@pytest.fixture
def book(whole: Path, register_alone: None) -> Path:
    """That book, for one test that looks at the register alone."""
    return whole


def merge(book: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["merge", "--book", str(book), *words], catch_exceptions=False)


def register(book: Path) -> Register:
    kept = find(book).kept()
    assert kept
    return kept


def entry(book: Path, ref: str) -> Entry:
    return register(book).by_ref[ref]


def by_hand(book: Path) -> list[Change]:
    return [change for change in register(book).changes if change.by == BY_HAND]


def edit(path: Path, sheet: str, change: Callable[[Worksheet], None]) -> None:
    """Change a sheet of a workbook as somebody would."""
    opened = openpyxl.load_workbook(path)
    change(opened[sheet])
    opened.save(path)


def row(sheet: Worksheet, ref: str) -> int:
    return next(cell.row for cell in sheet["A"] if cell.value == ref)


def column(sheet: Worksheet, heading: str) -> int:
    return next(cell.column for line in sheet.iter_rows(max_row=12) for cell in line if cell.value == heading)


def typed(book: Path, ref: str, heading: str, value: Any, sheet: str = "Register", path: Path | None = None) -> None:
    """Type into a cell of the register, of this round or another one."""

    def change(one: Worksheet) -> None:
        one.cell(row(one, ref), column(one, heading)).value = value

    edit(path or book / ROUND / REGISTER, sheet, change)


def sent_again(book: Path, drawing: str) -> None:
    """Front Door sends its return again, a day later."""
    data = makers.workbook(drawing, start=makers.started(filled_on=date(2026, 10, 3)))
    (book / ROUND / "returns" / "later.xlsx").write_bytes(data)


def codes(result: Result) -> set[str]:
    return {word for word in result.stdout.split() if len(word) == 4 and word[0].isalpha() and word[1:].isdecimal()}


def test_a_cell_changed_by_hand_is_made_again(book: Path):
    """It stands after every merge, on Changes as made by hand, with what the merge had written and its cell."""
    was = entry(book, "FRD-001").now.owner
    typed(book, "FRD-001", "Risk owner", "Head of Assessment")
    merge(book)
    once = (book / ROUND / REGISTER).read_bytes()
    assert entry(book, "FRD-001").now.owner == "Head of Assessment"
    (change,) = by_hand(book)
    assert (change.ref, change.key, change.was, change.now) == ("FRD-001", "Risk owner", was, "Head of Assessment")
    assert change.where.startswith(f"{REGISTER} › Register!")
    merge(book)
    assert (book / ROUND / REGISTER).read_bytes() == once


@effort.in_ci("runs whole commands: 1 s")
def test_a_rating_changed_by_hand_moves_the_risk(book: Path):
    """Score, movement and history follow from it."""
    before = entry(book, "FRD-001")
    typed(book, "FRD-001", "Impact now", "5 Critical")
    typed(book, "FRD-001", "Likelihood now", 5)
    merge(book)
    after = entry(book, "FRD-001")
    assert (str(after.rating), after.movement) == ("5×5", Movement.UP)
    assert after.history[:-1] == before.history[:-1]
    assert after.history[-1].number == 25


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.parametrize("words", ["5 Minor", "4 Mayor", "3 or 4", "4 Likely"])
def test_a_rating_that_is_no_step_is_refused(book: Path, words: str):
    """In one sentence with its cell, as a return's would be; the number alone is not taken, and nothing is written."""
    before = {path: path.read_bytes() for path in book.rglob("*.xlsx")}
    typed(book, "FRD-001", "Impact now", words)
    edited = {**before, book / ROUND / REGISTER: (book / ROUND / REGISTER).read_bytes()}
    refused = merge(book)
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert words in refused.stderr
    assert "Register!" in refused.stderr
    assert {path: path.read_bytes() for path in book.rglob("*.xlsx")} == edited


def test_whoever_types_a_rating_tells_the_risk_of_a_silent_unit(book: Path):
    """A manager who was rung up has returned that risk; an owner's new post is no return."""
    assert entry(book, "ASM-001").movement is Movement.NOT_RETURNED
    typed(book, "ASM-001", "Impact now", 5)
    typed(book, "ASM-001", "Likelihood now", 5)
    typed(book, "DIR-01", "Risk owner", "Head of Assessment")
    merge(book)
    assert entry(book, "ASM-001").movement is Movement.UP
    assert entry(book, "DIR-01").movement is Movement.NOT_RETURNED
    assert entry(book, "DIR-01").now.owner == "Head of Assessment"


@effort.in_ci("runs whole commands: 4 s")
def test_a_rating_typed_for_a_silent_unit_changes_that_cell_alone(tmp_path: Path):
    """What was said when, and whether it is to go up, stand as they stood; a round of silence adds no same words."""
    book = makers.small_book(tmp_path / "book", frd=makers.workbook())
    before_path = book / "2026-27-q1" / "directorate-risk-register-2026-27-q1.xlsx"
    for heading, value in (
        ("Impact now", 3),
        ("Likelihood now", 3),
        ("What has changed this quarter", "Two posts are filled."),
        ("Last reviewed", date(2026, 6, 25)),
        ("Ask for escalation?", "Yes"),
    ):
        typed(book, "ASM-001", heading, value, path=before_path)
    merge(book)
    before = entry(book, "ASM-001")
    typed(book, "ASM-001", "Impact now", 5)
    merge(book)
    after = entry(book, "ASM-001")
    assert (before.now.commentary, before.now.reviewed) == ("Two posts are filled.", date(2026, 6, 25))
    assert after.now == replace(before.now, impact=5)
    assert (after.movement, after.same_words) == (Movement.UP, before.same_words)


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.parametrize(
    ("setting", "owner", "code"), [("stand", "By hand", "G109"), ("newest-return", "By return", "G110")]
)
def test_where_a_return_says_otherwise_both_are_shown(book: Path, setting: str, owner: str, code: str):
    """Which of them counts is a setting; the other stands beside it, and it is asked about every time."""
    settings = book / "riskbook.toml"
    text = settings.read_text(encoding="utf-8").replace('amendments = "stand"', f'amendments = "{setting}"')
    settings.write_text(text, encoding="utf-8")
    typed(book, "FRD-001", "Risk owner", "By hand")
    merge(book)
    sent_again(book, "ref | title | owner | impact | likelihood\nFRD-001 | Calls are dropped | By return | 4 | 3")
    assert code in codes(merge(book))
    (change,) = by_hand(book)
    assert (entry(book, "FRD-001").now.owner, change.now, change.told) == (owner, "By hand", "By return")
    assert code in codes(merge(book))


@effort.in_ci("runs whole commands: 2 s")
def test_a_field_that_could_not_be_read_is_filled_in_by_hand(book: Path):
    """It is asked about no more, and Held says so beside what was typed."""
    sent_again(book, "ref | title | impact | likelihood\nFRD-001 | Calls are dropped | Lots | 3")
    merge(book)
    (before,) = (held for held in register(book).held if held.key)
    typed(book, "FRD-001", "Impact now", 4)
    for _ in range(2):
        assert not {"G109", "G110", "G113"} & codes(merge(book))
        (held,) = (held for held in register(book).held if held.key)
        assert (held.typed, held.reason == before.reason) == ("Lots", False)
        assert (str(entry(book, "FRD-001").rating), entry(book, "FRD-001").now.unread) == ("4×3", ())


def test_saving_in_another_program_amends_nothing(book: Path):
    """The values are the same."""
    edit(book / ROUND / REGISTER, "Register", lambda _: None)
    merge(book)
    assert by_hand(book) == []


@effort.in_ci("runs whole commands: 1 s")
def test_an_amendment_is_taken_back_by_deleting_its_row(book: Path):
    """On Changes; the return's word counts again."""
    was = entry(book, "FRD-001").now.owner
    typed(book, "FRD-001", "Risk owner", "Head of Assessment")
    merge(book)
    edit(book / ROUND / REGISTER, "Changes", lambda one: _delete(one, "By hand"))
    merge(book)
    assert (entry(book, "FRD-001").now.owner, by_hand(book)) == (was, [])


def _delete(sheet: Worksheet, word: str) -> None:
    at = next(cell.row for line in sheet.iter_rows() for cell in line if cell.value == word)
    sheet.delete_rows(at)


@effort.in_ci("runs whole commands: 1 s")
def test_rows_of_several_units_are_listed_in_one_order(book: Path):
    """However they were typed, so that merging again gives the same bytes."""
    edit(book / ROUND / REGISTER, "Register", lambda one: _add(one, Unit="FRD"))
    edit(book / ROUND / REGISTER, "Register", lambda one: _add(one, Unit="ASM"))
    merge(book)
    once = (book / ROUND / REGISTER).read_bytes()
    assert [change.ref for change in by_hand(book)] == ["ASM-002", "FRD-003"]
    merge(book)
    assert (book / ROUND / REGISTER).read_bytes() == once


@effort.in_ci("runs whole commands: 2 s")
def test_what_is_put_back_by_hand_is_no_amendment_any_more(book: Path):
    """Both steps stay on Changes, and the next return counts without a question; a move to another unit likewise."""
    for impact, unit in ((5, "ASM"), (4, "FRD")):
        typed(book, "FRD-001", "Impact now", impact)
        typed(book, "FRD-001", "Unit", unit)
        merge(book)
    steps = [("Unit", "FRD", "ASM"), ("Unit", "ASM", "FRD"), ("Impact now", "4", "5"), ("Impact now", "5", "4")]
    assert [(one.key, one.was, one.now) for one in by_hand(book)] == steps
    assert amend.by_ref(register(book)) == {}
    sent_again(book, "ref | title | impact | likelihood\nFRD-001 | Calls are dropped | 3 | 3")
    assert "G109" not in codes(merge(book))
    assert entry(book, "FRD-001").now.impact == 3
    assert [(one.key, one.was, one.now) for one in by_hand(book)] == steps


@effort.in_ci("runs whole commands: 1 s")
def test_a_cell_that_is_changed_twice_is_one_amendment(book: Path):
    """Of what the return says, which is asked about only where it says something new; Changes has both steps."""
    for owner in ("Head of Assessment", "Head of Finance"):
        typed(book, "FRD-001", "Risk owner", owner)
        assert "G109" not in codes(merge(book))
    assert [change.now for change in by_hand(book)] == ["Head of Assessment", "Head of Finance"]
    assert entry(book, "FRD-001").now.owner == "Head of Finance"


@effort.in_ci("runs whole commands: 2 s")
def test_a_row_that_was_added_and_taken_out_by_hand_is_said_to_be(book: Path):
    """Once, and in its story; no unit is asked where it went."""
    edit(book / ROUND / REGISTER, "Register", lambda one: _add(one, Unit="ASM"))
    merge(book)
    typed(book, "ASM-002", "Risk owner", "Head of Assessment")
    merge(book)
    edit(book / ROUND / REGISTER, "Register", lambda one: one.delete_rows(row(one, "ASM-002")))
    assert {"G128", "G118"} & codes(merge(book)) == {"G128"}
    assert not {"G128", "G118"} & codes(merge(book))
    told = CliRunner().invoke(main, ["trace", "ASM-002", "--book", str(book)])
    assert "taken out by hand" in told.stdout


@effort.in_ci("runs whole commands: 1 s")
def test_a_deleted_row_comes_back_with_the_question(book: Path):
    """The risk stands as it was, the deletion on Changes, and the row on Held until it is said what becomes of it."""
    before = entry(book, "FRD-002")
    edit(book / ROUND / REGISTER, "Register", lambda one: one.delete_rows(row(one, "FRD-002")))
    for _ in range(2):
        assert "G111" in codes(merge(book))
        assert entry(book, "FRD-002") == before
    assert [(change.ref, change.was) for change in by_hand(book)] == [("FRD-002", before.now.title)]
    held = [one for one in register(book).held if one.ref == "FRD-002"]
    assert [(one.unit, one.typed, one.code) for one in held] == [("FRD", before.now.title, "G111")]
    assert sum(one.held for one in register(book).returns) == sum(not one.key for one in register(book).held)


@effort.in_ci("runs whole commands: 1 s")
def test_a_ref_that_is_typed_over_stands_as_it_was(book: Path):
    """No risk comes of it; what else was changed in the row is made."""
    refs = [one.ref for one in register(book).entries]
    typed(book, "FRD-001", "Risk owner", "Head of Assessment")
    typed(book, "FRD-001", "Ref", "FRD-999")
    said = codes(merge(book))
    assert ("G119" in said, "G111" in said) == (True, False)
    assert [one.ref for one in register(book).entries] == refs
    assert entry(book, "FRD-001").now.owner == "Head of Assessment"
    assert not {"G119", "G111"} & codes(merge(book))


def test_a_row_added_under_a_ref_that_was_never_given_is_refused(book: Path):
    """In one sentence, and nothing is written."""
    before = register(book)
    edit(book / ROUND / REGISTER, "Register", lambda one: _add(one, Ref="FRD-999", Unit="FRD"))
    said = merge(book)
    assert (said.exit_code, "G120" in said.stderr, register(book).refs) == (2, True, before.refs)


def _add(sheet: Worksheet, **line: str) -> None:
    """Write a row into the register, over the first one."""
    at = row(sheet, "FRD-001")
    sheet.insert_rows(at)
    for heading, value in {"Risk title": "Typed by hand", "Status": "Open", **line}.items():
        sheet.cell(at, column(sheet, heading)).value = value


@effort.in_ci("runs whole commands: 1 s")
def test_what_a_row_added_by_hand_lacks_is_asked_for(book: Path):
    """As of a return's row; and Changes says that it was added, once, by hand."""
    edit(book / ROUND / REGISTER, "Register", lambda one: _add(one, Unit="ASM"))
    for _ in range(2):
        assert "G122" in codes(merge(book))
        (change,) = by_hand(book)
        assert (change.ref, change.was, change.now) == ("ASM-002", "", "Typed by hand")
        once = (book / ROUND / REGISTER).read_bytes()
    merge(book)
    assert (book / ROUND / REGISTER).read_bytes() == once


@effort.in_ci("runs whole commands: 1 s")
def test_what_was_emptied_by_hand_is_asked_for(book: Path):
    """An owner whom nobody named before is not: its return was asked that."""
    assert "G122" not in codes(merge(book))
    typed(book, "FRD-001", "Risk title", None)
    assert "G122" in codes(merge(book))
    assert [(change.ref, change.now) for change in by_hand(book)] == [("FRD-001", "")]


@effort.in_ci("runs whole commands: 1 s")
def test_closing_by_hand_from_the_line_up_waits_for_a_decision(book: Path):
    """And whoever typed it is told so, every time."""
    typed(book, "FRD-001", "Status", "Closed")
    for _ in range(2):
        assert "G121" in codes(merge(book))
        assert (entry(book, "FRD-001").now.status, entry(book, "FRD-001").open) == ("Propose to close", True)


@effort.in_ci("runs whole commands: 1 s")
def test_a_row_added_by_hand_is_a_risk_of_its_unit(book: Path):
    """New, with the unit's next ref, its source the register's own cell; an action for it likewise; for good."""

    def add(sheet: Worksheet) -> None:
        line = {"Unit": "ASM", "Risk title": "Typed by hand", "There is a risk that": "it is lost", "Status": "Open"}
        at = row(sheet, "FRD-001")
        sheet.insert_rows(at)
        for heading, value in line.items():
            sheet.cell(at, column(sheet, heading)).value = value

    edit(book / ROUND / REGISTER, "Register", add)
    merge(book)
    (ref,) = (one.ref for one in register(book).entries if one.now.title == "Typed by hand")
    first = entry(book, ref)
    assert (first.unit, first.movement, first.now.source.book) == ("ASM", Movement.NEW, REGISTER)
    assert first.now.source.place("title").sheet == "Register"
    merge(book)
    assert entry(book, ref) == first


def test_a_row_added_for_no_unit_is_refused(book: Path):
    """In one sentence with its cell, and nothing is written."""

    def add(sheet: Worksheet) -> None:
        sheet.append([None] * column(sheet, "Risk title"))
        sheet.cell(sheet.max_row, column(sheet, "Risk title")).value = "Typed by hand"

    edit(book / ROUND / REGISTER, "Register", add)
    before = (book / ROUND / REGISTER).read_bytes()
    said = merge(book)
    assert (said.exit_code, "G115" in said.stderr) == (2, True)
    assert (book / ROUND / REGISTER).read_bytes() == before


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.parametrize(
    ("sheet", "heading", "value", "code"),
    [
        ("Register", "Rating now", "25 Red", "G112"),
        ("Register", "Agreed impact", 5, "G112"),
        ("Score history", "Score", 25, "G113"),
        ("Held", "Why it is held", "because", "G113"),
    ],
)
def test_what_riskbook_works_out_is_not_taken(book: Path, sheet: str, heading: str, value: Any, code: str):
    """It is asked about, the register is as before, and the changed copy is kept."""
    sent_again(book, "ref | title | impact | likelihood\nFRD-001 | Calls are dropped | Lots | 3")
    merge(book)
    wrote = register(book)
    if sheet == "Held":
        edit(book / ROUND / REGISTER, sheet, lambda one: _put(one, heading, value))
    else:
        typed(book, "FRD-001", heading, value, sheet)
    changed = (book / ROUND / REGISTER).read_bytes()
    assert code in codes(merge(book))
    assert register(book) == wrote
    assert changed in {one.read_bytes() for one in (book / ROUND / "kept").iterdir()}


@effort.in_ci("runs whole commands: 1 s")
def test_what_is_written_beside_the_tables_is_asked_about(book: Path):
    """A sheet, a column, cells under no heading, comments: each is named, once, with the copy that still has it."""
    opened = openpyxl.load_workbook(book / ROUND / REGISTER)
    opened.create_sheet("My notes")["B2"] = "Ring Front Door"
    risks = opened["Register"]
    beyond = risks.max_column + 2
    risks.cell(column=beyond, row=row(risks, "FRD-001") - 1).value = "Asked?"
    risks.cell(column=beyond, row=row(risks, "FRD-001")).value = "Yes"
    risks.cell(row(risks, "FRD-002"), 2).comment = Comment("Who is this?", "I&P")
    opened["Held"].cell(column=opened["Held"].max_column + 1, row=20).value = "Look again"
    opened.save(book / ROUND / REGISTER)
    digest = hashlib.sha256((book / ROUND / REGISTER).read_bytes()).hexdigest()[:12]
    said = json.loads(merge(book, "--json").stdout)["findings"]
    asked = [one for one in said if one["code"] == "G125"]
    assert sorted(one["sheet"] for one in asked) == ["Held", "My notes", "Register", "Register"]
    assert all(digest in one["hint"] for one in asked)
    assert len([one for one in (book / ROUND / "kept").iterdir() if one.name.startswith(digest)]) == 1
    assert "G125" not in codes(merge(book))


def _put(sheet: Worksheet, heading: str, value: Any) -> None:
    at = next(cell for line in sheet.iter_rows(max_row=12) for cell in line if cell.value == heading)
    sheet.cell(at.row + 1, at.column).value = value


@effort.in_ci("runs whole commands: 1 s")
def test_without_its_copy_nothing_is_merged(book: Path):
    """What was changed cannot be told; --trust-register goes on."""
    typed(book, "FRD-001", "Risk owner", "Head of Assessment")
    for path in (book / ROUND / "kept").glob(f"*{REGISTER}"):
        path.unlink()
    before = (book / ROUND / REGISTER).read_bytes()
    assert merge(book).exit_code == 2
    assert (book / ROUND / REGISTER).read_bytes() == before
    assert merge(book, "--trust-register").exit_code in (0, 1)
    assert entry(book, "FRD-001").now.owner == "Head of Assessment"
    assert [(change.ref, change.key, change.now) for change in by_hand(book)] == [
        ("FRD-001", "Risk owner", "Head of Assessment")
    ]


@effort.in_ci("runs whole commands: 1 s")
def test_a_return_that_came_since_is_no_change_by_hand(book: Path):
    """Where the register is taken as it stands: only what differs from the returns that it knows was typed."""
    typed(book, "FRD-001", "Risk owner", "Head of Assessment")
    for path in (book / ROUND / "kept").glob(f"*{REGISTER}"):
        path.unlink()
    sent_again(book, "ref | title | owner | impact | likelihood\nFRD-001 | Calls are lost | Head of Assessment | 5 | 5")
    merge(book, "--trust-register")
    after = entry(book, "FRD-001")
    assert (after.now.title, after.now.owner, str(after.rating)) == ("Calls are lost", "Head of Assessment", "5×5")
    assert [change.key for change in by_hand(book)] == ["Risk owner"]


@effort.in_ci("runs whole commands: 2 s")
def test_a_register_that_nobody_changed_needs_no_copy(whole: Path):
    """It says itself what it was written as, in whatever program it was saved."""
    edit(whole / ROUND / REGISTER, "Register", lambda _: None)
    for path in (whole / ROUND / "kept").glob(f"*{REGISTER}"):
        path.unlink()
    assert CliRunner().invoke(main, ["report", "--book", str(whole)]).exit_code == 0
    said = merge(whole)
    assert (said.exit_code in (0, 1), "changed" in said.stderr) == (True, False)


@effort.in_ci("runs whole commands: 1 s")
def test_a_register_that_was_deleted_is_put_back_from_its_copy(whole: Path):
    """Else its decisions would be gone without a word; --trust-register starts without them."""
    wrote = (whole / ROUND / REGISTER).read_bytes()
    (whole / ROUND / REGISTER).unlink()
    edition = (whole / ROUND / f"slt-risk-report-{ROUND}.xlsx").read_bytes()
    said = merge(whole)
    assert said.exit_code == 2
    (copy,) = (whole / ROUND / "kept").glob(f"*-{REGISTER}")
    assert copy.name in said.stderr
    assert not (whole / ROUND / REGISTER).exists()
    assert (whole / ROUND / f"slt-risk-report-{ROUND}.xlsx").read_bytes() == edition
    shutil.copyfile(copy, whole / ROUND / REGISTER)
    assert merge(whole).exit_code in (0, 1)
    assert (whole / ROUND / REGISTER).read_bytes() == wrote
    (whole / ROUND / REGISTER).unlink()
    assert merge(whole, "--trust-register").exit_code in (0, 1)


@effort.in_ci("runs whole commands: 2 s")
def test_a_report_waits_until_the_change_is_merged(whole: Path):
    """Figures made from cells that were typed over would not follow from one another."""
    typed(whole, "FRD-001", "Impact now", 5)
    said = CliRunner().invoke(main, ["report", "--book", str(whole)])
    assert (said.exit_code, "merge" in said.stderr) == (2, True)
    merge(whole)
    assert CliRunner().invoke(main, ["report", "--book", str(whole)]).exit_code == 0


@effort.in_ci("runs whole commands: 1 s")
def test_a_decision_typed_on_its_sheet_is_a_decision(book: Path):
    """The agreed rating counts after the next merge, beside the submitted one."""

    def decide(sheet: Worksheet) -> None:
        head = next(cell.row for cell in sheet["A"] if cell.value == "Ref")
        names = {cell.value: cell.column for cell in sheet[head]}
        words = {"Ref": "FRD-001", "Decision": "Agree rating", "Agreed impact": 2, "Agreed likelihood": 2}
        for heading, value in {**words, "Body": "DLT", "Round": "2026-27 Q2"}.items():
            sheet.cell(head + 1, names[heading]).value = value

    headed = openpyxl.load_workbook(io.BytesIO((book / ROUND / REGISTER).read_bytes()))["Decisions"]
    if not any(cell.value == "Ref" for cell in headed["A"]):
        pytest.fail("the sheet Decisions has no headings to write under")
    edit(book / ROUND / REGISTER, "Decisions", decide)
    merge(book)
    after = entry(book, "FRD-001")
    assert str(after.rating) == "2×2"
    assert [past.kind for past in after.history if past.round == "2026-27 Q2"] == ["submitted", "agreed"]


def test_a_sheet_that_was_deleted_is_brought_back_from_the_kept_copy(book: Path):
    """Nobody was issued a form for the register."""
    opened = openpyxl.load_workbook(book / ROUND / REGISTER)
    del opened["Answers"]
    opened.save(book / ROUND / REGISTER)
    said = merge(book)
    assert (said.exit_code, "Answers" in said.stderr, str(book / ROUND / "kept") in said.stderr) == (2, True, True)
    assert "issued" not in said.stderr


def test_every_cell_that_cannot_be_read_is_named_at_once(book: Path):
    """And not one, and how many more there are."""
    typed(book, "FRD-001", "Impact now", "Lots")
    typed(book, "FRD-002", "Impact now", "Many")
    said = merge(book)
    assert (said.exit_code, "Lots" in said.stderr, "Many" in said.stderr) == (2, True, True)


# A risk that is given to another unit


@effort.in_ci("runs whole commands: 2 s")
def test_a_risk_is_moved_by_typing_its_unit(book: Path):
    """It keeps its ref and history, is the other unit's from now on, and the move is listed as made by hand."""
    before = entry(book, "FRD-002")
    typed(book, "FRD-002", "Unit", "ASM")
    said = merge(book)
    after = entry(book, "FRD-002")
    assert (after.unit, after.level, after.history) == ("ASM", "Team", before.history)
    assert [(change.ref, change.key, change.was, change.now) for change in by_hand(book)] == [
        ("FRD-002", "Unit", "FRD", "ASM")
    ]
    assert not {"G112", "G116"} & codes(said)
    once = (book / ROUND / REGISTER).read_bytes()
    merge(book)
    assert (book / ROUND / REGISTER).read_bytes() == once


@effort.in_ci("runs whole commands: 1 s")
def test_a_risk_is_not_moved_to_a_unit_that_there_is_not(book: Path):
    """It stays where it is, with a question."""
    typed(book, "FRD-002", "Unit", "XX")
    assert "G116" in codes(merge(book))
    assert (entry(book, "FRD-002").unit, by_hand(book)) == ("FRD", [])


@effort.in_ci("runs whole commands: 2 s")
def test_refs_of_old_are_written_into_the_register(book: Path):
    """They stand on Aliases after every merge, and a row under one is the risk's."""

    def write(sheet: Worksheet) -> None:
        at = column(sheet, "Old ref")
        for offset, text in enumerate(("OPS/12", "FRD-001", "2026-27 Q2", "The service's own numbers")):
            sheet.cell(sheet.max_row + (not offset), at + offset).value = text

    if not register(book).aliases:
        edit(book / ROUND / REGISTER, "Aliases", write)
    sent_again(book, "ref | title | impact | likelihood\nOPS/12 | Calls are dropped | 5 | 5")
    assert "G113" not in codes(merge(book))
    merge(book)
    assert [(alias.old, alias.ref) for alias in register(book).aliases] == [("OPS/12", "FRD-001")]
    assert entry(book, "FRD-001").now.title == "Calls are dropped"
    assert entry(book, "FRD-001").movement is Movement.UP
