"""A round's decisions and its risks in; what the decisions do to them out: put away, taken up, handed back, linked."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

from riskbook.kinds import said
from riskbook.model import Decision, Entry, Risk, Source
from riskbook.refs import Numbering
from riskbook.rules.escalation import CORPORATE_BODY, DIRECTORATE

Decided = Mapping[str, tuple[Decision, ...]]
"""Decisions by the ref of their risk, oldest first."""


def of_round(decisions: Iterable[Decision], round_: str) -> dict[str, tuple[Decision, ...]]:
    """The decisions that were taken for a round."""
    decided: dict[str, tuple[Decision, ...]] = {}
    for one in sorted(decisions, key=_when):
        if one.round == round_:
            decided[one.risk_ref] = (*decided.get(one.risk_ref, ()), one)
    return decided


def putting_away(decided: Iterable[Decision], level: str) -> Decision | None:
    """The decision that takes a risk off the list of open ones; the last of several.

    What the Corporate Risk Group hands back stays on the directorate's register.
    """

    def puts_away(one: Decision) -> bool:
        handed_back = one.decision == "De-escalate" and level == DIRECTORATE and one.body != CORPORATE_BODY
        return handed_back or one.decision in ("Close", "Merge")

    return next((one for one in reversed(tuple(decided)) if puts_away(one)), None)


def put_away(now: Risk, decision: Decision) -> Risk:
    """A risk as it stands once it was put away; one that became an issue stays that."""
    if now.status == "Became an issue":
        return now
    return replace(now, status="Closed", close_reason=_CLOSED_AS.get(decision.decision, now.close_reason))


def named(
    decisions: Iterable[Decision], entries: Mapping[str, Entry], round_: str, numbering: Numbering
) -> tuple[Decision, ...]:
    """The decisions, with a directorate risk's ref on every escalation of this round that names none.

    A unit's risk gets one ref in a round, the same however often the round is merged.
    """
    told = []
    for one in sorted(decisions, key=_when):
        of_a_unit = one.risk_ref in entries and entries[one.risk_ref].level != DIRECTORATE
        if one.decision == "Escalate" and one.round == round_ and of_a_unit and not one.into:
            one = replace(one, into=numbering.taken_up(one.risk_ref))
        told.append(one)
    return tuple(told)


def made(
    decided: Decided, entries: Mapping[str, Entry], stands: Mapping[str, Entry], numbering: Numbering
) -> dict[str, Risk]:
    """The directorate risks that escalations of this round make out of units' risks, by ref.

    They have the unit's words and the rating that counts; their owner is the Assistant Director who was named. One that
    ``stands`` already keeps the words and the rating that were decided on, whatever its unit says later.
    """
    found = {}
    for ref, decisions in decided.items():
        for one in decisions:
            if one.decision == "Escalate" and ref in entries and numbering.was_taken_up(ref) == one.into != "":
                found[one.into] = _made(one, entries[ref], stands.get(one.into))
    return found


def handed_back(decided: Decided, entries: Mapping[str, Entry], decisions: Iterable[Decision]) -> Decided:
    """What was decided, with the directorate risks that go when the last unit's risk under them is handed back."""
    moved = moves(decisions)
    above = {ref: carrier(entry, moved) for ref, entry in entries.items() if entry.open}
    back = {ref: one for ref, told in decided.items() if ref in entries and (one := _handed_back(told))}
    whole = dict(decided)
    for ref, one in back.items():
        top = _carrier_before(one, entries[ref], moved)
        if top and not any(under == top and other not in back for other, under in above.items()):
            gone = replace(one, risk_ref=top, agreed_impact=None, agreed_likelihood=None)
            whole[top] = (*whole.get(top, ()), gone)
    return whole


