"""How hard the tests try: every day enough to notice most slips, in CI (where the variable CI is true) much more."""

import os

CI = os.environ.get("CI", "").lower() in ("1", "true")
TIMES = 4
"""CI draws so many times as many examples."""


def examples(everyday: int) -> int:
    """How many examples Hypothesis draws."""
    return everyday * TIMES if CI else everyday
