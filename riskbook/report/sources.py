"""A quarterly and the registers of its book in; every figure of the Summary with the cells behind it, and as sheets."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from riskbook import tally as counting
from riskbook.escalate import Candidate
from riskbook.kinds import said
from riskbook.model import Action, Decision, Entry, Movement, Received
from riskbook.narrative import movement_words
from riskbook.origins import Origin, Shelf, Volume, rated
from riskbook.places import Place
from riskbook.quarterly import Quarterly
from riskbook.report import cells, decisions, heat_map, scores, summary
from riskbook.report.blocks import BLANK, Cell, Count, Document, Ref, Screen, Sheet, Text
from riskbook.report.columns import Column, table, widths
from riskbook.tally import Counts


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing that a figure counts, by its ref (or its unit's code): what is said of it, and where that stands.

    ``row`` is its row on the register, ``cells`` what that was read from.
    """

    ref: str
    about: str
    row: Origin
    cells: tuple[Origin, ...]


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure: what it counts, where on the Summary it stands, and what is behind it.

    A change counts what came into a band, and takes off what went out of it (``less``).
    """

    label: str
    number: int
    stands: tuple[str, ...]
    behind: tuple[Evidence, ...]
    less: tuple[Evidence, ...] = ()

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What came, and what went."""
        return (*self.behind, *self.less)


NAME, CELLS = "Sources of the Summary", "Sources"
"""The workbook, and its sheet of cells."""
PARAGRAPH, WANTED, BANDS, HIGHEST = "Paragraph", "Decisions wanted", "Risks in each band", "The highest risks"
MOVEMENT, CHART, MAP = "Movement", "Chart", "Map"
ALL, CHANGE = "All risks", "change"


def figures(quarterly: Quarterly, shelf: Shelf, whole: Quarterly | None = None) -> tuple[Figure, ...]:
    """Every figure of the Summary; of the open edition, with the ``whole`` that the exempt risks are in.

    Raises:
        AssertionError: a figure is not as many as what is behind it, which is a bug.
    """
    now = shelf.volume(quarterly.register.round)
    if now is None:
        raise ValueError(f"The register of {quarterly.register.round} is not among those of the book.")
    found = tuple(_Traced(quarterly, shelf, now, counting.behind(quarterly.register, quarterly.context)).all(whole))
    for one in found:
        if one.number != len(one.behind) - len(one.less):
            raise AssertionError(f"{one.label}: {one.number}, and not {[evidence.ref for evidence in one.evidence]}")
    return found


def document(quarterly: Quarterly, found: Iterable[Figure]) -> Document:
    """The figures as a workbook: a sheet with a row for each, and one with a row for every cell behind them."""
    context, council, found = quarterly.context, quarterly.context.settings.council, tuple(found)
    name = f"{NAME}, {context.round}"
    return Document(
        title=name,
        subject="Every figure of the Summary, and the cells that it comes from",
        organisation=council.name,
        footer=f"{council.directorate} · sources of the Summary · {context.round} · as at {said(context.on)}",
        created=context.on,
        sheets=(_figures(found, name), _sources(found)),
        banner="EXEMPT" if quarterly.tally.exempt else "",
    )


