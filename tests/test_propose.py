"""The long list for next year goes out, and what senior managers say comes back: every word of it, with its cell."""

import io
import json
import shutil
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from riskbook import excel, propose, quarterly
from riskbook.cli import main
from riskbook.cli.trail import LOG
from riskbook.directory import Person
from riskbook.forms import PROPOSED, by_key
from riskbook.propose import Said, Together
from riskbook.quarterly import Quarterly
from riskbook.read import read
from riskbook.report import long_list, put_together
from riskbook.report.blocks import Document, ToFill
from riskbook.report.long_list import Origin
from riskbook.rules import books, cells
from riskbook.rules import proposals as rules
from tests import effort, makers, oracles, sample
from tests.makers import told, workbook
from tests.registers import DIRECTORY, drawn
from tests.test_decide import filled

ELT = ("Ann Lee, Head of Family Help", "Ben Oak, Head of Care")
PEOPLE = (
    Person("Ann Lee", "Head of Family Help", roles=("SLT", "ELT")),
    Person("Ben Oak", "Head of Care", roles=("ELT",)),
    Person("Cy Ash", "AD Education", roles=("DLT", "Assistant Director")),
)
RISKS = """
    DIR-01 4x4 was 4x4 "Placements cost more than planned"
    DIR-02 2x2 was 2x2, 2x2, 2x2 "Inspection finds gaps"
    FRD-001 4x4 was 4x4 "Agency staff leave before they know the families" event="agency staff leave"
    ASM-001 2x2 was 2x2 "Agency staff leave before they know families"
    FRD-002 3x3 was 3x3 "Notices come late"
    FRD-003 2x2 "Rooms are too small"
    FRD-004 2x2 was 2x2 "Paper runs out"
    ASM-002 4x3 was 4x3 "Beds are dear" parent=DIR-01
"""


def known(text: str = RISKS, people: tuple[Person, ...] = PEOPLE, round_: str = "2026-27 Q3") -> Quarterly:
    """A quarter with people in its directory."""
    one = drawn(text, directory=replace(DIRECTORY, people=people), round_=round_)
    return quarterly.compose(one.register, (), one.context)


@pytest.fixture(scope="module")
def whole() -> Quarterly:
    return known()


def openly(whole: Quarterly) -> Document:
    """The list as anybody may have it."""
    return long_list.editions(whole, quarterly.published(whole))[""]


@pytest.fixture(scope="module")
def blank(whole: Quarterly) -> bytes:
    """The list as it goes out."""
    return excel.report(openly(whole))


