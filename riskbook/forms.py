"""What is asked: every column of every table, declared once. Headings, kinds, prompts, widths and old names follow."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import Enum

from riskbook.kinds import Choice, Combined, Day, Flag, Kind, Money, Number, Ref, Several, Step, Text
from riskbook.settings import Settings

FORM = 2
"""The version of the form that is issued now."""


class Asked(Enum):
    """When a column must be filled; the value stands over its heading on the form (``{full}`` names the bands)."""

    ALWAYS = "always"
    FULL = "{full}"
    IF = "if it applies"
    WISH = "if you wish"
    OURS = "ours"


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table.

    ``width`` counts characters of Arial 10. ``since`` is the first form version that has it, ``aliases`` are headings
    that mean the same. ``on_form`` is False for a column that only old sheets have.
    """

    key: str
    header: str
    kind: Kind
    asked: Asked = Asked.WISH
    group: str = ""
    help: str = ""
    example: str = ""
    width: float = 12
    aliases: tuple[str, ...] = ()
    since: int = 1
    on_form: bool = True

    @property
    def ours(self) -> bool:
        """Whether riskbook fills it in, whatever the cell holds."""
        return self.asked is Asked.OURS


AFRESH = ("reviewed", "commentary", "answer", "escalate", "escalate_reason")
"""What is asked afresh every quarter: never prefilled, never carried over."""

EFFECTIVENESS = ("Effective", "Partly", "Weak", "Not tested")
RESPONSES = ("Treat", "Tolerate", "Transfer", "Terminate")
STATUSES = ("Open", "Propose to close", "Closed", "Became an issue")
CLOSE_REASONS = (
    "Mitigated",
    "Below threshold",
    "Merged",
    "Superseded",
    "De-escalated",
    "Became an issue",
    "No longer relevant",
    "Recorded in error",
)
AUDIENCES = ("Open", "Exempt")
ACTION_STATES = ("Not started", "On track", "Delayed", "Complete", "Cancelled")
DECISION_WORDS = (
    "Escalate",
    "Manage at this level",
    "Hold",
    "More information",
    "De-escalate",
    "Agree rating",
    "Close",
    "Merge",
    "Confirm",
    "Accept",
    "Return",
)
HANDED_BACK = tuple((words, "De-escalate") for words in ("Hand back", "Hand down", "Send back", "Give back"))
"""What meetings also call it."""
YEAR_WORDS = ("Keep", "Merge", "Drop", "New")
"""What may become of a risk in the coming year."""
BODIES = ("DLT", "SLT", "Corporate Risk Group", "Board")
LEVELS = ("Directorate", "Service", "Team", "Locality", "Project", "Partnership")
STAGES = ("Start-up", "Planning", "Delivery", "Handover", "Closed")
ROLES = ("DLT", "SLT", "ELT", "Assistant Director", "I&P", "Corporate")

IMPACT = Step("rb_impact", lambda matrix: matrix.impact)
LIKELIHOOD = Step("rb_likelihood", lambda matrix: matrix.likelihood)


def fixed(name: str, *options: str, called: tuple[tuple[str, str], ...] = ()) -> Choice:
    """A choice that no setting changes; ``called`` are other words for an option."""
    return Choice(name, lambda _: options, called)


_ROW_CHECK = "Ready, or what this row still needs. We fill it in."

