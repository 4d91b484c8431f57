"""A report as a workbook: what stands where, how it looks, how it is printed, and that Excel will not repair it."""

import io
import re
import warnings
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from itertools import pairwise
from operator import le
from pathlib import Path
from typing import Any

import mockup
import openpyxl
import oracles
import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.cell.rich_text import TextBlock
from openpyxl.worksheet.worksheet import Worksheet

from riskbook.excel import layout, looks, notes, paper, tables, widths
from riskbook.excel.book import WriteError
from riskbook.excel.sheets import report
from riskbook.matrix import Score
from riskbook.report.blocks import (
    BLANK,
    Block,
    Cell,
    Count,
    Document,
    Field,
    HeatMap,
    Link,
    Missing,
    NewPage,
    Now,
    Paper,
    Para,
    Ref,
    Refs,
    Retold,
    Screen,
    Sheet,
    Square,
    Table,
    Text,
    Then,
    ToFill,
    Tone,
    Trend,
)
from riskbook.wording import Run
from tests import effort

WORDS = st.text(st.sampled_from("ab WM.!\n-—é"), max_size=400)


@pytest.fixture(scope="module")
def data() -> bytes:
    """The whole mock-up, written."""
    return report(mockup.document())


@pytest.fixture(scope="module")
def workbook(data: bytes) -> openpyxl.Workbook:
    """The whole mock-up, read back, but for the sparklines that openpyxl does not know."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "Sparkline Group")
        return openpyxl.load_workbook(io.BytesIO(data))


def document(*blocks: Block, use: Paper | Screen = Paper(), pixels: tuple[int, ...] = (100, 200, 100)) -> Document:  # noqa: B008
    """A report of one sheet."""
    sheet = Sheet("Risks", "Risks", "A lead line", blocks, pixels, use)
    return Document("T", "S", "Brackenshire County Council", "Foot", date(2026, 10, 9), (sheet,))


def table(*rows: tuple[Cell, ...], **named: Any) -> Table:
    """A table of three columns."""
    fields = (Field("Ref", centred=True), Field("Risk"), Field("Rating", centred=True))
    return Table("risks", fields, rows, empty="There are no risks.", **named)


def written(*blocks: Block, **named: Any) -> Worksheet:
    """The sheet of a report of one sheet, read back."""
    return openpyxl.load_workbook(io.BytesIO(report(document(*blocks, **named))))["Risks"]


def drawn(sheet: Worksheet) -> list[list[object]]:
    """The values of a sheet's filled rows, without title and lead line."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]
    return [row for row in rows if any(value is not None for value in row)]


@effort.in_ci("starts the validator: 3 s; one report is validated every day")
@oracles.needs_validator
def test_microsofts_validator_finds_nothing(data: bytes, tmp_path: Path) -> None:
    """The Open XML SDK reads every part."""
    file = tmp_path / "report.xlsx"
    file.write_bytes(data)
    assert oracles.faults([file]) == []


def test_the_same_document_makes_the_same_bytes(data: bytes) -> None:
    """Twice is the same."""
    assert report(mockup.document()) == data


def test_sheets_stand_in_order_with_notes_before_the_scores(workbook: openpyxl.Workbook) -> None:
    """All of them visible; the figures that charts draw on are last."""
    names = [sheet.name for sheet in mockup.document().sheets]
    assert workbook.sheetnames == [*names[:-1], "Notes", names[-1]]
    assert {sheet.sheet_state for sheet in workbook} == {"visible"}


def test_every_table_is_a_table_for_excel(workbook: openpyxl.Workbook) -> None:
    """Named, unlike, headers equal to their cells, no merge inside, no style; Excel repairs what is otherwise."""
    seen = []
    for sheet in workbook:
        merged = {cell for area in sheet.merged_cells.ranges for cell in area.cells}
        for marked in sheet.tables.values():
            seen.append(marked.name)
            top, *body = sheet[marked.ref]
            headers = [cell.value for cell in top]
            assert [column.name for column in marked.tableColumns] == headers
            assert len({header.lower() for header in headers}) == len(headers)
            assert not merged & {(cell.row, cell.column) for row in (top, *body) for cell in row}
            assert (marked.tableStyleInfo.name, bool(body)) == (None, True)
    assert len(seen) == len(set(seen)) > 15
    assert all(name.startswith("tbl_") for name in seen)


