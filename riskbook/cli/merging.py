"""The round's returns in; its register, reports and what goes back to managers, out."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

import click

from riskbook import __version__, check, clearing, compare, excel, markdown, page, quarterly, store
from riskbook import merge as merging
from riskbook import report as reporting
from riskbook.cli import corrections as answers
from riskbook.cli import files, inspecting, kept, returns, speak, templates, trail
from riskbook.cli.alone import alone
from riskbook.cli.apart import Apart
from riskbook.cli.files import Refusal, keep, read, write_all
from riskbook.cli.folder import OpenBook, find, open_workbook
from riskbook.cli.options import agreement, of_a_book, telling, unlocking
from riskbook.compare import Difference
from riskbook.findings import Finding, Severity
from riskbook.intake import Intake
from riskbook.kinds import listed
from riskbook.model import Decision, Past, Register
from riskbook.movement import balance
from riskbook.read import Book
from riskbook.read import read as read_workbook
from riskbook.report import brief, decided
from riskbook.report import register as ledger
from riskbook.report.audience import Audience
from riskbook.report.blocks import Sheet
from riskbook.report.cells import number
from riskbook.rescale import Rescaled, rescaled, unagreed, words
from riskbook.settings import Context
from riskbook.text import short


@click.command()
@click.option("--use", multiple=True, type=click.Path(path_type=Path), help="Of two returns of a unit, count this one.")
@click.option(
    "--trust-register",
    "trust",
    is_flag=True,
    help="Take the register as it stands when its copy is gone; start anew when it is gone.",
)
@click.option("--dry-run", "dry", is_flag=True, help="Say what would change on the register, and write nothing.")
@click.option(
    "--scale-agreed",
    "agreed",
    metavar="WHO, WHEN",
    default="",
    callback=agreement,
    help="Who agreed to a matrix that is new.",
)
@unlocking
@of_a_book
@telling
@click.pass_context
@alone
def merge(
    click_context: click.Context,
    use: tuple[Path, ...],
    trust: bool,
    dry: bool,
    agreed: str,
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
    as_json: bool,
    notes: bool,
    strict: bool,
) -> None:
    """Read every return of the round and write the register, the SLT workbook, its Summary and the corrections.

    \b
    Example: riskbook merge
             riskbook merge --dry-run    what would change, and nothing written
    """
    opened = find(book, round_)
    digests = frozenset(hashlib.sha256(read(_named(path, opened))).hexdigest() for path in use)
    done = finish(given(opened, as_at, digests, passwords, trust, copying=not dry).with_agreement(agreed))
    anew = () if dry else put(done)
    differences = compare.between(done.before, done.register) if dry else ()
    if as_json:
        more: dict[str, object] = {"changes": [asdict(one) for one in differences]} if dry else {}
        more |= {"rescaled": [_told(one) for one in rescaled(done.register, done.context)]}
        outputs = () if dry else done.made
        speak.as_json(done.findings, speak.counted(done.findings) | _rows(done.register), outputs, **more)
    else:
        speak.heading(done.context)
        speak.findings(done.findings, notes, speak.MOST_ALIKE)
        _say_rescaled(done)
        say_differences(differences) if dry else _say_merged(done, anew)
    click_context.exit(speak.status(done.findings, strict))


def _named(path: Path, opened: OpenBook) -> Path:
    """A return by its path, or by its name as the table of returns has it.

    Raises:
        Refusal: there is no such file.
    """
    folder = opened.folder / "returns"
    there, _ = returns.gather([folder] if folder.is_dir() else [])
    for name, file in there:
        if path.as_posix() in (name, file.name):
            return file
    if files.is_there(path):
        return path
    known = listed([name for name, _ in there], "and")
    raise Refusal(f"no return is called {path}" + (f"; those of {opened.round} are {known}." if known else "."))


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
    done = finish(given(opened))
    put(done)
    return done


@dataclass(frozen=True, slots=True)
class Given:
    """What a merge starts from: the returns, the register that stands, the files that a person chose over later ones.

    ``found`` is what there is to say before anything is merged, ``asked`` what there is to say of the register.
    """

    opened: OpenBook
    context: Context
    intakes: tuple[Intake, ...]
    stands: Register | None
    use: frozenset[str]
    found: tuple[Finding, ...]
    asked: tuple[Finding, ...]

    def merged(self) -> tuple[Register, list[Finding]]:
        """The register that comes of it, and findings."""
        return merging.merge(self.intakes, self.context, self.stands, self.use)

    def with_agreement(self, agreed: str) -> "Given":
        """The same, with who agreed to the scale in force, where that is said now."""
        stands = self.stands or Register(str(self.context.round), "")
        return replace(self, stands=replace(stands, scale_agreed=agreed)) if agreed else self

    def with_decisions(self, decisions: tuple[Decision, ...]) -> "Given":
        """The same, with other decisions on the register that stands."""
        stands = self.stands or Register(str(self.context.round), "")
        return replace(self, stands=replace(stands, decisions=decisions))


def given(
    opened: OpenBook,
    as_at: date | None = None,
    use: frozenset[str] = frozenset(),
    passwords: tuple[str, ...] = (),
    trust: bool = False,
    copying: bool = True,
    cleared: frozenset[tuple[str, str]] = frozenset(),
    folder: Path | None = None,
) -> Given:
    """Read every workbook in ``returns``, and the registers; ``copying`` keeps a copy of each return.

    Of files in ``use`` a person says now that they count; what was said in an earlier merge of other units stays.
    ``cleared`` is what somebody clears now, by code and digest of the text; ``folder`` has the returns, if not the one
    in which they come.

    Raises:
        Refusal: there are no returns, or something cannot be read.
    """
    context = opened.context(as_at)
    stands, asked = kept.register(opened, context, trust)
    context = _with_stands(replace(context, cleared=context.cleared | cleared), stands)
    kept_in = opened.folder / "kept" if copying else None
    intakes, found = _take_all(folder or opened.folder / "returns", context, passwords, kept_in)
    use |= _chosen_before(stands, intakes, use)
    if trust and stands is not None and kept.is_alone(opened, stands, context):
        wrote = _as_it_would_be(opened, context, intakes, stands, use)
        stands, asked = kept.amended(stands, open_workbook(opened.register), wrote, context)
    return Given(opened, context, tuple(_heard(intakes, stands)), stands, use, tuple(found), tuple(asked))


def finish(one: Given) -> Done:
    """Merge, and make every workbook that comes of it."""
    opened, context = one.opened, one.context
    register, more = one.merged()
    counting = counted(one.intakes, register)
    found = [*one.found, *(finding for intake in counting for finding in intake.findings), *more, *one.asked]
    found += check.register(register, context)
    before = one.stands or context.before or Register("", register.scale)
    going_back = [intake for intake in counting if intake.goes_back]
    # What the other returns said is on the register: of a thousand they would take the room of a report.
    del one, counting
    with Apart(len(register.entries) >= _MANY) as apart:
        known = apart.lend(register), apart.lend(context)
        writing = apart.begin(_register, opened.register, *known)
        others = reports(opened, quarterly.compose(register, tuple(found), context, opened.updates()))
        looking = apart.begin(_seen, others, *known)
        back = answers.made(opened.folder / "corrections", going_back, context, templates.own(opened.root))
        seen = _seen(back, register, context)
        data, of_register = writing()
        seen = of_register | looking() | seen
    made = {opened.register: data, **others}
    found += inspecting.judged(seen)
    return Done(opened, context, before, register, tuple(found), made, back)


_MANY = 200
"""From so many risks on, a process beside this one writes the register, and looks it and the reports over."""


def _register(path: Path, register: Register, context: Context) -> tuple[bytes, dict[Path, list[Finding]]]:
    """The workbook of a register, and what there is to say of it."""
    data = written(register, context)
    return data, _seen({path: data}, register, context)


def _seen(made: Mapping[Path, bytes], register: Register, context: Context) -> dict[Path, list[Finding]]:
    """What there is to say of the workbooks of a register."""
    return inspecting.seen(made, inspecting.of_book(context, register))


def put(done: Done) -> tuple[str, ...]:
    """Write what a merge came to: everything, or where a file is open in another program nothing.

    What is to be said of an edition that was written anew.

    Raises:
        Refusal: something cannot be written, nobody has agreed yet to a matrix that is new, or decisions that nobody
            has taken would be written over.
    """
    if was := unagreed(done.register, done.context):
        raise Refusal(
            f"the matrix is not that of {was}, and nobody has agreed to it yet. `riskbook merge --dry-run` lists every "
            "risk whose band moves. When that is agreed, say by whom: riskbook merge --scale-agreed "
            f'"DLT, 13 October {done.context.on.year}". If it was not meant to change, put the matrix in riskbook.toml '
            "back."
        )
    kept.refuse_untaken(done.opened, done.made, done.register, done.context)
    files.free([*done.made, *done.back])
    anew = kept.rewritten(done.opened, done.made, quarterly.edition(done.register).number)
    kept.keep_changed(done.opened, done.made)
    write_all(done.made, done.opened.folder / "kept")
    trail.tell(rows=_rows(done.register), found=speak.counted(done.findings))
    write_all(done.back)
    _take_away(done, {*done.made, *done.back})
    return tuple(anew)


def reports(
    opened: OpenBook, whole: quarterly.Quarterly, audiences: Iterable[Audience] = (reporting.SLT,)
) -> dict[Path, bytes]:
    """Each audience's workbook in its edition; SLT's Summary twice more, and after a meeting a table for its minutes.

    Where there are exempt risks, all three with them and open ones without. An edition that was written before further
    decisions were taken stays as it is.
    """
    number, shown = whole.edition.number, quarterly.published(whole)
    made: dict[Path, bytes] = {}
    for audience in audiences:
        for kind, edition in audience.editions(whole, shown).items():
            document = reporting.document(edition, __version__, audience)
            besides: dict[Path, bytes] = {}
            if audience == reporting.SLT:
                for_mail, for_papers = opened.summaries(kind, number)
                summary = brief.sheets(edition, document)
                besides = {for_mail: page.report(document, *summary), for_papers: markdown.report(document, *summary)}
            if audience == reporting.SLT and edition.edition.after:
                besides[opened.minutes(kind, number)] = markdown.report(document, decided.sheet(edition))
            sheets, document = list(document.sheets), replace(document, sheets=())
            made[opened.report(kind, number, audience.file)] = excel.report(document, _let_go(sheets))
            made |= besides
    return made


def _let_go(sheets: list[Sheet]) -> Iterator[Sheet]:
    """The sheets of a report, of which nothing is kept here once they are drawn: they are larger than the workbook."""
    while sheets:
        yield sheets.pop(0)


def counted(intakes: Iterable[Intake], register: Register) -> list[Intake]:
    """Intakes that count, so that a manager is not asked to correct a return that a later one overruled."""
    overruled = {one.book for one in register.returns if one.state == "Superseded"}
    return [one for one in intakes if one.book not in overruled]


def sums(register: Register) -> str:
    """How the rows were counted, and what stands on the register, in two sentences."""
    counts = _rows(register)
    return (
        f"Rows found {counts['found']} = merged {counts['merged']} + held {counts['held']} + blank {counts['blank']}. "
        f"{number(counts['risks'], 'open risk')}; {number(counts['not_returned'], 'unit')} sent nothing."
    )


def written(register: Register, context: Context) -> bytes:
    """The workbook of a register."""
    return excel.report(*ledger.document(store.tables(register, context, __version__), context))


def _as_it_would_be(
    opened: OpenBook, context: Context, intakes: Iterable[Intake], stands: Register, use: frozenset[str]
) -> Book:
    """The register as a merge of the returns that it knows would write it: what to compare it with, without its copy.

    Whatever it says otherwise somebody typed, or it stands in a return that is not there any more.
    """
    known = {one.sha256 for one in stands.returns}
    then = [one for one in intakes if one.sha256 in known]
    rows = replace(
        stands,
        entries=tuple(entry for entry in stands.entries if entry.ref),
        actions=tuple(action for action in stands.actions if action.ref),
    )
    register, _ = merging.merge(_heard(then, stands), context, rows, use)
    return read_workbook(written(register, context), opened.register.name)


def _with_stands(context: Context, stands: Register | None) -> Context:
    """What is known, with what was cleared and the refs of old that somebody wrote into this round's register."""
    if stands is not None:
        context = replace(context, cleared=context.cleared | clearing.by_text(stands.cleared))
    if context.before is None or stands is None:
        return context
    aliases = tuple(dict.fromkeys((*context.before.aliases, *stands.aliases)))
    return replace(context, before=replace(context.before, aliases=aliases))


