"""Seeded texts: of every kind of personal data, how much is found where it was planted, and how much where none is.

Both shares are printed when the tests end. Identifiers and sentences are made in ``identifiers``.
"""

import random
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from riskbook.places import letters
from riskbook.rules import privacy
from riskbook.rules.privacy import Allowed
from tests import identifiers, makers, sample
from tests.identifiers import Planted
from tests.test_privacy import LOOK_ALIKES

Show = Callable[[str, object], None]

WATCHED = Allowed(domains=("brackenshire.example", "council.example"), names=identifiers.NAMES)
PLANTED, LEAST = 2_000, 0.99
RISKS_LOOKED_AT, MOST = 200, 1
TYPED = ("title", "cause", "event", "effect", "controls", "commentary", "Our own column")
"""Columns of a return in which somebody may type a text: six of the form's, then one of their own."""


@pytest.mark.parametrize("code", identifiers.KINDS)
def test_what_is_planted_is_found(code: str, record_property: Show):
    """At least 99 in 100 of each kind, wherever it stands in a text and however it was pasted.

    A directorate that keeps no list of names is told all else.
    """
    known = WATCHED if code == "P110" else replace(WATCHED, names=())
    found = sum(is_found(one, known) for one in identifiers.planted(code, PLANTED))
    record_property(f"{code} {privacy_title(code)}", f"{found / PLANTED:.1%} of {PLANTED:,} planted found")
    assert found >= LEAST * PLANTED


def test_every_kind_is_planted():
    """A rule P without identifiers to find would be held to nothing."""
    assert [*identifiers.KINDS] == [rule.code for rule in privacy.RULES]


def test_a_finding_stands_at_the_cell_of_the_return_in_which_it_was_planted():
    """A real workbook, taken in as every return is: each kind in a risk, in an action, in a column of their own."""
    planted = [one for code in identifiers.KINDS for one in identifiers.planted(code, 2 * len(TYPED), seed=11)]
    rows = [planted[at : at + len(TYPED)] for at in range(0, len(planted), len(TYPED))]
    head = f"ref | {' | '.join(TYPED)}"
    risks = "\n".join([head, *(f"NEW-{n} | {' | '.join(map(drawn, row))}" for n, row in enumerate(rows, 1))])
    done = identifiers.planted("P106", 10, seed=12)
    actions = "\n".join(["risk_ref | what", *(f"NEW-{n} | {drawn(one)}" for n, one in enumerate(done, 1))])
    context = replace(makers.quarter(), names=identifiers.NAMES)
    found = {*makers.told(makers.taken(makers.workbook(risks, actions), context).findings)}
    own = len(TYPED)
    expected = {
        (one.code, f"Risks!{row}" if column == own else f"Risks!{letters(column + 1)}{row}")
        for row, ones in enumerate(rows, 2)
        for column, one in enumerate(ones, 1)
        if is_found(one, WATCHED)
    } | {(one.code, f"Actions!B{row}") for row, one in enumerate(done, 2)}
    assert len(expected) >= LEAST * (len(planted) + len(done))
    assert expected <= found


def is_found(one: Planted, known: Allowed) -> bool:
    """Whether what was planted is, as what it is."""
    return one.code in {hit.code for hit in privacy.hits(one.text, known)}


def drawn(one: Planted) -> str:
    """A text as a drawing of a workbook has it."""
    return '"{}"'.format(one.text.replace("\n", "⏎").replace("\t", " "))


def test_what_is_no_personal_data_is_left_alone(record_property: Show):
    """At most one of 200 risks has anything asked about: the sample's, and others made of all that looks alike."""
    risks = [*sample_risks()]
    chance = random.Random(3)
    made = [chance.sample(LOOK_ALIKES, 6) for _ in range(RISKS_LOOKED_AT - len(risks))]
    looked_at = [*risks, *(["; ".join(some)] for some in made)]
    alarms = [texts for texts in looked_at if any(privacy.hits(text, WATCHED) for text in texts)]
    record_property("P False alarms", f"{len(alarms)} in {len(looked_at)} risks, {len(risks)} of them the sample's")
    assert len(looked_at) >= RISKS_LOOKED_AT
    assert len(alarms) <= MOST, alarms


def sample_risks() -> Iterator[list[str]]:
    """What is said of each risk of the sample, over both quarters, with its actions."""
    for path in sorted((sample.ROOT / "samples" / "words").glob("*.toml")):
        for risk in tomllib.loads(path.read_text(encoding="utf-8"))["risk"]:
            yield [*texts(risk)]


def texts(told: Any) -> Iterator[str]:
    """Every text in a value, however deep."""
    if isinstance(told, str):
        yield told
    elif isinstance(told, dict | list):
        for one in told.values() if isinstance(told, dict) else told:
            yield from texts(one)


def privacy_title(code: str) -> str:
    """What a rule P is called."""
    return next(rule.title for rule in privacy.RULES if rule.code == code)
