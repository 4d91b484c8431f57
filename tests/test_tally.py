"""Tally: every figure, and that they agree with each other."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings

from riskbook.model import Decision, Movement, Received, Register
from riskbook.quality import Gap
from riskbook.tally import Counts, Row, Standing, Tally, tally
from tests import effort
from tests.registers import Drawn, agreed, drawn, texts

QUARTER = """
    DIR-01 5x4 was 4x4, 4x4, 4x3 Financial
      + DIR-A001 due 2026-08-31 slips 2
      + DIR-A002 due 2026-08-30
    FRD-001 4x3 was 4x4 Workforce
      + FRD-A001 due 2026-09-30 slips 1
    FRD-002 2x2 was 2x2 closed Workforce
      + FRD-A002 due 2026-01-01
    CIC-001 ? was 3x3 Safeguarding
    CIC-002 3x3 was 3x3 not-returned Safeguarding exempt
    PRJ-001 2x3 Change
      + PRJ-A001 due 2026-12-31
    PAR-001 2x2 was 2x2 merged
"""


def counted(drawing: Drawn) -> Tally:
    return tally(drawing.register, drawing.context)


def bands(red: int, amber: int, green: int, unscored: int = 0) -> Counts:
    return Counts((("Red", red), ("Amber", amber), ("Green", green)), unscored)


def row(found: Tally, name: str) -> Row:
    return next(row for row in (*found.services, *found.categories) if row.name == name)


def test_bands_are_counted_now_and_last_round():
    """Worst first, with what is not scored, and the change."""
    found = counted(drawn(QUARTER))
    assert found.now == bands(1, 3, 0, 1)
    assert found.last == bands(2, 2, 2)
    assert [found.change(band) for band in ("Red", "Amber", "Green")] == [-1, 1, -2]


def test_every_movement_is_counted_once():
    """Nils too."""
    found = counted(drawn(QUARTER))
    assert {movement.name: count for movement, count in found.movements if count} == {
        "MERGED": 1,
        "CLOSED": 1,
        "NEW": 1,
        "NOT_RETURNED": 1,
        "UNSCORED": 1,
        "UP": 1,
        "DOWN": 1,
    }
    assert [movement for movement, _ in found.movements] == list(Movement)
    assert (found.opening, found.closing) == (6, 5)


def test_projects_and_partnerships_are_rows_of_their_own():
    """Not counted again under the service that hosts them; teams are counted under their service."""
    found = counted(drawn(QUARTER))
    names = [row.name for row in found.services]
    assert names == ["Directorate", "Family Help", "Children in Our Care", "SEND", "Projects", "Partnerships"]
    assert row(found, "Family Help") == Row(
        "Family Help", bands(0, 1, 0), bands(1, 0, 1), up=0, down=1, new=0, overdue=0
    )
    assert row(found, "Projects") == Row("Projects", bands(0, 1, 0), bands(0, 0, 0), up=0, down=0, new=1, overdue=0)
    assert row(found, "Directorate") == Row(
        "Directorate", bands(1, 0, 0), bands(1, 0, 0), up=1, down=0, new=0, overdue=2
    )
    assert row(found, "SEND").now == bands(0, 0, 0)


def test_categories_stand_in_the_settings_order():
    """Nils too; what is on no list comes last."""
    found = counted(drawn("FRD-001 4x4 category=Odd\nFRD-002 4x4"))
    names = tuple(row.name for row in found.categories)
    assert names == (*agreed().lists.categories, "No category", "Odd")
    assert row(found, "No category").now == bands(1, 0, 0)


def test_actions_are_those_of_open_risks():
    """Overdue the day after; long overdue after more than 30 days; due by the next as-at date."""
    actions = counted(drawn(QUARTER)).actions
    assert (actions.open, actions.overdue, actions.long_overdue, actions.long_days) == (4, 2, 1, 30)
    assert actions.due_next == 2


@pytest.mark.parametrize(
    ("due", "overdue", "long", "next_"),
    [
        ("2026-08-30", 1, 1, 0),
        ("2026-08-31", 1, 0, 0),
        ("2026-09-29", 1, 0, 0),
        ("2026-09-30", 0, 0, 1),
        ("2026-12-31", 0, 0, 1),
        ("2027-01-01", 0, 0, 0),
    ],
)
def test_an_action_is_overdue_after_its_day(due: str, overdue: int, long: int, next_: int):
    """The as-at date is 30 September, the next 31 December."""
    actions = counted(drawn(f"FRD-001 3x3\n + FRD-A001 due {due}")).actions
    assert (actions.overdue, actions.long_overdue, actions.due_next) == (overdue, long, next_)


def test_returns_are_counted_by_unit():
    """A corrected second return does not make a unit late; a file that could not be read is no return."""
    returns = (
        Received("FRD", "a.xlsx", "1", "Superseded", filled_on=date(2026, 10, 9)),
        Received("FRD", "b.xlsx", "2", "Merged", filled_on=date(2026, 10, 20)),
        Received("CIC", "c.xlsx", "3", "Merged", filled_on=date(2026, 10, 10)),
        Received("SEN", "d.xlsx", "4", "Not read"),
        Received("SEN", "", "", "Not returned"),
        Received("", "e.xlsx", "5", "Not read"),
    )
    found = counted(drawn("FRD-001 3x3", returns=returns)).returns
    assert (found.due, found.on_time, found.late, found.received, found.missing) == (3, 1, 1, 2, ("SEN",))


def test_a_return_that_gives_no_date_is_not_said_to_be_on_time():
    """It is received, and nobody knows when; a second one of the unit that gives one tells."""
    returns = (
        Received("FRD", "a.xlsx", "1", "Merged"),
        Received("CIC", "b.xlsx", "2", "Superseded"),
        Received("CIC", "c.xlsx", "3", "Merged", filled_on=date(2026, 10, 9)),
    )
    found = counted(drawn("FRD-001 3x3\nCIC-001 3x3", returns=returns))
    states = {row.code: row.returned for row in found.units}
    assert (states["FRD"], states["CIC"], found.returns.received) == ("Undated", "On time", 2)


def test_a_round_that_asks_only_the_directorate_has_the_same_total_as_its_neighbours():
    """In March a unit's risk is counted under its last rating, and the standing says that it was not asked."""
    found = counted(drawn("DIR-01 4x4 was 4x4, 4x3, 4x3\nFRD-001 3x3 was 2x2, 4x4\nCIC-001 3x3"))
    assert found.trend == (
        Standing("2025-26 Q3", True, bands(1, 1, 0)),
        Standing("2025-26 March", False, bands(1, 1, 0)),
        Standing("2026-27 Q1", True, bands(1, 0, 1)),
        Standing("2026-27 Q2", True, bands(1, 2, 0)),
    )


