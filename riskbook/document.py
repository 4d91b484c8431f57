"""The parts of an .ods in; what it says around its cells, and its content as calamine can read it, out."""

import re
from collections.abc import Callable

from riskbook.borrowed import Around
from riskbook.grid import calls_out
from riskbook.package import Attributes, Ends, Property, Starts, walk
from riskbook.pinned import CONTROL, EMBEDDED, PIVOT, Pinned
from riskbook.places import Place
from riskbook.safe import Package, Reason, Unreadable


def around(package: Package, wanted: Callable[[str], bool]) -> Around:
    """Everything but the cells. What the document says of itself is in meta.xml, and that it is locked in its manifest.

    Raises:
        Unreadable: it is locked, a part is damaged or passes a limit.
    """
    if b"encryption-data" in b"".join(package.chunks(_MANIFEST) if _MANIFEST in package else ()):
        raise Unreadable(Reason.SEALED, "it is locked with a password, in a way that only LibreOffice opens")
    told: dict[str, str] = {}
    given: dict[str, Property] = {}
    name = ""

    def begin(attributes: Attributes) -> None:
        nonlocal name
        name = _attribute(attributes, "name")

    ends: Ends = {
        "date": lambda text: told.update(modified=f"{text[:19]}Z"),
        "title": lambda text: told.update(title=text),
        "creator": lambda text: told.update(lastModifiedBy=text),
        "user-defined": lambda text: given.update({name: text}),
    }
    if "meta.xml" in package:
        walk(package, "meta.xml", _META, {"user-defined": begin}, ends)
    content = _Content(wanted, _charts(package))
    walk(package, _CONTENT, _SPACES, content.starts(), {})
    scripts = any(part.startswith(("basic/script-lc.xml", "scripts/")) for part in package)
    return Around(
        mended=lambda part, content: _closed_up(content) if part == _CONTENT else content,
        properties=given,
        core=told,
        pinned=content.pinned(scripts),
        calling={sheet: tuple(cells) for sheet, cells in content.calling.items()},
    )


def _charts(package: Package) -> set[str]:
    """The objects that are charts: they show what stands in cells, and are no files of anybody's."""
    charts: set[str] = set()

    def add(attributes: Attributes) -> None:
        if _attribute(attributes, "media-type").endswith("opendocument.chart"):
            charts.add(_attribute(attributes, "full-path").strip("/"))

    if _MANIFEST in package:
        walk(package, _MANIFEST, (_ODF.format("manifest"),), {"file-entry": add}, {})
    return charts


