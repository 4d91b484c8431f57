"""Rules N: what senior managers proposed for next year's risks, and the list that DLT confirms.

``propose`` and ``confirm`` call on them; they check nothing. ``bad`` and ``good`` say what stands there, for people.
"""

from riskbook.findings import Rule, Severity

NO_LIST = Rule(
    code="N101",
    title="No such list in the workbook",
    severity=Severity.ERROR,
    message="There is no sheet {sheet} in it with the headings that riskbook gave it.",
    hint="{do}",
    why="A list is known by its headings, and not by where it stands.",
    bad={"sheets": "Sheet1"},
    good={"sheets": "Long list"},
)
ANOTHER_YEAR = Rule(
    code="N102",
    title="A list of another year",
    severity=Severity.ERROR,
    message="The list is for {theirs}, and this round proposes the risks of {year}.",
    hint="To take it in a round of its own year, name that: --round ROUND.",
    why="What was said of one year's risks says nothing about another's.",
    bad={"title": "Risks proposed for 2026-27, in 2026-27 Q3"},
    good={"title": "Risks proposed for 2027-28, in 2026-27 Q3"},
)
SAME_COPY = Rule(
    code="N103",
    title="The same copy twice",
    severity=Severity.NOTE,
    message="It is {other} again, to the byte, and was counted once.",
    hint="Nothing needs doing.",
    why="A view counts once, however often its file was sent.",
    bad={"files": "long list.xlsx, long list (1).xlsx, the same"},
    good={"files": "long list.xlsx"},
)
NOTHING_SAID = Rule(
    code="N104",
    title="A copy in which nothing was filled in",
    severity=Severity.QUERY,
    message="Nothing was filled in on its sheet {sheet}.",
    hint="Ask whoever sent it: it may have been saved elsewhere.",
    why="An empty copy may be consent, or the wrong file.",
    bad={"proposals": "", "comments": ""},
    good={"proposals": "DIR-01 Keep"},
)
UNKNOWN_REF = Rule(
    code="N105",
    title="Proposed for no risk on the register",
    severity=Severity.ERROR,
    message="{ref} is not an open risk on the register of {round}.",
    hint="Look its ref up on the register. What was said of it stands on the sheet Everything said.",
    why="A view of a risk that is not there would be lost.",
    bad={"ref": "FRD-900"},
    good={"ref": "FRD-001"},
)
NO_TITLE = Rule(
    code="N106",
    title="A new risk without a title",
    severity=Severity.ERROR,
    message="Something is said of a new risk that has no title.",
    hint="Give it a title under Risk: a few words by which people will know it.",
    why="A risk without a name cannot be told from another new one.",
    bad={"ref": "NEW-1", "title": "", "proposal": "New"},
    good={"ref": "NEW-1", "title": "Demand for short breaks", "proposal": "New"},
)
OTHER_WORDS = Rule(
    code="N107",
    title="The words of a risk were changed on the list",
    severity=Severity.QUERY,
    message="{ref}: “{typed}” stands under {heading}, and “{known}” on the register. The register stays as it is.",
    hint="Have its owner change the words in the next return, if they are to change.",
    why="A risk's words are its owner's, and change where everybody sees it.",
    bad={"ref": "DIR-01", "title": "another title"},
    good={"ref": "DIR-01", "title": "the title of the register"},
)
NOT_FOR_THIS_LEVEL = Rule(
    code="N108",
    title="A decision that this risk cannot have",
    severity=Severity.ERROR,
    message="{decision} of {ref}: {why}.",
    hint="{do}",
    why="Keep and Drop are said of the directorate's list; New, of what is not on it yet.",
    bad={"risk_ref": "FRD-001", "decision": "Keep"},
    good={"risk_ref": "FRD-001", "decision": "New"},
)
UNDECIDED = Rule(
    code="N109",
    title="A directorate risk that nothing was decided about",
    severity=Severity.QUERY,
    message="{ref} {title} stays open, and is not confirmed for {year}.",
    hint="Choose Keep, Merge or Drop in its row, and confirm the list again.",
    why="A new year opens with risks that somebody has agreed to.",
    bad={"risk_ref": "DIR-02", "decision": ""},
    good={"risk_ref": "DIR-02", "decision": "Keep"},
)
NEW_TWICE = Rule(
    code="N110",
    title="The same new risk twice",
    severity=Severity.ERROR,
    message="“{title}” stands on {rows}; neither was taken.",
    hint="Leave one of the rows, or give the risks titles that tell them apart.",
    why="Two directorate risks of one name have two owners, and are counted twice.",
    bad={"rows": "NEW-1 Short breaks, NEW-2 Short breaks"},
    good={"rows": "NEW-1 Short breaks"},
)
OTHER_LIST = Rule(
    code="N111",
    title="Another list is to be confirmed too",
    severity=Severity.QUERY,
    message="Directorate risks on {which} are not decided yet: {count}.",
    hint="Confirm that list too, with the same day: riskbook confirm FILE --on DAY.",
    why="Exempt risks are decided on apart, so that the open list may go to anybody; the year opens with both.",
    bad={"confirmed": "the open list alone"},
    good={"confirmed": "the open list, and the list of the exempt risks"},
)

RULES = (
    NO_LIST,
    ANOTHER_YEAR,
    SAME_COPY,
    NOTHING_SAID,
    UNKNOWN_REF,
    NO_TITLE,
    OTHER_WORDS,
    NOT_FOR_THIS_LEVEL,
    UNDECIDED,
    NEW_TWICE,
    OTHER_LIST,
)