def test_every_table_and_chart_has_words_for_those_who_cannot_see_it(data: bytes) -> None:
    """Alternative text."""
    parts = zipfile.ZipFile(io.BytesIO(data))
    for name in parts.namelist():
        xml = parts.read(name).decode() if name.endswith(".xml") else ""
        if name.startswith("xl/tables/"):
            assert re.search(r'altText="[^"]+" altTextSummary="[^"]+"', xml), name
        if name.startswith("xl/drawings/drawing"):
            assert all(re.search(r'descr="[^"]+"', found) for found in re.findall("<xdr:cNvPr [^>]*>", xml)), name


def test_nothing_hidden_or_foreign_leaves(data: bytes) -> None:
    """No formulas, macros, links out, comments, defined names but those of printing."""
    parts = zipfile.ZipFile(io.BytesIO(data))
    sheets = "".join(parts.read(name).decode() for name in parts.namelist() if "worksheets/sheet" in name)
    names = re.findall('definedName name="([^"]+)"', parts.read("xl/workbook.xml").decode())
    assert "<f>" not in sheets
    assert 'hidden="1"' not in sheets
    assert set(names) <= {"_xlnm.Print_Area", "_xlnm.Print_Titles", "_xlnm._FilterDatabase"}
    assert not [name for name in parts.namelist() if re.search("external|vba|comment|connection|custom", name)]


def test_a_sheet_for_paper_has_no_filter_and_no_frozen_panes(workbook: openpyxl.Workbook) -> None:
    """A sheet to work in has both."""
    on_paper, on_screen = workbook["Directorate risks"], workbook["Register"]
    assert (on_paper.freeze_panes, on_paper.tables["tbl_directorate_risks"].autoFilter) == (None, None)
    assert (on_screen.freeze_panes, on_screen.tables["tbl_register"].autoFilter.ref) == ("C6", "A5:R17")


def test_texts_stand_as_they_were_typed(workbook: openpyxl.Workbook) -> None:
    """Like a formula or not."""
    cell = workbook["Directorate risks"]["N11"]
    assert (cell.value, cell.data_type, cell.quotePrefix) == ("=Not a formula, whatever Excel thinks.", "s", True)


def test_title_lead_and_properties_say_what_it_is(workbook: openpyxl.Workbook) -> None:
    """The title in A1, and in the file."""
    sheet = workbook["Summary"]
    assert (sheet["A1"].value, sheet["A1"].font.size) == ("Children’s Services risk report, 2026-27 Q2", 16)
    organisation = "Brackenshire County Council"
    assert (workbook.properties.title, workbook.properties.creator) == (sheet["A1"].value, organisation)


def test_a_table_without_rows_is_a_sentence() -> None:
    """On paper; on screen its headers stand ready for the first row."""
    assert drawn(written(table())) == [["There are no risks.", None, None]]
    on_screen = written(table(), use=Screen())
    assert drawn(on_screen) == [["There are no risks.", None, None], ["Ref", "Risk", "Rating"]]
    assert on_screen.tables["tbl_risks"].ref == "A4:C5"


def test_cells_look_as_what_they_are() -> None:
    """By role: only what counts now is filled."""
    row = (Ref("DIR-01"), Text("Now"), Now(mockup.RED, 16)), (BLANK, Missing("Not received"), Then(mockup.AMBER, 12))
    sheet = written(table(*row))
    assert drawn(sheet)[1:] == [["DIR-01", "Now", "16 Red (R)"], [None, "Not received", "12 Amber (A)"]]
    now, then, missing = sheet["C5"], sheet["C6"], sheet["B6"]
    assert (now.fill.fgColor.rgb, now.font.color.rgb, now.font.bold) == ("FFA3201D", "FFFFFFFF", True)
    assert (then.fill.fill_type, then.border.left.style, then.border.left.color.rgb) == (None, "thick", "FFF5B04C")
    assert (missing.fill.fgColor.rgb, missing.font.bold) == ("FFFFF0CC", True)


def test_a_nought_is_quiet_but_not_in_a_total() -> None:
    """Zeros would hide what is not zero; a total is set apart by a line of ink."""
    sheet = written(table((Count(0), Count(1), BLANK), total=(Count(0), Text("All"), BLANK)))
    assert [sheet[a].font.color.rgb[2:] for a in ("A5", "B5", "A6")] == [looks.QUIET, looks.INK, looks.INK]
    assert [sheet["A5"].border.bottom.color.rgb, sheet["A6"].border.top.color.rgb] == [f"FF{looks.INK}"] * 2


