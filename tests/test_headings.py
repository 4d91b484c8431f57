"""Headings: what the words over a column of somebody else's register mean, as far as words alone can say."""

import pytest

from riskbook.adopt import headings
from riskbook.adopt.headings import Rating
from riskbook.forms import RISKS
from riskbook.kinds import Step


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Impact", Rating("", "impact")),
        ("Current I", Rating("now", "impact")),
        ("Residual risk score Likelihood (1-5)", Rating("now", "likelihood")),
        ("Gross consequence", Rating("inherent", "impact")),
        ("Score (no controls)", Rating("inherent", "score")),
        ("Score with controls", Rating("now", "score")),
        ("Target probability", Rating("target", "likelihood")),
        ("I x L", Rating("", "both")),
        ("RAG", Rating("", "score")),
        ("Impact on children", None),
        ("Gross and target impact", None),
        ("Baseline I", None),
        ("Risk level", None),
        ("Next review", None),
    ],
)
def test_a_rating_is_told_by_its_words(heading: str, expected: Rating | None):
    """Which of the three ratings, and which axis; a word that nobody knows leaves it to a person."""
    assert headings.rating(heading) == expected


def test_the_order_of_two_axes_is_the_heading_s():
    """The most dangerous slip there is, because the product is the same."""
    assert headings.order("L x I") == ("likelihood", "impact")
    assert headings.order("Impact x Likelihood") == ("impact", "likelihood")
    assert Rating("target", "both").keys(("likelihood", "impact")) == ("target_likelihood", "target_impact")


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("Cause, event and consequence", ("cause", "event", "effect")),
        ("1 Risk 2 Cause 3 Effect", ("event", "cause", "effect")),
        ("Risk ref and title", ("ref", "title")),
        ("Cause and context", ()),
        ("Risk title", ()),
        ("There is a risk that visits are late due to a cause and with an effect", ()),
    ],
)
def test_a_heading_may_name_several_things(heading: str, expected: tuple[str, ...]):
    """In its own order; a sentence is no heading."""
    assert headings.says(heading) == expected


def test_what_stands_over_a_heading_is_read_with_it_or_not_at_all():
    """The whole first, then less of it, then its own words."""
    assert headings.first(headings.risk, ("Identification", "Ref")) == "ref"
    assert headings.first(headings.action_in_row, ("Actions", "Owner")) == "lead"
    assert headings.first(headings.risk, ("Actions", "Owner")) == "owner"
    assert headings.first(headings.rating, ("Position in March", "Impact")) == Rating("", "impact")


def test_every_heading_of_our_own_form_is_known():
    """A register that grew out of our form is read like one."""
    unknown = [column.header for column in RISKS if not column.ours and not headings.known((column.header,))]
    assert unknown == []
    steps = [column for column in RISKS if isinstance(column.kind, Step)]
    assert [headings.rating(c.header).keys((headings.rating(c.header).what,)) for c in steps] == [
        (c.key,) for c in steps
    ]  # type: ignore[union-attr]


@pytest.mark.parametrize("heading", ["", "#", "–", "x" * 100, "Review date", "Date", "Notes for the board"])
def test_what_could_mean_several_things_means_nothing(heading: str):
    """Review date is the last one here and the next one there."""
    assert headings.risk(heading) == ""
