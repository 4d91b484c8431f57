"""Exports: what P+ and the corporate register are given, what has changed since, and that nobody is told it twice."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from riskbook import excel, exports, quarterly, store
from riskbook.compare import CHANGED, CLOSED, NEW
from riskbook.exports import CORPORATE, FOLLOWS, KEYS, PPLUS, SYSTEMS, Export, System
from riskbook.forms import RISKS, by_key
from riskbook.model import Action, Decision, Exported, Source
from riskbook.read import read
from riskbook.report import exported
from riskbook.report import register as register_report
from riskbook.report.blocks import Ref
from riskbook.rules.escalation import CORPORATE_BODY, put_up
from riskbook.settings import Layout, Layouts, framework, load
from riskbook.toml import SettingsError
from tests import effort, registers
from tests.registers import Drawn, agreed, drawn

Q2 = """
    DIR-01 4x4 was 4x3 "Placements cost more than planned" owner=AD
    DIR-02 3x3 was 3x3 "Inspection finds gaps" target=2x2 target_date=2027-03-31
    FRD-001 4x4 was 4x4 "Calls are dropped" parent=DIR-01
"""
Q3 = """
    DIR-01 4x4 was 4x4, 4x3 "Placements cost more than planned" owner=Director
    DIR-02 3x3 was 3x3, 3x3 closed "Inspection finds gaps" close_reason=Mitigated
    DIR-03 2x2 "Falling rolls"
"""


def decision(ref: str, word: str, body: str = "DLT", day: int = 13, **more: str) -> Decision:
    return Decision(
        ref,
        decision=word,
        body=body,
        decided_by="The Director",
        decided_on=date(2026, 10, day),
        round="2026-27 Q2",
        minute="4.2",
        **more,
    )


UP = decision("DIR-01", "Escalate")
ACCEPTED = decision("DIR-01", "Accept", CORPORATE_BODY, 20, corporate_ref="CR04")


def given_by(one: Drawn, system: System = PPLUS, known: tuple[Exported, ...] = ()) -> Export:
    """What a system is given of a register that remembers earlier exports."""
    return exports.export(system, replace(one.register, exports=known), one.context)


def told(one: Export, of: Drawn, is_open: bool = False) -> list[tuple[str, str, str, str, str]]:
    return [(d.what, d.ref, d.field, d.was, d.now) for d in one.changes(of.register, is_open)]


def test_a_first_export_tells_everything_as_new() -> None:
    """Of the directorate's own risks, the worst first; what is remembered are their values."""
    quarter = drawn(Q2)
    one = given_by(quarter)
    assert [entry.ref for entry in one.entries] == ["DIR-01", "DIR-02"]
    assert [line[:2] for line in told(one, quarter)] == [(NEW, "DIR-01"), (NEW, "DIR-02")]
    assert (one.is_told, one.edition, one.since) == (True, 1, "")
    remembered = {(line.ref, line.field): line.now for line in one.remembered}
    assert remembered["DIR-01", "score"] == "16"
    assert remembered["DIR-02", "target_date"] == "31 March 2027"
    assert {line.number for line in one.remembered} == {1}


def test_exporting_again_tells_the_same_changes_and_remembers_nothing_more() -> None:
    """Nobody may have entered them yet."""
    quarter = drawn(Q2)
    one = given_by(quarter)
    again = given_by(quarter, known=one.remembered)
    assert (again.is_told, again.remembered, again.edition) == (False, one.remembered, 1)
    assert again.changes(quarter.register) == one.changes(quarter.register)


def test_the_next_round_tells_what_is_new_changed_and_closed_since() -> None:
    """Field by field, under the headings of P+; what follows from the round before is no change."""
    later = drawn(Q3, round_="2026-27 Q3")
    one = given_by(later, known=given_by(drawn(Q2)).remembered)
    assert told(one, later) == [
        (CHANGED, "DIR-01", "Risk owner", "AD", "Director"),
        (CLOSED, "DIR-02", "", "Inspection finds gaps", "Closed: Mitigated."),
        (NEW, "DIR-03", "", "", "Falling rolls"),
    ]
    assert (one.since, one.edition) == ("2026-27 Q2", 1)
    assert {line.number for line in one.remembered} == {1, 2}


