"""Check: rules over a return and over the register, answers that keep queries quiet, one finding for a column."""

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from riskbook import check
from riskbook.directory import Person, Unit
from riskbook.findings import Finding, Severity
from riskbook.model import Answer, Decision, Held, Movement, Received, Register, Reply, Source, UnitReturn
from riskbook.rules import posts
from riskbook.rules.words import promise
from riskbook.settings import Context
from tests import examples
from tests.registers import drawn


def told(count: int = 1, **example: Any) -> tuple[UnitReturn, Context]:
    return examples.returned(example, count), examples.context(example, count)


def found(returned: UnitReturn, context: Context) -> list[tuple[str, str]]:
    """What is found, as (code, cell)."""
    return [(finding.code, finding.place.cell) for finding in check.unit_return(returned, context)[0]]


def codes(returned: UnitReturn, context: Context) -> list[str]:
    return [code for code, _ in found(returned, context)]


def remembering(context: Context, *answers: Answer) -> Context:
    assert context.before
    return replace(context, before=replace(context.before, answers=answers))


def changed(returned: UnitReturn, **fields: Any) -> UnitReturn:
    """The same return with fields of every risk changed."""
    return replace(returned, risks=tuple(replace(risk, **fields) for risk in returned.risks))


def test_a_sound_risk_has_no_finding():
    """The risk that every example starts from is right in everything."""
    assert found(*told()) == []


# What must be filled


def test_an_empty_cell_is_found_at_its_cell():
    """Category is always asked; it stands in column E of the form."""
    assert found(*told(category="")) == [("C101", "E6")]


def test_some_columns_are_asked_from_the_middle_band_up():
    """A green risk needs no target; an amber one does."""
    bare = {"target_impact": None, "target_likelihood": None, "target_date": None}
    assert found(*told(**bare)) == [("C101", "U6"), ("C101", "V6"), ("C101", "W6")]
    assert found(*told(**bare, impact=2, likelihood=1, previous=[2, 1], response="Tolerate")) == []


def test_nothing_more_is_asked_while_the_rating_cannot_be_read():
    """Only what is always asked: which band it is in is not known."""
    returned, context = told(likelihood=None, cause="", target_date=None)
    unread = changed(returned, unread=(("likelihood", "Lots"),))
    assert found(unread, context) == []
    assert found(returned, context) == [("C101", "L6")]


def test_a_cell_that_could_not_be_read_is_not_called_empty():
    """What was typed there was spoken of when it was read."""
    returned, context = told(target_date=None)
    assert found(changed(returned, unread=(("target_date", "soon"),)), context) == []


def test_a_closed_risk_is_asked_for_little():
    """Its title, its owner and why it closed."""
    bare = {"status": "Closed", "category": "", "controls": "", "reviewed": None, "owner": ""}
    gone = {"actions": [], "target_date": date(2026, 6, 30)}
    assert found(*told(**bare, **gone)) == [("C101", "F6"), ("R219", "AC6")]


def test_an_empty_action_cell_is_found_on_actions():
    """Actions are asked as risks are."""
    returned, context = told(actions=[{"lead": ""}])
    (finding,) = check.unit_return(returned, context)[0]
    assert (finding.code, str(finding.place)) == ("C101", "front-door.xlsx › Actions!E6")


def test_a_column_that_the_sheet_lacks_was_spoken_of_before():
    """The reader says so once where it is always asked; a row of an old sheet is named where it is asked in full."""
    returned, context = told(category="", target_date=None)
    (risk,) = returned.risks
    places = {key: place for key, place in risk.source.columns.items() if key not in ("category", "target_date")}
    assert found(changed(returned, source=replace(risk.source, columns=places)), context) == [("C101", "6")]


def test_impact_and_likelihood_may_stand_in_one_cell():
    """Both are asked for at the cell of the combined column."""
    returned, context = told(impact=None, likelihood=None)
    source = replace(returned.risks[0].source, columns={"ref": 1, "rated": 9})
    assert found(changed(returned, source=source), context) == [("C101", "I6"), ("C101", "I6")]


