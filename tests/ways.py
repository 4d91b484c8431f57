"""Every way in which a good return is broken: what is done, what must be found, what is read, and what is made of it.

What is found is a rule's code and where: a key is the cell of that key in the row, "@owner" the heading of a column,
":owner" the whole column, "Start!B13" that cell, "Risks" the sheet, nothing the file.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date, datetime
from typing import Any

from hypothesis import strategies as st
from openpyxl.packaging.relationship import Relationship
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904
from openpyxl.workbook.external_link.external import ExternalBook, ExternalLink

from riskbook.forms import RISKS, typed_keys
from riskbook.model import Risk
from riskbook.report.form import FIRST, FormRow
from riskbook.text import fitting
from tests.filled import NEW_RISK, OWN, Sent, Told, form, sent
from tests.makers import Words
from tests.makers import put as put_in

RISK_REFS = ("SAF-003", "SAF-007", "SAF-011", "SAF-012", "SAF-014", "SAF-016")
ACTION_REFS = ("SAF-A018", "SAF-A022", "SAF-A025", "SAF-A026", "SAF-A028")
DONE = ("SAF-A022", "SAF-A028")
"""Actions that are complete, so that no risk goes without an open one when they are held."""
Do = Callable[[Sent, str], None]
Reads = Callable[[Told, Told, str], tuple[Told, Told]]


@dataclass(frozen=True)
class Way:
    """One way. ``found`` are all findings that it brings; ``reads`` says what is read, ``held`` how many rows are held.

    ``cured`` are the codes of errors and queries that the healed copy is not asked any more, because it is a healthy
    form, and ``again`` what it is asked in their place. ``mend`` is what its manager does to the copy to put it right.
    ``copied`` is False where nobody knows whose the return is, so that there is no copy.
    A way that does not go together with others is done ``alone``; ``stops`` is the sheet that cannot be read.
    """

    name: str
    do: Do
    found: tuple[str, ...] = ()
    reads: Reads = lambda risks, actions, ref: (risks, actions)
    held: int = 0
    refs: tuple[str, ...] = RISK_REFS
    cured: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    mend: Do = lambda sent, ref: give_back(sent, ref)
    copied: bool = True
    alone: bool = False
    stops: str = ""

    def __repr__(self) -> str:
        return self.name


# What is done


def put(key: str, content: object) -> Do:
    """Type something over what stands in a cell."""
    return lambda sent, ref: sent.put(ref, key, content)


def both(*steps: Do) -> Do:
    """One thing after another."""

    def do(sent: Sent, ref: str) -> None:
        for step in steps:
            step(sent, ref)

    return do


def raw(key: str, attributes: str, content: str) -> Do:
    """Write the XML of a cell, for what openpyxl cannot: its attributes and what stands in it."""

    def do(sent: Sent, ref: str) -> None:
        part = "xl/worksheets/sheet3.xml" if "-A" in ref else "xl/worksheets/sheet2.xml"

        def change(parts: dict[str, bytes]) -> None:
            cell = sent.cell(ref, key).encode()
            new = b'<c r="%b" %b>%b</c>' % (cell, attributes.encode(), content.encode())
            pattern = rb'<c r="%b"[^>]*?(/>|>.*?</c>)' % cell
            parts[part], count = re.subn(pattern, lambda _: new, parts[part], flags=re.DOTALL)
            assert count == 1

        sent.put(ref, key, "x")
        sent.parts.append(change)

    return do


def step(spelling: str, key: str = "impact") -> Do:
    """Spell the step that stands in a cell otherwise: {n} is its number and {word} its word."""

    def do(sent: Sent, ref: str) -> None:
        number, word = str(sent.value(ref, key)).split(" ", 1)
        typed = spelling.format(n=number, word=word)
        sent.put(ref, key, int(typed) if re.fullmatch(r"\d", spelling.format(n=1, word="")) else typed)

    return do


def day(spelling: str, key: str = "target_date") -> Do:
    """Spell the day that stands in a cell otherwise, as text."""
    return lambda sent, ref: sent.put(ref, key, Words(sent.value(ref, key).strftime(spelling)))


def serial(sent: Sent, ref: str) -> None:
    """Type a day as the number that Excel keeps of it."""
    sent.put(ref, "target_date", (sent.value(ref, "target_date") - datetime(1899, 12, 30)).days)  # noqa: DTZ001


def swapped(sent: Sent, ref: str) -> None:
    """Give impact the likelihood's step and the other way round, words and all."""
    impact, likelihood = sent.value(ref, "impact"), sent.value(ref, "likelihood")
    sent.put(ref, "impact", likelihood)
    sent.put(ref, "likelihood", impact)