def test_a_round_in_which_nothing_changed_has_an_empty_list() -> None:
    """What was told last quarter is not told again for the new one."""
    known = given_by(drawn(Q2)).remembered
    later = drawn(Q2.replace("4x4 was 4x3", "4x4 was 4x4, 4x3"), round_="2026-27 Q3")
    one = given_by(later, known=known)
    assert (one.is_told, told(one, later), one.since) == (False, [], "2026-27 Q2")


def test_a_further_export_of_a_round_is_one_of_its_own() -> None:
    """After decisions: it tells what has changed since the first, whose list stays what it was."""
    before, after = drawn(Q2), drawn(Q2.replace("owner=AD", "owner=Director"))
    first = given_by(before)
    second = given_by(after, known=first.remembered)
    assert (second.edition, told(second, after)) == (2, [(CHANGED, "DIR-01", "Risk owner", "AD", "Director")])
    third = given_by(before, known=second.remembered)
    assert (third.edition, told(third, before)) == (3, [(CHANGED, "DIR-01", "Risk owner", "Director", "AD")])
    assert told(given_by(before, known=third.remembered), before) == told(third, before)


def test_what_the_round_before_was_exported_late_is_known() -> None:
    """Though this round's register was merged before that."""
    late = drawn(Q2).register
    known = exports.export(PPLUS, late, drawn(Q2).context).remembered
    later = drawn(Q3, round_="2026-27 Q3")
    context = replace(later.context, before=replace(late, exports=known))
    one = exports.export(PPLUS, later.register, context)
    assert {d.what for d in one.changes(later.register)} == {NEW, CHANGED, CLOSED}
    assert set(known) < set(one.remembered)


def test_each_system_has_a_memory_of_its_own() -> None:
    """What P+ was given, the corporate register was not."""
    quarter = drawn(Q2, decisions=(UP,))
    one = given_by(quarter, CORPORATE, given_by(quarter).remembered)
    assert [line[:2] for line in told(one, quarter)] == [(NEW, "DIR-01")]
    assert {(line.system, line.number) for line in one.remembered} == {("pplus", 1), ("corporate", 1)}


@pytest.mark.parametrize(
    ("decisions", "held"),
    [
        ((), False),
        ((UP,), True),
        ((UP, ACCEPTED), True),
        ((ACCEPTED,), True),
        ((UP, decision("DIR-01", "Return", CORPORATE_BODY, 20)), False),
        ((UP, ACCEPTED, decision("DIR-01", "De-escalate", CORPORATE_BODY, 27)), False),
        ((UP, decision("DIR-01", "Hold", day=20)), False),
        ((UP, decision("DIR-01", "Hold", CORPORATE_BODY, 20)), True),
        ((UP, decision("DIR-01", "Agree rating", day=20)), True),
        ((UP, decision("DIR-01", "Return", CORPORATE_BODY, 20), decision("DIR-01", "Escalate", day=27)), True),
        ((decision("DIR-01", "Manage at this level"),), False),
        ((decision("FRD-001", "Escalate", into="DIR-01"),), False),
    ],
)
def test_the_corporate_register_holds_what_was_accepted_or_awaits_an_answer(
    decisions: tuple[Decision, ...], held: bool
) -> None:
    """DLT puts a risk up, the group accepts or returns it; what the group asks in between ends nothing."""
    quarter = drawn(Q2, decisions=decisions)
    assert [entry.ref for entry in given_by(quarter, CORPORATE).entries] == ["DIR-01"] * held


def test_what_is_accepted_is_not_put_up_any_more() -> None:
    """One of the two says where it stands."""
    before, after = drawn(Q2, decisions=(UP,)), drawn(Q2, decisions=(UP, ACCEPTED))
    assert put_up(before["DIR-01"], before.register) == UP
    assert put_up(after["DIR-01"], after.register) is None


def test_a_decision_says_who_when_and_where_it_is_minuted() -> None:
    """DLT's, and under it the group's, whose ref the risk has there."""
    quarter = drawn(Q2, decisions=(UP, ACCEPTED))
    one = given_by(quarter, CORPORATE)
    values = one.values(quarter["DIR-01"], quarter.register, quarter.context)
    assert values["Corporate ref"] == "CR04"
    assert values["Decision"] == (
        "Escalate, The Director, DLT, 13 October 2026, minute 4.2.\n"
        "Accept, The Director, Corporate Risk Group, 20 October 2026, minute 4.2."
    )


