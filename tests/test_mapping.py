"""Mapping: the file in which a person says how a register is read; what it says, and every mistake in a sentence."""

import tomllib
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskbook.adopt import mapping
from riskbook.adopt.mapping import Mapping, Table
from riskbook.settings import frameworks
from riskbook.toml import SettingsError
from tests.elsewhere import LAYOUTS, UNIT, first, layout, proposed, scheme, text

FILE = "Harbour.riskbook.toml"
SOUND = """
unit = "par"
round = "2026-27 Q2"
filled_by = "Harbour Master"
filled_on = 2026-10-02

[[risks]]
sheet = "Register"
headings = [4, 6]
rows = [7, 20]
across = ["A", "H"]
pass_over = [12, 9]

[risks.columns]
title = "Risk"
impact = "column F"
[risks.action]
what = "To do"
[risks.combined]
"Story" = ["cause", "event", "effect"]
[risks.levels.impact]
"High" = 5
"Mid" = "4 Major"
"Low" = ""
[risks.choices.status]
"Live" = "open"
[risks.always]
response = "Treat"
reviewed = 2026-09-30
escalate = true

[[actions]]
sheet = "Plan"
headings = [1]
rows = [2, 9]
columns = { what = "Deed" }

[refs]
R7 = "par-003"
R8 = "New"
R9 = ""
"""


def loaded(toml: str) -> Mapping:
    return mapping.load(toml, FILE, first())


def refused(toml: str) -> str:
    with pytest.raises(SettingsError) as refusal:
        loaded(toml)
    return str(refusal.value)


def test_a_mapping_says_what_stands_in_it():
    """Codes, words and refs in any case; a step by number or by name; a day as a day."""
    told = loaded(SOUND)
    assert (told.file, told.unit, str(told.round), told.filled_by) == (FILE, UNIT, "2026-27 Q2", "Harbour Master")
    assert told.filled_on == date(2026, 10, 2)
    (risks,) = told.risks
    assert (risks.sheet, risks.headings, risks.rows, risks.across) == ("Register", (4, 6), (7, 20), (1, 8))
    assert risks.pass_over == (9, 12)
    assert risks.columns == {"title": "Risk", "impact": "column F"}
    assert (risks.action, risks.combined) == ({"what": "To do"}, {"Story": ("cause", "event", "effect")})
    assert risks.levels == {"impact": {"High": 5, "Mid": 4, "Low": None}}
    assert risks.choices == {"status": {"Live": "Open"}}
    assert risks.always == {"response": "Treat", "reviewed": date(2026, 9, 30), "escalate": True}
    assert told.actions[0].columns == {"what": "Deed"}
    assert told.refs == {"R7": "PAR-003", "R8": mapping.NEW, "R9": ""}
    assert told.unanswered == 1


@pytest.mark.parametrize(
    ("was", "now", "names"),
    [
        ('unit = "par"', 'unit = "XXX"', ["XXX"]),
        ('unit = "par"', "", ["unit"]),
        ('unit = "par"', "unit = par", []),
        ("2026-27 Q2", "2026-27 Q1", ["2026-27 Q1"]),
        ("2026-27 Q2", "the autumn", ["round"]),
        ("filled_on = 2026-10-02", 'filled_on = "soon"', ["filled_on", "soon"]),
        ('filled_by = "Harbour Master"', "filled_bye = 1", ["filled_bye"]),
        ("[[risks]]", "[risks]", ["risks"]),
        ('sheet = "Register"', "", ["risks", "sheet"]),
        ('sheet = "Register"', "sheet = 4", ["risks.sheet"]),
        ("headings = [4, 6]", "headings = 4", ["risks.headings"]),
        ("headings = [4, 6]", "headings = [4, 9]", ["risks.headings"]),
        ("headings = [4, 6]", "headings = []", ["risks.headings"]),
        ("rows = [7, 20]", "rows = [7]", ["risks.rows"]),
        ("rows = [7, 20]", "rows = [0, 20]", ["risks.rows"]),
        ('across = ["A", "H"]', 'across = ["A"]', ["risks.across"]),
        ('across = ["A", "H"]', 'across = ["A", "8"]', ["risks.across"]),
        ("pass_over", "pass_ower", ["risks.pass_ower"]),
        ("title =", "titel =", ["risks.columns", "titel", "title"]),
        ('title = "Risk"', "title = 2", ["risks.columns.title"]),
        ('what = "To do"', 'wat = "To do"', ["risks.action", "wat", "what"]),
        ('["cause", "event", "effect"]', '["cause", "event"]', ["risks.combined", "Story"]),
        ('["cause", "event", "effect"]', '["impact", "target_likelihood"]', ["risks.combined", "Story"]),
        ('["cause", "event", "effect"]', '["impact", "likelihood"]', ["risks", "impact"]),
        ("levels.impact", "levels.impakt", ["risks.levels", "impakt", "impact"]),
        ('"High" = 5', '"High" = 6', ["risks.levels.impact", "High", "6"]),
        ('"High" = 5', '"High" = 4.5', ["risks.levels.impact", "High"]),
        ('"High" = 5', '"High" = true', ["risks.levels.impact", "High"]),
        ('"High" = 5', '"High" = "Huge"', ["risks.levels.impact", "High", "Huge"]),
        ('"High" = 5', '"High" = 5\n"HIGH " = 4', ["risks.levels.impact", "HIGH"]),
        ("choices.status", "choices.owner", ["risks.choices", "owner"]),
        ('"Live" = "open"', '"Live" = "opened"', ["risks.choices.status", "Live", "opened"]),
        ('response = "Treat"', 'response = "Cure"', ["risks.always.response", "Cure"]),
        ('response = "Treat"', "impact = 4", ["risks.always", "impact"]),
        ('response = "Treat"', 'response = ""', ["risks.always.response"]),
        ("reviewed = 2026-09-30", 'reviewed = "September"', ["risks.always.reviewed", "September"]),
        ('columns = { what = "Deed" }', 'columns = { wot = "Deed" }', ["actions.columns", "wot", "what"]),
        ('columns = { what = "Deed" }', 'levels = { impact = { "4" = 4 } }', ["actions.levels", "impact"]),
        ('columns = { what = "Deed" }', 'combined = { "A" = ["ref", "title"] }', ["actions.combined"]),
        ('R9 = ""', "R9 = 9", ["refs"]),
    ],
)
def test_a_mistake_is_one_sentence_with_the_file_the_table_and_the_key(was: str, now: str, names: list[str]):
    """Whoever wrote it finds it again."""
    assert was in SOUND
    said = refused(SOUND.replace(was, now, 1))
    assert said.startswith(FILE)
    assert said.endswith(".")
    assert [name for name in names if name not in said] == []


