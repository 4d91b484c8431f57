"""Another system's export and the register in; what is there alone, here alone, and what differs, with both cells, out.

A row is known by our ref or by its ref there (the corporate ref that a decision gave). A title alone is a question.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

from rapidfuzz import fuzz

from riskbook import exports
from riskbook.adopt import headings, layout
from riskbook.adopt.layout import Area
from riskbook.exports import ACCEPTED, FOLLOWS, KEYS, PUT_UP, System, Value
from riskbook.findings import Finding, Rule
from riskbook.forms import RISKS
from riskbook.grid import Cell, Grid
from riskbook.kinds import Kind, Ref, Text, Unfit, listed, worded
from riskbook.model import Entry, Register, Source
from riskbook.places import Place
from riskbook.read import Book
from riskbook.rules import systems as rules
from riskbook.rules.escalation import CORPORATE_BODY, DIRECTORATE, put_up
from riskbook.settings import Context, Settings
from riskbook.tables import shown
from riskbook.text import folded, short, words_only

AXES = ("impact", "likelihood")
STAGES = ("", "target_", "inherent_")
STEPS = tuple(f"{stage}{axis}" for stage in STAGES for axis in AXES)
SCORES = tuple(f"{stage}{what}" for stage in STAGES for what in ("score", "band", "rating"))
RATINGS = (*STEPS, *SCORES)
PLAIN = ("ref", "corporate_ref", "title", "owner", "category", "status", "target_date", "event")
"""What a heading of theirs is taken to say by its words alone, besides ratings; all else must be in the settings."""


@dataclass(frozen=True, slots=True)
class Differs:
    """A field that differs: what it is there and here, and the cell of each."""

    ref: str
    title: str
    key: str
    field: str
    there: str
    there_at: Place
    here: str
    here_at: Place

    @property
    def is_rating(self) -> bool:
        """Whether it is a rating or a part of one."""
        return self.key in RATINGS


@dataclass(frozen=True, slots=True)
class Alone:
    """A risk that stands on one side alone: its ref and title there, or here, where it stands, and what is known."""

    ref: str
    title: str
    at: Place
    why: str = ""


@dataclass(frozen=True, slots=True)
class Alike:
    """A row there and a risk here that have only their titles in common."""

    there: Alone
    here: Alone


@dataclass(frozen=True, slots=True)
class Reconciled:
    """What came of it. ``rows`` are those that name a risk, ``passed_over`` the headings that are not compared."""

    system: System
    rows: int
    same: int
    differs: tuple[Differs, ...]
    there: tuple[Alone, ...]
    here: tuple[Alone, ...]
    alike: tuple[Alike, ...]
    passed_over: tuple[str, ...]
    findings: tuple[Finding, ...]


class UnknownSystemError(ValueError):
    """The file's headings do not say which system it comes from, or that it has risks: one sentence."""


def reconcile(
    book: Book, register: Register, context: Context, rows: Mapping[str, Source], system: System | None = None
) -> Reconciled:
    """Hold an export against the register. ``rows`` say where on its workbook each risk stands, by ref.

    Raises:
        UnknownSystemError: it has no table of risks, or nobody said where it comes from and its headings do not.
        SettingsError: the columns of a system cannot be used.
    """
    system = system or _system(book, context.settings)
    found = _Found(system, register, context, rows)
    tables = [*_tables(book, system, context.settings)]
    if not tables:
        raise UnknownSystemError(
            f"{book.name} has no table of risks: three headings at least must be known, with a ref or a title and a "
            f"rating among them. [export.{exports.PPLUS.key}.columns] in riskbook.toml says what P+ calls its columns."
        )
    for one in tables:
        found.take(one)
    return found.told(tables)


@dataclass(frozen=True, slots=True)
class _Table:
    """A table of theirs: the key that each column says, its headings, and the columns that say nothing we compare."""

    book: Book
    grid: Grid
    area: Area
    keys: Mapping[int, str]
    refs: tuple[int, ...]
    headings: Mapping[int, str]

    @property
    def passed_over(self) -> Iterator[str]:
        """The headings of the columns that are not compared."""
        compared = {*self.keys, *self.refs}
        return (heading for column, heading in self.headings.items() if column not in compared)

    def place(self, row: int, column: int = 0) -> Place:
        return Place(self.book.name, self.grid.name, row, column)


