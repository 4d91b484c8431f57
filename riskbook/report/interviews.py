"""Interview packs: for each owner of directorate risks what was promised, what is overdue, what to ask; and cards."""

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import date

from riskbook import narrative
from riskbook.kinds import listed, said
from riskbook.model import Action, Entry, Movement, Register
from riskbook.quarterly import Quarterly
from riskbook.report import cards, cells, directorate_risks, packs, scores
from riskbook.report.audience import BANNER, Audience, is_exempt
from riskbook.report.blocks import Block, Figure, Figures, Heading, NewPage, Paper, Para, Sheet, Text, ToFill, Tone
from riskbook.report.columns import Column, table
from riskbook.report.form import ToRead, can_be_told
from riskbook.report.questions import Question, questions
from riskbook.settings import Context

NAME = "Interview"
PACK = replace(packs.OWNER, title="Interview: {name}", file="interviews/{key}")
"""What a pack is called, and where it stands in the round's folder."""


def owners(whole: Quarterly) -> tuple[Audience, ...]:
    """Everybody who owns an open directorate risk, by post or name, with those risks alone; each risk in one pack."""
    found: dict[str, Audience] = {}
    left = {entry.ref for entry in directorate_risks.owned(whole) if entry.now.owner}
    for one in packs.owners(whole):
        refs = frozenset(one.refs or ()) & left
        if refs:
            left -= refs
            found[one.file] = replace(one, kind=PACK, refs=refs, units=frozenset())
    return tuple(found.values())


def named(text: str, whole: Quarterly) -> Audience:
    """The owner that a post or name stands for.

    Raises:
        UnknownAudienceError: nobody of that name owns an open directorate risk.
    """
    known = {one.key: one for one in owners(whole)}
    with suppress(packs.UnknownAudienceError):
        if (asked := packs.named(text, whole)).key in known:
            return known[asked.key]
    near = packs.nearest(text, known) or f"; those who do are {listed(list(known), 'and')}"
    raise packs.UnknownAudienceError(f"nobody called “{text}” owns an open directorate risk{near if known else ''}.")


def unowned(whole: Quarterly) -> tuple[str, ...]:
    """The open directorate risks that are in nobody's pack, because no owner is named."""
    return tuple(entry.ref for entry in directorate_risks.owned(whole) if not entry.now.owner)


def to_read(audience: Audience, whole: Quarterly, context: Context) -> ToRead:
    """What stands in front of the form: the guide with the questions, and a card for each risk.

    ``whole`` is of the round of the register that the pack is made from, ``context`` of the interview's.
    """
    theirs = audience.of(whole)
    owned = directorate_risks.owned(theirs)
    guide = sheet(audience.name, theirs, context)
    banner = BANNER if is_exempt(theirs) else ""
    return ToRead(audience.name, (guide, *cards.sheets(theirs)), (scores.sheet(theirs, cards=owned),), banner)


def sheet(name: str, quarterly: Quarterly, context: Context) -> Sheet:
    """The guide: a page for each risk, with room to write."""
    entries = directorate_risks.owned(quarterly)
    blocks: list[Block] = []
    for number, entry in enumerate(entries):
        blocks += [NewPage()] if number else []
        blocks += _about(entry, quarterly, context)
    return Sheet(
        name=NAME,
        title=f"Interview: {name}, {context.round}",
        lead=f"{cells.number(len(entries), 'risk')}, as on the register of {quarterly.register.round}. Write here on "
        "paper; what is to count is typed on Risks and Actions.",
        blocks=tuple(blocks),
        widths=_GRID,
        use=Paper(scale=_SCALE, portrait=True),
    )


_GRID = (104, 232, 48, 210, 266)
_SCALE = 80
"""Per cent at which the grid fills a page that stands upright, its text still of 8 points."""
_LINES = 5
"""So many lines there are to write on."""


