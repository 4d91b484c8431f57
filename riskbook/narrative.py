"""A tally in, the paragraph of counts that councils print out; and the words for what moved. Nils are said in words."""

from collections.abc import Iterable

from riskbook.kinds import listed
from riskbook.matrix import Score
from riskbook.model import Entry, Movement
from riskbook.settings import Context, Settings
from riskbook.tally import Tally


def headline(tally: Tally, silent: str = "") -> str:
    """The paragraph of counts; no number in it is from anywhere but the tally. ``silent`` names who sent no return."""
    sentences = [_standing(tally), *_movement(tally), _actions(tally), _returns(tally, silent), *_rest(tally)]
    return " ".join(sentence for sentence in sentences if sentence)


def since(tally: Tally) -> str:
    """The last round's short name, "Q1"; in full where it is not the round just before, or has the name of this one."""
    last = tally.last_round.rpartition(" ")[2]
    return last if tally.follows and last != tally.round.rpartition(" ")[2] else tally.last_round


def mover(entry: Entry, context: Context) -> str:
    """What moved, from where to where, and why in the owner's own words."""
    parts = [steps(entry), movement_words(entry, context.settings)]
    moved = ", ".join(part for part in parts if part)
    why = entry.now.commentary.strip()
    if not why and entry.movement in (Movement.UP, Movement.DOWN):
        why = "No reason is given."
    return " ".join(part for part in (_sentence(moved), _sentence(why)) if part)


def steps(entry: Entry) -> str:
    """Which steps moved: "Likelihood 3 to 4"; nothing unless it went up or down."""
    if entry.movement not in (Movement.UP, Movement.DOWN) or entry.was is None or entry.rating is None:
        return ""
    impact = _step("impact", entry.was.impact, entry.rating.impact)
    likelihood = _step("likelihood", entry.was.likelihood, entry.rating.likelihood)
    words = listed([part for part in (impact, likelihood) if part], "and")
    return words[:1].upper() + words[1:]


def movement_words(entry: Entry, settings: Settings) -> str:
    """A movement with its ratings: "12 to 16, Amber to Red", "16 to 20, stays Red", "new at 9 Amber"."""
    now, was = entry.rating, entry.was
    match entry.movement:
        case Movement.UP | Movement.DOWN if now and was:
            return _from_to(was, now, settings) + compared(entry)
        case Movement.CLOSED:
            reason = f": {entry.now.close_reason}" if entry.now.close_reason else ""
            return f"closed{_at(was or now, settings)}{reason}"
        case Movement.MERGED:
            return f"merged into {entry.into or 'another risk'}"
        case Movement.UNSCORED:
            before = f"in {entry.compared}" if entry.compared else "before"
            return f"not scored; {settings.matrix.rating(was)} {before}" if was else "not scored"
        case Movement.SAME:
            return f"stays{_at(now, settings)}{compared(entry)}"
    words = {
        Movement.NEW: "new",
        Movement.REOPENED: "reopened",
        Movement.CARRIED: "not asked, stands",
        Movement.NOT_RETURNED: "not returned, stands",
        Movement.RESCALED: "scored on a new scale",
    }
    return f"{words.get(entry.movement, 'stays')}{_at(now, settings)}"


def compared(entry: Entry) -> str:
    """Which round it is compared with, where the one before has no rating: ", compared with 2026-27 Q1"."""
    return f", compared with {entry.compared}" if entry.compared else ""


def _from_to(was: Score, now: Score, settings: Settings) -> str:
    numbers = settings.matrix.number(was), settings.matrix.number(now)
    bands = settings.matrix.band(was).name, settings.matrix.band(now).name
    moved = f"still {numbers[1]}" if numbers[0] == numbers[1] else f"{numbers[0]} to {numbers[1]}"
    return f"{moved}, {f'stays {bands[1]}' if bands[0] == bands[1] else f'{bands[0]} to {bands[1]}'}"


def _at(score: Score | None, settings: Settings) -> str:
    return f" at {settings.matrix.rating(score)}" if score else ", not scored"


def _step(axis: str, was: int, now: int) -> str:
    return "" if was == now else f"{axis} {was} to {now}"


def _sentence(words: str) -> str:
    """Words with a capital and a stop; a stop that is there stays the only one."""
    words = words[:1].upper() + words[1:]
    return words if not words or words.endswith((".", "!", "?")) else f"{words}."


