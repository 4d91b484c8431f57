"""A register or a return in; its free texts, what looks like personal data in them, and what somebody cleared, out."""

from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeVar

from riskbook.forms import ACTIONS, RISKS, Column
from riskbook.kinds import Text as Words
from riskbook.model import Action, Answer, Change, Cleared, Exported, Held, Known, Received, Register, Risk, UnitReturn
from riskbook.places import Place
from riskbook.rules import privacy, returns
from riskbook.rules.privacy import Allowed, Hit
from riskbook.settings import Context

Kept = TypeVar("Kept", Known, Held, Received, Change, Exported, Answer)


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
    """Every free text of a return or of a register, with what could not be read or placed, as typed.

    Of a register what it remembers too: whatever of it would leave can be cleared.
    """
    yield from _told(told)
    if isinstance(told, Register):
        yield from _remembered(told)


def found(register: Register, known: Allowed) -> Iterator[Found]:
    """What looks like personal data in a register, cleared or not."""
    for text in texts(register):
        yield from (Found(text, hit) for hit in privacy.hits(text.words, known))


def outstanding(register: Register, known: Allowed) -> tuple[Found, ...]:
    """What looks like personal data in a register and nobody has cleared; what is remembered of a text is its own."""
    done = by_text(register.cleared)
    left: dict[tuple[str, Hit, str], Found] = {}
    for one in found(register, known):
        mark = privacy.mark(one.text.words)
        if (one.hit.code, mark) not in done:
            left.setdefault((one.text.ref, one.hit, mark), one)
    return tuple(left.values())


def cleared(register: Register, known: Allowed) -> frozenset[Hit]:
    """What somebody cleared, as it stands in the texts: in whatever workbook it stands, it may leave."""
    return frozenset(clearers(register, known))


def clearers(register: Register, known: Allowed) -> Mapping[Hit, str]:
    """Who cleared what somebody cleared."""
    who = {(line.code, line.digest): line.by for line in register.cleared}
    if not who:
        return {}
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


def without_former(register: Register, known: Allowed) -> Register:
    """A register that remembers no personal data that was taken out: it is masked in what was said before.

    What still stands in a risk, and what was cleared, stays. The returns themselves are kept, and nothing is lost.
    """
    left = tuple(one for one in register.held if not _is_overruled(one))
    stands = {hit for text in _told(replace(register, held=left)) for hit in privacy.hits(text.words, known)}
    done = by_text(register.cleared)

    def bare(thing: Kept, keys: tuple[str, ...]) -> Kept:
        was = {key: words for key in keys if (words := getattr(thing, key))}
        now: dict[str, Any] = {key: masked(words, known, done, stands) for key, words in was.items()}
        return thing if now == was else replace(thing, **now)

    return replace(
        register,
        refs=tuple(bare(one, _WORDS) for one in register.refs),
        held=tuple(bare(one, ("typed",)) if _is_overruled(one) else one for one in register.held),
        returns=tuple(bare(one, _OF_RETURN[1:]) if one.state == "Superseded" else one for one in register.returns),
        changes=tuple(bare(one, _WAS) for one in register.changes),
        exports=_once(bare(one, _WAS[:2]) for one in register.exports),
        answers=_once(bare(one, ("text",)) for one in register.answers),
    )


def masked(words: str, known: Allowed, done: Set[tuple[str, str]], stands: Set[Hit] = frozenset()) -> str:
    """Words without what looks like personal data and nobody has cleared in them; what ``stands`` elsewhere may too."""
    may = {hit for hit in privacy.hits(words, known) if (hit.code, privacy.mark(words)) in done}
    return privacy.hidden(words, known, stands | may)


def by_text(lines: Iterable[Cleared]) -> frozenset[tuple[str, str]]:
    """What was cleared, as code and digest of the text."""
    return frozenset((one.code, one.digest) for one in lines)


def _free(columns: Iterable[Column]) -> tuple[Column, ...]:
    return tuple(column for column in columns if isinstance(column.kind, Words) and column.on_form)


_RISKS, _ACTIONS = _free(RISKS), _free(ACTIONS)
_WORDS = ("title", "cause", "event", "effect")
_WAS = ("was", "now", "told")
_OF_RETURN = ("book", "note", "filled_by", "board", "lead_officer")


def _once(things: Iterable[Kept]) -> tuple[Kept, ...]:
    """Each thing once: masked, two may be one."""
    return tuple(sorted(set(things), key=repr))


def _is_overruled(held: Held) -> bool:
    """Whether a later return counts for a row: nobody need place it, and what it says was said before."""
    return held.code == returns.TWO_RETURNS.code


def _told(told: UnitReturn | Register) -> Iterator[Text]:
    """What is said now of risks and actions, what is held of them, and why meetings decided as they did."""
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


def _remembered(register: Register) -> Iterator[Text]:
    """What a register says besides: words of before, answers, exports, what came in, and why something was cleared."""
    for sheet, things, keys in (
        ("Refs", register.refs, _WORDS),
        ("Changes", register.changes, _WAS),
        ("Exports", register.exports, _WAS[:2]),
        ("Answers", register.answers, ("text",)),
        ("Cleared", register.cleared, ("by", "reason")),
    ):
        for thing in things:
            yield from _said(thing, keys, thing.ref, Place(register.round, sheet))
    for alias in register.aliases:
        yield from _said(alias, ("why",), alias.ref, Place(register.round, "Aliases"))
    for received in register.returns:
        yield from _said(received, _OF_RETURN, received.unit, Place(received.book or register.round, "Start"))


def _said(thing: object, keys: Iterable[str], ref: str, place: Place) -> Iterator[Text]:
    for key in keys:
        if words := getattr(thing, key):
            yield Text(ref, f"{place.sheet}, {key.replace('_', ' ')}", "", place, words, (ref,))


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
