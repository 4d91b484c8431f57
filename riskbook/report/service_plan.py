"""The confirmed list in; for the report on the Service Plan, the year's directorate risks and what changed, out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from riskbook.confirm import Confirmed, confirmed
from riskbook.kinds import listed
from riskbook.model import Decision, Entry
from riskbook.propose import coming
from riskbook.quarterly import Quarterly
from riskbook.report import cells, long_list
from riskbook.report.blocks import Block, Document, Heading, Opening, Para, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.report.directorate_risks import owned
from riskbook.rounds import day_of, financial_year
from riskbook.rules.escalation import DIRECTORATE


@dataclass(frozen=True, slots=True)
class Difference:
    """What became of the directorate's risks: those that stand, those that went, each with the decision that says so.

    ``open`` are those of which nothing was decided; ``since`` those that went earlier in the year.
    """

    kept: tuple[Entry, ...] = ()
    new: tuple[Entry, ...] = ()
    open: tuple[Entry, ...] = ()
    merged: tuple[tuple[Entry, Decision], ...] = ()
    dropped: tuple[tuple[Entry, Decision], ...] = ()
    since: tuple[Entry, ...] = ()


def editions(whole: Quarterly, shown: Quarterly) -> dict[str, Document]:
    """The open edition (""), and where a directorate risk is exempt an "exempt" one with it.

    ``shown`` is what may be published of the whole.
    """
    secret = [one for one in whole.register.by_ref.values() if one.level == DIRECTORATE and one.now.exempt]
    withheld = sum(one.open for one in secret)
    open_ = {"": _document(shown, exempt=False, withheld=withheld)}
    return {"exempt": _document(whole, exempt=True), **open_} if secret else open_


def words(quarterly: Quarterly) -> str:
    """The difference to the year before, in sentences."""
    context, found = quarterly.context, difference(quarterly)
    year, last = coming(context.round), financial_year(context.round.year)
    there = len(found.kept) + len(found.new) + len(found.open)
    parts = [f"{len(found.kept)} kept", f"{len(found.new)} new{_refs(found.new)}"]
    parts += [f"{len(found.open)} not decided yet{_refs(found.open)}"] if found.open else []
    told = [f"{year} opens with {cells.number(there, 'directorate risk')}: {listed(parts, 'and')}."]
    gone = [f"{entry.ref} was merged into {one.into}" for entry, one in found.merged]
    dropped = [entry.ref for entry, _ in found.dropped]
    gone += [f"{listed(dropped, 'and')} {'was' if len(dropped) == 1 else 'were'} dropped"] if dropped else []
    before = there - len(found.new) + len(found.merged) + len(found.dropped)
    told.append(f"Of the {before} before it, {listed(gone, 'and') if gone else 'none was merged or dropped'}.")
    if found.since:
        told.append(f"Gone earlier in {last}: {listed([entry.ref for entry in found.since], 'and')}.")
    return " ".join(told)


def difference(quarterly: Quarterly) -> Difference:
    """What became of every risk that the directorate had."""
    context, register = quarterly.context, quarterly.register
    found = confirmed(register, context)
    if found is None or found.year != context.round.year + 1:
        found = Confirmed(context.round.year + 1, (), ())
    stand, new = owned(quarterly), set(found.new)
    kept = set(found.refs) - new
    putting = {one.risk_ref: one for one in found.decisions if one.decision in ("Merge", "Close")}
    gone = [one for one in register.by_ref.values() if one.level == DIRECTORATE and not one.open]
    by_decision = [(one, putting[one.ref]) for one in gone if one.ref in putting]
    begins = day_of(context.round.year, 4, 1)
    return Difference(
        kept=tuple(one for one in stand if one.ref in kept),
        new=tuple(one for one in stand if one.ref in new),
        open=tuple(one for one in stand if one.ref not in kept | new),
        merged=tuple(pair for pair in by_decision if pair[1].decision == "Merge"),
        dropped=tuple(pair for pair in by_decision if pair[1].decision == "Close"),
        since=tuple(one for one in gone if one.ref not in putting and (one.closed_on or date.min) >= begins),
    )


def _document(quarterly: Quarterly, exempt: bool, withheld: int = 0) -> Document:
    """One sheet, for paper: what the year opens with, and what is on the list no longer."""
    year = coming(quarterly.context.round)
    found, differs = confirmed(quarterly.register, quarterly.context), difference(quarterly)
    by = f"Confirmed {found.words}." if found else "Nothing is confirmed yet."
    columns = _columns(quarterly, found)
    sheet = Sheet(
        name="Directorate risks",
        title=f"Directorate risks for {year}",
        lead=f"For the report on the Service Plan. {by}",
        blocks=(
            Opening(words(quarterly)),
            table("year_risks", columns, owned(quarterly), empty="DLT owns no open risk."),
            *_gone(differs),
            *([Para(_WITHHELD.format(count=cells.number(withheld, "exempt risk")), Tone.QUIET)] if withheld else []),
        ),
        widths=widths(columns),
    )
    return long_list.framed(quarterly, "risks", (sheet,), exempt)


_WITHHELD = "{count} reported separately, and not counted here."


def _refs(entries: tuple[Entry, ...]) -> str:
    return f" ({listed(sorted(entry.ref for entry in entries), 'and')})" if entries else ""


def _columns(quarterly: Quarterly, found: Confirmed | None) -> tuple[Column[Entry], ...]:
    settings = quarterly.context.settings
    return (
        Column("Ref", 62, lambda one: cells.ref(one, linked=False), centred=True),
        Column("Risk", 170, lambda one: cells.title(one, Tone.STRONG)),
        Column("There is a risk that", 270, lambda one: cells.words(one.now.event)),
        Column("Owner", 140, lambda one: cells.words(one.now.owner)),
        Column("A year ago", 84, lambda one: long_list.a_year_ago(one, quarterly), centred=True),
        Column("Rating now", 92, lambda one: cells.rating_now(one, settings), centred=True),
        Column("Target", 92, lambda one: cells.target(one, settings), centred=True),
        Column("Target date", 92, cells.target_date, centred=True),
        Column("Since last year", 214, lambda one: Text(_since(one, quarterly, found))),
    )


def _since(entry: Entry, quarterly: Quarterly, found: Confirmed | None) -> str:
    """What became of one risk, in words."""
    if found is None or entry.ref not in found.refs:
        return "Not decided yet."
    taken = [one for one in found.decisions if entry.ref in (one.risk_ref, one.into)]
    if entry.ref in found.new:
        below = [one.risk_ref for one in taken if one.decision == "Escalate"]
        return f"New, taken up from {listed(below, 'and')}." if below else "New."
    kept = [f"Kept{_moved(entry, quarterly)}."]
    takes = [one.risk_ref for one in taken if one.decision in ("Merge", "Escalate") and one.into == entry.ref]
    kept += [f"Takes in {listed(takes, 'and')}."] if takes else []
    kept += [one.rationale for one in taken if one.decision == "Confirm" and one.rationale]
    return " ".join(kept)


def _moved(entry: Entry, quarterly: Quarterly) -> str:
    """How its rating moved in a year: ", up from 12 Amber"; nothing where there was none to compare with."""
    matrix = quarterly.context.settings.matrix
    was = long_list.rated_a_year_ago(entry, quarterly)
    if was is None or entry.rating is None:
        return ""
    if matrix.rank(was) == matrix.rank(entry.rating):
        return ", rated the same"
    return f", {'up' if matrix.rank(entry.rating) > matrix.rank(was) else 'down'} from {matrix.rating(was)}"


def _gone(found: Difference) -> Iterator[Block]:
    """The risks that are on the list no longer, and why."""
    if not (found.merged or found.dropped):
        return
    yield Heading("On the list no longer")
    for entry, one in found.merged:
        yield Para(f"{entry.ref} {entry.now.title}: merged into {one.into}.{_why(one)}")
    for entry, one in found.dropped:
        yield Para(f"{entry.ref} {entry.now.title}: dropped.{_why(one)}")


def _why(one: Decision) -> str:
    return f" {one.rationale.rstrip('.')}." if one.rationale else ""
