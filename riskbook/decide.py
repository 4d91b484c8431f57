"""A filled-in decision sheet in; decisions, with a finding for every cell that did not fit, out."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from riskbook import check, escalate, ingest, judge
from riskbook.escalate import Candidate, Escalation
from riskbook.findings import Finding, Severity
from riskbook.forms import DECISIONS, ON_DECISION_SHEETS, Asked, by_key
from riskbook.grid import Grid
from riskbook.judge import Judged, Told
from riskbook.kinds import listed, said, worded
from riskbook.matrix import Score
from riskbook.model import Decision, Register
from riskbook.places import Place
from riskbook.read import Book
from riskbook.rounds import UnknownRoundError
from riskbook.rules import decisions as rules
from riskbook.rules.escalation import DIRECTORATE
from riskbook.settings import Context
from riskbook.tables import Row, read, shown
from riskbook.text import folded

SHEET, DETAILS = "Decisions", "Decision details"
"""The sheets that are read: one that every decision sheet has, and one that the SLT workbook has besides it."""


@dataclass(frozen=True, slots=True)
class Taken:
    """Decisions that hold: those that are new or say something else than before (``was``, by identity), and the rest.

    ``same`` are those that the register had already, just so.
    """

    decisions: tuple[Decision, ...] = ()
    was: Mapping[judge.Identity, Decision] = field(default_factory=dict)
    same: tuple[Decision, ...] = ()
    findings: tuple[Finding, ...] = ()


def wanted(name: str) -> bool:
    """Whether a sheet is looked at."""
    return folded(name) in (folded(SHEET), folded(DETAILS))


def rows(book: Book, context: Context) -> tuple[tuple[Told, ...], list[Finding]]:
    """Read the rows of a decision sheet in which something was decided, with their details from the other sheet."""
    findings = list(ingest.about(book))
    grid = _grid(book, SHEET)
    table, found = read(grid, book.name, book.sha256, _READ, context.settings) if grid else (None, [])
    findings += found
    if grid is None or table is None:
        return (), findings or [rules.NO_SHEET.finding(Place(book.name), {})]
    findings += _another_round(book, grid, context)
    missing = [column for column in _READ if column.key in judge.NEEDED and column.key not in table.columns]
    for column in missing:
        place = Place(book.name, grid.name, table.header)
        findings.append(rules.NO_COLUMN.finding(place, {"heading": column.header}, field=column.header))
    besides = _grid(book, DETAILS)
    more, found = read(besides, book.name, book.sha256, _READ, context.settings) if besides else (None, [])
    findings += [*found, *ingest.uncalculated(book, table, more)]
    if any(finding.code in _STOPPING for finding in findings):
        return (), findings
    details = {row.values.get("risk_ref", ""): row for row in reversed(more.rows if more else ())}
    told = [_told(row, details.pop(row.values.get("risk_ref", ""), None)) for row in table.rows]
    alone = [_told(row, None) for ref, row in sorted(details.items()) if ref]
    return tuple(one for one in (*told, *alone) if one.decides), findings


def without(recorded: Iterable[Decision], told: Iterable[Told], context: Context) -> tuple[Decision, ...]:
    """The decisions that a register has from elsewhere than these rows."""
    recorded = tuple(recorded)
    known = _known(recorded, context)
    again = [before for one in told if (before := _before(one, known))]
    return tuple(one for one in recorded if one not in again)


def untaken(told: Iterable[Told], register: Register, context: Context) -> tuple[Told, ...]:
    """The rows that say what a register does not have: they were filled in and never taken."""
    known = _known(register.decisions, context)

    def is_taken(one: Told) -> bool:
        before = _before(one, known)
        return before is not None and not one.unread and not _differences(one, before, register)

    return tuple(one for one in told if not is_taken(one))


def take(told: Iterable[Told], base: Register, recorded: Iterable[Decision], context: Context, today: date) -> Taken:
    """Take the decisions in which nothing is wrong.

    ``base`` is the register as it stands without them, ``recorded`` the decisions that it had before. What is decided
    is bound to the words that the sheet was made from or, where it does not say, to those that stand now.
    """
    known = _known(recorded, context)
    told, findings = judge.once(told)
    judged = Judged(base, context, today)
    kept: list[Decision] = []
    same: list[Decision] = []
    was: dict[judge.Identity, Decision] = {}
    for one in told:
        before = _before(one, known)
        if before and not one.unread and not _differences(one, before, base):
            same.append(before)
            continue
        wrong = judge.wrong(one, judged)
        findings += wrong
        if not one.unread and all(finding.severity is not Severity.ERROR for finding in wrong):
            kept.append(_decision(one, before, base, context))
            was |= {one.identity: before} if before else {}
    kept, more = judge.into_what_stays(kept, told, base)
    findings += more
    was = {judge.identity(one): was[judge.identity(one)] for one in kept if judge.identity(one) in was}
    findings += [_replaces(one, was[judge.identity(one)]) for one in kept if judge.identity(one) in was]
    return Taken(tuple(kept), was, tuple(same), tuple(findings))


def recorded(before: Iterable[Decision], taken: Taken) -> tuple[Decision, ...]:
    """What a register's decisions are, with those that were taken in the place of what they differ from."""
    return (*(one for one in before if one not in taken.was.values()), *taken.decisions)


