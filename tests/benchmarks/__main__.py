"""Every figure of the table that README.md shows, in one run: python -m tests.benchmarks

A quiet machine and a third of an hour; the table is copied from what this prints, and never written by hand.
"""

from itertools import chain

from tests.benchmarks import bench_alike, bench_forms, bench_merge, bench_quarter, bench_register, bench_start
from tests.benchmarks.rows import table

MODULES = (bench_start, bench_quarter, bench_forms, bench_merge, bench_register, bench_alike)

if __name__ == "__main__":
    for line in table(chain.from_iterable(module.rows() for module in MODULES)):
        print(line, flush=True)
