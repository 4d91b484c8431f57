"""Units that open, close, merge and move: a risk keeps its ref and its history, and is somebody's every round."""

from dataclasses import replace
from datetime import date

import pytest

from riskbook import check, excel, ingest, tally
from riskbook.directory import Directory, Unit
from riskbook.findings import Finding
from riskbook.model import Change, Decision, Movement, Register
from riskbook.read import read
from riskbook.report import directory as sheets
from riskbook.report import form
from riskbook.settings import Context
from tests import registers
from tests.examples import agreed
from tests.makers import FRD, LAST, following, merged, quarter, returned, started, told, workbook

SUMMER = date(2026, 8, 31)
ASM = "ref | title | impact | likelihood\nASM-001 | Visits are late | 3 | 3"
BOTH = f"{ASM}\nFRD-001 | Calls are dropped | 4 | 4\nFRD-002 | Notices come late | 2 | 2"


def of(*units: Unit) -> Directory:
    """The small directory with some of its units otherwise."""
    codes = {unit.code for unit in units}
    kept = tuple(unit for unit in registers.DIRECTORY.units if unit.code not in codes)
    return Directory((*kept, *units), registers.DIRECTORY.people)


CLOSED = of(Unit("FRD", "Front Door", "Team", "FHS", until=SUMMER, successor="ASM"))
"""Front Door ended in August; Assessment has its risks."""


def context(directory: Directory = CLOSED, last: str = LAST) -> Context:
    known = quarter(last)
    return replace(known, directory=directory.at(known.on))


def sent(drawing: str, unit: str, day: int = 2) -> bytes:
    return workbook(drawing, start=started(unit=unit, filled_on=date(2026, 10, day)))


def owners(register: Register) -> dict[str, str]:
    return {entry.ref: entry.unit for entry in register.entries}


def codes(findings: list[Finding]) -> set[str]:
    return {finding.code for finding in findings}


# A unit that another took over


def test_the_risks_of_a_unit_that_ended_are_its_successors():
    """Under the refs that they had, with all their history, and the change is told."""
    known = context()
    register, findings = merged(known, sent(BOTH, "ASM"))
    assert owners(register) == {"DIR-01": "DIR", "FRD-001": "ASM", "FRD-002": "ASM", "ASM-001": "ASM"}
    moved = register.by_ref["FRD-001"]
    assert moved.movement is Movement.UP
    assert known.before
    assert moved.history[:-1] == known.before.by_ref["FRD-001"].history
    changes = [change for change in register.changes if change.key == "Unit"]
    assert changes == [Change(ref, "Unit", "FRD", "ASM", "directory.xlsx › Units") for ref in ("FRD-001", "FRD-002")]
    assert not codes([*findings, *check.register(register, known)]) & {"G105", "G106", "T102"}
    assert [one.unit for one in register.returns if not one.book] == ["DIR", "FHS", "CIC", "SEN", "PRJ", "PAR"]


def test_the_successors_form_has_them():
    """Beside its own, with last quarter's ratings; they belong to its scope."""
    known = context()
    unit = known.directory.unit("ASM")
    assert unit
    assert form.prefilled(known, unit, 1).scope.refs == ("ASM-001", "FRD-001", "FRD-002")


def test_risks_that_nobody_told_wait_with_the_successor():
    """They are not carried as a unit's that is not asked: somebody must answer for them."""
    register, _ = merged(context())
    moved = register.by_ref["FRD-001"]
    assert (moved.unit, moved.movement) == ("ASM", Movement.NOT_RETURNED)


def test_a_successor_that_returned_without_the_risks_it_took_over_is_asked_for_them():
    """In one query that names them, whether its form had them or was issued before; nobody else would be asked."""
    known = context()
    register, _ = merged(known, sent(ASM, "ASM"))
    asked = [finding for finding in check.register(register, known) if finding.code == "G127"]
    assert [(one.unit, "FRD-001, FRD-002" in one.message) for one in asked] == [("ASM", True)]
    whole, _ = merged(known, sent(BOTH, "ASM"))
    assert "G127" not in codes(check.register(whole, known))
    silent, _ = merged(known)
    assert {"G101", "G127"} & codes(check.register(silent, known)) == {"G101"}


