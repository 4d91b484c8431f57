"""A risk's whole story, and every figure of the Summary, to the cell of the file that is kept."""

import io
import json
import re
import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis

from riskbook import excel, quarterly, report, store
from riskbook.cli import main, tracing
from riskbook.cli.folder import find
from riskbook.forms import ACTIONS, RISKS
from riskbook.kinds import Unfit
from riskbook.model import Alias, Decision, Past, Register
from riskbook.origins import Origin, Shelf, Volume, in_words, parsed, volume
from riskbook.places import Place
from riskbook.quarterly import Quarterly
from riskbook.read import read
from riskbook.report import register as register_report
from riskbook.report import sources
from riskbook.report.blocks import Beside, Count, Document, HeatMap, Now, Opening, Para, Table, Text
from riskbook.report.sources import BANDS, CHART, HIGHEST, MAP, MOVEMENT, PARAGRAPH, WANTED, Evidence, Figure
from riskbook.settings import Context
from riskbook.trace import Line, Story, nearest, story
from tests import effort, makers, sample
from tests.registers import agreed, drawn, texts

Q2 = """
    ref     | title             | impact  | likelihood
    FRD-001 | Calls are dropped | 4 Major | 4
    FRD-002 | Notices come late | Lots    | 2
    NEW-1   | Files go astray   | 2       | 3
"""
ACTIONS_Q2 = """
    ref      | risk_ref | what  | due
    FRD-A001 | FRD-001  | Do it | 2026-12-31
"""
REGISTER = "directorate-risk-register-2026-27-q2.xlsx"
HEADER = 4
"""The row on which the headings of a sheet to work in stand."""


def run(book: Path, *words: object) -> Result:
    """A command about a book, as typed; a traceback fails the test."""
    return CliRunner().invoke(main, [*map(str, words), "--book", str(book)], catch_exceptions=False)


