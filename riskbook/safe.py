"""Bytes in; what kind of workbook they are, and its parts inflated within bounds, out.

Nothing that the bytes say of themselves is believed: not a file name, not a size. Bounds and their reasons were
measured on some 3,350 honest workbooks (reference/reliability.md, 9).
"""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice

MIB = 2**20


class Kind(StrEnum):
    """What some bytes are, by their content. A CSV file is text like any other, and is one only to who asks for it."""

    XLSX = "xlsx"
    XLSM = "xlsm"
    XLSB = "xlsb"
    XLS = "xls"
    ODS = "ods"
    CSV = "csv"
    ENCRYPTED = "encrypted"
    NOT_WORKBOOK = "not a workbook"


class Reason(StrEnum):
    """Why some bytes are not read."""

    NOT_A_WORKBOOK = "not a workbook"
    OTHER_KIND = "a workbook of another kind"
    ENCRYPTED = "encrypted"
    SEALED = "locked in a way that no password opens here"
    DAMAGED = "damaged"
    TOO_LARGE = "too large"
    SUSPICIOUS = "suspicious"
    DOCTYPE = "document type declaration"
    NO_SHEETS = "no sheets"
    TEXT_TOO_LONG = "text too long"


class Unreadable(Exception):  # noqa: N818 - what people send is no error of the program.
    """Bytes that are not read, the one exception for them: why, and a clause for people ("it is cut short")."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail

    def __str__(self) -> str:
        return self.detail


@dataclass(frozen=True, slots=True)
class Limits:
    """How much is read. Sizes are in bytes, texts in characters, ``area`` in cells of the box around what is filled.

    ``ratio`` is inflated to compressed size, asked of parts larger than ``ratio_from``. ``text`` is Apache POI's bound;
    Excel's own (32,767) is for rules, which can name the cell.
    """

    file: int = 50 * MIB
    parts: int = 2_000
    part: int = 256 * MIB
    inflated: int = 512 * MIB
    ratio: int = 200
    ratio_from: int = 8 * MIB
    sheets: int = 255
    merges: int = 20_000
    area: int = 5_000_000
    text: int = 10 * MIB


LIMITS = Limits()


def inspect(data: bytes, limits: Limits = LIMITS) -> Kind:
    """Say what kind of workbook some bytes are, without parsing any sheet.

    Raises:
        Unreadable: they are larger than the limits, or a package that is damaged or not to be trusted.
    """
    if len(data) > limits.file:
        raise Unreadable(Reason.TOO_LARGE, f"it is larger than {limits.file // MIB} MB")
    if data.startswith(_COMPOUND):
        return _compound(data)
    return Package(data, limits).kind if data.startswith(_ZIPPED) else Kind.NOT_WORKBOOK


def unpack(data: bytes, limits: Limits = LIMITS) -> "Package":
    """Open an .xlsx or .xlsm.

    Raises:
        Unreadable: as ``inspect``, and for every other kind.
    """
    kind = inspect(data, limits)
    if kind in _REFUSED:
        raise Unreadable(*_REFUSED[kind])
    return Package(data, limits)


class Package:
    """A zip of named parts. Names are compared as Windows does: case and the way slashes lean make no difference."""

    def __init__(self, data: bytes, limits: Limits = LIMITS) -> None:
        self.limits = limits
        self._inflated = 0
        self._zip = _opened(data, limits)
        self._parts = _listed(self._zip.infolist(), limits)

    def __contains__(self, part: str) -> bool:
        return _folded(part) in self._parts

    def __iter__(self) -> Iterator[str]:
        """The names of the parts, folded; folders are none."""
        return (name for name, entry in self._parts.items() if not entry.is_dir())

    @property
    def kind(self) -> Kind:
        """What the package holds, by the type that it declares for its main part."""
        for part, kinds in _DECLARED.items():
            declared = self._head(part) if part in self else b""
            for kind, marks in kinds.items():
                if any(mark in declared for mark in marks):
                    return kind
        return Kind.NOT_WORKBOOK

    def chunks(self, part: str) -> Iterator[bytes]:
        """Inflate a part a little at a time; its checksum is checked after the last chunk.

        Raises:
            Unreadable: there is no such part, it is damaged, or it passes a limit.
        """
        entry = self._parts.get(_folded(part))
        if entry is None:
            raise Unreadable(Reason.DAMAGED, f"its part {part} is missing")
        try:
            with self._zip.open(entry) as stream:
                while chunk := stream.read(_CHUNK):
                    self._inflated += len(chunk)
                    if self._inflated > self.limits.inflated:
                        raise Unreadable(Reason.TOO_LARGE, f"it unpacks to more than {self.limits.inflated // MIB} MB")
                    yield chunk
        except _FAULTS as fault:
            raise Unreadable(Reason.DAMAGED, f"its part {part} is damaged") from fault

    def whole(self, part: str, most: int) -> bytes | None:
        """A part inflated at once; None where it is larger than that, or there is none.

        Raises:
            Unreadable: as ``chunks``.
        """
        entry = self._parts.get(_folded(part))
        # No more is inflated than an entry says that there is.
        return b"".join(self.chunks(part)) if entry and entry.file_size <= most else None

    def zipped_anew(self, mended: Callable[[str, bytes], bytes]) -> bytes:
        """The package once more, of parts that were inflated within the limits and found whole, for a library to read.

        Nothing in it is compressed, so nothing in it can be larger than it says. ``mended`` is given every part.

        Raises:
            Unreadable: as ``chunks``.
        """
        stream = io.BytesIO()
        with zipfile.ZipFile(stream, "w", zipfile.ZIP_STORED) as anew:
            for part, entry in self._parts.items():
                if not entry.is_dir():
                    name = entry.filename.replace("\\", "/").lstrip("/")
                    anew.writestr(zipfile.ZipInfo(name), mended(part, b"".join(self.chunks(part))))
        return stream.getvalue()

    def _head(self, part: str) -> bytes:
        """The first megabytes of a part; without NUL, ASCII reads alike in UTF-8 and UTF-16."""
        return b"".join(islice(self.chunks(part), 64)).replace(b"\0", b"")


def _opened(data: bytes, limits: Limits) -> zipfile.ZipFile:
    """Open the zip, having counted the signatures of its entries: zipfile would first list millions of them."""
    if data.count(b"PK\1\2") > limits.parts:
        raise Unreadable(Reason.SUSPICIOUS, f"it is made of more than {limits.parts:,} parts")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except _FAULTS as fault:
        raise Unreadable(Reason.DAMAGED, "it is damaged or cut short") from fault


def _listed(entries: list[zipfile.ZipInfo], limits: Limits) -> dict[str, zipfile.ZipInfo]:
    """The parts by their folded names, none twice and each, as it declares itself, within the limits."""
    parts: dict[str, zipfile.ZipInfo] = {}
    for entry in entries:
        name = _folded(entry.filename)
        if name in parts:
            raise Unreadable(Reason.SUSPICIOUS, f"it has two parts named {name}")
        if entry.flag_bits & 1:
            raise Unreadable(Reason.ENCRYPTED, "its parts are locked with a password")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise Unreadable(Reason.SUSPICIOUS, f"its part {name} is compressed in a way that Excel does not use")
        if entry.file_size > limits.part:
            raise Unreadable(Reason.TOO_LARGE, f"its part {name} unpacks to more than {limits.part // MIB} MB")
        if entry.file_size > max(limits.ratio_from, limits.ratio * entry.compress_size):
            raise Unreadable(Reason.SUSPICIOUS, f"its part {name} unpacks to over {limits.ratio} times its size")
        parts[name] = entry
    return parts


def _folded(part: str) -> str:
    return part.replace("\\", "/").lstrip("/").lower()


def _compound(data: bytes) -> Kind:
    """Tell the kinds of compound files (Excel 97, or any of today's under a password) by a stream they must have."""
    if _stream("EncryptedPackage") in data:
        return Kind.ENCRYPTED
    return Kind.XLS if _stream("Workbook") in data or _stream("Book") in data else Kind.NOT_WORKBOOK


def _stream(name: str) -> bytes:
    """A stream's name as a compound file's directory spells it: 64 bytes of UTF-16, then the length in bytes."""
    return name.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(name) + 2)


