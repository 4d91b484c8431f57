"""Registers of every round and a ref in; its whole story, as values with places, out."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from rapidfuzz import fuzz, process

from riskbook import amend, exports
from riskbook.compare import CLOSED, NEW
from riskbook.forms import ACTIONS, RISKS, by_key, typed_keys
from riskbook.kinds import listed, said
from riskbook.model import BY_HAND, Action, Alias, Change, Decision, Entry, Movement, Past, Register
from riskbook.origins import Origin, Shelf, Told, Volume, in_words, rated
from riskbook.refs import on_the_list
from riskbook.text import folded, short


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened: what it is, to which risk or action, in words; a field with what it was and is.

    ``origins`` are the cells and rows that say so.
    """

    what: str
    ref: str
    words: str
    field: str = ""
    was: str = ""
    now: str = ""
    origins: tuple[Origin, ...] = ()


@dataclass(frozen=True, slots=True)
class Chapter:
    """A round: the row of its register, None where that register is not in the book; and what happened."""

    round: str
    row: Origin | None
    lines: tuple[Line, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """A risk or action: what it is called, where it stands now, what it is tied to, and its rounds, oldest first."""

    ref: str
    title: str
    stands: str
    ties: tuple[str, ...]
    chapters: tuple[Chapter, ...]

    @property
    def origins(self) -> tuple[Origin, ...]:
        """Every cell and row behind it, once."""
        return tuple(dict.fromkeys(origin for one in self.chapters for line in one.lines for origin in line.origins))


def story(asked: str, shelf: Shelf) -> Story | None:
    """Everything that is known of a ref, whoever closed it when; None where no register knows it.

    An old ref leads to the one that stands for it, unless it has a story of its own.
    """
    known = {folded(ref): ref for ref in refs(shelf)}
    latest = shelf.volumes[-1].register if shelf.volumes else Register("", "")
    ref = known.get(folded(asked)) or known.get(folded(latest.standing(asked.strip())))
    if ref is None:
        return None
    last = next((one for one in reversed(shelf.volumes) if one.told(ref)), None)
    told = last.told(ref) if last else None
    ties = tuple(dict.fromkeys(_ties(asked, ref, last, latest)))
    chapters = tuple(_chapter(ref, name, shelf) for name in _rounds(ref, shelf))
    if last is None or told is None:
        taken_out = any(amend.was_added(ref, one.register) for one in shelf.volumes)
        words = "added to the register by hand, and taken out by hand" if taken_out else _NOWHERE
        return Story(ref, "", f"It was {words}.", ties, chapters)
    if isinstance(told, Action):
        return Story(ref, told.what, _action_stands(told, last), ties, chapters)
    return Story(ref, told.title or told.event, _risk_stands(last.register.by_ref[ref]), ties, chapters)


_NOWHERE = "given to a row that is on no register"


def refs(shelf: Shelf) -> tuple[str, ...]:
    """Every ref of a risk or action, and every one that was given to a row."""
    found: dict[str, None] = {}
    for register in (one.register for one in shelf.volumes):
        found |= dict.fromkeys(register.by_ref)
        found |= dict.fromkeys(action.ref for action in register.actions)
        found |= dict.fromkeys(known.ref for known in register.refs)
    return tuple(found)


def nearest(asked: str, shelf: Shelf) -> str:
    """The ref that is spelt most like one; nothing where there is none at all."""
    found = process.extractOne(asked, refs(shelf), scorer=fuzz.ratio, processor=folded)
    return str(found[0]) if found else ""


def rating(past: Past) -> str:
    """A rating in words: "16 Red (impact 4, likelihood 4)"."""
    steps = f" (impact {past.impact}, likelihood {past.likelihood})" if past.score else ""
    return f"{rated([past])}{steps}"


def _risk_stands(entry: Entry) -> str:
    last = entry.history[-1].round if entry.history else ""
    if entry.open:
        return f"Open, {rated(entry.ratings)}, with {entry.unit} ({entry.level.lower()}), as of {last}."
    if entry.movement is Movement.MERGED:
        return f"Merged into {entry.into or 'another risk'} in {last}{_signed(entry)}."
    why = f": {entry.now.close_reason}" if entry.now.close_reason else ""
    return f"Closed in {last}{_signed(entry)}{why}."


def _signed(entry: Entry) -> str:
    by = f" by {entry.closed_by}" if entry.closed_by else ""
    return by + (f" on {said(entry.closed_on)}" if entry.closed_on else "")


def _action_stands(action: Action, last: Volume) -> str:
    due = f", due {said(action.due)}" if action.due else ""
    first = f" (first agreed: {said(action.first_due)})" if action.first_due and action.first_due != action.due else ""
    slips = f", put back {_times(action.slips)}" if action.slips else ""
    return f"{action.status or 'No status'}{due}{first}{slips}, as of {last.register.round}."


def _times(count: int) -> str:
    return {1: "once", 2: "twice"}.get(count, f"{count} times")


def _ties(asked: str, ref: str, last: Volume | None, latest: Register) -> Iterator[str]:
    """Old refs and new ones, what was merged and escalated, both ways, and what it feeds."""
    for alias in latest.aliases:
        if folded(alias.old) == folded(asked) and folded(asked) != folded(ref):
            yield f"{alias.old} is an old ref; {alias.ref} stands for it{_since(alias)}."
        elif alias.ref == ref and folded(alias.old) != folded(ref):
            yield f"It stands for {alias.old}{_since(alias)}."
    told = last.told(ref) if last else None
    if isinstance(told, Action):
        yield f"It is an action of {told.risk_ref}."
    if last is None or ref not in last.register.by_ref:
        return
    entry = last.register.by_ref[ref]
    if entry.into:
        yield f"It was merged into {entry.into}."
    if entry.now.parent:
        yield f"It feeds {entry.now.parent}."
    for other in latest.by_ref.values():
        if other.into == ref:
            yield f"{_named(other)} was merged into it."
        if other.now.parent == ref:
            yield f"{_named(other)} feeds it."
    for decision in latest.decisions:
        if decision.decision == "Escalate" and decision.into and ref in (decision.risk_ref, decision.into):
            yield f"{decision.risk_ref} was escalated into {decision.into} ({decision.round})."


def _since(alias: Alias) -> str:
    """Since when and why, or that nobody wrote it down."""
    since = f" since {alias.round}" if alias.round else "; since when is not written down"
    return f"{since} ({alias.why})" if alias.why else since


def _named(entry: Entry) -> str:
    title = entry.now.title or entry.now.event
    return f"{entry.ref}, “{short(title)}”," if title else entry.ref


def _rounds(ref: str, shelf: Shelf) -> tuple[str, ...]:
    """Every round that has anything to say of a ref, in the order of the year."""
    names: dict[str, date] = {}
    when = date.min
    for name in (name for volume in shelf.volumes for name in _rounds_in(ref, volume)):
        when = shelf.when(name) or when
        names.setdefault(name, when)
    return tuple(sorted(names, key=lambda name: names[name]))


def _rounds_in(ref: str, volume: Volume) -> Iterator[str]:
    register = volume.register
    yield from (known.round for known in register.refs if known.ref == ref and known.new)
    entry = register.by_ref.get(ref)
    yield from (past.round for past in entry.history) if entry else ()
    yield from (one.round for one in register.decisions if ref in (one.risk_ref, one.into))
    yield from (one.round for one in register.answers if one.ref == ref)
    yield from (one.round for one in register.exports if one.ref == ref)
    if ref in _of_round(register) or any(held.ref == ref for held in register.held):
        yield register.round


def _chapter(ref: str, round_: str, shelf: Shelf) -> Chapter:
    """A round as its own register tells it; where that is not in the book, as the next later one remembers it."""
    own = shelf.volume(round_)
    later = (one for one in shelf.volumes if round_ in _rounds_in(ref, one))
    witness = own or next(later)
    told = own.told(ref) if own else None
    lines = [*_remembered(ref, round_, witness, shelf)]
    if own is None:
        return Chapter(round_, None, tuple(lines))
    if told and ref in _of_round(own.register):
        lines = [*_as_told(told, own, shelf), *lines, *_held(ref, own, shelf), *_actions(ref, own, shelf)]
    if isinstance(told, Action):
        return Chapter(round_, shelf.row(own, "Actions", ref), tuple(lines))
    row = shelf.entry(own, own.register.by_ref[ref]) if told else None
    return Chapter(round_, row, tuple(lines))


def _of_round(register: Register) -> set[str]:
    """What a round is about: what earlier rounds closed is on its register, and not of it."""
    return {entry.ref for entry in register.entries} | {action.ref for action in register.actions}


def _as_told(told: Told, volume: Volume, shelf: Shelf) -> Iterator[Line]:
    """What the round says of a risk or action: every field the first time, then every one that changed."""
    before = _before(told.ref, volume, shelf)
    if before is None:
        yield from _first_told(told, volume, shelf)
        return
    for change in volume.register.changes:
        if change.ref == told.ref:
            yield _changed(change, volume, shelf)
    if isinstance(told, Action):
        was = before.told(told.ref)
        if isinstance(was, Action) and told.slips > was.slips:
            words = (
                f"Put back {_times(told.slips)} by now; first agreed: {said(told.first_due or told.due or date.min)}"
            )
            yield Line("Put back", told.ref, words, origins=shelf.cells(volume, told, "due"))


def _before(ref: str, volume: Volume, shelf: Shelf) -> Volume | None:
    """The nearest earlier register that has a ref."""
    earlier = shelf.volumes[: shelf.volumes.index(volume)]
    return next((one for one in reversed(earlier) if one.told(ref)), None)


def _first_told(told: Told, volume: Volume, shelf: Shelf) -> Iterator[Line]:
    columns = RISKS if not isinstance(told, Action) else ACTIONS
    known, unread = by_key(columns), dict(told.unread)
    for key in typed_keys(columns):
        shown = in_words(getattr(told, key), known[key], shelf.settings)
        if shown or key in unread:
            header = known[key].header
            origins = shelf.cells(volume, told, key)
            yield Line("First told", told.ref, f"{header}: {shown}", header, now=shown, origins=origins)


def _changed(change: Change, volume: Volume, shelf: Shelf) -> Line:
    what = "Changed by hand" if change.by == BY_HAND else "Changed"
    words = f"{change.key}: {_or_nothing(change.was)} → {_or_nothing(change.now)}"
    words += f" (a return says: {change.told})" if change.told else ""
    origins = (shelf.change(volume, change),) if change.where else ()
    return Line(what, change.ref, words, change.key, change.was, change.now, origins)


def _or_nothing(words: str) -> str:
    return words or "nothing"


def _remembered(ref: str, round_: str, volume: Volume, shelf: Shelf) -> Iterator[Line]:
    """What every later register remembers of a round too: the row, the ratings, decisions and answers."""
    register = volume.register
    for known in register.refs:
        if known.ref == ref and known.round == round_ and known.new:
            title = known.title or known.event
            words = f"The ref was given to row {known.new}, “{short(title)}”"
            if any((one.risk_ref, one.into) == (known.new, ref) for one in register.decisions):
                words = f"It was made by the decision on {known.new}"
            if on_the_list(known):
                words = f"It was put on the list for the coming year: “{short(title)}”"
            yield Line("Ref", ref, words)
    entry = register.by_ref.get(ref)
    pasts = [past for past in (entry.history if entry else ()) if past.round == round_]
    for past in pasts:
        yield _rated(past, volume, shelf)
    if entry and pasts and pasts[0].movement:
        yield _moved(entry, pasts[0], volume, shelf)
    for decision in register.decisions:
        if decision.round == round_ and ref in (decision.risk_ref, decision.into):
            yield Line("Decision", decision.risk_ref, _decided(decision), origins=shelf.decision(volume, decision))
    for answer in register.answers:
        if (answer.ref, answer.round) == (ref, round_):
            yield Line("Answer", ref, f"To {answer.code}: {answer.text}")
    yield from _given(ref, round_, register, shelf)


def _given(ref: str, round_: str, register: Register, shelf: Shelf) -> Iterator[Line]:
    """What other systems were told of a risk by the exports of a round, a line for each export."""
    names = {one.key: one.name for one in exports.SYSTEMS}
    headings = {one.key: {key: name for name, key in one.columns(shelf.settings).items()} for one in exports.SYSTEMS}
    given = [one for one in register.exports if (one.ref, one.round) == (ref, round_) and one.system in names]
    for system, number, what in sorted({(one.system, one.number, one.what) for one in given}):
        fields = [one.field for one in given if (one.system, one.number) == (system, number)]
        told = listed([headings[system].get(field, field) for field in fields], "and")
        words = {NEW: f"New for {names[system]}", CLOSED: f"Taken off {names[system]}"}
        yield Line("Export", ref, words.get(what, f"{names[system][:1].upper()}{names[system][1:]} was told: {told}"))


def _rated(past: Past, volume: Volume, shelf: Shelf) -> Line:
    """A rating, with the cells of its steps where it was told in this round, or the decision that agreed it."""
    told = volume.register.round == past.round or past.kind == "agreed"
    row = shelf.row(volume, "Score history", past.ref, past.round, past.kind, heading="Rating", value=rated([past]))
    origins = (*(shelf.rating(volume, past) if told else ()), row)
    return Line(past.kind.capitalize(), past.ref, rating(past), now=rated([past]), origins=origins)


def _moved(entry: Entry, past: Past, volume: Volume, shelf: Shelf) -> Line:
    """The movement of a round, with what was before it."""
    earlier = [one for one in entry.ratings[: [one.round for one in entry.ratings].index(past.round)] if one.score]
    before = f", {rated(earlier)} before" if earlier else ""
    movement = next((str(one) for one in Movement if one.value == past.movement), past.movement)
    own = volume.register.round == past.round
    keys = ("status", "close_reason") if own and past.movement == Movement.CLOSED.value else ()
    return Line("Movement", entry.ref, f"{movement}{before}", origins=shelf.cells(volume, entry.now, *keys))


def _decided(one: Decision) -> str:
    """A decision in a sentence: who decided what when, why, until when, and where that is minuted."""
    steps = one.agreed_impact is not None and one.agreed_likelihood is not None
    parts = [
        f"{one.decision} {one.risk_ref}",
        f"into {one.into}" if one.into else "",
        f"at impact {one.agreed_impact}, likelihood {one.agreed_likelihood}" if steps else "",
        f"by {', '.join(dict.fromkeys(part for part in (one.decided_by, one.body) if part))}",
        f"on {said(one.decided_on)}" if one.decided_on else "",
    ]
    more = [
        f"because: {one.rationale}" if one.rationale else "",
        f"review by {said(one.review_by)}" if one.review_by else "",
        f"minute {one.minute}" if one.minute else "",
        f"Assistant Director: {one.owner}" if one.owner else "",
        f"corporate ref {one.corporate_ref}" if one.corporate_ref else "",
        f"it was proposed: {one.proposal} ({', '.join(one.codes) or one.reasons})" if one.proposal else "",
    ]
    return "; ".join([" ".join(part for part in parts if part), *(part for part in more if part)])


def _held(ref: str, volume: Volume, shelf: Shelf) -> Iterator[Line]:
    """What was typed and could not be read."""
    for one in volume.register.held:
        if one.ref == ref:
            origin = shelf.origin(one.source.place(one.key), one.source.sha256, one.heading, one.typed)
            words = f"{one.heading or 'The row'}: “{short(one.typed)}” is held. {one.reason}"
            yield Line("Held", ref, words, one.heading, now=one.typed, origins=(origin,))


def _actions(ref: str, volume: Volume, shelf: Shelf) -> Iterator[Line]:
    """The actions of a risk: those that are new in full, the others with what changed."""
    for action in volume.register.actions_of.get(ref, ()):
        before = _before(action.ref, volume, shelf)
        if before is None:
            due = f", due {said(action.due)}" if action.due else ""
            lead = f", {action.lead}" if action.lead else ""
            words = f"{action.ref}: {action.what}{lead}{due}"
            yield Line("Action", action.ref, words, origins=shelf.cells(volume, action, "what"))
            continue
        for line in _as_told(action, volume, shelf):
            yield Line(f"Action {line.what.lower()}", *_of_action(line))


def _of_action(line: Line) -> tuple[str, str, str, str, str, tuple[Origin, ...]]:
    return line.ref, f"{line.ref}: {line.words}", line.field, line.was, line.now, line.origins
