"""Where you are in the year: each step of a round, what is done of it, and the one to take next."""

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from riskbook import steps
from riskbook.cli import main, where
from riskbook.settings import Settings
from riskbook.steps import There
from tests import makers, registers

DUE = date(2026, 10, 9)
EVERYTHING = There(
    asked=3,
    issued=3,
    mailed={"issue": 3, "corrections": 1, "report": 4},
    returned=3,
    merged=True,
    back=1,
    packs=2,
    edition=2,
    written=frozenset(("DLT paper", "P+", "Corporate register")),
)


def undone(there: There, settings: Settings, on: date = DUE, round_: str = "2026-27 Q2") -> list[str]:
    found = steps.steps(there, settings.timetable.round(round_), settings, on)
    return [step.name for step in found if not step.done]


@pytest.mark.parametrize(
    ("less", "names"),
    [
        ({}, []),
        ({"issued": 2}, ["Forms"]),
        ({"mailed": {"corrections": 1, "report": 4}}, []),  # returns came, so the forms went out somehow
        ({"mailed": {"issue": 3, "report": 4}}, ["Corrections"]),
        ({"back": 0, "mailed": {"report": 1}}, []),
        ({"returned": 2}, ["Returns"]),
        ({"unmerged": 1}, ["Merge"]),
        ({"packs": 0}, ["Interviews"]),
        ({"edition": 1}, ["Decisions"]),
        ({"written": frozenset(("P+",))}, ["DLT paper", "Corporate register"]),
    ],
)
def test_a_step_is_done_when_everything_of_it_is(settings: Settings, less: dict[str, Any], names: list[str]) -> None:
    """What lacks something is not, and nothing else is undone by that."""
    assert undone(replace(EVERYTHING, **less), settings) == names


def test_returns_are_waited_for_until_they_are_due(settings: Settings) -> None:
    """After that whoever is missing is chased, and the merge need not wait."""
    two = replace(EVERYTHING, returned=2)
    assert undone(two, settings, DUE) == ["Returns"]
    assert undone(two, settings, date(2026, 10, 10)) == []
    assert "Returns" in undone(replace(EVERYTHING, returned=0), settings, date(2026, 10, 10))


@pytest.mark.parametrize(
    ("round_", "last"), [("2026-27 Q2", "riskbook export corporate"), ("2026-27 Q3", "riskbook propose"),
                         ("2026-27 March", "riskbook confirm FILE")],
)  # fmt: skip
def test_january_proposes_and_march_confirms(settings: Settings, round_: str, last: str) -> None:
    """The last two rounds of a year have a step more."""
    assert steps.steps(EVERYTHING, settings.timetable.round(round_), settings, DUE)[-1].command == last


@pytest.fixture
def book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(where, "today", lambda: date(2026, 10, 12))
    root = makers.small_book(tmp_path / "book")
    monkeypatch.chdir(root)
    return root


def run(*words: str) -> str:
    result = CliRunner().invoke(main, words, catch_exceptions=False)
    assert result.exit_code in (0, 1), result.output
    return result.stdout


def told() -> dict[str, Any]:
    found: dict[str, Any] = json.loads(run("--json"))
    return found


def test_the_steps_of_a_book_are_done_by_their_commands(book: Path) -> None:
    """The command that is named next does the step; a return that comes later is merged again."""
    assert told()["next"]["command"] == "riskbook issue"
    run("issue")
    assert told()["next"]["command"] == "riskbook mail issue"
    (book / "2026-27-q2" / "returns" / "frd.xlsx").write_bytes(makers.workbook())
    assert told()["next"]["command"] == "riskbook merge"
    run("merge")
    assert told()["next"]["name"] == "Corrections"
    (book / "2026-27-q2" / "returns" / "again.xlsx").write_bytes(makers.workbook(modified="2026-10-06T09:00:00Z"))
    assert told()["next"]["command"] == "riskbook merge"


def test_a_step_whose_drafts_stand_is_not_the_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It waits for a person to send them, until they are not what is wanted any more."""
    monkeypatch.setattr(where, "today", lambda: date(2026, 10, 12))
    units = [replace(one, email=f"{one.code}@county.example") for one in registers.DIRECTORY.units]
    root = makers.small_book(tmp_path / "book", replace(registers.DIRECTORY, units=tuple(units)))
    monkeypatch.chdir(root)
    run("issue")
    run("mail", "issue")
    assert told()["next"]["name"] == "Returns"
    assert [step["name"] for step in told()["steps"] if step["waits"]] == ["Send out"]
    form = root / "2026-27-q2" / "issued" / "frd-2026-27-q2.xlsx"
    form.write_bytes(form.read_bytes() + b" ")
    assert told()["next"]["name"] == "Send out"


def test_the_newest_edition_counts_though_one_before_it_is_gone(book: Path) -> None:
    """Decisions are taken once an edition after them is written."""
    (book / "2026-27-q2" / "slt-risk-report-2026-27-q2-edition-4-exempt.xlsx").touch()
    decisions = {step["name"]: step["done"] for step in told()["steps"]}
    assert not decisions["Decisions"]
    (book / "2026-27-q2" / "slt-risk-report-2026-27-q2-edition-3.xlsx").touch()
    words = {step["name"]: step["words"] for step in told()["steps"]}
    assert words["Decisions"] == "edition 3 is written"


def test_it_says_the_same_in_words_and_changes_nothing(book: Path) -> None:
    """A line for each step, and the days that come next."""
    before = sorted(book.rglob("*"))
    found, words = told(), run()
    for step in found["steps"]:
        assert f"{step['name']}\t{step['words']}\t{step['command']}" in words
    assert [day["day"] for day in found["days"]] == ["2026-10-12", "2026-12-10", "2026-12-31", "2027-01-01"]
    assert all(day["what"] in words for day in found["days"])
    assert sorted(book.rglob("*")) == before


def test_a_book_may_be_named_alone_and_is_named_after_a_command(
    book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The refusal says where it goes."""
    here = run()
    monkeypatch.chdir(tmp_path)
    assert run("--book", str(book)) == here
    wrong = CliRunner().invoke(main, ["--book", str(book), "merge"])
    assert (wrong.exit_code, f"riskbook merge --book {book}" in wrong.output) == (2, True)
    assert CliRunner().invoke(main, ["--book", str(tmp_path)]).exit_code == 2


def test_outside_a_book_it_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is no mistake."""
    monkeypatch.chdir(tmp_path)
    assert "riskbook demo" in run()
