"""The list that DLT confirmed in; decisions on the year's risks out, the new ones with their refs, and what changed."""

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from riskbook import ingest, judge, propose
from riskbook.entries import directorate
from riskbook.findings import Finding, Severity
from riskbook.forms import CONFIRMED
from riskbook.judge import Judged, Told
from riskbook.kinds import listed, said
from riskbook.model import Decision, Entry, Movement, Register, Risk, Source
from riskbook.places import Place
from riskbook.placing import is_new
from riskbook.read import Book
from riskbook.refs import Given, Numbering, on_the_list
from riskbook.rounds import UnknownRoundError, day_of
from riskbook.rules import decisions as decided
from riskbook.rules import proposals as rules
from riskbook.rules.escalation import DIRECTORATE
from riskbook.settings import Context
from riskbook.tables import Row, read
from riskbook.text import folded

SHEET = "For decision"
"""The sheet that is read."""


@dataclass(frozen=True, slots=True)
class Meeting:
    """Who confirmed the list, and when: it is said once for all of it."""

    body: str
    decided_by: str
    on: date
    minute: str = ""

    @property
    def values(self) -> dict[str, Any]:
        """What it says in every row."""
        told = {"body": self.body, "decided_by": self.decided_by, "decided_on": self.on}
        return {**told, "minute": self.minute} if self.minute else told


@dataclass(frozen=True, slots=True)
class Confirmed:
    """The year that a list was last confirmed for, the decisions of its meetings, and the directorate risks they made.

    ``year`` is when it begins.
    """

    year: int
    decisions: tuple[Decision, ...]
    new: tuple[str, ...]

    @property
    def refs(self) -> tuple[str, ...]:
        """The directorate risks on it."""
        kept = {one.risk_ref for one in self.decisions if one.decision == "Confirm"}
        return tuple(sorted({*kept, *self.new}))

    @property
    def words(self) -> str:
        """By whom and when: "by DLT on 9 March 2027"."""
        days = {(one.body, one.decided_on): None for one in self.decisions if one.decision == "Confirm"}
        return "by " + listed([f"{body} on {said(day)}" if day else body for body, day in days], "and")


def wanted(name: str) -> bool:
    """Whether a sheet of the list is looked at."""
    return folded(name) == folded(SHEET)


def without(recorded: Iterable[Decision], meeting: Meeting, context: Context) -> tuple[Decision, ...]:
    """The decisions that a register has from elsewhere than this meeting's list."""
    own = (str(context.round), meeting.body, meeting.on)
    return tuple(one for one in recorded if (one.round, one.body, one.decided_on) != own or not wanted(one.sheet))


def rows(
    book: Book, register: Register, meeting: Meeting, context: Context, recorded: Iterable[Decision] = ()
) -> tuple[tuple[Told, ...], list[Finding]]:
    """Read the rows in which something was decided, in the words of decisions; and findings on those that are none.

    ``register`` is the one that the meeting had before it: without what it decided. ``recorded`` is all that was
    decided so far, on its other list too: that of the exempt risks, or the open one.
    """
    findings = list(ingest.about(book))
    grid = propose.sheet_of(book, SHEET)
    table, found = read(grid, book.name, book.sha256, CONFIRMED, context.settings) if grid else (None, [])
    findings += found
    if grid is None or table is None or not {"risk_ref", "decision"} <= table.columns.keys():
        missing = rules.NO_LIST.finding(Place(book.name), {"sheet": SHEET, "do": _DO})
        return (), findings if table is None and found else [*findings, missing]
    if wrong := propose.another_year(book, grid, context):
        return (), [*findings, wrong]
    findings += ingest.uncalculated(book, table)
    told: list[Told] = []
    for row in table.rows:
        one, found = _told(row, register, meeting, context)
        findings += found
        told += [one] if one else []
    fine, found = _once(told)
    sheet = Place(book.name, grid.name)
    apart = _apart(table.rows, register)
    undecided = _undecided(told, table.rows, register, context, sheet)
    left = [one for one in undecided if one.ref not in apart]
    return tuple(fine), [*findings, *found, *left, *_other_list(apart, register, recorded, context, sheet)]


def with_new(
    told: Iterable[Told], base: Register, stands: Register, context: Context, today: date
) -> tuple[tuple[Told, ...], Register, list[Finding]]:
    """The rows, those of new risks with the refs that they get; the register with these risks on it; and findings.

    ``base`` is the register without this list's decisions, ``stands`` the one that is merged again. A risk that an
    earlier confirmation made keeps its ref, and is not made again, though somebody took it off the register since.
    """
    before = {known.ref for known in base.refs}
    given, unit = Given(base.refs), directorate(context)
    numbering = Numbering(unit, str(context.round), given)
    judged = Judged(base, context, today)
    made: list[Entry] = []
    findings: list[Finding] = []
    kept: list[Told] = []
    for one in told:
        if not is_new(one.ref):
            kept.append(one)
            continue
        wrong = judge.wrong_with_new(one, judged)
        findings += wrong
        if one.unread or any(finding.severity is Severity.ERROR for finding in wrong):
            continue
        ref = numbering.put_on_the_list(one.get("title"), one.get("event"))
        kept.append(replace(one, values={**one.values, "risk_ref": ref}))
        made += [] if ref in before else [_made(ref, unit, one)]
    return tuple(kept), replace(stands, entries=(*stands.entries, *made), refs=tuple(given)), findings


