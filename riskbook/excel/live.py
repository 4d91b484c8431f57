"""Columns' and rules' declarations in, the formulas of the form out: live cells, and when a cell changes its colours.

A rule's ``excel`` speaks of one row: ``{key}`` is the cell of a column, ``{rank}``, ``{target_rank}``,
``{inherent_rank}`` and ``{previous_rank}`` are where a rating stands among all cells of the matrix, ``{number}`` is the
score. Where a step cannot be read these are errors, and the rule is silent. Names that start ``rb_`` are the form's.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from riskbook.excel import form_looks
from riskbook.excel.looks import Look
from riskbook.findings import Rule, Severity
from riskbook.forms import Asked, Column
from riskbook.kinds import Day, Ref, Step
from riskbook.matrix import Band
from riskbook.model import Movement
from riskbook.places import letters, number
from riskbook.report import ready

LONGEST = 2_000
"""Characters of a formula on the form, wherever it may be copied to."""
MARK = "|"
"""Ends every spelling of a step, so that nothing typed can be found among them too."""
SPELT = {"impact": "rb_imp", "likelihood": "rb_lik"}
"""The names under which Lists keeps the spellings of each axis."""
HEADINGS = 5
"""The row of the headings."""
ANY_ROW = "\0"
"""Stands for the number of a row in formulas that are spelt once for many."""
_RANKS = {
    "rank": ("impact", "likelihood"),
    "target_rank": ("target_impact", "target_likelihood"),
    "inherent_rank": ("inherent_impact", "inherent_likelihood"),
}
_SIDES = (("impact", "-1"), ("likelihood", "+1"))
_NOT_A_STEP, _NOT_A_DAY, _NO_RISK = "rb_no_step", "rb_no_day", "rb_no_risk"
_MAY_FAIL = re.compile(r"--|\b(INDEX|MATCH|FIND|SEARCH|VALUE|DATEVALUE)\(")


@dataclass(frozen=True, slots=True)
class Line:
    """A row of a sheet as formulas see it: the letters of each key's column; ``fixed`` columns are spelt with a $."""

    columns: Mapping[str, str]
    row: int | str
    fixed: bool = False

    def __getitem__(self, key: str) -> str:
        return f"{'$' * self.fixed}{self.columns[key]}{self.row}"


@dataclass(frozen=True, slots=True)
class Condition:
    """While a formula is true, the cells of a column look otherwise."""

    key: str
    formula: str
    look: Look


def line(keys: Iterable[str], row: int | str, fixed: bool = False) -> Line:
    """A row in which keys stand from column A on; an empty key is a column that no formula speaks of."""
    return Line({key: letters(at) for at, key in enumerate(keys, 1) if key}, row, fixed)


def score(at: Line) -> str:
    """The number of a rating, as soon as impact and likelihood can both be read."""
    return f'=IFERROR({_number(at)},"")'


def rating(at: Line) -> str:
    """The band of a rating."""
    return f'=IF({at["score"]}="","",{_band(at)})'


def movement(at: Line) -> str:
    """How a rating stands to last quarter's, in words."""
    by = f"2+SIGN({_rank(*_RANKS['rank'], at)}-{_previous_rank(at)})"
    words = ",".join(f'"{word}"' for word in (Movement.DOWN, Movement.SAME, Movement.UP))
    new = f'IF({at["previous"]}="","{Movement.NEW}",IFERROR(CHOOSE({by},{words}),""))'
    return f'=IF({at["score"]}="","",{new})'


def check(at: Line, columns: tuple[Column, ...], rules: Iterable[Rule]) -> str:
    """Row check: what is still needed, what to look at again, or Ready.

    Raises:
        ValueError: the formula is longer than LONGEST. Shorten the words of a rule, or its test.
    """
    told = list(ready.live_rules(rules))
    needed, looks = ("&".join(parts(at, columns, told)) for parts in (_needed, _looks))
    words = f'"@"&SUBSTITUTE(LOWER({needed}),"?","")&"#"&{looks}'
    for old, new in (("@, ", ready.STILL), ("#; ", f". {ready.LOOK}"), ("@. ", ""), ("@#", ready.READY), ("#", "")):
        words = f'SUBSTITUTE({words},"{old}","{new}")'
    formula = f'=IF(COUNTA({",".join(_typed(at, columns))}),{words},"")'
    if len(formula) > LONGEST:
        raise ValueError(f"Row check has {len(formula):,} characters; a formula of the form has at most {LONGEST:,}.")
    return formula


