"""A View in; what may not leave with the workbook, out: rules L1."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator

from riskbook.findings import Finding, Rule
from riskbook.kinds import listed
from riskbook.leaving.colours import BLACK, WHITE, contrast
from riskbook.leaving.sheets import Cell, Range, Seen, area
from riskbook.leaving.styles import Look
from riskbook.leaving.view import SHEETS, Link, View
from riskbook.places import Place, letters
from riskbook.rules import leaving
from riskbook.text import folded, short

At = tuple[int, int]


def unseen(view: View, organisation: str = "") -> Iterator[Finding]:
    """What may not leave: hidden things, links, people's names, what is inside without being shown.

    ``organisation`` is whose workbook it is; it may be named as its author.
    """
    yield from _authors(view, organisation)
    yield from _parts(view)
    yield from _names(view)
    for sheet in view.sheets:
        if sheet.state != "visible" or view.unseen_window:
            yield from _hidden_sheet(sheet, view)
        yield from _hidden_lines(sheet, view)
        yield from _unseen_text(sheet, view)
        yield from _cells(sheet, view)


def runs(cells: Iterable[At]) -> list[Range]:
    """Cells gathered into ranges: those under each other, and then the same beside each other."""
    columns: dict[int, list[int]] = defaultdict(list)
    for row, column in sorted(cells):
        columns[column].append(row)
    found: dict[tuple[int, int], list[Range]] = defaultdict(list)
    for column, rows in sorted(columns.items()):
        for first, last in _spans(rows):
            before = found[first, last]
            if before and before[-1][3] == column - 1:
                before[-1] = (first, before[-1][1], last, column)
            else:
                before.append((first, column, last, column))
    return sorted(one for ranges in found.values() for one in ranges)


def spelt(cells: Range) -> str:
    """A range as Excel writes it ("B2:B9"), a single cell by itself."""
    first, last = (f"{letters(column)}{row}" for row, column in (cells[:2], cells[2:]))
    return first if first == last else f"{first}:{last}"


def together(rule: Rule, sheet: Seen, view: View, cells: Iterable[At], **facts: object) -> Iterator[Finding]:
    """One finding for each range of cells, the first ten of them; what is left is counted in the last."""
    ranges = runs(cells)
    for number, one in enumerate(ranges[:_MOST], 1):
        more = f" and {len(ranges) - _MOST} more places" if number == _MOST < len(ranges) else ""
        yield rule.finding(view.place(sheet.name, *one[:2]), {"cells": spelt(one) + more, **facts})


def _spans(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Numbers gathered into first and last of those that follow each other."""
    spans: list[tuple[int, int]] = []
    for number in sorted(numbers):
        if spans and spans[-1][1] == number - 1:
            spans[-1] = (spans[-1][0], number)
        else:
            spans.append((number, number))
    return spans


_MOST = 10
_ORGANISATION = re.compile(
    r"\b(council|borough|county|city|authority|directorate|services?|department|team|office|partnership|trust|board|"
    r"school|academy|college|university|nhs|police|association|charity|limited|ltd|plc|llp|cic|group)\b",
    re.IGNORECASE,
)
_PROGRAMS = re.compile(
    r"(microsoft|openpyxl|xlsxwriter|apache|libreoffice|calc|exceljs|sheetjs|gnumeric|python|user|admin|administrator|"
    r"unknown|owner|author)\b.*",
    re.IGNORECASE,
)
_AUTHORS = {"creator": "author", "lastModifiedBy": "last editor"}


def _authors(view: View, organisation: str) -> Iterator[Finding]:
    """People that the file names; not an organisation, nor the program that made it."""
    named = {what: view.core.get(key, "") for key, what in _AUTHORS.items()}
    named |= {"manager": view.app.get("Manager", ""), "last editor, who kept it for themselves": view.saved_by}
    known = {folded(one) for one in (organisation, view.app.get("Company", "")) if one}
    for what, who in named.items():
        is_known = any(folded(who).startswith(one) for one in known)
        if who.strip() and not (is_known or _ORGANISATION.search(who) or _PROGRAMS.fullmatch(who.strip())):
            yield leaving.AUTHOR.finding(view.place(), {"who": short(who), "what": what})
    ours = [name for name in view.custom if not name.startswith(("riskbook ", "MSIP_Label_"))]
    if ours:
        some = listed([f"“{short(name, 30)}”" for name in ours[:5]], "and")
        more = f" and {len(ours) - 5} more" if len(ours) > 5 else ""
        word = "the custom property" if len(ours) == 1 else "the custom properties"
        yield leaving.CUSTOM.finding(view.place(), {"what": f"{word} {some}{more}"})