RISKS = (
    Column(
        "ref",
        "Ref",
        Ref(),
        Asked.OURS,
        "Risk",
        width=9,
        aliases=("Risk ref", "Risk ID", "ID", "Reference", "Risk no", "No"),
    ),
    Column(
        "title",
        "Risk title",
        Text(80),
        Asked.ALWAYS,
        "Risk",
        "Name the risk in a short clause, not one word.",
        "Night cover in the duty team fails",
        24,
        aliases=("Title", "Risk name", "Short title"),
    ),
    Column("fix", "Please correct", Text(), Asked.OURS, "Risk", width=28, on_form=False),
    Column(
        "ready",
        "Row check",
        Text(),
        Asked.OURS,
        "Risk",
        _ROW_CHECK,
        width=22,
    ),
    Column(
        "event",
        "There is a risk that",
        Text(),
        Asked.ALWAYS,
        "Identify",
        "What could happen? Finish the sentence.",
        "a first visit is made more than a day late",
        28,
        aliases=("Risk event", "Event", "Risk", "Risk description", "Description", "Description of risk"),
    ),
    Column(
        "category",
        "Category",
        Choice("rb_category", lambda settings: settings.lists.categories),
        Asked.ALWAYS,
        "Identify",
        "What kind of risk is it, first of all?",
        "Workforce",
        14,
        aliases=("Risk category", "Type of risk", "Risk type"),
    ),
    Column(
        "owner",
        "Risk owner",
        Text(),
        Asked.ALWAYS,
        "Identify",
        "One person or one post: who would be asked first? Not a team, and not two names.",
        "Team Manager, Front Door",
        17,
        aliases=("Owner", "Lead officer", "Assigned to", "Responsible officer"),
    ),
    Column(
        "raised",
        "Date raised",
        Day(),
        Asked.ALWAYS,
        "Identify",
        "When was it first written down?",
        "31/03/2026",
        11,
        aliases=("Raised", "Date identified", "Created"),
    ),
    Column(
        "cause",
        "Caused by",
        Text(),
        Asked.FULL,
        "Identify",
        "What would bring it about?",
        "two of six posts are empty",
        23,
        aliases=("Cause", "Causes", "Cause and context", "Due to"),
    ),
    Column(
        "effect",
        "Resulting in",
        Text(),
        Asked.FULL,
        "Identify",
        "What would follow, for children first?",
        "a child is seen too late",
        23,
        aliases=("Effect", "Effects", "Consequence", "Consequences", "Leading to", "Impact description"),
    ),
    Column(
        "controls",
        "Controls in place",
        Text(),
        Asked.ALWAYS,
        "Evaluate",
        "What holds it down today? Plans go on Actions.",
        "Rota checked every Monday by the duty manager",
        30,
        aliases=("Controls", "Existing controls", "Current controls", "Mitigation", "Current controls and measures"),
    ),
    Column(
        "impact",
        "Impact now",
        IMPACT,
        Asked.ALWAYS,
        "Evaluate",
        "How bad would it be, with today's controls?",
        "4 Major",
        14,
        aliases=("Impact", "Current impact", "Residual impact", "Net impact", "I", "Severity", "Consequence score"),
    ),
    Column(
        "likelihood",
        "Likelihood now",
        LIKELIHOOD,
        Asked.ALWAYS,
        "Evaluate",
        "How likely is it in the next twelve months, with today's controls?",
        "3 Possible",
        14,
        aliases=("Likelihood", "Current likelihood", "Residual likelihood", "Net likelihood", "L", "Probability"),
    ),
    Column(
        "rated",
        "Impact × likelihood",
        Combined(IMPACT, LIKELIHOOD),
        Asked.WISH,
        "Evaluate",
        aliases=("I x L", "IxL", "Impact and likelihood", "Impact x likelihood"),
        on_form=False,
    ),
    Column(
        "score",
        "Score now",
        Text(),
        Asked.OURS,
        "Evaluate",
        width=7,
        aliases=(
            "Score",
            "Current score",
            "Residual score",
            "Risk score",
            "Current rating",
            "Residual rating",
            "Total",
        ),
    ),
    Column(
        "rating", "Rating now", Text(), Asked.OURS, "Evaluate", width=9, aliases=("RAG", "Rating", "Band", "RAG rating")
    ),
    Column("previous", "Last quarter", Text(), Asked.OURS, "Evaluate", width=10, aliases=("Previous rating",)),
    Column("movement", "Movement", Text(), Asked.OURS, "Evaluate", width=10, aliases=("Direction of travel", "DOT")),
    Column(
        "control_effectiveness",
        "Do the controls work?",
        fixed("rb_effect", *EFFECTIVENESS),
        Asked.FULL,
        "Evaluate",
        "Have you seen them work?",
        "Partly",
        13,
        aliases=("Control effectiveness", "Effectiveness of controls"),
        since=2,
    ),
    Column(
        "inherent_impact",
        "Impact before controls",
        IMPACT,
        Asked.FULL,
        "Evaluate",
        "How bad would it be if there were no controls?",
        "5 Critical",
        14,
        aliases=("Inherent impact", "Gross impact", "Original impact"),
    ),
    Column(
        "inherent_likelihood",
        "Likelihood before controls",
        LIKELIHOOD,
        Asked.FULL,
        "Evaluate",
        "How likely would it be if there were no controls?",
        "4 Likely",
        14,
        aliases=("Inherent likelihood", "Gross likelihood", "Original likelihood"),
    ),
    Column(
        "response",
        "Response",
        fixed("rb_response", *RESPONSES),
        Asked.ALWAYS,
        "Treat",
        "Treat it, tolerate it, transfer it or terminate what causes it?",
        "Treat",
        11,
        aliases=("Treatment", "Risk response", "Approach", "Treat/tolerate"),
    ),
    Column(
        "target_impact",
        "Target impact",
        IMPACT,
        Asked.FULL,
        "Treat",
        "How bad, once the actions are done?",
        "4 Major",
        14,
        aliases=("Future impact",),
    ),
    Column(
        "target_likelihood",
        "Target likelihood",
        LIKELIHOOD,
        Asked.FULL,
        "Treat",
        "How likely, once the actions are done?",
        "2 Unlikely",
        14,
        aliases=("Future likelihood",),
    ),
    Column(
        "target_date",
        "Target date",
        Day(),
        Asked.FULL,
        "Treat",
        "By which day will it be there?",
        "31/03/2027",
        13,
        aliases=("Date for target", "By when"),
    ),
    Column(
        "reviewed",
        "Last reviewed",
        Day(),
        Asked.ALWAYS,
        "Monitor",
        "When did you last go through it? Start can fill this in for every risk.",
        "24/09/2026",
        12,
        aliases=("Date reviewed", "Review date", "Last review"),
    ),
    Column(
        "status",
        "Status",
        fixed("rb_status", *STATUSES),
        Asked.ALWAYS,
        "Monitor",
        "Open, or what became of it?",
        "Open",
        14,
        aliases=("Risk status", "Open/closed"),
    ),
    Column(
        "commentary",
        "What has changed this quarter",
        Text(),
        Asked.IF,
        "Monitor",
        "What is different, and why the score moved. Asked when it moved or is in the top band.",
        "Two posts filled on 7 September",
        32,
        aliases=("Commentary", "Comments", "Progress", "Management comments", "Update", "Comments and progress"),
    ),
    Column("last_said", "Last quarter said", Text(), Asked.OURS, "Monitor", width=26),
    Column(
        "answer",
        "Your answer to queries",
        Text(),
        Asked.IF,
        "If it applies",
        "If something in amber is right as it stands, say why.",
        "The figure was checked with Finance",
        22,
        aliases=("Answer",),
    ),
    Column(
        "close_reason",
        "Why close",
        fixed("rb_why_close", *CLOSE_REASONS),
        Asked.IF,
        "If it applies",
        "Why is it no longer open?",
        "Mitigated",
        15,
        aliases=("Reason for closure", "Close reason"),
    ),
    Column(
        "escalate",
        "Ask for escalation?",
        Flag(),
        Asked.IF,
        "If it applies",
        "Should the level above take this up?",
        "Yes",
        11,
        since=2,
    ),
    Column(
        "escalate_reason",
        "Why escalate",
        Text(),
        Asked.IF,
        "If it applies",
        "What can the level above do that you cannot?",
        "Needs agreement with health",
        21,
        aliases=("Reason for escalation",),
        since=2,
    ),
    Column(
        "parent",
        "Directorate risk it feeds",
        Ref("rb_parents"),
        Asked.WISH,
        "If it applies",
        "Does it feed one of the directorate risks?",
        "DIR-03",
        18,
        aliases=("Parent risk", "Linked directorate risk"),
    ),
    Column(
        "objective",
        "Plan objective",
        Text(),
        Asked.WISH,
        "If it applies",
        "Which objective of your plan does it threaten?",
        "Help at the right time",
        17,
        aliases=("Objective", "Corporate objective", "Service priority"),
    ),
    Column(
        "exposure",
        "Financial exposure (£)",
        Money(),
        Asked.WISH,
        "If it applies",
        "What could it cost in a year, in pounds?",
        "250000",
        11,
        aliases=("Exposure", "Financial exposure", "Cost"),
        since=2,
    ),
    Column(
        "beyond_control",
        "Beyond your control?",
        Flag(),
        Asked.WISH,
        "If it applies",
        "Is what would bring it down in other hands?",
        "No",
        11,
        since=2,
    ),
    Column(
        "audience",
        "Open or exempt",
        fixed("rb_audience", *AUDIENCES),
        Asked.WISH,
        "If it applies",
        "Exempt only if it may not be published. Empty means Open.",
        "Open",
        10,
        aliases=("Publication", "Part A or B"),
        since=2,
    ),
)

