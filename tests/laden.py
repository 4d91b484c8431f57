"""A return of Front Door that carries all that is no cell, as .xlsx, .xlsb, .ods and .xls."""

import re
import struct
from collections.abc import Mapping

import openpyxl
from openpyxl.comments import Comment

from tests import formats, makers
from tests.filled import repacked
from tests.leaving import REL, parts

Parts = dict[str, bytes]

TOKEN = re.compile(rb"zq[a-z]+")
"""Everything that is carried has a word of its own."""


def workbook() -> bytes:
    """The .xlsx: openpyxl pins to cells, the rest is put into the package."""

    def change(name: str, xml: str) -> str:
        return re.sub("<v></v>|<v />", "<v>5</v>", xml) if name.startswith("xl/worksheets") else xml

    link = f'<externalLink xmlns="{_MAIN}" xmlns:r="{REL}"><externalBook r:id="rId1"/></externalLink>'
    server = f'<externalLink xmlns="{_MAIN}"><ddeLink ddeService="zqserver" ddeTopic="topic"/></externalLink>'
    return repacked(
        parts(makers.workbook(spoil=_pin), change),
        [lambda found: _put_in(found, "xml", link.encode(), server.encode())],
    )


def binary(saved: bytes) -> bytes:
    """The .xlsb, of that workbook as SheetJS saves it: with the link of a cell and the comment, without the formula.

    What it fetches is told by a function alone, which kinds of workbook that are older than it know by a name.
    """
    called = _short("http://zqformula.example") + _short("x") + b"\x42\x02\x67\x01"
    formula = struct.pack("<IIdHI", 3, 0, 5.0, 0, len(called)) + called + bytes(4)
    server = struct.pack("<H", 1) + _long("zqserver") + _long("topic")
    function = struct.pack("<IBI", 0, 0, _OF_WORKBOOK) + _long("_xlfn.WEBSERVICE") + bytes(8) + _long("")

    def change(found: Parts) -> None:
        book = found["xl/workbook.bin"]
        assert book.count(_END_OF_SHEETS) == 1
        found["xl/workbook.bin"] = book.replace(_END_OF_SHEETS, _END_OF_SHEETS + _record(39, function))
        sheet = found["xl/worksheets/sheet2.bin"]
        assert sheet.count(_FIVE) == 1
        found["xl/worksheets/sheet2.bin"] = sheet.replace(_FIVE, _record(9, formula))
        _put_in(found, "bin", b"", _record(360, server))
        found["xl/_rels/workbook.bin.rels"] = found["xl/_rels/workbook.bin.rels"].replace(b"/connections", b"/none")

    return repacked(saved, [change])


def document(saved: bytes) -> bytes:
    """The .ods, of that workbook as SheetJS saves it: with the links of a cell and a formula, without the comment.

    SheetJS hides no sheet there. It has a button, a pivot table and a query besides.
    """

    def change(found: Parts) -> None:
        found |= {"Object 1/content.xml": _EMBEDDED.encode(), "Scripts/python/zqmacro.py": b"# zqmacro"}
        for part, places in _OF_DOCUMENT.items():
            xml = found[part].decode()
            for mark, instead in places.items():
                assert xml.count(mark) == 1, mark
                xml = xml.replace(mark, instead)
            found[part] = xml.encode()

    return repacked(saved, [change])


def old(saved: bytes) -> bytes:
    """The .xls, of that document as LibreOffice saves it: with all but the macros, and a query put in."""
    written = formats.stream(saved)
    place = written.index(struct.pack("<HH", formats.WRITTEN_BY, 112))
    return formats.with_stream(saved, written[:place] + struct.pack("<H", _QUERY) + written[place + 2 :])


def _pin(book: openpyxl.Workbook) -> None:
    """A link, a link by formula, a comment; and a sheet that only a macro shows."""
    sheet = book["Risks"]
    sheet["B2"].hyperlink = "http://zqlink.example/x"
    sheet["B3"].comment = Comment("Ask about the zqcomment case", "Zqauthor zqauthor")
    sheet["D3"] = '=HYPERLINK("http://zqformula.example","x")'
    hidden = book.create_sheet("Working")
    hidden["A1"] = "The zqhidden words"
    hidden.sheet_state = "veryHidden"
    book.properties.creator = book.properties.lastModifiedBy = "zqcreator"
    book.properties.keywords = "zqkeyword"


def _put_in(found: Parts, suffix: str, link: bytes, server: bytes) -> None:
    """Put into a package what neither openpyxl nor SheetJS writes."""
    outside = f'<Relationships xmlns="{PACKAGE}"><Relationship Id="rId1" {_type("externalLinkPath")} {_OUTSIDE}'
    found |= {
        f"xl/externalLinks/externalLink1.{suffix}": link,
        f"xl/externalLinks/_rels/externalLink1.{suffix}.rels": f"{outside}</Relationships>".encode(),
        f"xl/externalLinks/externalLink2.{suffix}": server,
        f"xl/connections.{suffix}": b"<connections>zqconnection</connections>",
        "xl/vbaProject.bin": b"zqmacro",
        "xl/embeddings/oleObject1.bin": b"zqembedded",
    }
    of_workbook = {
        f"externalLinks/externalLink1.{suffix}": "externalLink",
        f"externalLinks/externalLink2.{suffix}": "externalLink",
        f"connections.{suffix}": "connections",
        "vbaProject.bin": "vbaProject",
    }
    _relate(found, f"xl/_rels/workbook.{suffix}.rels", of_workbook)
    _relate(found, f"xl/worksheets/_rels/sheet2.{suffix}.rels", {"../embeddings/oleObject1.bin": "oleObject"})


