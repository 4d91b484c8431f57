"""What is kept of a round in; whether its register, reports and corrections are what comes of that, out."""

import hashlib
from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from riskbook import verify as verifying
from riskbook.cli import kept, merging, reporting, speak
from riskbook.cli.files import Refusal, is_there, read
from riskbook.cli.folder import OpenBook, find
from riskbook.cli.options import of_a_book, unlocking
from riskbook.cli.returns import mapping_path
from riskbook.model import Register
from riskbook.quarterly import Quarterly
from riskbook.report import packs
from riskbook.report.cells import number


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@unlocking
@of_a_book
@click.pass_context
def verify(
    click_context: click.Context,
    as_json: bool,
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
) -> None:
    """Work a round out again from what is kept, and say whether every workbook is what it was.

    Nothing is written. What differs is named with its first cells. Where something that was kept is gone, or the
    register was changed by hand, reports are held against the copies that are kept of them.

    \b
    Example: riskbook verify
             riskbook verify --round "2026-27 Q1"
    """
    opened = find(book, round_)
    register = opened.kept()
    if register is None:
        raise Refusal(f"{opened.round} has no register yet; `riskbook merge` writes it.")
    with TemporaryDirectory() as folder:
        missing = _laid_out(opened, register, Path(folder))
        if not kept.is_unchanged(opened, register):
            missing.append(_BY_HAND.format(name=opened.register.name))
        compared = _since_written(opened) if missing else _compared(opened, as_at, passwords, Path(folder))
        found = dict(compared)
    different = {path: words for path, words in found.items() if words}
    if as_json:
        told = {"files": {str(path): words for path, words in found.items()}, "missing": missing}
        speak.as_json([], {"same": len(found) - len(different), "different": len(different)}, (), **told)
    else:
        speak.heading(opened.context(as_at))
        for sentence in missing:
            click.echo(sentence)
        for path, words in different.items():
            click.echo(f"{path.relative_to(opened.root)} is not what it was. {words}")
        click.echo(f"{number(len(found) - len(different), 'file')} as they were, {len(different)} not.")
    click_context.exit(int(bool(different or missing)))


_BY_HAND = (
    "{name} was changed by hand since riskbook wrote it; `riskbook merge` takes that in. The reports are held against "
    "the copies that are kept of them."
)


def _laid_out(opened: OpenBook, register: Register, folder: Path) -> list[str]:
    """Lay the returns that the register was made from out of what is kept, under the names that they came under.

    A sentence for each that is gone, or is not any more what its digest says; one where nothing is kept at all.
    """
    if not any((opened.folder / "kept").glob("*-*")):
        return [f"Nothing is kept in {opened.folder / 'kept'}, so nobody can say whether the files are what they were."]
    there = {path.name[:_DIGITS]: path for path in sorted((opened.folder / "kept").glob("*-*"))}
    missing = []
    for one in register.returns:
        if not one.book:
            continue
        copy = there.get(one.sha256[:_DIGITS])
        data = read(copy) if copy else b""
        if hashlib.sha256(data).hexdigest() != one.sha256:
            what = "is changed" if data else "is gone"
            missing.append(f"The copy that was kept of {one.book} {what}; its digest is {one.sha256}.")
            continue
        place = folder / one.book
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)
        _with_mapping(opened, one.book, place)
    return missing


_DIGITS = 12


def _with_mapping(opened: OpenBook, name: str, place: Path) -> None:
    """Lay the mapping of a return beside it, where it is read by one."""
    beside = mapping_path(opened.folder / "returns" / name)
    if is_there(beside):
        mapping_path(place).write_bytes(read(beside))


def _compared(
    opened: OpenBook, as_at: date | None, passwords: tuple[str, ...], folder: Path
) -> Iterator[tuple[Path, str]]:
    """Every file of the round that can be made again, and where it differs from what stands there."""
    done = merging.finish(merging.given(opened, as_at, passwords=passwords, copying=False, folder=folder))
    whole = reporting.composed(opened, done.register, opened.context(as_at))
    audiences = [one for one in (*packs.everyone(whole), *packs.plans(whole)) if _is_there(one.file, opened, whole)]
    made = {**done.made, **done.back, **merging.reports(opened, whole, audiences)}
    yield from _differences(opened, made)


def _is_there(name: str, opened: OpenBook, whole: Quarterly) -> bool:
    return any(opened.report(kind, whole.edition.number, name).is_file() for kind in ("", "exempt"))


def _differences(opened: OpenBook, made: Mapping[Path, bytes]) -> Iterator[tuple[Path, str]]:
    """What is made now beside what stands there; earlier editions beside the copies that are kept of them."""
    for path, data in made.items():
        yield path, verifying.difference(data, read(path), path.name) if path.is_file() else "It is gone."
    for path in sorted(opened.folder.glob("*-risk-report-*.xlsx")):
        if path not in made:
            yield path, _changed(opened, path)


def _since_written(opened: OpenBook) -> Iterator[tuple[Path, str]]:
    """What stands there beside the copies that are kept of it; not what there is no copy of."""
    names = {path.name.partition("-")[2] for path in (opened.folder / "kept").glob("*-*")}
    for path in sorted(path for pattern in _REPORTS for path in opened.folder.glob(pattern)):
        if path.name in names:
            yield path, _changed(opened, path)


def _changed(opened: OpenBook, path: Path) -> str:
    return "" if kept.is_as_written(opened, path) else "It was changed since it was written."


_REPORTS = ("slt-risk-*.*", "dlt-risk-paper-*.xlsx", "decisions-for-minutes-*.md", "packs/*.xlsx")
