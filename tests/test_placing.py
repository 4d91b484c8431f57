"""Placing: rows that are known or new are merged, rows that cannot be placed are held, and none is lost."""

from dataclasses import replace

import openpyxl
import pytest

from riskbook import forms
from riskbook.model import Known, UnitReturn
from riskbook.rules import cells, returns
from tests.makers import LAST, ingested, quarter, register, returned, told, workbook

RULES = {rule.code for rule in returns.RULES}
CLOSED = LAST + '\n FRD-009 1x1 was 2x2 closed "Keys are lost"'


def risks_of(one: UnitReturn) -> list[str]:
    return [risk.ref for risk in one.risks]


def held_of(one: UnitReturn) -> list[tuple[int, str, str]]:
    """Whole rows held: their row, ref and why."""
    return [(held.source.row, held.ref, held.code) for held in one.held if not held.key]


def placed(data: bytes, last: str | None = LAST) -> tuple[UnitReturn, list[tuple[str, str]]]:
    """The return, and the findings of rules T at their cells; its rows are counted once."""
    context = quarter(last)
    one = returned(data, context)
    assert one.found == len(one.risks) + len(one.actions) + one.rows_held + one.blank
    return one, told(ingested(data, context).findings, *RULES)


def test_a_known_ref_of_the_unit_and_a_new_row_with_a_title_or_an_event_are_merged():
    """Whatever else they say."""
    one, found = placed(
        workbook("""
            ref     | title             | event              | impact
            FRD-001 |                   |                    | 4
            NEW-1   | Posts are empty   |                    |
            NEW-2   |                   | a visit is missed  |
                    | Rooms are cold    |                    |
        """)
    )
    assert (risks_of(one), held_of(one), found) == (["FRD-001", "NEW-1", "NEW-2", ""], [], [])


def test_both_rows_of_a_ref_that_stands_on_two_with_different_words_are_held():
    """Which of them is the risk cannot be known."""
    one, found = placed(
        workbook("""
            ref     | title             | impact
            FRD-001 | Calls are dropped | 4
            FRD-002 | Notices come late | 2
            FRD-001 | Posts are empty   | 3
        """)
    )
    assert risks_of(one) == ["FRD-002"]
    assert held_of(one) == [(2, "FRD-001", "T101"), (4, "FRD-001", "T101")]
    assert found == [("T101", "Risks!A2"), ("T101", "Risks!A4")]
    assert one.held[0].typed == "Risk title: Calls are dropped\nImpact now: 4"


def test_a_row_that_is_given_twice_with_the_same_words_is_taken_once():
    """The other is held, with a note."""
    one, found = placed(
        workbook("""
            ref     | title             | impact
            FRD-001 | Calls are dropped | 4
            FRD-001 | Calls  are dropped | 4
        """)
    )
    assert (risks_of(one), held_of(one)) == (["FRD-001"], [(3, "FRD-001", "T107")])
    assert found == [("T107", "Risks!A3")]


def test_a_new_number_on_two_rows_makes_two_risks_and_a_question():
    """A third row with the words of the second is that one again."""
    one, found = placed(
        workbook("""
            ref   | title             | impact
            NEW-1 | Calls are dropped | 4
            NEW-1 | Posts are empty   | 3
            NEW-1 | Posts are empty   | 3
        """)
    )
    assert (risks_of(one), held_of(one)) == (["NEW-1", "NEW-1"], [(4, "NEW-1", "T107")])
    assert found == [("T108", "Risks!A2"), ("T108", "Risks!A3"), ("T107", "Risks!A4")]


def test_a_blank_row_with_the_same_new_number_makes_no_question():
    """It says nothing that could be another risk."""
    one, found = placed(workbook("ref | title\nNEW-1 | Calls are dropped\nNEW-1 |"))
    assert (risks_of(one), one.blank, found) == (["NEW-1"], 1, [])


@pytest.mark.parametrize(
    ("ref", "code"),
    [("ASM-001", "T102"), ("DIR-01", "T102"), ("FRD-901", "T103"), ("R1", "T103"), ("tbc", "T103"), ("#REF!", "T103")],
)
def test_a_row_under_a_ref_that_is_not_the_units_is_held(ref: str, code: str):
    """Another unit's, one that was never given, or one that cannot be read: it is nobody's to guess."""
    one, found = placed(workbook(f"ref | title | impact\n{ref} | Visits are late | 4"))
    assert (risks_of(one), held_of(one)) == ([], [(2, ref.upper(), code)])
    assert found == [(code, "Risks!A2")]


