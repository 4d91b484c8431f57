"""A View of one of our reports in; figures that do not agree, out: rules L2.

Everything is read from the written workbook's tables, so that the check does not share a mistake with the count. What a
workbook does not have is not asked of it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from riskbook.findings import Finding
from riskbook.leaving.sheets import Cell, Seen, Table
from riskbook.leaving.view import View
from riskbook.places import Place
from riskbook.rules import leaving

Found = Iterator[Finding]


def figures(view: View) -> Found:
    """Totals, the heat map, movement, services and refs: each must say the same wherever it stands."""
    report = _Report(view)
    yield from _totals(report)
    yield from _wholes(report)
    yield from _by_band(report)
    yield from _movement(report)
    yield from _heat_map(report)
    yield from _once(report)
    yield from _known(report)


ALL = "All risks"
UNSCORED = "Not scored"


@dataclass(frozen=True, slots=True)
class _List:
    """A table with its sheet: headings and the rows under them."""

    view: View
    sheet: Seen
    table: Table

    @property
    def rows(self) -> range:
        """The rows under the headings."""
        return range(self.table.cells[0] + 1, self.table.cells[2] + 1)

    @property
    def body(self) -> range:
        """The rows without the total."""
        return self.rows[:-1] if self.total else self.rows

    @property
    def total(self) -> int:
        """The row of the total; 0 where there is none."""
        last = self.table.cells[2]
        return last if len(self.rows) > 1 and self.words(last, self.table.headers[0]) == ALL else 0

    def column(self, header: str) -> int:
        """Where a heading stands; 0 where it does not."""
        headers = self.table.headers
        return self.table.cells[1] + headers.index(header) if header in headers else 0

    def cell(self, row: int, header: str) -> Cell | None:
        return self.sheet.cells.get((row, self.column(header)))

    def words(self, row: int, header: str) -> str:
        cell = self.cell(row, header)
        return cell.text if cell else ""

    def number(self, row: int, header: str) -> int:
        """A count; nothing is 0."""
        cell = self.cell(row, header)
        return round(cell.number) if cell and cell.number is not None else 0

    def place(self, row: int, header: str) -> Place:
        return self.view.place(self.sheet.name, row, self.column(header))

    def at(self, row: int, header: str) -> str:
        """A cell, as other findings speak of it."""
        return f"{self.sheet.name}!{self.place(row, header).cell}"


class _Report:
    """The tables of a workbook by their names."""

    def __init__(self, view: View) -> None:
        self.view = view
        self.lists = {table.name: _List(view, sheet, table) for sheet in view.sheets for table in sheet.tables}

    def of(self, name: str) -> _List | None:
        """The table of that name, where there is one with headings and rows."""
        found = self.lists.get(f"tbl_{name}")
        return found if found and found.table.headers and found.rows else None


def _totals(report: _Report) -> Found:
    """Every number in a total row is the sum of those above it."""
    for name in ("bands", "by_service", "by_category"):
        if (one := report.of(name)) is None or not one.total:
            continue
        for header in one.table.headers[1:]:
            cell = one.cell(one.total, header)
            if cell is None or cell.number is None:
                continue
            total, sum_ = one.number(one.total, header), sum(one.number(row, header) for row in one.body)
            if total != sum_:
                facts = {"table": one.table.name, "total": total, "column": header, "sum": sum_}
                yield leaving.NO_SUM.finding(one.place(one.total, header), facts)


def _now(one: _List) -> str:
    """The heading of this round's counts: the first after the labels."""
    return one.table.headers[1] if len(one.table.headers) > 1 else ""


def _wholes(report: _Report) -> Found:
    """The number of open risks is the same in every place that tells it."""
    told = list(_whole(report))
    if not told:
        return
    (first, _, where), *others = told
    for number, other, _ in others:
        if number != first:
            facts = {"what": "The number of open risks", "here": number, "there": first, "where": where}
            yield leaving.TOLD_OTHERWISE.finding(other, facts)


