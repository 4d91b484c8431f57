"""Mails: one a person, as a draft that opens unsent; sent once, where it may go, and only what may leave."""

import csv
import io
import json
import re
import shutil
import zipfile
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
import trustme
from click.testing import CliRunner, Result

from riskbook import drafts, excel
from riskbook.cli import main, planning, posts
from riskbook.directory import Directory, Person, Unit
from riskbook.report import directory as directories
from tests import effort, makers
from tests.examples import agreed
from tests.post import Office, office, parsed

ANA, BO, EVE = "ana@brackenshire.example", "bo@brackenshire.example", "eve@elsewhere.example"
DIRECTORY = Directory(
    (
        Unit("DIR", "The directorate", "Directorate", manager="Director", email="dcs@brackenshire.example"),
        Unit("FHS", "Family Help", "Service", manager="Head", email=ANA, deputy_email=BO),
        Unit("FRD", "Front Door", "Team", "FHS", manager="Head", email=ANA.upper()),
        Unit("ASM", "Assessment", "Team", "FHS", manager="Head", email=f"{ANA}; {EVE}", deputy_email="no address"),
        Unit("CIC", "Children in Our Care", "Service", manager="Bo Lund", email=BO),
        Unit("SEN", "SEND", "Service", manager="Nobody yet"),
        Unit("PAR", "A partnership", "Partnership", "CIC", manager="Lead", email=EVE),
    ),
    (
        Person("Ána Muñoz", "Service Head", ANA, roles=("SLT",)),
        Person("Bo Lund", "Head of Care", BO, roles=("DLT", "SLT")),
        Person("Eve Elsewhere", "Partner", EVE, roles=("SLT",)),
    ),
)
MAIL = """
[mail]
sender = "risk@brackenshire.example"
domains = ["brackenshire.example"]
report = [{ to = "clerk@brackenshire.example", exempt = true }]
"""
EML = "2026-27-q2/outbox"


@pytest.fixture(scope="module")
def book_issued(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A small book with its forms issued, one return in which something is wrong, and mail settings."""
    root = makers.small_book(tmp_path_factory.mktemp("mail") / "book", frd=makers.workbook())
    (root / "directory.xlsx").write_bytes(excel.report(directories.document(DIRECTORY, agreed())))
    settings = (root / "riskbook.toml").read_text(encoding="utf-8")
    (root / "riskbook.toml").write_text(settings + MAIL, encoding="utf-8")
    assert run(root, "issue").exit_code == 0
    return root


@pytest.fixture(scope="module")
def book_merged(book_issued: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same, merged."""
    root = Path(shutil.copytree(book_issued, tmp_path_factory.mktemp("merged") / "book"))
    assert run(root, "merge").exit_code == 1
    return root


@pytest.fixture
def book(book_issued: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(book_issued, tmp_path / "book"))


@pytest.fixture(scope="module")
def book_drafted(book_issued: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, Any]]:
    """The same with the forms' mails drafted, and what the command said. It is there to be read."""
    root = Path(shutil.copytree(book_issued, tmp_path_factory.mktemp("drafted") / "book"))
    return root, mailed(root, "issue")


@pytest.fixture
def merged(book_merged: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(book_merged, tmp_path / "merged"))


@pytest.fixture(autouse=True)
def _on_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (planning, posts):
        monkeypatch.setattr(module, "today", lambda: date(2026, 10, 12))


def run(book: Path, *words: str) -> Result:
    result = CliRunner().invoke(main, [*words, "--book", str(book)])
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def mailed(book: Path, *words: str) -> dict[str, Any]:
    result = run(book, "mail", *words, "--json")
    told: dict[str, Any] = json.loads(result.stdout) | {"exit": result.exit_code}
    return told


def outbox(book: Path, kind: str) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted((book / EML).glob(f"{kind}-*.eml"))}


def manifest(book: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO((book / EML / "manifest.csv").read_text(encoding="utf-8-sig"))))


