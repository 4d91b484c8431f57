"""A whole financial year of the sample directorate, played by its commands alone: every step of the paper's timetable.

October, January, March, July and October again, as Information and Performance would live them; of each step it is
asked what it left behind.
"""

import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import time_machine
from click.testing import CliRunner
from openpyxl.worksheet.worksheet import Worksheet

from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.confirm import SHEET as LIST
from riskbook.forms import ACTIONS, RISKS, YOUR_PART, Column
from riskbook.model import Register
from riskbook.propose import SHEET
from riskbook.report.form import FIRST
from tests import effort, oracles
from tests.post import Office, office

pytestmark = [
    oracles.needs_validator,
    effort.in_ci("plays a year of the sample directorate: minutes; test_steps steps through a small round"),
]

Typed = Mapping[str, Mapping[str, object]]
"""What is typed over a form or a sheet: by ref, by heading or key."""


@dataclass(frozen=True)
class Book:
    """A book, and what its people do."""

    root: Path
    server: Office

    def run(self, *words: object, status: tuple[int, ...] = (0, 1)) -> str:
        result = CliRunner().invoke(main, [str(word) for word in words], catch_exceptions=False)
        assert result.exit_code in status, result.output
        return result.stdout

    def told(self, *words: object) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(self.run(*words, "--json"))
        return found

    def folder(self, round_: str) -> Path:
        return self.root / round_

    def register(self, round_: str) -> Register:
        register = find(self.root, round_).kept()
        assert register
        return register

    def send(self, kind: str) -> int:
        """Mail a kind to everybody; how many mails the server took."""
        before = len(self.server.taken)
        told = self.told("mail", kind, "--send", "--yes")
        assert told["counts"]["sent"] == len(self.server.taken) - before > 0
        return len(self.server.taken) - before

    def next_step(self) -> str:
        found = self.told()["next"]
        return str(found["command"]) if found else ""


@contextmanager
def on(day: str) -> Iterator[None]:
    """On a day, at nine in the morning."""
    with time_machine.travel(f"{day}T09:00:00+00:00", tick=True):
        yield


def fill(
    form: Path, out: Path, filled_on: date, typed: Typed | None = None, new: Mapping[str, object] | None = None
) -> None:
    """Fill a form in as a manager does: their part, what moved, and a new risk; and save it where it is sent from."""
    book = openpyxl.load_workbook(form)
    part = {"filled_by": "The manager", "filled_on": filled_on, "reviewed_all": "Yes"}
    labels = {str(cell.value): cell.row for cell in book["Start"]["A"] if cell.value}
    for column in YOUR_PART:
        book["Start"].cell(labels[column.header], 2).value = part[column.key]  # type: ignore[assignment]
    for name, columns in (("Risks", RISKS), ("Actions", ACTIONS)):
        rows = _rows(book[name], columns)
        for ref, changes in (typed or {}).items():
            if ref in rows:
                _type(book[name], rows[ref], changes, columns)
        if new and name == "Risks":
            _type(book[name], rows["NEW-1"], new, columns)
    out.parent.mkdir(parents=True, exist_ok=True)
    book.save(out)


def _rows(page: Worksheet, columns: tuple[Column, ...]) -> dict[str, int]:
    at = _at(page, columns)["ref"]
    return {str(page.cell(row, at).value): row for row in range(FIRST, page.max_row + 1) if page.cell(row, at).value}


def _at(page: Worksheet, columns: tuple[Column, ...]) -> dict[str, int]:
    headings = {page.cell(FIRST - 1, column).value: column for column in range(1, page.max_column + 1)}
    return {column.key: headings[column.header] for column in columns if column.header in headings}


def _type(page: Worksheet, row: int, changes: Mapping[str, object], columns: tuple[Column, ...]) -> None:
    at = _at(page, columns)
    for key, value in changes.items():
        page.cell(row, at[key]).value = value  # type: ignore[assignment]


def fill_in(path: Path, out: Path, sheet: str, typed: Typed) -> None:
    """Fill in a sheet with a row of headings, as the meeting or a senior manager does."""
    book = openpyxl.load_workbook(path)
    page = book[sheet]
    heads = {cell.value: (cell.row, cell.column) for line in page.iter_rows(max_row=8) for cell in line if cell.value}
    top, at = heads["Ref"]
    rows = {page.cell(row, at).value: row for row in range(top + 1, page.max_row + 1)}
    for ref, changes in typed.items():
        for heading, value in changes.items():
            page.cell(rows[ref], heads[heading][1]).value = value
    book.save(out)


@pytest.fixture
def book(demo: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Book]:
    root = Path(shutil.copytree(demo, tmp_path / "book"))
    monkeypatch.chdir(root)
    with office() as server:
        for key, value in (("HOST", "127.0.0.1"), ("PORT", str(server.port)), ("TLS", "none")):
            monkeypatch.setenv(f"RISKBOOK_SMTP_{key}", value)
        yield Book(root, server)