def test_a_return_that_the_old_unit_sent_is_put_together_with_its_successors():
    """It was issued before the change; for what both tell the later counts, and nothing is lost."""
    known = context()
    old = sent(FRD.replace("| 4      | 3", "| 5 | 5"), "FRD", 1)
    register, _ = merged(known, old, sent(ASM, "ASM", 3))
    assert (str(register.by_ref["FRD-001"].rating), register.held) == ("5×5", ())
    register, _ = merged(known, old, sent(BOTH, "ASM", 3))
    assert str(register.by_ref["FRD-001"].rating) == "4×4"
    assert {held.ref for held in register.held} == {"FRD-001"}
    alone, _ = merged(known, sent(FRD, "FRD", 1))
    assert (alone.by_ref["FRD-001"].unit, alone.by_ref["FRD-001"].movement) == ("ASM", Movement.SAME)
    assert [one.unit for one in alone.returns][:2] == ["FRD", "DIR"]
    assert "ASM" in [one.unit for one in alone.returns if not one.book]
    (asked,) = [one for one in check.register(alone, known) if (one.code, one.unit) == ("G101", "ASM")]
    assert " 1 open risk" in asked.message


def test_a_unit_whose_risks_all_came_in_with_another_units_return_has_returned():
    """It began with the risks of one that ended: nobody rings its manager, and it is counted among the returns."""
    known = context(of(Unit("FRD", "Front Door", "Team", "FHS", until=SUMMER, successor="PRJ")))
    register, _ = merged(known, sent(FRD, "FRD", 1))
    assert "PRJ" not in [one.unit for one in register.returns if not one.book]
    assert "PRJ" not in [one.unit for one in check.register(register, known) if one.code == "G101"]
    counts = tally.tally(register, known).returns
    assert (counts.due, counts.received, counts.missing) == (7, 1, ("ASM", "CIC", "DIR", "FHS", "PAR", "SEN"))


NEW = f"{FRD}NEW-1 | Posts stand empty | 4 | 4"
"""Front Door's return with a risk that nobody told before."""


def test_a_ref_that_was_given_stands_though_its_unit_ends_in_the_middle_of_the_round():
    """The risk is its successor's under the ref that DLT read, with its action, and what was decided holds."""
    data = workbook(NEW, "risk_ref | what\nNEW-1 | Fill them", start=started(unit="FRD"))
    theirs = sent(f"{ASM}\nNEW-1 | Cars break down | 2 | 2", "ASM")
    open_, closed = context(registers.DIRECTORY), context()
    first, _ = merged(open_, data, theirs)
    up = Decision("FRD-003", decision="Escalate", body="DLT", owner="AD Family Help", round="2026-27 Q2")
    decided, _ = merged(open_, data, theirs, kept=replace(first, decisions=(up,)))
    assert "DIR-02" in decided.by_ref
    for _ in range(2):
        decided, found = merged(closed, data, theirs, kept=decided)
        owned = owners(decided)
        assert (owned["FRD-003"], owned["ASM-002"], owned["DIR-02"]) == ("ASM", "ASM", "DIR")
        assert [action.ref for action in decided.actions if action.risk_ref == "FRD-003"] == ["FRD-A002"]
        assert {known.ref for known in decided.refs} == {*(known.ref for known in first.refs), "DIR-02"}
        assert "K124" not in codes([*found, *check.register(decided, closed)])


def test_the_successor_may_send_a_new_risk_of_the_old_unit_again():
    """It is the same risk by its title, whatever NEW number it has now."""
    first, _ = merged(context(registers.DIRECTORY), sent(NEW, "FRD", 1))
    later = sent(f"{BOTH}\nNEW-4 | Posts stand empty | 5 | 5", "ASM", 3)
    register, _ = merged(context(), sent(NEW, "FRD", 1), later, kept=first)
    assert owners(register)["FRD-003"] == "ASM"
    assert str(register.by_ref["FRD-003"].rating) == "5×5"
    assert not {"ASM-002", "FRD-004"} & owners(register).keys()


def test_a_decision_about_a_risk_that_is_not_there_is_asked_about():
    """A later return left it out: what was decided has no effect, and somebody must know."""
    first, _ = merged(context(registers.DIRECTORY), sent(NEW, "FRD", 1))
    up = Decision("FRD-003", decision="Escalate", body="DLT", owner="AD Family Help", round="2026-27 Q2")
    old = replace(up, risk_ref="FRD-099", round="2026-27 Q1")
    known = context(registers.DIRECTORY)
    register, _ = merged(known, sent(FRD, "FRD", 3), kept=replace(first, decisions=(up, old)))
    assert [one.ref for one in check.register(register, known) if one.code == "K124"] == ["FRD-003"]


def test_an_action_of_the_old_unit_is_known_to_the_successor():
    """Under the ref that it had."""
    actions = "ref | risk_ref | what | due\nFRD-A001 | FRD-001 | Fill the post | 2026-11-30"
    data = workbook(BOTH, actions, start=started(unit="ASM"))
    one = returned(data, context())
    assert [(action.ref, action.risk_ref) for action in one.actions] == [("FRD-A001", "FRD-001")]
    assert not told(ingest.unit_return(read(data, "asm.xlsx"), context()).findings, "T102", "T103", "T105")


