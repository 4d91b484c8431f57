"""Forms out: each unit's prefilled return, and beside them a manifest of what was issued."""

import csv
import hashlib
import io
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from datetime import date
from enum import StrEnum
from functools import partial
from pathlib import Path

import click

from riskbook import entries, excel
from riskbook.cli import inspecting, speak
from riskbook.cli.alone import alone
from riskbook.cli.files import Refusal, keep, read, write
from riskbook.cli.folder import OpenBook, find
from riskbook.cli.options import of_a_book
from riskbook.directory import Unit
from riskbook.findings import Finding
from riskbook.kinds import listed, said
from riskbook.report import form as forms
from riskbook.report.cells import number
from riskbook.report.form import Form
from riskbook.settings import Context

MANIFEST = "manifest.csv"


@click.command()
@click.argument("units", nargs=-1, metavar="[UNIT…]")
@click.option("--below", is_flag=True, help="The units named and every unit below them.")
@of_a_book
@alone
def issue(units: tuple[str, ...], below: bool, book: Path | None, round_: str | None, as_at: date | None) -> None:
    """Write the round's forms, each with its unit's open risks and actions in it.

    \b
    Example: riskbook issue               every unit that the round asks
             riskbook issue FRD ASM       these two
             riskbook issue FHS --below   a service and all below it
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    speak.heading(context)
    chosen = _chosen(units, below, context)
    with speak.progress(chosen, "Writing forms") as bar:
        done = write_forms(opened, context, bar)
    for sentence in became_words({path: became for path, (became, _) in done.items()}, "form"):
        click.echo(sentence)
    click.echo(f"The forms are in {opened.folder / 'issued'}, listed in {MANIFEST}.")
    due = context.settings.timetable.due_date(opened.round)
    passed = " That day has passed." if due < date.today() else ""  # noqa: DTZ011 (the day where I&P sit)
    click.echo(f"Due back: {due:%A} {said(due)}.{passed}")


class Became(StrEnum):
    """What became of a form."""

    WRITTEN = "written"
    AGAIN = "issued again"
    THERE = "there already"
    CHANGED = "changed by somebody"


@dataclass(frozen=True, slots=True)
class Issued:
    """A line of the manifest: whose form, its file and SHA-256, and how many rows were prefilled.

    Of an interview pack it names the owner and the risks too.
    """

    unit: str
    file: str
    issue: int
    digest: str
    risks: int
    actions: int
    owner: str = ""
    refs: str = ""


@dataclass(frozen=True, slots=True)
class Wanted:
    """A form that is to stand somewhere; ``made`` makes it with an issue number, ``first`` the first that it may have.

    ``owner`` is whose interview pack it is.
    """

    path: Path
    made: Callable[[int], Form]
    first: int = 1
    owner: str = ""


def write_forms(opened: OpenBook, context: Context, units: Iterable[Unit]) -> dict[Path, tuple[Became, list[Finding]]]:
    """Write the forms of units and the manifest. A form that somebody changed stays as it is."""
    wanted = (Wanted(opened.issued(unit.code), partial(forms.prefilled, context, unit)) for unit in units)
    return put_forms(opened.folder / "issued", wanted, opened, context)


def put_forms(
    folder: Path, wanted: Iterable[Wanted], opened: OpenBook, context: Context
) -> dict[Path, tuple[Became, list[Finding]]]:
    """Write forms into a folder, and its manifest; what became of each, and what is to be said of it before it leaves.

    One that somebody changed stays as it is. One that has become another since it was issued, because the register that
    it is made from did, gets the next issue number; the form that it replaces is kept.
    """
    manifest = {line.file: line for line in read_manifest(folder)}
    done: dict[Path, tuple[Became, list[Finding]]] = {}
    expected = inspecting.of_book(context)
    for one in wanted:
        path, before = one.path, manifest.get(one.path.name)
        line, data = _form(context, one, before.issue if before else one.first)
        there = hashlib.sha256(read(path)).hexdigest() if path.exists() else ""
        if there == line.digest:
            became = Became.THERE
        elif there and (before is None or there != before.digest):
            done[path] = (Became.CHANGED, [])
            continue
        elif before and before.digest != line.digest:
            if there:
                keep(opened.folder / "kept", path.name, read(path))
            line, data = _form(context, one, max(before.issue + 1, one.first))
            became = Became.AGAIN
        else:
            became = Became.WRITTEN
        done[path] = (became, inspecting.looked_over({path: data}, expected))
        write(path, data)
        manifest[path.name] = line
    write(folder / MANIFEST, _table(manifest.values()))
    return done


def became_words(done: Mapping[Path, Became], thing: str) -> Iterator[str]:
    """What became of forms, or of other things that are issued, a sentence for each way."""
    for state, words in _SAID.items():
        if some := [path.name for path, became in done.items() if became is state]:
            which = f": {listed(some, 'and')}" if state in _NAMED else ""
            counted = number(len(some), thing)
            yield f"{counted} {words[len(some) > 1]}{which}."


def read_manifest(folder: Path) -> list[Issued]:
    """The manifest that an earlier issue wrote into a folder; nothing where there is none.

    Raises:
        Refusal: it is no manifest of ours.
    """
    path = folder / MANIFEST
    if not path.exists():
        return []
    try:
        rows = list(csv.DictReader(io.StringIO(read(path).decode("utf-8-sig"))))
        return [
            Issued(
                row["unit"],
                row["file"],
                int(row["issue"]),
                row["digest"],
                int(row["risks"]),
                int(row["actions"]),
                row.get("owner", ""),
                row.get("refs", ""),
            )
            for row in rows
        ]
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise Refusal(f"{path} was changed and cannot be read; move it away, and issue again.") from error


def _form(context: Context, one: Wanted, issue: int) -> tuple[Issued, bytes]:
    form = one.made(issue)
    data = excel.form(context, form)
    digest = hashlib.sha256(data).hexdigest()
    refs = " ".join(form.scope.refs) if one.owner else ""
    counts = len(form.risks), len(form.actions)
    return Issued(form.unit.code, one.path.name, issue, digest, *counts, one.owner, refs), data


_SAID = {
    Became.WRITTEN: ("written", "written"),
    Became.AGAIN: (
        "issued again, because the register or the settings have changed",
        "issued again, because the register or the settings have changed",
    ),
    Became.THERE: ("was there already", "were there already"),
    Became.CHANGED: (
        "was changed since it was issued and left alone; move it away to issue it again",
        "were changed since they were issued and left alone; move them away to issue them again",
    ),
}
_NAMED = (Became.AGAIN, Became.CHANGED)


def _chosen(codes: Iterable[str], below: bool, context: Context) -> list[Unit]:
    """The units that a form is for: those named, and those below them if that is asked; else all that the round asks.

    Raises:
        Refusal: one is no unit, or the round does not ask it.
    """
    asked = {unit.code: unit for unit in entries.asked_units(context)}
    chosen: dict[str, Unit] = {}
    for code in (code.upper() for code in codes):
        lower = context.directory.below(code, context.round.as_at) if below else ()
        some = [unit for unit in asked.values() if unit.code == code or unit in lower]
        if not some:
            raise Refusal(f"{code} is not a unit that {context.round} asks; those are {listed(list(asked), 'and')}.")
        chosen |= {unit.code: unit for unit in some}
    return list((chosen or asked).values())


def _table(lines: Iterable[Issued]) -> bytes:
    """The manifest as CSV that Excel opens, in the order of its units; an owner has a column where there is one."""
    lines = sorted(lines, key=lambda line: (line.unit, line.file))
    names = [field.name for field in fields(Issued)]
    names = names if any(line.owner for line in lines) else names[:-2]
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(names)
    rows.writerows([getattr(line, name) for name in names] for line in lines)
    return out.getvalue().encode("utf-8-sig")