def test_a_row_that_was_emptied_is_not_asked_for_every_cell():
    """Placing has one question about it."""
    returned, context = told(actions=[])
    (risk,) = returned.risks
    assert found(replace(returned, risks=(type(risk)(risk.source, risk.ref),)), context) == []


# Rules


def test_a_finding_says_where_and_what():
    """The cell of the first column that the rule reads, its heading, what stands there and whose it is."""
    returned, context = told(target_impact=5, target_likelihood=4)
    (finding,) = check.unit_return(returned, context)[0]
    assert finding.code == "R201"
    assert finding.severity is Severity.ERROR
    assert str(finding.place) == "front-door.xlsx › Risks!U6"
    assert (finding.ref, finding.unit, finding.field) == ("FRD-001", "FRD", "Target impact")
    assert (finding.value, finding.key) == ("5 Critical", "target_impact")


def test_a_rule_is_not_asked_of_what_could_not_be_read():
    """Why close was typed, in words that are no choice: that is not a risk closed without a reason."""
    returned, context = told(status="Propose to close", close_reason="")
    assert codes(returned, context) == ["R219"]
    assert codes(changed(returned, unread=(("close_reason", "all done"),)), context) == []


def test_an_old_form_is_not_asked_what_it_did_not_have():
    """Ask for escalation came with form 2."""
    example = {"escalate": True, "escalate_reason": "", "control_effectiveness": ""}
    assert codes(*told(**example)) == ["C101", "R220"]
    assert codes(*told(**example, form=1)) == []


def test_without_a_register_of_last_quarter_one_note_says_what_was_not_asked():
    """A rating that moved without a word cannot be seen; what can be seen is found all the same."""
    returned, context = told(previous=[2, 2], commentary="", category="")
    assert codes(returned, context) == ["C101", "R205"]
    findings, _ = check.unit_return(returned, examples.without_before(context))
    assert [(finding.code, finding.severity) for finding in findings] == [
        ("C101", Severity.ERROR),
        ("T115", Severity.NOTE),
    ]


def test_a_closed_risk_is_not_asked_what_only_an_open_one_is():
    """It is over: its target date may have passed."""
    over = {"status": "Closed", "close_reason": "Mitigated", "target_date": date(2026, 6, 30), "actions": []}
    assert codes(*told(**over)) == []


def test_an_agreed_rating_is_what_movement_is_counted_from():
    """DLT agreed 12 for what was returned as 16; 16 again without a word is a move, and undoes what was agreed."""
    example = {"impact": 4, "likelihood": 4, "previous": [4, 3], "submitted": [4, 4], "commentary": ""}
    assert codes(*told(**example)) == ["R205", "R224"]
    assert codes(*told(**{**example, "commentary": "Higher than DLT agreed: a third post is empty."})) == []


def test_a_new_scale_moves_nothing():
    """Ratings of another matrix are not compared with."""
    returned, context = told(commentary="", previous=[2, 2])
    assert context.before
    entry = context.before.by_ref["FRD-001"]
    other = replace(entry, history=(replace(entry.history[0], band="Yellow"),))
    rescaled = replace(context, before=replace(context.before, entries=(other,)))
    assert codes(returned, rescaled) == ["R223"]


# Owners


@pytest.mark.parametrize(
    "owner",
    [
        "Jane Smith and Tom Jones",
        "Jane Smith & Tom Jones",
        "Team Manager/Service Manager",
        "Jane Smith; Tom Jones",
        "Head of SEND and Head of Inclusion",
        "Head of Fostering and Helen Marsh",
    ],
)
def test_two_owners_are_seen(owner: str, context: Context):
    """Two people, two posts, or one of each."""
    assert posts.several(owner, context)


@pytest.mark.parametrize(
    "owner",
    [
        "Jane Smith",
        "AD Family Help and Safeguarding",
        "Head of Health and Social Care",
        "Education and Inclusion Manager",
        "Health & Safety Officer",
        "Anderson Land",
        "",
    ],
)
def test_one_owner_is_not_called_two(owner: str, context: Context):
    """Many posts have an "and" in them."""
    assert not posts.several(owner, context)