def _system(book: Book, settings: Settings) -> System:
    """The system of whose headings the file has most, and half of them at least: a few words are anybody's."""
    told = {
        words_only(parts[-1])
        for grid in book.grids
        for area in layout.areas(grid, _known(_names(settings, *exports.SYSTEMS)))
        for parts in area.columns.values()
    }
    shares = {}
    for one in exports.SYSTEMS:
        names = _names(settings, one).keys()
        shares[one.key] = len(told & names) / len(names)
    best = max(exports.SYSTEMS, key=lambda one: shares[one.key])
    if shares[best.key] < _HALF or list(shares.values()).count(shares[best.key]) > 1:
        words = listed([f"--system {one.key}" for one in exports.SYSTEMS])
        raise UnknownSystemError(f"{book.name} does not say by its headings where it comes from: give {words}.")
    return best


_HALF = 0.5


def _names(settings: Settings, *systems: System) -> Mapping[str, str]:
    """Headings of systems, as they are compared, and the key of each."""
    return {words_only(name): key for one in systems for name, key in exports.columns(one, settings).items()}


def _known(names: Mapping[str, str]) -> layout.Known:
    return lambda parts: _key(parts, names) or headings.known(parts)


def _key(parts: layout.Heading, names: Mapping[str, str]) -> str:
    """What a heading says: by the settings, or else by its own words as far as those are certain."""
    wholes = [words_only(" ".join(parts[start:])) for start in range(len(parts))]
    if own := next((names[whole] for whole in wholes if whole in names), ""):
        return own
    if rated := headings.first(headings.rating, parts):
        return next(iter(rated.keys((rated.what,))), "") if rated.what != "both" else ""
    meant = headings.first(headings.risk, parts)
    return {"risk": "title"}.get(meant, meant if meant in PLAIN else "")


def _tables(book: Book, system: System, settings: Settings) -> Iterator[_Table]:
    """The tables that have risks and their ratings."""
    names = _names(settings, system)
    for grid in book.grids:
        for area in layout.areas(grid, _known(names)):
            meant = {column: _key(parts, names) for column, parts in area.columns.items()}
            refs = tuple(column for column, key in meant.items() if key in ("ref", "corporate_ref"))
            once = {column: key for column, key in meant.items() if key and [*meant.values()].count(key) == 1}
            keys = {column: key for column, key in once.items() if key in KEYS and key not in (*FOLLOWS, "ref")}
            if (refs or "title" in keys.values()) and set(keys.values()) & {*RATINGS}:
                said = {column: " ".join(parts) for column, parts in area.columns.items()}
                yield _Table(book, grid, area, keys, refs, said)


