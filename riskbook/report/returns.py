"""Returns and data quality: what every unit sent, and what is missing from its risks or has run late."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from riskbook.quality import Gap, meanings
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import NIL, Cell, Count, Heading, Missing, Para, Percent, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.tally import LATE, MISSING, UNDATED, Quality, UnitRow

NAME = "Returns and data quality"


def sheet(quarterly: Quarterly) -> Sheet:
    """List the figures of all units together and last quarter's beside them; then every unit, in its own order."""
    tally = quarterly.tally
    columns = _columns(quarterly)
    return Sheet(
        name=NAME,
        title=NAME,
        lead=_lead(quarterly),
        blocks=(
            Heading("All units together"),
            table("data_quality", _together(quarterly), _lines(quarterly), empty="There are no risks.", about=NAME),
            *(Para(words, Tone.QUIET) for words in _meaning(quarterly)),
            Heading("Unit by unit"),
            table(
                "returns",
                columns,
                tally.units,
                empty="The directory has no units.",
                about="What came of every unit's return, and how many of its risks have something missing or late.",
                total=_whole(quarterly),
            ),
        ),
        widths=widths(columns),
    )


def returned(row: UnitRow) -> Cell:
    """What came of a unit's return: "On time", "Late, 14 Oct 2026", "Undated", "Not received", "Not asked"."""
    if row.returned in (MISSING, UNDATED):
        return Missing(row.returned)
    if row.returned == LATE and row.came:
        return Text(f"{LATE}, {cells.short(row.came)}")
    return Text(row.returned)


@dataclass(frozen=True, slots=True)
class _Line:
    """A line about all units: what it is called, and its figure for all risks, for each gap and for none."""

    name: str
    risks: Cell
    gap: Callable[[Gap], Cell]
    sound: Cell


_UNIT, _RETURNED, _RISKS, _GAP, _SHARE, _COUNT = 208, 112, 52, 68, 66, 58


def _lead(quarterly: Quarterly) -> str:
    tally = quarterly.tally
    due, received, late = tally.returns.due, tally.returns.received, tally.returns.late
    came = f"{received} of {cells.number(due, 'return')} received, {late} late" if due else "No return was due"
    return (
        f"{came}. Figures count open risks; a risk can have several gaps, and what is there is in bold. "
        "In order: the share of risks that have none."
    )


def _lines(quarterly: Quarterly) -> tuple[_Line, ...]:
    """This round's counts and shares, last round's, and the change."""
    tally, now, last = quarterly.tally, quarterly.tally.quality, quarterly.tally.last_quality
    this, before = cells.this_round(tally), cells.last_round(tally)
    if not now.risks:
        return ()
    lines = [_counts(f"Risks in {this}", now), _shares(f"Share of risks in {this}", now)]
    if last is None or not before:
        return tuple(lines)
    change = _Line(
        f"Change in risks since {before}",
        _change(now.risks - last.risks),
        lambda gap: _change(now.of(gap) - last.of(gap)),
        _change(now.sound - last.sound),
    )
    quiet = Tone.QUIET
    return (*lines, _counts(f"Risks in {before}", last, quiet), _shares(f"Share of risks in {before}", last), change)


def _counts(name: str, quality: Quality, tone: Tone = Tone.STRONG) -> _Line:
    return _Line(name, Count(quality.risks, tone), lambda gap: Count(quality.of(gap), tone), Count(quality.sound, tone))


def _shares(name: str, quality: Quality) -> _Line:
    return _Line(name, NIL, lambda gap: _share(quality, quality.of(gap)), _share(quality, quality.sound))


def _share(quality: Quality, count: int) -> Cell:
    share = quality.share(count)
    return NIL if share is None else Percent(share, Tone.QUIET)


def _change(by: int) -> Text:
    return Text(cells.change(by), Tone.PLAIN if by else Tone.QUIET)


