"""The quarter's commands: returns in, register and report out."""

import hashlib
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click

from riskbook import (
    __version__,
    excel,
    quarterly,
    store,
)
from riskbook import (
    check as checking,
)
from riskbook import (
    merge as merging,
)
from riskbook import (
    report as reporting,
)
from riskbook.cli import corrections as answers
from riskbook.cli import files, returns, speak
from riskbook.cli.files import Refusal, keep, read, write
from riskbook.cli.folder import OpenBook, find
from riskbook.cli.options import of_a_book, telling, unlocking
from riskbook.findings import Finding, Severity
from riskbook.intake import Intake
from riskbook.model import Register
from riskbook.report import register as ledger
from riskbook.settings import Context


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--corrections", type=click.Path(path_type=Path), help="Write copies to send back into this folder.")
@unlocking
@of_a_book
@telling
@click.pass_context
def check(
    click_context: click.Context,
    paths: tuple[Path, ...],
    corrections: Path | None,
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
    as_json: bool,
    notes: bool,
    strict: bool,
) -> None:
    """Say what each return needs put right; of a folder, every file under it.

    \b
    Example: riskbook check 2026-27-q2/returns/frd.xlsx --corrections back
    """
    context = find(book, round_).context(as_at)
    given, notes_ = returns.gather(paths)
    if not given:
        raise Refusal(f"there is nothing to check in {', '.join(map(str, paths))}.")
    intakes = returns.take(given, context, passwords)
    found = [*notes_, *(finding for one in intakes for finding in one.findings)]
    copies = answers.made(corrections, intakes, context) if corrections else {}
    _write_all(copies)
    outputs = list(copies)
    if as_json:
        speak.as_json(found, _counted(found), outputs)
    else:
        speak.heading(context)
        speak.findings(found, notes)
        for path in outputs:
            click.echo(f"To send back: {path}")
    click_context.exit(speak.status(found, strict))


@click.command()
@click.option("--use", multiple=True, type=click.Path(path_type=Path), help="Of two returns of a unit, count this one.")
@unlocking
@of_a_book
@telling
@click.pass_context
def merge(
    click_context: click.Context,
    use: tuple[Path, ...],
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
    as_json: bool,
    notes: bool,
    strict: bool,
) -> None:
    """Read every return of the round and write the register, the SLT workbook and the corrections.

    \b
    Example: riskbook merge
    """
    opened = find(book, round_)
    done = run(opened, as_at, frozenset(hashlib.sha256(read(path)).hexdigest() for path in use), passwords)
    if as_json:
        speak.as_json(done.findings, _counted(done.findings) | _rows(done.register), done.outputs)
    else:
        speak.heading(done.context)
        speak.findings(done.findings, notes)
        _say_merged(done)
    click_context.exit(speak.status(done.findings, strict))


@click.command()
@click.option("--for", "audience", type=click.Choice(["slt"]), default="slt", help="Whom the workbook is for.")
@of_a_book
def report(audience: str, book: Path | None, round_: str | None, as_at: date | None) -> None:
    """Make the SLT workbook again from the round's register, without reading the returns.

    \b
    Example: riskbook report
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    register = _register(opened)
    composed = quarterly.compose(register, tuple(checking.register(register, context)), context)
    speak.heading(context)
    reports = _reports(opened, composed)
    _keep_edited(opened)
    _write_all(reports, opened.folder / "kept")
    for path in reports:
        click.echo(f"SLT workbook: {path}")


@click.command()
@of_a_book
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def candidates(book: Path | None, round_: str | None, as_at: date | None, as_json: bool) -> None:
    """List what should go up or down a level, and why. People decide.

    \b
    Example: riskbook candidates
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    register = _register(opened)
    found = quarterly.compose(register, (), context).escalation.candidates
    rows = [
        (
            one.proposal,
            one.entry.ref,
            one.entry.now.title,
            ", ".join(one.codes),
            " ".join(reason.words for reason in one.reasons),
        )
        for one in found
    ]
    if as_json:
        headers = ("proposal", "ref", "title", "codes", "reasons")
        speak.as_json(
            [], {"candidates": len(rows)}, [], candidates=[dict(zip(headers, row, strict=True)) for row in rows]
        )
        return
    speak.heading(context)
    speak.table(("Proposal", "Ref", "Risk", "Codes", "Reasons"), rows)


@dataclass(frozen=True, slots=True)
class Done:
    """What a merge made."""

    context: Context
    register: Register
    findings: tuple[Finding, ...]
    outputs: tuple[Path, ...]
    corrections: tuple[Path, ...]
    opened: OpenBook


