"""Rules R: one risk, with its actions, held against itself, last quarter, the directory and the timetable.

``bad`` and ``good`` are fields of a risk that has nothing wrong otherwise. Besides them ``previous`` is the rating
(impact, likelihood) that counted last quarter, ``submitted`` the one returned then where another was agreed,
``last_said`` the commentary then, and ``actions`` are the fields of its actions.
"""

from datetime import date, timedelta

from riskbook.findings import Facts, Severity, rule
from riskbook.matrix import Score
from riskbook.model import Action, Entry, Risk
from riskbook.rules import posts
from riskbook.rules.escalation import DIRECTORATE, rated
from riskbook.rules.words import first_of, plain, promise
from riskbook.settings import Context
from riskbook.text import folded


@rule(
    code="R201",
    title="Target above the rating now",
    severity=Severity.ERROR,
    reads=("target_impact", "target_likelihood", "impact", "likelihood"),
    message="The target is {target}, but the risk stands at {now}.",
    hint="A target is where treatment should bring the risk. Lower the target, or rate the risk again.",
    why="A target above today's rating reads as a plan to make the risk worse.",
    excel="IFERROR({target_rank}>{rank},FALSE)",
    look="the target is above the rating now",
    bad={"impact": 3, "likelihood": 2, "target_impact": 3, "target_likelihood": 4},
    good={"impact": 4, "likelihood": 3, "target_impact": 3, "target_likelihood": 2},
)
def target_above_now(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    if risk.target is None or risk.score is None or _rank(risk.target, context) <= _rank(risk.score, context):
        return None
    return {"target": _told(risk.target, context), "now": _told(risk.score, context)}


@rule(
    code="R202",
    title="Target where the risk stands already",
    severity=Severity.QUERY,
    reads=("target_impact", "target_likelihood", "impact", "likelihood", "response"),
    message="The response is Treat, but the target is where the risk stands already: {target}.",
    hint="Set a lower target, or choose Tolerate if nothing more can be done.",
    why="Treatment that changes nothing cannot be seen to work.",
    excel='AND({response}="Treat",IFERROR({target_rank}={rank},FALSE))',
    bad={"response": "Treat", "impact": 3, "likelihood": 2, "target_impact": 3, "target_likelihood": 2},
    good={"response": "Tolerate", "impact": 3, "likelihood": 2, "target_impact": 3, "target_likelihood": 2},
)
def target_reached(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    if risk.response != "Treat" or risk.target is None or risk.target != risk.score:
        return None
    return {"target": _told(risk.target, context)}


@rule(
    code="R203",
    title="Rating now above the one before controls",
    severity=Severity.QUERY,
    reads=("inherent_impact", "inherent_likelihood", "impact", "likelihood"),
    message="The risk stands at {now}, above the {inherent} that it would be without any controls.",
    hint="One of the two is a slip, or the controls make it worse. Correct it, or say why it is so.",
    why="Controls that raise a risk are rare; impact and likelihood in the wrong cells are not.",
    excel="IFERROR({rank}>{inherent_rank},FALSE)",
    look="the rating now is above the one before controls",
    bad={"impact": 4, "likelihood": 3, "inherent_impact": 3, "inherent_likelihood": 3},
    good={"impact": 4, "likelihood": 3, "inherent_impact": 4, "inherent_likelihood": 4},
)
def now_above_inherent(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    if risk.score is None or risk.inherent is None or _rank(risk.score, context) <= _rank(risk.inherent, context):
        return None
    return {"now": _told(risk.score, context), "inherent": _told(risk.inherent, context)}


@rule(
    code="R204",
    title="Impact fell without a word",
    severity=Severity.QUERY,
    before=True,
    reads=("impact", "commentary"),
    message="Impact fell from {was} to {now}, and What has changed does not speak of impact.",
    hint="Say why it would do less harm than last quarter, or put impact back.",
    why="Most controls make a risk less likely; few make it less harmful, so a fall in impact is often a slip.",
    bad={"impact": 3, "previous": [4, 3], "commentary": "Two posts were filled in August."},
    good={"impact": 3, "previous": [4, 3], "commentary": "Impact falls to 3: a second home can take the children."},
)
def impact_fell(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    was = _rating_before(risk, context)
    if was is None or risk.impact is None or risk.impact >= was.impact:
        return None
    steps = context.settings.matrix.impact
    if first_of(("impact", *(step.word for step in steps)), risk.commentary):
        return None
    return {"was": steps[was.impact - 1], "now": steps[risk.impact - 1]}


@rule(
    code="R205",
    title="The rating moved without a word",
    severity=Severity.ERROR,
    before=True,
    reads=("commentary", "impact", "likelihood"),
    message="The rating moved from {was} to {now}, and nothing says why.",
    hint="Say in one sentence what has changed; if impact fell, say why it would do less harm.",
    why="Leaders ask first what moved and why.",
    # The form asks in one breath what this rule and the next ask: Row check would say it twice.
    excel='AND({commentary}="",OR({rating}=rb_top,LEFT({movement},1)="▲",LEFT({movement},1)="▼"))',
    needed="what has changed",
    bad={"impact": 4, "likelihood": 4, "previous": [4, 3], "commentary": ""},
    good={"impact": 4, "likelihood": 4, "previous": [4, 3], "commentary": "A third post fell empty in August."},
)
def moved_without_a_word(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    was = _rating_before(risk, context)
    if risk.commentary or risk.score is None or was is None or risk.score == was:
        return None
    return {"was": _told(was, context), "now": _told(risk.score, context)}


@rule(
    code="R206",
    title="In the top band without a word",
    severity=Severity.ERROR,
    reads=("commentary", "impact", "likelihood"),
    message="The risk is {band}, and What has changed is empty.",
    hint="Say what was done this quarter, or that nothing changed and why.",
    why="The worst risks are read out one by one, and silence about one of them is the first thing noticed.",
    bad={"impact": 4, "likelihood": 4, "previous": [4, 4], "commentary": ""},
    good={"impact": 4, "likelihood": 4, "previous": [4, 4], "commentary": "Both adverts failed; an agency is asked."},
)
def top_without_a_word(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    top = context.settings.lines.top
    if risk.commentary or risk.score is None or context.settings.matrix.band(risk.score).rank < top.rank:
        return None
    was = _rating_before(risk, context)
    return {"band": top.name} if was is None or was == risk.score else None


@rule(
    code="R207",
    title="The words are last quarter's",
    severity=Severity.QUERY,
    before=True,
    reads=("commentary",),
    message="What has changed says what it said last quarter, word for word.",
    hint="Say what is different now; if nothing is, say so.",
    why="Words copied from quarter to quarter hide that nobody looked.",
    excel='AND({commentary}<>"",{commentary}={last_said})',
    look="the words are last quarter’s",
    bad={"commentary": "Two posts are empty.", "last_said": "Two posts are empty."},
    good={"commentary": "One post is empty.", "last_said": "Two posts are empty."},
)
def same_words(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    entry = _entry(risk, context)
    return {} if entry and risk.commentary and folded(risk.commentary) == folded(entry.now.commentary) else None


@rule(
    code="R208",
    title="A promise in the words has passed",
    severity=Severity.QUERY,
    reads=("commentary",),
    message="{day.day} {day:%B %Y} has passed, and the words tell of it as still to come.",
    hint="Say what came of it, or give the new date.",
    why="A promise that is left standing after its day tells readers that the words were not looked at.",
    bad={"commentary": "The new rota will start on 3 August 2026."},
    good={"commentary": "The new rota started on 3 August 2026; a second will start on 2 November 2026."},
)
def promise_passed(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    day = promise(risk.commentary, context.round.begins, context.on, context.settings.lists.future_words)
    return {"day": day} if day else None


@rule(
    code="R209",
    title="The target date has passed",
    severity=Severity.QUERY,
    reads=("target_date",),
    message="The target was due on {due.day} {due:%B %Y}, {days} days before {on.day} {on:%B %Y}.",
    hint="If the target is reached, close the risk or choose Tolerate; if not, give the new date and say why.",
    why="A target in the past is a promise that nobody has looked at.",
    excel='AND({target_date}<>"",{target_date}<=rb_as_at)',
    look="the target date has passed",
    bad={"target_date": date(2026, 6, 30)},
    good={"target_date": date(2027, 3, 31)},
)
def target_date_passed(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    if risk.target_date is None or risk.target_date > context.on:
        return None
    return {"due": risk.target_date, "days": (context.on - risk.target_date).days, "on": context.on}


@rule(
    code="R210",
    title="Not reviewed this quarter",
    severity=Severity.QUERY,
    reads=("reviewed",),
    message="Last reviewed on {reviewed.day} {reviewed:%B %Y}, before this quarter began.",
    hint="Go through the risk and give the date, or tick on Start that you have reviewed every risk.",
    why="Every open risk is looked at once a quarter, the quiet ones too.",
    excel='AND({reviewed}<>"",{reviewed}<rb_from)',
    bad={"reviewed": date(2026, 6, 12)},
    good={"reviewed": date(2026, 9, 24)},
)
def not_reviewed(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    if risk.reviewed is None or risk.reviewed >= context.round.begins:
        return None
    return {"reviewed": risk.reviewed}


@rule(
    code="R211",
    title="Reviewed in the future",
    severity=Severity.ERROR,
    reads=("reviewed",),
    message="Last reviewed is {reviewed.day} {reviewed:%B %Y}, months after the returns were due back.",
    hint="Give the day on which you last went through the risk, not the next one.",
    why="A review that has not happened yet would count as done.",
    excel="AND(ISNUMBER({reviewed}),{reviewed}>MAX(rb_as_at,rb_due)+60)",
    bad={"reviewed": date(2027, 1, 15)},
    good={"reviewed": date(2026, 10, 2)},
)
def reviewed_in_the_future(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    return {"reviewed": risk.reviewed} if risk.reviewed and risk.reviewed > latest(context) else None


@rule(
    code="R212",
    title="More than one owner",
    severity=Severity.QUERY,
    reads=("owner",),
    message="“{owner}” seems to be more than one person or post.",
    hint="Name the one who would be asked first; the others can lead actions.",
    why="Where two own a risk, each may think that the other sees to it.",
    # "of" before "and" is nearly always one post: Head of Health and Social Care.
    excel='COUNTIF({owner},"* * and * *")+COUNTIF({owner},"*/*")+COUNTIF({owner},"*;*")'
    '>COUNTIF({owner},"* of * and *")+9*COUNTIF(rb_posts,{owner})',
    look="more than one owner",
    bad={"owner": "Jane Smith and Tom Jones"},
    good={"owner": "AD Education and Inclusion"},
)
def several_owners(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    return {"owner": risk.owner} if posts.several(risk.owner, context) else None


@rule(
    code="R213",
    title="A group as owner",
    severity=Severity.ERROR,
    reads=("owner",),
    message="“{owner}” is not one person or post.",
    hint="Name the one person or post who answers for the risk.",
    why="What everybody owns nobody owns.",
    excel="COUNTIF(rb_groups,{owner})>0",
    bad={"owner": "DLT"},
    good={"owner": "Team Manager, Front Door"},
)
def group_as_owner(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    return {"owner": risk.owner} if _is_group(risk.owner, context) else None


@rule(
    code="R214",
    title="A vacant post as owner",
    severity=Severity.QUERY,
    reads=("owner",),
    message="“{owner}” names a post that nobody holds.",
    hint="Name who answers for the risk until the post is filled.",
    why="A risk whose owner is not there is not managed.",
    bad={"owner": "Head of Service (vacant)"},
    good={"owner": "Team Manager, Front Door"},
)
def vacant_post(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    return {"owner": risk.owner} if first_of(context.settings.lists.vacant_words, risk.owner) else None


@rule(
    code="R215",
    title="An owner that the directory does not know",
    severity=Severity.QUERY,
    reads=("owner",),
    message="“{owner}” is no person or post in the directory.",
    hint="{suggestion}Give the name or the post in full, or say who this is.",
    why="People leave and posts are renamed; a risk can be left with nobody.",
    bad={"owner": "Assistant Head of Nowhere"},
    good={"owner": "Team Manager, Front Door"},
)
def unknown_owner(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    if not context.directory.people or not risk.owner or posts.is_known(risk.owner, context):
        return None
    if is_nobody(risk.owner, context):
        return None
    return {"owner": risk.owner, "suggestion": posts.suggestion(risk.owner, context)}


@rule(
    code="R216",
    title="Treat without an open action",
    severity=Severity.QUERY,
    reads=("response",),
    message="The response is Treat, but no open action stands on Actions for this risk.",
    hint="Add what will be done, by whom and by when, or choose another response.",
    why="Treatment without an action is a hope.",
    excel='AND({response}="Treat",{status}<>"Closed",COUNTIFS(rb_action_for,{ref},rb_action_state_is,"<>Complete",'
    'rb_action_state_is,"<>Cancelled")=0)',
    look="Treat, but no open action",
    bad={"response": "Treat", "actions": [{"status": "Complete", "done": date(2026, 9, 7)}]},
    good={"response": "Treat", "actions": [{"status": "On track"}]},
)
def treat_without_action(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    treated = risk.response == "Treat" and risk.status != "Closed"
    return {} if treated and not any(action.open for action in actions) else None


@rule(
    code="R217",
    title="Tolerated above tolerance",
    severity=Severity.QUERY,
    reads=("response", "impact", "likelihood"),
    message="The response is Tolerate, but {now} is above the {tolerance} that the directorate will bear.",
    hint="Choose another response, or say who has agreed to bear it.",
    why="How much is borne is for the leadership to say, not for each unit.",
    excel='AND({response}="Tolerate",IFERROR({number}>rb_tolerance,FALSE))',
    look="above what may be tolerated",
    bad={"response": "Tolerate", "impact": 5, "likelihood": 4, "inherent_likelihood": 5},
    good={"response": "Tolerate", "impact": 4, "likelihood": 4},
)
def tolerated_above_tolerance(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    tolerance = context.settings.appetite.tolerance
    if risk.response != "Tolerate" or risk.score is None or context.settings.matrix.number(risk.score) <= tolerance:
        return None
    return {"now": _told(risk.score, context), "tolerance": tolerance}


@rule(
    code="R218",
    title="A plan among the controls",
    severity=Severity.QUERY,
    reads=("controls",),
    message="Controls in place has “{word}”, which tells of a plan.",
    hint="Move what is still to come to Actions; leave here what exists today.",
    why="The rating now rests on today's controls, and a plan holds nothing down yet.",
    bad={"controls": "A second rota will start in November."},
    good={"controls": "The rota is checked every Monday, with the goodwill of both teams."},
)
def plan_among_controls(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    word = first_of(context.settings.lists.future_words, risk.controls)
    return {"word": word} if word else None


@rule(
    code="R219",
    title="Closed without a reason",
    severity=Severity.ERROR,
    reads=("close_reason", "status"),
    message="The status is {status}, and Why close is empty.",
    hint="Choose why the risk is no longer open, or set the status back to Open.",
    why="Years later somebody asks what became of it.",
    excel='AND({close_reason}="",{status}<>"",{status}<>"Open")',
    needed="why close",
    bad={"status": "Closed", "close_reason": ""},
    good={"status": "Closed", "close_reason": "Mitigated"},
)
def closed_without_reason(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    return None if risk.close_reason or risk.status in ("", "Open") else {"status": risk.status}


@rule(
    code="R220",
    title="Escalation asked for without a reason",
    severity=Severity.ERROR,
    reads=("escalate_reason", "escalate"),
    message="Escalation is asked for, and Why escalate is empty.",
    hint="Say what the level above can do that you cannot, or set Ask for escalation to No.",
    why="The level above can only decide when it knows what it is asked to do.",
    excel='AND({escalate_reason}="",{escalate}="Yes")',
    needed="why escalate",
    bad={"escalate": True, "escalate_reason": ""},
    good={"escalate": True, "escalate_reason": "Needs an agreement with health."},
)
def escalated_without_reason(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    return {} if risk.escalate and not risk.escalate_reason else None


@rule(
    code="R221",
    title="A title that is only a noun",
    severity=Severity.QUERY,
    reads=("title",),
    message="“{title}” names a subject, not a risk.",
    hint="Say in a short clause what could go wrong.",
    why="In a list of a hundred titles one word tells nobody what might happen.",
    bad={"title": "Recruitment"},
    good={"title": "Night cover in the duty team fails"},
)
def title_only_a_noun(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    few = len(risk.title.split()) < context.settings.rules.title_least_words
    return {"title": risk.title} if risk.title and few else None


@rule(
    code="R222",
    title="Cause, event and effect say the same",
    severity=Severity.QUERY,
    reads=("event", "cause", "effect"),
    message="{one} and {other} have the same words.",
    hint="Say apart what brings it about, what could happen, and what would follow.",
    why="A control works on the cause, a plan on the effect; told as one, neither can be found.",
    excel='OR(AND({cause}<>"",OR({cause}={event},{cause}={effect})),AND({effect}<>"",{effect}={event}))',
    bad={"event": "A visit is late", "cause": "a visit is late"},
    good={"event": "A visit is late", "cause": "Two of six posts are empty"},
)
def told_once(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    texts = {"There is a risk that": risk.event, "Caused by": risk.cause, "Resulting in": risk.effect}
    said = {heading: folded(text) for heading, text in texts.items() if text}
    for one in said:
        for other in said:
            if one != other and said[one] == said[other]:
                return {"one": one, "other": other}
    return None


@rule(
    code="R223",
    title="It feeds no directorate risk that is open",
    severity=Severity.QUERY,
    before=True,
    reads=("parent",),
    message="“{parent}” is not an open directorate risk.",
    hint="Choose one of {open}, or leave the cell empty.",
    why="A risk linked to nothing looks as if the directorate had it in hand.",
    bad={"parent": "DIR-99"},
    good={"parent": "DIR-01"},
)
def unknown_parent(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    before = context.before
    above = before.by_ref.get(risk.parent) if before else None
    if before is None or not risk.parent or (above and above.open and above.level == DIRECTORATE):
        return None
    known = sorted(entry.ref for entry in before.open if entry.level == DIRECTORATE)
    return {"parent": risk.parent, "open": ", ".join(known) or "the directorate risks, once there are any"}


@rule(
    code="R224",
    title="An agreed rating is undone without a word",
    severity=Severity.QUERY,
    before=True,
    reads=("impact", "likelihood", "commentary"),
    message="{agreed} was agreed for {round}; this goes back to {now} and does not speak of that.",
    hint="Put the agreed rating back, or say what has changed since it was agreed.",
    why="A rating that was agreed in a meeting is not undone by retyping an old one.",
    bad={"impact": 4, "likelihood": 4, "previous": [4, 3], "submitted": [4, 4], "commentary": "No change."},
    good={"impact": 4, "likelihood": 3, "previous": [4, 3], "submitted": [4, 4], "commentary": "No change."},
)
def agreed_rating_undone(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    entry, agreed = _entry(risk, context), _rating_before(risk, context)
    if entry is None or agreed is None or context.before is None or risk.score is None or risk.score == agreed:
        return None
    kinds = {past.kind: past.score for past in entry.history if past.round == context.before.round}
    if kinds.get("agreed") != agreed or kinds.get("submitted") != risk.score:
        return None
    if first_of(_OF_AGREEMENT, risk.commentary):
        return None
    told = {"agreed": _told(agreed, context), "now": _told(risk.score, context)}
    return {**told, "round": context.before.round}


@rule(
    code="R225",
    title="Raised in the future",
    severity=Severity.ERROR,
    reads=("raised",),
    message="Date raised is {raised.day} {raised:%B %Y}, after the returns were due back.",
    hint="Give the day on which the risk was first written down.",
    why="How long a risk has stood is counted from this day.",
    excel="AND(ISNUMBER({raised}),{raised}>MAX(rb_as_at,rb_due)+60)",
    bad={"raised": date(2027, 5, 12)},
    good={"raised": date(2025, 5, 12)},
)
def raised_in_the_future(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    return {"raised": risk.raised} if risk.raised and risk.raised > latest(context) else None


@rule(
    code="R226",
    title="Exempt last quarter, open now",
    severity=Severity.QUERY,
    reads=("audience",),
    before=True,
    message="The risk was exempt last quarter and is not marked so now. It stays exempt until this is answered.",
    hint="Choose Exempt, or say under Your answer why it may now be published.",
    why="What has been published once cannot be taken back.",
    bad={"audience": "Open", "was_audience": "Exempt"},
    good={"audience": "Exempt", "was_audience": "Exempt"},
)
def no_longer_exempt(risk: Risk, actions: tuple[Action, ...], context: Context) -> Facts:
    entry = _entry(risk, context)
    return {} if entry and entry.now.exempt and not risk.exempt else None


RULES = (
    target_above_now,
    target_reached,
    now_above_inherent,
    impact_fell,
    moved_without_a_word,
    top_without_a_word,
    same_words,
    promise_passed,
    target_date_passed,
    not_reviewed,
    reviewed_in_the_future,
    several_owners,
    group_as_owner,
    vacant_post,
    unknown_owner,
    treat_without_action,
    tolerated_above_tolerance,
    plan_among_controls,
    closed_without_reason,
    escalated_without_reason,
    title_only_a_noun,
    told_once,
    unknown_parent,
    agreed_rating_undone,
    raised_in_the_future,
    no_longer_exempt,
)


def latest(context: Context) -> date:
    """The last day on which something can have happened already: returns come two months late, but not later."""
    return max(context.on, context.settings.timetable.due_date(context.round)) + timedelta(days=60)


def is_nobody(owner: str, context: Context) -> bool:
    """Whether another rule has said already that an owner is a group, several people or a vacant post."""
    vacant = first_of(context.settings.lists.vacant_words, owner)
    return bool(vacant) or _is_group(owner, context) or posts.several(owner, context)


_OF_AGREEMENT = ("agreed", "agreement", "DLT", "SLT", "board", "Corporate Risk Group")


def _entry(risk: Risk, context: Context) -> Entry | None:
    return context.before.by_ref.get(risk.ref) if context.before else None


def _rating_before(risk: Risk, context: Context) -> Score | None:
    """The last rating that counted before this round, on the matrix in force."""
    entry = _entry(risk, context)
    ratings = rated(entry, context) if entry else ()
    return ratings[-1].score if ratings else None


def _is_group(owner: str, context: Context) -> bool:
    return plain(owner).removeprefix("the ") in {plain(group) for group in context.settings.lists.owner_groups}


def _rank(score: Score, context: Context) -> int:
    return context.settings.matrix.rank(score)


def _told(score: Score, context: Context) -> str:
    return f"{context.settings.matrix.rating(score)} ({score})"
