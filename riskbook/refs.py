"""New rows in, with the refs given before; a ref for each out, the same one whenever the round is merged again."""

import re
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field, replace

from riskbook.findings import Finding
from riskbook.model import Action, Known, Risk, UnitReturn
from riskbook.placing import is_new
from riskbook.rules import privacy, returns


class Given:
    """The refs that were ever given, in the order in which they were; and the next number of a unit, at once."""

    def __init__(self, refs: Iterable[Known] = ()) -> None:
        self._refs: list[Known] = []
        self._known: set[str] = set()
        self._by_round: dict[tuple[str, str], list[Known]] = {}
        self._highest: dict[str, int] = {}
        for known in refs:
            self.add(known)

    def __iter__(self) -> Iterator[Known]:
        return iter(self._refs)

    def __len__(self) -> int:
        return len(self._refs)

    def __contains__(self, ref: str) -> bool:
        return ref in self._known

    def add(self, known: Known) -> None:
        """Add one that is given now."""
        self._refs.append(known)
        self._known.add(known.ref)
        self._by_round.setdefault((known.unit, known.round), []).append(known)
        if numbered := _NUMBERED.fullmatch(known.ref):
            stem, number = numbered.groups()
            self._highest[stem] = max(int(number), self._highest.get(stem, 0))

    def of(self, unit: str, round_: str) -> list[Known]:
        """Those that a unit was given in a round."""
        return self._by_round.get((unit, round_), [])

    def next(self, stem: str) -> int:
        """One more than the highest number that was ever given after a stem ("FRD-", "FRD-A")."""
        return self._highest.get(stem, 0) + 1


_NUMBERED = re.compile(r"(.*-A?)(\d+)", re.DOTALL)


@dataclass(slots=True)
class Numbering:
    """Gives refs for one unit in one round; ``given`` are all that were ever given.

    ``together`` are the units that have one register now, those that it took over from too: a row is looked for among
    the refs of all of them, and first among those of the unit that sent it, which numbers it. So a unit that ends in
    the middle of a round changes no ref.
    """

    unit: str
    round: str
    given: Given
    together: Set[str] = frozenset()
    findings: list[Finding] = field(default_factory=list)

    def all(self, returned: list[UnitReturn]) -> list[UnitReturn]:
        """Returns, earliest first, numbered; again until every ref is known to all of them.

        Then merging again, with those refs, cannot come to others.
        """
        for one in returned:
            self._remember(one)
        while True:
            known = len(self.given)
            self.findings.clear()
            numbered = [self.number(one) for one in returned]
            if len(self.given) == known:
                return numbered

    def number(self, returned: UnitReturn) -> UnitReturn:
        """The return with a ref on every new risk and action, and its actions pointing at them."""
        unit = returned.unit
        fresh, others = self._fresh({unit}), self._fresh(self.together - {unit})
        again = _matched(dict(enumerate(returned.risks)), fresh)
        left = {row: risk for row, risk in enumerate(returned.risks) if row not in again}
        again |= _matched(left, others)
        risks: list[Risk] = []
        renamed: dict[str, str] = {}
        for row, risk in enumerate(returned.risks):
            ref = risk.ref if not is_new(risk.ref) else again[row] if row in again else self._risk(risk, unit)
            if is_new(risk.ref) and risk.ref:
                renamed.setdefault(risk.ref, ref)
                asked = [known for known in fresh if known.ref not in again.values() and not _of_action(known.ref)]
                self._ask(risk, ref, asked, unit)
            risks.append(replace(risk, ref=ref))
        actions = [
            replace(action, risk_ref=renamed.get(action.risk_ref, action.risk_ref)) for action in returned.actions
        ]
        given = [*fresh, *others]
        numbered = [self._action(action, given, unit) for action in actions]
        scope = replace(returned.scope, refs=tuple(renamed.get(ref, ref) for ref in returned.scope.refs))
        return replace(returned, risks=tuple(risks), actions=tuple(numbered), scope=scope)

    def taken_up(self, ref: str) -> str:
        """The ref of the risk that is made here out of another unit's, the same whenever the round is merged again."""
        if again := self.was_taken_up(ref):
            return again
        made = self._next_ref(self.unit)
        self.given.add(Known(made, self.unit, self.round, ref))
        return made

    def put_on_the_list(self, title: str, event: str) -> str:
        """The ref of a risk that a meeting takes up and nobody has told yet; the same for the same title in a round."""
        mine = (known for known in self._fresh({self.unit}) if on_the_list(known))
        if again := next((known.ref for known in mine if privacy.says(known.title, title)), ""):
            return again
        made = self._next_ref(self.unit)
        self.given.add(Known(made, self.unit, self.round, _LISTED, title, event=event))
        return made

    def was_taken_up(self, ref: str) -> str:
        """The ref that was given to another unit's risk in this round; nothing where none was."""
        return next((known.ref for known in self.given.of(self.unit, self.round) if known.new == ref), "")

    def _fresh(self, units: Set[str]) -> list[Known]:
        """The refs that some units were given in this round, as they were given."""
        here = (known for unit in units for known in self.given.of(unit, self.round))
        return sorted(here, key=lambda known: (known.unit, _in_order(known.ref)))

    def _remember(self, returned: UnitReturn) -> None:
        """Take note of refs that a unit brought with it into the first round of all: they are given too."""
        rows: tuple[Risk | Action, ...] = (*returned.risks, *returned.actions)
        for row in rows:
            if not is_new(row.ref) and row.ref not in self.given:
                self.given.add(Known(row.ref, returned.unit, ""))

    def _ask(self, risk: Risk, ref: str, left: list[Known], unit: str) -> None:
        """A question where an earlier row had the same NEW number and other words throughout."""
        for known in left:
            if known.new == risk.ref and _in_order(known.ref) < _in_order(ref):
                words = known.title or known.event
                facts = {"ref": risk.ref, "rows": f"{risk.source.row} here; before it {known.ref}, {words}"}
                about = {"ref": risk.ref, "unit": unit, "field": "Ref", "value": risk.ref, "key": "ref"}
                self.findings.append(returns.TWICE_NEW.finding(risk.source.place("ref"), facts, **about))
                break

    def _risk(self, risk: Risk, unit: str) -> str:
        """The next ref."""
        ref = self._next_ref(unit)
        words = Known(ref, unit, self.round, risk.ref, risk.title, risk.cause, risk.event, risk.effect)
        self.given.add(words)
        return ref

    def _action(self, action: Action, fresh: list[Known], unit: str) -> Action:
        if not is_new(action.ref):
            return action
        for known in fresh:
            same = known.cause == action.risk_ref and privacy.says(known.title, action.what)
            if _of_action(known.ref) and same:
                fresh.remove(known)
                return replace(action, ref=known.ref)
        ref = f"{unit}-A{self.given.next(f'{unit}-A'):03}"
        self.given.add(Known(ref, unit, self.round, action.ref, action.what, action.risk_ref))
        return replace(action, ref=ref)

    def _next_ref(self, unit: str) -> str:
        return f"{unit}-{self.given.next(f'{unit}-'):0{2 if unit == 'DIR' else 3}}"


