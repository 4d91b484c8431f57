"""A unit and last round's register (or what a manager sent) in; the form to give out, as a value, out."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from riskbook.directory import Unit
from riskbook.findings import Finding, Severity, worst_first
from riskbook.forms import ACTIONS, AFRESH, OF_A_USE, RISKS, Column, by_key, typed_keys
from riskbook.grid import Cell, Type
from riskbook.intake import Intake
from riskbook.kinds import Day, Step, spelt
from riskbook.matrix import Score
from riskbook.merge import told_of
from riskbook.model import Action, Entry, Movement, Register, Reply, Risk, Scope
from riskbook.movement import keeps_steps, scale
from riskbook.places import Place
from riskbook.placing import is_new
from riskbook.report.blocks import Sheet
from riskbook.rules.cells import STEP
from riskbook.settings import Context
from riskbook.tables import ERRORS, Row, shown
from riskbook.text import printable

FIRST = 6
"""The row of a form on which its first risk, or action, stands."""
REACH = 1_000
"""The last row down to which what is typed is guided."""
NEW_ROWS = 20
"""How many blank rows stand ready under those that are filled."""
PLEASE_CORRECT = "Please correct"
"""The heading, in a corrections copy, of the words about a row."""

_RATED = ("score", "rating", "previous")
NOT_KNOWN = "#N/A"
"""What stands in a corrections copy for a value that the return did not have: Excel's own words for it."""

Shown = str | float | date


@dataclass(frozen=True, slots=True)
class FormRow:
    """A row of Risks or Actions; ``row`` 0 is the next.

    ``values`` are what stands in the cells, by key. ``previous`` is the rating that counted last quarter, ``last_said``
    the words given then, ``other`` what stands in columns of their own, by heading.
    """

    row: int = 0
    values: Mapping[str, Shown] = field(default_factory=dict)
    previous: Score | None = None
    last_said: str = ""
    other: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class ToRead:
    """What is told in front of a form, to read and to print: whose it is, its sheets, what those are drawn on.

    ``banner`` stands in the middle of their head ("EXEMPT").
    """

    name: str
    sheets: tuple[Sheet, ...]
    drawn_on: tuple[Sheet, ...] = ()
    banner: str = ""


@dataclass(frozen=True, slots=True)
class Form:
    """A return as it is given out. ``part`` is what stands in the cells that are filled in on Start, by key.

    ``marks`` are what to put right or answer; None when it is no corrections copy. ``replies`` are answers that were
    given on an earlier one.
    The place of a mark is a sheet and row of this form, and its ``key`` the column; what belongs to no row has none.
    ``to_read`` makes it an interview pack.
    """

    unit: Unit
    issue: int
    risks: tuple[FormRow, ...]
    actions: tuple[FormRow, ...]
    scope: Scope
    part: Mapping[str, Shown] = field(default_factory=dict)
    marks: tuple[Finding, ...] | None = None
    replies: tuple[Reply, ...] = ()
    to_read: ToRead | None = None


def blank(unit: Unit) -> Form:
    """A form with nothing in it."""
    return Form(unit, 0, (), (), Scope())


def prefilled(context: Context, unit: Unit, issue: int) -> Form:
    """A form with the unit's open risks, and their actions that are open or were completed in the last round."""
    entries = sorted(_open(context, unit), key=lambda entry: entry.ref)
    refs = tuple(entry.ref for entry in entries)
    actions = [_action_row(action, context) for ref in refs for action in _actions_of(ref, context)]
    rows = tuple(_risk_row(entry, context) for entry in entries)
    return Form(unit, issue, rows, tuple(actions), Scope(refs), _part(unit, context))


def of_some(
    context: Context,
    unit: Unit,
    refs: Iterable[str],
    stands: Register | None,
    issue: int,
    to_read: ToRead | None = None,
) -> Form:
    """A form with some of a unit's risks, as an issued one has them, or as this round's register does where it stands.

    What was told of them in this round is all there, because this form is the later word. A risk or action that came
    in with this round is a new row again, under the number that it came with: so it gets its ref back. New rows may be
    added, and are nobody else's to overrule.
    """
    register = stands or context.before or Register("", scale(context.settings))
    entries = [register.by_ref[ref] for ref in sorted(refs)]
    new = _new_again(entries, register, context)
    rows, actions = [], []
    for entry in entries:
        if stands is None or entry.movement in (Movement.NOT_RETURNED, Movement.CARRIED):
            rows.append(_risk_row(_before(entry.ref, context) or entry, context))
            actions += [_action_row(action, context) for action in _actions_of(entry.ref, context)]
        else:
            rows.append(_told_row(entry, new, context))
            told = stands.actions_of.get(entry.ref, ())
            actions += [_told_action(action, new, context) for action in told]
    scope = Scope(tuple(entry.ref for entry in entries), takes_new=False)
    return Form(unit, issue, tuple(rows), tuple(actions), scope, to_read=to_read)


