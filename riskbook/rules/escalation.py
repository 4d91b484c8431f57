"""Rules E and D: a risk of the register in; facts out where it should go up a level, down a level, or be closed.

They only propose. ``[escalation]`` in riskbook.toml says which are on and gives their numbers, for a unit's risk and
for a directorate risk; ``escalate`` runs them.

In the examples ``ratings`` are impact×likelihood, oldest first; ``alike`` is how many units tell the same risk,
``overdue`` by how many days an action is, ``until`` the unit's last day, ``brought_by`` the code that it was escalated
for; the rest are columns of the form.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from riskbook.findings import Facts, Rule, Severity, rule
from riskbook.matrix import Band, Matrix, Score
from riskbook.model import Decision, Entry, Movement, Past, Register
from riskbook.settings import Context, Escalation, Lines

DIRECTORATE = "Directorate"
"""The level of the one unit that owns the directorate's risks."""

CORPORATE_BODY = "Corporate Risk Group"
_NAMED = 8
"""So many of the risks that tell the same are named in a reason; the sheet Alike has them all."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What a check may know besides its entry. ``alike``: by ref, the refs that tell the same risk, itself too."""

    register: Register
    context: Context
    alike: Mapping[str, tuple[str, ...]]

    @property
    def matrix(self) -> Matrix:
        """The matrix in force."""
        return self.context.settings.matrix

    @property
    def lines(self) -> Lines:
        """The bands that rules go by."""
        return self.context.settings.lines

    def line(self, entry: Entry) -> Escalation:
        """The codes and numbers for an entry's level."""
        levels = self.context.settings.escalation
        return levels.directorate if entry.level == DIRECTORATE else levels.unit

    def in_top(self, score: Score) -> bool:
        """Whether a rating is in the top band."""
        return self.matrix.band(score).rank >= self.lines.top.rank


def rated(entry: Entry, context: Context) -> tuple[Past, ...]:
    """The ratings that runs of rounds are counted in, oldest first.

    A round in which the risk was carried, not returned or not scored says nothing new: it neither counts nor breaks a
    run. Ratings from before a change of the matrix do not count at all.
    """
    run: list[Past] = []
    for past in entry.ratings:
        if past.score is None or past.movement in (Movement.CARRIED, Movement.NOT_RETURNED):
            continue
        if not on_scale(past, context.settings.matrix):
            run.clear()
            continue
        run.append(past)
    return tuple(run)


def on_scale(past: Past, matrix: Matrix) -> bool:
    """Whether a rating was made on the matrix in force: the same cell has the same number and band."""
    score = past.score
    if score is None or score.impact > len(matrix.impact) or score.likelihood > len(matrix.likelihood):
        return False
    return (matrix.number(score), matrix.band(score).name) == (past.number, past.band)


def top_run(entry: Entry, context: Context) -> tuple[Past, ...]:
    """The unbroken run of ratings in the top band that reaches to now, oldest first."""
    return _run(rated(entry, context), context.settings.lines.top)


def cover(entry: Entry, register: Register) -> Entry | None:
    """The open directorate risk that carries a unit's risk: the one that it was escalated into, or its parent."""
    if entry.level == DIRECTORATE:
        return None
    moved = [d for d in decided(register, entry.ref) if d.decision in ("Escalate", "De-escalate")]
    for ref in (moved[-1].into if moved and moved[-1].decision == "Escalate" else "", entry.now.parent):
        above = register.by_ref.get(ref)
        if above and above.open and above.level == DIRECTORATE:
            return above
    return None


def corporate(entry: Entry, register: Register) -> Decision | None:
    """The decision of the Corporate Risk Group by which a directorate risk stands on the corporate register."""
    words = ("Accept", "Return", "De-escalate", "Close")
    theirs = [d for d in decided(register, entry.ref) if d.body == CORPORATE_BODY and d.decision in words]
    return theirs[-1] if theirs and theirs[-1].decision == "Accept" else None


def put_up(entry: Entry, register: Register) -> Decision | None:
    """The decision that put a directorate risk to the Corporate Risk Group, which has not answered yet.

    What was decided in the directorate since takes it back; what the group asks before it answers does not.
    """
    ends = ("Accept", "Return", "De-escalate", "Close")
    own = ("Escalate", "Manage at this level", "Hold", "More information", "De-escalate", "Close", "Merge")
    moved = [d for d in decided(register, entry.ref) if d.decision in (ends if d.body == CORPORATE_BODY else own)]
    last = moved[-1] if moved and entry.level == DIRECTORATE else None
    return last if last and last.decision == "Escalate" else None


