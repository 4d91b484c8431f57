"""Everything that came in and last round's register in; this round's register out, every row counted once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from riskbook import amend
from riskbook.choose import Chosen, choose, latest_first
from riskbook.directory import Unit
from riskbook.findings import Finding, Severity
from riskbook.forms import ABOUT, ACTIONS, AFRESH, RISKS, Asked, Column, by_key, typed_keys
from riskbook.intake import Intake
from riskbook.kinds import worded
from riskbook.model import (
    Action,
    Answer,
    Change,
    Decision,
    Entry,
    Known,
    Movement,
    Received,
    Register,
    Risk,
    UnitReturn,
)
from riskbook.movement import entry, is_emptied, scale
from riskbook.refs import Numbering, given_before
from riskbook.settings import Context
from riskbook.text import fitting

Thing = TypeVar("Thing")


def merge(
    intakes: Iterable[Intake],
    context: Context,
    kept: Register | None = None,
    use: frozenset[str] = frozenset(),
) -> tuple[Register, list[Finding]]:
    """Merge a round's intakes with last round's register (``context.before``; None starts a register).

    ``kept`` is the register that an earlier merge of this round wrote: its refs, decisions, answers, clearings,
    exports and what was changed in it by hand stand; everything else is worked out afresh. ``use`` are digests of files
    that a person chose over later ones. The order of the intakes does not matter.
    """
    intakes = sorted(intakes, key=lambda intake: (intake.book, intake.sha256))
    last = context.before or Register("", scale(context.settings))
    kept = kept or Register(str(context.round), scale(context.settings))
    by_unit, given, findings = _numbered(intakes, last, kept, context)
    chosen = {unit: choose(returned, use) for unit, returned in sorted(by_unit.items())}
    findings += [finding for unit in chosen.values() for finding in unit.findings]
    by_hand = amend.added(kept, given, context)
    entries, changes, more = _entries(chosen, by_hand, last, kept, context)
    refs = {one.ref for one in entries}
    actions, amended, also = _actions(chosen, by_hand, last, kept, refs, context)
    register = Register(
        round=str(context.round),
        scale=scale(context.settings),
        entries=tuple(sorted(entries, key=lambda one: one.ref)),
        actions=tuple(sorted(actions, key=lambda action: (action.risk_ref, action.ref))),
        decisions=_union(last.decisions, kept.decisions),
        answers=_union(last.answers, kept.answers, *_answers(intakes, by_unit)),
        refs=tuple(sorted(given, key=lambda known: known.ref)),
        returns=tuple(_received(intakes, chosen, context, use)),
        held=tuple(held for unit in chosen.values() for held in unit.held),
        changes=(*_changes(chosen, last, entries, amend.by_ref(kept)), *changes, *amended),
        cleared=_union(last.cleared, kept.cleared),
        exports=_union(last.exports, kept.exports),
        archive=tuple(_without_unread(one) for one in last.by_ref.values() if not one.open and one.ref not in refs),
    )
    _reconcile(register, last)
    return register, [*findings, *more, *also]


def _numbered(
    intakes: Iterable[Intake], last: Register, kept: Register, context: Context
) -> tuple[dict[str, list[UnitReturn]], list[Known], list[Finding]]:
    """Returns by unit, each new row with its ref, given earliest return first; every ref ever given; and questions."""
    by_unit: dict[str, list[UnitReturn]] = {}
    for intake in intakes:
        if intake.returned:
            by_unit.setdefault(intake.returned.unit, []).append(_with_unasked(intake.returned, last))
    on_register = [(one.unit, one.ref) for one in (*last.archive, *last.entries)]
    owners = {ref: unit for unit, ref in on_register}
    on_register += [(owners.get(action.risk_ref, ""), action.ref) for action in last.actions]
    given = given_before(on_register, _union(last.refs, kept.refs))
    findings: list[Finding] = []
    for unit, returned in sorted(by_unit.items()):
        numbering = Numbering(unit, str(context.round), given)
        by_unit[unit] = numbering.all(list(reversed(latest_first(returned))))
        findings += numbering.findings
    return by_unit, given, findings


def _with_unasked(returned: UnitReturn, last: Register) -> UnitReturn:
    """The return, with what it had no column for as the register has it."""
    risks = []
    for risk in returned.risks:
        before = last.by_ref.get(risk.ref)
        unasked = _unasked(risk, returned.form) if before and not is_emptied(risk) else ()
        risks.append(replace(risk, **{key: getattr(before.now, key) for key in unasked if before}))
    return replace(returned, risks=tuple(risks))


def _unasked(risk: Risk, form: int) -> Iterator[str]:
    """What a risk could not say: a newer form asks it, or somebody may leave it empty and its column is not there."""
    there = risk.source.columns
    for column in RISKS:
        may_be_empty = there and column.on_form and column.asked in (Asked.IF, Asked.WISH)
        if column.key not in (*there, *AFRESH) and (column.since > form or may_be_empty):
            yield column.key


def _entries(
    chosen: Mapping[str, Chosen], by_hand: list[UnitReturn], last: Register, kept: Register, context: Context
) -> tuple[list[Entry], list[Change], list[Finding]]:
    """Every risk of the round: those that were open, those that are told again, and the new ones; with amendments."""
    told = {risk.ref: (one.unit, risk) for one in by_hand for risk in one.risks}
    told |= {ref: (unit, risk) for unit, rows in chosen.items() for ref, risk in rows.risks.items()}
    amendments = amend.by_ref(kept)
    asked = {unit.code for unit in asked_units(context)}
    decided: dict[str, tuple[Decision, ...]] = {}
    for decision in kept.decisions:
        if decision.round == str(context.round):
            decided[decision.risk_ref] = (*decided.get(decision.risk_ref, ()), decision)
    entries, changes, findings = [], [], []
    for ref in sorted({*told, *(one.ref for one in last.open)}):
        before = last.by_ref.get(ref)
        if before and not before.open and _stays_closed(told[ref][1], decided.get(ref, ())):
            continue
        unit, risk = told.get(ref, (before.unit if before else "", None))
        if ref in amendments:
            risk, before, kept_changes, found = amend.told(risk, before, amendments[ref], context.settings)
            changes += kept_changes
            findings += found
        one, found = entry(ref, unit, risk, before, context, unit in asked, decided.get(ref, ()))
        entries.append(one)
        findings += found
    return entries, changes, findings


def _stays_closed(told: Risk, decided: Iterable[Decision]) -> bool:
    """Whether a risk that an earlier round closed is not told as open again, or was put away again by a decision."""
    put_away = any(decision.decision in ("Close", "Merge") for decision in decided)
    return put_away or told.over or is_emptied(told)


def _without_unread(one: Entry) -> Entry:
    """What could not be read stands on Held in its own round only."""
    return replace(one, now=replace(one.now, unread=()))


def asked_units(context: Context) -> tuple[Unit, ...]:
    """The units that a round asks."""
    units = context.directory.current(context.round.as_at)
    return tuple(unit for unit in units if context.round.asks_units or unit.level == "Directorate")


def _actions(
    chosen: Mapping[str, Chosen],
    by_hand: list[UnitReturn],
    last: Register,
    kept: Register,
    refs: set[str],
    context: Context,
) -> tuple[list[Action], list[Change], list[Finding]]:
    """Actions as returned, amended, with the date first agreed and how often it was put back; open ones are carried."""
    before = {action.ref: action for action in last.actions}
    told = {action.ref: action for one in by_hand for action in one.actions}
    told |= {ref: action for unit in chosen.values() for ref, action in unit.actions.items()}
    carried = {ref: replace(one, unread=()) for ref, one in before.items() if one.risk_ref in refs and one.open}
    amendments = amend.by_ref(kept)
    actions, changes, findings = [], [], []
    for ref, action in {**carried, **told}.items():
        if ref in amendments:
            action, kept_changes, found = amend.applied(action, amendments[ref], context.settings)
            changes += kept_changes
            findings += found
        was = before.get(ref)
        first = (was.first_due or was.due) if was else action.first_due or action.due
        later = bool(was and was.due and action.due and action.due > was.due)
        actions.append(replace(action, first_due=first or action.due, slips=(was.slips if was else 0) + later))
    return actions, changes, findings


def _answers(intakes: Iterable[Intake], by_unit: Mapping[str, list[UnitReturn]]) -> Iterator[tuple[Answer, ...]]:
    """What was answered in each workbook; about a new row, under the ref that it was given."""
    numbered = {(one.book, one.sha256): one for returned in by_unit.values() for one in returned}
    for intake in intakes:
        if intake.returned:
            pairs = zip(intake.returned.risks, numbered[intake.book, intake.sha256].risks, strict=True)
            refs = {typed.ref: risk.ref for typed, risk in reversed(list(pairs)) if typed.ref}
            yield tuple(replace(answer, ref=refs.get(answer.ref, answer.ref)) for answer in intake.answers)


def _received(
    intakes: Iterable[Intake], chosen: Mapping[str, Chosen], context: Context, use: frozenset[str]
) -> Iterator[Received]:
    """Every workbook that came in and how its rows were counted; then the units that sent none."""
    for intake in intakes:
        errors, queries = (
            sum(finding.severity is severity for finding in intake.findings)
            for severity in (Severity.ERROR, Severity.QUERY)
        )
        if intake.returned is None:
            reason = next((f"{f.message} {f.hint}" for f in intake.findings if f.severity is Severity.ERROR), "")
            reason = fitting(reason.strip())
            about = next((f.unit for f in intake.findings if f.unit), "")
            yield Received(about, intake.book, intake.sha256, "Not read", reason, errors=errors, queries=queries)
            continue
        yield _counted(intake.returned, chosen[intake.returned.unit], errors, queries, use)
    for unit in asked_units(context):
        if unit.code not in chosen:
            yield Received(unit.code, "", "", "Not returned", **told_of(unit.code, context.before))


def told_of(unit: str, register: Register | None) -> dict[str, Any]:
    """What a project or partnership said of itself when it was last heard of, by key."""
    told = [one for one in (register.returns if register else ()) if one.unit == unit and one.state != "Superseded"]
    return {key: value for key in ABOUT if told and (value := getattr(told[-1], key))}


def _counted(returned: UnitReturn, chosen: Chosen, errors: int, queries: int, use: frozenset[str]) -> Received:
    counting = chosen.returns[0]
    merged = chosen.merged[returned.book, returned.sha256]
    overruled = (returned.book, returned.sha256) in chosen.superseded
    why = "was chosen with --use" if counting.sha256 in use else "is later"
    why = "is the same file" if counting.sha256 == returned.sha256 else why
    own = "Chosen with --use." if returned.sha256 in use else ""
    return Received(
        unit=returned.unit,
        book=returned.book,
        sha256=returned.sha256,
        state="Superseded" if overruled else "Merged",
        note=f"{counting.book} {why} and counts." if overruled else own,
        issue=returned.issue,
        form=returned.form,
        filled_by=returned.filled_by,
        filled_on=returned.filled_on,
        found=returned.found,
        merged=merged,
        held=returned.found - merged - returned.blank,
        blank=returned.blank,
        errors=errors,
        queries=queries,
        **{key: getattr(returned.about, key) for key in ABOUT},
    )


def _changes(
    chosen: Mapping[str, Chosen], last: Register, entries: Iterable[Entry], by_hand: Mapping[str, tuple[Change, ...]]
) -> Iterator[Change]:
    """Every field that differs from last round's register, with its cell; those that were changed by hand left out."""
    actions = {action.ref: action for action in last.actions}
    now = {one.ref: one.now for one in entries}
    for unit in chosen.values():
        for ref, risk in sorted(unit.risks.items()):
            if ref in last.by_ref and not is_emptied(risk):
                yield from _differences(ref, last.by_ref[ref].now, now.get(ref, risk), RISKS, by_hand)
        for ref, action in sorted(unit.actions.items()):
            if ref in actions:
                yield from _differences(ref, actions[ref], action, ACTIONS, by_hand)


