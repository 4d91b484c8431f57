"""The family of reports: a kind for each audience but SLT, and the audience that somebody asks for by name."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from rapidfuzz import fuzz, process

from riskbook.directory import Person, Unit
from riskbook.kinds import listed
from riskbook.model import Entry
from riskbook.quarterly import Quarterly
from riskbook.report import (
    actions,
    alike,
    boards,
    cards,
    decided,
    decisions,
    directorate_risks,
    feeds,
    heat_map,
    movement,
    plan,
    proposals,
    queries,
    reading,
    scores,
    unit_risks,
)
from riskbook.report.audience import Audience, Kind
from riskbook.report.blocks import Sheet
from riskbook.rules import posts
from riskbook.rules.escalation import DIRECTORATE
from riskbook.text import folded

VENTURES = ("Project", "Partnership")


def _dlt(quarterly: Quarterly, version: str) -> tuple[Sheet, ...]:
    """What DLT decides, what it decided, its own risks in full, and a card for each."""
    owned = directorate_risks.owned(quarterly)
    return (
        decisions.sheet(quarterly),
        *([decisions.details(quarterly)] if quarterly.escalation.candidates else []),
        decided.sheet(quarterly),
        directorate_risks.sheet(quarterly),
        movement.sheet(quarterly),
        heat_map.sheet(quarterly, "the SLT workbook"),
        *cards.sheets(quarterly),
        reading.sheet(quarterly, version),
        scores.sheet(quarterly, cards=owned),
    )


def _unit(quarterly: Quarterly, version: str) -> tuple[Sheet, ...]:
    """A unit's risks, what is proposed for them, how they stand, and what they feed."""
    risks = unit_risks.of_units(quarterly)
    return (
        proposals.sheet(quarterly),
        *_since(quarterly),
        unit_risks.sheet(quarterly, risks),
        *_standing(quarterly, version, risks),
    )


def _board(quarterly: Quarterly, version: str) -> tuple[Sheet, ...]:
    """The projects and partnerships that report to a board, what it is asked, and their risks."""
    risks = unit_risks.of_units(quarterly)
    codes = frozenset((*(one.unit for one in quarterly.register.returns), *(one.unit for one in risks)))
    return (
        proposals.sheet(quarterly, "What the board is asked"),
        *_since(quarterly),
        boards.sheet(quarterly, codes),
        unit_risks.sheet(quarterly, risks),
        *_standing(quarterly, version, risks),
    )


def _owner(quarterly: Quarterly, version: str) -> tuple[Sheet, ...]:
    """The risks that somebody owns, with a card for each of the directorate's, and what they are asked."""
    risks, owned = unit_risks.of_units(quarterly), directorate_risks.owned(quarterly)
    questions = queries.asked(quarterly)
    nil = "" if questions else "We have no question about these risks."
    return (
        proposals.sheet(quarterly, note=nil),
        *_since(quarterly),
        *([directorate_risks.sheet(quarterly)] if owned else []),
        *cards.sheets(quarterly),
        *([unit_risks.sheet(quarterly, risks)] if risks or not owned else []),
        *([queries.sheet(quarterly)] if questions else []),
        *_standing(quarterly, version, risks, owned),
    )


def _plan(where: str, quarterly: Quarterly, version: str) -> tuple[Sheet, ...]:
    """One page; the rest stands in the pack that is named."""
    del version
    return (plan.sheet(quarterly, where),)


def _since(quarterly: Quarterly) -> Iterator[Sheet]:
    if decided.found(quarterly) or decided.overruled(quarterly):
        yield decided.sheet(quarterly)


_MAPPED = 12
"""From more risks on, a pack has a heat map with refs besides the small one; and where a risk has no score."""


def _standing(
    quarterly: Quarterly, version: str, risks: tuple[Entry, ...], owned: tuple[Entry, ...] = ()
) -> Iterator[Sheet]:
    """How some risks stand and move, what is due, what they feed, and how to read it: the end of every pack."""
    if risks:
        yield directorate_risks.progress(quarterly, risks)
    yield actions.sheet(quarterly, every=True)
    yield movement.sheet(quarterly)
    if quarterly.tally.now.unscored or quarterly.tally.now.all > _MAPPED:
        yield heat_map.sheet(quarterly, directorate_risks.PROGRESS)
    if quarterly.clusters:
        yield alike.sheet(quarterly)
    if feeds.above(quarterly):
        yield feeds.sheet(quarterly)
    yield reading.page(quarterly, version)
    yield scores.sheet(quarterly, risks, owned)


