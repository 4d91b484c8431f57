"""Scores by round: the figures that the sparklines and the chart of bands are drawn on, for all to check."""

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

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
MATRIX = "squares_of_the_matrix"
"""The table that the small matrices of risk cards are drawn on."""
NAME = "Scores by round"
UNSCORED = "Not scored"


def sheet(quarterly: Quarterly, told: Sequence[Entry] = (), cards: Sequence[Entry] = ()) -> Sheet:
    """List the scores behind every sparkline, and the risks in each band round by round.

    ``told`` are risks with a sparkline besides those that every report draws, ``cards`` those with a chart of their
    own.
    """
    columns = _columns(quarterly)
    return Sheet(
        name=NAME,
        title="Scores by round",
        lead="The figures that the trends and the charts are drawn on. A round without a score is empty.",
        blocks=(
            _scores(quarterly, told),
            Heading("Risks in each band"),
            table(BANDS, columns, quarterly.tally.trend, empty="No round is counted.", about="Risks in each band."),
            Heading("Directorate risks before controls, now and to be"),
            _standing(quarterly),
            *_of_cards(quarterly, cards),
        ),
        widths=_grid(quarterly, widths(columns), _across(quarterly, cards)),
    )


def of_card(entry: Entry, cards: Sequence[Entry]) -> str:
    """The table with the scores of a risk's card: its rounds down, risks across."""
    return f"scores_of_cards_{1 + [one.ref for one in cards].index(entry.ref) // _ON_A_TABLE}"


def drawn(quarterly: Quarterly, more: Sequence[Entry] = ()) -> tuple[Entry, ...]:
    """The risks that a sparkline is drawn for: the directorate's own, and the top risks."""
    both = {
        entry.ref: entry
        for entry in (*directorate_risks.owned(quarterly), *top_risks(quarterly.register, quarterly.context), *more)
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


def _scores(quarterly: Quarterly, told: Sequence[Entry]) -> Table:
    rounds = [standing.round for standing in quarterly.tally.trend]

    def row(entry: Entry) -> tuple[Cell, ...]:
        numbers = {past.round: past.number for past in entry.ratings}
        scores = (numbers.get(round_) for round_ in rounds)
        return (Ref(entry.ref), *(BLANK if score is None else Count(score) for score in scores))

    return Table(
        SCORES,
        (Field("Ref", centred=True), *(Field(round_, centred=True) for round_ in rounds)),
        tuple(row(entry) for entry in drawn(quarterly, told) if entry.rating),
        empty="No risk has a score.",
        about="The score of each risk that has a trend, round by round.",
    )


def _of_cards(quarterly: Quarterly, cards: Sequence[Entry]) -> Iterator[Heading | Table]:
    """The scores that risk cards are drawn on, so many risks a table that paper holds it."""
    for first in range(0, len(cards), _ON_A_TABLE):
        some = cards[first : first + _ON_A_TABLE]
        numbers = {one.ref: {past.round: past.number for past in one.ratings} for one in some}
        columns: tuple[Column[str], ...] = (
            Column("Round", _WIDTH, Text),
            *(Column(one.ref, _WIDTH, partial(_score, numbers[one.ref]), centred=True) for one in some),
        )
        rounds = [standing.round for standing in quarterly.tally.trend]
        if first == 0:
            yield Heading("Squares of the matrices on the risk cards")
            yield _squares(quarterly)
            yield Heading("Scores on the risk cards")
        yield table(of_card(some[0], cards), columns, rounds, empty="No round is counted.", about="Scores by round.")


def _squares(quarterly: Quarterly) -> Table:
    """A one for every cell of the matrix: a small matrix is a chart of them, stacked and coloured."""
    matrix = quarterly.context.settings.matrix
    fields = (Field("Likelihood"), *(Field(str(level), centred=True) for level in matrix.impact))
    ones: tuple[Cell, ...] = (Count(1),) * len(matrix.impact)
    rows = tuple((Text(str(level)), *ones) for level in matrix.likelihood)
    return Table(MATRIX, fields, rows, empty="", about="A one for every cell of the matrix.")


def _score(numbers: Mapping[str, int | None], round_: str) -> Cell:
    number = numbers.get(round_)
    return BLANK if number is None else Count(number)


def _grid(quarterly: Quarterly, least: tuple[int, ...], most: int) -> tuple[int, ...]:
    """Columns for every table."""
    return (*least, *[_WIDTH] * (max(1 + len(quarterly.tally.trend), most) - len(least)))


def _across(quarterly: Quarterly, cards: Sequence[Entry]) -> int:
    """The columns of the widest table of the cards."""
    return max(min(len(cards), _ON_A_TABLE), len(quarterly.context.settings.matrix.impact) if cards else 0) + 1


_WIDTH = 104
_ON_A_TABLE = 10