def answering(taken: Taken, *proposed: tuple[Register, Escalation], context: Context) -> Taken:
    """The decisions, each with what was proposed for its risk before it was taken, and what would be after it.

    Both are answered by it: an agreed rating may bring up reasons of its own.
    """
    return replace(taken, decisions=tuple(_answering(one, proposed, context) for one in taken.decisions))


_RATED = ("agreed_impact", "agreed_likelihood")
"""The keys of a rating that was agreed."""
_READ = tuple(replace(column, asked=Asked.WISH) if column.key == "content" else column for column in ON_DECISION_SHEETS)
_STOPPING = (rules.ANOTHER_ROUND.code, rules.NO_COLUMN.code)
_OF_A_MEETING = ("decided_by", "body", "decided_on", "minute", "owner", "content", "risk_ref")
"""What may be filled down a column, or stands there already, without anything being decided in the row."""
_SAID = tuple(column.key for column in DECISIONS if not column.ours)


def _known(recorded: Iterable[Decision], context: Context) -> dict[object, Decision]:
    """The decisions of the round by which they are, and by the sheet on which they were written."""
    known: dict[object, Decision] = {}
    for one in recorded:
        if one.round == str(context.round):
            known[judge.identity(one)] = known[one.risk_ref, one.body, one.decided_on, one.sheet] = one
    return known


def _before(told: Told, known: Mapping[object, Decision]) -> Decision | None:
    """The decision in whose place a row stands: the same one, or what the same sheet said of the risk before."""
    return known.get(told.identity) or known.get((*told.identity[:3], told.source.sheet))


def _grid(book: Book, name: str) -> Grid | None:
    return next((grid for grid in book.grids if folded(grid.name) == folded(name)), None)


def _another_round(book: Book, grid: Grid, context: Context) -> list[Finding]:
    """A finding where the title over the table names another round."""
    for cell in grid.cells:
        for name in re.findall(r"\b\d{4}-\d{2} \w+", shown(cell)) if cell.row <= _TITLES else ():
            try:
                theirs = context.settings.timetable.round(name)
            except UnknownRoundError:
                continue
            if theirs != context.round:
                facts = {"theirs": str(theirs), "round": str(context.round)}
                place = Place(book.name, grid.name, cell.row, cell.column)
                return [rules.ANOTHER_ROUND.finding(place, facts, value=shown(cell))]
    return []


_TITLES = 2


def _told(row: Row, details: Row | None) -> Told:
    """A row with its details; what stands on the sheet itself comes first."""
    filled = {*row.cells, *(details.cells if details else ())}
    unread = {key for key, _ in (*row.unread, *(details.unread if details else ()))}
    values: dict[str, Any] = {**(details.values if details else {}), **row.values}
    decides = any(key in _SAID and key not in _OF_A_MEETING for key in filled)
    return Told(values, row.source, details.source if details else None, frozenset(unread), decides)


