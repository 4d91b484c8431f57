"""The units and people of the directorate, with the dates between which they stand."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit of the directorate, as directory.xlsx has it."""

    code: str
    name: str
    level: str
    parent: str = ""
    manager: str = ""
    email: str = ""
    deputy_email: str = ""
    assistant_director: str = ""
    board: str = ""
    from_: date | None = None
    until: date | None = None
    successor: str = ""

    def overlaps(self, other: "Unit") -> bool:
        """Whether both have one code on some day."""
        begin = max(self.from_ or date.min, other.from_ or date.min)
        return self.code == other.code and begin <= min(self.until or date.max, other.until or date.max)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may own a risk or receive a report."""

    name: str
    post: str = ""
    email: str = ""
    roles: tuple[str, ...] = ()
    from_: date | None = None
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Meeting:
    """A day on which a board meets, and how many working days before it its papers are due."""

    board: str
    on: date
    days: int = 5


@dataclass(frozen=True)
class Directory:
    """The units and people that I&P keep in Excel, and the days on which boards meet."""

    units: tuple[Unit, ...] = ()
    people: tuple[Person, ...] = ()
    meetings: tuple[Meeting, ...] = ()

    def at(self, on: date) -> "Directory":
        """The directory as it stands on a day: of a unit that moved, or changed its level, the row that is in force.

        One that has ended keeps its last row, and one that has not begun its first.
        """
        rows: dict[str, Unit] = {}
        for unit in sorted(self.units, key=lambda unit: unit.from_ or date.min, reverse=True):
            if unit.code not in rows or (rows[unit.code].from_ or date.min) > on:
                rows[unit.code] = unit
        return Directory(tuple(unit for unit in self.units if rows[unit.code] is unit), self.people, self.meetings)

    def unit(self, code: str) -> Unit | None:
        """The unit of that code, whatever its dates."""
        return self._by_code.get(code)

    def heir(self, code: str, on: date) -> str:
        """The unit that has the risks of a unit on a day: itself, or what took over from it when it ended."""
        passed: list[str] = []
        while code not in passed and (unit := self.unit(code)) and _is_over(unit, on) and unit.successor:
            passed.append(code)
            code = unit.successor
        return code

    def current(self, on: date) -> tuple[Unit, ...]:
        """Units that exist on a day."""
        return tuple(unit for unit in self.units if _covers(unit.from_, unit.until, on))

    def staff(self, on: date) -> tuple[Person, ...]:
        """People who are in post on a day."""
        return tuple(person for person in self.people if _covers(person.from_, person.until, on))

    def below(self, code: str, on: date) -> tuple[Unit, ...]:
        """Every unit under one on a day, however far down, whether or not that one exists on that day."""
        found: list[Unit] = []
        level = {code}
        while under := [unit for unit in self.current(on) if unit.parent in level and unit not in found]:
            found += under
            level = {unit.code for unit in under}
        return tuple(found)

    def service(self, code: str) -> str:
        """The name under which a unit is counted: its service, or Directorate, Projects, Partnerships."""
        unit = self.unit(code)
        together = {"Directorate": "Directorate", "Project": "Projects", "Partnership": "Partnerships"}
        while unit and unit.level not in together and unit.level != "Service":
            unit = self.unit(unit.parent)
        if unit is None:
            return "No service"
        return together.get(unit.level, unit.name)

    @cached_property
    def _by_code(self) -> Mapping[str, Unit]:
        """The units by their codes; of one that has several rows, the first."""
        return {unit.code: unit for unit in reversed(self.units)}


def _is_over(unit: Unit, on: date) -> bool:
    return unit.until is not None and unit.until < on


def _covers(begin: date | None, end: date | None, on: date) -> bool:
    return (begin is None or begin <= on) and (end is None or on <= end)
