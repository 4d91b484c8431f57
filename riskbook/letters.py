"""A round, its units and their returns in; letters to managers, owners and senior leaders, as values, out."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from riskbook.directory import Unit
from riskbook.excel.form import marked
from riskbook.findings import Finding, Severity, worst_first
from riskbook.intake import Intake
from riskbook.kinds import listed, said
from riskbook.report.cells import number
from riskbook.report.form import Form, asked_words
from riskbook.report.ready import read_risk
from riskbook.rules import cells
from riskbook.settings import Context
from riskbook.text import addresses, folded, mistyped

MOST = 5
"""So many things of a return stand in a letter; the workbook that goes with it has all."""

LONGEST = 500
"""Characters of one thing in a letter: a whole paragraph typed as a date would fill the page."""


@dataclass(frozen=True, slots=True)
class Reader:
    """Who a letter is for: how they are greeted, at which addresses, with copies to which; and their units.

    ``person`` is the name that the directory has for the address, nothing where it has none.
    """

    name: str = "colleague"
    person: str = ""
    to: tuple[str, ...] = ()
    copies: tuple[str, ...] = ()
    units: tuple[Unit, ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: to whom, the template that has its words, and the facts that go into it.

    ``under`` is HTML that stands under its words in a mail, and is in no other form of it.
    """

    reader: Reader
    template: str
    facts: Mapping[str, object] = field(default_factory=dict)
    under: str = ""


@dataclass(frozen=True, slots=True)
class Answered:
    """A return that is answered: its corrections copy, and what the return and the copy are called."""

    form: Form
    sent_as: str
    attached: str


def readers(units: Iterable[Unit], context: Context) -> tuple[Reader, ...]:
    """Who fills in the returns of units, in the order of their codes: a person with several once.

    Units without an address that may be written to stand alone, and nobody is written to.
    """
    people: dict[tuple[str, ...], list[Unit]] = {}
    for unit in sorted(units, key=lambda unit: unit.code):
        people.setdefault(tuple(map(str.lower, _allowed(unit.email, context))) or (unit.code,), []).append(unit)
    return tuple(_reader(theirs, context) for theirs in people.values())


def to_person(address: str, context: Context) -> Reader:
    """Somebody who is written to for what they are, under the name that the directory has for the address."""
    person = _name(address, context)
    return Reader(person or "colleague", person, _allowed(address, context))


def unreached(cell: str, context: Context) -> str:
    """Why somebody is not written to at what their cell in the directory says; nothing where they are."""
    barred = [one for one in addresses(cell) if context.settings.mail.bars(one)]
    said_ = [f"“{one}” in directory.xlsx is no whole e-mail address." for one in mistyped(cell)]
    said_ += [f"{one} is in no domain that riskbook.toml allows under [mail]." for one in barred]
    if not said_ and not addresses(cell):
        said_.append("directory.xlsx has no address to write to.")
    return " ".join(said_)


def issuing(reader: Reader, files: Sequence[str], context: Context) -> Letter:
    """Send the forms of the round; ``files`` are called, unit by unit, as they are attached."""
    facts = {"units": _named(reader, files)}
    return Letter(reader, "issue", _shared(reader, context) | facts)


def chasing(reader: Reader, files: Sequence[str], late: int, context: Context) -> Letter:
    """Ask for returns that have not come; ``late`` counts working days, ``files`` are the forms, if they go again."""
    facts = {"units": _named(reader, files), "late": number(late, "working day") if late else "", "again": any(files)}
    return Letter(reader, "chase", _shared(reader, context) | facts)


def correcting(reader: Reader, answered: Sequence[Answered], context: Context) -> Letter:
    """Ask for what corrections copies ask, the things that matter most in each in so many words."""
    facts = {"returns": [_asked(one, context) for one in answered]}
    return Letter(reader, "please-correct", _shared(reader, context) | facts)


def not_read(intake: Intake, context: Context) -> Letter:
    """Say why a file could not be taken in at all, and what to do; nobody knows for certain whose it is."""
    asked = sorted((one for one in intake.findings if one.severity is not Severity.NOTE), key=worst_first)
    unit = next((unit for one in asked if (unit := context.directory.unit(one.unit))), None)
    reader = readers([unit], context)[0] if unit else Reader()
    facts = {"file": intake.book, "items": [("", _words(one)) for one in asked]}
    return Letter(reader, "not-read", _shared(reader, context) | facts)


