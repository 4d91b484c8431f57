"""Privacy: what looks like personal data is found, what only looks a little like it is not; it is cleared by name."""

import json
import re
from dataclasses import replace
from pathlib import Path

import pytest
import sample
from click.testing import CliRunner, Result

from riskbook import check, clearing, rules
from riskbook.cli import main
from riskbook.cli.folder import find
from riskbook.findings import Rule
from riskbook.rules import privacy
from riskbook.rules.privacy import Allowed, Hit
from tests import effort, examples, makers

NAMES = Allowed(domains=("council.example",), names=("Jordan Example", "Zaid"))

TRUE = {
    "P101": (
        *("943 476 5919", "9434765919", "NHS no 943-476-5919.", "(401 023 2137)", "NHS no.943.476.5919"),
        *(
            "943\u00a0476\u202f5919",
            "943\u2011476\u20115919",
            "943–476–5919",
            "９４３ ４７６ ５９１９",
            "943\u200b4765919",
        ),
    ),
    "P102": ("D820432116001", "UPN: d820432116001,", "D 820 4321 16 001"),
    "P103": ("JG 12 34 56 C", "AB123456C", "NI ab 12 34 56 d", "JG-12-34-56-C"),
    "P104": (
        *(
            "born 3/4/2012",
            "born on 3 April 2012",
            "DOB 03.04.12",
            "D.O.B: 3rd April 2012",
            "date of birth is 2012-04-03",
        ),
        *("born in March 2012", "DOB: 1/1/09", "d.o.b. 3-Apr-2012", "born on Tuesday, April 3, 2012", "DOB03/04/2012"),
        *("3/4/2012 (DOB)", "D/O/B 03.04.2012", "born 3 Apr '12"),
    ),
    "P105": ("j.bell@example.org", "Ask jo+risk@mail.example.co.uk.", "O'Neil@example.org", "j.bell (at) example.org"),
    "P106": (
        *("07700 900123", "07700900123", "+44 7700 900123", "020 7946 0000", "(01632) 960983", "01632 960 983"),
        *("+44 (0)1632 960983", "(+44) 7700 900123", "07700.900.123", "07700 900123/07700 900456"),
    ),
    "P107": ("LA9 4RQ", "la9 4rq", "EC1A 1BB", "M1 1AE", "LA94RQ", "LA9  4RQ"),
    "P108": (
        *("Child A's mother", "child B has moved", "Pupil K is out of school", "Family C", "young person D's carer"),
        *("J's mum will not talk to us", "YP X", "CHILD B", "pupil “K”", "Child JB has moved"),
    ),
    "P109": (
        "JB, 14",
        "J.B. (14)",
        "the placement of JB, 14, broke down",
        "AB aged 9",
        "Jade, aged 14",
        "KT (12 years)",
        *(
            "14-year-old JB",
            "JB, a 14-year-old",
            "KT is 9 years old",
            "Jade, who is 14",
            "14-year-old Jade is out of school",
        ),
        *("Jade (14 years old)", "Jade aged 9 and Kai aged 7", "JB (M, 14)"),
    ),
    "P110": (
        "Jordan Example",
        "jordan  example",
        "Example, Jordan",
        "Zaid was seen",
        "ZAID",
        "JORDAN EXAMPLE’S",
        "Jordan K. Example",
    ),
}
LOOK_ALIKES = (
    *("FRD-001", "FRD-A001 is done", "£1,234,567,890", "£9434765919", "Room 3.12", "room 12, 14 desks", "12 to 16"),
    *("943 476 5918", "order 94347659190", "invoice 8204321160010", "3/4/2026", "Meeting of 13 October 2026"),
    *(
        "the team, formed 3/4/2012",
        "born of a wish to help",
        "a project born in the summer",
        "DOB is missing in 12 records",
    ),
    *("0300 123 1234", "0800 1111", "0808 800 5000", "ext 4211", "2026-27 Q2", "16 Red (R)", "4 x 3 = 12"),
    *(
        "LA9",
        "KS2 to KS4",
        "Q2 1ST",
        "the M6 and A590",
        "B4 paper",
        "on the 2nd",
        "E101",
        "R2 1st draft",
        "T1 2nd half",
    ),
    *("a child's mother", "child and family", "Child in need", "Pupil A-level results", "children A to Z", "Plan B"),
    *("the Children's mother tongue", "a family I know", "Student E-safety", "Family Hub", "vitamin D", "Band C post"),
    *("AD, 14 October", "the AD (14 posts)", "DLT, 13 October 2026.", "HR, 12.", "IT (3)", "14 children", "SW, 6 of 9"),
    *("Children aged 14", "People aged 16 to 25", "Residents, aged 85", "Q2, 14 risks", "QA, 12", "JB, 140"),
    *(
        "may",
        "will",
        "Jordan",
        "an example of Jordan",
        "@",
        "score@12",
        "#1",
        "GB 12 34 56 C",
        "ask team@council.example",
    ),
    *(
        "Ofsted (14 May 2026)",
        "748 children in our care, up 21",
        "1:4",
        "01/02/2026",
        "25 July 2026",
        "14.5%",
        "1 in 9",
    ),
    *("Looked After Children aged 14", "Software (12 years)", "a 12-year-old Mosaic system", "Mosaic is 12 years old"),
    *("EVERY CHILD A SCHOOL PLACE", "From 1 May 2026 date of birth is asked", "Young People aged 16 and over"),
    *("Family IT support", "Child SW posts", "the 10-year-old PFI contract", "a 5 year old boy", "07/04/2026 09:30"),
    *("Children, who are 14", "the Lease (25 years) ends", "01/04/2026 – 31/03/2027", "account 01234567890123"),
)