def told(book: Path, *words: object) -> dict[str, Any]:
    """What a command says as JSON."""
    said = run(book, *words, "--json")
    assert said.exit_code == 0, said.output
    found: dict[str, Any] = json.loads(said.stdout)
    return found


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book, merged: a risk went up, one has a word for its impact, one is new, an action was put back."""
    book = makers.small_book(tmp_path_factory.mktemp("trace") / "book", frd=makers.workbook(Q2, ACTIONS_Q2))
    with sample.register_alone():
        assert run(book, "merge").exit_code == 1
    return book


def lines(found: dict[str, Any], round_: str = "2026-27 Q2") -> list[dict[str, Any]]:
    """What happened in a round, as JSON has it."""
    return [line for one in found["story"]["rounds"] if one["round"] == round_ for line in one["lines"]]


def test_a_story_has_every_round_oldest_first_with_the_row_of_its_register(merged: Path) -> None:
    """The rounds of its history, those too of which the register is not in the book."""
    rounds = told(merged, "trace", "frd-001")["story"]["rounds"]
    assert [one["round"] for one in rounds] == ["2025-26 Q3", "2025-26 March", "2026-27 Q1", "2026-27 Q2"]
    assert [one["register"] is None for one in rounds] == [True, True, False, False]
    for one in rounds[2:]:
        where = one["register"]
        sheet = openpyxl.load_workbook(next(merged.glob(f"*/{where['file']}")))[where["sheet"]]
        assert sheet.cell(where["row"], 1).value == "FRD-001"


def test_a_change_leads_to_the_cell_of_the_file_that_is_kept(merged: Path) -> None:
    """File, sheet, cell and digest; the kept original holds the new value there."""
    changed = [one for one in lines(told(merged, "trace", "FRD-001")) if one["what"] == "Changed"]
    (likelihood,) = [one for one in changed if one["field"] == "Likelihood now"]
    (origin,) = likelihood["origins"]
    assert likelihood["now"] == "4"
    kept = merged / origin["kept"]
    assert (origin["file"], kept.name[:12]) == ("frd.xlsx", origin["sha256"][:12])
    assert openpyxl.load_workbook(kept)[origin["sheet"]][origin["cell"]].value == 4


def test_what_a_round_cannot_read_stands_in_the_story_as_typed(merged: Path) -> None:
    """With the cell, which in the kept file holds just that."""
    (held,) = [one for one in lines(told(merged, "trace", "FRD-002")) if one["what"] == "Held"]
    (origin,) = held["origins"]
    assert openpyxl.load_workbook(merged / origin["kept"])["Risks"][origin["cell"]].value == held["now"] == "Lots"


def test_a_new_risk_is_told_field_by_field(merged: Path) -> None:
    """Each with its cell; the ref says to which row it was given."""
    found = lines(told(merged, "trace", "FRD-003"))
    first = {one["field"]: one["now"] for one in found if one["what"] == "First told"}
    assert first["Risk title"] == "Files go astray"
    assert all(one["origins"] for one in found if one["what"] == "First told")
    assert "Ref" in [one["what"] for one in found]


def test_an_action_has_a_story_and_stands_in_that_of_its_risk(merged: Path) -> None:
    """Put back, with the date first agreed."""
    action = told(merged, "trace", "FRD-A001")["story"]
    assert "Put back" in [one["what"] for one in action["rounds"][-1]["lines"]]
    of_risk = [one for one in lines(told(merged, "trace", "FRD-001")) if one["ref"] == "FRD-A001"]
    assert {one["field"] for one in of_risk} >= {"Due"}


def test_a_ref_that_nobody_knows_is_one_sentence_with_the_nearest(merged: Path) -> None:
    """Exit status 2."""
    said = run(merged, "trace", "FRD-01")
    assert (said.exit_code, said.output.count("\n")) == (2, 1)
    assert "FRD-001" in said.output


def test_a_book_without_registers_has_no_stories(tmp_path: Path) -> None:
    """One sentence, exit status 2."""
    book = makers.small_book(tmp_path / "book")
    next(book.glob("2026-27-q1/*.xlsx")).unlink()
    assert run(book, "trace", "FRD-001").exit_code == run(book, "trace", "summary").exit_code == 2


def test_the_page_names_every_file_that_its_lines_point_at(merged: Path) -> None:
    """In a pipe as on a terminal; a file that is not kept is said to be not kept."""
    page = run(merged, "trace", "FRD-001").stdout
    body, _, files = page.partition("\nFiles\n")
    numbers = set(re.findall(r"\[(\d+)\]", body))
    assert numbers == set(re.findall(r"^  \[(\d+)\]", files, re.MULTILINE)) != set()
    assert "Risks!D2" in body
    (copy,) = (merged / "2026-27-q2" / "kept").glob("*-frd.xlsx")
    assert f"2026-27-q2/kept/{copy.name}" in files


@effort.in_ci("four merges: 6 s")
def test_what_was_changed_by_hand_leads_to_the_register_that_was_changed(merged: Path, tmp_path: Path) -> None:
    """To the copy that was kept before the register was written anew; the figure behind it leads there too."""
    book = Path(shutil.copytree(merged, tmp_path / "book"))
    path = book / "2026-27-q2" / REGISTER
    opened = openpyxl.load_workbook(path)
    sheet = opened["Register"]
    headings = [cell.value for cell in sheet[HEADER]]
    (row,) = [row for row in range(HEADER + 1, sheet.max_row + 1) if sheet.cell(row, 1).value == "FRD-001"]
    sheet.cell(row, headings.index("Impact now") + 1).value = 5
    opened.save(path)
    assert run(book, "merge").exit_code == 1
    (changed,) = [one for one in lines(told(book, "trace", "FRD-001")) if one["what"] == "Changed by hand"]
    (origin,) = changed["origins"]
    assert (changed["field"], changed["now"], origin["file"]) == ("Impact now", "5", REGISTER)
    assert openpyxl.load_workbook(book / origin["kept"])["Register"][origin["cell"]].value == 5
    cells = figure(told(book, "trace", "summary"), "Impact 5, likelihood 4")["behind"][0]["cells"]
    assert [(one["file"], one["value"]) for one in cells] == [(REGISTER, "5 Critical"), ("frd.xlsx", "4 Likely")]
    sheet = openpyxl.load_workbook(path)
    sheet["Register"].cell(row, headings.index("Likelihood now") + 1).value = 5
    sheet.save(path)
    run(book, "merge")
    copies = {f"2026-27-q2/kept/{one.name}" for one in (book / "2026-27-q2" / "kept").glob("*-changed-by-hand.xlsx")}
    for cell in figure(told(book, "trace", "summary"), "Impact 5, likelihood 5")["behind"][0]["cells"]:
        assert (len(copies), set(cell["kept"].split("; "))) == (2, copies)


def figure(found: dict[str, Any], label: str) -> dict[str, Any]:
    """A figure, as JSON has it."""
    (one,) = [one for one in found["figures"] if one["figure"] == label]
    return dict(one)


DECISION = Decision(
    "FRD-001",
    decision="Agree rating",
    agreed_impact=5,
    agreed_likelihood=4,
    body="DLT",
    decided_by="A. Chair",
    decided_on=date(2026, 10, 13),
    round="2026-27 Q2",
    book="decisions.xlsx",
    sha256="d" * 64,
    sheet="Decisions",
    row=5,
)


def shelf(*registers: tuple[Register, Context], kept: dict[str, str] | None = None) -> Shelf:
    """Registers on the shelf, each read back from its workbook."""
    return Shelf(tuple(bound(*one) for one in registers), kept or {}, agreed())


def bound(register: Register, context: Context) -> Volume:
    data = excel.report(*register_report.document(store.tables(register, context, "1"), context))
    book = read(data, context.round.register)
    back, _ = store.register(book, context.settings)
    assert back is not None
    return volume(back, book, context.settings)


def over(found: Story | None, round_: str = "2026-27 Q2") -> list[Line]:
    assert found
    return [line for one in found.chapters if one.round == round_ for line in one.lines]


def test_a_decision_leads_to_its_row_and_the_agreed_rating_to_the_decision() -> None:
    """Submitted and agreed stand in the story both."""
    context = makers.quarter()
    last, kept = context.before, Register("2026-27 Q2", makers.scale(context.settings), decisions=(DECISION,))
    assert last
    register, _ = makers.merged(context, makers.workbook(), kept=kept)
    registers = shelf((last, makers.quarter(None, "2026-27 Q1")), (register, context), kept={"d" * 12: "kept/it"})
    by_what = {line.what: line for line in over(story("FRD-001", registers))}
    where = Place("decisions.xlsx", "Decisions", 5)
    assert by_what["Decision"].origins[0].place == where
    assert (by_what["Submitted"].now, by_what["Agreed"].now) == ("12 Amber", "20 Red")
    assert (by_what["Agreed"].origins[0].place, by_what["Agreed"].origins[0].kept) == (where, "kept/it")


def test_an_agreed_rating_leads_to_the_cells_in_which_it_stands() -> None:
    """On the sheet of details, where the meeting typed it, and not on the decision's row, where it does not stand."""
    context = makers.quarter()
    decided = replace(DECISION, rated_at="Decision details!F7 G7")
    kept = Register("2026-27 Q2", makers.scale(context.settings), decisions=(decided,))
    register, _ = makers.merged(context, makers.workbook(), kept=kept)
    registers = shelf((register, context), kept={"d" * 12: "kept/it"})
    (agreed_,) = [line for line in over(story("FRD-001", registers)) if line.what == "Agreed"]
    places = [origin.place for origin in agreed_.origins if origin.place.book == "decisions.xlsx"]
    assert places == [Place("decisions.xlsx", "Decision details", 7, column) for column in (6, 7)]
    assert [origin.value for origin in agreed_.origins[:2]] == ["5 Critical", "4 Likely"]
    assert {origin.kept for origin in agreed_.origins[:2]} == {"kept/it"}


