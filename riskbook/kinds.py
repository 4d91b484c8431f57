"""Kinds of column: what a typed value means, how a value is shown, and what the form lets be typed."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, Protocol

from rapidfuzz import fuzz, process

from riskbook.findings import Rule
from riskbook.matrix import Level, Matrix
from riskbook.rules import cells
from riskbook.settings import Settings
from riskbook.text import CELL, folded, is_whole, length, printable, tidy

FIRST_DAY, LAST_DAY = date(2000, 1, 1), date(2100, 12, 31)
"""Between these are the days that can be meant."""

Raw = str | int | float | bool | date | datetime
"""What a cell holds, before anybody has asked what it means."""


class Unfit(Exception):  # noqa: N818
    """A raw value does not fit its column: which rule says so, and the facts for its message."""

    def __init__(self, rule: Rule, **facts: object) -> None:
        super().__init__(rule.code)
        self.rule = rule
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Reading:
    """What a raw value was read as; ``notes`` are the rules that have something to say of it, with their facts."""

    value: Any
    notes: tuple[tuple[Rule, Mapping[str, object]], ...] = ()


class Kind(Protocol):
    """A kind of column."""

    def read(self, raw: Raw, settings: Settings) -> Reading:
        """Read what was typed (never nothing at all).

        Raises:
            Unfit: it does not fit.
        """
        ...

    def show(self, value: Any, settings: Settings) -> str | float | date:
        """The value as it stands in a cell."""
        ...

    def allowed(self, settings: Settings) -> str:
        """What may be typed, for people."""
        ...

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        """What XlsxWriter is told to allow in the cell; None when anything may be typed."""
        ...


@dataclass(frozen=True, slots=True)
class Text:
    """Words. ``most`` is how many characters the reports have room for; 0 is no limit but Excel's.

    ``name`` is the defined name under which the form keeps a list to choose from; other words may be typed as well.
    ``kept`` is a text as the register keeps it, whatever it says.
    """

    most: int = 0
    name: str = ""
    kept: bool = False

    def read(self, raw: Raw, settings: Settings) -> Reading:
        notes: list[tuple[Rule, Mapping[str, object]]] = []
        if isinstance(raw, date):
            value = said(raw)
            notes.append((cells.READ_AS, {"typed": raw.isoformat(), "read": f"the words “{value}”"}))
        else:
            seen, dropped = printable(spelt(raw))
            value = tidy(seen)
            if dropped:
                notes.append((cells.CONTROL, {"count": dropped}))
        if length(value) > CELL or not (self.kept or is_whole(value)):
            raise Unfit(cells.TOO_LONG, length=length(value))
        if self.most and len(value) > self.most:
            notes.append((cells.LONG, {"length": len(value), "most": self.most}))
        return Reading(value, tuple(notes))

    def show(self, value: str, settings: Settings) -> str:
        return value

    def allowed(self, settings: Settings) -> str:
        return f"words, at most {self.most} characters" if self.most else "words"

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        if self.name:
            return {"validate": "list", "source": f"={self.name}", "error_type": "warning"}
        if not self.most:
            return None
        return {"validate": "length", "criteria": "<=", "value": self.most, "error_type": "warning"}


@dataclass(frozen=True, slots=True)
class Ref:
    """A ref: `SAF-012`, or `NEW-1` on a row that has none yet; words after it are its title and are passed over.

    Two refs in one cell are neither of them.
    """

    name: str = ""

    def read(self, raw: Raw, settings: Settings) -> Reading:
        typed = tidy(printable(spelt(raw))[0])
        if length(typed) > CELL:
            raise Unfit(cells.TOO_LONG, length=length(typed))
        found = re.match(f"{_REF}{_NO_OTHER}", typed)
        return Reading("-".join(found.groups()[:2]).upper() if found else " ".join(typed.upper().split()))

    def show(self, value: str, settings: Settings) -> str:
        return value

    def allowed(self, settings: Settings) -> str:
        return "a ref, like FRD-012 or NEW-1"

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        if not self.name:
            return None
        return {"validate": "list", "source": f"={self.name}", "error_type": "warning"}


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a list; ``name`` is the defined name under which the form keeps it.

    ``called`` are other words that people have for an option, which are not taken for it but answered with it.
    """

    name: str
    options: Callable[[Settings], tuple[str, ...]]
    called: tuple[tuple[str, str], ...] = ()

    def read(self, raw: Raw, settings: Settings) -> Reading:
        typed = tidy(spelt(raw))
        options = self.options(settings)
        if typed in options:
            return Reading(typed)
        sought = folded(typed)
        for option in options:
            if folded(option) == sought:
                return Reading(option)
        meant = next((option for words, option in self.called if folded(words) == sought), typed)
        near = suggestion(meant, options, settings)
        raise Unfit(cells.CHOICE, typed=typed, suggestion=near, allowed=self.allowed(settings))

    def show(self, value: str, settings: Settings) -> str:
        return value

    def allowed(self, settings: Settings) -> str:
        return listed(self.options(settings))

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return {"validate": "list", "source": f"={self.name}"}


