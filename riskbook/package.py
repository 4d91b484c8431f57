"""Parts of a workbook package in; their elements, relationships and properties out."""

import posixpath
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.parsers import expat

from riskbook.safe import MIB, Package, Reason, Unreadable

Attributes = dict[str, str]
Starts = Mapping[str, Callable[[Attributes], None]]
Ends = Mapping[str, Callable[[str], None]]
Property = str | int | float | bool | datetime

MAIN = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
"""The namespaces of a workbook's own parts: transitional and strict."""


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from a part: what it is for ("worksheet"), to which part, or to where outside the package."""

    purpose: str
    target: str
    outside: bool


def walk(
    package: Package, part: str, spaces: Collection[str], starts: Starts, ends: Ends, skip: Collection[str] = ()
) -> None:
    """Go once through a part, calling ``starts`` and ``ends`` at the elements that they name, in these namespaces.

    An end is told the text since the last start tag. What is under ``skip`` is passed over, and so is every branch of
    an mc:AlternateContent but the one that Excel would take.

    Raises:
        Unreadable: the part is missing, damaged, no XML, or has a DOCTYPE, or tags longer or deeper than honest ones.
    """
    walk_chunks(package.chunks(part), part, spaces, starts, ends, skip)


def walk_chunks(
    chunks: Iterable[bytes],
    part: str,
    spaces: Collection[str],
    starts: Starts,
    ends: Ends,
    skip: Collection[str] = (),
) -> None:
    """Go once through a part that is at hand, as ``walk`` does."""
    _Walk(spaces, starts, ends, skip).through(chunks, part)


def relations(package: Package, part: str) -> dict[str, Relation]:
    """The relationships of a part by their ids; of the package itself, for ``""``."""
    folder, name = posixpath.split(part)
    path = posixpath.join(folder, "_rels", f"{name}.rels")
    found: dict[str, Relation] = {}

    def add(attributes: Attributes) -> None:
        # The strict names of some purposes are spelled in one word: customProperties for custom-properties.
        purpose = attributes.get("Type", "").rpartition("/")[2].replace("-", "").lower()
        target, outside = attributes.get("Target", ""), attributes.get("TargetMode") == "External"
        if not outside:
            target = posixpath.normpath(posixpath.join("/", folder, target)).lstrip("/")
        found[attributes.get("Id", "")] = Relation(purpose, target, outside)

    if path in package:
        walk(package, path, _RELATIONS, {"Relationship": add}, {})
    return found


def serving(links: Mapping[str, Relation], *purposes: str) -> list[str]:
    """The targets of the relationships that serve one of these purposes."""
    return [link.target for link in links.values() if link.purpose in purposes]


def main_part(links: Mapping[str, Relation]) -> str:
    """The part that is the workbook, by the relationships of the package itself.

    Raises:
        Unreadable: they do not say.
    """
    for part in serving(links, "officedocument"):
        return part
    raise Unreadable(Reason.DAMAGED, "it does not say which of its parts is the workbook")


def linked(attributes: Attributes, links: Mapping[str, Relation]) -> Relation:
    """The relationship that an element names with its r:id.

    Raises:
        Unreadable: it names none that there is.
    """
    for name in _IDS:
        if attributes.get(name) in links:
            return links[attributes[name]]
    raise Unreadable(Reason.DAMAGED, "one of its parts refers to another that is missing")


def properties(package: Package, part: str) -> dict[str, Property]:
    """Custom document properties, each as its declared type; as text, where it does not fit that type."""
    found: dict[str, Property] = {}
    name = ""

    def begin(attributes: Attributes) -> None:
        nonlocal name
        name = attributes.get("name", "")

    def keep(read: Callable[[str], Property]) -> Callable[[str], None]:
        def end(text: str) -> None:
            try:
                found[name] = read(text)
            except ValueError:
                found[name] = text

        return end

    walk(package, part, _CUSTOM, {"property": begin}, {kind: keep(read) for kind, read in _PROPERTIES.items()})
    return found


def core(package: Package, part: str) -> dict[str, str]:
    """Core document properties: title, creator, lastModifiedBy, modified, language and their like."""
    found: dict[str, str] = {}

    def keep(name: str) -> Callable[[str], None]:
        return lambda text: found.update({name: text})

    walk(package, part, _CORE, {}, {name: keep(name) for name in _CORE_NAMES})
    return found


def flag(text: str | None) -> bool:
    """Read an attribute or a property of true or false."""
    return text is not None and text.lower() in ("1", "true")


def unescape(text: str) -> str:
    """Decode the _xHHHH_ by which Excel writes what XML cannot hold, once: "_x005F_x000D_" is the text "_x000D_".

    Two halves of one character are joined; half a character alone is no text and stays as it is written.
    """
    return _ESCAPE.sub(_unescaped, text) if "_x" in text else text


def _unescaped(found: re.Match[str]) -> str:
    return bytes.fromhex("".join(filter(None, found.groups()))).decode("utf-16-be")


class _Walk:
    """One part on its way through expat."""

    def __init__(self, spaces: Collection[str], starts: Starts, ends: Ends, skip: Collection[str]) -> None:
        self._taken = [False]
        starts = {**starts, **dict.fromkeys(skip, self._skip)}
        self._starts = {f"{space} {name}": action for space in spaces for name, action in starts.items()} | {
            f"{_MC} AlternateContent": lambda _: self._taken.append(False),
            f"{_MC} Choice": self._choice,
            f"{_MC} Fallback": self._fallback,
        }
        self._ends = {f"{space} {name}": action for space in spaces for name, action in ends.items()} | {
            f"{_MC} AlternateContent": lambda _: self._taken.pop(),
        }
        self._prefixes: dict[str | None, str] = {}
        self._text: list[str] = []
        self._start, self._end = _at_tags(self._starts, self._ends, self._text)
        self._skipped = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = _declared
        parser.StartDoctypeDeclHandler = _doctype
        parser.StartNamespaceDeclHandler = self._prefixes.__setitem__
        self._listen()

    def through(self, chunks: Iterable[bytes], part: str) -> None:
        fed = 0
        try:
            for chunk in chunks:
                self._parser.Parse(chunk)
                fed += len(chunk)
                # Expat reads a tag anew for every chunk until it is whole: a tag without end would take for ever.
                if fed - self._parser.CurrentByteIndex > _LONGEST_TAG:
                    raise Unreadable(Reason.SUSPICIOUS, f"its part {part} has a tag without end")
            self._parser.Parse(b"", True)
        except (expat.ExpatError, UnicodeDecodeError) as fault:
            raise Unreadable(Reason.DAMAGED, f"its part {part} is not well-formed XML") from fault

    def _listen(self) -> None:
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._text.append

    def _skip(self, _: Attributes) -> None:
        self._skipped = 1
        self._parser.StartElementHandler = self._deeper
        self._parser.EndElementHandler = self._shallower
        self._parser.CharacterDataHandler = None

    def _deeper(self, _name: str, _attributes: Attributes) -> None:
        self._skipped += 1
        if self._skipped > _DEEPEST:
            raise _too_deep()

    def _shallower(self, name: str) -> None:
        self._skipped -= 1
        if not self._skipped:
            self._listen()
            self._end(name)

    def _choice(self, attributes: Attributes) -> None:
        needs = [self._prefixes.get(prefix, "") for prefix in attributes.get("Requires", "").split()]
        if not self._taken[-1] and needs and all(space.startswith(_UNDERSTOOD) for space in needs):
            self._taken[-1] = True
        else:
            self._skip(attributes)

    def _fallback(self, attributes: Attributes) -> None:
        if self._taken[-1]:
            self._skip(attributes)


def _at_tags(
    starts: Starts, ends: Mapping[str, Callable[[str], object]], text: list[str]
) -> tuple[Callable[[str, Attributes], None], Callable[[str], None]]:
    """What is called at every start tag and end tag: most of the time of reading goes by in these two."""
    depth, clear = 0, text.clear

    def start(name: str, attributes: Attributes) -> None:
        nonlocal depth
        depth += 1
        if depth > _DEEPEST:
            raise _too_deep()
        clear()
        if name in starts:
            starts[name](attributes)

    def end(name: str) -> None:
        nonlocal depth
        depth -= 1
        if name in ends:
            ends[name]("".join(text))

    return start, end


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    """Refuse an encoding that expat does not know itself: Python's codecs for the rest raise all sorts of errors."""
    if encoding is not None and encoding.lower() not in ("utf-8", "utf-16", "us-ascii", "iso-8859-1"):
        raise Unreadable(Reason.DAMAGED, f"it is written in an encoding that workbooks do not use ({encoding[:20]})")


