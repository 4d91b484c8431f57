"""The parts of a workbook that say how cells look in; a Look for every cell format out."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TypeVar

from riskbook.leaving.colours import resolved
from riskbook.package import MAIN, Attributes, flag, walk
from riskbook.safe import Package

Thing = TypeVar("Thing")

DRAWN = (
    "http://schemas.openxmlformats.org/drawingml/2006/main",
    "http://purl.oclc.org/ooxml/drawingml/main",
)


@dataclass(frozen=True, slots=True)
class Look:
    """How a cell looks, as far as it decides whether it is seen; ink and fill are RRGGBB, nothing where automatic.

    ``plain`` says that the fill is one colour or none, so that a contrast can be measured.
    """

    ink: str = ""
    fill: str = ""
    plain: bool = True
    size: float = 11.0
    number: str = "General"
    quoted: bool = False


@dataclass(frozen=True, slots=True)
class Styles:
    """The looks of a workbook: of cells by their number, and what conditional formats change."""

    cells: tuple[Look, ...] = ()
    changes: tuple[Look, ...] = ()

    def of(self, number: int) -> Look:
        """A cell's look; Excel's own where there is none of that number."""
        return self.cells[number] if number < len(self.cells) else Look()


def styles(package: Package, parts: Iterable[str], theme: tuple[str, ...]) -> Styles:
    """Read the looks of cells.

    Raises:
        Unreadable: a part is missing or damaged.
    """
    reading = _Styles(theme)
    for part in parts:
        walk(package, part, MAIN, reading.starts(), reading.ends(), skip=_NOT_READ)
    return reading.styles()


def theme(package: Package, parts: Iterable[str]) -> tuple[str, ...]:
    """The colours of the theme, in the order in which cells refer to them: light and dark change places.

    Raises:
        Unreadable: a part is missing or damaged.
    """
    found: dict[str, str] = {}
    named = ""

    def name(one: str) -> Callable[[Attributes], None]:
        def start(_: Attributes) -> None:
            nonlocal named
            named = one

        return start

    def keep(key: str) -> Callable[[Attributes], None]:
        return lambda attributes: found.update({named: found.get(named) or attributes.get(key, "").upper()})

    starts = {one: name(one) for one in _THEME} | {"srgbClr": keep("val"), "sysClr": keep("lastClr")}
    for part in parts:
        walk(package, part, DRAWN, starts, {}, skip=("fontScheme", "fmtScheme", "objectDefaults", "extraClrSchemeLst"))
    return tuple(found.get(one, "") for one in _THEME)


@dataclass
class _Styles:
    """Fonts, fills and formats on their way through a walk, and which of them is open."""

    colours: tuple[str, ...]
    fonts: list[tuple[str, float]] = field(default_factory=list)
    fills: list[tuple[str, bool]] = field(default_factory=list)
    formats: dict[str, str] = field(default_factory=dict)
    cells: list[Attributes] = field(default_factory=list)
    changes: list[Look] = field(default_factory=list)
    of_change: bool = False
    ink: str = ""
    size: float = 11.0
    fill: str = ""
    plain: bool = True
    solid: bool = False

    def starts(self) -> dict[str, Callable[[Attributes], None]]:
        return {
            "dxf": self._start_change,
            "font": self._start_font,
            "fill": self._start_fill,
            "color": self._colour,
            "sz": self._size,
            "patternFill": self._pattern,
            "gradientFill": self._gradient,
            "fgColor": self._front,
            "bgColor": self._back,
            "numFmt": lambda one: self.formats.update({one.get("numFmtId", ""): one.get("formatCode", "")}),
            "xf": self.cells.append,
        }

    def ends(self) -> dict[str, Callable[[str], None]]:
        return {"dxf": self._end_change, "font": self._end_font, "fill": self._end_fill}

    def styles(self) -> Styles:
        return Styles(tuple(map(self._look, self.cells)), tuple(self.changes))

    def _look(self, xf: Attributes) -> Look:
        ink, size = _at(self.fonts, xf.get("fontId")) or ("", 11.0)
        fill, plain = _at(self.fills, xf.get("fillId")) or ("", True)
        number = xf.get("numFmtId", "0")
        shown = self.formats.get(number, "General")
        return Look(ink, fill, plain, size, shown, flag(xf.get("quotePrefix")))

    def _start_change(self, _: Attributes) -> None:
        self.of_change, self.ink, self.fill, self.plain = True, "", "", True

    def _end_change(self, _: str) -> None:
        self.changes.append(Look(self.ink, self.fill, self.plain))
        self.of_change = False

    def _start_font(self, _: Attributes) -> None:
        self.ink, self.size = "", 11.0

    def _end_font(self, _: str) -> None:
        if not self.of_change:
            self.fonts.append((self.ink, self.size))

    def _colour(self, colour: Attributes) -> None:
        self.ink = resolved(colour, self.colours)

    def _size(self, size: Attributes) -> None:
        try:
            self.size = float(size.get("val", "11"))
        except ValueError:
            self.size = 11.0

    def _start_fill(self, _: Attributes) -> None:
        self.fill, self.plain, self.solid = "", True, False

    def _end_fill(self, _: str) -> None:
        if not self.of_change:
            self.fills.append((self.fill, self.plain))

    def _pattern(self, pattern: Attributes) -> None:
        kind = pattern.get("patternType", "solid" if self.of_change else "none")
        self.solid = kind == "solid"
        self.plain = kind in ("solid", "none")

    def _gradient(self, _: Attributes) -> None:
        self.plain = False

    def _front(self, colour: Attributes) -> None:
        if self.solid and not self.of_change:
            self.fill = resolved(colour, self.colours)

    def _back(self, colour: Attributes) -> None:
        if self.of_change:
            self.fill = resolved(colour, self.colours)


def _at(things: list[Thing], number: str | None) -> Thing | None:
    place = int(number) if number and re.fullmatch("[0-9]{1,6}", number) else 0
    return things[place] if place < len(things) else None


_THEME = ("lt1", "dk1", "lt2", "dk2", *(f"accent{n}" for n in range(1, 7)), "hlink", "folHlink")
_NOT_READ = ("cellStyleXfs", "borders", "border", "extLst", "cellStyles")
