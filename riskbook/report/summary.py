"""Summary: the quarter on one page, for people with five minutes."""

import textwrap
from collections.abc import Iterator, Sequence, Set
from dataclasses import replace

from riskbook import narrative
from riskbook import quarterly as quarter
from riskbook.escalate import CLOSE, DE_ESCALATE, TO_CORPORATE, TO_DIRECTORATE, worst_first
from riskbook.matrix import Band
from riskbook.model import Entry, Movement
from riskbook.quarterly import Quarterly
from riskbook.report import approach, by_service, cells, decisions, heat_map, movement, returns, scores, top_risks
from riskbook.report.blocks import (
    NIL,
    SHEETS,
    Beside,
    Cell,
    Chart,
    ChartKind,
    Count,
    Field,
    Heading,
    HeatMap,
    Link,
    Moved,
    Now,
    Opening,
    Paper,
    Para,
    Sheet,
    Stack,
    Table,
    Text,
    Tone,
)
from riskbook.tally import Tally

NAME = "Summary"


def sheet(quarterly: Quarterly, others: tuple[Sheet, ...]) -> Sheet:
    """List the counts, the decisions wanted and the other sheets; all of it on one page. The report heads it."""
    steps = len(quarterly.context.settings.matrix.likelihood)
    at_map, at_chart, at_side = 5, 5 + 4, 5 + 1 + steps + 1
    upper = (
        Stack(0, 4, (Heading("Decisions wanted"), _wanted(quarterly, {one.name for one in others}))),
        Stack(at_map, 4, (Heading("Risks in each band"), _bands(quarterly))),
        Stack(at_chart, steps, _chart(quarterly, sum(_grid(steps)[at_chart:]))),
    )
    lower = (
        Stack(0, 4, (Heading("The highest risks, and who owns them"), _highest(quarterly), _risen(quarterly))),
        Stack(at_map, 1 + steps, _map(quarterly)),
        Stack(at_side, 2, (Heading("Movement"), _movements(quarterly))),
    )
    return Sheet(
        name=NAME,
        title=NAME,
        lead="",
        blocks=(
            Opening(_headline(quarterly)),
            *(Para(words, Tone.STRONG) for words in _cautions(quarterly)),
            Beside(upper),
            Beside(lower),
            *approach.on_summary(quarterly, has_room(quarterly)),
        ),
        widths=_grid(steps),
        use=Paper(one_page=True),
        below=(Heading("Sheets"), _sheets(others)),
    )


def has_room(quarterly: Quarterly) -> bool:
    """Whether the page has room for the changes in approach, beside its counts, decisions and highest risks."""
    counts = len(_headline(quarterly)) // _OPENING + sum(1 for _ in _cautions(quarterly))
    decided, named = sum(1 for _ in _sentences(quarterly)), len(highest(quarterly))
    return approach.is_short(quarterly, counts + max(_BANDS, decided) + max(len(_KINDS), 2 * named))


def movements(tally: Tally) -> tuple[tuple[str, tuple[Movement, ...]], ...]:
    """The lines of the table of movements: what each is called, and the kinds that it counts."""
    return tuple((_together(kinds, tally), kinds) for kinds in _KINDS)


ASKED = {
    TO_CORPORATE: "Escalate to corporate",
    TO_DIRECTORATE: "Bring up to the directorate",
    DE_ESCALATE: "Hand back to the service",
    decisions.BEYOND: "Re-rate directorate risks: units rate them higher",
    CLOSE: "Close",
}
"""What the meeting is asked, by the kind of proposal."""
HIGHEST = 5
"""So many of the highest risks are named."""
_GAP = 14
_STEP, _STEPS = 56, 5
_NUMBER, _DECISION, _COUNT, _SEE = 64, 324, 66, 92
_LINE = 50
"""Letters of a line in the column of risks."""
_BANDS = 6
"""Lines of the table of bands: its headers, four kinds of rating, and all risks."""
_OPENING = 150
"""Letters of a line of the paragraph of counts."""
_SILENT = 60
"""Letters that the names of silent units may take in it."""


def _grid(steps: int) -> tuple[int, ...]:
    """Decisions on the left, the map in the middle, numbers on the right; a wider map narrows the decisions."""
    decision = _DECISION + _STEP * (_STEPS - steps)
    return (_NUMBER, decision, _COUNT, _SEE, _GAP, 104, *[_STEP] * steps, _GAP, 116, 52)


def _headline(quarterly: Quarterly) -> str:
    """The paragraph of counts; the open edition says how many risks are left out of it."""
    words = narrative.headline(quarterly.tally, cells.shortly(movement.silent_units(quarterly), _SILENT))
    if not quarterly.withheld:
        return words
    verb = "is" if quarterly.withheld == 1 else "are"
    return f"{words} {cells.number(quarterly.withheld, 'exempt risk')} {verb} reported separately and not counted here."


