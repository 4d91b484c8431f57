"""What senior managers said of next year's risks, put together: a row a risk with every view, for DLT to decide on."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from itertools import count

from riskbook.confirm import SHEET
from riskbook.forms import CONFIRMED, Column
from riskbook.kinds import listed
from riskbook.model import Entry
from riskbook.propose import Said, Together, coming
from riskbook.quarterly import Quarterly
from riskbook.report import cells, decision_sheet, filling, long_list
from riskbook.report.blocks import (
    NIL,
    Block,
    Cell,
    Document,
    Field,
    Heading,
    Para,
    Ref,
    Screen,
    Sheet,
    Table,
    Text,
    Tone,
)
from riskbook.report.columns import Column as Shown
from riskbook.report.columns import table
from riskbook.report.columns import widths as pixels

EVERYTHING = "Everything said"


@dataclass(frozen=True, slots=True)
class Row:
    """A risk that DLT decides on: of the register (None: a new one), its ref and words, and all that was said of it."""

    ref: str
    title: str
    event: str
    entry: Entry | None
    said: tuple[Said, ...]


def editions(together: Together, whole: Quarterly, shown: Quarterly) -> dict[str, Document]:
    """The open edition (""), and where there are exempt risks to decide on an "exempt" one of those alone.

    Each risk is decided on in one place. ``shown`` is what may be published of the whole.
    """
    secret = {ref for ref, entry in whole.register.by_ref.items() if entry.now.exempt}
    found = rows(together, whole)
    apart = tuple(row for row in found if row.ref in secret)
    if not apart:
        return {"": _document(together, found, shown)}
    open_ = tuple(row for row in found if row.ref not in secret)
    said = tuple(one for one in together.said if one.ref in secret)
    rest = tuple(one for one in together.said if one.ref not in secret)
    return {
        "exempt": _document(replace(together, said=said), apart, whole, _THE_OTHERS),
        "": _document(
            replace(together, said=rest),
            open_,
            shown,
            long_list.WITHHELD.format(count=cells.number(len(apart), "exempt risk")),
        ),
    }


def rows(together: Together, quarterly: Quarterly) -> tuple[Row, ...]:
    """The long list, then other risks of the register of which something was said, then the new ones."""
    known = quarterly.register.by_ref
    listed_ = [one.entry.ref for one in long_list.long_list(quarterly)]
    told = [one.ref for one in together.said if one.ref in known and known[one.ref].open]
    found = []
    for ref in dict.fromkeys((*listed_, *told)):
        now = known[ref].now
        found.append(Row(ref, cells.title(known[ref]).words, now.event, known[ref], together.of(ref, *_KEYS)))
    numbers = count(1)
    for about in dict.fromkeys(one.about for one in together.said if not one.ref and one.title):
        title = next(one.title for one in together.said if one.about == about)
        events = dict.fromkeys(one.words for one in together.of(about, "event"))
        found.append(Row(f"NEW-{next(numbers)}", title, "\n".join(events), None, together.of(about, *_KEYS)))
    return tuple(found)


def proposals(row: Row) -> str:
    """What was proposed for a risk: "2 Keep, 1 Drop", whether they differ, and who proposed what."""
    votes = _by_words(row.said, "proposal")
    lines = [", ".join(f"{len(books)} {word}" for word, books in votes.items())] if votes else []
    if len(votes) > 1:
        lines = [f"They differ: {lines[0]}", *(f"{word}: {listed(books, 'and')}" for word, books in votes.items())]
    for key, words in (("into", "Merge into"), ("owner", "Owner")):
        given = _by_words(row.said, key).items()
        lines += [f"{words} {value}: {listed(books, 'and')}" for value, books in given]
    return "\n".join(lines)


def comments(row: Row) -> str:
    """Every comment under its heading; where copies have other words in one person's column, both, with the copy."""
    lines = []
    for heading in dict.fromkeys(one.heading for one in row.said if one.key == "comment"):
        given = _by_words([one for one in row.said if one.heading == heading], "comment")
        for words, books in given.items():
            source = f" ({listed(books, 'and')})" if len(given) > 1 else ""
            lines.append(f"{heading}: {words}{source}")
    return "\n".join(lines)


def differing(found: Iterable[Row]) -> tuple[Row, ...]:
    """The risks about which the copies propose different things."""
    return tuple(row for row in found if len({one.words for one in row.said if one.key == "proposal"}) > 1)


def _by_words(said: Iterable[Said], key: str) -> dict[str, list[str]]:
    """The copies that say each thing under a column."""
    found: dict[str, list[str]] = {}
    for one in said:
        if one.key == key:
            found.setdefault(one.words, []).append(one.place.book)
    return found


_KEYS = ("proposal", "into", "owner", "comment", "title", "event")
_WIDTHS = {
    "risk_ref": 66,
    "title": 126,
    "event": 140,
    "rating": 70,
    "proposals": 130,
    "said": 232,
    "decision": 74,
    "into": 60,
    "owner": 92,
    "agreed_impact": 70,
    "agreed_likelihood": 76,
    "rationale": 100,
}
_DECIDED = tuple(_WIDTHS)[6:]


_THE_OTHERS = "Exempt risks alone. All others are on the open list, which is confirmed too, before this one or after."


