"""A book's registers and kept copies in; the row on which something stands, and the cell that it came from, out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from pathlib import PurePath

from riskbook import ledger
from riskbook.forms import ACTIONS, DECISIONS, RISKS, Column, by_key
from riskbook.kinds import said, spelt, worded
from riskbook.model import BY_HAND, Action, Change, Decision, Entry, Past, Register, Risk, Source
from riskbook.places import Place, number
from riskbook.read import Book
from riskbook.rounds import UnknownRoundError
from riskbook.settings import Settings
from riskbook.tables import read

Told = Risk | Action
Columns = Mapping[str, Column]


@dataclass(frozen=True, slots=True)
class Origin:
    """A row or cell of a file, under what heading, and what was read there in words.

    ``sha256`` is the digest of the file, ``kept`` where in the book a copy of it is kept; "" where none is, and of a
    register that was changed by hand more than once every copy, with "; " between them.
    """

    place: Place
    sha256: str = ""
    kept: str = ""
    heading: str = ""
    value: str = ""


@dataclass(frozen=True, slots=True)
class Volume:
    """A round's register, the name and digest of its workbook, and the row of everything on it by sheet and keys."""

    register: Register
    book: str
    sha256: str
    rows: Mapping[tuple[str, ...], int]

    def told(self, ref: str) -> Told | None:
        """The risk or action of a ref, as this round has it."""
        entry = self.register.by_ref.get(ref)
        return entry.now if entry else self.register.action_by_ref.get(ref)


@dataclass(frozen=True, slots=True)
class Shelf:
    """The registers of a book, oldest first; and where copies of files are kept, by the start of their digests."""

    volumes: tuple[Volume, ...]
    kept: Mapping[str, str]
    settings: Settings

    def volume(self, round_: str) -> Volume | None:
        """The register of a round."""
        return next((one for one in self.volumes if one.register.round == round_), None)

    def row(self, volume: Volume, sheet: str, *keys: str, heading: str = "", value: str = "") -> Origin:
        """The row of a register on which something stands."""
        place = Place(volume.book, sheet, volume.rows.get((sheet, *keys), 0))
        return self.origin(place, volume.sha256, heading, value)

    def entry(self, volume: Volume, entry: Entry) -> Origin:
        """The row of a register on which a risk stands."""
        sheets = ("Register", "Closed before")
        sheet = next((sheet for sheet in sheets if (sheet, entry.ref) in volume.rows), sheets[0])
        return self.row(volume, sheet, entry.ref, heading="Rating now", value=rated(entry.ratings))

    def cells(self, volume: Volume, told: Told, *keys: str) -> tuple[Origin, ...]:
        """The cells that fields of a risk or action came from."""
        columns = by_key(RISKS if isinstance(told, Risk) else ACTIONS)
        return tuple(self._cell(volume, told, columns[key]) for key in keys)

    def decision(self, volume: Volume, decision: Decision) -> tuple[Origin, ...]:
        """The row of the file that a decision was read from, and its row on the register."""
        keys = (decision.risk_ref, decision.round, decision.decision)
        row = self.row(volume, "Decisions", *keys, heading="Decision", value=decision.decision)
        if not decision.book:
            return (row,)
        return (self.origin(decision.place, decision.sha256, "Decision", decision.decision), row)

    def rating(self, volume: Volume, past: Past) -> tuple[Origin, ...]:
        """The cells of the steps of a rating; an agreed one's with the register's row of the decision."""
        told = volume.told(past.ref)
        if past.kind != "agreed":
            return self.cells(volume, told, "impact", "likelihood") if told else ()
        of_it = (one for one in volume.register.decisions if (one.risk_ref, one.round) == (past.ref, past.round))
        agreed = [one for one in of_it if (one.agreed_impact, one.agreed_likelihood) == (past.impact, past.likelihood)]
        if not agreed:
            return ()
        cells, written = tuple(self._rated(agreed[-1])), self.decision(volume, agreed[-1])
        return (*cells, written[-1]) if cells else written

    def when(self, round_: str) -> date | None:
        """The day that a round is counted to, where the timetable still has it."""
        try:
            return self.settings.timetable.round(round_).as_at
        except UnknownRoundError:
            return None

    def change(self, volume: Volume, change: Change) -> Origin:
        """The cell that a change came from."""
        place, told = parsed(change.where), volume.told(change.ref)
        sha256 = told.source.sha256 if told and told.source.book == place.book else _digest(volume.register, place.book)
        if change.by == BY_HAND:
            return Origin(place, sha256, self._by_hand(volume), change.key, change.now)
        return self.origin(place, sha256, change.key, change.now)

    def origin(self, place: Place, sha256: str, heading: str = "", value: str = "") -> Origin:
        """A place in a file of that digest, and where a copy of the file is kept."""
        return Origin(place, sha256, self.kept.get(sha256[:SHORT], "") if sha256 else "", heading, value)

    def _cell(self, volume: Volume, told: Told, column: Column) -> Origin:
        """Where a field came from: its row, unless a person or a decision said otherwise since that was read.

        What a directorate risk took over from the risk that was escalated into it came from that one's cell.
        """
        value = getattr(told, column.key)
        if (below := _escalated(volume, told)) and value and getattr(below, column.key) == value:
            return self._cell(volume, below, column)
        shown = dict(told.unread).get(column.key, in_words(value, column, self.settings))
        for one in reversed(self.volumes[: self.volumes.index(volume) + 1]):
            then = one.told(told.ref)
            if then is None or _row(then.source) != _row(told.source):
                break
            for change in one.register.changes_of.get(told.ref, ()):
                if (change.key, change.now) == (column.header, worded(value)):
                    return replace(self.change(one, change), value=shown)
        return self.origin(told.source.place(column.key), told.source.sha256, column.header, shown)

    def _rated(self, decision: Decision) -> Iterator[Origin]:
        """The cells in which an agreed impact and likelihood stand, where the register knows them."""
        sheet, _, cells = decision.rated_at.rpartition("!")
        columns = by_key(DECISIONS)
        for key, cell in zip(("agreed_impact", "agreed_likelihood"), cells.split(), strict=False):
            place = parsed(f"{decision.book} › {sheet}!{cell}")
            shown = in_words(getattr(decision, key), columns[key], self.settings)
            yield self.origin(place, decision.sha256, columns[key].header, shown)

    def _by_hand(self, volume: Volume) -> str:
        """The copy of a register as somebody had changed it; all of them where it was changed more than once."""
        ending = f"-{PurePath(volume.book).stem}-changed-by-hand.xlsx"
        return "; ".join(path for path in self.kept.values() if path.endswith(ending))


