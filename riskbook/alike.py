"""A register in; the risks that several units tell alike out, for people to link, merge or raise as one."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import groupby
from typing import Any

from rapidfuzz import fuzz, process

from riskbook.model import Entry, Register
from riskbook.settings import Context
from riskbook.text import folded


@dataclass(frozen=True, slots=True)
class Cluster:
    """Risks of two units or more that read alike, by ref.

    ``similarity`` (0 to 100) is that of the member least like the ``centre``; ``shared`` are the words of its title
    that every member has in title, event or cause.
    """

    members: tuple[Entry, ...]
    centre: Entry
    similarity: int
    shared: tuple[str, ...]

    @property
    def units(self) -> tuple[str, ...]:
        """The units that tell it, in the order of their codes."""
        return tuple(sorted({entry.unit for entry in self.members}))


def clusters(register: Register, context: Context) -> tuple[Cluster, ...]:
    """Group open risks that read alike across units; told by most units first, then most alike, then by ref.

    Titles are compared, and events, their words sorted. Where one of the two is nearly alike, title, event and cause
    decide together; the category does not matter. A risk and its own parent are not alike, they are linked. Every
    member is alike to the centre of its cluster, so a chain of small differences never joins two strangers.
    """
    entries = sorted((entry for entry in register.open if entry.now.title), key=lambda entry: entry.ref)
    near = _near(entries, context.settings.escalation.unit.alike_similarity)
    waiting = [(_rank(entries, near, i), i) for i in near]
    heapify(waiting)
    found: list[Cluster] = []
    while waiting:
        rank, centre = heappop(waiting)
        around = near.get(centre)
        if not around:
            continue
        if rank != (now := _rank(entries, near, centre)):
            heappush(waiting, (now, centre))
            continue
        members = {centre, *around}
        if len({entries[i].unit for i in members}) > 1:
            found.append(_cluster(entries, centre, around))
        _take_out(near, members)
    return tuple(sorted(found, key=lambda c: (-len(c.units), -c.similarity, c.members[0].ref)))


_NEARLY = 20
"""How much less alike than the line two titles may be for their events to be read."""

_SENTENCE = 5
"""How many words an event has at least, to tell a risk by itself."""

_SMALL = frozenset(
    ("the", "and", "for", "are", "was", "not", "too", "has", "have", "that", "with", "from", "into", "our")
)


def _rank(entries: list[Entry], near: Mapping[int, Mapping[int, int]], centre: int) -> tuple[int, int]:
    """The order in which risks become centres. As others are taken out, a risk falls back in it, and never rises."""
    around = near[centre]
    return -len({entries[i].unit for i in around}), -len(around)


def _take_out(near: dict[int, dict[int, int]], members: set[int]) -> None:
    """Forget the members of a cluster, and that others are alike to them."""
    for i in members:
        for j in near.pop(i):
            if j not in members:
                del near[j][i]


def _near(entries: list[Entry], line: int) -> dict[int, dict[int, int]]:
    """For every risk that has any, the risks that are alike to it, and how much."""
    titles = [_sorted_words(entry.now.title) for entry in entries]
    events = [_sorted_words(entry.now.event) for entry in entries]
    part = [_sorted_words(f"{entry.now.title} {entry.now.event}") for entry in entries]
    whole = [_sorted_words(_told(entry)) for entry in entries]
    short = [i for i, event in enumerate(events) if len(event.split()) < _SENTENCE]
    untitled = [i for i, title in enumerate(titles) if not title]
    near: dict[int, dict[int, int]] = {}
    for begin in range(0, len(entries), _AT_ONCE):
        scores = _nearly(titles, untitled, begin, line).clip(_nearly(events, short, begin, line))
        alike = {pair: int(scores[pair]) for pair in _pairs(scores >= line)}
        undecided = _pairs((scores > 0) & (scores < line))
        for texts in (part, whole):
            for at, much in _compared(texts[begin:], undecided, line):
                alike[undecided[at]] = max(much, alike.get(undecided[at], 0))
        for (row, column), much in sorted(alike.items()):
            i, j = begin + row, begin + column
            if not _linked(entries[i], entries[j]):
                near.setdefault(i, {})[j] = near.setdefault(j, {})[i] = much
    return near


_AT_ONCE = 256
"""Of so many risks at a time each is compared with all that come after it, so that memory grows with the risks."""


def _nearly(texts: list[str], silent: list[int], begin: int, line: int) -> Any:
    """How much some texts are alike to each from ``begin`` on, in whole numbers; 0 where that is far below the line.

    Texts that are silent tell nothing, and are alike to none.
    """
    cutoff = max(line - _NEARLY, 1)
    mine, all_ = texts[begin : begin + _AT_ONCE], texts[begin:]
    scores = process.cdist(mine, all_, scorer=fuzz.ratio, score_cutoff=cutoff, workers=-1).round()
    mute = [i - begin for i in silent if i >= begin]
    scores[[i for i in mute if i < len(mine)]] = 0
    scores[:, mute] = 0
    return scores


def _pairs(found: Any) -> list[tuple[int, int]]:
    """The places in a matrix where something was found, each pair once."""
    rows, columns = found.nonzero()
    later = rows < columns
    return list(zip(rows[later].tolist(), columns[later].tolist(), strict=True))


def _compared(texts: list[str], pairs: list[tuple[int, int]], line: int) -> Iterator[tuple[int, int]]:
    """Which of some pairs of texts are alike, and how much."""
    if not pairs:
        return
    some, others = ([texts[pair[side]] for pair in pairs] for side in (0, 1))
    cutoff = max(line - 1, 0)
    scores = process.cpdist(some, others, scorer=fuzz.ratio, score_cutoff=cutoff, dtype=float, workers=-1).round()
    (alike,) = (scores >= line).nonzero()
    yield from zip(alike.tolist(), map(int, scores[alike]), strict=True)


def _told(entry: Entry) -> str:
    return f"{entry.now.title} {entry.now.event} {entry.now.cause}"


def _linked(one: Entry, other: Entry) -> bool:
    return one.ref == other.now.parent or other.ref == one.now.parent


def _cluster(entries: list[Entry], centre: int, around: dict[int, int]) -> Cluster:
    members = tuple(entries[i] for i in sorted({centre, *around}))
    words = [_words(_told(entry)) for entry in members]
    shared = [w for w in _words(entries[centre].now.title) if len(w) > 2 and w not in _SMALL]
    shared = [w for w in shared if all(w in others for others in words)]
    return Cluster(members, entries[centre], min(around.values()), tuple(w for w, _ in groupby(shared)))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", folded(text))


def _sorted_words(text: str) -> str:
    return " ".join(sorted(_words(text)))
