"""What was found in a return in; a letter of one page to its manager, and the draft of an e-mail with it, out."""

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from functools import cache
from importlib import resources
from itertools import groupby

from jinja2 import Environment, StrictUndefined, Template

from riskbook.directory import Unit
from riskbook.excel.form import marked
from riskbook.findings import Finding, Severity, worst_first
from riskbook.intake import Intake
from riskbook.kinds import listed, said
from riskbook.markdown import escaped
from riskbook.report.form import Form, asked_words
from riskbook.report.ready import read_risk
from riskbook.rules import cells
from riskbook.settings import Context

MOST = 5
"""So many things stand in a letter; the workbook that goes with it has all."""

LONGEST = 500
"""Characters of one thing in a letter: a whole paragraph typed as a date would fill the page."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter: to which addresses, what it is about, and its words as they come from a template and facts."""

    to: tuple[str, ...]
    copies: tuple[str, ...]
    subject: str
    template: str
    facts: Mapping[str, object]


def correcting(context: Context, form: Form, sent_as: str, attached: str) -> Letter:
    """Ask for what a corrections copy asks, the things that matter most in so many words."""
    items = list(_items(form, context))
    facts = {
        "name": _line(form.unit.manager or form.unit.name),
        "unit": _line(form.unit.name),
        "file": sent_as,
        "asked": asked_words(form.marks or ()),
        "attached": attached,
        "items": items[:MOST],
        "more": len(items) > MOST,
        "total": len(form.marks or ()),
        "asks": any(mark.severity is Severity.QUERY for mark in form.marks or ()),
    }
    subject = f"{form.unit.name}: your risk return for {context.round}, please correct"
    return _letter(form.unit, subject, "please-correct", facts, context)


def not_read(context: Context, intake: Intake) -> Letter:
    """Say why a file could not be taken in at all, and what to do; nobody knows for certain whose it is."""
    asked = sorted((one for one in intake.findings if one.severity is not Severity.NOTE), key=worst_first)
    facts = {"file": intake.book, "items": [("", _words(one)) for one in asked]}
    unit = next((unit for one in asked if (unit := context.directory.unit(one.unit))), None)
    return _letter(unit, f"Your risk return for {context.round} could not be read", "not-read", facts, context)


def markdown(letter: Letter) -> bytes:
    """The letter as a Markdown file, in which what people typed is no markup."""
    return f"# {_line(letter.subject)}\n\n{_rendered(letter, escaped)}".encode()


def draft(letter: Letter, attachments: Mapping[str, bytes]) -> bytes:
    """The letter as an .eml file that opens unsent, with workbooks attached; the same letter, the same bytes."""
    message = EmailMessage(policy=SMTP)
    message["Subject"] = _line(letter.subject)
    for header, addresses in (("To", letter.to), ("Cc", letter.copies)):
        if addresses:
            message[header] = ", ".join(addresses)
    message["X-Unsent"] = "1"
    message.set_content(_rendered(letter, _as_it_is))
    for name, data in attachments.items():
        message.add_attachment(data, maintype="application", subtype=_XLSX, filename=name)
    if message.is_multipart():
        message.set_boundary(f"riskbook-{hashlib.sha256(b''.join(attachments.values())).hexdigest()[:24]}")
    return message.as_bytes()


_XLSX = "vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _letter(unit: Unit | None, subject: str, template: str, facts: Mapping[str, object], context: Context) -> Letter:
    settings = context.settings
    shared = {"round": context.round, "due": said(settings.timetable.due_date(context.round))}
    shared["contact"] = settings.council.contact
    to, copies = (_addresses(text) for text in ((unit.email, unit.deputy_email) if unit else ("", "")))
    return Letter(to, copies, subject, template, {**shared, **facts})


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


def _addresses(text: str) -> tuple[str, ...]:
    """The addresses in a cell of the directory, whatever stands between them."""
    return tuple(word for word in re.split(r"[\s,;<>]+", text) if re.fullmatch(r"[^@\s\"()]+@[^@\s\"()]+", word))


def _rendered(letter: Letter, spelling: Callable[[str], str]) -> str:
    """The words of a letter; every fact in it is spelt by ``spelling``."""
    facts = {key: _each(value, spelling) for key, value in letter.facts.items()}
    return _template(letter.template).render(facts) + "\n"


@cache
def _template(name: str) -> Template:
    """A letter of the package; kept, because to compile one takes longer than to fill it in."""
    text = (resources.files("riskbook") / "mail" / f"{name}.md.j2").read_text(encoding="utf-8")
    return Environment(undefined=StrictUndefined, autoescape=False).from_string(text)  # noqa: S701


def _each(value: object, change: Callable[[str], str]) -> object:
    if isinstance(value, list | tuple):
        return [_each(one, change) for one in value]
    return value if isinstance(value, int) else change(str(value))


def _as_it_is(text: str) -> str:
    return text
