"""The things that pass down the line: risks and actions as typed, a unit's return, the register."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from datetime import date
from enum import StrEnum
from functools import cached_property
from typing import TypeVar

from riskbook.matrix import Score
from riskbook.places import Place
from riskbook.rounds import Round
from riskbook.text import folded

Thing = TypeVar("Thing")


@dataclass(frozen=True, slots=True)
class Source:
    """The row of a workbook that something was read from, and in which column each key stood."""

    book: str = ""
    sha256: str = ""
    sheet: str = ""
    row: int = 0
    columns: Mapping[str, int] = field(default_factory=dict)

    def place(self, key: str = "") -> Place:
        """The cell of a key; the row alone where there is no such column."""
        return Place(self.book, self.sheet, self.row, self.columns.get(key, 0))


@dataclass(frozen=True, slots=True)
class Risk:
    """One risk as a manager typed it, a field for every column that is asked; impact before likelihood.

    Text that was not given is "", anything else None. ``unread`` keeps, by key, what was typed and could not be read;
    ``other`` keeps, by heading, what stood in columns that riskbook does not know.
    """

    source: Source
    ref: str
    title: str = ""
    cause: str = ""
    event: str = ""
    effect: str = ""
    category: str = ""
    objective: str = ""
    parent: str = ""
    owner: str = ""
    raised: date | None = None
    inherent_impact: int | None = None
    inherent_likelihood: int | None = None
    controls: str = ""
    control_effectiveness: str = ""
    impact: int | None = None
    likelihood: int | None = None
    response: str = ""
    target_impact: int | None = None
    target_likelihood: int | None = None
    target_date: date | None = None
    reviewed: date | None = None
    commentary: str = ""
    exposure: float | None = None
    beyond_control: bool | None = None
    escalate: bool | None = None
    escalate_reason: str = ""
    audience: str = ""
    status: str = ""
    close_reason: str = ""
    answer: str = ""
    unread: tuple[tuple[str, str], ...] = ()
    other: tuple[tuple[str, str], ...] = ()

    @property
    def score(self) -> Score | None:
        """Where it stands now, once impact and likelihood can both be read."""
        return _score(self.impact, self.likelihood)

    @property
    def inherent(self) -> Score | None:
        """Where it stood before controls."""
        return _score(self.inherent_impact, self.inherent_likelihood)

    @property
    def target(self) -> Score | None:
        """Where treatment should bring it."""
        return _score(self.target_impact, self.target_likelihood)

    @property
    def over(self) -> bool:
        """Whether its manager says that it is no longer a risk."""
        return self.status in ("Closed", "Became an issue")

    @property
    def exempt(self) -> bool:
        """Whether it may only be reported in the exempt edition."""
        return self.audience == "Exempt"


@dataclass(frozen=True, slots=True)
class Action:
    """One planned action. ``first_due`` is the date first agreed, ``slips`` how often it has been put back."""

    source: Source
    ref: str
    risk_ref: str = ""
    what: str = ""
    lead: str = ""
    due: date | None = None
    first_due: date | None = None
    status: str = ""
    done: date | None = None
    progress: str = ""
    answer: str = ""
    slips: int = 0
    unread: tuple[tuple[str, str], ...] = ()
    other: tuple[tuple[str, str], ...] = ()

    @property
    def open(self) -> bool:
        """Neither complete nor cancelled."""
        return self.status not in ("Complete", "Cancelled")

    def days_overdue(self, on: date) -> int:
        """Days past its due date on a day; 0 when it is not overdue."""
        return (on - self.due).days if self.open and self.due and self.due < on else 0


@dataclass(frozen=True, slots=True)
class Held:
    """Words that could not be placed (a whole row: ``key`` is ""), or a cell that could not be read, as typed."""

    unit: str
    source: Source
    ref: str
    key: str
    heading: str
    typed: str
    reason: str
    code: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What a manager answered to a query. It keeps the query quiet while the digest of what the rule reads stands."""

    ref: str
    code: str
    digest: str
    text: str
    round: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as typed on Please correct: to which cell and code, before it is bound to what the rule reads."""

    ref: str
    code: str
    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Scope:
    """What a form was issued for: the refs on it, and whether new rows belong to it."""

    refs: tuple[str, ...] = ()
    takes_new: bool = True


@dataclass(frozen=True, slots=True)
class About:
    """What a project or a partnership says of itself on Start; ``source`` is where it says when it ends."""

    stage: str = ""
    ends: date | None = None
    board: str = ""
    lead_officer: str = ""
    source: Source = Source()


@dataclass(frozen=True, slots=True)
class UnitReturn:
    """What one workbook says for one unit and one round; what nobody filled in is empty."""

    book: str
    sha256: str
    unit: str
    round: Round
    scope: Scope = Scope()
    form: int = 0
    issue: int = 0
    filled_by: str = ""
    filled_on: date | None = None
    reviewed_all: bool = False
    modified: str = ""
    risks: tuple[Risk, ...] = ()
    actions: tuple[Action, ...] = ()
    held: tuple[Held, ...] = ()
    replies: tuple[Reply, ...] = ()
    blank: int = 0
    about: About = About()

    @property
    def found(self) -> int:
        """Rows found on Risks and Actions, blank ones too: merged + held + blank."""
        return len(self.risks) + len(self.actions) + self.rows_held + self.blank

    @property
    def rows_held(self) -> int:
        """Whole rows that could not be placed."""
        return sum(not held.key for held in self.held)


class Movement(StrEnum):
    """What happened to a risk since the round before; exactly one each, the first of these that holds."""

    MERGED = "Merged"
    CLOSED = "Closed"
    REOPENED = "Reopened"
    NEW = "New"
    CARRIED = "Carried"
    NOT_RETURNED = "Not returned"
    UNSCORED = "Not scored"
    RESCALED = "Rescaled"
    UP = "Up"
    DOWN = "Down"
    SAME = "Same"

    @property
    def arrow(self) -> str:
        """The mark that stands before the word."""
        return _ARROWS[self]

    def __str__(self) -> str:
        return f"{self.arrow} {self.value}"


_ARROWS = {
    Movement.UP: "▲",
    Movement.DOWN: "▼",
    Movement.SAME: "►",
    Movement.NEW: "●",
    Movement.REOPENED: "●",
    Movement.CARRIED: "○",
    Movement.NOT_RETURNED: "○",
    Movement.UNSCORED: "○",
    Movement.RESCALED: "○",
    Movement.CLOSED: "■",
    Movement.MERGED: "■",
}


@dataclass(frozen=True, slots=True)
class Past:
    """A risk's rating in one round: as submitted, or as agreed by a body. Not scored has no impact and likelihood."""

    ref: str
    round: str
    kind: str
    impact: int | None
    likelihood: int | None
    number: int | None
    band: str
    movement: str = ""

    @property
    def score(self) -> Score | None:
        """The cell of the matrix in force then."""
        return _score(self.impact, self.likelihood)