_DIRECTORATE_RISKS = tuple(
    replace(column, kind=Text(name="rb_directors"), help="Which Assistant Director answers for it?", example="")
    if column.key == "owner"
    else column
    for column in RISKS
)

ACTIONS = (
    Column(
        "ref",
        "Ref",
        Ref(),
        Asked.OURS,
        "Action",
        width=10,
        aliases=("Action ref", "Action no", "Action ID", "ID", "No"),
    ),
    Column(
        "risk_ref",
        "For risk",
        Ref("rb_refs"),
        Asked.ALWAYS,
        "Action",
        "Which risk is it for? A new risk has its NEW number.",
        "FRD-001",
        9,
        aliases=("Risk ref", "Risk", "Risk reference", "Risk ID"),
    ),
    Column(
        "what",
        "Action",
        Text(),
        Asked.ALWAYS,
        "Action",
        "What will be done, so that one can see when it is finished?",
        "Fill the second screening post",
        28,
        aliases=("What", "Planned action", "Further action", "Planned actions", "Actions"),
    ),
    Column("fix", "Please correct", Text(), Asked.OURS, "Action", width=28, on_form=False),
    Column(
        "ready",
        "Row check",
        Text(),
        Asked.OURS,
        "Action",
        _ROW_CHECK,
        width=20,
    ),
    Column(
        "lead",
        "Action lead",
        Text(),
        Asked.ALWAYS,
        "Action",
        "Who does it? One person or post.",
        "Team Manager, Front Door",
        16,
        aliases=("Lead", "Action owner", "Owner", "Responsible"),
    ),
    Column(
        "due",
        "Due",
        Day(),
        Asked.ALWAYS,
        "Action",
        "By which day? If it is put back, type the new day here.",
        "31/12/2026",
        11,
        aliases=("Due date", "Target date", "By when", "Date"),
    ),
    Column(
        "status",
        "Status",
        fixed("rb_action_state", *ACTION_STATES),
        Asked.ALWAYS,
        "Action",
        "Where does it stand?",
        "On track",
        11,
        aliases=("Action status",),
    ),
    Column(
        "done",
        "Date completed",
        Day(),
        Asked.IF,
        "Action",
        "If it is complete: since which day?",
        "07/09/2026",
        11,
        aliases=("Completed", "Date complete"),
    ),
    Column(
        "progress",
        "Progress, and is it working?",
        Text(),
        Asked.WISH,
        "Action",
        "What has been done, and has it helped?",
        "Advert closed; four applied",
        23,
        aliases=("Progress", "Update", "Comments"),
    ),
    Column(
        "answer",
        "Your answer to queries",
        Text(),
        Asked.IF,
        "Action",
        "If something in amber is right as it stands, say why.",
        "Waits for the Cabinet date",
        16,
        aliases=("Answer",),
    ),
    Column(
        "first_due",
        "First agreed date",
        Day(),
        Asked.OURS,
        "Action",
        width=11,
        aliases=("Original due", "Original date"),
    ),
)

