"""Workbooks for tests of what may leave: for every rule L one that it finds fault with, and one that it does not.

Made with openpyxl and XlsxWriter; what neither can make is put into the package by hand.
"""

import io
import re
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import openpyxl
import xlsxwriter
from openpyxl.comments import Comment
from openpyxl.styles import Font, PatternFill
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.table import Table, TableStyleInfo

Change = Callable[[openpyxl.Workbook], object]

ROWS = (
    ("Risks of a service", None, None),
    (None, None, None),
    ("Ref", "Risk", "Rating"),
    ("FRD-001", "Contacts wait", "16 Red (R)"),
    ("FRD-002", "Posts stand empty", "9 Amber (A)"),
)
REL = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"


@cache
def sound(change: Change | None = None) -> bytes:
    """A workbook with nothing wrong, changed as a test likes."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "Risks"
    for row in ROWS:
        sheet.append(row)
    marked(sheet, "tbl_risks", "A3:C5")
    book.properties.creator = book.properties.lastModifiedBy = "Brackenshire County Council"
    book.properties.title, book.properties.subject = "Risks of a service", "Risks as at 30 September 2026"
    book.properties.language = "en-GB"
    if change:
        change(book)
    out = io.BytesIO()
    book.save(out)
    return told(out.getvalue())


def marked(sheet: Any, name: str, cells: str) -> None:
    """Mark cells as a table."""
    table = Table(displayName=name, ref=cells)
    table.tableStyleInfo = TableStyleInfo(showRowStripes=False)
    sheet.add_table(table)


def told(data: bytes) -> bytes:
    """Give every table alternative text, which openpyxl has no words for."""
    about = (
        '<extLst><ext uri="{504A1905-F514-4f6f-8877-14C23A59335A}" xmlns:x14='
        '"http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"><x14:table altTextSummary="Risks."/></ext>'
        "</extLst></table>"
    )
    return parts(data, lambda name, xml: xml.replace("</table>", about) if name.startswith("xl/tables/") else xml)


def parts(data: bytes, change: Callable[[str, str], str], more: Mapping[str, str | bytes] | None = None) -> bytes:
    """A workbook with its XML changed part by part, and with more parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as was, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as now:
        for name in was.namelist():
            part = was.read(name)
            now.writestr(name, change(name, part.decode()) if name.endswith((".xml", ".rels")) else part)
        for name, part in (more or {}).items():
            now.writestr(name, part)
    return out.getvalue()


def related(purpose: str, target: str, part: str | bytes = "<x/>", outside: bool = False) -> bytes:
    """The sound workbook, from whose workbook part something else is led to."""
    mode = ' TargetMode="External"' if outside else ""
    link = f'<Relationship Id="rId99" Type="{REL}/{purpose}" Target="{target}"{mode}/></Relationships>'

    def change(name: str, xml: str) -> str:
        return xml.replace("</Relationships>", link) if name == "xl/_rels/workbook.xml.rels" else xml

    return parts(sound(), change, {} if outside else {f"xl/{target}": part})


def cell(where: str, value: object = None, **looks: Any) -> Change:
    """Write a cell of the first sheet, and give it a look."""

    def change(book: openpyxl.Workbook) -> None:
        one = book.worksheets[0][where]
        if value is not None:
            one.value = value  # type: ignore[assignment]
        for name, look in looks.items():
            setattr(one, name, look)

    return change


