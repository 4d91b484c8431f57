"""A register in; what another system is given of its risks, and what is new, changed and closed since then, out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from riskbook.compare import CHANGED, CLOSED, NEW, Difference
from riskbook.effects import signed
from riskbook.escalate import worst_first
from riskbook.forms import RISKS, by_key, typed_keys
from riskbook.kinds import Step, listed, said, worded
from riskbook.matrix import Score
from riskbook.model import Action, Decision, Entry, Exported, Movement, Register
from riskbook.rules.escalation import CORPORATE_BODY, DIRECTORATE, corporate, decided, put_up
from riskbook.settings import Context, Settings
from riskbook.text import fitting, folded, tidy, words_only
from riskbook.toml import SETTINGS, SettingsError

Value = str | int | float | bool | date | None
Rows = Mapping[str, Mapping[str, str]]
"""What a system was given, as text: by ref and key."""


@dataclass(frozen=True, slots=True)
class System:
    """Another system: its word on the command line, what it is called, which risks it holds, its columns by heading."""

    key: str
    name: str
    holds: Callable[[Entry, Register], bool]
    columns: Callable[[Settings], Mapping[str, str]]


def is_corporate(entry: Entry, register: Register) -> bool:
    """Whether a directorate risk stands on the corporate register, or was put up for it and awaits an answer."""
    return bool(corporate(entry, register) or put_up(entry, register))


CORPORATE_COLUMNS: Mapping[str, str] = {
    "Band": "band",
    "Corporate ref": "corporate_ref",
    "Ref": "ref",
    "Risk": "title",
    "Description": "description",
    "Risk owner": "owner",
    "Last quarter impact": "was_impact",
    "Last quarter likelihood": "was_likelihood",
    "Last quarter rating": "was_rating",
    "Impact now": "impact",
    "Likelihood now": "likelihood",
    "Rating now": "rating",
    "Movement": "movement",
    "Controls in place": "controls",
    "Planned actions": "actions",
    "Target rating": "target_rating",
    "Target date": "target_date",
    "Decision": "decision",
}
"""The columns in which the corporate register is kept, impact before likelihood, last quarter beside this one."""

PPLUS = System(
    "pplus", "P+", lambda entry, _: entry.level == DIRECTORATE, lambda settings: settings.export.pplus.columns
)
CORPORATE = System("corporate", "the corporate register", is_corporate, lambda _: CORPORATE_COLUMNS)
SYSTEMS = (PPLUS, CORPORATE)


@dataclass(frozen=True, slots=True)
class Export:
    """What a system is given: its columns, the risks that it holds, worst first, and the change list.

    ``edition`` counts the exports of this round that told the system anything; ``since`` is the round of the one that
    the change list is since. ``is_told`` says whether this one tells anything new, ``remembered`` what a register is to
    remember then, in the order in which a merge keeps it. ``before`` and ``now`` are what the system had before, and
    has after it.
    """

    system: System
    columns: Mapping[str, str]
    entries: tuple[Entry, ...]
    edition: int
    since: str
    is_told: bool
    remembered: tuple[Exported, ...]
    before: Rows
    now: Rows

    @property
    def is_exempt(self) -> bool:
        """Whether the system has or had an exempt risk, so that there are two editions of what it is given."""
        return any(row.get("audience") == _EXEMPT for rows in (self.before, self.now) for row in rows.values())

    def values(self, entry: Entry, register: Register, context: Context) -> dict[str, Value]:
        """What stands under each heading for a risk."""
        return {heading: KEYS[key](entry, register, context) for heading, key in self.columns.items()}

    def changes(self, register: Register, is_open: bool = False) -> tuple[Difference, ...]:
        """The change list, by ref; the open one is that of those who were only ever given what is not exempt."""
        was, now = (_open(rows) if is_open else rows for rows in (self.before, self.now))
        headings = {key: heading for heading, key in self.columns.items()}
        found = [_difference(line, register, headings, self.system) for line in _lines(was, now)]
        found = [_unnamed(one, register) if is_open else one for one in found]
        return tuple(sorted(dict.fromkeys(found), key=lambda one: one.ref))


def columns(system: System, settings: Settings) -> Mapping[str, str]:
    """The headings of a system, and the key of what stands under each.

    Raises:
        SettingsError: a key is not known, two headings are alike, or none is the ref by which risks are found again.
    """
    found, where = system.columns(settings), f"{SETTINGS}, export.{system.key}.columns"
    for heading, key in found.items():
        if key not in KEYS:
            raise SettingsError(f"{where}: “{key}” (under “{heading}”) is not a key; here are {listed(sorted(KEYS))}.")
    if "ref" not in found.values():
        raise SettingsError(f"{where}: no heading has the key “ref”, by which a risk is found again.")
    names = [words_only(heading) for heading in found]
    if "" in names or len(set(names)) < len(names):
        raise SettingsError(f"{where}: two headings are alike, or one is empty; each needs a name of its own.")
    return found


def export(system: System, register: Register, context: Context) -> Export:
    """What a system is given now, set against what it was last given.

    Exporting again what was exported already tells the same changes again, as long as it is of the same round: until
    somebody has entered them they are not told.

    Raises:
        SettingsError: the columns of the system cannot be used.
    """
    held = columns(system, context.settings)
    entries = sorted((e for e in register.open if system.holds(e, register)), key=worst_first(context))
    keys = (*dict.fromkeys((*held.values(), "audience")),)
    now = {entry.ref: {key: _text(KEYS[key](entry, register, context)) for key in keys} for entry in entries}
    earlier = context.before.exports if context.before else ()
    known = {*earlier, *register.exports}
    lines = [one for one in known if one.system == system.key]
    last = max((one.number for one in lines), default=0)
    own = sorted({one.number for one in lines if one.round == register.round})
    told = tuple(_lines(_put_together(lines), now, system.key, last + 1, register.round))
    before = lines if told or last not in own else [one for one in lines if one.number != last]
    return Export(
        system=system,
        columns=held,
        entries=tuple(entries),
        edition=len(own) + 1 if told else max(len(own), 1),
        since=max(before, key=lambda one: one.number).round if before else "",
        is_told=bool(told),
        remembered=tuple(sorted({*known, *told}, key=repr)),
        before=_put_together(before),
        now=now,
    )


def gone(ref: str, entry: Entry | None, register: Register, system: System) -> str:
    """Why a system holds a risk no longer."""
    if entry is None:
        return "It is not on the register any more."
    if entry.movement is Movement.MERGED:
        return f"Merged into {entry.into or 'another risk'}."
    if not entry.open:
        by = ", ".join(part for part in (entry.closed_by, said(entry.closed_on) if entry.closed_on else "") if part)
        return f"Closed{f': {entry.now.close_reason}' if entry.now.close_reason else ''}{f' ({by})' if by else ''}."
    if system.holds(entry, register):
        return "It is exempt now: take it off where all may read it."
    about = decided(register, ref)
    return f"{_decision(about[-1])}." if about else f"{system.name[:1].upper()}{system.name[1:]} does not hold it now."


_EXEMPT = "Exempt"
FOLLOWS = ("was_impact", "was_likelihood", "was_score", "was_band", "was_rating", "movement")
"""What follows from the round before, and is no change of its own."""
PUT_UP, ACCEPTED = "Put up", "Accepted"
"""What stands for the corporate ref of a risk that the group has not answered for, or accepted without giving one."""


def _put_together(lines: Iterable[Exported]) -> Rows:
    """What a system has, from all that it was told."""
    rows: dict[str, dict[str, str]] = {}
    for one in sorted(lines, key=lambda one: one.number):
        if one.what == CLOSED:
            rows.pop(one.ref, None)
        else:
            rows.setdefault(one.ref, {})[one.field] = one.now
    return rows


def _open(rows: Rows) -> Rows:
    return {ref: row for ref, row in rows.items() if row.get("audience") != _EXEMPT}


def _lines(was: Rows, now: Rows, system: str = "", number: int = 0, round_: str = "") -> Iterator[Exported]:
    """What there is to tell a system that has one thing and is to have another: a line for each field."""
    for ref, row in now.items():
        had = was.get(ref)
        for key, text in row.items():
            before = had.get(key, "") if had else ""
            if key not in FOLLOWS and (text != before or (key == "ref" and had is None)):
                yield Exported(ref, system, number, round_, NEW if had is None else CHANGED, key, before, text)
    for ref, row in was.items():
        if ref not in now:
            yield Exported(ref, system, number, round_, CLOSED, was=row.get("title", ""))


def _difference(line: Exported, register: Register, headings: Mapping[str, str], system: System) -> Difference:
    """A line of the change list as people read it; a new risk is one line, whatever its fields."""
    entry = register.by_ref.get(line.ref)
    title = (entry.now.title or entry.now.event) if entry else line.was
    if line.what == NEW:
        return Difference(line.ref, NEW, now=title)
    if line.what == CLOSED:
        return Difference(line.ref, CLOSED, was=title, now=gone(line.ref, entry, register, system))
    heading = headings.get(line.field) or by_key(RISKS)[line.field].header
    return Difference(line.ref, CHANGED, heading, line.was, line.now)


def _unnamed(one: Difference, register: Register) -> Difference:
    """A line of an open list: a risk that is exempt by now is told by its ref alone."""
    entry = register.by_ref.get(one.ref)
    return replace(one, was="") if entry and entry.now.exempt else one


def _text(value: Value) -> str:
    """A value as it is remembered: what reads back from a cell as the same."""
    return fitting(tidy(worded(value)))


Tells = Callable[[Entry, Register, Context], Value]


def _of_risk(key: str) -> Tells:
    return lambda entry, _, __: getattr(entry.now, key)


def _rated(prefix: str, score: Callable[[Entry], Score | None]) -> Iterator[tuple[str, Tells]]:
    """A rating: both steps by their numbers, the score, the band, and the last two in words."""

    def of(told: Callable[[Score, Settings], Value]) -> Tells:
        return lambda entry, _, context: told(one, context.settings) if (one := score(entry)) else None

    yield f"{prefix}impact", of(lambda one, _: one.impact)
    yield f"{prefix}likelihood", of(lambda one, _: one.likelihood)
    yield f"{prefix}score", of(lambda one, settings: settings.matrix.number(one))
    yield f"{prefix}band", of(lambda one, settings: settings.matrix.band(one).name)
    yield f"{prefix}rating", of(lambda one, settings: settings.matrix.rating(one))


def _description(entry: Entry, _: Register, __: Context) -> str:
    """Event, cause and effect, a sentence each, as far as they were given."""
    risk = entry.now
    event, cause, effect = (part.strip().removesuffix(".") for part in (risk.event, risk.cause, risk.effect))
    if event and not folded(event).startswith("there is a risk"):
        event = f"There is a risk that {event}"
    parts = (event, f"Caused by: {cause}" if cause else "", f"Resulting in: {effect}" if effect else "")
    return " ".join(f"{part}." for part in parts if part)


def _actions(entry: Entry, register: Register, _: Context) -> str:
    """The open actions, the next one due first, a line each."""
    found = [action for action in register.actions_of.get(entry.ref, ()) if action.open]
    found.sort(key=lambda action: (action.due is None, action.due, action.ref))
    return "\n".join(map(_action, found))


def _action(action: Action) -> str:
    due = f"by {said(action.due)}" if action.due else "no date"
    told = "; ".join(part for part in (action.lead, due, action.status) if part)
    return f"{action.what.strip().removesuffix('.')} ({told})."


def decisions(entry: Entry, register: Register) -> tuple[Decision, ...]:
    """The decision that put a risk up to the corporate register, and the group's own, where there are such."""
    own = [one for one in decided(register, entry.ref) if one.decision == "Escalate" and one.body != CORPORATE_BODY]
    accepted = corporate(entry, register)
    return (*own[-1:], *((accepted,) if accepted else ()))