_KNOWN = frozenset(
    {
        *SHEETS,
        *("officedocument", "coreproperties", "extendedproperties", "customproperties", "sharedstrings", "styles"),
        *("theme", "themeoverride", "table", "tablesinglecells", "drawing", "chart", "chartex", "chartstyle"),
        *("chartcolorstyle", "chartusershapes", "calcchain", "hyperlink", "image", "svgimage", "hdphoto"),
        *("vmldrawing", "printersettings", "sheetmetadata", "metadata", "featurepropertybag"),
        *("rdrichvalue", "rdrichvaluestructure", "rdrichvaluetypes", "rdarray", "rdsupportingpropertybag"),
        *("rdsupportingpropertybagstructure", "richstyles", "richvaluerel", "namedsheetviews"),
        *("diagramdata", "diagramlayout", "diagramquickstyle", "diagramcolors", "diagramdrawing"),
        *("origin", "signature", "classificationlabels"),
    }
)
_WITH_RULES: dict[str, tuple[Rule, str]] = {
    **dict.fromkeys(("comments", "threadedcomment", "person"), (leaving.COMMENTS, "")),
    **dict.fromkeys(("externallink", "externallinkpath", "xlpathmissing"), (leaving.OTHER_BOOK, "")),
    **dict.fromkeys(("pivotcachedefinition", "pivotcacherecords", "pivottable"), (leaving.PIVOT, "a pivot table")),
    **dict.fromkeys(("slicer", "slicercache", "timeline", "timelinecache"), (leaving.PIVOT, "a slicer")),
    **dict.fromkeys(("powerpivotdata", "model"), (leaving.PIVOT, "a data model")),
    **dict.fromkeys(("vbaproject", "xlmacrosheet", "xlintlmacrosheet", "attachedtoolbars"), (leaving.MACROS, "")),
    **dict.fromkeys(("vbaprojectsignature", "wordvbadata"), (leaving.MACROS, "")),
    **dict.fromkeys(("oleobject", "package"), (leaving.EMBEDDED, "an embedded file")),
    **dict.fromkeys(("control", "activexcontrolbinary", "ctrlprop", "dialogsheet"), (leaving.EMBEDDED, "a control")),
    **dict.fromkeys(("connections", "querytable", "volatiledependencies"), (leaving.CALLS_OUT, "A connection to data")),
    "xmlmaps": (leaving.CALLS_OUT, "A map to another program's data"),
    **dict.fromkeys(("customxml", "customxmlprops"), (leaving.CUSTOM, "data of a document system (custom XML)")),
    **dict.fromkeys(("customproperty", "usernames"), (leaving.CUSTOM, "properties of a sheet or its users")),
    **dict.fromkeys(("revisionheaders", "revisionlog"), (leaving.EMBEDDED, "the log of who changed what")),
    "thumbnail": (leaving.EMBEDDED, "a picture of its first page as it once was"),
    "printersettings": (leaving.MADE_WHERE, "the settings of the printer that it was set up for, with its name"),
}


def _parts(view: View) -> Iterator[Finding]:
    """What the package carries beside its sheets: one finding for each kind of thing."""
    purposes = view.purposes()
    macros = any("macro" in part or "vba" in part for part in view.parts if part.endswith(".bin"))
    said: set[tuple[str, str]] = set()
    for purpose, links in sorted(purposes.items()):
        rule, what = _WITH_RULES.get(purpose, (None, ""))
        if rule is leaving.COMMENTS:
            continue
        if rule is leaving.OTHER_BOOK:
            yield from _other_books(view, links)
        elif rule and (rule.code, what) not in said:
            said.add((rule.code, what))
            yield rule.finding(view.place(), {"what": what})
        elif purpose not in _KNOWN and rule is None:
            part = links[0].relation.target.rpartition("/")[2]
            yield leaving.UNKNOWN_PART.finding(view.place(), {"part": f"“{short(part, 40)}” ({purpose or 'unnamed'})"})
    if macros and not any(code == leaving.MACROS.code for code, _ in said):
        yield leaving.MACROS.finding(view.place(), {})
    if view.saved_in:
        facts = {"what": f"the folder that it was last saved in ({short(view.saved_in)})"}
        yield leaving.MADE_WHERE.finding(view.place(), facts)
    yield from _outside(view)
    yield from _orphans(view)
    yield from _comments(view, purposes)