NEW = {
    "title": "Night cover is one person deep",
    "event": "nobody answers the night line when one worker is ill",
    "category": "Workforce",
    "owner": "Team Manager, Front Door",
    "controls": "A list of three who may be called.",
    "impact": "4 Major",
    "likelihood": "4 Likely",
    "response": "Treat",
    "status": "Open",
}


@pytest.mark.filterwarnings("ignore:Sparkline")
def test_a_year(book: Book) -> None:
    """Every step leaves its trace, and in the end the story of one risk can be told over all of them."""
    october(book)
    january(book)
    march(book)
    july(book)
    october_again(book)
    _everything_is_traced(book)


def october(book: Book) -> None:
    """Review at the end of the second quarter: corrections, interviews, decisions, report, P+ and corporate."""
    q2 = book.folder("2026-27-q2")
    with on("2026-10-12"):
        assert book.next_step() == "riskbook mail corrections"
        assert {unit["code"] for unit in book.told("status")["units"] if unit["late"]} == {"EPS", "WYR"}
        assert book.send("chase") == 2
        book.send("corrections")
        fill(q2 / "issued" / "eps-2026-27-q2.xlsx", q2 / "returns" / "eps.xlsx", date(2026, 10, 12))
        assert book.next_step() == "riskbook merge"
        book.run("merge")
        assert {unit["code"] for unit in book.told("status")["units"] if unit["returned"] != "Received"} >= {"WYR"}
        packs = book.told("interviews")["packs"]
        assert book.next_step() == "riskbook report --for dlt"
        book.run("report", "--for", "dlt")
        owner = next(pack for pack in packs if "DIR-02" in pack["refs"])
        better = {"DIR-02": {"impact": "4 Major", "likelihood": "3 Possible", "commentary": "Six new carers approved."}}
        fill(Path(owner["file"]), q2 / "returns" / "interview.xlsx", date(2026, 10, 13), better)
        book.run("merge")
        dir_02 = book.register("2026-27 Q2").by_ref["DIR-02"]
        assert (str(dir_02.rating), dir_02.now.source.book) == ("4×3", "interview.xlsx")
    with on("2026-10-14"):
        meeting = {"Body": "DLT", "Decided by": "Director of Children's Services", "Date": date(2026, 10, 13)}
        escalated = {"EDT-001": {"Decision": "Escalate", "Note": "Nights cannot wait.", **meeting}}
        report = q2 / "slt-risk-report-2026-27-q2.xlsx"
        fill_in(report, q2 / "after-dlt.xlsx", "Decisions", escalated)
        fill_in(q2 / "after-dlt.xlsx", q2 / "after-dlt.xlsx", "Decision details",
                {"EDT-001": {"Assistant Director": "AD Family Help and Safeguarding"}})  # fmt: skip
        decided = book.told("decide", "after-dlt.xlsx")["decisions"]
        assert [(one["ref"], one["decision"]) for one in decided] == [("EDT-001", "Escalate")]
        assert "EDT-001" in (q2 / "decisions-for-minutes-2026-27-q2-edition-2.md").read_text(encoding="utf-8")
        book.send("report")
        book.run("export", "pplus")
        book.run("export", "corporate")
        assert book.next_step() == ""


def january(book: Book) -> None:
    """The third quarter; and the risks for the coming year are proposed with senior managers."""
    q3 = book.folder("2026-27-q3")
    with on("2026-12-10"):
        book.run("issue", "--round", "2026-27 Q3")
        assert book.next_step() == "riskbook mail issue"
        book.send("issue")
    with on("2027-01-11"):
        for unit in ("frd", "edt", "sen", "dir"):
            new = NEW if unit == "frd" else None
            fill(q3 / "issued" / f"{unit}-2026-27-q3.xlsx", q3 / "returns" / f"{unit}.xlsx", date(2027, 1, 7), new=new)
        book.run("merge")
        register = book.register("2026-27 Q3")
        (fresh,) = [entry for entry in register.entries if entry.now.title == NEW["title"]]
        assert (fresh.unit, str(fresh.movement)) == ("FRD", "● New")
        made = next(one.into for one in register.decisions if one.risk_ref == "EDT-001")
        assert register.by_ref[made].open
        book.run("interviews")
        book.run("report", "--for", "dlt")
        book.run("export", "pplus")
        book.run("propose")
        proposed = next(q3.glob("risks-proposed-*.xlsx"))
        copies = book.root / "proposals"
        copies.mkdir()
        fill_in(
            proposed, copies / "first.xlsx", SHEET, {"DIR-01": {"Proposal": "Keep"}, "DIR-09": {"Proposal": "Drop"}}
        )
        fill_in(proposed, copies / "second.xlsx", SHEET, {"DIR-09": {"Proposal": "Keep"}})
        book.run("propose", copies)
        assert next(q3.glob("risks-put-together-*.xlsx")).is_file()


