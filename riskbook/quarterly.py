"""A merged register and its findings in; all that the reports of a round need out."""

from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from riskbook import alike, check, escalate, tally
from riskbook.escalate import worst_first
from riskbook.findings import Finding
from riskbook.kinds import said
from riskbook.model import Decision, Entry, Movement, Register
from riskbook.rules.escalation import top_run
from riskbook.settings import Context
from riskbook.updates import Update


@dataclass(frozen=True, slots=True)
class Edition:
    """Which report of a round it is: the first, or the one after so many meetings; ``after`` is the last of them."""

    number: int = 1
    after: str = ""

    def __str__(self) -> str:
        return f"edition {self.number}, after {self.after}" if self.after else ""


@dataclass(frozen=True, slots=True)
class Quarterly:
    """A round as the reports tell it. ``withheld`` counts the exempt risks that an open edition leaves out.

    ``overtaken`` are the decisions that were made on other words than their risks have now. ``updates`` is what I&P
    writes for the round.
    """

    context: Context
    register: Register
    findings: tuple[Finding, ...]
    clusters: tuple[alike.Cluster, ...]
    escalation: escalate.Escalation
    tally: tally.Tally
    withheld: int = 0
    edition: Edition = Edition()
    overtaken: tuple[Decision, ...] = ()
    updates: tuple[Update, ...] = ()


def edition(register: Register) -> Edition:
    """The edition that a register's reports are: decisions of every further meeting make the next one.

    A meeting is a body on a day.
    """
    own = (one for one in register.decisions if one.round == register.round and one.decided_on)
    meetings = sorted({(one.decided_on or date.min, one.body) for one in own})
    if not meetings:
        return Edition()
    day, body = meetings[-1]
    return Edition(len(meetings) + 1, f"{body} of {said(day)}")


def compose(
    register: Register, findings: tuple[Finding, ...], context: Context, updates: tuple[Update, ...] = ()
) -> Quarterly:
    """Find alike risks and candidates in a merged register, and count it."""
    clusters = alike.clusters(register, context)
    escalation = escalate.candidates(register, context, clusters)
    counted = tally.tally(register, context)
    overtaken = check.overtaken(register, context)
    return Quarterly(
        context, register, findings, clusters, escalation, counted, 0, edition(register), overtaken, updates
    )


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
    proposed = escalate.Escalation(**shown)
    overtaken = _outside(whole.overtaken, exempt)
    return Quarterly(
        context, register, findings, clusters, proposed, counted, withheld, whole.edition, overtaken, whole.updates
    )


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
