"""A risk as told now and as it stood in; its entry out: the rating that counts, the movement, the history."""

from collections import Counter
from dataclasses import replace
from datetime import date
from typing import Any

from riskbook.effects import put_away, putting_away
from riskbook.findings import Finding
from riskbook.forms import RISKS
from riskbook.kinds import Step
from riskbook.matrix import Matrix, Score
from riskbook.model import Decision, Entry, Movement, Past, Register, Risk
from riskbook.rules import returns
from riskbook.settings import Context, Settings
from riskbook.text import folded


def scale(settings: Settings) -> str:
    """The scale in force, in one line: two rounds were scored alike only when these are the same."""
    matrix = settings.matrix
    rows = " ".join("".join(band.letter for band in row) for row in matrix.cells)
    return f"{_steps(matrix)} · {rows} · up to {matrix.reachable[-1]}"


def keeps_steps(was: str, settings: Settings) -> bool:
    """Whether the steps of an earlier scale are steps of the one in force: a matrix of that name and size.

    Then only bands or numbers have moved, and nobody need score a risk anew.
    """
    return was.startswith(f"{_steps(settings.matrix)} · ")


def _steps(matrix: Matrix) -> str:
    return f"{matrix.name} · {len(matrix.impact)} × {len(matrix.likelihood)}"


def carried(before: Entry, context: Context) -> Entry:
    """Last round's entry as this round begins with it: what could not be read then stands on Held in that round only.

    Steps that are none on the scale in force say nothing on it; they are kept as they were typed.
    """
    last = context.before.scale if context.before else scale(context.settings)
    steps = {} if keeps_steps(last, context.settings) else {key: getattr(before.now, key) for key in _STEPS}
    typed = tuple((key, f"{step}, {OLD_SCALE}") for key, step in steps.items() if step is not None)
    gone: dict[str, Any] = dict.fromkeys(steps)
    return replace(before, now=replace(before.now, **gone, unread=typed))


OLD_SCALE = "old scale"
"""What is said beside a step or rating of another scale than the one in force."""
_STEPS = tuple(column.key for column in RISKS if isinstance(column.kind, Step))


def entry(
    ref: str,
    unit: str,
    told: Risk | None,
    before: Entry | None,
    context: Context,
    asked: bool,
    decided: tuple[Decision, ...] = (),
) -> tuple[Entry, list[Finding]]:
    """Work out one entry. ``told`` is the row that counts, ``before`` last round's entry as ``carried``; one stands.

    Last round's row in which somebody changed other cells by hand has the rating that counted, as if nobody told it.
    """
    last = context.before.scale if context.before else scale(context.settings)
    rescaled, lost = last != scale(context.settings), not keeps_steps(last, context.settings)
    was = None if lost or before is None else before.rating or before.was
    silent = told is None or is_emptied(told)
    now = before.now if silent and before else told
    if now is None:
        raise ValueError(f"{ref} is told by nobody")
    rated = not silent and not (before and now.source == before.now.source and now.score == before.now.score)
    submitted = now.score if rated else None if lost or before is None else before.rating
    agreed = _agreed(decided)
    rating = agreed or submitted
    findings: list[Finding] = []
    level = _level(unit, before, context)
    closing = putting_away(decided, level)
    if not silent:
        now = _still_exempt(now, before)
    if closing:
        now = put_away(now, closing)
    elif not silent:
        now, findings = _closing(now, before is None, level, rating or was, context)

    def moved(score: Score | None) -> Movement:
        return _movement(now, before, silent, asked, rescaled, score, was, context, closing)

    ratings = [("submitted", submitted), *([("agreed", agreed)] if agreed else [])]
    movement = moved(rating)
    history = (
        *(before.history if before else ()),
        *(_rated(ref, kind, score, moved(score), context) for kind, score in ratings),
    )
    into = closing.into if closing and movement is Movement.MERGED else ""
    remembered = _remembered(now, before, silent)
    return Entry(unit, level, now, rating, was, movement, history, into, **remembered), findings


def _still_exempt(now: Risk, before: Entry | None) -> Risk:
    """What was exempt stays so until the query about it (R226) is answered: publishing cannot be undone."""
    reopened = before is not None and before.now.exempt and not now.exempt and not now.answer
    return replace(now, audience="Exempt") if reopened else now


