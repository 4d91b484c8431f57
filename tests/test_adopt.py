"""Adopt: registers that were made elsewhere in; what is proposed for them, and what they say through a mapping, out."""

import re
import shutil
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskbook import intake, merge
from riskbook.adopt import levels
from riskbook.adopt.theirs import THEIR_REF
from riskbook.cli import main
from riskbook.cli.alone import LOCK
from riskbook.cli.folder import find
from riskbook.report import form
from riskbook.rules import adoption, cells, returns
from riskbook.toml import SettingsError
from tests import effort
from tests.elsewhere import (
    CAUSES,
    LAYOUTS,
    NAME,
    ONE_SENTENCE,
    TEN,
    UNIT,
    adopted,
    by_xlsxwriter,
    corrected,
    first,
    layout,
    lines,
    proposed,
    returned,
    text,
    written,
)
from tests.examples import agreed
from tests.makers import following, small_book, told, workbook

MATRIX = agreed().matrix
FOUR = [(f'"{n}" = ""', f'"{n}" = {n}') for n in (3, 4, 5)]
"""A person says that their 3, 4 and 5 are ours."""


# What is proposed.


def test_a_register_of_one_description_and_one_score_is_understood():
    """Banner, section, headings said again, a key under the table; the sentence and the score in one cell each."""
    made = proposed(layout("one sentence"))
    (table,) = made.mapping.risks
    assert (table.headings, table.rows, table.pass_over) == ((3, 3), (4, 9), (4, 7))
    assert table.columns == {"ref": "No", "controls": "Existing controls", "owner": "Officer"}
    assert table.action == {"what": "Further action", "due": "By when"}
    assert table.combined == {
        "Description of risk": ("cause", "event", "effect"),
        "Score with controls": ("impact", "likelihood"),
    }
    assert told(made.doubts) == [(adoption.WHICH_FIRST.code, "Register!D3")]


def test_three_rows_of_headings_are_put_together():
    """Merged over columns, or down; the residual rating is the one of now, and the baseline is carried as it stands."""
    (table,) = proposed(layout("three rows")).mapping.risks
    assert (table.headings, table.rows) == ((2, 4), (5, 6))
    assert (table.columns["impact"], table.columns["likelihood"]) == ("Residual Score I", "Residual Score L")
    assert table.columns["category"] == "Identification Category"
    other = dict(returned(layout("three rows")).risks[0].other)
    assert (other["Baseline Score I"], other["Baseline Score L"], other["Residual Score RAG"]) == ("5", "4", "A")


def test_headings_on_two_rows_need_not_be_merged():
    """What stands over others, or over nothing, is read as people read it."""
    drawing = """
        Ref | Risk | Owner  | Gross  |            | Current |
            |      |        | Impact | Likelihood | Impact  | Likelihood
        R1  | Fog  | Deputy | 5      | 4          | 4       | 3
    """
    (table,) = proposed(written(drawing)).mapping.risks
    assert table.headings == (1, 2)
    assert (table.columns["inherent_impact"], table.columns["likelihood"]) == ("Gross Impact", "Current Likelihood")


def test_tables_under_and_beside_each_other_are_all_found():
    """Each of risks or of actions, as its headings say."""
    under, beside = (proposed(layout(name)).mapping for name in ("words", "numbered"))
    assert [(len(one.risks), len(one.actions)) for one in (under, beside)] == [(1, 1), (1, 1)]
    assert under.actions[0].headings == (7, 7)
    assert (beside.risks[0].across, beside.actions[0].across) == ((1, 4), (6, 9))


def test_every_sheet_with_a_table_is_read_and_the_others_are_named():
    """Nobody should find out by surprise that a sheet was left out."""
    data = written(TEN, Closed="Risk no | Risk title | Impact | Likelihood\n1.9 | Ice | 2 | 2", Guide="1 | Rare")
    made = proposed(data)
    assert [table.sheet for table in made.mapping.risks] == ["Register", "Closed"]
    assert "Guide" in next(f.message for f in adopted(data).findings if f.code == adoption.SHEETS_NOT_USED.code)


def test_without_a_table_of_risks_the_mapping_says_how_to_name_one():
    """One clear sentence, and nothing that could be mistaken for a return."""
    data = written("Rota\nMonday | A. Person")
    assert proposed(data).mapping.risks == ()
    found = adopted(data)
    assert found.returned is None
    assert adoption.NO_TABLE.code in [finding.code for finding in found.findings]
    assert "# [[risks]]" in text(data)


