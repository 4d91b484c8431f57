"""A quarterly in, the SLT quarterly workbook as a document out: a module for each sheet."""

from riskbook.kinds import said
from riskbook.quarterly import Quarterly
from riskbook.report import (
    actions,
    by_service,
    decisions,
    directorate_risks,
    heat_map,
    movement,
    reading,
    scores,
    summary,
    top_risks,
)
from riskbook.report.blocks import Document

BANNER = "EXEMPT"


def document(quarterly: Quarterly, version: str) -> Document:
    """Report a round to the senior leadership team; ``version`` is riskbook's.

    Where exempt risks are in it, its title, head and footer say so (``quarterly.published`` leaves them out).
    """
    context, council = quarterly.context, quarterly.context.settings.council
    sheets = (
        decisions.sheet(quarterly),
        heat_map.sheet(quarterly),
        directorate_risks.sheet(quarterly),
        top_risks.sheet(quarterly),
        movement.sheet(quarterly),
        actions.sheet(quarterly),
        by_service.sheet(quarterly),
        reading.sheet(quarterly, version),
        scores.sheet(quarterly),
    )
    exempt = bool(quarterly.tally.exempt)
    footer = f"{council.directorate} risk report · {context.round} · as at {said(context.on)}"
    return Document(
        title=f"{summary.title(quarterly)}, {context.round}",
        subject=f"Risks as at {said(context.on)}",
        organisation=council.name,
        footer=f"{footer} · {BANNER}" if exempt else footer,
        created=context.on,
        sheets=(summary.sheet(quarterly, sheets), *sheets),
        banner=BANNER if exempt else "",
    )
