"""Damaged returns: whatever chance does to one, it is taken in or explained, and no other file is blamed."""

import json
import random
import subprocess
import sys
from collections import Counter
from importlib.util import find_spec
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


@pytest.mark.skipif(not find_spec("atheris"), reason="atheris is for Linux on x86-64 and Python up to 3.13")
@effort.in_ci("damages returns for 20 s; the test above does some every day, without seeing which lines they reach")
def test_damage_guided_by_the_lines_that_it_reaches_is_taken_in_or_explained(tmp_path: Path) -> None:
    """`python -m tests.fuzz_reader` does it at length; at what goes wrong it ends, and keeps the file that shows it."""
    sound, faulty = tmp_path / "sound", tmp_path / "faulty"
    assert _guided(20, sound) == 0
    assert len(list((sound / "reached").iterdir())) > len(fuzz.good())
    assert not (sound / "wrong.xlsx").exists()
    assert _guided(20, faulty, "fuzz_reader.intake.unreadable = None") != 0
    assert take((faulty / "wrong.xlsx").read_bytes(), "wrong.xlsx", fuzz.quarter()).returned is None


def _guided(seconds: int, folder: Path, fault: str = "pass") -> int:
    """How a run ends, in a process that it ends itself; a fault may be put into riskbook first."""
    run = f"fuzz_reader.main({seconds}, 1, pathlib.Path({str(folder)!r}))"
    command = [sys.executable, "-c", f"import pathlib; from tests import fuzz_reader; {fault}; {run}"]
    return subprocess.run(command, check=False, capture_output=True, cwd=Path(__file__).parent.parent).returncode
