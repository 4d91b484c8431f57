"""The command line: words in, files and sentences out. Only here are there paths, a clock and a terminal."""

import importlib
from pathlib import Path
from typing import Any

import click

from riskbook import __version__
from riskbook.cli import trail
from riskbook.cli.trail import Trail

COMMANDS = {
    "demo": ("setting", "Lay out the sample directorate, run its quarter, and say what to open."),
    "start": ("setting", "Make a new book: commented settings, a directory to fill in, and blank forms."),
    "forms": ("setting", "Write the blank forms: unit, project, partnership and directorate."),
    "issue": ("issuing", "Write the round's forms, each with its unit's open risks and actions in it."),
    "check": ("checking", "Say what each return needs put right; of a folder, every file under it."),
    "merge": (
        "merging",
        "Read every return of the round and write the register, the SLT workbook, its Summary and the corrections.",
    ),
    "adopt": (
        "adopting",
        "Bring in a register that was made elsewhere: propose how it is read, for you to correct.",
    ),
    "decide": (
        "deciding",
        "Take the meeting's decisions from a filled-in decision sheet, and write the register and the next edition.",
    ),
    "report": (
        "reporting",
        "Make the SLT workbook and its Summary, or another audience's workbook, from the round's register.",
    ),
    "candidates": ("reporting", "List what should go up or down a level, and why."),
    "propose": (
        "proposing",
        "Write the long list of risks for next year, or put filled-in copies of it together.",
    ),
    "confirm": ("confirming", "Take the list that DLT confirmed, and open the new year with it."),
    "mail": (
        "mailing",
        "Write a mail for each person as a draft that opens unsent in Outlook; send them, if that is asked.",
    ),
    "interviews": ("interviewing", "Write a pack for each risk owner; sent back, it reads like a return."),
    "inspect": (
        "inspecting",
        "Say whether a workbook may leave: nothing hidden, nobody named, figures that agree, a sheet that all can "
        "read.",
    ),
    "clear": ("clearing", "Say by name that what looks like personal data in a risk may stand."),
    "trace": (
        "tracing",
        "Tell a risk's or an action's whole story; or where every figure of the Summary comes from, to the cell.",
    ),
    "export": (
        "exporting",
        "Write the register for other programs, or its directorate risks for P+ and the corporate register.",
    ),
    "reconcile": ("reconciling", "Hold another system's export against the register: P+ or the corporate register."),
    "status": ("planning", "Say how it stands with the round: issued, returned, to be put right, late, whom to ring."),
    "verify": ("verifying", "Work a round out again from what is kept, and say whether every workbook is what it was."),
    "calendar": (
        "planning",
        "List the days of the financial year, and write them as a calendar that Outlook imports.",
    ),
    "rules": ("rules", "List every rule."),
    "explain": ("rules", "Say in full what a rule is for."),
}
"""Each command, in the order in which help lists it: the module that holds it, and the first sentence of its own help.

The module is imported when the command is run; to list them all, none is.
"""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, _ = COMMANDS[cmd_name]
        command: click.Command = getattr(importlib.import_module(f"riskbook.cli.{module}"), cmd_name)
        return command

    def invoke(self, ctx: click.Context) -> Any:
        """Run a command, and leave a line of what it did in the log of its book."""
        ctx.obj = Trail()
        try:
            return super().invoke(ctx)
        finally:
            trail.close(ctx)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        room = formatter.width - 6 - max(map(len, COMMANDS))
        told = {name: click.Command(name, help=words) for name, (_, words) in COMMANDS.items()}
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(room)) for name, one in told.items()])


@click.group(cls=_Commands, invoke_without_command=True)
@click.version_option(__version__, prog_name="riskbook")
@click.option("--json", "as_json", is_flag=True, help="Where you are, as one JSON object instead of words.")
@click.option("--book", type=click.Path(path_type=Path), help="The book's folder, if it is not this one.")
@click.pass_context
def main(context: click.Context, as_json: bool, book: Path | None) -> None:
    """Turn managers' risk returns into one directorate register and a quarterly workbook for senior leaders.

    Alone, it says where you are in the year and what comes next. To see a whole quarter: riskbook demo
    """
    if context.invoked_subcommand is None:
        from riskbook.cli.where import where

        where(as_json, book)
    elif book is not None:
        command = context.invoked_subcommand
        raise click.UsageError(f"name the book after the command: riskbook {command} --book {book}")
