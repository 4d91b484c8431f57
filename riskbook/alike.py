"""A register in; the risks that several units tell alike out, for people to link, merge or raise as one."""

import re
from dataclasses import dataclass
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
    found: list[Cluster] = []
    while near:
        centre = min(near, key=lambda i: (-_units(entries, near[i]), -len(near[i]), i))
        around = near[centre]
        members = {centre, *around}
        if len({entries[i].unit for i in members}) > 1:
            found.append(_cluster(entries, centre, around))
        near = {
            i: kept
            for i, others in near.items()
            if i not in members and (kept := {j: alike for j, alike in others.items() if j not in members})
        }
    return tuple(sorted(found, key=lambda c: (-len(c.units), -c.similarity, c.members[0].ref)))


_NEARLY = 20
"""How much less alike than the line two titles may be for their events to be read."""

_SENTENCE = 5
"""How many words an event has at least, to tell a risk by itself."""

_SMALL = frozenset(
    ("the", "and", "for", "are", "was", "not", "too", "has", "have", "that", "with", "from", "into", "our")
)


def _near(entries: list[Entry], line: int) -> dict[int, dict[int, int]]:
    """For every risk that has any, the risks that are alike to it, and how much."""
    titles = _pairs([_sorted_words(entry.now.title) for entry in entries], 1, line - _NEARLY)
    events = _pairs([_sorted_words(entry.now.event) for entry in entries], _SENTENCE, line - _NEARLY)
    part = [_sorted_words(f"{entry.now.title} {entry.now.event}") for entry in entries]
    whole = [_sorted_words(_told(entry)) for entry in entries]
    near: dict[int, dict[int, int]] = {}
    for i, j in sorted(titles.keys() | events.keys()):
        if _linked(entries[i], entries[j]):
            continue
        alike = max(titles.get((i, j), 0), events.get((i, j), 0))
        if alike < line:
            alike = max(round(fuzz.ratio(words[i], words[j])) for words in (part, whole))
        if alike >= line:
            near.setdefault(i, {})[j] = near.setdefault(j, {})[i] = alike
    return near


def _pairs(texts: list[str], least_words: int, cutoff: int) -> dict[tuple[int, int], int]:
    """The pairs of texts that are at least so much alike, of those with at least so many words.

    Each text is held against those after it, some hundreds at a time: all against all would be twice the work, and for
    a large directorate more than the memory.
    """
    at = [place for place, text in enumerate(texts) if len(text.split()) >= least_words]
    told = [texts[place] for place in at]
    pairs: dict[tuple[int, int], int] = {}
    for first in range(0, len(told), _AT_ONCE):
        scores = process.cdist(
            told[first : first + _AT_ONCE], told[first:], scorer=fuzz.ratio, score_cutoff=max(cutoff, 1), workers=-1
        )
        for i, j in zip(*(axis.tolist() for axis in scores.nonzero()), strict=True):
            if i < j:
                pairs[at[first + i], at[first + j]] = round(float(scores[i, j]))
    return pairs


_AT_ONCE = 256


def _told(entry: Entry) -> str:
    return f"{entry.now.title} {entry.now.event} {entry.now.cause}"


def _linked(one: Entry, other: Entry) -> bool:
    return one.ref == other.now.parent or other.ref == one.now.parent


def _units(entries: list[Entry], around: dict[int, int]) -> int:
    return len({entries[i].unit for i in around})


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
