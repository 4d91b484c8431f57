"""Rules L: a workbook that is about to leave. L1 is what may not be in it, L2 what must be true, L3 who can read it.

``leaving`` looks a workbook over and calls on them; they check nothing alone. ``bad`` and ``good`` describe a workbook.
"""

from riskbook.findings import Rule, Severity

NOT_LOOKED_OVER = Rule(
    code="L101",
    title="It cannot be looked over",
    severity=Severity.ERROR,
    message="The workbook cannot be looked over: {detail}.",
    hint="Do not send it. Open it in Excel, save it as Excel Workbook (.xlsx) without a password, and inspect that.",
    why="What cannot be looked over may hold anything; a workbook leaves because it was found sound, not by default.",
    bad={"workbook": "one that is locked with a password, or cut short"},
    good={"workbook": "one that opens"},
)
HIDDEN_SHEET = Rule(
    code="L102",
    title="A hidden sheet",
    severity=Severity.ERROR,
    message="The sheet “{sheet}” is hidden, and {cells} of its cells are filled in.",
    hint="Show it (right-click a tab, Unhide; one that is very hidden only in the Visual Basic editor), look through "
    "it, and delete it.",
    why="A hidden sheet leaves with the file, and anybody can show it. Lists that a form's drop-downs choose from may "
    "be on one, and nothing else.",
    bad={"workbook": "a sheet “Working” that is hidden"},
    good={"workbook": "all sheets in sight"},
)
HIDDEN_ROWS = Rule(
    code="L103",
    title="Hidden rows",
    severity=Severity.ERROR,
    message="{what} hidden{by}, with something in them.",
    hint="Show them (select all, right-click a row number, Unhide; or clear the filter); delete what should not go.",
    why="A filter hides rows from the eye only: the whole list goes out with the file.",
    bad={"workbook": "a register filtered to Red"},
    good={"workbook": "a register with the rows copied out that are meant"},
)
HIDDEN_COLUMNS = Rule(
    code="L104",
    title="Hidden columns",
    severity=Severity.ERROR,
    message="{what} hidden, with something in them.",
    hint="Show them (select all, right-click a column letter, Unhide), and delete what should not go.",
    why="A hidden column leaves with the file, and anybody can show it.",
    bad={"workbook": "column H, “Names of children”, hidden"},
    good={"workbook": "no such column"},
)
UNSEEN_TEXT = Rule(
    code="L105",
    title="Text that cannot be seen",
    severity=Severity.ERROR,
    message="What stands in {cells} cannot be seen: {how}.",
    hint="Give it a colour, a size or a number format that shows it, and delete what should not go.",
    why="White on white is still there for whoever selects the cell.",
    bad={"workbook": "a name in white letters on white"},
    good={"workbook": "the same cell in black"},
)
COMMENTS = Rule(
    code="L106",
    title="Comments and notes",
    severity=Severity.ERROR,
    message="{count} with the names of those who wrote.",
    hint="Read them, then delete them: Review, Comments, Delete; or File, Info, Inspect Document.",
    why="What colleagues write to each other beside a cell is not written for who is sent the workbook.",
    bad={"workbook": "a note at F12: “ask Jo whether this is the Smith case”"},
    good={"workbook": "the same, with what matters in a cell"},
)
AUTHOR = Rule(
    code="L107",
    title="A person's name in the file",
    severity=Severity.ERROR,
    message="The file names {who} as its {what}.",
    hint="File, Info, Inspect Document, Document Properties: remove them, or write the organisation there.",
    why="A report is the organisation's. Excel writes the name of whoever saved it last into the file.",
    bad={"workbook": "last saved by Jo Bell"},
    good={"workbook": "last saved by Brackenshire County Council"},
)
OTHER_BOOK = Rule(
    code="L108",
    title="Links to other workbooks",
    severity=Severity.ERROR,
    message="The workbook reaches out to {link}.",
    hint="Data, Edit Links, Break Link; the values stay.",
    why="A link names folders and people, keeps a copy of cells of the other workbook, and asks the reader to refresh.",
    bad={"workbook": "='[budget.xlsx]Sheet1'!B4"},
    good={"workbook": "the figure itself"},
)
FILE_LINK = Rule(
    code="L109",
    title="A link to a file or a folder",
    severity=Severity.ERROR,
    message="The cell leads to {link}.",
    hint="Right-click it and choose Remove Hyperlink.",
    why="It does not work for who is sent the workbook, and tells them the names of servers, folders and people.",
    bad={"workbook": "a link to a folder on a shared drive"},
    good={"workbook": "a link to another sheet of the workbook"},
)
WEB_LINK = Rule(
    code="L110",
    title="A link to the web",
    severity=Severity.QUERY,
    message="The cell leads to {link}.",
    hint="Follow it once: whoever is sent the workbook will, and may need a log-in that they do not have.",
    why="An address can carry a key that opens a folder to whoever has it.",
    bad={"workbook": "a link that shares a document"},
    good={"workbook": "the address of a published page, in words"},
)
CALLS_OUT = Rule(
    code="L111",
    title="A formula or connection that calls out",
    severity=Severity.ERROR,
    message="{what} reaches out of the workbook when it is opened or refreshed.",
    hint="Copy the cell and paste it as a value; Data, Queries & Connections, Delete.",
    why="It hands the reader's name and network to whoever answers, and its query may hold a password.",
    bad={"workbook": "=WEBSERVICE(…), or a query to a database"},
    good={"workbook": "the values that it gave"},
)
PIVOT = Rule(
    code="L112",
    title="A copy of the data behind a pivot table",
    severity=Severity.ERROR,
    message="The workbook carries the rows behind {what}.",
    hint="Copy the pivot table, paste it as values into a new workbook, and send that.",
    why="A double click on any total lists every row behind it, though the sheet that they came from is gone. Councils "
    "have been fined for it.",
    bad={"workbook": "a pivot table of risks by service"},
    good={"workbook": "the same table as values"},
)
MACROS = Rule(
    code="L113",
    title="Macros",
    severity=Severity.ERROR,
    message="The workbook has macros.",
    hint="Save it as Excel Workbook (.xlsx), which holds none.",
    why="Mail gateways stop them, careful readers do not open them, and their code may name what should not leave.",
    bad={"workbook": "report.xlsm"},
    good={"workbook": "report.xlsx"},
)
EMBEDDED = Rule(
    code="L114",
    title="Another file inside",
    severity=Severity.ERROR,
    message="The workbook carries {what}.",
    hint="Delete the object, or paste it as a picture.",
    why="An embedded file leaves whole, with all that is in it, though only a picture of it is seen.",
    bad={"workbook": "a chart pasted from another workbook, which comes with that workbook"},
    good={"workbook": "the same chart pasted as a picture"},
)
UNKNOWN_PART = Rule(
    code="L115",
    title="A part that was not looked over",
    severity=Severity.ERROR,
    message="The file carries {part}, which is not shown and could not be looked over.",
    hint="File, Info, Inspect Document: remove what it finds. Or copy the sheets into a new workbook.",
    why="A workbook leaves when everything in it has been looked over.",
    bad={"workbook": "a part that another program added"},
    good={"workbook": "one saved in Excel"},
)
CUSTOM = Rule(
    code="L116",
    title="Properties that somebody added",
    severity=Severity.QUERY,
    message="The file carries {what}.",
    hint="Look at them under File, Info, Properties, Advanced; Inspect Document removes them.",
    why="Document systems write names, paths and case numbers there.",
    bad={"workbook": "a property “Checked by” with a name"},
    good={"workbook": "none, or what riskbook's own forms need"},
)
LOST_NAME = Rule(
    code="L117",
    title="A name that points nowhere, or is hidden",
    severity=Severity.QUERY,
    message="The name “{name}” {how}.",
    hint="Formulas, Name Manager: delete it. Hidden ones show in the Visual Basic editor only.",
    why="A name keeps its last formula, and with it where the data were.",
    bad={"workbook": "a name that is #REF!"},
    good={"workbook": "names of cells that are there"},
)
LIKE_FORMULA = Rule(
    code="L118",
    title="Text that would be a formula",
    severity=Severity.QUERY,
    message="{cells} begin like a formula and are text: F2 and Enter would make one of them.",
    hint="Set an apostrophe before it, or other words.",
    why="Text from elsewhere that turns into a formula when somebody edits it can do harm.",
    bad={"workbook": "the text =HYPERLINK(…) in a cell"},
    good={"workbook": "the same with an apostrophe before it"},
)
MADE_WHERE = Rule(
    code="L119",
    title="Where it was made",
    severity=Severity.NOTE,
    message="The file carries {what}.",
    hint="",
    why="Excel writes it at every save; it tells where somebody sits, and does no harm among colleagues.",
    bad={"workbook": "one that was printed from"},
    good={"workbook": "one that was not"},
)
PICTURE = Rule(
    code="L120",
    title="Pictures",
    severity=Severity.QUERY,
    message="There is a picture that only a person can look over.",
    hint="Look at it, at the parts that were cropped too: Picture Format, Compress Pictures deletes those.",
    why="A screenshot shows what nobody searched for.",
    bad={"workbook": "a screenshot of a case record"},
    good={"workbook": "no picture, or the council's crest"},
)
UNCLEARED = Rule(
    code="L121",
    title="Personal data that nobody has cleared",
    severity=Severity.QUERY,
    message="The workbook may not be mailed yet: what looks like personal data stands in {where}, and nobody has "
    "cleared it.",
    hint="Have it taken out of the text; or if it may stand, say so: {how}.",
    why="A text that names a child leaves in every workbook that it is copied into.",
    bad={"workbook": "a commentary with an NHS number"},
    good={"workbook": "the same without, or with it cleared by name"},
)
EXEMPT = Rule(
    code="L122",
    title="Exempt words in an open workbook",
    severity=Severity.ERROR,
    message="Words of {ref}, which is exempt, stand here: “{words}”.",
    hint="Take them out, or send the exempt edition to those who may have it.",
    why="The open edition may go to anybody; what is exempt must not stand in any part of it.",
    bad={"workbook": "an open report with the title of an exempt risk behind a chart"},
    good={"workbook": "an open report that counts exempt risks and says nothing of them"},
)