def test_a_risk_that_the_successor_left_out_is_missing():
    """The same question as for any of its own."""
    data = workbook(ASM, start=started(unit="ASM"), scope="ASM-001, FRD-001 and new rows")
    findings = check.unit_return(returned(data, context()), context())[0]
    assert [finding.ref for finding in findings if finding.code == "T112"] == ["FRD-001"]


@pytest.mark.parametrize(
    ("units", "heir"),
    [
        ((("FRD", SUMMER, "ASM"),), "ASM"),
        ((("FRD", SUMMER, "ASM"), ("ASM", SUMMER, "CIC")), "CIC"),
        ((("FRD", SUMMER, "ASM"), ("ASM", SUMMER, "FRD")), "FRD"),
        ((("FRD", SUMMER, ""),), "FRD"),
        ((("FRD", date(2026, 9, 30), "ASM"),), "FRD"),
        ((("FRD", date(2026, 9, 29), "ASM"),), "ASM"),
        ((("FRD", None, "ASM"),), "FRD"),
    ],
)
def test_who_took_over_is_followed_to_the_end(units: tuple[tuple[str, date | None, str], ...], heir: str):
    """From the day after the last one; a circle comes back to where it began."""
    known = of(*(Unit(code, code, "Team", "FHS", until=until, successor=next_) for code, until, next_ in units))
    assert known.heir("FRD", date(2026, 9, 30)) == heir


def test_a_unit_that_ended_without_a_successor_keeps_its_risks_and_is_asked_about():
    """Nobody guesses who has them now."""
    known = context(of(Unit("FRD", "Front Door", "Team", "FHS", until=SUMMER)))
    register, _ = merged(known)
    assert owners(register)["FRD-001"] == "FRD"
    assert "G105" in codes(check.register(register, known))


def test_the_next_round_begins_where_the_last_one_ended():
    """The register says who has them; the directory is not needed for it any more."""
    register, _ = merged(context(), sent(BOTH, "ASM"))
    later = following(register, context())
    again, _ = merged(later)
    assert owners(again)["FRD-001"] == "ASM"
    assert [change for change in again.changes if change.key == "Unit"] == []


# A unit that moved


def test_a_unit_belongs_where_it_stands_on_the_day():
    """Of two rows for one code the one in force counts; before and after them the nearest."""
    then = Unit("FRD", "Front Door", "Team", "FHS", until=SUMMER)
    now = Unit("FRD", "Front Door", "Service", "", from_=date(2026, 9, 1))
    moved = of(then, now)
    for day, level in ((date(2026, 6, 30), "Team"), (SUMMER, "Team"), (date(2026, 9, 1), "Service")):
        unit = moved.at(day).unit("FRD")
        assert unit
        assert unit.level == level
    assert [unit.code for unit in moved.at(SUMMER).units].count("FRD") == 1
    register, _ = merged(context(moved), sent(FRD, "FRD"))
    assert register.by_ref["FRD-001"].level == "Service"
    assert "G105" not in codes(check.register(register, context(moved)))


def test_a_unit_that_has_not_begun_stands_as_it_will():
    """So that its form can be made ready."""
    coming = of(Unit("NEW", "New team", "Team", "FHS", from_=date(2027, 1, 1)))
    assert coming.at(SUMMER).unit("NEW")
    assert "NEW" not in {unit.code for unit in coming.at(SUMMER).current(SUMMER)}


# The directory's own column


def read_back(directory: Directory) -> tuple[Directory, list[Finding]]:
    data = excel.report(sheets.document(directory, agreed()))
    return ingest.directory(read(data, "directory.xlsx"), agreed())


def test_the_successor_stands_in_the_directory():
    """Written and read like any other column."""
    back, findings = read_back(CLOSED)
    assert (back.units, findings) == (CLOSED.units, [])


@pytest.mark.parametrize("successor", ["XX", "FRD"])
def test_a_successor_must_be_another_unit(successor: str):
    """One that there is, and not itself."""
    _, findings = read_back(of(Unit("FRD", "Front Door", "Team", "FHS", until=SUMMER, successor=successor)))
    assert [(finding.code, finding.value) for finding in findings] == [("B127", successor)]


@pytest.mark.parametrize("code", ["../../X", "..\\X", "A:B", "C|D", "T.", "X/Y", "A?", "X" * 40])
def test_a_code_that_no_file_can_be_named_by_is_an_error(code: str):
    """It would lead out of the book's folder, or to no file at all."""
    _, findings = read_back(of(Unit(code, "A team", "Team")))
    assert [(one.code, one.place.sheet, one.value) for one in findings] == [("B132", "Units", code.upper())]