def test_what_leaves_a_system_says_why() -> None:
    """Handed back by the group, merged into another, or gone from the register."""
    known = given_by(drawn(Q2, decisions=(UP, ACCEPTED)), CORPORATE).remembered
    back = drawn(Q2, decisions=(UP, ACCEPTED, decision("DIR-01", "De-escalate", CORPORATE_BODY, 27)))
    ((what, _, _, _, why),) = told(given_by(back, CORPORATE, known), back)
    assert (what, why) == (CLOSED, "De-escalate, The Director, Corporate Risk Group, 27 October 2026, minute 4.2.")
    merged = drawn(Q2.replace("4x4 was 4x3", "4x4 was 4x3 merged"))
    into = replace(merged["DIR-01"], into="DIR-02")
    register = replace(merged.register, entries=(into, merged["DIR-02"]))
    assert exports.gone("DIR-01", into, register, PPLUS) == "Merged into DIR-02."
    assert exports.gone("DIR-09", None, register, PPLUS) == "It is not on the register any more."


EXEMPT = Q2.replace("owner=AD", "owner=AD exempt")


def test_the_open_list_is_that_of_those_who_never_saw_what_is_exempt() -> None:
    """What becomes exempt is taken off by its ref alone; what becomes open is new."""
    known = given_by(drawn(Q2)).remembered
    hidden = drawn(EXEMPT)
    one = given_by(hidden, known=known)
    assert one.is_exempt
    ((what, ref, _, was, why),) = told(one, hidden, is_open=True)
    assert (what, ref, was, "exempt" in why) == (CLOSED, "DIR-01", "", True)
    assert told(one, hidden) == [(CHANGED, "DIR-01", by_key(RISKS)["audience"].header, "Open", "Exempt")]
    shown = drawn(Q2)
    assert [line[:2] for line in told(given_by(shown, known=given_by(hidden).remembered), shown, True)] == [
        (NEW, "DIR-01")
    ]
    assert not given_by(shown).is_exempt


def mapped(columns: dict[str, str]) -> System:
    return replace(PPLUS, columns=lambda _: columns)


@pytest.mark.parametrize(
    ("columns", "named"),
    [
        ({"Ref": "ref", "Score": "scores"}, ("export.pplus.columns", "scores", "Score", "target_score")),
        ({"Title": "title"}, ("export.pplus.columns", "ref")),
        ({"Ref": "ref", "Owner": "owner", "OWNER ": "title"}, ("export.pplus.columns",)),
        ({"Ref": "ref", "": "title"}, ("export.pplus.columns",)),
    ],
)
def test_columns_that_cannot_be_written_are_one_sentence(columns: dict[str, str], named: tuple[str, ...]) -> None:
    """It names the setting, and for an unknown key all that there are."""
    with pytest.raises(SettingsError) as refused:
        exports.columns(mapped(columns), agreed())
    assert all(word in str(refused.value) for word in named)
    assert str(refused.value).count("\n") == 0


def test_a_book_older_than_the_section_has_the_columns_that_are_shipped() -> None:
    """And a book that has it, its own, in their order."""
    text = framework("default-5x5")
    older = re.sub(r"(?ms)^\[export\.pplus\.columns\]\n.*?(?=^# -|^\[)", "", text)
    assert "[export" not in older
    assert load(older).export == load(text).export
    own = load(re.sub(r"(?m)^\"Risk title\" = \"title\"\n", '"Name" = "title"\n', text))
    assert list(own.export.pplus.columns)[:2] == ["Risk ref", "Name"]


def test_columns_that_come_later_are_told_of_risks_that_are_known() -> None:
    """The system was never given them."""
    quarter = drawn(Q2)
    known = given_by(quarter).remembered
    columns = {**agreed().export.pplus.columns, "Unit": "unit"}
    context = replace(quarter.context, settings=replace(agreed(), export=Layouts(Layout(columns))))
    one = exports.export(PPLUS, replace(quarter.register, exports=known), context)
    assert told(one, quarter) == [(CHANGED, ref, "Unit", "", "DIR") for ref in ("DIR-01", "DIR-02")]


