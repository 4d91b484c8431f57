"""What holds the whole together: nothing typed is lost, every finding has its cell, order and repetition do not matter.

Returns are made up as ``makers`` draws them, so a failing example can be read, and typed in by hand.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from functools import cached_property, lru_cache
from typing import Any

from hypothesis import HealthCheck, event, given, settings
from hypothesis import strategies as st

from riskbook import excel, merge, store
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, RISKS, Column
from riskbook.intake import Intake
from riskbook.kinds import Choice, Combined, Day, Flag, Kind, Money, Ref, Step, Text, Unfit
from riskbook.model import Action, Register, Risk
from riskbook.places import Place
from riskbook.read import Book, Cell, read
from riskbook.report.register import document
from riskbook.rules.cells import EMPTY
from riskbook.settings import Context
from riskbook.tables import shown
from riskbook.text import folded, tidy
from tests import effort
from tests.makers import LAST, quarter, started, taken, value, workbook

CONTEXT = quarter(LAST + "\n + ASM-A001 due 2026-10-31")
TYPED: Mapping[type, tuple[str, ...]] = {
    Step: (
        "4",
        '"4"',
        '" 4 "',
        "4.0",
        "4 Major",
        "4 - Major",
        "Major",
        "likely",
        "2",
        "Lots",
        "3.33",
        "10.5",
        "6",
        "=A1",
    ),
    Day: (
        *("2026-09-24", "31/03/2027", "31.03.2027", "31 March 2027", "5/12/2026", "46387"),
        *("March 2027", "soon", "31/02/2027", "31/03/1927"),
    ),
    Money: ("250000", '"£250,000"', "250k", "0", "lots", "-5"),
    Flag: ("Yes", "no", "Y", "perhaps"),
    Combined: ("4x3 = 12", "4x3", "4x9", "12"),
}
"""The ways in which people type a value, and some in which they cannot be understood."""
WORDS = (
    "{}",
    "{} and so on",
    "={}",
    '"={}"',
    "+44 {}",
    '"-{}"',
    "@{}",
    "<r>{}</r>",
    "a⏎{}",
    "{} é\u00a0漢 👧",
    '" {} "',
)
REFS = ("", "", "NEW-1", "NEW-1", "NEW-2", "new-3", "{0}-001", "{0}-001", "{1} - 001", "{0}-901", "SEN-001", "#REF!")
ACTION_REFS = ("", "", "", "{0}-A001", "{0}-A001", "{0}-A901", "SEN-A001")
NAMES = {name: column for columns in (RISKS, ACTIONS) for column in columns for name in (column.key, column.header)}


@dataclass(frozen=True)
class Sent:
    """A return as it is drawn."""

    unit: str
    day: int
    scope: str
    banner: int
    risks: str
    actions: str

    @cached_property
    def data(self) -> bytes:
        start = started(unit=self.unit, filled_on=date(2026, 10, self.day))
        over = [["Risks of the unit"], *([[]] * self.banner)][: self.banner]
        return workbook(self.risks, self.actions, start=start, scope=self.scope, banner=over)

    def cells(self, sheet: str) -> dict[int, dict[str, object]]:
        """What is typed, by row and key (or heading, where the column is not ours); without what nobody can see."""
        lines = [line.split("|") for line in (self.risks if sheet == "Risks" else self.actions).splitlines()]
        keys = [heading.strip() for heading in lines[0]]
        first = 2 + (self.banner if sheet == "Risks" else 0)
        return {
            row: {
                key: content
                for key, part in zip(keys, line, strict=True)
                if (content := value(part.strip())) is not None and tidy(str(content))
            }
            for row, line in enumerate(lines[1:], first)
        }

    def __repr__(self) -> str:
        about = f"{self.unit}, filled in on {self.day} October, for {self.scope or 'everything'}, {self.banner} over"
        return f"\n{about}\n{self.risks}\n{self.actions}\n"


@st.composite
def returns(draw: st.DrawFn) -> list[Sent]:
    """A few returns of two units, some of them later versions of others."""
    sent: list[Sent] = []
    words = (f"w{n}w" for n in range(10_000))
    for _ in range(draw(st.integers(1, 3))):
        unit = draw(st.sampled_from(("FRD", "FRD", "ASM")))
        earlier = [one for one in sent if one.unit == unit]
        sent.append(
            Sent(
                unit,
                draw(st.integers(1, 9)),
                draw(st.sampled_from(("", f"{unit}-001", f"{unit}-001 and new rows", "FRD-002"))),
                draw(st.integers(0, 3)),
                draw(drawings(RISKS, unit, words, earlier[0].risks if earlier else "")),
                draw(drawings(ACTIONS, unit, words, earlier[0].actions if earlier else "")),
            )
        )
    return sent


@st.composite
def drawings(draw: st.DrawFn, columns: tuple[Column, ...], unit: str, words: Iterator[str], earlier: str) -> str:
    """The rows of a sheet: columns in any order, any of them left out; new, copied and blank ones."""
    if earlier and draw(st.booleans()):
        heading, *lines = earlier.splitlines()
        return "\n".join([heading, *draw(st.lists(st.sampled_from(lines), max_size=4))] if lines else [heading])
    own = [column for column in columns if column.on_form and not column.ours and column.key not in ("title", "what")]
    some = draw(st.lists(st.sampled_from(own), min_size=2, max_size=7, unique_by=lambda column: column.key))
    named = [column for column in columns if column.key in ("ref", "title", "what", "risk_ref") and column not in some]
    chosen = draw(st.permutations([*named, *some]))
    keys = [*(column.key for column in chosen), *draw(st.sampled_from(([], ["Our own"])))]
    lines = []
    for _ in range(draw(st.integers(0, 5))):
        again = st.sampled_from(lines) if lines else st.nothing()
        lines.append(draw(again | lines_of(chosen, unit, words, len(keys) > len(chosen))))
    return "\n".join([" | ".join(keys), *lines])


@st.composite
def lines_of(draw: st.DrawFn, columns: list[Column], unit: str, words: Iterator[str], own: bool) -> str:
    """A row: anything or nothing in each cell."""
    share = draw(st.sampled_from((0, 1, 2, 3)))
    parts = []
    for column in columns:
        filled = column.key in ("ref", "risk_ref") or draw(st.integers(0, 2)) < share
        parts.append(draw(typed(column, unit, words)) if filled else draw(st.sampled_from(("", '" "'))))
    if own:
        parts.append(draw(st.sampled_from(("", next(words)))))
    return " | ".join(parts)


def typed(column: Column, unit: str, words: Iterator[str]) -> st.SearchStrategy[str]:
    """One of the ways to type a value of a column."""
    if column.key == "ref" and column in ACTIONS:
        return st.sampled_from(ACTION_REFS).map(lambda ref: ref.format(unit))
    if isinstance(column.kind, Ref):
        return st.sampled_from(REFS).map(lambda ref: ref.format(unit, unit.lower()))
    if isinstance(column.kind, Choice):
        options = column.kind.options(CONTEXT.settings)
        return st.sampled_from((*options, options[0].upper(), f"{options[0][:-1]}", "none of these"))
    if isinstance(column.kind, Text):
        return st.sampled_from(WORDS).map(lambda form: form.format(next(words)))
    return st.sampled_from(TYPED[type(column.kind)])


def takes(sent: list[Sent]) -> list[Intake]:
    """Each taken in under a name that tells its place in the list."""
    return [taken(one.data, CONTEXT, f"{number}.xlsx") for number, one in enumerate(sent)]


def merged(intakes: list[Intake], kept: Register | None = None) -> tuple[Register, list[Finding]]:
    register, found = merge.merge(intakes, CONTEXT, kept)
    return register, [finding for one in intakes for finding in one.findings] + found


def written(register: Register) -> bytes:
    return excel.report(*document(store.tables(register, CONTEXT, "0.1.0"), CONTEXT))


def meant(kind: Kind, content: object) -> Any:
    """What a typed value means; an ``Unfit`` where it means nothing. What kinds read is for their own tests."""
    try:
        return kind.read(content, CONTEXT.settings).value  # type: ignore[arg-type]
    except Unfit as unfit:
        return unfit


def texts(thing: object) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(thing, str):
        yield thing
    elif isinstance(thing, tuple | list):
        for part in thing:
            yield from texts(part)
    elif is_dataclass(thing):
        for field in fields(thing):
            yield from texts(getattr(thing, field.name))


def words_in(content: object) -> list[str]:
    """The made-up words in what was typed; a formula that was never calculated says none."""
    if type(content) is str and content.startswith("="):
        return []
    plain = str(content).replace("(", " ").replace(")", " ").replace("<", " ").replace(">", " ").replace("=", " ")
    return [word for word in plain.replace("-", " ").replace("@", " ").split() if word[0] == word[-1] == "w"]


def all_words(one: Sent) -> list[str]:
    rows = [*one.cells("Risks").values(), *one.cells("Actions").values()]
    return [word for cells in rows for content in cells.values() for word in words_in(content)]


PROPERTY = settings(max_examples=effort.examples(10), deadline=None, suppress_health_check=list(HealthCheck))


@PROPERTY
@given(returns())
def test_every_word_that_was_typed_is_on_the_register_or_held(sent: list[Sent]):
    """Wherever it was typed, in whichever row, of a return that counts or one that does not."""
    register, _ = merged(takes(sent))
    known = "\n".join(texts(register))
    for one in sent:
        for sheet in ("Risks", "Actions"):
            for row, cells in one.cells(sheet).items():
                for key, content in cells.items():
                    lost = [word for word in words_in(content) if word not in known]
                    assert not lost, f"{one.unit} {sheet} row {row}, {key}: {lost}"


@PROPERTY
@given(returns())
def test_every_value_that_was_typed_is_on_the_register_as_it_is_meant_or_held_as_typed(sent: list[Sent]):
    """Of each row: its risk or action says it, or Held does; nothing is put in its place."""
    register, _ = merged(takes(sent))
    rows = {(row.source.book, row.source.sheet, row.source.row): row for row in told(register)}
    held: dict[tuple[str, str, int], str] = {}
    whole = {(h.source.book, h.source.sheet, h.source.row) for h in register.held if not h.key}
    for one_held in register.held:
        source = one_held.source
        where = (source.book, source.sheet, source.row)
        words = f"{one_held.heading}: {one_held.typed}" if one_held.key else one_held.typed
        held[where] = f"{held.get(where, '')}\n{words}"
    for number, one in enumerate(sent):
        for sheet in ("Risks", "Actions"):
            for row, cells in one.cells(sheet).items():
                where = (f"{number}.xlsx", sheet, row)
                if where in rows:
                    event("merged")
                    assert unsaid(rows[where], cells) == []
                elif where in whole:
                    event("held")
                    assert [heading for heading in headings(cells) if f"\n{heading}: " not in held[where]] == []
                elif typed_in(cells):
                    event("said by a later return too")
                    same = [row for row in told(register) if row.source.sheet == sheet and not unsaid(row, cells)]
                    assert same, where


def told(register: Register) -> list[Risk | Action]:
    """Rows that stand on the register."""
    return [*(entry.now for entry in register.entries), *register.actions]


def typed_in(cells: Mapping[str, object]) -> list[str]:
    """The keys of a row that people fill in."""
    return [key for key in cells if key not in NAMES or not NAMES[key].ours]


def headings(cells: Mapping[str, object]) -> list[str]:
    return [NAMES[key].header if key in NAMES else key for key in typed_in(cells)]


def unsaid(row: Risk | Action, cells: Mapping[str, object]) -> list[str]:
    """The keys of what was typed in a row's cells and what the register does not say of it."""
    return [key for key in typed_in(cells) if not is_said(row, key, cells[key])]


