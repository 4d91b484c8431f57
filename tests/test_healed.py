"""The healed copy of any return says what the return said and asks what it asked, until it is put right or answered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.workbook import Workbook

from riskbook import excel, merge
from riskbook.forms import ACTIONS, RISKS, by_key
from riskbook.intake import Intake
from riskbook.model import Scope
from riskbook.report.form import NOT_KNOWN, REACH, FormRow, corrected, prefilled
from riskbook.settings import Context
from tests import effort
from tests.filled import (
    NEW_RISK,
    UNIT,
    Sent,
    Told,
    answered,
    context,
    copied,
    fixes,
    form,
    good,
    returned,
    rows_of,
    sent,
    spoken_of,
    taken,
    told,
)
from tests.makers import Words, following, quarter, workbook
from tests.makers import put as put_in
from tests.makers import taken as takes
from tests.test_intake import ANYTHING
from tests.ways import WAYS, Blanks, Do, Done, both, broken, put, several


def alone() -> list[tuple[Done, ...]]:
    """The ways that have a copy and go with no other."""
    return [((way, way.refs[0]),) for way in WAYS if way.alone and way.copied]


def batches() -> Iterator[tuple[Done, ...]]:
    """All the others: those that go together at once, each way on a row of its own."""
    waiting = [way for way in WAYS if not way.alone]
    while waiting:
        batch: list[Done] = []
        for way in list(waiting):
            free = [ref for ref in way.refs if ref not in {ref for _, ref in batch}]
            if free:
                batch.append((way, free[0]))
                waiting.remove(way)
        yield tuple(batch)


def expected(intake: Intake, done: Iterable[Done]) -> Counter[tuple[str, str, str]]:
    """What the copy must be asked: the same, but for what the table says."""
    cured = {code for way, _ in done for code in way.cured}
    asked = Counter({what: count for what, count in spoken_of(intake.findings).items() if what[0] not in cured})
    for way, ref in done:
        for words in way.again:
            code, key = words.split()
            column = (by_key(RISKS) | by_key(ACTIONS))[key.removeprefix(":")]
            asked[code, "" if key.startswith(":") else ref, column.header] += 1
    return asked


def as_copied(rows: Told) -> list[dict[str, Any]]:
    """Rows as a copy can say them: columns of one heading are one, and a value that was never there is not known."""
    return [
        {
            **row,
            "other": {heading: [text for h, text in row["other"] if h == heading] for heading, _ in row["other"]},
            "unread": tuple(
                (key, NOT_KNOWN if typed in ("(a formula that was never calculated)", "NaN") else typed)
                for key, typed in row["unread"]
            ),
        }
        for row in rows
    ]


def holds(done: tuple[Done, ...], blanks: Blanks = ()) -> None:
    """Hold the copy of a broken return against the return, and the copy put right against the good one."""
    one = broken(done, blanks)
    intake = taken(one.data(), one.name)
    assert intake.returned
    data = copied(intake)
    again = taken(data)
    assert again.returned
    assert spoken_of(again.findings) == expected(intake, done)
    for before, after in zip(told(intake.returned), told(again.returned), strict=True):
        assert as_copied(after) == as_copied(before)
    if max(row for _, row in placed(intake)) <= REACH:
        assert placed(again) == placed(intake)
    finished = taken(mended(data, replace(one, rows=one.rows | rows_of(again.returned)), done).data())
    assert finished.returned
    assert spoken_of(finished.findings) == Counter()
    for after, right in zip(told(finished.returned), told(returned()), strict=True):
        assert sorted(map(repr, after)) == sorted(map(repr, right))


def placed(intake: Intake) -> list[tuple[str, int]]:
    """The rows on which things stand."""
    assert intake.returned
    return [(row.ref, row.source.row) for row in (*intake.returned.risks, *intake.returned.actions)]


def mended(data: bytes, one: Sent, done: Iterable[Done]) -> Sent:
    """The copy as its manager puts it right, on the rows on which they had it."""
    copy = sent(data, one.rows)
    copy.added = dict(one.added)
    for way, ref in done:
        way.mend(copy, ref)
    return copy


def named(done: tuple[Done, ...]) -> str:
    return ", ".join(way.name for way, _ in done)


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.parametrize("done", list(batches()), ids=named)
def test_a_healed_copy_says_and_asks_the_same_until_it_is_put_right(done: tuple[Done, ...]) -> None:
    """Every way of the table that goes with others, as many at once as have rows."""
    holds(done)


@effort.in_ci("a copy for each: 15 s")
@pytest.mark.parametrize("done", alone(), ids=named)
def test_so_does_a_copy_of_a_return_that_goes_with_no_other(done: tuple[Done, ...]) -> None:
    """The other ways of the table."""
    holds(done)


@settings(max_examples=effort.examples(1, 8), deadline=None)
@given(several())
def test_several_ways_at_once_are_healed_too(done: tuple[tuple[Done, ...], Blanks]) -> None:
    """Whichever they are, with blank rows in between."""
    holds(*done)


LARGEST = 9.99999999999999e307
"""No number that is typed in Excel is larger."""
CELLS = st.one_of(
    ANYTHING.filter(lambda content: not isinstance(content, float) or abs(content) <= LARGEST),
    st.sampled_from(["#REF!", "FRD-001", "frd - 002", "NEW-1", "4 Major", "4x4 = 16", "4x9", "March 2027"]),
    st.sampled_from(["Closed", "Workforce", "y", "x" * 32_767, "<r>a</r>", " ", "\u200b", "Ref", "Risk title"]),
)
"""Texts that look like formulas are texts here: what formulas do is in the table."""
QUARTER = quarter()


@settings(max_examples=effort.examples(2, 12), deadline=None)
@given(st.lists(st.tuples(st.integers(2, 5), st.integers(0, 38), CELLS), max_size=14), CELLS, CELLS)
def test_whatever_is_typed_in_any_cell_its_copy_says_and_asks_the_same(
    typed: list[tuple[int, int, object]], by: object, on: object
) -> None:
    """Values of every type in columns of every kind, on both sheets and on Start."""

    def spoil(book: Workbook) -> None:
        for row, column, content in typed:
            for name, columns in (("Risks", RISKS), ("Actions", ACTIONS)):
                if column < len(columns):
                    put_in(book[name], row, column + 1, words(content))
        for row, content in ((6, by), (7, on)):
            put_in(book["Start"], row, 2, words(content))

    intake = takes(workbook("ref | title\n", "ref\n", spoil=spoil), QUARTER)
    assert intake.returned
    unit = QUARTER.directory.unit(intake.returned.unit)
    assert unit
    again = takes(excel.form(QUARTER, corrected(QUARTER, unit, intake)), QUARTER)
    assert again.returned
    assert spoken_of(again.findings) == spoken_of(intake.findings)
    for before, after in zip(told(intake.returned), told(again.returned), strict=True):
        assert as_copied(after) == as_copied(before)


def test_a_number_that_no_cell_can_hold_is_an_error_in_the_return_and_in_its_copy() -> None:
    """It cannot be written as it stands: the copy asks about the same cell, and its row is then known by the error."""
    spoil = "ref | title\n", "ref\n"
    intake = takes(workbook(*spoil, spoil=lambda book: put_in(book["Risks"], 6, 1, 1.7976931348623155e308)), QUARTER)
    assert intake.returned
    unit = QUARTER.directory.unit(intake.returned.unit)
    assert unit
    again = takes(excel.form(QUARTER, corrected(QUARTER, unit, intake)), QUARTER)
    asked = [[(f.code, f.place.cell, f.value) for f in one.findings if f.key == "ref"] for one in (intake, again)]
    assert asked == [[("C111", "A6", "1.797693134862316e+308")], [("C111", "A6", NOT_KNOWN)]]


def words(content: object) -> object:
    return Words(content) if isinstance(content, str) and content.startswith("=") else content


def test_impact_and_likelihood_of_one_cell_come_back_in_two() -> None:
    """What could not be read stands under impact, and a typed score that is asked about under score."""
    drawn = """
        ref     | title             | rated
        FRD-001 | Calls are dropped | 4x9
        FRD-002 | Notices come late | 4x3 = 14
        NEW-1   | Visits are missed | 4x4 = 12
        NEW-2   | Lifts are slow    | 4x3 = 12
    """
    intake = takes(workbook(drawn), QUARTER)
    again = takes(excel.form(QUARTER, corrected(QUARTER, QUARTER.directory.units[2], intake)), QUARTER)
    gone, new = (spoken_of(a.findings) - spoken_of(b.findings) for a, b in ((intake, again), (again, intake)))
    assert {(code, ref) for code, ref, _ in gone} == {("C103", "FRD-001"), ("C116", "FRD-002"), ("C115", "NEW-1")}
    assert set(new) == {
        ("C103", "FRD-001", "Impact now"),
        ("C101", "FRD-001", "Likelihood now"),
        ("C116", "FRD-002", "Score now"),
        ("C115", "NEW-1", "Score now"),
    }


def test_rows_far_below_the_form_come_back_one_after_another() -> None:
    """A copy of sixty thousand rows would help nobody."""
    one = sent()
    one.pages["Risks"].cell(60_000, one.at["Risks"]["title"]).value = "The lift at Mill Lane stops"
    intake = taken(one.data())
    again = taken(copied(intake))
    assert intake.returned
    assert again.returned
    assert told(again.returned) == told(intake.returned)
    assert max(row for _, row in placed(again)) < REACH


def test_a_copy_of_a_good_return_asks_nothing() -> None:
    """And it is the return."""
    again = taken(copied(taken(good())))
    assert again.returned
    assert spoken_of(again.findings) == Counter()
    assert told(again.returned) == told(returned())


def test_forty_identical_faults_in_a_column_are_one_finding() -> None:
    """On the return and on its copy, where the one thing to put right leads to the heading."""
    rows = [FormRow(values={**NEW_RISK, "ref": f"NEW-{n}", "target_date": "tbc"}) for n in range(1, 41)]
    sent_ = replace(form(), risks=tuple(rows), actions=(), scope=Scope((), True))
    intake = taken(excel.form(context(), sent_))
    about = [finding for finding in intake.findings if finding.key == "target_date"]
    assert [(finding.code, finding.place.row) for finding in about] == [("C112", 0)]
    data = copied(intake)
    assert spoken_of(taken(data).findings) == spoken_of(intake.findings)
    assert fixes(data)["C112", "", "Target date"]["Where"] == "Risks, column X"


# Answers


ASKED: Mapping[str, Do] = {
    "a month": put("target_date", "April 2027"),
    "a typed score that disagrees": put("impact", "2 Minor"),
    "a long title": put("title", "Another title that is much too long " * 4),
    "two owners": put("owner", "Ann Hill and Tom Fell"),
}
"""Ways that are a question, and what makes it another one."""


@effort.in_ci("merges for each kind of fault: 8 s")
@pytest.mark.parametrize("name", ASKED)
def test_an_answer_is_heard_kept_and_not_asked_for_again_until_the_value_changes(name: str) -> None:
    """On the copy, on the register, and in the next quarter's return."""
    (way,) = (way for way in WAYS if way.name == name)
    code, key = way.found[0].split()
    copy = copied(taken(broken([(way, "SAF-003")]).data()))
    intake = taken(answered(copy, code, "SAF-003", "It was agreed in June"))
    assert spoken_of(intake.findings) == Counter()
    assert [(one.ref, one.code, one.text) for one in intake.answers] == [("SAF-003", code, "It was agreed in June")]
    register, _ = merge.merge([intake], context())
    assert [(one.ref, one.code) for one in register.answers] == [("SAF-003", code)]
    later = following(register, context())
    issued = excel.form(later, prefilled(later, UNIT, 1))
    assert issued_again(issued, later, way.do, code, key) == []
    assert issued_again(issued, later, both(way.do, ASKED[name]), code, key) == [code]


