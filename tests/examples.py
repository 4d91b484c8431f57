"""The examples of rules R, A and T as the return and the register that they stand for.

An example says only what matters to its rule; everything else is a risk, and an action of it, with nothing wrong.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from riskbook import forms
from riskbook import settings as loading
from riskbook.directory import Directory, Person, Unit
from riskbook.findings import Rule
from riskbook.matrix import Score
from riskbook.model import About, Action, Entry, Movement, Past, Register, Risk, Scope, Source, UnitReturn
from riskbook.movement import scale
from riskbook.settings import Context, Settings

Example = Mapping[str, Any]

DIRECTORY = Directory(
    units=(
        Unit("DIR", "The directorate", "Directorate"),
        Unit("FHS", "Family Help", "Service", assistant_director="AD Family Help and Safeguarding"),
        Unit("FRD", "Front Door", "Team", "FHS", "Team Manager, Front Door"),
        Unit("ASM", "Assessment", "Team", "FHS", "Team Manager, Assessment"),
        Unit("PRH", "Rowan House", "Project", manager="Project Manager, Rowan House", until=date(2027, 3, 31)),
    ),
    people=(
        Person("Helen Marsh", "AD Family Help and Safeguarding", roles=("DLT", "Assistant Director")),
        Person("Owen Pike", "AD Education and Inclusion", roles=("DLT", "Assistant Director")),
        Person("Ruth Lane", "Head of Health and Social Care"),
        Person("Adam Frost", "Head of Fostering", until=date(2026, 5, 31)),
    ),
)
SOUND: Example = {
    "ref": "FRD-001",
    "title": "Contacts wait too long for a decision",
    "cause": "two screening posts stood empty while contacts rose",
    "event": "a contact about a child at risk is not read within one working day",
    "effect": "a child waits for help",
    "category": "Safeguarding",
    "parent": "DIR-01",
    "owner": "Team Manager, Front Door",
    "raised": date(2025, 5, 12),
    "inherent_impact": 4,
    "inherent_likelihood": 5,
    "controls": "A duty manager reads every contact at 9 am, 1 pm and 4 pm.",
    "control_effectiveness": "Partly",
    "impact": 4,
    "likelihood": 3,
    "response": "Treat",
    "target_impact": 4,
    "target_likelihood": 2,
    "target_date": date(2027, 3, 31),
    "reviewed": date(2026, 9, 24),
    "commentary": "One screening post was filled on 7 September.",
    "status": "Open",
}
PLANNED: Example = {
    "ref": "FRD-A001",
    "risk_ref": "FRD-001",
    "what": "Fill the second screening post",
    "lead": "Team Manager, Front Door",
    "due": date(2026, 11, 30),
    "status": "On track",
}
LAST_SAID = "Two screening posts are empty."
ROW = 6


@cache
def agreed() -> Settings:
    """The settings that tests are written for."""
    return loading.load((Path(__file__).parent / "agreed.toml").read_text(encoding="utf-8"))


def case(rule: Rule, example: Example) -> tuple[UnitReturn, Context]:
    """The return that an example of a rule stands for, and what is known besides it."""
    example = _of_action(example) if rule.code.startswith("A") else dict(example)
    return returned(example), context(example)


def returned(example: Example, count: int = 1) -> UnitReturn:
    """A return with the risk of an example and its actions; ``count`` times, each with a ref and row of its own."""
    this = agreed().timetable.round("2026-27 Q2")
    unit = _unit(example)
    risks, actions = [], []
    for number in range(1, count + 1):
        ref = f"{unit}-{number:03}"
        own = {key: value for key, value in example.items() if key in SOUND or key in _TYPED}
        risks.append(Risk(_source("Risks", number), **{**SOUND, **own, "ref": ref}))
        for planned in example.get("actions", [{}]):
            told = {**PLANNED, "ref": f"{unit}-A{number:03}", "risk_ref": ref, **planned}
            actions.append(Action(_source("Actions", number), **told))
    rows = example.get("rows")
    return UnitReturn(
        book="front-door.xlsx",
        sha256="0" * 64,
        unit=unit,
        round=this,
        scope=Scope(tuple(risk.ref for risk in risks)),
        form=example.get("form", forms.FORM),
        issue=1,
        filled_by="A manager",
        filled_on=date(2026, 10, 2),
        reviewed_all=bool(example.get("reviewed_all")),
        modified="",
        risks=tuple(risk for risk in risks if rows is None or risk.ref in rows),
        actions=tuple(actions),
        held=(),
        replies=(),
        blank=0,
        about=About(ends=example.get("ends")),
    )


def context(example: Example, count: int = 1) -> Context:
    """The quarter of an example: last quarter's register has its risk, its action and a directorate risk."""
    settings = agreed()
    this = settings.timetable.round("2026-27 Q2")
    last = str(settings.timetable.before(this))
    unit = _unit(example)
    refs = [f"{unit}-{number:03}" for number in range(1, count + 1)]
    entries = [_entry(ref, unit, example, last, settings) for ref in dict.fromkeys([*refs, "DIR-01"])]
    actions = [
        Action(Source(), **{**PLANNED, "ref": ref.replace("-", "-A"), "risk_ref": ref, "due": _last_due(example)})
        for ref in refs
    ]
    before = Register(last, scale(settings), tuple(entries), tuple(actions))
    return Context(settings, DIRECTORY, this, this.as_at, before)


