"""Scores by round: the figures that the sparklines and the chart of bands are drawn on, for all to check."""

from riskbook.escalate import worst_first
from riskbook.matrix import Score
from riskbook.model import Entry
from riskbook.quarterly import Quarterly, top_risks
from riskbook.report import directorate_risks
from riskbook.report.blocks import BLANK, SCORES, Cell, Count, Field, Heading, Ref, Sheet, Table, Text, Tone
from riskbook.report.columns import Column, table, widths
from riskbook.tally import Standing

BANDS = "bands_by_round"
"""The table that Summary's chart is drawn on."""
STANDING, BEFORE, NOW, TARGET = directorate_risks.DRAWN
"""The table that the chart of directorate risks is drawn on, and what it tells of each."""
NAME = "Scores by round"
UNSCORED = "Not scored"


def sheet(quarterly: Quarterly) -> Sheet:
    """List the scores behind every sparkline, and the risks in each band round by round."""
    columns = _columns(quarterly)
    return Sheet(
        name=NAME,
        title="Scores by round",
        lead="The figures that the trends and the charts are drawn on. A round without a score is empty.",
        blocks=(
            _scores(quarterly),
            Heading("Risks in each band"),
            table(BANDS, columns, quarterly.tally.trend, empty="No round is counted.", about="Risks in each band."),
            Heading("Directorate risks before controls, now and to be"),
            _standing(quarterly),
        ),
        widths=_grid(quarterly, widths(columns)),
    )


def drawn(quarterly: Quarterly) -> tuple[Entry, ...]:
    """The risks that a sparkline is drawn for: the directorate's own, and the top risks."""
    both = {
        entry.ref: entry
        for entry in (*directorate_risks.owned(quarterly), *top_risks(quarterly.register, quarterly.context))
    }
    return tuple(sorted(both.values(), key=worst_first(quarterly.context)))


def _columns(quarterly: Quarterly) -> tuple[Column[Standing], ...]:
    def band(name: str) -> Column[Standing]:
        return Column(name, _WIDTH, lambda standing: Count(standing.counts.of(name)), centred=True)

    return (
        Column("Round", _WIDTH, lambda standing: Text(standing.round)),
        *(band(name) for name, _ in quarterly.tally.now.bands),
        Column(UNSCORED, _WIDTH, lambda standing: Count(standing.counts.unscored), centred=True),
        Column("All risks", _WIDTH, lambda standing: Count(standing.counts.all, Tone.STRONG), centred=True),
        Column("Asked", 150, lambda s: Text("All units" if s.asks_units else "The directorate only", Tone.QUIET)),
    )


def _standing(quarterly: Quarterly) -> Table:
    """The scores of each directorate risk before controls, now, and where treatment should bring it."""
    number = quarterly.context.settings.matrix.number

    def told(score: Score | None) -> Cell:
        return Count(number(score)) if score else BLANK

    columns: tuple[Column[Entry], ...] = (
        Column("Risk", _WIDTH, lambda entry: Text(entry.ref)),
        Column(BEFORE, _WIDTH, lambda entry: told(entry.now.inherent), centred=True),
        Column(NOW, _WIDTH, lambda entry: told(entry.rating), centred=True),
        Column(TARGET, _WIDTH, lambda entry: told(entry.now.target), centred=True),
    )
    return table(STANDING, columns, directorate_risks.owned(quarterly), empty="DLT owns no open risk.")


def _scores(quarterly: Quarterly) -> Table:
    rounds = [standing.round for standing in quarterly.tally.trend]

    def row(entry: Entry) -> tuple[Cell, ...]:
        numbers = {past.round: past.number for past in entry.ratings}
        scores = (numbers.get(round_) for round_ in rounds)
        return (Ref(entry.ref), *(BLANK if score is None else Count(score) for score in scores))

    return Table(
        SCORES,
        (Field("Ref", centred=True), *(Field(round_, centred=True) for round_ in rounds)),
        tuple(row(entry) for entry in drawn(quarterly) if entry.rating),
        empty="No risk has a score.",
        about="The score of each directorate risk and top risk, round by round.",
    )


def _grid(quarterly: Quarterly, least: tuple[int, ...]) -> tuple[int, ...]:
    """Columns for both tables."""
    return (*least, *[_WIDTH] * (1 + len(quarterly.tally.trend) - len(least)))


_WIDTH = 104
