"""A return that another program opened and saved says what it said; what the program dropped is a note at most."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache

import pytest

from riskbook import excel
from riskbook.intake import Intake
from riskbook.model import UnitReturn
from tests import oracles
from tests.filled import answered, context, copied, form, spoken_of, taken, told
from tests.ways import RISK_REFS, WAYS, broken

ODD: Mapping[str, Mapping[str, object]] = {
    "SAF-003": {"event": "  space at both ends, and a tab\t  ", "cause": "= Hello: four posts are empty\n\n@ once -"},
    "SAF-007": {"controls": "“Quoted” – 1 < 2 & é 漢 👧, <r>as it is</r>", "effect": "+44 is no sum\nnor is 'this"},
    "SAF-011": {"effect": "An escape, _x000D_, is spelt out", "exposure": 1234567.89, "target_impact": 2},
    "SAF-012": {"cause": "long words " * 2_900, "title": "007"},
}
"""What is typed that programs do not take kindly to."""
ESCAPE, TURNED = "An escape, _x000D_, is spelt out", "An escape, \n, is spelt out"
DECODES = ("ExcelJS", "SheetJS", "openpyxl")
"""Programs that turn a text that looks like an escape into what it looks like, before anybody can read it."""


@cache
def returns() -> Mapping[str, bytes]:
    """A good return, one with faults, and the copy that was sent back for it."""
    rows = [
        replace(row, values={**row.values, **ODD.get(str(row.values["ref"]), {})}) if "ref" in row.values else row
        for row in form().risks
    ]
    good = excel.form(context(), replace(form(), risks=tuple(rows)))
    done = dict(zip(FAULTS, RISK_REFS, strict=True))
    spoilt = broken([(way, done[way.name]) for way in WAYS if way.name in done]).data()
    copy = answered(copied(taken(spoilt)), "R212", "SAF-011", "They share the post")
    return {"good.xlsx": good, "spoilt.xlsx": spoilt, "copy.xlsx": copy}


@cache
def before(name: str) -> Intake:
    """What a return said before it was saved again."""
    return taken(returns()[name])


FAULTS = (
    "a step in other words",
    "prose for a day",
    "two owners",
    "an error value",
    "a number that is no day",
    "a typed score that disagrees",
)


@pytest.fixture(scope="session", params=oracles.programs(["LibreOffice", "openpyxl"]))
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, bytes]]:
    """The returns as a program saves them."""
    return request.param, oracles.saved_by(request.param, returns(), tmp_path_factory.mktemp(request.param))


NAMES = ("good.xlsx", "spoilt.xlsx", "copy.xlsx")
WHOSE = ("unit", "round", "issue", "form", "scope", "filled_by", "filled_on", "reviewed_all", "replies")


@pytest.mark.parametrize("name", NAMES)
def test_what_a_program_saves_says_what_it_said(saved: tuple[str, dict[str, bytes]], name: str) -> None:
    """The same risks, actions and columns of their own, on the same rows, of the same return; asked the same."""
    program, books = saved
    was, intake = before(name).returned, taken(books[name])
    assert was
    assert intake.returned
    assert spoken_of(intake.findings) == spoken_of(before(name).findings)
    risks, actions = told(was)
    if program in DECODES:
        risks = [{**row, "effect": TURNED} if row["effect"] == ESCAPE else row for row in risks]
    assert told(intake.returned) == (risks, actions)
    assert places(intake.returned) == places(was)
    assert {key: getattr(intake.returned, key) for key in WHOSE} == {key: getattr(was, key) for key in WHOSE}


def places(one: UnitReturn) -> list[tuple[str, int]]:
    return [(row.source.sheet, row.source.row) for row in (*one.risks, *one.actions)]