NO_SUM = Rule(
    code="L201",
    title="A total that is not the sum",
    severity=Severity.ERROR,
    message="{table} has {total} as the total of “{column}”, and its rows add up to {sum}.",
    hint="Do not send it: make it again with riskbook, or find the row that is wrong.",
    why="A reader who adds up one column and finds it wrong believes none of them.",
    bad={"workbook": "25 Red, 85 Amber and 35 Green, in all 144"},
    good={"workbook": "25 Red, 85 Amber and 35 Green, in all 145"},
)
TOLD_OTHERWISE = Rule(
    code="L202",
    title="Two places that tell different figures",
    severity=Severity.ERROR,
    message="{what} is {here} here, and {there} in {where}.",
    hint="Do not send it: make it again with riskbook, or put the wrong one right.",
    why="The same figure stands in several places of a report, and must be the same in all.",
    bad={"workbook": "146 risks in all, but 145 on the heat map and none unscored"},
    good={"workbook": "146 risks in all: 145 on the heat map and 1 not scored"},
)
MOVEMENT = Rule(
    code="L203",
    title="Movement that does not add up",
    severity=Severity.ERROR,
    message="{what}: {here} here, and {there} in {where}.",
    hint="Do not send it: make it again with riskbook.",
    why="Every risk has exactly one movement, so that those that stand and those that went are all accounted for.",
    bad={"workbook": "19 risks up, of which 18 are listed"},
    good={"workbook": "19 risks up, all listed"},
)
NOT_ITS_REFS = Rule(
    code="L204",
    title="A cell of the heat map that does not hold its risks",
    severity=Severity.ERROR,
    message="{count} are counted in this cell, and {refs} listed.",
    hint="Do not send it: make it again with riskbook.",
    why="Heat maps drawn by hand are wrong more often than not.",
    bad={"workbook": "3 in a cell that lists 2 refs"},
    good={"workbook": "3 in a cell that lists 3"},
)
TWICE = Rule(
    code="L205",
    title="A risk in two places",
    severity=Severity.ERROR,
    message="{ref} stands here and at {where}.",
    hint="Do not send it: make it again with riskbook.",
    why="A risk has one rating, so it stands in one cell of the matrix and in one row of the register.",
    bad={"workbook": "FRD-001 at 12 and at 16"},
    good={"workbook": "FRD-001 at 16"},
)
NOT_THERE = Rule(
    code="L206",
    title="A risk that is not on the register",
    severity=Severity.ERROR,
    message="{ref} stands here and not in {where}.",
    hint="Do not send it: make it again with riskbook, or correct the ref.",
    why="A decision about a risk that is not there binds nobody.",
    bad={"workbook": "a proposal for FRD-901"},
    good={"workbook": "proposals for risks of the register"},
)

