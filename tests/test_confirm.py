"""The list that DLT confirmed opens the new year: same refs, history kept, nothing guessed, and twice is once."""

import io
import json
import shutil
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from riskbook import confirm, decide, escalate, excel, markdown, propose, quarterly
from riskbook.cli import confirming, deciding
from riskbook.cli.folder import find
from riskbook.confirm import Meeting
from riskbook.directory import Person
from riskbook.excel import parents
from riskbook.findings import Finding, Severity
from riskbook.forms import CONFIRMED, by_key
from riskbook.intake import Intake
from riskbook.merge import merge
from riskbook.model import Decision, Movement, Register
from riskbook.propose import Together
from riskbook.read import read
from riskbook.report import directorate_risks, form, put_together, service_plan
from riskbook.report.blocks import ToFill
from riskbook.rules import cells
from riskbook.rules import decisions as decided
from riskbook.rules import proposals as rules
from riskbook.settings import Context
from tests import effort, makers, oracles
from tests.makers import following, quarter, workbook
from tests.test_decide import filled
from tests.test_propose import run

TODAY = date(2026, 11, 1)
MEETING = Meeting("DLT", "The Director", date(2026, 10, 13), "DLT 13/10/2026, 5")
LAST = """
    DIR-01 4x4 was 4x4 "Placements cost more than planned"
    DIR-02 3x3 was 3x3 "Inspection finds gaps"
    DIR-03 2x2 was 2x2 "Rolls fall"
    DIR-04 3x3 was 3x3 "Posts stand empty"
    FRD-001 4x4 was 4x4 "Calls are dropped"
    FRD-002 3x3 was 3x3 "Notices come late"
    FRD-003 3x3 was 3x3 "Cover fails at night"
"""
FRD = """
    ref     | title                | impact | likelihood | event
    FRD-001 | Calls are dropped    | 4      | 4          | calls are not answered
    FRD-002 | Notices come late    | 3      | 3          | families hear too late
    FRD-003 | Cover fails at night | 3      | 3          | nobody comes
"""
AD = "AD Family Help"
WHOLE = {
    "DIR-01": {"Decision": "Keep"},
    "DIR-02": {"Decision": "Merge", "Into": "DIR-01", "Rationale": "One is enough"},
    "DIR-03": {"Decision": "Drop", "Rationale": "Settled"},
    "DIR-04": {"Decision": "Keep", "Agreed impact": "4 Major", "Agreed likelihood": 4},
    "FRD-001": {"Decision": "New", "Assistant Director": AD},
    "FRD-002": {"Decision": "Merge", "Into": "DIR-04"},
    "FRD-003": {"Decision": "Drop"},
    "NEW-1": {"Decision": "New", "Assistant Director": AD, "Agreed impact": 3, "Agreed likelihood": 4},
}


@pytest.fixture(autouse=True)
def _on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """The day on which the list comes in."""
    for module in (deciding, confirming):
        monkeypatch.setattr(module, "today", lambda: TODAY)


@cache
def begun(last: str) -> tuple[Context, tuple[Intake, ...], Register]:
    """A quarter, the return that came, and its register before anything is confirmed: all of them only values."""
    context = quarter(last)
    people = (Person("Jo Bell", AD, roles=("Assistant Director",)),)
    context = replace(context, directory=replace(context.directory, people=people))
    intakes = makers.intakes(context, workbook(FRD))
    return context, intakes, merge(intakes, context)[0]


@cache
def at_first(last: str) -> bytes:
    """The list before anything is confirmed."""
    context, _, register = begun(last)
    return listing(register, context)


def listing(register: Register, context: Context) -> bytes:
    """The list that DLT decides with; somebody proposed a new risk."""
    place = replace(register.entries[0].now.source.place(), book="ann.xlsx")
    words = (("title", "Short breaks run out"), ("event", "families wait for months"))
    said = tuple(propose.Said("", "Short breaks run out", key, key, text, place) for key, text in words)
    whole = quarterly.compose(register, (), context)
    return excel.report(put_together.editions(Together(("ann.xlsx",), said), whole, whole)[""])