def test_what_is_held_is_held_as_typed():
    """Every word, those in columns of their own too, with the row and the reason."""
    one, _ = placed(
        workbook("""
            ref     | title           | impact | target_date | Our column
            FRD-901 | Visits are late | Lots   | 2027-03-31  | 42
        """)
    )
    (held,) = (held for held in one.held if not held.key)
    assert held.typed == "Risk title: Visits are late\nImpact now: Lots\nTarget date: 31 March 2027\nOur column: 42"
    assert (held.unit, held.source.row, held.heading) == ("FRD", 2, "")
    assert held.reason


def test_an_action_for_no_known_risk_is_held():
    """An action for a risk of the unit that the return leaves out is merged; one for a new row is that row's."""
    one, found = placed(
        workbook(
            "ref | title\nFRD-001 | Calls are dropped\nNEW-1 | Posts are empty",
            """
            ref      | risk_ref | what               | due
            FRD-A001 | FRD-001  | Fill the post      | 2026-11-30
                     | FRD-002  | Send notices       |
                     | new-1    | Advertise          |
                     | NEW-2    | Advertise again    |
                     | FRD-O01  | Fill another       |
                     | ASM-001  | Visit              |
                     |          | Think              |
            """,
        )
    )
    assert [(a.ref, a.risk_ref) for a in one.actions] == [("FRD-A001", "FRD-001"), ("", "FRD-002"), ("", "NEW-1")]
    assert [row for row, _, _ in held_of(one)] == [5, 6, 7, 8]
    assert found == [("T105", f"Actions!B{row}") for row in (5, 6, 7, 8)]


def test_an_action_of_a_risk_that_is_held_is_merged_when_the_risk_is_on_the_register():
    """Last quarter's risk is carried, and its actions with it."""
    one, _ = placed(
        workbook(
            "ref | title\nFRD-001 | Calls are dropped\nFRD-001 | Another",
            "ref | risk_ref | what\nFRD-A001 | FRD-001 | Fill the post",
        )
    )
    assert [action.ref for action in one.actions] == ["FRD-A001"]


@pytest.mark.parametrize(
    ("ref", "code"), [("FRD-A901", "T103"), ("ASM-A001", "T102"), ("FRD-001", "T103"), ("#REF!", "T103")]
)
def test_an_action_under_a_ref_that_is_not_the_units_is_held(ref: str, code: str):
    """As risks are."""
    last = LAST + "\n + ASM-A001 due 2026-11-30"
    one, found = placed(workbook(actions=f"ref | risk_ref | what\n{ref} | FRD-001 | Fill the post"), last)
    assert (one.actions, held_of(one), found) == ((), [(2, ref, code)], [(code, "Actions!A2")])


def test_both_rows_of_an_action_that_stands_on_two_are_held():
    """The same number says two things."""
    one, found = placed(
        workbook(
            actions="""
            ref      | risk_ref | what
            FRD-A001 | FRD-001  | Fill the post
            FRD-A001 | FRD-001  | Empty the post
            """
        )
    )
    assert (one.actions, found) == ((), [("T101", "Actions!A2"), ("T101", "Actions!A3")])


def test_words_with_neither_ref_nor_title_nor_event_are_held():
    """Nobody can say which risk they are about."""
    one, found = placed(workbook("ref | title | controls | Our column\n| | Rota | \nNEW-1 | | | High"))
    assert held_of(one) == [(2, "", "T106"), (3, "NEW-1", "T106")]
    assert [held.typed for held in one.held] == ["Controls in place: Rota", "Our column: High"]
    assert found == [("T106", "Risks!A2"), ("T106", "Risks!A3")]


def test_a_known_ref_whose_cells_were_emptied_is_merged_with_a_question():
    """What riskbook put there does not count as said."""
    one, found = placed(workbook("ref | title | previous | movement\nFRD-001 | | 12 Amber (4×3) | Same"))
    assert (risks_of(one), one.blank) == (["FRD-001"], 0)
    assert found == [("T109", "Risks!A2")]


def test_a_row_with_nothing_but_what_riskbook_put_there_is_blank():
    """A number for a new risk, a row check; and spaces that nobody sees."""
    one, found = placed(workbook('ref | title | ready\nNEW-1 | | \n | | Ready\n | " " | \n', "ref | ready\n | Ready"))
    assert (one.risks, one.held, one.blank, one.found, found) == ((), (), 3, 3, [])