def decided(register: Register, ref: str) -> tuple[Decision, ...]:
    """The decisions about a risk, oldest first; those without a date keep their order before the dated ones."""
    about = [decision for decision in register.decisions if decision.risk_ref == ref]
    return tuple(sorted(about, key=lambda decision: decision.decided_on or date.min))


@rule(
    code="E101",
    title="In the top band",
    severity=Severity.NOTE,
    message="Rated {rating}, the top band.",
    hint="Decide whether the level above should own it, or why it can be managed where it is.",
    why="The level above answers for the worst risks and should hear of them from us, not from an inspector.",
    bad={"ratings": "4×4"},
    good={"ratings": "4×3"},
)
def rated_top(entry: Entry, seen: Seen) -> Facts:
    if entry.rating is None or not seen.in_top(entry.rating):
        return None
    return {"rating": seen.matrix.rating(entry.rating)}


@rule(
    code="E102",
    title="Above the appetite for its category",
    severity=Severity.NOTE,
    message="Stands at {number}, above the appetite{category} ({appetite}).",
    hint="Decide what would bring it within appetite, or agree to bear it for a time.",
    why="An appetite that nobody acts on is only a number.",
    bad={"ratings": "4×3", "category": "Information"},
    good={"ratings": "2×5", "category": "Information"},
)
def above_appetite(entry: Entry, seen: Seen) -> Facts:
    category, settings = entry.now.category, seen.context.settings
    if entry.rating is None or not settings.above_appetite(category, entry.rating):
        return None
    number = seen.matrix.number(entry.rating)
    return {"number": number, "category": category and f" for {category}", "appetite": settings.appetite.of(category)}


@rule(
    code="E103",
    title="The highest impact, and controls that are not known to work",
    severity=Severity.NOTE,
    message="Impact is the highest there is ({impact}), the category is {category}, and the controls are {controls}.",
    hint="Ask what would show that the controls work, whatever the likelihood.",
    why="For a child's death or a breach of the law a low likelihood is no comfort where nothing prevents it.",
    bad={"ratings": "5×1", "category": "Safeguarding", "control_effectiveness": "Partly"},
    good={"ratings": "5×1", "category": "Safeguarding", "control_effectiveness": "Effective"},
)
def highest_impact(entry: Entry, seen: Seen) -> Facts:
    category, works = entry.now.category, entry.now.control_effectiveness
    highest = seen.matrix.impact[-1]
    if entry.rating is None or entry.rating.impact != highest.value or works == "Effective":
        return None
    if category not in seen.line(entry).highest_impact_categories:
        return None
    words = {"Partly": "only partly effective", "Weak": "weak", "Not tested": "not tested"}
    return {"impact": highest, "category": category, "controls": words.get(works, "not said to be effective")}


@rule(
    code="E104",
    title="Several units tell the same risk",
    severity=Severity.NOTE,
    message="{count} units tell the same risk: {refs}.",
    hint="One risk a level up may hold it better than several below; they can be linked to it.",
    why="What each of them can bear may be too much for the directorate as a whole, and nobody below can see that.",
    bad={"ratings": "3×3", "alike": 3},
    good={"ratings": "3×3", "alike": 2},
)
def told_by_several(entry: Entry, seen: Seen) -> Facts:
    if entry.rating is None or not seen.context.settings.asked_in_full(entry.rating):
        return None
    telling = [seen.register.by_ref[ref] for ref in seen.alike.get(entry.ref, ())]
    telling = [other for other in telling if other.level != DIRECTORATE]
    count = len({other.unit for other in telling})
    if count < seen.line(entry).alike_units:
        return None
    more = f" and {len(telling) - _NAMED} more" if len(telling) > _NAMED else ""
    return {"count": count, "refs": f"{', '.join(other.ref for other in telling[:_NAMED])}{more}"}


