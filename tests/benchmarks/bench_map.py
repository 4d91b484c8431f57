"""Taking returns in through somebody else's map: python -m tests.benchmarks.bench_map [RETURNS] (needs dask)

From bytes to findings is a pure function of one workbook and what is known of the round, so that an engine that runs on
many machines can run it as it stands. Here it runs on the cores of this one, and comes to what a loop comes to.
"""

import hashlib
import sys
import tempfile
import time
from functools import partial
from pathlib import Path

import dask
from dask import bag

from riskbook import intake
from riskbook.cli.folder import find
from riskbook.settings import Context
from tests.benchmarks import returns

UNITS, RISKS = 50, 25
PARTS = 50


def main(count: int = 5_000) -> None:
    """Take so many returns in, in a loop and through dask; print both times, and whether the two agree."""
    with tempfile.TemporaryDirectory() as folder:
        opened = find(returns.book(Path(folder) / "book", UNITS, RISKS))
        take = partial(digested, opened.context())
        paths = sorted((opened.folder / "returns").iterdir())
        sent = [(f"{number}-{path.name}", path) for number in range(count // UNITS) for path in paths]
        began = time.perf_counter()
        looped = list(map(take, sent))
        between = time.perf_counter()
        with dask.config.set(scheduler="processes"):
            mapped = bag.from_sequence(sent, npartitions=PARTS).map(take).compute()
        ended = time.perf_counter()
    print(f"{len(sent)} returns of {RISKS} risks, in a loop: {between - began:.1f} s")
    print(f"through dask, in processes: {ended - between:.1f} s; the same of every return: {looped == mapped}")


def digested(context: Context, sent: tuple[str, Path]) -> str:
    """The digest of all that is made of a return."""
    name, path = sent
    return hashlib.sha256(repr(intake.take(path.read_bytes(), name, context)).encode()).hexdigest()


if __name__ == "__main__":
    sys.exit(main(*map(int, sys.argv[1:])))