def test_two_columns_for_one_of_ours_are_a_question_and_neither_is_taken():
    """The wrong one of two score columns would go unnoticed."""
    drawing = "Risk | Owner | Impact | Impact at March | Likelihood\nFog | Deputy | 4 | 3 | 2"
    made = proposed(written(drawing.replace("Impact at March", "Severity")))
    assert told(made.doubts) == [(adoption.TWO_FIT.code, "Register!C1")]
    assert "impact" not in made.mapping.risks[0].columns
    assert "likelihood" in made.mapping.risks[0].columns


def test_a_letter_beside_a_digit_says_nothing_of_its_order_and_is_left():
    """A1 is the worst in one council and the least in another."""
    made = proposed(layout("letters"))
    assert told(made.doubts) == [(adoption.WHICH_FIRST.code, "Register!F1")]
    assert made.mapping.risks[0].combined == {}


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        (["4 Major", "Minor", "3 - Moderate", "5"], [4, 2, 3, None]),
        (["Major", "major", "Severe"], [4, 4, None]),
        (["1", "2", "3", "4", "5"], [None] * 5),
        (["1", "4", "10"], [None] * 3),
        (["4 Critical", "Minor", "3 Moderate"], [None] * 3),
        (["7 Major", "Minor"], [None, None]),
        (["0", "Minor"], [None, None]),
        (["3.5", "Minor"], [None, 2]),
        (["Major (4)", "Critical (5)"], [4, 5]),
        (["High", "Medium", "Low"], [None] * 3),
    ],
)
def test_a_step_is_only_proposed_where_number_and_word_are_ours(typed: list[str], expected: list[int | None]):
    """Or the word alone is. A number alone never is, and no word once one of them contradicts our scale."""
    assert list(levels.steps(typed, MATRIX.impact).values()) == list(dict(zip(typed, expected, strict=True)).values())


@pytest.mark.parametrize("name", ["ten", "letters", "one sentence"])
def test_another_scale_leaves_every_entry_to_a_person(name: str):
    """Never in proportion."""
    (table,) = proposed(layout(name)).mapping.risks
    answers = [answer for words in table.levels.values() for answer in words.values()]
    assert answers
    assert set(answers) == {None}


def test_words_of_ours_are_proposed_and_others_left_open():
    """The same for choices."""
    (table,) = proposed(layout("words")).mapping.risks
    assert table.levels["impact"] == {"Catastrophic": None, "Major": 4, "Minor": 2}
    assert table.levels["likelihood"] == {"almost certain": 5, "Likely": 4, "Possible": 3}
    assert table.choices["response"] == {"Reduce": None, "Tolerate": "Tolerate", "Treat": "Treat"}
    assert table.choices["status"] == {"Live": None, "Open": "Open"}


def test_what_a_person_said_last_quarter_stands_where_the_same_words_stand_again():
    """Once is enough; a word that is new is still to be answered."""
    said = corrected(layout("ten"), ('"7" = ""', '"7" = 4'), ('"9" = ""', '"9" = 5'), ("# status", "status"))
    again = proposed(written(TEN.replace("| 10 |", "| 8 |")), last=said).mapping.risks[0]
    assert again.levels == {"impact": {"3": None, "7": 4, "8": None}, "likelihood": {"2": None, "3": None, "9": 5}}
    assert again.always == {"status": "Open"}


def test_another_program_s_workbook_is_proposed_the_same():
    """What counts is what stands in the cells."""
    openpyxl, xlsxwriter = (proposed(made).mapping for made in (written(ONE_SENTENCE), by_xlsxwriter(ONE_SENTENCE)))
    assert openpyxl == xlsxwriter


# What a register says through its mapping.


def test_a_sentence_and_a_score_are_taken_apart_in_their_cells():
    """Impact first; what cannot be told apart for certain stays whole, with a question at its cell."""
    said = corrected(layout("one sentence"), *FOUR)
    one, two, three = returned(layout("one sentence"), said).risks
    assert (one.cause, one.event, one.effect) == ("worn chains", "moorings part", "lost boats")
    assert (one.impact, one.likelihood, two.impact, two.likelihood) == (4, 4, 4, 3)
    assert (one.source.place("cause").cell, one.source.place("likelihood").cell) == ("B5", "D5")
    assert (three.cause, three.effect) == ("two vacancies", "complaints")
    assert two.event == lines(ONE_SENTENCE)[5][1]
    found = told(adopted(layout("one sentence"), said).findings, adoption.NOT_APART.code, cells.UNREACHABLE.code)
    assert found == [(adoption.NOT_APART.code, "Register!B6"), (cells.UNREACHABLE.code, "Register!D8")] or found == [
        (cells.UNREACHABLE.code, "Register!D8"),
        (adoption.NOT_APART.code, "Register!B6"),
    ]


