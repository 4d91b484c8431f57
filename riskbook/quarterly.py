"""A merged register and its findings in; all that the reports of a round need out."""

from dataclasses import dataclass, fields, replace
from typing import Any

from riskbook import alike, escalate, tally
from riskbook.escalate import worst_first
from riskbook.findings import Finding
from riskbook.model import Entry, Movement, Register
from riskbook.rules.escalation import top_run
from riskbook.settings import Context


@dataclass(frozen=True, slots=True)
class Quarterly:
    """A round as the reports tell it. ``withheld`` counts the exempt risks that this edition leaves out."""

    context: Context
    register: Register
    findings: tuple[Finding, ...]
    clusters: tuple[alike.Cluster, ...]
    escalation: escalate.Escalation
    tally: tally.Tally
    withheld: int = 0


def compose(register: Register, findings: tuple[Finding, ...], context: Context) -> Quarterly:
    """Find alike risks and candidates in a merged register, and count it."""
    clusters = alike.clusters(register, context)
    escalation = escalate.candidates(register, context, clusters)
    return Quarterly(context, register, findings, clusters, escalation, tally.tally(register, context))


def published(whole: Quarterly) -> Quarterly:
    """The open edition: every figure and list without the risks that are exempt now, last round's figures too.

    An exempt directorate risk still carries what it carries, and is named by its ref alone.
    """
    entries = (*whole.register.entries, *whole.register.archive)
    exempt = frozenset(entry.ref for entry in entries if entry.now.exempt)
    if not exempt:
        return whole
    before = whole.context.before
    context = replace(whole.context, before=_without(before, exempt) if before else None)
    register = _without(whole.register, exempt)
    clusters = alike.clusters(register, context)
    proposed = escalate.candidates(whole.register, whole.context, clusters)
    shown = {heap.name: _outside(getattr(proposed, heap.name), exempt) for heap in fields(proposed)}
    findings = tuple(finding for finding in whole.findings if finding.ref not in exempt)
    counted = tally.tally(register, context)
    withheld = whole.tally.exempt
    return Quarterly(context, register, findings, clusters, escalate.Escalation(**shown), counted, withheld)


def top_risks(register: Register, context: Context, most: int = 10) -> tuple[Entry, ...]:
    """The open risks that are scored, by rank, impact and ref."""
    scored = [entry for entry in register.open if entry.rating]
    return tuple(sorted(scored, key=worst_first(context))[:most])


MOVERS = (Movement.UP, Movement.DOWN, Movement.NEW, Movement.REOPENED, Movement.CLOSED, Movement.MERGED)


def movers(register: Register, context: Context) -> tuple[Entry, ...]:
    """What moved this round: up, down, new, reopened, closed, merged; the worst of each first."""
    worst = worst_first(context)
    moved = [entry for entry in register.entries if entry.movement in MOVERS]
    return tuple(sorted(moved, key=lambda entry: (MOVERS.index(entry.movement), worst(entry))))


def rounds_at_top(entry: Entry, context: Context) -> int:
    """For how many rounds running a risk has been rated in the top band; 0 when it is not there now."""
    return len(top_run(entry, context)) if entry.rating else 0


def _without(register: Register, refs: frozenset[str]) -> Register:
    """A register without some risks, and without every line that names one as its subject."""
    actions = frozenset(action.ref for action in register.actions if action.risk_ref in refs)
    kept: dict[str, Any] = {}
    for field in fields(register):
        value = getattr(register, field.name)
        kept[field.name] = _outside(value, refs | actions) if isinstance(value, tuple) else value
    return Register(**kept)


def _outside(lines: tuple[Any, ...], refs: frozenset[str]) -> tuple[Any, ...]:
    """The lines that are about none of some risks or actions."""
    return tuple(line for line in lines if not {getattr(line, "ref", ""), getattr(line, "risk_ref", "")} & refs)
