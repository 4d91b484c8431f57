"""Everything that came in and last round's register in; this round's register out, every row counted once."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, TypeVar

from riskbook import amend, approach, clearing
from riskbook.choose import Chosen, choose, latest_first, why
from riskbook.effects import latest
from riskbook.entries import Stood, asked_units, stand, took_in
from riskbook.findings import Finding, Severity
from riskbook.forms import ABOUT, ACTIONS, AFRESH, RISKS, Asked, Column, by_key, typed_keys
from riskbook.intake import Intake
from riskbook.kinds import worded
from riskbook.model import (
    MERGED_INTO,
    ROW,
    Action,
    Alias,
    Answer,
    Change,
    Entry,
    Held,
    Movement,
    Received,
    Register,
    Risk,
    Source,
    UnitReturn,
)
from riskbook.movement import is_emptied, scale
from riskbook.refs import Given, Numbering, given_before
from riskbook.rules import registers
from riskbook.settings import Context
from riskbook.text import fitting

Thing = TypeVar("Thing")

CHOSEN = "Chosen with --use."
"""The note on a return that a person chose over later ones."""


def merge(
    intakes: Iterable[Intake],
    context: Context,
    kept: Register | None = None,
    use: frozenset[str] = frozenset(),
) -> tuple[Register, list[Finding]]:
    """Merge a round's intakes with last round's register (``context.before``; None starts a register).

    ``kept`` is the register that an earlier merge of this round wrote: its refs, decisions, answers, clearings,
    exports, who agreed to its scale and what was changed in it by hand stand; everything else is worked out afresh.
    ``use`` are digests of files that a person chose over later ones. The order of the intakes does not matter.
    """
    intakes = sorted(intakes, key=lambda intake: (intake.book, intake.sha256))
    last = context.before or Register("", scale(context.settings))
    kept = kept or Register(str(context.round), scale(context.settings))
    by_unit, given, findings = _numbered(intakes, last, kept, context)
    chosen = {unit: choose(returned, use) for unit, returned in sorted(by_unit.items())}
    findings += [finding for unit in chosen.values() for finding in unit.findings]
    by_hand = amend.added(kept, given, context)
    stood = stand(chosen, by_hand, last, kept, given, context)
    refs = stood.entries.keys()
    archive = tuple(_without_unread(one) for one in last.by_ref.values() if not one.open and one.ref not in refs)
    entries = took_in(stood.entries.values(), archive)
    known = {*refs, *(one.ref for one in archive)}
    actions, amended, also = _actions(chosen, by_hand, last, kept, known, context)
    waiting, asked = amend.waiting(kept, {*refs, *(action.ref for action in actions)}, context)
    changes = _changes(chosen, last, stood, amend.by_ref(kept))
    register = Register(
        round=str(context.round),
        scale=scale(context.settings),
        entries=tuple(sorted(entries, key=lambda one: one.ref)),
        actions=tuple(sorted(actions, key=lambda action: (action.risk_ref, action.ref))),
        decisions=_union(last.decisions, stood.decisions),
        answers=_union(last.answers, kept.answers, *_answers(intakes, by_unit)),
        refs=tuple(sorted(given, key=lambda known: known.ref)),
        returns=tuple(_received(intakes, chosen, stood, context, use)),
        held=(
            *_held(chosen, (*(one.now for one in entries), *actions)),
            *_of_old_scale(entries, last),
            *_of_deleted(entries, actions, amend.by_ref(kept), context),
        ),
        changes=tuple(amend.in_steps((*changes, *amend.of_added(by_hand), *stood.changes, *amended, *waiting), kept)),
        cleared=_union(last.cleared, kept.cleared),
        exports=_union(last.exports, kept.exports),
        archive=archive,
        aliases=_aliases((*entries, *archive), last, kept),
        scale_agreed=kept.scale_agreed or (last.scale_agreed if last.scale == scale(context.settings) else ""),
        settings=approach.remembered(context.settings),
    )
    register = clearing.without_former(_with_actions_moved(register), clearing.allowed(context))
    _reconcile(register, last)
    return register, [*findings, *stood.findings, *also, *asked]


def _numbered(
    intakes: Iterable[Intake], last: Register, kept: Register, context: Context
) -> tuple[dict[str, list[UnitReturn]], Given, list[Finding]]:
    """Returns by unit, each new row with its ref, given earliest return first; every ref ever given; and questions."""
    by_unit: dict[str, list[UnitReturn]] = {}
    for intake in intakes:
        if intake.returned:
            heir = context.heir(intake.returned.unit)
            by_unit.setdefault(heir, []).append(_with_unasked(intake.returned, last))
    on_register = [(one.unit, one.ref) for one in (*last.archive, *last.entries)]
    owners = {ref: unit for unit, ref in on_register}
    on_register += [(owners.get(action.risk_ref, ""), action.ref) for action in last.actions]
    given = given_before(on_register, {known.ref: known for known in (*last.refs, *kept.refs)}.values())
    findings: list[Finding] = []
    together: dict[str, set[str]] = {}
    for one in context.directory.units:
        together.setdefault(context.heir(one.code), set()).add(one.code)
    for unit, returned in sorted(by_unit.items()):
        numbering = Numbering(unit, str(context.round), given, together.get(unit, set()))
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


def _held(chosen: Mapping[str, Chosen], told: Iterable[Risk | Action]) -> Iterator[Held]:
    """What could not be placed or read; of a field that somebody has filled in by hand since, that it was."""
    rows = {(row.source.place(), row.source.sha256): row for row in told}
    for held in (held for unit in chosen.values() for held in unit.held):
        row = rows.get((held.source.place(), held.source.sha256)) if held.key else None
        filled = row is not None and getattr(row, held.key, None) not in (None, "")
        yield replace(held, reason=_FILLED_IN) if filled else held


_FILLED_IN = "It could not be read; the field was filled in by hand since."


def _of_old_scale(entries: Iterable[Entry], last: Register) -> Iterator[Held]:
    """The steps of the old scale of risks that nobody scored anew, with the cells that they were typed in."""
    known = by_key(RISKS)
    for entry in sorted(entries, key=lambda one: one.ref):
        before, now = last.by_ref.get(entry.ref), entry.now
        if before and now.source == before.now.source:
            for key, typed in now.unread:
                header = known[key].header
                yield Held(entry.unit, now.source, entry.ref, key, header, typed, _OF_OLD_SCALE, "")


_OF_OLD_SCALE = "It is a step of the old scale, so the register leaves this field empty until it is scored anew."


def _of_deleted(
    entries: Iterable[Entry], actions: Iterable[Action], amendments: Mapping[str, Iterable[Change]], context: Context
) -> Iterator[Held]:
    """The rows that somebody deleted from the register and that are back on it, until it is said what becomes of them.

    They are rows of the register and of no return, and are not counted among those that were found.
    """
    units = {entry.ref: entry.unit for entry in entries}
    units |= {action.ref: units.get(action.risk_ref, "") for action in actions}
    source = Source(context.round.register, "", "Register")
    for ref in sorted(units.keys() & amendments.keys()):
        for change in amendments[ref]:
            if change.key == ROW:
                yield Held(units[ref], source, ref, ROW, ROW, change.was, _DELETED, registers.ROW_DELETED.code)


_DELETED = "Its row was deleted from the register by hand. It is back, until somebody says what becomes of it."


def _without_unread(one: Entry) -> Entry:
    """What could not be read stands on Held in its own round only."""
    return replace(one, now=replace(one.now, unread=()))


def _actions(
    chosen: Mapping[str, Chosen],
    by_hand: list[UnitReturn],
    last: Register,
    kept: Register,
    refs: set[str],
    context: Context,
) -> tuple[list[Action], list[Change], list[Finding]]:
    """Actions as returned, amended, with the date first agreed and how often it was put back; open ones are carried.

    Those of a risk that is closed are too: somebody has yet to say what becomes of them.
    """
    before = {action.ref: replace(action, risk_ref=_risk_of(action, last)) for action in last.actions}
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


def _risk_of(action: Action, last: Register) -> str:
    """The ref that stands for an action's risk; an exempt one that went into a risk that is published keeps its own."""
    gone, stays = last.by_ref.get(action.risk_ref), last.by_ref.get(last.standing(action.risk_ref))
    secret = gone is not None and gone.now.exempt and stays is not None and not stays.now.exempt
    return action.risk_ref if secret else last.standing(action.risk_ref)


