"""What a command reads, writes and decides in; a line of log.jsonl, in the book that it is about, out."""

import hashlib
import json
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any, BinaryIO

import click

from riskbook import __version__

LOG = "log.jsonl"
_LEFT_OUT = ("passwords", "book", "round_", "as_json")


@dataclass(slots=True)
class Trail:
    """What one run of riskbook comes to: files by path with their SHA-256, and whatever else a command tells of it."""

    book: Path | None = None
    round: str = ""
    command: str = ""
    options: dict[str, Any] = field(default_factory=dict)
    read: dict[Path, str] = field(default_factory=dict)
    written: dict[Path, str] = field(default_factory=dict)
    taken_away: list[Path] = field(default_factory=list)
    told: dict[str, Any] = field(default_factory=dict)


def about(book: Path, round_: object) -> None:
    """Say which book and round the command is about, the first time that it says so."""
    trail, context = _current(), click.get_current_context(silent=True)
    if trail and context and trail.book is None:
        trail.book, trail.round = book, str(round_)
        trail.command, trail.options = context.command_path.partition(" ")[2], _options(context)


def is_of(round_: object) -> None:
    """Say that the command is about another round of the book, which it has found since."""
    if trail := _current():
        trail.round = str(round_)


def was_read(path: Path, data: bytes) -> None:
    """Note a file that was read."""
    if trail := _current():
        trail.read[path.absolute()] = hashlib.sha256(data).hexdigest()


def was_written(path: Path, data: bytes) -> None:
    """Note a file that is another now, or is there now."""
    if trail := _current():
        trail.written[path.absolute()] = hashlib.sha256(data).hexdigest()


def was_taken_away(path: Path) -> None:
    """Note a file that is there no more."""
    if trail := _current():
        trail.taken_away.append(path.absolute())


def tell(**facts: Any) -> None:
    """Note what else there is to say: counts, what was decided, who cleared what."""
    if trail := _current():
        trail.told |= facts


def close(context: click.Context) -> None:
    """Append the line to the log of the book; a command that wrote nothing leaves none."""
    trail = context.find_object(Trail)
    if trail is None or trail.book is None or not (trail.written or trail.taken_away):
        return
    line = {
        "when": datetime.now().astimezone().isoformat(timespec="seconds"),
        "version": __version__,
        "command": trail.command,
        "options": trail.options,
        "round": trail.round,
        **trail.told,
        "read": _named(trail.read, trail.book),
        "written": _named(trail.written, trail.book),
        "taken_away": list(_named(dict.fromkeys(trail.taken_away, ""), trail.book)),
    }
    # A file's name that is no text is written as JSON writes half a character: \udcff.
    told = json.dumps(line, ensure_ascii=False, default=str).encode(errors="backslashreplace") + b"\n"
    try:
        with (trail.book / LOG).open("ab+") as log:
            log.write(_broken_off(log) + told)
            log.flush()
            os.fsync(log.fileno())
    except OSError as error:
        click.echo(f"riskbook: {trail.book / LOG} cannot be written: {error.strerror}. What was done stands.", err=True)


def _broken_off(log: BinaryIO) -> bytes:
    """What ends a line that a full disk or a stop broke off, so that the next one is whole."""
    size = log.seek(0, os.SEEK_END)
    log.seek(max(size - 1, 0))
    return b"" if log.read(1) in (b"", b"\n") else b"\n"


def _current() -> Trail | None:
    context = click.get_current_context(silent=True)
    return context.find_object(Trail) if context else None


def _options(context: click.Context) -> dict[str, Any]:
    """What a command was given, without passwords and what the line says anyway."""
    given = {key.rstrip("_"): value for key, value in context.params.items() if key not in _LEFT_OUT}
    return {key: _plain(value) for key, value in given.items() if value not in (None, False, (), "")}


def _plain(value: Any) -> Any:
    if isinstance(value, Path | date):
        return str(value)
    return [_plain(one) for one in value] if isinstance(value, Iterable) and not isinstance(value, str) else value


def _named(files: dict[Path, str], book: Path) -> dict[str, str]:
    """Files by their path in the book, those elsewhere by their whole path; copies that are kept name themselves."""
    inside = {path: path.relative_to(book) if path.is_relative_to(book) else path for path in files}
    return {inside[path].as_posix(): digest for path, digest in files.items() if "kept" not in inside[path].parts}
