"""Directorate risks in words: cause, event, effect and controls in full, with what is new in them marked."""

from riskbook.forms import RISKS, by_key
from riskbook.model import Entry, Movement
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import NIL, Cell, Link, Ref, Sheet, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.report.directorate_risks import owned
from riskbook.wording import differs

NAME = "Directorate risks in words"
TOLD = ("title", "cause", "event", "effect", "controls", "control_effectiveness", "category", "owner", "response")
"""What a change is told of, by key; targets are told by what they come to."""
TARGETS = ("target_impact", "target_likelihood", "target_date")


def sheet(quarterly: Quarterly) -> Sheet:
    """List the words of the risks that DLT owns, worst first."""
    entries, columns = owned(quarterly), _columns(quarterly)
    return Sheet(
        name=NAME,
        title=NAME,
        lead=_lead(quarterly, entries),
        blocks=(table("directorate_risks_in_words", columns, entries, empty="DLT owns no open risk."),),
        widths=widths(columns),
    )


def changed(entry: Entry, quarterly: Quarterly) -> tuple[str, ...]:
    """The columns whose words are others than in last round's register; "Target" for its steps and its date."""
    before = quarterly.context.before
    was = before.by_ref.get(entry.ref) if before else None
    if was is None:
        return ()
    headers = by_key(RISKS)
    found = [headers[key].header for key in TOLD if differs(getattr(was.now, key), getattr(entry.now, key))]
    moved = any(getattr(was.now, key) != getattr(entry.now, key) for key in TARGETS)
    return (*found, *(["Target"] if moved else []))


def _lead(quarterly: Quarterly, entries: tuple[Entry, ...]) -> str:
    last = cells.last_round(quarterly.tally)
    if not last or not entries:
        return "Cause, event, effect and controls of the risks that DLT owns."
    count = sum(bool(changed(entry, quarterly)) for entry in entries)
    told = f"{count or 'none'} of {cells.number(len(entries), 'risk')} told otherwise than in {last}"
    return f"Words that are new since {last} are bold and coloured; {told}. What was taken out leaves no mark."


def _columns(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    last = cells.last_round(quarterly.tally)
    since: Column[Entry] = Column(f"Changed since {last}", 118, lambda e: _changed(e, quarterly))
    return (
        Column("Ref", 56, _ref, centred=True),
        Column("Risk", 136 if last else 176, lambda e: cells.retold(e, "title", quarterly)),
        Column("Caused by", 222 if last else 240, lambda e: cells.retold(e, "cause", quarterly)),
        Column("There is a risk that", 204 if last else 220, lambda e: cells.retold(e, "event", quarterly)),
        Column("Resulting in", 222 if last else 240, lambda e: cells.retold(e, "effect", quarterly)),
        Column("Controls in place", 292 if last else 316, lambda e: cells.retold(e, "controls", quarterly)),
        *([since] if last else []),
    )


def _ref(entry: Entry) -> Ref:
    return Ref(entry.ref, to=Link(cells.DIRECTORATE_RISKS, entry.ref))


def _changed(entry: Entry, quarterly: Quarterly) -> Cell:
    if entry.movement is Movement.NEW:
        return Text("New", Tone.QUIET)
    found = changed(entry, quarterly)
    return Text("\n".join(found)) if found else NIL
