"""What starting costs, as ratios in one run: python -m tests.benchmarks.bench_start

The floor is a bare click app. Processor time, least of several runs.
"""

import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.rows import Row, beside, table

SAMPLE = Path(__file__).parents[2] / "samples" / "directorate"
RETURN = SAMPLE / "2026-27-q2" / "returns" / "asm-2026-27-q2.xlsx"
TIMES = 7
FLOOR = "a bare click app"
BARE = "import click\n\n@click.command()\ndef main():\n    click.echo('hello')\n\nmain()\n"
RISKBOOK = "from riskbook.cli import main\n\nmain(prog_name='riskbook')\n"


def rows() -> Iterator[Row]:
    """Time each start in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        bare, riskbook = Path(folder, "bare.py"), Path(folder, "start.py")
        bare.write_text(BARE, encoding="utf-8")
        riskbook.write_text(RISKBOOK, encoding="utf-8")
        floor = spent(bare)
        yield beside("A bare click app started", floor, floor, FLOOR)
        yield beside("`riskbook --help`", spent(riskbook, "--help"), floor, FLOOR, "at most 1.6 ×")
        yield beside("`riskbook rules`", spent(riskbook, "rules"), floor, FLOOR)
        checked = spent(riskbook, "check", RETURN, "--book", SAMPLE)
        yield beside("`riskbook check` of one return, from a cold start", checked, floor, FLOOR, "at most 5 ×")


def spent(*words: object) -> float:
    """The processor time of a script, in seconds."""
    least = float("inf")
    for _ in range(TIMES):
        begun = _of_children()
        ran = subprocess.run([sys.executable, *map(str, words)], capture_output=True, check=False)
        assert ran.returncode in (0, 1), ran.stderr
        assert ran.stdout
        least = min(least, _of_children() - begun)
    return least


def _of_children() -> float:
    """The processor time of every process that was started here and has ended; the clock's, on Windows."""
    if sys.platform == "win32":
        return time.perf_counter()
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    for line in table(rows()):
        print(line, flush=True)
