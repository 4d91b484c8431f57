"""What counts of every return, and what was decided, in; every risk of the round as it stands after it, out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from riskbook import amend, effects
from riskbook.choose import Chosen
from riskbook.directory import Unit
from riskbook.findings import Finding
from riskbook.forms import RISKS, by_key
from riskbook.model import Change, Decision, Entry, Register, Risk, UnitReturn
from riskbook.movement import carried, entry, is_emptied
from riskbook.places import Place
from riskbook.refs import Given, Numbering
from riskbook.rules import registers
from riskbook.rules.escalation import DIRECTORATE
from riskbook.settings import Context


@dataclass(slots=True)
class Stood:
    """The risks of a round by ref; its decisions, with the refs that they were given; what was changed by hand.

    ``decided`` has, by the ref and the key of a field, the decision that says what stands there.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    decisions: tuple[Decision, ...] = ()
    changes: list[Change] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    decided: dict[tuple[str, str], Decision] = field(default_factory=dict)


def stand(
    chosen: Mapping[str, Chosen],
    by_hand: list[UnitReturn],
    last: Register,
    kept: Register,
    given: Given,
    context: Context,
) -> Stood:
    """Every risk of the round: those that were open, those that are told again, and the new ones; with amendments.

    Units' risks come first, because decisions about them make and close directorate risks. ``given`` are all refs that
    were ever given; those of directorate risks that are made here are added.
    """
    round_, told = str(context.round), _told(chosen, by_hand)
    numbering = Numbering(directorate(context), round_, given)
    decided: effects.Decided = effects.of_round(kept.decisions, round_)
    asked = {unit.code for unit in asked_units(context)}
    standing = _Standing(told, last, amend.by_ref(kept), amend.units(kept), asked, context)
    refs = sorted({*told, *(one.ref for one in last.open)})
    units = [ref for ref in refs if standing.level(ref) != DIRECTORATE]
    found = Stood(decisions=kept.decisions)
    standing.add(units, decided, found)
    found.decisions = effects.named(kept.decisions, found.entries, round_, numbering)
    decided = effects.of_round(found.decisions, round_)
    made = effects.made(decided, found.entries, kept.by_ref, numbering)
    fresh = {ref: (numbering.unit, risk) for ref, risk in made.items() if ref not in refs}
    standing = replace(standing, told=told | fresh)
    ever = (*last.decisions, *found.decisions)
    decided = effects.handed_back(decided, found.entries, ever)
    linked = effects.links(decided, found.entries, ever)
    standing.add(sorted({*refs, *fresh} - {*units}), decided, found)
    for ref, (parent, decision) in linked.items():
        found.entries[ref] = replace(found.entries[ref], now=replace(found.entries[ref].now, parent=parent))
        found.decided[ref, "parent"] = decision
    _sign(found, decided, chosen)
    return found


def asked_units(context: Context) -> tuple[Unit, ...]:
    """The units that a round asks."""
    units = context.directory.current(context.round.as_at)
    return tuple(unit for unit in units if context.round.asks_units or unit.level == DIRECTORATE)


def directorate(context: Context) -> str:
    """The code of the unit that owns the directorate's risks."""
    units = context.directory.current(context.round.as_at)
    return next((unit.code for unit in units if unit.level == DIRECTORATE), "DIR")


def took_in(entries: Iterable[Entry], archive: Iterable[Entry]) -> list[Entry]:
    """The entries, each with what was merged into it, in this round or an earlier one."""
    entries = list(entries)
    merged: dict[str, list[str]] = {}
    for one in (*archive, *entries):
        if one.into:
            merged.setdefault(one.into, []).append(one.ref)
    return [replace(one, took_in=tuple(sorted(merged.get(one.ref, ())))) for one in entries]


Told = dict[str, tuple[str, Risk]]
"""By ref, the unit that told a risk, and the row that counts."""