def is_said(row: Risk | Action, key: str, content: object) -> bool:
    """Whether the register says what was typed: as it is meant, or as typed and not read."""
    columns = {column.key: column for column in (RISKS if isinstance(row, Risk) else ACTIONS)}
    if key not in columns:
        return dict(row.other).get(key) == content
    unreadable = type(content) is str and content.startswith(("=", "#"))
    value = meant(columns[key].kind, content)
    if unreadable or isinstance(value, Unfit):
        return key in dict(row.unread) and getattr(row, key) in (None, "")
    now = getattr(row, key)
    if key == "risk_ref" and value.startswith("NEW-"):
        return bool(now) and not now.startswith("NEW-")
    return now == value or (key == "status" and (value, now) == ("Closed", "Propose to close"))


@PROPERTY
@given(returns())
def test_every_finding_names_the_right_cell(sent: list[Sent]):
    """The cell at its place holds its value, or nothing where something is missing, and stands under its heading."""
    _, found = merged(takes(sent))
    for finding in found:
        if finding.place.row and finding.place.column and finding.place.sheet != "Start":
            one = sent[int(finding.place.book.partition(".")[0])]
            cell = at(one, finding.place)
            assert holds(cell, finding), f"{finding} holds {shown(cell) if cell else ''!r}, not {finding.value!r}"
            top = 1 + (one.banner if finding.place.sheet == "Risks" else 0)
            heading = at(one, Place("", finding.place.sheet, top, finding.place.column))
            assert heading
            assert shown(heading) == finding.field or not finding.field, f"{finding} is under {shown(heading)}"