def test_a_cell_that_cannot_be_read_is_held_and_its_field_is_empty():
    """The row is merged; last quarter's value is not put in its place."""
    one, found = placed(workbook("ref | title | impact | likelihood\nFRD-001 | Calls are dropped | Lots | 3"))
    (risk,) = one.risks
    assert (risk.impact, risk.score, risk.unread) == (None, None, (("impact", "Lots"),))
    (held,) = one.held
    assert (held.key, held.heading, held.typed, str(held.source.place(held.key))) == (
        "impact",
        "Impact now",
        "Lots",
        "frd.xlsx › Risks!C2",
    )
    assert (one.rows_held, one.found, found) == (0, 1, [])


def test_a_closed_ref_that_is_used_again_is_merged_with_a_question():
    """Whether it is the same risk is for people to say."""
    one, found = placed(workbook("ref | title\nFRD-009 | Keys are lost again"), CLOSED)
    assert (risks_of(one), found) == (["FRD-009"], [("T104", "Risks!A2")])


def test_the_number_of_an_action_that_was_finished_long_ago_is_still_known():
    """Finished actions leave the register; their numbers were given all the same."""
    context = quarter()
    assert context.before
    before = replace(
        context.before, refs=(Known("FRD-A007", "FRD", "2025-26 Q4"), Known("ASM-A007", "ASM", "2025-26 Q4"))
    )
    actions = "ref | risk_ref | what\nFRD-A007 | FRD-001 | Fill the post\nASM-A007 | FRD-001 | Visit"
    one = returned(workbook(actions=actions), replace(context, before=before))
    assert ([action.ref for action in one.actions], held_of(one)) == (["FRD-A007"], [(3, "ASM-A007", "T102")])


@pytest.mark.parametrize("ref", ["ASM-001", "R1", "3", "FRD-A1", "FRD-1234567"])
def test_in_the_first_round_of_all_a_ref_that_is_not_of_the_units_own_kind_is_held(ref: str):
    """No ref was given yet, and two units may call two risks R1; one of them would be lost."""
    one, found = placed(workbook(f"ref | title\nFRD-001 | Calls are dropped\n{ref} | Visits are late"), None)
    assert (risks_of(one), found) == (["FRD-001"], [("T103", "Risks!A3")])


def test_every_column_can_be_held_and_told():
    """A row that cannot be placed keeps what stands in any column that people fill in."""
    columns = [column for column in forms.RISKS if column.on_form and not column.ours]
    drawing = f"ref | {' | '.join(c.key for c in columns)}\nFRD-901 | {' | '.join(f'words {c.key}' for c in columns)}"
    one, _ = placed(workbook(drawing))
    (held,) = (held for held in one.held if not held.key)
    assert held.typed.splitlines() == [f"{column.header}: words {column.key}" for column in columns]


def test_a_row_of_more_words_than_a_cell_can_hold_is_held_as_far_as_one_can():
    """The end says that the file itself, which is kept, has the rest."""
    long = "x" * 20_000
    one, _ = placed(workbook(f"ref | title | cause | effect\nFRD-901 | Visits are late | {long} | {long}"))
    (held,) = (held for held in one.held if not held.key)
    assert held.typed.startswith("Risk title: Visits are late\nCaused by: xxx")
    assert len(held.typed) <= 32_767


def test_a_text_longer_than_a_cell_can_hold_is_refused_with_its_cell():
    """It cannot come from Excel; as much of it is held as a cell of the register can hold."""

    def spoil(book: openpyxl.Workbook) -> None:
        book["Risks"]["C2"]._value = "y" * 40_000  # openpyxl itself would cut it

    data = workbook("ref | title | cause\nFRD-001 | Calls are dropped | z", spoil=spoil)
    one = returned(data)
    assert told(ingested(data).findings) == [(cells.TOO_LONG.code, "Risks!C2")]
    assert one.risks[0].cause == ""
    assert one.held[0].typed == one.risks[0].unread[0][1]
    assert one.held[0].typed.startswith("yyy")
    assert len(one.held[0].typed) <= 32_767


def test_refs_are_read_however_they_are_typed():
    """Case and spaces are forgiven, and the title that is chosen with a ref is passed over."""
    data = workbook("ref | title | parent\nfrd - 001 | Calls are dropped | DIR-01 Placements cost more than planned")
    one, found = placed(data)
    assert (risks_of(one), one.risks[0].parent, found) == (["FRD-001"], "DIR-01", [])


def test_a_drawn_register_is_the_one_that_tests_mean():
    """The refs that the tests above call known are on it, and are Front Door's."""
    known = register(LAST)
    assert {entry.ref: entry.unit for entry in known.entries} == {
        "DIR-01": "DIR",
        "FRD-001": "FRD",
        "FRD-002": "FRD",
        "ASM-001": "ASM",
    }