def _other_books(view: View, links: Iterable[Link]) -> Iterator[Finding]:
    """Every workbook, or server, that formulas reach out to."""
    reached = [one.relation.target for one in links if one.relation.outside]
    for target in dict.fromkeys(reached):
        yield leaving.OTHER_BOOK.finding(view.place(), {"link": short(target)})
    if not reached:
        yield leaving.OTHER_BOOK.finding(view.place(), {"link": "another program (DDE)"})


def _outside(view: View) -> Iterator[Finding]:
    """Whatever else is fetched from outside: a picture that is linked and not there, a template."""
    for link in view.links:
        purpose, target = link.relation.purpose, link.relation.target
        if link.relation.outside and purpose != "hyperlink" and purpose not in _WITH_RULES:
            yield leaving.OTHER_BOOK.finding(view.place(), {"link": short(target)})


def _orphans(view: View) -> Iterator[Finding]:
    """Parts that nothing leads to: no program shows them, and they leave all the same."""
    led_to = {link.relation.target.lower() for link in view.links if not link.relation.outside}
    for part in view.parts:
        is_frame = part == "[content_types].xml" or part.endswith(".rels") or part.startswith("[trash]/")
        if not is_frame and part not in led_to:
            yield leaving.UNKNOWN_PART.finding(view.place(), {"part": f"“{short(part, 60)}”"})


def _comments(view: View, purposes: dict[str, list[Link]]) -> Iterator[Finding]:
    """Comments at their cells; where they are gone and the list of who wrote is not, that."""
    found = [(sheet, at) for sheet in view.sheets for at in sheet.noted]
    for sheet, at in found[:_MOST]:
        word = "There is a comment or note here"
        more = f" (and there are {len(found) - _MOST} more)" if len(found) > _MOST and at == found[_MOST - 1][1] else ""
        yield leaving.COMMENTS.finding(view.place(sheet.name, *at), {"count": f"{word}{more},"})
    left = [purpose for purpose in ("comments", "threadedcomment", "person") if purpose in purposes]
    if left and not found:
        yield leaving.COMMENTS.finding(view.place(), {"count": "A list of people who wrote comments is left over,"})


def _names(view: View) -> Iterator[Finding]:
    """Names that lead nowhere or that nobody sees."""
    for name in view.names:
        if "#REF!" in name.formula:
            how = "points nowhere (#REF!)"
        elif name.hidden and not name.name.startswith(("_xlnm.", "_xlfn", "_xlpm", "_xlcn.WorksheetConnection")):
            how = f"is hidden, and stands for {short(name.formula, 40)}"
        else:
            continue
        yield leaving.LOST_NAME.finding(view.place(name.sheet), {"name": short(name.name, 40), "how": how})


def _hidden_sheet(sheet: Seen, view: View) -> Iterator[Finding]:
    """A hidden sheet with anything on it but lists to choose from and their headings.

    A list is one of a form's own, or one that a drop-down chooses from.
    """
    chosen = {words.removeprefix("=") for one in view.sheets for words in one.beside}
    lists = [name for name in view.names if name.name.startswith("rb_") or name.name in chosen]
    named = [cells for name in lists if (cells := _on(sheet, name.formula))]
    outside = set(sheet.cells)
    for top, left, bottom, right in named:
        # The heading stands above its list.
        outside -= {at for at in outside if top - 1 <= at[0] <= bottom and left <= at[1] <= right}
    if outside or sheet.drawn or sheet.purpose != "worksheet":
        facts = {"sheet": sheet.name, "cells": len(sheet.cells)}
        yield leaving.HIDDEN_SHEET.finding(view.place(sheet.name, *min(outside, default=(0, 0))), facts)


def _on(sheet: Seen, formula: str) -> Range | None:
    """The cells of a sheet that a name stands for."""
    of, mark, cells = formula.rpartition("!")
    same = of.removeprefix("'").removesuffix("'").replace("''", "'").lower() == sheet.name.lower()
    return area(cells) if mark and same else None


def _hidden_lines(sheet: Seen, view: View) -> Iterator[Finding]:
    """Hidden rows and columns that hold something."""
    if sheet.state != "visible":
        return
    rows = sheet.hidden_rows & {row for row, _ in sheet.cells}
    by = " by a filter" if sheet.filtered else ""
    for first, last in _spans(rows)[:_MOST]:
        what = f"Row {first} is" if first == last else f"Rows {first} to {last} are"
        yield leaving.HIDDEN_ROWS.finding(view.place(sheet.name, first), {"what": what, "by": by})
    columns = {column for _, column in sheet.cells}
    hidden = {one for first, last in sheet.hidden_columns for one in columns if first <= one <= last}
    for first, last in _spans(hidden):
        what = f"Column {letters(first)} is" if first == last else f"Columns {letters(first)} to {letters(last)} are"
        yield leaving.HIDDEN_COLUMNS.finding(view.place(sheet.name, 0, first), {"what": what})


