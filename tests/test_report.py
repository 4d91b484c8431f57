"""The SLT workbook as values: what every sheet says of a small register, and what it says when there is nothing."""

from dataclasses import replace
from datetime import date
from functools import cache

from riskbook import approach, updates
from riskbook.forms import BODIES, DECISION_WORDS, DECISIONS
from riskbook.matrix import Score
from riskbook.model import Decision, Entry, Movement, Past, Received
from riskbook.quarterly import Quarterly, compose, published
from riskbook.report import document, summary
from riskbook.report.blocks import (
    SCORES,
    Block,
    Chart,
    Count,
    Day,
    Document,
    HeatMap,
    Link,
    Missing,
    Now,
    Opening,
    Para,
    Percent,
    Ref,
    Sheet,
    Table,
    Text,
    Then,
    ToFill,
    Tone,
    Trend,
)
from riskbook.wording import Run
from tests.registers import Drawn, drawn

QUIET = Tone.QUIET

QUARTER = """
    DIR-01 5x4 was 4x4, 4x4, 4x3 "Posts stand empty" target=3x3 target_date=2027-03-31 owner=AD commentary="Two left."
      + DIR-A001 due 2026-08-31 slips 2
      + DIR-A002 due 2026-12-01
    DIR-02 3x3 was 3x3 "Falling rolls"
    FRD-001 4x4 was 4x3 "Visits are late"
      + FRD-A001 due 2026-09-30 slips 1
      + FRD-A002 due 2027-03-31 slips 1
      + FRD-A003 due 2027-03-31
    CIC-001 ? was 3x3 "Homes are few"
    CIC-002 4x4 was 4x4, 4x4 "Beds are lost"
    SEN-001 3x3 was 3x3 not-returned "Plans are late"
    SEN-002 2x3 "Taxis are dear"
    ASM-001 2x2 was 2x2 closed close_reason=Mitigated "Laptops run short"
"""
RETURNS = (
    Received("FRD", "frd.xlsx", "a" * 64, "Merged", found=3, merged=2, blank=1, filled_on=date(2026, 10, 1)),
    Received("SEN", "", "", "Not returned"),
)


def composed(drawing: Drawn) -> Quarterly:
    return compose(drawing.register, (), drawing.context)


def told(text: str = QUARTER, **how: object) -> Document:
    if text == QUARTER and not how:
        return quarter()
    return document(composed(drawn(text, returns=RETURNS, **how)), "1.2.3")  # type: ignore[arg-type]


@cache
def quarter() -> Document:
    """What most tests look at."""
    return document(composed(drawn(QUARTER, returns=RETURNS)), "1.2.3")


def sheet(report: Document, name: str) -> Sheet:
    return next(sheet for sheet in report.sheets if sheet.name == name)


def blocks(sheet: Sheet) -> list[Block]:
    """Every block, those in stacks too."""
    found: list[Block] = []
    for block in sheet.blocks:
        stacks = getattr(block, "stacks", None)
        found += [inner for stack in stacks for inner in stack.blocks] if stacks else [block]
    return found


def only(sheet: Sheet, kind: type) -> list:
    return [block for block in blocks(sheet) if isinstance(block, kind)]


def column(table: Table, header: str) -> list:
    return [row[table.column(header)] for row in table.rows]


def refs(table: Table, header: str = "Ref") -> list[str]:
    return [cell.words for cell in column(table, header)]


def words(cells: list) -> list[str]:
    return [cell.words for cell in cells]


def test_last_quarters_column_says_that_a_risk_was_not_scored_then():
    """What it is compared with is of an earlier round, and in the words beside it."""
    (row,) = told("FRD-001 4x4 was ?, 4x3").table("movement").rows
    assert Text("Not scored", QUIET) in row
    assert "compared with 2025-26 March" in str(row)