def _told(chosen: Mapping[str, Chosen], by_hand: list[UnitReturn]) -> Told:
    told = {risk.ref: (one.unit, risk) for one in by_hand for risk in one.risks}
    return told | {ref: (unit, risk) for unit, rows in chosen.items() for ref, risk in rows.risks.items()}


_DIRECTORY = "directory.xlsx › Units"
"""Where it says which unit took over from which."""


_STATUS = by_key(RISKS)["status"].header


@dataclass(frozen=True, slots=True)
class _Standing:
    """What is known of the risks of a round before anything is decided of them."""

    told: Told
    last: Register
    amendments: Mapping[str, tuple[Change, ...]]
    moved: Mapping[str, str]
    asked: set[str]
    context: Context

    def level(self, ref: str) -> str:
        """The level of the unit that owns a risk."""
        unit, before = self._unit(ref), self.last.by_ref.get(ref)
        known = self.context.directory.unit(unit)
        return known.level if known else before.level if before else ""

    def add(self, refs: Iterable[str], decided: effects.Decided, found: Stood) -> None:
        """Add the risks of some refs as they stand."""
        for ref in refs:
            before = self._before(ref)
            if before and not before.open and _stays_closed(self.told[ref][1], decided.get(ref, ())):
                continue
            risk = self.told[ref][1] if ref in self.told else None
            if ref in self.amendments:
                settings = self.context.settings
                risk, before, changes, asked = amend.told(risk, before, self.amendments[ref], settings)
                found.changes += changes
                found.findings += asked
            unit = self._unit(ref)
            one, asked = entry(ref, unit, risk, before, self.context, unit in self.asked, decided.get(ref, ()))
            found.entries[ref] = one
            found.findings += [self._of_closing(note, ref) for note in asked]
            if before and unit != before.unit and ref not in self.moved:
                found.changes.append(Change(ref, amend.UNIT, before.unit, unit, _DIRECTORY))

    def _before(self, ref: str) -> Entry | None:
        """A risk as this round begins with it."""
        before = self.last.by_ref.get(ref)
        return carried(before, self.context) if before else None

    def _of_closing(self, note: Finding, ref: str) -> Finding:
        """What is said of a risk whose closing waits: where somebody closed it in the register, to whoever did."""
        if not any((change.key, change.now) == (_STATUS, "Closed") for change in self.amendments.get(ref, ())):
            return note
        facts = {"ref": ref, "line": self.context.settings.lines.full_from.name}
        place = Place(self.context.round.register, "Register")
        about = {"ref": ref, "field": _STATUS, "value": "Closed", "key": "status"}
        return registers.CLOSED_BY_HAND.finding(place, facts, **about)

    def _unit(self, ref: str) -> str:
        """The unit that owns a risk: that it was moved to by hand, that told it, or that has it from last round."""
        before = self.last.by_ref.get(ref)
        told = self.told[ref][0] if ref in self.told else self.context.heir(before.unit) if before else ""
        return self.moved.get(ref, told)


def _stays_closed(told: Risk, decided: Iterable[Decision]) -> bool:
    """Whether a risk that an earlier round closed is not told as open again, or was put away again by a decision."""
    put_away = any(decision.decision in ("Close", "Merge") for decision in decided)
    return put_away or told.over or is_emptied(told)


def _sign(found: Stood, decided: effects.Decided, chosen: Mapping[str, Chosen]) -> None:
    """Say who closed what is closed, and when: the body that decided it, or whoever filled in the return."""
    filled = {(one.book, one.sha256): one for rows in chosen.values() for one in rows.returns}
    for ref, one in found.entries.items():
        if one.open:
            continue
        closing = effects.putting_away(decided.get(ref, ()), one.level)
        returned = filled.get((one.now.source.book, one.now.source.sha256))
        by, on = effects.signed(closing) if closing else ("", None)
        if closing:
            found.decided |= {(ref, key): closing for key in ("status", "close_reason")}
        elif returned:
            by, on = returned.filled_by, returned.filled_on
        found.entries[ref] = replace(one, closed_by=by, closed_on=on)