class Year:
    """A quarter in memory: its register, the list put together from it, and confirmations taken as the command does."""

    def __init__(self, last: str = LAST) -> None:
        self.last = last
        self.context, self.intakes, self.register = begun(last)

    def blank(self) -> bytes:
        *_, first = begun(self.last)
        return at_first(self.last) if self.register is first else listing(self.register, self.context)

    def with_rows(self, rows: dict[str, dict[str, Any]]) -> bytes:
        return filled(self.blank(), rows, confirm.SHEET)

    def merged(self, decisions: tuple[Decision, ...], kept: Register | None = None) -> Register:
        return merge(self.intakes, self.context, replace(kept or self.register, decisions=decisions))[0]

    def confirm(self, data: bytes, meeting: Meeting = MEETING) -> tuple[decide.Taken, list[Finding]]:
        """Take a list, and merge again."""
        before = self.register.decisions
        base = self.merged(confirm.without(before, meeting, self.context))
        rows, found = confirm.rows(read(data, "dlt.xlsx", confirm.wanted), base, meeting, self.context, before)
        rows, kept, more = confirm.with_new(rows, base, self.register, self.context, TODAY)
        base = self.merged(decide.without(before, rows, self.context), kept)
        taken = decide.take(rows, base, before, self.context, TODAY)
        after = self.merged(decide.recorded(before, taken), kept)
        proposed = ((one, escalate.candidates(one, self.context)) for one in (base, after))
        taken = decide.answering(taken, *proposed, context=self.context)
        self.register = self.merged(decide.recorded(before, taken), kept)
        return taken, [*found, *more, *taken.findings]


@pytest.fixture(scope="module")
def opened() -> tuple[Year, list[Finding]]:
    """The whole list confirmed."""
    year = Year()
    _, found = year.confirm(year.with_rows(WHOLE))
    return year, found


def test_what_was_chosen_is_recorded_as_decisions(opened: tuple[Year, list[Finding]]):
    """A directorate risk is kept, merged or closed; a unit's is taken up, linked, or stays until next year's list."""
    year, found = opened
    assert [finding for finding in found if finding.severity is Severity.ERROR] == []
    assert sorted((one.risk_ref, one.decision, one.into) for one in year.register.decisions) == [
        ("DIR-01", "Confirm", ""),
        ("DIR-02", "Merge", "DIR-01"),
        ("DIR-03", "Close", ""),
        ("DIR-04", "Confirm", ""),
        ("DIR-05", "Confirm", ""),
        ("FRD-001", "Escalate", "DIR-06"),
        ("FRD-002", "Escalate", "DIR-04"),
        ("FRD-003", "Manage at this level", ""),
    ]
    assert {(one.body, one.decided_by, one.decided_on, one.minute) for one in year.register.decisions} == {
        (MEETING.body, MEETING.decided_by, MEETING.on, MEETING.minute)
    }
    assert {one.review_by for one in year.register.decisions if one.review_by} == {date(2028, 1, 1)}


def test_refs_and_histories_stay(opened: tuple[Year, list[Finding]]):
    """Nothing that was on the register is renumbered; what goes is closed or merged with who said so."""
    year, _ = opened
    by_ref = year.register.by_ref
    assert {ref: by_ref[ref].movement for ref in ("DIR-02", "DIR-03")} == {
        "DIR-02": Movement.MERGED,
        "DIR-03": Movement.CLOSED,
    }
    assert (by_ref["DIR-03"].closed_by, by_ref["DIR-03"].closed_on) == ("The Director, DLT", MEETING.on)
    before = year.context.before
    assert before
    for entry in before.entries:
        now = by_ref[entry.ref].history
        assert now[: len(entry.history)] == entry.history
    assert {ref: by_ref[ref].now.parent for ref in ("FRD-001", "FRD-002")} == {"FRD-001": "DIR-06", "FRD-002": "DIR-04"}
    assert str(by_ref["DIR-04"].rating) == "4×4"


