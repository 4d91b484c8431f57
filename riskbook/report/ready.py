"""The rows of a form in; what its live cells say (score, rating, movement, row check) out.

Python says here what Excel works out on the form, from the same columns and rules, so that every formula is written
with its value. It reads as the form does, which is stricter than the reader: a date is a real date, a step is chosen
from the list, or is its number or its word.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from riskbook.findings import Rule, Severity
from riskbook.forms import ACTIONS, RISKS, Asked, Column
from riskbook.kinds import Day, Flag, Kind, Money, Step, Unfit, spelt
from riskbook.matrix import Level
from riskbook.model import Action, Movement, Risk, Source
from riskbook.report.form import Form, FormRow, Shown, laid
from riskbook.rules import actions as action_rules
from riskbook.rules import risks as risk_rules
from riskbook.settings import Context, Settings

READY, STILL, LOOK = "Ready", "Still needed: ", "Look again: "
NOT_A_STEP = "a score is not one of the steps"
NOT_A_DAY = "a date is not a day"
NO_SUCH_RISK = "no such risk"
REFS = "rb_refs"
"""The name of the refs on Risks."""
BY_START = "reviewed"
"""The column that Start's "I have reviewed every risk" fills in."""
_ANY = "?"


@dataclass(frozen=True, slots=True)
class Live:
    """What the live cells of a row say."""

    ready: str
    score: int | str = ""
    rating: str = ""
    movement: str = ""


@dataclass(frozen=True, slots=True)
class Standing:
    """A whole form: its rows with their numbers and what they say, and what Start counts besides."""

    risks: tuple[tuple[FormRow, Live], ...]
    actions: tuple[tuple[FormRow, Live], ...]
    overdue: int
    reviewed_all: bool


def standing(form: Form, context: Context) -> Standing:
    """Say what every row of a form says when it is opened."""
    rows, action_rows = laid(form.risks, numbered=True), laid(form.actions, numbered=False)
    risks = tuple(read_risk(row, context.settings) for row in rows)
    actions = tuple(read_action(row, context.settings) for row in action_rows)
    ticked = form.part.get("reviewed_all") == "Yes"
    reviewed = ticked and bool(form.part.get("filled_by")) and isinstance(form.part.get("filled_on"), date)
    return Standing(
        tuple((row, _live(row, risk, actions, context, reviewed)) for row, risk in zip(rows, risks, strict=True)),
        tuple((row, Live(action_check(row, of, risks, context))) for row, of in zip(action_rows, actions, strict=True)),
        sum(action.days_overdue(context.on) > 0 for action in actions),
        reviewed,
    )


def row_check(row: FormRow, risk: Risk, actions: Sequence[Action], context: Context, reviewed_all: bool = False) -> str:
    """What Row check says of a risk, given what the form reads in its row, and the form's actions; nothing if blank."""
    full = risk.score is not None and context.settings.asked_in_full(risk.score)
    empty = [column for column in _empty(row, RISKS, full) if not (reviewed_all and column.key == BY_START)]
    own = tuple(action for action in actions if risk.ref and action.risk_ref == risk.ref)
    found = [rule for rule in live_rules(risk_rules.RULES) if _asks(rule, risk, own, context)]
    return _check(row, RISKS, empty, found, context.settings)


def action_check(row: FormRow, action: Action, risks: Sequence[Risk], context: Context) -> str:
    """What Row check says of an action, given what the form reads in its row, and the risks of the form."""
    risk = next((risk for risk in risks if risk.ref and risk.ref == action.risk_ref), None)
    found = [rule for rule in live_rules(action_rules.RULES) if _finds(rule, action, risk, context)]
    lost = [NO_SUCH_RISK] if "risk_ref" in row.values and risk is None else []
    return _check(row, ACTIONS, _empty(row, ACTIONS, full=False), found, context.settings, lost)


def live_rules(rules: Iterable[Rule]) -> Iterator[Rule]:
    """The rules that Row check speaks of."""
    return (rule for rule in rules if rule.excel and (rule.needed or rule.look))


def in_order(rules: Iterable[Rule]) -> list[Rule]:
    """The rules that ask for another look: what is wrong, then what is odd."""
    looks = [rule for rule in rules if rule.look]
    return sorted(looks, key=lambda rule: rule.severity is not Severity.ERROR)


def by_rank(rule: Rule) -> bool:
    """Whether a rule compares ratings: Row check asks it only where every step can be read."""
    return "rank}" in rule.excel


def in_words(column: Column) -> str:
    """A heading inside a sentence."""
    return column.header.lower().replace("?", "")


