"""New rows in, with the refs given before; a ref for each out, the same one whenever the round is merged again."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from riskbook.findings import Finding
from riskbook.model import Action, Known, Risk, UnitReturn
from riskbook.placing import is_new
from riskbook.rules import returns
from riskbook.text import folded


@dataclass(slots=True)
class Numbering:
    """Gives refs for one unit in one round; ``given`` are all that the unit ever gave."""

    unit: str
    round: str
    given: list[Known]
    findings: list[Finding] = field(default_factory=list)

    def number(self, returned: UnitReturn) -> UnitReturn:
        """The return with a ref on every new risk and action, and its actions pointing at them."""
        self._remember((*returned.risks, *returned.actions))
        fresh = [known for known in self.given if (known.unit, known.round) == (self.unit, self.round)]
        again = _matched(returned.risks, [known for known in fresh if not _of_action(known.ref)])
        risks: list[Risk] = []
        renamed: dict[str, str] = {}
        for row, risk in enumerate(returned.risks):
            ref = risk.ref if not is_new(risk.ref) else again[row] if row in again else self._risk(risk)
            if is_new(risk.ref) and risk.ref:
                renamed.setdefault(risk.ref, ref)
                self._ask(risk, ref, [known for known in fresh if known.ref not in again.values()])
            risks.append(replace(risk, ref=ref))
        actions = [
            replace(action, risk_ref=renamed.get(action.risk_ref, action.risk_ref)) for action in returned.actions
        ]
        numbered = [self._action(action, fresh) for action in actions]
        return replace(returned, risks=tuple(risks), actions=tuple(numbered), replies=_renamed(returned, renamed))

    def _remember(self, rows: Iterable[Risk | Action]) -> None:
        """Refs that a unit brought with it into the first round of all are given too."""
        known = {one.ref for one in self.given}
        brought = (row.ref for row in rows if not is_new(row.ref) and row.ref not in known)
        self.given += [Known(ref, self.unit, "") for ref in brought]

    def _ask(self, risk: Risk, ref: str, left: list[Known]) -> None:
        """A question where an earlier row had the same NEW number and other words throughout."""
        for known in left:
            if known.new == risk.ref and known.ref < ref:
                facts = {"ref": risk.ref, "other": f"{known.ref}, {known.title}", "rows": risk.source.row}
                place = risk.source.place("ref")
                self.findings.append(returns.TWICE_NEW.finding(place, facts, ref=risk.ref, unit=self.unit, key="ref"))
                break

    def _risk(self, risk: Risk) -> str:
        """The next ref."""
        width = 2 if self.unit == "DIR" else 3
        ref = f"{self.unit}-{self._next(''):0{width}}"
        words = Known(ref, self.unit, self.round, risk.ref, risk.title, risk.cause, risk.event, risk.effect)
        self.given.append(words)
        return ref

    def _action(self, action: Action, fresh: list[Known]) -> Action:
        if not is_new(action.ref):
            return action
        for known in fresh:
            if _of_action(known.ref) and (known.cause, folded(known.title)) == (action.risk_ref, folded(action.what)):
                fresh.remove(known)
                return replace(action, ref=known.ref)
        ref = f"{self.unit}-A{self._next('A'):03}"
        self.given.append(Known(ref, self.unit, self.round, action.ref, action.what, action.risk_ref))
        return replace(action, ref=ref)

    def _next(self, letter: str) -> int:
        """One more than the highest number that the unit ever gave."""
        pattern = re.compile(rf"{re.escape(self.unit)}-{letter}(\d+)")
        found = (pattern.fullmatch(known.ref) for known in self.given)
        return max((int(match[1]) for match in found if match), default=0) + 1


def given_before(entries: Iterable[tuple[str, str]], refs: Iterable[Known]) -> list[Known]:
    """Every ref that was ever given: those remembered, and any (unit, ref) on a register that remembers none."""
    remembered = list(refs)
    known = {ref.ref for ref in remembered}
    return remembered + [Known(ref, unit, "") for unit, ref in entries if ref not in known]


def _same_row(known: Known, risk: Risk) -> bool:
    return known.new == risk.ref and _same_title(known, risk)


def _same_title(known: Known, risk: Risk) -> bool:
    return bool(known.title) and folded(known.title) == folded(risk.title)


def _same_part(known: Known, risk: Risk) -> bool:
    pairs = ((known.cause, risk.cause), (known.event, risk.event), (known.effect, risk.effect))
    return known.new == risk.ref and any(was and folded(was) == folded(now) for was, now in pairs)


def _of_action(ref: str) -> bool:
    return "-A" in ref