def confirmed(register: Register, context: Context) -> Confirmed | None:
    """The list that was confirmed last; None where none ever was."""
    years: dict[int, list[Decision]] = {}
    for one in register.decisions:
        if one.decision == "Confirm" and (year := _coming(one, context)):
            years.setdefault(year, []).append(one)
    if not years:
        return None
    year = max(years)
    meetings = {(one.body, one.decided_on, one.round) for one in years[year]}
    taken = tuple(one for one in register.decisions if (one.body, one.decided_on, one.round) in meetings)
    rounds = {one.round for one in years[year]}
    made = {one.into for one in taken if one.decision == "Escalate" and _made_by(one, register)}
    new = {known.ref for known in register.refs if known.round in rounds and on_the_list(known)} | made
    return Confirmed(year, taken, tuple(sorted(new)))


_DO = "Give the workbook that `riskbook propose FILE…` wrote, with its sheet For decision filled in."
_DECIDING = ("decision", "into", "owner", "agreed_impact", "agreed_likelihood", "rationale")


def _told(row: Row, register: Register, meeting: Meeting, context: Context) -> tuple[Told | None, list[Finding]]:
    """A row as a decision says it; None where nothing was decided in it, or what nobody can."""
    unread = frozenset(key for key, _ in row.unread)
    values = {key: value for key, value in row.values.items() if key not in ("title", "event", "rating")}
    filled = [key for key in _DECIDING if key in row.cells]
    ref = str(values.get("risk_ref", ""))
    entry = register.by_ref.get(ref)
    findings = list(propose.changed_words(row, entry)) if entry and not is_new(ref) else []
    if not filled:
        return None, findings
    words = {key: row.values[key] for key in ("title", "event") if key in row.values and is_new(ref)}
    one = Told({**values, **words, **meeting.values}, row.source, unread=unread)
    if "decision" not in row.cells or "decision" in unread:
        # What cannot be read is an error already, at its cell.
        facts = {"ref": ref or "a risk", "missing": "Decision"}
        missing = [] if unread else [one.finding(decided.INCOMPLETE, "decision", **facts)]
        return None, [*findings, *missing]
    if is_new(ref):
        return _new(one, findings)
    if entry is None or not entry.open:
        return one, findings
    told, wrong = _mapped(one, entry, register, context)
    return told, [*findings, *wrong]


def _new(one: Told, findings: list[Finding]) -> tuple[Told | None, list[Finding]]:
    """A risk that nobody has told yet: it can be taken up, and nothing else."""
    if not one.get("title"):
        return None, [*findings, one.finding(rules.NO_TITLE, "risk_ref")]
    if one.get("decision") == "Drop":
        return None, findings
    if one.get("decision") != "New":
        return None, [*findings, _not_for(one, "it is on no register yet", "Choose New, or Drop.")]
    if one.get("into"):
        return None, [*findings, _not_for(one, _GOES_NOWHERE, _EMPTY_INTO)]
    return replace(one, values={**one.values, "decision": "Confirm"}), findings


def _mapped(one: Told, entry: Entry, register: Register, context: Context) -> tuple[Told | None, list[Finding]]:
    """Keep, Merge, Drop or New in the words that decisions have, for a directorate risk or a unit's."""
    word, own, into = one.get("decision"), entry.level == DIRECTORATE, one.get("into")
    if (word, own) == ("Keep", False):
        why = "it is a unit’s risk, and not on the directorate’s list"
        return None, [_not_for(one, why, "Choose New to take it up, or Drop to leave it with its unit.")]
    if (word, own) == ("New", True):
        return None, [_not_for(one, "it is on the directorate’s list already", "Choose Keep, Merge or Drop.")]
    if word != "Merge" and into:
        return None, [_not_for(one, _GOES_NOWHERE, _EMPTY_INTO)]
    target = register.by_ref.get(into)
    if word == "Merge" and target and target.level != DIRECTORATE:
        return None, [one.finding(decided.INTO_NOWHERE, "into", why=f"{into} is no directorate risk", wanted=_TAKES_IT)]
    if word == "Merge" and not into and "into" not in one.unread:
        return None, [one.finding(decided.INTO_NOWHERE, "into", why="nothing stands under Into", wanted=_TAKES_IT)]
    more: dict[str, Any] = {"decision": _DECISIONS[word, own]}
    if more["decision"] == "Manage at this level":
        more["review_by"] = day_of(context.round.year + 1, *context.settings.proposals.begins)
    return replace(one, values={**one.values, **more}), []