def test_a_risk_that_nobody_had_told_is_on_the_register(opened: tuple[Year, list[Finding]]):
    """With its words, owner and rating, and the row of the list as its source."""
    year, _ = opened
    made = year.register.by_ref["DIR-05"]
    assert (made.level, made.movement, str(made.rating)) == ("Directorate", Movement.NEW, "3×4")
    assert (made.now.title, made.now.event, made.now.owner) == ("Short breaks run out", "families wait for months", AD)
    assert (made.now.source.book, made.now.source.sheet) == ("dlt.xlsx", confirm.SHEET)


def test_twice_is_once_and_merging_again_changes_nothing():
    """The same list again is as before, and no new risk is made again."""
    year = Year()
    data = year.with_rows(WHOLE)
    year.confirm(data)
    once = year.register
    taken, found = year.confirm(data)
    assert (taken.decisions, len(taken.same), found) == ((), len(WHOLE), [])
    assert year.register == once
    assert year.merged(once.decisions) == once


def test_a_risk_may_be_confirmed_and_escalated_at_one_meeting():
    """Both stand, in whichever order they come; what the list said before and says no more does not."""
    year = Year()
    said = {"body": MEETING.body, "decided_by": MEETING.decided_by, "decided_on": MEETING.on}
    escalated = Decision("DIR-01", decision="Escalate", round=str(year.context.round), **said)
    year.register = year.merged((escalated,))
    year.confirm(year.with_rows({"DIR-01": {"Decision": "Keep"}, "DIR-03": {"Decision": "Keep"}}))
    stand = {(one.risk_ref, one.decision) for one in year.register.decisions}
    assert stand == {("DIR-01", "Escalate"), ("DIR-01", "Confirm"), ("DIR-03", "Confirm")}
    drop = {"DIR-01": {"Decision": "Keep"}, "DIR-03": {"Decision": "Drop", "Rationale": "Settled"}}
    taken, _ = year.confirm(year.with_rows(drop))
    stand = {(one.risk_ref, one.decision) for one in year.register.decisions}
    assert stand == {("DIR-01", "Escalate"), ("DIR-01", "Confirm"), ("DIR-03", "Close")}
    assert [one.risk_ref for one in taken.was.values()] == ["DIR-03"]


def test_what_else_is_decided_in_another_meeting_is_of_the_same_list():
    """Both days are named, and what the first decided stands."""
    year = Year()
    data = year.with_rows({"DIR-01": {"Decision": "Keep"}})
    _, found = year.confirm(data)
    assert {one.ref for one in found if one.code == rules.UNDECIDED.code} == {"DIR-02", "DIR-03", "DIR-04"}
    later = Meeting("DLT", "The Director", date(2026, 10, 20))
    rest = {ref: said for ref, said in WHOLE.items() if ref in ("DIR-02", "DIR-03", "DIR-04")}
    _, found = year.confirm(year.with_rows(rest), later)
    assert [one.ref for one in found if one.code == rules.UNDECIDED.code] == []
    last = confirm.confirmed(year.register, year.context)
    assert last
    assert (last.year, last.refs) == (2027, ("DIR-01", "DIR-04"))
    assert all(day in last.words for day in ("13 October 2026", "20 October 2026"))


