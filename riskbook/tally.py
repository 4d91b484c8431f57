"""A register in; every figure that the reports print out, counted once with pandas so that they agree with each other.

A risk is counted under the rating that stands for it: one that was not returned or not asked keeps its last. Every
action that is counted belongs to an open risk.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from riskbook.model import Action, Entry, Movement, Past, Received, Register
from riskbook.quality import Gap, gaps
from riskbook.rounds import Round, UnknownRoundError
from riskbook.rules.escalation import DIRECTORATE, on_scale
from riskbook.settings import Context

if TYPE_CHECKING:
    from pandas import DataFrame


@dataclass(frozen=True, slots=True)
class Counts:
    """Open risks in each band, worst first, and those that are not scored."""

    bands: tuple[tuple[str, int], ...]
    unscored: int

    @property
    def all(self) -> int:
        """All of them."""
        return sum(count for _, count in self.bands) + self.unscored

    def of(self, band: str) -> int:
        """Those in the band of that name."""
        return dict(self.bands)[band]


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table by service or category. ``last`` is None where there is nothing to compare with."""

    name: str
    now: Counts
    last: Counts | None
    up: int
    down: int
    new: int
    overdue: int


@dataclass(frozen=True, slots=True)
class Standing:
    """Where the open risks stood in a round; ``asks_units`` is False where only the directorate was asked."""

    round: str
    asks_units: bool
    counts: Counts


@dataclass(frozen=True, slots=True)
class ActionCounts:
    """Open actions of open risks; ``long_days`` is the line for ``long_overdue``.

    ``last_overdue`` were overdue at the end of last round; None where its register is not there or has no actions.
    """

    open: int
    overdue: int
    last_overdue: int | None
    long_overdue: int
    long_days: int
    due_next: int


@dataclass(frozen=True, slots=True)
class ReturnCounts:
    """Units asked for a return, what came in, and the codes of the units from which nothing readable came.

    ``on_time`` counts all that are not known to be late, those that give no date too.
    """

    due: int
    on_time: int
    late: int
    missing: tuple[str, ...]

    @property
    def received(self) -> int:
        """Units that sent a return."""
        return self.on_time + self.late


@dataclass(frozen=True, slots=True)
class Quality:
    """Open risks, those that lack something or have let it pass, and those of which nothing of the kind is said."""

    risks: int
    gaps: tuple[tuple[Gap, int], ...]
    sound: int

    def of(self, gap: Gap) -> int:
        """Those with that gap."""
        return dict(self.gaps)[gap]

    def share(self, count: int) -> float | None:
        """What share of the risks so many are; None where there are no risks."""
        return count / self.risks if self.risks else None


@dataclass(frozen=True, slots=True)
class UnitRow:
    """A unit by its code: its risks by band, what is missing from them, and what came of its return.

    ``returned`` is "On time", "Late", "Undated", "Not received", or "Not asked"; ``came`` is the day on which a
    late one was filled in. ``rows``, ``errors`` and ``queries`` are those of the files that count. ``last`` is None
    where there is no register of last round.
    """

    code: str
    counts: Row
    now: Quality
    last: Quality | None
    returned: str
    came: date | None
    rows: int
    errors: int
    queries: int


@dataclass(frozen=True, slots=True)
class Tally:
    """Every figure of a round.

    ``last_round`` is "" on a first register, where everything is new; ``last`` is None there, and across a change of
    scale or bands. ``follows`` says that it is the round just before in the timetable. ``escalated`` and
    ``de_escalated`` are risks decided on for this round. ``brief`` are new risks that were closed or merged in the same
    round: they have come too, and have that movement. ``waiting`` are risks that nobody told, and that have no rating
    because theirs is on another scale.
    """

    round: str
    last_round: str
    follows: bool
    now: Counts
    last: Counts | None
    movements: tuple[tuple[Movement, int], ...]
    opening: int
    total: Row
    services: tuple[Row, ...]
    categories: tuple[Row, ...]
    actions: ActionCounts
    returns: ReturnCounts
    trend: tuple[Standing, ...]
    exempt: int
    escalated: int
    de_escalated: int
    brief: int
    waiting: int
    units: tuple[UnitRow, ...]
    quality: Quality
    last_quality: Quality | None

    def moved(self, movement: Movement) -> int:
        """The risks with that movement."""
        return dict(self.movements)[movement]

    def change(self, band: str) -> int | None:
        """How many more, or fewer, risks a band has than last round."""
        return None if self.last is None else self.now.of(band) - self.last.of(band)

    @property
    def closing(self) -> int:
        """The risks that are open now."""
        return self.now.all


