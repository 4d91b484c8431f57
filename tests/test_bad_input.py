"""Bad input at the command line: a sentence and the right exit status, no traceback, nothing half-written."""

import io
import json
import os
import re
import shutil
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from riskbook import excel, store
from riskbook.cli import main, speak
from riskbook.cli.alone import LOCK
from riskbook.directory import Directory
from riskbook.forms import ACTIONS, RISKS, by_key
from riskbook.model import Register
from riskbook.places import letters
from riskbook.read import read
from riskbook.report import directory
from riskbook.report.register import document
from riskbook.rules import books, registers
from riskbook.settings import framework
from tests import effort
from tests.examples import DIRECTORY, PLANNED, SOUND, agreed
from tests.makers import quarter, register, saved, started, workbook

LAST = 'FRD-001 4x3 was 4x3 "Contacts wait too long for a decision"\n + FRD-A001 due 2026-11-30'
ROUND = "2026-27-q2"
REGISTER = f"{ROUND}/directorate-risk-register-{ROUND}.xlsx"
REPORT = f"{ROUND}/slt-risk-report-{ROUND}.xlsx"


def drawn(values: object, columns: object) -> str:
    shown = {key: str(value) for key, value in values.items()}  # type: ignore[attr-defined]
    return f"{' | '.join(shown)}\n{' | '.join(shown.values())}"


def sound(**start: object) -> bytes:
    """A return with nothing wrong in it."""
    risk = {key: value for key, value in SOUND.items() if key in by_key(RISKS) and key != "parent"}
    action = {key: value for key, value in PLANNED.items() if key in by_key(ACTIONS)}
    return workbook(drawn(risk, RISKS), drawn(action, ACTIONS), start=started(**start), scope="FRD-001 and new rows")


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with a directory, last quarter's register and one sound return."""
    root = tmp_path_factory.mktemp("book")
    text = (Path(__file__).parent / "agreed.toml").read_text(encoding="utf-8")
    (root / "riskbook.toml").write_text(text, encoding="utf-8")
    (root / "directory.xlsx").write_bytes(excel.report(directory.document(DIRECTORY, agreed())))
    before = root / "2026-27-q1" / "directorate-risk-register-2026-27-q1.xlsx"
    before.parent.mkdir()
    before.write_bytes(stored(register(LAST)))
    (root / ROUND / "returns").mkdir(parents=True)
    (root / ROUND / "returns" / "frd.xlsx").write_bytes(sound())
    return root