def _differences(
    ref: str,
    was: Risk | Action,
    now: Risk | Action,
    columns: tuple[Column, ...],
    by_hand: Mapping[str, tuple[Change, ...]],
) -> Iterator[Change]:
    headers, amended = by_key(columns), {change.key for change in by_hand.get(ref, ())}
    for key in typed_keys(columns):
        before, after, header = getattr(was, key), getattr(now, key), headers[key].header
        if before != after and key != "answer" and header not in amended:
            yield Change(ref, header, worded(before), worded(after), str(now.source.place(key)))


def _union(*parts: tuple[Thing, ...] | None) -> tuple[Thing, ...]:
    """Everything in the parts, once, in the order of its words."""
    return tuple(sorted({thing for part in parts for thing in part or ()}, key=repr))


def _reconcile(register: Register, last: Register) -> None:
    """Hold the two sums that must come out; a wrong register is never handed on."""
    for one in register.returns:
        if one.found != one.merged + one.held + one.blank or one.held < 0:
            raise AssertionError(f"rows do not add up: {one}")
    held = sum(not cell.key for cell in register.held)
    if held != sum(one.held for one in register.returns):
        raise AssertionError("rows held are not the rows on Held")
    moved = [one.movement for one in register.entries]
    opening, arrived = len(last.open), moved.count(Movement.NEW) + moved.count(Movement.REOPENED)
    left = moved.count(Movement.CLOSED) + moved.count(Movement.MERGED)
    if opening + arrived != len(register.open) + left:
        raise AssertionError("opening, new and reopened are not closing, closed and merged")
