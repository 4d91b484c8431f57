"""The units and people of the directorate, with the dates between which they stand."""

from dataclasses import dataclass
from datetime import date


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
class Directory:
    """The units and people that I&P keep in Excel."""

    units: tuple[Unit, ...] = ()
    people: tuple[Person, ...] = ()

    def unit(self, code: str) -> Unit | None:
        """The unit of that code, whatever its dates."""
        return next((unit for unit in self.units if unit.code == code), None)

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


def _covers(begin: date | None, end: date | None, on: date) -> bool:
    return (begin is None or begin <= on) and (end is None or on <= end)