def on(*, hidden: bool = False, name: str = "Working", words: str = "All the names") -> Change:
    """Add a sheet."""

    def change(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet(name)
        sheet["A1"] = words
        sheet.sheet_state = "hidden" if hidden else "visible"

    return change


def fill(colour: str) -> PatternFill:
    return PatternFill("solid", fgColor=colour)


def all_of(*changes: Change) -> Change:
    return lambda book: [change(book) for change in changes]


def linked(target: str) -> Change:
    """A link in a cell."""
    return lambda book: setattr(book.worksheets[0]["B4"], "hyperlink", target)


def core(name: str, words: str | None) -> bytes:
    """The sound workbook with another document property, or without it."""
    element = re.compile(f"(<[a-z]+:{name}(?: [^<>]*)?>)[^<]*(</[a-z]+:{name}>)")

    def change(part: str, xml: str) -> str:
        if part != "docProps/core.xml":
            return xml
        before, start, end, after = element.split(xml)
        return before + after if words is None else f"{before}{start}{words}{end}{after}"

    return parts(sound(), change)


def drawn(kind: str, about: str = "") -> bytes:
    """A workbook with a chart or a picture that lies over its cells."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Risks")
    sheet.write_string(0, 0, "Risks in each band")
    sheet.write_row(2, 0, [1, 2, 3])
    if kind == "chart":
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": "=Risks!$A$3:$C$3"})
        sheet.insert_chart("E3", chart, {"description": about} if about else {})
    else:
        sheet.insert_image("E3", "dot.png", {"image_data": io.BytesIO(DOT), "description": about})
    named = {"title": "Risks", "subject": "Risks", "author": "Brackenshire County Council"}
    book.set_properties(named)
    book.close()
    return parts(
        out.getvalue(),
        lambda name, xml: (
            xml.replace("</cp:coreProperties>", "<dc:language>en-GB</dc:language></cp:coreProperties>")
            if name == "docProps/core.xml"
            else xml
        ),
    )


DOT = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108020000009077"
    "53de0000000c4944415408d763f8ffff3f0005fe02fea7358ee80000000049454e44ae426082"
)


@cache
def report(**changes: Any) -> bytes:
    """A small report of ours: 3 risks, of which one is not scored, told in several tables that agree.

    ``changes`` are other values for cells, as "Summary_B6".
    """
    book = openpyxl.Workbook()
    summary = book.active
    assert summary is not None
    summary.title = "Summary"
    summary["A1"] = "3 risks: 1 Red, 1 Green and 1 not scored."
    _table(summary, 3, "bands", ("Rating", "Q2"), ("Red (R)", 1), ("Green (G)", 1), ("Not scored", 1), ("All risks", 3))
    kinds = (("▲ Up", 1), ("► Same", 2), ("● New", 0), ("■ Closed", 1))
    _table(summary, 10, "movements", ("Since Q1", "Risks"), *kinds)
    heat = book.create_sheet("Heat map")
    heat["A1"] = "Where the risks stand"
    heat["A2"], heat["B2"] = "16 R  1\nFRD-001", "4 G  1\nFRD-002"
    rows = (("16 Red (R)", 1, "FRD-001"), ("4 Green (G)", 1, "FRD-002"))
    _table(heat, 4, "heat_map", ("Rating", "Risks Q2", "Refs"), *rows)
    _table(heat, 8, "not_scored", ("Ref", "Risk"), ("FRD-003", "Posts stand empty"))
    moved = book.create_sheet("Movement")
    moved["A1"] = "What has moved"
    _table(moved, 3, "movement", ("Movement", "Ref"), ("▲ Up", "FRD-001"), ("■ Closed", "FRD-009"))
    service = book.create_sheet("By service")
    service["A1"] = "Risks by service"
    headers = ("Service", "Red", "Green", "Not scored", "All risks")
    _table(service, 3, "by_service", headers, ("Front Door", 1, 1, 1, 3), ("All risks", 1, 1, 1, 3))
    decisions = book.create_sheet("Decisions")
    decisions["A1"] = "Decisions wanted"
    _table(decisions, 3, "decisions", ("Ref", "Proposal"), ("FRD-001", "Escalate"))
    for place, value in changes.items():
        sheet, _, where = place.rpartition("_")
        book[sheet.replace("_", " ")][where] = value
    out = io.BytesIO()
    book.save(out)
    return told(out.getvalue())


def _table(sheet: Any, top: int, name: str, headers: tuple[str, ...], *rows: tuple[object, ...]) -> None:
    for row, values in enumerate((headers, *rows), top):
        for column, value in enumerate(values, 1):
            sheet.cell(row, column, value)
    last = f"{'ABCDEFG'[len(headers) - 1]}{top + len(rows)}"
    marked(sheet, f"tbl_{name}", f"A{top}:{last}")


def listing(book: openpyxl.Workbook, *names: str, cell: str = "A1") -> None:
    """More sheets, and links to a cell of some of them on the first."""
    first = book.worksheets[0]
    for name in ("Actions", "Movement"):
        book.create_sheet(name)["A1"] = name
    for row, name in enumerate(names, 8):
        link = Hyperlink(ref=f"A{row}", location=f"'{name}'!{cell}")
        first.cell(row, 1, name).hyperlink = link


def wide(book: openpyxl.Workbook, rows: int = 8) -> None:
    """A second sheet with a list on it that is no table."""
    sheet = book.create_sheet("Actions")
    sheet["A1"] = "Actions"
    for row in range(3, 3 + rows):
        for column in range(1, 4):
            sheet.cell(row, column, f"{row}.{column}")


def long(frozen: bool) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        sheet = book.create_sheet("Actions")
        sheet["A1"] = "Actions"
        sheet.append(("Ref", "What"))
        for number in range(60):
            sheet.append((f"A{number:03}", "Something is done"))
        marked(sheet, "tbl_actions", "A2:B62")
        sheet.freeze_panes = "A3" if frozen else None

    return change


def named(formula: str, hidden: bool = False) -> Change:
    def change(book: openpyxl.Workbook) -> None:
        book.defined_names["Old_list"] = DefinedName("Old_list", attr_text=formula, hidden=hidden)

    return change


def filtered(book: openpyxl.Workbook) -> None:
    sheet = book.worksheets[0]
    sheet.row_dimensions[5].hidden = True
    table = next(iter(sheet._tables.values()))
    table.autoFilter = openpyxl.worksheet.filters.AutoFilter(ref="A3:C5")
    table.autoFilter.add_filter_column(2, ["16 Red (R)"])


def hide_column(book: openpyxl.Workbook) -> None:
    book.worksheets[0].column_dimensions["B"].hidden = True


def note(book: openpyxl.Workbook) -> None:
    book.worksheets[0]["B4"].comment = Comment("Ask Jo whether this is the Smith case", "Jo Bell")


def custom(book: openpyxl.Workbook) -> None:
    from openpyxl.packaging.custom import StringProperty

    book.custom_doc_props.append(StringProperty(name="Checked by", value="Jo Bell"))


def cursor(book: openpyxl.Workbook) -> None:
    book.worksheets[0].sheet_view.selection[0].activeCell = "C214"


PIVOT = related("pivotCacheDefinition", "pivotCache/pivotCacheDefinition1.xml", "<pivotCacheDefinition/>")
EXAMPLES: dict[str, tuple[Callable[[], bytes], Callable[[], bytes]]] = {
    "L101": (lambda: sound()[:900], sound),
    "L102": (lambda: sound(on(hidden=True)), lambda: sound(on())),
    "L103": (lambda: sound(filtered), sound),
    "L104": (lambda: sound(hide_column), sound),
    "L105": (
        lambda: sound(cell("B4", font=Font(color="FFFFFF"))),
        lambda: sound(cell("B4", font=Font(color="000000"))),
    ),
    "L106": (lambda: sound(note), sound),
    "L107": (lambda: core("lastModifiedBy", "Jo Bell"), sound),
    "L108": (lambda: related("externalLink", "externalLinks/externalLink1.xml"), sound),
    "L109": (lambda: sound(linked("file:///S:/Children/cases.docx")), sound),
    "L110": (lambda: sound(linked("https://example.org/shared?key=1")), sound),
    "L111": (lambda: sound(cell("B4", '=WEBSERVICE("https://example.org")')), lambda: sound(cell("B4", "=A4"))),
    "L112": (lambda: PIVOT, sound),
    "L113": (lambda: related("vbaProject", "vbaProject.bin", b"x"), sound),
    "L114": (lambda: related("oleObject", "embeddings/oleObject1.bin", b"x"), sound),
    "L115": (lambda: parts(sound(), lambda _, xml: xml, {"xl/left/over.xml": "<x>words</x>"}), sound),
    "L116": (lambda: sound(custom), sound),
    "L117": (lambda: sound(named("#REF!")), lambda: sound(named("Risks!$A$4:$A$5"))),
    "L118": (lambda: quoted(False), lambda: quoted(True)),
    "L119": (lambda: related("printerSettings", "printerSettings/printerSettings1.bin", b"x"), sound),
    "L120": (lambda: drawn("picture", "The crest"), lambda: drawn("chart", "Columns.")),
    "L201": (lambda: report(Summary_B7=4), report),
    "L202": (lambda: report(By_service_B4=2, By_service_B5=2, By_service_E5=4, By_service_E4=4), report),
    "L203": (lambda: report(Movement_A4="► Same"), report),
    "L204": (lambda: report(Heat_map_C5="FRD-001, FRD-004"), report),
    "L205": (lambda: report(Heat_map_C6="FRD-001"), report),
    "L206": (lambda: report(Decisions_A4="FRD-901"), report),
    "L301": (lambda: sound(cell("A1", "")), sound),
    "L302": (lambda: sound(wide), sound),
    "L303": (lambda: sound(lambda book: book.worksheets[0].merge_cells("A4:B4")), sound),
    "L304": (lambda: sound(all_of(cell("A4", ""), cell("B4", ""), cell("C4", ""))), sound),
    "L305": (lambda: sound(cell("C3", "Column3")), sound),
    "L306": (lambda: sound(on(name="Sheet2", words="Title")), lambda: sound(on(name="Actions", words="Title"))),
    "L307": (
        lambda: sound(lambda b: listing(b, "Actions")),
        lambda: sound(lambda b: listing(b, "Actions", "Movement")),
    ),
    "L308": (lambda: sound(listing), lambda: sound(lambda b: listing(b, "Actions", "Movement"))),
    "L309": (lambda: drawn("chart"), lambda: drawn("chart", "Columns: 1, 2 and 3 risks.")),
    "L310": (lambda: parts(sound(), lambda _, xml: re.sub("<extLst>.*?</extLst>", "", xml)), sound),
    "L311": (lambda: core("title", None), sound),
    "L312": (lambda: core("language", None), sound),
    "L313": (lambda: sound(cursor), sound),
    "L314": (lambda: sound(cell("B4", font=Font(color="FFC000"))), lambda: sound(cell("B4", fill=fill("FFC000")))),
    "L315": (
        lambda: sound(all_of(cell("C4", "", fill=fill("FF0000")), cell("C5", "", fill=fill("00B050")))),
        lambda: sound(all_of(cell("C4", fill=fill("FFC000")), cell("C5", fill=fill("00B050")))),
    ),
    "L316": (lambda: sound(long(frozen=False)), lambda: sound(long(frozen=True))),
}
"""A bad and a good workbook for each rule; L121 and L122 need a register, and have tests of their own."""


def quoted(apostrophe: bool) -> bytes:
    """A text that begins like a formula, with an apostrophe before it or not."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Risks")
    sheet.write_string(0, 0, "Risks")
    sheet.write_string("B4", "=cmd()", book.add_format({"quote_prefix": apostrophe}))
    book.close()
    return out.getvalue()
