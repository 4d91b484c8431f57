"""The round's register in; what P+ and the corporate register are given of it, and what has changed since, out."""

from collections.abc import Mapping
from dataclasses import asdict, replace
from datetime import date
from pathlib import Path

import click

from riskbook import excel, exports, extract, quarterly, store
from riskbook.cli import files, inspecting, kept, merging, speak
from riskbook.cli.alone import alone
from riskbook.cli.files import Refusal
from riskbook.cli.folder import OpenBook, find, open_workbook, read_register, register_path, rounds
from riskbook.cli.options import Command, of_a_book
from riskbook.compare import CHANGED, CLOSED, NEW
from riskbook.exports import CORPORATE, PPLUS, Export, System
from riskbook.extract import Extract
from riskbook.forms import Column
from riskbook.kinds import Text
from riskbook.model import Register
from riskbook.quarterly import Quarterly
from riskbook.report import exported
from riskbook.report.cells import number
from riskbook.settings import Context
from riskbook.text import short


def _given(command: Command) -> Command:
    """How it is tried, and told."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words."),
        click.option("--dry-run", "dry", is_flag=True, help="Say what has changed, and write and remember nothing."),
    ):
        command = option(command)
    return of_a_book(command)


@click.command("corporate")
@_given
@alone
def corporate(dry: bool, as_json: bool, book: Path | None, round_: str | None, as_at: date | None) -> None:
    """Write the extract for the Corporate Risk Group: what is corporate, or put up to it, and what has changed.

    \b
    Example: riskbook export corporate
             riskbook export corporate --dry-run    what has changed since the last export
    """
    _run(CORPORATE, dry, as_json, find(book, round_), as_at)


@click.command("pplus")
@_given
@alone
def pplus(dry: bool, as_json: bool, book: Path | None, round_: str | None, as_at: date | None) -> None:
    """Write the directorate's risks as a file for P+, and a list to tick off of what is new, changed and closed.

    What P+ takes is not confirmed: [export.pplus.columns] in riskbook.toml says which columns are written.

    \b
    Example: riskbook export pplus
             riskbook export pplus --dry-run    what has changed since the last export
    """
    _run(PPLUS, dry, as_json, find(book, round_), as_at)


def _run(system: System, dry: bool, as_json: bool, opened: OpenBook, as_at: date | None) -> None:
    """Export to a system, and remember on the register what it was given.

    Raises:
        Refusal: there is no register, it was changed by hand, or a later round was exported.
    """
    register = kept.as_written(opened)
    context = opened.context(as_at or store.as_at(open_workbook(opened.register), opened.settings))
    one = exports.export(system, register, context)
    if one.is_told and not dry:
        _refuse_overtaken(system, opened)
    made = {} if dry else _made(one, opened, quarterly.compose(register, (), context))
    found = inspecting.looked_over(made, inspecting.of_book(context, register))
    if one.is_told and made:
        after = replace(register, exports=one.remembered)
        made = {opened.register: merging.written(after, context), **made}
    ticked = [] if one.is_told else [path for path in made if _is_filled_in(opened, path)]
    made = {path: data for path, data in made.items() if path not in ticked}
    files.free(made)
    kept.keep_changed(opened, made)
    files.write_all(made, opened.folder / "kept")
    changes = one.changes(register)
    counts = {what.lower(): len({line.ref for line in changes if line.what == what}) for what in (NEW, CHANGED, CLOSED)}
    counts |= {"risks": len(one.entries), "exempt": sum(entry.now.exempt for entry in one.entries)}
    if as_json:
        more = {"changes": [asdict(line) for line in changes], "since": one.since}
        speak.as_json(found, speak.counted(found) | counts, made, **more)
        return
    speak.heading(context)
    rows = [(line.what, line.ref, line.field, short(line.was), short(line.now)) for line in changes]
    speak.table(("What", "Ref", "Field", "Was", "Is"), rows, "Changes")
    _say(one, counts, opened, made, dry)
    for path in ticked:
        click.echo(f"It was filled in, and stays as it is: {path}")
    if found:
        speak.findings(found)


def _is_filled_in(opened: OpenBook, path: Path) -> bool:
    """Whether somebody has ticked off a list since it was written; the same list is not written over it."""
    return path.is_file() and not kept.is_as_written(opened, path)


def _refuse_overtaken(system: System, opened: OpenBook) -> None:
    """What another system was given of a later round is not taken back.

    Raises:
        Refusal: it was given something of a later round.
    """
    for round_ in rounds(opened.root, opened.settings):
        path = register_path(opened.root, round_)
        if round_.as_at > opened.round.as_at and path.is_file():
            later = read_register(path, opened.settings)
            if any((one.system, one.round) == (system.key, str(round_)) for one in later.exports):
                raise Refusal(
                    f"{round_} was exported already, and what was given to {system.name} then is newer than "
                    f"{opened.round}. --dry-run says what would be exported."
                )


def _made(one: Export, opened: OpenBook, whole: Quarterly) -> dict[Path, bytes]:
    """The files of an export; where there are exempt risks an edition with them, and an open one without."""
    made: dict[Path, bytes] = {}
    editions = {"exempt": whole} if one.is_exempt else {}
    for kind, edition in {**editions, "": quarterly.published(whole) if one.is_exempt else whole}.items():
        if one.system is CORPORATE:
            made[_path(opened, "corporate-risks", one, kind)] = excel.report(exported.corporate(one, edition, whole))
        else:
            flat = _path(opened, f"export/{one.system.key}", one, kind).with_suffix(".csv")
            made[flat] = extract.as_csv(_flat(one, edition.register, edition.context))
            changes = _path(opened, f"export/{one.system.key}-changes", one, kind)
            made[changes] = excel.report(exported.pplus(one, edition, whole))
    return made


def _path(opened: OpenBook, name: str, one: Export, kind: str) -> Path:
    """Where an export of the round stands; a further one, that told something new, beside the earlier one."""
    further = f"export-{one.edition}" if one.edition > 1 else ""
    return opened.folder / f"{'-'.join(filter(None, (name, opened.round.folder, further, kind)))}.xlsx"


def _flat(one: Export, register: Register, context: Context) -> Extract:
    """The flat file: a row for each risk, under the headings of the other system."""
    columns = tuple(Column(heading, heading, Text()) for heading in one.columns)
    entries = (entry for entry in one.entries if entry.ref in register.by_ref)
    rows = tuple(one.values(entry, register, context) for entry in entries)
    return Extract(one.system.key, f"A risk, for {one.system.name}", columns, ("ref",), rows)


def _say(one: Export, counts: Mapping[str, int], opened: OpenBook, made: Mapping[Path, bytes], dry: bool) -> None:
    """What there is, since when, and what was written."""
    since = f" since the last export, {one.since}" if one.since else "; nothing was exported before"
    told = f"{counts['new']} new, {counts['changed']} changed, {counts['closed']} closed"
    click.echo(f"{number(counts['risks'], 'risk')} for {one.system.name}: {told}{since}.")
    if counts["exempt"]:
        are = "risk is" if counts["exempt"] == 1 else "risks are"
        click.echo(f"{counts['exempt']} exempt {are} among them, and in the files with -exempt in their names alone.")
    for path in made:
        click.echo(f"{'Register' if path == opened.register else 'Written'}: {path}")
    if dry:
        click.echo("Nothing was written, and nothing is remembered.")
    elif one.system is PPLUS:
        click.echo(
            "What P+ takes is not confirmed: ask those who run it, and correct [export.pplus.columns] in riskbook.toml."
        )
