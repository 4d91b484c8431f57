"""Places: where something stands, as people say it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.utils import column_index_from_string, get_column_letter

from riskbook.places import Place, letters, number


@pytest.mark.parametrize(
    ("place", "said"),
    [
        (Place("safeguarding.xlsx"), "safeguarding.xlsx"),
        (Place("safeguarding.xlsx", "Risks"), "safeguarding.xlsx › Risks"),
        (Place("safeguarding.xlsx", "Risks", 12), "safeguarding.xlsx › Risks!12"),
        (Place("safeguarding.xlsx", "Risks", 0, 6), "safeguarding.xlsx › Risks!F"),
        (Place("safeguarding.xlsx", "Risks", 12, 6), "safeguarding.xlsx › Risks!F12"),
    ],
)
def test_a_place_is_said_as_far_as_it_is_known(place: Place, said: str):
    """Workbook, sheet, row, column, cell."""
    assert str(place) == said


def test_places_are_ordered_down_the_sheet_and_then_across():
    """Row before column, and column by number: Z stands before AA."""
    cells = [Place("a.xlsx", "Risks", row, column) for row, column in ((12, 27), (12, 26), (2, 30))]
    assert [place.cell for place in sorted(cells)] == ["AD2", "Z12", "AA12"]


@given(st.integers(1, 16_384))
def test_columns_are_spelt_as_excel_spells_them(column: int):
    """openpyxl agrees for every column that there is, and what is spelt is read back."""
    assert letters(column) == get_column_letter(column)
    assert number(letters(column)) == column == column_index_from_string(letters(column).lower())
    assert number(letters(column).lower()) == column
