"""Risk cards: all that is known of one directorate risk, on one page of A4."""

import re
from collections.abc import Iterator, Sequence

from riskbook import narrative
from riskbook.forms import RISKS, by_key
from riskbook.kinds import listed, said
from riskbook.matrix import Score
from riskbook.model import Action, Entry
from riskbook.quarterly import Quarterly, rounds_at_top
from riskbook.report import cells, decisions, directorate_risks, scores
from riskbook.report.blocks import (
    NIL,
    Beside,
    Block,
    Cell,
    Chart,
    ChartKind,
    Count,
    Day,
    Field,
    Figure,
    Figures,
    Heading,
    Now,
    Paper,
    Para,
    Ref,
    Series,
    Sheet,
    Spot,
    Stack,
    Table,
    Text,
    Then,
    Tone,
)
from riskbook.report.columns import Column, table
from riskbook.rules.escalation import corporate, decided
from riskbook.text import short

Cards = Sequence[Entry]
"""The risks that have cards in a document, in its order."""


def sheets(quarterly: Quarterly) -> tuple[Sheet, ...]:
    """A card for every open directorate risk, worst first."""
    cards = directorate_risks.owned(quarterly)
    return tuple(sheet(entry, quarterly, cards) for entry in cards)


def sheet(entry: Entry, quarterly: Quarterly, cards: Cards) -> Sheet:
    """Tell a risk on a page: what it is, how it is rated, what is done about it, what was decided."""
    name = tab(entry)
    title = cells.title(entry).words.replace("\n", " ")
    return Sheet(
        name=name,
        title=f"{entry.ref}  {short(title, _TITLE)}",
        lead=short(_lead(entry, quarterly), _LEAD),
        blocks=(
            Heading("The risk"),
            Figures(tuple(_risk(entry, title))),
            Heading("How it is rated"),
            Beside((Stack(1, 5, (_rated(entry, quarterly), Para(_stands(entry, quarterly), Tone.QUIET))),)),
            Beside(tuple(_matrices(entry, quarterly))),
            *_chart(entry, quarterly, cards),
            Heading("What is in place"),
            Figures(tuple(_controls(entry))),
            Heading("What is planned"),
            *_planned(entry, quarterly),
            Heading("This quarter"),
            Figures(tuple(_quarter(entry, quarterly))),
        ),
        widths=_GRID,
        use=Paper(one_page=True, portrait=True),
    )


def tab(entry: Entry) -> str:
    """The name of a risk's card."""
    return re.sub(r"[\[\]:*?/\\']", "-", entry.ref)[:31]


_GRID = (76, 206, 112, 122, 92, 92)
_TITLE, _LEAD = 50, 96
"""Letters of the title and of the line under it, which stand on one line and are not wrapped."""
_CHART = (640, 104)
_AT, _SMALL = (1, 2, 4), (150, 104)
"""The columns at which the small matrices begin, and their pixels."""
_MOST = 6
"""So many actions, linked risks and decisions are told; the rest is counted."""


def _lead(entry: Entry, quarterly: Quarterly) -> str:
    risk, accepted = entry.now, corporate(entry, quarterly.register)
    parts = [f"Owner: {risk.owner}" if risk.owner else "No owner", risk.category]
    parts += [f"Response: {risk.response}" if risk.response else ""]
    parts += [f"Reviewed {cells.short(risk.reviewed)}" if risk.reviewed else "Not reviewed"]
    parts += [f"Corporate risk {accepted.corporate_ref}".strip() if accepted else ""]
    return "  ·  ".join(part for part in parts if part)


def _risk(entry: Entry, title: str) -> Iterator[Figure]:
    risk = entry.now
    if len(title) > _TITLE:
        yield Figure("Title", title, Tone.STRONG)
    for label, words, tone in (
        ("Cause", risk.cause, Tone.PLAIN),
        ("Event", risk.event, Tone.STRONG),
        ("Effect", risk.effect, Tone.PLAIN),
    ):
        yield _figure(label, words, "Not given.", tone)


def _figure(label: str, words: str, nothing: str, tone: Tone = Tone.PLAIN) -> Figure:
    return Figure(label, words, tone) if words.strip() else Figure(label, nothing, Tone.QUIET)


