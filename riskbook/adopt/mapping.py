"""The text of a mapping in, the Mapping out, and back: how a register that was made elsewhere is read."""

import tomllib
from collections import abc
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import tomlkit
from rapidfuzz import process
from tomlkit.items import KeyType, SingleKey

from riskbook.adopt.layout import Area, Span
from riskbook.directory import Unit
from riskbook.forms import ACTIONS, IMPACT, LIKELIHOOD, RISKS, Column, by_key, typed_keys
from riskbook.kinds import Choice, Kind, Step, Unfit, listed
from riskbook.places import letters, number
from riskbook.rounds import Round, UnknownRoundError
from riskbook.sentences import REF_TITLE, SENTENCE
from riskbook.settings import Context, Settings
from riskbook.text import folded
from riskbook.toml import SettingsError, build

NEW = "new"
"""What a person writes under [refs] for a risk that is another one."""


@dataclass(frozen=True, slots=True)
class Table:
    """One table of theirs: where it stands, and what of it is read as what, by the names of our columns.

    ``columns`` and ``action`` name a heading of theirs, or "column F"; ``action`` is for an action in a risk's own
    row. ``combined`` gives, by heading, what a cell says, in its order. ``levels`` (by axis) and ``choices`` say what a
    word of theirs is: a step's number, an option of ours, or None until a person has said. ``always`` holds for every
    row where nothing else stands.
    """

    sheet: str
    headings: Span
    rows: Span
    across: Span | None = None
    pass_over: tuple[int, ...] = ()
    columns: abc.Mapping[str, str] = field(default_factory=dict)
    action: abc.Mapping[str, str] = field(default_factory=dict)
    combined: abc.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    levels: abc.Mapping[str, abc.Mapping[str, int | None]] = field(default_factory=dict)
    choices: abc.Mapping[str, abc.Mapping[str, str | None]] = field(default_factory=dict)
    always: abc.Mapping[str, Any] = field(default_factory=dict)

    @property
    def area(self) -> Area:
        """Where it stands."""
        return Area(self.headings, self.rows, {}, self.across, self.pass_over)


@dataclass(frozen=True, slots=True)
class Mapping:
    """How a register of a unit is read in a round. ``file`` is where it is written down.

    ``refs`` are the risks that were on our register before: their ref, or title, and ours; "" until a person has said.
    """

    file: str
    unit: str
    round: Round
    filled_by: str = ""
    filled_on: date | None = None
    risks: tuple[Table, ...] = ()
    actions: tuple[Table, ...] = ()
    refs: abc.Mapping[str, str] = field(default_factory=dict)

    @property
    def tables(self) -> tuple[tuple[str, Table], ...]:
        """Every table, with the name under which it is written down: "risks", or "risks 2" where there are several."""
        return tuple(
            (f"{kind} {number}" if len(tables) > 1 else kind, table)
            for kind, tables in (("risks", self.risks), ("actions", self.actions))
            for number, table in enumerate(tables, 1)
        )

    @property
    def unanswered(self) -> int:
        """How many words of theirs a person has still to say something of."""
        told = [table for _, whole in self.tables for table in (*whole.levels.values(), *whole.choices.values())]
        return sum(answer is None for table in told for answer in table.values())


AXES: abc.Mapping[str, Step] = {"impact": IMPACT, "likelihood": LIKELIHOOD}
"""The axes of the matrix, whose steps every rating of theirs is mapped to."""
RATINGS = (
    ("impact", "likelihood"),
    ("inherent_impact", "inherent_likelihood"),
    ("target_impact", "target_likelihood"),
)
"""The ratings that a risk has, each a pair of columns."""
IN_ROW = ("what", "lead", "due", "status", "done", "progress")
"""What of an action may stand in the row of its risk."""
KEYS = {"risks": (*typed_keys(RISKS), "ref", "score"), "actions": (*typed_keys(ACTIONS), "ref")}
"""What a column of theirs may be read as. A score of theirs is held against ours; their ref is not ours."""

Path = tuple[str | int, ...]
Remarks = abc.Mapping[Path, Sequence[str]]
"""Comments, by what they stand at: lines over what a table holds, or the words after a value."""


