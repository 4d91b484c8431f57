"""Rules S: another system's export held against the register. ``reconcile`` calls on them; they check nothing.

Their words are read by I&P, who keep both in step. ``bad`` and ``good`` say what stands there and here, for people.
"""

from riskbook.findings import Rule, Severity

NOT_HERE = Rule(
    code="S101",
    title="In the other system, and not here",
    severity=Severity.ERROR,
    message="{named} is in {system}. {why}",
    hint="If it is over, close it in {system}; if not, bring it back to the register.",
    why="A risk that stands in one list alone is watched by half of those who should.",
    bad={"there": "DIR-04", "here": "DIR-04, closed in Q2"},
    good={"there": "DIR-04", "here": "DIR-04, open"},
)
WHOSE = Rule(
    code="S102",
    title="On the corporate register, and none of ours as far as its refs say",
    severity=Severity.QUERY,
    message="{named} is on the corporate register, and no risk here has its ref or title.",
    hint="If it is another directorate's, there is nothing to do. If it is ours, record with `riskbook decide` which "
    "risk the Corporate Risk Group accepted, with its corporate ref.",
    why="The corporate register has the risks of every directorate, and only people know whose one without our ref is.",
    bad={"there": "CR09 Placement costs outrun the budget", "here": "no such corporate ref"},
    good={"there": "CR04", "here": "DIR-01, accepted as CR04"},
)
NOT_THERE = Rule(
    code="S103",
    title="Here, and not in the other system",
    severity=Severity.ERROR,
    message="{ref} “{title}” is here, and {system} does not have it.",
    hint="Enter it in {system}. The change list of `riskbook export` has what is new.",
    why="A risk that stands in one list alone is watched by half of those who should.",
    bad={"there": "no DIR-07", "here": "DIR-07, open"},
    good={"there": "DIR-07", "here": "DIR-07, open"},
)
RATING = Rule(
    code="S104",
    title="The ratings differ",
    severity=Severity.ERROR,
    message="{field} of {ref} is {there} in {system}, and {here} here ({where}).",
    hint="Ask which of the two was agreed last, and correct the other.",
    why="Two committees that read two ratings of one risk decide two things.",
    bad={"there": "impact 4", "here": "impact 5, agreed by DLT"},
    good={"there": "impact 5", "here": "impact 5, agreed by DLT"},
)
FIELD = Rule(
    code="S105",
    title="A field differs",
    severity=Severity.ERROR,
    message="{field} of {ref} is {there} in {system}, and {here} here ({where}).",
    hint="Correct the one that is out of date.",
    why="Owners and dates that differ between two lists are how a risk comes to have no owner.",
    bad={"there": "owner Head of SEND", "here": "owner AD Education and Inclusion"},
    good={"there": "owner AD Education and Inclusion", "here": "owner AD Education and Inclusion"},
)
TITLE_ALONE = Rule(
    code="S106",
    title="Only the title is the same",
    severity=Severity.ERROR,
    message="{named} in {system} has nearly the title of {ref} “{title}”, and not its ref.",
    hint="If it is the same risk, {how}; if it is another, give one of them another title.",
    why="Two risks may have one title, and a guess would compare the wrong ones.",
    bad={"there": "P77 Placement costs outrun the budget", "here": "DIR-07 Placement costs outrun the budget"},
    good={"there": "DIR-07 Placement costs outrun the budget", "here": "DIR-07 Placement costs outrun the budget"},
)
TWICE = Rule(
    code="S107",
    title="The same ref twice in the other system",
    severity=Severity.ERROR,
    message="{ref} stands in {system} twice: here and in row {row}. The first was compared.",
    hint="Take one of the two rows out of {system}, or correct its ref.",
    why="Of two rows for one risk nobody knows which one counts.",
    bad={"there": "DIR-02 in rows 5 and 9"},
    good={"there": "DIR-02 in row 5"},
)
TWO_REFS = Rule(
    code="S108",
    title="A row with the refs of two risks",
    severity=Severity.ERROR,
    message="The row has the refs of {refs}; it was compared with neither.",
    hint="Correct the ref that is wrong in {system}, or the corporate ref on the register's sheet Decisions.",
    why="A row that says that it is two risks is compared with the wrong one half of the time.",
    bad={"there": "Ref DIR-02, Corporate ref CR04, which is that of DIR-01"},
    good={"there": "Ref DIR-01, Corporate ref CR04"},
)
NO_NAME = Rule(
    code="S109",
    title="A row that names no risk",
    severity=Severity.NOTE,
    message="The row has neither a ref nor a title, and was passed over: {typed}.",
    hint="If it is a risk, give it its ref.",
    why="Headings of sections stand between rows, and a risk without a name might look like one.",
    bad={"there": "4, 5, Red"},
    good={"there": "DIR-01, 4, 5, Red"},
)

AWAITS = Rule(
    code="S110",
    title="Put up, and not accepted yet",
    severity=Severity.NOTE,
    message="{ref} “{title}” was put up to the Corporate Risk Group, and is not on the corporate register yet.",
    hint="",
    why="What awaits an answer is no difference, and must not be forgotten.",
    bad={"there": "no DIR-04", "here": "DIR-04, escalated by DLT on 13 October"},
    good={"there": "CR11", "here": "DIR-04, accepted as CR11"},
)

RULES = (NOT_HERE, WHOSE, NOT_THERE, RATING, FIELD, TITLE_ALONE, TWICE, TWO_REFS, NO_NAME, AWAITS)
