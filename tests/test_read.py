"""Workbooks in, books out: what is stored is read, nothing is lost, nothing is guessed."""

import contextlib
import dataclasses
import io
import random
import time
import tracemalloc
import zipfile
from collections.abc import Callable
from datetime import UTC, date, datetime

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from riskbook import plain
from riskbook.pinned import Pinned
from riskbook.places import letters
from riskbook.read import Book, Cell, Grid, Kind, Limits, Reason, Type, Unreadable, Value, read
from tests import effort

PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT = "http://purl.oclc.org/ooxml"
STYLES = """
<numFmts><numFmt numFmtId="164" formatCode="{code}"/></numFmts>
<cellStyleXfs><xf numFmtId="14"/></cellStyleXfs>
<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="164"/><xf numFmtId="{built_in}"/></cellXfs>
<dxfs><dxf><numFmt numFmtId="164" formatCode="0"/></dxf></dxfs>
"""


def crafted(
    sheet: str,
    *,
    texts: str = "",
    before: str = "",
    workbook: str = '<sheets><sheet name="Risks" sheetId="1" r:id="s1"/></sheets>',
    code: str = "dd/mm/yyyy",
    built_in: int = 0,
    parts: dict[str, str] | None = None,
    purposes: dict[str, str] | None = None,
) -> bytes:
    """A workbook of hand-written parts: ``sheet`` is what its sheetData holds, ``purposes`` are further links."""
    links = {"worksheets/sheet1.xml": "worksheet", "sharedStrings.xml": "sharedStrings", "styles.xml": "styles"}
    content = {
        "[Content_Types].xml": '<Types><Override ContentType="spreadsheetml.sheet.main+xml"/></Types>',
        "_rels/.rels": relationships({"xl/workbook.xml": "officeDocument"}),
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships">{workbook}</workbook>',
        "xl/_rels/workbook.xml.rels": relationships({**links, **(purposes or {})}),
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}">{STYLES.format(code=code, built_in=built_in)}</styleSheet>',
        "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{texts}</sst>',
        "xl/worksheets/sheet1.xml": worksheet(f"{before}<sheetData>{sheet}</sheetData>"),
    }
    return zipped({**content, **(parts or {})})


def worksheet(content: str) -> str:
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships">{content}</worksheet>'


def relationships(targets: dict[str, str]) -> str:
    links = (
        f'<Relationship Id="s{number}" Type="{OFFICE}/relationships/{purpose}" Target="{target}"/>'
        for number, (target, purpose) in enumerate(targets.items(), 1)
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{"".join(links)}</Relationships>'


def zipped(parts: dict[str, str]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def unzipped(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode() for name in archive.namelist()}


def risks(sheet: str, **more: object) -> Grid:
    grid = read(crafted(sheet, **more), "fire.xlsx").grid("Risks")  # type: ignore[arg-type]
    assert grid is not None
    return grid


def only(cell: str, **more: object) -> tuple[Type, Value, bool] | None:
    """What one cell of row 1 is read as, if it is kept."""
    cells = risks(f'<row r="1">{cell}</row>', **more).cells
    return (cells[0].type, cells[0].value, cells[0].formula) if cells else None


def places(grid: Grid) -> list[tuple[int, int, Value]]:
    return [(cell.row, cell.column, cell.value) for cell in grid.cells]


def refused(data: bytes, limits: Limits = Limits()) -> Reason:  # noqa: B008
    with pytest.raises(Unreadable) as caught:
        read(data, "fire.xlsx", limits=limits)
    assert caught.value.detail
    return caught.value.reason


def xlsx(fill: Callable[[xlsxwriter.Workbook], None], **options: object) -> Book:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True, **options}) as book:
        fill(book)
    return read(stream.getvalue(), "fire.xlsx")


def moment(text: str) -> datetime:
    return datetime.fromisoformat(text)


# Values


@pytest.mark.parametrize(
    ("stored", "value"),
    [
        ("4", 4),
        ("4.0", 4),
        ("-0", 0),
        ("1E2", 100),
        (" 7 ", 7),
        ("3.33", 3.33),
        ("9007199254740991", 2**53 - 1),
        ("9007199254740992", float(2**53)),
        ("1.7976931348623157E+308", 1.7976931348623157e308),
        ("5E-324", 5e-324),
    ],
)
def test_a_number_is_an_int_where_it_is_whole_and_exact(stored: str, value: float) -> None:
    """Four is 4 however a program spells it; past 2**53 a double no longer tells neighbours apart and stays one."""
    kept = only(f'<c r="A1"><v>{stored}</v></c>')
    assert kept == (Type.NUMBER, value, False)
    assert type(kept[1]) is type(value)


@pytest.mark.parametrize("stored", ["NaN", "INF", "-inf", "1e999", "1_000", "٣", "four", "0x4", "1,5"])
def test_what_is_stored_as_a_number_and_is_none_is_an_error(stored: str) -> None:
    """Python would take some of them; Excel shows none as a number."""
    assert only(f'<c r="A1"><v>{stored}</v></c>') == (Type.ERROR, stored, False)


