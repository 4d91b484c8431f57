"""A process beside this one: the same answers and troubles, and nothing left of it when this one is gone."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from riskbook.cli import merging
from riskbook.cli.apart import Apart
from tests import makers

ASKING = """
import os
import sys
import time

from riskbook.cli.apart import Apart

with Apart(True) as apart:
    print(apart.begin(os.getpid)(), flush=True)
    time.sleep(60)
"""


def test_a_register_is_written_apart_as_it_is_here(tmp_path: Path):
    """To the last byte, with the same to say of it."""
    context = makers.quarter()
    register, _ = makers.merged(context, makers.workbook())
    asked = merging._register, tmp_path / "register.xlsx", register, context
    with Apart(pays=True) as apart, Apart(pays=False) as here:
        there = apart.begin(*asked)
        assert here.begin(*asked)() == there()


def test_what_goes_wrong_apart_goes_wrong_here():
    """As it was raised; and what is asked after it is answered."""
    with Apart(pays=True) as apart:
        trouble = apart.begin(int, "seven")
        with pytest.raises(ValueError, match="seven"):
            trouble()
        assert apart.begin(os.getpid)() != os.getpid()


def test_what_a_process_dies_of_is_worked_out_here():
    """As it would be if there had been none."""
    me = os.getpid()
    with Apart(pays=True) as apart:
        assert apart.begin(_survived, me)() == "here"


def _survived(asking: int) -> str:
    if os.getpid() != asking:
        os._exit(9)
    return "here"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")
def test_nothing_is_left_of_it_when_the_asking_process_is_killed():
    """It reads from a line that only the asking process held."""
    asking = subprocess.Popen([sys.executable, "-c", ASKING], stdout=subprocess.PIPE, text=True)
    assert asking.stdout
    pid = int(asking.stdout.readline())
    assert _lives(pid)
    asking.kill()
    asking.communicate()
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
