"""Summary: the quarter on one page, for people with five minutes."""

from collections.abc import Iterator, Sequence

from riskbook import narrative
from riskbook.escalate import CLOSE, DE_ESCALATE, TO_CORPORATE, TO_DIRECTORATE, Candidate
from riskbook.kinds import listed
from riskbook.matrix import Band
from riskbook.model import Movement
from riskbook.quarterly import Quarterly
from riskbook.report import approach, by_service, cells, decisions, heat_map, movement, scores
from riskbook.report.blocks import (
    Beside,
    Cell,
    Chart,
    ChartKind,
    Count,
    Field,
    Heading,
    HeatMap,
    Link,
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
    at_map, at_side = 4, 4 + 1 + steps + 1
    upper = (
        Stack(0, 3, (Heading("Decisions wanted"), _wanted(quarterly))),
        Stack(at_map, 1 + steps, (Heading("Risks in each band"), _bands(quarterly))),
        Stack(at_side, 2, (Heading("Returns"), _returns(quarterly))),
    )
    lower = (
        Stack(0, 3, _chart(quarterly)),
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
    """Whether the page has room for the changes in approach, beside its counts and two lines a decision."""
    counts = len(_headline(quarterly)) // _OPENING + sum(1 for _ in _cautions(quarterly))
    return approach.is_short(quarterly, counts + 2 * len(_wanted(quarterly).rows))


def movements(tally: Tally) -> tuple[tuple[str, tuple[Movement, ...]], ...]:
    """The lines of the table of movements: what each is called, and the kinds that it counts."""
    return tuple((_together(kinds, tally), kinds) for kinds in _KINDS)


ASKED = {
    TO_CORPORATE: "Escalate {count} to the Corporate Risk Group",
    TO_DIRECTORATE: "Bring {count} up to the directorate",
    DE_ESCALATE: "Hand {count} back",
    decisions.BEYOND: "Look again at {count} that directorate risks cover",
    CLOSE: "Close {count}",
}
"""What the meeting is asked, by the kind of proposal."""
_GAP = 14
_STEP, _STEPS = 56, 5
_DECISION, _NUMBER, _SEE = 396, 34, 84
_OPENING = 150
"""Letters of a line of the paragraph of counts."""
_ROOM = 114
"""Letters of a sentence about decisions, so that it is no longer than two lines."""


def _grid(steps: int) -> tuple[int, ...]:
    """Decisions on the left, the map in the middle, numbers on the right; a wider map narrows the decisions."""
    decision = _DECISION + _STEP * (_STEPS - steps)
    return (_NUMBER, decision, _SEE, _GAP, 104, *[_STEP] * steps, _GAP, 116, 52)


def _headline(quarterly: Quarterly) -> str:
    """The paragraph of counts; the open edition says how many risks are left out of it."""
    words = narrative.headline(quarterly.tally)
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


def _wanted(quarterly: Quarterly) -> Table:
    """What the meeting is asked, a sentence for each kind of proposal, with the sheet where it stands."""
    rows = tuple(
        (Count(number, Tone.STRONG), Text(words), Text(to, to=Link(to)))
        for number, (words, to) in enumerate(_sentences(quarterly), 1)
    )
    fields = (Field("No.", centred=True), Field("Decision"), Field("See"))
    return Table("decisions_wanted", fields, rows, empty="No decision is wanted.", about="Decisions wanted.")


def _sentences(quarterly: Quarterly) -> Iterator[tuple[str, str]]:
    candidates = decisions.proposed(quarterly)
    for kind, words in ASKED.items():
        if named := [one for one in candidates if decisions.kind(one) == kind]:
            yield _sentence(words.format(count=cells.number(len(named), "risk")), named), decisions.NAME
    silent = movement.silent_units(quarterly)
    unscored = sorted(entry.ref for entry in quarterly.register.open if entry.rating is None)
    if silent:
        scored = f" Have {cells.number(len(unscored), 'risk')} scored." if unscored else ""
        yield f"Say what follows for {cells.shortly(silent, _ROOM // 2)}, which sent no return.{scored}", movement.NAME
    elif unscored:
        yield (
            f"Have {cells.number(len(unscored), 'risk')} scored: {cells.shortly(unscored, _ROOM // 2)}.",
            heat_map.NAME,
        )


def _sentence(asked: str, named: Sequence[Candidate]) -> str:
    """As much as two lines hold: all titles with their refs; or the worst one's and other refs; or refs alone."""
    titles = [f"{cells.title(one.entry).words} ({one.ref})" for one in named]
    refs = [one.ref for one in named]
    tellings = [
        listed(titles, "and"),
        *(f"{titles[0]}; {cells.first(refs[1:], shown)}" for shown in range(len(refs) - 1, 0, -1)),
        *(cells.first(refs, shown) for shown in range(len(refs), 0, -1)),
    ]
    sentences = [f"{asked}: {told}." for told in tellings]
    return next((sentence for sentence in sentences if _wide(sentence) <= _ROOM), sentences[-1])


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


def _returns(quarterly: Quarterly) -> Table:
    counts = quarterly.tally.returns
    rows = {"Due": counts.due, "On time": counts.on_time, "Late": counts.late, "Not received": len(counts.missing)}
    return _counts("returns_due", ("Return", "Units"), rows, "No unit was asked for a return.")


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


def _together(kinds: tuple[Movement, ...], tally: Tally) -> str:
    """A line's label: "● New", or "● New, reopened" where some were."""
    first, *others = kinds
    return ", ".join([str(first), *(kind.value.lower() for kind in others if tally.moved(kind))])


def _counts(name: str, headers: tuple[str, str], counts: dict[str, int], empty: str) -> Table:
    rows = tuple((Text(words), Count(count, Tone.STRONG)) for words, count in counts.items())
    return Table(name, (Field(headers[0]), Field(headers[1], centred=True)), rows, empty, about=f"{headers[0]}.")


def _chart(quarterly: Quarterly) -> tuple[Heading | Chart | Para, ...]:
    """The bands of up to six rounds; in words while there is one."""
    trend = quarterly.tally.trend
    if len(trend) < 2 or not any(standing.counts.all for standing in trend):
        return (
            Heading("Risks in each band, round by round"),
            Para("A chart begins with the second round that has risks.", Tone.QUIET),
        )
    first, last = trend[0], trend[-1]
    top = quarterly.tally.now.bands[0][0]
    ends = (f"{one.round}: {one.counts.of(top)} {top} of {one.counts.all}" for one in (first, last))
    rounds = {2: "two", 3: "three", 4: "four", 5: "five", 6: "six"}.get(len(trend), str(len(trend)))
    steps = len(quarterly.context.settings.matrix.likelihood)
    width = sum(_grid(steps)[:3]) - 6
    about = f"Stacked columns: risks in each band over {len(trend)} rounds. {'; '.join(ends)}."
    chart = Chart(ChartKind.STACKED_COLUMN, scores.BANDS, "Round", by_service.series(quarterly), about, (width, 270))
    return (Heading(f"Risks in each band, last {rounds} rounds"), chart)


def _map(quarterly: Quarterly) -> tuple[Heading | HeatMap | Para, ...]:
    settings = quarterly.context.settings
    unscored = quarterly.tally.now.unscored
    note = f" {cells.number(unscored, 'risk')} {'is' if unscored == 1 else 'are'} not scored." if unscored else ""
    return (
        Heading("Where the risks stand (risks in each cell)"),
        HeatMap(settings.matrix, heat_map.squares(quarterly), heat_map.above(settings), small=True),
        Para(heat_map.appetite(settings) + note, Tone.QUIET),
    )


def _sheets(others: tuple[Sheet, ...]) -> Table:
    """The other sheets by name, each a link, with what it says of itself."""
    rows = tuple((Count(n), Text(other.name, to=Link(other.name))) for n, other in enumerate(others, 2))
    return Table("sheets", (Field("Sheet no.", centred=True), Field("Sheet")), rows, empty="", about="The sheets.")