def run(
    opened: OpenBook, as_at: date | None = None, use: frozenset[str] = frozenset(), passwords: tuple[str, ...] = ()
) -> Done:
    """Merge a round: every workbook in ``returns``, with last round's register; write what comes of it.

    Raises:
        Refusal: there are no returns, or something cannot be read or written.
    """
    context = opened.context(as_at)
    intakes, found = _take_all(opened, context, passwords)
    register, more = merging.merge(intakes, context, opened.kept(), use)
    counting = _counting(intakes, register)
    found += [finding for one in counting for finding in one.findings] + more
    found += checking.register(register, context)
    composed = quarterly.compose(register, tuple(found), context)
    data = excel.report(ledger.document(store.tables(register, context, __version__), context))
    made = {opened.register: data, **_reports(opened, composed)}
    back = answers.made(opened.folder / "corrections", counting, context)
    files.free([*made, *back])
    _keep_edited(opened)
    _write_all(made, opened.folder / "kept")
    _write_all(back)
    _take_away(opened, context, {*made, *back})
    return Done(context, register, tuple(found), tuple(made), tuple(back), opened)


def _reports(opened: OpenBook, whole: quarterly.Quarterly) -> dict[Path, bytes]:
    """The SLT workbook; where there are exempt risks, an edition with them and the open one without."""
    editions = {"": whole}
    if any(entry.now.exempt for entry in whole.register.open):
        editions = {"exempt": whole, "": quarterly.published(whole)}
    return {
        opened.report(edition): excel.report(reporting.document(one, __version__)) for edition, one in editions.items()
    }


def _keep_edited(opened: OpenBook) -> None:
    """Keep what somebody changed since riskbook wrote it, before it is written anew, and say so."""
    for path in (opened.register, opened.report(), opened.report("exempt")):
        if path.is_file() and keep(opened.folder / "kept", path.name, read(path)):
            click.echo(
                f"{path.name} was changed after riskbook wrote it, and is written anew. "
                f"The changed copy is kept in {opened.folder / 'kept'}.",
                err=True,
            )


def _write_all(made: Mapping[Path, bytes], kept: Path | None = None) -> None:
    """Write every workbook in its place, and where they are kept a copy of each."""
    for path, data in made.items():
        write(path, data)
        if kept:
            keep(kept, path.name, data)


def _take_away(opened: OpenBook, context: Context, made: Set[Path]) -> None:
    """Take away what an earlier merge wrote and this one did not, so that nobody sends it: a copy answered since."""
    for path in (opened.report("exempt"), *answers.earlier(opened.folder / "corrections", context)):
        if path.exists() and path not in made:
            keep(opened.folder / "kept", path.name, read(path))
            path.unlink()


def _take_all(opened: OpenBook, context: Context, passwords: tuple[str, ...]) -> tuple[list[Intake], list[Finding]]:
    """Take in every file under ``returns``, whatever it is called; keep a copy of each."""
    folder = opened.folder / "returns"
    given, notes = returns.gather([folder] if folder.is_dir() else [])
    if not given:
        raise Refusal(f"there are no returns in {folder}: put the files that managers sent there, and run it again.")
    return returns.take(given, context, passwords, opened.folder / "kept"), notes


def _counting(intakes: Iterable[Intake], register: Register) -> list[Intake]:
    """Intakes that count, so that a manager is not asked to correct a return that a later one overruled."""
    overruled = {one.book for one in register.returns if one.state == "Superseded"}
    return [one for one in intakes if one.book not in overruled]


def _register(opened: OpenBook) -> Register:
    register = opened.kept()
    if register is None:
        raise Refusal(f"{opened.round} has no register yet; `riskbook merge` writes it.")
    return register


def _counted(found: Iterable[Finding]) -> dict[str, int]:
    return {f"{speak.PLURALS[s][1]}": sum(f.severity is s for f in found) for s in Severity}


def _rows(register: Register) -> dict[str, int]:
    counts = {key: sum(getattr(one, key) for one in register.returns) for key in ("found", "merged", "held", "blank")}
    return counts | {"risks": len(register.open), "not_returned": sum(not one.book for one in register.returns)}


def _say_merged(done: Done) -> None:
    """Returns and their rows, the sum of them, and what was written."""
    rows = [
        (one.unit, one.book or "–", one.state, one.found, one.merged, one.held, one.blank, one.errors, one.queries)
        for one in done.register.returns
    ]
    speak.table(("Unit", "File", "State", "Rows", "Merged", "Held", "Blank", "Errors", "Queries"), rows, "Returns")
    click.echo(sums(done.register))
    for path in done.outputs:
        click.echo(f"{'Register' if path == done.opened.register else 'SLT workbook'}: {path}")
    if done.corrections:
        count, folder = answers.copies(done.corrections), done.corrections[0].parent
        click.echo(f"To send back: {count} draft e-mails, each with a copy of the return and a letter, in {folder}")


def sums(register: Register) -> str:
    """How the rows were counted, and what stands on the register, in two sentences."""
    counts = _rows(register)
    return (
        f"Rows found {counts['found']} = merged {counts['merged']} + held {counts['held']} + blank {counts['blank']}. "
        f"{counts['risks']} open risks; {counts['not_returned']} units sent nothing."
    )
