"""A risk in, the cells that sheets show of it out; and the names that rounds go by in headers."""

from collections.abc import Sequence
from datetime import date

from riskbook import check, narrative
from riskbook.kinds import listed, said
from riskbook.matrix import Score
from riskbook.model import Action, Decision, Entry, Movement, Past, Register
from riskbook.quarterly import Quarterly, rounds_at_top
from riskbook.report.blocks import NIL, Cell, Count, Day, Link, Moved, Now, Ref, Refs, Retold, Text, Then, Tone, Trend
from riskbook.rules.escalation import DIRECTORATE, corporate, on_scale
from riskbook.settings import Settings
from riskbook.tally import Tally
from riskbook.wording import compared, differs

DIRECTORATE_RISKS = "Directorate risks"
"""The sheet that a directorate risk's ref leads to."""
MOST_NEXT = 3
"""So many open actions are said to be next."""


def this_round(tally: Tally) -> str:
    """The round's short name, "Q2"; in full where last round has the same."""
    short = tally.round.rpartition(" ")[2]
    return tally.round if tally.last_round.rpartition(" ")[2] == short else short


def last_round(tally: Tally) -> str:
    """Last round's short name, "Q1"; nothing on a first register."""
    return narrative.since(tally) if tally.last_round else ""


def ref(entry: Entry, linked: bool = True) -> Ref:
    """Its ref, which leads to its row on Directorate risks where it is one of those."""
    leads = linked and entry.level == DIRECTORATE
    return Ref(entry.ref, to=Link(DIRECTORATE_RISKS, entry.ref) if leads else None)


def title(entry: Entry, tone: Tone = Tone.PLAIN) -> Text:
    """Its title, or its event where it has none; an exempt risk is marked."""
    words = entry.now.title or entry.now.event or "No title"
    return Text(f"{words}\n(exempt)" if entry.now.exempt else words, tone)


def marked(entry: Entry, quarterly: Quarterly) -> Text:
    """Its title, strongly, and under it what must be known of it besides: it is corporate, it has taken others in."""
    register, told = quarterly.register, [title(entry).words]
    if accepted := corporate(entry, register):
        told.append(f"Corporate risk {accepted.corporate_ref}".strip())
    if entry.took_in:
        told.append(f"Takes in {listed(entry.took_in, 'and')}")
    told += [changed(one, register) for one in quarterly.overtaken if one.risk_ref == entry.ref]
    return Text("\n".join(told), Tone.STRONG)


def words(given: str, tone: Tone = Tone.PLAIN) -> Cell:
    """What somebody wrote, or that they wrote nothing."""
    return Text(given, tone) if given.strip() else NIL


def retold(entry: Entry, key: str, quarterly: Quarterly) -> Cell:
    """What somebody wrote, with the words marked that are new since last round's register."""
    before, now = quarterly.context.before, str(getattr(entry.now, key))
    was = before.by_ref.get(entry.ref) if before else None
    told = str(getattr(was.now, key)) if was else now
    return Retold(compared(told, now)) if now.strip() and differs(told, now) else words(now)


def rating_now(entry: Entry, settings: Settings) -> Cell:
    """The rating that counts in this round."""
    if not entry.open:
        return Text(entry.movement.value, Tone.QUIET)
    return _now(entry.rating, settings) or Text("Not scored", Tone.STRONG)


def rating_then(entry: Entry, settings: Settings) -> Cell:
    """The rating of the round before; one on another scale is said in words."""
    if entry.movement is Movement.NEW:
        return Text("New", Tone.QUIET)
    if entry.compared:
        return Text("Not scored", Tone.QUIET)
    scored = [past for past in entry.ratings[:-1] if past.score]
    if scored and not on_scale(scored[-1], settings.matrix):
        return Text(f"{scored[-1].number} {scored[-1].band}, old scale", Tone.QUIET)
    return then(entry.was, settings) or Text("Not scored", Tone.QUIET)


def then(score: Score | None, settings: Settings) -> Cell | None:
    """A rating of another time."""
    return Then(settings.matrix.band(score), settings.matrix.number(score)) if score else None


def impact(score: Score | None, settings: Settings, tone: Tone = Tone.PLAIN) -> Cell:
    """The step of impact, "4 Major"."""
    return Text(str(settings.matrix.impact[score.impact - 1]), tone) if score else NIL


def likelihood(score: Score | None, settings: Settings, tone: Tone = Tone.PLAIN) -> Cell:
    """The step of likelihood, "3 Possible"."""
    return Text(str(settings.matrix.likelihood[score.likelihood - 1]), tone) if score else NIL


def moved(entry: Entry, settings: Settings) -> Moved:
    """The movement, for what went up or down from where to where, strongly; and what was submitted, if not that."""
    submitted = f"agreed; {past(entry.overruled)} was submitted" if entry.overruled else ""
    if entry.movement in (Movement.UP, Movement.DOWN):
        moved = narrative.movement_words(entry, settings)
        return Moved(str(entry.movement), "\n".join(part for part in (moved, submitted) if part), Tone.STRONG)
    return Moved(str(entry.movement), submitted, tone=Tone.QUIET if entry.movement is Movement.SAME else Tone.PLAIN)


