"""Two tellings of a text in; the later one in runs, with what is new in it marked, out."""

import re
from dataclasses import dataclass
from difflib import SequenceMatcher


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of words: new, or as they stood before."""

    words: str
    new: bool


def compared(was: str, now: str) -> tuple[Run, ...]:
    """The later text, word by word: its runs joined are the text. What was taken out of it leaves no mark.

    Case, white space and the stop after a word are forgiven, so that a text that was only set anew has no new words.
    """
    before, after = was.split(), re.findall(r"\s*\S+(?:\s+$)?", now)
    if not after:
        return (Run(now, new=False),) if now else ()
    matcher = SequenceMatcher(None, [_plain(word) for word in before], [_plain(word) for word in after], autojunk=False)
    new = [True] * len(after)
    for block in matcher.get_matching_blocks():
        new[block.b : block.b + block.size] = [False] * block.size
    runs: list[Run] = []
    for word, is_new in zip(after, new, strict=True):
        if runs and runs[-1].new == is_new:
            runs[-1] = Run(runs[-1].words + word, is_new)
        else:
            runs.append(Run(word, is_new))
    return tuple(runs)


def differs(was: str, now: str) -> bool:
    """Whether two tellings have other words, or the same ones in another order."""
    return [_plain(word) for word in was.split()] != [_plain(word) for word in now.split()]


def _plain(word: str) -> str:
    return word.strip().rstrip(".,;:!?").casefold() or word.strip()
