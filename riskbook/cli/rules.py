"""Commands that explain: every rule, one rule in full."""

import re

import click

from riskbook import rules as families
from riskbook.cli import speak
from riskbook.cli.files import Refusal


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of words.")
def rules(as_json: bool) -> None:
    """List every rule.

    \b
    Example: riskbook rules
    """
    rows = [(rule.code, rule.severity.value, rule.title) for rule in families.ALL]
    if as_json:
        told = [dict(zip(("code", "severity", "title"), row, strict=True)) for row in rows]
        speak.as_json([], {"rules": len(rows)}, [], rules=told)
        return
    speak.table(("Code", "Severity", "Rule"), rows)


@click.command()
@click.argument("code")
def explain(code: str) -> None:
    """Say in full what a rule is for.

    \b
    Example: riskbook explain R201
    """
    rule = families.find(code.upper())
    if rule is None:
        raise Refusal(f"there is no rule {code}; `riskbook rules` lists them.")
    click.echo(f"{rule.code}  {rule.title}  ({rule.severity.value})")
    click.echo(f"It says:     {_spoken(rule.message)}")
    if rule.hint:
        click.echo(f"What to do:  {_spoken(rule.hint)}")
    click.echo(f"Why:         {rule.why}")
    for label, example in (("Bad", rule.bad), ("Good", rule.good)):
        words = ", ".join(f"{key.replace('_', ' ')}: {str(value)[:60] or 'nothing'}" for key, value in example.items())
        click.echo(f"{label + ':':13}{words}")
    if rule.excel:
        click.echo("The form colours the cell while it is typed.")


def _spoken(words: str) -> str:
    """A message with … where the facts of a case stand."""
    return re.sub(r"\{[^}]*\}(?:[ ]\{[^}]*\})*", "…", words)
