"""Returns drawn as text and written as real workbooks, and the quarter that they come in.

    ref     | title             | impact  | likelihood | Our own column
    FRD-001 | Calls are dropped | 4 Major | 3          | High
    NEW-1   | Notices come late | Lots    |            |

The first line has the headings: a key of the form stands for its heading, anything else for itself; the form's other
columns follow, empty, unless Risks is not ``whole``. The table begins at A1, so the first risk is on row 2. A whole
number is a number, 2026-09-24 a day, ``=A1`` a formula that was never calculated, ``#REF!`` an error, ``⏎`` a line
break; in "quotes" anything is text. The quarter is 2026-27 Q2; last quarter's register is drawn as ``registers`` does.
"""

import io
import pickle
import re
import zipfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.packaging.custom import IntProperty, StringProperty
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.worksheet import Worksheet

from riskbook import excel, ingest, marks, merge, store
from riskbook.directory import Directory
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, FIXES, LABELS, MARKS, RISKS, Column, by_key
from riskbook.intake import Intake, take
from riskbook.model import Decision, Register, UnitReturn
from riskbook.movement import scale
from riskbook.places import Place
from riskbook.read import read
from riskbook.report import directory
from riskbook.report import register as register_report
from riskbook.settings import Context, Settings
from tests import registers
from tests.examples import agreed

START: Mapping[str, object] = {
    "unit": "FRD",
    "round": "2026-27 Q2",
    "issue": 1,
    "form": 2,
    "filled_by": "A. Manager",
    "filled_on": date(2026, 10, 2),
}
"""What Start says unless a test says otherwise."""
LAST = """
    DIR-01 4x4 was 4x4 "Placements cost more than planned"
    FRD-001 4x3 was 4x3 "Calls are dropped"
      + FRD-A001 due 2026-11-30
    FRD-002 2x2 was 2x2 "Notices come late"
    ASM-001 3x3 was 3x3 "Visits are late"
"""
"""Last quarter's register unless a test draws another."""
FRD = """
    ref     | title             | impact | likelihood
    FRD-001 | Calls are dropped | 4      | 3
    FRD-002 | Notices come late | 2      | 2
"""
"""Front Door's two risks, sent back as they were."""


def workbook(risks: str | None = FRD, actions: str | None = "", **how: Any) -> bytes:
    """A return, written once in a run however often it is asked for; what ``spoil`` does to one is done every time."""
    if how.get("spoil"):
        return written(risks, actions, **how)
    asked = pickle.dumps((risks, actions, how))
    if asked not in _WRITTEN:
        _WRITTEN[asked] = written(risks, actions, **how)
    return _WRITTEN[asked]


_WRITTEN: dict[bytes, bytes] = {}


def written(
    risks: str | None = FRD,
    actions: str | None = "",
    *,
    start: Mapping[str, object] | None = START,
    scope: str = "",
    names: Mapping[str, str] | None = None,
    properties: Mapping[str, str | int] | None = None,
    banner: Sequence[Sequence[object]] = (),
    fixes: str | None = None,
    whole: bool = True,
    called: Mapping[str, str] | None = None,
    modified: str = "2026-10-05T09:00:00Z",
    spoil: Callable[[openpyxl.Workbook], None] | None = None,
) -> bytes:
    """Write a return. A sheet that is None is left out; ``banner`` are rows over the risks; ``called`` renames sheets.

    ``names`` and ``properties`` are marks by what they say; ``spoil`` does anything else before it is saved.
    """
    book = openpyxl.Workbook()
    book.remove(book["Sheet"])
    if start is not None:
        _facts(book.create_sheet("Start"), start)
    for name, drawing, columns in (
        ("Risks", risks, RISKS),
        ("Actions", actions, ACTIONS),
        ("Please correct", fixes, FIXES),
    ):
        if drawing is not None:
            sheet = book.create_sheet((called or {}).get(name, name))
            over = banner if name == "Risks" else ()
            for line in over:
                sheet.append(list(line))
            _table(sheet, drawing, columns, whole or name != "Risks", len(over) + 1)
    for mark, said in {**(names or {}), **({"scope": scope} if scope else {})}.items():
        _name(book, mark, said)
    for mark, value in (properties or {}).items():
        kind = IntProperty if isinstance(value, int) else StringProperty
        book.custom_doc_props.append(kind(name=f"riskbook {mark}", value=value))
    if spoil:
        spoil(book)
    return saved(book, modified)


def started(**facts: object) -> dict[str, object]:
    """What Start says, some of it otherwise; None leaves a line out."""
    return {key: value for key, value in {**START, **facts}.items() if value is not None}


def quarter(
    last: str | None = LAST,
    round_: str = "2026-27 Q2",
    decisions: tuple[Decision, ...] = (),
    settings: Settings | None = None,
) -> Context:
    """What is known in a round; ``last`` None is the first round of all."""
    settings = settings or agreed()
    this = settings.timetable.round(round_)
    before = None if last is None else register(last, str(settings.timetable.before(this)), settings)
    before = before and replace(before, decisions=decisions)
    return Context(settings, registers.DIRECTORY, this, this.as_at, before)


def register(drawing: str, round_: str = "2026-27 Q1", settings: Settings | None = None) -> Register:
    """A register drawn as text, on the scale that is in force."""
    settings = settings or agreed()
    return replace(registers.drawn(drawing, settings=settings, round_=round_).register, scale=scale(settings))


def following(register: Register, context: Context) -> Context:
    """The round after, in which a register is last quarter's."""
    this = context.settings.timetable.after(context.round)
    return replace(context, round=this, on=this.as_at, before=register)