def _whole(report: _Report) -> Iterator[tuple[int, Place, str]]:
    """The open risks: how many, the cell that says so, and its name."""
    if (bands := report.of("bands")) and bands.total:
        header = _now(bands)
        yield bands.number(bands.total, header), bands.place(bands.total, header), bands.at(bands.total, header)
        if opening := _opening(report, bands):
            yield opening
    for name in ("by_service", "by_category"):
        if (one := report.of(name)) and one.total:
            yield one.number(one.total, ALL), one.place(one.total, ALL), one.at(one.total, ALL)
    if (trend := report.of("bands_by_round")) and trend.column(ALL):
        yield trend.number(trend.rows[-1], ALL), trend.place(trend.rows[-1], ALL), trend.at(trend.rows[-1], ALL)
    if (heat := report.of("heat_map")) and (header := _counts(heat)):
        unscored = report.of("not_scored")
        number = sum(heat.number(row, header) for row in heat.rows) + len(unscored.rows if unscored else ())
        yield number, heat.place(heat.table.cells[0], header), heat.at(heat.table.cells[0], header)


def _opening(report: _Report, bands: _List) -> tuple[int, Place, str] | None:
    """The paragraph of counts that stands on the sheet of the bands: "146 risks: 25 Red, …"."""
    for (row, column), cell in bands.sheet.cells.items():
        if row < bands.table.cells[0] and (found := re.match(r"([\d,]+) risks?: ", cell.text)):
            number = int(found[1].replace(",", ""))
            place = report.view.place(bands.sheet.name, row, column)
            return number, place, f"{bands.sheet.name}!{place.cell}"
    return None


def _counts(heat: _List) -> str:
    """The heading of the heat map's counts now: "Risks Q2"."""
    return next((header for header in heat.table.headers if header.startswith("Risks ")), "")


def _by_band(report: _Report) -> Found:
    """Each band has the same count on Summary, by service, by category, by round and on the heat map."""
    bands = report.of("bands")
    if bands is None:
        return
    header = _now(bands)
    told = {bands.words(row, bands.table.headers[0]): row for row in bands.body}
    for words, row in told.items():
        name, here = re.sub(r" \(.*\)$", "", words), bands.number(row, header)
        for number, place in _elsewhere(name, words, report):
            if number != here:
                facts = {"what": f"The number of risks that are {name}", "here": number, "there": here}
                yield leaving.TOLD_OTHERWISE.finding(place, {**facts, "where": bands.at(row, header)})


def _elsewhere(name: str, words: str, report: _Report) -> Iterator[tuple[int, Place]]:
    """The count of a band in the other places that have it."""
    for table in ("by_service", "by_category"):
        if (one := report.of(table)) and one.total and one.column(name):
            yield one.number(one.total, name), one.place(one.total, name)
    if (trend := report.of("bands_by_round")) and trend.column(name):
        yield trend.number(trend.rows[-1], name), trend.place(trend.rows[-1], name)
    if (heat := report.of("heat_map")) and (header := _counts(heat)) and name != UNSCORED:
        of_band = [row for row in heat.rows if heat.words(row, "Rating").endswith(f" {words}")]
        place = heat.place(of_band[0] if of_band else heat.table.cells[0], header)
        yield sum(heat.number(row, header) for row in of_band), place


def _movement(report: _Report) -> Found:
    """The kinds of movement add up to the risks that stand and those that went, and each kind to its list."""
    counts, listed = report.of("movements"), report.of("movement")
    if counts is None or len(counts.table.headers) < 2:
        return
    what, number = counts.table.headers[:2]
    sizes = {counts.words(row, what): (row, counts.number(row, number)) for row in counts.rows}
    bands = report.of("bands")
    if bands and bands.total:
        gone = sum(size for words, (_, size) in sizes.items() if words.startswith(_GONE))
        stand, here = bands.number(bands.total, _now(bands)), sum(size for _, size in sizes.values())
        if here != stand + gone:
            facts = {"what": "Risks by movement, without those closed or merged", "here": here - gone, "there": stand}
            place = counts.place(counts.table.cells[0], number)
            yield leaving.MOVEMENT.finding(place, {**facts, "where": bands.at(bands.total, _now(bands))})
    if listed is None or not listed.column("Movement"):
        return
    told = Counter(listed.words(row, "Movement") for row in listed.rows)
    for words, (row, size) in sizes.items():
        kinds = _kinds(words)
        there = sum(count for kind, count in told.items() if kind in kinds)
        if kinds and there != size:
            facts = {"what": f"Risks that are {words}", "here": size, "there": there, "where": listed.sheet.name}
            yield leaving.MOVEMENT.finding(counts.place(row, number), facts)


