"""Changes in approach: what I&P writes for the round, and every setting that is another than last round's."""

from collections.abc import Iterator

from riskbook import approach
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import Block, Heading, Link, Para, Sheet, Tone
from riskbook.updates import Part, Update

NAME = "Changes in approach"


def on_summary(quarterly: Quarterly, short: bool) -> tuple[Block, ...]:
    """What Summary says of it: all of it where that is ``short``, else how much there is, with a link; nils too."""
    blocks = told(quarterly)
    if not blocks:
        return (Para(f"{NAME}: none.", Tone.QUIET),)
    if short:
        return (Heading(NAME), *blocks)
    return (Para(f"{NAME}: {_how_much(quarterly)}. Read them on a sheet of their own.", to=Link(NAME)),)


def is_short(quarterly: Quarterly, lines: int) -> bool:
    """Whether it has room on Summary, which is one page and has so many other lines that come and go."""
    pieces = [*(one.words for one in quarterly.updates), *settings(quarterly)]
    return sum(1 + len(piece) // _LINE for piece in pieces) + lines <= _ROOM


def sheet(quarterly: Quarterly) -> Sheet:
    """All of it."""
    return Sheet(
        name=NAME,
        title=f"{NAME}, {quarterly.context.round}",
        lead="The Council’s approach to risk, and how risks are asked, rated and proposed.",
        blocks=told(quarterly) or (Para("Nothing has changed."),),
        widths=_GRID,
    )


def told(quarterly: Quarterly) -> tuple[Block, ...]:
    """What was written, then what settings say by themselves; nothing where there is neither."""
    return (*map(_block, quarterly.updates), *_settings(quarterly))


def settings(quarterly: Quarterly) -> tuple[str, ...]:
    """Every change of the matrix, lines, lists and rules since last round's register, a sentence each."""
    before = quarterly.context.before
    return approach.changes(before.settings, quarterly.register.settings) if before else ()


_LINE, _ROOM = 180, 19
"""Letters of a line on Summary, and how many lines its page has room for besides what always stands there."""
_GRID = (860,)


def _block(one: Update) -> Block:
    if one.part is Part.HEADING:
        return Heading(one.words)
    return Para(f"•  {one.words}" if one.part is Part.POINT else one.words)


def _settings(quarterly: Quarterly) -> Iterator[Block]:
    found, before = settings(quarterly), quarterly.context.before
    if found:
        if quarterly.updates:
            yield Heading(f"Settings changed since {cells.last_round(quarterly.tally)}")
        yield from (Para(words) for words in found)
    elif before and not before.settings and quarterly.register.settings:
        yield Para(
            f"The register of {before.round} does not say which settings it was made under, so nothing can be said of "
            "a change in them.",
            Tone.QUIET,
        )


def _how_much(quarterly: Quarterly) -> str:
    written = sum(one.part is not Part.HEADING for one in quarterly.updates)
    parts = [cells.number(written, "note")] if written else []
    count = len(settings(quarterly))
    since = cells.last_round(quarterly.tally)
    parts += [f"{cells.number(count, 'setting')} changed since {since}"] if count else []
    return " and ".join(parts)
