"""Registers drawn as text, for tests: a line a risk, its actions under it.

    FRD-001 4x4 was 4x3, 4x2 Workforce "Posts stand empty" target=3x3 parent=DIR-01
      + FRD-A001 due 2026-06-30 slips 2
    CIC-002 ? was 3x3 carried
    CIC-003 4x2 exempt

Ratings are impact x likelihood, this round's first, then last round's and the ones before; "?" is not scored. A risk
that never was is new. The round is 2026-27 Q2, as at 30 September 2026, unless another is named.
"""

import re
import shlex
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cache
from typing import Any

from hypothesis import strategies as st

from riskbook import settings as loading
from riskbook.directory import Directory, Unit
from riskbook.matrix import Score
from riskbook.model import Action, Decision, Entry, Movement, Past, Received, Register, Risk, Source
from riskbook.rounds import Round
from riskbook.settings import Context, Settings

DIRECTORY = Directory(
    (
        Unit("DIR", "The directorate", "Directorate"),
        Unit("FHS", "Family Help", "Service"),
        Unit("FRD", "Front Door", "Team", "FHS"),
        Unit("ASM", "Assessment", "Team", "FHS"),
        Unit("CIC", "Children in Our Care", "Service"),
        Unit("SEN", "SEND", "Service"),
        Unit("PRJ", "A project", "Project", "SEN"),
        Unit("PAR", "A partnership", "Partnership", "CIC"),
    )
)


@cache
def agreed() -> Settings:
    """The settings that these tests are written for."""
    return loading.load(loading.framework("default-5x5"))


@dataclass(frozen=True)
class Drawn:
    """A register and what is known besides it."""

    register: Register
    context: Context

    def __getitem__(self, ref: str) -> Entry:
        return self.register.by_ref[ref]


def drawn(
    text: str,
    decisions: tuple[Decision, ...] = (),
    returns: tuple[Received, ...] = (),
    directory: Directory = DIRECTORY,
    settings: Settings | None = None,
    round_: str = "2026-27 Q2",
    first: bool = False,
) -> Drawn:
    """Draw a register; last round's is made from what the risks were, unless this is the ``first``."""
    settings = settings or agreed()
    this = settings.timetable.round(round_)
    risks = [_read(line, settings, this, directory) for line in text.splitlines() if re.match(r"\s*[A-Z]", line)]
    entries, before = tuple(now for now, _ in risks), tuple(then for _, then in risks if then)
    last = Register(str(settings.timetable.before(this)), settings.matrix.name, before, decisions=decisions)
    actions = tuple(_actions(text))
    register = Register(str(this), settings.matrix.name, entries, actions, decisions=decisions, returns=returns)
    return Drawn(register, Context(settings, directory, this, this.as_at, None if first else last))


MOVEMENTS = {movement.value.lower().replace(" ", "-"): movement for movement in Movement}
RATING = re.compile(r"(?:(\d)[x×](\d)|\?),?$")


@dataclass
class _Line:
    """What a line says."""

    ref: str
    ratings: list[Score | None] = field(default_factory=list)
    movement: Movement | None = None
    values: dict[str, Any] = field(default_factory=dict)


def _read(line: str, settings: Settings, this: Round, directory: Directory) -> tuple[Entry, Entry | None]:
    said = _said(line)
    unit = said.ref.rpartition("-")[0]
    known = directory.unit(unit)
    risk = replace(Risk(Source(), said.ref, status="Open"), **said.values)
    now, was = said.ratings[0], next((score for score in said.ratings[1:] if score), None)
    movement = said.movement or _movement(now, was, len(said.ratings), settings)
    always = known is not None and known.level == "Directorate"
    history = tuple(_history(said, movement, settings, this, always))
    entry = Entry(unit, known.level if known else "Team", risk, now, was, movement, history)
    if movement is Movement.NEW:
        return entry, None
    then = Movement.CLOSED if movement is Movement.REOPENED else Movement.SAME
    rating = said.ratings[1] if len(said.ratings) > 1 else None
    return entry, replace(entry, rating=rating, was=None, movement=then, history=history[:-1])


