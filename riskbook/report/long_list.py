"""A quarterly in; the long list of risks for next year out, with room for what senior managers think of each."""

from dataclasses import dataclass
from enum import StrEnum

from riskbook.alike import Cluster
from riskbook.directory import Person
from riskbook.escalate import CLOSE, DE_ESCALATE, TO_DIRECTORATE, Candidate, worst_first
from riskbook.forms import PROPOSED, Column
from riskbook.kinds import listed, said
from riskbook.matrix import Score
from riskbook.model import Entry
from riskbook.propose import NEW_ROWS, SHEET, coming
from riskbook.quarterly import Quarterly
from riskbook.report import cells, decision_sheet, decisions, filling
from riskbook.report.audience import BANNER
from riskbook.report.blocks import (
    BLANK,
    NIL,
    Block,
    Cell,
    Document,
    Field,
    Heading,
    Para,
    Screen,
    Sheet,
    Table,
    Text,
    ToFill,
    Tone,
)
from riskbook.report.columns import Column as Shown
from riskbook.report.columns import table
from riskbook.report.columns import widths as pixels
from riskbook.report.directorate_risks import owned
from riskbook.report.emerging import emerging
from riskbook.report.register import widths
from riskbook.rounds import day_of, financial_year
from riskbook.rules.escalation import DIRECTORATE, Seen, cover, on_scale, stays_bottom
from riskbook.rules.posts import assistant_directors
from riskbook.settings import Context

START = "Start here"
OWNED = "directorate_risks"
"""The table that Merge into chooses from."""
COMMENTS = "Comments of the Extended Leadership Team"
ELT = "ELT"


class Origin(StrEnum):
    """Why a risk is on the list; each once, under the first that holds."""

    DIRECTORATE = "Directorate risk"
    TOLD = "Told by several units"
    UNIT = "Unit’s risk"
    EMERGING = "Emerging"


@dataclass(frozen=True, slots=True)
class Listed:
    """A risk for next year: where it comes from, in words, and what rules propose for it, if anything."""

    entry: Entry
    origin: Origin
    words: str
    suggestion: str = ""


def editions(whole: Quarterly, shown: Quarterly) -> dict[str, Document]:
    """The open edition (""), and where an exempt risk is on the list an "exempt" one with it.

    ``shown`` is what may be published of the whole. What an exempt risk carries is on neither list.
    """
    found = long_list(whole)
    refs = {one.entry.ref for one in found if not one.entry.now.exempt}
    if len(refs) == len(found):
        return {"": _document(shown, long_list(shown))}
    open_ = tuple(one for one in long_list(shown) if one.entry.ref in refs)
    withheld = len(found) - len(refs)
    return {"exempt": _document(whole, found), "": _document(shown, open_, withheld)}


def framed(quarterly: Quarterly, what: str, sheets: tuple[Sheet, ...], exempt: bool) -> Document:
    """Sheets about next year's risks as one workbook; with exempt risks in it, it says EXEMPT."""
    context, council = quarterly.context, quarterly.context.settings.council
    year = coming(context.round)
    footer = f"{council.directorate} {what} for {year} · from {context.round} · as at {said(context.on)}"
    return Document(
        title=f"{f'{BANNER}: ' if exempt else ''}{council.directorate}: {what} for {year}",
        subject=f"Which risks the directorate takes into {year}",
        organisation=council.name,
        footer=f"{footer} · {BANNER}" if exempt else footer,
        created=context.on,
        sheets=sheets,
        banner=BANNER if exempt else "",
    )


def long_list(quarterly: Quarterly) -> tuple[Listed, ...]:
    """The risks to choose from: the directorate's own, and of units' risks those that no open one of them carries."""
    register = quarterly.register
    below = [one for one in register.open if one.level != DIRECTORATE and cover(one, register) is None]
    below.sort(key=worst_first(quarterly.context))
    emerges = {one.entry.ref: one.words for one in emerging(quarterly)}
    found = [one for entry in below if (one := _of_unit(entry, emerges.get(entry.ref, ""), quarterly))]
    order, clusters = list(Origin), [_alike(one.entry, quarterly) for one in found]

    def place(one: Listed) -> tuple[int, int]:
        """Risks that are told alike stand together."""
        alike = _alike(one.entry, quarterly)
        return order.index(one.origin), clusters.index(alike) if alike else 0

    own = [_own(entry, quarterly) for entry in owned(quarterly)]
    return (*own, *sorted(found, key=place))


def members(context: Context) -> tuple[str, ...]:
    """Whose comments are asked: the Extended Leadership Team.

    They are who has the role ELT in directory.xlsx; where nobody has, the Assistant Directors, and who manages the
    directorate or a service.
    """
    team = [one for one in context.directory.staff(context.on) if ELT in one.roles]
    if team:
        return tuple(dict.fromkeys(map(_called, team)))
    heads = [unit for unit in context.directory.current(context.on) if unit.level in (DIRECTORATE, "Service")]
    named = [*map(_called, assistant_directors(context)), *(unit.manager or f"Head of {unit.name}" for unit in heads)]
    return tuple(dict.fromkeys(named)) or ("Comments",)


