"""calamine and openpyxl are two witnesses: where they agree, so must our reader; where they differ, it says why."""

import io
import random
import re
import warnings
import zipfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, datetime, time, timedelta
from pathlib import Path

import openpyxl
import pytest
import python_calamine
import xlsxwriter
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from riskbook.read import Book, Type, read
from tests import effort, oracles

Fact = tuple[str, object]
Facts = dict[tuple[str, int, int], Fact]

BLANK: Fact = ("blank", None)
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
NOON = datetime.fromisoformat("2027-03-31T12:30:15")

PLAIN_TEXTS = "Fire|4 Likely|TRUE|N/A|null|31/03/2027|46477|1e5|#REF! was here|%|'quoted|=1+1|-agree|@now|é 漢字 🔥"
TEXTS = (
    *PLAIN_TEXTS.split("|"),
    "  two spaces  ",
    " ",
    "&amp; <b> \"'",
    "\u00a0",
    "\u200b",
    "\ufeff",
    "e\u0301",
    "a" * 5_000,
)
ODD_TEXTS = ("_x000D_", "_x005F_", "x_xD83D_y", "\x01bell\x1f", "one\r\ntwo", "one\ntwo", "\tTab", "\n")
NUMBERS = (0, 1, -1, 4, 3.33, 0.1, 1e-7, 1e15, 123456789012, 2**53 - 1, -0.5, 1 / 3, 99.99, 1.5e300)
DAYS = (date(1904, 1, 2), date(1999, 12, 31), date(2024, 2, 29), NOON.date(), NOON, date(9999, 12, 31))
EARLY_DAYS = (date(1900, 1, 1), date(1900, 2, 28), date(1900, 3, 1))
ERRORS = ("#REF!", "#N/A", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!")
DAY_FORMATS = ("dd/mm/yyyy", "yyyy-mm-dd hh:mm:ss", "d mmm yy", "mmmm yyyy", "[$-809]dd mmmm yyyy;@", "m/d/yy h:mm")
OTHER_FORMATS = ("0.00", "#,##0", '0 "days"', "General", "0%", "[Red]-0", "0.00E+00", "@")


def table(chance: random.Random, values: Sequence[object]) -> Iterator[tuple[int, int, object]]:
    """Some cells here and there, counted from 1, with values drawn from these and a few of chance."""
    for row in range(1 + chance.randrange(3), 30):
        for column in range(1 + chance.randrange(3), 8):
            number = chance.randrange(-(10**6), 10**6) / 100
            moment = NOON + timedelta(seconds=chance.randrange(10**7))
            yield row, column, chance.choice([*values, number, moment])


def by_xlsxwriter(seed: int) -> bytes:
    """A workbook of odd values; some count days from 1904, some keep their texts in the cells."""
    chance, stream, from_1904 = random.Random(seed), io.BytesIO(), seed % 3 == 2
    values = (*TEXTS, *ODD_TEXTS, *NUMBERS, *DAYS, *(() if from_1904 else EARLY_DAYS), True, False, None)
    options = {"in_memory": True, "constant_memory": seed % 2 == 1, "default_date_format": chance.choice(DAY_FORMATS)}
    with xlsxwriter.Workbook(stream, options | {"date_1904": from_1904}) as book:
        looks = [book.add_format({"num_format": code}) for code in OTHER_FORMATS]
        for name in ("Risks", "Actions & “more”"):
            sheet = book.add_worksheet(name)
            for row, column, value in table(chance, values):
                look = None if isinstance(value, date) else chance.choice(looks)
                if chance.random() < 0.1:
                    result = chance.choice([4, 2.5, True, "Fire", " ", "", *ERRORS])
                    sheet.write_formula(row - 1, column - 1, "=A1+1", None, result)
                elif isinstance(value, str):
                    sheet.write_string(row - 1, column - 1, value, look)
                else:
                    sheet.write(row - 1, column - 1, value, look)
        book.worksheets()[1].hide()
    return stream.getvalue()


def by_openpyxl(seed: int) -> bytes:
    """The same with openpyxl, which keeps no formula's value and knows fewer odd texts."""
    chance, book = random.Random(seed), openpyxl.Workbook()
    if seed % 2:
        book.epoch = CALENDAR_MAC_1904
    for name in ("Risks", "Actions"):
        sheet = book.create_sheet(name)
        for row, column, value in table(chance, [*TEXTS, "x_xD83D_y", *NUMBERS, *DAYS, *ERRORS, True, False, "=A1"]):
            sheet.cell(row, column, value)
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


# What each says


def ours(book: Book) -> Facts:
    kinds = {Type.DAY: "day", Type.NUMBER: "number", Type.FLAG: "flag", Type.TEXT: "text", Type.ERROR: "error"}
    facts: Facts = {}
    for grid in book.grids:
        for cell in grid.cells:
            value = fact(cell.value)[1]
            facts[grid.name, cell.row, cell.column] = BLANK if value is None else (kinds[cell.type], value)
    return {place: said for place, said in facts.items() if said != BLANK}


def calamines(data: bytes) -> Facts:
    book = python_calamine.CalamineWorkbook.from_filelike(io.BytesIO(data))
    sheets = {name: book.get_sheet_by_name(name).to_python(skip_empty_area=False) for name in book.sheet_names}
    return {
        (name, row, column): said
        for name, rows in sheets.items()
        for row, cells in enumerate(rows, 1)
        for column, value in enumerate(cells, 1)
        if (said := fact(value)) != BLANK
    }


def openpyxls(data: bytes) -> Facts:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)
        book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
    return {
        (sheet.title, cell.row, cell.column): said
        for sheet in book.worksheets
        for row in sheet.iter_rows()
        for cell in row
        if (said := ("error", cell.value) if cell.data_type == "e" else fact(cell.value)) != BLANK
    }


