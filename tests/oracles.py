"""Other programs, where they are installed: Microsoft's validator looks workbooks over, and five save them again."""

import json
import os
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests import effort

HOME = Path(os.environ.get("RISKBOOK_ORACLES") or Path.home() / ".cache" / "riskbook-oracles")
SAVERS = Path(__file__).parent / "savers"
VALIDATOR = HOME / "node_modules" / ".bin" / "ooxml-validator"

needs_validator = pytest.mark.skipif(
    not VALIDATOR.exists(), reason="Microsoft's validator is not installed; .ci/run installs it"
)
needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed; .ci/run installs it"
)


def faults(paths: Iterable[Path]) -> list[str]:
    """What Microsoft's validator finds wrong with some workbooks, a line each.

    It runs for a second at a time: .NET need not measure first what it could do better in the long run.
    """
    found = []
    for path in paths:
        hurried = {**os.environ, "DOTNET_TieredPGO": "0"}
        done = subprocess.run([VALIDATOR, path], capture_output=True, text=True, check=False, env=hurried)
        told = json.loads(done.stdout)
        found += [f"{path.name}: {error['description']}" for error in told["errors"]]
    return found


def programs(everyday: Iterable[str], of: Iterable[str] = ()) -> list[Any]:
    """PROGRAMS, or some of them, as parameters: those of every day first, the others in CI alone."""
    whole = sorted(of or PROGRAMS, key=lambda name: name not in everyday)
    later = effort.in_ci("the same as other programs save it: LibreOffice and node take seconds to start")
    return [pytest.param(name, marks=() if name in everyday else later) for name in whole]


def saved_by(program: str, books: Mapping[str, bytes], folder: Path) -> dict[str, bytes]:
    """Workbooks opened and saved again by one of PROGRAMS, by name; the test is skipped where it is not installed."""
    command, save = PROGRAMS[program]
    if command and shutil.which(command) is None:
        pytest.skip(f"{program} ({command}) is not installed; .ci/run installs it")
    out = folder / program
    out.mkdir()
    for name, data in books.items():
        (folder / name).write_bytes(data)
    save([folder / name for name in books], out)
    return {name: (out / name).read_bytes() for name in books}


def _libreoffice(files: list[Path], out: Path) -> None:
    convert = ["--headless", "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", out]
    _run("soffice", f"-env:UserInstallation={(out / 'profile').as_uri()}", *convert, *files)


def _gnumeric(files: list[Path], out: Path) -> None:
    for file in files:
        _run("ssconvert", "--export-type=Gnumeric_Excel:xlsx", file, out / file.name)


def _openpyxl(files: list[Path], out: Path) -> None:
    for file in files:
        openpyxl.load_workbook(file).save(out / file.name)


def _node(package: str, script: str) -> Callable[[list[Path], Path], None]:
    def save(files: list[Path], out: Path) -> None:
        modules = HOME / "node_modules"
        if not (modules / package).is_dir():
            pytest.skip(f"{package} is not installed; .ci/run installs it")
        _run("node", SAVERS / script, out, *files, env={**os.environ, "NODE_PATH": str(modules)})

    return save


def _run(*command: object, env: Mapping[str, str] | None = None) -> None:
    subprocess.run([str(part) for part in command], check=True, timeout=120, capture_output=True, env=env)


PROGRAMS: Mapping[str, tuple[str, Callable[[list[Path], Path], None]]] = {
    "LibreOffice": ("soffice", _libreoffice),
    "Gnumeric": ("ssconvert", _gnumeric),
    "ExcelJS": ("node", _node("exceljs", "exceljs.cjs")),
    "SheetJS": ("node", _node("xlsx", "sheetjs.cjs")),
    "openpyxl": ("", _openpyxl),
}
"""Programs that people open and save a return with: the command that must be there, and how they save."""