@pytest.mark.parametrize("shown", ["#REF!", "#N/A", "#DIV/0!", "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!"])
def test_an_error_is_what_it_shows(shown: str) -> None:
    """Old errors and new, typed or calculated, are never blanks."""
    assert only(f'<c r="A1" t="e"><v>{shown}</v></c>') == (Type.ERROR, shown, False)
    assert only(f'<c r="A1" t="e"><f>B1</f><v>{shown}</v></c>') == (Type.ERROR, shown, True)


@pytest.mark.parametrize(("stored", "value"), [("1", True), ("0", False), ("true", True), ("false", False)])
def test_a_flag_is_true_or_false(stored: str, value: bool) -> None:
    """Both spellings of the standard are read; anything else is an error."""
    assert only(f'<c r="A1" t="b"><v>{stored}</v></c>') == (Type.FLAG, value, False)
    assert only('<c r="A1" t="b"><v>2</v></c>') == (Type.ERROR, "2", False)


@pytest.mark.parametrize(
    ("cell", "kept"),
    [
        ('<c r="A1"><f>B1</f></c>', (Type.EMPTY, None, True)),
        ('<c r="A1"><f>B1</f><v/></c>', (Type.EMPTY, None, True)),
        ('<c r="A1" t="str"><f>B1</f></c>', (Type.EMPTY, None, True)),
        ('<c r="A1" t="str"><f>B1</f><v></v></c>', (Type.TEXT, "", True)),
        ('<c r="A1"><f t="shared" si="0"/><v>4</v></c>', (Type.NUMBER, 4, True)),
        ('<c r="A1" t="str"><v></v></c>', None),
        ('<c r="A1"><v></v></c>', None),
        ('<c r="A1" t="inlineStr"><is/></c>', None),
        ('<c r="A1" s="1"/>', None),
        ('<c r="A1" t="str"><v> </v></c>', (Type.TEXT, " ", False)),
    ],
)
def test_cells_with_a_value_or_a_formula_are_kept(cell: str, kept: tuple[Type, Value, bool] | None) -> None:
    """A formula that was never calculated is EMPTY, one that gives no text is TEXT; formats alone are no cells."""
    assert only(cell) == kept


@pytest.mark.parametrize("cell", ["<v>0</v>", "<f>B1</f><v>0</v>"])
def test_a_shared_text_is_read_by_its_number(cell: str) -> None:
    """With or without a formula."""
    texts = "<si><t>Fire</t></si>"
    assert only(f'<c r="A1" t="s">{cell}</c>', texts=texts) == (Type.TEXT, "Fire", "<f>" in cell)


@pytest.mark.parametrize("number", ["1", "-1", "1.5", "", "x", "1_0", "9" * 5_000])
def test_a_shared_text_that_is_not_there_is_damage(number: str) -> None:
    """No number but those of the texts will do: another would put other words into a risk."""
    assert refused(crafted(f'<row r="1"><c r="A1" t="s"><v>{number}</v></c></row>', texts="<si/>")) == Reason.DAMAGED


@pytest.mark.parametrize(
    ("written", "text"),
    [
        ("<t>Fire</t>", "Fire"),
        ("<t> Fire\t</t>", " Fire\t"),
        ('<t xml:space="preserve"> Fire </t>', " Fire "),
        ("<t>one\r\ntwo</t>", "one\ntwo"),
        ("<t>one_x000D_\ntwo</t>", "one\r\ntwo"),
        ("<t>_x005F_x000D_</t>", "_x000D_"),
        ("<t>_x005f_x000d__x0041_</t>", "_x000d_A"),
        ("<t>_x000_ _x00_</t>", "_x000_ _x00_"),
        ("<t>_xD83D__xDD25_</t>", "🔥"),
        ("<t>_xD83D_ _xDD25_</t>", "_xD83D_ _xDD25_"),
        ("<r><t>Fire</t></r><r><rPr><b/></rPr><t> risk</t></r>", "Fire risk"),
        ("<r><t>_x00</t></r><r><t>0D_</t></r>", "_x000D_"),
        ('<t>課</t><rPh sb="0" eb="1"><t>カ</t></rPh><phoneticPr fontId="1"/>', "課"),
        ("<t>Fire<![CDATA[ & <flood>]]></t>", "Fire & <flood>"),
        ("<t>N/A</t>", "N/A"),
        ("<t>=1+1</t>", "=1+1"),
    ],
)
def test_text_is_what_was_typed(written: str, text: str) -> None:
    """Runs are joined, escapes decoded once, spaces kept; hints for pronouncing are not text. Shared or in the cell."""
    assert only('<c r="A1" t="s"><v>0</v></c>', texts=f"<si>{written}</si>") == (Type.TEXT, text, False)
    assert only(f'<c r="A1" t="inlineStr"><is>{written}</is></c>') == (Type.TEXT, text, False)


