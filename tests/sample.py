"""The sample directorate, for tests: laid out again, merged, and what it is known to have wrong with it."""

import importlib.util
import shutil
from pathlib import Path
from types import ModuleType

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


def given() -> set[str]:
    """The findings that the sample was given, a line each: code, unit, file and cell."""
    return set(GIVEN.read_text(encoding="utf-8").splitlines())