def copy(blank: bytes, **rows: dict[str, Any]) -> bytes:
    """The list as somebody sends it back; DIR_01 is DIR-01. A ref that it does not have is typed over NEW-1."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    page = book[propose.SHEET]
    refs = [page.cell(row, 1).value for row in range(1, page.max_row + 1)]
    for ref in (ref.replace("_", "-") for ref in rows):
        if ref not in refs:
            page.cell(refs.index("NEW-1") + 1, 1).value = ref
    return filled(makers.saved(book), {ref.replace("_", "-"): said for ref, said in rows.items()}, propose.SHEET)


def together(whole: Quarterly, **copies: bytes) -> Together:
    books_ = [read(data, f"{name}.xlsx", propose.wanted) for name, data in copies.items()]
    return propose.together(books_, whole.register, whole.context)


def words(said: Iterable[Said]) -> list[tuple[str, str, str, str]]:
    return [(one.about, one.heading, one.words, f"{one.place.book[:1]}{one.place.cell}") for one in said]


def test_every_risk_to_choose_from_is_on_the_list_once_with_where_it_comes_from(whole: Quarterly):
    """The directorate's own, what several units tell, units' risks from Amber up, what emerges; nothing carried."""
    assert [(one.entry.ref, one.origin, one.suggestion) for one in long_list.long_list(whole)] == [
        ("DIR-01", Origin.DIRECTORATE, "Keep?"),
        ("DIR-02", Origin.DIRECTORATE, "Drop?"),
        ("FRD-001", Origin.TOLD, "New?"),
        ("ASM-001", Origin.TOLD, ""),
        ("FRD-002", Origin.UNIT, ""),
        ("FRD-003", Origin.EMERGING, ""),
    ]


def test_what_is_proposed_to_be_dropped_says_why(whole: Quarterly):
    """With the numbers that the rule went by."""
    dropped = next(one for one in long_list.long_list(whole) if one.suggestion == "Drop?")
    assert "4, 4, 4" in dropped.words


def test_a_rating_of_a_year_ago_stands_beside_the_one_now():
    """It is the one of the same round; a risk that came since says so, and where nothing is known nothing is said."""
    rounds = ", ".join(["3x3"] * 3)
    one = known(f'DIR-01 4x4 was {rounds}, 5x3 "Old"\nDIR-02 4x4 was 4x4 "Young"')
    old, young = (one.register.by_ref[ref] for ref in ("DIR-01", "DIR-02"))
    assert str(long_list.rated_a_year_ago(old, one)) == "5×3"
    assert long_list.rated_a_year_ago(young, one) is None
    assert long_list.a_year_ago(young, one) != long_list.NIL
    alone = known('DIR-02 4x4 was 4x4 "Young"')
    assert long_list.a_year_ago(alone.register.by_ref["DIR-02"], alone) == long_list.NIL


def test_each_member_of_the_extended_leadership_team_has_a_column(whole: Quarterly):
    """By the role ELT; where nobody has it, those who lead the directorate and its services are asked."""
    assert long_list.members(whole.context) == ELT
    assert long_list.members(known(people=PEOPLE[2:]).context) == (
        "Cy Ash, AD Education",
        *(f"Head of {unit.name}" for unit in DIRECTORY.units if unit.level in ("Directorate", "Service")),
    )


def test_nothing_is_filled_in_for_anybody(whole: Quarterly):
    """What rules propose has a column of its own, and under it stand empty rows for new risks."""
    table = openly(whole).table("long_list")
    cells_ = [cell for row in table.rows for cell in row if isinstance(cell, ToFill)]
    asked = len([column for column in PROPOSED if not column.ours and column.key not in ("title", "event")])
    assert len(table.rows) == len(long_list.long_list(whole)) + propose.NEW_ROWS
    assert len(cells_) == len(table.rows) * (asked + len(ELT)) + 2 * propose.NEW_ROWS
    assert {cell.value for cell in cells_} == {None}


def test_what_was_said_comes_back_with_its_cell(whole: Quarterly, blank: bytes):
    """Proposals, comments, new risks, and columns that somebody added."""
    ann = copy(
        blank,
        DIR_01={"Proposal": "Keep", ELT[0]: "Keep it."},
        DIR_02={"Proposal": "merge", "Merge into": "dir-1", ELT[1]: "Too small."},
        NEW_1={"Risk": "Short breaks", "There is a risk that": "they run out", "Proposal": "New"},
    )
    assert words(together(whole, ann=ann).said) == [
        ("DIR-01", "Proposal", "Keep", "aI6"),
        ("DIR-01", ELT[0], "Keep it.", "aL6"),
        ("DIR-02", "Proposal", "Merge", "aI7"),
        ("DIR-02", "Merge into", "DIR-1", "aJ7"),
        ("DIR-02", ELT[1], "Too small.", "aM7"),
        ("short breaks", "Risk", "Short breaks", "aB12"),
        ("short breaks", "There is a risk that", "they run out", "aC12"),
        ("short breaks", "Proposal", "New", "aI12"),
    ]


def test_a_column_that_somebody_added_is_a_comment(whole: Quarterly, blank: bytes):
    """Under their own heading."""
    book = openpyxl.load_workbook(io.BytesIO(blank))
    page = book[propose.SHEET]
    page["N5"], page["N6"] = "Finance", "Costs more each month."
    out = io.BytesIO()
    book.save(out)
    (said,) = together(whole, ann=out.getvalue()).said
    assert (said.key, said.heading, said.words, said.place.cell) == (
        "comment",
        "Finance",
        "Costs more each month.",
        "N6",
    )


CELLS = st.dictionaries(
    st.tuples(st.sampled_from(("DIR-01", "DIR-02", "FRD-001")), st.sampled_from(("Proposal", "Merge into", *ELT))),
    st.sampled_from(("Keep", "Drop", "Perhaps", "DIR-01", "= 2", "- no", "Why?\nBecause")),
    max_size=6,
)


@settings(max_examples=effort.examples(5), deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(CELLS, min_size=1, max_size=3), st.randoms())
def test_every_cell_that_was_filled_in_is_there_whatever_the_order(
    whole: Quarterly, blank: bytes, copies: list[dict[tuple[str, str], str]], chance: Any
):
    """What cannot be read is there as it was typed; the copies may come in any order."""
    sent = {}
    for number, one in enumerate(copies):
        rows: dict[str, dict[str, Any]] = {}
        for (ref, heading), text in one.items():
            rows.setdefault(ref, {})[heading] = makers.Words(text) if not text.startswith("=") else f"'{text}"
        sent[f"{number}"] = filled(blank, rows, propose.SHEET) if rows else blank
    found = together(whole, **sent)
    distinct = {data: name for name, data in reversed(sent.items())}
    assert len(found.said) == sum(len(copies[int(name)]) for name in distinct.values())
    mixed = dict(chance.sample(list(sent.items()), len(sent)))
    assert together(whole, **mixed) == found


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ({"DIR_01": {"Proposal": "Perhaps"}}, [(cells.CHOICE.code, "Long list!I6")]),
        ({"FRD_900": {"Proposal": "Keep"}}, [(rules.UNKNOWN_REF.code, "Long list!A12")]),
        ({"NEW_1": {"Proposal": "New"}}, [(rules.NO_TITLE.code, "Long list!B12")]),
        ({"DIR_01": {"Risk": "Other words"}}, [(rules.OTHER_WORDS.code, "Long list!B6")]),
        ({}, [(rules.NOTHING_SAID.code, "Long list")]),
    ],
)
def test_what_does_not_fit_is_said_at_its_cell(
    whole: Quarterly, blank: bytes, rows: dict[str, dict[str, Any]], expected: list[tuple[str, str]]
):
    """And stands all the same where everything that was said does; a ref that is not listed may be typed over NEW-1."""
    found = together(whole, ann=copy(blank, **rows))
    assert told(found.findings) == expected
    assert len(found.said) == sum(map(len, rows.values()))


def test_a_list_of_another_year_or_of_nobody_is_not_put_together(whole: Quarterly, blank: bytes):
    """It is said, and the others are."""
    earlier = excel.report(openly(known(round_="2025-26 Q3")))
    found = together(whole, a=copy(earlier, DIR_01={"Proposal": "Keep"}), b=workbook(), c=blank)
    assert found.copies == ("c.xlsx",)
    assert told(found.findings, rules.ANOTHER_YEAR.code, rules.NO_LIST.code) == [
        (rules.ANOTHER_YEAR.code, "Long list!A1"),
        (rules.NO_LIST.code, ""),
    ]


def test_the_same_copy_counts_once(whole: Quarterly, blank: bytes):
    """However often it was sent."""
    ann = copy(blank, DIR_01={"Proposal": "Keep"})
    found = together(whole, ann=ann, ben=ann)
    assert (found.copies, len(found.said)) == (("ann.xlsx",), 1)
    assert told(found.findings) == [(rules.SAME_COPY.code, "")]


def test_views_stand_side_by_side_and_where_they_differ_it_says_so(whole: Quarterly, blank: bytes):
    """A person's column with other words in two copies is shown from both; the same new risk told twice is one row."""
    ann = copy(
        blank,
        DIR_01={"Proposal": "Keep"},
        DIR_02={"Proposal": "Keep", ELT[0]: "Not yet."},
        NEW_1={"Risk": "Short breaks", "Proposal": "New"},
    )
    ben = copy(
        blank,
        DIR_01={"Proposal": "Keep"},
        DIR_02={"Proposal": "Drop", ELT[0]: "Go on."},
        NEW_4={"Risk": "short  breaks", ELT[1]: "Yes."},
        FRD_001={"Owner if new": "AD Education"},
    )
    found = put_together.rows(together(whole, ann=ann, ben=ben), whole)
    by_ref = {row.ref: row for row in found}
    assert list(by_ref) == [*(one.entry.ref for one in long_list.long_list(whole)), "NEW-1"]
    assert [row.ref for row in put_together.differing(found)] == ["DIR-02"]
    assert put_together.proposals(by_ref["DIR-01"]) == "2 Keep"
    assert {"Keep: ann.xlsx", "Drop: ben.xlsx"} <= set(put_together.proposals(by_ref["DIR-02"]).splitlines())
    assert put_together.comments(by_ref["DIR-02"]).splitlines() == [
        f"{ELT[0]}: Not yet. (ann.xlsx)",
        f"{ELT[0]}: Go on. (ben.xlsx)",
    ]
    assert (by_ref["NEW-1"].title, put_together.comments(by_ref["NEW-1"])) == ("Short breaks", f"{ELT[1]}: Yes.")


