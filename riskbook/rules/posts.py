"""An owner's words and the directory in; whether they name one person or post that the directorate knows, out."""

import re
from collections.abc import Iterator
from datetime import date

from rapidfuzz import fuzz, process

from riskbook.directory import Directory, Person
from riskbook.rules.words import plain, stands_in
from riskbook.settings import Context

ASSISTANT_DIRECTOR = "Assistant Director"


def several(owner: str, context: Context) -> bool:
    """Whether more than one person or post seems to be named.

    "Jane Smith and Tom Jones" are two; "AD Education and Inclusion", "Head of Health and Social Care" and anything
    that the directory has as one post are one.
    """
    left, right = (*re.split(r"\s+(?:and|&)\s+", owner, maxsplit=1, flags=re.IGNORECASE), "")[:2]
    joined = len(left.split()) > 1 and len(right.split()) > 1
    if joined and " of " in left and " of " not in right and person(right, context) is None:
        joined = False
    if not joined and not re.search(r"[/;\n]", owner):
        return False
    return plain(owner) not in {plain(known) for known in names(context.directory, context.on)}


def is_known(owner: str, context: Context) -> bool:
    """Whether an owner is in the directory by name or post.

    A post told more fully ("Team Manager, Front Door (Jo Bell)"), less fully ("Team Manager") or as one in a unit that
    there is ("Senior Practitioner, Front Door") counts as known.
    """
    told = plain(owner)
    for known in map(plain, names(context.directory, context.on)):
        if f" {known} " in f" {told} " or (" " in told and f" {told} " in f" {known} "):
            return True
    units = context.directory.current(context.on)
    return any(stands_in(unit.name, owner) and plain(unit.name) != told for unit in units)


def suggestion(owner: str, context: Context) -> str:
    """ "Did you mean Team Manager, Front Door? " where one is near enough, else nothing."""
    least = context.settings.rules.nearest_least_similarity
    known = sorted(set(names(context.directory, context.on)))
    near = process.extractOne(owner, known, scorer=fuzz.token_sort_ratio, processor=plain, score_cutoff=least)
    return f"Did you mean {near[0]}? " if near else ""


def person(text: str, context: Context) -> Person | None:
    """The person in post whose name or post stands in a text."""
    staff = context.directory.staff(context.on)
    return next((one for one in staff if stands_in(one.name, text) or stands_in(one.post, text)), None)


def assistant_directors(context: Context) -> tuple[Person, ...]:
    """Those who may own a directorate risk."""
    return tuple(one for one in context.directory.staff(context.on) if ASSISTANT_DIRECTOR in one.roles)


def director(code: str, context: Context) -> str:
    """The Assistant Director that a unit answers to: its own, or that of the nearest unit above it."""
    unit = context.directory.unit(code)
    seen: set[str] = set()
    while unit and not unit.assistant_director and unit.code not in seen:
        seen.add(unit.code)
        unit = context.directory.unit(unit.parent)
    return unit.assistant_director if unit else ""


def is_one_of(owner: str, people: tuple[Person, ...]) -> bool:
    """Whether an owner is one of some people, by name, or by a post that it begins with: a deputy's does not."""
    told = f"{plain(owner)} "
    return any(stands_in(one.name, owner) or (one.post and told.startswith(f"{plain(one.post)} ")) for one in people)


def names(directory: Directory, on: date) -> Iterator[str]:
    """Every name and post that the directory has on a day."""
    for one in directory.staff(on):
        yield from filter(None, (one.name, one.post))
    for unit in directory.current(on):
        yield from filter(None, (unit.manager, unit.assistant_director))
