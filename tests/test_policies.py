"""What riskbook does with what is known to go wrong is written down, and every line of it is held by a test."""

import ast
import re
from pathlib import Path

HERE = Path(__file__).parent
LINES = [line for line in (HERE / "policies.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
POLICIES = [cells for line in LINES if (cells := line.strip("| ").split(" | "))[-1] not in ("Held by", "---")]


def test_every_policy_is_held_by_a_test_that_there_is() -> None:
    """Named by its file and function; a test that is renamed or taken out is missed here."""
    assert len(POLICIES) > 30
    assert [cells for cells in POLICIES if len(cells) != 3] == []
    named = [name for *_, held in POLICIES for name in held.split(", ")]
    assert [name for name in named if not re.fullmatch(r"test_\w+\.test_\w+", name)] == []
    there = {
        f"{path.stem}.{one.name}"
        for path in HERE.glob("test_*.py")
        for one in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(one, ast.FunctionDef)
    }
    assert sorted(set(named) - there) == []
