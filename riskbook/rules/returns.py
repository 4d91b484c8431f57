"""Rules T: one return as a whole. Other steps call on the first ones; the last have checks of their own.

``bad`` and ``good`` of those with a check are fields of the one risk of a return. Besides them ``unit_level`` is the
level of its unit, ``rows`` are the refs that came back of those that the form was issued with, and ``reviewed_all`` is
the tick on Start.
"""

from collections.abc import Iterable, Iterator
from dataclasses import fields
from datetime import date

from riskbook.findings import Facts, Rule, Severity, rule
from riskbook.matrix import Score
from riskbook.model import Action, Entry, Register, Risk, Source, UnitReturn
from riskbook.rules import posts
from riskbook.rules.escalation import DIRECTORATE
from riskbook.rules.risks import is_nobody
from riskbook.settings import Context
from riskbook.text import folded

Found = Iterator[tuple[Source, str, Facts]]
"""What a check of a return yields: the row, its ref (or nothing), and the facts for the message."""

SAME_REF = Rule(
    code="T101",
    title="One ref on two rows",
    severity=Severity.ERROR,
    message="{ref} stands on rows {rows}, with different words.",
    hint="Keep {ref} on the row that is right and empty Ref on the other, so that it gets a number of its own.",
    why="Which of them is the risk cannot be known, so both are held and last quarter's stands.",
    bad={"ref": ["FRD-001", "FRD-001"], "title": ["Calls are dropped", "Notices come late"]},
    good={"ref": ["FRD-001", "FRD-002"], "title": ["Calls are dropped", "Notices come late"]},
)
OTHER_UNIT = Rule(
    code="T102",
    title="A ref of another unit",
    severity=Severity.ERROR,
    message="{ref} is on the register of {unit}, not of this unit.",
    hint="If the risk is new here, empty Ref and it gets a number; if it has moved to you, tell I&P.",
    why="One unit cannot change what another answers for; the row is held.",
    bad={"ref": "ASM-001"},
    good={"ref": "FRD-001"},
)
NEVER_GIVEN = Rule(
    code="T103",
    title="A ref that was never given",
    severity=Severity.ERROR,
    message="{ref} was never given to anything.",
    hint="If it is new, empty Ref; if not, give the ref that it was issued with. Until then the row is held.",
    why="A mistyped ref would lose a risk's history or give it another's.",
    bad={"ref": "FRD-901"},
    good={"ref": "NEW-1"},
)
CLOSED_REF = Rule(
    code="T104",
    title="A closed ref used again",
    severity=Severity.QUERY,
    message="{ref} was closed in an earlier quarter.",
    hint="If the same risk is back, say so in your answer; if this is another risk, empty Ref.",
    why="A ref keeps its history for ever, so another risk under it would inherit a past.",
    bad={"ref": "FRD-009"},
    good={"ref": "FRD-001"},
)
NO_RISK = Rule(
    code="T105",
    title="An action for no known risk",
    severity=Severity.ERROR,
    message="The action is for {typed}, which is not a risk of this unit.",
    hint="{suggestion}Choose the risk under For risk; a new one has its NEW number.",
    why="An action that belongs to nothing is nobody's; it is held.",
    bad={"risk_ref": "FRD-O01"},
    good={"risk_ref": "FRD-001"},
)
NO_WORDS = Rule(
    code="T106",
    title="Words without a risk",
    severity=Severity.ERROR,
    message="The row has neither a known ref nor a title nor an event.",
    hint="Give it a title and say what could happen, or move the words to the risk that they belong to.",
    why="Nobody can say which risk this is about, so the row is held.",
    bad={"ref": "", "controls": "Rota checked every Monday"},
    good={"title": "Night cover fails", "controls": "Rota checked every Monday"},
)
REPEATED = Rule(
    code="T107",
    title="A row given twice",
    severity=Severity.NOTE,
    message="{ref} stands on rows {rows} with the same words; it was taken once.",
    hint="Delete one of the rows.",
    why="Counted twice it would be two risks.",
    bad={"ref": ["FRD-001", "FRD-001"], "title": ["Calls are dropped", "Calls are dropped"]},
    good={"ref": ["FRD-001", "FRD-002"], "title": ["Calls are dropped", "Notices come late"]},
)
TWICE_NEW = Rule(
    code="T108",
    title="One NEW number for two risks",
    severity=Severity.QUERY,
    message="{ref} stands for more than one risk (rows {rows}). Each was taken as a risk of its own.",
    hint="If they are one risk, keep one row; if not, give each its own NEW number, on Actions too.",
    why="An action for that NEW number may go to the wrong one of them.",
    bad={"ref": ["NEW-1", "NEW-1"], "title": ["Calls are dropped", "Notices come late"]},
    good={"ref": ["NEW-1", "NEW-2"], "title": ["Calls are dropped", "Notices come late"]},
)
EMPTIED = Rule(
    code="T109",
    title="A row that was emptied",
    severity=Severity.QUERY,
    message="Everything about {ref} was taken out. It is counted as not returned.",
    hint="If it is over, set its status to Closed and choose why; if not, give the row back.",
    why="A risk leaves the register by being closed, with a reason, never by a deleted row.",
    bad={"ref": "FRD-001", "title": "", "event": "", "owner": ""},
    good={"ref": "FRD-001", "status": "Closed", "close_reason": "Mitigated"},
)
TWO_RETURNS = Rule(
    code="T110",
    title="Two returns of one unit",
    severity=Severity.NOTE,
    message="{counts} counts where both it and {other} speak of a risk: {why}. Rows overruled: {differences}.",
    hint="If the other one should count, merge again with --use and its name.",
    why="The later word counts, and nobody should find out by surprise.",
    bad={"files": ["front-door.xlsx", "front-door (2).xlsx"]},
    good={"files": ["front-door.xlsx"]},
)
WHICH_RETURN = Rule(
    code="T122",
    title="Two returns of one unit that disagree",
    severity=Severity.QUERY,
    message="{counts} and {other} have one date and one issue number, and say different things: {counts} was taken, "
    "because {why}. Rows overruled: {differences}.",
    hint="Ask which one counts. If it is the other, merge again with --use and its name.",
    why="Which of two files was saved last says nothing of which one is meant.",
    bad={"files": ["front-door.xlsx", "front-door (2).xlsx"], "title": ["Calls are dropped", "Calls are lost"]},
    good={"files": ["front-door.xlsx"]},
)
CLOSING_WAITS = Rule(
    code="T111",
    title="Closing waits for a decision",
    severity=Severity.NOTE,
    message="{ref} is Closed on the return; it was read as Propose to close and stays open until that is decided.",
    hint="From {line} up, for every directorate risk, and where no reason is given, closing is proposed first.",
    why="A serious risk is not closed by one person alone.",
    bad={"status": "Closed", "impact": 4, "likelihood": 4},
    good={"status": "Closed", "impact": 2, "likelihood": 1, "close_reason": "Mitigated"},
)


