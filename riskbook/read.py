"""A workbook's bytes in; a Book out: its grids of filled cells, and what stands around them."""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from sys import intern

from riskbook import plain
from riskbook.days import Calendar, shows_days
from riskbook.grid import Cell, Grid, Shared, Type, Value, grid
from riskbook.package import (
    MAIN,
    Attributes,
    Property,
    Relation,
    core,
    flag,
    linked,
    main_part,
    properties,
    relations,
    serving,
    unescape,
    walk,
    walk_chunks,
)
from riskbook.pinned import Pinned, pinned
from riskbook.safe import LIMITS, Kind, Limits, Package, Reason, Unreadable, unpack

__all__ = ["Book", "Cell", "Grid", "Kind", "Limits", "Property", "Reason", "Type", "Unreadable", "Value", "read"]


@dataclass(frozen=True, slots=True)
class Book:
    """A workbook. ``sheets`` are (name, state) of all, ``grids`` the worksheets that were wanted, both in their order.

    ``names`` are defined names with their formulas, those of one sheet as "Sheet!name". ``properties`` are the custom
    document properties, ``core`` the others. ``pinned`` is what there is besides cells. ``notes`` tell people what was
    read other than plainly.
    """

    name: str
    sha256: str
    kind: Kind
    sheets: tuple[tuple[str, str], ...]
    grids: tuple[Grid, ...]
    names: Mapping[str, str]
    properties: Mapping[str, Property]
    core: Mapping[str, str]
    pinned: Pinned
    notes: tuple[str, ...] = ()

    def grid(self, name: str) -> Grid | None:
        """The grid of that name, if it is a worksheet and was wanted."""
        return next((grid for grid in self.grids if grid.name == name), None)


def read(
    data: bytes,
    name: str,
    wanted: Callable[[str], bool] = lambda _: True,
    limits: Limits = LIMITS,
) -> Book:
    """Read a workbook (.xlsx or .xlsm, transitional or strict); of its sheets, the ones whose names are wanted.

    Raises:
        Unreadable: the bytes are another kind of file, damaged, or larger than the limits. Nothing else.
    """
    package = unpack(data, limits)
    top = relations(package, "")
    part = main_part(top)
    links = relations(package, part)
    contents = _contents(package, part)
    grids, notes = _grids(package, links, contents, wanted)
    worksheets = [(sheet.name, part) for sheet, part in _worksheets(links, contents, wanted)]
    return Book(
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        kind=package.kind,
        sheets=tuple((sheet.name, sheet.state) for sheet in contents.sheets),
        grids=tuple(grids),
        names=contents.names,
        properties={k: v for part in serving(top, "customproperties") for k, v in properties(package, part).items()},
        core={k: v for part in serving(top, "coreproperties") for k, v in core(package, part).items()},
        pinned=pinned(
            package, links, worksheets, lambda part: _reached(package, part), lambda part: _commented(package, part)
        ),
        notes=tuple(notes),
    )


@dataclass(frozen=True, slots=True)
class _Sheet:
    name: str
    state: str
    link: Attributes


@dataclass(frozen=True, slots=True)
class _Contents:
    """What the workbook's own part says."""

    sheets: tuple[_Sheet, ...]
    names: dict[str, str]
    from_1904: bool


def _contents(package: Package, part: str) -> _Contents:
    sheets: list[_Sheet] = []
    from_1904: list[bool] = []
    defined: list[Attributes] = []
    formulas: list[str] = []

    def add(attributes: Attributes) -> None:
        if len(sheets) == package.limits.sheets:
            raise Unreadable(Reason.TOO_LARGE, f"it has more than {package.limits.sheets} sheets")
        sheets.append(_Sheet(attributes.get("name", ""), attributes.get("state", "visible"), attributes))

    starts = {
        "workbookPr": lambda attributes: from_1904.append(flag(attributes.get("date1904"))),
        "sheet": add,
        "definedName": defined.append,
    }
    walk(package, part, MAIN, starts, {"definedName": formulas.append}, skip=("extLst",))
    if not sheets:
        raise Unreadable(Reason.NO_SHEETS, "it has no sheets")
    names = {_scoped(attributes, sheets): formula for attributes, formula in zip(defined, formulas, strict=True)}
    return _Contents(tuple(sheets), names, any(from_1904))


