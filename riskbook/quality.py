"""A risk on a register in; what is missing from it or has run late, as leaders and auditors ask it, out."""

from enum import StrEnum

from riskbook.findings import Rule
from riskbook.model import Action, Entry, Movement, Register, Risk
from riskbook.rules import risks
from riskbook.settings import Context


class Gap(StrEnum):
    """What can be missing or late, in the order in which it is told."""

    UNSCORED = "Not scored"
    REVIEW = "Review overdue"
    NO_ACTION = "No action"
    NO_TARGET = "No target"
    NO_OWNER = "No owner"
    TARGET_PASSED = "Target passed"
    ACTION_OVERDUE = "Action overdue"


def gaps(entry: Entry, register: Register, context: Context) -> frozenset[Gap]:
    """What an open risk lacks, or has let pass, on the day that the round is counted to.

    Where a rule asks the same of a return, it is asked here: both must find the same.
    """
    risk, actions = entry.now, register.actions_of.get(entry.ref, ())
    full = entry.rating is not None and context.settings.asked_in_full(entry.rating)
    asked = entry.movement is not Movement.CARRIED
    found = {
        Gap.UNSCORED: entry.rating is None,
        Gap.REVIEW: asked and (risk.reviewed is None or _fires(risks.not_reviewed, risk, actions, context)),
        Gap.NO_ACTION: _fires(risks.treat_without_action, risk, actions, context),
        Gap.NO_TARGET: full and (risk.target is None or risk.target_date is None),
        Gap.NO_OWNER: not risk.owner or risks.is_nobody(risk.owner, context),
        Gap.TARGET_PASSED: _fires(risks.target_date_passed, risk, actions, context),
        Gap.ACTION_OVERDUE: any(action.days_overdue(context.on) for action in actions),
    }
    return frozenset(gap for gap, holds in found.items() if holds)


def meanings(line: str) -> tuple[tuple[Gap, str], ...]:
    """What each of them says; ``line`` is the band from which every question is asked."""
    return (
        (Gap.UNSCORED, "impact or likelihood is empty or cannot be read"),
        (Gap.REVIEW, "not reviewed since the round began"),
        (Gap.NO_ACTION, "the response is Treat and no action is open"),
        (Gap.NO_TARGET, f"{line} or worse, without a target or its date"),
        (Gap.NO_OWNER, "nobody is named, or a vacant post, a group or several people"),
        (Gap.TARGET_PASSED, "the target date has passed"),
        (Gap.ACTION_OVERDUE, "an open action is past its due date"),
    )


def _fires(rule: Rule, risk: Risk, actions: tuple[Action, ...], context: Context) -> bool:
    return rule.check is not None and rule.check(risk, actions, context) is not None