def test_a_directorate_round_counts_what_it_carries():
    """Nothing is missing in March."""
    found = counted(drawn("DIR-01 4x4 was 4x3\nFRD-001 3x3 was 3x3 carried", round_="2026-27 March"))
    assert found.now == bands(1, 1, 0)
    assert found.moved(Movement.CARRIED) == 1
    assert found.last_round == "2026-27 Q3"


def test_the_trend_has_six_rounds_and_ends_with_this_one():
    """However long the histories are."""
    found = counted(drawn("DIR-01 4x4 was 4x4, 4x4, 4x4, 4x4, 4x4, 4x4, 4x4"))
    assert [standing.round for standing in found.trend] == [
        "2025-26 Q1",
        "2025-26 Q2",
        "2025-26 Q3",
        "2025-26 March",
        "2026-27 Q1",
        "2026-27 Q2",
    ]
    assert (found.trend[-1].counts, found.trend[-2].counts) == (found.now, found.last)


def test_what_was_closed_long_ago_still_counts_where_it_stood():
    """The archive keeps its history; the round that closed it does not count it."""
    drawing = drawn("FRD-001 3x3 was 3x3, 3x3", round_="2026-27 Q3")
    closed = drawn("CIC-001 4x4 was 4x4 closed", round_="2026-27 Q2")["CIC-001"]
    found = counted(Drawn(replace(drawing.register, archive=(closed,)), drawing.context))
    assert [(standing.round, standing.counts.all) for standing in found.trend] == [
        ("2026-27 Q1", 2),
        ("2026-27 Q2", 1),
        ("2026-27 Q3", 1),
    ]
    assert found.moved(Movement.CLOSED) == 0


