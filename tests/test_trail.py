"""The log of a book: a line for every command that changed something, with the digest of what it read and wrote."""

import json
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from riskbook import __version__
from riskbook.cli import main
from riskbook.cli.alone import LOCK
from tests import effort, makers


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return makers.small_book(tmp_path / "book", frd=makers.workbook())


def run(book: Path, *words: str) -> int:
    return CliRunner().invoke(main, [*words, "--book", str(book)], catch_exceptions=False).exit_code


def log(book: Path) -> list[dict[str, Any]]:
    path = book / "log.jsonl"
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def test_a_merge_says_what_it_read_and_wrote_and_how_many_rows(book: Path) -> None:
    """By path in the book, each with its SHA-256; the copies that are kept are named for theirs already."""
    before = {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}
    run(book, "merge")
    (line,) = log(book)
    assert (line["command"], line["round"], line["version"]) == ("merge", "2026-27 Q2", __version__)
    assert line["read"] == {path.relative_to(book).as_posix(): digest(data) for path, data in before.items()}
    after = {path for path in book.rglob("*") if path.is_file() and "kept" not in path.parts and path.name != LOCK}
    fresh = after - set(before) - {book / "log.jsonl"}
    assert line["written"] == {path.relative_to(book).as_posix(): digest(path.read_bytes()) for path in fresh}
    assert line["rows"]["found"] == line["rows"]["merged"] + line["rows"]["held"] + line["rows"]["blank"] > 0


def digest(data: bytes) -> str:
    return sha256(data).hexdigest()


@pytest.mark.parametrize("words", [("status",), ("check", "2026-27-q2/returns"), ("merge", "--dry-run"), ("rules",)])
def test_what_changes_nothing_leaves_no_line(
    book: Path, words: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nor does a command that is run again."""
    monkeypatch.chdir(book)
    CliRunner().invoke(main, words, catch_exceptions=False)
    assert log(book) == []


@effort.in_ci("runs whole commands: 1 s")
def test_the_same_again_leaves_no_line(book: Path) -> None:
    """Everything is there already."""
    run(book, "merge")
    run(book, "merge")
    assert len(log(book)) == 1


@effort.in_ci("runs whole commands: 2 s")
def test_lines_are_added_and_none_is_ever_changed(book: Path) -> None:
    """Whoever cleared something, and why, stands in it for the auditor."""
    (book / "2026-27-q2" / "returns" / "frd.xlsx").write_bytes(
        makers.workbook(makers.FRD.replace("Calls are dropped", "Calls of NHS 943 476 5919"))
    )
    run(book, "merge")
    first = (book / "log.jsonl").read_bytes()
    run(book, "clear", "FRD-001", "P101", "--by", "Ruth Lane", "--reason", "a made-up number")
    assert (book / "log.jsonl").read_bytes().startswith(first)
    _, line = log(book)
    assert (line["command"], line["options"]["by"], line["options"]["reason"]) == (
        "clear",
        "Ruth Lane",
        "a made-up number",
    )


@pytest.mark.usefixtures("register_alone")
def test_no_password_stands_in_it(book: Path) -> None:
    """Whatever a command was given."""
    assert run(book, "merge", "--password", "open sesame") in (0, 1)
    assert b"sesame" not in (book / "log.jsonl").read_bytes()


@pytest.mark.usefixtures("register_alone")
def test_a_log_that_cannot_be_written_is_said_and_undoes_nothing(book: Path) -> None:
    """The register is written all the same."""
    (book / "log.jsonl").mkdir()
    result = CliRunner().invoke(main, ["merge", "--book", str(book)], catch_exceptions=False)
    assert "log.jsonl" in result.stderr
    assert (book / "2026-27-q2" / "directorate-risk-register-2026-27-q2.xlsx").is_file()