@dataclass(frozen=True, slots=True)
class Step:
    """A step of one axis of the matrix; the value is its number, from 1."""

    name: str
    levels: Callable[[Matrix], tuple[Level, ...]]

    def read(self, raw: Raw, settings: Settings) -> Reading:
        levels = self.levels(settings.matrix)
        typed = tidy(spelt(raw))
        sought = folded(typed)
        for level in levels:
            if sought in (str(level.value), folded(str(level))):
                return Reading(level.value)
        numbered = re.fullmatch(r"(\d{1,9})(?:\.0+)?\s*[-–—:.,)]*\s*(.*)", typed)
        number, word = (int(numbered[1]), numbered[2]) if numbered else (None, typed)
        for level in levels:
            words = {folded(level.word), folded(level.letter)} - {""}
            if number in (None, level.value) and (folded(word) in words or (number and not word)):
                return Reading(level.value, ((cells.READ_AS, {"typed": typed, "read": str(level)}),))
        raise Unfit(cells.STEP, typed=typed, allowed=self.allowed(settings))

    def show(self, value: int, settings: Settings) -> str:
        return str(self.levels(settings.matrix)[value - 1])

    def allowed(self, settings: Settings) -> str:
        return listed([str(level) for level in self.levels(settings.matrix)])

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return {"validate": "list", "source": f"={self.name}", "error_type": "warning"}


@dataclass(frozen=True, slots=True)
class Kept:
    """A step as the register keeps it, which another scale may have given: its number counts, its word is help."""

    step: Step

    def read(self, raw: Raw, settings: Settings) -> Reading:
        typed = tidy(spelt(raw))
        found = re.match(r"([1-9]\d{0,8})(\.0+)?(\s|$)", typed)
        if not found:
            raise Unfit(cells.STEP, typed=typed, allowed=self.allowed(settings))
        return Reading(int(found[1]))

    def show(self, value: int, settings: Settings) -> str | float:
        levels = self.step.levels(settings.matrix)
        return str(levels[value - 1]) if value <= len(levels) else str(value)

    def allowed(self, settings: Settings) -> str:
        return self.step.allowed(settings)

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return None


@dataclass(frozen=True, slots=True)
class Combined:
    """Impact and likelihood in one cell of an old sheet, "4x4 = 16", impact first: their pair, and the score typed."""

    impact: Step
    likelihood: Step

    def read(self, raw: Raw, settings: Settings) -> Reading:
        typed = tidy(spelt(raw))
        parts = re.fullmatch(r"(\d)\s*[x×*/,]\s*(\d)\s*(?:=\s*(\d{1,9}))?", typed, re.IGNORECASE)
        if not parts:
            raise Unfit(cells.STEP, typed=typed, allowed="impact × likelihood, like 4x3")
        value = tuple(
            kind.read(part, settings).value for kind, part in ((self.impact, parts[1]), (self.likelihood, parts[2]))
        )
        notes = [(cells.READ_AS, {"typed": typed, "read": f"impact {value[0]} and likelihood {value[1]}"})]
        return Reading((value, parts[3] or ""), tuple(notes))

    def show(self, value: Any, settings: Settings) -> str:
        return f"{value[0][0]}×{value[0][1]}"

    def allowed(self, settings: Settings) -> str:
        return "impact × likelihood, like 4x3"

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return None


