"""Matrix: the band belongs to the cell, whatever the number."""

import pytest

from riskbook import settings
from riskbook.matrix import Matrix, Score


def shipped(name: str) -> Matrix:
    return settings.load(settings.framework(name)).matrix


DEFAULT = shipped(settings.DEFAULT)
FENLAND = shipped("fenland-2020")
EVERY = pytest.mark.parametrize("matrix", [shipped(name) for name in settings.frameworks()], ids=settings.frameworks())


def drawn(matrix: Matrix) -> list[str]:
    """The letters of a matrix as people see it: highest impact first."""
    return [
        " ".join(matrix.band(Score(i.value, j.value)).letter for j in matrix.likelihood)
        for i in reversed(matrix.impact)
    ]


def test_fenland_is_as_it_was_drawn():
    """The published figure, turned to impact upwards (domain.md 1.2 has likelihood upwards)."""
    assert drawn(FENLAND) == ["Y Y R R R", "Y Y Y R R", "W Y Y Y R", "W W W Y Y", "W W W Y Y"]


def test_two_cells_with_one_number_may_have_two_bands():
    """Fenland's 6 is white at impact 2 with likelihood 3, and yellow the other way round."""
    light, heavy = Score(2, 3), Score(3, 2)
    assert FENLAND.number(light) == FENLAND.number(heavy) == 6
    assert (FENLAND.band(light).name, FENLAND.band(heavy).name) == ("White", "Yellow")


def test_a_cell_is_rated_in_words():
    """Number and band."""
    assert DEFAULT.rating(Score(4, 3)) == "12 Amber"


def test_ranks_go_by_band_then_number_then_impact():
    """Fenland's white 8 is below its yellow 5; two twelves go by impact."""
    assert FENLAND.rank(Score(2, 3)) < FENLAND.rank(Score(3, 2))
    assert FENLAND.rank(Score(2, 3)) < FENLAND.rank(Score(5, 1))
    assert DEFAULT.rank(Score(2, 5)) < DEFAULT.rank(Score(3, 4)) < DEFAULT.rank(Score(4, 3)) < DEFAULT.rank(Score(3, 5))


@EVERY
def test_every_cell_has_a_rank_of_its_own(matrix: Matrix):
    """Ranks run from 1 without a gap or a tie, in the order of band, number and impact."""
    order = sorted(matrix.scores(), key=lambda s: (matrix.band(s).rank, matrix.number(s), s.impact))
    assert [matrix.rank(score) for score in order] == list(range(1, len(order) + 1))


@EVERY
def test_the_band_is_the_cells(matrix: Matrix):
    """Impact is the row and likelihood the column, in bands and in numbers."""
    for score in matrix.scores():
        assert matrix.band(score) is matrix.cells[score.impact - 1][score.likelihood - 1]
        assert matrix.number(score) == matrix.numbers[score.impact - 1][score.likelihood - 1]
    assert len(list(matrix.scores())) == len(matrix.impact) * len(matrix.likelihood)


@EVERY
def test_more_of_either_never_lowers(matrix: Matrix):
    """Band and number never fall, and the rank always rises, with more impact or more likelihood."""
    cells = list(matrix.scores())
    for less in cells:
        for more in cells:
            if less != more and less.impact <= more.impact and less.likelihood <= more.likelihood:
                assert matrix.band(less).rank <= matrix.band(more).rank
                assert matrix.number(less) <= matrix.number(more)
                assert matrix.rank(less) < matrix.rank(more)


@EVERY
def test_every_band_stands_in_some_cell(matrix: Matrix):
    """Ranked from 1, least first."""
    assert [band.rank for band in matrix.bands] == list(range(1, len(matrix.bands) + 1))
    assert {matrix.band(score) for score in matrix.scores()} == set(matrix.bands)


def test_the_numbers_that_five_by_five_can_give():
    """Fourteen of the twenty-five (domain.md 1.1)."""
    assert DEFAULT.reachable == (1, 2, 3, 4, 5, 6, 8, 9, 10, 12, 15, 16, 20, 25)


def test_a_weighted_matrix_counts_impact_more():
    """Weights 1, 2, 4, 8: the same two steps give 8 or 4."""
    weighted = shipped("weighted-4x4")
    assert weighted.reachable == (1, 2, 3, 4, 6, 8, 12, 16, 24, 32)
    assert (weighted.number(Score(4, 1)), weighted.number(Score(1, 4))) == (8, 4)


@pytest.mark.parametrize(
    ("number", "nearest"), [(14, (12, 15)), (7, (6, 8)), (26, (25,)), (0, (1,)), (10.5, (10, 12)), (12, (10, 15))]
)
def test_the_nearest_numbers_stand_on_either_side(number: float, nearest: tuple[int, ...]):
    """As far as there are any."""
    assert DEFAULT.nearest(number) == nearest


def test_a_band_is_found_by_its_name():
    """One that there is not is a KeyError."""
    assert DEFAULT.named("Red").letter == "R"
    with pytest.raises(KeyError):
        DEFAULT.named("Purple")


def test_steps_bands_and_scores_are_written_for_people():
    """Impact first, with the sign between."""
    assert [str(level) for level in DEFAULT.impact[3:]] == ["4 Major", "5 Critical"]
    assert (str(DEFAULT.bands[1]), str(Score(4, 3))) == ("Amber (A)", "4×3")
