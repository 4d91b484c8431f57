"""Ingest: a workbook in; whose return it is, what it says, and a finding for everything that did not fit, out."""

from datetime import date

import openpyxl
import pytest
from openpyxl.packaging.relationship import Relationship
from openpyxl.workbook.external_link.external import ExternalBook, ExternalLink

from riskbook import ingest
from riskbook.findings import Severity
from riskbook.model import Reply, Scope
from riskbook.read import read
from riskbook.rules import books, cells
from tests.examples import agreed
from tests.makers import FRD, cell, ingested, quarter, returned, saved, started, taken, told, workbook

WHOSE = {"unit": "FRD", "round": "2026-27 Q2"}


def codes(data: bytes) -> list[str]:
    return [finding.code for finding in ingested(data).findings]


def test_a_return_says_what_start_says():
    """Unit, round, issue, form, who filled it in and when."""
    one = returned(workbook(scope="FRD-001, FRD-002 and new rows"))
    assert (one.unit, str(one.round), one.issue, one.form) == ("FRD", "2026-27 Q2", 1, 2)
    assert (one.filled_by, one.filled_on, one.reviewed_all) == ("A. Manager", date(2026, 10, 2), False)
    assert (one.scope, one.modified) == (Scope(("FRD-001", "FRD-002"), True), "2026-10-05T09:00:00Z")
    assert codes(workbook()) == []


@pytest.mark.parametrize(
    ("said", "scope"),
    [
        ("", Scope()),
        ("new rows", Scope((), True)),
        ("FRD-001", Scope(("FRD-001",), False)),
        ("FRD-001, FRD-002", Scope(("FRD-001", "FRD-002"), False)),
        ("FRD-001 and new rows", Scope(("FRD-001",), True)),
    ],
)
def test_the_scope_is_the_refs_and_whether_new_rows_belong(said: str, scope: Scope):
    """A form that does not say is for its whole unit."""
    assert returned(workbook(scope=said)).scope == scope


def test_one_mark_alone_is_enough_for_a_return():
    """Start may have been deleted: a defined name, or a property of the document, still says whose it is."""
    for made in ({"names": WHOSE}, {"properties": WHOSE}, {"banner": [["Front Door · 2026-27 Q2"], []]}):
        assert returned(workbook(start=None, **made)).unit == "FRD"  # type: ignore[arg-type]


def test_marks_that_disagree_are_one_question_and_the_return_is_read():
    """What people see counts."""
    data = workbook(properties={"unit": "ASM"})
    assert codes(data) == [books.MARKS_DISAGREE.code]
    assert returned(data).unit == "FRD"


@pytest.mark.parametrize("code", ["FRONT", None])
def test_a_return_of_an_unknown_unit_is_not_taken(code: str | None):
    """It says what is there, and nobody guesses."""
    found = ingested(workbook(start=started(unit=code)))
    assert (found.returned, [f.code for f in found.findings]) == (None, [books.NO_UNIT.code])


@pytest.mark.parametrize(
    ("said", "rule"),
    [("2026-27 Q1", books.OTHER_ROUND), ("second quarter", books.NO_ROUND), (None, books.NO_ROUND)],
)
def test_a_return_of_another_quarter_is_not_taken(said: str | None, rule: object):
    """Nor one of a quarter that the timetable lacks."""
    found = ingested(workbook(start=started(round=said)))
    assert (found.returned, [f.code for f in found.findings]) == (None, [rule.code])  # type: ignore[attr-defined]


def test_it_is_known_whose_return_of_another_quarter_it_is():
    """So that the sheet Returns can name the unit."""
    (found,) = ingested(workbook(start=started(round="2026-27 Q1"))).findings
    assert found.unit == "FRD"


def test_a_workbook_without_risks_and_marks_is_not_ours():
    """One finding, and nothing else is asked of it."""
    assert codes(workbook(None, None, start=None, fixes="")) == [books.NOT_OURS.code]


def test_an_older_form_is_read_with_a_note():
    """It is asked nothing that it does not have: its missing columns are those of form 1 only."""
    data = workbook(start=started(form=1))
    assert codes(data) == [books.OLD_FORM.code]
    assert returned(data).form == 1


def test_a_newer_form_is_an_error():
    """What it asks would be lost without a word."""
    (found,) = ingested(workbook(start=started(form=3))).findings
    assert (found.code, found.severity) == (books.NEWER_FORM.code, Severity.ERROR)


