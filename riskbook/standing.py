"""A round's register, or none yet, in; how it stands with every unit that is asked, and whom to ring, out."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from riskbook import tally
from riskbook.entries import asked_units
from riskbook.model import Register, UnitReturn
from riskbook.settings import Context
from riskbook.tally import LATE, MISSING, UnitRow
from riskbook.year import working_days


@dataclass(frozen=True, slots=True)
class Standing:
    """How it stands with a unit: its form, its return, what is to be put right in it, whom to ring.

    ``late`` is how many working days after the due date its return came, or is missing now; 0 where it is not late.
    ``ring`` names the manager, with the address, where something is wanted of them today.
    """

    code: str
    name: str
    issued: bool
    returned: str
    errors: int
    queries: int
    late: int
    ring: str


def standing(register: Register | None, context: Context, issued: Collection[str], on: date) -> tuple[Standing, ...]:
    """Every unit that the round asks, those whom to ring first, the latest of them first.

    ``issued`` are the codes of the units whose form was written, ``on`` is today.
    """
    rows = {row.code: row for row in tally.tally(register, context).units} if register else {}
    due = context.settings.timetable.due_date(context.round)
    found = []
    for unit in asked_units(context):
        row = rows.get(unit.code)
        late = _late(row, due, on)
        wanted = late if row is None or row.returned == MISSING else row.errors
        who = f"{unit.manager or 'its manager'}{f', {unit.email}' if unit.email else ''}"
        found.append(
            Standing(
                unit.code,
                unit.name,
                unit.code in issued,
                row.returned if row else MISSING,
                row.errors if row else 0,
                row.queries if row else 0,
                late,
                who if wanted else "",
            )
        )
    return tuple(sorted(found, key=lambda one: (not one.ring, -one.late, one.code)))


def not_back(packs: Mapping[str, Collection[str]], returned: Iterable[UnitReturn]) -> tuple[str, ...]:
    """The owners, of interview packs by owner with their refs, whose pack has not come back.

    It has when a return that was issued for some risks of its unit alone speaks of one of theirs.
    """
    told = {ref for one in returned if not one.scope.takes_new for ref in one.scope.refs}
    return tuple(owner for owner, refs in packs.items() if not told & {*refs})


def _late(row: UnitRow | None, due: date, on: date) -> int:
    """The working days after the due date on which it came, or that have passed without it."""
    if row is None or row.returned == MISSING:
        return max(0, working_days(due, on))
    return working_days(due, row.came) if row.returned == LATE and row.came else 0
