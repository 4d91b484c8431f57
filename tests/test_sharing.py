"""`riskbook export pplus` and `export corporate`, as I&P type them: files, memory, editions, and what is refused."""

import csv
import io
import json
import re
import shutil
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result

from riskbook import store
from riskbook.cli import files, main, merging
from riskbook.cli.folder import find, open_workbook
from riskbook.model import Decision, Exported, Register
from riskbook.rules.escalation import CORPORATE_BODY
from riskbook.settings import framework
from tests import effort, makers, oracles, sample
from tests.makers import started

ROUND = "2026-27-q2"
DIR = """
    ref    | title                            | event   | owner   | impact | likelihood | audience
    DIR-01 | Placements cost more than planned | "=1+1" | "@Lead" | 4      | 5          |
    NEW-1  | Inspection finds gaps             | gaps   | AD      | 3      | 3          | Exempt
"""
UP = Decision(
    "DIR-01",
    decision="Escalate",
    body="DLT",
    decided_by="Director",
    decided_on=date(2026, 10, 13),
    minute="4.2",
    round="2026-27 Q2",
)
ACCEPTED = replace(UP, decision="Accept", body=CORPORATE_BODY, decided_on=date(2026, 10, 20), corporate_ref="CR04")


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book, merged: two directorate risks, one of them new and exempt. It is there to be copied."""
    book = tmp_path_factory.mktemp("sharing") / "book"
    returned = makers.workbook(DIR, start=started(unit="DIR"))
    makers.small_book(book, frd=makers.workbook(), dir=returned)
    with sample.register_alone():
        assert run(book, "merge").exit_code in (0, 1)
    return book


@pytest.fixture
def book(merged: Path, tmp_path: Path) -> Path:
    shutil.copytree(merged, tmp_path / "book")
    return tmp_path / "book"


def run(book: Path, *words: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words), "--book", str(book)], catch_exceptions=False)


def told(book: Path, *words: object) -> dict[str, Any]:
    """What a command says as JSON, after it went well."""
    result = run(book, *words, "--json")
    assert result.exit_code == 0, result.output
    whole: dict[str, Any] = json.loads(result.stdout)
    return whole


def there(book: Path) -> dict[str, bytes]:
    return {str(path.relative_to(book)): path.read_bytes() for path in book.rglob("*") if path.is_file()}


def rewritten(book: Path, **changed: Any) -> None:
    """The round's register as riskbook would have written it, with other decisions, entries or exports."""
    opened = find(book)
    register = opened.kept()
    assert register
    data = merging.written(replace(register, **changed), opened.context())
    files.write_all({opened.register: data}, opened.folder / "kept")


def rows(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))


def remembered(book: Path) -> tuple[Exported, ...]:
    register = find(book).kept()
    assert register
    return register.exports


def test_pplus_is_given_the_columns_that_the_settings_name(book: Path) -> None:
    """In their order, the ratings that count, and no text that a program would calculate."""
    settings = book / "riskbook.toml"
    mapping = '[export.pplus.columns]\n"Their id" = "ref"\n"Owner" = "owner"\n"Said" = "event"\n"Score" = "score"\n'
    settings.write_text(f"{settings.read_text(encoding='utf-8')}\n{mapping}", encoding="utf-8")
    told(book, "export", "pplus")
    assert rows(book / ROUND / "export" / "pplus-2026-27-q2.csv") == [
        {"Their id": "DIR-01", "Owner": "'@Lead", "Said": "'=1+1", "Score": "20"}
    ]