DECISIONS = (
    Column("risk_ref", "Ref", Ref(), Asked.OURS, width=9, aliases=("Risk ref",)),
    Column("proposal", "Proposal", Text(), Asked.OURS, width=14),
    Column("reasons", "Reasons", Text(), Asked.OURS, width=44),
    Column(
        "decision",
        "Decision",
        fixed("rb_decision", *DECISION_WORDS, called=HANDED_BACK),
        Asked.ALWAYS,
        help="What was decided? Accept and Return are for the Corporate Risk Group, Confirm is for the coming year.",
        width=16,
    ),
    Column(
        "into",
        "Into",
        Ref(),
        Asked.IF,
        help="Merge: the risk that stays. Escalate: the directorate risk that takes it; empty for a new one.",
        example="DIR-03",
        width=9,
    ),
    Column(
        "agreed_impact", "Agreed impact", IMPACT, Asked.IF, help="If another rating was agreed: its impact.", width=14
    ),
    Column(
        "agreed_likelihood",
        "Agreed likelihood",
        LIKELIHOOD,
        Asked.IF,
        help="If another rating was agreed: its likelihood.",
        width=14,
    ),
    Column(
        "owner",
        "Assistant Director",
        Text(),
        Asked.IF,
        help="Escalate to a new directorate risk: who will own it?",
        width=22,
    ),
    Column("body", "Body", fixed("rb_body", *BODIES), Asked.ALWAYS, help="Which body decided?", width=14),
    Column("decided_by", "Decided by", Text(), Asked.ALWAYS, help="Who took the decision, by post or name?", width=18),
    Column(
        "decided_on",
        "Date",
        Day(),
        Asked.ALWAYS,
        help="On which day was it decided?",
        example="13/10/2026",
        aliases=("Decided on",),
    ),
    Column("rationale", "Rationale", Text(), help="Why? In a sentence.", width=30, aliases=("Note",)),
    Column(
        "review_by",
        "Review by",
        Day(),
        Asked.IF,
        help="Hold and Manage at this level: when is it to be looked at again?",
        example="31/01/2027",
    ),
    Column("minute", "Minute", Text(), help="Where is it minuted?", example="DLT 13/10/2026, 4.2"),
    Column("corporate_ref", "Corporate ref", Text(), help="Accept: its ref on the corporate register.", width=11),
)
"""What a decision is; what I&P fill in after the meeting."""