def swapped_numbers(sent: Sent, ref: str) -> None:
    """The same in bare numbers, and not a word about it."""
    impact, likelihood = sent.value(ref, "impact"), sent.value(ref, "likelihood")
    sent.put(ref, "impact", int(likelihood[0]))
    sent.put(ref, "likelihood", int(impact[0]))
    sent.put(ref, "commentary", None)


def shouted(key: str) -> Do:
    """Type a choice in capitals, with space around it."""
    return lambda sent, ref: sent.put(ref, key, f" {sent.value(ref, key).upper()}\u00a0")


def unseen(sent: Sent, ref: str) -> None:
    """Put in spaces that nobody sees, other quotes and Windows line ends."""
    sent.put(ref, "controls", f"\u00a0 {sent.value(ref, 'controls')}\u200b \r\n")


def formula_with_value(key: str) -> Do:
    """Let a formula say what stood in the cell, with its value stored."""

    def do(sent: Sent, ref: str) -> None:
        value = sent.value(ref, key)
        raw(key, 't="str"', f"<f>TRIM(&quot;x&quot;)</f><v>{value}</v>")(sent, ref)

    return do


def emptied(sent: Sent, ref: str) -> None:
    """Delete everything in a row that riskbook did not put there."""
    for key in (*typed_keys(RISKS), "own"):
        sent.put(ref, key, None)


def copied(**other: object) -> Do:
    """Copy a row to the end of its table, some of it in other words."""

    def do(sent: Sent, ref: str) -> None:
        sheet = sent.home(ref)
        at = sent.free_row(sheet)
        sent.added[ref] = sheet, at
        for key, column in sent.at[sheet].items():
            original = sent.sheet(ref).cell(sent.rows[ref], column)
            if original.data_type != "f":
                twin = sent.pages[sheet].cell(at, column)
                twin.value, twin.data_type = original.value, original.data_type
                twin.number_format = original.number_format
                if key in other:
                    twin.value = other[key]

    return do


def new_risk(ref: object, **other: object) -> Do:
    """Type a new risk into the first blank row."""

    def do(sent: Sent, ref_: str) -> None:
        at = sent.free_row("Risks")
        sent.added[ref_] = "Risks", at
        for key, content in {**NEW_RISK, **ANOTHER, **other, "ref": ref}.items():
            put_in(sent.pages["Risks"], at, sent.at["Risks"][key], content)

    return do


ANOTHER = {"title": "The lift at Mill Lane stops between floors", "event": "a family is caught in it"}


def headings(**names: str) -> Do:
    """Give columns of Risks other headings."""

    def do(sent: Sent, _: str) -> None:
        for key, heading in names.items():
            sent.rename("Risks", key, heading)

    return do


def shouted_ref(sent: Sent, ref: str) -> None:
    """Type a ref with spaces and in small letters."""
    sent.put(ref, "ref", ref.lower().replace("-", " - "))


def headings_again(sent: Sent, ref: str) -> None:
    """Paste the headings in where the next risk would stand."""
    at = sent.free_row("Risks")
    sent.added[ref] = "Risks", at
    for column in range(1, 37):
        sent.pages["Risks"].cell(at, column).value = sent.pages["Risks"].cell(sent.headers["Risks"], column).value


def file(change: Callable[[Sent], None]) -> Do:
    """Do something to the whole workbook."""
    return lambda sent, _: change(sent)


def banner(sent: Sent) -> None:
    sent.add_rows("Risks", 1, 3)
    sent.pages["Risks"]["A1"], sent.pages["Risks"]["A2"] = "Children's Services", "Please send it back by Friday"
    sent.pages["Risks"].merge_cells("A1:AK1")


def three_header_rows(sent: Sent) -> None:
    sheet, at = sent.pages["Risks"], sent.at["Risks"]
    for row in (3, 4):
        for column in range(1, sheet.max_column + 1):
            sheet.cell(row, column).value = None
    for row, words in ((3, "Scores"), (4, "Current")):
        sheet.cell(row, at["impact"]).value = words
        sheet.merge_cells(start_row=row, end_row=row, start_column=at["impact"], end_column=at["likelihood"])
    sent.rename("Risks", "impact", "Impact")
    sent.rename("Risks", "likelihood", "Likelihood")