def can_be_told(entry: Entry, register: Register, context: Context) -> bool:
    """Whether a return may speak of a risk: not of one that a decision of this round has made, which nobody told."""
    given = next((known for known in register.refs if known.ref == entry.ref), None)
    here = given is not None and given.round == str(context.round) and _before(entry.ref, context) is None
    return not here or (given is not None and is_new(given.new))


def corrected(context: Context, unit: Unit, intake: Intake) -> Form:
    """A healthy form with what a manager typed, as typed, on the same rows, and what to put right or answer.

    Its issue number is one more than that of the return, so that it counts as the later of the two when it comes back.
    """
    returned = intake.returned
    risks = _placed(intake.risks)
    actions = _placed(intake.actions)
    now_at = (_now_at(intake.risks, risks, "Risks"), _now_at(intake.actions, actions, "Actions"))
    told = [finding for finding in intake.findings if finding.severity is not Severity.NOTE]
    known = tuple(sorted(entry.ref for entry in _open(context, unit)))
    return Form(
        unit=unit,
        issue=returned.issue + 1 if returned else 1,
        risks=tuple(_typed(row, at, RISKS, told, context) for row, at in zip(intake.risks, risks, strict=True)),
        actions=tuple(_typed(row, at, ACTIONS, told, context) for row, at in zip(intake.actions, actions, strict=True)),
        scope=returned.scope if returned else Scope(known),
        part={key: typed for key, cell in intake.part.items() if (typed := as_typed(cell)) != ""},
        marks=tuple(_here(finding, *now_at) for finding in sorted(told, key=worst_first)),
        replies=returned.replies if returned else (),
    )


def asked_words(marks: Iterable[Finding]) -> str:
    """How much a corrections copy asks: "2 things need putting right and 1 question needs an answer"."""
    severities = [mark.severity for mark in marks]
    errors, queries = severities.count(Severity.ERROR), severities.count(Severity.QUERY)
    parts = [f"{errors} {'thing needs' if errors == 1 else 'things need'} putting right"] if errors else []
    parts += [f"{queries} {'question needs' if queries == 1 else 'questions need'} an answer"] if queries else []
    return " and ".join(parts)


def directorate_risks(context: Context) -> tuple[Entry, ...]:
    """The confirmed directorate risks, as last rated, which a unit's risk may feed."""
    entries = context.before.open if context.before else ()
    return tuple(sorted((e for e in entries if e.level == "Directorate"), key=lambda entry: entry.ref))


def laid(rows: Sequence[FormRow], numbered: bool) -> tuple[FormRow, ...]:
    """Give every row its number, from FIRST on without a gap, and add blank ones; ``numbered`` calls those NEW-1 on."""
    taken = {row.row: row for row in rows if row.row}
    after = max(taken, default=FIRST - 1) + 1
    unplaced = [row for row in rows if not row.row]
    taken |= {number: replace(row, row=number) for number, row in enumerate(unplaced, after)}
    last = max(taken, default=FIRST - 1)
    filled = [taken.get(number, FormRow(number)) for number in range(FIRST, last + 1)]
    used = {str(row.values.get("ref", "")) for row in filled}
    ready = sum(not (row.values.keys() - {"ref"} or row.other) for row in filled)
    names = (name for n in range(1, 1000) if (name := f"NEW-{n}") not in used)
    new = [FormRow(last + n, {"ref": next(names)} if numbered else {}) for n in range(1, NEW_ROWS - ready + 1)]
    return (*filled, *new)


def parent_words(entry: Entry) -> str:
    """A directorate risk as it is chosen: its ref and title; of one that is exempt the ref alone, and that it is so.

    Every unit's form has it, those of partnerships too.
    """
    return f"{entry.ref} {'(exempt)' if entry.now.exempt else entry.now.title}"


def previous_words(row: FormRow, context: Context) -> str:
    """Last quarter's rating as it stands on the form, "12 Amber (4×3)": the words alone could not tell 4×3 from 3×4."""
    if row.previous is None:
        return str(row.values.get("previous", ""))
    return f"{context.settings.matrix.rating(row.previous)} ({row.previous})"


def _part(unit: Unit, context: Context) -> dict[str, Shown]:
    """What a project or partnership said of itself last, or the directory says of it."""
    known = {"board": unit.board, "ends": unit.until, **told_of(unit.code, context.before)}
    return {
        column.key: column.kind.show(value, context.settings)
        for column in OF_A_USE.get(unit.level, ())
        if (value := known.get(column.key))
    }


