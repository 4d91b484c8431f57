"""Inspecting: the command over anybody's workbook, and the last look of every command that writes one."""

import ast
import json
import re
import shutil
from pathlib import Path

import formats
import openpyxl
import pytest
from click.testing import CliRunner, Result

from riskbook import rules
from riskbook.cli import inspecting, main
from riskbook.cli.files import Refusal
from riskbook.cli.folder import find
from riskbook.leaving import Expected
from tests import effort, makers
from tests import leaving as made

CLI = Path(inspecting.__file__).parent


def run(*words: object) -> Result:
    """A command, as typed."""
    return CliRunner().invoke(main, [str(word) for word in words])


def put(folder: Path, name: str, data: bytes) -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_sound_workbook_may_leave(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Anybody's, where there is no book; exit 0."""
    monkeypatch.chdir(tmp_path)
    said = run("inspect", put(tmp_path, "sound.xlsx", made.sound()))
    assert (said.exit_code, said.stdout.splitlines()[-1]) == (0, "sound.xlsx may leave.")


def test_one_that_may_not_leave_says_why_with_a_code_and_a_cell(tmp_path: Path):
    """Exit 1; --json has the findings, and which may leave."""
    bad, good = put(tmp_path, "bad.xlsx", made.sound(made.note)), put(tmp_path, "good.xlsx", made.sound())
    said = run("inspect", bad, good, "--json")
    told = json.loads(said.stdout)
    assert said.exit_code == 1
    assert [(one["code"], one["sheet"], one["cell"]) for one in told["findings"]] == [("L106", "Risks", "B4")]
    assert told["may_leave"] == {str(bad): False, str(good): True}


def test_what_a_merge_says_of_workbooks_adds_up(tmp_path: Path):
    """A corrections copy with empty cells to fill in is no finding of its own; what is not of a return is counted."""
    book = makers.small_book(tmp_path / "book", frd=makers.workbook())
    plain = run("merge", "--book", book).stdout
    told = json.loads(run("merge", "--json", "--book", book).stdout)
    assert [one["code"] for one in told["findings"] if one["code"].startswith("L")] == []
    of_register = [one for one in told["findings"] if one["code"] == "G101"]
    assert f"Of what was found, {len(of_register)} queries are about the register" in plain


def test_queries_keep_a_workbook_when_they_are_asked_to(tmp_path: Path):
    """--strict."""
    path = put(tmp_path, "b.xlsx", made.sound(made.cell("A1", "")))
    assert (run("inspect", path).exit_code, run("inspect", path, "--strict").exit_code) == (0, 1)


_WORKBOOK = "Workbook".encode("utf-16-le").ljust(64, b"\0") + b"\x12\0"
"""What an .xls has among its streams."""


def macros() -> bytes:
    """A workbook with macros, as .xlsm."""
    data = made.related("vbaProject", "vbaProject.bin", b"x")
    return made.parts(
        data,
        lambda name, xml: (
            xml.replace(
                "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml",
                "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
            )
            if name == "[Content_Types].xml"
            else xml
        ),
    )


@pytest.mark.parametrize(
    ("name", "data", "code"),
    [
        ("macros.xlsm", macros(), "L113"),
        ("locked.xlsx", formats.locked(made.sound(), "sesame"), "L101"),
        (
            "old.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le").ljust(64, b"\0") + b"\x12\0",
            "L101",
        ),
        ("minutes.xlsx", b"\xff\xd8\xff\xe0 a photograph", "L101"),
        ("nothing.xlsx", b"", "L101"),
        ("cut.xlsx", made.sound()[:2000], "L101"),
        ("pivot.xlsx", made.PIVOT, "L112"),
        ("hidden.xlsx", made.sound(made.on(hidden=True)), "L102"),
        ("linked.xlsx", made.related("externalLink", "externalLinks/externalLink1.xml"), "L108"),
    ],
)
def test_anybodys_workbook_is_answered_in_a_sentence(name: str, data: bytes, code: str, tmp_path: Path):
    """It fails closed: exit 1, one error, no traceback."""
    said = run("inspect", put(tmp_path, name, data), "--json")
    assert said.exit_code == 1
    assert {one["code"] for one in json.loads(said.stdout)["findings"] if one["severity"] == "error"} == {code}