@pytest.mark.parametrize(
    "owner",
    [
        "team manager,  front door",
        "Helen Marsh",
        "Marsh, Helen (AD Family Help and Safeguarding)",
        "Deputy Team Manager, Front Door",
        "Team Manager",
        "Senior Practitioner, Assessment",
        "AD Education and Inclusion",
    ],
)
def test_known_owners_are_known_however_they_are_told(owner: str, context: Context):
    """By name, by post, in full, in part, or as a post in a unit that there is."""
    assert posts.is_known(owner, context)


@pytest.mark.parametrize("owner", ["Head of Fostering", "Assessment", "Team", "Jane Smith"])
def test_others_are_not_known(owner: str, context: Context):
    """Somebody who has left, a unit, half a post, a stranger."""
    assert not posts.is_known(owner, context)


def test_the_nearest_owner_is_suggested():
    """A slip of the pen finds the post that was meant."""
    returned, context = told(owner="Team Manger, Frontdoor")
    (finding,) = check.unit_return(returned, context)[0]
    assert finding.code == "R215"
    assert "Team Manager, Front Door" in finding.hint


def test_owners_are_not_looked_up_in_a_directory_without_people():
    """Until I&P has filled in People, nobody is unknown."""
    returned, context = told(owner="Jane Smith")
    assert codes(returned, context) == ["R215"]
    assert codes(returned, replace(context, directory=replace(context.directory, people=()))) == []


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ("DLT", ["R213"]),
        ("Jane Smith and Tom Jones", ["R212"]),
        ("Head of Inclusion (vacant)", ["R214"]),
        ("TBC", ["R213"]),
    ],
)
def test_one_thing_is_said_of_an_owner(owner: str, expected: list[str]):
    """A group, two people or an empty post is not called unknown as well, nor no Assistant Director."""
    assert codes(*told(owner=owner)) == expected
    assert codes(*told(owner=owner, unit_level="Directorate", parent="")) == expected


@pytest.mark.parametrize(
    ("owner", "expected"),
    [
        ("Helen Marsh", []),
        ("AD Family Help and Safeguarding", []),
        ("Deputy AD Family Help and Safeguarding", ["T114"]),
        ("Ruth Lane", ["T114"]),
    ],
)
def test_a_directorate_risk_has_an_assistant_director(owner: str, expected: list[str]):
    """By name or post; a deputy and a head of service are none."""
    assert codes(*told(owner=owner, unit_level="Directorate", parent="")) == expected


# Promises


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("The rota will start on 3 August 2026.", date(2026, 8, 3)),
        ("The rota will start on 3 August.", date(2026, 8, 3)),
        ("Report to Cabinet by 12/05/2026.", date(2026, 5, 12)),
        ("An answer is expected on 1st Sept 2026.", date(2026, 9, 1)),
        ("Two posts filled. The third is due by Friday 4 September.", date(2026, 9, 4)),
    ],
)
def test_a_promise_that_has_passed_is_seen(text: str, day: date, context: Context):
    """A day on or before the as-at date, told as still to come."""
    assert promise(text, context.round.begins, context.on, context.settings.lists.future_words) == day


@pytest.mark.parametrize(
    "text",
    [
        "The rota will start on 3 November 2026.",
        "The rota will start on 31 March.",
        "The rota started on 3 August 2026.",
        "Average wait was 15 weeks on 30 June 2026.",
        "Contacts have doubled since 30 June 2026 and will rise.",
        "All posts were filled by 3 August 2026.",
        "Two posts filled by 7 September.",
        "The panel, which was due on 1 July 2026, is in.",
        "The audit of 12 May 2026 will be repeated.",
        "In 2026 we will see 12 more children.",
        "Version 1.2.2026.4 will follow; 31/02/2026 is no day.",
    ],
)
def test_other_days_are_left_alone(text: str, context: Context):
    """Days to come, days gone by that are told as gone by, and what is no day."""
    assert promise(text, context.round.begins, context.on, context.settings.lists.future_words) is None


