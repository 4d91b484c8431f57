"""The list that DLT confirmed in; its decisions on the register, and the list for the Service Plan's report, out."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from riskbook import confirm as confirming
from riskbook import excel, markdown, quarterly
from riskbook.cli import deciding, files, inspecting, merging, speak
from riskbook.cli.alone import alone
from riskbook.cli.deciding import Decided
from riskbook.cli.files import Refusal, keep, read, write_all
from riskbook.cli.folder import OpenBook, today
from riskbook.cli.merging import Given
from riskbook.cli.options import a_day, of_a_book, telling, unlocking
from riskbook.cli.proposing import newest
from riskbook.confirm import Meeting
from riskbook.forms import BODIES
from riskbook.kinds import said
from riskbook.model import Register
from riskbook.propose import coming
from riskbook.quarterly import Quarterly
from riskbook.report import service_plan
from riskbook.rounds import Round
from riskbook.settings import Context


@click.command()
@click.argument("path", type=click.Path(path_type=Path), metavar="FILE")
@click.option("--on", "day", metavar="DAY", required=True, callback=a_day, help="When it was confirmed.")
@click.option("--body", type=click.Choice(BODIES), default="DLT", show_default=True, help="Which body confirmed it.")
@click.option("--by", metavar="WHO", default="", help="Who took the decision, by post or name; else the body.")
@click.option("--minute", default="", help="Where it is minuted.")
@click.option("--trust-register", "trust", is_flag=True, help="Take the register as it stands, when its copy is gone.")
@click.option("--dry-run", "dry", is_flag=True, help="Say what would be decided and changed, and write nothing.")
@unlocking
@of_a_book
@telling
@click.pass_context
@alone
def confirm(
    click_context: click.Context,
    path: Path,
    day: date,
    body: str,
    by: str,
    minute: str,
    trust: bool,
    dry: bool,
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
    as_json: bool,
    notes: bool,
    strict: bool,
) -> None:
    """Take the list that DLT confirmed, and open the new year with it.

    \b
    Example: riskbook confirm risks-put-together-2027-28.xlsx --on "9 March 2027"
    """
    opened = newest(book, round_)
    _refuse_day(opened, day)
    given = deciding.again(opened, as_at, passwords, trust, dry)
    given, made = _confirmed(
        given, deciding.where(path, opened), Meeting(body, by or body, day, minute), passwords, dry
    )
    register = made.done.register if made.done else given.merged()[0]
    composed = quarterly.compose(register, (), given.context)
    lists = _lists(opened, composed)
    found = inspecting.looked_over(lists, inspecting.of_book(given.context, register))
    made = replace(made, taken=replace(made.taken, findings=(*made.taken.findings, *found)))
    anew: tuple[str, ...] = ()
    if made.read and not dry:
        files.free(lists)
        anew = deciding.put(made, (path,))
        write_all(lists, opened.folder / "kept")
    _tell(made, composed, tuple(lists) if made.read and not dry else (), dry, as_json, notes)
    if not as_json:
        for words in anew:
            click.echo(words)
    click_context.exit(speak.status(made.taken.findings, strict) if made.read else 2)


def _refuse_day(opened: OpenBook, day: date) -> None:
    """A day on which nothing can have been decided for this round is a slip.

    Raises:
        Refusal: it is still to come, or before the round began.
    """
    if day > today():
        raise Refusal(f"{said(day)} is still to come: give the day on which the list was confirmed.")
    if day < opened.round.begins:
        raise Refusal(
            f"{said(day)} is before {opened.round} began, on {said(opened.round.begins)}: name its own round."
        )


def _confirmed(
    given: Given, path: Path, meeting: Meeting, passwords: tuple[str, ...], dry: bool
) -> tuple[Given, Decided]:
    """Take the list as decisions, its new risks with their refs; what is merged from then, and what it comes to."""
    data = read(path)
    if not dry:
        keep(given.opened.folder / "kept", path.name, data)
    book = deciding.opened_sheet(path, data, passwords, confirming.wanted)
    stands = given.stands or Register(str(given.context.round), "")
    base, _ = given.with_decisions(confirming.without(stands.decisions, meeting, given.context)).merged()
    told, found = confirming.rows(book, base, meeting, given.context, stands.decisions)
    told, with_new, more = confirming.with_new(told, base, stands, given.context, today())
    given = replace(given, stands=with_new)
    made = deciding.decided(given, told, (*found, *more))
    return given, replace(made, done=made.done and replace(made.done, before=stands))


def _lists(opened: OpenBook, composed: Quarterly) -> dict[Path, bytes]:
    """The list for the Service Plan's report, as a workbook and as Markdown; where a risk is exempt, two of each."""
    year = coming(opened.round)
    made: dict[Path, bytes] = {}
    for kind, document in service_plan.editions(composed, quarterly.published(composed)).items():
        path = opened.folder / f"{'-'.join(filter(None, ('service-plan-risks', year, kind)))}.xlsx"
        made |= {path: excel.report(document), path.with_suffix(".md"): markdown.report(document)}
    return made


def _tell(made: Decided, composed: Quarterly, outputs: tuple[Path, ...], dry: bool, as_json: bool, notes: bool) -> None:
    """What was confirmed, what was wrong, what it changes and what was written."""
    done, words = made.done, service_plan.words(composed)
    if as_json:
        deciding.tell_as_json(made, (*(done.made if done and outputs else ()), *outputs), difference=words)
        return
    deciding.tell_taken(made, composed.context, notes)
    if not made.read:
        click.echo("Nothing was decided on the list, and nothing was written.")
        return
    click.echo(words)
    if dry:
        merging.say_differences(made.differences)
        return
    if done:
        deciding.say_written(done, tuple(done.made))
    else:
        click.echo("Nothing new was decided, and the register stays as it is.")
    for path in outputs:
        click.echo(f"For the report on the Service Plan: {path}")
    click.echo(f'The next forms show the list to every manager: riskbook issue --round "{_next(composed.context)}"')


def _next(context: Context) -> Round:
    """The next round that asks every unit; the next of all, where none does."""
    timetable = context.settings.timetable
    after = [timetable.after(context.round)]
    for _ in timetable.steps:
        after.append(timetable.after(after[-1]))
    return next((one for one in after if one.asks_units), after[0])
