"""A workbook's bytes in; a View of all that would leave with it, shown or not, out.

It is read from the package itself and in one pass: what a library leaves out is what must be found.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from riskbook.leaving.sheets import Seen, in_xml, seen, texts
from riskbook.leaving.styles import Styles, styles, theme
from riskbook.package import MAIN, Attributes, Relation, core, linked, relations, serving, walk
from riskbook.places import Place
from riskbook.safe import LIMITS, Limits, Package, Reason, Unreadable, unpack

Told = TypeVar("Told")


@dataclass(frozen=True, slots=True)
class Name:
    """A defined name: what it stands for, on which sheet alone if on one, and whether it is hidden."""

    name: str
    formula: str
    sheet: str = ""
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Link:
    """A relationship: from which part, what for, to which part or to where outside."""

    source: str
    relation: Relation


@dataclass(frozen=True, slots=True)
class View:
    """A workbook, looked over.

    ``loose`` are texts that stand in no cell, by where they stand ("document properties", or the name of a sheet).
    """

    name: str
    sheets: tuple[Seen, ...]
    styles: Styles
    names: tuple[Name, ...]
    links: tuple[Link, ...]
    parts: tuple[str, ...]
    core: Mapping[str, str]
    app: Mapping[str, str]
    custom: tuple[str, ...]
    saved_by: str
    saved_in: str
    active: int
    unseen_window: bool
    loose: tuple[tuple[Place, str], ...]

    def place(self, sheet: str = "", row: int = 0, column: int = 0) -> Place:
        """A place in this workbook."""
        return Place(self.name, sheet, row, column)

    def purposes(self) -> dict[str, list[Link]]:
        """The relationships by what they are for."""
        found: dict[str, list[Link]] = {}
        for link in self.links:
            found.setdefault(link.relation.purpose, []).append(link)
        return found

    def where(self, ask: Callable[[str], Told]) -> Iterator[tuple[Place, Told]]:
        """Every place in the workbook with a text of which ``ask`` tells something, and what it tells.

        Texts stand in cells, in formulas, and beside them. However often one stands there, it is asked about once.
        """
        told: dict[str, Told] = {}
        for sheet, row, column, words in self._strings():
            if words not in told:
                told[words] = ask(words)
            if told[words]:
                yield Place(self.name, sheet, row, column), told[words]

    def _strings(self) -> Iterator[tuple[str, int, int, str]]:
        """Every text: its sheet, row and column, and the words."""
        for sheet in self.sheets:
            for (row, column), cell in sheet.cells.items():
                if cell.text:
                    yield sheet.name, row, column, cell.text
                if cell.formula:
                    yield sheet.name, row, column, cell.formula
        for place, words in self.loose:
            yield place.sheet, place.row, place.column, words


def view(data: bytes, name: str, limits: Limits = LIMITS) -> View:
    """Look a workbook over (.xlsx or .xlsm).

    Raises:
        Unreadable: it is another kind of file, locked, damaged, or larger than the limits. Nothing else.
    """
    package = unpack(data, limits)
    top = relations(package, "")
    main = _main(top)
    links = relations(package, main)
    of_book = _OfBook(limits.sheets)
    walk(package, main, MAIN, of_book.starts(), {"definedName": of_book.formulas.append}, skip=("extLst",))
    if not of_book.sheets:
        raise Unreadable(Reason.NO_SHEETS, "it has no sheets")
    shared = [text for part in serving(links, "sharedstrings") for text in texts(package, part)]
    colours = theme(package, serving(links, "theme"))
    looks = styles(package, serving(links, "styles"), colours)
    found = []
    for sheet in of_book.sheets:
        link = linked(sheet, links)
        state = sheet.get("state", "visible")
        found.append(seen(package, link, sheet.get("name", ""), state, shared, colours))
    whole = b"".join(package.chunks(main)).decode("utf-8", "replace")
    loose = list(_loose(package, name, {link.target for link in links.values() if link.purpose in SHEETS}))
    loose += [(Place(name, sheet.name), words) for sheet in found for words in sheet.beside]
    used = {cell.text for sheet in found for _, cell in sheet.cells.items()}
    loose += [(Place(name), text.words) for text in shared if text.words and text.words not in used]
    return View(
        name=name,
        sheets=tuple(found),
        styles=looks,
        names=tuple(of_book.names()),
        links=tuple(_links(package)),
        parts=tuple(package),
        core={k: v for part in serving(top, "coreproperties") for k, v in core(package, part).items()},
        app={k: v for part in serving(top, "extendedproperties") for k, v in _app(package, part).items()},
        custom=tuple(n for part in serving(top, "customproperties") for n in _custom(package, part)),
        saved_by=of_book.saved_by,
        saved_in=html.unescape(path[1]) if (path := re.search(r'absPath [^>]*url="([^"]*)"', whole)) else "",
        active=of_book.active,
        unseen_window=of_book.unseen,
        loose=tuple(loose),
    )


SHEETS = ("worksheet", "chartsheet", "dialogsheet", "xlmacrosheet", "xlintlmacrosheet")
_APP = (
    "http://schemas.openxmlformats.org/officeDocument/2006/extended-properties",
    "http://purl.oclc.org/ooxml/officeDocument/extendedProperties",
)
_CUSTOM = (
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties",
)
_CALLED = {
    "docprops/": "document properties",
    "xl/charts/": "a chart",
    "xl/drawings/": "a chart or picture",
    "xl/tables/": "a table's headings",
    "xl/workbook.xml": "sheets and names",
    "xl/styles.xml": "number formats",
}
"""Parts as people call them."""
_NO_WORDS = ("[content_types].xml", "xl/calcchain.xml", "xl/sharedstrings.xml", "xl/theme/")
"""Parts without words of anybody's, and the one whose texts stand in cells."""


