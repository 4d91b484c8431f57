"""The command line: words in, files and sentences out. Only here are there paths, a clock and a terminal."""

import importlib

import click

from riskbook import __version__

_COMMANDS = {
    "demo": "setting",
    "start": "setting",
    "forms": "setting",
    "issue": "issuing",
    "check": "checking",
    "merge": "merging",
    "adopt": "adopting",
    "decide": "deciding",
    "report": "reporting",
    "candidates": "reporting",
    "inspect": "inspecting",
    "clear": "clearing",
    "trace": "tracing",
    "export": "exporting",
    "rules": "rules",
    "explain": "rules",
}
"""Each command, in the order in which help lists it, and the module that holds it, which is imported when it is run."""


class _Commands(click.Group):
    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in _COMMANDS:
            return None
        command: click.Command = getattr(importlib.import_module(f"riskbook.cli.{_COMMANDS[cmd_name]}"), cmd_name)
        return command


@click.group(cls=_Commands, invoke_without_command=True)
@click.version_option(__version__, prog_name="riskbook")
@click.pass_context
def main(context: click.Context) -> None:
    """Turn managers' risk returns into one directorate register and a quarterly workbook for senior leaders.

    Alone, it says where you are in the year and what comes next. To see a whole quarter: riskbook demo
    """
    if context.invoked_subcommand is None:
        from riskbook.cli.where import where

        context.invoke(where)
