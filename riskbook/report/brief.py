"""Brief: the Summary, and the directorate's own risks in a line each, for an e-mail and for committee papers."""

from dataclasses import replace

from riskbook.model import Entry
from riskbook.quarterly import Quarterly
from riskbook.report import cells, directorate_risks
from riskbook.report.blocks import Document, Para, Sheet, Tone
from riskbook.report.columns import Column, table, widths


def sheets(quarterly: Quarterly, report: Document) -> tuple[Sheet, ...]:
    """List what the SLT workbook says on its first page, without its list of sheets, and the risks that DLT owns."""
    return replace(report.sheets[0], below=()), _directorate(quarterly)


MOST = 12
"""So many directorate risks stand here; more are counted, and stand in the workbook."""


def _directorate(quarterly: Quarterly) -> Sheet:
    entries, columns = directorate_risks.owned(quarterly), _columns(quarterly)
    owns = cells.number(len(entries), "risk") + " that DLT owns"
    lead = f"The worst {MOST} of the {owns}." if len(entries) > MOST else f"The {owns}, worst first."
    return Sheet(
        name=directorate_risks.NAME,
        title="Directorate risks",
        lead=lead if entries else "",
        blocks=(
            table("directorate_risks_in_brief", columns, entries[:MOST], empty="DLT owns no open risk."),
            Para("Every figure is that of the SLT workbook; what stands under “See” is a sheet of it.", Tone.QUIET),
        ),
        widths=widths(columns),
    )


def _columns(quarterly: Quarterly) -> tuple[Column[Entry], ...]:
    tally, settings = quarterly.tally, quarterly.context.settings
    now, last = cells.this_round(tally), cells.last_round(tally)
    was: Column[Entry] = Column(f"{last} rating", 104, lambda e: cells.rating_then(e, settings), centred=True)
    return (
        Column("Ref", 56, lambda entry: cells.ref(entry, linked=False), centred=True),
        Column("Risk", 246, lambda entry: cells.marked(entry, quarterly)),
        *([was] if last else []),
        Column(f"{now} rating", 104, lambda e: cells.rating_now(e, settings), centred=True),
        Column("Movement", 150, lambda e: cells.moved(e, settings)),
    )
