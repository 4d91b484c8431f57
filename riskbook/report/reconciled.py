"""What came of holding another system's export against the register in; the workbook of it as a document out."""

from collections.abc import Iterator

from riskbook.kinds import said
from riskbook.model import Register
from riskbook.places import Place
from riskbook.reconcile import Alike, Alone, Differs, Reconciled
from riskbook.report import cells
from riskbook.report.audience import BANNER
from riskbook.report.blocks import Document, Link, Para, Ref, Sheet, Text, ToFill, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.settings import Context

DIFFERENCES, THERE, HERE, TITLES = "Differences", "There and not here", "Here and not there", "Same title"


def document(found: Reconciled, book: str, register: Register, context: Context) -> Document:
    """The differences, ratings first, then what stands on one side alone, then titles that are the same.

    It says EXEMPT where it names an exempt risk.
    """
    council = context.settings.council
    exempt = any(
        entry.now.exempt and {entry.ref, entry.now.title} & _named(found) for entry in register.by_ref.values()
    )
    what = f"{council.directorate} risks held against {found.system.name}, {context.round}"
    footer = f"{council.directorate} · held against {book} · {context.round} · as at {said(context.on)}"
    return Document(
        title=f"{BANNER}: {what}" if exempt else what,
        subject="Risks and ratings that differ between another system and the register",
        organisation=council.name,
        footer=f"{footer} · {BANNER}" if exempt else footer,
        created=context.on,
        sheets=(_differences(found, book, what), *_alone(found), _titles(found)),
        banner=BANNER if exempt else "",
    )


def summary(found: Reconciled) -> str:
    """What was found, in a sentence."""
    ratings = sum(one.is_rating for one in found.differs)
    return (
        f"{cells.number(found.rows, 'row')} of {found.system.name}: {cells.number(found.same, 'risk')} the same, "
        f"{cells.number(ratings, 'rating')} and {cells.number(len(found.differs) - ratings, 'other field')} that "
        f"differ, {len(found.there)} there and not here, {len(found.here)} here and not there, "
        f"{len(found.alike)} with the same title alone."
    )


def _named(found: Reconciled) -> set[str]:
    """The refs and titles of every risk that it names."""
    pairs = (one for pair in found.alike for one in (pair.there, pair.here))
    named = [(one.ref, one.title) for one in found.differs]
    named += [(one.ref, one.title) for one in (*found.there, *found.here, *pairs)]
    return {words for pair in named for words in pair if words}


def _differences(found: Reconciled, book: str, title: str) -> Sheet:
    columns: tuple[Column[Differs], ...] = (
        Column("Ref", 70, lambda one: Ref(one.ref), centred=True),
        Column("Risk", 190, lambda one: cells.words(one.title)),
        Column("Field", 110, lambda one: Text(one.field, Tone.STRONG if one.is_rating else Tone.PLAIN)),
        Column("There", 210, lambda one: cells.words(one.there)),
        Column("Cell there", 130, lambda one: _cell(one.there_at)),
        Column("Here", 210, lambda one: cells.words(one.here)),
        Column("Cell here", 130, lambda one: _cell(one.here_at)),
        Column("Which is right?", 110, lambda _: ToFill(choices=("There", "Here", "Neither"), lines=1)),
    )
    listed = table("differences", columns, found.differs, empty="Every risk that is on both sides is the same there.")
    passed = f"Not compared: {', '.join(found.passed_over)}." if found.passed_over else "Every column was compared."
    lists = {THERE: found.there, HERE: found.here, TITLES: found.alike}
    links = (Para(f"{name}: {len(some)}.", Tone.QUIET, Link(name)) for name, some in lists.items())
    about = Para(f"There: {book}. Here: the register. {passed}", Tone.QUIET)
    return Sheet(DIFFERENCES, title, summary(found), (about, listed, *links), widths(columns))


def _alone(found: Reconciled) -> Iterator[Sheet]:
    for name, key, risks in ((THERE, "there_alone", found.there), (HERE, "here_alone", found.here)):
        columns: tuple[Column[Alone], ...] = (
            Column("Ref", 110, lambda one: Ref(one.ref) if one.ref else Text("None"), centred=True),
            Column("Risk", 420, lambda one: cells.words(one.title)),
            Column("Cell", 200, lambda one: _cell(one.at)),
            Column("What is known", 330, lambda one: cells.words(one.why)),
        )
        listed = table(key, columns, risks, empty="There is none.")
        yield Sheet(name, f"{name}: {found.system.name}", cells.number(len(risks), "risk"), (listed,), widths(columns))


def _titles(found: Reconciled) -> Sheet:
    columns: tuple[Column[Alike], ...] = (
        Column("Ref there", 110, lambda one: Ref(one.there.ref) if one.there.ref else Text("None")),
        Column("Title there", 320, lambda one: cells.words(one.there.title)),
        Column("Cell there", 150, lambda one: _cell(one.there.at)),
        Column("Ref here", 90, lambda one: Ref(one.here.ref), centred=True),
        Column("Title here", 320, lambda one: cells.words(one.here.title)),
        Column("Same risk?", 110, lambda _: ToFill(choices=("Yes", "No"), lines=1)),
    )
    listed = table("same_titles", columns, found.alike, empty="There is none.")
    lead = f"{cells.number(len(found.alike), 'pair')}: a title is no ref, so nothing was compared."
    return Sheet(TITLES, "Nearly the same title, and no ref in common", lead, (listed,), widths(columns))


def _cell(place: Place) -> Text:
    return Text("!".join(part for part in (place.sheet, place.cell) if part), Tone.QUIET)
