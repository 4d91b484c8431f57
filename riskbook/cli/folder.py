"""A book: the folder with riskbook.toml at its root, its settings and directory, and a folder for each round."""

from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from riskbook import clearing, exports, ingest, store, updates
from riskbook.cli import trail
from riskbook.cli.apart import Apart
from riskbook.cli.files import Refusal, read
from riskbook.directory import Directory
from riskbook.findings import Finding, Severity
from riskbook.kinds import said
from riskbook.model import Register
from riskbook.read import Book, Unreadable
from riskbook.read import read as read_workbook
from riskbook.rounds import Round, UnknownRoundError
from riskbook.rules import books, escalation
from riskbook.rules.privacy import names_in
from riskbook.safe import MIB
from riskbook.settings import Context, Settings, load
from riskbook.toml import SettingsError
from riskbook.updates import Update

SETTINGS = "riskbook.toml"
DIRECTORY = "directory.xlsx"
UPDATES = "updates.md"
MINUTES = "decisions-for-minutes"
INTERVIEWS = "interviews"
"""The folder of a round in which its interview packs stand."""


@dataclass(frozen=True, slots=True)
class OpenBook:
    """A book that could be read, and the round that a command is about."""

    root: Path
    settings: Settings
    directory: Directory
    round: Round

    @property
    def folder(self) -> Path:
        """The round's folder."""
        return self.root / self.round.folder

    @property
    def register(self) -> Path:
        """Where the round's register stands."""
        return register_path(self.root, self.round)

    def issued(self, unit: str) -> Path:
        """Where the form that is issued to a unit stands, by its code."""
        return self.folder / "issued" / f"{unit.lower()}-{self.round.folder}.xlsx"

    def report(self, kind: str = "", edition: int = 1, name: str = "slt-risk-report") -> Path:
        """Where an edition of a report of the round stands, the SLT workbook or another: the open one, or its kind."""
        parts = [name, self.round.folder, f"edition-{edition}" if edition > 1 else "", kind]
        return self.folder / f"{'-'.join(filter(None, parts))}.xlsx"

    def editions(self) -> list[int]:
        """The numbers of the editions of the SLT workbook that were written, in order."""
        first = self.report()
        later = (path.stem.removeprefix(f"{first.stem}-edition-") for path in self.folder.glob(f"{first.stem}-*.xlsx"))
        return sorted([1] * first.is_file() + [int(number) for number in later if number.isdecimal()])

    def summaries(self, kind: str = "", edition: int = 1) -> tuple[Path, Path]:
        """Where the Summary of an edition stands: the page for an e-mail, and Markdown for papers."""
        workbook = self.report(kind, edition)
        page = workbook.with_name(f"{workbook.stem.replace('report', 'summary', 1)}.html")
        return page, page.with_suffix(".md")

    def minutes(self, kind: str = "", edition: int = 1) -> Path:
        """Where what was decided before an edition stands as a table for the minutes."""
        workbook = self.report(kind, edition, MINUTES)
        return workbook.with_suffix(".md")

    def called(self, path: Path) -> str:
        """What a file that was written for the round is called; one with exempt risks in it says so."""
        if path == self.register:
            return "Register"
        endings = {".html": "Summary for an e-mail", ".md": "Summary for papers"}
        name = (
            "Decisions for the minutes" if path.name.startswith(MINUTES) else endings.get(path.suffix, "SLT workbook")
        )
        return f"EXEMPT, {name}" if path.stem.endswith("-exempt") else name

    def context(self, on: date | None = None) -> Context:
        """What rules may know: last round's register too, the nearest one before that there is."""
        on, before = on or self.round.as_at, self.before()
        cleared = clearing.by_text(before.cleared if before else ())
        directory = self.directory.at(on)
        return Context(self.settings, directory, self.round, on, before, self.names(), cleared)

    def names(self) -> tuple[str, ...]:
        """The names that I&P watch for, where the book has a list of them.

        Raises:
            Refusal: it cannot be read.
        """
        path = self.root / self.settings.privacy.names
        if not self.settings.privacy.names or not path.is_file():
            return ()
        data = read(path)
        try:
            return names_in(data.decode("utf-8-sig"))
        except UnicodeDecodeError:
            return names_in(data.decode("cp1252", "replace"))

    def updates(self) -> tuple[Update, ...]:
        """What I&P has written for the round, in updates.md; nothing where there is no such file.

        Raises:
            Refusal: it is not UTF-8 text.
        """
        path = self.folder / UPDATES
        if not path.is_file():
            return ()
        try:
            return updates.read(read(path).decode("utf-8-sig"))
        except UnicodeDecodeError as error:
            raise Refusal(f"{path} is not UTF-8 text; save it as UTF-8.") from error

    def before(self) -> Register | None:
        """The register of the nearest round before, of two years at most."""
        round_ = self.round
        for _ in range(2 * len(self.settings.timetable.steps)):
            round_ = self.settings.timetable.before(round_)
            path = register_path(self.root, round_)
            if path.is_file():
                return read_register(path, self.settings)
        return None

    def kept(self) -> Register | None:
        """The register that an earlier merge of this round wrote."""
        return read_register(self.register, self.settings) if self.register.is_file() else None


def today() -> date:
    """The day where I&P sit."""
    return date.today()  # noqa: DTZ011


def find(book: Path | None, round_: str | None = None, day: date | None = None) -> OpenBook:
    """Open a book: the folder named, or the nearest one upwards with settings in it.

    Raises:
        Refusal: there is no book, its settings or directory cannot be used, or there is no such round.
    """
    root = root_of(book)
    settings = _settings(root)
    opened = OpenBook(root, settings, _directory(root / DIRECTORY, settings), _round(root, settings, round_, day))
    trail.about(root, opened.round)
    return opened


