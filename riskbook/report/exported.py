"""What another system is given in; the corporate extract, and the change list for entry by hand, as documents out."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence

from riskbook.compare import CHANGED, CLOSED, NEW, Difference
from riskbook.exports import ACCEPTED, CORPORATE_COLUMNS, KEYS, PUT_UP, Export
from riskbook.forms import DECISIONS, by_key
from riskbook.kinds import said, worded
from riskbook.model import Entry
from riskbook.quarterly import Quarterly
from riskbook.report import cells
from riskbook.report.audience import BANNER
from riskbook.report.blocks import NIL, Cell, Document, Link, Para, Ref, Retold, Sheet, Text, ToFill, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.rules.escalation import put_up
from riskbook.wording import compared, differs

CHANGES, NEW_RISKS, TREATMENT = "Changes", "New risks", "Treatment"


def corporate(export: Export, quarterly: Quarterly, whole: Quarterly) -> Document:
    """The corporate extract: the risks in sections by band, and what has changed since the last one.

    ``quarterly`` is what this edition may tell, ``whole`` the quarter that it is of.
    """
    subject = "Directorate risks that are corporate, or that await the Corporate Risk Group"
    entries = [entry for entry in export.entries if entry.ref in quarterly.register.by_ref]
    found = export.changes(whole.register, is_open=quarterly is not whole)
    sheets = (_rated(entries, quarterly), _treated(entries, quarterly), _changes(export, found, whole, entering=False))
    return _document("risks for the corporate register", subject, export, quarterly, whole, sheets)


def pplus(export: Export, quarterly: Quarterly, whole: Quarterly) -> Document:
    """The change list to be ticked off while it is entered into P+, and each new risk field by field."""
    subject = "What to enter, change and close in P+"
    found = export.changes(whole.register, is_open=quarterly is not whole)
    sheets = (_changes(export, found, whole, entering=True), _in_full(export, found, whole))
    return _document("changes for P+", subject, export, quarterly, whole, sheets)


def _document(
    what: str, subject: str, export: Export, quarterly: Quarterly, whole: Quarterly, sheets: tuple[Sheet, ...]
) -> Document:
    """A document whose title, head and foot say EXEMPT where exempt risks are in it."""
    context, council = quarterly.context, quarterly.context.settings.council
    exempt = export.is_exempt and quarterly is whole
    title = f"{council.directorate} {what}, {context.round}"
    footer = f"{council.directorate} {what} · {context.round} · as at {said(context.on)}"
    return Document(
        title=f"{BANNER}: {title}" if exempt else title,
        subject=subject,
        organisation=council.name,
        footer=f"{footer} · {BANNER}" if exempt else footer,
        created=context.on,
        sheets=sheets,
        banner=BANNER if exempt else "",
    )


def _rated(entries: Sequence[Entry], quarterly: Quarterly) -> Sheet:
    """The risks and their ratings, in sections by band, the highest first, last quarter beside this one."""
    context, columns = quarterly.context, _rating_columns(quarterly)
    awaiting = sum(put_up(entry, quarterly.register) is not None for entry in entries)
    bands = Counter(_section(entry, quarterly) for entry in entries)
    names = [band.name for band in reversed(context.settings.matrix.bands)]
    sections = ", ".join(f"{bands[name]} {name}" for name in (*names, *(bands.keys() - set(names))))
    lead = (
        f"{cells.number(len(entries) - awaiting, 'corporate risk')} and {awaiting} put up to the Corporate Risk Group, "
        f"as at {said(context.on)}: {sections}.{_withheld(quarterly)}"
    )
    listed = table(
        "corporate_risks", columns, entries, empty="No risk is corporate or put up for it.", ruled_by=_HEADERS["band"]
    )
    links = (_link(f"Controls, actions and targets are on {TREATMENT}.", TREATMENT), _link(_SINCE, CHANGES))
    title = f"{context.settings.council.directorate} risks for the corporate register, {context.round}"
    return Sheet("Corporate risks", title, lead, (listed, *links), widths(columns))


def _treated(entries: Sequence[Entry], quarterly: Quarterly) -> Sheet:
    """What holds the risks down, what is planned, and where that should bring them."""
    columns = _treatment_columns(quarterly)
    listed = table("corporate_treatment", columns, entries, empty="No risk is corporate or put up for it.")
    lead = "The same risks in the same order."
    return Sheet(TREATMENT, "Controls, actions and targets", lead, (listed,), widths(columns))


_SINCE = "What has changed since the last export is on Changes."


def _link(words: str, sheet: str) -> Para:
    return Para(words, Tone.QUIET, Link(sheet))


def _section(entry: Entry, quarterly: Quarterly) -> str:
    return quarterly.context.settings.matrix.band(entry.rating).name if entry.rating else "Not scored"


def _withheld(quarterly: Quarterly) -> str:
    """How many exempt risks this edition leaves out."""
    are = "risk is" if quarterly.withheld == 1 else "risks are"
    return f" {quarterly.withheld} exempt {are} reported separately." if quarterly.withheld else ""


_HEADERS = {key: heading for heading, key in CORPORATE_COLUMNS.items()}


def _rating_columns(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    """The columns up to the rating; without a round before, none of last quarter."""
    settings, tally = quarterly.context.settings, quarterly.tally
    last, now = cells.last_round(tally), f"This quarter ({cells.this_round(tally)})"
    before = f"Last quarter ({last})"
    then = (
        _shown("was_impact", 62, lambda e: cells.impact(e.last, settings, Tone.QUIET), before),
        _shown("was_likelihood", 74, lambda e: cells.likelihood(e.last, settings, Tone.QUIET), before),
        _shown("was_rating", 62, lambda e: cells.rating_then(e, settings), before),
    )
    return (
        Column(_HEADERS["band"], 56, lambda e: Text(_section(e, quarterly), Tone.STRONG), "Risk"),
        *_named(quarterly, "Risk", 124),
        _said("description", 204, quarterly, "Risk"),
        _said("owner", 104, quarterly, "Risk"),
        *(then if last else ()),
        _shown("impact", 62, lambda e: cells.impact(e.rating, settings), now),
        _shown("likelihood", 74, lambda e: cells.likelihood(e.rating, settings), now),
        _shown("rating", 62, lambda e: cells.rating_now(e, settings), now),
        Column(_HEADERS["movement"], 84, lambda e: cells.moved(e, settings), now),
        _said("decision", 130, quarterly, "Decided"),
    )


def _treatment_columns(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    """The columns after the rating, with ref and title again."""
    settings = quarterly.context.settings
    return (
        *_named(quarterly, "", 160),
        _said("controls", 330, quarterly),
        _said("actions", 390, quarterly),
        _shown("target_rating", 80, lambda e: cells.target(e, settings)),
        _shown("target_date", 100, cells.target_date),
    )


def _named(quarterly: Quarterly, group: str, width: int) -> tuple[Column[Entry], ...]:
    return (
        Column(_HEADERS["corporate_ref"], 78, lambda e: _corporate_ref(e, quarterly), group, centred=True),
        Column(_HEADERS["ref"], 60, lambda e: cells.ref(e, linked=False), group, centred=True),
        Column(_HEADERS["title"], width, lambda e: cells.title(e, Tone.STRONG), group),
    )


def _said(key: str, width: int, quarterly: Quarterly, group: str = "") -> Column[Entry]:
    """A column of words, as the system is given them."""
    told, register, context = KEYS[key], quarterly.register, quarterly.context
    return Column(_HEADERS[key], width, lambda e: cells.words(worded(told(e, register, context))), group)


def _shown(key: str, width: int, cell: Callable[[Entry], Cell], group: str = "") -> Column[Entry]:
    return Column(_HEADERS[key], width, cell, group, centred=True)


def _corporate_ref(entry: Entry, quarterly: Quarterly) -> Cell:
    """Its ref on the corporate register, or that the group has not answered yet."""
    told = worded(KEYS["corporate_ref"](entry, quarterly.register, quarterly.context))
    if told:
        return Text(told)
    return Text(PUT_UP if put_up(entry, quarterly.register) else ACCEPTED, Tone.QUIET)


def _changes(export: Export, found: tuple[Difference, ...], whole: Quarterly, entering: bool) -> Sheet:
    """What is new, changed and closed; for entry by hand, with cells to tick off what has been entered."""
    columns = (*_told(whole, entering), *(_ticks() if entering else ()))
    since = f"since the last export, {export.since}" if export.since else "and nothing was exported before"
    counts = [
        cells.number(len({one.ref for one in found if one.what == what}), f"{what.lower()} risk")
        for what in (NEW, CHANGED, CLOSED)
    ]
    more = (_link(f"What is new stands field by field on {NEW_RISKS}.", NEW_RISKS),)
    return Sheet(
        name=CHANGES,
        title=f"Changes for {export.system.name}, {whole.context.round}",
        lead=f"{', '.join(counts)}, {since}.",
        blocks=(
            *(more if entering else ()),
            table("export_changes", columns, found, empty="Nothing has changed since the last export."),
        ),
        widths=widths(columns),
    )


def _told(whole: Quarterly, entering: bool) -> tuple[Column[Difference], ...]:
    wide, in_full = (230, f"All of it: see {NEW_RISKS}.") if entering else (330, "All of it: see Corporate risks.")
    return (
        Column("What", 78, lambda one: Text(one.what, Tone.STRONG)),
        Column("Ref", 70, lambda one: Ref(one.ref), centred=True),
        Column("Risk", 210, lambda one: _title(one, whole)),
        Column("Field", 120, lambda one: cells.words(one.field)),
        Column("Was", wide, lambda one: cells.words(one.was if one.field else "", Tone.QUIET)),
        Column("Is", wide, lambda one: Text(in_full) if one.what == NEW else _is(one)),
    )


def _is(one: Difference) -> Cell:
    """What it is now, with the words marked that it was not."""
    if one.what == CHANGED and one.was and differs(one.was, one.now):
        return Retold(compared(one.was, one.now))
    return cells.words(one.now)


def _title(one: Difference, whole: Quarterly) -> Cell:
    """The risk's title; of one that is closed, what it had then, and nothing where that may not be told."""
    if one.what != CHANGED:
        return cells.words(one.was or (one.now if one.what == NEW else ""))
    return cells.title(whole.register.by_ref[one.ref])


