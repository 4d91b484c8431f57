"""Choosing: of all that a unit sent in a round, the rows that count; the rest is held, and said."""

from dataclasses import replace
from datetime import date

import pytest

from riskbook import choose
from riskbook.choose import Chosen
from riskbook.model import UnitReturn
from riskbook.rules import returns
from tests.makers import LAST, merged, quarter, returned, started, taken, told, workbook

UNIT = "FRD-001, FRD-002 and new rows"
BOTH = "FRD-001 | Calls are dropped | 4\nFRD-002 | Notices come late | 2"


def sent(
    risks: str = BOTH, actions: str = "", scope: str = UNIT, day: int | None = 2, issue: int = 1, modified: str = "05"
) -> bytes:
    """A return of Front Door; ``modified`` is a day of October."""
    start = started(filled_on=date(2026, 10, day) if day else None, issue=issue)
    return workbook(
        f"ref | title | impact\n{risks}",
        actions and f"ref | risk_ref | what\n{actions}",
        start=start,
        scope=scope,
        modified=f"2026-10-{modified}T09:00:00Z",
    )


def named(*data: bytes) -> list[UnitReturn]:
    """Returns under the names A, B and so on."""
    return [replace(returned(one), book="ABCDEF"[number]) for number, one in enumerate(data)]


def chosen(*data: bytes, use: frozenset[str] = frozenset()) -> Chosen:
    one = choose.choose(named(*data), use)
    found = sum(part.found for part in one.returns)
    assert found == sum(one.merged.values()) + sum(not h.key for h in one.held) + sum(p.blank for p in one.returns)
    return one


def titles(one: Chosen) -> dict[str, str]:
    return {ref: risk.title for ref, risk in sorted(one.risks.items())}


def held(one: Chosen) -> list[tuple[str, str, str]]:
    return [(row.ref, row.code, row.typed) for row in one.held if not row.key]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (sent(day=3), sent(day=2, issue=9, modified="09")),
        (sent(day=2, issue=9), sent(day=None, modified="09")),
        (sent(issue=2), sent(issue=1, modified="09")),
        (sent(modified="06"), sent(modified="05")),
    ],
    ids=["date filled in", "a date before none", "issue number", "date modified"],
)
def test_later_is_told_by_the_date_filled_in_then_the_issue_then_the_date_modified(first: bytes, second: bytes):
    """In whichever order they come."""
    for order in (named(first, second), list(reversed(named(first, second)))):
        assert [one.book for one in choose.latest_first(order)] == ["A", "B"]


def test_at_last_the_digest_decides():
    """So that the same files always come in the same order."""
    one, other = named(sent("FRD-001 | A | 1"), sent("FRD-001 | B | 1"))
    later = max(one, other, key=lambda part: part.sha256)
    assert choose.latest_first([one, other])[0] == choose.latest_first([other, one])[0] == later


def test_the_later_of_two_returns_of_a_unit_counts():
    """The earlier one's rows are held, as typed, with the reason; both are listed."""
    one = chosen(sent(day=1), sent("FRD-001 | Calls are lost | 4\nFRD-002 | Notices come late | 2", day=3))
    assert titles(one) == {"FRD-001": "Calls are lost", "FRD-002": "Notices come late"}
    assert held(one) == [("FRD-001", returns.TWO_RETURNS.code, "Risk title: Calls are dropped\nImpact now: 4")]
    assert [finding.code for finding in one.findings] == [returns.TWO_RETURNS.code]


def test_two_returns_that_disagree_are_asked_about_where_nobody_says_which_is_later():
    """The time at which a file was saved decides, and is no word of anybody; where they agree nothing is asked."""
    early, late = "05", "06"
    other = "FRD-001 | Calls are lost | 4\nFRD-002 | Notices come late | 2"
    for drawing, modified, code, why in (
        (other, late, returns.WHICH_RETURN.code, "it was saved later"),
        (other, early, returns.WHICH_RETURN.code, "nothing in them says which is later"),
        (None, late, returns.TWO_RETURNS.code, "it was saved later"),
    ):
        first = sent(modified=early)
        (found,) = chosen(first, sent(*([drawing] if drawing else []), modified=modified)).findings
        assert (found.code, why in found.message) == (code, True)
    digest = returned(first).sha256
    (found,) = chosen(first, sent(other, modified=late), use=frozenset({digest})).findings
    assert (found.code, "--use" in found.message) == (returns.TWO_RETURNS.code, True)


def test_rows_that_say_the_same_in_both_are_merged_in_both():
    """Every word of theirs stands on the register."""
    one = chosen(sent(day=1), sent(day=3))
    assert (list(one.merged.values()), held(one)) == ([2, 2], [])


def test_a_row_that_the_later_return_leaves_out_is_held():
    """It was asked for it: what is not given back counts as not returned."""
    one = chosen(sent(day=1), sent("FRD-001 | Calls are dropped | 4", day=3))
    assert (list(one.risks), [ref for ref, _, _ in held(one)]) == (["FRD-001"], ["FRD-002"])


def test_nothing_that_was_typed_on_an_overruled_row_is_lost():
    """No, nought, and what stands in columns of their own are words too."""
    early = workbook(
        "ref | title | beyond_control | exposure | target_date | Our column\nFRD-001 | A | No | 0 | 2027-03-31 | High",
        start=started(filled_on=date(2026, 10, 1)),
    )
    ((_, _, typed),) = held(chosen(early, sent("FRD-001 | B | 4", day=3)))
    assert sorted(typed.splitlines()) == [
        "Beyond your control?: No",
        "Financial exposure (£): 0",
        "Our column: High",
        "Risk title: A",
        "Target date: 31 March 2027",
    ]


