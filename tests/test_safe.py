"""Whether bytes may be opened at all: their kind, and the bounds that they are held to."""

import io
import struct
import time
import tracemalloc
import warnings
import zipfile

import openpyxl
import pytest
import xlsxwriter

from riskbook.safe import Kind, Limits, Package, Reason, Unreadable, inspect, unpack

TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
SMALL = Limits(file=100_000, parts=10, part=50_000, inflated=80_000, ratio=20, ratio_from=10_000)


def made() -> bytes:
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream, {"in_memory": True}) as book:
        book.add_worksheet("Risks").write_string(0, 0, "Title")
    return stream.getvalue()


def zipped(parts: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED, main: str = TYPES) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", compression) as archive:
        archive.writestr("[Content_Types].xml", f'<Types><Override ContentType="{main}"/></Types>')
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def compound(stream: str) -> bytes:
    """The bytes of a compound file that matter: its signature, and a directory entry with a stream's name."""
    entry = stream.encode("utf-16-le").ljust(64, b"\0") + struct.pack("<H", 2 * len(stream) + 2)
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".ljust(512, b"\0") + entry.ljust(128, b"\0")


def refused(data: bytes, limits: Limits = SMALL) -> Reason:
    with pytest.raises(Unreadable) as caught:
        inspect(data, limits)
    return caught.value.reason


def changed(data: bytes, old: bytes, new: bytes) -> bytes:
    assert len(old) == len(new)
    assert old in data
    return data.replace(old, new)


@pytest.mark.parametrize(
    ("main", "kind"),
    [
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml", Kind.XLSX),
        ("application/vnd.openxmlformats-officedocument.spreadsheetml.template.main+xml", Kind.XLSX),
        ("application/vnd.ms-excel.sheet.macroEnabled.main+xml", Kind.XLSM),
        ("application/vnd.ms-excel.template.macroEnabled.main+xml", Kind.XLSM),
        ("application/vnd.ms-excel.sheet.binary.macroEnabled.main", Kind.XLSB),
        ("application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml", Kind.NOT_WORKBOOK),
    ],
)
def test_a_package_is_what_its_main_part_is_declared_to_be(main: str, kind: Kind) -> None:
    """No name or suffix is asked: the content types say workbook, with macros, binary, or something else."""
    assert inspect(zipped({}, main=main)) == kind


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (compound("Workbook"), Kind.XLS),
        (compound("Book"), Kind.XLS),
        (compound("EncryptedPackage"), Kind.ENCRYPTED),
        (compound("WordDocument"), Kind.NOT_WORKBOOK),
        (compound("Booking"), Kind.NOT_WORKBOOK),
        (b"", Kind.NOT_WORKBOOK),
        (b"PK", Kind.NOT_WORKBOOK),
        (b"Ref,Title\r\nR1,Fire\r\n", Kind.NOT_WORKBOOK),
        (b"<html><table><tr><td>Fire", Kind.NOT_WORKBOOK),
        (b"%PDF-1.7", Kind.NOT_WORKBOOK),
    ],
)
def test_other_bytes_are_told_by_their_signature(data: bytes, kind: Kind) -> None:
    """A compound file is told by a stream that it must have; text, pages and PDF are no workbooks."""
    assert inspect(data) == kind


