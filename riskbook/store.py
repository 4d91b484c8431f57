"""A register out as tables of plain values, and a Book of such tables back in as the same register."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from functools import lru_cache
from typing import Any

from riskbook import ledger, rescale
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, RISKS, Column
from riskbook.kinds import Unfit, read_day, said
from riskbook.matrix import Score
from riskbook.model import (
    ROW,
    Action,
    Alias,
    Answer,
    Change,
    Cleared,
    Decision,
    Entry,
    Exported,
    Held,
    Known,
    Movement,
    Past,
    Received,
    Register,
    Remembered,
    Risk,
    Source,
)
from riskbook.movement import balance
from riskbook.places import Place, letters, number
from riskbook.read import Book
from riskbook.rescale import Rescaled
from riskbook.rules import books
from riskbook.settings import Context, Settings
from riskbook.tables import Row, read

Values = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Stored:
    """A sheet of the register: its name, what it holds in a line, its columns, and its rows as values by key."""

    name: str
    lead: str
    columns: tuple[Column, ...]
    rows: tuple[Values, ...]


def tables(register: Register, context: Context, version: str) -> Iterator[Stored]:
    """The register's sheets, in their order, one at a time: all of them are many times as large as the register."""
    digest = _Digest()
    for sheet in _sheets(register, context):
        digest.take(sheet)
        yield sheet
    facts = _about(register, context, version, digest.hex())
    yield Stored("About", "What this register is, and what made it.", ledger.ABOUT, tuple(facts))


def _sheets(register: Register, context: Context) -> Iterator[Stored]:
    """The sheets that say what a register is; About comes after them."""
    entries, archive = register.entries, register.archive
    kept = tuple(entry.now for entry in (*entries, *archive))
    told: tuple[Risk | Action, ...] = (*kept, *register.actions)
    sources = [*(one.source for one in told), *(held.source for held in register.held)]
    history = [past for entry in (*entries, *archive) for past in entry.history]
    yield Stored("Register", "Every risk, as it stands after this round.", ledger.REGISTER, _rows(entries, _from_entry))
    yield Stored("Actions", "What is being done about them.", ledger.ACTION_LIST, _rows(register.actions, _from_action))
    yield Stored("Score history", "Every rating of every round.", ledger.HISTORY, _rows(history))
    yield Stored("Decisions", "What was decided, by whom and why.", ledger.DECIDED, _rows(register.decisions))
    yield Stored(
        "Changes", "Fields that differ from last round's.", ledger.CHANGES, _rows(register.changes, _from_change)
    )
    yield Stored("Returns", "What came in, and how its rows were counted.", ledger.RETURNS, _rows(register.returns))
    yield Stored("Held", "What could not be placed or read, as typed.", ledger.HELD, _rows(register.held, _from_held))
    yield Stored(
        "Closed before", "Risks that earlier rounds closed or merged.", ledger.REGISTER, _rows(archive, _from_entry)
    )
    yield Stored("Refs", "Every ref that was given, and to what words.", ledger.REFS, _rows(register.refs))
    yield Stored("Aliases", "Refs of old, and the ones that stand for them.", ledger.ALIASES, _rows(register.aliases))
    yield Stored("Answers", "What managers answered to queries.", ledger.ANSWERS, _rows(register.answers))
    yield Stored("Cleared", "Personal data that somebody cleared, by name.", ledger.CLEARED, _rows(register.cleared))
    yield Stored("Exports", "What other systems were given, and when.", ledger.EXPORTS, _rows(register.exports))
    yield Stored("Other columns", "Columns that managers added of their own.", ledger.OTHER, tuple(_other(told)))
    yield Stored(
        "Sources", "The sheets that cells were read from, and their columns.", ledger.SOURCES, _layouts(sources)
    )
    yield from _rescaled(register, context)
    yield Stored("Settings", "The settings that it was made under.", ledger.SETTINGS, _rows(register.settings))