def test_rounds_in_other_bands_are_left_out():
    """A change of bands begins the trend again, and nothing is compared across it."""
    drawing = drawn("FRD-001 3x3 was 3x3, 3x3 rescaled")
    assert drawing.context.before
    entry = drawing["FRD-001"]
    old = tuple(replace(past, band="Moderate") for past in entry.history[:-1])
    before = replace(drawing.context.before, entries=(replace(drawing.context.before.entries[0], history=old),))
    register = replace(drawing.register, entries=(replace(entry, history=(*old, entry.history[-1])),))
    found = tally(register, replace(drawing.context, before=before))
    assert found.last is None
    assert found.change("Red") is None
    assert [standing.round for standing in found.trend] == ["2026-27 Q2"]


def test_a_first_register_claims_no_movement():
    """There is no last round to compare with."""
    found = counted(drawn("FRD-001 3x3\nCIC-001 4x4", first=True))
    assert (found.last_round, found.last, found.opening) == ("", None, 0)
    assert found.moved(Movement.NEW) == found.closing == 2


def test_an_empty_register_is_counted_too():
    """All nils."""
    found = counted(drawn(""))
    assert (found.now, found.opening, found.closing) == (bands(0, 0, 0), 0, 0)


def test_decisions_are_counted_by_risk_in_the_round_that_they_are_for():
    """One risk decided on twice is one; what was decided for last round was told in its last edition."""
    decisions = (
        Decision("FRD-001", decision="Escalate", round="2026-27 Q2", decided_on=date(2026, 10, 14)),
        Decision("FRD-001", decision="Escalate", round="2026-27 Q2", decided_on=date(2026, 10, 21)),
        Decision("CIC-001", decision="Escalate", round="2026-27 Q1", decided_on=date(2026, 7, 14)),
        Decision("DIR-01", decision="De-escalate", round="2026-27 Q2"),
    )
    found = counted(drawn("FRD-001 3x3 was 3x3", decisions))
    assert (found.escalated, found.de_escalated) == (1, 1)


def test_exempt_risks_are_counted():
    """Open ones only."""
    assert counted(drawn(QUARTER)).exempt == 1


def test_a_lost_risk_stops_everything():
    """Opening + new + reopened is not closing + closed + merged: a wrong register is handed to nobody."""
    drawing = drawn("FRD-001 3x3 was 3x3\nCIC-001 3x3 was 3x3")
    lost = Register("2026-27 Q2", "", drawing.register.entries[:1])
    with pytest.raises(AssertionError):
        tally(lost, drawing.context)


@given(texts())
@settings(max_examples=effort.examples(6, 60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_counts_always_sum(text: str):
    """Bands, movements, services, categories and the trend all make the same totals."""
    drawing = drawn(text)
    found = counted(drawing)
    assert found.now.all == len(drawing.register.open) == found.closing
    assert sum(count for _, count in found.movements) == len(drawing.register.entries)
    went = found.moved(Movement.CLOSED) + found.moved(Movement.MERGED)
    assert found.opening + found.moved(Movement.NEW) + found.moved(Movement.REOPENED) == found.closing + went
    for rows in (found.services, found.categories):
        assert summed(rows, "now") == found.now == found.total.now
        assert found.last is None or summed(rows, "last") == found.last == found.total.last
        for figure in ("up", "down", "new", "overdue"):
            assert sum(getattr(row, figure) for row in rows) == getattr(found.total, figure)
    assert summed(tuple(unit.counts for unit in found.units), "now") == found.now
    for gap in Gap:
        assert sum(unit.now.of(gap) for unit in found.units) == found.quality.of(gap) <= found.quality.risks
    assert sum(unit.now.sound for unit in found.units) == found.quality.sound
    assert found.quality.risks == found.closing
    assert found.quality.of(Gap.UNSCORED) == found.now.unscored
    assert found.last_quality is None or found.last_quality.risks == found.opening
    assert found.total.overdue == found.actions.overdue
    assert found.trend[-1].counts == found.now
    assert found.last is None or found.last.all == found.opening
    assert found.last is None or found.trend[-2].counts == found.last


def summed(rows: tuple[Row, ...], which: str) -> Counts:
    """The counts of some rows together."""
    counts = [getattr(row, which) for row in rows]
    names = [name for name, _ in counts[0].bands]
    return Counts(tuple((name, sum(c.of(name) for c in counts)) for name in names), sum(c.unscored for c in counts))