@pytest.fixture
def book(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """That book, for one test, as the current folder."""
    root = tmp_path / "book"
    shutil.copytree(made, root)
    monkeypatch.chdir(root)
    yield root
    assert list(root.rglob("*.tmp")) == [], "nothing is left half-written"


def stored(one: Register) -> bytes:
    return excel.report(*document(store.tables(one, quarter(None), "0.1.0"), quarter(None)))


def run(*words: str) -> Result:
    """A command, which never ends in a traceback."""
    result = CliRunner().invoke(main, words)
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def refused(*words: str) -> str:
    """The one sentence with which a command is refused, with exit status 2; the round may stand before it."""
    result = run(*words)
    assert (result.exit_code, result.stdout) == (2, "")
    *heading, line = result.stderr.splitlines()
    assert len(heading) <= 1
    assert line.startswith("riskbook: ")
    assert line.endswith(".")
    return line


def sent(root: Path, name: str, data: bytes) -> None:
    (root / ROUND / "returns" / name).write_bytes(data)


def codes(result: Result) -> set[str]:
    """The codes of the findings that a command told of."""
    return {word for word in result.stdout.split() if len(word) == 4 and word[1:].isdecimal() and word[0].isalpha()}


def changed(path: Path, sheet: str, at: str, content: object) -> None:
    """Change one cell of a workbook that I&P keeps."""
    opened = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
    opened[sheet][at].value = content  # type: ignore[union-attr]
    path.write_bytes(saved(opened))


@effort.in_ci("runs whole commands: 1 s")
def test_a_quarter_with_nothing_wrong_ends_with_0(book: Path):
    """Units that sent nothing are a question, and questions count only when they are asked to."""
    result = run("merge")
    assert (result.exit_code, codes(result)) == (0, {"G101"})
    assert {path.name for path in (book / ROUND).glob("*.xlsx")} == {Path(REGISTER).name, Path(REPORT).name}
    assert run("merge", "--strict").exit_code == 1


@effort.in_ci("runs whole commands: 1 s")
def test_merging_again_writes_nothing_again(book: Path):
    """The same files, to the byte, with the same dates."""
    run("merge")
    before = {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in book.rglob("*.xlsx")}
    assert run("merge").exit_code == 0
    assert {path: (path.stat().st_mtime_ns, path.read_bytes()) for path in book.rglob("*.xlsx")} == before


@pytest.mark.parametrize("command", ["merge", "issue", "report", "candidates"])
def test_without_a_book_a_command_is_refused(command: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """Neither here nor above, nor in the folder that was named."""
    monkeypatch.chdir(tmp_path)
    refused(command)
    refused(command, "--book", "nowhere")
    assert list(tmp_path.iterdir()) == []


def test_alone_it_says_that_there_is_no_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """And how to see a sample: that is no mistake."""
    monkeypatch.chdir(tmp_path)
    result = run()
    assert (result.exit_code, len(result.stdout.splitlines())) == (0, 2)


@pytest.mark.parametrize("left", ["nothing", "a lock file", "no folder"])
def test_without_returns_merging_is_refused(book: Path, left: str):
    """What Excel leaves beside an open workbook is none. Nothing is written."""
    (book / ROUND / "returns" / "frd.xlsx").unlink()
    if left == "a lock file":
        sent(book, "~$frd.xlsx", b"\x05Someone")
    if left == "no folder":
        (book / ROUND / "returns").rmdir()
    refused("merge")
    assert not (book / REGISTER).exists()


UNTAKEN = {
    "photo.xlsx": (b"\xff\xd8\xff\xe0JFIF", books.NOT_A_WORKBOOK.code),
    "empty.xlsx": (b"", books.NOT_A_WORKBOOK.code),
    "short.xlsx": (sound()[:-900], books.DAMAGED.code),
    "who.xlsx": (sound(unit="XYZ"), books.NO_UNIT.code),
    "old.xlsx": (sound(round="2026-27 Q1"), books.OTHER_ROUND.code),
    "when.xlsx": (sound(round="next quarter"), books.NO_ROUND.code),
}
"""Returns that cannot be taken, each with the code of what is wrong with it."""


def test_returns_that_cannot_be_taken_are_errors_and_the_others_are_merged(book: Path):
    """Whatever else is there; the register is written, and lists each as not read."""
    for name, (data, _) in UNTAKEN.items():
        sent(book, name, data)
    result = run("merge", "--json")
    told = [(one["file"], one["code"]) for one in json.loads(result.stdout)["findings"] if one["code"] != "G101"]
    assert result.exit_code == 1
    assert sorted(told) == sorted((name, code) for name, (_, code) in UNTAKEN.items())
    written = (book / REGISTER).read_bytes()
    listed = [[c.value for c in row] for row in openpyxl.load_workbook(io.BytesIO(written))["Returns"].iter_rows()]
    assert {row[1]: row[3] for row in listed if row[1] in ("frd.xlsx", *UNTAKEN)} == {
        "frd.xlsx": "Merged",
        **dict.fromkeys(UNTAKEN, "Not read"),
    }


@pytest.mark.parametrize("name", UNTAKEN)
def test_a_return_that_cannot_be_taken_is_said_to_be_so_before_it_is_sent(book: Path, name: str):
    """By the same code."""
    data, code = UNTAKEN[name]
    sent(book, name, data)
    checked = run("check", f"{ROUND}/returns/{name}")
    assert (checked.exit_code, codes(checked)) == (1, {code})


def test_a_cell_that_cannot_be_read_is_an_error_and_a_corrections_copy_is_written(book: Path):
    """The copy goes back to the manager; what they sent is untouched."""
    path = book / ROUND / "returns" / "frd.xlsx"
    at = next(f"{letters(n)}2" for n, key in enumerate(SOUND, 1) if key == "category")
    changed(path, "Risks", at, "Work")
    data = path.read_bytes()
    result = run("merge")
    assert (result.exit_code, codes(result), path.read_bytes()) == (1, {"C102", "G101"}, data)
    sent_back = {f"frd-{ROUND}-please-correct.{kind}" for kind in ("xlsx", "md", "eml")}
    assert {copy.name for copy in (book / ROUND / "corrections").iterdir()} == sent_back


@effort.in_ci("runs whole commands: 1 s")
@pytest.mark.parametrize("length", [32_767, 40_000], ids=["full to the brim", "fuller than Excel allows"])
def test_cells_that_are_full_stop_nothing(book: Path, length: int):
    """In text, choices, steps and dates, in a row that cannot be placed, and on Start: all workbooks are written."""
    long = ("words " * length)[:length]

    def fill(one: openpyxl.Workbook) -> None:
        for place in ("Risks!C2", "Risks!D2", "Risks!E2", "Risks!F2", "Risks!A4", "Risks!D4", "Risks!E4", "Actions!C2"):
            sheet, at = place.split("!")
            one[sheet][at]._value, one[sheet][at].data_type = long, "s"
        one["Start"]["B6"]._value = long

    def nameless(one: openpyxl.Workbook) -> None:
        one["Start"]["B2"]._value = long

    risks = "ref | title | impact | event | category | raised\nFRD-001 | A | | |\nNEW-1 | B\n | C"
    full = workbook(risks, "ref | what | risk_ref\n | D", spoil=fill)
    sent(book, "frd.xlsx", full)
    sent(book, "whose.xlsx", workbook(spoil=nameless))
    assert run("merge", "--notes").exit_code == 1
    assert read((book / REGISTER).read_bytes(), "register.xlsx").grid("Held")
    assert read((book / REPORT).read_bytes(), "report.xlsx")


@pytest.mark.usefixtures("register_alone")
def test_a_register_of_another_scale_is_compared_with_nothing(book: Path):
    """Everything is rescaled, and said so; once somebody has agreed to the new one, nobody is stopped."""
    (book / "riskbook.toml").write_text(framework("east-devon-4x4"), encoding="utf-8")
    result = run("merge", "--notes", "--scale-agreed", "DLT, 13 October 2026")
    assert registers.scale_changed.code in codes(result)
    assert (book / REGISTER).exists()


@pytest.mark.parametrize("what", ["no workbook", "a return", "a cell that nobody can read"])
def test_a_register_of_last_quarter_that_cannot_be_read_stops_everything(book: Path, what: str):
    """Everything is compared with it; the sentence names it, and nothing is written."""
    path = book / "2026-27-q1" / "directorate-risk-register-2026-27-q1.xlsx"
    if what == "no workbook":
        path.write_bytes(b"no workbook")
    elif what == "a return":
        path.write_bytes(sound())
    else:
        opened = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))
        for row in opened["Register"].iter_rows():
            for one in row:
                one.value = "Sideways" if one.value == "► Same" else one.value
        path.write_bytes(saved(opened))
    assert path.name in refused("merge")
    assert not (book / REGISTER).exists()