@dataclass(frozen=True, slots=True)
class _Traced:
    """What the figures of a quarterly are traced with."""

    quarterly: Quarterly
    shelf: Shelf
    now: Volume
    behind: counting.Behind

    def all(self, whole: Quarterly | None) -> Iterator[Figure]:
        yield from self._bands()
        yield from self._movements()
        yield from self._actions()
        yield from self._returns()
        yield from self._wanted()
        yield from self._highest()
        yield from self._rest(whole)
        yield from self._map()

    def _bands(self) -> Iterator[Figure]:
        """The open risks in each band, round by round; this round's and the last one's first, with the change."""
        tally = self.quarterly.tally
        trend = [standing.round for standing in tally.trend] if len(tally.trend) > 1 else []
        told: dict[str, tuple[str, ...]] = {tally.round: (PARAGRAPH, BANDS)}
        if tally.last:
            told[tally.last_round] = (BANDS,)
        told |= {name: (*told.get(name, ()), CHART) for name in trend}
        counts = {standing.round: standing.counts for standing in tally.trend} | {tally.round: tally.now}
        counts |= {tally.last_round: tally.last} if tally.last else {}
        for name, stands in told.items():
            yield from self._in_bands(name, counts[name], stands)
        if tally.last:
            yield from self._changes(tally.last)

    def _in_bands(self, round_: str, counts: Counts, stands: tuple[str, ...]) -> Iterator[Figure]:
        whole: list[Evidence] = []
        for label, band, number in _lines(counts):
            behind = tuple(self.standing(round_, ref) for ref in self.behind.standing[round_, band])
            whole += behind
            asked = (WANTED,) if number and not band and PARAGRAPH in stands else ()
            yield Figure(f"{label}, {round_}", number, (*stands, *asked), behind)
        apart = tuple(part for part in stands if part != CHART)
        if apart:
            yield Figure(f"{ALL}, {round_}", counts.all, apart, tuple(whole))

    def _changes(self, last: Counts) -> Iterator[Figure]:
        """What came into a band since last round, less what went out of it."""
        tally = self.quarterly.tally
        bands = {band: (label, number) for label, band, number in _lines(tally.now)}
        for _, band, was in _lines(last):
            label, number = bands[band]
            yield self._changed(label, number - was, (band,))
        yield self._changed(ALL, tally.now.all - last.all, tuple(bands))

    def _changed(self, label: str, number: int, bands: tuple[str, ...]) -> Figure:
        tally, standing = self.quarterly.tally, self.behind.standing
        now = [ref for band in bands for ref in standing[tally.round, band]]
        was = [ref for band in bands for ref in standing[tally.last_round, band]]
        came = tuple(self.standing(tally.round, ref) for ref in now if ref not in was)
        went = tuple(self.standing(tally.last_round, ref) for ref in was if ref not in now)
        return Figure(f"{label}, {CHANGE} since {tally.last_round}", number, (BANDS,), came, went)

    def _movements(self) -> Iterator[Figure]:
        """Each kind of movement; and the lines of the table that count several of them."""
        tally = self.quarterly.tally
        if not tally.last_round:
            return
        lines = summary.movements(tally)
        alone = {kinds[0]: label for label, kinds in lines if not any(map(tally.moved, kinds[1:]))}
        for kind in Movement:
            behind = tuple(self._moved(self.now.register.by_ref[ref]) for ref in self.behind.moved[kind])
            stands = (PARAGRAPH, MOVEMENT) if kind in alone else (PARAGRAPH,)
            yield Figure(alone.get(kind, str(kind)), tally.moved(kind), stands, behind)
        for label, kinds in lines:
            if kinds[0] not in alone:
                refs = [ref for kind in kinds for ref in self.behind.moved[kind]]
                behind = tuple(self._moved(self.now.register.by_ref[ref]) for ref in refs)
                yield Figure(label, sum(map(tally.moved, kinds)), (MOVEMENT,), behind)

    def _actions(self) -> Iterator[Figure]:
        counts = self.quarterly.tally.actions
        if counts.last_overdue is not None:
            yield self._overdue_before(counts.last_overdue)
        actions = {action.ref: action for action in self.now.register.actions}
        long = f"Actions overdue by more than {counts.long_days} days"
        for label, number, refs in (
            ("Actions overdue", counts.overdue, self.behind.overdue),
            (long, counts.long_overdue, self.behind.long_overdue),
        ):
            behind = tuple(self._action(self.now, actions[ref]) for ref in refs)
            yield Figure(label, number, (PARAGRAPH,), behind)

    def _overdue_before(self, number: int) -> Figure:
        """The actions that were overdue in last round, by its register."""
        name = self.quarterly.tally.last_round
        last, refs = self.shelf.volume(name), self.behind.last_overdue
        actions = {action.ref: action for action in last.register.actions} if last else {}
        behind = tuple(self._action(last, actions[ref]) for ref in refs) if last else ()
        return Figure(f"Actions overdue, {name}", number, (PARAGRAPH,), behind)

    def _returns(self) -> Iterator[Figure]:
        counts, behind = self.quarterly.tally.returns, self.behind
        received = tuple(sorted((*behind.on_time, *behind.late)))
        due = tuple(sorted((*received, *behind.missing)))
        for label, number, units, stands in (
            ("Due", counts.due, due, (PARAGRAPH,)),
            ("Received", counts.received, received, (PARAGRAPH,)),
            ("Late", counts.late, behind.late, (PARAGRAPH,)),
            ("Not received", len(counts.missing), behind.missing, (WANTED,)),
        ):
            yield Figure(f"Returns: {label}", number, stands, tuple(map(self._unit, units)))

    def _wanted(self) -> Iterator[Figure]:
        """The risks that each proposal is about; those to be scored are the ones that are in no band."""
        candidates = decisions.proposed(self.quarterly)
        for kind, words in summary.ASKED.items():
            named = [one for one in candidates if decisions.kind(one) == kind]
            if named:
                yield Figure(words, len(named), (WANTED,), tuple(map(self._candidate, named)))

    def _highest(self) -> Iterator[Figure]:
        """The risks that are named, each with its rating and what it moved from; and those that rose to the top."""
        tally, top = self.quarterly.tally, self.quarterly.context.settings.lines.top.name
        named = summary.highest(self.quarterly)
        rated = tuple(self.standing(tally.round, entry.ref) for entry in named)
        yield Figure("The highest risks: rating now", len(named), (HIGHEST,), rated)
        if tally.last_round:
            moved = tuple(map(self._moved, named))
            yield Figure("The highest risks: movement", len(named), (HIGHEST,), moved)
            rose = tuple(map(self._moved, summary.risen(self.quarterly)))
            yield Figure(f"Rose to {top} since {tally.last_round}", len(rose), (HIGHEST,), rose)

    def _rest(self, whole: Quarterly | None) -> Iterator[Figure]:
        tally, register = self.quarterly.tally, self.now.register
        for label, word, number, refs in (
            ("Escalated since the last report", "Escalate", tally.escalated, self.behind.escalated),
            ("De-escalated since the last report", "De-escalate", tally.de_escalated, self.behind.de_escalated),
        ):
            last = {one.risk_ref: one for one in register.decisions if one.decision == word}
            yield Figure(label, number, (PARAGRAPH,), tuple(self._decision(last[ref]) for ref in refs))
        exempt = tuple(self._exempt(register.by_ref[ref]) for ref in self.behind.exempt)
        yield Figure("Exempt risks", tally.exempt, (PARAGRAPH,), exempt)
        if whole and self.quarterly.withheld:
            left = tuple(self._withheld(entry) for entry in whole.register.open if entry.now.exempt)
            yield Figure("Exempt risks reported separately", self.quarterly.withheld, (PARAGRAPH,), left)

    def _map(self) -> Iterator[Figure]:
        for square in heat_map.squares(self.quarterly):
            label = f"Impact {square.score.impact}, likelihood {square.score.likelihood}"
            behind = tuple(self.standing(self.quarterly.tally.round, ref) for ref in square.refs)
            yield Figure(label, square.now, (MAP,), behind)

    def standing(self, round_: str, ref: str) -> Evidence:
        """Where a risk stood in a round: by the register of this round and of the last; before that by its history."""
        before = self.quarterly.context.before
        near = round_ == self.now.register.round or (before is not None and before.round == round_)
        volume = self.shelf.volume(round_) if near else None
        if volume is not None:
            entry = volume.register.by_ref[ref]
            return Evidence(ref, rated(entry.ratings), self.shelf.entry(volume, entry), self._rating(volume, entry))
        until = self.shelf.when(round_)
        told = self.now.register.by_ref[ref].ratings
        then = [past for past in told if not until or (when := self.shelf.when(past.round)) is None or when <= until]
        past = next((past for past in reversed(then) if past.score), then[-1])
        row = self.shelf.row(self.now, "Score history", ref, past.round, past.kind, heading="Rating")
        return Evidence(ref, f"{rated([past])} in {past.round}", row, ())

    def _rating(self, volume: Volume, entry: Entry) -> tuple[Origin, ...]:
        """The cells of the rating that counts; of what stands in them where there is none."""
        scored = [past for past in entry.ratings if past.score]
        if entry.rating is None or not scored:
            return self.shelf.cells(volume, entry.now, "impact", "likelihood")
        return self.shelf.rating(volume, scored[-1])

    def _moved(self, entry: Entry) -> Evidence:
        """What moved, by what was returned or decided now, and by last round's register."""
        words = f"{entry.movement}, {movement_words(entry, self.quarterly.context.settings)}"
        return Evidence(entry.ref, words, self.shelf.entry(self.now, entry), (*self._why(entry), *self._before(entry)))

    def _why(self, entry: Entry) -> tuple[Origin, ...]:
        if entry.open:
            silent = ("Returns", entry.unit, "")
            if entry.movement is Movement.NOT_RETURNED and silent in self.now.rows:
                return (self.shelf.row(self.now, *silent, heading="State", value=Movement.NOT_RETURNED.value),)
            return self._rating(self.now, entry)
        decided = [one for one in self.now.register.decisions if one.risk_ref == entry.ref and one.decision in _GONE]
        if decided:
            return self.shelf.decision(self.now, decided[-1])
        return self.shelf.cells(self.now, entry.now, "status", "close_reason")

    def _before(self, entry: Entry) -> tuple[Origin, ...]:
        last = self.shelf.volume(self.quarterly.tally.last_round)
        before = last.register.by_ref.get(entry.ref) if last else None
        return (self.shelf.entry(last, before),) if last and before else ()

    def _action(self, volume: Volume, action: Action) -> Evidence:
        due = f", due {said(action.due)}" if action.due else ""
        row = self.shelf.row(volume, "Actions", action.ref)
        return Evidence(action.ref, f"{action.what}{due}", row, self.shelf.cells(volume, action, "due", "status"))

    def _unit(self, code: str) -> Evidence:
        """What came from a unit: every workbook of it that was read, or nothing."""
        came = [one for one in self.now.register.returns if one.unit == code]
        first = next((one for one in came if one.state == "Merged"), came[0])
        row = self.shelf.row(self.now, "Returns", code, first.book, heading="State", value=first.state)
        return Evidence(code, f"{code}: {first.state}", row, tuple(self._file(one) for one in came if one.book))

    def _file(self, one: Received) -> Origin:
        filled = said(one.filled_on) if one.filled_on else ""
        return self.shelf.origin(Place(one.book), one.sha256, "Date filled in", filled)

    def _candidate(self, one: Candidate) -> Evidence:
        words = f"{one.proposal} ({', '.join(one.codes)}): {' '.join(reason.words for reason in one.reasons)}"
        entry = self.now.register.by_ref[one.ref]
        return Evidence(one.ref, words, self.shelf.entry(self.now, entry), self._rating(self.now, entry))

    def _decision(self, one: Decision) -> Evidence:
        *source, row = self.shelf.decision(self.now, one)
        return Evidence(one.risk_ref, f"{one.decision}, {one.body}", row, tuple(source))

    def _exempt(self, entry: Entry) -> Evidence:
        origins = self.shelf.cells(self.now, entry.now, "audience")
        return Evidence(entry.ref, entry.now.audience, self.shelf.entry(self.now, entry), origins)

    def _withheld(self, entry: Entry) -> Evidence:
        """An exempt risk, by its ref and row alone."""
        return Evidence(entry.ref, entry.now.audience, self.shelf.row(self.now, "Register", entry.ref), ())