def test_sheets_stand_in_the_order_in_which_they_are_read():
    """The figures that charts draw on are last."""
    assert [sheet.name for sheet in told().sheets] == [
        "Summary",
        "Decisions",
        "Decision details",
        "Heat map",
        "Directorate risks",
        "Directorate risks in words",
        "Top risks",
        "Movement",
        "Actions",
        "By service",
        "Projects and partnerships",
        "Alike",
        "Emerging",
        "Register",
        "Returns and data quality",
        "How to read this",
        "Scores by round",
    ]


def test_summary_lists_every_other_sheet_with_a_link():
    """Under the printed page."""
    report = told()
    (links,) = [block for block in sheet(report, "Summary").below if isinstance(block, Table)]
    assert [cell.to for cell in column(links, "Sheet")] == [Link(other.name) for other in report.sheets[1:]]


def test_where_every_unit_sent_a_return_nothing_is_said_of_the_others():
    """The names are left out, and no number of them stands there."""
    sent = (Received("FRD", "frd.xlsx", "a" * 64, "Merged", found=1, merged=1, filled_on=date(2026, 10, 1)),)
    whole = document(composed(drawn('FRD-001 4x4 was 4x4 "Visits are late"', returns=sent)), "1.2.3")
    words = only(sheet(whole, "Summary"), Opening)[0].words
    assert "1 of 1 unit sent a return, none late. " in words


def test_bands_are_counted_now_and_then_with_the_change():
    """What is not scored has a line of its own."""
    bands = told().table("bands")
    assert [cell.number for cell in column(bands, "Q2")] == [3, 3, 0, 1]
    assert [cell.number for cell in column(bands, "Q1")] == [2, 4, 1, 0]
    assert words(column(bands, "Change")) == ["+1", "−1", "−1", "+1"]
    assert bands.total[1].number == 7


def test_decisions_wanted_are_a_sentence_for_each_kind():
    """With how many it is about and the sheet that names them; units that sent nothing are asked about."""
    wanted = told().table("decisions_wanted")
    assert [cell.to.sheet for cell in column(wanted, "See")] == [
        *("Decisions", "Decisions", "Returns and data quality", "Heat map")
    ]
    assert [cell.number for cell in column(wanted, "Number")] == [1, 2, 1, 1]
    assert "DIR-01" in column(wanted, "Decision")[0].words


def test_the_highest_risks_are_named_with_owner_movement_and_rating():
    """Worst first, as Top risks has them; nobody's is said to be so, and what moved says from where."""
    report = told()
    named, top = report.table("highest_risks"), report.table("top_risks")
    assert refs(named) == refs(top)[: summary.HIGHEST]
    owners = [cell.words.splitlines()[1] for cell in column(named, "Risk and owner")]
    assert owners == [words([cell])[0].replace("–", "No owner") for cell in column(top, "Owner")][: summary.HIGHEST]
    assert [cell.words for cell in column(named, "Rating now")] == [cell.words for cell in column(top, "Q2 rating")][:5]
    moved = {cell.words: cell.detail for cell in column(named, "Since Q1")}
    assert moved["▲ Up"].startswith("from ")
    assert not any(detail for movement, detail in moved.items() if movement not in ("▲ Up", "▼ Down"))


def test_a_highest_risk_says_with_which_round_it_is_compared():
    """Where the one before has no rating, and the heading would say otherwise."""
    (moved,) = column(told("FRD-001 4x4 was ?, 3x3").table("highest_risks"), "Since Q1")
    assert (moved.words, moved.detail) == ("▲ Up", "from 9 in 2025-26 March")


def test_proposals_stand_in_their_groups_and_leave_room_for_the_answer():
    """Directorate risks first, worst first; the drop-downs are the words that can be read back."""
    proposed = told().table("decisions")
    assert refs(proposed) == ["DIR-01", "CIC-002", "FRD-001"]
    assert column(proposed, "Decision")[0].choices == DECISION_WORDS
    assert column(proposed, "Body")[0].choices == BODIES
    assert column(proposed, "Date")[0].day


