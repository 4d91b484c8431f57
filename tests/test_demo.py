"""The main job, end to end, on the sample directorate."""

import json
import shutil
from pathlib import Path

import oracles
import pytest
import sample
from click.testing import CliRunner, Result

from riskbook.cli import main
from riskbook.cli.alone import LOCK
from riskbook.cli.folder import find
from tests import effort


def run(*words: object) -> Result:
    """A command, as typed."""
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def said(demo: Path) -> tuple[str, str]:
    """The exit status of the demo, and what it said."""
    status, _, words = (demo.parent / "said.txt").read_text(encoding="utf-8").partition("\n")
    return status, words


@pytest.fixture(scope="module")
def folder(demo: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The demo, to be worked on."""
    return Path(shutil.copytree(demo, tmp_path_factory.mktemp("demo") / "riskbook-demo"))


def test_the_demo_ends_well_and_names_workbooks_that_are_there(said: tuple[str, str]) -> None:
    """Exit status 0, and every workbook that the last lines tell people to open exists."""
    status, words = said
    assert status == "0", words
    told = words[words.index("Open these:") :]
    paths = [Path(line.split(": ", 1)[1]) for line in told.splitlines()[1:]]
    assert len(paths) >= 4
    assert all(path.exists() for path in paths)
    assert {path.suffix for path in paths if path.is_file()} == {".xlsx", ".html", ".md"}


@effort.in_ci("merges the whole sample again: 15 s; test_properties merges small rounds twice")
def test_merging_the_demo_again_finds_what_it_was_given_and_changes_no_file(folder: Path) -> None:
    """Exit status 1, exactly the errors and queries that the sample was made with, and the same bytes as before."""
    before = {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != LOCK}
    said = run("merge", "--book", folder, "--json")
    assert {path: path.read_bytes() for path in folder.rglob("*") if path.is_file() and path.name != LOCK} == before
    assert said.exit_code == 1
    told = json.loads(said.stdout)["findings"]
    found = [f"{f['code']} {f['unit']} {f['file']} {f['sheet']}!{f['cell']}" for f in told if f["severity"] != "note"]
    assert len(found) == len(set(found))
    assert set(found) == sample.given()


def test_rows_add_up_for_every_file_and_in_total(folder: Path, said: tuple[str, str]) -> None:
    """Found = merged + held + blank, on the Returns sheet and in what the command prints."""
    opened = find(folder)
    register = opened.kept()
    assert register
    for one in register.returns:
        assert one.found == one.merged + one.held + one.blank
    totals = [sum(getattr(one, key) for one in register.returns) for key in ("found", "merged", "held", "blank")]
    assert "Rows found {} = merged {} + held {} + blank {}.".format(*totals) in said[1]


@effort.in_ci("runs whole commands: 4 s")
def test_the_report_alone_is_the_report_that_the_merge_made(folder: Path) -> None:
    """`report` reads the register back and writes the same workbooks and summaries, byte for byte."""
    before = {path: path.read_bytes() for path in (folder / "2026-27-q2").glob("slt-*")}
    for path in before:
        path.unlink()
    assert run("report", "--book", folder).exit_code == 0
    assert {path: path.read_bytes() for path in (folder / "2026-27-q2").glob("slt-*")} == before


def test_a_summary_for_an_e_mail_and_one_for_papers_stand_beside_each_workbook(folder: Path) -> None:
    """The open ones tell nothing of the exempt risks; the others say in every one that they do."""
    there = {path.name: path for path in (folder / "2026-27-q2").glob("slt-*")}
    assert set(there) == {
        f"slt-risk-{what}-2026-27-q2{kind}.{ending}"
        for kind in ("", "-exempt")
        for what, ending in (("report", "xlsx"), ("summary", "html"), ("summary", "md"))
    }
    for ending in ("html", "md"):
        open_, exempt = (there[f"slt-risk-summary-2026-27-q2{kind}.{ending}"] for kind in ("", "-exempt"))
        assert "EXEMPT" not in open_.read_text(encoding="utf-8")
        assert exempt.read_text(encoding="utf-8").count("EXEMPT") >= 3


def test_a_return_is_never_written_to(folder: Path) -> None:
    """What managers sent stands as they sent it, and a copy of it is kept."""
    sent = {p.relative_to(folder): p.read_bytes() for p in (folder / "2026-27-q2" / "returns").rglob("*.xlsx")}
    kept = {path.read_bytes() for path in (folder / "2026-27-q2" / "kept").iterdir()}
    for name, data in sent.items():
        assert (sample.DIRECTORATE / name).read_bytes() == data
        assert data in kept


@oracles.needs_validator
def test_microsoft_finds_no_fault_in_the_register(demo: Path) -> None:
    """It is the workbook that is kept."""
    assert oracles.faults([find(demo).register]) == []


@oracles.needs_validator
@effort.in_ci("nine workbooks, when others of their kinds are looked over every day: 11 s")
def test_microsoft_finds_no_fault_in_any_workbook_of_the_demo(folder: Path) -> None:
    """Forms, corrections, register, reports and directory open without a repair."""
    round_ = folder / "2026-27-q2"
    some = [*sorted((round_ / "corrections").glob("*.xlsx"))[:2], *sorted((round_ / "issued").glob("*.xlsx"))[:1]]
    paths = [folder / "directory.xlsx", *round_.glob("*.xlsx"), *some]
    assert oracles.faults(paths) == []
