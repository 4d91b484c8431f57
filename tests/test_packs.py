"""Packs: each audience sees its own risks in full, and of others what it may; every figure is of those risks alone."""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskbook.directory import Directory, Person
from riskbook.excel.sheets import report as written
from riskbook.forms import RISKS, by_key
from riskbook.matrix import Score
from riskbook.model import Change, Decision, Received
from riskbook.quarterly import Feed, Quarterly, compose, published
from riskbook.report import SLT, document, packs
from riskbook.report.audience import Audience
from riskbook.report.blocks import Beside, Chart, Document, Para, Table
from tests import effort, oracles
from tests.registers import DIRECTORY, Drawn, drawn, texts
from tests.test_report_agrees import agrees

WANTED = "Wanted now"
AD, HEAD = "AD Children in Our Care", "Head of SEND"
STAFFED = Directory(
    tuple(replace(unit, board="The Programme Board") if unit.code == "PRJ" else unit for unit in DIRECTORY.units),
    (Person("Ada Moss", AD, roles=("Assistant Director",)), Person("Bo Lund", HEAD)),
)
QUARTER = """
    DIR-01 5x4 was 4x4, 4x4 "Posts stand empty" owner="AD Children in Our Care" event="nobody-is-there" exempt
      + DIR-A001 due 2026-08-31 slips 2
    DIR-02 3x3 was 3x3 "Plans are late" owner="Ada Moss" cause="too-few-people"
    FHS-001 2x2 was 2x2, 2x2, 2x2 "Rooms are small" event="rooms-are-shut"
    FRD-001 4x4 was 4x3 "Visits are late" parent=DIR-02 event="visits-are-missed"
      + FRD-A001 due 2026-09-01
    ASM-001 4x5 was 4x4 "Desks are few" parent=DIR-01 event="desks-are-gone" exempt
    CIC-001 ? was 3x3 "Homes are few" parent=DIR-02 event="homes-are-shut"
    SEN-001 3x3 was 3x3 "Taxis are dear" event="taxis-are-lost" owner="head of send"
    PRJ-001 4x4 "The software is late" event="software-is-late"
"""


def composed(drawing: Drawn) -> Quarterly:
    return compose(drawing.register, (), drawing.context)


def quarter(text: str = QUARTER, **how: object) -> Quarterly:
    return composed(drawn(text, **{"directory": STAFFED, **how}))  # type: ignore[arg-type]


def told(name: str, whole: Quarterly, edition: str = "") -> Document:
    audience = packs.named(name, whole)
    return document(editions(audience, whole)[edition], "1", audience)


def editions(audience: Audience, whole: Quarterly) -> Mapping[str, Quarterly]:
    return audience.editions(whole, published(whole))


