"""The newest register in; the long list for next year out, and filled-in copies of it put together."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from riskbook import excel, quarterly
from riskbook import propose as proposing
from riskbook.cli import files, inspecting, kept, speak, trail
from riskbook.cli.alone import alone
from riskbook.cli.files import Refusal, keep, read
from riskbook.cli.folder import OpenBook, find, register_path, rounds
from riskbook.cli.options import of_a_book, telling, unlocking
from riskbook.cli.returns import gather
from riskbook.cli.worker import Worker
from riskbook.findings import Finding
from riskbook.intake import unreadable
from riskbook.propose import Together, coming
from riskbook.quarterly import Quarterly
from riskbook.read import Book, Unreadable
from riskbook.report import long_list, put_together
from riskbook.report.blocks import Document
from riskbook.report.cells import number


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@unlocking
@of_a_book
@telling
@click.pass_context
@alone
def propose(
    click_context: click.Context,
    paths: tuple[Path, ...],
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
    as_json: bool,
    notes: bool,
    strict: bool,
) -> None:
    """Write the long list of risks for next year, or put filled-in copies of it together.

    \b
    Example: riskbook propose               the long list, for senior managers to fill in
             riskbook propose proposals/    every copy in a folder, put together for DLT to decide on
    """
    opened = newest(book, round_)
    context = opened.context(as_at)
    composed = quarterly.compose(kept.as_written(opened), (), context)
    if not paths:
        _write_list(opened, composed, as_json)
        return
    together = _together(paths, passwords, opened, composed)
    outputs: tuple[Path, ...] = ()
    if together.copies:
        made = put_together.editions(together, composed, quarterly.published(composed))
        found = _write(opened, _places(opened, "put-together", made), composed)
        together = replace(together, findings=(*together.findings, *found))
        outputs = tuple(_places(opened, "put-together", made))
    _tell(together, composed, outputs, as_json, notes)
    click_context.exit(speak.status(together.findings, strict) if together.copies else 2)


def newest(book: Path | None, round_: str | None) -> OpenBook:
    """The book at the round that was named, or else at the newest one that has a register."""
    opened = find(book, round_)
    if round_ or opened.register.is_file():
        return opened
    there = [one for one in rounds(opened.root, opened.settings) if register_path(opened.root, one).is_file()]
    if there:
        trail.is_of(there[-1])
    return replace(opened, round=there[-1]) if there else opened


def _places(opened: OpenBook, what: str, made: Mapping[str, Document]) -> dict[Path, Document]:
    """The editions of a list by the file that each is written to, the open one first."""
    names = {kind: "-".join(filter(None, ("risks", what, coming(opened.round), kind))) for kind in sorted(made)}
    return {opened.folder / f"{name}.xlsx": made[kind] for kind, name in names.items()}


def _write_list(opened: OpenBook, composed: Quarterly, as_json: bool) -> None:
    """Write the list to be filled in, and say what is on it."""
    listed = long_list.long_list(composed)
    made = _places(opened, "proposed", long_list.editions(composed, quarterly.published(composed)))
    found = _write(opened, made, composed)
    counts = {origin.name.lower(): sum(one.origin is origin for one in listed) for origin in long_list.Origin}
    if as_json:
        risks = [
            {"ref": one.entry.ref, "title": one.entry.now.title, "from": str(one.origin)}
            | {"words": one.words, "riskbook_proposes": one.suggestion}
            for one in listed
        ]
        speak.as_json(found, speak.counted(found) | counts, list(made), risks=risks)
        return
    speak.heading(composed.context)
    if found:
        speak.findings(found)
    rows = [(str(origin), counts[origin.name.lower()]) for origin in long_list.Origin]
    speak.table(("Where from", "Risks"), rows, f"Risks proposed for {coming(opened.round)}")
    asked = long_list.members(composed.context)
    path, *apart = made
    click.echo(f"Long list: {path}, with a column of comments for each of {len(asked)}.")
    for one in apart:
        click.echo(f"With exempt risks, for those alone who may have them: {one}")
    click.echo("Next: send it to them; put what comes back into one folder, and then: riskbook propose FOLDER")


def _write(opened: OpenBook, made: Mapping[Path, Document], composed: Quarterly) -> list[Finding]:
    """Write workbooks that people fill in, and never over one that they have; what there is to say of them.

    Raises:
        Refusal: one that was filled in stands there.
    """
    for path in made:
        if path.is_file() and not files.is_kept(opened.folder / "kept", path.name, read(path)):
            raise Refusal(
                f"{path} has been filled in, and would be written over: save it under another name, or move it."
            )
    books = {path: excel.report(document) for path, document in made.items()}
    found = inspecting.looked_over(books, inspecting.of_book(composed.context, composed.register))
    files.free(books)
    files.write_all(books, opened.folder / "kept")
    return found


def _together(paths: Iterable[Path], passwords: tuple[str, ...], opened: OpenBook, composed: Quarterly) -> Together:
    """Read every copy, and put them together; one of each is kept, and what cannot be read is said.

    It is kept as a copy that came in: what is kept under the list's own name is what riskbook wrote.
    """
    given, findings = gather(paths)
    books: list[Book] = []
    with Worker(passwords) as worker:
        for name, path in given:
            data = read(path)
            keep(opened.folder / "kept", f"copy-{path.name}", data)
            try:
                books.append(worker.read(data, name, proposing.wanted))
            except Unreadable as trouble:
                findings.append(unreadable(name, trouble))
    found = proposing.together(books, composed.register, composed.context)
    return replace(found, findings=(*findings, *found.findings))


def _tell(together: Together, composed: Quarterly, outputs: tuple[Path, ...], as_json: bool, notes: bool) -> None:
    """Which copies were put together, on what they differ, and where it stands."""
    rows = put_together.rows(together, composed)
    differ = put_together.differing(rows)
    counts = {"copies": len(together.copies), "cells": len(together.said), "risks": len(rows), "differ": len(differ)}
    if as_json:
        told = [
            {"ref": one.ref, "title": one.title, "under": one.heading, "words": one.words}
            | {"file": one.place.book, "sheet": one.place.sheet, "cell": one.place.cell}
            for one in together.said
        ]
        speak.as_json(together.findings, speak.counted(together.findings) | counts, list(outputs), said=told)
        return
    speak.heading(composed.context)
    speak.findings(together.findings, notes)
    if not together.copies:
        click.echo("No copy of the long list was found, and nothing was written.")
        return
    speak.table(
        ("Ref", "Risk", "What was proposed"),
        [(row.ref, row.title, put_together.proposals(row).splitlines()[0]) for row in differ],
        "On these the copies differ",
    )
    copies = "1 copy" if len(together.copies) == 1 else f"{len(together.copies)} copies"
    click.echo(f"{copies} put together; {number(len(together.said), 'filled cell')}, every one on Everything said.")
    for number_, path in enumerate(outputs):
        click.echo(f"For DLT{', its exempt risks' if number_ else ''}: {path}")
    names = " and ".join(f'riskbook confirm {path.name} --on "DAY"' for path in outputs)
    click.echo(f"Next: fill in what DLT decides, and then: {names}")
