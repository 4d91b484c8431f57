"""Decisions: what rules propose for risks, with their reasons, and room for what the meeting decides."""

from collections.abc import Iterator
from dataclasses import replace

from riskbook import check
from riskbook.escalate import CLOSE, DE_ESCALATE, TO_CORPORATE, TO_DIRECTORATE, Candidate
from riskbook.forms import DECISIONS, by_key
from riskbook.kinds import said
from riskbook.model import Decision
from riskbook.quarterly import Quarterly
from riskbook.report import cells, filling
from riskbook.report.blocks import NIL, Cell, Count, Para, Ref, Sheet, Text, ToFill, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.rules import posts
from riskbook.settings import Settings

NAME = "Decisions"
DETAILS = "Decision details"
TAKEN = "Decisions taken"
BEYOND = "Escalate beyond"
"""A proposal to bring up what a directorate risk covers already, for reasons that go beyond that."""
ORDER = (TO_CORPORATE, TO_DIRECTORATE, DE_ESCALATE, BEYOND, CLOSE)
"""The kinds of proposal, those first that the meeting alone can settle."""
HEADERS = {key: column.header for key, column in by_key(DECISIONS).items()}


def sheet(quarterly: Quarterly) -> Sheet:
    """List the proposals in their groups, worst first in each; under them what is carried or was considered."""
    columns, candidates = _columns(quarterly), proposed(quarterly)
    return Sheet(
        name=NAME,
        title=f"Decisions wanted, {quarterly.context.round}",
        lead=_lead(candidates),
        blocks=(
            table(
                "decisions",
                columns,
                candidates,
                empty="No rule proposes anything in this round.",
                ruled_by=HEADERS["proposal"],
            ),
            *(Para(words, Tone.QUIET) for words in _notes(quarterly)),
        ),
        widths=widths(columns),
    )


def details(quarterly: Quarterly) -> Sheet:
    """List the same proposals with room for what only some decisions need; both sheets are read together."""
    candidates = proposed(quarterly)
    columns = (*_which(quarterly), *_besides(quarterly))
    return Sheet(
        name=DETAILS,
        title=f"Decision details, {quarterly.context.round}",
        lead="What only some decisions need: another rating, what it goes into, who will own it as a directorate risk. "
        "Content is a mark of the words decided on.",
        blocks=(table("decision_details", columns, candidates, empty="No rule proposes anything in this round."),),
        widths=widths(columns),
    )


def taken(quarterly: Quarterly) -> Sheet:
    """List what was decided for this round, and where a risk has been changed since."""
    register = quarterly.register
    found = [one for one in register.decisions if one.round == register.round]
    found.sort(key=lambda one: (str(one.decided_on or ""), one.body, one.risk_ref))
    columns = taken_columns(quarterly)
    return Sheet(
        name=TAKEN,
        title=f"Decisions taken, {quarterly.context.round}",
        lead=f"{cells.number(len(found), 'decision')} for this round, as recorded. A rating that was agreed counts "
        "from this edition on; the one that was submitted stands beside it.",
        blocks=(table("decisions_taken", columns, found, empty="Nothing has been decided for this round."),),
        widths=widths(columns),
    )


def proposed(quarterly: Quarterly) -> tuple[Candidate, ...]:
    """The candidates, those of one kind together, worst first in each."""
    return tuple(sorted(quarterly.escalation.candidates, key=lambda one: ORDER.index(kind(one))))


def kind(candidate: Candidate) -> str:
    """Its proposal; or that a directorate risk covers it already."""
    return BEYOND if candidate.proposal == TO_DIRECTORATE and candidate.carried_by else candidate.proposal


def _lead(candidates: tuple[Candidate, ...]) -> str:
    if not candidates:
        return "Rules propose; people decide."
    covered = sum(kind(one) == BEYOND for one in candidates)
    count = cells.number(len(candidates), "proposal")
    after = f"; {covered} that a directorate risk covers already come after the others" if covered else ""
    return f"{count}, worst first in each group{after}. Rules propose; people decide, in the tinted columns."


def reasons(candidate: Candidate) -> str:
    """Every reason in words; what was decided the last time stands with them."""
    words = [reason.words for reason in candidate.reasons]
    if candidate.carried_by and candidate.proposal in (TO_DIRECTORATE, TO_CORPORATE):
        words.append(f"{candidate.carried_by} covers it; these reasons go beyond that.")
    if candidate.considered:
        words.append(f"Considered before: {in_words(candidate.considered)}.")
    return " ".join(words)


def director(candidate: Candidate, quarterly: Quarterly) -> ToFill:
    """Who would own it as a directorate risk: the Assistant Director that its unit answers to stands there already."""
    context = quarterly.context
    named = posts.director(candidate.entry.unit, context) if candidate.proposal == TO_DIRECTORATE else ""
    return replace(filling.cell("owner", context.settings, named or None), lines=1)


def content(candidate: Candidate) -> Text:
    """Which words are decided on."""
    return Text(check.content(candidate.entry.now), Tone.QUIET)


def _columns(quarterly: Quarterly) -> tuple[Column[Candidate], ...]:
    settings, group = quarterly.context.settings, "Proposed"
    numbers = {candidate.ref: number for number, candidate in enumerate(proposed(quarterly), 1)}
    return (
        Column("No.", 38, lambda one: Count(numbers[one.ref]), group, centred=True),
        Column(HEADERS["proposal"], 84, lambda one: Text(one.proposal, Tone.STRONG), group),
        Column(HEADERS["risk_ref"], 68, lambda one: cells.ref(one.entry), group, centred=True),
        Column("Risk", 168, lambda one: cells.title(one.entry), group),
        Column("Rating now", 90, lambda one: cells.rating_now(one.entry, settings), group, centred=True),
        Column(HEADERS["reasons"], 278, lambda one: Text(reasons(one)), group),
        _to_fill("decision", 98, settings),
        _to_fill("body", 84, settings),
        _to_fill("decided_by", 84, settings),
        _to_fill("decided_on", 86, settings),
        _to_fill("rationale", 92, settings, "Note"),
        _to_fill("review_by", 86, settings),
    )


