"""Approach: a register remembers its settings, and says what has changed in them since the last."""

from dataclasses import replace

from riskbook import approach, settings
from tests.examples import agreed


def test_every_change_of_matrix_lists_and_rules_is_a_sentence():
    """In the order in which settings stand."""
    was = agreed()
    lists = replace(was.lists, categories=(*was.lists.categories[1:], "Artificial intelligence"))
    unit = replace(was.escalation.unit, codes=was.escalation.unit.codes[1:], overdue_days=14)
    now = replace(was, lists=lists, escalation=replace(was.escalation, unit=unit))
    said = approach.changes(approach.remembered(was), approach.remembered(now))
    gone = was.lists.categories[0]
    assert [one.partition(":")[0] for one in said] == [
        "Lists, categories",
        "Rules that propose for a unit's risk",
        "Proposals for a unit's risk, overdue days",
    ]
    assert gone in said[0]
    assert "Artificial intelligence" in said[0]
    assert was.escalation.unit.codes[0] in said[1]
    assert said[2].endswith(f"14; it was {was.escalation.unit.overdue_days}.")


def test_another_matrix_is_said_cell_by_cell():
    """A band that moves is a change, though no number does."""
    was = agreed()
    top = was.matrix.bands[-1]
    cells = (*was.matrix.cells[:-1], (*was.matrix.cells[-1][:-2], top, top))
    other = settings.load(settings.framework("east-devon-4x4"))
    assert approach.changes(approach.remembered(was), approach.remembered(other))
    moved = replace(was, matrix=replace(was.matrix, cells=((top,) * 5, *cells[1:])))
    assert any("impact 1 with likelihood 1" in one for one in _changes(was, moved))


def test_the_same_settings_and_a_register_of_old_say_nothing():
    """What was not remembered cannot be compared."""
    now = approach.remembered(agreed())
    assert approach.changes(now, now) == approach.changes((), now) == ()


def _changes(was: settings.Settings, now: settings.Settings) -> tuple[str, ...]:
    return approach.changes(approach.remembered(was), approach.remembered(now))
