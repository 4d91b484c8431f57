"""Bytes and paths: writing that is whole or not at all, and refusals in one sentence."""

import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from riskbook.cli import trail


class Refusal(click.ClickException):
    """Wrong use, wrong settings, or nothing done: one sentence, and exit status 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(f"riskbook: {self.message}", err=True)


def write(path: Path, data: bytes) -> bool:
    """Put a file in its place, whole; False when it stood there already, the same.

    Raises:
        Refusal: the folder cannot be written, or the file is open elsewhere.
    """
    try:
        if path.is_file() and path.read_bytes() == data:
            return False
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, beside = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
                out.flush()
                os.fsync(out.fileno())
            Path(beside).chmod(0o644)
            Path(beside).replace(path)
        except BaseException:
            Path(beside).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise _refusal(path, error) from error
    trail.was_written(path, data)
    return True


def write_all(made: Mapping[Path, bytes], copies: Path | None = None) -> None:
    """Write every workbook in its place, and where copies are kept one of each.

    Raises:
        Refusal: as ``write``.
    """
    for path, data in made.items():
        write(path, data)
        if copies:
            keep(copies, path.name, data)


def free(paths: Iterable[Path]) -> None:
    """Make sure of every place before anything is written, so that nothing is half done.

    Raises:
        Refusal: a file is open in another program, or may not be written.
    """
    for path in paths:
        try:
            if path.exists():
                path.open("r+b").close()
        except OSError as error:
            raise _refusal(path, error) from error


def read(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        Refusal: there is none, or it may not be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refusal(f"{path} cannot be read: {error.strerror}.") from error
    trail.was_read(path, data)
    return data


def take_away(path: Path) -> None:
    """Take a file away that riskbook wrote and nobody is to have any more.

    Raises:
        Refusal: it is open in another program, or the folder is read-only.
    """
    try:
        path.unlink()
    except OSError as error:
        raise _refusal(path, error) from error
    trail.was_taken_away(path)


def keep(folder: Path, name: str, data: bytes) -> bool:
    """Keep a copy under its digest, read-only; False when it is kept already."""
    path = kept_as(folder, name, data)
    if path.exists():
        return False
    write(path, data)
    path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    return True


def is_kept(folder: Path, name: str, data: bytes) -> bool:
    """Whether a file is one that was kept, so that nobody has changed it since."""
    return kept_as(folder, name, data).exists()


def kept_as(folder: Path, name: str, data: bytes) -> Path:
    """Where a copy of a file is kept, or would be."""
    return folder / f"{hashlib.sha256(data).hexdigest()[:12]}-{Path(name).name}"


def _refusal(path: Path, error: OSError) -> Refusal:
    """Why a file cannot be written, and what to do."""
    if isinstance(error, PermissionError):
        return Refusal(
            f"{path} cannot be written: it is open in another program, or the folder is read-only. "
            "Close it, or choose another folder, and run the command again."
        )
    return Refusal(f"{path} cannot be written: {error.strerror}.")
