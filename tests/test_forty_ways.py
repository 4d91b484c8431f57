"""A good return, broken in every way of the table, is read exactly or found at the right cell; none is silent."""

from collections import Counter

import pytest
from hypothesis import given, settings

from riskbook.intake import Intake
from riskbook.places import letters
from tests import effort
from tests.filled import Sent, Told, returned, taken, told
from tests.ways import WAYS, Blanks, Done, Way, broken, several


def expected(done: tuple[Done, ...], one: Sent) -> Counter[tuple[str, str]]:
    """What must be found, and where: the note on the team's own columns besides what the ways bring."""
    stopped = {way.stops for way, _ in done}
    spots = [
        ("C113", f"{one.pages[name].title}!{letters(at['own'])}{one.headers[name]}")
        for name, at in one.at.items()
        if name not in stopped
    ]
    for way, ref in done:
        spots += [(words.split()[0], spot(words.partition(" ")[2], one, ref)) for words in way.found]
    return Counter(spots)


def spot(words: str, one: Sent, ref: str) -> str:
    """Where a finding is, from the words of the table."""
    sheet = one.home(ref)
    if words.startswith("added"):
        name, row = one.added[ref]
        return f"{name}!{letters(one.at[name][words.partition(' ')[2] or 'ref'])}{row}"
    if words.startswith("NEW-"):
        return f"Risks!{one.cell(words, 'ref')}"
    if words.startswith("@"):
        return f"{sheet}!{letters(one.at[sheet][words[1:]])}{one.headers[sheet]}"
    if words.startswith(":"):
        return f"{sheet}!{letters(one.at[sheet][words[1:]])}"
    return f"{sheet}!{one.cell(ref, words)}" if words in one.at[sheet] else words


def found(intake: Intake) -> Counter[tuple[str, str]]:
    return Counter((finding.code, str(finding.place).partition(" › ")[2]) for finding in intake.findings)


def in_any_order(rows: Told) -> list[str]:
    return sorted(map(repr, rows))


def as_it_should(done: tuple[Done, ...]) -> tuple[Told, Told]:
    """What must be read."""
    risks, actions = told(returned())
    for way, ref in done:
        risks, actions = way.reads(risks, actions, ref)
    return risks, actions


def holds(done: tuple[Done, ...], blanks: Blanks = ()) -> None:
    """Hold a broken return against the table."""
    one = broken(done, blanks)
    intake = taken(one.data(), one.name)
    assert found(intake) == expected(done, one)
    if all(way.copied for way, _ in done):
        assert intake.returned
        for mine, right in zip(told(intake.returned), as_it_should(done), strict=True):
            assert in_any_order(mine) == in_any_order(right)
        rows = {(row.ref, row.source.row) for row in (*intake.returned.risks, *intake.returned.actions)}
        refs = {ref for ref, _ in rows}
        assert {(ref, row) for ref, row in one.rows.items() if ref in refs} <= rows
        assert sum(not held.key for held in intake.returned.held) == sum(way.held for way, _ in done)
    else:
        assert intake.returned is None


def test_there_are_forty_ways_and_more() -> None:
    """Each with a name of its own."""
    assert len({way.name for way in WAYS}) == len(WAYS) > 80


def together() -> list[tuple[Done, ...]]:
    """Every way once: as many on a return as find a row of their own; those that stand alone, alone."""
    groups: list[dict[str, Way]] = []
    for way in WAYS:
        room = [] if way.alone else [one for one in groups if not any(other.alone for other in one.values())]
        spots = [(one, ref) for one in room for ref in way.refs if ref not in one]
        one, ref = spots[0] if spots else ({}, way.refs[0])
        one[ref] = way
        if len(one) == 1:
            groups.append(one)
    return [tuple((way, ref) for ref, way in one.items()) for one in groups]


@pytest.mark.parametrize("done", together(), ids=lambda done: ", ".join(way.name for way, _ in done))
def test_every_way_is_read_exactly_or_found_at_its_cell(done: tuple[Done, ...]) -> None:
    """However many ways there are on one return."""
    holds(done)


@effort.in_ci("a return for each way: 30 s")
@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_each_way_alone_is_read_exactly_or_found_at_its_cell(way: Way) -> None:
    """One way at a time."""
    holds(((way, way.refs[0]),))


def test_what_cannot_be_read_is_the_same_in_whatever_order_columns_stand() -> None:
    """Two cells of one row, likelihood before impact."""
    ways = {way.name: way for way in WAYS}
    holds(((ways["columns in another order"], "SAF-003"), (ways["impact and likelihood swapped"], "SAF-007")))


@settings(max_examples=effort.examples(4), deadline=None)
@given(several())
def test_several_ways_at_once_are_found_each_at_its_own_row(done: tuple[tuple[Done, ...], Blanks]) -> None:
    """On rows apart, with blank rows in between: row numbers are Excel's."""
    holds(*done)
