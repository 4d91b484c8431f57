"""Tables: the header row is found, headings are read by name, and no text is lost."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import settings as tries
from hypothesis import strategies as st

from riskbook import settings as loading
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, PEOPLE, RISKS, Column
from riskbook.grid import Cell, Grid, Type
from riskbook.tables import Row, Table, find_header, read, shown
from riskbook.text import printable, tidy
from tests import effort

AGREED = loading.load(loading.framework(loading.DEFAULT))


def cell(row: int, column: int, text: str) -> Cell:
    """A cell as drawn: a number, a day (2026-09-30), an error (#REF!), a formula never calculated (=), or words."""
    if text == "=":
        return Cell(row, column, Type.EMPTY, None, formula=True)
    if text.startswith("#"):
        return Cell(row, column, Type.ERROR, text)
    for type_, reading in ((Type.NUMBER, int), (Type.NUMBER, float), (Type.DAY, date.fromisoformat)):
        try:
            return Cell(row, column, type_, reading(text))  # type: ignore[operator]
        except ValueError:
            continue
    return Cell(row, column, Type.TEXT, text)


def grid(drawing: str, merges: tuple[tuple[int, int, int, int], ...] = (), first: int = 1, **hidden: Any) -> Grid:
    """Draw a sheet: a line a row from row ``first``, cells between bars, nothing where nothing stands."""
    lines = [line.strip() for line in drawing.strip().splitlines()]
    cells = [
        cell(row, column, text.strip())
        for row, line in enumerate(lines, start=first)
        for column, text in enumerate(line.split("|"), start=1)
        if text.strip()
    ]
    return Grid("Risks", "visible", tuple(cells), merges=merges, **hidden)


def table(
    drawing: str | Grid, merges: tuple[tuple[int, int, int, int], ...] = (), asked: tuple[Column, ...] = RISKS
) -> tuple[Table, list[Finding]]:
    found, findings = read(drawing if isinstance(drawing, Grid) else grid(drawing, merges), "f.xlsx", "", asked, AGREED)
    assert found is not None
    return found, findings


def values(drawing: str, merges: tuple[tuple[int, int, int, int], ...] = ()) -> list[dict[str, Any]]:
    return [dict(row.values) for row in table(drawing, merges)[0].rows]


def codes(findings: list[Finding]) -> list[tuple[str, str]]:
    return [(finding.code, finding.place.cell) for finding in findings]


PLAIN = """
    Ref     | Risk title  | Impact now | Likelihood now
    FRD-001 | Night cover | 4 Major    | 3 Possible
"""
NIGHT = {"ref": "FRD-001", "title": "Night cover", "impact": 4, "likelihood": 3}


def test_a_table_is_read_under_its_headings():
    """By row, with the cell of every key."""
    found, findings = table(PLAIN)
    assert findings == []
    assert (found.header, found.columns) == (1, {"ref": 1, "title": 2, "impact": 3, "likelihood": 4})
    assert [dict(row.values) for row in found.rows] == [NIGHT]
    assert found.rows[0].source.place("impact").cell == "C2"


# Headings


@pytest.mark.parametrize(
    "headings",
    [
        "REF | RISK TITLE | IMPACT NOW | LIKELIHOOD NOW",
        "Ref. | Risk-title | Impact  now: | 'Likelihood now'",
        "Risk ID | Title | Current impact | Residual likelihood",
        "No | Risk name | I | Probability",
    ],
)
def test_headings_forgive_case_punctuation_and_old_names(headings: str):
    """Line ends too, as Excel wraps them."""
    assert values(f"{headings}\nFRD-001 | Night cover | 4 Major | 3 Possible") == [NIGHT]
    broken = Grid(
        "Risks", "visible", tuple(cell(1, n, name) for n, name in enumerate(["Ref", "Risk\ntitle", "Impact\r\nnow"], 1))
    )
    assert set(table(broken)[0].columns) == {"ref", "title", "impact"}


def test_columns_may_stand_in_any_order():
    """Headings are read by name, never by position."""
    assert values("""
        Likelihood now | Ref     | Impact now | Risk title
        3 Possible     | FRD-001 | 4 Major    | Night cover
    """) == [NIGHT]


BANNERED = """
    Directorate risk register
    Front Door · 2026-27 Q2
    Ref     | Risk title  | Impact now | Likelihood now
    FRD-001 | Night cover | 4 Major    | 3 Possible
"""


@pytest.mark.parametrize("merges", [(), ((1, 1, 1, 4), (2, 1, 2, 3)), ((2, 1, 2, 16_384),)])
def test_a_header_is_found_under_banners(merges: tuple[tuple[int, int, int, int], ...]):
    """Merged across the table or not, a banner is part of no heading."""
    found, findings = table(BANNERED, merges)
    assert (found.header, findings) == (3, [])
    assert [dict(row.values) for row in found.rows] == [NIGHT]
    assert found.rows[0].source.row == 4


def test_an_unknown_heading_is_named_without_the_banner_over_it():
    """Nor is it a heading of its own."""
    found, findings = table("Register |||\nRef | Risk title | Owner | Our priority\nFRD-001|||High", ((1, 1, 1, 4),))
    assert codes(findings) == [("C113", "D2")]
    assert found.rows[0].other == (("Our priority", "High"),)
    assert "owner" in found.columns


@pytest.mark.parametrize(
    ("drawing", "merges"),
    [
        (
            """
            Ref     | Risk title  | Current |
                    |             | Impact  | Likelihood
            FRD-001 | Night cover | 4 Major | 3 Possible
            """,
            ((1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 1, 4)),
        ),
        (
            """
            Ref     | Risk title  | Scores  |
                    |             | Current |
                    |             | Impact  | Likelihood
            FRD-001 | Night cover | 4 Major | 3 Possible
            """,
            ((1, 1, 3, 1), (1, 2, 3, 2), (1, 3, 1, 4), (2, 3, 2, 4)),
        ),
        (
            """
            Risk    |             | Scores     |
            Ref     | Risk title  | Impact now | Likelihood now
            FRD-001 | Night cover | 4 Major    | 3 Possible
            """,
            ((1, 1, 1, 2), (1, 3, 1, 4)),
        ),
    ],
    ids=["two rows", "three rows", "groups over the form's own headings"],
)
def test_a_heading_may_stand_over_three_merged_rows(drawing: str, merges: tuple[tuple[int, int, int, int], ...]):
    """What is merged over a heading belongs to it; the form's own headings need nothing."""
    found, findings = table(drawing, merges)
    assert findings == []
    assert [dict(row.values) for row in found.rows] == [NIGHT]


def test_the_same_word_under_two_headings_is_two_columns():
    """Inherent impact is before controls, current impact is now."""
    found, _ = table(
        """
        Ref | Risk title | Owner | Status | Inherent |            | Current |
            |            |       |        | Impact   | Likelihood | Impact  | Likelihood
        """,
        ((1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 2, 3), (1, 4, 2, 4), (1, 5, 1, 6), (1, 7, 1, 8)),
    )
    assert {key: found.columns[key] for key in ("inherent_impact", "inherent_likelihood", "impact", "likelihood")} == {
        "inherent_impact": 5,
        "inherent_likelihood": 6,
        "impact": 7,
        "likelihood": 8,
    }


def test_a_word_under_a_heading_that_changes_it_is_not_assumed():
    """Impact under "Worst case" is no heading of ours: it is kept, and named whole."""
    found, findings = table(
        """
        Ref     | Risk title  | Owner | Status | Worst case |
                |             |       |        | Impact     | Likelihood
        FRD-001 | Night cover |       | Open   | 5          | 2
        """,
        ((1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 2, 3), (1, 4, 2, 4), (1, 5, 1, 6)),
    )
    assert found.rows[0].other == (("Worst case Impact", "5"), ("Worst case Likelihood", "2"))
    assert codes(findings) == [("C113", "E2"), ("C113", "F2")]


def test_headings_merged_down_over_rows_that_say_nothing_known():
    """The rows under them are headings still, and no data."""
    found, _ = table(
        """
        Ref     | Risk title  | Owner | Ours
                |             |       | Rank | Colour
        FRD-001 | Night cover |       | 1    | Blue
        """,
        ((1, 1, 2, 1), (1, 2, 2, 2), (1, 3, 2, 3), (1, 4, 1, 5)),
    )
    assert (found.header, len(found.rows)) == (2, 1)
    assert found.rows[0].other == (("Ours Rank", "1"), ("Ours Colour", "Blue"))


def test_a_heading_merged_across_two_columns_belongs_to_the_first():
    """What stands in the second is kept."""
    found, findings = table("Ref | Risk title || Owner\nFRD-001 | Night cover | stray | Jo Hill", ((1, 2, 1, 3),))
    assert dict(found.rows[0].values) == {"ref": "FRD-001", "title": "Night cover", "owner": "Jo Hill"}
    assert found.rows[0].other == (("column C", "stray"),)
    assert codes(findings) == [("C113", "C1")]


def test_the_first_of_two_header_rows_counts():
    """Headings repeated further down, as for a print-out, are no row, and a note says so."""
    found, findings = table("Ref | Risk title | Owner\nFRD-001 | Night cover | Jo Hill\nRef | Risk title | Owner")
    assert (found.header, [row.values["title"] for row in found.rows]) == (1, ["Night cover"])
    assert codes(findings) == [("C118", "A3")]


def test_a_row_that_says_more_than_the_headings_is_a_row():
    """Or less: nothing that was typed is passed over."""
    for line in ("Ref | Risk title | Jo Hill", "Ref | Risk title"):
        found, _ = table(f"Ref | Risk title | Owner\n{line}")
        assert [row.values["title"] for row in found.rows] == ["Risk title"]


@pytest.mark.parametrize(("drawing", "header"), [("Ref | Risk title", None), ("Ref | Risk title | Notes | Owner", 1)])
def test_a_header_has_three_known_headings(drawing: str, header: int | None):
    """Two may stand in any text."""
    assert find_header(grid(drawing), RISKS) == header
    found, findings = read(grid(drawing), "f.xlsx", "", RISKS, AGREED)
    assert ((found is None), findings) == (header is None, [])


def test_a_table_of_two_columns_needs_both():
    """As in a small list."""
    assert find_header(grid("Name | Post"), PEOPLE[:2]) == 1
    assert find_header(grid("Name | Rank"), PEOPLE[:2]) is None


@pytest.mark.parametrize(("first", "found"), [(40, 40), (41, None)])
def test_a_header_is_not_looked_for_below_row_40(first: int, found: int | None):
    """A sheet of prose is not a table."""
    assert find_header(grid(PLAIN, first=first), RISKS) == found


def test_two_columns_for_one_heading_stop_the_sheet():
    """With a question at the second; which of two scores counts is not ours to say."""
    found, findings = read(grid("Ref | Risk title | Impact now | Current impact"), "f.xlsx", "", RISKS, AGREED)
    assert found is None
    assert codes(findings) == [("C114", "D1")]


def test_a_misspelt_heading_is_suggested_and_not_assumed():
    """Where the right one is missing, and something stands in the column."""
    found, findings = table("Ref | Risk title | Owner | Taget date\nFRD-001 | Night cover | Jo Hill | 31/03/2027")
    assert codes(findings) == [("C119", "D1")]
    assert "target_date" not in found.columns
    assert found.rows[0].other == (("Taget date", "31/03/2027"),)


def test_an_unknown_column_is_noted_once_and_kept():
    """An empty one is not worth a word; one without a heading is known by its letter."""
    found, findings = table("""
        Ref     | Our priority | Risk title  | Nothing here | Owner |
        FRD-001 | High         | Night cover |              |       | see Jo
        FRD-002 | Low          | Day cover   |              |       |
    """)
    assert codes(findings) == [("C113", "B1"), ("C113", "F1")]
    assert [row.other for row in found.rows] == [
        (("Our priority", "High"), ("column F", "see Jo")),
        (("Our priority", "Low"),),
    ]


# Rows and cells


def test_rows_keep_excels_numbers():
    """Whatever is blank, hidden or filtered between them."""
    drawing = "|\n|\nRef | Risk title | Owner\n|\nFRD-001 | Night cover |\n|\n|\nFRD-002 | Day cover |"
    hidden = grid(drawing, hidden_rows=frozenset({5}), hidden_columns=((2, 2),), filtered=True)
    found, _ = table(hidden)
    assert [(row.source.row, row.values["title"]) for row in found.rows] == [(5, "Night cover"), (8, "Day cover")]
    assert found.rows[1].source.place("title").cell == "B8"


def test_a_row_of_space_is_no_row():
    """No-break and zero-width space are nothing."""
    cells = [Cell(3, 1, Type.TEXT, " \u00a0\u200b"), Cell(3, 9, Type.TEXT, "\n")]
    found, findings = table(Grid("Risks", "visible", (*grid("Ref | Risk title | Owner").cells, *cells)))
    assert (found.rows, findings) == ((), [])


def test_an_error_and_a_cell_that_does_not_fit_are_found_where_they_stand():
    """The value is left out; what was typed is kept, in the order of the form: it asks when raised before impact."""
    found, findings = table("""
        Ref     | Risk title | Impact now | Raised      | Owner
        FRD-001 | #REF!      | Lots       | end of year | Jo Hill
    """)
    assert codes(findings) == [("C111", "B2"), ("C103", "C2"), ("C104", "D2")]
    assert dict(found.rows[0].values) == {"ref": "FRD-001", "owner": "Jo Hill"}
    assert found.rows[0].unread == (("title", "#REF!"), ("raised", "end of year"), ("impact", "Lots"))
    assert {(f.ref, f.value, f.key) for f in findings} == {
        ("FRD-001", "#REF!", "title"),
        ("FRD-001", "Lots", "impact"),
        ("FRD-001", "end of year", "raised"),
    }


def test_formulas_that_were_never_calculated_are_named_for_the_whole_file():
    """Not one by one; a column that riskbook computes does not matter."""
    found, findings = table("Ref | Risk title | Owner | Score now\nFRD-001 | = | = | =\nFRD-002 | Day cover | = | =")
    assert findings == []
    assert [place.cell for place in found.uncalculated] == ["B2", "C2", "C3"]
    assert [[key for key, _ in row.unread] for row in found.rows] == [["title", "owner"], ["owner"]]


def test_what_riskbook_computes_is_not_read():
    """Words and errors in it are nobody's fault; the cell is there for who asks what was typed."""
    found, findings = table("Ref | Risk title | Score now | Row check\nFRD-001 | Night cover | #REF! | Ready")
    assert findings == []
    assert "score" not in found.rows[0].values
    assert shown(found.rows[0].cells["score"]) == "#REF!"


def test_an_old_heading_of_one_table_may_be_another_columns_in_the_next():
    """On Actions, "Risk ref" says which risk, and "Target date" when it is due."""
    found, findings = table("Risk ref | Action | Target date\nFRD-001 | Fill the post | 31/12/2026", asked=ACTIONS)
    assert findings == []
    assert dict(found.rows[0].values) == {"risk_ref": "FRD-001", "what": "Fill the post", "due": date(2026, 12, 31)}


# Whatever is typed


WORDS = st.text(st.characters(categories=("L", "N", "P", "S", "Zs", "Cc")), max_size=20)
COLUMNS = tuple(column for column in RISKS if column.on_form)


@st.composite
def sheets(draw: st.DrawFn) -> Grid:
    """Made-up sheets: banners, shuffled headings of ours and theirs, gaps, and any words in any cell."""
    ours = draw(st.lists(st.sampled_from(COLUMNS), min_size=3, max_size=8, unique_by=lambda column: column.key))
    headings = [draw(st.sampled_from((column.header, column.header.upper(), f" {column.header}:"))) for column in ours]
    headings += draw(st.lists(st.sampled_from(("", "Notes", "Our rank", "Notes")), max_size=3))
    headings = draw(st.permutations(headings))
    header = draw(st.integers(1, 4))
    typed = [cell(header, n, heading) for n, heading in enumerate(headings, 1) if heading]
    places = draw(
        st.sets(st.tuples(st.integers(header + 1, header + 8), st.integers(1, len(headings) + 1)), max_size=30)
    )
    texts = [Cell(row, column, Type.TEXT, draw(WORDS)) for row, column in sorted(places)]
    return Grid("Risks", "visible", (*typed, *(one for one in texts if one.value)))


def told(row: Row) -> set[str]:
    """Every text that a row has kept: as it was typed, in the cells that were read and in those that were not."""
    return {shown(cell) for cell in row.cells.values()} | {text for _, text in row.other}


@tries(max_examples=effort.examples(15), deadline=None)
@given(sheet=sheets())
def test_every_text_is_kept(sheet: Grid):
    """In a value, among what could not be read, or under a heading that is not ours; on its own row."""
    found, findings = table(sheet)
    kept = {row.source.row: told(row) for row in found.rows}
    for one in sheet.cells:
        if one.row > found.header and shown(one):
            assert shown(one) in kept[one.row]
            assert shown(one) == tidy(printable(str(one.value))[0])
    cells = {(one.row, one.column) for one in sheet.cells}
    assert all((f.place.row, f.place.column) in cells or f.place.row == found.header for f in findings)
    for row in found.rows:
        for key in row.cells:
            ours = next(column for column in RISKS if column.key == key).ours
            assert ours or key in row.values or key in dict(row.unread)


@tries(max_examples=effort.examples(8), deadline=None)
@given(sheet=sheets(), data=st.data())
def test_the_order_of_columns_does_not_matter(sheet: Grid, data: st.DataObject):
    """The same values and the same codes, wherever the columns stand."""
    columns = sorted({one.column for one in sheet.cells})
    to = dict(zip(columns, data.draw(st.permutations(columns)), strict=True))
    moved = sorted((Cell(c.row, to[c.column], c.type, c.value) for c in sheet.cells), key=lambda c: (c.row, c.column))
    (found, findings), (other, others) = table(sheet), table(Grid("Risks", "visible", tuple(moved)))
    assert [dict(row.values) for row in found.rows] == [dict(row.values) for row in other.rows]
    assert sorted(f.code for f in findings) == sorted(f.code for f in others)
    assert {key: to[column] for key, column in found.columns.items()} == other.columns


def test_a_merge_over_the_whole_sheet_costs_nothing():
    """Only what stands near the header is looked at."""
    found, _ = table(PLAIN, ((1, 1, 1_048_576, 16_384), (2, 2, 1_048_576, 16_384)))
    assert len(found.rows) <= 1