def a_year_ago(entry: Entry, quarterly: Quarterly) -> Cell:
    """Its rating in the same round of the year before."""
    then = _then(quarterly.context)
    past = next((one for one in entry.ratings if one.round == then), None)
    if past is None:
        known = any(one.round == then for other in quarterly.register.entries for one in other.history)
        return Text("Not on it yet", Tone.QUIET) if known else NIL
    return cells.then(rated_a_year_ago(entry, quarterly), quarterly.context.settings) or Text(cells.past(past))


def rated_a_year_ago(entry: Entry, quarterly: Quarterly) -> Score | None:
    """Its score then; None where it had none, or had it on another scale."""
    context = quarterly.context
    past = next((one for one in entry.ratings if one.round == _then(context)), None)
    return past.score if past and on_scale(past, context.settings.matrix) else None


def directorate(quarterly: Quarterly) -> Sheet:
    """Every open directorate risk, to choose from and to look up."""
    settings = quarterly.context.settings
    columns: tuple[Shown[Entry], ...] = (
        Shown("Ref", 90, lambda one: cells.ref(one, linked=False), centred=True),
        Shown("Risk", 420, cells.title),
        Shown("Owner", 240, lambda one: cells.words(one.now.owner)),
        Shown("Rating now", 110, lambda one: cells.rating_now(one, settings), centred=True),
    )
    shown = table(OWNED, columns, owned(quarterly), empty="DLT owns no open risk.")
    lead = "Their refs can be chosen where a risk is to be merged."
    return Sheet(cells.DIRECTORATE_RISKS, cells.DIRECTORATE_RISKS, lead, (shown,), pixels(columns), Screen(1))


def _document(quarterly: Quarterly, found: tuple[Listed, ...], withheld: int = 0) -> Document:
    """The workbook that goes out to senior managers."""
    sheets = (_start(quarterly, found, withheld), _to_fill(quarterly, found), directorate(quarterly))
    exempt = any(one.entry.now.exempt for one in found)
    return framed(quarterly, "risks proposed", (*sheets, decision_sheet.directors(quarterly)), exempt)


def _then(context: Context) -> str:
    """The same round a year ago."""
    return f"{financial_year(context.round.year - 1)} {context.round.name}"


def _own(entry: Entry, quarterly: Quarterly) -> Listed:
    """A directorate risk: kept, unless rules propose to hand it back or to close it, or it stays in the bottom band.

    For how many rounds is a number of the settings, whether or not the quarter's report goes by that rule too.
    """
    candidate = _candidate(entry, quarterly)
    why = decisions.reasons(candidate) if candidate and candidate.proposal in (CLOSE, DE_ESCALATE) else ""
    seen = Seen(quarterly.register, quarterly.context, {})
    if not why and stays_bottom.check and (facts := stays_bottom.check(entry, seen)) is not None:
        why = stays_bottom.message.format(**facts)
    return Listed(entry, Origin.DIRECTORATE, why or "On DLT’s list now.", "Drop?" if why else "Keep?")


def _of_unit(entry: Entry, emerges: str, quarterly: Quarterly) -> Listed | None:
    """A unit's risk with every reason for which it is here; None where there is none."""
    reasons: dict[Origin, str] = {}
    settings, cluster = quarterly.context.settings, _alike(entry, quarterly)
    if cluster:
        others = [one.ref for one in cluster.members if one.ref != entry.ref]
        named = cells.first(others, min(_NAMED, len(others)))
        reasons[Origin.TOLD] = f"Told by {cells.number(len(cluster.units), 'unit')}, with {named}."
    if entry.rating and settings.asked_in_full(entry.rating):
        reasons[Origin.UNIT] = f"{settings.matrix.band(entry.rating).name} in its unit."
    if emerges:
        reasons[Origin.EMERGING] = emerges
    if not reasons:
        return None
    candidate = _candidate(entry, quarterly)
    up = candidate is not None and candidate.proposal == TO_DIRECTORATE
    return Listed(entry, next(iter(reasons)), " ".join(reasons.values()), "New?" if up else "")


def _alike(entry: Entry, quarterly: Quarterly) -> Cluster | None:
    """The risks that are told alike, where it is one of them."""
    return next((one for one in quarterly.clusters if entry.ref in {e.ref for e in one.members}), None)


def _candidate(entry: Entry, quarterly: Quarterly) -> Candidate | None:
    """What rules propose for it now, or proposed and was considered before."""
    found = quarterly.escalation
    return next((one for one in (*found.candidates, *found.considered) if one.ref == entry.ref), None)


