"""The register as it stands in its folder and as riskbook wrote it in; what people changed by hand out, to be kept.

A difference is of values as they are read, cell by cell: a register that another program saved anew has none.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from typing import Any, TypeVar

from riskbook import beside, ledger, store
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, FORM, RISKS, Column, by_key, typed_keys
from riskbook.kinds import Step, Unfit, listed, spelt, worded
from riskbook.model import BY_HAND, ROW, Action, Change, Entry, Register, Risk, UnitReturn
from riskbook.movement import is_emptied
from riskbook.places import Place
from riskbook.placing import is_new
from riskbook.read import Book
from riskbook.refs import Given, Numbering, on_the_list
from riskbook.rules import privacy, registers
from riskbook.settings import Context, Settings
from riskbook.tables import Row
from riskbook.text import folded

Told = TypeVar("Told", Risk, Action)
Found = tuple[list[Change], list[Finding]]

UNIT = "Unit"
"""The field of an amendment that gave a risk to another unit."""


def since(register: Register, stands: Book, wrote: Book, context: Context) -> tuple[Register, list[Finding]]:
    """The register as it stands, with what was changed by hand since riskbook wrote it; questions about the rest.

    Changed cells are among its changes; rows that were added have their own cells as their source. Decisions, answers
    and what else people write there are read as they stand.
    """
    now, was = (store.read_sheets(book, context.settings)[0] for book in (stands, wrote))
    changes: list[Change] = []
    typed_over = {name: _typed_over(now[name], was[name]) for name in ("Register", "Actions")}
    register = _with_refs(register, typed_over, wrote, context.settings)
    findings = _of_refs(register, now, was, typed_over)
    now |= {name: tuple(_renamed(row, refs) for row in now[name]) for name, refs in typed_over.items()}
    units_ = frozenset(unit.code for unit in context.directory.current(context.on))
    for sheet, columns, form in (("Register", ledger.REGISTER, RISKS), ("Actions", ledger.ACTION_LIST, ACTIONS)):
        more, asked = _of_rows(
            Place(stands.name, sheet), now[sheet], was[sheet], columns, by_key(form), units_, context.settings
        )
        changes += more
        findings += asked
    for sheet in store.SHEETS:
        if sheet not in _READ_AS_THEY_STAND and Counter(map(_line, now[sheet])) != Counter(map(_line, was[sheet])):
            findings.append(registers.SHEET_NOT_TAKEN.finding(Place(stands.name, sheet), {"sheet": sheet}))
    findings += _of_taken_out(stands, register, changes)
    findings += beside.tables(stands, wrote, context.settings)
    known = {row.values.get("ref", "") for sheet in ("Register", "Actions") for row in was[sheet]} - {""}
    for row in now["Register"]:
        unit = row.values.get("unit", "")
        if row.values.get("ref", "") not in known and context.directory.unit(unit) is None:
            findings.append(registers.ADDED_NOWHERE.finding(row.source.place("unit"), {"unit": unit}, value=unit))
    risks = zip(register.entries, now["Register"], strict=True)
    actions = zip(register.actions, now["Actions"], strict=True)
    return replace(
        register,
        entries=tuple(one if one.ref in known else replace(one, now=_own(one.now, row)) for one, row in risks),
        actions=tuple(one if one.ref in known else _own(one, row) for one, row in actions),
        changes=(*register.changes, *changes),
    ), findings


def _typed_over(now: Sequence[Row], was: Sequence[Row]) -> dict[str, str]:
    """By the ref that stands there now, the one that it was typed over: of a gone row with the same words."""
    here, before = ({row.values.get("ref", ""): row for row in rows} for rows in (now, was))
    away = {ref: row for ref, row in before.items() if ref and ref not in here}
    gone = {_said(row): ref for ref, row in away.items() if any(_said(row))}
    return {ref: gone[_said(row)] for ref, row in here.items() if ref and ref not in before and _said(row) in gone}


def _said(row: Row) -> tuple[str, ...]:
    """The words that a row is known by: those of a risk, or of an action."""
    return tuple(folded(_text(row, key)) for key in ("title", "event", "cause", "effect", "what"))


def _renamed(row: Row, refs: Mapping[str, str]) -> Row:
    ref = row.values.get("ref", "")
    return replace(row, values={**row.values, "ref": refs[ref]}) if ref in refs else row


def _with_refs(
    register: Register, typed_over: Mapping[str, Mapping[str, str]], wrote: Book, settings: Settings
) -> Register:
    """The register with every ref that was typed over as it was, and with the ratings that are known under it."""
    risks, actions = typed_over["Register"], typed_over["Actions"]
    written = store.register(wrote, settings)[0] if risks else None
    known = written.by_ref if written else {}

    def with_ref(one: Entry) -> Entry:
        if one.ref not in risks:
            return one
        before = known[risks[one.ref]]
        return replace(one, now=replace(one.now, ref=before.ref), history=before.history, rating=before.rating)

    return replace(
        register,
        entries=tuple(map(with_ref, register.entries)),
        actions=tuple(replace(one, ref=actions.get(one.ref, one.ref)) for one in register.actions),
    )


def _of_refs(
    register: Register,
    now: Mapping[str, Iterable[Row]],
    was: Mapping[str, Iterable[Row]],
    typed_over: Mapping[str, Mapping[str, str]],
) -> list[Finding]:
    """What there is to say of refs that somebody typed: over another one, or one that was never given."""
    given = {known.ref for known in register.refs} | {entry.ref for entry in register.archive}
    given |= {row.values.get("ref", "") for name in typed_over for row in was[name]} | {""}
    findings: list[Finding] = []
    for sheet, refs in typed_over.items():
        for row in now[sheet]:
            typed, place = row.values.get("ref", ""), row.source.place("ref")
            if typed in refs:
                facts, ref = {"ref": refs[typed], "now": typed}, refs[typed]
                findings.append(registers.REF_TYPED_OVER.finding(place, facts, ref=ref, field="Ref", value=typed))
            elif typed not in given and not is_new(typed):
                findings.append(registers.REF_NEVER_GIVEN.finding(place, {"ref": typed}, field="Ref", value=typed))
    return findings


def _of_taken_out(stands: Book, register: Register, changes: Iterable[Change]) -> Iterator[Finding]:
    """What there is to say of rows that were deleted now, and that somebody had added by hand."""
    for change in changes:
        if change.key == ROW and was_added(change.ref, replace(register, changes=(*register.changes, change))):
            facts = {"ref": change.ref, "title": change.was}
            yield registers.ADDED_AND_TAKEN_OUT.finding(Place(stands.name, "Register"), facts, value=change.ref)


def by_ref(register: Register) -> dict[str, tuple[Change, ...]]:
    """The amendments of a register by ref, of each field one: from what it said without them to what it says now.

    What was put back by hand is no amendment any more; an added row is there itself, or was taken out again.
    """
    found: dict[str, tuple[Change, ...]] = {}
    steps = _steps(register)
    for (ref, key), changes in steps.items():
        added = any(one.now for one in steps.get((ref, ROW), ()))
        standing = None if added else _standing(changes)
        if standing and not (key == ROW and standing.now):
            found[ref] = (*found.get(ref, ()), standing)
    return found


def units(register: Register) -> dict[str, str]:
    """The unit that each risk was moved to by hand, by ref."""
    return {ref: one.now for ref, changes in by_ref(register).items() for one in changes if one.key == UNIT}


def in_steps(changes: Iterable[Change], kept: Register) -> Iterator[Change]:
    """Changes with every step by which somebody came to an amendment, and the steps that led back to where it was."""
    steps = _steps(kept)
    for change in changes:
        earlier = steps.pop((change.ref, change.key), ()) if change.by == BY_HAND else ()
        yield from earlier[:-1]
        yield replace(earlier[-1], told=change.told) if earlier and change.key != ROW else change
    yield from (replace(change, told="") for left in steps.values() for change in left)


def was_added(ref: str, register: Register) -> bool:
    """Whether somebody wrote a row into the register and took it out again."""
    rows = _steps(register).get((ref, ROW), ())
    return bool(rows) and not rows[0].was and not rows[-1].now


def _steps(register: Register) -> dict[tuple[str, str], tuple[Change, ...]]:
    """What was changed by hand, step by step, by ref and field; a row that is deleted twice is deleted."""
    steps: dict[tuple[str, str], tuple[Change, ...]] = {}
    for one in register.changes:
        earlier = steps.get((one.ref, one.key), ())
        again = one.key == ROW and earlier and (earlier[-1].was, earlier[-1].now) == (one.was, one.now)
        if one.by == BY_HAND and not again:
            steps[one.ref, one.key] = (*earlier, one)
    return steps


def _standing(steps: Iterable[Change]) -> Change | None:
    """The amendment that some steps come to; None where they lead back."""
    standing: Change | None = None
    for step in steps:
        was = standing.was if standing and standing.now == step.was else step.was
        standing = replace(step, was=was) if step.now != was else None
    return standing


def applied(row: Told, amendments: Iterable[Change], settings: Settings) -> tuple[Told, list[Change], list[Finding]]:
    """A row with its amendments made; the amendments with what a return says now; and where the two differ, questions.

    ``[merging] amendments`` says which of the two counts then.
    """
    columns = {column.header: column for column in (RISKS if isinstance(row, Risk) else ACTIONS) if column.on_form}
    blank = type(row)(row.source, row.ref)
    kept: list[Change] = []
    findings: list[Finding] = []
    for change in amendments:
        column = columns.get(change.key)
        if column is None:
            findings += _deleted(row, change)
            kept.append(change)
            continue
        told = worded(getattr(row, column.key))
        other = not (told == change.now or privacy.says(change.was, told))
        told = told or dict(row.unread).get(column.key, "")
        kept.append(replace(change, told=told if other else ""))
        if other:
            rule = registers.STANDS if settings.merging.amendments == "stand" else registers.OVERTAKEN
            facts = {"heading": column.header, "now": change.now or "nothing", "told": told or "nothing"}
            about = {"ref": row.ref, "field": column.header, "value": change.now, "key": column.key}
            findings.append(rule.finding(row.source.place(column.key), facts, **about))
        if not other or settings.merging.amendments == "stand":
            value = column.kind.read(change.now, settings).value if change.now else getattr(blank, column.key)
            unread = tuple((key, typed) for key, typed in row.unread if key != column.key)
            row = replace(row, **{column.key: value}, unread=unread)
    return row, kept, findings


def told(
    risk: Risk | None, before: Entry | None, amendments: Iterable[Change], settings: Settings
) -> tuple[Risk | None, Entry | None, list[Change], list[Finding]]:
    """A risk, or where nobody told it last round's, with what was changed in the register by hand.

    Whoever types a rating, a status or what has changed tells the risk for its unit: it is returned then, and moves by
    its rating. Every other cell stays as it stood, the words and the day of the last review too: an amendment is the
    cell that was changed and no other.
    """
    if risk is not None and not is_emptied(risk):
        row, changes, findings = applied(risk, amendments, settings)
        return row, before, changes, findings
    if before is None:
        return risk, before, list(amendments), []
    row, changes, findings = applied(before.now, amendments, settings)
    if any(change.key in _TELLING for change in changes):
        return row, before, changes, findings
    return risk, replace(before, now=row), changes, findings


def added(kept: Register, given: Given, context: Context) -> list[UnitReturn]:
    """The rows that somebody wrote into the register itself, each with its ref, as if their units had returned them.

    So are the risks that a meeting put on the list for the coming year, and that no return tells.
    """
    book, round_ = context.round.register, str(context.round)
    put = {known.ref for known in kept.refs if known.round == round_ and on_the_list(known)}
    owners = {entry.ref: entry.unit for entry in (*kept.entries, *kept.archive)}
    risks: dict[str, list[Risk]] = {}
    actions: dict[str, list[Action]] = {}
    for entry in kept.entries:
        if entry.now.source.book == book or entry.ref in put:
            risks.setdefault(context.heir(entry.unit), []).append(entry.now)
    for action in kept.actions:
        if action.source.book == book:
            actions.setdefault(context.heir(owners.get(action.risk_ref, "")), []).append(action)
    told_ = [_told(unit, risks.get(unit, ()), actions.get(unit, ()), context) for unit in {**risks, **actions}]
    return [Numbering(one.unit, str(context.round), given).all([one])[0] for one in told_]


def of_added(rows: Iterable[UnitReturn]) -> list[Change]:
    """What Changes says of the rows that somebody wrote into the register."""
    told_: list[Risk | Action] = []
    for one in rows:
        told_ += (*one.risks, *one.actions)
    told_.sort(key=lambda row: row.ref)
    words = [row.what if isinstance(row, Action) else row.title or row.event for row in told_]
    return [
        Change(row.ref, ROW, "", word, str(row.source.place()), BY_HAND) for row, word in zip(told_, words, strict=True)
    ]


def waiting(kept: Register, there: Set[str], context: Context) -> Found:
    """The amendments of risks and actions that no return tells any more; they stay until one does, with a question."""
    left = {ref: changes for ref, changes in by_ref(kept).items() if ref not in there}
    place = Place(context.round.register, "Changes")
    findings = [
        registers.AMENDED_NOTHING.finding(
            place, {"ref": ref, "headings": listed([change.key for change in changes], "and")}, ref=ref
        )
        for ref, changes in left.items()
    ]
    return [change for changes in left.values() for change in changes], findings


_TELLING = tuple(by_key(RISKS)[key].header for key in ("impact", "likelihood", "status", "commentary", "reviewed"))
"""What a manager says each quarter."""


def _told(unit: str, risks: Sequence[Risk], actions: Sequence[Action], context: Context) -> UnitReturn:
    round_ = context.round
    return UnitReturn(round_.register, "", unit, round_, form=FORM, risks=tuple(risks), actions=tuple(actions))


_READ_AS_THEY_STAND = (
    *("Register", "Actions", "Decisions", "Changes", "Aliases"),
    *("Answers", "Cleared", "Exports", "Sources"),
)
"""Sheets that are looked at row by row, or that people may write in."""


def _of_rows(
    where: Place,
    now: Iterable[Row],
    was: Iterable[Row],
    columns: Iterable[Column],
    form: Mapping[str, Column],
    units_: frozenset[str],
    settings: Settings,
) -> Found:
    """Cells that differ between the rows of one ref, rows that are gone, and refs that stand twice."""
    changes: list[Change] = []
    findings: list[Finding] = []
    stand: dict[str, list[Row]] = {}
    for row in now:
        stand.setdefault(row.values.get("ref", ""), []).append(row)
    for ref, rows in stand.items():
        if ref and len(rows) > 1:
            numbers = listed([str(row.source.row) for row in rows], "and")
            findings.append(registers.REF_TWICE.finding(where, {"ref": ref, "rows": numbers}, ref=ref))
    for before in was:
        ref = before.values.get("ref", "")
        if ref not in stand:
            title = before.values.get("title") or before.values.get("what", "")
            changes.append(Change(ref, ROW, title, "", str(where), BY_HAND))
            continue
        more, asked = _of_row(stand[ref][0], before, columns, form, units_, settings)
        changes += more
        findings += asked
    return changes, findings


def _of_row(
    row: Row,
    before: Row,
    columns: Iterable[Column],
    form: Mapping[str, Column],
    units_: frozenset[str],
    settings: Settings,
) -> Found:
    """Cells that differ: those that a form asks, and the unit of a risk, are amendments; others are worked out anew."""
    changes: list[Change] = []
    findings: list[Finding] = []
    asked = typed_keys(tuple(form.values()))
    for column in columns:
        old, new = (_text(one, column.key) for one in (before, row))
        place, ref = row.source.place(column.key), row.values.get("ref", "")
        if column.key in asked and (unfit := _no_step(row, before, form[column.key], settings)):
            findings.append(unfit)
        elif old != new and column.key in asked:
            changes.append(Change(ref, form[column.key].header, old, new, str(place), BY_HAND))
        elif old != new and column.key == "unit" and new in units_:
            changes.append(Change(ref, UNIT, old, new, str(place), BY_HAND))
        elif old != new and column.key == "unit":
            facts = {"ref": ref, "was": old, "now": new or "nothing"}
            findings.append(registers.NO_SUCH_UNIT.finding(place, facts, ref=ref, field=UNIT, value=new))
        elif old != new:
            facts = {"heading": column.header, "was": old or "nothing", "now": new or "nothing"}
            findings.append(registers.NOT_TAKEN.finding(place, facts, ref=ref, field=column.header, value=new))
    return changes, findings


def _no_step(row: Row, before: Row, column: Column, settings: Settings) -> Finding | None:
    """What is wrong with a step that somebody typed: "5 Minor" is none, though a register that is read takes the 5."""
    raw, was = (one.cells[column.key].value if column.key in one.cells else None for one in (row, before))
    if not isinstance(column.kind, Step) or raw is None or (was is not None and spelt(raw) == spelt(was)):
        return None
    try:
        column.kind.read(raw, settings)
    except Unfit as unfit:
        place, ref = row.source.place(column.key), row.values.get("ref", "")
        return unfit.rule.finding(place, unfit.facts, ref=ref, field=column.header, value=spelt(raw))
    return None


def _own(row: Told, stands: Row) -> Told:
    """A row with its own cells in the register as its source."""
    return replace(row, source=stands.source)


def _deleted(row: Risk | Action, change: Change) -> list[Finding]:
    title = row.title if isinstance(row, Risk) else row.what
    facts = {"ref": row.ref, "title": title}
    return [registers.ROW_DELETED.finding(row.source.place("ref"), facts, ref=row.ref)] if change.key == ROW else []


def _text(row: Row, key: str) -> str:
    """What a cell says, in words; where it cannot be read, as it was typed."""
    return worded(row.values.get(key)) or dict(row.unread).get(key, "")


def _line(row: Row) -> tuple[Any, ...]:
    return tuple(sorted((key, worded(value)) for key, value in row.values.items()))