DLT = Audience(
    Kind(
        "{directorate} risks: paper for DLT",
        "the directorate leadership team",
        "dlt-risk-paper",
        _dlt,
        meets=True,
    ),
    "dlt",
    "the directorate leadership team",
)
SERVICE = Kind("Risks of {name} and its units", "the head of service", "packs/service-{key}", _unit)
TEAM = Kind("Risks of {name}", "the team and its manager", "packs/team-{key}", _unit)
LOCALITY = Kind("Risks of {name}", "the locality and its manager", "packs/locality-{key}", _unit)
PROJECT = Kind("Risks of {name}", "the project and its board", "packs/project-{key}", _board)
PARTNERSHIP = Kind("Risks of {name}", "the partnership and its board", "packs/partnership-{key}", _board)
BOARD = Kind("Risks for the {name}", "the board", "packs/board-{key}", _board)
OWNER = Kind("Risks owned by {name}", "the owner", "packs/owner-{key}", _owner)
OF_LEVEL: Mapping[str, Kind] = {
    "Service": SERVICE,
    "Team": TEAM,
    "Locality": LOCALITY,
    "Project": PROJECT,
    "Partnership": PARTNERSHIP,
}
"""The pack of a unit, by its level; the directorate's is the DLT paper."""


class UnknownAudienceError(ValueError):
    """Nobody of that name: one sentence, with the nearest names."""


def named(text: str, whole: Quarterly) -> Audience:
    """The audience that a unit's code or name, a board's name, or an owner's post or name stands for; "dlt" is DLT.

    Case and spacing are forgiven.

    Raises:
        UnknownAudienceError: there is nobody of that name, or it is that of several units.
    """
    asked = folded(text)
    called = [unit.code for unit in _units(whole) if folded(unit.name) == asked]
    if len(called) > 1:
        raise UnknownAudienceError(f"“{text}” is what {listed(called, 'and')} are called: give the code of one.")
    known = {folded(name): audience for name, audience in reversed(list(_names(whole)))}
    if asked in known:
        return known[asked]()
    if asked == "dlt":
        return DLT
    names = dict.fromkeys(name for name, _ in _names(whole))
    raise UnknownAudienceError(
        f"nobody here is called “{text}”: give a unit's code, a board's name, or an owner's post or name"
        f"{nearest(text, names)}."
    )


def nearest(text: str, names: Iterable[str]) -> str:
    """The names that are nearest to one that nobody has, for the end of a sentence; nothing where none is near."""
    near = process.extract(text, list(names), scorer=fuzz.WRatio, processor=folded, limit=3, score_cutoff=_NEAR)
    told = listed([f"“{name}”" for name, *_ in near])
    return f"; the nearest are {told}" if told else ""


def everyone(whole: Quarterly) -> tuple[Audience, ...]:
    """Every audience that there is: DLT, each unit, each board, each person or post that owns an open risk.

    A project or partnership that has a board is in its board's pack alone.
    """
    boards_ = dict(_boards(whole))
    reporting = {code for codes in boards_.values() for code in codes}
    units = [unit for unit in _units(whole) if unit.level in OF_LEVEL and unit.code not in reporting]
    found = [
        *(_of_unit(unit, whole) for unit in units),
        *(_of_board(name, codes, whole) for name, codes in boards_.items()),
        *_of_people(whole),
    ]
    open_ = {entry.ref for entry in whole.register.open}
    kept = [one for one in found if one.kind is not OWNER or (one.refs or frozenset()) & open_]
    return (DLT, *{one.file: one for one in kept}.values())


def owners(whole: Quarterly) -> Iterator[Audience]:
    """Everybody who owns an open risk, the people in the directory first."""
    yield from _of_people(whole)
    for name, entries in _by_owner(whole):
        yield _of_owner(name, entries)


def unowned(whole: Quarterly) -> tuple[Entry, ...]:
    """The open risks that nobody in the directory owns, so that no owner's pack has them."""
    staff = whole.context.directory.staff(whole.context.on)
    return tuple(entry for entry in whole.register.open if not posts.is_one_of(entry.now.owner, staff))