@rule(
    code="E105",
    title="Its band got worse, or its score keeps rising",
    severity=Severity.NOTE,
    message="{what}: {numbers}.",
    hint="Ask what changed, and whether what is planned is enough.",
    why="A risk that is getting worse is easier to turn round early.",
    bad={"ratings": "2×3, 3×3, 4×3"},
    good={"ratings": "3×3, 3×3, 4×3"},
)
def worsened(entry: Entry, seen: Seen) -> Facts:
    if entry.rating is None or entry.was is None or entry.movement is not Movement.UP:
        return None
    then, now = seen.matrix.band(entry.was), seen.matrix.band(entry.rating)
    if then.rank < now.rank:
        numbers = f"{seen.matrix.number(entry.was)} to {seen.matrix.number(entry.rating)}"
        return {"what": f"Rose from {then.name} to {now.name}", "numbers": numbers}
    rounds = seen.line(entry).rising_rounds
    last = rated(entry, seen.context)[-rounds - 1 :]
    if len(last) <= rounds or any(after <= before for before, after in _steps(last)):
        return None
    return {"what": f"Rose {rounds} rounds running", "numbers": _numbers(last)}


@rule(
    code="E106",
    title="In the top band for several rounds",
    severity=Severity.NOTE,
    message="{band} for {rounds} rounds: {numbers}.",
    hint="What has been tried has not brought it down: ask for something else, or for help from above.",
    why="People get used to a risk that stays at the top, and stop asking about it.",
    bad={"ratings": "4×4, 4×4, 4×4"},
    good={"ratings": "5×4, 5×4, 4×4"},
)
def stays_top(entry: Entry, seen: Seen) -> Facts:
    least, run = seen.line(entry).top_rounds, top_run(entry, seen.context)
    if entry.rating is None or len(run) < least:
        return None
    if any(after < before for before, after in _steps(run[-least:])):
        return None
    return {"band": run[-1].band, "rounds": len(run), "numbers": _numbers(run)}


@rule(
    code="E107",
    title="The target date has passed and it stands above its target",
    severity=Severity.NOTE,
    message="Target {target} was due {due.day} {due:%B %Y}, {days} {word} before {on.day} {on:%B %Y}, "
    "and it stands at {number}.",
    hint="Agree a new date with reasons, or other actions.",
    why="A target that passes without a word was a wish.",
    bad={"ratings": "4×3", "target_impact": 3, "target_likelihood": 3, "target_date": date(2026, 6, 30)},
    good={"ratings": "3×3", "target_impact": 3, "target_likelihood": 3, "target_date": date(2026, 6, 30)},
)
def target_missed(entry: Entry, seen: Seen) -> Facts:
    target, due, on = entry.now.target, entry.now.target_date, seen.context.on
    if entry.rating is None or target is None or due is None or due >= on:
        return None
    if seen.matrix.rank(entry.rating) <= seen.matrix.rank(target):
        return None
    days, number = (on - due).days, seen.matrix.number(entry.rating)
    word = "day" if days == 1 else "days"
    return {"target": seen.matrix.number(target), "due": due, "days": days, "word": word, "on": on, "number": number}


@rule(
    code="E108",
    title="An action is long overdue",
    severity=Severity.NOTE,
    message="{what} more than {line} days overdue: {which}.",
    hint="Ask the action's lead what stands in the way.",
    why="The rating supposes that the actions are being done.",
    bad={"ratings": "4×3", "overdue": 31},
    good={"ratings": "4×3", "overdue": 30},
)
def action_overdue(entry: Entry, seen: Seen) -> Facts:
    if entry.rating is None or not seen.context.settings.asked_in_full(entry.rating):
        return None
    line = seen.line(entry).overdue_days
    days = {a.ref: a.days_overdue(seen.context.on) for a in seen.register.actions_of.get(entry.ref, ())}
    late = sorted((ref for ref in days if days[ref] > line), key=lambda ref: (-days[ref], ref))
    if not late:
        return None
    what = "1 action is" if len(late) == 1 else f"{len(late)} actions are"
    return {"what": what, "line": line, "which": ", ".join(f"{ref} by {days[ref]}" for ref in late)}


@rule(
    code="E109",
    title="A great deal of money is at stake",
    severity=Severity.NOTE,
    message="Exposure £{exposure:,.0f}; the line is £{line:,.0f}.",
    hint="Tell the directorate's finance lead, and say what part of it is budgeted for.",
    why="From this amount up the directorate's budget feels it.",
    bad={"ratings": "2×2", "exposure": 500_000.0},
    good={"ratings": "2×2", "exposure": 499_999.0},
)
def exposed(entry: Entry, seen: Seen) -> Facts:
    exposure, line = entry.now.exposure, seen.line(entry).exposure
    return None if exposure is None or exposure < line else {"exposure": exposure, "line": line}


