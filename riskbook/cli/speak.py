"""Findings, tables and counts, as people read them on a terminal or in a pipe, and as JSON."""

import json
import sys
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from riskbook.findings import Finding, Severity, worst_first
from riskbook.kinds import said
from riskbook.rounds import Round
from riskbook.settings import Context

Thing = TypeVar("Thing")

PLURALS = {Severity.ERROR: ("error", "errors"), Severity.QUERY: ("query", "queries"), Severity.NOTE: ("note", "notes")}


MOST_ALIKE = 20
"""So many queries of one rule are listed of many returns: a directorate has hundreds, and errors must be seen."""
MOST_NAMED = 60
"""So many refs are named in a line."""


def heading(context: Context) -> None:
    """The first line of every command: which round, and the day that it is counted to."""
    click.echo(f"{context.round}, as at {said(context.on)}", err=True)


def findings(found: Iterable[Finding], notes: bool = False, most: int | None = None) -> None:
    """Errors first, then queries; notes are counted, and listed on request.

    Of the queries that one rule has, no more than ``most`` are listed; how many more there are is said after them.
    """
    ordered = sorted(found, key=worst_first)
    asked: Counter[str] = Counter()
    for finding in ordered:
        asked[finding.code] += finding.severity is Severity.QUERY
        if (finding.severity is not Severity.NOTE or notes) and (most is None or asked[finding.code] <= most):
            colour = {Severity.ERROR: "red", Severity.QUERY: "yellow"}.get(finding.severity)
            click.echo(f"{click.style(finding.severity.value.upper(), fg=colour, bold=True)}  {finding}")
            if finding.hint:
                click.echo(f"       {finding.hint.strip()}")
    for code, count in asked.items():
        if most is not None and count > most:
            click.echo(f"QUERY  … and {count - most:,} more {code}; with --json every one is listed.")
    click.echo(tally(ordered))


def tally(found: Iterable[Finding]) -> str:
    """Findings counted in a sentence: "Found: 1 error, 2 queries, 0 notes."."""
    severities = [finding.severity for finding in found]
    counts = [(severities.count(severity), PLURALS[severity]) for severity in Severity]
    return "Found: " + ", ".join(f"{count} {words[count != 1]}" for count, words in counts) + "."


def counted(found: Iterable[Finding]) -> dict[str, int]:
    """How many findings of each severity there are, as JSON has it."""
    severities = [finding.severity for finding in found]
    return {PLURALS[severity][1]: severities.count(severity) for severity in Severity}


def table(headers: Sequence[str], rows: Sequence[Sequence[object]], title: str = "") -> None:
    """A table on a terminal, lines with tabs in a pipe."""
    if not sys.stdout.isatty():
        for row in (headers, *rows):
            click.echo("\t".join(str(cell) for cell in row))
        return
    from rich.console import Console
    from rich.table import Table

    drawn = Table(*headers, title=title or None, title_justify="left")
    for row in rows:
        drawn.add_row(*(str(cell) for cell in row))
    Console().print(drawn)


@contextmanager
def progress(things: Sequence[Thing], label: str) -> Iterator[Iterable[Thing]]:
    """The things, with a bar on a terminal while they are worked through."""
    if not sys.stderr.isatty():
        yield things
        return
    with click.progressbar(things, label=label, file=sys.stderr) as bar:
        yield bar


def as_json(found: Iterable[Finding], counts: dict[str, Any], outputs: Iterable[Path], **more: Any) -> None:
    """One object: ``findings``, ``counts``, ``outputs``, and what a command has of its own."""
    told = {
        "findings": [one(finding) for finding in sorted(found, key=worst_first)],
        "counts": counts,
        "outputs": [str(path) for path in outputs],
        **more,
    }
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def one(finding: Finding) -> dict[str, Any]:
    """A finding as JSON has it."""
    return {
        "code": finding.code,
        "severity": finding.severity.value,
        "file": finding.place.book,
        "sheet": finding.place.sheet,
        "cell": finding.place.cell,
        "row": finding.place.row or None,
        "field": finding.field,
        "value": finding.value,
        "message": finding.message,
        "hint": finding.hint,
        "ref": finding.ref,
        "unit": finding.unit,
    }


def status(found: Iterable[Finding], strict: bool = False) -> int:
    """The exit status: 1 where something is to be put right; queries count when they are asked to."""
    counting = {Severity.ERROR, Severity.QUERY} if strict else {Severity.ERROR}
    return int(any(finding.severity in counting for finding in found))


def of_round(round_: Round) -> str:
    """A round in a sentence: "2026-27 Q2 (as at 30 September 2026)"."""
    return f"{round_} (as at {said(round_.as_at)})"