def issued_again(issued: bytes, later: Context, do: Do, code: str, key: str) -> list[str]:
    """Whether the next quarter's return is asked the same, when the same is done to it."""
    before = taken(issued, when=later).returned
    assert before
    one = sent(issued, rows_of(before))
    do(one, "SAF-003")
    found = taken(one.data(), when=later).findings
    return [finding.code for finding in found if (finding.code, finding.ref) == (code, "SAF-003")]


@effort.in_ci("runs whole commands: 1 s")
def test_an_answer_given_on_one_copy_stands_on_the_next() -> None:
    """When something else is still to be put right: nobody is asked twice."""
    ways = {way.name: way for way in WAYS}
    done = [(ways["two owners"], "SAF-003"), (ways["a month"], "SAF-007"), (ways["a misspelt choice"], "SAF-011")]
    first = copied(taken(broken(done).data()))
    intake = taken(answered(first, "R212", "SAF-003", "They share the post"))
    assert {code for code, _, _ in spoken_of(intake.findings)} == {"C105", "C102"}
    second = copied(intake)
    assert fixes(second)["R212", "SAF-003", "Risk owner"]["Your answer"] == "They share the post"
    again = taken(second)
    assert spoken_of(again.findings) == spoken_of(intake.findings)
    assert again.answers == intake.answers
