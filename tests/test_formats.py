"""Other kinds and locked files at the command line: every file is taken in, and passwords are heard and not written."""

import json
import os
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from riskbook import excel
from riskbook.cli import main, returns
from riskbook.cli.folder import find
from riskbook.model import Register
from riskbook.report import directory
from riskbook.rules import books
from tests import effort, formats
from tests.examples import DIRECTORY, agreed
from tests.makers import started, workbook
from tests.oracles import needs_libreoffice

ROUND = "2026-27-q2"
WORD = "Mill Lane 7"
ANOTHER = workbook("ref | title | impact | likelihood\nNEW-1 | Visits | 3 | 3", start=started(unit="ASM"))


@pytest.fixture
def whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A book whose round has two returns, one of them locked, as the current folder."""
    root = tmp_path / "book"
    inside = root / ROUND / "returns" / "locked"
    inside.mkdir(parents=True)
    (root / "riskbook.toml").write_text((Path(__file__).parent / "agreed.toml").read_text("utf-8"), encoding="utf-8")
    (root / "directory.xlsx").write_bytes(excel.report(directory.document(DIRECTORY, agreed())))
    (inside.parent / "asm.xlsx").write_bytes(ANOTHER)
    (inside / "frd.xlsx").write_bytes(formats.locked(workbook(), WORD))
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def book(whole: Path, register_alone: None) -> Path:
    """That book, for a test that looks at the register and the findings alone."""
    return whole


def run(*words: object, typed: str = "", **environment: str) -> Result:
    """A command, which never ends in a traceback."""
    result = CliRunner().invoke(main, [str(word) for word in words], input=typed, env=environment)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def found(result: Result) -> set[tuple[str, str]]:
    """The codes of rules about files, with the file, that a command told of in JSON."""
    return {(one["code"], one["file"]) for one in json.loads(result.stdout)["findings"] if one["code"] < "C"}


LEFT_OUT = (books.ENCRYPTED.code, "locked/frd.xlsx")


@effort.in_ci("runs whole commands: 1 s")
def test_a_locked_return_is_one_error_and_the_others_are_merged(book: Path):
    """Without a password, and not at a terminal."""
    result = run("merge", "--json")
    assert (result.exit_code, found(result)) == (1, {LEFT_OUT})
    assert {received.unit: received.state for received in kept(book).returns if received.book}["ASM"] == "Merged"


def kept(book: Path) -> Register:
    register = find(book).kept()
    assert register
    return register


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.parametrize(
    ("words", "environment"),
    [
        (["--password", "no", "--password", WORD], {}),
        ([], {"RISKBOOK_PASSWORD": WORD}),
        (["--password", "no"], {"RISKBOOK_PASSWORD": WORD}),
    ],
    ids=["by the command", "by the environment", "by both"],
)
def test_a_password_opens_it(book: Path, words: list[str], environment: dict[str, str]):
    """Every one that is given is tried; one with spaces in it is one."""
    assert found(run("merge", "--json", *words, **environment)) == set()
    assert {one.unit for one in kept(book).returns if one.state == "Merged"} == {"ASM", "FRD"}


def test_what_is_kept_is_what_came(book: Path):
    """The locked file, under the digest of the locked file."""
    run("merge", "--password", WORD)
    data = (book / ROUND / "returns" / "locked" / "frd.xlsx").read_bytes()
    assert data in {path.read_bytes() for path in (book / ROUND / "kept").iterdir()}
    (received,) = [one for one in kept(book).returns if one.unit == "FRD"]
    assert any(path.name.startswith(received.sha256[:12]) for path in (book / ROUND / "kept").iterdir())


@effort.in_ci("looks into every file of a book: 4 s")
def test_no_password_is_written_anywhere(whole: Path):
    """Not into a workbook, not into words, right or wrong."""
    result = run("merge", "--notes", "--password", "Harbour 9", "--password", WORD)
    result_json = run("check", ".", "--json", "--password", "Harbour 9")
    for word in ("Harbour 9", WORD):
        assert word not in result.output + result_json.output
        written = [path.read_bytes() for path in whole.rglob("*") if path.is_file()]
        assert not any(word.encode() in data or word.encode("utf-16-le") in data for data in written)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """A terminal at which a person types; what they were asked."""
    asked: list[str] = []
    monkeypatch.setattr(returns, "_at_terminal", lambda: True)
    prompt = click.prompt

    def heard(words: str, **how: object) -> object:
        assert how["hide_input"]
        asked.append(words)
        return prompt(words, **how)  # type: ignore[arg-type]

    monkeypatch.setattr(click, "prompt", heard)
    return asked


def test_at_a_terminal_a_locked_file_is_asked_for(book: Path, terminal: list[str]):
    """By its name, until the password fits; what is typed is not shown."""
    result = run("merge", "--json", typed=f"wrong\n{WORD}\n")
    assert found(result) == set()
    assert len(terminal) == 2
    assert all("locked/frd.xlsx" in words for words in terminal)
    assert WORD not in result.output


def test_enter_leaves_a_locked_file_out(book: Path, terminal: list[str]):
    """With the finding that it is locked."""
    assert found(run("merge", "--json", typed="\n")) == {LEFT_OUT}
    assert len(terminal) == 1


def test_with_a_password_nobody_is_asked(book: Path, terminal: list[str]):
    """A script at a terminal does not wait for ever."""
    assert found(run("merge", "--json", "--password", "no")) == {LEFT_OUT}
    assert terminal == []


@effort.in_ci("runs whole commands: 1 s")
def test_a_folder_is_checked_to_the_last_file(book: Path):
    """Whatever its files are called, as merging takes them; what Excel leaves beside a workbook is noted."""
    inside = book / ROUND / "returns"
    (inside / "~$asm.xlsx").write_bytes(b"\x05Someone")
    (inside / "photo.jpg").write_bytes(b"\xff\xd8\xff")
    (inside / "locked" / "again").write_bytes(ANOTHER)
    checked, merged = run("check", inside, "--json"), run("merge", "--json")
    assert found(checked) == found(merged)
    assert found(checked) == {
        LEFT_OUT,
        (books.LOCK_FILE.code, "~$asm.xlsx"),
        (books.NOT_A_WORKBOOK.code, "photo.jpg"),
        (books.WRONG_EXTENSION.code, "locked/again"),
    }


@pytest.mark.skipif(
    sys.platform == "win32", reason="Windows lets only administrators make links, and has no such pipes"
)
def test_no_link_out_of_the_folder_is_followed(book: Path, tmp_path: Path):
    """To a file, to a folder, to nothing; nor is a pipe read, which would never end. A file that somebody names is."""
    inside, elsewhere = book / ROUND / "returns", tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.xlsx").write_bytes(ANOTHER)
    for name, target in (
        ("file.xlsx", elsewhere / "secret.xlsx"),
        ("folder", elsewhere),
        ("gone.xlsx", tmp_path / "no"),
    ):
        (inside / name).symlink_to(target)
    os.mkfifo(inside / "pipe.xlsx")
    links = {(books.LINKED.code, name) for name in ("file.xlsx", "folder", "gone.xlsx", "pipe.xlsx")}
    assert {one for one in found(run("merge", "--json")) if one[0] == books.LINKED.code} == links
    assert not any(name in path.name for path in (book / ROUND / "kept").iterdir() for name in ("file.xlsx", "secret"))
    assert books.LINKED.code not in {code for code, _ in found(run("check", inside / "file.xlsx", "--json"))}


def test_nothing_to_check_is_refused(book: Path):
    """An empty folder is a mistake in the command, not a good return."""
    (book / "empty").mkdir()
    assert run("check", "empty").exit_code == 2


@needs_libreoffice
@formats.needs_sheetjs
def test_every_kind_is_merged_beside_the_others(book: Path, tmp_path: Path):
    """One file a unit, each of another kind, under any name; a kind that is not ours is said once a file.

    LibreOffice takes three seconds to save the .ods, and does it in CI; every day SheetJS does.
    """
    units = {"xls": "DIR", "ods": "FHS", "xlsb": "PRH"}
    sent = {
        code: workbook("ref | title\nNEW-1 | Visits", start=started(unit=code, filled_on=date(2026, 10, 2)))
        for code in units.values()
    }
    saved = formats.by_sheetjs(tmp_path / "first", sent)
    if effort.CI:
        saved |= formats.by_libreoffice(tmp_path / "second", sent, "ods")
    for kind, code in units.items():
        (book / ROUND / "returns" / f"{code}.{kind}").write_bytes(saved[code, kind])
    result = run("merge", "--json", "--password", WORD)
    assert {one.unit for one in kept(book).returns if one.state == "Merged"} == {"ASM", "FRD", *units.values()}
    codes = {"xls": books.OLD_KIND.code, "ods": books.OTHER_KIND.code, "xlsb": books.OTHER_KIND.code}
    assert found(result) == {(codes[kind], f"{code}.{kind}") for kind, code in units.items()}
