"""Letters to managers: one page, the words of the corrections copy, and a draft that opens unsent."""

import email
import io
import re
import textwrap
from dataclasses import replace
from email import policy
from email.message import EmailMessage
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from riskbook import drafts, excel, letters, markdown
from riskbook.directory import Directory, Unit
from riskbook.findings import Severity
from riskbook.forms import FIXES
from riskbook.intake import Intake, take
from riskbook.letters import Answered, Letter
from riskbook.report.form import Form, FormRow, corrected, prefilled
from riskbook.settings import Context
from tests import examples, makers

UNIT = Unit("FRD", "Front Door", "Team", manager="Team Manager, Front Door", email="jo@brackenshire.example")
NAME = "frd-please-correct.xlsx"
PAGE = 55
"""Lines of 95 characters on a page."""


@pytest.fixture(scope="module")
def context() -> Context:
    return replace(makers.quarter(None), directory=Directory((UNIT,)))


def row(number: int, **typed: object) -> FormRow:
    sound = {key: value for key, value in examples.SOUND.items() if key not in ("parent", "commentary", "ref")}
    title = {"ref": f"NEW-{number}", "title": f"The duty rota fails in week {number}", "response": "Tolerate"}
    return FormRow(values={**sound, **title, **typed})


def asked(context: Context, *rows: FormRow, unit: Unit = UNIT) -> Form:
    """The corrections copy of a form that came back with these rows."""
    sent = excel.form(context, replace(prefilled(context, unit, 1), risks=rows))
    return corrected(context, unit, taken(context, sent))


def taken(context: Context, data: bytes, name: str = "Front Door FINAL.xlsx") -> Intake:
    return take(data, name, context)


def told(context: Context, form: Form) -> str:
    """The letter as the draft has it."""
    return words(parsed(drafts.draft(written(context, form), {}, {})))


def written(context: Context, form: Form, sent_as: str = "Front Door FINAL.xlsx") -> Letter:
    """The letter that goes with a corrections copy."""
    context = replace(context, directory=Directory((form.unit,), context.directory.people))
    (reader,) = letters.readers([form.unit], context)
    return letters.correcting(reader, [Answered(form, sent_as, NAME)], context)


def words(draft: EmailMessage) -> str:
    """The text of a draft."""
    body = draft.get_body(("plain",))
    assert body
    return str(body.get_content()).replace("\r\n", "\n")