@dataclass
class _OfBook:
    """What the workbook's own part says."""

    most: int
    sheets: list[Attributes] = field(default_factory=list)
    defined: list[Attributes] = field(default_factory=list)
    formulas: list[str] = field(default_factory=list)
    saved_by: str = ""
    active: int = 0
    unseen: bool = False

    def starts(self) -> dict[str, Callable[[Attributes], None]]:
        return {
            "workbookView": self._window,
            "fileSharing": self._sharing,
            "sheet": self._sheet,
            "definedName": self.defined.append,
        }

    def _window(self, window: Attributes) -> None:
        active = window.get("activeTab", "0")
        self.active = int(active) if re.fullmatch("[0-9]{1,5}", active) else 0
        self.unseen |= window.get("visibility", "visible") != "visible"

    def _sharing(self, sharing: Attributes) -> None:
        self.saved_by = sharing.get("userName", "")

    def _sheet(self, sheet: Attributes) -> None:
        if len(self.sheets) == self.most:
            raise Unreadable(Reason.TOO_LARGE, f"it has more than {self.most} sheets")
        self.sheets.append(sheet)

    def names(self) -> Iterator[Name]:
        """The defined names; one of a sheet alone with that sheet's name."""
        for one, formula in zip(self.defined, self.formulas, strict=False):
            local = one.get("localSheetId", "")
            at = int(local) if re.fullmatch("[0-9]{1,5}", local) else len(self.sheets)
            sheet = self.sheets[at].get("name", "") if at < len(self.sheets) else ""
            yield Name(one.get("name", ""), formula, sheet, one.get("hidden") in ("1", "true"))


def _main(top: Mapping[str, Relation]) -> str:
    for part in serving(top, "officedocument"):
        return part
    raise Unreadable(Reason.DAMAGED, "it does not say which of its parts is the workbook")


def _links(package: Package) -> Iterator[Link]:
    """Every relationship in the package, whatever part it starts from."""
    for part in package:
        folder, _, name = part.rpartition("/")
        if name.endswith(".rels") and (folder == "_rels" or folder.endswith("/_rels")):
            source = f"{folder.removesuffix('_rels')}{name.removesuffix('.rels')}"
            for relation in relations(package, source).values():
                yield Link(source, relation)


def _app(package: Package, part: str) -> dict[str, str]:
    """Who the extended properties name, and where they lead."""
    found: dict[str, str] = {}
    names = ("Manager", "Company", "HyperlinkBase", "Template")

    def keep(name: str) -> Callable[[str], None]:
        return lambda text: found.update({name: text})

    walk(package, part, _APP, {}, {name: keep(name) for name in names})
    return found


def _custom(package: Package, part: str) -> list[str]:
    """The names of the custom properties."""
    found: list[str] = []
    walk(package, part, _CUSTOM, {"property": lambda one: found.append(one.get("name", ""))}, {})
    return found


def _loose(package: Package, name: str, sheets: set[str]) -> Iterator[tuple[Place, str]]:
    """Every text and attribute of the parts that are no sheets, whatever they are for."""
    folded = {sheet.lower() for sheet in sheets}
    for part in package:
        if part in folded or part.startswith(_NO_WORDS) or not part.endswith((".xml", ".rels", ".vml", ".xhtml")):
            continue
        data = b"".join(package.chunks(part))
        where = next((said for begin, said in _CALLED.items() if part.startswith(begin)), part)
        yield from ((Place(name, where), words) for words in dict.fromkeys(in_xml(data)))