def _differences(told: Told, before: Decision, base: Register) -> list[str]:
    """The headings under which a row says something else than the decision that was recorded for it.

    The ref of a directorate risk that riskbook made, and an owner who is not asked for, are no difference.
    """
    made = {known.ref for known in base.refs if known.new == before.risk_ref}
    now = {key: told.values.get(key) for key in _SAID}
    was = {key: getattr(before, key) for key in _SAID}
    if not now["into"] and was["into"] in made:
        was["into"] = ""
    if not was["owner"]:
        now["owner"] = ""
    headers = by_key(DECISIONS)
    return [headers[key].header for key in _SAID if (now[key] or "") != (was[key] or "")]


def _decision(told: Told, before: Decision | None, base: Register, context: Context) -> Decision:
    entry = base.by_ref[told.ref]
    stamp = told.get("content")
    content = stamp if re.fullmatch(r"[0-9a-f]{12}", stamp) else before.content if before else ""
    takes_up = told.get("decision") == "Escalate" and entry.level != DIRECTORATE and not told.get("into")
    said_ = {key: told.values[key] for key in _SAID if key in told.values and (key != "owner" or takes_up)}
    source = told.source
    where: dict[str, Any] = {"book": source.book, "sha256": source.sha256, "sheet": source.sheet, "row": source.row}
    where["rated_at"] = _rated_at(told)
    return Decision(told.ref, **said_, round=str(context.round), content=content or check.content(entry.now), **where)


def _rated_at(told: Told) -> str:
    """The cells in which the agreed impact and likelihood stand: "Decision details!F4 G4"; nothing without both."""
    if not all(told.values.get(key) for key in _RATED):
        return ""
    impact, likelihood = (told.place(key) for key in _RATED)
    if not impact.cell or impact.sheet != likelihood.sheet:
        return ""
    return f"{impact.sheet}!{impact.cell} {likelihood.cell}"


def _replaces(now: Decision, was: Decision) -> Finding:
    """What differs, heading by heading."""
    headers = by_key(DECISIONS)
    keys = [key for key in _SAID if getattr(now, key) != getattr(was, key)]

    def words(one: Decision) -> str:
        return listed([f"{headers[key].header} “{worded(getattr(one, key)) or 'nothing'}”" for key in keys], "and")

    facts = {"ref": now.risk_ref, "body": now.body, "day": said(now.decided_on) if now.decided_on else ""}
    facts |= {"now": words(now), "was": words(was)}
    return rules.REPLACES.finding(now.place, facts, ref=now.risk_ref)


def _answering(one: Decision, proposed: Iterable[tuple[Register, Escalation]], context: Context) -> Decision:
    """A decision with what was proposed before it, and with the codes and the rank that it answers.

    What comes up by the rating that it agrees was never proposed. An agreed rating alone answers no proposal, nor does
    a risk that is confirmed for the coming year; it has the rank that it was made on.
    """
    found: list[tuple[Candidate, ...]] = []
    ranks: list[int] = []
    for register, escalation in proposed:
        heaps = (*escalation.candidates, *escalation.carried, *escalation.considered)
        found.append(tuple(candidate for candidate in heaps if candidate.ref == one.risk_ref))
        ranks.append(escalate.rank(register.by_ref[one.risk_ref], context) if one.risk_ref in register.by_ref else 0)
    for candidate in found[0]:
        words = " ".join(reason.words for reason in candidate.reasons)
        one = replace(one, proposal=candidate.proposal, reasons=words)
    if one.decision in ("Agree rating", "Confirm"):
        return replace(one, rank=ranks[0])
    if one.agreed_impact is not None and one.agreed_likelihood is not None:
        ranks.append(context.settings.matrix.rank(Score(one.agreed_impact, one.agreed_likelihood)))
    codes = {code for candidates in found for candidate in candidates for code in candidate.codes}
    return replace(one, rank=max(ranks), codes=tuple(sorted(codes)))