@pytest.mark.parametrize("form", ["9" * 400, "1e5", "², please", "-1", "two", "1.0.0"])
def test_a_form_version_that_is_no_number_does_no_harm(form: str):
    """Whatever is typed there, the return is read."""
    assert ingested(workbook(start=started(form=form))).returned


def test_a_missing_sheet_of_risks_is_an_error_and_there_is_no_return():
    """The marks say whose it was."""
    found = ingested(workbook(risks=None))
    assert (found.returned, told(found.findings)) == (None, [(books.NO_SHEET.code, "")])


def test_a_missing_sheet_of_actions_is_an_error_and_the_risks_are_read():
    """Errors do not make a return invalid."""
    data = workbook(actions=None)
    assert told(ingested(data).findings) == [(books.NO_SHEET.code, "")]
    assert [risk.ref for risk in returned(data).risks] == ["FRD-001", "FRD-002"]


def test_a_sheet_without_headings_cannot_be_read():
    """Nobody guesses which column is which."""
    found = ingested(workbook("a | b\n1 | 2", whole=False))
    assert (found.returned, told(found.findings)) == (None, [(books.NO_SHEET.code, "Risks")])


def test_missing_columns_are_named_at_the_headings():
    """One finding for each column that is always asked."""
    found = ingested(workbook("ref | title | event | impact\nFRD-001 | Calls are dropped | they are | 4", whole=False))
    missing = [
        finding for finding in found.findings if finding.code == cells.NO_COLUMN.code and finding.place.sheet == "Risks"
    ]
    assert {f.key for f in missing} == {
        *("category", "owner", "raised", "controls", "likelihood", "response", "reviewed", "status"),
    }
    assert {str(f.place) for f in missing} == {"frd.xlsx › Risks!1"}


def test_missing_columns_are_named_on_the_sheet_that_lacks_them():
    """Under the name that it has in the workbook, and on the row of its headings."""
    risks = "ref | title | event | impact\nFRD-001 | Calls are dropped | they are | 4"
    found = ingested(workbook(risks, whole=False, called={"Risks": "Risk register"}, banner=[["A title"], []]))
    assert {str(f.place) for f in found.findings if f.key == "category"} == {"frd.xlsx › Risk register!3"}


def test_impact_and_likelihood_may_stand_together():
    """An old sheet's "4x3 = 12" is both of them, impact first, and a note says so."""
    data = workbook("ref | title | rated\nFRD-001 | Calls are dropped | 4x3 = 12")
    (risk,) = returned(data).risks
    assert (risk.impact, risk.likelihood) == (4, 3)
    assert told(ingested(data).findings, "C118", "C115", "C116") == [("C118", "Risks!C2")]


def test_what_is_hidden_is_read_and_reported_once():
    """Sheets, rows, columns and a filter: one note for the file; the form's own hidden lists are not worth one."""

    def hide(book: openpyxl.Workbook) -> None:
        book["Actions"].sheet_state = "hidden"
        book["Risks"].row_dimensions[3].hidden = True
        book["Risks"].column_dimensions["C"].hidden = True
        book["Risks"].auto_filter.ref = "A1:D3"
        book["Risks"].auto_filter.add_filter_column(0, ["FRD-001"])

    data = workbook(spoil=hide, names=WHOSE)
    assert codes(data) == [books.HIDDEN.code]
    assert [risk.impact for risk in returned(data).risks] == [4, 2]
    assert codes(workbook(names=WHOSE)) == []


def test_links_to_other_workbooks_are_noted_and_never_followed():
    """The values stored are read."""

    def link(book: openpyxl.Workbook) -> None:
        external = ExternalLink(externalBook=ExternalBook(id="rId1"))
        external.file_link = Relationship(type="externalLinkPath", Target="budget.xlsx", TargetMode="External")
        book._external_links.append(external)  # type: ignore[attr-defined]

    assert codes(workbook(spoil=link)) == [books.LINKS.code]


def test_a_typed_score_or_band_is_held_against_the_matrix():
    """A mismatch is a question at its cell, and what is computed stands."""
    risks = """
        ref     | title             | impact | likelihood | score | rating
        FRD-001 | Calls are dropped | 4      | 3          | 12    | Amber
        FRD-002 | Notices come late | 2      | 2          | 6     | Red
        NEW-1   | Posts are empty   | 2      | 2          | 12.0  | G
        NEW-2   | Rooms are cold    | 2      | 2          | "4.0" | 4 Green
        NEW-3   | Lifts are slow    | 2      | 2          | 4     | Green (G)
    """
    assert told(ingested(workbook(risks)).findings) == [
        (cells.TYPED_SCORE.code, "Risks!E3"),
        (cells.TYPED_SCORE.code, "Risks!F3"),
        (cells.TYPED_SCORE.code, "Risks!E4"),
    ]


