"""Leaving: every rule L finds its bad workbook and not its good one; ours pass; nobody's bytes do harm."""

import io
import random
import zipfile
from dataclasses import replace
from datetime import date

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings

from riskbook import excel, leaving, rules
from riskbook.findings import Finding, Severity
from riskbook.leaving import Expected
from riskbook.leaving.colours import contrast, resolved
from riskbook.leaving.unseen import runs
from riskbook.model import Decision
from riskbook.quarterly import compose, published
from riskbook.report import document, packs
from riskbook.report.blocks import Refs
from riskbook.rules.privacy import Allowed, Hit
from tests import effort
from tests import leaving as made
from tests.registers import drawn, texts

RULES = {rule.code: rule for rule in rules.leaving.RULES}
WITH_A_REGISTER = {"L121", "L122"}


def codes(found: list[Finding]) -> set[str]:
    return {finding.code for finding in found}


def test_every_rule_has_a_workbook_that_it_finds():
    """But for the two that need a register to know of."""
    assert set(made.EXAMPLES) == RULES.keys() - WITH_A_REGISTER


def test_a_sound_workbook_may_leave():
    """Nothing at all is said of it, and of a small report of ours nothing that keeps it."""
    assert leaving.inspect(made.sound(), "sound.xlsx") == []
    assert not [one for one in leaving.inspect(made.report(), "report.xlsx") if one.severity is Severity.ERROR]


@pytest.mark.parametrize("code", made.EXAMPLES)
def test_a_rule_finds_its_bad_workbook_and_not_its_good_one(code: str):
    """With its severity, and at a place in that workbook."""
    bad, good = made.EXAMPLES[code]
    found = [one for one in leaving.inspect(bad(), "bad.xlsx") if one.code == code]
    assert {one.severity for one in found} == {RULES[code].severity}
    assert {one.place.book for one in found} == {"bad.xlsx"}
    assert code not in codes(leaving.inspect(good(), "good.xlsx"))


@pytest.mark.parametrize(
    ("code", "cell"),
    {
        "L102": "Working!A1",
        "L103": "Risks!5",
        "L104": "Risks!B",
        "L105": "Risks!B4",
        "L106": "Risks!B4",
        "L109": "Risks!B4",
        "L111": "Risks!B4",
        "L118": "Risks!B4",
        "L120": "Risks!E3",
        "L201": "Summary!B7",
        "L203": "Summary!B11",
        "L204": "Heat map!B5",
        "L205": "Heat map!C6",
        "L206": "Decisions!A4",
        "L303": "Risks!A4",
        "L304": "Risks!A4",
        "L305": "Risks!C3",
        "L309": "Risks!E3",
        "L314": "Risks!B4",
    }.items(),
)
def test_a_finding_names_its_cell(code: str, cell: str):
    """Where a person would look for it."""
    found = leaving.inspect(made.EXAMPLES[code][0](), "b")
    assert cell in {str(one.place).removeprefix("b › ") for one in found if one.code == code}


def test_lists_of_a_form_may_be_hidden_and_nothing_else():
    """A word beside the lists is found."""

    def lists(book: openpyxl.Workbook) -> None:
        made.on(hidden=True, name="Lists", words="rb_yes")(book)
        book["Lists"]["A2"], book["Lists"]["A3"] = "Yes", "No"
        book.defined_names["rb_yes"] = openpyxl.workbook.defined_name.DefinedName("rb_yes", attr_text="Lists!$A$2:$A$3")

    def beside(book: openpyxl.Workbook) -> None:
        lists(book)
        book["Lists"]["C7"] = "Jo Bell's case"

    assert leaving.inspect(made.sound(lists), "form.xlsx") == []
    (found,) = [one for one in leaving.inspect(made.sound(beside), "form.xlsx") if one.code == "L102"]
    assert found.place.cell == "C7"