def test_a_line_is_drawn_where_a_group_begins() -> None:
    """On the ratings too, and nowhere else."""
    rows = [(Text(group), BLANK, Now(mockup.RED)) for group in ("Up", "Up", "Down")]
    sheet = written(table(*rows, ruled_by="Ref"))
    accent = f"FF{looks.ACCENT}"
    assert [sheet.cell(row, 3).border.top.color.rgb == accent for row in (5, 6, 7)] == [False, False, True]
    assert [sheet.cell(row, 3).border.bottom.color.rgb == accent for row in (5, 6, 7)] == [False, True, False]


def test_an_empty_decision_has_room_for_a_pen_and_a_list() -> None:
    """Three lines at least; only the agreed words, and in a cell for a day only a day."""
    sheet = written(table((ToFill(choices=("Agreed", "Deferred")), ToFill(day=True), ToFill(date(2026, 10, 14)))))
    lists = sheet.data_validations.dataValidation
    assert [(str(found.sqref), found.formula1) for found in lists] == [("A5", '"Agreed,Deferred"'), ("B5", "36526")]
    assert sheet.row_dimensions[5].height > widths.height(3)
    assert [sheet[a].number_format for a in ("B5", "C5")] == ["d mmm yyyy", "General"]


def test_a_cell_chooses_from_a_table_of_the_document_and_shows_its_prompt() -> None:
    """Other words may stand after a warning; a table without rows has no list."""
    fill = ToFill(listed="risks", loose=True, title="Into", prompt="Which risk stays?")
    for rows, formula in (((BLANK, BLANK, BLANK),), "='Risks'!$A$5:$A$6"), ((), None):
        other = Table("other", (Field("Into"),), ((fill,),), empty="")
        sheet = written(*([table(*rows, (Ref("A-1"), BLANK, BLANK))] if rows else [table()]), other)
        (found,) = sheet.data_validations.dataValidation
        assert (found.promptTitle, found.prompt) == ("Into", "Which risk stays?")
        assert (f"={found.formula1}" if found.formula1 else None) == formula
        assert (found.errorStyle == "warning") is bool(rows)


def test_cells_under_each_other_that_take_the_same_are_told_once() -> None:
    """Excel keeps 65,534 of such rules on a sheet at most, and reads each when it opens one."""
    agreed, day = ToFill(choices=("Agreed", "Deferred")), ToFill(day=True)
    rows = ((agreed, day, agreed), (replace(agreed, value="Agreed"), day, BLANK), (agreed, agreed, agreed))
    lists = written(table(*rows)).data_validations.dataValidation
    assert [(str(found.sqref), found.type) for found in lists] == [
        ("A5:A7", "list"),
        ("B5:B6", "date"),
        ("B7", "list"),
        ("C5", "list"),
        ("C7", "list"),
    ]


def test_a_list_of_a_table_that_is_not_there_is_refused() -> None:
    """The message names the cell."""
    with pytest.raises(WriteError, match="A5"):
        written(table((ToFill(listed="nowhere"), BLANK, BLANK)))


def test_a_link_leads_to_the_row_of_its_ref() -> None:
    """Or to the top of a sheet that has no such row."""
    rows = (
        (Ref("A-1"), BLANK, BLANK),
        (Text("to A-1", to=Link("Risks", "A-1")), Text("top", to=Link("Risks", "A-2")), BLANK),
    )
    sheet = written(table(*rows))
    assert [sheet[a].hyperlink.location for a in ("A6", "B6")] == ["'Risks'!A5", "'Risks'!A1"]


def test_a_row_is_as_tall_as_its_words() -> None:
    """Excel does not fit rows when it opens a file."""
    sheet = written(table((BLANK, Text("word " * 60), BLANK), (BLANK, Text("word"), BLANK)))
    assert 100 < sheet.row_dimensions[5].height <= notes.TALLEST
    assert sheet.row_dimensions[6].height == 18.75


def test_refs_are_broken_between_and_never_inside() -> None:
    """A ref alone is not wrapped; several are set in lines."""
    refs = tuple(f"FHS-{n:03}" for n in range(1, 10))
    sheet = written(table((Ref("FHS-001"), Refs(refs), BLANK)))
    lines = str(sheet["B5"].value).split("\n")
    assert len(lines) > 2
    assert all(re.fullmatch(r"(FHS-\d{3},? ?)+", line) for line in lines)
    assert not sheet["A5"].alignment.wrap_text


