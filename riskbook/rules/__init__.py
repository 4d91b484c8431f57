"""Every rule, by family: file, adoption, cells, risk … escalation, privacy, a workbook that leaves, other systems."""

from riskbook.findings import Rule
from riskbook.rules import (
    actions,
    adoption,
    books,
    cells,
    decisions,
    escalation,
    history,
    leaving,
    privacy,
    proposals,
    registers,
    returns,
    risks,
    systems,
)

ALL: tuple[Rule, ...] = (
    *books.RULES,
    *adoption.RULES,
    *cells.RULES,
    *risks.RULES,
    *actions.RULES,
    *returns.RULES,
    *registers.RULES,
    *history.RULES,
    *decisions.RULES,
    *proposals.RULES,
    *escalation.RULES,
    *privacy.RULES,
    *leaving.RULES,
    *systems.RULES,
)


def find(code: str) -> Rule | None:
    """The rule of a code, if there is one."""
    return next((rule for rule in ALL if rule.code == code), None)
