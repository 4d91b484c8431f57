"""A round's forms, corrections and reports in; for each kind of mail who gets what, and why somebody does not, out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from riskbook import letters, quarterly, standing
from riskbook.cli import corrections, issuing, kept, merging, planning
from riskbook.cli.files import Refusal, read
from riskbook.cli.folder import INTERVIEWS, OpenBook, today
from riskbook.directory import Unit
from riskbook.entries import asked_units
from riskbook.kinds import said
from riskbook.letters import Letter
from riskbook.page import inside
from riskbook.report.cells import number
from riskbook.rules import posts
from riskbook.settings import Context
from riskbook.tally import MISSING
from riskbook.text import addresses
from riskbook.year import working_days


@dataclass(frozen=True, slots=True)
class Post:
    """A letter and the workbooks that are to go with it, by the names under which they go."""

    letter: Letter
    workbooks: Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of mail: the template that has its words, and what it sends to whom; a sentence where it cannot."""

    template: str
    posts: Callable[[OpenBook, Context, tuple[str, ...]], Iterator[Post | str]]


def issue(opened: OpenBook, context: Context, passwords: tuple[str, ...]) -> Iterator[Post | str]:
    """The forms that were issued, to whoever fills them in."""
    forms, missing = _forms(opened, asked_units(context))
    yield from missing
    for reader in letters.readers((unit for unit in asked_units(context) if unit.code in forms), context):
        theirs = [forms[unit.code] for unit in reader.units]
        yield Post(letters.issuing(reader, [name for name, _ in theirs], context), dict(theirs))


def chase(opened: OpenBook, context: Context, passwords: tuple[str, ...]) -> Iterator[Post | str]:
    """The same forms again, to whoever has sent nothing.

    Raises:
        Refusal: returns are not due yet.
    """
    due = context.settings.timetable.due_date(opened.round)
    if today() < due:
        left = number(working_days(today(), due), "working day")
        raise Refusal(f"returns are due on {said(due)}, in {left}; there is nothing to chase yet.")
    register, _ = planning.so_far(opened, context.on, passwords)
    found = standing.standing(register, context, (), today())
    late = {one.code: one.late for one in found if one.returned == MISSING}
    units = [unit for unit in asked_units(context) if unit.code in late]
    forms, _ = _forms(opened, units)
    for reader in letters.readers(units, context):
        theirs = [forms.get(unit.code, ("", b"")) for unit in reader.units]
        letter = letters.chasing(
            reader, [name for name, _ in theirs], max(late[one.code] for one in reader.units), context
        )
        yield Post(letter, {name: data for name, data in theirs if name})


def correct(opened: OpenBook, context: Context, passwords: tuple[str, ...]) -> Iterator[Post | str]:
    """The corrections copies that the last merge wrote, to whoever sent the returns.

    Raises:
        Refusal: there is none, or a merge would write others now.
    """
    given = merging.given(opened, context.on, passwords=passwords, copying=False)
    register, _ = given.merged()
    answers = corrections.answers(merging.counted(given.intakes, register), given.context)
    for one in answers:
        there = opened.folder / "corrections" / f"{one.name}.md"
        copies = {there.with_name(name): data for name, data in one.attachments.items()}
        if not there.is_file() or any(not path.is_file() or read(path) != data for path, data in copies.items()):
            raise Refusal("what is in the folder corrections is not what came last; run `riskbook merge` first.")
    by_unit: dict[str, list[corrections.Answer]] = {}
    for one in answers:
        if one.unit is None or one.copied is None:
            yield f"{one.intake.book}: nobody knows whose it is; its draft is {one.name}.eml in the folder corrections."
            continue
        by_unit.setdefault(one.unit.code, []).append(one)
    units = [theirs[0].unit for theirs in by_unit.values() if theirs[0].unit]
    for reader in letters.readers(units, context):
        theirs = [one for unit in reader.units for one in by_unit[unit.code]]
        asked = [one.copied for one in theirs if one.copied]
        yield Post(
            letters.correcting(reader, asked, given.context),
            {name: data for one in theirs for name, data in one.attachments.items()},
        )


