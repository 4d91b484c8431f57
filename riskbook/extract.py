"""A register in; its risks, actions, scores and decisions out, as tidy tables of typed values, for other programs."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from riskbook import ledger, store
from riskbook.commas import guarded
from riskbook.forms import Column, by_key, fixed
from riskbook.kinds import Choice, Day, Flag, Kept, Money, Number, Several, Step, spelt, worded
from riskbook.model import Entry, Movement, Register
from riskbook.settings import Context, Settings


class Type(StrEnum):
    """What the values of a column are, in the words of Frictionless Table Schema."""

    STRING = "string"
    INTEGER = "integer"
    NUMBER = "number"
    DATE = "date"
    BOOLEAN = "boolean"


@dataclass(frozen=True, slots=True)
class Extract:
    """A table: its name, what a row of it is, its columns, the keys that no two rows share, and its rows by key."""

    name: str
    about: str
    columns: tuple[Column, ...]
    keys: tuple[str, ...]
    rows: tuple[Mapping[str, Any], ...]


def extracts(register: Register, context: Context, version: str) -> tuple[Extract, ...]:
    """The tables of a register."""
    stored = {one.name: one for one in store.tables(register, context, version)}

    def rows(sheet: str, columns: tuple[Column, ...]) -> tuple[Mapping[str, Any], ...]:
        return tuple({column.key: _value(row.get(column.key)) for column in columns} for row in stored[sheet].rows)

    entries = {entry.ref: entry for entry in (*register.entries, *register.archive)}
    risks, closed = (_rated(rows(sheet, REGISTER), entries) for sheet in ("Register", "Closed before"))
    return (
        Extract("risks", "A risk, as it stands after this round", REGISTER, ("ref",), risks),
        Extract("closed_before", "A risk that an earlier round closed or merged", REGISTER, ("ref",), closed),
        Extract("actions", "An action", ledger.ACTION_LIST, ("ref",), rows("Actions", ledger.ACTION_LIST)),
        Extract(
            "scores",
            "A rating of a risk in a round, as submitted or as agreed",
            ledger.HISTORY,
            ("ref", "round", "kind"),
            rows("Score history", ledger.HISTORY),
        ),
        Extract("decisions", "A decision about a risk", ledger.DECIDED, (), rows("Decisions", ledger.DECIDED)),
    )


def as_csv(extract: Extract) -> bytes:
    """A table as CSV (RFC 4180), in UTF-8 with the mark by which Excel knows it; the first row has the keys."""
    rows = ([_spelt(row[column.key]) for column in extract.columns] for row in extract.rows)
    return _written([[column.key for column in extract.columns], *rows])


def as_parquet(extract: Extract, settings: Settings) -> bytes:
    """A table as Parquet; every column has its type, its heading and its help.

    Raises:
        ImportError: pyarrow is not installed.
    """
    import pyarrow
    from pyarrow import parquet

    types = {
        Type.STRING: pyarrow.string(),
        Type.INTEGER: pyarrow.int64(),
        Type.NUMBER: pyarrow.float64(),
        Type.DATE: pyarrow.date32(),
        Type.BOOLEAN: pyarrow.bool_(),
    }
    fields = [
        pyarrow.field(column.key, types[type_of(column)], metadata=_about(column, settings))
        for column in extract.columns
    ]
    columns = [[row[column.key] for row in extract.rows] for column in extract.columns]
    schema = pyarrow.schema(fields, metadata={"title": extract.name, "description": extract.about})
    arrays = [pyarrow.array(values, field.type) for values, field in zip(columns, fields, strict=True)]
    out = io.BytesIO()
    parquet.write_table(pyarrow.Table.from_arrays(arrays, schema=schema), out)
    return out.getvalue()


def dictionary(found: Iterable[Extract], settings: Settings) -> bytes:
    """The data dictionary as CSV: a row for every column of every table."""
    lines = [["table", "column", "heading", "type", "allowed", "help"], ["all", "all text", "", "string", "", GUARDED]]
    lines += [
        [extract.name, column.key, column.header, type_of(column), _allowed(column, settings), column.help]
        for extract in found
        for column in extract.columns
    ]
    return _written([guarded(text) for text in line] for line in lines)


def package(found: Iterable[Extract], name: str, title: str, settings: Settings) -> bytes:
    """What the CSV files hold, for programs: a Frictionless Data Package descriptor."""
    whole = {
        "profile": "tabular-data-package",
        "name": name,
        "title": title,
        "resources": [
            {
                "name": extract.name,
                "path": f"{extract.name}.csv",
                "profile": "tabular-data-resource",
                "title": extract.about,
                "description": GUARDED,
                "encoding": "utf-8",
                "dialect": {"delimiter": ",", "lineTerminator": "\r\n", "doubleQuote": True},
                "schema": {
                    "fields": [_field(column, settings) for column in extract.columns],
                    **({"primaryKey": list(extract.keys)} if extract.keys else {}),
                    "missingValues": [""],
                },
            }
            for extract in found
        ],
    }
    return json.dumps(whole, ensure_ascii=False, indent=2).encode("utf-8")


def type_of(column: Column) -> Type:
    """What the values of a column are."""
    return next((type_ for kind, type_ in _TYPES if isinstance(column.kind, kind)), Type.STRING)


GUARDED = (
    "In CSV files, text that begins with =, +, -, @, a tab or a return has an apostrophe before it, so that no program "
    "takes it for a formula; take it off to have the text."
)
_TYPES: tuple[tuple[type, Type], ...] = (
    (Kept, Type.INTEGER),
    (Step, Type.INTEGER),
    (Number, Type.INTEGER),
    (Money, Type.NUMBER),
    (Day, Type.DATE),
    (Flag, Type.BOOLEAN),
)


def _register() -> Iterator[Column]:
    """The register's columns, movements as words alone, and after each rating in words its score and its band."""
    score = by_key(ledger.HISTORY)["number"]
    band = by_key(ledger.HISTORY)["band"]
    for column in ledger.REGISTER:
        movement = column.key == "movement"
        yield replace(column, kind=fixed("", *(one.value for one in Movement))) if movement else column
        if column.key == "rating":
            yield replace(score, key="score", header="Score that counts")
            yield replace(band, header="Band that counts")


