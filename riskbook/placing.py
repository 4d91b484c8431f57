"""Rows as read in; risks and actions that can be placed, and rows held with the reason, out. No row is lost."""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from rapidfuzz import process

from riskbook.findings import Finding, Rule
from riskbook.forms import ACTIONS, RISKS, Column, by_key
from riskbook.kinds import listed
from riskbook.model import Action, Held, Register, Risk, Source
from riskbook.rules import returns
from riskbook.settings import Context
from riskbook.tables import Row, shown
from riskbook.text import fitting, folded


@dataclass(frozen=True, slots=True)
class Placed:
    """The rows of a return: risks and actions placed, what is held (rows, and cells of placed rows), blank rows."""

    risks: tuple[Risk, ...]
    actions: tuple[Action, ...]
    held: tuple[Held, ...]
    blank: int
    findings: tuple[Finding, ...]


def place(unit: str, risks: Iterable[Row], actions: Iterable[Row], context: Context) -> Placed:
    """Place a unit's rows against the refs that were given before; in the first round of all there are none.

    What a return says of a unit that has ended is of the risks of the one that took over.
    """
    sorter = _Sorter(unit, context, frozenset(_own_refs(unit, context)))
    risks, actions = sorter.standing(tuple(risks)), sorter.standing(tuple(actions))
    sorter.together = _same_ref(risks, _RISK_COLUMNS) | _same_ref(actions, _ACTION_COLUMNS)
    told = [risk for row in risks if (risk := sorter.risk(row))]
    done = [action for row in actions if (action := sorter.action(row, told))]
    return Placed(tuple(told), tuple(done), tuple(sorter.held), sorter.blank, tuple(sorter.findings))


def is_new(ref: str) -> bool:
    """Whether a row has no ref of its own yet."""
    return not ref or ref.startswith("NEW-")


@dataclass(slots=True)
class _Sorter:
    unit: str
    context: Context
    own_refs: frozenset[str]
    together: Mapping[tuple[str, str], tuple[Row, ...]] = field(default_factory=dict)
    held: list[Held] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    blank: int = 0

    @property
    def known(self) -> Register | None:
        """Last round's register."""
        return self.context.before

    def standing(self, rows: tuple[Row, ...]) -> tuple[Row, ...]:
        """Rows with the ref that stands where one was merged or renumbered; where both stand here, as they are."""
        here = {_typed(row, "ref") for row in rows}
        return tuple(self._standing(row, here) for row in rows)

    def _standing(self, row: Row, here: set[str]) -> Row:
        values = dict(row.values)
        for key in ("ref", "risk_ref", "parent"):
            old = _typed(row, key) if key in row.cells else ""
            ref = self.known.standing(old) if self.known else old
            if ref == old or (key == "ref" and (ref in here or not _filled(row, _EITHER))):
                continue
            values[key] = ref
            about = {"ref": ref, "field": _EITHER[key].header, "value": old, "key": key}
            self.findings.append(returns.OLD_REF.finding(row.source.place(key), {"old": old, "ref": ref}, **about))
        unread = tuple((key, typed) for key, typed in row.unread if key not in values)
        return replace(row, values=values, unread=unread)

    def risk(self, row: Row) -> Risk | None:
        """The risk of a row; None when the row is blank or held."""
        ref = _typed(row, "ref")
        if _is_blank(row, _RISK_COLUMNS):
            self.blank += 1
            return None
        fault = self._fault(ref, row, self._entry_unit(ref), "")
        if fault is None and is_new(ref) and not (row.values.get("title") or row.values.get("event")):
            fault = (returns.NO_WORDS, {})
        if fault:
            self._hold(row, ref, *fault, _RISK_COLUMNS)
            return None
        if not is_new(ref):
            self._say_of_known(row, ref)
        self._hold_cells(row, ref, _RISK_COLUMNS)
        return Risk(row.source, **{**row.values, "ref": ref}, unread=row.unread, other=row.other)

    def action(self, row: Row, risks: list[Risk]) -> Action | None:
        """The action of a row; None when the row is blank or held."""
        ref, risk_ref = _typed(row, "ref"), _typed(row, "risk_ref")
        if _is_blank(row, _ACTION_COLUMNS):
            self.blank += 1
            return None
        fault = self._fault(ref, row, self._action_unit(ref), "A")
        refs = {risk.ref for risk in risks if risk.ref} | self.own_refs
        if fault is None and risk_ref not in refs:
            near = process.extractOne(risk_ref, sorted(refs), score_cutoff=60) if risk_ref else None
            suggestion = f"Did you mean {near[0]}? " if near else ""
            typed = shown(row.cells["risk_ref"]) if "risk_ref" in row.cells else _NOTHING
            fault = (returns.NO_RISK, {"typed": typed, "suggestion": suggestion})
        if fault:
            self._hold(row, ref, *fault, _ACTION_COLUMNS)
            return None
        self._hold_cells(row, ref, _ACTION_COLUMNS)
        return Action(row.source, **{**row.values, "ref": ref}, unread=row.unread, other=row.other)

    def _fault(self, ref: str, row: Row, owner: str | None, letter: str) -> tuple[Rule, Mapping[str, object]] | None:
        """Why a row cannot be placed by its ref. In the first round of all only the unit's own kind of ref is known."""
        together = self.together.get((row.source.sheet, ref), (row,))
        facts = {"ref": ref, "unit": owner, "rows": listed([str(other.source.row) for other in together], "and")}
        others = [_words(other) for other in together if other is not row]
        if others and row in together and _words(row) in others[: together.index(row)]:
            return returns.REPEATED, facts
        if any(words != _words(row) for words in others):
            if not is_new(ref):
                return returns.SAME_REF, facts
            self._find(returns.TWICE_NEW, row.source, ref, facts)
        if is_new(ref):
            return None
        if self.known is None and re.fullmatch(rf"{re.escape(self.unit)}-{letter}\d{{2,6}}", ref):
            return None
        stands = self.known.standing(ref) if self.known else ref
        if stands != ref and _filled(row, _EITHER):
            return returns.BOTH_REFS, {"old": ref, "ref": stands}
        if owner is None:
            return returns.NEVER_GIVEN, facts
        return (returns.OTHER_UNIT, facts) if owner != self.context.heir(self.unit) else None

    def _say_of_known(self, row: Row, ref: str) -> None:
        entry = self.known.by_ref.get(ref) if self.known else None
        if entry and not entry.open:
            self._find(returns.CLOSED_REF, row.source, ref, {"ref": ref})
        elif not _filled(row, _RISK_COLUMNS):
            self._find(returns.EMPTIED, row.source, ref, {"ref": ref})

    def _hold(self, row: Row, ref: str, rule: Rule, facts: Mapping[str, object], columns: Mapping[str, Column]) -> None:
        self._find(rule, row.source, ref, facts)
        said = [f"{columns[key].header}: {shown(cell)}" for key, cell in row.cells.items() if not columns[key].ours]
        said += [f"{heading}: {text}" for heading, text in row.other]
        reason = fitting(rule.message.format(**facts))
        self.held.append(Held(self.unit, row.source, ref, "", "", fitting("\n".join(said)), reason, rule.code))

    def _hold_cells(self, row: Row, ref: str, columns: Mapping[str, Column]) -> None:
        for key, typed in row.unread:
            reason = "It could not be read, so the register leaves this field empty."
            self.held.append(Held(self.unit, row.source, ref, key, columns[key].header, typed, reason, ""))

    def _find(self, rule: Rule, source: Source, ref: str, facts: Mapping[str, object]) -> None:
        """Gather a finding at the ref of a row, or at the one of the risk that an action is for."""
        key, value = "ref", ref
        if rule is returns.NO_RISK:
            key, value = "risk_ref", str(facts["typed"]) if facts["typed"] != _NOTHING else ""
        about = {"ref": ref, "field": (_ACTION_COLUMNS if key == "risk_ref" else _RISK_COLUMNS)[key].header, "key": key}
        self.findings.append(rule.finding(source.place(key), facts, value=value, **about))

    def _entry_unit(self, ref: str) -> str | None:
        entry = self.known.by_ref.get(ref) if self.known else None
        return self.context.heir(entry.unit) if entry else None

    def _action_unit(self, ref: str) -> str | None:
        if self.known is None:
            return None
        action, given = self.known.action_by_ref.get(ref), self.known.given_to.get(ref, "")
        return self._entry_unit(action.risk_ref if action else "") or self.context.heir(given) or None


