"""Other kinds of workbook: the same form saved as any of them is the same return, and nothing they hide is guessed."""

import io
import re
import warnings
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date, datetime

import openpyxl
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from riskbook import foreign, intake
from riskbook.cli.folder import find
from riskbook.cli.worker import Worker
from riskbook.intake import Intake
from riskbook.locks import unlock
from riskbook.model import Source
from riskbook.read import Book, Limits, Reason, Type, Unreadable, read
from riskbook.rules import books, cells
from riskbook.settings import Context
from tests import effort, formats, laden, sample
from tests.makers import quarter, saved, told, workbook
from tests.oracles import needs_libreoffice
from tests.test_safe import compound

LONG = effort.in_ci("LibreOffice saves seven workbooks in three kinds: 20 s; SheetJS saves the same ones every day")
SENT = {
    "form": "asm-2026-27-q2.xlsx",
    "odd": "SEND casework risks Oct 26.xlsx",
    "project": "projects/Rowan House risk form.xlsx",
    "old": "partnerships/PSC risk register Q2.xlsx",
}
"""Returns of the sample, as managers filled them in."""
SAVED = [
    *(
        pytest.param(("libreoffice", kind), marks=[needs_libreoffice, LONG], id=f"{kind} by LibreOffice")
        for kind in ("xls", "ods")
    ),
    *(
        pytest.param(("sheetjs", kind), marks=formats.needs_sheetjs, id=f"{kind} by SheetJS")
        for kind in ("xls", "ods", "xlsb")
    ),
]
ODD = (
    *("#REF!", "#N/A", "#DIV/0!", "=1/0", "=NOSUCH(1)", "=A1+1", '="x"&"y"', True, False, 3.5, 4, 0.1, 2**40, -7),
    *("  two ", "line\nbreak", "a\tb", "31/03/2027", "2027-03-31", "1e999", "N/A", "=quoted", "é 漢字 🔥", "&amp; <b>"),
    *(date(2027, 3, 31), date(1999, 12, 31), datetime.fromisoformat("2027-03-31T12:30:15")),
)
"""Values of every kind, down a column."""

By = Callable[[str], formats.Saved]


@pytest.fixture(scope="module")
def context() -> Context:
    return find(sample.DIRECTORATE).context()


@pytest.fixture(scope="module")
def originals() -> dict[str, bytes]:
    """The sample's returns, and sheets of odd values that count days from 1900 and from 1904."""
    returns = sample.DIRECTORATE / "2026-27-q2" / "returns"
    made = {name: (returns / path).read_bytes() for name, path in SENT.items()}
    return made | {"1900": odd(False), "1904": odd(True), "broken": broken(made["form"])}


@pytest.fixture(scope="module")
def by(originals: dict[str, bytes], tmp_path_factory: pytest.TempPathFactory) -> By:
    """All of these saved again by a program, which is started when the first test asks for it."""
    done: dict[str, formats.Saved] = {}

    def save(program: str) -> formats.Saved:
        if program not in done and program == "libreoffice":
            done[program] = formats.by_libreoffice(tmp_path_factory.mktemp(program), originals, "xls", "ods", "xlsx")
        elif program not in done:
            done[program] = formats.by_sheetjs(tmp_path_factory.mktemp(program), originals)
        return done[program]

    return save


def odd(from_1904: bool) -> bytes:
    book = openpyxl.Workbook()
    if from_1904:
        book.epoch = CALENDAR_MAC_1904
    sheet = book.worksheets[0]
    sheet.title = "Risks"
    for row, value in enumerate(ODD, 1):
        sheet.cell(row, 2, value)  # type: ignore[arg-type]
        if value == "=quoted":
            sheet.cell(row, 2).data_type = "s"
    sheet["D5"] = sheet["F1"] = "beside"
    sheet.merge_cells("F1:G2")
    sheet.row_dimensions[3].hidden = sheet.column_dimensions["D"].hidden = True
    book.create_sheet("Away").sheet_state = "hidden"
    # SheetJS misreads what stands beyond U+FFFF where it is spelt by its number, as openpyxl with lxml spells it.
    return repacked(saved(book), "xl/worksheets/sheet1.xml", lambda part: re.sub(rb"&#(\d{5,});", _in_utf8, part))