def test_an_opendocument_spreadsheet_is_told_by_its_mimetype() -> None:
    """OpenDocument puts its type in a part of its own."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    assert inspect(stream.getvalue()) == Kind.ODS


def test_workbooks_of_both_libraries_are_workbooks() -> None:
    """What XlsxWriter and openpyxl write passes."""
    stream = io.BytesIO()
    openpyxl.Workbook().save(stream)
    assert [inspect(made()), inspect(stream.getvalue())] == [Kind.XLSX, Kind.XLSX]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (compound("EncryptedPackage"), Reason.ENCRYPTED),
        (compound("Workbook"), Reason.OTHER_KIND),
        (zipped({}, main="application/vnd.ms-excel.sheet.binary.macroEnabled.main"), Reason.OTHER_KIND),
        (zipped({}, main="image/png"), Reason.NOT_A_WORKBOOK),
        (b"Ref,Title", Reason.NOT_A_WORKBOOK),
    ],
)
def test_only_xlsx_and_xlsm_are_unpacked(data: bytes, reason: Reason) -> None:
    """Every other kind is refused by name, in words for people."""
    with pytest.raises(Unreadable) as caught:
        unpack(data)
    assert caught.value.reason == reason
    assert str(caught.value) == caught.value.detail != ""


def test_a_file_over_the_limit_is_not_looked_into() -> None:
    """Size comes first, whatever the bytes are."""
    assert refused(b"x" * 100_001) == Reason.TOO_LARGE


def test_too_many_parts_are_refused() -> None:
    """A zip of many entries is refused before they are listed."""
    assert refused(zipped({f"part{n}": b"" for n in range(10)})) == Reason.SUSPICIOUS


def test_a_million_entries_are_refused_at_once() -> None:
    """A central directory of a million entries is counted, not listed: it takes no time."""
    started = time.perf_counter()
    assert refused(b"PK\3\4" + b"PK\1\2".ljust(46, b"\0") * 1_000_000, Limits()) == Reason.SUSPICIOUS
    assert time.perf_counter() - started < 1


def test_a_part_that_would_unpack_too_far_is_refused() -> None:
    """A part is held to its size and, when it is large, to its ratio."""
    noise = bytes(n * n % 251 for n in range(50_001))
    assert refused(zipped({"a": noise}, zipfile.ZIP_STORED)) == Reason.TOO_LARGE
    assert refused(zipped({"a": b"0" * 40_000})) == Reason.SUSPICIOUS
    assert inspect(zipped({"a": b"0" * 9_000}), SMALL) == Kind.XLSX


def test_all_parts_read_together_are_bounded() -> None:
    """The bound on everything inflated counts what is really inflated, part after part."""
    package = unpack(zipped({"a": b"0" * 30_000, "b": b"1" * 60_000}), Limits(inflated=80_000))
    assert len(b"".join(package.chunks("a"))) == 30_000
    with pytest.raises(Unreadable) as caught:
        list(package.chunks("b"))
    assert caught.value.reason == Reason.TOO_LARGE


@pytest.mark.parametrize("zeros", [300 * 2**20, 100 * 2**20], ids=["300 MB", "100 MB"])
def test_a_bomb_is_refused_in_no_time_and_no_memory(zeros: int) -> None:
    """Hundreds of megabytes of zeros pass neither the size nor the ratio, and are not inflated to find out."""
    stream = io.BytesIO()
    with (
        zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(zeros // 2**20):
            part.write(bytes(2**20))
    data = stream.getvalue()
    started = time.perf_counter()
    tracemalloc.start()
    assert refused(data, Limits()) in (Reason.TOO_LARGE, Reason.SUSPICIOUS)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert time.perf_counter() - started < 1
    assert peak < 2**23


def test_a_declared_size_is_not_believed() -> None:
    """A part that says that it is small is read no further than it says, and then found damaged."""
    data = zipped({"a": b"0" * 9_000})
    lying = changed(data, struct.pack("<L", 9_000), struct.pack("<L", 9))
    with pytest.raises(Unreadable) as caught:
        list(unpack(lying).chunks("a"))
    assert caught.value.reason == Reason.DAMAGED


@pytest.mark.parametrize("twin", ["xl/sheet.xml", "XL/Sheet.xml", "xl\\sheet.xml", "/xl/sheet.xml"])
def test_no_part_is_given_twice(twin: str) -> None:
    """Two parts of one name would show different things to different programs, however the name is spelled."""
    stream = io.BytesIO(zipped({"xl/sheet.xml": b"1"}))
    with warnings.catch_warnings(), zipfile.ZipFile(stream, "a") as archive:
        warnings.simplefilter("ignore", UserWarning)
        archive.writestr(twin, b"2")
    assert refused(stream.getvalue()) == Reason.SUSPICIOUS


@pytest.mark.parametrize("compression", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_parts_are_stored_or_deflated(compression: int) -> None:
    """Excel compresses in one way only."""
    assert refused(zipped({"a": b"0" * 99}, compression)) == Reason.SUSPICIOUS


def test_a_zip_under_a_password_is_said_to_be_locked() -> None:
    """An entry that is flagged as encrypted is not tried."""
    data = bytearray(zipped({"a": b"0"}))
    data[data.index(b"PK\1\2") + 8] |= 1
    assert refused(bytes(data)) == Reason.ENCRYPTED


def test_a_part_with_a_wrong_checksum_is_damaged() -> None:
    """One stored byte that changed is enough."""
    data = changed(zipped({"a": b"Likely"}, zipfile.ZIP_STORED), b"Likely", b"Likelo")
    with pytest.raises(Unreadable) as caught:
        list(unpack(data).chunks("a"))
    assert caught.value.reason == Reason.DAMAGED


def test_a_file_cut_short_is_damaged() -> None:
    """Wherever a download broke off, the rest is refused and nothing else is raised."""
    whole = made()
    assert {refused(whole[:length]) for length in range(4, len(whole) - 1, 97)} == {Reason.DAMAGED}


def test_parts_are_found_as_windows_finds_them() -> None:
    """Case, a slash in front and the way that slashes lean make no difference; a part that is not there is damage."""
    package = Package(zipped({"xl\\Workbook.xml": b"here"}))
    assert b"".join(package.chunks("/xl/workbook.xml")) == b"here"
    assert "xl/other.xml" not in package
    with pytest.raises(Unreadable) as caught:
        list(package.chunks("xl/other.xml"))
    assert caught.value.reason == Reason.DAMAGED