def test_the_order_of_two_ratings_is_the_mapping_s():
    """A person who knows that likelihood comes first turns them round."""
    turned = ('["impact", "likelihood"]', '["likelihood", "impact"]')
    said = corrected(layout("one sentence"), turned, ('"5" = ""', '"3" = 3'), *FOUR[:2])
    _, two, _ = returned(layout("one sentence"), said).risks
    assert (two.impact, two.likelihood) == (3, 4)


def test_a_word_that_is_not_in_the_table_is_an_error_at_its_cell():
    """As is one that nobody has said anything of; neither is ever guessed."""
    said = corrected(layout("ten"), ('"7" = ""', '"7" = 4'), ('"10" = ""', ""))
    found = told(adopted(layout("ten"), said).findings, adoption.UNANSWERED.code)
    assert found == [(adoption.UNANSWERED.code, f"Register!{cell}") for cell in ("F2", "E3", "F3", "E4", "F4")]
    risks = returned(layout("ten"), said).risks
    assert [risk.impact for risk in risks] == [4, None, None]
    assert dict(risks[1].unread)["impact"] == "10"


def test_a_score_is_mapped_level_by_level_and_theirs_is_carried_beside_it():
    """7 by 9 on a scale of ten is 4 by 5 here because a person said so, and both are kept."""
    steps = {"7": 4, "10": 5, "3": 2, "9": 5, "2": 1}
    said = corrected(layout("ten"), *((f'"{typed}" = ""', f'"{typed}" = {ours}') for typed, ours in steps.items()))
    found = adopted(layout("ten"), said)
    assert found.returned
    assert [(risk.impact, risk.likelihood) for risk in found.returned.risks] == [(4, 5), (5, 1), (2, 2)]
    other = dict(found.returned.risks[0].other)
    assert (other["Impact (1-10)"], other["Likelihood (1-10)"], other["Score"]) == ("7", "9", "63")
    assert told(found.findings, cells.TYPED_SCORE.code, cells.UNREACHABLE.code) == []


def test_a_score_of_theirs_is_held_against_ours_where_the_numbers_are_the_same():
    """4 times 3 is not 16 in any register."""
    drawing = "Risk | Owner | Impact | Likelihood | Score\nFog | Deputy | 4 | 3 | 16\nIce | Deputy | 4 | 4 | 16"
    found = adopted(written(drawing), corrected(written(drawing), *FOUR[:2]))
    assert told(found.findings, cells.TYPED_SCORE.code) == [(cells.TYPED_SCORE.code, "Register!E2")]


def test_rows_under_a_cell_that_is_merged_down_are_one_risk():
    """Their texts stand under each other, every cell is named, and each has its own action."""
    found = adopted(layout("causes"))
    assert found.returned
    one, two, three = found.returned.risks
    assert (one.cause, one.controls) == ("no crew\nno fuel\nno parts", "rota\na second tank")
    assert [(risk.impact, risk.likelihood) for risk in (one, two, three)] == [(4, 3), (5, 2), (3, 3)]
    (joined,) = [finding for finding in found.findings if finding.code == adoption.JOINED.code]
    assert set(re.findall(r"\b[A-J]\d\b", joined.message)) == {"D2", "D3", "D4", "E2", "E3"}
    doing = [(action.risk_ref, action.what, action.lead, action.source.row) for action in found.returned.actions]
    assert doing == [(one.ref, "Hire two deckhands", "Deputy", 2), (one.ref, "Buy fuel in bulk", "Bursar", 3)]
    assert ("Actions", "N/A") in one.other


def test_a_cell_that_is_merged_down_over_several_risks_is_read_in_each():
    """With a note that says so."""
    found = adopted(layout("causes"))
    assert found.returned
    assert [risk.owner for risk in found.returned.risks] == ["Harbour Master", "Deputy", "Deputy"]
    assert told(found.findings, adoption.SPREAD.code) == [(adoption.SPREAD.code, "Register!H5")]