_GOES_NOWHERE = "only what is merged goes into another risk"
_EMPTY_INTO = "Choose Merge, or empty Into."
_TAKES_IT = "an open directorate risk"
_DECISIONS = {
    ("Keep", True): "Confirm",
    ("Drop", True): "Close",
    ("Merge", True): "Merge",
    ("New", False): "Escalate",
    ("Merge", False): "Escalate",
    ("Drop", False): "Manage at this level",
}
"""What is recorded, by what was chosen and whether the risk is the directorate's."""


def _not_for(one: Told, why: str, do: str) -> Finding:
    return one.finding(rules.NOT_FOR_THIS_LEVEL, "decision", why=why, do=do)


def _once(told: Iterable[Told]) -> tuple[list[Told], list[Finding]]:
    """The rows without those of new risks that have one title."""
    groups: dict[str, list[Told]] = {}
    for one in told:
        groups.setdefault(folded(one.get("title")) if is_new(one.ref) else "", []).append(one)
    twice = {title: ones for title, ones in groups.items() if title and len(ones) > 1}
    findings = [
        one.finding(
            rules.NEW_TWICE,
            "risk_ref",
            title=one.get("title"),
            rows=listed([str(other.source.place("title")) for other in ones], "and"),
        )
        for ones in twice.values()
        for one in ones
    ]
    return [one for title, ones in groups.items() if title not in twice for one in ones], findings


def _undecided(
    told: Iterable[Told], rows_: Iterable[Row], register: Register, context: Context, sheet: Place
) -> Iterator[Finding]:
    """The open directorate risks of which the list decides nothing, and that nothing was decided of before."""
    year = propose.coming(context.round)
    before = confirmed(register, context)
    settled = {one.ref for one in told} | set(before.refs if before and before.year == context.round.year + 1 else ())
    settled |= {known.ref for known in register.refs if known.round == str(context.round) and on_the_list(known)}
    places = {str(row.values.get("risk_ref", "")): row.source.place("decision") for row in rows_}
    for entry in register.open:
        if entry.level == DIRECTORATE and entry.ref not in settled:
            facts = {"ref": entry.ref, "title": entry.now.title, "year": year}
            yield rules.UNDECIDED.finding(places.get(entry.ref, sheet), facts, ref=entry.ref, field="Decision")


def _apart(rows_: Iterable[Row], register: Register) -> frozenset[str]:
    """The open directorate risks on the other list: the exempt ones, or where this is theirs all others."""
    own = {entry.ref: entry.now.exempt for entry in register.open if entry.level == DIRECTORATE}
    here = {str(row.values.get("risk_ref", "")) for row in rows_}
    known = register.by_ref
    exempt = {known[ref].now.exempt for ref in here if ref in known}
    return frozenset(ref for ref, secret in own.items() if ref not in here and exempt == {not secret})


def _other_list(
    apart: Set[str], register: Register, recorded: Iterable[Decision], context: Context, sheet: Place
) -> Iterator[Finding]:
    """That the other list is still to be confirmed, once, where something on it was not decided yet."""
    taken = {one.risk_ref for one in recorded if wanted(one.sheet) and one.round == str(context.round)}
    if left := apart - taken:
        exempt = register.by_ref[min(left)].now.exempt
        facts = {"count": len(left), "which": "the list of the exempt risks" if exempt else "the open list"}
        yield rules.OTHER_LIST.finding(sheet, facts)


def _made(ref: str, unit: str, one: Told) -> Entry:
    """A new directorate risk, as the list has it; what the list does not ask, its owner's next form does."""
    day = one.values["decided_on"]
    words = f"New on the list that {one.get('body')} confirmed on {said(day)}."
    risk = Risk(
        Source(one.source.book, one.source.sha256, one.source.sheet, one.source.row),
        ref,
        title=one.get("title"),
        event=one.get("event"),
        owner=one.get("owner"),
        raised=day,
        commentary=" ".join(part for part in (words, one.get("rationale")) if part),
        impact=one.values.get("agreed_impact"),
        likelihood=one.values.get("agreed_likelihood"),
        status="Open",
    )
    return Entry(unit, DIRECTORATE, risk, risk.score, None, Movement.NEW)


def _coming(one: Decision, context: Context) -> int:
    """The year that a confirmation is for; 0 where its round is not one of the timetable."""
    try:
        return context.settings.timetable.round(one.round).year + 1
    except UnknownRoundError:
        return 0


def _made_by(one: Decision, register: Register) -> bool:
    """Whether an escalation made the directorate risk that it names."""
    return any((known.ref, known.new) == (one.into, one.risk_ref) for known in register.refs)