def test_headers_that_people_fill_in_are_columns_of_the_decisions_that_are_read_back():
    """By their heading or an alias."""
    known = {name for one in DECISIONS for name in (one.header, *one.aliases)}
    proposed = told().table("decisions")
    filled = [field.header for field, cell in zip(proposed.fields, proposed.rows[0], strict=True) if is_to_fill(cell)]
    assert filled == ["Decision", "Body", "Decided by", "Date", "Note", "Review by"]
    assert {*filled, "Ref", "Proposal", "Reasons"} <= known


def is_to_fill(cell: object) -> bool:
    return isinstance(cell, ToFill)


def test_what_was_considered_before_is_said_and_not_proposed_again():
    """Who decided, and when."""
    codes = tuple(f"E{number}" for number in range(101, 113))
    hold = Decision("CIC-002", decision="Hold", body="DLT", decided_on=date(2026, 7, 14), codes=codes, rank=99)
    report = told(decisions=(hold,))
    assert "CIC-002" not in refs(report.table("decisions"))
    assert any("CIC-002 (Hold, DLT, 14 July 2026)" in p.words for p in only(sheet(report, "Decisions"), Para))


AGREED = Decision(
    "DIR-01",
    decision="Agree rating",
    agreed_impact=4,
    agreed_likelihood=3,
    body="DLT",
    decided_by="Director",
    decided_on=date(2026, 10, 13),
    round="2026-27 Q2",
    rationale="Posts were filled.",
    content="0" * 12,
)


def decided() -> Document:
    """A report of a round in which a rating was agreed, and another risk merged into the one rated."""
    drawing = drawn(QUARTER, (AGREED,), RETURNS)
    agreed = Past("DIR-01", "2026-27 Q2", "agreed", 4, 3, 12, "Amber", "Down")

    def after(entry: Entry) -> Entry:
        if entry.ref != "DIR-01":
            gone = {"closed_by": "A. Manager", "closed_on": date(2026, 10, 2)}
            return replace(entry, **gone) if entry.ref == "ASM-001" else entry
        moved = {"rating": Score(4, 3), "movement": Movement.DOWN, "history": (*entry.history, agreed)}
        return replace(entry, **moved, took_in=("SEN-009",))

    register = replace(drawing.register, entries=tuple(map(after, drawing.register.entries)))
    return document(compose(register, (), drawing.context), "1.2.3")


def test_an_edition_after_decisions_says_so_and_lists_them():
    """On Summary, in the footer, and on a sheet of their own, with what was submitted and what has changed since."""
    report = decided()
    assert "edition 2, after DLT of 13 October 2026" in report.footer
    assert "edition 2, after DLT of 13 October 2026" in sheet(report, "Summary").lead
    (row,) = report.table("decisions_taken").rows
    said = [cell.words for cell in row if isinstance(cell, Ref | Text)]
    assert said[0] == "DIR-01"
    assert {"12 Amber", "20 Red"} <= {part for word in said for part in ("12 Amber", "20 Red") if part in word}
    assert "changed" in said[-1]
    assert "Decisions taken" not in [sheet.name for sheet in told().sheets]


def test_agreed_and_submitted_ratings_stand_side_by_side():
    """The agreed one counts; with the risk stands what was merged into it and that it changed after the decision."""
    report = decided()
    for name in ("directorate_risks", "top_risks"):
        table = report.table(name)
        at = refs(table).index("DIR-01")
        assert "20 Red" in column(table, "Movement")[at].detail
        assert "12 Amber" in column(table, "Q2 rating")[at].words
        assert {"SEN-009", "changed"} <= set(column(table, "Risk")[at].words.replace(",", "").split())


def test_who_closed_a_risk_and_when_stands_with_it():
    """On Movement."""
    moved = decided().table("movement")
    assert "A. Manager on 2 October 2026" in column(moved, "What changed")[refs(moved).index("ASM-001")].words


def test_the_heat_map_holds_every_scored_risk_now_and_then():
    """Those without a score are listed with the reason."""
    report = told()
    (heat,) = only(sheet(report, "Heat map"), HeatMap)
    assert {square.refs: (square.now, square.was) for square in heat.squares} == {
        ("DIR-01",): (1, 0),
        ("CIC-002", "FRD-001"): (2, 2),
        (): (0, 1),
        ("DIR-02", "SEN-001"): (2, 3),
        ("SEN-002",): (1, 0),
    } | {(): (0, 1)}
    assert refs(report.table("not_scored")) == ["CIC-001"]
    assert words(column(report.table("not_scored"), "Why")) == ["Impact is empty. Likelihood is empty."]