def test_calculated_text_is_decoded_too() -> None:
    """A formula's text is escaped as any other."""
    assert only('<c r="A1" t="str"><f>B1</f><v> a_x000D_b </v></c>') == (Type.TEXT, " a\rb ", True)


def test_texts_longer_than_excel_allows_are_kept() -> None:
    """Who reads can name the cell; only what nobody can have typed is refused here."""
    assert only(f'<c r="A1" t="str"><v>{"x" * 40_000}</v></c>') == (Type.TEXT, "x" * 40_000, False)
    long = crafted('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', texts=f"<si><t>{'x' * 101}</t></si>")
    assert refused(long, Limits(text=100)) == Reason.TEXT_TOO_LONG


def test_a_type_that_there_is_not_is_damage() -> None:
    """Guessing at it could turn a number into a text."""
    assert refused(crafted('<row r="1"><c r="A1" t="x"><v>1</v></c></row>')) == Reason.DAMAGED


# Days


@pytest.mark.parametrize(
    ("serial", "value"),
    [
        ("1", date(1900, 1, 1)),
        ("59", date(1900, 2, 28)),
        ("60", 60),
        ("60.5", 60.5),
        ("61", date(1900, 3, 1)),
        ("46477", date(2027, 3, 31)),
        ("46477.0", date(2027, 3, 31)),
        ("46477.25", moment("2027-03-31T06:00")),
        ("46477.999999999993", moment("2027-03-31T23:59:59.999")),
        ("2958465", date(9999, 12, 31)),
        ("2958466", 2958466),
        ("0", 0),
        ("0.5", 0.5),
        ("-1", -1),
        ("1e300", 1e300),
    ],
)
def test_a_number_shown_as_a_day_is_that_day(serial: str, value: Value) -> None:
    """Excel's calendar has a 29 February 1900; that day, times alone and what lies outside 1900-9999 stay numbers."""
    expected = Type.DAY if isinstance(value, date) else Type.NUMBER
    assert only(f'<c r="A1" s="1"><v>{serial}</v></c>') == (expected, value, False)


@pytest.mark.parametrize(
    ("serial", "value"),
    [("1", date(1904, 1, 2)), ("60", date(1904, 3, 1)), ("45015", date(2027, 3, 31)), ("2957004", 2957004), ("0", 0)],
)
def test_a_workbook_may_count_from_1904(serial: str, value: Value) -> None:
    """Workbooks that began on a Mac count days from 1904, and have no day that never was."""
    workbook = '<workbookPr date1904="1"/><sheets><sheet name="Risks" sheetId="1" r:id="s1"/></sheets>'
    expected = Type.DAY if isinstance(value, date) else Type.NUMBER
    assert only(f'<c r="A1" s="1"><v>{serial}</v></c>', workbook=workbook) == (expected, value, False)


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("yyyy-mm-dd", True),
        ("[$-809]dd mmmm yyyy;@", True),
        ("MMM\\-YY", True),
        ("hh:mm", True),
        ("General", False),
        ("0.00E+00", False),
        ("#,##0.00_d;[Red]-#,##0.00", False),
        ('0 "days"', False),
        ("0\\d", False),
        ("0*d", False),
        ("[$USD-409]0.00", False),
        ("@", False),
    ],
)
def test_a_format_shows_days_when_it_spells_one(code: str, day: bool) -> None:
    """Letters in quotes, brackets, after a backslash, for a space or to fill up do not count."""
    kept = only('<c r="A1" s="2"><v>46477</v></c>', code=code.replace('"', "&quot;"))
    assert kept == ((Type.DAY, date(2027, 3, 31), False) if day else (Type.NUMBER, 46477, False))


@pytest.mark.parametrize("number", [14, 22, 27, 36, 45, 47, 50, 58])
def test_built_in_formats_of_days(number: int) -> None:
    """They have numbers only; 27-36 and 50-58 are days in East Asian Excels."""
    assert only('<c r="A1" s="3"><v>46477</v></c>', built_in=number) == (Type.DAY, date(2027, 3, 31), False)


@pytest.mark.parametrize("number", [0, 13, 23, 37, 44, 48, 49, 59])
def test_built_in_formats_of_numbers(number: int) -> None:
    """The neighbours of those of days."""
    assert only('<c r="A1" s="3"><v>46477</v></c>', built_in=number) == (Type.NUMBER, 46477, False)


@pytest.mark.parametrize(
    ("stored", "kind", "value"),
    [
        ("2027-03-31", Type.DAY, date(2027, 3, 31)),
        ("2027-03-31T00:00:00.000Z", Type.DAY, date(2027, 3, 31)),
        ("2027-03-31T09:30:00", Type.DAY, moment("2027-03-31T09:30")),
        ("2027-03-31T09:30:00+01:00", Type.DAY, moment("2027-03-31T09:30")),
        ("0206-03-31", Type.DAY, date(206, 3, 31)),
        ("2027-02-29", Type.ERROR, "2027-02-29"),
        ("20270331", Type.ERROR, "20270331"),
        ("T09:30:00", Type.ERROR, "T09:30:00"),
    ],
)
def test_a_day_may_be_stored_in_words(stored: str, kind: Type, value: Value) -> None:
    """Some programs store ISO dates; the clock is read as it shows, whatever its zone."""
    assert only(f'<c r="A1" t="d"><v>{stored}</v></c>') == (kind, value, False)


