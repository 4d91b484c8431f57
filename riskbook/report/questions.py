"""A directorate risk in; what to ask its owner in the interview, each question with what it is asked about, out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date

from riskbook import check
from riskbook.findings import Finding, Severity
from riskbook.forms import FORM
from riskbook.model import Entry, UnitReturn
from riskbook.quarterly import Quarterly
from riskbook.rules import cells

QUESTIONS: Mapping[str, str] = {
    "H101": "Is the treatment working? What would bring it down by one band?",
    "E105": "What has changed, and is what is planned enough?",
    "E102": "What would bring it within the appetite; or who has agreed to bear it, and until when?",
    "H102": "What have the actions achieved? If nothing more can be done, who agrees to tolerate it?",
    "H104": "Does the risk itself move so, or is it rated in another way each time?",
    "R224": "What has changed since that rating was agreed?",
    "R203": "Which of the two is right? Do the controls help?",
    "R202": "Where should treatment bring it?",
    "R201": "Where should treatment bring it?",
    "H103": "What will make this date hold?",
    "R209": "Is the target reached? If not, what will make the next date hold?",
    "R208": "What came of it?",
    "A201": "What stands in the way, and which day is certain?",
    "A202": "What makes the new day likely?",
    "A205": "Which of the two dates moves?",
    "R216": "What will be done, by whom and by when?",
    "R217": "Who has agreed to bear it?",
    "E103": "What would show that the controls work, whatever the likelihood?",
    "R218": "Which of these controls stand today?",
    "E109": "What part of it is budgeted for? Does finance know?",
    "E110": "Who could bring it down, and have they been asked?",
    "E111": "What can the level above do that you cannot?",
    "H105": "What is true today?",
    "R207": "What is true today?",
    "R206": "What was done this quarter?",
    "R205": "What has changed?",
    "R204": "Why would it do less harm now?",
    "R210": "Does every word of it still hold?",
    "G104": "Should the level above decide on it?",
    "G103": "Does anything that feeds it go on when it is over?",
    "D101": "Is it still a risk for the directorate?",
    "D102": "Is it still a risk for the directorate?",
}
"""What is asked in an interview where a rule has found something, by its code, in the order in which it is asked.

What another rule asks or wants put right is asked in its own words.
"""
ALWAYS = (
    ("Controls", "controls", "How do you know that they work? When was that last tested?"),
    ("Next", "", "What will be different the next time that we meet?"),
    ("Else", "", "What else should the leadership team know about it?"),
)
"""What is asked about every risk: about what, the key of what is told of it, the question."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, about what (a column, or actions by their refs), what was seen, the rule that found it."""

    about: str
    seen: str
    words: str
    code: str = ""


def questions(entry: Entry, quarterly: Quarterly, on: date) -> tuple[Question, ...]:
    """Everything to ask about a risk: what rules have found, on a day, and what is always asked."""
    found: dict[str, list[Finding]] = {}
    for one in _findings(entry, quarterly, on):
        found.setdefault(one.code, []).append(one)
    codes = list(QUESTIONS)
    order = sorted(found, key=lambda code: codes.index(code) if code in codes else len(codes))
    return (*(_question(entry, found[code]) for code in order), *_always(entry))


def _findings(entry: Entry, quarterly: Quarterly, on: date) -> Iterator[Finding]:
    """What rules have to say of a risk and its actions: what wants an answer, and notes that have a question here."""
    refs = {entry.ref, *(action.ref for action in quarterly.register.actions_of.get(entry.ref, ()))}
    about = (one for one in quarterly.findings if one.ref in refs)
    every = (*about, *_reasons(entry, quarterly), *_of_its_row(entry, quarterly, on))
    wanted = (one for one in every if one.severity is not Severity.NOTE or one.code in QUESTIONS)
    yield from dict.fromkeys(one for one in wanted if one.ref in refs or one.code == cells.COLUMN.code)


def _of_its_row(entry: Entry, quarterly: Quarterly, on: date) -> Iterable[Finding]:
    """What is asked of a return, asked of the risk and its actions as they stand; what was answered is left out."""
    context = replace(quarterly.context, on=on)
    source, actions = entry.now.source, quarterly.register.actions_of.get(entry.ref, ())
    row = UnitReturn(
        source.book, source.sha256, entry.unit, context.round, form=FORM, risks=(entry.now,), actions=actions
    )
    found, _ = check.unit_return(row, context)
    return check.unanswered(found, row, quarterly.register.answers)


def _reasons(entry: Entry, quarterly: Quarterly) -> Iterator[Finding]:
    """Why it is proposed for another level."""
    escalation = quarterly.escalation
    for one in (*escalation.candidates, *escalation.carried, *escalation.considered):
        for reason in one.reasons if one.ref == entry.ref else ():
            yield Finding(reason.code, Severity.NOTE, entry.now.source.place(), reason.words, ref=entry.ref)


def _question(entry: Entry, found: list[Finding]) -> Question:
    """One question about all that one rule has found."""
    actions = list(dict.fromkeys(one.ref for one in found if one.ref not in ("", entry.ref)))
    named = ((f"{one.ref}: " if one.ref in actions else "", one.message) for one in found)
    about = "\n".join(actions) if actions else next((one.field for one in found if one.field), "Rating")
    asked = QUESTIONS.get(found[0].code) or " ".join(dict.fromkeys(one.hint for one in found))
    return Question(about, "\n".join(ref + words for ref, words in named), asked, found[0].code)


def _always(entry: Entry) -> Iterator[Question]:
    for about, key, words in ALWAYS:
        told = getattr(entry.now, key) if key else ""
        works = entry.now.control_effectiveness if told else ""
        yield Question(about, f"{told.strip()}\nDo they work? {works or 'Not said.'}" if told else "", words)
