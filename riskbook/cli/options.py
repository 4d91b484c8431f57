"""Options that several commands share."""

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])


def of_a_book(command: Command) -> Command:
    """Which book, which round, which day."""
    for option in (
        click.option("--book", type=click.Path(path_type=Path), help="The book's folder, if it is not this one."),
        click.option("--round", "round_", metavar="ROUND", help='Another round than the newest, like "2026-27 Q2".'),
        click.option("--as-at", type=click.DateTime(["%Y-%m-%d"]), callback=_day, help="Count to another day."),
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


def _passwords(context: click.Context, parameter: click.Parameter, value: tuple[str, ...]) -> Any:
    """Click itself would take a password with a space in it for two."""
    kept = os.environ.get("RISKBOOK_PASSWORD")
    return (*value, kept) if kept else value


def _day(context: click.Context, parameter: click.Parameter, value: datetime | None) -> Any:
    return value.date() if value else None
