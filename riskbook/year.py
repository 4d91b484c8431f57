"""Settings and a financial year in; its days out: what happens on each, the command for it, the working days left."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from riskbook.directory import Meeting
from riskbook.rounds import Round, day_of, financial_year
from riskbook.settings import Settings
from riskbook.text import folded


@dataclass(frozen=True, slots=True)
class Event:
    """A day of the year, or the first and last day of a spell; what is done then, and the command that does it."""

    day: date
    what: str
    command: str = ""
    until: date | None = None


def events(settings: Settings, year: int, meetings: Iterable[Meeting] = ()) -> tuple[Event, ...]:
    """What happens in the financial year that begins in ``year``, in the order of its days.

    The meeting of a round has no day in the timetable; its words stand with the merge that it waits for. ``meetings``
    are those of boards: each, and the day on which its pack is due.
    """
    timetable = settings.timetable
    rounds = [timetable.round(f"{financial_year(year)} {step.name}") for step in timetable.steps]
    found = [event for round_ in rounds for event in _of_round(round_, settings)]
    found += _of_boards(meetings, year)
    return tuple(sorted((*found, *_of_year(settings, year)), key=lambda event: event.day))


def pack_due(meeting: Meeting) -> date:
    """The day on which the pack for a board's meeting is due: so many working days before it."""
    day = meeting.on
    for _ in range(meeting.days):
        day -= timedelta(days=1)
        while not is_working_day(day):
            day -= timedelta(days=1)
    return day


def coming(meetings: Iterable[Meeting], on: date) -> tuple[Meeting, ...]:
    """The next meeting of each board, from a day on, in the order of their days."""
    found: dict[str, Meeting] = {}
    for one in sorted(meetings, key=lambda one: (one.on, one.board)):
        if one.on >= on:
            found.setdefault(folded(one.board), one)
    return tuple(found.values())


def pack_command(meeting: Meeting) -> str:
    """The command that makes the pack for a board."""
    return f'riskbook report --for "{meeting.board}"'


def working_days(on: date, until: date) -> int:
    """The working days after a day up to and with another: Monday to Friday, less the bank holidays of England.

    Negative where the other day is past: as many working days ago.
    """
    if until < on:
        return -working_days(until, on)
    days = (on + timedelta(days=number) for number in range(1, (until - on).days + 1))
    return sum(is_working_day(day) for day in days)


def is_working_day(day: date) -> bool:
    """Whether a council works on a day."""
    return day.weekday() < 5 and day not in _bank_holidays(day.year)


@cache
def _bank_holidays(year: int) -> frozenset[date]:
    """The bank holidays of England in a calendar year."""
    from holidays import country_holidays

    return frozenset(country_holidays("GB", subdiv="ENG", years=year))


def _of_round(round_: Round, settings: Settings) -> Iterator[Event]:
    timetable, whom = settings.timetable, "every unit" if round_.asks_units else "the directorate"
    due = timetable.due_date(round_)
    yield Event(timetable.issue_date(round_), f"{round_}: forms go out to {whom}", "riskbook issue")
    yield Event(round_.as_at, f"{round_}: the day that risks are counted to")
    yield Event(due, f"{round_}: returns are due")
    meeting = f" for {round_.meeting}" if round_.meeting else ""
    yield Event(_next(due), f"{round_}: merge, ring who is missing, and send the report{meeting}", "riskbook merge")


def _of_boards(meetings: Iterable[Meeting], year: int) -> Iterator[Event]:
    """The meetings of each board in a year, numbered, so that each is known again when its day is moved."""
    begins, ends = day_of(year, 4, 1), day_of(year, 3, 31)
    boards: dict[str, list[Meeting]] = {}
    for one in sorted(meetings, key=lambda one: one.on):
        if begins <= one.on <= ends:
            boards.setdefault(folded(one.board), []).append(one)
    for board in boards.values():
        for number, one in enumerate(board, 1):
            which = f"{one.board}, meeting {number} of {financial_year(year)}"
            yield Event(pack_due(one), f"{which}: its pack is due", pack_command(one))
            yield Event(one.on, which)


def _of_year(settings: Settings, year: int) -> Iterator[Event]:
    """What comes once a year: the risks of the next one are proposed, and it opens."""
    begins, ends = (day_of(year, *day) for day in (settings.proposals.begins, settings.proposals.ends))
    coming = financial_year(year + 1)
    yield Event(begins, f"Risks for {coming} are proposed with senior managers", "riskbook propose", ends)
    last = day_of(year, 3, 31)
    opens = f"The last day of {financial_year(year)}; {coming} opens with its confirmed risks"
    yield Event(last, opens, "riskbook confirm")


def _next(day: date) -> date:
    """The next working day."""
    later = (day + timedelta(days=number) for number in range(1, 15))
    return next(one for one in later if is_working_day(one))