def test_directorate_risks_tell_both_quarters_side_by_side():
    """Impact first; what is next is the open action that is due first."""
    own = told().table("directorate_risks")
    first = {field.header: cell for field, cell in zip(own.fields, own.rows[0], strict=True)}
    assert refs(own) == ["DIR-01", "DIR-02"]
    assert (first["Q1 impact"].words, first["Q2 impact"].words) == ("4 Major", "5 Critical")
    assert (first["Q1 rating"].number, first["Q2 rating"].number) == (16, 20)
    assert (type(first["Q1 rating"]), type(first["Q2 rating"])) == (Then, Now)
    assert (first["Target rating"].number, first["Target date"]) == (9, Day(date(2027, 3, 31)))
    assert first["Movement"].detail == "16 to 20, stays Red"
    assert first["What changed and was done"].words == "Two left."
    assert first["What is next"].words.splitlines()[0].endswith("(overdue since 31 Aug 2026).")
    assert first["Trend"] == Trend("DIR-01", 25)


def test_top_risks_are_those_of_all_units_by_rank_impact_and_ref():
    """A directorate risk leads to its row."""
    top = told().table("top_risks")
    assert refs(top) == ["DIR-01", "CIC-002", "FRD-001", "DIR-02", "SEN-001", "SEN-002"]
    assert column(top, "Ref")[0].to == Link("Directorate risks", "DIR-01")


def test_movement_lists_the_movers_then_what_stays_at_the_top():
    """With the rounds at the top, and in words what did not occur."""
    report = told()
    moved = report.table("movement")
    assert refs(moved) == ["DIR-01", "FRD-001", "SEN-002", "ASM-001", "CIC-002"]
    assert words(column(moved, "Movement")) == ["▲ Up", "▲ Up", "● New", "■ Closed", "► Same"]
    assert column(moved, "What changed")[0].words == "Impact 4 to 5. Two left."
    assert column(moved, "Rounds at Red")[4] == Count(3)
    notes = words(only(sheet(report, "Movement"), Para))
    assert notes[0] == "None was down, reopened, merged, escalated or de-escalated."
    assert any("SEN-001" in note for note in notes)
    assert any("SEND" in note for note in notes)


def test_of_very_many_risks_that_nobody_spoke_of_some_are_named():
    """As on the first day of a quarter in a large authority; the count is of all."""
    silent = "\n".join(f"SEN-{n:03} 3x3 was 3x3 not-returned" for n in range(1, 304))
    (note,) = (note for note in words(only(sheet(told(silent), "Movement"), Para)) if note.startswith("Not returned"))
    assert note.startswith("Not returned (303): SEN-001, ")
    assert "SEN-200 and 103 more. " in note


def test_every_action_is_listed_once_overdue_put_back_or_due_next():
    """One that is due later and was never put back is not listed."""
    listed = told().table("actions")
    assert list(zip(words(column(listed, "Stands")), refs(listed, "Action"), strict=True)) == [
        ("Overdue", "DIR-A001"),
        ("Put back", "FRD-A002"),
        ("Due next", "DIR-A002"),
        ("Due next", "FRD-A001"),
    ]
    assert column(listed, "Days overdue")[0] == Count(30)


def test_actions_due_next_of_other_risks_are_counted_and_not_listed():
    """Register says how many a risk has and when the first is due."""
    report = told("FRD-001 3x3 was 3x3\n + FRD-A001 due 2026-10-31\n + FRD-A002 due 2026-09-01 Complete")
    assert report.table("actions").rows == ()
    assert any(p.words.startswith("1 more action") for p in only(sheet(report, "Actions"), Para))
    assert words(column(report.table("register"), "Actions")) == ["1 open\n31 Oct 2026"]


