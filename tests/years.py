"""A directorate that is told quarter after quarter: what every unit returns, and the ratings that it must come to.

Every rating follows from the number of its risk and of its quarter, so a register of any size can be held against what
it was told. Returns are values: what forms cost is measured elsewhere.
"""

import functools
import hashlib
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from string import ascii_uppercase

from riskbook import merge
from riskbook.directory import Directory, Unit
from riskbook.forms import ACTIONS, FORM, RISKS
from riskbook.intake import Intake
from riskbook.matrix import Score
from riskbook.model import Action, Register, Risk, Scope, Source, UnitReturn
from riskbook.settings import Context, Settings
from tests.examples import agreed

WORDS = Path(__file__).parents[1] / "samples" / "words"
PLACES = [{column.key: place for place, column in enumerate(asked, 1) if column.on_form} for asked in (RISKS, ACTIONS)]


def directorate(units: int) -> Directory:
    """The directorate and so many teams in two services."""
    teams = (Unit(code(n), f"Team {n}", "Team", "NORTH" if n % 2 else "SOUTH") for n in range(1, units + 1))
    services = (Unit(compass, f"Service {compass.title()}", "Service") for compass in ("NORTH", "SOUTH"))
    return Directory((Unit("DIR", "The directorate", "Directorate"), *services, *teams))


def quarters(
    units: int, risks: int, count: int, settings: Settings | None = None
) -> Iterator[tuple[Register, Context, list[Intake]]]:
    """So many quarters of so many risks a unit: the register after each, what is known in it, and what came in."""
    settings = settings or agreed()
    steps = tuple(replace(step, asks_units=True) for step in settings.timetable.steps)
    settings = replace(settings, timetable=replace(settings.timetable, steps=steps))
    this = settings.timetable.round("2024-25 Q1")
    context = Context(settings, directorate(units), this, this.as_at, None)
    for quarter in range(count):
        intakes = [_sent(code(n), risks, quarter, context) for n in range(1, units + 1)]
        register, _ = merge.merge(intakes, context)
        yield register, context, intakes
        this = settings.timetable.after(context.round)
        context = replace(context, round=this, on=this.as_at, before=register)


def code(number: int) -> str:
    """The code of a unit by its number: "TAAB" for the first."""
    return "T" + "".join(ascii_uppercase[number // 26**place % 26] for place in (2, 1, 0))


def numbered(code: str) -> int:
    """The number of a unit by its code."""
    return functools.reduce(lambda number, letter: number * 26 + ascii_uppercase.index(letter), code[1:], 0)


def rating(unit: str, number: int, quarter: int) -> Score:
    """What a risk is rated in a quarter: it moves in some of them."""
    seed = numbered(unit) * 7 + number * 3
    return Score(1 + (seed + quarter // 3) % 5, 1 + (seed // 2 + quarter * (number % 3)) % 5)


def said(seed: int, words: int) -> str:
    """So many words of the sample, always the same for a seed, each as often as it stands there."""
    numbers = (int.from_bytes(hashlib.sha256(f"{seed} {k}".encode()).digest()[:4]) for k in range(words))
    return " ".join(vocabulary()[number % len(vocabulary())] for number in numbers)


@functools.cache
def vocabulary() -> tuple[str, ...]:
    """The words of the sample, as often as each stands there."""
    texts = (path.read_text("utf-8") for path in sorted(WORDS.glob("*.toml")))
    return tuple(word for text in texts for word in re.findall(r"[a-z']+", text))


def _sent(unit: str, count: int, quarter: int, context: Context) -> Intake:
    book, sha256 = (
        f"{unit.lower()}-{context.round.folder}.xlsx",
        hashlib.sha256(f"{unit} {quarter}".encode()).hexdigest(),
    )
    risks = tuple(_risk(unit, number, quarter, context, (book, sha256)) for number in range(1, count + 1))
    actions = tuple(_action(unit, number, context, (book, sha256)) for number in range(1, count + 1))
    returned = UnitReturn(
        book=book,
        sha256=sha256,
        unit=unit,
        round=context.round,
        scope=Scope(tuple(risk.ref for risk in risks)),
        form=FORM,
        issue=1,
        filled_by="A. Manager",
        filled_on=context.on,
        reviewed_all=True,
        modified="",
        risks=risks,
        actions=actions,
        held=(),
        replies=(),
        blank=0,
    )
    return Intake(book, sha256, returned, ())


def _risk(unit: str, number: int, quarter: int, context: Context, file: tuple[str, str]) -> Risk:
    seed = numbered(unit) * 100 + number
    score = rating(unit, number, quarter)
    return Risk(
        Source(*file, "Risks", 5 + number, PLACES[0]),
        f"{unit}-{number:03}",
        title=said(-seed, 7),
        cause=said(seed, 22),
        event=said(seed + 1, 24),
        effect=said(seed + 2, 18),
        category="Workforce",
        owner=f"Team Manager, {unit}",
        raised=context.settings.timetable.round("2024-25 Q1").begins,
        controls=said(seed + 3, 30),
        control_effectiveness="Partly",
        inherent_impact=5,
        inherent_likelihood=5,
        impact=score.impact,
        likelihood=score.likelihood,
        response="Treat",
        target_impact=1,
        target_likelihood=1,
        target_date=context.on + timedelta(days=365),
        reviewed=context.on,
        commentary=said(seed + quarter * 10_000, 22),
        status="Open",
    )


def _action(unit: str, number: int, context: Context, file: tuple[str, str]) -> Action:
    return Action(
        Source(*file, "Actions", 5 + number, PLACES[1]),
        f"{unit}-A{number:03}",
        risk_ref=f"{unit}-{number:03}",
        what=said(number, 12),
        lead=f"Team Manager, {unit}",
        due=context.on + timedelta(days=150),
        status="On track",
        progress=said(number + 7, 10),
    )
