"""Forms that go out: to whom, under which issue number, and what the manifest says of them."""

import csv
import hashlib
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from riskbook.cli import main
from riskbook.forms import MARKS
from riskbook.read import read
from riskbook.tables import shown
from tests import effort, makers, registers

ROUND = "2026-27-q2"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small directorate before anything was issued."""
    return makers.small_book(tmp_path / "book")


def issue(book: Path, *words: str) -> Result:
    return CliRunner().invoke(main, ["issue", *words, "--book", str(book)], catch_exceptions=False)


def issued(book: Path) -> set[str]:
    """The codes of the units that there are forms for."""
    return {path.name.partition("-")[0].upper() for path in (book / ROUND / "issued").glob("*.xlsx")}


def manifest(book: Path) -> dict[str, dict[str, str]]:
    with (book / ROUND / "issued" / "manifest.csv").open(encoding="utf-8-sig", newline="") as lines:
        return {line["unit"]: line for line in csv.DictReader(lines)}


def form(book: Path, unit: str) -> Path:
    return book / ROUND / "issued" / f"{unit.lower()}-{ROUND}.xlsx"


def number(path: Path) -> str:
    """The issue number on Start."""
    workbook = read(path.read_bytes(), path.name)
    sheet, cell = workbook.names[MARKS["issue"]].replace("$", "").split("!")
    start = workbook.grid(sheet)
    assert start
    return shown(start.rows[int(cell[1:])][2])


@effort.in_ci("runs whole commands: 2 s")
def test_all_some_or_a_service_and_all_below_it(book: Path):
    """Codes in any case; --below takes teams and projects under a service with it."""
    issue(book, "cic", "PAR")
    assert issued(book) == {"CIC", "PAR"}
    issue(book, "FHS", "SEN", "--below")
    assert issued(book) == {"CIC", "PAR", "FHS", "FRD", "ASM", "SEN", "PRJ"}
    issue(book)
    assert issued(book) == {unit.code for unit in registers.DIRECTORY.units}


def test_the_manifest_says_what_each_form_is(book: Path):
    """Unit, file, issue number, digest and the rows that were prefilled; units that were issued before stay on it."""
    issue(book, "FRD")
    issue(book, "ASM")
    lines = manifest(book)
    assert set(lines) == {"FRD", "ASM"}
    line = lines["ASM"]
    data = form(book, "ASM").read_bytes()
    assert (line["file"], line["issue"], line["digest"]) == (
        form(book, "ASM").name,
        "1",
        hashlib.sha256(data).hexdigest(),
    )
    risks = read(data, "asm.xlsx").grid("Risks")
    assert risks
    titles = [row[2] for at, row in risks.rows.items() if at > 5 and 2 in row]
    assert int(line["risks"]) == len(titles) == 1


def test_issuing_twice_changes_nothing(book: Path):
    """Forms that are there already, untouched, are not written again."""
    issue(book, "FRD", "ASM")
    before = {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in (book / ROUND / "issued").iterdir()}
    assert issue(book, "FRD", "ASM").exit_code == 0
    assert {path: (path.read_bytes(), path.stat().st_mtime_ns) for path in before} == before


def test_a_form_that_somebody_changed_is_left_alone(book: Path):
    """It is named; another unit's form is written all the same."""
    issue(book, "FRD")
    form(book, "FRD").write_bytes(b"typed in")
    said = issue(book, "FRD", "ASM")
    assert form(book, "FRD").read_bytes() == b"typed in"
    assert form(book, "FRD").name in said.output
    assert form(book, "ASM").exists()


def test_a_form_of_another_hand_is_left_alone_too(book: Path):
    """A file of that name which no manifest knows was put there by somebody."""
    form(book, "FRD").parent.mkdir(exist_ok=True)
    form(book, "FRD").write_bytes(b"from elsewhere")
    issue(book, "FRD")
    assert form(book, "FRD").read_bytes() == b"from elsewhere"
    assert "FRD" not in manifest(book)


def test_a_changed_register_gives_the_next_issue(book: Path):
    """So that of two returns the one from the newer form counts; the form that it replaces is kept."""
    issue(book, "FRD")
    first = form(book, "FRD").read_bytes()
    settings = book / "riskbook.toml"
    settings.write_text(
        settings.read_text(encoding="utf-8").replace("Information and Performance team", "Performance team"),
        encoding="utf-8",
    )
    issue(book, "FRD")
    assert number(form(book, "FRD")) == "2"
    assert manifest(book)["FRD"]["issue"] == "2"
    assert [path.read_bytes() for path in (book / ROUND / "kept").glob("*frd*")] == [first]


def test_a_manifest_that_was_spoilt_is_said_in_a_sentence(book: Path):
    """It says which forms went out, so nothing is issued over it."""
    issue(book, "FRD")
    (book / ROUND / "issued" / "manifest.csv").write_text("spoilt\n1\n", encoding="utf-8")
    said = issue(book)
    assert said.exit_code == 2
    assert issued(book) == {"FRD"}
