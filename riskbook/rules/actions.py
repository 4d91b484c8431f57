"""Rules A: one action, held against its risk, last quarter and the timetable.

``bad`` and ``good`` are fields of an action that has nothing wrong otherwise. Besides them ``risk`` are fields of its
risk, and ``last_due`` is the date that it was due last quarter.
"""

from datetime import date

from riskbook.findings import Facts, Severity, rule
from riskbook.model import Action, Risk
from riskbook.rules.risks import is_nobody, latest
from riskbook.rules.words import plain
from riskbook.settings import Context


@rule(
    code="A201",
    title="Overdue",
    severity=Severity.QUERY,
    reads=("due", "status"),
    message="Due on {due.day} {due:%B %Y} and not complete: {days} {word} overdue on {on.day} {on:%B %Y}.",
    hint="Say why, and what happens next; type the new day here if it is put back.",
    why="A risk is not coming down while its actions stand still.",
    excel='AND(ISNUMBER({due}),{due}<rb_as_at,{status}<>"Complete",{status}<>"Cancelled")',
    look="overdue: say why, or what next",
    bad={"due": date(2026, 8, 28), "status": "On track"},
    good={"due": date(2026, 8, 28), "status": "Complete", "done": date(2026, 8, 21)},
)
def overdue(action: Action, risk: Risk | None, context: Context) -> Facts:
    days = action.days_overdue(context.on)
    word = "day" if days == 1 else "days"
    return {"due": action.due, "days": days, "word": word, "on": context.on} if days else None


@rule(
    code="A202",
    title="Put back since last quarter",
    severity=Severity.QUERY,
    before=True,
    reads=("due",),
    message="Put back from {was.day} {was:%B %Y} to {due.day} {due:%B %Y}; first agreed {first.day} {first:%B %Y}, "
    "put back {times} so far.",
    hint="Say why, and what makes the new day likely.",
    why="An action that slips every quarter treats nothing.",
    bad={"due": date(2027, 1, 29), "last_due": date(2026, 11, 30)},
    good={"due": date(2026, 11, 30), "last_due": date(2026, 11, 30)},
)
def put_back(action: Action, risk: Risk | None, context: Context) -> Facts:
    was = context.before.action_by_ref.get(action.ref) if context.before else None
    if was is None or was.due is None or action.due is None or not action.open or action.due <= was.due:
        return None
    times = was.slips + 1
    said = "once" if times == 1 else f"{times} times"
    return {"was": was.due, "due": action.due, "first": was.first_due or was.due, "times": said}


@rule(
    code="A203",
    title="Complete without a date",
    severity=Severity.ERROR,
    reads=("done", "status"),
    message="The status is Complete, and Date completed is empty.",
    hint="Give the day on which it was finished.",
    why="Whether it helped can only be seen from the day on which it was done.",
    excel='AND({status}="Complete",{done}="")',
    needed="date completed",
    bad={"status": "Complete", "done": None},
    good={"status": "Complete", "done": date(2026, 9, 7)},
)
def complete_without_date(action: Action, risk: Risk | None, context: Context) -> Facts:
    return {} if action.status == "Complete" and action.done is None else None


@rule(
    code="A204",
    title="Dated and not complete",
    severity=Severity.QUERY,
    reads=("status", "done"),
    message="Date completed is {done.day} {done:%B %Y}, and the status is {status}.",
    hint="Set the status to Complete, or take the date out.",
    why="One of the two is out of date.",
    excel='AND({done}<>"",{status}<>"",{status}<>"Complete")',
    look="it has a date but is not Complete",
    bad={"status": "On track", "done": date(2026, 9, 7)},
    good={"status": "Complete", "done": date(2026, 9, 7)},
)
def dated_and_not_complete(action: Action, risk: Risk | None, context: Context) -> Facts:
    if action.done is None or action.status in ("", "Complete"):
        return None
    return {"done": action.done, "status": action.status}