def _scoped(defined: Attributes, sheets: list[_Sheet]) -> str:
    """A defined name, after its sheet's where it is known there only."""
    name, number = defined.get("name", ""), defined.get("localSheetId", "")
    known = {str(place): sheet.name for place, sheet in enumerate(sheets)}
    return f"{known[number]}!{name}" if number in known else name


def _grids(
    package: Package, links: Mapping[str, Relation], contents: _Contents, wanted: Callable[[str], bool]
) -> tuple[list[Grid], list[str]]:
    """The wanted sheets that are worksheets, with notes; what they share is read only if there are any."""
    grids: list[Grid] = []
    notes: list[str] = []
    worksheets = _worksheets(links, contents, wanted)
    shared = _shared(package, links, contents.from_1904) if worksheets else Shared()
    for sheet, part in worksheets:
        read_, said = grid(package, part, sheet.name, sheet.state, shared)
        grids.append(read_)
        notes.extend(said)
    return grids, notes


def _worksheets(
    links: Mapping[str, Relation], contents: _Contents, wanted: Callable[[str], bool]
) -> list[tuple[_Sheet, str]]:
    """The wanted sheets that are worksheets, each with its part."""
    found = [(sheet, linked(sheet.link, links)) for sheet in contents.sheets if wanted(sheet.name)]
    return [(sheet, link.target) for sheet, link in found if link.purpose == "worksheet"]


def _commented(package: Package, part: str) -> list[str]:
    """The cells that have a comment, or a note as it is called by now."""
    cells: list[str] = []
    starts = {"comment": lambda attributes: cells.append(attributes.get("ref", ""))}
    walk(package, part, MAIN, starts, {}, skip=("text", "extLst"))
    return cells


def _shared(package: Package, links: Mapping[str, Relation], from_1904: bool) -> Shared:
    # Most texts of a return are those of the form that was given out: a round keeps each of them once.
    texts = [text for part in serving(links, "sharedstrings") for text in map(intern, _texts(package, part))]
    days = {style for part in serving(links, "styles") for style in _day_styles(package, part)}
    return Shared(dict(zip(map(str, range(len(texts))), texts, strict=True)), frozenset(days), Calendar(from_1904))


def _texts(package: Package, part: str) -> list[str]:
    """The shared texts, their runs joined; what is only there to help pronounce them (rPh) is not theirs."""
    data = package.whole(part, plain.LARGEST)
    if data and (written := plain.texts(data, part)) is not None:
        return list(map(unescape, plain.strings(written)))
    texts: list[str] = []
    runs: list[str] = []

    def end(_: str) -> None:
        texts.append("".join(runs))
        runs.clear()

    ends = {"t": lambda text: runs.append(unescape(text)), "si": end}
    walk_chunks([data] if data else package.chunks(part), part, MAIN, {}, ends, skip=("rPh", "extLst"))
    return texts


def _day_styles(package: Package, part: str) -> list[str]:
    """The numbers of the cell formats that show days, as cells refer to them."""
    codes: dict[str, str] = {}
    formats: list[str] = []
    walk(
        package,
        part,
        MAIN,
        {
            "numFmt": lambda attributes: codes.update(
                {attributes.get("numFmtId", ""): attributes.get("formatCode", "")}
            ),
            "xf": lambda attributes: formats.append(attributes.get("numFmtId", "0")),
        },
        {},
        skip=("cellStyleXfs", "dxfs", "extLst"),
    )
    days = {number: shows_days(number, codes.get(number)) for number in set(formats)}
    return [str(style) for style, number in enumerate(formats) if days[number]]


def _reached(package: Package, part: str) -> list[str]:
    """Where an external link's part reaches out to: a workbook, an OLE source or a DDE server and its topic."""
    links = relations(package, part)
    found: list[str] = []

    def add(attributes: Attributes) -> None:
        found.append(linked(attributes, links).target)

    def add_server(attributes: Attributes) -> None:
        found.append(f"{attributes.get('ddeService', '')}|{attributes.get('ddeTopic', '')}")

    walk(package, part, MAIN, {"externalBook": add, "oleLink": add, "ddeLink": add_server}, {}, skip=("extLst",))
    return found