NO_TITLE = Rule(
    code="L301",
    title="No title in A1",
    severity=Severity.QUERY,
    message="The first cell is empty.",
    hint="Write into A1 what the sheet shows.",
    why="A screen reader begins at A1, and so does everybody else.",
    bad={"workbook": "a sheet that begins at B3"},
    good={"workbook": "“Risks by service” in A1"},
)
NO_TABLE = Rule(
    code="L302",
    title="A list that is not marked as a table",
    severity=Severity.QUERY,
    message="There is a list of {rows} rows, and no table.",
    hint="Select it and choose Insert, Table (Ctrl+T), with headers; give it a name.",
    why="A table's headers are read out with its cells; in a plain range they are words like any other.",
    bad={"workbook": "forty rows under bold headings"},
    good={"workbook": "the same as a table"},
)
MERGED = Rule(
    code="L303",
    title="Merged cells in a table",
    severity=Severity.QUERY,
    message="{cells} are merged.",
    hint="Unmerge them, and write the words into each cell that they are true of.",
    why="Screen readers lose their place in merged cells, and so do sorting and filters.",
    bad={"workbook": "a service's name merged over its rows"},
    good={"workbook": "the name in every row"},
)
BLANK_IN_TABLE = Rule(
    code="L304",
    title="A blank row or column in a table",
    severity=Severity.QUERY,
    message="{what} of {table} is empty.",
    hint="Delete it.",
    why="Whoever cannot see that the table goes on stops reading there.",
    bad={"workbook": "an empty row to set groups apart"},
    good={"workbook": "a line or a column that says the group"},
)
NO_HEADER = Rule(
    code="L305",
    title="A column without a heading",
    severity=Severity.QUERY,
    message="A column of {table} has {what}.",
    hint="Give it a short heading of its own.",
    why="The heading is read out with every cell under it.",
    bad={"workbook": "Column1, Column2"},
    good={"workbook": "Ref, Risk"},
)
TAB = Rule(
    code="L306",
    title="A tab that does not say what is there",
    severity=Severity.QUERY,
    message="The sheet is called “{sheet}”.",
    hint="Name it after what it shows, in a word or two.",
    why="The names of tabs are the table of contents for who moves by keyboard.",
    bad={"workbook": "Sheet1"},
    good={"workbook": "Heat map"},
)
NOT_LISTED = Rule(
    code="L307",
    title="A sheet that the first one does not list",
    severity=Severity.QUERY,
    message="The first sheet has links to others, and none to “{sheet}”.",
    hint="Add a link to it.",
    why="A list with a gap hides what it leaves out.",
    bad={"workbook": "a Summary that leads to four of five sheets"},
    good={"workbook": "a Summary that leads to all"},
)
NO_LIST = Rule(
    code="L308",
    title="Nothing lists the sheets",
    severity=Severity.NOTE,
    message="There are {count} sheets, and the first has no links to the others.",
    hint="A list of the sheets on the first, each a link, is a help to everybody.",
    why="With many tabs the last are out of sight.",
    bad={"workbook": "twelve sheets"},
    good={"workbook": "twelve sheets, listed on the first"},
)
NO_ALT_TEXT = Rule(
    code="L309",
    title="A chart or picture without alternative text",
    severity=Severity.QUERY,
    message="{what} has no alternative text.",
    hint="Right-click it, Edit Alt Text: say in a sentence what it shows, with the figures that matter.",
    why="Whoever cannot see it is told nothing otherwise.",
    bad={"workbook": "a chart"},
    good={"workbook": "a chart with “Stacked bars: risks in each band by service. …”"},
)
TABLE_UNTOLD = Rule(
    code="L310",
    title="A table without alternative text",
    severity=Severity.NOTE,
    message="{table} has no alternative text.",
    hint="Right-click the table, Table, Alternative Text: say what it lists.",
    why="It is read out before the table, so that one can pass it over.",
    bad={"workbook": "a table"},
    good={"workbook": "a table with “Open risks in each band.”"},
)
UNTITLED = Rule(
    code="L311",
    title="The file has no title",
    severity=Severity.QUERY,
    message="The document properties have no title.",
    hint="File, Info, Title.",
    why="It is read out when the file is opened, and shown where files are listed.",
    bad={"workbook": "report (3).xlsx, without a title"},
    good={"workbook": "“Children's Services risk report, 2026-27 Q2”"},
)
UNTOLD = Rule(
    code="L312",
    title="No author, subject or language",
    severity=Severity.NOTE,
    message="The document properties have no {what}.",
    hint="File, Info, Properties, Advanced.",
    why="Screen readers choose their voice by the language; author and subject say whose it is and what it is about.",
    bad={"workbook": "no language"},
    good={"workbook": "English (United Kingdom)"},
)
CURSOR = Rule(
    code="L313",
    title="It does not open at its beginning",
    severity=Severity.NOTE,
    message="The workbook opens at {where}.",
    hint="Go to A1 of the first sheet (Ctrl+Home) and save.",
    why="A screen reader begins where the cursor was left.",
    bad={"workbook": "one that opens at sheet 3, row 214"},
    good={"workbook": "one that opens at A1 of its first sheet"},
)
CONTRAST = Rule(
    code="L314",
    title="Text that is hard to read on its fill",
    severity=Severity.QUERY,
    message="{cells}: {ink} on {fill} has a contrast of {contrast:.1f}, and 4.5 is the least.",
    hint="Take a darker or lighter colour. Fills and inks of bands stand in riskbook.toml.",
    why="One reader in twelve has trouble with weak contrast; on a poor printout everybody has (WCAG 2.1, 1.4.3).",
    bad={"workbook": "yellow on white"},
    good={"workbook": "black on yellow"},
)
COLOUR_ALONE = Rule(
    code="L315",
    title="Colour alone",
    severity=Severity.QUERY,
    message="{cells} are filled with {fill} and say nothing in words.",
    hint="Write what the colour means into the cell: Red, Amber, Green.",
    why="One man in twelve cannot tell red from green, and no screen reader can (WCAG 2.1, 1.4.1).",
    bad={"workbook": "a column of red, amber and green cells"},
    good={"workbook": "“16 Red (R)”"},
)
NOT_HELD = Rule(
    code="L316",
    title="A long table whose headings go out of sight",
    severity=Severity.NOTE,
    message="{table} has {rows} rows, and its headings are neither frozen nor printed on every page.",
    hint="View, Freeze Panes; Page Layout, Print Titles.",
    why="From the second page on nobody knows which column is which.",
    bad={"workbook": "a table of 200 rows"},
    good={"workbook": "the same with its headings held"},
)

RULES = (
    NOT_LOOKED_OVER,
    HIDDEN_SHEET,
    HIDDEN_ROWS,
    HIDDEN_COLUMNS,
    UNSEEN_TEXT,
    COMMENTS,
    AUTHOR,
    OTHER_BOOK,
    FILE_LINK,
    WEB_LINK,
    CALLS_OUT,
    PIVOT,
    MACROS,
    EMBEDDED,
    UNKNOWN_PART,
    CUSTOM,
    LOST_NAME,
    LIKE_FORMULA,
    MADE_WHERE,
    PICTURE,
    UNCLEARED,
    EXEMPT,
    NO_SUM,
    TOLD_OTHERWISE,
    MOVEMENT,
    NOT_ITS_REFS,
    TWICE,
    NOT_THERE,
    NO_TITLE,
    NO_TABLE,
    MERGED,
    BLANK_IN_TABLE,
    NO_HEADER,
    TAB,
    NOT_LISTED,
    NO_LIST,
    NO_ALT_TEXT,
    TABLE_UNTOLD,
    UNTITLED,
    UNTOLD,
    CURSOR,
    CONTRAST,
    COLOUR_ALONE,
    NOT_HELD,
)