def _decided(entry: Entry, register: Register, _: Context) -> str:
    return "\n".join(f"{_decision(one)}." for one in decisions(entry, register))


def _decision(one: Decision) -> str:
    """A decision with who, when and minute: "Escalate, Director, DLT, 13 October 2026, minute 4.2"."""
    who, when = signed(one)
    parts = (one.decision, who, said(when) if when else "", f"minute {one.minute}" if one.minute else "")
    return ", ".join(part for part in parts if part)


def _corporate_ref(entry: Entry, register: Register, _: Context) -> str:
    accepted = corporate(entry, register)
    return accepted.corporate_ref if accepted else ""


KEYS: Mapping[str, Tells] = {
    "ref": _of_risk("ref"),
    **{key: _of_risk(key) for key in typed_keys(RISKS) if not isinstance(by_key(RISKS)[key].kind, Step)},
    **dict(_rated("", lambda entry: entry.rating)),
    **dict(_rated("was_", lambda entry: entry.last)),
    **dict(_rated("target_", lambda entry: entry.now.target)),
    **dict(_rated("inherent_", lambda entry: entry.now.inherent)),
    "audience": lambda entry, _, __: _EXEMPT if entry.now.exempt else "Open",
    "unit": lambda entry, _, __: entry.unit,
    "level": lambda entry, _, __: entry.level,
    "movement": lambda entry, _, __: entry.movement.value,
    "description": _description,
    "actions": _actions,
    "decision": _decided,
    "corporate_ref": _corporate_ref,
}
"""All that a system can be given of a risk, by key. Ratings are those that count: agreed, or else submitted."""