def _rated(entry: Entry, quarterly: Quarterly) -> Table:
    """The rating before controls, last quarter, now and when it is where it should be; the submitted one if another."""
    settings, context, tally = quarterly.context.settings, quarterly.context, quarterly.tally
    matrix, risk, last = settings.matrix, entry.now, cells.last_round(tally)

    def row(label: str, score: Score | None, nothing: str, now: bool = False) -> tuple[Cell, ...]:
        tone = Tone.STRONG if now else Tone.PLAIN
        steps = (cells.impact(score, settings, tone), cells.likelihood(score, settings, tone))
        if score is None:
            return (Text(label, tone), *steps, NIL, Text(nothing, tone if now else Tone.QUIET))
        band = (Now if now else Then)(matrix.band(score))
        return (Text(label, tone), *steps, Count(matrix.number(score), tone), band)

    rows = [row("Before controls", risk.inherent, "Not given")]
    if last:
        rows.append(row(f"Last quarter, {last}", entry.last, "Not scored" if entry.history[:-1] else "New"))
    if entry.overruled:
        rows.append(row("Submitted this quarter", entry.overruled.score, "Not scored"))
    agreed = "Agreed" if entry.overruled else "Now"
    rows.append(row(f"{agreed}, {said(context.on)}", entry.rating, "Not scored", now=True))
    until = f"Target, by {said(risk.target_date)}" if risk.target_date else "Target, no date"
    rows.append(row(until, risk.target, "Not given"))
    centred = ("Score", "Band")
    headers = ("Rating", "Impact", "Likelihood", *centred)
    fields = tuple(Field(header, centred=header in centred) for header in headers)
    about = f"{entry.ref}: its ratings before controls, last quarter, now, and the target."
    return Table(f"ratings_{_word(entry)}", fields, tuple(rows), empty="", about=about)


def _matrices(entry: Entry, quarterly: Quarterly) -> Iterator[Stack]:
    """The rating before controls, now and to come, each marked on a small matrix."""
    matrix = quarterly.context.settings.matrix
    series = tuple(Series(str(level)) for level in matrix.impact)
    rated = {"Before controls": entry.now.inherent, "Now": entry.rating, "Target": entry.now.target}
    for at, (label, score) in zip(_AT, rated.items(), strict=True):
        where = f"impact {score.impact}, likelihood {score.likelihood}" if score else "not scored"
        about = f"{entry.ref} on the matrix, {label.lower()}: {where}. Impact goes up, likelihood to the right."
        spot = Chart(ChartKind.MATRIX, scores.MATRIX, "Likelihood", series, about, _SMALL, Spot(matrix, score))
        yield Stack(at, 1, (Para(label if score else f"{label}: not scored", Tone.QUIET), spot))


def _stands(entry: Entry, quarterly: Quarterly) -> str:
    """How it moved, how long it has been at the top, and how the appetite compares."""
    settings, context = quarterly.context.settings, quarterly.context
    rounds = rounds_at_top(entry, context)
    moved = narrative.movement_words(entry, settings)
    parts = [f"{entry.movement}: {moved}."]
    parts += [f"{settings.lines.top.name} for {cells.number(rounds, 'round')}."] if rounds else []
    if entry.rating:
        above = settings.above_appetite(entry.now.category, entry.rating)
        appetite = settings.appetite.of(entry.now.category)
        parts.append(f"{'Above' if above else 'Within'} the appetite, which is {appetite}.")
    if entry.target_slips:
        parts.append(f"The target date was put back {cells.number(entry.target_slips, 'time')}.")
    parts.append("Below, impact goes up and likelihood to the right.")
    return " ".join(parts)


def _chart(entry: Entry, quarterly: Quarterly, cards: Cards) -> tuple[Block, ...]:
    """Its score round by round; nothing where it has fewer than two."""
    rounds = [standing.round for standing in quarterly.tally.trend]
    scored = [past for past in entry.ratings if past.number is not None and past.round in rounds]
    if len(scored) < 2:
        return ()
    first, last = scored[0], scored[-1]
    about = f"Columns: the score of {entry.ref}. {first.round}: {first.number}; {last.round}: {last.number}."
    chart = Chart(ChartKind.COLUMN, scores.of_card(entry, cards), "Round", (Series(entry.ref),), about, _CHART)
    return (Heading("Score, round by round"), Beside((Stack(1, 5, (chart,)),)))


def _controls(entry: Entry) -> Iterator[Figure]:
    yield _figure("Controls", entry.now.controls, "No control is named.")
    yield _figure("Working?", entry.now.control_effectiveness, "Not said.")