def test_what_a_directorate_risk_took_over_leads_to_the_unit_that_told_it() -> None:
    """To the cell of its return that holds the value; what the meeting said leads to the decision."""
    context = makers.quarter()
    made = replace(DECISION, decision="Escalate", owner="AD Family Help", agreed_impact=None)
    kept = Register("2026-27 Q2", makers.scale(context.settings), decisions=(made,))
    register, _ = makers.merged(context, makers.workbook(), kept=kept)
    registers = shelf((register, context))
    (now,) = registers.volumes
    (decision,) = now.register.decisions
    above, below = now.register.by_ref[decision.into].now, now.register.by_ref["FRD-001"].now
    asked = ("title", "impact", "likelihood")
    assert registers.cells(now, above, *asked) == registers.cells(now, below, *asked)
    (owner,) = registers.cells(now, above, "owner")
    assert (owner.place.book, owner.value) == ("decisions.xlsx", "AD Family Help")


def test_what_was_merged_is_told_from_both_ends_and_long_after() -> None:
    """The risk that stays names the one that went; a ref that an earlier round closed is found."""
    context = makers.quarter()
    merge = replace(DECISION, risk_ref="FRD-002", decision="Merge", into="FRD-001", agreed_impact=None)
    kept = Register("2026-27 Q2", makers.scale(context.settings), decisions=(merge,))
    register, _ = makers.merged(context, makers.workbook(), kept=kept)
    after = makers.following(register, context)
    only = "ref | title | impact | likelihood\n FRD-001 | Calls are dropped | 4 | 3"
    later, _ = makers.merged(after, makers.workbook(only, start=makers.started(round="2026-27 Q3")))
    later = replace(later, aliases=(*later.aliases, Alias("OLD-7", "FRD-001", "2026-27 Q3", "Renumbered")))
    registers = shelf((register, context), (later, after))
    gone, stays, old = (story(ref, registers) for ref in ("frd-002", "FRD-001", "old-7"))
    assert gone
    assert stays
    assert old
    assert [one.round for one in gone.chapters][-1] == "2026-27 Q2"
    assert any("FRD-001" in tie for tie in gone.ties)
    assert any("FRD-002" in tie for tie in stays.ties)
    assert (old.ref, any("OLD-7" in tie for tie in old.ties)) == ("FRD-001", True)
    assert "Decision" in [line.what for line in over(stays)]
    assert nearest("FRD-0002", registers) == "FRD-002"