def spellings(levels: Sequence[Level]) -> tuple[tuple[str, int], ...]:
    """What the form finds in the cell of a step, and the step's number: as listed, or its number alone.

    Nothing typed and a question mark are no step (0). The mark stands first, because MATCH takes one for any character
    and would find a step.
    """
    listed = ((str(level), level.value) for level in levels)
    numbers = ((str(level.value), level.value) for level in levels)
    return ((_ANY, 0), *listed, ("", 0), *numbers)


def read_risk(row: FormRow, settings: Settings) -> Risk:
    """The risk of a row, as far as the form can read it."""
    return Risk(Source(row=row.row), **{"ref": "", **_read(row, RISKS, settings)})


def read_action(row: FormRow, settings: Settings) -> Action:
    """The action of a row, as far as the form can read it."""
    return Action(Source(row=row.row), **{"ref": "", **_read(row, ACTIONS, settings)})


def _live(row: FormRow, risk: Risk, actions: Sequence[Action], context: Context, reviewed_all: bool) -> Live:
    score, matrix = risk.score, context.settings.matrix
    ready = row_check(row, risk, actions, context, reviewed_all)
    if score is None:
        return Live(ready)
    if row.previous is None:
        movement = str(Movement.NEW) if "previous" not in row.values else ""
    else:
        by = matrix.rank(score) - matrix.rank(row.previous)
        movement = str(Movement.UP if by > 0 else Movement.DOWN if by < 0 else Movement.SAME)
    return Live(ready, matrix.number(score), matrix.band(score).name, movement)


def _empty(row: FormRow, columns: tuple[Column, ...], full: bool) -> list[Column]:
    """The columns that are asked of a row and empty: those always asked come first."""
    asked = (Asked.ALWAYS, Asked.FULL) if full else (Asked.ALWAYS,)
    return [column for when in asked for column in columns if column.asked is when and column.key not in row.values]


def _check(
    row: FormRow,
    columns: tuple[Column, ...],
    empty: Sequence[Column],
    found: Sequence[Rule],
    settings: Settings,
    lost: Sequence[str] = (),
) -> str:
    """Say what is needed, and what to look at again; an answer silences queries, never errors."""
    typed = {column.key for column in columns if column.on_form and not column.ours and column.key in row.values}
    if not typed:
        return ""
    said = [rule for rule in found if rule.severity is Severity.ERROR or "answer" not in typed]
    unread = {type(c.kind) for c in columns if isinstance(c.kind, Step | Day) and _unread(row, c, settings)}
    ranked = [rule.look for rule in in_order(said) if by_rank(rule)]
    plain = [rule.look for rule in in_order(said) if not by_rank(rule)]
    steps = [NOT_A_STEP] if Step in unread else ranked
    needed = [*map(in_words, empty), *(rule.needed for rule in found if rule.needed)]
    looks = [*steps, *([NOT_A_DAY] if Day in unread else []), *lost, *plain]
    return _sentence(needed, looks)


def _sentence(needed: Sequence[str], looks: Sequence[str]) -> str:
    parts = [STILL + ", ".join(needed)] if needed else []
    parts += [LOOK + "; ".join(looks)] if looks else []
    return ". ".join(parts) or READY


def _unread(row: FormRow, column: Column, settings: Settings) -> bool:
    return column.key in row.values and _value(row.values[column.key], column.kind, settings) is None


def _asks(rule: Rule, risk: Risk, actions: tuple[Action, ...], context: Context) -> bool:
    """Whether a rule has something to say; what it needs, another that reads the same may need too."""
    same = [other for other in risk_rules.RULES if rule.needed and not other.excel and other.reads == rule.reads]
    return any(_finds(one, risk, actions, context) for one in (rule, *same))


def _finds(rule: Rule, *known: object) -> bool:
    return rule.check is not None and rule.check(*known) is not None


def _read(row: FormRow, columns: tuple[Column, ...], settings: Settings) -> dict[str, Any]:
    """The values of a row by key, without those that the form cannot read."""
    typed = ((c.key, _value(row.values[c.key], c.kind, settings)) for c in columns if c.on_form and c.key in row.values)
    return {key: value for key, value in typed if value is not None and key not in _NO_FIELDS}


def _value(shown: Shown, kind: Kind, settings: Settings) -> Any:
    """A cell as the form's formulas take it; None where they cannot."""
    if isinstance(kind, Step):
        return _step(shown, kind.levels(settings.matrix))
    if isinstance(kind, Day) and not isinstance(shown, date | float | int):
        return None
    try:
        return kind.read(shown, settings).value
    except Unfit:
        return None if isinstance(kind, Day | Flag | Money) else spelt(shown)


def _step(shown: Shown, levels: Sequence[Level]) -> int | None:
    typed = " ".join(part for part in spelt(shown).split(" ") if part).casefold()
    known = {spelling.casefold(): step for spelling, step in spellings(levels)}
    return known.get(typed) or None


_NO_FIELDS = ("ready", "score", "rating", "previous", "movement", "last_said")
