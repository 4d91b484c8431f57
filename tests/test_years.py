"""Years of quarters: the history is what was told, the register stays small, and other programs may save it."""

from collections.abc import Mapping
from dataclasses import replace
from functools import cache
from itertools import pairwise

import pytest

from riskbook import excel, store
from riskbook.model import BY_HAND, Alias, Change, Decision, Movement, Register
from riskbook.read import read
from riskbook.report.register import document
from riskbook.settings import Context
from tests import oracles
from tests.makers import following, merged, quarter, started, workbook
from tests.test_store import NASTY
from tests.years import quarters, rating

UNITS, RISKS, QUARTERS = 4, 5, 12


def written(register: Register, context: Context) -> bytes:
    return excel.report(*document(store.tables(register, context, "0.1.0"), context))


@cache
def told() -> list[tuple[Register, Context]]:
    """Twelve quarters of a small directorate."""
    return [(register, context) for register, context, _ in quarters(UNITS, RISKS, QUARTERS)]


def test_after_twelve_quarters_every_rating_of_every_risk_is_as_it_was_told():
    """Impact, likelihood, score and band of each quarter, in order, and nothing else."""
    register, context = told()[-1]
    matrix = context.settings.matrix
    rounds = [str(known.round) for _, known in told()]
    assert len(register.entries) == UNITS * RISKS
    for entry in register.entries:
        expected = [rating(entry.unit, int(entry.ref[-3:]), quarter) for quarter in range(QUARTERS)]
        assert [past.score for past in entry.history] == expected
        assert [past.round for past in entry.history] == rounds
        assert [(past.number, past.band) for past in entry.history] == [
            (matrix.number(score), matrix.band(score).name) for score in expected
        ]


def test_every_movement_of_every_quarter_is_that_of_its_two_ratings():
    """New in the first, then up, down or the same; and it stays in the history as it was reported."""
    register, context = told()[-1]
    rank = context.settings.matrix.rank
    for entry in register.entries:
        ranks = [rank(past.score) for past in entry.history if past.score]
        moved = [
            Movement.UP if now > was else Movement.DOWN if now < was else Movement.SAME for was, now in pairwise(ranks)
        ]
        assert [past.movement for past in entry.history] == [Movement.NEW.value, *(one.value for one in moved)]


def test_what_a_target_was_first_is_known_after_twelve_quarters():
    """It was put back in every one of them but the first."""
    (first, _), *_, (last, _) = told()
    for entry in last.entries:
        assert entry.first_target == first.by_ref[entry.ref].now.target_date
        assert entry.target_slips == QUARTERS - 1


def test_the_register_grows_no_faster_than_what_it_holds():
    """Twelve quarters of 20 risks are under 100 kB, with room to spare: 400 risks are well under 2 MB."""
    assert len(written(*told()[-1])) < 2_000_000 * UNITS * RISKS / 400


def test_after_twelve_quarters_it_reads_back_as_it_was():
    """Every cell of every sheet."""
    register, context = told()[-1]
    back, found = store.register(read(written(register, context), "register.xlsx"), context.settings)
    assert (back, found) == (register, [])


# What other programs make of it

WORDS = [words for words in NASTY if len(words) < 100]


@cache
def registers() -> Mapping[str, tuple[Register, Context]]:
    """One of twelve quarters; one with every sheet filled and words that programs do not take kindly to."""
    context = quarter()
    rows = [f'NEW-{n} | "{words}" | Notices | 4 | Lots | soon | "{words}"' for n, words in enumerate(WORDS, 1)]
    rows = [row.replace("\n", "⏎") for row in rows if row.count("|") == 6]
    headings = "ref | title | event | impact | likelihood | target_date | Our own"
    actions = "ref | risk_ref | what | due\n | NEW-1 | Advertise | later\n | FRD-9 | Lost | 2026-12-31"
    register, _ = merged(context, workbook("\n".join([headings, *rows]), actions))
    decisions = (
        Decision("FRD-001", decision="Agree rating", agreed_impact=4, agreed_likelihood=4, round="2026-27 Q2"),
        Decision("FRD-002", decision="Merge", into="FRD-001", body="DLT", rationale="=1+1", round="2026-27 Q2"),
    )
    parts = {
        "decisions": decisions,
        "aliases": (Alias("007", "FRD-001", "2026-27 Q1", "Renumbered"),),
        "changes": (Change("FRD-001", "Risk owner", "", "'quoted", "Register!G4", BY_HAND),),
    }
    whole, _ = merged(context, workbook("\n".join([headings, *rows]), actions), kept=with_parts(register, parts))
    later = following(whole, context)
    last, _ = merged(later, workbook(start=started(round="2026-27 Q3")))
    return {"years": told()[-1], "whole": (whole, context), "later": (last, later)}


def with_parts(register: Register, parts: Mapping[str, object]) -> Register:
    return replace(register, **parts)  # type: ignore[arg-type]


@pytest.fixture(scope="session", params=oracles.programs(["Gnumeric"], ["LibreOffice", "Gnumeric"]))
def saved(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, dict[str, bytes]]:
    """The registers as a program saves them."""
    books = {f"{name}.xlsx": written(*one) for name, one in registers().items()}
    return request.param, oracles.saved_by(request.param, books, tmp_path_factory.mktemp(request.param))


@pytest.mark.parametrize("name", ["years", "whole", "later"])
def test_a_register_that_another_program_saved_is_what_it_was(saved: tuple[str, dict[str, bytes]], name: str) -> None:
    """Every value, to the last sheet: nothing is taken for a change by hand."""
    _, books = saved
    register, context = registers()[name]
    back, found = store.register(read(books[f"{name}.xlsx"], "register.xlsx"), context.settings)
    assert found == []
    assert back == register
