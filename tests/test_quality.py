"""Quality: what counts as missing or late, a risk at a time; and that the rules of a return find the same."""

import pytest

from riskbook.quality import Gap, gaps
from tests.registers import drawn

WHOLE = "FRD-001 3x3 was 3x3 target=2x2 target_date=2027-03-31 reviewed=2026-09-24 owner=Manager response=Treat"
ACTION = "\n + FRD-A001 due 2026-12-01"


@pytest.mark.parametrize(
    ("told", "found"),
    [
        (WHOLE + ACTION, set()),
        (WHOLE.replace(" 3x3 was", " ? was") + ACTION, {Gap.UNSCORED}),
        (WHOLE.replace("2026-09-24", "2026-06-30") + ACTION, {Gap.REVIEW}),
        (WHOLE.replace("2026-09-24", "2026-06-30") + " carried" + ACTION, set()),
        (WHOLE, {Gap.NO_ACTION}),
        (WHOLE.replace("Treat", "Tolerate"), set()),
        (WHOLE.replace("target=2x2", "") + ACTION, {Gap.NO_TARGET}),
        (WHOLE.replace("target=2x2", "").replace(" 3x3 was", " 2x2 was") + ACTION, set()),
        (WHOLE.replace("owner=Manager", "") + ACTION, {Gap.NO_OWNER}),
        (WHOLE.replace("owner=Manager", "owner=DLT") + ACTION, {Gap.NO_OWNER}),
        (WHOLE.replace("owner=Manager", 'owner="Head of Care (vacant)"') + ACTION, {Gap.NO_OWNER}),
        (WHOLE.replace("2027-03-31", "2026-09-30") + ACTION, {Gap.TARGET_PASSED}),
        (WHOLE + "\n + FRD-A001 due 2026-09-29", {Gap.ACTION_OVERDUE}),
    ],
)
def test_a_gap_is_what_is_missing_or_late_on_the_day(told: str, found: set[Gap]) -> None:
    """The round is counted to 30 September 2026; a risk that nobody asked for is not overdue for review."""
    drawing = drawn(told)
    assert gaps(drawing["FRD-001"], drawing.register, drawing.context) == found