def test_a_colour_that_words_in_its_row_have_is_not_alone():
    """As the first column of a corrections copy says what to put into the marked cell, in the mark's colours."""
    red, green = made.fill("FF0000"), made.fill("00B050")
    for words, found in (("Fill in the owner", False), ("", True)):
        book = made.sound(
            made.all_of(
                made.cell("A4", words, fill=red), made.cell("C4", "", fill=red), made.cell("C5", "", fill=green)
            )
        )
        places = [one.place.cell for one in leaving.inspect(book, "book.xlsx") if one.code == "L315"]
        assert ("C4" in places) is found


def test_text_is_hidden_by_a_number_format_or_its_size():
    """But noughts may be left out."""
    for looks in ({"number_format": ";;;"}, {"font": made.Font(size=1)}):
        assert "L105" in codes(leaving.inspect(made.sound(made.cell("B4", **looks)), "b.xlsx"))
    nought = made.cell("B4", 0, number_format="0;-0;;@")
    assert "L105" not in codes(leaving.inspect(made.sound(nought), "b.xlsx"))


def test_an_organisation_may_be_the_author_and_a_person_may_not():
    """Whatever it is called; the program that made the file is nobody."""
    for name, says in (("Jo Bell", True), ("openpyxl", False), ("Wyre", True), ("Wyre Borough Council", False)):
        data = made.core("creator", name)
        assert ("L107" in codes(leaving.inspect(data, "b.xlsx"))) is says
        assert "L107" not in codes(leaving.inspect(data, "b.xlsx", Expected(name)))


def test_personal_data_keeps_a_workbook_until_it_is_cleared():
    """In a cell, in a property, in a prompt, in a chart; once cleared it may stand wherever it stands."""
    placed = made.sound(made.cell("B4", "Ask j.bell@example.org"))
    titled = made.core("title", "Ask j.bell@example.org")
    for data in (placed, titled, made.drawn("chart", "Drawn by j.bell@example.org")):
        (found,) = [one for one in leaving.inspect(data, "b.xlsx") if one.code.startswith("P")]
        assert (found.code, found.severity, "bell" in found.message) == ("P105", Severity.ERROR, False)
        cleared = frozenset({Hit("P105", "j.bell@example.org")})
        assert "P105" not in codes(leaving.inspect(data, "b.xlsx", Expected(cleared=cleared)))
        allowed = Allowed(domains=("example.org",))
        assert "P105" not in codes(leaving.inspect(data, "b.xlsx", Expected(allowed=allowed)))


REGISTER = """
FRD-001 4x4 was 4x3 "Contacts wait for a decision"
FRD-002 2x2 was 2x2 exempt "The dispute with the builder of Rowan House goes to court"
"""


SAID = "the builder will not settle before the spring"


def test_words_of_an_exempt_risk_are_found_in_any_part_of_an_open_workbook():
    """Six words of them, in a cell, behind a chart, in a property; not in a workbook that says EXEMPT."""
    register = drawn(REGISTER).register
    expected = Expected(secrets=leaving.secrets(register))
    words = "we hear that the Dispute with the builder of Rowan House may cost more"
    for data in (
        made.sound(made.cell("B4", words)),
        made.core("subject", words),
        made.drawn("chart", words),
        made.parts(made.drawn("chart", "x"), lambda _, xml: xml.replace("</sst>", f"<si><t>{words}</t></si></sst>")),
    ):
        (found,) = [one for one in leaving.inspect(data, "open.xlsx", expected) if one.code == "L122"]
        assert found.ref == "FRD-002"
    exempt = made.sound(lambda book: [made.cell("B4", words)(book), setattr(book.properties, "title", "EXEMPT: risks")])
    assert "L122" not in codes(leaving.inspect(exempt, "exempt.xlsx", expected))
    few = made.sound(made.cell("B4", "a dispute with the builder of a school"))
    assert "L122" not in codes(leaving.inspect(few, "open.xlsx", expected))


def test_words_that_an_open_risk_has_too_are_no_secret():
    """Somebody told them openly."""
    twice = REGISTER.replace(
        "Contacts wait for a decision", "The dispute with the builder of Rowan House goes to court"
    )
    assert not leaving.secrets(drawn(twice).register)
    common = ("The dispute with the builder of Rowan House goes to court.",)
    assert not leaving.secrets(drawn(REGISTER).register, None, common)