def load(toml: str, file: str, context: Context) -> Mapping:
    """Read the text of a mapping.

    Raises:
        SettingsError: it is not TOML, a key is unknown, missing or of the wrong kind, or names what there is not.
    """
    try:
        whole = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        raise SettingsError(f"{file} cannot be read: {error}.") from error
    head = {key: value for key, value in whole.items() if key not in ("risks", "actions", "refs")}
    reader = _Reader(file, context.settings)
    first = build(_Head, head, "the first lines", file)
    return Mapping(
        file,
        reader.unit(first.unit, context).code,
        reader.round(first.round, context),
        first.filled_by,
        reader.day(first.filled_on),
        reader.tables("risks", whole.get("risks", [])),
        reader.tables("actions", whole.get("actions", [])),
        reader.refs(whole.get("refs", {})),
    )


def write(mapping: Mapping, remarks: Remarks, about: str) -> str:
    """A mapping as TOML for a person to correct; ``about`` is the name of its workbook."""
    document = tomlkit.document()
    for line in _ABOUT:
        document.add(tomlkit.comment(_line(line.format(workbook=about))))
    document.add(tomlkit.nl())
    _put(document, remarks, (), {"unit": mapping.unit, "round": str(mapping.round)})
    if mapping.filled_by:
        _put(document, remarks, (), {"filled_by": mapping.filled_by})
    if mapping.filled_on:
        _put(document, remarks, (), {"filled_on": mapping.filled_on})
    for kind, tables in (("risks", mapping.risks), ("actions", mapping.actions)):
        written = tomlkit.aot()
        for at, table in enumerate(tables):
            written.append(_written(table, remarks, (kind, at)))
        if tables:
            document.add(tomlkit.nl())
            document.add(kind, written)
    if mapping.refs or ("refs",) in remarks:
        document.add(tomlkit.nl())
        document.add("refs", _table(mapping.refs, remarks, ("refs",)))
    if () in remarks:
        document.add(tomlkit.nl())
    for line in remarks.get((), ()):
        document.add(tomlkit.comment(_line(line)))
    return document.as_string().rstrip("\n") + "\n"


def plain(text: str) -> str:
    """A text of theirs as it stands in a mapping: on one line."""
    return " ".join(text.split())


_ABOUT = (
    "How riskbook reads “{workbook}”, a register that was made elsewhere.",
    "",
    "Correct this in Notepad, save it, and run `riskbook adopt` with the workbook again: it then says what is still",
    "open. Nothing here is changed by riskbook once you have it. Lines that begin with # are for people.",
    "A column is named by its heading, as it stands there, or by its letter: “column F”.",
    "“” means: nobody has said yet. Each such word is an error at its cells until somebody has.",
)


@dataclass(frozen=True, slots=True)
class _Head:
    unit: str
    round: str
    filled_by: str = ""
    filled_on: object = None