def test_rounds_that_the_timetable_has_no_more_keep_their_place() -> None:
    """A history is never put into another order."""
    context = makers.quarter(None)
    register, _ = makers.merged(context, makers.workbook())
    entry = register.by_ref["FRD-001"]
    rounds = ("2024-25 Q3", "2024-25 Autumn", "2025-26 Q1")
    old = tuple(Past("FRD-001", name, "submitted", 4, 3, 12, "Amber", "Same") for name in rounds)
    register = replace(register, entries=(replace(entry, history=(*old, *entry.history)),))
    found = story("FRD-001", shelf((register, context)))
    assert found
    assert [one.round for one in found.chapters] == [*rounds, "2026-27 Q2"]


def test_a_place_in_words_is_the_place_again() -> None:
    """Also of a file that has the mark itself in its name."""
    for place in (Place("a › b.xlsx", "My!sheet", 12, 30), Place("a.xlsx", "Risks", 7), Place("a.xlsx")):
        assert parsed(str(place)) == place


# The figures of the Summary.


@given(texts())
@hypothesis(max_examples=effort.examples(5, 60), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_every_number_of_any_summary_is_a_figure_with_as_much_behind_it(text: str) -> None:
    """In both editions; and no figure is given that the Summary does not have."""
    drawing = drawn(text)
    before = drawing.context.before
    assert before
    both = tuple(Volume(register, "register.xlsx", "", {}) for register in (before, drawing.register))
    whole = quarterly.compose(drawing.register, (), drawing.context)
    for edition in {id(one): one for one in (whole, quarterly.published(whole))}.values():
        covered(edition, sources.figures(edition, Shelf(both, {}, agreed()), whole))


def covered(edition: Quarterly, figures: tuple[Figure, ...]) -> None:
    """Hold every number on the Summary against the figures that are said to stand there."""
    document = report.document(edition, "1")
    by_part = {part: {one.label: one.number for one in figures if part in one.stands} for part in PARTS}
    assert by_part[BANDS] == dict(in_bands(document, edition))
    assert by_part[CHART] == dict(in_chart(document))
    assert by_part[MOVEMENT] == {row[0].words: row[1].number for row in rows(document, "movements")}
    assert {label: n for label, n in by_part[MAP].items() if label.startswith("Impact")} == in_map(document)
    asked = Counter(row[2].number for row in rows(document, "decisions_wanted"))
    assert asked == Counter(number for number in by_part[WANTED].values() if number)
    on_highest(document, [one for one in figures if HIGHEST in one.stands])
    (opening,) = [block for block in document.sheets[0].blocks if isinstance(block, Opening)]
    words = re.sub(r"Since [^,]*,|more than \d+ days|(?<= )in Q\d\)", "", opening.words)
    numbers = Counter(int(found) for found in re.findall(r"\d+", words))
    assert numbers == Counter(found for found in by_part[PARAGRAPH].values() if found)


PARTS = (PARAGRAPH, WANTED, BANDS, HIGHEST, MOVEMENT, CHART, MAP)


def rows(document: Document, name: str) -> tuple[tuple[Any, ...], ...]:
    return document.table(name).all_rows


def in_bands(document: Document, edition: Quarterly) -> Iterator[tuple[str, int]]:
    """The figures of the table of bands, under the names that the trace gives them."""
    tally = edition.tally
    for row in rows(document, "bands"):
        label = row[0].band.name if isinstance(row[0], Now) else row[0].words
        yield f"{label}, {tally.round}", row[1].number
        if tally.last:
            yield f"{label}, {tally.last_round}", row[2].number
            yield f"{label}, change since {tally.last_round}", int(row[3].words.replace("−", "-"))


def in_chart(document: Document) -> Iterator[tuple[str, int]]:
    """The figures that the chart is drawn on; while there is one round, there is none."""
    table: Table = document.table("bands_by_round")
    for row in table.rows if len(table.rows) > 1 else ():
        for field, cell in zip(table.fields[1:-2], row[1:-2], strict=True):
            assert isinstance(row[0], Text)
            assert isinstance(cell, Count)
            yield f"{field.header}, {row[0].words}", int(cell.number)


def on_highest(document: Document, figures: list[Figure]) -> None:
    """Each risk that is named has its rating, and what it moved from, behind a figure; so have those that rose."""
    named = rows(document, "highest_risks")
    ratings, *moves = figures
    assert [evidence.ref for evidence in ratings.behind] == [row[0].words for row in named]
    for row, evidence in zip(named, ratings.behind, strict=True):
        assert f"{row[3].number} {row[3].band.name}" in evidence.about
    for row, evidence in zip(named, moves[0].behind if moves else (), strict=bool(moves)):
        assert all(part in evidence.about for part in row[2].detail.removeprefix("from ").split(" in "))
    if moves:
        stacks = [stack for block in document.sheets[0].blocks if isinstance(block, Beside) for stack in block.stacks]
        said = " ".join(block.words for stack in stacks for block in stack.blocks if isinstance(block, Para))
        assert re.findall(r"(\d+) risks? rose to", said) == [str(moves[1].number)] * bool(moves[1].number)


def in_map(document: Document) -> dict[str, int]:
    stacks = [stack for block in document.sheets[0].blocks if isinstance(block, Beside) for stack in block.stacks]
    (heat,) = [block for stack in stacks for block in stack.blocks if isinstance(block, HeatMap)]
    return {f"Impact {one.score.impact}, likelihood {one.score.likelihood}": one.now for one in heat.squares}


@pytest.fixture(scope="module")
def traced(demo: Path) -> tuple[Quarterly, tuple[Figure, ...]]:
    """The sample's Summary, the edition with every risk, and its figures."""
    opened = find(demo)
    register = opened.kept()
    assert register
    whole = quarterly.compose(register, (), opened.context())
    return whole, sources.figures(whole, tracing.shelf(opened), whole)


@effort.in_ci("traces every figure of the sample: 10 s; small summaries are traced every day")
def test_every_figure_of_the_samples_summary_is_traced(traced: tuple[Quarterly, tuple[Figure, ...]]) -> None:
    """No number on it is without its refs, and the refs are as many as the number says, each once."""
    whole, figures = traced
    covered(whole, figures)
    for one in figures:
        refs = [evidence.ref for evidence in one.evidence]
        assert one.number == len(one.behind) - len(one.less)
        assert len(set(refs)) == len(refs)


@effort.in_ci("traces every figure of the sample: 10 s; small summaries are traced every day")
def test_the_samples_figures_are_what_its_register_says(
    demo: Path, traced: tuple[Quarterly, tuple[Figure, ...]]
) -> None:
    """Counted once more from the sheet itself, by another program: bands and movements, ref by ref."""
    book = openpyxl.load_workbook(demo / "2026-27-q2" / REGISTER)
    table = [[cell.value for cell in row] for row in book["Register"].iter_rows(min_row=HEADER)]
    at = {heading: n for n, heading in enumerate(table[0])}
    behind = {one.label.partition(" (")[0]: {evidence.ref for evidence in one.behind} for one in traced[1]}
    by_band: dict[str, set[str]] = {}
    by_movement: dict[str, set[str]] = {}
    for row in table[1:]:
        by_movement.setdefault(row[at["Movement"]], set()).add(row[0])
        if row[at["Movement"]].split(" ", 1)[1] not in ("Closed", "Merged"):
            by_band.setdefault(band(row, at), set()).add(row[0])
    assert {label: refs for label, refs in by_band.items() if label} == {
        name: refs for name in ("Red", "Amber", "Green") if (refs := behind[f"{name}, 2026-27 Q2"])
    }
    assert by_movement == {label: behind[label] for label in by_movement}


def band(row: list[Any], at: dict[str, int]) -> str:
    """The band of a row that stands on the register: a risk that is not scored now is in none."""
    found = re.match(r"\d+ (\w+)", row[at["Rating now"]])
    return found[1] if found else ""


@effort.in_ci("runs whole commands: 1 s")
def test_every_row_behind_the_samples_figures_is_there(
    demo: Path, traced: tuple[Quarterly, tuple[Figure, ...]]
) -> None:
    """On its sheet of the register that is named, with the ref in its first cell."""
    books = {path.name: openpyxl.load_workbook(path) for path in demo.glob("2026-27-q*/directorate-risk-register-*")}
    rows = {(evidence.ref, evidence.row.place) for one in traced[1] for evidence in one.evidence}
    assert len(rows) > 300
    for ref, place in rows:
        assert books[place.book][place.sheet].cell(place.row, 1).value == ref


@effort.in_ci("opens every kept return: 2 s")
def test_every_cell_behind_the_samples_figures_holds_what_is_said(
    demo: Path, traced: tuple[Quarterly, tuple[Figure, ...]]
) -> None:
    """In the original that is kept, whose digest is the one that is named; last round's returns are not kept."""
    cells = {cell for one in traced[1] for evidence in one.evidence for cell in evidence.cells}
    kept, left = [one for one in cells if one.kept], [one for one in cells if not one.kept]
    assert len(kept) > 300
    assert all("2026-27-q1" in one.place.book for one in left)
    opened: dict[str, dict[tuple[str, int, int], Any]] = {}
    for one in kept:
        if one.kept not in opened:
            book = read((demo / one.kept).read_bytes(), one.place.book)
            assert book.sha256 == one.sha256
            opened[one.kept] = {(grid.name, c.row, c.column): c.value for grid in book.grids for c in grid.cells}
        if (one.place.sheet, one.heading) in COLUMNS:
            assert holds(opened[one.kept].get((one.place.sheet, one.place.row, one.place.column)), one)


COLUMNS = {
    (sheet, column.header): column for sheet, columns in (("Risks", RISKS), ("Actions", ACTIONS)) for column in columns
}


def holds(value: Any, said: Origin) -> bool:
    """Whether a cell holds what is said of it, as its column reads it; two steps in one cell are read by number."""
    if value is None or said.value == str(value):
        return said.value == (value or "")
    column = COLUMNS[said.place.sheet, said.heading]
    try:
        return in_words(column.kind.read(value, agreed()).value, column, agreed()) == said.value
    except Unfit:
        return said.value.split(" ")[0] in re.findall(r"\d+", value)


@effort.in_ci("every cell behind the sample: 8 s")
def test_the_workbook_of_sources_has_a_row_for_every_cell(demo: Path, tmp_path: Path) -> None:
    """The refs of a figure are on it as many times as they have cells."""
    file = tmp_path / "sources.xlsx"
    found = told(demo, "trace", "summary", "--workbook", file)["figures"]
    book = openpyxl.load_workbook(io.BytesIO(file.read_bytes()))
    assert [row[1] for row in book["Figures"].iter_rows(min_row=HEADER + 1, values_only=True)] == [
        one["figure"] for one in found
    ]
    cells = sum(max(1, len(evidence["cells"])) for one in found for evidence in (*one["behind"], *one["less"]))
    assert book["Sources"].max_row == HEADER + cells


def test_a_figure_of_more_risks_than_a_cell_can_name_is_traced_all_the_same() -> None:
    """The first stand beside it; each has its row on Sources."""
    drawing = drawn("FRD-001 3x3")
    row = Origin(Place("register.xlsx", "Register", 5))
    behind = tuple(Evidence(f"FRD-{n:04}", "", row, ()) for n in range(1, 4_001))
    whole = quarterly.compose(drawing.register, (), drawing.context)
    made = sources.document(whole, [Figure("Red", 4_000, (), behind)])
    sheets = read(excel.report(made), "sources.xlsx").grids
    figures, listed = ([row for n, row in sheet.rows.items() if n > HEADER] for sheet in sheets)
    assert str(figures[0][5].value).endswith("FRD-0500,\n3500 more: see Sources")
    assert [row[3].value for row in listed] == [one.ref for one in behind]


def test_a_figure_of_very_many_risks_is_a_line_that_names_the_first(capsys: pytest.CaptureFixture[str]) -> None:
    """Asked for by its name, each stands on its own."""
    row = Origin(Place("register.xlsx", "Register", 5))
    figure = Figure("Red", 100, (), tuple(Evidence(f"FRD-{n:03}", "", row, ()) for n in range(1, 101)))
    tracing._say_figures([figure], False)
    assert "FRD-060 and 40 more\n" in capsys.readouterr().out
    tracing._say_figures([figure], True)
    said = capsys.readouterr().out
    assert all(f"\n{one.ref}\t" in said for one in figure.behind)


def test_the_workbook_of_sources_is_written_over_nothing(merged: Path, tmp_path: Path) -> None:
    """Nor among the returns, nor as another kind of file."""
    for place in (merged / "2026-27-q2" / REGISTER, merged / "2026-27-q2" / "returns" / "new.xlsx", tmp_path / "x.txt"):
        before = place.read_bytes() if place.exists() else None
        assert run(merged, "trace", "summary", "--workbook", place).exit_code == 2
        assert (place.read_bytes() if place.exists() else None) == before


@effort.in_ci("traces the whole sample: 4 s")
def test_the_open_editions_figures_name_exempt_risks_by_their_refs_alone(demo: Path) -> None:
    """They are counted apart, and behind no other figure."""
    found = told(demo, "trace", "summary", "--open")["figures"]
    (apart,) = [one for one in found if one["figure"] == "Exempt risks reported separately"]
    refs = {evidence["ref"] for evidence in apart["behind"]}
    assert len(refs) == apart["number"] > 0
    assert not any(evidence["cells"] for evidence in apart["behind"])
    others = {evidence["ref"] for one in found if one is not apart for evidence in (*one["behind"], *one["less"])}
    assert not refs & others


def test_what_no_figure_is_called_is_exit_status_2(merged: Path) -> None:
    """And so is asking for the open edition of a risk's story."""
    assert run(merged, "trace", "summary", "--figure", "Purple").exit_code == 2
    assert run(merged, "trace", "FRD-001", "--open").exit_code == 2


@effort.in_ci("traces the whole sample: 7 s")
def test_one_figure_shows_its_cells(demo: Path) -> None:
    """A line a ref, with the register's row, the cells and the copies."""
    said = run(demo, "trace", "summary", "--figure", "red, 2026-27 q2")
    lines_ = said.stdout.splitlines()
    assert lines_[0] == "Red, 2026-27 Q2: 25"
    assert len(lines_) == 2 + 25
    assert all("Register!" in line for line in lines_[2:])
    assert sum("2026-27-q2/kept/" in line for line in lines_[2:]) > 20


@effort.in_ci("traces the whole sample: 3 s; small books have their stories every day")
def test_the_samples_front_door_has_its_story(demo: Path) -> None:
    """What was and what is, each round in turn, from Q3 of last year when it was new."""
    found = told(demo, "trace", "FRD-001")
    (likelihood,) = [one for one in lines(found) if (one["what"], one["field"]) == ("Changed", "Likelihood now")]
    assert (likelihood["was"], likelihood["now"]) == ("4", "3")
    rated = [
        (one["round"], line["now"]) for one in found["story"]["rounds"] for line in one["lines"] if is_rating(line)
    ]
    assert rated == [("2025-26 Q3", "16 Red"), ("2026-27 Q1", "16 Red"), ("2026-27 Q2", "12 Amber")]


def is_rating(line: dict[str, Any]) -> bool:
    return line["what"] in ("Submitted", "Agreed")