def balance(register: Register, before: Register | None) -> str:
    """The sum that the movements come to, in one line: what was open, what came, what stands, what went."""
    moved = Counter(one.movement for one in register.entries)
    new = moved[Movement.NEW] + sum(one.is_brief for one in register.entries)
    opening = f"{len(before.open)} open in {before.round}" if before else "0 open before"
    return (
        f"{opening} + {new} new + {moved[Movement.REOPENED]} reopened = {len(register.open)} open now "
        f"+ {moved[Movement.CLOSED]} closed + {moved[Movement.MERGED]} merged"
    )


def is_emptied(risk: Risk) -> bool:
    """Whether every cell of a known risk's row was emptied: nobody said anything about it."""
    return risk == Risk(risk.source, risk.ref)


def _remembered(now: Risk, before: Entry | None, silent: bool) -> dict[str, Any]:
    """What the register remembers of a risk besides its ratings: its first target date, and what stayed as it was.

    A round in which no return told it says nothing new, though somebody may have changed its row by hand.
    """
    if before is None:
        return {"first_target": now.target_date, "same_words": int(bool(now.commentary))}
    was = before.now.target_date
    later = bool(was and now.target_date and now.target_date > was)
    same = bool(now.commentary) and folded(now.commentary) == folded(before.now.commentary)
    words = max(before.same_words, 1) + 1 if same else int(bool(now.commentary))
    untold = silent or (same and now.source == before.now.source)
    return {
        "first_target": before.first_target or was or now.target_date,
        "target_slips": before.target_slips + later,
        "same_words": before.same_words if untold else words,
    }


def _level(unit: str, before: Entry | None, context: Context) -> str:
    known = context.directory.unit(unit)
    return known.level if known else before.level if before else ""


def _agreed(decided: tuple[Decision, ...]) -> Score | None:
    """The rating that was agreed, by the last to decide on one."""
    for one in sorted(decided, key=lambda decision: decision.decided_on or date.min, reverse=True):
        if one.agreed_impact is not None and one.agreed_likelihood is not None:
            return Score(one.agreed_impact, one.agreed_likelihood)
    return None


def _closing(now: Risk, new: bool, level: str, rating: Score | None, context: Context) -> tuple[Risk, list[Finding]]:
    """A manager may close a unit's risk below the line, with a reason; anything else is a proposal to close."""
    if now.status != "Closed":
        return now, []
    low = rating is not None and not context.settings.asked_in_full(rating)
    if low and now.close_reason and level != "Directorate" and not new:
        return now, []
    facts = {"ref": now.ref, "line": context.settings.lines.full_from.name}
    place = now.source.place("status")
    note = returns.CLOSING_WAITS.finding(place, facts, ref=now.ref, field="Status", value=now.status, key="status")
    return replace(now, status="Propose to close"), [note]


def _movement(
    now: Risk,
    before: Entry | None,
    silent: bool,
    asked: bool,
    rescaled: bool,
    rating: Score | None,
    was: Score | None,
    context: Context,
    closing: Decision | None,
) -> Movement:
    """The first movement that holds."""
    if closing:
        return Movement.MERGED if closing.decision == "Merge" else Movement.CLOSED
    if before is None:
        return Movement.NEW
    if not silent and now.over:
        return Movement.CLOSED
    if not before.open:
        return Movement.REOPENED
    if silent:
        return Movement.NOT_RETURNED if asked else Movement.CARRIED
    if rating is None:
        return Movement.UNSCORED
    if rescaled or was is None:
        scored = any(past.score for past in before.ratings)
        return Movement.RESCALED if scored else Movement.SAME
    rank = context.settings.matrix.rank
    if rank(rating) == rank(was):
        return Movement.SAME
    return Movement.UP if rank(rating) > rank(was) else Movement.DOWN


def _rated(ref: str, kind: str, score: Score | None, movement: Movement, context: Context) -> Past:
    if score is None:
        return Past(ref, str(context.round), kind, None, None, None, "", movement.value)
    matrix = context.settings.matrix
    number, band = matrix.number(score), matrix.band(score).name
    return Past(ref, str(context.round), kind, score.impact, score.likelihood, number, band, movement.value)
