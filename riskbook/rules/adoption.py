"""Rules M: a register that was made elsewhere, read through a mapping. Its readers call on them; they check nothing.

Their words are read by whoever keeps the register and by I&P, who keeps the mapping, so they say who can do what.
``bad`` and ``good`` say what stands in such a register, or in its mapping, for people.
"""

from riskbook.findings import Rule, Severity

NO_TABLE = Rule(
    code="M101",
    title="No table of risks",
    severity=Severity.ERROR,
    message="There is no table on these sheets whose headings can be read: {sheets}.",
    hint="Say in the mapping which sheet and which rows the headings stand on, and what they are called.",
    why="A table is known by its headings; without one nobody knows what a cell means.",
    bad={"headings": "none: the sheet begins with its first risk"},
    good={"headings": "Ref, Risk, Owner, Impact, Likelihood"},
)
NOT_READ = Rule(
    code="M102",
    title="Rows that stand in no table",
    severity=Severity.QUERY,
    message="Nothing was read from {rows}, outside every table: {words}.",
    hint="If there are risks among them, add them on the copy that goes back. Or I&P takes them into rows in the "
    "mapping, or gives them a table of their own there; if they are no risks, into pass_over.",
    why="A table that is passed over without a word is how risks are lost.",
    bad={"sheet": "a list of closed risks under the open ones, without headings"},
    good={"sheet": "one table"},
)
UNANSWERED = Rule(
    code="M103",
    title="A word that nobody has said the meaning of",
    severity=Severity.ERROR,
    message="Nothing says yet which {what} “{typed}” is.",
    hint="Choose one of {allowed}. Or I&P says it once for every row: in {file}, under {table}, after “{typed}”.",
    why="The same word, or the same number of another scale, means another thing in another register; a person says "
    "what it is here, never a proportion.",
    bad={"impact": "7, on a scale of 1 to 10"},
    good={"mapping": '"7" = 4'},
)
TWO_FIT = Rule(
    code="M104",
    title="Two of their columns fit one of ours",
    severity=Severity.QUERY,
    message="{headings} might each be {heading}. None of them was taken.",
    hint="Write in the mapping, under [{table}.columns], which one it is.",
    why="Taking the wrong one of two score columns would go unnoticed.",
    bad={"headings": "Impact, Impact (old)"},
    good={"headings": "Impact"},
)
NO_ANSWER = Rule(
    code="M105",
    title="No column says it",
    severity=Severity.ERROR,
    message="No column of the table says: {headings}.",
    hint="Fill it in on the copy that goes back. Or I&P names the column in the mapping, or says there, under always, "
    "what holds for every row.",
    why="What every risk must say has to come from somewhere, and is never made up.",
    bad={"headings": "Ref, Risk, Impact, Likelihood"},
    good={"mapping": 'category = "Partnership" under [risks.always]'},
)
PASSED_OVER = Rule(
    code="M106",
    title="Rows that are no risks",
    severity=Severity.NOTE,
    message="Passed over on this sheet: {rows}.",
    hint="",
    why="A title, a section's heading or headings said again are not risks, and nobody should wonder where they went.",
    bad={"row": "HIGH RISKS, across the table"},
    good={"row": "a risk"},
)
SHEETS_NOT_USED = Rule(
    code="M107",
    title="Sheets that are not used",
    severity=Severity.NOTE,
    message="Nothing was read from these sheets: {sheets}.",
    hint="If one has risks or actions, give it a table in the mapping.",
    why="Risks on a sheet that nobody looked at would be lost without a word.",
    bad={"sheets": "Register, Closed risks"},
    good={"sheets": "Register"},
)
NOT_APART = Rule(
    code="M108",
    title="A text that does not fall into parts",
    severity=Severity.QUERY,
    message="The text may say several things, but it is not certain where one ends. All of it stands under {heading}.",
    hint="Give each part in its own column on the copy that goes back.",
    why="A sentence cut in the wrong place says what nobody wrote.",
    bad={"event": "There is a risk that harm caused by contractors is missed due to leave"},
    good={"event": "There is a risk that visits are late caused by empty posts leading to harm"},
)
JOINED = Rule(
    code="M109",
    title="Several rows that are one risk",
    severity=Severity.NOTE,
    message="{rows} are one risk, because a cell is merged down over them. Put together: {cells}.",
    hint="If they are several risks, undo the merging, and give each its own words.",
    why="Causes and controls of one risk often stand in rows of their own.",
    bad={"rows": "7 to 9, with one merged cell under Risk"},
    good={"rows": "a row for each risk"},
)
SPREAD = Rule(
    code="M110",
    title="One cell for several risks",
    severity=Severity.NOTE,
    message="“{typed}” is merged down over the rows of several risks. It was read in {rows} too.",
    hint="",
    why="A merged cell speaks for all the rows that it covers.",
    bad={"owner": "one cell, merged over three risks"},
    good={"owner": "a cell for each risk"},
)
WHICH_FIRST = Rule(
    code="M111",
    title="Nothing says which comes first",
    severity=Severity.QUERY,
    message="“{heading}” has two ratings in one cell, and nothing says which comes first. {taken}",
    hint="See whether impact or likelihood comes first, and put them in that order in the mapping, under "
    "[risks.combined].",
    why="Impact and likelihood the wrong way round give the same score in another cell of the matrix.",
    bad={"heading": "Score: 4x3"},
    good={"heading": "I x L: 4x3"},
)
SAME_THEIR_REF = Rule(
    code="M112",
    title="A ref of theirs, with other words than last quarter",
    severity=Severity.ERROR,
    message="“{theirs}” was {ref} last quarter, but its words are not the same now. The row is held.",
    hint="Say whether it is the same risk. I&P then writes {ref} after “{theirs}” in {file}, under [refs]; or new, "
    "if it is another.",
    why="Some registers number their risks anew each quarter; only a person can say whether this is the same risk.",
    bad={"ref": "R7, last quarter “Visits are late”, now “The lease ends”"},
    good={"mapping": '"R7" = "PAR-003" under [refs]'},
)
ALWAYS = Rule(
    code="M113",
    title="What the mapping says of every row",
    severity=Severity.NOTE,
    message="{said} in {count} rows, because the mapping says so and nothing stands there.",
    hint="",
    why="What no row says itself was said by whoever made the mapping.",
    bad={"status": "no such column, and status = “Open” in the mapping"},
    good={"status": "a column"},
)
ONLY_NUMBERED = Rule(
    code="M114",
    title="Rows that are only numbered",
    severity=Severity.NOTE,
    message="Only a ref stands in {rows}: {refs}. Counted as blank.",
    hint="",
    why="Registers are often numbered further down than they are filled in.",
    bad={"ref": "R8, in a row with nothing else"},
    good={"ref": "R7, with its risk"},
)
CARRIED = Rule(
    code="M115",
    title="What their table does not ask, as last quarter",
    severity=Severity.NOTE,
    message="Their table has no column for {headings}. What the register had for {count} risks still stands.",
    hint="",
    why="What was asked and answered once should not be lost because their own register has no room for it.",
    bad={"headings": "Ref, Risk, Impact, Likelihood"},
    good={"headings": "Ref, Risk, Category, Impact, Likelihood"},
)
NO_WORKBOOK = Rule(
    code="M116",
    title="A mapping without its workbook",
    severity=Severity.QUERY,
    message="The mapping has no workbook of its name beside it, so nothing was read through it.",
    hint="Put the workbook back beside it under its old name, or take the mapping away.",
    why="A register that was moved or renamed by itself would be read without its mapping, which is not at all.",
    bad={"files": "Partner register.riskbook.toml"},
    good={"files": "Partner register.xlsx, Partner register.riskbook.toml"},
)

RULES = (
    NO_TABLE,
    NOT_READ,
    UNANSWERED,
    TWO_FIT,
    NO_ANSWER,
    PASSED_OVER,
    SHEETS_NOT_USED,
    NOT_APART,
    JOINED,
    SPREAD,
    WHICH_FIRST,
    SAME_THEIR_REF,
    ALWAYS,
    ONLY_NUMBERED,
    CARRIED,
    NO_WORKBOOK,
)
