"""A form and how it stands in; its first sheet, Start, out: what to do, their part, what this is, how it stands now."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from riskbook.excel import form_looks, prompts
from riskbook.excel.book import Page, Print
from riskbook.excel.grids import put
from riskbook.excel.looks import Look
from riskbook.forms import FORM, LABELS, YOUR_PART, Asked, Column, on_start
from riskbook.kinds import said
from riskbook.report.form import NEW_ROWS, Form, Shown
from riskbook.report.ready import READY, Standing
from riskbook.settings import Context

WIDTHS = (27, 60, 3, 33, 9, 30)
STEPS = (
    "Work across each row of Risks. Blue cells still need you.",
    "Amber means look again: put it right, or say why.",
    f"Something new? Use the rows NEW-1 to NEW-{NEW_ROWS}.",
    "Bring Actions up to date.",
    "When all is Ready, fill in your part, save, and e-mail it back.",
)
FIRST_CORRECT = "Go through Please correct: it says what to put right or to answer."
SHEETS = (
    ("Please correct", "what we ask you to put right or answer"),
    ("Risks", "your risks, one row each"),
    ("Actions", "what is being done about them"),
    ("Directorate risks", "what yours may feed; to read"),
    ("How to score", "the matrix, the words, an example"),
)
NAMED = {
    "unit": "rb_unit",
    "round": "rb_round",
    "begins": "rb_from",
    "as_at": "rb_as_at",
    "due": "rb_due",
    "issue": "rb_issue",
    "form": "rb_form",
}
_ROW, _TWO_LINES = 18.0, 32.0
_FIRST, _PART = 3, 11
_HINT_ROW = _PART + len(YOUR_PART)
_LABEL, _FACT, _FIGURE_LABEL, _FIGURE, _NOTE = 0, 1, 3, 4, 5


@dataclass(frozen=True, slots=True)
class Figure:
    """A live figure: its formula over the figures before it, the value that it has when the form is opened."""

    key: str
    label: str
    formula: str
    value: int | str
    note: str = ""
    look: Look = form_looks.FIGURE
    label_look: Look = form_looks.FIGURE_LABEL


def write(page: Page, form: Form, stands: Standing, context: Context, footer: str) -> dict[str, str]:
    """Write the sheet; the names of its cells come back."""
    page.widths([width * 7 for width in WIDTHS])
    council = context.settings.council
    due = context.settings.timetable.due_date(context.round)
    whose = form.to_read.name if form.to_read else form.unit.name
    page.text(0, 0, f"Your risks: {whose}, {context.round}", form_looks.TITLE)
    back = "to be filled in at the interview" if form.to_read else f"please send it back by {due:%A} {said(due)}"
    page.text(1, 0, f"{council.name} · {council.directorate} · {back}", form_looks.LEAD)
    page.height(0, 26)
    page.height(1, _ROW)
    named, last = _left(page, form, context)
    more, last_right = _right(page, stands, form, context)
    for row in range(2, max(last, last_right)):
        page.height(row, _TWO_LINES if row == _HINT_ROW else _ROW)
    page.protect({})
    page.paper(Print(footer, "", (0, 0, max(last, last_right) - 1, len(WIDTHS) - 1), fit=(1, 1)))
    return named | more


def spots(level: str) -> dict[str, str]:
    """The cells that they fill in, by key: our own questions, and under the hint those of a use."""
    rows = {column.key: row for row, column in enumerate(on_start(level), _PART + 1)}
    return {key: f"B{row + (row > _HINT_ROW)}" for key, row in rows.items()}


def risk_words(stands: Standing) -> str:
    """How the risks stand, in a sentence."""
    total, ready, still, look = _counts([said.ready for _, said in stands.risks])
    if not total:
        return "No risks yet."
    if ready == total:
        return "The one risk is ready." if total == 1 else f"All {total} risks are ready."
    parts = [f"{ready} of {total} {'risk' if total == 1 else 'risks'} {'is' if ready == 1 else 'are'} ready"]
    parts += [f"{still} still {'needs' if still == 1 else 'need'} something"] if still else []
    parts += [f"{look} {'needs' if look == 1 else 'need'} another look"] if look else []
    return ", ".join(parts) + "."


def action_words(stands: Standing, on: date) -> str:
    """How the actions stand, in a sentence or two."""
    total, late = _counts([said.ready for _, said in stands.actions])[0], stands.overdue
    if not total:
        return "No actions yet."
    overdue = f" {late} {'is' if late == 1 else 'are'} overdue on {said(on)}." if late else ""
    return f"{total} {'action' if total == 1 else 'actions'}.{overdue}"


def _counts(checks: Sequence[str]) -> tuple[int, int, int, int]:
    """How many rows say something, and of those: Ready, Still needed first, Look again first."""
    begun = [words for words in checks if words]
    ready, still, look = (sum(words.startswith(begins) for words in begun) for begins in (READY, "Still", "Look"))
    return len(begun), ready, still, look


_GO = "Ready to send."
_NOT_YET = "Not ready to send yet, but you may send it as it is: nothing is lost."


def _steps(form: Form) -> tuple[str, ...]:
    return STEPS if form.marks is None else (FIRST_CORRECT, *STEPS[1:])


def _left(page: Page, form: Form, context: Context) -> tuple[dict[str, str], int]:
    """What to do, their part and what this is; names, and the row after the last."""
    row = _section(page, _FIRST, _LABEL, "What to do", 2)
    for number, step in enumerate(_steps(form), 1):
        page.text(row, _LABEL, f"Step {number}", form_looks.LABEL)
        page.text(row, _FACT, step, form_looks.FACT)
        row += 1
    _section(page, row + 1, _LABEL, "Your part", 2)
    asked = on_start(form.unit.level)
    for column in asked:
        _their_part(page, column, form, context)
    page.text(_HINT_ROW, _FACT, YOUR_PART[-1].help, form_looks.HINT)
    row = _section(page, _HINT_ROW + len(asked) - len(YOUR_PART) + 2, _LABEL, "This return", 2)
    named = {}
    for key, fact in _facts(form, context).items():
        page.text(row, _LABEL, LABELS[key], form_looks.LABEL)
        put(page, row, _FACT, fact, form_looks.FACT_DAY if isinstance(fact, date) else form_looks.FACT)
        if key in NAMED:
            named[NAMED[key]] = f"=Start!$B${row + 1}"
        row += 1
    return named, row


def _facts(form: Form, context: Context) -> dict[str, Shown]:
    """What this return is, by label; what they fill in stands in their part."""
    settings = context.settings
    facts: dict[str, Shown] = {
        "unit_name": form.unit.name,
        "unit": form.unit.code,
        "round": str(context.round),
        "begins": context.round.begins,
        "as_at": context.on,
        "due": settings.timetable.due_date(context.round),
        "issue": form.issue,
        "form": FORM,
        "contact": settings.council.contact,
    }
    return facts


def _their_part(page: Page, column: Column, form: Form, context: Context) -> None:
    """A cell that they fill in; one that is needed is blue until it is."""
    cell = spots(form.unit.level)[column.key]
    row = int(cell[1:]) - 1
    typed = form.part.get(column.key, "")
    day = isinstance(typed, date)
    page.text(row, _LABEL, column.header, form_looks.LABEL)
    put(page, row, _FACT, typed, form_looks.TYPED_DAY if day or not typed else form_looks.TYPED)
    page.validation((row, _FACT, row, _FACT), prompts.validation(column, context.settings))
    if column.asked is Asked.ALWAYS:
        page.conditional((row, _FACT, row, _FACT), f'{cell}=""', form_looks.ASKED)


def _right(page: Page, stands: Standing, form: Form, context: Context) -> tuple[dict[str, str], int]:
    """How it stands now, in figures and in words, and what is where; names, and the row after the last."""
    row = _section(page, _FIRST, _FIGURE_LABEL, "How it stands now", 3)
    at: dict[str, str] = {}
    for figure in _figures(stands, form, context):
        page.text(row, _FIGURE_LABEL, figure.label, figure.label_look)
        page.formula(row, _FIGURE, figure.formula.format(**at), figure.value, figure.look)
        page.text(row, _NOTE, figure.note, form_looks.FIGURE_NOTE)
        at[figure.key] = f"E{row + 1}"
        row += 1
    row = _section(page, row + 1, _FIGURE_LABEL, "In words", 3)
    named = {"rb_reviewed_all": f"=Start!$E${int(at['reviewed'][1:])}"}
    for name, formula, value in _sentences(at, stands, form, context.on):
        look = form_looks.BODY_STRONG if name == "rb_send_words" else form_looks.BODY
        page.formula(row, _FIGURE_LABEL, formula, value, look)
        named[name] = f"=Start!$D${row + 1}"
        row += 1
    row = _section(page, row + 1, _FIGURE_LABEL, "What is where", 3)
    for sheet, about in _sheets(form):
        page.link(row, _FIGURE_LABEL, sheet, form_looks.LINK, sheet)
        page.text(row, _FIGURE, about, form_looks.BODY)
        row += 1
    return named, row


def _sheets(form: Form) -> tuple[tuple[str, str], ...]:
    """What is where: of what is told besides, the first sheet."""
    first = ((form.to_read.sheets[0].name, "what we ask you; to print"),) if form.to_read else ()
    return (*first, *SHEETS[form.marks is None :])


def _figures(stands: Standing, form: Form, context: Context) -> list[Figure]:
    checks = [said.ready for _, said in stands.risks]
    actions = [said.ready for _, said in stands.actions]
    ratings = [said.rating for _, said in stands.risks]
    total = len(checks) - checks.count("")
    not_done = 'rb_action_state_is,"<>Complete",rb_action_state_is,"<>Cancelled"'
    bands = [
        Figure(
            f"band{band.rank}",
            str(band),
            f'=COUNTIF(rb_rating,"{band.name}")',
            ratings.count(band.name),
            look=form_looks.banded(form_looks.FIGURE, band),
            label_look=form_looks.banded(form_looks.FIGURE_LABEL, band),
        )
        for band in reversed(context.settings.matrix.bands)
    ]
    scored = ",".join(f"{{{band.key}}}" for band in bands)
    their = spots(form.unit.level)
    empty = "+".join(f'({their[column.key]}="")' for column in _needed(form))
    loose = '=COUNTIFS(rb_title,"?*",rb_check,"")+COUNTIFS(rb_title,"",rb_event,"?*",rb_check,"")'
    return [
        Figure("total", "Risks", '=COUNTIF(rb_check,"?*")', total),
        Figure("ready", "Ready", f'=COUNTIF(rb_check,"{READY}")', checks.count(READY)),
        Figure("still", "Still needing something", *_counted("rb_check", "Still", checks), "Row check says what"),
        Figure("look", "To look at again", *_counted("rb_check", "Look", checks), "amber on Risks"),
        *bands,
        Figure("unscored", "Not scored yet", f"={{total}}-SUM({scored})", total - sum(map(bool, ratings))),
        Figure("actions", "Actions", '=COUNTIF(rb_action_check,"?*")', len(actions) - actions.count("")),
        Figure(
            "overdue",
            "Overdue actions",
            f'=COUNTIFS(rb_action_due,"<"&rb_as_at,{not_done})',
            stands.overdue,
            f"on {said(context.on)}",
        ),
        Figure(
            "short",
            "Actions needing something",
            f'=COUNTIF(rb_action_check,"?*")-COUNTIF(rb_action_check,"{READY}")',
            sum(words not in ("", READY) for words in actions),
            "Row check says what",
        ),
        Figure("loose", "Rows without a Row check", loose, 0, "we check them all the same"),
        Figure("part", "Your part, still empty", f"={empty}", _unfilled(form), "blue, on the left"),
        Figure(
            "reviewed",
            "Every risk reviewed",
            f'=IF(AND({their["reviewed_all"]}="Yes",{their["filled_by"]}<>"",ISNUMBER({their["filled_on"]})),1,0)',
            int(stands.reviewed_all),
            "from your part, on the left",
            form_looks.FIGURE_YES,
        ),
    ]


def _counted(name: str, begins: str, said: Sequence[str]) -> tuple[str, int]:
    return f'=COUNTIF({name},"{begins}*")', sum(words.startswith(begins) for words in said)


def _needed(form: Form) -> list[Column]:
    """What must be filled in on Start."""
    return [column for column in on_start(form.unit.level) if column.asked is Asked.ALWAYS]


def _unfilled(form: Form) -> int:
    """How much of that is empty."""
    return sum(form.part.get(column.key, "") == "" for column in _needed(form))


def _sentences(at: Mapping[str, str], stands: Standing, form: Form, on: date) -> list[tuple[str, str, str]]:
    """Name, formula and value of every sentence."""
    total, ready, still, look = (at[key] for key in ("total", "ready", "still", "look"))
    needs = f'IF({still}=0,"",", "&{still}&IF({still}=1," still needs"," still need")&" something")'
    looks = f'IF({look}=0,"",", "&{look}&IF({look}=1," needs"," need")&" another look")'
    some = f'{ready}&" of "&{total}&IF({total}=1," risk "," risks ")&IF({ready}=1,"is","are")&" ready"&{needs}&{looks}'
    every = f'IF({total}=1,"The one risk is ready.","All "&{total}&" risks are ready.")'
    risks = f'=IF({total}=0,"No risks yet.",IF({ready}={total},{every},{some}&"."))'
    actions, overdue = at["actions"], at["overdue"]
    late = f'IF({overdue}=0,""," "&{overdue}&IF({overdue}=1," is"," are")&" overdue on {said(on)}.")'
    checks = {one.ready for _, one in (*stands.risks, *stands.actions)}
    begun = any(one.ready for _, one in stands.risks)
    now = _GO if begun and checks <= {READY, ""} and not _unfilled(form) else _NOT_YET
    go = f'=IF(AND({total}>0,{ready}={total},{at["short"]}=0,{at["part"]}=0),"{_GO}","{_NOT_YET}")'
    count = f'{actions}&IF({actions}=1," action."," actions.")'
    return [
        ("rb_ready_words", risks, risk_words(stands)),
        ("rb_action_words", f'=IF({actions}=0,"No actions yet.",{count}&{late})', action_words(stands, on)),
        ("rb_send_words", go, now),
    ]


def _section(page: Page, row: int, column: int, words: str, wide: int) -> int:
    """Write the heading of a section; the row after it comes back."""
    for at in range(column, column + wide):
        page.text(row, at, words if at == column else "", form_looks.SECTION)
    return row + 1
