"""Programs that look our workbooks over: Microsoft's validator and LibreOffice, where they are installed."""

import json
import os
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

HOME = Path(os.environ.get("RISKBOOK_ORACLES") or Path.home() / ".cache" / "riskbook-oracles")
VALIDATOR = HOME / "node_modules" / ".bin" / "ooxml-validator"

needs_validator = pytest.mark.skipif(
    not VALIDATOR.exists(), reason="Microsoft's validator is not installed; .ci/run installs it"
)
needs_libreoffice = pytest.mark.skipif(
    shutil.which("soffice") is None, reason="LibreOffice is not installed; .ci/run installs it"
)


def faults(paths: Iterable[Path]) -> list[str]:
    """What Microsoft's validator finds wrong with some workbooks, a line each."""
    found = []
    for path in paths:
        done = subprocess.run([VALIDATOR, path], capture_output=True, text=True, check=False)
        told = json.loads(done.stdout)
        found += [f"{path.name}: {error['description']}" for error in told["errors"]]
    return found