def _about(entry: Entry, quarterly: Quarterly, context: Context) -> Iterator[Block]:
    """Everything about one risk."""
    asked = questions(entry, quarterly, context.on)
    columns: tuple[Column[Question], ...] = (
        Column("About", 0, lambda one: Text(one.about)),
        Column("What we see", 0, lambda one: cells.words(one.seen)),
        Column("Rule", 0, lambda one: Text(one.code, Tone.QUIET), centred=True),
        Column("What we ask", 0, lambda one: Text(one.words, Tone.STRONG)),
        Column("What was said", 0, lambda one: ToFill(lines=_LINES)),
    )
    yield Heading(f"{entry.ref}  {cells.title(entry).words}".replace("\n", " "))
    yield Figures(tuple(_facts(entry, quarterly, context)))
    name = f"questions_{entry.ref.lower()}".replace("-", "_")
    yield table(name, columns, asked, empty="", about=f"{entry.ref}: what to ask, and room for what is said.")
    if not can_be_told(entry, quarterly.register, context):
        yield Para("It was made by a decision of this round: it has no row on Risks before the next form.", Tone.QUIET)


def _facts(entry: Entry, quarterly: Quarterly, context: Context) -> Iterator[Figure]:
    """How it is rated and how it moved; what was promised last time, what was said since, what is overdue."""
    settings, risk = context.settings, entry.now
    rating = settings.matrix.rating(entry.rating) if entry.rating else "Not scored"
    yield Figure("Rating", f"{rating}. {entry.movement}: {narrative.movement_words(entry, settings)}.", Tone.STRONG)
    until = f", by {said(risk.target_date)}" if risk.target_date else ""
    target = settings.matrix.rating(risk.target) if risk.target else "No target is given"
    yield Figure("Target", f"{target}{until}.")
    promised = _promised(entry, quarterly, context)
    yield Figure("Promised last time", promised or "Nothing was said.", Tone.PLAIN if promised else Tone.QUIET)
    if _is_of(quarterly, context) and entry.movement not in (Movement.NOT_RETURNED, Movement.CARRIED):
        told = risk.commentary.strip()
        yield Figure("Said this quarter", told or "Nothing was said.", Tone.PLAIN if told else Tone.QUIET)
    overdue = "\n".join(_overdue(entry, quarterly.register, context.on))
    yield Figure("Overdue", overdue or "Nothing is overdue.", Tone.STRONG if overdue else Tone.QUIET)


def _promised(entry: Entry, quarterly: Quarterly, context: Context) -> str:
    """What was said last quarter, and the actions that were to be done since, with what has become of each."""
    then = quarterly.context.before if _is_of(quarterly, context) else quarterly.register
    before = then.by_ref.get(entry.ref) if then else None
    if then is None or before is None:
        return ""
    now = {action.ref: action for action in quarterly.register.actions_of.get(entry.ref, ())}
    due = [one for one in then.actions_of.get(entry.ref, ()) if one.open and one.due and one.due <= context.on]
    lines = [_became(one, now.get(one.ref)) for one in sorted(due, key=lambda one: (one.due or date.max, one.ref))]
    return "\n".join(part for part in (before.now.commentary.strip(), *lines) if part)


def _is_of(quarterly: Quarterly, context: Context) -> bool:
    """Whether the register is of the interview's own round, and not of the last."""
    return quarterly.register.round == str(context.round)


def _became(was: Action, now: Action | None) -> str:
    """An action that was to be done, and how it stands."""
    state = (now.status if now else "") or "not said"
    when = f" on {said(now.done)}" if now and now.done else ""
    back = f", put back to {said(now.due)}" if now and now.due and was.due and now.due > was.due else ""
    due = said(was.due) if was.due else ""
    return (
        f"{was.ref}, due {due}: {was.what.strip().removesuffix('.')}. Now {state[:1].lower()}{state[1:]}{when}{back}."
    )


def _overdue(entry: Entry, register: Register, on: date) -> Iterator[str]:
    """The target, where its day has passed, and the actions that are late."""
    if entry.now.target_date and entry.now.target_date < on:
        yield f"The target, by {cells.number((on - entry.now.target_date).days, 'day')}."
    late = [action for action in register.actions_of.get(entry.ref, ()) if action.days_overdue(on)]
    for action in sorted(late, key=lambda one: (-one.days_overdue(on), one.ref)):
        days = cells.number(action.days_overdue(on), "day")
        yield f"{action.ref} {action.what.strip().removesuffix('.')}, by {days}."