def ingested(data: bytes, context: Context | None = None) -> ingest.Ingested:
    """What a workbook says, before any rule is held against it."""
    return ingest.unit_return(read(data, "frd.xlsx", marks.wanted), context or quarter())


def returned(data: bytes, context: Context | None = None) -> UnitReturn:
    """The return in a workbook."""
    found = ingested(data, context).returned
    assert found
    return found


def taken(data: bytes, context: Context | None = None, name: str = "frd.xlsx") -> Intake:
    """A workbook taken in."""
    return take(data, name, context or quarter())


def merged(
    context: Context, *sent: bytes, kept: Register | None = None, use: Iterable[str] = ()
) -> tuple[Register, list[Finding]]:
    """Workbooks taken in and merged."""
    return merge.merge(intakes(context, *sent), context, kept, frozenset(use))


def intakes(context: Context, *sent: bytes, first: int = 1) -> tuple[Intake, ...]:
    """Workbooks taken in, under the names 1.xlsx, 2.xlsx and so on: for who merges them more than once."""
    return tuple(taken(data, context, f"{number}.xlsx") for number, data in enumerate(sent, first))


def told(findings: Iterable[Finding], *codes: str) -> list[tuple[str, str]]:
    """Findings as (code, where): "Risks!C3"; of some codes only, where any are named."""
    return [(f.code, str(replace(f.place, book=""))) for f in findings if not codes or f.code in codes]


def saved(book: openpyxl.Workbook, modified: str = "2026-10-05T09:00:00Z") -> bytes:
    """The bytes of a workbook: the same whenever it is made."""
    stream, out = io.BytesIO(), io.BytesIO()
    book.save(stream)
    with zipfile.ZipFile(stream) as parts, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as fixed:
        for part in parts.namelist():
            content = parts.read(part)
            if part == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:(\w+)[^>]*>)[^<]*", rb"\g<1>" + modified.encode(), content)
            fixed.writestr(zipfile.ZipInfo(part), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def small_book(root: Path, known: Directory = registers.DIRECTORY, last: str = LAST, **returns: bytes) -> Path:
    """A book: agreed settings, a small directory, the register of 2026-27 Q1, and returns of Q2 by their names."""
    settings = (Path(__file__).parent / "agreed.toml").read_text(encoding="utf-8")
    (root / "2026-27-q1").mkdir(parents=True)
    (root / "2026-27-q2" / "returns").mkdir(parents=True)
    (root / "riskbook.toml").write_text(settings, encoding="utf-8")
    (root / "directory.xlsx").write_bytes(_directory(known))
    (root / "2026-27-q1" / "directorate-risk-register-2026-27-q1.xlsx").write_bytes(last_register(last))
    for name, data in returns.items():
        (root / "2026-27-q2" / "returns" / f"{name}.xlsx").write_bytes(data)
    return root


@cache
def _directory(known: Directory) -> bytes:
    return excel.report(directory.document(known, agreed()))


@cache
def last_register(last: str) -> bytes:
    """The register of the quarter before, as its merge wrote it."""
    tables = store.tables(register(last), quarter(None), "0.1.0")
    return excel.report(*register_report.document(tables, quarter(None)))


def cell(data: bytes, place: Place) -> Any:
    """What stands at a place, by openpyxl."""
    return openpyxl.load_workbook(io.BytesIO(data))[place.sheet].cell(place.row, place.column).value


class Words(str):
    """Text, whatever it looks like."""

    __slots__ = ()


def value(drawn: str) -> object:
    """A cell as a drawing means it."""
    if len(drawn) > 1 and drawn[0] == drawn[-1] == '"':
        return Words(drawn[1:-1].replace("⏎", "\n"))
    if re.fullmatch(r"-?\d{1,15}", drawn):
        return int(drawn)
    if re.fullmatch(r"\d{4}-\d\d-\d\d", drawn):
        return date.fromisoformat(drawn)
    return drawn.replace("⏎", "\n") or None


def put(sheet: Worksheet, row: int, column: int, content: object) -> None:
    """Put something in a cell: text as text, unless it begins like a formula, or is an error, and is not Words."""
    at = sheet.cell(row, column)
    at.value = content  # type: ignore[assignment]
    if isinstance(content, Words):
        at.data_type = "s"


def _facts(sheet: Worksheet, facts: Mapping[str, object]) -> None:
    sheet.append(["Children's Services risk return"])
    for row, (key, fact) in enumerate(facts.items(), 2):
        sheet.cell(row, 1, LABELS[key])
        put(sheet, row, 2, fact)


def _table(sheet: Worksheet, drawing: str, columns: tuple[Column, ...], whole: bool, top: int) -> None:
    lines = [[part.strip() for part in line.split("|")] for line in drawing.splitlines() if line.strip()]
    drawn = lines[0] if lines else []
    known = by_key(columns)
    others = [column.header for column in columns if column.on_form and column.key not in drawn] if whole else []
    headings = [known[name].header if name in known else name for name in drawn]
    headings += [header for header in others if header not in headings]
    for row, cells in enumerate([headings, *lines[1:]], top):
        for column, text in enumerate(cells, 1):
            put(sheet, row, column, text if row == top else value(text))


def _name(book: openpyxl.Workbook, mark: str, said: str) -> None:
    """A defined name that points at a hidden list, as the form has them."""
    lists = book["Lists"] if "Lists" in book.sheetnames else book.create_sheet("Lists")
    lists.sheet_state = "hidden"
    lists.append([said])
    book.defined_names[MARKS[mark]] = DefinedName(MARKS[mark], attr_text=f"Lists!$A${lists.max_row}")
