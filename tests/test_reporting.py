"""`riskbook report`, as I&P type it: for whom, into which file, in which edition, open and exempt."""

import shutil
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from riskbook.cli import main
from tests import effort, makers
from tests.test_decide import MEETING, filled

ROUND = "2026-27-q2"
SENT = """
    ref     | title             | event | impact | likelihood | audience | owner
    FRD-001 | Calls are dropped | lost  | 4      | 4          | Exempt   | Duty Manager
    FRD-002 | Notices come late | late  | 2      | 2          |          | Head of Service
"""


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book, merged, one of its risks exempt."""
    book = makers.small_book(tmp_path_factory.mktemp("reporting") / "book", frd=makers.workbook(SENT))
    assert run(book, "merge").exit_code in (0, 1)
    return book


@pytest.fixture
def book(merged: Path, tmp_path: Path) -> Path:
    """That book, for one test."""
    return Path(shutil.copytree(merged, tmp_path / "book"))


def run(book: Path, *words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--book", str(book)], catch_exceptions=False)


def files(book: Path, pattern: str = "packs/*") -> list[str]:
    return sorted(path.relative_to(book / ROUND).as_posix() for path in (book / ROUND).glob(pattern))


@effort.in_ci("runs whole commands: 1 s")
def test_report_alone_is_the_slt_workbook(book: Path) -> None:
    """To the byte what merge wrote; no other workbook is made."""
    before = {path: path.read_bytes() for path in (book / ROUND).glob("slt-*")}
    assert {path.suffix for path in before} == {".xlsx", ".html", ".md"}
    assert len(before) == 6
    assert run(book, "report").exit_code == 0
    assert {path: path.read_bytes() for path in (book / ROUND).glob("slt-*")} == before
    assert files(book) == []


@effort.in_ci("runs whole commands: 1 s")
def test_a_pack_stands_in_packs_with_its_exempt_edition_beside_it(book: Path) -> None:
    """Asked for by a unit's code in any case; made again it is the same to the byte."""
    made = []
    for name in ("frd", "FRD"):
        assert run(book, "report", "--for", name).exit_code == 0
        made.append([(book / ROUND / path).read_bytes() for path in files(book)])
    assert files(book) == [f"packs/team-frd-{ROUND}-exempt.xlsx", f"packs/team-frd-{ROUND}.xlsx"]
    assert made[0] == made[1]


@effort.in_ci("runs whole commands: 2 s")
def test_an_exempt_pack_is_taken_away_when_nothing_in_it_is_exempt_any_more(book: Path) -> None:
    """A copy is kept; nobody sends it by mistake."""
    assert run(book, "report", "--for", "FRD").exit_code == 0
    (book / ROUND / "returns" / "frd.xlsx").write_bytes(makers.workbook(SENT.replace("Exempt", "Open  ")))
    assert run(book, "merge").exit_code in (0, 1)
    assert run(book, "report", "--for", "FRD").exit_code == 0
    assert files(book) == [f"packs/team-frd-{ROUND}.xlsx"]
    assert len(files(book, f"kept/*-team-frd-{ROUND}-exempt.xlsx")) == 1


@effort.in_ci("runs whole commands: 3 s")
def test_all_writes_every_pack_in_one_go(book: Path) -> None:
    """And says which risks nobody in the directory owns."""
    said = run(book, "report", "--for", "all")
    assert said.exit_code == 0
    assert files(book, "dlt-*") == [f"dlt-risk-paper-{ROUND}-exempt.xlsx", f"dlt-risk-paper-{ROUND}.xlsx"]
    assert {f"packs/service-fhs-{ROUND}.xlsx", f"packs/project-prj-{ROUND}.xlsx"} < set(files(book))
    assert "FRD-001" in said.output.splitlines()[-1]
    assert run(book, "report", "--for", "all", "--plan").exit_code == 0
    assert f"packs/plan-frd-{ROUND}.xlsx" in files(book)


@pytest.mark.parametrize("words", [("Frnt Door",), ("dlt", "--plan"), ("slt", "--plan"), ("Duty Manager", "--plan")])
def test_whom_there_is_no_report_for_is_one_sentence(book: Path, words: tuple[str, ...]) -> None:
    """Exit status 2, and nothing written."""
    said = run(book, "report", "--for", *words)
    assert said.exit_code == 2
    assert said.output.splitlines()[-1].startswith("riskbook: ")
    assert files(book) == []


@effort.in_ci("runs whole commands: 2 s")
@pytest.mark.filterwarnings("ignore:Sparkline")
def test_the_dlt_paper_is_read_back_and_the_next_edition_leaves_it_as_it_was(book: Path) -> None:
    """What DLT fills in on its own paper is decided; edition 2 stands beside edition 1."""
    assert run(book, "report", "--for", "dlt").exit_code == 0
    first = book / ROUND / f"dlt-risk-paper-{ROUND}-exempt.xlsx"
    before = first.read_bytes()
    data = filled(before, {"FRD-001": {"Decision": "Hold", "Review by": date(2026, 12, 31), **MEETING}})
    (book / "filled.xlsx").write_bytes(data)
    said = run(book, "decide", book / "filled.xlsx")
    assert said.exit_code == 0, said.output
    assert run(book, "report", "--for", "dlt").exit_code == 0
    assert files(book, "dlt-*") == [
        f"dlt-risk-paper-{ROUND}-edition-2-exempt.xlsx",
        f"dlt-risk-paper-{ROUND}-edition-2.xlsx",
        f"dlt-risk-paper-{ROUND}-exempt.xlsx",
        f"dlt-risk-paper-{ROUND}.xlsx",
    ]
    assert first.read_bytes() == before
