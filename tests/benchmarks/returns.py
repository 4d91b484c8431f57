"""So many units with so many risks each in; a book with last quarter's register and this quarter's returns, out."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from riskbook import excel, store
from riskbook.report import directory as directories
from riskbook.report.form import FormRow, prefilled
from riskbook.report.register import document
from riskbook.settings import Context, load
from tests import filled
from tests.years import code, quarters

MESSY = 10
"""Of so many returns one has a cell that does not fit."""
SAID = {key: value for key, value in filled.ASKED.items() if key not in ("raised", "parent", "objective")}


def book(root: Path, units: int, risks: int) -> Path:
    """Lay a book out: its settings and directory, the register of one quarter, and every unit's return of the next."""
    text = (Path(__file__).parents[1] / "agreed.toml").read_text(encoding="utf-8")
    settings = load(text)
    register, context, _ = next(quarters(units, risks, 1, settings))
    folder = root / context.round.folder
    folder.mkdir(parents=True)
    (root / "riskbook.toml").write_text(text, encoding="utf-8")
    (root / "directory.xlsx").write_bytes(excel.report(directories.document(context.directory, settings)))
    (folder / context.round.register).write_bytes(
        excel.report(*document(store.tables(register, context, "1"), context))
    )
    following = settings.timetable.after(context.round)
    context = replace(context, round=following, on=following.as_at, before=register)
    into = root / following.folder / "returns"
    into.mkdir(parents=True)
    for number in range(1, units + 1):
        (into / f"{code(number).lower()}.xlsx").write_bytes(returned(context, number))
    return root


def returned(context: Context, number: int) -> bytes:
    """The return of a unit, filled in."""
    unit = context.directory.unit(code(number))
    assert unit
    form = prefilled(context, unit, 1)
    part = {"filled_by": "A. Manager", "filled_on": context.on, "reviewed_all": "Yes"}
    asked = {**SAID, "reviewed": context.on, "commentary": f"What was promised for {context.round} is under way."}
    risks = tuple(_filled(row, asked) for row in form.risks)
    part = {"filled_by": "A. Manager", "filled_on": context.on, "reviewed_all": "Yes"}
    asked = {**SAID, "reviewed": context.on, "commentary": f"What was promised for {context.round} is under way."}
    risks = tuple(_filled(row, asked) for row in form.risks)
    if number % MESSY == 0:
        risks = (replace(risks[0], values={**risks[0].values, "impact": "rather bad"}), *risks[1:])
    return excel.form(context, replace(form, risks=risks, part=part))


def _filled(row: FormRow, asked: Mapping[str, Any]) -> FormRow:
    """A row with what last quarter left empty, or asks for anew; what can go no lower is tolerated."""
    stands = {key: value for key, value in row.values.items() if value not in ("", None)}
    lowest = all(str(stands[key]).startswith("1") for key in ("impact", "likelihood"))
    return replace(row, values={**asked, **stands, **({"response": "Tolerate"} if lowest else {})})