def test_returns_whose_scopes_do_not_overlap_are_put_together():
    """Two interview packs, each with its owner's risks: neither supersedes the other."""
    one = chosen(sent("FRD-001 | A | 4", scope="FRD-001"), sent("FRD-002 | B | 2", scope="FRD-002", day=5))
    assert titles(one) == {"FRD-001": "A", "FRD-002": "B"}
    assert (one.superseded, one.findings, held(one)) == (set(), [], [])


def test_where_scopes_overlap_the_later_counts_for_the_refs_they_share():
    """A pack overrules the unit's return for its own risks, and for nothing else."""
    unit = sent("FRD-001 | A | 4\nFRD-002 | B | 2\nNEW-1 | C | 2", day=1)
    one = chosen(unit, sent("FRD-001 | Z | 5", scope="FRD-001", day=5))
    assert titles(one) == {"FRD-001": "Z", "FRD-002": "B", "NEW-1": "C"}
    assert [ref for ref, _, _ in held(one)] == ["FRD-001"]
    assert (one.superseded, len(one.findings)) == (set(), 1)


def test_a_units_return_overrules_an_earlier_pack():
    """It was issued for all of its risks."""
    pack, unit = sent("FRD-001 | Z | 5", scope="FRD-001", day=1), sent(day=5)
    one = chosen(pack, unit)
    assert titles(one) == {"FRD-001": "Calls are dropped", "FRD-002": "Notices come late"}
    assert {book for book, _ in one.superseded} == {"A"}


def test_a_return_that_does_not_say_what_it_was_issued_for_speaks_for_its_whole_unit():
    """An old form has no scope."""
    one = chosen(sent(day=1), sent("FRD-001 | Z | 5", scope="", day=5))
    assert titles(one) == {"FRD-001": "Z"}


def test_new_rows_of_an_earlier_return_are_overruled_by_a_later_one_that_takes_new_rows():
    """And by no pack, to which new rows do not belong."""
    early = sent(f"{BOTH}\nNEW-1 | C | 2", day=1)
    assert set(chosen(early, sent(day=5)).risks) == {"FRD-001", "FRD-002"}
    assert set(chosen(early, sent(scope="FRD-001, FRD-002", day=5)).risks) == {"FRD-001", "FRD-002", "NEW-1"}


def test_actions_follow_their_risks():
    """The later word on a risk is the later word on its actions; a pack for another risk says nothing of them."""
    early = sent(actions="FRD-A001 | FRD-001 | Act", day=1)
    assert set(chosen(early, sent("FRD-002 | B | 2", scope="FRD-002", day=5)).actions) == {"FRD-A001"}
    assert chosen(early, sent(day=5)).actions == {}


def test_a_file_that_was_chosen_counts_before_later_ones():
    """`merge --use` names it; its digest is what is known of it here."""
    early, late = sent("FRD-001 | A | 4", day=1), sent("FRD-001 | B | 4", day=5)
    digest = returned(early).sha256
    assert titles(chosen(early, late, use=frozenset({digest}))) == {"FRD-001": "A"}
    register, _ = merged(quarter(), early, late, use=[digest])
    states = {one.book: (one.state, "--use" in one.note) for one in register.returns if one.book}
    assert states == {"1.xlsx": ("Merged", True), "2.xlsx": ("Superseded", True)}


def test_a_file_that_was_sent_twice_counts_once():
    """Under another name it is the same file."""
    one = chosen(sent(), sent())
    assert (list(one.merged.values()), held(one)) == ([2, 2], [])
    assert len(one.superseded) == 1
    assert [finding.code for finding in one.findings] == ["T117"]


def test_a_file_that_was_sent_twice_is_merged_once_and_listed_twice():
    """One of them superseded, and the rows of both counted."""
    register, _ = merged(quarter(), sent(), sent())
    listed = sorted((one.state, one.found, one.merged, one.held) for one in register.returns if one.book)
    assert listed == [("Merged", 2, 2, 0), ("Superseded", 2, 2, 0)]


def test_returns_that_are_put_together_are_both_merged_on_returns():
    """So that both managers get their corrections."""
    packs = sent("FRD-001 | A | 4", scope="FRD-001"), sent("FRD-002 | B | 2", scope="FRD-002", day=5)
    register, _ = merged(quarter(), *packs)
    assert [one.state for one in register.returns if one.book] == ["Merged", "Merged"]


def test_a_later_return_with_errors_in_its_cells_still_counts():
    """Valid means that it is a return of this unit and round, not that nothing is wrong with it."""
    one = chosen(sent(day=1), sent("FRD-001 | | Lots\nFRD-002 | Notices come late | 2", day=3))
    assert one.risks["FRD-001"].impact is None
    assert [ref for ref, _, _ in held(one)] == ["FRD-001"]


def test_a_later_return_of_another_quarter_does_not_count():
    """It is not valid in this one; it is listed with the command that would take it."""
    other = workbook(start=started(round="2026-27 Q1", filled_on=date(2026, 10, 9)))
    register, _ = merged(quarter(), sent(day=1), other)
    listed = {
        one.book: (one.unit, one.state, "riskbook merge --round" in one.note) for one in register.returns if one.book
    }
    assert listed == {"1.xlsx": ("FRD", "Merged", False), "2.xlsx": ("FRD", "Not read", True)}


def test_missing_is_judged_within_the_scope():
    """A pack that leaves out another owner's risk leaves out nothing."""
    pack = taken(sent("FRD-001 | A | 4", scope="FRD-001"), quarter(LAST))
    assert told(pack.findings, "T112") == []
    whole = taken(sent("FRD-001 | A | 4"), quarter(LAST))
    assert [finding.ref for finding in whole.findings if finding.code == "T112"] == ["FRD-002"]
