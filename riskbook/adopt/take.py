"""A workbook that was made elsewhere and its mapping in; a unit's return out, as if it were one of our forms."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import count

from riskbook import ingest
from riskbook.adopt import layout, theirs
from riskbook.adopt.mapping import NEW, RATINGS, plain
from riskbook.adopt.mapping import Mapping as Mapped
from riskbook.adopt.mapping import Table as Their
from riskbook.adopt.theirs import THEIR_REF, Read, Told, Where, spans
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, AFRESH, FORM, RISKS, Asked, Column, by_key, typed_keys
from riskbook.grid import Type
from riskbook.ingest import Ingested
from riskbook.kinds import Ref, Step, listed
from riskbook.model import Entry, Held, Risk, Scope, UnitReturn
from riskbook.movement import keeps_steps
from riskbook.places import Place
from riskbook.placing import place
from riskbook.read import Book
from riskbook.rules import adoption
from riskbook.settings import Context, Settings
from riskbook.tables import Row, Table, shown
from riskbook.text import fitting, folded, short


def every(_: str) -> bool:
    """Whether a sheet is looked at to propose a mapping: all are."""
    return True


def wanted(mapping: Mapped) -> Callable[[str], bool]:
    """Whether a sheet is one that a mapping reads."""
    return {table.sheet for _, table in mapping.tables}.__contains__


def unit_return(book: Book, mapping: Mapped, context: Context) -> Ingested:
    """Read a register of theirs as a return: its risks and actions, what is held, and findings with their cells.

    Raises:
        SettingsError: the mapping names a sheet or a heading that is not there.
    """
    findings = [*ingest.about(book), *_not_used(book, mapping)]
    if not mapping.risks:
        facts = {"sheets": listed([name for name, _ in book.sheets], "and")}
        return Ingested(None, (*findings, adoption.NO_TABLE.finding(Place(book.name), facts)))
    taken = _Taken(book, mapping, context)
    taken.read()
    findings += [*_outside(book, mapping), *taken.findings]
    findings += ingest.uncalculated(book, Table(0, {}, (), tuple(taken.uncalculated)))
    placed = place(mapping.unit, taken.risks, taken.actions, context)
    returned = UnitReturn(
        book=book.name,
        sha256=book.sha256,
        unit=mapping.unit,
        round=mapping.round,
        scope=_scope(placed.risks),
        form=FORM,
        issue=0,
        filled_by=mapping.filled_by,
        filled_on=mapping.filled_on,
        reviewed_all=False,
        modified=book.core.get("modified", ""),
        risks=placed.risks,
        actions=placed.actions,
        held=(*placed.held, *taken.held),
        replies=(),
        blank=placed.blank + taken.blank,
    )
    return Ingested(returned, (*findings, *placed.findings), tuple(taken.risks), tuple(taken.actions))


def key_of(told: Told) -> str:
    """What a risk of theirs is known by from quarter to quarter: their ref; without one its title, or its event."""
    values = told.row.values
    return plain(told.theirs or str(values.get("title") or values.get("event") or ""))


def known_as(context: Context, unit: str) -> dict[str, list[Entry]]:
    """The risks of a unit on last round's register, by what they are known by in a register of their own: their ref."""
    found: dict[str, list[Entry]] = {}
    for entry in context.before.entries if context.before else ():
        if context.heir(entry.unit) == context.heir(unit):
            for name in {
                folded(entry.ref),
                *(folded(text) for heading, text in entry.now.other if heading == THEIR_REF),
            }:
                found.setdefault(name, []).append(entry)
    return found


