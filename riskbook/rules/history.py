"""Rules H: a risk of the register held against its own past, and the register against the rounds that there were.

In the examples ``ratings`` are impact×likelihood, oldest first; the rest is what the register remembers besides them.
"""

from collections.abc import Iterator
from datetime import date
from itertools import pairwise

from riskbook.findings import Severity, rule
from riskbook.model import Entry, Movement, Past, Register
from riskbook.places import Place
from riskbook.rounds import UnknownRoundError
from riskbook.rules.escalation import rated, top_run
from riskbook.rules.registers import Found
from riskbook.settings import Context


@rule(
    code="H101",
    title="Quarters in the top band",
    severity=Severity.NOTE,
    reads=("impact",),
    message="{ref} has been {band} for {count} rounds: {ratings}.",
    hint="Say on the report what has been tried, and what would bring it down.",
    why="People get used to a risk that stays at the top, and stop asking about it.",
    bad={"ratings": "4×4, 5×4, 4×4"},
    good={"ratings": "4×3, 5×4, 4×4"},
)
def stays_top(register: Register, context: Context) -> Found:
    for entry in register.open:
        run = top_run(entry, context) if entry.rating else ()
        if len(run) >= context.settings.rules.top_rounds:
            facts = {"ref": entry.ref, "band": context.settings.lines.top.name, "count": len(run)}
            yield entry.now.source.place("impact"), entry.ref, {**facts, "ratings": _in_words(run)}


@rule(
    code="H102",
    title="Nothing about its rating has changed for long",
    severity=Severity.QUERY,
    reads=("impact",),
    message="{ref} has stood at {rating} for {count} rounds, since {since}.",
    hint="Ask what the actions have achieved; if nothing more can be done, choose Tolerate, or close it.",
    why="A rating that never moves may be a risk that nobody looks at.",
    bad={"ratings": "4×3, 4×3, 4×3, 4×3"},
    good={"ratings": "4×2, 4×3, 4×3, 4×3"},
)
def unchanged(register: Register, context: Context) -> Found:
    for entry in _told(register):
        run = _unmoved(rated(entry, context))
        if entry.now.response != "Tolerate" and len(run) >= context.settings.rules.unchanged_rounds:
            facts = {"ref": entry.ref, "rating": _rating(run[-1]), "count": len(run), "since": run[0].round}
            yield entry.now.source.place("impact"), entry.ref, facts


@rule(
    code="H103",
    title="The target date was put back",
    severity=Severity.QUERY,
    before=True,
    reads=("target_date",),
    message="{ref}: the target was first due on {first.day} {first:%B %Y} and has been put back {times}, "
    "to {now.day} {now:%B %Y}.",
    hint="Ask what would have to happen for this date to hold.",
    why="A target that moves with the calendar is never missed and never reached.",
    bad={"target_date": date(2026, 12, 31), "last_target": date(2026, 9, 30), "first_target": date(2026, 6, 30)},
    good={"target_date": date(2026, 9, 30), "last_target": date(2026, 9, 30), "first_target": date(2026, 6, 30)},
)
def target_put_back(register: Register, context: Context) -> Found:
    for entry in register.open:
        first, now, slips = entry.first_target, entry.now.target_date, entry.target_slips
        was = context.before.by_ref.get(entry.ref) if context.before else None
        again = was is not None and slips > was.target_slips
        if first and now and again and slips >= context.settings.rules.target_slips:
            times = "once" if slips == 1 else f"{slips} times"
            facts = {"ref": entry.ref, "first": first, "now": now, "times": times}
            yield entry.now.source.place("target_date"), entry.ref, facts


@rule(
    code="H104",
    title="Its rating goes up and down by turns",
    severity=Severity.QUERY,
    reads=("impact",),
    message="{ref} went up and down by turns: {ratings}.",
    hint="Ask whether the risk itself moves so, or whether it is rated by another person or in another mood each time.",
    why="A rating that swings says more about the rating than about the risk.",
    bad={"ratings": "3×3, 4×3, 3×3, 4×3"},
    good={"ratings": "3×3, 4×3, 4×4, 4×3"},
)
def by_turns(register: Register, context: Context) -> Found:
    least, rank = context.settings.rules.turning_rounds, context.settings.matrix.rank
    for entry in _told(register):
        last = rated(entry, context)[-least:]
        ranks = [rank(past.score) for past in last if past.score]
        steps = [after - before for before, after in pairwise(ranks)]
        if len(last) == least and all(one * other < 0 for one, other in pairwise(steps)):
            yield entry.now.source.place("impact"), entry.ref, {"ref": entry.ref, "ratings": _in_words(last)}


@rule(
    code="H105",
    title="The same words for long",
    severity=Severity.QUERY,
    reads=("commentary",),
    message="What has changed of {ref} has said the same for {count} rounds.",
    hint="Ask the owner what is true today.",
    why="Words copied from quarter to quarter hide that nobody looked.",
    bad={"same_words": 3},
    good={"same_words": 2},
)
def same_words(register: Register, context: Context) -> Found:
    for entry in _told(register):
        if entry.same_words >= context.settings.rules.same_words_rounds:
            facts = {"ref": entry.ref, "count": entry.same_words}
            yield entry.now.source.place("commentary"), entry.ref, facts


@rule(
    code="H106",
    title="A quarter is missing",
    severity=Severity.NOTE,
    before=True,
    message="There is no register of {missing}; this one follows that of {before}, and movement is since then.",
    hint="If the register is somewhere else, put it into its round's folder and merge again; if not, say so on the "
    "report.",
    why="A comparison over two quarters that reads like one over a single quarter misleads.",
    bad={"round": "2026-27 Q2", "before": "2025-26 March"},
    good={"round": "2026-27 Q2", "before": "2026-27 Q1"},
)
def missing_round(register: Register, context: Context) -> Found:
    before = context.before.round if context.before else ""
    if missing := _between(before, context):
        facts = {"missing": ", ".join(missing), "before": before}
        yield Place(context.round.register, "About"), "", facts


RULES = (stays_top, unchanged, target_put_back, by_turns, same_words, missing_round)


def _told(register: Register) -> Iterator[Entry]:
    """Open risks that somebody told and rated in this round."""
    silent = (Movement.CARRIED, Movement.NOT_RETURNED)
    return (entry for entry in register.open if entry.rating and entry.movement not in silent)


def _unmoved(ratings: tuple[Past, ...]) -> tuple[Past, ...]:
    """The ratings at the end that are all in one cell of the matrix."""
    start = len(ratings)
    while start and ratings[start - 1].score == ratings[-1].score:
        start -= 1
    return ratings[start:]


def _in_words(ratings: tuple[Past, ...]) -> str:
    return ", ".join(f"{_rating(past)} in {past.round}" for past in ratings)


def _rating(past: Past) -> str:
    return f"{past.number} {past.band} ({past.score})"


def _between(before: str, context: Context) -> list[str]:
    """The rounds between the last register's and this one, oldest first; none where the timetable has not its round."""
    timetable, round_ = context.settings.timetable, context.round
    try:
        last = timetable.round(before)
    except UnknownRoundError:
        return []
    missing: list[str] = []
    while (round_ := timetable.before(round_)).as_at > last.as_at:
        missing.append(str(round_))
    return missing[::-1]
