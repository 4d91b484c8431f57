"""The worker: a file that kills, hangs or bloats what reads it costs one finding, and the others are read."""

import multiprocessing
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from riskbook import intake
from riskbook.cli.worker import Worker
from riskbook.intake import Intake
from riskbook.rules import books
from riskbook.safe import MIB
from tests import effort, sample
from tests.makers import quarter, workbook
from tests.readers import troubled
from tests.test_safe import compound

OTHER = compound("Workbook")
LIBRARIES = ("xlrd", "python_calamine", "msoffcrypto", "olefile", "riskbook.foreign")
HEAVY = ("pandas", "openpyxl", "xlsxwriter", "jinja2")
"""What a check alone has no use for."""


@pytest.fixture
def worker() -> Iterator[Worker]:
    """One with little patience, and readers that do what bad files do."""
    with Worker(reads=troubled, seconds=2, memory=1024 * MIB) as one:
        yield one


def taken(worker: Worker, name: str, data: bytes = OTHER) -> Intake:
    return intake.take(data, name, quarter(), worker.read)


def test_our_own_kinds_start_no_process():
    """An .xlsx is read where it is, even if there were nothing but trouble elsewhere."""
    with Worker(reads=troubled) as worker:
        assert taken(worker, "dies.xlsx", workbook()).returned
        assert taken(worker, "dies.pdf", b"%PDF-1.7").findings[0].code == books.NOT_A_WORKBOOK.code
        assert multiprocessing.active_children() == []


@effort.in_ci("waits for files that hang: 5 s")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("dies.xls", books.DAMAGED.code),
        ("hangs.xls", books.TOO_LARGE.code),
        ("panics.xls", books.DAMAGED.code),
        ("stumbles.xls", books.DAMAGED.code),
        pytest.param(
            "eats.xls",
            books.TOO_LARGE.code,
            marks=pytest.mark.skipif(sys.platform != "linux", reason="only Linux bounds the memory of a process"),
        ),
    ],
)
def test_a_bad_file_costs_one_finding_and_the_next_is_read(worker: Worker, name: str, code: str):
    """Whatever it does, it is blamed by name, and what comes before and after it is not."""
    before, bad, after = (taken(worker, one) for one in ("one.xls", name, "two.xls"))
    assert before.returned
    assert after.returned
    assert bad.returned is None
    assert [(finding.code, finding.place.book) for finding in bad.findings] == [(code, name)]


def test_a_process_serves_many_files_and_goes_with_its_worker():
    """It is started once, and nothing is left behind."""
    with Worker(reads=troubled) as worker:
        taken(worker, "one.xls")
        (process,) = multiprocessing.active_children()
        taken(worker, "two.xls")
        assert multiprocessing.active_children() == [process]
    assert multiprocessing.active_children() == []


def test_what_libraries_print_is_not_heard(worker: Worker, capfd: pytest.CaptureFixture[str]):
    """A panic's last words are no use to whoever merges."""
    taken(worker, "panics.xls")
    assert capfd.readouterr() == ("", "")


@effort.in_ci("runs whole commands: 2 s")
def test_a_hanging_file_is_given_up_in_time(worker: Worker):
    """After the seconds that it was given, and not when it pleases."""
    taken(worker, "one.xls")
    started = time.monotonic()
    taken(worker, "hangs.xls")
    assert time.monotonic() - started < 10


def asking(*typed: str) -> tuple[Worker, list[str]]:
    """A worker that asks for passwords and hears these, then nothing; and the names that it asked for."""
    answers, asked = iter(typed), []

    def ask(name: str) -> str:
        asked.append(name)
        return next(answers, "")

    return Worker(ask=ask, reads=troubled), asked


def test_a_locked_file_is_asked_for_until_a_password_fits():
    """By name; and a password that was typed is tried on the next one before anybody is asked again."""
    worker, asked = asking("open", "sesame")
    with worker:
        assert taken(worker, "locked.xls").returned
        assert taken(worker, "locked.two.xls").returned
    assert asked == ["locked.xls", "locked.xls"]


def test_an_empty_answer_leaves_the_file_out():
    """With the finding that it is locked; the next is asked for."""
    worker, asked = asking()
    with worker:
        assert [taken(worker, name).findings[0].code for name in ("locked.1.xls", "locked.2.xls")] == [
            books.ENCRYPTED.code
        ] * 2
    assert asked == ["locked.1.xls", "locked.2.xls"]


def test_nobody_is_asked_for_what_no_password_opens():
    """A file under a sensitivity label is refused as it is."""
    worker, asked = asking("open", "sesame")
    with worker:
        assert taken(worker, "sealed.xls").findings[0].code == books.ENCRYPTED.code
    assert asked == []


def test_checking_an_xlsx_imports_only_what_reads_it(tmp_path: Path):
    """The usual case stays quick: no library for other kinds, none that counts, none that writes."""
    path = sample.DIRECTORATE / "2026-27-q2" / "returns" / "asm-2026-27-q2.xlsx"
    words = ["check", str(path), "--book", str(sample.DIRECTORATE)]
    code = f"import sys; from riskbook.cli import main; main({words!r}, standalone_mode=False)"
    unused = (*LIBRARIES, *HEAVY)
    script = f"try:\n {code}\nfinally:\n print('imported', [one for one in {unused!r} if one in sys.modules])"
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False, cwd=tmp_path)
    assert "asm-2026-27-q2.xlsx" in done.stdout
    assert done.stdout.splitlines()[-1] == "imported []", done.stderr