@dataclass(frozen=True, slots=True)
class Decision:
    """What a body decided about a risk.

    ``content`` is the digest of what the risk said then (``check.content``); ``codes`` and ``rank`` are what it was
    proposed for and how high it stood. ``book`` to ``row`` say where the decision was written down, ``rated_at`` in
    which cells of that book the agreed impact and likelihood stand: "Decision details!F4 G4".
    """

    risk_ref: str
    proposal: str = ""
    reasons: str = ""
    decision: str = ""
    into: str = ""
    agreed_impact: int | None = None
    agreed_likelihood: int | None = None
    owner: str = ""
    body: str = ""
    decided_by: str = ""
    decided_on: date | None = None
    rationale: str = ""
    review_by: date | None = None
    minute: str = ""
    corporate_ref: str = ""
    round: str = ""
    codes: tuple[str, ...] = ()
    rank: int = 0
    content: str = ""
    book: str = ""
    sha256: str = ""
    sheet: str = ""
    row: int = 0
    rated_at: str = ""

    @property
    def place(self) -> Place:
        """The row that it was read from."""
        return Place(self.book, self.sheet, self.row)


@dataclass(frozen=True, slots=True)
class Entry:
    """A risk on the register: what stands now, last round's rating, the movement, and every rating in order.

    ``now`` is what was returned, or last round's risk where nothing was. ``rating`` is the rating that counts in this
    round (agreed, else submitted), None when it is not scored; ``was`` is the last rating there was before.
    ``first_target`` is the target date first given and ``target_slips`` how often it has been put back; ``same_words``
    is for how many rounds running What has changed has said the same. ``into`` is the risk that it was merged into,
    ``took_in`` are those that were merged into it.
    """

    unit: str
    level: str
    now: Risk
    rating: Score | None
    was: Score | None
    movement: Movement
    history: tuple[Past, ...] = ()
    into: str = ""
    first_target: date | None = None
    target_slips: int = 0
    same_words: int = 0
    took_in: tuple[str, ...] = ()
    closed_by: str = ""
    closed_on: date | None = None

    @property
    def ref(self) -> str:
        """The ref of its risk."""
        return self.now.ref

    @property
    def compared(self) -> str:
        """The round that ``was`` is of, where that is not the one before, which has no rating; else nothing."""
        earlier = self.ratings[:-1]
        if self.was is None or not earlier or earlier[-1].score:
            return ""
        return next((past.round for past in reversed(earlier) if past.score), "")

    @property
    def last(self) -> Score | None:
        """The rating of the round before; None where it had none, though ``was`` may be of an earlier one."""
        return None if self.compared else self.was

    @property
    def is_brief(self) -> bool:
        """Whether it came and went in one round: it is closed or merged, and was never on a register before."""
        return not self.open and len({past.round for past in self.history}) < 2

    @property
    def overruled(self) -> Past | None:
        """What was submitted in this round, where another rating was agreed."""
        if not self.history or self.history[-1].kind != "agreed":
            return None
        agreed = self.history[-1]
        submitted = [past for past in self.history if (past.round, past.kind) == (agreed.round, "submitted")]
        return next((past for past in submitted if past.score != agreed.score), None)

    @property
    def open(self) -> bool:
        """On the register: neither closed nor merged into another."""
        return self.movement not in (Movement.CLOSED, Movement.MERGED)

    @property
    def ratings(self) -> tuple[Past, ...]:
        """Every rating that counted, oldest first: the agreed one of a round where there is one."""
        counted: dict[str, Past] = {}
        for past in self.history:
            if past.round not in counted or past.kind == "agreed":
                counted[past.round] = past
        return tuple(counted.values())


