"""Options that several commands share."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from riskbook.kinds import Unfit, read_day, said

Command = TypeVar("Command", bound=Callable[..., Any])


def of_a_book(command: Command) -> Command:
    """Which book, which round, which day."""
    for option in (
        click.option("--book", type=click.Path(path_type=Path), help="The book's folder, if it is not this one."),
        click.option("--round", "round_", metavar="ROUND", help='Another round than the newest, like "2026-27 Q2".'),
        click.option(
            "--as-at",
            metavar="DAY",
            callback=a_day,
            help='Count to another day, like "30 September 2026" or 30/09/2026.',
        ),
    ):
        command = option(command)
    return command


def telling(command: Command) -> Command:
    """How findings are told."""
    for option in (
        click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words."),
        click.option("--notes", is_flag=True, help="List notes too; they are only counted otherwise."),
        click.option("--strict", is_flag=True, help="Exit with 1 for queries too."),
    ):
        command = option(command)
    return command


def unlocking(command: Command) -> Command:
    """Passwords for locked files, from the command or from the environment."""
    option = click.option(
        "--password",
        "passwords",
        multiple=True,
        callback=_passwords,
        help="Try this on locked files; may be given again. RISKBOOK_PASSWORD does the same and is seen by fewer.",
    )
    return option(command)


def agreement(context: click.Context, parameter: click.Parameter, value: str) -> str:
    """Who agreed to something, and when ("DLT, 13 October 2026"): both, and the day written out in full."""
    who, _, when = value.rpartition(",")
    day = _read(when)
    if value and (day is None or not any(letter.isalpha() for letter in who)):
        raise click.BadParameter(f"say who agreed and when, like “DLT, 13 October 2026”, and not “{value}”.")
    return f"{who.strip()}, {said(day)}" if day else ""


def a_day(context: click.Context, parameter: click.Parameter, value: str | None) -> date | None:
    """A day as people write one; nothing where none was given."""
    if value is None or (day := _read(value)):
        return day if value else None
    raise click.BadParameter(f"“{value}” is not a day: write it like “30 September 2026” or 30/09/2026.")


def _read(typed: str) -> date | None:
    """A day as typed; None where it is none, or might be several."""
    try:
        day: date = read_day(typed).value
    except Unfit:
        return None
    return day


def _passwords(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> Any:
    """Click itself would take a password with a space in it for two."""
    kept = os.environ.get("RISKBOOK_PASSWORD")
    return (*value, kept) if kept else value