def _planned(entry: Entry, quarterly: Quarterly) -> Iterator[Block]:
    """Its open actions, the next one due first."""
    found = [action for action in quarterly.register.actions_of.get(entry.ref, ()) if action.open]
    found.sort(key=lambda action: (action.due is None, action.due, action.ref))
    columns: tuple[Column[Action], ...] = (
        Column("Ref", 0, lambda one: Ref(one.ref), centred=True),
        Column("Action", 0, lambda one: cells.words(one.what)),
        Column("Lead", 0, lambda one: cells.words(one.lead)),
        Column("First due", 0, lambda one: Day(one.first_due, Tone.QUIET) if one.first_due else NIL, centred=True),
        Column("Due now", 0, lambda one: cells.day(one.due), centred=True),
        Column("Status", 0, lambda one: _status(one, quarterly)),
    )
    about = f"{entry.ref}: what is planned, by whom and by when."
    yield table(f"actions_{_word(entry)}", columns, found[:_MOST], empty="No action is open.", about=about)
    if len(found) > _MOST:
        yield Para(f"And {cells.number(len(found) - _MOST, 'more action')}, due later.", Tone.QUIET)


def _status(action: Action, quarterly: Quarterly) -> Cell:
    """What was said of it; that it is late or was put back, strongly."""
    days = action.days_overdue(quarterly.context.on)
    if days:
        return Text(f"{cells.number(days, 'day')} overdue", Tone.STRONG)
    back = f"put back {cells.number(action.slips, 'time')}" if action.slips else ""
    told = ", ".join(part for part in (action.status, back) if part)
    return cells.words(told[:1].upper() + told[1:])


def _quarter(entry: Entry, quarterly: Quarterly) -> Iterator[Figure]:
    told = directorate_risks.done(entry, quarterly)
    yield Figure("Done", told.words, told.tone) if isinstance(told, Text) else Figure("Done", "")
    yield _figure("Changed", _changed(entry, quarterly), "Nothing else was changed on the register.")
    yield _figure("Below it", "; ".join(_below(entry, quarterly)), "No unit's risk is linked to it.")
    yield _figure("Decided", " ".join(_decided(entry, quarterly)), "Nothing has been decided about it.")


def _changed(entry: Entry, quarterly: Quarterly) -> str:
    """What else of the risk was changed, by the headings of the form, and how many of its actions were."""
    changes = quarterly.register.changes
    said_above = {by_key(RISKS)[key].header for key in ("commentary", "reviewed")}
    fields = dict.fromkeys(one.key for one in changes if one.ref == entry.ref and one.key not in said_above)
    own = {action.ref for action in quarterly.register.actions_of.get(entry.ref, ())}
    actions = {one.ref for one in changes if one.ref in own}
    parts = [listed(list(fields), "and")] if fields else []
    parts += [cells.number(len(actions), "action")] if actions else []
    return f"{'; '.join(parts)}." if parts else ""


def _below(entry: Entry, quarterly: Quarterly) -> Iterator[str]:
    """The units' risks that feed it, worst first, with their ratings."""
    matrix = quarterly.context.settings.matrix
    found = [one.below for one in quarterly.feeds if one.above.ref == entry.ref]
    found.sort(key=lambda one: (-(matrix.rank(one.rating) if one.rating else 0), one.ref))
    for one in found[:_MOST]:
        rating = f" ({matrix.rating(one.rating)})" if one.rating else ""
        yield f"{one.ref} {one.title}".strip() + rating
    if len(found) > _MOST:
        yield f"and {len(found) - _MOST} more"


def _decided(entry: Entry, quarterly: Quarterly) -> Iterator[str]:
    """The last decisions, the newest first, and what is proposed now."""
    about = decided(quarterly.register, entry.ref)[::-1]
    for one in about[: _MOST // 2]:
        who = f" ({one.decided_by})" if one.decided_by else ""
        why = f": {one.rationale.strip().removesuffix('.')}" if one.rationale.strip() else ""
        yield f"{decisions.in_words(one)}{who}{why}."
    for candidate in quarterly.escalation.candidates:
        if candidate.ref == entry.ref:
            proposal = candidate.proposal[:1].lower() + candidate.proposal[1:]
            yield f"Proposed now: {proposal}. {candidate.reasons[0].words}"


def _word(entry: Entry) -> str:
    """Its ref as the names of tables have it."""
    return re.sub(r"\W+", "_", entry.ref.lower())