def _document(together: Together, found: tuple[Row, ...], quarterly: Quarterly, besides: str = "") -> Document:
    """The workbook that DLT decides with: what to do, a row for each risk, and every cell that was filled in."""
    sheets = (_start(together, found, quarterly, besides), _to_decide(found, quarterly), _everything(together))
    more = (long_list.directorate(quarterly), decision_sheet.directors(quarterly))
    exempt = any(row.entry.now.exempt for row in found if row.entry)
    return long_list.framed(quarterly, "risks put together", (*sheets, *more), exempt)


def _start(together: Together, found: tuple[Row, ...], quarterly: Quarterly, besides: str) -> Sheet:
    year = coming(quarterly.context.round)
    copies = "1 copy" if len(together.copies) == 1 else f"{len(together.copies)} copies"
    views = sum(bool(row.said) for row in found)
    new = sum(row.entry is None for row in found)
    paras: tuple[Block, ...] = (
        Heading("What this is"),
        Para(
            f"{copies} of the long list for {year}, put "
            f"together: {listed(together.copies, 'and')}. {cells.number(len(found), 'risk')}, {new or 'none'} of them "
            f"new; something was said of {views or 'none'}, and the copies differ on {len(differing(found)) or 'none'}."
        ),
        *([Para(besides, Tone.QUIET)] if besides else []),
        Heading("What to do"),
        Para(f"1. On the sheet {SHEET}, fill in what DLT decides: Keep, Merge, Drop or New."),
        Para(
            "2. Keep and Drop: a directorate risk is confirmed for the year, or closed. New: it becomes a directorate "
            "risk, owned by the Assistant Director named. Merge: it goes into the directorate risk under Into. A "
            "unit’s risk that is dropped stays with its unit, and is not on this list until next year."
        ),
        Para("3. A row that is left empty decides nothing. An agreed rating needs both its impact and likelihood."),
        Para(f'4. Save it, and then: riskbook confirm FILE --on "9 March {year[:4]}"'),
        Para(f"Every cell that was filled in stands on the sheet {EVERYTHING}, with its file and cell.", Tone.QUIET),
    )
    lead = f"{cells.number(len(differing(found)), 'risk')} on which the copies differ. Nobody’s view has been weighed."
    return Sheet(long_list.START, f"Risks put together for {year}", lead, paras, (900,))


def _to_decide(found: tuple[Row, ...], quarterly: Quarterly) -> Sheet:
    fields = tuple(Field(one.header, _group(one), one.key in ("risk_ref", "rating")) for one in CONFIRMED)
    shown = tuple(tuple(_cell(column, row, quarterly) for column in CONFIRMED) for row in found)
    year = coming(quarterly.context.round)
    lead = "Fill in the tinted cells of what DLT decides. Empty decides nothing."
    empty = "There is no risk to decide on."
    return Sheet(
        SHEET,
        f"Risks for {year}: what DLT decides",
        lead,
        (Table("for_decision", fields, shown, empty=empty, about=lead),),
        tuple(_WIDTHS[one.key] for one in CONFIRMED),
    )


def _group(column: Column) -> str:
    return "What DLT decides" if column.key in _DECIDED else "The risk, and what was said of it"


def _cell(column: Column, row: Row, quarterly: Quarterly) -> Cell:
    settings = quarterly.context.settings
    own: dict[str, Cell] = {
        "risk_ref": Ref(row.ref),
        "title": Text(row.title, Tone.STRONG),
        "event": cells.words(row.event),
        "rating": cells.rating_now(row.entry, settings) if row.entry else Text("New", Tone.QUIET),
        "proposals": Text(words, Tone.STRONG if words.startswith("They") else Tone.PLAIN)
        if (words := proposals(row))
        else NIL,
        "said": cells.words(comments(row)),
    }
    if row.entry is None and column.key in ("title", "event"):
        return filling.of(column, settings, row.title if column.key == "title" else row.event)
    if column.key in own:
        return own[column.key]
    return filling.of(column, settings, listed=_FROM_LISTS.get(column.key, ""))


_FROM_LISTS = {"into": long_list.OWNED, "owner": decision_sheet.DIRECTORS}


def _everything(together: Together) -> Sheet:
    """A row for every cell that somebody filled in."""
    columns: tuple[Shown[Said], ...] = (
        Shown("Ref", 80, lambda one: Text(one.ref or "New"), centred=True),
        Shown("Risk", 240, lambda one: cells.words(one.title)),
        Shown("Under", 220, lambda one: Text(one.heading)),
        Shown("What it says", 420, lambda one: Text(one.words)),
        Shown("File", 220, lambda one: Text(one.place.book)),
        Shown("Cell", 70, lambda one: Text(one.place.cell or f"row {one.place.row}"), centred=True),
    )
    said = sorted(together.said, key=lambda one: (not one.ref, one.about, one.place.book, one.place.row))
    shown = table("everything_said", columns, said, empty="Nothing was filled in.")
    lead = f"{cells.number(len(said), 'cell')} that somebody filled in, as it stands there."
    return Sheet(EVERYTHING, EVERYTHING, lead, (shown,), pixels(columns), Screen(1))
