"""Alike: the same risk told by several teams."""

import random
from dataclasses import replace
from itertools import combinations
from time import perf_counter

import numpy
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskbook import alike
from riskbook.alike import Cluster
from riskbook.model import Register
from tests import effort
from tests.benchmarks.bench_alike import told
from tests.registers import Drawn, drawn

HUBS = """
    FRD-001 3x3 "Parents wait too long for a parenting course at the family hub"
    CIC-001 3x3 "Families wait too long for a family hub parenting course"
    SEN-001 3x3 "Families are waiting too long for hub parenting courses"
    ASM-001 3x3 "Records moved to the new system are incomplete"
"""


def found(drawing: Drawn) -> tuple[Cluster, ...]:
    return alike.clusters(drawing.register, drawing.context)


def refs(drawing: Drawn) -> list[tuple[str, ...]]:
    return [tuple(entry.ref for entry in cluster.members) for cluster in found(drawing)]


def test_titles_that_read_alike_are_one_cluster():
    """Three teams that tell one risk in other words are found, and a fourth that does not is left out."""
    assert refs(drawn(HUBS)) == [("CIC-001", "FRD-001", "SEN-001")]


def test_a_cluster_says_what_it_shares():
    """Small words are not worth telling; every title has the others."""
    (cluster,) = found(drawn(HUBS))
    assert cluster.shared == ("long", "hub", "parenting")
    assert cluster.units == ("CIC", "FRD", "SEN")
    assert cluster.centre.ref == "CIC-001"


def test_word_order_does_not_matter():
    """The words of a title are sorted before they are compared."""
    drawing = drawn('FRD-001 3x3 "police notices arrive late"\nCIC-001 3x3 "late arrive police notices"')
    assert [cluster.similarity for cluster in found(drawing)] == [100]


def test_one_unit_that_tells_a_risk_twice_is_not_several_units():
    """Alike risks are looked for across units."""
    assert refs(drawn('FRD-001 3x3 "Posts stand empty"\nFRD-002 3x3 "Posts stand empty"')) == []


def test_a_risk_and_its_parent_are_linked_and_not_alike():
    """A directorate risk is found by those that do not say that they feed it."""
    titles = ('"Too few foster homes"',) * 3
    drawing = drawn("DIR-01 4x4 {}\nFRD-001 4x4 {} parent=DIR-01\nCIC-001 4x4 {}".format(*titles))
    assert refs(drawing) == [("CIC-001", "DIR-01", "FRD-001")]
    assert refs(drawn("DIR-01 4x4 {}\nFRD-001 4x4 {} parent=DIR-01".format(*titles))) == []


def test_events_decide_where_titles_are_nearly_alike():
    """Titles below the line are alike when title and event together reach it."""
    event = "a child is placed in a home that Ofsted has not registered, because no other can be found on the day"
    text = (
        'FRD-001 3x3 "Child in unregistered home" event="{}"\nCIC-001 3x3 "A child in an unregistered place" event="{}"'
    )
    assert refs(drawn(text.format(event, event))) == [("CIC-001", "FRD-001")]
    assert refs(drawn(text.format(event, "the council is fined"))) == []


def test_events_decide_where_titles_differ():
    """The same sentence under two names, in two categories, is the same risk; a few words are not enough."""
    text = 'FRD-001 3x3 "Agency staff" Workforce event="{0}"\nCIC-001 3x3 "Empty posts" Safeguarding event="{0}"'
    assert refs(drawn(text.format("children have no social worker for months"))) == [("CIC-001", "FRD-001")]
    assert refs(drawn(text.format("work is late"))) == []
    assert refs(drawn(text.format(""))) == []


def test_causes_count_with_title_and_event():
    """Where these are nearly alike, a cause in the same words makes them so."""
    cause = "the contract with the only provider in the county ends in March and no other has answered the tender"
    text = 'FRD-001 3x3 "Respite care falls away" cause="{}"\nCIC-001 3x3 "Respite care is gone" cause="{}"'
    assert refs(drawn(text.format(cause, cause))) == [("CIC-001", "FRD-001")]
    assert refs(drawn(text.format(cause, "a cold winter"))) == []


def test_shared_words_may_stand_in_title_event_or_cause():
    """Words of the first one's title that the others have anywhere."""
    event = "children have no social worker for months"
    (cluster,) = found(drawn(f'CIC-001 3x3 "No social worker" event="{event}"\nFRD-001 3x3 "Gaps" event="{event}"'))
    assert cluster.shared == ("social", "worker")


def test_closed_risks_are_not_compared():
    """Only what is on the register can be told together."""
    assert refs(drawn('FRD-001 2x2 was 2x2 closed "Posts stand empty"\nCIC-001 2x2 "Posts stand empty"')) == []


def test_a_chain_of_small_differences_does_not_join_strangers():
    """Every member is alike to the centre."""
    words = ("aaaaaaaaaa", "aaaaaaaabb", "aaaaaabbbb", "aaaabbbbbb")
    units = ("FRD", "CIC", "SEN", "ASM")
    drawing = drawn("\n".join(f'{unit}-001 3x3 "{word}"' for unit, word in zip(units, words, strict=True)))
    line = drawing.context.settings.escalation.unit.alike_similarity
    assert all(cluster.similarity >= line for cluster in found(drawing))
    assert max(len(cluster.members) for cluster in found(drawing)) == 3


@given(st.permutations(range(4)))
def test_the_order_of_risks_does_not_matter(order: list[int]):
    """The same risks in another order are the same clusters."""
    drawing = drawn(HUBS)
    entries = drawing.register.entries
    shuffled = Register("2026-27 Q2", drawing.register.scale, tuple(entries[i] for i in order))
    assert alike.clusters(shuffled, drawing.context) == found(drawing)


@pytest.mark.parametrize("seed", range(2))
def test_what_is_not_compared_would_not_be_alike(seed: int, monkeypatch: pytest.MonkeyPatch):
    """Risks that share too few words are passed over; if all were compared, the same would be found."""
    entries, planted = told(400, 40, random.Random(seed))
    register, context = Register("2026-27 Q2", "", tuple(entries)), drawn(HUBS).context
    found = alike.clusters(register, context)
    every = numpy.array(list(combinations(range(len(entries)), 2)))
    monkeypatch.setattr(alike, "_candidates", lambda _: [every])
    assert alike.clusters(register, context) == found
    assert len(found) >= len(planted) * 0.9


@effort.in_ci("a thousand risks: 4 s")
def test_a_thousand_risks_take_a_few_seconds_at_most():
    """The whole directorate, many times over."""
    drawing = drawn(HUBS)
    first = drawing["FRD-001"]
    words = (
        "child",
        "home",
        "school",
        "worker",
        "delay",
        "cost",
        "budget",
        "plan",
        "court",
        "record",
        "health",
        "police",
    )
    made = []
    for n in range(1000):
        title = " ".join(words[(n * (k + 3) + n // (k + 2)) % len(words)] for k in range(6))
        risk = replace(first.now, ref=f"U{n % 40}-{n:03}", title=title, event=f"{title} {title}")
        made.append(replace(first, unit=f"U{n % 40}", now=risk))
    began = perf_counter()
    alike.clusters(Register("2026-27 Q2", "", tuple(made)), drawing.context)
    assert perf_counter() - began < 5
