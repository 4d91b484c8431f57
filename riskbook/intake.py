"""One workbook's bytes in; what it says and everything found about it out. It sees that workbook and nothing else."""

from dataclasses import dataclass

from riskbook.findings import Finding
from riskbook.model import Answer, UnitReturn
from riskbook.tables import Row


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