def at(one: Sent, place: Place) -> Cell | None:
    """The cell at a place."""
    grid = seen(one.data).grid(place.sheet)
    assert grid
    return grid.rows.get(place.row, {}).get(place.column)


@lru_cache(maxsize=8)
def seen(data: bytes) -> Book:
    return read(data, "x.xlsx")


def holds(cell: Cell | None, finding: Finding) -> bool:
    """Whether the value of a finding is what stands in a cell, as typed or as it is read."""
    if not finding.value:
        return finding.code != EMPTY.code or cell is None or not shown(cell)
    if cell is None:
        return False
    if folded(shown(cell)) == folded(finding.value):
        return True
    columns = {column.key: column for column in (RISKS if finding.place.sheet == "Risks" else ACTIONS)}
    kind = columns[finding.key].kind
    value = meant(kind, cell.value)
    if isinstance(value, Unfit):
        return False
    seen = kind.show(value, CONTEXT.settings)
    as_day = f"{seen.day} {seen:%B} {seen.year}" if isinstance(seen, date) else ""
    number = f"{seen:.15g}" if isinstance(seen, float | int) else ""
    return finding.value in (seen, as_day, number)


@PROPERTY
@given(returns())
def test_rows_found_are_merged_held_or_blank(sent: list[Sent]):
    """Every row with anything in it is counted once, for each file and in total."""
    register, _ = merged(takes(sent))
    listed = {one.book: one for one in register.returns if one.book}
    for number, one in enumerate(sent):
        counts = listed[f"{number}.xlsx"]
        rows = [cells for sheet in ("Risks", "Actions") for cells in one.cells(sheet).values() if cells]
        assert counts.found == len(rows) == counts.merged + counts.held + counts.blank
        assert counts.blank <= sum(not typed_in(cells) for cells in rows)
    held = sum(not held.key for held in register.held)
    assert held == sum(one.held for one in listed.values())


