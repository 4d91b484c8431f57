"""What a quarter of so many returns costs beside a plain script: python -m tests.benchmarks.bench_merge [RETURNS…]

The script reads every return with pandas, puts them together and writes one sheet; it checks nothing. Each is a process
of its own, timed once. Nothing here is asserted: figures are for people.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.returns import book

RETURNS, RISKS = (10, 100), 25
SCRIPT = """
import sys
import warnings
from pathlib import Path

import pandas

warnings.simplefilter("ignore")
frames = [pandas.read_excel(path, sheet_name="Risks", header=4) for path in sorted(Path(sys.argv[1]).glob("*.xlsx"))]
rows = pandas.concat(frames, ignore_index=True).dropna(subset=["Risk title"])
with pandas.ExcelWriter(sys.argv[2], engine="xlsxwriter") as writer:
    rows.to_excel(writer, sheet_name="Register", index=False)
    wrapped = writer.book.add_format({"text_wrap": True, "valign": "top", "border": 1})
    writer.sheets["Register"].set_column(0, len(rows.columns) - 1, 24, wrapped)
    writer.sheets["Register"].freeze_panes(1, 2)
    writer.sheets["Register"].autofilter(0, 0, len(rows), len(rows.columns) - 1)
"""
MERGE = "from riskbook.cli import main\n\nmain(['merge', '--book', __import__('sys').argv[1]], prog_name='riskbook')\n"


def main(*counts: str) -> None:
    """Print a table for each number of returns."""
    for line in lines(tuple(map(int, counts)) or RETURNS):
        print(line, flush=True)


def lines(counts: tuple[int, ...]) -> Iterator[str]:
    """The table: time, processor time, memory at most, and how they compare."""
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            root = book(Path(folder, str(count)), count, RISKS)
            (returns,) = root.glob("*/returns")
            script = spent("-c", SCRIPT, returns, Path(folder, "rival.xlsx"))
            merge = spent("-c", MERGE, root)
            yield f"{count} returns of {RISKS} risks"
            yield said("a plain script", script, count)
            yield f"{said('riskbook merge', merge, count)}  × {merge[0] / script[0]:5.2f} the script's time"
            shutil.rmtree(root)


def spent(*words: object) -> tuple[float, float, float]:
    """The time of a Python process that is started with some words, its processor time, and its MiB at most."""
    begun = time.perf_counter()
    started = subprocess.Popen([sys.executable, *map(str, words)], stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(started.pid, 0)
    seconds = time.perf_counter() - begun
    started.returncode = os.waitstatus_to_exitcode(status)
    if started.returncode not in (0, 1):
        raise subprocess.CalledProcessError(started.returncode, started.args)
    return seconds, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def said(what: str, spent: tuple[float, float, float], count: int) -> str:
    """A line of the table."""
    seconds, used, most = spent
    each = seconds / count * 1000
    return f"  {what:16} {seconds:7.1f} s  {used:7.1f} s of processor  {each:7.0f} ms a return  {most:5.0f} MiB at most"


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
