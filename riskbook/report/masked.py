"""A corrections copy in; the same without personal data out, because it is mailed: masked, and asked about."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

from riskbook import clearing
from riskbook.findings import Finding
from riskbook.forms import ACTIONS, RISKS, Column, by_key
from riskbook.kinds import Money, spelt
from riskbook.places import Place
from riskbook.report.form import Form, FormRow, Shown
from riskbook.rules import privacy
from riskbook.settings import Context

RULES = {rule.code: rule for rule in privacy.RULES}
"""What is masked, by code."""
_HINT = (
    "It is masked in this copy, because the copy is mailed; what you sent us is kept. Write the cell without it: a "
    "risk is about a service, and no child, parent or colleague need be named in it."
)


def masked(form: Form, context: Context) -> Form:
    """The form with what looks like personal data, and nobody has cleared, masked in every cell that it would stand in.

    A cell that nobody asks about is asked about then, so that nothing is changed in silence.
    """
    marks = (*(form.marks or ()), *_unasked(form, context))
    return replace(
        form,
        risks=tuple(_row(one, RISKS, context) for one in form.risks),
        actions=tuple(_row(one, ACTIONS, context) for one in form.actions),
        part={key: _shown(shown, None, context) for key, shown in form.part.items()},
        marks=tuple(_mark(one, context) for one in marks),
        replies=tuple(replace(one, text=_bare(one.text, context)) for one in form.replies),
    )


def _unasked(form: Form, context: Context) -> Iterator[Finding]:
    """Questions about what is masked in cells that hold no free text, such as an owner."""
    asked = {(one.place.sheet, one.place.row, one.key) for one in form.marks or () if one.code in RULES}
    for sheet, rows, columns in (("Risks", form.risks, RISKS), ("Actions", form.actions, ACTIONS)):
        known = by_key(columns)
        for row in rows:
            for key, shown in row.values.items():
                if (sheet, row.row, key) in asked or _shown(shown, known.get(key), context) == shown:
                    continue
                hit = privacy.hits(spelt(shown), clearing.allowed(context))[0]
                about = {"ref": spelt(row.values.get("ref", "")), "key": key, "value": spelt(shown)}
                about |= {"field": known[key].header} if key in known else {}
                yield RULES[hit.code].finding(Place("", sheet, row.row), {"masked": hit.masked}, **about)


def _row(row: FormRow, columns: tuple[Column, ...], context: Context) -> FormRow:
    known = by_key(columns)
    return replace(
        row,
        values={key: _shown(shown, known.get(key), context) for key, shown in row.values.items()},
        last_said=_bare(row.last_said, context),
        other=tuple((_bare(heading, context), _bare(words, context)) for heading, words in row.other),
    )


def _shown(shown: Shown, column: Column | None, context: Context) -> Shown:
    """What stands in a cell; a number too may be somebody's, unless it is money."""
    if isinstance(shown, date) or (column and isinstance(column.kind, Money) and not isinstance(shown, str)):
        return shown
    words = spelt(shown)
    bare = _bare(words, context)
    return shown if bare == words else bare


def _mark(mark: Finding, context: Context) -> Finding:
    hint = _HINT if mark.code in RULES else _bare(mark.hint, context)
    return replace(mark, message=_bare(mark.message, context), hint=hint, value=_bare(mark.value, context))


def _bare(words: str, context: Context) -> str:
    return clearing.masked(words, clearing.allowed(context), context.cleared)