# Sheets


def test_a_dimension_is_not_believed() -> None:
    """A sheet that calls itself one cell large is read whole."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="C{n}"><v>{n}</v></c></row>' for n in range(1, 51))
    assert len(risks(rows, before='<dimension ref="A1"/>').cells) == 100


def test_rows_and_cells_out_of_order_are_put_in_order() -> None:
    """What a cell says of its place counts, not where it stands in the file."""
    sheet = '<row r="3"><c r="B3"><v>4</v></c><c r="A3"><v>3</v></c></row><row r="1"><c r="A1"><v>1</v></c></row>'
    assert places(risks(sheet)) == [(1, 1, 1), (3, 1, 3), (3, 2, 4)]


def test_rows_and_cells_without_a_place_come_next() -> None:
    """A row follows the row before it, a cell the cell before it, blank or not."""
    first, last = "<row><c><v>1</v></c><c/><c><v>3</v></c></row>", "<row><c><v>6</v></c></row>"
    sheet = f'{first}<row r="5"><c r="AA5"/><c><v>5</v></c></row>{last}'
    assert places(risks(sheet)) == [(1, 1, 1), (1, 3, 3), (5, 28, 5), (6, 1, 6)]


def test_a_cell_given_twice_is_said() -> None:
    """The later stands, as Excel shows; the same again says nothing new, and a blank takes nothing away."""
    sheet = """<row r="2"><c r="B2"><v>1</v></c><c r="C2"><v>7</v></c></row>
    <row r="2"><c r="B2"><v>2</v></c><c r="C2"><v>7</v></c></row><row r="2"><c r="B2"/></row>"""
    book = read(crafted(sheet), "fire.xlsx")
    assert places(book.grids[0]) == [(2, 2, 2), (2, 3, 7)]
    assert len(book.notes) == 1
    assert "Risks!B2:" in book.notes[0]
    assert "C2" not in book.notes[0]


@pytest.mark.parametrize(
    "sheet",
    [
        '<row r="1048577"><c r="A1048577"><v>1</v></c></row>',
        '<row r="1"><c r="XFE1"><v>1</v></c></row>',
        '<row r="1"><c r="ZZZZ1"><v>1</v></c></row>',
        '<row r="1"><c r="1"><v>1</v></c></row>',
        '<row r="1"><c r="A"><v>1</v></c></row>',
        '<row r="1"><c r=""><v>1</v></c></row>',
        '<row r="0"><c r="A0"><v>1</v></c></row>',
        '<row r="1"><c r="XFD1"/><c><v>1</v></c></row>',
        '<row r="1048576"/><row><c><v>1</v></c></row>',
        '<row r="x"/><row><c><v>1</v></c></row>',
        '<row r="1"><c r="A1"><row r="2"/><v>1</v></c></row>',
        '<row r="1"><v>9</v><c r="A1"/></row>',
        '<row r="1"><f>A2</f><c r="A1"><v>1</v></c></row>',
    ],
)
def test_cells_that_no_sheet_has_are_damage(sheet: str) -> None:
    """Outside the grid there is nothing to read and no place to point to; a value in no cell is nobody's."""
    assert refused(crafted(sheet)) == Reason.DAMAGED


def test_the_corners_of_the_grid_are_in_it() -> None:
    """The last row and the last column can be read, one at a time."""
    assert places(risks('<row r="1048576"><c r="A1048576"><v>1</v></c></row>')) == [(1_048_576, 1, 1)]
    assert places(risks('<row r="1"><c r="XFD1"><v>1</v></c></row>')) == [(1, 16_384, 1)]


def test_cells_too_far_apart_are_refused() -> None:
    """Two cells in opposite corners would be a table of seventeen thousand million."""
    corners = '<row r="1"><c r="A1"><v>1</v></c></row><row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    assert refused(crafted(corners)) == Reason.TOO_LARGE