def reporting(reader: Reader, file: str, edition: str, exempt: bool, summary: str, context: Context) -> Letter:
    """Send the SLT workbook, its Summary (HTML) under the words; ``edition`` says which one it is, and after what."""
    facts = {"file": file, "edition": edition, "exempt": exempt, "meeting": context.round.meeting}
    return Letter(reader, "report", _shared(reader, context) | facts, summary)


def interviewing(reader: Reader, file: str, refs: Sequence[str], context: Context) -> Letter:
    """Send an owner of directorate risks their pack; ``refs`` are those that it is about."""
    facts = {"file": file, "refs": list(refs), "meeting": context.round.meeting}
    return Letter(reader, "interviews", _shared(reader, context) | facts)


def _reader(units: Sequence[Unit], context: Context) -> Reader:
    first = units[0]
    to = _allowed(first.email, context)
    copies = dict.fromkeys(copy for unit in units for copy in _allowed(unit.deputy_email, context))
    person = _name(to[0], context) if to else ""
    name = _line(person or first.manager or first.name)
    return Reader(name, person, to, tuple(copy for copy in copies if copy not in to), tuple(units))


def _allowed(text: str, context: Context) -> tuple[str, ...]:
    """The addresses in a cell that may be written to."""
    return tuple(one for one in addresses(text) if not context.settings.mail.bars(one))


def _name(address: str, context: Context) -> str:
    """The name that the directory has for an address; nothing where it has none."""
    staff = context.directory.staff(context.on)
    return next((_line(person.name) for person in staff if folded(person.email) == folded(address)), "")


def _shared(reader: Reader, context: Context) -> dict[str, object]:
    """What every letter may say."""
    council = context.settings.council
    return {
        "name": reader.name,
        "round": context.round,
        "as_at": said(context.on),
        "due": said(context.settings.timetable.due_date(context.round)),
        "council": council.name,
        "directorate": council.directorate,
        "contact": council.contact,
    }


def _named(reader: Reader, files: Sequence[str]) -> list[dict[str, object]]:
    units = zip(reader.units, files, strict=True)
    return [{"name": _line(unit.name), "code": unit.code, "file": file} for unit, file in units]


def _asked(one: Answered, context: Context) -> dict[str, object]:
    """What a letter says of one return."""
    items, marks = list(_items(one.form, context)), one.form.marks or ()
    return {
        "unit": _line(one.form.unit.name),
        "file": one.sent_as,
        "asked": asked_words(marks),
        "attached": one.attached,
        "items": items[:MOST],
        "more": len(items) > MOST,
        "total": len(marks),
        "asks": any(mark.severity is Severity.QUERY for mark in marks),
    }


def _items(form: Form, context: Context) -> Iterator[tuple[str, str]]:
    """Where each thing stands and what to do about it, what matters most first; empty cells of a row are one thing."""
    risks = (read_risk(row, context.settings) for row in form.risks)
    ranks = {risk.ref: context.settings.matrix.rank(risk.score) for risk in risks if risk.ref and risk.score}
    asked = sorted(marked(context, form), key=lambda one: _weight(one[0], ranks))
    for row, of_row in groupby(asked, key=lambda one: _row(one[0])):
        told = list(of_row)
        if len(told) > 1 and row:
            (first, spot), fields = told[0], [one.field for one, _ in told]
            yield _where(first.ref, "", f"{spot.sheet}, row {first.place.row}"), f"Fill in {listed(fields, 'and')}."
            continue
        for one, spot in told:
            yield _where(one.ref, one.field, str(spot)), _words(one)


def _weight(mark: Finding, ranks: Mapping[str, int]) -> tuple[object, ...]:
    """What to put right before what to answer, what is about no row before the rows, high risks before low ones."""
    return (
        list(Severity).index(mark.severity),
        bool(mark.place.row),
        -ranks.get(mark.ref, 0),
        mark.place.sheet,
        mark.place.row,
        mark.code != cells.EMPTY.code,
    )


def _row(mark: Finding) -> tuple[str, int] | None:
    """The row whose empty cells a mark is one of."""
    return (mark.place.sheet, mark.place.row) if mark.code == cells.EMPTY.code and mark.place.row else None


def _where(ref: str, field: str, spot: str) -> str:
    about = ", ".join(part for part in (ref, field) if part)
    return f"{about} ({spot})" if about else spot[:1].upper() + spot[1:]


def _words(mark: Finding) -> str:
    words = _line(f"{mark.message} {mark.hint}")
    return words if len(words) <= LONGEST else f"{words[:LONGEST].rsplit(' ', 1)[0]} … (the rest is in the workbook)"


def _line(text: str) -> str:
    return " ".join(text.split())