def _ticks() -> tuple[Column[Difference], ...]:
    prompt = by_key(DECISIONS)["decided_on"].help.replace("decided", "entered")
    return (
        Column("Entered by", 110, lambda _: ToFill(title="Entered by", prompt="Who entered it?", lines=1)),
        Column("Entered on", 90, lambda _: ToFill(day=True, title="Entered on", prompt=prompt, lines=1), centred=True),
    )


def _in_full(export: Export, found: tuple[Difference, ...], whole: Quarterly) -> Sheet:
    """Every field of each new risk, under the headings of the other system."""
    new = {one.ref for one in found if one.what == NEW}
    rows = tuple(_fields(export, whole, new))
    columns: tuple[Column[tuple[Entry, str, str]], ...] = (
        Column("Ref", 70, lambda row: Ref(row[0].ref), centred=True),
        Column("Field", 190, lambda row: Text(row[1])),
        Column("Enter", 640, lambda row: cells.words(row[2]) if row[2] else NIL),
    )
    return Sheet(
        name=NEW_RISKS,
        title=f"New risks for {export.system.name}, field by field",
        lead=f"{cells.number(len(new), 'risk')}, worst first.",
        blocks=(table("export_new", columns, rows, empty="No risk is new.", ruled_by="Ref"),),
        widths=widths(columns),
    )


def _fields(export: Export, whole: Quarterly, refs: set[str]) -> Iterator[tuple[Entry, str, str]]:
    for entry in export.entries:
        if entry.ref in refs:
            for heading, value in export.values(entry, whole.register, whole.context).items():
                yield entry, heading, worded(value)