def _in_utf8(found: re.Match[bytes]) -> bytes:
    return chr(int(found[1])).encode()


def broken(data: bytes) -> bytes:
    """A form in which the first risk's impact points at a cell that has gone."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        book = openpyxl.load_workbook(io.BytesIO(data))
    book["Risks"]["K6"] = "=#REF!+1"
    return saved(book)


def taken(data: bytes, context: Context, name: str = "return") -> Intake:
    return intake.take(data, name, context, foreign.read)


def values(one: Intake) -> list[object]:
    """What a return says, wherever it stood; how many blank rows there were depends on which formulas were stored."""
    returned = one.returned
    assert returned
    rows = [
        [replace(row, source=Source()) for row in rows] for rows in (returned.risks, returned.actions, returned.held)
    ]
    marks_ = (returned.unit, returned.round, returned.scope, returned.form, returned.issue)
    return [*marks_, returned.filled_by, returned.filled_on, returned.reviewed_all, *rows]


def said(one: Intake) -> Counter[tuple[str, str]]:
    return Counter(told(one.findings)) - Counter(told(one.findings, books.WRONG_EXTENSION.code))


# The same in every kind


@pytest.mark.parametrize("saved_as", SAVED)
@pytest.mark.parametrize("name", SENT)
def test_a_form_saved_as_another_kind_is_the_same_return(
    saved_as: tuple[str, str], name: str, by: By, originals: dict[str, bytes], context: Context
):
    """Unit, round, scope, every risk, action and held row; and one finding more, that says which kind it is."""
    program, kind = saved_as
    ours, theirs = taken(originals[name], context), taken(by(program)[name, kind], context)
    assert values(theirs) == values(ours)
    more = books.OLD_KIND if kind == "xls" else books.OTHER_KIND
    assert said(theirs) == said(ours) + Counter([(more.code, "")])
    assert told(theirs.findings, more.code) == [(more.code, "")]


def facts(book: Book) -> dict[tuple[int, int], tuple[object, object]]:
    """What stands in Risks; True in an .ods of LibreOffice is a 1 that looks like it."""
    grid = book.grid("Risks")
    assert grid
    return {
        (cell.row, cell.column): (Type.NUMBER, int(cell.value))
        if cell.value in (True, False)
        else (cell.type, cell.value)
        for cell in grid.cells
    }


@pytest.mark.parametrize("calendar", ["1900", "1904"])
@pytest.mark.parametrize("kind", ["xls", "ods"])
@needs_libreoffice
@LONG
def test_cells_are_what_they_are_in_an_xlsx(kind: str, calendar: str, by: By):
    """Errors, numbers, texts, days and what formulas gave, in both calendars."""
    saved_as = by("libreoffice")
    assert facts(foreign.read(saved_as[calendar, kind], "odd")) == facts(read(saved_as[calendar, "xlsx"], "odd"))


@pytest.mark.parametrize("calendar", ["1900", "1904"])
@pytest.mark.parametrize("kind", ["xls", "xlsb"])
@formats.needs_sheetjs
def test_cells_that_sheetjs_saves_are_what_they_were(kind: str, calendar: str, by: By, originals: dict[str, bytes]):
    """But for formulas, which it does not calculate."""
    data = by("sheetjs")[calendar, kind]
    if (kind, calendar) == ("xlsb", "1904"):
        data = counting_from_1904(data)
    was = facts(read(originals[calendar], "odd"))
    was = {place: fact for place, fact in was.items() if fact[0] is not Type.EMPTY}
    now = facts(foreign.read(data, "odd"))
    assert {place: fact for place, fact in now.items() if place in was} == was


def counting_from_1904(data: bytes) -> bytes:
    """An .xlsb of SheetJS with the flag set that says so: SheetJS forgets it, and its days come four years early."""
    return repacked(data, "xl/workbook.bin", lambda part: part.replace(b"\x99\x01\x24\0", b"\x99\x01\x24\1"))


def repacked(data: bytes, name: str, change: Callable[[bytes], bytes]) -> bytes:
    """A package with one part changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as parts, zipfile.ZipFile(out, "w") as archive:
        for part in parts.namelist():
            content = parts.read(part)
            archive.writestr(part, change(content) if part == name else content)
    return out.getvalue()


