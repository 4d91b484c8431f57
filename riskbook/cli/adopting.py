"""The command that brings in a register made elsewhere: its workbook in; its mapping, and what it says, out."""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import click

from riskbook import adopt as adopting
from riskbook import intake, marks
from riskbook.adopt import mapping, proposal, theirs
from riskbook.adopt.mapping import Mapping, Table
from riskbook.adopt.theirs import spans
from riskbook.cli import files, returns, speak
from riskbook.cli.alone import alone
from riskbook.cli.files import Refusal, keep, read, write
from riskbook.cli.folder import OpenBook, find
from riskbook.cli.options import of_a_book, telling, unlocking
from riskbook.cli.worker import Worker
from riskbook.commas import or_csv
from riskbook.findings import Finding, Severity
from riskbook.forms import ACTIONS, RISKS
from riskbook.intake import Intake
from riskbook.places import letters
from riskbook.read import Book, Unreadable
from riskbook.settings import Context
from riskbook.toml import MAPPING, SettingsError


@click.command()
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--unit", metavar="UNIT", help="Whose risks these are: the code of the unit.")
@click.option("--again", is_flag=True, help="Propose a new mapping; the one that is there is kept.")
@unlocking
@of_a_book
@telling
@click.pass_context
@alone
def adopt(
    click_context: click.Context,
    path: Path,
    unit: str | None,
    again: bool,
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
    as_json: bool,
    notes: bool,
    strict: bool,
) -> None:
    """Bring in a register that was made elsewhere: propose how it is read, for you to correct.

    \b
    Example: riskbook adopt "Partner register.xlsx" --unit PSC
    The mapping is written beside the workbook. Correct it in Notepad, run the same command again, then merge.
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    one = _opened(path, opened, context, passwords)
    standing, written = (not again and _standing(one, context)) or (None, b"")
    code = _unit(unit, standing, one, context)
    proposed = proposal.propose(one.book, context, code, _last(opened, one, code, context))
    told = standing or proposed.mapping
    taken = _taken(one, told, context)
    found = [*taken.findings, *(() if standing else proposed.doubts)]
    outputs = _place(one, written or mapping.write(told, proposed.remarks, path.name).encode("utf-8"))
    if as_json:
        tables = [_told(name, table) for name, table in told.tables]
        speak.as_json(found, speak.counted(found) | _counts(taken, told), outputs, tables=tables)
    else:
        speak.heading(context)
        _say(one, told, taken)
        if standing:
            before = _taken(one, proposed.mapping, context)
            click.echo(f"As proposed: {_progress(before, proposed.mapping)}.")
            click.echo(f"As the mapping stands now: {_progress(taken, told)}.")
        speak.findings(found, notes)
        _say_next(outputs, told, found)
    click_context.exit(speak.status(found, strict))


@dataclass(frozen=True, slots=True)
class _Register:
    """A register of theirs: where it is, and where it, and the mapping of each, are to stand."""

    path: Path
    data: bytes
    book: Book
    sent: Path
    kept: Path

    @property
    def beside(self) -> Path:
        """The mapping beside the workbook that was named."""
        return returns.mapping_path(self.path)

    @property
    def mapped(self) -> Path:
        """The mapping beside the workbook among the returns, which is the one that merge reads."""
        return returns.mapping_path(self.sent)


def _opened(path: Path, opened: OpenBook, context: Context, passwords: tuple[str, ...]) -> _Register:
    """Read the workbook.

    Raises:
        Refusal: it cannot be opened, is a form of ours, or another workbook of its name was sent already.
    """
    data = read(path)
    try:
        with Worker(passwords) as worker:
            book = or_csv(worker.read)(data, path.name, adopting.every)
    except Unreadable as error:
        raise Refusal(f"{path} cannot be opened: {error.detail}.") from error
    if {"unit", "round"} <= marks.read(book, context.directory).said.keys():
        raise Refusal(f"{path} is a form of ours: put it into {opened.folder / 'returns'}, then `riskbook merge`.")
    folder = opened.folder / "returns"
    inside = path.resolve().is_relative_to(folder.resolve())
    sent = path if inside else folder / path.name
    if sent.exists() and read(sent) != data:
        raise Refusal(f"{sent} is another workbook: take it away if this one comes in its place, or rename this one.")
    return _Register(path, data, book, sent, opened.folder / "kept")


def _standing(one: _Register, context: Context) -> tuple[Mapping, bytes] | None:
    """The mapping that there is, and its bytes. Of two that differ it is the one that somebody changed.

    Raises:
        Refusal: it cannot be used, or both were changed.
    """
    paths = [path for path in dict.fromkeys((one.mapped, one.beside)) if path.is_file()]
    if len({read(path) for path in paths}) > 1:
        changed = [path for path in paths if not files.is_kept(one.kept, path.name, read(path))]
        if len(changed) > 1:
            raise Refusal(f"{paths[0]} and {paths[1]} were both changed. Delete the one that does not count.")
        paths = changed or paths
    if not paths:
        return None
    try:
        return returns.read_mapping(paths[0], context), read(paths[0])
    except SettingsError as error:
        raise Refusal(str(error)) from error


def _unit(named: str | None, standing: Mapping | None, one: _Register, context: Context) -> str:
    """Whose risks they are.

    Raises:
        Refusal: nobody has said, there is no such unit, or the mapping says another.
    """
    if standing:
        if named and named.upper() != standing.unit:
            raise Refusal(f"{standing.file} says that the unit is {standing.unit}; correct it there.")
        return standing.unit
    unit = context.directory.unit((named or "").upper())
    if unit is None:
        codes = ", ".join(known.code for known in context.directory.units)
        what = f"{named} is no unit in the directory" if named else f"nothing says whose risks {one.path.name} has"
        raise Refusal(f"{what}: name the unit with --unit, one of {codes}.")
    return unit.code


def _last(opened: OpenBook, one: _Register, unit: str, context: Context) -> Mapping | None:
    """The mapping by which the unit's register was read in the nearest earlier round, of the same name if there is."""
    round_ = opened.round
    for _ in range(2 * len(opened.settings.timetable.steps)):
        round_ = opened.settings.timetable.before(round_)
        then = replace(context, round=round_, on=round_.as_at)
        found = sorted((opened.root / round_.folder / "returns").rglob(f"*{MAPPING}"))
        told = []
        for path in found:
            with suppress(SettingsError):
                told.append(returns.read_mapping(path, then))
        mine = [mapping for mapping in told if mapping.unit == unit]
        if mine:
            return next((mapping for mapping in mine if mapping.file == one.beside.name), mine[0])
    return None