def other_order(sent: Sent) -> None:
    for one, other in (("impact", "likelihood"), ("title", "owner"), ("ref", "status"), ("raised", "own")):
        sent.swap_columns("Risks", one, other)


def in_one_column(sent: Sent) -> None:
    for ref in [ref for ref in sent.rows if "-A" not in ref]:
        impact, likelihood = (str(sent.value(ref, key))[0] for key in ("impact", "likelihood"))
        sent.put(ref, "impact", f"{impact}x{likelihood}= {int(impact) * int(likelihood)}")
    sent.rename("Risks", "impact", "I x L")
    sent.delete_column("Risks", "likelihood")
    sent.at["Risks"]["rated"] = sent.at["Risks"]["impact"]


def hidden(sent: Sent) -> None:
    risks = sent.pages["Risks"]
    risks.row_dimensions[sent.rows["SAF-007"]].hidden = True
    risks.column_dimensions["K"].hidden = True
    risks.auto_filter.add_filter_column(0, ["SAF-003"])
    sent.pages["Actions"].sheet_state = "hidden"


def formatted_to_the_end(sent: Sent) -> None:
    for row in (*range(40, 400), 1_048_576):
        for column in range(1, 12):
            sent.pages["Risks"].cell(row, column).fill = PatternFill("solid", fgColor="FFFF00")


def stray_spaces(sent: Sent) -> None:
    for row, column in ((30, 4), (31, 9), (900, 1)):
        sent.pages["Risks"].cell(row, column).value = " \u00a0"


def links(sent: Sent) -> None:
    link = ExternalLink(externalBook=ExternalBook(id="rId1"))
    link.file_link = Relationship(type="externalLinkPath", Target="budget.xlsx", TargetMode="External")
    sent.book._external_links.append(link)


def macros(sent: Sent) -> None:
    def change(parts: dict[str, bytes]) -> None:
        plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
        types = "[Content_Types].xml"
        parts[types] = parts[types].replace(plain, b"application/vnd.ms-excel.sheet.macroEnabled.main+xml")
        relation = (
            b'<Relationship Id="rId99" Type="http://schemas.microsoft.com/office/2006/relationships/vbaProject" '
            b'Target="vbaProject.bin"/></Relationships>'
        )
        rels = "xl/_rels/workbook.xml.rels"
        parts[rels] = parts[rels].replace(b"</Relationships>", relation)
        parts["xl/vbaProject.bin"] = b"macros"

    sent.name = "saf.xlsm"
    sent.parts.append(change)


def property_says(mark: str, said: str) -> Callable[[Sent], None]:
    def change(sent: Sent) -> None:
        for one in sent.book.custom_doc_props.props:
            if one.name == f"riskbook {mark}":
                one.value = said

    return change


def marks_say(mark: str, said: str) -> Callable[[Sent], None]:
    """Change a mark wherever it stands."""

    def change(sent: Sent) -> None:
        sheet, cell = sent.book.defined_names[f"rb_{mark}"].attr_text.replace("$", "").split("!")
        sent.book[sheet][cell] = said
        property_says(mark, said)(sent)
        sent.pages["Risks"]["A2"] = None

    return change


def called(name: str) -> Callable[[Sent], None]:
    """Rename Risks."""

    def change(sent: Sent) -> None:
        sent.pages["Risks"].title = name

    return change


def on_start(content: object) -> Callable[[Sent], None]:
    """Type the date filled in."""

    def change(sent: Sent) -> None:
        sent.book["Start"]["B13"] = content

    return change


def in_every_part(changes: Mapping[str, str]) -> Callable[[Sent], None]:
    """Put other words into the XML of every part."""

    def change(parts: dict[str, bytes]) -> None:
        for name, content in parts.items():
            if name.endswith((".xml", ".rels")):
                text = content.decode()
                for old, new in changes.items():
                    text = re.sub(old, new, text)
                parts[name] = text.encode()

    return lambda sent: sent.parts.append(change)


OFFICE, PURL = "http://schemas.openxmlformats.org", "http://purl.oclc.org/ooxml"
STRICT = {
    f"{OFFICE}/spreadsheetml/2006/main": f"{PURL}/spreadsheetml/main",
    f"{OFFICE}/officeDocument/2006": f"{PURL}/officeDocument",
}


