"""Bytes and paths: writing that is whole or not at all, and refusals in one sentence."""

import errno
import hashlib
import os
import stat
import tempfile
from collections.abc import Iterable, Mapping, Set
from pathlib import Path

import click

from riskbook.cli import trail
from riskbook.safe import LIMITS, MIB

TOO_LARGE = f"it is larger than {LIMITS.file // MIB} MB"


class Refusal(click.ClickException):
    """Wrong use, wrong settings, or nothing done: one sentence, and exit status 2."""

    exit_code = 2

    def show(self, file: object = None) -> None:
        click.echo(f"riskbook: {self.message}", err=True)


def write(path: Path, data: bytes) -> bool:
    """Put a file in its place, whole; False when it stood there already, the same.

    Raises:
        Refusal: the folder cannot be written, there is no room, or the file is open elsewhere.
    """
    return bool(_put({path: data}))


def write_all(made: Mapping[Path, bytes], copies: Path | None = None) -> None:
    """Write every workbook in its place, and where copies are kept one of each; where there is no room, none of them.

    Raises:
        Refusal: as ``write``.
    """
    kept = {kept_as(copies, path.name, data): data for path, data in made.items()} if copies else {}
    _put({path: data for path, data in kept.items() if not path.exists()} | dict(made), frozenset(kept))


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


def is_there(path: Path) -> bool:
    """Whether there is such a file; there is none of a name that is too long for one."""
    try:
        return path.is_file()
    except OSError:
        return False


def read(path: Path) -> bytes:
    """The bytes of a file.

    Raises:
        Refusal: there is none, it may not be read, it never ends, or it is larger than anything that is ours.
    """
    try:
        about = path.stat()
        if not (stat.S_ISREG(about.st_mode) or stat.S_ISDIR(about.st_mode)):
            raise Refusal(f"{path} is a device or a pipe, and no file; nothing of it was read.")
        if about.st_size > LIMITS.file:
            raise Refusal(f"{path} is not read: {TOO_LARGE}.")
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
    """Keep a copy under its digest, read-only; False when it is kept already.

    Raises:
        Refusal: as ``write``.
    """
    path = kept_as(folder, name, data)
    return not path.exists() and bool(_put({path: data}, {path}))


def is_kept(folder: Path, name: str, data: bytes) -> bool:
    """Whether a file is one that was kept, so that nobody has changed it since."""
    return kept_as(folder, name, data).exists()


def kept_as(folder: Path, name: str, data: bytes) -> Path:
    """Where a copy of a file is kept, or would be: a name that is too long to have its digest before it is cut."""
    called = Path(name)
    stem = os.fsencode(called.stem)[:_LONGEST].decode(errors="ignore")
    return folder / f"{hashlib.sha256(data).hexdigest()[:12]}-{stem}{called.suffix[:_LONGEST_SUFFIX]}"


_LONGEST, _LONGEST_SUFFIX = 150, 10
"""Bytes of a name and letters of its suffix; file systems take 255 bytes, Windows 260 letters of a whole path."""


def _put(files: Mapping[Path, bytes], read_only: Set[Path] = frozenset()) -> int:
    """Put files in their places, and say how many were not there already, the same.

    All are on the disk, beside their places, before the first takes its own.
    """
    beside: dict[Path, Path] = {}
    path = Path()
    try:
        for path, data in files.items():
            if not (path.is_file() and path.read_bytes() == data):
                beside[path] = _beside(path, data)
        for path, there in beside.items():
            there.replace(path)
            trail.was_written(path, files[path])
            if path in read_only:
                path.chmod(stat.S_IRUSR | stat.S_IRGRP | stat.S_IROTH)
    except OSError as error:
        raise _refusal(path, error) from error
    finally:
        for there in beside.values():
            there.unlink(missing_ok=True)
    return len(beside)


def _beside(path: Path, data: bytes) -> Path:
    """A file beside the place of another, on the disk to the last byte."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        Path(name).chmod(0o644)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
    return Path(name)


def _refusal(path: Path, error: OSError) -> Refusal:
    """Why a file cannot be written, and what to do."""
    if isinstance(error, PermissionError):
        return Refusal(
            f"{path} cannot be written: it is open in another program, or the folder is read-only. "
            "Close it, or choose another folder, and run the command again."
        )
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return Refusal(
            f"{path} cannot be written: the disk has no room for it. Every file is whole, the one of before or the new "
            "one; make room, and run the command again."
        )
    return Refusal(f"{path} cannot be written: {error.strerror}.")
