"""A Book in; a unit's return, or the directory, out, with a finding for everything that did not fit."""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from riskbook import marks, sentences
from riskbook.directory import Directory, Meeting, Person, Unit
from riskbook.findings import Finding
from riskbook.forms import (
    ACTIONS,
    BOARDS,
    FIXES,
    FORM,
    LABELS,
    PEOPLE,
    RISKS,
    SHEETS,
    TO_READ,
    UNITS,
    YOUR_PART,
    Asked,
    Column,
    by_key,
    on_start,
    typed_keys,
)
from riskbook.grid import Cell, Grid, Type
from riskbook.kinds import Step, Unfit, listed, said, suggestion
from riskbook.matrix import Score
from riskbook.model import About, Held, Reply, Scope, Source, UnitReturn
from riskbook.movement import is_emptied
from riskbook.places import Place, letters
from riskbook.placing import Placed, place
from riskbook.read import Book
from riskbook.rounds import Round, UnknownRoundError
from riskbook.rules import books, cells, returns
from riskbook.settings import Context, Settings
from riskbook.tables import ERRORS, Row, Table, as_typed, read, shown
from riskbook.text import fitting, folded, short


@dataclass(frozen=True, slots=True)
class Ingested:
    """What a workbook says: the return where it is one of ours and of this round, and findings.

    ``risks`` and ``actions`` are its rows as typed, ``part`` what was filled in on Start, by key.
    """

    returned: UnitReturn | None
    findings: tuple[Finding, ...]
    risks: tuple[Row, ...] = ()
    actions: tuple[Row, ...] = ()
    part: Mapping[str, Cell] = field(default_factory=dict)


def unit_return(book: Book, context: Context) -> Ingested:
    """Read a return: which unit and round it is for, its risks and actions, and what is held."""
    told = marks.read(book, context.directory)
    findings = [*about(book), *told.findings, *_elsewhere(book, context.settings)]
    grid = marks.sheet(book, "Risks")
    if grid is None and not told.said:
        return Ingested(None, (books.NOT_OURS.finding(Place(book.name), {}),))
    whose, doubts = _whose(book, told, context)
    findings += doubts
    risks, more = _sheet(book, "Risks", RISKS, context.settings)
    actions, still_more = _sheet(book, "Actions", ACTIONS, context.settings)
    form = _whole(told, "form", FORM)
    if form == FORM and marks.sheet(book, "Start") is None:
        findings.append(books.NO_SHEET.finding(Place(book.name), {"sheet": "Start"}))
    findings += [*more, *still_more, *_version(book, form)]
    if risks is None or whose is None:
        return Ingested(None, tuple(findings))
    findings += _missing_columns(book, "Risks", risks, RISKS, form)
    findings += [*_steps(book, context.settings), *stated(risks, context.settings), *_previous(risks, context)]
    if actions:
        findings += _missing_columns(book, "Actions", actions, ACTIONS, form)
    findings += uncalculated(book, risks, actions)
    action_rows = actions.rows if actions else ()
    actions_typed = action_rows if actions else _as_typed(book, "Actions", ACTIONS, context.settings)
    risk_rows, notes = sentences.old_sheet(_with_rated(risks.rows), risks.columns)
    findings += notes
    placed = place(whose[0].code, risk_rows, action_rows, context)
    if actions is None:
        placed = replace(placed, held=(*placed.held, *_unplaced(book, "Actions", whose[0].code, still_more[0])))
    returned, notes = _returned(book, told, whose, form, placed, context.settings)
    part = {column.key: told.cells[column.key] for column in on_start(whose[0].level) if column.key in told.cells}
    return Ingested(returned, (*findings, *placed.findings, *notes), risk_rows, actions_typed, part)


