"""The round's register in; files for other programs, with what each column means, out."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from riskbook import __version__, extract, quarterly
from riskbook.cli import files, kept, sharing, speak
from riskbook.cli.files import Refusal
from riskbook.cli.folder import OpenBook, find
from riskbook.cli.options import Command, of_a_book
from riskbook.extract import Extract
from riskbook.settings import Context


@click.group()
def export() -> None:
    """Write the register for other programs, or its directorate risks for P+ and the corporate register.

    \b
    Example: riskbook export csv
             riskbook export pplus        for P+, with what has changed since the last time
             riskbook export corporate    for the Corporate Risk Group
    """


export.add_command(sharing.pplus)
export.add_command(sharing.corporate)


def _taking_folder(command: Command) -> Command:
    """Where to, without what, and how it is told."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words."),
        click.option("--open", "is_open", is_flag=True, help="Leave out risks that are exempt."),
        click.argument("folder", type=click.Path(path_type=Path), required=False, metavar="[FOLDER]"),
    ):
        command = option(command)
    return of_a_book(command)


@export.command("csv")
@_taking_folder
def as_csv(
    folder: Path | None, is_open: bool, as_json: bool, book: Path | None, round_: str | None, as_at: date | None
) -> None:
    """Write CSV files that Excel opens as they are, with a data dictionary.

    \b
    Example: riskbook export csv            into the round's folder, under export
             riskbook export csv our-data
    """
    opened = find(book, round_)
    told = _told(opened, as_at, is_open)
    made = {f"{one.name}.csv": extract.as_csv(one) for one in told.extracts}
    context = told.context
    title = f"{context.settings.council.directorate} risks, {context.round}"
    made["datapackage.json"] = extract.package(told.extracts, context.round.folder, title, context.settings)
    _put(told, made, folder or opened.folder / "export", as_json)


@export.command("parquet")
@_taking_folder
def as_parquet(
    folder: Path | None, is_open: bool, as_json: bool, book: Path | None, round_: str | None, as_at: date | None
) -> None:
    """Write Parquet files, with a data dictionary. They need pyarrow: pip install "riskbook[parquet]".

    \b
    Example: riskbook export parquet
    """
    opened = find(book, round_)
    told = _told(opened, as_at, is_open)
    try:
        made = {f"{one.name}.parquet": extract.as_parquet(one, told.context.settings) for one in told.extracts}
    except ImportError as error:
        raise Refusal('Parquet files need pyarrow: pip install "riskbook[parquet]", then run this again.') from error
    _put(told, made, folder or opened.folder / "export", as_json)


@dataclass(frozen=True, slots=True)
class _Told:
    """What is exported: the tables, and how many exempt risks are in them or were left out."""

    context: Context
    extracts: tuple[Extract, ...]
    exempt: int
    is_open: bool


def _told(opened: OpenBook, as_at: date | None, is_open: bool) -> _Told:
    """The tables of the round's register.

    Raises:
        Refusal: there is no register, or it was changed by hand since riskbook wrote it.
    """
    context = opened.context(as_at)
    register = kept.as_written(opened)
    exempt = sum(entry.now.exempt for entry in (*register.entries, *register.archive))
    if is_open:
        register = quarterly.published(quarterly.compose(register, (), context)).register
    return _Told(context, extract.extracts(register, context, __version__), exempt, is_open)


def _put(told: _Told, made: dict[str, bytes], folder: Path, as_json: bool) -> None:
    """Write the files and the dictionary, and say what is in them."""
    made["dictionary.csv"] = extract.dictionary(told.extracts, told.context.settings)
    paths = {folder / name: data for name, data in made.items()}
    files.free(paths)
    files.write_all(paths)
    counts = {one.name: len(one.rows) for one in told.extracts} | {"exempt": told.exempt}
    if as_json:
        speak.as_json([], counts, paths, open=told.is_open)
        return
    speak.heading(told.context)
    for one in told.extracts:
        click.echo(f"{one.name}: {len(one.rows)} rows, {len(one.columns)} columns")
    if told.exempt:
        risks = "1 exempt risk is" if told.exempt == 1 else f"{told.exempt} exempt risks are"
        click.echo(f"{risks} left out." if told.is_open else f"{risks} in these files; --open leaves them out.")
    for path in paths:
        click.echo(f"Written: {path}")
