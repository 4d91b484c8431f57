"""What is written: whole or not at all, by one command at a time, under names that every system takes."""

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result
from filelock import FileLock

from riskbook.cli import COMMANDS, files, main
from riskbook.cli.alone import LOCK
from riskbook.cli.trail import LOG
from riskbook.rules import books
from tests import effort, makers
from tests.test_stopped import MERGE

ROUND = "2026-27-q2"
TOGETHER = {"demo", "start", "forms", "check", "candidates", "inspect", "trace", "status", "verify", "calendar"}
"""Commands that write nothing which another one reads."""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A book with one return."""
    return makers.small_book(tmp_path / "book", frd=makers.workbook())


def run(book: Path, *words: str) -> Result:
    """A command, which never ends in a traceback."""
    result = CliRunner().invoke(main, [*words, "--book", str(book)])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def there(book: Path) -> dict[Path, bytes]:
    """Every file of a book but its log, by its place there."""
    files_ = (path for path in book.rglob("*") if path.is_file() and path.name not in (LOCK, LOG))
    return {path.relative_to(book): path.read_bytes() for path in files_}


def told(result: "subprocess.CompletedProcess[str]") -> Sequence[str]:
    """The sentence in which a command was refused."""
    assert result.returncode == 2, result.stderr
    return result.stderr.splitlines()[-1:]


@pytest.mark.usefixtures("register_alone")
def test_while_one_command_is_at_work_another_is_refused(book: Path) -> None:
    """In one sentence, and nothing is written; what only looks goes on; afterwards it runs."""
    before = there(book)
    with FileLock(book / LOCK):
        refused = run(book, "merge")
        assert (refused.exit_code, refused.stdout, len(refused.stderr.splitlines())) == (2, "", 1)
        assert run(book, "status").exit_code == 0
        assert there(book) == before
    assert run(book, "merge").exit_code == 1


def test_where_no_lock_can_be_made_the_command_goes_on(book: Path) -> None:
    """Something else stands in its place: what can be written is."""
    (book / LOCK).mkdir()
    assert run(book, "merge").exit_code == 1
    assert list((book / ROUND).glob("slt-risk-report-*.xlsx"))


def test_every_command_that_writes_what_another_reads_works_alone() -> None:
    """It is marked so; the others are named above, or write nothing at all."""
    alone, writing = set(), set()
    for name, (module, _) in COMMANDS.items():
        tree = ast.parse((Path(files.__file__).parent / f"{module}.py").read_text(encoding="utf-8"))
        marks = {
            ast.unparse(mark)
            for one in ast.walk(tree)
            if isinstance(one, ast.FunctionDef) and (one.name == name or module == "sharing")
            for mark in one.decorator_list
        }
        alone |= {name} if "alone" in marks else set()
        called = {ast.unparse(one.func) for one in ast.walk(tree) if isinstance(one, ast.Call)}
        writing |= (
            {name} if any(one.split(".")[-1] in ("keep", "write", "write_all", "put") for one in called) else set()
        )
    assert writing - alone - TOGETHER == {"export"}
    sharing = ast.parse((Path(files.__file__).parent / "sharing.py").read_text(encoding="utf-8"))
    commands = {one.name for one in ast.walk(sharing) if isinstance(one, ast.FunctionDef) and one.name[0] != "_"}
    marked = {
        one.name
        for one in ast.walk(sharing)
        if isinstance(one, ast.FunctionDef) and "alone" in map(ast.unparse, one.decorator_list)
    }
    assert marked == commands


@effort.in_ci("starts six merges: 10 s; the lock itself is tried every day")
def test_merges_at_the_same_moment_come_to_one_merge(book: Path, tmp_path: Path) -> None:
    """One of them does it, the others are refused or find it done."""
    whole = Path(shutil.copytree(book, tmp_path / "whole"))
    run(whole, "merge")
    at_once = [
        subprocess.Popen([*MERGE, "--book", str(book)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(6)
    ]
    ended = {one.wait(60) for one in at_once}
    assert {1} <= ended <= {1, 2}
    assert there(book) == there(whole)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows bounds no file")
def test_where_a_file_finds_no_room_every_file_is_as_it_was(small: Path, tmp_path: Path) -> None:
    """The system itself refuses the bytes; one sentence says so, and the merge after it is whole."""
    import resource

    book = Path(shutil.copytree(small, tmp_path / "book"))
    later = makers.workbook(makers.FRD.replace("| 4 ", "| 5 "), modified="2026-10-08T09:00:00Z")
    (book / ROUND / "returns" / "frd.xlsx").write_bytes(later)
    before = there(book)
    most = len(later) + 2000
    refused = subprocess.run(
        [*MERGE, "--book", str(book)],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most)),
        check=False,
    )
    (sentence,) = told(refused)
    assert "no room" in sentence
    after = there(book)
    assert {path: after[path] for path in before} == before
    assert {path.name.partition("-")[2] for path in after.keys() - before.keys()} == {"frd.xlsx"}, "the return is kept"
    assert run(book, "merge").exit_code == 1


@pytest.mark.skipif(not shutil.which("unshare"), reason="needs unshare, to lay a disk of its own under a book")
@effort.in_ci("three merges on disks of their own: 6 s; a file that finds no room is tried every day")
@pytest.mark.parametrize("room", [30, 60, 90])
def test_on_a_full_disk_every_file_is_old_or_new(room: int, book: Path, tmp_path: Path) -> None:
    """On a real one with so many kilobytes left, all that is new is the return that is kept, or nothing."""
    run(book, "merge")
    before = there(book)
    later = makers.workbook(makers.FRD.replace("| 4 ", "| 5 "), modified="2026-10-08T09:00:00Z")
    disk, back = tmp_path / "disk", tmp_path / "back"
    disk.mkdir()
    size = sum(-(-len(data) // 4096) * 4096 + 4096 for data in before.values()) + len(later) + room * 1024
    script = (
        f"mount -t tmpfs -o size={size} none '{disk}' || exit 77; cp -r '{book}' '{disk}/book' || exit 78; "
        f"cp '{tmp_path / 'later.xlsx'}' '{disk}/book/{ROUND}/returns/frd.xlsx' || exit 78; "
        f"'{sys.executable}' -c 'from riskbook.cli import main; main()' merge --book '{disk}/book'; ended=$?; "
        f"cp -r '{disk}/book' '{back}'; exit $ended"
    )
    (tmp_path / "later.xlsx").write_bytes(later)
    ran = subprocess.run(["unshare", "-rm", "sh", "-c", script], capture_output=True, text=True, check=False)
    if ran.returncode == 77 or "unshare" in ran.stderr:
        pytest.skip("may not lay a disk of its own here")
    (sentence,) = told(ran)
    assert "no room" in sentence
    after = there(back)
    assert {path: after[path] for path in before} == before | {Path(ROUND, "returns", "frd.xlsx"): later}
    assert {path.name.partition("-")[2] for path in after.keys() - before.keys()} <= {"frd.xlsx"}


@pytest.mark.usefixtures("register_alone")
def test_a_line_of_the_log_that_broke_off_spoils_no_other(book: Path) -> None:
    """The next one begins on a line of its own."""
    (book / LOG).write_bytes(b'{"when": "2026-10-0')
    run(book, "merge")
    _, line = (book / LOG).read_text(encoding="utf-8").splitlines()
    assert json.loads(line)["command"] == "merge"


NAMES = (
    *(
        "x" * 250 + ".xlsx",
        "ü" * 120 + ".xlsx",
        "a" * 200 + "." + "b" * 50,
        "CON.xlsx",
        "aux",
        "trailing. ",
        "-rf.xlsx",
    ),
    *("a\nb.xlsx", "a:b?.xlsx", "a\\b.xlsx", "\u202exslx.exe", "=cmd|x.xlsx", "<img src=x>.xlsx", "[x](y).xlsx"),
)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets nobody name a file so")
def test_a_return_may_be_called_anything(book: Path) -> None:
    """Too long for its copy, no text at all, what Windows keeps for itself, what a terminal or a page would obey."""
    data, returns = makers.workbook(), book / ROUND / "returns"
    for name in NAMES:
        (returns / name).write_bytes(data)
    odd = os.fsencode(returns)
    for name in (b"\xff\xfe.xlsx", b"\xff\xfd.xlsx"):
        Path(os.fsdecode(odd + b"/" + name)).write_bytes(data)
    count = len(NAMES) + 3
    seen = {one["file"] for one in json.loads(run(book, "check", str(returns), "--json").stdout)["findings"]}
    assert len(seen) == count
    assert [name for name in seen if not name.isprintable()] == []
    merged = json.loads(run(book, "merge", "--json").stdout)
    assert merged["counts"]["found"] == 2 * count
    assert json.loads((book / LOG).read_text(encoding="utf-8"))["command"] == "merge"
    kept = [path.name for path in (book / ROUND / "kept").iterdir()]
    assert max(len(os.fsencode(name)) for name in kept) < 200
    assert run(book, "verify").exit_code == 0


@pytest.mark.parametrize("code", ["A/B", "..", "../../X", "A:B", "É", "=1", "A", "ABCDEFG", "A1"])
def test_a_unit_s_code_is_letters(code: str, book: Path) -> None:
    """Refs begin with it and files are named by it: anything else is said at its cell, and nothing written."""
    opened = openpyxl.load_workbook(book / "directory.xlsx")
    cell = next(cell for row in opened["Units"] for cell in row if cell.value == "ASM")
    cell.value, cell.data_type = code, "s"
    opened.save(book / "directory.xlsx")
    before = there(book)
    result = run(book, "issue")
    assert result.exit_code == 2
    assert f"Units!{cell.coordinate}" in result.stderr
    assert books.CODE.code in result.stderr
    assert there(book) == before
