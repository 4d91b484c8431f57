"""The store: a register written as a workbook and read again is the value that it was made from."""

from collections.abc import Iterable
from dataclasses import fields, replace
from datetime import date
from functools import cache
from typing import Any

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskbook import excel, store
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, RISKS, by_key
from riskbook.matrix import Score
from riskbook.model import (
    Action,
    Alias,
    Answer,
    Change,
    Cleared,
    Decision,
    Entry,
    Exported,
    Held,
    Known,
    Movement,
    Past,
    Received,
    Register,
    Remembered,
    Risk,
    Source,
)
from riskbook.movement import scale
from riskbook.read import read
from riskbook.report.register import document
from riskbook.rules import books
from riskbook.settings import Context
from riskbook.text import printable, tidy
from tests import effort
from tests.examples import agreed
from tests.makers import LAST, following, merged, quarter, register, saved, started, told, workbook

NASTY = (
    "=1+1",
    '=HYPERLINK("http://x")',
    "+44 20 7946 0000",
    "-",
    "@x",
    "a\tb",
    "a\nb",
    "one\n\n=two",
    "<r>bold</r>",
    "<r><t>x</t></r>",
    "_x0041_",
    "_x000D_",
    "&amp; <b> ]]>",
    "é ñ 漢字 👧 \u0301",
    "a\u2028b",
    "a\x85b",
    "'quoted",
    "007",
    "TRUE",
    "#REF!",
    "31/03/2027",
    "1e5",
    "NEW-1",
    "–",
    "Ref",
    "There is nothing here yet.",
    "(a formula that was never calculated)",
    "x" * 32_767,
)


def written(one: Register, context: Context) -> bytes:
    """The register as its workbook."""
    return excel.report(*document(store.tables(one, context, "0.1.0"), context))


def back(data: bytes, context: Context) -> tuple[Register | None, list[Finding]]:
    return store.register(read(data, "register.xlsx"), context.settings)


def kept_whole(one: Register, context: Context | None = None) -> None:
    """Assert that a register comes back as it was, and without a finding."""
    context = context or quarter(None)
    read_, found = back(written(one, context), context)
    assert found == []
    assert read_
    for part in fields(Register):
        assert getattr(read_, part.name) == getattr(one, part.name), part.name


MADE_UP = st.text(st.characters(codec="utf-8"), max_size=40).map(lambda text: tidy(printable(text)[0]))
WORDS = st.sampled_from(NASTY[:-1]) | MADE_UP
SHORT = st.sampled_from(("", "A", "FRD", "=1", "<r>x</r>"))
DAYS = st.none() | st.dates(date(2000, 1, 1), date(2100, 12, 31))
STEPS = st.none() | st.integers(1, 5)
FLAGS = st.none() | st.booleans()
POUNDS = st.none() | st.floats(0, 1e12).map(lambda amount: float(f"{amount:.15g}"))
COUNTS = st.integers(0, 10_000)
MOVES = st.sampled_from(Movement)
TOOK_IN = st.sampled_from(((), ("FRD-009",), ("CIC-001", "FRD-009")))
ANY: dict[Any, st.SearchStrategy[Any]] = {
    str: WORDS,
    int: COUNTS,
    date | None: DAYS,
    int | None: STEPS,
    bool | None: FLAGS,
    float | None: POUNDS,
}
BOOKS = (("frd.xlsx", "a" * 64), ("frd.xlsx", "b" * 64), ("in a folder/é.xlsx", "c" * 64))


@st.composite
def things(draw: st.DrawFn, made: Any, **own: Any) -> Any:
    """A thing of a type, any text in its texts, some of its fields given."""
    values: dict[str, Any] = {}
    for one in fields(made):
        values[one.name] = own[one.name] if one.name in own else draw(ANY[one.type])
    return made(**values)