def _cautions(quarterly: Quarterly) -> Iterator[str]:
    """What a reader must know before comparing: another scale, or a round that is not there."""
    context, tally = quarterly.context, quarterly.tally
    if not tally.last_round:
        return
    if context.before is not None and context.before.scale != quarterly.register.scale:
        yield f"The scale has changed since {cells.last_round(tally)}, so scores of the two rounds are not compared."
    elif tally.last is None:
        yield f"The bands have changed since {cells.last_round(tally)}, so counts of the two rounds are not compared."
    expected = str(context.settings.timetable.before(context.round))
    if tally.last_round != expected:
        yield f"There is no register of {expected}; this report compares with {tally.last_round}."


def _wanted(quarterly: Quarterly, sheets: Set[str]) -> Table:
    """What the meeting is asked, a line for each kind of proposal, with the sheet where it stands, if it is here."""
    rows = tuple(
        (Count(number, Tone.STRONG), Text(words), Count(count, Tone.STRONG), _see(to) if to in sheets else NIL)
        for number, (words, count, to) in enumerate(_sentences(quarterly), 1)
    )
    fields = (Field("No.", centred=True), Field("Decision"), Field("Number", centred=True), Field("See"))
    return Table("decisions_wanted", fields, rows, empty="No decision is wanted.", about="Decisions wanted.")


def _see(sheet: str) -> Text:
    return Text(sheet.split(" and ")[0], to=Link(sheet))


def _sentences(quarterly: Quarterly) -> Iterator[tuple[str, int, str]]:
    """Each decision with how many risks or units it is about, and the sheet that names them all."""
    candidates = decisions.proposed(quarterly)
    for kind, asked in ASKED.items():
        if named := [one for one in candidates if decisions.kind(one) == kind]:
            yield _sentence(asked, [one.ref for one in named]), len(named), decisions.NAME
    if silent := quarterly.tally.returns.missing:
        yield _sentence("Say what follows for units without a return", silent), len(silent), returns.NAME
    if unscored := sorted(entry.ref for entry in quarterly.register.open if entry.rating is None):
        yield _sentence("Have scored", unscored), len(unscored), heat_map.NAME


def _sentence(asked: str, refs: Sequence[str]) -> str:
    """What is asked, and as many refs as the line has room for, none perhaps."""
    tellings = (f"{asked}: {cells.first(refs, shown)}." for shown in range(min(len(refs), _LINE), 0, -1))
    return next((telling for telling in tellings if _wide(telling) <= _LINE), f"{asked}.")


def _wide(sentence: str) -> int:
    """How many letters' room a sentence takes: capitals, of which refs have many, take a quarter more."""
    return len(sentence) + sum(letter.isupper() for letter in sentence) // 4


def _bands(quarterly: Quarterly) -> Table:
    """Every band now and last round, with the change."""
    tally, settings = quarterly.tally, quarterly.context.settings
    now, last = tally.now, tally.last

    def row(label: Cell, count: int, was: int | None) -> tuple[Cell, ...]:
        if was is None:
            return (label, Count(count, Tone.STRONG))
        return (label, Count(count, Tone.STRONG), Count(was, Tone.QUIET), Text(cells.change(count - was)))

    rows = [row(Now(_band(name, quarterly)), count, last.of(name) if last else None) for name, count in now.bands]
    rows.append(row(Text(scores.UNSCORED), now.unscored, last.unscored if last else None))
    fields = [Field("Rating"), Field(cells.this_round(tally), centred=True)]
    if last:
        fields += [Field(cells.last_round(tally), centred=True), Field("Change", centred=True)]
    return Table(
        "bands",
        tuple(fields),
        tuple(rows),
        empty=f"{settings.council.directorate} has no risks.",
        about="Open risks in each band, now and last round.",
        total=row(Text("All risks"), now.all, last.all if last else None),
    )


def _band(name: str, quarterly: Quarterly) -> Band:
    return quarterly.context.settings.matrix.named(name)


def highest(quarterly: Quarterly) -> tuple[Entry, ...]:
    """The risks that are named: the highest of all units together."""
    return quarter.top_risks(quarterly.register, quarterly.context)[:HIGHEST]


def risen(quarterly: Quarterly) -> tuple[Entry, ...]:
    """The risks that went up into the top band since last round, worst first."""
    matrix, top = quarterly.context.settings.matrix, quarterly.context.settings.lines.top
    found = (
        entry
        for entry in quarterly.register.open
        if entry.movement is Movement.UP and entry.rating and matrix.band(entry.rating) == top
        if entry.was and matrix.band(entry.was) != top
    )
    return tuple(sorted(found, key=worst_first(quarterly.context)))


def _highest(quarterly: Quarterly) -> Table:
    settings, last = quarterly.context.settings, cells.last_round(quarterly.tally)
    rows = tuple(
        (cells.ref(entry), _owned(entry), _from(entry, quarterly), cells.rating_now(entry, settings))
        for entry in highest(quarterly)
    )
    fields = (
        Field("Ref", centred=True),
        Field("Risk and owner"),
        Field(f"Since {last}" if last else "Movement"),
        Field("Rating now", centred=True),
    )
    return Table("highest_risks", fields, rows, empty="No risk is scored.", about="The highest risks and their owners.")


