"""Bare `riskbook`: where you are in the year, what is done, what is next, and the command for it."""

from datetime import date

import click

from riskbook.cli import speak
from riskbook.cli.files import Refusal
from riskbook.cli.folder import find
from riskbook.cli.returns import gather
from riskbook.entries import asked_units
from riskbook.kinds import said


@click.command()
def where() -> None:
    """Say where you are in the year, what is done and what is next."""
    try:
        opened = find(None)
    except Refusal as refusal:
        click.echo(f"riskbook: {refusal.message}")
        click.echo("To see a whole quarter on a sample directorate: riskbook demo")
        return
    context = opened.context()
    timetable = opened.settings.timetable
    click.echo(f"{opened.settings.council.name}, {opened.settings.council.directorate}")
    click.echo(
        f"The round is {speak.of_round(opened.round)}. Returns are due on {said(timetable.due_date(opened.round))}."
    )
    asked = len(asked_units(context))
    issued = len(list((opened.folder / "issued").glob("*.xlsx")))
    folder = opened.folder / "returns"
    returned = len(gather([folder])[0]) if folder.is_dir() else 0
    click.echo(f"Forms issued: {issued} of {asked}. Files returned: {returned}.")
    click.echo(
        f"Register: {'written' if opened.register.is_file() else 'not yet'}. "
        f"SLT workbook: {'written' if opened.report().is_file() else 'not yet'}."
    )
    click.echo(f"Next: {_next(issued, returned, opened.register.is_file())}")
    after = timetable.after(opened.round)
    click.echo(f"After that comes {speak.of_round(after)}; its forms go out from {said(timetable.issue_date(after))}.")
    proposals = opened.settings.proposals
    days = [
        said(date(opened.round.year + 1, month, 1)).split(" ")[1] for month, _ in (proposals.begins, proposals.ends)
    ]
    click.echo(
        f"Risks for {opened.round.year + 1}-{(opened.round.year + 2) % 100:02d} are proposed in {' and '.join(days)}: "
        "riskbook propose"
    )


def _next(issued: int, returned: int, merged: bool) -> str:
    if not issued:
        return "send out the forms: riskbook issue"
    if not returned:
        return "put what managers send into the folder returns, then: riskbook merge"
    if not merged:
        return "merge what came back: riskbook merge"
    return (
        "send back the corrections, and merge again when more returns come: riskbook merge. "
        "After the meeting, take what was decided: riskbook decide FILE"
    )
