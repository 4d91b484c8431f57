"""A form in, the bytes of the workbook that a manager fills in out."""

from collections.abc import Iterable

from riskbook.excel import fixes, grids, guide, live, parents, sheets, start
from riskbook.excel import lists as listed
from riskbook.excel.book import Book
from riskbook.excel.fixes import Spot
from riskbook.excel.grids import Plan
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, FORM, OF_A_USE, RISKS, risks_of
from riskbook.kinds import said
from riskbook.report.blocks import Document
from riskbook.report.form import FIRST, Form, ToRead, laid
from riskbook.report.ready import REFS, Live, Standing, standing
from riskbook.rules.actions import RULES as ACTION_RULES
from riskbook.rules.risks import RULES as RISK_RULES
from riskbook.settings import Context

_RISK_NAMES = (("rb_check", "ready"), ("rb_rating", "rating"), ("rb_title", "title"), ("rb_event", "event"))
_ACTION_NAMES = (
    ("rb_action_for", "risk_ref"),
    ("rb_action_due", "due"),
    ("rb_action_state_is", "status"),
    ("rb_action_check", "ready"),
)


def form(context: Context, form: Form) -> bytes:
    """Write a return: blank, prefilled, or with what was typed and what to put right. The same form, the same bytes."""
    council = context.settings.council
    subject = f"{form.to_read.name if form.to_read else form.unit.name}, {context.round}"
    book = Book(f"Risk return: {subject}", f"Risks of {subject}", f"{council.name}, {council.directorate}", context.on)
    footer = f"{council.directorate} risk return · {subject.replace(', ', ' · ')} · as at {said(context.on)}"
    stands = standing(form, context)
    risks, actions = _plans(form, stands, context, footer)
    told = _drawn(form.to_read, context, footer) if form.to_read else ()
    in_front = len(form.to_read.sheets) if form.to_read else 0
    for one in told[:in_front]:
        one.write(book).protect({})
    fix_page = book.page(fixes.SHEET) if form.marks is not None else None
    names = start.write(book.page("Start"), form, stands, context, footer)
    how = (("=rb_ready_words", start.risk_words(stands)), ("=rb_action_words", start.action_words(stands, context.on)))
    for plan, sentence in zip((risks, actions), how, strict=True):
        grids.write(book.page(plan.name), plan, context, sentence)
    parents.write(book.page(parents.SHEET), context, footer)
    guide.write(book.page(guide.SHEET), context.settings, footer)
    for one in told[in_front:]:
        one.write(book).protect({})
    columns = (*RISKS, *ACTIONS, *OF_A_USE.get(form.unit.level, ()))
    words = live.said(RISKS, RISK_RULES) | live.said(ACTIONS, ACTION_RULES)
    to_read = tuple(one.sheet.name for one in told)
    names |= listed.write(book.page(listed.SHEET), form.scope, columns, words, context, to_read)
    names |= grids.names(risks, _RISK_NAMES) | grids.names(actions, _ACTION_NAMES)
    names[REFS] = f"=Risks!$A${FIRST}:$A${risks.rows[-1][0].row}"
    if fix_page:
        names |= fixes.write(fix_page, form, (risks, actions), context, footer)
    for name, formula in names.items():
        book.name(name, formula)
    for mark, value in (("unit", form.unit.code), ("round", str(context.round)), ("issue", form.issue), ("form", FORM)):
        book.property(f"riskbook {mark}", value)
    return book.close()


def marked(context: Context, form: Form) -> list[tuple[Finding, Spot]]:
    """What is to be put right or answered, each with where it stands on this form, whatever its live cells say."""
    risks, actions = (tuple((row, Live("")) for row in laid(rows, False)) for rows in (form.risks, form.actions))
    plans = _plans(form, Standing(risks, actions, 0, False), context, "")
    return [(mark, fixes.spot(mark, plans, form.unit.level)) for mark in form.marks or ()]


def _drawn(told: ToRead, context: Context, footer: str) -> tuple[sheets.Drawn, ...]:
    """What is told besides, drawn as a report is; what its charts are drawn on, and Notes, stand behind the form."""
    title, organisation = told.sheets[0].title, context.settings.council.name
    every = (*told.sheets, *told.drawn_on)
    return sheets.drawn(Document(title, title, organisation, footer, context.on, every, told.banner))


def _plans(form: Form, stands: Standing, context: Context, footer: str) -> tuple[Plan, Plan]:
    under = f"{form.unit.name} · {context.round}"
    risks, actions = (None if form.marks is None else _by_row(form.marks, sheet) for sheet in ("Risks", "Actions"))
    return (
        Plan("Risks", risks_of(form.unit.level), RISK_RULES, stands.risks, risks, under, footer),
        Plan("Actions", ACTIONS, ACTION_RULES, stands.actions, actions, under, footer),
    )


def _by_row(marks: Iterable[Finding], sheet: str) -> dict[int, tuple[Finding, ...]]:
    """What is marked on each row of a sheet."""
    rows: dict[int, tuple[Finding, ...]] = {}
    for mark in marks:
        if mark.place.sheet == sheet and mark.place.row:
            rows[mark.place.row] = (*rows.get(mark.place.row, ()), mark)
    return rows
