"""Rules B: the file itself. The steps that open and recognise a workbook call on them; they check nothing alone.

``bad`` and ``good`` describe a file, for people.
"""

from riskbook.findings import Rule, Severity

NOT_A_WORKBOOK = Rule(
    code="B101",
    title="Not a workbook",
    severity=Severity.ERROR,
    message="The file was not read: {detail}.",
    hint="Send the return itself, saved in Excel as .xlsx.",
    why="A file's name says nothing of what is in it.",
    bad={"file": "a photograph renamed minutes.xlsx"},
    good={"file": "front-door.xlsx"},
)
ENCRYPTED = Rule(
    code="B102",
    title="Locked with a password",
    severity=Severity.ERROR,
    message="The file was not read: {detail}.",
    hint="Ask for the password and run the command again with --password. Or have the file sent without one, as the "
    "council sends what is confidential: in Excel choose File, Info, Protect Workbook, Encrypt with Password, clear "
    "the password, and save.",
    why="What cannot be opened cannot be counted, and a password sent by e-mail protects nothing.",
    bad={"file": "front-door.xlsx, which asks for a password"},
    good={"file": "front-door.xlsx, which opens"},
)
TOO_LARGE = Rule(
    code="B103",
    title="Too large, or packed to deceive",
    severity=Severity.ERROR,
    message="The file was not read: {detail}.",
    hint="Copy the rows into the form that was issued, without pictures and other sheets, and send that.",
    why="A return is a few hundred kilobytes; a file made to unpack without end would stop the quarter.",
    bad={"file": "front-door.xlsx, 900 MB"},
    good={"file": "front-door.xlsx, 60 kB"},
)
OTHER_KIND = Rule(
    code="B104",
    title="A workbook of another kind",
    severity=Severity.QUERY,
    message="The file is an {kind}. It was read, but in such files error values, and formulas that were never "
    "calculated, may look like empty cells.",
    hint="Open it, save it as Excel Workbook (.xlsx) and send that. Or look through the copy that says what to put "
    "right; sending it back says that the values are right.",
    why="Libraries read these kinds and pass over such cells: a broken score would look like one never filled in.",
    bad={"file": "front-door.ods"},
    good={"file": "front-door.xlsx"},
)
WRONG_EXTENSION = Rule(
    code="B105",
    title="The right kind under another name",
    severity=Severity.NOTE,
    message="The name ends in {suffix}, but the file is {right}. It was read.",
    hint="",
    why="What counts is what is in the file.",
    bad={"file": "front-door.xls, which is .xlsx inside"},
    good={"file": "front-door.xlsx"},
)
LOCK_FILE = Rule(
    code="B106",
    title="A lock file or a conflict copy",
    severity=Severity.NOTE,
    message="{name} is no return: it is what Excel or a shared drive leaves beside one. It was passed over.",
    hint="If it is the one that should count, give it another name.",
    why="Such files come and go by themselves and would be counted as second returns.",
    bad={"file": "~$front-door.xlsx"},
    good={"file": "front-door.xlsx"},
)
NOT_OURS = Rule(
    code="B107",
    title="Not one of our forms",
    severity=Severity.ERROR,
    message="The workbook is not a return: it has no sheet Risks and nothing that says which unit it is from.",
    hint="Copy the rows into the form that was issued, and send that. A register that was made elsewhere is brought in "
    "with `riskbook adopt` and its name.",
    why="Which column means what is known on our own forms only, and nothing is guessed.",
    bad={"file": "a training record"},
    good={"file": "the form that was issued to Front Door"},
)
NO_UNIT = Rule(
    code="B108",
    title="The unit is not known",
    severity=Severity.ERROR,
    message="The return is from {typed}, which is no unit in the directory.",
    hint="{suggestion}Correct Unit code on Start, or the directory.",
    why="Without its unit nobody knows whose risks these are.",
    bad={"unit": "FRONT"},
    good={"unit": "FRD"},
)
NO_ROUND = Rule(
    code="B109",
    title="The quarter is not known",
    severity=Severity.ERROR,
    message="The return is for {typed}, which is no quarter in the timetable.",
    hint="Write it on Start as on the form that was issued: {round}.",
    why="Last quarter's return merged by mistake would undo this quarter's work.",
    bad={"round": "second quarter"},
    good={"round": "2026-27 Q2"},
)
OTHER_ROUND = Rule(
    code="B110",
    title="Another quarter's return",
    severity=Severity.ERROR,
    message="The return is for {typed}, not for {round}. It was not merged.",
    hint="Send the form that was issued for {round}; `riskbook merge --round` with its name takes the other quarter.",
    why="Last quarter's return merged by mistake would undo this quarter's work.",
    bad={"round": "2026-27 Q1"},
    good={"round": "2026-27 Q2"},
)
MARKS_DISAGREE = Rule(
    code="B111",
    title="Two marks in the form disagree",
    severity=Severity.QUERY,
    message="{what} is {one} in {first}, but {other} in {second}. The first was taken.",
    hint="Start from the form that was issued to you, and copy your rows into it.",
    why="A form that was made from another unit's or another quarter's may carry its rows as well.",
    bad={"unit": "FRD on Start, ASM in the document properties"},
    good={"unit": "FRD on Start and in the document properties"},
)
OLD_FORM = Rule(
    code="B112",
    title="An older form",
    severity=Severity.NOTE,
    message="This is form {form}; form {current} is issued now. It was read, and asked nothing that it does not have.",
    hint="The next form that is issued has the rows carried over.",
    why="Nobody should fill in a form twice because we changed it.",
    bad={"form": 1},
    good={"form": 2},
)
NEWER_FORM = Rule(
    code="B113",
    title="A form newer than this riskbook",
    severity=Severity.ERROR,
    message="This is form {form}, and this riskbook knows forms up to {current}.",
    hint="Bring riskbook up to date, then check the return again.",
    why="What a newer form asks would be lost without a word.",
    bad={"form": 3},
    good={"form": 2},
)
NO_SHEET = Rule(
    code="B114",
    title="A sheet is missing",
    severity=Severity.ERROR,
    message="There is no sheet {sheet} that can be read.",
    hint="Copy your rows into the form that was issued to you, which has it.",
    why="A sheet that was deleted or renamed takes its rows with it.",
    bad={"sheets": "Start, Risks"},
    good={"sheets": "Start, Risks, Actions"},
)
NEVER_CALCULATED = Rule(
    code="B115",
    title="Formulas without values",
    severity=Severity.ERROR,
    message="{count} formulas have no value, for example in {examples}.",
    hint="Open the file in Excel, press Save, and send it again.",
    why="Some programs write formulas and leave the sums to Excel; until then there is nothing to read.",
    bad={"file": "a return written by another program and never opened in Excel"},
    good={"file": "a return saved in Excel"},
)
HIDDEN = Rule(
    code="B116",
    title="Hidden sheets, rows or columns",
    severity=Severity.NOTE,
    message="Hidden in this workbook: {what}. What is hidden was read like the rest.",
    hint="If something hidden was not meant to be sent, delete it and send the return again.",
    why="People forget what they have hidden, and it goes out with the file.",
    bad={"file": "a return with a filter on"},
    good={"file": "a return with nothing hidden"},
)
LINKS = Rule(
    code="B117",
    title="Links to other workbooks, pages or programs",
    severity=Severity.NOTE,
    message="The workbook reaches out to {links}. Links are not followed or kept; the values stored here were read.",
    hint="Where such a value may be old, type the value itself.",
    why="A linked figure changes without anybody having changed it.",
    bad={"file": "a return with ='[budget.xlsx]Sheet1'!B4"},
    good={"file": "a return with the figure typed in"},
)
MACROS = Rule(
    code="B118",
    title="Macros",
    severity=Severity.NOTE,
    message="The workbook has macros. They were not run.",
    hint="",
    why="A macro may change what it likes; a return needs none.",
    bad={"file": "front-door.xlsm"},
    good={"file": "front-door.xlsx"},
)
DAMAGED = Rule(
    code="B119",
    title="Damaged",
    severity=Severity.ERROR,
    message="The file was not read: {detail}.",
    hint="Open it in Excel, let it be repaired, look through it, save it under a new name and send that.",
    why="Half a file read as if it were whole would lose risks without a word.",
    bad={"file": "an attachment that was cut short"},
    good={"file": "the same file sent again"},
)
READ_OTHERWISE = Rule(
    code="B120",
    title="Read other than plainly",
    severity=Severity.NOTE,
    message="{note}",
    hint="If that is not what you meant, save the file in Excel and send it again.",
    why="Nothing is guessed in silence.",
    bad={"file": "a return in which one cell is stored twice"},
    good={"file": "a return saved in Excel"},
)
NOT_REGISTER = Rule(
    code="B121",
    title="Not a register of ours",
    severity=Severity.ERROR,
    message="The workbook is not a directorate register that riskbook wrote.",
    hint="Put back the register of the quarter from its folder kept.",
    why="Everything is compared with the register; another workbook in its place would make every risk new.",
    bad={"file": "a return named directorate-risk-register-2026-27-q1.xlsx"},
    good={"file": "the register that the last merge wrote"},
)
UNIT_TWICE = Rule(
    code="B122",
    title="Two units of one code",
    severity=Severity.ERROR,
    message="{code} is the code of more than one unit: rows {rows}.",
    hint="Give each unit a code of its own, or dates From and Until that do not overlap.",
    why="Two units of one code would send one return between them.",
    bad={"file": "directory.xlsx in which two units are FRD"},
    good={"file": "directory.xlsx in which every unit has its own code"},
)
CODE = Rule(
    code="B132",
    title="A unit's code that refs cannot begin with",
    severity=Severity.ERROR,
    message="{code} is not two to six letters from A to Z.",
    hint="Give the unit such a code, like FRD; it is never used again for another.",
    why="Refs begin with it (FRD-012), and files are named by it.",
    bad={"file": "directory.xlsx in which a unit's code is F/D"},
    good={"file": "directory.xlsx in which it is FRD"},
)
NO_PARENT = Rule(
    code="B123",
    title="A unit under one that there is not",
    severity=Severity.ERROR,
    message="{parent} is no unit in the directory.",
    hint="Give the code of the unit above, or leave the cell empty.",
    why="A unit under nothing is counted in no service.",
    bad={"file": "directory.xlsx in which Front Door stands under XX"},
    good={"file": "directory.xlsx in which Front Door stands under FHS"},
)
NO_SUCCESSOR = Rule(
    code="B127",
    title="A unit followed by one that there is not",
    severity=Severity.ERROR,
    message="{successor} cannot take over from {code}: it is no other unit in the directory.",
    hint="Give the code of the unit that has its risks now, or leave the cell empty.",
    why="Risks that nobody has taken over are nobody's.",
    bad={"file": "directory.xlsx in which Front Door is followed by XX"},
    good={"file": "directory.xlsx in which Front Door is followed by ASM"},
)
ELSEWHERE = Rule(
    code="B124",
    title="Rows on another sheet",
    severity=Severity.QUERY,
    message="Rows like ours stand on the sheet “{sheet}”, which is not the form's: {count}. They were not read.",
    hint="Copy those that count to Risks or Actions; if none of them does, say so.",
    why="A sheet that somebody copied takes its rows with it, and nobody misses them.",
    bad={"sheets": "Start, Risks, Risks (2), Actions"},
    good={"sheets": "Start, Risks, Actions"},
)
NOT_READ = Rule(
    code="B125",
    title="A sheet of their own",
    severity=Severity.NOTE,
    message="The sheet “{sheet}” is not one of the form's. It was not read.",
    hint="",
    why="Nothing is passed over in silence.",
    bad={"sheets": "Start, Risks, Actions, Budget"},
    good={"sheets": "Start, Risks, Actions"},
)
OLD_KIND = Rule(
    code="B130",
    title="A workbook of an old kind",
    severity=Severity.NOTE,
    message="The file is an {kind}. It was read.",
    hint="Send the next one as Excel Workbook (.xlsx): the form checks itself there while it is filled in.",
    why="Excel has not saved this kind by itself since 2007, and what is new in a form is lost in it.",
    bad={"file": "front-door.xls"},
    good={"file": "front-door.xlsx"},
)