def strings(value: object) -> Iterator[str]:
    """Every text in a document, wherever in it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple | list | frozenset):
        for one in value:
            yield from strings(one)
    elif is_dataclass(value):
        for field in fields(value):
            yield from strings(getattr(value, field.name))


def names(report: Document) -> list[str]:
    return [sheet.name for sheet in report.sheets]


def column(table: Table, header: str) -> list[str]:
    return [row[table.column(header)].words for row in table.rows]  # type: ignore[union-attr]


def marked(text: str) -> str:
    """A register in which every risk says words of its own, is owned by somebody and feeds a directorate risk."""
    lines = []
    for number, line in enumerate(text.splitlines()):
        ref = line.split()[0]
        own = f'"{ref} titled" event="{ref} told" commentary="{ref} done" parent=DIR-0{number % 3:02}'
        owner = (AD, HEAD, "Ada Moss", "Nobody known")[number % 4]
        lines.append(line if line.startswith(" ") else f'{line} {own} owner="{owner}"')
    return "\n".join(lines)


@given(texts(), st.booleans(), st.data())
@settings(max_examples=effort.examples(8, 60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_pack_agrees_with_itself_and_tells_of_no_other_risk(text: str, first: bool, data: st.DataObject) -> None:
    """In both editions: of a risk outside at most the title, and of an exempt one nothing but its ref."""
    whole = quarter(marked(text), first=first)
    audience = data.draw(st.sampled_from((SLT, *packs.everyone(whole), *packs.plans(whole))))
    for edition, shown in editions(audience, whole).items():
        report = document(shown, "1", audience)
        if audience.kind.summary:
            agrees(report, shown)
        keeps_to_itself(report, audience, edition, whole)


def keeps_to_itself(report: Document, audience: Audience, edition: str, whole: Quarterly) -> None:
    words = "\n".join(strings(report))
    secret = edition == ""
    assert ("EXEMPT" in report.footer) is (not secret)
    linked = {ref for one in whole.feeds for ref in (one.below.ref, one.above.ref) if is_linked(one, audience)}
    for ref, entry in whole.register.by_ref.items():
        inside = audience.refs is None or ref in audience.refs
        if not inside or (secret and entry.now.exempt):
            assert f"{ref} told" not in words
            assert f"{ref} done" not in words
        if (not inside and (entry.now.exempt or ref not in linked)) or (secret and entry.now.exempt):
            assert f"{ref} titled" not in words


def is_linked(one: Feed, audience: Audience) -> bool:
    return audience.refs is None or bool({one.below.ref, one.above.ref} & audience.refs)


def test_a_service_has_its_own_risks_and_those_of_all_below_it():
    """What its teams propose stands before what it proposes itself; what is carried already comes after."""
    report = told("fhs", quarter(), "exempt")
    assert column(report.table("risks"), "Ref") == ["ASM-001", "FRD-001", "FHS-001"]
    proposed = zip(*(column(report.table("decisions"), header) for header in ("Ref", "Stands")), strict=True)
    assert list(proposed) == [("FRD-001", WANTED), ("FHS-001", WANTED), ("ASM-001", "Carried upstairs")]
    assert report.title == "EXEMPT: Risks of Family Help and its units, 2026-27 Q2"


def test_a_unit_sees_every_action_that_is_due_next_where_leaders_see_those_of_the_worst_risks():
    """And no pack sends its reader to a sheet that it does not have."""
    whole = quarter("FRD-001 2x2\n + FRD-A001 due 2026-12-01\nFRD-002 5x5\n + FRD-A002 due 2026-12-02")
    slt, pack = document(whole, "1"), told("FRD", whole)
    assert column(slt.table("actions"), "Action") == ["FRD-A002"]
    assert column(pack.table("actions"), "Action") == ["FRD-A002", "FRD-A001"]
    (actions,) = (sheet for sheet in pack.sheets if sheet.name == "Actions")
    assert [block for block in actions.blocks if isinstance(block, Para)] == []


def test_a_unit_sees_of_the_directorate_risks_that_it_feeds_the_ref_and_title_alone():
    """Of one that is exempt, the ref."""
    whole = quarter()
    assert column(told("FRD", whole).table("feeds"), "Directorate risk") == ["Plans are late"]
    feeds = told("ASM", whole, "exempt").table("feeds")
    assert (column(feeds, "Ref"), column(feeds, "Directorate risk")) == (["DIR-01"], ["Reported separately"])


def test_the_open_edition_stands_beside_the_exempt_one():
    """Its figures are of open risks, and it says how many are left out; a pack with none has one edition."""
    whole = quarter()
    both = editions(packs.named("FHS", whole), whole)
    assert [(edition, one.tally.closing, one.withheld) for edition, one in both.items()] == [
        ("", 2, 1),
        ("exempt", 3, 0),
    ]
    (only,) = editions(packs.named("FRD", whole), whole).values()
    assert (only.tally.closing, only.withheld) == (1, 0)


@effort.in_ci("runs whole commands: 1 s")
def test_an_owner_has_what_they_own_by_post_or_name_with_a_card_for_each_directorate_risk():
    """The units' risks under it by ref, title and rating."""
    whole = quarter()
    by_post, by_name = (told(name, whole, "exempt") for name in ("ad children in our care", " Ada  Moss"))
    assert names(by_post) == names(by_name)
    assert {"DIR-01", "DIR-02", "Directorate risks"} <= set(names(by_post))
    (card,) = (sheet for sheet in by_post.sheets if sheet.name == "DIR-02")
    words = "\n".join(strings(card))
    assert "FRD-001 Visits are late (16 Red)" in words
    assert "visits-are-missed" not in words
    assert column(told("Head of SEND", whole).table("risks"), "Ref") == ["SEN-001"]


def test_a_card_says_what_else_was_changed_by_the_headings_of_the_form():
    """Not the commentary, which stands above it; and how many actions were."""
    drawing = drawn(QUARTER, directory=STAFFED)
    named = ("Likelihood now", "Owner", by_key(RISKS)["commentary"].header)
    changes = [Change("DIR-01", header, "was", "now", "") for header in named]
    changes.append(Change("DIR-A001", "Due date", "was", "now", ""))
    register = replace(drawing.register, changes=tuple(changes))
    report = told("dlt", compose(register, (), drawing.context), "exempt")
    assert "Likelihood now and Owner; 1 action." in strings(report)