def register(book: Book, settings: Settings) -> tuple[Register | None, list[Finding]]:
    """Read a register back to the value that it was made from; None when it is not a register."""
    sheets, findings = read_sheets(book, settings)
    about = _facts(sheets)
    if "Round" not in about or "Scale" not in about:
        return None, [books.NOT_REGISTER.finding(Place(book.name), {})]
    back = _Back(sheets)
    return Register(
        round=about["Round"],
        scale=about["Scale"],
        entries=back.entries("Register"),
        actions=tuple(back.action(row.values) for row in sheets["Actions"]),
        decisions=back.all("Decisions", Decision, risk_ref=""),
        answers=back.all("Answers", Answer, ref="", code="", digest="", text="", round=""),
        refs=back.all("Refs", Known, ref="", unit="", round=""),
        returns=back.all("Returns", Received, unit="", book="", sha256="", state=""),
        held=tuple(back.held(row.values) for row in sheets["Held"]),
        changes=tuple(back.change(row.values) for row in sheets["Changes"]),
        cleared=back.all("Cleared", Cleared, ref="", code="", digest="", by="", on=None),
        exports=back.all("Exports", Exported, ref="", system="", number=0, round=""),
        archive=back.entries("Closed before"),
        aliases=back.all("Aliases", Alias, old="", ref="", round="", why=""),
        scale_agreed=about.get(_AGREED, ""),
        settings=back.all("Settings", Remembered, name="", value=""),
    ), findings


def read_sheets(book: Book, settings: Settings) -> tuple[dict[str, tuple[Row, ...]], list[Finding]]:
    """The rows of every sheet of a register, by its name."""
    findings: list[Finding] = []
    sheets: dict[str, tuple[Row, ...]] = {}
    for name, columns in SHEETS.items():
        grid = book.grid(name)
        table, found = read(grid, book.name, book.sha256, columns, settings, errors=frozenset()) if grid else (None, [])
        findings += found
        sheets[name] = table.rows if table else ()
        if grid is None and name not in _LATER:
            findings.append(books.NO_SHEET.finding(Place(book.name), {"sheet": name}))
    return sheets, findings


def stamp(book: Book, settings: Settings) -> str:
    """What a register says that it was written as: two copies of one register say the same, however they were saved."""
    return _about_of(book, settings).get(_STAMP, "")


def as_at(book: Book, settings: Settings) -> date | None:
    """The day that a register says it was counted to; None where it does not say."""
    try:
        day: date = read_day(_about_of(book, settings).get(_AS_AT, "")).value
    except Unfit:
        return None
    return day


def is_as_stamped(book: Book, register: Register, context: Context) -> bool:
    """Whether what is read from a register's workbook is what it says that it was written as.

    What riskbook works out for people to read, such as a rating in words, is not read, and may have been typed over.
    """
    if not all(entry.ratings for entry in (*register.entries, *register.archive)):
        return False
    digest = _Digest()
    for sheet in _sheets(register, context):
        digest.take(sheet)
    return digest.hex() == stamp(book, context.settings)


def _about_of(book: Book, settings: Settings) -> dict[str, str]:
    """What a register's workbook says of itself."""
    grid = book.grid("About")
    table, _ = read(grid, book.name, book.sha256, ledger.ABOUT, settings) if grid else (None, [])
    return _facts({"About": table.rows if table else ()})


def _facts(sheets: Mapping[str, tuple[Row, ...]]) -> dict[str, str]:
    return {row.values.get("name", ""): row.values.get("value", "") for row in sheets["About"]}


_STAMP, _AGREED, _AS_AT = "Written as", "Scale agreed", "As at"
SHEETS = {
    "Register": ledger.REGISTER,
    "Actions": ledger.ACTION_LIST,
    "Score history": ledger.HISTORY,
    "Decisions": ledger.DECIDED,
    "Changes": ledger.CHANGES,
    "Returns": ledger.RETURNS,
    "Held": ledger.HELD,
    "Closed before": ledger.REGISTER,
    "Refs": ledger.REFS,
    "Aliases": ledger.ALIASES,
    "Answers": ledger.ANSWERS,
    "Cleared": ledger.CLEARED,
    "Exports": ledger.EXPORTS,
    "Other columns": ledger.OTHER,
    "Sources": ledger.SOURCES,
    rescale.NAME: ledger.RESCALED,
    "Settings": ledger.SETTINGS,
    "About": ledger.ABOUT,
}
_LATER = ("Aliases", "Settings", rescale.NAME)
"""Sheets that the first registers did not have, or that only some have."""
_FATE = ("into", "took_in", "closed_by", "closed_on")
"""What became of a risk, as the register keeps it."""
_HEADERS = {column.header: column.key for column in (*ACTIONS, *RISKS)} | {ROW: ROW}


def _plain(thing: Any) -> dict[str, Any]:
    """A thing's own values by name."""
    return {name: getattr(thing, name) for name in thing.__slots__}


def _rows(things: Iterable[Any], values: Callable[[Any], Values] = _plain) -> tuple[Values, ...]:
    return tuple(values(thing) for thing in things)


