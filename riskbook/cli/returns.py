"""Paths in; what came in the files there out, as intakes, with a note on every file that was passed over."""

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from riskbook import intake
from riskbook.cli import speak
from riskbook.cli.files import keep, read
from riskbook.cli.worker import Worker
from riskbook.findings import Finding
from riskbook.intake import Intake
from riskbook.places import Place
from riskbook.rules import books
from riskbook.settings import Context

File = tuple[str, Path]
"""A file and what findings call it: its name, or its path under the folder that was named."""


def gather(paths: Iterable[Path]) -> tuple[list[File], list[Finding]]:
    """Find the files that paths name, whatever they are called: for a folder, every file under it.

    What Excel or a shared drive leaves beside a workbook is passed over with a note.
    """
    files: list[File] = []
    notes = []
    for name, path in (file for named in paths for file in _under(named)):
        if path.name.startswith(("~$", ".")) or path.suffix == ".tmp":
            notes.append(books.LOCK_FILE.finding(Place(name), {"name": path.name}))
        else:
            files.append((name, path))
    return files, notes


def take(
    files: list[File], context: Context, passwords: tuple[str, ...] = (), kept: Path | None = None
) -> list[Intake]:
    """Take in every file; in ``kept``, keep a copy of each as it came.

    On a terminal, without passwords, a locked file is asked for.

    Raises:
        Refusal: a file cannot be read from its place, or no copy be kept.
    """
    ask = _ask if _at_terminal() and not passwords else None
    intakes = []
    with Worker(passwords, ask) as worker, speak.progress(files, "Reading returns") as bar:
        for name, path in bar:
            data = read(path)
            if kept:
                keep(kept, path.name, data)
            intakes.append(intake.take(data, name, context, worker.read))
    return intakes


def _under(path: Path) -> list[File]:
    if not path.is_dir():
        return [(path.name, path)]
    return [(file.relative_to(path).as_posix(), file) for file in sorted(path.rglob("*")) if file.is_file()]


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(name: str) -> str:
    """The password of a file, as somebody types it unseen; nothing, when they leave the file out."""
    click.echo(err=True)
    words = f"{name} is locked. Its password (Enter leaves the file out)"
    typed: str = click.prompt(words, default="", show_default=False, hide_input=True, err=True)
    return typed