@st.composite
def made_up(draw: st.DrawFn) -> Register:
    """Any register that could be: texts are what ingest leaves of what is typed."""
    risks = [draw(rows(Risk, f"FRD-{n:03}", RISKS)) for n in range(1, draw(st.integers(1, 4)))]
    entries = [draw(entry(risk)) for risk in risks]
    actions = [draw(rows(Action, f"FRD-A{n:03}", ACTIONS)) for n in range(1, draw(st.integers(1, 3)))]
    archive = [entry_ for entry_ in entries if not entry_.open and not entry_.now.unread]
    whole = draw(st.lists(things(Held, source=draw(sources(99)), key="", heading=""), max_size=2))

    def some(kind: Any, **own: Any) -> tuple[Any, ...]:
        return tuple(draw(st.lists(things(kind, **own), max_size=2)))

    return Register(
        round=draw(WORDS.filter(bool)),
        scale=draw(WORDS.filter(bool)),
        entries=tuple(entry_ for entry_ in entries if entry_ not in archive),
        actions=tuple(actions),
        decisions=some(
            Decision, risk_ref="FRD-001", decision="Hold", body="DLT", into="DIR-01", codes=("E101", "D104")
        ),
        answers=some(Answer, ref="FRD-001"),
        refs=some(Known, ref="FRD-001"),
        returns=some(Received),
        held=(*(held for row in (*risks, *actions) for held in held_of(row)), *whole),
        changes=some(Change, ref="FRD-001"),
        cleared=some(Cleared, ref="FRD-001"),
        exports=some(Exported, ref="FRD-A001"),
        archive=tuple(archive),
        aliases=some(Alias, ref="FRD-001"),
        settings=some(Remembered, name="Appetite"),
    )


@st.composite
def sources(draw: st.DrawFn, row: int) -> Source:
    book, sha256 = draw(st.sampled_from(BOOKS))
    columns = {key: n + len(sha256.strip("a")) % 3 for n, key in enumerate(("ref", "title", "impact"), 1)}
    return Source(book, sha256, "Risks", row, columns)


@st.composite
def rows(draw: st.DrawFn, made: Any, ref: str, columns: tuple[Any, ...]) -> Any:
    """A risk or action; some of its fields could not be read."""
    known = by_key(columns)
    unread = draw(st.lists(st.sampled_from(("category", "due", "impact", "status")), max_size=2, unique=True))
    own: dict[str, Any] = {"ref": ref, "source": draw(sources(int(ref[-3:]) + 5 + 20 * ("A" in ref[4:])))}
    own["unread"] = tuple((key, draw(WORDS)) for key in unread if key in known)
    own["other"] = tuple((draw(WORDS), draw(WORDS)) for _ in range(draw(st.integers(0, 2))))
    choices = {"category": "Workforce", "response": "Treat", "control_effectiveness": "Partly", "audience": "Exempt"}
    choices |= {"close_reason": "Mitigated", "status": "Open" if made is Risk else "On track"}
    own |= {key: draw(st.sampled_from(("", value))) for key, value in choices.items() if key in known}
    own |= {key: draw(st.sampled_from(("", "FRD-001"))) for key in ("parent", "risk_ref") if key in known}
    own |= {key: None if key in ("impact", "due") else "" for key, _ in own["unread"]}
    return draw(things(made, **own))


@st.composite
def entry(draw: st.DrawFn, risk: Risk) -> Entry:
    """An entry with a history of its own; its rating is the last that counted."""
    history: list[Past] = []
    for round_ in draw(st.lists(st.sampled_from(("2025-26 Q3", "2026-27 Q1", "2026-27 Q2")), min_size=1, unique=True)):
        for kind in ("submitted", "agreed")[: draw(st.integers(1, 2))]:
            score = draw(st.none() | st.builds(Score, st.integers(1, 6), st.integers(1, 6)))
            number, band = (score.impact * score.likelihood, draw(WORDS.filter(bool))) if score else (None, "")
            pair = (score.impact, score.likelihood) if score else (None, None)
            history.append(Past(risk.ref, round_, kind, *pair, number, band, draw(MOVES).value))
    was = draw(st.none() | st.builds(Score, st.integers(1, 6), st.integers(1, 6)))
    one = Entry(draw(SHORT), draw(SHORT), risk, None, was, draw(MOVES), tuple(history), draw(SHORT))
    fate = {"took_in": draw(TOOK_IN), "closed_by": draw(WORDS), "closed_on": draw(DAYS)}
    kept = {"first_target": draw(DAYS), "target_slips": draw(COUNTS), "same_words": draw(COUNTS)}
    return replace(one, rating=one.ratings[-1].score, **fate, **kept)


