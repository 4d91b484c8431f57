"""Sentences: a text that says several things in, its parts out, where that is certain, and no word lost."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskbook.rules import adoption, cells
from riskbook.sentences import REF_TITLE, SENTENCE, Pair, hints, pair, parts
from tests.makers import returned, taken, told, workbook


def said(text: str, keys: tuple[str, ...] = SENTENCE) -> dict[str, str] | None:
    found = parts(text, keys)
    return None if found is None else {part.key: part.text for part in found}


@pytest.mark.parametrize(
    "text",
    [
        "There is a risk that visits are late caused by empty posts resulting in harm",
        "There is a risk that visits are late, due to empty posts, leading to harm",
        "There is a risk that visits are late resulting in harm, which is caused by empty posts",
        "Caused by empty posts there is a risk that visits are late, which could lead to harm",
        "As a result of empty posts, there is a risk that visits are late and this may result in harm",
        "There’s a risk that visits are late because of empty posts, with the result that harm",
        "Cause: empty posts\nRisk: visits are late\nConsequence: harm",
        "Risk: there is a risk that visits are late\nDue to: empty posts\nImpact: harm",
        "1. empty posts 2. visits are late 3. harm",
        "1) empty posts\n2) visits are late\n3) harm",
        "(1) empty posts (2) visits are late (3) harm",
        "1 empty posts\n2 visits are late\n3 harm",
    ],
)
def test_a_text_with_every_part_told_once_is_taken_apart(text: str):
    """Whatever the order, and whatever the usual words."""
    assert said(text) == {"cause": "empty posts", "event": "visits are late", "effect": "harm"}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Visits are late",
        "There is a risk that visits are late",
        "There is a risk that harm caused by contractors is missed",
        "There is a risk that harm caused by contractors is missed due to leave resulting in a fine",
        "Cover fails. There is a risk that visits are late due to leave leading to harm",
        "Leading to harm there is a risk that visits are late caused by leave",
        "There is a risk that caused by leave resulting in harm",
        "1. empty posts 2. visits are late",
        "1. empty posts 3. visits are late 2. harm",
        "First 1. empty posts 2. visits are late 3. harm",
        "1. empty posts 2. visits are late 3. harm 4. more",
        "1. empty posts 2) visits are late 3. harm",
    ],
)
def test_a_text_that_is_not_certain_is_left_whole(text: str):
    """A part missing, a connective twice, words left over, an order that nobody uses."""
    assert said(text) is None


def test_numbers_are_read_in_the_order_that_the_heading_gives():
    """2 is the event under "1 cause 2 event", and the effect under "1 event 2 effect"."""
    found = said("1. late visits 2. harm 3. empty posts", ("event", "effect", "cause"))
    assert found == {"event": "late visits", "effect": "harm", "cause": "empty posts"}


CLAUSE = st.lists(st.sampled_from(["rust", "tide", "gate", "a", "12", "of", "the,", "-quay."]), min_size=1)


@given(CLAUSE, CLAUSE, CLAUSE, st.permutations(["there is a risk that", "due to", "leading to"]))
def test_joining_the_parts_gives_back_every_word(one: list[str], two: list[str], three: list[str], order: list[str]):
    """Connectives and all, in their order; whatever stands between."""
    text = " ".join(word for marker, clause in zip(order, (one, two, three), strict=True) for word in [marker, *clause])
    found = parts(text, SENTENCE)
    if found:
        joined = " ".join(f"{part.marker} {part.text}" for part in found)
        assert re.findall(r"\w+", joined) == re.findall(r"\w+", text)


def test_hints_count_what_a_text_speaks_of():
    """A description with two of them may be a sentence that was only badly put."""
    assert hints("There is a risk that harm caused by contractors is missed") == 2
    assert hints("Visits are late") == 0


@pytest.mark.parametrize(
    ("text", "ref", "title"),
    [
        ("DIR-03 Night cover fails", "DIR-03", "Night cover fails"),
        ("R7: Night cover fails", "R7", "Night cover fails"),
        ("1213/01 Night cover fails", "1213/01", "Night cover fails"),
        ("015(CR) Night cover fails", "015(CR)", "Night cover fails"),
        ("3. Night cover fails", "3", "Night cover fails"),
        ("C1 – Night cover fails", "C1", "Night cover fails"),
    ],
)
def test_a_ref_before_a_title_is_told_from_it(text: str, ref: str, title: str):
    """Refs look as registers have them."""
    assert said(text, REF_TITLE) == {"ref": ref, "title": title}


@pytest.mark.parametrize("text", ["Night cover fails", "2 posts are vacant", "R7", "Cover fails 2027"])
def test_a_title_without_a_ref_is_left_whole(text: str):
    """A number that begins a title is no ref."""
    assert said(text, REF_TITLE) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("4x4= 16", Pair("4", "4", "16")),
        ("5 × 4", Pair("5", "4")),
        ("5 X 4 (20)", Pair("5", "4", "20")),
        ("4*3", Pair("4", "3")),
        ("10x9=90", Pair("10", "9", "90")),
        ("I4 L3", Pair("4", "3", axes=("impact", "likelihood"))),
        ("L3 x I4", Pair("3", "4", axes=("likelihood", "impact"))),
        ("Impact 4, Likelihood 3 (12)", Pair("4", "3", "12", ("impact", "likelihood"))),
        ("Major x Likely", Pair("Major", "Likely")),
        ("Almost certain/Major", Pair("Almost certain", "Major")),
        ("A1", Pair("A", "1", mixed=True)),
        ("C 2", Pair("C", "2", mixed=True)),
        ("16", None),
        ("4x4=16 Red", None),
        ("I4 I3", None),
        ("Extreme", None),
        ("High", None),
    ],
)
def test_two_ratings_in_one_cell_are_told_apart(text: str, expected: Pair | None):
    """Their order is only known where the cell itself says it."""
    assert pair(text) == expected


OLD = """
    Ref     | Risk title        | Description | Owner
    FRD-001 | Calls are dropped | {one}       | A. Manager
    FRD-002 | Notices come late | {two}       | A. Manager
    NEW-1   | Cover fails       | The cover fails at night | A. Manager
"""


def test_an_old_sheet_with_one_description_is_read_in_its_parts():
    """Each stands under its own column and in that cell; what is not certain is a question, and nothing is cut."""
    one = "There is a risk that calls are lost due to old lines leading to delay"
    two = "There is a risk that notice caused by post is late"
    data = workbook(OLD.format(one=one, two=two), whole=False)
    first, second, third = returned(data).risks
    assert (first.cause, first.event, first.effect) == ("old lines", "calls are lost", "delay")
    assert first.source.place("cause").cell == first.source.place("event").cell == "C2"
    assert (second.cause, second.event, second.effect) == ("", two, "")
    assert third.event == "The cover fails at night"
    found = told(taken(data).findings, cells.READ_AS.code, adoption.NOT_APART.code)
    assert found == [(cells.READ_AS.code, "Risks!C2"), (adoption.NOT_APART.code, "Risks!C3")]


def test_a_sheet_with_cause_or_effect_of_its_own_is_left_as_it_is():
    """Its people have told them apart themselves."""
    text = "There is a risk that calls are lost due to old lines leading to delay"
    (risk,) = returned(workbook(f"ref | title | cause | event\nFRD-001 | Calls | age | {text}", whole=False)).risks
    assert (risk.cause, risk.event) == ("age", text)
