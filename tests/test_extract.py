"""Exports: the register as tidy tables that other programs read, with what every column means; and back again."""

import csv
import io
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pytest
from click.testing import CliRunner, Result
from pyarrow import parquet

from riskbook import extract
from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.commas import unguarded
from riskbook.extract import Extract, Type
from riskbook.model import Decision, Movement, Register, Risk
from riskbook.settings import Context
from tests import effort, makers, sample
from tests.registers import agreed

Q2 = """
    ref     | title             | event       | owner     | raised     | impact | likelihood | exposure | escalate
    FRD-001 | Calls are dropped | "=1+1"      | "@Lead"   | 2026-04-07 | 4      | 3          | 250000   | Yes
    FRD-002 | "-minus, quoted" | "one⏎two"   | "'=Owner" | 2025-11-30 | Lots   | 2          |          |
    NEW-1   | "+44 is rung"     | a "word"    | Lead      |            | 2      | 3          |          | No
"""
ACTIONS = """
    ref      | risk_ref | what | lead | due
    FRD-A001 | FRD-001  | Do it | Lead | 2026-12-31
"""
EXEMPT = """
    ref     | title             | event | impact | likelihood | audience
    FRD-001 | Calls are dropped | lost  | 4      | 3          | Exempt
    FRD-002 | Notices come late | late  | 2      | 2          |
"""


@cache
def quarter() -> tuple[Register, Context]:
    """A register with text that looks like formulas, a rating that was agreed, and one that is missing."""
    context = makers.quarter()
    agreed_on = Decision(
        "FRD-001",
        decision="Agree rating",
        agreed_impact=5,
        agreed_likelihood=4,
        body="DLT",
        decided_on=date(2026, 10, 13),
        round="2026-27 Q2",
        codes=("E101", "E104"),
    )
    kept = Register("2026-27 Q2", makers.scale(context.settings), decisions=(agreed_on,))
    register, _ = makers.merged(context, makers.workbook(Q2, ACTIONS), kept=kept)
    return register, context


@cache
def extracts() -> dict[str, Extract]:
    return {one.name: one for one in extract.extracts(*quarter(), "1")}


def rows(data: bytes) -> list[dict[str, str]]:
    """The rows of a CSV file, read by Python's own reader."""
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


READ: dict[Type, Callable[[str], Any]] = {
    Type.STRING: unguarded,
    Type.INTEGER: int,
    Type.NUMBER: float,
    Type.DATE: date.fromisoformat,
    Type.BOOLEAN: {"TRUE": True, "FALSE": False}.__getitem__,
}
"""How the text of each type is a value again, by what the dictionary says of it."""


def test_every_value_comes_back_from_csv_by_its_type() -> None:
    """Text, numbers, days and flags; nothing where nothing was said."""
    for one in extracts().values():
        back = [
            {c.key: READ[extract.type_of(c)](row[c.key]) if row[c.key] else None for c in one.columns}
            for row in rows(extract.as_csv(one))
        ]
        assert back == [dict(row) for row in one.rows]


def test_a_row_is_a_risk_with_the_rating_that_counts() -> None:
    """Agreed beside submitted; the score and band in columns of their own; movements without arrows."""
    risks = {row["ref"]: row for row in extracts()["risks"].rows}
    first, second = risks["FRD-001"], risks["FRD-002"]
    assert (first["impact"], first["agreed_impact"], first["score"], first["band"]) == (4, 5, 20, "Red")
    assert (first["raised"], first["exposure"], first["escalate"]) == (date(2026, 4, 7), 250000.0, True)
    assert (second["impact"], second["score"], second["band"]) == (None, None, None)
    assert {row["movement"] for row in risks.values()} <= {movement.value for movement in Movement}


def test_scores_are_long_and_decisions_whole() -> None:
    """A row for each rating of each round, submitted and agreed."""
    found = extracts()
    scores = [(row["round"], row["kind"], row["number"]) for row in found["scores"].rows if row["ref"] == "FRD-001"]
    assert scores[-2:] == [("2026-27 Q2", "submitted", 12), ("2026-27 Q2", "agreed", 20)]
    (decision,) = found["decisions"].rows
    assert (decision["risk_ref"], decision["decided_on"], decision["codes"]) == (
        "FRD-001",
        date(2026, 10, 13),
        "E101, E104",
    )
    (action,) = found["actions"].rows
    assert (action["risk_ref"], action["due"], action["first_due"]) == (
        "FRD-001",
        date(2026, 12, 31),
        date(2026, 11, 30),
    )


