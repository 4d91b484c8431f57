"""A register that was made elsewhere in; a mapping for a person to correct out, with remarks and what is in doubt."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePath
from typing import Any

from riskbook.adopt import headings, layout, meaning, theirs
from riskbook.adopt.layout import Area
from riskbook.adopt.levels import steps, words
from riskbook.adopt.mapping import AXES, RATINGS, Remarks, Table
from riskbook.adopt.mapping import Mapping as Mapped
from riskbook.adopt.take import key_of, known_as
from riskbook.adopt.theirs import Told
from riskbook.adopt.translation import axis_of
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, RISKS, Asked, by_key
from riskbook.grid import Cell, Grid
from riskbook.kinds import Choice, listed
from riskbook.model import Entry
from riskbook.places import Place, letters
from riskbook.read import Book
from riskbook.sentences import REF_TITLE, pair
from riskbook.settings import Context, Settings
from riskbook.tables import shown
from riskbook.text import folded, short
from riskbook.toml import MAPPING


@dataclass(frozen=True, slots=True)
class Proposal:
    """A mapping as it is proposed, the comments to write down with it, and questions that only a person can answer."""

    mapping: Mapped
    remarks: Remarks
    doubts: tuple[Finding, ...]


def propose(book: Book, context: Context, unit: str, last: Mapped | None = None) -> Proposal:
    """Propose how a register is read, from its headings and from what stands under them.

    ``last`` is the mapping of an earlier round: what a person said then stands where the same words stand again.
    """
    drafts: dict[str, list[meaning.Draft]] = {"risks": [], "actions": []}
    for grid in book.grids:
        for area in layout.areas(grid, headings.known):
            if about := meaning.kind(area):
                drafts[about].append(_drafted(book, grid, area, about, context.settings, last))
    risks, actions = (tuple(draft.table for draft in drafts[kind]) for kind in ("risks", "actions"))
    mapping = Mapped(file_of(book.name), unit, context.round, risks=risks, actions=actions)
    remarks: dict[tuple[str | int, ...], Sequence[str]] = {
        (kind, n, *path): lines
        for kind, some in drafts.items()
        for n, draft in enumerate(some)
        for path, lines in draft.remarks.items()
    }
    refs = dict(_refs(book, mapping, context))
    if refs:
        remarks[("refs",)] = _OF_REFS
        remarks |= {("refs", name): (remark,) for name, (_, remark) in refs.items()}
    if not risks:
        remarks[()] = _NO_TABLE
    doubts = tuple(doubt for some in drafts.values() for draft in some for doubt in draft.doubts)
    return Proposal(replace(mapping, refs={name: ref for name, (ref, _) in refs.items()}), remarks, doubts)


def file_of(book: str) -> str:
    """What the mapping of a workbook is called: it stands beside it."""
    return f"{PurePath(book).stem}{MAPPING}"


_OF_REFS = (
    "Risks of theirs that were on our register before, by their ref (or title), and the ref that they have with us.",
    "“” is to be answered: our ref if it is the same risk, “new” if it is another. A risk that is not here is new.",
)
_NO_TABLE = (
    "No table of risks was found. Say where it stands, without the # before each line:",
    "",
    "[[risks]]",
    'sheet = "the name of the sheet"',
    "headings = [4]      # the row of the headings; [4, 6] where they stand on rows 4 to 6",
    "rows = [5, 30]      # the first and the last row of risks",
    "[risks.columns]",
    'event = "Their heading"',
    'impact = "column F"',
)


def _drafted(book: Book, grid: Grid, area: Area, kind: str, settings: Settings, last: Mapped | None) -> meaning.Draft:
    """A table with everything that can be said of it for certain."""
    sheet = meaning.Seen(book, grid, area)
    draft = meaning.Draft(Table(grid.name, area.headings, area.rows, area.across, area.pass_over))
    before = _before(sheet, kind, last)
    if before:
        again = {name: getattr(before, name) for name in ("columns", "action", "combined", "always")}
        draft.table = replace(draft.table, **again)
    elif kind == "risks":
        meaning.risk_columns(sheet, draft)
    else:
        meaning.action_columns(sheet, draft)
    spoken = last.tables if last else ()
    _answers(sheet, draft, kind, settings, [table for name, table in spoken if name.startswith(kind)])
    _remark(sheet, draft, kind, settings)
    return draft


def _before(sheet: meaning.Seen, kind: str, last: Mapped | None) -> Table | None:
    """A table of the last mapping in which every heading is one of this table: what a person said of it stands."""
    names = {sheet.name(column) for column in sheet.under}
    for name, table in last.tables if last else ():
        used = {*table.columns.values(), *table.action.values(), *table.combined}
        if name.startswith(kind) and used and used <= names:
            return table
    return None


def _answers(sheet: meaning.Seen, draft: meaning.Draft, kind: str, settings: Settings, last: Sequence[Table]) -> None:
    """What each word of theirs is, as far as that is certain, or a person said it before."""
    ours = by_key(RISKS if kind == "risks" else ACTIONS)
    levels: dict[str, dict[str, int | None]] = {}
    for axis in AXES if kind == "risks" else ():
        told = words(_rated(sheet, draft.table, axis))
        if told:
            said = _said_before(table.levels.get(axis, {}) for table in last)
            certain = steps(list(told), AXES[axis].levels(settings.matrix))
            levels[axis] = {typed: said.get(folded(typed)) or certain[typed] for typed in told}
            _remark_words(draft, ("levels", axis), told, levels[axis])
    choices: dict[str, dict[str, str | None]] = {}
    for key, name in draft.table.columns.items():
        if isinstance(kind_ := ours[key].kind, Choice):
            told = words((shown(cell), cell) for cell in sheet.under.get(sheet.column(name), ()))
            said = _said_before(table.choices.get(key, {}) for table in last)
            options = {folded(option): option for option in kind_.options(settings)}
            choices[key] = {typed: said.get(folded(typed)) or options.get(folded(typed)) for typed in told}
            _remark_words(draft, ("choices", key), told, choices[key])
    draft.table = replace(draft.table, levels=levels, choices={key: words for key, words in choices.items() if words})


def _rated(sheet: meaning.Seen, table: Table, axis: str) -> Iterator[tuple[str, Cell]]:
    """Everything that is typed for an axis, with its cell."""
    for rating in RATINGS:
        key = rating[0] if axis == "impact" else rating[1]
        if key in table.columns:
            yield from ((shown(cell), cell) for cell in sheet.under.get(sheet.column(table.columns[key]), ()))
    for name, keys in table.combined.items():
        axes = tuple(map(axis_of, keys))
        if set(axes) == set(AXES) and keys != REF_TITLE and len(keys) == 2:
            for cell in sheet.under.get(sheet.column(name), ()):
                if found := pair(shown(cell)):
                    yield (found.first, found.second)[(found.axes or axes).index(axis)], cell


def _said_before(tables: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    return {folded(typed): value for table in tables for typed, value in table.items() if value is not None}


def _remark_words(
    draft: meaning.Draft, path: tuple[str | int, ...], told: Mapping[str, Sequence[Cell]], answers: Mapping[str, Any]
) -> None:
    for typed, cells in told.items():
        named = [Place("", "", cell.row, cell.column).cell for cell in cells[:3]]
        where = f"{', '.join(named)}{f' and {len(cells) - 3} more' if len(cells) > 3 else ''}"
        draft.remarks[(*path, typed)] = (where if answers[typed] is not None else f"to be answered: {where}",)


def _remark(sheet: meaning.Seen, draft: meaning.Draft, kind: str, settings: Settings) -> None:
    """Comments on what stands where, what may be written, and which columns are not read as one of ours."""
    table, ours = draft.table, by_key(RISKS if kind == "risks" else ACTIONS)
    used = {*table.columns.values(), *table.action.values(), *table.combined}
    left = [f"- “{sheet.name(c)}” ({letters(c)})" for c in sheet.under if sheet.under[c] and sheet.name(c) not in used]
    lines = list(draft.remarks.get(("columns",), ()))
    if left:
        lines += ["Not read as one of ours, and carried as they stand:", *left]
    missing = [key for key, column in ours.items() if column.asked is Asked.ALWAYS and key not in _named(table)]
    if missing:
        lines.append(f"Not found yet, and asked of every {kind[:-1]}: {listed(missing, 'and')}.")
    draft.remarks[("columns",)] = lines
    for name in ("columns", "action", "combined"):
        for key, value in getattr(table, name).items():
            column = sheet.column(key if name == "combined" else value)
            draft.remarks[(name, key)] = (f"column {letters(column)}",)
    rows = sheet.grid.rows if table.pass_over else {}
    passed = [f"{row}: {short(' '.join(map(shown, rows[row].values())), 40)}" for row in table.pass_over]
    draft.remarks[("pass_over",)] = passed
    for axis in table.levels:
        allowed = AXES[axis].allowed(settings)
        draft.remarks[("levels", axis)] = (f"Their words for {axis}, and the number of our step: {allowed}.",)
    for key in table.choices:
        draft.remarks[("choices", key)] = (f"Ours: {ours[key].kind.allowed(settings)}.",)
    constants = [key for key in missing if isinstance(ours[key].kind, Choice)]
    if constants:
        examples = [f'{key} = "{ours[key].example}"' for key in constants]
        draft.remarks[("always",)] = ("What holds for every row may be said here, without the #:", *examples)


def _named(table: Table) -> set[str]:
    return {*table.columns, *table.always, *(key for keys in table.combined.values() for key in keys)}


def _refs(book: Book, mapping: Mapped, context: Context) -> Iterator[tuple[str, tuple[str, str]]]:
    """Risks of theirs that were on our register before: the same words are certain, their ref alone is to be asked."""
    told = [
        one
        for name, table in mapping.tables
        if name.startswith("risks")
        for one in _told(book, mapping, name, table, context)
    ]
    before = context.before.entries if context.before else ()
    entries = [entry for entry in before if context.heir(entry.unit) == context.heir(mapping.unit)]
    by_ref = known_as(context, mapping.unit)
    names = [folded(key_of(one)) for one in told]
    for one in told:
        name = key_of(one)
        same = [entry for entry in entries if _same_words(one, entry)]
        alike = [other for other in told if same and _same_words(other, same[0])]
        called = by_ref.get(folded(one.theirs), []) if one.theirs else []
        alone = names.count(folded(name)) == 1
        if len(same) == 1 and len(alike) == 1 and alone:
            yield name, (same[0].ref, short(same[0].now.title or same[0].now.event))
        elif called:
            words = short(called[0].now.title or called[0].now.event)
            yield name, ("", f"to be answered: was {called[0].ref}, “{words}”; the words are others now")


def _told(book: Book, mapping: Mapped, name: str, table: Table, context: Context) -> list[Told]:
    return theirs.risks(theirs.where(book, mapping.file, name, table), context.settings).told


def _same_words(told: Told, entry: Entry) -> bool:
    """The same title; or the same event where there is no title."""
    title, event = (folded(str(told.row.values.get(key, ""))) for key in ("title", "event"))
    if title:
        return title == folded(entry.now.title)
    return bool(event) and event == folded(entry.now.event)