def held_of(row: Risk | Action) -> Iterable[Held]:
    """Its cells that could not be read, as they stand on Held."""
    headings = by_key(RISKS if isinstance(row, Risk) else ACTIONS)
    for key, typed in row.unread:
        yield Held("FRD", row.source, row.ref, key, headings[key].header, typed, "It could not be read.", "")


@settings(max_examples=effort.examples(6), deadline=None, suppress_health_check=list(HealthCheck))
@given(made_up())
def test_any_register_comes_back_as_it_was(one: Register):
    """Whatever people wrote, in any text there is: no word is altered, no line dropped, nothing made a formula."""
    kept_whole(one)


def test_every_text_comes_back_unaltered():
    """Wherever people can write: a risk for each, all on one register."""
    refs = {f"FRD-{number:03}": words for number, words in enumerate(NASTY, 1)}
    source = Source("frd.xlsx", "a" * 64, "Risks", 6, {"ref": 1, "title": 2})
    one = Register(
        round="2026-27 Q2",
        scale=scale(agreed()),
        entries=tuple(says(ref, words, source) for ref, words in refs.items()),
        answers=tuple(Answer(ref, "R208", "0" * 12, words, "2026-27 Q2") for ref, words in refs.items()),
        held=tuple(Held("FRD", source, words, "", "", words, words, "T106") for words in NASTY),
        returns=tuple(Received("FRD", words, "a" * 64, "Merged", words, filled_by=words) for words in NASTY),
        changes=tuple(Change(ref, words, words, words, words) for ref, words in refs.items()),
    )
    kept_whole(one)


def says(ref: str, words: str, source: Source) -> Entry:
    """A new risk in which a text stands."""
    risk = Risk(source, ref, title=words, owner=words, other=((words[:100], words),))
    past = Past(ref, "2026-27 Q2", "submitted", 4, 3, 12, "Amber", "New")
    return Entry("FRD", "Team", risk, Score(4, 3), None, Movement.NEW, (past,))


def test_the_same_register_is_the_same_bytes():
    """However often it is written."""
    context = quarter()
    one, _ = merged(context, workbook())
    assert written(one, context) == written(one, context)
    again, _ = merged(context, workbook(), kept=back(written(one, context), context)[0])
    assert written(again, context) == written(one, context)


def test_a_merged_register_comes_back_as_it_was():
    """With rows and cells that are held, columns of their own, new risks and actions, and answers."""
    risks = """
        ref     | title             | event    | impact | likelihood | target_date | answer       | Our own
        FRD-001 | Calls are dropped | =1+1     | Lots   | 3          | soon        | It is so     | High
        FRD-002 | Notices come late | a⏎b      | 2      | 2          | 2027-03-31  |              |
        NEW-1   | Posts are empty   |          | 4      | 4          |             |              | <r>x</r>
        FRD-777 | Never given       | @x       | 4      | 4          |             |              |
    """
    actions = "ref | risk_ref | what | due\n | NEW-1 | Advertise | later\n | FRD-9 | Lost | 2026-12-31"
    context = quarter()
    one, _ = merged(context, workbook(risks, actions))
    kept_whole(one, context)


def test_registers_that_follow_one_another_come_back_as_they_were():
    """Risks closed before, carried ones, files of the same name every quarter: each keeps its own source."""
    context = quarter()
    first, _ = merged(
        context,
        workbook("ref | title | impact | close_reason | status\nFRD-001 | A | 4 | |\nFRD-002 | B | Lots | | Closed"),
    )
    after = following(first, context)
    rows = "title | ref | likelihood | impact\nC | NEW-1 | often | 4\nD | NEW-2 | 2 | Lots"
    second, _ = merged(after, workbook(rows, start=started(round="2026-27 Q3")))
    kept_whole(first, context)
    kept_whole(second, after)