def test_no_text_in_a_csv_file_is_a_formula() -> None:
    """As Excel opens it: a mark at its beginning, line ends of RFC 4180, and an apostrophe where text needs one."""
    data = extract.as_csv(extracts()["risks"])
    assert data.startswith(b"\xef\xbb\xbfref,")
    found = {row["ref"]: row for row in rows(data)}
    assert (found["FRD-001"]["event"], found["FRD-001"]["owner"]) == ("'=1+1", "'@Lead")
    assert (found["FRD-002"]["title"][:2], found["FRD-002"]["owner"]) == ("'-", "''=Owner")
    assert not any(text[:1] in tuple("=+-@\t\r") for row in found.values() for text in row.values() if text)
    assert data.count(b"\r\n") == 1 + len(found)


def test_keys_are_said_to_be_unique_and_are() -> None:
    """What the package says of them holds."""
    for one in extracts().values():
        told = [tuple(row[key] for key in one.keys) for row in one.rows]
        assert not one.keys or len(set(told)) == len(told)


def test_the_dictionary_has_every_column_of_every_table() -> None:
    """Heading, type, what is allowed and help, from the declarations; the package says the same."""
    found = tuple(extracts().values())
    lines = {(row["table"], row["column"]): row for row in rows(extract.dictionary(found, agreed()))}
    whole = json.loads(extract.package(found, "x", "X", agreed()))
    told = {(one["name"], field["name"]): field for one in whole["resources"] for field in one["schema"]["fields"]}
    assert {key for key in lines if key[0] != "all"} == set(told)
    assert [key for one in found for key in [(one.name, column.key) for column in one.columns]] == list(told)
    assert {key: line["type"] for key, line in lines.items() if key[0] != "all"} == {
        key: field["type"] for key, field in told.items()
    }
    assert told["risks", "category"]["constraints"]["enum"] == list(agreed().lists.categories)
    assert lines["risks", "impact"]["allowed"].startswith("1 ")
    assert lines["risks", "event"]["help"] == told["risks", "event"]["description"] != ""
    for one in whole["resources"]:
        header = next(csv.reader(io.StringIO(extract.as_csv(extracts()[one["name"]]).decode("utf-8-sig"))))
        assert header == [field["name"] for field in one["schema"]["fields"]]


def test_parquet_holds_the_same_values_typed() -> None:
    """Read by pyarrow; headings and help go with the columns; the same register makes the same bytes."""
    for one in extracts().values():
        data = extract.as_parquet(one, agreed())
        table = parquet.read_table(io.BytesIO(data))
        assert table.to_pylist() == [dict(row) for row in one.rows]
        assert [str(kind) for kind in table.schema.types] == [ARROW[extract.type_of(c)] for c in one.columns]
        titles = [field.metadata[b"title"].decode() for field in table.schema]
        assert titles == [column.header for column in one.columns]
        assert data == extract.as_parquet(one, agreed())


ARROW = {
    Type.STRING: "string",
    Type.INTEGER: "int64",
    Type.NUMBER: "double",
    Type.DATE: "date32[day]",
    Type.BOOLEAN: "bool",
}


# The commands.