def directory(book: Book, settings: Settings) -> tuple[Directory, list[Finding]]:
    """Read directory.xlsx: its sheets Units and People, and Boards, which a directory of old has not."""
    findings: list[Finding] = []
    read_rows: dict[str, tuple[Row, ...]] = {}
    for name, columns in (("Units", UNITS), ("People", PEOPLE), ("Boards", BOARDS)):
        grid = book.grid(name)
        table, found = read(grid, book.name, book.sha256, columns, settings) if grid else (None, [])
        findings += found
        if table is None and (grid or name != "Boards"):
            findings.append(books.NO_SHEET.finding(Place(book.name), {"sheet": name}))
        read_rows[name] = table.rows if table else ()
        findings += [
            cells.EMPTY.finding(row.source.place(column.key), {"heading": column.header, "help": column.help})
            for row in read_rows[name]
            for column in columns
            if column.asked is Asked.ALWAYS and column.key not in row.cells
        ]
    units = tuple(Unit(**{"code": "", "name": "", "level": "", **row.values}) for row in read_rows["Units"])
    findings += _units_clash(read_rows["Units"], units)
    people = tuple(Person(**{"name": "", **row.values}) for row in read_rows["People"])
    told = (row.values for row in read_rows["Boards"])
    meetings = tuple(Meeting(**values) for values in told if {"board", "on"} <= values.keys())
    return Directory(units, people, meetings), findings


def _units_clash(rows: tuple[Row, ...], units: tuple[Unit, ...]) -> Iterator[Finding]:
    """Units that share a code on some day, and units under, or followed by, one that there is not."""
    codes = {unit.code for unit in units}
    for row, unit in zip(rows, units, strict=True):
        same = [other.source.row for other, one in zip(rows, units, strict=True) if one.overlaps(unit)]
        if len(same) > 1:
            facts = {"code": unit.code, "rows": listed([str(number) for number in same], "and")}
            yield books.UNIT_TWICE.finding(row.source.place("code"), facts, value=unit.code)
        if unit.code and not re.fullmatch("[A-Z]{2,6}", unit.code):
            yield books.CODE.finding(row.source.place("code"), {"code": unit.code}, value=unit.code)
        if unit.parent and unit.parent not in codes:
            yield books.NO_PARENT.finding(row.source.place("parent"), {"parent": unit.parent}, value=unit.parent)
        if unit.successor and (unit.successor not in codes or unit.successor == unit.code):
            facts = {"successor": unit.successor, "code": unit.code}
            yield books.NO_SUCCESSOR.finding(row.source.place("successor"), facts, value=unit.successor)


def about(book: Book) -> Iterator[Finding]:
    """What people ought to know of a workbook that was read all the same."""
    where = Place(book.name)
    hidden = [f"the sheet {name}" for name, state in book.sheets if state != "visible" and folded(name) != "lists"]
    for grid in book.grids:
        ranges = [f"{letters(first)} to {letters(last)}" for first, last in grid.hidden_columns]
        hidden += [f"columns {span} of {grid.name}" for span in ranges]
        if grid.hidden_rows:
            hidden.append(f"{len(grid.hidden_rows)} rows of {grid.name}")
        if grid.filtered:
            hidden.append(f"what the filter of {grid.name} leaves out")
    if hidden:
        yield books.HIDDEN.finding(where, {"what": ", ".join(hidden)})
    links = [*book.pinned.links, *(["a database or web page"] if book.pinned.connections else []), *book.pinned.outward]
    links += [f"what a formula in {grid.name}!{cell} names" for grid in book.grids for cell in grid.calling]
    if links:
        yield books.LINKS.finding(where, {"links": _some(links, "more")})
    if book.pinned.macros:
        yield books.MACROS.finding(where, {})
    noted = [f"{sheet}!{cell}" for sheet, cells in book.pinned.comments.items() for cell in cells]
    carried = [*([f"comments on {_some(noted, 'more cells')}"] if noted else []), *book.pinned.carried]
    if carried:
        yield books.CARRIED.finding(where, {"what": listed(carried, "and")})
    for note in book.notes:
        yield books.READ_OTHERWISE.finding(where, {"note": note})


def _some(told: list[str], rest: str) -> str:
    """The first few of many."""
    more = [f"{len(told) - _NAMED} {rest}"] if len(told) > _NAMED else []
    return listed([*(short(one) for one in told[:_NAMED]), *more], "and")


_NAMED = 30
"""So many of what a workbook reaches out to, or has comments on, are named: more than this no page has room for."""


def _elsewhere(book: Book, settings: Settings) -> Iterator[Finding]:
    """Sheets that are not the form's: a question where rows of ours stand on one, or else a note."""
    known = {grid.name for name in SHEETS if (grid := marks.sheet(book, name))} | {*marks.listed(book, TO_READ)}
    for name in (name for name, _ in book.sheets if name not in known and not marks.is_ours(name)):
        grid = book.grid(name)
        count = _rows_on(grid, book, settings) if grid else 0
        rule = books.ELSEWHERE if count else books.NOT_READ
        yield rule.finding(Place(book.name, name), {"sheet": name, "count": count})


