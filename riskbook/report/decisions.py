"""Decisions: what rules propose for risks, with their reasons, and room for what the meeting decides."""

from collections.abc import Iterator

from riskbook.escalate import PROPOSALS, TO_CORPORATE, TO_DIRECTORATE, Candidate
from riskbook.forms import BODIES, DECISION_WORDS, DECISIONS, by_key
from riskbook.kinds import said
from riskbook.model import Decision
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.blocks import Count, Para, Sheet, Text, ToFill, Tone
from riskbook.report.columns import Column, table, widths

NAME = "Decisions"


def sheet(quarterly: Quarterly) -> Sheet:
    """List the proposals in their groups, worst first in each; under them what is carried or was considered."""
    columns, candidates = _columns(quarterly), proposed(quarterly)
    return Sheet(
        name=NAME,
        title="Decisions wanted",
        lead=f"{cells.number(len(candidates), 'proposal')}, worst first in each group. Rules propose; people decide. "
        "The tinted columns are for the meeting.",
        blocks=(
            table("decisions", columns, candidates, empty="No rule proposes anything in this round."),
            *(Para(words, Tone.QUIET) for words in _notes(quarterly)),
        ),
        widths=widths(columns),
    )


def proposed(quarterly: Quarterly) -> tuple[Candidate, ...]:
    """The candidates, those of one proposal together."""
    return tuple(sorted(quarterly.escalation.candidates, key=lambda one: PROPOSALS.index(one.proposal)))


def _columns(quarterly: Quarterly) -> tuple[Column[Candidate], ...]:
    settings, now = quarterly.context.settings, cells.this_round(quarterly.tally)
    numbers = {candidate.ref: number for number, candidate in enumerate(proposed(quarterly), 1)}
    group, header = "Proposed", {key: column.header for key, column in by_key(DECISIONS).items()}
    return (
        Column("No.", 36, lambda one: Count(numbers[one.ref]), group, centred=True),
        Column(header["proposal"], 94, lambda one: Text(one.proposal, Tone.STRONG), group),
        Column(header["risk_ref"], 70, lambda one: cells.ref(one.entry), group, centred=True),
        Column("Risk", 150, lambda one: cells.title(one.entry), group),
        Column(f"{now} rating", 90, lambda one: cells.rating_now(one.entry, settings), group, centred=True),
        Column(header["reasons"], 270, lambda one: Text(_reasons(one)), group),
        *_to_fill(header),
    )


def _to_fill(header: dict[str, str]) -> tuple[Column[Candidate], ...]:
    group = "Decided at the meeting"
    return (
        Column(header["decision"], 104, lambda _: ToFill(choices=DECISION_WORDS), group),
        Column(header["body"], 88, lambda _: ToFill(choices=BODIES), group),
        Column(header["decided_by"], 90, lambda _: ToFill(), group),
        Column(header["decided_on"], 86, lambda _: ToFill(day=True), group),
        Column("Note", 92, lambda _: ToFill(), group),
        Column(header["review_by"], 86, lambda _: ToFill(day=True), group),
    )


def _reasons(candidate: Candidate) -> str:
    """Every reason in words; what was decided the last time stands with them."""
    words = [reason.words for reason in candidate.reasons]
    if candidate.carried_by and candidate.proposal in (TO_DIRECTORATE, TO_CORPORATE):
        words.append(f"{candidate.carried_by} covers it; these reasons go beyond that.")
    if candidate.considered:
        words.append(f"Considered before: {_decided(candidate.considered)}.")
    return " ".join(words)


def _notes(quarterly: Quarterly) -> Iterator[str]:
    """What would be proposed, were it not upstairs already or decided on; and risks that became issues."""
    found = quarterly.escalation
    carried = "; ".join(f"{one.ref} by {one.carried_by}" for one in found.carried)
    considered = "; ".join(
        f"{one.ref} ({_decided(one.considered)})" for one in found.considered if one.considered is not None
    )
    yield f"Carried upstairs, so not proposed again: {carried or 'none'}."
    yield f"Considered before and nothing has changed: {considered or 'none'}."
    issues = [entry for entry in quarterly.register.entries if entry.now.status == "Became an issue"]
    if issues:
        yield f"Became an issue: {'; '.join(f'{entry.ref} {entry.now.title}' for entry in issues)}."


def _decided(decision: Decision) -> str:
    """A decision in a few words: "Hold, DLT, 14 July 2026, review by 31 December 2026"."""
    parts = [decision.decision, decision.body]
    parts += [said(decision.decided_on)] if decision.decided_on else []
    parts += [f"review by {said(decision.review_by)}"] if decision.review_by else []
    return ", ".join(part for part in parts if part)