@dataclass(slots=True)
class _Found:
    """What is found while the tables are gone through."""

    system: System
    register: Register
    context: Context
    sources: Mapping[str, Source]
    matched: dict[str, bool] = field(default_factory=dict)
    differs: list[Differs] = field(default_factory=list)
    strangers: list[Alone] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)
    rows: int = 0

    def take(self, table: _Table) -> None:
        """Find the risk of each row, and compare."""
        seen: dict[str, int] = {}
        for row, cells in layout.body(table.grid, table.area).items():
            refs = [text for column in table.refs if (text := _words(cells.get(column)))]
            title = _title(table, cells)
            if not refs and not title:
                typed = short(" | ".join(text for cell in cells.values() if (text := _words(cell))))
                self._say(rules.NO_NAME, table.place(row), typed=typed)
                continue
            self.rows += 1
            known = list(dict.fromkeys(ref for text in refs if (ref := self._ref(text))))
            there = Alone(" ".join(refs), title, table.place(row, (*table.refs, *table.keys)[0]))
            if len(known) > 1:
                self._say(rules.TWO_REFS, there.at, refs=listed(known, "and"))
                self.matched |= dict.fromkeys(known, False)
            elif known and known[0] in seen:
                self._say(rules.TWICE, there.at, ref=known[0], row=seen[known[0]])
            elif known and self._holds(known[0]):
                seen[known[0]] = row
                self._compare(table, row, cells, self.register.by_ref[known[0]])
            elif not any((one.ref, one.title) == (there.ref, there.title) for one in self.strangers):
                self.strangers.append(replace(there, why=self._gone(known[0])) if known else there)

    def told(self, tables: Sequence[_Table]) -> Reconciled:
        """All of it, and a finding for each."""
        ours = [e for e in self.register.open if e.level == DIRECTORATE and e.ref not in self.matched]
        here = [entry for entry in ours if self.system.holds(entry, self.register)]
        alike = list(self._alike(self.strangers, ours))
        there = [one for one in self.strangers if one not in [pair.there for pair in alike]]
        paired = {pair.here.ref for pair in alike}
        alone = [self._alone(entry) for entry in here if entry.ref not in paired]
        differs = sorted(self.differs, key=lambda one: (not one.is_rating, one.ref))
        passed = dict.fromkeys(heading for table in tables for heading in table.passed_over)
        self._say_all(differs, there, alone, alike)
        same = sum(self.matched.values())
        lists = (tuple(differs), tuple(there), tuple(alone), tuple(alike), tuple(passed), tuple(self.findings))
        return Reconciled(self.system, self.rows, same, *lists)

    def _ref(self, text: str) -> str:
        """Our ref of a risk that a text names: it is one of ours, or the corporate ref that a decision gave."""
        with suppress(Unfit):
            ref = self.register.standing(str(Ref().read(text, self.context.settings).value))
            if ref in self.register.by_ref:
                return ref
        given = [one for one in self.register.decisions if one.corporate_ref]
        return next((one.risk_ref for one in given[::-1] if folded(one.corporate_ref) == folded(text)), "")

    def _holds(self, ref: str) -> bool:
        entry = self.register.by_ref.get(ref)
        return entry is not None and entry.open and self.system.holds(entry, self.register)

    def _gone(self, ref: str) -> str:
        """Why a risk of ours that they have is not one that they should."""
        entry = self.register.by_ref[ref]
        if not entry.open:
            return exports.gone(ref, entry, self.register, self.system)
        if entry.level != DIRECTORATE:
            return f"Here it is a risk of {entry.unit}, and not the directorate's."
        return f"Here no decision says that the {CORPORATE_BODY} has accepted it."

    def _compare(self, table: _Table, row: int, cells: Mapping[int, Cell], entry: Entry) -> None:
        found = []
        for column, key in table.keys.items():
            there = _words(cells.get(column))
            here = KEYS[_told_by(key)](entry, self.register, self.context)
            if not _same(key, there, cells.get(column), here, self.context.settings):
                at, ours = table.place(row, column), self._here(entry, key)
                head = table.headings[column]
                shown_ = _shown(key, here, self.context.settings)
                found.append(Differs(entry.ref, entry.now.title, key, head, there, at, shown_, ours))
        self.differs += found
        self.matched[entry.ref] = self.matched.get(entry.ref, True) and not found

    def _here(self, entry: Entry, key: str) -> Place:
        """The cell of the register's workbook in which a field stands, or the row of the risk."""
        agreed = bool(entry.history) and entry.history[-1].kind == "agreed"
        named = f"agreed_{key}" if agreed and key in AXES else _COLUMNS.get(key, key)
        return self.sources[entry.ref].place(named) if entry.ref in self.sources else Place("")

    def _alone(self, entry: Entry) -> Alone:
        """A risk of ours; one that was put up is not there before it is accepted."""
        awaits = self.system is exports.CORPORATE and put_up(entry, self.register)
        why = f"Put up to the {CORPORATE_BODY}, which has not answered." if awaits else ""
        return Alone(entry.ref, entry.now.title or entry.now.event, self._here(entry, "ref"), why)

    @property
    def _how(self) -> str:
        """How a risk there is given the ref of one here."""
        if self.system is exports.CORPORATE:
            return "record with `riskbook decide` that the group accepted it, with its corporate ref"
        return f"give it our ref in {self.system.name}"

    def _alike(self, there: Iterable[Alone], here: Iterable[Entry]) -> Iterator[Alike]:
        """Rows without a ref that we know, whose title is nearly that of a risk that they have not."""
        least = self.context.settings.escalation.directorate.alike_similarity
        left = [self._alone(entry) for entry in here]
        for one in there:
            near = [
                other for other in left if one.title and fuzz.ratio(folded(one.title), folded(other.title)) >= least
            ]
            if near and not one.why:
                best = max(near, key=lambda other: fuzz.ratio(folded(one.title), folded(other.title)))
                left.remove(best)
                yield Alike(one, best)

    def _say_all(
        self, differs: Iterable[Differs], there: Iterable[Alone], here: Iterable[Alone], alike: Iterable[Alike]
    ) -> None:
        for one in differs:
            facts = {"there": _quoted(one.there), "here": _quoted(one.here), "where": one.here_at, "field": one.field}
            rule = rules.RATING if one.is_rating else rules.FIELD
            self._say(rule, one.there_at, ref=one.ref, **facts)
        for stranger in there:
            whose = self.system is exports.CORPORATE and not stranger.why
            why = stranger.why or "No risk here has its ref or title."
            self._say(rules.WHOSE if whose else rules.NOT_HERE, stranger.at, named=_named(stranger), why=why)
        for own in here:
            self._say(rules.AWAITS if own.why else rules.NOT_THERE, own.at, ref=own.ref, title=own.title)
        for pair in alike:
            named, ours = _named(pair.there), pair.here
            self._say(rules.TITLE_ALONE, pair.there.at, named=named, ref=ours.ref, title=ours.title, how=self._how)

    def _say(self, rule: Rule, place: Place, **facts: object) -> None:
        about = {"ref": str(facts["ref"])} if "ref" in facts else {}
        self.findings.append(rule.finding(place, {"system": self.system.name, **facts}, **about))