_NAMED = 6
"""So many of the others are named."""


def _called(person: Person) -> str:
    return ", ".join(part for part in (person.name, person.post) if part)


def _start(quarterly: Quarterly, found: tuple[Listed, ...], withheld: int) -> Sheet:
    """What the workbook is, and what to do with it."""
    context = quarterly.context
    year, line = coming(context.round), context.settings.lines.full_from.name
    until = day_of(context.round.year, *context.settings.proposals.ends)
    counts = [f"{sum(one.origin is origin for one in found)} {words}" for origin, words in _COUNTED.items()]
    contact = context.settings.council.contact
    paras: tuple[Block, ...] = (
        Heading("What this is"),
        Para(
            f"{cells.number(len(found), 'risk')} to choose from for {year}, from the register of {context.round}: "
            f"{listed(counts, 'and')}. Units’ risks are here from {line} up, where several units tell them or where "
            "they emerge, unless a directorate risk carries them already."
        ),
        *([Para(WITHHELD.format(count=cells.number(withheld, "exempt risk")), Tone.QUIET)] if withheld else []),
        Heading("What to do"),
        Para(f"1. On the sheet {SHEET}, fill in tinted cells, and only those on which you have a view."),
        Para(
            "2. Proposal: Keep or Drop a directorate risk, or Merge it into another; take up a unit’s risk as New, "
            "Merge it into the directorate risk that should carry it, or Drop it from this list: then it stays with "
            "its unit. What riskbook proposes is what its rules say; you decide."
        ),
        Para("3. Comments: in the column with your name."),
        Para("4. A risk that nobody has told yet: in one of the rows at the end, with a title and what might happen."),
        Para(
            f"5. Save it under another name, with yours in it, and send it back by {said(until)}"
            f"{f' to {contact}' if contact else ''}. All copies are put together for DLT, and nothing in them is lost."
        ),
    )
    lead = f"DLT confirms the directorate’s risks for {year} in March. Until then everybody’s view is wanted."
    return Sheet(START, f"Risks proposed for {year}", lead, paras, (900,))


WITHHELD = "{count} on a list apart, and not counted here."
"""What the open edition says of those that are exempt."""
_COUNTED = {
    Origin.DIRECTORATE: "of the directorate’s own",
    Origin.TOLD: "that several units tell",
    Origin.UNIT: "more of units",
    Origin.EMERGING: "that emerge",
}


def _to_fill(quarterly: Quarterly, found: tuple[Listed, ...]) -> Sheet:
    asked = members(quarterly.context)
    comments = tuple(map(_comment, asked))
    rows = [(*(_cell(column, one, quarterly) for column in PROPOSED), *comments) for one in found]
    numbers = range(1, NEW_ROWS + 1)
    rows += [(*(_new(column, number, quarterly) for column in PROPOSED), *comments) for number in numbers]
    centred = ("ref", "was", "rating", "suggestion")
    fields = [Field(column.header, column.group, column.key in centred) for column in PROPOSED]
    fields += [Field(name, COMMENTS) for name in asked]
    year = coming(quarterly.context.round)
    lead = f"{cells.number(len(found), 'risk')}, then empty rows for new ones. Fill in tinted cells; {START} says how."
    shown = Table("long_list", tuple(fields), tuple(rows), empty="", about=lead)
    wide = (*widths(PROPOSED), *[_COMMENT] * len(asked))
    return Sheet(SHEET, f"Risks proposed for {year}", lead, (shown,), wide, Screen(2))


_COMMENT = 160
"""Pixels of a column of comments."""


def _cell(column: Column, one: Listed, quarterly: Quarterly) -> Cell:
    own: dict[str, Cell] = {
        "ref": cells.ref(one.entry, linked=False),
        "title": cells.title(one.entry),
        "event": cells.words(one.entry.now.event),
        "unit": Text(cells.unit_name(one.entry.unit, quarterly)),
        "was": a_year_ago(one.entry, quarterly),
        "rating": cells.rating_now(one.entry, quarterly.context.settings),
        "origin": Text(one.words),
        "suggestion": cells.words(one.suggestion),
    }
    return own[column.key] if column.key in own else _fill(column, quarterly)


def _new(column: Column, number: int, quarterly: Quarterly) -> Cell:
    if column.key == "ref":
        return Text(f"NEW-{number}")
    return BLANK if column.ours else _fill(column, quarterly)


_FROM_LISTS = {"into": OWNED, "owner": decision_sheet.DIRECTORS}


def _fill(column: Column, quarterly: Quarterly) -> ToFill:
    return filling.of(column, quarterly.context.settings, listed=_FROM_LISTS.get(column.key, ""))


def _comment(name: str) -> ToFill:
    return ToFill(title="Comments", prompt=f"What does {name} think of it?")