def _rows_on(grid: Grid, book: Book, settings: Settings) -> int:
    """How many rows of a sheet say something under headings of Risks or of Actions."""
    counts = [0]
    for columns in (RISKS, ACTIONS):
        table, _ = read(grid, book.name, book.sha256, columns, settings)
        typed = typed_keys(columns)
        counts.append(sum(any(key in row.cells for key in typed) for row in table.rows) if table else 0)
    return max(counts)


def _whose(book: Book, told: marks.Marks, context: Context) -> tuple[tuple[Unit, Round] | None, list[Finding]]:
    """The unit and round that a return is of; None with the reason when it is not one of this round."""
    findings = []
    code, name = told.said.get("unit", ""), told.said.get("round", "")
    unit = context.directory.unit(code.upper())
    if unit is None:
        codes = tuple(known.code for known in context.directory.units)
        near = suggestion(code, codes, context.settings) if code else ""
        findings.append(books.NO_UNIT.finding(Place(book.name), {"typed": code or "nothing", "suggestion": near}))
    try:
        round_ = context.settings.timetable.round(name)
    except UnknownRoundError:
        findings.append(books.NO_ROUND.finding(Place(book.name), {"typed": name or "nothing", "round": context.round}))
        return None, findings
    if round_ != context.round:
        facts = {"typed": round_, "round": context.round}
        findings.append(books.OTHER_ROUND.finding(Place(book.name), facts, unit=unit.code if unit else ""))
    return (None if findings or unit is None else (unit, round_)), findings


def _sheet(
    book: Book, name: str, columns: tuple[Column, ...], settings: Settings
) -> tuple[Table | None, list[Finding]]:
    grid = marks.sheet(book, name)
    table, findings = read(grid, book.name, book.sha256, columns, settings) if grid else (None, [])
    if table is None and not findings:
        findings = [books.NO_SHEET.finding(Place(book.name, grid.name if grid else ""), {"sheet": name})]
    return table, findings


def _as_typed(book: Book, name: str, columns: tuple[Column, ...], settings: Settings) -> tuple[Row, ...]:
    grid = marks.sheet(book, name)
    return as_typed(grid, book.name, book.sha256, columns, settings) if grid else ()


def _unplaced(book: Book, name: str, unit: str, why: Finding) -> Iterator[Held]:
    """Every row of a sheet that cannot be read, held as typed; riskbook's own formulas say nothing."""
    grid = marks.sheet(book, name)
    for number, row in sorted(grid.rows.items()) if grid else ():
        typed = [
            f"{letters(at)}: {shown(cell)}" for at, cell in sorted(row.items()) if not cell.formula and shown(cell)
        ]
        if grid and typed and number > why.place.row:
            source = Source(book.name, book.sha256, grid.name, number)
            yield Held(unit, source, "", "", "", fitting("\n".join(typed)), fitting(why.message), why.code)


def _whole(told: marks.Marks, mark: str, otherwise: int) -> int:
    digits = re.fullmatch(r"(\d{1,6})(\.0+)?", told.said.get(mark, ""))
    return int(digits[1]) if digits else otherwise


def _version(book: Book, form: int) -> list[Finding]:
    if form == FORM:
        return []
    rule = books.OLD_FORM if form < FORM else books.NEWER_FORM
    return [rule.finding(Place(book.name), {"form": form, "current": FORM})]


def _steps(book: Book, settings: Settings) -> Iterator[Finding]:
    """Hold the steps that a form was issued with against those in force; of two axes that differ the first speaks."""
    for key in ("impact", "likelihood"):
        column = by_key(RISKS)[key]
        if isinstance(column.kind, Step):
            theirs, ours = marks.listed(book, column.kind.name), tuple(map(str, column.kind.levels(settings.matrix)))
            if theirs and theirs != ours:
                facts = {"heading": column.header, "theirs": listed(list(theirs)), "ours": listed(list(ours))}
                yield returns.OLD_SCALE.finding(Place(book.name, "Risks"), facts, field=column.header, key=key)
                return


def _missing_columns(book: Book, sheet: str, table: Table, columns: tuple[Column, ...], form: int) -> list[Finding]:
    """Columns that the form has and the sheet lacks; impact and likelihood may stand together in one."""
    have = {*table.columns, *(("impact", "likelihood") if "rated" in table.columns else ())}
    grid = marks.sheet(book, sheet)
    where = Place(book.name, grid.name if grid else sheet, table.header)
    return [
        cells.NO_COLUMN.finding(where, {"heading": column.header}, field=column.header, key=column.key)
        for column in columns
        if column.asked is Asked.ALWAYS and column.since <= form and column.key not in have
    ]