@pytest.mark.parametrize("by_pattern", [True, False])
def test_a_format_filled_down_to_the_last_row_costs_little(by_pattern: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Thirty thousand rows that only have a format take a moment, and no memory to speak of beside the part itself,

    which a pattern has whole, as bytes and as text, and a walk has not.
    """
    if not by_pattern:
        monkeypatch.setattr(plain, "LARGEST", -1)
    ghosts = "".join(
        f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(1_018_577, 1_048_577)
    )
    data = crafted(f'<row r="1"><c r="A1"><v>1</v></c></row>{ghosts}')
    tracemalloc.start()
    assert places(read(data, "fire.xlsx").grids[0]) == [(1, 1, 1)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2**22 + 3 * len(ghosts) * by_pattern


@effort.in_ci("reads millions of cells that only have a format: 15 s; thirty thousand rows are tried every day")
@pytest.mark.parametrize("ghosts", ["rows", "columns"])
def test_formats_to_the_end_of_the_sheet_cost_time_and_no_memory(ghosts: str) -> None:
    """Down to row 1,048,576, or right to XFD in a hundred rows: what is filled in is read, and nothing else is kept."""
    if ghosts == "rows":
        empty = "".join(f'<row r="{n}" s="1" customFormat="1"><c r="A{n}" s="1"/></row>' for n in range(2, 1_048_577))
    else:
        names = [letters(column) for column in range(1, 16_385)]
        line = "".join(f'<c r="{name}{{n}}" s="1"/>' for name in names)
        empty = "".join(f'<row r="{n}">{line.format(n=n)}</row>' for n in range(2, 102))
    data = crafted(f'<row r="1"><c r="A1"><v>1</v></c></row>{empty}')
    assert places(read(data, "fire.xlsx").grids[0]) == [(1, 1, 1)]


def test_ten_thousand_merges_are_read() -> None:
    """Each with its corners; one more than the limit is refused (above)."""
    merges = "".join(f'<mergeCell ref="A{n}:B{n}"/>' for n in range(1, 10_001))
    data = crafted(
        '<row r="1"><c r="A1"><v>1</v></c></row></sheetData><mergeCells>' + merges + "</mergeCells><sheetData>"
    )
    assert len(read(data, "fire.xlsx").grids[0].merges) == 10_000


def test_what_excel_hides_is_told() -> None:
    """Hidden rows that hold something, hidden columns, merged areas, a filter that is on: all read like the rest."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Risks")
        for row in range(4):
            sheet.write_number(row, 0, row)
        sheet.set_row(2, None, None, {"hidden": True})
        sheet.set_row(9, None, None, {"hidden": True})
        sheet.set_column(3, 5, None, None, {"hidden": True})
        sheet.merge_range(5, 1, 6, 2, "Fire")
        sheet.autofilter(0, 0, 3, 0)
        sheet.filter_column(0, "x > 1")
        book.add_worksheet("Lists").hide()
        book.add_worksheet("Stamp").very_hidden()

    book = xlsx(fill)
    grid = book.grids[0]
    assert book.sheets == (("Risks", "visible"), ("Lists", "hidden"), ("Stamp", "veryHidden"))
    assert (grid.hidden_rows, grid.hidden_columns, grid.merges) == (frozenset({3}), ((4, 6),), ((6, 2, 7, 3),))
    assert grid.filtered
    assert places(grid) == [(1, 1, 0), (2, 1, 1), (3, 1, 2), (4, 1, 3), (6, 2, "Fire")]
    assert grid.rows[6][2] == Cell(6, 2, Type.TEXT, "Fire")


@pytest.mark.parametrize(("criterion", "filtered"), [("", False), ("<filters/>", True), ("<customFilters/>", True)])
def test_a_table_may_have_the_filter(criterion: str, filtered: bool) -> None:
    """Arrows alone filter nothing; a criterion does, and a table that cannot be looked at is damage."""
    column = f'<filterColumn colId="0">{criterion}</filterColumn>'
    parts = unzipped(crafted("")) | {
        "xl/worksheets/sheet1.xml": worksheet('<sheetData/><tableParts><tablePart r:id="s1"/></tableParts>'),
        "xl/worksheets/_rels/sheet1.xml.rels": relationships({"../tables/table1.xml": "table"}),
        "xl/tables/table1.xml": f'<table xmlns="{MAIN}"><autoFilter ref="A1:B4">{column}</autoFilter></table>',
    }
    assert read(zipped(parts), "fire.xlsx").grids[0].filtered is filtered
    del parts["xl/worksheets/_rels/sheet1.xml.rels"]
    assert refused(zipped(parts)) == Reason.DAMAGED


def test_a_view_of_somebody_else_filters_nothing() -> None:
    """A custom view keeps its own filter; it is not on."""
    view = "<customSheetViews><customSheetView><autoFilter><filterColumn><filters/></filterColumn></autoFilter>"
    assert not risks("", before=f"{view}</customSheetView></customSheetViews>").filtered


def test_only_the_wanted_sheets_are_read() -> None:
    """Names and states are told of all; a sheet that is not wanted may even be missing."""
    sheets = '<sheets><sheet name="Risks" r:id="s1"/><sheet name="Lost" state="hidden" r:id="s4"/></sheets>'
    data = crafted("", workbook=sheets, purposes={"worksheets/sheet2.xml": "worksheet"})
    book = read(data, "fire.xlsx", lambda name: name == "Risks")
    assert book.sheets == (("Risks", "visible"), ("Lost", "hidden"))
    assert [grid.name for grid in book.grids] == ["Risks"]
    assert book.grid("Lost") is None
    assert refused(data) == Reason.DAMAGED


