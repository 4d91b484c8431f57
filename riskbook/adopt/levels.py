"""The words that stand under a column of theirs in; the steps of ours that they are out, where that is certain."""

import re
from collections.abc import Iterable, Sequence

from riskbook.adopt.mapping import plain
from riskbook.grid import Cell
from riskbook.matrix import Level
from riskbook.text import folded

LONGEST = 60
"""A text longer than this is neither a step nor a choice."""


def steps(typed: Sequence[str], levels: Sequence[Level]) -> dict[str, int | None]:
    """The step of ours that each word of theirs is: where number and word are the same, or the word is and no more.

    A number alone is never certain: 4 of 4 is not 4 of 5. Once one of the words contradicts our scale, none is.
    """
    by_word = {folded(level.word): level for level in levels}
    told = {text: _numbered(text) for text in typed}
    beyond = any(number is not None and not 1 <= number <= len(levels) for number, _ in told.values())
    other = any(
        number is not None and word in by_word and by_word[word].value != number for number, word in told.values()
    )
    if beyond or other:
        return dict.fromkeys(typed)
    return {text: by_word[word].value if word in by_word else None for text, (_, word) in told.items()}


def _numbered(text: str) -> tuple[float | None, str]:
    """The number and the word of "4 - Likely"."""
    found = re.fullmatch(r"(\d+(?:\.\d+)?)?\s*[-–—:.,()=]*\s*(.*?)\s*(?:\((\d+)\))?", plain(text))
    if not found:
        return None, folded(text)
    number = found[1] or found[3]
    return (float(number) if number else None), folded(found[2])


def words(told: Iterable[tuple[str, Cell]]) -> dict[str, list[Cell]]:
    """Each different text once, numbers first and in order, with the cells in which it stands."""
    found: dict[str, tuple[str, list[Cell]]] = {}
    for text, cell in told:
        if len(text) <= LONGEST:
            found.setdefault(folded(text), (plain(text), []))[1].append(cell)

    def in_order(text: str) -> tuple[bool, float, str]:
        number = re.match(r"\d+(\.\d+)?", text)
        return number is None, float(number[0]) if number else 0, folded(text)

    return dict(sorted(found.values(), key=lambda one: in_order(one[0])))