def _chosen_before(stands: Register | None, intakes: Iterable[Intake], use: frozenset[str]) -> frozenset[str]:
    """The files that a person chose over later ones in an earlier merge, but for units of which another is named."""
    named = {one.returned.unit for one in intakes if one.returned and one.returned.sha256 in use}
    before = stands.returns if stands else ()
    return frozenset(one.sha256 for one in before if one.note == merging.CHOSEN and one.unit not in named)


def _take_all(
    folder: Path, context: Context, passwords: tuple[str, ...], kept_in: Path | None
) -> tuple[list[Intake], list[Finding]]:
    """Take in every file of a folder, whatever it is called."""
    given, notes = returns.gather([folder] if folder.is_dir() else [])
    if not given:
        raise Refusal(f"there are no returns in {folder}: put the files that managers sent there, and run it again.")
    return returns.take(given, context, passwords, kept_in), notes


def _take_away(done: Done, made: Set[Path]) -> None:
    """Take away what an earlier merge wrote and this one did not, so that nobody sends it: a copy answered since."""
    opened, number = done.opened, quarterly.edition(done.register).number
    exempt = (opened.report("exempt", number), *opened.summaries("exempt", number), opened.minutes("exempt", number))
    for path in (*exempt, *answers.earlier(opened.folder / "corrections", done.context)):
        if path.exists() and path not in made:
            keep(opened.folder / "kept", path.name, read(path))
            files.take_away(path)


