"""Forms out: each unit's prefilled return, and beside them a manifest of what was issued."""

import csv
import hashlib
import io
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass, fields
from datetime import date
from enum import StrEnum
from pathlib import Path

import click

from riskbook import entries, excel
from riskbook.cli import inspecting, speak
from riskbook.cli.files import Refusal, keep, read, write
from riskbook.cli.folder import OpenBook, find
from riskbook.cli.options import of_a_book
from riskbook.directory import Unit
from riskbook.kinds import listed, said
from riskbook.report import form as forms
from riskbook.settings import Context

MANIFEST = "manifest.csv"


@click.command()
@click.argument("units", nargs=-1, metavar="[UNIT…]")
@click.option("--below", is_flag=True, help="The units named and every unit below them.")
@of_a_book
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
    for state, words in _SAID.items():
        if some := [path.name for path, became in done.items() if became is state]:
            which = f": {listed(some, 'and')}" if state in _NAMED else ""
            click.echo(f"{len(some)} {words[len(some) > 1]}{which}.")
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
    """A line of the manifest: whose form, its file and SHA-256, and how many rows were prefilled."""

    unit: str
    file: str
    issue: int
    digest: str
    risks: int
    actions: int


def write_forms(opened: OpenBook, context: Context, units: Iterable[Unit]) -> dict[Path, Became]:
    """Write forms and the manifest. A form that somebody changed stays as it is.

    One that has become another since it was issued, because last quarter's register did, gets the next issue number;
    the form that it replaces is kept.
    """
    folder = opened.folder / "issued"
    issued = {line.unit: line for line in manifest(folder)}
    done: dict[Path, Became] = {}
    expected = inspecting.of_book(context)
    for unit in units:
        path = opened.issued(unit.code)
        before = issued.get(unit.code)
        line, data = _form(context, unit, path.name, before.issue if before else 1)
        there = hashlib.sha256(read(path)).hexdigest() if path.exists() else ""
        if there == line.digest:
            done[path] = Became.THERE
        elif there and (before is None or there != before.digest):
            done[path] = Became.CHANGED
            continue
        elif before and before.digest != line.digest:
            if there:
                keep(opened.folder / "kept", path.name, read(path))
            line, data = _form(context, unit, path.name, before.issue + 1)
            done[path] = Became.AGAIN
        else:
            done[path] = Became.WRITTEN
        inspecting.looked_over({path: data}, expected)
        write(path, data)
        issued[unit.code] = line
    write(folder / MANIFEST, _table(issued))
    return done


def manifest(folder: Path) -> list[Issued]:
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
            Issued(row["unit"], row["file"], int(row["issue"]), row["digest"], int(row["risks"]), int(row["actions"]))
            for row in rows
        ]
    except (KeyError, ValueError, TypeError, csv.Error) as error:
        raise Refusal(f"{path} was changed and cannot be read; move it away, and issue again.") from error


def _form(context: Context, unit: Unit, name: str, issue: int) -> tuple[Issued, bytes]:
    form = forms.prefilled(context, unit, issue)
    data = excel.form(context, form)
    digest = hashlib.sha256(data).hexdigest()
    return Issued(unit.code, name, issue, digest, len(form.risks), len(form.actions)), data


_SAID = {
    Became.WRITTEN: ("form written", "forms written"),
    Became.AGAIN: (
        "form issued again, because the last register or the settings have changed",
        "forms issued again, because the last register or the settings have changed",
    ),
    Became.THERE: ("form was there already", "forms were there already"),
    Became.CHANGED: (
        "form was changed since it was issued and left alone; move it away to issue it again",
        "forms were changed since they were issued and left alone; move them away to issue them again",
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


def _table(lines: Mapping[str, Issued]) -> bytes:
    """The manifest as CSV that Excel opens: units in the order of their codes."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow([field.name for field in fields(Issued)])
    rows.writerows(astuple(line) for _, line in sorted(lines.items()))
    return out.getvalue().encode("utf-8-sig")
