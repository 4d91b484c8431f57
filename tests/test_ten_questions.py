"""What a director who has never seen the report must be able to answer from the printed Summary alone."""

from collections.abc import Callable
from functools import cache

import pytest

from riskbook.matrix import Band
from riskbook.model import Entry, Movement
from riskbook.quarterly import Quarterly, compose
from riskbook.report import document
from riskbook.report.blocks import Beside, Document, Heading, Opening, Para, Sheet, Table
from tests.registers import drawn
from tests.test_report import QUARTER, RETURNS


@cache
def quarter() -> Quarterly:
    drawing = drawn(QUARTER, returns=RETURNS)
    return compose(drawing.register, (), drawing.context)


@cache
def report() -> Document:
    return document(quarter(), "1")


def page() -> Sheet:
    return report().sheets[0]


def printed() -> str:
    """Everything that the page says in words: paragraphs, headings, and cells row by row."""
    found = [page().title, page().lead]
    for block in page().blocks:
        inner = [one for stack in block.stacks for one in stack.blocks] if isinstance(block, Beside) else [block]
        for one in inner:
            if isinstance(one, Opening | Para | Heading):
                found.append(one.words)
            elif isinstance(one, Table):
                found += [" | ".join(" ".join(told(cell).split()) for cell in row) for row in one.all_rows]
    return "\n".join(found)


def told(cell: object) -> str:
    """What a cell shows."""
    detail = getattr(cell, "detail", "")
    return f"{getattr(cell, 'words', getattr(cell, 'number', ''))} {detail}".strip()


def moved(movement: Movement) -> int:
    return sum(entry.movement is movement for entry in quarter().register.entries)


def bands() -> list[str]:
    """The rows of the table of bands, counted here from the register and last quarter's."""
    before, now = quarter().context.before, quarter().register
    assert before
    rows = []
    for band in reversed(quarter().context.settings.matrix.bands):
        counts = [sum(in_band(entry, band) for entry in register.open) for register in (now, before)]
        rows.append(f"{band} | {counts[0]} | {counts[1]} | ")
    return rows


def in_band(entry: Entry, band: Band) -> bool:
    return entry.rating is not None and quarter().context.settings.matrix.band(entry.rating) == band


QUESTIONS: dict[str, Callable[[], list[str]]] = {
    "How many risks are in the top band, and which are the highest?": lambda: [
        ": 3 Red,",
        "DIR-01 | Posts stand empty",
    ],
    "What got worse, from what, and which rose to the top band?": lambda: [
        f"▲ Up (worse) | {moved(Movement.UP)}\n",
        "| ▲ Up from 16 | 20 Red (R)",
        "1 risk rose to Red since Q1: FRD-001.",
    ],
    "What got better?": lambda: [f"▼ Down (better) | {moved(Movement.DOWN)}\n"],
    "Who owns the worst risk?": lambda: ["DIR-01 | Posts stand empty AD |"],
    "What must we decide, of how many, and on which sheet is it?": lambda: [
        "1 | Escalate to corporate: DIR-01. | 1 | Decisions\n"
    ],
    "Who did not return?": lambda: ["1 of 2 units sent a return, none late; SEND did not."],
    "How many risks are there, and in each band now and last quarter?": lambda: [
        f"\n{len(quarter().register.open)} risks: ",
        *bands(),
    ],
    "How many are new, and how many were closed?": lambda: [
        f"and {moved(Movement.NEW)} new; {moved(Movement.CLOSED)} was closed and none merged"
    ],
    "How many actions are overdue, and how many by much?": lambda: ["1 action is overdue, none by more than 30 days."],
    "As at what date, what is not scored, and what is missing?": lambda: [
        "risks as at 30 September 2026",
        "1 has no score",
        "Have scored: CIC-001.",
        "1 was not returned and stands as before",
    ],
}


def test_there_are_ten() -> None:
    """A director asked them of the page; what could not be answered was put on it."""
    assert len(QUESTIONS) == 10


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_printed_summary_answers(question: str) -> None:
    """Each part of the answer stands on the page, with the register's own counts."""
    for answer in QUESTIONS[question]():
        assert answer in printed()
