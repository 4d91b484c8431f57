"""The year: what happens on which day, the working days left to it, and the calendar that Outlook imports."""

import json
from datetime import date, timedelta
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from riskbook.calendar import calendar
from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.matrix import Score
from riskbook.settings import Settings
from riskbook.year import events, is_working_day, working_days
from tests import effort, makers


@pytest.mark.parametrize(
    ("on", "until", "left"),
    [
        (date(2026, 11, 27), date(2026, 11, 30), 1),  # over a weekend
        (date(2026, 12, 24), date(2026, 12, 29), 1),  # Boxing Day is a Saturday, so the Monday after is kept
        (date(2027, 3, 25), date(2027, 3, 30), 1),  # Good Friday and Easter Monday
        (date(2028, 2, 28), date(2028, 3, 1), 2),  # a leap day is a Tuesday
        (date(2026, 10, 9), date(2026, 10, 9), 0),
        (date(2026, 10, 12), date(2026, 10, 9), -1),
    ],
)
def test_working_days_leave_out_weekends_and_the_bank_holidays_of_england(on: date, until: date, left: int) -> None:
    """Counted after the one day, up to and with the other; behind us they are less than none."""
    assert working_days(on, until) == left


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(0, 60), st.integers(0, 60))
def test_working_days_add_up(on: date, first: int, second: int) -> None:
    """To a day and from it on is the whole way."""
    middle, end = on + timedelta(first), on + timedelta(first + second)
    assert working_days(on, middle) + working_days(middle, end) == working_days(on, end)


def test_a_year_has_its_rounds_and_the_proposals_for_the_next(settings: Settings) -> None:
    """In the order of their days: forms, the as-at date, returns, and the merge on the next working day."""
    found = events(settings, 2026)
    assert [event.day for event in found] == sorted(event.day for event in found)
    q2 = [event for event in found if event.what.startswith("2026-27 Q2")]
    days = [date(2026, 9, 9), date(2026, 9, 30), date(2026, 10, 9), date(2026, 10, 12)]
    assert [event.day for event in q2] == days
    assert [event.command for event in q2] == ["riskbook issue", "", "", "riskbook merge"]
    (proposed,) = [event for event in found if event.until]
    assert "2027-28" in proposed.what
    assert all(is_working_day(event.day) for event in found if event.command == "riskbook merge")


def test_the_year_of_a_leap_day_counts_to_it(settings: Settings) -> None:
    """March's round of 2027-28 is counted to 29 February 2028."""
    assert date(2028, 2, 29) in [event.day for event in events(settings, 2027)]


def test_the_calendar_says_what_the_table_says(settings: Settings) -> None:
    """Read back by the library: all day long, nobody busy, CRLF; twice is the same; an entry keeps its name."""
    found = events(settings, 2026)
    data = calendar(found, "Risks", "1")
    entries = Calendar.from_ical(data).walk("VEVENT")
    assert [(entry.decoded("dtstart"), str(entry["summary"])) for entry in entries] == [
        (event.day, event.what) for event in found
    ]
    ends = [entry.decoded("dtend") for entry in entries]
    assert ends == [(event.until or event.day) + timedelta(days=1) for event in found]
    assert len({str(entry["uid"]) for entry in entries}) == len(found)
    assert data.count(b"\n") == data.count(b"\r\n")
    assert calendar(found, "Risks", "1") == data


def test_the_command_writes_the_calendar_into_the_book(tmp_path: Path) -> None:
    """With the working days left, and the same in JSON."""
    book = makers.small_book(tmp_path / "book", frd=makers.workbook())
    said = CliRunner().invoke(main, ["calendar", "--book", str(book)])
    assert said.exit_code == 0, said.output
    (path,) = book.glob("*.ics")
    assert path.name in said.output
    told = json.loads(CliRunner().invoke(main, ["calendar", "--json", "--book", str(book)]).stdout)
    assert told["counts"]["events"] == len(told["events"]) == len(Calendar.from_ical(path.read_bytes()).walk("VEVENT"))
    assert Path(told["outputs"][0]) == path


@effort.in_ci("runs whole commands: 1 s")
def test_a_year_rolls_over_on_a_leap_day(tmp_path: Path) -> None:
    """March's round is counted to 29 February 2028, and the forms of the new year begin with what it came to."""
    book = makers.small_book(tmp_path / "book")
    march = book / "2027-28-march"
    (march / "returns").mkdir(parents=True)
    start = {**makers.START, "unit": "DIR", "round": "2027-28 March", "filled_on": date(2028, 2, 29)}
    risks = "ref | title | impact | likelihood\nDIR-01 | Placements cost more than planned | 5 | 4"
    (march / "returns" / "dir.xlsx").write_bytes(makers.workbook(risks, start=start))
    for words in (("merge", "--round", "2027-28 March"), ("issue", "DIR", "--round", "2028-29 Q1")):
        result = CliRunner().invoke(main, [*words, "--book", str(book)], catch_exceptions=False)
        assert result.exit_code in (0, 1), result.output
    opened = find(book, "2028-29 Q1")
    before = opened.context().before
    assert before
    assert (before.round, before.by_ref["DIR-01"].rating) == ("2027-28 March", Score(5, 4))
    summary = (march / "slt-risk-summary-2027-28-march.md").read_text(encoding="utf-8")
    assert "29 February 2028" in summary
    form = openpyxl.load_workbook(opened.issued("DIR"))["Risks"]
    row = next(row for row in form.iter_rows(min_row=6, values_only=True) if row[0] == "DIR-01")
    assert any(str(cell).startswith("20 Red") for cell in row)
