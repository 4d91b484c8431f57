"""The register's memory: whatever people do to it over six rounds, nothing is lost and nothing is forgotten.

A small directorate is led through its rounds by Hypothesis: forms are issued, filled in, sent late and sent again;
the register is edited by hand in a real workbook; decisions are taken from a real sheet; and after every merge the
register must still answer for everything that it was ever told.
"""

import io
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any

import openpyxl
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from riskbook import amend, decide, excel, merge, store
from riskbook.directory import Directory, Person, Unit
from riskbook.forms import DECISIONS, RISKS, by_key
from riskbook.intake import Intake, take
from riskbook.model import BY_HAND, Entry, Movement, Register
from riskbook.movement import balance
from riskbook.read import read
from riskbook.report.form import FormRow, prefilled
from riskbook.report.register import document
from riskbook.settings import Context
from tests import effort
from tests.examples import agreed

ROUNDS = 6
UNITS = ("FRD", "ASM")
DIRECTOR = "AD Family Help and Safeguarding"
DIRECTORY = Directory(
    (
        Unit("DIR", "The directorate", "Directorate"),
        Unit("FHS", "Family Help", "Service"),
        Unit("FRD", "Front Door", "Team", "FHS"),
        Unit("ASM", "Assessment", "Team", "FHS"),
    ),
    (Person("Helen Marsh", DIRECTOR, roles=("DLT", "Assistant Director")),),
)
STEP = st.integers(1, 5)
EDITS = ("Risk title", "Risk owner", "Likelihood now", "Unit")


@dataclass
class Year:
    """One round as it lies in its folder: what came in, the register as it stands and as it was written."""

    context: Context
    sent: dict[str, bytes] = field(default_factory=dict)
    new: dict[str, list[str]] = field(default_factory=dict)
    intakes: dict[str, Intake] = field(default_factory=dict)
    register: Register | None = None
    wrote: bytes = b""
    stands: bytes = b""
    given: dict[str, str] = field(default_factory=dict)
    amended: dict[tuple[str, str], Any] = field(default_factory=dict)
    first: dict[tuple[str, str], Any] = field(default_factory=dict)
    added: list[str] = field(default_factory=list)
    gone: set[str] = field(default_factory=set)
    stale: bool = False

    def kept(self) -> Register | None:
        """The register as it stands, with what was changed in it by hand."""
        if not self.stands:
            return None
        stands, found = store.register(read(self.stands, self.context.round.register), self.context.settings)
        assert stands
        assert found == []
        if self.stands == self.wrote:
            return stands
        books = (read(data, self.context.round.register) for data in (self.stands, self.wrote))
        amended, _ = amend.since(stands, *books, self.context)
        return amended

    def taken(self) -> list[Intake]:
        """Every file, taken in once."""
        for name, data in self.sent.items():
            if name not in self.intakes:
                self.intakes[name] = take(data, name, self.context)
        return list(self.intakes.values())


def written(register: Register, context: Context) -> bytes:
    return excel.report(*document(store.tables(register, context, "0.1.0"), context))