def _taken(one: _Register, mapping: Mapping, context: Context) -> Intake:
    """What the register says through a mapping.

    Raises:
        Refusal: the mapping names what is not there.
    """

    def again(data: bytes, name: str, wanted: Callable[[str], bool]) -> Book:
        return replace(one.book, grids=tuple(grid for grid in one.book.grids if wanted(grid.name)))

    try:
        return intake.take(one.data, one.path.name, context, again, mapping)
    except SettingsError as error:
        raise Refusal(str(error)) from error


def _place(one: _Register, written: bytes) -> list[Path]:
    """Write a mapping beside the workbook, and both among the returns; keep them, and what stood there before."""
    paths = list(dict.fromkeys((one.beside, one.mapped)))
    files.free([*paths, one.sent])
    for path in paths:
        if path.is_file():
            keep(one.kept, path.name, read(path))
        write(path, written)
    write(one.sent, one.data)
    keep(one.kept, one.beside.name, written)
    keep(one.kept, one.sent.name, one.data)
    return list(dict.fromkeys((one.beside, one.sent, one.mapped)))


def _say(one: _Register, told: Mapping, taken: Intake) -> None:
    """Which tables there are, what each of their columns is read as, what is open, and what would come in."""
    click.echo(f"{one.path.name}, read as the register of {told.unit}:")
    rows = []
    for name, table in told.tables:
        span = spans(range(table.headings[0], table.headings[1] + 1))
        body = spans(range(table.rows[0], table.rows[1] + 1)) if table.rows[1] >= table.rows[0] else "no rows"
        click.echo(f"  {name}: sheet “{table.sheet}”, headings in {span}, {body}")
        rows += [(name, *row) for row in _columns(one.book, told.file, name, table)]
    speak.table(("Table", "Column", "Their heading", "Read as"), rows)
    for name, table in told.tables:
        for kind, words in _open(table).items():
            click.echo(f"To be answered in {name}, {kind}: {', '.join(f'“{word}”' for word in words)}")
    counts = _counts(taken, told)
    click.echo(
        f"{counts['risks']} risks and {counts['actions']} actions come in; {counts['held']} rows are held, "
        f"{counts['blank']} blank."
    )


def _columns(book: Book, file: str, name: str, table: Table) -> Iterator[tuple[str, str, str]]:
    """Each column of theirs: its letter, its heading, and what it is read as."""
    at = theirs.where(book, file, name, table)
    headers = {column.key: column.header for column in (RISKS if name.startswith("risks") else ACTIONS)}
    headers |= {"ref": theirs.THEIR_REF, "score": "a score, held against ours"}
    doing = {column.key: column.header for column in ACTIONS}
    read_as = {at.column(heading, key): headers[key] for key, heading in table.columns.items()}
    read_as |= {at.column(heading, key): f"Action: {doing[key]}" for key, heading in table.action.items()}
    read_as |= {
        at.column(one, "combined"): " + ".join(headers[k] for k in keys) for one, keys in table.combined.items()
    }
    for column in sorted({*at.headings, *read_as}):
        heading = at.headings.get(column, "")
        yield letters(column), heading, read_as.get(column, "– (Other columns)")


def _open(table: Table) -> dict[str, list[str]]:
    """The words of theirs that nobody has said anything of yet."""
    told = {**table.levels, **table.choices}
    left = {name: [word for word, answer in words.items() if answer is None] for name, words in told.items()}
    return {name: words for name, words in left.items() if words}


def _counts(taken: Intake, told: Mapping) -> dict[str, int]:
    one = taken.returned
    if one is None:
        return {"risks": 0, "actions": 0, "held": 0, "blank": 0, "unanswered": told.unanswered}
    counts = {"risks": len(one.risks), "actions": len(one.actions), "held": one.rows_held, "blank": one.blank}
    return counts | {"unanswered": told.unanswered}


def _told(name: str, table: Table) -> dict[str, object]:
    """A table as JSON has it."""
    return {
        "name": name,
        "sheet": table.sheet,
        "headings": table.headings,
        "rows": table.rows,
        "columns": dict(table.columns),
        "action": dict(table.action),
        "combined": dict(table.combined),
        "unanswered": _open(table),
    }


def _progress(taken: Intake, told: Mapping) -> str:
    """How far a mapping has come."""
    risks = taken.returned.risks if taken.returned else ()
    scored = sum(risk.score is not None for risk in risks)
    return f"{told.unanswered} words to be answered, {scored} of {len(risks)} risks scored"


def _say_next(outputs: list[Path], told: Mapping, found: Iterable[Finding]) -> None:
    click.echo(f"Mapping: {outputs[0]}")
    click.echo(f"Among the returns: {outputs[1]}")
    if told.unanswered or not told.risks or any(finding.severity is Severity.ERROR for finding in found):
        click.echo("Next: correct the mapping in Notepad and run the same command again. Then: riskbook merge")
    else:
        click.echo("Next: riskbook merge")
