"""Workbooks in, saved in other formats by programs that people use, or locked with a password, out."""

import hashlib
import io
import shutil
import struct
import subprocess
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import olefile
import pytest
from msoffcrypto.format.xls97 import Xls97File
from msoffcrypto.method.ecma376_agile import ECMA376Agile
from msoffcrypto.method.rc4 import DocumentRC4

from tests.oracles import HOME

needs_sheetjs = pytest.mark.skipif(
    shutil.which("node") is None or not (HOME / "node_modules" / "xlsx").is_dir(),
    reason="SheetJS is not installed, so nothing writes .xlsb; .ci/run installs it",
)

Saved = Mapping[tuple[str, str], bytes]
"""Workbooks by name and suffix."""

SHEETJS = """
const sheets = require(process.argv[1]), files = require("fs"), path = require("path");
const kinds = { xlsb: "xlsb", xls: "biff8", ods: "ods" };
for (const name of files.readdirSync(".").filter(name => name.endsWith(".xlsx")))
  for (const [suffix, kind] of Object.entries(kinds)) {
    const dates = kind === "ods";
    const book = sheets.read(files.readFileSync(name), { cellDates: dates, cellNF: true, cellStyles: true });
    sheets.writeFile(book, path.join("sheetjs", name.replace(/xlsx$/, suffix)), { bookType: kind, cellDates: dates });
  }
"""


def by_libreoffice(folder: Path, books: Mapping[str, bytes], *kinds: str, suffix: str = "xlsx") -> Saved:
    """Workbooks by name as LibreOffice saves them again, by name and suffix; "xlsx" has what it calculates."""
    _laid_out(folder, books, suffix)
    profile = f"-env:UserInstallation={(folder / 'profile').as_uri()}"
    for kind in kinds:
        convert = ["--headless", "--convert-to", kind, "--outdir", folder / "libreoffice", *folder.glob(f"*.{suffix}")]
        subprocess.run(["soffice", profile, *convert], check=True, timeout=300, capture_output=True)
    return {(path.stem, path.suffix[1:]): path.read_bytes() for path in (folder / "libreoffice").iterdir()}


def by_sheetjs(folder: Path, books: Mapping[str, bytes]) -> Saved:
    """Workbooks by name as SheetJS saves them again in every other kind, by name and suffix."""
    _laid_out(folder, books)
    (folder / "sheetjs").mkdir()
    subprocess.run(["node", "-e", SHEETJS, HOME / "node_modules" / "xlsx"], check=True, timeout=300, cwd=folder)
    return {(path.stem, path.suffix[1:]): path.read_bytes() for path in (folder / "sheetjs").iterdir()}


WRITTEN_BY = 0x005C
"""The record of an .xls that says who wrote it: 112 bytes that nobody needs."""

EXCEL_S = 100_000
"""How often Excel hashes a password, so that trying many takes long."""


@cache
def locked(data: bytes, password: str, hashed: int = 1_000) -> bytes:
    """An .xlsx under a password, as Excel locks it, but for how often the password is hashed."""
    under: bytes = ECMA376Agile.encrypt(password, io.BytesIO(data), None, hashed)
    return under


def locked_xls(data: bytes, password: str) -> bytes:
    """An .xls under a password, as Excel 97 locks it: RC4 undoes itself, so that unlocking a plain workbook locks it.

    The record that says how it is locked takes the place of the one that says who wrote it.
    """
    written = stream(data)
    place = written.index(struct.pack("<HH", WRITTEN_BY, 112))
    lock = struct.pack("<HH", _LOCK, 54) + _lock(password)
    filler = struct.pack("<HH", _FILLER, 54) + bytes(54)
    plain = with_stream(data, written[:place] + lock + filler + written[place + 116 :])
    turned = io.BytesIO()
    office = Xls97File(io.BytesIO(plain))
    office.load_key(password)
    office.decrypt(turned)
    written = stream(turned.getvalue())
    return with_stream(turned.getvalue(), written[:place] + lock + written[place + 58 :])


def stream(data: bytes) -> bytes:
    """The stream of records of an .xls."""
    with olefile.OleFileIO(io.BytesIO(data)) as compound:
        content: bytes = compound.openstream("Workbook").read()
        return content


def with_stream(data: bytes, changed: bytes) -> bytes:
    """An .xls with another stream of the same length."""
    out = io.BytesIO(data)
    with olefile.OleFileIO(out, write_mode=True) as compound:
        compound.write_stream("Workbook", changed)
        return out.getvalue()


def _laid_out(folder: Path, books: Mapping[str, bytes], suffix: str = "xlsx") -> None:
    folder.mkdir(exist_ok=True)
    for name, data in books.items():
        (folder / f"{name}.{suffix}").write_bytes(data)


def _lock(password: str) -> bytes:
    """RC4, version 1.1, and a salt and a number by which a password is known to be right (MS-XLS 2.4.117)."""
    salt, number = bytes(range(16)), bytes(range(100, 116))
    known = io.BytesIO(number + hashlib.md5(number).digest())
    return struct.pack("<HHH", 1, 1, 1) + salt + DocumentRC4.decrypt(password, salt, known).read()[:32]


_LOCK, _FILLER = 0x002F, 0x0FFF
