"""What a return carries besides its cells: each is named once, and nothing of it goes into a file of riskbook's."""

import io
import re
import zipfile
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from openpyxl.comments import Comment

from riskbook.cli import main
from tests import effort, makers
from tests.leaving import REL, parts

TOKEN = re.compile(rb"zq[a-z]+")
RELS = "xl/_rels/workbook.xml.rels"
LINKS = {
    "xl/externalLinks/externalLink1.xml": (
        f'<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="{REL}">'
        '<externalBook r:id="rId1"/></externalLink>'
    ),
    "xl/externalLinks/_rels/externalLink1.xml.rels": (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{REL}/externalLinkPath" Target="file:///S:/zqother.xlsx" TargetMode="External"/></Relationships>'
    ),
    "xl/externalLinks/externalLink2.xml": (
        '<externalLink xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<ddeLink ddeService="zqserver" ddeTopic="topic"/></externalLink>'
    ),
    "xl/connections.xml": "<connections>zqconnection</connections>",
    "xl/vbaProject.bin": "zqmacro",
    "xl/embeddings/oleObject1.bin": "zqembedded",
}
"""Parts that openpyxl does not write, each with a word of its own."""


def pinned(book: openpyxl.Workbook) -> None:
    """Pin things to cells: a link, a link by formula, a comment; and hide a sheet so that only a macro shows it."""
    sheet = book["Risks"]
    sheet["B2"].hyperlink = "http://zqlink.example/x"
    sheet["B3"].comment = Comment("Ask about the zqcomment case", "Zqauthor zqauthor")
    sheet["D3"] = '=HYPERLINK("http://zqformula.example","x")'
    hidden = book.create_sheet("Working")
    hidden["A1"] = "The zqhidden words"
    hidden.sheet_state = "veryHidden"
    book.properties.creator = book.properties.lastModifiedBy = "zqcreator"
    book.properties.keywords = "zqkeyword"


def laden() -> bytes:
    """A return of Front Door with all of it."""
    purposes = {"externalLinks/externalLink1.xml": "externalLink", "externalLinks/externalLink2.xml": "externalLink"}
    purposes |= {"connections.xml": "connections", "vbaProject.bin": "vbaProject"}
    more = [
        f'<Relationship Id="rIdq{n}" Type="{REL}/{what}" Target="{to}"/>'
        for n, (to, what) in enumerate(purposes.items())
    ]

    def change(name: str, xml: str) -> str:
        if name == RELS:
            return xml.replace("</Relationships>", f"{''.join(more)}</Relationships>")
        if name == "xl/worksheets/_rels/sheet2.xml.rels":
            ole = f'<Relationship Id="rIdq9" Type="{REL}/oleObject" Target="../embeddings/oleObject1.bin"/>'
            return xml.replace("</Relationships>", f"{ole}</Relationships>")
        return (
            xml.replace("<v></v>", "<v>5</v>").replace("<v />", "<v>5</v>") if name.startswith("xl/worksheets") else xml
        )

    return parts(makers.workbook(spoil=pinned), change, LINKS)


def test_the_return_for_these_tests_has_all_of_it():
    """Otherwise nothing would be shown by not finding it."""
    with zipfile.ZipFile(io.BytesIO(laden())) as package:
        there = {word for name in package.namelist() for word in TOKEN.findall(package.read(name).lower())}
    words = {"link", "comment", "author", "formula", "hidden", "creator", "keyword", "other", "server", "connection"}
    assert there >= {f"zq{word}".encode() for word in (*words, "macro", "embedded")}


def test_each_is_named_once_in_the_findings():
    """What is hidden, what it reaches out to, macros, and what is no cell; the return is read all the same."""
    intake = makers.taken(laden())
    assert intake.returned
    assert [risk.ref for risk in intake.returned.risks] == ["FRD-001", "FRD-002"]
    notes = {one.code: one.message for one in intake.findings if one.code in ("B116", "B117", "B118", "B133")}
    assert sorted(one.code for one in intake.findings if one.code in notes) == ["B116", "B117", "B118", "B133"]
    assert "Working" in notes["B116"]
    for reached in ("file:///S:/zqother.xlsx", "zqserver|topic", "http://zqlink.example/x", "Risks!D3", "database"):
        assert reached in notes["B117"], reached
    assert "Risks!B3" in notes["B133"]
    assert "embedded" in notes["B133"]
    assert not [one for one in intake.findings if "zqcomment" in one.message or "zqauthor" in one.message]


def test_a_link_within_the_workbook_is_nothing_to_name():
    """Our own forms have some."""

    def within(book: openpyxl.Workbook) -> None:
        book["Risks"]["B2"].hyperlink = "#Start!A1"
        book["Risks"]["D3"] = '=HYPERLINK("#Start!A1","Start")'
        book["Risks"]["D2"] = "=SUM(1,2)"

    assert makers.told(makers.taken(makers.workbook(spoil=within)).findings, "B117", "B133") == []


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book with that return merged, and in CI the next quarter's forms."""
    made = makers.small_book(tmp_path_factory.mktemp("carried") / "book", frd=laden())
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
                assert not TOKEN.findall(package.read(name).lower()), (path.name, name)
