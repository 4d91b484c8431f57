"""The round's register in; the workbooks of its audiences, and what should go up or down a level, out."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from riskbook import check, quarterly
from riskbook.cli import files, inspecting, kept, speak
from riskbook.cli.alone import alone
from riskbook.cli.files import Refusal, keep, read, write_all
from riskbook.cli.folder import OpenBook, find
from riskbook.cli.merging import reports
from riskbook.cli.options import of_a_book
from riskbook.model import Register
from riskbook.quarterly import Quarterly
from riskbook.report import SLT, packs
from riskbook.report.audience import Audience
from riskbook.report.cells import some
from riskbook.settings import Context

EVERYONE = "all"


@click.command()
@click.option("--for", "who", metavar="WHO", default="slt", help="slt, dlt, a unit, a board, an owner, or all of them.")
@click.option("--plan", is_flag=True, help="Of a unit: one page for its service, team, locality or project plan.")
@of_a_book
@alone
def report(who: str, plan: bool, book: Path | None, round_: str | None, as_at: date | None) -> None:
    """Make the SLT workbook and its Summary, or another audience's workbook, from the round's register.

    \b
    Example: riskbook report                                    the SLT workbook again
             riskbook report --for dlt                          the paper for DLT, a card for each directorate risk
             riskbook report --for FHS                          a unit's pack, and of a service all below it
             riskbook report --for "AD Children in Our Care"    what somebody owns
             riskbook report --for FRD --plan                   one page for the team's plan
             riskbook report --for all                          every pack, in the folder packs
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    register = kept.as_written(opened)
    whole = composed(opened, register, context)
    speak.heading(context)
    audiences = _audiences(who, plan, whole)
    with speak.progress(audiences, "Workbooks") as each:
        made = reports(opened, whole, each)
    found = inspecting.looked_over(made, inspecting.of_book(context, register))
    files.free(made)
    kept.refuse_untaken(opened, made, register, context)
    kept.keep_changed(opened, made)
    write_all(made, opened.folder / "kept")
    _take_away(opened, audiences, whole, made)
    _say(who, audiences, opened, whole, made)
    if found:
        speak.findings(found)


def composed(opened: OpenBook, register: Register, context: Context) -> Quarterly:
    """All that the reports need of a register that stands: what its returns asked is not asked again."""
    return quarterly.compose(register, tuple(check.register(register, context)), context, opened.updates())


def _audiences(who: str, plan: bool, whole: Quarterly) -> tuple[Audience, ...]:
    """Whom to report to.

    Raises:
        Refusal: there is nobody of that name, or a plan is asked for whom there is none.
    """
    if who.strip().lower() == "slt" and not plan:
        return (SLT,)
    try:
        if who.strip().lower() != EVERYONE:
            audience = SLT if who.strip().lower() == "slt" else packs.named(who, whole)
            return (packs.planned(audience, whole) if plan else audience,)
        return packs.plans(whole) if plan else packs.everyone(whole)
    except packs.UnknownAudienceError as error:
        raise Refusal(str(error)) from error


def _take_away(opened: OpenBook, audiences: Iterable[Audience], whole: Quarterly, made: Iterable[Path]) -> None:
    """Take away what was made when there still was an exempt risk, so that nobody sends it."""
    number = whole.edition.number
    there = {opened.report("exempt", number, one.file) for one in audiences}
    there |= {*opened.summaries("exempt", number), opened.minutes("exempt", number)} if SLT in audiences else set()
    for path in sorted(there - set(made)):
        if path.exists():
            keep(opened.folder / "kept", path.name, read(path))
            files.take_away(path)


def _say(who: str, audiences: tuple[Audience, ...], opened: OpenBook, whole: Quarterly, made: Iterable[Path]) -> None:
    """What was written; after all packs, the risks that are in no owner's."""
    for path in made:
        click.echo(f"{opened.called(path) if audiences == (SLT,) else 'Workbook'}: {path}")
    if who.strip().lower() == EVERYONE and (left := packs.unowned(whole)):
        refs = some([entry.ref for entry in left], speak.MOST_NAMED)
        click.echo(f"In no owner's pack, because nobody in directory.xlsx owns them: {refs}.")


@click.command()
@of_a_book
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def candidates(book: Path | None, round_: str | None, as_at: date | None, as_json: bool) -> None:
    """List what should go up or down a level, and why. People decide.

    \b
    Example: riskbook candidates
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    register = kept.as_written(opened)
    found = quarterly.compose(register, (), context).escalation.candidates
    rows = [
        (
            one.proposal,
            one.entry.ref,
            one.entry.now.title,
            ", ".join(one.codes),
            " ".join(reason.words for reason in one.reasons),
        )
        for one in found
    ]
    if as_json:
        headers = ("proposal", "ref", "title", "codes", "reasons")
        speak.as_json(
            [], {"candidates": len(rows)}, [], candidates=[dict(zip(headers, row, strict=True)) for row in rows]
        )
        return
    speak.heading(context)
    speak.table(("Proposal", "Ref", "Risk", "Codes", "Reasons"), rows)