def _with_actions_moved(register: Register) -> Register:
    """The register with the open actions of merged risks at the risks that they went into, each with its change.

    What is done about an exempt risk is not told with one that is published.
    """
    merged = {one.ref: one for one in register.entries if one.into}
    decided = latest(one for one in register.decisions if one.decision == "Merge")
    actions, changes = [], []
    for action in register.actions:
        gone, stays = merged.get(action.risk_ref), register.by_ref.get(register.standing(action.risk_ref))
        if gone and stays and action.open and (stays.now.exempt or not gone.now.exempt):
            where = str(decided[gone.ref].place) if gone.ref in decided else ""
            changes.append(Change(action.ref, by_key(ACTIONS)["risk_ref"].header, gone.ref, stays.ref, where))
            action = replace(action, risk_ref=stays.ref)
        actions.append(action)
    in_order = sorted(actions, key=lambda action: (action.risk_ref, action.ref))
    return replace(register, actions=tuple(in_order), changes=(*register.changes, *changes))


def _aliases(entries: Iterable[Entry], last: Register, kept: Register) -> tuple[Alias, ...]:
    """The ref that each merged risk is known by now, and the refs of old that people wrote down."""
    merged = [Alias(one.ref, one.into, one.ratings[-1].round, MERGED_INTO) for one in entries if one.into]
    written = [alias for alias in (*last.aliases, *kept.aliases) if alias.why != MERGED_INTO and alias.old]
    return _union(tuple(merged), tuple(written))


