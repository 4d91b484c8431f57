"""riskbook.toml in, settings out: the matrix, lines, lists, thresholds and timetable; and what a rule may know."""

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from importlib import resources
from importlib.resources.abc import Traversable
from typing import TYPE_CHECKING

from riskbook.directory import Directory
from riskbook.matrix import Band, Level, Matrix, Score
from riskbook.rounds import Round, Step, Timetable
from riskbook.text import folded, is_address
from riskbook.toml import SettingsError, build, refuse_unknown

if TYPE_CHECKING:
    from riskbook.model import Register


@dataclass(frozen=True, slots=True)
class Council:
    """Who the workbooks come from."""

    name: str
    directorate: str
    contact: str


@dataclass(frozen=True, slots=True)
class Lines:
    """Bands that rules go by: asked in full from, the top and the bottom."""

    full_from: Band
    top: Band
    bottom: Band


@dataclass(frozen=True, slots=True)
class Appetite:
    """The highest numbers of the matrix that are wanted (appetite) and borne (tolerance)."""

    default: int
    tolerance: int
    categories: Mapping[str, int]

    def of(self, category: str) -> int:
        """The appetite for a category: its own, or the default."""
        return self.categories.get(category, self.default)


@dataclass(frozen=True, slots=True)
class Lists:
    """What may be chosen, and words that rules look for. All comparisons forgive case."""

    categories: tuple[str, ...]
    owner_groups: tuple[str, ...]
    vacant_words: tuple[str, ...]
    vague_words: tuple[str, ...]
    future_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Numbers that rules go by; those with a value of their own came later than the first books."""

    title_least_words: int
    action_least_words: int
    column_least_rows: int
    column_share: float
    nearest_least_similarity: int
    unit_size_factor: float
    unit_size_least_change: int
    linked_bands: int = 2
    top_rounds: int = 3
    unchanged_rounds: int = 4
    target_slips: int = 1
    turning_rounds: int = 4
    same_words_rounds: int = 3


@dataclass(frozen=True, slots=True)
class Escalation:
    """Which codes propose a risk for the next level up or down, and their numbers."""

    codes: tuple[str, ...]
    highest_impact_categories: tuple[str, ...]
    alike_units: int
    alike_similarity: int
    rising_rounds: int
    top_rounds: int
    overdue_days: int
    exposure: int
    target_rounds: int
    below_rounds: int
    bottom_rounds: int


@dataclass(frozen=True, slots=True)
class EscalationLevels:
    """From a unit to the directorate, and from the directorate to corporate."""

    unit: Escalation
    directorate: Escalation


@dataclass(frozen=True, slots=True)
class Span:
    """Part of a year, by (month, day)."""

    begins: tuple[int, int]
    ends: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Merging:
    """How a round is merged again. ``amendments`` is "stand" or "newest-return"."""

    amendments: str


@dataclass(frozen=True, slots=True)
class Privacy:
    """Mail domains whose addresses may stand in texts, and the file in the book with names that may not."""

    allowed_domains: tuple[str, ...] = ()
    names: str = "names.txt"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Somebody who gets the report by mail besides those whose role says so; ``exempt`` is the edition with it all."""

    to: str
    exempt: bool = False


@dataclass(frozen=True, slots=True)
class Mail:
    """Who mails come from, the domains that they may go to (in small letters), and who else gets the report."""

    sender: str = ""
    domains: tuple[str, ...] = ()
    report: tuple[Recipient, ...] = ()

    def bars(self, address: str) -> bool:
        """Whether no mail may go to an address, because domains are named and its own is not among them."""
        return bool(self.domains) and address.rpartition("@")[2].lower() not in self.domains


@dataclass(frozen=True, slots=True)
class Layout:
    """How the file of another system is laid out: by its headings, in their order, the key of what stands under it."""

    columns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Layouts:
    """The files of the systems whose columns somebody has to say."""

    pplus: Layout


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that riskbook.toml says."""

    council: Council
    matrix: Matrix
    lines: Lines
    appetite: Appetite
    lists: Lists
    timetable: Timetable
    proposals: Span
    rules: Thresholds
    escalation: EscalationLevels
    merging: Merging
    export: Layouts
    privacy: Privacy = Privacy()
    mail: Mail = Mail()

    def asked_in_full(self, score: Score) -> bool:
        """From the ``full_from`` band up."""
        return self.matrix.band(score).rank >= self.lines.full_from.rank

    def above_appetite(self, category: str, score: Score) -> bool:
        """Whether a rating stands above the appetite for its category."""
        return self.matrix.number(score) > self.appetite.of(category)


@dataclass(frozen=True, slots=True)
class Context:
    """What a rule may know besides its subject: ``on`` is the only today, ``before`` last round's register or None.

    ``names`` are those that I&P watch for; ``cleared`` the code and digest of each text that somebody cleared.
    """

    settings: Settings
    directory: Directory
    round: Round
    on: date
    before: "Register | None" = None
    names: tuple[str, ...] = ()
    cleared: frozenset[tuple[str, str]] = frozenset()

    def heir(self, unit: str) -> str:
        """The unit that has another's risks now: itself, or what took over from it when it ended."""
        return self.directory.heir(unit, self.on)


