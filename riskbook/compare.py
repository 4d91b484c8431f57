"""Two registers in; what the second has new, changed, closed, missing or no more, field by field, out."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from riskbook import amend
from riskbook.forms import ACTIONS, RISKS, Column, by_key, typed_keys
from riskbook.kinds import worded
from riskbook.model import BY_HAND, Action, Entry, Movement, Register, Risk

NEW, CHANGED, CLOSED, MISSING, GONE = "New", "Changed", "Closed", "Missing", "Gone"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that differs: a risk, an action, or a field of one with what it was and is, and the cell of that."""

    ref: str
    what: str
    field: str = ""
    was: str = ""
    now: str = ""
    where: str = ""


Places = Mapping[tuple[str, str, str], str]
"""Where it stands what a field is now, by ref, heading and value."""


def between(before: Register, after: Register) -> tuple[Difference, ...]:
    """Everything that differs, by ref. Missing is a risk that its unit has not returned, and had before.

    A row that somebody added to the first by hand, and that has no ref yet, is New in the second.
    """
    return tuple(sorted((*_risks(before, after), *_actions(before, after)), key=lambda one: one.ref))


def _risks(before: Register, after: Register) -> Iterator[Difference]:
    was, now = ({entry.ref: entry for entry in one.entries if entry.ref} for one in (before, after))
    places = _places(after)
    for ref, entry in now.items():
        if ref not in was:
            yield Difference(
                ref, NEW, now=entry.now.title or entry.now.event, where=str(entry.now.source.place("title"))
            )
            continue
        if was[ref].open and not entry.open:
            where = _where(entry.now, "status", by_key(RISKS)["status"].header, places)
            yield Difference(ref, CLOSED, now=entry.now.close_reason or entry.into, where=where)
        if entry.movement is Movement.NOT_RETURNED and was[ref].movement is not Movement.NOT_RETURNED:
            yield Difference(ref, MISSING, now=entry.now.title)
        if was[ref].unit != entry.unit:
            where = places.get((ref, amend.UNIT, entry.unit), "")
            yield Difference(ref, CHANGED, amend.UNIT, was[ref].unit, entry.unit, where)
        yield from _fields(ref, was[ref].now, entry.now, RISKS, places)
        if _rating(was[ref]) != _rating(entry):
            yield Difference(ref, CHANGED, "Rating", _rating(was[ref]), _rating(entry))
    yield from (
        Difference(ref, GONE, was=entry.now.title) for ref, entry in was.items() if ref not in now and entry.open
    )


def _actions(before: Register, after: Register) -> Iterator[Difference]:
    was, now = ({action.ref: action for action in one.actions if action.ref} for one in (before, after))
    places = _places(after)
    for ref, action in now.items():
        if ref in was:
            yield from _fields(ref, was[ref], action, ACTIONS, places)
        else:
            yield Difference(ref, NEW, now=action.what, where=str(action.source.place("what")))
    yield from (Difference(ref, GONE, was=action.what) for ref, action in was.items() if ref not in now and action.open)


def _fields(
    ref: str, was: Risk | Action, now: Risk | Action, columns: tuple[Column, ...], places: Places
) -> Iterator[Difference]:
    known = by_key(columns)
    for key in typed_keys(columns):
        old, new = worded(getattr(was, key)), worded(getattr(now, key))
        if old != new:
            header = known[key].header
            yield Difference(ref, CHANGED, header, old, new, _where(now, key, header, places))


def _places(register: Register) -> Places:
    """Where the register says that what changed came from: a return's cell, a decision's row, or a hand."""
    return {
        (one.ref, one.key, one.now): f"{one.where}, by hand" if one.by == BY_HAND else one.where
        for one in register.changes
    }


def _where(now: Risk | Action, key: str, header: str, places: Places) -> str:
    """Where a field comes from: as the register's Changes have it, or else its cell in the row that told it."""
    return places.get((now.ref, header, worded(getattr(now, key)))) or str(now.source.place(key))


def _rating(entry: Entry) -> str:
    """The rating that counts, agreed or submitted: impact first."""
    return str(entry.rating) if entry.rating else "not scored"