def test_there_is_an_edition_with_exempt_risks_and_an_open_one(book: Path) -> None:
    """Never silently out: the command counts them, and both files and both lists are written."""
    said = run(book, "export", "pplus")
    assert "1 exempt risk is among them" in said.stdout
    folder = book / ROUND / "export"
    assert {path.name for path in folder.iterdir()} == {
        f"{name}-{ROUND}{kind}"
        for name, ending in (("pplus", ".csv"), ("pplus-changes", ".xlsx"))
        for kind in (ending, f"-exempt{ending}")
    }
    assert [len(rows(folder / f"pplus-{ROUND}{kind}.csv")) for kind in ("", "-exempt")] == [1, 2]
    open_, exempt = (openpyxl.load_workbook(folder / f"pplus-changes-{ROUND}{kind}.xlsx") for kind in ("", "-exempt"))
    assert exempt.properties.title.startswith("EXEMPT") is not open_.properties.title.startswith("EXEMPT")
    assert [
        "DIR-02" in {cell.value for row in one["Changes"].iter_rows() for cell in row} for one in (open_, exempt)
    ] == [
        False,
        True,
    ]


@pytest.mark.usefixtures("register_alone")
def test_exporting_twice_changes_no_byte_and_tells_the_same(book: Path) -> None:
    """The register is written once, to remember it; merging again keeps what it remembers."""
    first = told(book, "export", "pplus")
    assert first["counts"] | {"risks": 2, "new": 2, "changed": 0, "closed": 0, "exempt": 1} == first["counts"]
    assert [change["ref"] for change in first["changes"]] == ["DIR-01", "DIR-02"]
    stands = there(book)
    second = told(book, "export", "pplus")
    assert second["changes"] == first["changes"]
    assert there(book) == stands
    run(book, "merge")
    assert there(book)[f"{ROUND}/{find(book).register.name}"] == stands[f"{ROUND}/{find(book).register.name}"]
    assert {one.system for one in remembered(book)} == {"pplus"}


@effort.in_ci("runs whole commands: 1 s")
def test_the_day_that_the_register_is_counted_to_stands(book: Path) -> None:
    """An export writes nothing on it but what it remembers; a day may still be named."""
    opened = find(book)
    register = opened.kept()
    assert register
    data = merging.written(register, opened.context(date(2026, 10, 7)))
    files.write_all({opened.register: data}, opened.folder / "kept")
    told(book, "export", "pplus")
    assert store.as_at(open_workbook(opened.register), opened.settings) == date(2026, 10, 7)
    assert "as at 8 October 2026" in run(book, "export", "corporate", "--as-at", "8 October 2026").stderr


def test_a_dry_run_writes_and_remembers_nothing(book: Path) -> None:
    """It says what has changed."""
    stands = there(book)
    assert told(book, "export", "pplus", "--dry-run")["counts"]["new"] == 2
    assert told(book, "export", "corporate", "--dry-run")["outputs"] == []
    assert there(book) == stands


LATER = """
    ref    | title                            | event  | owner | impact | likelihood | audience
    DIR-01 | Placements cost more than planned | "=1+1" | AD    | 4      | 5          |
    DIR-02 | Inspection finds gaps             | gaps   | AD    | 3      | 3          | Exempt
    NEW-1  | Rolls fall                        | fall   | AD    | 2      | 2          |
"""


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.usefixtures("register_alone")
def test_the_next_quarter_tells_what_has_changed_since_the_last(book: Path) -> None:
    """What was exported goes with the register from merge to merge."""
    told(book, "export", "pplus")
    returns = book / "2026-27-q3" / "returns"
    returns.mkdir(parents=True)
    (returns / "dir.xlsx").write_bytes(makers.workbook(LATER, start=started(unit="DIR", round="2026-27 Q3")))
    assert run(book, "merge").exit_code in (0, 1)
    later = told(book, "export", "pplus")
    assert [(change["what"], change["ref"], change["field"]) for change in later["changes"]] == [
        ("Changed", "DIR-01", "Risk owner"),
        ("New", "DIR-03", ""),
    ]
    assert (later["since"], later["counts"]["risks"]) == ("2026-27 Q2", 3)
    assert (book / "2026-27-q3" / "export" / "pplus-2026-27-q3.csv").is_file()


