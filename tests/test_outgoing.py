"""Nothing that people typed acts in what riskbook writes, and nothing exempt stands where all may read it.

One quarter (``outgoing``) goes through the commands; then every file in the book is opened as far as it opens, and
looked through: the parts of packages, the elements of pages, the tokens of Markdown, the headers and parts of mails.
"""

import csv
import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from email.message import EmailMessage
from email.utils import getaddresses
from hashlib import sha256
from html.parser import HTMLParser
from pathlib import Path, PureWindowsPath
from xml.etree import ElementTree

import openpyxl
import pytest
from markdown_it import MarkdownIt

from riskbook.read import read
from riskbook.text import printable, tidy
from tests import effort, outgoing
from tests.outgoing import ACTIVE, written
from tests.post import parsed

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
ACTS = re.compile(
    rb"vba|macro|externalLink|connection|queryTable|embedding|oleObject|activeX|ctrlProp|webExtension", re.I
)
"""What the parts of a package are called that do something, or lead somewhere."""
EVIL = re.compile(r"evil\.example|cmd\||WEBSERVICE|IMPORTXML|javascript:", re.IGNORECASE)
"""What stands in what people typed and nowhere else."""
HEADERS = {"Subject", "From", "To", "Cc", "X-Unsent", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"}
WHO = ("dcs", "ana", "frd", "con", "asm", "prj", "par", "pas", "ada", "bo", "cy", "clerk", "risk")
SECRET = re.compile(rb"zq[a-z]{2,}\d?")


TYPED = ACTIVE if effort.CI else ACTIVE[1::4]
"""What is typed into the returns: some of it every day."""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The quarter, with every file that was written: in CI by every command."""
    made = outgoing.book(tmp_path_factory.mktemp("outgoing") / "book", TYPED)
    outgoing.run_all(made, outgoing.EVERY if effort.CI else outgoing.SOME)
    return made


def parts(data: bytes) -> Iterator[tuple[str, bytes]]:
    """The parts of a package, inflated."""
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        yield from ((name, package.read(name)) for name in package.namelist())


def opened(name: str, data: bytes) -> Iterator[tuple[str, bytes]]:
    """A file and all that is in it, decoded and inflated: the parts of a mail, and of the workbooks in it."""
    yield name, data
    if name.endswith(".eml"):
        for number, part in enumerate(parsed(data).walk()):
            if not part.is_multipart():
                inside = part.get_payload(decode=True)
                assert isinstance(inside, bytes)
                yield from opened(f"{name}>{part.get_filename() or number}", inside)
    elif data.startswith(b"PK"):
        yield from ((f"{name}>{part}", inside) for part, inside in parts(data))


def workbooks(book: Path) -> Iterator[tuple[str, bytes]]:
    """Every workbook, those in mails too."""
    for path in (*written(book, ".xlsx"), *written(book, ".eml")):
        found = opened(path.name, path.read_bytes())
        yield from ((name, data) for name, data in found if data.startswith(b"PK"))


def core(name: str, data: bytes) -> Mapping[str, str]:
    """What a workbook says of itself."""
    return read(data, name, lambda _: False).core


def typed(words: str) -> str:
    """A text as a workbook keeps it."""
    return printable(tidy(words))[0]


def test_no_workbook_has_anything_that_acts(book: Path):
    """No part that runs or leads elsewhere, no link out of it, and no formula or name with what somebody typed."""
    for name, data in workbooks(book):
        for part, xml in parts(data):
            assert not ACTS.search(part.encode()), (name, part)
            if part.endswith(".rels"):
                assert b"External" not in xml, (name, part)
                assert not ACTS.search(re.sub(rb'Target="[^"]*"', b"", xml)), (name, part)
            elif part.startswith(("xl/worksheets/sheet", "xl/workbook")):
                root = ElementTree.fromstring(xml)
                told = [
                    one.text or ""
                    for tag in ("f", "definedName", "formula1", "formula")
                    for one in root.iter(MAIN + tag)
                ]
                told += [one.get(key, "") for one in root.iter(f"{MAIN}hyperlink") for key in ("location", "display")]
                assert not [one for one in told if EVIL.search(one) or one in ACTIVE], (name, part)


def test_what_was_typed_stands_in_the_register_as_it_was_typed(book: Path):
    """As text, marked so that no program calculates it when the cell is edited."""
    register = openpyxl.load_workbook(book / outgoing.ROUND / f"directorate-risk-register-{outgoing.ROUND}.xlsx")
    cells = [cell for sheet in register for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
    there = {cell.value for cell in cells}
    assert {typed(words) for words in TYPED} <= there
    alike = [cell for cell in cells if cell.value.startswith(("=", "+", "-", "@"))]
    assert {cell.data_type for cell in alike} == {"s"}
    assert all(cell.style.startswith("Normal") and cell.quotePrefix for cell in alike)


class Page(HTMLParser):
    """What a page would do: every element that acts, every attribute that leads somewhere; and its words."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=True)
        self.acts: list[str] = []
        self.words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.acts += (
            [tag] if tag in ("script", "img", "svg", "iframe", "object", "embed", "form", "base", "link", "r") else []
        )
        for key, value in attrs:
            leads = key in ("href", "src", "action", "background") and not str(value).startswith("#")
            runs = key.startswith("on") or "url(" in str(value) or "expression(" in str(value)
            self.acts += [f"{tag} {key}={value}"] if leads or runs else []

    def handle_data(self, data: str) -> None:
        self.words += data


def pages(book: Path) -> Iterator[tuple[str, str]]:
    """Every page, those in mails too."""
    for path in (*written(book, ".html"), *written(book, ".eml")):
        if path.suffix == ".html":
            yield path.name, path.read_text(encoding="utf-8")
        else:
            for part in parsed(path.read_bytes()).walk():
                if part.get_content_type() == "text/html":
                    yield path.name, part.get_content()


def test_no_page_has_an_element_or_a_link_of_what_somebody_typed(book: Path):
    """It stands there as words."""
    words = ""
    for name, page in pages(book):
        read = Page(page)
        assert read.acts == [], name
        words += read.words
    assert "<script>alert(1)</script>" in words


def test_no_markdown_has_a_link_a_picture_or_html(book: Path):
    """Read back, nothing but paragraphs, lists and tables."""
    found = written(book, ".md")
    assert found
    for path in found:
        tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(path.read_text(encoding="utf-8"))
        kinds = {inner.type for one in tokens for inner in (one, *(one.children or ()))}
        assert (
            not {"link_open", "image", "html_block", "html_inline", "fence", "code_block", "blockquote_open"} & kinds
        ), path


def test_no_csv_has_a_cell_that_a_program_would_calculate(book: Path):
    """OWASP's list, with the wide signs that a spreadsheet may take for the narrow ones."""
    found = written(book, ".csv")
    assert found
    for path in found:
        rows = csv.reader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline=""))
        assert not [cell for row in rows for cell in row if re.match("[=+\\-@\t\r\n＝＋－＠]", cell)], path