def test_the_appetite_runs_between_cells_above_it_and_the_others() -> None:
    """Thick ink on both sides of the line, and on no other side."""
    above = frozenset({Score(5, 5), Score(5, 4), Score(4, 5)})
    sheet = written(HeatMap(mockup.MATRIX, (), above), pixels=(128, *[176] * 5))
    thick = {
        (cell.coordinate, side)
        for row in sheet.iter_rows()
        for cell in row
        for side in ("left", "right", "top", "bottom")
        if getattr(cell.border, side).style == "thick"
    }
    assert thick == {
        *(("D5", "right"), ("E5", "left"), ("E5", "bottom"), ("E6", "top"), ("E6", "right")),
        *(("F6", "left"), ("F6", "bottom"), ("F7", "top")),
    }


def test_a_large_cell_says_number_letter_counts_and_refs() -> None:
    """And how many refs it has no room for."""
    refs = tuple(f"CIC-{n:03}" for n in range(1, 40))
    squares = (Square(Score(5, 4), 39, 2, refs), Square(Score(1, 1), 0, 0))
    sheet = written(HeatMap(mockup.MATRIX, squares), pixels=(128, *[176] * 5))
    head, *lines = str(sheet["E5"].value).split("\n")
    shown = ", ".join(line.rstrip(",") for line in lines)
    assert (head, sheet["B9"].value, sheet["F5"].value) == ("20 R  39  (was 2)", "1 G", "25 R")
    assert 39 - shown.count("CIC") == int(re.search(r"and (\d+) more$", shown)[1])
    assert sheet.row_dimensions[5].height <= 110


def test_a_long_cell_stops_at_a_sentence_and_goes_on_in_notes(workbook: openpyxl.Workbook) -> None:
    """Nothing is lost: Notes has it whole, and the refs of both rows lead to each other."""
    sheet, full = workbook["Directorate risks"], workbook["Notes"]["E5"].value
    words = sheet["M11"].value
    kept = words.removesuffix(" … (continued on Notes, DIR-08)")
    assert full.startswith(kept)
    assert (kept[-1], sheet.row_dimensions[11].height <= notes.TALLEST) == (".", True)
    assert sheet["A11"].hyperlink.location == "'Notes'!A5"
    assert workbook["Notes"]["A5"].hyperlink.location == "'Directorate risks'!A11"


@given(WORDS, st.integers(20, 300))
def test_lines_are_the_words_again(words: str, pixels: int) -> None:
    """And none is wider than its column, unless it is a letter."""
    lines = widths.wrap(words, pixels, 10)
    assert "".join(lines).replace(" ", "") == words.replace("\n", "").replace(" ", "")
    assert all(widths.wide(line, 10) <= pixels + 1e-6 or len(line) == 1 for line in lines)


@given(st.lists(st.text(st.sampled_from("W-i1"), min_size=1)), st.integers(20, 300))
def test_items_stand_in_as_few_lines_as_hold_them(items: list[str], pixels: int) -> None:
    """None is broken, no line is wider than its column unless it is one item, and none had room for the next."""
    lines = widths.parted(items, pixels, 10)
    assert " ".join(word for line in lines for word in line) == ", ".join(items)
    assert all(widths.wide(" ".join(line), 10) <= pixels + 1e-6 or len(line) == 1 for line in lines)
    assert all(widths.wide(" ".join([*line, after[0]]), 10) > pixels - 1e-6 for line, after in pairwise(lines))


@given(WORDS.filter(bool), st.integers(1, 300))
def test_a_prefix_fits_or_is_a_letter(words: str, most: int) -> None:
    """So that cutting a text in parts always ends."""
    end = notes.prefix(words, lambda kept: len(kept) <= most)
    assert 1 <= end <= max(most, 1)


def test_a_text_too_long_for_a_row_of_notes_takes_several() -> None:
    """Joined, they are the text."""
    words = "A sentence of some words that somebody wrote. " * 600
    continued = notes.continued(document(table((Ref("A-1"), Text(words), BLANK))))
    rows = continued.table("notes").rows
    assert "".join(row[4].words for row in rows if isinstance(row[4], Text)) == words
    assert [row[3] for row in rows[:1]] == [Text(f"1 of {len(rows)}", mockup.QUIET)]
    assert max(layout.lay(continued.sheets[1]).heights) <= widths.HIGHEST


RETOLD = Retold((Run("Two posts were empty; ", False), Run("=one <r>was</r> filled & a second", True), Run(".", False)))


