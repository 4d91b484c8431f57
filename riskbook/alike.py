"""A register in; the risks that several units tell alike out, for people to link, merge or raise as one."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from dataclasses import dataclass
from heapq import heapify, heappop, heappush
from itertools import groupby

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
    near: dict[int, dict[int, int]] = {}
    for begin in range(0, len(entries), _AT_ONCE):
        alike = _pairs(titles, begin, 1, line - _NEARLY)
        for pair, much in _pairs(events, begin, _SENTENCE, line - _NEARLY).items():
            alike[pair] = max(much, alike.get(pair, 0))
        undecided = [pair for pair, much in alike.items() if much < line]
        for texts in (part, whole):
            for pair, much in zip(undecided, _compared(texts, undecided, line), strict=True):
                alike[pair] = max(much, alike[pair])
        for (i, j), much in sorted(alike.items()):
            if much >= line and not _linked(entries[i], entries[j]):
                near.setdefault(i, {})[j] = near.setdefault(j, {})[i] = much
    return near


_AT_ONCE = 256
"""Of so many risks at a time each is compared with all that come after it, so that memory grows with the risks."""


def _pairs(texts: list[str], begin: int, least_words: int, cutoff: int) -> dict[tuple[int, int], int]:
    """The pairs, from ``begin`` on, that are at least so much alike, of texts with at least so many words."""
    enough = [i for i in range(begin, len(texts)) if len(texts[i].split()) >= least_words]
    told = [texts[i] for i in enough]
    mine = told[: bisect_left(enough, begin + _AT_ONCE)]
    if not mine:
        return {}
    scores = process.cdist(mine, told, scorer=fuzz.ratio, score_cutoff=max(cutoff, 1), workers=-1)
    rows, columns = scores.nonzero()
    pairs = zip(rows.tolist(), columns.tolist(), scores[rows, columns].tolist(), strict=True)
    return {(enough[i], enough[j]): round(much) for i, j, much in pairs if i < j}


def _compared(texts: list[str], pairs: list[tuple[int, int]], line: int) -> list[int]:
    """How much the texts of each pair are alike; 0 where that is below the line."""
    if not pairs:
        return []
    some, others = ([texts[pair[side]] for pair in pairs] for side in (0, 1))
    scores = process.cpdist(some, others, scorer=fuzz.ratio, score_cutoff=max(line - 1, 0), dtype=float, workers=-1)
    return [round(much) for much in scores.tolist()]


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