def _heard(intakes: list[Intake], stands: Register | None) -> list[Intake]:
    """Intakes without the queries that another file of the round has answered."""
    answers_ = [answer for one in intakes for answer in one.answers] + list(stands.answers if stands else ())
    return [
        replace(one, findings=check.unanswered(one.findings, one.returned, answers_)) if one.returned else one
        for one in intakes
    ]


def _rows(register: Register) -> dict[str, int]:
    counts = {key: sum(getattr(one, key) for one in register.returns) for key in ("found", "merged", "held", "blank")}
    return counts | {"risks": len(register.open), "not_returned": sum(not one.book for one in register.returns)}


def _told(one: Rescaled) -> dict[str, object]:
    """A risk of a change of scale, as --json gives it."""
    was, now = ((past.band, past.impact, past.likelihood) if past else None for past in (one.was, one.now))
    return {"ref": one.entry.ref, "was": was, "now": now, "same_steps": one.stands, "moves": one.moves}


def _say_merged(done: Done, anew: Iterable[str]) -> None:
    """Returns and their rows, the sum of them, and what was written."""
    rows = [
        (one.unit, one.book or "–", one.state, one.found, one.merged, one.held, one.blank, one.errors, one.queries)
        for one in done.register.returns
    ]
    speak.table(("Unit", "File", "State", "Rows", "Merged", "Held", "Blank", "Errors", "Queries"), rows, "Returns")
    if of_register := _of_register(done):
        where = "the register, its workbooks or two returns of a unit"
        click.echo(f"Of what was found, {of_register} about {where}; the table has the rest.")
    for one in done.register.returns:
        if one.note == merging.CHOSEN:
            click.echo(f"{one.book} counts for {one.unit}, because it was chosen with --use.")
    click.echo(sums(done.register))
    click.echo(f"{balance(done.register, done.context.before)}.")
    for path in done.made:
        click.echo(f"{done.opened.called(path)}: {path}")
    for words_ in anew:
        click.echo(words_)
    if done.back:
        count, folder = answers.copies(done.back), next(iter(done.back)).parent
        click.echo(f"To send back: {count} draft e-mails, each with a copy of the return and a letter, in {folder}")