def frameworks() -> tuple[str, ...]:
    """The names of the shipped matrices, the default first."""
    names = sorted(path.name.removesuffix(".toml") for path in _shipped().iterdir() if path.name.endswith(".toml"))
    return (DEFAULT, *(name for name in names if name not in (DEFAULT, COMMON)))


def framework(name: str) -> str:
    """The text of a whole riskbook.toml with a shipped matrix."""
    return "\n".join((_shipped() / f"{part}.toml").read_text(encoding="utf-8") for part in (name, COMMON))


def load(toml: str) -> Settings:
    """Read the text of riskbook.toml.

    Raises:
        SettingsError: it is not TOML, a key is unknown, missing or of the wrong kind, a cell of the matrix has no band,
            more impact or likelihood would give a lower band, or a number could never be reached.
    """
    try:
        table = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"riskbook.toml cannot be read: {error}.") from error
    known = {
        "council",
        "matrix",
        "lines",
        "appetite",
        "lists",
        "timetable",
        "proposals",
        "rules",
        "escalation",
        "merging",
        "privacy",
        "mail",
        "export",
    }
    refuse_unknown(table, known, "")
    shipped = {"privacy": {}, "mail": {}, "export": _shipped_table("export")}
    table = {"merging": {"amendments": "stand"}, **shipped, **table}
    for key in sorted(known - table.keys()):
        raise SettingsError(f"riskbook.toml has no [{key}]; `riskbook start` writes a whole one to copy it from.")
    matrix = _matrix(build(_MatrixTable, table["matrix"], "matrix"))
    settings = Settings(
        council=build(Council, table["council"], "council"),
        matrix=matrix,
        lines=_lines(build(_LinesTable, table["lines"], "lines"), matrix),
        appetite=build(Appetite, table["appetite"], "appetite"),
        lists=build(Lists, table["lists"], "lists"),
        timetable=_timetable(build(_TimetableTable, table["timetable"], "timetable")),
        proposals=_proposals(build(Span, table["proposals"], "proposals")),
        rules=build(Thresholds, table["rules"], "rules"),
        escalation=build(EscalationLevels, table["escalation"], "escalation"),
        merging=_merging(build(Merging, table["merging"], "merging")),
        privacy=_privacy(build(Privacy, table["privacy"], "privacy")),
        mail=_mail(build(Mail, table["mail"], "mail")),
        export=build(Layouts, table["export"], "export"),
    )
    _check_numbers(settings)
    return settings


DEFAULT = "default-5x5"
COMMON = "common"


@dataclass(frozen=True, slots=True)
class _LevelTable:
    word: str
    meaning: Mapping[str, str] = field(default_factory=dict)
    weight: int = 0
    letter: str = ""


@dataclass(frozen=True, slots=True)
class _BandTable:
    name: str
    letter: str
    fill: str
    ink: str
    response: str


@dataclass(frozen=True, slots=True)
class _MatrixTable:
    name: str
    scores: str
    impact: tuple[_LevelTable, ...]
    likelihood: tuple[_LevelTable, ...]
    bands: tuple[_BandTable, ...]
    cells: tuple[str, ...]
    table: tuple[tuple[int, ...], ...] = ()


@dataclass(frozen=True, slots=True)
class _LinesTable:
    full_from: str
    top: str
    bottom: str


@dataclass(frozen=True, slots=True)
class _RoundTable:
    name: str
    begins: tuple[int, int]
    as_at: tuple[int, int]
    asks: str
    meeting: str


@dataclass(frozen=True, slots=True)
class _TimetableTable:
    issue_days_before: int
    due_days_after: int
    round: tuple[_RoundTable, ...]