def test_a_board_has_all_that_report_to_it():
    """By the directory, or else by their returns; with stage, end and what the board is asked."""
    came = Received("PAR", "par.xlsx", "a" * 64, "Merged", board="the programme board", lead_officer="Bo Lund")
    report = told("The programme BOARD", quarter(f"{QUARTER}\nPAR-001 3x3", returns=(came,)))
    assert column(report.table("projects"), "Code") == ["PRJ", "PAR"]
    assert column(report.table("projects"), "Lead officer") == ["–", "Bo Lund"]
    assert column(report.table("risks"), "Ref") == ["PRJ-001", "PAR-001"]
    assert [sheet.title for sheet in report.sheets if sheet.name == "Decisions"] == ["What the board is asked"]


def test_the_dlt_paper_has_agreed_ratings_beside_submitted_ones_and_a_card_for_each_directorate_risk():
    """And every decision since last time, of whatever round it is."""
    agreed = Decision(
        "DIR-02",
        decision="Agree rating",
        body="DLT",
        decided_on=date(2026, 10, 13),
        rationale="Two teams are full.",
        round="2026-27 Q2",
        agreed_impact=2,
        agreed_likelihood=2,
    )
    earlier = replace(agreed, decision="Hold", decided_on=date(2026, 7, 14), round="2026-27 Q1", agreed_impact=None)
    drawing = drawn(QUARTER, (agreed, earlier), directory=STAFFED)
    entry = drawing["DIR-02"]
    told_ = replace(entry.history[-1], kind="agreed", impact=2, likelihood=2, number=4, band="Green")
    entries = (replace(one, history=(*one.history, told_)) if one is entry else one for one in drawing.register.entries)
    whole = compose(replace(drawing.register, entries=tuple(entries)), (), drawing.context)
    report = told("dlt", whole, "exempt")
    assert {"DIR-01", "DIR-02", "Directorate risks", "Decisions", "Decision details"} <= set(names(report))
    assert column(report.table("agreed_ratings"), "Submitted") == ["9 Amber (A)"]
    assert column(report.table("agreed_ratings"), "Why it was agreed") == ["Two teams are full."]
    assert len(report.table("decisions_taken").rows) == 2


def test_a_plan_is_one_page_of_the_worst_risks_that_says_where_the_rest_are():
    """In landscape, without Notes after it."""
    lines = "\n".join(f'FRD-{n:03} {1 + n % 5}x4 "Risk {n}" event="{"It may happen. " * 40}"' for n in range(1, 30))
    whole = quarter(lines)
    plan = packs.planned(packs.named("FRD", whole), whole)
    (shown,) = editions(plan, whole).values()
    report = document(shown, "1", plan)
    assert names(report) == ["Risk analysis"]
    assert len(report.table("risk_analysis").rows) == 5
    assert "24 more stand in team-frd-2026-27-q2.xlsx." in "\n".join(strings(report))
    assert sheets_in(written(report)) == 1


@pytest.mark.parametrize("name", ["FHS-1", "AD Childrn in Our Care"])
def test_a_name_that_nobody_has_is_one_sentence_with_the_nearest(name: str):
    """A code and a post."""
    with pytest.raises(packs.UnknownAudienceError, match=r"^nobody here .* the nearest are “.*\.$"):
        packs.named(name, quarter())


def test_a_name_of_two_units_asks_for_a_code():
    """Neither is guessed."""
    shared = replace(DIRECTORY.unit("FRD"), code="BSN")  # type: ignore[type-var]
    whole = quarter(directory=Directory((*DIRECTORY.units, shared)))
    with pytest.raises(packs.UnknownAudienceError, match="what FRD and BSN are called: give the code of one"):
        packs.named("front door", whole)
    assert packs.named("bsn", whole).key == "BSN"


def test_everyone_is_every_unit_board_and_owner_once():
    """A project that has a board is in its board's pack; what nobody in the directory owns is named."""
    whole = quarter()
    assert [one.file for one in packs.everyone(whole)] == [
        "dlt-risk-paper",
        "packs/service-fhs",
        "packs/team-frd",
        "packs/team-asm",
        "packs/service-cic",
        "packs/service-sen",
        "packs/partnership-par",
        "packs/board-the-programme-board",
        "packs/owner-ad-children-in-our-care",
        "packs/owner-head-of-send",
    ]
    assert [entry.ref for entry in packs.unowned(whole)] == ["FHS-001", "FRD-001", "ASM-001", "CIC-001", "PRJ-001"]


def sheets_in(data: bytes) -> int:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return sum(name.startswith("xl/worksheets/sheet") for name in book.namelist())


LONG = "Nobody is there on the day on which they are needed, and families wait. " * 42