def test_a_file_that_is_not_there_is_wrong_use(tmp_path: Path):
    """Exit 2, one sentence."""
    said = run("inspect", tmp_path / "nowhere.xlsx")
    assert (said.exit_code, said.exception.__class__) == (2, SystemExit)


def test_a_workbook_of_ours_that_may_not_leave_is_not_written():
    """It is a fault of riskbook; personal data in it is a person's matter, and a query."""
    hidden = made.sound(made.on(hidden=True))
    with pytest.raises(Refusal, match="L102"):
        inspecting.looked_over({Path("b.xlsx"): hidden}, Expected())
    (found,) = inspecting.looked_over({Path("b.xlsx"): made.sound(made.cell("B4", "07700 900123"))}, Expected())
    assert (found.code, found.place.book, "Risks!B4 (P106)" in found.message) == ("L121", "b.xlsx", True)


def test_every_command_that_writes_a_workbook_looks_it_over():
    """A module of the command line that makes one has it ``judged``, or its caller does."""
    for path in CLI.glob("*.py"):
        code = ast.unparse(ast.parse(path.read_text(encoding="utf-8")))
        if "excel.report(" in code or "excel.form(" in code:
            assert re.search(r"inspecting\.(looked_over|judged)\(", code) or path.name == "corrections.py", path.name


@pytest.fixture(scope="module")
def book(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample, merged, with a decision sheet."""
    folder = Path(shutil.copytree(demo, tmp_path_factory.mktemp("sample") / "book"))
    assert run("decide", "--sheet", "--book", folder).exit_code == 0
    return folder


@pytest.mark.parametrize(
    ("most", "least"),
    [(2, 8), pytest.param(None, 41, marks=effort.in_ci("26 forms and as many corrections: 10 s"))],
    ids=["some", "all"],
)
def test_every_workbook_of_the_sample_may_leave(most: int | None, least: int, book: Path):
    """Register, reports, decision sheet, forms and corrections: nothing is said but that some do not list sheets."""
    folder = find(book).folder
    paths = [*folder.glob("*.xlsx")]
    for kind in ("issued", "corrections"):
        paths += sorted((folder / kind).glob("*.xlsx"))[:most]
    assert len(paths) >= least
    said = run("inspect", *paths, "--book", book, "--json")
    assert said.exit_code == 0
    assert {one["code"] for one in json.loads(said.stdout)["findings"]} <= {rules.leaving.NO_LIST.code}


@effort.in_ci("runs whole commands: 2 s")
@pytest.mark.filterwarnings("ignore:Sparkline Group")
def test_the_open_edition_with_an_exempt_title_in_it_may_not_leave(book: Path, tmp_path: Path):
    """A word that somebody typed into it afterwards is found with its ref and cell."""
    opened = find(book)
    register = opened.kept()
    assert register
    exempt = next(entry for entry in register.entries if entry.now.exempt)
    workbook = openpyxl.load_workbook(opened.report())
    workbook["Heat map"]["A3"] = f"Not here: {exempt.now.title.lower()}. {exempt.now.event}"
    path = tmp_path / "slt.xlsx"
    workbook.save(path)
    said = run("inspect", path, "--book", book, "--json")
    found = {(one["code"], one["ref"], one["cell"]) for one in json.loads(said.stdout)["findings"]}
    assert ("L122", exempt.ref, "A3") in found


@effort.in_ci("runs whole commands: 2 s")
@pytest.mark.filterwarnings("ignore:Sparkline Group")
def test_a_figure_that_somebody_changed_is_found(book: Path, tmp_path: Path):
    """In the SLT workbook, by its cell."""
    workbook = openpyxl.load_workbook(find(book).report())
    sheet = workbook["By service"]
    sheet["F6"] = sheet["F6"].value + 1
    path = tmp_path / "slt.xlsx"
    workbook.save(path)
    said = run("inspect", path, "--book", book, "--json")
    found = [one for one in json.loads(said.stdout)["findings"] if one["code"] == "L201"]
    assert [(one["sheet"], one["severity"]) for one in found] == [("By service", "error")]


def test_the_decision_sheet_says_that_it_is_exempt(book: Path):
    """It has every open risk, and so the exempt ones."""
    path = next(find(book).folder.glob("decision-sheet*.xlsx"))
    assert openpyxl.load_workbook(path).properties.title.startswith("EXEMPT")
