"""The main job, end to end, on the sample directorate."""

import json
import zipfile
from pathlib import Path

import oracles
import pytest
import sample
from click.testing import CliRunner, Result

from riskbook.cli import main
from riskbook.cli.folder import find, open_workbook
from riskbook.settings import framework


def run(*words: object) -> Result:
    """A command, as typed."""
    return CliRunner().invoke(main, [str(word) for word in words])


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Result]:
    """The demo, run once: its folder, and what it said."""
    folder = tmp_path_factory.mktemp("demo") / "riskbook-demo"
    return folder, run("demo", folder)


def test_the_demo_ends_well_and_names_workbooks_that_are_there(demo: tuple[Path, Result]) -> None:
    """Exit status 0, and every workbook that the last lines tell people to open exists."""
    _, said = demo
    assert said.exit_code == 0, said.output
    told = said.output[said.output.index("Open these:") :]
    paths = [Path(line.split(": ", 1)[1]) for line in told.splitlines()[1:]]
    assert len(paths) >= 4
    assert all(path.exists() for path in paths)
    assert {path.suffix for path in paths if path.is_file()} == {".xlsx"}


def test_merging_the_demo_finds_what_the_sample_was_given_and_nothing_else(demo: tuple[Path, Result]) -> None:
    """Exit status 1, and the errors and queries are exactly those that the sample was made with."""
    folder, _ = demo
    said = run("merge", "--book", folder, "--json")
    assert said.exit_code == 1
    told = json.loads(said.stdout)["findings"]
    found = [f"{f['code']} {f['unit']} {f['file']} {f['sheet']}!{f['cell']}" for f in told if f["severity"] != "note"]
    assert len(found) == len(set(found))
    assert set(found) == sample.given()


def test_rows_add_up_for_every_file_and_in_total(demo: tuple[Path, Result]) -> None:
    """Found = merged + held + blank, on the Returns sheet and in what the command prints."""
    folder, _ = demo
    opened = find(folder)
    register = opened.kept()
    assert register
    for one in register.returns:
        assert one.found == one.merged + one.held + one.blank
    totals = [sum(getattr(one, key) for one in register.returns) for key in ("found", "merged", "held", "blank")]
    said = run("merge", "--book", folder)
    assert "Rows found {} = merged {} + held {} + blank {}.".format(*totals) in said.output


def test_running_it_again_changes_no_file(demo: tuple[Path, Result]) -> None:
    """The same returns make the same workbooks, byte for byte."""
    folder, _ = demo
    before = {path: path.read_bytes() for path in folder.rglob("*.xlsx")}
    run("merge", "--book", folder)
    run("report", "--book", folder)
    assert {path: path.read_bytes() for path in folder.rglob("*.xlsx")} == before


def test_a_return_is_never_written_to(demo: tuple[Path, Result]) -> None:
    """What managers sent stands as they sent it, and a copy of it is kept."""
    folder, _ = demo
    sent = {p.relative_to(folder): p.read_bytes() for p in (folder / "2026-27-q2" / "returns").rglob("*.xlsx")}
    kept = {path.read_bytes() for path in (folder / "2026-27-q2" / "kept").iterdir()}
    for name, data in sent.items():
        assert (sample.DIRECTORATE / name).read_bytes() == data
        assert data in kept


@oracles.needs_validator
def test_microsoft_finds_no_fault_in_any_workbook_of_the_demo(demo: tuple[Path, Result]) -> None:
    """Forms, corrections, register, reports and directory open without a repair."""
    folder, _ = demo
    round_ = folder / "2026-27-q2"
    some = [*sorted((round_ / "corrections").iterdir())[:4], *sorted((round_ / "issued").iterdir())[:3]]
    paths = [folder / "directory.xlsx", *round_.glob("*.xlsx"), *(folder / "2026-27-q1").glob("*.xlsx"), *some]
    assert oracles.faults(paths) == []


@pytest.mark.parametrize("name", ["east-devon-4x4", "weighted-4x4"])
def test_another_matrix_runs_the_same_quarter(name: str, tmp_path: Path) -> None:
    """The quarter runs on a 4×4 and on a weighted matrix by what riskbook.toml says alone."""
    sample.make().lay_out(tmp_path / "book", name)
    said = run("merge", "--book", tmp_path / "book", "--json")
    assert said.exit_code == 1, said.output
    errors = {f["code"] for f in json.loads(said.stdout)["findings"] if f["severity"] == "error"}
    assert {"C103", "C104", "T102"} <= errors
    opened = find(tmp_path / "book")
    register = opened.kept()
    assert register
    assert register.scale.startswith(opened.settings.matrix.name)
    assert sum(entry.rating is not None for entry in register.open) > 130
    assert open_workbook(opened.report()).sheets[0] == ("Summary", "visible")


def test_changing_the_matrix_under_the_returns_claims_no_movement(tmp_path: Path) -> None:
    """Put another matrix into riskbook.toml: nothing is said to have moved, and nothing is lost."""
    book = sample.copy(tmp_path / "book")
    (book / "riskbook.toml").write_text(framework("nhs-5x5"), encoding="utf-8")
    said = run("merge", "--book", book, "--json")
    assert said.exit_code == 1, said.output
    register = find(book).kept()
    assert register
    moved = {entry.movement.value for entry in register.entries}
    assert "Rescaled" in moved
    assert not moved & {"Up", "Down", "Same"}
    assert len(register.open) == json.loads(said.stdout)["counts"]["risks"]


def test_the_committed_sample_is_what_its_words_make(tmp_path: Path) -> None:
    """samples/make.py makes the committed workbooks again; the one that LibreOffice saved is compared by its rows."""
    sample.make().lay_out(tmp_path / "book")
    made = {path.relative_to(tmp_path / "book") for path in (tmp_path / "book").rglob("*") if path.is_file()}
    there = {p.relative_to(sample.DIRECTORATE) for p in sample.DIRECTORATE.rglob("*") if p.is_file()}
    assert made == there
    for name in sorted(made):
        if name.suffix == ".xlsx" and not {"tar-2026-27-q2.xlsx"} & {name.name} and name.parent.name != "partnerships":
            assert _parts(tmp_path / "book" / name) == _parts(sample.DIRECTORATE / name), name


def _parts(path: Path) -> dict[str, bytes]:
    """Every part, inflated; openpyxl stamps the hour into the properties of what it saves."""
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist() if name != "docProps/core.xml"}
