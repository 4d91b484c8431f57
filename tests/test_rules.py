"""Rules: each is declared once, explains itself, and finds its bad example and not its good one."""

import re
from types import ModuleType

import pytest

from riskbook import check, forms, rules
from riskbook.findings import Rule, Severity
from riskbook.rules import (
    actions,
    adoption,
    books,
    cells,
    decisions,
    escalation,
    history,
    leaving,
    privacy,
    proposals,
    registers,
    returns,
    risks,
    systems,
)
from tests import examples

FAMILIES = {
    "B": books,
    "M": adoption,
    "C": cells,
    "R": risks,
    "A": actions,
    "T": returns,
    "G": registers,
    "H": history,
    "K": decisions,
    "N": proposals,
    "ED": escalation,
    "P": privacy,
    "L": leaving,
    "S": systems,
}
CHECKED = [rule for family in (risks, actions, returns) for rule in family.RULES if rule.check]
LIVE = [rule for rule in rules.ALL if rule.excel]
EXPANDED = {"rank", "target_rank", "inherent_rank", "number", "previous_rank"}
NAMES = {
    "rb_as_at",
    "rb_from",
    "rb_due",
    "rb_reviewed_all",
    "rb_top",
    "rb_bottom",
    "rb_full",
    "rb_tolerance",
    "rb_posts",
    "rb_groups",
    "rb_refs",
    "rb_action_for",
    "rb_action_state_is",
}


def code(rule: Rule) -> str:
    return rule.code


@pytest.mark.parametrize("family", FAMILIES.values(), ids=list(FAMILIES))
def test_no_rule_is_left_out_of_its_family(family: ModuleType):
    """Every rule that a module declares stands in its RULES."""
    declared = {value.code for value in vars(family).values() if isinstance(value, Rule)}
    assert declared == {rule.code for rule in family.RULES}


@pytest.mark.parametrize(("letters", "family"), FAMILIES.items())
def test_codes_are_of_their_family(letters: str, family: ModuleType):
    """A code is a letter of its family and three digits."""
    assert [rule.code for rule in family.RULES if not re.fullmatch(rf"[{letters}]\d{{3}}", rule.code)] == []


def test_codes_are_given_once():
    """No two rules share a code."""
    assert len({rule.code for rule in rules.ALL}) == len(rules.ALL)


def test_a_rule_is_found_by_its_code():
    """And one that is not there is not."""
    assert rules.find("R201") is risks.target_above_now
    assert rules.find("R999") is None


@pytest.mark.parametrize("rule", rules.ALL, ids=code)
def test_every_rule_explains_itself(rule: Rule):
    """It says what is there, what to do unless there is nothing to do, and why; in whole sentences, without blame."""
    for text in (rule.message, rule.hint, rule.why):
        assert not text or text[-1] in ".?}"
        assert not re.search(r"\b(invalid|please|ensure)\b", text, re.IGNORECASE)
    assert rule.hint or rule.severity is Severity.NOTE
    assert rule.message
    assert rule.why
    assert rule.bad
    assert rule.good


@pytest.mark.parametrize("rule", CHECKED, ids=code)
def test_every_check_finds_its_bad_example(rule: Rule):
    """Once, at the cell of the first column that it reads."""
    returned, context = examples.case(rule, rule.bad)
    (found,) = [finding for finding in check.unit_return(returned, context)[0] if finding.code == rule.code]
    columns = forms.by_key(forms.ACTIONS if rule in actions.RULES else forms.RISKS)
    if rule.reads[0] in columns:
        assert found.field == columns[rule.reads[0]].header


@pytest.mark.parametrize("rule", CHECKED, ids=code)
def test_no_check_finds_its_good_example(rule: Rule):
    """What the documentation calls good passes."""
    returned, context = examples.case(rule, rule.good)
    assert rule.code not in [finding.code for finding in check.unit_return(returned, context)[0]]


@pytest.mark.parametrize("rule", [*risks.RULES, *actions.RULES], ids=code)
def test_every_rule_reads_columns_that_there_are(rule: Rule):
    """They say where a finding is pinned, which forms are asked, and for how long an answer holds."""
    columns = forms.by_key(forms.ACTIONS if rule in actions.RULES else forms.RISKS)
    assert rule.reads
    assert set(rule.reads) <= columns.keys()


@pytest.mark.parametrize("rule", LIVE, ids=code)
def test_live_formulas_know_what_they_name(rule: Rule):
    """Columns of the form, and names that it defines; no braces left over, because array constants are not allowed."""
    columns = forms.by_key(forms.ACTIONS if rule in actions.RULES else forms.RISKS)
    on_form = {key for key, column in columns.items() if column.on_form}
    assert set(re.findall(r"\{(\w*)\}", rule.excel)) <= on_form | EXPANDED
    assert "{" not in re.sub(r"\{\w+\}", "", rule.excel)
    assert set(re.findall(r"\brb_\w+", rule.excel)) <= NAMES
    assert len(rule.excel) < 200


def test_row_check_words_are_few():
    """Row check has 2,000 characters for everything that it may say."""
    said = [rule for rule in risks.RULES if rule.look or rule.needed]
    assert sum(len(rule.excel) + len(rule.look + rule.needed) for rule in said) < 1_100
    assert all(rule.excel for rule in rules.ALL if rule.look or rule.needed)


def test_needed_words_belong_to_errors_and_look_words_to_queries():
    """A query may be answered and falls silent; what is needed does not."""
    assert {rule.severity for rule in rules.ALL if rule.needed} == {Severity.ERROR}
    assert [rule.code for rule in rules.ALL if rule.look and rule.severity is Severity.ERROR] == ["R201"]