# Answers


def one_query() -> tuple[UnitReturn, Context]:
    """A return with one query, R209, on its target date."""
    returned, context = told(target_date=date(2026, 6, 30))
    assert codes(returned, context) == ["R209"]
    return returned, context


def test_an_answer_in_the_row_silences_its_queries():
    """And is remembered with the risk, the code and what the rule reads."""
    returned, context = one_query()
    findings, answers = check.unit_return(changed(returned, answer="Moved by the court"), context)
    mark = check.digest(returned.risks[0], ("target_date",))
    assert findings == []
    assert answers == [Answer("FRD-001", "R209", mark, "Moved by the court", "2026-27 Q2")]


def test_a_reply_on_please_correct_silences_the_query_that_it_is_for():
    """One to another code does not."""
    returned, context = one_query()
    for code, silent in (("R209", True), ("R210", False)):
        replied = replace(returned, replies=(Reply("FRD-001", code, "target_date", "Moved by the court"),))
        findings, answers = check.unit_return(replied, context)
        assert (findings == []) is silent
        assert [answer.text for answer in answers] == (["Moved by the court"] if silent else [])


def test_the_reply_to_a_query_counts_before_the_answer_in_the_row():
    """The nearer answer is kept."""
    returned, context = one_query()
    replied = replace(
        changed(returned, answer="See Please correct"), replies=(Reply("FRD-001", "R209", "", "Moved by the court"),)
    )
    assert [answer.text for answer in check.unit_return(replied, context)[1]] == ["Moved by the court"]


def test_an_answer_is_remembered_until_the_value_changes():
    """The same date stays silent next quarter; another date that has passed is asked about anew."""
    returned, context = one_query()
    mark = check.digest(returned.risks[0], ("target_date",))
    remembered = remembering(context, Answer("FRD-001", "R209", mark, "Moved by the court", "2026-27 Q1"))
    assert codes(returned, remembered) == []
    assert codes(changed(returned, target_date=date(2026, 7, 31)), remembered) == ["R209"]


def test_an_error_is_not_answered():
    """It must be put right."""
    returned, context = told(target_impact=5, target_likelihood=4, answer="It is right")
    assert codes(returned, context) == ["R201"]


def test_a_question_about_the_whole_return_is_asked_anew_each_quarter():
    """The answer is kept under the round, and silences only that."""
    returned, context = told(commentary="", reviewed_all=True)
    assert codes(returned, context) == ["T113"]
    replied = replace(returned, replies=(Reply("", "T113", "", "A quiet quarter"),))
    findings, (answer,) = check.unit_return(replied, context)
    assert findings == []
    assert codes(returned, remembering(context, answer)) == []
    next_round = replace(context, round=context.settings.timetable.after(context.round))
    later = replace(returned, round=next_round.round)
    assert "T113" in codes(changed(later, reviewed=date(2026, 12, 1)), remembering(next_round, answer))


def test_the_readers_queries_are_settled_alike():
    """A query of the reader about a cell that it could not read is answered in the row."""
    returned, context = told()
    unread = changed(returned, target_date=None, unread=(("target_date", "March 2027"),), answer="The 31st")
    (risk,) = unread.risks
    query = Finding("C105", Severity.QUERY, risk.source.place("target_date"), "", ref="FRD-001", key="target_date")
    findings, (answer,) = check.settled([query], unread, context)
    assert findings == []
    assert answer.digest == check.digest(risk, ("target_date",))
    assert answer.digest != check.digest(replace(risk, unread=(("target_date", "May 2027"),)), ("target_date",))


def test_a_digest_is_of_read_values():
    """The row, other columns and outer space make no difference; another value does."""
    (risk,) = told()[0].risks
    assert len(check.digest(risk, ("owner",))) == 12
    assert check.digest(risk, ("owner",)) == check.digest(
        replace(risk, owner=f" {risk.owner}", source=Source(), title="Else"), ("owner",)
    )
    assert check.digest(risk, ("owner",)) != check.digest(replace(risk, owner="Else"), ("owner",))


