"""Forms: every column is declared once, and whatever follows from it holds together."""

from dataclasses import fields

import pytest

from riskbook import settings
from riskbook.directory import Person, Unit
from riskbook.findings import Severity
from riskbook.forms import (
    ACTIONS,
    DECISIONS,
    FIXES,
    FORM,
    LABELS,
    MARKS,
    PEOPLE,
    RISKS,
    UNITS,
    Asked,
    Column,
    asked_words,
    by_key,
    typed_keys,
)
from riskbook.kinds import Choice, Day, Flag, Step, Unfit
from riskbook.model import Action, Decision, Risk
from riskbook.text import words_only

AGREED = settings.load(settings.framework(settings.DEFAULT))
TABLES = {
    "Risks": RISKS,
    "Actions": ACTIONS,
    "Decisions": DECISIONS,
    "Units": UNITS,
    "People": PEOPLE,
    "Please correct": FIXES,
}
EVERY = pytest.mark.parametrize("columns", TABLES.values(), ids=TABLES)
FORMS = pytest.mark.parametrize("columns", [RISKS, ACTIONS], ids=["Risks", "Actions"])
COMPUTED = {"score", "rating", "previous", "movement", "last_said", "ready", "fix"}
"""Columns that riskbook writes on the form and never reads."""


def names(value: type) -> set[str]:
    return {field.name for field in fields(value)}


@EVERY
def test_every_key_and_heading_stands_once(columns: tuple[Column, ...]):
    """In its table; headings as they are compared."""
    assert len({column.key for column in columns}) == len(columns)
    assert len({words_only(column.header) for column in columns}) == len(columns)


@EVERY
def test_no_name_answers_to_two_columns(columns: tuple[Column, ...]):
    """Headings and aliases, as they are compared, name one column of a table each, once."""
    answers: dict[str, set[str]] = {}
    for column in columns:
        for name in (column.header, *column.aliases):
            answers.setdefault(words_only(name), set()).add(column.key)
    assert {name: keys for name, keys in answers.items() if len(keys) > 1 or not name} == {}


def test_a_risk_has_a_field_for_every_column_that_is_asked():
    """And no other but where it stood and what could not be placed; impact and likelihood in one cell are split."""
    asked = {column.key for column in RISKS} - COMPUTED - {"rated"}
    assert asked == names(Risk) - {"source", "unread", "other"}


def test_an_action_has_a_field_for_every_column_that_is_asked():
    """And how often it slipped, which the register counts."""
    asked = {column.key for column in ACTIONS} - COMPUTED
    assert asked == names(Action) - {"source", "unread", "other", "slips"}


def test_decisions_units_and_people_have_a_field_for_every_column():
    """A decision knows besides in which round it was made, on what content, and where it was written down."""
    known = {"round", "codes", "rank", "content", "book", "sha256", "sheet", "row", "rated_at"}
    assert set(by_key(DECISIONS)) == names(Decision) - known
    assert set(by_key(UNITS)) == names(Unit)
    assert set(by_key(PEOPLE)) == names(Person)


@FORMS
def test_every_column_that_is_typed_has_help_and_an_example(columns: tuple[Column, ...]):
    """A prompt is a sentence or a question."""
    for column in columns:
        if column.key in typed_keys(columns):
            assert column.example, column.key
            assert column.help.endswith((".", "?")), column.key


@EVERY
def test_every_example_is_what_it_shows_how_to_type(columns: tuple[Column, ...]):
    """It is read without a refusal or a query, in every shipped framework that has its steps and categories."""
    for column in columns:
        if column.example:
            notes = column.kind.read(column.example, AGREED).notes
            assert [rule.code for rule, _ in notes if rule.severity is not Severity.NOTE] == [], column.key


def test_a_prompt_fits_in_excel():
    """Its title holds 32 characters, its message 255, with what may be typed after the help."""
    for name in settings.frameworks():
        loaded = settings.load(settings.framework(name))
        for column in (column for columns in TABLES.values() for column in columns):
            assert len(column.header) <= 32, column.key
            message = column.help if isinstance(column.kind, Choice) else f"{column.help} {column.kind.allowed(loaded)}"
            assert len(message) <= 255, (name, column.key)


@EVERY
def test_a_list_fits_in_excel(columns: tuple[Column, ...]):
    """Lists are kept under a defined name, one each; a list in the cell's own rule holds 255 characters."""
    kept: dict[str, set[object]] = {}
    for column in columns:
        restraint = column.kind.restraint(AGREED)
        if restraint and restraint["validate"] == "list":
            assert str(restraint["source"]).startswith("=rb_"), column.key
            kept.setdefault(str(restraint["source"]), set()).add(column.kind.allowed(AGREED))
    assert {source: lists for source, lists in kept.items() if len(lists) > 1} == {}


@FORMS
def test_what_is_typed_is_on_the_form_and_not_riskbooks(columns: tuple[Column, ...]):
    """In the order of the columns."""
    keys = typed_keys(columns)
    assert keys == tuple(c.key for c in columns if c.key in keys)
    assert {c.key for c in columns} - set(keys) == {c.key for c in columns if c.asked is Asked.OURS or not c.on_form}


def test_the_typed_columns_of_an_action():
    """In their order."""
    assert typed_keys(ACTIONS) == ("risk_ref", "what", "lead", "due", "status", "done", "progress", "answer")


@FORMS
def test_columns_of_a_group_stand_together(columns: tuple[Column, ...]):
    """On the form, so that a group is read in one go."""
    groups = [column.group for column in columns if column.on_form]
    assert len(list(dict.fromkeys(groups))) == sum(a != b for a, b in zip(groups, [None, *groups], strict=False))


def test_impact_comes_before_likelihood():
    """Everywhere: a swapped pair gives the same product and another cell."""
    for columns in (RISKS, DECISIONS):
        keys = [column.key for column in columns]
        for key in keys:
            if key.endswith("impact"):
                assert keys[keys.index(key) + 1] == key.replace("impact", "likelihood")


def test_a_target_is_asked_in_full_from_the_line_up():
    """The words over a heading name the bands of the framework."""
    risks = by_key(RISKS)
    assert asked_words(risks["target_date"], AGREED) == "Amber and Red"
    assert asked_words(risks["title"], AGREED) == "always"
    fenland = settings.load(settings.framework("fenland-2020"))
    assert asked_words(risks["cause"], fenland) == "Yellow and Red"


def test_required_columns_are_those_of_the_design():
    """forms.md, R: a green, reviewed, unchanged risk needs no more than these."""
    asked = [column.key for column in RISKS if column.asked is Asked.ALWAYS]
    assert asked == [
        *("title", "event", "category", "owner", "raised", "controls"),
        *("impact", "likelihood", "response", "reviewed", "status"),
    ]


@EVERY
def test_every_column_came_with_a_form_that_there_is(columns: tuple[Column, ...]):
    """Since 1 up to the one that is issued now."""
    assert {column.since for column in columns} <= set(range(1, FORM + 1))


def test_start_has_a_label_for_every_mark_that_people_see():
    """The scope is kept out of sight; no label stands for two facts."""
    assert set(MARKS) - set(LABELS) == {"scope"}
    assert len({words_only(label) for label in LABELS.values()}) == len(LABELS)
    assert len(set(MARKS.values())) == len(MARKS)


@EVERY
def test_what_is_no_word_is_refused_where_words_do_not_fit(columns: tuple[Column, ...]):
    """A column of steps, days, choices or flags takes no prose."""
    for column in columns:
        if isinstance(column.kind, Step | Day | Choice | Flag):
            with pytest.raises(Unfit):
                column.kind.read("as agreed with the board", AGREED)
