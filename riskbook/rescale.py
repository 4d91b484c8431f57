"""A register in; the risks that were rated on another scale than the one in force, with both ratings, out."""

from dataclasses import dataclass

from riskbook.model import Entry, Movement, Past, Register
from riskbook.settings import Context

NAME = "Change of scale"
"""The sheet that lists them."""


@dataclass(frozen=True, slots=True)
class Rescaled:
    """An open risk, its last rating on the old scale, and the one on the new; None until it is scored anew."""

    entry: Entry
    was: Past
    now: Past | None

    @property
    def moves(self) -> bool:
        """Whether it is in another band than before, or in none yet."""
        return self.now is None or self.now.band != self.was.band

    @property
    def becomes(self) -> str:
        """What becomes of its band, in words."""
        if self.now is None:
            return "To be scored on the new scale"
        return f"{self.was.band} to {self.now.band}" if self.moves else "The same band"


def rescaled(register: Register, context: Context) -> tuple[Rescaled, ...]:
    """The open risks whose last rating before this round was on another scale, by ref.

    Where the steps are others too they say nothing on the new scale: a risk is in no band until it is scored anew.
    """
    changed = context.before is not None and context.before.scale != register.scale
    found = []
    for entry in register.open:
        earlier = [past for past in entry.ratings if past.score and past.round != register.round]
        waiting = entry.rating is None and entry.was is None
        if earlier and (changed or waiting or entry.movement is Movement.RESCALED):
            found.append(Rescaled(entry, earlier[-1], entry.ratings[-1] if entry.rating else None))
    return tuple(sorted(found, key=lambda one: one.entry.ref))


def unagreed(register: Register, context: Context) -> str:
    """The round whose scale was another, where nobody has agreed yet to the one in force; else nothing."""
    before = context.before
    return "" if before is None or before.scale == register.scale or register.scale_agreed else before.round


def words(found: tuple[Rescaled, ...]) -> str:
    """How many risks a change of scale is about, and how many of them moved or wait."""
    waiting = sum(one.now is None for one in found)
    moved = sum(one.moves for one in found) - waiting
    waits = f", and {waiting} to be scored, which are in no band until then" if waiting else ""
    return (
        f"The scale has changed for {len(found)} open risks: {len(found) - moved - waiting} stay in the same band, "
        f"{moved} are in another{waits}."
    )
