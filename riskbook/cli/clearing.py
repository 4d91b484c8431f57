"""A ref and a code in; what the rule finds in that risk's texts, cleared by name on the round's register, out."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import click

from riskbook import clearing
from riskbook.cli import kept, merging, speak
from riskbook.cli.alone import alone
from riskbook.cli.files import Refusal
from riskbook.cli.folder import find, today
from riskbook.cli.options import of_a_book, unlocking
from riskbook.kinds import listed, said
from riskbook.rules import privacy


@click.command()
@click.argument("ref", required=False)
@click.argument("code", required=False)
@click.option("--by", metavar="NAME", default="", help="Who says that it may stand.")
@click.option("--reason", metavar="WHY", default="", help="Why it may stand.")
@unlocking
@of_a_book
@alone
def clear(
    ref: str | None,
    code: str | None,
    by: str,
    reason: str,
    passwords: tuple[str, ...],
    book: Path | None,
    round_: str | None,
    as_at: date | None,
) -> None:
    """Say by name that what looks like personal data in a risk may stand. Alone, list what nobody has cleared.

    It stays cleared until the text changes, and is kept on the register's sheet Cleared.

    \b
    Example: riskbook clear
             riskbook clear FRD-001 P107 --by "Ruth Lane" --reason "the address of our own building"
    """
    opened = find(book, round_)
    context = opened.context(as_at)
    register, _ = kept.register(opened, context)
    if register is None:
        raise Refusal(f"{opened.round} has no register yet; `riskbook merge` writes it.")
    known = clearing.allowed(context)
    if ref is None:
        speak.heading(context)
        _list(clearing.outstanding(register, known))
        return
    codes = [rule.code for rule in privacy.RULES]
    if code is None or code.upper() not in codes:
        raise Refusal(f"say what is cleared by its code: riskbook clear {ref} CODE, one of {listed(codes, 'or')}.")
    if not by.strip() or not reason.strip():
        raise Refusal(f"say who clears it, and why: riskbook clear {ref} {code.upper()} --by NAME --reason WHY.")
    lines = clearing.clear(register, ref.upper(), code.upper(), by.strip(), reason.strip(), today(), known)
    if not lines:
        raise Refusal(
            f"{code.upper()} finds nothing in {ref.upper()} that is not cleared; `riskbook clear` lists it all."
        )
    stands = replace(register, cleared=(*register.cleared, *lines))
    given = merging.given(opened, as_at, passwords=passwords, cleared=clearing.by_text(stands.cleared))
    done = merging.finish(replace(given, stands=stands))
    merging.put(done)
    speak.heading(done.context)
    texts = "1 text" if len(lines) == 1 else f"{len(lines)} texts"
    click.echo(f"Cleared by {by.strip()} on {said(today())}: {code.upper()} in {texts} of {ref.upper()}.")
    click.echo(f"Register: {opened.register}")


def _list(found: tuple[clearing.Found, ...]) -> None:
    rows = [(one.text.ref, one.hit.code, one.text.field, one.hit.masked, str(one.text.place)) for one in found]
    if rows:
        speak.table(("Ref", "Code", "Field", "What it looks like", "Typed in"), rows, "Not cleared")
    click.echo(f"{len(rows)} to clear, or to have taken out." if rows else "There is nothing to clear.")