@rule(
    code="E110",
    title="Beyond the owner's control",
    severity=Severity.NOTE,
    message="The owner says that it is beyond their control.",
    hint="Ask who could bring it down, and hand it to them.",
    why="A risk belongs with somebody who can do something about it.",
    bad={"ratings": "2×2", "beyond_control": True},
    good={"ratings": "2×2", "beyond_control": False},
)
def beyond_control(entry: Entry, seen: Seen) -> Facts:
    return {} if entry.now.beyond_control else None


@rule(
    code="E111",
    title="The manager asks for it",
    severity=Severity.NOTE,
    message="The {who} asks for it: {reason}",
    hint="Answer, whatever the answer is.",
    why="A manager who asks and hears nothing will raise the score next time instead.",
    bad={"ratings": "2×2", "escalate": True, "escalate_reason": "Health must agree to it."},
    good={"ratings": "2×2", "escalate": False},
)
def asked_for(entry: Entry, seen: Seen) -> Facts:
    if not entry.now.escalate:
        return None
    who = "owner" if entry.level == DIRECTORATE else "manager"
    return {"who": who, "reason": _sentence(entry.now.escalate_reason or "no reason is given")}


@rule(
    code="E112",
    title="In the top band, and no directorate risk covers it",
    severity=Severity.NOTE,
    message="No directorate risk covers it.",
    hint="Link it to the directorate risk that it feeds, or make one.",
    why="It is the worst there is, and the directorate's own list says nothing of it.",
    bad={"ratings": "4×4"},
    good={"ratings": "4×4", "parent": "DIR-01"},
)
def uncovered(entry: Entry, seen: Seen) -> Facts:
    if entry.rating is None or not seen.in_top(entry.rating) or entry.level == DIRECTORATE:
        return None
    return {} if cover(entry, seen.register) is None else None


@rule(
    code="D101",
    title="At or below its target for several rounds",
    severity=Severity.NOTE,
    message="At or below its target of {target} for {rounds} rounds: {numbers}.",
    hint="It can be handed back or closed, or given a lower target.",
    why="A register that keeps what is finished hides what is not. A unit's tolerated risk is meant to stand there.",
    bad={"ratings": "3×2, 3×2", "target_impact": 3, "target_likelihood": 2, "response": "Treat"},
    good={"ratings": "3×3, 3×2", "target_impact": 3, "target_likelihood": 2, "response": "Treat"},
)
def at_target(entry: Entry, seen: Seen) -> Facts:
    target, rounds = entry.now.target, seen.line(entry).target_rounds
    last = _last(entry, seen, rounds)
    if target is None or not last or (entry.level != DIRECTORATE and entry.now.response == "Tolerate"):
        return None
    if any(rank > seen.matrix.rank(target) for rank in _ranks(last, seen.matrix)):
        return None
    return {"target": seen.matrix.number(target), "rounds": rounds, "numbers": _numbers(last)}


@rule(
    code="D102",
    title="Below the line that brought it up, for several rounds",
    severity=Severity.NOTE,
    message="{line} brought it up, and it has been below that for {rounds} rounds: {numbers}.",
    hint="It can be handed back to the service that brought it.",
    why="The list at the top is short so that it is read.",
    bad={"ratings": "4×3, 4×3", "brought_by": "E101", "level": "Directorate"},
    good={"ratings": "4×4, 4×3", "brought_by": "E101", "level": "Directorate"},
)
def below_the_line(entry: Entry, seen: Seen) -> Facts:
    rounds = seen.line(entry).below_rounds
    last, codes = _last(entry, seen, rounds), _brought_by(entry, seen.register)
    top, appetite = seen.lines.top, seen.context.settings.appetite.of(entry.now.category)
    lines = []
    if codes & {"E101", "E106"}:
        lines.append((f"{top.name} rating", all(not seen.in_top(past.score) for past in last if past.score)))
    if "E102" in codes:
        lines.append((f"Appetite of {appetite}", all(past.number <= appetite for past in last if past.number)))
    if not last or not lines or not all(below for _, below in lines):
        return None
    return {"line": " and ".join(words for words, _ in lines), "rounds": rounds, "numbers": _numbers(last)}


