"""Queries: what the register asks about an owner's risks."""

from riskbook.findings import Finding, Severity
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import NIL, Cell, Ref, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths

NAME = "Queries"


def sheet(quarterly: Quarterly) -> Sheet:
    """List the queries and errors that stand against these risks, with what to do."""
    found = asked(quarterly)
    columns: tuple[Column[Finding], ...] = (
        Column("Ref", 70, lambda one: Ref(one.ref), centred=True),
        Column("Risk", 230, lambda one: _title(one, quarterly)),
        Column("What we ask", 440, lambda one: Text(one.message)),
        Column("What to do", 420, lambda one: Text(one.hint, Tone.QUIET)),
        Column("Rule", 70, lambda one: Text(one.code, Tone.QUIET), centred=True),
    )
    return Sheet(
        name=NAME,
        title="What we ask about these risks",
        lead=f"{cells.number(len(found), 'question')}. Answer on the next return, or tell "
        f"{quarterly.context.settings.council.contact}.",
        blocks=(table("queries", columns, found, empty="We have no question about these risks."),),
        widths=widths(columns),
    )


def asked(quarterly: Quarterly) -> tuple[Finding, ...]:
    """The errors and queries about open risks, by ref."""
    refs = {entry.ref for entry in quarterly.register.open}
    found = (one for one in quarterly.findings if one.ref in refs and one.severity is not Severity.NOTE)
    return tuple(sorted(found, key=lambda one: (one.ref, one.code)))


def _title(one: Finding, quarterly: Quarterly) -> Cell:
    entry = quarterly.register.by_ref.get(one.ref)
    return cells.title(entry) if entry else NIL
