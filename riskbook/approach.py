"""Settings in, what a register remembers of them out; two of those in, what has changed in words, out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from riskbook.kinds import listed
from riskbook.matrix import Matrix
from riskbook.model import Remembered
from riskbook.rules.escalation import RULES
from riskbook.settings import Escalation, Settings


def remembered(settings: Settings) -> tuple[Remembered, ...]:
    """Everything that ratings, questions and proposals went by, a line for each value; a list has one for each word.

    Whom workbooks come from and when forms go out says nothing of how risks are judged, and is left out.
    """
    lines = [
        *_matrix(settings.matrix),
        *_lines(settings),
        *(Remembered(f"Lists, {field.name.replace('_', ' ')}", word) for field, word in _words(settings.lists)),
        *(Remembered(f"Rules, {name}", value) for name, value in _numbers(settings.rules)),
        *_escalation("a unit's risk", settings.escalation.unit),
        *_escalation("a directorate risk", settings.escalation.directorate),
    ]
    return tuple(dict.fromkeys(lines))


def changes(was: Iterable[Remembered], now: Iterable[Remembered]) -> tuple[str, ...]:
    """What differs, a sentence each, in the order in which settings stand; nothing where either remembers nothing."""
    before, after = _grouped(was), _grouped(now)
    if not before or not after:
        return ()
    names = dict.fromkeys([*after, *before])
    return tuple(
        _change(name, before.get(name, ()), after.get(name, ()))
        for name in names
        if set(before.get(name, ())) != set(after.get(name, ()))
    )


def _matrix(matrix: Matrix) -> Iterator[Remembered]:
    yield Remembered("Matrix, name", matrix.name)
    for axis, levels in (("impact", matrix.impact), ("likelihood", matrix.likelihood)):
        for level in levels:
            yield Remembered(f"Matrix, step {level.value} of {axis}", level.word)
            for domain, words in level.meaning:
                yield Remembered(f"Matrix, what {axis} {level.value} means: {domain}", words)
    for score in matrix.scores():
        where = f"impact {score.impact} with likelihood {score.likelihood}"
        yield Remembered(f"Matrix, {where}", matrix.rating(score))
    for band in matrix.bands:
        yield Remembered(f"Matrix, what {band.name} asks", band.response)


def _lines(settings: Settings) -> Iterator[Remembered]:
    lines, appetite = settings.lines, settings.appetite
    yield Remembered("Lines, asked in full from", lines.full_from.name)
    yield Remembered("Lines, top band", lines.top.name)
    yield Remembered("Lines, bottom band", lines.bottom.name)
    yield Remembered("Appetite", str(appetite.default))
    yield Remembered("Tolerance", str(appetite.tolerance))
    for category, number in appetite.categories.items():
        yield Remembered(f"Appetite for {category}", str(number))


def _escalation(whose: str, level: Escalation) -> Iterator[Remembered]:
    titles = {rule.code: rule.title for rule in RULES}
    for code in level.codes:
        yield Remembered(f"Rules that propose for {whose}", f"{code} {titles.get(code, '')}".strip())
    for name, value in _numbers(level):
        if name != "codes":
            yield Remembered(f"Proposals for {whose}, {name}", value)


def _words(thing: Any) -> Iterator[tuple[Any, str]]:
    return ((field, word) for field in fields(thing) for word in getattr(thing, field.name))


def _numbers(thing: Any) -> Iterator[tuple[str, str]]:
    """The values of a table of settings by their names in words, those of a list one by one."""
    assert is_dataclass(thing)
    for field in fields(thing):
        value = getattr(thing, field.name)
        for one in value if isinstance(value, tuple) else (value,):
            yield field.name.replace("_", " "), str(one)


def _grouped(lines: Iterable[Remembered]) -> Mapping[str, tuple[str, ...]]:
    grouped: dict[str, tuple[str, ...]] = {}
    for line in lines:
        grouped[line.name] = (*grouped.get(line.name, ()), line.value)
    return grouped


def _change(name: str, was: tuple[str, ...], now: tuple[str, ...]) -> str:
    """ "Appetite for Safeguarding: 8; it was 12.", "Lists, categories: Technology is added, Other taken out." """
    if len(was) == len(now) == 1:
        return f"{name}: {_quoted(now[0])}; it was {_quoted(was[0])}."
    if len(now) == 1 and not was:
        return f"{name}: {_quoted(now[0])}; it was not set before."
    if len(was) == 1 and not now:
        return f"{name}: not set any more; it was {_quoted(was[0])}."
    added, gone = ([_quoted(one) for one in those if one not in others] for those, others in ((now, was), (was, now)))
    parts = [f"{listed(added, 'and')} {'is' if len(added) == 1 else 'are'} added"] if added else []
    parts += [f"{listed(gone, 'and')} {'is' if len(gone) == 1 else 'are'} taken out"] if gone else []
    return f"{name}: {'; '.join(parts)}."


def _quoted(words: str) -> str:
    return words if len(words.split()) < 3 else f"“{words.removesuffix('.')}”"