@PROPERTY
@given(returns(), st.randoms(use_true_random=False))
def test_the_order_of_the_files_does_not_matter(sent: list[Sent], chance: Any):
    """In whichever order they are found, one register and the same findings come of them."""
    intakes = takes(sent)
    register, found = merged(intakes)
    shuffled = list(intakes)
    chance.shuffle(shuffled)
    again, later = merged(shuffled)
    assert again == register
    assert Counter(later) == Counter(found)


@settings(PROPERTY, max_examples=effort.examples(3))
@given(returns())
def test_merging_twice_gives_the_same_register_and_the_same_bytes(sent: list[Sent]):
    """From the workbook that the first merge wrote, which holds every word, a second comes to the same."""
    register, found = merged(takes(sent))
    data = written(register)
    kept, trouble = store.register(read(data, "register.xlsx"), CONTEXT.settings)
    assert (kept, trouble) == (register, [])
    again, later = merged(takes(sent), kept)
    assert again == register
    assert Counter(later) == Counter(found)
    assert written(again) == data
    cells = "\n".join(shown(cell) for grid in read(data, "register.xlsx").grids for cell in grid.cells)
    assert [word for one in sent for word in all_words(one) if word not in cells] == []


def test_a_context_has_both_units_and_a_register():
    """What the made-up returns speak of is there to be spoken of."""
    assert isinstance(CONTEXT, Context)
    assert CONTEXT.before
    assert {"FRD-001", "FRD-002", "ASM-001"} <= set(CONTEXT.before.by_ref)