REGISTER = tuple(_register())


def _rated(rows: Iterable[Mapping[str, Any]], entries: Mapping[str, Entry]) -> tuple[Mapping[str, Any], ...]:
    """Rows of the register with what stands in no column of its sheet."""
    found = []
    for row in rows:
        entry = entries[row["ref"]]
        last = entry.ratings[-1] if entry.history else None
        more = {"score": last.number, "band": last.band or None} if last else {}
        found.append({**row, **more, "movement": entry.movement.value})
    return tuple(found)


def _value(value: Any) -> Any:
    """A value as it stands in a table: nothing where nothing was said, several words in one text."""
    if value in ("", ()):
        return None
    return worded(value) if isinstance(value, tuple) else value


def _spelt(value: Any) -> str:
    """A value as text: days as ISO 8601 has them, TRUE and FALSE, and text that no program calculates."""
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    return guarded(value) if isinstance(value, str) else spelt(value)


def _written(lines: Iterable[Iterable[str]]) -> bytes:
    out = io.StringIO(newline="")
    csv.writer(out, lineterminator="\r\n").writerows(lines)
    return out.getvalue().encode("utf-8-sig")


def _field(column: Column, settings: Settings) -> dict[str, Any]:
    field: dict[str, Any] = {"name": column.key, "title": column.header, "type": type_of(column).value}
    if column.help:
        field["description"] = column.help
    options = _options(column, settings)
    if options:
        field["constraints"] = {"enum": list(options)}
    if isinstance(column.kind, Flag):
        field |= {"trueValues": ["TRUE"], "falseValues": ["FALSE"]}
    return field


def _about(column: Column, settings: Settings) -> dict[str, str]:
    about = {"title": column.header, "description": column.help, "allowed": _allowed(column, settings)}
    return {key: words for key, words in about.items() if words}


def _options(column: Column, settings: Settings) -> tuple[str, ...]:
    """The only words that may stand in a column, where there are some."""
    return column.kind.options(settings) if isinstance(column.kind, Choice) else ()


def _allowed(column: Column, settings: Settings) -> str:
    """What may stand in a column, for people; text may say anything."""
    match type_of(column):
        case Type.DATE:
            return "a day, like 2027-03-31"
        case Type.BOOLEAN:
            return "TRUE or FALSE"
        case Type.STRING if not isinstance(column.kind, Choice | Several):
            return ""
    return column.kind.allowed(settings)
