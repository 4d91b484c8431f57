"""A process beside this one: the same answers and troubles, and nothing left of it when this one is gone."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from riskbook import intake
from riskbook.cli import folder, merging, returns
from riskbook.cli.apart import Apart
from riskbook.cli.files import Refusal
from tests import makers

ASKING = """
import os
import sys
import time

from riskbook.cli.apart import Apart

with Apart(True) as apart:
    print(apart.begin(os.getpid)(), flush=True)
    apart.begin(time.sleep, float(sys.argv[1]))
    time.sleep(60)
"""


def test_a_register_is_written_apart_as_it_is_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """To the last byte, with the same to say of it."""
    context = makers.quarter()
    register, _ = makers.merged(context, makers.workbook())
    asked = merging._register, tmp_path / "register.xlsx", register, context
    with Apart(pays=True) as apart, Apart(pays=False) as here:
        written = here.begin(*asked)()
        monkeypatch.setattr(merging, "written", None)
        assert apart.begin(*asked)() == written


def test_what_goes_wrong_apart_goes_wrong_here():
    """As it was raised; and what is asked after it is answered."""
    with Apart(pays=True) as apart:
        trouble = apart.begin(int, "seven")
        with pytest.raises(ValueError, match="seven"):
            trouble()
        assert apart.begin(os.getpid)() != os.getpid()


def test_several_answers_may_be_taken_in_any_order():
    """Each is that of its own question."""
    with Apart(pays=True) as apart:
        first, second, third = apart.begin(str, 1), apart.begin(int, "two"), apart.begin(str, 3)
        assert third() == "3"
        assert first() == "1"
        with pytest.raises(ValueError, match="two"):
            second()


def test_what_a_process_dies_of_is_worked_out_here():
    """As it would be if there had been none: what it was busy with, what waited, and what is asked after it."""
    with Apart(pays=True) as apart:
        pid = apart.begin(os.getpid)()
        busy, waiting = apart.begin(time.sleep, 0.5), apart.begin(os.getpid)
        os.kill(pid, signal.SIGTERM)
        assert busy() is None
        assert waiting() == os.getpid()
        assert apart.begin(os.getpid)() == os.getpid()


def test_what_is_given_may_change_while_it_is_sent():
    """The process starts slowly, and by then a register may have worked out something more from itself."""
    with Apart(pays=True) as apart:
        numbers, lent = [3, 1], [4, 2]
        answers = apart.begin(sorted, numbers), apart.begin(sorted, apart.lend(lent))
        numbers.append(5)
        lent.append(6)
        assert [answer() for answer in answers] == [[1, 3], [2, 4]]


def test_what_is_lent_is_given_as_it_is():
    """To as many functions as ask for it, there, here, and where the process died before."""
    with Apart(pays=True) as apart, Apart(pays=False) as here:
        words, numbers = apart.lend("words"), apart.lend([3, 1, 2])
        assert apart.begin(sorted, numbers)() == [1, 2, 3]
        assert apart.begin(isinstance, words, str)() is True
        os.kill(apart.begin(os.getpid)(), signal.SIGTERM)
        assert apart.begin(sorted, numbers)() == [1, 2, 3]
        assert here.begin(sorted, here.lend([2, 1]))() == [1, 2]


def test_returns_taken_in_beside_are_those_taken_in_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """In the order in which they came, whatever is among them, and each is kept."""
    several = {
        "a.xlsx": makers.workbook(),
        "b.xlsx": makers.workbook("ref | title | impact | likelihood\nFRD-001 | Calls | Lots | 3"),
        "c.xlsx": b"no workbook",
        "d.xlsm": makers.workbook()[:900],
        "e.csv": b"Ref,Risk title\n1,Calls\n",
        "f.xlsx": makers.workbook(),
        "g.xlsx": makers.workbook(start=makers.started(unit="ASM")),
    }
    folder, kept = tmp_path / "returns", tmp_path / "kept"
    folder.mkdir()
    for name, data in several.items():
        (folder / name).write_bytes(data)
    files, _ = returns.gather([folder])
    context = makers.quarter()
    here = returns.take(files, context)
    taken: list[str] = []
    take = intake.take
    monkeypatch.setattr(intake, "take", lambda data, name, *more: [taken.append(name), take(data, name, *more)][1])
    monkeypatch.setattr(returns, "_MANY", 1)
    assert returns.take(files, context, (), kept) == here
    assert taken == ["a.xlsx", "c.xlsx", "d.xlsm", "e.csv", "g.xlsx"]
    assert [one.book for one in here] == list(several)
    assert {path.read_bytes() for path in kept.iterdir()} == set(several.values())


def test_a_large_register_is_read_beside_as_it_is_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Or refused in the same words."""
    register, spoilt = tmp_path / "register.xlsx", tmp_path / "spoilt.xlsx"
    register.write_bytes(makers.last_register(makers.LAST))
    spoilt.write_bytes(b"no workbook")
    settings = makers.quarter().settings
    here = folder.read_register(register, settings)
    monkeypatch.setattr(folder, "_LARGE", 1)
    monkeypatch.setattr(folder, "open_workbook", None)
    assert folder.read_register(register, settings) == here
    with pytest.raises(Refusal, match=r"spoilt.xlsx cannot be opened"):
        folder.read_register(spoilt, settings)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
@pytest.mark.parametrize("busy", [0, 0.5])
def test_nothing_is_left_of_it_when_the_asking_process_is_killed(busy: float):
    """It reads from a line that only the asking process held, and says nothing when there is nobody to answer."""
    words = [sys.executable, "-c", ASKING, str(busy)]
    asking = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    assert asking.stdout
    pid = int(asking.stdout.readline())
    assert _lives(pid)
    asking.kill()
    assert asking.communicate()[1] == ""
    give_up = time.monotonic() + 10
    while _lives(pid) and time.monotonic() < give_up:
        time.sleep(0.05)
    assert not _lives(pid)


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{pid}/stat").read_text().split(") ")[1][0] != "Z" if Path("/proc").is_dir() else True
