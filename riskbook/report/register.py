"""A register's tables of values in, the directorate register as a document out: a sheet for each."""

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from functools import lru_cache
from typing import Any

from riskbook.forms import Column
from riskbook.kinds import Kept, Money, Number, Ref, Step, said
from riskbook.report import blocks
from riskbook.report.blocks import BLANK, Count, Day, Document, Field, Now, Screen, Sheet, Table, Text, Then
from riskbook.settings import Context, Settings
from riskbook.store import Stored

PIXELS = 7
"""Of a digit of Arial 10, in which widths of columns are counted."""


def document(tables: Iterable[Stored], context: Context) -> tuple[Document, Iterator[Sheet]]:
    """The register for a round: a document without its sheets, and these, each made when it is its turn."""
    council = context.settings.council
    front = Document(
        title=f"{council.directorate} risk register, {context.round}",
        subject="The directorate's risks, their history, and where everything came from",
        organisation=council.name,
        footer=f"{council.directorate} risk register · {context.round} · as at {said(context.on)}",
        created=context.on,
        sheets=(),
    )
    return front, (_sheet(stored, context) for stored in tables)


def widths(columns: tuple[Column, ...]) -> tuple[int, ...]:
    """Columns' widths in pixels, from those in characters."""
    return tuple(round(column.width * PIXELS) + 12 for column in columns)


def _sheet(stored: Stored, context: Context) -> Sheet:
    fields = tuple(Field(column.header, centred=_centred(column)) for column in stored.columns)
    rows = tuple(
        tuple(_cell(row.get(column.key), column, context.settings) for column in stored.columns) for row in stored.rows
    )
    name = re.sub(r"\W+", "_", stored.name.lower())
    return Sheet(
        name=stored.name,
        title=f"{stored.name}, {context.round}",
        lead=stored.lead,
        blocks=(Table(name, fields, rows, empty="There is nothing here yet.", about=stored.lead),),
        widths=widths(stored.columns),
        use=Screen(frozen=1),
    )


def _centred(column: Column) -> bool:
    return isinstance(column.kind, Number | Step | Kept | Ref)


def _cell(value: Any, column: Column, settings: Settings) -> blocks.Cell:
    """A value as it stands in the store, to be read back as the same value."""
    if value is None or value in ("", ()):
        return BLANK
    if column.key in _RATINGS:
        return _rating(str(value), _RATINGS[column.key], settings)
    shown = column.kind.show(value, settings)
    if isinstance(shown, date):
        return Day(shown)
    if isinstance(column.kind, Money):
        return blocks.Money(float(shown))
    return _text(shown) if isinstance(shown, str) else Count(shown)


_text = lru_cache(maxsize=1 << 14)(Text)
"""Most cells of a register say what others say."""


_RATINGS: Mapping[str, type[Now] | type[Then]] = {"rating": Now, "was_rating": Then}


def _rating(words: str, look: type[Now] | type[Then], settings: Settings) -> blocks.Cell:
    """ "12 Amber" in the colours of its band; a rating of another scale, or none, in words."""
    number, _, name = words.partition(" ")
    band = next((band for band in settings.matrix.bands if band.name == name), None)
    return look(band, int(number)) if band and number.isdecimal() else Text(words)
