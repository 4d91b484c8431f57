"""A return or a register in; a finding for every rule that it breaks, and the answers that keep queries quiet, out."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import date
from typing import Any

from riskbook import clearing, effects
from riskbook.findings import Facts, Finding, Rule, Severity
from riskbook.forms import ACTIONS, FORM, OF_A_USE, RISKS, Asked, Column, by_key
from riskbook.kinds import listed, said, spelt
from riskbook.model import BY_HAND, Action, Answer, Decision, Register, Risk, UnitReturn
from riskbook.movement import is_emptied
from riskbook.places import Place
from riskbook.rules import actions, cells, decisions, find, history, posts, privacy, registers, returns, risks
from riskbook.settings import Context, Settings
from riskbook.text import tidy

Row = Risk | Action


def unit_return(returned: UnitReturn, context: Context) -> tuple[list[Finding], list[Answer]]:
    """Hold every rule R, A, T and P, and what must be filled, against a return.

    A rule is not asked of a cell that could not be read, of a form that was without its column, or, where it compares,
    when there is no register of last quarter: one note says so.
    """
    found = [
        *_empty_cells(returned, context),
        *_of_risks(returned, context),
        *_of_actions(returned, context),
        *_of_the_whole(returned, context),
        *_of_privacy(returned, context),
    ]
    comparing = sum(rule.before for rule in (*risks.RULES, *actions.RULES, *returns.RULES))
    if context.before is None:
        found.append(returns.NOTHING_BEFORE.finding(Place(returned.book), {"count": comparing}, unit=returned.unit))
    return settled(found, returned, context)


def register(register: Register, context: Context) -> list[Finding]:
    """Hold every rule G and H against a register."""
    place = Place(context.round.register)
    found = []
    for rule in (*registers.RULES, *history.RULES):
        if rule.check is None or (rule.before and context.before is None):
            continue
        key = rule.reads[0] if rule.reads else ""
        field = _RISKS[key].header if key else ""
        for where, about, facts in rule.check(register, context):
            entry = register.by_ref.get(about)
            ref, unit = (about, entry.unit) if entry else ("", about)
            found.append(rule.finding(where, facts, ref=ref, unit=unit, field=field, key=key))
    if context.before is None:
        count = sum(rule.before for rule in (*registers.RULES, *history.RULES))
        found.append(registers.NOTHING_BEFORE.finding(place, {"count": count}))
    found += [_of_changed(decision, register) for decision in overtaken(register, context)]
    found += [_of_lost(decision, register) for decision in lost(register)]
    found += [_of_owner(decision) for decision in unowned(register, context)]
    return found + list(_left_empty(register, context))


def settled(findings: Iterable[Finding], returned: UnitReturn, context: Context) -> tuple[list[Finding], list[Answer]]:
    """Take out the queries that are answered, now or before; let one finding speak for a column; give the answers."""
    rows = {(row.source.sheet, row.source.row, *own): row for row in _rows(returned) for own in ((row.ref,), ())}
    remembered = context.before.answered if context.before else ()
    kept, answers = [], []
    for finding in findings:
        where = (finding.place.sheet, finding.place.row)
        row = rows.get((*where, finding.ref)) or rows.get(where)
        mark = _mark(finding, row, returned)
        text = _answer(finding, row, returned)
        if finding.severity is not Severity.QUERY:
            kept.append(finding)
        elif text:
            answers.append(Answer(finding.ref, finding.code, mark, text, str(returned.round)))
        elif (finding.ref, finding.code, mark) not in remembered:
            kept.append(finding)
    return by_column(kept, returned, context.settings), answers


def unanswered(findings: Iterable[Finding], returned: UnitReturn, answers: Iterable[Answer]) -> tuple[Finding, ...]:
    """Take out the queries that another return of the round has answered, while what they are about is the same."""
    rows = {(row.source.sheet, row.source.row): row for row in _rows(returned)}
    given = {(answer.ref, answer.code, answer.digest) for answer in answers}

    def is_answered(finding: Finding) -> bool:
        row = rows.get((finding.place.sheet, finding.place.row))
        return (finding.ref, finding.code, _mark(finding, row, returned)) in given

    return tuple(one for one in findings if one.severity is not Severity.QUERY or not is_answered(one))


def by_column(findings: Iterable[Finding], returned: UnitReturn, settings: Settings) -> list[Finding]:
    """Where most rows of a column break the same rule, put one finding in the place of theirs.

    Personal data is told cell by cell, wherever it is.
    """
    findings = list(findings)
    sizes = Counter((row.source.sheet, isinstance(row, Risk)) for row in _rows(returned))
    groups: dict[tuple[str, str, str], list[Finding]] = {}
    for finding in findings:
        alone = finding.severity is Severity.NOTE or finding.code.startswith("P")
        if finding.key and finding.place.row and not alone:
            groups.setdefault(_column_of(finding), []).append(finding)
    spoken: dict[tuple[str, str, str], Finding] = {}
    for which, group in groups.items():
        of_risks = which[1] in _RISKS and (which[0], True) in sizes
        rows, broken = sizes[which[0], of_risks], len({finding.place.row for finding in group})
        if rows >= settings.rules.column_least_rows and broken >= rows * settings.rules.column_share:
            spoken[which] = _for_column(group, rows, returned)
    return list(dict.fromkeys(spoken.get(_column_of(finding), finding) for finding in findings))


def content(risk: Risk) -> str:
    """The digest of what a decision about a risk is bound to: what it says, how high it stands, and whose it is."""
    return digest(risk, _DECIDED_ON)


def overtaken(register: Register, context: Context) -> tuple[Decision, ...]:
    """The decisions that were made on other words than the risk has now: those of this round, and what is on hold."""
    found = []
    latest = effects.latest(register.decisions)
    for decision in register.decisions:
        entry = register.by_ref.get(decision.risk_ref)
        held = decision.review_by is not None and decision.review_by > context.on
        counts = decision.round == register.round or (held and latest[decision.risk_ref] is decision)
        if entry and counts and decision.content not in ("", content(entry.now)):
            found.append(decision)
    return tuple(found)


def lost(register: Register) -> tuple[Decision, ...]:
    """The decisions of this round about a risk that is not on the register."""
    mine = (one for one in register.decisions if one.round == register.round)
    return tuple(one for one in mine if one.risk_ref not in register.by_ref)


def unowned(register: Register, context: Context) -> tuple[Decision, ...]:
    """The escalations whose directorate risk still has the owner that they named, who is no Assistant Director."""
    directors = posts.assistant_directors(context)
    found = []
    for decision in register.decisions:
        made = register.by_ref.get(decision.into) if decision.decision == "Escalate" and decision.owner else None
        if made and made.open and made.now.owner == decision.owner and directors:
            found += [] if posts.is_one_of(made.now.owner, directors) else [decision]
    return tuple(found)


def changed_on(decision: Decision, register: Register) -> date | None:
    """The day that the return was filled in which says what a risk says now; None where that is not known.

    Nor is it where that day is before the decision: the return came late, or somebody changed the risk by hand.
    """
    source = register.by_ref[decision.risk_ref].now.source
    days = (one.filled_on for one in register.returns if (one.book, one.sha256) == (source.book, source.sha256))
    day = next(days, None)
    return None if day and decision.decided_on and day < decision.decided_on else day


def digest(subject: object, reads: Iterable[str]) -> str:
    """What some fields of a row say, in 12 characters: an answer holds while they are the same."""
    typed = dict(getattr(subject, "unread", ()))
    told = [f"{key}={_canonical(getattr(subject, key, None)) or typed.get(key, '')}" for key in reads]
    return hashlib.sha256("\n".join(told).encode()).hexdigest()[:12]


_RISKS, _ACTIONS = by_key(RISKS), by_key(ACTIONS)
_OF_RETURNS = {**_RISKS, **{column.key: column for columns in OF_A_USE.values() for column in columns}}
"""The columns that a rule over a whole return may speak of."""
_DECIDED_ON = ("title", "event", "cause", "effect", "impact", "likelihood", "owner")
_OF_THE_GONE = ("title", "owner")
"""What a risk that is over must still say, besides why."""


def _of_changed(decision: Decision, register: Register) -> Finding:
    day, unit = changed_on(decision, register), register.by_ref[decision.risk_ref].unit
    facts = {**_taken(decision), "when": f" on {said(day)}" if day else " since"}
    about = {"ref": decision.risk_ref, "unit": unit, "value": decision.decision}
    return decisions.CHANGED_SINCE.finding(decision.place, facts, **about)


def _of_lost(decision: Decision, register: Register) -> Finding:
    facts = {**_taken(decision), "round": register.round}
    return decisions.LOST.finding(decision.place, facts, ref=decision.risk_ref, value=decision.decision)


def _of_owner(decision: Decision) -> Finding:
    facts = {"ref": decision.risk_ref, "owner": decision.owner}
    about = {"ref": decision.into, "field": _RISKS["owner"].header, "value": decision.owner}
    return decisions.NOT_A_DIRECTOR.finding(decision.place, facts, **about)


def _taken(decision: Decision) -> dict[str, str]:
    """What was decided, by whom and when, for a message."""
    day = said(decision.decided_on) if decision.decided_on else "no day"
    return {"decision": decision.decision, "ref": decision.risk_ref, "body": decision.body, "day": day}


def _left_empty(register: Register, context: Context) -> Iterator[Finding]:
    """What must be filled and is not: all of it in a row that was added by hand, else what was emptied by hand."""
    emptied = {(one.ref, one.key) for one in register.changes if one.by == BY_HAND and not one.now}
    for entry in register.open:
        added = entry.now.source.book == context.round.register
        asked = [one.header for one in _required(entry.now, FORM, context.settings)]
        missing = [header for header in asked if added or (entry.ref, header) in emptied]
        if missing:
            facts = {"ref": entry.ref, "done": "added" if added else "changed", "missing": listed(missing, "or")}
            about = {"ref": entry.ref, "unit": entry.unit, "field": missing[0]}
            yield registers.LEFT_EMPTY.finding(Place(context.round.register, "Register"), facts, **about)


def _rows(returned: UnitReturn) -> tuple[Row, ...]:
    return (*returned.risks, *returned.actions)


def _of_risks(returned: UnitReturn, context: Context) -> Iterator[Finding]:
    planned: dict[str, list[Action]] = {}
    for action in returned.actions:
        planned.setdefault(action.risk_ref, []).append(action)
    for risk in returned.risks:
        mine = tuple(planned.get(risk.ref, ())) if risk.ref else ()
        for rule in _asked(risks.RULES, risk, returned.form, context):
            yield from _found(rule, risk, rule.check(risk, mine, context), returned, context.settings)


def _of_actions(returned: UnitReturn, context: Context) -> Iterator[Finding]:
    told = {risk.ref: risk for risk in returned.risks if risk.ref}
    for action in returned.actions:
        for rule in _asked(actions.RULES, action, returned.form, context):
            facts = rule.check(action, told.get(action.risk_ref), context)
            yield from _found(rule, action, facts, returned, context.settings)


def _of_the_whole(returned: UnitReturn, context: Context) -> Iterator[Finding]:
    for rule in returns.RULES:
        if rule.check is None or (rule.before and context.before is None):
            continue
        key = rule.reads[0]
        field = _OF_RETURNS[key].header if key in _OF_RETURNS else ""
        for source, ref, facts in rule.check(returned, context):
            about = {"ref": ref, "unit": returned.unit, "field": field, "key": key if field else ""}
            value = next((_shown(risk, key, context.settings) for risk in returned.risks if risk.source is source), "")
            yield rule.finding(source.place(key), facts, value=value, **about)


def _of_privacy(returned: UnitReturn, context: Context) -> Iterator[Finding]:
    """What looks like personal data in a text, at its cell, unless somebody has cleared it."""
    allowed = clearing.allowed(context)
    for text in clearing.texts(returned):
        for hit in privacy.hits(text.words, allowed):
            if (hit.code, privacy.mark(text.words)) not in context.cleared and (rule := find(hit.code)):
                about = {"ref": text.ref, "unit": returned.unit, "field": text.field, "key": text.key}
                yield rule.finding(text.place, {"masked": hit.masked}, **about)


def _asked(rules: Iterable[Rule], row: Row, form: int, context: Context) -> Iterator[Any]:
    """The rules that a row is asked: not one of a cell that is on no such form or that could not be read."""
    columns = _RISKS if isinstance(row, Risk) else _ACTIONS
    unread = {key for key, _ in row.unread}
    over = isinstance(row, Risk) and row.over
    if isinstance(row, Risk) and is_emptied(row):
        return
    for rule in rules:
        missing = any(columns[key].since > form or key in unread for key in rule.reads)
        nothing = rule.before and context.before is None
        if not (missing or nothing or (over and "status" not in rule.reads)):
            yield rule


def _found(rule: Rule, row: Row, facts: Facts, returned: UnitReturn, settings: Settings) -> Iterator[Finding]:
    """Pin what a rule found to the cell of the first column that it reads."""
    if facts is None:
        return
    key = rule.reads[0]
    column = (_RISKS if isinstance(row, Risk) else _ACTIONS)[key]
    about = {"ref": row.ref, "unit": returned.unit, "field": column.header, "key": key}
    yield rule.finding(row.source.place(key), facts, value=_shown(row, key, settings), **about)


def _empty_cells(returned: UnitReturn, context: Context) -> Iterator[Finding]:
    for row in _rows(returned):
        for column in _required(row, returned.form, context.settings):
            key = "rated" if column.key in ("impact", "likelihood") and "rated" in row.source.columns else column.key
            about = {"ref": row.ref, "unit": returned.unit, "field": column.header, "key": column.key}
            facts = {"heading": column.header, "help": column.help}
            yield cells.EMPTY.finding(row.source.place(key), facts, **about)


def _required(row: Row, form: int, settings: Settings) -> Iterator[Column]:
    """The columns that must be filled in a row and are empty. One that the whole sheet lacks has been said already."""
    unread = {key for key, _ in row.unread}
    have = {*row.source.columns, *(("impact", "likelihood") if "rated" in row.source.columns else ())}
    have -= {"impact", "likelihood"} if "rated" in unread else set()
    full = isinstance(row, Risk) and row.score is not None and settings.asked_in_full(row.score)
    over = isinstance(row, Risk) and row.over
    if isinstance(row, Risk) and is_emptied(row):
        return
    for column in RISKS if isinstance(row, Risk) else ACTIONS:
        always = column.asked is Asked.ALWAYS and column.key in have
        if not (always or (full and column.asked is Asked.FULL)) or (over and column.key not in _OF_THE_GONE):
            continue
        if column.since <= form and column.key not in unread and getattr(row, column.key) in (None, ""):
            yield column


def _shown(row: Row, key: str, settings: Settings) -> str:
    """A value as it stands in its cell; what was typed where it could not be read."""
    value = getattr(row, key)
    if value is None or value == "":
        return dict(row.unread).get(key, "")
    shown = (_RISKS if isinstance(row, Risk) else _ACTIONS)[key].kind.show(value, settings)
    return shown if isinstance(shown, str) else spelt(shown) if isinstance(shown, int | float) else said(shown)


def _mark(finding: Finding, row: Row | None, returned: UnitReturn) -> str:
    """The digest that an answer is kept under. What is asked of a whole return is asked anew each round."""
    if row is None or finding.code[0] in "BT":
        return digest(returned, ("unit", "round"))
    rule = find(finding.code)
    reads = rule.reads if rule and rule.reads else (finding.key or "other",)
    computed = not all(hasattr(row, key) for key in reads)
    return digest(row, ("impact", "likelihood") if computed else reads)


def _answer(finding: Finding, row: Row | None, returned: UnitReturn) -> str:
    """What was answered: to the very query, to its whole column, or in the row."""
    to = {(one.ref, one.code, one.key): one.text for one in returned.replies}
    query = to.get((finding.ref, finding.code, finding.key)) or to.get((finding.ref, finding.code, ""))
    column = to.get(("", cells.COLUMN.code, finding.key)) if finding.key else None
    return query or column or (row.answer if row else "")


def _canonical(value: object) -> str:
    if value is None:
        return ""
    return tidy(spelt(value)) if isinstance(value, str | int | float) else str(value)


def _column_of(finding: Finding) -> tuple[str, str, str]:
    return (finding.place.sheet, finding.key, finding.code)


def _for_column(group: list[Finding], rows: int, returned: UnitReturn) -> Finding:
    first = group[0]
    rule = find(first.code)
    of_risks = first.key in _RISKS and first.place.sheet in {risk.source.sheet for risk in returned.risks}
    columns = _RISKS if of_risks else _ACTIONS
    some = [f"{one.ref or f'row {one.place.row}'}{one.value and f' “{one.value}”'}" for one in group[:3]]
    facts = {
        "broken": len({finding.place.row for finding in group}),
        "rows": rows,
        "heading": first.field,
        "rule": rule.title if rule else first.code,
        "examples": ", ".join(some),
        "help": columns[first.key].help or first.hint,
    }
    place = Place(first.place.book, first.place.sheet, 0, first.place.column)
    about = {"unit": first.unit, "field": first.field, "key": first.key}
    return replace(cells.COLUMN.finding(place, facts, **about), severity=first.severity)
