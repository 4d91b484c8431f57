"""Commands that set something up: the sample directorate, a new book, blank forms."""

import shutil
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path

import click

from riskbook import excel
from riskbook.cli import inspecting, speak
from riskbook.cli.files import Refusal, write
from riskbook.cli.folder import DIRECTORY, SETTINGS, find
from riskbook.cli.merging import run, sums
from riskbook.directory import Directory, Unit
from riskbook.leaving import Expected
from riskbook.report import directory, form
from riskbook.settings import DEFAULT, Context, Settings, framework, frameworks, load


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("riskbook-demo"), metavar="[FOLDER]")
def demo(folder: Path) -> None:
    """Lay out the sample directorate, run its quarter, and say what to open.

    \b
    Example: riskbook demo
    """
    if folder.exists() and any(folder.iterdir()):
        raise Refusal(f"{folder} is not empty; name another folder: riskbook demo OTHER.")
    with resources.as_file(_sample()) as sample:
        shutil.copytree(sample, folder, dirs_exist_ok=True)
    opened = find(folder)
    done = run(opened)
    speak.heading(done.context)
    council = opened.settings.council
    click.echo(f"The sample directorate, {council.name}, is in {folder}. Its returns were read and merged.")
    click.echo(sums(done.register))
    click.echo(speak.tally(done.findings))
    click.echo(f"It was given them; `riskbook merge` in {folder} lists them, and `riskbook` there says what is next.")
    click.echo("Open these:")
    register, *others = done.made
    for path in (*others, register):
        click.echo(f"  {opened.called(path)}: {path}")
    click.echo(f"  Returns as they came: {opened.folder / 'returns'}")
    click.echo(f"  What goes back to managers: {opened.folder / 'corrections'}")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--framework", "name", type=click.Choice(frameworks()), default=DEFAULT, help="The matrix to begin with.")
def start(folder: Path, name: str) -> None:
    """Make a new book: commented settings, a directory to fill in, and blank forms.

    \b
    Example: riskbook start our-risks
    """
    if (folder / SETTINGS).exists():
        raise Refusal(f"{folder} is a book already; nothing was written.")
    text = framework(name)
    settings = load(text)
    write(folder / SETTINGS, text.encode("utf-8"))
    made = excel.report(directory.blank(settings))
    inspecting.looked_over({folder / DIRECTORY: made}, Expected(settings.council.name))
    write(folder / DIRECTORY, made)
    _blank_forms(folder / "blank-forms", settings)
    click.echo(f"A new book is in {folder}.")
    click.echo(f"1. Open {folder / SETTINGS} in Notepad: put in your council's name, and have the bands confirmed.")
    click.echo(f"2. Fill in {folder / DIRECTORY}: a row for each unit, a row for each person.")
    click.echo(f"3. Then, in that folder: riskbook issue. Blank forms to look at are in {folder / 'blank-forms'}.")


@click.command()
@click.argument("folder", type=click.Path(path_type=Path), default=Path("workbook_templates"), metavar="[FOLDER]")
@click.option("--framework", "name", type=click.Choice(frameworks()), default=DEFAULT, help="The matrix on them.")
def forms(folder: Path, name: str) -> None:
    """Write the blank forms: unit, project, partnership and directorate.

    \b
    Example: riskbook forms
    """
    for path in _blank_forms(folder, load(framework(name))):
        click.echo(f"Form: {path}")


def _blank_forms(folder: Path, settings: Settings) -> list[Path]:
    """A blank form for each use, of no unit and no particular round."""
    round_ = settings.timetable.round("2026-27 Q1")
    paths = []
    for level in ("Service", "Project", "Partnership", "Directorate"):
        unit = Unit("UNIT", f"Name of the {level.lower()}", level)
        context = Context(settings, Directory((unit,)), round_, round_.as_at)
        path = folder / f"{'unit' if level == 'Service' else level.lower()}-form.xlsx"
        data = excel.form(context, form.blank(unit))
        inspecting.looked_over({path: data}, Expected(settings.council.name))
        write(path, data)
        paths.append(path)
    return paths


def _sample() -> Traversable:
    """The sample directorate: package data, or in a checkout the folder beside the package."""
    packed = resources.files("riskbook") / "samples"
    return packed if packed.is_dir() else resources.files("riskbook").joinpath("..", "samples", "directorate")
