"""Damaged returns: whatever chance does to one, it is taken in or explained, and no other file is blamed."""

import pytest

from tests import effort, fuzz


@pytest.mark.parametrize("seed", range(4))
def test_a_damaged_return_is_taken_in_or_explained(seed: int) -> None:
    """No traceback, no wait, no row lost; `python -m tests.fuzz` does it at length, under a limit of memory."""
    said = [
        f"{number}, {what}: {trouble}"
        for number, (what, data) in enumerate(fuzz.mutants(effort.examples(20, 100), seed))
        if (trouble := fuzz.wrong("mutant.xlsx", data))
    ]
    assert said == []