@pytest.mark.parametrize(
    ("ref", "said", "code", "column"),
    [
        ("DIR-01", {"Decision": "Perhaps"}, cells.CHOICE, "decision"),
        ("DIR-01", {"Rationale": "It is large"}, decided.INCOMPLETE, "decision"),
        ("DIR-01", {"Decision": "New"}, rules.NOT_FOR_THIS_LEVEL, "decision"),
        ("DIR-01", {"Decision": "Keep", "Into": "DIR-02"}, rules.NOT_FOR_THIS_LEVEL, "decision"),
        ("DIR-01", {"Decision": "Merge"}, decided.INTO_NOWHERE, "into"),
        ("DIR-01", {"Decision": "Merge", "Into": "FRD-001"}, decided.INTO_NOWHERE, "into"),
        ("DIR-01", {"Decision": "Merge", "Into": "DIR-90"}, decided.INTO_NOWHERE, "into"),
        ("DIR-01", {"Decision": "Merge", "Into": "DIR-01"}, decided.INTO_NOWHERE, "into"),
        ("DIR-01", {"Decision": "Keep", "Agreed impact": "4 Major"}, decided.HALF_AGREED, "agreed_likelihood"),
        ("FRD-001", {"Decision": "Keep"}, rules.NOT_FOR_THIS_LEVEL, "decision"),
        ("FRD-001", {"Decision": "New"}, decided.NO_DIRECTOR, "owner"),
        ("FRD-001", {"Decision": "Merge"}, decided.INTO_NOWHERE, "into"),
        ("NEW-1", {"Decision": "New"}, decided.NO_DIRECTOR, "owner"),
        ("NEW-1", {"Decision": "Keep", "Assistant Director": AD}, rules.NOT_FOR_THIS_LEVEL, "decision"),
        ("NEW-1", {"Decision": "New", "Assistant Director": AD, "Risk": None}, rules.NO_TITLE, "risk_ref"),
        (
            "NEW-1",
            {"Decision": "New", "Assistant Director": AD, "Agreed impact": 3},
            decided.HALF_AGREED,
            "agreed_likelihood",
        ),
    ],
)
def test_a_row_in_which_something_is_wrong_is_left_out_and_the_others_stand(
    ref: str, said: dict[str, Any], code: Any, column: str
):
    """It is said at its cell; nothing of it is on the register."""
    year = Year()
    _, found = year.confirm(year.with_rows({"DIR-04": {"Decision": "Keep"}, ref: said}))
    header = by_key(CONFIRMED)[column].header
    errors = [(one.code, one.field) for one in found if one.severity is Severity.ERROR]
    assert errors == [(code.code, header)]
    assert [one.risk_ref for one in year.register.decisions] == ["DIR-04"]
    assert {entry.ref for entry in year.register.open} == {f"DIR-0{n}" for n in range(1, 5)} | {
        f"FRD-00{n}" for n in range(1, 4)
    }


def test_what_the_same_meeting_decided_elsewhere_stands_and_is_not_asked_about():
    """A risk that it closed on the decision sheet is not undecided on the list."""
    year = Year()
    closed = Decision("DIR-03", decision="Close", body="DLT", decided_by="The Director", decided_on=MEETING.on)
    closed = replace(closed, rationale="Settled", round=str(year.context.round), sheet="Decisions")
    year.register = year.merged((closed,))
    _, found = year.confirm(year.with_rows({"DIR-04": {"Decision": "Keep"}}))
    assert {one.ref for one in found if one.code == rules.UNDECIDED.code} == {"DIR-01", "DIR-02"}
    assert [one.risk_ref for one in year.register.decisions] == ["DIR-03", "DIR-04"]


def test_words_that_were_changed_on_the_list_change_nothing_and_are_said():
    """A risk's words are its owner's."""
    year = Year()
    _, found = year.confirm(year.with_rows({"DIR-01": {"Decision": "Keep", "Risk": "Other words"}}))
    assert (rules.OTHER_WORDS.code, "DIR-01") in {(one.code, one.ref) for one in found}
    assert year.register.by_ref["DIR-01"].now.title == "Placements cost more than planned"


def test_the_same_new_risk_twice_is_taken_from_neither_row():
    """Two directorate risks of one name would be counted twice."""
    year = Year()
    data = year.with_rows({"NEW-1": {"Decision": "New", "Assistant Director": AD}})
    book = openpyxl.load_workbook(io.BytesIO(data))
    page = book[confirm.SHEET]
    page.append(["NEW-2", *(page.cell(page.max_row, column).value for column in range(2, page.max_column + 1))])
    _, found = year.confirm(makers.saved(book))
    assert [one.code for one in found if one.severity is Severity.ERROR] == [rules.NEW_TWICE.code] * 2
    assert year.register.decisions == ()


