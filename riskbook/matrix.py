"""The agreed matrix: steps of impact and likelihood, and the band and number of every cell where they meet."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property


@dataclass(frozen=True, slots=True)
class Level:
    """A step of an axis: its value from 1 up, its word, what it means in each domain, its letter where it has one."""

    value: int
    word: str
    meaning: tuple[tuple[str, str], ...] = ()
    letter: str = ""

    def __str__(self) -> str:
        return f"{self.value} {self.word}"


@dataclass(frozen=True, slots=True)
class Band:
    """A band of ratings: its word and letter, its colours (RRGGBB), its rank from 1 (least) and what it asks for."""

    name: str
    letter: str
    fill: str
    ink: str
    rank: int
    response: str = ""

    def __str__(self) -> str:
        return f"{self.name} ({self.letter})"


@dataclass(frozen=True, slots=True, order=True)
class Score:
    """A cell of the matrix. Impact comes first, always."""

    impact: int
    likelihood: int

    def __str__(self) -> str:
        return f"{self.impact}×{self.likelihood}"


@dataclass(frozen=True)
class Matrix:
    """A scheme: ``bands[i][l]`` and ``numbers[i][l]`` belong to impact ``i + 1`` and likelihood ``l + 1``.

    The band belongs to the cell and is never worked out from the number.
    """

    name: str
    impact: tuple[Level, ...]
    likelihood: tuple[Level, ...]
    cells: tuple[tuple[Band, ...], ...]
    numbers: tuple[tuple[int, ...], ...]
    bands: tuple[Band, ...]

    def band(self, score: Score) -> Band:
        """The band of a cell."""
        return self.cells[score.impact - 1][score.likelihood - 1]

    def number(self, score: Score) -> int:
        """The number printed for a cell."""
        return self.numbers[score.impact - 1][score.likelihood - 1]

    def rank(self, score: Score) -> int:
        """Where a cell stands among all, from 1: by band, then number, then impact."""
        return self._ranks[score]

    def rating(self, score: Score) -> str:
        """A cell in words: "12 Amber"."""
        return f"{self.number(score)} {self.band(score).name}"

    def scores(self) -> Iterator[Score]:
        """Every cell, least impact first."""
        return (Score(i.value, j.value) for i in self.impact for j in self.likelihood)

    @cached_property
    def reachable(self) -> tuple[int, ...]:
        """The numbers that some cell gives, in order."""
        return tuple(sorted({self.number(score) for score in self.scores()}))

    def nearest(self, number: float) -> tuple[int, ...]:
        """The reachable numbers on either side of one that no cell gives, as far as there are any."""
        below = [n for n in self.reachable if n < number]
        above = [n for n in self.reachable if n > number]
        return tuple(below[-1:] + above[:1])

    def named(self, name: str) -> Band:
        """The band of that name.

        Raises:
            KeyError: the matrix has no such band.
        """
        for band in self.bands:
            if band.name == name:
                return band
        raise KeyError(name)

    @cached_property
    def _ranks(self) -> dict[Score, int]:
        def standing(score: Score) -> tuple[int, int, int]:
            return (self.band(score).rank, self.number(score), score.impact)

        order = sorted({standing(score) for score in self.scores()})
        return {score: order.index(standing(score)) + 1 for score in self.scores()}
