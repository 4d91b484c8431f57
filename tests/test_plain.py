"""What a pattern reads, a walk reads the same; and what most programs write, a pattern reads."""

import io
import zipfile
from collections.abc import Callable
from unittest import mock

import pytest

from riskbook import plain
from riskbook.leaving.view import View, view
from riskbook.read import Book, Reason, Unreadable, read
from tests import effort, filled, fuzz
from tests.test_read import MAIN, crafted, worksheet
from tests.test_read_witnesses import by_openpyxl, by_xlsxwriter

Outcome = tuple[object, object]

CELLS = '<row r="1"><c r="A1"><v>1</v></c></row>'
BESIDE = '<row r="2"><c r="B2"><v>2</v></c></row>'
RARE: dict[str, str | dict[str, str]] = {
    "a comment": f'<!-- <row r="9"><c r="A9"><v>9</v></c></row> -->{CELLS}',
    "a comment over it": {"before": f"<!-- <sheetData>{CELLS}</sheetData> -->", "sheet": BESIDE},
    "character data": '<row r="1"><c r="A1" t="str"><f>A2</f><v><![CDATA[<v>9</v>]]></v></c></row>',
    "an instruction": f"<?riskbook {CELLS}?>{BESIDE}",
    "another quote": "<row r='1' hidden='1'><c r='A1'><v>1</v></c></row>",
    "a sign in a quote": '<row r="1" ht="a>b"><c r="A1"><v>1</v></c></row>',
    "a sign in a formula's quote": '<row r="1"><c r="A1"><f ref="a>b">1+1</f><v>1</v></c></row>',
    "another namespace": f'<row r="1" xmlns="urn:other"><c r="A1"><v>1</v></c></row>{BESIDE}',
    "a prefix": f'<x:row xmlns:x="{MAIN}" r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>{BESIDE}',
    "no place": "<row><c><v>1</v></c><c><v>2</v></c></row>",
    "no place after one": '<row r="4"><c r="C4"><v>1</v></c><c><v>2</v></c></row>',
    "several texts": '<row r="1"><c r="A1" t="inlineStr"><is><r><t>Fi</t></r><r><t>re</t></r></is></c></row>',
    "more in a cell": '<row r="1"><c r="A1"><v>1</v><extLst><ext><v>9</v></ext></extLst></c></row>',
    "more in a row": f"{CELLS}<row r='3'><extLst><c r='A3'><v>9</v></c></extLst></row>",
    "space between": '\n<row r="1">\n  <c r="A1">\n <v> 1 </v></c></row>\n',
    "line ends of Windows": '<row r="1"><c r="A1" t="str"><v>one\r\ntwo\rthree</v></c></row>',
    "nothing as a value": '<row r="1"><c r="A1"><v></v></c><c r="B1" t="str"><f>A2</f><v></v></c></row>',
    "no value": '<row r="1"><c r="A1"/><c r="B1" s="1"></c><c r="C1"><f>A2</f></c><c r="D1"><f/></c></row>',
    "an escaped escape": '<row r="1"><c r="A1" t="str"><v>&amp;lt; &#38;gt; &#x26;amp; &quot;&apos;</v></c></row>',
    "a cell that no sheet has": '<row r="1"><c r="XFE1"><v>1</v></c></row>',
    "a cell twice": f'{CELLS}<row r="1"><c r="A1"><v>2</v></c></row>',
    "cells out of order": f"{BESIDE}{CELLS}",
    "a formula that calls": '<row r="1"><c r="A1"><f>WEBSERVICE(&quot;http://a&quot;)</f><v>1</v></c></row>',
    "rows twice over": f"{CELLS}</sheetData><sheetData>{BESIDE}",
    "an attribute twice": '<row r="1" ht="1" ht="2"><c r="A1"><v>1</v></c></row>',
    "an entity of its own": '<row r="1"><c r="A1" t="str"><v>&fire;</v></c></row>',
    "a sign that is none": '<row r="1"><c r="A1" t="str"><v>\x01</v></c></row>',
    "hidden rows": '<row r="1" hidden="1"><c r="A1"><v>1</v></c></row><row r="2" hidden="0"><c r="A2"/></row>',
}
"""What stands in a sheet, where a pattern might be led astray."""


