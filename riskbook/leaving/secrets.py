"""A register in; the words of its exempt risks, and where they stand in a workbook that is open to anybody, out."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter

from riskbook.findings import Finding
from riskbook.kinds import said
from riskbook.leaving.view import View
from riskbook.model import Action, Register, Risk
from riskbook.places import Place
from riskbook.rules import leaving
from riskbook.text import folded, short

LENGTH = 6
"""So many words that follow each other are somebody's text; fewer may be anybody's."""
_SHORTEST = 3
"""A whole field of so many words, like a title, is a text too."""


@dataclass(frozen=True, slots=True)
class Secrets:
    """The phrases that only exempt risks have, by the ref of the risk: some words of a text, or a whole short one."""

    phrases: Mapping[str, str] = field(default_factory=dict)
    whole: Mapping[str, str] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.phrases or self.whole)

    def first(self, words: str) -> tuple[str, str] | None:
        """The ref of the exempt risk whose words stand in a text, and those words; None where none does."""
        told = _told(words)
        if len(told) < _SHORTEST:
            return None
        for phrase in _phrases(told):
            if phrase in self.phrases:
                return self.phrases[phrase], phrase
        line = f" {' '.join(told)} "
        return next(((ref, one) for one, ref in self.whole.items() if f" {one} " in line), None)


def secrets(register: Register, before: Register | None = None, common: Iterable[str] = ()) -> Secrets:
    """What is said of exempt risks and of nothing else; ``before`` is last round's register.

    A phrase that an open risk has too was told openly by somebody, and is no secret; nor is one of the ``common``
    texts, which stand in every workbook: the steps of the scale, the names of units, what rules say. Nor is one that
    begins in a sentence that was told openly and ends with a word or two of the next: riskbook sets its own words after
    a manager's, and they may begin alike.
    """
    exempt = {entry.ref for entry in (*register.entries, *register.archive) if entry.now.exempt}
    if not exempt:
        return Secrets()
    told = dict.fromkeys(one for kept in (before, register) if kept for one in _texts(kept))
    hidden = [(ref, words) for ref, words in told if ref in exempt]
    texts = dict.fromkeys((*common, *_meetings(register), *(words for ref, words in told if ref not in exempt)))
    openly = [*map(_told, texts)]
    asked = {phrase: ref for ref, words in hidden for phrase in _phrases(_told(words))}
    known = {phrase for text in openly for phrase in _phrases(text) if phrase in asked}
    known |= _told_in_parts({phrase: parts for _, words in hidden for phrase, parts in _across(words)}, openly)
    phrases = {phrase: ref for phrase, ref in asked.items() if phrase not in known}
    lines = "\n".join(f" {' '.join(text)} " for text in openly)
    whole: dict[str, str] = {}
    for ref, words in hidden:
        one = _told(words)
        line = " ".join(one)
        if _SHORTEST <= len(one) < LENGTH and f" {line} " not in lines:
            whole[line] = ref
    return Secrets(phrases, whole)


def told(view: View, hidden: Secrets) -> Iterator[Finding]:
    """Every place of a workbook in which words of an exempt risk stand."""
    said: set[tuple[Place, str]] = set()
    for place, found in view.where(hidden.first):
        if found and (place, found[0]) not in said:
            said.add((place, found[0]))
            ref, phrase = found
            yield leaving.EXEMPT.finding(place, {"ref": ref, "words": short(phrase)}, ref=ref)


_TOLD = ("title", "cause", "event", "effect", "objective", "controls", "commentary", "escalate_reason", "close_reason")
_DONE = ("what", "progress")


def _texts(register: Register) -> Iterator[tuple[str, str]]:
    """The texts of a register, each with the ref of its risk."""
    for entry in (*register.entries, *register.archive):
        yield from ((entry.ref, words) for words in _of(entry.now, (*_TOLD, "answer")))
        yield from ((entry.ref, words) for _, words in entry.now.other)
    for action in register.actions:
        yield from ((action.risk_ref, words) for words in _of(action, (*_DONE, "answer")))
    for decision in register.decisions:
        yield decision.risk_ref, decision.rationale


def _meetings(register: Register) -> Iterator[str]:
    """By whom and when something was decided, as it is said of open and exempt risks alike."""
    for body, day in dict.fromkeys((one.body, one.decided_on) for one in register.decisions):
        yield f"New on the list that {body} confirmed on {said(day) if day else ''}"
        yield f"by {body} on {said(day) if day else ''}"


def _of(row: Risk | Action, keys: Iterable[str]) -> Iterator[str]:
    return (words for key in keys if (words := getattr(row, key)))


def _told(words: str) -> list[str]:
    return re.findall(r"\w+", folded(words))


def _phrases(told: list[str], length: int = LENGTH) -> Iterator[str]:
    return (" ".join(told[at : at + length]) for at in range(len(told) - length + 1))


_END = re.compile(r"[.!?;:]\s|\n")


def _across(words: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """The phrases that run over the end of a sentence, each with its parts that are long enough to be a text."""
    told = [(number, word) for number, sentence in enumerate(_END.split(words)) for word in _told(sentence)]
    for at in range(len(told) - LENGTH + 1):
        run = told[at : at + LENGTH]
        parts = [[word for _, word in part] for _, part in groupby(run, key=itemgetter(0))]
        if len(parts) > 1:
            yield (
                " ".join(word for _, word in run),
                tuple(" ".join(part) for part in parts if len(part) >= _SHORTEST),
            )


def _told_in_parts(across: Mapping[str, tuple[str, ...]], openly: Iterable[list[str]]) -> set[str]:
    """The phrases of which every part that is a text was told openly."""
    asked = {part for parts in across.values() for part in parts}
    lengths = {part.count(" ") + 1 for part in asked}
    told = {part for text in openly for length in lengths for part in _phrases(text, length) if part in asked}
    return {phrase for phrase, parts in across.items() if parts and told.issuperset(parts)}