@pytest.mark.parametrize("typed", ["14", "17", '"14.0"', "0", "99999999", "-4", '"10.5"', '"1.05"', '"10.05"'])
def test_a_score_that_no_cell_gives_is_an_error(typed: str):
    """With the nearest scores that there are."""
    risks = f"ref | title | impact | likelihood | score\nFRD-001 | Calls are dropped | 4 | 3 | {typed}"
    assert told(ingested(workbook(risks)).findings) == [(cells.UNREACHABLE.code, "Risks!E2")]


@pytest.mark.parametrize("typed", ["n/a", "high", "15 Amber", "1 5", "x15"])
def test_a_typed_score_in_other_words_than_the_matrix_is_a_question(typed: str):
    """What it means is not guessed."""
    risks = f"ref | title | impact | likelihood | score\nFRD-001 | Calls are dropped | 5 | 3 | {typed}"
    assert told(ingested(workbook(risks)).findings) == [(cells.TYPED_SCORE.code, "Risks!E2")]


def test_a_typed_score_without_impact_and_likelihood_is_compared_with_nothing():
    """There is nothing that it could disagree with."""
    risks = "ref | title | impact | likelihood | score\nFRD-001 | Calls are dropped | Lots | 3 | 12"
    assert told(ingested(workbook(risks)).findings) == [(cells.STEP.code, "Risks!C2")]


def test_the_tick_with_a_name_and_a_date_fills_an_empty_last_reviewed():
    """One note says how many; a date that was typed stays, and one that cannot be read is not replaced."""
    risks = """
        ref     | title             | reviewed
        FRD-001 | Calls are dropped |
        FRD-002 | Notices come late | 2026-08-01
        NEW-1   | Posts are empty   | soon
        NEW-2   | Rooms are cold    |
    """
    data = workbook(risks, start=started(reviewed_all="Yes"))
    one = returned(data)
    assert one.reviewed_all
    day = date(2026, 10, 2)
    assert [risk.reviewed for risk in one.risks] == [day, date(2026, 8, 1), None, day]
    assert told(ingested(data).findings, cells.READ_AS.code) == [(cells.READ_AS.code, "Start!B8")]


@pytest.mark.parametrize("lacking", ["filled_on", "filled_by"])
def test_the_tick_without_a_name_or_a_date_fills_nothing(lacking: str):
    """Nobody knows who reviewed the risks, or when."""
    data = workbook(start=started(reviewed_all="Yes", **{lacking: None}))
    assert [risk.reviewed for risk in returned(data).risks] == [None, None]
    assert told(ingested(data).findings) == []


def test_what_start_says_is_held_against_its_kind():
    """A tick or a date that cannot be read is a finding at its cell on Start."""
    found = ingested(workbook(start=started(filled_on="last week", reviewed_all="perhaps"))).findings
    assert sorted(told(found)) == [(cells.CHOICE.code, "Start!B8"), (cells.DAY.code, "Start!B7")]


def test_replies_on_please_correct_are_known_by_ref_code_and_column():
    """One without an answer, or with a dash that the form put there, is none."""
    fixes = """
        ref     | column             | answer         | code
        FRD-001 | Last reviewed      | In the diary   | R208
        FRD-001 | Risk owner         |                | R210
        FRD-002 | Risk owner         | –              | R210
                |                    | Read, all same | T113
    """
    assert returned(workbook(fixes=fixes)).replies == (
        Reply("FRD-001", "R208", "reviewed", "In the diary"),
        Reply("", "T113", "", "Read, all same"),
    )


def test_formulas_without_values_are_one_finding_for_the_file():
    """However many there are; riskbook's own cells, which it works out anyway, do not count."""
    risks = """
        ref     | title | impact | likelihood | score  | ready
        FRD-001 | =A1   | =B1    | 3          | =C2*D2 | =A1
        FRD-002 | Late  | 2      | =D2        | =C3*D3 | =A1
    """
    data = workbook(risks)
    assert told(ingested(data).findings) == [(books.NEVER_CALCULATED.code, "")]
    assert [dict(risk.unread).keys() for risk in returned(data).risks] == [{"title", "impact"}, {"likelihood"}]


def test_an_error_value_is_an_error_at_its_cell():
    """Unlike in other readers of workbooks it is no blank."""
    data = workbook("ref | title | owner\nFRD-001 | Calls are dropped | #REF!")
    assert told(ingested(data).findings) == [(cells.ERROR_VALUE.code, "Risks!C2")]
    assert returned(data).risks[0].unread == (("owner", "#REF!"),)