@dataclass(frozen=True, slots=True)
class Known:
    """A ref that was given, and the words of the row that it was given to."""

    ref: str
    unit: str
    round: str
    new: str = ""
    title: str = ""
    cause: str = ""
    event: str = ""
    effect: str = ""


@dataclass(frozen=True, slots=True)
class Alias:
    """A ref that stands no longer, the one that stands for it, since which round, and why."""

    old: str
    ref: str
    round: str = ""
    why: str = ""


MERGED_INTO = "Merged into it"
"""Why an alias stands that riskbook made itself, of a risk that was merged into another."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a risk or action that differs from last round's, and where the new value stands.

    One made by hand in the register (``by`` is BY_HAND) differs from what the merge had written there; ``told`` is what
    a return says now, where that is neither of the two.
    """

    ref: str
    key: str
    was: str
    now: str
    where: str
    by: str = ""
    told: str = ""


BY_HAND = "By hand"
ROW = "(the whole row)"
"""The field of an amendment that deleted a row of the register, or added one; a deleted one is held under it."""


@dataclass(frozen=True, slots=True)
class Received:
    """One workbook that came in, or a unit that sent none (``book`` is ""), and how its rows were counted."""

    unit: str
    book: str
    sha256: str
    state: str
    note: str = ""
    issue: int = 0
    form: int = 0
    filled_by: str = ""
    filled_on: date | None = None
    found: int = 0
    merged: int = 0
    held: int = 0
    blank: int = 0
    errors: int = 0
    queries: int = 0
    stage: str = ""
    ends: date | None = None
    board: str = ""
    lead_officer: str = ""


@dataclass(frozen=True, slots=True)
class Cleared:
    """Personal data found in a text of a risk, by the text's digest, and who said that it may stand, when and why."""

    ref: str
    code: str
    digest: str
    by: str
    on: date | None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Exported:
    """What an export told another system that it had not been told before: of one risk, or of one field of it.

    ``number`` counts the exports to a system that told it anything, ``round`` is the one that it was of. Put together
    in their order, these lines are what the system was last given.
    """

    ref: str
    system: str
    number: int
    round: str
    what: str = ""
    field: str = ""
    was: str = ""
    now: str = ""


@dataclass(frozen=True, slots=True)
class Remembered:
    """A setting that a register was made under, and its value; a list has a line for each of its words."""

    name: str
    value: str