def test_rows_that_are_not_merged_are_not_put_together():
    """A cause without a risk is held, not given to the risk above."""
    one = returned(written(CAUSES))
    assert [risk.cause for risk in one.risks] == ["no crew", "a worn valve", "a rough sea"]
    assert {held.source.row for held in one.held if not held.key} == {3, 4}
    assert one.found == len(one.risks) + len(one.actions) + one.rows_held + one.blank


def test_an_action_is_for_the_risk_that_their_ref_names():
    """An action for a risk that there is not is held."""
    one = returned(layout("words"))
    assert [(action.risk_ref, action.source.row) for action in one.actions] == [("NEW-1", 8), ("NEW-2", 9)]
    (held,) = [held for held in one.held if not held.key]
    assert (held.source.row, held.code) == (10, returns.NO_RISK.code)


def test_what_holds_for_every_row_stands_where_nothing_else_does():
    """With one note, and never over what somebody typed."""
    said = corrected(layout("words"), ('# category = "Workforce"', 'category = "Partnership"\nstatus = "Open"'))
    found = adopted(layout("words"), said)
    assert found.returned
    assert {risk.category for risk in found.returned.risks} == {"Partnership"}
    assert [risk.status for risk in found.returned.risks] == ["", "", "Open"]
    assert [finding.code for finding in found.findings].count(adoption.ALWAYS.code) == 1


def test_what_stands_under_a_table_is_named_until_somebody_passes_it_over():
    """A legend is no risk, but only a person knows."""
    data = layout("one sentence")
    assert (adoption.NOT_READ.code, "Register!11") in told(adopted(data).findings)
    said = corrected(data, ("pass_over = [4, 7]", "pass_over = [4, 7, 11]"))
    assert told(adopted(data, said).findings, adoption.NOT_READ.code) == []


def test_rows_that_are_only_numbered_are_blank_and_named():
    """Registers are often numbered further down than they are filled in."""
    found = adopted(layout("one sentence"))
    assert found.returned
    assert found.returned.blank == 1
    assert told(found.findings, adoption.ONLY_NUMBERED.code) == [(adoption.ONLY_NUMBERED.code, "Register!9")]


@pytest.mark.parametrize(
    ("change", "names"),
    [
        (('sheet = "Register"', 'sheet = "Registers"'), ["risks.sheet", "Registers", "Register"]),
        (('owner = "Officer"', 'owner = "Oficer"'), ["risks.columns.owner", "Oficer", "Officer"]),
        (('what = "Further action"', 'what = "Deed"'), ["risks.action.what", "Deed"]),
        (('"Score with controls" =', '"Scores" ='), ["risks.combined", "Scores"]),
    ],
)
def test_a_heading_that_is_not_there_is_one_sentence(change: tuple[str, str], names: list[str]):
    """With the file, the table and the key, and the nearest that there is."""
    data = layout("one sentence")
    with pytest.raises(SettingsError) as refusal:
        adopted(data, corrected(data, change))
    said = str(refusal.value)
    assert said.startswith("Harbour.riskbook.toml")
    assert [name for name in names if name not in said] == []


def test_a_heading_of_several_columns_is_named_by_its_letter():
    """Two columns called Owner are no riddle once a person has said which."""
    drawing = "Risk | Owner | Impact | Likelihood | Owner\nFog | Deputy | 4 | 3 | Bursar"
    said = corrected(written(drawing), ("[risks.columns]", '[risks.columns]\nowner = "column E"'))
    assert returned(written(drawing), said).risks[0].owner == "Bursar"
    with pytest.raises(SettingsError, match="column B"):
        adopted(written(drawing), corrected(written(drawing), ("[risks.columns]", '[risks.columns]\nowner = "Owner"')))


# Nothing is lost.


def everything(data: bytes) -> str:
    """All that comes of a workbook: what is merged, held, carried or named."""
    found = adopted(data)
    one = found.returned
    kept = [one.risks, one.actions, one.held] if one else []
    rated = [MATRIX.impact[r.impact - 1].word for r in one.risks if r.impact] if one else []
    rated += [MATRIX.likelihood[r.likelihood - 1].word for r in one.risks if r.likelihood] if one else []
    told_ = [f"{finding.message} {finding.value} {finding.place}" for finding in found.findings]
    return " ".join([repr(kept).replace("\\n", " "), *rated, *told_]).casefold()