def test_the_list_as_it_is_written_decides_nothing():
    """Before anybody has filled it in; every cell of a decision can be."""
    year = Year()
    rows, found = confirm.rows(read(year.blank(), "x.xlsx"), year.register, MEETING, year.context)
    assert rows == ()
    assert {one.code for one in found} == {rules.UNDECIDED.code}
    whole = quarterly.compose(year.register, (), year.context)
    table = put_together.editions(Together(), whole, whole)[""].table("for_decision")
    asked = [column.header for column in CONFIRMED if not column.ours and column.key not in ("title", "event")]
    row = dict(zip([field.header for field in table.fields], table.rows[0], strict=True))
    assert {header for header, cell in row.items() if isinstance(cell, ToFill)} == set(asked) - {"Rating now"}


def test_a_list_of_another_year_or_a_copy_of_the_long_list_is_not_taken():
    """What was proposed is no decision."""
    year = Year()
    title = f"Risks for {propose.coming(year.context.round)}: what DLT decides"
    book = openpyxl.load_workbook(io.BytesIO(year.with_rows(WHOLE)))
    book[confirm.SHEET]["A1"] = title.replace("2027-28", "2028-29")
    for data, code in ((makers.saved(book), rules.ANOTHER_YEAR), (workbook(FRD), rules.NO_LIST)):
        rows, found = confirm.rows(read(data, "x.xlsx", confirm.wanted), year.register, MEETING, year.context)
        assert (rows, [one.code for one in found]) == ((), [code.code])


def test_the_difference_to_the_year_before_is_counted_to_the_last_risk(opened: tuple[Year, list[Finding]]):
    """Every directorate risk there was or is stands in one place."""
    year, _ = opened
    found = service_plan.difference(quarterly.compose(year.register, (), year.context))
    refs = {key: sorted(one.ref for one in getattr(found, key)) for key in ("kept", "new", "open", "since")}
    assert refs == {"kept": ["DIR-01", "DIR-04"], "new": ["DIR-05", "DIR-06"], "open": [], "since": []}
    assert [(one.ref, decision.into) for one, decision in found.merged] == [("DIR-02", "DIR-01")]
    assert [one.ref for one, _ in found.dropped] == ["DIR-03"]


def test_an_exempt_risk_is_in_the_exempt_list_alone():
    """The open one counts without it, and says that there is one."""
    year = Year()
    year.confirm(year.with_rows({f"DIR-0{n}": {"Decision": "Keep"} for n in range(1, 5)}))
    entries = tuple(
        replace(one, now=replace(one.now, audience="Exempt")) if one.ref == "DIR-03" else one
        for one in year.register.entries
    )
    whole = quarterly.compose(replace(year.register, entries=entries), (), year.context)
    made = service_plan.editions(whole, quarterly.published(whole))
    refs = {kind: sorted(row[0].words for row in one.table("year_risks").rows) for kind, one in made.items()}
    assert refs == {"exempt": ["DIR-01", "DIR-02", "DIR-03", "DIR-04"], "": ["DIR-01", "DIR-02", "DIR-04"]}
    assert {kind: bool(one.banner) for kind, one in made.items()} == {"exempt": True, "": False}
    assert b"Rolls fall" not in markdown.report(made[""])


def test_the_next_forms_show_what_was_confirmed_and_by_whom(opened: tuple[Year, list[Finding]]):
    """To every manager, read-only, in the round after; a risk that came since is named."""
    year, _ = opened
    context = following(year.register, year.context)
    unit = context.directory.unit("FRD")
    assert unit
    page = openpyxl.load_workbook(io.BytesIO(excel.form(context, form.prefilled(context, unit, 1))))[parents.SHEET]
    refs = [row[0] for row in page.iter_rows(min_row=5, max_col=1, values_only=True) if row[0]]
    assert refs == ["DIR-01", "DIR-04", "DIR-05", "DIR-06"]
    assert all(word in str(page["A2"].value) for word in ("2027-28", "DLT", "13 October 2026"))
    assert page.protection.sheet


def test_every_report_says_which_year_is_confirmed(opened: tuple[Year, list[Finding]]):
    """Over the directorate's risks, from this round on."""
    year, _ = opened
    assert "2027-28" in directorate_risks.sheet(quarterly.compose(year.register, (), year.context)).lead


