"""A register in; the risks that should be looked at a level up, a level down or closed, with every reason in words.

Rules propose and people decide. What a directorate risk carries already, and what was decided before, is listed apart.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from riskbook import alike
from riskbook.effects import carrier, moves
from riskbook.model import Decision, Entry, Register
from riskbook.rules.escalation import DIRECTORATE, RULES, Seen, corporate, cover, decided
from riskbook.settings import Context

TO_DIRECTORATE = "Escalate to directorate"
TO_CORPORATE = "Escalate to corporate"
DE_ESCALATE = "De-escalate"
CLOSE = "Close"
PROPOSALS = (TO_CORPORATE, TO_DIRECTORATE, DE_ESCALATE, CLOSE)


@dataclass(frozen=True, slots=True)
class Reason:
    """A rule that fired, and what it says with the numbers used."""

    code: str
    words: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A risk that rules propose something for, and why.

    ``considered`` is the last decision on an earlier proposal for it; ``carried_by`` the directorate risk, or the
    corporate ref, that carries it upstairs.
    """

    entry: Entry
    proposal: str
    reasons: tuple[Reason, ...]
    considered: Decision | None = None
    carried_by: str = ""

    @property
    def ref(self) -> str:
        """The ref of its risk."""
        return self.entry.ref

    @property
    def codes(self) -> tuple[str, ...]:
        """The rules that fired."""
        return tuple(reason.code for reason in self.reasons)


@dataclass(frozen=True, slots=True)
class Escalation:
    """What is proposed now, what is carried upstairs already, and what was considered before; each worst first."""

    candidates: tuple[Candidate, ...] = ()
    carried: tuple[Candidate, ...] = ()
    considered: tuple[Candidate, ...] = ()


def candidates(register: Register, context: Context, clusters: tuple[alike.Cluster, ...] | None = None) -> Escalation:
    """Propose, by rank, impact and ref; ``clusters`` are those of the register, found here where they are not given.

    One proposal a risk: closing where its manager asks for it, else up where any E rule fires, else what the D rules
    say. All the reasons stand with it.
    """
    if clusters is None:
        clusters = alike.clusters(register, context)
    seen = Seen(register, context, _alike(clusters))
    sorted_out: dict[str, list[Candidate]] = {"candidates": [], "carried": [], "considered": []}
    for entry in sorted(register.open, key=worst_first(context)):
        reasons = _fired(entry, seen)
        if reasons:
            heap, candidate = _weigh(entry, reasons, seen)
            sorted_out[heap].append(candidate)
    return Escalation(**{heap: tuple(found) for heap, found in sorted_out.items()})


def worst_first(context: Context) -> Callable[[Entry], tuple[int, int, str]]:
    """The order of every list of risks: rank, then impact, then ref; what is not scored comes last."""

    def key(entry: Entry) -> tuple[int, int, str]:
        return (-rank(entry, context), -(entry.rating.impact if entry.rating else 0), entry.ref)

    return key


def rank(entry: Entry, context: Context) -> int:
    """The rank of its rating; 0 when it is not scored. A decision keeps it."""
    return context.settings.matrix.rank(entry.rating) if entry.rating else 0


_CARRIED_CODES = frozenset(("E101", "E102", "E104", "E106", "E112"))
_ALWAYS_ON = frozenset(("D105",))
_CLOSING = frozenset(("D103", "D104"))


def _alike(clusters: Iterable[alike.Cluster]) -> dict[str, tuple[str, ...]]:
    return {ref: refs for refs in (tuple(e.ref for e in one.members) for one in clusters) for ref in refs}


def _fired(entry: Entry, seen: Seen) -> tuple[Reason, ...]:
    """Every rule that is on for its level and fires; E112 only as a reason added to E101."""
    on = {*seen.line(entry).codes, *_ALWAYS_ON}
    fired: list[Reason] = []
    for rule in RULES:
        if rule.code in on and rule.check and (facts := rule.check(entry, seen)) is not None:
            fired.append(Reason(rule.code, rule.message.format(**facts)))
    if not any(reason.code == "E101" for reason in fired):
        fired = [reason for reason in fired if reason.code != "E112"]
    return tuple(fired)


def _weigh(entry: Entry, reasons: tuple[Reason, ...], seen: Seen) -> tuple[str, Candidate]:
    """Say whether its reasons make it a candidate, or it is carried upstairs, or was considered before."""
    carried_by, silent = _upstairs(entry, seen)
    heard = tuple(reason for reason in reasons if reason.code not in silent)
    shown = heard or reasons
    decision = _considered(entry, seen.register)
    candidate = Candidate(entry, _proposal(entry, shown, seen), shown, decision, carried_by)
    if not heard:
        return "carried", candidate
    return ("considered" if decision and _silences(decision, candidate, seen.context) else "candidates"), candidate


def _upstairs(entry: Entry, seen: Seen) -> tuple[str, frozenset[str]]:
    """What carries it a level up, and the codes that say nothing new for that."""
    if accepted := corporate(entry, seen.register):
        up = frozenset(rule.code for rule in RULES if rule.code.startswith("E"))
        return accepted.corporate_ref or "the corporate register", up
    above = cover(entry, seen.register)
    if above is None:
        return "", frozenset()
    outranks = above.rating is not None and rank(entry, seen.context) > rank(above, seen.context)
    return above.ref, frozenset() if outranks else _CARRIED_CODES


def _proposal(entry: Entry, reasons: tuple[Reason, ...], seen: Seen) -> str:
    codes = {reason.code for reason in reasons}
    if "D105" in codes:
        return CLOSE
    if any(code.startswith("E") for code in codes):
        return TO_CORPORATE if entry.level == DIRECTORATE else TO_DIRECTORATE
    if codes & _CLOSING:
        return CLOSE
    upstairs = _carries_others(entry, seen) if entry.level == DIRECTORATE else cover(entry, seen.register)
    return DE_ESCALATE if upstairs else CLOSE


def _carries_others(entry: Entry, seen: Seen) -> bool:
    """Whether a directorate risk can be handed back: some unit's risk is under it, and stands when it goes."""
    moved = moves(seen.register.decisions)
    return any(one.level != DIRECTORATE and carrier(one, moved) == entry.ref for one in seen.register.open)


def _considered(entry: Entry, register: Register) -> Decision | None:
    """The last decision that answered a proposal: it names the codes that it was made on."""
    answered = [decision for decision in decided(register, entry.ref) if decision.codes]
    return answered[-1] if answered else None


def _silences(decision: Decision, candidate: Candidate, context: Context) -> bool:
    """Until its review-by date or a material change: a higher rank, or a rule that had not fired then.

    A decision that asks for more information without a date expects it at the next meeting, and silences nothing.
    """
    if decision.review_by is None and decision.decision == "More information":
        return False
    if decision.review_by is not None and decision.review_by <= context.on:
        return False
    return rank(candidate.entry, context) <= decision.rank and set(candidate.codes) <= set(decision.codes)