def fact(value: object) -> Fact:
    """A value with its kind: True is not 1, a day is its midnight, and an empty text is a blank for all three."""
    match value:
        case None | "":
            return BLANK
        case bool():
            return "flag", value
        case int() | float():
            return "number", float(value)
        case datetime():
            return "day", value
        case date():
            return "day", datetime.combine(value, time())
        case time() | timedelta():
            return "time", value
        case _:
            return "text", value


def unescaped(text: object) -> str:
    """A text without escapes, decoded, undecoded or half removed."""
    return re.sub(r"_x[0-9A-Fa-f]{4}_|x005F_|[_\r\x01\x1f]", "", str(text), flags=re.IGNORECASE)


RIGHT: dict[str, Callable[[Fact, Fact, Fact], bool]] = {
    "openpyxl: calamine tells no error from a blank": lambda our, calamine, opens: (
        our[0] == "error" and calamine == BLANK and our == opens
    ),
    "calamine: openpyxl does not decode _xHHHH_, and takes x005F_ out of shared texts": lambda our, calamine, opens: (
        our == calamine and our[0] == "text" and unescaped(our[1]) == unescaped(opens[1] or "")
    ),
    "openpyxl: calamine trims ASCII space that xml:space does not protect": lambda our, calamine, opens: (
        our == opens and our[0] == "text" and str(our[1]).strip(" \t\r\n") == (calamine[1] or "")
    ),
}
"""Who is right where the two differ, and how to tell that it is that difference."""

IN_WORDS: dict[str, Callable[[Fact, Fact, Fact], bool]] = {
    "openpyxl: calamine takes days in words with a zone, as SheetJS has them, for texts": lambda our, calamine, opens: (
        our == opens and our[0] == "day" and calamine[1] == f"{our[1].isoformat(timespec='milliseconds')}Z"
    ),
}


