"""The commands that set up and explain, as a new user types them."""

import json
import re
import subprocess
import sys
import tomllib
import warnings
import zipfile
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result
from openpyxl import load_workbook

from riskbook import rules
from riskbook.cli import COMMANDS, folder, main, merging, speak
from riskbook.cli.folder import find
from riskbook.cli.options import of_a_book
from riskbook.compare import Difference
from riskbook.findings import Finding, Severity
from riskbook.places import Place
from riskbook.settings import framework, frameworks, load
from tests import effort, makers, sample


def run(*words: object) -> Result:
    """A command, as typed."""
    return CliRunner().invoke(main, [str(word) for word in words])


LONG = effort.in_ci("sets up a book on each framework: 1 s for each")


def test_help_names_every_command_with_an_example() -> None:
    """Somebody who knows only `riskbook --help` finds every command, and each help shows how it is typed."""
    listed = run("--help").output
    for name in main.list_commands(None):  # type: ignore[arg-type]
        assert f"\n  {name} " in listed
        said = run(name, "--help")
        assert said.exit_code == 0
        assert name == "explain" or "Example: riskbook" in said.output


def test_of_many_queries_alike_the_first_are_listed_and_the_others_counted(capsys: pytest.CaptureFixture[str]) -> None:
    """Errors are all listed, whatever there is beside them, and nothing is left out unless that is asked for."""
    error, query = (next(one for one in rules.ALL if one.severity is severity) for severity in list(Severity)[:2])
    found = [
        Finding(one.code, one.severity, Place("a.xlsx", "Risks", row), "?")
        for row in range(30)
        for one in (error, query)
    ]
    for most, queries in ((None, 30), (20, 20), (30, 30)):
        speak.findings(found, most=most)
        said = capsys.readouterr().out
        assert said.count("ERROR  a.xlsx") == 30
        assert said.count("QUERY  a.xlsx") == queries
        assert (f"… and 10 more {query.code}; with --json" in said) is (queries < 30)
        assert "Found: 30 errors, 30 queries, 0 notes." in said


def test_a_long_text_that_would_change_is_one_line_of_a_table(capsys: pytest.CaptureFixture[str]) -> None:
    """Its beginning, without its line breaks; --json has all of it."""
    merging.say_differences([Difference("FRD-001", "Changed", "Event", "Fire.\n" * 700, "Flood. " * 700, "frd.xlsx")])
    _, line, end = capsys.readouterr().out.splitlines()
    ref, *_, was, now, where = line.split("\t")
    assert (ref, where, len(was) <= 200, len(now) <= 200) == ("FRD-001", "frd.xlsx", True, True)
    assert (was[:12], now[:14], end[:8]) == ("Fire. Fire. ", "Flood. Flood. ", "1 change")


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_listed_by_the_first_sentence_of_its_own_help(name: str) -> None:
    """What `riskbook --help` says of a command, without importing it, is what the command says itself."""
    command = main.get_command(None, name)  # type: ignore[arg-type]
    assert command
    assert command.get_short_help_str(limit=1000) == COMMANDS[name][1]


def test_a_check_imports_nothing_that_counts_or_writes_workbooks() -> None:
    """Pandas, openpyxl and XlsxWriter take longer to import than a return takes to check; help imports not even rules.

    In a process of its own, because a test before may have imported them.
    """
    heavy = {"pandas", "openpyxl", "xlsxwriter", "jinja2", "tomlkit"}
    path = sample.DIRECTORATE / "2026-27-q2" / "returns" / "asm-2026-27-q2.xlsx"
    assert not imported("check", path, "--book", sample.DIRECTORATE) & heavy
    assert not imported("--help") & {*heavy, "riskbook.rules"}