def run(book: Path, *words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--book", str(book)], catch_exceptions=False)


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book, its register merged, one of its risks exempt. It is there to be copied."""
    book = makers.small_book(tmp_path_factory.mktemp("extract") / "book", frd=makers.workbook(EXEMPT))
    with sample.register_alone():
        assert run(book, "merge").exit_code in (0, 1)
    return book


@pytest.fixture
def book(merged: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(merged, tmp_path / "book"))


def test_export_writes_into_the_rounds_folder_and_counts_the_exempt(book: Path) -> None:
    """All risks by default; --open leaves the exempt ones out, in every file."""
    whole = json.loads(run(book, "export", "csv", "--json").stdout)
    folder = book / "2026-27-q2" / "export"
    assert {Path(path) for path in whole["outputs"]} == set(folder.iterdir())
    assert whole["counts"]["exempt"] == 1
    risks = pd.read_csv(folder / "risks.csv")
    assert len(risks) == whole["counts"]["risks"]
    left = json.loads(run(book, "export", "csv", book / "open", "--open", "--json").stdout)
    assert left["counts"]["risks"] == whole["counts"]["risks"] - 1
    assert not any("FRD-001" in path.read_text(encoding="utf-8") for path in (book / "open").iterdir())


@effort.in_ci("exports twice: 3 s")
def test_exporting_again_changes_no_byte(book: Path) -> None:
    """CSV and Parquet."""
    folder = book / "2026-27-q2" / "export"
    made = []
    for _ in range(2):
        assert run(book, "export", "csv").exit_code == run(book, "export", "parquet").exit_code == 0
        made.append({path.name: path.read_bytes() for path in folder.iterdir()})
    assert made[0] == made[1]


def test_without_pyarrow_parquet_is_one_sentence(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Exit status 2, and nothing written."""
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    said = run(book, "export", "parquet")
    assert (said.exit_code, said.output.count("\n")) == (2, 1)
    assert not (book / "2026-27-q2" / "export").exists()


@effort.in_ci("runs whole commands: 1 s")
def test_a_register_that_was_changed_by_hand_is_merged_first(book: Path) -> None:
    """An export never says something else than the workbooks."""
    path = book / "2026-27-q2" / "directorate-risk-register-2026-27-q2.xlsx"
    opened = openpyxl.load_workbook(path)
    opened.save(path)
    assert run(book, "export", "csv").exit_code == 0, "the values are the same"
    owner = next(cell for row in opened["Register"].iter_rows(max_row=6) for cell in row if cell.value == "Risk owner")
    opened["Register"].cell(owner.row + 1, owner.column).value = "Somebody else"
    opened.save(path)
    assert run(book, "export", "csv").exit_code == 2


KEPT = ("title", "event", "owner", "raised", "impact", "likelihood", "exposure", "escalate")
"""What is held against each other after a round trip."""


@effort.in_ci("runs whole commands: 2 s")
@pytest.mark.parametrize("suffix", [".csv", ".xlsx"])
def test_what_was_exported_can_be_adopted(suffix: str, tmp_path: Path) -> None:
    """Into another book, as CSV or as the workbook that Excel makes of it: titles, events, ratings, owners and days."""
    register, context = quarter()
    register = replace(register, entries=tuple(one for one in register.entries if one.unit == "FRD"))
    data = extract.as_csv(next(one for one in extract.extracts(register, context, "1") if one.name == "risks"))
    theirs = tmp_path / f"theirs{suffix}"
    theirs.write_bytes(data if suffix == ".csv" else in_excel(data))
    book = makers.small_book(tmp_path / "book")
    assert run(book, "adopt", theirs, "--unit", "SEN").exit_code == 1
    mapping = theirs.with_name("theirs.riskbook.toml")
    answered = mapping.read_text(encoding="utf-8")
    for step in range(1, 6):
        answered = answered.replace(f'"{step}" = ""', f'"{step}" = {step}')
    mapping.write_text(answered.replace(' = ""', ' = "new"'), encoding="utf-8")
    assert run(book, "adopt", theirs, "--unit", "SEN").exit_code in (0, 1)
    assert run(book, "merge").exit_code in (0, 1)
    found = find(book).kept()
    assert found
    back = {entry.now.title: entry.now for entry in found.entries if entry.unit == "SEN"}
    assert {title: values(risk) for title, risk in back.items()} == {
        entry.now.title: values(entry.now) for entry in register.entries
    }


def values(risk: Risk) -> list[Any]:
    return [getattr(risk, key) for key in KEPT]


def in_excel(data: bytes) -> bytes:
    """The same rows as a workbook, days as days and text as text."""
    book = openpyxl.Workbook()
    for n, row in enumerate(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")), 1):
        for at, text in enumerate(row, 1):
            makers.put(book.worksheets[0], n, at, makers.value(f'"{unguarded(text)}"') if text else None)
    return makers.saved(book)