def mails(book: Path) -> Iterator[tuple[str, EmailMessage]]:
    return ((path.name, parsed(path.read_bytes())) for path in written(book, ".eml"))


def test_no_mail_has_a_header_or_an_address_that_somebody_typed(book: Path):
    """Only those of ours, and only people of the directory."""
    found = [*mails(book)]
    assert found
    for name, mail in found:
        assert {*mail.keys()} <= HEADERS, name
        to = getaddresses([str(mail[header]) for header in ("To", "Cc", "From") if mail[header]])
        assert {address.lower() for _, address in to} <= {f"{who}@brackenshire.example" for who in WHO}, name
        assert not mail.defects, name
        assert "\n" not in str(mail["Subject"]), name


def test_every_name_of_a_file_is_one_that_windows_takes_and_stands_in_the_book(book: Path):
    """Whatever units, boards and owners are called."""
    assert {path.name for path in book.parent.iterdir()} == {"book"}
    for path in written(book):
        for name in path.relative_to(book).parts:
            assert not re.search(r'[<>:"|?*\\\x00-\x1f\u202a-\u202e]|[. ]$', name), name
            assert not PureWindowsPath(name).is_reserved(), name
            assert len(name) <= 120, name


def told_apart(path: Path) -> bool:
    """Whether a file may have exempt risks: it says so, is the register, or goes to the unit that typed them.

    The register's own tables (``export csv``) are for who keeps the register.
    """
    name = path.name
    of_the_unit = re.match(r"(?:frd|dir)-2026|(?:issue|corrections|chase)-(?:frd|dcs)@", name)
    of_the_owner = name.startswith(("con-2026", "interviews-bo@"))
    ours = name.startswith(("directorate-risk-register", "log.jsonl", "decision-sheet", "risks-proposed"))
    tables = path.parent.name == "export" and not name.startswith("pplus")
    marked = "-exempt." in name or name == "report-clerk@brackenshire.example.eml"
    return bool(
        of_the_unit or (of_the_owner and path.parent.name in ("interviews", "outbox")) or ours or tables or marked
    )


