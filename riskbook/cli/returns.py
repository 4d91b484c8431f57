"""Paths in; what came in the files there out, as intakes, with a note on every file that was passed over."""

import sys
from collections.abc import Callable, Iterable
from functools import partial
from itertools import zip_longest
from pathlib import Path
from typing import TYPE_CHECKING

import click

from riskbook import intake
from riskbook.cli import speak
from riskbook.cli.apart import Apart
from riskbook.cli.files import TOO_LARGE, Refusal, is_there, keep, read
from riskbook.cli.worker import Worker
from riskbook.findings import Finding
from riskbook.intake import Intake
from riskbook.places import Place
from riskbook.rules import adoption, books
from riskbook.safe import LIMITS, Reason, Unreadable
from riskbook.settings import Context
from riskbook.toml import MAPPING, SettingsError

if TYPE_CHECKING:
    from riskbook.adopt.mapping import Mapping

File = tuple[str, Path]
"""A file and what findings call it: its name, or its path under the folder that was named."""


def gather(paths: Iterable[Path]) -> tuple[list[File], list[Finding]]:
    """Find the files that paths name, whatever they are called: for a folder, every file under it.

    What Excel or a shared drive leaves beside a workbook is passed over with a note, and no link in a folder followed.
    """
    files: list[File] = []
    notes = []
    paths = tuple(paths)
    for name, path in (file for named in paths for file in _under(named)):
        if path not in paths and (path.is_symlink() or not path.is_file()):
            notes.append(books.LINKED.finding(Place(name), {"name": path.name}))
        elif path.name.startswith(("~$", ".")) or path.suffix == ".tmp":
            notes.append(books.LOCK_FILE.finding(Place(name), {"name": path.name}))
        elif path.name.endswith(MAPPING):
            notes += [] if _has_workbook(path) else [adoption.NO_WORKBOOK.finding(Place(name), {})]
        elif path not in paths and path.stat().st_size > LIMITS.file:
            notes.append(intake.unreadable(name, Unreadable(Reason.TOO_LARGE, TOO_LARGE)))
        else:
            files.append((name, path))
    return files, notes


def take(
    files: list[File], context: Context, passwords: tuple[str, ...] = (), kept: Path | None = None
) -> list[Intake]:
    """Take in every file; in ``kept``, keep a copy of each as it came.

    On a terminal, without passwords, a locked file is asked for. A mapping that stands beside a workbook says how it is
    read.

    Raises:
        Refusal: a file cannot be read from its place, no copy be kept, or a mapping cannot be used.
    """
    ask = _ask if _at_terminal() and not passwords else None
    intakes: list[Intake] = []
    with Worker(passwords, ask) as worker, Apart(len(files) >= _MANY) as apart:
        known = apart.lend(context)

        def here(name: str, path: Path, data: bytes) -> Intake:
            try:
                return intake.take(data, name, context, worker.read, _mapping(path, context, kept)).kept()
            except SettingsError as error:
                raise Refusal(str(error)) from error

        def beside(name: str, path: Path, data: bytes) -> Callable[[], Intake]:
            """Take in a file beside this process, where our own reader reads it."""
            if path.suffix.lower() not in (".xlsx", ".xlsm") or is_there(mapping_path(path)):
                return partial(here, name, path, data)
            answer = apart.begin(_take, data, name, known)
            return lambda: taken if (taken := answer()).returned else here(name, path, data)

        with speak.progress(files, "Reading returns") as bar:
            for pair in zip_longest(*[iter(bar)] * 2):
                came = [(name, path, _come(path, kept)) for name, path in filter(None, pair)]
                second = [beside(*one) for one in came[1:]]
                intakes += [here(*came[0]), *(answer() for answer in second)]
    return intakes


_MANY = 50
"""From so many files on, every other one is taken in by a process beside this one."""


def _take(data: bytes, name: str, context: Context) -> Intake:
    return intake.take(data, name, context).kept()


def _come(path: Path, kept: Path | None) -> bytes:
    """What came in a file; in ``kept``, a copy of it is kept."""
    data = read(path)
    if kept:
        keep(kept, path.name, data)
    return data


def mapping_path(path: Path) -> Path:
    """Where the mapping of a workbook stands: beside it."""
    return path.with_name(f"{path.stem}{MAPPING}")


def read_mapping(path: Path, context: Context) -> "Mapping":
    """Read a mapping that stands in a file.

    Raises:
        Refusal: the file cannot be read.
        SettingsError: what stands in it cannot be used.
    """
    from riskbook.adopt.mapping import load

    try:
        return load(read(path).decode("utf-8-sig"), path.name, context)
    except UnicodeDecodeError as error:
        raise Refusal(f"{path.name} is not UTF-8 text; in Notepad, choose Save as and the encoding UTF-8.") from error


def _mapping(path: Path, context: Context, kept: Path | None) -> "Mapping | None":
    """The mapping beside a workbook, where there is one; a copy of it is kept with the workbook's."""
    beside = mapping_path(path)
    if not is_there(beside):
        return None
    if kept:
        keep(kept, beside.name, read(beside))
    return read_mapping(beside, context)


def _has_workbook(path: Path) -> bool:
    """Whether the workbook of a mapping stands beside it."""
    return any(mapping_path(other) == path for other in path.parent.iterdir() if other != path)


def _under(path: Path) -> list[File]:
    if not path.is_dir():
        return [(_seen(path.name), path)]
    inside = (file for file in sorted(path.rglob("*")) if file.is_symlink() or not file.is_dir())
    return [(_seen(file.relative_to(path).as_posix()), file) for file in inside]


def _seen(name: str) -> str:
    """A file's name with what nobody can see in it written out, so that no two look alike: "a\\nb.xlsx"."""
    return "".join(one if one.isprintable() else one.encode("unicode_escape").decode() for one in name)


def _at_terminal() -> bool:
    return sys.stdin.isatty() and sys.stderr.isatty()


def _ask(name: str) -> str:
    """The password of a file, as somebody types it unseen; nothing, when they leave the file out."""
    click.echo(err=True)
    words = f"{name} is locked. Its password (Enter leaves the file out)"
    typed: str = click.prompt(words, default="", show_default=False, hide_input=True, err=True)
    return typed