def test_new_words_are_bold_and_coloured_and_none_is_altered() -> None:
    """One cell of text in runs; of words that are all new, or all old, a plain one."""
    new = Retold((Run("All of it is new.", True),))
    data = report(document(table((Ref("A-1"), RETOLD, BLANK), (Ref("A-2"), new, BLANK))))
    rich = openpyxl.load_workbook(io.BytesIO(data), rich_text=True)["Risks"]
    looks_of = [(part.font.b, part.font.color.rgb[2:]) for part in rich["B5"].value if isinstance(part, TextBlock)]
    assert str(rich["B5"].value) == RETOLD.words
    assert (True, looks.ACCENT) in looks_of
    assert (False, looks.INK) in looks_of
    assert (rich["B6"].value, rich["B6"].font.b) == ("All of it is new.", True)


def test_a_row_is_tall_enough_for_words_of_which_some_are_bold() -> None:
    """As if all of them were."""
    long = Retold((Run("Some words of old. " * 9, False), Run("And some new ones. " * 9, True)))
    some, bold = written(table((Ref("A-1"), long, BLANK))), Text(long.words, Tone.STRONG)
    assert some.row_dimensions[5].height == written(table((Ref("A-1"), bold, BLANK))).row_dimensions[5].height


def test_long_words_of_which_some_are_new_go_on_on_notes_with_their_marks() -> None:
    """Joined, the parts are the words; nothing is lost and nothing is marked that is not new."""
    long = Retold((Run("Some words of old. " * 90, False), Run("And some new ones. " * 90, True)))
    continued = notes.continued(document(table((Ref("A-1"), long, BLANK))))
    (cut,) = (row[1] for row in continued.table("risks").rows)
    parts = [row[4] for row in continued.table("notes").rows]
    assert isinstance(cut, Retold)
    assert cut.words.endswith("… (continued on Notes, A-1)")
    assert "".join(run.words for part in parts for run in part.runs if run.new) == long.runs[1].words  # type: ignore[union-attr]
    assert "".join(part.words for part in parts) == long.words  # type: ignore[union-attr]


def test_a_paragraph_can_lead_to_another_sheet() -> None:
    """As Summary's line about the changes in approach."""
    first = document(Para("Read on.", to=Link("Risks")))
    sheet = openpyxl.load_workbook(io.BytesIO(report(first)))["Risks"]
    assert (sheet["A3"].value, sheet["A3"].hyperlink.location) == ("Read on.", "'Risks'!A1")


def test_a_paragraph_that_no_row_holds_stands_in_several() -> None:
    """As that of the risks whose units have sent nothing, on the first day of a quarter."""
    words = ", ".join(f"FHS-{n:03}" for n in range(1, 1500))
    drawing = layout.lay(document(Para(words), pixels=(300, 300)).sheets[0])
    _, _, *parts = (str(put.value) for put in drawing.puts)
    assert " ".join(parts) == words
    assert len(parts) > 2
    assert max(drawing.heights) <= widths.HIGHEST
    lines = [len(widths.wrap(part, widths.room(600), looks.BODY)) for part in parts]
    assert all(map(le, lines, map(widths.most_lines, drawing.heights[2:])))


def test_a_register_holds_long_texts_in_full() -> None:
    """A sheet to work in is read back; its rows are no taller than a few lines."""
    words = "A sentence of some words that somebody wrote. " * 200
    sheet = written(table((Ref("A-1"), Text(words), BLANK)), use=Screen())
    assert sheet["B5"].value == words
    assert sheet.row_dimensions[5].height < 75


def test_a_page_is_fitted_headed_and_footed(workbook: openpyxl.Workbook) -> None:
    """A4 landscape, one page across, bands and headers again on every page."""
    sheet = workbook["Directorate risks"]
    page = sheet.page_setup
    assert (page.paperSize, page.orientation, page.fitToWidth, page.fitToHeight) == (9, "landscape", None, 0)
    assert (sheet.print_title_rows, sheet.print_area) == ("$4:$5", "'Directorate risks'!$A$1:$O$11")
    assert sheet.oddFooter.left.text == mockup.document().footer
    assert sheet.oddFooter.right.text == "Page &P of &N"


def test_summary_is_one_page_and_its_list_of_sheets_stands_under_it(workbook: openpyxl.Workbook) -> None:
    """The list is for the screen; its links lead to the sheets."""
    sheet = workbook["Summary"]
    last = int(re.search(r"(\d+)$", sheet.print_area)[1])
    listed = sheet.tables["tbl_sheets"].ref
    assert (sheet.page_setup.fitToHeight, int(re.search(r"\d+", listed)[0]) > last) == (None, True)
    assert [sheet[listed][row][1].hyperlink.location for row in (1, 2)] == ["'Decisions'!A1", "'Heat map'!A1"]