def codes(text: str, allowed: Allowed = NAMES) -> set[str]:
    return {hit.code for hit in privacy.hits(text, allowed)}


@pytest.mark.parametrize(("code", "text"), [(code, text) for code, some in TRUE.items() for text in some])
def test_personal_data_is_found(code: str, text: str):
    """Alone, and in the middle of a sentence; the list of names changes nothing of the rest."""
    assert code in codes(text)
    assert code in codes(text, Allowed()) or code == "P110"
    assert code in codes(f"The panel heard in May that {text}; nothing follows.")


@pytest.mark.parametrize("text", LOOK_ALIKES)
def test_what_only_looks_like_it_is_not(text: str):
    """Few false alarms: each one costs somebody an answer."""
    assert codes(text) == set()
    assert codes(f"The panel heard in May that {text}; nothing follows.") == set()


@pytest.mark.parametrize("rule", privacy.RULES, ids=lambda rule: rule.code)
def test_a_rule_finds_its_bad_example_and_not_its_good_one(rule: Rule):
    """What `riskbook explain` shows is true."""
    assert codes(str(rule.bad["commentary"])) == {rule.code}
    assert codes(str(rule.good["commentary"])) == set()


def test_a_finding_does_not_repeat_what_it_found():
    """It is printed, mailed and kept in logs."""
    for some in TRUE.values():
        for text in some:
            for hit in privacy.hits(text, NAMES):
                assert hit.code == "P108" or hit.masked != hit.words
                assert not re.search(r"\d{3}", hit.masked)


def test_names_are_read_a_line_each():
    """Remarks and empty lines are none."""
    assert privacy.names_in("# of the case\nJordan Example\n\n  Zaid # the younger\nZaid\n") == (
        "Jordan Example",
        "Zaid",
    )


def found(commentary: str, **more: object) -> list[str]:
    """What is said of a return with that commentary, as code and cell."""
    returned, context = examples.returned({"commentary": commentary, **more}), examples.context({})
    findings, _ = check.unit_return(returned, context)
    return [f"{one.code} {one.field}" for one in findings if one.code.startswith("P")]


def test_a_return_is_asked_at_the_cell():
    """Of a risk and of an action, in every free text."""
    assert found("Ring 07700 900123.") == ["P106 What has changed this quarter"]
    assert found("Nothing.", actions=[{"what": "Write to j.bell@example.org today"}]) == ["P105 Action"]


def test_what_was_cleared_is_not_asked_again_until_the_text_changes():
    """By the digest of the text, not by its ref."""
    returned, context = examples.returned({"commentary": "The home at LA9 4RQ is full."}), examples.context({})
    cleared = frozenset({("P107", privacy.mark("The home at LA9 4RQ is full."))})
    assert "P107" in {one.code for one in check.unit_return(returned, context)[0]}
    known = replace(context, cleared=cleared)
    assert "P107" not in {one.code for one in check.unit_return(returned, known)[0]}
    changed = examples.returned({"commentary": "The home at LA9 4RQ is empty."})
    assert "P107" in {one.code for one in check.unit_return(changed, known)[0]}


def run(*words: object) -> Result:
    """A command, as typed."""
    return CliRunner().invoke(main, [str(word) for word in words])