_COLUMNS = {
    **dict.fromkeys(("score", "band", "rating"), "rating"),
    **{f"{stage}{what}": f"{stage}impact" for stage in STAGES[1:] for what in ("score", "band", "rating")},
    "description": "event",
}
"""The column of the register's sheet in which something else is told that a system may be given."""
_NOTHING = {"", "-", "–", "not scored", folded(PUT_UP), folded(ACCEPTED)}
"""What stands for nothing: our own extract says so of a risk that has no corporate ref yet."""


def _words(cell: Cell | None) -> str:
    """What stands in a cell, or nothing."""
    text = shown(cell) if cell else ""
    return "" if folded(text) in _NOTHING else text


def _title(table: _Table, cells: Mapping[int, Cell]) -> str:
    """The title of a row, or else what it says might happen."""
    columns = {key: column for column, key in table.keys.items()}
    told = (_words(cells.get(columns[key])) for key in ("title", "event", "description") if key in columns)
    return next((short(words, 120) for words in told if words), "")


def _same(key: str, there: str, cell: Cell | None, here: Value, settings: Settings) -> bool:
    """Whether both sides say the same, each read as what it is; what cannot be read so is compared as words."""
    if not there or here in (None, ""):
        return not there and here in (None, "")
    if key in SCORES:
        return _rated_same(there, str(here), settings)
    kind = _KINDS.get(key)
    if kind and cell is not None and cell.value is not None:
        with suppress(Unfit):
            return bool(kind.read(cell.value, settings).value == here)
    plain = re.sub(r"\s*\(exempt\)$", "", there) if key == "title" else there
    return folded(plain) == folded(worded(here))


def _shown(key: str, here: Value, settings: Settings) -> str:
    """What stands here, in words; a step with its word."""
    return str(_KINDS[key].show(here, settings)) if key in STEPS and here else worded(here)


_KINDS: Mapping[str, Kind] = {column.key: column.kind for column in RISKS if not isinstance(column.kind, Text)}


def _told_by(key: str) -> str:
    """The key of what a field of theirs is held against: of a score or a band it is the rating, which has both."""
    return f"{key.rpartition('_')[0]}_rating".removeprefix("_") if key in SCORES else key


def _rated_same(there: str, here: str, settings: Settings) -> bool:
    """Whether a number, a band or both ("16", "Red", "R", "16 Red (R)") say what the rating here does ("16 Red")."""
    said, own = _parts(there), _parts(here)
    letters = {folded(band.letter): folded(band.name) for band in settings.matrix.bands}
    return bool(said) and all(letters.get(told, told) == own[what] for what, told in said.items())


def _parts(text: str) -> dict[str, str]:
    """The number and the word of a rating, as far as it has them."""
    number, word = re.search(r"\d+", text), re.search(r"[a-z][a-z ]*", folded(re.sub(r"\(\w+\)", "", text)))
    found = {"number": number[0] if number else "", "word": word[0].strip() if word else ""}
    return {what: told for what, told in found.items() if told}


def _named(one: Alone) -> str:
    return " ".join(part for part in (one.ref, f"“{one.title}”" if one.title else "") if part)


def _quoted(words: str) -> str:
    return f"“{short(words)}”" if words else "empty"
