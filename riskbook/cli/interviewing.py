"""The round's register, or last round's, in; an interview pack for each owner of directorate risks out."""

from collections.abc import Iterable
from datetime import date
from functools import partial
from pathlib import Path

import click

from riskbook import check, quarterly
from riskbook.cli import kept, speak
from riskbook.cli.alone import alone
from riskbook.cli.files import Refusal
from riskbook.cli.folder import INTERVIEWS, OpenBook, find
from riskbook.cli.issuing import MANIFEST, Became, Wanted, became_words, put_forms, read_manifest
from riskbook.cli.options import of_a_book
from riskbook.directory import Unit
from riskbook.kinds import listed
from riskbook.model import Register
from riskbook.quarterly import Quarterly
from riskbook.report import form as forms
from riskbook.report import interviews as reporting
from riskbook.report.audience import Audience
from riskbook.report.form import Form
from riskbook.report.packs import UnknownAudienceError
from riskbook.rules.escalation import DIRECTORATE
from riskbook.settings import Context


@click.command()
@click.argument("owners", nargs=-1, metavar="[OWNER…]")
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
@of_a_book
@alone
def interviews(
    owners: tuple[str, ...], as_json: bool, book: Path | None, round_: str | None, as_at: date | None
) -> None:
    """Write a pack for each risk owner; sent back, it reads like a return.

    \b
    Example: riskbook interviews                                everybody who owns an open directorate risk
             riskbook interviews "AD Children in Our Care"      one of them, by post or name
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    stands = kept.as_written(opened) if opened.register.is_file() else None
    whole = _composed(opened, context, stands)
    chosen = _chosen(owners, whole)
    if not as_json:
        speak.heading(context)
    with speak.progress(chosen, "Writing packs") as each:
        wanted = (_wanted(one, opened, context, whole, stands) for one in each)
        done = put_forms(opened.folder / INTERVIEWS, wanted, opened, context)
    found = [finding for _, findings in done.values() for finding in findings]
    states = {path: became for path, (became, _) in done.items()}
    if as_json:
        written = [path for path, became in states.items() if became is not Became.CHANGED]
        lines = {line.file: line for line in read_manifest(opened.folder / INTERVIEWS)}
        packs = [
            {"owner": one.name, "refs": sorted(one.refs or ()), "file": str(path), "became": states[path].value}
            | {"issue": lines[path.name].issue if path.name in lines else None}
            for one, path in ((one, _path(one, opened)) for one in chosen)
        ]
        speak.as_json(found, {"packs": len(chosen)}, written, packs=packs, unowned=list(reporting.unowned(whole)))
        return
    _say(states, opened, whole)
    if found:
        speak.findings(found)


def _composed(opened: OpenBook, context: Context, stands: Register | None) -> Quarterly:
    """The round's register as reports tell it; before it is merged that of the round before, as it was told then.

    Raises:
        Refusal: there is neither.
    """
    register = stands or context.before
    if register is None:
        raise Refusal("there is no register yet, so nobody owns a directorate risk; `riskbook merge` writes it.")
    if stands is None:
        context = find(opened.root, register.round).context()
    return quarterly.compose(register, tuple(check.register(register, context)), context)


def _chosen(owners: Iterable[str], whole: Quarterly) -> tuple[Audience, ...]:
    """Whose packs are wanted.

    Raises:
        Refusal: somebody who is named, or nobody at all, owns an open directorate risk.
    """
    try:
        found = {one.file: one for one in (reporting.named(name, whole) for name in owners)}
    except UnknownAudienceError as error:
        raise Refusal(str(error)) from error
    every = tuple(found.values()) or reporting.owners(whole)
    if not every:
        raise Refusal("nobody owns an open directorate risk, so there is nobody to interview.")
    return every


def _wanted(one: Audience, opened: OpenBook, context: Context, whole: Quarterly, stands: Register | None) -> Wanted:
    """A pack; its issue number is above that of the directorate's own form, so that it counts as the later of two."""
    unit = _directorate(context)
    form = opened.issued(unit.code).name
    issued = next((line.issue for line in read_manifest(opened.folder / "issued") if line.file == form), 0)
    made = partial(_pack, one, context, whole, stands, unit)
    return Wanted(_path(one, opened), made, issued + 1, one.name)


def _pack(one: Audience, context: Context, whole: Quarterly, stands: Register | None, unit: Unit, issue: int) -> Form:
    register = whole.register
    refs = [ref for ref in one.refs or () if forms.can_be_told(register.by_ref[ref], register, context)]
    told = reporting.to_read(one, whole, context)
    return forms.of_some(context, unit, refs, stands, issue, told)


def _directorate(context: Context) -> Unit:
    """The unit whose risks they are.

    Raises:
        Refusal: the directory has none.
    """
    units = context.directory.current(context.round.as_at)
    unit = next((unit for unit in units if unit.level == DIRECTORATE), None)
    if unit is None:
        raise Refusal(f"directory.xlsx has no unit of level {DIRECTORATE}, to which the packs belong.")
    return unit


def _path(one: Audience, opened: OpenBook) -> Path:
    """Where a pack stands."""
    return opened.report(name=one.file)


def _say(states: dict[Path, Became], opened: OpenBook, whole: Quarterly) -> None:
    for sentence in became_words(states, "pack"):
        click.echo(sentence)
    click.echo(f"The packs are in {opened.folder / INTERVIEWS}, listed in {MANIFEST}.")
    which = "this round's" if whole.register.round == str(opened.round) else f"that of {whole.register.round}"
    click.echo(f"The register that they show is {which}. What comes back goes into {opened.folder / 'returns'}.")
    if left := reporting.unowned(whole):
        click.echo(f"In no pack, because nobody is named as owner: {listed(list(left), 'and')}.")