def without_before(known: Context) -> Context:
    """The same quarter without a register of the last."""
    return replace(known, before=None)


_TYPED = forms.typed_keys(forms.RISKS)
_LEVELS = {unit.level: unit.code for unit in DIRECTORY.units} | {"Team": "FRD"}


def _of_action(example: Example) -> dict[str, Any]:
    own = {key: value for key, value in example.items() if key not in ("risk", "last_due")}
    return {**example.get("risk", {}), "actions": [own], "last_due": example.get("last_due", PLANNED["due"])}


def _unit(example: Example) -> str:
    return _LEVELS[example.get("unit_level", "Team")]


def _last_due(example: Example) -> date:
    due: date = example.get("last_due", PLANNED["due"])
    return due


def _source(sheet: str, number: int) -> Source:
    columns = [c for c in (forms.RISKS if sheet == "Risks" else forms.ACTIONS) if c.on_form]
    places = {column.key: place for place, column in enumerate(columns, start=1)}
    return Source("front-door.xlsx", "0" * 64, sheet, ROW + number - 1, places)


def _entry(ref: str, unit: str, example: Example, round_: str, settings: Settings) -> Entry:
    """Last quarter's entry: the rating that counted, and the submitted one where another was agreed."""
    code = "DIR" if ref == "DIR-01" else unit
    rating = Score(*example.get("previous", (SOUND["impact"], SOUND["likelihood"])))
    submitted = Score(*example["submitted"]) if "submitted" in example else rating
    told = {**SOUND, "ref": ref, "commentary": example.get("last_said", LAST_SAID), "reviewed": date(2026, 6, 24)}
    told |= {"audience": example.get("was_audience", "")}
    now = Risk(Source(), **{**told, "impact": submitted.impact, "likelihood": submitted.likelihood})
    history = [_past(ref, round_, "submitted", submitted, settings)]
    if submitted != rating:
        history.append(_past(ref, round_, "agreed", rating, settings))
    level = next(known.level for known in DIRECTORY.units if known.code == code)
    return Entry(code, level, now, rating, rating, Movement.SAME, tuple(history))


def _past(ref: str, round_: str, kind: str, score: Score, settings: Settings) -> Past:
    matrix = settings.matrix
    return Past(ref, round_, kind, *(score.impact, score.likelihood), matrix.number(score), matrix.band(score).name)