def conditions(
    at: Line, columns: tuple[Column, ...], rules: tuple[Rule, ...], bands: Iterable[Band]
) -> Iterator[Condition]:
    """When the cells of each column look otherwise; of one column the first that is true counts."""
    for column in columns:
        for test, look in _of_column(at, column, columns, rules):
            yield Condition(column.key, f"={test}", look)
    if "rating" in at.columns:
        for band in bands:
            yield Condition("rating", f'={at["rating"]}="{_spelt(band.name)}"', form_looks.band(band))
    cell = at["ready"]
    yield Condition("ready", f'={cell}="{ready.READY}"', form_looks.READY)
    yield Condition("ready", f'=ISNUMBER(SEARCH("{ready.LOOK.strip(": ")}",{cell}))', form_looks.AGAIN)
    yield Condition("ready", f'=LEFT({cell},5)="{ready.STILL[:5]}"', form_looks.ASKED)


def said(columns: tuple[Column, ...], rules: Iterable[Rule]) -> dict[str, str]:
    """The words of Row check by the names under which Lists keeps them."""
    words = {_name(rule): f", {rule.needed}" if rule.needed else f"; {rule.look}" for rule in ready.live_rules(rules)}
    known = {_NOT_A_STEP: ready.NOT_A_STEP, _NOT_A_DAY: ready.NOT_A_DAY, _NO_RISK: ready.NO_SUCH_RISK}
    return words | {name: f"; {look}" for name, look in known.items()}


def test(rule: Rule, at: Line, live: bool) -> str:
    """A rule's test over a row. ``live``: in Row check, where every step can be read and the score stands in its cell;

    elsewhere a row may have been inserted, and has no live cells.
    """
    ranks = _quick_rank if live else _rank
    names = {name: ranks(*keys, at) for name, keys in _RANKS.items() if keys[0] in at.columns}
    if "previous" in at.columns:
        names["previous_rank"] = _previous_rank(at)
    if "score" in at.columns:
        names["number"] = f"--{at['score']}" if live else _number(at)
    formula = re.sub(r"\{([a-z_]+)\}", lambda found: names.get(found[1]) or at[found[1]], rule.excel)
    fails = _MAY_FAIL.search(formula) and "IFERROR(" not in formula
    return f"IFERROR({formula},FALSE)" if fails else formula


def pinned(rule: Rule) -> tuple[str, ...]:
    """The columns that a rule colours: the first that it reads, and the other axis of the same rating."""
    first, *rest = rule.reads
    stem = re.sub("(impact|likelihood)$", "", first)
    both = {f"{stem}impact", f"{stem}likelihood"}
    return (first, *(key for key in rest[:1] if {first, key} == both))


def _needed(at: Line, columns: tuple[Column, ...], rules: list[Rule]) -> Iterator[str]:
    for column in columns:
        if column.asked is Asked.ALWAYS:
            yield f'IF({_is_empty(at, column)},{_heading(at, column)},"")'
    full = [f'IF({_is_empty(at, c)},{_heading(at, c)},"")' for c in columns if c.asked is Asked.FULL]
    if full:
        yield f'IF(COUNTIF(rb_full,{at["rating"]}),{"&".join(full)},"")'
    yield from (f'IF({test(rule, at, live=True)},{_name(rule)},"")' for rule in rules if rule.needed)


def _looks(at: Line, columns: tuple[Column, ...], rules: list[Rule]) -> Iterator[str]:
    """What cannot be read and what is wrong, then, unless there is an answer, what is odd."""
    steps = [_step(column.key, at) for column in columns if isinstance(column.kind, Step)]
    if steps:
        ranked = "&".join(_asked(at, [rule for rule in rules if ready.by_rank(rule)])) or '""'
        yield f"IF(ISERROR(1/{'/'.join(f'({step}-1)' for step in steps)}),{_NOT_A_STEP},{ranked})"
    days = ",".join(at[column.key] for column in columns if isinstance(column.kind, Day) and not column.ours)
    yield f'IF(COUNT({days})<COUNTA({days}),{_NOT_A_DAY},"")'
    yield from (f'IF({_no_such(at, column)},{_NO_RISK},"")' for column in columns if _is_chosen_ref(column))
    yield from _asked(at, [rule for rule in rules if not ready.by_rank(rule)])


def _asked(at: Line, rules: list[Rule]) -> Iterator[str]:
    looks = [(rule, f'IF({test(rule, at, live=True)},{_name(rule)},"")') for rule in ready.in_order(rules)]
    yield from (look for rule, look in looks if rule.severity is Severity.ERROR)
    if queries := [look for rule, look in looks if rule.severity is not Severity.ERROR]:
        yield f'IF({at["answer"]}="",{"&".join(queries)},"")'