def test_the_list_says_exempt_where_an_exempt_risk_is_on_it(whole: Quarterly):
    """And not where none is."""
    secret = known(RISKS.replace("DIR-01 4x4", "DIR-01 4x4 exempt"))
    made = (long_list.editions(one, quarterly.published(one)) for one in (whole, secret))
    assert [{kind: bool(one.banner) for kind, one in editions.items()} for editions in made] == [
        {"": False},
        {"exempt": True, "": False},
    ]


@effort.in_ci("starts the validator: 3 s for each; one report is validated every day")
@oracles.needs_validator
def test_microsofts_validator_finds_nothing(whole: Quarterly, blank: bytes, tmp_path: Path):
    """In the list, and in the one put together."""
    found = together(whole, ann=copy(blank, DIR_01={"Proposal": "Keep", ELT[0]: "Keep it."}))
    made = {"list.xlsx": blank, "together.xlsx": excel.report(put_together.editions(found, whole, whole)[""])}
    for name, data in made.items():
        (tmp_path / name).write_bytes(data)
    assert oracles.faults([tmp_path / name for name in made]) == []


# The command


def run(book: Path, *words_: object) -> Result:
    return CliRunner().invoke(main, [*map(str, words_), "--book", str(book)], catch_exceptions=False)


@pytest.fixture
def book(small: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(small, tmp_path / "book"))