class Memory(RuleBasedStateMachine):
    """People at work on a book."""

    def __init__(self) -> None:
        super().__init__()
        self.words = 0
        self.rounds = 1
        self.decided: set[tuple[str, str, str]] = set()
        self.now: Year

    @initialize()
    def begin(self) -> None:
        """The first round of all has no register before it."""
        this = agreed().timetable.round("2026-27 Q1")
        self.now = Year(Context(agreed(), DIRECTORY, this, this.as_at, None))
        for unit in UNITS:
            self.send(unit, 5, [(4, 4), (2, 3)], "same", 0, new=2, again=False)
        self.accept(None)

    def word(self) -> str:
        """A title that nobody gave before."""
        self.words += 1
        return f"Risk number {self.words} of all"

    # What managers do

    @rule(
        unit=st.sampled_from((*UNITS, *UNITS, "DIR")),
        day=st.integers(1, 20),
        steps=st.lists(st.none() | st.tuples(STEP, STEP), min_size=6, max_size=6),
        does=st.sampled_from(("same", "same", "close", "retitle", "leave out", "empty", "lots")),
        which=st.integers(0, 5),
        new=st.integers(0, 2),
        again=st.booleans(),
    )
    def send(
        self,
        unit: str,
        day: int,
        steps: list[tuple[int, int] | None],
        does: str,
        which: int,
        new: int,
        again: bool,
    ) -> None:
        """A unit fills in its form and sends it, on time, late, or again with corrections."""
        context = self.now.context
        known = context.directory.unit(unit)
        assert known
        blank = prefilled(context, known, 1 + sum(name.startswith(unit) for name in self.now.sent))
        rows = []
        for number, row in enumerate(blank.risks):
            values: dict[str, Any] = dict(row.values)
            if step := steps[number % len(steps)]:
                values |= {"impact": step[0], "likelihood": step[1]}
            values |= {"reviewed": context.on, "commentary": self.word()}
            if number == which:
                values |= self.done(does)
                values = {"ref": row.values["ref"]} if does == "empty" else values
            if number != which or does != "leave out":
                rows.append(replace(row, values=values, row=0))
        titles = list(self.now.new.get(unit, [])) if again else []
        titles += [self.word() for _ in range(new)]
        for number, title in enumerate(titles, 1):
            score = steps[-number % len(steps)] or (2, 2)
            told = {"title": title, "impact": score[0], "likelihood": score[1], "status": "Open"}
            rows.append(FormRow(values={"ref": f"NEW-{number}", **told}))
        self.now.new[unit] = list(dict.fromkeys([*self.now.new.get(unit, []), *titles]))
        filled = context.on + timedelta(days=day)
        part = {"filled_by": "A. Manager", "filled_on": filled, "reviewed_all": "Yes"}
        actions = tuple(replace(row, row=0) for row in blank.actions)
        if rows and rows[0].values.get("ref"):
            planned = {"risk_ref": str(rows[0].values["ref"]), "what": self.word(), "due": filled + timedelta(days=60)}
            actions = (*actions, FormRow(values={**planned, "status": "On track"}))
        data = excel.form(context, replace(blank, risks=tuple(rows), actions=actions, part=part))
        self.now.sent[f"{unit}-{len(self.now.sent)}.xlsx"] = data
        self.now.stale = True

    def done(self, does: str) -> Mapping[str, Any]:
        """What a manager does to one row besides."""
        if does == "close":
            return {"status": "Closed", "close_reason": "Mitigated", "impact": 2, "likelihood": 1}
        if does == "retitle":
            return {"title": self.word()}
        return {"impact": "Lots"} if does == "lots" else {}

    # What I&P do

    @precondition(lambda self: self.now.stands and self.now.register.open)
    @rule(at=st.integers(0, 50), heading=st.sampled_from(EDITS), step=STEP)
    def edit(self, at: int, heading: str, step: int) -> None:
        """Somebody changes a cell of the register in Excel."""
        assert self.now.register
        entry = self.now.register.open[at % len(self.now.register.open)]
        if heading == "Unit" and entry.level == "Directorate":
            return
        value: Any = {"Likelihood now": step, "Unit": "ASM" if entry.unit == "FRD" else "FRD"}.get(heading, self.word())
        first = self.now.first.setdefault((entry.ref, heading), amended(entry, heading))
        if value in (amended(entry, heading), first) or entry.ref in self.now.gone:
            return
        self.typed({entry.ref: {heading: value}})
        self.now.amended[entry.ref, heading] = value

    @precondition(lambda self: self.now.stands and self.now.register.open)
    @rule(at=st.integers(0, 50))
    def delete(self, at: int) -> None:
        """Somebody deletes a row of the register."""
        assert self.now.register
        ref = self.now.register.open[at % len(self.now.register.open)].ref
        if ref in self.now.gone or ref in {of for of, _ in self.now.amended}:
            return
        self.typed({ref: None})
        self.now.gone.add(ref)
        self.now.amended[ref, amend.ROW] = None

    @precondition(lambda self: self.now.stands)
    @rule(unit=st.sampled_from(UNITS))
    def add(self, unit: str) -> None:
        """Somebody writes a risk into the register itself."""
        title = self.word()
        self.typed({"": {"Unit": unit, "Risk title": title, "Impact now": 3, "Likelihood now": 3, "Status": "Open"}})
        self.now.added.append(title)

    def typed(self, rows: Mapping[str, Mapping[str, Any] | None]) -> None:
        """Type into cells of the register, by ref and heading, as Excel would save it; None deletes a row."""
        book = openpyxl.load_workbook(io.BytesIO(self.now.stands))
        sheet = book["Register"]
        header = next(row for row in sheet.iter_rows(max_row=12) if row[0].value == "Ref")
        at = {cell.value: cell.column for cell in header}
        rows_ = {cell.value: cell.row for cell in sheet["A"] if cell.value}
        below = max(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, at["Unit"]).value) + 1
        for ref, values in rows.items():
            row = rows_.get(ref)
            if values is None and row:
                sheet.delete_rows(row)
            for heading, value in (values or {}).items():
                sheet.cell(row or below, at[heading]).value = value
        stream = io.BytesIO()
        book.save(stream)
        self.now.stands = stream.getvalue()
        self.now.stale = True

    @precondition(lambda self: self.now.stands and self.now.register.open)
    @rule(
        at=st.integers(0, 50),
        other=st.integers(0, 50),
        decision=st.sampled_from(("Agree rating", "Close", "Merge", "Escalate", "Hold", "Manage at this level")),
        agreed_=st.tuples(STEP, STEP),
    )
    def decide(self, at: int, other: int, decision: str, agreed_: tuple[int, int]) -> None:
        """DLT decides about a risk; the decision sheet comes back filled in, and the register is written anew."""
        if self.now.stale:
            self.accept(self.now.kept())
        context, register = self.now.context, self.now.register
        if register is None or not register.open:
            return
        entry, stays = (register.open[n % len(register.open)] for n in (at, other))
        day = context.on + timedelta(days=25)
        row = {"risk_ref": entry.ref, "decision": decision, "body": "DLT", "decided_by": "H. Marsh", "decided_on": day}
        row |= {"rationale": self.word(), "review_by": date(2028, 3, 31)}
        if decision == "Agree rating":
            row |= {"agreed_impact": agreed_[0], "agreed_likelihood": agreed_[1]}
        if decision == "Escalate":
            row |= {"owner": DIRECTOR}
        if decision == "Merge":
            row |= {"into": stays.ref}
        kept = self.now.kept()
        assert kept
        told, _ = decide.rows(read(sheet(row), "decisions.xlsx"), context)
        taken = decide.take(told, register, kept.decisions, context, day)
        decisions = decide.recorded(kept.decisions, taken)
        self.decided |= {(one.risk_ref, one.decision, one.rationale) for one in taken.decisions}
        self.decided -= {(one.risk_ref, one.decision, one.rationale) for one in taken.was.values()}
        self.accept(replace(kept, decisions=decisions))

    @precondition(lambda self: self.now.stale)
    @rule(seed=st.integers(0, 5))
    def merge(self, seed: int) -> None:
        """The round is merged, with whatever is there by now, in any order."""
        self.accept(self.now.kept(), seed)

    @precondition(lambda self: self.rounds < ROUNDS)
    @rule(skip=st.booleans())
    def next_round(self, skip: bool) -> None:
        """The round is over; the next one starts from its register, which another round in between may lack."""
        if self.now.stale or self.now.register is None:
            self.accept(self.now.kept())
        context, register = self.now.context, self.now.register
        assert register
        this = context.settings.timetable.after(context.round)
        this = context.settings.timetable.after(this) if skip else this
        self.rounds += 1
        self.now = Year(replace(context, round=this, on=this.as_at, before=register))

    # What must be so

    def accept(self, kept: Register | None, seed: int = 0) -> None:
        """Merge, hold the register to all that it must be, and write it into the folder."""
        now = self.now
        intakes = now.taken()
        register, _ = merge.merge(random.Random(seed).sample(intakes, len(intakes)), now.context, kept)
        data = written(register, now.context)
        back, found = store.register(read(data, now.context.round.register), now.context.settings)
        assert (back, found) == (register, [])
        assert merge.merge(intakes, now.context, kept)[0] == register, "the order of the files matters"
        again, _ = merge.merge(reversed(intakes), now.context, register)
        assert again == register, "merging twice is not merging once"
        now.register, now.wrote, now.stands, now.stale = register, data, data, False
        now.gone.clear()
        self.holds()

    def holds(self) -> None:
        register = self.now.register
        assert register
        self.nothing_typed_is_lost(register)
        self.no_risk_is_lost(register)
        self.refs_stay(register)
        self.what_people_changed_stays(register)

    def nothing_typed_is_lost(self, register: Register) -> None:
        """Every row is counted, and every title stands on the register, or is held, or was changed by hand."""
        rows = sum(intake.returned.found for intake in self.now.taken() if intake.returned)
        assert rows == sum(one.merged + one.held + one.blank for one in register.returns)
        stands = {entry.now.title for entry in (*register.entries, *register.archive)}
        told = "\n".join((*(held.typed for held in register.held), *(change.told for change in register.changes)))
        typed = {risk.title for intake in self.now.taken() if intake.returned for risk in intake.returned.risks}
        by_hand = {change.was for change in register.changes if change.by == BY_HAND}
        assert [title for title in typed - stands - by_hand if title and title not in told] == []

    def no_risk_is_lost(self, register: Register) -> None:
        """Opening, new and reopened are closing, closed and merged; what was open is there, with all its past."""
        before = self.now.context.before
        moved = [entry.movement for entry in register.entries]
        came = moved.count(Movement.REOPENED) + sum(is_new(entry, before) for entry in register.entries)
        went = moved.count(Movement.CLOSED) + moved.count(Movement.MERGED)
        opening = before.open if before else ()
        assert len(opening) + came == len(register.open) + went
        assert balance(register, before).startswith(f"{len(opening)} open")
        for entry in (*before.entries, *before.archive) if before else ():
            after = register.by_ref[entry.ref]
            assert after.history[: len(entry.history)] == entry.history
            assert {past.round for past in after.history[len(entry.history) :]} <= {register.round}

    def refs_stay(self, register: Register) -> None:
        """No two risks share one; one that was given is kept for ever, and by the risk that it was given to."""
        refs = [entry.ref for entry in (*register.entries, *register.archive)]
        assert len(refs) == len(set(refs))
        given = {known.ref: known.title for known in register.refs}
        assert len(given) == len(register.refs)
        assert self.now.given.items() <= given.items()
        if self.now.context.before:
            assert {known.ref: known.title for known in self.now.context.before.refs}.items() <= given.items()
        self.now.given = given

    def what_people_changed_stays(self, register: Register) -> None:
        """What was typed into the register by hand, and what was decided, in this round and in those before."""
        for (ref, heading), value in self.now.amended.items():
            if heading != amend.ROW and ref in {entry.ref for entry in register.entries}:
                assert amended(register.by_ref[ref], heading) == value
            steps = [one.now for one in register.changes if (one.ref, one.key, one.by) == (ref, heading, BY_HAND)]
            assert steps
            assert all(one != after for one, after in pairwise(steps))
        by_hand = [change.was for change in register.changes if change.by == BY_HAND]
        assert set(self.now.added) <= {*(entry.now.title for entry in register.entries), *by_hand}
        assert self.decided <= {(one.risk_ref, one.decision, one.rationale) for one in register.decisions}


def is_new(entry: Entry, before: Register | None) -> bool:
    return before is None or entry.ref not in before.by_ref


def amended(entry: Entry, heading: str) -> Any:
    """What an entry has where somebody changed it."""
    keys = {column.header: column.key for column in RISKS}
    return entry.unit if heading == "Unit" else getattr(entry.now, keys[heading])


def sheet(*rows: Mapping[str, Any]) -> bytes:
    """A decision sheet, filled in."""
    columns = by_key(DECISIONS)
    book = openpyxl.Workbook()
    book.active.title = "Decisions"
    keys: Iterable[str] = dict.fromkeys([*columns, *(key for row in rows for key in row)])
    book.active.append([columns[key].header for key in keys])
    for row in rows:
        book.active.append([row.get(key) for key in keys])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


TestMemory = Memory.TestCase
TestMemory.settings = settings(
    max_examples=effort.examples(1, 12),
    stateful_step_count=14,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