def _with_rated(rows: tuple[Row, ...]) -> tuple[Row, ...]:
    """Rows with impact and likelihood taken out of the combined cell of an old sheet."""
    taken = []
    for row in rows:
        values = dict(row.values)
        if "rated" in values:
            (impact, likelihood), _ = values.pop("rated")
            values = {"impact": impact, "likelihood": likelihood, **values}
        taken.append(replace(row, values=values))
    return tuple(taken)


def stated(table: Table, settings: Settings) -> Iterator[Finding]:
    """Hold a score and rating that somebody typed against the matrix."""
    known = by_key(RISKS)
    for row, values in ((row, _with_rated((row,))[0].values) for row in table.rows):
        typed = [(key, shown(row.cells[key])) for key in ("score", "rating") if _is_typed(row, key)]
        if "rated" in row.values:
            typed.append(("rated", row.values["rated"][1]))
        for key, text in typed:
            about = {"field": known[key].header, "value": text, "key": key, "ref": str(row.values.get("ref", ""))}
            place_ = row.source.place(key)
            typed_number = float(text) if re.fullmatch(r"-?\d+(\.\d+)?", text) else None
            if typed_number is not None and typed_number not in settings.matrix.reachable:
                near = " and ".join(map(str, settings.matrix.nearest(typed_number)))
                yield cells.UNREACHABLE.finding(place_, {"typed": text, "nearest": near}, **about)
            elif "impact" in values and "likelihood" in values and text:
                score = Score(values["impact"], values["likelihood"])
                number, band = settings.matrix.number(score), settings.matrix.band(score)
                words = (band.name, band.letter, str(band), f"{number} {band.name}")
                if typed_number != number and folded(text) not in map(folded, words):
                    facts = {"typed": text, "impact": score.impact, "likelihood": score.likelihood}
                    computed = settings.matrix.rating(score)
                    yield cells.TYPED_SCORE.finding(place_, {**facts, "computed": computed}, **about)


def _previous(table: Table, context: Context) -> Iterator[Finding]:
    """Hold last quarter's rating, where somebody typed one, against the register, whose own counts."""
    for row in table.rows if context.before else ():
        text = shown(row.cells["previous"]) if _is_typed(row, "previous") else ""
        ref = str(row.values.get("ref", ""))
        register = _rated_before(ref, context)
        if text and folded(text) not in map(folded, register):
            facts = {"typed": text, "register": register[0] if register else "nothing"}
            about = {"field": by_key(RISKS)["previous"].header, "value": text, "key": "previous", "ref": ref}
            yield returns.PREVIOUS.finding(row.source.place("previous"), facts, **about)


def _rated_before(ref: str, context: Context) -> tuple[str, ...]:
    """The ways in which a risk's last rating may be told; nothing where it has none."""
    before = context.before
    entry = before.by_ref.get(before.standing(ref)) if before else None
    last = next((past for past in reversed(entry.ratings) if past.score), None) if entry else None
    if last is None:
        return ()
    rating = f"{last.number} {last.band}"
    return f"{rating} ({last.score})", rating, f"{rating}, another scale", str(last.number), last.band, str(last.score)


def _is_typed(row: Row, key: str) -> bool:
    return key in row.cells and not row.cells[key].formula


def uncalculated(book: Book, *tables: Table | None) -> list[Finding]:
    """One finding for the whole file."""
    found = [place_ for table in tables if table for place_ in table.uncalculated]
    if not found:
        return []
    named = ", ".join(f"{place_.sheet}!{place_.cell}" for place_ in found[:3])
    return [books.NEVER_CALCULATED.finding(Place(book.name), {"count": len(found), "examples": named})]