CONNECTIVES = {
    *("there", "is", "a", "risk", "that", "caused", "by", "due", "to", "leading", "resulting", "in", "as", "result"),
    *("of", "which", "could", "lead"),
}
DATES = {"31", "03", "2027", "12", "2026", "30", "11", "1", "march", "may"}


@pytest.mark.parametrize("name", LAYOUTS)
def test_no_word_of_a_register_is_lost(name: str):
    """It is merged, held, carried, or named in a finding; connectives are what the columns are called."""
    drawn = lines(LAYOUTS[name][0])
    spans = [table.headings for _, table in proposed(layout(name)).mapping.tables]
    words: dict[bool, set[str]] = {True: set(), False: set()}
    for n, row in enumerate(drawn, 1):
        is_heading = any(top <= n <= last for top, last in spans)
        words[is_heading] |= {word.casefold() for cell in row for word in re.findall(r"\w+", cell)}
    assert words[False] - words[True] - set(re.findall(r"\w+", everything(layout(name)))) - CONNECTIVES - DATES == set()


HEADINGS = [
    "Ref",
    "Risk title",
    "Description",
    "Owner",
    "Impact",
    "Likelihood",
    "Comments",
    "Our own column",
    "Category",
]
CELLS = st.sampled_from(["", "", "w{n}", "3", "4 Major", "there is a risk that w{n} due to v{n}", "HIGH w{n}", "R{n}"])


