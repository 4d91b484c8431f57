"""A book in; where it stands with the round, and the days of its year, out."""

from collections.abc import Collection, Iterator
from dataclasses import asdict
from datetime import date
from pathlib import Path

import click

from riskbook import __version__, excel, markdown, standing, year
from riskbook.calendar import calendar as written
from riskbook.cli import files, inspecting, merging, speak
from riskbook.cli.folder import INTERVIEWS, OpenBook, find, today
from riskbook.cli.issuing import read_manifest
from riskbook.cli.options import of_a_book, unlocking
from riskbook.cli.returns import gather
from riskbook.directory import Meeting
from riskbook.entries import asked_units
from riskbook.kinds import listed, said
from riskbook.model import Register, UnitReturn
from riskbook.report.cells import number
from riskbook.report.standing import document
from riskbook.rounds import financial_year
from riskbook.settings import Context
from riskbook.standing import Standing
from riskbook.tally import MISSING


@click.command()
@click.option("--save", is_flag=True, help="Write it too, as a workbook and as Markdown, into the round's folder.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@unlocking
@of_a_book
def status(
    save: bool,
    as_json: bool,
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
) -> None:
    """Say how it stands with the round: issued, returned, to be put right, late, whom to ring.

    \b
    Example: riskbook status
             riskbook status --save    a workbook and Markdown for the team
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    register, returned = so_far(opened, as_at, passwords)
    asked = asked_units(context)
    issued = {unit.code for unit in asked if opened.issued(unit.code).is_file()}
    found = standing.standing(register, context, issued, today())
    packs = {line.owner: line.refs.split() for line in read_manifest(opened.folder / INTERVIEWS)}
    waiting = standing.not_back(packs, returned)
    words = (*_words(found, register, opened), *_of_packs(packs, waiting))
    made = _saved(found, opened, context, words) if save else {}
    files.free(made)
    files.write_all(made)
    meetings = year.coming(opened.directory.meetings, today())
    if as_json:
        boards = [_of_board(one) for one in meetings]
        counts = {"asked": len(found), "issued": sum(one.issued for one in found)}
        counts |= {
            "missing": sum(one.returned == MISSING for one in found),
            "ring": sum(bool(one.ring) for one in found),
        }
        counts |= {"packs": len(packs), "packs_missing": len(waiting)}
        speak.as_json(
            [], counts, made, units=[asdict(one) for one in found], packs_missing=list(waiting), boards=boards
        )
        return
    speak.heading(context)
    headers = ("Unit", "Name", "Form", "Return", "Errors", "Queries", "Days late", "Ring")
    rows = [
        (one.code, one.name, "issued" if one.issued else "–", one.returned, one.errors, one.queries, one.late, one.ring)
        for one in found
    ]
    speak.table(headers, rows, "Returns")
    for sentence in (*words, *map(_board_words, meetings), *(f"Written: {path}" for path in made)):
        click.echo(sentence)


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
    events = year.events(opened.settings, opened.round.year, opened.directory.meetings)
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


def so_far(
    opened: OpenBook, as_at: date | None, passwords: tuple[str, ...]
) -> tuple[Register | None, tuple[UnitReturn, ...]]:
    """What a merge of the returns that are there would come to, and those that can be used; nothing without any."""
    folder = opened.folder / "returns"
    if not (folder.is_dir() and gather([folder])[0]):
        return None, ()
    given = merging.given(opened, as_at, passwords=passwords, copying=False)
    register, _ = given.merged()
    return register, tuple(intake.returned for intake in given.intakes if intake.returned)


def _days(event: year.Event) -> str:
    return f"{said(event.day)} to {said(event.until)}" if event.until else f"{event.day:%a} {said(event.day)}"


def _left(days: int) -> str:
    return str(days) if days >= 0 else "past"


def _of_board(meeting: Meeting) -> dict[str, object]:
    """A board's meeting as JSON has it."""
    due = year.pack_due(meeting)
    told = {"board": meeting.board, "on": meeting.on.isoformat(), "pack_due": due.isoformat()}
    return {**told, "working_days_left": year.working_days(today(), due), "command": year.pack_command(meeting)}


def _board_words(meeting: Meeting) -> str:
    """When a board meets next, and its pack is due."""
    due, on = year.pack_due(meeting), today()
    left = number(year.working_days(on, due), "working day")
    when = f"is due on {said(due)}, in {left}" if on < due else f"was due on {said(due)}"
    when = "is due today" if on == due else when
    return f"{meeting.board} meets on {said(meeting.on)}; its pack {when}: {year.pack_command(meeting)}"


def _of_packs(packs: Collection[str], waiting: Collection[str]) -> Iterator[str]:
    """How many interview packs have come back, and whose have not, where there are any."""
    if packs:
        whose = f"; not back from {listed(list(waiting), 'and')}" if waiting else ""
        yield f"{len(packs) - len(waiting)} of {number(len(packs), 'interview pack')} came back{whose}."


def _words(found: tuple[Standing, ...], register: Register | None, opened: OpenBook) -> tuple[str, ...]:
    """What is done, what is due, whom to ring, and which files are nobody's return, a sentence each."""
    due, on = opened.settings.timetable.due_date(opened.round), today()
    left = number(year.working_days(on, due), "working day")
    when = f"was due on {said(due)}" if on > due else f"is due today, {said(due)}"
    when = f"is due on {said(due)}, in {left}" if on < due else when
    sent = sum(one.returned != MISSING for one in found)
    words = (
        f"{sum(one.issued for one in found)} of {number(len(found), 'unit')} issued, {sent} returned.",
        f"Every return {when}.",
        f"Ring {sum(bool(one.ring) for one in found) or 'nobody'}.",
    )
    nobodys = [one.book for one in register.returns if one.book and not one.unit] if register else []
    not_used = f"No return that can be used: {listed(nobodys, 'and')}. riskbook merge says why."
    return (*words, not_used) if nobodys else words


def _saved(
    found: tuple[Standing, ...], opened: OpenBook, context: Context, words: tuple[str, ...]
) -> dict[Path, bytes]:
    """The sheet as a workbook and as Markdown; looked over as every workbook is."""
    made = document(found, context, words)
    path = opened.folder / f"status-{opened.round.folder}.xlsx"
    workbook = {path: excel.report(made)}
    inspecting.looked_over(workbook, inspecting.of_book(context))
    return {**workbook, path.with_suffix(".md"): markdown.report(made)}