def twice(key: str, words: str) -> Do:
    """Store a cell once more with other words, as a program that goes wrong does."""

    def do(sent: Sent, ref: str) -> None:
        def change(parts: dict[str, bytes]) -> None:
            new = f'<c r="{sent.cell(ref, key)}" t="inlineStr"><is><t>{words}</t></is></c>'.encode()
            pattern = rb'(<c r="%b".*?</c>)' % sent.cell(ref, key).encode()
            part = "xl/worksheets/sheet2.xml"
            parts[part] = re.sub(pattern, lambda found: found[1] + new, parts[part], count=1, flags=re.DOTALL)

        sent.parts.append(change)

    return do


def second_sheet(sent: Sent) -> None:
    twin = sent.book.copy_worksheet(sent.pages["Risks"])
    twin.title = "Risks (2)"


def their_sheet(sent: Sent) -> None:
    sent.book.create_sheet("Budget").append(["Posts", 4])


def header_deleted(sent: Sent) -> None:
    sent.pages["Actions"].delete_rows(1, sent.headers["Actions"])


def whole_column(key: str, content: object) -> Callable[[Sent], None]:
    def change(sent: Sent) -> None:
        for ref in [ref for ref in sent.rows if "-A" not in ref]:
            sent.put(ref, key, content)

    return change


def far_down(sent: Sent, ref: str) -> None:
    """Move a row to where no validation reaches."""
    sheet, row = sent.sheet(ref), sent.rows[ref]
    sheet.move_range(f"A{row}:AK{row}", rows=1_500 - row)
    sent.rows[ref] = 1_500


# What is put right


def give_back(sent: Sent, ref: str) -> None:
    """Type the row as it was, and empty the one that was put in."""
    if ref in sent.added:
        clear(sent, *sent.added[ref])
    if ref not in sent.rows:
        sent.rows[ref] = sent.free_row(sent.home(ref))
    clear(sent, sent.home(ref), sent.rows[ref])
    was = next(row for row in (*form().risks, *form().actions) if row.values.get("ref") == ref)
    type_in(sent, sent.home(ref), sent.rows[ref], was)


def retype(sent: Sent, _: str) -> None:
    """Type everything again, without the columns that were put in."""
    for name, rows in (("Risks", form().risks), ("Actions", form().actions)):
        page = sent.pages[name]
        for at in {*range(1, page.max_column + 1)} - {*sent.at[name].values()}:
            page.cell(sent.headers[name], at).value = None
        if "own" not in sent.at[name]:
            sent.at[name]["own"] = page.max_column + 1
            sent.rename(name, "own", OWN)
        for row in range(FIRST, page.max_row + 1):
            clear(sent, name, row)
        for number, row in enumerate(rows, FIRST):
            type_in(sent, name, number, row)


def clear(sent: Sent, name: str, row: int) -> None:
    """Empty a row, but for what riskbook works out."""
    kept = {at for key, at in sent.at[name].items() if key in ("last_said", "first_due")}
    for at in {*range(1, sent.pages[name].max_column + 1)} - kept:
        cell = sent.pages[name].cell(row, at)
        if cell.data_type != "f":
            cell.value = None


def type_in(sent: Sent, name: str, number: int, row: FormRow) -> None:
    """Type a row of the good return."""
    for key, content in {**row.values, "own": dict(row.other).get(OWN)}.items():
        put_in(sent.pages[name], number, sent.at[name][key], Words(content) if isinstance(content, str) else content)


# What is read


def says(**values: Any) -> Reads:
    """The row says something else, which may depend on what it said; every other row what it said before."""

    def reads(risks: Told, actions: Told, ref: str) -> tuple[Told, Told]:
        def changed(rows: Told) -> Told:
            return [
                {**row, **{key: value(row) if callable(value) else value for key, value in values.items()}}
                if row["ref"] == ref
                else row
                for row in rows
            ]

        return changed(risks), changed(actions)

    return reads


def unread(key: str, typed: object, empty: object = None) -> Reads:
    """The cell says nothing, and what was typed is kept."""

    def kept(row: dict[str, Any]) -> tuple[tuple[str, str], ...]:
        return tuple(sorted((*row["unread"], (key, typed(row) if callable(typed) else str(typed)))))

    return says(**{key: empty, "unread": kept})


def gone(risks: Told, actions: Told, ref: str) -> tuple[Told, Told]:
    """The row is not there."""
    return [row for row in risks if row["ref"] != ref], [row for row in actions if row["ref"] != ref]