def _together(quarterly: Quarterly) -> tuple[Column[_Line], ...]:
    """The same grid as the table of units, as far as it goes."""
    return (
        Column("All units", 0, lambda line: Text(line.name)),
        Column("All risks", 0, lambda line: line.risks, centred=True),
        *(Column(str(gap), 0, partial(_of_gap, gap), centred=True) for gap in Gap),
        Column("In order", 0, lambda line: line.sound, centred=True),
    )


def _of_gap(gap: Gap, line: _Line) -> Cell:
    return line.gap(gap)


def _meaning(quarterly: Quarterly) -> tuple[str, ...]:
    """What each gap is, in one paragraph; what late goes by; and files that belong to no unit."""
    line = quarterly.context.settings.lines.full_from.name
    told = "; ".join(f"{gap}: {words}" for gap, words in meanings(line))
    lost = sorted(one.book for one in quarterly.register.returns if one.book and not one.unit)
    files = [f"Files that could be placed with no unit: {', '.join(lost)}."] if lost else []
    undated = sum(row.returned == UNDATED for row in quarterly.tally.units)
    blank = f" {cells.number(undated, 'return')} had none, and may have been late." if undated else ""
    return (f"{told}.", f"Late goes by Date filled in, as it stands on the return.{blank}", *files)


def _columns(quarterly: Quarterly) -> tuple[Column[UnitRow], ...]:
    tally = quarterly.tally
    now, last = cells.this_round(tally), cells.last_round(tally) if tally.last_quality else ""
    missing, order, came = "Risks with something missing or late", "In order", "Return"
    was: tuple[Column[UnitRow], ...] = (
        Column(f"In order {last}", _SHARE, lambda row: _sound(row.last), order, centred=True),
        Column("Change, points", _SHARE, _points, order, centred=True),
    )
    return (
        Column("Unit", _UNIT, lambda row: _name(row, quarterly), "Unit"),
        Column("Risks", _RISKS, lambda row: Count(row.now.risks), "Unit", centred=True),
        *(Column(str(gap), _GAP, partial(_gap, gap), missing, centred=True) for gap in Gap),
        Column(f"In order {now}", _SHARE, lambda row: _sound(row.now), order, centred=True),
        *(was if last else ()),
        Column("Returned", _RETURNED, _came, came),
        Column("Rows", _COUNT - 10, lambda row: Count(row.rows, Tone.QUIET), came, centred=True),
        Column("Errors", _COUNT - 4, lambda row: Count(row.errors, _loud(row.errors)), came, centred=True),
        Column("Queries", _COUNT, lambda row: Count(row.queries), came, centred=True),
    )


def _name(row: UnitRow, quarterly: Quarterly) -> Text:
    if not row.code:
        return Text("All units")
    return Text(cells.unit_name(row.code, quarterly), Tone.STRONG if row.returned == MISSING else Tone.PLAIN)


def _gap(gap: Gap, row: UnitRow) -> Count:
    return Count(row.now.of(gap), _loud(row.now.of(gap)))


def _loud(count: int) -> Tone:
    return Tone.STRONG if count else Tone.QUIET


def _sound(quality: Quality | None) -> Cell:
    share = quality.share(quality.sound) if quality else None
    return Text("no risks", Tone.QUIET) if share is None else Percent(share)


def _points(row: UnitRow) -> Cell:
    """How many points of a hundred more, or fewer, of its risks are in order."""
    now, last = row.now.share(row.now.sound), row.last.share(row.last.sound) if row.last else None
    return NIL if now is None or last is None else _change(round(100 * now) - round(100 * last))


def _came(row: UnitRow) -> Cell:
    return returned(row) if row.code else Text(row.returned)


def _whole(quarterly: Quarterly) -> UnitRow:
    """The last line, which every unit's line adds up to."""
    tally = quarterly.tally
    came = f"{tally.returns.received} of {tally.returns.due}"
    sums = {key: sum(getattr(row, key) for row in tally.units) for key in ("rows", "errors", "queries")}
    return UnitRow("", tally.total, tally.quality, tally.last_quality, came, None, **sums)