def test_of_several_tables_a_mistake_says_which():
    """Counted from the top."""
    second = '\n[[risks]]\nsheet = "Two"\nheadings = [1]\nrows = [2, 3]\ncolumns = { titel = "Risk" }\n'
    assert "risks 2.columns" in refused(SOUND + second)


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_proposed_mapping_loads_back_equal(name: str):
    """What a person opens in Notepad is what riskbook means."""
    made = proposed(layout(name))
    assert loaded(text(layout(name))) == made.mapping


@pytest.mark.parametrize("name", LAYOUTS)
@pytest.mark.parametrize("framework", frameworks())
def test_a_mapping_can_be_proposed_for_every_matrix(name: str, framework: str):
    """Whatever its steps are called, and however many there are."""
    context = scheme(framework)
    made = proposed(layout(name), context)
    assert mapping.load(text(layout(name), context), FILE, context) == made.mapping


@pytest.mark.parametrize("name", LAYOUTS)
def test_proposing_twice_gives_the_same_bytes(name: str):
    """Same workbook, same mapping."""
    assert text(layout(name)) == text(layout(name))


def test_comments_say_where_each_word_stands_and_what_is_open():
    """A person need not look for the cells."""
    told = text(layout("ten")).splitlines()
    (line,) = [line for line in told if line.startswith('"7" = ""')]
    assert "E2" in line
    assert any("column E" in line for line in told if line.startswith("impact = "))


WORDS = st.text(min_size=1, max_size=12).filter(lambda text: text == " ".join(text.split()) and text.isprintable())
COLUMNS = st.dictionaries(st.sampled_from(["title", "event", "owner", "controls"]), WORDS)


def once(words: dict[str, int | None]) -> bool:
    return len({word.casefold() for word in words}) == len(words) and all(word.isascii() for word in words)


@given(
    COLUMNS,
    st.dictionaries(WORDS, st.none() | st.integers(1, 5), max_size=4).filter(once),
    st.dictionaries(WORDS, st.sampled_from(["", mapping.NEW, "PAR-003"]), max_size=4),
    st.lists(st.integers(1, 99), unique=True, max_size=4).map(sorted),
    st.lists(st.text(), max_size=3),
)
def test_what_is_written_is_read_back(
    columns: dict[str, str],
    levels: dict[str, int | None],
    refs: dict[str, str],
    passed: list[int],
    remarks: list[str],
):
    """Whatever their headings and words are, and whatever is remarked on them."""
    path = ("risks", 0, "columns")
    table = Table("Regi\"ster'", (3, 4), (5, 9), None, tuple(passed), columns, levels={"impact": levels})
    table = table if levels else Table("Regi\"ster'", (3, 4), (5, 9), None, tuple(passed), columns)
    told = Mapping(FILE, UNIT, first().round, risks=(table,), refs=refs)
    written = mapping.write(told, {path: remarks, (*path, "title"): remarks}, "Harbour.xlsx")
    assert loaded(written) == told
    assert tomllib.loads(written)["unit"] == UNIT