def _standing(tally: Tally) -> str:
    if not tally.now.all:
        return "There are no risks on the register."
    parts = [f"{_count(count)} {band}" for band, count in tally.now.bands]
    parts += [f"{tally.now.unscored} not scored"] if tally.now.unscored else []
    scored = "" if tally.now.unscored else "; it is scored" if tally.now.all == 1 else "; all are scored"
    return f"{_of(tally.now.all, 'risk')}: {listed(parts, 'and')}{scored}."


def _movement(tally: Tally) -> Iterable[str]:
    """What moved. Without a last round no movement is claimed; where all were scored on a new scale, none is denied."""
    if not tally.last_round:
        yield "This is the first register, so no movement is claimed."
        return
    moved = tally.moved
    first = moved(Movement.UP)
    words = [
        f"{_count(first)} {_is(first)} up",
        f"{_count(moved(Movement.DOWN))} down",
        f"{_count(moved(Movement.SAME))} the same",
        f"{_count(moved(Movement.NEW))} new",
    ]
    if moved(Movement.RESCALED) and not any(map(moved, (Movement.UP, Movement.DOWN, Movement.SAME))):
        new = moved(Movement.NEW)
        words = [f"{_count(new)} {_is(new)} new"]
    closed, merged = moved(Movement.CLOSED), moved(Movement.MERGED)
    went = f"{_count(closed)} {_was(closed)} closed and {_count(merged)} merged"
    yield f"Since {since(tally)}, {'; '.join([listed(words, 'and'), went, *_kept(tally)])}."


def _kept(tally: Tally) -> Iterable[str]:
    """Risks that have no movement of their own."""
    absent, carried = tally.moved(Movement.NOT_RETURNED), tally.moved(Movement.CARRIED)
    unscored, rescaled = tally.moved(Movement.UNSCORED), tally.moved(Movement.RESCALED)
    yield _untold(absent, "returned", tally) if absent else "none is missing from the returns"
    if carried:
        yield _untold(carried, "asked for", tally)
    if tally.waiting:
        yield f"{tally.waiting} of these {_is(tally.waiting)} to be scored on the new scale, and in no band until then"
    if unscored:
        yield f"{unscored} {_has(unscored)} no score"
    if rescaled:
        yield f"{rescaled} {_was(rescaled)} scored on a new scale and cannot be compared"


def _untold(count: int, what: str, tally: Tally) -> str:
    """How many were not returned, or not asked for; that they stand as before, unless some wait for a score."""
    stand = "" if tally.waiting else f" and {_stand(count)} as before"
    return f"{count} {_was(count)} not {what}{stand}"


def _actions(tally: Tally) -> str:
    actions = tally.actions
    then = "" if actions.last_overdue is None else f" ({_count(actions.last_overdue)} in {since(tally)})"
    if not actions.overdue:
        return f"No action is overdue{then}."
    long = f"{_count(actions.long_overdue)} by more than {actions.long_days} days"
    return f"{_of(actions.overdue, 'action')} {_is(actions.overdue)} overdue{then}, {long}."


def _returns(tally: Tally, silent: str) -> str:
    due, received, late = tally.returns.due, tally.returns.received, tally.returns.late
    if not due:
        return "No return was due."
    missing = f"; {silent} did not" if silent and received else ""
    return f"{received or 'None'} of {_of(due, 'unit')} sent a return, {_count(late)} late{missing}."


def _rest(tally: Tally) -> Iterable[str]:
    if tally.last_round:
        back, up, down = tally.moved(Movement.REOPENED), tally.escalated, tally.de_escalated
        if back or up or down:
            words = [f"{_count(back)} {_was(back)} reopened", f"{_count(up)} escalated", f"{_count(down)} de-escalated"]
            yield f"{_sentence(listed(words, 'and')).removesuffix('.')} since the last report."
        else:
            yield "None was reopened, escalated or de-escalated since the last report."
    if tally.exempt:
        yield f"{_of(tally.exempt, 'risk')} {_is(tally.exempt)} exempt."


def _count(number: int) -> str:
    return str(number) if number else "none"


def _of(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"


def _has(number: int) -> str:
    return "have" if number > 1 else "has"


def _is(number: int) -> str:
    return "are" if number > 1 else "is"


def _was(number: int) -> str:
    return "were" if number > 1 else "was"


def _stand(number: int) -> str:
    return "stand" if number > 1 else "stands"