@rule(
    code="A205",
    title="Due after the risk's target date",
    severity=Severity.QUERY,
    reads=("due",),
    message="Due on {due.day} {due:%B %Y}, after the target date of {ref}, {target.day} {target:%B %Y}.",
    hint="Bring the action forward, or move the risk's target date and say why.",
    why="A target cannot be reached by something that is done after it.",
    bad={"due": date(2027, 5, 28), "risk": {"target_date": date(2027, 3, 31)}},
    good={"due": date(2027, 2, 26), "risk": {"target_date": date(2027, 3, 31)}},
)
def due_after_target(action: Action, risk: Risk | None, context: Context) -> Facts:
    if risk is None or risk.target_date is None or risk.target_date <= context.on or action.due is None:
        return None
    if not action.open or action.due <= risk.target_date:
        return None
    return {"due": action.due, "ref": risk.ref, "target": risk.target_date}


@rule(
    code="A206",
    title="An open action on a closed risk",
    severity=Severity.QUERY,
    reads=("status",),
    message="The status is {status}, but {ref} is {became}.",
    hint="Complete or cancel the action, or open the risk again.",
    why="Either the work is still needed, and so is the risk, or nobody need do it.",
    bad={"status": "On track", "risk": {"status": "Closed", "close_reason": "Mitigated"}},
    good={"status": "Cancelled", "risk": {"status": "Closed", "close_reason": "Mitigated"}},
)
def open_on_closed_risk(action: Action, risk: Risk | None, context: Context) -> Facts:
    became = {"Closed": "closed", "Became an issue": "an issue now"}.get(risk.status) if risk else None
    if risk is None or became is None or not action.open or not action.status:
        return None
    return {"status": action.status, "ref": risk.ref, "became": became}


@rule(
    code="A207",
    title="A vague action",
    severity=Severity.QUERY,
    reads=("what",),
    message="“{what}” does not say what will be done.",
    hint="Say what will be different when it is finished, in a few words.",
    why="An action without an end is never late and never done.",
    bad={"what": "Monitor and review as required"},
    good={"what": "Fill the second screening post"},
)
def vague(action: Action, risk: Risk | None, context: Context) -> Facts:
    told = plain(action.what)
    begins = any(f"{told} ".startswith(f"{plain(word)} ") for word in context.settings.lists.vague_words)
    few = len(told.split()) < context.settings.rules.action_least_words
    return {"what": action.what} if told and action.open and (begins or few) else None


@rule(
    code="A208",
    title="Completed in the future",
    severity=Severity.ERROR,
    reads=("done",),
    message="Date completed is {done.day} {done:%B %Y}, after the returns were due back.",
    hint="Give the day on which it was finished; when it is still to come, leave the cell empty.",
    why="Something that has not happened yet would count as done.",
    excel="AND(ISNUMBER({done}),{done}>MAX(rb_as_at,rb_due)+60)",
    bad={"status": "Complete", "done": date(2026, 12, 18)},
    good={"status": "Complete", "done": date(2026, 9, 7)},
)
def completed_in_the_future(action: Action, risk: Risk | None, context: Context) -> Facts:
    return {"done": action.done} if action.done and action.done > latest(context) else None


@rule(
    code="A209",
    title="An action that no one person leads",
    severity=Severity.QUERY,
    reads=("lead",),
    message="“{lead}” is not one person or post.",
    hint="Name the one person or post who sees to it.",
    why="What everybody is to do nobody does.",
    bad={"lead": "All managers"},
    good={"lead": "Team Manager, Front Door"},
)
def nobody_leads(action: Action, risk: Risk | None, context: Context) -> Facts:
    return {"lead": action.lead} if action.open and is_nobody(action.lead, context) else None


RULES = (
    overdue,
    put_back,
    complete_without_date,
    dated_and_not_complete,
    due_after_target,
    open_on_closed_risk,
    vague,
    completed_in_the_future,
    nobody_leads,
)
