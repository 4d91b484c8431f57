"""Decision sheets in; the decisions on the round's register, and the next edition of what follows from it, out."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import click

from riskbook import check, compare, escalate, excel, quarterly
from riskbook import decide as deciding
from riskbook.cli import files, inspecting, kept, merging, speak, trail
from riskbook.cli.alone import alone
from riskbook.cli.files import Refusal, keep, read
from riskbook.cli.folder import OpenBook, find, today
from riskbook.cli.merging import Done, Given
from riskbook.cli.options import of_a_book, telling, unlocking
from riskbook.cli.worker import Wanted, Worker
from riskbook.compare import Difference
from riskbook.decide import Taken
from riskbook.findings import Finding, Severity
from riskbook.judge import Told, identity
from riskbook.kinds import said
from riskbook.model import Decision, Register
from riskbook.read import Book, Unreadable
from riskbook.report import decision_sheet
from riskbook.settings import Context


@click.command()
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path), metavar="[FILE]...")
@click.option(
    "--sheet",
    is_flag=False,
    flag_value="",
    default=None,
    metavar="[FILE]",
    help="Write a decision sheet to fill in, and take no decision.",
)
@click.option("--trust-register", "trust", is_flag=True, help="Take the register as it stands, when its copy is gone.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be decided and changed, and write nothing.")
@unlocking
@of_a_book
@telling
@click.pass_context
@alone
def decide(
    click_context: click.Context,
    paths: tuple[Path, ...],
    sheet: str | None,
    trust: bool,
    dry: bool,
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
    as_json: bool,
    notes: bool,
    strict: bool,
) -> None:
    """Take the meeting's decisions from a filled-in decision sheet, and write the register and the next edition.

    \b
    Example: riskbook decide slt-risk-report-2026-27-q2.xlsx    the sheet Decisions in it
             riskbook decide --sheet                            a sheet to fill in
    """
    opened = find(book, round_)
    if sheet is not None:
        _write_sheet(opened, Path(sheet) if sheet else _sheet_path(opened), as_at)
        return
    if not paths:
        raise Refusal("name the filled-in decision sheet: riskbook decide FILE. `riskbook decide --sheet` writes one.")
    paths = tuple(where(path, opened) for path in paths)
    given = again(opened, as_at, passwords, trust, dry)
    made = _decided(given, paths, passwords, dry)
    anew = put(made, paths) if not dry else ()
    _tell(made, given, dry, as_json, notes)
    if not as_json:
        for words in anew:
            click.echo(words)
    nothing = not made.read and any(one.severity is Severity.ERROR for one in made.taken.findings)
    click_context.exit(2 if nothing else speak.status(made.taken.findings, strict))


@dataclass(frozen=True, slots=True)
class Decided:
    """What was taken from the sheets, and the merge that it comes to; None where nothing new was.

    ``read`` says whether any row with a decision in it could be read.
    """

    taken: Taken
    done: Done | None
    read: bool

    @property
    def differences(self) -> tuple[Difference, ...]:
        """What they change on the register that stood before."""
        return compare.between(self.done.before, self.done.register) if self.done else ()


def where(path: Path, opened: OpenBook) -> Path:
    """A sheet that is named without its folder stands in this one, or else in the round's."""
    return opened.folder / path if not path.exists() and (opened.folder / path).is_file() else path


def _sheet_path(opened: OpenBook) -> Path:
    return opened.folder / f"decision-sheet-{opened.round.folder}.xlsx"


def _write_sheet(opened: OpenBook, path: Path, as_at: date | None) -> None:
    """Write the sheet to be filled in.

    Raises:
        Refusal: there is no register, or one that was filled in stands there.
    """
    context = opened.context(as_at)
    register = _register(opened, context, trust=False)
    if path.is_file() and not files.is_kept(opened.folder / "kept", path.name, read(path)):
        raise Refusal(f"{path} has been filled in: `riskbook decide {path}` takes it. Or name another file.")
    data = excel.report(decision_sheet.document(quarterly.compose(register, (), context)))
    found = inspecting.looked_over({path: data}, inspecting.of_book(context, register))
    files.write_all({path: data}, opened.folder / "kept")
    speak.heading(context)
    if found:
        speak.findings(found)
    click.echo(f"Decision sheet: {path}")
    click.echo(f"Next: fill it in after the meeting, save it, and then: riskbook decide {path.name}")


def _register(opened: OpenBook, context: Context, trust: bool) -> Register:
    """The round's register, with what was changed in it by hand.

    Raises:
        Refusal: there is none, or it cannot be used.
    """
    register, _ = kept.register(opened, context, trust)
    if register is None:
        raise Refusal(f"{opened.round} has no register yet; `riskbook merge` writes it.")
    return register


def again(opened: OpenBook, as_at: date | None, passwords: tuple[str, ...], trust: bool, dry: bool) -> Given:
    """What the round is merged from again; files that a person chose stay chosen."""
    _register(opened, opened.context(as_at), trust)
    return merging.given(opened, as_at, passwords=passwords, trust=trust, copying=not dry)


def _decided(given: Given, paths: Iterable[Path], passwords: tuple[str, ...], dry: bool) -> Decided:
    """Take the decisions from their sheets.

    Raises:
        Refusal: a sheet cannot be opened.
    """
    told, found = _rows(given, paths, passwords, dry)
    return decided(given, told, found)


