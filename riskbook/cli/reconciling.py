"""Another system's export in; where it and the round's register differ, on the terminal and as a workbook, out."""

from dataclasses import fields, is_dataclass
from datetime import date
from pathlib import Path

import click

from riskbook import adopt, excel, exports, quarterly, store
from riskbook import reconcile as reconciling
from riskbook.cli import files, inspecting, kept, speak
from riskbook.cli.alone import alone
from riskbook.cli.files import Refusal, read
from riskbook.cli.folder import OpenBook, find, open_workbook
from riskbook.cli.options import of_a_book, telling, unlocking
from riskbook.cli.worker import Worker
from riskbook.commas import or_csv
from riskbook.model import Source
from riskbook.places import Place
from riskbook.read import Book, Unreadable
from riskbook.reconcile import Reconciled, UnknownSystemError
from riskbook.report import reconciled


@click.command()
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--system",
    type=click.Choice([one.key for one in exports.SYSTEMS]),
    help="Where it comes from, if its headings do not say so.",
)
@click.option("--open", "is_open", is_flag=True, help="It was given the open edition: leave out risks that are exempt.")
@unlocking
@of_a_book
@telling
@click.pass_context
@alone
def reconcile(
    click_context: click.Context,
    path: Path,
    system: str | None,
    is_open: bool,
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
    as_json: bool,
    notes: bool,
    strict: bool,
) -> None:
    """Hold another system's export against the register: P+ or the corporate register.

    Nothing is changed on either side. A risk is known by its ref, and asked about where its title alone is the same.

    \b
    Example: riskbook reconcile "P+ export.xlsx"
             riskbook reconcile "Corporate register Q2.xlsx" --system corporate
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    register = kept.as_written(opened)
    if is_open:
        register = quarterly.published(quarterly.compose(register, (), context)).register
    theirs = _read(path, passwords)
    named = next((one for one in exports.SYSTEMS if one.key == system), None)
    try:
        told = reconciling.reconcile(theirs, register, context, _rows(opened), named)
    except UnknownSystemError as error:
        raise Refusal(str(error)) from error
    output = opened.folder / f"reconciled-{told.system.key}-{opened.round.folder}.xlsx"
    if output.resolve() == path.resolve():
        raise Refusal(f"{path} is what this command writes: name the other system's export.")
    made = {output: excel.report(reconciled.document(told, path.name, register, context))}
    found = [*told.findings, *inspecting.looked_over(made, inspecting.of_book(context, register))]
    files.free(made)
    kept.keep_changed(opened, made)
    files.write_all(made, opened.folder / "kept")
    if as_json:
        speak.as_json(found, speak.counted(found) | _counts(told), made, **_told(told))
    else:
        speak.heading(context)
        for note in theirs.notes:
            click.echo(note, err=True)
        speak.findings(found, notes)
        click.echo(reconciled.summary(told))
        if told.passed_over:
            click.echo(f"Not compared: {', '.join(told.passed_over)}.")
        click.echo(f"Workbook: {output}")
    click_context.exit(speak.status(found, strict))


def _read(path: Path, passwords: tuple[str, ...]) -> Book:
    """Read the export.

    Raises:
        Refusal: it cannot be opened.
    """
    data = read(path)
    try:
        with Worker(passwords) as worker:
            return or_csv(worker.read)(data, path.name, adopt.every)
    except Unreadable as error:
        raise Refusal(f"{path} cannot be opened: {error.detail}.") from error


def _rows(opened: OpenBook) -> dict[str, Source]:
    """The row of each risk on the register's workbook."""
    sheets, _ = store.read_sheets(open_workbook(opened.register), opened.settings)
    return {row.values.get("ref", ""): row.source for row in sheets["Register"]}


def _counts(told: Reconciled) -> dict[str, int]:
    lists = ("differs", "there", "here", "alike")
    return {"rows": told.rows, "same": told.same, **{name: len(getattr(told, name)) for name in lists}}


def _told(told: Reconciled) -> dict[str, object]:
    """What came of it as JSON has it."""
    names = ("passed_over", "differs", "there", "here", "alike")
    return {"system": told.system.key, **{name: [_plain(one) for one in getattr(told, name)] for name in names}}


def _plain(thing: object) -> object:
    """A thing as JSON has it, a place as findings say it."""
    if is_dataclass(thing) and not isinstance(thing, Place):
        return {field.name: _plain(getattr(thing, field.name)) for field in fields(thing)}
    return str(thing)