def test_settings_that_are_wrong_stop_everything(book: Path):
    """One sentence says what to put right."""
    (book / "riskbook.toml").write_text("[council", encoding="utf-8")
    refused("merge")
    (book / "riskbook.toml").write_bytes("name = 'Brackenshire à'".encode("latin-1"))
    refused("merge")


@pytest.mark.parametrize("what", ["missing", "no workbook", "a mistake", "empty"])
def test_a_directory_that_cannot_be_used_stops_everything(book: Path, what: str):
    """A mistake in it is told with its cell."""
    path = book / "directory.xlsx"
    if what == "missing":
        path.unlink()
    elif what == "no workbook":
        path.write_bytes(b"no workbook")
    elif what == "a mistake":
        units = openpyxl.load_workbook(io.BytesIO(path.read_bytes()))["Units"]
        at = next(one for row in units.iter_rows() for one in row if one.value == "Team")
        changed(path, "Units", at.coordinate, "Squad")
        assert f"Units!{at.coordinate}" in refused("merge")
        return
    else:
        path.write_bytes(excel.report(directory.document(Directory(), agreed())))
    refused("merge")


@pytest.mark.parametrize(
    "words",
    [
        ("merge", "--round", "2026-27 Q9"),
        ("issue", "XYZ"),
        ("check", "nowhere.xlsx"),
        ("merge", "--use", "nowhere.xlsx"),
        ("report",),
        ("candidates",),
        ("explain", "Z999"),
        ("start", "."),
        ("demo", "."),
    ],
)
def test_wrong_use_is_refused(book: Path, words: tuple[str, ...]):
    """With a sentence, and nothing is written."""
    (book / LOCK).touch()
    before = sorted(book.rglob("*"))
    refused(*words)
    assert sorted(book.rglob("*")) == before


@pytest.mark.parametrize("blocked", [REGISTER, REPORT, f"{ROUND}/kept", f"{ROUND}/corrections"])
def test_an_output_that_cannot_be_written_is_refused(book: Path, blocked: str):
    """Something else stands in its place: one sentence names it, and every workbook that is there is whole."""
    sent(book, "photo.xlsx", b"no workbook")
    sent(book, "asm.xlsx", workbook("ref | title\nNEW-1 | Visits", start=started(unit="ASM")))
    if blocked.endswith(".xlsx"):
        (book / blocked).mkdir()
        (book / blocked / "something").write_text("in the way")
    else:
        (book / blocked).write_text("in the way")
    assert Path(blocked).name in refused("merge")
    for path in book.rglob("*risk*.xlsx"):
        if path.is_file():
            assert read(path.read_bytes(), path.name).grids