def large(risks: int = 400) -> Quarterly:
    """Many risks, eight of which say 3,000 characters in every cell; an eighth of them are the directorate's."""
    units = ("DIR", "FHS", "FRD", "ASM", "CIC", "SEN", "PRJ", "PAR")
    lines = []
    for n in range(1, risks + 1):
        unit = units[n % 8] if n % 40 else "DIR"
        told_ = f'cause="{LONG}" event="{LONG}" effect="{LONG}" controls="{LONG}" commentary="{LONG}"' if n < 9 else ""
        owner = AD if n % 2 else "Nobody known"
        lines.append(f'{unit}-{n:03} {1 + n % 5}x{1 + n % 4} was 3x3, 3x2 "Risk {n}" owner="{owner}" {told_}')
        lines.append(f"  + {unit}-A{n:03} due 2026-{1 + n % 12:02}-15 slips {n % 2}")
    return quarter("\n".join(lines))


@effort.in_ci("runs whole commands: 2 s")
@oracles.needs_validator
@pytest.mark.parametrize("name", ["dlt", "FHS"])
def test_microsofts_validator_finds_nothing_in_a_pack(name: str, tmp_path):
    """Of DLT's paper, and of a service's pack, with exempt risks in them."""
    path = tmp_path / "pack.xlsx"
    path.write_bytes(written(told(name, quarter(), "exempt")))
    assert oracles.faults([path]) == []


@oracles.needs_validator
@effort.in_ci("seven packs of each of three directorates: 40 s")
@pytest.mark.parametrize("name", ["empty", "one", "large"])
def test_microsofts_validator_finds_nothing_in_any_pack(name: str, tmp_path):
    """Of an empty directorate, of one risk, of 400 with long cells."""
    whole = {"empty": lambda: quarter(""), "one": lambda: quarter("DIR-01 4x4"), "large": large}[name]()
    audiences = [packs.named(one, whole) for one in ("dlt", "FHS", "FRD", "PAR", "the programme board", AD)]
    audiences += [packs.planned(packs.named("FHS", whole), whole)]
    assert oracles.faults(made(audiences, whole, tmp_path)) == []


def made(audiences: list[Audience], whole: Quarterly, folder: Path) -> list[Path]:
    """The packs of some audiences, in both editions, as files."""
    files = []
    for audience in audiences:
        for edition, shown in editions(audience, whole).items():
            path = folder / f"{audience.file.replace('/', '-')}{edition}.xlsx"
            path.write_bytes(written(document(shown, "1", audience)))
            files.append(path)
    return files


def test_no_part_of_a_pack_has_a_word_of_another_risk():
    """Strings, properties, charts and names."""
    whole = quarter()
    audience = packs.named("FRD", whole)
    (shown,) = editions(audience, whole).values()
    with zipfile.ZipFile(io.BytesIO(written(document(shown, "1", audience)))) as book:
        parts = "\n".join(book.read(name).decode() for name in book.namelist())
    assert "visits-are-missed" in parts
    for word in ("nobody-is-there", "too-few-people", "rooms-are-shut", "desks-are-gone", "Homes are few", "Taxis"):
        assert word not in parts


@effort.in_ci("runs whole commands: 1 s")
def test_a_card_is_one_page_however_long_its_words():
    """What does not fit is on Notes in full."""
    whole = large(40)
    with zipfile.ZipFile(io.BytesIO(written(told("dlt", whole)))) as book:
        parts = [book.read(name).decode() for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    cards = [part for part in parts if 'orientation="portrait"' in part]
    assert len(cards) == len([entry for entry in whole.register.open if entry.level == "Directorate"])
    assert all('fitToHeight="0"' not in card for card in cards)


def test_a_card_marks_its_ratings_on_three_small_matrices():
    """Before controls, now and the target, as the table above them has them; the drawing marks those squares alone."""
    whole = quarter("DIR-01 5x4 was 4x4 inherent=5x5 target=3x3\nDIR-02 ? was 3x3")
    report = document(whole, "1", packs.named("dlt", whole))
    spots = {}
    for card in (sheet for sheet in report.sheets if sheet.name.startswith("DIR-")):
        stacks = [stack for block in card.blocks if isinstance(block, Beside) for stack in block.stacks]
        charts = [block for stack in stacks for block in stack.blocks if isinstance(block, Chart) and block.spot]
        spots[card.name] = [chart.spot.score for chart in charts]
        assert [chart.about.split(": ")[0].split(", ")[1] for chart in charts] == ["before controls", "now", "target"]
    assert spots == {"DIR-01": [Score(5, 5), Score(5, 4), Score(3, 3)], "DIR-02": [None, None, None]}
    with zipfile.ZipFile(io.BytesIO(written(report))) as book:
        drawings = [book.read(name).decode() for name in book.namelist() if "charts/chart" in name]
    marked = [re.findall(r"<a:t>(\d+)</a:t>", drawing) for drawing in drawings if "<c:dPt>" in drawing]
    assert sorted(marked) == [[], [], [], ["20"], ["25"], ["9"]]