def on_the_list(known: Known) -> bool:
    """Whether a ref was given to a risk that a meeting put on the list for the coming year."""
    return known.new == _LISTED


_LISTED = "Confirmed"
"""What stands in the place of the row that a ref was given to."""


def given_before(entries: Iterable[tuple[str, str]], refs: Iterable[Known]) -> Given:
    """Every ref that was ever given: those remembered, and any (unit, ref) on a register that remembers none."""
    given = Given(refs)
    remembered = {known.ref for known in given}
    for unit, ref in entries:
        if ref not in remembered:
            given.add(Known(ref, unit, ""))
    return given


def _matched(risks: Mapping[int, Risk], fresh: Iterable[Known]) -> dict[int, str]:
    """By row, the ref that a new risk was given before in this round; what is most alike is matched first."""
    left, found = [known for known in fresh if not _of_action(known.ref)], dict[int, str]()
    new = {row: risk for row, risk in risks.items() if is_new(risk.ref)}
    for same in (_same_words, _same_row, _same_title, _same_part):
        for row, risk in new.items():
            known = next((known for known in left if row not in found and same(known, risk)), None)
            if known:
                left.remove(known)
                found[row] = known.ref
    return found


def _same_words(known: Known, risk: Risk) -> bool:
    was = (known.title, known.cause, known.event, known.effect)
    now = (risk.title, risk.cause, risk.event, risk.effect)
    return known.new == risk.ref and all(map(privacy.says, was, now))


def _same_row(known: Known, risk: Risk) -> bool:
    return known.new == risk.ref and _same_title(known, risk)


def _same_title(known: Known, risk: Risk) -> bool:
    return bool(known.title) and privacy.says(known.title, risk.title)


def _same_part(known: Known, risk: Risk) -> bool:
    pairs = ((known.cause, risk.cause), (known.event, risk.event), (known.effect, risk.effect))
    return known.new == risk.ref and any(was and privacy.says(was, now) for was, now in pairs)


def _in_order(ref: str) -> tuple[int, str]:
    """Refs of one unit as they were given: FRD-999 before FRD-1000."""
    return len(ref), ref


def _of_action(ref: str) -> bool:
    return "-A" in ref