VENTURES = """
    PRJ-001 4x4 was 4x4, 4x4 "Builders stop"
      + PRJ-A001 due 2026-08-31
    PRJ-002 3x2 was 3x2 "Costs rise"
"""


def test_a_project_past_its_end_with_open_risks_is_said_to_its_board():
    """With stage, end, board and lead officer as its return has them, its counts and its worst risk."""
    said = {"stage": "Delivery", "ends": date(2026, 8, 31), "board": "Capital Board"}
    returns = (Received("PRJ", "prj.xlsx", "b" * 64, "Merged", filled_on=date(2026, 10, 1), **said),)
    report = document(composed(drawn(VENTURES, returns=returns)), "1")
    table = report.table("projects_and_partnerships")
    first, second = ({f.header: c for f, c in zip(table.fields, row, strict=True)} for row in table.rows)
    assert (first["Kind"].words, second["Kind"].words) == ("Project", "Partnership")
    assert (first["Stage"].words, first["Ends"].day, first["Board"].words) == tuple(said.values())
    assert (first["Returned"], second["Returned"]) == (Text("On time"), Text("Not asked"))
    assert [first[band].number for band in ("Red", "Amber", "Green")] == [1, 1, 0]
    assert (first["Worst risk"].words, first["Actions overdue"].number) == ("PRJ-001", 1)
    assert "31 Aug 2026" in first["For its board"].words
    assert "PRJ-001" in first["For its board"].words
    assert "no open risk" in second["For its board"].words


def test_new_and_rising_risks_are_emerging_and_the_sheet_says_what_that_means():
    """New in this round, or in the last and raised since; rising below the top band, or risen and not fallen."""
    report = told("""
        FRD-001 2x2 "New now"
        FRD-002 3x3 was 2x2 raised=2026-05-01 "New last round, and rising"
        FRD-003 3x3 was 3x3 raised=2020-05-01 "On the register since last round, and old"
        CIC-001 3x4 was 3x3, 3x3 "Rising"
        CIC-002 3x3 was 3x3, 2x2 "Risen and not fallen"
        CIC-003 3x3 was 4x4, 2x2 "Falling"
        CIC-004 5x5 was 3x3, 3x3 "In the top band, so on Top risks"
    """)
    listed = report.table("emerging")
    assert list(zip(words(column(listed, "Why")), refs(listed), strict=True)) == [
        ("New", "FRD-002"),
        ("New", "FRD-001"),
        ("Rising", "CIC-001"),
        ("Rising", "CIC-002"),
    ]
    assert words(column(listed, "What shows it"))[2:] == [
        "9 to 12, stays Amber.",
        "Rose a round ago and has not fallen: 4 Green, 9 Amber, 9 Amber.",
    ]
    (definition,) = only(sheet(report, "Emerging"), Para)
    assert "1 April 2026" in definition.words


def test_the_register_has_every_open_risk_once_worst_first_in_twelve_columns():
    """What was closed is not on it."""
    table = told().table("register")
    assert refs(table) == ["DIR-01", "CIC-002", "FRD-001", "DIR-02", "SEN-001", "SEN-002", "CIC-001"]
    assert len(table.fields) == 12


def test_returns_tell_every_unit_what_is_missing_and_set_all_against_last_quarter():
    """The units' lines add up to the last; shares are of open risks."""
    report = told()
    table, whole = report.table("returns"), report.table("data_quality")
    told_of = dict(zip(words(column(table, "Unit")), table.rows, strict=True))
    at = {field.header: n for n, field in enumerate(table.fields)}
    assert told_of["SEND"][at["Returned"]] == Missing("Not received")
    assert told_of["Front Door"][at["Returned"]] == Text("On time")
    assert told_of["The directorate"][at["Action overdue"]] == Count(1, Tone.STRONG)
    assert table.total[at["Not scored"]].number == 1
    assert [row[whole.column("Not scored")] for row in whole.rows][:2] == [Count(1, Tone.STRONG), Percent(1 / 7, QUIET)]
    assert words(column(whole, "All units"))[-1] == "Change in risks since Q1"