SHORT = 12
"""How many figures of a digest stand before the name of a kept copy."""


def volume(register: Register, book: Book, settings: Settings) -> Volume:
    """A register as it stands in its workbook."""
    return Volume(register, book.name, book.sha256, dict(_rows(book, settings)))


def rated(pasts: Iterable[Past]) -> str:
    """The last of some ratings: "16 Red"; "Not scored" where there is none."""
    last = [*pasts][-1:]
    return f"{last[0].number} {last[0].band}" if last and last[0].band else "Not scored"


def in_words(value: object, column: Column, settings: Settings) -> str:
    """A value as its column shows it, in words."""
    if value in ("", None, ()):
        return ""
    shown = column.kind.show(value, settings)
    return said(shown) if isinstance(shown, date) else spelt(shown)


def parsed(where: str) -> Place:
    """A place, from the words for it: "frd.xlsx › Risks!F12"."""
    book, _, inside = where.rpartition(" › ")
    sheet, _, cell = inside.rpartition("!")
    found = re.fullmatch(r"([A-Z]{0,3})(\d+)", cell)
    if not book or not found:
        return Place(book or where, inside if book else "")
    return Place(book, sheet, int(found[2]), number(found[1]))


_KEYS: Mapping[str, tuple[tuple[Column, ...], tuple[str, ...]]] = {
    "Register": (ledger.REGISTER, ("ref",)),
    "Closed before": (ledger.REGISTER, ("ref",)),
    "Actions": (ledger.ACTION_LIST, ("ref",)),
    "Score history": (ledger.HISTORY, ("ref", "round", "kind")),
    "Decisions": (ledger.DECIDED, ("risk_ref", "round", "decision")),
    "Returns": (ledger.RETURNS, ("unit", "book")),
}
"""What a row of each sheet of a register is found by."""


def _rows(book: Book, settings: Settings) -> Iterator[tuple[tuple[str, ...], int]]:
    for sheet, (columns, keys) in _KEYS.items():
        asked = tuple(column for column in columns if column.key in keys)
        grid = book.grid(sheet)
        table, _ = read(grid, book.name, book.sha256, asked, settings, errors=frozenset()) if grid else (None, [])
        for row in table.rows if table else ():
            yield (sheet, *(str(row.values.get(key, "")) for key in keys)), row.source.row


def _escalated(volume: Volume, told: Told) -> Told | None:
    """The risk that a directorate risk was made from, while its source is still the decision that made it."""
    for one in volume.register.decisions:
        made = (one.decision, one.into) == ("Escalate", told.ref)
        if made and _row(told.source) == (one.book, one.sha256, one.sheet, one.row):
            return volume.told(one.risk_ref)
    return None


def _row(source: Source) -> tuple[str, str, str, int]:
    return source.book, source.sha256, source.sheet, source.row


def _digest(register: Register, book: str) -> str:
    """The digest of a file that a register names."""
    named = [(decision.book, decision.sha256) for decision in register.decisions]
    named += [(received.book, received.sha256) for received in register.returns]
    return next((sha256 for name, sha256 in named if name == book), "")
