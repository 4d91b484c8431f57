"""A merge that is stopped at any moment leaves every file as it was or as it is to be, whole, and no input changed."""

import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from riskbook.cli import main
from tests import effort, makers

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows knows no SIGKILL")
MERGE = (sys.executable, "-c", "from riskbook.cli import main; main()", "merge")


def files(book: Path) -> dict[str, bytes]:
    """What stands in a book, but for what a stopped program leaves beside the places of its files."""
    there = (path for path in book.rglob("*") if path.is_file() and path.suffix != ".tmp" and path.name != "log.jsonl")
    return {path.relative_to(book).as_posix(): path.read_bytes() for path in there}


def merged(book: Path) -> int:
    """Merge a book, here and to the end; the exit status."""
    return CliRunner().invoke(main, ["merge", "--book", str(book)], catch_exceptions=False).exit_code


def merge(book: Path) -> "subprocess.Popen[bytes]":
    """Begin to merge a book in a process of its own, which can be killed."""
    return subprocess.Popen(
        [*MERGE, "--book", str(book)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=book
    )


@pytest.fixture(scope="module")
def before(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book that was merged, and to which a later return came."""
    book = Path(shutil.copytree(small, tmp_path_factory.mktemp("stopped") / "book"))
    later = makers.workbook(makers.FRD.replace("| 4 ", "| 5 "), modified="2026-10-08T09:00:00Z")
    (book / "2026-27-q2" / "returns" / "frd.xlsx").write_bytes(later)
    return book


@pytest.fixture(scope="module")
def after(before: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What a merge that nobody stops makes of it."""
    book = Path(shutil.copytree(before, tmp_path_factory.mktemp("whole") / "book"))
    assert merged(book) == 1
    return files(book)


@pytest.mark.parametrize("moment", range(effort.examples(2, 10)))
def test_killed_at_a_random_moment_it_leaves_old_or_new(
    before: Path, after: dict[str, bytes], moment: int, tmp_path: Path
) -> None:
    """Half of the moments are while it writes; the merge that follows comes to what it would have come to."""
    book = Path(shutil.copytree(before, tmp_path / "book"))
    then, chance = files(book), random.Random(moment)
    running = merge(book)
    if moment % 2:
        while running.poll() is None and files(book) == then:
            time.sleep(0.001)
        time.sleep(chance.uniform(0, 0.03))
    else:
        time.sleep(chance.uniform(0, 2))
    running.send_signal(signal.SIGKILL)
    running.wait(60)
    for name, data in files(book).items():
        assert data in (then.get(name), after.get(name)), name
    assert {name: data for name, data in files(book).items() if "/returns/" in name or "-q1/" in name} == {
        name: data for name, data in then.items() if "/returns/" in name or "-q1/" in name
    }
    assert merged(book) == 1
    assert files(book) == after