def moved_in_a_word(entry: Entry) -> Moved:
    """The movement alone, strongly for what went up or down."""
    tones = {Movement.UP: Tone.STRONG, Movement.DOWN: Tone.STRONG, Movement.SAME: Tone.QUIET}
    return Moved(str(entry.movement), tone=tones.get(entry.movement, Tone.PLAIN))


def agreed(decision: Decision, settings: Settings) -> str:
    """The rating that a decision agreed on, "12 Amber"; nothing where it did not, or on another scale."""
    score = Score(decision.agreed_impact or 0, decision.agreed_likelihood or 0)
    return settings.matrix.rating(score) if score in settings.matrix.scores() else ""


def past(one: Past) -> str:
    """A rating of a round, "20 Red", or that there was none."""
    return f"{one.number} {one.band}" if one.band else "without a score"


def changed(decision: Decision, register: Register) -> str:
    """That a risk was changed after it was decided: "Agree rating by DLT on 7 July 2026, changed on 9 July 2026"."""
    when = check.changed_on(decision, register)
    decided = f" on {said(decision.decided_on)}" if decision.decided_on else ""
    return f"{decision.decision} by {decision.body}{decided}, changed {f'on {said(when)}' if when else 'since'}"


def day(given: date | None, tone: Tone = Tone.PLAIN) -> Cell:
    """A day, or that there is none."""
    return Day(given, tone) if given else NIL


def target(entry: Entry, settings: Settings) -> Cell:
    """The rating that it should be brought to."""
    return then(entry.now.target, settings) or NIL


def target_date(entry: Entry) -> Cell:
    """The day by which it should be there."""
    return day(entry.now.target_date)


def trend(entry: Entry, settings: Settings) -> Cell:
    """Its scores by round, drawn; nothing for a risk that never had one."""
    return Trend(entry.ref, settings.matrix.reachable[-1]) if any(p.score for p in entry.history) else NIL


def at_top(entry: Entry, quarterly: Quarterly) -> Cell:
    """For how many rounds running it has been in the top band."""
    rounds = rounds_at_top(entry, quarterly.context)
    return Count(rounds) if rounds else NIL


def service(entry: Entry, quarterly: Quarterly) -> Text:
    """The name under which its unit is counted."""
    return Text(quarterly.context.directory.service(entry.unit), Tone.QUIET)


def unit_name(code: str, quarterly: Quarterly) -> str:
    """A unit's name; its code where the directory does not have it."""
    unit = quarterly.context.directory.unit(code)
    return unit.name if unit else code


def next_steps(entry: Entry, quarterly: Quarterly) -> Text:
    """Its open actions, the next one due first."""
    actions = [action for action in quarterly.register.actions_of.get(entry.ref, ()) if action.open]
    if not actions:
        return Text("No open action.", Tone.QUIET)
    actions.sort(key=lambda action: (action.due is None, action.due, action.ref))
    lines = [_step(action, quarterly) for action in actions[:MOST_NEXT]]
    more = len(actions) - len(lines)
    return Text("\n".join([*lines, *([f"And {more} more."] if more else [])]))


def shortly(names: Sequence[str], room: int) -> str:
    """Join for people: as many as stand in so many letters, one at least, and how many are left; nothing for none."""
    shown = min(1, len(names))
    while shown < len(names) and len(", ".join(names[: shown + 1])) <= room:
        shown += 1
    return first(names, shown)


def first(names: Sequence[str], shown: int) -> str:
    """Join the first few for people, "a, b and 3 more"."""
    left = len(names) - shown
    return listed([*names[:shown], *([f"{left} more"] if left else [])], "and")


def some(refs: Sequence[str], most: int) -> str:
    """Refs with commas between; of more than ``most`` the first, and how many are left."""
    return first(refs, most) if len(refs) > most else ", ".join(refs)


def refs(told: Sequence[str], most: int, listed_at: str, none: Cell) -> Cell:
    """A cell of refs; of more than ``most`` the first, and how many more are listed elsewhere. ``none`` is for none."""
    left = len(told) - most
    return Refs((*told[:most], *([f"{left} more: see {listed_at}"] if left > 0 else []))) if told else none


def change(by: int) -> str:
    """How many more or fewer: "+2", "−1", "0"."""
    return f"+{by}" if by > 0 else f"−{-by}" if by < 0 else "0"


def number(count: int, noun: str) -> str:
    """ "1 risk", "2 risks"."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def short(day: date) -> str:
    """A day as tables write it, "30 Sep 2026"."""
    number, month, year = said(day).split(" ")
    return f"{number} {month[:3]} {year}"


def _now(score: Score | None, settings: Settings) -> Cell | None:
    return Now(settings.matrix.band(score), settings.matrix.number(score)) if score else None


def _step(action: Action, quarterly: Quarterly) -> str:
    on = quarterly.context.on
    if not action.due:
        when = "no date"
    elif action.days_overdue(on):
        when = f"overdue since {short(action.due)}"
    else:
        when = f"by {short(action.due)}"
    return f"{action.what.strip().removesuffix('.')} ({when})."