def interview(opened: OpenBook, context: Context, passwords: tuple[str, ...]) -> Iterator[Post | str]:
    """The interview packs that were written, to the owners of the risks.

    Raises:
        Refusal: none was written.
    """
    folder, staff = opened.folder / INTERVIEWS, context.directory.staff(context.on)
    written = issuing.read_manifest(folder)
    if not written:
        raise Refusal("there is no interview pack yet; `riskbook interviews` writes one for each owner.")
    for line in written:
        people = [one for one in staff if posts.is_one_of(line.owner, (one,))]
        person = max(people, key=lambda one: len(one.post), default=None)
        to = [one for one in addresses(person.email) if not context.settings.mail.bars(one)] if person else []
        data = _as_issued(folder / line.file, line.digest)
        if not data:
            yield f"{line.owner}: {_CHANGED.format(file=line.file)}"
        elif not to:
            yield f"{line.owner}: directory.xlsx has no address for this owner that may be written to."
        else:
            letter = letters.interviewing(letters.to_person(to[0], context), line.file, line.refs.split(), context)
            yield Post(letter, {line.file: data})


def report(opened: OpenBook, context: Context, passwords: tuple[str, ...]) -> Iterator[Post | str]:
    """The SLT workbook in its newest edition, with its Summary, to all whose role says so and all who are named.

    The edition with the exempt risks goes only where riskbook.toml says so.

    Raises:
        Refusal: there is no report yet.
    """
    edition = quarterly.edition(kept.as_written(opened))
    exempt = {one.to.lower() for one in context.settings.mail.report if one.exempt}
    for name, cell in _reported_to(context):
        if why := letters.unreached(cell, context):
            yield f"{name}: {why}" if name else why
    to = (address for _, cell in _reported_to(context) for address in addresses(cell))
    for address in {one.lower(): one for one in to if not context.settings.mail.bars(one)}.values():
        kind = "exempt" if address.lower() in exempt and opened.report("exempt", edition.number).is_file() else ""
        path, (page, _) = opened.report(kind, edition.number), opened.summaries(kind, edition.number)
        if not (path.is_file() and page.is_file()):
            raise Refusal(f"there is no {path.name} yet; `riskbook report` makes it.")
        reader = letters.to_person(address, context)
        summary = inside(read(page).decode())
        yield Post(
            letters.reporting(reader, path.name, str(edition), bool(kind), summary, context), {path.name: read(path)}
        )


KINDS = {
    "issue": Kind("issue", issue),
    "chase": Kind("chase", chase),
    "corrections": Kind("please-correct", correct),
    "interviews": Kind("interviews", interview),
    "report": Kind("report", report),
}


def _forms(opened: OpenBook, units: Iterable[Unit]) -> tuple[dict[str, tuple[str, bytes]], list[str]]:
    """The forms of units as they were issued, name and bytes by code; and a sentence for each that is not there."""
    issued = {line.unit: line.digest for line in issuing.read_manifest(opened.folder / "issued")}
    forms: dict[str, tuple[str, bytes]] = {}
    missing = []
    for unit in units:
        path = opened.issued(unit.code)
        if not path.is_file():
            missing.append(f"{unit.code}: its form is not issued yet; `riskbook issue {unit.code}` writes it.")
        elif data := _as_issued(path, issued.get(unit.code, "")):
            forms[unit.code] = (path.name, data)
        else:
            missing.append(f"{unit.code}: {_CHANGED.format(file=path.name)}")
    return forms, missing


def _as_issued(path: Path, digest: str) -> bytes:
    """A form as it was issued; nothing, where it is gone or is another."""
    data = read(path) if path.is_file() else b""
    return data if sha256(data).hexdigest() == digest else b""


_CHANGED = "{file} was changed since it was issued; move it away and issue it again."


def _reported_to(context: Context) -> list[tuple[str, str]]:
    """Who gets the report, each with the cell of their address: by their role, then those that the settings name."""
    staff = context.directory.staff(context.on)
    by_role = [(person.name, person.email) for person in staff if {"SLT", "DLT"} & set(person.roles)]
    return by_role + [("", one.to) for one in context.settings.mail.report]