def test_a_chart_sheet_has_no_grid() -> None:
    """It is a sheet all the same."""

    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Risks").write_number(0, 0, 1)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Risks!$A$1"})
        book.add_chartsheet("Picture").set_chart(chart)

    book = xlsx(fill)
    assert [name for name, _ in book.sheets] == ["Risks", "Picture"]
    assert [grid.name for grid in book.grids] == ["Risks"]


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ('<mc:Choice Requires="x14"><v>1</v></mc:Choice><mc:Fallback><v>2</v></mc:Fallback>', 1),
        ('<mc:Choice Requires="odd"><v>1</v></mc:Choice><mc:Fallback><v>2</v></mc:Fallback>', 2),
        ('<mc:Choice Requires="x14 odd"><v>1</v></mc:Choice><mc:Fallback><v>2</v></mc:Fallback>', 2),
        ('<mc:Choice Requires="x14"><v>1</v></mc:Choice><mc:Choice Requires="x14"><v>2</v></mc:Choice>', 1),
        ('<mc:Choice Requires="none"><v>1</v></mc:Choice>', None),
    ],
)
def test_of_alternate_content_one_branch_is_read(content: str, text: int | None) -> None:
    """The first choice that asks for nothing Excel does not know, else the fallback; never both."""
    spaces = (
        'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" xmlns:odd="http://example.org/odd" '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"'
    )
    cell = f'<c r="A1"><mc:AlternateContent {spaces}>{content}</mc:AlternateContent></c>'
    assert only(cell) == (None if text is None else (Type.NUMBER, text, False))


# Books


def test_a_book_tells_what_stands_around_its_sheets() -> None:
    """Properties with their types, defined names with their sheets, macros and connections."""

    def fill(book: xlsxwriter.Workbook) -> None:
        book.add_worksheet("Risks")
        book.set_properties({"title": "Return", "author": "Ann", "created": datetime(2027, 3, 31, tzinfo=UTC)})
        book.set_custom_property("unit", "Fire_x0041_ & Rescue")
        book.set_custom_property("form", 2)
        book.set_custom_property("factor", 1.5)
        book.set_custom_property("final", True)
        book.set_custom_property("issued", datetime(2027, 3, 31, tzinfo=UTC), "date")
        book.define_name("riskbook_form", "=Risks!$A$1")
        book.define_name("Risks!local", "=Risks!$B$1")

    book = xlsx(fill)
    assert book.kind == Kind.XLSX
    assert len(book.sha256) == 64
    assert book.properties == {
        "unit": "Fire_x0041_ & Rescue",
        "form": 2,
        "factor": 1.5,
        "final": True,
        "issued": datetime(2027, 3, 31, tzinfo=UTC),
    }
    assert book.names == {"riskbook_form": "Risks!$A$1", "Risks!local": "Risks!$B$1"}
    assert {key: book.core[key] for key in ("title", "creator")} == {"title": "Return", "creator": "Ann"}
    assert (book.pinned, book.notes) == (Pinned(), ())


def test_what_a_book_reaches_out_to_is_told() -> None:
    """Linked workbooks and DDE servers by name; macros and connections as facts."""
    outside = relationships({"file:///H:/old.xlsx": "externalLinkPath"}).replace("/>", ' TargetMode="External"/>')
    spaces = f'xmlns="{MAIN}" xmlns:r="{OFFICE}/relationships"'
    parts = {
        "xl/externalLinks/link1.xml": f'<externalLink {spaces}><externalBook r:id="s1"/></externalLink>',
        "xl/externalLinks/_rels/link1.xml.rels": outside,
        "xl/link2.xml": f'<externalLink {spaces}><ddeLink ddeService="cmd" ddeTopic="/c calc"/></externalLink>',
    }
    purposes = {
        "externalLinks/link1.xml": "externalLink",
        "/xl/link2.xml": "externalLink",
        "vbaProject.bin": "vbaProject",
        "connections.xml": "connections",
    }
    book = read(crafted("", parts=parts, purposes=purposes), "fire.xlsx")
    assert book.pinned.links == ("file:///H:/old.xlsx", "cmd|/c calc")
    assert (book.pinned.macros, book.pinned.connections) == (True, True)


