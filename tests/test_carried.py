"""What a return carries besides its cells: each is named once, and nothing of it goes into a file of riskbook's."""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.chart import BarChart, Reference

from riskbook import foreign, intake
from riskbook.cli import main
from tests import effort, formats, laden, makers
from tests.oracles import needs_libreoffice

LONG = effort.in_ci("LibreOffice takes seconds to start; SheetJS saves an .ods and an .xlsb every day")
BY_LIBREOFFICE = ("ods by LibreOffice", "xls by LibreOffice")
KINDS = [
    pytest.param("xlsx"),
    *(pytest.param(kind, marks=formats.needs_sheetjs) for kind in ("xlsb", "ods")),
    *(
        pytest.param(f"{kind} by LibreOffice", marks=[needs_libreoffice, formats.needs_sheetjs, LONG])
        for kind in ("ods", "xls")
    ),
]


@pytest.fixture(scope="module")
def sent(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], bytes]:
    """The laden return by its kind; the programs are started when the first test asks for them."""

    @cache
    def by_sheetjs() -> formats.Saved:
        return formats.by_sheetjs(tmp_path_factory.mktemp("sheetjs"), {"frd": laden.workbook()})

    @cache
    def by_libreoffice() -> formats.Saved:
        books = {"frd": laden.document(by_sheetjs()["frd", "ods"])}
        return formats.by_libreoffice(tmp_path_factory.mktemp("libreoffice"), books, "ods", "xls", suffix="ods")

    makes: Mapping[str, Callable[[], bytes]] = {
        "xlsx": laden.workbook,
        "xlsb": lambda: laden.binary(by_sheetjs()["frd", "xlsb"]),
        "ods": lambda: laden.document(by_sheetjs()["frd", "ods"]),
        "ods by LibreOffice": lambda: by_libreoffice()["frd", "ods"],
        "xls by LibreOffice": lambda: laden.old(by_libreoffice()["frd", "xls"]),
    }
    return lambda kind: makes[kind]()


def test_the_return_for_these_tests_has_all_of_it():
    """Otherwise nothing would be shown by not finding it."""
    with zipfile.ZipFile(io.BytesIO(laden.workbook())) as package:
        there = {word for name in package.namelist() for word in laden.TOKEN.findall(package.read(name).lower())}
    words = {"link", "comment", "author", "formula", "hidden", "creator", "keyword", "other", "server", "connection"}
    assert there >= {f"zq{word}".encode() for word in (*words, "macro", "embedded")}


@pytest.mark.parametrize("kind", KINDS)
def test_each_is_named_once_in_the_findings(kind: str, sent: Callable[[str], bytes]):
    """What is hidden, what it reaches out to, macros, and what is no cell; the return is read all the same.

    LibreOffice leaves the macros behind.
    """
    taken = intake.take(sent(kind), f"frd.{kind.split()[0]}", makers.quarter(), foreign.read)
    assert taken.returned
    assert [risk.ref for risk in taken.returned.risks] == ["FRD-001", "FRD-002"]
    told = {one.code: one.message for one in taken.findings}
    codes = {"B116", "B117", "B118", "B133"} - ({"B118"} if kind in BY_LIBREOFFICE else set())
    assert sorted(one.code for one in taken.findings if one.code in codes) == sorted(codes)
    assert "Working" in told["B116"]
    for reached in (":/zqother.xlsx", "zqserver|topic", "http://zqlink.example/x", "Risks!D3", "database"):
        assert told["B117"].replace("\\", "/").count(reached) == 1, (reached, told["B117"])
    assert "Risks!B3" in told["B133"]
    assert "embedded" in told["B133"]
    for carried in ("a control", "a pivot table") if kind.startswith(("ods", "xls ")) else ():
        assert carried in told["B133"]
    assert not [one for one in taken.findings if "zqcomment" in one.message or "zqauthor" in one.message]


def test_a_link_within_the_workbook_is_nothing_to_name():
    """Our own forms have some."""

    def within(book: openpyxl.Workbook) -> None:
        book["Risks"]["B2"].hyperlink = "#Start!A1"
        book["Risks"]["D3"] = '=HYPERLINK("#Start!A1","Start")'
        book["Risks"]["D2"] = "=SUM(1,2)"

    assert makers.told(makers.taken(makers.workbook(spoil=within)).findings, "B117", "B133") == []


@LONG
@needs_libreoffice
def test_a_chart_is_nothing_to_name(tmp_path: Path):
    """It shows what stands in cells; our own forms may have some. LibreOffice keeps it as an object of its own."""

    def charted(book: openpyxl.Workbook) -> None:
        chart = BarChart()
        chart.add_data(Reference(book["Risks"], min_col=3, min_row=1, max_row=3), titles_from_data=True)
        book["Risks"].add_chart(chart, "AA5")

    saved = formats.by_libreoffice(tmp_path / "saved", {"frd": makers.workbook(spoil=charted)}, "ods", "xls")
    assert b"Object 1/" in saved["frd", "ods"]
    for (_, kind), data in saved.items():
        taken = intake.take(data, f"frd.{kind}", makers.quarter(), foreign.read)
        assert taken.returned
        assert makers.told(taken.findings, "B117", "B133") == [], kind


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book with that return merged, and in CI the next quarter's forms."""
    made = makers.small_book(tmp_path_factory.mktemp("carried") / "book", frd=laden.workbook())
    for words in (["merge"], ["issue", "--round", "2026-27 Q3"])[: 2 if effort.CI else 1]:
        said = CliRunner().invoke(main, [*words, "--book", str(made)])
        assert said.exit_code in (0, 1), said.output
    return made


def test_nothing_of_it_is_in_any_workbook_that_goes_out(book: Path):
    """Register, reports, corrections copy, next quarter's form: no part, no link, no name, no word of it."""
    apart = {"kept", "returns"}
    written = [path for path in book.rglob("*.xlsx") if not apart & {*path.relative_to(book).parts}]
    assert len(written) >= 4
    for path in written:
        with zipfile.ZipFile(path) as package:
            for name in package.namelist():
                assert not re.search("vba|externalLink|connection|embedding|comment", name), (path.name, name)
                assert not laden.TOKEN.findall(package.read(name).lower()), (path.name, name)