# What stands around the cells


@pytest.mark.parametrize("kind", ["xls", "ods"])
@needs_libreoffice
@LONG
def test_sheets_that_are_hidden_are_told(kind: str, by: By):
    """As in an .xlsx."""
    assert foreign.read(by("libreoffice")["1900", kind], "odd").sheets == (("Risks", "visible"), ("Away", "hidden"))


@needs_libreoffice
@LONG
def test_an_xls_tells_what_is_hidden_merged_named_and_calculated(by: By, originals: dict[str, bytes]):
    """All that our own reader tells of the same sheets."""
    saved_as = by("libreoffice")
    ours, theirs = (
        read(saved_as["1900", "xlsx"], "odd").grid("Risks"),
        foreign.read(saved_as["1900", "xls"], "odd").grid("Risks"),
    )
    assert ours
    assert theirs
    assert (theirs.hidden_rows, theirs.hidden_columns, theirs.merges) == ({3}, ((4, 4),), ((1, 6, 2, 7),))
    assert [cell.formula for cell in theirs.cells] == [cell.formula for cell in ours.cells]
    names, theirs_named = (
        {name: where for name, where in book.names.items() if name.startswith("rb_")}
        for book in (read(originals["form"], "form"), foreign.read(saved_as["form", "xls"], "form"))
    )
    assert "rb_scope" in theirs_named
    assert theirs_named.items() <= names.items()


@needs_libreoffice
@LONG
def test_an_error_value_is_an_error_at_its_cell(by: By, context: Context):
    """In an .xls and in an .ods of LibreOffice; the score that it stands for is not taken for one never filled in."""
    cell = openpyxl.utils.coordinate_to_tuple("K6")
    for kind in ("xls", "ods"):
        one = foreign.read(by("libreoffice")["broken", kind], "broken").grid("Risks")
        assert one
        assert one.rows[cell[0]][cell[1]].type is Type.ERROR
        assert (cells.ERROR_VALUE.code, "Risks!K6") in told(taken(by("libreoffice")["broken", kind], context).findings)


@needs_libreoffice
@LONG
def test_words_keep_their_tabs_and_lines_in_an_ods(by: By):
    """And rows may stand on lines of their own, as some programs write them."""
    data = by("libreoffice")["1900", "ods"]
    spaced = repacked(data, "content.xml", lambda part: part.replace(b"<table:table-", b"\n  <table:table-"))
    assert spaced != data
    assert facts(foreign.read(spaced, "odd")) == facts(foreign.read(data, "odd"))
    broken_off = repacked(data, "content.xml", lambda part: part.replace(b">=quoted<", b">=quo<text:line-break/>ted<"))
    told_ = {value for _, value in facts(foreign.read(broken_off, "odd")).values()}
    assert {"a\tb", "line\nbreak", "=quo\nted"} <= told_


@pytest.mark.parametrize("saved_as", SAVED)
def test_only_the_sheets_that_are_wanted_are_read(saved_as: tuple[str, str], by: By):
    """All are named."""
    book = foreign.read(by(saved_as[0])["form", saved_as[1]], "form", lambda name: name == "Risks")
    assert [grid.name for grid in book.grids] == ["Risks"]
    assert len(book.sheets) == 6


# Limits