@pytest.fixture(scope="module")
def written(small: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book, merged, with its long list; it is there to be copied."""
    book = Path(shutil.copytree(small, tmp_path_factory.mktemp("propose") / "book"))
    assert run(book, "propose").exit_code == 0
    return book


@pytest.fixture
def listed(written: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(written, tmp_path / "book"))


LIST = "2026-27-q2/risks-proposed-2027-28.xlsx"
PUT = "2026-27-q2/risks-put-together-2027-28.xlsx"


def test_the_list_is_written_from_the_newest_register(book: Path):
    """Though a later round has a folder; twice it is the same, and the log names the round that it is of."""
    (book / "2026-27-q3").mkdir()
    assert run(book, "propose").exit_code == 0
    first = (book / LIST).read_bytes()
    assert run(book, "propose").exit_code == 0
    assert (book / LIST).read_bytes() == first
    assert json.loads((book / LOG).read_text(encoding="utf-8").splitlines()[-1])["round"] == "2026-27 Q2"


def test_a_list_that_was_filled_in_is_not_written_over(listed: Path):
    """It may be somebody's only copy."""
    book = listed
    ann = copy((book / LIST).read_bytes(), FRD_001={"Proposal": "New"})
    (book / LIST).write_bytes(ann)
    assert run(book, "propose", book / LIST).exit_code == 0
    assert run(book, "propose").exit_code == 2
    assert (book / LIST).read_bytes() == ann


def test_copies_in_a_folder_are_put_together(listed: Path):
    """What cannot be read is an error, and the others stand; none of them is changed; JSON tells every cell."""
    book = listed
    sent = book / "sent"
    sent.mkdir()
    ann = copy((book / LIST).read_bytes(), FRD_001={"Proposal": "New"})
    (sent / "ann.xlsx").write_bytes(ann)
    (sent / "ben.docx").write_bytes(b"I agree.")
    done = run(book, "propose", sent, "--json")
    said = json.loads(done.stdout)
    assert (done.exit_code, [one["code"] for one in said["findings"]]) == (1, [books.NOT_A_WORKBOOK.code])
    column = by_key(PROPOSED)["proposal"].header
    assert [(one["ref"], one["under"], one["words"], one["file"]) for one in said["said"]] == [
        ("FRD-001", column, "New", "ann.xlsx")
    ]
    assert said["outputs"] == [str(book / PUT)]
    assert (sent / "ann.xlsx").read_bytes() == ann
    once = (book / PUT).read_bytes()
    assert run(book, "propose", sent).exit_code == 1
    assert (book / PUT).read_bytes() == once


def test_nothing_is_put_together_of_nothing(book: Path):
    """Exit status 2, and no workbook."""
    path = book / "other.xlsx"
    path.write_bytes(workbook())
    assert run(book, "propose", path).exit_code == 2
    assert not (book / PUT).exists()


def test_a_file_that_is_not_there_is_one_sentence(book: Path):
    """Exit status 2, and nothing is written."""
    done = run(book, "propose", book / "nobody.xlsx")
    assert (done.exit_code, "nobody.xlsx" in done.stderr) == (2, True)


@effort.in_ci("reads the register of the whole sample, and writes its list")
def test_the_sample_has_a_long_list(demo: Path, tmp_path: Path):
    """Every open directorate risk is on it, and every member of the Extended Leadership Team is asked."""
    book = Path(shutil.copytree(demo, tmp_path / "book"))
    said = json.loads(run(book, "propose", "--json").stdout)
    assert {one["ref"] for one in said["risks"] if one["ref"].startswith("DIR-")} == {
        f"DIR-{number:02}" for number in range(1, 11)
    }
    page = openpyxl.load_workbook(book / LIST)[propose.SHEET]
    asked = openpyxl.load_workbook(sample.DIRECTORATE / "directory.xlsx")["People"]
    team = [row[0] for row in asked.iter_rows(min_row=5, values_only=True) if row[3] and "ELT" in row[3].split(", ")]
    heads = [cell.value for row in page.iter_rows(max_row=8) for cell in row if cell.value]
    assert team
    assert all(any(str(head).startswith(f"{name}, ") for head in heads) for name in team)


def secret_quarter() -> Quarterly:
    """The quarter with an exempt directorate risk."""
    return known(RISKS.replace("DIR-02 2x2", "DIR-02 2x2 exempt"))


def refs(document: Any, table: str) -> list[str]:
    return [row[0].words for row in document.table(table).rows if not row[0].words.startswith("NEW")]


def test_the_long_list_has_an_open_edition_without_exempt_risks():
    """The exempt one has them all, and says so; what an exempt risk carries is on neither."""
    one = known(RISKS.replace("DIR-01 4x4", "DIR-01 4x4 exempt"))
    made = long_list.editions(one, quarterly.published(one))
    assert {kind: bool(document.banner) for kind, document in made.items()} == {"exempt": True, "": False}
    every = refs(made["exempt"], "long_list")
    assert "DIR-01" in every
    assert "ASM-002" not in every
    assert refs(made[""], "long_list") == [ref for ref in every if ref != "DIR-01"]
    assert refs(made[""], "directorate_risks") == ["DIR-02"]
    assert list(long_list.editions(known(), quarterly.published(known()))) == [""]


def test_what_was_said_of_exempt_risks_is_on_a_list_of_their_own():
    """With every word that was said of them; copies of either edition are put together."""
    one = secret_quarter()
    lists = long_list.editions(one, quarterly.published(one))
    ann = copy(excel.report(lists[""]), DIR_01={"Proposal": "Keep", ELT[0]: "Dearer still"})
    ben = copy(excel.report(lists["exempt"]), DIR_01={"Proposal": "Keep"}, DIR_02={"Proposal": "Drop", ELT[1]: "Done"})
    found = together(one, ann=ann, ben=ben)
    made = put_together.editions(found, one, quarterly.published(one))
    assert {kind: bool(document.banner) for kind, document in made.items()} == {"exempt": True, "": False}
    assert refs(made["exempt"], "for_decision") == ["DIR-02"]
    assert "DIR-02" not in refs(made[""], "for_decision")
    said = {kind: {row[3].words for row in document.table("everything_said").rows} for kind, document in made.items()}
    assert said == {"exempt": {"Drop", "Done"}, "": {"Keep", "Dearer still"}}