def planned(audience: Audience, whole: Quarterly) -> Audience:
    """The one-page analysis of a unit's risks for its plan, in place of its pack.

    Raises:
        UnknownAudienceError: it is not a unit's pack.
    """
    if audience.kind not in OF_LEVEL.values():
        raise UnknownAudienceError(f"a plan is a unit's, and {audience.name} is none: give a unit's code.")
    where = f"{audience.file.rpartition('/')[2]}-{whole.context.round.folder}.xlsx"
    kind = Kind(
        "Risk analysis for the plan of {name}", "the unit’s own plan", "packs/plan-{key}", partial(_plan, where), False
    )
    return replace(audience, kind=kind)


def plans(whole: Quarterly) -> tuple[Audience, ...]:
    """The page for the plan of every unit."""
    audiences = (_of_unit(unit, whole) for unit in _units(whole) if unit.level in OF_LEVEL)
    return tuple(planned(one, whole) for one in audiences)


_NEAR = 60
"""How like a name must be, out of 100, to be offered."""


def _names(whole: Quarterly) -> Iterator[tuple[str, Callable[[], Audience]]]:
    """Every name that somebody may ask by, and what makes its audience; of two with one name the first counts."""
    units = _units(whole)
    for unit in units:
        yield unit.code, partial(_of_unit, unit, whole)
    for name, codes in _boards(whole):
        yield name, partial(_of_board, name, codes, whole)
    for unit in units:
        yield unit.name, partial(_of_unit, unit, whole)
    for person in whole.context.directory.staff(whole.context.on):
        for name in filter(None, (person.post, person.name)):
            yield name, partial(_of_person, person, whole)
    for owner, entries in _by_owner(whole):
        yield owner, partial(_of_owner, owner, entries)


def _of_people(whole: Quarterly) -> Iterator[Audience]:
    return (_of_person(one, whole) for one in whole.context.directory.staff(whole.context.on))


def _by_owner(whole: Quarterly) -> Iterator[tuple[str, tuple[Entry, ...]]]:
    """The owners of open risks as risks name them, each with every risk of theirs."""
    for owner in dict.fromkeys(entry.now.owner for entry in whole.register.open if entry.now.owner):
        every = whole.register.by_ref.values()
        yield owner, tuple(entry for entry in every if folded(entry.now.owner) == folded(owner))


def _units(whole: Quarterly) -> tuple[Unit, ...]:
    """The units that there are, and those that have gone and still have open risks."""
    directory, on = whole.context.directory, whole.context.on
    current = {unit.code for unit in directory.current(on)} | {entry.unit for entry in whole.register.open}
    return tuple(unit for unit in directory.units if unit.code in current)


def _of_unit(unit: Unit, whole: Quarterly) -> Audience:
    """A unit's: its risks, and those of every team and locality below a service; the directorate's is DLT."""
    if unit.level == DIRECTORATE:
        return DLT
    codes = {unit.code}
    if unit.level == "Service":
        codes |= {one.code for one in whole.context.directory.below(unit.code, whole.context.on)}
    return _of_codes(OF_LEVEL.get(unit.level, TEAM), unit.code, unit.name, codes, whole)


def _of_board(name: str, codes: Iterable[str], whole: Quarterly) -> Audience:
    return _of_codes(BOARD, name, name, codes, whole)


def _of_codes(kind: Kind, key: str, name: str, codes: Iterable[str], whole: Quarterly) -> Audience:
    units = frozenset(codes)
    refs = frozenset(ref for ref, entry in whole.register.by_ref.items() if whole.context.heir(entry.unit) in units)
    return Audience(kind, key, name, refs, units, units)


def _boards(whole: Quarterly) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Every board, and the codes of the projects and partnerships that report to it."""
    reporting: dict[str, tuple[str, list[str]]] = {}
    for unit in _units(whole):
        board = unit.board or (boards.about(unit, whole).board if unit.level in VENTURES else "")
        if board:
            reporting.setdefault(folded(board), (board, []))[1].append(unit.code)
    return ((name, tuple(codes)) for name, codes in reporting.values())


def _of_person(person: Person, whole: Quarterly) -> Audience:
    """Somebody's, by name or post, whichever of the two stands with a risk."""
    found = [entry for entry in whole.register.by_ref.values() if posts.is_one_of(entry.now.owner, (person,))]
    alone = sum(one.post == person.post for one in whole.context.directory.staff(whole.context.on)) == 1
    return _of_owner(person.post if person.post and alone else person.name or person.post, found)


def _of_owner(name: str, entries: Iterable[Entry]) -> Audience:
    entries = tuple(entries)
    refs, units = frozenset(entry.ref for entry in entries), frozenset(entry.unit for entry in entries if entry.open)
    return Audience(OWNER, name, name, refs, frozenset(), units)