_GONE = ("Close", "Merge", "De-escalate")


def _lines(counts: Counts) -> Iterator[tuple[str, str, int]]:
    """Each band by what it is called, its name ("" is not scored) and its count."""
    yield from ((band, band, number) for band, number in counts.bands)
    yield scores.UNSCORED, "", counts.unscored


def _figures(found: tuple[Figure, ...], name: str) -> Sheet:
    numbered = tuple(enumerate(found, 1))
    columns: tuple[Column[tuple[int, Figure]], ...] = (
        Column("No.", 44, lambda one: Count(one[0]), centred=True),
        Column("Figure", 270, lambda one: Text(one[1].label)),
        Column("Number", 70, lambda one: Count(one[1].number), centred=True),
        Column("Where it stands", 190, lambda one: Text(", ".join(one[1].stands))),
        Column("Behind it", 410, lambda one: _refs(one[1].behind)),
        Column("Less", 160, lambda one: _refs(one[1].less)),
    )
    lead = f"A row for every figure of the Summary; the sheet {CELLS} has the cells behind each, by its number here."
    block = table("figures", columns, numbered, empty="The Summary has no figure.", about=lead)
    return Sheet("Figures", name, lead, (block,), widths(columns), Screen(frozen=2))


_MOST_REFS = 500
"""So many refs stand in a cell, which could not hold several thousand."""