def _open(context: Context, unit: Unit) -> list[Entry]:
    entries = context.before.open if context.before else ()
    return [entry for entry in entries if context.heir(entry.unit) == unit.code]


def _risk_row(entry: Entry, context: Context) -> FormRow:
    """Everything that the register holds, but for what is asked afresh. A rating of another scale is told in words."""
    values = {"ref": entry.ref, **_shown(entry.now, RISKS, context)}
    previous = entry.rating or entry.was
    if _keeps_steps(context):
        steps = {"impact": entry.rating.impact, "likelihood": entry.rating.likelihood} if entry.rating else {}
        known = by_key(RISKS)
        values |= {key: known[key].kind.show(step, context.settings) for key, step in steps.items()}
    if previous and not _same_scale(context):
        previous = None
        values["previous"] = _old_words(entry)
    parents = {parent.ref: parent_words(parent) for parent in directorate_risks(context)}
    if entry.now.parent in parents:
        values["parent"] = parents[entry.now.parent]
    return FormRow(0, values, previous, entry.now.commentary, entry.now.other)


def _action_row(action: Action, context: Context) -> FormRow:
    values = {"ref": action.ref, **_shown(action, ACTIONS, context)}
    first = action.first_due or action.due
    return FormRow(0, {**values, **({"first_due": first} if first else {})}, other=action.other)


def _shown(subject: object, columns: tuple[Column, ...], context: Context) -> dict[str, Shown]:
    """What is typed in the cells of a row, by key; steps of another scale, and what is asked afresh, are left out."""
    known, keeps = by_key(columns), _keeps_steps(context)
    return {
        key: value
        for key, value in _told(subject, columns, context).items()
        if key not in AFRESH and (keeps or not isinstance(known[key].kind, Step))
    }


def _told(subject: object, columns: tuple[Column, ...], context: Context) -> dict[str, Shown]:
    """What is typed in the cells of a row, by key."""
    known = by_key(columns)
    told = {key: getattr(subject, key, None) for key in typed_keys(columns)}
    return {
        key: known[key].kind.show(value, context.settings) for key, value in told.items() if value not in ("", None)
    }


def _told_row(entry: Entry, new: Mapping[str, str], context: Context) -> FormRow:
    """A risk as it was told in this round, beside what last round's register says of it."""
    before = _before(entry.ref, context)
    was = _risk_row(before, context) if before else FormRow()
    old = {key: value for key, value in was.values.items() if key == "previous"}
    values = {"ref": new.get(entry.ref, entry.ref), **_as_told(entry.now, RISKS, context)}
    return FormRow(0, {**old, **values}, was.previous, was.last_said, entry.now.other)


def _told_action(action: Action, new: Mapping[str, str], context: Context) -> FormRow:
    """An action as it was told in this round."""
    ref, risk_ref = (new.get(known, known) for known in (action.ref, action.risk_ref))
    first = {"first_due": action.first_due} if action.first_due else {}
    values = {"ref": ref, **_as_told(action, ACTIONS, context), "risk_ref": risk_ref, **first}
    return FormRow(0, {key: value for key, value in values.items() if value}, other=action.other)


def _as_told(row: Risk | Action, columns: tuple[Column, ...], context: Context) -> dict[str, Shown]:
    """What a row says; what could not be read stands there as it was typed, so that it is found again."""
    unread = {key: typed for key, typed in row.unread if key in typed_keys(columns)}
    return {**_told(row, columns, context), **unread}


def _new_again(entries: Iterable[Entry], register: Register, context: Context) -> dict[str, str]:
    """What stands under Ref, by ref, of what came in with this round: NEW-1 and so on, nothing for an action."""
    here = {known.ref: known.new for known in register.refs if known.round == str(context.round)}
    known = {ref for ref in here if _before(ref, context) is None}
    found: dict[str, str] = {}
    for entry in entries:
        found |= {action.ref: "" for action in register.actions_of.get(entry.ref, ()) if action.ref in known}
        if entry.ref in known:
            numbers = (f"NEW-{number}" for number in range(1, REACH))
            wanted = (name for name in (here[entry.ref], *numbers) if is_new(name) and name)
            found[entry.ref] = next(name for name in wanted if name not in found.values())
    return found


def _before(ref: str, context: Context) -> Entry | None:
    return context.before.by_ref.get(ref) if context.before else None


def _same_scale(context: Context) -> bool:
    return context.before is None or context.before.scale == scale(context.settings)


def _keeps_steps(context: Context) -> bool:
    return context.before is None or keeps_steps(context.before.scale, context.settings)