# One finding for a column


def test_one_finding_speaks_for_a_column():
    """Four cells of five with the same fault are told once, at the column, with examples."""
    returned, context = told(count=5)
    risks = tuple(replace(risk, category="") if risk.ref != "FRD-003" else risk for risk in returned.risks)
    (finding,) = check.unit_return(replace(returned, risks=risks), context)[0]
    assert (finding.code, finding.severity, finding.place.cell) == ("C112", Severity.ERROR, "E")
    assert all(ref in finding.message for ref in ("FRD-001", "FRD-002", "FRD-004"))


@pytest.mark.parametrize(("count", "broken"), [(4, 4), (5, 3)])
def test_a_short_column_or_a_few_faults_are_told_one_by_one(count: int, broken: int):
    """Each cell is named."""
    returned, context = told(count=count)
    risks = tuple(replace(risk, category="") if n < broken else risk for n, risk in enumerate(returned.risks))
    assert codes(replace(returned, risks=risks), context) == ["C101"] * broken


def test_a_column_of_queries_stays_a_query_and_is_answered_once():
    """The one answer is remembered for every row."""
    returned, context = told(count=5, reviewed=date(2026, 6, 12))
    (finding,) = check.unit_return(returned, context)[0]
    assert (finding.code, finding.severity, finding.key) == ("C112", Severity.QUERY, "reviewed")
    replied = replace(returned, replies=(Reply("", "C112", "reviewed", "The manager was away"),))
    findings, answers = check.unit_return(replied, context)
    assert findings == []
    assert [(answer.ref, answer.code) for answer in answers] == [(f"FRD-00{n}", "R210") for n in range(1, 6)]


# The return as a whole


def test_a_risk_that_is_held_is_not_missing():
    """Two rows with its ref were spoken of already."""
    returned, context = told(rows=[])
    gone = replace(returned, actions=())
    assert codes(gone, context) == ["T112"]
    held = Held("FRD", Source(), "FRD-001", "", "", "", "", "T101")
    assert codes(replace(gone, held=(held,)), context) == []


def test_only_what_the_form_was_issued_with_can_be_missing():
    """An interview pack does not speak of its unit's other risks."""
    returned, context = told(count=2)
    (first, _) = returned.risks
    pack = replace(returned, risks=(first,), actions=(), scope=replace(returned.scope, refs=("FRD-001",)))
    assert "T112" not in codes(pack, context)


@pytest.mark.parametrize("example", [{"controls": "New ones"}, {"impact": 3}, {"actions": [{"progress": "Begun"}]}])
def test_any_change_is_a_change(example: dict[str, Any]):
    """A word, a step or an action."""
    assert "T113" not in codes(*told(commentary="", reviewed_all=True, **example))


# The register


def of_register(register: Register, context: Context) -> list[tuple[str, str, str]]:
    return [(finding.code, finding.unit, finding.ref) for finding in check.register(register, context)]


def test_a_sound_register_has_no_finding():
    """Two risks in their bands, one feeding the other."""
    drawing = drawn("DIR-01 4x4 was 4x4\nFRD-001 4x3 was 4x3 parent=DIR-01")
    assert of_register(drawing.register, drawing.context) == []


def test_a_unit_that_sent_nothing_is_named():
    """Once, with the name of its return's row on Returns."""
    drawing = drawn("FRD-001 4x3 was 4x3", returns=(Received("FRD", "", "", "Not returned"),))
    assert of_register(drawing.register, drawing.context) == [("G101", "FRD", "")]


def test_a_change_of_scale_is_said():
    """Movement cannot be read across it."""
    drawing = drawn("FRD-001 4x3 was 4x3")
    register = replace(drawing.register, scale="another")
    assert of_register(register, drawing.context) == [("G102", "", "")]