def decided(given: Given, told: Iterable[Told], found: Iterable[Finding]) -> Decided:
    """What was told as decisions, and the merge that comes of those that are new."""
    told = tuple(told)
    before = given.stands.decisions if given.stands else ()
    base, _ = given.with_decisions(deciding.without(before, told, given.context)).merged()
    taken = deciding.take(told, base, before, given.context, today())
    taken = replace(taken, findings=(*found, *taken.findings))
    if not taken.decisions:
        return Decided(taken, None, bool(told))
    after, _ = given.with_decisions(deciding.recorded(before, taken)).merged()
    proposed = ((one, escalate.candidates(one, given.context)) for one in (base, after))
    taken = deciding.answering(taken, *proposed, context=given.context)
    return Decided(taken, merging.finish(given.with_decisions(deciding.recorded(before, taken))), bool(told))


def _rows(
    given: Given, paths: Iterable[Path], passwords: tuple[str, ...], dry: bool
) -> tuple[list[Told], list[Finding]]:
    """What was filled in on every sheet; a copy of each is kept."""
    told: list[Told] = []
    found: list[Finding] = []
    for path in paths:
        data = read(path)
        if not dry:
            keep(given.opened.folder / "kept", path.name, data)
        rows, findings = deciding.rows(opened_sheet(path, data, passwords), given.context)
        told += rows
        found += findings
    return told, found


def opened_sheet(path: Path, data: bytes, passwords: tuple[str, ...], wanted: Wanted = deciding.wanted) -> Book:
    """A workbook in which somebody filled in what was decided, with the sheets that are wanted of it.

    Raises:
        Refusal: it cannot be opened.
    """
    try:
        with Worker(passwords) as worker:
            return worker.read(data, path.name, wanted)
    except Unreadable as error:
        raise Refusal(f"{path} cannot be opened: {error.detail}.") from error


def put(made: Decided, paths: Iterable[Path]) -> tuple[str, ...]:
    """Write what new decisions come to, and never over the sheet that they were filled in on; what is to be said of it.

    Raises:
        Refusal: one of the sheets stands where a workbook is to be written, or something cannot be written.
    """
    if made.done is None:
        return ()
    written = {path.resolve() for path in made.done.made}
    for path in paths:
        if path.resolve() in written:
            raise Refusal(f"{path} is about to be written anew: save it under another name, and decide that one.")
    trail.tell(decided=[{key: str(getattr(one, key)) for key in _LOGGED} for one in made.taken.decisions])
    return merging.put(made.done)


_LOGGED = ("risk_ref", "decision", "into", "body", "decided_by", "decided_on", "minute")
"""What the log says of a decision; its reason stands on the register."""


def _tell(made: Decided, given: Given, dry: bool, as_json: bool, notes: bool) -> None:
    """What was taken, what was wrong, what it changes and what was written."""
    outputs = tuple(made.done.made) if made.done and not dry else ()
    if as_json:
        tell_as_json(made, outputs)
        return
    tell_taken(made, given.context, notes)
    merging.say_differences(made.differences) if dry else say_written(made.done, outputs)


def tell_as_json(made: Decided, outputs: Iterable[Path], **more: object) -> None:
    """What was taken, what was wrong and what it changes, as one object."""
    taken = made.taken
    counts = {"new": len(taken.decisions) - len(taken.was), "replaced": len(taken.was), "as_before": len(taken.same)}
    keys = ("what", "ref", "decision", "into", "body", "date")
    more["decisions"] = [dict(zip(keys, row, strict=True)) for row in _lines(taken, made.done)]
    more["changes"] = [asdict(one) for one in made.differences]
    speak.as_json(taken.findings, speak.counted(taken.findings) | counts, outputs, **more)


def tell_taken(made: Decided, context: Context, notes: bool) -> None:
    """What was wrong, what was taken, and what was left out."""
    taken = made.taken
    speak.heading(context)
    speak.findings(taken.findings, notes)
    heads = ("What", "Ref", "Decision", "Into", "Body", "Date")
    speak.table(heads, _lines(taken, made.done), "Decisions")
    wrong = sorted({one.ref for one in taken.findings if one.severity is Severity.ERROR and one.ref})
    if wrong:
        click.echo(f"Not taken: {', '.join(wrong)}. Put their rows right and run this again; the others stand.")


def _lines(taken: Taken, done: Done | None) -> list[tuple[str, ...]]:
    """A line for every decision: new, in the place of an earlier one, or there already."""
    merged = {identity(one): one for one in done.register.decisions} if done else {}

    def line(what: str, one: Decision) -> tuple[str, ...]:
        one = merged.get(identity(one), one)
        return (what, one.risk_ref, one.decision, one.into, one.body, said(one.decided_on) if one.decided_on else "")

    new = [line("Replaced" if identity(one) in taken.was else "New", one) for one in taken.decisions]
    return new + [line("As before", one) for one in taken.same]


def say_written(done: Done | None, outputs: Iterable[Path]) -> None:
    if done is None:
        click.echo("Nothing new was decided, and nothing was written.")
        return
    edition = quarterly.edition(done.register)
    for path in outputs:
        which = "" if path == done.opened.register else f", {edition}"
        click.echo(f"{done.opened.called(path)}{which}: {path}")
    if earlier := [number for number in done.opened.editions() if number < edition.number]:
        click.echo(f"The edition before it stays as it was: {done.opened.report(edition=earlier[-1])}")
    moved = check.overtaken(done.register, done.context)
    if moved:
        click.echo(f"Changed since they were decided on: {', '.join(one.risk_ref for one in moved)}.")
