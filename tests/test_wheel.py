"""What is installed is whole: the wheel has the sample, the frameworks and nothing that only a checkout has."""

import os
import subprocess
import sys
import venv
import zipfile
from pathlib import Path

import pytest

from tests import effort

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built from the checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "-w", folder, ROOT]
    subprocess.run([str(part) for part in command], check=True, cwd=folder)
    return next(folder.glob("*.whl"))


def test_the_wheel_has_the_sample_and_the_frameworks(wheel: Path) -> None:
    """An installed riskbook can lay out the sample and start a book on any shipped matrix."""
    names = set(zipfile.ZipFile(wheel).namelist())
    sample = {
        path.relative_to(ROOT / "samples/directorate").as_posix() for path in _files(ROOT / "samples/directorate")
    }
    assert sample <= {name.removeprefix("riskbook/samples/") for name in names}
    frameworks = {f"riskbook/frameworks/{path.name}" for path in (ROOT / "riskbook/frameworks").glob("*.toml")}
    assert frameworks <= names
    assert not any(name.startswith(("tests/", "samples/")) for name in names)


@effort.in_ci("installs every library into a bare environment")
def test_an_installed_demo_runs_from_an_empty_folder(wheel: Path, tmp_path: Path) -> None:
    """Somebody who installs the wheel and has no checkout can see a whole quarter."""
    venv.create(tmp_path / "bare", with_pip=True)
    programs = tmp_path / "bare" / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([programs / "python", "-m", "pip", "install", "--quiet", wheel], check=True)
    empty = tmp_path / "empty"
    empty.mkdir()
    done = subprocess.run([programs / "riskbook", "demo"], cwd=empty, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    folder = empty / "riskbook-demo" / "2026-27-q2"
    assert (folder / "slt-risk-report-2026-27-q2.xlsx").stat().st_size > 10_000
    again = subprocess.run(
        [programs / "riskbook", "merge"], cwd=empty / "riskbook-demo", capture_output=True, check=False
    )
    assert again.returncode == 1


def _files(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
