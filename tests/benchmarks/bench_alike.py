"""What finding alike risks among thousands costs and finds: python -m tests.benchmarks.bench_alike [RISKS]

Titles, events and causes are of the sample's words, as often as they stand there; some risks are told again by another
unit in other words.
"""

import random
import sys
import time
from collections.abc import Iterator, Sequence

from riskbook import alike
from riskbook.directory import Directory
from riskbook.matrix import Score
from riskbook.model import Entry, Movement, Register, Risk, Source
from riskbook.settings import Context
from tests.benchmarks.rows import Row, said, table
from tests.examples import agreed
from tests.years import vocabulary

UNITS = ("FRD", "ASM", "CIC", "SEN", "SAF")
OTHERWISE = {"children": "child", "families": "family", "social": "care", "cannot": "can not", "and": "with"}


def rows(count: int = 5_000) -> Iterator[Row]:
    """The time, the share of planted pairs that were found, and clusters that nobody planted."""
    entries, planted = told(count, count // 25, random.Random(8))
    this = agreed().timetable.round("2026-27 Q2")
    context = Context(agreed(), Directory(()), this, this.as_at, None)
    began = time.perf_counter()
    clusters = alike.clusters(Register(str(this), agreed().matrix.name, tuple(entries)), context)
    took = time.perf_counter() - began
    found = [{one.ref for one in cluster.members} for cluster in clusters]
    right = sum(any(pair <= refs for refs in found) for pair in planted)
    strange = sum(not any(pair & refs for pair in planted) for refs in found)
    yield Row(f"Alike risks among {len(entries):,}", said(took), "", "under 3 s")
    yield Row("Of the pairs that were planted, found", f"{right / len(planted):.1%}", "", "at least 98 %")
    yield Row("Clusters that nobody planted", f"{strange} of {len(found)}", "", "at most 1 in 50")


def told(count: int, pairs: int, chance: random.Random) -> tuple[list[Entry], list[set[str]]]:
    """So many risks, of which so many are told twice; and the refs of those."""
    entries: list[Entry] = []
    planted: list[set[str]] = []
    for number in range(count - pairs):
        texts = [[chance.choice(vocabulary()) for _ in range(length)] for length in (7, 14, 10)]
        unit = chance.randrange(len(UNITS))
        entries.append(_entry(UNITS[unit], number, texts))
        if number < pairs:
            other = UNITS[(unit + 1) % len(UNITS)]
            entries.append(_entry(other, count + number, [_reworded(text, chance) for text in texts]))
            planted.append({entries[-2].ref, entries[-1].ref})
    return entries, planted


def _reworded(text: Sequence[str], chance: random.Random) -> list[str]:
    """The same in somebody else's words: a word moved, one left out, others in another form."""
    said = [OTHERWISE.get(word, word) for word in text]
    said.insert(chance.randrange(len(said)), said.pop(chance.randrange(len(said))))
    said.pop(chance.randrange(len(said)))
    return [f"{word}s" if chance.random() < 0.1 else word for word in said]


def _entry(unit: str, number: int, texts: Sequence[Sequence[str]]) -> Entry:
    title, event, cause = (" ".join(text) for text in texts)
    risk = Risk(Source(), f"{unit}-{number:05}", title=title, event=event, cause=cause, status="Open")
    return Entry(unit, "Team", risk, Score(3, 3), None, Movement.SAME)


if __name__ == "__main__":
    for line in table(rows(*map(int, sys.argv[1:]))):
        print(line, flush=True)