@dataclass(frozen=True)
class Register:
    """The directorate register after a round: the store of record, and where the next merge starts from.

    ``entries`` are the risks of this round, those that it closed too; ``archive`` those that earlier rounds closed.
    ``scale_agreed`` says who agreed to ``scale``, and when, since it is another than it was. ``settings`` are those
    that it was made under; registers of old remember none.
    """

    round: str
    scale: str
    entries: tuple[Entry, ...] = ()
    actions: tuple[Action, ...] = ()
    decisions: tuple[Decision, ...] = ()
    answers: tuple[Answer, ...] = ()
    refs: tuple[Known, ...] = ()
    returns: tuple[Received, ...] = ()
    held: tuple[Held, ...] = ()
    changes: tuple[Change, ...] = ()
    cleared: tuple[Cleared, ...] = ()
    exports: tuple[Exported, ...] = ()
    archive: tuple[Entry, ...] = ()
    aliases: tuple[Alias, ...] = ()
    scale_agreed: str = ""
    settings: tuple[Remembered, ...] = ()

    def __getstate__(self) -> dict[str, object]:
        """What another process is sent: the register, and nothing that was worked out from it."""
        return {one.name: getattr(self, one.name) for one in fields(self)}

    @cached_property
    def by_ref(self) -> Mapping[str, Entry]:
        """Entries by ref, those of the archive too."""
        return {entry.ref: entry for entry in (*self.archive, *self.entries)}

    @cached_property
    def by_unit(self) -> Mapping[str, tuple[Entry, ...]]:
        """Entries by unit, in their order."""
        return _grouped(self.entries, lambda entry: entry.unit)

    @cached_property
    def answered(self) -> frozenset[tuple[str, str, str]]:
        """The queries that were answered: about which ref, by code and the digest of what they are about."""
        return frozenset((answer.ref, answer.code, answer.digest) for answer in self.answers)

    def standing(self, ref: str) -> str:
        """The ref that stands for one: itself while its risk is open, or what it was merged into or renumbered as.

        An alias that leads to no risk or action leads nowhere: the ref is then itself.
        """
        asked, known = ref, self._renamed
        passed: list[str] = []
        while (old := folded(ref)) in known and old not in passed:
            passed.append(old)
            ref = known[old]
        return ref if self.knows(ref) else asked

    def knows(self, ref: str) -> bool:
        """Whether there is or was a risk or action of that ref, or one that was given it."""
        return ref in self._known

    @cached_property
    def _renamed(self) -> Mapping[str, str]:
        old = ((folded(alias.old), alias.ref) for alias in self.aliases)
        return {was: ref for was, ref in old if was not in self._open}

    @cached_property
    def _open(self) -> frozenset[str]:
        return frozenset(folded(entry.ref) for entry in self.open)

    @cached_property
    def _known(self) -> frozenset[str]:
        told = (*self.by_ref, *(action.ref for action in self.actions), *(known.ref for known in self.refs))
        return frozenset(told)

    @cached_property
    def open(self) -> tuple[Entry, ...]:
        """Entries that are neither closed nor merged."""
        return tuple(entry for entry in self.entries if entry.open)

    @cached_property
    def actions_of(self) -> Mapping[str, tuple[Action, ...]]:
        """Actions by the ref of their risk."""
        return _grouped(self.actions, lambda action: action.risk_ref)

    @cached_property
    def action_by_ref(self) -> Mapping[str, Action]:
        """Actions by ref."""
        return {action.ref: action for action in reversed(self.actions)}

    @cached_property
    def changes_of(self) -> Mapping[str, tuple[Change, ...]]:
        """Changes by the ref of their risk or action."""
        return _grouped(self.changes, lambda change: change.ref)

    @cached_property
    def given_to(self) -> Mapping[str, str]:
        """The unit that each ref was given to."""
        return {known.ref: known.unit for known in reversed(self.refs)}


def _grouped(things: Iterable[Thing], key: Callable[[Thing], str]) -> Mapping[str, tuple[Thing, ...]]:
    """Things by a key, in their order."""
    grouped: dict[str, list[Thing]] = {}
    for thing in things:
        grouped.setdefault(key(thing), []).append(thing)
    return {name: tuple(those) for name, those in grouped.items()}


def _score(impact: int | None, likelihood: int | None) -> Score | None:
    return None if impact is None or likelihood is None else Score(impact, likelihood)