@dataclass(frozen=True, slots=True)
class _TableTable:
    sheet: str
    headings: tuple[int, ...]
    rows: tuple[int, int]
    across: tuple[str, ...] = ()
    pass_over: tuple[int, ...] = ()
    columns: abc.Mapping[str, str] = field(default_factory=dict)
    action: abc.Mapping[str, str] = field(default_factory=dict)
    combined: abc.Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    levels: abc.Mapping[str, abc.Mapping[str, object]] = field(default_factory=dict)
    choices: abc.Mapping[str, abc.Mapping[str, str]] = field(default_factory=dict)
    always: abc.Mapping[str, object] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads what stands in a mapping, and refuses in one sentence what cannot be meant."""

    file: str
    settings: Settings

    def unit(self, code: str, context: Context) -> Unit:
        unit = context.directory.unit(code.upper())
        if unit is None:
            codes = ", ".join(known.code for known in context.directory.units)
            raise SettingsError(f"{self.file}: “{code}” is no unit in the directory; those are {codes}.")
        return unit

    def round(self, name: str, context: Context) -> Round:
        try:
            round_ = self.settings.timetable.round(name)
        except UnknownRoundError as error:
            raise SettingsError(f"{self.file}, round: {error}") from error
        if round_ != context.round:
            raise SettingsError(
                f"{self.file} is for {round_}, and this is {context.round}; adopt the register that was sent for this "
                "one, or correct round."
            )
        return round_

    def day(self, value: object) -> date | None:
        if value is None or type(value) is date:
            return value
        raise SettingsError(f"{self.file}, filled_on: “{value}” is no day; write it like 2026-10-02, without quotes.")

    def tables(self, kind: str, written: object) -> tuple[Table, ...]:
        if not isinstance(written, list):
            raise SettingsError(f"{self.file}: write [[{kind}]], in two brackets, before each table of {kind}.")
        names = [f"{kind} {number}" if len(written) > 1 else kind for number in range(1, len(written) + 1)]
        return tuple(self._table(kind, one, name) for name, one in zip(names, written, strict=True))

    def refs(self, written: object) -> dict[str, str]:
        if not isinstance(written, dict) or not all(isinstance(ref, str) for ref in written.values()):
            raise SettingsError(f"{self.file}, refs: write a ref of theirs in quotes, =, and a ref of ours in quotes.")
        return {theirs: NEW if folded(ref) == NEW else ref.strip().upper() for theirs, ref in written.items()}

    def _table(self, kind: str, written: object, name: str) -> Table:
        told = build(_TableTable, written, name, self.file)
        asked = by_key(RISKS if kind == "risks" else ACTIONS)
        self._keys(told.columns, KEYS[kind], f"{name}.columns")
        self._keys(told.action, IN_ROW if kind == "risks" else (), f"{name}.action")
        self._keys(told.levels, AXES if kind == "risks" else (), f"{name}.levels")
        self._keys(told.choices, _keys_of(asked, Choice), f"{name}.choices")
        self._keys(told.always, [key for key in KEYS[kind] if _may_always(asked, key)], f"{name}.always")
        self._combined(told, kind, name)
        return Table(
            told.sheet,
            self._span(told.headings, f"{name}.headings", 3),
            self._span(told.rows, f"{name}.rows"),
            self._across(told.across, f"{name}.across"),
            tuple(sorted(told.pass_over)),
            told.columns,
            told.action,
            told.combined,
            {axis: self._steps(axis, steps, f"{name}.levels.{axis}") for axis, steps in told.levels.items()},
            {key: self._options(asked[key], words, f"{name}.choices.{key}") for key, words in told.choices.items()},
            {key: self._fitting(asked[key], value, f"{name}.always.{key}") for key, value in told.always.items()},
        )

    def _keys(self, written: Iterable[str], known: Iterable[str], where: str) -> None:
        names = list(known)
        for key in written:
            if key not in names:
                near = process.extractOne(key, names, score_cutoff=60)
                meant = f"did you mean {near[0]}? " if near else ""
                raise SettingsError(
                    f"{self.file}, {where}: “{key}” cannot stand here; {meant}here are {', '.join(names) or 'none'}."
                )

    def _combined(self, told: _TableTable, kind: str, name: str) -> None:
        """Refuse a combination that no cell has, and what two columns would say."""
        orders = [*RATINGS, *(pair[::-1] for pair in RATINGS), REF_TITLE]
        for heading, keys in told.combined.items():
            if kind != "risks" or not (keys in orders or (len(keys) == 3 and set(keys) == set(SENTENCE))):
                raise SettingsError(
                    f"{self.file}, {name}.combined: “{heading}” cannot say {listed(list(keys), 'and') or 'nothing'} at "
                    "once; it may be cause, event and effect, a ref and title, or an impact and likelihood."
                )
        said = [*told.columns, *(key for keys in told.combined.values() for key in keys)]
        for key in said:
            if said.count(key) > 1:
                raise SettingsError(f"{self.file}, {name}: {key} is read from two columns; take one of them out.")

    def _span(self, rows: Sequence[int], where: str, most: int = 0) -> Span:
        first, last = (min(rows), max(rows)) if rows else (0, 0)
        if len(rows) not in (1, 2) or first < 1 or (most and last - first >= most):
            over = f", at most {most} rows" if most else ""
            raise SettingsError(f"{self.file}, {where}: write the first and the last row, like [4, 6]{over}.")
        return first, last

    def _across(self, spelt: Sequence[str], where: str) -> Span | None:
        if not spelt:
            return None
        if len(spelt) != 2 or not all(column.isascii() and column.isalpha() and len(column) <= 3 for column in spelt):
            raise SettingsError(f'{self.file}, {where}: write the first and the last column, like ["A", "F"].')
        first, last = sorted(number(column) for column in spelt)
        return first, last

    def _steps(self, axis: str, written: abc.Mapping[str, object], where: str) -> dict[str, int | None]:
        self._once(written, where)
        kind = AXES[axis]
        return {typed: self._answer(kind, value, f"{where}: “{typed}”") for typed, value in written.items()}

    def _options(self, column: Column, written: abc.Mapping[str, str], where: str) -> dict[str, str | None]:
        self._once(written, where)
        return {typed: self._answer(column.kind, value, f"{where}: “{typed}”") for typed, value in written.items()}

    def _once(self, written: abc.Mapping[str, object], where: str) -> None:
        """Refuse a word that stands twice, with other capitals or spaces, and means two things."""
        said: dict[str, object] = {}
        for typed, value in written.items():
            if said.setdefault(folded(typed), value) != value:
                raise SettingsError(f"{self.file}, {where}: “{typed}” stands here twice, and means two things.")

    def _answer(self, kind: Kind, value: object, where: str) -> Any:
        """What a person said a word of theirs is; None while nothing has been said."""
        if isinstance(value, str) and not value.strip():
            return None
        if isinstance(value, str | int) and not isinstance(value, bool):
            try:
                return kind.read(value, self.settings).value
            except Unfit:
                pass
        raise SettingsError(f"{self.file}, {where} is “{value}”; write {kind.allowed(self.settings)}.")

    def _fitting(self, column: Column, value: object, where: str) -> Any:
        if isinstance(value, str | int | float | bool | date) and value != "":
            try:
                return column.kind.read(value, self.settings).value
            except Unfit:
                pass
        raise SettingsError(f"{self.file}, {where} is “{value}”; write {column.kind.allowed(self.settings)}.")


def _keys_of(asked: abc.Mapping[str, Column], kind: type) -> list[str]:
    return [key for key, column in asked.items() if isinstance(column.kind, kind)]


def _may_always(asked: abc.Mapping[str, Column], key: str) -> bool:
    """A rating, or a ref, cannot be said of every row at once."""
    return key in asked and not asked[key].ours and not isinstance(asked[key].kind, Step) and key != "risk_ref"


def _written(table: Table, remarks: Remarks, path: Path) -> tomlkit.items.Table:
    written = tomlkit.table()
    for line in remarks.get(path, ()):
        written.add(tomlkit.comment(_line(line)))
    _put(written, remarks, path, {"sheet": table.sheet, "headings": _rows(table.headings), "rows": list(table.rows)})
    if table.across:
        _put(written, remarks, path, {"across": [letters(column) for column in table.across]})
    if table.pass_over:
        _put(written, remarks, path, {"pass_over": list(table.pass_over)})
    for name in ("columns", "action", "combined", "levels", "choices", "always"):
        held = getattr(table, name)
        here = (*path, name)
        if name in ("levels", "choices"):
            above = tomlkit.table(is_super_table=True)
            for key, words in held.items():
                above.add(key, _table(words, remarks, (*here, key)))
            if held:
                written.add(name, above)
        elif held or here in remarks:
            written.add(name, _table(held, remarks, here))
    return written


def _rows(span: Span) -> list[int]:
    return [span[0]] if span[0] == span[1] else list(span)


def _table(values: abc.Mapping[str, Any], remarks: Remarks, path: Path) -> tomlkit.items.Table:
    table = tomlkit.table()
    for line in remarks.get(path, ()):
        table.add(tomlkit.comment(_line(line)))
    _put(table, remarks, path, values, quoted=path[-1] not in ("columns", "action", "always"))
    table.add(tomlkit.nl())
    return table


def _put(
    table: tomlkit.TOMLDocument | tomlkit.items.Table,
    remarks: Remarks,
    path: Path,
    values: abc.Mapping[str, Any],
    quoted: bool = False,
) -> None:
    """Put values into a table, each with its remark behind it."""
    for key, value in values.items():
        item = tomlkit.item("" if value is None else list(value) if isinstance(value, tuple) else value)
        if remark := remarks.get((*path, key)):
            item.comment(_line("; ".join(remark)))
        table.add(SingleKey(key, t=KeyType.Basic) if quoted else key, item)


def _line(text: str) -> str:
    """A comment: on one line, without what cannot be seen."""
    return "".join(character for character in plain(text) if character.isprintable())
