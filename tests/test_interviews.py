"""Interviews: a pack for each owner of directorate risks asks what rules found, and comes back as a return."""

import csv
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from riskbook import quarterly, rules
from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.directory import Directory, Person
from riskbook.excel.start import spots
from riskbook.intake import take
from riskbook.model import Movement, Register
from riskbook.report import interviews
from riskbook.report.form import FIRST
from riskbook.report.questions import ALWAYS, QUESTIONS, questions
from riskbook.rules import books
from tests import effort, filled, makers, oracles
from tests.registers import DIRECTORY, drawn

ROUND = "2026-27-q2"
ONE, OTHER = "AD Family Help", "AD Children in Our Care"
STAFFED = Directory(
    DIRECTORY.units,
    (
        Person("Ada Moss", ONE, roles=("Assistant Director",)),
        Person("Bo Lund", OTHER, roles=("Assistant Director",)),
    ),
)
LAST = f"""
    DIR-01 4x4 was 4x4, 4x4 "Posts stand empty" owner="{ONE}" event=lost commentary="A-campaign-begins"
      + DIR-A001 due 2026-08-31
    DIR-02 3x3 was 3x3 "Plans are late" owner="{OTHER}" event=late
    DIR-03 3x3 was 3x3 "Homes are few" owner="ada moss" event=few
    DIR-04 3x3 was 3x3 "Rooms are small" event=small
    FRD-001 4x3 was 4x3 "Calls are dropped" event=lost
    FRD-002 2x2 was 2x2 "Notices come late" event=late
"""
PACKS = {ONE: f"ad-family-help-{ROUND}.xlsx", OTHER: f"ad-children-in-our-care-{ROUND}.xlsx"}


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book before its round was merged."""
    return makers.small_book(tmp_path / "book", STAFFED, LAST)


def run(book: Path, *words: str, exits: int = 0) -> Result:
    done = CliRunner().invoke(main, [*words, "--book", str(book)], catch_exceptions=False)
    assert done.exit_code in {exits, int(words[0] == "merge" or exits)}, done.output
    return done


def pack(book: Path, owner: str) -> Path:
    return book / ROUND / "interviews" / PACKS[owner]


def manifest(book: Path) -> dict[str, dict[str, str]]:
    with (book / ROUND / "interviews" / "manifest.csv").open(encoding="utf-8-sig", newline="") as lines:
        return {line["owner"]: line for line in csv.DictReader(lines)}


def answered(path: Path, typed: Mapping[str, Mapping[str, Any]], day: date = date(2026, 10, 7)) -> bytes:
    """A form filled in: what was typed by ref and key, by whom and when."""
    data = path.read_bytes()
    book = openpyxl.load_workbook(io.BytesIO(data))
    rows = {
        str(sheet.cell(row, 1).value): row
        for sheet in (book["Risks"], book["Actions"])
        for row in range(FIRST, FIRST + 30)
        if sheet.cell(row, 1).value
    }
    one = filled.sent(data, rows)
    for ref, values in typed.items():
        for key, value in values.items():
            one.put(ref, key, value)
    for key, value in (("filled_by", "A. Director"), ("filled_on", day)):
        one.book["Start"][spots("Directorate")[key]] = value
    return one.data()


def send(book: Path, name: str, data: bytes) -> None:
    (book / ROUND / "returns" / name).write_bytes(data)


def register(book: Path) -> Register:
    found = find(book, "2026-27 Q2").kept()
    assert found
    return found


def counts_are_whole(book: Path) -> None:
    """Every row of every file is merged, held or blank."""
    for one in register(book).returns:
        assert one.found == one.merged + one.held + one.blank
    assert any(one.merged for one in register(book).returns)


@effort.in_ci("runs whole commands: 1 s")
def test_each_owner_has_a_pack_with_their_risks_alone(book: Path):
    """By post or name, whichever stands with a risk; a risk without an owner is in none, and is named."""
    said = run(book, "interviews").stdout
    assert {owner: line["refs"] for owner, line in manifest(book).items()} == {ONE: "DIR-01 DIR-03", OTHER: "DIR-02"}
    assert {path.name for path in (book / ROUND / "interviews").glob("*.xlsx")} == set(PACKS.values())
    assert said.rstrip().endswith(": DIR-04.")
    sheets = openpyxl.load_workbook(pack(book, ONE)).sheetnames
    assert sheets[:5] == ["Interview", "DIR-01", "DIR-03", "Start", "Risks"]


def test_a_pack_is_a_return_of_the_directorate_for_these_risks(book: Path):
    """New rows may be added and overrule nobody; its sheets to read are known for what they are."""
    run(book, "interviews", ONE.lower())
    opened = find(book, "2026-27 Q2")
    intake = take(pack(book, ONE).read_bytes(), "pack.xlsx", opened.context())
    assert intake.returned
    assert (intake.returned.unit, str(intake.returned.round)) == ("DIR", "2026-27 Q2")
    assert (intake.returned.scope.refs, intake.returned.scope.takes_new) == (("DIR-01", "DIR-03"), False)
    assert [risk.ref for risk in intake.returned.risks] == ["DIR-01", "DIR-03"]
    assert [action.ref for action in intake.returned.actions] == ["DIR-A001"]
    assert not [one for one in intake.findings if one.code in (books.NOT_READ.code, books.ELSEWHERE.code)]


def test_packs_of_two_owners_are_put_together(book: Path, register_alone: None):
    """Each rating comes from its own; neither supersedes the other, and every row is counted."""
    run(book, "interviews")
    send(book, "one.xlsx", answered(pack(book, ONE), {"DIR-01": {"likelihood": 5, "commentary": "Two left."}}))
    send(book, "other.xlsx", answered(pack(book, OTHER), {"DIR-02": {"impact": 2, "commentary": "Less harm."}}))
    run(book, "merge")
    found = register(book).by_ref
    assert [str(found[ref].rating) for ref in ("DIR-01", "DIR-02", "DIR-03")] == ["4×5", "2×3", "3×3"]
    states = {one.book: (one.unit, one.state) for one in register(book).returns if one.book}
    assert states == {"one.xlsx": ("DIR", "Merged"), "other.xlsx": ("DIR", "Merged")}
    counts_are_whole(book)


@effort.in_ci("runs whole commands: 3 s")
def test_the_risks_of_an_owner_whose_pack_is_missing_are_not_returned(book: Path, register_alone: None):
    """And status says whose it is, though the directorate has returned something."""
    run(book, "interviews")
    send(book, "one.xlsx", answered(pack(book, ONE), {}))
    run(book, "merge")
    found = register(book).by_ref
    moved = [found[ref].movement for ref in ("DIR-01", "DIR-02", "DIR-03")]
    assert moved == [Movement.SAME, Movement.NOT_RETURNED, Movement.SAME]
    counts_are_whole(book)
    told = json.loads(run(book, "status", "--json").stdout)
    assert (told["counts"]["packs"], told["packs_missing"]) == (2, [OTHER])
    assert OTHER in run(book, "status").stdout


@effort.in_ci("runs whole commands: 3 s")
def test_a_pack_overrules_an_earlier_form_of_the_whole_unit_for_its_own_risks(book: Path, register_alone: None):
    """What that says of other risks, and its new ones, stand; what is overruled is held."""
    run(book, "issue", "DIR")
    whole = book / ROUND / "issued" / f"dir-{ROUND}.xlsx"
    new = {"title": "Pay is low", "event": "people leave", "impact": 2, "likelihood": 2}
    ill = {**new, "title": "Sick", "event": "people are ill"}
    typed = {"DIR-01": {"likelihood": 3}, "DIR-02": {"likelihood": 4}, "NEW-1": new}
    send(book, "whole.xlsx", answered(whole, typed, date(2026, 10, 2)))
    run(book, "interviews")
    send(book, "one.xlsx", answered(pack(book, ONE), {"DIR-01": {"likelihood": 5}, "NEW-1": ill}))
    run(book, "merge")
    found = register(book).by_ref
    assert [str(found[ref].rating) for ref in ("DIR-01", "DIR-02")] == ["4×5", "3×4"]
    assert {found[ref].now.title for ref in ("DIR-05", "DIR-06")} == {"Pay is low", "Sick"}
    assert [held.ref for held in register(book).held if held.source.book == "whole.xlsx"] == ["DIR-01"]
    counts_are_whole(book)


@effort.in_ci("runs whole commands: 4 s")
def test_after_a_merge_a_pack_shows_this_round_and_sent_back_untouched_changes_nothing(
    book: Path, register_alone: None
):
    """Words of this quarter, a new risk and its action keep their places: the later word says the same."""
    run(book, "issue", "DIR")
    whole = book / ROUND / "issued" / f"dir-{ROUND}.xlsx"
    new = {"title": "Pay is low", "event": "people leave", "impact": 2, "likelihood": 2, "owner": OTHER}
    typed = {"DIR-01": {"likelihood": 5, "commentary": "Two left."}, "DIR-A001": {"status": "Complete"}, "NEW-1": new}
    data = openpyxl.load_workbook(io.BytesIO(answered(whole, typed, date(2026, 10, 2))))
    for column, value in ((2, "NEW-1"), (4, "Ask for a pay review")):
        data["Actions"].cell(FIRST + 1, column).value = value
    send(book, "whole.xlsx", makers.saved(data))
    run(book, "merge")
    before = register(book)
    assert before.by_ref["DIR-05"].now.title == "Pay is low"
    run(book, "interviews")
    assert manifest(book)[OTHER]["refs"] == "DIR-02 DIR-05"
    for owner in PACKS:
        send(book, PACKS[owner], answered(pack(book, owner), {}))
    run(book, "merge")
    after = register(book)
    assert said(after) == said(before)
    assert {one.ref for one in after.actions} == {one.ref for one in before.actions}
    counts_are_whole(book)


def said(told: Register) -> dict[str, object]:
    """What a register says of its risks, but for where it was read."""
    return {
        one.ref: (one.rating, one.movement, replace(one.now, source=one.now.source.__class__())) for one in told.entries
    }


@effort.in_ci("runs whole commands: 2 s")
def test_a_pack_made_twice_is_the_same_and_one_that_somebody_changed_is_left_alone(book: Path):
    """As forms that are issued are."""
    run(book, "interviews")
    before = pack(book, ONE).read_bytes()
    told = json.loads(run(book, "interviews", "--json").stdout)
    assert pack(book, ONE).read_bytes() == before
    assert [one["became"] for one in told["packs"]] == ["there already", "there already"]
    pack(book, ONE).write_bytes(b"typed in")
    said = run(book, "interviews").stdout
    assert pack(book, ONE).read_bytes() == b"typed in"
    assert PACKS[ONE] in said


@effort.in_ci("runs whole commands: 2 s")
def test_its_issue_number_is_above_that_of_the_directorates_form(book: Path):
    """So that of two without a date the pack counts."""
    run(book, "interviews")
    assert manifest(book)[ONE]["issue"] == "1"
    run(book, "issue", "DIR")
    settings = book / "riskbook.toml"
    told = settings.read_text(encoding="utf-8")
    settings.write_text(told.replace("Information and Performance team", "Performance team"), encoding="utf-8")
    run(book, "interviews")
    assert manifest(book)[ONE]["issue"] == "2"


def test_a_name_that_owns_no_directorate_risk_is_answered_with_the_nearest(book: Path):
    """Nothing is written for anybody else then."""
    done = CliRunner().invoke(main, ["interviews", "AD Family Halp", "--book", str(book)])
    assert done.exit_code == 2
    assert ONE in done.stderr
    assert not (book / ROUND / "interviews").exists()


def test_every_question_is_of_a_rule_that_there_is():
    """A code that nothing has would never be asked."""
    assert set(QUESTIONS) <= {rule.code for rule in rules.ALL}


def asked(text: str) -> dict[str, str]:
    """What is asked of DIR-01 after a round, by rule: about what."""
    drawing = drawn(text, directory=STAFFED)
    whole = quarterly.compose(drawing.register, (), drawing.context)
    found = questions(drawing["DIR-01"], whole, drawing.context.on)
    return {one.code: one.about for one in found}


def test_what_rules_find_is_asked_once_with_what_it_is_about():
    """Overdue actions by their refs; a risk with nothing found is asked what is always asked."""
    late = f"""
        DIR-01 3x3 was 3x3 "Posts stand empty" owner="{ONE}" target_date=2026-08-31
          + DIR-A001 due 2026-08-31
          + DIR-A002 due 2026-09-01
    """
    assert asked(late)["A201"].split() == ["DIR-A001", "DIR-A002"]
    assert "R209" in asked(late)
    calm = f'DIR-01 3x3 was 3x3 "Posts stand empty" owner="{ONE}"\n + DIR-A001 due 2026-12-31'
    assert {"A201", "R209"}.isdisjoint(asked(calm))
    drawing = drawn(calm, directory=STAFFED)
    found = questions(drawing["DIR-01"], quarterly.compose(drawing.register, (), drawing.context), drawing.context.on)
    assert [one.words for one in found if not one.code] == [words for _, _, words in ALWAYS]


def test_the_guide_tells_what_was_promised_and_what_is_overdue(book: Path):
    """Last quarter's words, and what was to be done since with what has become of it."""
    opened = find(book, "2026-27 Q2")
    before = opened.before()
    assert before
    then = find(book, before.round).context()
    whole = quarterly.compose(before, (), then)
    guide = interviews.sheet(ONE, interviews.named(ONE, whole).of(whole), opened.context())
    told = {one.label: str(one.value) for block in guide.blocks[:2] for one in getattr(block, "figures", ())}
    assert "A-campaign-begins" in told["Promised last time"]
    assert "DIR-A001" in told["Promised last time"]
    assert "DIR-A001" in told["Overdue"]


@effort.in_ci("runs whole commands: 1 s")
@oracles.needs_validator
def test_microsofts_validator_finds_nothing_in_a_pack(book: Path):
    """A form and a report in one workbook open without a repair."""
    run(book, "interviews", ONE)
    assert oracles.faults([pack(book, ONE)]) == []