def _rescaled(register: Register, context: Context) -> Iterator[Stored]:
    """The risks whose bands move with a change of scale, in the rounds that know of one."""
    if found := rescale.rescaled(register, context):
        rows = tuple(_from_rescaled(one) for one in found if one.moves)
        yield Stored(rescale.NAME, rescale.words(found), ledger.RESCALED, rows)


def _from_rescaled(one: Rescaled) -> Values:
    values = {"ref": one.entry.ref, "unit": one.entry.unit, "title": one.entry.now.title, "becomes": one.becomes}
    values |= {"old_round": one.was.round, "old_rating": _words(one.was), "old_steps": str(one.was.score)}
    return values | ({"rating": _words(one.now), "steps": str(one.now.score)} if one.now else {})


def _from_source(source: Source) -> dict[str, Any]:
    return {"book": source.book, "sha256": source.sha256, "sheet": source.sheet, "row": source.row or None}


def _from_action(action: Action) -> Values:
    return {**_plain(action), **_from_source(action.source)}


def _from_change(change: Change) -> Values:
    return {**_plain(change), "field": change.key}


def _from_held(held: Held) -> Values:
    place = held.source.place(held.key)
    return {**_plain(held), **_from_source(held.source), "cell": place.cell}


def _from_entry(entry: Entry) -> Values:
    rounds = entry.ratings
    agreed = next((past for past in entry.history if past.kind == "agreed" and past.round == rounds[-1].round), None)
    values = _plain(entry.now) | _from_source(entry.now.source)
    values |= {"unit": entry.unit, "level": entry.level, "movement": str(entry.movement)}
    values |= {key: getattr(entry, key) for key in _FATE}
    values |= {key: getattr(entry, key) or None for key in ("first_target", "target_slips", "same_words")}
    if entry.was:
        which = "compared" if entry.compared else "was"
        values |= {f"{which}_impact": entry.was.impact, f"{which}_likelihood": entry.was.likelihood}
    if agreed:
        values |= {"agreed_impact": agreed.impact, "agreed_likelihood": agreed.likelihood}
    return values | {"rating": _words(rounds[-1]), "was_rating": _words(rounds[-2]) if len(rounds) > 1 else ""}


def _words(past: Past) -> str:
    return f"{past.number} {past.band}" if past.band else "Not scored"


def _other(told: Iterable[Risk | Action]) -> Iterator[Values]:
    for one in told:
        for heading, text in one.other:
            yield {"ref": one.ref, "heading": heading, "text": text}


def _layouts(sources: Iterable[Source]) -> tuple[Values, ...]:
    layouts = {(source.book, source.sha256, source.sheet): source.columns for source in sources if source.book}
    return tuple(
        {
            "book": book,
            "sha256": sha256,
            "sheet": sheet,
            "columns": " ".join(f"{key}={letters(column)}" for key, column in columns.items()),
        }
        for (book, sha256, sheet), columns in sorted(layouts.items(), key=lambda layout: layout[0])
    )


class _Digest:
    """A digest of everything that sheets hold, of the text of one long list, taken row by row."""

    def __init__(self) -> None:
        self._digest = hashlib.sha256(b"[")
        self._first = True

    def take(self, sheet: Stored) -> None:
        """Take in the next sheet."""
        self._say(f"{'' if self._first else ', '}({sheet.name!r}, [")
        for at, row in enumerate(sheet.rows):
            self._say(f"{', ' if at else ''}{sorted((key, str(value)) for key, value in row.items())!r}")
        self._say("])")
        self._first = False

    def hex(self) -> str:
        """The digest of all that was taken in; nothing is taken in after it."""
        self._say("]")
        return self._digest.hexdigest()

    def _say(self, text: str) -> None:
        self._digest.update(text.encode("utf-8", "surrogatepass"))


def _about(register: Register, context: Context, version: str, digest: str) -> Iterator[Values]:
    council = context.settings.council
    facts = {
        "Round": register.round,
        "Scale": register.scale,
        **({_AGREED: register.scale_agreed} if register.scale_agreed else {}),
        _AS_AT: said(context.on),
        "Council": council.name,
        "Directorate": council.directorate,
        "Last round's register": context.before.round if context.before else "None: this is the first",
        "Movement": balance(register, context.before),
        "riskbook": version,
        _STAMP: digest,
    }
    return ({"name": name, "value": value} for name, value in facts.items())