def test_a_strict_workbook_reads_like_a_transitional_one() -> None:
    """Excel's "Strict Open XML" has other namespaces, and the same cells, names and properties."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Risks")
        sheet.write_string(0, 0, "Fire")
        sheet.write_datetime(0, 1, date(2027, 3, 31), book.add_format({"num_format": "dd/mm/yyyy"}))
        book.define_name("here", "=Risks!$A$1")
        book.set_custom_property("form", 2)

    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        fill(book)
    swaps = {
        MAIN: f"{STRICT}/spreadsheetml/main",
        f"{OFFICE}/custom-properties": f"{STRICT}/officeDocument/customProperties",
        f"{OFFICE}/relationships/custom-properties": f"{STRICT}/officeDocument/relationships/customProperties",
        f"{OFFICE}/docPropsVTypes": f"{STRICT}/officeDocument/docPropsVTypes",
        f"{OFFICE}/relationships": f"{STRICT}/officeDocument/relationships",
    }
    parts = unzipped(stream.getvalue())
    for old, new in swaps.items():
        parts = {name: content.replace(old, new) for name, content in parts.items()}
    transitional, strict = read(stream.getvalue(), "fire.xlsx"), read(zipped(parts), "fire.xlsx")
    assert strict == dataclasses.replace(transitional, sha256=strict.sha256)
    assert len(strict.grids[0].cells) == 2
    assert strict.properties == {"form": 2}


def test_the_workbook_part_is_found_by_its_relationship() -> None:
    """Some programs name it otherwise, write prefixes, or point to it from the root."""
    parts = unzipped(crafted('<row r="1"><c r="A1"><v>1</v></c></row>'))
    parts["_rels/.rels"] = relationships({"/xl/Book2.xml": "officeDocument"})
    parts["xl/book2.xml"] = parts.pop("xl/workbook.xml")
    parts["xl/_rels/book2.xml.rels"] = parts.pop("xl/_rels/workbook.xml.rels")
    sheet = parts["xl/worksheets/sheet1.xml"].replace("xmlns=", "xmlns:x=").replace("</", "</x:")
    for tag in ("worksheet", "sheetData", "row", "c ", "v"):
        sheet = sheet.replace(f"<{tag}", f"<x:{tag}")
    parts["xl/worksheets/sheet1.xml"] = sheet
    assert places(read(zipped(parts), "fire.xlsx").grids[0]) == [(1, 1, 1)]


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "iso-8859-1"])
def test_parts_may_be_written_in_other_encodings(encoding: str) -> None:
    """XML says its own encoding; expat's are read."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in unzipped(crafted('<row r="1"><c r="A1" t="str"><v>é</v></c></row>')).items():
            told = encoding.removesuffix("-sig")
            archive.writestr(name, f'<?xml version="1.0" encoding="{told}"?>{content}'.encode(encoding))
    assert places(read(stream.getvalue(), "fire.xlsx").grids[0]) == [(1, 1, "é")]


# What is refused