ON_DECISION_SHEETS = (
    Column("number", "No.", Text(), Asked.OURS, width=4),
    Column("title", "Risk", Text(), Asked.OURS, width=26),
    Column("impact_now", "Impact now", Text(), Asked.OURS),
    Column("likelihood_now", "Likelihood now", Text(), Asked.OURS),
    Column("rating", "Rating now", Text(), Asked.OURS, width=12),
    *DECISIONS,
    Column("content", "Content", Text(), Asked.OURS, width=13),
)
"""The columns of the sheets on which decisions are filled in; ``content`` says which words were decided on."""

PROPOSED = (
    Column("ref", "Ref", Ref(), Asked.OURS, width=9, group="The risk"),
    Column("title", "Risk", Text(), Asked.IF, group="The risk", help="A new risk: what is it called?", width=24),
    Column(
        "event",
        "There is a risk that",
        Text(),
        Asked.IF,
        group="The risk",
        help="A new risk: what might happen?",
        width=28,
    ),
    Column("unit", "Unit", Text(), Asked.OURS, group="The risk", width=13),
    Column("was", "A year ago", Text(), Asked.OURS, group="The risk", width=9.5),
    Column("rating", "Rating now", Text(), Asked.OURS, group="The risk", width=10),
    Column("origin", "Where it comes from", Text(), Asked.OURS, group="Why it is here", width=23),
    Column("suggestion", "riskbook proposes", Text(), Asked.OURS, group="Why it is here", width=10),
    Column(
        "proposal",
        "Proposal",
        fixed("rb_year", *YEAR_WORDS),
        group="What you propose",
        help="Keep it, Merge it into another, Drop it, or take it up as New? Only if you have a view.",
        width=9,
    ),
    Column(
        "into",
        "Merge into",
        Ref(),
        Asked.IF,
        group="What you propose",
        help="Merge: the directorate risk that takes it.",
        example="DIR-03",
        width=9,
    ),
    Column(
        "owner",
        "Owner if new",
        Text(),
        Asked.IF,
        group="What you propose",
        help="New: which Assistant Director would own it?",
        width=14,
    ),
)
"""The long list for the coming year; further columns on it are comments, one for each member who is asked."""

