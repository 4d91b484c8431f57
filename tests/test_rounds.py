"""Rounds: names, dates, and the order of the timetable."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskbook import settings
from riskbook.rounds import Step, Timetable, UnknownRoundError, financial_year

SHIPPED = settings.load(settings.framework(settings.DEFAULT)).timetable
WITH_Q4 = settings.load(
    settings.framework(settings.DEFAULT).replace(
        "# Risks for the coming year",
        """
        [[timetable.round]]
        name = "Q4"
        begins = [1, 1]
        as_at = [3, 31]
        asks = "all units"
        meeting = "Business DLT, late April"

        # Risks for the coming year""",
    )
).timetable
YEARS = st.integers(2001, 2098)
TIMETABLES = pytest.mark.parametrize("timetable", [SHIPPED, WITH_Q4], ids=["shipped", "with Q4"])


def year(timetable: Timetable) -> list[tuple[str, date, date, bool]]:
    """The rounds of 2026-27: name, first day, as-at date, whether units are asked."""
    rounds = [timetable.round(f"2026-27 {step.name}") for step in timetable.steps]
    return [(str(one), one.begins, one.as_at, one.asks_units) for one in rounds]


def test_the_shipped_year_has_four_rounds():
    """March asks the directorate only and stands at the end of February, in the next calendar year."""
    assert year(SHIPPED) == [
        ("2026-27 Q1", date(2026, 4, 1), date(2026, 6, 30), True),
        ("2026-27 Q2", date(2026, 7, 1), date(2026, 9, 30), True),
        ("2026-27 Q3", date(2026, 10, 1), date(2026, 12, 31), True),
        ("2026-27 March", date(2027, 1, 1), date(2027, 2, 28), False),
    ]


def test_settings_may_add_a_q4():
    """It stands after March, and before the next year's Q1."""
    assert year(WITH_Q4)[-1] == ("2026-27 Q4", date(2027, 1, 1), date(2027, 3, 31), True)
    added = WITH_Q4.round("2026-27 Q4")
    assert [str(WITH_Q4.before(added)), str(WITH_Q4.after(added))] == ["2026-27 March", "2027-28 Q1"]


@pytest.mark.parametrize(
    ("name", "before", "after"),
    [
        ("2026-27 Q2", "2026-27 Q1", "2026-27 Q3"),
        ("2026-27 Q1", "2025-26 March", "2026-27 Q2"),
        ("2026-27 March", "2026-27 Q3", "2027-28 Q1"),
        ("2099-00 Q1", "2098-99 March", "2099-00 Q2"),
    ],
)
def test_before_and_after_go_by_the_timetable(name: str, before: str, after: str):
    """Across years too; a round that the timetable lacks is never missing."""
    this = SHIPPED.round(name)
    assert (str(SHIPPED.before(this)), str(SHIPPED.after(this))) == (before, after)


@TIMETABLES
@given(first=YEARS)
def test_after_undoes_before(timetable: Timetable, first: int):
    """And as-at dates rise with every round."""
    for step in timetable.steps:
        this = timetable.round(f"{financial_year(first)} {step.name}")
        assert timetable.after(timetable.before(this)) == timetable.before(timetable.after(this)) == this
        assert timetable.before(this).as_at < this.as_at < timetable.after(this).as_at


@pytest.mark.parametrize(("name", "day"), [("2026-27", 28), ("2027-28", 29), ("2028-29", 28), ("2099-00", 28)])
def test_march_stands_at_the_end_of_february(name: str, day: int):
    """The 29th in 2028; 2100 is no leap year."""
    as_at = SHIPPED.round(f"{name} March").as_at
    assert (as_at.month, as_at.day) == (2, day)


@TIMETABLES
@given(first=YEARS)
def test_returns_are_never_due_on_a_weekend(timetable: Timetable, first: int):
    """Nine days after the as-at date, or the Friday before."""
    for step in timetable.steps:
        this = timetable.round(f"{financial_year(first)} {step.name}")
        due = timetable.due_date(this)
        assert due.weekday() < 5
        late = (this.as_at + timedelta(days=9) - due).days
        assert late == 0 or (due.weekday() == 4 and late in (1, 2))


def test_forms_go_out_three_weeks_before():
    """And come back nine days after, 9 October 2026 being a Friday."""
    this = SHIPPED.round("2026-27 Q2")
    assert (SHIPPED.issue_date(this), SHIPPED.due_date(this)) == (date(2026, 9, 9), date(2026, 10, 9))
    patient = replace(SHIPPED, issue_days_before=7, due_days_after=11)
    assert (patient.issue_date(this), patient.due_date(this)) == (date(2026, 9, 23), date(2026, 10, 9))


@pytest.mark.parametrize("text", ["2026-27 Q2", "2026-27-q2", " 2026-27  q2 ", "2026-27 - Q2"])
def test_a_round_is_read_by_its_name_or_its_folder(text: str):
    """Case and space are forgiven."""
    this = SHIPPED.round(text)
    assert (str(this), this.folder, this.year) == ("2026-27 Q2", "2026-27-q2", 2026)


@TIMETABLES
@given(first=YEARS)
def test_a_folder_leads_back_to_its_round(timetable: Timetable, first: int):
    """Every folder name is lower case, without space."""
    for step in timetable.steps:
        this = timetable.round(f"{financial_year(first)} {step.name}")
        assert timetable.round(this.folder) == timetable.round(str(this)) == this
        assert this.folder == "".join(this.folder.lower().split())


@pytest.mark.parametrize(
    "text",
    ["", "Q2", "2026 Q2", "2026-28 Q2", "2026-27 Q4", "2026-27", "2026-27 Q2 (1)", "0000-01 Q1", "9999-00 March"],
)
def test_a_round_that_there_is_not_is_one_sentence(text: str):
    """It says what was given, and names the rounds that there are."""
    with pytest.raises(UnknownRoundError) as caught:
        SHIPPED.round(text)
    assert f"“{text}”" in str(caught.value)
    assert all(step.name in str(caught.value) for step in SHIPPED.steps)


@pytest.mark.parametrize(
    ("on", "name"),
    [
        (date(2026, 9, 8), "2026-27 Q1"),
        (date(2026, 9, 9), "2026-27 Q2"),
        (date(2026, 12, 9), "2026-27 Q2"),
        (date(2026, 12, 10), "2026-27 Q3"),
        (date(2027, 1, 1), "2026-27 Q3"),
        (date(2027, 2, 7), "2026-27 March"),
        (date(2027, 6, 8), "2026-27 March"),
        (date(2027, 6, 9), "2027-28 Q1"),
    ],
)
def test_the_current_round_is_the_last_one_issued(on: date, name: str):
    """From its issue date until the next one's, across the new year."""
    assert str(SHIPPED.current(on)) == name


@given(st.dates(date(2001, 1, 1), date(2098, 12, 31)))
def test_there_is_always_a_current_round(on: date):
    """Its forms have gone out, and the next one's have not."""
    this = SHIPPED.current(on)
    assert SHIPPED.issue_date(this) <= on < SHIPPED.issue_date(SHIPPED.after(this))


def test_a_day_past_the_end_of_a_month_is_its_last():
    """So that February and April need no care."""
    timetable = Timetable((Step("Spring", (4, 1), (4, 31)),))
    assert timetable.round("2026-27 Spring").as_at == date(2026, 4, 30)