@dataclass(frozen=True, slots=True)
class Behind:
    """What is behind the figures of a tally: refs of risks, of actions (overdue), and codes of units (returns).

    ``standing`` has the open risks by round and band, "" where they are not scored.
    """

    standing: Mapping[tuple[str, str], tuple[str, ...]]
    moved: Mapping[Movement, tuple[str, ...]]
    overdue: tuple[str, ...]
    last_overdue: tuple[str, ...]
    long_overdue: tuple[str, ...]
    on_time: tuple[str, ...]
    late: tuple[str, ...]
    missing: tuple[str, ...]
    exempt: tuple[str, ...]
    escalated: tuple[str, ...]
    de_escalated: tuple[str, ...]


def tally(register: Register, context: Context) -> Tally:
    """Count a register, against ``context.before`` where there is one.

    Earlier rounds come from the risks' histories. A risk that a round did not ask for is counted there under its last
    rating, so that a directorate-only round such as March has the same total as its neighbours. Rounds with a band
    that the matrix no longer has are left out.

    Raises:
        AssertionError: opening + new + reopened is not closing + closed + merged: a risk was lost, which is a bug.
    """
    rounds = _rounds(register, context)
    table = _table(register, rounds, context)
    both = table.rows[table.rows["round"].isin(rounds[-2:])]
    services, categories = _services(both["service"], context), _categories(both["category"], context)
    now = table.of(register.round)
    sound, before = _gaps(register, context), _gaps_before(context)
    found = Tally(
        round=register.round,
        last_round=table.last,
        follows=table.last == str(context.settings.timetable.before(context.round)),
        now=table.counts(table.now),
        last=table.counts(table.last) if table.comparable else None,
        movements=tuple((movement, int((now["movement"] == movement.value).sum())) for movement in Movement),
        opening=_opening(now, register, context),
        total=table.by("all", ["All risks"])[0],
        services=table.by("service", services),
        categories=table.by("category", categories),
        actions=_actions(register, context),
        returns=_returns(register, context),
        trend=_trend(table, rounds, register, context),
        exempt=int((now["exempt"] & now["open"]).sum()),
        escalated=len(_decided(register, "Escalate")),
        de_escalated=len(_decided(register, "De-escalate")),
        brief=sum(entry.is_brief for entry in register.entries),
        waiting=sum(_waits(entry) for entry in register.open),
        units=_units(table, sound, before, register, context),
        quality=_quality(found for _, found in sound),
        last_quality=None if before is None else _quality(found for _, found in before),
    )
    _reconcile(found)
    return found


def _waits(entry: Entry) -> bool:
    """Whether nobody told a risk, and its last rating is on another scale."""
    unscored = entry.rating is None and entry.was is None
    return unscored and entry.movement in _STANDING and any(past.score for past in entry.ratings)


def behind(register: Register, context: Context) -> Behind:
    """Name what ``tally`` counts, from the same lines."""
    rounds = _rounds(register, context)
    table = _table(register, rounds, context)
    now = table.of(register.round)
    late = _late(register, context.on)
    came = _came(register, context)
    return Behind(
        standing={(name, band): table.refs(name, band) for name in rounds for band in (*table.bands, "")},
        moved={movement: tuple(now.loc[now["movement"] == movement.value, "ref"]) for movement in Movement},
        overdue=tuple(action.ref for action in late),
        last_overdue=tuple(action.ref for action in _late_before(context) or ()),
        long_overdue=tuple(action.ref for action in _long(late, context)),
        on_time=came.on_time,
        late=came.late,
        missing=came.missing,
        exempt=tuple(now.loc[now["exempt"] & now["open"], "ref"]),
        escalated=_decided(register, "Escalate"),
        de_escalated=_decided(register, "De-escalate"),
    )