def test_a_register_of_another_scale_comes_back_as_it_was():
    """Steps that the scale in force does not have are numbers, and stand as they were."""
    one = register(LAST.replace("4x3 was 4x3", "5x5 was 5x4"))
    four = replace(quarter(None), settings=quarter(None).settings)
    kept_whole(replace(one, scale="another"), four)


def test_a_workbook_that_is_no_register_is_said_to_be_none():
    """A return in its place is one finding more than the sheets that it lacks."""
    one, found = back(workbook(), quarter())
    assert (one, [finding.code for finding in found]) == (None, [books.NOT_REGISTER.code])


def test_a_register_without_one_of_its_sheets_is_an_error():
    """Reading on without it would lose what stood there."""

    def cut(book: openpyxl.Workbook) -> None:
        del book["Score history"]

    data = edited(written(register(LAST), quarter()), cut)
    assert told(back(data, quarter())[1]) == [(books.NO_SHEET.code, "")]


def test_a_register_of_old_that_remembers_no_settings_still_reads():
    """It has no sheet for them, and nothing is missed."""
    one = replace(register(LAST), settings=())

    def cut(book: openpyxl.Workbook) -> None:
        del book["Settings"]

    assert back(edited(written(one, quarter()), cut), quarter()) == (one, [])


@pytest.mark.parametrize(
    ("sheet", "heading", "typed"),
    [("Register", "Movement", "Sideways"), ("Register", "Impact now", "Lots"), ("Register", "Date raised", "soon")],
)
def test_a_cell_of_a_register_that_cannot_be_read_is_an_error_at_its_cell(sheet: str, heading: str, typed: str):
    """Nothing that I&P type there raises."""

    def change(book: openpyxl.Workbook) -> None:
        header = next(row for row in book[sheet].iter_rows() if row[0].value == "Ref")
        column = next(cell.column for cell in header if cell.value == heading)
        book[sheet].cell(header[0].row + 1, column).value = typed

    data = edited(last(), change)
    (found,) = back(data, quarter())[1]
    assert (found.severity.value, found.place.sheet, found.value) == ("error", sheet, typed)


@pytest.mark.parametrize("layout", ["", "ref", "ref=1 title=", "=A", "ref=A ref=B"])
def test_a_layout_that_somebody_spoilt_does_no_harm(layout: str):
    """Sources only say which cell a value came from."""

    def change(book: openpyxl.Workbook) -> None:
        header = next(row for row in book["Sources"].iter_rows() if row[0].value == "Source file")
        book["Sources"].cell(header[0].row + 1, 4).value = layout or None

    assert back(edited(stands(), change), quarter())[0]


@cache
def stands() -> bytes:
    """The register of a quarter, as a merge writes it."""
    context = quarter()
    return written(merged(context, workbook())[0], context)


@cache
def last() -> bytes:
    """The register of the quarter before."""
    return written(register(LAST), quarter())


def edited(data: bytes, change: Any) -> bytes:
    """A workbook changed by hand in another program."""
    import io

    book = openpyxl.load_workbook(io.BytesIO(data))
    change(book)
    return saved(book)


def test_a_register_from_before_a_column_was_there_reads_back():
    """Its decisions do not say where the agreed rating stands."""
    context = quarter(None)
    decided = Decision("FRD-001", decision="Hold", body="DLT", round="2026-27 Q2", rated_at="Decisions!F4 G4")
    one = replace(merged(context, workbook())[0], decisions=(decided,))
    tables_ = store.tables(one, context, "0.1.0")
    earlier = [
        replace(stored, columns=tuple(column for column in stored.columns if column.key != "rated_at"))
        for stored in tables_
    ]
    read_, found = back(excel.report(*document(earlier, context)), context)
    assert found == []
    assert read_
    assert read_.decisions == (replace(decided, rated_at=""),)


def test_a_register_is_the_same_written_sheet_by_sheet_or_at_once():
    """A large one would not fit in memory with all that is drawn of it."""
    context = quarter()
    one = merged(context, workbook())[0]
    front, sheets = document(store.tables(one, context, "0.1.0"), context)
    at_once = replace(front, sheets=tuple(sheets))
    assert excel.report(*document(store.tables(one, context, "0.1.0"), context)) == excel.report(at_once)