_CHUNK = 2**16
_ZIPPED = b"PK\3\4"
_COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_FAULTS = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, RuntimeError, ValueError, OverflowError)
"""What zipfile raises for bad bytes. NotImplementedError is a RuntimeError, UnicodeDecodeError a ValueError, and
an offset before the start or past 2**63 a ValueError or an OverflowError."""

_DECLARED: dict[str, dict[Kind, tuple[bytes, ...]]] = {
    "mimetype": {Kind.ODS: (b"application/vnd.oasis.opendocument.spreadsheet",)},
    "[Content_Types].xml": {
        Kind.XLSX: (b"spreadsheetml.sheet.main+xml", b"spreadsheetml.template.main+xml"),
        Kind.XLSM: (b"sheet.macroEnabled.main+xml", b"template.macroEnabled.main+xml", b"addin.macroEnabled.main+xml"),
        Kind.XLSB: (b"ms-excel.sheet.binary.macroEnabled.main",),
    },
}

OTHER_KINDS = {
    Kind.XLS: "Excel 97-2003 workbook (.xls)",
    Kind.XLSB: "Excel binary workbook (.xlsb)",
    Kind.ODS: "OpenDocument spreadsheet (.ods)",
}
"""The kinds that libraries read, as people call them."""

_REFUSED = {
    Kind.NOT_WORKBOOK: (Reason.NOT_A_WORKBOOK, "it is not an Excel workbook, whatever its name says"),
    Kind.ENCRYPTED: (Reason.ENCRYPTED, "it is locked with a password"),
    **{kind: (Reason.OTHER_KIND, f"it is an {said}") for kind, said in OTHER_KINDS.items()},
}
