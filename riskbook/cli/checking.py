"""Files in; what each return needs put right, and copies, letters and drafts to send back, out."""

from collections.abc import Iterable
from datetime import date
from pathlib import Path

import click

from riskbook.cli import returns, speak
from riskbook.cli.files import Refusal, write_all
from riskbook.cli.folder import OpenBook, find
from riskbook.cli.options import of_a_book, telling, unlocking
from riskbook.intake import Intake
from riskbook.settings import Context


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="FILE…")
@click.option("--corrections", type=click.Path(path_type=Path), help="Write copies to send back into this folder.")
@unlocking
@of_a_book
@telling
@click.pass_context
def check(
    click_context: click.Context,
    paths: tuple[Path, ...],
    corrections: Path | None,
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
    as_json: bool,
    notes: bool,
    strict: bool,
) -> None:
    """Say what each return needs put right; of a folder, every file under it.

    \b
    Example: riskbook check 2026-27-q2/returns/frd.xlsx --corrections back
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    given, notes_ = returns.gather(paths)
    if not given:
        raise Refusal(f"there is nothing to check in {', '.join(map(str, paths))}.")
    intakes = returns.take(given, context, passwords)
    found = [*notes_, *(finding for one in intakes for finding in one.findings)]
    copies = _copies(corrections, intakes, opened, context) if corrections else {}
    write_all(copies)
    outputs = list(copies)
    if as_json:
        speak.as_json(found, speak.counted(found), outputs)
    else:
        speak.heading(context)
        speak.findings(found, notes, speak.MOST_ALIKE if len(given) > 1 else None)
        for path in outputs:
            click.echo(f"To send back: {path}")
    click_context.exit(speak.status(found, strict))


def _copies(folder: Path, intakes: Iterable[Intake], opened: OpenBook, context: Context) -> dict[Path, bytes]:
    """What goes back to managers; what writes workbooks is imported only now, so that a check alone is quick."""
    from riskbook.cli import corrections, templates

    return corrections.made(folder, intakes, context, templates.own(opened.root))
