"""Rules C: a cell that does not fit its column. The readers of kinds and sheets call on them; they check nothing alone.

``bad`` and ``good`` give, by column, what is typed into a return; a test types them and reads the return back.
"""

from riskbook.findings import Rule, Severity

EMPTY = Rule(
    code="C101",
    title="A cell that must be filled is empty",
    severity=Severity.ERROR,
    message="{heading} is empty.",
    hint="{help}",
    why="Without it nobody can judge the risk, or say who acts.",
    bad={"category": ""},
    good={"category": "Workforce"},
)
CHOICE = Rule(
    code="C102",
    title="Not one of the choices",
    severity=Severity.ERROR,
    message="“{typed}” is not one of the choices.",
    hint="{suggestion}Choose from {allowed}.",
    why="Counts by category, response and status are only right when everybody uses the same words.",
    bad={"category": "Work force planning"},
    good={"category": "workforce"},
)
STEP = Rule(
    code="C103",
    title="Not a step of the scale",
    severity=Severity.ERROR,
    message="“{typed}” is not a step of the scale.",
    hint="Choose one of {allowed}. Nothing is rounded.",
    why="The band belongs to a cell of the matrix; a value between two steps has none.",
    bad={"impact": "Lots"},
    good={"impact": "4 - Major"},
)
DAY = Rule(
    code="C104",
    title="Not a date",
    severity=Severity.ERROR,
    message="“{typed}” is not a date.",
    hint="Give one day, for example 31/03/2027. Words about it belong in another column.",
    why="A target or an action without a day can never be late.",
    bad={"target_date": "end of the year"},
    good={"target_date": "31.03.2027"},
)
WHICH_DAY = Rule(
    code="C105",
    title="A month without a day",
    severity=Severity.QUERY,
    message="“{typed}” names a month. Which day?",
    hint="Give the day, for example {example}.",
    why="Overdue is counted in days.",
    bad={"target_date": "March 2027"},
    good={"target_date": "31 March 2027"},
)
DAY_FIRST = Rule(
    code="C106",
    title="A date that could be read two ways",
    severity=Severity.NOTE,
    message="“{typed}” was read as {read}: the day comes before the month.",
    hint="If the month came first, give the date again.",
    why="Pasted dates are sometimes American.",
    bad={"target_date": "03/04/2027"},
    good={"target_date": "31/03/2027"},
)
YEAR = Rule(
    code="C107",
    title="A date outside the years that can be meant",
    severity=Severity.ERROR,
    message="{read} is before 2000 or after 2100.",
    hint="Give the year again, in four figures.",
    why="A slip of the finger, or a program that moved every date by four years or a century.",
    bad={"target_date": "31/03/1927"},
    good={"target_date": "31/03/2027"},
)
MONEY = Rule(
    code="C108",
    title="Not an amount",
    severity=Severity.ERROR,
    message="“{typed}” is not {allowed}.",
    hint="Give one in figures, or leave the cell empty.",
    why="A range or a word cannot be held against the line for escalation.",
    bad={"exposure": "about half a million"},
    good={"exposure": "£250,000"},
)
LONG = Rule(
    code="C109",
    title="Text longer than the column takes",
    severity=Severity.QUERY,
    message="{heading} has {length} characters; {most} fit in the reports.",
    hint="Say it in fewer words; the detail has columns of its own.",
    why="A long title is cut in every list that it stands in.",
    bad={"title": "A" + " very" * 20 + " long title"},
    good={"title": "Night cover in the emergency duty team fails"},
)
TOO_LONG = Rule(
    code="C110",
    title="Text longer than a cell can hold",
    severity=Severity.ERROR,
    message="{heading} has {length} characters; Excel keeps 32,767 in a cell.",
    hint="Shorten it, or send the document it comes from.",
    why="Excel itself would cut it when it is next saved.",
    bad={"commentary": "x" * 32_768},
    good={"commentary": "Two posts filled in July."},
)
ERROR_VALUE = Rule(
    code="C111",
    title="An error value",
    severity=Severity.ERROR,
    message="The cell shows {typed}, an Excel error.",
    hint="Type the value itself.",
    why="Something that it was worked out from has gone, so nobody can know what was meant.",
    bad={"owner": "#REF!"},
    good={"owner": "Team Manager, Front Door"},
)
COLUMN = Rule(
    code="C112",
    title="Most of a column breaks the same rule",
    severity=Severity.ERROR,
    message="{broken} of {rows} rows of {heading} have the same fault ({rule}), for example {examples}.",
    hint="{help}",
    why="One cause is easier to put right than many cells.",
    bad={"target_date": "tbc"},
    good={"target_date": "31/03/2027"},
)
UNKNOWN_COLUMN = Rule(
    code="C113",
    title="A column that riskbook does not know",
    severity=Severity.NOTE,
    message="The column “{heading}” is not one of the form's. What stands in it is kept and comes back to you.",
    hint="",
    why="Teams add columns of their own; nothing that was typed is thrown away.",
    bad={"+Our priority": "High"},
    good={"title": "Night cover in the emergency duty team fails"},
)
TWO_COLUMNS = Rule(
    code="C114",
    title="Two columns for one heading",
    severity=Severity.ERROR,
    message="“{one}” ({first}) and “{other}” ({second}) both answer to {heading}. Which one counts?",
    hint="Rename or delete one of them; until then this sheet cannot be read.",
    why="Taking the wrong one of two score columns would go unnoticed.",
    bad={"+Current impact": "4"},
    good={"impact": "4"},
)
TYPED_SCORE = Rule(
    code="C115",
    title="A typed score or rating disagrees",
    severity=Severity.QUERY,
    message="{typed} is typed, but impact {impact} and likelihood {likelihood} give {computed}.",
    hint="Correct impact or likelihood, or leave the score empty: it is worked out.",
    why="One of the three is a slip, and only you know which.",
    bad={"impact": "4", "likelihood": "3", "score": "16"},
    good={"impact": "4", "likelihood": "3", "score": "12"},
)
UNREACHABLE = Rule(
    code="C116",
    title="A score that no cell of the matrix gives",
    severity=Severity.ERROR,
    message="{typed} is not a score that the matrix can give.",
    hint="The nearest are {nearest}. Give impact and likelihood; the score is worked out.",
    why="An averaged or mistyped score has no cell, so no band.",
    bad={"impact": "", "likelihood": "", "score": "14"},
    good={"impact": "4", "likelihood": "3", "score": "12"},
)
CONTROL = Rule(
    code="C117",
    title="Characters that cannot be seen",
    severity=Severity.NOTE,
    message="{count} characters that cannot be seen or printed were left out of {heading}.",
    hint="",
    why="They come from copying out of other systems, and break other programs.",
    bad={"title": "Night cover\x07 fails in the emergency duty team"},
    good={"title": "Night cover in the emergency duty team fails"},
)
READ_AS = Rule(
    code="C118",
    title="Read another way than the plain one",
    severity=Severity.NOTE,
    message="“{typed}” was read as {read}.",
    hint="If that is not what you meant, type it again.",
    why="Nothing is guessed in silence.",
    bad={"impact": "Major"},
    good={"impact": "4 Major"},
)
MISSPELT = Rule(
    code="C119",
    title="A heading that is nearly one of the form's",
    severity=Severity.QUERY,
    message="The column “{heading}” was not read. Is it {suggestion}?",
    hint="Rename the column if it is; what stands in it is kept either way.",
    why="A misspelt heading is suggested, never assumed.",
    bad={"-target_date": "", "+Taget dat": "31/03/2027"},
    good={"target_date": "31/03/2027"},
)
NO_COLUMN = Rule(
    code="C120",
    title="A column is missing",
    severity=Severity.ERROR,
    message="The column {heading} is missing from this sheet.",
    hint="Copy your rows into the form that was issued to you, which has it.",
    why="Somebody deleted it, or the heading has been overwritten.",
    bad={"-owner": ""},
    good={"owner": "Team Manager, Front Door"},
)
NEVER_CALCULATED = Rule(
    code="C121",
    title="A formula that was never calculated",
    severity=Severity.ERROR,
    message="The cell holds a formula whose result was never saved.",
    hint="Open the file in Excel, press Save, and send it again.",
    why="The program that saved it left the results out, so nobody can know what you saw.",
    bad={"owner": "=B6"},
    good={"owner": "Team Manager, Front Door"},
)

RULES = (
    EMPTY,
    CHOICE,
    STEP,
    DAY,
    WHICH_DAY,
    DAY_FIRST,
    YEAR,
    MONEY,
    LONG,
    TOO_LONG,
    ERROR_VALUE,
    COLUMN,
    UNKNOWN_COLUMN,
    TWO_COLUMNS,
    TYPED_SCORE,
    UNREACHABLE,
    CONTROL,
    READ_AS,
    MISSPELT,
    NO_COLUMN,
    NEVER_CALCULATED,
)