def refused(data: bytes, limits: Limits) -> Reason:
    with pytest.raises(Unreadable) as caught:
        foreign.read(data, "form", limits=limits)
    return caught.value.reason


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (Limits(file=1_000), Reason.TOO_LARGE),
        (Limits(sheets=5), Reason.TOO_LARGE),
        (Limits(area=500), Reason.TOO_LARGE),
        (Limits(text=50), Reason.TEXT_TOO_LONG),
    ],
)
@pytest.mark.parametrize("saved_as", SAVED)
def test_other_kinds_are_held_to_the_same_limits(saved_as: tuple[str, str], limits: Limits, reason: Reason, by: By):
    """In bytes, sheets, cells and characters."""
    assert refused(by(saved_as[0])["form", saved_as[1]], limits) == reason


BOMBS = {
    "ods": {"mimetype": "application/vnd.oasis.opendocument.spreadsheet", "content.xml": "<x>" + " " * 20_000_000},
    "xlsb": {
        "[Content_Types].xml": "application/vnd.ms-excel.sheet.binary.macroEnabled.main",
        "_rels/.rels": f'<Relationships xmlns="{laden.PACKAGE}"><Relationship Id="rId1" Type="officeDocument" '
        'Target="xl/workbook.bin"/></Relationships>',
        "xl/workbook.bin": "\0" * 20_000_000,
    },
}


@pytest.mark.parametrize("kind", BOMBS)
def test_a_bomb_is_refused_before_calamine_sees_it(kind: str):
    """By what it would unpack to, and by what it really unpacks to."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for part, content in BOMBS[kind].items():
            archive.writestr(part, content)
    assert refused(stream.getvalue(), Limits()) == Reason.SUSPICIOUS
    assert refused(stream.getvalue(), Limits(ratio=10**6, inflated=10_000_000)) == Reason.TOO_LARGE


# What other programs do that calamine cannot read


@formats.needs_sheetjs
def test_a_binary_sheet_that_breaks_off_is_damaged(by: By):
    """Inside a package that is whole."""
    data = repacked(by("sheetjs")["form", "xlsb"], "xl/worksheets/sheet2.bin", lambda part: part[:1_000])
    assert refused(data, Limits()) == Reason.DAMAGED


@formats.needs_sheetjs
def test_errors_in_a_binary_sheet_are_errors(by: By):
    """calamine alone would show them as empty."""
    grid = foreign.read(by("sheetjs")["1900", "xlsb"], "odd").grid("Risks")
    assert grid
    assert [cell.value for cell in grid.cells if cell.type is Type.ERROR][:3] == list(ODD[:3])


# Under a password


LOCKED = formats.locked(workbook(), "open sesame")


def test_a_password_opens_a_workbook_and_its_digest_is_of_the_locked_bytes():
    """What is kept is what came."""
    one = intake.take(LOCKED, "frd.xlsx", quarter(), lambda *asked: foreign.read(*asked, ("no", "", "open sesame")))
    assert one.returned
    assert one.findings == taken(workbook(), quarter(), "frd.xlsx").findings
    assert one.returned.sha256 == one.sha256 != taken(workbook(), quarter()).sha256


def test_excel_s_own_password_is_tried_without_a_word():
    """A workbook that Excel opens without asking is opened without asking."""
    assert unlock(formats.locked(workbook(), "VelvetSweatshop", formats.EXCEL_S)) == workbook()


@pytest.mark.parametrize("passwords", [(), ("Mill Lane 7",), ("Open Sesame", "")])
def test_without_its_password_a_workbook_stays_locked(passwords: tuple[str, ...]):
    """And nothing that was tried is told."""
    with pytest.raises(Unreadable) as caught:
        unlock(LOCKED, passwords)
    assert caught.value.reason is Reason.ENCRYPTED
    assert not any(password and password in caught.value.detail for password in passwords)
    one = intake.take(LOCKED, "frd.xlsx", quarter(), lambda *asked: foreign.read(*asked, passwords))
    assert told(one.findings) == [(books.ENCRYPTED.code, "")]


def test_what_has_no_lock_is_given_back_as_it_is():
    """A workbook in the open needs no password."""
    assert unlock(workbook(), ("open sesame",)) == workbook()


def test_a_workbook_under_a_sensitivity_label_is_sealed():
    """It has the part that is locked, and nothing that says how."""
    with pytest.raises(Unreadable) as caught:
        unlock(sealed())
    assert caught.value.reason is Reason.SEALED


def sealed() -> bytes:
    """A locked workbook whose part that says how it is locked has gone under another name."""
    return LOCKED.replace("EncryptionInfo".encode("utf-16-le"), "EncryptionInfx".encode("utf-16-le"))


@needs_libreoffice
@LONG
def test_an_opendocument_workbook_under_a_password_is_sealed(by: By):
    """Its manifest says so; only LibreOffice opens it."""
    locked = repacked(
        by("libreoffice")["form", "ods"],
        "META-INF/manifest.xml",
        lambda part: part.replace(b"</manifest:manifest>", b"<manifest:encryption-data/></manifest:manifest>"),
    )
    assert refused(locked, Limits()) == Reason.SEALED


@needs_libreoffice
@LONG
@pytest.mark.parametrize("password", ["VelvetSweatshop", "open sesame"])
def test_an_old_workbook_under_a_password_is_the_same_return(password: str, by: By, context: Context):
    """As Excel 97 locks it; Excel's own password is tried there too."""
    data = by("libreoffice")["form", "xls"]
    locked = formats.locked_xls(data, password)
    assert unlock(data) == data
    one = intake.take(locked, "return", context, lambda *asked: foreign.read(*asked, ("open sesame",)))
    assert values(one) == values(taken(data, context))
    if password == "open sesame":
        assert told(taken(locked, context).findings) == [(books.ENCRYPTED.code, "")]


