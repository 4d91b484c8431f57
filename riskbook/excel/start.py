"""A form and how it stands in; its first sheet, Start, out: what to do, their part, what this is, how it stands now."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from riskbook.excel import form_looks, prompts, widths
from riskbook.excel.book import Page, Print
from riskbook.excel.looks import Look
from riskbook.forms import FORM, LABELS
from riskbook.kinds import said
from riskbook.report.form import Form, Shown
from riskbook.report.ready import Standing
from riskbook.settings import Context

WIDTHS = (27, 60, 3, 33, 9, 30)
STEPS = (
    "Work across each row of Risks. Blue cells still need you.",
    "Amber means look again: put it right, or say why.",
    "Something new? Use the rows NEW-1 to NEW-20.",
    "Bring Actions up to date.",
    "When all is Ready, fill in your part, save, and e-mail it back.",
)
THEIRS = ("filled_by", "filled_on", "reviewed_all")
REVIEWED_HINT = "Choose Yes when you have. We then use the date above wherever Last reviewed is empty."
WHERE = {
    "Please correct": "what we ask you to put right or answer",
    "Risks": "your risks, one row each",
    "Actions": "what is being done about them",
    "Directorate risks": "what yours may feed; to read",
    "How to score": "the matrix, the words, an example",
}
_ROW = 18.0
_LEFT, _FACT, _RIGHT, _FIGURE, _NOTE = 0, 1, 3, 4, 5


@dataclass(slots=True)
class _Sheet:
    """The sheet in the making: where each column has got to, and the cells that names point at."""

    page: Page
    left: int = 3
    right: int = 3
    cells: dict[str, str] = field(default_factory=dict)

    def named(self, name: str, row: int, column: int) -> None:
        self.cells[name] = f"=Start!${'ABCDEF'[column]}${row + 1}"