NO_CATEGORY = "No category"
TREND_ROUNDS = 6

ON_TIME, LATE, UNDATED, MISSING, NOT_ASKED = "On time", "Late", "Undated", "Not received", "Not asked"
"""What becomes of a unit's return, by the date that it gives; undated is one that gives none."""
_COLUMNS = ("round", "ref", "all", "unit", "service", "category", "band", "movement", "open", "exempt", "overdue")
_READ = ("Merged", "Superseded")
_STANDING = (Movement.CARRIED, Movement.NOT_RETURNED)
_GONE = (Movement.CLOSED, Movement.MERGED)


@dataclass(frozen=True, slots=True)
class _Table:
    """A line for every risk in every round that is counted, and those of ``each``; no band ("") is not scored."""

    rows: "DataFrame"
    each: Mapping[str, "DataFrame"]
    now: str
    last: str
    bands: tuple[str, ...]
    rescaled: bool

    def of(self, round_: str) -> "DataFrame":
        """The lines of a round."""
        return self.each.get(round_, self.rows[:0])

    def refs(self, round_: str, band: str) -> tuple[str, ...]:
        """The open risks of a round that stand in a band."""
        lines = self.of(round_)
        return tuple(lines.loc[lines["open"] & (lines["band"] == band), "ref"])

    @property
    def comparable(self) -> bool:
        """Whether there is a last round, on today's scale and in its bands."""
        return bool(self.last) and not self.rescaled and self.known(self.last)

    def known(self, round_: str) -> bool:
        """Whether the matrix has every band of a round."""
        return set(self.of(round_)["band"]) <= {*self.bands, ""}

    def counts(self, round_: str) -> Counts:
        """Count the open risks of a round."""
        lines = self.of(round_)
        sizes = Counter(lines.loc[lines["open"], "band"])
        return Counts(tuple((band, sizes[band]) for band in self.bands), sizes[""])

    def by(self, column: str, names: Iterable[str]) -> tuple[Row, ...]:
        """Count this round and the last by what stands in a column; a name that nothing has is counted as nils."""
        now, rows = self.of(self.now), self.rows
        lines = zip(rows["open"], rows[column], rows["round"], rows["band"], strict=True)
        sizes = Counter((name, round_, band) for stands, name, round_, band in lines if stands)
        moved = Counter(zip(now[column], now["movement"], strict=True))
        overdue = Counter[str]()
        for name, late in zip(now[column], now["overdue"], strict=True):
            overdue[name] += late
        comparable = self.comparable

        def counts(name: str, round_: str) -> Counts:
            found = [sizes[name, round_, band] for band in (*self.bands, "")]
            return Counts(tuple(zip(self.bands, found, strict=False)), found[-1])

        def row(name: str) -> Row:
            movements = (Movement.UP, Movement.DOWN, Movement.NEW)
            up, down, new = (moved[name, movement.value] for movement in movements)
            last = counts(name, self.last) if comparable else None
            return Row(name, counts(name, self.now), last, up, down, new, overdue[name])

        return tuple(row(name) for name in names)


def _rounds(register: Register, context: Context) -> tuple[str, ...]:
    """The rounds that are counted, oldest first: at most six, the last and this one at the end."""
    before = context.before
    histories = (entry.history for entry in (*register.entries, *register.archive))
    known = {past.round: _round(past.round, context) for history in histories for past in history}
    limit = context.round.as_at
    if before and (last := _round(before.round, context)):
        limit = last.as_at
    earlier = sorted((r.as_at, name) for name, r in known.items() if r and r.as_at < limit)
    names = [name for _, name in earlier if name != register.round]
    return (*names, *([before.round] if before else []), register.round)[-TREND_ROUNDS:]