def _doctype(*_: object) -> None:
    raise Unreadable(Reason.DOCTYPE, "it holds a document type declaration, which no spreadsheet program writes")


def _too_deep() -> Unreadable:
    return Unreadable(Reason.SUSPICIOUS, f"its tags are nested more than {_DEEPEST} deep")


_DEEPEST = 256
_LONGEST_TAG = MIB

_MC = "http://schemas.openxmlformats.org/markup-compatibility/2006"
_UNDERSTOOD = tuple(f"http://schemas.microsoft.com/office/{what}/" for what in ("spreadsheetml", "excel", "drawing"))
"""Extensions that Excel knows: it takes the Choice that requires no other, and the Fallback where there is none."""

_RELATIONS = ("http://schemas.openxmlformats.org/package/2006/relationships",)
_IDS = (
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships id",
    "http://purl.oclc.org/ooxml/officeDocument/relationships id",
)
_CORE = (
    "http://schemas.openxmlformats.org/package/2006/metadata/core-properties",
    "http://purl.org/dc/elements/1.1/",
    "http://purl.org/dc/terms/",
)
_CORE_NAMES = (
    *("title", "subject", "creator", "description", "identifier", "language", "created", "modified", "keywords"),
    *("category", "contentStatus", "lastModifiedBy", "lastPrinted", "revision", "version"),
)
_CUSTOM = (
    "http://schemas.openxmlformats.org/officeDocument/2006/custom-properties",
    "http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes",
    "http://purl.oclc.org/ooxml/officeDocument/customProperties",
    "http://purl.oclc.org/ooxml/officeDocument/docPropsVTypes",
)
_PROPERTIES: dict[str, Callable[[str], Property]] = {
    **dict.fromkeys(("lpwstr", "lpstr", "bstr"), unescape),
    **dict.fromkeys(("i1", "i2", "i4", "i8", "int", "ui1", "ui2", "ui4", "ui8", "uint"), int),
    **dict.fromkeys(("r4", "r8", "decimal"), float),
    **dict.fromkeys(("filetime", "date"), datetime.fromisoformat),
    "bool": flag,
}

_ESCAPE = re.compile(
    "_x(?!D[89A-F])([0-9A-F]{4})_ | _x(D[89AB][0-9A-F]{2})_ _x(D[C-F][0-9A-F]{2})_", re.IGNORECASE | re.VERBOSE
)
