"""The sample is what its words make, and its quarter runs on other matrices."""

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from xml.etree import ElementTree

import pytest
import sample
from click.testing import CliRunner, Result

from riskbook.cli import main
from riskbook.cli.folder import find, open_workbook
from riskbook.matrix import Score
from riskbook.settings import framework
from tests import effort, makers


def run(*words: object) -> Result:
    """A command, as typed."""
    return CliRunner().invoke(main, [str(word) for word in words])


LONG = effort.in_ci("lays the whole sample out again, and merges it: 20 s for each matrix")


@LONG
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


@effort.in_ci("runs whole commands: 3 s")
def test_a_matrix_that_is_weighted_runs_a_small_quarter(tmp_path: Path) -> None:
    """By what riskbook.toml says alone; the last quarter was on another, and somebody has agreed to the change."""
    book = makers.small_book(tmp_path / "book", frd=makers.workbook())
    (book / "riskbook.toml").write_text(framework("weighted-4x4"), encoding="utf-8")
    said = run("merge", "--book", book, "--scale-agreed", "DLT, 13 October 2026")
    assert said.exit_code in (0, 1), said.output
    opened = find(book)
    register = opened.kept()
    assert register
    assert register.scale.startswith(opened.settings.matrix.name)
    front_door = register.by_ref["FRD-001"]
    assert front_door.rating == Score(4, 3)
    assert front_door.history[-1].number == opened.settings.matrix.number(Score(4, 3))
    assert open_workbook(opened.report()).sheets[0] == ("Summary", "visible")


@pytest.mark.usefixtures("register_alone")
@pytest.mark.parametrize(
    "lay_out",
    [
        pytest.param(lambda folder: makers.small_book(folder, frd=makers.workbook()), id="small"),
        pytest.param(sample.copy, id="whole", marks=effort.in_ci("merges the whole sample three times: 60 s")),
    ],
)
def test_changing_the_matrix_under_the_returns_claims_no_movement(
    lay_out: Callable[[Path], Path], tmp_path: Path
) -> None:
    """Put another matrix into riskbook.toml: once it is agreed nothing is said to have moved, and nothing is lost."""
    book = lay_out(tmp_path / "book")
    (book / "riskbook.toml").write_text(framework("nhs-5x5"), encoding="utf-8")
    refused = run("merge", "--book", book)
    assert refused.exit_code == 2
    assert "--scale-agreed" in refused.stderr
    assert find(book).kept() is None
    assert "The scale has changed for" in run("merge", "--book", book, "--dry-run").stdout
    run("merge", "--book", book, "--scale-agreed", "DLT, 13 October 2026")
    said = run("merge", "--book", book, "--json")
    assert said.exit_code == 1, said.output
    register = find(book).kept()
    assert register
    assert register.scale_agreed == "DLT, 13 October 2026"
    moved = {entry.movement.value for entry in register.entries}
    assert "Rescaled" in moved
    assert not moved & {"Up", "Down", "Same"}
    assert len(register.open) == json.loads(said.stdout)["counts"]["risks"]


@effort.in_ci("lays the whole sample out again: 10 s; every day the blank forms are made again")
def test_the_committed_sample_is_what_its_words_make(tmp_path: Path) -> None:
    """samples/make.py makes the committed workbooks again; the one that LibreOffice saved is compared by its rows."""
    sample.make().lay_out(tmp_path / "book")
    made = {path.relative_to(tmp_path / "book") for path in (tmp_path / "book").rglob("*") if path.is_file()}
    there = {p.relative_to(sample.DIRECTORATE) for p in sample.DIRECTORATE.rglob("*") if p.is_file()}
    assert made == there
    for name in sorted(made):
        if name.suffix == ".xlsx" and not {"tar-2026-27-q2.xlsx"} & {name.name} and name.parent.name != "partnerships":
            ours, theirs = (_parts(folder / name) for folder in (tmp_path / "book", sample.DIRECTORATE))
            assert [part for part in ours.keys() | theirs.keys() if ours.get(part) != theirs.get(part)] == [], name


def _parts(path: Path) -> dict[str, str]:
    """Every part, inflated; openpyxl stamps the hour into the properties of what it saves.

    Its parts say the same with lxml and without, but spell names of namespaces otherwise.
    """
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode() for name in package.namelist() if name != "docProps/core.xml"}
    if path.name != "Copy of har-2026-27-q2.xlsx":
        return parts
    return {name: ElementTree.canonicalize(xml, rewrite_prefixes=True) for name, xml in parts.items()}
