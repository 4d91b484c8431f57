"""Blocks: what a document, a sheet and a table refuse to be, and what cells say."""

from dataclasses import replace
from datetime import date

import mockup
import pytest

from riskbook.matrix import Band, Score
from riskbook.report.blocks import (
    Beside,
    Block,
    Count,
    Document,
    Field,
    Heading,
    HeatMap,
    Now,
    Screen,
    Sheet,
    Square,
    Stack,
    Table,
    Text,
    Then,
)

RED = Band("Red", "R", "A3201D", "FFFFFF", 3)
TABLE = Table("risks", (Field("Ref"), Field("Risks")), ((Text("A"), Count(1)),), empty="None.")


def sheet(*tables: Table, name: str = "Risks") -> Sheet:
    """A sheet of tables."""
    return Sheet(name, "Risks", "", tables, (100, 100))


def document(*sheets: Sheet) -> Document:
    """A document of sheets."""
    return Document("T", "S", "O", "F", date(2026, 10, 9), sheets)


def test_a_rating_says_number_band_and_letter() -> None:
    """Nothing rests on colour: the words say it all."""
    assert [Now(RED, 16).words, Then(RED, 9).words, Now(RED).words] == ["16 Red (R)", "9 Red (R)", "Red (R)"]


def test_headers_of_a_table_are_unlike_and_not_empty() -> None:
    """Excel repairs a table with two headers of one name, whatever their case."""
    for headers in (("Ref", "REF"), ("Ref", "")):
        with pytest.raises(ValueError, match="empty or alike"):
            Table("risks", tuple(map(Field, headers)), (), empty="None.")


def test_a_row_has_a_cell_for_each_field() -> None:
    """Rows and total alike."""
    with pytest.raises(ValueError, match="1 cells for 2 fields"):
        replace(TABLE, rows=((Text("A"),),))
    with pytest.raises(ValueError, match="1 cells for 2 fields"):
        replace(TABLE, total=(Text("A"),))


@pytest.mark.parametrize("name", ["", "Risks", "2risks", "all risks", "tbl-risks"])
def test_a_table_is_named_in_lower_case(name: str) -> None:
    """Its name in the workbook is made from it."""
    with pytest.raises(ValueError, match="lower case"):
        replace(TABLE, name=name)


def test_a_table_is_ruled_by_a_field_of_its_own() -> None:
    """A name that is not a header is a slip."""
    with pytest.raises(ValueError, match="Movement"):
        replace(TABLE, ruled_by="Movement")


@pytest.mark.parametrize("name", ["", "a" * 32, "Risks/Actions", "'Risks", "Risks: all", "History"])
def test_a_sheet_has_a_name_that_excel_allows(name: str) -> None:
    """ "History" is Excel's own."""
    with pytest.raises(ValueError, match="sheet's name"):
        sheet(name=name)


@pytest.mark.parametrize(
    ("blocks", "below"),
    [((TABLE, Heading("Under it")), ()), ((TABLE,), (Heading("Below"),)), ((Heading("Alone"),), ())],
)
def test_a_sheet_to_work_in_ends_with_its_one_table(blocks: tuple[Block, ...], below: tuple[Block, ...]) -> None:
    """Rows are added to it, and its own are drawn as they are written."""
    with pytest.raises(ValueError, match="one table, at its end"):
        replace(sheet(), blocks=blocks, below=below, use=Screen())


def test_names_stand_once_in_a_document() -> None:
    """Two sheets or two tables of one name are repaired away by Excel."""
    with pytest.raises(ValueError, match="risks"):
        document(sheet(), sheet(name="RISKS"))
    with pytest.raises(ValueError, match="risks"):
        document(sheet(TABLE), sheet(TABLE, name="Others"))


def test_tables_are_found_wherever_they_stand() -> None:
    """In stacks and under the printed page too."""
    inside, below = replace(TABLE, name="inside"), replace(TABLE, name="below")
    whole = replace(sheet(TABLE), blocks=(Beside((Stack(0, 2, (inside,)),)), TABLE), below=(below,))
    assert [table.name for table in whole.tables()] == ["inside", "risks", "below"]
    assert document(whole).table("below") == below
    with pytest.raises(KeyError):
        document(whole).table("other")


def test_a_square_that_is_not_given_is_empty() -> None:
    """A heat map is given what stands in it and nothing else."""
    heat = HeatMap(mockup.MATRIX, (Square(Score(5, 4), 1),))
    assert (heat.square(Score(5, 4)).now, heat.square(Score(1, 1)).now) == (1, 0)
