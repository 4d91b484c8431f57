"""Bare `riskbook`: where you are in the year, what is done, what is next, and the command for it."""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path

import click

from riskbook import steps, year
from riskbook.cli import outbox, speak
from riskbook.cli.files import Refusal, is_kept, read
from riskbook.cli.folder import OpenBook, find, today
from riskbook.cli.returns import gather
from riskbook.directory import Unit
from riskbook.entries import asked_units
from riskbook.kinds import said
from riskbook.report.cells import number
from riskbook.steps import There
from riskbook.text import addresses
from riskbook.year import Event, working_days

_DAYS = 4
"""So many of the days to come are told."""
_WRITTEN = {
    "DLT paper": "dlt-risk-paper-*.xlsx",
    "P+": "export/pplus-*.csv",
    "Corporate register": "corporate-risks-*.xlsx",
    "Proposed": "risks-proposed-*.xlsx",
    "Confirmed": "service-plan-risks-*.xlsx",
}
"""What is written where it is done, in the round's folder."""


def where(as_json: bool, book: Path | None = None) -> None:
    """Say where you are in the year, what is done and what is next.

    Raises:
        Refusal: a folder is named that is no book, or cannot be used.
    """
    try:
        opened = find(book)
    except Refusal as refusal:
        if book is not None:
            raise
        click.echo(f"riskbook: {refusal.message}")
        click.echo("To see a whole quarter on a sample directorate: riskbook demo")
        return
    found = steps.steps(_there(opened), opened.round, opened.settings, today())
    following, coming = steps.following(found), _coming(opened)
    if as_json:
        days = [{"day": one.day.isoformat(), "what": one.what, "command": one.command} for one in coming]
        after = asdict(following) if following else None
        told = {"round": str(opened.round), "steps": [asdict(step) for step in found], "next": after, "days": days}
        speak.as_json([], {"done": sum(step.done for step in found), "steps": len(found)}, (), **told)
        return
    click.echo(f"{opened.settings.council.name}, {opened.settings.council.directorate}")
    click.echo(f"The round is {speak.of_round(opened.round)}.")
    rows = [("done" if step.done else "–", step.name, step.words, step.command) for step in found]
    speak.table(("", "Step", "What stands", "Command"), rows)
    click.echo(f"Next: {following.name}. {following.command}" if following else "Everything of this round is done.")
    for one in coming:
        click.echo(f"{_when(one)}: {one.what}")


def _there(opened: OpenBook) -> There:
    """What stands in the round's folder; no workbook is opened for it."""
    folder = opened.folder
    returns = gather([folder / "returns"])[0] if (folder / "returns").is_dir() else []
    merged = opened.register.is_file()
    asked = asked_units(opened.context())
    mails = outbox.lines(folder / "outbox")
    lines = {line.mail: line.kind for line in mails if line.state == outbox.SENT}
    return There(
        asked=len(asked),
        issued=sum(opened.issued(unit.code).is_file() for unit in asked),
        mailed=Counter(lines.values()),
        returned=len(returns),
        unmerged=sum(not is_kept(folder / "kept", path.name, read(path)) for _, path in returns) if merged else 0,
        merged=merged,
        back=len(list((folder / "corrections").glob("*.eml"))),
        packs=len(list((folder / "interviews").glob("*.xlsx"))),
        edition=max(opened.editions(), default=0),
        written=frozenset(name for name, pattern in _WRITTEN.items() if any(folder.glob(pattern))),
        drafted=frozenset(kind for kind, paths in _to_be_mailed(opened).items() if _are_drafted(kind, paths, mails)),
    )


def _to_be_mailed(opened: OpenBook) -> dict[str, list[Path]]:
    """The workbooks that mails of each kind are to have with them; not those of units that no mail may go to."""
    reached = [unit.code.lower() for unit in opened.directory.units if _is_reached(unit, opened)]
    forms = {
        kind: [path for code in reached for path in sorted((opened.folder / folder).glob(f"{code}-*.xlsx"))]
        for kind, folder in (("issue", "issued"), ("corrections", "corrections"))
    }
    return {**forms, "report": [opened.report(edition=max(opened.editions(), default=1))]}


def _is_reached(unit: Unit, opened: OpenBook) -> bool:
    return any(not opened.settings.mail.bars(address) for address in addresses(unit.email))


def _are_drafted(kind: str, paths: Iterable[Path], mails: Iterable[outbox.Line]) -> bool:
    """Whether each of some workbooks, as it stands, is with a mail of a kind."""
    digests = {line.digest for line in mails if line.kind == kind}
    there = {hashlib.sha256(read(path)).hexdigest() for path in paths if path.is_file()}
    return bool(there) and there <= digests


def _when(event: Event) -> str:
    left = working_days(today(), event.day)
    if event.until:
        return f"{said(event.day)} to {said(event.until)}"
    return f"{said(event.day)}, in {number(left, 'working day')}" if left > 0 else f"{said(event.day)}, today"


def _coming(opened: OpenBook) -> list[Event]:
    """The next days of the year, and of the year after where this one ends."""
    years = (opened.round.year, opened.round.year + 1)
    meetings = opened.directory.meetings
    events = [event for one in years for event in year.events(opened.settings, one, meetings)]
    return [event for event in events if (event.until or event.day) >= today()][:_DAYS]