def _of_column(
    at: Line, column: Column, columns: tuple[Column, ...], rules: tuple[Rule, ...]
) -> Iterator[tuple[str, Look]]:
    """The tests of one column: what its rules say, what cannot be read, what is asked."""
    own = [rule for rule in rules if rule.excel and column.key in pinned(rule)]
    for rule in own:
        if not rule.needed:
            said = test(rule, at, live=False)
            silenced = rule.severity is not Severity.ERROR
            yield (f'AND({at["answer"]}="",{said})' if silenced else said), form_looks.AGAIN
    if column.ours:
        return
    if isinstance(column.kind, Day):
        yield f"ISTEXT({at[column.key]})", form_looks.AGAIN
    if isinstance(column.kind, Step):
        yield _not_a_step(at, column), form_looks.AGAIN
    if _is_chosen_ref(column):
        yield _no_such(at, column), form_looks.AGAIN
    if column.asked is Asked.ALWAYS:
        begun = f"COUNTA({','.join(_typed(at, columns))})>0"
        yield f"AND({_is_empty(at, column, bare=True)},{begun})", form_looks.ASKED
    if column.asked is Asked.FULL:
        band = _band(at)
        yield f'AND({at[column.key]}="",IFERROR(COUNTIF(rb_full,{band}),0)>0)', form_looks.ASKED
    for rule in own:
        if rule.needed:
            yield test(rule, at, live=False), form_looks.ASKED


def _is_empty(at: Line, column: Column, bare: bool = False) -> str:
    """Whether a cell is empty that Start does not fill in; ``bare`` inside an AND."""
    empty = f'{at[column.key]}=""'
    if column.key != ready.BY_START:
        return empty
    both = f"{empty},NOT(rb_reviewed_all)"
    return both if bare else f"AND({both})"


def _heading(at: Line, column: Column) -> str:
    return f'", "&{at.columns[column.key]}${HEADINGS}'


def _name(rule: Rule) -> str:
    """The name of what Row check says for a rule."""
    return f"rb_{rule.code}"


def _typed(at: Line, columns: tuple[Column, ...]) -> Iterator[str]:
    """The cells of a row that people fill in, as few ranges as there can be."""
    keys = [column.key for column in columns if column.on_form and not column.ours]
    spots = sorted(number(at.columns[key]) for key in keys)
    sign = "$" * at.fixed
    begun = spots[0]
    for spot, after in zip(spots, [*spots[1:], 0], strict=True):
        if after != spot + 1:
            first, last = f"{sign}{letters(begun)}{at.row}", f"{sign}{letters(spot)}{at.row}"
            yield first if begun == spot else f"{first}:{last}"
            begun = after


def _is_chosen_ref(column: Column) -> bool:
    """Whether a column takes the refs of Risks."""
    return isinstance(column.kind, Ref) and column.kind.name == ready.REFS


def _no_such(at: Line, column: Column) -> str:
    return f'AND({at[column.key]}<>"",COUNTIF({ready.REFS},{at[column.key]})=0)'


def _not_a_step(at: Line, column: Column) -> str:
    return f"ISERROR(1/({_step(column.key, at)}-1))"


def _step(key: str, at: Line) -> str:
    """The place of what is typed among a scale's spellings: 1 is a question mark."""
    return f'MATCH(TRIM({at[key]})&"{MARK}",{SPELT["impact" if key.endswith("impact") else "likelihood"]},0)'


def _band(at: Line) -> str:
    impact, likelihood = _RANKS["rank"]
    return f"INDEX(rb_grid,{_step(impact, at)},{_step(likelihood, at)})"


def _number(at: Line) -> str:
    """The number of a rating; an error where a step cannot be read, or there is none."""
    impact, likelihood = _RANKS["rank"]
    return f"--INDEX(rb_scores,{_step(impact, at)},{_step(likelihood, at)})"


def _rank(impact: str, likelihood: str, at: Line) -> str:
    return f"--INDEX(rb_ranks,{_step(impact, at)},{_step(likelihood, at)})"


def _quick_rank(impact: str, likelihood: str, at: Line) -> str:
    """A rank where it is known that a step stands in both cells, or nothing: its number leads to its place."""
    return f"INDEX(rb_ranks,1+LEFT({at[impact]}),1+LEFT({at[likelihood]}))"


def _previous_rank(at: Line) -> str:
    cell = at["previous"]
    spelt = (f'MATCH(MID({cell},FIND("×",{cell}){step},1)&"{MARK}",{SPELT[axis]},0)' for axis, step in _SIDES)
    return f"INDEX(rb_ranks,{','.join(spelt)})"


def _spelt(words: str) -> str:
    """Words inside a formula's quotes."""
    return words.replace('"', '""')