def _old_words(entry: Entry) -> str:
    """The last rating of a risk, on the scale that was in force."""
    last = next((past for past in reversed(entry.ratings) if past.number is not None), None)
    return f"{last.number} {last.band}, another scale" if last else "another scale"


def _actions_of(ref: str, context: Context) -> list[Action]:
    """The actions of a risk that are open, or were completed in the last round."""
    if context.before is None:
        return []
    last = context.settings.timetable.round(context.before.round)
    return [
        action
        for action in context.before.actions_of.get(ref, ())
        if action.open or (action.status == "Complete" and (action.done is None or last.begins <= action.done))
    ]


def _placed(rows: Iterable[Row]) -> list[int]:
    """The rows on which what was typed stands again: the same ones where the form has them, or else one after another.

    A sheet of their own may have begun further up, gone further down than the form guides, or had several tables.
    """
    numbers = [row.source.row for row in rows]
    same = all(FIRST <= number <= REACH for number in numbers) and len(set(numbers)) == len(numbers)
    return numbers if same else list(range(FIRST, FIRST + len(numbers)))


def _now_at(rows: Iterable[Row], numbers: Iterable[int], sheet: str) -> dict[tuple[str, int], tuple[str, int]]:
    return {(row.source.sheet, row.source.row): (sheet, at) for row, at in zip(rows, numbers, strict=True)}


At = Mapping[tuple[str, int], tuple[str, int]]


def _here(finding: Finding, risks: At, actions: At) -> Finding:
    """A finding pinned to the row of this form; what stands on no row of it keeps its sheet at most.

    In a register made elsewhere a risk and its action may have stood in one row.
    """
    where = (finding.place.sheet, finding.place.row)
    of_action = finding.key in by_key(ACTIONS) and finding.key not in by_key(RISKS)
    now_at = {**risks, **actions} if of_action else {**actions, **risks}
    sheet, row = now_at.get(where, (finding.place.sheet, 0))
    if finding.key == "rated":
        key = "impact" if finding.code == STEP.code else "score"
        finding = replace(finding, key=key, field=by_key(RISKS)[key].header)
    return replace(finding, place=Place("", sheet, row))


def _typed(row: Row, at: int, columns: tuple[Column, ...], told: Iterable[Finding], context: Context) -> FormRow:
    """A row as it was typed; riskbook's own cells come from the register, or are worked out anew.

    A step or a day that could be read ("Likely", "31/3/27") stands as the form spells it, so that its formulas work.
    """
    values = _stated(row, told)
    for column in columns:
        key = column.key
        if not column.on_form or (column.ours and key not in ("ref", "first_due")):
            continue
        if key == "impact" and "rated" in dict(row.unread):
            values[key] = as_typed(row.cells["rated"])
        elif key in row.values and isinstance(column.kind, _HEALED):
            values[key] = column.kind.show(row.values[key], context.settings)
        elif key in row.cells:
            values |= {key: typed} if (typed := as_typed(row.cells[key])) != "" else {}
        elif key in row.values:
            values[key] = column.kind.show(row.values[key], context.settings)
    entry = _before(str(row.values.get("ref", "")), context)
    before = _risk_row(entry, context) if entry and columns is RISKS else FormRow()
    if "previous" in before.values:
        values.setdefault("previous", before.values["previous"])
    other = tuple((heading, text) for heading, text in row.other if heading != PLEASE_CORRECT)
    return FormRow(at, values, before.previous, before.last_said, other)


_HEALED = (Step, Day)


def _stated(row: Row, told: Iterable[Finding]) -> dict[str, Shown]:
    """A score or rating that somebody typed and that is asked about: it stands there until it is put right."""
    asked = {one.key for one in told if one.place.sheet == row.source.sheet and one.place.row in (0, row.source.row)}
    typed = (key for key in _RATED if key in asked and key in row.cells and not row.cells[key].formula)
    stated: dict[str, Shown] = {key: as_typed(row.cells[key]) for key in typed}
    if "rated" in asked and "rated" in row.cells and "rated" not in dict(row.unread):
        stated["score"] = shown(row.cells["rated"]).rpartition("=")[2].strip()
    return stated


def as_typed(cell: Cell) -> Shown:
    """What stood in a cell. An error, which nobody typed, is spelt out, so that it is found again until it is gone."""
    if cell.type is Type.ERROR:
        return str(cell.value) if cell.value in ERRORS else NOT_KNOWN
    if cell.type is Type.EMPTY:
        return NOT_KNOWN
    if cell.value is None:
        return ""
    if isinstance(cell.value, datetime) and cell.value.time() == datetime.min.time():
        return cell.value.date()
    if isinstance(cell.value, str):
        return printable(cell.value)[0]
    return spelt(cell.value) if isinstance(cell.value, bool) else cell.value