def disagreements(data: bytes, right: Mapping[str, Callable[[Fact, Fact, Fact], bool]] = RIGHT) -> Iterator[str]:
    """Every cell in which our reader stands alone, or takes a side without a reason."""
    mine, first, second = ours(read(data, "fire.xlsx")), calamines(data), openpyxls(data)
    for place in sorted(mine.keys() | first.keys() | second.keys()):
        our, calamine, opens = (facts.get(place, BLANK) for facts in (mine, first, second))
        if calamine == opens and our != calamine:
            yield f"{place}: both say {calamine}, we say {our}"
        elif calamine != opens and not any(applies(our, calamine, opens) for applies in right.values()):
            yield f"{place}: calamine says {calamine}, openpyxl {opens}, we {our}"


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("make", [by_xlsxwriter, by_openpyxl])
def test_where_the_witnesses_agree_so_do_we(make: Callable[[int], bytes], seed: int) -> None:
    """In every cell of many workbooks; and where they differ, the reason is one of those above."""
    assert list(disagreements(make(seed))) == []


def unprotected(data: bytes) -> bytes:
    """The same workbook without xml:space, as some programs write it."""
    return edited(data, ' xml:space="preserve"', "")


def edited(data: bytes, old: str, new: str) -> bytes:
    """The same workbook with ``new`` wherever the XML of a part matches ``old``."""
    stream = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(stream, "w") as target:
        for name in source.namelist():
            target.writestr(name, re.sub(old, new, source.read(name).decode()))
    return stream.getvalue()


@pytest.mark.parametrize("seed", range(2))
def test_space_that_nothing_protects_is_kept(seed: int) -> None:
    """Shared or in the cell: openpyxl keeps it as we do, calamine trims it."""
    assert list(disagreements(unprotected(by_xlsxwriter(seed)))) == []


@pytest.mark.parametrize("reason", RIGHT)
def test_every_reason_is_met(reason: str) -> None:
    """No reason is given that these workbooks do not need."""
    data = unprotected(by_xlsxwriter(0))
    mine, first, second = ours(read(data, "fire.xlsx")), calamines(data), openpyxls(data)
    both = {place: (first.get(place, BLANK), second.get(place, BLANK)) for place in mine}
    assert any(RIGHT[reason](our, *both[place]) for place, our in mine.items() if len(set(both[place])) == 2)


# Where both are wrong, and where one says nothing at all


def shown(number: float, code: str) -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("Risks").write_number(0, 0, number, book.add_format({"num_format": code}))
    return stream.getvalue()


@pytest.mark.parametrize(
    ("number", "code", "both", "we"),
    [
        # Excel shows 29 February 1900, which there never was; the witnesses make it the 28th, which is serial 59.
        (60, "dd/mm/yyyy", ("day", datetime.fromisoformat("1900-02-28")), ("number", 60.0)),
        # A nought or a time of day in a column of days is no day; as a number it can be shown to its owner.
        (0, "dd/mm/yyyy", ("time", time()), ("number", 0.0)),
        (0.5, "hh:mm", ("time", time(12)), ("number", 0.5)),
        # A hair before midnight is still that day: it was not due on the next.
        (
            46476.999999999993,
            "dd/mm/yyyy",
            ("day", datetime.fromisoformat("2027-03-31")),
            ("day", datetime.fromisoformat("2027-03-30T23:59:59.999")),
        ),
        # An elapsed time is a day to us: no column of ours asks for one, and a column of days may be shown as one.
        (
            46477.25,
            "[h]:mm",
            ("time", timedelta(46477.25)),
            ("day", datetime.fromisoformat("2027-03-31T06:00")),
        ),
    ],
)
def test_we_contradict_both_only_about_odd_times(number: float, code: str, both: Fact, we: Fact) -> None:
    """Each of these is meant."""
    data, place = shown(number, code), ("Risks", 1, 1)
    assert (calamines(data)[place], openpyxls(data)[place]) == (both, both)
    assert ours(read(data, "fire.xlsx"))[place] == we


