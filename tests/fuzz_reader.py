"""Good returns, damaged as the lines that they reach teach; what reached a new one, and the first that goes wrong, out.

python -m tests.fuzz_reader 600 7 FOLDER     so many seconds, from a seed; a return that goes wrong ends it

FOLDER keeps what reached new lines, from which the next run begins, and the return that went wrong as wrong.xlsx. The
same seed damages the same way for as long as riskbook is the same.
"""

import inspect
import random
import re
import sys
from pathlib import Path

import atheris

with atheris.instrument_imports(include=["riskbook"]):
    from riskbook import grid, intake, package, read

from tests import filled, fuzz

READER = (intake, read, package, grid)
LONGEST = 1 << 17
"""In bytes, how large a damaged return may grow."""
ROOM = 64
"""In bytes, how much is put in at once."""


def main(seconds: int, seed: int, folder: Path) -> None:
    """Take in damaged returns until the time is up, and exit with 0; or with another status at the first wrong one."""
    begun, words = folder / "reached", folder / "words"
    begun.mkdir(parents=True, exist_ok=True)
    small, whole = fuzz.good()
    (begun / "small.xlsx").write_bytes(small)
    (begun / "short.xlsx").write_bytes(filled.repacked(whole, [shorten]))
    words.write_text("".join(map(_quoted, fuzz.NUMBERS + fuzz.TEXTS)), encoding="ascii")
    bounds = {
        "max_total_time": seconds,
        "seed": seed,
        "timeout": round(fuzz.SECONDS),
        # Of its own accord it would count what the process that started it took.
        "rss_limit_mb": 0,
        "max_len": LONGEST,
        "cross_over": 0,
        "dict": words,
        "exact_artifact_path": folder / "wrong.xlsx",
        "print_final_stats": 1,
    }
    fuzz.bound_memory()
    options = [f"-{name}={bound}" for name, bound in bounds.items()]
    atheris.Setup([sys.argv[0], *options, str(begun)], look, custom_mutator=damaged)
    atheris.Fuzz()


def shorten(parts: dict[str, bytes]) -> None:
    """Leave out the rows from the tenth on: what is read in half the time is damaged twice as often."""
    parts.update({name: re.sub(rb'<row r="\d\d.*?</row>', b"", part) for name, part in parts.items()})


def look(data: bytes) -> None:
    """Take in a damaged return.

    Raises:
        AssertionError: something is wrong with how it was taken in.
    """
    said = fuzz.wrong("mutant.xlsx", data)
    assert not said, said


def damaged(data: bytes, longest: int, seed: int) -> bytes:
    """A return with one of its parts damaged, packed well; as it was, where it would grow too long."""
    chance = random.Random(seed)
    changed = chance.choice(CHANGES)(data, chance)
    return changed if len(changed) <= longest else data


def part(whole: bytes, _: random.Random) -> bytes:
    """Change any bytes of a part."""
    return atheris.Mutate(whole, len(whole) + ROOM)


def value(whole: bytes, chance: random.Random) -> bytes:
    """Change bytes of what an attribute or an element says: what comes is most often XML still."""
    said = list(re.finditer(rb'(?<==")[^"<>]*(?=")|(?<=>)[^<>]+(?=<)', whole))
    if not said:
        return whole
    one = chance.choice(said)
    return whole[: one.start()] + atheris.Mutate(one[0], len(one[0]) + ROOM) + whole[one.end() :]


def word(whole: bytes, chance: random.Random) -> bytes:
    """Put in a word that the reader listens for: as an element, an attribute or a value."""
    pattern, shape = chance.choice(SHAPES)
    return fuzz.put(whole, pattern, chance, (shape.format(chance.choice(WORDS)),))


def _quoted(word: str) -> str:
    """A line of a dictionary as libFuzzer reads it."""
    return '"' + "".join(f"\\x{byte:02x}" for byte in word.encode()[:64]) + '"\n' if word else ""


WORDS = sorted({word for module in READER for word in re.findall(r'"(\w+)"', inspect.getsource(module))})
SHAPES = ((rb">()", "<{0}>1</{0}>"), (rb"<[\w:]+()[ />]", ' {}="1"'), (rb'="([^"]*)"', "{}"))
CHANGES = tuple(map(fuzz.in_a_part, (part, value, value, word, word, fuzz.attribute, fuzz.content, fuzz.tag)))

if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
