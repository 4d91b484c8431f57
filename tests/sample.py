"""The sample directorate, for tests: laid out again, merged, and what is wrong with it; and a small book, merged."""

import importlib.util
import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import ModuleType

import pytest
from click.testing import CliRunner

from riskbook.cli import corrections, inspecting, main, merging
from tests import effort, makers

ROOT = Path(__file__).parent.parent
DIRECTORATE = ROOT / "samples" / "directorate"
GIVEN = ROOT / "samples" / "findings.txt"


def make() -> ModuleType:
    """The script that makes the sample, without the one return that LibreOffice saves."""
    spec = importlib.util.spec_from_file_location("make", ROOT / "samples" / "make.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    module._saved_by_libreoffice = lambda path: None
    return module


def copy(folder: Path) -> Path:
    """The committed sample, copied to where a test may write."""
    shutil.copytree(DIRECTORATE, folder)
    return folder


def demo(root: Path) -> None:
    """Run the demo into a folder, and write down what it said."""
    said = CliRunner().invoke(main, ["demo", str(root / "riskbook-demo")], catch_exceptions=False)
    (root / "said.txt").write_text(f"{said.exit_code}\n{said.output}", encoding="utf-8")


def small(root: Path) -> None:
    """Merge a small book with one return."""
    book = makers.small_book(root / "book", frd=makers.workbook())
    said = CliRunner().invoke(main, ["merge", "--book", str(book)], catch_exceptions=False)
    assert said.exit_code == 1, said.output


@contextmanager
def register_alone() -> Iterator[None]:
    """A merge writes the register, and every day neither reports nor answers beside it; in CI it writes them all.

    For tests that look at nothing else: what stands beside it is two thirds of the time that a small merge takes.
    """
    with pytest.MonkeyPatch.context() as patch:
        if not effort.CI:
            patch.setattr(merging, "reports", lambda *_: {})
            patch.setattr(corrections, "made", lambda *_: {})
            patch.setattr(inspecting, "seen", lambda *_: {})
        yield


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """A folder that the first process of a test run to want it makes; the others wait. It is there to be read."""
    base = factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / name
    done = folder / "done"
    try:
        folder.mkdir()
    except FileExistsError:
        give_up = time.monotonic() + 300
        while not done.exists():
            assert time.monotonic() < give_up, f"nobody made {folder}"
            time.sleep(0.1)
    else:
        make(folder)
        done.touch()
    return folder


def given() -> set[str]:
    """The findings that the sample was given, a line each: code, unit, file and cell."""
    return set(GIVEN.read_text(encoding="utf-8").splitlines())
