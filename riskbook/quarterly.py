"""A merged register and its findings in; all that the reports of a round need out."""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from typing import Any

from riskbook import alike, check, escalate, tally
from riskbook.escalate import worst_first
from riskbook.findings import Finding
from riskbook.kinds import listed, said
from riskbook.matrix import Score
from riskbook.model import Decision, Entry, Movement, Received, Register
from riskbook.rules.escalation import cover, top_run
from riskbook.settings import Context
from riskbook.updates import Update


@dataclass(frozen=True, slots=True)
class Edition:
    """Which report of a round it is: the first, or the one after so many meetings; ``after`` names the last."""

    number: int = 1
    after: str = ""

    def __str__(self) -> str:
        return f"edition {self.number}, after {self.after}" if self.after else ""


@dataclass(frozen=True, slots=True)
class Named:
    """All that a report may tell of a risk that is not in it: its ref, its title, and a unit's risk's rating.

    An exempt one is named by its ref alone.
    """

    ref: str
    title: str = ""
    rating: Score | None = None


@dataclass(frozen=True, slots=True)
class Feed:
    """A unit's open risk, and the open directorate risk that carries it."""

    below: Named
    above: Named


@dataclass(frozen=True, slots=True)
class Quarterly:
    """A round as the reports tell it. ``withheld`` counts the exempt risks that an open edition leaves out.

    ``overtaken`` are the decisions that were made on other words than their risks have now. ``updates`` is what I&P
    writes for the round. ``feeds`` are the links between a unit's risk and the directorate's that have at least one end
    here.
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
    feeds: tuple[Feed, ...] = ()


def edition(register: Register) -> Edition:
    """The edition that a register's reports are: decisions of every further meeting make the next one.

    A meeting is a body on a day; meetings whose decisions came in the same files were taken in one go, and make one.
    """
    files: dict[tuple[date, str], set[str]] = {}
    for one in register.decisions:
        if one.round == register.round and one.decided_on:
            files.setdefault((one.decided_on, one.body), set()).add(one.sha256)
    together: dict[Hashable, list[tuple[date, str]]] = {}
    for meeting in sorted(files):
        together.setdefault(meeting if "" in files[meeting] else frozenset(files[meeting]), []).append(meeting)
    if not together:
        return Edition()
    last = max(together.values(), key=lambda meetings: meetings[-1])
    return Edition(len(together) + 1, listed([f"{body} of {said(day)}" for day, body in last], "and"))


def compose(
    register: Register, findings: tuple[Finding, ...], context: Context, updates: tuple[Update, ...] = ()
) -> Quarterly:
    """Find alike risks and candidates in a merged register, and count it."""
    clusters = alike.clusters(register, context)
    return Quarterly(
        context,
        register,
        findings,
        clusters,
        escalation=escalate.candidates(register, context, clusters),
        tally=tally.tally(register, context),
        edition=edition(register),
        overtaken=check.overtaken(register, context),
        updates=updates,
        feeds=tuple(_feeds(register)),
    )


def published(whole: Quarterly) -> Quarterly:
    """The open edition: every figure and list without the risks that are exempt now, last round's figures too.

    An exempt directorate risk still carries what it carries, and is named by its ref alone; what is alike is only what
    is open, and so are the reasons that come of it.
    """
    known = whole.register.by_ref
    secret = {ref for ref, entry in known.items() if entry.now.exempt}
    if not secret:
        return whole
    shown = restricted(whole, frozenset(known.keys() - secret))
    proposed = escalate.candidates(whole.register, whole.context, shown.clusters)
    feeds = tuple(one for one in shown.feeds if one.below.ref not in secret)
    part = _Part(frozenset(known.keys() - secret), frozenset(secret))
    return replace(shown, escalation=part.of(proposed), feeds=feeds, withheld=whole.tally.exempt)


def restricted(
    whole: Quarterly,
    refs: frozenset[str],
    units: frozenset[str] | None = None,
    senders: frozenset[str] | None = None,
) -> Quarterly:
    """The same quarter of some risks alone, last round's too: every figure, chart, history and list is of theirs.

    A line that is about no risk of the register (a return, a row that was held) stays where its unit is one of
    ``units``; None is all of them. ``senders`` are the units whose returns are counted, where those are others. Of a
    risk outside that one inside feeds, or is fed by, the ref and title are left, and of an exempt one the ref.
    """
    known = whole.register.by_ref
    part = _Part(refs, frozenset(known.keys() - refs), units, units if senders is None else senders)
    before = whole.context.before
    context = replace(whole.context, before=part.register(before) if before else None)
    register = part.register(whole.register)
    feeds = (one for one in whole.feeds if {one.below.ref, one.above.ref} & refs)
    return replace(
        whole,
        context=context,
        register=register,
        findings=part.lines(whole.findings),
        clusters=alike.clusters(register, context),
        escalation=part.of(whole.escalation),
        tally=tally.tally(register, context),
        overtaken=part.lines(whole.overtaken),
        feeds=tuple(Feed(part.named(one.below, known), part.named(one.above, known)) for one in feeds),
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


def _feeds(register: Register) -> Iterator[Feed]:
    """Every link between an open risk of a unit and the open directorate risk above it."""
    for entry in register.open:
        if above := cover(entry, register):
            yield Feed(Named(entry.ref, entry.now.title, entry.rating), Named(above.ref, above.now.title))


@dataclass(frozen=True, slots=True)
class _Part:
    """Which risks are in and which are out, by ref; which units' other lines are in, None for all."""

    kept: frozenset[str]
    gone: frozenset[str]
    units: frozenset[str] | None = None
    senders: frozenset[str] | None = None

    def register(self, register: Register) -> Register:
        """A register of what is in."""
        actions = {
            kind: frozenset(action.ref for action in register.actions if action.risk_ref in refs)
            for kind, refs in (("kept", self.kept), ("gone", self.gone))
        }
        part = replace(self, kept=self.kept | actions["kept"], gone=self.gone | actions["gone"])
        kept: dict[str, Any] = {}
        for field in fields(register):
            value = getattr(register, field.name)
            kept[field.name] = part.lines(value) if isinstance(value, tuple) else value
        return Register(**kept)

    def lines(self, lines: tuple[Any, ...]) -> tuple[Any, ...]:
        """The lines that are in."""
        return tuple(line for line in lines if self._has(line))

    def of(self, found: escalate.Escalation) -> escalate.Escalation:
        """What is proposed for the risks that are in."""
        return escalate.Escalation(**{heap.name: self.lines(getattr(found, heap.name)) for heap in fields(found)})

    def named(self, one: Named, known: Mapping[str, Entry]) -> Named:
        """A risk that is out by its ref alone, where it is exempt, or was left out of an open edition before."""
        there = known.get(one.ref)
        secret = there is None or there.now.exempt
        return Named(one.ref) if one.ref not in self.kept and secret else one

    def _has(self, line: Any) -> bool:
        """Whether a line is in: by the risk or action that it is about, else by its unit."""
        about = {getattr(line, "ref", ""), getattr(line, "risk_ref", "")} - {""}
        if about & self.gone:
            return False
        units = self.senders if isinstance(line, Received) else self.units
        return units is None or bool(about & self.kept) or getattr(line, "unit", "") in units
