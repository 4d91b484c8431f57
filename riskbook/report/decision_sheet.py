"""A quarterly in, the decision sheet out: a row for every proposal, and empty ones for any other risk."""

from collections.abc import Iterable

from riskbook.escalate import Candidate, worst_first
from riskbook.forms import ON_DECISION_SHEETS, Column
from riskbook.kinds import said
from riskbook.model import Entry
from riskbook.quarterly import Quarterly
from riskbook.report import cells, decisions, filling
from riskbook.report.audience import BANNER
from riskbook.report.blocks import BLANK, Cell, Document, Field, Screen, Sheet, Table, Text, ToFill
from riskbook.report.columns import Column as Shown
from riskbook.report.columns import table
from riskbook.report.columns import widths as pixels
from riskbook.report.register import widths
from riskbook.rules import posts

EMPTY_ROWS = 20
OPEN, DIRECTORS = "open_risks", "assistant_directors"


def document(quarterly: Quarterly) -> Document:
    """The sheet to fill in, and the lists that its cells choose from; with exempt risks in it, it says EXEMPT."""
    context, council = quarterly.context, quarterly.context.settings.council
    exempt = bool(quarterly.tally.exempt)
    footer = f"{council.directorate} risk decisions · {context.round} · as at {said(context.on)}"
    return Document(
        title=f"{f'{BANNER}: ' if exempt else ''}{council.directorate}: decisions on risks, {context.round}",
        subject="What was decided about which risk, by whom and why",
        organisation=council.name,
        footer=f"{footer} · {BANNER}" if exempt else footer,
        created=context.on,
        sheets=(_to_fill(quarterly), _open(quarterly), directors(quarterly)),
        banner=BANNER if exempt else "",
    )


_IN_SLT_WORKBOOK = ("number", "impact_now", "likelihood_now")
_COLUMNS = tuple(column for column in ON_DECISION_SHEETS if column.key not in _IN_SLT_WORKBOOK)
_FROM_LISTS = {"into": OPEN, "owner": DIRECTORS}


def _to_fill(quarterly: Quarterly) -> Sheet:
    candidates = decisions.proposed(quarterly)
    columns = _ordered(_COLUMNS)
    rows = [tuple(_proposed(column, one, quarterly) for column in columns) for one in candidates]
    rows += [tuple(_empty(column, quarterly) for column in columns)] * EMPTY_ROWS
    centred = ("risk_ref", "rating", "content")
    fields = tuple(Field(column.header, _group(column), column.key in centred) for column in columns)
    lead = (
        f"{cells.number(len(candidates), 'proposal')}, then empty rows for any other risk. Fill in the tinted cells of "
        "what was decided, save it, then: riskbook decide FILE"
    )
    sheet = Table("decisions", fields, tuple(rows), empty="", about=lead)
    title = f"Decisions, {quarterly.context.round}"
    return Sheet(decisions.NAME, title, lead, (sheet,), widths(columns), Screen(2))


def _ordered(columns: Iterable[Column]) -> tuple[Column, ...]:
    """The ref first, then the risk: they are held still."""
    first = {"risk_ref": 0, "title": 1, "proposal": 2, "rating": 3, "reasons": 4}
    return tuple(sorted(columns, key=lambda column: first.get(column.key, len(first))))


def _group(column: Column) -> str:
    if column.key == "content":
        return "riskbook"
    return "Proposed" if column.ours else "Decided"


def _proposed(column: Column, one: Candidate, quarterly: Quarterly) -> Cell:
    """A cell of a proposal: what riskbook says, or room for what the meeting does."""
    own: dict[str, Cell] = {
        "risk_ref": cells.ref(one.entry, linked=False),
        "title": cells.title(one.entry),
        "proposal": Text(one.proposal),
        "rating": cells.rating_now(one.entry, quarterly.context.settings),
        "reasons": Text(decisions.reasons(one)),
        "content": decisions.content(one),
    }
    if column.key in own:
        return own[column.key]
    value = decisions.director(one, quarterly).value if column.key == "owner" else None
    return _cell(column, quarterly, value)


def _empty(column: Column, quarterly: Quarterly) -> Cell:
    if column.key == "risk_ref":
        return ToFill(listed=OPEN, loose=True, title="Ref", prompt="Which risk was it about?")
    return BLANK if column.ours else _cell(column, quarterly)


def _cell(column: Column, quarterly: Quarterly, value: object = None) -> ToFill:
    return filling.cell(column.key, quarterly.context.settings, value, _FROM_LISTS.get(column.key, ""))


def _open(quarterly: Quarterly) -> Sheet:
    """Every open risk, to choose from and to look up."""
    settings = quarterly.context.settings
    columns: tuple[Shown[Entry], ...] = (
        Shown("Ref", 90, lambda one: cells.ref(one, linked=False), centred=True),
        Shown("Risk", 420, cells.title),
        Shown("Unit", 240, lambda one: Text(cells.unit_name(one.unit, quarterly))),
        Shown("Rating now", 110, lambda one: cells.rating_now(one, settings), centred=True),
        Shown("Directorate risk it feeds", 160, lambda one: cells.words(one.now.parent), centred=True),
    )
    risks = sorted(quarterly.register.open, key=worst_first(quarterly.context))
    listed = table(OPEN, columns, risks, empty="No risk is open.")
    return Sheet(
        "Open risks", "Open risks", "Their refs can be chosen on Decisions.", (listed,), pixels(columns), Screen(1)
    )


def directors(quarterly: Quarterly) -> Sheet:
    """Who may own a directorate risk."""
    named = [one.post or one.name for one in posts.assistant_directors(quarterly.context)]
    columns: tuple[Shown[str], ...] = (Shown("Assistant Director", 420, Text),)
    listed = table(DIRECTORS, columns, named, empty="The directory has no Assistant Director.")
    lead = "Who may own a directorate risk, from directory.xlsx."
    return Sheet("Assistant Directors", "Assistant Directors", lead, (listed,), pixels(columns), Screen(1))