class _Taken:
    """The rows of a register on their way into a return."""

    def __init__(self, book: Book, mapping: Mapped, context: Context) -> None:
        self.risks: list[Row] = []
        self.actions: list[Row] = []
        self.held: list[Held] = []
        self.blank = 0
        self.findings: list[Finding] = []
        self.uncalculated: list[Place] = []
        self._book, self._mapping, self._context = book, mapping, context
        self._numbers = count(1)
        self._refs = {folded(typed): ref for typed, ref in mapping.refs.items()}
        self._before = known_as(context, mapping.unit)
        self._called: dict[str, set[str]] = {}

    def read(self) -> None:
        """Read every table: risks first, because actions point at them."""
        settings = self._context.settings
        for name, table in self._mapping.tables:
            at = theirs.where(self._book, self._mapping.file, name, table)
            if name.startswith("risks"):
                read = theirs.risks(at, settings)
                refs = self._risks(at, read)
            else:
                read = theirs.actions(at, settings)
                refs = {}
                self._actions(at, read)
            self.blank += read.blank
            self.uncalculated += read.uncalculated
            self.findings += [replace(one, ref=refs.get(one.place.row, "")) for one in read.findings]
            self.findings += [replace(one, ref="") for one in read.doing]

    def _risks(self, at: Where, read: Read) -> dict[int, str]:
        """Take the risks of a table, each with a ref; the refs by row."""
        refs: dict[int, str] = {}
        taken: list[Told] = []
        for told in read.told:
            ref = self._refs.get(folded(key_of(told)), NEW)
            if not ref:
                self._hold(told)
                continue
            ref = f"NEW-{next(self._numbers)}" if ref == NEW else ref
            refs[told.row.source.row] = ref
            for name in {folded(told.theirs), folded(str(told.row.values.get("title", "")))} - {""}:
                self._called.setdefault(name, set()).add(ref)
            actions = [replace(one, values={**one.values, "risk_ref": ref}) for one in told.actions]
            row = replace(told.row, values={**told.row.values, "ref": ref})
            taken.append(replace(told, row=row, actions=tuple(actions)))
        more = [_carried(told.row, at.table, self._context) for told in taken]
        rows = [replace(one.row, values={**one.row.values, **values}) for one, values in zip(taken, more, strict=True)]
        done = [action for one in taken for action in one.actions]
        self.risks += rows
        self.actions += done
        self.findings += [
            *_say_carried(at, more),
            *_unsaid(at, rows, RISKS, _said(at.table)),
            *_unsaid(at, done, ACTIONS, {*at.table.action, "risk_ref"}),
            *_stated(at, taken, self._context.settings),
        ]
        return refs

    def _actions(self, at: Where, read: Read) -> None:
        """Take the actions of a table, each for the risk that is called what stands there."""
        rows = [self._for_risk(told.row) for told in read.told]
        self.actions += rows
        self.findings += _unsaid(at, rows, ACTIONS, _said(at.table))

    def _for_risk(self, row: Row) -> Row:
        typed = str(row.values.get("risk_ref", ""))
        called = self._called.get(folded(typed), set()) if typed else set()
        ref = next(iter(called)) if len(called) == 1 else Ref().read(typed, self._context.settings).value
        if not typed:
            return row
        cell = row.cells["risk_ref"]._replace(type=Type.TEXT, value=ref) if called else row.cells["risk_ref"]
        return replace(row, cells={**row.cells, "risk_ref": cell}, values={**row.values, "risk_ref": ref})

    def _hold(self, told: Told) -> None:
        """Hold a risk that may be one of last quarter's, until a person has said."""
        row, headers = told.row, {key: column.header for key, column in by_key(RISKS).items()}
        name = key_of(told)
        entries = self._before.get(folded(name), [])
        facts = {"file": self._mapping.file, "theirs": short(name), "ref": entries[0].ref if entries else "ours"}
        rule = adoption.SAME_THEIR_REF
        self.findings.append(rule.finding(row.source.place("ref"), facts, field="Ref", value=short(name), key="ref"))
        lines = [f"{headers[key]}: {shown(cell)}" for key, cell in row.cells.items()]
        lines += [f"{heading}: {text}" for heading, text in row.other]
        lines += [f"{by_key(ACTIONS)[key].header}: {shown(c)}" for one in told.actions for key, c in one.cells.items()]
        reason = fitting(rule.message.format(**facts))
        typed = fitting("\n".join(lines))
        self.held.append(Held(self._mapping.unit, row.source, "", "", "", typed, reason, rule.code))


def _scope(risks: Iterable[Risk]) -> Scope:
    """Its own risks and no others: no other register of the unit speaks for them, nor it for theirs."""
    return Scope(tuple(risk.ref for risk in risks) or ("none",), takes_new=False)


def _said(table: Their) -> set[str]:
    """The keys of which a table says something."""
    return {*table.columns, *table.always, *(key for keys in table.combined.values() for key in keys)}


