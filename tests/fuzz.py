"""Good returns, damaged in every way that chance finds; what is made of each must be a value, soon, and of that file.

python -m tests.fuzz 50000 7     so many mutants, from a seed; prints how they ended, and every one that went wrong
"""

import io
import random
import re
import resource
import sys
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache

from riskbook.intake import take
from riskbook.settings import Context
from tests import filled, makers, registers

SECONDS, BYTES = 10.0, 512 << 20
"""How long one file may take, and how much memory all of it."""
NUMBERS = ("0", "-1", "1e308", "-0.0", "NaN", "inf", "4294967296", "99999999999999999999", "1048577", "16385", "")
TEXTS = (
    "",
    "=1+1",
    "\x00",
    "\ufffe",
    "𝟛",
    "A" * 40_000,
    "]]>",
    "&amp;",
    "_x0000_",
    "'",
    "#REF!",
    "2026-02-30",
    "\u202e",
)


def mutants(count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """Damaged returns, each with what was done to it; the same seed damages the same way."""
    chance = random.Random(seed)
    for _ in range(count):
        whole = chance.choice(good())
        change = chance.choice(CHANGES)
        yield change.__name__, change(whole, chance)


def wrong(name: str, data: bytes) -> str:
    """What is wrong with how a file was taken in; nothing where it was taken in well."""
    began = time.monotonic()
    try:
        taken = take(data, name, quarter())
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    if time.monotonic() - began > SECONDS:
        return f"took {time.monotonic() - began:.0f} s"
    blamed = {finding.place.book for finding in taken.findings} - {name}
    if blamed:
        return f"blames {blamed}"
    rows = taken.returned
    if rows and rows.found != len(rows.risks) + len(rows.actions) + rows.rows_held + rows.blank:
        return "loses a row"
    return "" if taken.returned or taken.findings else "says nothing"


def bound_memory() -> None:
    """Give the process no more memory than riskbook may take: beyond it, taking a file in goes wrong."""
    resource.setrlimit(resource.RLIMIT_DATA, (BYTES, BYTES))


@cache
def good() -> tuple[bytes, ...]:
    """A small return as openpyxl writes it, and a whole one as riskbook does."""
    return makers.workbook(), filled.good()


@cache
def quarter() -> Context:
    """A quarter in which both are sent."""
    known, front_door = filled.context(), registers.DIRECTORY.unit("FRD")
    assert front_door
    return replace(known, directory=replace(known.directory, units=(*known.directory.units, front_door)))


def flip(data: bytes, chance: random.Random) -> bytes:
    """Turn bits of the file over."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 1, 2, 8))):
        changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
    return bytes(changed)


def cut(data: bytes, chance: random.Random) -> bytes:
    """Lose its end, or a piece in the middle."""
    first, last = sorted(chance.randrange(len(data)) for _ in range(2))
    return data[:first] if chance.random() < 0.5 else data[:first] + data[last:]


def in_a_part(change: Callable[[bytes, random.Random], bytes]) -> Callable[[bytes, random.Random], bytes]:
    """The same done inside one part of the package, which is packed well again."""

    def changed(data: bytes, chance: random.Random) -> bytes:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            parts = {name: package.read(name) for name in package.namelist()}
        name = chance.choice(sorted(parts))
        parts[name] = change(parts[name], chance)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as package:
            for part, content in parts.items():
                package.writestr(part, content)
        return out.getvalue()

    changed.__name__ = f"{change.__name__} in a part"
    return changed


def attribute(part: bytes, chance: random.Random) -> bytes:
    """Give an attribute another value."""
    return put(part, rb'="([^"]*)"', chance, NUMBERS + TEXTS)


def content(part: bytes, chance: random.Random) -> bytes:
    """Give an element other words."""
    return put(part, rb">([^<>]+)<", chance, NUMBERS + TEXTS)


def tag(part: bytes, chance: random.Random) -> bytes:
    """Take a tag away, or say it twice, or a thousand times."""
    found = list(re.finditer(rb"<[^<>]+>", part))
    if not found:
        return part
    one = chance.choice(found)
    return part[: one.start()] + one[0] * chance.choice((0, 2, 1000)) + part[one.end() :]


def put(part: bytes, pattern: bytes, chance: random.Random, values: tuple[str, ...]) -> bytes:
    """Put one of the values where a pattern found its group, in one of the places."""
    found = list(re.finditer(pattern, part))
    if not found:
        return part
    one, value = chance.choice(found), chance.choice(values)
    return part[: one.start(1)] + value.encode("utf-8", "surrogatepass") + part[one.end(1) :]


CHANGES = (flip, cut, *map(in_a_part, (flip, cut, attribute, attribute, content, content, tag)))


def main(count: int, seed: int) -> int:
    """Take in so many mutants under the limit of memory, and say how it went."""
    bound_memory()
    ended: Counter[str] = Counter()
    for number, (what, data) in enumerate(mutants(count, seed)):
        said = wrong("mutant.xlsx", data)
        ended[what] += 1
        if said:
            print(f"{number} of seed {seed}, {what}: {said}", flush=True)  # noqa: T201
            ended["wrong"] += 1
    print(dict(ended))  # noqa: T201
    return int(bool(ended["wrong"]))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