_GONE = ("■ Closed", "■ Merged")
_LISTED = ("▲ Up", "▼ Down", "● New", "● Reopened", "■ Closed", "■ Merged")
"""The movements that the sheet Movement lists one by one."""


def _kinds(words: str) -> set[str]:
    """The movements that a line counts: "● New, reopened" is two."""
    first, *others = words.split(", ")
    arrow = first.split(" ")[0]
    kinds = {first, *(f"{arrow} {other.capitalize()}" for other in others)}
    return kinds if kinds <= set(_LISTED) else set()


def _heat_map(report: _Report) -> Found:
    """Each cell of the heat map holds the risks that it counts, in the table and in the drawing."""
    heat = report.of("heat_map")
    if heat is None or not (header := _counts(heat)):
        return
    if heat.column("Refs"):
        held = _held(report, heat)
        for row in heat.rows:
            count, refs = heat.number(row, header), len(held[row].refs) + held[row].elsewhere
            if count != refs:
                facts = {"count": f"{count} risks", "refs": f"{refs} refs are"}
                yield leaving.NOT_ITS_REFS.finding(heat.place(row, header), facts)
    drawn: Counter[tuple[str, int]] = Counter()
    at: dict[tuple[str, int], Place] = {}
    for (row, column), cell in heat.sheet.cells.items():
        if row < heat.table.cells[0] and (found := _SQUARE.match(cell.text)) and int(found[2]):
            key = (found[1], int(found[2]))
            drawn[key] += 1
            at[key] = report.view.place(heat.sheet.name, row, column)
    told = Counter(
        (heat.words(row, "Rating").split(" ")[0], heat.number(row, header))
        for row in heat.rows
        if heat.number(row, header)
    )
    if drawn:
        for key in (drawn - told) | (told - drawn):
            place = at.get(key, heat.place(heat.table.cells[0], header))
            said = f"The number of cells that score {key[0]} and hold {key[1]} risks"
            differs: dict[str, object] = {"what": said, "here": drawn[key], "there": told[key]}
            yield leaving.TOLD_OTHERWISE.finding(place, {**differs, "where": heat.table.name})


_SQUARE = re.compile(r"(\d+) [A-Z]+ {2}(\d+)\b")
_REF = re.compile(r"\b[A-Z][A-Z0-9]{1,7}-[A-Z]?\d{1,5}\b")


def refs_in(words: str) -> list[str]:
    """The refs in a text."""
    return _REF.findall(words)


@dataclass(frozen=True, slots=True)
class _Listed:
    """The refs of a cell of the heat map, and how many more it has that stand in another workbook."""

    refs: tuple[str, ...]
    elsewhere: int


def _held(report: _Report, heat: _List) -> dict[int, _Listed]:
    """What every row of the heat map holds; where more stand on another sheet, with those of the same steps there."""
    held = {}
    listed, sheets = _by_steps(report), {sheet.name for sheet in report.view.sheets}
    for row in heat.rows:
        words = heat.words(row, "Refs")
        more = _MORE.search(words)
        here = more is not None and more["where"] in sheets
        others = listed[tuple(heat.words(row, step.capitalize()) for step in _STEPS)] if here else []
        refs = tuple(dict.fromkeys([*refs_in(words), *others]))
        held[row] = _Listed(refs, int(more["count"]) if more and not here else 0)
    return held


_STEPS = ("impact", "likelihood")
_IN_FULL = ("register", "progress", "directorate_risks")
"""Tables that list risks with their steps."""
_MORE = re.compile(r"(?P<count>\d+) more: see (?P<where>.+)")


