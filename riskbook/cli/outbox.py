"""A round's mails in; their drafts in the folder outbox, and manifest.csv, which says what became of each, out."""

import csv
import hashlib
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import astuple, dataclass, field, fields, replace
from pathlib import Path

from riskbook.cli.files import Refusal, read, write
from riskbook.commas import guarded, unguarded

MANIFEST = "manifest.csv"
DRAFT, SENDING, SENT, REFUSED = "draft", "sending", "sent", "refused"


@dataclass(frozen=True, slots=True)
class Attached:
    """A workbook that goes with a mail, and who cleared what in it looks like personal data."""

    name: str
    data: bytes
    cleared_by: str = ""


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to one person: of what kind, to which addresses, what it is about, its draft, and what goes with it."""

    kind: str
    to: tuple[str, ...]
    copies: tuple[str, ...]
    about: str
    draft: bytes
    attached: tuple[Attached, ...] = ()

    @property
    def id(self) -> str:
        """What two mails share only when they are the same to the last byte."""
        return _id(self.draft)

    @property
    def file(self) -> str:
        """What its draft is called: after its kind and its reader."""
        who = ",".join(self.to).lower()
        plain = re.sub(r"[^a-z0-9@._+-]", "_", who)[:100]
        return f"{self.kind}-{plain}{'' if plain == who else f'-{self.id[:8]}'}.eml"


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the manifest: one workbook of a mail, or a mail that has none. ``drafted`` and ``sent`` are ISO.

    ``state`` is "draft", "sending" (it was being handed over when the program stopped, and nobody knows whether it was
    taken), "sent" or "refused"; ``said`` is what the server said. ``digest`` is the workbook's SHA-256.
    """

    kind: str
    to: str
    copies: str
    subject: str
    attachment: str
    digest: str
    cleared_by: str
    drafted: str
    state: str
    sent: str
    said: str
    draft: str
    mail: str


@dataclass(slots=True)
class Put:
    """What became of mails: drafts that may be sent, and those that were sent, may have been, or were changed."""

    drafts: list[Mail] = field(default_factory=list)
    sent: list[Mail] = field(default_factory=list)
    unknown: list[Mail] = field(default_factory=list)
    changed: list[Mail] = field(default_factory=list)


def put(folder: Path, kind: str, mails: Iterable[Mail], day: str) -> Put:
    """Write drafts of a kind and the manifest. What was sent is not drafted again; what somebody changed stays so.

    Drafts of an earlier time that nobody is to have any more are taken away.

    Raises:
        Refusal: something cannot be written, or the manifest cannot be read.
    """
    there, done = lines(folder), Put()
    states, drafted = {line.mail: line.state for line in there}, {line.mail: line.drafted for line in there}
    said = {line.mail: (line.state, line.said) for line in there if line.state == REFUSED}
    for mail in mails:
        state, path = states.get(mail.id), folder / mail.file
        if state == SENT:
            done.sent.append(mail)
        elif state == SENDING:
            done.unknown.append(mail)
        elif path.exists() and _id(read(path)) not in states:
            done.changed.append(mail)
        else:
            done.drafts.append(mail)
    kept = {mail.file for mail in done.changed}
    stays = [line for line in there if line.kind != kind or line.state in (SENT, SENDING) or line.draft in kept]
    fresh = [
        line
        for mail in done.drafts
        for line in _lines(mail, drafted.get(mail.id, day), *said.get(mail.id, (DRAFT, "")))
    ]
    for mail in done.drafts:
        write(folder / mail.file, mail.draft)
    _write(folder, [*stays, *fresh])
    for name in {line.draft for line in there} - {line.draft for line in (*stays, *fresh)}:
        path = folder / name
        if path.exists() and _id(read(path)) in states:
            path.unlink()
    return done


def forget(folder: Path, kind: str, addresses: Iterable[str]) -> None:
    """Take mails that may have been sent as not sent, because somebody asked whoever they were for.

    Raises:
        Refusal: no mail of the kind to such an address is in doubt.
    """
    for address in addresses:
        doubtful = [line for line in lines(folder) if (line.kind, line.state) == (kind, SENDING)]
        found = {line.mail for line in doubtful if address.lower() in line.to.lower().split(", ")}
        if not found:
            raise Refusal(f"no {kind} mail to {address} is in doubt; {folder / MANIFEST} says which went.")
        for mail in found:
            mark(folder, mail, DRAFT)


def lines(folder: Path) -> list[Line]:
    """The manifest as it stands; nothing where there is none.

    Raises:
        Refusal: it is no manifest of ours.
    """
    path = folder / MANIFEST
    if not path.exists():
        return []
    try:
        rows = csv.DictReader(io.StringIO(read(path).decode("utf-8-sig")), strict=True)
        if list(rows.fieldnames or ()) != [one.name for one in fields(Line)]:
            raise KeyError
        return [Line(**{one.name: unguarded(row[one.name]) for one in fields(Line)}) for row in rows]
    except (KeyError, AttributeError, UnicodeDecodeError, csv.Error) as error:
        raise Refusal(
            f"{path} was changed and cannot be read. It says which mails were sent: put it back as it was, or move it "
            "away to begin anew."
        ) from error


def mark(folder: Path, mail: str, state: str, sent: str = "", said: str = "") -> None:
    """Write down what became of a mail; the draft of one that was sent goes into the folder sent.

    Raises:
        Refusal: the manifest cannot be written.
    """
    _change(folder, mail, lambda line: replace(line, state=state, sent=sent, said=said))
    if state == SENT:
        for name in {line.draft for line in lines(folder) if line.mail == mail}:
            there = folder / name
            if there.exists():
                (folder / "sent").mkdir(exist_ok=True)
                there.replace(folder / "sent" / f"{mail[:12]}-{name}")


def _change(folder: Path, mail: str, change: Callable[[Line], Line]) -> None:
    _write(folder, [change(line) if line.mail == mail else line for line in lines(folder)])


def _id(draft: bytes) -> str:
    return hashlib.sha256(draft).hexdigest()[:24]


def _lines(mail: Mail, drafted: str, state: str, said: str) -> list[Line]:
    attached = mail.attached or (Attached("", b""),)
    return [
        Line(
            mail.kind,
            ", ".join(mail.to),
            ", ".join(mail.copies),
            mail.about,
            one.name,
            hashlib.sha256(one.data).hexdigest() if one.name else "",
            one.cleared_by,
            drafted,
            state,
            "",
            said,
            mail.file,
            mail.id,
        )
        for one in attached
    ]


def _write(folder: Path, rows: Iterable[Line]) -> None:
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow([one.name for one in fields(Line)])
    ordered = sorted(rows, key=lambda line: (line.kind, line.to, line.drafted, line.mail, line.attachment))
    table.writerows([guarded(text) for text in astuple(line)] for line in ordered)
    write(folder / MANIFEST, out.getvalue().encode("utf-8-sig"))