def _round(name: str, context: Context) -> Round | None:
    """The round of a name, where the timetable still has it."""
    try:
        return context.settings.timetable.round(name)
    except UnknownRoundError:
        return None


def _table(register: Register, rounds: tuple[str, ...], context: Context) -> _Table:
    before = context.before
    lines = [*_lines_now(register, context)]
    for round_ in rounds[:-1]:
        if before and round_ == before.round:
            lines += [_line(round_, entry, _band(entry, before, context), context) for entry in before.open]
        else:
            lines += _lines_then(round_, register, context)
    bands = tuple(band.name for band in reversed(context.settings.matrix.bands))
    first = before is None and all(entry.movement is Movement.NEW for entry in register.open)
    last = "" if first or len(rounds) < 2 else rounds[-2]
    frame = _frame(lines, list(_COLUMNS)).astype({"open": bool, "exempt": bool, "overdue": int})
    rescaled = before is not None and before.scale != register.scale
    each = {str(name): lines for name, lines in frame.groupby("round")}
    return _Table(frame, each, register.round, last, bands, rescaled)


Line = tuple[str, str, str, str, str, str, str, str, bool, bool, int]


def _line(round_: str, entry: Entry, band: str, context: Context, movement: str = "", overdue: int = 0) -> Line:
    unit, service = context.heir(entry.unit), context.directory.service(entry.unit)
    category = entry.now.category or NO_CATEGORY
    is_open = movement not in _GONE
    return (round_, entry.ref, "All risks", unit, service, category, band, movement, is_open, entry.now.exempt, overdue)


def _lines_now(register: Register, context: Context) -> Iterator[Line]:
    """This round's risks, those that were closed or merged in it too."""
    for entry in register.entries:
        actions = register.actions_of.get(entry.ref, ()) if entry.open else ()
        overdue = sum(action.days_overdue(context.on) > 0 for action in actions)
        band = _band(entry, register, context)
        yield _line(register.round, entry, band, context, entry.movement.value, overdue)


def _band(entry: Entry, register: Register, context: Context) -> str:
    """The band that a risk stands in on a register: by today's matrix, or last round by what was written down then."""
    if entry.rating is None:
        return ""
    scored = [past.band for past in entry.ratings if past.score]
    if context.before is register and scored:
        return scored[-1]
    return context.settings.matrix.band(entry.rating).name


def _lines_then(round_: str, register: Register, context: Context) -> Iterator[Line]:
    """The risks that stood open in an earlier round, by their histories."""
    then = _round(round_, context)
    for entry in (*register.entries, *register.archive):
        band = _band_then(entry, then.as_at, context) if then else None
        if band is not None:
            yield _line(round_, entry, band, context)


def _band_then(entry: Entry, then: date, context: Context) -> str | None:
    """The band in which a risk stood on a day: its last rating till then; None when it was not on the register."""
    band: str | None = None
    for past in entry.ratings:
        round_ = _round(past.round, context)
        if round_ and round_.as_at > then:
            break
        band = _stands(past, band)
    return band


def _stands(past: Past, band: str | None) -> str | None:
    """The band after a round, from the band before it."""
    if past.movement in _GONE:
        return None
    if past.score:
        return past.band
    return band if band is not None and past.movement in _STANDING else ""


def _services(found: Iterable[str], context: Context) -> tuple[str, ...]:
    """The directorate, its services in the directory's order, then projects, partnerships and what has no service."""
    units = context.directory.current(context.on)
    names = dict.fromkeys([*(context.directory.service(unit.code) for unit in units), *sorted(set(found))])
    last = ("Projects", "Partnerships", "No service")
    return tuple(sorted(names, key=lambda name: (name != DIRECTORATE, last.index(name) + 1 if name in last else 0)))


def _categories(found: Iterable[str], context: Context) -> tuple[str, ...]:
    """The categories in the settings' order, then any that is on no list."""
    return tuple(dict.fromkeys([*context.settings.lists.categories, *sorted(set(found))]))