def one_more(ref: str) -> Reads:
    """A new risk is there too."""

    def reads(risks: Told, actions: Told, _: str) -> tuple[Told, Told]:
        new = next(row for row in risks if row["ref"] == "NEW-1")
        return [*risks, {**new, **ANOTHER, "ref": ref}], actions

    return reads


def every_risk(**values: Any) -> Reads:
    """Every risk says something else."""

    def reads(risks: Told, actions: Told, _: str) -> tuple[Told, Told]:
        made = [{key: value(row) if callable(value) else value for key, value in values.items()} for row in risks]
        return [{**row, **new} for row, new in zip(risks, made, strict=True)], actions

    return reads


def no_actions(risks: Told, actions: Told, _: str) -> tuple[Told, Told]:
    return risks, []


# The table


EMPTY: Mapping[str, Any] = {one.name: one.default for one in fields(Risk) if one.default is not MISSING}
"""What a risk says of which nothing is told."""
WITHOUT_ACTIONS = tuple(f"R216 Risks!T{row}" for row in (6, 7, 8, 9, 12))
"""Risks that are treated, where no action can be read."""

WAYS = (
    # Headings and what stands around the table
    Way(
        "headings by their old names",
        headings(ref="Risk no", title="Risk name", event="Risk", owner="Assigned to", impact="I", likelihood="L"),
    ),
    Way(
        "headings in capitals, over several lines",
        headings(title="RISK\r\nTITLE:", event="There  is\na risk, that …", target_date="target-date", own=f" {OWN} "),
    ),
    Way("columns in another order", file(other_order)),
    Way(
        "a misspelt heading",
        headings(objective="Plan objektive"),
        ("C119 @objective",),
        every_risk(
            objective="",
            other=lambda row: (("Plan objektive", row["objective"]), *row["other"]),
        ),
        mend=retype,
        alone=True,
    ),
    Way(
        "two columns for one heading",
        file(lambda sent: sent.add_column("Risks", "status", "Residual impact", "twin")),
        ("C114 @twin",),
        stops="Risks",
        copied=False,
        alone=True,
    ),
    Way(
        "two columns for one heading of Actions",
        both(file(lambda sent: sent.add_column("Actions", "status", "By when", "twin")), put("twin", "in May")),
        ("C114 @twin", *WITHOUT_ACTIONS),
        no_actions,
        refs=("SAF-A018",),
        held=8,
        stops="Actions",
        mend=retype,
        alone=True,
    ),
    Way("a banner over the table", file(banner)),
    Way("headings over three merged rows", file(three_header_rows), alone=True),
    Way(
        "impact and likelihood in one column",
        file(in_one_column),
        tuple(f"C118 Risks!K{row}" for row in range(6, 13)),
        alone=True,
    ),
    Way(
        "a column deleted",
        file(lambda sent: sent.delete_column("Risks", "owner")),
        ("C120 Risks!5",),
        every_risk(owner=""),
        cured=("C120",),
        again=("C112 :owner",),
        mend=retype,
        alone=True,
    ),
    Way(
        "a column of their own",
        both(file(lambda sent: sent.add_column("Risks", "owner", "Floor", "floor")), put("floor", 3)),
        ("C113 @floor",),
        says(other=lambda row: (("Floor", "3"), *row["other"])),
    ),
    Way(
        "a column of their own without a heading",
        both(file(lambda sent: sent.add_column("Risks", "owner", "", "floor")), put("floor", "third")),
        ("C113 @floor",),
        says(other=lambda row: (("column F", "third"), *row["other"])),
        alone=True,
    ),
    Way(
        "a whole column with the same fault",
        file(whole_column("target_date", "tbc")),
        ("C112 :target_date",),
        every_risk(target_date=None, unread=(("target_date", "tbc"),)),
        mend=retype,
        alone=True,
    ),
    # Sheets and the file
    Way(
        "Risks called by an old name",
        file(called("Risk register")),
        alone=True,
    ),
    Way(
        "Risks called something else",
        file(called("Ours")),
        ("B114", "B125 Ours"),
        stops="Risks",
        copied=False,
        alone=True,
    ),
    Way("a second sheet of risks", file(second_sheet), ("B124 Risks (2)",), cured=("B124",)),
    Way("a sheet of their own", file(their_sheet), ("B125 Budget",)),
    Way(
        "Start deleted",
        file(lambda sent: sent.book.remove(sent.book["Start"])),
        ("B114",),
        cured=("B114",),
        alone=True,
    ),
    Way(
        "Actions deleted",
        file(lambda sent: sent.book.remove(sent.pages["Actions"])),
        ("B114", *WITHOUT_ACTIONS),
        no_actions,
        stops="Actions",
        cured=("B114",),
        mend=retype,
        alone=True,
    ),
    Way(
        "the headings of Actions deleted",
        file(header_deleted),
        ("B114 Actions", *WITHOUT_ACTIONS),
        no_actions,
        held=8,
        stops="Actions",
        cured=("B114",),
        again=("T105 :risk_ref",) * 8,
        mend=retype,
        alone=True,
    ),
    Way("marks of two units", file(property_says("unit", "DIR")), ("B111",), cured=("B111",)),
    Way("marks of two quarters", file(property_says("round", "2026-27 Q1")), ("B111",), cured=("B111",)),
    Way("another quarter's form", file(marks_say("round", "2026-27 Q1")), ("B110",), copied=False, alone=True),
    Way("a unit that nobody knows", file(marks_say("unit", "FRONT")), ("B108",), copied=False, alone=True),
    Way("a newer form", file(marks_say("form", "3")), ("B113",), cured=("B113",)),
    Way("hidden rows, columns and sheets, and a filter", file(hidden), ("B116",)),
    Way("formats down to the last row", file(formatted_to_the_end)),
    Way("stray spaces", file(stray_spaces)),
    Way(
        "the date on Start in prose",
        file(on_start("last week")),
        ("C104 Start!B13",),
        mend=file(on_start(date(2026, 10, 2))),
        alone=True,
    ),
    Way("the hidden lists deleted", file(lambda sent: sent.book.remove(sent.book["Lists"])), alone=True),
    Way("under another name", file(lambda sent: setattr(sent, "name", "saf.xls")), ("B105",), alone=True),
    Way("days counted from 1904", file(lambda sent: setattr(sent.book, "epoch", CALENDAR_MAC_1904))),
    Way("saved as Strict Open XML", file(in_every_part(STRICT))),
    Way("a sheet that lies about its size", file(in_every_part({r'<dimension ref="[^"]*"': '<dimension ref="A1"'}))),
    Way("macros", file(macros), ("B118",)),
    Way("a link to another workbook", file(links), ("B117",)),
    # Steps, scores and bands
    Way("a step as a number", step("{n}")),
    Way("a step as 4.0", step("{n}.0"), ("C118 impact",)),
    Way("a step as a word", step("{word}"), ("C118 impact",)),
    Way("a step with a dash", step("{n}-{word}", "likelihood"), ("C118 likelihood",)),
    Way("a step between two", put("impact", 3.33), ("C103 impact",), unread("impact", 3.33)),
    Way("a step above the highest", put("likelihood", 6), ("C103 likelihood",), unread("likelihood", 6)),
    Way("a step in other words", put("impact", "Lots"), ("C103 impact",), unread("impact", "Lots")),
    Way("a step TRUE", put("impact", True), ("C103 impact",), unread("impact", "TRUE")),
    Way("a step that is a day", put("impact", date(2026, 4, 3)), ("C103 impact",), unread("impact", "3 April 2026")),
    Way(
        "impact and likelihood swapped",
        swapped,
        ("C103 impact", "C103 likelihood"),
        refs=("SAF-003", "SAF-007"),
        reads=lambda risks, actions, ref: unread("likelihood", "4 Major")(
            *unread("impact", "3 Possible")(risks, actions, ref), ref
        ),
    ),
    Way(
        "impact and likelihood swapped as numbers",
        swapped_numbers,
        ("R204 impact", "R205 commentary"),
        says(impact=lambda row: row["likelihood"], likelihood=lambda row: row["impact"], commentary=""),
        refs=("SAF-003",),
    ),
    Way("a step as a letter", put("impact", "E2"), ("C103 impact",), unread("impact", "E2")),
    Way("a band for a step", put("likelihood", "medium"), ("C103 likelihood",), unread("likelihood", "medium")),
    Way("a score that no cell gives", put("score", 14), ("C116 score",)),
    Way("an average for a score", put("score", 10.5), ("C116 score",)),
    Way("a typed score that disagrees", put("score", 25), ("C115 score",)),
    Way("a typed score that agrees", put("score", 12), refs=("SAF-003", "SAF-007")),
    Way("last quarter's rating typed over", put("previous", "6 Green (3×2)"), ("T120 previous",)),
    Way("a typed rating that disagrees", put("rating", "Purple"), ("C115 rating",)),
    # Days
    Way("a day as a serial number", serial, ("C118 target_date",)),
    Way("a day with slashes", day("%d/%m/%Y")),
    Way("a day with stops", day("%d.%m.%Y")),
    Way("a day in words", day("%A %d %B %Y")),
    Way("a day in two figures", day("%d/%m/%y"), ("C118 target_date",)),
    Way(
        "a day that could be read two ways",
        put("target_date", "03/04/2027"),
        ("C106 target_date",),
        says(target_date=date(2027, 4, 3)),
    ),
    Way(
        "a day in American",
        day("%m/%d/%Y"),
        ("C104 target_date",),
        unread("target_date", "03/31/2027"),
        refs=("SAF-003",),
    ),
    Way("a month", put("target_date", "March 2027"), ("C105 target_date",), unread("target_date", "March 2027")),
    Way(
        "prose for a day",
        put("target_date", "when the post is filled"),
        ("C104 target_date",),
        unread("target_date", "when the post is filled"),
    ),
    Way("a number that is no day", put("target_date", 5), ("C104 target_date",), unread("target_date", 5)),
    Way(
        "the year 1905",
        put("target_date", date(1905, 7, 18)),
        ("C107 target_date",),
        unread("target_date", "18 July 1905"),
    ),
    Way(
        "the year 206",
        raw("target_date", 't="d"', "<v>0206-03-31</v>"),
        ("C107 target_date",),
        unread("target_date", "31 March 206"),
    ),
    Way(
        "a day with a time",
        put("target_date", datetime(2027, 3, 31, 14, 30)),  # noqa: DTZ001
        ("C118 target_date",),
        says(target_date=date(2027, 3, 31)),
    ),
    Way("a due day in prose", put("due", "soon"), ("C104 due",), unread("due", "soon"), refs=ACTION_REFS),
    # Choices, flags and money
    Way("a choice in capitals", shouted("category")),
    Way("a misspelt choice", put("category", "Work force"), ("C102 category",), unread("category", "Work force", "")),
    Way("a choice that is a number", put("response", 4), ("C102 response",), unread("response", 4, "")),
    Way("yes as Y", put("beyond_control", "Y"), ("C118 beyond_control",), says(beyond_control=True)),
    Way("yes as TRUE", put("beyond_control", True), ("C118 beyond_control",), says(beyond_control=True)),
    Way(
        "neither yes nor no",
        put("beyond_control", "perhaps"),
        ("C102 beyond_control",),
        unread("beyond_control", "perhaps"),
    ),
    Way("money in words", put("exposure", "about half"), ("C108 exposure",), unread("exposure", "about half")),
    Way("money with a sign", put("exposure", "£1,250.50"), ("C118 exposure",), says(exposure=1250.5)),
    # Text
    Way("a text that looks like a formula", put("event", Words("=1+1")), (), says(event="=1+1")),
    Way("a text that looks like an escape", put("event", "_x005F_x000D_"), (), says(event="_x000D_")),
    Way("a number for words", put("cause", 4.5), (), says(cause="4.5")),
    Way("a day for words", put("cause", date(2026, 9, 1)), ("C118 cause",), says(cause="1 September 2026")),
    Way("spaces that nobody sees", unseen),
    Way(
        "characters that nobody sees",
        put("event", "a bell_x0007_ rings_x0000_"),
        ("C117 event",),
        says(event="a bell rings"),
    ),
    Way("a text as long as a cell", put("cause", "long " * 6_553 + "xx"), (), says(cause="long " * 6_553 + "xx")),
    Way(
        "a text longer than a cell",
        raw("cause", 't="inlineStr"', f"<is><t>{'x' * 40_000}</t></is>"),
        ("C110 cause",),
        unread("cause", lambda row: fitting("x" * 40_000), ""),
    ),
    Way(
        "a text of their own longer than a cell",
        raw("own", 't="inlineStr"', f"<is><t>{'x' * 40_000}</t></is>"),
        ("C110 own",),
        says(other=((OWN, fitting("x" * 40_000)),)),
    ),
    Way("a long title", put("title", "A very long " * 10), ("C109 title",), says(title=("A very long " * 10).strip())),
    # What is not there
    Way("an error value", put("owner", "#REF!"), ("C111 owner",), unread("owner", "#REF!", "")),
    Way(
        "a new kind of error",
        raw("controls", 't="e"', "<v>#SPILL!</v>"),
        ("C111 controls",),
        unread("controls", "#SPILL!", ""),
    ),
    Way("a number that is none", raw("exposure", "", "<v>NaN</v>"), ("C111 exposure",), unread("exposure", "NaN")),
    Way("a cell stored twice", twice("owner", "Tom Fell"), ("B120", "R215 owner"), says(owner="Tom Fell"), alone=True),
    Way("an error value where nothing is asked", put("parent", "#N/A"), ("C111 parent",), unread("parent", "#N/A", "")),
    Way(
        "a formula that was never calculated",
        put("owner", "=B1"),
        ("B115",),
        unread("owner", "(a formula that was never calculated)", ""),
        cured=("B115",),
        again=("C111 owner",),
    ),
    Way("a formula with its value", formula_with_value("controls")),
    Way("two owners", put("owner", "Jo Bell and Sam Hill"), ("R212 owner",), says(owner="Jo Bell and Sam Hill")),
    Way("an empty cell", put("category", None), ("C101 category",), says(category="")),
    # Rows
    Way("a row emptied", emptied, ("T109 ref",), says(**EMPTY)),
    Way("a row deleted", lambda sent, ref: sent.delete_row(ref), ("T112 Risks",), gone),
    Way("a row given twice", copied(), ("T107 added",), held=1),
    Way("a ref on two rows", copied(title="Something else"), ("T101 ref", "T101 added"), gone, held=2),
    Way("an action given twice", copied(), ("T107 added",), held=1, refs=ACTION_REFS),
    Way(
        "a ref of another unit",
        put("ref", "DIR-01"),
        ("T102 ref", "T112 Risks", "T120 previous"),
        gone,
        held=1,
        # SAF-012 stood last quarter where DIR-01 stood, so that nobody is asked about its rating.
        refs=tuple(ref for ref in RISK_REFS if ref != "SAF-012"),
    ),
    Way("a ref that was never given", put("ref", "SAF-099"), ("T103 ref", "T112 Risks", "T120 previous"), gone, held=1),
    Way("a ref in small letters", shouted_ref),
    Way("a new row without a number", new_risk(None), ("R216 added response",), one_more("")),
    Way("a new row with its number", new_risk("NEW-2"), ("R216 added response",), one_more("NEW-2")),
    Way("one number for two new rows", new_risk("NEW-1"), ("T108 NEW-1", "T108 added"), one_more("NEW-1")),
    Way(
        "words with neither title nor event",
        new_risk("NEW-7", title=None, event=None),
        ("T106 added",),
        held=1,
    ),
    Way("an action for no risk", put("risk_ref", "SAF-099"), ("T105 risk_ref",), gone, held=1, refs=DONE),
    Way("an action for nothing", put("risk_ref", None), ("T105 risk_ref",), gone, held=1, refs=DONE),
    Way(
        "the only action for a risk gone astray",
        put("risk_ref", "SAF-01O"),
        ("T105 risk_ref", "R216 Risks!T6"),
        gone,
        held=1,
        refs=("SAF-A018",),
        alone=True,
    ),
    Way("a row below what is guided", far_down, alone=True),
    Way(
        "closed without a reason",
        put("status", "Closed"),
        ("R219 close_reason",),
        says(status="Closed"),
        refs=("SAF-014",),
    ),
    Way("the headings pasted in again", headings_again, ("C118 added",)),
)

Done = tuple[Way, str]
"""A way, and the ref of the row that it is done to."""
Blanks = tuple[tuple[str, int], ...]
"""Refs, and how many blank rows are put in before each."""


def broken(done: Iterable[Done], blanks: Blanks = ()) -> Sent:
    """The good return with blank rows put in, and broken."""
    one = sent()
    for ref, count in blanks:
        one.add_rows(one.home(ref), one.rows[ref], count)
    for way, ref in done:
        way.do(one, ref)
    return one


@st.composite
def several(draw: st.DrawFn) -> tuple[tuple[Done, ...], Blanks]:
    """Two or three ways, each on a row of its own, and blank rows here and there."""
    together = [way for way in WAYS if not way.alone]
    ways = draw(st.lists(st.sampled_from(together), min_size=2, max_size=3, unique_by=id))
    done: list[Done] = []
    for way in ways:
        free = [ref for ref in way.refs if ref not in {taken for _, taken in done}]
        if free:
            done.append((way, draw(st.sampled_from(free))))
    blanks = st.tuples(st.sampled_from((*RISK_REFS, *ACTION_REFS)), st.integers(1, 3))
    return tuple(done), tuple(draw(st.lists(blanks, max_size=2)))