@pytest.mark.parametrize(
    "part", ["[Content_Types].xml", "_rels/.rels", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"]
)
def test_a_package_without_what_holds_it_together_is_refused(part: str) -> None:
    """No sheet is lost silently because nothing points to it any more."""
    parts = unzipped(crafted(""))
    del parts[part]
    assert refused(zipped(parts)) in (Reason.DAMAGED, Reason.NOT_A_WORKBOOK)


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"])
def test_a_missing_part_is_damage(part: str) -> None:
    """A part that is pointed to must be there."""
    parts = unzipped(crafted(""))
    del parts[part]
    assert refused(zipped(parts)) == Reason.DAMAGED


@pytest.mark.parametrize("part", ["_rels/.rels", "xl/workbook.xml", "xl/sharedStrings.xml", "xl/worksheets/sheet1.xml"])
def test_a_doctype_is_refused(part: str) -> None:
    """No spreadsheet program writes one; all it can do is harm, whatever entities it declares."""
    parts = unzipped(crafted(""))
    parts[part] = '<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>' + parts[part]
    assert refused(zipped(parts)) == Reason.DOCTYPE


@pytest.mark.parametrize(
    "xml", ["", "<a", "<a></b>", "\0", "<a>&nbsp;</a>", '<?xml version="1.0" encoding="cp037"?><a/>']
)
def test_what_is_no_xml_is_damage(xml: str) -> None:
    """Nothing that expat or a codec raises gets out."""
    assert refused(crafted("", parts={"xl/worksheets/sheet1.xml": xml})) == Reason.DAMAGED


def test_a_workbook_without_sheets_is_refused() -> None:
    """It is not taken for an empty return."""
    assert refused(crafted("", workbook="<sheets/>")) == Reason.NO_SHEETS


@pytest.mark.parametrize(
    ("limits", "sheets", "before"),
    [
        (Limits(sheets=1), '<sheet name="A" r:id="s1"/><sheet name="B" r:id="s1"/>', ""),
        (Limits(merges=1), '<sheet name="A" r:id="s1"/>', '<mergeCell ref="A1:B1"/><mergeCell ref="A2:B2"/>'),
    ],
    ids=["sheets", "merges"],
)
def test_sheets_and_merges_are_bounded(limits: Limits, sheets: str, before: str) -> None:
    """More than any honest workbook has is refused."""
    assert refused(crafted("", workbook=f"<sheets>{sheets}</sheets>", before=before), limits) == Reason.TOO_LARGE


@pytest.mark.parametrize(
    "xml",
    ["<a>" * 1_000_000, f"<a b='{'x' * 20_000_000}'/>", f"<extLst>{'<a>' * 1_000_000}"],
    ids=["deep", "long", "skipped"],
)
def test_tags_nested_or_drawn_out_without_end_are_refused_at_once(xml: str) -> None:
    """Expat keeps every open tag, and reads one that is not finished anew with every chunk."""
    data = crafted("", before=xml)
    started = time.perf_counter()
    assert refused(data, Limits(ratio=10_000)) == Reason.SUSPICIOUS
    assert time.perf_counter() - started < 1


@pytest.mark.parametrize(
    "content", ["<row>" + " " * 30_000_000, "\0" * 30_000_000, "<c/>" * 7_000_000], ids=["spaces", "zeros", "cells"]
)
def test_a_bomb_in_a_sheet_is_refused_at_once(content: str) -> None:
    """Thirty megabytes in a few kilobytes are not inflated to see what they hold."""
    data = crafted(content)
    started = time.perf_counter()
    tracemalloc.start()
    assert refused(data) == Reason.SUSPICIOUS
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.perf_counter() - started < 1
    assert peak < 2**23


# Damage


def returned() -> bytes:
    """A workbook as XlsxWriter makes it, with something of everything that is read."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        for name in ("Risks", "Actions"):
            sheet = book.add_worksheet(name)
            for row in range(12):
                sheet.write_string(row, 0, f"{name} {row}")
                sheet.write_number(row, 1, row * 1.5)
                sheet.write_datetime(row, 2, date(2027, 3, 1 + row), day)
                sheet.write_formula(row, 3, "=A1", None, "Fire")
            sheet.add_table(0, 5, 5, 7, {"name": f"{name}_table"})
            sheet.merge_range(20, 0, 21, 1, "Fire")
        book.define_name("here", "=Risks!$A$1")
        book.set_custom_property("form", 2)
    return stream.getvalue()


def openpyxls() -> bytes:
    stream = io.BytesIO()
    book = openpyxl.Workbook()
    for row in range(12):
        book.worksheets[0].append([f"Risk {row}", row, date(2027, 3, 1 + row), True])
    book.save(stream)
    return stream.getvalue()


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.parametrize("make", [returned, openpyxls])
def test_damage_is_refused_or_makes_no_difference(make: Callable[[], bytes]) -> None:
    """Whichever bit flips, wherever a file is cut: the same book, or Unreadable. Nothing else."""
    data = make()
    whole = read(data, "fire.xlsx")
    chance = random.Random(42)
    directory = data.index(b"PK\1\2")
    read_, refused_ = 0, 0
    for turn in range(600):
        bad = bytearray(data)
        if turn % 10 == 0:
            del bad[chance.randrange(len(bad)) :]
        else:
            bad[chance.randrange(directory if turn % 3 == 0 else 0, len(bad))] ^= 1 << chance.randrange(8)
        try:
            book = read(bytes(bad), "fire.xlsx")
        except Unreadable:
            refused_ += 1
        else:
            assert dataclasses.replace(book, sha256=whole.sha256) == whole
            read_ += 1
    assert min(read_, refused_) > 60


@settings(max_examples=effort.examples(15), deadline=None)
@given(st.data())
def test_any_change_to_any_part_is_read_or_refused(data: st.DataObject) -> None:
    """However the XML of a part is mangled, whoever made it: a book, or Unreadable."""
    parts = unzipped(returned())
    name = data.draw(st.sampled_from(sorted(parts)))
    start = data.draw(st.integers(0, len(parts[name])))
    end = data.draw(st.integers(start, min(start + 40, len(parts[name]))))
    put = data.draw(
        st.sampled_from(['"', "-1", "9" * 20, "<row>", "</c>", "<c/>", "é", "\0", "&#0;", "]]>"]) | st.text()
    )
    parts[name] = parts[name][:start] + put + parts[name][end:]
    with contextlib.suppress(Unreadable):
        read(zipped(parts), "fire.xlsx")


@settings(max_examples=effort.examples(10), deadline=None)
@given(
    st.dictionaries(
        st.tuples(st.integers(0, 30), st.integers(0, 30)),
        st.text(st.characters(codec="utf-8", exclude_characters="\ufffe\uffff"), min_size=1).filter(
            lambda text: not text.startswith("<r>")
        )
        | st.integers(-(2**52), 2**52)
        | st.integers(-(10**9), 10**9).map(lambda thousandths: thousandths / 1000)
        | st.booleans(),
    )
)
def test_what_was_written_is_read(cells: dict[tuple[int, int], str | int | float | bool]) -> None:
    """Texts with whatever characters, numbers and flags come back as they were, each in its place."""

    def fill(book: xlsxwriter.Workbook) -> None:
        sheet = book.add_worksheet("Risks")
        for (row, column), value in cells.items():
            write = {str: sheet.write_string, bool: sheet.write_boolean}.get(type(value), sheet.write_number)
            assert write(row, column, value) == 0

    expected = [(row + 1, column + 1, value) for (row, column), value in sorted(cells.items())]
    assert places(xlsx(fill).grids[0]) == expected
