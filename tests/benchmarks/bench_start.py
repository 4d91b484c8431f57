"""What starting costs, as ratios in one run: python tests/benchmarks/bench_start.py

The floor is a bare click app. Processor time, least of several runs. Nothing here is asserted: figures are for people.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

SAMPLE = Path(__file__).parents[2] / "samples" / "directorate"
RETURN = SAMPLE / "2026-27-q2" / "returns" / "asm-2026-27-q2.xlsx"
TIMES = 7
BARE = "import click\n\n@click.command()\ndef main():\n    click.echo('hello')\n\nmain()\n"
RISKBOOK = "from riskbook.cli import main\n\nmain(prog_name='riskbook')\n"


def main() -> None:
    """Time each start in a process of its own."""
    with tempfile.TemporaryDirectory() as folder:
        bare, riskbook = Path(folder, "bare.py"), Path(folder, "start.py")
        bare.write_text(BARE, encoding="utf-8")
        riskbook.write_text(RISKBOOK, encoding="utf-8")
        floor = spent(bare)
        say("a bare click app (the floor)", floor, floor)
        say("riskbook --help", spent(riskbook, "--help"), floor)
        say("riskbook rules", spent(riskbook, "rules"), floor)
        say("riskbook check, one return", spent(riskbook, "check", RETURN, "--book", SAMPLE), floor)


def spent(*words: object) -> float:
    """The processor time of a script, in seconds."""
    least = float("inf")
    for _ in range(TIMES):
        begun = _of_children()
        subprocess.run([sys.executable, *map(str, words)], capture_output=True, check=False)
        least = min(least, _of_children() - begun)
    return least


def _of_children() -> float:
    """The processor time of every process that was started here and has ended; the clock's, on Windows."""
    if sys.platform == "win32":
        return time.perf_counter()
    import resource

    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def say(what: str, seconds: float, floor: float) -> None:
    """A line of the table."""
    print(f"{what:46} {seconds * 1000:8.1f} ms  × {seconds / floor:6.1f}")


if __name__ == "__main__":
    sys.exit(main())