def _of_register(done: Done) -> str:
    """How many errors and queries are none of a return's; those of a return that was overruled are not among them."""
    counts, counting = speak.counted(done.findings), [one for one in done.register.returns if one.state != "Superseded"]
    left = {
        Severity.ERROR: counts["errors"] - sum(one.errors for one in counting),
        Severity.QUERY: counts["queries"] - sum(one.queries for one in counting),
    }
    told = listed([f"{left[one]} {speak.PLURALS[one][left[one] != 1]}" for one in left if left[one] > 0], "and")
    return f"{told} {'is' if sum(left.values()) == 1 else 'are'}" if told else ""


def _say_rescaled(done: Done) -> None:
    """The risks whose bands move with a change of scale, where there is one."""
    if found := rescaled(done.register, done.context):
        rows = [
            (one.entry.ref, _rating(one.was), _rating(one.now) if one.now else "Not scored", one.becomes)
            for one in found
            if one.moves
        ]
        speak.table(("Ref", "Old scale", "New scale", "What becomes of it"), rows, "Change of scale")
        click.echo(words(found))


def _rating(past: Past) -> str:
    """A rating with its steps: "12 Amber (4×3)"."""
    return f"{past.number} {past.band} ({past.score})"


def say_differences(differences: Iterable[Difference]) -> None:
    """What a merge would change, and that it did not."""
    rows = [(one.ref, one.what, one.field, _line(one.was), _line(one.now), one.where) for one in differences]
    speak.table(("Ref", "What", "Field", "Was", "Would be", "Where from"), rows, "What would change")
    changes = "1 change of a field or risk" if len(rows) == 1 else f"{len(rows)} changes of fields and risks"
    click.echo(f"{changes}. Nothing was written.")


def _line(words: str) -> str:
    """As much of a text as a line of a table has room for; --json has all of it."""
    return short(words, 200)