def refuse_mistyped(root: Path, name: str) -> None:
    """Make sure that nothing is written in a round whose year is mistyped: every command after it would be about it.

    Raises:
        Refusal: it has no folder, does not follow the newest that has, and begins more than a year from now; or there
            is no such round.
    """
    settings = _settings(root)
    named, there = _round(root, settings, name, None), rounds(root, settings)
    following = [settings.timetable.after(there[-1])] if there else []
    if named not in (*there, *following) and named.begins > today() + timedelta(days=366):
        more = f"; the next of this book is {following[0]}" if following else ""
        raise Refusal(
            f"{named} begins on {said(named.begins)}, more than a year from now. Its year looks mistyped{more}."
        )


def root_of(book: Path | None) -> Path:
    """The folder of a book: the one named, or the nearest one upwards with settings in it.

    Raises:
        Refusal: there is none.
    """
    if book is not None:
        if (book / SETTINGS).is_file():
            return book.resolve()
        raise Refusal(f"{book} is not a book: it has no {SETTINGS}. `riskbook start {book}` makes one.")
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return folder
    raise Refusal(
        f"no book here: neither this folder nor one above it has a {SETTINGS}. Go to your book, name it after the "
        "command (riskbook merge --book FOLDER), or make one with `riskbook start FOLDER`."
    )


def rounds(root: Path, settings: Settings) -> list[Round]:
    """The rounds that have a folder in a book, oldest first."""
    there = []
    for path in root.iterdir():
        try:
            there.append(settings.timetable.round(path.name))
        except UnknownRoundError:
            continue
    return sorted(there, key=lambda round_: round_.as_at)


def register_path(root: Path, round_: Round) -> Path:
    """Where a round's register stands in a book."""
    return root / round_.folder / round_.register


def read_register(path: Path, settings: Settings) -> Register:
    """Read a register that riskbook wrote; a large one beside this process, because its cells take so much room.

    Raises:
        Refusal: it cannot be opened, is no register, or a cell in it does not fit.
    """
    with Apart(path.is_file() and path.stat().st_size > _LARGE) as apart:
        return apart.begin(_read_register, path, settings)()


_LARGE = 4 * MIB
"""A register of some thousand risks."""


def _read_register(path: Path, settings: Settings) -> Register:
    return register_of(open_workbook(path), path, settings)


def register_of(book: Book, path: Path, settings: Settings) -> Register:
    """The register in a workbook that was opened.

    Raises:
        Refusal: it is no register, or a cell in it does not fit.
    """
    register, findings = store.register(book, settings)
    if register and any(finding.code == books.NO_SHEET.code for finding in findings):
        gone = next(finding for finding in findings if finding.code == books.NO_SHEET.code)
        raise Refusal(
            f"{path.name} has something to put right: {gone} Copy the sheet back from the newest copy of the register, "
            f"{path.parent / 'kept'}, …-{path.name}, or put that copy in its place."
        )
    _refuse_errors(path, findings)
    if register is None:
        raise Refusal(f"{path} is not a register that riskbook wrote.")
    return register


def open_workbook(path: Path) -> Book:
    """Read a workbook that I&P keeps.

    Raises:
        Refusal: it cannot be opened.
    """
    try:
        return read_workbook(read(path), path.name)
    except Unreadable as error:
        raise Refusal(f"{path} cannot be opened: {error.detail}.") from error


def _settings(root: Path) -> Settings:
    try:
        settings = load(read(root / SETTINGS).decode("utf-8-sig"))
        for system in exports.SYSTEMS:
            exports.columns(system, settings)
    except SettingsError as error:
        raise Refusal(str(error)) from error
    except UnicodeDecodeError as error:
        raise Refusal(f"{SETTINGS} is not UTF-8 text; save it as UTF-8.") from error
    _refuse_unknown_codes(settings)
    return settings


def _refuse_unknown_codes(settings: Settings) -> None:
    """A mistyped code would switch a rule off without a word."""
    known = {rule.code for rule in escalation.RULES}
    for level in ("unit", "directorate"):
        for code in getattr(settings.escalation, level).codes:
            if code not in known:
                raise Refusal(
                    f"{SETTINGS}, escalation.{level}.codes: {code} is not a rule; `riskbook rules` lists them."
                )


def _directory(path: Path, settings: Settings) -> Directory:
    directory, findings = ingest.directory(open_workbook(path), settings)
    _refuse_errors(path, findings)
    if not directory.units:
        raise Refusal(f"{path} has no units yet: fill in its sheet Units, a row for each.")
    return directory


def _refuse_errors(path: Path, findings: list[Finding]) -> None:
    errors = [finding for finding in findings if finding.severity is Severity.ERROR]
    if errors:
        first, *more = (f"{one} {one.hint}".rstrip() for one in errors[:_TOLD])
        also = f" And: {' '.join(more)}" if more else ""
        left = f" And {len(errors) - _TOLD} more." if len(errors) > _TOLD else ""
        raise Refusal(f"{path.name} has something to put right: {first}{also}{left}")


_TOLD = 5
"""So many are told at once: after a paste down a column there may be hundreds."""


def _round(root: Path, settings: Settings, name: str | None, day: date | None) -> Round:
    """The round that was named; else the newest that has a folder; else the last whose issue date has passed."""
    if name:
        try:
            return settings.timetable.round(name)
        except UnknownRoundError as error:
            raise Refusal(str(error)) from error
    there = rounds(root, settings)
    return there[-1] if there else settings.timetable.current(day or today())