LINKED = Rule(
    code="B131",
    title="A link to somewhere else",
    severity=Severity.ERROR,
    message="{name} is no file but leads to something else, or is a device. It was not followed, and nothing was read.",
    hint="Put the file itself into the folder.",
    why="What a link leads to can change without anybody seeing it, and may be anything on the machine.",
    bad={"file": "a link to another folder"},
    good={"file": "front-door.xlsx"},
)

CARRIED = Rule(
    code="B133",
    title="Comments, or things that are no cells",
    severity=Severity.NOTE,
    message="The workbook carries {what}. Nothing of it was opened or read.",
    hint="What should count has to stand in the form's own cells.",
    why="Nothing is passed over in silence, and nothing goes out again that somebody only pinned to a cell.",
    bad={"file": "a return with “ask Jo about this” as a comment"},
    good={"file": "a return with all that is to be said in its cells"},
)

RULES = (
    NOT_A_WORKBOOK,
    ENCRYPTED,
    TOO_LARGE,
    OTHER_KIND,
    WRONG_EXTENSION,
    LOCK_FILE,
    NOT_OURS,
    NO_UNIT,
    NO_ROUND,
    OTHER_ROUND,
    MARKS_DISAGREE,
    OLD_FORM,
    NEWER_FORM,
    NO_SHEET,
    NEVER_CALCULATED,
    HIDDEN,
    LINKS,
    MACROS,
    DAMAGED,
    READ_OTHERWISE,
    NOT_REGISTER,
    UNIT_TWICE,
    CODE,
    NO_PARENT,
    NO_SUCCESSOR,
    ELSEWHERE,
    NOT_READ,
    OLD_KIND,
    LINKED,
    CARRIED,
)
