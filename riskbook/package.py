"""Parts of a workbook package in; their elements, relationships and properties out."""

import posixpath
import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from xml.parsers import expat

from riskbook.safe import MIB, Package, Reason, Unreadable

type_ = type

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
    _Walk(spaces, starts, ends, skip).through(package, part)


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


def purpose(links: Mapping[str, Relation], *purposes: str) -> list[str]:
    """The targets of the relationships that serve one of these purposes."""
    return [link.target for link in links.values() if link.purpose in purposes]


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

    Two halves of one character are joined; half a character alone is no text and becomes U+FFFD.
    """
    if "_x" not in text:
        return text
    decoded = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return decoded.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


class _Walk:
    """One part on its way through expat."""

    def __init__(self, spaces: Collection[str], starts: Starts, ends: Ends, skip: Collection[str]) -> None:
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
        self._taken: list[bool] = []
        self._text: list[str] = []
        self._depth = self._outside = 0
        self._parser = parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.XmlDeclHandler = _declared
        parser.StartDoctypeDeclHandler = _doctype
        parser.StartNamespaceDeclHandler = self._prefixes.__setitem__
        self._listen()

    def through(self, package: Package, part: str) -> None:
        fed = 0
        try:
            for chunk in package.chunks(part):
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

    def _start(self, name: str, attributes: Attributes) -> None:
        self._text.clear()
        self._deeper(name, attributes)
        if (action := self._starts.get(name)) is not None:
            action(attributes)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if (action := self._ends.get(name)) is not None:
            action("".join(self._text))

    def _skip(self, _: Attributes) -> None:
        self._outside = self._depth - 1
        self._parser.StartElementHandler = self._deeper
        self._parser.EndElementHandler = self._shallower
        self._parser.CharacterDataHandler = None

    def _deeper(self, _name: str, _attributes: Attributes) -> None:
        self._depth += 1
        if self._depth > _DEEPEST:
            raise Unreadable(Reason.SUSPICIOUS, f"its tags are nested more than {_DEEPEST} deep")

    def _shallower(self, _name: str) -> None:
        self._depth -= 1
        if self._depth == self._outside:
            self._listen()

    def _choice(self, attributes: Attributes) -> None:
        needs = [self._prefixes.get(prefix, "") for prefix in attributes.get("Requires", "").split()]
        if not self._taken[-1] and needs and all(space.startswith(_UNDERSTOOD) for space in needs):
            self._taken[-1] = True
        else:
            self._skip(attributes)

    def _fallback(self, attributes: Attributes) -> None:
        if self._taken[-1]:
            self._skip(attributes)
