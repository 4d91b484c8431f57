"""Damaged returns: whatever chance does to one, it is taken in or explained, and no other file is blamed."""

import json
import random
from collections import Counter
from pathlib import Path

import pytest
from click.testing import CliRunner

from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.intake import take
from tests import effort, fuzz, makers


def test_what_is_damaged_is_good() -> None:
    """Undamaged, both are returns of the quarter: what chance does to them meets every step down to the rules."""
    assert all(take(data, "good.xlsx", fuzz.quarter()).returned for data in fuzz.good())


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_return_is_taken_in_or_explained(seed: int) -> None:
    """No traceback, no wait, no row lost; `python -m tests.fuzz` does it at length, under a limit of memory."""
    said = [
        f"{number}, {what}: {trouble}"
        for number, (what, data) in enumerate(fuzz.mutants(effort.examples(20, 100), seed))
        if (trouble := fuzz.wrong("mutant.xlsx", data))
    ]
    assert said == []


@effort.in_ci("reads a thousand files: 20 s; test_complaints has one bad file beside the good ones every day")
def test_a_good_return_among_a_thousand_bad_ones_is_merged(tmp_path: Path) -> None:
    """Each of the thousand is explained in one line, with its name and what to do."""
    book, chance = makers.small_book(tmp_path / "book", frd=makers.workbook()), random.Random(1)
    whole = fuzz.good()[0]
    for number in range(1000):
        data = (whole[: chance.randrange(len(whole))], chance.randbytes(100), b"", b"Dear all,\n")[number % 4]
        (book / "2026-27-q2" / "returns" / f"bad {number}.xlsx").write_bytes(data)
    told = json.loads(CliRunner().invoke(main, ["merge", "--book", str(book), "--json"]).stdout)
    said = Counter(one["file"] for one in told["findings"] if one["severity"] == "error")
    bad = {name: count for name, count in said.items() if name.startswith("bad ")}
    assert (len(bad), set(bad.values())) == (1000, {1})
    assert all(one["hint"] for one in told["findings"] if one["file"] in bad)
    register = find(book, "2026-27 Q2").kept()
    assert register
    assert str(register.by_ref["FRD-001"].rating) == "4×3"
    (line,) = (one for one in register.returns if one.book == "frd.xlsx")
    assert line.merged == 2
