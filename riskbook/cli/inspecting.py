"""Finished workbooks in; whether each may leave, with a code and a cell for everything that keeps it, out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import click

from riskbook import clearing, rules
from riskbook import leaving as looking
from riskbook.cli import speak
from riskbook.cli.files import Refusal, read
from riskbook.cli.folder import OpenBook, find
from riskbook.cli.options import telling
from riskbook.findings import Finding, Severity
from riskbook.forms import ACTIONS, RISKS
from riskbook.leaving import Expected
from riskbook.model import Register
from riskbook.places import Place
from riskbook.rules import leaving, privacy
from riskbook.settings import Context


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--book", type=click.Path(path_type=Path), help="The book's folder, if it is not this one.")
@click.option("--round", "round_", metavar="ROUND", help='Another round than the newest, like "2026-27 Q2".')
@telling
@click.pass_context
def inspect(
    click_context: click.Context,
    paths: tuple[Path, ...],
    book: Path | None,
    round_: str | None,
    as_json: bool,
    notes: bool,
    strict: bool,
) -> None:
    """Say whether a workbook may leave: nothing hidden, nobody named, figures that agree, a sheet that all can read.

    Any workbook will do. In a book, what was cleared may stand, and exempt risks are sought in what is open.

    \b
    Example: riskbook inspect slt-risk-report-2026-27-q2.xlsx
    """
    expected = _known(book, round_)
    found = {path: looking.inspect(read(path), path.name, expected) for path in paths}
    every = [finding for findings in found.values() for finding in findings]
    stay = [path for path, findings in found.items() if speak.status(findings, strict)]
    if as_json:
        leave = {str(path): path not in stay for path in paths}
        speak.as_json(every, speak.counted(every), (), may_leave=leave)
    else:
        speak.findings(every, notes)
        for path in found:
            click.echo(f"{path.name} {'may not leave' if path in stay else 'may leave'}.")
    click_context.exit(int(bool(stay)))


def looked_over(made: Mapping[Path, bytes], expected: Expected) -> list[Finding]:
    """Look over workbooks that riskbook made, the last step before they are written.

    Raises:
        Refusal: one of them may not leave.
    """
    return judged(seen(made, expected))


def seen(made: Mapping[Path, bytes], expected: Expected) -> dict[Path, list[Finding]]:
    """What there is to say of each workbook that riskbook made."""
    books = {path: data for path, data in made.items() if path.suffix == ".xlsx"}
    return {path: looking.inspect(data, path.name, expected) for path, data in books.items()}


def judged(seen: Mapping[Path, Iterable[Finding]]) -> list[Finding]:
    """Of what was said of workbooks that riskbook made, what people are to be told.

    What one of them has wrong is riskbook's own fault, and then none is written. Personal data in a text is a person's
    matter: the workbook is written, and one query for each says that it may not be mailed yet.

    Raises:
        Refusal: one of them may not leave.
    """
    found: list[Finding] = []
    private: dict[Path, list[Finding]] = {}
    for path, findings in seen.items():
        private[path] = [one for one in findings if one.code in _PRIVATE]
        found += [one for one in findings if one.code not in _PRIVATE and one.severity is not Severity.NOTE]
    for one in found:
        if one.severity is Severity.ERROR:
            what = _TOLD_OPENLY if one.code == leaving.EXEMPT.code else _OUR_FAULT
            raise Refusal(f"nothing was written, because a workbook would not be fit to leave. {one} {what}")
    return [*_once(found), *(_uncleared(path.name, ones) for path, ones in private.items() if ones)]


def of_book(context: Context, register: Register | None = None) -> Expected:
    """What is known of a book's workbooks: whose they are, what was cleared, what is exempt."""
    known = clearing.allowed(context)
    organisation = context.settings.council.name
    if register is None:
        return Expected(organisation, known)
    hidden = looking.secrets(register, context.before, _common(context))
    return Expected(organisation, known, clearing.cleared(register, known), hidden)


_PRIVATE = frozenset(rule.code for rule in privacy.RULES)
_NAMED = 3
_OUR_FAULT = (
    "This is a fault of riskbook and none of yours: report it with the round's folder, and use the last version that "
    "worked."
)
_TOLD_OPENLY = (
    "If the same words were written where all may read them, change them there, or mark that risk Exempt too; "
    "otherwise it is a fault of riskbook: report it."
)


def _common(context: Context) -> Iterator[str]:
    """Texts that stand in every workbook, and are nobody's secret though an exempt risk may use the same words."""
    settings = context.settings
    for level in (*settings.matrix.impact, *settings.matrix.likelihood):
        yield from (words for _, words in level.meaning)
    yield from (band.response for band in settings.matrix.bands)
    yield from (settings.council.name, settings.council.directorate, settings.council.contact)
    for unit in context.directory.units:
        yield from (unit.name, unit.manager, unit.assistant_director, unit.board)
    for person in context.directory.people:
        yield from (person.name, person.post)
    for rule in rules.ALL:
        yield from (rule.title, rule.message, rule.hint, rule.why)
    yield from (column.help for column in (*RISKS, *ACTIONS))


def _known(book: Path | None, round_: str | None) -> Expected:
    """What the book that a workbook is looked over in knows; nothing, where there is no book and none was named."""
    try:
        opened: OpenBook = find(book, round_)
    except Refusal:
        if book or round_:
            raise
        return Expected()
    return of_book(opened.context(), opened.kept())


def _once(found: Iterable[Finding]) -> list[Finding]:
    """A query of each kind once for every workbook."""
    return list({(one.code, one.place.book): one for one in found}.values())


def _uncleared(name: str, found: list[Finding]) -> Finding:
    """What keeps a workbook from being mailed, in one query."""
    places = list(dict.fromkeys(f"{replace(one.place, book='') or 'the file'} ({one.code})" for one in found))
    more = f" and {len(places) - _NAMED} more places" if len(places) > _NAMED else ""
    facts = {"where": f"{', '.join(places[:_NAMED])}{more}", "how": "riskbook clear REF CODE --by NAME --reason WHY"}
    return leaving.UNCLEARED.finding(Place(name), facts)