def _returned(
    book: Book,
    told: marks.Marks,
    whose: tuple[Unit, Round],
    form: int,
    placed: Placed,
    settings: Settings,
) -> tuple[UnitReturn, list[Finding]]:
    """Put the return together; name, date and tick on Start stand for every risk without a Last reviewed of its own."""
    part, findings = _part(book, told, on_start(whose[0].level), settings)
    filled_by, filled_on, reviewed = (part.pop(key) for key in ("filled_by", "filled_on", "reviewed_all"))
    risks = placed.risks
    if reviewed and filled_by and filled_on:
        undated = [risk for risk in risks if risk.reviewed is None and "reviewed" not in dict(risk.unread)]
        undated = [risk for risk in undated if not is_emptied(risk)]
        risks = tuple(replace(risk, reviewed=filled_on) if risk in undated else risk for risk in risks)
        if undated:
            facts = {
                "typed": "Yes",
                "read": f"Last reviewed on {said(filled_on)} for {len(undated)} risks without a date",
            }
            where = Place(book.name, told.start, told.cells["reviewed_all"].row, told.cells["reviewed_all"].column)
            findings.append(cells.READ_AS.finding(where, facts, field=LABELS["reviewed_all"]))
    scope = told.said.get("scope", "")
    returned = UnitReturn(
        book=book.name,
        sha256=book.sha256,
        unit=whose[0].code,
        round=whose[1],
        scope=Scope(tuple(_refs(scope)), "new rows" in scope or not scope),
        form=form,
        issue=_whole(told, "issue", 0),
        filled_by=filled_by or "",
        filled_on=filled_on,
        reviewed_all=bool(reviewed),
        modified=book.core.get("modified", ""),
        risks=risks,
        actions=placed.actions,
        held=placed.held,
        replies=tuple(_replies(book, settings)),
        blank=placed.blank,
        about=About(**{key: value for key, value in part.items() if value}, source=_ends(book, told)),
    )
    return returned, findings


def _ends(book: Book, told: marks.Marks) -> Source:
    """Where a project says when it ends."""
    row, column = told.spots.get("ends", (0, 0))
    return Source(book.name, book.sha256, told.start, row, {"ends": column})


def _part(
    book: Book, told: marks.Marks, asked: Iterable[Column], settings: Settings
) -> tuple[dict[str, Any], list[Finding]]:
    """What was filled in on Start, by key. What a use of the form asks must be there."""
    part: dict[str, Any] = {}
    findings: list[Finding] = []
    for column in asked:
        part[column.key], found = _start(book, told, column, settings)
        findings += found
        needed = column not in YOUR_PART and column.key in told.spots and column.key not in told.cells
        if needed:
            where = Place(book.name, told.start, *told.spots[column.key])
            facts = {"heading": column.header, "help": column.help}
            findings.append(cells.EMPTY.finding(where, facts, field=column.header, key=column.key))
    return part, findings


def _start(book: Book, told: marks.Marks, column: Column, settings: Settings) -> tuple[Any, list[Finding]]:
    """A fact that a person typed on Start; None where there is none that can be read."""
    cell = told.cells.get(column.key)
    if cell is None or not shown(cell):
        return None, []
    where = Place(book.name, told.start, cell.row, cell.column)
    about = {"field": column.header, "value": shown(cell), "key": column.key}
    try:
        if cell.type in (Type.ERROR, Type.EMPTY) or cell.value in ERRORS:
            raise Unfit(cells.ERROR_VALUE)
        reading = column.kind.read(cell.value, settings)  # type: ignore[arg-type]
    except Unfit as unfit:
        facts = {"typed": shown(cell), "heading": column.header, "help": column.help, **unfit.facts}
        return None, [unfit.rule.finding(where, facts, **about)]
    return reading.value, [
        rule.finding(where, {"typed": shown(cell), **facts}, **about) for rule, facts in reading.notes
    ]


def _refs(scope: str) -> Iterator[str]:
    for word in scope.replace(" and new rows", "").split(","):
        if word.strip() and word.strip() != "new rows":
            yield word.strip()


def _replies(book: Book, settings: Settings) -> Iterator[Reply]:
    """Answers typed on Please correct."""
    grid = marks.sheet(book, "Please correct")
    table = read(grid, book.name, book.sha256, tuple(_heard()), settings)[0] if grid else None
    headers = {column.header: column.key for column in (*RISKS, *ACTIONS)}
    for row in table.rows if table else ():
        answer = row.values.get("answer", "")
        if answer not in ("", "–"):
            key = headers.get(row.values.get("column", ""), "")
            yield Reply(row.values.get("ref", ""), row.values.get("code", ""), key, answer)


def _heard() -> Iterator[Column]:
    """The columns of Please correct, riskbook's own too: an answer is known by the code and ref beside it."""
    return (replace(column, asked=Asked.WISH) for column in FIXES)
