"""All that one unit sent in a round in; the rows that count out, and what a later return overruled, held."""

from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from typing import TypeVar

from riskbook.findings import Finding
from riskbook.forms import ACTIONS, RISKS, by_key
from riskbook.kinds import said, spelt
from riskbook.model import Action, Held, Risk, UnitReturn
from riskbook.places import Place
from riskbook.rules import returns
from riskbook.text import fitting

Told = TypeVar("Told", Risk, Action)
Later = tuple[UnitReturn, ...]


@dataclass(slots=True)
class Chosen:
    """What counts of a unit's returns: risks and actions by ref; how many rows of each file stand on the register.

    ``merged`` counts and ``superseded`` are by the name and digest of a file, for it may have been sent twice.
    """

    returns: tuple[UnitReturn, ...]
    risks: dict[str, Risk] = field(default_factory=dict)
    actions: dict[str, Action] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    merged: dict[tuple[str, str], int] = field(default_factory=dict)
    superseded: set[tuple[str, str]] = field(default_factory=set)
    findings: list[Finding] = field(default_factory=list)


def latest_first(returned: Iterable[UnitReturn], use: frozenset[str] = frozenset()) -> list[UnitReturn]:
    """Order returns: a file that a person chose, then Date filled in, issue number, date modified, digest."""

    def when(one: UnitReturn) -> tuple[bool, date, int, str, str]:
        return (one.sha256 in use, one.filled_on or date.min, one.issue, one.modified, one.sha256)

    return sorted(returned, key=when, reverse=True)


def choose(returned: Iterable[UnitReturn], use: frozenset[str] = frozenset()) -> Chosen:
    """Put a unit's returns together: where their scopes overlap, the later counts for the refs they share."""
    chosen = Chosen(tuple(latest_first(returned, use)))
    for number, one in enumerate(chosen.returns):
        later = chosen.returns[:number]
        chosen.held += one.held
        kept_risks = _take(chosen, chosen.risks, one, one.risks, later)
        kept_actions = _take(chosen, chosen.actions, one, one.actions, later)
        overruled = len(one.risks) + len(one.actions) - kept_risks - kept_actions
        chosen.merged[one.book, one.sha256] = kept_risks + kept_actions
        spoken = [any(_speaks_for(other, ref, one) for other in later) for ref in _about(one)]
        if all(spoken):
            chosen.superseded.add((one.book, one.sha256))
        if any(spoken):
            same = next((other.book for other in later if other.sha256 == one.sha256), "")
            told = _is_told(later[0], one, use)
            rule = returns.SAME_FILE if same else returns.TWO_RETURNS if told or not overruled else returns.WHICH_RETURN
            facts = {"counts": same or later[0].book, "other": one.book, "differences": overruled}
            facts["why"] = why(later[0], one, use)
            chosen.findings.append(rule.finding(Place(one.book), facts, unit=one.unit))
    return chosen


def why(counts: UnitReturn, other: UnitReturn, use: frozenset[str] = frozenset()) -> str:
    """What decided between two returns of a unit, the first of which counts, as a clause."""
    if counts.sha256 in use:
        return "it was chosen with --use"
    if counts.filled_on and counts.filled_on != other.filled_on:
        before = f"the other’s {said(other.filled_on)}" if other.filled_on else "the other has none"
        return f"its Date filled in is {said(counts.filled_on)}, and {before}"
    if counts.issue != other.issue:
        return f"it is issue {counts.issue}, and the other issue {other.issue}"
    if counts.modified != other.modified:
        return "it was saved later"
    return "nothing in them says which is later"


def _is_told(counts: UnitReturn, other: UnitReturn, use: frozenset[str]) -> bool:
    """Whether somebody said which of two returns counts, by --use, the date or the issue; not the clock alone."""
    told = (counts.filled_on, counts.issue) != (other.filled_on, other.issue)
    return told or counts.sha256 in use


def _about(one: UnitReturn) -> set[str]:
    """The refs of the risks that a return speaks of: those in it, or that it was issued with."""
    told = {risk.ref for risk in one.risks} | {action.risk_ref for action in one.actions}
    return told or set(one.scope.refs) or {""}


def _take(chosen: Chosen, kept: dict[str, Told], one: UnitReturn, rows: Iterable[Told], later: Later) -> int:
    """Keep the rows that no later return speaks for; hold those it contradicts. How many stand on the register."""
    count = 0
    for row in rows:
        ref = row.risk_ref if isinstance(row, Action) else row.ref
        speaks = next((other for other in later if _speaks_for(other, ref, one)), None)
        if row.ref not in kept and speaks is None:
            kept[row.ref] = row
            count += 1
        elif row.ref in kept and words(kept[row.ref]) == words(row):
            count += 1
        else:
            chosen.held.append(_overruled(row, speaks or (later or (one,))[0]))
    return count


def _speaks_for(later: UnitReturn, ref: str, earlier: UnitReturn) -> bool:
    """Whether a later return was issued for a ref of an earlier one; one that does not say speaks for its unit.

    That of a unit which took over from another speaks for what it was issued for, and for what is in it.
    """
    asked, new = later.scope.refs, ref not in earlier.scope.refs
    if later.unit != earlier.unit:
        return ref in asked or any(risk.ref == ref for risk in later.risks)
    return not asked or ref in asked or (new and later.scope.takes_new)


def _overruled(row: Risk | Action, later: UnitReturn) -> Held:
    columns = by_key(ACTIONS if isinstance(row, Action) else RISKS)
    said = [(columns[key].header, value) for key, value in words(row) if key in columns and value not in ("", None)]
    texts = [f"{heading}: {_shown(value)}" for heading, value in (*said, *row.other)]
    reason = f"A later return, {later.book}, counts for this row."
    typed = fitting("\n".join(texts))
    return Held(later.unit, row.source, row.ref, "", "", typed, reason, returns.TWO_RETURNS.code)


def words(row: Risk | Action) -> list[tuple[str, object]]:
    """What a row says, by key: everything but where it stands."""
    return [(one.name, getattr(row, one.name)) for one in fields(row) if one.name not in ("source", "slips", "ref")]


def _shown(value: object) -> str:
    if isinstance(value, date):
        return said(value)
    if isinstance(value, bool):
        return "Yes" if value else "No"
    return spelt(value) if isinstance(value, int | float) else str(value)