def _opening(now: "DataFrame", register: Register, context: Context) -> int:
    """Risks open at the end of last round; without its register, all that neither came nor came back."""
    if context.before:
        return len(context.before.open)
    there = int((~now["movement"].isin([Movement.NEW.value, Movement.REOPENED.value])).sum())
    return there - sum(entry.is_brief for entry in register.entries)


def _actions(register: Register, context: Context) -> ActionCounts:
    on, until = context.on, context.settings.timetable.after(context.round).as_at
    actions, late, before = _standing_actions(register), _late(register, context.on), _late_before(context)
    return ActionCounts(
        open=len(actions),
        overdue=len(late),
        last_overdue=None if before is None else len(before),
        long_overdue=len(_long(late, context)),
        long_days=context.settings.escalation.unit.overdue_days,
        due_next=sum(action.due is not None and on <= action.due <= until for action in actions),
    )


def _standing_actions(register: Register) -> list[Action]:
    """Open actions of open risks."""
    refs = {entry.ref for entry in register.open}
    return [action for action in register.actions if action.open and action.risk_ref in refs]


def _late(register: Register, on: date) -> list[Action]:
    return [action for action in _standing_actions(register) if action.days_overdue(on)]


def _late_before(context: Context) -> list[Action] | None:
    """The actions that were overdue at the end of last round, where that can be said."""
    before = context.before
    then = _round(before.round, context) if before and before.actions else None
    return _late(before, then.as_at) if before and then else None


def _long(late: Iterable[Action], context: Context) -> list[Action]:
    line = context.settings.escalation.unit.overdue_days
    return [action for action in late if action.days_overdue(context.on) > line]


@dataclass(frozen=True, slots=True)
class _Came:
    """The units on Returns, by what came of them; those that are ``undated`` are among those on time."""

    on_time: tuple[str, ...]
    late: tuple[str, ...]
    missing: tuple[str, ...]
    undated: tuple[str, ...]


def _came(register: Register, context: Context) -> _Came:
    """Sort the units on Returns, not the workbooks; on time is a readable return filled in by the due date.

    What a unit sent that has ended is its successor's, unless that is asked for its own still.
    """
    heirs = {one.unit: context.heir(one.unit) for one in register.returns if one.unit}
    books: Mapping[str, list[Received]] = {unit: [] for unit in sorted(heirs.values())}
    silent = {one.unit for one in register.returns if not one.book}
    for received in register.returns:
        unit = heirs.get(received.unit, "")
        if unit and received.state in _READ and unit not in silent:
            books[unit].append(received)
    by = context.settings.timetable.due_date(context.round)
    missing = tuple(unit for unit, sent in books.items() if not sent)
    dated = [unit for unit, sent in books.items() if any(one.filled_on and one.filled_on <= by for one in sent)]
    undated = [unit for unit, sent in books.items() if unit not in dated and any(not one.filled_on for one in sent)]
    on_time = tuple(unit for unit in books if unit in (*dated, *undated))
    late = tuple(unit for unit in books if unit not in (*on_time, *missing))
    return _Came(on_time, late, missing, tuple(undated))


def _returns(register: Register, context: Context) -> ReturnCounts:
    came = _came(register, context)
    on_time, late = len(came.on_time), len(came.late)
    return ReturnCounts(on_time + late + len(came.missing), on_time, late, came.missing)


Flaws = list[tuple[str, Set[Gap]]]
"""For every open risk its unit, and the gaps that it has."""


def _gaps(register: Register, context: Context) -> Flaws:
    return [(context.heir(entry.unit), gaps(entry, register, context)) for entry in register.open]


def _frame(lines: Iterable[tuple[object, ...]], columns: list[str]) -> "DataFrame":
    """Lines as pandas has them; it is imported only where something is counted, because that takes half a second."""
    from pandas import DataFrame

    return DataFrame(lines, columns=columns, dtype=object)