def test_a_folder_that_is_read_only_is_refused(book: Path):
    """Nothing is written into it."""
    if os.geteuid() == 0:
        pytest.skip("the administrator may write anywhere")
    (book / ROUND).chmod(0o555)
    try:
        refused("issue")
    finally:
        (book / ROUND).chmod(0o755)


@pytest.mark.usefixtures("register_alone")
def test_an_output_that_is_open_elsewhere_is_refused(book: Path, monkeypatch: pytest.MonkeyPatch):
    """As Windows does while Excel has it open; the old one stands, whole."""
    run("merge")
    before = (book / REGISTER).read_bytes()
    sent(book, "frd.xlsx", sound(filled_on=date(2026, 10, 5), issue=2))

    def refuse(self: Path, target: Path) -> Path:
        raise PermissionError(13, "The process cannot access the file because it is being used by another process")

    monkeypatch.setattr(Path, "replace", refuse)
    refused("merge")
    assert (book / REGISTER).read_bytes() == before


@pytest.mark.usefixtures("register_alone")
@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no pipes in folders")
def test_what_never_ends_is_not_read(book: Path):
    """A pipe, a device behind a link, twenty gigabytes: named and passed over in a folder, refused when named."""
    returns = book / ROUND / "returns"
    os.mkfifo(returns / "pipe.xlsx")
    (returns / "zero.xlsx").symlink_to("/dev/zero")
    with (returns / "huge.xlsx").open("wb") as huge:
        huge.truncate(20 << 30)
    merged = run("merge", "--json")
    told = {one["file"]: one["code"] for one in json.loads(merged.stdout)["findings"] if one["severity"] == "error"}
    assert told == {
        "pipe.xlsx": books.LINKED.code,
        "zero.xlsx": books.LINKED.code,
        "huge.xlsx": books.TOO_LARGE.code,
    }
    for name in told:
        for command in ("check", "inspect", "decide"):
            assert name in refused(command, str(returns / name))


def test_inputs_are_never_written_to(book: Path):
    """Settings, directory, last quarter's register and returns are as they were."""
    sent(book, "photo.xlsx", b"no workbook")
    before = {path: path.read_bytes() for path in book.rglob("*") if path.is_file()}
    run("merge")
    run("issue")
    run("report")
    assert {path: path.read_bytes() for path in before} == before


def test_the_sound_return_is_sound(book: Path):
    """So that what the tests above find is what they put there."""
    data = (book / ROUND / "returns" / "frd.xlsx").read_bytes()
    result = run("check", f"{ROUND}/returns/frd.xlsx", "--notes")
    assert (result.exit_code, codes(result)) == (0, set())
    assert data == sound()


def test_of_many_cells_that_do_not_fit_the_first_are_told_and_the_others_counted(book: Path):
    """As after words were pasted down a column of the directory; one sentence has room for a few."""
    opened = openpyxl.load_workbook(book / "directory.xlsx")
    (heading,) = (cell for row in opened["Units"].iter_rows() for cell in row if cell.value == "Level")
    for row in range(heading.row + 1, heading.row + 9):
        opened["Units"].cell(row, heading.column).value = "Somewhere"
    opened.save(book / "directory.xlsx")
    refused = run("status")
    assert refused.exit_code == 2
    assert refused.output.count("“Somewhere”") == 5
    assert re.search(r" And \d+ more\.$", refused.output.strip())


def test_of_several_returns_queries_alike_are_counted_and_of_one_all_are_listed(
    book: Path, monkeypatch: pytest.MonkeyPatch
):
    """Whoever puts one return right needs every one of its queries."""
    monkeypatch.setattr(speak, "MOST_ALIKE", 0)
    vague = workbook(drawn({"ref": "FRD-001", "title": "Fire"}, RISKS), start=started(), scope="FRD-001 and new rows")
    for name in ("one.xlsx", "other.xlsx"):
        (book / "sent" / name).parent.mkdir(exist_ok=True)
        (book / "sent" / name).write_bytes(vague)
    one, several = run("check", "sent/one.xlsx").output, run("check", "sent").output
    assert "QUERY  one.xlsx" in one
    assert "QUERY  …" not in one
    assert "QUERY  one.xlsx" not in several
    assert "QUERY  … and 2 more" in several