SENT = """
    ref     | title             | impact | likelihood | audience | controls
    FRD-001 | Calls are dropped | 4      | 3          |          | The duty team sits at LA9 4RQ.
    FRD-002 | Notices come late | 2      | 2          | Exempt   | None yet.
"""


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book, merged, with a postcode in the controls of a risk of Front Door, and an exempt one."""
    folder = makers.small_book(tmp_path_factory.mktemp("small") / "book", frd=makers.workbook(SENT))
    assert run("merge", "--book", folder).exit_code == 1
    return folder


@effort.in_ci("runs whole commands: 1 s")
def test_merge_writes_it_and_says_that_it_may_not_be_mailed(book: Path):
    """The finding is at the cell of the return; each workbook that has it is named; inspect says no, with the cell."""
    said = run("merge", "--book", book, "--json")
    told = [one for one in json.loads(said.stdout)["findings"] if one["code"] in ("P107", "L121")]
    assert {one["severity"] for one in told} == {"query"}
    assert {one["ref"] for one in told if one["code"] == "P107"} == {"FRD-001"}
    register = find(book).register
    assert register.name in {one["file"] for one in told if one["code"] == "L121"}
    said = run("inspect", register, "--book", book)
    assert said.exit_code == 1
    assert f"{register.name} may not leave." in said.stdout


@effort.in_ci("runs whole commands: 3 s")
def test_clear_needs_a_name_and_a_reason_and_is_remembered(book: Path):
    """It is listed before, silent after, kept on the register with who and why, and the workbooks may leave."""
    assert "FRD-001\tP107" in run("clear", "--book", book).stdout
    assert run("clear", "FRD-001", "P107", "--book", book).exit_code == 2
    assert run("clear", "FRD-001", "P999", "--by", "Ruth Lane", "--reason", "x", "--book", book).exit_code == 2
    assert run("clear", "FRD-002", "P107", "--by", "Ruth Lane", "--reason", "x", "--book", book).exit_code == 2
    said = run("clear", "frd-001", "p107", "--by", "Ruth Lane", "--reason", "our own building", "--book", book)
    assert said.exit_code == 0, said.output
    opened = find(book)
    register = opened.kept()
    assert register
    assert [(one.ref, one.code, one.by, one.reason) for one in register.cleared] == [
        ("FRD-001", "P107", "Ruth Lane", "our own building")
    ]
    assert clearing.outstanding(register, Allowed()) == ()
    for path in (opened.register, opened.report(), opened.report("exempt")):
        assert run("inspect", path, "--book", book).exit_code == 0
    again = json.loads(run("merge", "--book", book, "--json").stdout)
    assert not {"P107", "L121"} & {one["code"] for one in again["findings"]}
    assert "nothing to clear" in run("clear", "--book", book).stdout


def test_the_sample_has_nothing_that_looks_like_personal_data(tmp_path: Path):
    """As it is shipped: in no text of any return or register."""
    opened = find(sample.DIRECTORATE)
    before = opened.before()
    assert before
    assert clearing.outstanding(before, clearing.allowed(opened.context())) == ()


def test_every_rule_of_privacy_is_explained():
    """By `riskbook explain`."""
    assert all(rules.find(code) for code in TRUE)
    assert set(TRUE) == {rule.code for rule in privacy.RULES}


@pytest.mark.parametrize("rule", TRUE)
def test_nothing_is_found_in_what_is_hidden(rule: str):
    """Whatever a rule finds is masked so that it is not found again; and the words are known to be the same."""
    for some in TRUE[rule]:
        text = f"The panel heard in May that {some}; nothing follows."
        hidden = privacy.hidden(text, NAMES)
        assert privacy.hits(hidden, NAMES) == ()
        assert hidden != text


def test_masked_words_are_the_same_as_the_words_that_were_masked():
    """And no others, though they be as long."""
    text = "The placement for 943 476 5919 ends in May."
    hidden = privacy.hidden(text, Allowed())
    assert hidden == "The placement for 9•3 4•6 5••9 ends in May."
    assert privacy.says(hidden, text.upper())
    assert privacy.says(text, hidden)
    assert not privacy.says(hidden, "The placement for 943 476 5910 ends in May.")
    assert not privacy.says(hidden, "The placement for 943 476 5919 ends in Mai.")


def test_what_may_stand_is_not_masked():
    """The rest is."""
    text = "943 476 5919 is at LA9 4RQ."
    may = {Hit("P107", "LA9 4RQ")}
    assert privacy.hidden(text, Allowed(), may) == "9•3 4•6 5••9 is at LA9 4RQ."
