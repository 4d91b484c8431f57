"""The settings in; the year's dates as a table, and as a calendar file, out."""

from pathlib import Path

import click

from riskbook import __version__, year
from riskbook.calendar import calendar as written
from riskbook.cli import files, speak
from riskbook.cli.folder import find, today
from riskbook.kinds import said
from riskbook.rounds import financial_year


@click.command()
@click.option("--book", type=click.Path(path_type=Path), help="The book's folder, if it is not this one.")
@click.option("--round", "round_", metavar="ROUND", help='A round of another year, like "2027-28 Q1".')
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def calendar(book: Path | None, round_: str | None, as_json: bool) -> None:
    """List the days of the financial year, and write them as a calendar that Outlook imports.

    \b
    Example: riskbook calendar
             riskbook calendar --round "2027-28 Q1"    another year's
    """
    opened = find(book, round_)
    named, on = financial_year(opened.round.year), today()
    events = year.events(opened.settings, opened.round.year)
    path = opened.root / f"risk-calendar-{named}.ics"
    made = {path: written(events, f"{opened.settings.council.directorate} risks, {named}", __version__)}
    files.free(made)
    files.write_all(made)
    left = [year.working_days(on, event.until or event.day) for event in events]
    if as_json:
        told = [
            {"day": event.day.isoformat(), "until": event.until.isoformat() if event.until else None}
            | {"what": event.what, "command": event.command, "working_days_left": days}
            for event, days in zip(events, left, strict=True)
        ]
        speak.as_json([], {"events": len(events)}, made, events=told)
        return
    rows = [(_days(event), event.what, _left(days), event.command) for event, days in zip(events, left, strict=True)]
    speak.table(("Day", "What", "Working days left", "Command"), rows, f"The year {named}")
    click.echo(f"Calendar: {path}. In Outlook: File, Open & Export, Open Calendar.")


def _days(event: year.Event) -> str:
    return f"{said(event.day)} to {said(event.until)}" if event.until else f"{event.day:%a} {said(event.day)}"


def _left(days: int) -> str:
    return str(days) if days >= 0 else "past"
