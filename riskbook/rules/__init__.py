"""Every rule, by family: the file, adoption, its cells, one risk, one action, one return, the register, escalation."""

from riskbook.findings import Rule
from riskbook.rules import actions, adoption, books, cells, escalation, registers, returns, risks

ALL: tuple[Rule, ...] = (
    *books.RULES,
    *adoption.RULES,
    *cells.RULES,
    *risks.RULES,
    *actions.RULES,
    *returns.RULES,
    *registers.RULES,
    *escalation.RULES,
)


def find(code: str) -> Rule | None:
    """The rule of a code, if there is one."""
    return next((rule for rule in ALL if rule.code == code), None)