def _answers(intakes: Iterable[Intake], by_unit: Mapping[str, list[UnitReturn]]) -> Iterator[tuple[Answer, ...]]:
    """What was answered in each workbook; about a new row, under the ref that it was given."""
    numbered = {(one.book, one.sha256): one for returned in by_unit.values() for one in returned}
    for intake in intakes:
        if intake.returned:
            pairs = zip(intake.returned.risks, numbered[intake.book, intake.sha256].risks, strict=True)
            refs = {typed.ref: risk.ref for typed, risk in reversed(list(pairs)) if typed.ref}
            yield tuple(replace(answer, ref=refs.get(answer.ref, answer.ref)) for answer in intake.answers)


def _received(
    intakes: Iterable[Intake], chosen: Mapping[str, Chosen], stood: Stood, context: Context, use: frozenset[str]
) -> Iterator[Received]:
    """Every workbook that came in and how its rows were counted; then the units that sent none.

    A unit whose risks all came in with the return of one that it took over from has sent one.
    """
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
        yield _counted(intake.returned, chosen[context.heir(intake.returned.unit)], errors, queries, use)
    told = {intake.returned.unit for intake in intakes if intake.returned}
    told |= {context.heir(unit) for unit in told} - _silent(stood, context)
    for unit in asked_units(context):
        if unit.code not in told:
            yield Received(unit.code, "", "", "Not returned", **told_of(unit.code, context.before))


def _silent(stood: Stood, context: Context) -> set[str]:
    """The units that had risks of their own last round which nobody told in this one."""
    before = context.before.by_ref if context.before else {}
    silent = (ref for ref, one in stood.entries.items() if one.movement is Movement.NOT_RETURNED)
    return {stood.entries[ref].unit for ref in silent if before[ref].unit == stood.entries[ref].unit}


def told_of(unit: str, register: Register | None) -> dict[str, Any]:
    """What a project or partnership said of itself when it was last heard of, by key."""
    told = [one for one in (register.returns if register else ()) if one.unit == unit and one.state != "Superseded"]
    return {key: value for key in ABOUT if told and (value := getattr(told[-1], key))}


def _counted(returned: UnitReturn, chosen: Chosen, errors: int, queries: int, use: frozenset[str]) -> Received:
    counting = chosen.returns[0]
    merged = chosen.merged[returned.book, returned.sha256]
    overruled = (returned.book, returned.sha256) in chosen.superseded
    same = counting.sha256 == returned.sha256
    reason = "it is the same file" if same else why(counting, returned, use)
    own = CHOSEN if returned.sha256 in use else ""
    return Received(
        unit=returned.unit,
        book=returned.book,
        sha256=returned.sha256,
        state="Superseded" if overruled else "Merged",
        note=f"{counting.book} counts: {reason}." if overruled else own,
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
    chosen: Mapping[str, Chosen], last: Register, stood: Stood, by_hand: Mapping[str, tuple[Change, ...]]
) -> Iterator[Change]:
    """Every field that differs from last round's register, with its cell; those that were changed by hand left out.

    What a decision says has the row of the decision.
    """
    actions = {action.ref: action for action in last.actions}
    decided = stood.decided
    for unit in chosen.values():
        for ref, risk in sorted(unit.risks.items()):
            if ref in last.by_ref and not is_emptied(risk):
                now = stood.entries[ref].now if ref in stood.entries else risk
                found = _differences(ref, last.by_ref[ref].now, now, RISKS, by_hand)
                yield from (one for one in found if (ref, _STATES.get(one.key, "")) not in decided)
        for ref, action in sorted(unit.actions.items()):
            if ref in actions:
                yield from _differences(ref, actions[ref], action, ACTIONS, by_hand)
    for (ref, key), decision in sorted(decided.items(), key=lambda one: one[0]):
        before, after = last.by_ref.get(ref), stood.entries[ref]
        if before and getattr(before.now, key) != getattr(after.now, key):
            was, now_is = getattr(before.now, key), getattr(after.now, key)
            yield Change(ref, by_key(RISKS)[key].header, was, now_is, str(decision.place))


_STATES = {by_key(RISKS)[key].header: key for key in ("status", "close_reason", "parent")}
"""What decisions say of a risk, by heading."""


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
    arrived += sum(one.is_brief for one in register.entries)
    left = moved.count(Movement.CLOSED) + moved.count(Movement.MERGED)
    if opening + arrived != len(register.open) + left:
        raise AssertionError("opening, new and reopened are not closing, closed and merged")
