"""A register or a return in; its free texts, what looks like personal data in them, and what somebody cleared, out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from riskbook.forms import ACTIONS, RISKS, Column
from riskbook.kinds import Text as Words
from riskbook.model import Action, Cleared, Held, Register, Risk, UnitReturn
from riskbook.places import Place
from riskbook.rules import privacy
from riskbook.rules.privacy import Allowed, Hit
from riskbook.settings import Context


@dataclass(frozen=True, slots=True)
class Text:
    """A free text: whose it is (``subjects`` are its ref and its risk's), in which field, and where it was typed."""

    ref: str
    field: str
    key: str
    place: Place
    words: str
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """Something that looks like personal data, and the text that it stands in."""

    text: Text
    hit: Hit


def allowed(context: Context) -> Allowed:
    """What may stand in a directorate's texts, and the names that may not."""
    return Allowed(context.settings.privacy.allowed_domains, context.names)


def texts(told: UnitReturn | Register) -> Iterator[Text]:
    """Every free text of a return or of a register, with what could not be read or placed, as typed."""
    entries = (*told.entries, *told.archive) if isinstance(told, Register) else ()
    for risk in (entry.now for entry in entries) if isinstance(told, Register) else told.risks:
        yield from _of_row(risk, _RISKS, (risk.ref,))
    for action in told.actions:
        yield from _of_row(action, _ACTIONS, (action.ref, action.risk_ref))
    for held in told.held:
        yield from _of_held(held)
    if isinstance(told, Register):
        for decision in told.decisions:
            for field, words in (("Reasons", decision.reasons), ("Rationale", decision.rationale)):
                yield Text(decision.risk_ref, field, "", decision.place, words, (decision.risk_ref,))


def found(register: Register, known: Allowed) -> Iterator[Found]:
    """What looks like personal data in a register, cleared or not."""
    for text in texts(register):
        yield from (Found(text, hit) for hit in privacy.hits(text.words, known))


def outstanding(register: Register, known: Allowed) -> tuple[Found, ...]:
    """What looks like personal data in a register and nobody has cleared."""
    done = by_text(register.cleared)
    return tuple(one for one in found(register, known) if (one.hit.code, privacy.mark(one.text.words)) not in done)


def cleared(register: Register, known: Allowed) -> frozenset[Hit]:
    """What somebody cleared, as it stands in the texts: in whatever workbook it stands, it may leave."""
    return frozenset(clearers(register, known))


def clearers(register: Register, known: Allowed) -> Mapping[Hit, str]:
    """Who cleared what somebody cleared."""
    who = {(line.code, line.digest): line.by for line in register.cleared}
    marked = ((one.hit, (one.hit.code, privacy.mark(one.text.words))) for one in found(register, known))
    return {hit: who[mark] for hit, mark in marked if mark in who}


def clear(register: Register, ref: str, code: str, by: str, reason: str, on: date, known: Allowed) -> list[Cleared]:
    """Clear what a rule finds in the texts of a risk, of its actions and of what is held of it, while they stay so."""
    marks = {
        privacy.mark(one.text.words): one.text.ref
        for one in outstanding(register, known)
        if one.hit.code == code and ref in one.text.subjects
    }
    return [Cleared(whose or ref, code, mark, by, on, reason) for mark, whose in marks.items()]


def by_text(lines: Iterable[Cleared]) -> frozenset[tuple[str, str]]:
    """What was cleared, as code and digest of the text."""
    return frozenset((one.code, one.digest) for one in lines)


def _free(columns: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(column for column in columns if isinstance(column.kind, Words) and column.on_form)


_RISKS, _ACTIONS = _free(RISKS), _free(ACTIONS)


def _of_row(row: Risk | Action, columns: Iterable[Column], subjects: tuple[str, ...]) -> Iterator[Text]:
    unread = dict(row.unread)
    for column in columns:
        words = getattr(row, column.key, "") or unread.get(column.key, "")
        if words and isinstance(words, str):
            yield Text(row.ref, column.header, column.key, row.source.place(column.key), words, subjects)
    free = {column.key for column in columns}
    for key, words in row.unread:
        if key not in free:
            yield Text(row.ref, "", key, row.source.place(key), words, subjects)
    for heading, words in row.other:
        yield Text(row.ref, heading, "", row.source.place(), words, subjects)


def _of_held(held: Held) -> Iterator[Text]:
    """What was typed in a row that could not be placed. A cell that could not be read is its row's."""
    if not held.key:
        yield Text(held.ref, "", "", held.source.place(), held.typed, (held.ref, held.unit))