def test_columns_of_their_own_are_kept_with_a_note():
    """By their heading, and what stands under no heading by the letter of its column."""
    risks = "ref | title | Our priority | \nFRD-001 | Calls are dropped | High | and this"
    data = workbook("event | owner | " + risks.replace("\n", "\nit fails | A. Manager | "), whole=False)
    assert returned(data).risks[0].other == (("Our priority", "High"), ("column F", "and this"))
    assert told(ingested(data).findings, cells.UNKNOWN_COLUMN.code) == [
        (cells.UNKNOWN_COLUMN.code, "Risks!E1"),
        (cells.UNKNOWN_COLUMN.code, "Risks!F1"),
    ]


def test_two_columns_for_one_heading_stop_the_sheet():
    """The question names both, and nothing of the sheet is taken."""
    found = ingested(workbook("ref | title | impact | Residual impact\nFRD-001 | Calls are dropped | 4 | 3"))
    assert found.returned is None
    assert told(found.findings) == [(cells.TWO_COLUMNS.code, "Risks!D1")]


def test_queries_about_cells_fall_silent_when_they_are_answered():
    """In the row or on Please correct, as for any other query; the answer is remembered."""
    risks = "ref | title | impact | likelihood | score | answer\nFRD-001 | Calls | 4 | 3 | 10 | We count otherwise"
    one = taken(workbook(risks))
    assert told(one.findings, cells.TYPED_SCORE.code) == []
    assert ("FRD-001", cells.TYPED_SCORE.code, "We count otherwise") in [(a.ref, a.code, a.text) for a in one.answers]


def test_findings_and_answers_know_a_row_by_its_ref_as_it_is_read():
    """However it was typed, so that the answer is found again next quarter."""
    risks = "ref | title | impact | likelihood | score | answer\nfrd - 001 | Calls | 4 | 3 | 10 | We count otherwise"
    one = taken(workbook(risks))
    assert {answer.ref for answer in one.answers} == {finding.ref for finding in one.findings} == {"FRD-001"}


def test_one_finding_speaks_for_a_column_of_cells_that_cannot_be_read():
    """Four out of five broken cells have one cause."""
    rows = "\n".join(f"NEW-{n} | Something fails in {n} ways | tbc" for n in range(1, 7))
    found = taken(workbook(f"ref | title | target_date\n{rows}"))
    assert told(found.findings, cells.DAY.code) == []
    assert (cells.COLUMN.code, "Risks!C") in told(found.findings)


def test_every_finding_of_a_sheet_names_the_cell_that_holds_its_value():
    """Also where rows were put in over the table."""
    risks = """
        title             | ref     | category   | impact | target_date | exposure
        Calls are dropped | FRD-001 | Work force | Lots   | "tomorrow"  | many
    """
    data = workbook(risks, banner=[["A title"], [], ["Another line"]])
    found = [finding for finding in ingested(data).findings if finding.place.column]
    assert [finding.code for finding in found] == ["C102", "C103", "C104", "C108"]
    assert [cell(data, finding.place) for finding in found] == [finding.value for finding in found]


def test_a_directory_is_read_by_the_same_machinery():
    """Its mistakes have cells."""
    book = openpyxl.Workbook()
    book.active.title = "Units"  # type: ignore[union-attr]
    for line in (
        ("Code", "Name", "Level", "Until"),
        ("FRD", "Front Door", "team", "31/03/2027"),
        ("ASM", "", "Squad", ""),
    ):
        book["Units"].append(line)
    people = book.create_sheet("People")
    for line in (("Name", "Post", "Roles"), ("Helen Marsh", "AD Family Help", "DLT, assistant director")):
        people.append(line)
    read_, found = ingest.directory(read(saved(book), "directory.xlsx"), agreed())
    assert [(unit.code, unit.level, unit.until) for unit in read_.units] == [
        ("FRD", "Team", date(2027, 3, 31)),
        ("ASM", "", None),
    ]
    assert [(person.name, person.roles) for person in read_.people] == [("Helen Marsh", ("DLT", "Assistant Director"))]
    assert sorted(told(found)) == [(cells.EMPTY.code, "Units!B3"), (cells.CHOICE.code, "Units!C3")]


def test_the_risks_of_the_first_round_of_all_are_read():
    """Without an earlier register there is nothing to hold refs against."""
    assert [risk.ref for risk in returned(workbook(FRD), quarter(None)).risks] == ["FRD-001", "FRD-002"]
