"""How hard the tests try: every day enough to notice most slips, in CI (where the variable CI is true) much more."""

import os

import pytest

CI = os.environ.get("CI", "").lower() in ("1", "true")
TIMES = 4
"""CI draws so many times as many examples, unless a test says how many."""


def examples(everyday: int, in_ci: int = 0) -> int:
    """How many examples Hypothesis draws."""
    return in_ci or everyday * TIMES if CI else everyday


def in_ci(reason: str) -> pytest.MarkDecorator:
    """Mark what CI alone tries, because of what it takes, where a quicker test tries the like every day."""
    return pytest.mark.skipif(not CI, reason=f"{reason}; CI does it")