def outcome(data: bytes) -> Outcome:
    """What is read, and what is seen before a workbook leaves; or why it is not."""
    return tried(read, data), tried(view, data)


def tried(look: Callable[[bytes, str], object], data: bytes) -> object:
    try:
        return look(data, "fire.xlsx")
    except Unreadable as fault:
        return fault.reason


def walked(data: bytes) -> Outcome:
    """The same where nothing is read by pattern."""
    with mock.patch.object(plain, "LARGEST", -1):
        return outcome(data)


@pytest.mark.parametrize("rare", RARE)
def test_what_programs_rarely_write_is_read_as_in_a_walk(rare: str) -> None:
    """Whatever stands in a sheet, and however it is spelt."""
    given = RARE[rare]
    data = crafted(given) if isinstance(given, str) else crafted(**given)
    assert outcome(data) == walked(data)


@pytest.mark.parametrize(
    "part",
    [
        f'<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006">'
        f'<mc:Choice Requires="x" xmlns:x="urn:other"><sheetData>{CELLS}</sheetData></mc:Choice></mc:AlternateContent>',
        f"<extLst><sheetData>{CELLS}</sheetData></extLst>",
        f'<sheetData xmlns="urn:other">{CELLS}</sheetData>',
        f'<x xmlns="urn:other"><sheetData>{CELLS}</sheetData></x>',
    ],
)
def test_rows_that_are_not_the_sheets_are_not_read(part: str) -> None:
    """In a branch that is not taken, in an extension, in another namespace."""
    data = crafted("", parts={"xl/worksheets/sheet1.xml": worksheet(part)})
    assert outcome(data) == walked(data)
    book, seen = outcome(data)
    assert isinstance(book, Book)
    assert isinstance(seen, View)
    assert (*book.grids[0].cells, *seen.sheets[0].cells) == ()


@pytest.mark.parametrize(
    "texts",
    [
        "<si><t>Fire</t></si>",
        '<si><t xml:space="preserve"> Fire &amp; _x000D_ flood </t></si>',
        "<si><r><t>Fi</t></r><r><t>re</t></r></si>",
        "<si><t>Fire</t><rPh><t>faia</t></rPh></si>",
        "<si><t/></si><si><t>Flood</t></si>",
        "<!-- <si><t>Flood</t></si> --><si><t>Fire</t></si>",
        '<si xmlns="urn:other"><t>Flood</t></si><si><t>Fire</t></si>',
        "<si><t>one\r\ntwo</t></si>",
    ],
)
def test_shared_texts_are_read_as_in_a_walk(texts: str) -> None:
    """Of one run or several, with what helps to pronounce them, and with escapes."""
    data = crafted('<row r="1"><c r="A1" t="s"><v>0</v></c></row>', texts=texts)
    assert outcome(data) == walked(data)


@pytest.mark.parametrize("seed", range(effort.examples(2, 20)))
def test_damage_is_read_as_in_a_walk(seed: int) -> None:
    """Of returns that were damaged by chance: the same book, or none of both."""
    for change, data in fuzz.mutants(40, seed):
        for ours, theirs in zip(outcome(data), walked(data), strict=True):
            both_refused = isinstance(ours, Reason) and isinstance(theirs, Reason)
            assert both_refused or ours == theirs, change


@pytest.mark.parametrize("make", [filled.good, lambda: by_xlsxwriter(1), lambda: by_openpyxl(1)])
def test_what_programs_write_is_read_by_pattern(make: Callable[[], bytes]) -> None:
    """Every sheet with something in it, and the texts that sheets share."""
    data = make()
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    sheets = [part for name, part in parts.items() if "/sheet" in name and b"<c " in part and name.endswith(".xml")]
    assert sheets
    assert all(plain.rows(part, "a sheet", {}, {}) for part in sheets)
    assert all(plain.texts(part, "texts") for name, part in parts.items() if name == "xl/sharedStrings.xml")
    assert outcome(data) == walked(data)