@dataclass(frozen=True, slots=True)
class Day:
    """A day, day before month."""

    def read(self, raw: Raw, settings: Settings) -> Reading:
        return read_day(raw)

    def show(self, value: date, settings: Settings) -> date:
        return value

    def allowed(self, settings: Settings) -> str:
        return "a day, like 31/03/2027"

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return {"validate": "date", "criteria": "between", "minimum": FIRST_DAY, "maximum": LAST_DAY}


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in pounds."""

    def read(self, raw: Raw, settings: Settings) -> Reading:
        if isinstance(raw, int | float) and not isinstance(raw, bool):
            if raw < 0:
                raise Unfit(cells.MONEY, typed=spelt(raw), allowed=self.allowed(settings))
            return Reading(float(spelt(float(raw))))
        typed = tidy(spelt(raw))
        found = re.fullmatch(
            r"£?\s*(\d{1,3}(?:,\d{3}){1,3}|\d{1,12})(\.\d{1,12})?\s*(k|m|million)?", typed, re.IGNORECASE
        )
        if not found:
            raise Unfit(cells.MONEY, typed=typed, allowed=self.allowed(settings))
        pence = {"": 100, "k": 100_000, "m": 100_000_000, "million": 100_000_000}[(found[3] or "").lower()]
        amount = Decimal(found[1].replace(",", "") + (found[2] or "")) * pence
        if amount % 1:
            raise Unfit(cells.MONEY, typed=typed, allowed=self.allowed(settings))
        value = float(amount / 100)
        return Reading(value, ((cells.READ_AS, {"typed": typed, "read": pounds(value)}),))

    def show(self, value: float, settings: Settings) -> float:
        return value

    def allowed(self, settings: Settings) -> str:
        return "an amount in pounds, like 250000"

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return {"validate": "decimal", "criteria": ">=", "value": 0}


@dataclass(frozen=True, slots=True)
class Flag:
    """Yes or No."""

    name: str = "rb_yes"

    def read(self, raw: Raw, settings: Settings) -> Reading:
        typed = tidy(spelt(raw))
        known = {"yes": True, "y": True, "true": True, "no": False, "n": False, "false": False}
        if folded(typed) not in known:
            raise Unfit(cells.CHOICE, typed=typed, suggestion="", allowed=self.allowed(settings))
        value = known[folded(typed)]
        shown = self.show(value, settings)
        return Reading(
            value, () if folded(typed) == folded(shown) else ((cells.READ_AS, {"typed": typed, "read": shown}),)
        )

    def show(self, value: bool, settings: Settings) -> str:
        return "Yes" if value else "No"

    def allowed(self, settings: Settings) -> str:
        return "Yes or No"

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return {"validate": "list", "source": f"={self.name}"}


@dataclass(frozen=True, slots=True)
class Number:
    """A whole number that riskbook keeps (a count, an issue number)."""

    def read(self, raw: Raw, settings: Settings) -> Reading:
        typed = tidy(spelt(raw))
        found = re.fullmatch(r"(-?\d{1,15})(\.0+)?", typed)
        if not found:
            raise Unfit(cells.MONEY, typed=typed, allowed=self.allowed(settings))
        return Reading(int(found[1]))

    def show(self, value: int, settings: Settings) -> float:
        return value

    def allowed(self, settings: Settings) -> str:
        return "a whole number, like 5"

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return None


@dataclass(frozen=True, slots=True)
class Several:
    """Several of a list in one cell, with commas between."""

    options: tuple[str, ...] = field(default=())

    def read(self, raw: Raw, settings: Settings) -> Reading:
        parts = [tidy(part) for part in re.split(r"[,;\n]", tidy(spelt(raw))) if tidy(part)]
        kind = Choice("", lambda _: self.options)
        return Reading(tuple(kind.read(part, settings).value for part in parts) if self.options else tuple(parts))

    def show(self, value: tuple[str, ...], settings: Settings) -> str:
        return ", ".join(value)

    def allowed(self, settings: Settings) -> str:
        return f"one or more of {listed(self.options)}, with commas between" if self.options else "words with commas"

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return None


def read_day(raw: Raw) -> Reading:
    """Read a day as people write one, day before month.

    Raises:
        Unfit: it is none, or might be several.
    """
    if isinstance(raw, date):
        return _checked(raw)
    typed = tidy(spelt(raw))
    if isinstance(raw, int | float) and not isinstance(raw, bool):
        return _serial(raw)
    if found := re.fullmatch(r"(\d{1,2})\s*([/.\-])\s*(\d{1,2})\s*\2\s*(\d{2,4})", typed):
        return _numeric(typed, int(found[1]), int(found[3]), found[4])
    if found := re.fullmatch(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ]00:00(?::00)?)?", typed):
        return _checked(_day(typed, int(found[1]), int(found[2]), int(found[3])))
    if found := re.fullmatch(
        r"(?:([a-z]+),?\s+)?(\d{1,2})(?:st|nd|rd|th)?[\s\-]+([a-z]+)\.?,?[\s\-]+(\d{2,4})", typed, re.I
    ):
        return _in_words(typed, *found.groups())
    if found := re.fullmatch(r"([a-z]+)\.?,?[\s\-]+(\d{4})", typed, re.I):
        first = _checked(_day(typed, int(found[2]), _month(typed, found[1]), 1)).value
        raise Unfit(cells.WHICH_DAY, typed=typed, example=said(_month_end(first)))
    raise Unfit(cells.DAY, typed=typed)


def said(day: date) -> str:
    """A day in words for people: "31 March 2027"."""
    return f"{day.day} {_MONTHS[day.month - 1].capitalize()} {day.year}"


def pounds(amount: float) -> str:
    """An amount for people: "£6,800,000", pence only where there are any."""
    return f"£{amount:,.0f}" if amount == int(amount) else f"£{amount:,.2f}"


def spelt(raw: Raw) -> str:
    """A raw value as Excel would show it."""
    if isinstance(raw, bool):
        return "TRUE" if raw else "FALSE"
    if isinstance(raw, float):
        return f"{raw:.15g}"
    return str(raw)


def worded(value: Any) -> str:
    """A value that was read, in words: nothing for None, Yes or No, a day spelt out, several with commas between."""
    if value is None or isinstance(value, bool):
        return {None: "", True: "Yes", False: "No"}[value]
    if isinstance(value, tuple):
        return ", ".join(map(worded, value))
    return said(value) if isinstance(value, date) else spelt(value)


def listed(options: tuple[str, ...] | list[str], last: str = "or") -> str:
    """Join for people: "Treat, Tolerate or Transfer"."""
    return f" {last} ".join(part for part in (", ".join(options[:-1]), *options[-1:]) if part)


def suggestion(typed: str, options: tuple[str, ...], settings: Settings) -> str:
    """ "Did you mean Workforce? " where one begins alike ("work") or is near enough, else nothing."""
    begun = [option for option in options if len(typed) >= _BEGINNING and folded(option).startswith(folded(typed))]
    least = settings.rules.nearest_least_similarity
    nearest = process.extractOne(typed, options, scorer=fuzz.ratio, processor=folded, score_cutoff=least)
    near = begun[0] if len(begun) == 1 else nearest[0] if nearest else ""
    return f"Did you mean {near}? " if near else ""


_BEGINNING = 3
"""So many letters are the beginning of a word."""


_REF = r"([A-Za-z]+)\s*[-‐‑–—−]\s*([Aa]?\d+)\b"
_NO_OTHER = rf"(?!\s*(?:[,;/&+]|\band\b|\bAND\b|\bor\b|\n)\s*{_REF})"
_MONTHS = (
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
)
_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")


def _checked(raw: date) -> Reading:
    """A real date: within the years that can be meant, and without its time of day."""
    day = raw.date() if isinstance(raw, datetime) else raw
    if not FIRST_DAY <= day <= LAST_DAY:
        raise Unfit(cells.YEAR, typed=raw.isoformat(), read=said(day))
    if isinstance(raw, datetime) and raw.time() != datetime.min.time():
        return Reading(day, ((cells.READ_AS, {"typed": raw.isoformat(" "), "read": said(day)}),))
    return Reading(day)


def _serial(raw: float) -> Reading:
    """An Excel serial typed as a number in a date column: whole days since 30 December 1899."""
    if raw != int(raw) or not 36_526 <= raw <= 73_415:
        raise Unfit(cells.DAY, typed=spelt(raw))
    day = date(1899, 12, 30) + timedelta(days=int(raw))
    return Reading(day, ((cells.READ_AS, {"typed": spelt(raw), "read": said(day)}),))


def _numeric(typed: str, first: int, second: int, year: str) -> Reading:
    day = _checked(_day(typed, _year(year), second, first)).value
    if first <= 12 and first != second:
        return Reading(day, ((cells.DAY_FIRST, {"typed": typed, "read": said(day)}),))
    return _full(typed, day, year)


def _in_words(typed: str, weekday: str | None, number: str, month: str, year: str) -> Reading:
    """ "Wednesday 31 March 2027": a weekday before it must be its own; any other word says more than a day."""
    day = _checked(_day(typed, _year(year), _month(typed, month), int(number))).value
    if weekday and (len(weekday) < 3 or not _WEEKDAYS[day.weekday()].startswith(weekday.lower())):
        raise Unfit(cells.DAY, typed=typed)
    return _full(typed, day, year)


def _full(typed: str, day: date, year: str) -> Reading:
    """A day whose year may have been typed in two figures, of this century."""
    return Reading(day, () if len(year) > 2 else ((cells.READ_AS, {"typed": typed, "read": said(day)}),))


def _day(typed: str, year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise Unfit(cells.DAY, typed=typed) from None


def _month(typed: str, word: str) -> int:
    """A month by its name or the start of it, three letters at least."""
    for number, name in enumerate(_MONTHS, start=1):
        if len(word) >= 3 and name.startswith(word.lower()):
            return number
    raise Unfit(cells.DAY, typed=typed)


def _year(digits: str) -> int:
    return 2000 + int(digits) if len(digits) == 2 else int(digits)


def _month_end(first: date) -> date:
    return (first + timedelta(days=31)).replace(day=1) - timedelta(days=1)