class _Back:
    """Rows of the register's sheets, made into what they were."""

    def __init__(self, sheets: Mapping[str, tuple[Row, ...]]) -> None:
        self.sheets = sheets
        self.layouts = {_which(row.values): _columns(row.values.get("columns", "")) for row in sheets["Sources"]}
        self.other: dict[str, tuple[tuple[str, str], ...]] = {}
        for row in sheets["Other columns"]:
            pair = (row.values.get("heading", ""), row.values.get("text", ""))
            self.other[row.values.get("ref", "")] = (*self.other.get(row.values.get("ref", ""), ()), pair)
        self.histories: dict[str, tuple[Past, ...]] = {}
        blank = {"ref": "", "round": "", "kind": "", "impact": None, "likelihood": None, "number": None, "band": ""}
        for past in self.all("Score history", Past, **blank):
            self.histories[past.ref] = (*self.histories.get(past.ref, ()), past)
        self.unread: dict[_Where, tuple[tuple[str, str], ...]] = {}
        for row in sheets["Held"]:
            held = self.held(row.values)
            if held.key:
                where = _where(held.source)
                self.unread[where] = (*self.unread.get(where, ()), (held.key, held.typed))

    def all(self, sheet: str, made: Any, /, **otherwise: Any) -> Any:
        """The rows of a sheet as things of one type; ``otherwise`` is what stands where a cell is empty."""
        known = _names(made)
        return tuple(
            made(**{**otherwise, **{key: value for key, value in row.values.items() if key in known}})
            for row in self.sheets[sheet]
        )

    def source(self, values: Values) -> Source:
        """The row that something was read from."""
        book, sha256, sheet = _which(values)
        return Source(book, sha256, sheet, values.get("row") or 0, self.layouts.get((book, sha256, sheet), {}))

    def told(self, kind: Any, values: Values) -> Any:
        """A risk or action."""
        known = _names(kind)
        source = self.source(values)
        own = {key: value for key, value in values.items() if key in known}
        unread = tuple((key, typed) for key, typed in self.unread.get(_where(source), ()) if key not in own)
        return kind(source, **own, unread=unread, other=self.other.get(own["ref"], ()))

    def action(self, values: Values) -> Action:
        """An action."""
        action: Action = self.told(Action, {"ref": "", **values})
        return action

    def entries(self, sheet: str) -> tuple[Entry, ...]:
        """The risks of a sheet."""
        return tuple(self.entry({"ref": "", **row.values}) for row in self.sheets[sheet])

    def entry(self, values: Values) -> Entry:
        """A risk on the register, its rating the last one that counted."""
        history = self.histories.get(values["ref"], ())
        entry = Entry(
            unit=values.get("unit", ""),
            level=values.get("level", ""),
            now=self.told(Risk, values),
            rating=None,
            was=_score(values, "was_impact", "was_likelihood")
            or _score(values, "compared_impact", "compared_likelihood"),
            movement=Movement(values.get("movement", "").split(" ", 1)[-1] or "Same"),
            history=history,
            **{key: values[key] for key in _FATE if key in values},
            first_target=values.get("first_target"),
            target_slips=values.get("target_slips", 0),
            same_words=values.get("same_words", 0),
        )
        return Entry(**{**_plain(entry), "rating": entry.ratings[-1].score if history else None})

    def held(self, values: Values) -> Held:
        """A row or cell that is held."""
        texts = {key: values.get(key, "") for key in ("unit", "ref", "heading", "typed", "reason", "code")}
        return Held(source=self.source(values), key=_HEADERS.get(texts["heading"], ""), **texts)

    def change(self, values: Values) -> Change:
        """A field that changed."""
        texts = {key: values.get(key, "") for key in ("ref", "was", "now", "where", "by", "told")}
        return Change(key=values.get("field", ""), **texts)


@lru_cache(maxsize=32)
def _names(kind: Any) -> frozenset[str]:
    """The names of what a thing of some kind holds."""
    return frozenset(one.name for one in fields(kind))


_Where = tuple[str, str, str, int]


def _where(source: Source) -> _Where:
    return source.book, source.sha256, source.sheet, source.row


def _which(values: Values) -> tuple[str, str, str]:
    """A sheet of a file, by its digest too: managers give their files the same name every quarter."""
    return values.get("book", ""), values.get("sha256", ""), values.get("sheet", "")


def _columns(layout: str) -> dict[str, int]:
    return {key: number(column) for key, column in re.findall(r"(\w+)=([A-Z]+)", layout)}


def _score(values: Values, impact: str, likelihood: str) -> Score | None:
    return Score(values[impact], values[likelihood]) if impact in values and likelihood in values else None