def imported(*words: object) -> set[str]:
    """The modules that a command has imported when it is done."""
    told = (
        "import sys\nfrom riskbook.cli import main\n"
        "main(sys.argv[1:], standalone_mode=False)\nprint(*sys.modules, sep='\\n')"
    )
    words_ = [sys.executable, "-c", told, *map(str, words)]
    done = subprocess.run(words_, capture_output=True, check=True, encoding="utf-8")
    assert "riskbook.cli" in done.stdout.splitlines()
    return set(done.stdout.splitlines())


@pytest.mark.parametrize(
    "name",
    [pytest.param(name, marks=() if name in ("default-5x5", "weighted-4x4") else LONG) for name in frameworks()],
)
def test_a_new_book_can_be_used_at_once(name: str, tmp_path: Path) -> None:
    """`start` writes settings that load, a directory that reads, and blank forms; `issue` then works."""
    said = run("start", tmp_path / "ours", "--framework", name)
    assert said.exit_code == 0, said.output
    text = (tmp_path / "ours" / "riskbook.toml").read_text(encoding="utf-8")
    assert load(text).matrix == load(framework(name)).matrix
    assert find(tmp_path / "ours").directory.units[0].code == "DIR"
    assert run("issue", "--book", tmp_path / "ours").exit_code == 0
    assert run("start", tmp_path / "ours").exit_code == 2


def test_every_number_in_the_settings_has_a_comment() -> None:
    """Whoever opens riskbook.toml can tell what each threshold is for."""
    for line in framework("default-5x5").splitlines():
        if re.match(r"[a-z_]+ = [\d.]+", line) and not line.startswith(("default", "tolerance", "exposure =")):
            key = line.split(" ")[0]
            assert "#" in line or framework("default-5x5").count(f"\n{key} = ") > 1, line
    assert tomllib.loads(framework("default-5x5"))


def test_check_says_what_one_return_needs(tmp_path: Path) -> None:
    """A finding names file, sheet, cell and column; exit status 1; a copy, a letter and a draft are written."""
    book = sample.copy(tmp_path / "book")
    path = book / "2026-27-q2" / "returns" / "SEND casework risks Oct 26.xlsx"
    said = run("check", path, "--book", book, "--corrections", tmp_path / "back")
    assert said.exit_code == 1
    assert "› Risks!K8 (SEN-003, Impact now)  C103" in said.output
    written = {one.suffix for one in (tmp_path / "back").glob("sen-2026-27-q2-please-correct.*")}
    assert written == {".xlsx", ".md", ".eml"}


def test_json_is_one_object_with_every_field() -> None:
    """A finding in JSON says all that one in words does, and more."""
    keys = {"code", "severity", "file", "sheet", "cell", "row", "field", "value", "message", "hint", "ref", "unit"}
    path = sample.DIRECTORATE / "2026-27-q2" / "returns" / "SEND casework risks Oct 26.xlsx"
    told = json.loads(run("check", path, "--book", sample.DIRECTORATE, "--json").stdout)
    assert set(told) == {"findings", "counts", "outputs"}
    assert all(set(finding) == keys for finding in told["findings"])
    assert told["counts"]["errors"] == sum(finding["severity"] == "error" for finding in told["findings"]) == 1


@pytest.mark.parametrize("rule", rules.ALL, ids=lambda rule: rule.code)
def test_every_rule_explains_itself(rule: rules.Rule) -> None:
    """`explain` prints what a rule says, what to do, why, and a bad and a good example."""
    said = run("explain", rule.code.lower())
    assert said.exit_code == 0
    assert rule.why in said.output
    assert {"Bad:", "Good:"} <= {word for word in said.output.split() if word in ("Bad:", "Good:")}


def test_a_rule_that_there_is_not_is_one_sentence() -> None:
    """Exit status 2, and no traceback."""
    said = run("explain", "Z999")
    assert said.exit_code == 2
    assert "Traceback" not in said.output