def _said(line: str) -> _Line:
    ref, *words = shlex.split(line)
    said = _Line(ref)
    for word in words:
        key, equals, value = word.partition("=")
        if rating := RATING.match(word):
            said.ratings.append(Score(int(rating[1]), int(rating[2])) if rating[1] else None)
        elif word in MOVEMENTS:
            said.movement = MOVEMENTS[word]
        elif word == "exempt":
            said.values["audience"] = "Exempt"
        elif equals:
            said.values |= _value(key, value)
        elif word in agreed().lists.categories:
            said.values["category"] = word
        elif word != "was":
            said.values["title"] = word
    return said


def _value(key: str, value: str) -> dict[str, Any]:
    if key in ("inherent", "target"):
        return {f"{key}_impact": int(value[0]), f"{key}_likelihood": int(value[2])}
    if re.fullmatch(r"\d{4}-\d\d-\d\d", value):
        return {key: date.fromisoformat(value)}
    return {key: {"yes": True, "no": False}.get(value, float(value) if key == "exposure" else value)}


def _movement(now: Score | None, was: Score | None, rounds: int, settings: Settings) -> Movement:
    if rounds == 1:
        return Movement.NEW
    if now is None:
        return Movement.UNSCORED
    rank = settings.matrix.rank
    if was is None or rank(now) == rank(was):
        return Movement.SAME
    return Movement.UP if rank(now) > rank(was) else Movement.DOWN


def _history(said: _Line, movement: Movement, settings: Settings, this: Round, always: bool) -> list[Past]:
    """A rating for every round back; a round that asks the directorate only carries a unit's risk."""
    history: list[Past] = []
    round_ = this
    for back, score in enumerate(said.ratings):
        if back and not (always or round_.asks_units):
            history.append(_past(said.ref, round_, score, Movement.CARRIED, settings))
            round_ = settings.timetable.before(round_)
        closed = back == 1 and movement is Movement.REOPENED
        moved = movement if back == 0 else Movement.CLOSED if closed else Movement.SAME
        history.append(_past(said.ref, round_, score, moved, settings))
        round_ = settings.timetable.before(round_)
    return history[::-1]


def _past(ref: str, round_: Round, score: Score | None, movement: Movement, settings: Settings) -> Past:
    if score is None:
        return Past(ref, str(round_), "submitted", None, None, None, "", movement.value)
    number, band = settings.matrix.number(score), settings.matrix.band(score).name
    return Past(ref, str(round_), "submitted", score.impact, score.likelihood, number, band, movement.value)


def _actions(text: str) -> list[Action]:
    actions, ref = [], ""
    for line in text.splitlines():
        if re.match(r"\s*[A-Z]", line):
            ref = line.split()[0]
        elif words := re.match(r"\s*\+ (\S+) due (\S+)(?: slips (\d+))?(?: (.+))?", line):
            due = date.fromisoformat(words[2])
            slips, status = int(words[3] or 0), words[4] or "On track"
            actions.append(Action(Source(), words[1], ref, "Do it", due=due, slips=slips, status=status))
    return actions


UNITS = ("DIR", "FHS", "FRD", "ASM", "CIC", "SEN", "PRJ", "PAR")
STAY = ("", "", "", "carried", "not-returned", "rescaled")
GO = ("closed", "merged")
CATEGORIES = ("", "Workforce", "Safeguarding", "category=Odd")
EXEMPT = ("", "exempt")


@st.composite
def texts(draw: st.DrawFn) -> str:
    """Any register at all, as text: new and old risks of every movement, with actions."""
    rating = st.builds("{}x{}".format, st.integers(1, 5), st.integers(1, 5)) | st.just("?")
    lines = []
    for number in range(1, draw(st.integers(0, 12)) + 1):
        unit, now = draw(st.sampled_from(UNITS)), draw(rating)
        line = f"{unit}-{number:03} {now}"
        if was := draw(st.lists(rating, max_size=4)):
            line += f" was {', '.join(was)} {draw(st.sampled_from((*STAY, *GO, 'reopened')))}"
        line += f" {draw(st.sampled_from(CATEGORIES))} {draw(st.sampled_from(EXEMPT))}"
        lines.append(line)
        for action in range(draw(st.integers(0, 2))):
            due = date(2026, 9, 30) + timedelta(days=draw(st.integers(-90, 120)))
            lines.append(f" + {unit}-A{number:03}{action} due {due} slips {draw(st.integers(0, 2))}")
    return "\n".join(lines)