def _owned(entry: Entry) -> Text:
    """A risk's title, cut at a word where it is longer than a line, and under it who owns it."""
    title = textwrap.shorten(cells.title(entry).words, _LINE, placeholder=" …")
    return Text(f"{title}\n{entry.now.owner or 'No owner'}")


def _from(entry: Entry, quarterly: Quarterly) -> Moved:
    """Its movement, and for what went up or down the number it had, and when, if not in the round before."""
    moved = cells.moved_in_a_word(entry)
    if entry.movement not in (Movement.UP, Movement.DOWN) or entry.was is None:
        return moved
    when = f" in {entry.compared}" if entry.compared else ""
    return replace(moved, detail=f"from {quarterly.context.settings.matrix.number(entry.was)}{when}")


def _risen(quarterly: Quarterly) -> Para:
    """How many risks went up into the top band, and which; nil is said."""
    last, refs = cells.last_round(quarterly.tally), [entry.ref for entry in risen(quarterly)]
    if not last:
        return Para(f"More of them: sheet {top_risks.NAME}.", Tone.QUIET)
    top = quarterly.context.settings.lines.top.name
    count = f"{cells.number(len(refs), 'risk')} rose" if refs else "No risk rose"
    which = f": {cells.shortly(refs, _LINE // 2)}" if refs else ""
    return Para(f"{count} to {top} since {last}{which}.")


def _movements(quarterly: Quarterly) -> Table:
    """Every kind of movement; they add up to the risks that stand, and those that were closed or merged."""
    tally = quarterly.tally
    empty = "This is the first register: no movement is claimed."
    if not tally.last_round:
        return _counts("movements", ("Movement", "Risks"), {}, empty)
    rows = {label: sum(map(tally.moved, kinds)) for label, kinds in movements(tally)}
    return _counts("movements", (f"Since {cells.last_round(tally)}", "Risks"), rows, empty)


_KINDS = (
    (Movement.UP,),
    (Movement.DOWN,),
    (Movement.SAME,),
    (Movement.NEW, Movement.REOPENED),
    (Movement.NOT_RETURNED, Movement.CARRIED),
    (Movement.UNSCORED, Movement.RESCALED),
    (Movement.CLOSED, Movement.MERGED),
)
"""The lines of the table: two kinds on one where the second seldom occurs."""
_MEANS = {Movement.UP: " (worse)", Movement.DOWN: " (better)"}


def _together(kinds: tuple[Movement, ...], tally: Tally) -> str:
    """A line's label: "● New", or "● New, reopened" where some were."""
    first, *others = kinds
    alone = f"{first}{_MEANS.get(first, '')}"
    return ", ".join([alone, *(kind.value.lower() for kind in others if tally.moved(kind))])


def _counts(name: str, headers: tuple[str, str], counts: dict[str, int], empty: str) -> Table:
    rows = tuple((Text(words), Count(count, Tone.STRONG)) for words, count in counts.items())
    return Table(name, (Field(headers[0]), Field(headers[1], centred=True)), rows, empty, about=f"{headers[0]}.")


def _chart(quarterly: Quarterly, room: int) -> tuple[Heading | Chart | Para, ...]:
    """The bands of up to six rounds, in so many pixels; in words while there is one."""
    trend = quarterly.tally.trend
    if len(trend) < 2 or not any(standing.counts.all for standing in trend):
        return (
            Heading("Round by round"),
            Para("A chart begins with the second round that has risks.", Tone.QUIET),
        )
    first, last = trend[0], trend[-1]
    top = quarterly.tally.now.bands[0][0]
    ends = (f"{one.round}: {one.counts.of(top)} {top} of {one.counts.all}" for one in (first, last))
    rounds = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}.get(len(trend), str(len(trend)))
    about = f"Stacked columns: risks in each band over {len(trend)} rounds. {'; '.join(ends)}."
    chart = Chart(ChartKind.STACKED_COLUMN, scores.BANDS, "Round", by_service.series(quarterly), about, (room - 6, 280))
    return (Heading(f"The last {rounds} rounds"), chart)


def _map(quarterly: Quarterly) -> tuple[Heading | HeatMap | Para, ...]:
    settings = quarterly.context.settings
    return (
        Heading("Where the risks stand (risks in each cell)"),
        HeatMap(settings.matrix, heat_map.squares(quarterly), heat_map.above(settings), small=True),
        Para(heat_map.appetite(settings), Tone.QUIET),
    )


def _sheets(others: tuple[Sheet, ...]) -> Table:
    """The other sheets by name, each a link, with what it says of itself."""
    rows = tuple((Count(n), Text(other.name, to=Link(other.name))) for n, other in enumerate(others, 2))
    return Table(SHEETS, (Field("Sheet no.", centred=True), Field("Sheet")), rows, empty="", about="The sheets.")
