"""Rounds of the year: their names, the dates they are counted to, and their order in the timetable."""

import re
from dataclasses import dataclass
from datetime import date, timedelta


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the annual timetable, told by month and day.

    ``begins`` and ``as_at`` are (month, day); a day past the month's last is its last. ``asks_units`` is False for a
    round, like March, that asks the directorate only.
    """

    name: str
    begins: tuple[int, int]
    as_at: tuple[int, int]
    asks_units: bool = True
    meeting: str = ""


@dataclass(frozen=True, slots=True)
class Round:
    """One round: ``year`` is the one in which the financial year begins (1 April)."""

    year: int
    name: str
    begins: date
    as_at: date
    asks_units: bool
    meeting: str = ""

    def __str__(self) -> str:
        return f"{financial_year(self.year)} {self.name}"

    @property
    def folder(self) -> str:
        """The name of its folder in a book: "2026-27-q2"."""
        return str(self).lower().replace(" ", "-")

    @property
    def register(self) -> str:
        """The name of its register's workbook."""
        return f"directorate-risk-register-{self.folder}.xlsx"


class UnknownRoundError(ValueError):
    """A name that the timetable does not know."""


@dataclass(frozen=True, slots=True)
class Timetable:
    """The rounds of a year in their order, and how many days stand before and after an as-at date."""

    steps: tuple[Step, ...]
    issue_days_before: int = 21
    due_days_after: int = 9

    def round(self, text: str) -> Round:
        """Read "2026-27 Q2" or "2026-27-q2".

        Raises:
            UnknownRoundError: it is written otherwise, or the timetable has no such round.
        """
        found = re.fullmatch(r"(20\d{2})-(\d{2})[ -]+(\w+)", text.strip())
        if found and (int(found[1]) + 1) % 100 == int(found[2]):
            for step in self.steps:
                if step.name.lower() == found[3].lower():
                    return self._at(int(found[1]), step)
        names = ", ".join(step.name for step in self.steps)
        raise UnknownRoundError(f"“{text}” is not a round. Write it like 2026-27 Q2; the timetable has {names}.")

    def before(self, round_: Round) -> Round:
        """The round before, in the timetable's order."""
        return self._shift(round_, -1)

    def after(self, round_: Round) -> Round:
        """The round after."""
        return self._shift(round_, 1)

    def issue_date(self, round_: Round) -> date:
        """The day from which a round's forms go out."""
        return round_.as_at - timedelta(days=self.issue_days_before)

    def due_date(self, round_: Round) -> date:
        """The day by which returns are due: never a Saturday or Sunday, the Friday before instead."""
        due = round_.as_at + timedelta(days=self.due_days_after)
        return due - timedelta(days=max(0, due.weekday() - 4))

    def current(self, on: date) -> Round:
        """The last round whose issue date has passed on a day."""
        rounds = [self._at(year, step) for year in (on.year - 2, on.year - 1, on.year) for step in self.steps]
        return [r for r in sorted(rounds, key=lambda r: r.as_at) if self.issue_date(r) <= on][-1]

    def _shift(self, round_: Round, by: int) -> Round:
        names = [step.name for step in self.steps]
        years, index = divmod(names.index(round_.name) + by, len(names))
        return self._at(round_.year + years, self.steps[index])

    def _at(self, year: int, step: Step) -> Round:
        begins, as_at = (day_of(year, *day) for day in (step.begins, step.as_at))
        return Round(year, step.name, begins, as_at, step.asks_units, step.meeting)


def financial_year(year: int) -> str:
    """Write a financial year: 2026 is "2026-27"."""
    return f"{year}-{(year + 1) % 100:02d}"


def day_of(year: int, month: int, day: int) -> date:
    """A day of the financial year that begins in ``year``; the 31st of a shorter month is its last."""
    first = date(year + (month < 4), month, 1)
    last = (first.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)
    return min(first + timedelta(days=day - 1), last)