def test_by_whom_and_when_it_was_decided_is_no_secret():
    """It is said of open risks in the same words; what was decided stays one."""
    register = drawn(REGISTER).register
    decided = Decision("FRD-002", decision="Escalate", body="DLT", decided_on=date(2026, 11, 27), rationale=SAID)
    (risk,) = (one for one in register.entries if one.ref == "FRD-002")
    told = replace(risk.now, commentary=f"Escalated from FRD-002 by DLT on 27 November 2026. {SAID}")
    entries = tuple(replace(one, now=told) if one is risk else one for one in register.entries)
    hidden = leaving.secrets(replace(register, entries=entries, decisions=(decided,)))
    assert hidden.first("Confirmed by DLT on 27 November 2026.") is None
    assert hidden.first(f"He said that {SAID}") is not None


@effort.in_ci("looks over every kind of report: 3 s")
@given(texts())
@settings(max_examples=effort.examples(3), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_report_of_ours_may_leave(text: str):
    """Whatever the register: its figures agree, and the open edition has no word of exempt risks."""
    drawing = drawn(text)
    whole = compose(drawing.register, (), drawing.context)
    organisation = drawing.context.settings.council.name
    for edition in {id(one): one for one in (whole, published(whole))}.values():
        data = excel.report(document(edition, "1"))
        expected = Expected(organisation, secrets=leaving.secrets(drawing.register, drawing.context.before))
        found = leaving.inspect(data, "report.xlsx", expected)
        assert [str(one) for one in found if one.severity is not Severity.NOTE] == []


FULL_CELL = "\n".join(f"FRD-{n:03} 3x4 was 3x3\n + FRD-A{n:03} due 2026-12-01" for n in range(1, 61))


def test_links_to_cells_are_no_list_of_sheets():
    """As those of a corrections copy to what is to be put right."""
    data = made.sound(lambda book: made.listing(book, "Actions", cell="F7"))
    assert {"L307", "L308"} & codes(leaving.inspect(data, "report.xlsx")) == {"L308"}


@pytest.mark.filterwarnings("ignore:Sparkline Group extension")
def test_a_report_with_notes_lists_them_with_its_other_sheets():
    """Nobody knows whether there are any before the sheets are drawn."""
    long = "Two posts are empty and nobody has applied for either of them. " * 30
    drawing = drawn(f'FRD-001 4x4 was 3x3 commentary="{long}"')
    data = excel.report(document(compose(drawing.register, (), drawing.context), "1"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    first, last = book["Summary"].tables["tbl_sheets"].ref.split(":")
    listed = list(book["Summary"][first:last])[1:]
    assert [row[1].value for row in listed if row[1].hyperlink] == book.sheetnames[1:]
    assert "Notes" in book.sheetnames
    assert "L307" not in codes(leaving.inspect(data, "report.xlsx"))


def test_a_sentence_that_was_told_openly_is_no_secret_whatever_follows_it():
    """Of a stock sentence riskbook's own words may go on as an exempt risk does: “No reason is given.”"""
    stock = "Health has yet to name anyone for Tarnholme."
    texts = f'FRD-001 3x3 commentary="{stock}"\nFRD-002 3x3 exempt commentary="{stock} No agency will take the case."'
    hidden = leaving.secrets(drawn(texts).register)
    assert hidden.first(f"Up. {stock} No reason is given.") is None
    assert hidden.first(f"Up. {stock} No agency will take the case.") is not None
    assert hidden.first("Nobody knows whether No agency will take the case.") is not None


@pytest.mark.parametrize(("name", "where"), [("dlt", "the SLT workbook"), ("FRD", "Progress"), ("FHS", "Progress")])
def test_a_cell_of_the_map_with_very_many_risks_says_where_each_report_has_the_rest(name: str, where: str):
    """The paper for DLT has no sheet that lists them, and may leave all the same."""
    drawing = drawn(FULL_CELL)
    whole = compose(drawing.register, (), drawing.context)
    audience = packs.DLT if name == "dlt" else packs.named(name, whole)
    (edition,) = audience.editions(whole, published(whole)).values()
    report = document(edition, "1", audience)
    last = report.table("heat_map").rows[0][-1]
    assert isinstance(last, Refs)
    assert last.refs[-1] == f"24 more: see {where}"
    assert {one.severity for one in leaving.inspect(excel.report(report), "report.xlsx")} <= {Severity.NOTE}


@pytest.mark.filterwarnings("ignore:Sparkline Group extension")
def test_a_cell_of_the_map_with_very_many_risks_goes_on_in_the_register():
    """Its row names the first and how many more; each of them must be on Register, with the same steps."""
    drawing = drawn(FULL_CELL)
    data = excel.report(document(compose(drawing.register, (), drawing.context), "1"))
    assert not {"L204", "L206"} & codes(leaving.inspect(data, "report.xlsx"))
    book = openpyxl.load_workbook(io.BytesIO(data))
    (ref,) = [row[0] for row in book["Register"].iter_rows() if row[0].value == "FRD-060"]
    ref.value = None
    book.save(altered := io.BytesIO())
    assert "L204" in codes(leaving.inspect(altered.getvalue(), "report.xlsx"))


@pytest.mark.parametrize(
    ("data", "detail"),
    [
        (b"", "not an Excel workbook"),
        (b"\xff\xd8\xff\xe0 a photograph", "not an Excel workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "Workbook".encode("utf-16-le").ljust(64, b"\0") + b"\x12\0", "97-2003"),
        (made.sound()[:1500], "damaged"),
    ],
)
def test_what_cannot_be_looked_over_may_not_leave(data: bytes, detail: str):
    """One sentence, and an error."""
    (found,) = leaving.inspect(data, "b.xlsx")
    assert (found.code, found.severity) == ("L101", Severity.ERROR)
    assert detail in found.message


@pytest.mark.parametrize("seed", range(6))
def test_nobodys_bytes_do_harm(seed: int):
    """Mutants of a workbook: bits of the file, and letters of its parts, changed by chance. None raises."""
    chance = random.Random(seed)
    whole = [made.sound(), made.report(), made.drawn("chart"), made.sound(made.note), made.PIVOT]
    for _ in range(60):
        data = chance.choice(whole)
        if chance.random() < 0.3:
            mutant = bytearray(data)
            for _ in range(chance.randint(1, 8)):
                mutant[chance.randrange(len(mutant))] = chance.randrange(256)
            leaving.inspect(bytes(mutant), "mutant.xlsx")
        else:
            leaving.inspect(_mutated(data, chance), "mutant.xlsx")


def _mutated(data: bytes, chance: random.Random) -> bytes:
    """A workbook, still a package, in one part of which some letters, tags or numbers are others."""
    names = zipfile.ZipFile(io.BytesIO(data)).namelist()
    chosen = chance.choice(names)
    scraps = ('"', "<", ">", "-1", "99999999999", "A0", "ZZZZ9", "", "é", "&amp;", "1e999", "#REF!", "rId1")

    def change(name: str, xml: str) -> str:
        if name != chosen or not xml:
            return xml
        at = chance.randrange(len(xml))
        return xml[:at] + chance.choice(scraps) + xml[at + chance.randrange(12) :]

    return made.parts(data, change)


def test_colours_are_resolved_as_excel_shows_them():
    """By value, by theme with a tint, by their old number; automatic ones are nothing."""
    theme = ("FFFFFF", "000000")
    assert resolved({"rgb": "FFA3201D"}, theme) == "A3201D"
    assert resolved({"theme": "0", "tint": "-0.5"}, theme) == "808080"
    assert resolved({"indexed": "10"}, theme) == "FF0000"
    assert (resolved({"auto": "1"}, theme), resolved({"theme": "x"}, theme)) == ("", "")
    assert (round(contrast("000000", "FFFFFF")), contrast("777777", "777777")) == (21, 1)


def test_cells_are_gathered_into_ranges():
    """Those under each other, then the same beside each other."""
    assert runs([(1, 1), (2, 1), (1, 2), (2, 2), (9, 3)]) == [(1, 1, 2, 2), (9, 3, 9, 3)]