def test_a_sheet_too_tall_for_a_page_that_can_be_read_takes_several() -> None:
    """Text on paper is never under eight points."""
    rows = [(Ref(f"A-{n}"), BLANK, BLANK) for n in range(80)]
    assert written(table(*rows), use=Paper(one_page=True)).page_setup.fitToHeight == 0
    assert written(table(*rows[:8]), use=Paper(one_page=True)).page_setup.fitToHeight is None


def test_columns_that_cannot_be_read_on_paper_are_refused() -> None:
    """1,256 pixels for ten points, 1,130 for the nine of charts and heat maps."""
    assert (paper.widest(10, portrait=False), paper.widest(9, portrait=False)) == (1256, 1130)
    heat = HeatMap(mockup.MATRIX, ())
    report(document(table((BLANK, BLANK, BLANK)), pixels=(256, 500, 500)))
    for refused in (
        lambda: document(table(), pixels=(257, 500, 500)),
        lambda: document(heat, pixels=(231, *[180] * 5)),
        lambda: document(NewPage()),
    ):
        with pytest.raises(ValueError, match="Risks: "):
            report(refused())


def test_a_register_is_printed_in_parts_that_begin_with_a_group() -> None:
    """The held columns again on each."""
    pixels = [100, 200, *[300] * 8]
    assert paper.column_breaks(pixels, 2, starts=(2, 4, 7)) == (4, 7)
    assert paper.column_breaks(pixels, 2, starts=()) == (5, 8)


def test_a_chart_draws_on_the_cells_of_its_table(data: bytes) -> None:
    """Without the total; in the fills of the bands; in British English."""
    charts = [zipfile.ZipFile(io.BytesIO(data)).read(f"xl/charts/chart{n}.xml").decode() for n in (1, 2)]
    assert "'Scores by round'!$B$12:$B$17" in charts[0]
    assert "'By service'!$B$6:$B$13" in charts[1]
    assert all(f'val="{band.fill}"' in chart for band in mockup.BANDS for chart in charts)
    assert all('<c:lang val="en-GB"/>' in chart and "en-US" not in chart for chart in charts)


def test_bars_of_all_sparklines_have_one_scale(data: bytes, workbook: openpyxl.Workbook) -> None:
    """The taller the row, the higher its maximum; the ref without scores has none."""
    names = workbook.sheetnames
    xml = (
        zipfile.ZipFile(io.BytesIO(data))
        .read(f"xl/worksheets/sheet{names.index('Directorate risks') + 1}.xml")
        .decode()
    )
    found = re.findall(r'manualMax="([\d.]+)".*?<xm:f>([^<]+)</xm:f><xm:sqref>O(\d+)<', xml)
    assert {int(row): float(most) for most, _, row in found} == pytest.approx(
        {row: 25 * workbook["Directorate risks"].row_dimensions[row].height / 44 for row in range(6, 11)}, rel=0.02
    )
    assert {int(row): drawn for _, drawn, row in found}[6] == "'Scores by round'!B5:G5"


@pytest.mark.parametrize(
    "broken",
    [
        lambda: document(table((Text("x", to=Link("Nowhere")), BLANK, BLANK))),
        lambda: document(table((Trend("A-1", 25), BLANK, BLANK))),
        lambda: document(replace(mockup.by_service().blocks[2], table="nowhere")),
        lambda: document(table((ToFill(choices=("x" * 200, "y" * 200)), BLANK, BLANK))),
    ],
)
def test_what_leads_nowhere_is_an_error_with_its_cell(broken: Callable[[], Document]) -> None:
    """Never a workbook without it."""
    with pytest.raises(WriteError, match=r"^Risks!A"):
        report(broken())


def test_words_are_set_in_beside_a_fill() -> None:
    """In a filled column and right of one, where they would touch it; not where they are centred."""
    fields = (Field("A"), Field("B"), Field("C", centred=True), Field("D"))
    row = (Now(mockup.RED), Text("b"), Now(mockup.RED), Text("d"))
    assert tables.indents(Table("t", fields, (row,), empty="")) == (1, 1, 0, 1)


def test_dates_and_shares_are_numbers(workbook: openpyxl.Workbook) -> None:
    """Shown as people write them."""
    day, share = workbook["Actions"]["G5"], workbook["Returns"]["J6"]
    assert (day.value.date(), day.number_format) == (date(2026, 3, 31), "d mmm yyyy")
    assert (share.value, share.number_format) == (0.99, "0%")