CONFIRMED = (
    *(column for column in DECISIONS if column.key == "risk_ref"),
    *(column for column in PROPOSED if column.key in ("title", "event", "rating")),
    Column("proposals", "What was proposed", Text(), Asked.OURS),
    Column("said", "What was said", Text(), Asked.OURS),
    Column(
        "decision",
        "Decision",
        fixed("rb_year", *YEAR_WORDS),
        Asked.ALWAYS,
        help="Keep or Drop a directorate risk; take up a unit's as New, or Drop it: then it stays with its unit.",
    ),
    *(
        replace(column, help="Merge: the directorate risk that takes it.") if column.key == "into" else column
        for column in DECISIONS
        if column.key in ("into", "owner", "agreed_impact", "agreed_likelihood", "rationale")
    ),
)
"""The list that DLT confirms; who decided, and when, is said once for all of it."""

UNITS = (
    Column("code", "Code", Ref(), Asked.ALWAYS, help="Two to six letters, never used again.", example="FRD", width=8),
    Column("name", "Name", Text(), Asked.ALWAYS, help="The unit's name.", example="Front Door", width=34),
    Column(
        "level", "Level", fixed("rb_level", *LEVELS), Asked.ALWAYS, help="Where it stands.", example="Team", width=13
    ),
    Column("parent", "Parent", Ref(), help="The code of the unit above it.", example="FHS", width=9),
    Column("manager", "Manager", Text(), help="The post or person who fills in the return.", width=36),
    Column("email", "Email", Text(), width=44, aliases=("E-mail",)),
    Column("deputy_email", "Deputy email", Text(), width=44, aliases=("Deputy e-mail",)),
    Column("assistant_director", "Assistant Director", Text(), width=36),
    Column("board", "Board", Text(), help="Projects and partnerships: the board that it reports to.", width=34),
    Column("from_", "From", Day(), help="The first day on which it exists; empty means always.", width=12),
    Column("until", "Until", Day(), help="The last day; empty means still.", width=12),
    Column("successor", "Successor", Ref(), help="The unit that has its risks when it has ended.", width=10),
)

PEOPLE = (
    Column("name", "Name", Text(), Asked.ALWAYS, width=24),
    Column("post", "Post", Text(), width=42),
    Column("email", "Email", Text(), width=44, aliases=("E-mail",)),
    Column("roles", "Roles", Several(ROLES), width=34, help="DLT, SLT, ELT, Assistant Director, I&P, Corporate."),
    Column("from_", "From", Day(), width=12),
    Column("until", "Until", Day(), width=12),
)

BOARDS = (
    Column("board", "Board", Text(), Asked.ALWAYS, help="The board, as Units or a return names it.", width=44),
    Column("on", "Meets on", Day(), Asked.ALWAYS, help="A day on which it meets; a row for each.", width=14),
    Column("days", "Papers due, working days before", Number(), help="Five, where nothing stands here.", width=16),
)
"""The meetings of the boards that projects and partnerships report to."""

