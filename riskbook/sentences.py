"""A text that says several things in; the parts that it falls into out, where that is certain, no word lost."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from riskbook.findings import Finding, Rule
from riskbook.forms import RISKS, by_key
from riskbook.grid import Type
from riskbook.kinds import listed
from riskbook.rules import adoption, cells
from riskbook.tables import Row, shown
from riskbook.text import short, tidy


@dataclass(frozen=True, slots=True)
class Part:
    """What a text says of one thing: its key, the words by which that was told ("caused by"), and the text itself."""

    key: str
    marker: str
    text: str


@dataclass(frozen=True, slots=True)
class Pair:
    """Two ratings of one cell, as typed; ``axes`` where the cell says itself which is which, ``total`` what they give.

    ``mixed`` is a letter beside a digit ("A1"), which by itself says least of which comes first.
    """

    first: str
    second: str
    total: str = ""
    axes: tuple[str, ...] = ()
    mixed: bool = False


def parts(text: str, keys: Sequence[str]) -> tuple[Part, ...] | None:
    """Take a text apart into ``keys``, named in the order in which a numbered text has them; None where that is unsure.

    A sentence is told by its connectives, each found once and in a usual order, with nothing before the first of them;
    a numbered text by 1, 2, 3 in order; a title by the ref that stands before it.
    """
    tidied = tidy(text)
    if tuple(keys) == REF_TITLE:
        return _titled(tidied)
    return _sentence(tidied) or _numbered(tidied, keys)


def hints(text: str) -> int:
    """How many of cause, event and effect have a connective in a text."""
    return len({found.lastgroup for found in _MARKER.finditer(tidy(text))})


def pair(text: str) -> Pair | None:
    """Two ratings in one cell: "4x4 = 16", "5 × 4", "4/3", "I4 L3", "Major x Likely", "A1"."""
    typed = tidy(text)
    if found := _LETTERED.fullmatch(typed):
        axes = tuple(_AXES[word[0].lower()] for word in found.group("one", "other"))
        return Pair(found["first"], found["second"], found["total"] or "", axes) if len(set(axes)) == 2 else None
    if found := _TIMES.fullmatch(typed):
        return Pair(found["first"].strip(), found["second"].strip(), found["total"] or "")
    if found := _MIXED.fullmatch(typed):
        return Pair(found[1], found[2], mixed=True)
    return None


def given(row: Row, key: str, found: Iterable[Part]) -> Row:
    """A row with the parts of one of its cells, each under its own key and in that cell."""
    cell, found = row.cells[key], tuple(found)
    told = {part.key: cell._replace(type=Type.TEXT, value=part.text) for part in found}
    return replace(
        row,
        source=replace(row.source, columns={**row.source.columns, **dict.fromkeys(told, cell.column)}),
        cells={one: other for one, other in row.cells.items() if one != key} | told,
        values={one: other for one, other in row.values.items() if one != key} | {p.key: p.text for p in found},
    )


def told_apart(found: Sequence[Part]) -> tuple[Rule, Mapping[str, object]]:
    """The note on a text that was taken apart."""
    whole = " ".join(f"{part.marker} {part.text}" for part in found)
    told = [f"{_HEADERS[part.key]} “{short(part.text, 40)}”" for part in found]
    return cells.READ_AS, {"typed": short(whole), "read": listed(told, "and")}


def old_sheet(rows: tuple[Row, ...], columns: Iterable[str]) -> tuple[tuple[Row, ...], list[Finding]]:
    """Take apart the one description that an old sheet has in the place of cause, event and effect."""
    if {"cause", "effect"} & set(columns):
        return rows, []
    taken: list[Row] = []
    findings: list[Finding] = []
    for row in rows:
        text = str(row.values.get("event", ""))
        found = parts(text, SENTENCE) if text else None
        if found or hints(text) > 1:
            rule, facts = told_apart(found) if found else (adoption.NOT_APART, {"heading": _HEADERS["event"]})
            about = {"ref": str(row.values.get("ref", "")), "field": _HEADERS["event"], "key": "event"}
            place = row.source.place("event")
            findings.append(rule.finding(place, facts, value=shown(row.cells["event"]), **about))
        taken.append(given(row, "event", found) if found else row)
    return tuple(taken), findings


SENTENCE = ("cause", "event", "effect")
REF_TITLE = ("ref", "title")

_HEADERS = {key: column.header for key, column in by_key(RISKS).items()}

_ORDERS = (SENTENCE, ("event", "cause", "effect"), ("event", "effect", "cause"))
_LABEL = r"^[ \t•*\-]*(?:{words})\s*[:–—]"
_MARKER = re.compile(
    "|".join(
        (
            rf"(?P<event>(?:{_LABEL.format(words='risk event|event|risk')}\s*)?(?:\bthere(?:\s+is|'s|’s)\s+(?:a|the)\s+"
            rf"risk\s+(?:that|of)\b|\bthe\s+risk\s+is\s+(?:that|of)\b)|{_LABEL.format(words='risk event|event|risk')})",
            rf"(?P<cause>{_LABEL.format(words='causes?|caused by|due to')}|\b(?:(?:which|this|that)\s+(?:is|are)\s+)?"
            r"caused\s+by\b|\bdue\s+to\b|\bbecause\s+of\b|\bas\s+a\s+(?:result|consequence)\s+of\b|\barising\s+from\b)",
            rf"(?P<effect>{_LABEL.format(words='effects?|consequences?|impacts?|resulting in|leading to')}|"
            r"\b(?:(?:and|which|this|thereby)\s+)*(?:(?:could|may|might|would|will|can)\s+)?"
            r"(?:lead(?:s|ing)?\s+to|result(?:s|ing)?\s+in)\b|\bwith\s+the\s+(?:result|consequence|effect)\s+that\b)",
        )
    ),
    re.IGNORECASE | re.MULTILINE,
)
_JOINTS = " \t\n,;:–—-"
"""What may stand between two parts without being a word of either."""

_NUMBER = r"(?:^|(?<=\s)){open}(\d){close}[ \t]+"
_STYLES = tuple(
    re.compile(_NUMBER.format(open=left, close=right), re.MULTILINE)
    for left, right in (("", r"\."), ("", r"\)"), (r"\(", r"\)"), ("", ":"))
)
_BARE = re.compile(r"^[ \t]*(\d)[ \t]+", re.MULTILINE)

_REF = r"(?=[^\s:]*\d)[A-Za-z]{1,6}[\w./()-]*|\d+[/.(-][\w./()-]*[\w)]|\d+(?=\s*[:.)])"
_TITLED = re.compile(rf"({_REF})[ \t]*([:.)–—-]?)\s+(\S.*)", re.DOTALL)

_AXES = {"i": "impact", "c": "impact", "s": "impact", "l": "likelihood", "p": "likelihood"}
_TOTAL = r"\s*(?:[=(:]\s*(?P<total>\d{1,4})\s*\)?)?"
_AXIS = r"(?P<{name}>i|impact|l|likelihood|c|consequence|s|severity|p|probability)\s*[=:]?\s*(?P<{value}>\d{{1,2}})"
_LETTERED = re.compile(
    _AXIS.format(name="one", value="first")
    + r"\s*[,;/x×*+&-]?\s*"
    + _AXIS.format(name="other", value="second")
    + _TOTAL,
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"(?P<first>\d{1,2}|[A-Za-z][A-Za-z ]{2,30}?)\s*(?:[×*/,]|(?<=[\d\s])[xX](?=[\d\s]))\s*"
    r"(?P<second>\d{1,2}|[A-Za-z][A-Za-z ]{2,30})" + _TOTAL
)
_MIXED = re.compile(r"([A-Za-z])\s*(\d)")


def _sentence(text: str) -> tuple[Part, ...] | None:
    found = list(_MARKER.finditer(text))
    order = tuple(str(marker.lastgroup) for marker in found)
    if order not in _ORDERS or text[: found[0].start()].strip(_JOINTS):
        return None
    ends = [*(marker.start() for marker in found[1:]), len(text)]
    return _whole(
        Part(key, marker[0].strip(), text[marker.end() : end].strip(_JOINTS))
        for key, marker, end in zip(order, found, ends, strict=True)
    )


def _numbered(text: str, keys: Sequence[str]) -> tuple[Part, ...] | None:
    """1, 2, 3 in one style, each once and in order, the first at the very beginning."""
    wanted = [str(number) for number in range(1, len(keys) + 1)]
    for style in (*_STYLES, _BARE):
        found = list(style.finditer(text))
        if [number[1] for number in found] == wanted and found[0].start() == 0:
            ends = [*(number.start() for number in found[1:]), len(text)]
            return _whole(
                Part(key, number[0].strip(), text[number.end() : end].strip(_JOINTS))
                for key, number, end in zip(keys, found, ends, strict=True)
            )
    return None


def _titled(text: str) -> tuple[Part, ...] | None:
    found = _TITLED.fullmatch(text)
    return (Part("ref", "", found[1]), Part("title", found[2], found[3])) if found else None


def _whole(told: Iterable[Part]) -> tuple[Part, ...] | None:
    """The parts, if every one of them says something."""
    found = tuple(told)
    return found if all(part.text for part in found) else None