def test_new_words_of_directorate_risks_are_marked_and_the_columns_named():
    """What was taken out leaves no mark; a risk that is told as before has none."""
    drawing = drawn('DIR-01 3x3 was 3x3 controls="Panel meets weekly"\nDIR-02 3x3 was 3x3 controls=Same')
    entry = drawing["DIR-01"]
    now = replace(entry, now=replace(entry.now, controls="Panel of five meets"))
    register = replace(drawing.register, entries=(now, drawing["DIR-02"]))
    table = document(composed(Drawn(register, drawing.context)), "1").table("directorate_risks_in_words")
    first, second = column(table, "Controls in place")
    assert first.runs == (Run("Panel", False), Run(" of five", True), Run(" meets", False))
    assert second == Text("Same")
    assert words(column(table, "Changed since Q1")) == ["Controls in place", "–"]


def test_a_few_changes_in_approach_stand_on_summary_and_many_on_a_sheet_of_their_own():
    """With a line on Summary that leads there; where there are none that is said."""
    whole = composed(drawn(QUARTER, returns=RETURNS))
    few = document(replace(whole, updates=updates.read("The Cabinet adopted a *new* appetite.")), "1")
    many = document(replace(whole, updates=updates.read("\n\n".join(["A new way of working. " * 20] * 5))), "1")
    assert "The Cabinet adopted a new appetite." in words(only(sheet(few, "Summary"), Para))
    assert "Changes in approach" not in [one.name for one in few.sheets]
    (line,) = [one for one in only(sheet(many, "Summary"), Para) if one.to]
    assert line.to == Link("Changes in approach")
    assert len(only(sheet(many, "Changes in approach"), Para)) == 5
    assert "Changes in approach: none." in words(only(sheet(told(), "Summary"), Para))


def test_settings_that_have_changed_since_last_round_are_said():
    """By the registers themselves; a register of old that remembers none says nothing."""
    drawing = drawn(QUARTER)
    settings = drawing.context.settings
    stricter = replace(settings, appetite=replace(settings.appetite, default=9))
    assert drawing.context.before
    before = replace(drawing.context.before, settings=approach.remembered(settings))
    register = replace(drawing.register, settings=approach.remembered(stricter))
    report = document(composed(Drawn(register, replace(drawing.context, before=before))), "1")
    assert "Appetite: 9; it was 12." in words(only(sheet(report, "Summary"), Para))


def test_a_directorate_risk_is_drawn_before_controls_now_and_as_it_should_be():
    """On figures that stand on Scores by round."""
    report = told("DIR-01 4x4 was 4x4 target=2x2")
    (chart,) = only(sheet(report, "Directorate risks"), Chart)
    (row,) = report.table(chart.table).rows
    assert [cell.number for cell in row[2:]] == [16, 4]
    assert [series.header for series in chart.series] == ["Before controls", "Now", "Target"]


def test_services_and_categories_are_counted_and_drawn():
    """A stacked bar of the worst band first, then what is not scored."""
    report = told()
    services = report.table("by_service")
    assert words(column(services, "Service")) == ["Directorate", "Family Help", "Children in Our Care", "SEND"]
    assert services.total[services.column("All risks")] == Count(7, Tone.STRONG)
    charts = only(sheet(report, "By service"), Chart)
    assert [series.header for series in charts[0].series] == ["Red", "Amber", "Green", "Not scored"]


def test_how_to_read_this_names_the_rules_the_files_and_the_version():
    """A unit without a return is named."""
    report = told()
    assert "E101" in words(column(report.table("rules_in_force"), "Rule"))
    files = report.table("files_used")
    assert column(files, "File") == [Text("frd.xlsx"), Missing("Not received")]
    assert column(files, "Digest")[0].words == "a" * 12
    assert any("riskbook 1.2.3" in p.words for p in only(sheet(report, "How to read this"), Para))