@rule(
    code="T112",
    title="Last quarter's risk is missing",
    severity=Severity.ERROR,
    before=True,
    reads=("ref",),
    message="{ref}, {title}, was on the form and is not in the return. It is counted as not returned.",
    hint="Give the row back; if the risk is over, set its status to Closed and choose why.",
    why="A risk leaves the register by being closed, with a reason, never by a deleted row.",
    bad={"rows": []},
    good={"rows": ["FRD-001"]},
)
def missing(returned: UnitReturn, context: Context) -> Found:
    said = {risk.ref for risk in returned.risks} | {held.ref for held in returned.held if not held.key}
    sheet = next((risk.source.sheet for risk in returned.risks), "Risks")
    known = context.before.by_ref if context.before else {}
    for ref in returned.scope.refs:
        asked = known.get(ref)
        ours = asked and asked.open and context.heir(asked.unit) == context.heir(returned.unit)
        if asked and ours and ref not in said:
            yield Source(returned.book, returned.sha256, sheet), ref, {"ref": ref, "title": asked.now.title}


@rule(
    code="T113",
    title="Nothing changed in the whole return",
    severity=Severity.QUERY,
    before=True,
    reads=("round", "unit"),
    message="Every risk and action is as it was last quarter, though all are marked as reviewed.",
    hint="Say what was looked at and that nothing has changed, or put right what has.",
    why="A quarter in which nothing at all changed is rare; a form sent back unread is not.",
    bad={"reviewed_all": True, "commentary": ""},
    good={"reviewed_all": True, "commentary": "A second post was filled in August."},
)
def nothing_changed(returned: UnitReturn, context: Context) -> Found:
    before = context.before
    if before is None or not returned.risks or not all(risk.reviewed for risk in returned.risks):
        return
    entries = [before.by_ref.get(risk.ref) for risk in returned.risks]
    still = all(entry and _same(risk, entry) for risk, entry in zip(returned.risks, entries, strict=True))
    if still and _actions_same(returned.actions, before):
        yield Source(returned.book, returned.sha256), "", {}


