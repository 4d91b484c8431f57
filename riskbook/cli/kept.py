"""A round's folder `kept` in; its register with what was changed by hand since riskbook wrote it, out."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

import click

from riskbook import amend, decide, store
from riskbook.cli import outbox
from riskbook.cli.files import Refusal, is_kept, keep, kept_as, read
from riskbook.cli.folder import OpenBook, open_workbook
from riskbook.findings import Finding, Severity
from riskbook.model import Register
from riskbook.read import Book
from riskbook.settings import Context


def register(opened: OpenBook, context: Context, trust: bool = False) -> tuple[Register | None, list[Finding]]:
    """The register that an earlier merge of this round wrote, with what was changed in it by hand; and questions.

    ``trust`` takes it as it stands when the copy to compare it with is gone, and starts without one where the
    register itself is gone.

    Raises:
        Refusal: it cannot be read, what was changed cannot be placed, or there is no copy to compare it with; or it is
            gone, and copies of it are kept.
    """
    stands = opened.kept()
    if stands is None and not trust:
        _refuse_lost(opened)
    if stands is None or is_as_written(opened, opened.register):
        return stands, []
    book = open_workbook(opened.register)
    wrote = _wrote(opened, book)
    if wrote is not None:
        return amended(stands, book, wrote, context)
    if trust or store.is_as_stamped(book, stands, context):
        return stands, []
    raise Refusal(
        f"{opened.register} was changed since riskbook wrote it, and the copy to compare it with is gone from "
        f"{opened.folder / 'kept'}. Put that copy back, or give --trust-register to take it as it stands."
    )


def is_alone(opened: OpenBook, stands: Register, context: Context) -> bool:
    """Whether the register was changed by hand, and the copy to compare it with is gone."""
    if is_as_written(opened, opened.register):
        return False
    book = open_workbook(opened.register)
    return _wrote(opened, book) is None and not store.is_as_stamped(book, stands, context)


def amended(stands: Register, book: Book, wrote: Book, context: Context) -> tuple[Register, list[Finding]]:
    """The register with what was changed in it by hand, and questions.

    Raises:
        Refusal: something that was changed cannot be placed.
    """
    register_, findings = amend.since(stands, book, wrote, context)
    for finding in findings:
        if finding.severity is Severity.ERROR:
            raise Refusal(f"{finding} {finding.hint}")
    return register_, findings


def as_written(opened: OpenBook) -> Register:
    """The round's register, as riskbook wrote it.

    Raises:
        Refusal: there is none yet, it cannot be read, or it was changed by hand since.
    """
    stands = opened.kept()
    if stands is None:
        _refuse_lost(opened)
        raise Refusal(f"{opened.round} has no register yet; `riskbook merge` writes it.")
    if not is_unchanged(opened, stands):
        raise Refusal(
            f"{opened.register.name} was changed by hand; `riskbook merge` takes that in. Then run this again."
        )
    return stands


def is_as_written(opened: OpenBook, path: Path) -> bool:
    """Whether a workbook is, to the byte, what riskbook wrote there."""
    return is_kept(opened.folder / "kept", path.name, read(path))


def is_unchanged(opened: OpenBook, stands: Register) -> bool:
    """Whether the register says what riskbook wrote there, however it was saved since."""
    if is_as_written(opened, opened.register):
        return True
    return store.is_as_stamped(open_workbook(opened.register), stands, opened.context())


def keep_changed(opened: OpenBook, paths: Iterable[Path]) -> None:
    """Keep what somebody changed since riskbook wrote it, before it is written anew, and say so."""
    for path in paths:
        if not path.is_file() or is_as_written(opened, path):
            continue
        if path == opened.register and (stands := opened.kept()) and is_unchanged(opened, stands):
            keep(opened.folder / "kept", f"{path.stem}-saved-anew{path.suffix}", read(path))
        else:
            keep(opened.folder / "kept", f"{path.stem}-changed-by-hand{path.suffix}", read(path))
            click.echo(
                f"{path.name} was changed after riskbook wrote it, and is written anew. "
                f"The changed copy is kept in {opened.folder / 'kept'}.",
                err=True,
            )


def refuse_untaken(opened: OpenBook, paths: Iterable[Path], register: Register, context: Context) -> None:
    """Make sure that no workbook that is written anew has decisions in it that the register does not have.

    Raises:
        Refusal: one has.
    """
    for path in paths:
        if path.suffix != ".xlsx" or not path.is_file() or path == opened.register or is_as_written(opened, path):
            continue
        told, _ = decide.rows(open_workbook(path), context)
        if count := len(decide.untaken(told, register, context)):
            raise Refusal(
                f"{path} is about to be written anew, and has {count} decision{'s' * (count > 1)} filled in that "
                f"nobody has taken: `riskbook decide {path.name}` takes what is filled in; or move it away."
            )


def rewritten(opened: OpenBook, made: Mapping[Path, bytes], number: int) -> list[str]:
    """That what was mailed, or may have been, is written anew, and where a copy of it is."""
    folder, said = opened.folder / "kept", []
    mailed = {line.digest for line in outbox.lines(opened.folder / "outbox") if line.state == outbox.SENT}
    for path, data in made.items():
        if path == opened.register or not path.is_file() or (before := read(path)) == data:
            continue
        was_mailed = hashlib.sha256(before).hexdigest() in mailed
        if number == 1 and not was_mailed:
            continue
        name = path.name if is_kept(folder, path.name, before) else f"{path.stem}-changed-by-hand{path.suffix}"
        then = (
            "it was mailed: `riskbook mail report` drafts this one"
            if was_mailed
            else ("if that was mailed, mail this one too")
        )
        said.append(
            f"Edition {number} was written anew: {path.name}. A copy of the earlier one is kept as "
            f"{kept_as(folder, name, before)}; {then}."
        )
    return said


def newest(opened: OpenBook) -> Path | None:
    """The copy of the round's register that was kept last; None where none is."""
    copies = [path for path in _copies(opened) if is_kept(path.parent, opened.register.name, read(path))]
    return max(copies, key=lambda path: (path.stat().st_mtime_ns, path.name), default=None)


def _wrote(opened: OpenBook, book: Book) -> Book | None:
    """The copy of the register as riskbook wrote it."""
    stamp = store.stamp(book, opened.settings)
    copies = map(open_workbook, _copies(opened))
    return next((copy for copy in copies if stamp and store.stamp(copy, opened.settings) == stamp), None)


def _copies(opened: OpenBook) -> list[Path]:
    return sorted((opened.folder / "kept").glob(f"*-{opened.register.name}"))


def _refuse_lost(opened: OpenBook) -> None:
    """A register that is gone takes decisions and what was changed by hand with it.

    Raises:
        Refusal: copies of it are kept.
    """
    if copy := newest(opened):
        raise Refusal(
            f"{opened.register} is gone, and riskbook has written it before: copy {copy}, the newest that is kept, "
            f"back as {opened.register.name}; or give `riskbook merge --trust-register` to start without its decisions "
            "and what was changed in it by hand."
        )