def test_a_list_that_was_ticked_off_is_not_written_over(book: Path) -> None:
    """Exporting the same again leaves it alone, and says so; the flat file is the same anyway."""
    told(book, "export", "pplus")
    path = book / ROUND / "export" / f"pplus-changes-{ROUND}.xlsx"
    ticked = openpyxl.load_workbook(path)
    ticked["Changes"]["G6"] = "Ruth Lane"
    ticked.save(path)
    data = path.read_bytes()
    said = run(book, "export", "pplus")
    assert (said.exit_code, "filled in" in said.stdout, path.read_bytes() == data) == (0, True, True)


@effort.in_ci("runs whole commands: 1 s")
def test_what_was_exported_stays_beside_what_is_exported_after_a_change(book: Path) -> None:
    """The first list may not have been entered yet; the second tells only what has changed since."""
    told(book, "export", "pplus")
    stands = there(book / ROUND / "export")
    register = find(book).kept()
    assert register
    moved = tuple(
        replace(one, now=replace(one.now, owner="AD")) if one.ref == "DIR-01" else one for one in register.entries
    )
    rewritten(book, entries=moved)
    again = told(book, "export", "pplus")
    assert [(change["ref"], change["field"], change["was"], change["now"]) for change in again["changes"]] == [
        ("DIR-01", "Risk owner", "@Lead", "AD")
    ]
    after = there(book / ROUND / "export")
    assert {name: after[name] for name in stands} == stands
    assert {name for name in after if "export-2" in name} == after.keys() - stands.keys() != set()


@effort.in_ci("runs whole commands: 1 s")
def test_the_corporate_extract_has_the_decision_and_the_ref(book: Path) -> None:
    """Impact first, last quarter beside this one; the sheet Changes says what is new since the last."""
    rewritten(book, decisions=(UP,))
    assert told(book, "export", "corporate")["counts"]["new"] == 1
    sheet = openpyxl.load_workbook(book / ROUND / f"corporate-risks-{ROUND}.xlsx")["Corporate risks"]
    headers, row = table(sheet)
    assert [one for one in headers if "impact" in one.lower() or "likelihood" in one.lower()] == [
        "Last quarter impact",
        "Last quarter likelihood",
        "Impact now",
        "Likelihood now",
    ]
    assert (row["Corporate ref"], row["Last quarter impact"], row["Impact now"]) == ("Put up", "4 Major", "4 Major")
    assert row["Decision"] == "Escalate, Director, DLT, 13 October 2026, minute 4.2."
    rewritten(book, decisions=(UP, ACCEPTED))
    changed = {change["field"]: change["now"] for change in told(book, "export", "corporate")["changes"]}
    assert changed["Corporate ref"] == "CR04"
    assert changed.keys() == {"Corporate ref", "Decision"}
    assert (book / ROUND / f"corporate-risks-{ROUND}-export-2.xlsx").is_file()


def table(sheet: Any) -> tuple[list[str], dict[str, Any]]:
    """The headings of the first table of a sheet, and its first row."""
    (name,) = sheet.tables
    cells = [[cell.value for cell in row] for row in sheet[sheet.tables[name].ref]]
    return cells[0], dict(zip(cells[0], cells[1], strict=True))


@effort.in_ci("runs whole commands: 1 s")
def test_the_story_of_a_risk_says_what_other_systems_were_told(book: Path) -> None:
    """By which export, under their headings."""
    rewritten(book, decisions=(UP,))
    told(book, "export", "corporate")
    rewritten(book, decisions=(UP, ACCEPTED))
    told(book, "export", "corporate")
    rounds = told(book, "trace", "DIR-01")["story"]["rounds"]
    said = [line["words"] for one in rounds for line in one["lines"] if line["what"] == "Export"]
    assert said == ["New for the corporate register", "The corporate register was told: Corporate ref and Decision"]