def test_a_rule_that_is_off_is_not_told():
    """As are the numbers of a level for which it is off."""
    drawing = drawn(QUARTER)
    settings = drawing.context.settings
    unit = replace(settings.escalation.unit, codes=("E106",))
    off = replace(settings, escalation=replace(settings.escalation, unit=unit))
    report = document(composed(Drawn(drawing.register, replace(drawing.context, settings=off))), "1")
    rules = report.table("rules_in_force")
    assert "E104" not in words(column(rules, "Rule"))
    told_for = dict(zip(words(column(rules, "Rule")), words(column(rules, "For a unit’s risk")), strict=True))
    assert (told_for["E101"], told_for["E106"], told_for["D105"]) == ("Not asked", "3 rounds", "On")


def test_scores_are_told_round_by_round_for_what_a_trend_is_drawn_of():
    """A round without a score is empty."""
    scores = told().table(SCORES)
    assert [field.header for field in scores.fields][-2:] == ["2026-27 Q1", "2026-27 Q2"]
    assert [cell.number for cell in scores.rows[0][-2:]] == [16, 20]
    trends = [cell.ref for table in ("directorate_risks", "top_risks") for cell in column(told().table(table), "Trend")]
    assert {*trends} == {*refs(scores)}


def test_a_first_register_claims_no_movement_and_shows_no_last_quarter():
    """In words, in place of empty tables."""
    report = told("DIR-01 4x4\nFRD-001 3x3", first=True)
    headers = [field.header for one in report.sheets for table in one.tables() for field in table.fields]
    assert not [header for header in headers if "Q1" in header]
    assert (report.table("movement").rows, report.table("movements").rows) == ((), ())
    assert only(sheet(report, "Summary"), Chart) == []


def test_without_risks_every_table_is_a_sentence():
    """No candidate, no action, no directorate risk."""
    report = told("")
    for name in (
        "decisions",
        "not_scored",
        "directorate_risks",
        "top_risks",
        "actions",
        "emerging",
        "register",
        SCORES,
    ):
        assert (report.table(name).rows, bool(report.table(name).empty)) == ((), True)


def test_a_change_of_scale_is_said():
    """Where last round's register was kept on another."""
    drawing = drawn(QUARTER)
    assert drawing.context.before
    before = replace(drawing.context.before, scale="4 by 4")
    report = document(composed(Drawn(drawing.register, replace(drawing.context, before=before))), "1")
    assert only(sheet(report, "Summary"), Para)[0].words.startswith("The scale has changed since Q1")
    (heat,) = only(sheet(report, "Heat map"), HeatMap)
    assert {square.was for square in heat.squares} == {None}


def test_a_missing_round_is_said():
    """The report is compared with the one before it."""
    drawing = drawn(QUARTER)
    assert drawing.context.before
    before = replace(drawing.context.before, round="2025-26 March")
    report = document(composed(Drawn(drawing.register, replace(drawing.context, before=before))), "1")
    assert "2026-27 Q1" in only(sheet(report, "Summary"), Para)[0].words


def test_an_edition_with_exempt_risks_says_so_everywhere():
    """In its title, its head and its foot; and the risk is marked."""
    report = told("DIR-01 4x4 was 4x4 exempt Rolls\nFRD-001 3x3 was 3x3")
    assert (report.banner, "EXEMPT" in report.title, "EXEMPT" in report.footer) == ("EXEMPT", True, True)
    assert column(report.table("directorate_risks"), "Risk")[0].words.endswith("(exempt)")


def test_the_open_edition_says_how_many_are_reported_separately():
    """And tells nothing else of them."""
    whole = composed(drawn("DIR-01 4x4 was 4x4 exempt\nFRD-001 3x3 was 3x3"))
    report = document(published(whole), "1")
    assert (report.banner, "EXEMPT" in report.title + report.footer) == ("", False)
    assert "1 exempt risk is reported separately" in only(sheet(report, "Summary"), Opening)[0].words
    assert not [
        cell
        for one in report.sheets
        for table in one.tables()
        for row in table.rows
        for cell in row
        if isinstance(cell, Ref) and cell.words == "DIR-01"
    ]