def _carried(row: Row, table: Their, context: Context) -> dict[str, object]:
    """What last round's register has of a known risk and their table has no column for; never the rating of now."""
    entry = context.before.by_ref.get(str(row.values["ref"])) if context.before else None
    if entry is None or context.before is None:
        return {}
    lost = not keeps_steps(context.before.scale, context.settings)
    unasked = {column.key: column for column in RISKS if column.key in typed_keys(RISKS)}
    return {
        key: value
        for key, column in unasked.items()
        if key not in {*_said(table), *AFRESH, *RATINGS[0], *row.values}
        and not (lost and isinstance(column.kind, Step))
        and (value := getattr(entry.now, key)) not in ("", None)
    }


def _say_carried(at: Where, more: Iterable[Mapping[str, object]]) -> Iterator[Finding]:
    some = [values for values in more if values]
    if some:
        headers = [column.header for column in RISKS if any(column.key in values for values in some)]
        facts = {"headings": listed(headers, "and"), "count": len(some)}
        yield adoption.CARRIED.finding(at.place(at.table.headings[1]), facts)


def _unsaid(at: Where, rows: Iterable[Row], ours: tuple[Column, ...], said: set[str]) -> Iterator[Finding]:
    """What every row must say, and no column of theirs has."""
    rows = list(rows)
    headers = [
        column.header
        for column in ours
        if column.asked is Asked.ALWAYS and column.key not in said
        if any(row.values.get(column.key) in ("", None) for row in rows)
    ]
    if headers:
        yield adoption.NO_ANSWER.finding(at.place(at.table.headings[1]), {"headings": listed(headers, "and")})


def _stated(at: Where, taken: Iterable[Told], settings: Settings) -> Iterator[Finding]:
    """Hold the scores that they typed against ours, where their steps have the numbers of ours."""
    answers = [(typed, step) for words in at.table.levels.values() for typed, step in words.items() if step]
    if answers and all(re.match(rf"{step}(?!\d)", typed) for typed, step in answers):
        rows = [replace(one.row, cells={"score": one.stated}) for one in taken if one.stated]
        yield from ingest.stated(Table(at.table.headings[1], {}, tuple(rows)), settings)


def _not_used(book: Book, mapping: Mapped) -> Iterator[Finding]:
    used = wanted(mapping)
    left = [name for name, _ in book.sheets if not used(name)]
    if left:
        yield adoption.SHEETS_NOT_USED.finding(
            Place(book.name), {"sheets": listed([f"“{name}”" for name in left], "and")}
        )


def _outside(book: Book, mapping: Mapped) -> Iterator[Finding]:
    """What stands on the sheets that are read and in no table: over one, or elsewhere."""
    areas: dict[str, list[layout.Area]] = {}
    for _, table in mapping.tables:
        areas.setdefault(table.sheet, []).append(table.area)
    for name, taken in areas.items():
        grid = book.grid(name)
        if grid is None:
            continue
        rows = grid.rows
        left = layout.outside(grid, taken)
        passed = {n for area in taken for n in area.pass_over if n in rows}
        passed |= {n for span in left if _is_over(span, taken, rows) for n in range(span[0], span[1] + 1)}
        if passed:
            told = [f"{n} “{_words(rows, (n, n))}”" for n in sorted(passed)]
            yield adoption.PASSED_OVER.finding(Place(book.name, name, min(passed)), {"rows": f"row {', '.join(told)}"})
        for span in left:
            if not passed >= set(range(span[0], span[1] + 1)):
                facts = {"rows": spans(range(span[0], span[1] + 1)), "words": f"“{_words(rows, span)}”"}
                yield adoption.NOT_READ.finding(Place(book.name, name, span[0]), facts)


def _is_over(span: layout.Span, taken: Iterable[layout.Area], rows: layout.Rows) -> bool:
    """Whether rows stand over all tables of a sheet, or are a title right over one, a text a row."""
    tops = {area.headings[0] for area in taken}
    title = span[1] + 1 in tops and all(len(rows[n]) == 1 for n in range(span[0], span[1] + 1))
    return span[1] < min(tops) or title


def _words(rows: layout.Rows, span: layout.Span) -> str:
    cells = [cell for n in range(span[0], span[1] + 1) for cell in rows[n].values() if not cell.formula]
    return short(" ".join(map(shown, cells)), 80)