FAINT, _TINY = 1.3, 3.0


def _unseen_text(sheet: Seen, view: View) -> Iterator[Finding]:
    """Text in the colour of its ground, in letters too small to see, or under a number format that shows nothing."""
    found: dict[str, list[At]] = defaultdict(list)
    for at, cell in sheet.cells.items():
        if cell.text and (how := _unseen(cell, view.styles.of(cell.style))):
            found[how].append(at)
    for how, cells in found.items():
        yield from together(leaving.UNSEEN_TEXT, sheet, view, cells, how=how)


def _unseen(cell: Cell, look: Look) -> str:
    fill = look.fill or WHITE
    inks = cell.inks or (look.ink or BLACK,)
    if look.plain and min([contrast(ink, fill) for ink in inks]) < FAINT and cell.text.strip():
        return "it has the colour of its cell"
    if look.size < _TINY:
        return f"it is written in a size of {look.size:g}"
    return "its number format shows nothing" if _is_blanked(cell, look.number) else ""


def _is_blanked(cell: Cell, number: str) -> bool:
    """Whether a number format has an empty section for what stands in a cell; zeros may be left out."""
    if ";" not in number:
        return False
    sections = [re.sub(r"\[[^\]]*\]", "", one).strip() for one in re.split(r';(?=(?:[^"]*"[^"]*")*[^"]*$)', number)]
    at = 3 if cell.number is None else 0 if cell.number > 0 else 1 if cell.number < 0 else 2
    return cell.number != 0 and at < len(sections) and not sections[at]


_CALLS = re.compile(r"\b(WEBSERVICE|RTD|CALL|REGISTER\.ID|REGISTER|EXEC|IMAGE|STOCKHISTORY|SQL\.REQUEST)\s*\(", re.I)
_REACHES = ("|", "[", "WEBSERVICE", "RTD", "CALL", "REGISTER", "EXEC", "IMAGE", "STOCKHISTORY", "SQL.", "HYPERLINK")
"""What a formula has outside its texts that could reach out of the workbook: most have none of it."""
_QUOTED = re.compile(r'"[^"]*"')
_DDE = re.compile(r"[\w.]+\s*\|\s*'?[^!|()]+'?\s*!", re.I)
_OTHER = re.compile(r"\[[^\[\]]+\.xl\w+\]", re.I)
_LINKING = re.compile(r"\bHYPERLINK\s*\(\s*\"([^\"]+)\"", re.I)
_FORMULA_LIKE = re.compile(r"[=+\-@\t\r](?=[^\s\d.,)])|[=@]")
_WEB = re.compile(r"(https?|mailto|ftp|tel):", re.I)


def _cells(sheet: Seen, view: View) -> Iterator[Finding]:
    """Links out of cells, formulas that call out, and text that would be a formula."""
    for link in sheet.links:
        if link.target:
            yield from _link(link.target, view.place(sheet.name, link.row, link.column))
    like: list[At] = []
    for at, cell in sheet.cells.items():
        if cell.formula:
            yield from _formula(cell.formula, view.place(sheet.name, *at))
        elif _is_like_formula(cell) and not view.styles.of(cell.style).quoted:
            like.append(at)
    yield from together(leaving.LIKE_FORMULA, sheet, view, like)


def _is_like_formula(cell: Cell) -> bool:
    return cell.number is None and len(cell.text) > 1 and bool(_FORMULA_LIKE.match(cell.text))


def _formula(formula: str, place: Place) -> Iterator[Finding]:
    bare = _QUOTED.sub('""', formula)
    spelt_large = bare.upper()
    if bare.isascii() and not any(word in spelt_large for word in _REACHES):
        return
    if called := _CALLS.search(bare):
        yield leaving.CALLS_OUT.finding(place, {"what": f"The function {called[1].upper()}"})
    elif _DDE.search(bare):
        yield leaving.CALLS_OUT.finding(place, {"what": "A formula that calls another program (DDE)"})
    if other := _OTHER.search(bare):
        yield leaving.OTHER_BOOK.finding(place, {"link": short(other[0])})
    for target in _LINKING.findall(formula):
        if not target.startswith("#"):
            yield from _link(target, place)


def _link(target: str, place: Place) -> Iterator[Finding]:
    rule = leaving.WEB_LINK if _WEB.match(target) else leaving.FILE_LINK
    yield rule.finding(place, {"link": short(target)})