def parsed(data: bytes) -> EmailMessage:
    message = email.message_from_bytes(data, policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def listed(form: Form, context: Context) -> dict[str, str]:
    """What the corrections copy asks: where, and what to do."""
    sheet = openpyxl.load_workbook(io.BytesIO(excel.form(context, form)))["Please correct"]
    at = {column.key: number for number, column in enumerate(FIXES)}
    rows = [[str(cell.value or "") for cell in row] for row in sheet.iter_rows(min_row=6)]
    return {row[at["where"]]: row[at["to_do"]] for row in rows if row[at["code"]]}


def items(letter: str) -> list[str]:
    return re.findall(r"^\d\. (.+)$", letter, re.MULTILINE)


def test_it_says_what_the_corrections_copy_says(context: Context):
    """The same cells and the same words; a row with several empty cells is one thing to do."""
    form = asked(context, row(1, impact="Lots", category="", owner=""))
    copy = listed(form, context)
    steps = [item for item in items(told(context, form)) if "Lots" in item]
    where = next(where for where, words in copy.items() if "Lots" in words)
    assert steps == [f"NEW-1, Impact now ({where}): {copy[where]}"]
    empties = [mark.field for mark in form.marks or () if mark.code == "C101"]
    assert len(empties) > 1
    together = next(item for item in items(told(context, form)) if "Fill in" in item)
    assert all(field in together for field in empties)


def test_five_things_at_most_and_how_many_more(context: Context):
    """What to put right comes before what to answer, and high risks before low ones."""
    wrong = [{"category": "Weather"}, {"response": "Hope"}, {"status": "Perhaps"}]
    rows = [row(n, **wrong[n % 3], **({"impact": 5, "likelihood": 5} if n == 7 else {})) for n in range(1, 10)]
    form = asked(context, *rows)
    found = items(told(context, form))
    assert len(found) == letters.MOST
    assert found[0].startswith("NEW-7")
    assert f"lists all {len(form.marks or ())}" in told(context, form)


def test_a_letter_is_one_page(context: Context):
    """Even of a return in which whole paragraphs were typed where dates belong."""
    prose = "to be agreed with health once the new rota has been tried for a month " * 40
    rows = [row(n, target_date=prose, raised=prose, category=prose, impact=prose) for n in range(1, 4)]
    letter = told(context, asked(context, *rows))
    assert len(items(letter)) == letters.MOST
    assert sum(len(textwrap.wrap(line, 95)) or 1 for line in letter.splitlines()) <= PAGE


def test_the_draft_opens_unsent_with_the_copy_in_it(context: Context):
    """To the manager, a copy to the deputy; the same letter makes the same bytes."""
    unit = replace(UNIT, deputy_email="sam@brackenshire.example; kim@brackenshire.example")
    form = asked(context, row(1), unit=unit)
    copy = excel.form(context, form)
    letter = written(context, form)
    draft = parsed(drafts.draft(letter, {NAME: copy}, {}))
    assert (draft["To"], draft["Cc"]) == (UNIT.email, "sam@brackenshire.example, kim@brackenshire.example")
    assert (draft["X-Unsent"], draft["Date"], draft["From"]) == ("1", None, None)
    (attached,) = draft.iter_attachments()
    assert (attached.get_filename(), attached.get_content()) == (NAME, copy)
    assert words(draft) == told(context, form)
    assert drafts.draft(letter, {NAME: copy}, {}) == drafts.draft(letter, {NAME: copy}, {})


@pytest.mark.parametrize("typed", ["not an address", "a@b.example\nBcc: all@b.example", "", "a@b.example, c d"])
def test_what_is_no_address_adds_no_header(context: Context, typed: str):
    """An address book kept by hand is no way into the headers."""
    unit = replace(UNIT, name="Front\nDoor", email=typed)
    letter = written(context, asked(context, row(1), unit=unit), "x.xlsx")
    draft = parsed(drafts.draft(letter, {}, {}))
    assert set(draft.keys()) <= {
        "Subject",
        "To",
        "X-Unsent",
        "MIME-Version",
        "Content-Type",
        "Content-Transfer-Encoding",
    }
    assert str(draft["Subject"]).startswith("Front Door:")
    assert str(draft["To"] or "") in ("", "a@b.example", "a@b.example, all@b.example")


@given(st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), min_size=1, max_size=60))
def test_what_people_typed_is_no_markup(typed: str):
    """Every mark of Markdown in it is escaped, and without the escapes it is what was typed."""
    escaped = markdown.escaped(typed)
    assert re.sub(r"\\(.)", r"\1", escaped) == typed
    assert not re.search(r"(?<!\\)(?:\\\\)*[`*_\[\]<>#|~]", escaped)


def test_a_file_that_could_not_be_read_is_answered_too(context: Context):
    """With the reason and what to do, to nobody in particular."""
    intake = taken(context, b"a photograph", "minutes.xlsx")
    draft = parsed(drafts.draft(letters.not_read(intake, context), {}, {}))
    assert draft["To"] is None
    (only,) = [finding for finding in intake.findings if finding.severity is Severity.ERROR]
    assert items(words(draft)) == [f"{only.message} {only.hint}"]
    assert "minutes.xlsx" in words(draft)


def test_every_template_is_in_the_package():
    """What a letter is made from goes with the wheel."""
    folder = Path(letters.__file__).parent / "mail"
    assert {path.name for path in folder.iterdir()} == {f"{name}{drafts.ENDING}" for name in drafts.NAMES}
