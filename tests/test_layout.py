"""Layout: where tables stand on a sheet, which rows are theirs, and which rows are one."""

from dataclasses import replace

import pytest

from riskbook.adopt import headings, layout
from riskbook.adopt.layout import Area
from riskbook.grid import Grid
from tests.elsewhere import CAUSES_MERGED, LAYOUTS, book, written


def grid(drawing: str, *merged: str) -> Grid:
    return book(written(drawing, merged)).grids[0]


def areas(drawing: str, *merged: str) -> tuple[Area, ...]:
    return layout.areas(grid(drawing, *merged), headings.known)


ROW = "R{n} | Fog | Deputy | 4 | 3\n"
TOP = "Ref | Risk | Owner | Impact | Likelihood\n"


def test_a_table_ends_where_what_stands_under_it_is_no_row():
    """A blank row inside it is nothing; a legend after one is not of it."""
    (one,) = areas(TOP + ROW + "-\n" + ROW + "-\n-\n1 | Rare\n2 | Unlikely")
    assert (one.headings, one.rows) == ((1, 1), (2, 4))


def test_what_only_heads_a_section_is_passed_over():
    """Merged across the table, or alone on its left; a ref alone is no heading of a section, nor is a cause."""
    (one,) = areas(TOP + "HIGH RISKS\n" + ROW + TOP + ROW + "| ICE AND SNOW\n" + ROW + "R9\n" + ROW, "B6:E6")
    assert one.pass_over == (2, 4, 6)
    (two,) = areas(LAYOUTS["causes"][0], *CAUSES_MERGED)
    assert two.pass_over == ()


def test_headings_said_again_begin_no_new_table():
    """Under the same headings the rows are of the same table; under others they are not."""
    assert len(areas(TOP + ROW * 2 + "-\n" + TOP + ROW * 2)) == 1
    assert len(areas(TOP + ROW * 2 + "-\nRisk ref | Action | Lead | Due\nR1 | Look out | Deputy | soon")) == 2


def test_a_table_without_rows_is_a_table():
    """Nobody is told that its headings were not read."""
    (one,) = areas(TOP)
    assert one.headings == (1, 1)
    assert layout.outside(grid(TOP), [one]) == ()


@pytest.mark.parametrize("drawing", ["", "Rota\nMonday | A. Person", "Ref | Risk\nR1 | Fog"])
def test_fewer_than_three_known_headings_are_no_table(drawing: str):
    """Two words that happen to be headings prove nothing."""
    assert areas(drawing) == ()


def test_what_stands_in_no_table_is_found():
    """Row by row, and column by column where tables stand beside each other."""
    sheet = grid("Title\n" + TOP + ROW + "-\nKey | 1\n-\n| | | | | | | | stray")
    (one,) = layout.areas(sheet, headings.known)
    assert layout.outside(sheet, [one]) == ((1, 1), (5, 5), (7, 7))


@pytest.mark.parametrize(
    ("merged", "expected"),
    [
        ((), ((2,), (3,), (4,))),
        (("A2:A3",), ((2, 3), (4,))),
        (("B2:B4",), ((2,), (3,), (4,))),
        (("A2:A4", "B2:B3"), ((2, 3, 4),)),
    ],
)
def test_rows_are_one_where_the_cell_of_their_ref_says_so(merged: tuple[str, ...], expected: object):
    """A title merged over rows with refs of their own does not."""
    sheet = grid(TOP + "R1 | Fog | a\nR2 | | b\nR3 | | c", *merged)
    (one,) = layout.areas(sheet, headings.known)
    assert layout.together(sheet, layout.body(sheet, one), 1, (2,)) == expected


def test_rows_without_refs_are_one_where_their_title_says_so():
    """And have no words of their own for it."""
    sheet = grid("Title | Risk title | Owner | Impact | Likelihood\n| Fog | a\n| | b\n| Ice | c", "B2:B3")
    (one,) = layout.areas(sheet, headings.known)
    assert layout.together(sheet, layout.body(sheet, one), None, (2,)) == ((2, 3), (4,))


def test_a_cell_merged_to_the_end_of_the_sheet_costs_nothing():
    """Excel lets people do that."""
    sheet = replace(grid(TOP + ROW * 3), merges=((2, 3, 1_048_576, 3), (1, 6, 1, 16_384)))
    (one,) = layout.areas(sheet, headings.known)
    assert one.rows == (2, 4)
    rows = layout.body(sheet, one)
    assert layout.spread(sheet, rows, [(row,) for row in rows]) == []