def _own_refs(unit: str, context: Context) -> Iterator[str]:
    """The refs of the risks that a unit has now."""
    by_unit, own = context.before.by_unit if context.before else {}, context.heir(unit)
    return (entry.ref for told, entries in by_unit.items() if context.heir(told) == own for entry in entries)


def _same_ref(rows: tuple[Row, ...], columns: Mapping[str, Column]) -> dict[tuple[str, str], tuple[Row, ...]]:
    """Rows of one sheet that have the same ref and are not blank, by sheet and ref."""
    groups: dict[tuple[str, str], tuple[Row, ...]] = {}
    for row in rows:
        if (ref := _typed(row, "ref")) and not _is_blank(row, columns):
            groups[row.source.sheet, ref] = (*groups.get((row.source.sheet, ref), ()), row)
    return groups


_RISK_COLUMNS, _ACTION_COLUMNS = by_key(RISKS), by_key(ACTIONS)
_EITHER = {**_ACTION_COLUMNS, **_RISK_COLUMNS}


_NOTHING = "nothing"
"""What a message says of a cell in which nothing stands."""


def _typed(row: Row, key: str) -> str:
    """A ref as it was read, or as it was typed where it could not be read."""
    return str(row.values.get(key) or dict(row.unread).get(key, ""))


def _is_blank(row: Row, columns: Mapping[str, Column]) -> bool:
    """Whether a row says nothing at all: a ref that was given says which risk was emptied."""
    return is_new(str(row.values.get("ref", ""))) and not _filled(row, columns)


def _filled(row: Row, columns: Mapping[str, Column]) -> bool:
    """Whether anything stands in the row but what riskbook put there."""
    return bool(row.other) or any(not columns[key].ours for key in row.cells)


def _words(row: Row) -> Counter[tuple[str, Any]]:
    texts = {key: folded(shown(cell)) for key, cell in row.cells.items() if not cell.formula}
    return Counter([*texts.items(), *row.other])
