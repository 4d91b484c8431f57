"""The round's returns in; its register, reports and what goes back to managers, out."""

import hashlib
from collections.abc import Iterable, Mapping, Set
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import click

from riskbook import __version__, check, compare, excel, quarterly, store
from riskbook import merge as merging
from riskbook import report as reporting
from riskbook.cli import corrections as answers
from riskbook.cli import files, kept, returns, speak
from riskbook.cli.files import Refusal, keep, read, write_all
from riskbook.cli.folder import OpenBook, find
from riskbook.cli.options import of_a_book, telling, unlocking
from riskbook.compare import Difference
from riskbook.findings import Finding
from riskbook.intake import Intake
from riskbook.model import Register
from riskbook.report import register as ledger
from riskbook.settings import Context


@click.command()
@click.option("--use", multiple=True, type=click.Path(path_type=Path), help="Of two returns of a unit, count this one.")
@click.option("--trust-register", "trust", is_flag=True, help="Take the register as it stands, when its copy is gone.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would change on the register, and write nothing.")
@unlocking
@of_a_book
@telling
@click.pass_context
def merge(
    click_context: click.Context,
    use: tuple[Path, ...],
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
    """Read every return of the round and write the register, the SLT workbook and the corrections.

    \b
    Example: riskbook merge
             riskbook merge --dry-run    what would change, and nothing written
    """
    opened = find(book, round_)
    digests = frozenset(hashlib.sha256(read(path)).hexdigest() for path in use)
    done = work_out(opened, as_at, digests, passwords, trust, copying=not dry)
    if not dry:
        put(done)
    differences = compare.between(done.before, done.register) if dry else ()
    if as_json:
        more = {"changes": [asdict(one) for one in differences]} if dry else {}
        outputs = () if dry else done.made
        speak.as_json(done.findings, speak.counted(done.findings) | _rows(done.register), outputs, **more)
    else:
        speak.heading(done.context)
        speak.findings(done.findings, notes)
        _say_differences(differences) if dry else _say_merged(done)
    click_context.exit(speak.status(done.findings, strict))


@dataclass(frozen=True, slots=True)
class Done:
    """What a merge comes to: the register that stood before, the new one, findings, and the files to be written."""

    opened: OpenBook
    context: Context
    before: Register
    register: Register
    findings: tuple[Finding, ...]
    made: Mapping[Path, bytes]
    back: Mapping[Path, bytes]


def run(opened: OpenBook) -> Done:
    """Merge a round and write what comes of it.

    Raises:
        Refusal: there are no returns, or something cannot be read or written.
    """
    done = work_out(opened)
    put(done)
    return done


def work_out(
    opened: OpenBook,
    as_at: date | None = None,
    use: frozenset[str] = frozenset(),
    passwords: tuple[str, ...] = (),
    trust: bool = False,
    copying: bool = True,
) -> Done:
    """Merge every workbook in ``returns`` with last round's register; ``copying`` keeps a copy of each.

    Raises:
        Refusal: there are no returns, or something cannot be read.
    """
    context = opened.context(as_at)
    intakes, found = _take_all(opened, context, passwords, copying)
    stands, asked = kept.register(opened, context, trust)
    intakes = _heard(intakes, stands)
    register, more = merging.merge(intakes, context, stands, use)
    counting = _counting(intakes, register)
    found += [finding for one in counting for finding in one.findings] + more
    found += asked + check.register(register, context)
    composed = quarterly.compose(register, tuple(found), context)
    data = excel.report(ledger.document(store.tables(register, context, __version__), context))
    made = {opened.register: data, **reports(opened, composed)}
    back = answers.made(opened.folder / "corrections", counting, context)
    before = stands or context.before or Register("", register.scale)
    return Done(opened, context, before, register, tuple(found), made, back)


def put(done: Done) -> None:
    """Write what a merge came to: everything, or where a file is open in another program nothing.

    Raises:
        Refusal: something cannot be written.
    """
    files.free([*done.made, *done.back])
    kept.keep_changed(done.opened)
    write_all(done.made, done.opened.folder / "kept")
    write_all(done.back)
    _take_away(done.opened, done.context, {*done.made, *done.back})


def reports(opened: OpenBook, whole: quarterly.Quarterly) -> dict[Path, bytes]:
    """The SLT workbook; where there are exempt risks, an edition with them and the open one without."""
    editions = {"": whole}
    if any(entry.now.exempt for entry in whole.register.open):
        editions = {"exempt": whole, "": quarterly.published(whole)}
    return {
        opened.report(edition): excel.report(reporting.document(one, __version__)) for edition, one in editions.items()
    }


def sums(register: Register) -> str:
    """How the rows were counted, and what stands on the register, in two sentences."""
    counts = _rows(register)
    return (
        f"Rows found {counts['found']} = merged {counts['merged']} + held {counts['held']} + blank {counts['blank']}. "
        f"{counts['risks']} open risks; {counts['not_returned']} units sent nothing."
    )


def _take_all(
    opened: OpenBook, context: Context, passwords: tuple[str, ...], copying: bool
) -> tuple[list[Intake], list[Finding]]:
    """Take in every file under ``returns``, whatever it is called."""
    folder = opened.folder / "returns"
    given, notes = returns.gather([folder] if folder.is_dir() else [])
    if not given:
        raise Refusal(f"there are no returns in {folder}: put the files that managers sent there, and run it again.")
    return returns.take(given, context, passwords, opened.folder / "kept" if copying else None), notes


def _take_away(opened: OpenBook, context: Context, made: Set[Path]) -> None:
    """Take away what an earlier merge wrote and this one did not, so that nobody sends it: a copy answered since."""
    for path in (opened.report("exempt"), *answers.earlier(opened.folder / "corrections", context)):
        if path.exists() and path not in made:
            keep(opened.folder / "kept", path.name, read(path))
            path.unlink()


def _heard(intakes: list[Intake], stands: Register | None) -> list[Intake]:
    """Intakes without the queries that another file of the round has answered."""
    answers_ = [answer for one in intakes for answer in one.answers] + list(stands.answers if stands else ())
    return [
        replace(one, findings=check.unanswered(one.findings, one.returned, answers_)) if one.returned else one
        for one in intakes
    ]


def _counting(intakes: Iterable[Intake], register: Register) -> list[Intake]:
    """Intakes that count, so that a manager is not asked to correct a return that a later one overruled."""
    overruled = {one.book for one in register.returns if one.state == "Superseded"}
    return [one for one in intakes if one.book not in overruled]


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
    for path in done.made:
        click.echo(f"{'Register' if path == done.opened.register else 'SLT workbook'}: {path}")
    if done.back:
        count, folder = answers.copies(done.back), next(iter(done.back)).parent
        click.echo(f"To send back: {count} draft e-mails, each with a copy of the return and a letter, in {folder}")


def _say_differences(differences: Iterable[Difference]) -> None:
    """What a merge would change, and that it did not."""
    rows = [(one.ref, one.what, one.field, one.was, one.now, one.where) for one in differences]
    speak.table(("Ref", "What", "Field", "Was", "Would be", "Where from"), rows, "What would change")
    click.echo(f"{len(rows)} changes. Nothing was written.")