def _refs(evidence: tuple[Evidence, ...]) -> Cell:
    return cells.refs([one.ref for one in evidence], _MOST_REFS, CELLS, BLANK)


@dataclass(frozen=True, slots=True)
class _Line:
    number: int
    figure: Figure
    evidence: Evidence
    origin: Origin | None


def _sources(found: tuple[Figure, ...]) -> Sheet:
    """A row for every cell; one where there is none but the register's own row."""
    lines = [
        _Line(number, figure, evidence, origin)
        for number, figure in enumerate(found, 1)
        for evidence in figure.evidence
        for origin in (evidence.cells or (None,))
    ]
    columns: tuple[Column[_Line], ...] = (
        Column("No.", 44, lambda one: Count(one.number), centred=True),
        Column("Figure", 220, lambda one: Text(one.figure.label)),
        Column("Ref", 80, lambda one: Ref(one.evidence.ref), centred=True),
        Column("What is said of it", 240, lambda one: Text(one.evidence.about)),
        Column("Register row", 330, lambda one: Text(str(one.evidence.row.place))),
        Column("Register digest", 488, lambda one: Text(one.evidence.row.sha256)),
        Column("Column", 130, lambda one: Text(one.origin.heading if one.origin else "")),
        Column("What stands there", 160, lambda one: Text(one.origin.value if one.origin else "")),
        Column("Source file", 250, lambda one: Text(one.origin.place.book if one.origin else "")),
        Column("Sheet", 90, lambda one: Text(one.origin.place.sheet if one.origin else "")),
        Column("Cell", 60, lambda one: Text(one.origin.place.cell if one.origin else ""), centred=True),
        Column("Source digest", 488, lambda one: Text(one.origin.sha256 if one.origin else "")),
        Column("Kept as", 330, lambda one: Text(_kept(one.origin) if one.origin else "")),
    )
    lead = "A row for every cell behind a figure: the register's row, and the file, sheet and cell that it came from."
    block = table("sources", columns, lines, empty="Nothing is behind any figure.", about=lead)
    return Sheet(CELLS, CELLS, lead, (block,), widths(columns), Screen(frozen=3))


def _kept(origin: Origin) -> str:
    return origin.kept or "not kept"
