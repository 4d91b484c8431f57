"""A decision as somebody wrote it down, and the register that it is about, in; what is wrong with it out."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from riskbook import effects
from riskbook.findings import Finding, Rule
from riskbook.forms import DECISIONS, by_key
from riskbook.kinds import listed, said
from riskbook.model import Decision, Entry, Movement, Register, Source
from riskbook.places import Place
from riskbook.rules import decisions as rules
from riskbook.rules import posts
from riskbook.rules.escalation import CORPORATE_BODY, DIRECTORATE, corporate
from riskbook.settings import Context

Identity = tuple[str, str, date | None, bool]
"""What makes a decision the one that it is: the risk, the body, the day, and whether it confirms the risk for a year.

A body may confirm a risk and decide what else becomes of it at one meeting.
"""

NEEDED = ("risk_ref", "decision", "body", "decided_by", "decided_on")
"""What no decision is without."""


@dataclass(frozen=True, slots=True)
class Told:
    """A row of a decision sheet: its values by key, where they stand, and the keys of what could not be read.

    ``more`` is its row on the sheet of details; ``decides`` is False where nothing was decided in it.
    """

    values: Mapping[str, Any]
    source: Source
    more: Source | None = None
    unread: frozenset[str] = field(default_factory=frozenset)
    decides: bool = True

    @property
    def ref(self) -> str:
        """The ref of its risk."""
        return self.get("risk_ref")

    @property
    def identity(self) -> Identity:
        """Which decision it is."""
        return self.ref, self.get("body"), self.values.get("decided_on"), self.get("decision") == "Confirm"

    def get(self, key: str) -> str:
        """A text that was filled in."""
        return str(self.values.get(key) or "")

    def place(self, key: str) -> Place:
        """The cell of a key, on the sheet that has its column."""
        there = self.more if self.more and key not in self.source.columns else self.source
        return there.place(key)

    def finding(self, rule: Rule, key: str, **facts: object) -> Finding:
        """Say what a rule found at the cell of a key."""
        about = {"ref": self.ref, "field": by_key(DECISIONS)[key].header, "value": self._typed(key), "key": key}
        told = {"ref": self.ref, "decision": self.get("decision"), "into": self.get("into"), "body": self.get("body")}
        return rule.finding(self.place(key), told | facts, **about)

    def _typed(self, key: str) -> str:
        value = self.values.get(key)
        return said(value) if isinstance(value, date) else "" if value is None else str(value)


@dataclass(frozen=True, slots=True)
class Judged:
    """What decisions are held against: the register without them, what is known of the round, and what day it is."""

    register: Register
    context: Context
    today: date


def identity(one: Decision) -> Identity:
    """Which decision it is."""
    return one.risk_ref, one.body, one.decided_on, one.decision == "Confirm"


def once(told: Iterable[Told]) -> tuple[list[Told], list[Finding]]:
    """The rows, each decision once; a finding on every row of those that were written down in two ways."""
    groups: dict[Identity, list[Told]] = {}
    for one in sorted(told, key=lambda one: (one.source.book, one.source.sha256, one.source.sheet, one.source.row)):
        groups.setdefault(one.identity, []).append(one)
    kept: list[Told] = []
    findings: list[Finding] = []
    for (ref, body, day, _), rows in groups.items():
        first = rows[0]
        if not (ref and body and day):
            kept += rows
            continue
        if all(_said(one) == _said(first) for one in rows):
            kept.append(first)
            continue
        for one in rows:
            other = next(row for row in rows if row is not one)
            facts = {"day": said(day), "other": str(other.source.place())}
            findings.append(one.finding(rules.TWICE, "decision", **facts))
    return kept, findings


def wrong(told: Told, judged: Judged) -> list[Finding]:
    """Everything that keeps a row from being a decision, and what must be said of it though it is one."""
    if incomplete := _incomplete(told):
        return [incomplete]
    found = [*_of_days(told, judged), *_of_rating(told)]
    entry = judged.register.by_ref.get(told.ref)
    if entry is None:
        return [*found, told.finding(rules.UNKNOWN_REF, "risk_ref", round=judged.register.round)]
    if not entry.open:
        by = f", by {entry.closed_by}" if entry.closed_by else ""
        became = "merged" if entry.movement is Movement.MERGED else "closed"
        return [*found, told.finding(rules.GONE, "risk_ref", became=became, by=by)]
    return [*found, *_OF_A_WORD.get(told.get("decision"), _of_another)(told, entry, judged)]


def wrong_with_new(told: Told, judged: Judged) -> list[Finding]:
    """What keeps a row from making a directorate risk that nobody has told yet."""
    return [*_of_owner(told, judged), *_of_rating(told)]


def into_what_stays(
    kept: Iterable[Decision], told: Iterable[Told], register: Register
) -> tuple[list[Decision], list[Finding]]:
    """The decisions without those that put a risk into one which another of them puts away; and findings on these."""
    kept = list(kept)
    rows = {one.identity: one for one in told}
    gone = {one.risk_ref for one in kept if effects.putting_away((one,), register.by_ref[one.risk_ref].level)}
    lost = [one for one in kept if one.into in gone]
    findings = [
        rows[identity(one)].finding(
            rules.INTO_NOWHERE, "into", why=f"{one.into} is put away itself on this sheet", wanted=_STAYS
        )
        for one in lost
    ]
    return [one for one in kept if one not in lost], findings


_STAYS = "an open risk that stays"
_DIRECTORATES = "an open directorate risk, or leave it empty for a new one"


def _said(told: Told) -> list[Any]:
    return [told.values.get(column.key) for column in DECISIONS if not column.ours]


def _incomplete(told: Told) -> Finding | None:
    headers = by_key(DECISIONS)
    missing = [key for key in NEEDED if not told.values.get(key) and key not in told.unread]
    if not missing:
        return None
    words = listed([headers[key].header for key in missing], "and")
    return told.finding(rules.INCOMPLETE, missing[0], ref=told.ref or "a risk", missing=words)


def _of_days(told: Told, judged: Judged) -> Iterator[Finding]:
    decided, review, round_ = told.values.get("decided_on"), told.values.get("review_by"), judged.context.round
    if decided and decided < round_.begins:
        yield told.finding(
            rules.TOO_EARLY, "decided_on", day=said(decided), round=str(round_), begins=said(round_.begins)
        )
    if decided and decided > judged.today:
        yield told.finding(rules.NOT_YET, "decided_on", day=said(decided), today=said(judged.today))
    if decided and review and review <= decided:
        yield told.finding(rules.REVIEW_PASSED, "review_by", review=said(review), decided=said(decided))
    needs = told.get("decision") in ("Hold", "Manage at this level")
    if needs and not review and "review_by" not in told.unread:
        yield told.finding(rules.NO_REVIEW, "review_by")


def _of_rating(told: Told) -> Iterator[Finding]:
    """Both halves of an agreed rating or none; Agree rating has one."""
    keys = ("agreed_impact", "agreed_likelihood")
    missing = [key for key in keys if told.values.get(key) is None and key not in told.unread]
    if missing and (len(missing) == 1 or told.get("decision") == "Agree rating"):
        words = listed([by_key(DECISIONS)[key].header for key in missing], "and")
        yield told.finding(rules.HALF_AGREED, missing[0], missing=words)


def _of_another(told: Told, entry: Entry, judged: Judged) -> Iterator[Finding]:
    if told.get("into"):
        yield told.finding(rules.INTO_WITHOUT, "into")


def _of_escalate(told: Told, entry: Entry, judged: Judged) -> Iterator[Finding]:
    if entry.level == DIRECTORATE:
        if told.get("into"):
            why = "from the directorate a risk goes to the Corporate Risk Group, and into no other"
            yield told.finding(rules.INTO_NOWHERE, "into", why=why, wanted="no risk: leave it empty")
        yield told.finding(rules.PUT_TO_CORPORATE, "decision")
    elif told.get("into"):
        above = judged.register.by_ref.get(told.get("into"))
        why = _no_place(told.get("into"), above)
        if above and above.open and above.level != DIRECTORATE:
            why = f"{above.ref} is no directorate risk"
        if why:
            yield told.finding(rules.INTO_NOWHERE, "into", why=why, wanted=_DIRECTORATES)
    else:
        yield from _of_owner(told, judged)
        above = judged.register.by_ref.get(effects.carrier(entry, effects.moves(judged.register.decisions)))
        if above and above.open:
            facts = {"above": above.ref, "title": above.now.title}
            yield told.finding(rules.CARRIED_ALREADY, "into", **facts)


def _of_owner(told: Told, judged: Judged) -> Iterator[Finding]:
    """A new directorate risk needs an Assistant Director; the directory says who is one."""
    directors = posts.assistant_directors(judged.context)
    if not told.get("owner"):
        yield told.finding(rules.NO_DIRECTOR, "owner")
    elif directors and not posts.is_one_of(told.get("owner"), directors):
        yield told.finding(rules.NOT_A_DIRECTOR, "owner", owner=told.get("owner"))


def _of_de_escalate(told: Told, entry: Entry, judged: Judged) -> Iterator[Finding]:
    yield from _of_another(told, entry, judged)
    register = judged.register
    if told.get("body") == CORPORATE_BODY and corporate(entry, register):
        return
    moved = effects.moves(register.decisions)
    above = {one.ref: effects.carrier(one, moved) for one in register.open if one.level != DIRECTORATE}
    if entry.level == DIRECTORATE:
        missing = "" if entry.ref in above.values() else "no unit's risk feeds it"
    else:
        top = register.by_ref.get(above[entry.ref])
        missing = "" if top and top.open else "no directorate risk carries it"
    if missing:
        yield told.finding(rules.NOT_ESCALATED, "decision", missing=missing)


def _of_merge(told: Told, entry: Entry, judged: Judged) -> Iterator[Finding]:
    into = told.get("into")
    why = "it cannot go into itself" if into == told.ref else _no_place(into, judged.register.by_ref.get(into))
    if why and "into" not in told.unread:
        yield told.finding(rules.INTO_NOWHERE, "into", why=why, wanted=_STAYS)


def _of_close(told: Told, entry: Entry, judged: Judged) -> Iterator[Finding]:
    """It closes; what is left open with it, and a reason that nobody gave, are asked about."""
    yield from _of_another(told, entry, judged)
    left = [action.ref for action in judged.register.actions_of.get(told.ref, ()) if action.open]
    if left:
        are = "is" if len(left) == 1 else "are"
        yield told.finding(rules.CLOSED_WITH_ACTIONS, "decision", actions=listed(left, "and"), are=are)
    if not (told.get("rationale") or "rationale" in told.unread or entry.now.close_reason):
        yield told.finding(rules.CLOSED_WITHOUT_REASON, "rationale")


def _of_confirm(told: Told, entry: Entry, judged: Judged) -> Iterator[Finding]:
    yield from _of_another(told, entry, judged)
    if entry.level != DIRECTORATE:
        yield told.finding(rules.NOT_A_DIRECTORATE_RISK, "risk_ref", unit=entry.unit)


def _of_corporate(told: Told, entry: Entry, judged: Judged) -> Iterator[Finding]:
    yield from _of_another(told, entry, judged)
    if told.get("body") != CORPORATE_BODY and "body" not in told.unread:
        yield told.finding(rules.NOT_THEIRS, "body")
    if entry.level != DIRECTORATE:
        yield told.finding(rules.NOT_A_DIRECTORATE_RISK, "risk_ref", unit=entry.unit)


_OF_A_WORD: Mapping[str, Callable[[Told, Entry, Judged], Iterator[Finding]]] = {
    "Escalate": _of_escalate,
    "De-escalate": _of_de_escalate,
    "Merge": _of_merge,
    "Close": _of_close,
    "Confirm": _of_confirm,
    "Accept": _of_corporate,
    "Return": _of_corporate,
}


def _no_place(into: str, target: Entry | None) -> str:
    """Why a risk cannot go into another, or nothing."""
    if not into:
        return "nothing stands under Into"
    if target is None:
        return f"{into} is not on the register"
    return "" if target.open else f"{into} is closed"