def test_a_new_risk_that_was_taken_off_the_register_is_not_made_again():
    """Whoever deleted its row is asked about that by the next merge."""
    year = Year()
    data = year.with_rows({"NEW-1": WHOLE["NEW-1"]})
    year.confirm(data)
    without = tuple(entry for entry in year.register.entries if entry.ref != "DIR-05")
    year.register = replace(year.register, entries=without)
    year.confirm(data)
    assert "DIR-05" not in year.register.by_ref


def test_a_confirmation_answers_no_proposal(opened: tuple[Year, list[Finding]]):
    """What rules propose for a risk that was kept comes back in the next report."""
    year, _ = opened
    assert {one.codes for one in year.register.decisions if one.decision == "Confirm"} == {()}


# The command

LIST = "2026-27-q2/risks-put-together-2027-28.xlsx"
PLAN = "2026-27-q2/service-plan-risks-2027-28"


def sent_copies(book: Path, ref: str = "FRD-001") -> Path:
    """Two filled-in copies of the long list, in a folder."""
    blank = (book / "2026-27-q2" / "risks-proposed-2027-28.xlsx").read_bytes()
    folder = book / "sent"
    folder.mkdir()
    new = {"NEW-1": {"Risk": "Short breaks run out", "There is a risk that": "families wait for months"}}
    (folder / "ann.xlsx").write_bytes(filled(blank, {ref: {"Proposal": "New"}, **new}, propose.SHEET))
    (folder / "ben.xlsx").write_bytes(filled(blank, {ref: {"Proposal": "Drop"}}, propose.SHEET))
    return folder


@pytest.mark.usefixtures("register_alone")
def test_the_year_opens_from_january_to_the_forms_of_its_first_quarter(listed: Path, tmp_path: Path):
    """Long list, copies put together, the register, the Service Plan, the forms; a dry run writes nothing."""
    book = Path(shutil.copytree(listed, tmp_path / "book"))
    owner = {"Decision": "New", "Assistant Director": AD}
    dlt = book / "2026-27-q2" / "dlt.xlsx"
    dlt.write_bytes(filled((book / LIST).read_bytes(), {"FRD-001": owner, "NEW-1": owner}, confirm.SHEET))
    before = sorted(book.rglob("*"))
    day = ("--on", "13 October 2026", "--by", "The Director")
    dry = run(book, "confirm", "dlt.xlsx", *day, "--dry-run", "--json")
    assert (dry.exit_code, len(json.loads(dry.stdout)["changes"]) > 0) == (0, True)
    assert sorted(book.rglob("*")) == before
    said = json.loads(run(book, "confirm", "dlt.xlsx", *day, "--json").stdout)
    assert [(one["ref"], one["decision"], one["into"]) for one in said["decisions"]] == [
        ("FRD-001", "Escalate", "DIR-03"),
        ("DIR-02", "Confirm", ""),
    ]
    written = [book / f"{PLAN}{suffix}" for suffix in (".xlsx", ".md")]
    assert set(map(str, written)) <= set(said["outputs"])
    once = {path: path.read_bytes() for path in (*written, find(book).register)}
    again = run(book, "confirm", "dlt.xlsx", *day, "--json")
    assert json.loads(again.stdout)["counts"]["as_before"] == 2
    assert run(book, "merge").exit_code in (0, 1)
    assert {path: path.read_bytes() for path in once} == once
    assert run(book, "issue", "FRD", "--round", "2027-28 Q1").exit_code == 0
    page = openpyxl.load_workbook(book / "2027-28-q1" / "issued" / "frd-2027-28-q1.xlsx")[parents.SHEET]
    assert "2027-28" in str(page["A2"].value)
    assert [page.cell(row, 1).value for row in (5, 6, 7)] == ["DIR-01", "DIR-02", "DIR-03"]


