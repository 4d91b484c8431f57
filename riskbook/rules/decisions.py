"""Rules K: decisions that people wrote down, on the decision sheet. ``decide`` calls on them; they check nothing.

Their words are read by I&P, who have the minutes. ``bad`` and ``good`` say what stands in the row, for people.
"""

from riskbook.findings import Rule, Severity

NO_SHEET = Rule(
    code="K101",
    title="No decisions in the workbook",
    severity=Severity.ERROR,
    message="There is no sheet Decisions in it with the headings of a decision sheet.",
    hint="`riskbook decide --sheet` writes one to fill in; the SLT workbook has one too.",
    why="A decision is known by its heading, and not by where it stands.",
    bad={"sheets": "Sheet1"},
    good={"sheets": "Decisions, Decision details"},
)
NO_COLUMN = Rule(
    code="K102",
    title="A column of the decision sheet is missing",
    severity=Severity.ERROR,
    message="The sheet has no column {heading}, which every decision needs.",
    hint="Put the heading back over its column, spelt like that.",
    why="A decision without who, when and what is no decision that anybody can rely on.",
    bad={"headings": "Ref, Decision, Date"},
    good={"headings": "Ref, Decision, Body, Decided by, Date"},
)
ANOTHER_ROUND = Rule(
    code="K103",
    title="A decision sheet of another round",
    severity=Severity.ERROR,
    message="The sheet is of {theirs}, and this is {round}.",
    hint='To take its decisions for its own round: riskbook decide FILE --round "{theirs}".',
    why="What was decided on one quarter's risks changes the register of that quarter.",
    bad={"title": "Decisions wanted, 2026-27 Q1, in Q2"},
    good={"title": "Decisions wanted, 2026-27 Q2, in Q2"},
)
INCOMPLETE = Rule(
    code="K104",
    title="A decision is not complete",
    severity=Severity.ERROR,
    message="The row of {ref} lacks {missing}.",
    hint="Fill it in, or empty the row if nothing was decided.",
    why="A year later somebody will ask who decided that, and when.",
    bad={"decision": "Hold", "body": "", "decided_on": ""},
    good={"decision": "Hold", "body": "DLT", "decided_by": "Director", "decided_on": "13 October 2026"},
)
UNKNOWN_REF = Rule(
    code="K105",
    title="No such risk on the register",
    severity=Severity.ERROR,
    message="{ref} is not on the register of {round}.",
    hint="Look its ref up on the register.",
    why="A decision about a risk that is not there would be lost.",
    bad={"risk_ref": "FRD-900"},
    good={"risk_ref": "FRD-001"},
)
GONE = Rule(
    code="K106",
    title="The risk is closed already",
    severity=Severity.ERROR,
    message="{ref} is {became} already{by}.",
    hint="Empty the row; or, if it is open after all, have its unit return it as Open.",
    why="A risk that is closed cannot be closed, merged or held again.",
    bad={"risk_ref": "FRD-002, closed by its manager", "decision": "Close"},
    good={"risk_ref": "FRD-001, open", "decision": "Close"},
)
PUT_TO_CORPORATE = Rule(
    code="K107",
    title="Escalation of a directorate risk",
    severity=Severity.NOTE,
    message="{ref} is a directorate risk: Escalate was read as put to the Corporate Risk Group.",
    hint="It is corporate once that group accepts it: record that as Accept.",
    why="The directorate is where a unit's risk goes; from there only the Corporate Risk Group can take it.",
    bad={"risk_ref": "DIR-01", "decision": "Escalate"},
    good={"risk_ref": "FRD-001", "decision": "Escalate"},
)
NOT_ESCALATED = Rule(
    code="K108",
    title="De-escalation of what is not upstairs",
    severity=Severity.ERROR,
    message="{ref} was not escalated, and {missing}.",
    hint="Choose Close if it is over, or Manage at this level if it stays where it is.",
    why="What is handed back must be on somebody's list below, or nobody has it.",
    bad={"risk_ref": "FRD-001, which no directorate risk carries", "decision": "De-escalate"},
    good={"risk_ref": "FRD-001, which DIR-05 carries", "decision": "De-escalate"},
)
INTO_NOWHERE = Rule(
    code="K109",
    title="Into does not name a risk that can take it",
    severity=Severity.ERROR,
    message="{decision} of {ref}: {why}.",
    hint="Give under Into the ref of {wanted}.",
    why="A risk that goes into nothing is lost, and one that goes into a closed one is as good as lost.",
    bad={"risk_ref": "FRD-001", "decision": "Merge", "into": ""},
    good={"risk_ref": "FRD-001", "decision": "Merge", "into": "ASM-001"},
)
INTO_WITHOUT = Rule(
    code="K110",
    title="Into without an escalation or a merger",
    severity=Severity.ERROR,
    message="{ref} is to go into {into}, but the decision is {decision}.",
    hint="Choose Escalate or Merge, or empty Into.",
    why="The two say different things, and only the meeting knows which it meant.",
    bad={"decision": "Hold", "into": "DIR-01"},
    good={"decision": "Escalate", "into": "DIR-01"},
)
NO_REVIEW = Rule(
    code="K111",
    title="No date by which it is looked at again",
    severity=Severity.ERROR,
    message="{decision} needs a date under Review by.",
    hint="Give the day by which it is to be looked at again: until then it is not proposed anew.",
    why="A risk that is held without an end is a risk that is forgotten.",
    bad={"decision": "Hold", "review_by": ""},
    good={"decision": "Hold", "review_by": "31 January 2027"},
)
REVIEW_PASSED = Rule(
    code="K112",
    title="Review by is not after the decision",
    severity=Severity.ERROR,
    message="It is to be looked at again by {review}, and was decided on {decided}.",
    hint="Give a day after the decision.",
    why="A date that has passed holds nothing.",
    bad={"decided_on": "13 October 2026", "review_by": "13 January 2026"},
    good={"decided_on": "13 October 2026", "review_by": "13 January 2027"},
)
HALF_AGREED = Rule(
    code="K113",
    title="An agreed rating that is not whole",
    severity=Severity.ERROR,
    message="The agreed rating of {ref} lacks {missing}.",
    hint="Give both agreed impact and agreed likelihood, or neither where the rating stands as submitted.",
    why="A rating is a cell of the matrix; half of one would be guessed.",
    bad={"decision": "Agree rating", "agreed_impact": "4 Major", "agreed_likelihood": ""},
    good={"decision": "Agree rating", "agreed_impact": "4 Major", "agreed_likelihood": "3 Possible"},
)
TOO_EARLY = Rule(
    code="K114",
    title="Decided before the round began",
    severity=Severity.ERROR,
    message="{day} is before {round}, which began on {begins}.",
    hint="Look at the year; a decision of an earlier round is taken with --round.",
    why="A decision belongs to the round whose figures the meeting had before it.",
    bad={"decided_on": "13 October 2025"},
    good={"decided_on": "13 October 2026"},
)
NOT_YET = Rule(
    code="K115",
    title="Decided in the future",
    severity=Severity.ERROR,
    message="{day} is still to come; today is {today}.",
    hint="Look at the day and the year.",
    why="What has not been decided yet may be decided otherwise.",
    bad={"decided_on": "13 October 2062"},
    good={"decided_on": "13 October 2026"},
)
NOT_THEIRS = Rule(
    code="K116",
    title="Accept or Return by another body",
    severity=Severity.ERROR,
    message="{decision} is for the Corporate Risk Group, and the body is {body}.",
    hint="Correct the body; or choose Escalate to put a risk to that group.",
    why="A risk is corporate while the Corporate Risk Group has accepted it, and nobody else can do that for it.",
    bad={"decision": "Accept", "body": "DLT"},
    good={"decision": "Accept", "body": "Corporate Risk Group"},
)
NOT_A_DIRECTORATE_RISK = Rule(
    code="K117",
    title="Accept, Return or Confirm of a unit's risk",
    severity=Severity.ERROR,
    message="{decision} is about directorate risks, and {ref} is a risk of {unit}.",
    hint="Give the ref of the directorate risk that carries it; escalate it first where there is none.",
    why="The corporate register, and the list for the coming year, have the directorate's risks and no unit's.",
    bad={"risk_ref": "FRD-001", "decision": "Accept"},
    good={"risk_ref": "DIR-01", "decision": "Accept"},
)
NO_DIRECTOR = Rule(
    code="K118",
    title="A new directorate risk without an Assistant Director",
    severity=Severity.ERROR,
    message="{ref} becomes a directorate risk, and nobody is named who will own it.",
    hint="Give the Assistant Director; or, under Into, the directorate risk that takes it.",
    why="A directorate risk is owned by one Assistant Director.",
    bad={"decision": "Escalate", "into": "", "owner": ""},
    good={"decision": "Escalate", "into": "", "owner": "AD Family Help and Safeguarding"},
)
NOT_A_DIRECTOR = Rule(
    code="K119",
    title="The owner of a new directorate risk is no Assistant Director",
    severity=Severity.QUERY,
    message="“{owner}” is to own what {ref} becomes, and is no Assistant Director in the directory.",
    hint="Correct the name or post, or put the person in the directory with the role Assistant Director.",
    why="A directorate risk is owned by one Assistant Director.",
    bad={"decision": "Escalate", "owner": "Team Manager, Front Door"},
    good={"decision": "Escalate", "owner": "AD Family Help and Safeguarding"},
)
TWICE = Rule(
    code="K120",
    title="Two decisions of one body about one risk on one day",
    severity=Severity.ERROR,
    message="{ref} has two different decisions of {body} on {day}: here and on {other}.",
    hint="Leave the one that is minuted. An agreed rating can stand in the same row as another decision.",
    why="Only the meeting knows which of the two it took.",
    bad={"rows": "FRD-001, Hold, DLT, 13 October 2026; and FRD-001, Close, DLT, 13 October 2026"},
    good={"rows": "FRD-001, Hold, DLT, 13 October 2026"},
)
REPLACES = Rule(
    code="K121",
    title="A decision takes the place of an earlier one",
    severity=Severity.NOTE,
    message="{ref}, {body}, {day}: {now} takes the place of {was}.",
    hint="Two decisions stand beside each other when their days differ.",
    why="A slip on the sheet can be put right, and nobody should find out by surprise that it was.",
    bad={"register": "Hold by DLT on 13 October 2026", "sheet": "Close by DLT on 13 October 2026"},
    good={"register": "Hold by DLT on 13 October 2026", "sheet": "Close by DLT on 20 October 2026"},
)
CHANGED_SINCE = Rule(
    code="K122",
    title="Changed since it was decided",
    severity=Severity.QUERY,
    message="{decision} of {ref} was decided by {body} on {day}; the risk was changed{when} and says something else.",
    hint="Tell the body, and record what it says now: the decision, or another one, on a later day.",
    why="A decision is about what the meeting had before it. Words that are changed afterwards were agreed by nobody.",
    bad={"decided": "Agree rating, 7 July 2026", "return": "a later one of 9 July 2026 that says 5 Critical"},
    good={"decided": "Agree rating, 7 July 2026", "return": "the one of 2 July 2026 that DLT had"},
)