@given(st.lists(st.lists(CELLS, min_size=9, max_size=9), min_size=1, max_size=8), st.integers(0, 2))
@settings(max_examples=effort.examples(6, 60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_no_cell_of_any_register_is_lost_and_every_row_is_counted(rows: list[list[str]], banners: int):
    """Whatever stands where: each text is somewhere in what comes out, and found is merged, held and blank."""
    numbered = [[cell.format(n=f"{r}x{c}") for c, cell in enumerate(row)] for r, row in enumerate(rows)]
    data = written("\n".join(["A banner"] * banners + [" | ".join(row) or "-" for row in [HEADINGS, *numbered]]))
    out = everything(data)
    named = set(re.findall(r"\d+x\d+", out))
    assert {number for row in numbered for cell in row for number in re.findall(r"\d+x\d+", cell)} - named == set()
    one = adopted(data).returned
    if one:
        assert one.found == len(one.risks) + len(one.actions) + one.rows_held + one.blank


# In a quarter.


def through(data: bytes, *changes: tuple[str, str], name: str = NAME) -> intake.Intake:
    """A workbook taken in as merge takes it."""
    return intake.take(data, name, first(), mapping=corrected(data, *changes))


def test_the_copy_that_goes_back_says_what_was_read_and_nothing_that_was_not():
    """A 7 of ten would be refused there, but a 3 of ten would pass for ours, so neither stands in its cell."""
    taken = through(layout("ten"), ('"7" = ""', '"7" = 4'))
    unit = first().directory.unit(UNIT)
    assert unit
    copy = form.corrected(first(), unit, taken)
    rows = {row.values["title"]: row for row in copy.risks}
    assert rows["The dredger lies idle"].values["impact"] == "4 Major"
    assert "impact" not in rows["A storm breaks the wall"].values
    assert (THEIR_REF, "1.3") in rows["A storm breaks the wall"].other
    marked = {(mark.place.sheet, mark.place.row, mark.key) for mark in copy.marks or ()}
    assert ("Risks", rows["A storm breaks the wall"].row, "impact") in marked


def test_an_action_in_a_risk_s_row_is_asked_for_on_the_actions_sheet():
    """Though both stood in one row."""
    taken = through(layout("one sentence"))
    unit = first().directory.unit(UNIT)
    assert unit
    marks = form.corrected(first(), unit, taken).marks or ()
    assert {mark.place.sheet for mark in marks if mark.key == "due"} == {"Actions"}
    assert {mark.place.sheet for mark in marks if mark.key == "impact"} == {"Risks"}


def test_two_registers_of_one_unit_do_not_overrule_each_other():
    """Nor does the unit's own form: each speaks for its own risks."""
    one, two = through(layout("ten")), through(layout("words"), name="Quay.xlsx")
    register, _ = merge.merge([one, two], first())
    assert len(register.open) == 6
    assert {received.state for received in register.returns if received.book} == {"Merged"}


def test_the_same_risks_are_found_again_next_quarter():
    """By their words for certain; by their ref alone a person is asked, and the row is held until then."""
    register, _ = merge.merge([through(layout("ten"))], first())
    refs = {entry.now.title: entry.ref for entry in register.entries}
    later = following(register, first())
    data = written(TEN.replace("Fuel is spilt", "Oil is spilt").replace("1.3 |", "2.7 |"))
    told_ = proposed(data, later).mapping
    assert told_.refs == {"1.1": refs["The dredger lies idle"], "1.2": "", "2.7": refs["A storm breaks the wall"]}
    one = returned(data, told_, later)
    assert [risk.ref for risk in one.risks] == [refs["The dredger lies idle"], refs["A storm breaks the wall"]]
    (held,) = [held for held in one.held if not held.key]
    assert (held.code, held.source.row) == (adoption.SAME_THEIR_REF.code, 3)
    for said, ref in ((refs["Fuel is spilt"], refs["Fuel is spilt"]), ("new", "NEW-1")):
        answered = corrected(data, ('"1.2" = ""', f'"1.2" = "{said}"'), context=later)
        assert returned(data, answered, later).risks[1].ref == ref


def test_what_their_table_does_not_ask_stands_as_it_was_but_for_the_rating():
    """What was filled in on the copy that went back is not lost when their own register comes again."""
    register, _ = merge.merge([through(layout("ten"))], first())
    entries = tuple(replace(e, now=replace(e.now, category="Partnership", impact=4)) for e in register.entries)
    later = following(replace(register, entries=entries), first())
    found = adopted(layout("ten"), context=later)
    assert found.returned
    assert {risk.category for risk in found.returned.risks} == {"Partnership"}
    assert {risk.impact for risk in found.returned.risks} == {None}
    assert adoption.CARRIED.code in [finding.code for finding in found.findings]


# At the command line.


def run(*words: object) -> Result:
    """A command, which never ends in a traceback."""
    result = CliRunner().invoke(main, [str(word) for word in words])
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


@pytest.fixture(scope="module")
def adopted_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a small book and a partner's register that was adopted into it; it is there to be copied."""
    folder = tmp_path_factory.mktemp("adopted")
    root, register = small_book(folder / "book"), folder / "Harbour register.xlsx"
    register.write_bytes(layout("one sentence"))
    assert run("adopt", register, "--unit", "PAR", "--book", root).exit_code == 1
    return folder


@pytest.fixture
def taken_up(adopted_once: Path, tmp_path: Path) -> tuple[Path, Path]:
    """That book and that register, for one test."""
    folder = Path(shutil.copytree(adopted_once, tmp_path / "adopted"))
    return folder / "book", folder / "Harbour register.xlsx"


@pytest.fixture
def place(tmp_path: Path) -> tuple[Path, Path]:
    """A small book without returns, and a partner's register beside it."""
    root = small_book(tmp_path / "book")
    register = tmp_path / "Harbour register.xlsx"
    register.write_bytes(layout("one sentence"))
    return root, register


def test_a_register_is_adopted_corrected_and_merged(place: tuple[Path, Path]):
    """Proposed, corrected in Notepad, adopted again, merged: its risks stand on the register with their cells."""
    root, register = place
    told_ = register.with_name("Harbour register.riskbook.toml")
    assert run("adopt", register, "--unit", "par", "--book", root).exit_code == 1
    inside = root / "2026-27-q2" / "returns" / told_.name
    assert inside.read_bytes() == told_.read_bytes()
    assert inside.with_name(register.name).read_bytes() == register.read_bytes()
    said = told_.read_text(encoding="utf-8")
    for old, new in FOUR:
        said = said.replace(old, new)
    told_.write_text(said.replace("\n", "\r\n"), encoding="utf-8-sig")
    again = run("adopt", register, "--book", root)
    assert "3 of 3 risks scored" in again.output
    assert inside.read_bytes() == told_.read_bytes()
    assert told_.read_text(encoding="utf-8-sig").count('"4" = 4') == 2
    run("merge", "--book", root)
    entries = {entry.now.event: entry for entry in find(root).kept().entries}  # type: ignore[union-attr]
    one = entries["moorings part"]
    assert one.ref.startswith("PAR-")
    assert (one.now.impact, one.now.likelihood) == (4, 4)
    assert str(one.now.source.place("impact")).startswith("Harbour register.xlsx › Register!")
    received = next(one for one in find(root).kept().returns if one.unit == "PAR")  # type: ignore[union-attr]
    assert received.found == received.merged + received.held + received.blank == 6


def test_a_mapping_is_never_written_over_unless_it_is_asked_for(taken_up: tuple[Path, Path]):
    """And then what stood there is kept."""
    root, register = taken_up
    told_ = register.with_name("Harbour register.riskbook.toml")
    changed = told_.read_bytes() + b"# mine\n"
    told_.write_bytes(changed)
    run("adopt", register, "--book", root)
    assert told_.read_bytes() == changed
    run("adopt", register, "--unit", "PAR", "--book", root, "--again")
    assert told_.read_bytes() != changed
    assert changed in [path.read_bytes() for path in (root / "2026-27-q2" / "kept").iterdir()]


def test_the_mapping_among_the_returns_may_be_corrected_as_well(taken_up: tuple[Path, Path]):
    """Whichever was changed counts; where both were, a person says which."""
    root, register = taken_up
    outside = register.with_name("Harbour register.riskbook.toml")
    inside = root / "2026-27-q2" / "returns" / outside.name
    inside.write_bytes(inside.read_bytes() + b"# inside\n")
    run("adopt", register, "--book", root)
    assert outside.read_bytes() == inside.read_bytes()
    assert inside.read_bytes().endswith(b"# inside\n")
    inside.write_bytes(inside.read_bytes() + b"# one\n")
    outside.write_bytes(outside.read_bytes() + b"# other\n")
    assert run("adopt", register, "--book", root).exit_code == 2


@pytest.mark.parametrize(
    "words",
    [("adopt", "{register}"), ("adopt", "{register}", "--unit", "XYZ"), ("adopt", "{missing}"), ("adopt", "{form}")],
)
def test_what_cannot_be_adopted_is_one_sentence(place: tuple[Path, Path], words: tuple[str, ...], tmp_path: Path):
    """No unit, an unknown one, no file, a form of ours: exit status 2, and nothing is written."""
    root, register = place
    form_ = tmp_path / "form.xlsx"
    form_.write_bytes(workbook())
    names = {"register": register, "missing": register.with_name("no.xlsx"), "form": form_}
    (root / LOCK).touch()
    before = sorted(root.rglob("*"))
    said = run(*(word.format(**names) for word in words), "--book", root)
    assert said.exit_code == 2
    assert said.stderr.startswith("riskbook: ")
    assert said.stderr.count("\n") == 1
    assert sorted(root.rglob("*")) == before


def test_a_typing_slip_in_a_mapping_stops_adopt_check_and_merge_with_a_sentence(taken_up: tuple[Path, Path]):
    """It names the file, the table and the key; exit status 2; nothing is written."""
    root, register = taken_up
    told_ = register.with_name("Harbour register.riskbook.toml")
    inside = root / "2026-27-q2" / "returns" / told_.name
    inside.write_text(inside.read_text(encoding="utf-8").replace("owner =", "owener ="), encoding="utf-8")
    before = {path: path.read_bytes() for path in root.rglob("*.xlsx")}
    workbook = inside.with_name(register.name)
    for words in (("adopt", workbook), ("check", workbook), ("merge",)):
        said = run(*words, "--book", root)
        assert said.exit_code == 2, words
        assert "risks.columns: “owener”" in said.stderr
    assert before.keys() == set(root.rglob("*.xlsx")) - set((root / "2026-27-q2" / "kept").iterdir()) | before.keys()
    assert all(path.read_bytes() == data for path, data in before.items())


def test_a_mapping_is_no_return_and_one_without_its_workbook_is_named(taken_up: tuple[Path, Path]):
    """Somebody may have moved or renamed the workbook by itself."""
    root, register = taken_up
    inside = root / "2026-27-q2" / "returns" / register.name
    assert "riskbook.toml  " not in run("check", inside.parent, "--book", root).output
    inside.rename(inside.with_name("renamed.xlsx"))
    assert adoption.NO_WORKBOOK.code in run("check", inside.parent, "--book", root).output


def test_adopting_again_changes_no_file(taken_up: tuple[Path, Path]):
    """Running a command again changes nothing that has not changed."""
    root, register = taken_up
    before = {path: path.read_bytes() for path in root.parent.rglob("*") if path.is_file()}
    run("adopt", register, "--book", root)
    assert {path: path.read_bytes() for path in root.parent.rglob("*") if path.is_file()} == before