@effort.in_ci("runs whole commands: 1 s")
def test_a_system_that_has_the_open_edition_alone_lacks_nothing(book: Path) -> None:
    """With --open what is exempt is left out; without it the workbook that names it says EXEMPT."""
    told(book, "export", "pplus")
    flat = book / ROUND / "export" / f"pplus-{ROUND}.csv"
    assert run(book, "reconcile", flat, "--open").exit_code == 0
    workbook = book / ROUND / f"reconciled-pplus-{ROUND}.xlsx"
    assert not openpyxl.load_workbook(workbook).properties.title.startswith("EXEMPT")
    whole = run(book, "reconcile", flat, "--json")
    assert (whole.exit_code, [one["ref"] for one in json.loads(whole.stdout)["here"]]) == (1, ["DIR-02"])
    assert openpyxl.load_workbook(workbook).properties.title.startswith("EXEMPT")
    assert run(book, "reconcile", flat.with_stem(f"{flat.stem}-exempt")).exit_code == 0


def test_where_nothing_is_corporate_the_extract_says_so(book: Path) -> None:
    """A sheet with a sentence is better than no sheet."""
    whole = told(book, "export", "corporate")
    assert (whole["counts"]["risks"], whole["changes"], len(whole["outputs"])) == (0, [], 1)
    assert remembered(book) == ()


def test_a_register_that_was_changed_by_hand_is_merged_first(book: Path) -> None:
    """Nothing else is given away than what the workbooks say."""
    register = find(book).register
    opened = openpyxl.load_workbook(register)
    owner = next(cell for row in opened["Register"].iter_rows(max_row=6) for cell in row if cell.value == "Risk owner")
    opened["Register"].cell(owner.row + 1, owner.column).value = "Somebody else"
    opened.save(register)
    stands = there(book)
    refused = [run(book, "export", system) for system in ("pplus", "corporate")]
    assert [(one.exit_code, one.output.count("\n")) for one in refused] == [(2, 1)] * 2
    assert there(book) == stands


def test_a_key_that_is_not_known_is_one_sentence(book: Path) -> None:
    """Whichever command reads the settings."""
    settings = book / "riskbook.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(f'{text}\n[export.pplus.columns]\nRef = "ref"\nScore = "skore"\n', encoding="utf-8")
    refused = run(book, "export", "pplus")
    assert (refused.exit_code, refused.output.count("\n"), "skore" in refused.output) == (2, 1, True)


def test_what_was_given_of_a_later_round_is_not_taken_back(book: Path) -> None:
    """To export last quarter again would set P+ back; a dry run may still be looked at."""
    opened = find(book)
    q3 = opened.settings.timetable.round("2026-27 Q3")
    known = (Exported("DIR-01", "pplus", 1, str(q3), "New", "ref", "", "DIR-01"),)
    register = replace(opened.kept() or Register("", ""), round=str(q3), exports=known)
    data = merging.written(register, replace(opened.context(), round=q3))
    files.write_all({book / q3.folder / q3.register: data})
    q2 = ("--round", "2026-27 Q2")
    refused = run(book, "export", "pplus", *q2)
    assert (refused.exit_code, str(q3) in refused.output) == (2, True)
    assert run(book, "export", "pplus", "--dry-run", *q2).exit_code == 0
    assert run(book, "export", "corporate", *q2).exit_code == 0


def test_the_settings_say_that_the_columns_of_pplus_are_unconfirmed(book: Path) -> None:
    """So does the command; no public description of its format exists."""
    section = re.search(r"(?s)((?:#[^\n]*\n)+)\[export\.pplus\.columns\]", framework("default-5x5"))
    assert section
    assert "UNCONFIRMED" in section[1]
    assert "not confirmed" in run(book, "export", "pplus").stdout


@effort.in_ci("starts the validator four times: 3 s each")
@oracles.needs_validator
def test_microsofts_validator_finds_nothing(book: Path) -> None:
    """In the extract and the lists, both editions."""
    rewritten(book, decisions=(UP, replace(UP, risk_ref="DIR-02")))
    outputs = [*told(book, "export", "pplus")["outputs"], *told(book, "export", "corporate")["outputs"]]
    assert oracles.faults(Path(path) for path in outputs if path.endswith(".xlsx")) == []
