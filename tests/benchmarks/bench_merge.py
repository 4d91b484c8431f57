"""What a quarter of so many returns costs beside a plain script: python -m tests.benchmarks.bench_merge [RETURNS…]

The script reads every return with pandas, puts them together and writes one sheet; it checks nothing. Each is a process
of its own, timed once.
"""

import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.benchmarks.returns import book
from tests.benchmarks.rows import Row, beside, said, table

RETURNS, RISKS = (10, 100, 1_000), 25
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


def rows(counts: tuple[int, ...] = RETURNS) -> Iterator[Row]:
    """For each number of returns: time beside the script's, and memory at most."""
    with tempfile.TemporaryDirectory() as folder:
        for count in counts:
            root = book(Path(folder, str(count)), count, RISKS)
            (returns,) = root.glob("*/returns")
            script, of_script = spent("-c", SCRIPT, returns, Path(folder, "rival.xlsx"))
            merge, of_merge = spent("-c", MERGE, root)
            which = f"{count:,} returns of {RISKS} risks"
            yield Row(f"A plain pandas script: {which} into one sheet", said(script), "1.0 × the script", "")
            yield beside(
                f"`riskbook merge`: {which}, everything written", merge, script, "the script", "at most 0.25 ×"
            )
            yield Row("for each return", said(merge / count), "", "the same for 100 and 1,000")
            yield Row(
                "memory at most (the script's)", f"{of_merge:.0f} MiB ({of_script:.0f} MiB)", "", "at most 600 MiB"
            )
            shutil.rmtree(root)


WATCH = """
import os
import subprocess
import sys

started = subprocess.Popen([sys.executable, *sys.argv[1:]], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(started.pid, 0)
print(used.ru_maxrss)
sys.exit(os.waitstatus_to_exitcode(status))
"""
"""Watches a process, and is small itself: one that is started by a large one counts as large on Linux."""


def spent(*words: object) -> tuple[float, float]:
    """The seconds of a Python process that is started with some words, and its MiB at most."""
    begun = time.perf_counter()
    watched = subprocess.run([sys.executable, "-c", WATCH, *map(str, words)], stdout=subprocess.PIPE, check=False)
    seconds = time.perf_counter() - begun
    if watched.returncode not in (0, 1):
        raise subprocess.CalledProcessError(watched.returncode, watched.args)
    return seconds, int(watched.stdout) / 1024


if __name__ == "__main__":
    for line in table(rows(tuple(map(int, sys.argv[1:])) or RETURNS)):
        print(line, flush=True)
