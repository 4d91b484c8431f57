"""The healed copy of any return says what the return said and asks what it asked, until it is put right or answered."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings

from riskbook import excel, merge
from riskbook.forms import ACTIONS, RISKS, by_key
from riskbook.intake import Intake
from riskbook.model import Scope
from riskbook.report.form import NOT_KNOWN, REACH, FormRow, prefilled
from riskbook.settings import Context
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
from tests.makers import following
from tests.ways import WAYS, Blanks, Do, Done, both, broken, put, several


def batches() -> Iterator[tuple[Done, ...]]:
    """All the ways that have a copy: those that go together in fours, each way on a row of its own."""
    yield from (((way, way.refs[0]),) for way in WAYS if way.alone and way.copied)
    waiting = [way for way in WAYS if not way.alone]
    while waiting:
        batch: list[Done] = []
        for way in list(waiting):
            free = [ref for ref in way.refs if ref not in {ref for _, ref in batch}]
            if free and len(batch) < 4:
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


@pytest.mark.parametrize("done", list(batches()), ids=lambda done: ", ".join(way.name for way, _ in done))
def test_a_healed_copy_says_and_asks_the_same_until_it_is_put_right(done: tuple[Done, ...]) -> None:
    """Every way of the table, in fours."""
    holds(done)


@settings(max_examples=8, deadline=None)
@given(several())
def test_several_ways_at_once_are_healed_too(done: tuple[tuple[Done, ...], Blanks]) -> None:
    """Whichever they are, with blank rows in between."""
    holds(*done)


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
