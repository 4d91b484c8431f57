"""A finished workbook's bytes in; whether it may leave, as findings, out: rules L, and P for personal data in it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace

from riskbook.findings import Finding, Severity, worst_first
from riskbook.leaving.access import access
from riskbook.leaving.figures import figures
from riskbook.leaving.secrets import Secrets, secrets, told
from riskbook.leaving.unseen import unseen
from riskbook.leaving.view import View, view
from riskbook.places import Place
from riskbook.rules import leaving, privacy
from riskbook.rules.privacy import Allowed, Hit
from riskbook.safe import Unreadable

__all__ = ["Expected", "Secrets", "View", "inspect", "looked_over", "passed", "secrets"]


@dataclass(frozen=True, slots=True)
class Expected:
    """What is known of a workbook's house: who it is, what may stand, what somebody cleared, what must not get out."""

    organisation: str = ""
    allowed: Allowed = field(default_factory=Allowed)
    cleared: frozenset[Hit] = frozenset()
    secrets: Secrets = field(default_factory=Secrets)


def inspect(data: bytes, name: str, expected: Expected | None = None) -> list[Finding]:
    """Look a workbook over, ours or anybody's. An ERROR says that it may not leave.

    Nothing that the bytes hold raises: a workbook that cannot be looked over may not leave, and that is a finding.
    """
    try:
        seen = view(data, name)
    except Unreadable as trouble:
        return [leaving.NOT_LOOKED_OVER.finding(Place(name), {"detail": trouble.detail})]
    return looked_over(seen, expected or Expected())


def passed(data: bytes, name: str, expected: Expected) -> frozenset[Hit]:
    """What looks like personal data in a workbook and leaves with it, because somebody cleared it.

    Raises:
        Unreadable: it cannot be looked over.
    """
    if not expected.cleared:
        return frozenset()
    found = view(data, name).where(lambda words: privacy.hits(words, expected.allowed))
    return frozenset(hit for _, hits in found for hit in hits) & expected.cleared


def looked_over(seen: View, expected: Expected) -> list[Finding]:
    """What there is to say of a workbook, worst first."""
    hidden = told(seen, expected.secrets) if expected.secrets and is_open(seen) else ()
    found = [*unseen(seen, expected.organisation), *hidden, *private(seen, expected), *figures(seen), *access(seen)]
    return sorted(dict.fromkeys(found), key=worst_first)


def is_open(seen: View) -> bool:
    """Whether a workbook may be for anybody: it does not say that it is exempt, and is neither register nor form."""
    exempt = any(seen.core.get(key, "").lstrip().upper().startswith("EXEMPT") for key in ("title", "subject"))
    is_register = any(table.name == "tbl_score_history" for sheet in seen.sheets for table in sheet.tables)
    return not (exempt or is_register or any(name.startswith("riskbook ") for name in seen.custom))


def private(seen: View, expected: Expected) -> Iterator[Finding]:
    """What looks like personal data and nobody has cleared: here it keeps the workbook from leaving."""
    rules = {rule.code: replace(rule, severity=Severity.ERROR) for rule in privacy.RULES}
    for place, hits in seen.where(lambda words: privacy.hits(words, expected.allowed)):
        for hit in hits:
            if hit not in expected.cleared:
                yield rules[hit.code].finding(place, {"masked": hit.masked})
