"""One workbook's bytes in; what it says and everything found about it out. It sees that workbook and nothing else."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import PurePath
from typing import TYPE_CHECKING

from riskbook import check, ingest, marks
from riskbook.commas import or_csv
from riskbook.findings import Finding, Rule, Severity
from riskbook.grid import Cell
from riskbook.model import Answer, UnitReturn
from riskbook.places import Place
from riskbook.read import Book, Kind, Reason, Unreadable, read
from riskbook.rules import books
from riskbook.safe import OTHER_KINDS
from riskbook.settings import Context
from riskbook.tables import Row
from riskbook.text import printable, tidy

if TYPE_CHECKING:
    from riskbook.adopt.mapping import Mapping as Mapped

Reader = Callable[[bytes, str, Callable[[str], bool]], Book]
"""Reads a workbook: its bytes, its name, and which of its sheets are wanted. Raises Unreadable and nothing else."""


@dataclass(frozen=True, slots=True)
class Intake:
    """One workbook taken in: the return in it, where it could be read at all, its rows as typed, and its findings."""

    book: str
    sha256: str
    returned: UnitReturn | None
    findings: tuple[Finding, ...]
    risks: tuple[Row, ...] = ()
    actions: tuple[Row, ...] = ()
    answers: tuple[Answer, ...] = ()
    part: Mapping[str, Cell] = field(default_factory=dict)

    @property
    def goes_back(self) -> bool:
        """Whether there is something to put right in it or to answer."""
        return any(finding.severity is not Severity.NOTE for finding in self.findings)

    def kept(self) -> "Intake":
        """What is kept of it among many: its rows as typed only where it goes back to whoever sent it."""
        return self if self.goes_back else replace(self, risks=(), actions=(), part={})


def take(data: bytes, name: str, context: Context, reader: Reader = read, mapping: "Mapped | None" = None) -> Intake:
    """Take in one file, whatever it is and is called. Nothing that people send raises.

    Our own reader refuses whatever is not .xlsx or .xlsm; the command line brings one that reads other kinds too.
    A register of their own is read through its mapping, and may be a CSV file.

    Raises:
        SettingsError: the mapping names a sheet or a heading that the workbook does not have.
    """
    if mapping:
        # Only a register of their own needs it: a check of our forms starts sooner without.
        from riskbook import adopt
    name = tidy(printable(name)[0])
    sha256 = hashlib.sha256(data).hexdigest()
    try:
        book = or_csv(reader)(data, name, adopt.wanted(mapping)) if mapping else reader(data, name, marks.wanted)
    except Unreadable as trouble:
        return Intake(name, sha256, None, (unreadable(name, trouble),))
    findings = [*_extension(name, book.kind), *_kind(name, book.kind)]
    ingested = adopt.unit_return(book, mapping, context) if mapping else ingest.unit_return(book, context)
    answers: list[Answer] = []
    if ingested.returned is None:
        findings += ingested.findings
    else:
        for found, answered in (
            check.settled(ingested.findings, ingested.returned, context),
            check.unit_return(ingested.returned, context),
        ):
            findings += found
            answers += answered
    unit = ingested.returned.unit if ingested.returned else ""
    told = tuple(replace(finding, unit=finding.unit or unit) for finding in findings)
    rows = (ingested.risks, ingested.actions)
    return Intake(name, sha256, ingested.returned, told, *rows, tuple(answers), ingested.part)


def unreadable(name: str, trouble: Unreadable) -> Finding:
    """Why a file cannot be read."""
    return _UNREADABLE.get(trouble.reason, books.DAMAGED).finding(Place(name), {"detail": trouble.detail})


_UNREADABLE: dict[Reason, Rule] = {
    Reason.NOT_A_WORKBOOK: books.NOT_A_WORKBOOK,
    Reason.NO_SHEETS: books.NOT_A_WORKBOOK,
    Reason.OTHER_KIND: books.NOT_A_WORKBOOK,
    Reason.ENCRYPTED: books.ENCRYPTED,
    Reason.SEALED: books.ENCRYPTED,
    Reason.TOO_LARGE: books.TOO_LARGE,
    Reason.TEXT_TOO_LONG: books.TOO_LARGE,
    Reason.SUSPICIOUS: books.TOO_LARGE,
    Reason.DOCTYPE: books.TOO_LARGE,
}


def _extension(name: str, kind: Kind) -> list[Finding]:
    """A note where the name says one kind of workbook and the bytes another."""
    suffix = PurePath(name).suffix.lower()
    if suffix == f".{kind}":
        return []
    facts = {"suffix": suffix or "nothing", "right": f".{kind}"}
    return [books.WRONG_EXTENSION.finding(Place(name), facts)]


def _kind(name: str, kind: Kind) -> list[Finding]:
    """What is to be said of a kind that is not ours."""
    if kind not in OTHER_KINDS:
        return []
    rule = books.OLD_KIND if kind is Kind.XLS else books.OTHER_KIND
    return [rule.finding(Place(name), {"kind": OTHER_KINDS[kind]})]