def march(book: Book) -> None:
    """The directorate's risks are reviewed with their owners, and those of the coming year confirmed."""
    folder = book.folder("2026-27-march")
    with on("2027-02-10"):
        book.run("issue", "--round", "2026-27 March")
        assert [path.name for path in (folder / "issued").glob("*.xlsx")] == ["dir-2026-27-march.xlsx"]
        book.send("issue")
    with on("2027-03-10"):
        red = {"DIR-04": {"impact": "5 Critical", "likelihood": "4 Likely", "commentary": "Four posts fell vacant."}}
        fill(folder / "issued" / "dir-2026-27-march.xlsx", folder / "returns" / "dir.xlsx", date(2027, 3, 5), red)
        # A return of October, two rounds late: it is named, and changes nothing of this one.
        late = book.folder("2026-27-q2") / "issued" / "wyr-2026-27-q2.xlsx"
        fill(late, folder / "returns" / "Wyrebeck at last.xlsx", date(2027, 3, 4))
        said = book.run("merge")
        assert "Wyrebeck at last.xlsx" in said
        register = book.register("2026-27 March")
        assert {str(one.movement) for one in register.entries if one.unit == "FRD"} == {"○ Carried"}
        assert str(register.by_ref["DIR-04"].rating) == "5×4"
        book.run("interviews")
        book.run("report", "--for", "dlt")
        proposed = next(book.folder("2026-27-q3").glob("risks-put-together-*.xlsx"))
        confirmed = folder / "confirmed by DLT.xlsx"
        keep = {entry.ref: {"Decision": "Keep"} for entry in register.open if entry.level == "Directorate"}
        fill_in(proposed, confirmed, LIST, {**keep, "DIR-09": {"Decision": "Drop", "Rationale": "It stayed green."}})
        book.run("confirm", confirmed, "--on", "9 March 2027", "--by", "Director of Children's Services")
        register = book.register("2026-27 March")
        assert not register.by_ref["DIR-09"].open
        words = (folder / "service-plan-risks-2027-28.md").read_text(encoding="utf-8")
        assert "DIR-04" in words
        plan = folder / "service-plan-risks-2027-28.xlsx"
        assert "may leave" in book.run("inspect", plan, status=(0,))
        assert oracles.faults([plan]) == []
        book.run("export", "pplus")


def july(book: Book) -> None:
    """The new year's first quarter: every form shows what was confirmed; returns, corrections sent back, decisions."""
    q1 = book.folder("2027-28-q1")
    with on("2027-06-09"):
        book.run("issue", "--round", "2027-28 Q1")
        page = openpyxl.load_workbook(q1 / "issued" / "frd-2027-28-q1.xlsx")["Directorate risks"]
        assert "2027-28" in str(page["A2"].value)
        refs = {page.cell(row, 1).value for row in range(5, page.max_row + 1)}
        assert "DIR-04" in refs
        assert "DIR-09" not in refs
        book.send("issue")
    with on("2027-07-06"):
        wrong = {"FRD-001": {"impact": "Lots"}}
        fill(q1 / "issued" / "frd-2027-28-q1.xlsx", q1 / "returns" / "frd.xlsx", date(2027, 7, 2), wrong)
        fill(q1 / "issued" / "dir-2027-28-q1.xlsx", q1 / "returns" / "dir.xlsx", date(2027, 7, 2))
        book.run("merge")
        assert book.register("2027-28 Q1").by_ref["FRD-001"].rating is None
        book.send("corrections")
        copy = q1 / "corrections" / "frd-2027-28-q1-please-correct.xlsx"
        fill(copy, q1 / "returns" / "frd again.xlsx", date(2027, 7, 5), {"FRD-001": {"impact": "4 Major"}})
        book.run("merge")
        assert book.register("2027-28 Q1").by_ref["FRD-001"].rating is not None
    with on("2027-07-12"):
        assert book.send("chase") > 0
        book.run("interviews")
        book.run("report", "--for", "dlt")
        book.send("report")
        book.run("export", "pplus")
        book.run("export", "corporate")
        flat = next((q1 / "export").glob("pplus-2027-28-q1*.csv"))
        assert book.told("reconcile", flat)["counts"]["differs"] == 0


def october_again(book: Book) -> None:
    """And so on: what was decided in the year before stands in the history of the risks."""
    q2 = book.folder("2027-28-q2")
    with on("2027-09-09"):
        book.run("issue", "--round", "2027-28 Q2")
    with on("2027-10-11"):
        fill(q2 / "issued" / "frd-2027-28-q2.xlsx", q2 / "returns" / "frd.xlsx", date(2027, 10, 6))
        book.run("merge")


def _everything_is_traced(book: Book) -> None:
    """Every round and decision of a risk is told; the mails of the year stand in the manifests, none of them twice."""
    story = book.run("trace", "EDT-001")
    for told in ("2026-27 Q2", "2026-27 Q3", "2026-27 March", "2027-28 Q1", "2027-28 Q2", "Escalate"):
        assert told in story
    register = book.register("2027-28 Q2")
    assert [past.round for past in register.by_ref["DIR-04"].ratings][-5:] == [
        "2026-27 Q2",
        "2026-27 Q3",
        "2026-27 March",
        "2027-28 Q1",
        "2027-28 Q2",
    ]
    assert all(to.lower().endswith("@brackenshire.example") for tos, _ in book.server.taken for to in tos)
    names = [mail["Message-ID"] for mail in book.server.mails]
    assert len(names) == len(set(names)) > 100
