"""The round's mails as drafts, one for each person; and on request sent, each once, to domains that are allowed."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import click

from riskbook import clearing, drafts, leaving, letters
from riskbook.cli import files, inspecting, outbox, smtp, speak, templates
from riskbook.cli.alone import alone
from riskbook.cli.files import Refusal
from riskbook.cli.folder import OpenBook, find, today
from riskbook.cli.options import of_a_book, unlocking
from riskbook.cli.outbox import REFUSED, SENDING, SENT, Attached, Mail, Put
from riskbook.cli.posts import KINDS, Post
from riskbook.drafts import TemplateFaultError, Templates
from riskbook.findings import Severity
from riskbook.kinds import listed
from riskbook.leaving import Expected
from riskbook.report.cells import number
from riskbook.rules.privacy import Hit
from riskbook.settings import Context


@click.command()
@click.argument("kind", type=click.Choice(tuple(KINDS)))
@click.option("--send", is_flag=True, help="Send the drafts through the server that RISKBOOK_SMTP_HOST names.")
@click.option("--yes", is_flag=True, help="Send without asking once more.")
@click.option(
    "--again", multiple=True, metavar="ADDRESS", help="Send one again that may have gone when sending broke off."
)
@click.option("--template", is_flag=True, help="Put the words of this mail into the folder mail, for you to change.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@unlocking
@of_a_book
@click.pass_context
@alone
def mail(
    click_context: click.Context,
    kind: str,
    send: bool,
    yes: bool,
    again: tuple[str, ...],
    template: bool,
    as_json: bool,
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
) -> None:
    """Write a mail for each person as a draft that opens unsent in Outlook; send them, if that is asked.

    \b
    issue          the forms, to whoever fills them in
    chase          the same again, to whoever has sent nothing
    corrections    the copies to correct, to whoever sent the returns
    interviews     the packs, to the owners of directorate risks
    report         the SLT workbook, its Summary in the mail

    \b
    Example: riskbook mail issue             drafts in the folder outbox; nothing is sent
             riskbook mail issue --send      sends them, each once
             riskbook mail chase --template  make its words your own
    """
    opened = find(book, round_)
    if template:
        click.echo(
            f"Change the words in {templates.lay_out(opened.root, KINDS[kind].template)}, then run this without."
        )
        return
    context, folder = opened.context(as_at), opened.folder / "outbox"
    speak.heading(context)
    files.free([folder / outbox.MANIFEST])
    outbox.forget(folder, kind, again)
    mails, held = _made(kind, opened, context, passwords)
    done = outbox.put(folder, kind, mails, today().isoformat())
    went = _sent(done.drafts, folder, context, yes) if send else Went()
    if as_json:
        counts = {"drafts": len(done.drafts) - len(went.sent), "sent": len(went.sent), "sent_before": len(done.sent)}
        counts |= {"held": len(held), "changed": len(done.changed), "unknown": len(done.unknown)}
        speak.as_json([], counts, [folder / one.file for one in done.drafts], held=held, not_sent=went.not_sent)
    else:
        _say(done, went, held, folder)
    click_context.exit(int(bool(held or went.not_sent or done.unknown)))


@dataclass(slots=True)
class Went:
    """What became of drafts that were to be sent: those that went, and a sentence for each that did not."""

    sent: list[Mail] = field(default_factory=list)
    not_sent: list[str] = field(default_factory=list)


def _made(kind: str, opened: OpenBook, context: Context, passwords: tuple[str, ...]) -> tuple[list[Mail], list[str]]:
    """The mails of a kind, and a sentence for everybody and every workbook that is held back.

    Raises:
        Refusal: there is nothing to send yet, or a template of the book's cannot be used.
    """
    register = opened.kept() or context.before
    expected = inspecting.of_book(context, register)
    who = clearing.clearers(register, expected.allowed) if register else {}
    words = templates.own(opened.root)
    looked: dict[bytes, _Looked] = {}
    mails, held = [], []
    for post in KINDS[kind].posts(opened, context, passwords):
        if isinstance(post, str):
            held.append(post)
            continue
        if not post.letter.reader.to:
            held.append(f"{_called(post)}: {_unreached(post, context)}")
            continue
        for name, data in post.workbooks.items():
            if data not in looked:
                looked[data] = _looked_over(name, data, expected, who)
        if stay := [looked[data].why_not for data in post.workbooks.values() if looked[data].why_not]:
            held.append(f"{_called(post)}: {' '.join(stay)}")
            continue
        mails.append(_mail(kind, post, looked, words, context))
    return mails, held


def _called(post: Post) -> str:
    reader = post.letter.reader
    return listed([unit.code for unit in reader.units], "and") if reader.units else reader.name


def _unreached(post: Post, context: Context) -> str:
    """Why nobody is written to."""
    return letters.unreached(" ".join(unit.email for unit in post.letter.reader.units), context)


@dataclass(frozen=True, slots=True)
class _Looked:
    """What a look over a workbook says: why it may not leave, or who cleared what leaves with it."""

    why_not: str = ""
    cleared_by: str = ""


def _looked_over(name: str, data: bytes, expected: Expected, who: Mapping[Hit, str]) -> _Looked:
    errors = [one for one in leaving.inspect(data, name, expected) if one.severity is Severity.ERROR]
    if errors:
        more = f" There are {len(errors) - 1} more." if errors[1:] else ""
        return _Looked(f"{name} may not leave. {errors[0]}{more} `riskbook inspect` lists it all.")
    return _Looked("", ", ".join(sorted({who[hit] for hit in leaving.passed(data, name, expected)})))


def _mail(kind: str, post: Post, looked: Mapping[bytes, _Looked], words: Templates, context: Context) -> Mail:
    reader, sender = post.letter.reader, context.settings.mail.sender
    attached = tuple(Attached(name, data, looked[data].cleared_by) for name, data in post.workbooks.items())
    try:
        draft = drafts.draft(post.letter, post.workbooks, words, sender)
    except TemplateFaultError as fault:
        raise Refusal(f"mail/{fault}") from fault
    return Mail(kind, reader.to, reader.copies, drafts.subject(post.letter, words), draft, attached)


def _sent(mails: Sequence[Mail], folder: Path, context: Context, yes: bool) -> Went:
    """Hand drafts over to the server, each once, and write down after each what became of it.

    Raises:
        Refusal: no domain is allowed, nobody is named as sender, or the server cannot be used.
    """
    went = Went()
    _refuse_unsettled(mails, context)
    if not mails:
        return went
    server = smtp.server()
    if not yes:
        click.confirm(f"Send {number(len(mails), 'mail')} through {server}?", abort=True, err=True)
    with smtp.connected(server) as connection, speak.progress(mails, "Sending") as bar:
        for one in bar:
            if not smtp.is_there(connection):
                went.not_sent.append("The mail server does not answer any more. What was not sent is still a draft.")
                break
            outbox.mark(folder, one.id, SENDING)
            when = datetime.now().astimezone().replace(microsecond=0)
            try:
                refused = smtp.hand_over(connection, one.draft, one.id, when)
            except smtp.NotTakenError as error:
                outbox.mark(folder, one.id, REFUSED, said=str(error))
                went.not_sent.append(f"{', '.join(one.to)}: the server did not take it ({error}).")
                continue
            except smtp.BrokenError as error:
                went.not_sent.append(
                    f"{', '.join(one.to)}: the connection broke ({error}), and nobody knows whether it went. Ask, and "
                    f"if it did not: riskbook mail {one.kind} --send --again {one.to[0]}"
                )
                break
            outbox.mark(folder, one.id, SENT, when.isoformat(), f"not taken for {refused}" if refused else "")
            went.sent.append(one)
            if refused:
                went.not_sent.append(f"{refused}: the server did not take it; the others have it.")
    return went


def _refuse_unsettled(mails: Iterable[Mail], context: Context) -> None:
    """Send nothing before the settings say from whom and whereto, and nothing elsewhere, whatever made the mail."""
    settings = context.settings.mail
    for what, example in (("sender", 'sender = "risk@example.gov.uk"'), ("domains", 'domains = ["example.gov.uk"]')):
        if not getattr(settings, what):
            raise Refusal(f"riskbook.toml does not say, under [mail], {_UNSETTLED[what]}, like {example}.")
    for one in mails:
        barred = [address for address in (*one.to, *one.copies) if settings.bars(address)]
        if barred:
            raise Refusal(f"{barred[0]} is in no domain that riskbook.toml allows under [mail]. Nothing was sent.")


_UNSETTLED = {"sender": "who mails come from", "domains": "to which domains they may go"}


def _say(done: Put, went: Went, held: Iterable[str], folder: Path) -> None:
    """What is drafted and was sent, to whom, and what is held back and why."""
    rows = [
        (", ".join(one.to), ", ".join(one.copies), one.about, ", ".join(part.name for part in one.attached), state)
        for state, mails in (("sent", went.sent), ("draft", [one for one in done.drafts if one not in went.sent]))
        for one in mails
    ]
    speak.table(("To", "Copies", "About", "With it", "State"), rows, "Mails")
    for sentence in (*held, *went.not_sent):
        click.echo(f"Not sent: {sentence}")
    for one in done.unknown:
        click.echo(
            f"Not sent: {', '.join(one.to)}: it may have gone when sending broke off. Ask, and if it did not: "
            f"riskbook mail {one.kind} --send --again {one.to[0]}"
        )
    for one in done.changed:
        click.echo(f"Left alone: {one.file} was changed since it was drafted; send it from Outlook, or delete it.")
    if done.sent:
        click.echo(
            f"{number(len(done.sent), 'mail')} went before and {'is' if len(done.sent) == 1 else 'are'} not sent again."
        )
    if went.sent:
        click.echo(f"{number(len(went.sent), 'mail')} sent. What went to whom stands in {folder / outbox.MANIFEST}.")
    else:
        click.echo(f"{number(len(done.drafts), 'draft')} in {folder}; they open unsent in Outlook. Nothing was sent.")