@pytest.mark.parametrize("status", ["Propose to close", "Closed"])
def test_a_risk_that_feeds_one_that_closes_is_asked_about(status: str):
    """Proposed, or done."""
    drawing = drawn("DIR-01 4x3 was 4x3\nFRD-001 4x3 was 4x3 parent=DIR-01")
    above, below = drawing["DIR-01"], drawing["FRD-001"]
    movement = Movement.CLOSED if status == "Closed" else Movement.SAME
    closing = replace(above, now=replace(above.now, status=status), movement=movement)
    register = replace(drawing.register, entries=(closing, below))
    assert of_register(register, drawing.context) == [("G103", "FRD", "FRD-001")]


@pytest.mark.parametrize(("above", "far"), [("2x2", True), ("4x3", False), ("?", False)])
def test_a_risk_rated_far_from_the_one_that_it_feeds_is_asked_about(above: str, far: bool):
    """Two bands apart, here Red and Green; where one is not scored there is nothing to compare."""
    drawing = drawn(f"DIR-01 {above} was 2x2\nFRD-001 4x4 was 4x3 parent=DIR-01")
    assert of_register(drawing.register, drawing.context) == [("G117", "FRD", "FRD-001")] * far


def test_two_rounds_at_the_top_want_a_decision():
    """One round does not, nor one that the directorate carries, nor one that was decided."""
    drawing = drawn("DIR-01 4x4 was 4x4\nFRD-001 4x4 was 4x4\nFRD-002 4x4 was 4x3\nASM-001 4x4 was 4x4 parent=DIR-01")
    assert of_register(drawing.register, drawing.context) == [("G104", "FRD", "FRD-001")]
    decided = replace(drawing.register, decisions=(Decision("FRD-001", decision="Hold"),))
    assert of_register(decided, drawing.context) == []


def test_a_project_that_is_over_has_no_open_risks():
    """Its last day is before the as-at date."""
    drawing = drawn("PRJ-001 4x3 was 4x3")
    units = tuple(
        replace(unit, until=date(2026, 8, 31)) if unit.code == "PRJ" else unit
        for unit in drawing.context.directory.units
    )
    context = replace(drawing.context, directory=replace(drawing.context.directory, units=units))
    assert of_register(drawing.register, context) == [("G105", "PRJ", "")]


def test_a_unit_that_doubles_is_asked_about():
    """Twice as many, and at least five more, than last quarter."""
    text = "\n".join(f"FRD-{n:03} 4x3" + (" was 4x3" if n <= 5 else "") for n in range(1, 11))
    drawing = drawn(text)
    assert of_register(drawing.register, drawing.context) == [("G106", "FRD", "")]
    assert of_register(drawn(text.rsplit("\n", 1)[0]).register, drawn(text.rsplit("\n", 1)[0]).context) == []


def test_a_risk_may_feed_another_directors_risk_and_both_should_know():
    """A note; by name or by post the director is the same person."""
    drawing = drawn("DIR-01 4x3 was 4x3\nFRD-001 4x3 was 4x3 parent=DIR-01")
    above = drawing["DIR-01"]
    for owner, expected in (("Owen Pike", [("G107", "FRD", "FRD-001")]), ("Helen Marsh", [])):
        owned = replace(above, now=replace(above.now, owner=owner))
        register = replace(drawing.register, entries=(owned, drawing["FRD-001"]))
        context = replace(drawing.context, directory=examples.DIRECTORY)
        assert of_register(register, context) == expected


def test_units_above_units_in_a_ring_do_no_harm():
    """A directory with a mistake in it is no endless search."""
    drawing = drawn("DIR-01 4x3 was 4x3\nFRD-001 4x3 was 4x3 parent=DIR-01")
    ring = (Unit("DIR", "D", "Directorate"), Unit("FRD", "F", "Team", "ASM"), Unit("ASM", "A", "Team", "FRD"))
    directory = replace(examples.DIRECTORY, units=ring, people=(Person("Helen Marsh"),))
    assert of_register(drawing.register, replace(drawing.context, directory=directory)) == []


def test_a_first_register_is_compared_with_nothing():
    """One note says so."""
    drawing = drawn("FRD-001 4x3", first=True)
    assert of_register(drawing.register, drawing.context) == [("G108", "", "")]