def _relate(found: Parts, part: str, targets: Mapping[str, str]) -> None:
    more = [f'<Relationship Id="rIdq{n}" {_type(what)} Target="{to}"/>' for n, (to, what) in enumerate(targets.items())]
    found[part] = found[part].decode().replace("</Relationships>", f"{''.join(more)}</Relationships>").encode()


def _type(purpose: str) -> str:
    return f'Type="{REL}/{purpose}"'


def _record(kind: int, body: bytes) -> bytes:
    """A record of an .xlsb, shorter than 128 bytes (MS-XLSB 2.1.4)."""
    assert len(body) < 0x80
    number = bytes([kind]) if kind < 0x80 else bytes([kind & 0x7F | 0x80, kind >> 7])
    return number + bytes([len(body)]) + body


def _short(text: str) -> bytes:
    """A text in a formula."""
    return b"\x17" + struct.pack("<H", len(text)) + text.encode("utf-16-le")


def _long(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
_OUTSIDE = 'Target="file:///S:/zqother.xlsx" TargetMode="External"/>'
_OF_WORKBOOK = 0xFFFFFFFF
_END_OF_SHEETS = b"\x90\x01\0"
_QUERY = 0x01AD
_FIVE = bytes.fromhex("0d080000000016000000")
"""The cell after the last one, with the number 5: what SheetJS makes of D3."""

_ODF = "urn:oasis:names:tc:opendocument:xmlns:{}:1.0"
_EMBEDDED = (
    f'<office:document-content xmlns:office="{_ODF.format("office")}" xmlns:text="{_ODF.format("text")}" '
    'office:version="1.3"><office:body><office:text><text:p>zqembedded</text:p></office:text></office:body>'
    "</office:document-content>"
)
_SHEET = '<table:table table:name="{}" table:style-name="ta1">'
_OF_DOCUMENT = {
    "META-INF/manifest.xml": {
        "</manifest:manifest>": """
            <manifest:file-entry manifest:full-path="Object 1/"
                manifest:media-type="application/vnd.oasis.opendocument.text"/>
            <manifest:file-entry manifest:full-path="Object 1/content.xml" manifest:media-type="text/xml"/>
            <manifest:file-entry manifest:full-path="Scripts/python/zqmacro.py" manifest:media-type=""/>
        </manifest:manifest>"""
    },
    "content.xml": {
        _SHEET.format("Risks"): f"""{_SHEET.format("Risks")}
            <office:forms>
                <form:form form:name="Form" form:control-implementation="ooo:com.sun.star.form.component.Form">
                    <form:button form:control-implementation="ooo:com.sun.star.form.component.CommandButton"
                        form:id="push" xml:id="push" form:label="zqbutton"/>
                </form:form>
            </office:forms>
            <table:shapes xmlns:svg="{_ODF.format("svg-compatible")}">
                <draw:control svg:width="1in" svg:height="0.3in" svg:x="9in" svg:y="1in" draw:control="push"/>
                <draw:frame svg:width="2in" svg:height="1in" svg:x="9in" svg:y="5in">
                    <draw:object xlink:href="./Object 1" xlink:type="simple" xlink:show="embed"/>
                </draw:frame>
            </table:shapes>""",
        "</office:automatic-styles>": """
            <style:style style:name="hidden" style:family="table"><style:table-properties table:display="false"/>
            </style:style></office:automatic-styles>""",
        "<text:p>Notices come late": """
            <office:annotation><text:p>Ask about the zqcomment case</text:p></office:annotation>
            <text:p>Notices come late""",
        _SHEET.format("Working"): """<table:table table:name="Working" table:style-name="hidden">
            <table:table-row>
                <table:table-cell table:formula="of:=DDE(&quot;zqserver&quot;;&quot;topic&quot;;&quot;A1&quot;)"/>
                <table:table-cell table:formula="of:=['file:///S:/zqother.xlsx'#$Sheet1.A1]+SUM({1;2|3;4})"/>
            </table:table-row>""",
        "</office:spreadsheet>": """
            <table:database-ranges>
                <table:database-range table:name="Asked" table:target-range-address="Working.D1:Working.E9">
                    <table:database-source-sql table:database-name="zqconnection" table:sql-statement="SELECT 1"/>
                </table:database-range>
            </table:database-ranges>
            <table:data-pilot-tables>
                <table:data-pilot-table table:name="Pivot" table:target-range-address="Working.A5:Working.B9">
                    <table:source-cell-range table:cell-range-address="Risks.A1:Risks.C3"/>
                    <table:data-pilot-field table:source-field-name="Ref" table:orientation="row"/>
                </table:data-pilot-table>
            </table:data-pilot-tables>
            <table:dde-links>
                <table:dde-link><office:dde-source office:dde-application="zqserver" office:dde-topic="topic"
                    office:dde-item="A1"/><table:table/></table:dde-link>
            </table:dde-links>
        </office:spreadsheet>""",
    },
}
"""What stands in the parts of the .ods in the place of what."""