# Damaged


@pytest.fixture(scope="module")
def worker() -> Iterator[Worker]:
    """What a merge reads with; calamine may end a process."""
    with Worker(seconds=20) as one:
        yield one


def spoilt(data: bytes, flips: list[tuple[float, int]], length: float) -> bytes:
    """Some bytes changed, and the end cut off; places and length are parts of the whole."""
    content = bytearray(data[: int(len(data) * length)])
    for place, bits in flips:
        content[int(place * (len(content) - 1))] ^= bits
    return bytes(content)


FLIPS = st.lists(st.tuples(st.floats(0, 1), st.integers(1, 255)), max_size=6)


@pytest.mark.parametrize("saved_as", SAVED)
def test_a_damaged_file_never_raises(saved_as: tuple[str, str], by: By, context: Context, worker: Worker):
    """Bytes flipped, the end cut off; for packages, in the largest sheet inside them too."""
    data = by(saved_as[0])["form", saved_as[1]]

    @settings(max_examples=effort.examples(10), deadline=None)
    @example([(0.5, 1)], 1.0)
    @given(FLIPS, st.sampled_from([0.2, 0.9, 0.999]) | st.just(1.0))
    def hold(flips: list[tuple[float, int]], length: float) -> None:
        if saved_as[1] == "xls":
            bad = spoilt(data, flips, length)
        else:
            part = {"ods": "content.xml", "xlsb": "xl/worksheets/sheet2.bin"}[saved_as[1]]
            bad = repacked(data, part, lambda content: spoilt(content, flips, length))
            one = intake.take(spoilt(data, flips, length), "whole", context, worker.read)
            assert one.returned or one.findings
        one = intake.take(bad, "bad", context, worker.read)
        assert one.returned or one.findings
        assert all(str(finding) for finding in one.findings)

    hold()


def test_a_compound_file_with_nothing_in_it_is_damaged(worker: Worker):
    """It says Workbook in the right place, and that is all."""
    one = intake.take(compound("Workbook"), "frd.xls", quarter(), worker.read)
    assert told(one.findings) == [(books.DAMAGED.code, "")]