def test_actions_and_the_description_are_told_in_whole_sentences() -> None:
    """Who does what by when, the open ones; event, cause and effect as far as they were given."""
    quarter = drawn(Q2)
    entry = quarter["DIR-01"]
    now = replace(entry.now, event="costs rise.", cause="fees went up", effect="")
    actions = (
        Action(Source(), "DIR-A002", "DIR-01", "Do it", "AD", date(2027, 3, 31), status="On track"),
        Action(Source(), "DIR-A001", "DIR-01", "Stop it.", due=date(2026, 12, 31)),
        Action(Source(), "DIR-A003", "DIR-01", "Over", status="Complete"),
    )
    register, entry = replace(quarter.register, actions=actions), replace(entry, now=now)
    assert KEYS["description"](entry, register, quarter.context) == "There is a risk that costs rise. " + (
        "Caused by: fees went up."
    )
    assert KEYS["actions"](entry, register, quarter.context) == (
        "Stop it (by 31 December 2026).\nDo it (AD; by 31 March 2027; On track)."
    )


def test_a_workbook_says_whom_it_is_for_and_what_it_leaves_out() -> None:
    """EXEMPT in title, foot and head where an exempt risk is in it; a column for each that the system holds."""
    quarter = drawn(EXEMPT, decisions=(UP,))
    one = given_by(quarter, CORPORATE)
    whole = quarterly.compose(quarter.register, (), quarter.context)
    exempt, open_ = (exported.corporate(one, edition, whole) for edition in (whole, quarterly.published(whole)))
    assert (exempt.banner, open_.banner) == ("EXEMPT", "")
    assert [len(document.table("corporate_risks").rows) for document in (exempt, open_)] == [1, 0]
    assert "1 exempt risk is reported separately." in open_.sheets[0].lead
    headers = {
        field.header for name in ("corporate_risks", "corporate_treatment") for field in exempt.table(name).fields
    }
    assert headers == set(CORPORATE.columns(agreed()))


@settings(deadline=None)
@given(registers.texts(), registers.texts(), st.sampled_from(SYSTEMS))
def test_what_is_told_put_together_is_what_stands(first: str, second: str, system: System) -> None:
    """Whatever two registers say one after the other: a system that did all that it was told has the second."""
    before, after = drawn(first), drawn(second, round_="2026-27 Q3")
    once = given_by(before, system)
    one = given_by(after, system, once.remembered)
    kept = replace(after.register, exports=one.remembered)
    assert not exports.export(system, kept, after.context).is_told
    assert one.before == {ref: clean(row) for ref, row in once.now.items()}
    rows = {ref: clean(row) for ref, row in one.now.items()}
    changed = {(d.ref, d.what) for d in one.changes(after.register)}
    assert {ref for ref, what in changed if what == NEW} == rows.keys() - one.before.keys()
    assert {ref for ref, what in changed if what == CLOSED} == one.before.keys() - rows.keys()


@effort.in_ci("runs whole commands: 1 s")
@settings(deadline=None, max_examples=effort.examples(8))
@given(registers.texts(), st.booleans())
def test_every_register_makes_a_list_and_an_extract(text: str, first: bool) -> None:
    """A first register too, of which there is no last quarter; the open edition names no risk that is exempt."""
    quarter = drawn(text, first=first, decisions=(UP,))
    whole = quarterly.compose(quarter.register, (), quarter.context)
    secret = {entry.ref for entry in quarter.register.entries if entry.now.exempt}
    for system, made in ((PPLUS, exported.pplus), (CORPORATE, exported.corporate)):
        one = given_by(quarter, system)
        assert len(made(one, whole, whole).sheets) in (2, 3)
        open_ = made(one, quarterly.published(whole) if one.is_exempt else whole, whole)
        words = {
            cell.words
            for sheet in open_.sheets
            for table in sheet.tables()
            for row in table.rows
            for cell in row
            if isinstance(cell, Ref)
        }
        assert not words & secret
        assert one.is_exempt == bool(secret & {entry.ref for entry in one.entries})


def clean(row: object) -> dict[str, str]:
    """What a system has of a risk: not what follows from last quarter, and nothing that is empty."""
    assert isinstance(row, dict)
    return {key: text for key, text in row.items() if text and key not in FOLLOWS}


def test_what_is_remembered_reads_back_from_the_register_as_the_same() -> None:
    """Multi-line texts too; so a second export from the workbook tells nothing new."""
    quarter = drawn(Q2, decisions=(UP, ACCEPTED))
    register = quarter.register
    for system in SYSTEMS:
        register = replace(register, exports=exports.export(system, register, quarter.context).remembered)
    data = excel.report(*register_report.document(store.tables(register, quarter.context, "1"), quarter.context))
    back, _ = store.register(read(data, "register.xlsx"), quarter.context.settings)
    assert back
    assert back.exports == register.exports
    assert not any(exports.export(system, back, quarter.context).is_told for system in SYSTEMS)
