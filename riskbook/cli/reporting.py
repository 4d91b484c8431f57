"""The round's register in; the SLT workbook, or what is proposed in it, out."""

from datetime import date
from pathlib import Path

import click

from riskbook import check, quarterly
from riskbook.cli import kept, speak
from riskbook.cli.files import write_all
from riskbook.cli.folder import find
from riskbook.cli.merging import reports
from riskbook.cli.options import of_a_book


@click.command()
@click.option("--for", "audience", type=click.Choice(["slt"]), default="slt", help="Whom the workbook is for.")
@of_a_book
def report(audience: str, book: Path | None, round_: str | None, as_at: date | None) -> None:
    """Make the SLT workbook again from the round's register, without reading the returns.

    \b
    Example: riskbook report
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    register = kept.as_written(opened)
    composed = quarterly.compose(register, tuple(check.register(register, context)), context)
    speak.heading(context)
    made = reports(opened, composed)
    kept.refuse_untaken(opened, made, register, context)
    kept.keep_changed(opened, made)
    write_all(made, opened.folder / "kept")
    for path in made:
        click.echo(f"SLT workbook: {path}")


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
