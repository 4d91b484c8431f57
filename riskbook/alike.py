"""A register in; the risks that several units tell alike out, for people to link, merge or raise as one."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
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
    titles = [_words(entry.now.title) for entry in entries]
    events = [_words(entry.now.event) for entry in entries]
    sentences = [words if len(words) >= _SENTENCE else [] for words in events]
    alone = [list(map(_sorted, told)) for told in (titles, sentences)]
    parts = [_sorted((*title, *event)) for title, event in zip(titles, events, strict=True)]
    whole = [_sorted(_words(_told(entry))) for entry in entries]
    near: dict[int, dict[int, int]] = {}
    for pairs in _candidates((titles, sentences)):
        scores = _most(_compared(texts, pairs, line - _NEARLY) for texts in alone)
        undecided = (scores > 0) & (scores < line)
        scores[undecided] = _most(_compared(texts, pairs[undecided], line) for texts in (parts, whole))
        alike = scores >= line
        for (i, j), much in zip(pairs[alike].tolist(), scores[alike].astype(int).tolist(), strict=True):
            if not _linked(entries[i], entries[j]):
                near.setdefault(i, {})[j] = near.setdefault(j, {})[i] = much
    return near


_AT_ONCE = 256
"""For so many risks at a time the others are sought that are worth comparing, so that memory grows with the risks."""

_STEM = 4
"""Words that begin with so many letters alike are taken for one, where risks are sought that are worth comparing."""

_SHARED = 3
"""Of so many words of the shorter text one at least is shared, or the two texts are not compared."""


def _most(scores: Iterable[Any]) -> Any:
    """The higher of two scores for every pair."""
    first, second = scores
    return first.clip(second)


@dataclass(frozen=True, slots=True)
class _Index:
    """A text of every risk by its stems: those of each, how many they are, and the risks that have one."""

    stems: Sequence[frozenset[str]]
    sizes: Any
    risks: Mapping[str, Any]

    def worth(self, i: int) -> Any:
        """Of the risks after one, whether each shares words enough with it; what tells nothing shares none."""
        import numpy

        after = len(self.stems) - i - 1
        if not (mine := self.stems[i]):
            return numpy.zeros(after, dtype=bool)
        sharing = [risks[risks.searchsorted(i + 1) :] for risks in (self.risks[stem] for stem in mine)]
        shared = numpy.bincount(numpy.concatenate(sharing) - i - 1, minlength=after)
        return (shared > 0) & (shared * _SHARED >= numpy.minimum(self.sizes[i + 1 :], len(mine)))


def _index(texts: Sequence[list[str]]) -> _Index:
    import numpy

    stems = [_stems(words) for words in texts]
    risks: dict[str, list[int]] = {}
    for i, mine in enumerate(stems):
        for stem in mine:
            risks.setdefault(stem, []).append(i)
    arrays = {stem: numpy.array(those) for stem, those in risks.items()}
    return _Index(stems, numpy.array([len(mine) for mine in stems]), arrays)


def _stems(words: list[str]) -> frozenset[str]:
    """How the words begin that say something; all words, where none does."""
    telling = [word for word in words if _says_something(word)]
    return frozenset(word[:_STEM] for word in telling or words)


def _says_something(word: str) -> bool:
    return len(word) > 2 and word not in _SMALL


def _candidates(texts: Sequence[Sequence[list[str]]]) -> Iterator[Any]:
    """Pairs of risks that share words enough, in one of their texts, to be compared: arrays of (risk, a later one)."""
    import numpy

    indexes, count = [_index(one) for one in texts], len(texts[0])
    for begin in range(0, count, _AT_ONCE):
        found = []
        for i in range(begin, min(begin + _AT_ONCE, count)):
            worth = numpy.logical_or.reduce([index.worth(i) for index in indexes])
            (others,) = worth.nonzero()
            found.append(numpy.column_stack((numpy.full(len(others), i), others + i + 1)))
        yield numpy.concatenate(found)


def _compared(texts: Sequence[str], pairs: Any, cutoff: int) -> Any:
    """How much pairs of texts are alike, in whole numbers; 0 where that is below the cutoff, or both tell nothing."""
    cutoff = max(cutoff, 1)
    some, others = ([texts[i] for i in side.tolist()] for side in pairs.T)
    scores = process.cpdist(some, others, scorer=fuzz.ratio, score_cutoff=cutoff - 1, dtype=float, workers=-1).round()
    scores[scores < cutoff] = 0
    (same,) = (scores == _SAME).nonzero()
    scores[[at for at in same.tolist() if not some[at]]] = 0
    return scores


_SAME = 100


def _told(entry: Entry) -> str:
    return f"{entry.now.title} {entry.now.event} {entry.now.cause}"


def _linked(one: Entry, other: Entry) -> bool:
    return one.ref == other.now.parent or other.ref == one.now.parent


def _cluster(entries: list[Entry], centre: int, around: dict[int, int]) -> Cluster:
    members = tuple(entries[i] for i in sorted({centre, *around}))
    words = [_words(_told(entry)) for entry in members]
    shared = list(filter(_says_something, _words(entries[centre].now.title)))
    shared = [w for w in shared if all(w in others for others in words)]
    return Cluster(members, entries[centre], min(around.values()), tuple(w for w, _ in groupby(shared)))


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", folded(text))


def _sorted(words: Iterable[str]) -> str:
    return " ".join(sorted(words))