def test_bare_riskbook_says_what_comes_next(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a book it names the round and the next command; elsewhere it says how to see a quarter."""
    monkeypatch.chdir(tmp_path)
    assert "riskbook demo" in run().output
    monkeypatch.chdir(sample.copy(tmp_path / "book"))
    said = run().output
    assert "2026-27 Q2" in said
    assert "riskbook merge" in said


def test_the_blank_forms_in_the_repository_are_fresh(tmp_path: Path) -> None:
    """`riskbook forms` makes what stands in workbook_templates, part by part."""
    assert run("forms", tmp_path).exit_code == 0
    there = sample.ROOT / "workbook_templates"
    assert {path.name for path in tmp_path.iterdir()} == {path.name for path in there.glob("*.xlsx")}
    for path in tmp_path.iterdir():
        ours, theirs = (zipfile.ZipFile(one) for one in (path, there / path.name))
        assert {name: ours.read(name) for name in ours.namelist()} == {n: theirs.read(n) for n in theirs.namelist()}


def test_readme_names_no_command_that_there_is_not() -> None:
    """Every `riskbook …` in README.md is a command."""
    text = (sample.ROOT / "README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"riskbook ([a-z]+)", " ".join(re.findall(r"`[^`]+`|```.+?```", text, re.DOTALL))))
    assert named
    assert named <= set(main.list_commands(None))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("words", "last", "status"),
    [
        ("2062-63 Q1", "", 2),
        ("2027-28 Q1", "", 2),
        ("2026-27 Q3", "", 0),
        ("2026-27 Q1", "", 0),
        ("2027-28 Q1", "2026-27-march", 0),
        ("2062-63 Q1", "2062-63-q1", 0),
    ],
)
def test_a_round_of_a_mistyped_year_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, last: str, status: int
) -> None:
    """It does not take the book over; the one after the newest, and one that has a folder, are no mistake."""
    monkeypatch.setattr(folder, "today", lambda: date(2026, 1, 12))
    book = makers.small_book(tmp_path / "book")
    if last:
        (book / last).mkdir()
    before = sorted(book.rglob("*"))
    result = CliRunner().invoke(main, ["issue", "FRD", "--round", words, "--book", str(book)])
    assert result.exit_code == status
    if status:
        assert [path for path in sorted(book.rglob("*")) if path.name != ".riskbook.lock"] == before
        assert "2026-27 Q3" in result.stderr


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.usefixtures("register_alone")
def test_a_register_that_was_changed_by_hand_is_kept_before_it_is_written_anew(tmp_path: Path) -> None:
    """Nothing that I&P typed is lost, and the command says where it is."""
    book = makers.small_book(tmp_path / "book", frd=makers.workbook())
    run("merge", "--book", book)
    register = find(book).register
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        edited = load_workbook(register)
    edited["Register"]["D6"] = "Changed by hand"
    edited.save(register)
    data = register.read_bytes()
    said = run("merge", "--book", book)
    assert "kept" in said.stderr
    assert data in {path.read_bytes() for path in (book / "2026-27-q2" / "kept").iterdir()}
    assert "kept" not in run("merge", "--book", book).stderr


@pytest.mark.parametrize(
    "said", ["yes", "13 October 2026", "DLT", "DLT, soon", ", 13 October 2026", "DLT, October 2026"]
)
def test_a_new_matrix_is_agreed_by_somebody_on_a_day(said: str) -> None:
    """A word alone is no agreement that an auditor could look up."""
    result = run("merge", "--scale-agreed", said)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_day_on_the_command_line_is_written_as_people_write_it() -> None:
    """The day before the month, in figures or in words; what is no day is refused."""

    @click.command()
    @of_a_book
    def told(book: Path | None, round_: str | None, as_at: date | None) -> None:
        click.echo(as_at)

    ways = ("2026-09-30", "30/09/2026", "30 September 2026", "30 Sep 26")
    assert {CliRunner().invoke(told, ["--as-at", day]).stdout for day in ways} == {"2026-09-30\n"}
    assert CliRunner().invoke(told, ["--as-at", "soon"]).exit_code == 2
