"""Kinds of column for a register that was made elsewhere: a word of theirs in; what it is of ours out, or why not."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from riskbook.forms import Column
from riskbook.kinds import Kind, Raw, Reading, Text, Unfit, listed, spelt
from riskbook.rules import adoption, cells
from riskbook.sentences import SENTENCE, Part, hints, pair, parts, told_apart
from riskbook.settings import Settings
from riskbook.text import folded, tidy


@dataclass(frozen=True, slots=True)
class Translated:
    """A step or a choice, by what the mapping says of a word of theirs; ``own``: our own words need not stand there."""

    kind: Kind
    table: Mapping[str, Any]
    file: str
    name: str
    what: str
    own: bool = False

    def read(self, raw: Raw, settings: Settings) -> Reading:
        typed = tidy(spelt(raw))
        if self.own and folded(typed) not in self.table:
            with contextlib.suppress(Unfit):
                return self.kind.read(raw, settings)
        value = self.table.get(folded(typed))
        if value is None:
            facts = {"file": self.file, "table": self.name, "what": self.what, "allowed": self.allowed(settings)}
            raise Unfit(adoption.UNANSWERED, typed=typed, **facts)
        ours = str(self.show(value, settings))
        note = (cells.READ_AS, {"typed": typed, "read": ours})
        return Reading(value, () if folded(typed) in (folded(ours), str(value)) else (note,))

    def show(self, value: Any, settings: Settings) -> str | float | date:
        return self.kind.show(value, settings)

    def allowed(self, settings: Settings) -> str:
        return self.kind.allowed(settings)

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return None


@dataclass(frozen=True, slots=True)
class Rated:
    """Two ratings in one cell, in the order of ``keys``: their values by key, and the score typed beside them."""

    keys: tuple[str, ...]
    axes: Mapping[str, Translated]

    def read(self, raw: Raw, settings: Settings) -> Reading:
        typed = tidy(spelt(raw))
        found = pair(typed)
        if found is None:
            raise Unfit(cells.STEP, typed=typed, allowed=self.allowed(settings))
        by_axis = {axis_of(key): key for key in self.keys}
        keys = tuple(by_axis[axis] for axis in found.axes) or self.keys
        both = zip(keys, (found.first, found.second), strict=True)
        read = {key: self.axes[axis_of(key)].read(text, settings).value for key, text in both}
        told = [f"{axis_of(key)} {self.axes[axis_of(key)].show(value, settings)}" for key, value in read.items()]
        return Reading((read, found.total), ((cells.READ_AS, {"typed": typed, "read": listed(told, "and")}),))

    def show(self, value: Any, settings: Settings) -> str:
        return "×".join(map(str, value[0].values()))

    def allowed(self, settings: Settings) -> str:
        return f"{listed([axis_of(key) for key in self.keys], 'and')} with × between, like 4×3"

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return None


@dataclass(frozen=True, slots=True)
class Apart:
    """A text that says several things, in its parts; all of it is ``whole`` where they cannot be told apart."""

    keys: tuple[str, ...]
    whole: Column

    def read(self, raw: Raw, settings: Settings) -> Reading:
        plainly = Text().read(raw, settings)
        found = parts(plainly.value, self.keys)
        whole = (Part(self.whole.key, "", plainly.value),)
        if found:
            return Reading(found, (*plainly.notes, told_apart(found)))
        if self.keys == SENTENCE and not hints(plainly.value):
            return Reading(whole, plainly.notes)
        return Reading(whole, (*plainly.notes, (adoption.NOT_APART, {"heading": self.whole.header})))

    def show(self, value: Any, settings: Settings) -> str:
        return " ".join(f"{part.marker} {part.text}".strip() for part in value)

    def allowed(self, settings: Settings) -> str:
        return "words"

    def restraint(self, settings: Settings) -> Mapping[str, object] | None:
        return None


def axis_of(key: str) -> str:
    """The axis of the matrix that a column rates on."""
    return "impact" if key.endswith("impact") else "likelihood"