def _matrix(table: _MatrixTable) -> Matrix:
    for axis, levels in (("impact", table.impact), ("likelihood", table.likelihood)):
        if not 3 <= len(levels) <= 6:
            raise SettingsError(f"riskbook.toml, matrix.{axis}: give 3 to 6 steps; there are {len(levels)}.")
        names = [name for level in levels for name in {folded(level.word), folded(level.letter)}]
        _refuse_twice(names, f"matrix.{axis}", "two steps have the same word or letter")
    bands = tuple(Band(b.name, b.letter, b.fill, b.ink, rank + 1, b.response) for rank, b in enumerate(table.bands))
    for what in ("name", "letter"):
        _refuse_twice((getattr(band, what) for band in bands), "matrix.bands", f"two bands have the same {what}")
    for band in bands:
        for what, colour in (("fill", band.fill), ("ink", band.ink)):
            if not re.fullmatch("[0-9A-Fa-f]{6}", colour):
                raise SettingsError(
                    f"riskbook.toml, matrix.bands: {what} of {band.name} is “{colour}”; write a colour as RRGGBB."
                )
    cells = _cells(table, bands)
    matrix = Matrix(
        name=table.name,
        impact=_axis(table.impact),
        likelihood=_axis(table.likelihood),
        cells=cells,
        numbers=_numbers(table),
        bands=bands,
    )
    _check_rising(matrix)
    return matrix


def _axis(levels: Iterable[_LevelTable]) -> tuple[Level, ...]:
    return tuple(
        Level(n, level.word, tuple(level.meaning.items()), level.letter) for n, level in enumerate(levels, start=1)
    )


def _cells(table: _MatrixTable, bands: tuple[Band, ...]) -> tuple[tuple[Band, ...], ...]:
    """The drawn grid, highest impact first, as rows by rising impact."""
    by_letter = {band.letter: band for band in bands}
    rows = []
    for impact, drawn in zip(range(len(table.impact), 0, -1), [*table.cells, *[""] * len(table.impact)], strict=False):
        letters = drawn.split()
        for likelihood in range(1, len(table.likelihood) + 1):
            letter = letters[likelihood - 1] if likelihood <= len(letters) else ""
            if letter not in by_letter:
                raise SettingsError(
                    f"riskbook.toml, matrix.cells: impact {impact} with likelihood {likelihood} has no band "
                    f"(“{letter}”); write one of {', '.join(by_letter)} there."
                )
        rows.append(tuple(by_letter[letter] for letter in letters))
    if len(table.cells) > len(table.impact) or any(len(row) > len(table.likelihood) for row in rows):
        raise SettingsError("riskbook.toml, matrix.cells: the grid is larger than the steps of impact and likelihood.")
    return tuple(reversed(rows))


def _numbers(table: _MatrixTable) -> tuple[tuple[int, ...], ...]:
    if table.scores == "table":
        rows = tuple(reversed(table.table))
        if [len(row) for row in rows] != [len(table.likelihood)] * len(table.impact):
            raise SettingsError("riskbook.toml, matrix.table: give one number for every cell, highest impact first.")
        return rows
    if table.scores not in ("product", "weighted"):
        raise SettingsError(f"riskbook.toml, matrix.scores: “{table.scores}” is not product, weighted or table.")

    def weights(levels: tuple[_LevelTable, ...]) -> list[int]:
        weighted = table.scores == "weighted"
        return [level.weight if weighted and level.weight else n for n, level in enumerate(levels, start=1)]

    return tuple(tuple(i * j for j in weights(table.likelihood)) for i in weights(table.impact))


def _check_rising(matrix: Matrix) -> None:
    for score in matrix.scores():
        for less in (Score(score.impact - 1, score.likelihood), Score(score.impact, score.likelihood - 1)):
            if not (less.impact and less.likelihood):
                continue
            for what, now, was in (
                ("band", matrix.band(score).rank, matrix.band(less).rank),
                ("number", matrix.number(score), matrix.number(less)),
            ):
                if now < was:
                    raise SettingsError(
                        f"riskbook.toml, matrix: impact {score.impact} with likelihood {score.likelihood} has a lower "
                        f"{what} than {less.impact} with {less.likelihood}; more of either may never lower it."
                    )


def _lines(table: _LinesTable, matrix: Matrix) -> Lines:
    names = ", ".join(band.name for band in matrix.bands)
    try:
        lines = Lines(*(matrix.named(name) for name in (table.full_from, table.top, table.bottom)))
    except KeyError as error:
        raise SettingsError(f"riskbook.toml, lines: {error} is not a band; the matrix has {names}.") from error
    if not lines.bottom.rank <= lines.full_from.rank <= lines.top.rank:
        raise SettingsError("riskbook.toml, lines: bottom, full_from and top should rise, or be the same band.")
    return lines