@rule(
    code="T114",
    title="A directorate risk without an Assistant Director",
    severity=Severity.ERROR,
    reads=("owner",),
    message="“{owner}” is not an Assistant Director who is in post.",
    hint="Name the Assistant Director who owns it: {directors}.",
    why="Each directorate risk has a named Assistant Director, who answers for it to the leadership team.",
    bad={"unit_level": "Directorate", "owner": "Team Manager, Front Door"},
    good={"unit_level": "Directorate", "owner": "AD Education and Inclusion"},
)
def no_assistant_director(returned: UnitReturn, context: Context) -> Found:
    unit = context.directory.unit(returned.unit)
    if unit is None or unit.level != DIRECTORATE or not context.directory.people:
        return
    directors = posts.assistant_directors(context)
    names = ", ".join(one.post or one.name for one in directors) or "the directory has none yet"
    for risk in returned.risks:
        if risk.owner and not is_nobody(risk.owner, context) and not posts.is_one_of(risk.owner, directors):
            yield risk.source, risk.ref, {"owner": risk.owner, "directors": names}


@rule(
    code="T116",
    title="A project that has ended still has open risks",
    severity=Severity.QUERY,
    reads=("ends",),
    message="The project {ended}, and {count} of its risks are still open: {refs}.",
    hint="Say what becomes of each: close it with a reason, name the unit that carries it from now on, or ask for "
    "escalation; or correct the date or the stage.",
    why="When a project ends, nobody is left to answer for its risks.",
    bad={"unit_level": "Project", "ends": date(2026, 8, 31)},
    good={"unit_level": "Project", "ends": date(2027, 3, 31)},
)
def ended(returned: UnitReturn, context: Context) -> Found:
    ends, still = returned.about.ends, [risk for risk in returned.risks if not risk.over]
    is_closed = returned.about.stage == "Closed"
    if still and ((ends and ends <= context.on) or is_closed):
        ended = f"ended on {ends.day} {ends:%B %Y}" if ends and ends <= context.on else "is at the stage Closed"
        refs = ", ".join(risk.ref or risk.title or "a new one" for risk in still)
        yield returned.about.source, "", {"ended": ended, "count": len(still), "refs": refs}


NOTHING_BEFORE = Rule(
    code="T115",
    title="Nothing to compare with",
    severity=Severity.NOTE,
    message="There is no register of last quarter, so {count} rules that compare with it were not asked.",
    hint="",
    why="What was not looked at must not seem to have passed.",
    bad={"register": "none"},
    good={"register": "2026-27 Q1"},
)