FIXES = (
    Column("ask", "What we ask", Text(), Asked.OURS, width=14),
    Column("where", "Where", Text(), Asked.OURS, width=16),
    Column("ref", "Ref", Ref(), Asked.OURS, width=10),
    Column("column", "Column", Text(), Asked.OURS, width=17),
    Column("there", "What is there", Text(), Asked.OURS, width=27),
    Column("to_do", "What to do", Text(), Asked.OURS, width=35),
    Column("now", "Now", Text(), Asked.OURS, width=9),
    Column("answer", "Your answer", Text(), width=30),
    Column("code", "Code", Text(), Asked.OURS, width=7),
)
"""The list on Please correct: a row for everything to put right or to answer."""

SHEETS = {"Start": (), "Risks": ("Risk register", "Register"), "Actions": ("Action plan",), "Please correct": ()}
"""The sheets of a return that people type in, and other names that old forms gave them."""

YOUR_PART = (
    Column("filled_by", "Filled in by", Text(), Asked.ALWAYS, help="Who can we ask about it?"),
    Column("filled_on", "Date filled in", Day(), Asked.ALWAYS, help="On which day?", example="24/09/2026"),
    Column(
        "reviewed_all",
        "I have reviewed every risk",
        Flag(),
        help="Choose Yes when you have. We then use the date above wherever Last reviewed is empty.",
    ),
)
"""What whoever fills the form in says on Start."""

_BOARD = Column("board", "Board", Text(), Asked.ALWAYS, help="Which board does it report to?")
OF_A_USE: Mapping[str, tuple[Column, ...]] = {
    "Project": (
        Column("stage", "Project stage", fixed("rb_stage", *STAGES), Asked.ALWAYS, help="How far has it come?"),
        Column(
            "ends",
            "Project ends on",
            Day(),
            Asked.ALWAYS,
            help="When is it to be finished, as things stand?",
            example="31/03/2027",
        ),
        _BOARD,
    ),
    "Partnership": (
        Column("lead_officer", "Lead officer", Text(), Asked.ALWAYS, help="Who leads on it for the council?"),
        _BOARD,
    ),
}
"""What the form asks on Start of a project or partnership, by the level of its unit."""
ABOUT = tuple(dict.fromkeys(column.key for columns in OF_A_USE.values() for column in columns))
"""The keys of what a project or partnership says of itself."""

LABELS = {
    "unit_name": "Unit",
    "unit": "Unit code",
    "round": "Quarter",
    "begins": "Quarter begins",
    "as_at": "As at",
    "due": "Due back",
    "issue": "Issue number",
    "form": "Form version",
    "contact": "Questions to",
    **{column.key: column.header for columns in (YOUR_PART, *OF_A_USE.values()) for column in columns},
}
"""What stands on Start: the label, and in the cell to its right the fact."""

MARKS = {"unit": "rb_unit", "round": "rb_round", "issue": "rb_issue", "form": "rb_form", "scope": "rb_scope"}
"""What says which return this is, and the defined name that points at it; the document property is "riskbook unit"."""


TO_READ = "rb_to_read"
"""The list of the sheets that an interview pack has besides, to read and to print."""


def by_key(columns: tuple[Column, ...]) -> Mapping[str, Column]:
    """Columns by their keys."""
    return {column.key: column for column in columns}


def typed_keys(columns: tuple[Column, ...]) -> tuple[str, ...]:
    """The keys that people fill in on the form."""
    return tuple(column.key for column in columns if column.on_form and not column.ours)


def risks_of(level: str) -> tuple[Column, ...]:
    """The columns of Risks on the form of a unit: the directorate's are owned by one of its Assistant Directors."""
    return _DIRECTORATE_RISKS if level == "Directorate" else RISKS


def on_start(level: str) -> tuple[Column, ...]:
    """What is filled in on Start of the form of a unit."""
    return (*YOUR_PART, *OF_A_USE.get(level, ()))


def asked_words(column: Column, settings: Settings) -> str:
    """When a column is asked, in the words that stand over its heading: "always", "Amber and Red"."""
    full = [band.name for band in settings.matrix.bands if band.rank >= settings.lines.full_from.rank]
    return column.asked.value.format(full=" and ".join(full))