def _by_steps(report: _Report) -> Mapping[tuple[str, ...], list[str]]:
    """The refs of the risks that are listed with their steps, by those."""
    found: dict[tuple[str, ...], list[str]] = defaultdict(list)
    for listed in filter(None, map(report.of, _IN_FULL)):
        headed = [_headed(listed, step) for step in _STEPS]
        for row in listed.rows if all(headed) else ():
            found[tuple(listed.words(row, header) for header in headed)] += refs_in(listed.words(row, "Ref"))
    return found


def _headed(listed: _List, step: str) -> str:
    """The heading of a step now, "Q2 impact", which stands after last round's."""
    return next((header for header in reversed(listed.table.headers) if header.endswith(f" {step}")), "")


def _open(report: _Report) -> dict[str, str]:
    """The risks of the register as the workbook has it, by ref, with where each stands; none where it has not all."""
    found: dict[str, str] = {}
    heat, unscored = report.of("heat_map"), report.of("not_scored")
    if heat and heat.column("Refs"):
        held = _held(report, heat)
        if any(one.elsewhere for one in held.values()):
            return {}
        found |= {ref: heat.at(row, "Refs") for row, one in held.items() for ref in one.refs}
        if unscored and unscored.column("Ref"):
            found |= {unscored.words(row, "Ref"): unscored.at(row, "Ref") for row in unscored.rows}
        return found
    for name in ("register", "closed_before", "open_risks"):
        one = report.of(name)
        if one and one.column("Ref"):
            found |= {one.words(row, "Ref"): one.at(row, "Ref") for row in one.rows}
    return found


def _once(report: _Report) -> Found:
    """A risk stands in one cell of the heat map, and in one row of the register."""
    places: list[tuple[str, Place, str]] = []
    heat, unscored = report.of("heat_map"), report.of("not_scored")
    if heat and heat.column("Refs"):
        for row in heat.rows:
            refs = refs_in(heat.words(row, "Refs"))
            places += [(ref, heat.place(row, "Refs"), heat.at(row, "Refs")) for ref in refs]
    if heat and unscored and unscored.column("Ref"):
        places += [(unscored.words(r, "Ref"), unscored.place(r, "Ref"), unscored.at(r, "Ref")) for r in unscored.rows]
    yield from _twice(places)
    for name in ("register", "decisions_wanted", "directorate_risks", "top_risks", "open_risks"):
        one = report.of(name)
        if one and one.column("Ref"):
            rows = [row for row in one.rows if one.words(row, "Ref")]
            yield from _twice((one.words(row, "Ref"), one.place(row, "Ref"), one.at(row, "Ref")) for row in rows)


def _twice(places: Iterable[tuple[str, Place, str]]) -> Found:
    first: dict[str, str] = {}
    for ref, place, where in places:
        if ref in first:
            yield leaving.TWICE.finding(place, {"ref": ref, "where": first[ref]}, ref=ref)
        first.setdefault(ref, where)


_ABOUT_OPEN = {
    **dict.fromkeys(("decisions", "decision_details", "directorate_risks", "top_risks", "scores_by_round"), "Ref"),
    "actions": "Risk ref",
}
"""Tables whose rows are each about a risk that stands, and the heading of its ref."""


def _known(report: _Report) -> Found:
    """What is decided, done and told is about risks that are on the register."""
    known = _open(report)
    if not known:
        return
    is_register = report.of("score_history") is not None
    where = "the register" if is_register else "the heat map" if report.of("heat_map") else "the list of open risks"
    for name, header in {"actions": "For risk"}.items() if is_register else _ABOUT_OPEN.items():
        one = report.of(name)
        if one is None or not one.column(header):
            continue
        for row in one.rows:
            ref = one.words(row, header)
            if refs_in(ref) == [ref] and ref not in known:
                yield leaving.NOT_THERE.finding(one.place(row, header), {"ref": ref, "where": where}, ref=ref)
    listed = report.of("register")
    if listed and listed.column("Ref") and report.of("heat_map"):
        there = {listed.words(row, "Ref") for row in listed.rows}
        for ref in sorted(known.keys() - there):
            place = report.view.place(listed.sheet.name)
            yield leaving.NOT_THERE.finding(place, {"ref": ref, "where": f"{known[ref]} alone"}, ref=ref)
