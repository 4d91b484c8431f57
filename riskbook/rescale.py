"""A register in; the risks that were rated on another scale than the one in force, with both bands, out."""

from dataclasses import dataclass, replace

from riskbook.kinds import listed
from riskbook.model import Entry, Movement, Past, Register
from riskbook.movement import keeps_steps, scale
from riskbook.settings import Context, Settings

NAME = "Change of scale"
"""The sheet that lists them."""


@dataclass(frozen=True, slots=True)
class Rescaled:
    """An open risk, its last rating on the old scale, and the one on the new; None until it is scored anew.

    Where its steps stand (``stands``), ``now`` has the same steps as ``was``: what moved is the scale, not the risk.
    """

    entry: Entry
    was: Past
    now: Past | None
    stands: bool

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
    kept = keeps(context)
    found = []
    for entry in register.open:
        earlier = [past for past in entry.ratings if past.score and past.round != register.round]
        waiting = entry.rating is None and entry.was is None
        if not earlier or not (changed or waiting or entry.movement is Movement.RESCALED):
            continue
        was, stands = earlier[-1], kept and entry.was is not None
        anew = entry.ratings[-1] if entry.rating else None
        found.append(Rescaled(entry, was, _on(was, context.settings) if stands else anew, stands))
    return tuple(sorted(found, key=lambda one: one.entry.ref))


def keeps(context: Context) -> bool:
    """Whether the scale has changed since last round and its steps stand: only bands or numbers are others."""
    before = context.before
    return (
        before is not None and before.scale != scale(context.settings) and keeps_steps(before.scale, context.settings)
    )


def unagreed(register: Register, context: Context) -> str:
    """The round whose scale was another, where nobody has agreed yet to the one in force; else nothing."""
    before = context.before
    return "" if before is None or before.scale == register.scale or register.scale_agreed else before.round


def words(found: tuple[Rescaled, ...]) -> str:
    """How many risks a change of scale is about, and how many of them moved with it or wait."""
    waiting = sum(one.now is None for one in found)
    moved = sum(one.moves for one in found) - waiting
    same = len(found) - moved - waiting
    stand = any(one.stands for one in found)
    parts = [
        f"{same} {'stays' if same == 1 else 'stay'} in the same band",
        f"{moved} {'is' if moved == 1 else 'are'} in another",
        *([f"{waiting} to be scored, in no band until then"] if waiting else []),
    ]
    risks = "1 open risk" if len(found) == 1 else f"{len(found)} open risks"
    score = ", by the impact and likelihood of last quarter on both scales" if stand else ""
    return f"The scale has changed for {risks}{score}: {listed(parts, 'and')}."


def _on(past: Past, settings: Settings) -> Past:
    """What a rating is on the scale in force, with the same steps."""
    if past.score is None:
        return past
    matrix = settings.matrix
    return replace(past, number=matrix.number(past.score), band=matrix.band(past.score).name)