@pytest.fixture(scope="module")
def listed(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book with the list that DLT decides with."""
    book = Path(shutil.copytree(small, tmp_path_factory.mktemp("confirm") / "book"))
    assert run(book, "propose").exit_code == 0
    assert run(book, "propose", sent_copies(book)).exit_code == 0
    return book


@pytest.mark.parametrize("day", ["2 November 2026", "30 June 2026", "soon"])
def test_a_day_on_which_nothing_can_have_been_confirmed_is_refused(listed: Path, day: str):
    """It is still to come, before the round, or none; exit status 2."""
    assert run(listed, "confirm", listed / LIST, "--on", day).exit_code == 2


def test_a_list_in_which_nothing_was_decided_changes_nothing(listed: Path):
    """Exit status 2, and no list for the Service Plan."""
    before = find(listed).register.read_bytes()
    assert run(listed, "confirm", listed / LIST, "--on", "13 October 2026").exit_code == 2
    assert find(listed).register.read_bytes() == before
    assert not (listed / f"{PLAN}.xlsx").exists()


@effort.in_ci("merges the whole sample several times, and starts the validator")
@oracles.needs_validator
def test_the_sample_opens_its_year(demo: Path, tmp_path: Path):
    """Every directorate risk is decided on; the list for the Service Plan is fit to leave, and valid."""
    book = Path(shutil.copytree(demo, tmp_path / "book"))
    run(book, "propose")
    assert run(book, "propose", sent_copies(book, "ELL-001")).exit_code == 0
    rows: dict[str, dict[str, Any]] = {f"DIR-{n:02}": {"Decision": "Keep"} for n in range(1, 9)}
    rows |= {"DIR-09": {"Decision": "Drop", "Rationale": "At its target"}}
    rows |= {"DIR-10": {"Decision": "Merge", "Into": "DIR-08"}}
    rows |= {"ELL-001": {"Decision": "New", "Assistant Director": "AD Family Help and Safeguarding"}}
    rows |= {"NEW-1": {"Decision": "New", "Assistant Director": "AD Children in Our Care"}}
    dlt = book / "dlt.xlsx"
    dlt.write_bytes(filled((book / LIST).read_bytes(), rows, confirm.SHEET))
    done = run(book, "confirm", dlt, "--on", "13 October 2026", "--json")
    assert (done.exit_code, len(json.loads(done.stdout)["decisions"])) == (0, len(rows))
    assert oracles.faults([book / f"{PLAN}.xlsx"]) == []
    assert run(book, "inspect", book / f"{PLAN}.xlsx").exit_code == 0
    assert run(book, "issue", "FRD", "--round", "2027-28 Q1").exit_code == 0
    page = openpyxl.load_workbook(book / "2027-28-q1" / "issued" / "frd-2027-28-q1.xlsx")[parents.SHEET]
    refs = [row[0] for row in page.iter_rows(min_row=5, max_col=1, values_only=True) if row[0]]
    assert refs == [*(f"DIR-{n:02}" for n in range(1, 9)), "DIR-11", "DIR-12"]


def test_either_list_of_a_meeting_is_taken_and_the_other_asked_for_once():
    """A risk that is on the other list is not undecided on this one; what the first list decided stands."""
    year = Year(LAST.replace("DIR-03 2x2", "DIR-03 2x2 exempt").replace("DIR-04 3x3", "DIR-04 3x3 exempt"))
    whole = quarterly.compose(year.register, (), year.context)
    lists = put_together.editions(Together(), whole, quarterly.published(whole))
    keep = {"Decision": "Keep"}
    open_ = filled(excel.report(lists[""]), {"DIR-01": keep, "DIR-02": keep}, confirm.SHEET)
    apart = {"DIR-03": keep, "DIR-04": {"Decision": "Drop", "Rationale": "Settled"}}
    exempt = filled(excel.report(lists["exempt"]), apart, confirm.SHEET)
    _, found = year.confirm(open_)
    assert [one.code for one in found] == [rules.OTHER_LIST.code]
    _, found = year.confirm(exempt)
    assert [one.code for one in found] == []
    taken = [(one.risk_ref, one.decision) for one in year.register.decisions]
    assert sorted(taken) == [(f"DIR-0{n}", "Confirm") for n in range(1, 4)] + [("DIR-04", "Close")]
    _, found = year.confirm(open_)
    assert rules.OTHER_LIST.code not in {one.code for one in found}
    assert len(year.register.decisions) == 4
