"""Whom a report is for, as a value: what it is called, which risks are in it, which sheets.

A kind of audience is declared once; everything about it follows from that, its file's name too.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

from riskbook import quarterly as quarter
from riskbook.kinds import said
from riskbook.quarterly import Quarterly
from riskbook.report.blocks import Sheet
from riskbook.text import folded

BANNER = "EXEMPT"
"""What a report with exempt risks says in its title, head and footer."""

Sheets = Callable[[Quarterly, str], tuple[Sheet, ...]]
"""The sheets of a report, from the quarter of its risks and riskbook's version."""


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of audience: what its report is called, who reads it, its file's name, its sheets.

    ``title`` and ``reader`` may have {directorate} and {name} in them, ``file`` {key}. ``summary`` puts the page of
    counts before the sheets, with links to them; the first sheet is headed by the title and by who reads it.
    ``meets``: the reader is who the round's meeting is of.
    """

    title: str
    reader: str
    file: str
    sheets: Sheets
    summary: bool = True
    meets: bool = False


@dataclass(frozen=True, slots=True)
class Audience:
    """Somebody whom a report is for. Without ``refs`` every risk is in it.

    ``key`` is what it is asked for by, ``name`` what it is called; ``units`` are those all of whose lines are in it,
    ``senders`` those whose returns are counted.
    """

    kind: Kind
    key: str = ""
    name: str = ""
    refs: frozenset[str] | None = None
    units: frozenset[str] = frozenset()
    senders: frozenset[str] = frozenset()

    @property
    def file(self) -> str:
        """The name of its file, before the round: "packs/service-fhs"."""
        return self.kind.file.format(key=_slug(self.key))

    def title(self, quarterly: Quarterly) -> str:
        """What its report is called, "EXEMPT: …" where there are exempt risks in it."""
        directorate = quarterly.context.settings.council.directorate
        words = self.kind.title.format(directorate=directorate, name=self.name)
        return f"{BANNER}: {words}" if is_exempt(quarterly) else words

    def lead(self, quarterly: Quarterly) -> str:
        """Whom it comes from, whom it is for, which day it is counted to, which edition it is."""
        context = quarterly.context
        meeting = f" and {context.round.meeting}" if self.kind.meets and context.round.meeting else ""
        edition = f"  ·  {quarterly.edition}" if quarterly.edition.after else ""
        reader = self.kind.reader.format(name=self.name)
        return f"{context.settings.council.name}  ·  for {reader}{meeting}  ·  risks as at {said(context.on)}{edition}"

    def footer(self, quarterly: Quarterly) -> str:
        """What stands at the foot of every page."""
        context = quarterly.context
        words = self.kind.title.format(directorate=context.settings.council.directorate, name=self.name)
        parts = [words, str(context.round), f"as at {said(context.on)}"]
        parts += [str(quarterly.edition)] if quarterly.edition.after else []
        parts += [BANNER] if is_exempt(quarterly) else []
        return " · ".join(parts)

    def of(self, whole: Quarterly) -> Quarterly:
        """The quarter of its risks."""
        return whole if self.refs is None else quarter.restricted(whole, self.refs, self.units, self.senders)

    def editions(self, whole: Quarterly, shown: Quarterly) -> Mapping[str, Quarterly]:
        """The open edition (""), and where there are exempt risks in it an "exempt" one with them.

        ``shown`` is what may be published of the whole.
        """
        inside = [entry for entry in whole.register.entries if self.refs is None or entry.ref in self.refs]
        withheld = sum(entry.now.exempt and entry.open for entry in inside)
        open_ = {"": replace(self.of(shown), withheld=withheld)}
        return {**open_, "exempt": self.of(whole)} if any(entry.now.exempt for entry in inside) else open_


def is_exempt(quarterly: Quarterly) -> bool:
    """Whether an exempt risk stands in a report, among those that were closed this round too."""
    return any(entry.now.exempt for entry in quarterly.register.entries)


_LONGEST = 60
"""Characters of a name in a file's name, so that the whole path is one that Windows opens."""


def _slug(words: str) -> str:
    """Words as a file's name has them: "ad-children-in-our-care"."""
    return re.sub(r"[^a-z0-9]+", "-", folded(words))[:_LONGEST].strip("-")