def secrets(path: Path) -> set[bytes]:
    """The words of exempt risks in a file: in UTF-8, in UTF-16, inflated and decoded."""
    found: set[bytes] = set()
    for name, data in opened(path.name, path.read_bytes()):
        if not (name.endswith(".eml") or data.startswith(b"PK")):
            found |= {*SECRET.findall(data), *SECRET.findall(data.replace(b"\0", b""))}
    return found


def test_no_word_of_an_exempt_risk_stands_where_all_may_read_it(book: Path):
    """In no byte of the open edition, its mail, its page, its Markdown, of packs, exports or other people's forms."""
    openly = [path for path in written(book) if not told_apart(path)]
    assert {path.suffix for path in openly} >= {".xlsx", ".html", ".md", ".eml"}
    assert {path.name: secrets(path) for path in openly if secrets(path)} == {}


def test_the_editions_for_some_have_what_the_open_one_lacks(book: Path):
    """Each says so in its name, and a workbook in its title; otherwise the search would find nothing anywhere."""
    for path in written(book):
        if "-exempt." in path.name and "minutes" not in path.name:
            assert secrets(path), path
            if path.suffix == ".xlsx":
                assert core(path.name, path.read_bytes())["title"].startswith("EXEMPT"), path
    exempt = book / outgoing.ROUND / f"slt-risk-report-{outgoing.ROUND}-exempt.xlsx"
    assert len(secrets(exempt)) >= 20


@effort.in_ci("takes decisions")
def test_what_was_decided_on_an_exempt_risk_stands_in_its_own_minutes_alone(book: Path):
    """By whom, why and where it is minuted."""
    both = written(book / outgoing.ROUND, "-edition-2*.md")
    minutes = {"exempt" in path.stem: secrets(path) for path in both if path.name.startswith("decisions")}
    assert minutes[False] == set()
    assert minutes[True] >= {b"zqby", b"zqrationale", b"zqminute"}


def test_no_workbook_names_a_person_as_its_author(book: Path):
    """Nor a company, a manager, or who saved it last; whatever is said of a file says nothing that somebody typed."""
    for name, data in workbooks(book):
        told = core(name, data)
        assert told["creator"].startswith("Agreed County Council"), name
        assert told.get("lastModifiedBy", "") in ("", told["creator"]), name
        app = dict(parts(data)).get("docProps/app.xml", b"")
        assert not re.search(rb"<(?:Manager|Company|HyperlinkBase)>[^<]", app), name
        assert not [part for part, _ in parts(data) if "comment" in part.lower() or "person" in part.lower()], name


def test_what_came_in_is_never_mailed(book: Path):
    """No mail has a return attached, as it came."""
    came = {sha256(path.read_bytes()).hexdigest() for path in (book / outgoing.ROUND / "returns").iterdir()}
    kept = {sha256(path.read_bytes()).hexdigest() for path in (book / outgoing.ROUND / "kept").glob("*.xlsx")}
    attached = [part.get_content() for _, mail in mails(book) for part in mail.iter_attachments()]
    assert attached
    assert came <= kept
    assert not came & {sha256(data).hexdigest() for data in attached}