class _Content:
    """Goes along content.xml, cell by cell, and takes down what is pinned to it."""

    def __init__(self, wanted: Callable[[str], bool], charts: set[str]) -> None:
        self.calling: dict[str, list[str]] = {}
        self._wanted = wanted
        self._charts = charts
        self._links: dict[str, None] = {}
        self._outward: dict[str, None] = {}
        self._carried: dict[str, None] = {}
        self._comments: dict[str, list[str]] = {}
        self._connections = self._scripts = False
        self._sheet, self._row, self._column, self._next_row, self._next_column = "", 0, 0, 1, 1

    def starts(self) -> Starts:
        return {
            "table": self._start_sheet,
            "table-row": self._start_row,
            "table-cell": self._start_cell,
            "covered-table-cell": self._start_cell,
            "annotation": self._comment,
            "a": self._link_of_a_cell,
            "dde-source": self._server,
            **dict.fromkeys(("table-source", "cell-range-source", "image"), self._source),
            **dict.fromkeys(("object", "object-ole", "plugin", "applet", "floating-frame"), self._object),
            **dict.fromkeys(("database-source-sql", "database-source-table", "database-source-query"), self._fetch),
            "data-pilot-table": lambda _: self._carry(PIVOT),
            "control": lambda _: self._carry(CONTROL),
            "event-listener": self._script,
        }

    def pinned(self, scripts: bool) -> Pinned:
        return Pinned(
            links=tuple(self._links),
            connections=self._connections,
            macros=self._scripts or scripts,
            outward=tuple(self._outward),
            comments={sheet: tuple(cells) for sheet, cells in self._comments.items()},
            carried=tuple(self._carried),
        )

    def _start_sheet(self, attributes: Attributes) -> None:
        self._sheet = _attribute(attributes, "name")
        self._next_row = 1

    def _start_row(self, attributes: Attributes) -> None:
        self._row = self._next_row
        self._next_row += _times(attributes, "number-rows-repeated")
        self._next_column = 1

    def _start_cell(self, attributes: Attributes) -> None:
        self._column = self._next_column
        self._next_column += _times(attributes, "number-columns-repeated")
        formula = _ARRAY.sub("", _attribute(attributes, "formula"))
        self._links |= dict.fromkeys(found.replace("''", "'") for found in _OTHER_DOCUMENT.findall(formula))
        if calls_out(formula):
            self._here(self.calling)

    def _here(self, cells: dict[str, list[str]]) -> None:
        if self._wanted(self._sheet):
            cells.setdefault(self._sheet, []).append(Place("", "", self._row, self._column).cell)

    def _comment(self, _: Attributes) -> None:
        self._here(self._comments)

    def _link_of_a_cell(self, attributes: Attributes) -> None:
        target = _attribute(attributes, "href")
        if target and not target.startswith("#"):
            self._outward[target] = None

    def _server(self, attributes: Attributes) -> None:
        self._links[f"{_attribute(attributes, 'dde-application')}|{_attribute(attributes, 'dde-topic')}"] = None

    def _source(self, attributes: Attributes) -> None:
        """What is shown from outside of the document; a picture within it is nobody's secret."""
        target = _attribute(attributes, "href")
        if _OUTSIDE.match(target):
            self._links[target] = None

    def _object(self, attributes: Attributes) -> None:
        """What is within the document and no chart is a file of its own."""
        target = _attribute(attributes, "href")
        if target and not _OUTSIDE.match(target) and target.removeprefix("./") not in self._charts:
            self._carry(EMBEDDED)
        self._source(attributes)

    def _carry(self, what: str) -> None:
        self._carried[what] = None

    def _fetch(self, _: Attributes) -> None:
        self._connections = True

    def _script(self, _: Attributes) -> None:
        self._scripts = True


def _attribute(attributes: Attributes, name: str) -> str:
    """An attribute by its name, whatever its namespace."""
    return next((text for key, text in attributes.items() if key.rpartition(" ")[2] == name), "")


def _times(attributes: Attributes, name: str) -> int:
    repeated = _attribute(attributes, name)
    return int(repeated) if repeated.isascii() and repeated.isdigit() and len(repeated) < _LONG else 1


def _closed_up(content: bytes) -> bytes:
    """The content of an .ods without what calamine stumbles over.

    It stops at space between rows and cells, drops tabs and line breaks, takes days with a zone for texts, and an error
    value for an empty text though it is shown as one.
    """
    for what, instead in _MENDS:
        content = what.sub(instead, content)
    return content


_MANIFEST, _CONTENT = "META-INF/manifest.xml", "content.xml"
_META = ("urn:oasis:names:tc:opendocument:xmlns:meta:1.0", "http://purl.org/dc/elements/1.1/")
_ODF = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_SPACES = tuple(_ODF.format(name) for name in ("office", "table", "text", "drawing", "script"))
_LONG = 9
_ARRAY = re.compile(r"\{[^}]*\}")
_OTHER_DOCUMENT = re.compile(r"'((?:[^']|'')+)'#")
_OUTSIDE = re.compile(r"[a-z][a-z0-9+.-]*:|/|\.\./", re.IGNORECASE)
"""What leads out of the document; other targets are parts of it."""
_MENDS = (
    (re.compile(rb"(?<=>)\s+(?=</?table:)"), b""),
    (re.compile(rb"<text:tab\b[^>]*/>"), b"\t"),
    (re.compile(rb"<text:line-break\b[^>]*/>"), b"\n"),
    (re.compile(rb'(?<= office:date-value=")([^"Z]*)Z(?=")'), rb"\1"),
    (re.compile(rb' office:string-value=""(?=[^>]* calcext:value-type="error")'), b""),
)