SAME_FILE = Rule(
    code="T117",
    title="The same file twice",
    severity=Severity.NOTE,
    message="{other} is {counts} over again, to the byte; it was taken once.",
    hint="",
    why="A copy that a browser or a shared drive made is no second return.",
    bad={"files": ["front-door.xlsx", "front-door (1).xlsx"]},
    good={"files": ["front-door.xlsx"]},
)

OLD_REF = Rule(
    code="T118",
    title="A ref of old",
    severity=Severity.NOTE,
    message="{old} was merged or renumbered; it was read as {ref}, which stands for it now.",
    hint="Give {ref} from now on. The register's sheet Aliases says since when, and why.",
    why="People keep old lists, and what they say of a risk should reach it under any name that it had.",
    bad={"ref": "FRD-002, merged into FRD-001"},
    good={"ref": "FRD-001"},
)
BOTH_REFS = Rule(
    code="T119",
    title="A ref of old beside the one that stands",
    severity=Severity.ERROR,
    message="{old} was merged or renumbered; {ref}, which stands for it now, is in this return too.",
    hint="Take what is still true over into the row of {ref} and delete this one; "
    "or if it is another risk, empty its Ref.",
    why="Two rows about one risk contradict each other, so the one under the ref of old is held.",
    bad={"ref": ["FRD-001", "FRD-002, merged into FRD-001"]},
    good={"ref": ["FRD-001"]},
)
PREVIOUS = Rule(
    code="T120",
    title="Last quarter's rating was changed",
    severity=Severity.QUERY,
    reads=("previous",),
    message="Last quarter says “{typed}”; the register has {register}, and that counts.",
    hint="If the register is wrong, say so under Your answer; otherwise nothing needs doing.",
    why="What was reported last quarter is not changed by typing over it, and movement is counted from the register.",
    bad={"previous": "6 Green (3×2), typed over 12 Amber (4×3)"},
    good={"previous": "12 Amber (4×3)"},
)
OLD_SCALE = Rule(
    code="T121",
    title="Filled in on a form with other steps",
    severity=Severity.QUERY,
    message="The form was issued with the steps {theirs} for {heading}; they are {ours} now. Its scores were read as "
    "steps of today's scale.",
    hint="Have its risks scored on a form of the new scale (riskbook issue), or say that the scores are meant so.",
    why="A 4 of five steps is no 4 of six.",
    bad={"steps": "a form with five steps, and a matrix of six"},
    good={"steps": "five steps on both"},
)

RULES = (
    SAME_REF,
    OTHER_UNIT,
    NEVER_GIVEN,
    CLOSED_REF,
    NO_RISK,
    NO_WORDS,
    REPEATED,
    TWICE_NEW,
    EMPTIED,
    TWO_RETURNS,
    WHICH_RETURN,
    CLOSING_WAITS,
    missing,
    nothing_changed,
    no_assistant_director,
    ended,
    NOTHING_BEFORE,
    SAME_FILE,
    OLD_REF,
    BOTH_REFS,
    PREVIOUS,
    OLD_SCALE,
)

_EACH_QUARTER = {"source", "ref", "impact", "likelihood", "reviewed", "commentary", "answer", "escalate"}
_EACH_QUARTER |= {"escalate_reason", "unread", "other", "first_due", "slips"}


def _same(risk: Risk, entry: Entry) -> bool:
    """Whether a risk stands as the form was issued: the rating that counted, last quarter's words or none."""
    words = ("", folded(entry.now.commentary))
    rated = entry.rating is None or Score(risk.impact or 0, risk.likelihood or 0) == entry.rating
    asked = risk.escalate or risk.unread
    return rated and not asked and folded(risk.commentary) in words and _told(risk) == _told(entry.now)


def _actions_same(actions: Iterable[Action], before: Register) -> bool:
    was = before.action_by_ref
    return all(action.ref in was and _told(action) == _told(was[action.ref]) for action in actions)


def _told(row: Risk | Action) -> list[object]:
    """What a row says, but for where it stands and what every quarter asks anew."""
    return [getattr(row, one.name) for one in fields(row) if one.name not in _EACH_QUARTER]