@pytest.fixture
def sending(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Name a server to the command."""

    def name(server: Office, **more: str) -> None:
        for key, value in {"HOST": "127.0.0.1", "PORT": str(server.port), "TLS": "none", **more}.items():
            monkeypatch.setenv(f"RISKBOOK_SMTP_{key}", value)

    return name


def test_a_manager_of_three_units_gets_one_mail(book_drafted: tuple[Path, dict[str, Any]]) -> None:
    """With the three forms as they were issued, to the address that may be written to, copies to the deputy."""
    book, told = book_drafted
    found = outbox(book, "issue")
    assert list(found) == [f"issue-{who}@brackenshire.example.eml" for who in ("ana", "bo", "dcs")]
    draft = parsed(found["issue-ana@brackenshire.example.eml"])
    assert [(one.display_name, one.addr_spec) for one in draft["To"].addresses] == [("Ána Muñoz", ANA)]
    assert draft["Cc"] == BO
    for part, code in zip(draft.iter_attachments(), ("asm", "fhs", "frd"), strict=True):
        issued = book / "2026-27-q2" / "issued" / str(part.get_filename())
        assert (issued.name, part.get_content()) == (f"{code}-2026-27-q2.xlsx", issued.read_bytes())
    assert (told["counts"]["drafts"], told["counts"]["sent"], told["exit"]) == (3, 0, 1)
    assert [sentence.split(":")[0] for sentence in told["held"]] == ["PAR", "SEN"]


def test_a_draft_opens_unsent_in_outlook_and_in_thunderbird(book_drafted: tuple[Path, dict[str, Any]]) -> None:
    """Lines end as mail's do and are of ASCII; unsent; no date and no number yet; text first, the page after it."""
    book, _ = book_drafted
    for data in outbox(book, "issue").values():
        assert data.replace(b"\r\n", b"").count(b"\n") == 0
        assert data.isascii()
        assert max(map(len, data.split(b"\r\n"))) <= 998
        draft = parsed(data)
        assert (draft["X-Unsent"], draft["Date"], draft["Message-ID"]) == ("1", None, None)
        alternative = next(iter(draft.iter_parts()))
        assert [part.get_content_type() for part in alternative.iter_parts()] == ["text/plain", "text/html"]
        assert not draft.defects


def test_the_page_says_what_the_text_says(book_drafted: tuple[Path, dict[str, Any]]) -> None:
    """Word for word; with styles of its own on every element, and nothing that is fetched."""
    book, _ = book_drafted
    for data in outbox(book, "issue").values():
        draft = parsed(data)
        text, page = (draft.get_body((kind,)).get_content() for kind in ("plain", "html"))  # type: ignore[union-attr]
        words = re.sub(r"<(title|style).*?</\1>|<[^>]+>|<!--.*?-->|^- ", " ", page, flags=re.DOTALL)
        assert words.split() == re.sub(r"(?m)^- ", "", text).split()
        assert re.findall(r"<(?:p|li|ul|ol)(?! style)[^>]*>", page) == []
        assert re.findall(r"(?:src|href|url)\s*[=(]", page) == []


@effort.in_ci("runs whole commands: 1 s")
def test_drafts_are_the_same_twice_and_those_that_nobody_is_to_have_go(book: Path) -> None:
    """A return that came since takes its reminder away; a draft that somebody changed is left alone."""
    mailed(book, "chase")
    first = outbox(book, "chase")
    assert [one["sent_before"] for one in (mailed(book, "chase")["counts"],)] == [0]
    assert outbox(book, "chase") == first
    changed = book / EML / "chase-dcs@brackenshire.example.eml"
    changed.write_bytes(changed.read_bytes() + b"\r\n")
    start = {**makers.START, "unit": "CIC"}
    (book / "2026-27-q2" / "returns" / "cic.xlsx").write_bytes(makers.workbook("ref | title", start=start))
    told = mailed(book, "chase")
    assert list(outbox(book, "chase")) == ["chase-ana@brackenshire.example.eml", changed.name]
    assert told["counts"]["changed"] == 1
    assert changed.read_bytes() == first[changed.name] + b"\r\n"


def test_chased_is_who_has_sent_nothing_with_the_form_again(book: Path) -> None:
    """Not for the unit that did; late in working days."""
    mailed(book, "chase")
    draft = parsed(outbox(book, "chase")["chase-ana@brackenshire.example.eml"])
    assert [part.get_filename() for part in draft.iter_attachments()] == ["asm-2026-27-q2.xlsx", "fhs-2026-27-q2.xlsx"]
    assert "1 working day" in draft.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_nobody_is_chased_before_the_day_that_returns_are_due(book: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It says when that is, and no draft is written; on the day they are reminded."""
    monkeypatch.setattr(posts, "today", lambda: date(2026, 10, 8))
    early = run(book, "mail", "chase")
    assert (early.exit_code, "9 October 2026, in 1 working day" in early.stderr) == (2, True)
    assert outbox(book, "chase") == {}
    monkeypatch.setattr(posts, "today", lambda: date(2026, 10, 9))
    mailed(book, "chase")
    assert outbox(book, "chase")


def test_what_a_merge_has_not_written_yet_is_not_mailed(book: Path) -> None:
    """It says which command comes first."""
    assert "riskbook merge" in run(book, "mail", "corrections").stderr
    assert "riskbook merge" in run(book, "mail", "report").stderr


def test_corrections_are_those_that_the_merge_wrote(merged: Path) -> None:
    """And what came since is merged first."""
    book = merged
    mailed(book, "corrections")
    (name,) = outbox(book, "corrections")
    (part,) = parsed(outbox(book, "corrections")[name]).iter_attachments()
    copy = book / "2026-27-q2" / "corrections" / "frd-2026-27-q2-please-correct.xlsx"
    assert (name, part.get_content()) == ("corrections-ana@brackenshire.example.eml", copy.read_bytes())
    (line,) = (line for line in manifest(book) if line["kind"] == "corrections")
    assert (line["attachment"], line["digest"]) == (copy.name, sha256(copy.read_bytes()).hexdigest())
    late = makers.workbook(
        "ref | title | impact\nASM-001 | Visits are late | Lots", start={**makers.START, "unit": "ASM"}
    )
    (book / "2026-27-q2" / "returns" / "asm.xlsx").write_bytes(late)
    assert run(book, "mail", "corrections").exit_code == 2


@effort.in_ci("runs whole commands: 2 s")
def test_an_interview_pack_goes_to_the_owner_of_its_risks(merged: Path) -> None:
    """By the post or name that the risks have; one whose owner has no address is named."""
    assert "riskbook interviews" in run(merged, "mail", "interviews").stderr
    owners = makers.workbook(
        "ref | title | impact | likelihood | owner\nDIR-01 | Placements cost more | 4 | 4 | Head of Care\n"
        "NEW-1 | Nights are dear | 3 | 3 | Cy Ash",
        start={**makers.START, "unit": "DIR"},
    )
    (merged / "2026-27-q2" / "returns" / "dir.xlsx").write_bytes(owners)
    run(merged, "merge")
    assert run(merged, "interviews").exit_code in (0, 1)
    told = mailed(merged, "interviews")
    draft = parsed(outbox(merged, "interviews")["interviews-bo@brackenshire.example.eml"])
    (part,) = draft.iter_attachments()
    pack = merged / "2026-27-q2" / "interviews" / str(part.get_filename())
    assert (part.get_content(), "DIR-01" in draft.get_body(("plain",)).get_content()) == (pack.read_bytes(), True)  # type: ignore[union-attr]
    assert [sentence.split(":")[0] for sentence in told["held"]] == ["Cy Ash"]


def test_the_report_goes_to_those_whose_role_says_so_and_who_are_named(merged: Path) -> None:
    """With its Summary in the mail; to nobody elsewhere."""
    book = merged
    mailed(book, "report")
    found = outbox(book, "report")
    assert list(found) == [f"report-{who}@brackenshire.example.eml" for who in ("ana", "bo", "clerk")]
    workbook = book / "2026-27-q2" / "slt-risk-report-2026-27-q2.xlsx"
    summary = (book / "2026-27-q2" / "slt-risk-summary-2026-27-q2.html").read_text(encoding="utf-8")
    for data in found.values():
        draft = parsed(data)
        (part,) = draft.iter_attachments()
        assert (part.get_filename(), part.get_content()) == (workbook.name, workbook.read_bytes())
        page = draft.get_body(("html",)).get_content()  # type: ignore[union-attr]
        assert summary[summary.index("<h1") : summary.index("</h1>")] in page


def test_whoever_the_report_cannot_go_to_is_named(merged: Path) -> None:
    """A domain that is mistyped or cut short, or no address at all; the others have their mail."""
    typed = {"Cut Short": "bob@brackenshire", "Mis Typed": "bob@brackenshire.exmaple", "No Address": ""}
    people = [Person(name, "Director", email, roles=("SLT",)) for name, email in typed.items()]
    known = replace(DIRECTORY, people=(*DIRECTORY.people, *people))
    (merged / "directory.xlsx").write_bytes(excel.report(directories.document(known, agreed())))
    told = mailed(merged, "report")
    assert (told["exit"], told["counts"]["drafts"], told["counts"]["held"]) == (1, 3, 4)
    assert [name for one in told["held"] for name in typed if one.startswith(name)] == list(typed)
    assert all(email in one for email, one in zip(typed.values(), told["held"][1:], strict=True))


EXEMPT = """
    ref     | title             | impact | likelihood | audience
    FRD-001 | Calls are dropped | 4      | 3          | Exempt
    FRD-002 | Notices come late | 2      | 2          | SLT
"""


@effort.in_ci("runs whole commands: 1 s")
def test_exempt_risks_go_to_those_alone_who_are_marked(book: Path) -> None:
    """The others get the open edition, and not a word of the exempt risk stands in their mail or its workbook."""
    (book / "2026-27-q2" / "returns" / "frd.xlsx").write_bytes(makers.workbook(EXEMPT))
    run(book, "merge")
    mailed(book, "report")
    for name, data in outbox(book, "report").items():
        draft = parsed(data)
        (part,) = draft.iter_attachments()
        page = draft.get_body(("html",)).get_content()  # type: ignore[union-attr]
        inside = zipped(part.get_content()) + page
        is_marked = "clerk" in name
        assert ("Calls are dropped" in inside) is is_marked
        assert str(draft["Subject"]).startswith("EXEMPT") is is_marked
        assert str(part.get_filename()).endswith("-exempt.xlsx") is is_marked


def zipped(data: bytes) -> str:
    """Every text of every part of a workbook."""
    with zipfile.ZipFile(io.BytesIO(data)) as parts:
        return "".join(parts.read(name).decode("utf-8", "replace") for name in parts.namelist())


def test_it_is_sent_once_from_whom_to_whom_and_with_what_the_manifest_says(book: Path, sending: Any) -> None:
    """To copies too; with a date and a name of its own, and no longer as a draft."""
    with office() as server:
        sending(server)
        assert mailed(book, "issue", "--send", "--yes")["counts"]["sent"] == 3
        again = mailed(book, "issue", "--send", "--yes")["counts"]
    assert (again["sent"], again["sent_before"], len(server.taken)) == (0, 3, 3)
    assert [to for to, _ in server.taken] == [[ANA, BO], [BO], ["dcs@brackenshire.example"]]
    for mail in server.mails:
        assert (mail["X-Unsent"], mail["From"]) == (None, "risk@brackenshire.example")
        assert mail["Date"]
        assert str(mail["Message-ID"]).endswith("@brackenshire.example>")
    assert outbox(book, "issue") == {}
    lines = manifest(book)
    sent = [part for mail in server.mails for part in mail.iter_attachments()]
    assert [(line["attachment"], line["digest"]) for line in lines] == [
        (part.get_filename(), sha256(part.get_content()).hexdigest()) for part in sent
    ]
    assert {(line["state"], bool(line["sent"])) for line in lines} == {("sent", True)}


@effort.in_ci("runs whole commands: 2 s")
def test_a_break_sends_nothing_twice(book: Path, sending: Any) -> None:
    """Who was served stays so, the one in doubt is asked about, the rest go the next time."""
    with office(most=1) as server:
        sending(server)
        told = mailed(book, "issue", "--send", "--yes")
        assert (told["counts"]["sent"], len(told["not_sent"]), told["exit"]) == (1, 1, 1)
    assert [line["state"] for line in manifest(book)] == ["sent"] * 3 + ["sending", "draft"]
    with office() as server:
        sending(server)
        told = mailed(book, "issue", "--send", "--yes")
        assert (told["counts"]["sent"], told["counts"]["unknown"]) == (1, 1)
        assert [to for to, _ in server.taken] == [["dcs@brackenshire.example"]]
        assert run(book, "mail", "issue", "--again", "nobody@brackenshire.example").exit_code == 2
        assert mailed(book, "issue", "--send", "--yes", "--again", BO)["counts"]["sent"] == 1
        assert [to for to, _ in server.taken][1:] == [[BO]]
    assert {line["state"] for line in manifest(book)} == {"sent"}


@effort.in_ci("runs whole commands: 2 s")
def test_a_report_that_was_mailed_and_is_another_now_is_mailed_again(merged: Path, sending: Any) -> None:
    """Merge says so, because a later return changed it, and the earlier one is kept."""
    book = merged
    with office() as server:
        sending(server)
        assert mailed(book, "report", "--send", "--yes")["counts"]["sent"] == 3
        worse = makers.workbook(makers.FRD.replace("| 4 ", "| 5 "), modified="2026-10-08T09:00:00Z")
        (book / "2026-27-q2" / "returns" / "frd.xlsx").write_bytes(worse)
        said = run(book, "merge").stdout
        assert "slt-risk-report-2026-27-q2.xlsx" in said.partition("riskbook mail report")[0].splitlines()[-1]
        assert mailed(book, "report", "--send", "--yes")["counts"]["sent"] == 3
    digests = {line["digest"][:12] for line in manifest(book) if line["kind"] == "report"}
    assert len(digests) == 2
    kept = {path.name[:12] for path in (book / "2026-27-q2" / "kept").iterdir()}
    assert digests <= kept


@effort.in_ci("runs whole commands: 1 s")
def test_a_mail_that_the_server_refuses_is_told_and_tried_again(book: Path, sending: Any) -> None:
    """The others go; and one of whom only a copy was refused went."""
    with office(refused=frozenset((BO,))) as server:
        sending(server)
        told = mailed(book, "issue", "--send", "--yes")
        assert (told["counts"]["sent"], len(told["not_sent"])) == (2, 2)
    states = {line["to"]: line["state"] for line in manifest(book)}
    assert [states[f"{who}@brackenshire.example"] for who in ("ana", "bo", "dcs")] == ["sent", "refused", "sent"]
    with office() as server:
        sending(server)
        assert mailed(book, "issue", "--send", "--yes")["counts"]["sent"] == 1


@pytest.mark.parametrize("kind", ["issue", "chase", "corrections", "report"])
def test_nothing_goes_to_a_domain_that_is_not_allowed(merged: Path, sending: Any, kind: str) -> None:
    """Whatever the directory says: not to anybody, not as a copy, not as a draft that merge writes either."""
    book = merged
    with office() as server:
        sending(server)
        mailed(book, kind, "--send", "--yes")
    assert server.taken
    assert all(address.lower().endswith("@brackenshire.example") for to, _ in server.taken for address in to)
    drafted = [*book.rglob("*.eml")]
    assert drafted
    assert not any(EVE.encode() in path.read_bytes() for path in drafted)


@pytest.mark.parametrize("line", ['sender = "risk@brackenshire.example"', 'domains = ["brackenshire.example"]'])
def test_nothing_is_sent_before_the_settings_say_from_whom_and_whereto(book: Path, sending: Any, line: str) -> None:
    """Drafts are written all the same."""
    path = book / "riskbook.toml"
    path.write_text(path.read_text(encoding="utf-8").replace(line, ""), encoding="utf-8")
    with office() as server:
        sending(server)
        assert run(book, "mail", "issue", "--send", "--yes").exit_code == 2
    assert server.taken == []
    assert outbox(book, "issue")


@effort.in_ci("runs whole commands: 1 s")
def test_over_tls_with_a_password_that_stands_in_no_file(
    book: Path, sending: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The server is known by its certificate; one that is not, or a wrong password, gets nothing."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    with office(authority, password="open sesame") as server:
        sending(server, TLS="starttls", USER="risk", PASSWORD="open sesame")
        assert run(book, "mail", "issue", "--send", "--yes").exit_code == 2
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
        sending(server, TLS="starttls", USER="risk", PASSWORD="wrong")
        assert run(book, "mail", "issue", "--send", "--yes").exit_code == 2
        assert server.taken == []
        sending(server, TLS="starttls", USER="risk", PASSWORD="open sesame")
        assert mailed(book, "issue", "--send", "--yes")["counts"]["sent"] == 3
    assert len(server.taken) == 3
    assert not any(b"open sesame" in path.read_bytes() for path in book.rglob("*") if path.is_file())


@pytest.mark.parametrize(
    "wrong", [{"HOST": ""}, {"PORT": "many"}, {"TLS": "sometimes"}, {"HOST": "mail.example", "USER": "risk"}]
)
def test_a_server_that_cannot_be_used_is_one_sentence(book: Path, sending: Any, wrong: dict[str, str]) -> None:
    """No name, no number, no such way; a password over an open line."""
    sending(Office(port=1), **wrong)
    result = run(book, "mail", "issue", "--send", "--yes")
    assert (result.exit_code, result.stderr.count("riskbook: ")) == (2, 1)
    assert {line["state"] for line in manifest(book)} == {"draft"}


@effort.in_ci("runs whole commands: 3 s")
def test_a_workbook_that_may_not_leave_is_held_back_until_somebody_clears_it(book: Path, sending: Any) -> None:
    """With whom it was for and the cell; the manifest says who cleared it."""
    risks = """
        ref     | title                     | impact | likelihood
        FRD-001 | Calls of NHS 943 476 5919 | 5      | 5
        FRD-002 | Notices come late         | 2      | 2
    """
    (book / "2026-27-q2" / "returns" / "frd.xlsx").write_bytes(makers.workbook(risks))
    run(book, "merge")
    told = mailed(book, "report")
    assert (told["counts"]["drafts"], len(told["held"]), told["exit"]) == (0, 4, 1)
    private = [sentence for sentence in told["held"] if "slt-risk-report-2026-27-q2.xlsx" in sentence]
    assert len(private) == 3
    code = re.search(r"\b(P\d{3})\b", private[0])
    assert code
    cleared = run(book, "clear", "FRD-001", code[1], "--by", "Ruth Lane", "--reason", "a made-up number")
    assert cleared.exit_code == 0, cleared.output
    assert mailed(book, "report")["counts"]["drafts"] == 3
    assert {line["cleared_by"] for line in manifest(book) if line["kind"] == "report"} == {"Ruth Lane"}


def test_the_words_of_a_mail_can_be_made_ones_own(book: Path) -> None:
    """The shipped template is laid out once; facts that people typed are no markup and no template."""
    assert run(book, "mail", "issue", "--template").exit_code == 0
    path = book / "mail" / "issue.md.j2"
    assert path.read_text(encoding="utf-8") == drafts.shipped("issue")
    path.write_text("# Risks, {{ round }}\n\n**Hello** {{ name }}, {{ units[0].name }}!\n", encoding="utf-8")
    assert run(book, "mail", "issue", "--template").exit_code == 0
    mailed(book, "issue")
    draft = parsed(outbox(book, "issue")["issue-bo@brackenshire.example.eml"])
    assert draft["Subject"] == "Risks, 2026-27 Q2"
    assert "<strong>Hello</strong> Bo Lund, Children in Our Care!" in draft.get_body(("html",)).get_content()  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "words",
    [
        "no heading",
        "# {{ nobody }}",
        "# {% for %}",
        "# {{ 1 / 0 }}",
        "# {{ ''.__class__.__mro__[1].__subclasses__() }}",
    ],
)
def test_a_template_that_cannot_be_used_is_one_sentence_with_its_name(book: Path, words: str) -> None:
    """And nothing is written."""
    (book / "mail").mkdir()
    (book / "mail" / "issue.md.j2").write_text(words, encoding="utf-8")
    result = run(book, "mail", "issue")
    assert (result.exit_code, "mail/issue.md.j2" in result.stderr) == (2, True)
    assert not (book / EML).exists()


def test_a_mistyped_name_of_a_template_is_told(book: Path) -> None:
    """Its words would count for nothing otherwise."""
    (book / "mail").mkdir()
    (book / "mail" / "isue.md.j2").write_text("# Hello", encoding="utf-8")
    assert run(book, "mail", "issue").exit_code == 2


def test_a_manifest_that_cannot_be_read_stops_everything(book: Path) -> None:
    """It alone says what was sent."""
    mailed(book, "issue")
    (book / EML / "manifest.csv").write_text("hello", encoding="utf-8")
    before = outbox(book, "issue")
    assert run(book, "mail", "issue").exit_code == 2
    assert outbox(book, "issue") == before