def _to_fill(key: str, width: int, settings: Settings, header: str = "", lines: int = 3) -> Column[Candidate]:
    """Room for the meeting's words: three lines for a pen, and one where all that is asked is to close a risk."""
    cell, group = filling.cell(key, settings), "Decided at the meeting"

    def room(one: Candidate) -> ToFill:
        return replace(cell, lines=1 if one.proposal == CLOSE else lines)

    return Column(header or HEADERS[key], width, room, group)


def _which(quarterly: Quarterly) -> tuple[Column[Candidate], ...]:
    """Which risk a row is about, and how it stands."""
    settings, group = quarterly.context.settings, "Proposed"
    return (
        Column(HEADERS["risk_ref"], 70, lambda one: cells.ref(one.entry), group, centred=True),
        Column("Risk", 226, lambda one: cells.title(one.entry), group),
        Column("Impact now", 88, lambda one: cells.impact(one.entry.rating, settings), group, centred=True),
        Column("Likelihood now", 88, lambda one: cells.likelihood(one.entry.rating, settings), group, centred=True),
        Column("Rating now", 90, lambda one: cells.rating_now(one.entry, settings), group, centred=True),
    )


def _besides(quarterly: Quarterly) -> tuple[Column[Candidate], ...]:
    settings = quarterly.context.settings
    owner: Column[Candidate] = Column(
        HEADERS["owner"], 144, lambda one: director(one, quarterly), "Decided at the meeting"
    )
    return (
        _to_fill("agreed_impact", 92, settings, lines=1),
        _to_fill("agreed_likelihood", 92, settings, lines=1),
        _to_fill("into", 70, settings, lines=1),
        owner,
        _to_fill("minute", 100, settings, lines=1),
        _to_fill("corporate_ref", 94, settings, lines=1),
        Column("Content", 102, content, "riskbook", centred=True),
    )


def taken_columns(quarterly: Quarterly) -> tuple[Column[Decision], ...]:
    """What is told of a decision that was taken."""
    register = quarterly.register
    overtaken = quarterly.overtaken

    def title(one: Decision) -> Cell:
        return cells.title(register.by_ref[one.risk_ref]) if one.risk_ref in register.by_ref else NIL

    def since(one: Decision) -> Cell:
        return Text(cells.changed(one, register), Tone.STRONG) if one in overtaken else NIL

    return (
        Column(HEADERS["risk_ref"], 70, lambda one: Ref(one.risk_ref), centred=True),
        Column("Risk", 190, title),
        Column(HEADERS["decision"], 190, lambda one: Text(_said(one, quarterly), Tone.STRONG)),
        Column("By", 150, lambda one: Text(_who(one))),
        Column("Why", 250, lambda one: cells.words(one.rationale)),
        Column(HEADERS["review_by"], 90, lambda one: cells.day(one.review_by), centred=True),
        Column(HEADERS["minute"], 110, lambda one: cells.words(one.minute)),
        Column("Since then", 206, since),
    )


def _said(one: Decision, quarterly: Quarterly) -> str:
    """What was decided: "Escalate into DIR-05, owned by …", "Agree rating 12 Amber, submitted 20 Red"."""
    settings, entry = quarterly.context.settings, quarterly.register.by_ref.get(one.risk_ref)
    parts = [f"{one.decision} into {one.into}" if one.into else one.decision]
    parts += [f"owned by {one.owner}"] if one.owner else []
    if agreed := cells.agreed(one, settings):
        submitted = entry and entry.overruled and cells.past(entry.overruled)
        parts.append(f"rated {agreed}" + (f", submitted {submitted}" if submitted else ""))
    parts += [f"corporate ref {one.corporate_ref}"] if one.corporate_ref else []
    return "; ".join(parts)


def _who(one: Decision) -> str:
    day = cells.short(one.decided_on) if one.decided_on else ""
    return ", ".join(dict.fromkeys(part for part in (one.body, one.decided_by, day) if part))


def _notes(quarterly: Quarterly) -> Iterator[str]:
    """What would be proposed, were it not upstairs already or decided on; and risks that became issues."""
    found = quarterly.escalation
    carried = "; ".join(f"{one.ref} by {one.carried_by}" for one in found.carried)
    considered = "; ".join(
        f"{one.ref} ({in_words(one.considered)})" for one in found.considered if one.considered is not None
    )
    yield f"Carried upstairs, so not proposed again: {carried or 'none'}."
    yield f"Considered before and nothing has changed: {considered or 'none'}."
    if overtaken := quarterly.overtaken:
        words = (f"{one.risk_ref} ({cells.changed(one, quarterly.register)})" for one in overtaken)
        yield f"Changed since it was decided: {'; '.join(words)}."
    issues = [entry for entry in quarterly.register.entries if entry.now.status == "Became an issue"]
    if issues:
        yield f"Became an issue: {'; '.join(f'{entry.ref} {entry.now.title}' for entry in issues)}."


def in_words(decision: Decision) -> str:
    """A decision in a few words: "Hold, DLT, 14 July 2026, review by 31 December 2026"."""
    parts = [decision.decision, decision.body]
    parts += [said(decision.decided_on)] if decision.decided_on else []
    parts += [f"review by {said(decision.review_by)}"] if decision.review_by else []
    return ", ".join(part for part in parts if part)
