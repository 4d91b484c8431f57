"""Intake: any file at all in, and it is read or refused with a reason; nothing that people send raises."""

import io
import random
import zipfile
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskbook import excel, store
from riskbook.findings import Severity
from riskbook.forms import ACTIONS, RISKS
from riskbook.intake import Intake, take
from riskbook.report.register import document
from riskbook.rules import books
from tests import effort, formats
from tests.makers import LAST, put, quarter, register, saved, started, taken, told, workbook
from tests.test_safe import compound

PHOTOGRAPH = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01" + bytes(range(256)) * 20
RETURN = workbook(actions="ref | risk_ref | what\nFRD-A001 | FRD-001 | Act", scope="FRD-001, FRD-002")


def refused(data: bytes, name: str = "frd.xlsx") -> str:
    """The one code under which a file is refused."""
    one = taken(data, name=name)
    assert one.returned is None
    (found,) = one.findings
    assert (found.severity, found.place.book) == (Severity.ERROR, name)
    return found.code


def test_a_return_is_taken_in_with_its_rows_and_findings():
    """All that the next steps need, and every finding knows its unit."""
    one = taken(RETURN)
    assert one.returned
    assert [row.source.row for row in (*one.risks, *one.actions)] == [2, 3, 2]
    assert {finding.unit for finding in one.findings} == {"FRD"}


def test_the_same_bytes_are_the_same_intake():
    """It depends on the file and the context, and on nothing else."""
    assert taken(RETURN) == taken(RETURN)


@pytest.mark.parametrize(
    "data",
    [PHOTOGRAPH, b"", b"PK", b"%PDF-1.7 a paper", b"Ref,Title\r\nFRD-001,Calls are dropped\r\n", b"\x00" * 5_000],
    ids=["a photograph", "nothing", "two letters", "a PDF", "CSV", "zeros"],
)
def test_what_is_no_workbook_is_said_to_be_none(data: bytes):
    """Whatever its name says."""
    assert refused(data) == books.NOT_A_WORKBOOK.code


def test_a_file_that_was_cut_short_is_damaged():
    """Half a file read as if it were whole would lose risks without a word."""
    assert {refused(RETURN[:length]) for length in range(100, len(RETURN) - 30, 500)} == {books.DAMAGED.code}


def test_a_workbook_under_a_password_is_refused_with_what_to_do():
    """Really encrypted, as Excel does it."""
    assert refused(formats.locked(RETURN, "secret", formats.EXCEL_S)) == books.ENCRYPTED.code


def test_a_locked_workbook_is_known_by_its_bytes_alone():
    """The part of a compound file that says so."""
    assert refused(compound("EncryptedPackage")) == books.ENCRYPTED.code
    assert refused(compound("Workbook")) == books.NOT_A_WORKBOOK.code


@formats.needs_sheetjs
def test_our_own_reader_refuses_another_kind_by_name(tmp_path: Path):
    """Under its own suffix or another: whoever uses no worker is not exposed to libraries."""
    kinds = formats.by_sheetjs(tmp_path, {"frd": RETURN})
    assert {kind for _, kind in kinds} == {"xls", "xlsb", "ods"}
    for (_, kind), data in kinds.items():
        assert refused(data, f"frd.{kind}") == refused(data, "frd.xlsx") == books.NOT_A_WORKBOOK.code


@pytest.mark.parametrize("name", ["frd.xls", "frd.XLSM", "frd", "frd.xlsx.pdf"])
def test_a_workbook_under_another_suffix_is_read_with_a_note(name: str):
    """What counts is what is in the file."""
    one = taken(RETURN, name=name)
    assert one.returned
    assert told(one.findings, books.WRONG_EXTENSION.code) == [(books.WRONG_EXTENSION.code, "")]
    assert told(taken(RETURN, name="FRD.XLSX").findings, books.WRONG_EXTENSION.code) == []