def _gaps_before(context: Context) -> Flaws | None:
    """The same of last round's register, as of its own day; None where there is none, or its round is not known."""
    before = context.before
    last = _round(before.round, context) if before else None
    if before is None or last is None:
        return None
    return _gaps(before, replace(context, round=last, on=last.as_at, before=None))


def _quality(found: Iterable[Set[Gap]]) -> Quality:
    """How many of some risks have each gap, and how many none."""
    found = list(found)
    sizes = Counter(gap for of_risk in found for gap in of_risk)
    return Quality(len(found), tuple((gap, sizes[gap]) for gap in Gap), sum(not of_risk for of_risk in found))


def _units(
    table: _Table, now: Flaws, before: Flaws | None, register: Register, context: Context
) -> tuple[UnitRow, ...]:
    """A line for every unit that there is, that was asked or that has a risk, in the directory's order."""
    there = [unit.code for unit in context.directory.current(context.on)]
    seen = {*table.of(register.round)["unit"], *(received.unit for received in register.returns if received.unit)}
    known = [unit.code for unit in context.directory.units]
    codes = sorted({*there, *seen}, key=lambda code: (known.index(code) if code in known else len(known), code))
    came = _came(register, context)
    is_now, was = _by_unit(now), None if before is None else _by_unit(before)
    nothing = _quality(())
    rows = zip(codes, table.by("unit", codes), strict=True)
    return tuple(
        _unit(row, is_now.get(code, nothing), None if was is None else was.get(code, nothing), came, register)
        for code, row in rows
    )


def _by_unit(flaws: Flaws) -> dict[str, Quality]:
    """The quality of each unit that has open risks."""
    found: dict[str, list[Set[Gap]]] = {}
    for unit, of_risk in flaws:
        found.setdefault(unit, []).append(of_risk)
    return {unit: _quality(of_unit) for unit, of_unit in found.items()}


def _unit(row: Row, now: Quality, last: Quality | None, came: _Came, register: Register) -> UnitRow:
    counting = [one for one in register.returns if one.unit == row.name and one.state != "Superseded"]
    late = [one.filled_on for one in counting if one.filled_on]
    states = {UNDATED: came.undated, ON_TIME: came.on_time, LATE: came.late, MISSING: came.missing}
    returned = next((state for state, codes in states.items() if row.name in codes), NOT_ASKED)
    return UnitRow(
        code=row.name,
        counts=row,
        now=now,
        last=last,
        returned=returned,
        came=max(late) if returned == LATE and late else None,
        rows=sum(one.merged + one.held for one in counting),
        errors=sum(one.errors for one in counting),
        queries=sum(one.queries for one in counting),
    )


def _trend(table: _Table, rounds: tuple[str, ...], register: Register, context: Context) -> tuple[Standing, ...]:
    """Bands round by round, from the last change of scale or bands on."""
    matrix = context.settings.matrix
    pasts = [past for entry in (*register.entries, *register.archive) for past in entry.history if past.score]
    other = {past.round for past in pasts if not on_scale(past, matrix)}
    standings: list[Standing] = []
    for name in rounds:
        if name in other or not table.known(name):
            standings.clear()
            continue
        round_ = _round(name, context)
        standings.append(Standing(name, round_ is None or round_.asks_units, table.counts(name)))
    return tuple(standings)


def _decided(register: Register, word: str) -> tuple[str, ...]:
    """Risks about which a word was decided for this round."""
    found = {one.risk_ref for one in register.decisions if (one.decision, one.round) == (word, register.round)}
    return tuple(sorted(found))


def _reconcile(found: Tally) -> None:
    came = found.opening + found.moved(Movement.NEW) + found.moved(Movement.REOPENED) + found.brief
    stands = found.closing + found.moved(Movement.CLOSED) + found.moved(Movement.MERGED)
    if came != stands:
        raise AssertionError(
            f"{found.round}: {found.opening} risks at the start and what came make {came}, "
            f"but {found.closing} now and what went make {stands}."
        )