def links(
    decided: Decided, entries: Mapping[str, Entry], decisions: Iterable[Decision]
) -> dict[str, tuple[str, Decision]]:
    """Which directorate risk a unit's risk feeds now, by its ref, and the decision that says so."""
    moved = moves(decisions)
    found: dict[str, tuple[str, Decision]] = {}
    for ref, entry in entries.items():
        now = [one for one in decided.get(ref, ()) if one.decision in _MOVES]
        if now and now[-1].decision == "Escalate":
            found[ref] = (now[-1].into, now[-1])
        elif now and entry.now.parent == _carrier_before(now[-1], entry, moved):
            found[ref] = ("", now[-1])
        elif (gone := _handed_back(decided.get(entry.now.parent, ()))) and _was_escalated(ref, gone, moved):
            found[ref] = ("", gone)
    return found


def latest(decisions: Iterable[Decision]) -> dict[str, Decision]:
    """The last decision about each risk, by its ref."""
    return {one.risk_ref: one for one in sorted(decisions, key=_when)}


def moves(decisions: Iterable[Decision]) -> Decided:
    """Every escalation and handing back by the ref of its risk, oldest first."""
    moved: dict[str, tuple[Decision, ...]] = {}
    for one in sorted((one for one in decisions if one.decision in _MOVES), key=_when):
        moved[one.risk_ref] = (*moved.get(one.risk_ref, ()), one)
    return moved


def carrier(entry: Entry, moved: Decided) -> str:
    """The directorate risk above a unit's: the one that it was last escalated into, or else its parent."""
    last = moved.get(entry.ref, ())[-1:]
    return last[0].into if last and last[0].decision == "Escalate" else entry.now.parent


def signed(one: Decision) -> tuple[str, date | None]:
    """Who took a decision, and when."""
    return ", ".join(dict.fromkeys(part for part in (one.decided_by, one.body) if part)), one.decided_on


_CLOSED_AS = {"Merge": "Merged", "De-escalate": "De-escalated"}
_MOVES = ("Escalate", "De-escalate")


def _when(one: Decision) -> tuple[date, str]:
    return one.decided_on or date.min, repr(one)


def _made(one: Decision, entry: Entry, stands: Entry | None) -> Risk:
    """A unit's risk as the directorate takes it up, with the row of the decision as its source.

    What was agreed of the unit's rating is the rating here too, though it was agreed after the first merge.
    """
    source = Source(one.book, one.sha256, one.sheet, one.row)
    as_decided = stands.now if stands else entry.now
    agreed = bool(entry.history) and entry.history[-1].kind == "agreed"
    score = as_decided.score if stands and not agreed else entry.rating
    when = f" on {said(one.decided_on)}" if one.decided_on else ""
    words = [f"Escalated from {entry.ref} by {one.body}{when}.", one.rationale, entry.now.commentary]
    same_row = stands is not None and stands.now.source.place() == source.place()
    return replace(
        as_decided,
        source=source,
        ref=one.into,
        owner=one.owner,
        parent="",
        raised=one.decided_on,
        impact=score.impact if score else None,
        likelihood=score.likelihood if score else None,
        commentary=as_decided.commentary if same_row else " ".join(part for part in words if part),
        audience="Exempt" if entry.now.exempt else as_decided.audience,
        escalate=None,
        escalate_reason="",
        status="Open",
        close_reason="",
        answer="",
        unread=(),
        other=(),
    )


def _handed_back(told: Iterable[Decision]) -> Decision | None:
    """The decision that hands a risk back, where that is the last word on where it belongs."""
    moved = [one for one in told if one.decision in _MOVES and one.body != CORPORATE_BODY]
    return moved[-1] if moved and moved[-1].decision == "De-escalate" else None


def _carrier_before(one: Decision, entry: Entry, moved: Decided) -> str:
    earlier = tuple(other for other in moved.get(entry.ref, ()) if _when(other) < _when(one))
    return carrier(entry, {entry.ref: earlier})


def _was_escalated(ref: str, gone: Decision, moved: Decided) -> bool:
    """Whether a unit's risk was brought up into the directorate risk that goes."""
    return any((one.decision, one.into) == ("Escalate", gone.risk_ref) for one in moved.get(ref, ()))