def _timetable(table: _TimetableTable) -> Timetable:
    _refuse_twice((step.name for step in table.round), "timetable.round", "two rounds have the same name")
    for step in table.round:
        if not re.fullmatch(r"\w+", step.name):
            raise SettingsError(f"riskbook.toml, timetable: the round “{step.name}” should be named in one word.")
        _check_days(f"timetable, {step.name}", begins=step.begins, as_at=step.as_at)
        if step.asks not in ("all units", "the directorate"):
            raise SettingsError(
                f"riskbook.toml, timetable: {step.name} asks “{step.asks}”; write all units or the directorate."
            )
    ends = [((step.as_at[0] - 4) % 12, step.as_at[1]) for step in table.round]
    for step, end, last in zip(table.round[1:], ends[1:], ends, strict=False):
        if end <= last:
            raise SettingsError(
                f"riskbook.toml, timetable: the as_at of {step.name} is not after that of the round above it; give the "
                "rounds in the order of the financial year."
            )
    return Timetable(
        tuple(Step(r.name, r.begins, r.as_at, r.asks == "all units", r.meeting) for r in table.round),
        table.issue_days_before,
        table.due_days_after,
    )


def _proposals(span: Span) -> Span:
    _check_days("proposals", begins=span.begins, ends=span.ends)
    return span


def _merging(merging: Merging) -> Merging:
    if merging.amendments not in ("stand", "newest-return"):
        raise SettingsError(
            f"riskbook.toml, merging: amendments is “{merging.amendments}”; write stand or newest-return."
        )
    return merging


def _privacy(privacy: Privacy) -> Privacy:
    _check_domains(privacy.allowed_domains, "privacy: allowed_domains")
    return privacy


def _mail(mail: Mail) -> Mail:
    _check_domains(mail.domains, "mail: domains")
    for what, address in (("sender", mail.sender), *(("report", one.to) for one in mail.report)):
        if address and not is_address(address):
            raise SettingsError(f"riskbook.toml, mail: {what} has “{address}”; write an address and nothing else.")
    return mail


def _check_domains(domains: Iterable[str], where: str) -> None:
    for domain in domains:
        if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", domain):
            raise SettingsError(
                f"riskbook.toml, {where} has “{domain}”; write what stands after the @, in small letters, like "
                '"example.gov.uk".'
            )


def _check_days(where: str, **days: tuple[int, int]) -> None:
    for name, (month, day) in days.items():
        if not (1 <= month <= 12 and 1 <= day <= 31):
            raise SettingsError(
                f"riskbook.toml, {where}: {name} is [{month}, {day}]; write a month, 1 to 12, and a day, 1 to 31."
            )


def _refuse_twice(names: Iterable[str], where: str, why: str) -> None:
    folded_ = [folded(name) for name in names if name]
    if len(set(folded_)) < len(folded_):
        raise SettingsError(f"riskbook.toml, {where}: {why}.")


def _check_numbers(settings: Settings) -> None:
    """Refuse a threshold that could never be reached, and a category that is on no list."""
    appetite, matrix = settings.appetite, settings.matrix
    named = {"default": appetite.default, "tolerance": appetite.tolerance, **appetite.categories}
    for name, number in named.items():
        if number not in matrix.reachable:
            nearest = " and ".join(map(str, matrix.nearest(number)))
            raise SettingsError(
                f"riskbook.toml, appetite: no cell scores {number} ({name}); the nearest are {nearest}."
            )
    if appetite.tolerance < max(appetite.default, *appetite.categories.values(), 0):
        raise SettingsError(
            "riskbook.toml, appetite: tolerance is below an appetite; it is the outer of the two lines."
        )
    levels = settings.escalation.unit, settings.escalation.directorate
    asked = [*appetite.categories, *(name for level in levels for name in level.highest_impact_categories)]
    for category in asked:
        if category not in settings.lists.categories:
            raise SettingsError(f"riskbook.toml: “{category}” is named, but lists.categories does not have it.")
    if not settings.timetable.steps:
        raise SettingsError("riskbook.toml, timetable: there is no round.")
    _check_shares(settings)


def _check_shares(settings: Settings) -> None:
    """Refuse a share or a likeness that nothing could have."""
    for name, number, most in (
        ("rules.column_share", settings.rules.column_share, 1),
        ("rules.nearest_least_similarity", settings.rules.nearest_least_similarity, 100),
        ("escalation.unit.alike_similarity", settings.escalation.unit.alike_similarity, 100),
        ("escalation.directorate.alike_similarity", settings.escalation.directorate.alike_similarity, 100),
    ):
        if not 0 < number <= most:
            raise SettingsError(f"riskbook.toml, {name}: {number} can never be; write more than 0 and at most {most}.")


def _shipped_table(name: str) -> object:
    """A section as it is shipped, for books that are older than it."""
    return tomllib.loads((_shipped() / f"{COMMON}.toml").read_text(encoding="utf-8"))[name]


def _shipped() -> Traversable:
    return resources.files("riskbook") / "frameworks"
