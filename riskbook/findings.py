"""Rules as values, and what they find: a code, a severity, a place, and what to do."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, TypeVar

from riskbook.places import Place

Facts = Mapping[str, object] | None
"""What a check answers: the facts for its message, or None when there is nothing to say."""


class Severity(StrEnum):
    """ERROR must be put right, QUERY must be put right or answered, NOTE says what was done."""

    ERROR = "error"
    QUERY = "query"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to put right, to answer or to know, with its place."""

    code: str
    severity: Severity
    place: Place
    message: str
    hint: str = ""
    ref: str = ""
    unit: str = ""
    field: str = ""
    value: str = ""
    key: str = ""

    def __str__(self) -> str:
        about = ", ".join(part for part in (self.ref, self.field) if part)
        where = f"{self.place} ({about})" if about else str(self.place)
        return f"{where}  {self.code}  {self.message}"


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule, declared once.

    ``message`` and ``hint`` are filled in with the facts that the check answers with. ``reads`` names the columns
    looked at; a finding is pinned to the first. ``bad`` and ``good`` are values that the rule does and does not find
    fault with: its tests and its documentation. ``before`` says that last round's register is needed.

    ``excel`` is the same test as an Excel formula over one row of the form, in which ``{key}`` stands for the cell of
    a column (``excel.live`` says what else). What Row check then says stands in ``needed`` ("why close", listed under
    Still needed) or in ``look`` ("the target date has passed", listed under Look again until it is answered).
    """

    code: str
    title: str
    severity: Severity
    message: str
    hint: str
    why: str
    bad: Mapping[str, object]
    good: Mapping[str, object]
    reads: tuple[str, ...] = ()
    excel: str = ""
    needed: str = ""
    look: str = ""
    before: bool = False
    check: Callable[..., Any] | None = field(default=None, compare=False)

    def finding(self, place: Place, facts: Mapping[str, object], **about: str) -> Finding:
        """Say what this rule found, and where; ``about`` gives ref, unit, field, value and key where they are known."""
        return Finding(
            self.code, self.severity, place, self.message.format(**facts), self.hint.format(**facts), **about
        )


Check = TypeVar("Check", bound=Callable[..., Any])


def rule(**declared: Any) -> Callable[[Check], Rule]:
    """Declare a rule on the function that checks it."""

    def declare(check: Check) -> Rule:
        return Rule(**declared, check=check)

    return declare


def worst_first(finding: Finding) -> tuple[int, Place, str]:
    """Order findings: errors, queries, notes; then by place and code."""
    return (list(Severity).index(finding.severity), finding.place, finding.code)