@rule(
    code="D103",
    title="Its project or partnership has closed",
    severity=Severity.NOTE,
    message="The {level} closed on {until.day} {until:%B %Y}.",
    hint="Close it, or move what is left of it to a unit that still stands.",
    why="Nobody is left who would do anything about it.",
    bad={"ratings": "2×2", "level": "Project", "until": date(2026, 8, 31)},
    good={"ratings": "2×2", "level": "Project", "until": date(2026, 12, 31)},
)
def unit_closed(entry: Entry, seen: Seen) -> Facts:
    unit = seen.context.directory.unit(entry.unit)
    if unit is None or unit.level not in ("Project", "Partnership"):
        return None
    if unit.until is None or unit.until >= seen.context.on:
        return None
    return {"level": unit.level.lower(), "until": unit.until}


@rule(
    code="D104",
    title="In the bottom band for several rounds",
    severity=Severity.NOTE,
    message="{band} for {rounds} rounds: {numbers}.",
    hint="Propose to close it, or say why it should be kept.",
    why="Time spent on settled risks is taken from the others.",
    bad={"ratings": "2×2, 2×2, 2×2"},
    good={"ratings": "2×3, 2×2, 2×2"},
)
def stays_bottom(entry: Entry, seen: Seen) -> Facts:
    least, bottom = seen.line(entry).bottom_rounds, seen.lines.bottom
    if entry.rating is None:
        return None
    run = _run(rated(entry, seen.context), bottom)
    return None if len(run) < least else {"band": bottom.name, "rounds": len(run), "numbers": _numbers(run)}


@rule(
    code="D105",
    title="The manager proposes to close it",
    severity=Severity.NOTE,
    message="The {who} proposes to close it: {reason}",
    hint="Agree to close it, or say why it stays open.",
    why="From the middle band up, and for every directorate risk, closing is for the directorate to decide.",
    bad={"ratings": "3×3", "status": "Propose to close", "close_reason": "Mitigated"},
    good={"ratings": "3×3", "status": "Open"},
)
def asked_to_close(entry: Entry, seen: Seen) -> Facts:
    if entry.now.status not in ("Propose to close", "Closed"):
        return None
    who = "owner" if entry.level == DIRECTORATE else "manager"
    return {"who": who, "reason": _sentence(entry.now.close_reason or "no reason is given")}


RULES: tuple[Rule, ...] = (
    rated_top,
    above_appetite,
    highest_impact,
    told_by_several,
    worsened,
    stays_top,
    target_missed,
    action_overdue,
    exposed,
    beyond_control,
    asked_for,
    uncovered,
    at_target,
    below_the_line,
    unit_closed,
    stays_bottom,
    asked_to_close,
)


def _run(ratings: tuple[Past, ...], band: Band) -> tuple[Past, ...]:
    """The ratings at the end that are all in one band."""
    start = len(ratings)
    while start and ratings[start - 1].band == band.name:
        start -= 1
    return ratings[start:]


def _last(entry: Entry, seen: Seen, rounds: int) -> tuple[Past, ...]:
    """The last so many ratings; nothing where there are fewer, or it is not scored now."""
    ratings = rated(entry, seen.context)
    return ratings[-rounds:] if entry.rating and len(ratings) >= rounds else ()


def _steps(ratings: tuple[Past, ...]) -> list[tuple[int, int]]:
    """Each number and the one after it."""
    numbers = [past.number or 0 for past in ratings]
    return list(pairwise(numbers))


def _ranks(ratings: tuple[Past, ...], matrix: Matrix) -> list[int]:
    return [matrix.rank(past.score) for past in ratings if past.score]


def _numbers(ratings: tuple[Past, ...]) -> str:
    return ", ".join(str(past.number) for past in ratings)


def _brought_by(entry: Entry, register: Register) -> set[str]:
    """The codes for which a risk was last escalated, or taken in from below."""
    brought = [d for d in register.decisions if d.decision == "Escalate" and entry.ref in (d.into, d.risk_ref)]
    latest = max(brought, key=lambda decision: decision.decided_on or date.min, default=None)
    return set(latest.codes) if latest else set()


def _sentence(words: str) -> str:
    """Words as the end of a sentence."""
    return words if words.endswith((".", "!", "?")) else f"{words}."
