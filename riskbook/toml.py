"""TOML tables in, dataclasses out, every key known and of its kind."""

import typing
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any, TypeVar

SETTINGS = "riskbook.toml"
MAPPING = f".{SETTINGS}"
"""What the name of a mapping ends in; the rest of it is the name of its workbook."""


class SettingsError(Exception):
    """riskbook.toml, or a mapping, cannot be used; the message is one sentence for the person who keeps it."""


Built = TypeVar("Built")


def build(cls: type[Built], table: object, where: str, file: str = SETTINGS) -> Built:
    """A TOML table as a dataclass, every key known and of its kind; ``file`` is where it stands, for people."""
    if not isinstance(table, dict):
        raise SettingsError(f"{file}, {where}: this should be a table of keys and values.")
    hints = typing.get_type_hints(cls)
    declared = fields(cls)  # type: ignore[arg-type]
    refuse_unknown(table, {field.name for field in declared}, where, file)
    values = {}
    for field in declared:
        if field.name in table:
            values[field.name] = _value(hints[field.name], table[field.name], f"{where}.{field.name}", file)
        elif field.default is MISSING and field.default_factory is MISSING:
            raise SettingsError(f"{file}, {where}: {field.name} is missing.")
    return cls(**values)


def _value(kind: Any, value: object, where: str, file: str) -> Any:
    if kind is object:
        return value
    if is_dataclass(kind):
        return build(kind, value, where, file)  # type: ignore[arg-type]
    origin, parts = typing.get_origin(kind), typing.get_args(kind)
    if origin is tuple and isinstance(value, list):
        if parts[-1] is not Ellipsis and len(value) != len(parts):
            raise SettingsError(f"{file}, {where}: give {len(parts)} values; there are {len(value)}.")
        return tuple(_value(parts[0], item, where, file) for item in value)
    if origin is Mapping and isinstance(value, dict):
        return {key: _value(parts[1], item, f"{where}.{key}", file) for key, item in value.items()}
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if isinstance(kind, type) and isinstance(value, kind) and not (kind is int and isinstance(value, bool)):
        return value
    words = {int: "a whole number", float: "a number", str: "text in quotes", tuple: "a list", Mapping: "a table"}
    raise SettingsError(f"{file}, {where}: “{value}” should be {words[origin or kind]}.")


def refuse_unknown(table: Mapping[str, object], known: set[str], where: str, file: str = SETTINGS) -> None:
    for key in table:
        if key not in known:
            name = f"{where}.{key}" if where else key
            raise SettingsError(f"{file}: {name} is not a setting; here are {', '.join(sorted(known))}.")