def test_the_name_of_a_file_is_told_in_characters_that_a_workbook_holds():
    """Names may hold anything; what nobody can see is left out, and so is half a character."""
    one = taken(RETURN, name="frd\u00a0Q2\u200b\x07\udce9.xlsx")
    assert one.book == "frd Q2.xlsx"
    assert {finding.place.book for finding in one.findings} == {"frd Q2.xlsx"}
    assert one.returned
    assert one.returned.book == "frd Q2.xlsx"


def harmless(data: bytes) -> Intake:
    """Take a file in: read or refused, it does not raise, and what is found in it can be said."""
    one = take(data, "frd.xlsx", quarter())
    assert one.returned or one.findings
    assert all(str(finding) for finding in one.findings)
    return one


@effort.in_ci("runs whole commands: 2 s")
def test_flipped_bits_and_lost_ends_never_raise():
    """A thousand ways to spoil a return: read or refused, never a traceback."""
    chance = random.Random(7)
    outcomes = set()
    for _ in range(1_000):
        spoilt = bytearray(RETURN)
        for _ in range(chance.randint(1, 8)):
            spoilt[chance.randrange(len(spoilt))] ^= 1 << chance.randrange(8)
        if chance.random() < 0.2:
            del spoilt[chance.randrange(len(spoilt)) :]
        outcomes.add(harmless(bytes(spoilt)).returned is None)
    assert outcomes == {True, False}


@effort.in_ci("runs whole commands: 2 s")
def test_flipped_letters_inside_the_sheets_never_raise():
    """A zip that is whole, around XML that is not as Excel writes it."""
    chance = random.Random(11)
    with zipfile.ZipFile(io.BytesIO(RETURN)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    names = [name for name in parts if name.endswith((".xml", ".rels"))]
    for _ in range(400):
        spoilt = dict(parts)
        name = chance.choice(names)
        content = bytearray(spoilt[name])
        for _ in range(chance.randint(1, 3)):
            content[chance.randrange(len(content))] = chance.choice(b"0123456789ABCZabcz<>&\"'/= \n-_")
        spoilt[name] = bytes(content)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for part, written in spoilt.items():
                archive.writestr(part, written)
        harmless(out.getvalue())


ANYTHING = st.one_of(
    st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs")), max_size=20),
    st.text("0123456789-/. xX=£,kKmM", max_size=12),
    st.sampled_from(["9" * 5_000, "1" * 400, "December 9999", "31/12/9999", "00/00/0000", "-0", "1e999", "²", "٤"]),
    st.integers(-(2**53), 2**53),
    st.floats(allow_nan=False, allow_infinity=False),
    st.booleans(),
    st.datetimes(),
)


@settings(max_examples=effort.examples(6, 60), deadline=None)
@given(st.lists(st.tuples(st.integers(0, 38), ANYTHING), max_size=12), st.lists(ANYTHING, max_size=6), st.booleans())
def test_whatever_is_typed_in_any_cell_never_raises(typed: list[tuple[int, object]], start: list[object], ours: bool):
    """In Risks, in Actions and on Start."""

    def spoil(book: openpyxl.Workbook) -> None:
        for row, (column, content) in enumerate(typed, 2):
            for name, columns in (("Risks", RISKS), ("Actions", ACTIONS)):
                if column < len(columns):
                    put(book[name], row, column + 1, content)
        for row, content in enumerate(start, 4 if ours else 6):
            put(book["Start"], row, 2, content)

    harmless(workbook("ref | title\n", "ref\n", spoil=spoil, start=started(reviewed_all="Yes")))


def test_a_workbook_with_no_cells_at_all_is_not_ours():
    """Nothing in it says what it is."""
    book = openpyxl.Workbook()
    assert refused(saved(book)) == books.NOT_OURS.code


def test_a_register_is_no_return():
    """Sent by mistake, it is refused: it does not say which unit it is from."""
    data = excel.report(*document(store.tables(register(LAST), quarter(), "0.1.0"), quarter()))
    one = taken(data, name="directorate-risk-register-2026-27-q1.xlsx")
    assert one.returned is None
    assert any(finding.severity is Severity.ERROR for finding in one.findings)