CARRIED_ALREADY = Rule(
    code="K123",
    title="A new directorate risk beside the one that carries it",
    severity=Severity.QUERY,
    message="{ref} becomes a new directorate risk, and {above} carries it already: {title}.",
    hint="If it is the same risk, give {above} under Into, and nothing new is made.",
    why="Two directorate risks for one thing have two owners, and are counted twice.",
    bad={"decision": "Escalate", "into": "", "parent": "DIR-07"},
    good={"decision": "Escalate", "into": "DIR-07", "parent": "DIR-07"},
)

LOST = Rule(
    code="K124",
    title="Decided, and no such risk on the register",
    severity=Severity.ERROR,
    message="{decision} of {ref} was decided by {body} on {day}, and {ref} is not on the register of {round}.",
    hint="Look where its row went: a later return may have left it out. On the sheet Decisions, correct the ref or "
    "delete the row.",
    why="A decision about a risk that is not there has no effect, and nobody would know.",
    bad={"decided": "Escalate FRD-006, 13 October 2026", "return": "a later one without that risk"},
    good={"decided": "Escalate FRD-006, 13 October 2026", "return": "FRD-006 is in it"},
)
CLOSED_WITH_ACTIONS = Rule(
    code="K125",
    title="A risk is closed and its actions are open",
    severity=Severity.QUERY,
    message="{ref} is closed, and {actions} of it {are} open.",
    hint="Have its unit complete or cancel them; until then they stay on the register's sheet Actions, with {ref}.",
    why="Either the work is still needed, and so is the risk, or nobody need do it.",
    bad={"decision": "Close", "actions": "ASM-A002, Delayed"},
    good={"decision": "Close", "actions": "ASM-A002, Cancelled"},
)
CLOSED_WITHOUT_REASON = Rule(
    code="K126",
    title="A risk is closed without a reason",
    severity=Severity.QUERY,
    message="{ref} is closed, and neither the sheet nor its unit says why.",
    hint="Give the meeting's reason under Note or Rationale, whichever the sheet has, and run this again.",
    why="A year later somebody will ask why nobody looks at it any more.",
    bad={"decision": "Close", "rationale": "", "close_reason": ""},
    good={"decision": "Close", "rationale": "The new rota has held for two quarters."},
)

RULES = (
    NO_SHEET,
    NO_COLUMN,
    ANOTHER_ROUND,
    INCOMPLETE,
    UNKNOWN_REF,
    GONE,
    PUT_TO_CORPORATE,
    NOT_ESCALATED,
    INTO_NOWHERE,
    INTO_WITHOUT,
    NO_REVIEW,
    REVIEW_PASSED,
    HALF_AGREED,
    TOO_EARLY,
    NOT_YET,
    NOT_THEIRS,
    NOT_A_DIRECTORATE_RISK,
    NO_DIRECTOR,
    NOT_A_DIRECTOR,
    TWICE,
    REPLACES,
    CHANGED_SINCE,
    CARRIED_ALREADY,
    LOST,
    CLOSED_WITH_ACTIONS,
    CLOSED_WITHOUT_REASON,
)