@pytest.mark.parametrize("number", [-1, 2_958_466, 1e10])
def test_a_number_that_is_no_day_stays_a_number(number: float) -> None:
    """The witnesses cannot agree on it: a time, an error, or the number, which is right."""
    data, place = shown(number, "yyyy"), ("Risks", 1, 1)
    assert calamines(data)[place] != openpyxls(data)[place]
    assert ours(read(data, "fire.xlsx"))[place] == ("number", number)


def test_strict_workbooks_are_read_by_calamine_and_us() -> None:
    """openpyxl finds no sheets in them, and says nothing."""
    data = edited(by_xlsxwriter(0), MAIN, "http://purl.oclc.org/ooxml/spreadsheetml/main")
    office, strict = (
        "http://schemas.openxmlformats.org/officeDocument/2006",
        "http://purl.oclc.org/ooxml/officeDocument",
    )
    data = edited(data, f"{office}/relationships", f"{strict}/relationships")
    mine = ours(read(data, "fire.xlsx"))
    assert mine == ours(read(by_xlsxwriter(0), "fire.xlsx"))
    assert {p: said for p, said in mine.items() if said[0] != "error"} == calamines(data)
    assert openpyxls(data) == {}


def test_new_errors_are_read_by_openpyxl_and_us() -> None:
    """calamine refuses the whole sheet for one of them."""
    data = edited(by_xlsxwriter(0), "#REF!</v>", "#SPILL!</v>")
    assert ours(read(data, "fire.xlsx")).keys() == openpyxls(data).keys()
    assert ("error", "#SPILL!") in ours(read(data, "fire.xlsx")).values()
    with pytest.raises(python_calamine.CalamineError):
        calamines(data)


def test_values_under_a_merge_are_read_by_calamine_and_us() -> None:
    """openpyxl drops them: a value that Excel no longer shows is a value all the same."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Risks")
        sheet.merge_range(0, 0, 1, 1, "Fire")
        sheet.write_string(1, 1, "Flood")
    data = stream.getvalue()
    assert ours(read(data, "fire.xlsx")) == calamines(data)
    assert ours(read(data, "fire.xlsx"))["Risks", 2, 2] == ("text", "Flood")
    assert ("Risks", 2, 2) not in openpyxls(data)


def test_days_in_words_are_read_by_openpyxl_and_us() -> None:
    """calamine takes those with a zone for texts; openpyxl does not take off the zone."""
    data = edited(shown(46477, "dd/mm/yyyy"), 's="1"><v>46477', 's="1" t="d"><v>2027-03-31T00:00:00.000Z')
    place = ("Risks", 1, 1)
    assert ours(read(data, "fire.xlsx"))[place] == ("day", datetime.fromisoformat("2027-03-31"))
    assert openpyxls(data)[place] == ("day", datetime.fromisoformat("2027-03-31"))
    assert calamines(data)[place] == ("text", "2027-03-31T00:00:00.000Z")


def test_a_lying_dimension_deceives_openpyxl_only() -> None:
    """And that only when it reads row by row: it believes the sheet."""
    data = edited(by_openpyxl(0), '<dimension ref="[^"]*"', '<dimension ref="A1"')
    assert list(disagreements(data)) == []
    rows = openpyxl.load_workbook(io.BytesIO(data), read_only=True)["Risks"].iter_rows()
    assert len(list(rows)) < len({row for sheet, row, _ in ours(read(data, "fire.xlsx")) if sheet == "Risks"})


# Saved again by other programs


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.parametrize("program", oracles.programs(["Gnumeric"]))
def test_what_is_saved_again_is_read_like_the_witnesses_read_it(program: str, tmp_path: Path) -> None:
    """LibreOffice calculates what never was; Gnumeric keeps old values of formulas that it lost; all write oddly."""
    originals = {
        f"{make.__name__}{seed}.xlsx": make(seed) for make in (by_xlsxwriter, by_openpyxl) for seed in range(3)
    }
    right = RIGHT | (IN_WORDS if program == "SheetJS" else {})
    for data in oracles.saved_by(program, originals, tmp_path).values():
        assert list(disagreements(data, right)) == []
